//! Derive macros of the SDK: `#[derive(Model)]`.
//!
//! # Layout
//!
//! - `model::attributes`: what stands in `#[model(...)]` of a struct; `model::field`: of
//!   a field.
//! - `model::names`: names of tables, constants and indexes.
//! - `model::table`: the code that describes the table; `model::expand`: everything
//!   else.

mod model;

use proc_macro::TokenStream;

/// Makes a struct a model: its values are rows of a table.
///
/// See `wasgi::orm`, where it is explained with examples.
///
/// # On the struct
///
/// `#[model(...)]` with any of these, also several times:
///
/// | attribute | meaning |
/// | --- | --- |
/// | `table = "post"` | the table's name; else the struct's, as `snake_case` |
/// | `index(author, created desc)` | an index; with `name = ".."`, `unique`, `where = "sql"` |
/// | `unique(author, slug)` | no two rows have the same values in all of these; `name = ".."` |
/// | `check("length(title) > 0")` | a condition of each row, in SQL; `name = ".."` |
/// | `full_text(title, body)` | these can be searched; `tokenizer = "porter"` |
/// | `has_many(comments = Comment::POST)` | rows elsewhere that refer to this one |
/// | `many_to_many(tags = Tag, through = (PostTag::POST, PostTag::TAG))` | the same through pairs |
/// | `renamed_from = "article"` | the table's name before; the data stay |
///
/// # On a field
///
/// | attribute | meaning |
/// | --- | --- |
/// | `primary_key` | the key, or a part of it; else the field `id` |
/// | `column = "name"` | the column's name; else the field's |
/// | `unique` | no two rows have the same value |
/// | `index` | is indexed |
/// | `default = 0`, `default = now` | what rows get that are inserted without it |
/// | `references = Author` | refers to a row there by its key |
/// | `references = Author::EMAIL` | refers to a row there by another unique column |
/// | `on_delete = cascade` | what happens when that row goes: `restrict`, `cascade`, `set_null`, `set_default`, `no_action`; `on_update` the same |
/// | `version` | counts changes; `save` is refused if somebody else changed the row |
/// | `json` | is stored as JSON, by serde |
/// | `nocase` | ASCII letters compare without their case |
/// | `renamed_from = "headline"` | the column's name before; the data stay |
/// | `fill = "upper(title)"` | the value in rows that are there already, in SQL |
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    model::derive(input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
