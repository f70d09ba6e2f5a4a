//! The end-to-end tests: everything that can only fail in the whole program, as
//! its users run it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod dev_command;
mod examples;
mod new_command;
mod python_sdk;
