//! Repeated requests: one effect under one key, the same result again, nothing personal kept for it.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::house::{House, both};

fn petition() -> Value {
    json!({
        "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
        "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
    })
}

fn keyed(house: &House, path: &str, token: &str, key: &str, body: &Value) -> RequestBuilder {
    house.ask(Method::POST, path, token).header("Idempotency-Key", key).json(body)
}

async fn filed(house: &House, token: &str) -> i64 {
    house.get("/v1/petitions?count=capped", token).await.is(200).body["count"]["value"].as_i64().unwrap()
}

#[tokio::test]
async fn a_twin_gets_the_same_petition_and_the_same_pin() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let first = house.send(keyed(house, "/v1/petitions", &clerk, "one", &petition())).await.is(201);
        let again = house.send(keyed(house, "/v1/petitions", &clerk, "\"one\"", &petition())).await.is(201);
        assert_eq!(first.body, again.body);
        assert_eq!(
            (&first.headers["location"], &first.headers["etag"]),
            (&again.headers["location"], &again.headers["etag"])
        );
        assert!(first.body["pin"].as_str().is_some_and(|pin| pin.len() == 8));
        assert_eq!(filed(house, &clerk).await, 1);

        let mut other = petition();
        other["text"] = json!("Otra cosa.");
        house.send(keyed(house, "/v1/petitions", &clerk, "one", &other)).await.refused(422, "idempotency_key_reused");
        let colleague = house.post_holder("data_entry_clerk").await;
        house.send(keyed(house, "/v1/petitions", &colleague, "one", &other)).await.is(201);
        house.send(keyed(house, "/v1/petitions", &clerk, "two", &petition())).await.is(201);
        assert_eq!(filed(house, &clerk).await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_folio_in_another_spelling_is_the_same_request() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let filed = house.post("/v1/petitions", &clerk, petition()).await.is(201).body["petition"].clone();
        let folio = filed["folio"].as_str().unwrap();
        let body = json!({"text": "Llamó otra vez."});
        for spelt in [folio.to_owned(), folio.to_lowercase(), folio.replace('-', "%20"), folio.replace('-', "")] {
            let path = format!("/v1/petitions/{spelt}/notes");
            house.send(keyed(house, &path, &clerk, "note", &body)).await.is(200);
        }
        let path = format!("/v1/petitions/{folio}/events");
        let history = house.get(&path, &clerk).await.is(200).body;
        assert_eq!(history["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "noted").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let mut wrong = petition();
        wrong["category"] = json!("dragons");
        house.send(keyed(house, "/v1/petitions", &clerk, "one", &wrong)).await.refused(422, "category_unknown");
        house.send(keyed(house, "/v1/petitions", &clerk, "one", &petition())).await.is(201);
    })
    .await;
}

#[tokio::test]
async fn twins_at_the_same_time_have_one_effect() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let body = petition();
        let twins = (0..8).map(|_| house.send(keyed(house, "/v1/petitions", &clerk, "same", &body)));
        let answers = futures_util::future::join_all(twins).await;
        for answer in &answers {
            assert_eq!((answer.status.as_u16(), &answer.body), (201, &answers[0].body));
        }
        assert_eq!(filed(house, &clerk).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_step_is_repeated_with_the_version_that_it_has_made_stale() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let petition = house.post("/v1/petitions", &head, petition()).await.is(201).body["petition"].clone();
        let path = format!("/v1/petitions/{}/priority", petition["id"].as_str().unwrap());
        let body = json!({"priority": "high", "reason": "Es una escuela."});
        let step = || keyed(house, &path, &head, "step", &body).header("If-Match", petition["etag"].as_str().unwrap());
        let first = house.send(step()).await.is(200);
        let note = json!({"text": "Entre las dos."});
        house.post(&path.replace("priority", "notes"), &head, note).await.is(200);
        // The present state is shown, not a copy of the old answer.
        let again = house.send(step()).await.is(200);
        assert_eq!((&again.body["priority"], &again.body["id"]), (&json!("high"), &first.body["id"]));
        let history = house.get(&path.replace("priority", "events"), &head).await.is(200);
        let kinds = history.body["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "prioritised").count();
        assert_eq!(kinds, 1);
    })
    .await;
}
