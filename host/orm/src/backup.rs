//! Online backup, restore, integrity check, export.
