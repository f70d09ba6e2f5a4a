//! A select as data. Without its values it is the key under which its statement is
//! kept: see [`Frag`].

use crate::host::bindings::wasgi::app::orm as wit;
use crate::orm::expr::Frag;
use crate::orm::expr::frag::Case;
use crate::orm::expr::order::Term;
use crate::orm::packed::Params;

/// What a select returns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Columns {
    /// All columns of a model.
    Model {
        source: &'static str,
        names: &'static [&'static str],
    },
    Exprs(Vec<Frag>),
}

impl Default for Columns {
    fn default() -> Self {
        Self::Exprs(Vec::new())
    }
}

/// Where rows come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    Table {
        table: &'static str,
        alias: Option<&'static str>,
    },
    Select(Box<Select>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Join {
    pub(crate) kind: Case<wit::JoinKind>,
    pub(crate) table: &'static str,
    pub(crate) alias: Option<&'static str>,
    pub(crate) on: Frag,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[doc(hidden)]
pub struct Select {
    pub(crate) distinct: bool,
    pub(crate) columns: Columns,
    pub(crate) source: Option<Source>,
    pub(crate) joins: Vec<Join>,
    pub(crate) filter: Option<Frag>,
    pub(crate) group_by: Vec<Frag>,
    pub(crate) having: Option<Frag>,
    pub(crate) compound: Vec<(Case<wit::CompoundOp>, Select)>,
    pub(crate) order_by: Vec<Term>,
    pub(crate) after: Vec<Frag>,
    pub(crate) limit: Option<Frag>,
    pub(crate) offset: Option<Frag>,
}

/// Related rows, to be fetched for all rows of a select at once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(hidden)]
pub struct Prefetch {
    /// 0: for the rows of the select; n: for those of prefetch n-1 of the same list.
    pub(crate) parent: usize,
    /// The column of the parent's rows that is the key, counted from 0.
    pub(crate) key: usize,
    pub(crate) select: Select,
    /// What in the related rows equals the key.
    pub(crate) on: Frag,
}

impl Select {
    /// Appends its values, in the order in which [`crate::orm::lower`] numbers them.
    pub(crate) fn params(&self, params: &mut Params) {
        if let Columns::Exprs(exprs) = &self.columns {
            all(exprs, params);
        }
        if let Some(Source::Select(select)) = &self.source {
            select.params(params);
        }
        for join in &self.joins {
            params.append(&join.on.params);
        }
        all(&self.filter, params);
        all(&self.group_by, params);
        all(&self.having, params);
        for (_, select) in &self.compound {
            select.params(params);
        }
        for term in &self.order_by {
            params.append(&term.frag.params);
        }
        all(&self.after, params);
        all(&self.limit, params);
        all(&self.offset, params);
    }

    /// Drops its values, for as long as it is kept as a key.
    pub(crate) fn forget(&mut self) {
        if let Columns::Exprs(exprs) = &mut self.columns {
            exprs.iter_mut().for_each(Frag::forget);
        }
        if let Some(Source::Select(select)) = &mut self.source {
            select.forget();
        }
        let joins = self.joins.iter_mut().map(|join| &mut join.on);
        let terms = self.order_by.iter_mut().map(|term| &mut term.frag);
        joins.chain(terms).for_each(Frag::forget);
        let single = [
            &mut self.filter,
            &mut self.having,
            &mut self.limit,
            &mut self.offset,
        ];
        single.into_iter().flatten().for_each(Frag::forget);
        let lists = [&mut self.group_by, &mut self.after];
        lists.into_iter().flatten().for_each(Frag::forget);
        self.compound
            .iter_mut()
            .for_each(|(_, select)| select.forget());
    }

    /// Adds a condition.
    pub(crate) fn filter(&mut self, condition: Frag) {
        self.filter = Some(Frag::and(self.filter.take(), condition));
    }

    /// Tells whether its rows are its tables' rows, one for one.
    pub(crate) fn is_plain(&self) -> bool {
        !self.distinct
            && self.group_by.is_empty()
            && self.having.is_none()
            && self.compound.is_empty()
    }
}

impl Prefetch {
    pub(crate) fn params(&self, params: &mut Params) {
        self.select.params(params);
        params.append(&self.on.params);
    }

    pub(crate) fn forget(&mut self) {
        self.select.forget();
        self.on.forget();
    }
}

fn all<'a>(frags: impl IntoIterator<Item = &'a Frag>, params: &mut Params) {
    for frag in frags {
        params.append(&frag.params);
    }
}
