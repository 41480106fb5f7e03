//! Machine clients: who registers them, what a key opens, and that a revoked one opens nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, both};

async fn registered(house: &House, admin: &str, wanted: Value) -> Value {
    house.post("/v1/clients", admin, wanted).await.is(201).body
}

async fn wanted(house: &House, admin: &str) -> Value {
    let accountable = house.get("/v1/me", admin).await.is(200).text("id");
    json!({"name": "Órdenes de trabajo", "dependency": "simas", "accountable_id": accountable})
}

#[tokio::test]
async fn a_key_is_shown_once_and_kept_as_a_hash() {
    both(async |house| {
        let admin = house.in_role("administrator").await;
        let body = wanted(house, &admin).await;
        let keyed = house.post_keyed("/v1/clients", &admin, "one", body.clone()).await.is(201);
        let key = keyed.text("key");
        assert!(key.starts_with("atd_") && key.len() == 68, "{key}");
        let location = keyed.headers["location"].to_str().unwrap().to_owned();
        // Whoever repeats the request learns which client it made, and no key.
        let again = house.post_keyed("/v1/clients", &admin, "one", body).await.is(201);
        assert_eq!((&again.body["client"], &again.body["key"]), (&keyed.body["client"], &Value::Null));
        let one = house.get(&location, &admin).await.is(200);
        assert_eq!(one.body, keyed.body["client"]);
        assert!(!one.body.to_string().contains("atd_"));
        house.get("/v1/lifecycle", &key).await.is(200);
        let mut other = key.clone();
        other.replace_range(60..61, if &key[60..61] == "A" { "B" } else { "A" });
        house.get("/v1/assignments", &other).await.refused(401, "key_refused");
        house.get("/v1/assignments", "atd_short").await.refused(401, "key_refused");
    })
    .await;
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_from_then_on() {
    both(async |house| {
        let admin = house.in_role("administrator").await;
        let body = wanted(house, &admin).await;
        let made = registered(house, &admin, body).await;
        let key = made["key"].as_str().unwrap();
        let path = format!("/v1/clients/{}", made["client"]["id"].as_str().unwrap());
        house.get("/v1/assignments", key).await.is(200);
        house.send(house.ask(Method::DELETE, &path, &admin)).await.refused(428, "if_match_missing");
        let etag = made["client"]["etag"].as_str().unwrap();
        house.send(house.ask(Method::DELETE, &path, &admin).header("If-Match", etag)).await.is(204);
        house.get("/v1/assignments", key).await.refused(401, "key_refused");
        house.get("/v1/changes", key).await.refused(401, "key_refused");
        let tell =
            json!({"updates": [{"reference": "1", "status": "accepted", "occurred_at": "2026-03-02T15:00:00Z"}]});
        house.post_keyed("/v1/assignments/updates", key, "k", tell).await.refused(401, "key_refused");
        // It stays listed: histories name it.
        let kept = house.get(&path, &admin).await.is(200);
        assert!(kept.body["revoked_at"].is_string());
        house
            .send(house.ask(Method::DELETE, &path, &admin).header("If-Match", etag))
            .await
            .refused(412, "stale_version");
    })
    .await;
}

#[tokio::test]
async fn a_key_opens_nothing_while_nobody_answers_for_it() {
    both(async |house| {
        let (admin, other) = (house.in_role("administrator").await, house.in_role("administrator").await);
        let made = registered(house, &admin, wanted(house, &other).await).await;
        let key = made["key"].as_str().unwrap();
        house.get("/v1/assignments", key).await.is(200);
        let account = format!("/v1/staff/{}", made["client"]["accountable_id"].as_str().unwrap());
        let suspend = async |active: bool| {
            let etag = house.get(&account, &admin).await.is(200).text("etag");
            house.patch(&account, &admin, &etag, json!({"active": active})).await.is(200);
        };
        suspend(false).await;
        let refused = house.get("/v1/assignments", key).await.refused(401, "accountable_inactive");
        assert!(refused.headers.contains_key("www-authenticate"));
        house.get("/v1/changes", key).await.refused(401, "accountable_inactive");
        suspend(true).await;
        house.get("/v1/assignments", key).await.is(200);
    })
    .await;
}

#[tokio::test]
async fn somebody_else_may_become_accountable_and_the_key_opens_again() {
    both(async |house| {
        let (admin, other) = (house.in_role("administrator").await, house.in_role("administrator").await);
        let made = registered(house, &admin, wanted(house, &other).await).await;
        let key = made["key"].as_str().unwrap();
        let path = format!("/v1/clients/{}", made["client"]["id"].as_str().unwrap());
        let (gone, stays) = (made["client"]["accountable_id"].clone(), house.get("/v1/me", &admin).await.text("id"));
        let account = format!("/v1/staff/{}", gone.as_str().unwrap());
        let etag = house.get(&account, &admin).await.is(200).text("etag");
        house.patch(&account, &admin, &etag, json!({"active": false})).await.is(200);
        house.get("/v1/assignments", key).await.refused(401, "accountable_inactive");
        let change =
            async |etag: &str, whom: Value| house.patch(&path, &admin, etag, json!({"accountable_id": whom})).await;
        change("\"1\"", gone).await.invalid("/accountable_id", "staff_suspended");
        let nobody = json!("0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e");
        change("\"1\"", nobody).await.invalid("/accountable_id", "staff_unknown");
        let changed = change("\"1\"", json!(stays)).await.is(200);
        assert_eq!((changed.text("accountable_id"), changed.text("etag")), (stays.clone(), "\"2\"".to_owned()));
        assert_eq!(house.get(&path, &admin).await.is(200).body, changed.body);
        house.get("/v1/assignments", key).await.is(200);
        change("\"1\"", json!(stays)).await.refused(412, "stale_version");
        let head = house.post_holder("call_center_head").await;
        house.patch(&path, &head, "\"2\"", json!({"accountable_id": stays})).await.refused(403, "not_allowed");
    })
    .await;
}

#[tokio::test]
async fn a_system_may_do_what_its_dependencys_liaison_may_and_must_be_able_to_repeat_it() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let (simas, roads) = (house.machine("simas").await, house.machine("road_maintenance").await);
        let filed = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
            "petitioners": [{"name": "María López"}], "route": [{"dependency": "simas"}],
        });
        let petition = house.post("/v1/petitions", &head, filed.clone()).await.is(201).body["petition"].clone();
        let share = &petition["assignments"][0];
        let path = format!("/v1/assignments/{}", share["id"].as_str().unwrap());
        let listed = house.get("/v1/assignments", &simas).await.is(200);
        assert_eq!(listed.body["items"][0]["id"], share["id"]);
        assert_eq!(house.get("/v1/assignments", &roads).await.is(200).body["items"], json!([]));
        house.get(&path, &roads).await.refused(404, "assignment_unknown");
        house.post_keyed("/v1/petitions", &simas, "file", filed).await.refused(403, "not_allowed");
        // It is told who it is.
        let me = house.get("/v1/me", &simas).await.is(200).body;
        assert_eq!((&me["name"], &me["client_of"]), (&json!("Sistema propio"), &json!("simas")));
        assert_eq!((&me["email"], &me["session_id"], &me["appointments"]), (&Value::Null, &Value::Null, &json!([])));
        assert_eq!(me["actions"][0]["given_by"][0]["role"], "client");

        let accept = || house.ask(Method::POST, &format!("{path}/acceptance"), &simas).json(&json!({}));
        house.send(accept()).await.refused(400, "idempotency_key_missing");
        let etag = share["etag"].as_str().unwrap();
        house.send(accept().header("If-Match", etag).header("Idempotency-Key", "a")).await.is(200);
        house.send(accept().header("If-Match", etag).header("Idempotency-Key", "a")).await.is(200);
        let history = house.get(&format!("/v1/petitions/{}/events", petition["id"].as_str().unwrap()), &head).await;
        let last = history.body["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["kind"], &last["by"]["capacity"]), (&json!("accepted"), &json!("client:simas")));
        assert!(last["by"]["client_id"].is_string() && last["by"]["account_id"].is_null());
        assert!(last["by"]["capacity_name"].as_str().unwrap().starts_with("Sistema de "), "{last}");
    })
    .await;
}

