//! Co-petitioners: who joins a petition, by which PIN they follow it, and that nothing of one is shown to another.

use serde_json::{Value, json};

use crate::house::{House, both};

async fn file(house: &House, token: &str, petitioners: Value) -> Value {
    let body = json!({
        "channel": "committee", "category": "water_leak", "text": "Frente a mi casa, la de la señora López.",
        "petitioners": petitioners,
    });
    house.post("/v1/petitions", token, body).await.is(201).body
}

async fn session(house: &House, folio: &Value, pin: &Value) -> String {
    house.post("/v1/public/sessions", "", json!({"folio": folio, "pin": pin})).await.is(201).text("access_token")
}

fn committee() -> Value {
    json!({"petitioner": {
        "kind": "committee", "name": "Comité Nueva Laguna", "telephone": "871 555 0101",
        "presented_by": "Ana Ríos, presidenta",
    }})
}

#[tokio::test]
async fn who_joins_follows_by_a_pin_of_their_own_and_sees_nothing_of_the_others() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let filed = file(house, &head, json!([{"name": "María López", "telephone": "871 123 4567"}])).await;
        assert_eq!(filed["co_petitioners"], json!([]));
        let (id, folio) = (filed["petition"]["id"].as_str().unwrap(), &filed["petition"]["folio"]);
        let path = format!("/v1/petitions/{id}/co_petitioners");
        let joined = house.post_keyed(&path, &head, "join", committee()).await.is(201);
        let again = house.post_keyed(&path, &head, "join", committee()).await.is(201);
        assert_eq!(joined.body, again.body);
        let petitioners = &joined.body["petition"]["petitioners"];
        assert_eq!(petitioners.as_array().unwrap().len(), 2);
        assert_eq!(
            (&petitioners[1]["id"], &petitioners[1]["kind"]),
            (&joined.body["petitioner_id"], &json!("committee"))
        );
        assert_eq!((&petitioners[1]["principal"], &petitioners[1]["name"]), (&json!(false), &json!("C*** L.")));
        let shown = house.post(&format!("/v1/petitions/{id}/disclosures"), &head, json!({"purpose": "contact"})).await;
        assert_eq!(shown.is(201).body["petitioners"][1]["presented_by"], "Ana Ríos, presidenta");

        house.post(&format!("/v1/petitions/{id}/questions"), &head, json!({"text": "¿En qué número?"})).await.is(200);
        let own = session(house, folio, &filed["pin"]).await;
        let theirs = session(house, folio, &joined.body["pin"]).await;
        let own = house.get("/v1/public/petition", &own).await.is(200).body;
        assert_eq!((own["text"].is_string(), own["questions"].as_array().unwrap().len()), (true, 1));
        let seen = house.get("/v1/public/petition", &theirs).await.is(200).body;
        assert_eq!((&seen["text"], &seen["questions"]), (&Value::Null, &json!([])));
        assert_eq!((&seen["folio"], &seen["state"]), (folio, &json!("awaiting_citizen")));
        let wrong = json!({"folio": folio, "pin": "22222222"});
        house.post("/v1/public/sessions", "", wrong).await.refused(401, "pin_refused");

        let history = house.get(&format!("/v1/petitions/{id}/events"), &head).await.is(200).body;
        assert_eq!(history["chain"]["holds"], true);
        assert_eq!(history["items"][1]["kind"], "joined");
        for personal in ["Nueva Laguna", "5550101", "Ríos"] {
            assert!(!history.to_string().contains(personal), "{personal} is in the history");
        }
    })
    .await;
}

#[tokio::test]
async fn when_the_principal_withdraws_the_next_is_told_and_the_old_pin_opens_nothing() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let filed =
            file(house, &head, json!([{"name": "María López"}, {"name": "Eva Ruiz", "email": "eva@correo.mx"}])).await;
        let (id, folio) = (filed["petition"]["id"].as_str().unwrap(), &filed["petition"]["folio"]);
        let eva = &filed["co_petitioners"][0];
        assert_eq!(eva["petitioner_id"], filed["petition"]["petitioners"][1]["id"]);
        let maria = session(house, folio, &filed["pin"]).await;
        let etag = filed["petition"]["etag"].as_str().unwrap();
        let path = format!("/v1/petitions/{id}/withdrawal");
        let withdrawn = house.post_at(&path, &head, etag, json!({})).await.is(200).body;
        assert_eq!(
            (&withdrawn["state"], &withdrawn["petitioners"][1]["principal"]),
            (&json!("received"), &json!(true))
        );
        house.get("/v1/public/petition", &maria).await.refused(401, "session_ended");
        let old = json!({"folio": folio, "pin": filed["pin"]});
        house.post("/v1/public/sessions", "", old.clone()).await.refused(401, "pin_refused");
        let eva = session(house, folio, &eva["pin"]).await;
        house.get("/v1/public/petition", &eva).await.is(200);

        // The office goes on of its own motion when the last one withdraws, and somebody else may join.
        let etag = withdrawn["etag"].as_str().unwrap();
        let going_on = house.post_at(&path, &head, etag, json!({"continue_ex_officio": true})).await.is(200).body;
        assert_eq!(going_on["state"], "received");
        let joined = house.post(&format!("/v1/petitions/{id}/co_petitioners"), &head, committee()).await.is(201).body;
        assert_eq!(joined["petition"]["petitioners"][2]["principal"], true);
        house.get("/v1/public/petition", &eva).await.refused(401, "session_ended");

        // When it ends with the last, that is everybody's to see.
        let etag = joined["petition"]["etag"].as_str().unwrap();
        assert_eq!(house.post_at(&path, &head, etag, json!({})).await.is(200).body["closing"], "withdrawn");
        house.post("/v1/public/sessions", "", old).await.is(201);
    })
    .await;
}

#[tokio::test]
async fn nobody_joins_without_being_known_or_what_is_answered() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let filed = file(house, &head, json!([{"name": "María López", "telephone": "871 123 4567"}])).await;
        let id = filed["petition"]["id"].as_str().unwrap();
        let path = format!("/v1/petitions/{id}/co_petitioners");
        let bad = async |petitioner: Value| house.post(&path, &head, json!({"petitioner": petitioner})).await;
        bad(json!({})).await.invalid("/petitioner", "petitioner_empty");
        bad(json!({"telephone": "12"})).await.invalid("/petitioner/telephone", "telephone_malformed");
        bad(json!({"identity": "anonymous", "name": "Eva"})).await.invalid("/petitioner", "anonymous_leaves_nothing");
        house.post(&path, &head, json!({})).await.invalid("/petitioner", "required");
        let liaison = house.liaison("simas", None).await;
        house.post(&path, &liaison, committee()).await.refused(404, "petition_unknown");
        let etag = filed["petition"]["etag"].as_str().unwrap();
        let answer = json!({"outcome": "attended", "text": "Listo."});
        house.post_at(&format!("/v1/petitions/{id}/answer"), &head, etag, answer).await.is(200);
        house.post(&path, &head, committee()).await.refused(409, "already_answered");
        let kept = house.get(&format!("/v1/petitions/{id}"), &head).await.is(200).body;
        assert_eq!(kept["petitioners"].as_array().unwrap().len(), 1);
    })
    .await;
}
