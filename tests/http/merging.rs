//! Following: thirteen citizens are thirteen petitions and one matter, and each is told.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, both};

async fn file(house: &House, token: &str, number: usize, route: Value) -> Value {
    house.clock.advance(chrono::Duration::milliseconds(7));
    let body = json!({
        "channel": "phone_073", "category": "water_leak", "text": format!("Se tronó un tubo, dice la casa {number}"),
        "petitioners": [{"name": format!("Vecina {number}"), "telephone": format!("871 123 45{number:02}")}],
        "route": route,
    });
    house.post("/v1/petitions", token, body).await.is(201).body
}

fn path(petition: &Value, below: &str) -> String {
    format!("/v1/petitions/{}{below}", petition["id"].as_str().unwrap())
}

async fn now(house: &House, token: &str, petition: &Value) -> Value {
    house.get(&path(petition, ""), token).await.is(200).body
}

async fn merge(house: &House, token: &str, petition: &Value, into: &Value) -> Answer {
    let etag = now(house, token, petition).await["etag"].as_str().unwrap().to_owned();
    house.post_at(&path(petition, "/merge"), token, &etag, json!({"into": into["folio"]})).await
}

async fn unmerge(house: &House, token: &str, petition: &Value) -> Answer {
    let etag = now(house, token, petition).await["etag"].as_str().unwrap().to_owned();
    let request = house.ask(Method::DELETE, &path(petition, "/merge"), token).header("If-Match", etag);
    house.send(request).await
}

async fn step(house: &House, token: &str, petition: &Value, below: &str, body: Value) -> Value {
    let etag = now(house, token, petition).await["etag"].as_str().unwrap().to_owned();
    house.post_at(&path(petition, below), token, &etag, body).await.is(200).body
}

fn folios(list: &Value) -> Vec<Value> {
    let mut folios: Vec<Value> = list["items"].as_array().unwrap().iter().map(|one| one["folio"].clone()).collect();
    folios.sort_by_key(ToString::to_string);
    folios
}

#[tokio::test]
async fn thirteen_citizens_have_one_matter_one_answer_and_are_told_each() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let mut all = Vec::new();
        for number in 0..13 {
            all.push(file(house, &head, number, json!([{"dependency": "simas"}])).await);
        }
        let petitions: Vec<&Value> = all.iter().map(|one| &one["petition"]).collect();
        let principal = petitions[0];
        for follower in &petitions[1..] {
            let merged = merge(house, &head, follower, principal).await.is(200).body;
            assert_eq!((&merged["merged_into"]["folio"], &merged["state"]), (&principal["folio"], &json!("routed")));
            assert_eq!(merged["assignments"][0]["state"], "cancelled");
        }
        assert_eq!(now(house, &head, principal).await["merged"].as_array().unwrap().len(), 12);
        let share = principal["assignments"][0]["id"].as_str().unwrap();
        let accepted = house.post_at(&format!("/v1/assignments/{share}/acceptance"), &simas, "\"1\"", json!({})).await;
        accepted.is(200);
        let list = house.get("/v1/petitions?state=in_progress", &head).await.is(200).body;
        assert_eq!(folios(&list).len(), 13, "lists find followers where their principal stands");
        let before = now(house, &head, petitions[5]).await["etag"].clone();
        let answer = json!({"outcome": "attended", "text": "Se cambió el tubo.", "cancel_open": "Ya quedó."});
        step(house, &head, principal, "/answer", answer).await;
        let told = now(house, &head, petitions[5]).await;
        assert_eq!(
            (&told["state"], &told["etag"], &told["answer"]["text"]),
            (&json!("answered"), &before, &json!("Se cambió el tubo."))
        );
        let list = house.get("/v1/petitions?desk=to_tell", &head).await.is(200).body;
        assert_eq!(folios(&list).len(), 13);
        let lists = house.get("/v1/petitions?outcome=attended&state=answered", &head).await.is(200).body;
        assert_eq!(folios(&lists).len(), 13);

        // Each closes by its own notification, and sees nothing of the others.
        let word = json!({"medium": "telephone", "result": "told"});
        let closed = step(house, &head, petitions[5], "/notifications", word.clone()).await;
        assert_eq!((&closed["state"], &closed["closing"]), (&json!("closed"), &json!("notified")));
        assert_eq!(now(house, &head, principal).await["state"], "answered");
        let signed = json!({"folio": petitions[5]["folio"], "pin": all[5]["pin"]});
        let citizen = house.post("/v1/public/sessions", "", signed).await.is(201).text("access_token");
        let seen = house.get("/v1/public/petition", &citizen).await.is(200).body;
        assert_eq!((&seen["state"], &seen["answer"]["text"]), (&json!("closed"), &json!("Se cambió el tubo.")));
        for other in &petitions {
            let is_own = other["folio"] == petitions[5]["folio"];
            assert_eq!(seen.to_string().contains(other["folio"].as_str().unwrap()), is_own);
        }
        for petition in &petitions {
            let history = house.get(&path(petition, "/events"), &head).await.is(200).body;
            assert_eq!(history["chain"]["holds"], true, "{}", history["chain"]);
        }
    })
    .await;
}

