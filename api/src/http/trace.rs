//! Who is who in the log: the request's id (`X-Request-Id`) and its trace (`traceparent`, W3C Trace Context).
//!
//! Both are taken from the caller when well-formed, made otherwise, returned, and stand in every line that is
//! logged while the request is handled.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header with the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header with the trace (W3C Trace Context, 3.2).
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

tokio::task_local! {
    /// The request that the current task handles.
    pub static CURRENT: Trace;
}

/// The names under which one request is found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The request's id.
    pub request_id: String,
    /// The trace that the request is part of.
    pub traceparent: String,
}

impl Trace {
    /// Takes the caller's names, or makes some.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let given = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let request_id = given(&REQUEST_ID).filter(|id| is_id(id)).map(str::to_owned);
        let traceparent = given(&TRACEPARENT).filter(|parent| is_traceparent(parent)).map(str::to_owned);
        Self {
            request_id: request_id.unwrap_or_else(|| Uuid::now_v7().to_string()),
            traceparent: traceparent
                .unwrap_or_else(|| format!("00-{}-{:016x}-00", Uuid::new_v4().simple(), rand::random::<u64>().max(1))),
        }
    }

    /// Writes both into an answer's headers.
    pub fn tell(&self, headers: &mut HeaderMap) {
        for (name, value) in [(REQUEST_ID, &self.request_id), (TRACEPARENT, &self.traceparent)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// Ids stand in log lines, so they have no spaces, quotes or brackets, and an end.
fn is_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte))
}

fn is_traceparent(parent: &str) -> bool {
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let some = |part: &str| part.bytes().any(|byte| byte != b'0');
    match parent.split('-').collect::<Vec<_>>().as_slice() {
        [version, trace, parent, flags] => {
            *version == "00" && hex(trace, 32) && some(trace) && hex(parent, 16) && some(parent) && hex(flags, 2)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn of(name: HeaderName, value: &str) -> Trace {
        Trace::of(TestRequest::default().insert_header((name, value)).to_http_request().headers())
    }

    #[test]
    fn well_formed_names_are_kept() {
        assert_eq!(of(REQUEST_ID, "abc-1").request_id, "abc-1");
        assert_eq!(of(TRACEPARENT, PARENT).traceparent, PARENT);
    }

    #[test]
    fn what_could_forge_a_log_line_is_replaced() {
        for bad in ["a b", "a\"b", "", &"x".repeat(129)] {
            assert_ne!(of(REQUEST_ID, bad).request_id, bad);
        }
        for bad in ["", "00-0-0-0", &PARENT.to_uppercase(), &PARENT.replace('4', "0").replace('b', "g")] {
            assert!(is_traceparent(&of(TRACEPARENT, bad).traceparent));
        }
    }
}
