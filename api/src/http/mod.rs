//! What every request passes: extractors for its parts and the layers around all handlers.
//!
//! Knows nothing of petitions. Handlers name their extractors in the order of the checks: `Query`, headers
//! (`IfMatch`, `IdempotencyKey`), `Body`, then the caller, then the path: actix asks them in that order.

pub mod address;
pub mod body;
pub mod cacheable;
pub mod coded;
pub mod codes;
pub mod cursor;
pub mod file;
pub mod idempotency;
pub mod intake;
pub mod json;
#[cfg(test)]
mod layers;
pub mod outermost;
pub mod packing;
pub mod paths;
pub mod query;
pub mod rate;
pub mod trace;
pub mod tree;
pub mod version;

pub use address::ClientAddress;
pub use body::{Body, Optional};
pub use coded::{Code, label};
pub use cursor::Cursor;
pub use file::FileBody;
pub use idempotency::IdempotencyKey;
pub use query::{Limit, Query, Several, listed, sort_needs};
pub use version::IfMatch;
