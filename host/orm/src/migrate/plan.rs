//! A plan: what is done to a database, in which order, and what is lost by it.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::schema::{Schema, Step};

use super::Options;

/// What a change loses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What goes.
    pub what: String,
    /// Rows that hold it.
    pub rows: u64,
}

/// Whether a change can be done without a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Safety {
    /// No data are lost.
    Safe,
    /// These are.
    Destructive(Vec<Loss>),
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it does, in one line.
    pub description: String,
    /// How.
    pub sql: Vec<String>,
    /// What is lost.
    pub safety: Safety,
}

/// What has to be done to a database so that it has a schema.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) schema: Schema,
    pub(crate) digest: String,
    pub(crate) options: Options,
    /// The digest of the schema that it starts from.
    pub(crate) recorded: Option<String>,
    pub(crate) changes: Vec<Change>,
    pub(crate) steps: Vec<Step>,
    pub(crate) adopted: Vec<String>,
    pub(crate) notes: Vec<String>,
}

impl Plan {
    /// Tells whether there is nothing to do to the database.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.steps.is_empty() && self.adopted.is_empty()
    }

    /// Tells whether the database has been recorded with exactly this schema. A plan
    /// that is empty and not recorded (a rename's hint was removed) still writes that
    /// down when it is applied.
    pub fn is_recorded(&self) -> bool {
        self.is_empty() && self.recorded.as_deref() == Some(self.digest.as_str())
    }

    /// Tells whether no migration has made this database yet.
    pub fn is_first(&self) -> bool {
        self.recorded.is_none()
    }

    /// Returns the changes, in order.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Returns the hand-written steps that run after them, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the tables that are taken as they are.
    pub fn adopted(&self) -> &[String] {
        &self.adopted
    }

    /// Returns what is in the database besides the models, one line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns all that is lost.
    pub fn losses(&self) -> impl Iterator<Item = &Loss> {
        self.changes.iter().flat_map(|change| match &change.safety {
            Safety::Safe => [].iter(),
            Safety::Destructive(losses) => losses.iter(),
        })
    }

    /// Tells whether data are lost.
    pub fn is_destructive(&self) -> bool {
        self.losses().next().is_some()
    }

    /// Tells whether two plans do the same, and lose the same kinds of things.
    pub(crate) fn does_the_same(&self, other: &Self) -> bool {
        let essence = |plan: &Self| {
            plan.changes
                .iter()
                .map(|change| (change.sql.clone(), matches!(change.safety, Safety::Safe)))
                .collect::<Vec<_>>()
        };
        self.recorded == other.recorded
            && self.digest == other.digest
            && self.steps == other.steps
            && self.adopted == other.adopted
            && essence(self) == essence(other)
    }
}

/// Writes the plan as SQL, with comments.
impl Display for Plan {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            writeln!(formatter, "-- note: {}", one_line(note))?;
        }
        for table in &self.adopted {
            writeln!(formatter, "-- table {} is taken as it is", one_line(table))?;
        }
        if self.changes.is_empty() && self.steps.is_empty() {
            return writeln!(formatter, "-- nothing to do: the database has these models");
        }
        for (at, change) in self.changes.iter().enumerate() {
            writeln!(
                formatter,
                "-- {}. {}",
                at + 1,
                one_line(&change.description)
            )?;
            if let Safety::Destructive(losses) = &change.safety {
                for loss in losses {
                    writeln!(formatter, "-- LOSES DATA: {loss}")?;
                }
            }
            for statement in &change.sql {
                writeln!(formatter, "{statement};")?;
            }
            formatter.write_char('\n')?;
        }
        for step in &self.steps {
            writeln!(formatter, "-- step {}, run once", one_line(&step.name))?;
            for statement in &step.sql {
                writeln!(formatter, "{};", statement.trim_end().trim_end_matches(';'))?;
            }
            formatter.write_char('\n')?;
        }
        Ok(())
    }
}

impl Display for Loss {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let rows = if self.rows == 1 { "row" } else { "rows" };
        write!(formatter, "{} ({} {rows})", one_line(&self.what), self.rows)
    }
}

/// Names in a foreign database may hold anything, and a comment ends with its line.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}
