//! Every step from every situation, over HTTP: what is offered is taken, what is not is refused.
//!
//! The expectation is `domain/tables/transitions.md`, which the domain's own tests keep true: here stands only how
//! a situation is reached and what a valid body of each step is.

use std::collections::BTreeMap;

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, both};

mod bodies;

use self::bodies::a_form;
pub use self::bodies::{body, question_body, share_body};

const TRANSITIONS: &str = include_str!("../../domain/tables/transitions.md");

/// What happens on the way into a situation. All copies of a situation go each step together.
#[derive(Clone, Copy)]
enum Move {
    /// Without any way to reach the petitioner.
    FileUnreachable,
    File,
    Route,
    RouteDirected,
    RouteUndated,
    Accept,
    Return,
    Extend,
    Resolve,
    Cancel,
    AskForShare,
    Ask,
    Release,
    Reply,
    Flag,
    Answer,
    Tell,
    TellInVain,
    Withdraw,
    CloseUnreplied,
    Annul,
    Reopen,
    /// Into a petition of its own.
    Merge,
    Days(i64),
}

use Move::*;

/// The rows of the table of petitions that can be reached over HTTP.
const PETITIONS: &[(&str, &[Move])] = &[
    ("received", &[File]),
    ("received: a reply did not come in time", &[File, Ask, Days(12)]),
    ("received: no question is left to ask", &[File, Ask, Reply, Ask, Reply, Ask, Reply]),
    ("received: follows another one", &[File, Merge]),
    ("routed", &[File, Route]),
    ("in progress", &[File, Route, Accept]),
    ("awaiting citizen", &[File, Ask]),
    ("in review", &[File, Route, Resolve]),
    ("answered", &[File, Answer]),
    ("closed: notified", &[File, Answer, Tell]),
    ("closed: unreachable", &[File, Answer, TellInVain, Days(1), TellInVain, Days(1), TellInVain]),
    ("closed: no contact", &[FileUnreachable, Answer]),
    ("closed: no reply", &[File, Ask, Days(12), CloseUnreplied]),
    ("closed: withdrawn", &[File, Withdraw]),
    ("closed: annulled", &[File, Annul]),
    ("closed: longer ago than the policy lets it be reopened", &[File, Answer, Tell, Days(16)]),
];

/// The rows of the table of shares.
const SHARES: &[(&str, &[Move])] = &[
    ("pending", &[File, Route]),
    ("pending: directed", &[File, RouteDirected]),
    ("accepted", &[File, Route, Accept]),
    ("accepted: extended as often as the policy allows", &[File, Route, Accept, Extend]),
    ("accepted: its term is over", &[File, Route, Accept, Days(12)]),
    ("pending: routed nobody knows when", &[File, RouteUndated]),
    ("accepted: no question is left to ask", &[File, Route, Accept, AskForShare, AskForShare, AskForShare]),
    ("resolved", &[File, Route, Resolve]),
    ("resolved: the petition turned out to be against a public servant", &[File, Route, Resolve, Flag]),
    ("returned", &[File, Route, Return]),
    ("cancelled", &[File, Route, Cancel]),
    ("resolved: the petition is answered", &[File, Route, Resolve, Answer]),
    ("resolved: the petition is closed", &[File, Route, Resolve, Answer, Tell]),
    ("resolved: of an earlier round", &[File, Route, Resolve, Answer, Reopen]),
];

/// The rows of the table of questions.
const QUESTIONS: &[(&str, &[Move])] = &[
    ("drafted", &[File, Route, AskForShare]),
    ("open", &[File, Route, AskForShare, Release]),
    ("replied", &[File, Route, AskForShare, Release, Reply]),
    ("lapsed", &[File, Route, AskForShare, Release, Days(12)]),
    ("lapsed: the petition is answered", &[File, Route, AskForShare, Release, Days(12), Answer]),
    ("ended", &[File, Route, AskForShare, Release, Cancel]),
];

