//! Columns that change their type.

use wasgi_orm::{ColumnType, Value};

use super::models::*;

const ALL: [ColumnType; 10] = [
    ColumnType::Boolean,
    ColumnType::Integer,
    ColumnType::Real,
    ColumnType::Text,
    ColumnType::Blob,
    ColumnType::Decimal,
    ColumnType::Uuid,
    ColumnType::Timestamp,
    ColumnType::Date,
    ColumnType::Json,
];

fn typed(kind: ColumnType) -> Vec<wasgi_orm::schema::Model> {
    vec![model("t", vec![column("c", kind).nullable()])]
}

/// Migrates one column of such values, and returns the values after and the loss.
fn change(from: ColumnType, to: ColumnType, values: &str) -> (Vec<String>, Vec<u64>) {
    let database = Database::with(typed(from), &format!("INSERT INTO t (c) VALUES {values}"));
    let plan = database.force(typed(to));
    let losses = plan.losses().map(|loss| loss.rows).collect();
    (database.lines("SELECT c FROM t ORDER BY id"), losses)
}

#[test]
fn values_that_say_the_same_in_the_new_type_are_carried_over() {
    use ColumnType::{Blob, Boolean, Date, Decimal, Integer, Json, Real, Text, Timestamp, Uuid};
    let cases = [
        (Boolean, Integer, "(0), (1), (NULL)", "0 1 null"),
        (Integer, Boolean, "(0), (1)", "0 1"),
        (
            Integer,
            Text,
            "(-5), (9223372036854775807)",
            "-5 9223372036854775807",
        ),
        (Text, Integer, "('-5'), ('0')", "-5 0"),
        (Integer, Real, "(3)", "3.0"),
        (Real, Integer, "(3.0), (-7.0)", "3 -7"),
        (Text, Real, "('1.5'), ('3')", "1.5 3.0"),
        (Real, Text, "(0.1)", "0.1"),
        (Text, Decimal, "('12.50'), ('-0.1'), ('7')", "12.50 -0.1 7"),
        (Decimal, Text, "('12.50')", "12.50"),
        (Decimal, Real, "('12.50')", "12.5"),
        (Decimal, Integer, "('12.00')", "12"),
        (Integer, Decimal, "(12)", "12"),
        (Text, Date, "('2024-02-29')", "2024-02-29"),
        (
            Date,
            Timestamp,
            "('1970-01-02'), ('1969-12-31')",
            "86400000000 -86400000000",
        ),
        (
            Timestamp,
            Date,
            "(86400000000), (-86400000000)",
            "1970-01-02 1969-12-31",
        ),
        (
            Timestamp,
            Text,
            "(1), (-1), (1700000000123456)",
            "1970-01-01T00:00:00.000001Z 1969-12-31T23:59:59.999999Z 2023-11-14T22:13:20.123456Z",
        ),
        (
            Text,
            Timestamp,
            "('1970-01-01T00:00:00.000001Z'), ('1969-12-31T23:59:59.999999Z')",
            "1 -1",
        ),
        (Text, Json, "('{\"a\": 1}'), ('3')", "{\"a\": 1} 3"),
        (Json, Integer, "('3')", "3"),
        (Boolean, Json, "(0), (1)", "false true"),
        (Real, Json, "(0.5)", "0.5"),
        (Text, Blob, "('ab')", "[61, 62]"),
        (
            Uuid,
            Text,
            "(x'00112233445566778899aabbccddeeff')",
            "00112233-4455-6677-8899-aabbccddeeff",
        ),
        (
            Text,
            Uuid,
            "('00112233-4455-6677-8899-aabbccddeeff')",
            "[00, 11, 22, 33, 44, 55, 66, 77, 88, 99, aa, bb, cc, dd, ee, ff]",
        ),
        (Timestamp, Integer, "(5)", "5"),
    ];
    for (from, to, values, expected) in cases {
        let (after, losses) = change(from, to, values);
        assert_eq!(after.join(" "), expected, "{from:?} to {to:?}");
        assert_eq!(losses, [0_u64; 0], "{from:?} to {to:?}");
    }
}

