//! The PIN that, with the folio, lets a citizen follow a petition.
//!
//! Derived from a server key whenever it is needed and never stored. Throttling of guesses is the
//! API's; so is not telling a wrong folio from a wrong PIN.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::folio::compacted;

/// What a PIN is made of: nothing that is taken for another when read or copied by hand (0 O Q D,
/// 1 I L, 2 Z, 5 S, 6 G, 8 B, U V), and no vowel, so that it never spells a word.
const ALPHABET: &[u8; 19] = b"234679CFHJKMNPRTVWX";

/// How many characters a PIN has: 19^8, about 34 bits.
const LENGTH: usize = 8;

/// A petition's PIN, eight characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// The PIN of one petition: HMAC-SHA256 (RFC 2104) of its identifier and the PIN's version
    /// under a key of the server. Another version makes another PIN and so revokes the former.
    #[must_use]
    pub fn derive(key: &[u8], petition: Uuid, version: i32) -> Self {
        Self::of(key, b"petition pin", petition, version)
    }

    /// The PIN of one co-petitioner, by the petitioner's own identifier: each has another, and it is nobody else's.
    #[must_use]
    pub fn of_co_petitioner(key: &[u8], petitioner: Uuid) -> Self {
        Self::of(key, b"co-petitioner pin", petitioner, 1)
    }

    fn of(key: &[u8], what: &[u8], of: Uuid, version: i32) -> Self {
        let mut mac = keyed(key);
        mac.update(what);
        mac.update(of.as_bytes());
        mac.update(&version.to_be_bytes());
        let tag: [u8; 32] = mac.finalize().into_bytes().into();
        // 128 bits spread over 34: no PIN is more likely than another by more than 2^-94.
        let half: [u8; 16] = std::array::from_fn(|place| tag[place]);
        let mut number = u128::from_be_bytes(half);
        let letters = (0..LENGTH).map(|_| {
            let place = number % ALPHABET.len() as u128;
            number /= ALPHABET.len() as u128;
            char::from(ALPHABET[place as usize])
        });
        Self(letters.collect())
    }

    /// The characters, to be told to the citizen and nobody else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is what somebody typed; case, spaces and hyphens do not matter. Takes equally
    /// long whichever characters differ.
    #[must_use]
    pub fn matches(&self, typed: &str) -> bool {
        let typed: String = compacted(typed).take(LENGTH + 1).collect();
        self.0.as_bytes().ct_eq(typed.as_bytes()).into()
    }
}

impl fmt::Debug for Pin {
    /// Never prints the PIN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// An HMAC under a key of any length: shorter ones are padded with zeros to a block, longer ones
/// hashed first, as RFC 2104 has it.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = [0_u8; 64];
    let digest = Sha256::digest(key);
    let source: &[u8] = if key.len() > block.len() { &digest } else { key };
    for (to, from) in block.iter_mut().zip(source) {
        *to = *from;
    }
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PETITION: Uuid = Uuid::from_u128(0x0198_c0de_0000_7000_8000_0000_0000_0001);

    #[test]
    fn keys_of_any_length_are_those_of_the_standard() {
        for length in [0, 1, 32, 63, 64, 65, 200] {
            let key = vec![7_u8; length];
            let mut ours = keyed(&key);
            let mut theirs = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            ours.update(b"word");
            theirs.update(b"word");
            assert_eq!(ours.finalize().into_bytes(), theirs.finalize().into_bytes(), "{length}");
        }
    }

    #[test]
    fn a_pin_is_accepted_however_it_is_typed() {
        let pin = Pin::derive(b"key", PETITION, 1);
        let (head, tail) = pin.as_str().split_at(4);
        assert!(pin.matches(pin.as_str()));
        assert!(pin.matches(&format!(" {}-{}\n", head.to_lowercase(), tail.to_lowercase())));
    }

    #[test]
    fn key_petition_and_version_each_make_another_pin() {
        let pin = Pin::derive(b"key", PETITION, 1);
        assert_eq!(pin, Pin::derive(b"key", PETITION, 1));
        assert_ne!(pin, Pin::derive(b"yek", PETITION, 1));
        assert_ne!(pin, Pin::derive(b"key", Uuid::nil(), 1));
        assert_ne!(pin, Pin::derive(b"key", PETITION, 2));
    }

    #[test]
    fn a_co_petitioner_has_another_pin_than_the_petition() {
        let own = Pin::of_co_petitioner(b"key", PETITION);
        assert_ne!(own, Pin::derive(b"key", PETITION, 1));
        assert_ne!(own, Pin::of_co_petitioner(b"key", Uuid::nil()));
    }

    #[test]
    fn the_pin_of_a_known_key_never_changes() {
        // Citizens hold these on paper: a change of the derivation would lock them out.
        let pin = Pin::derive(b"key", PETITION, 1);
        assert_eq!(pin.as_str(), "FCPMTXNV");
    }

    #[test]
    fn debugging_shows_no_pin() {
        let pin = Pin::derive(b"key", PETITION, 1);
        assert!(!format!("{pin:?}").contains(pin.as_str()));
    }

    #[test]
    fn every_character_turns_up_in_every_place() {
        let pins: Vec<Pin> = (0..2_000).map(|n| Pin::derive(b"key", PETITION, n)).collect();
        for place in 0..LENGTH {
            for letter in ALPHABET {
                assert!(pins.iter().any(|pin| pin.as_str().as_bytes()[place] == *letter));
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_but_the_pin_matches(typed in "[234679A-Za-z -]{0,12}", version in any::<i32>()) {
            let pin = Pin::derive(b"key", PETITION, version);
            let same = typed.replace([' ', '-'], "").to_uppercase() == pin.as_str();
            prop_assert_eq!(pin.matches(&typed), same);
        }

        #[test]
        fn one_wrong_or_missing_character_is_refused(place in 0..LENGTH, version in any::<i32>()) {
            let pin = Pin::derive(b"key", PETITION, version);
            let mut wrong = pin.as_str().to_owned();
            wrong.replace_range(place..=place, "Z");
            prop_assert!(!pin.matches(&wrong));
            prop_assert!(!pin.matches(&pin.as_str()[..place]));
            let longer = format!("{}2", pin.as_str());
            prop_assert!(!pin.matches(&longer));
        }
    }
}
