//! The map: what lies together is one feature, what stands alone is told by its folio, and nobody sees more than in a list.

use serde_json::{Value, json};

use crate::house::{House, both};

async fn file(house: &House, token: &str, (latitude, longitude): (f64, f64), more: Value) -> Value {
    house.clock.advance(chrono::Duration::milliseconds(7));
    let mut body = json!({
        "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga frente a la casa de doña Cuca.",
        "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
        "location": {"latitude": latitude, "longitude": longitude},
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post("/v1/petitions", token, body).await.is(201).body["petition"].clone()
}

async fn map(house: &House, token: &str, query: &str) -> Value {
    let answer = house.get(&format!("/v1/petitions/map?{query}"), token).await.is(200);
    assert_eq!(answer.headers["content-type"], "application/geo+json");
    assert_eq!(answer.body["type"], "FeatureCollection");
    answer.body
}

fn folios(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|one| one["folio"].as_str().unwrap()).collect()
}

const CITY: &str = "bbox=-103.5,25.45,-103.25,25.65";

#[tokio::test]
async fn what_lies_together_is_one_feature_and_what_stands_alone_is_told_by_its_folio() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let corner = file(house, &head, (25.5401, -103.4101), json!({})).await;
        file(house, &head, (25.5402, -103.4102), json!({"route": [{"dependency": "simas"}]})).await;
        let pothole = file(house, &head, (25.61, -103.30), json!({"category": "pothole"})).await;
        let nowhere = json!({"channel": "phone_073", "category": "pothole", "text": "Un bache."});
        house.post("/v1/petitions", &head, nowhere).await.is(201);
        let city = map(house, &head, CITY).await;
        assert_eq!((&city["zoom"], &city["count"], &city["capped"]), (&json!(12), &json!(3), &json!(false)));
        let features = city["features"].as_array().unwrap();
        assert_eq!(features.len(), 2, "{city}");
        let cluster = &features[0];
        assert_eq!(cluster["geometry"], json!({"type": "Point", "coordinates": [-103.41015, 25.54015]}));
        assert_eq!(cluster["bbox"], json!([-103.4102, 25.5401, -103.4101, 25.5402]));
        assert_eq!(cluster["properties"], json!({"cluster": true, "count": 2, "states": {"received": 1, "routed": 1}}));
        let alone = &features[1];
        assert_eq!((&alone["id"], &alone["properties"]["folio"]), (&pothole["id"], &pothole["folio"]));
        assert_eq!(alone["properties"]["category_name"], "Bache", "{alone}");
        assert_eq!(alone["properties"]["etag"], pothole["etag"]);
        let said = city.to_string();
        assert!(!said.contains("Cuca") && !said.contains("López") && !said.contains("4567"), "{said}");
        // Nearer, each stands alone; the cluster's own box leads there.
        let near = map(house, &head, &format!("{CITY}&zoom=20")).await;
        assert_eq!(near["features"].as_array().unwrap().len(), 3);
        let inside = map(house, &head, "bbox=-103.4102,25.5401,-103.4101,25.5402").await;
        assert_eq!((&inside["count"], inside["features"].as_array().unwrap().len()), (&json!(2), 2));
        // The list's filters are the map's.
        api::indexer::follow(&house.running.state.store).await.unwrap();
        for (query, count) in [
            ("category=streets", 1),
            ("state=routed", 1),
            ("dependency=simas", 1),
            ("received_to=2026-03-02", 0),
            ("kind=complaint", 0),
            ("desk=to_route", 2),
            ("bbox=-99.2,19.3,-99.0,19.5", 0),
            ("zoom=3", 3),
            ("bbox=-180,-90,180,90", 3),
        ] {
            assert_eq!(map(house, &head, query).await["count"], count, "{query}");
        }
        let corner = corner["folio"].as_str().unwrap();
        assert_eq!(map(house, &head, &format!("q={corner}")).await["features"][0]["properties"]["folio"], corner);
        for (query, name, code) in [
            ("zoom=21", "?zoom", "out_of_range"),
            ("zoom=-1", "?zoom", "out_of_range"),
            ("zoom=1.5", "?zoom", "out_of_range"),
            ("zoom=256", "?zoom", "out_of_range"),
            ("bbox=1,2,3", "?bbox", "bbox_malformed"),
            ("bbox=a,b,c,d", "?bbox", "bbox_malformed"),
            ("bbox=179,0,-179,1", "?bbox", "bbox_reversed"),
            ("category=nowhere", "?category", "not_listed"),
        ] {
            let refused =
                house.get(&format!("/v1/petitions/map?{query}"), &head).await.refused(400, "invalid_parameter");
            let error = &refused.body["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!(name), &json!(code)), "{query}");
        }
        house.get("/v1/petitions/map?limit=5", &head).await.refused(400, "unknown_parameter");
    })
    .await;
}

