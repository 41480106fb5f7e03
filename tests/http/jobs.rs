//! The same step on many petitions: by list and by filter, each for itself, called off, taken back.

use diesel::RunQueryDsl as _;
use persistence::{StoreError, jobs, on};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{ADMIN, Answer, House, PASSWORD, begin, both};

mod running;
mod undoing;

async fn file(house: &House, token: &str, category: &str) -> Value {
    let filed = json!({
        "channel": "phone_073", "category": category, "text": "Hay una fuga.",
        "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
    });
    house.post("/v1/petitions", token, filed).await.is(201).body["petition"].clone()
}

/// So many petitions of one meeting: their folios.
async fn meeting(house: &House, token: &str, number: usize) -> Vec<Value> {
    let slips = vec![json!({"category": "pothole", "text": "Hay un bache."}); number];
    let intake = json!({"channel": "neighbourhood_meeting", "petitions": slips});
    let taken = house.post("/v1/intakes", token, intake).await.is(201);
    taken.body["petitions"].as_array().unwrap().iter().map(|one| one["folio"].clone()).collect()
}

/// A house whose jobs are done when the test says so.
fn by_hand(house: &House) {
    house.running.jobs.abort();
}

async fn done(house: &House) {
    api::jobs::all(&house.running.state).await.unwrap();
}

async fn make(house: &House, token: &str, step: &str, body: Value, selection: Value) -> Answer {
    house.post("/v1/jobs", token, json!({"step": step, "body": body, "selection": selection})).await
}

fn at(job: &Answer) -> String {
    format!("/v1/jobs/{}", job.text("id"))
}

/// What became of each, in order: result and, where it was refused, why.
async fn results(house: &House, token: &str, job: &str) -> Vec<String> {
    let items = house.get(&format!("{job}/items"), token).await.is(200).body["items"].clone();
    let told = |item: &Value| match item["problem"]["code"].as_str() {
        Some(why) => format!("{}: {why}", item["result"].as_str().unwrap()),
        None => item["result"].as_str().unwrap().to_owned(),
    };
    items.as_array().unwrap().iter().map(told).collect()
}

async fn seen(house: &House, token: &str, petition: &Value) -> Value {
    let id = petition["id"].as_str().or(petition.as_str()).unwrap();
    house.get(&format!("/v1/petitions/{id}"), token).await.is(200).body
}

