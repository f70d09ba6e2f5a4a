//! The end-to-end tests: everything that can only fail in the whole program, as
//! its users run it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod browser;
mod build_command;
mod check_command;
mod database;
mod dev_command;
mod examples;
mod guestbooks;
mod limits;
mod new_command;
mod python_runtime;
mod python_sdk;
mod rules;
mod sandbox;
mod served;
mod streaming;
mod templates;
mod wsgi_python;
mod wsgi_rust;