#[tokio::test]
async fn undoing_a_merge_finds_shares_terms_desks_and_counts_as_they_were() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let route = json!([{"dependency": "simas"}, {"dependency": "road_maintenance"}]);
        let one = file(house, &head, 1, route.clone()).await["petition"].clone();
        let other = file(house, &head, 2, route).await["petition"].clone();
        let share = one["assignments"][0]["id"].as_str().unwrap();
        house.post_at(&format!("/v1/assignments/{share}/acceptance"), &simas, "\"1\"", json!({})).await.is(200);
        let plain = |mut petition: Value| {
            for gone in ["etag", "updated_at", "allowed_steps"] {
                petition.as_object_mut().unwrap().remove(gone);
            }
            for share in petition["assignments"].as_array_mut().unwrap() {
                for gone in ["etag", "allowed_steps"] {
                    share.as_object_mut().unwrap().remove(gone);
                }
            }
            petition
        };
        let before = plain(now(house, &head, &one).await);
        let mut desks = Vec::new();
        for who in [&head, &simas] {
            desks.push(house.get("/v1/worklists", who).await.is(200).body);
        }
        merge(house, &head, &one, &other).await.is(200);
        assert_ne!(house.get("/v1/worklists", &simas).await.is(200).body, desks[1], "a share less");
        unmerge(house, &head, &one).await.is(200);
        for (who, before) in [&head, &simas].into_iter().zip(&desks) {
            assert_eq!(house.get("/v1/worklists", who).await.is(200).body, *before);
        }

        // Also when the principal went on meanwhile.
        merge(house, &head, &one, &other).await.is(200);
        let answer = json!({"outcome": "attended", "text": "Listo.", "cancel_open": "Ya."});
        step(house, &head, &other, "/answer", answer).await;
        let reason = json!({"reason": "No quedó.", "assignments": []});
        step(house, &head, &other, "/reopenings", reason).await;
        unmerge(house, &head, &one).await.is(200);
        assert_eq!(plain(now(house, &head, &one).await), before);
        unmerge(house, &head, &one).await.refused(409, "follows_none");
    })
    .await;
}

#[tokio::test]
async fn a_ring_and_a_second_level_are_told_clearly_and_change_nothing() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let mut three = Vec::new();
        for number in 0..3 {
            three.push(file(house, &head, number, json!([])).await["petition"].clone());
        }
        merge(house, &head, &three[0], &three[1]).await.is(200);
        let before = now(house, &head, &three[1]).await;
        merge(house, &head, &three[1], &three[0]).await.refused(409, "has_followers");
        merge(house, &head, &three[2], &three[0]).await.refused(409, "follows");
        merge(house, &head, &three[1], &three[2]).await.refused(409, "has_followers");
        merge(house, &head, &three[2], &three[2]).await.refused(422, "merged_into_itself");
        let nobody = json!({"folio": "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e"});
        merge(house, &head, &three[2], &nobody).await.refused(404, "petition_unknown");
        assert_eq!(now(house, &head, &three[1]).await, before);
        let clerk = house.post_holder("data_entry_clerk").await;
        merge(house, &clerk, &three[2], &three[1]).await.refused(403, "not_allowed");
    })
    .await;
}

#[tokio::test]
async fn a_dependency_learns_that_its_share_ended_and_is_open_again_and_nothing_of_the_other_petition() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let roads = house.liaison("road_maintenance", None).await;
        let one = file(house, &head, 1, json!([{"dependency": "simas"}])).await["petition"].clone();
        let other = file(house, &head, 2, json!([{"dependency": "road_maintenance"}])).await["petition"].clone();
        let newest = house.get("/v1/changes?start=newest", &simas).await.is(200).text("next");
        let apart = async |who: &str, own: &Value, others: &Value| {
            for below in ["", "/events"] {
                let seen = house.get(&path(own, below), who).await.is(200).body.to_string();
                for foreign in [&others["id"], &others["folio"], &others["petitioners"][0]["id"]] {
                    assert!(!seen.contains(foreign.as_str().unwrap()), "{foreign} in {seen}");
                }
            }
            house.get(&path(others, ""), who).await.refused(404, "petition_unknown");
        };
        merge(house, &head, &one, &other).await.is(200);
        apart(&simas, &one, &other).await;
        apart(&roads, &other, &one).await;
        let share = house.get(&path(&one, ""), &simas).await.is(200).body["assignments"][0].clone();
        assert_eq!(
            (&share["state"], &share["allowed_steps"][0]["step"]),
            (&json!("cancelled"), &json!("set_external_reference"))
        );
        unmerge(house, &head, &one).await.is(200);
        apart(&simas, &one, &other).await;
        apart(&roads, &other, &one).await;
        let share = house.get(&path(&one, ""), &simas).await.is(200).body["assignments"][0].clone();
        assert_eq!(share["state"], "pending");
        let kinds = async |who: &str, cursor: &str| -> Vec<Value> {
            let told = house.get(&format!("/v1/changes?{cursor}"), who).await.is(200).body;
            told["items"].as_array().unwrap().iter().map(|item| item["kind"].clone()).collect()
        };
        assert_eq!(kinds(&simas, &format!("cursor={newest}")).await, ["merged", "cancelled", "unmerged"]);
        assert_eq!(kinds(&roads, "start=oldest").await, ["filed", "routed"], "whom it leads is not its business");
    })
    .await;
}