/// A table of the committed file: its steps, and per row the cell of each.
fn table(heading: &str) -> (Vec<String>, BTreeMap<String, Vec<String>>) {
    let section = TRANSITIONS.split(&format!("## {heading}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let mut lines = section.lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    let steps = cells(lines.next().unwrap())[1..].iter().map(|step| step.replace(' ', "_")).collect();
    let rows = lines.skip(1).map(cells).map(|row| (row[0].clone(), row[1..].to_vec())).collect();
    (steps, rows)
}

/// A step as `allowed_steps` offers it.
struct Offered {
    method: Method,
    href: String,
    if_match: Option<String>,
}

fn offered(of: &Value, step: &str) -> Option<Offered> {
    let steps = of["allowed_steps"].as_array().unwrap();
    let one = steps.iter().find(|one| one["step"] == step)?;
    Some(Offered {
        method: one["method"].as_str().unwrap().parse().unwrap(),
        href: one["href"].as_str().unwrap().to_owned(),
        if_match: one["if_match"].as_str().map(str::to_owned),
    })
}

struct Desk<'h> {
    house: &'h House,
    head: String,
    simas: String,
}

impl<'h> Desk<'h> {
    async fn open(house: &'h House) -> Self {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let administrator = house.in_role("administrator").await;
        let bill = json!({"code": "water_bill", "names": {"es": "Recibo de agua", "en": "Water bill"}});
        house.post("/v1/categories/water_leak/requirements", &administrator, bill).await.is(201);
        Self { house, head, simas }
    }

    async fn petition(&self, id: &str) -> Value {
        self.house.get(&format!("/v1/petitions/{id}"), &self.head).await.is(200).body
    }

    async fn take(&self, offer: &Offered, body: Option<Value>) -> Answer {
        let mut request = self.house.ask(offer.method.clone(), &offer.href, &self.head);
        if let Some(tag) = &offer.if_match {
            request = request.header("If-Match", tag);
        }
        if let Some(body) = body {
            let file = offer.href.ends_with("/attachments");
            request = if file { a_form(request, &body) } else { request.json(&body) };
        }
        self.house.send(request).await
    }

    async fn move_on(&self, id: &str, which: Move) {
        let petition = self.petition(id).await;
        let share = petition["assignments"].as_array().unwrap().first().cloned().unwrap_or_default();
        let question = petition["questions"].as_array().unwrap().last().cloned().unwrap_or_default();
        let (of, step, sent) = match which {
            Route => (&petition, "route", json!({"assignments": [{"dependency": "simas"}]})),
            RouteDirected => (&petition, "route", json!({"assignments": [{"dependency": "simas", "directed": true}]})),
            RouteUndated => {
                let at = self.house.clock.now().to_rfc3339();
                let dating = json!({"occurred_at": at, "precision": "unknown", "reason": "Nadie lo apuntó."});
                (&petition, "route", json!({"assignments": [{"dependency": "simas"}], "dating": dating}))
            }
            Accept => (&share, "accept", share_body("accept")),
            Return => (&share, "return", share_body("return")),
            Extend => (&share, "extend", share_body("extend")),
            Resolve => (&share, "resolve", share_body("resolve")),
            Cancel => (&share, "cancel", share_body("cancel")),
            AskForShare => {
                // The liaison's question waits for the office; one that the office records is out at once.
                let path = format!("/v1/assignments/{}/questions", share["id"].as_str().unwrap());
                self.house.post(&path, &self.simas, body("ask")).await.is(200);
                return;
            }
            Ask => (&petition, "ask", body("ask")),
            Release => (&question, "release_question", Value::Null),
            Reply => (&question, "reply", json!({"text": "En el 118."})),
            Flag => {
                let flag = json!({"against_public_servant": true, "reason": "Acusa a alguien."});
                (&petition, "reclassify", flag)
            }
            Answer => (&petition, "answer", body("answer")),
            Tell => (&petition, "notify", body("notify")),
            TellInVain => (&petition, "notify", json!({"medium": "telephone", "result": "no_answer"})),
            Withdraw => (&petition, "withdraw", body("withdraw")),
            CloseUnreplied => (&petition, "close", body("close")),
            Annul => (&petition, "annul", body("annul")),
            Reopen => (&petition, "reopen", body("reopen")),
            Merge => (&petition, "merge", body("merge")),
            File | FileUnreachable | Days(_) => panic!("is nothing that one petition does"),
        };
        let offer = offered(of, step).unwrap_or_else(|| panic!("{step} is not offered in {of}"));
        self.take(&offer, (!sent.is_null()).then_some(sent)).await.is(200);
    }

    /// As many petitions in a situation as there are steps to try.
    async fn bring(&mut self, moves: &[Move], copies: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for which in moves {
            match which {
                File | FileUnreachable => {
                    let petitioner = match which {
                        FileUnreachable => json!({"name": "María López"}),
                        _ => json!({"name": "María López", "telephone": "871 123 4567"}),
                    };
                    let filed = json!({
                        "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
                        "petitioners": [petitioner],
                    });
                    for _ in 0..copies {
                        let filed = self.house.post("/v1/petitions", &self.head, filed.clone()).await.is(201);
                        ids.push(filed.body["petition"]["id"].as_str().unwrap().to_owned());
                    }
                }
                Days(days) => {
                    self.house.clock.advance(Duration::days(*days));
                    self.head = self.house.again(&self.head);
                    self.simas = self.house.again(&self.simas);
                    api::worker::round(&self.house.running.state).await.unwrap();
                }
                _ => {
                    for id in &ids {
                        self.move_on(id, *which).await;
                    }
                }
            }
        }
        ids
    }
}

/// The steps that are offered, in the order of the table's head.
fn names(of: &Value, steps: &[String]) -> Vec<String> {
    let all = of["allowed_steps"].as_array().unwrap();
    let names: Vec<&str> = all.iter().map(|one| one["step"].as_str().unwrap()).collect();
    assert!(names.iter().all(|name| steps.iter().any(|step| step == name)), "{names:?}");
    steps.iter().filter(|step| names.contains(&step.as_str())).cloned().collect()
}

fn possible(steps: &[String], cells: &[String]) -> Vec<String> {
    steps.iter().zip(cells).filter(|(_, cell)| *cell == "yes").map(|(step, _)| step.clone()).collect()
}

/// Takes a step and compares with the cell: what is not possible changes nothing.
async fn compare(desk: &Desk<'_>, id: &str, offer: Offered, body: Option<Value>, cell: &str, what: &str) {
    let before = desk.petition(id).await;
    let answer = desk.take(&offer, body).await;
    if cell == "yes" {
        assert!(answer.status.is_success(), "{what}: {} {}", answer.status, answer.body);
        return;
    }
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!(cell)), "{what}: {}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{what}");
    assert_eq!(desk.petition(id).await, before, "{what} changed something");
}

