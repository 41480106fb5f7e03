//! Duplicates: what may be the same matter and why, what belongs together, and a part that becomes a petition of its own.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, both};

/// So many metres north of a corner of the city.
fn place(metres: f64) -> Value {
    json!({"latitude": 25.5428 + metres / 111_195.0, "longitude": -103.4068})
}

async fn file(house: &House, token: &str, category: &str, text: &str, more: Value) -> Value {
    house.clock.advance(Duration::milliseconds(7));
    let mut body = json!({
        "channel": "phone_073", "category": category, "text": text,
        "petitioners": [{"name": "Hermenegildo Zúñiga", "telephone": "871 765 4321"}],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post("/v1/petitions", token, body).await.is(201).body
}

async fn indexed(house: &House) {
    api::indexer::follow(&house.running.state.store).await.unwrap();
}

fn path(petition: &Value, below: &str) -> String {
    format!("/v1/petitions/{}{below}", petition["id"].as_str().unwrap())
}

fn folios(found: &Value, which: &str) -> Vec<Value> {
    found[which].as_array().unwrap().iter().map(|one| one["folio"].clone()).collect()
}

async fn look(house: &House, token: &str, matter: Value) -> Value {
    house.post("/v1/petitions/duplicates", token, matter).await.is(200).body
}

async fn close(house: &House, token: &str, petition: &Value) {
    let answer = json!({"outcome": "attended", "text": "Se reparó."});
    let etag = house.post_at(&path(petition, "/answer"), token, "\"1\"", answer).await.is(200).text("etag");
    let told = json!({"medium": "telephone", "result": "told"});
    house.post_at(&path(petition, "/notifications"), token, &etag, told).await.is(200);
}

#[tokio::test]
async fn twelve_calls_about_one_burst_pipe_are_seen_while_the_thirteenth_is_taken() {
    both(async |house| {
        let clerk = house.post_holder("call_center_head").await;
        let mut calls = Vec::new();
        for metres in 0..12 {
            let there = json!({"location": place(f64::from(metres) * 12.0)});
            calls.push(file(house, &clerk, "water_leak", "Se tronó un tubo", there).await["petition"].clone());
        }
        let elsewhere = json!({"location": place(900.0)});
        file(house, &clerk, "water_leak", "Se tronó un tubo", elsewhere).await;
        file(house, &clerk, "lamp_out", "No prende la luz", json!({"location": place(1.0)})).await;
        let matter = json!({"category": "no_water", "location": place(0.0), "text": "no cae agua"});
        let found = look(house, &clerk, matter).await;
        let nearest: Vec<Value> = calls[..10].iter().map(|call| call["folio"].clone()).collect();
        assert_eq!(folios(&found, "duplicates"), nearest);
        let second = &found["duplicates"][1];
        let reasons: Vec<(&str, Option<u64>)> = second["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| (reason["code"].as_str().unwrap(), reason["number"].as_u64()))
            .collect();
        assert_eq!(reasons, [("near", Some(12)), ("similar_category", None), ("days_apart", Some(0))]);
        assert_eq!((&second["reasons"][0]["label"], &second["text"]), (&json!("A 12 m"), &json!("Se tronó un tubo")));
        assert!(!found.to_string().contains("Hermenegildo") && !found.to_string().contains("7654321"));
        let english = house
            .ask(Method::POST, "/v1/petitions/duplicates", &clerk)
            .header("Accept-Language", "en")
            .json(&json!({"category": "water_leak", "location": place(12.0)}));
        assert_eq!(house.send(english).await.is(200).body["duplicates"][0]["reasons"][0]["label"], "0 m away");

        // Nothing was written by looking.
        let listed = house.get("/v1/petitions?count=capped", &clerk).await.is(200).body;
        assert_eq!(listed["count"]["value"], 14);
    })
    .await;
}

#[tokio::test]
async fn many_candidates_cost_hardly_more_statements_than_one() {
    both(async |house| {
        house.running.indexer.abort();
        house.running.importer.abort();
        let clerk = house.post_holder("call_center_head").await;
        let mut there = 0;
        let mut file_up_to = async |number: u32| {
            for metres in there..number {
                let place = json!({"location": place(f64::from(metres)), "neighbourhood": "Centro"});
                file(house, &clerk, "water_leak", "Se tronó un tubo en Galeana", place).await;
            }
            there = number;
            indexed(house).await;
        };
        let cost = async |matter: Value, shown: usize| {
            let before = house.running.state.store.statements();
            let found = look(house, &clerk, matter).await;
            assert_eq!(folios(&found, "duplicates").len(), shown);
            house.running.state.store.statements() - before
        };
        let placed = || json!({"category": "water_leak", "location": place(0.0)});
        let told = || json!({"category": "water_leak", "location": place(0.0), "text": "un tubo roto en Galeana"});
        file_up_to(1).await;
        look(house, &clerk, placed()).await;
        // Who asks; what lies near; what the index has noted of it; the likely ones; their words.
        assert_eq!(cost(placed(), 1).await, 5);
        file_up_to(16).await;
        assert_eq!(cost(placed(), 10).await, 5);
        // Whether one of the others has ended is read at once for all.
        file_up_to(40).await;
        assert_eq!(cost(placed(), 10).await, 6);
        // Two more for words, and one for those that they find.
        assert!(cost(told(), 10).await <= 9);
    })
    .await;
}

#[tokio::test]
async fn what_was_classified_anew_is_found_as_what_it_is_now() {
    both(async |house| {
        house.running.indexer.abort();
        let clerk = house.post_holder("call_center_head").await;
        let there = json!({"location": place(0.0)});
        let lamp = file(house, &clerk, "lamp_out", "No prende", there).await["petition"].clone();
        indexed(house).await;
        let like = async |category: &str| {
            let found = look(house, &clerk, json!({"category": category, "location": place(5.0)})).await;
            folios(&found, "duplicates")
        };
        assert_eq!(like("lamp_out").await, [lamp["folio"].clone()]);
        let class = json!({"category": "pothole", "reason": "Es un bache."});
        house.post_at(&path(&lamp, "/classification"), &clerk, "\"1\"", class).await.is(200);
        // The index has yet to learn of it, and nobody is told a reason that no longer holds.
        assert!(like("lamp_out").await.is_empty());
        indexed(house).await;
        assert!(like("lamp_out").await.is_empty());
        assert_eq!(like("pothole").await, [lamp["folio"].clone()]);
    })
    .await;
}

#[tokio::test]
async fn who_gives_no_place_on_the_map_is_found_by_street_and_neighbourhood() {
    both(async |house| {
        let clerk = house.post_holder("call_center_head").await;
        let there = json!({"address": "Calle Galeana esquina con Bravo", "neighbourhood": "Las Lomas"});
        let first = file(house, &clerk, "pothole", "Un bache enorme", there).await["petition"].clone();
        for number in 0..6 {
            let address = json!({"address": format!("Calle {number} sur 4{number}1")});
            file(house, &clerk, "pothole", "Un bache en la calle", address).await;
        }
        indexed(house).await;
        let matter = json!({"category": "damaged_surface", "text": "hoyo en la Galeana, por Bravo, cerca de Lomas"});
        let found = look(house, &clerk, matter.clone()).await;
        assert_eq!(folios(&found, "duplicates"), [first["folio"].clone()]);
        assert_eq!(found["duplicates"][0]["reasons"][0]["code"], "same_words");

        let admin = house.in_role("administrator").await;
        house.post("/v1/neighbourhoods", &admin, json!({"code": "las_lomas", "name": "Las Lomas"})).await.is(201);
        let one = json!({"neighbourhood": "Las Lomas"});
        let second = file(house, &clerk, "lamp_out", "No prende", one).await["petition"].clone();
        let matter = json!({"category": "lamp_out", "neighbourhood": "Las Lomas"});
        let found = look(house, &clerk, matter.clone()).await;
        assert_eq!(folios(&found, "duplicates"), [second["folio"].clone()]);
        assert_eq!(found["duplicates"][0]["reasons"][1]["code"], "same_neighbourhood");

        // A corrected place is looked for where it is now.
        let corrected = json!({"location": place(0.0), "neighbourhood": "Otra"});
        house.patch(&path(&second, ""), &clerk, "\"1\"", corrected).await.is(200);
        assert!(folios(&look(house, &clerk, matter).await, "duplicates").is_empty());
        let matter = json!({"category": "lamp_out", "location": place(30.0)});
        assert_eq!(folios(&look(house, &clerk, matter).await, "duplicates"), [second["folio"].clone()]);
    })
    .await;
}

#[tokio::test]
async fn trouble_that_comes_again_shows_what_was_closed_at_the_place_until_it_is_related() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let there = json!({"location": place(0.0)});
        let earlier = file(house, &head, "pothole", "Un bache", there.clone()).await["petition"].clone();
        close(house, &head, &earlier).await;
        let annulled = file(house, &head, "pothole", "Una broma", there.clone()).await["petition"].clone();
        let reason = json!({"reason": "Fue una broma."});
        house.post_at(&path(&annulled, "/annulment"), &head, "\"1\"", reason).await.is(200);
        house.clock.advance(Duration::days(120));
        let head = house.again(&head);
        let again = file(house, &head, "pothole", "Otra vez el bache", there).await["petition"].clone();
        let found = house.get(&path(&again, "/duplicates"), &head).await.is(200).body;
        assert_eq!(
            (folios(&found, "duplicates"), folios(&found, "recurrences")),
            (vec![], vec![earlier["folio"].clone()])
        );

        let relation = json!({"relation": "recurrence", "petition": earlier["folio"]});
        let related = house.post_keyed(&path(&again, "/relations"), &head, "once", relation.clone()).await.is(200);
        assert_eq!(related.body["etag"], "\"1\"", "nothing goes stale");
        house.post_keyed(&path(&again, "/relations"), &head, "once", relation.clone()).await.is(200);
        let shown = &related.body["relations"][0];
        assert_eq!((&shown["relation"], &shown["part"]), (&json!("recurrence"), &json!("later")));
        assert_eq!((&shown["folio"], &shown["state"]), (&earlier["folio"], &json!("closed")));
        let there = house.get(&path(&earlier, ""), &head).await.is(200).body;
        assert_eq!(
            (&there["relations"][0]["part"], &there["relations"][0]["folio"]),
            (&json!("earlier"), &again["folio"])
        );
        house.post(&path(&again, "/relations"), &head, relation).await.refused(409, "already_related");
        let found = house.get(&path(&again, "/duplicates"), &head).await.is(200).body;
        assert!(folios(&found, "recurrences").is_empty());

        for petition in [&again, &earlier] {
            let history = house.get(&path(petition, "/events"), &head).await.is(200).body;
            assert_eq!(history["chain"]["holds"], true);
            assert_eq!(history["items"].as_array().unwrap().last().unwrap()["kind"], "related");
        }
        let gone = format!("{}/{}", path(&again, "/relations"), earlier["folio"].as_str().unwrap());
        let request = || house.ask(Method::DELETE, &gone, &head).header("If-Match", "\"1\"");
        assert_eq!(house.send(request()).await.is(200).body["relations"], json!([]));
        house.send(request()).await.refused(404, "petition_unknown");
        assert_eq!(house.get(&path(&earlier, ""), &head).await.is(200).body["relations"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn what_petitions_have_in_common_is_the_offices_to_know() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let shared = json!({"location": place(0.0), "route": [{"dependency": "simas"}]});
        let one = file(house, &head, "water_leak", "Una fuga", shared.clone()).await;
        let other = file(house, &head, "water_leak", "La misma fuga", shared).await;
        let (one, pin, other) = (&one["petition"], &one["pin"], &other["petition"]);
        let relation = json!({"relation": "same_place", "petition": other["id"]});
        house.post(&path(one, "/relations"), &head, relation.clone()).await.is(200);
        let simas = house.liaison("simas", None).await;
        assert_eq!(house.get(&path(one, ""), &simas).await.is(200).body["relations"], json!([]));
        let history = house.get(&path(one, "/events"), &simas).await.is(200).body;
        assert!(!history["items"].to_string().contains("related"));
        house.get(&path(one, "/duplicates"), &simas).await.refused(403, "not_allowed");
        house.post("/v1/petitions/duplicates", &simas, json!({"text": "fuga"})).await.refused(403, "not_allowed");
        let elsewhere = house.liaison("road_maintenance", None).await;
        house.get(&path(one, "/duplicates"), &elsewhere).await.refused(404, "petition_unknown");
        house.post(&path(one, "/relations"), &simas, relation).await.refused(403, "not_allowed");
        let signed = json!({"folio": one["folio"], "pin": pin});
        let citizen = house.post("/v1/public/sessions", "", signed).await.is(201).text("access_token");
        let seen = house.get("/v1/public/petition", &citizen).await.is(200).body.to_string();
        assert!(!seen.contains(other["folio"].as_str().unwrap()) && !seen.contains("relations"));
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_for_badly_is_named_and_changes_nothing() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let one = file(house, &head, "water_leak", "Una fuga", json!({})).await["petition"].clone();
        for (matter, pointer, code) in [
            (json!({}), "", "nothing_compared"),
            (json!({"category": "nada"}), "/category", "category_unknown"),
            (json!({"neighbourhood_code": "nada"}), "/neighbourhood_code", "neighbourhood_unknown"),
            (json!({"neighbourhood": "Colonia Sin Nombre"}), "/neighbourhood", "neighbourhood_not_compared"),
            (json!({"location": {"latitude": 25.5, "longitude": 103.4}}), "/location", "outside_territory"),
            (json!({"text": "x".repeat(10_001)}), "/text", "too_long"),
            (json!({"text": "fuga", "received_at": "-262143-01-01T00:00:00Z"}), "/received_at", "too_far_back"),
            (json!({"text": "fuga", "received_at": "+262142-12-31T00:00:00Z"}), "/received_at", "in_future"),
        ] {
            house.post("/v1/petitions/duplicates", &head, matter).await.invalid(pointer, code);
        }
        let relate = async |body: Value| house.post(&path(&one, "/relations"), &head, body).await;
        let folio = one["folio"].as_str().unwrap();
        let (number, check) = folio.split_at(folio.len() - 1);
        let mistyped = format!("{number}{}", (check.parse::<u8>().unwrap() + 1) % 10);
        for (petition, status, code, why) in [
            (json!(folio), 422, "related_to_itself", "related_to_itself"),
            (json!(mistyped), 404, "petition_unknown", "folio_mistyped"),
            (json!("0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e"), 404, "petition_unknown", "petition_unknown"),
        ] {
            let refused = relate(json!({"relation": "split", "petition": petition})).await.refused(status, code);
            let error = &refused.body["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!("/petition"), &json!(why)), "{}", refused.body);
        }
        relate(json!({"relation": "cousins", "petition": one["id"]})).await.invalid("/relation", "not_a_code");
        let split = async |body: Value| house.post(&path(&one, "/splits"), &head, body).await;
        split(json!({"category": "nada", "text": "Un bache"})).await.invalid("/category", "category_unknown");
        let nobody = json!({"category": "pothole", "text": "Un bache", "route": [{"dependency": "nadie"}]});
        split(nobody).await.invalid("/route/0/dependency", "dependency_unknown");
        let now = house.get(&path(&one, ""), &head).await.is(200).body;
        assert_eq!(
            (&now["etag"], &now["relations"], &now["updated_at"]),
            (&one["etag"], &json!([]), &one["updated_at"])
        );
        let last = file(house, &head, "water_leak", "Otra", json!({})).await["petition"]["folio"].clone();
        assert!(last.as_str().unwrap().starts_with("AC-2026-000002"), "no folio was lost: {last}");
    })
    .await;
}

#[tokio::test]
async fn a_part_becomes_a_petition_of_the_same_people_at_the_same_place() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let more = json!({
            "location": place(0.0), "address": "Av. Juárez 123", "neighbourhood": "Centro",
            "petitioners": [{"name": "María López", "telephone": "871 123 4567"}, {"identity": "anonymous"}],
        });
        let whole = file(house, &head, "water_leak", "Una fuga y un bache", more).await["petition"].clone();
        let named =
            json!({"petitioners": [{"petition_id": whole["id"], "petitioner_id": whole["petitioners"][0]["id"]}]});
        let person = house.post("/v1/people", &head, named).await.is(201).text("id");
        house.clock.advance(Duration::hours(30));
        let head = house.again(&head);
        let wanted = json!({"category": "pothole", "text": "Un bache", "route": [{"dependency": "road_maintenance"}]});
        let split = house.post_keyed(&path(&whole, "/splits"), &head, "once", wanted.clone()).await.is(201);
        let again = house.post_keyed(&path(&whole, "/splits"), &head, "once", wanted).await.is(201);
        assert_eq!(split.body, again.body);
        let part = &split.body["petition"];
        assert_eq!(split.headers["location"].to_str().unwrap(), path(part, ""));
        assert_eq!((&part["received_at"], &part["address"]), (&whole["received_at"], &json!("Av. Juárez 123")));
        assert_eq!((&part["place"], &part["state"]), (&whole["place"], &json!("routed")));
        assert_eq!(
            (&part["petitioners"][0]["name"], &part["petitioners"][0]["person_id"]),
            (&json!("M*** L."), &json!(person))
        );
        assert_eq!((&part["relations"][0]["part"], &part["relations"][0]["folio"]), (&json!("part"), &whole["folio"]));
        let answer = |petition: &Value| petition["terms"][1]["due_at"].clone();
        assert_eq!(answer(part), answer(&house.get(&path(&whole, ""), &head).await.is(200).body));
        let signed = json!({"folio": part["folio"], "pin": split.body["pin"]});
        let citizen = house.post("/v1/public/sessions", "", signed).await.is(201).text("access_token");
        assert_eq!(house.get("/v1/public/petition", &citizen).await.is(200).body["text"], "Un bache");
        assert_eq!(
            house.get(&format!("/v1/people/{person}"), &head).await.is(200).body["petitions"].as_array().unwrap().len(),
            2
        );

        let elsewhere =
            json!({"category": "lamp_out", "text": "Y una lámpara", "address": "Múzquiz 4", "location": place(150.0)});
        let other = house.post(&path(&whole, "/splits"), &head, elsewhere).await.is(201).body["petition"].clone();
        assert_eq!((&other["address"], &other["place"]["neighbourhood"]), (&json!("Múzquiz 4"), &Value::Null));
        let now = house.get(&path(&whole, ""), &head).await.is(200).body;
        let parts: Vec<&str> =
            now["relations"].as_array().unwrap().iter().map(|one| one["part"].as_str().unwrap()).collect();
        assert_eq!((parts, &now["etag"], &now["text"]), (vec!["whole", "whole"], &whole["etag"], &whole["text"]));
        for petition in [&whole, part, &other] {
            assert_eq!(house.get(&path(petition, "/events"), &head).await.is(200).body["chain"]["holds"], true);
        }
        close(house, &head, &whole).await;
        let late = json!({"category": "pothole", "text": "Otro"});
        house.post(&path(&whole, "/splits"), &head, late).await.refused(409, "closed");
    })
    .await;
}
