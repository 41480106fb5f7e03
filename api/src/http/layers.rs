//! Tests of all layers together, as the server stacks them, around handlers made for the purpose.

use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, read_body, try_call_service};
use actix_web::web::{self, Data};
use actix_web::{App, FromRequest, HttpRequest, HttpResponse, dev, get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use std::future::{Ready, ready};
use utoipa::ToSchema;
use utoipa_actix_web::AppExt;
use validator::Validate;

use super::intake::{taken, unrouted};
use super::outermost::answered;
use super::paths::Paths;
use super::rate::{Limits, limited};
use super::{Body, IfMatch, Query};
use crate::problem::{Kind, Problem};

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[validate(length(max = 5))]
    text: String,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    #[serde(default)]
    #[param(value_type = u16)]
    limit: super::Limit,
}

/// Somebody who never has a token.
struct Nobody;

impl FromRequest for Nobody {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let known = req.headers().contains_key(header::AUTHORIZATION);
        ready(if known { Ok(Self) } else { Err(Kind::TokenMissing.into()) })
    }
}

#[utoipa::path(responses((status = 200)), params(Filter))]
#[get("/things")]
async fn things(query: Query<Filter>) -> String {
    query.value.limit.get().to_string()
}

#[utoipa::path(responses((status = 200)))]
#[post("/things/{id}")]
async fn change(seen: IfMatch, body: Body<Wanted>, _: Nobody) -> Result<String, Problem> {
    seen.check(7)?;
    Ok(body.value()?.text.clone())
}

#[utoipa::path(responses((status = 200)))]
#[get("/panic")]
async fn panicking() -> HttpResponse {
    panic!("on purpose")
}

#[utoipa::path(responses((status = 200)))]
#[get("/bare")]
async fn bare() -> HttpResponse {
    HttpResponse::ServiceUnavailable().body("plain words")
}

/// Status, headers and body of an answer.
async fn ask(request: TestRequest) -> (StatusCode, header::HeaderMap, Value) {
    ask_within(Data::new(Limits::default()), request).await
}

