//! Intakes: many petitions of one occasion, all or none; and orientation without a petition.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::house::{House, both};

fn slip(number: usize) -> Value {
    json!({
        "category": "street_lighting",
        "text": format!("La lámpara {number} no enciende."),
        "petitioners": [{"name": format!("Vecina Número {number}"), "telephone": format!("871 12{number:05}")}],
    })
}

fn meeting(slips: usize) -> Value {
    json!({
        "channel": "neighbourhood_meeting",
        "place": "Cancha de la colonia",
        "source_reference": "Acta 14",
        "bearer": "Rosa Elena Ortiz",
        "petitions": (0..slips).map(slip).collect::<Vec<_>>(),
    })
}

fn strings(items: &Value, member: &str) -> Vec<String> {
    items.as_array().unwrap().iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
}

/// How many petitions and intakes there are.
async fn there(house: &House, token: &str) -> (Value, Value) {
    let petitions = house.get("/v1/petitions?count=capped", token).await.is(200).body["count"]["value"].clone();
    let intakes = house.get("/v1/intakes?count=capped", token).await.is(200).body["count"]["value"].clone();
    (petitions, intakes)
}

#[tokio::test]
async fn the_slips_of_a_meeting_become_as_many_petitions_each_with_its_own_pin() {
    both(async |house| {
        let clerk = house.post_holder("community_coordinator").await;
        let mut body = meeting(40);
        body["petitions"][3]["route"] = json!([{"dependency": "simas"}]);
        let answer = house.post("/v1/intakes", &clerk, body).await.is(201);
        let (intake, taken) = (&answer.body["intake"], &answer.body["petitions"]);
        let id = intake["id"].as_str().unwrap();
        assert_eq!(answer.headers["location"], format!("/v1/intakes/{id}"));
        assert_eq!((&intake["petition_count"], &intake["kind"]), (&json!(40), &json!("petitions")));
        assert_eq!((&intake["bearer"], &intake["place"]), (&json!("R*** O."), &json!("Cancha de la colonia")));
        let folios = strings(taken, "folio");
        let numbers: Vec<&str> = folios.iter().map(|folio| &folio[8..14]).collect();
        assert_eq!(numbers, (1..=40).map(|number| format!("{number:06}")).collect::<Vec<_>>());
        let pins: BTreeSet<String> = strings(taken, "pin").into_iter().collect();
        assert_eq!(pins.len(), 40);

        // In the order of the slips, and each for its own citizen.
        let third = house.get(&format!("/v1/petitions/{}", folios[3]), &clerk).await.is(200).body;
        assert_eq!((&third["text"], &third["intake_id"]), (&json!("La lámpara 3 no enciende."), &intake["id"]));
        assert_eq!((&third["state"], &third["channel"]), (&json!("routed"), &json!("neighbourhood_meeting")));
        let open = async |folio: &str, pin: &Value| {
            house.post("/v1/public/sessions", "", json!({"folio": folio, "pin": pin})).await
        };
        open(&folios[3], &taken[3]["pin"]).await.is(201);
        open(&folios[4], &taken[3]["pin"]).await.refused(401, "pin_refused");

        let whole = house.get(&format!("/v1/intakes/{id}"), &clerk).await.is(200).body;
        assert_eq!(&whole["intake"], intake);
        assert_eq!(strings(&whole["petitions"], "folio"), folios);
        assert_eq!(whole["petitions"][3]["state"], "routed");
        let shown = json!({"purpose": "contact"});
        let shown = house.post(&format!("/v1/petitions/{}/disclosures", folios[3]), &clerk, shown).await.is(201);
        assert_eq!(shown.body["bearer"], "Rosa Elena Ortiz");
        let history = house.get(&format!("/v1/petitions/{}/events", folios[3]), &clerk).await.is(200).body;
        assert_eq!(history["chain"]["holds"], true);
        assert_eq!(history["items"][0]["payload"]["intake"], intake["id"]);
        for personal in ["Ortiz", "Cancha", "Acta"] {
            assert!(!history.to_string().contains(personal), "{personal} is in the history");
        }
    })
    .await;
}

