//! Queries whose rows go to a template: they stay in the host, which is told how they are
//! shown.
//!
//! A query is shown as what its `all` returns: a model is a dict of its fields, related
//! rows are under the relation's name in it, a single value is itself.

use super::{Columns, Load, Query, Select, Source};
use crate::host::bindings::wasgi::app::templates as wit;
use crate::host::database::{HeldRows, Statement};
use crate::orm::expr::Op;
use crate::orm::expr::frag::Frag;
use crate::orm::packed::Params;
use crate::orm::schema::ColumnType;
use crate::orm::sql::Sql;
use crate::orm::statement::{self, Shape};
use crate::orm::{Error, Result};

pub use wit::Relation;
use wit::{Extent, Field};

/// A query of which the host is to keep the rows.
#[doc(hidden)]
#[derive(Debug)]
pub struct Held {
    shape: Shape,
    params: Params,
    extent: Extent,
    /// None: as the statement names its columns.
    fields: Option<Vec<Field>>,
    relations: Vec<Relation>,
    problem: Option<Error>,
}

/// Rows that the host keeps, and how they are shown.
pub(crate) struct Shown {
    pub(crate) rows: HeldRows,
    pub(crate) extent: Extent,
    pub(crate) fields: Vec<Field>,
    pub(crate) relations: Vec<Relation>,
}

impl Held {
    /// Shows the first row alone.
    fn first(mut self) -> Self {
        self.extent = match self.extent {
            Extent::All | Extent::First => Extent::First,
            Extent::Column | Extent::Scalar => Extent::Scalar,
        };
        self
    }

    /// Runs it, inside of the transaction if one is open.
    pub(crate) fn run(self) -> Result<Shown> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let (rows, statement) = statement::hold(self.shape, &self.params.into_row())?;
        Ok(Shown {
            rows,
            extent: self.extent,
            fields: self.fields.unwrap_or_else(|| selected(&statement)),
            relations: self.relations,
        })
    }

    /// One value, of a select of it.
    fn value(select: Select, kind: ColumnType, problem: Option<Error>) -> Self {
        let mut params = Params::default();
        select.params(&mut params);
        Self {
            shape: Shape::Select(select, Vec::new()),
            params,
            extent: Extent::Scalar,
            fields: Some(vec![Field {
                name: String::new(),
                kind: Some(kind),
            }]),
            relations: Vec::new(),
            problem,
        }
    }
}

/// What a template can show without its rows passing through the app: a
/// [`Query`], or [SQL](crate::orm::sql).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no query",
    note = "give the query itself, without `.all()?` or `.first()?`"
)]
pub trait Show {
    #[doc(hidden)]
    fn held(self) -> Held;

    /// The same with the first row alone.
    #[doc(hidden)]
    fn held_first(self) -> Held;
}

impl<M, Q, L: Load> Show for Query<M, Q, L> {
    fn held(self) -> Held {
        let mut params = Params::default();
        self.select.params(&mut params);
        for prefetch in &self.prefetches {
            prefetch.params(&mut params);
        }
        let mut problem = self.problem;
        let mut fields = match name(&self.select, &self.names) {
            Ok(names) => fields::<L>(&names),
            // The name of a value by itself is not shown.
            Err(_) if L::SINGLE => fields::<L>(&[""]),
            Err(unnamed) => {
                problem.get_or_insert(unnamed);
                Vec::new()
            }
        };
        let mut relations = Vec::new();
        self.loader.relations(&mut relations, 0);
        make_room(&mut fields, &mut relations);
        Held {
            shape: Shape::Select(self.select, self.prefetches),
            params,
            extent: if L::SINGLE {
                Extent::Column
            } else {
                Extent::All
            },
            fields: Some(fields),
            relations,
            problem,
        }
    }

    fn held_first(self) -> Held {
        self.limit(1).held().first()
    }
}

impl<M, Q, L: Load> Query<M, Q, L> {
    /// Its number of rows.
    pub(crate) fn held_count(mut self) -> Held {
        let problem = self.problem.take();
        Held::value(self.into_count(), ColumnType::Integer, problem)
    }

