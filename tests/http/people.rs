//! People: who is calling, by whatever they are known; and which petitioners are the same person.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, both};

async fn file(house: &House, token: &str, text: &str, petitioner: Value) -> Value {
    house.clock.advance(chrono::Duration::milliseconds(7));
    let body = json!({"channel": "phone_073", "category": "pothole", "text": text, "petitioners": [petitioner]});
    house.post("/v1/petitions", token, body).await.is(201).body["petition"].clone()
}

/// The words of the petitions that are found, in their order.
async fn found(house: &House, token: &str, sought: Value) -> Vec<String> {
    let answer = house.post("/v1/people/search", token, sought).await.is(200).body;
    answer["items"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

fn named(petition: &Value) -> Value {
    json!({"petition_id": petition["id"], "petitioner_id": petition["petitioners"][0]["id"]})
}

#[tokio::test]
async fn whoever_calls_is_found_by_telephone_mail_curp_and_name_however_they_are_written() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let maria = json!({
            "name": "María Nuñez Garza", "telephone": "871 123 4567", "email": "Maria.N@Correo.mx",
            "curp": "hegg560427mvzrrl04",
        });
        file(house, &clerk, "uno", maria).await;
        file(house, &clerk, "dos", json!({"name": "José Soto", "telephone": "+52 871 123 4567"})).await;
        file(house, &clerk, "tres", json!({"name": "MARIA NUÑEZ"})).await;
        file(house, &clerk, "cuatro", json!({"name": "Mario Nava", "telephone": "871 765 4321"})).await;
        for (sought, wanted) in [
            (json!({"telephone": "(871) 123-45-67"}), vec!["dos", "uno"]),
            (json!({"telephone": "044 871 765 4321"}), vec!["cuatro"]),
            (json!({"email": "maria.n@CORREO.MX"}), vec!["uno"]),
            (json!({"curp": "HEGG560427MVZRRL04"}), vec!["uno"]),
            (json!({"name": "maria nunez"}), vec!["tres", "uno"]),
            (json!({"name": "Mari"}), vec!["cuatro", "tres", "uno"]),
            (json!({"name": "nunez"}), vec![]),
            // Who is known by more than a name comes first, each petition once.
            (json!({"telephone": "8711234567", "name": "Mari"}), vec!["dos", "uno", "cuatro", "tres"]),
            (json!({"telephone": "871 999 9999"}), vec![]),
        ] {
            assert_eq!(found(house, &clerk, sought.clone()).await, wanted, "{sought}");
        }
        let sought = json!({"telephone": "8711234567", "name": "maría"});
        let answer = house.post("/v1/people/search", &clerk, sought).await.is(200).body;
        let one = &answer["items"][1];
        assert_eq!((&one["matched_by"], &answer["more"]), (&json!(["telephone", "name"]), &json!(false)));
        let shown = &one["petitioner"];
        assert_eq!(
            (&shown["name"], &shown["telephone"], &shown["curp"]),
            (&json!("M*** G."), &json!("*** 4567"), &json!("****04"))
        );
        for personal in ["Garza", "1234567", "HEGG", "Correo"] {
            assert!(!answer.to_string().contains(personal), "{personal} is shown");
        }
    })
    .await;
}

#[tokio::test]
async fn a_corrected_petitioner_is_found_by_what_is_right_and_no_more_by_what_was_wrong() {
    both(async |house| {
        let clerk = house.post_holder("call_center_head").await;
        let petition = file(house, &clerk, "uno", json!({"name": "Ana Ríos", "telephone": "871 123 4567"})).await;
        let right = json!({"name": "Ána Reyes", "telephone": "871 765 4321"});
        let amendment = json!({"petitioners": [{"id": petition["petitioners"][0]["id"], "data": right}]});
        let path = format!("/v1/petitions/{}", petition["id"].as_str().unwrap());
        let etag = petition["etag"].as_str().unwrap();
        let request = house.ask(Method::PATCH, &path, &clerk).header("If-Match", etag).json(&amendment);
        house.send(request).await.is(200);
        for (sought, wanted) in [
            (json!({"telephone": "8711234567"}), vec![]),
            (json!({"name": "ana rios"}), vec![]),
            (json!({"telephone": "8717654321"}), vec!["uno"]),
            (json!({"name": "ana rey"}), vec!["uno"]),
        ] {
            assert_eq!(found(house, &clerk, sought.clone()).await, wanted, "{sought}");
        }
    })
    .await;
}

