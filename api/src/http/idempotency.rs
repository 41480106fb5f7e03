//! Repeated requests: `Idempotency-Key`, its scope and its fingerprint.
//!
//! The record itself is written by the store in the transaction of the effect; only successes are kept, as the id
//! of what they made. Here is no memory at all.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use domain::folio::{Folio, looks_like_folio};
use persistence::Tx;
use persistence::idempotency::Key;
use uuid::Uuid;

use crate::problem::{Kind, Problem};

/// The header's name.
pub const NAME: HeaderName = HeaderName::from_static("idempotency-key");

/// What `Idempotency-Key` says, with the request that it is for. Absent is fine, unless [`IdempotencyKey::needed`].
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    key: Option<String>,
    method: String,
    path: String,
}

impl IdempotencyKey {
    /// Machines must send one, so that a lost answer can always be asked for again.
    ///
    /// # Errors
    /// `idempotency_key_missing` (400).
    pub fn needed(&self) -> Result<(), Problem> {
        if self.key.is_some() { Ok(()) } else { Err(Kind::IdempotencyKeyMissing.into()) }
    }

    /// The keys for `Store::write`: none, or the one of this caller, method and path. `body` is `Body::digest`.
    #[must_use]
    pub fn scope(&self, caller: Uuid, body: [u8; 32]) -> Vec<Key> {
        let Some(key) = &self.key else { return Vec::new() };
        vec![Key::new(&caller.to_string(), &self.method, &self.path, key, &body)]
    }

    fn of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
        let refused = || Problem::header("Idempotency-Key", "key_malformed");
        let mut lines = headers.get_all(&NAME);
        let Some(line) = lines.next() else { return Ok(None) };
        if lines.next().is_some() {
            return Err(refused());
        }
        let line = line.to_str().map_err(|_| refused())?.trim();
        let quoted = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let key = quoted.unwrap_or(line);
        let visible = key.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'"');
        if visible && (1..=255).contains(&key.len()) { Ok(Some(key.to_owned())) } else { Err(refused()) }
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (method, path) = (req.method().to_string(), canonical(req.match_info().as_str()));
        ready(Self::of(req.headers()).map(|key| Self { key, method, path }))
    }
}

/// A path in the one spelling of it: a folio may be written in many ways, an identifier in some, and each names the
/// same thing.
fn canonical(path: &str) -> String {
    let spelt = |segment: &str| match (Folio::parse(segment), Uuid::parse_str(segment)) {
        (Ok(folio), _) if looks_like_folio(segment) => folio.to_string(),
        (_, Ok(id)) => id.to_string(),
        (_, Err(_)) => segment.to_owned(),
    };
    path.split('/').map(spelt).collect::<Vec<_>>().join("/")
}

/// The id of what the same request made before, if it did.
///
/// # Errors
/// `idempotency_key_reused` (422) when the key was used for another request.
pub fn replayed(tx: &Tx, keys: &[Key]) -> Result<Option<Uuid>, Problem> {
    let Some(key) = keys.first() else { return Ok(None) };
    match tx.replay(key) {
        Some(recorded) if recorded.fits(key) => Ok(Some(recorded.result_id)),
        Some(_) => Err(Kind::IdempotencyKeyReused.into()),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(value: &str) -> Result<Option<String>, Problem> {
        IdempotencyKey::of(TestRequest::default().insert_header((NAME, value)).to_http_request().headers())
    }

    #[test]
    fn a_key_may_be_quoted_or_not() {
        assert_eq!(read("abc-1").unwrap().as_deref(), Some("abc-1"));
        assert_eq!(read("\"abc-1\"").unwrap().as_deref(), Some("abc-1"));
        for bad in ["", "\"\"", "a b", "a\"b", "ñ", &"x".repeat(256)] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_scope_is_caller_method_and_path_and_the_fingerprint_has_the_body() {
        let key =
            |path: &str| IdempotencyKey { key: Some("k".to_owned()), method: "POST".to_owned(), path: path.to_owned() };
        let scope = |path: &str, caller, body| key(path).scope(Uuid::from_u128(caller), [body; 32]).remove(0);
        let first = scope("/a", 1, 0);
        assert_eq!(first.hash(), scope("/a", 1, 9).hash());
        assert_ne!(first.hash(), scope("/b", 1, 0).hash());
        assert_ne!(first.hash(), scope("/a", 2, 0).hash());
        assert_ne!(first.fingerprint(), scope("/a", 1, 9).fingerprint());
    }

    #[test]
    fn a_path_is_the_same_however_its_folio_or_identifier_is_spelt() {
        let folio = Folio { series: domain::folio::Series::Registered, year: 2026, number: 1 }.to_string();
        let path = format!("/v1/petitions/{folio}/notes");
        let spelt = [folio.to_lowercase(), folio.replace('-', " "), folio.replace('-', "")];
        for other in spelt {
            assert_eq!(canonical(&format!("/v1/petitions/{other}/notes")), path, "{other}");
        }
        let id = "/v1/petitions/0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e/notes";
        assert_eq!(
            canonical(&id.to_uppercase().replace("/V1/PETITIONS", "/v1/petitions").replace("NOTES", "notes")),
            id
        );
        for plain in ["/v1/petitions", "/v1/catalogues/units", "/v1/dependencies/simas/units/drainage_unit", "/"] {
            assert_eq!(canonical(plain), plain);
        }
    }

    #[test]
    fn without_a_key_nothing_is_looked_up() {
        let none = IdempotencyKey { key: None, method: String::new(), path: String::new() };
        assert!(none.scope(Uuid::nil(), [0; 32]).is_empty());
        assert_eq!(none.needed().unwrap_err().kind, Kind::IdempotencyKeyMissing);
    }
}
