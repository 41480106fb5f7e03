//! Opaque, sealed positions in a list.
//!
//! A cursor is the position, as JSON, encrypted and bound to what it is a position of. A page may end at a row that its
//! caller may not see, so a caller can neither make nor alter nor read one.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::{FieldError, Kind, Problem};
use crate::secrets::Secrets;

/// Writes and reads the cursors of one list for one caller.
pub struct Cursor {
    key: LessSafeKey,
    binding: [u8; 32],
}

impl Cursor {
    /// Cursors that are worth something only with the same `binding`.
    #[must_use]
    pub fn bound(secrets: &Secrets, binding: &[u8; 32]) -> Self {
        let Ok(key) = UnboundKey::new(&AES_256_GCM_SIV, &secrets.derive("cursor")) else {
            unreachable!("the key has the algorithm's 32 bytes");
        };
        Self { key: LessSafeKey::new(key), binding: *binding }
    }

    /// The cursor of a position: always the same for the same one.
    #[must_use]
    pub fn write<P: Serialize>(&self, position: &P) -> String {
        // A position that cannot be written would be refused when it comes back.
        let mut bytes = serde_json::to_vec(position).unwrap_or_default();
        if self.key.seal_in_place_append_tag(nonce(), Aad::from(self.binding), &mut bytes).is_err() {
            bytes.clear();
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position of a cursor.
    ///
    /// # Errors
    /// `invalid_cursor` (400).
    pub fn read<P: DeserializeOwned>(&self, cursor: &str) -> Result<P, Problem> {
        let refused = || Problem::new(Kind::InvalidCursor).blaming(FieldError::new("?cursor", "invalid"));
        let mut bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let opened = self.key.open_in_place(nonce(), Aad::from(self.binding), &mut bytes);
        let position = opened.map_err(|_| refused())?;
        serde_json::from_slice(position).map_err(|_| refused())
    }
}

// RFC 8452 keeps what is sealed safe under a nonce that repeats; that two cursors are equal is all that shows.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_does_not_show_its_position() {
        let secrets = Secrets::new("0123456789abcdef0123456789abcdef");
        let text = Cursor::bound(&secrets, &[7; 32]).write(&"0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e");
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        assert!(!bytes.windows(4).any(|four| four == b"0193"));
        assert_eq!(text, Cursor::bound(&secrets, &[7; 32]).write(&"0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e"));
        assert!(Cursor::bound(&secrets, &[8; 32]).read::<String>(&text).is_err());
    }

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