#[test]
fn values_that_do_not_go_over_are_counted() {
    use ColumnType::{Blob, Boolean, Date, Decimal, Integer, Json, Real, Text, Timestamp, Uuid};
    let cases = [
        (
            Text,
            Integer,
            "('1'), ('x'), ('2.5'), (NULL)",
            "1 0 2 null",
            2,
        ),
        (Integer, Boolean, "(0), (7)", "0 1", 1),
        (Real, Integer, "(1.5), (2.0)", "1 2", 1),
        (Integer, Real, "(9007199254740993)", "9007199254740992.0", 1),
        (
            Text,
            Decimal,
            "('1.'), ('1e5'), ('--1'), ('1.2.3'), ('x'), ('')",
            "null null null null null null",
            6,
        ),
        (
            Text,
            Date,
            "('2023-02-29'), ('now'), ('x')",
            "2023-03-01 null null",
            3,
        ),
        (Timestamp, Date, "(86400000001)", "1970-01-02", 1),
        (Text, Json, "('{'), ('a')", "\"{\" \"a\"", 2),
        (Text, Uuid, "('x'), ('0011')", "null null", 2),
        (
            Text,
            Timestamp,
            "('2024-01-01'), ('now'), ('5')",
            "1704067200000000 null null",
            3,
        ),
        (Blob, Uuid, "(x'00')", "null", 1),
        (Blob, Text, "(x'61')", "null", 1),
        (Text, Boolean, "('true'), ('maybe')", "1 null", 1),
        (
            Uuid,
            Integer,
            "(x'00112233445566778899aabbccddeeff')",
            "null",
            1,
        ),
        (Json, Integer, "('[1]'), ('1.0')", "0 1", 2),
        (Boolean, Uuid, "(1)", "null", 1),
    ];
    for (from, to, values, expected, lost) in cases {
        let (after, losses) = change(from, to, values);
        assert_eq!(after.join(" "), expected, "{from:?} to {to:?}");
        assert_eq!(losses, [lost], "{from:?} to {to:?}");
    }
}

#[test]
fn every_type_can_become_every_other() {
    let value = |kind| match kind {
        ColumnType::Boolean | ColumnType::Integer => "1",
        ColumnType::Timestamp => "0",
        ColumnType::Real => "1.0",
        ColumnType::Text | ColumnType::Decimal | ColumnType::Json => "'1'",
        ColumnType::Blob | ColumnType::Uuid => "x'00112233445566778899aabbccddeeff'",
        ColumnType::Date => "'2024-01-01'",
    };
    for from in ALL {
        for to in ALL {
            let (after, losses) = change(from, to, &format!("({})", value(from)));
            let lost = after == ["null"];
            assert_eq!(
                lost,
                losses == [1],
                "{from:?} to {to:?}: {after:?} {losses:?}"
            );
        }
    }
}

#[test]
fn a_fill_declares_how_a_type_changes_but_only_when_it_is_new() {
    let database = Database::with(
        vec![model("t", vec![text("size")])],
        "INSERT INTO t (size) VALUES ('5 kg'), ('7 kg')",
    );
    let filled = || {
        vec![model(
            "t",
            vec![integer("size").fill("CAST(replace(size, ' kg', '') AS INTEGER)")],
        )]
    };
    let plan = database.migrate(filled());
    assert!(!plan.is_destructive());
    assert_eq!(database.lines("SELECT size FROM t"), ["5", "7"]);
    // It has done its work: another change of type does not run it again.
    let mut stale = filled();
    if let Some(column) = stale
        .iter_mut()
        .flat_map(|model| &mut model.columns)
        .find(|column| column.name == "size")
    {
        column.kind = ColumnType::Real;
    }
    database.migrate(stale);
    assert_eq!(database.lines("SELECT size FROM t"), ["5.0", "7.0"]);
}

#[test]
fn values_that_do_not_go_over_take_the_default_where_null_is_not_allowed() {
    let database = Database::with(
        vec![model("t", vec![text("c")])],
        "INSERT INTO t (c) VALUES ('2024-01-01'), ('soon')",
    );
    let refused = refusal(database.plan(vec![model("t", vec![column("c", ColumnType::Date)])]));
    assert!(
        refused.contains("column c may not be null, and 1 row has no value"),
        "{refused}"
    );
    let default = Value::Date("2000-01-01".into());
    database.force(vec![model(
        "t",
        vec![column("c", ColumnType::Date).default(default)],
    )]);
    assert_eq!(
        database.lines("SELECT c FROM t"),
        ["2024-01-01", "2000-01-01"]
    );
}
