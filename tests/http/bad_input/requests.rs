//! What is wrong with a request before its body is looked at: version, token, path, method, parameters, cursor.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Case, Scene, petition, whole};
use crate::house::both;

#[tokio::test]
async fn a_version_that_is_missing_stale_or_malformed_changes_nothing() {
    both(async |house| {
        let scene = Scene::set(house).await;
        for (tag, status, code) in [
            (None, 428, "if_match_missing"),
            (Some("\"1\""), 412, "stale_version"),
            (Some("\"99\""), 412, "stale_version"),
            (Some("2"), 400, "malformed_header"),
            (Some("*"), 428, "if_match_any"),
            (Some("*, \"2\""), 400, "malformed_header"),
            (Some(""), 400, "malformed_header"),
        ] {
            let body = json!({"priority": "high", "reason": "Sí."});
            let case = Case { what: code, tag, status, code, ..scene.post("/v1/petitions/{id}/priority", body) };
            scene.refuses(&case).await;
            let body = json!({});
            let stale = if tag == Some("\"1\"") { Some("\"77\"") } else { tag };
            let case = Case {
                what: code,
                tag: stale,
                status,
                code,
                token: &scene.simas,
                ..scene.post("/v1/assignments/{share}/acceptance", body)
            };
            scene.refuses(&case).await;
        }
        let seen = house.get(&format!("/v1/petitions/{}", scene.id), &scene.head).await;
        let tag = seen.text("etag");
        let told = json!({"medium": "telephone", "result": "told"});
        let case = Case {
            what: "telling before answering",
            tag: Some(&tag),
            status: 409,
            code: "not_answered",
            ..scene.post("/v1/petitions/{id}/notifications", told)
        };
        scene.refuses(&case).await;
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_forged_expired_or_unsigned_opens_nothing() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let parts: Vec<&str> = scene.head.split('.').collect();
        let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let hmac = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        let mut claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        claims["exp"] = json!(99_999_999_999_i64);
        let longer = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        let before = scene.picture().await;
        for (what, token) in [
            ("alg none", format!("{none}.{}.", parts[1])),
            ("alg none with a signature", format!("{none}.{}.{}", parts[1], parts[2])),
            ("alg HS256", format!("{hmac}.{}.{}", parts[1], parts[2])),
            ("other claims", format!("{}.{longer}.{}", parts[0], parts[2])),
            ("another signature", format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86))),
            ("no token at all", "x".to_owned()),
        ] {
            let body = Some(petition().to_string().into_bytes());
            let answer = scene.raw(Method::POST, "/v1/petitions", &token, None, body).await;
            whole(&answer, 401, "token_invalid", what);
            assert!(answer.headers["www-authenticate"].to_str().unwrap().contains("invalid_token"), "{what}");
        }
        let bare = scene.raw(Method::GET, "/v1/petitions", "", None, None).await;
        whole(&bare, 401, "token_missing", "no token");
        assert_eq!(scene.picture().await, before);
        house.clock.advance(Duration::minutes(20));
        let old = scene.raw(Method::GET, "/v1/petitions", &scene.head, None, None).await;
        whole(&old, 401, "token_expired", "an old token");
    })
    .await;
}

