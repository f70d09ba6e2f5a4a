//! Plans and applies schema changes.
