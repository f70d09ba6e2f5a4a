//! The ORM, on a database in memory.

pub(crate) mod blog;
mod columns;
mod crud;
mod errors;
mod expressions;
mod joins;
mod pages;
mod relations;
mod schema;
mod search;
mod statements;
mod transactions;
mod types;
mod web;
mod writes;
