//! Rows of queries as values.

use serde_json::{Value, json};
use wasgi_renderer::{Error, Extent, Field, Kind, Relation, Rows, Source};

use crate::{engine, pack, run, shown};

fn field(name: &str) -> Field {
    Field {
        name: name.into(),
        kind: None,
    }
}

fn typed(name: &str, kind: Kind) -> Field {
    Field {
        name: name.into(),
        kind: Some(kind),
    }
}

fn query(rows: Value, fields: Vec<Field>) -> Rows {
    Rows {
        rows: pack::rows(&rows),
        related: Vec::new(),
        extent: Extent::All,
        fields,
        relations: Vec::new(),
    }
}

fn relation(parent: u32, name: &str, many: bool, fields: Vec<Field>) -> Relation {
    Relation {
        parent,
        key: 0,
        name: name.into(),
        many,
        fields,
    }
}

fn render(template: &str, query: Rows) -> Result<Vec<u8>, Error> {
    let source = Source::Text(template.into());
    run(
        &engine(&[]),
        &source,
        &json!({"rows": {"$query": 0}}),
        &[query],
    )
}

#[test]
fn a_row_is_a_dict_in_the_order_of_its_columns() {
    let query = query(
        json!([[1, "a", 2.5], [2, null, null]]),
        ["z", "y", "x"].map(field).into(),
    );
    let page = shown(render(
        "{% for row in rows %}{{ row | safe }}\n{% endfor %}",
        query,
    ));
    insta::assert_snapshot!(page, @r#"
    {"z": 1, "y": "a", "x": 2.5}
    {"z": 2, "y": , "x": }
    "#);
}

#[test]
fn values_are_shown_by_the_types_of_their_columns() {
    use Kind::{Blob, Boolean, Date, Decimal, Integer, Json, Real, Text, Timestamp, Uuid};
    let bytes: Vec<u8> = (0..16).collect();
    let row = json!([
        1, 7, 1.5, "a<b", {"$blob": [104, 105]}, "-12.50", {"$blob": bytes}, 1_709_210_096_500_000_i64,
        "2024-02-29", "{\"b\": [1, null], \"a\": true}"
    ]);
    let kinds = [
        Boolean, Integer, Real, Text, Blob, Decimal, Uuid, Timestamp, Date, Json,
    ];
    let fields = kinds.map(|kind| typed(&format!("{kind:?}"), kind));
    let page = shown(render(
        "{% for key, value in rows[0] %}{{ key }}: {{ value }}\n{% endfor %}",
        query(json!([row]), fields.into()),
    ));
    insta::assert_snapshot!(page, @r#"
    Boolean: true
    Integer: 7
    Real: 1.5
    Text: a&lt;b
    Blob: hi
    Decimal: -12.50
    Uuid: 00010203-0405-0607-0809-0a0b0c0d0e0f
    Timestamp: 2024-02-29T12:34:56.5Z
    Date: 2024-02-29
    Json: {&quot;b&quot;: [1, ], &quot;a&quot;: true}
    "#);
}

#[test]
fn what_the_database_holds_under_another_type_is_shown_as_it_is() {
    use Kind::{Decimal, Timestamp, Uuid};
    let fields = [Decimal, Timestamp, Uuid].map(|kind| typed(&format!("{kind:?}"), kind));
    let rows = json!([[5, "soon", "x"], [2.5, i64::MAX, {"$blob": [65]}], [null, null, null]]);
    let page = shown(render("{{ rows | safe }}", query(rows, fields.into())));
    insta::assert_snapshot!(page, @r#"[{"Decimal": "5", "Timestamp": "soon", "Uuid": "x"}, {"Decimal": "2.5", "Timestamp": 9223372036854775807, "Uuid": A}, {"Decimal": , "Timestamp": , "Uuid": }]"#);
}

#[test]
fn names_with_dots_are_dicts_and_none_where_all_is_null() {
    let fields = ["id", "author.name", "author.city.name", "editor.name"].map(field);
    let rows = json!([
        [1, "Ann", "Rome", null],
        [2, null, null, "Ed"],
        [3, null, "Oslo", "Ed"]
    ]);
    let page = shown(render(
        "{% for row in rows %}{{ row | safe }} {{ row.author is none }}\n{% endfor %}",
        query(rows, fields.into()),
    ));
    insta::assert_snapshot!(page, @r#"
    {"id": 1, "author": {"name": "Ann", "city": {"name": "Rome"}}, "editor": } false
    {"id": 2, "author": , "editor": {"name": "Ed"}} true
    {"id": 3, "author": {"name": , "city": {"name": "Oslo"}}, "editor": {"name": "Ed"}} false
    "#);
}

#[test]
fn a_column_without_a_name_is_not_shown() {
    let fields = ["", "a", "", "b"].map(field);
    let page = shown(render(
        "{{ rows | safe }}",
        query(json!([[1, 2, 3, 4]]), fields.into()),
    ));
    insta::assert_snapshot!(page, @r#"[{"a": 2, "b": 4}]"#);
}

#[test]
fn related_rows_are_with_the_row_they_belong_to() {
    let mut posts = query(
        json!([[1, "One"], [2, "Two"], [3, "Three"], [null, "None"]]),
        ["id", "title"].map(field).into(),
    );
    posts.relations = vec![
        relation(0, "comments", true, vec![field("id"), field("text")]),
        relation(1, "likes", true, vec![field("by")]),
        relation(0, "author", false, vec![field("name")]),
    ];
    posts.related = vec![
        pack::rows(&json!([
            [7, "hm", 1],
            [8, "oh", 1],
            [9, "ah", 3],
            [10, "no", null]
        ])),
        pack::rows(&json!([["Ann", 8], ["Bob", 8], ["Cid", 9]])),
        pack::rows(&json!([["Zoe", 2], ["Yan", 2]])),
    ];
    let page = shown(render(
        "{% for row in rows %}{{ row | safe }}\n{% endfor %}",
        posts,
    ));
    insta::assert_snapshot!(page, @r#"
    {"id": 1, "title": "One", "comments": [{"id": 7, "text": "hm", "likes": []}, {"id": 8, "text": "oh", "likes": [{"by": "Ann"}, {"by": "Bob"}]}], "author": }
    {"id": 2, "title": "Two", "comments": [], "author": {"name": "Zoe"}}
    {"id": 3, "title": "Three", "comments": [{"id": 9, "text": "ah", "likes": [{"by": "Cid"}]}], "author": }
    {"id": , "title": "None", "comments": [], "author": }
    "#);
}

#[test]
fn a_relation_can_go_into_a_dict_of_the_row() {
    let mut posts = query(
        json!([[1, "Ann"], [2, null]]),
        ["id", "author.name"].map(field).into(),
    );
    posts.relations = vec![
        relation(0, "author.tags", true, vec![field("tag")]),
        relation(0, "meta.tags", true, vec![field("tag")]),
    ];
    posts.related = vec![pack::rows(&json!([["x", 1], ["y", 2]])); 2];
    let page = shown(render("{{ rows | safe }}", posts));
    insta::assert_snapshot!(page, @r#"[{"id": 1, "author": {"name": "Ann", "tags": [{"tag": "x"}]}, "meta": {"tags": [{"tag": "x"}]}}, {"id": 2, "author": , "meta": {"tags": [{"tag": "y"}]}}]"#);
}

#[test]
fn the_extent_says_how_much_of_the_rows_is_shown() {
    let shown_as = |extent, rows: Value| {
        let mut query = query(rows, ["a", "b"].map(field).into());
        query.extent = extent;
        shown(render("{{ rows | safe }} {{ rows is none }}", query))
    };
    let two = json!([[1, 2], [3, 4]]);
    let pages: Vec<String> = [Extent::All, Extent::First, Extent::Scalar, Extent::Column]
        .into_iter()
        .flat_map(|extent| [shown_as(extent, two.clone()), shown_as(extent, json!([]))])
        .collect();
    insta::assert_snapshot!(pages.join("\n"), @r#"
    [{"a": 1, "b": 2}, {"a": 3, "b": 4}] false
    [] false
    {"a": 1, "b": 2} false
     true
    1 false
     true
    [1, 3] false
    [] false
    "#);
}

#[test]
fn rows_that_do_not_fit_their_description_are_errors() {
    let mut wrong = vec![
        query(json!([[1, 2]]), vec![field("a")]),
        query(json!([[1, 2]]), vec![field("a"), field("a")]),
        query(json!([[1, 2]]), vec![field("a"), field("a.b")]),
        query(json!([[1]]), vec![field(&"a.".repeat(65))]),
        query(json!([["{"]]), vec![typed("a", Kind::Json)]),
    ];
    let base = query(json!([[1]]), vec![field("a")]);
    let with = |relation: Relation, related: Value| {
        let related = vec![pack::rows(&related)];
        Rows {
            related,
            relations: vec![relation],
            ..base.clone()
        }
    };
    wrong.push(with(relation(1, "r", true, vec![]), json!([[1]])));
    wrong.push(with(
        Relation {
            key: 1,
            ..relation(0, "r", true, vec![])
        },
        json!([[1]]),
    ));
    wrong.push(with(relation(0, "r", true, vec![]), json!([[1, 2]])));
    wrong.push(with(relation(0, "a", true, vec![]), json!([])));
    wrong.push(Rows {
        relations: vec![relation(0, "r", true, vec![])],
        ..base.clone()
    });
    wrong.push(Rows {
        rows: [base.rows.clone(), vec![b'N']].concat(),
        ..base.clone()
    });
    wrong.push(Rows {
        extent: Extent::Scalar,
        fields: vec![],
        ..base.clone()
    });
    let errors: Vec<String> = wrong
        .into_iter()
        .map(|query| match render("", query) {
            Err(Error::Invalid(what)) => what,
            other => panic!("{other:?}"),
        })
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn more_names_than_are_kept_are_shown_all_the_same() {
    let name = |turn: usize| format!("{turn:05}{}", "x".repeat(995));
    for turn in 0..300 {
        let query = query(json!([[turn]]), vec![field(&name(turn))]);
        let page = shown(render(
            "{% for key, value in rows[0] %}{{ value }}{% endfor %}",
            query,
        ));
        assert_eq!(page, turn.to_string());
    }
}
