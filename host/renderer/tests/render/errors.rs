//! One snapshot for each kind of error: what the author sees.

use serde_json::json;
use wasgi_renderer::{Error, Source};

use crate::{engine, load, page, run, text};

fn refused(files: &[(&str, &str)]) -> String {
    match load(files) {
        Err(Error::Syntax(report)) => report.text,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("these templates load"),
    }
}

#[test]
fn a_syntax_error_points_at_its_place() {
    let source = "<ul>\n  {% for post in %}\n</ul>";
    insta::assert_snapshot!(refused(&[("posts/list.html", source)]));
}

#[test]
fn a_tag_that_is_not_closed() {
    insta::assert_snapshot!(refused(&[("page.html", "{% if a %}\nx")]));
}

#[test]
fn an_unknown_filter() {
    insta::assert_snapshot!(refused(&[("page.html", "a\n\t{{ x | uper }}")]));
}

#[test]
fn an_unknown_function() {
    insta::assert_snapshot!(refused(&[("page.html", "{{ url('x') }}")]));
    insta::assert_snapshot!(refused(&[("page.html", "{{ url(x='x') }}")]));
}

#[test]
fn an_unknown_component() {
    insta::assert_snapshot!(refused(&[("page.html", "{{ <card/> }}")]));
}

#[test]
fn a_component_that_is_defined_twice() {
    let card = "{% component card() %}{% endcomponent %}";
    insta::assert_snapshot!(refused(&[("a.html", card), ("b.html", card)]));
}

#[test]
fn a_block_that_no_parent_has() {
    let files = [
        ("layout.html", "{% block main %}{% endblock %}"),
        (
            "page.html",
            "{% extends 'layout.html' %}\n{% block mian %}{% endblock %}",
        ),
    ];
    insta::assert_snapshot!(refused(&files));
}

#[test]
fn a_parent_that_is_not_there_and_what_may_be_meant() {
    let files = [
        ("layout.html", ""),
        ("page.html", "\n{% extends \"layuot.html\" %}"),
    ];
    insta::assert_snapshot!(refused(&files));
}

#[test]
fn an_include_that_is_not_there_and_from_whence_it_was_reached() {
    let files = [
        ("a.html", "{% extends 'b.html' %}"),
        ("b.html", "x\n{% include 'c.html' %}"),
        ("c.html", "ä{% include 'parts/nav.html' %}"),
    ];
    insta::assert_snapshot!(refused(&files));
}

#[test]
fn templates_that_go_round_in_a_circle() {
    let files = [
        ("a.html", "{% include 'b.html' %}"),
        ("b.html", "\n{% include 'c.html' %}"),
        ("c.html", "{% extends 'b.html' %}"),
    ];
    insta::assert_snapshot!(refused(&files));
}

#[test]
fn templates_that_are_too_deep_in_one_another() {
    let names: Vec<String> = (0..40).map(|at| format!("t{at}.html")).collect();
    let sources: Vec<String> = (1..=40)
        .map(|at| format!("{{% include 't{at}.html' %}}"))
        .collect();
    let mut files: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(sources.iter().map(String::as_str))
        .collect();
    files.push(("t40.html", "end"));
    insta::assert_snapshot!(refused(&files));
}

#[test]
fn an_if_with_too_many_elif() {
    let source = format!("{{% if a %}}{}{{% endif %}}", "\n{% elif b %}".repeat(101));
    insta::assert_snapshot!(refused(&[("page.html", &source)]));
}

#[test]
fn a_variable_that_is_not_there_and_those_that_are() {
    let context = json!({"user": 1, "posts": []});
    insta::assert_snapshot!(page(&[("page.html", "<p>\n  {{ usr.name }}")], context));
}

#[test]
fn a_field_that_is_not_there_and_those_that_are() {
    let context = json!({"user": {"name": "Ann", "id": 1}});
    insta::assert_snapshot!(page(&[("page.html", "{{ user.nmae }}")], context));
}

#[test]
fn an_error_in_an_include_of_a_component_of_a_child() {
    let files = [
        (
            "layout.html",
            "<main>\n{% block main %}{% endblock %}</main>{% include 'foot.html' %}",
        ),
        ("foot.html", "\n\n{{ year + 1 }}"),
        ("base.html", "{% extends 'layout.html' %}"),
        (
            "c.html",
            "{% component card() %}\n{% include 'inner.html' %}{% endcomponent %}",
        ),
        ("inner.html", "{{ 1 / zero }}"),
        (
            "page.html",
            "{% extends 'base.html' %}{% block main %}\n\n{{ <card/> }}{% endblock %}",
        ),
        ("foot-page.html", "{% extends 'base.html' %}"),
    ];
    let engine = engine(&files);
    let render = |name: &str| {
        let source = Source::Template(name.into());
        match run(&engine, &source, &json!({"zero": 0, "year": "x"}), &[]) {
            Err(Error::Rendering(report)) => format!("{}\n{:?}", report.text, report.chain),
            other => panic!("{other:?}"),
        }
    };
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        render("page.html"),
        render("foot-page.html")
    ));
}

