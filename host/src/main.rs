//! `runtime`: parse, run, print what went wrong, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    wasgi_host::cli::main()
}
