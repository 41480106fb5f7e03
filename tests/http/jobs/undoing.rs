//! What a job says of taking it back, and when it is refused.

use super::*;

#[tokio::test]
async fn a_raised_flag_is_not_undone_and_its_job_says_so() {
    both(async |house| {
        by_hand(house);
        let head = house.post_holder("call_center_head").await;
        let petition = file(house, &head, "water_leak").await;
        let one = || json!({"petitions": [petition["id"]]});
        let class = |category: &str| {
            json!({"category": category, "against_public_servant": true, "reason": "Se queja de una persona."})
        };
        let raised = make(house, &head, "reclassify", class("pothole"), one()).await.is(202);
        done(house).await;
        let over = house.get(&at(&raised), &head).await.is(200).body;
        assert_eq!(json!([over["done"], over["undoable"]]), json!([1, false]));
        let back = || json!({"reason": "No era contra nadie."});
        house.post(&format!("{}/reversal", at(&raised)), &head, back()).await.refused(409, "not_undoable");
        // Where the flag was raised before, the same body only changes the category, and that is taken back.
        let classed = make(house, &head, "reclassify", class("water_leak"), one()).await.is(202);
        done(house).await;
        let over = house.get(&at(&classed), &head).await.is(200).body;
        assert_eq!(json!([over["done"], over["undoable"]]), json!([1, true]));
        house.post(&format!("{}/reversal", at(&classed)), &head, back()).await.is(202);
        done(house).await;
        assert_eq!(seen(house, &head, &petition).await["category"], "pothole");
        let over = house.get(&at(&classed), &head).await.is(200).body;
        assert_eq!(json!([over["done"], over["undone"], over["undoable"]]), json!([0, 1, false]));
    })
    .await;
}

#[tokio::test]
async fn while_a_job_is_being_undone_it_is_not_undone_again() {
    both(async |house| {
        by_hand(house);
        let head = house.post_holder("call_center_head").await;
        let petition = file(house, &head, "water_leak").await;
        let selection = json!({"petitions": [petition["id"]]});
        let job = make(house, &head, "tag", json!({"tags": ["rain"]}), selection).await.is(202);
        done(house).await;
        let reversal = format!("{}/reversal", at(&job));
        let undo = house.post(&reversal, &head, json!({})).await.is(202);
        house.post(&reversal, &head, json!({})).await.refused(409, "job_being_undone");
        // Called off it undoes nothing more, and another one may.
        let call_off = house.ask(Method::DELETE, &at(&undo), &head).header("If-Match", undo.text("etag"));
        house.send(call_off).await.is(200);
        let undo = house.post(&reversal, &head, json!({})).await.is(202);
        done(house).await;
        assert_eq!(results(house, &head, &at(&undo)).await, ["done"]);
        assert_eq!(seen(house, &head, &petition).await["tags"], json!([]));
        house.post(&reversal, &head, json!({})).await.refused(409, "unchanged");
    })
    .await;
}

#[tokio::test]
async fn a_filter_says_what_is_wrong_with_it_and_takes_no_part_of_a_list() {
    let house = House::open(crate::database::Engine::Lite).await;
    by_hand(&house);
    let head = house.post_holder("call_center_head").await;
    let told = async |filter: &str| {
        let wanted = json!({"step": "tag", "body": {"tags": ["rain"]}, "selection": {"filter": filter, "count": 1}});
        let request = house.ask(Method::POST, "/v1/jobs", &head).header("Accept-Language", "en").json(&wanted);
        let error = house.send(request).await.refused(422, "invalid_body").body["errors"][0].clone();
        assert_eq!(error["pointer"], "/selection/filter", "{filter}");
        (error["code"].as_str().unwrap().to_owned(), error["detail"].as_str().unwrap().to_owned())
    };
    for (filter, name, why) in [
        ("state=broken", "state", "in_review"),
        ("category=nothing", "category", "/v1/categories"),
        ("received_from=yesterday", "received_from", "2026-11-23"),
        ("sort=due_at", "state", "due_at"),
    ] {
        let (code, detail) = told(filter).await;
        assert_eq!(code, "filter_parameter_invalid", "{filter}");
        assert!(detail.contains(name) && detail.contains(why), "{detail}");
    }
    for filter in ["state=received&limit=1", "state=received&count=capped"] {
        assert_eq!(told(filter).await.0, "filter_parameter_unknown", "{filter}");
    }
    house.close().await;
}