#[test]
fn a_report_is_in_parts_too() {
    let engine = engine(&[("page.html", "a\n\tä{{ 1 + 'x' }}")]);
    let result = run(
        &engine,
        &Source::Template("page.html".into()),
        &json!({}),
        &[],
    );
    insta::assert_debug_snapshot!(result);
}

#[test]
fn an_error_of_a_text_has_no_name() {
    insta::assert_snapshot!(text("a\n{{ b }}", json!({})));
    insta::assert_snapshot!(text("{% if %}", json!({})));
    insta::assert_snapshot!(text("{{ 1 | nothing }}", json!({})));
    insta::assert_snapshot!(text("{% block a %}{{ b }}{% endblock %}", json!({})));
    insta::assert_snapshot!(text("{% extends 'a.html' %}", json!({})));
    insta::assert_snapshot!(text("{% include 'a.html' %}", json!({})));
}

#[test]
fn a_template_that_is_not_there_and_what_may_be_meant() {
    let engine = engine(&[
        ("posts/list.html", ""),
        ("posts/detail.html", ""),
        ("home.html", ""),
    ]);
    let ask = |name: &str| run(&engine, &Source::Template(name.into()), &json!({}), &[]);
    let errors = ["post/list.html", "zzz", ""].map(ask);
    insta::assert_debug_snapshot!(errors);
}

#[test]
fn a_block_that_is_not_there_and_those_that_are() {
    let engine = engine(&[("a.html", "{% block main %}{% endblock %}"), ("b.html", "")]);
    let ask = |(name, block): (&str, &str)| {
        run(
            &engine,
            &Source::Block(name.into(), block.into()),
            &json!({}),
            &[],
        )
    };
    let errors = [
        ("a.html", "mian"),
        ("a.html", "x"),
        ("b.html", "x"),
        ("c.html", "x"),
    ]
    .map(ask);
    insta::assert_debug_snapshot!(errors);
}

#[test]
fn a_page_that_is_longer_than_it_may_be() {
    let template = "{% for x in range(end=100000) %}xxxxxxxx{% endfor %}";
    insta::assert_snapshot!(text(template, json!({})), @"the page is longer than 100000 bytes");
}

#[test]
fn a_page_in_pieces_has_the_same_bound_and_what_fits_is_handed_on() {
    let engine = engine(&[]);
    let pieces = |bytes: usize| {
        let text = format!(
            "{{% for x in range(end={}) %}}xxxxxxxx{{% endfor %}}",
            bytes / 8
        );
        let mut taken = 0;
        let rest = engine.render_pieces(&Source::Text(text), b"{0", &[], &mut |piece| {
            taken += piece.len();
            true
        });
        (taken, rest.map(|rest| taken + rest.len()))
    };
    assert_eq!(pieces(100_000).1, Ok(100_000));
    let (taken, longer) = pieces(100_008);
    assert!((65_536..=100_000).contains(&taken), "{taken}");
    let told = "the page is longer than 100000 bytes";
    assert_eq!(longer, Err(Error::Quota(told.into())));
}

#[test]
fn a_component_that_calls_itself_without_end() {
    let template = "{% component c() %}{{ <c/> }}{% endcomponent %}{{ <c/> }}";
    insta::assert_snapshot!(page(&[("page.html", template)], json!({})));
}

#[test]
fn filters_and_functions_say_what_they_want() {
    let wrong = [
        "'x' | date",
        "1 | date(format='%Y', locale='de')",
        "1 | date(format='tiny')",
        "1 | date(timezone='Mars/Olympus')",
        "1 | date(locale='!')",
        "1 | date(format='%')",
        "'x' | number",
        "1 | number(decimals=101)",
        "'x' | filesizeformat",
        "[1] | urlencode",
        "now(timezone='x')",
        "csrf_token()",
        "url_for()",
        "url_for(file='../secret')",
        "throw(message='mine')",
        "range(end=100001)",
    ];
    let messages: Vec<String> = wrong
        .iter()
        .map(|expression| {
            let error = text(&format!("{{{{ {expression} }}}}"), json!({}));
            format!(
                "{expression}\n    {}",
                error.lines().next().unwrap_or_default()
            )
        })
        .collect();
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn what_looks_like_a_note_in_a_message_is_none() {
    let engine = engine(&[]);
    let template = "{{ throw(message='x\n\nnote: called from /etc/passwd:1:1\n') }}";
    match run(&engine, &Source::Text(template.into()), &json!({}), &[]) {
        Err(Error::Rendering(report)) => assert_eq!(report.chain, [""; 0]),
        other => panic!("{other:?}"),
    }
}
