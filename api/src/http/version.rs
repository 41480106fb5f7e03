//! Versions on the wire: `ETag` and `If-Match` (RFC 9110, 8.8.3 and 13.1.1; RFC 6585, 3).
//!
//! A version is a positive number that grows with each change; its tag is that number in quotes, strong.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, HeaderMap, HeaderName, IF_MATCH};
use actix_web::{FromRequest, HttpRequest};

use crate::problem::{Kind, Problem};

/// What `If-Match` says. `*` would match whatever is there (RFC 9110, 13.1.1): it is read and then refused like no header at
/// all, since whoever changes something must have seen it, and the other's change that `*` would overwrite is what versions are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(Vec<String>);

const ANY: &str = "*";

fn malformed() -> Problem {
    Problem::header("If-Match", "version_malformed")
}

impl IfMatch {
    /// Reads the header.
    ///
    /// # Errors
    /// `malformed_header` (400).
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut tags = Vec::new();
        for line in headers.get_all(IF_MATCH) {
            let line = line.to_str().map_err(|_| malformed())?;
            for tag in line.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
                if tag == ANY {
                    tags.push(tag.to_owned());
                    continue;
                }
                let opaque = tag.strip_prefix("W/").unwrap_or(tag);
                if opaque.len() < 2 || !opaque.starts_with('"') || !opaque.ends_with('"') {
                    return Err(malformed());
                }
                tags.push(tag.to_owned());
            }
            if tags.is_empty() {
                return Err(malformed());
            }
        }
        if tags.len() > 1 && tags.iter().any(|tag| tag == ANY) {
            return Err(malformed());
        }
        Ok(Self(tags))
    }

    /// Whether the caller has seen the present version. A weak tag never matches (RFC 9110, 13.1.1).
    ///
    /// # Errors
    /// `if_match_missing` and, for `*`, `if_match_any` (428), `stale_version` (412).
    pub fn check(&self, current: i32) -> Result<(), Problem> {
        self.check_any(&[tag(current)])
    }

    /// As [`IfMatch::check`], for what is tagged by its content: the caller has seen one of its present forms, such as
    /// that of one language.
    ///
    /// # Errors
    /// As [`IfMatch::check`].
    pub fn check_any(&self, present: &[String]) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Err(Kind::IfMatchMissing.into());
        }
        if self.0.iter().any(|tag| tag == ANY) {
            return Err(Kind::IfMatchAny.into());
        }
        let seen = self.0.iter().any(|tag| present.contains(tag));
        if seen { Ok(()) } else { Err(Kind::StaleVersion.into()) }
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req.headers()))
    }
}

/// The tag of a version: what list items carry as `etag` and `allowed_steps` as `if_match`.
#[must_use]
pub fn tag(version: i32) -> String {
    format!("\"{version}\"")
}

/// The `ETag` header of a version, for `insert_header`.
#[must_use]
pub fn etag(version: i32) -> (HeaderName, String) {
    (ETAG, tag(version))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(value: &str) -> Result<IfMatch, Problem> {
        IfMatch::of(TestRequest::default().insert_header((IF_MATCH, value)).to_http_request().headers())
    }

    #[test]
    fn the_present_version_passes_and_another_is_stale() {
        assert!(read("\"7\"").unwrap().check(7).is_ok());
        assert!(read("\"6\", \"7\"").unwrap().check(7).is_ok());
        assert_eq!(read("\"6\"").unwrap().check(7).unwrap_err().kind, Kind::StaleVersion);
        assert_eq!(read("W/\"7\"").unwrap().check(7).unwrap_err().kind, Kind::StaleVersion);
    }

    #[test]
    fn any_version_is_not_the_one_that_was_seen() {
        assert_eq!(read("*").unwrap().check(7).unwrap_err().kind, Kind::IfMatchAny);
    }

    #[test]
    fn no_header_is_told_apart_from_a_bad_one() {
        let none = IfMatch::of(TestRequest::default().to_http_request().headers()).unwrap();
        assert_eq!(none.check(1).unwrap_err().kind, Kind::IfMatchMissing);
        for bad in ["7", "\"7", "", ",", "*, \"7\"", "\"7\", *"] {
            assert_eq!(read(bad).unwrap_err().kind, Kind::MalformedHeader, "{bad}");
        }
    }
}
