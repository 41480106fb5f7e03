//! The lifecycle as callers see it: through the crate's public door only.
//!
//! One test program, so that the builder in [`support`] is compiled once and every line of it is used.

#![expect(clippy::unwrap_used, reason = "tests")]

mod beginnings;
mod merging;
mod oracle;
mod properties;
mod steps;
mod support;
mod tables;
mod terms;
mod told;
mod walk;
