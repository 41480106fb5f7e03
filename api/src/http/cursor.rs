//! Opaque, signed positions in a list.
//!
//! A cursor is the position, as JSON, and a code over it and over what it is bound to; it holds sort keys and ids,
//! nothing that a caller may not see, but a caller can neither make nor alter one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use crate::problem::{Kind, Problem};
use crate::secrets::Secrets;

/// Bytes of the code: 128 bits of HMAC-SHA256 (RFC 2104, 5).
const CODE: usize = 16;

/// Writes and reads the cursors of one list for one caller.
pub struct Cursor {
    code: Hmac<Sha256>,
}

impl Cursor {
    /// Cursors that are worth something only with the same `binding`.
    #[must_use]
    pub fn bound(secrets: &Secrets, binding: &[u8; 32]) -> Self {
        // Padded with zeros to the block of 64 bytes, as HMAC itself does with a shorter key.
        let mut key = [0; 64];
        key[..32].copy_from_slice(&secrets.derive("cursor"));
        let mut code = Hmac::<Sha256>::new(&key.into());
        code.update(binding);
        Self { code }
    }

    /// The cursor of a position.
    #[must_use]
    pub fn write<P: Serialize>(&self, position: &P) -> String {
        // Positions are tuples of plain values; one that cannot be written would be refused when it comes back.
        let mut bytes = serde_json::to_vec(position).unwrap_or_default();
        let code = self.code.clone().chain_update(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&code[..CODE]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position of a cursor.
    ///
    /// # Errors
    /// `invalid_cursor` (400).
    pub fn read<P: DeserializeOwned>(&self, cursor: &str) -> Result<P, Problem> {
        let refused =
            || Problem::new(Kind::InvalidCursor).blaming(crate::problem::FieldError::new("?cursor", "invalid"));
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let (position, code) = bytes.split_at_checked(bytes.len().saturating_sub(CODE)).ok_or_else(refused)?;
        if code.len() != CODE {
            return Err(refused());
        }
        self.code.clone().chain_update(position).verify_truncated_left(code).map_err(|_| refused())?;
        serde_json::from_slice(position).map_err(|_| refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_altered_cursor_is_refused() {
        let cursor = Cursor::bound(&Secrets::new("0123456789abcdef0123456789abcdef"), &[7; 32]);
        let text = cursor.write(&(1, 2));
        assert_eq!(cursor.read::<(i32, i32)>(&text).unwrap(), (1, 2));
        let mut bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        bytes[1] ^= 1;
        assert!(cursor.read::<(i32, i32)>(&URL_SAFE_NO_PAD.encode(bytes)).is_err());
        for bad in ["", "A", "AAAA", "%", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert!(cursor.read::<(i32, i32)>(bad).is_err(), "{bad}");
        }
    }
}
