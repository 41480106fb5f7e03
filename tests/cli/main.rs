//! The command line's tools, as whoever holds the machine runs them, on both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod catalogue;
#[path = "../support/database.rs"]
mod database;
mod demo;
mod import;
mod openapi;
mod tool;
mod verify;
