//! From generated WIT types to this crate's: one converter for every generator.
//!
//! The host's bindings and the SDK's have the same names for the same WIT, so the
//! same lines convert both (`docs/adr/0006-the-orm-is-a-crate.md`).

/// Implements `From<wit type>` for this crate's types, given the path of a module
/// that a bindings generator made of `wasgi:app/orm`, and with it
/// `From<Error>` for its error.
#[macro_export]
macro_rules! convert_wit {
    ($($wit:ident)::+) => {
        const _: () = {
            use $($wit)::+ as wit;
            use $crate::{query as q, schema as s, value as v};

            /// Converts part by part: the orphan rule forbids `From` for lists of them.
            fn all<A, B: From<A>>(list: Vec<A>) -> Vec<B> {
                list.into_iter().map(B::from).collect()
            }

            fn perhaps<A, B: From<A>>(option: Option<A>) -> Option<B> {
                option.map(B::from)
            }

            $crate::convert_wit!(@enum v::ColumnType, wit::ColumnType:
                Boolean, Integer, Real, Text, Blob, Decimal, Uuid, Timestamp, Date, Json);
            $crate::convert_wit!(@enum s::ReferenceAction, wit::ReferenceAction:
                NoAction, Restrict, Cascade, SetNull, SetDefault);
            $crate::convert_wit!(@enum s::Collation, wit::Collation: Binary, Nocase);
            $crate::convert_wit!(@enum q::UnaryOp, wit::UnaryOp: Not, Negate, IsNull, IsNotNull);
            $crate::convert_wit!(@enum q::BinaryOp, wit::BinaryOp:
                Eq, Ne, Lt, Le, Gt, Ge, Same, NotSame, And, Or, Add, Subtract, Multiply,
                Divide, Modulo, Concat, Like, NotLike, Glob);
            $crate::convert_wit!(@enum q::Function, wit::Function:
                Abs, Coalesce, Date, Hex, Ifnull, Instr, JsonArrayLength, JsonSet, JsonType,
                Length, Lower, Ltrim, Max, Min, Nullif, Replace, Round, Rtrim, Substr, Trim,
                Upper, Now, Strftime);
            $crate::convert_wit!(@enum q::Aggregate, wit::Aggregate:
                Count, Sum, Avg, Min, Max, GroupConcat, JsonGroupArray, RowNumber, Rank,
                DenseRank, PercentRank, CumeDist, Ntile, Lag, Lead, FirstValue, LastValue,
                NthValue);
            $crate::convert_wit!(@enum q::Nulls, wit::Nulls: Default, First, Last);
            $crate::convert_wit!(@enum q::FrameUnit, wit::FrameUnit: Rows, Range, Groups);
            $crate::convert_wit!(@enum q::JoinKind, wit::JoinKind: Inner, Left);
            $crate::convert_wit!(@enum q::CompoundOp, wit::CompoundOp:
                Union, UnionAll, Intersect, Except);

            $crate::convert_wit!(@from wit::Value => v::Value, value, match value {
                wit::Value::Null => v::Value::Null,
                wit::Value::Boolean(value) => v::Value::Boolean(value),
                wit::Value::Integer(value) => v::Value::Integer(value),
                wit::Value::Real(value) => v::Value::Real(value),
                wit::Value::Text(value) => v::Value::Text(value),
                wit::Value::Blob(value) => v::Value::Blob(value),
                wit::Value::Decimal(value) => v::Value::Decimal(value),
                wit::Value::Uuid(value) => v::Value::Uuid(value),
                wit::Value::Timestamp(value) => v::Value::Timestamp(value),
                wit::Value::Date(value) => v::Value::Date(value),
                wit::Value::Json(value) => v::Value::Json(value),
            });

            // ---- Schema
            $crate::convert_wit!(@from wit::ColumnDefault => s::ColumnDefault, default, match default {
                wit::ColumnDefault::Constant(value) => s::ColumnDefault::Constant(value.into()),
                wit::ColumnDefault::Now => s::ColumnDefault::Now,
            });
            $crate::convert_wit!(@from wit::Reference => s::Reference, of, s::Reference {
                table: of.table,
                column: of.column,
                on_delete: of.on_delete.into(),
                on_update: of.on_update.into(),
            });
            $crate::convert_wit!(@from wit::Column => s::Column, of, s::Column {
                name: of.name,
                kind: of.kind.into(),
                nullable: of.nullable,
                unique: of.unique,
                default: perhaps(of.default),
                references: perhaps(of.references),
                collation: of.collation.into(),
                renamed_from: of.renamed_from,
                fill: of.fill,
            });
            $crate::convert_wit!(@from wit::IndexColumn => s::IndexColumn, of, s::IndexColumn {
                name: of.name,
                descending: of.descending,
            });
            $crate::convert_wit!(@from wit::Index => s::Index, of, s::Index {
                name: of.name,
                columns: all(of.columns),
                unique: of.unique,
                condition: of.condition,
            });
            $crate::convert_wit!(@from wit::Check => s::Check, of, s::Check {
                name: of.name,
                condition: of.condition,
            });
            $crate::convert_wit!(@from wit::FullText => s::FullText, of, s::FullText {
                columns: of.columns,
                tokenizer: of.tokenizer,
            });
            $crate::convert_wit!(@from wit::Model => s::Model, of, s::Model {
                table: of.table,
                columns: all(of.columns),
                primary_key: of.primary_key,
                indexes: all(of.indexes),
                checks: all(of.checks),
                full_text: perhaps(of.full_text),
                renamed_from: of.renamed_from,
            });
            $crate::convert_wit!(@from wit::Step => s::Step, of, s::Step {
                name: of.name,
                sql: of.sql,
            });

            // ---- Queries
            $crate::convert_wit!(@from wit::ColumnRef => q::ColumnRef, of, q::ColumnRef {
                source: of.source,
                name: of.name,
            });
            $crate::convert_wit!(@from wit::Call => q::Call, of, q::Call {
                function: of.function.into(),
                arguments: of.arguments,
            });
            $crate::convert_wit!(@from wit::AggregateCall => q::AggregateCall, of, q::AggregateCall {
                function: of.function.into(),
                arguments: of.arguments,
                distinct: of.distinct,
                filter: of.filter,
            });
            $crate::convert_wit!(@from wit::OrderTerm => q::OrderTerm, of, q::OrderTerm {
                expr: of.expr,
                descending: of.descending,
                nulls: of.nulls.into(),
            });
            $crate::convert_wit!(@from wit::FrameBound => q::FrameBound, bound, match bound {
                wit::FrameBound::UnboundedPreceding => q::FrameBound::UnboundedPreceding,
                wit::FrameBound::Preceding(rows) => q::FrameBound::Preceding(rows),
                wit::FrameBound::CurrentRow => q::FrameBound::CurrentRow,
                wit::FrameBound::Following(rows) => q::FrameBound::Following(rows),
                wit::FrameBound::UnboundedFollowing => q::FrameBound::UnboundedFollowing,
            });
            $crate::convert_wit!(@from wit::Frame => q::Frame, of, q::Frame {
                unit: of.unit.into(),
                start: of.start.into(),
                end: of.end.into(),
            });
            $crate::convert_wit!(@from wit::Window => q::Window, of, q::Window {
                function: of.function.into(),
                partition_by: of.partition_by,
                order_by: all(of.order_by),
                frame: perhaps(of.frame),
            });
            $crate::convert_wit!(@from wit::CaseExpr => q::CaseExpr, of, q::CaseExpr {
                branches: of.branches,
                otherwise: of.otherwise,
            });
            $crate::convert_wit!(@from wit::JsonStep => q::JsonStep, step, match step {
                wit::JsonStep::Key(key) => q::JsonStep::Key(key),
                wit::JsonStep::Index(index) => q::JsonStep::Index(index),
            });
            $crate::convert_wit!(@from wit::FullTextRef => q::FullTextRef, of, q::FullTextRef {
                table: of.table,
                source: of.source,
                query: of.query,
            });
            $crate::convert_wit!(@from wit::Expr => q::Expr, expr, match expr {
                wit::Expr::Column(column) => q::Expr::Column(column.into()),
                wit::Expr::Constant(value) => q::Expr::Constant(value.into()),
                wit::Expr::Param(index) => q::Expr::Param(index),
                wit::Expr::Unary((op, of)) => q::Expr::Unary((op.into(), of)),
                wit::Expr::Binary((op, left, right)) => q::Expr::Binary((op.into(), left, right)),
                wit::Expr::Between(three) => q::Expr::Between(three),
                wit::Expr::InList(list) => q::Expr::InList(list),
                wit::Expr::InSelect(select) => q::Expr::InSelect(select),
                wit::Expr::Exists(select) => q::Expr::Exists(select),
                wit::Expr::Scalar(select) => q::Expr::Scalar(select),
                wit::Expr::Case(case) => q::Expr::Case(case.into()),
                wit::Expr::Call(call) => q::Expr::Call(call.into()),
                wit::Expr::Aggregate(call) => q::Expr::Aggregate(call.into()),
                wit::Expr::Window(window) => q::Expr::Window(window.into()),
                wit::Expr::JsonPath((of, steps)) => q::Expr::JsonPath((of, all(steps))),
                wit::Expr::Cast((of, kind)) => q::Expr::Cast((of, kind.into())),
                wit::Expr::Matches(of) => q::Expr::Matches(of.into()),
                wit::Expr::Relevance(of) => q::Expr::Relevance(of.into()),
            });
            $crate::convert_wit!(@from wit::Relation => q::Relation, relation, match relation {
                wit::Relation::Table(name) => q::Relation::Table(name),
                wit::Relation::Select(select) => q::Relation::Select(select),
            });
            $crate::convert_wit!(@from wit::Source => q::Source, of, q::Source {
                relation: of.relation.into(),
                alias: of.alias,
            });
            $crate::convert_wit!(@from wit::Join => q::Join, of, q::Join {
                kind: of.kind.into(),
                source: of.source.into(),
                on: of.on,
            });
            $crate::convert_wit!(@from wit::Selected => q::Selected, of, q::Selected {
                expr: of.expr,
                alias: of.alias,
            });
            $crate::convert_wit!(@from wit::Select => q::Select, of, q::Select {
                distinct: of.distinct,
                columns: all(of.columns),
                source: perhaps(of.source),
                joins: all(of.joins),
                filter: of.filter,
                group_by: of.group_by,
                having: of.having,
                compound: of
                    .compound
                    .into_iter()
                    .map(|(op, select)| (op.into(), select))
                    .collect(),
                order_by: all(of.order_by),
                after: of.after,
                limit: of.limit,
                offset: of.offset,
            });
            $crate::convert_wit!(@from wit::InsertSource => q::InsertSource, source, match source {
                wit::InsertSource::Params(rows) => q::InsertSource::Params(rows),
                wit::InsertSource::Rows(rows) => q::InsertSource::Rows(rows),
                wit::InsertSource::Select(select) => q::InsertSource::Select(select),
            });
            $crate::convert_wit!(@from wit::ConflictAction => q::ConflictAction, action, match action {
                wit::ConflictAction::Ignore => q::ConflictAction::Ignore,
                wit::ConflictAction::Update(set) => q::ConflictAction::Update(set),
            });
            $crate::convert_wit!(@from wit::Conflict => q::Conflict, of, q::Conflict {
                target: of.target,
                action: of.action.into(),
                filter: of.filter,
            });
            $crate::convert_wit!(@from wit::VersionCheck => q::VersionCheck, of, q::VersionCheck {
                column: of.column,
                expected: of.expected,
            });
            $crate::convert_wit!(@from wit::Insert => q::Insert, of, q::Insert {
                table: of.table,
                columns: of.columns,
                rows: of.rows.into(),
                conflict: perhaps(of.conflict),
                returning: all(of.returning),
            });
            $crate::convert_wit!(@from wit::Update => q::Update, of, q::Update {
                table: of.table,
                set: of.set,
                filter: of.filter,
                version: perhaps(of.version),
                returning: all(of.returning),
            });
            $crate::convert_wit!(@from wit::Delete => q::Delete, of, q::Delete {
                table: of.table,
                filter: of.filter,
                version: perhaps(of.version),
                returning: all(of.returning),
            });
            $crate::convert_wit!(@from wit::Body => q::Body, body, match body {
                wit::Body::Select(select) => q::Body::Select(select),
                wit::Body::Insert(insert) => q::Body::Insert(insert.into()),
                wit::Body::Update(update) => q::Body::Update(update.into()),
                wit::Body::Delete(delete) => q::Body::Delete(delete.into()),
            });
            $crate::convert_wit!(@from wit::Prefetch => q::Prefetch, of, q::Prefetch {
                parent: of.parent,
                key: of.key,
                select: of.select,
                on: of.on,
            });
            $crate::convert_wit!(@from wit::Query => q::Query, of, q::Query {
                exprs: all(of.exprs),
                selects: all(of.selects),
                body: of.body.into(),
                prefetches: all(of.prefetches),
            });

            // ---- Errors, the other way
            $crate::convert_wit!(@from $crate::error::Constraint => wit::Constraint, of, wit::Constraint {
                name: of.name,
                table: of.table,
                columns: of.columns,
            });
            $crate::convert_wit!(@from $crate::Error => wit::Error, error, match error {
                $crate::Error::Unique(of) => wit::Error::Unique(of.into()),
                $crate::Error::ForeignKey(of) => wit::Error::ForeignKey(of.into()),
                $crate::Error::NotNull(of) => wit::Error::NotNull(of.into()),
                $crate::Error::Check(of) => wit::Error::Check(of.into()),
                $crate::Error::TypeMismatch(what) => wit::Error::TypeMismatch(what),
                $crate::Error::Stale => wit::Error::Stale,
                $crate::Error::Busy => wit::Error::Busy,
                $crate::Error::Timeout => wit::Error::Timeout,
                $crate::Error::Quota(what) => wit::Error::Quota(what),
                $crate::Error::Denied(what) => wit::Error::Denied(what),
                $crate::Error::Syntax { message, offset } => {
                    wit::Error::Syntax(wit::SyntaxError { message, offset })
                }
                $crate::Error::UnknownTable(name) => wit::Error::UnknownTable(name),
                $crate::Error::UnknownColumn(name) => wit::Error::UnknownColumn(name),
                $crate::Error::Invalid(what) => wit::Error::Invalid(what),
                $crate::Error::Misuse(what) => wit::Error::Misuse(what),
                $crate::Error::Corrupt(what) => wit::Error::Corrupt(what),
                $crate::Error::Unavailable(what) => wit::Error::Unavailable(what),
                $crate::Error::NoDatabase => wit::Error::NoDatabase,
            });
        };
    };
    (@enum $ours:ty, $wit:ty: $($case:ident),+) => {
        impl From<$wit> for $ours {
            fn from(case: $wit) -> Self {
                match case {
                    $(<$wit>::$case => <$ours>::$case,)+
                }
            }
        }
    };
    (@from $from:ty => $to:ty, $name:ident, $body:expr) => {
        impl From<$from> for $to {
            fn from($name: $from) -> Self {
                $body
            }
        }
    };
}
