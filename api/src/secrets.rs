//! The one secret of an installation and the keys that are derived from it.
//!
//! Every node derives the same keys, so nothing secret needs a table. Nothing here is ever printed or logged.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use sha2::Sha256;

/// Fewest characters of an `ATIENDE_SECRET` that is given by hand.
pub const SHORTEST: usize = 32;

/// The keys of this installation, each for one purpose (HKDF-SHA256, RFC 5869).
#[derive(Clone)]
pub struct Secrets(Hkdf<Sha256>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    /// Keys from a secret that the operator chose.
    #[must_use]
    pub fn new(master: &str) -> Self {
        Self(Hkdf::new(Some(b"atiende/1"), master.as_bytes()))
    }

    /// Keys from the secret in `file`, which is made with mode 0600 when absent.
    ///
    /// # Errors
    /// When the file can be neither read nor made, or holds too little.
    pub fn beside(file: &Path) -> io::Result<Self> {
        let kept = match fs::read_to_string(file) {
            Ok(kept) => kept,
            Err(error) if error.kind() == io::ErrorKind::NotFound => made(file)?,
            Err(error) => return Err(error),
        };
        let kept = kept.trim();
        if kept.len() < SHORTEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file holds no secret"));
        }
        Ok(Self::new(kept))
    }

    /// The key for one purpose: `token-signing`, `pin`, `cursor`, `refresh`, `idempotency`, `public-id`.
    #[must_use]
    pub fn derive(&self, purpose: &'static str) -> [u8; 32] {
        let mut key = [0; 32];
        // 32 bytes are far below HKDF's limit of 255 hashes, so this cannot fail.
        if self.0.expand(purpose.as_bytes(), &mut key).is_err() {
            unreachable!("32 bytes are within HKDF's limit");
        }
        key
    }
}

/// Makes the file so that it appears whole: two processes that start at once end with the same secret.
fn made(file: &Path) -> io::Result<String> {
    let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut draft_file = options.open(&draft)?;
    writeln!(draft_file, "{secret}")?;
    draft_file.sync_all()?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Ok(()) => Ok(secret),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::read_to_string(file),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_purpose_has_its_own_key_and_every_node_the_same() {
        let one = Secrets::new("0123456789abcdef0123456789abcdef");
        let other = Secrets::new("0123456789abcdef0123456789abcdef");
        assert_eq!(one.derive("pin"), other.derive("pin"));
        assert_ne!(one.derive("pin"), one.derive("cursor"));
        assert_ne!(one.derive("pin"), Secrets::new("another secret of enough length.").derive("pin"));
    }

    #[test]
    fn a_made_secret_is_private_and_is_found_again() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("secret");
        let first = Secrets::beside(&file).unwrap().derive("pin");
        assert_eq!(first, Secrets::beside(&file).unwrap().derive("pin"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn an_emptied_secret_file_is_an_error_and_not_a_new_secret() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("secret");
        fs::write(&file, "\n").unwrap();
        assert!(Secrets::beside(&file).is_err());
    }
}
