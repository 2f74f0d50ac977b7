//! The program `hatsuban`; see [`pool_service::cli`].

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A lease request is some hundred small allocations, made on one thread and often freed on another. With the system's
/// allocator they took a quarter of the service's processor time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    pool_service::cli::main()
}
