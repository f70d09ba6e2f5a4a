//! The pages: from a request to what is shown.

use serde::Deserialize;
use wasgi::orm::prelude::*;
use wasgi::web::{Form, Html, IntoResponse, Path, Query, Redirect, Response, ScriptName};
use wasgi::{Error, Result, Status};

use crate::book::{self, Which};
use crate::form::{Problems, SignForm};
use crate::html;
use crate::models::Author;

/// What may follow the `?`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    tag: String,
    page: Option<String>,
}

pub(crate) fn index(mount: ScriptName, Query(asked): Query<Asked>) -> Result<Html<String>> {
    book(&mount, &asked, &SignForm::default(), &Problems::default())
}

pub(crate) fn sign(mount: ScriptName, Form(form): Form<SignForm>) -> Result<Response> {
    match form.check() {
        Ok(signed) => {
            book::sign(&signed)?;
            // See Other, so that reloading the page does not sign again.
            Redirect::see_other(&mount.path("/")).into_response()
        }
        Err(problems) => {
            let page = book(&mount, &Asked::default(), &form, &problems)?;
            (Status::UNPROCESSABLE_CONTENT, page).into_response()
        }
    }
}

pub(crate) fn author(
    mount: ScriptName,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>> {
    let Some(author) = Author::find(id)? else {
        return Err(Error::not_found(format!("There is no author {id}.")));
    };
    let found = book::find(&Which::By(id), asked.page.as_deref())?;
    Ok(html::author(&mount, &author, &found))
}

fn book(
    mount: &ScriptName,
    asked: &Asked,
    form: &SignForm,
    problems: &Problems,
) -> Result<Html<String>> {
    let words = asked.q.trim();
    let which = match (words, asked.tag.as_str()) {
        ("", "") => Which::All,
        ("", tag) => Which::Tagged(tag),
        (words, _) => Which::Words(words),
    };
    let found = book::find(&which, asked.page.as_deref())?;
    Ok(html::index(mount, &which, &found, form, problems))
}
