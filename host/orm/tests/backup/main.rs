//! Backup, restore, export and the read-only shell, against SQLite.

mod backup;
mod export;
mod fixture;
mod restore;
mod shell;
