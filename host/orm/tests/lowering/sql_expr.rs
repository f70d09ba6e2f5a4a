//! Expressions and their SQL.

use wasgi_orm::query::*;
use wasgi_orm::value::{ColumnType, Value};

use crate::database::show;
use crate::tree::*;

/// A select of one expression over posts.
fn of(build: impl FnOnce(&mut Tree) -> ExprId) -> Query {
    let mut tree = Tree::default();
    let expr = build(&mut tree);
    let select = from_post(&mut tree, &[expr]);
    tree.select(select);
    tree.rows()
}

#[test]
fn operators_keep_their_grouping() {
    use BinaryOp::*;
    reviewed!(show([
        ("every parameter has the caller's number", of(|t| {
            let (second, first) = (t.param(1), t.param(0));
            t.bin(Add, second, first)
        })),
        ("a + (b + c)", of(|t| {
            let (a, b, c) = (t.col("", "id"), t.col("", "author_id"), t.col("", "created"));
            let right = t.bin(Add, b, c);
            t.bin(Add, a, right)
        })),
        ("(a - b) - c, a shared node", of(|t| {
            let a = t.col("", "id");
            let left = t.bin(Subtract, a, a);
            t.bin(Subtract, left, a)
        })),
        ("(a = b) = (c < d)", of(|t| {
            let a = t.col("", "id");
            let (left, right) = (t.bin(Eq, a, a), t.bin(Lt, a, a));
            t.bin(Eq, left, right)
        })),
        ("(a or b) and not c", of(|t| {
            let (a, b, c) = (t.col("", "id"), t.col("", "author_id"), t.col("", "published"));
            let (either, no) = (t.bin(Or, a, b), t.un(UnaryOp::Not, c));
            t.bin(And, either, no)
        })),
        ("a and b and c or d", of(|t| {
            let a = t.col("", "id");
            let is = t.un(UnaryOp::IsNull, a);
            let b = t.bin(And, is, a);
            let c = t.bin(And, b, is);
            t.bin(Or, c, a)
        })),
        ("- (- a)", of(|t| {
            let a = t.col("", "id");
            let minus = t.un(UnaryOp::Negate, a);
            t.un(UnaryOp::Negate, minus)
        })),
        ("(a is b) is not (a is null)", of(|t| {
            let a = t.col("", "id");
            let b = t.param(0);
            let (left, right) = (t.bin(Same, a, b), t.un(UnaryOp::IsNull, a));
            t.bin(NotSame, left, right)
        })),
        ("a between (b = c) and (b and c)", of(|t| {
            let (a, b) = (t.col("", "id"), t.col("", "author_id"));
            let (low, high) = (t.bin(Eq, a, b), t.bin(And, a, b));
            let between = t.add(Expr::Between((a, low, high)));
            t.un(UnaryOp::Not, between)
        })),
        ("division, modulo, concatenation", of(|t| {
            let (a, seven) = (t.col("", "id"), t.int(7));
            let (divided, rest) = (t.bin(Divide, a, seven), t.bin(Modulo, a, seven));
            t.bin(Concat, divided, rest)
        })),
    ]));
}

