//! Where personal data is not: in events, in what is kept of repeated requests, in logs and addresses, in answers
//! that nobody asked to disclose.

use std::sync::{Mutex, OnceLock};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};
use persistence::{StoreError, history, on};
use reqwest::Method;
use serde_json::{Value, json};

use crate::attachments::files::{END, FORM, part, png};
use crate::free_texts::Texts;
use crate::house::{ADMIN, Answer, House, PASSWORD, both};

/// A CURP that is well formed.
const CURP: &str = "HEGG560427MVZRRL04";

/// Everything that the process logs, of all tests: a marker must be in none of it.
struct Notebook(Mutex<String>);

impl log::Log for Notebook {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        struct Pairs<'s>(&'s mut String);
        impl<'kvs> log::kv::VisitSource<'kvs> for Pairs<'_> {
            fn visit_pair(
                &mut self,
                key: log::kv::Key<'kvs>,
                value: log::kv::Value<'kvs>,
            ) -> Result<(), log::kv::Error> {
                self.0.push_str(&format!(" {key}={value}"));
                Ok(())
            }
        }
        if let Ok(mut lines) = self.0.lock() {
            lines.push_str(&format!("{} {}", record.target(), record.args()));
            let _ = record.key_values().visit(&mut Pairs(&mut lines));
            lines.push('\n');
        }
    }

    fn flush(&self) {}
}

fn notebook() -> &'static Notebook {
    static NOTEBOOK: OnceLock<&'static Notebook> = OnceLock::new();
    NOTEBOOK.get_or_init(|| {
        let notebook: &'static Notebook = Box::leak(Box::new(Notebook(Mutex::new(String::new()))));
        log::set_logger(notebook).unwrap();
        log::set_max_level(log::LevelFilter::Info);
        notebook
    })
}

/// A name, a telephone and an e-mail that occur nowhere else, in the words of somebody who cannot keep to himself.
struct Marked {
    name: String,
    telephone: String,
    email: String,
}

impl Marked {
    fn new() -> Self {
        let letters = |number: u32| -> String {
            (0..9).map(|at| char::from(b'a' + u8::try_from(number / 2_u32.pow(at) % 26).unwrap())).collect()
        };
        let number: u32 = rand::random();
        let name = format!("Zq{} Xw{}", letters(number), letters(rand::random()));
        let telephone = format!("871{:07}", number % 10_000_000);
        Self { email: format!("{}@ejemplo.mx", letters(rand::random())), name, telephone }
    }

    fn text(&self) -> String {
        format!("Soy {}, mi número es {} y mi correo {}.", self.name, self.telephone, self.email)
    }

    fn parts(&self) -> Vec<&str> {
        let mut parts: Vec<&str> = self.name.split(' ').collect();
        parts.extend([self.telephone.as_str(), self.email.as_str()]);
        parts
    }

    #[track_caller]
    fn in_none_of(&self, haystack: &str, what: &str) {
        for part in self.parts() {
            assert!(!haystack.to_lowercase().contains(&part.to_lowercase()), "{part} stands in {what}");
        }
    }
}

struct Path<'h> {
    house: &'h House,
    head: String,
    marked: Marked,
    at: String,
    keys: u32,
    texts: Texts,
}