#[tokio::test]
async fn a_follower_never_waits_for_its_citizen_and_stays_closed_where_that_one_withdrew() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let one = file(house, &head, 1, json!([])).await["petition"].clone();
        let told = file(house, &head, 2, json!([])).await["petition"].clone();
        let principal = file(house, &head, 3, json!([])).await["petition"].clone();
        merge(house, &head, &one, &principal).await.is(200);
        merge(house, &head, &told, &principal).await.is(200);
        let question = json!({"text": "¿En qué número?"});
        let asked = house.post(&path(&principal, "/questions"), &head, question).await.is(200).body;
        assert_eq!(asked["state"], "awaiting_citizen");
        assert_eq!(now(house, &head, &one).await["state"], "received", "its own citizen was asked nothing");
        let waiting = house.get("/v1/petitions?state=awaiting_citizen", &head).await.is(200).body;
        assert_eq!(folios(&waiting), [principal["folio"].clone()]);

        let withdrawn = step(house, &head, &one, "/withdrawal", json!({"reason": "Ya no hace falta."})).await;
        assert_eq!((&withdrawn["state"], &withdrawn["closing"]), (&json!("closed"), &json!("withdrawn")));
        let etag = withdrawn["etag"].as_str().unwrap();
        let reason = json!({"reason": "Cambió de opinión.", "assignments": []});
        let refused = house.post_at(&path(&one, "/reopenings"), &head, etag, reason.clone()).await;
        let refused = refused.refused(409, "follows").body;
        assert!(refused["detail"].as_str().unwrap().contains("Deshaga primero la unión"), "{refused}");
        let alone = unmerge(house, &head, &one).await.is(200).body;
        assert_eq!((&alone["state"], &alone["closing"]), (&json!("closed"), &json!("withdrawn")));
        assert_eq!(step(house, &head, &one, "/reopenings", reason.clone()).await["state"], "received");

        // Who was told before the principal began again finds the way out too.
        step(house, &head, &principal, "/answer", json!({"outcome": "attended", "text": "Listo."})).await;
        step(house, &head, &told, "/notifications", json!({"medium": "telephone", "result": "told"})).await;
        step(house, &head, &principal, "/reopenings", reason).await;
        assert_eq!(now(house, &head, &told).await["state"], "closed");
        let again = unmerge(house, &head, &told).await.is(200).body;
        assert_eq!((&again["state"], &again["round"]), (&json!("received"), &json!(2)));
        for petition in [&one, &told, &principal] {
            let history = house.get(&path(petition, "/events"), &head).await.is(200).body;
            assert_eq!(history["chain"]["holds"], true, "{}", history["chain"]);
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_be_followed_is_told_why_in_words_that_fit() {
    let house = House::open(crate::database::Engine::Lite).await;
    let head = house.post_holder("call_center_head").await;
    let mut four = Vec::new();
    for number in 0..4 {
        four.push(file(&house, &head, number, json!([])).await["petition"].clone());
    }
    step(&house, &head, &four[1], "/annulment", json!({"reason": "Era una broma."})).await;
    step(&house, &head, &four[2], "/withdrawal", json!({"reason": "Ya no."})).await;
    let flag = json!({"against_public_servant": true, "reason": "Es contra una persona."});
    step(&house, &head, &four[3], "/classification", flag).await;
    for (other, code, words) in [
        (1, "annulled", "no hay nada que seguir"),
        (2, "closed", "concluyó sin respuesta"),
        (3, "merge_unlike", "contra una persona servidora pública y la otra no, así que"),
    ] {
        let refused = merge(&house, &head, &four[0], &four[other]).await.refused(409, code).body;
        for detail in [&refused["detail"], &refused["errors"][0]["detail"]] {
            assert!(detail.as_str().unwrap().contains(words), "{refused}");
        }
        assert_eq!(refused["errors"][0]["pointer"], "/into");
    }
    let nothing = json!({"folio": ""});
    merge(&house, &head, &four[0], &nothing).await.invalid("/into", "too_short");
    house.close().await;
}
