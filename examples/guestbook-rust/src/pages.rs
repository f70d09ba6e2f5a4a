//! The pages: from a request to a template and what it is given.

use serde::Deserialize;
use wasgi::orm::prelude::*;
use wasgi::templates::{Context, Page, context, render, render_block};
use wasgi::web::{Form, IntoResponse, Path, Query, Redirect, Response};
use wasgi::{Error, Result, Status};

use crate::book::{self, Which};
use crate::form::{LONGEST_MESSAGE, LONGEST_NAME, Problems, SignForm};
use crate::models::Author;
use crate::visit::{Part, Visit};

/// Entries on a page.
const PER_PAGE: u32 = 10;

/// What may follow the `?`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    tag: String,
    page: Option<String>,
}

/// Shows the book: all of it, or what was searched for, or a tag.
pub(crate) fn index(visit: Visit, Query(asked): Query<Asked>) -> Result<Page> {
    let form = form(&SignForm::default(), &Problems::default());
    book(&visit, &asked, form)
}

/// Adds an entry, or says what is wrong with it.
pub(crate) fn sign(visit: Visit, Form(typed): Form<SignForm>) -> Result<Response> {
    let problems = match typed.check() {
        Ok(signed) => {
            book::sign(&signed)?;
            return back(visit).into_response();
        }
        Err(problems) => problems,
    };
    let form = form(&typed, &problems);
    let page = match visit.part {
        Part::Whole => book(&visit, &Asked::default(), form)?,
        // The rest of the page stays as it is.
        _ => render("sign.html", context! { form, ..visit.context() })?,
    };
    (Status::UNPROCESSABLE_CONTENT, page).into_response()
}

/// Leads to the book, with See Other, so that reloading the page does not sign again.
pub(crate) fn back(visit: Visit) -> Redirect {
    Redirect::see_other(&visit.root.path("/"))
}

/// Shows an author, and what they wrote.
pub(crate) fn author(
    visit: Visit,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Page> {
    let Some(author) = Author::find(id)? else {
        return Err(Error::not_found(format!("There is no author {id}.")));
    };
    let which = Which::By(id);
    let entries = entries(&visit, &which, &asked)?;
    if visit.part == Part::Entries {
        return Ok(render("entries.html", entries)?);
    }
    let page = context! { author: &author, total: book::total(&which), ..entries };
    Ok(render("author.html", page)?)
}

fn book(visit: &Visit, asked: &Asked, form: Context) -> Result<Page> {
    let which = match (asked.q.trim(), asked.tag.as_str()) {
        ("", "") => Which::All,
        ("", tag) => Which::Tagged(tag),
        (words, _) => Which::Words(words),
    };
    let entries = entries(visit, &which, asked)?;
    if visit.part == Part::Entries {
        return Ok(render("entries.html", entries)?);
    }
    let page = context! { form, total: book::total(&which), ..entries };
    Ok(match visit.part {
        Part::Book => render_block("index.html", "book", page)?,
        _ => render("index.html", page)?,
    })
}

/// Returns what `entries.html` shows, and the layout.
fn entries(visit: &Visit, which: &Which<'_>, asked: &Asked) -> Result<Context> {
    let after = asked.page.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Error::bad_request("There is no such page."))?;
    Ok(context! {
        // One more than is shown says whether there is a next page.
        entries: book::entries(which, after, PER_PAGE + 1),
        per_page: PER_PAGE,
        path: visit.root.path(&which.path()),
        query: which.query(),
        ..visit.context()
    })
}

/// Returns what `sign.html` shows.
fn form(typed: &SignForm, problems: &Problems) -> Context {
    context! { typed, problems, longest_name: LONGEST_NAME, longest_message: LONGEST_MESSAGE }
}
