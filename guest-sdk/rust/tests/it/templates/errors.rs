//! What authors see of their mistakes.

use wasgi::Error as AppError;
use wasgi::templates::{Error, context, render, render_block, render_text};
use wasgi::test::{self, Client};
use wasgi::web::Router;

fn templates() -> test::Templates {
    test::templates([
        ("layout.html", "<p>\n{% block main %}{% endblock %}\n"),
        (
            "page.html",
            "{% extends \"layout.html\" %}\n{% block main %}\n  {{ user.nme }}\n{% endblock %}",
        ),
    ])
}

#[test]
fn an_error_in_a_template_says_where() {
    let _templates = templates();
    let user = serde_json::json!({ "name": "Ann" });
    let error = render("page.html", context! { user: &user }).expect_err("a typing error");
    let report = error.report().expect("a report");
    assert_eq!((report.template.as_str(), report.line), ("page.html", 3));
    assert!(report.source_line.contains("user.nme"), "{report:?}");
    // What a terminal shows is what the log and `runtime dev` show.
    assert_eq!(error.to_string(), report.text);
    let app_error = AppError::from(error.clone());
    assert_eq!(app_error.detail(), report.text);
    let summary = app_error.summary();
    assert!(summary.contains("page.html:3:"), "{summary}");
    assert_eq!(summary.lines().count(), 1);
}

#[test]
fn a_handlers_error_is_a_500_that_the_server_tells_about() {
    let client = Client::new(|| Router::new().get("/", || render("page.html", context! {})));
    let _templates = templates();
    let response = client.get("/");
    assert_eq!(response.status(), 500);
    let error = response.error().expect("left to the server");
    assert!(error.detail().contains("page.html"), "{error:?}");
}

#[test]
fn a_text_that_is_no_template_is_a_syntax_error() {
    let error = render_text("{% if %}", ()).expect_err("no template");
    assert!(matches!(error, Error::Syntax(_)), "{error:?}");
}

#[test]
fn what_is_not_there_is_named() {
    let _templates = templates();
    let error = render("pag.html", ()).expect_err("unknown");
    assert!(matches!(&error, Error::UnknownTemplate(_)), "{error:?}");
    assert!(error.to_string().contains("pag.html"), "{error}");
    let error = render_block("page.html", "man", ()).expect_err("unknown");
    assert!(matches!(&error, Error::UnknownBlock(_)), "{error:?}");
    assert!(error.to_string().contains("man"), "{error}");
}

#[test]
fn an_app_without_templates_is_told_where_they_go() {
    // This package has no folder of them.
    let error = render("page.html", ()).expect_err("none");
    assert_eq!(error, Error::NoTemplates);
    assert!(
        error.to_string().contains("a folder `templates`"),
        "{error}"
    );
}

#[test]
fn a_busy_database_is_a_503_inside_of_a_page_as_well() {
    let error = Error::Query {
        name: "posts".into(),
        error: wasgi::orm::Error::Busy,
    };
    assert_eq!(AppError::from(error).status(), 503);
}
