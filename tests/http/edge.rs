//! The edge of HTTP: packed bodies, what is accepted of an answer, limits on requests; and that every failure which
//! reaches us at all is a problem.

use std::io::Write as _;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::database::Engine;
use crate::house::{Answer, House, both};

fn petition() -> Value {
    json!({"channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.", "petitioners": [{"name": "Eva Ruiz"}]})
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(plain).unwrap();
    packer.finish().unwrap()
}

fn brotli(plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, 4_096, 1, 22).write_all(plain).unwrap();
    packed
}

fn packed(house: &House, token: &str, coding: &str, body: Vec<u8>) -> RequestBuilder {
    let request = house.ask(Method::POST, "/v1/petitions", token).header(CONTENT_TYPE, "application/json");
    request.header(CONTENT_ENCODING, coding).body(body)
}

/// A problem as every problem is, in Spanish.
#[track_caller]
fn problem(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (status, &json!(code)), "{what}: {}", answer.body);
    assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json", "{what}");
    assert_eq!(answer.headers["content-language"], "es", "{what}");
    assert!(answer.headers.contains_key("x-request-id") && answer.body["detail"].is_string(), "{what}");
}

async fn filed(house: &House, token: &str) -> i64 {
    house.get("/v1/petitions?count=capped", token).await.is(200).body["count"]["value"].as_i64().unwrap()
}