#[tokio::test]
async fn an_intake_whose_37th_petition_is_wrong_leaves_nothing_and_names_it() {
    both(async |house| {
        let clerk = house.post_holder("community_coordinator").await;
        let wrong = async |member: &str, value: Value| {
            let mut body = meeting(40);
            body["petitions"][36][member] = value;
            let answer = house.post("/v1/intakes", &clerk, body).await.is(422);
            assert_eq!(there(house, &clerk).await, (json!(0), json!(0)));
            let error = &answer.body["errors"][0];
            (error["pointer"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
        };
        for (member, value, pointer, code) in [
            ("text", json!(""), "/petitions/36/text", "too_short"),
            ("text", json!("\u{200b}"), "/petitions/36/text", "empty"),
            ("colour", json!("red"), "/petitions/36/colour", "unknown"),
            ("channel", json!("letter"), "/petitions/36/channel", "unknown"),
            ("category", json!("dragons"), "/petitions/36/category", "category_unknown"),
            ("route", json!([{"dependency": "dragons"}]), "/petitions/36/route/0/dependency", "dependency_unknown"),
            (
                "petitioners",
                json!([{"name": "Ana Ruiz"}, {"identity": "anonymous", "name": "Eva"}]),
                "/petitions/36/petitioners/1",
                "anonymous_leaves_nothing",
            ),
            (
                "petitioners",
                json!([{"telephone": "12"}]),
                "/petitions/36/petitioners/0/telephone",
                "telephone_malformed",
            ),
        ] {
            assert_eq!(wrong(member, value).await, (pointer.to_owned(), code.to_owned()));
        }

        // Several that are wrong are told together.
        let mut body = meeting(40);
        body["petitions"][36]["category"] = json!("dragons");
        body["petitions"][38]["postal_code"] = json!("abcde");
        let told = house.post("/v1/intakes", &clerk, body).await.is(422).body;
        assert_eq!(strings(&told["errors"], "pointer"), ["/petitions/36/category", "/petitions/38/postal_code"]);

        // What is wrong in form and what the catalogues lack too.
        let mut body = meeting(40);
        body["channel"] = json!("pigeon");
        body["petitions"][3]["text"] = json!("");
        body["petitions"][36]["category"] = json!("dragons");
        let told = house.post("/v1/intakes", &clerk, body).await.refused(422, "invalid_body").body;
        let expected = ["/petitions/3/text", "/channel", "/petitions/36/category"];
        assert_eq!(strings(&told["errors"], "pointer"), expected);

        // No number was lost on the way.
        let good = house.post("/v1/intakes", &clerk, meeting(1)).await.is(201);
        assert_eq!(&good.body["petitions"][0]["folio"].as_str().unwrap()[8..14], "000001");
        assert_eq!(there(house, &clerk).await, (json!(1), json!(1)));
    })
    .await;
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_one_intake() {
    both(async |house| {
        let clerk = house.post_holder("community_coordinator").await;
        let one = house.post_keyed("/v1/intakes", &clerk, "acta-14", meeting(5)).await.is(201);
        let again = house.post_keyed("/v1/intakes", &clerk, "acta-14", meeting(5)).await.is(201);
        assert_eq!(one.body, again.body);
        house.post_keyed("/v1/intakes", &clerk, "acta-14", meeting(6)).await.refused(422, "idempotency_key_reused");
        assert_eq!(there(house, &clerk).await, (json!(5), json!(1)));
    })
    .await;
}

#[tokio::test]
async fn slips_written_in_the_field_keep_their_own_date_as_far_back_as_the_policy_allows() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let at = async |received_at: &str| {
            let mut body = meeting(2);
            body["received_at"] = json!(received_at);
            body["received_precision"] = json!("day");
            house.post("/v1/intakes", &clerk, body).await
        };
        let kept = at("2026-03-01T06:00:00Z").await.is(201).body;
        assert_eq!(kept["intake"]["received_at"], "2026-03-01T06:00:00Z");
        let folio = kept["petitions"][1]["folio"].as_str().unwrap();
        let petition = house.get(&format!("/v1/petitions/{folio}"), &clerk).await.is(200).body;
        assert_eq!(
            (&petition["received_at"], &petition["received_precision"]),
            (&json!("2026-03-01T06:00:00Z"), &json!("day"))
        );
        at("2026-03-02T15:00:01Z").await.invalid("/received_at", "in_future");
        at("2026-01-30T15:00:00Z").await.invalid("/received_at", "too_far_back");
        let mut lonely = meeting(1);
        lonely["received_precision"] = json!("day");
        house.post("/v1/intakes", &clerk, lonely).await.invalid("/received_precision", "goes_with");
        assert_eq!(there(house, &clerk).await, (json!(2), json!(1)));
        let found = house.get("/v1/intakes?received_to=2026-03-02", &clerk).await.is(200).body;
        assert_eq!(strings(&found["items"], "id"), [kept["intake"]["id"].as_str().unwrap()]);
    })
    .await;
}

