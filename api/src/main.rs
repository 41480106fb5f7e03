//! The one binary, `atiende`: all of it is in the library.

use std::process::ExitCode;

/// Gives the 19 MiB of every password hash back to the system; the C library's allocator kept three of them
/// for every thread that had ever hashed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    api::cli::run()
}
