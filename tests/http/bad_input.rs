//! Bad input: each gets a problem that says what to do, in the caller's language, and changes nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, both};

mod requests;

/// A petition routed to a dependency, which has asked; and everybody who has a part in the tests.
struct Scene<'h> {
    house: &'h House,
    head: String,
    simas: String,
    roads: String,
    folio: String,
    id: String,
    share: String,
    question: String,
    /// Another petition, its share and its question.
    other: (String, String, String),
}

impl<'h> Scene<'h> {
    async fn set(house: &'h House) -> Self {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let roads = house.liaison("road_maintenance", None).await;
        let one = Self::file(house, &head, &simas).await;
        let two = Self::file(house, &head, &simas).await;
        let [folio, id, share, question] = one;
        let [_, other, other_share, other_question] = two;
        Self { house, head, simas, roads, folio, id, share, question, other: (other, other_share, other_question) }
    }

    async fn file(house: &House, head: &str, simas: &str) -> [String; 4] {
        let filed = house.post("/v1/petitions", head, petition()).await.is(201).body["petition"].clone();
        let id = filed["id"].as_str().unwrap().to_owned();
        let share = filed["assignments"][0]["id"].as_str().unwrap().to_owned();
        let asked = json!({"text": "¿En qué número?"});
        house.post(&format!("/v1/assignments/{share}/questions"), simas, asked).await.is(200);
        let seen = house.get(&format!("/v1/petitions/{id}"), head).await.is(200);
        let question = seen.body["questions"][0]["id"].as_str().unwrap().to_owned();
        [filed["folio"].as_str().unwrap().to_owned(), id, share, question]
    }

    /// Everything that a refused request could have touched.
    async fn picture(&self) -> Value {
        let list = self.house.get("/v1/petitions?count=capped", &self.head).await.is(200);
        let events = self.house.get(&format!("/v1/petitions/{}/events", self.id), &self.head).await.is(200);
        assert_eq!(events.body["chain"]["holds"], true);
        json!([list.body, events.body])
    }

    /// A request as it stands, in English.
    async fn raw(&self, method: Method, path: &str, token: &str, tag: Option<&str>, body: Option<Vec<u8>>) -> Answer {
        let path = path
            .replace("{id}", &self.id)
            .replace("{folio}", &self.folio)
            .replace("{share}", &self.share)
            .replace("{question}", &self.question)
            .replace("{other}", &self.other.0)
            .replace("{other_share}", &self.other.1)
            .replace("{other_question}", &self.other.2);
        let mut request = self.house.ask(method, &path, token).header("Accept-Language", "en");
        if let Some(tag) = tag {
            request = request.header("If-Match", tag);
        }
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body);
        }
        self.house.send(request).await
    }

    /// What is refused, and with which status and code; the rest of the problem is as every problem is.
    async fn refuses(&self, case: &Case<'_>) {
        let before = self.picture().await;
        let body = case.body.as_ref().map(|body| body.to_string().into_bytes());
        let answer = self.raw(case.method.clone(), case.path, case.token, case.tag, body).await;
        whole(&answer, case.status, case.code, case.what);
        if let Some(pointer) = case.pointer {
            assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{}: {}", case.what, answer.body);
        }
        assert_eq!(self.picture().await, before, "{} changed something", case.what);
    }

    fn post(&self, path: &'static str, body: Value) -> Case<'_> {
        Case {
            what: path,
            method: Method::POST,
            path,
            token: &self.head,
            tag: None,
            body: Some(body),
            status: 422,
            code: "invalid_body",
            pointer: None,
        }
    }
}

struct Case<'c> {
    what: &'c str,
    method: Method,
    path: &'c str,
    token: &'c str,
    tag: Option<&'c str>,
    body: Option<Value>,
    status: u16,
    code: &'c str,
    pointer: Option<&'c str>,
}

/// A problem as RFC 9457 and the conventions want it.
#[track_caller]
fn whole(answer: &Answer, status: u16, code: &str, what: &str) {
    let body = &answer.body;
    assert_eq!((answer.status.as_u16(), &body["code"]), (status, &json!(code)), "{what}: {body}");
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{what}");
    assert_eq!(answer.headers["content-language"], "en", "{what}");
    assert!(answer.headers.contains_key("x-request-id"), "{what}");
    assert_eq!((&body["status"], &body["type"]), (&json!(status), &json!(format!("/problems/{code}"))), "{what}");
    for member in ["title", "detail"] {
        assert!(body[member].as_str().is_some_and(|text| text.len() > 3 && !text.contains('{')), "{what}: {body}");
    }
}

