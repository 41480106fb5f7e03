//! Corrections of a petition: what is emptied, what stays, what makes no difference, and of whom nothing is corrected.

use serde_json::{Value, json};

use crate::house::{Answer, House, both};

/// A petition that was captured with everything.
struct Captured<'h> {
    house: &'h House,
    token: String,
    path: String,
}

impl<'h> Captured<'h> {
    async fn file(house: &'h House) -> Self {
        let token = house.post_holder("call_center_head").await;
        let body = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.", "address": "Av. Juárez 123",
            "crossing": "Calle Múzquiz", "neighbourhood": "Una que no está", "postal_code": "27000",
            "location": {"latitude": 25.5428, "longitude": -103.4068},
            "petitioners": [{
                "name": "María López", "telephone": "871 123 4567", "email": "maria@correo.mx", "other_contact": "@maria",
                "preferred": "email", "presented_by": "Ana Ríos", "curp": "HEGG560427MVZRRL04",
            }],
        });
        let filed = house.post("/v1/petitions", &token, body).await.is(201).body;
        Self { house, token, path: format!("/v1/petitions/{}", filed["petition"]["id"].as_str().unwrap()) }
    }

    async fn seen(&self) -> Value {
        self.house.get(&self.path, &self.token).await.is(200).body
    }

    async fn amend(&self, body: Value) -> Answer {
        let etag = self.seen().await["etag"].clone();
        self.house.patch(&self.path, &self.token, etag.as_str().unwrap(), body).await
    }

    async fn amend_petitioner(&self, at: usize, data: Value) -> Answer {
        let id = self.seen().await["petitioners"][at]["id"].clone();
        self.amend(json!({"petitioners": [{"id": id, "data": data}]})).await
    }

    async fn events(&self) -> Vec<Value> {
        let history = self.house.get(&format!("{}/events", self.path), &self.token).await.is(200).body;
        assert_eq!(history["chain"]["holds"], true);
        history["items"].as_array().unwrap().clone()
    }

    async fn disclosed(&self) -> Value {
        let path = format!("{}/disclosures", self.path);
        let shown = self.house.post(&path, &self.token, json!({"purpose": "contact"})).await.is(201);
        shown.body["petitioners"].clone()
    }
}

#[tokio::test]
async fn null_empties_what_is_known_of_a_petitioner_and_what_is_absent_stays() {
    both(async |house| {
        let captured = Captured::file(house).await;
        let emptied = json!({"telephone": null, "curp": null, "preferred": null, "presented_by": null});
        captured.amend_petitioner(0, emptied).await.is(200);
        let shown = captured.disclosed().await[0].clone();
        for gone in ["telephone", "curp", "preferred", "presented_by"] {
            assert_eq!(shown[gone], Value::Null, "{gone}");
        }
        assert_eq!((&shown["name"], &shown["email"]), (&json!("María López"), &json!("maria@correo.mx")));
        assert_eq!((&shown["kind"], &shown["other_contact"]), (&json!("person"), &json!("@maria")));
        let found = house.post("/v1/people/search", &captured.token, json!({"telephone": "871 123 4567"})).await;
        assert_eq!(found.is(200).body["items"], json!([]), "nobody is found by it any more");

        let unreachable = captured.amend_petitioner(0, json!({"email": null, "other_contact": null})).await.is(200);
        assert_eq!(unreachable.body["petitioners"][0]["reachable"], false);
        let nobody = captured.amend_petitioner(0, json!({"name": null})).await.is(422);
        let told = nobody.body["errors"][0]["detail"].as_str().unwrap().to_owned();
        nobody.invalid("/petitioners/0/data", "petitioner_empty");
        assert!(!told.contains("anonymous"), "what an amendment does not take is no advice: {told}");
        captured.amend_petitioner(0, json!({"kind": null})).await.invalid("/petitioners/0/data/kind", "empty");
        captured.amend_petitioner(0, json!({"kind": "club"})).await.invalid("/petitioners/0/data/kind", "not_a_code");
        let fixed = captured.amend_petitioner(0, json!({"identity": "anonymous"})).await;
        fixed.invalid("/petitioners/0/data/identity", "not_amendable");
        let shown = captured.seen().await["petitioners"][0]["name"].clone();
        captured
            .amend_petitioner(0, json!({"name": shown}))
            .await
            .invalid("/petitioners/0/data/name", "name_malformed");
        assert_eq!(captured.disclosed().await[0]["name"], "María López");
    })
    .await;
}

