//! The JSON body of a request.
//!
//! Two kinds of wrong, told at two times: what cannot be read (media type, syntax, size) fails at once; what was
//! read and is invalid waits until the handler asks for the value, after identity, visibility and version.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use validator::Validate;

use super::json::{self, Fault};
use crate::problem::{FieldError, Kind, Problem};

/// Largest body, in bytes.
pub const LARGEST: usize = 1024 * 1024;

/// The bytes of a body, as the intake layer has read them.
#[derive(Clone, Debug, Default)]
pub struct Read(pub Bytes);

/// A JSON body read as a `T`, valid or not yet.
#[derive(Clone, Debug)]
pub struct Body<T> {
    value: Result<T, Problem>,
    /// What was read, where only its rules do not hold.
    draft: Option<T>,
    digest: [u8; 32],
}

impl<T> Body<T> {
    /// The value.
    ///
    /// # Errors
    /// `invalid_body` (422) with every member that is to blame.
    pub fn value(&self) -> Result<&T, Problem> {
        self.value.as_ref().map_err(Clone::clone)
    }

    /// The value, to keep.
    ///
    /// # Errors
    /// As [`Body::value`].
    pub fn into_value(self) -> Result<T, Problem> {
        self.value
    }

    /// The value whose rules do not hold, where it could be read: what else is wrong with it can be told together.
    #[must_use]
    pub const fn draft(&self) -> Option<&T> {
        self.draft.as_ref()
    }

    /// SHA-256 of the bytes, for the fingerprint of a repeated request.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

impl<T: DeserializeOwned + Validate> Body<T> {
    /// Reads the bytes of a body.
    ///
    /// # Errors
    /// `malformed_body` (400) when they are not JSON.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let (value, draft) = match json::read(bytes) {
            Ok(value) => (Ok(value), None),
            Err(Fault::Syntax(problem)) => return Err(problem),
            Err(Fault::Invalid(problem)) => (Err(problem), serde_json::from_slice(bytes).ok()),
        };
        Ok(Self { value, draft, digest: Sha256::digest(bytes).into() })
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        if !is_json(req) {
            let error = FieldError::new("Content-Type:", "media_type").with("expected", "application/json");
            return ready(Err(Problem::new(Kind::UnsupportedMediaType).blaming(error)));
        }
        let bytes = req.extensions().get::<Read>().cloned().unwrap_or_default();
        ready(Self::read(&bytes.0))
    }
}

/// A JSON body that may be left out: then it is an empty object.
#[derive(Clone, Debug)]
pub struct Optional<T>(pub Body<T>);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Optional<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let absent = req.extensions().get::<Read>().is_none_or(|read| read.0.is_empty());
        let body = if absent { Body::read(b"{}") } else { Body::from_request(req, payload).into_inner() };
        ready(body.map(Self))
    }
}

/// Whether the body calls itself JSON, in UTF-8 if it says so at all.
fn is_json(req: &HttpRequest) -> bool {
    let Some(value) = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    let named = parts.next().unwrap_or_default().to_ascii_lowercase();
    let suffixed = named.starts_with("application/") && named.ends_with("+json");
    let utf8 = parts.all(|part| {
        let part = part.to_ascii_lowercase().replace('"', "");
        !part.starts_with("charset=") || part == "charset=utf-8"
    });
    (named == "application/json" || suffixed) && utf8
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_json_in_utf_8_is_json() {
        let check =
            |value: &str| is_json(&TestRequest::default().insert_header((CONTENT_TYPE, value)).to_http_request());
        assert!(check("application/json"));
        assert!(check("Application/JSON; charset=\"UTF-8\""));
        assert!(check("application/merge-patch+json"));
        assert!(!check("application/json; charset=iso-8859-1"));
        assert!(!check("text/plain"));
        assert!(!check("application/x-www-form-urlencoded"));
        assert!(!is_json(&TestRequest::default().to_http_request()));
    }

    #[test]
    fn what_is_not_json_fails_at_once_and_what_is_invalid_waits() {
        #[derive(Debug, serde::Deserialize, Validate)]
        struct Wanted {
            #[validate(range(max = 9))]
            number: u32,
        }
        assert_eq!(Body::<Wanted>::read(b"{").unwrap_err().kind, Kind::MalformedBody);
        let body = Body::<Wanted>::read(br#"{"number": 10}"#).unwrap();
        assert_eq!(body.value().unwrap_err().kind, Kind::InvalidBody);
        assert_eq!(Body::<Wanted>::read(br#"{"number": 9}"#).unwrap().value().unwrap().number, 9);
    }
}
