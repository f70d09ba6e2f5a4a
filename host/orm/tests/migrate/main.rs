//! Migrations, against SQLite.

mod changes;
mod drift;
mod interrupted;
mod models;
mod property;
mod rebuild;
mod refused;
mod steps;
mod types;