#[tokio::test]
async fn a_packed_body_is_read_as_the_plain_one() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let plain = petition().to_string().into_bytes();
        let send = async |coding: &str, body: Vec<u8>| {
            house.send(packed(house, &clerk, coding, body).header("Idempotency-Key", "one")).await.is(201)
        };
        let first = send("gzip", gzip(&plain)).await;
        assert_eq!(first.body["petition"]["text"], "Hay una fuga.");
        // The same request, however it comes packed: its key stands for the bytes inside.
        for (coding, body) in [("br", brotli(&plain)), ("X-Gzip", gzip(&plain)), ("identity", plain.clone())] {
            assert_eq!(send(coding, body).await.body, first.body, "{coding}");
        }
        assert_eq!(filed(house, &clerk).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_packed_body_that_is_broken_huge_or_unknown_changes_nothing() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let plain = petition().to_string().into_bytes();
        let whole = gzip(&plain);
        // A gigabyte in a megabyte: members of a stream follow each other (RFC 1952, 2.2).
        let bomb = gzip(&vec![b' '; 1024 * 1024]).repeat(200);
        let spaces = vec![b' '; 2 * 1024 * 1024];
        for (what, coding, body, status, code) in [
            ("cut off", "gzip", whole[..whole.len() - 9].to_vec(), 400, "malformed_coding"),
            ("plain", "gzip", plain.clone(), 400, "malformed_coding"),
            ("plain", "br", plain.clone(), 400, "malformed_coding"),
            ("gzip as brotli", "br", whole.clone(), 400, "malformed_coding"),
            ("a bomb", "gzip", bomb, 413, "body_too_large"),
            ("a bomb", "br", brotli(&spaces), 413, "body_too_large"),
            ("too large as it comes", "gzip", spaces.clone(), 413, "body_too_large"),
            ("no JSON inside", "gzip", gzip(b"{"), 400, "malformed_body"),
            ("nothing inside", "gzip", Vec::new(), 400, "malformed_body"),
            ("another coding", "zstd", plain.clone(), 415, "unsupported_coding"),
            ("packed twice", "gzip, gzip", gzip(&whole), 415, "unsupported_coding"),
        ] {
            let answer = house.send(packed(house, &clerk, coding, body)).await;
            problem(&answer, status, code, what);
            let told = answer.headers.get(ACCEPT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(told, (code == "unsupported_coding").then_some("gzip, br"), "{what}");
        }
        assert_eq!(filed(house, &clerk).await, 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_refused_for_the_codings_that_they_accept() {
    let house = House::open(Engine::Lite).await;
    for (accepted, coding) in [
        ("identity;q=0, *;q=0", None),
        ("zstd, identity;q=0", None),
        ("*;q=0", None),
        ("%%%", None),
        ("gzip", Some("gzip")),
        ("br;q=0.5, gzip;q=0.1", Some("br")),
    ] {
        for (path, status) in [("/problems", 200), ("/v1/nothing", 404)] {
            let request = house.ask(Method::GET, path, "").header(ACCEPT_ENCODING, accepted);
            let answer = house.send(request).await;
            assert_eq!(answer.status.as_u16(), status, "{accepted}");
            let packed = answer.headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(packed, coding, "{accepted} {path}");
            assert!(packed.is_some() || answer.body.is_object(), "{accepted} {path}");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn whatever_is_refused_before_a_handler_is_a_problem() {
    let house = House::open_with(Engine::Lite, &["--cors-origins", "https://ventanilla.example"]).await;
    let token = house.post_holder("data_entry_clerk").await;
    let ask = |method: Method, path: &str| house.ask(method, path, &token);
    let preflight = |origin: &str, method: &str| {
        let request = house.ask(Method::OPTIONS, "/v1/petitions", "").header("Origin", origin.to_owned());
        request.header("Access-Control-Request-Method", method.to_owned())
    };
    for (what, request, status, code) in [
        ("a path that is no UTF-8", ask(Method::GET, "/v1/petitions/%ff%fe"), 404, "petition_unknown"),
        ("a path with a zero", ask(Method::GET, "/v1/petitions/%00"), 404, "petition_unknown"),
        ("a path with a slash in it", ask(Method::GET, "/v1/petitions/a%2Fb"), 404, "petition_unknown"),
        ("a path with half an escape", ask(Method::GET, "/v1/petitions/%4"), 404, "petition_unknown"),
        ("two slashes", ask(Method::GET, "//v1/petitions"), 404, "route_unknown"),
        ("a query that is no UTF-8", ask(Method::GET, "/v1/petitions?neighbourhood=%ff"), 400, "invalid_parameter"),
        ("TRACE", ask(Method::TRACE, "/v1/petitions"), 405, "method_not_allowed"),
        ("a method of its own", ask(Method::from_bytes(b"BREW").unwrap(), "/v1/petitions"), 405, "method_not_allowed"),
        ("PROPFIND", ask(Method::from_bytes(b"PROPFIND").unwrap(), "/v1/nothing"), 404, "route_unknown"),
        ("options of nothing", house.ask(Method::OPTIONS, "/v1/nothing", ""), 404, "route_unknown"),
        ("another origin", preflight("https://otra.example", "GET"), 400, "origin_refused"),
        ("another method", preflight("https://ventanilla.example", "TRACE"), 400, "origin_refused"),
        (
            "a key with spaces",
            ask(Method::POST, "/v1/petitions").header("Idempotency-Key", "a b").json(&petition()),
            400,
            "malformed_header",
        ),
    ] {
        problem(&house.send(request).await, status, code, what);
    }
    // What nobody reads refuses nobody.
    for (name, value) in [("Cookie", "=;=;\""), ("Expect", "tea"), ("Accept", "image/png"), ("Range", "bytes=x")] {
        house.send(ask(Method::GET, "/v1/me").header(name, value)).await.is(200);
    }
    let head = house.send(ask(Method::HEAD, "/v1/petitions/nothing")).await;
    assert_eq!((head.status.as_u16(), &head.body), (404, &Value::Null));
    assert_eq!(head.headers[CONTENT_TYPE], "application/problem+json");
    house.close().await;
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let house = House::open_with(Engine::Lite, &["--client-rate", "3"]).await;
    let token = house.in_role("auditor").await;
    for left in [2, 1, 0] {
        let answer = house.get("/v1/me", &token).await.is(200);
        assert_eq!(answer.headers["ratelimit"], format!("\"client\";r={left}"));
        assert_eq!(answer.headers["ratelimit-policy"], "\"client\";q=3;w=60");
    }
    for (language, said) in [("es", "Demasiadas solicitudes"), ("en", "Too many requests")] {
        let request = house.ask(Method::GET, "/v1/me", &token).header("Accept-Language", language);
        let answer = house.send(request).await.refused(429, "too_many_requests");
        assert_eq!(
            (&answer.body["title"], &answer.headers["content-language"]),
            (&json!(said), &language.parse().unwrap())
        );
        assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json");
        let wait: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=20).contains(&wait), "{wait}");
        assert_eq!(answer.headers["ratelimit"], format!("\"client\";r=0;t={wait}"));
    }
    // Another client is not meant.
    let other = house.in_role("auditor").await;
    house.get("/v1/me", &other).await.is(200);
    house.close().await;
}

#[tokio::test]
async fn a_leap_second_is_kept_as_both_databases_have_it() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let filed = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Una fuga.", "petitioners": [{"name": "Ana Ríos"}],
            "received_at": "2026-03-02T14:00:60Z",
        });
        let filed = house.post("/v1/petitions", &clerk, filed).await.is(201).body["petition"].clone();
        assert_eq!(filed["received_at"], "2026-03-02T14:01:00Z");
        let history = format!("/v1/petitions/{}/events", filed["id"].as_str().unwrap());
        assert_eq!(house.get(&history, &clerk).await.is(200).body["chain"]["holds"], true);
    })
    .await;
}
