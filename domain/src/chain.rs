//! The chain of a petition's events: each body names the hash of the one before it.
//!
//! A body is RFC 8785 canonical JSON; its hash is SHA-256 over the bytes as stored. The petition
//! holds the last hash, its *head*.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::event::Event;
use crate::id::Id;
use crate::petition::Petition;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash before the first event.
pub const ORIGIN: Hash = [0; 32];

/// An event as it is stored: canonical bytes and their hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The petition to which it belongs.
    pub petition: Id<Petition>,
    /// Its place in the history, from 1.
    pub sequence: i32,
    /// The canonical JSON.
    pub body: String,
    /// SHA-256 of the body's bytes.
    pub hash: Hash,
}

/// Where a chain first breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The bytes do not have the hash that is stored with them.
    Altered,
    /// The body does not name the hash of the entry before it.
    Unlinked,
    /// The sequence number is not the next one.
    Gap,
    /// The body cannot be read or belongs to another petition.
    Unreadable,
    /// The last hash or sequence is not the one that the petition holds.
    Head,
    /// A text is gone or does not fit its commitment, without having been erased as texts are.
    Text,
    /// Folding the entries does not give the petition that is stored.
    State,
}

/// SHA-256 of a body.
#[must_use]
pub fn hash(body: &str) -> Hash {
    Sha256::digest(body.as_bytes()).into()
}

/// Canonical JSON (RFC 8785) of what our payloads hold: strings, integers below 2^53, booleans, lists, and maps whose
/// keys are ASCII. Of these `serde_json` writes the canonical form by itself once the keys are sorted, which its own
/// [`Value`](serde_json::Value) does; a test compares it with a library made for the RFC, at a fifth of whose cost
/// every step is sealed.
#[must_use]
pub fn canonical<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).map(|value| value.to_string()).unwrap_or_default()
}

/// Seals an event.
#[must_use]
pub fn seal(event: &Event) -> Sealed {
    let body = canonical(event);
    let hash = hash(&body);
    Sealed { petition: event.petition, sequence: event.sequence, body, hash }
}

/// Checks one stored entry against the one before it and returns the event.
///
/// # Errors
/// The first thing that does not hold.
pub fn check(petition: Id<Petition>, previous: (i32, Hash), entry: &Sealed) -> Result<Event, Break> {
    if hash(&entry.body) != entry.hash {
        return Err(Break::Altered);
    }
    if entry.sequence != previous.0 + 1 {
        return Err(Break::Gap);
    }
    let event: Event = serde_json::from_str(&entry.body).map_err(|_| Break::Unreadable)?;
    if event.petition != petition || event.sequence != entry.sequence {
        return Err(Break::Unreadable);
    }
    if event.previous != crate::text::hex(&previous.1) {
        return Err(Break::Unlinked);
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn payload() -> impl Strategy<Value = Value> {
        let whole = (-(1_i64 << 53) + 1)..(1_i64 << 53);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            whole.prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map("[ -~]{0,8}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_hashed_is_canonical_json_as_a_library_made_for_it_writes_it(value in payload()) {
            prop_assert_eq!(canonical(&value), serde_json_canonicalizer::to_string(&value).unwrap());
        }
    }

    #[test]
    fn the_order_of_fields_in_the_code_is_not_the_order_in_the_bytes() {
        #[derive(Serialize)]
        struct Unordered {
            zeta: u8,
            alfa: &'static str,
        }
        assert_eq!(canonical(&Unordered { zeta: 1, alfa: "\u{1f}ñ/\"" }), r#"{"alfa":"\u001fñ/\"","zeta":1}"#);
    }
}
