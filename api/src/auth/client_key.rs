//! The key of a machine client: which client it is, and 256 bits that nobody guesses.
//!
//! Written `atd_` and base64url, so that people and scanners recognise one that lies where it should not. Only the
//! SHA-256 is kept: a key of such entropy needs no slow hash, and one look-up by the client's id finds it.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// How every key begins.
pub const PREFIX: &str = "atd_";

/// A key, as its client shows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientKey {
    client: Uuid,
    secret: [u8; 32],
}

impl fmt::Debug for ClientKey {
    /// Never prints the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey").field("client", &self.client).finish_non_exhaustive()
    }
}

impl ClientKey {
    /// A new key of a client.
    #[must_use]
    pub fn new(client: Uuid) -> Self {
        Self { client, secret: rand::random() }
    }

    /// Reads a key; none where it is not written as one.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(written.strip_prefix(PREFIX)?).ok()?;
        let (client, secret) = bytes.split_first_chunk::<16>()?;
        Some(Self { client: Uuid::from_bytes(*client), secret: secret.try_into().ok()? })
    }

    /// As it is shown, once.
    #[must_use]
    pub fn written(&self) -> String {
        let bytes = [self.client.as_bytes().as_slice(), &self.secret].concat();
        format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Whose it says it is.
    #[must_use]
    pub const fn client(&self) -> Uuid {
        self.client
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new().chain_update(self.client.as_bytes()).chain_update(self.secret).finalize().into()
    }

    /// Whether it is the key of which this was kept.
    #[must_use]
    pub fn fits(&self, kept: &[u8]) -> bool {
        self.hash().ct_eq(kept).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_fits_its_own_hash_alone() {
        let key = ClientKey::new(Uuid::from_u128(7));
        let written = key.written();
        assert!(written.starts_with("atd_") && written.len() == 68, "{written}");
        assert_eq!(ClientKey::parse(&written), Some(key));
        assert!(key.fits(&key.hash()));
        assert!(!ClientKey::new(Uuid::from_u128(7)).fits(&key.hash()));
        let elsewhere = ClientKey { client: Uuid::from_u128(8), ..key };
        assert!(!elsewhere.fits(&key.hash()) && !key.fits(&[]));
        assert!(!format!("{key:?}").contains(&written[30..]));
    }

    #[test]
    fn what_is_not_written_as_a_key_is_none() {
        let written = ClientKey::new(Uuid::nil()).written();
        for bad in ["", "atd_", &written[4..], &written[..67], &format!("{written}A"), "atd_%%%%"] {
            assert_eq!(ClientKey::parse(bad), None, "{bad}");
        }
    }
}
