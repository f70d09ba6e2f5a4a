//! The nodes. Names and meanings are those of `wit/orm.wit`.

#![allow(
    missing_docs,
    reason = "wit/orm.wit has the documentation, and these are its types"
)]

use crate::value::{ColumnType, Value};

/// Index into [`Query::exprs`].
pub type ExprId = u32;
/// Index into [`Query::selects`].
pub type SelectId = u32;

#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRef {
    pub source: Option<String>,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Not,
    Negate,
    IsNull,
    IsNotNull,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Same,
    NotSame,
    And,
    Or,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Concat,
    Like,
    NotLike,
    Glob,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Abs,
    Coalesce,
    Date,
    Hex,
    Ifnull,
    Instr,
    JsonArrayLength,
    JsonSet,
    JsonType,
    Length,
    Lower,
    Ltrim,
    Max,
    Min,
    Nullif,
    Replace,
    Round,
    Rtrim,
    Substr,
    Trim,
    Upper,
    Now,
    Strftime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    Count,
    Sum,
    Avg,
    Min,
    Max,
    GroupConcat,
    JsonGroupArray,
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
    Ntile,
    Lag,
    Lead,
    FirstValue,
    LastValue,
    NthValue,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub function: Function,
    pub arguments: Vec<ExprId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AggregateCall {
    pub function: Aggregate,
    pub arguments: Vec<ExprId>,
    pub distinct: bool,
    pub filter: Option<ExprId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    Default,
    First,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderTerm {
    pub expr: ExprId,
    pub descending: bool,
    pub nulls: Nulls,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameUnit {
    Rows,
    Range,
    Groups,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameBound {
    UnboundedPreceding,
    Preceding(u32),
    CurrentRow,
    Following(u32),
    UnboundedFollowing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub unit: FrameUnit,
    pub start: FrameBound,
    pub end: FrameBound,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    pub function: AggregateCall,
    pub partition_by: Vec<ExprId>,
    pub order_by: Vec<OrderTerm>,
    pub frame: Option<Frame>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CaseExpr {
    pub branches: Vec<(ExprId, ExprId)>,
    pub otherwise: Option<ExprId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonStep {
    Key(String),
    Index(u32),
}

#[derive(Clone, Debug, PartialEq)]
pub struct FullTextRef {
    pub table: String,
    pub source: String,
    pub query: ExprId,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Column(ColumnRef),
    Constant(Value),
    Param(u32),
    Unary((UnaryOp, ExprId)),
    Binary((BinaryOp, ExprId, ExprId)),
    Between((ExprId, ExprId, ExprId)),
    InList((ExprId, Vec<ExprId>)),
    InSelect((ExprId, SelectId)),
    Exists(SelectId),
    Scalar(SelectId),
    Case(CaseExpr),
    Call(Call),
    Aggregate(AggregateCall),
    Window(Window),
    JsonPath((ExprId, Vec<JsonStep>)),
    Cast((ExprId, ColumnType)),
    Matches(FullTextRef),
    Relevance(FullTextRef),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Relation {
    Table(String),
    Select(SelectId),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub relation: Relation,
    pub alias: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    Inner,
    Left,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    pub kind: JoinKind,
    pub source: Source,
    pub on: ExprId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Selected {
    pub expr: ExprId,
    pub alias: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompoundOp {
    Union,
    UnionAll,
    Intersect,
    Except,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Select {
    pub distinct: bool,
    pub columns: Vec<Selected>,
    pub source: Option<Source>,
    pub joins: Vec<Join>,
    pub filter: Option<ExprId>,
    pub group_by: Vec<ExprId>,
    pub having: Option<ExprId>,
    pub compound: Vec<(CompoundOp, SelectId)>,
    pub order_by: Vec<OrderTerm>,
    pub after: Vec<ExprId>,
    pub limit: Option<ExprId>,
    pub offset: Option<ExprId>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum InsertSource {
    Params(u32),
    Rows(Vec<Vec<ExprId>>),
    Select(SelectId),
}

#[derive(Clone, Debug, PartialEq)]
pub enum ConflictAction {
    Ignore,
    Update(Vec<(String, ExprId)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    pub target: Vec<String>,
    pub action: ConflictAction,
    pub filter: Option<ExprId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    pub table: String,
    pub columns: Vec<String>,
    pub rows: InsertSource,
    pub conflict: Option<Conflict>,
    pub returning: Vec<Selected>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VersionCheck {
    pub column: String,
    pub expected: ExprId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub table: String,
    pub set: Vec<(String, ExprId)>,
    pub filter: ExprId,
    pub version: Option<VersionCheck>,
    pub returning: Vec<Selected>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    pub table: String,
    pub filter: ExprId,
    pub version: Option<VersionCheck>,
    pub returning: Vec<Selected>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Select(SelectId),
    Insert(Insert),
    Update(Update),
    Delete(Delete),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Prefetch {
    pub parent: u32,
    pub key: u32,
    pub select: SelectId,
    pub on: ExprId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub exprs: Vec<Expr>,
    pub selects: Vec<Select>,
    pub body: Body,
    pub prefetches: Vec<Prefetch>,
}
