//! Trees of any shape, with references that are mostly there and names that mostly
//! are not.

mod expr;

use wasgi_orm::query::*;

use crate::choices::Choices;

const NAMES: [&str; 12] = [
    "post", "post", "post", "post", "post", "author", "author", "order", "a\"b", "é", "x' --", ";",
];

const COLUMNS: [&str; 10] = [
    "id",
    "id",
    "id",
    "title",
    "author_id",
    "price",
    "name",
    "id",
    "rowid",
    "a\"b",
];

struct Nonsense<'a, 'c> {
    choices: &'a mut Choices<'c>,
    exprs: usize,
    selects: usize,
}

/// Makes a query.
pub(crate) fn nonsense(choices: &mut Choices<'_>) -> Query {
    let (mut exprs, mut selects) = (Vec::new(), Vec::new());
    let mut it = Nonsense {
        choices,
        exprs: 0,
        selects: 0,
    };
    for _ in 0..1 + it.choices.below(4) {
        for _ in 0..1 + it.choices.below(8) {
            exprs.push(it.expr());
            it.exprs += 1;
        }
        selects.push(it.select());
        it.selects += 1;
    }
    let body = it.body();
    let count = usize::from(it.choices.one_in(4));
    let prefetches = (0..count).map(|_| Prefetch {
        parent: it.reference(1),
        key: it.reference(1),
        select: it.select_id(),
        on: it.id(),
    });
    let prefetches = prefetches.collect();
    Query {
        exprs,
        selects,
        body,
        prefetches,
    }
}

impl Nonsense<'_, '_> {
    fn small(&mut self) -> u32 {
        u32::try_from(self.choices.below(3)).expect("small")
    }

    fn name(&mut self) -> String {
        (*self.choices.of(&NAMES)).to_owned()
    }

    fn table(&mut self) -> String {
        if self.choices.one_in(20) {
            self.name()
        } else {
            (*self.choices.of(&["post", "author"])).to_owned()
        }
    }

    fn column(&mut self) -> String {
        (*self.choices.of(&COLUMNS)).to_owned()
    }

    fn some<T>(&mut self, times: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.choices.one_in(times).then(|| make(self))
    }

    fn many<T>(&mut self, bound: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.choices.below(bound)).map(|_| make(self)).collect()
    }

    /// Mostly one or two, and now and then none.
    fn few<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..*self
            .choices
            .of(&[1, 1, 2, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 0]))
            .map(|_| make(self))
            .collect()
    }

    fn reference(&mut self, count: usize) -> u32 {
        let beyond = usize::from(self.choices.below(500) == 499);
        u32::try_from(self.choices.below(count) + beyond * count).expect("small")
    }

    fn id(&mut self) -> ExprId {
        self.reference(self.exprs)
    }

    fn select_id(&mut self) -> SelectId {
        self.reference(self.selects)
    }

    fn source(&mut self) -> Source {
        if self.selects > 0 && self.choices.one_in(4) {
            let alias = Some(self.name());
            return Source {
                relation: Relation::Select(self.select_id()),
                alias,
            };
        }
        Source {
            relation: Relation::Table(self.table()),
            alias: self.some(4, Self::name),
        }
    }

    fn selected(&mut self) -> Selected {
        Selected {
            expr: self.id(),
            alias: self.some(2, Self::name),
        }
    }

    fn select(&mut self) -> Select {
        let mut columns = vec![self.selected()];
        columns.extend(self.some(5, Self::selected));
        let operators = [
            CompoundOp::Union,
            CompoundOp::UnionAll,
            CompoundOp::Intersect,
            CompoundOp::Except,
        ];
        Select {
            distinct: self.choices.one_in(4),
            columns,
            source: Some(self.source()),
            joins: self
                .some(4, |it| Join {
                    kind: *it.choices.of(&[JoinKind::Inner, JoinKind::Left]),
                    source: it.source(),
                    on: it.id(),
                })
                .into_iter()
                .collect(),
            filter: self.some(3, Self::id),
            group_by: self.many(2, Self::id),
            having: self.some(20, Self::id),
            compound: self
                .some(if self.selects > 0 { 6 } else { usize::MAX }, |it| {
                    (*it.choices.of(&operators), it.select_id())
                })
                .into_iter()
                .collect(),
            order_by: self.many(3, Self::term),
            after: self.some(12, Self::id).into_iter().collect(),
            limit: self.some(20, Self::id),
            offset: self.some(20, Self::id),
        }
    }

    fn set(&mut self) -> Vec<(String, ExprId)> {
        let mut set = vec![(self.column(), self.id())];
        set.extend(self.many(2, |it| (it.column(), it.id())));
        set
    }

    fn version(&mut self) -> Option<VersionCheck> {
        self.some(3, |it| VersionCheck {
            column: it.column(),
            expected: it.id(),
        })
    }

    fn body(&mut self) -> Body {
        match self.choices.below(6) {
            0..=2 => Body::Select(self.select_id()),
            3 => Body::Update(Update {
                table: self.table(),
                set: self.set(),
                filter: self.id(),
                version: self.version(),
                returning: self.many(3, Self::selected),
            }),
            4 => Body::Delete(Delete {
                table: self.table(),
                filter: self.id(),
                version: self.version(),
                returning: self.many(3, Self::selected),
            }),
            _ => Body::Insert(Insert {
                table: self.table(),
                columns: self.few(Self::column),
                rows: match self.choices.below(3) {
                    0 => InsertSource::Params(self.small()),
                    1 => InsertSource::Rows(self.few(|it| it.few(Self::id))),
                    _ => InsertSource::Select(self.select_id()),
                },
                conflict: self.some(2, |it| Conflict {
                    target: it.many(3, Self::column),
                    action: match it.choices.below(2) {
                        0 => ConflictAction::Ignore,
                        _ => ConflictAction::Update(it.set()),
                    },
                    filter: it.some(4, Self::id),
                }),
                returning: self.many(3, Self::selected),
            }),
        }
    }
}