#[tokio::test]
async fn a_correction_leaves_whoever_likes_e_mail_an_address_and_takes_nothing_that_is_covered() {
    both(async |house| {
        let captured = Captured::file(house).await;
        let amend = async |data: Value| captured.amend_petitioner(0, data).await;
        amend(json!({"email": null})).await.invalid("/petitioners/0/data/email", "email_preferred");
        amend(json!({"email": null, "preferred": "telephone"})).await.is(200);
        amend(json!({"preferred": "email"})).await.invalid("/petitioners/0/data/preferred", "email_preferred");
        for (field, covered) in [("presented_by", "A*** R."), ("other_contact", "@m***")] {
            let mut data = json!({});
            data[field] = json!(covered);
            amend(data).await.invalid(&format!("/petitioners/0/data/{field}"), "masked");
        }
        captured.amend(json!({"crossing": "Calle\nMúzquiz"})).await.invalid("/crossing", "not_one_line");
        captured.amend(json!({"postal_code": "270"})).await.invalid("/postal_code", "postal_code_malformed");
        let shown = captured.disclosed().await[0].clone();
        assert_eq!((&shown["presented_by"], &shown["other_contact"]), (&json!("Ana Ríos"), &json!("@maria")));
        let filed = json!({
            "channel": "phone_073", "category": "pothole", "text": "Hay un bache.",
            "petitioners": [{"name": "Eva Ruiz", "preferred": "email"}],
        });
        let refused = house.post("/v1/petitions", &captured.token, filed).await;
        refused.invalid("/petitioners/0/preferred", "email_preferred");
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_difference_is_neither_recorded_nor_told() {
    both(async |house| {
        let captured = Captured::file(house).await;
        let (before, events) = (captured.seen().await, captured.events().await.len());
        let changes = async || {
            let seen = house.get("/v1/changes?limit=1000", &captured.token).await.is(200);
            seen.body["items"].as_array().unwrap().len()
        };
        let told = changes().await;
        let id = &before["petitioners"][0]["id"];
        let same = json!({"name": "María López", "telephone": "8711234567", "email": "maria@correo.mx"});
        for body in [
            json!({}),
            json!({"text": " Hay una fuga. "}),
            json!({"address": "Av. Juárez 123", "crossing": "Calle Múzquiz", "postal_code": "27000"}),
            json!({"neighbourhood": "Una que no está"}),
            json!({"location": {"latitude": 25.5428, "longitude": -103.4068}}),
            json!({"petitioners": [{"id": id, "data": same}]}),
        ] {
            let answer = captured.amend(body.clone()).await.is(200);
            assert_eq!(answer.body, before, "{body}");
            assert_eq!(answer.headers["etag"].to_str().unwrap(), before["etag"], "{body}");
        }
        assert_eq!((captured.events().await.len(), changes().await), (events, told));

        // Of what is sent, only what differs is recorded.
        let other = json!({"text": "Hay una fuga.", "address": "Av. Juárez 125", "postal_code": "27000"});
        captured.amend(other).await.is(200);
        let events = captured.events().await;
        assert_eq!(events.last().unwrap()["payload"]["fields"], json!(["address"]));
        captured.amend(json!({"address": null})).await.is(200);
        assert_eq!(captured.amend(json!({"address": null})).await.is(200).body["address"], Value::Null);
        assert_eq!(captured.events().await.len(), events.len() + 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_corrected_of_a_petitioner_who_withdrew() {
    both(async |house| {
        let captured = Captured::file(house).await;
        let joining = json!({"petitioner": {"name": "Ana Ríos", "telephone": "871 765 4321"}});
        house.post(&format!("{}/co_petitioners", captured.path), &captured.token, joining).await.is(201);
        let seen = captured.seen().await;
        let withdrawing = json!({"petitioner_id": seen["petitioners"][1]["id"], "reason": "Ya no le interesa."});
        let path = format!("{}/withdrawal", captured.path);
        house.post_at(&path, &captured.token, seen["etag"].as_str().unwrap(), withdrawing).await.is(200);
        let refused = captured.amend_petitioner(1, json!({"telephone": null})).await;
        let refused = refused.refused(409, "petitioner_withdrew");
        assert_eq!(refused.body["errors"][0]["pointer"], "/petitioners/0/id", "{}", refused.body);
        assert_eq!(captured.disclosed().await[1]["telephone"], "+528717654321");
        captured.amend_petitioner(0, json!({"telephone": "871 111 2233"})).await.is(200);
    })
    .await;
}