#[tokio::test]
async fn orientation_without_a_petition_is_an_intake_that_is_listed_and_counted() {
    both(async |house| {
        let clerk = house.post_holder("service_desk_assistant").await;
        let told = json!({"category": "water_leak", "text": "Preguntó dónde se reporta; se le dijo."});
        let body = json!({"channel": "desk", "orientation": told});
        let one = house.post("/v1/intakes", &clerk, body.clone()).await.is(201).body;
        assert_eq!((&one["petitions"], &one["intake"]["kind"]), (&json!([]), &json!("information")));
        let orientation = &one["intake"]["orientation"];
        assert_eq!((&orientation["category"], &orientation["text"]), (&told["category"], &told["text"]));
        house.clock.advance(chrono::Duration::seconds(1));
        house.post("/v1/intakes", &clerk, meeting(3)).await.is(201);
        house.clock.advance(chrono::Duration::seconds(1));
        let bare = json!({"channel": "office_visit", "orientation": {}});
        let bare = house.post("/v1/intakes", &clerk, bare).await.is(201).body;

        let listed = async |query: &str| {
            let page = house.get(&format!("/v1/intakes?count=capped&{query}"), &clerk).await.is(200).body;
            assert_eq!(page["count"]["value"], page["items"].as_array().unwrap().len());
            strings(&page["items"], "id")
        };
        let [first, last] = [&one, &bare].map(|one| one["intake"]["id"].as_str().unwrap().to_owned());
        assert_eq!(listed("kind=information").await, [last.clone(), first.clone()]);
        assert_eq!(listed("kind=information&channel=desk").await, std::slice::from_ref(&first));
        assert_eq!(listed("kind=information&received_to=2026-03-02T15:00:01Z").await, std::slice::from_ref(&first));
        assert_eq!(listed("kind=petitions").await.len(), 1);
        assert_eq!(listed("limit=200").await.len(), 3);
        let page = house.get("/v1/intakes?kind=information&limit=1", &clerk).await.is(200);
        let next = format!("/v1/intakes?kind=information&limit=1&cursor={}", page.text("next"));
        let page = house.get(&next, &clerk).await.is(200).body;
        assert_eq!((strings(&page["items"], "id"), &page["next"]), (vec![first], &Value::Null));

        let mut both = meeting(2);
        both["orientation"] = json!({});
        let answer = house.post("/v1/intakes", &clerk, both).await;
        answer.refused(422, "orientation_with_petitions").invalid("/orientation", "orientation_with_petitions");
        let none = json!({"channel": "desk"});
        house.post("/v1/intakes", &clerk, none).await.invalid("/petitions", "intake_empty");
        let unknown = json!({"channel": "desk", "orientation": {"category": "dragons"}});
        house.post("/v1/intakes", &clerk, unknown).await.invalid("/orientation/category", "category_unknown");
        let channel = json!({"channel": "pigeon", "orientation": {}});
        house.post("/v1/intakes", &clerk, channel).await.invalid("/channel", "channel_unknown");
        let somebody =
            json!({"channel": "desk", "orientation": {}, "taken_by": "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e"});
        house.post("/v1/intakes", &clerk, somebody).await.invalid("/taken_by", "staff_unknown");
        let by = async |token: &str, received_at: &str| {
            let taken_by = house.get("/v1/me", token).await.is(200).text("id");
            let body = json!({"channel": "desk", "orientation": {}, "taken_by": taken_by, "received_at": received_at});
            house.post("/v1/intakes", &clerk, body).await
        };
        let (deputy, liaison) =
            (house.post_holder("administrative_deputy_head").await, house.liaison("simas", None).await);
        by(&deputy, "2026-03-02T14:00:00Z").await.is(201);
        by(&liaison, "2026-03-02T14:00:00Z").await.invalid("/taken_by", "staff_unappointed");
    })
    .await;
}

