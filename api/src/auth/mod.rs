//! Who is asking: passwords, tokens, limits, and the callers that handlers receive.
//!
//! Decides nothing about what a caller may do: that is the domain's, by the [`domain::actor::Actor`]
//! that [`Caller::actor`] brings.

pub mod caller;
pub mod client_key;
pub mod password;
pub mod refresh;
pub mod throttle;
pub mod token;
pub mod uses;

pub use caller::{Caller, Citizen};

use domain::time::Instant;
use uuid::Uuid;

use crate::clock::Clock;
use crate::secrets::Secrets;

/// What sign-in needs to have at hand, made once and shared by every worker.
#[derive(Clone)]
pub struct Auth {
    /// Signs and reads access tokens.
    pub tokens: token::TokenKeys,
    /// Writes and reads refresh tokens.
    pub refresh: refresh::RefreshKey,
    /// Where passwords are hashed.
    pub passwords: password::Passwords,
    /// How often somebody may try.
    pub throttle: throttle::Throttle,
    /// The key that PINs are derived with.
    pub pin_key: [u8; 32],
    /// Which machine clients used their keys.
    pub uses: uses::Uses,
}

impl Auth {
    /// Derives the keys from the one secret.
    ///
    /// # Errors
    /// When the cryptographic library refuses the key.
    pub fn new(secrets: &Secrets, clock: &Clock) -> Result<Self, token::KeyFailure> {
        Ok(Self {
            tokens: token::TokenKeys::derive(&secrets.derive("token-signing"))?,
            refresh: refresh::RefreshKey::new(secrets.derive("refresh")),
            passwords: password::Passwords::new(),
            throttle: throttle::Throttle::new(clock),
            pin_key: secrets.derive("pin"),
            uses: uses::Uses::default(),
        })
    }
}

impl std::fmt::Debug for Auth {
    /// Never prints a key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth")
    }
}

/// An e-mail as accounts keep it: trimmed and in lower case; nothing, if it cannot be one.
#[must_use]
pub fn email(written: &str) -> Option<String> {
    let email = written.trim().to_lowercase();
    let sane = email.len() <= 254 && validator::ValidateEmail::validate_email(&email);
    sane.then_some(email)
}

/// A new identifier (UUIDv7, RFC 9562) of the application's clock.
#[must_use]
pub fn new_id(now: Instant) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
}
