//! The notes as JSON.

use serde::{Deserialize, Serialize};
use wasgi::web::{IntoResponse, Json, Path, Router, ScriptName, State};
use wasgi::{Result, Status};

use crate::store::{Note, Store};

/// What a client sends to make a note.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewNote {
    text: String,
}

/// What a client gets where something is wrong.
#[derive(Serialize)]
pub(crate) struct Problem<'a> {
    pub(crate) error: &'a str,
}

pub(crate) fn routes() -> Router {
    Router::new()
        .get("/", list)
        .post("/", add)
        .get("/{id}", get)
        .delete("/{id}", delete)
}

fn list(store: State<Store>) -> Json<Vec<Note>> {
    Json(store.all())
}

fn add(
    store: State<Store>,
    mount: ScriptName,
    Json(new): Json<NewNote>,
) -> Result<impl IntoResponse> {
    let note = store.add(&new.text)?;
    let location = mount.path(&format!("/api/notes/{}", note.id));
    Ok((Status::CREATED, [("Location", location)], Json(note)))
}

fn get(store: State<Store>, Path(id): Path<u32>) -> Result<Json<Note>> {
    store.get(id).map(Json)
}

fn delete(store: State<Store>, Path(id): Path<u32>) -> Result<Status> {
    store.delete(id)?;
    Ok(Status::NO_CONTENT)
}
