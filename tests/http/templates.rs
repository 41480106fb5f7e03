//! Response templates: the nearest comes first, no field that there is not, and how one reads for a real petition.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{ADMIN, House, PASSWORD, both};

async fn file(house: &House, token: &str, more: Value) -> Value {
    let mut body = json!({
        "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga frente a la casa de doña Cuca.",
        "neighbourhood": "Torreón Jardín", "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post("/v1/petitions", token, body).await.is(201).body["petition"].clone()
}

fn codes(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

fn lamp() -> Value {
    json!({"code": "lamp_replaced", "step": "answer", "category": "street_lighting",
        "names": {"es": "Lámpara cambiada", "en": "Lamp replaced"},
        "text": {"es": "Folio {{ folio }}: lista.", "en": "Folio {{ folio }}: done."}})
}

#[tokio::test]
async fn the_nearest_template_comes_first_and_everybody_who_writes_to_citizens_reads_it() {
    both(async |house| {
        let other = house.another_node().await;
        let aide = house.post_holder("administrative_aide").await;
        let liaison = house.liaison("simas", None).await;
        house.post("/v1/templates", &aide, lamp()).await.is(201);
        let list = async |query: &str| other.get(&format!("/v1/templates?{query}"), &liaison).await.is(200).body;
        let near = list("category=lamp_out&step=answer").await;
        assert_eq!(codes(&near), ["lamp_replaced", "attended", "not_feasible", "not_competent"]);
        assert_eq!(near["items"][0]["fields"], json!(["folio"]));
        assert!(near["fields"].as_array().unwrap().iter().any(|one| one["field"] == "due_date"), "{near}");
        assert_eq!(codes(&list("category=pothole&step=resolve").await), ["pothole_filled", "work_done"]);
        assert!(codes(&list("step=answer").await).contains(&"lamp_replaced"));
        other.get("/v1/templates?category=nowhere", &liaison).await.refused(400, "invalid_parameter");
        other.get("/v1/templates?step=sing", &liaison).await.refused(400, "invalid_parameter");
        let machine = house.machine("simas").await;
        house.get("/v1/templates/lamp_replaced", &machine).await.is(200);
        // It ends, and is offered no more.
        let seen = house.get("/v1/templates/lamp_replaced", &aide).await.is(200);
        let again = house.ask(Method::GET, "/v1/templates/lamp_replaced", &aide);
        house.send(again.header("If-None-Match", seen.text("etag"))).await.is(304);
        let end = json!({"valid_until": "2026-03-01"});
        house.patch("/v1/templates/lamp_replaced", &aide, &seen.text("etag"), end).await.is(200);
        assert_eq!(codes(&list("category=lamp_out&step=answer").await)[0], "attended");
        assert_eq!(codes(&list("category=lamp_out&step=answer&include_expired=true").await)[0], "lamp_replaced");
        house.post("/v1/templates", &aide, lamp()).await.refused(409, "code_taken");
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_template_that_names_a_field_that_there_is_not_is_refused_and_changes_nothing() {
    both(async |house| {
        let aide = house.post_holder("administrative_aide").await;
        let before = house.get("/v1/templates", &aide).await.is(200);
        let seen = house.get("/v1/templates/leak_mended", &aide).await.is(200).text("etag");
        let refuse = async |text: Value, pointer: &str, code: &str| {
            let answer = house.patch("/v1/templates/leak_mended", &aide, &seen, json!({"text": text})).await.is(422);
            let error = answer.body["errors"][0].clone();
            assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)), "{error}");
            error["detail"].as_str().unwrap().to_owned()
        };
        let told = refuse(json!({"es": "Hola,\n{{ petitioner }}"}), "/text/es", "template_field_unknown").await;
        assert!(told.contains("renglón 2") && told.contains("petitioner") && told.contains("due_date"), "{told}");
        refuse(json!({"en": "{{ folio * 100000 }}"}), "/text/en", "template_tag_unfit").await;
        refuse(json!({"en": "{% include 'x' %}"}), "/text/en", "template_tag_unfit").await;
        refuse(json!({"en": "{% if folio %}"}), "/text/en", "template_unbalanced").await;
        refuse(json!({"en": ""}), "/text/en", "required").await;
        let mut bad = lamp();
        bad["text"]["en"] = json!("{{ name }}");
        house.post("/v1/templates", &aide, bad).await.invalid("/text/en", "template_field_unknown");
        let mut stepless = lamp();
        stepless.as_object_mut().unwrap().remove("step");
        house.post("/v1/templates", &aide, stepless).await.invalid("/step", "required");
        let clerk = house.post_holder("data_entry_clerk").await;
        house.post("/v1/templates", &clerk, lamp()).await.refused(403, "not_allowed");
        let after = house.get("/v1/templates", &aide).await.is(200);
        assert_eq!(before.headers["etag"], after.headers["etag"]);
    })
    .await;
}

#[tokio::test]
async fn a_template_reads_for_a_petition_as_its_reader_may_see_it() {
    both(async |house| {
        house.running.indexer.abort();
        house.running.importer.abort();
        let head = house.post_holder("call_center_head").await;
        let route = json!({"route": [{"dependency": "simas"}, {"dependency": "road_maintenance"}]});
        let petition = file(house, &head, route).await;
        let (folio, id) = (petition["folio"].as_str().unwrap(), petition["id"].as_str().unwrap());
        let preview = async |token: &str, code: &str, body: Value| {
            house.post(&format!("/v1/templates/{code}/preview"), token, body).await
        };
        let read = preview(&head, "registered", json!({"petition": folio})).await.is(200);
        let spanish = format!(
            "Su petición sobre «Fuga de agua» quedó registrada con el folio {folio}. Consérvelo junto con su PIN: con \
             ambos puede consultar en qué va. Recibirá respuesta a más tardar el 9 de marzo de 2026."
        );
        assert_eq!(read.body["text"]["es"], spanish);
        assert!(read.body["text"]["en"].as_str().unwrap().ends_with("by 9 March 2026."), "{}", read.body);
        assert_eq!(read.body["empty"], json!([]));
        assert_eq!(read.headers["cache-control"], "private, no-store");
        let simas = house.liaison("simas", None).await;
        let words = json!({"es": "{{ dependency }}: {{ state }}, {{ scheduled_date }}", "en": "{{ today }}"});
        let read = preview(&simas, "registered", json!({"petition": id, "text": words})).await.is(200).body;
        let dependencies = ["simas", "road_maintenance"];
        let mut names = Vec::new();
        for code in dependencies {
            names.push(house.get(&format!("/v1/dependencies/{code}"), &head).await.text("name"));
        }
        assert_eq!(read["text"]["es"], format!("{} y {}: Canalizada, ", names[0], names[1]));
        assert_eq!((&read["text"]["en"], &read["empty"]), (&json!("2 March 2026"), &json!(["scheduled_date"])));
        // Who may not know of the petition is told that there is none; who mistypes it, why.
        let parks = house.liaison("public_works", None).await;
        for (token, body, code) in [
            (&parks, json!({"petition": folio}), "petition_unknown"),
            (&head, json!({"petition": "AC-2026-999999-9"}), "petition_unknown"),
            (&head, json!({"petition": "nada"}), "petition_unknown"),
        ] {
            let unknown = preview(token, "registered", body).await.refused(404, code);
            assert_eq!(unknown.body["errors"][0]["pointer"], "/petition", "{}", unknown.body);
        }
        preview(&head, "no_such", json!({"petition": folio})).await.refused(404, "not_found");
        preview(&head, "registered", json!({})).await.invalid("/petition", "required");
        let bad = json!({"petition": folio, "text": {"es": "{{ telephone }}"}});
        preview(&head, "registered", bad).await.invalid("/text/es", "template_field_unknown");
        // Nothing was written.
        let shown = house.get(&format!("/v1/petitions/{id}"), &head).await.is(200);
        assert_eq!(shown.body["etag"], petition["etag"]);
    })
    .await;
}

#[tokio::test]
async fn templates_go_home_as_a_table_and_come_back() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let home = house.get("/v1/catalogues/templates", &admin).await.is(200);
        let table = home.body.as_str().unwrap();
        let send = async |table: String| {
            let request = house.ask(Method::PATCH, "/v1/catalogues/templates", &admin);
            let etag = house.get("/v1/catalogues/templates", &admin).await.headers["etag"].clone();
            house.send(request.header("If-Match", etag).header("Content-Type", "text/csv").body(table)).await
        };
        let same = send(table.to_owned()).await.is(200).body;
        assert_eq!((&same["added"], &same["changed"]), (&json!(0), &json!(0)));
        let wrong = send("code,text_es\nleak_mended,{{ nombre }}\n".to_owned()).await.is(422).body;
        assert_eq!(wrong["errors"][0]["pointer"], "/lines/2/text_es", "{wrong}");
        let edited = send("code,text_es\nleak_mended,\"Folio {{ folio }}\nListo.\"\n".to_owned()).await.is(200).body;
        assert_eq!(edited["changed"], 1);
        let seen = house.get("/v1/templates/leak_mended", &admin).await.is(200).body;
        assert_eq!(seen["text"]["es"], "Folio {{ folio }}\nListo.");
    })
    .await;
}