fn petition() -> Value {
    json!({
        "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
        "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
        "route": [{"dependency": "simas"}],
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut body = petition();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[member] = value;
    body
}

#[tokio::test]
async fn what_is_not_json_is_told_so_with_its_place() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let before = scene.picture().await;
        let cases: [&[u8]; 6] =
            [b"", b"{", b"{\"text\": \"a\", \"text\": \"b\"}", b"channel=phone_073", b"{} {}", b"{\"text\": \"\xff\"}"];
        for body in cases {
            let what = String::from_utf8_lossy(body).into_owned();
            let answer = scene.raw(Method::POST, "/v1/petitions", &scene.head, None, Some(body.to_vec())).await;
            whole(&answer, 400, "malformed_body", &what);
        }
        let text =
            house.ask(Method::POST, "/v1/petitions", &scene.head).header("Content-Type", "text/plain").body("{}");
        house.send(text).await.refused(415, "unsupported_media_type");
        let ten = vec![b' '; 10 * 1024 * 1024];
        let answer = scene.raw(Method::POST, "/v1/petitions", &scene.head, None, Some(ten)).await;
        whole(&answer, 413, "body_too_large", "10 MB");
        assert_eq!(scene.picture().await, before);
    })
    .await;
}

#[tokio::test]
async fn an_invalid_body_names_the_member_that_is_to_blame() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let long = "x".repeat(10_001);
        let cases: Vec<(&str, Value, &str)> = vec![
            ("/text", json!(7), "wrong_type"),
            ("/text", json!(""), "too_short"),
            ("/text", json!("   "), "empty"),
            ("/text", json!("\u{200b}\u{2060}\u{feff}\u{ad}"), "empty"),
            ("/address", json!("\u{3164} \u{200b}"), "empty"),
            ("/neighbourhood", json!("   "), "empty"),
            ("/petitioners/0/name", json!("\u{ad}\u{ad}"), "name_malformed"),
            ("/text", json!(long), "too_long"),
            ("/text", json!("una \u{1} fuga"), "control_character"),
            ("/colour", json!("red"), "unknown"),
            ("/petitioners/0/shoe", json!(42), "unknown"),
            ("/petitioners/0/name", json!("x".repeat(201)), "too_long"),
            ("/petitioners/0/telephone", json!("12"), "telephone_malformed"),
            ("/petitioners/0/email", json!("no es un correo"), "email_malformed"),
            ("/petitioners", json!({}), "wrong_type"),
            ("/kind", json!("riddle"), "not_a_code"),
            ("/postal_code", json!("2720"), "postal_code_malformed"),
            ("/postal_code", json!("abc"), "postal_code_malformed"),
            ("/crossing", json!("Calle\nMúzquiz"), "not_one_line"),
            ("/neighbourhood", json!("Torreón\tJardín"), "not_one_line"),
            ("/petitioners/0/presented_by", json!("R*** S."), "masked"),
            ("/petitioners/0/other_contact", json!("*** 4567"), "masked"),
            ("/petitioners/0/other_contact", json!("@ana\n@eva"), "not_one_line"),
            ("/location", json!({"latitude": 91, "longitude": 0}), "out_of_range"),
            ("/postal_code", json!("2720a"), "postal_code_malformed"),
            ("/received_precision", json!("day"), "goes_with"),
            ("/notification", json!({"medium": "telephone", "result": "told"}), "goes_with"),
            ("/received_at", json!("2026-02-30T10:00:00Z"), "date_malformed"),
            ("/received_at", json!("yesterday"), "date_malformed"),
        ];
        let before = scene.picture().await;
        for (pointer, value, code) in cases {
            let what = format!("{pointer} {code}");
            let body = with(pointer, value).to_string().into_bytes();
            let answer = scene.raw(Method::POST, "/v1/petitions", &scene.head, None, Some(body)).await;
            whole(&answer, 422, "invalid_body", &what);
            let error = &answer.body["errors"][0];
            let blamed = if pointer == "/location" { "/location/latitude" } else { pointer };
            assert_eq!((&error["pointer"], &error["code"]), (&json!(blamed), &json!(code)), "{what}: {}", answer.body);
            assert!(!answer.body.to_string().contains("María"), "{what} repeats what was sent");
        }
        assert_eq!(scene.picture().await, before);
        let rules = [
            (with("/channel", json!("pigeon")), "channel_unknown", "/channel"),
            (with("/category", json!("dragons")), "category_unknown", "/category"),
            (with("/route", json!([{"dependency": "nowhere"}])), "dependency_unknown", "/route/0/dependency"),
            (with("/route", json!([{"dependency": "simas", "unit": "no"}])), "unit_unknown", "/route/0/unit"),
            (with("/received_at", json!("2027-01-01T10:00:00Z")), "in_future", "/received_at"),
            (with("/petitioners", json!([{}])), "petitioner_empty", "/petitioners/0"),
            (
                with("/petitioners", json!([{"name": "Eva Ruiz"}, {"kind": "person", "preferred": "telephone"}])),
                "petitioner_empty",
                "/petitioners/1",
            ),
        ];
        for (body, code, pointer) in rules {
            let case = Case { what: code, code, pointer: Some(pointer), ..scene.post("/v1/petitions", body) };
            scene.refuses(&case).await;
        }
    })
    .await;
}

