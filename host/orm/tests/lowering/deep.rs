//! The deepest trees that validation lets pass, on a small stack: a guest's call runs
//! on a stack of its own, and running over it would end the host.

use wasgi_orm::query::*;
use wasgi_orm::sql::lower;

use crate::tree::*;

/// Unoptimised code takes four times as much.
const STACK: usize = if cfg!(debug_assertions) {
    2 << 20
} else {
    512 << 10
};

fn lowers_on_a_small_stack(query: Query) {
    let lowering = move || {
        validate(&query, &Bounds::default()).expect("valid");
        lower(&query).expect("lowered").sql.len()
    };
    let thread = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(lowering);
    assert!(thread.expect("thread").join().expect("lowered") > 1000);
}

fn selecting(t: &mut Tree, expr: ExprId) -> Query {
    let select = from_post(t, &[expr]);
    t.select(select);
    t.rows()
}

#[test]
fn the_deepest_conditions_fit() {
    let mut t = Tree::default();
    let mut id = t.col("post", "id");
    for _ in 0..198 {
        id = t.un(UnaryOp::Not, id);
    }
    let query = selecting(&mut t, id);
    lowers_on_a_small_stack(query);

    let mut t = Tree::default();
    let column = t.col("post", "id");
    let mut id = column;
    for _ in 0..198 {
        id = t.bin(BinaryOp::Or, column, id);
    }
    let query = selecting(&mut t, id);
    lowers_on_a_small_stack(query);
}

#[test]
fn the_deepest_cases_over_a_wide_list_fit() {
    let mut t = Tree::default();
    let column = t.col("post", "id");
    let mut id = t.add(Expr::InList((column, vec![column; 8000])));
    for _ in 0..196 {
        let branches = vec![(id, column)];
        id = t.add(Expr::Case(CaseExpr {
            branches,
            otherwise: None,
        }));
    }
    let query = selecting(&mut t, id);
    lowers_on_a_small_stack(query);
}

#[test]
fn the_deepest_selects_fit() {
    let mut t = Tree::default();
    let column = t.col("post", "id");
    let mut id = column;
    for _ in 0..65 {
        let select = Select {
            filter: Some(id),
            ..from_post(&mut t, &[column])
        };
        let select = t.select(select);
        let exists = t.add(Expr::Exists(select));
        id = t.un(UnaryOp::Not, exists);
    }
    let query = selecting(&mut t, id);
    lowers_on_a_small_stack(query);

    let mut t = Tree::default();
    let column = t.col("post", "id");
    let innermost = from_post(&mut t, &[column]);
    let mut inner = t.select(innermost.clone());
    for _ in 0..99 {
        inner = t.select(Select {
            source: Some(sub(inner, "post")),
            ..innermost.clone()
        });
    }
    lowers_on_a_small_stack(t.rows());
}