impl Path<'_> {
    /// Takes a step of what was read last, under a key; each answer masks what it shows of the petitioner.
    async fn step(&mut self, method: Method, path: &str, body: Value) -> Answer {
        let seen = self.house.get(&self.at, &self.head).await.is(200);
        let tag = if path.starts_with("/v1/assignments") {
            let id = path.split('/').nth(3).unwrap();
            let shares = seen.body["assignments"].as_array().unwrap();
            shares.iter().find(|share| share["id"] == id).unwrap()["etag"].clone()
        } else {
            seen.body["etag"].clone()
        };
        let head = self.head.clone();
        let answer = self.send(method, path, &head, tag.as_str(), body).await;
        self.marked.in_none_of(&answer.body["petitioners"].to_string(), path);
        self.marked.in_none_of(&answer.body["petition"]["petitioners"].to_string(), path);
        answer
    }

    async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.step(Method::POST, path, body).await
    }

    /// Sends a body under a key, to which it must be answered that it was done.
    async fn send(&mut self, method: Method, path: &str, token: &str, seen: Option<&str>, body: Value) -> Answer {
        self.texts.note(&method, path, &body);
        self.keys += 1;
        let request = self.house.ask(method, path, token).json(&body).header("Idempotency-Key", self.keys.to_string());
        let request = if let Some(seen) = seen { request.header("If-Match", seen) } else { request };
        let answer = self.house.send(request).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
        answer
    }

    /// What the first petition could not carry: another's joining, handing over, each other end, a dependency's own
    /// system, intakes, the search for people.
    async fn others(&mut self, petitioner: &Value) {
        let (words, name, head) = (self.marked.text(), self.marked.name.clone(), self.head.clone());
        let dating = json!({"occurred_at": self.house.clock.now().to_rfc3339(), "reason": words});
        self.file(petitioner).await;
        let at = self.at.clone();
        self.post(&format!("{at}/co_petitioners"), json!({"petitioner": petitioner, "dating": dating})).await;
        self.house.post_holder("community_coordinator").await;
        let given = json!({"position": "community_coordinator", "reason": words});
        self.step(Method::PUT, &format!("{at}/follower"), given).await;
        let seen = self.house.get(&at, &head).await.is(200).body;
        let machine = self.house.machine("simas").await;
        let told = json!({"updates": [{
            "reference": "OT-1:1", "assignment_id": seen["assignments"][0]["id"], "status": "in_progress",
            "occurred_at": self.house.clock.now().to_rfc3339(), "text": words, "citizen_text": words,
        }]});
        let told = self.send(Method::POST, "/v1/assignments/updates", &machine, None, told).await;
        assert_eq!(told.body["results"][0]["result"], "applied", "{}", told.body);
        self.post(&format!("{at}/withdrawal"), json!({"reason": words, "dating": dating})).await;

        self.file(petitioner).await;
        let at = self.at.clone();
        self.post(&format!("{at}/questions"), json!({"text": words})).await;
        self.house.clock.advance(chrono::Duration::days(12));
        api::worker::round(&self.house.running.state).await.unwrap();
        let token = self.house.again(&head);
        self.head = token.clone();
        self.post(&format!("{at}/closure"), json!({"reason": words})).await;

        let meeting = json!({
            "channel": "neighbourhood_meeting", "place": words, "source_reference": words, "bearer": name,
            "petitions": [{
                "category": "water_leak", "text": words, "address": words, "crossing": name, "neighbourhood": name,
                "petitioners": [petitioner], "fields": {"landmark": words},
            }],
        });
        self.send(Method::POST, "/v1/intakes", &token, None, meeting).await;
        let matter = json!({
            "category": "water_leak", "text": words, "address": words, "crossing": name, "neighbourhood": name,
        });
        self.send(Method::POST, "/v1/petitions/duplicates", &token, None, matter.clone()).await;
        self.file(petitioner).await;
        let mut part = matter;
        part["fields"] = json!({"landmark": words});
        self.post(&format!("{}/splits", self.at), part).await;
        self.picture().await;
        let asked = json!({"channel": "phone_073", "orientation": {"category": "water_leak", "text": words}});
        self.send(Method::POST, "/v1/intakes", &token, None, asked).await;
        for known_by in ["name", "telephone", "email", "curp"] {
            let sought = json!({known_by: petitioner[known_by]});
            self.send(Method::POST, "/v1/people/search", &token, None, sought).await;
        }
    }

    /// Puts a file by a telling name to the petition, and erases it for a telling reason.
    async fn picture(&mut self) {
        let (at, head) = (self.at.clone(), self.head.clone());
        let name = format!("{}.png", self.marked.name);
        let form =
            [part("kind", None, None, b"citizen"), part("file", Some(&name), Some("image/png"), &png()), END.to_vec()];
        let files = format!("{at}/attachments");
        let request = self.house.ask(Method::POST, &files, &head).header("Content-Type", FORM).body(form.concat());
        let put = self.house.send(request).await.is(201).text("id");
        let reason = json!({"reason": self.marked.text()});
        self.send(Method::POST, &format!("{files}/{put}/erasure"), &head, None, reason).await;
    }

    /// Files a petition that says everything about everybody, and goes on with it.
    async fn file(&mut self, petitioner: &Value) {
        let (words, head) = (self.marked.text(), self.head.clone());
        let filed = json!({
            "channel": "phone_073", "category": "water_leak", "text": words, "address": words,
            "neighbourhood": self.marked.name, "crossing": self.marked.name, "petitioners": [petitioner],
            "fields": {"landmark": words}, "route": [{"dependency": "simas", "instructions": words}],
        });
        let filed = self.send(Method::POST, "/v1/petitions", &head, None, filed).await.is(201).body;
        self.marked.in_none_of(&filed["petition"]["petitioners"].to_string(), "a filed petition's petitioners");
        self.at = format!("/v1/petitions/{}", filed["petition"]["id"].as_str().unwrap());
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Remembered {
    #[diesel(sql_type = Binary)]
    key: Vec<u8>,
    #[diesel(sql_type = Binary)]
    fingerprint: Vec<u8>,
}

async fn remembered(house: &House) -> Vec<Remembered> {
    let kept = house.running.state.store.read(|db| -> Result<Vec<Remembered>, StoreError> {
        Ok(on!(db, c => diesel::sql_query("SELECT key, fingerprint FROM idempotency").get_results(c))?)
    });
    kept.await.unwrap()
}

async fn disclosed(house: &House) -> i64 {
    let counted = house.running.state.store.read(|db| -> Result<Number, StoreError> {
        let sql = "SELECT COUNT(*) AS number FROM disclosures";
        Ok(on!(db, c => diesel::sql_query(sql).get_result(c))?)
    });
    counted.await.unwrap().number
}

#[tokio::test]
async fn no_name_number_or_address_leaves_the_place_where_it_is_kept() {
    let notebook = notebook();
    both(async |house| {
        let marked = Marked::new();
        let head = house.post_holder("call_center_head").await;
        let words = marked.text();
        let who = json!({"who": marked.name, "medium": "telephone", "reference": words});
        let petitioner = json!({
            "name": marked.name, "telephone": marked.telephone, "email": marked.email,
            "other_contact": words, "presented_by": marked.name, "curp": CURP,
        });
        let admin = house.token(ADMIN, PASSWORD).await;
        let landmark = json!({"code": "landmark", "names": {"es": "Seña", "en": "Landmark"}, "type": "text"});
        house.post("/v1/categories/water_leak/fields", &admin, landmark).await.is(201);
        let texts = Texts::of(house.get("/openapi.json", "").await.is(200).body);
        let mut path = Path { house, head, marked, at: String::new(), keys: 0, texts };
        path.file(&petitioner).await;
        let at = path.at.clone();
        let filed = house.get(&at, &path.head).await.is(200).body;
        let share = format!("/v1/assignments/{}", filed["assignments"][0]["id"].as_str().unwrap());
        let of = filed["petitioners"][0]["id"].clone();

        // Other words, since the same are no correction.
        let other = format!("{words} Corregido.");
        let corrected = json!({
            "text": other, "address": other, "neighbourhood": path.marked.name, "crossing": path.marked.name,
            "petitioners": [{"id": of, "data": petitioner}], "fields": {"landmark": other},
        });
        path.step(Method::PATCH, &at, corrected).await;
        path.post(&format!("{at}/classification"), json!({"category": "pothole", "reason": words})).await;
        path.post(&format!("{at}/priority"), json!({"priority": "high", "reason": words})).await;
        path.post(&format!("{at}/notes"), json!({"text": words})).await;
        path.post(&format!("{at}/splits"), json!({"category": "pothole", "text": words, "address": words})).await;
        path.post("/v1/petitions/duplicates", json!({"text": words, "address": words})).await;
        let asked = path.post(&format!("{at}/questions"), json!({"text": words})).await;
        let question = asked.body["questions"][0]["id"].as_str().unwrap().to_owned();
        path.post(&format!("{at}/questions/{question}/reply"), json!({"text": words})).await;
        let contact = json!({
            "direction": "in", "medium": "telephone", "purpose": "insistence", "result": "told", "text": words,
            "dating": {"occurred_at": house.clock.now().to_rfc3339(), "reason": words},
        });
        path.post(&format!("{at}/contacts"), contact).await;
        let with = |mut body: Value| {
            body["on_behalf_of"] = who.clone();
            body
        };
        path.step(Method::PUT, &format!("{share}/responsible"), with(json!({"name": path.marked.name}))).await;
        path.post(&format!("{share}/progress"), with(json!({"report": words, "citizen_text": words}))).await;
        path.post(&format!("{share}/extensions"), with(json!({"working_days": 1, "reason": words}))).await;
        path.post(&format!("{share}/questions"), with(json!({"text": words}))).await;
        path.post(&format!("{share}/resolution"), with(json!({"report": words, "outcome": "attended"}))).await;
        path.post(&format!("{share}/review"), json!({"reason": words})).await;
        let returned = with(json!({"reason": "other_area", "explanation": words}));
        path.post(&format!("{share}/return"), returned).await;
        let routed = json!({"assignments": [{"dependency": "public_works", "instructions": words}]});
        let routed = path.post(&format!("{at}/assignments"), routed).await;
        let second =
            routed.body["assignments"].as_array().unwrap().iter().find(|one| one["dependency"] == "public_works");
        let second = format!("/v1/assignments/{}", second.unwrap()["id"].as_str().unwrap());
        path.post(&format!("{second}/cancellation"), json!({"reason": words})).await;
        let answer = json!({
            "outcome": "not_competent", "text": words, "authority": {"authority": words, "procedure": words},
            "document": {"number": path.marked.name, "date": "2026-03-02"}, "cancel_open": words, "let_returns_go": words,
        });
        path.post(&format!("{at}/answer"), answer).await;
        let told = json!({"medium": "telephone", "result": "told", "text": words});
        path.post(&format!("{at}/notifications"), told).await;
        path.post(&format!("{at}/reopenings"), json!({"reason": words})).await;
        path.post(&format!("{at}/annulment"), json!({"reason": words})).await;

        // Before the night comes in which old keys go.
        let mut kept = remembered(house).await;
        path.others(&petitioner).await;
        let forgotten = path.texts.forgotten();
        assert!(forgotten.is_empty(), "nobody said whether these stay where they belong: {forgotten:?}");

        let marked = &path.marked;
        let list = house.get("/v1/petitions", &path.head).await.is(200);
        for item in list.body["items"].as_array().unwrap() {
            marked.in_none_of(&item["petitioners"].to_string(), "a list");
        }
        let history = house.get(&format!("{at}/events"), &path.head).await.is(200);
        assert_eq!(history.body["chain"]["holds"], true);
        let events = house.running.state.store.read(|db| history::events_since(db, 0, 1_000)).await.unwrap();
        assert!(events.len() > 20, "{}", events.len());
        for event in &events {
            marked.in_none_of(&event.body, "an event");
            assert!(!event.body.contains(CURP), "a CURP stands in an event");
        }
        kept.extend(remembered(house).await);
        assert!(kept.len() > 15, "{}", kept.len());
        for row in &kept {
            marked.in_none_of(&String::from_utf8_lossy(&row.key), "a key");
            marked.in_none_of(&String::from_utf8_lossy(&row.fingerprint), "a fingerprint");
        }

        // What fails is logged too, and not what it was about.
        let wrong = json!({"text": words, "colour": marked.name});
        let refused = house.post("/v1/petitions", &path.head, wrong).await.is(422);
        marked.in_none_of(&refused.body.to_string(), "a problem");
        house.get(&format!("/v1/petitions/{}", marked.telephone), &path.head).await.is(404);
        let name = marked.name.replace(' ', "%20");
        house.get(&format!("/v1/petitions?name={name}"), &path.head).await.is(400);
        let lines = notebook.0.lock().unwrap().clone();
        assert!(lines.contains("http") || lines.contains("request"), "nothing is logged at all: {lines}");
        marked.in_none_of(&lines, "the log");
        assert!(!lines.contains(CURP), "a CURP stands in the log");
    })
    .await;
}

#[tokio::test]
async fn what_is_disclosed_is_written_down_and_shown_only_to_whom_it_may_be() {
    both(async |house| {
        let marked = Marked::new();
        let clerk = house.post_holder("data_entry_clerk").await;
        let auditor = house.in_role("auditor").await;
        let simas = house.liaison("simas", None).await;
        let filed = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
            "petitioners": [{"name": marked.name, "telephone": marked.telephone, "email": marked.email}],
            "route": [{"dependency": "simas"}],
        });
        let filed = house.post("/v1/petitions", &clerk, filed).await.is(201).body["petition"].clone();
        let at = format!("/v1/petitions/{}", filed["id"].as_str().unwrap());
        let disclosures = format!("{at}/disclosures");
        house.post(&disclosures, &auditor, json!({"purpose": "contact"})).await.refused(403, "not_allowed");
        house.post(&disclosures, &simas, json!({"purpose": "contact"})).await.refused(403, "not_allowed");
        house.post(&disclosures, &clerk, json!({"purpose": "curiosity"})).await.invalid("/purpose", "not_a_code");
        assert_eq!(disclosed(house).await, 0);
        let shown = house.post(&disclosures, &clerk, json!({"purpose": "contact"})).await.is(201);
        assert_eq!(disclosed(house).await, 1);
        let one = &shown.body["petitioners"][0];
        assert_eq!((&one["name"], &one["email"]), (&json!(marked.name), &json!(marked.email)));
        assert!(one["telephone"].as_str().unwrap().ends_with(&marked.telephone));
        for (reader, path) in [(&auditor, &at), (&simas, &at), (&clerk, &at)] {
            marked.in_none_of(&house.get(path, reader).await.is(200).body["petitioners"].to_string(), "a petition");
        }
    })
    .await;
}
