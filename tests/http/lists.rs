//! Lists: every row once, whatever is written meanwhile; to each caller what is theirs; at the same cost per page.

use std::collections::BTreeSet;

use reqwest::header::LINK;
use serde_json::{Value, json};

use crate::house::{House, both};

async fn file(house: &House, token: &str, more: Value) -> Value {
    // Lists are in the order of instants, and of ids within one.
    house.clock.advance(chrono::Duration::milliseconds(7));
    let mut body = json!({
        "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
        "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post("/v1/petitions", token, body).await.is(201).body["petition"].clone()
}

fn ids(items: &Value) -> Vec<String> {
    items["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_have_every_row_once_while_others_file() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let mut before = BTreeSet::new();
        for _ in 0..23 {
            before.insert(file(house, &head, json!({})).await["id"].as_str().unwrap().to_owned());
        }
        for sort in ["-received_at", "received_at", "-updated_at", "updated_at"] {
            let mut seen = Vec::new();
            let mut path = format!("/v1/petitions?sort={sort}&limit=5");
            loop {
                let page = house.get(&path, &head).await.is(200);
                seen.extend(ids(&page.body));
                file(house, &head, json!({})).await;
                let Some(link) = page.headers.get(LINK) else {
                    assert_eq!(page.body["next"], Value::Null);
                    break;
                };
                path = link.to_str().unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
                assert!(seen.len() < 500, "pages without end");
            }
            let once: BTreeSet<String> = seen.iter().cloned().collect();
            assert_eq!(once.len(), seen.len(), "{sort}: a row twice");
            assert!(once.is_superset(&before), "{sort}: a row is missing");
        }
    })
    .await;
}

#[tokio::test]
async fn filters_find_what_they_say() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let plain = file(house, &head, json!({})).await;
        let other = json!({
            "category": "pothole", "channel": "facebook", "priority": "urgent", "kind": "complaint",
            "neighbourhood": "Torreón Jardín", "route": [{"dependency": "road_maintenance", "unit": "potholes_unit"}],
        });
        let other = file(house, &head, other).await;
        let answered = json!({"answer": {"outcome": "attended", "text": "Listo."}, "notification": {"medium": "telephone", "result": "told"}});
        let answered = file(house, &head, answered).await;
        for (query, expected) in [
            ("state=received", vec![&plain]),
            ("state=routed", vec![&other]),
            ("state=closed&closing=notified&outcome=attended", vec![&answered]),
            ("category=pothole", vec![&other]),
            ("category=streets", vec![&other]),
            ("channel=facebook", vec![&other]),
            ("priority=urgent", vec![&other]),
            ("kind=complaint", vec![&other]),
            ("dependency=road_maintenance", vec![&other]),
            ("dependency=road_maintenance&unit=traffic_lights_unit", vec![]),
            ("dependency=simas", vec![]),
            ("received_from=2026-03-02&received_to=2026-03-03&channel=facebook", vec![&other]),
            ("received_to=2026-03-02", vec![]),
            ("received_from=2026-03-03", vec![]),
        ] {
            let found = house.get(&format!("/v1/petitions?{query}&count=capped"), &head).await.is(200);
            let expected: Vec<String> = expected.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(ids(&found.body), expected, "{query}");
            assert_eq!(found.body["count"], json!({"value": expected.len(), "exact": true}), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_liaison_sees_its_own_and_nothing_against_a_public_servant() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let drains = house.liaison("simas", Some("drainage_unit")).await;
        let roads = house.liaison("road_maintenance", None).await;
        let comptroller = house.liaison("comptroller", None).await;
        let own =
            file(house, &head, json!({"route": [{"dependency": "simas"}, {"dependency": "road_maintenance"}]})).await;
        let others = file(house, &head, json!({"route": [{"dependency": "road_maintenance"}]})).await;
        let accused = file(house, &head, json!({"route": [{"dependency": "simas"}]})).await;
        let at = |one: &Value| format!("/v1/petitions/{}", one["id"].as_str().unwrap());
        let list = async |token: &str| ids(&house.get("/v1/petitions", token).await.is(200).body);
        let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
        assert_eq!(list(&simas).await, [id(&accused), id(&own)]);
        assert_eq!(list(&roads).await, [id(&others), id(&own)]);
        assert!(list(&drains).await.is_empty() && list(&comptroller).await.is_empty());
        house.get(&at(&others), &simas).await.refused(404, "petition_unknown");
        let seen = house.get(&at(&own), &simas).await.is(200);
        assert_eq!(seen.body["assignments"].as_array().unwrap().len(), 1);
        assert_eq!(seen.body["other_assignments"][0]["dependency"], "road_maintenance");
        assert!(seen.body["other_assignments"][0]["instructions"].is_null());

        let flag = json!({"against_public_servant": true, "reason": "Acusa a alguien."});
        let path = format!("{}/classification", at(&accused));
        let flagged = house.post_at(&path, &head, accused["etag"].as_str().unwrap(), flag).await.is(200);
        assert_eq!(list(&simas).await, [id(&own)]);
        house.get(&at(&accused), &simas).await.refused(404, "petition_unknown");
        house.get(&format!("{}/events", at(&accused)), &simas).await.refused(404, "petition_unknown");
        let share = format!("/v1/assignments/{}", accused["assignments"][0]["id"].as_str().unwrap());
        house.get(&share, &simas).await.refused(404, "assignment_unknown");
        // Who sees one dependency need not name it; who sees several is told to.
        let newest = house.get("/v1/assignments?sort=-routed_at", &simas).await.is(200).body;
        assert_eq!(newest["items"].as_array().unwrap().len(), 1);
        for (list, pointer, needed) in [
            ("/v1/assignments?sort=-routed_at", "?dependency", "dependency"),
            ("/v1/petitions?sort=due_at", "?state", "state, desk"),
        ] {
            let refused = house.get(list, &head).await.refused(400, "invalid_parameter").body["errors"][0].clone();
            assert_eq!((&refused["pointer"], &refused["code"]), (&json!(pointer), &json!("needed_by_sort")));
            assert!(refused["detail"].as_str().unwrap().contains(needed), "{refused}");
        }
        let work = house.get("/v1/assignments", &simas).await.is(200);
        assert!(work.body["items"].as_array().unwrap().iter().all(|one| one["petition"]["id"] == own["id"]));
        let path = format!("{}/assignments", at(&accused));
        let tag = flagged.text("etag");
        let to = |dependency: &str| json!({"assignments": [{"dependency": dependency}]});
        house.post_at(&path, &head, &tag, to("simas")).await.refused(422, "comptroller_only");
        // Raising the flag has given it to Contraloría.
        assert_eq!(list(&comptroller).await, [id(&accused)]);
    })
    .await;
}

#[tokio::test]
async fn a_long_page_costs_as_many_statements_as_a_short_one() {
    both(async |house| {
        house.running.indexer.abort();
        house.running.importer.abort();
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        for _ in 0..50 {
            file(house, &head, json!({"route": [{"dependency": "simas"}]})).await;
        }
        let cost = async |path: &str, token: &str, rows: usize| {
            let before = house.running.state.store.statements();
            let page = house.get(path, token).await.is(200);
            assert_eq!(page.body["items"].as_array().unwrap().len(), rows, "{path}");
            house.running.state.store.statements() - before
        };
        for (list, token) in
            [("petitions", &head), ("petitions", &simas), ("assignments", &simas), ("assignments", &head)]
        {
            let few = cost(&format!("/v1/{list}?limit=5"), token, 5).await;
            let many = cost(&format!("/v1/{list}?limit=50"), token, 50).await;
            assert!(few > 0, "statements are not counted");
            assert_eq!(few, many, "{list}");
        }
        // One look-up says who asks and what they may; the catalogues come from memory.
        let before = house.running.state.store.statements();
        house.get("/v1/dependencies", &head).await.is(200);
        assert_eq!(house.running.state.store.statements() - before, 1);
    })
    .await;
}