#[test]
fn patterns_and_lists() {
    use BinaryOp::*;
    reviewed!(show([
        ("like", of(|t| {
            let (a, pattern) = (t.col("post", "title"), t.param(0));
            t.bin(Like, a, pattern)
        })),
        ("not like, with a computed pattern", of(|t| {
            let (a, any) = (t.col("post", "title"), t.text("%"));
            let pattern = t.bin(Concat, any, a);
            t.bin(NotLike, a, pattern)
        })),
        ("glob", of(|t| {
            let (a, pattern) = (t.col("post", "title"), t.text("a*"));
            t.bin(Glob, a, pattern)
        })),
        ("in a list", of(|t| {
            let (a, one) = (t.col("post", "id"), t.int(1));
            let sum = t.bin(Add, one, a);
            let list = t.add(Expr::InList((a, vec![one, sum])));
            t.un(UnaryOp::Not, list)
        })),
        ("in an empty list", of(|t| {
            let a = t.col("post", "id");
            t.add(Expr::InList((a, vec![])))
        })),
        ("in a select, exists, scalar", of(|t| {
            let author = t.col("author", "id");
            let authors = Select {
                columns: columns(&[author]),
                source: Some(table("author")),
                ..Select::default()
            };
            let authors = t.select(authors);
            let a = t.col("post", "author_id");
            let is_in = t.add(Expr::InSelect((a, authors)));
            let is_there = t.add(Expr::Exists(authors));
            let no = t.un(UnaryOp::Not, is_there);
            let scalar = t.add(Expr::Scalar(authors));
            let two = t.bin(And, is_in, no);
            let same = t.bin(Eq, scalar, a);
            t.bin(And, two, same)
        })),
        ("case", of(|t| {
            let (a, x, y) = (t.col("post", "id"), t.text("x"), t.text("y"));
            let (small, null) = (t.bin(Lt, a, x), t.un(UnaryOp::IsNull, a));
            t.add(Expr::Case(CaseExpr {
                branches: vec![(small, x), (null, y)],
                otherwise: Some(a),
            }))
        })),
    ]));
}

#[test]
fn functions_and_casts() {
    reviewed!(show([
        ("functions", of(|t| {
            let (title, one, two) = (t.col("post", "title"), t.int(1), t.int(2));
            let part = t.call(Function::Substr, &[title, one, two]);
            let upper = t.call(Function::Upper, &[part]);
            t.call(Function::Coalesce, &[upper, title])
        })),
        ("now", of(|t| t.call(Function::Now, &[]))),
        ("the day of a timestamp", of(|t| {
            let created = t.col("post", "created");
            t.call(Function::Date, &[created])
        })),
        ("strftime", of(|t| {
            let (created, format) = (t.col("post", "created"), t.text("%Y ?"));
            t.call(Function::Strftime, &[format, created])
        })),
        ("casts", of(|t| {
            let title = t.col("post", "title");
            let real = t.cast(title, ColumnType::Real);
            let boolean = t.cast(real, ColumnType::Boolean);
            let uuid = t.cast(boolean, ColumnType::Uuid);
            t.cast(uuid, ColumnType::Json)
        })),
    ]));
}

#[test]
fn json() {
    reviewed!(show([
        ("a path, with a key that needs escapes", of(|t| {
            let data = t.col("post", "data");
            t.add(Expr::JsonPath((data, vec![
                JsonStep::Key("a.\"b\"\\ä\n".into()),
                JsonStep::Index(3),
                JsonStep::Key(String::new()),
            ])))
        })),
        ("values that are JSON stay so", of(|t| {
            let (data, path) = (t.col("post", "data"), t.text("$.a"));
            let json = t.val(Value::Json("[1]".into()));
            let yes = t.val(Value::Boolean(true));
            let text = t.text("x");
            let cast = t.cast(data, ColumnType::Json);
            t.call(Function::JsonSet, &[data, path, json, path, yes, path, text, path, cast])
        })),
    ]));
}

#[test]
fn decimals_compare_by_value() {
    use BinaryOp::*;
    let decimal = |t: &mut Tree| t.val(Value::Decimal("1.50".into()));
    reviewed!(show([
        ("a constant", of(|t| {
            let (price, d) = (t.col("post", "price"), decimal(t));
            t.bin(Lt, price, d)
        })),
        ("a cast", of(|t| {
            let (title, param) = (t.col("post", "title"), t.param(0));
            let cast = t.cast(title, ColumnType::Decimal);
            t.bin(Ge, cast, param)
        })),
        ("exact arithmetic", of(|t| {
            let (price, d, param) = (t.col("post", "price"), decimal(t), t.param(0));
            let price = t.cast(price, ColumnType::Decimal);
            let double = t.bin(Add, price, price);
            let times = t.bin(Multiply, double, d);
            t.bin(Eq, times, param)
        })),
        ("exact sums", of(|t| {
            let price = t.col("post", "price");
            let cast = t.cast(price, ColumnType::Decimal);
            let (exact, plain, least) =
                (t.agg(Aggregate::Sum, &[cast]), t.agg(Aggregate::Sum, &[price]), t.agg(Aggregate::Min, &[cast]));
            t.call(Function::Coalesce, &[exact, plain, least])
        })),
        ("not where nothing is compared", of(|t| {
            let (price, d) = (t.col("post", "price"), decimal(t));
            t.call(Function::Ifnull, &[price, d])
        })),
    ]));
}

