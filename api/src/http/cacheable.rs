//! Answers that the caller may keep and ask about again: `ETag`, `If-None-Match`, 304 (RFC 9110, 13.1.2, 15.4.5).
//!
//! For what is the same for every caller. What depends on the caller or the minute, petitions above all, is
//! never kept and does not pass through here.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderMap, IF_NONE_MATCH};
use actix_web::web::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::problem::{Kind, Problem};

/// What anybody may keep, such as the contract. It is asked about again each time.
pub const PUBLIC: &str = "no-cache";

/// What only the caller's own client may keep: it took a session to read it. It is asked about again each time.
pub const PRIVATE: &str = "private, no-cache";

/// A strong tag of a content, in quotes.
#[must_use]
pub fn tag_of(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    format!("\"{}\"", digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// The content, or 304 when the caller has it.
#[must_use]
pub fn unless_known(
    headers: &HeaderMap,
    etag: &str,
    keeping: &'static str,
    media_type: &str,
    content: &[u8],
) -> HttpResponse {
    let known = is_known(headers, etag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, etag)).insert_header((CACHE_CONTROL, keeping));
    if known { answer.finish() } else { answer.content_type(media_type).body(Bytes::copy_from_slice(content)) }
}

/// A value as JSON for the caller's own client to keep, or 304 when it has it. The tag follows from the content, so
/// each language has its own.
///
/// # Errors
/// `internal` (500) when the value cannot be written as JSON.
pub fn json<T: Serialize>(headers: &HeaderMap, value: &T) -> Result<HttpResponse, Problem> {
    let content = serde_json::to_vec(value).map_err(|_| Kind::Internal)?;
    Ok(unless_known(headers, &tag_of(&content), PRIVATE, "application/json", &content))
}

/// Whether `If-None-Match` names this tag, by the weak comparison (RFC 9110, 8.8.3.2).
#[must_use]
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers.get_all(IF_NONE_MATCH).filter_map(|line| line.to_str().ok()).any(|line| {
        line.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(known: &str) -> HttpResponse {
        let req = TestRequest::default().insert_header((IF_NONE_MATCH, known)).to_http_request();
        json(req.headers(), &["agua"]).unwrap()
    }

    #[test]
    fn a_content_that_the_caller_has_is_not_sent_again() {
        let first = asked("\"another\"");
        let tag = first.headers().get(ETAG).unwrap().to_str().unwrap().to_owned();
        assert_eq!(first.status(), StatusCode::OK);
        for known in [tag.clone(), format!("W/{tag}"), format!("\"old\", {tag}"), "*".to_owned()] {
            let again = asked(&known);
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(again.headers().get(ETAG), first.headers().get(ETAG));
            assert_eq!(again.headers().get(CACHE_CONTROL).unwrap(), PRIVATE);
        }
    }

    #[test]
    fn another_content_has_another_tag() {
        assert_ne!(tag_of(b"agua"), tag_of(b"luz"));
        assert_eq!(tag_of(b"agua").len(), 26);
    }
}
