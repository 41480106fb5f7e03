//! Refresh tokens: what a session's holder shows to get the next access token.
//!
//! A token is the session's id, its generation and a keyed hash over both: nothing of it is stored
//! but the number. Each use raises the generation; an older one shown again means that somebody
//! copied it, and the session ends for both (RFC 9700, 4.14.2). The decision is made where the
//! session's row is, in `persistence::accounts`.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

/// How long a session lasts at most, in days, however often it is used.
pub const DAYS: i64 = 30;
/// How long a session lasts unused, in hours: longer than a working day, shorter than a night and
/// the morning after it.
pub const IDLE_HOURS: i64 = 12;

const IDENTIFIED: usize = 16 + 4;

/// What a genuine token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The session.
    pub session: Uuid,
    /// Which of the session's tokens it is.
    pub generation: i32,
}

/// The key that seals refresh tokens.
#[derive(Clone)]
pub struct RefreshKey([u8; 32]);

impl fmt::Debug for RefreshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshKey")
    }
}

impl RefreshKey {
    /// Takes 32 secret bytes.
    #[must_use]
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    fn seal(&self, identified: &[u8]) -> Option<Hmac<Sha256>> {
        let mut seal = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        seal.update(identified);
        Some(seal)
    }

    /// Writes the token of one generation of a session.
    #[must_use]
    pub fn write(&self, shown: Shown) -> String {
        let mut bytes = Vec::with_capacity(IDENTIFIED + 32);
        bytes.extend_from_slice(shown.session.as_bytes());
        bytes.extend_from_slice(&shown.generation.to_be_bytes());
        // A key of any length is taken by HMAC, so there always is a seal.
        if let Some(seal) = self.seal(&bytes) {
            bytes.extend_from_slice(&seal.finalize().into_bytes());
        }
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token; nothing, if it is not one of ours. The comparison takes constant time.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<Shown> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let (identified, seal) = bytes.split_at_checked(IDENTIFIED)?;
        self.seal(identified)?.verify_slice(seal).ok()?;
        let (session, generation) = identified.split_at_checked(16)?;
        Some(Shown {
            session: Uuid::from_slice(session).ok()?,
            generation: i32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_this_key_sealed_is_read() {
        let key = RefreshKey::new([3; 32]);
        let shown = Shown { session: Uuid::from_u128(77), generation: 4 };
        let token = key.write(shown);
        assert_eq!(key.read(&token), Some(shown));
        assert_eq!(RefreshKey::new([4; 32]).read(&token), None);
        assert_eq!(key.read(&token[..token.len() - 4]), None);
        assert_eq!(key.read(""), None);
    }

    #[test]
    fn a_token_whose_generation_was_altered_is_refused() {
        let key = RefreshKey::new([3; 32]);
        let token = key.write(Shown { session: Uuid::from_u128(77), generation: 4 });
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(token).unwrap();
        bytes[19] = 5;
        assert_eq!(key.read(&BASE64_URL_SAFE_NO_PAD.encode(bytes)), None);
    }
}