#[tokio::test]
async fn paths_methods_parameters_and_cursors_are_told_apart() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let get = async |path: &str, token: &str| scene.raw(Method::GET, path, token, None, None).await;
        whole(&get("/v1/nothing", &scene.head).await, 404, "route_unknown", "unknown path");
        whole(&get("/v1/petitions/", &scene.head).await, 404, "route_unknown", "an empty id");
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = scene.raw(method, "/v1/petitions", &scene.head, None, None).await;
            whole(&answer, 405, "method_not_allowed", "wrong method");
            let allow = answer.headers["allow"].to_str().unwrap();
            assert!(allow.contains("GET") && allow.contains("POST") && !allow.contains("PUT"), "{allow}");
        }
        for (query, code, name) in [
            ("colour=red", "unknown_parameter", "?colour"),
            ("state=blue", "invalid_parameter", "?state"),
            ("limit=0", "invalid_parameter", "?limit"),
            ("limit=201", "invalid_parameter", "?limit"),
            ("limit=ten", "invalid_parameter", "?limit"),
            ("state=", "invalid_parameter", "?state"),
            ("state=routed&state=closed", "invalid_parameter", "?state"),
            ("received_from=2026-02-30", "invalid_parameter", "?received_from"),
            ("sort=due_at", "invalid_parameter", "?state"),
        ] {
            let answer = get(&format!("/v1/petitions?{query}"), &scene.head).await;
            whole(&answer, 400, code, query);
            assert_eq!(answer.body["errors"][0]["pointer"], name, "{query}: {}", answer.body);
        }
        for (query, said) in [
            ("limit=0", "It lies outside 1 to 200."),
            ("limit=many", "It lies outside 1 to 200."),
            (
                "=x",
                "There is a value without the name of its parameter before the =. Write name=value, or leave it out.",
            ),
            ("received_to=ayer", "Write a date as 2026-11-23, an instant as 2026-11-23T15:00:00Z."),
        ] {
            let answer = get(&format!("/v1/petitions?{query}"), &scene.head).await;
            assert_eq!(answer.body["errors"][0]["detail"], said, "{query}");
        }
        let mistyped = format!(
            "{}{}",
            &scene.folio[..scene.folio.len() - 1],
            (scene.folio.as_bytes()[scene.folio.len() - 1] - b'0' + 1) % 10
        );
        let answer = get(&format!("/v1/petitions/{mistyped}"), &scene.head).await;
        whole(&answer, 404, "petition_unknown", "a mistyped folio");
        assert_eq!(answer.body["errors"][0]["code"], "folio_mistyped", "{}", answer.body);
        let well_typed = get("/v1/petitions/AC-2026-000001", &scene.head).await;
        assert_ne!(well_typed.status, 200, "a folio needs its check digit");

        let page = house.get("/v1/petitions?limit=1", &scene.head).await.is(200);
        let next = page.text("next");
        let clerk = house.post_holder("data_entry_clerk").await;
        house.get(&format!("/v1/petitions?limit=1&cursor={next}"), &scene.head).await.is(200);
        for (what, path, token) in [
            ("somebody else's cursor", format!("/v1/petitions?limit=1&cursor={next}"), &clerk),
            ("another filter's", format!("/v1/petitions?limit=1&state=routed&cursor={next}"), &scene.head),
            ("another sort's", format!("/v1/petitions?sort=updated_at&cursor={next}"), &scene.head),
            ("another list's", format!("/v1/assignments?cursor={next}"), &scene.head),
            ("a made up one", "/v1/petitions?cursor=AAAA".to_owned(), &scene.head),
            ("a changed one", format!("/v1/petitions?limit=1&cursor=A{}", &next[1..]), &scene.head),
        ] {
            whole(&get(&path, token).await, 400, "invalid_cursor", what);
        }
    })
    .await;
}

#[tokio::test]
async fn a_filter_with_a_code_that_exists_nowhere_is_refused_and_not_answered_empty() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let admin = house.in_role("administrator").await;
        let listed = "There is no such code. {place} lists those that there are.";
        for (path, name, place) in [
            ("/v1/petitions", "category", "/v1/categories"),
            ("/v1/petitions", "channel", "/v1/channels"),
            ("/v1/petitions", "dependency", "/v1/dependencies"),
            ("/v1/petitions", "unit", "/v1/dependencies"),
            ("/v1/petitions", "followed_by", "/v1/positions"),
            ("/v1/assignments", "dependency", "/v1/dependencies"),
            ("/v1/assignments", "unit", "/v1/dependencies"),
            ("/v1/appointments", "position", "/v1/positions"),
            ("/v1/appointments", "dependency", "/v1/dependencies"),
            ("/v1/liaisons", "dependency", "/v1/dependencies"),
        ] {
            let token = if ["/v1/appointments", "/v1/liaisons"].contains(&path) { &admin } else { &scene.head };
            let answer = scene.raw(Method::GET, &format!("{path}?{name}=dragons"), token, None, None).await;
            whole(&answer, 400, "invalid_parameter", path);
            let error = &answer.body["errors"][0];
            assert_eq!(error["pointer"], format!("?{name}"), "{path}");
            assert_eq!(error["detail"], listed.replace("{place}", place), "{path}");
        }
        // A code that exists and is nobody's here is an answer, and what a liaison may not see stays unsaid.
        for (path, token) in [
            ("/v1/petitions?dependency=public_works&unit=drainage_unit", &scene.head),
            ("/v1/petitions?dependency=roads_of_others", &scene.simas),
            ("/v1/assignments?dependency=road_maintenance", &scene.simas),
        ] {
            let answer = scene.raw(Method::GET, path, token, None, None).await;
            if path.contains("others") {
                whole(&answer, 400, "invalid_parameter", path);
            } else {
                assert_eq!(answer.is(200).body["items"], json!([]), "{path}");
            }
        }
    })
    .await;
}