#[tokio::test]
async fn nobody_sees_more_on_the_map_than_in_a_list() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let drains = house.liaison("simas", Some("drainage_unit")).await;
        let comptroller = house.liaison("comptroller", None).await;
        let messenger = house.post_holder("messenger").await;
        let to_simas = json!({"route": [{"dependency": "simas"}]});
        let own = file(house, &head, (25.54, -103.41), to_simas.clone()).await;
        let accused = file(house, &head, (25.55, -103.42), to_simas).await;
        file(house, &head, (25.56, -103.43), json!({"route": [{"dependency": "road_maintenance"}]})).await;
        let flag = json!({"against_public_servant": true, "reason": "Acusa a alguien."});
        let path = format!("/v1/petitions/{}/classification", accused["id"].as_str().unwrap());
        house.post_at(&path, &head, accused["etag"].as_str().unwrap(), flag).await.is(200);
        for query in [CITY, "zoom=18", "bbox=-180,-90,180,90&zoom=18", "bbox=-103.45,25.5,-103.4,25.6&zoom=18"] {
            let seen = async |token: &str| map(house, token, query).await["count"].clone();
            assert_eq!(seen(&head).await, 3, "{query}");
            assert_eq!(seen(&simas).await, 1, "{query}");
            assert_eq!(seen(&drains).await, 0, "{query}");
            assert_eq!(seen(&comptroller).await, 1, "{query}");
        }
        let seen = map(house, &simas, &format!("{CITY}&zoom=18")).await;
        assert_eq!(seen["features"][0]["id"], own["id"]);
        assert_eq!(map(house, &simas, &format!("{CITY}&desk=to_route")).await["count"], 0);
        house.get("/v1/petitions/map", &messenger).await.refused(403, "not_allowed");
        let list = house.get(&format!("/v1/petitions?{CITY}"), &simas).await.is(200).body;
        assert_eq!(folios(&list), [own["folio"].as_str().unwrap()]);
    })
    .await;
}

#[tokio::test]
async fn a_list_within_a_box_goes_with_every_filter_and_order_and_page() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let mut inside = Vec::new();
        for at in 0..7 {
            let place = (25.54 + f64::from(at) * 0.0001, -103.41);
            let category = if at % 2 == 0 { "water_leak" } else { "pothole" };
            let filed = file(house, &head, place, json!({"category": category})).await;
            inside.push(filed["folio"].as_str().unwrap().to_owned());
            file(house, &head, (25.60, -103.30), json!({})).await;
        }
        let bbox = "bbox=-103.4101,25.5399,-103.4099,25.5407";
        let mut seen = Vec::new();
        let mut path = format!("/v1/petitions?{bbox}&limit=3&sort=received_at&count=capped");
        loop {
            let page = house.get(&path, &head).await.is(200);
            seen.extend(folios(&page.body).into_iter().map(str::to_owned));
            assert_eq!(page.body["count"], json!({"value": 7, "exact": true}));
            let Some(link) = page.headers.get("link") else { break };
            path = link.to_str().unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
        }
        assert_eq!(seen, inside);
        api::indexer::follow(&house.running.state.store).await.unwrap();
        for (query, expected) in [
            (format!("{bbox}&category=pothole&sort=received_at"), vec![1, 3, 5]),
            (format!("{bbox}&state=received&sort=due_at&category=pothole"), vec![1, 3, 5]),
            (format!("{bbox}&sort=-updated_at&category=streets"), vec![5, 3, 1]),
            // The edges belong to it.
            ("bbox=-103.41,25.5402,-103.41,25.5403&sort=received_at".to_owned(), vec![2, 3]),
            // One that is larger than the city is looked through by receipt.
            ("bbox=-104,24,-103.35,25.9&sort=received_at".to_owned(), vec![0, 1, 2, 3, 4, 5, 6]),
            (format!("{bbox}&q={}", inside[4]), vec![4]),
            (format!("{bbox}&desk=to_route&sort=due_at&category=pothole"), vec![1, 3, 5]),
        ] {
            let list = house.get(&format!("/v1/petitions?{query}"), &head).await.is(200).body;
            let expected: Vec<&str> = expected.into_iter().map(|at: usize| inside[at].as_str()).collect();
            assert_eq!(folios(&list), expected, "{query}");
        }
        house.get("/v1/petitions?bbox=1,2", &head).await.refused(400, "invalid_parameter");
        // What is moved is found where it is now.
        let path = format!("/v1/petitions/{}", inside[0]);
        let etag = house.get(&path, &head).await.text("etag");
        let moved = json!({"location": {"latitude": 25.48, "longitude": -103.35}});
        house.patch(&path, &head, &etag, moved).await.is(200);
        let there = house.get("/v1/petitions?bbox=-103.36,25.47,-103.34,25.49", &head).await.is(200).body;
        assert_eq!(folios(&there), [inside[0].as_str()]);
    })
    .await;
}

