//! The search's index: which petitions have which words, kept apart from the petitions and made from their history.
//!
//! Petitions are numbered as they come into the index and their numbers cut into blocks; a row of `search_postings`
//! says for one word which numbers of one block have it. Words are looked up, and the sets joined, here and not by
//! the engine, so both find the same. What a word is and what a search means is `domain`'s ([`domain::search`]);
//! who sees what is found is decided where petitions are listed.

mod alike;
mod bits;
mod check;
mod find;
mod follow;
mod schema;
mod write;

pub(crate) use alike::{Noted, alike, noted};
pub use check::{Agreement, agreement, missing};
pub(crate) use find::{Bounds, Hunt, counted};
pub use follow::{Batch, Lag, apply, lag, prepare, rebuild};
pub(crate) use write::forget;