#[tokio::test]
async fn a_list_is_tagged_one_by_one_and_taken_back_where_nobody_has_changed_it() {
    both(async |house| {
        by_hand(house);
        let head = house.post_holder("call_center_head").await;
        let mut three = Vec::new();
        for _ in 0..3 {
            three.push(file(house, &head, "water_leak").await);
        }
        let tags = |petition: &Value| format!("/v1/petitions/{}/tags", petition["id"].as_str().unwrap());
        house.post(&tags(&three[1]), &head, json!({"tags": ["rain_2026"]})).await.is(200);
        let wanted = json!({"step": "tag", "body": {"tags": ["rain_2026"]}, "selection":
            {"petitions": [three[0]["folio"], three[1]["id"], three[2]["id"]]}});
        let job = house.post_keyed("/v1/jobs", &head, "rain", wanted.clone()).await.is(202);
        assert_eq!(job.headers["location"].to_str().unwrap(), at(&job));
        assert_eq!(
            (&job.body["state"], &job.body["total"], &job.body["pending"]),
            (&json!("running"), &json!(3), &json!(3))
        );
        assert_eq!(job.body["undoable"], false);
        done(house).await;
        let over = house.get(&at(&job), &head).await.is(200);
        assert_eq!(
            json!([
                over.body["state"],
                over.body["done"],
                over.body["refused"],
                over.body["pending"],
                over.body["undoable"]
            ]),
            json!(["finished", 2, 1, 0, true])
        );
        let again = house.post_keyed("/v1/jobs", &head, "rain", wanted.clone()).await.is(202);
        assert_eq!(again.body["id"], job.body["id"]);
        let mut other = wanted;
        other["step"] = json!("untag");
        house.post_keyed("/v1/jobs", &head, "rain", other).await.refused(422, "idempotency_key_reused");

        assert_eq!(results(house, &head, &at(&job)).await, ["done", "refused: unchanged", "done"]);
        let refused = house.ask(Method::GET, &format!("{}/items?result=refused", at(&job)), &head);
        let refused = house.send(refused.header("Accept-Language", "en")).await.is(200);
        let item = &refused.body["items"][0];
        assert_eq!((&item["folio"], &item["result_label"]), (&three[1]["folio"], &json!("Refused")));
        assert_eq!(
            (&item["problem"]["title"], &item["problem"]["status"]),
            (&json!("Nothing would change"), &json!(409))
        );
        // It is the maker's own step, and stands in the history like any other.
        let history = house.get(&format!("/v1/petitions/{}/events", three[0]["id"].as_str().unwrap()), &head).await;
        let me = house.get("/v1/me", &head).await.text("id");
        let last = history.is(200).body["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["kind"], &last["by"]["account_id"]), (&json!("tagged"), &json!(me)));

        // Somebody takes one of them off by hand; the rest is taken back.
        let mark = format!("{}/rain_2026", tags(&three[2]));
        let etag = seen(house, &head, &three[2]).await["etag"].as_str().unwrap().to_owned();
        house.send(house.ask(Method::DELETE, &mark, &head).header("If-Match", etag)).await.is(200);
        let reversal = format!("{}/reversal", at(&job));
        house.post(&reversal, &head, json!({"reason": "Sobra."})).await.invalid("/reason", "unknown");
        let undo = house.post_keyed(&reversal, &head, "back", json!({})).await.is(202);
        assert_eq!((&undo.body["undoes"], &undo.body["total"]), (&job.body["id"], &json!(2)));
        done(house).await;
        assert_eq!(results(house, &head, &at(&undo)).await, ["done", "refused: changed_since"]);
        assert_eq!(results(house, &head, &at(&job)).await, ["undone", "refused: unchanged", "done"]);
        let counts = house.get(&at(&job), &head).await.is(200).body;
        assert_eq!(json!([counts["done"], counts["undone"], counts["refused"]]), json!([1, 1, 1]));
        assert_eq!(seen(house, &head, &three[0]).await["tags"], json!([]));
        assert_eq!(seen(house, &head, &three[1]).await["tags"], json!(["rain_2026"]), "that was not the job's");
        let once_more = house.post_keyed(&reversal, &head, "back", json!({})).await.is(202);
        assert_eq!(once_more.body["id"], undo.body["id"]);
        house.post(&format!("{}/reversal", at(&undo)), &head, json!({})).await.refused(409, "not_undoable");
    })
    .await;
}

#[tokio::test]
async fn a_filter_is_taken_at_its_word_only_with_the_number_that_it_finds() {
    both(async |house| {
        by_hand(house);
        let head = house.post_holder("call_center_head").await;
        for _ in 0..2 {
            file(house, &head, "water_leak").await;
        }
        let elsewhere = file(house, &head, "pothole").await;
        let select = async |selection: Value| make(house, &head, "tag", json!({"tags": ["rain"]}), selection).await;
        let filter = "state=received&category=water_leak";
        for count in [json!(3), json!(null)] {
            let differs = select(json!({"filter": filter, "count": count})).await.refused(409, "count_differs");
            assert_eq!(
                (&differs.body["count"], &differs.body["errors"][0]["pointer"]),
                (&json!(2), &json!("/selection/count"))
            );
            assert!(differs.body["errors"][0]["detail"].as_str().unwrap().contains('2'), "{}", differs.body);
        }
        assert_eq!(house.get("/v1/jobs", &head).await.is(200).body["items"], json!([]), "nothing was made of it");
        let job = select(json!({"filter": filter, "count": 2})).await.is(202);
        // What is filed afterwards was not meant.
        let later = file(house, &head, "water_leak").await;
        done(house).await;
        assert_eq!(results(house, &head, &at(&job)).await, ["done", "done"]);
        for untouched in [&elsewhere, &later] {
            assert_eq!(seen(house, &head, untouched).await["tags"], json!([]));
        }
        // By the mark itself.
        let job =
            make(house, &head, "untag", json!({"tags": ["rain"]}), json!({"filter": "tag=rain", "count": 2})).await;
        done(house).await;
        assert_eq!(results(house, &head, &at(&job.is(202))).await, ["done", "done"]);

        for (filter, code) in [
            ("state=received&colour=red", "filter_parameter_unknown"),
            ("state=received&cursor=x", "filter_parameter_unknown"),
            ("state=broken", "filter_parameter_invalid"),
            ("100%", "not_a_query"),
        ] {
            select(json!({"filter": filter, "count": 1})).await.invalid("/selection/filter", code);
        }
        select(json!({"filter": "category=lamp_out", "count": 0}))
            .await
            .invalid("/selection/filter", "selection_empty");
        select(json!({"filter": filter, "count": -1})).await.invalid("/selection/count", "out_of_range");
        for both in [json!({}), json!({"filter": filter, "count": 2, "petitions": [later["id"]]})] {
            select(both).await.invalid("/selection", "one_of_petitions_and_filter");
        }
    })
    .await;
}

#[tokio::test]
async fn what_all_would_be_refused_for_is_said_at_once_and_nothing_is_made() {
    both(async |house| {
        by_hand(house);
        let head = house.post_holder("call_center_head").await;
        let clerk = house.post_holder("data_entry_clerk").await;
        let petition = file(house, &head, "water_leak").await;
        let one = || json!({"petitions": [petition["id"]]});
        let reason = "Es de otra área.";
        let nobody = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e";
        for (step, body, pointer, code) in [
            ("tag", json!({"tags": ["Rain"]}), "/body/tags/0", "tag_malformed"),
            ("tag", json!({}), "/body/tags", "required"),
            ("untag", json!({"tags": ["rain"], "why": 1}), "/body/why", "unknown"),
            (
                "route",
                json!({"assignments": [{"dependency": "nowhere"}]}),
                "/body/assignments/0/dependency",
                "dependency_unknown",
            ),
            ("hand_over", json!({"position": "messenger", "reason": reason}), "/body/position", "follower_unfit"),
            (
                "hand_over",
                json!({"position": "director_general", "account_id": nobody, "reason": reason}),
                "/body/account_id",
                "follower_unappointed",
            ),
            ("reclassify", json!({"category": "nothing", "reason": reason}), "/body/category", "category_unknown"),
            ("cancel", json!({"reason": " "}), "/body/reason", "empty"),
            ("cancel", json!({"reason": reason, "dependency": "nowhere"}), "/body/dependency", "dependency_unknown"),
            ("cancel", json!({"reason": reason, "unit": "nowhere"}), "/body/unit", "unit_unknown"),
            (
                "cancel",
                json!({"reason": reason, "dependency": "road_maintenance", "unit": "drinking_water_unit"}),
                "/body/unit",
                "unit_unknown",
            ),
            ("reclassify", json!({"reason": reason}), "/body", "nothing_wanted"),
            ("hand_over", json!({"reason": reason}), "/body", "nothing_wanted"),
            ("annul", json!({"reason": reason}), "/step", "not_a_code"),
        ] {
            make(house, &head, step, body, one()).await.invalid(pointer, code);
        }
        let tags = || json!({"tags": ["rain"]});
        let wrong = json!({"petitions": [petition["folio"], "AC-2026-999999-9", nobody, petition["id"], "nada"]});
        let told = make(house, &head, "tag", tags(), wrong).await.refused(422, "invalid_body");
        let errors: Vec<(&str, &str)> = told.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        assert_eq!(
            errors,
            [
                ("/selection/petitions/1", "folio_mistyped"),
                ("/selection/petitions/2", "petition_unknown"),
                ("/selection/petitions/3", "twice"),
                ("/selection/petitions/4", "petition_unknown"),
            ]
        );
        make(house, &head, "tag", tags(), json!({"petitions": [petition["id"]], "count": 1}))
            .await
            .invalid("/selection/count", "goes_with");
        // Who may not take the step may make no job of it.
        make(house, &clerk, "hand_over", json!({"reason": reason}), one()).await.refused(403, "not_allowed");
        make(house, &clerk, "tag", tags(), one()).await.is(202);
        for other in [house.liaison("simas", None).await, house.in_role("auditor").await] {
            make(house, &other, "tag", tags(), one()).await.refused(403, "not_allowed");
            house.get("/v1/jobs", &other).await.refused(403, "not_allowed");
        }
        let machine = house.machine("simas").await;
        let wanted = json!({"step": "tag", "body": tags(), "selection": one()});
        house.post_keyed("/v1/jobs", &machine, "k", wanted).await.refused(403, "not_allowed");
        assert_eq!(house.get("/v1/jobs", &head).await.is(200).body["items"], json!([]));
        assert_eq!(seen(house, &head, &petition).await["etag"], petition["etag"]);
    })
    .await;
}

#[tokio::test]
async fn routes_are_taken_back_until_the_dependency_takes_them_up_and_the_words_go_when_it_is_over() {
    both(async |house| {
        by_hand(house);
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let mut three = Vec::new();
        for _ in 0..3 {
            three.push(file(house, &head, "water_leak").await);
        }
        let ids: Vec<&Value> = three.iter().map(|one| &one["id"]).collect();
        let body = json!({"assignments": [{"dependency": "simas", "instructions": "Urge: hay una escuela."}]});
        let job = make(house, &head, "route", body, json!({"petitions": ids})).await.is(202);
        let id = domain::id::Id::new(job.text("id").parse().unwrap());
        let words = async || house.running.state.store.read(move |db| jobs::body(db, id)).await.unwrap();
        assert!(words().await.unwrap().contains("escuela"));
        house
            .post(&format!("{}/reversal", at(&job)), &head, json!({"reason": "Sobra."}))
            .await
            .refused(409, "job_running");
        done(house).await;
        assert_eq!(words().await, None);
        let routed = seen(house, &head, &three[1]).await;
        assert_eq!((&routed["state"], &routed["assignments"][0]["dependency"]), (&json!("routed"), &json!("simas")));
        let share = &routed["assignments"][0];
        let accept = format!("/v1/assignments/{}/acceptance", share["id"].as_str().unwrap());
        house.post_at(&accept, &simas, share["etag"].as_str().unwrap(), json!({})).await.is(200);
        let reversal = format!("{}/reversal", at(&job));
        house.post(&reversal, &head, json!({})).await.invalid("/reason", "required");
        let undo = house.post(&reversal, &head, json!({"reason": "Eran de otra colonia."})).await.is(202);
        done(house).await;
        assert_eq!(results(house, &head, &at(&undo)).await, ["done", "refused: changed_since", "done"]);
        assert_eq!(seen(house, &head, &three[0]).await["state"], "received");
        let history = house.get(&format!("/v1/petitions/{}/events", three[2]["id"].as_str().unwrap()), &head).await;
        let last = history.is(200).body["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&last["kind"], &last["payload"]["reason"]["text"]),
            (&json!("cancelled"), &json!("Eran de otra colonia."))
        );
        // What is left is taken away for good.
        let selection = json!({"petitions": ids});
        let cancel =
            make(house, &head, "cancel", json!({"reason": "Otro programa.", "dependency": "simas"}), selection);
        let cancel = cancel.await.is(202);
        done(house).await;
        assert_eq!(results(house, &head, &at(&cancel)).await, ["refused: unchanged", "done", "refused: unchanged"]);
        house
            .post(&format!("{}/reversal", at(&cancel)), &head, json!({"reason": "No."}))
            .await
            .refused(409, "not_undoable");
    })
    .await;
}

#[tokio::test]
async fn petitions_are_handed_over_and_reclassified_together_and_back() {
    both(async |house| {
        by_hand(house);
        let head = house.post_holder("director_general").await;
        let community = house.post_holder("community_coordinator").await;
        let theirs = house.get("/v1/me", &community).await.is(200).text("id");
        let clerk = house.post_holder("call_center_head").await;
        let two = [file(house, &clerk, "water_leak").await, file(house, &clerk, "water_leak").await];
        let both = || json!({"petitions": [two[0]["id"], two[1]["id"]]});
        let to = json!({"position": "community_coordinator", "account_id": theirs, "reason": "Es de colonias."});
        let handed = make(house, &head, "hand_over", to, both()).await.is(202);
        let class = json!({"category": "pothole", "reason": "Es un hundimiento."});
        let classed = make(house, &clerk, "reclassify", class, both()).await.is(202);
        done(house).await;
        assert_eq!(results(house, &head, &at(&handed)).await, ["done", "done"]);
        assert_eq!(results(house, &clerk, &at(&classed)).await, ["done", "done"]);
        let now = seen(house, &clerk, &two[0]).await;
        assert_eq!((&now["category"], &now["follower"]["account_id"]), (&json!("pothole"), &json!(theirs)));
        let back = json!({"reason": "Fue un error."});
        house.clock.advance(chrono::Duration::seconds(1));
        let handed = house.post(&format!("{}/reversal", at(&handed)), &head, back.clone()).await.is(202);
        let classed = house.post(&format!("{}/reversal", at(&classed)), &clerk, back).await.is(202);
        done(house).await;
        assert_eq!(results(house, &head, &at(&handed)).await, ["done", "done"]);
        assert_eq!(results(house, &clerk, &at(&classed)).await, ["done", "done"]);
        for petition in &two {
            let now = seen(house, &clerk, petition).await;
            assert_eq!((&now["category"], &now["follower"]), (&json!("water_leak"), &petition["follower"]));
        }
        // Nobody but its maker is told of a job.
        for job in [at(&handed), format!("{}/items", at(&handed))] {
            house.get(&job, &clerk).await.refused(404, "not_found");
        }
        house.post(&format!("{}/reversal", at(&handed)), &clerk, json!({})).await.refused(404, "not_found");
        let call_off = house.ask(Method::DELETE, &at(&handed), &clerk).header("If-Match", "\"1\"");
        house.send(call_off).await.refused(404, "not_found");
        let own = house.get("/v1/jobs?limit=1", &head).await.is(200);
        assert_eq!(own.body["items"][0]["id"], handed.body["id"]);
        let next = format!("/v1/jobs?limit=1&cursor={}", own.text("next"));
        let next = house.get(&next, &head).await.is(200).body;
        assert_eq!((next["items"].as_array().unwrap().len(), &next["next"]), (1, &Value::Null));
    })
    .await;
}
