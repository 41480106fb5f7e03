//! Access tokens: short JWTs (RFC 7519) signed with Ed25519 (RFC 8037), and who they speak for.
//!
//! The key comes from the one secret, so every node signs and reads the same. Time is checked
//! against the clock that the caller brings, never the system's. No database here: whether the
//! session still stands is `persistence::accounts`' to say.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::time::Instant;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// How long a staff token is good for, in seconds.
pub const STAFF_SECONDS: i64 = 15 * 60;
/// How long a citizen's token is good for, in seconds.
pub const CITIZEN_SECONDS: i64 = 30 * 60;

/// The name under which tokens are issued, and the audience they are meant for.
const HOUSE: &str = "atiende";
/// How far ahead another node's clock may run, in seconds.
const SKEW: i64 = 60;

/// Whom a token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An account: `sub` is its id, `sid` its session.
    Staff,
    /// Whoever knows a petition's folio and PIN: `sub` is the petition's id, `sid` a fresh id.
    Citizen,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The account, or the petition of a citizen.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    /// Issued at, seconds since 1970.
    pub iat: i64,
    /// Good until, seconds since 1970, exclusive.
    pub exp: i64,
    /// Whom it speaks for.
    pub kind: Kind,
    /// The version of the PIN that opened a citizen's session: a new PIN ends the old tokens.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pin_version: Option<i32>,
    /// The co-petitioner whose PIN opened it; absent where it was the petition's own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub petitioner: Option<Uuid>,
}

impl Claims {
    /// A token of an account's session.
    #[must_use]
    pub fn staff(account: Uuid, session: Uuid, now: Instant) -> Self {
        Self::new(Kind::Staff, account, session, None, now, STAFF_SECONDS)
    }

    /// A token of whoever knows a petition's folio and its PIN, or that of one of its co-petitioners.
    #[must_use]
    pub fn citizen(petition: Uuid, pin_version: i32, petitioner: Option<Uuid>, session: Uuid, now: Instant) -> Self {
        let own = Self::new(Kind::Citizen, petition, session, Some(pin_version), now, CITIZEN_SECONDS);
        Self { petitioner, ..own }
    }

    fn new(kind: Kind, sub: Uuid, sid: Uuid, pin_version: Option<i32>, now: Instant, seconds: i64) -> Self {
        let iat = now.timestamp();
        Self {
            iss: HOUSE.to_owned(),
            aud: HOUSE.to_owned(),
            sub,
            sid,
            iat,
            exp: iat + seconds,
            kind,
            pin_version,
            petitioner: None,
        }
    }
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Not a token of this house: malformed, altered, signed by another key or another algorithm.
    Invalid,
    /// It was good once.
    Expired,
}

/// The key pair could not be made out of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFailure;

impl fmt::Display for KeyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token key could not be derived from the secret")
    }
}

impl std::error::Error for KeyFailure {}

