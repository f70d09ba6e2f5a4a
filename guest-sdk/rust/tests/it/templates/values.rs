//! What a context may hold beside queries.

use wasgi::orm::{Date, Decimal, Json, Timestamp, Uuid};
use wasgi::templates::{Context, Safe, context, render, safe};
use wasgi::test;

use super::shown;

#[derive(serde::Serialize)]
struct User {
    name: &'static str,
    signature: Safe,
}

const ANN: User = User {
    name: "Ann <a@x>",
    signature: Safe::from_static("<b>A</b>"),
};

#[test]
fn values_are_escaped_and_safe_ones_are_not_wherever_they_stand() {
    let text = "{{ user.name }} {{ user.signature }} {{ html }}";
    let page = shown(text, context! { user: &ANN, html: safe("<hr>") });
    assert_eq!(page, "Ann &lt;a@x&gt; <b>A</b> <hr>");
}

#[test]
fn a_struct_is_a_context() {
    assert_eq!(
        shown("{{ signature }} {{ name | length }}", &ANN),
        "<b>A</b> 9"
    );
    assert_eq!(shown("nothing", ()), "nothing");
    let json = serde_json::json!({ "a": [1, 2] });
    assert_eq!(shown("{{ a[1] }}", &json), "2");
}

#[test]
fn names_may_be_words_of_rust_variables_and_come_from_other_contexts() {
    let title = "t";
    let shared = context! { title: "shared", site: "s", r#type: "y" };
    let page = context! { title, r#match: 1, ..shared };
    assert_eq!(
        shown("{{ title }} {{ match }} {{ site }} {{ type }}", page),
        "t 1 s y"
    );
    let by_struct = context! { name: "Bob", ..&ANN };
    assert_eq!(
        shown("{{ name }} {{ signature }}", by_struct),
        "Bob <b>A</b>"
    );
    assert_eq!(shown("", context! {}), "");
    assert_eq!(shown("{{ a }}", context! { a: 1, a: 2 }), "2");
}

#[test]
fn a_context_in_a_context_is_a_dict() {
    let page = context! { paging: context! { number: 2, of: context! { all: 9 } } };
    assert_eq!(
        shown("{{ paging.number }}/{{ paging.of.all }}", page),
        "2/9"
    );
    let deep = (0..70).fold(Context::new(), |inner, _| context! { inner: inner });
    let refused = wasgi::templates::render_text("", deep).expect_err("too deep");
    assert_eq!(
        refused.to_string(),
        "the context: nested more than 64 levels deep"
    );
}

#[test]
fn a_context_is_built_step_by_step_as_well() {
    let mut page = Context::new();
    for number in 0..3 {
        page.insert(format!("n{number}"), number);
    }
    page.insert("n0", "x");
    assert_eq!(shown("{{ n0 }}{{ n1 }}{{ n2 }}", page), "x12");
}

#[test]
fn types_of_columns_are_shown_as_text() {
    let page = context! {
        decimal: "-12.50".parse::<Decimal>().unwrap(),
        time: Timestamp::from_seconds(86_400),
        day: "2026-02-28".parse::<Date>().unwrap(),
        uuid: Uuid::nil(),
        json: Json(vec![1, 2]),
    };
    assert_eq!(
        shown(
            "{{ decimal }} {{ time }} {{ day }} {{ uuid }} {{ json[0] }}",
            page
        ),
        "-12.50 1970-01-02T00:00:00Z 2026-02-28 00000000-0000-0000-0000-000000000000 1"
    );
}

#[test]
fn templates_include_extend_and_tell_escaping_by_their_suffix() {
    let _templates = test::templates([
        (
            "layout.html",
            "<title>{% block title %}{% endblock %}</title>",
        ),
        (
            "a/page.html",
            "{% extends \"layout.html\" %}{% block title %}{{ t }}{% endblock %}",
        ),
        ("mail.txt", "{{ t }}"),
    ]);
    let page = render("a/page.html", context! { t: "<&>" }).unwrap();
    assert_eq!(page.into_string().unwrap(), "<title>&lt;&amp;&gt;</title>");
    let mail = wasgi::templates::render_string("mail.txt", context! { t: "<&>" });
    assert_eq!(mail.unwrap(), "<&>");
}
