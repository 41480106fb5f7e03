//! Documents that a category asks for: what a petition lists, what is brought, and the receipt.

use serde_json::{Value, json};

use crate::attachments::Scene;
use crate::attachments::files::png;
use crate::house::{House, both};

/// A petition for a food parcel, which asks for an identity card to be seen and a bill of which a copy is kept.
async fn parcel(house: &House) -> (Scene<'_>, Value) {
    let head = house.post_holder("call_center_head").await;
    let simas = house.liaison("dif", None).await;
    let filed = json!({"channel": "desk", "category": "food_parcel", "text": "Pide una despensa.",
        "petitioners": [{"name": "María López"}], "route": [{"dependency": "dif"}]});
    let filed = house.post("/v1/petitions", &head, filed).await.is(201).body;
    let petition = format!("/v1/petitions/{}", filed["petition"]["id"].as_str().unwrap());
    let share = format!("/v1/assignments/{}", filed["petition"]["assignments"][0]["id"].as_str().unwrap());
    (Scene { house, head, simas, petition, share }, filed)
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_is_brought_is_receipted_and_what_lacks_is_told() {
    both(async |house| {
        let (scene, filed) = parcel(house).await;
        let category = house.get("/v1/categories/food_parcel", &scene.head).await.is(200).body;
        assert_eq!(codes(&category["requirements"]), ["food_parcel_id", "food_parcel_address"]);
        let before = &filed["petition"]["requirements"];
        assert_eq!(codes(before), ["food_parcel_id", "food_parcel_address"]);
        assert_eq!((&before[0]["delivered_at"], &before[0]["handling"]), (&Value::Null, &json!("seen")));
        let step = filed["petition"]["allowed_steps"].as_array().unwrap().iter().find(|one| one["step"] == "deliver");
        assert_eq!(step.unwrap()["href"], format!("{}/deliveries", scene.petition));

        let deliveries = format!("{}/deliveries", scene.petition);
        let clerk = house.post_holder("general_assistant").await;
        let card = json!({"documents": [{"requirement": "food_parcel_id"}]});
        let receipt = house.post_keyed(&deliveries, &clerk, "card", card.clone()).await.is(201);
        assert_eq!(codes(&receipt.body["lacking"]), ["food_parcel_address"]);
        assert_eq!(receipt.body["documents"][0]["name"], "Identificación oficial con fotografía");
        assert_eq!(receipt.body["folio"], filed["petition"]["folio"]);
        assert!(receipt.body["received_by_name"].is_string(), "{}", receipt.body);
        let again = house.post_keyed(&deliveries, &clerk, "card", card).await.is(201);
        assert_eq!(again.body, receipt.body);

        let bill = scene.attach("internal", "recibo.png", "image/png", &png()).await.is(201).text("id");
        let bill = json!({"documents": [{"requirement": "food_parcel_address", "attachment_id": bill}]});
        let second = house.post(&deliveries, &clerk, bill.clone()).await.is(201);
        assert_eq!(second.body["lacking"], json!([]));
        let place = second.headers["location"].to_str().unwrap().to_owned();
        assert_eq!(house.get(&place, &scene.head).await.is(200).body, second.body);

        let seen = house.get(&scene.petition, &scene.head).await.is(200).body;
        let now = &seen["requirements"];
        assert_eq!(now[1]["delivery_id"], second.body["id"]);
        assert_eq!(now[1]["attachment_id"], bill["documents"][0]["attachment_id"]);
        assert!(now[0]["delivered_at"].is_string());
        assert_eq!(seen["etag"], filed["petition"]["etag"], "it only adds");
        let history = house.get(&format!("{}/events", scene.petition), &scene.head).await.is(200).body;
        assert_eq!(history["chain"]["holds"], true);
        let kinds: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, ["filed", "routed", "delivered", "attached", "delivered"]);

        let pin = json!({"folio": filed["petition"]["folio"], "pin": filed["pin"]});
        let citizen = house.post("/v1/public/sessions", "", pin).await.is(201).text("access_token");
        let own = house.get("/v1/public/petition", &citizen).await.is(200).body;
        assert_eq!(codes(&own["requirements"]), ["food_parcel_id", "food_parcel_address"]);
        assert_eq!(own["requirements"][1]["attachment_id"], Value::Null, "the office's file is the office's");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_asked_twice_or_without_its_copy_is_refused_and_changes_nothing() {
    both(async |house| {
        let (scene, _) = parcel(house).await;
        let deliveries = format!("{}/deliveries", scene.petition);
        let bring =
            async |documents: Value| house.post(&deliveries, &scene.head, json!({"documents": documents})).await;
        let refuse = async |documents: Value, pointer: &str, code: &str| {
            bring(documents).await.refused(422, code).invalid(pointer, code);
        };
        let other = json!([{"requirement": "food_parcel_id"}, {"requirement": "school_record"}]);
        refuse(other, "/documents/1/requirement", "requirement_unknown").await;
        let twice = json!([{"requirement": "food_parcel_id"}, {"requirement": "food_parcel_id"}]);
        refuse(twice, "/documents/1/requirement", "requirement_twice").await;
        refuse(json!([{"requirement": "food_parcel_address"}]), "/documents/0/attachment_id", "copy_missing").await;
        let card = scene.attach("identity", "credencial.png", "image/png", &png()).await.is(201).text("id");
        let kept = json!([{"requirement": "food_parcel_id", "attachment_id": card}]);
        refuse(kept, "/documents/0/attachment_id", "copy_unexpected").await;
        let (other, _) = parcel(house).await;
        let theirs = other.attach("internal", "recibo.png", "image/png", &png()).await.is(201).text("id");
        let kept = json!([{"requirement": "food_parcel_address", "attachment_id": theirs}]);
        refuse(kept, "/documents/0/attachment_id", "copy_unknown").await;
        bring(json!([])).await.invalid("/documents", "too_few");
        bring(json!([{"requirement": "food_parcel_id", "colour": 1}])).await.invalid("/documents/0/colour", "unknown");
        let seen = house.get(&scene.petition, &scene.head).await.is(200).body;
        assert!(seen["requirements"].as_array().unwrap().iter().all(|one| one["delivered_at"].is_null()));

        // The dependency neither takes papers in nor reads of them.
        let card = json!({"documents": [{"requirement": "food_parcel_id"}]});
        house.post(&deliveries, &scene.simas, card.clone()).await.refused(403, "not_allowed");
        let receipt = house.post(&deliveries, &scene.head, card.clone()).await.is(201).text("id");
        let place = format!("{deliveries}/{receipt}");
        house.get(&place, &scene.simas).await.refused(404, "delivery_unknown");
        house.get(&format!("{deliveries}/{}", uuid::Uuid::nil()), &scene.head).await.refused(404, "delivery_unknown");
        house.get(&format!("{deliveries}/x"), &scene.head).await.refused(404, "delivery_unknown");
        let theirs = house.get(&scene.petition, &scene.simas).await.is(200).body;
        assert_eq!(theirs["requirements"], json!([]));
        let told = house.get(&format!("{}/events", scene.petition), &scene.simas).await.is(200).body;
        assert!(told["items"].as_array().unwrap().iter().all(|one| one["kind"] != "delivered"));
        house
            .post_at(
                &format!("{}/annulment", scene.petition),
                &scene.head,
                seen["etag"].as_str().unwrap(),
                json!({"reason": "Prueba."}),
            )
            .await
            .is(200);
        house.post(&deliveries, &scene.head, card).await.refused(409, "closed");

        // Where nothing is asked for, nothing is offered to be brought.
        let leak = json!({"channel": "desk", "category": "water_leak", "text": "Hay una fuga.",
            "petitioners": [{"name": "María López"}]});
        let leak = house.post("/v1/petitions", &scene.head, leak).await.is(201).body;
        let steps = leak["petition"]["allowed_steps"].as_array().unwrap();
        assert!(steps.iter().all(|one| one["step"] != "deliver"), "{steps:?}");
    })
    .await;
}