#[tokio::test]
async fn ids_of_other_things_name_nothing() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let text = || json!({"text": "Frente al 118."});
        let nobody = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e";
        let path = format!("/v1/petitions/{nobody}/notes");
        let seen = scene.house.get("/v1/petitions/{id}".replace("{id}", &scene.id).as_str(), &scene.head).await;
        let tag = seen.text("etag");
        let cases = vec![
            Case {
                what: "an unknown petition",
                path: &path,
                status: 404,
                code: "petition_unknown",
                ..scene.post("", text())
            },
            Case {
                what: "a share as a petition",
                status: 404,
                code: "petition_unknown",
                ..scene.post("/v1/petitions/{share}/notes", text())
            },
            Case {
                what: "a petition as a share",
                status: 404,
                code: "assignment_unknown",
                ..scene.post("/v1/assignments/{id}/progress", json!({"report": "x"}))
            },
            Case {
                what: "another petition's question",
                status: 404,
                code: "question_unknown",
                ..scene.post("/v1/petitions/{id}/questions/{other_question}/reply", text())
            },
            Case {
                what: "another dependency's share",
                token: &scene.roads,
                status: 404,
                code: "assignment_unknown",
                ..scene.post("/v1/assignments/{share}/progress", json!({"report": "x"}))
            },
            Case {
                what: "another dependency's petition",
                token: &scene.roads,
                status: 404,
                code: "petition_unknown",
                ..scene.post("/v1/petitions/{id}/notes", text())
            },
            Case {
                what: "a liaison and the office's step",
                token: &scene.simas,
                status: 403,
                code: "not_allowed",
                ..scene.post("/v1/petitions/{id}/notes", text())
            },
            Case {
                what: "another petition's share to follow",
                tag: Some(&tag),
                code: "previous_unknown",
                ..scene.post(
                    "/v1/petitions/{id}/assignments",
                    json!({"assignments": [{"dependency": "public_works", "previous_id": scene.other.1}]}),
                )
            },
            Case {
                what: "another petition's report to adopt",
                tag: Some(&tag),
                code: "adoption_unknown",
                ..scene.post(
                    "/v1/petitions/{id}/answer",
                    json!({"outcome": "attended", "adopts": scene.other.1, "cancel_open": "x"}),
                )
            },
            Case {
                what: "a petitioner of nobody",
                code: "petitioner_unknown",
                ..scene.post(
                    "/v1/petitions/{id}/contacts",
                    json!({
                        "direction": "in", "medium": "telephone", "purpose": "insistence", "result": "told",
                        "petitioner_id": nobody,
                    }),
                )
            },
            Case {
                what: "no id",
                status: 404,
                code: "petition_unknown",
                ..scene.post("/v1/petitions/seven/notes", text())
            },
            Case {
                what: "no id",
                status: 404,
                code: "not_found",
                ..scene.post("/v1/assignments/seven/progress", text())
            },
        ];
        for case in &cases {
            scene.refuses(case).await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_problem_is_explained_in_spanish_and_in_english() {
    let house = House::open(crate::database::Engine::Lite).await;
    let list = async |language: &str| {
        let request = house.ask(Method::GET, "/problems", "").header("Accept-Language", language);
        let answer = house.send(request).await.is(200);
        assert_eq!(answer.headers["content-language"], language);
        answer.body["items"].as_array().unwrap_or_else(|| panic!("{}", answer.body)).clone()
    };
    let (spanish, english) = (list("es").await, list("en").await);
    assert!(spanish.len() == english.len() && spanish.len() > 80, "{}", spanish.len());
    for (es, en) in spanish.iter().zip(&english) {
        assert_eq!(es["code"], en["code"]);
        for member in ["title", "detail"] {
            let (es_text, en_text) = (es[member].as_str().unwrap(), en[member].as_str().unwrap());
            assert!(es_text.len() > 3 && en_text.len() > 3 && es_text != en_text, "{} {member}", es["code"]);
        }
        let one = house.get(es["href"].as_str().unwrap(), "").await.is(200);
        assert_eq!(&one.body, es);
    }
    house.get("/problems/nothing", "").await.is(404);
    house.close().await;
}
