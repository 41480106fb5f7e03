//! What changed: in order, without gap or repetition, for whoever may see it, on whatever node.

use api::http::Query;
use domain::event::Event;
use persistence::history;
use reqwest::Method;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::house::{House, both};

mod mirror;

/// What a caller reads from a cursor to the end, in parts of so many.
async fn read(house: &House, token: &str, cursor: Option<String>, limit: u16) -> (Vec<Value>, String) {
    let (mut items, mut cursor) = (Vec::new(), cursor);
    loop {
        let from = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let part = house.get(&format!("/v1/changes?limit={limit}{from}"), token).await.is(200);
        let found = part.body["items"].as_array().unwrap();
        // Of one change there may be several entries, which are not parted.
        let further = found.iter().filter(|one| one["sequence"].is_null()).count();
        assert!(found.len() <= usize::from(limit) + further);
        items.extend(found.iter().cloned());
        let next = part.text("next");
        assert_eq!(part.headers.contains_key("link"), part.body["more"] == true);
        if part.body["more"] == false {
            return (items, next);
        }
        cursor = Some(next);
    }
}

fn kinds(items: &[Value]) -> Vec<&str> {
    items.iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

async fn filed(house: &House, head: &str, dependencies: &[&str]) -> Value {
    let route: Vec<Value> = dependencies.iter().map(|code| json!({"dependency": code})).collect();
    let wanted = json!({
        "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga frente al 118.",
        "petitioners": [{"name": "María López", "telephone": "871 123 4567"}], "route": route,
    });
    house.post("/v1/petitions", head, wanted).await.is(201).body["petition"].clone()
}

#[tokio::test]
async fn the_feed_is_the_history_entry_by_entry_and_goes_on_where_it_stopped() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let auditor = house.in_role("auditor").await;
        for _ in 0..3 {
            filed(house, &head, &["simas", "road_maintenance"]).await;
        }
        let (first, cursor) = read(house, &auditor, None, 4).await;
        // Another node takes over, with the same cursor; later the first one is asked again.
        let node = house.another_node().await;
        filed(&node, &node.post_holder("call_center_head").await, &["simas"]).await;
        let (second, cursor) = read(&node, &auditor, Some(cursor), 1).await;
        node.close().await;
        let (third, _) = read(house, &auditor, Some(cursor), 1000).await;
        assert_eq!((first.len(), second.len(), third.len()), (9, 2, 0));
        let rows = house.running.state.store.read(|db| history::events_since(db, 0, 1000)).await.unwrap();
        let written: Vec<(String, i32, String)> = rows
            .iter()
            .map(|row| {
                let event: Event = serde_json::from_str(&row.body).unwrap();
                (row.petition_id.0.to_string(), row.sequence, event.recorded_at.to_rfc3339())
            })
            .collect();
        let told: Vec<(String, i32, String)> = first
            .iter()
            .chain(&second)
            .map(|one| {
                let recorded: chrono::DateTime<chrono::Utc> = one["recorded_at"].as_str().unwrap().parse().unwrap();
                let sequence = i32::try_from(one["sequence"].as_i64().unwrap()).unwrap();
                (one["petition_id"].as_str().unwrap().to_owned(), sequence, recorded.to_rfc3339())
            })
            .collect();
        assert_eq!(told, written);
        // Every link is good, and nothing that anybody wrote is in it.
        for one in first.iter().chain(&second) {
            house.get(one["href"].as_str().unwrap(), &auditor).await.is(200);
            let text = one.to_string();
            for word in ["fuga", "López", "123 4567", "8711234567"] {
                assert!(!text.contains(word), "{text}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_dependency_is_told_of_its_own_shares_and_of_nobody_elses() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let (simas, roads) = (house.machine("simas").await, house.liaison("road_maintenance", None).await);
        let shared = filed(house, &head, &["simas", "road_maintenance"]).await;
        filed(house, &head, &["public_works"]).await;
        let note = json!({"text": "El jefe de SIMAS no contesta."});
        house.post(&format!("/v1/petitions/{}/notes", shared["id"].as_str().unwrap()), &head, note).await.is(200);
        let (told, cursor) = read(house, &simas, None, 1).await;
        assert_eq!(kinds(&told), ["filed", "routed", "changed"]);
        let share = &shared["assignments"][0];
        assert_eq!((&told[1]["assignment_id"], &told[1]["folio"]), (&share["id"], &shared["folio"]));
        assert_eq!(told[1]["href"], format!("/v1/assignments/{}", share["id"].as_str().unwrap()));
        assert_eq!(kinds(&read(house, &roads, None, 200).await.0), ["filed", "changed", "routed"]);

        // Its own question and the reply to it, and of the other's work that the petition is not as it was.
        let base = format!("/v1/assignments/{}", share["id"].as_str().unwrap());
        let other = shared["assignments"][1]["id"].as_str().unwrap();
        house.post_at(&format!("/v1/assignments/{other}/acceptance"), &roads, "\"1\"", json!({})).await.is(200);
        let asked = house.post_keyed(&format!("{base}/questions"), &simas, "q", json!({"text": "¿Qué número?"})).await;
        asked.is(200);
        let petition = format!("/v1/petitions/{}", shared["id"].as_str().unwrap());
        let question = house.get(&petition, &head).await.body["questions"][0]["id"].as_str().unwrap().to_owned();
        house.post(&format!("{petition}/questions/{question}/release"), &head, json!({})).await.is(200);
        house.post(&format!("{petition}/questions/{question}/reply"), &head, json!({"text": "El 118."})).await.is(200);
        let (told, cursor) = read(house, &simas, Some(cursor), 200).await;
        assert_eq!(kinds(&told), ["changed", "asked", "question_released", "replied"]);
        assert!(told[1..].iter().all(|one| one["assignment_id"] == share["id"]), "{told:?}");
        assert_eq!(
            (&told[0]["assignment_id"], &told[0]["sequence"]),
            (&Value::Null, &Value::Null),
            "not whose, nor what"
        );

        // What turns out to be against a public servant is not heard of any more, but that it is gone.
        let etag = house.get(&petition, &head).await.text("etag");
        let flag = json!({"category": "water_leak", "against_public_servant": true, "reason": "Pidió dinero."});
        house.post_at(&format!("{petition}/classification"), &head, &etag, flag).await.is(200);
        for from in [Some(cursor), None] {
            let told = read(house, &simas, from, 200).await.0;
            assert_eq!((kinds(&told), &told[0]["assignment_id"]), (vec!["gone"], &share["id"]));
        }
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_its_owners_alone_and_the_end_is_one_too() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let (simas, roads) = (house.machine("simas").await, house.machine("road_maintenance").await);
        let (none, cursor) = read(house, &simas, None, 200).await;
        assert_eq!(none, [] as [Value; 0]);
        house.get(&format!("/v1/changes?cursor={cursor}"), &roads).await.refused(400, "invalid_cursor");
        house.get("/v1/changes?cursor=MTAyNQ", &simas).await.refused(400, "invalid_cursor");
        for bad in ["start=middle", "from=1"] {
            house.get(&format!("/v1/changes?{bad}"), &simas).await.is(400);
        }
        for bad in ["0", "1001", "70000", "-1", "many"] {
            let answer = house.get(&format!("/v1/changes?limit={bad}"), &simas).await.refused(400, "invalid_parameter");
            assert_eq!(answer.body["errors"][0]["detail"], "Está fuera del intervalo de 1 a 1000.", "{bad}");
        }
        house.get("/v1/changes", &house.in_role("administrator").await).await.refused(403, "not_allowed");
        let petition = filed(house, &head, &["simas"]).await;
        assert_eq!(kinds(&read(house, &simas, Some(cursor), 200).await.0), ["filed", "routed"]);
        // Whoever reads the work list first begins with what comes after it.
        let newest = house.get("/v1/changes?start=newest", &simas).await.is(200);
        assert_eq!((&newest.body["items"], &newest.body["more"]), (&json!([]), &json!(false)));
        let path = format!("/v1/assignments/{}/acceptance", petition["assignments"][0]["id"].as_str().unwrap());
        let accept = house.ask(Method::POST, &path, &simas).header("If-Match", "\"1\"");
        house.send(accept.header("Idempotency-Key", "a").json(&json!({}))).await.is(200);
        assert_eq!(kinds(&read(house, &simas, Some(newest.text("next")), 200).await.0), ["accepted"]);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_is_ahead_of_the_database_is_refused_and_not_waited_for() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        filed(house, &head, &["simas"]).await;
        let who = house.get("/v1/me", &head).await.is(200).text("id").parse().unwrap();
        let query = Query::<IgnoredAny>::read("/v1/changes", "").unwrap();
        let cursor = |position: i64| query.next(&house.running.state.secrets, who, &position);
        house.get(&format!("/v1/changes?cursor={}", cursor(2)), &head).await.is(200);
        // As after going back to an older copy: the numbers would be given again, to something else.
        let ahead = house.get(&format!("/v1/changes?cursor={}", cursor(3)), &head).await;
        ahead.refused(400, "invalid_cursor");
    })
    .await;
}
