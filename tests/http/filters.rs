//! Filters that a person keeps: checked by the list that they are for, and nobody else's business.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, both};

fn wanted(name: &str, list: &str, query: &str) -> Value {
    json!({"name": name, "list": list, "query": query})
}

async fn change(
    house: &House,
    method: Method,
    path: &str,
    token: &str,
    etag: &str,
    body: Option<Value>,
) -> crate::house::Answer {
    let request = house.ask(method, path, token).header("If-Match", etag);
    house
        .send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
}

#[tokio::test]
async fn a_filter_is_kept_used_changed_and_dropped_by_its_person_alone() {
    both(async |house| {
        let (head, other) = (house.post_holder("call_center_head").await, house.post_holder("call_center_head").await);
        let filed = json!({"channel": "phone_073", "category": "pothole", "text": "Hay un bache.", "petitioners": [{"name": "Ana Ruiz"}]});
        house.post("/v1/petitions", &head, filed).await.is(201);
        api::indexer::follow(&house.running.state.store).await.unwrap();
        let kept = house.post("/v1/me/filters", &head, wanted(" Baches  nuevos ", "petitions", "?state=received&q=baches&limit=5")).await.is(201);
        assert_eq!(kept.text("name"), "Baches nuevos");
        assert_eq!(kept.body["usable"], true);
        let found = house.get(&kept.text("href"), &head).await.is(200);
        assert_eq!(found.body["items"].as_array().unwrap().len(), 1);
        house.post("/v1/me/filters", &head, wanted("Área norte", "assignments", "state=open")).await.is(201);
        let names = async |token: &str| -> Vec<String> {
            let all = house.get("/v1/me/filters", token).await.is(200).body;
            all["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&head).await, ["Área norte", "Baches nuevos"]);
        assert!(names(&other).await.is_empty());
        let path = format!("/v1/me/filters/{}", kept.text("id"));
        house.get(&path, &other).await.refused(404, "not_found");
        let next = wanted("Baches", "petitions", "category=pothole");
        change(house, Method::PUT, &path, &other, "\"1\"", Some(next.clone())).await.refused(404, "not_found");
        change(house, Method::PUT, &path, &head, "\"9\"", Some(next.clone())).await.refused(412, "stale_version");
        house.send(house.ask(Method::PUT, &path, &head).json(&next)).await.refused(428, "if_match_missing");
        let taken = wanted("Área norte", "petitions", "category=pothole");
        change(house, Method::PUT, &path, &head, "\"1\"", Some(taken)).await.refused(409, "filter_name_taken");
        let changed = change(house, Method::PUT, &path, &head, "\"1\"", Some(next)).await.is(200);
        assert_eq!((changed.text("etag"), changed.text("href")), ("\"2\"".to_owned(), "/v1/petitions?category=pothole".to_owned()));
        assert_eq!(house.get(&path, &head).await.is(200).body, changed.body);
        change(house, Method::DELETE, &path, &other, "\"2\"", None).await.refused(404, "not_found");
        change(house, Method::DELETE, &path, &head, "\"1\"", None).await.refused(412, "stale_version");
        let gone = change(house, Method::DELETE, &path, &head, "\"2\"", None).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(names(&head).await, ["Área norte"]);
    })
    .await;
}

#[tokio::test]
async fn what_a_list_would_refuse_is_not_kept_and_the_parameter_is_named() {
    let house = House::open(crate::database::Engine::Lite).await;
    let head = house.post_holder("call_center_head").await;
    for (list, query, code, name) in [
        ("petitions", "stat=received", "filter_parameter_unknown", "stat"),
        ("assignments", "channel=phone_073", "filter_parameter_unknown", "channel"),
        ("assignments", "bbox=1,2", "filter_parameter_invalid", "bbox"),
        ("petitions", "state=received&cursor=abc", "filter_parameter_unknown", "cursor"),
        ("petitions", "state=ajar", "filter_parameter_invalid", "state"),
        ("petitions", "limit=1000", "filter_parameter_invalid", "limit"),
        ("petitions", "sort=due_at", "filter_parameter_invalid", "state"),
        ("petitions", "q=de%20la", "filter_parameter_invalid", "q"),
        ("petitions", "state=received&state=routed", "filter_parameter_invalid", "state"),
        ("assignments", "sort=-routed_at", "filter_parameter_invalid", "dependency"),
    ] {
        let answer = house.post("/v1/me/filters", &head, wanted("Nombre", list, query)).await.is(422);
        let error = &answer.body["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!("/query"), &json!(code)), "{query}");
        assert!(error["detail"].as_str().unwrap().contains(name), "{error}");
    }
    for query in ["state=routed#top", "q=100%", "q=%zz", "&", "?", "=x"] {
        house
            .post("/v1/me/filters", &head, wanted("Nombre", "petitions", query))
            .await
            .invalid("/query", "not_a_query");
    }
    // Who lists nothing keeps no filter of a list.
    let messenger = house.post_holder("messenger").await;
    house.get("/v1/petitions", &messenger).await.refused(403, "not_allowed");
    let kept = house.post("/v1/me/filters", &messenger, wanted("Nombre", "petitions", "state=routed")).await;
    kept.refused(403, "not_allowed");
    let post = async |name: &str| house.post("/v1/me/filters", &head, wanted(name, "petitions", "state=routed")).await;
    post(" ").await.invalid("/name", "empty");
    post("\u{200b}\u{2060}").await.invalid("/name", "empty");
    for name in ["a\u{200b}b", "urgentes \u{202e}sadarrec", "a\u{2066}b\u{2069}", "a\u{feff}"] {
        post(name).await.invalid("/name", "not_one_line");
    }
    post(&"x".repeat(101)).await.invalid("/name", "too_long");
    assert_eq!(house.get("/v1/me/filters", &head).await.is(200).body, json!({"items": []}));
    for at in 0..100 {
        post(&format!("Filtro {at}")).await.is(201);
    }
    post("Filtro 7").await.refused(409, "filter_name_taken");
    post("Uno más").await.refused(409, "too_many_filters");
    house.close().await;
}

/// A query that was good once: it lists, says that it does not do, and the list says why.
#[tokio::test]
async fn a_filter_that_has_become_invalid_still_lists_and_says_so_when_used() {
    use persistence::StoreError;
    use persistence::accounts::{self, SavedFilter};

    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let kept = house.post("/v1/me/filters", &head, wanted("Antiguo", "petitions", "state=routed")).await.is(201);
        let (id, now) = (kept.text("id").parse().unwrap(), house.clock.now());
        house
            .running
            .state
            .store
            .write(Vec::new(), move |tx| -> Result<(), StoreError> {
                let (name, list, query) = ("Antiguo".to_owned(), "petitions".to_owned(), "state=lost".to_owned());
                let account_id = uuid::Uuid::nil();
                accounts::replace_filter(
                    tx,
                    &SavedFilter { id, account_id, name, list, query, version: 2, updated_at: now },
                )
            })
            .await
            .unwrap();
        let all = house.get("/v1/me/filters", &head).await.is(200).body;
        assert_eq!((&all["items"][0]["usable"], &all["items"][0]["query"]), (&json!(false), &json!("state=lost")));
        let used = house.get(all["items"][0]["href"].as_str().unwrap(), &head).await.refused(400, "invalid_parameter");
        assert_eq!(used.body["errors"][0]["pointer"], "?state");
    })
    .await;
}

#[tokio::test]
async fn a_filter_is_an_address_that_works_however_it_was_typed() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let filed =
            json!({"channel": "phone_073", "category": "pothole", "text": "Falta alumbrado público en C#4 & al 100%."});
        house.post("/v1/petitions", &head, filed).await.is(201);
        api::indexer::follow(&house.running.state.store).await.unwrap();
        for (at, (typed, query)) in [
            ("q=alumbrado público", "q=alumbrado+p%C3%BAblico"),
            ("?q=%C3%BAblico%20p%c3%bablico", ""),
            ("q=p%c3%bablico&state=received", "q=p%C3%BAblico&state=received"),
            ("received_from=2026-03-02T00:00:00Z&q=C%234", "received_from=2026-03-02T00:00:00Z&q=C%234"),
        ]
        .into_iter()
        .enumerate()
        {
            let kept =
                house.post("/v1/me/filters", &head, wanted(&format!("Filtro {at}"), "petitions", typed)).await.is(201);
            assert!(kept.text("href").is_ascii() && !kept.text("href").contains([' ', '#', '"']), "{}", kept.body);
            let found = house.get(&kept.text("href"), &head).await.is(200);
            if !query.is_empty() {
                assert_eq!(
                    (kept.text("query"), kept.text("href")),
                    (query.to_owned(), format!("/v1/petitions?{query}"))
                );
                assert_eq!(found.body["items"].as_array().unwrap().len(), 1, "{typed}");
            }
        }
    })
    .await;
}
