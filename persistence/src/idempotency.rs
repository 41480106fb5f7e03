//! The keys of retries (`Idempotency-Key`): what was done under a key, kept for 24 hours.
//!
//! A row is written in the same transaction as the effect it remembers and holds hashes, the id of the
//! result and an instant: never a secret, a body or personal data. Only successes are kept.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::{Db, insert_all};
use crate::on;
use crate::schema::idempotency;
use crate::sql::{Instant, Uid};
use crate::store::{StoreError, Tx};

/// How long a key is remembered.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// One request that may be repeated: who asks for what under which key, and what exactly.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    key: [u8; 32],
    fingerprint: [u8; 32],
}

impl Key {
    /// The key's scope is caller, method and path; the fingerprint covers method, path and body.
    #[must_use]
    pub fn new(caller: &str, method: &str, path: &str, key: &str, body: &[u8]) -> Self {
        Self {
            key: digest([caller.as_bytes(), method.as_bytes(), path.as_bytes(), key.as_bytes()]),
            fingerprint: digest([method.as_bytes(), path.as_bytes(), body]),
        }
    }

    /// What the row is found by.
    #[must_use]
    pub const fn hash(&self) -> &[u8; 32] {
        &self.key
    }

    /// The hash of what was asked.
    #[must_use]
    pub const fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }
}

/// SHA-256 over parts, each preceded by its length so that no two lists of parts look alike.
fn digest<const N: usize>(parts: [&[u8]; N]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// What was done under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The hash of what was asked then.
    pub fingerprint: Vec<u8>,
    /// The id of what came of it, to be rendered again for the caller.
    pub result_id: Uuid,
}

impl Recorded {
    /// Whether the request now is the request then; another body under the same key is refused (422).
    #[must_use]
    pub fn fits(&self, key: &Key) -> bool {
        self.fingerprint == key.fingerprint
    }
}

/// A row to be written with the group.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = idempotency, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) key: Vec<u8>,
    pub(crate) fingerprint: Vec<u8>,
    pub(crate) result_id: Uid,
    pub(crate) recorded_at: Instant,
}

/// Looks up all keys of a group in one query.
pub(crate) fn recorded(db: &mut Db, keys: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Recorded>, StoreError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let hashes: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
    let rows: Vec<(Vec<u8>, Vec<u8>, Uuid)> = on!(db, c => {
        idempotency::table
            .filter(idempotency::key.eq_any(&hashes))
            .select((idempotency::key, idempotency::fingerprint, idempotency::result_id))
            .load(c)
    })?;
    let mut found = HashMap::with_capacity(rows.len());
    for (key, fingerprint, result_id) in rows {
        let key = <[u8; 32]>::try_from(key.as_slice())
            .map_err(|_| StoreError::Schema("an idempotency key must have 32 bytes".into()))?;
        found.insert(key, Recorded { fingerprint, result_id });
    }
    Ok(found)
}

/// Writes the keys that a group recorded.
pub(crate) fn insert(db: &mut Db, rows: &[Row]) -> Result<(), StoreError> {
    insert_all!(db, idempotency::table, rows);
    Ok(())
}

/// Forgets at most `limit` keys that are older than 24 hours and says how many went.
///
/// # Errors
/// When the database fails.
pub fn sweep(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    let before = Instant::from(now - KEPT_FOR);
    let keys: Vec<Vec<u8>> = on!(tx.db()?, c => {
        idempotency::table
            .filter(idempotency::recorded_at.lt(before))
            .order(idempotency::recorded_at)
            .limit(limit)
            .select(idempotency::key)
            .load(c)
    })?;
    if keys.is_empty() {
        return Ok(0);
    }
    let gone = on!(tx.writing()?, c => {
        diesel::delete(idempotency::table.filter(idempotency::key.eq_any(&keys))).execute(c)
    })?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_of_another_caller_is_another_key() {
        let one = Key::new("ana", "POST", "/v1/petitions", "k", b"{}");
        let other = Key::new("eva", "POST", "/v1/petitions", "k", b"{}");
        assert_ne!(one.hash(), other.hash());
        assert_eq!(one.fingerprint(), other.fingerprint());
    }

    #[test]
    fn another_body_under_the_same_key_does_not_fit() {
        let one = Key::new("ana", "POST", "/v1/petitions", "k", b"{}");
        let other = Key::new("ana", "POST", "/v1/petitions", "k", b"{ }");
        let recorded = Recorded { fingerprint: one.fingerprint().to_vec(), result_id: Uuid::nil() };
        assert_eq!(one.hash(), other.hash());
        assert!(recorded.fits(&one));
        assert!(!recorded.fits(&other));
    }

    #[test]
    fn where_one_part_ends_and_the_next_begins_matters() {
        assert_ne!(digest([&b"ab"[..], b"c"]), digest([&b"a"[..], b"bc"]));
    }
}
