//! A dependency's own system, as one is: it keeps its own numbers and its own view, follows `changes`, tells in the wrong
//! order and more than once, goes away for a day, and ends in step.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, both};

/// One order of work, as the system keeps it.
struct Order {
    number: String,
    /// What it believes of the assignment: state and version.
    state: String,
    etag: String,
    /// Messages about it so far.
    told: i64,
}

/// The water utility's own system.
struct OwnSystem {
    key: String,
    orders: BTreeMap<String, Order>,
    cursor: Option<String>,
    /// Messages that were written and not yet sent for good.
    outbox: Vec<Value>,
    /// Requests so far, each under a key of its own.
    requests: u32,
    /// Its chance, the same in every run.
    chance: u64,
}

impl OwnSystem {
    async fn installed(house: &House, dependency: &str) -> Self {
        let key = house.machine(dependency).await;
        Self { key, orders: BTreeMap::new(), cursor: None, outbox: Vec::new(), requests: 0, chance: 42 }
    }

    fn chance(&mut self, of: usize) -> usize {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.chance >> 33).unwrap() % of
    }

    /// Reads what changed, and again what it is about; gives what is new a number of its own.
    async fn pull(&mut self, house: &House) {
        loop {
            let from = self.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let part = house.get(&format!("/v1/changes?limit=5{from}"), &self.key).await.is(200);
            let items = part.body["items"].as_array().unwrap();
            let mut about: Vec<&str> = items.iter().filter_map(|one| one["assignment_id"].as_str()).collect();
            about.sort_unstable();
            about.dedup();
            for id in about {
                let now = house.get(&format!("/v1/assignments/{id}"), &self.key).await.is(200).body;
                self.learn(house, id, now).await;
            }
            // Kept only now: whoever dies before reads the part again, and nothing is lost.
            self.cursor = Some(part.text("next"));
            if part.body["more"] == false {
                return;
            }
        }
    }

    async fn learn(&mut self, house: &House, id: &str, now: Value) {
        let mut now = now;
        if !self.orders.contains_key(id) {
            let number = format!("OT-{:04}", self.orders.len() + 1);
            let path = format!("/v1/assignments/{id}/external_reference");
            let etag = now["etag"].as_str().unwrap().to_owned();
            now = house.put_at(&path, &self.key, &etag, json!({"external_reference": number})).await.is(200).body;
            let order = Order { number, state: String::new(), etag: String::new(), told: 0 };
            self.orders.insert(id.to_owned(), order);
        }
        let order = self.orders.get_mut(id).unwrap();
        now["state"].as_str().unwrap().clone_into(&mut order.state);
        now["etag"].as_str().unwrap().clone_into(&mut order.etag);
    }

    /// Writes a message about an order into the outbox; by its number, as such systems do.
    fn write(&mut self, id: &str, status: &str, at: DateTime<Utc>) {
        let order = self.orders.get_mut(id).unwrap();
        order.told += 1;
        let mut message = json!({
            "reference": format!("{}:{}", order.number, order.told), "external_id": order.number, "status": status,
            "occurred_at": at, "sequence": order.told,
        });
        match status {
            "resolved" => {
                message["outcome"] = json!("attended");
                message["text"] = json!("Trabajo terminado.");
            }
            "returned" => {
                message["return_reason"] = json!("other_area");
                message["text"] = json!("Es de otra área.");
            }
            "in_progress" => message["text"] = json!("La cuadrilla está en el lugar."),
            _ => {}
        }
        self.outbox.push(message);
    }

    /// Sends the outbox in pieces, shuffled, some of it twice, and learns what became of it.
    async fn push(&mut self, house: &House) -> Vec<String> {
        let mut messages = std::mem::take(&mut self.outbox);
        for at in (1..messages.len()).rev() {
            let other = self.chance(at + 1);
            messages.swap(at, other);
        }
        for at in 0..messages.len() {
            if self.chance(3) == 0 {
                messages.push(messages[at].clone());
            }
        }
        let mut results = Vec::new();
        for piece in messages.chunks(4) {
            self.requests += 1;
            let key = format!("request-{}", self.requests);
            let body = json!({"updates": piece});
            let send =
                async || house.post_keyed("/v1/assignments/updates", &self.key, &key, body.clone()).await.is(200);
            let answer = send().await.body;
            // As if the answer had been lost on the way: the same request again says the same.
            if self.requests.is_multiple_of(2) {
                let again = send().await.body;
                for (one, same) in
                    answer["results"].as_array().unwrap().iter().zip(again["results"].as_array().unwrap())
                {
                    assert_eq!(one["assignment"], same["assignment"]);
                }
            }
            for one in answer["results"].as_array().unwrap() {
                results.push(one["result"].as_str().unwrap().to_owned());
            }
        }
        results
    }

    /// Whether its view of every assignment is ours, number by number.
    async fn is_in_step(&self, house: &House, dependency: &str, staff: &str) {
        let listed = house.get(&format!("/v1/assignments?dependency={dependency}&limit=200"), staff).await.is(200);
        let ours: BTreeMap<&str, (&str, &str, &str)> = listed.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let text = |name: &str| one[name].as_str().unwrap_or_default();
                (text("id"), (text("external_reference"), text("state"), text("etag")))
            })
            .collect();
        let theirs: BTreeMap<&str, (&str, &str, &str)> = self
            .orders
            .iter()
            .map(|(id, order)| (id.as_str(), (order.number.as_str(), order.state.as_str(), order.etag.as_str())))
            .collect();
        assert_eq!(theirs, ours);
    }
}

