//! Where petitions are kept: the store, its rows and its queries, on SQLite and on PostgreSQL alike.
//!
//! Nothing here decides what may happen to a petition (that is `domain`), and nothing here knows
//! of HTTP (that is `api`). Whoever writes needs a [`store::Tx`], and only [`store::Store::write`] makes one.

pub mod accounts;
pub mod attachments;
pub mod catalogues;
pub mod clients;
pub mod db;
pub mod history;
pub mod idempotency;
pub mod imports;
pub mod intakes;
pub mod jobs;
pub mod ledger;
mod migrate;
pub mod people;
pub mod petitions;
mod schema;
pub mod search;
pub mod sql;
pub mod store;
pub mod updates;
pub mod verify;
pub mod worklists;

pub use db::Db;
pub use store::{Failure, Settings, Store, StoreError, Tx};