/// Where a step would be taken, found in the published lifecycle rather than in an offer.
struct Ways(Value);

impl Ways {
    async fn of(desk: &Desk<'_>) -> Self {
        Self(desk.house.get("/v1/lifecycle", &desk.head).await.is(200).body)
    }

    fn offer(&self, of: &str, step: &str, base: &str, etag: &Value) -> Offered {
        let steps = self.0[of].as_array().unwrap_or_else(|| panic!("no {of} in {}", self.0));
        let one = steps.iter().find(|one| one["code"] == step).unwrap();
        let path = one["path"].as_str().unwrap();
        let suffix = path.rsplit('}').next().unwrap();
        Offered {
            method: one["method"].as_str().unwrap().parse().unwrap(),
            href: format!("{base}{suffix}"),
            if_match: etag.as_str().map(str::to_owned),
        }
    }
}

#[tokio::test]
async fn a_petition_takes_the_steps_that_are_offered_and_refuses_the_others() {
    let (steps, rows) = table("A petition's steps");
    let missing: Vec<&String> = rows.keys().filter(|row| PETITIONS.iter().all(|(name, _)| name != row)).collect();
    assert_eq!(missing, ["closed: imported", "received: another one follows it"], "reached otherwise");
    both(async |house| {
        let mut desk = Desk::open(house).await;
        let ways = Ways::of(&desk).await;
        for (situation, moves) in PETITIONS {
            let cells = &rows[*situation];
            let ids = desk.bring(moves, steps.len()).await;
            let stands = desk.petition(&ids[0]).await;
            assert_eq!(stands["state"], situation.split(':').next().unwrap().replace(' ', "_"), "{situation}");
            assert_eq!(names(&stands, &steps), possible(&steps, cells), "{situation}");
            for ((step, cell), id) in steps.iter().zip(cells).zip(&ids) {
                let stands = desk.petition(id).await;
                let offer = offered(&stands, step).unwrap_or_else(|| {
                    ways.offer("petition_steps", step, &format!("/v1/petitions/{id}"), &stands["etag"])
                });
                let sent = Some(body(step)).filter(|body| !body.is_null());
                compare(&desk, id, offer, sent, cell, &format!("{step} from {situation}")).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_share_takes_the_steps_that_are_offered_and_refuses_the_others() {
    let (steps, rows) = table("The steps of a dependency's share");
    assert!(rows.keys().all(|row| SHARES.iter().any(|(name, _)| name == row)), "every row is reached");
    both(async |house| {
        let mut desk = Desk::open(house).await;
        let ways = Ways::of(&desk).await;
        for (situation, moves) in SHARES {
            let cells = &rows[*situation];
            let ids = desk.bring(moves, steps.len()).await;
            for (at, (step, cell)) in steps.iter().zip(cells).enumerate() {
                let petition = desk.petition(&ids[at]).await;
                let share = &petition["assignments"][0];
                let base = format!("/v1/assignments/{}", share["id"].as_str().unwrap());
                assert_eq!(share["state"], situation.split(':').next().unwrap(), "{situation}");
                if at == 0 {
                    assert_eq!(names(share, &steps), possible(&steps, cells), "{situation}");
                    let own = house.get(&base, &desk.simas).await;
                    if petition["against_public_servant"] == true {
                        own.refused(404, "assignment_unknown");
                    } else {
                        let offices = ["send_back", "cancel"];
                        let mut expected = possible(&steps, cells);
                        expected.retain(|step| !offices.contains(&step.as_str()));
                        assert_eq!(names(&own.is(200).body, &steps), expected, "{situation}, to the liaison");
                    }
                }
                let offer =
                    offered(share, step).unwrap_or_else(|| ways.offer("assignment_steps", step, &base, &share["etag"]));
                let what = format!("{step} from {situation}");
                compare(&desk, &ids[at], offer, Some(share_body(step)), cell, &what).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_question_takes_the_steps_that_are_offered_and_refuses_the_others() {
    let (steps, rows) = table("The steps of a question");
    assert!(rows.keys().all(|row| QUESTIONS.iter().any(|(name, _)| name == row)), "every row is reached");
    both(async |house| {
        let mut desk = Desk::open(house).await;
        let ways = Ways::of(&desk).await;
        for (situation, moves) in QUESTIONS {
            let cells = &rows[*situation];
            let ids = desk.bring(moves, steps.len()).await;
            for ((step, cell), id) in steps.iter().zip(cells).zip(&ids) {
                let petition = desk.petition(id).await;
                let question = &petition["questions"][0];
                assert_eq!(question["state"], situation.split(':').next().unwrap(), "{situation}");
                assert_eq!(names(question, &steps), possible(&steps, cells), "{situation}");
                let base = format!("/v1/petitions/{id}/questions/{}", question["id"].as_str().unwrap());
                let offer = offered(question, step)
                    .unwrap_or_else(|| ways.offer("question_steps", step, &base, &petition["etag"]));
                compare(&desk, id, offer, question_body(step), cell, &format!("{step} from {situation}")).await;
            }
        }
    })
    .await;
}