async fn ask_within(limits: Data<Limits>, request: TestRequest) -> (StatusCode, header::HeaderMap, Value) {
    let (app, document) =
        App::new().into_utoipa_app().service(things).service(change).service(panicking).service(bare).split_for_parts();
    let app = app
        .app_data(Data::new(Paths::of(&document, &[])))
        .app_data(limits)
        .default_service(web::to(unrouted))
        .wrap(from_fn(taken))
        .wrap(from_fn(limited))
        .wrap(from_fn(answered));
    let res = match try_call_service(&init_service(app).await, request.to_request()).await {
        Ok(res) => res,
        // What is left after a panic, as the protocol layer writes it.
        Err(error) => ServiceResponse::new(TestRequest::default().to_http_request(), error.error_response()),
    };
    let (status, headers) = (res.status(), res.headers().clone());
    let body = read_body(res).await;
    (status, headers, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn post_json(body: impl Into<String>) -> TestRequest {
    let body: String = body.into();
    TestRequest::post().uri("/things/1").insert_header((header::CONTENT_TYPE, "application/json")).set_payload(body)
}

async fn code(request: TestRequest) -> (u16, String) {
    let (status, headers, body) = ask(request).await;
    assert_eq!(headers.get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
    assert_eq!(body["status"], json!(status.as_u16()));
    (status.as_u16(), body["code"].as_str().unwrap_or_default().to_owned())
}

#[actix_web::test]
async fn every_failure_is_a_problem() {
    let get = |uri: &str| TestRequest::get().uri(uri);
    for (request, status, wanted) in [
        (get("/nothing"), 404, "route_unknown"),
        (TestRequest::delete().uri("/things"), 405, "method_not_allowed"),
        (get("/things?colour=red"), 400, "unknown_parameter"),
        (get("/things?limit=x"), 400, "invalid_parameter"),
        (get("/panic"), 500, "internal"),
        (get("/bare"), 503, "database_unavailable"),
        (TestRequest::post().uri("/things/1").set_payload("{}"), 415, "unsupported_media_type"),
        (post_json("{"), 400, "malformed_body"),
        (post_json("x".repeat(super::body::LARGEST + 1)), 413, "body_too_large"),
        (post_json("{}").insert_header((header::CONTENT_ENCODING, "gzip")), 400, "malformed_coding"),
        (post_json("{}").insert_header((header::CONTENT_ENCODING, "zstd")), 415, "unsupported_coding"),
    ] {
        assert_eq!(code(request).await, (status, wanted.to_owned()));
    }
}

#[actix_web::test]
async fn the_checks_come_in_their_order() {
    let known = |body: &str| post_json(body).insert_header((header::AUTHORIZATION, "Bearer x"));
    let seen = |body: &str, tag: &'static str| known(body).insert_header((header::IF_MATCH, tag));
    for (request, wanted) in [
        (post_json("{"), "malformed_body"),
        (post_json("{}"), "token_missing"),
        (known("{}"), "if_match_missing"),
        (seen("{}", "7"), "malformed_header"),
        (seen("{}", "\"6\""), "stale_version"),
        (seen("{}", "\"7\""), "invalid_body"),
    ] {
        assert_eq!(code(request).await.1, wanted);
    }
    let (status, _, _) = ask(seen(r#"{"text": "abc"}"#, "\"7\"")).await;
    assert_eq!(status, StatusCode::OK);
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let (_, headers, _) = ask(TestRequest::patch().uri("/things")).await;
    assert_eq!(headers.get(header::ALLOW).unwrap(), "GET, HEAD, OPTIONS");
    let (status, headers, _) = ask(TestRequest::default().method(Method::OPTIONS).uri("/things/9")).await;
    assert_eq!(
        (status, headers.get(header::ALLOW).unwrap().to_str().unwrap()),
        (StatusCode::NO_CONTENT, "POST, OPTIONS")
    );
    let (status, _, _) = ask(TestRequest::default().method(Method::HEAD).uri("/things")).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _, _) = ask(TestRequest::default().method(Method::HEAD).uri("/things/9")).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

#[actix_web::test]
async fn problems_speak_the_caller_s_language_and_name_the_request() {
    for uri in ["/nothing", "/panic"] {
        let ours = TestRequest::get().uri(uri).insert_header(("x-request-id", "r-1"));
        let (_, headers, body) = ask(ours.insert_header((header::ACCEPT_LANGUAGE, "en"))).await;
        assert_eq!(headers.get(header::CONTENT_LANGUAGE).unwrap(), "en");
        assert_eq!(headers.get("x-request-id").unwrap(), "r-1");
        assert_eq!(body["instance"], "urn:request:r-1");
        let (_, _, spanish) = ask(TestRequest::get().uri(uri)).await;
        assert_ne!(body["title"], spanish["title"]);
    }
}

#[actix_web::test]
async fn every_answer_has_the_common_headers() {
    for uri in ["/things", "/nothing", "/panic"] {
        let (_, headers, _) = ask(TestRequest::get().uri(uri)).await;
        for name in ["cache-control", "x-content-type-options", "x-request-id", "traceparent", "vary"] {
            assert!(headers.contains_key(name), "{uri} {name}");
        }
        assert_eq!(headers.get(header::CACHE_CONTROL).unwrap(), "private, no-store");
    }
}

#[actix_web::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let limits = Data::new(Limits::a_minute(0, 1));
    let (status, headers, _) = ask_within(limits.clone(), TestRequest::get().uri("/things")).await;
    assert_eq!((status, headers.get("ratelimit").unwrap().to_str().unwrap()), (StatusCode::OK, "\"address\";r=0"));
    let (status, headers, body) = ask_within(limits.clone(), TestRequest::get().uri("/things")).await;
    assert_eq!((status, body["code"].as_str()), (StatusCode::TOO_MANY_REQUESTS, Some("too_many_requests")));
    assert!(headers.contains_key(header::RETRY_AFTER) && headers.contains_key("ratelimit-policy"));
}
