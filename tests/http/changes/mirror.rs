//! A dependency's system that keeps what it may read of each petition: after every change it has what it would read.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{filed, read};
use crate::house::{House, both};

/// A dependency's system that keeps what it reads, by petition, and reads again what it is told of.
struct Mirror {
    token: String,
    cursor: Option<String>,
    petitions: BTreeMap<String, Value>,
}

impl Mirror {
    const fn of(token: String) -> Self {
        Self { token, cursor: None, petitions: BTreeMap::new() }
    }

    /// What it would read now of a petition: all but what is said to tell of what it is not shown, and the minute.
    async fn read(&self, house: &House, id: &str) -> Option<Value> {
        let answer = house.get(&format!("/v1/petitions/{id}"), &self.token).await;
        if answer.status == 404 {
            return None;
        }
        let answer = answer.is(200);
        assert_eq!(answer.headers["etag"].to_str().unwrap(), answer.text("etag"));
        let mut body = answer.body;
        body.as_object_mut().unwrap().remove("updated_at");
        Some(body)
    }

    /// Reads what changed; gives the kinds.
    async fn follow(&mut self, house: &House) -> Vec<String> {
        let (told, cursor) = read(house, &self.token, self.cursor.take(), 3).await;
        self.cursor = Some(cursor);
        for one in &told {
            let about = match one["petition_id"].as_str() {
                Some(id) => Some(id.to_owned()),
                // Of what is gone it knows the petition itself.
                None => {
                    let has = |petition: &Value| {
                        let own = petition["assignments"].as_array().unwrap();
                        own.iter().any(|share| share["id"] == one["assignment_id"])
                    };
                    self.petitions.iter().find(|(_, petition)| has(petition)).map(|(id, _)| id.clone())
                }
            };
            let Some(id) = about else { continue };
            match self.read(house, &id).await {
                Some(now) => self.petitions.insert(id, now),
                None => self.petitions.remove(&id),
            };
        }
        told.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// Whether it has what it would read, of these and of no others.
    async fn is_in_step(&self, house: &House, all: &[&str]) {
        let mut now = BTreeMap::new();
        for id in all {
            if let Some(petition) = self.read(house, id).await {
                now.insert((*id).to_owned(), petition);
            }
        }
        assert_eq!(self.petitions, now);
    }
}

#[tokio::test]
async fn a_system_that_reads_again_what_it_is_told_of_has_what_it_would_read() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let roads = house.liaison("road_maintenance", None).await;
        let mut copy = Mirror::of(house.machine("simas").await);
        let mut unit = Mirror::of(house.liaison("simas", Some("drainage_unit")).await);
        let petition = filed(house, &head, &["simas", "road_maintenance"]).await;
        let (id, base) =
            (petition["id"].as_str().unwrap(), format!("/v1/petitions/{}", petition["id"].as_str().unwrap()));
        let own = format!("/v1/assignments/{}", petition["assignments"][0]["id"].as_str().unwrap());
        let other = format!("/v1/assignments/{}", petition["assignments"][1]["id"].as_str().unwrap());
        let principal = petition["petitioners"][0]["id"].as_str().unwrap();
        assert_eq!(copy.follow(house).await, ["filed", "routed", "changed"]);
        copy.is_in_step(house, &[id]).await;