#[tokio::test]
async fn the_day_of_the_last_use_is_written_down_by_the_worker() {
    both(async |house| {
        let admin = house.in_role("administrator").await;
        let body = wanted(house, &admin).await;
        let made = registered(house, &admin, body).await;
        let path = format!("/v1/clients/{}", made["client"]["id"].as_str().unwrap());
        let used = async || house.get(&path, &admin).await.is(200).body["last_used_on"].clone();
        assert_eq!(used().await, Value::Null);
        house.get("/v1/assignments", made["key"].as_str().unwrap()).await.is(200);
        api::worker::round(&house.running.state).await.unwrap();
        assert_eq!(used().await, "2026-03-02");
        // What is known needs no row to be written.
        house.get("/v1/assignments", made["key"].as_str().unwrap()).await.is(200);
        assert!(house.running.state.auth.uses.take().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_client_needs_a_name_a_dependency_and_somebody_who_is_accountable() {
    both(async |house| {
        let admin = house.in_role("administrator").await;
        let good = wanted(house, &admin).await;
        let bad = async |member: &str, value: Value| {
            let mut body = good.clone();
            body[member] = value;
            house.post("/v1/clients", &admin, body).await
        };
        bad("name", json!("  ")).await.invalid("/name", "required");
        bad("dependency", json!("dragons")).await.refused(422, "dependency_unknown");
        bad("accountable_id", json!("0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e"))
            .await
            .invalid("/accountable_id", "staff_unknown");
        bad("scopes", json!([])).await.invalid("/scopes", "unknown");
        assert_eq!(house.get("/v1/clients", &admin).await.is(200).body["items"], json!([]));
        for dependency in ["simas", "simas", "public_works"] {
            house
                .post(
                    "/v1/clients",
                    &admin,
                    json!({"name": "S", "dependency": dependency, "accountable_id": good["accountable_id"]}),
                )
                .await;
        }
        let first = house.get("/v1/clients?dependency=simas&limit=1", &admin).await.is(200);
        let next = format!("/v1/clients?dependency=simas&limit=1&cursor={}", first.text("next"));
        let second = house.get(&next, &admin).await.is(200);
        assert_eq!((second.body["items"].as_array().unwrap().len(), &second.body["next"]), (1, &Value::Null));
        assert_ne!(first.body["items"][0]["id"], second.body["items"][0]["id"]);
    })
    .await;
}