#[tokio::test]
async fn two_hundred_petitions_are_taken_in_and_one_more_is_too_many() {
    both(async |house| {
        let clerk = house.post_holder("community_coordinator").await;
        house.post("/v1/intakes", &clerk, meeting(201)).await.invalid("/petitions", "too_many");
        let answer = house.post("/v1/intakes", &clerk, meeting(200)).await.is(201);
        assert_eq!(answer.body["petitions"].as_array().unwrap().len(), 200);
        assert_eq!(there(house, &clerk).await, (json!(200), json!(1)));
    })
    .await;
}

#[tokio::test]
async fn a_petition_that_comes_alone_has_an_intake_of_its_own() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let body = json!({"channel": "phone_073", "category": "pothole", "text": "Un bache."});
        let petition = house.post("/v1/petitions", &clerk, body).await.is(201).body["petition"].clone();
        assert_eq!(petition["intake_id"], petition["id"]);
        let own = format!("/v1/intakes/{}", petition["id"].as_str().unwrap());
        let whole = house.get(&own, &clerk).await.is(200).body;
        assert_eq!((&whole["intake"]["channel"], &whole["intake"]["petition_count"]), (&json!("phone_073"), &json!(1)));
        assert_eq!(whole["petitions"][0]["folio"], petition["folio"]);
    })
    .await;
}

#[tokio::test]
async fn only_the_office_takes_intakes_in_and_sees_them() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let id = house.post("/v1/intakes", &clerk, meeting(1)).await.is(201).body["intake"]["id"].clone();
        let path = format!("/v1/intakes/{}", id.as_str().unwrap());
        for (token, reads) in [
            (house.liaison("simas", None).await, false),
            (house.in_role("administrator").await, false),
            (house.in_role("auditor").await, true),
        ] {
            house.post("/v1/intakes", &token, meeting(1)).await.refused(403, "not_allowed");
            if reads {
                house.get(&path, &token).await.is(200);
                house.get("/v1/intakes", &token).await.is(200);
            } else {
                house.get(&path, &token).await.refused(404, "intake_unknown");
                house.get("/v1/intakes", &token).await.refused(403, "not_allowed");
            }
        }
        // Who may not answer takes no petition in that is answered on the spot.
        let mut answered = meeting(2);
        answered["petitions"][1]["answer"] = json!({"outcome": "attended", "text": "Listo."});
        let refused = house.post("/v1/intakes", &clerk, answered).await.refused(403, "not_allowed");
        assert_eq!(strings(&refused.body["errors"], "pointer"), ["/petitions/1/answer"]);
        assert_eq!(there(house, &clerk).await, (json!(1), json!(1)));
    })
    .await;
}