    /// Whether it has a row.
    pub(crate) fn held_exists(mut self) -> Held {
        let problem = self.problem.take();
        Held::value(self.into_exists(), ColumnType::Boolean, problem)
    }
}

impl Show for Sql {
    fn held(self) -> Held {
        let (text, params) = self.into_parts();
        Held {
            shape: Shape::Sql(text),
            params,
            extent: Extent::All,
            fields: None,
            relations: Vec::new(),
            problem: None,
        }
    }

    fn held_first(self) -> Held {
        self.held().first()
    }
}

/// Returns how the columns of a statement of SQL are shown.
fn selected(statement: &Statement) -> Vec<Field> {
    let columns = statement.columns().into_iter();
    columns.map(|name| Field { name, kind: None }).collect()
}

/// Returns how rows are shown whose columns have these names.
pub(crate) fn fields<L: Load>(names: &[impl AsRef<str>]) -> Vec<Field> {
    let mut kinds = Vec::with_capacity(L::WIDTH);
    L::kinds(&mut kinds);
    let named = names.iter().zip(kinds).map(|(name, kind)| Field {
        name: name.as_ref().to_owned(),
        kind,
    });
    named.collect()
}

/// Returns the names of a select's columns. Those of joined tables stand behind their
/// table's name and a point: the host makes a dict of them.
fn name(select: &Select, given: &[(usize, &'static str)]) -> Result<Vec<String>> {
    let frags = match &select.columns {
        Columns::Model { names, .. } => {
            return Ok(names.iter().map(|name| (*name).to_owned()).collect());
        }
        Columns::Exprs(frags) => frags,
    };
    let own = match &select.source {
        Some(Source::Table { table, alias }) => alias.unwrap_or(table),
        _ => "",
    };
    let given = |place: usize| {
        let given = given.iter().find(|(named, _)| *named == place);
        given.map(|(_, name)| (*name).to_owned())
    };
    let mut names: Vec<String> = Vec::with_capacity(frags.len());
    for (place, frag) in frags.iter().enumerate() {
        let name = given(place).or_else(|| column(frag, own));
        let Some(name) = name else {
            return Err(Error::Invalid(format!(
                "what is selected {} has no name in templates; give it one, for instance \
                 `.select((Post::TITLE, Post::VIEWS.sum().named(\"views\")))`",
                nth(place)
            )));
        };
        if names.contains(&name) {
            return Err(Error::Invalid(format!(
                "two of what is selected are called `{name}` in templates; give one of them \
                 another name by `.named(\"..\")`"
            )));
        }
        names.push(name);
    }
    // In place of a key comes the dict of the table that was joined by it.
    for place in 0..names.len() {
        let table = names.get(place).and_then(|name| name.split_once('.'));
        if let Some(table) = table.map(|(table, _)| table.to_owned()) {
            names
                .iter_mut()
                .filter(|name| **name == table)
                .for_each(String::clear);
        }
    }
    Ok(names)
}

fn nth(place: usize) -> String {
    match place {
        0 => "first".to_owned(),
        1 => "second".to_owned(),
        2 => "third".to_owned(),
        place => format!("at place {}", place + 1),
    }
}

/// Returns the name of a column that is nothing but one.
fn column(frag: &Frag, own: &str) -> Option<String> {
    match frag.ops.as_slice() {
        [Op::Column { source, name }] if source.is_empty() || *source == own => {
            Some((*name).to_owned())
        }
        [Op::Column { source, name }] => Some(format!("{source}.{name}")),
        _ => None,
    }
}

/// Hides fields in whose place related rows come: of `author` the row, not the key.
fn make_room(fields: &mut [Field], relations: &mut [Relation]) {
    let names: Vec<_> = relations
        .iter()
        .map(|relation| (relation.parent, relation.name.clone()))
        .collect();
    for (parent, name) in names {
        let parent = usize::try_from(parent).unwrap_or(usize::MAX);
        let fields = match parent.checked_sub(1) {
            None => Some(&mut *fields),
            Some(place) => relations
                .get_mut(place)
                .map(|relation| relation.fields.as_mut_slice()),
        };
        for field in fields.into_iter().flatten() {
            if field.name == name {
                field.name.clear();
            }
        }
    }
}