#[tokio::test]
async fn a_dependency_finds_its_own_work_within_a_box() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let roads = house.liaison("road_maintenance", None).await;
        let mut inside = Vec::new();
        for at in 0..5 {
            let place = (25.54 + f64::from(at) * 0.0001, -103.41);
            let filed = file(house, &head, place, json!({"route": [{"dependency": "simas"}]})).await;
            inside.push(filed["id"].as_str().unwrap().to_owned());
            file(house, &head, (25.60, -103.30), json!({"route": [{"dependency": "simas"}]})).await;
            file(house, &head, place, json!({"route": [{"dependency": "road_maintenance"}]})).await;
        }
        let bbox = "bbox=-103.4101,25.5399,-103.4099,25.5407";
        let found = async |query: &str, token: &str| -> Vec<String> {
            let (mut found, mut path) = (Vec::new(), format!("/v1/assignments?{query}"));
            loop {
                let page = house.get(&path, token).await.is(200);
                let items = page.body["items"].as_array().unwrap();
                found.extend(items.iter().map(|one| one["petition"]["id"].as_str().unwrap().to_owned()));
                let Some(link) = page.headers.get("link") else { return found };
                path = link.to_str().unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
            }
        };
        let newest: Vec<String> = inside.iter().rev().cloned().collect();
        for (query, expected) in [
            (format!("{bbox}&limit=2"), &inside),
            (format!("{bbox}&limit=2&sort=-routed_at"), &newest),
            (format!("{bbox}&state=open&desk=to_accept&limit=3"), &inside),
            // One that is larger than the city is looked through.
            ("bbox=-104,24,-103.35,25.9&limit=2".to_owned(), &inside),
            ("bbox=-104,24,-103.35,25.9&desk=to_accept".to_owned(), &inside),
            ("bbox=-99.2,19.3,-99.0,19.5".to_owned(), &Vec::new()),
        ] {
            assert_eq!(found(&query, &simas).await, *expected, "{query}");
        }
        assert_eq!(found(bbox, &roads).await.len(), 5);
        assert_eq!(found(bbox, &head).await.len(), 10);
        assert_eq!(found(&format!("{bbox}&dependency=simas"), &head).await, inside);
        for (query, code) in [("bbox=1,2", "bbox_malformed"), ("bbox=2,1,1,2", "bbox_reversed")] {
            let refused =
                house.get(&format!("/v1/assignments?{query}"), &simas).await.refused(400, "invalid_parameter");
            let error = &refused.body["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!("?bbox"), &json!(code)), "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_map_of_many_costs_as_many_statements_as_one_of_few() {
    both(async |house| {
        house.running.indexer.abort();
        let head = house.post_holder("call_center_head").await;
        let cost = async |query: &str| {
            let before = house.running.state.store.statements();
            map(house, &head, query).await;
            house.running.state.store.statements() - before
        };
        file(house, &head, (25.54, -103.41), json!({})).await;
        let few = cost(CITY).await;
        for at in 0..40 {
            file(house, &head, (25.5 + f64::from(at) * 0.003, -103.45), json!({})).await;
        }
        assert_eq!(cost(CITY).await, few);
        assert_eq!(cost(&format!("{CITY}&zoom=20")).await, few);
    })
    .await;
}
