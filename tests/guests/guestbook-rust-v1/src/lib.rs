//! The first version of `examples/guestbook-rust`: its models, the form that signs,
//! and the entries as lines. A test signs here, and reads with the second version.

use serde::Deserialize;
use wasgi::Result;
use wasgi::orm::{self, Foreign, Schema, Timestamp, prelude::*};
use wasgi::web::{Form, Redirect, Router};

/// Somebody who signed.
#[derive(Clone, Debug, Model)]
pub struct Author {
    /// Its number.
    pub id: i64,
    /// As it was first written.
    #[model(unique, nocase)]
    pub name: String,
}

/// What somebody wrote.
#[derive(Clone, Debug, Model)]
#[model(
    index(created desc, id desc),
    index(author, created desc, id desc),
    full_text(text)
)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// Who wrote it.
    #[model(on_delete = cascade)]
    pub author: Foreign<Author>,
    /// The text.
    pub text: String,
    /// When it was written.
    #[model(default = now)]
    pub created: Timestamp,
}

#[derive(Deserialize)]
struct SignForm {
    name: String,
    message: String,
}

fn index() -> Result<String> {
    let entries = Entry::query()
        .order_by((Entry::CREATED.desc(), Entry::ID.desc()))
        .with(Entry::AUTHOR)
        .all()?;
    let line = |(entry, author): &(Entry, Author)| format!("{}: {}\n", author.name, entry.text);
    Ok(entries.iter().map(line).collect())
}

fn sign(Form(form): Form<SignForm>) -> Result<Redirect> {
    orm::transaction(|_| {
        let known = Author::query().filter(Author::NAME.eq(form.name.as_str()));
        let author = match known.first()? {
            Some(author) => author,
            None => Author {
                id: 0,
                name: form.name,
            }
            .insert()?,
        };
        Entry {
            id: 0,
            author: Foreign::from(&author),
            text: form.message,
            created: Timestamp::now(),
        }
        .insert()?;
        Ok(Redirect::see_other("/"))
    })
}

/// Builds the application.
pub fn app() -> Router {
    Router::new().get("/", index).post("/sign", sign)
}

/// Returns the models.
pub fn schema() -> Schema {
    Schema::new().model::<Author>().model::<Entry>()
}

wasgi::export!(app, schema);
