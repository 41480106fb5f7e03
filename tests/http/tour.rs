//! The README's tour: a petition from the first word to the answer, followed by its citizen.

use serde_json::json;

use crate::house::both;

#[tokio::test]
async fn a_petition_goes_from_the_first_word_to_the_answer_and_is_reopened() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let roads = house.liaison("road_maintenance", None).await;

        // A call to 073.
        let filed = house
            .post(
                "/v1/petitions",
                &clerk,
                json!({
                    "channel": "phone_073",
                    "category": "water_leak",
                    "text": "Hay una fuga de agua en la esquina desde ayer.",
                    "address": "Av. Juárez 123",
                    "neighbourhood": "Torreón Jardín",
                    "petitioners": [{"name": "María López Garza", "telephone": "871 123 4567"}],
                }),
            )
            .await
            .is(201);
        let petition = &filed.body["petition"];
        let folio = petition["folio"].as_str().unwrap().to_owned();
        assert_eq!(folio, "AC-2026-000001-5");
        assert_eq!(petition["state"], "received");
        assert_eq!(petition["petitioners"][0]["name"], "M*** G.");
        assert_eq!(petition["petitioners"][0]["telephone"], "*** 4567");
        let pin = filed.text("pin");
        let at = format!("/v1/petitions/{folio}");

        // Routed to two dependencies.
        let routed = house
            .post_at(
                &format!("{at}/assignments"),
                &clerk,
                petition["etag"].as_str().unwrap(),
                json!({"assignments": [{"dependency": "simas"}, {"dependency": "road_maintenance"}]}),
            )
            .await
            .is(200);
        assert_eq!(routed.body["state"], "routed");

        // One returns it.
        let desk = house.get("/v1/assignments?state=open", &roads).await.is(200);
        let share = &desk.body["items"][0];
        assert_eq!(
            (&share["dependency"], desk.body["items"].as_array().unwrap().len()),
            (&json!("road_maintenance"), 1)
        );
        let returned = house
            .post_at(
                &format!("/v1/assignments/{}/return", share["id"].as_str().unwrap()),
                &roads,
                share["etag"].as_str().unwrap(),
                json!({"reason": "not_competent", "explanation": "Es de agua potable.", "suggested": "simas"}),
            )
            .await
            .is(200);
        assert_eq!(returned.body["state"], "returned");

        // The other accepts, asks and resolves.
        let desk = house.get("/v1/assignments?state=open", &simas).await.is(200);
        let share = desk.body["items"][0].clone();
        let own = format!("/v1/assignments/{}", share["id"].as_str().unwrap());
        assert_eq!(share["petition"]["text"], "Hay una fuga de agua en la esquina desde ayer.");
        house.post_at(&format!("{own}/acceptance"), &simas, share["etag"].as_str().unwrap(), json!({})).await.is(200);
        house
            .post(&format!("{own}/questions"), &simas, json!({"text": "¿Frente a qué número está la fuga?"}))
            .await
            .is(200);
        let seen = house.get(&at, &head).await.is(200);
        assert_eq!(
            (&seen.body["state"], &seen.body["questions"][0]["state"]),
            (&json!("in_progress"), &json!("drafted"))
        );
        let question = seen.body["questions"][0]["id"].as_str().unwrap().to_owned();
        let released = house.post(&format!("{at}/questions/{question}/release"), &head, json!({})).await.is(200);
        assert_eq!(released.body["state"], "awaiting_citizen");
        let shares = released.body["assignments"].as_array().unwrap();
        let asking = shares.iter().find(|share| share["dependency"] == "simas").unwrap();
        assert_eq!(asking["terms"][1]["state"], "paused", "{asking}");
        let replied = house
            .post(&format!("{at}/questions/{question}/reply"), &clerk, json!({"text": "Frente al 118."}))
            .await
            .is(200);
        assert_eq!(replied.body["state"], "in_progress");
        let resolve = async |report: &str| {
            let share = house.get(&own, &simas).await.is(200);
            let body = json!({"report": report, "outcome": "attended"});
            house.post_at(&format!("{own}/resolution"), &simas, &share.text("etag"), body).await.is(200)
        };
        resolve("Se reparó la fuga.").await;

        // Sent back, resolved again.
        let share = house.get(&own, &head).await.is(200);
        let back = house
            .post_at(&format!("{own}/review"), &head, &share.text("etag"), json!({"reason": "Falta el pavimento."}))
            .await
            .is(200);
        assert_eq!((&back.body["state"], &back.body["sent_back"]), (&json!("accepted"), &json!(1)));
        resolve("Se reparó la fuga y se repuso el pavimento.").await;

        // The return has to be dealt with before the answer.
        let review = house.get(&at, &head).await.is(200);
        assert_eq!((&review.body["state"], &review.body["returns_pending"]), (&json!("in_review"), &json!(1)));
        assert_eq!(review.body["proposed_outcome"], "attended");
        let answer = json!({"outcome": "attended", "text": "SIMAS reparó la fuga. Gracias por avisar."});
        house
            .post_at(&format!("{at}/answer"), &head, &review.text("etag"), answer)
            .await
            .refused(409, "returns_pending");
        let answer = json!({
            "outcome": "attended",
            "text": "SIMAS reparó la fuga. Gracias por avisar.",
            "let_returns_go": "No hacía falta.",
        });
        let answered = house.post_at(&format!("{at}/answer"), &head, &review.text("etag"), answer).await.is(200);
        assert_eq!(answered.body["state"], "answered");

        // The citizen is told, and comes back.
        let told = house
            .post_at(
                &format!("{at}/notifications"),
                &head,
                &answered.text("etag"),
                json!({"medium": "telephone", "result": "told"}),
            )
            .await
            .is(200);
        assert_eq!((&told.body["state"], &told.body["closing"]), (&json!("closed"), &json!("notified")));
        let reopened = house
            .post_at(
                &format!("{at}/reopenings"),
                &head,
                &told.text("etag"),
                json!({"reason": "La fuga volvió.", "assignments": [share.body["id"]]}),
            )
            .await
            .is(200);
        assert_eq!((&reopened.body["state"], &reopened.body["round"]), (&json!("routed"), &json!(2)));

        // The citizen follows it by folio and PIN.
        let session = house
            .post("/v1/public/sessions", "", json!({"folio": folio.to_lowercase(), "pin": pin.to_lowercase()}))
            .await
            .is(201);
        let own_view = house.get("/v1/public/petition", &session.text("access_token")).await.is(200);
        assert_eq!((&own_view.body["folio"], &own_view.body["state"]), (&json!(folio), &json!("routed")));
        house.get(&at, &session.text("access_token")).await.refused(401, "token_invalid");

        // The history holds.
        let history = house.get(&format!("{at}/events"), &head).await.is(200);
        assert_eq!(history.body["chain"]["holds"], true, "{}", history.body["chain"]);
        let kinds: Vec<&str> =
            history.body["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
        assert_eq!(
            kinds,
            [
                "filed",
                "routed",
                "routed",
                "returned",
                "accepted",
                "asked",
                "question_released",
                "replied",
                "resolved",
                "sent_back",
                "resolved",
                "return_let_go",
                "answered",
                "contacted",
                "closed",
                "reopened",
                "routed",
            ]
        );
    })
    .await;
}