/// The key pair that signs and reads tokens.
#[derive(Clone)]
pub struct TokenKeys {
    signing: EncodingKey,
    reading: DecodingKey,
    validation: Validation,
    kid: String,
    x: String,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl TokenKeys {
    /// Makes the pair out of 32 secret bytes; the same bytes give the same pair.
    ///
    /// # Errors
    /// [`KeyFailure`] when the cryptographic library refuses, which it has no reason to.
    pub fn derive(seed: &[u8; 32]) -> Result<Self, KeyFailure> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyFailure)?;
        let pkcs8 = pair.to_pkcs8().map_err(|_| KeyFailure)?;
        let public = pair.public_key().as_ref().to_vec();
        let x = BASE64_URL_SAFE_NO_PAD.encode(&public);
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[HOUSE]);
        validation.set_audience(&[HOUSE]);
        Ok(Self {
            signing: EncodingKey::from_ed_der(pkcs8.as_ref()),
            reading: DecodingKey::from_ed_der(&public),
            validation,
            kid: BASE64_URL_SAFE_NO_PAD.encode(thumbprint),
            x,
        })
    }

    /// Signs a token.
    ///
    /// # Errors
    /// [`KeyFailure`] when the cryptographic library refuses.
    pub fn sign(&self, claims: &Claims) -> Result<String, KeyFailure> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.signing).map_err(|_| KeyFailure)
    }

    /// Reads a token at an instant.
    ///
    /// # Errors
    /// [`Rejection`]: any algorithm but EdDSA, any key but ours, any critical header is refused.
    pub fn read(&self, token: &str, now: Instant) -> Result<Claims, Rejection> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Rejection::Invalid)?;
        if header.kid.as_deref() != Some(self.kid.as_str()) || header.crit.is_some() {
            return Err(Rejection::Invalid);
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.reading, &self.validation)
            .map_err(|_| Rejection::Invalid)?
            .claims;
        let now = now.timestamp();
        if claims.iat > now.saturating_add(SKEW) {
            return Err(Rejection::Invalid);
        }
        if claims.exp <= now {
            return Err(Rejection::Expired);
        }
        Ok(claims)
    }

    /// The key's name: its RFC 7638 thumbprint.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key's `x` of RFC 8037, base64url.
    #[must_use]
    pub fn x(&self) -> &str {
        &self.x
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    fn now() -> Instant {
        chrono::Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap()
    }

    fn keys() -> TokenKeys {
        TokenKeys::derive(&[7; 32]).unwrap()
    }

    fn forged(header: &str, claims: &Claims, signature: &str) -> String {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap());
        format!("{}.{claims}.{signature}", BASE64_URL_SAFE_NO_PAD.encode(header))
    }

    #[test]
    fn what_is_signed_is_read_until_it_expires() {
        let claims = Claims::staff(Uuid::from_u128(1), Uuid::from_u128(2), now());
        let token = keys().sign(&claims).unwrap();
        assert_eq!(keys().read(&token, now()), Ok(claims.clone()));
        let last = now() + chrono::Duration::seconds(STAFF_SECONDS - 1);
        assert_eq!(keys().read(&token, last), Ok(claims));
        let after = now() + chrono::Duration::seconds(STAFF_SECONDS);
        assert_eq!(keys().read(&token, after), Err(Rejection::Expired));
        assert_eq!(keys().read(&token, now() - chrono::Duration::seconds(SKEW + 1)), Err(Rejection::Invalid));
    }

    #[test]
    fn the_same_secret_gives_the_same_key_on_every_node() {
        assert_eq!(keys().kid(), keys().kid());
        assert_eq!(keys().x(), keys().x());
        assert_ne!(keys().kid(), TokenKeys::derive(&[8; 32]).unwrap().kid());
    }

    #[test]
    fn another_key_another_algorithm_and_an_altered_claim_are_refused() {
        let claims = Claims::staff(Uuid::from_u128(1), Uuid::from_u128(2), now());
        let stranger = TokenKeys::derive(&[8; 32]).unwrap();
        assert_eq!(keys().read(&stranger.sign(&claims).unwrap(), now()), Err(Rejection::Invalid));

        let kid = keys().kid().to_owned();
        let none = forged(&format!(r#"{{"alg":"none","kid":"{kid}"}}"#), &claims, "");
        assert_eq!(keys().read(&none, now()), Err(Rejection::Invalid));

        // The public key taken for a shared secret: the classic confusion of algorithms.
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(kid.clone());
        let public = BASE64_URL_SAFE_NO_PAD.decode(keys().x()).unwrap();
        let confused = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&public)).unwrap();
        assert_eq!(keys().read(&confused, now()), Err(Rejection::Invalid));

        let honest = keys().sign(&claims).unwrap();
        let signature = honest.rsplit('.').next().unwrap();
        let other = Claims::staff(Uuid::from_u128(9), Uuid::from_u128(2), now());
        let altered = forged(&format!(r#"{{"typ":"JWT","alg":"EdDSA","kid":"{kid}"}}"#), &other, signature);
        assert_eq!(keys().read(&altered, now()), Err(Rejection::Invalid));
        assert_eq!(keys().read("no.token", now()), Err(Rejection::Invalid));
    }

    #[test]
    fn a_token_for_another_audience_is_refused() {
        let mut claims = Claims::staff(Uuid::from_u128(1), Uuid::from_u128(2), now());
        claims.aud = "elsewhere".into();
        assert_eq!(keys().read(&keys().sign(&claims).unwrap(), now()), Err(Rejection::Invalid));
    }
}
