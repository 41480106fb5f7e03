//! The innermost layer: what can be said of a request before any handler sees it.
//!
//! Refuses query parameters that the contract does not have, and reads the body whole, so that a handler's
//! extractors are asked in their order and a bad body is told before a bad token. What is packed is unpacked here,
//! within the same limit. Multipart bodies are left alone.

use std::time::Duration;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use futures_util::StreamExt;

use super::body::{LARGEST, Read};
use super::packing::Coding;
use super::paths::Paths;
use super::query;
use crate::problem::{Kind, Problem};

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much of a body that is too large is taken and thrown away, so that its sender hears the answer.
const DRAINED: usize = 32 * 1024 * 1024;

/// The layer.
///
/// # Errors
/// What the layers below answer with.
pub async fn taken(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Err(problem) = prepared(&mut req).await {
        return Ok(req.error_response(problem));
    }
    Ok(next.call(req).await?.map_into_boxed_body())
}

async fn prepared(req: &mut ServiceRequest) -> Result<(), Problem> {
    let bodied = matches!(*req.method(), Method::POST | Method::PUT | Method::PATCH | Method::DELETE);
    let read = if bodied && !is_multipart(req) { Some(body(req).await?) } else { None };
    if let Some(read) = read {
        req.extensions_mut().insert(read);
    }
    let Some(paths) = req.app_data::<Data<Paths>>() else { return Ok(()) };
    if let Some(route) = paths.find(req.path(), req.method()).filter(|route| route.has(req.method())) {
        let names = form_urlencoded::parse(req.query_string().as_bytes()).map(|(name, _)| name);
        if let Some(name) = names.into_iter().find(|name| !route.takes(req.method(), name)) {
            return Err(query::unknown(&name));
        }
    }
    Ok(())
}

async fn body(req: &mut ServiceRequest) -> Result<Read, Problem> {
    let coding = Coding::of(req.headers())?;
    let declared = req.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > DRAINED as u64) {
        return Err(too_large());
    }
    let payload = req.take_payload();
    let collected = tokio::time::timeout(PATIENCE, collected(payload)).await;
    let bytes = collected.map_err(|_| Problem::new(Kind::RequestTimeout))??;
    match coding {
        // What has no content is not packed either, whatever its header says.
        Some(coding) if !bytes.is_empty() => coding.unpack(&bytes, LARGEST)?.map(Read).ok_or_else(too_large),
        _ => Ok(Read(bytes)),
    }
}

async fn collected(mut payload: Payload) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    let mut seen = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => too_large(),
            _ => Problem::new(Kind::MalformedRequest),
        })?;
        seen += chunk.len();
        if seen <= LARGEST {
            bytes.extend_from_slice(&chunk);
        } else if seen > DRAINED {
            break;
        }
    }
    if seen > LARGEST { Err(too_large()) } else { Ok(bytes.freeze()) }
}

fn too_large() -> Problem {
    Problem::new(Kind::BodyTooLarge).with("limit", (LARGEST / 1024).to_string())
}

fn is_multipart(req: &ServiceRequest) -> bool {
    let kind = req.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/"))
}

/// Where no route takes a request: another method of the path, its options, or nothing at all.
///
/// # Errors
/// `method_not_allowed` (405, with `Allow`) or `route_unknown` (404).
pub async fn unrouted(req: HttpRequest) -> Result<HttpResponse, Problem> {
    let allow = req.app_data::<Data<Paths>>().map(|paths| paths.allowed(req.path())).unwrap_or_default();
    if allow.is_empty() {
        return Err(Kind::RouteUnknown.into());
    }
    let methods: Vec<_> = allow.iter().map(Method::as_str).collect();
    if req.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header(("Allow", methods.join(", "))).finish());
    }
    Err(Problem::new(Kind::MethodNotAllowed).allowing(allow))
}
