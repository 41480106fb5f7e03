//! Catalogues that are edited while the office works: what is seen when, what is refused, and what stays.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{ADMIN, House, PASSWORD, both};

async fn administrator(house: &House) -> String {
    house.token(ADMIN, PASSWORD).await
}

/// Changes an entry by its present tag.
async fn change(house: &House, token: &str, path: &str, body: Value) -> Value {
    let etag = house.get(path, token).await.is(200).text("etag");
    house.patch(path, token, &etag, body).await.is(200).body
}

fn petition(category: &str) -> Value {
    json!({"channel": "phone_073", "category": category, "text": "Hay un asunto."})
}

#[tokio::test]
async fn an_edit_is_seen_by_the_next_request_here_and_on_another_node() {
    both(async |house| {
        let other = house.another_node().await;
        let admin = administrator(house).await;
        let head = house.post_holder("call_center_head").await;
        let parks = json!({"code": "parks", "names": {"es": "Parques", "en": "Parks"}});
        let added = house.post("/v1/dependencies", &admin, parks).await.is(201);
        assert_eq!(added.headers["location"], "/v1/dependencies/parks");
        assert_eq!(added.headers["etag"], added.text("etag").as_str());
        let unit = json!({"code": "nursery", "names": {"es": "Vivero", "en": "Nursery"}});
        house.post("/v1/dependencies/parks/units", &admin, unit).await.is(201);
        for node in [house, &other] {
            let seen = node.get("/v1/dependencies/parks", &head).await.is(200).body;
            assert_eq!((&seen["name"], &seen["units"][0]["code"]), (&json!("Parques"), &json!("nursery")));
            for list in ["/v1/petitions?unit=nursery&dependency=parks", "/v1/assignments?unit=nursery&dependency=parks"]
            {
                node.get(list, &head).await.is(200);
            }
            node.get("/v1/appointments?dependency=parks", &admin).await.is(200);
            node.get("/v1/appointments?dependency=gardens", &admin).await.refused(400, "invalid_parameter");
        }
        // A machine's requests go by them too.
        let key = other.machine("parks").await;
        assert_eq!(house.get("/v1/dependencies/parks", &key).await.is(200).body["name"], "Parques");
        // What one node adds, another routes to; what that one then ends, the first refuses at once.
        let routed = json!({"channel": "phone_073", "category": "tree_pruning", "text": "Podar.",
            "route": [{"dependency": "parks", "unit": "nursery"}]});
        let filed = other.post("/v1/petitions", &head, routed.clone()).await.is(201).body;
        change(house, &admin, "/v1/dependencies/parks", json!({"names": {"es": "Parques y Jardines"}})).await;
        let path = format!("/v1/petitions/{}", filed["petition"]["id"].as_str().unwrap());
        let shown = other.get(&path, &head).await.is(200).body;
        assert_eq!(shown["assignments"][0]["dependency_name"], "Parques y Jardines", "{shown}");
        let end = json!({"valid_until": "2026-03-01", "successor": "public_services"});
        change(&other, &admin, "/v1/dependencies/parks", end).await;
        // Whoever routes to it is told who took its place; nobody is suggested who is not there.
        let ended = house.post("/v1/petitions", &head, routed).await.refused(422, "dependency_ended");
        assert_eq!(ended.body["errors"][0]["pointer"], "/route/0/dependency");
        assert!(ended.body["errors"][0]["detail"].as_str().unwrap().contains("public_services"), "{}", ended.body);
        let shown = house.get(&path, &head).await.is(200).body;
        assert_eq!(shown["assignments"][0]["dependency_name"], "Parques y Jardines");
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_ended_is_refused_in_new_petitions_and_shown_in_old_ones() {
    both(async |house| {
        let admin = administrator(house).await;
        let head = house.post_holder("call_center_head").await;
        let filed = house.post("/v1/petitions", &head, petition("fountain")).await.is(201).body;
        change(house, &admin, "/v1/categories/fountain", json!({"valid_until": "2026-03-01"})).await;
        house.post("/v1/petitions", &head, petition("fountain")).await.refused(422, "category_unknown");
        let old = format!("/v1/petitions/{}", filed["petition"]["id"].as_str().unwrap());
        let shown = house.get(&old, &head).await.is(200).body;
        assert_eq!(shown["category_name"], "Fuente descompuesta o sucia", "{shown}");
        let listed = async |query: &str| {
            let list = house.get(&format!("/v1/categories{query}"), &head).await.is(200).body;
            list["items"].as_array().unwrap().iter().any(|one| one["code"] == "fountain")
        };
        assert!(!listed("").await && listed("?include_expired=true").await && listed("?valid_on=2026-03-01").await);
        assert_eq!(house.get("/v1/categories/fountain", &head).await.is(200).body["valid_until"], "2026-03-01");
        // It can come back.
        change(house, &admin, "/v1/categories/fountain", json!({"valid_until": null})).await;
        house.post("/v1/petitions", &head, petition("fountain")).await.is(201);
    })
    .await;
}

#[tokio::test]
async fn nobody_overwrites_what_they_have_not_seen() {
    both(async |house| {
        let admin = administrator(house).await;
        let path = "/v1/channels/radio";
        let spanish = house.get(path, &admin).await.is(200);
        let english = house.send(house.ask(Method::GET, path, &admin).header("Accept-Language", "en")).await.is(200);
        let (spanish, english) = (spanish.text("etag"), english.text("etag"));
        assert_ne!(spanish, english);
        let again = house.ask(Method::GET, path, &admin).header("If-None-Match", &spanish);
        house.send(again).await.is(304);
        let name = |name: &str| json!({"names": {"es": name}});
        let bare = house.ask(Method::PATCH, path, &admin).json(&name("Radio local"));
        house.send(bare).await.refused(428, "if_match_missing");
        // Whoever reads English has seen it as well.
        let now = house.patch(path, &admin, &english, name("Radio local")).await.is(200);
        assert_eq!(now.headers["etag"], now.text("etag").as_str());
        house.patch(path, &admin, &spanish, name("Radio vieja")).await.refused(412, "stale_version");
        let fresh = house.ask(Method::GET, path, &admin).header("If-None-Match", &spanish);
        assert_eq!(house.send(fresh).await.is(200).body["name"], "Radio local");
        // The tag of a dependency follows from its units too.
        let before = house.get("/v1/dependencies/simas", &admin).await.text("etag");
        let unit = "/v1/dependencies/simas/units/drainage_unit";
        let seen = house.get("/v1/dependencies/simas", &admin).await.body["units"][1]["etag"].clone();
        house.patch(unit, &admin, seen.as_str().unwrap(), name("Drenaje sanitario")).await.is(200);
        let late = house.patch("/v1/dependencies/simas", &admin, &before, json!({"rank": 0})).await;
        late.refused(412, "stale_version");
        let now = house.get("/v1/dependencies/simas", &admin).await.text("etag");
        let beyond = house.patch("/v1/dependencies/simas", &admin, &now, json!({"rank": 99_999_999_999_i64})).await;
        let words = beyond.refused(422, "invalid_body").body["errors"][0]["detail"].clone();
        assert_eq!(words, "Está fuera del intervalo de 0 a 2147483647.");
        house
            .patch("/v1/dependencies/dif/units/drainage_unit", &admin, &before, json!({}))
            .await
            .refused(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_code_is_given_once_and_a_wrong_entry_changes_nothing() {
    both(async |house| {
        let admin = administrator(house).await;
        let fax = json!({"code": "fax", "names": {"es": "Fax", "en": "Fax"}, "type": "letter",
            "followed_by": "administrative_head"});
        house.post("/v1/channels", &admin, fax.clone()).await.is(201);
        change(house, &admin, "/v1/channels/fax", json!({"valid_until": "2026-03-01"})).await;
        house.post("/v1/channels", &admin, fax).await.refused(409, "code_taken");
        // What came in by a channel goes by its type, which stays.
        let radio = house.get("/v1/channels/radio", &admin).await.is(200);
        let kind = if radio.body["type"] == "desk" { "letter" } else { "desk" };
        let typed = house.patch("/v1/channels/radio", &admin, &radio.text("etag"), json!({"type": kind})).await;
        assert_eq!(typed.refused(409, "channel_type_fixed").body["errors"][0]["pointer"], "/type");
        let same = json!({"type": radio.body["type"]});
        house.patch("/v1/channels/radio", &admin, &radio.text("etag"), same).await.is(200);
        let before = house.get("/v1/categories", &admin).await.is(200);
        let water = house.get("/v1/categories/water", &admin).await.text("etag");
        let refuse = async |body: Value, pointer: &str, code: &str| {
            house.patch("/v1/categories/water", &admin, &water, body).await.invalid(pointer, code);
        };
        refuse(json!({"parent": "water_leak"}), "/parent", "ring").await;
        refuse(json!({"code": "aqua"}), "/code", "fixed").await;
        refuse(json!({"names": {"en": ""}}), "/names/en", "required").await;
        refuse(json!({"contact_rule": "sometimes"}), "/contact_rule", "not_a_code").await;
        refuse(json!({"dependency": "aqua"}), "/dependency", "code_unknown").await;
        refuse(json!({"valid_until": "2026-12-31"}), "/valid_until", "outlived_below").await;
        refuse(json!({"colour": "blue"}), "/colour", "unknown").await;
        let bad = json!({"code": "Bad Code", "names": {"es": "A", "en": "A"}});
        house.post("/v1/categories", &admin, bad).await.invalid("/code", "code_malformed");
        let after = house.get("/v1/categories", &admin).await.is(200);
        assert_eq!(before.headers["etag"], after.headers["etag"]);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_addition_adds_once_and_answers_the_same() {
    both(async |house| {
        let admin = administrator(house).await;
        let add = async |key: &str, name: &str| {
            let body = json!({"code": "evening", "names": {"es": name, "en": "Evening"},
                "purpose": {"es": "Atender de tarde.", "en": "Attend in the evening."}});
            let request = house.ask(Method::POST, "/v1/programmes", &admin).header("Idempotency-Key", key);
            house.send(request.json(&body)).await
        };
        let first = add("one", "Tarde").await.is(201);
        let second = add("one", "Tarde").await.is(201);
        assert_eq!(first.body, second.body);
        add("one", "Noche").await.refused(422, "idempotency_key_reused");
        add("two", "Tarde").await.refused(409, "code_taken");
    })
    .await;
}

#[tokio::test]
async fn following_an_edit_costs_no_statement_until_there_is_one() {
    both(async |house| {
        let admin = administrator(house).await;
        let head = house.post_holder("call_center_head").await;
        let cost = async || {
            let before = house.running.state.store.statements();
            house.get("/v1/authorities", &head).await.is(200);
            house.running.state.store.statements() - before
        };
        assert_eq!(cost().await, 1);
        change(house, &admin, "/v1/authorities/cfe", json!({"telephone": "071 y 800"})).await;
        house.get("/v1/channels", &head).await.is(200);
        assert_eq!(cost().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_petitions_neighbourhood_is_known_by_its_code_or_by_the_only_one_of_its_name() {
    both(async |house| {
        let admin = administrator(house).await;
        let head = house.post_holder("call_center_head").await;
        for (code, name) in
            [("torreon_jardin", "Torreón Jardín"), ("la_union", "La Unión"), ("ejido_union", "La Union")]
        {
            house.post("/v1/neighbourhoods", &admin, json!({"code": code, "name": name})).await.is(201);
        }
        let file = async |further: Value| {
            let mut body = petition("pothole");
            body.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
            house.post("/v1/petitions", &head, body).await
        };
        let filed = file(json!({"neighbourhood": " TORREON jardin"})).await.is(201).body["petition"].clone();
        assert_eq!(filed["place"]["neighbourhood_code"], "torreon_jardin", "{filed}");
        assert_eq!(filed["place"]["neighbourhood"], "TORREON jardin");
        let two = file(json!({"neighbourhood": "La Unión"})).await.is(201).body["petition"].clone();
        assert!(two["place"]["neighbourhood_code"].is_null(), "two are called so");
        file(json!({"neighbourhood_code": "nowhere"})).await.refused(422, "neighbourhood_unknown");
        let path = format!("/v1/petitions/{}", two["id"].as_str().unwrap());
        let code = json!({"neighbourhood_code": "ejido_union"});
        let two = house.patch(&path, &head, two["etag"].as_str().unwrap(), code).await.is(200).body;
        assert_eq!(two["place"]["neighbourhood_code"], "ejido_union");
        assert_eq!(two["place"]["neighbourhood"], "La Union", "the code's own name");
        // A name that is not the code's is refused, where it was given and where it is amended.
        let contradicting = json!({"neighbourhood_code": "torreon_jardin", "neighbourhood": "La Unión"});
        file(contradicting.clone()).await.invalid("/neighbourhood", "not_of_this_code");
        let at = two["etag"].as_str().unwrap();
        house.patch(&path, &head, at, contradicting).await.invalid("/neighbourhood", "not_of_this_code");
        let agreeing = json!({"neighbourhood_code": "torreon_jardin", "neighbourhood": "torreon jardin"});
        let agreed = file(agreeing).await.is(201).body["petition"].clone();
        assert_eq!(agreed["place"]["neighbourhood"], "Torreón Jardín");
        for (asked, found) in [
            ("ejido_union", vec![&two]),
            ("EJIDO_UNION", vec![&two]),
            ("Torre%C3%B3n%20Jard%C3%ADn", vec![&agreed, &filed]),
            ("torreon%20JARDIN", vec![&agreed, &filed]),
        ] {
            let list = house.get(&format!("/v1/petitions?neighbourhood={asked}"), &head).await.is(200).body;
            let mut ids: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
            let mut expected: Vec<&Value> = found.iter().map(|one| &one["id"]).collect();
            ids.sort_unstable_by_key(|id| id.to_string());
            expected.sort_unstable_by_key(|id| id.to_string());
            assert_eq!(ids, expected, "{asked}");
        }
        // Another name leaves no code behind that is not its own.
        let renamed = json!({"neighbourhood": "Las Lomas"});
        let two = house.patch(&path, &head, two["etag"].as_str().unwrap(), renamed).await.is(200).body;
        assert!(two["place"]["neighbourhood_code"].is_null());
        // Null empties, and what is absent stays (RFC 7396).
        let whole = json!({
            "address": "Av. Juárez 118", "crossing": "Múzquiz", "postal_code": "27000",
            "location": {"latitude": 25.54, "longitude": -103.4}, "neighbourhood_code": "torreon_jardin",
        });
        let two = house.patch(&path, &head, two["etag"].as_str().unwrap(), whole).await.is(200).body;
        for (emptied, fields) in [
            ("address", vec!["address"]),
            ("crossing", vec!["crossing"]),
            ("postal_code", vec!["postal_code"]),
            ("location", vec!["latitude", "longitude"]),
            ("neighbourhood_code", vec!["neighbourhood_code"]),
            ("neighbourhood", vec!["neighbourhood"]),
        ] {
            let before = house.get(&path, &head).await.is(200).body;
            let after =
                house.patch(&path, &head, before["etag"].as_str().unwrap(), json!({emptied: null})).await.is(200).body;
            let mut expected = before.clone();
            for field in fields {
                let holder = if field == "address" { &mut expected } else { &mut expected["place"] };
                assert!(!holder[field].is_null(), "{field}");
                holder[field] = Value::Null;
            }
            let shown = |of: &Value| (of["place"].clone(), of["address"].clone(), of["text"].clone());
            assert_eq!(shown(&after), shown(&expected), "{emptied}");
        }
        assert!(!two["address"].is_null());
        let now = house.get(&path, &head).await.is(200).text("etag");
        house.patch(&path, &head, &now, json!({"text": null})).await.invalid("/text", "empty");
    })
    .await;
}

#[tokio::test]
async fn a_category_suggests_who_is_there_on_the_day_and_not_who_has_ended() {
    both(async |house| {
        let admin = administrator(house).await;
        let parks = json!({"code": "parks", "names": {"es": "Parques", "en": "Parks"}});
        house.post("/v1/dependencies", &admin, parks).await.is(201);
        let path = "/v1/categories/tree_pruning";
        let edited = change(house, &admin, path, json!({"dependency": "parks", "unit": null})).await;
        assert_eq!(edited["suggested"], json!({"dependency": "parks", "unit": null}));
        let end = json!({"valid_until": "2026-03-02", "successor": "public_services"});
        change(house, &admin, "/v1/dependencies/parks", end).await;
        assert_eq!(house.get(path, &admin).await.is(200).body["suggested"]["dependency"], "parks", "its last day");
        house.clock.advance(chrono::Duration::days(1));
        let admin = administrator(house).await;
        let seen = house.get(path, &admin).await.is(200);
        assert_eq!(
            (&seen.body["dependency"], &seen.body["suggested"]["dependency"]),
            (&json!("parks"), &json!("public_services"))
        );
        let all = house.get("/v1/categories", &admin).await.is(200).body;
        let listed = all["items"].as_array().unwrap().iter().find(|one| one["code"] == "tree_pruning").unwrap();
        assert_eq!(*listed, seen.body);
        // It can be changed by the tag that is shown.
        house.patch(path, &admin, &seen.text("etag"), json!({"rank": 1})).await.is(200);
    })
    .await;
}