/// Files petitions for the system, and one for somebody else.
async fn file(house: &House, head: &str, many: usize) -> Vec<Value> {
    let mut filed = Vec::new();
    for number in 0..many {
        let other = if number % 3 == 0 {
            json!([{"dependency": "simas"}, {"dependency": "road_maintenance"}])
        } else {
            json!([{"dependency": "simas"}])
        };
        let wanted = json!({
            "channel": "phone_073", "category": "water_leak", "text": format!("Fuga {number}"),
            "petitioners": [{"name": "María López", "telephone": "871 123 4567"}], "route": other,
        });
        filed.push(house.post("/v1/petitions", head, wanted).await.is(201).body["petition"].clone());
    }
    let wanted = json!({
        "channel": "phone_073", "category": "pothole", "text": "Un bache.", "petitioners": [{"name": "Ana Gil"}],
        "route": [{"dependency": "road_maintenance"}],
    });
    house.post("/v1/petitions", head, wanted).await.is(201);
    filed
}

async fn step(house: &House, head: &str, path: &str, etag: &str, body: Value) {
    house.send(house.ask(Method::POST, path, head).header("If-Match", etag).json(&body)).await.is(200);
}

#[tokio::test]
async fn a_system_that_repeats_and_overtakes_itself_and_goes_away_for_a_day_ends_in_step() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let mut system = OwnSystem::installed(house, "simas").await;
        file(house, &head, 6).await;
        system.pull(house).await;
        assert_eq!(system.orders.len(), 6);
        system.is_in_step(house, "simas", &head).await;

        // A morning's work, told all at once and upside down.
        let ids: Vec<String> = system.orders.keys().cloned().collect();
        let morning = house.clock.now();
        house.clock.advance(Duration::hours(3));
        let head = house.again(&head);
        for (at, id) in ids.iter().enumerate() {
            let hour = |hours: i64| morning + Duration::minutes(hours * 50);
            system.write(id, "accepted", hour(1));
            if at != 0 {
                system.write(id, "in_progress", hour(2));
            }
            match at {
                0 => system.write(id, "returned", hour(2)),
                1..=3 => system.write(id, "resolved", hour(3)),
                _ => {}
            }
        }
        let results = system.push(house).await;
        for expected in ["applied", "already_applied", "superseded"] {
            assert!(results.iter().any(|result| result == expected), "{expected} never came: {results:?}");
        }
        assert!(!results.iter().any(|result| result == "refused"), "{results:?}");
        system.pull(house).await;
        system.is_in_step(house, "simas", &head).await;
        let states: Vec<&str> = ids.iter().map(|id| system.orders[id].state.as_str()).collect();
        assert_eq!(states, ["returned", "resolved", "resolved", "resolved", "accepted", "accepted"]);

        // It goes away. Work goes on in the street, and in the office: one is sent back, one cancelled, one answered and
        // reopened, and new ones come in.
        for (id, status) in [(&ids[4], "resolved"), (&ids[5], "in_progress")] {
            system.write(id, status, house.clock.now());
        }
        house.clock.advance(Duration::days(1));
        let head = house.again(&head);
        let assignment = async |id: &str| house.get(&format!("/v1/assignments/{id}"), &head).await.is(200).body;
        let sent_back = assignment(&ids[1]).await;
        let path = format!("/v1/assignments/{}/review", ids[1]);
        step(house, &head, &path, sent_back["etag"].as_str().unwrap(), json!({"reason": "Falta el pavimento."})).await;
        let cancelled = assignment(&ids[5]).await;
        let path = format!("/v1/assignments/{}/cancellation", ids[5]);
        step(house, &head, &path, cancelled["etag"].as_str().unwrap(), json!({"reason": "Ya no hace falta."})).await;
        let answered = assignment(&ids[2]).await["petition"]["id"].as_str().unwrap().to_owned();
        let petition = format!("/v1/petitions/{answered}");
        let etag = async || house.get(&petition, &head).await.is(200).text("etag");
        let answer = json!({"outcome": "attended", "text": "Quedó.", "cancel_open": "Con eso basta."});
        step(house, &head, &format!("{petition}/answer"), &etag().await, answer).await;
        let again = json!({"reason": "La fuga volvió.", "assignments": [ids[2]]});
        step(house, &head, &format!("{petition}/reopenings"), &etag().await, again).await;
        file(house, &head, 3).await;

        // It comes back, and tells first what it still had to tell.
        let results = system.push(house).await;
        assert!(results.iter().any(|result| result == "applied"), "{results:?}");
        assert!(results.iter().any(|result| result == "refused"), "cancelled meanwhile: {results:?}");
        system.pull(house).await;
        system.is_in_step(house, "simas", &head).await;
        assert_eq!(system.orders.len(), 10, "three new petitions, and the round that was reopened");
        assert_eq!(system.orders[&ids[1]].state, "accepted");
        assert_eq!(system.orders[&ids[5]].state, "cancelled");

        // What was sent back it does again, and then there is nothing left to tell either side.
        let now = house.clock.now();
        let open: Vec<String> = system
            .orders
            .iter()
            .filter(|(_, order)| ["pending", "accepted"].contains(&order.state.as_str()))
            .map(|(id, _)| id.clone())
            .collect();
        for id in &open {
            system.write(id, "resolved", now);
        }
        let results = system.push(house).await;
        assert!(results.iter().all(|result| ["applied", "already_applied"].contains(&result.as_str())), "{results:?}");
        system.pull(house).await;
        system.is_in_step(house, "simas", &head).await;
        assert!(system.orders.values().all(|order| !["pending", "accepted"].contains(&order.state.as_str())));
        let last = system.cursor.clone();
        system.pull(house).await;
        assert_eq!(system.cursor, last);
    })
    .await;
}
