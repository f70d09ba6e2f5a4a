//! The commands of `runtime`, one file each. The only room that prints.
//!
//! # Layout
//!
//! - [`run`], [`dev`], [`build`], [`check`], [`new`]: a command each.
//! - [`app`]: an app's file or folder, loaded and ready to serve.
//! - [`serve`]: a listener, signals and the drain, for the commands that serve.
//! - [`log`]: logs on standard error.
//! - [`progress`]: a build's progress on standard error.
//!
//! # Invariants
//!
//! - Standard output carries what was asked for, and `listening on ...` once.
//! - Exit codes: 0 ok, 1 the app or the operator is at fault, 2 wrong usage.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod app;
mod build;
mod check;
mod dev;
mod log;
pub mod new;
mod progress;
mod run;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Advice;

/// An application server for WebAssembly components, behind a WSGI-shaped interface.
#[derive(Debug, Parser)]
#[command(name = "runtime", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve one app: a built file, or a project's folder, which is built first.
    Run(run::Run),
    /// Build a project's folder into one self-contained file.
    Build(build::Build),
    /// Serve a project, and rebuild and reload it on every change.
    Dev(dev::Dev),
    /// Make a new project that runs at once.
    New(new::New),
    /// Show what a built app imports, exports and needs, and what would be refused.
    Check(check::Check),
}

/// What ends a command early: something to say, and the cure.
pub(crate) struct Failure(Box<dyn Advice>);

impl<E: Advice> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

type Outcome = Result<(), Failure>;

/// Runs the command line; the whole of `main`.
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Run(command) => command.execute(),
        Command::Build(command) => command.execute(),
        Command::Dev(command) => command.execute(),
        Command::New(command) => command.execute(),
        Command::Check(command) => command.execute(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprint!("{}", failure.report());
            ExitCode::FAILURE
        }
    }
}

impl Failure {
    /// Returns `error: what`, its causes, and `hint: the cure`.
    fn report(&self) -> String {
        let mut report = format!("error: {}\n", self.0);
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Wasmtime's errors repeat themselves down the chain.
            if !report.contains(&text) {
                report.push_str(&format!("  caused by: {text}\n"));
            }
            cause = error.source();
        }
        if let Some(hint) = self.0.hint() {
            report.push_str(&format!("hint: {hint}\n"));
        }
        report
    }
}

/// An error of a command itself.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
struct CommandError {
    what: String,
    hint: &'static str,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Advice for CommandError {
    fn hint(&self) -> Option<String> {
        Some(self.hint.to_owned())
    }
}