        let me = house.get("/v1/me", &head).await.text("id");
        let correction = json!([{"id": principal, "data": {"name": "María López Garza"}}]);
        let neighbour = json!({"petitioner": {"name": "Ana Gil", "telephone": "871 555 0101"}});
        let contact = json!({"direction": "in", "medium": "telephone", "purpose": "insistence", "result": "told"});
        // Who, how, where to, what; and what the dependency is told of it.
        let steps: [(Method, &str, String, Value, &[&str]); 16] = [
            (Method::PATCH, &head, base.clone(), json!({"address": "Av. Juárez 118"}), &["amended"]),
            (Method::PATCH, &head, base.clone(), json!({"postal_code": "27200"}), &["amended"]),
            (Method::PATCH, &head, base.clone(), json!({"petitioners": correction}), &["amended"]),
            (
                Method::POST,
                &head,
                format!("{base}/classification"),
                json!({"category": "drain_blocked", "reason": "Es drenaje."}),
                &["reclassified"],
            ),
            (
                Method::POST,
                &head,
                format!("{base}/priority"),
                json!({"priority": "high", "reason": "Hay riesgo."}),
                &["prioritised"],
            ),
            (Method::POST, &head, format!("{base}/follower"), Value::Null, &["taken"]),
            (
                Method::PUT,
                &head,
                format!("{base}/follower"),
                json!({"account_id": null, "reason": "Salgo."}),
                &["handed_over"],
            ),
            (Method::POST, &head, format!("{base}/tags"), json!({"tags": ["rain_2026"]}), &[]),
            (Method::POST, &head, format!("{base}/notes"), json!({"text": "No contestan."}), &[]),
            (Method::POST, &head, format!("{base}/contacts"), contact, &[]),
            (Method::POST, &head, format!("{base}/co_petitioners"), neighbour, &["joined"]),
            (Method::POST, &head, format!("{base}/questions"), json!({"text": "¿Qué número?"}), &["changed"]),
            (Method::POST, &roads, format!("{other}/acceptance"), json!({}), &["changed"]),
            (Method::PUT, &roads, format!("{other}/responsible"), json!({"name": "Luis Gil"}), &[]),
            (
                Method::POST,
                &roads,
                format!("{other}/return"),
                json!({"reason": "other_area", "explanation": "No nos toca."}),
                &["changed"],
            ),
            (
                Method::PUT,
                &head,
                format!("{own}/unit"),
                json!({"unit": "drainage_unit", "on_behalf_of": {"who": "Luis", "medium": "telephone"}}),
                &["delegated"],
            ),
        ];
        assert!(!me.is_empty());
        for (method, token, path, body, told) in steps {
            let about = if path.starts_with(&own) {
                &own
            } else if path.starts_with(&other) {
                &other
            } else {
                &base
            };
            let seen = house.get(about, &head).await.is(200).text("etag");
            let mut request = house.ask(method, &path, token).header("If-Match", seen);
            if !body.is_null() {
                request = request.json(&body);
            }
            let done = house.send(request).await;
            assert!(done.status.is_success(), "{path}: {}", done.body);
            assert_eq!(copy.follow(house).await, told, "{path} {body}");
            copy.is_in_step(house, &[id]).await;
        }
        // The unit that has it now, which begins to read only here, has it all too; also who reads on from before.
        unit.follow(house).await;
        unit.is_in_step(house, &[id]).await;
        assert_eq!(unit.petitions.len(), 1);
        let mut anew = Mirror::of(copy.token.clone());
        anew.follow(house).await;
        assert_eq!(anew.petitions, copy.petitions);