#[tokio::test]
async fn linked_petitioners_are_found_by_each_other_until_the_link_is_undone() {
    both(async |house| {
        let clerk = house.post_holder("call_center_head").await;
        let one = file(house, &clerk, "uno", json!({"name": "Ana Ríos", "telephone": "871 123 4567"})).await;
        let two = file(house, &clerk, "dos", json!({"name": "Anita R.", "email": "ana@correo.mx"})).await;
        let three = file(house, &clerk, "tres", json!({"name": "Ana Ríos Soto"})).await;
        let both = json!({"petitioners": [named(&one), named(&two)]});
        let person = house.post_keyed("/v1/people", &clerk, "link", both.clone()).await.is(201);
        let again = house.post_keyed("/v1/people", &clerk, "link", both.clone()).await.is(201);
        assert_eq!(person.body, again.body);
        assert_eq!(person.body["petitions"].as_array().unwrap().len(), 2);
        let path = format!("/v1/people/{}", person.text("id"));
        assert_eq!(person.headers["location"], path.as_str());
        assert_eq!(found(house, &clerk, json!({"telephone": "8711234567"})).await, ["dos", "uno"]);
        house.post("/v1/people", &clerk, both).await.refused(409, "already_linked");

        let added = house.post(&format!("{path}/petitioners"), &clerk, named(&three)).await.is(201);
        assert_eq!(found(house, &clerk, json!({"email": "ana@correo.mx"})).await, ["tres", "dos", "uno"]);
        let history = house.get(&format!("/v1/petitions/{}/events", one["id"].as_str().unwrap()), &clerk).await.is(200);
        assert_eq!(
            (&history.body["chain"]["holds"], &history.body["items"][1]["kind"]),
            (&json!(true), &json!("linked"))
        );
        let seen = house.get(&format!("/v1/petitions/{}", one["id"].as_str().unwrap()), &clerk).await.is(200).body;
        assert_eq!((&seen["petitioners"][0]["person_id"], &seen["etag"]), (&person.body["id"], &one["etag"]));

        let gone = format!("{path}/petitioners/{}", two["petitioners"][0]["id"].as_str().unwrap());
        let undo = |etag: &str| house.ask(Method::DELETE, &gone, &clerk).header("If-Match", etag);
        house.send(house.ask(Method::DELETE, &gone, &clerk)).await.refused(428, "if_match_missing");
        house.send(undo(person.body["etag"].as_str().unwrap())).await.refused(412, "stale_version");
        house.send(undo(added.body["etag"].as_str().unwrap())).await.is(204);
        house.send(undo(added.body["etag"].as_str().unwrap())).await.is(404);
        assert_eq!(found(house, &clerk, json!({"telephone": "8711234567"})).await, ["tres", "uno"]);
        assert_eq!(found(house, &clerk, json!({"email": "ana@correo.mx"})).await, ["dos"]);
        assert_eq!(house.get(&path, &clerk).await.is(200).body["petitions"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_nobody_can_be_looked_up_by_is_told_and_links_are_all_or_none() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let bad = async |sought: Value| house.post("/v1/people/search", &clerk, sought).await;
        bad(json!({})).await.invalid("", "nothing_sought");
        bad(json!({"telephone": "12"})).await.invalid("/telephone", "telephone_malformed");
        bad(json!({"email": "a"})).await.invalid("/email", "email_malformed");
        bad(json!({"curp": "HEGG560427MVZRRL05"})).await.invalid("/curp", "curp_malformed");
        bad(json!({"name": "m."})).await.invalid("/name", "too_short");
        bad(json!({"folio": "AC"})).await.invalid("/folio", "unknown");
        house.get("/v1/people/search?telephone=8711234567", &clerk).await.refused(400, "unknown_parameter");

        let one = file(house, &clerk, "uno", json!({"name": "Ana Ríos", "telephone": "871 123 4567"})).await;
        let hidden = file(house, &clerk, "dos", json!({"identity": "anonymous"})).await;
        let mut nobody = named(&one);
        nobody["petitioner_id"] = one["id"].clone();
        let link =
            async |other: Value| house.post("/v1/people", &clerk, json!({"petitioners": [named(&one), other]})).await;
        link(named(&hidden)).await.invalid("/petitioners/1/petitioner_id", "anonymous_leaves_nothing");
        link(nobody).await.invalid("/petitioners/1/petitioner_id", "petitioner_unknown");
        link(named(&one)).await.invalid("/petitioners/1/petitioner_id", "twice");
        let away = json!({"petition_id": one["petitioners"][0]["id"], "petitioner_id": one["id"]});
        link(away).await.refused(404, "petition_unknown");
        let seen = house.get(&format!("/v1/petitions/{}", one["id"].as_str().unwrap()), &clerk).await.is(200).body;
        assert_eq!(seen["petitioners"][0]["person_id"], Value::Null);

        for token in [house.liaison("simas", None).await, house.in_role("auditor").await] {
            let sought = json!({"telephone": "8711234567"});
            house.post("/v1/people/search", &token, sought).await.refused(403, "not_allowed");
            let person = json!({"petitioners": [named(&one)]});
            house.post("/v1/people", &token, person).await.refused(403, "not_allowed");
            let path = format!("/v1/people/{}", one["id"].as_str().unwrap());
            house.get(&path, &token).await.refused(404, "person_unknown");
        }
    })
    .await;
}