#[test]
fn full_text() {
    reviewed!(show([("matches and relevance", {
        let mut t = Tree::default();
        let query = t.param(0);
        let text = FullTextRef { table: "post".into(), source: "p".into(), query };
        let (matches, relevance) =
            (t.add(Expr::Matches(text.clone())), t.add(Expr::Relevance(text)));
        let select = Select {
            columns: columns(&[relevance]),
            source: Some(named("post", "p")),
            filter: Some(matches),
            order_by: vec![asc(relevance)],
            ..Select::default()
        };
        t.select(select);
        t.rows()
    })]));
}

#[test]
fn aggregates_and_windows() {
    let window = |function: AggregateCall, partition_by: Vec<ExprId>, order_by: Vec<OrderTerm>, frame| {
        Expr::Window(Window { function, partition_by, order_by, frame })
    };
    reviewed!(show([
        ("count of rows, of distinct values, under a filter", of(|t| {
            let (id, title) = (t.col("post", "id"), t.col("post", "title"));
            let all = t.agg(Aggregate::Count, &[]);
            let filter = t.un(UnaryOp::IsNotNull, title);
            let distinct = AggregateCall {
                distinct: true,
                filter: Some(filter),
                ..plain(Aggregate::Count, &[id])
            };
            let distinct = t.add(Expr::Aggregate(distinct));
            let separator = t.text(", ");
            let joined = t.agg(Aggregate::GroupConcat, &[title, separator]);
            t.call(Function::Coalesce, &[all, distinct, joined])
        })),
        ("an array of JSON", of(|t| {
            let data = t.col("post", "data");
            let json = t.cast(data, ColumnType::Json);
            t.agg(Aggregate::JsonGroupArray, &[json])
        })),
        ("over everything", of(|t| t.add(window(plain(Aggregate::Count, &[]), vec![], vec![], None)))),
        ("partitions, order, frame", of(|t| {
            let (id, author) = (t.col("post", "id"), t.col("post", "author_id"));
            let order = vec![OrderTerm { expr: id, descending: true, nulls: Nulls::Last }, asc(author)];
            let frame = Frame {
                unit: FrameUnit::Groups,
                start: FrameBound::Preceding(3),
                end: FrameBound::UnboundedFollowing,
            };
            let sum = t.add(window(plain(Aggregate::Sum, &[id]), vec![author, id], order, Some(frame)));
            let filter = AggregateCall { filter: Some(id), ..plain(Aggregate::Avg, &[id]) };
            let frame = Frame {
                unit: FrameUnit::Range,
                start: FrameBound::CurrentRow,
                end: FrameBound::Following(2),
            };
            let average = t.add(window(filter, vec![], vec![asc(id)], Some(frame)));
            t.bin(BinaryOp::Add, sum, average)
        })),
        ("window functions", of(|t| {
            let (id, two) = (t.col("post", "id"), t.int(2));
            let order = vec![asc(id)];
            let number = t.add(window(plain(Aggregate::RowNumber, &[]), vec![], order.clone(), None));
            let lag = t.add(window(plain(Aggregate::Lag, &[id, two, id]), vec![], order.clone(), None));
            let tile = t.add(window(plain(Aggregate::Ntile, &[two]), vec![], order, None));
            let sum = t.bin(BinaryOp::Add, number, lag);
            t.bin(BinaryOp::Add, sum, tile)
        })),
        ("a window over groups", of(|t| {
            let count = t.agg(Aggregate::Count, &[]);
            t.add(window(plain(Aggregate::Sum, &[count]), vec![], vec![desc(count)], None))
        })),
    ]));
}
