//! What a row becomes: a dict, with dicts inside for names with dots.
//!
//! A dict of Tera is made fastest by serialising a struct: there its keys are not copied,
//! and its values go to their places without another map between.

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};
use tera::Value;

use super::MAX_DEPTH;
use super::field::Shown;
use super::names::Name;
use super::packed::{Scalar, invalid};
use crate::error::Result;
use crate::request::Field;

/// Where a value of a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A column.
    Column(usize),
    /// A relation, counted among those of this kind of row.
    Related(usize),
}

/// A dict of a row.
#[derive(Debug, Default)]
pub(super) struct Shape {
    members: Vec<(Name, Member)>,
    /// Whether all names are kept.
    kept: bool,
}

#[derive(Debug)]
enum Member {
    From(Origin),
    Dict(Shape),
}

impl Shape {
    /// Adds a name, with dots for dicts inside.
    pub(super) fn add(&mut self, name: &str, origin: Origin) -> Result<()> {
        if name.matches('.').count() >= MAX_DEPTH as usize {
            return Err(invalid(&format!("`{name}` has too many dots")));
        }
        let mut shape = self;
        let mut path = name;
        while let Some((head, tail)) = path.split_once('.') {
            shape = shape.dict(head).ok_or_else(|| clash(name))?;
            path = tail;
        }
        if shape
            .members
            .iter()
            .any(|(there, _)| there.as_str() == path)
        {
            return Err(clash(name));
        }
        shape.push(path, Member::From(origin));
        Ok(())
    }

    /// The dict of this name, made where it is not there; none where a value is.
    fn dict(&mut self, name: &str) -> Option<&mut Self> {
        let place = self
            .members
            .iter()
            .position(|(there, _)| there.as_str() == name);
        let place = place.unwrap_or_else(|| {
            self.push(name, Member::Dict(Self::default()));
            self.members.len() - 1
        });
        match self.members.get_mut(place) {
            Some((_, Member::Dict(dict))) => Some(dict),
            _ => None,
        }
    }

    fn push(&mut self, name: &str, member: Member) {
        let name = Name::new(name);
        let kept = matches!(name, Name::Kept(_));
        self.kept = kept && (self.kept || self.members.is_empty());
        self.members.push((name, member));
    }

    fn has_columns(&self) -> bool {
        self.members.iter().any(|(_, member)| match member {
            Member::From(origin) => matches!(origin, Origin::Column(_)),
            Member::Dict(shape) => shape.has_columns(),
        })
    }

    fn is_null(&self, columns: &[Scalar<'_>]) -> bool {
        self.members.iter().all(|(_, member)| match member {
            Member::From(Origin::Related(_)) => true,
            Member::From(Origin::Column(at)) => {
                matches!(columns.get(*at), None | Some(Scalar::Null))
            }
            Member::Dict(shape) => shape.is_null(columns),
        })
    }
}

fn clash(name: &str) -> crate::Error {
    invalid(&format!(
        "`{name}` is there twice, or is a value and a dict"
    ))
}

/// A row, read and joined, but not yet a value.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) shape: &'a Shape,
    pub(super) fields: &'a [Field],
    pub(super) columns: &'a [Scalar<'a>],
    pub(super) related: &'a [Value],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let members = &self.shape.members;
        if !self.shape.kept {
            let mut map = serializer.serialize_map(Some(members.len()))?;
            for (name, member) in members {
                map.serialize_entry(name.as_str(), &Cell { row: *self, member })?;
            }
            return map.end();
        }
        let mut dict = serializer.serialize_struct("row", members.len())?;
        for (name, member) in members {
            if let Name::Kept(name) = name {
                dict.serialize_field(name, &Cell { row: *self, member })?;
            }
        }
        dict.end()
    }
}

/// One value of a row.
struct Cell<'a> {
    row: Row<'a>,
    member: &'a Member,
}

impl Serialize for Cell<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let row = self.row;
        match self.member {
            Member::From(Origin::Column(at)) => match (row.columns.get(*at), row.fields.get(*at)) {
                (Some(scalar), Some(field)) => Shown {
                    scalar: *scalar,
                    field,
                }
                .serialize(serializer),
                _ => serializer.serialize_unit(),
            },
            Member::From(Origin::Related(at)) => match row.related.get(*at) {
                Some(value) => value.serialize(serializer),
                None => serializer.serialize_unit(),
            },
            // None where it has columns and all of them are null.
            Member::Dict(shape) if shape.has_columns() && shape.is_null(row.columns) => {
                serializer.serialize_unit()
            }
            Member::Dict(shape) => Row { shape, ..row }.serialize(serializer),
        }
    }
}
