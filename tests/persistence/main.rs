//! The store and what is kept in it, on both engines.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod accounts;
mod changes;
#[path = "../support/database.rs"]
mod database;
mod desks;
mod duplicates;
mod history;
mod imports;
mod intakes;
mod isolation;
mod jobs;
mod replay;
mod schema;
mod scratch;
mod search;
mod store;
