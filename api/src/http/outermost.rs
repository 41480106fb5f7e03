//! The outermost layer of our own: every answer leaves through here.
//!
//! Puts problems into words in the caller's language, turns panics and whatever else is 400 or above into
//! problems, sets the headers that all answers have, and writes the one line of the access log: method, route
//! pattern, status and duration; never an address, a query or a body.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_cors::CorsError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, ResponseError};
use futures_util::FutureExt;

use super::paths::Paths;
use super::trace::{CURRENT, Trace};
use crate::problem::{Kind, Problem};
use crate::text::Language;

/// The layer.
///
/// # Errors
/// None but [`Last`], which is a whole answer.
pub async fn answered(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let trace = Trace::of(req.headers());
    let language = Language::of(req.headers());
    let method = req.method().clone();
    let pattern = pattern(&req);
    if method == Method::HEAD {
        // HEAD is GET without the content (RFC 9110, 9.3.2), which the protocol layer leaves out.
        req.head_mut().method = Method::GET;
    }

    let handled = AssertUnwindSafe(next.call(req)).catch_unwind();
    let result = CURRENT.scope(trace.clone(), handled).await;
    let answer = match result {
        Ok(Ok(res)) => Ok(worded(res.map_into_boxed_body(), language, &trace)),
        Ok(Err(error)) => Err(problem_of(Some(&error), error.as_response_error().status_code())),
        // The panic hook has said where; what the panic says could quote data and is not passed on.
        Err(_) => Err(Problem::new(Kind::Internal)),
    };
    let (status, answer) = match answer {
        Ok(mut res) => {
            dress(res.headers_mut(), &trace, language);
            (res.status(), Ok(res))
        }
        Err(problem) => (problem.status_code(), Err(Last { problem, trace: trace.clone(), language }.into())),
    };
    log::info!(
        target: "access",
        request_id = trace.request_id.as_str(), method = method.as_str(), route = pattern.as_str(),
        status = status.as_u16(), micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        "answered"
    );
    answer
}

/// The route's pattern, for the log: an address itself may carry what a log must not.
fn pattern(req: &ServiceRequest) -> String {
    let paths = req.app_data::<Data<Paths>>();
    let route = paths.and_then(|paths| paths.find(req.path(), req.method()));
    route.map_or_else(|| "-".to_owned(), |route| route.pattern.clone())
}

/// The same answer with its problem in words, if it is one.
fn worded(res: ServiceResponse<BoxBody>, language: Language, trace: &Trace) -> ServiceResponse<BoxBody> {
    let status = res.status();
    if status.as_u16() < 400 {
        return res;
    }
    let problem = problem_of(res.response().error(), status);
    let (req, old) = res.into_parts();
    let mut new = problem.answer(language, Some(&trace.request_id));
    for (name, value) in old.headers() {
        let of_the_old_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_LANGUAGE].contains(name);
        if !of_the_old_body && !new.headers().contains_key(name) {
            new.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(req, new)
}

/// The problem behind an answer: ours if it is one, else what its status means.
fn problem_of(error: Option<&Error>, status: StatusCode) -> Problem {
    if let Some(problem) = error.and_then(|error| error.as_error::<Problem>()) {
        return problem.clone();
    }
    let preflight = error.is_some_and(|error| error.as_error::<CorsError>().is_some());
    Problem::new(if preflight { Kind::OriginRefused } else { Kind::of_status(status) })
}

/// The headers that every answer has, unless its handler said otherwise.
fn dress(headers: &mut HeaderMap, trace: &Trace, language: Language) {
    trace.tell(headers);
    let defaults: [(HeaderName, &'static str); 5] = [
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_LANGUAGE, language.tag()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    for (name, value) in defaults {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    headers.append(header::VARY, HeaderValue::from_static("accept-language"));
}

/// An answer without a request to belong to: all that is left after a panic.
#[derive(Debug)]
pub struct Last {
    problem: Problem,
    trace: Trace,
    language: Language,
}

impl fmt::Display for Last {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl ResponseError for Last {
    fn status_code(&self) -> StatusCode {
        self.problem.status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut answer = self.problem.answer(self.language, Some(&self.trace.request_id));
        dress(answer.headers_mut(), &self.trace, self.language);
        answer
    }
}
