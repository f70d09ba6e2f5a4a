//! The pages and their forms.
//!
//! Every value goes through [`escape`]: a note may hold any text, markup included.

use std::fmt::Write;

use serde::Deserialize;
use wasgi::web::{Form, Html, IntoResponse, Path, Redirect, Response, ScriptName, State, escape};
use wasgi::{Result, Status};

use crate::store::Store;

/// What the form on the page sends.
#[derive(Deserialize)]
pub(crate) struct NewNote {
    text: String,
}

/// What was typed and why it was refused, shown with the form again.
struct Refused<'a> {
    text: &'a str,
    why: &'a str,
}

pub(crate) fn list(store: State<Store>, mount: ScriptName) -> Html<String> {
    page(&store, &mount, None)
}

pub(crate) fn add(
    store: State<Store>,
    mount: ScriptName,
    Form(new): Form<NewNote>,
) -> Result<Response> {
    let Err(error) = store.add(&new.text) else {
        // See Other, so that reloading the page does not add the note again.
        return Redirect::see_other(&mount.path("/")).into_response();
    };
    let refused = Refused {
        text: &new.text,
        why: error.message().unwrap_or_default(),
    };
    (error.status(), page(&store, &mount, Some(&refused))).into_response()
}

pub(crate) fn delete(
    store: State<Store>,
    mount: ScriptName,
    Path(id): Path<u32>,
) -> Result<Redirect> {
    store.delete(id)?;
    Ok(Redirect::see_other(&mount.path("/")))
}

pub(crate) fn error(mount: &ScriptName, status: Status, message: &str) -> Html<String> {
    let home = escape(mount.path("/"));
    let body = format!(
        "<p class=\"error\">{}</p>\n<p><a href=\"{home}\">All notes</a></p>",
        escape(message),
    );
    layout(mount, status.reason(), &body)
}

fn page(store: &Store, mount: &ScriptName, refused: Option<&Refused<'_>>) -> Html<String> {
    let mut body = String::new();
    write_form(&mut body, mount, refused);
    let notes = store.all();
    if notes.is_empty() {
        body.push_str("<p class=\"empty\">No notes yet.</p>\n");
        return layout(mount, "Notes", &body);
    }
    body.push_str("<ul>\n");
    for note in notes.iter().rev() {
        let delete = escape(mount.path(&format!("/notes/{}/delete", note.id)));
        let text = escape(&note.text);
        // Writing into a String cannot fail.
        let _ = writeln!(
            body,
            "<li><span>{text}</span>\
             <form method=\"post\" action=\"{delete}\">\
             <button aria-label=\"Delete: {text}\">Delete</button></form></li>",
        );
    }
    body.push_str("</ul>\n");
    layout(mount, "Notes", &body)
}

fn write_form(body: &mut String, mount: &ScriptName, refused: Option<&Refused<'_>>) {
    let action = escape(mount.path("/notes"));
    let text = escape(refused.map_or("", |refused| refused.text));
    let invalid = if refused.is_some() {
        " aria-invalid=\"true\" aria-describedby=\"why\""
    } else {
        ""
    };
    let _ = writeln!(
        body,
        "<form class=\"add\" method=\"post\" action=\"{action}\">\
         <input name=\"text\" value=\"{text}\" aria-label=\"A new note\" \
         placeholder=\"What is it?\" maxlength=\"500\" required autofocus{invalid}>\
         <button>Add</button></form>",
    );
    if let Some(refused) = refused {
        let why = escape(refused.why);
        let _ = writeln!(
            body,
            "<p class=\"error\" id=\"why\" role=\"alert\">{why}</p>"
        );
    }
}

fn layout(mount: &ScriptName, title: &str, body: &str) -> Html<String> {
    let title = escape(title);
    let home = escape(mount.path("/"));
    let style = escape(mount.path("/static/style.css"));
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"{style}\">\n</head>\n\
         <body>\n<h1><a href=\"{home}\">{title}</a></h1>\n{body}</body>\n</html>\n"
    ))
}
