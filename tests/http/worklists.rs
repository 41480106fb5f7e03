//! Desks: every count is that of the list to which its address leads, for everybody, after whatever happened.

use std::collections::BTreeSet;

use chrono::Duration;
use reqwest::Method;
use reqwest::header::LINK;
use serde_json::{Value, json};

use crate::house::{House, both};
use crate::steps::{body, question_body, share_body};

/// Chance, the same every time.
struct Chance(u64);

impl Chance {
    fn draw(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

/// All that a list holds, page by page.
async fn listed(house: &House, href: &str, token: &str) -> Vec<String> {
    let (mut seen, mut path) = (Vec::new(), format!("{href}&limit=7"));
    loop {
        let page = house.get(&path, token).await.is(200);
        seen.extend(page.body["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        let Some(link) = page.headers.get(LINK) else { break };
        path = link.to_str().unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
        assert!(seen.len() < 500, "pages without end");
    }
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "{href}: a row twice");
    seen
}

/// Follows every address; how many rows each desk has, by whose and which.
async fn agree(house: &House, who: &str, token: &str) -> Vec<(String, usize)> {
    let told = house.get("/v1/worklists", token).await.is(200).body;
    let mut found = Vec::new();
    for worklist in told["worklists"].as_array().unwrap() {
        for desk in worklist["desks"].as_array().unwrap() {
            let href = desk["href"].as_str().unwrap();
            let rows = listed(house, href, token).await;
            assert_eq!(desk["count"], json!(rows.len()), "{who}: {href}");
            let whose = worklist["whose"].as_str().unwrap();
            found.push((format!("{whose} {}", desk["desk"].as_str().unwrap()), rows.len()));
        }
    }
    found
}

/// Takes one of the steps that are offered.
async fn step(house: &House, chance: &mut Chance, id: &str, token: &str) {
    let petition = house.get(&format!("/v1/petitions/{id}"), token).await.is(200).body;
    let mut offers: Vec<(Value, Option<Value>)> = Vec::new();
    let ended = ["withdraw", "annul", "close", "reclassify", "disclose", "hand_over", "amend", "contact"];
    for one in petition["allowed_steps"].as_array().unwrap() {
        let step = one["step"].as_str().unwrap();
        // A file lies on no desk.
        if !ended.contains(&step) && step != "attach" {
            let sent = match step {
                "route" => {
                    let to = ["simas", "road_maintenance", "public_services"][chance.draw(3)];
                    json!({"assignments": [{"dependency": to}]})
                }
                "notify" => {
                    let result = ["told", "no_answer"][chance.draw(2)];
                    json!({"medium": "telephone", "result": result})
                }
                _ => body(step),
            };
            offers.push((one.clone(), Some(sent).filter(|sent| !sent.is_null())));
        }
    }
    for share in petition["assignments"].as_array().unwrap() {
        for one in share["allowed_steps"].as_array().unwrap() {
            let step = one["step"].as_str().unwrap();
            if step != "attach" && (step != "delegate" || share["dependency"] == "simas") {
                offers.push((one.clone(), Some(share_body(step))));
                offers.push((one.clone(), Some(share_body(step))));
            }
        }
    }
    for question in petition["questions"].as_array().unwrap() {
        for one in question["allowed_steps"].as_array().unwrap() {
            offers.push((one.clone(), question_body(one["step"].as_str().unwrap())));
        }
    }
    let (offer, sent) = offers[chance.draw(offers.len())].clone();
    let method: Method = offer["method"].as_str().unwrap().parse().unwrap();
    let mut request = house.ask(method, offer["href"].as_str().unwrap(), token);
    if let Some(tag) = offer["if_match"].as_str() {
        request = request.header("If-Match", tag);
    }
    if let Some(sent) = sent {
        request = request.json(&sent);
    }
    let answer = house.send(request).await;
    // An address that was routed to already, a mark that is there: refused, and nothing else.
    assert!(answer.status.is_success() || [409, 422].contains(&answer.status.as_u16()), "{}", answer.body);
}

#[tokio::test]
async fn the_count_of_every_desk_is_the_number_of_rows_of_its_list() {
    both(async |house| {
        let mut chance = Chance(11);
        let mut people = Vec::new();
        for post in [
            "director_general",
            "call_center_head",
            "social_media_coordinator",
            "administrative_aide",
            "data_entry_clerk",
            "administrative_deputy_head",
        ] {
            people.push((post, house.post_holder(post).await));
        }
        people.push(("simas", house.liaison("simas", None).await));
        people.push(("drinking water", house.liaison("simas", Some("drinking_water_unit")).await));
        people.push(("roads' own system", house.machine("road_maintenance").await));
        let mut petitions = Vec::new();
        for at in 0..16 {
            let channel = ["phone_073", "letter", "facebook", "neighbourhood_tour"][at % 4];
            let filed = json!({
                "channel": channel, "category": "water_leak", "text": "Hay una fuga.",
                "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
            });
            let filed = house.post("/v1/petitions", &people[1].1, filed).await.is(201);
            petitions.push(filed.body["petition"]["id"].as_str().unwrap().to_owned());
        }
        // A dependency's question, which the office has to let out.
        let path = format!("/v1/petitions/{}/assignments", petitions[0]);
        let routed = json!({"assignments": [{"dependency": "simas"}]});
        let routed = house.post_at(&path, &people[1].1, "\"1\"", routed).await.is(200).body;
        let path = format!("/v1/assignments/{}/questions", routed["assignments"][0]["id"].as_str().unwrap());
        house.post(&path, &people[6].1, json!({"text": "¿En qué número?"})).await.is(200);
        for turn in 0..110 {
            // Time passes for tokens too.
            if turn % 30 == 29 {
                house.clock.advance(Duration::days(2));
                for (_, token) in people.iter_mut().filter(|(_, token)| !token.starts_with("atd_")) {
                    *token = house.again(token);
                }
                api::worker::round(&house.running.state).await.unwrap();
            }
            let id = petitions[chance.draw(petitions.len())].clone();
            let who = people[chance.draw(3)].1.clone();
            step(house, &mut chance, &id, &who).await;
        }
        let mut lay = BTreeSet::new();
        let mut asked = BTreeSet::new();
        for (who, token) in &people {
            for (desk, rows) in agree(house, who, token).await {
                if rows > 0 {
                    lay.insert(desk.clone());
                }
                asked.insert(desk);
            }
        }
        for desk in ["office to_route", "position open", "person open", "supervised open", "dependency open"] {
            assert!(asked.contains(desk) && lay.contains(desk), "{desk}: {lay:?}");
        }
        assert!(lay.len() > 12, "{lay:?}");
        let told = house.get("/v1/worklists", &house.post_holder("messenger").await).await.is(200).body;
        assert_eq!(told["worklists"], json!([]), "no work with petitions");
    })
    .await;
}

#[tokio::test]
async fn the_work_of_whoever_left_is_to_be_reassigned_at_once() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let leaving = house.post_holder("social_media_coordinator").await;
        let filed = json!({"channel": "facebook", "category": "water_leak", "text": "Hay una fuga."});
        let petition = house.post("/v1/petitions", &head, filed).await.is(201).body["petition"].clone();
        let path = format!("/v1/petitions/{}/follower", petition["id"].as_str().unwrap());
        let take = house.ask(Method::POST, &path, &leaving).header("If-Match", petition["etag"].as_str().unwrap());
        let taken = house.send(take).await.is(200);
        let to_reassign = async |token: &str| -> (i64, String) {
            let told = house.get("/v1/worklists", token).await.is(200).body;
            let all = told["worklists"].as_array().unwrap();
            let office = all.iter().find(|one| one["whose"] == "office").unwrap();
            let desks = office["desks"].as_array().unwrap();
            let desk = desks.iter().find(|one| one["desk"] == "to_reassign").unwrap();
            (desk["count"].as_i64().unwrap(), desk["href"].as_str().unwrap().to_owned())
        };
        assert_eq!(to_reassign(&head).await.0, 0);
        let admin = house.in_role("administrator").await;
        let held = house.get("/v1/appointments?position=social_media_coordinator", &admin).await.is(200).body;
        let appointment = &held["items"][0];
        let path_of_it = format!("/v1/appointments/{}", appointment["id"].as_str().unwrap());
        let end = house.ask(Method::DELETE, &path_of_it, &admin).header("If-Match", "\"1\"");
        house.send(end).await.is(200);
        let (count, href) = to_reassign(&head).await;
        assert_eq!(count, 1);
        assert_eq!(listed(house, &href, &head).await, [petition["id"].as_str().unwrap()]);
        let to = json!({"position": "call_center_head", "reason": "Ya no trabaja aquí."});
        house.put_at(&path, &head, &taken.text("etag"), to).await.is(200);
        assert_eq!(to_reassign(&head).await.0, 0);
        assert!(listed(house, &href, &head).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn worklists_cost_the_same_few_statements_however_much_lies_there() {
    both(async |house| {
        house.running.indexer.abort();
        house.running.importer.abort();
        let director = house.post_holder("director_general").await;
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let cost = async |token: &str| {
            let before = house.running.state.store.statements();
            house.get("/v1/worklists", token).await.is(200);
            house.running.state.store.statements() - before
        };
        let fill = async |times: usize| {
            for _ in 0..times {
                let filed = json!({
                    "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
                    "route": [{"dependency": "simas"}],
                });
                let filed = house.post("/v1/petitions", &head, filed).await.is(201).body["petition"].clone();
                let path = format!("/v1/petitions/{}/follower", filed["id"].as_str().unwrap());
                let take = house.ask(Method::POST, &path, &head).header("If-Match", filed["etag"].as_str().unwrap());
                house.send(take).await.is(200);
            }
        };
        fill(1).await;
        let few = (cost(&director).await, cost(&simas).await);
        fill(12).await;
        assert_eq!((cost(&director).await, cost(&simas).await), few);
        // Who asks, the counts, who holds which post; or who asks, and the counts.
        assert_eq!(few, (3, 2));
    })
    .await;
}

#[tokio::test]
async fn a_dependency_learns_nothing_of_what_the_office_and_others_have_on_their_desks() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let roads = house.liaison("road_maintenance", None).await;
        let filed = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga y un bache.",
            "route": [{"dependency": "simas"}, {"dependency": "road_maintenance", "unit": "potholes_unit"}],
        });
        let filed = house.post("/v1/petitions", &head, filed).await.is(201).body["petition"].clone();
        let path = format!("/v1/petitions/{}", filed["id"].as_str().unwrap());
        let of_roads =
            filed["assignments"].as_array().unwrap().iter().find(|one| one["dependency"] == "road_maintenance");
        let share = format!("/v1/assignments/{}", of_roads.unwrap()["id"].as_str().unwrap());
        // Its terms end with the next working day, and that is soon.
        let told = house.get("/v1/worklists", &simas).await.is(200).body;
        let desks = told["worklists"][0]["desks"].as_array().unwrap();
        assert_eq!(desks.iter().find(|one| one["desk"] == "due_soon").unwrap()["count"], 1);

        house.post(&format!("{share}/questions"), &roads, json!({"text": "¿En qué número?"})).await.is(200);
        let found = async |query: &str, token: &str| {
            let page = house.get(&format!("/v1/petitions?count=capped&{query}"), token).await.is(200).body;
            assert_eq!(page["count"]["value"], page["items"].as_array().unwrap().len());
            page["items"].as_array().unwrap().len()
        };
        for (query, office, own, other) in [("desk=to_release", 1, 0, 0), ("unit=potholes_unit", 1, 1, 0)] {
            assert_eq!(found(query, &head).await, office, "{query}");
            assert_eq!(found(query, &roads).await, own, "{query}");
            assert_eq!(found(query, &simas).await, other, "{query}");
        }
        let share_now = house.get(&share, &roads).await.is(200).text("etag");
        let done = json!({"report": "No hay presupuesto.", "outcome": "not_feasible", "infeasibility": "budget"});
        house.post_at(&format!("{share}/resolution"), &roads, &share_now, done).await.is(200);
        assert_eq!(house.get(&path, &head).await.is(200).body["proposed_outcome"], "not_feasible");
        assert_eq!(house.get(&path, &simas).await.is(200).body["proposed_outcome"], Value::Null);
    })
    .await;
}