        // What it is shown of the history says what it may know and no more.
        let history = house.get(&format!("{base}/events"), &copy.token).await.is(200).body;
        let items = history["items"].as_array().unwrap();
        assert_eq!(history["chain"]["events"], json!(items.len()));
        for (kind, payload) in [
            ("reclassified", json!({})),
            ("joined", json!({})),
            ("taken", json!({"position": "call_center_head", "person": me})),
            ("handed_over", json!({"position": "call_center_head", "person": null})),
        ] {
            let one = items.iter().find(|one| one["kind"] == kind).unwrap();
            assert_eq!(one["payload"], payload, "{kind}");
        }
        for word in ["Es drenaje", "Salgo", "No contestan", "No nos toca", "rain_2026"] {
            assert!(!history.to_string().contains(word), "{word}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_leaves_the_sight_of_a_dependency_or_of_its_unit_is_gone_and_the_entry_says_no_more() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let whole = house.liaison("simas", None).await;
        let mut simas = Mirror::of(house.machine("simas").await);
        let mut drains = Mirror::of(house.liaison("simas", Some("drainage_unit")).await);
        let auditor = house.in_role("auditor").await;
        let petition = filed(house, &head, &["simas", "road_maintenance"]).await;
        let (id, share) = (petition["id"].as_str().unwrap(), petition["assignments"][0]["id"].as_str().unwrap());
        let at = |rest: &str| format!("/v1/assignments/{share}{rest}");
        let etag = async |path: &str| house.get(path, &head).await.is(200).text("etag");
        let delegate = async |unit: Value| {
            let seen = etag(&at("")).await;
            house.put_at(&at("/unit"), &whole, &seen, json!({"unit": unit})).await.is(200);
        };
        let classify = async |flag: bool| {
            let path = format!("/v1/petitions/{id}");
            let body = json!({"against_public_servant": flag, "reason": "Por lo que se dijo."});
            let seen = etag(&path).await;
            house.post_at(&format!("{path}/classification"), &head, &seen, body).await.is(200);
        };
        delegate(json!("drainage_unit")).await;
        let seen = etag(&at("")).await;
        let number = json!({"external_reference": "OT-7"});
        house.put_at(&at("/external_reference"), &whole, &seen, number).await.is(200);
        drains.follow(house).await;
        simas.follow(house).await;
        let (before_simas, before_drains) = (simas.cursor.clone(), drains.cursor.clone());
        assert_eq!((simas.petitions.len(), drains.petitions.len()), (1, 1));

        let only_gone = async |reader: &str, cursor: Option<String>| {
            let (told, _) = read(house, reader, cursor, 200).await;
            let gone: Vec<&Value> = told.iter().filter(|one| one["kind"] == "gone").collect();
            assert_eq!(gone.len(), 1, "{told:?}");
            let at = gone[0]["recorded_at"].clone();
            assert_eq!(*gone[0], json!({
                "petition_id": null, "folio": null, "sequence": null, "assignment_id": share, "external_reference": "OT-7",
                "kind": "gone", "occurred_at": at, "recorded_at": at, "href": null,
            }));
            told.len()
        };
        // Handed on to another unit.
        delegate(json!("drinking_water_unit")).await;
        assert_eq!(drains.follow(house).await, ["gone"]);
        drains.is_in_step(house, &[id]).await;
        assert!(drains.petitions.is_empty());
        for cursor in [before_drains.clone(), None] {
            assert_eq!(only_gone(&drains.token, cursor).await, 1);
        }
        assert_eq!(simas.follow(house).await, ["delegated"]);
        simas.is_in_step(house, &[id]).await;
        // And back: who resumes before all that has it at the end.
        delegate(json!("drainage_unit")).await;
        drains.follow(house).await;
        drains.is_in_step(house, &[id]).await;
        assert_eq!(drains.petitions.len(), 1);
        drains.cursor.clone_from(&before_drains);
        drains.follow(house).await;
        drains.is_in_step(house, &[id]).await;

        // Against a public servant: gone for all of the dependency, for nobody else.
        simas.follow(house).await;
        classify(true).await;
        assert_eq!(simas.follow(house).await, ["gone"]);
        simas.is_in_step(house, &[id]).await;
        assert!(simas.petitions.is_empty());
        for cursor in [before_simas.clone(), None] {
            assert_eq!(only_gone(&simas.token, cursor).await, 1);
        }
        drains.follow(house).await;
        assert!(drains.petitions.is_empty());
        let comptroller = house.liaison("comptroller", None).await;
        for reader in [&auditor, &comptroller] {
            let told = read(house, reader, None, 200).await.0;
            assert!(!told.is_empty() && told.iter().all(|one| one["kind"] != "gone"), "{told:?}");
        }
        // And back, however long one was away.
        classify(false).await;
        let told = simas.follow(house).await;
        assert_eq!(told, ["changed", "reclassified"]);
        let mut late = Mirror { token: simas.token.clone(), cursor: before_simas, petitions: BTreeMap::new() };
        late.follow(house).await;
        late.is_in_step(house, &[id]).await;
        drains.follow(house).await;
        drains.is_in_step(house, &[id]).await;
    })
    .await;
}
