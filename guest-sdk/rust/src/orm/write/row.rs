//! One row of a model. After the first call of each no query is built: the model keeps
//! the statement, and the values are packed straight from the struct.

use super::{Conflict, Delete, Insert, OnConflict, Update};
use crate::orm::expr::{Frag, Op};
use crate::orm::model::Model;
use crate::orm::packed::{self, Params};
use crate::orm::query::{Columns, Query, Select};
use crate::orm::row::{mismatched, read_rows};
use crate::orm::statement::{self, Shape};
use crate::orm::tree::BinaryOp;
use crate::orm::{Encode, Error, Result};

/// The condition that a row has the key whose values are given.
pub(super) fn by_key<M: Model>() -> Frag {
    let equal = |name| Frag::column(M::TABLE, name).binary(BinaryOp::Eq, Frag::of(Op::Param));
    let conditions = M::KEY.iter().copied().map(equal);
    conditions
        .reduce(|all, one| all.binary(BinaryOp::And, one))
        .unwrap_or_else(|| Frag::of(Op::Boolean(false)))
}

pub(crate) fn find<M: Model>(key: Params) -> Result<Option<M>> {
    let shape = || {
        let query = Query::<M>::over().into_select();
        Shape::Select(
            Select {
                columns: Columns::Model {
                    source: M::TABLE,
                    names: M::COLUMNS,
                },
                filter: Some(by_key::<M>()),
                ..query
            },
            Vec::new(),
        )
    };
    let key = key.into_row();
    let rows = M::statements().with(|statements| statements.find.query(&key, shape))?;
    Ok(read_rows(&rows.rows, M::NAMES, M::COLUMNS.len(), M::read)?.pop())
}

pub(super) fn insert_shape<M: Model>() -> Shape {
    Shape::Insert(Insert {
        table: M::TABLE,
        columns: M::COLUMNS,
        conflict: None,
        returning: &[],
    })
}

fn row_of<M: Model>(row: &M) -> Vec<u8> {
    let mut values = Vec::with_capacity(128);
    packed::begin_row(&mut values, M::COLUMNS.len());
    row.encode_row(&mut values);
    values
}

pub(crate) fn insert<M: Model>(mut row: M) -> Result<M> {
    let values = row_of(&row);
    let statements = M::statements();
    let outcome =
        statements.with(|statements| statements.insert.execute(&values, insert_shape::<M>))?;
    if row.needs_key() {
        row.assign_key(outcome.last_insert_id)
            .map_err(|mismatch| mismatched(&mismatch, M::NAMES))?;
    }
    Ok(row)
}

pub(crate) fn upsert<M: Model>(row: &M, target: Vec<&'static str>) -> Result<M> {
    let update = M::COLUMNS.iter().copied();
    let update = update.filter(|name| !target.contains(name) && !M::KEY.contains(name));
    let update: Vec<_> = update.collect();
    let action = if update.is_empty() {
        OnConflict::Touch(target.first().copied().unwrap_or(M::KEY_COLUMN))
    } else {
        OnConflict::Update(update)
    };
    let shape = Shape::Insert(Insert {
        table: M::TABLE,
        columns: M::COLUMNS,
        conflict: Some(Conflict { target, action }),
        returning: M::COLUMNS,
    });
    let rows = statement::query(shape, &row_of(row))?;
    let rows = read_rows(&rows.rows, M::NAMES, M::COLUMNS.len(), M::read)?;
    rows.into_iter().next().ok_or(Error::NotFound)
}

/// Columns that `save` writes: all but the key and the version.
fn rest<M: Model>() -> impl Iterator<Item = &'static str> {
    let rest = M::COLUMNS.iter().copied();
    rest.filter(|name| !M::KEY.contains(name) && M::VERSION != Some(*name))
}

pub(crate) fn save<M: Model>(row: &mut M) -> Result<()> {
    let shape = || {
        let mut set: Vec<_> = rest::<M>()
            .map(|name| (name, Frag::of(Op::Param)))
            .collect();
        if set.is_empty() {
            // SQL knows no update that sets nothing.
            let name = M::KEY_COLUMN;
            set.push((name, Frag::column(M::TABLE, name)));
        }
        Shape::Update(Update {
            table: M::TABLE,
            set,
            filter: by_key::<M>(),
            version: M::VERSION,
            returning: &[],
        })
    };
    let mut values = Vec::with_capacity(128);
    let versions = usize::from(M::VERSION.is_some());
    packed::begin_row(&mut values, rest::<M>().count() + M::KEY.len() + versions);
    row.encode_rest(&mut values);
    row.encode_key(&mut values);
    let version = row.version();
    if let Some(version) = version {
        version.encode(&mut values);
    }
    let outcome = M::statements().with(|statements| statements.save.execute(&values, shape))?;
    match version {
        Some(version) => row
            .set_version(version.wrapping_add(1))
            .map_err(|mismatch| mismatched(&mismatch, &[])),
        None if outcome.changes == 0 => Err(Error::NotFound),
        None => Ok(()),
    }
}

pub(crate) fn delete<M: Model>(row: &M) -> Result<bool> {
    let shape = || {
        Shape::Delete(Delete {
            table: M::TABLE,
            filter: by_key::<M>(),
            version: M::VERSION,
        })
    };
    let mut values = Vec::with_capacity(32);
    let versions = usize::from(M::VERSION.is_some());
    packed::begin_row(&mut values, M::KEY.len() + versions);
    row.encode_key(&mut values);
    if let Some(version) = row.version() {
        version.encode(&mut values);
    }
    let outcome = M::statements().with(|statements| statements.delete.execute(&values, shape))?;
    Ok(outcome.changes > 0)
}
