//! The rows of a query, and of its relations, as a value.

use std::collections::HashMap;

use serde::Serialize;
use tera::Value;

use super::field::Shown;
use super::packed::{JoinKey, Reader, Scalar, invalid};
use super::shape::{Origin, Row, Shape};
use crate::error::Result;
use crate::request::{Extent, Field, Relation, Rows};

/// Builds the value of a query.
pub(super) fn value(query: &Rows) -> Result<Value> {
    match query.extent {
        Extent::All | Extent::First => dicts(query),
        Extent::Scalar | Extent::Column => column(query),
    }
}

/// The first column: of the first row, or of all.
fn column(query: &Rows) -> Result<Value> {
    let mut reader = Reader::new(&query.rows);
    let field = query
        .fields
        .first()
        .ok_or_else(|| invalid("a query without columns has no first one"))?;
    let rows = reader.rows()?;
    let only_first = query.extent == Extent::Scalar;
    let mut array = Vec::with_capacity(if only_first {
        0
    } else {
        rows.min(reader.remaining())
    });
    for _ in 0..rows {
        columns(&mut reader, query.fields.len())?;
        let first = shown(&Shown {
            scalar: reader.scalar()?,
            field,
        })?;
        if only_first {
            return Ok(first);
        }
        array.push(first);
        for _ in 1..query.fields.len() {
            reader.scalar()?;
        }
    }
    Ok(if only_first {
        Value::none()
    } else {
        Value::from(array)
    })
}

/// Reads the head of a row, which must have so many columns.
#[inline]
fn columns(reader: &mut Reader<'_>, expected: usize) -> Result<()> {
    let found = reader.row()?;
    if found == expected {
        return Ok(());
    }
    Err(invalid(&format!(
        "a row has {found} columns, and {expected} fields"
    )))
}

/// Related rows by the key they belong to.
type Groups<'a> = HashMap<JoinKey<'a>, Value>;

fn dicts(query: &Rows) -> Result<Value> {
    if query.related.len() != query.relations.len() {
        return Err(invalid("there is not one list of rows for each relation"));
    }
    // From the last to the first: a relation's rows are whole before its parent takes them.
    let mut groups: Vec<Groups<'_>> = Vec::new();
    groups.resize_with(query.relations.len(), HashMap::new);
    for (at, (relation, rows)) in query.relations.iter().zip(&query.related).enumerate().rev() {
        let table = Table::new(&relation.fields, children(&query.relations, at + 1)?)?;
        let group = table.group(rows, relation.many, &groups)?;
        if let Some(place) = groups.get_mut(at) {
            *place = group;
        }
    }
    let table = Table::new(&query.fields, children(&query.relations, 0)?)?;
    let mut reader = Reader::new(&query.rows);
    let count = reader.rows()?;
    if query.extent == Extent::First {
        return match count {
            0 => Ok(Value::none()),
            _ => table.row(
                &mut reader,
                &groups,
                query.fields.len(),
                &mut Scratch::default(),
            ),
        };
    }
    let mut scratch = Scratch::default();
    let mut array = Vec::with_capacity(count.min(reader.remaining()));
    for _ in 0..count {
        array.push(table.row(&mut reader, &groups, query.fields.len(), &mut scratch)?);
    }
    if !reader.is_at_end() {
        return Err(invalid("something follows the rows"));
    }
    Ok(Value::from(array))
}

/// The relations whose rows go into those of `parent`: 0 is the query, n relation n-1.
fn children(relations: &[Relation], parent: usize) -> Result<Vec<(usize, &Relation)>> {
    let mut found = Vec::new();
    for (at, relation) in relations.iter().enumerate() {
        let its_parent = usize::try_from(relation.parent).unwrap_or(usize::MAX);
        if its_parent > at {
            return Err(invalid(&format!(
                "relation `{}` belongs to one that is not before it",
                relation.name
            )));
        }
        if its_parent == parent {
            found.push((at, relation));
        }
    }
    Ok(found)
}

/// How rows of one kind become dicts.
struct Table<'a> {
    fields: &'a [Field],
    relations: Vec<(usize, &'a Relation)>,
    shape: Shape,
}

/// What of one row is not needed for the next, but its room is.
#[derive(Default)]
struct Scratch<'a> {
    columns: Vec<Scalar<'a>>,
    related: Vec<Value>,
}

impl<'a> Table<'a> {
    fn new(fields: &'a [Field], relations: Vec<(usize, &'a Relation)>) -> Result<Self> {
        let mut shape = Shape::default();
        for (at, field) in fields.iter().enumerate() {
            if !field.name.is_empty() {
                shape.add(&field.name, Origin::Column(at))?;
            }
        }
        for (at, (_, relation)) in relations.iter().enumerate() {
            shape.add(&relation.name, Origin::Related(at))?;
        }
        Ok(Self {
            fields,
            relations,
            shape,
        })
    }

    /// Reads a row of so many columns, of which the first have fields.
    fn row(
        &self,
        reader: &mut Reader<'a>,
        groups: &[Groups<'a>],
        width: usize,
        scratch: &mut Scratch<'a>,
    ) -> Result<Value> {
        columns(reader, width)?;
        let Scratch { columns, related } = scratch;
        columns.clear();
        for _ in self.fields {
            columns.push(reader.scalar()?);
        }
        related.clear();
        for (group, relation) in &self.relations {
            let at = usize::try_from(relation.key).ok();
            let key = at.and_then(|at| columns.get(at)).ok_or_else(|| {
                invalid(&format!(
                    "relation `{}` has a key that is no column",
                    relation.name
                ))
            })?;
            related.push(attached(groups, *group, relation.many, *key));
        }
        shown(&Row {
            shape: &self.shape,
            fields: self.fields,
            columns,
            related,
        })
    }

    /// Reads rows with their key at the end, and gathers them by it.
    fn group(&self, rows: &'a [u8], many: bool, groups: &[Groups<'a>]) -> Result<Groups<'a>> {
        let mut reader = Reader::new(rows);
        let count = reader.rows()?;
        let mut scratch = Scratch::default();
        let mut gathered: HashMap<JoinKey<'a>, Vec<Value>> = HashMap::new();
        for _ in 0..count {
            let row = self.row(&mut reader, groups, self.fields.len() + 1, &mut scratch)?;
            let group = gathered.entry(JoinKey(reader.scalar()?)).or_default();
            if many || group.is_empty() {
                group.push(row);
            }
        }
        if !reader.is_at_end() {
            return Err(invalid("something follows the related rows"));
        }
        let whole = |rows: Vec<Value>| match many {
            true => Value::from(rows),
            false => rows.into_iter().next().unwrap_or_else(Value::none),
        };
        Ok(gathered
            .into_iter()
            .map(|(key, rows)| (key, whole(rows)))
            .collect())
    }
}

/// Makes a value; what cannot be one says why.
#[inline]
fn shown<T: Serialize>(what: &T) -> Result<Value> {
    Value::try_from_serializable(what).map_err(|error| {
        let said = error.to_string();
        invalid(said.strip_prefix("serialization failed: ").unwrap_or(&said))
    })
}

/// What belongs to a row with this key. Null equals nothing.
fn attached(groups: &[Groups<'_>], group: usize, many: bool, key: Scalar<'_>) -> Value {
    let found = match key {
        Scalar::Null => None,
        key => groups.get(group).and_then(|group| group.get(&JoinKey(key))),
    };
    match found {
        Some(value) => value.clone(),
        None if many => Value::from(Vec::<Value>::new()),
        None => Value::none(),
    }
}
