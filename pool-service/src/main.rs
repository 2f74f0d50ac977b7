//! The program `hatsuban`; see [`pool_service::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    pool_service::cli::main()
}
