//! How large the values may be that a statement touches: the more it computes, the
//! smaller.
//!
//! Nobody can stop SQLite between two operations of a program that does not jump, and a
//! select list of 500 functions on values of 4 MB is such a program of ten seconds. So a
//! program is weighed: what its operations cost, each once, per byte of a value. Length
//! by weight is then the time between two looks at the clock; it is bounded, and the
//! length with it. Few statements notice: 4 MB are left to a dozen plain columns with
//! some conditions and one or two functions.

use rusqlite::limits::Limit;
use rusqlite::{Connection as Raw, Result as Done};

use super::{Connection, LARGEST, Role};
use crate::error::Result;

/// Nanoseconds that a program may take between two looks, by its weight: half of what
/// `wit/orm.wit` promises, for machines differ.
const BUDGET: u64 = 50_000_000;

/// Bytes of a value that every program may touch.
const SMALLEST: u64 = 1000;

/// Weights are in tenths of a nanosecond per byte.
const PARTS: u64 = 10;

/// Weighs the program of a statement, as the host; returns the bytes of its largest value.
fn largest(raw: &Raw, sql: &str) -> Done<usize> {
    let mut statement = raw.prepare(&format!("EXPLAIN {sql}"))?;
    let mut rows = statement.raw_query();
    let mut weight: u64 = 0;
    while let Some(row) = rows.next()? {
        let operation = Operation {
            name: row.get_ref(1)?.as_str()?,
            p2: row.get(3)?,
            // Of some operations it is no text.
            p4: row.get_ref(5)?.as_bytes_or_null()?.unwrap_or_default(),
            p5: row.get(6)?,
        };
        weight = weight.saturating_add(operation.weight());
    }
    let fitting = BUDGET * PARTS / weight.max(1);
    let largest = usize::try_from(fitting.max(SMALLEST)).unwrap_or(LARGEST);
    Ok(largest.min(LARGEST))
}

/// An operation of a program (https://sqlite.org/opcode.html).
struct Operation<'a> {
    name: &'a str,
    p2: i64,
    p4: &'a [u8],
    p5: i64,
}

impl Operation<'_> {
    fn weight(&self) -> u64 {
        match self.name {
            "Function" | "PureFunc" | "AggStep" | "AggStep1" | "AggInverse" | "AggValue" => {
                function(self.p4)
            }
            // Text is read as a number, twice where it is none.
            "Add" | "Subtract" | "Multiply" | "Divide" | "Remainder" => 50,
            "BitAnd" | "BitOr" | "BitNot" | "ShiftLeft" | "ShiftRight" => 30,
            "Cast" | "MustBeInt" | "RealAffinity" => 15,
            "If" | "IfNot" | "IsTrue" | "And" | "Or" | "Not" => 5,
            "Eq" | "Ne" | "Lt" | "Le" | "Gt" | "Ge" => self.comparison(),
            "Affinity" => {
                let numbers = self.p4.iter().filter(|affinity| **affinity > b'B');
                15 * u64::try_from(numbers.count()).unwrap_or(u64::MAX)
            }
            "TypeCheck" => 5 * u64::try_from(self.p2).unwrap_or(0),
            // Whole values are copied.
            "Concat" => 17,
            "Column" | "VColumn" | "Rowid" => 3,
            "Copy" | "MakeRecord" | "AggFinal" | "Variable" => 5,
            // Keys are compared, and may lie on many pages.
            "Compare" | "Found" | "NotFound" | "NoConflict" | "Insert" | "Delete" | "IdxInsert"
            | "IdxDelete" | "SorterInsert" | "SorterCompare" | "SeekGE" | "SeekGT" | "SeekLE"
            | "SeekLT" | "IdxGE" | "IdxGT" | "IdxLE" | "IdxLT" => 5,
            "VFilter" | "VUpdate" => 20,
            _ => 0,
        }
    }

    fn comparison(&self) -> u64 {
        /// Where P5 keeps the affinity, and the first that makes numbers of texts.
        const AFFINITY: i64 = 0x47;
        const NUMERIC: i64 = 0x43;
        if self.p5 & AFFINITY >= NUMERIC {
            10
        } else if self.p4.is_empty() || self.p4.starts_with(b"BINARY") {
            2
        } else {
            20
        }
    }
}

/// Returns the weight of a function, measured on the worst argument that was found.
fn function(call: &[u8]) -> u64 {
    let name = call.split(|byte| *byte == b'(').next();
    match name
        .and_then(|name| std::str::from_utf8(name).ok())
        .unwrap_or_default()
    {
        "count"
        | "typeof"
        | "subtype"
        | "octet_length"
        | "changes"
        | "total_changes"
        | "last_insert_rowid"
        | "random"
        | "row_number"
        | "rank"
        | "dense_rank"
        | "percent_rank"
        | "cume_dist"
        | "ntile"
        | "likely"
        | "unlikely"
        | "likelihood"
        | "sqlite_version"
        | "match"
        | "unicode"
        | super::SEARCH => 0,
        "length" | "substr" | "substring" | "min" | "max" | "first_value" | "last_value"
        | "nth_value" | "lag" | "lead" | "coalesce" | "ifnull" | "nullif" | "concat"
        | "concat_ws" | "group_concat" | "string_agg" | "char" | "zeroblob" | "instr" | "like"
        | "glob" | "trim" | "ltrim" | "rtrim" => 10,
        "abs" | "round" | "sign" | "sum" | "avg" | "total" | "upper" | "lower" | "soundex"
        | "replace" | "unhex" => 30,
        "json_valid" | "json_array" | "json_object" | "json_group_array" | "json_group_object"
        | "hex" | "quote" | "randomblob" => 50,
        // Each two bytes of the format can ask for something.
        "printf" | "format" | "strftime" => 200,
        _ => 60,
    }
}

impl Connection {
    /// Takes the bound of the statement before away.
    pub(super) fn unbind_length(&self) -> Result<()> {
        self.bind_length(LARGEST)
    }

    /// Bounds values by the weight of a statement, which is weighed where it was
    /// compiled a moment ago, and remembered for as long as it is not compiled anew.
    pub(super) fn weigh(&self, sql: &str, compiled: bool) -> Result<()> {
        if self.role == Role::Host {
            return Ok(());
        }
        let mut known = self.weighed.borrow_mut();
        if !compiled && let Some(largest) = known.get(sql) {
            return self.bind_length(*largest);
        }
        let largest = self.as_host(|raw| largest(raw, sql));
        let largest = largest.map_err(|error| self.error(error, None))?;
        if known.len() > 2 * self.options.statements {
            known.clear();
        }
        known.insert(sql.into(), largest);
        self.bind_length(largest)
    }

    /// Tells whether values are bound more than they always are.
    pub(super) fn is_bound(&self) -> bool {
        self.largest() < LARGEST
    }

    /// Returns the largest value that SQLite takes now.
    pub(super) fn largest(&self) -> usize {
        self.largest.get()
    }

    /// Bounds values.
    pub(super) fn bind_length(&self, largest: usize) -> Result<()> {
        if self.largest.replace(largest) == largest {
            return Ok(());
        }
        let limit = i32::try_from(largest).unwrap_or(i32::MAX);
        let set = self.raw.set_limit(Limit::SQLITE_LIMIT_LENGTH, limit);
        set.map(drop).map_err(super::sqlite_error)
    }
}
