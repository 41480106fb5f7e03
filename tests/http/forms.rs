//! Categories that ask: the form that comes with a category is the one by which a petition is judged, and what it says is
//! shown to whoever reads the petition.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{ADMIN, House, PASSWORD, both};

fn leak(fields: Value) -> Value {
    json!({"channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.", "fields": fields,
        "petitioners": [{"name": "María López", "telephone": "871 123 4567"}], "route": [{"dependency": "simas"}]})
}

/// Whether water reaches a house comes with the catalogue; since when has to be said if it does.
async fn with_a_required_field(house: &House) -> String {
    let admin = house.token(ADMIN, PASSWORD).await;
    let since = json!({"code": "leak_since", "names": {"es": "¿Desde cuándo?", "en": "Since when?"}, "type": "date",
        "required": true, "shown_when": {"field": "leak_reaches_house", "is": ["yes"]}});
    let added = house.post("/v1/categories/water_leak/fields", &admin, since).await.is(201);
    assert_eq!(added.headers["location"], "/v1/categories/water_leak/fields");
    assert_eq!(added.body["shown_when"], json!({"field": "leak_reaches_house", "is": ["yes"]}));
    admin
}

fn said(petition: &Value) -> Vec<(&str, &Value, &str)> {
    let fields = petition["fields"].as_array().unwrap().iter();
    fields.map(|one| (one["code"].as_str().unwrap(), &one["value"], one["value_label"].as_str().unwrap())).collect()
}

async fn filed(house: &House, token: &str, fields: Value) -> Value {
    house.post("/v1/petitions", token, leak(fields)).await.is(201).body
}

fn path(filed: &Value) -> String {
    format!("/v1/petitions/{}", filed["petition"]["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_category_brings_the_form_that_is_checked_when_a_petition_is_filed() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        with_a_required_field(house).await;
        let category = house.get("/v1/categories/water_leak", &head).await.is(200).body;
        let form = category["fields"].as_array().unwrap();
        let codes: Vec<&str> = form.iter().map(|field| field["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["leak_reaches_house", "leak_at_risk", "leak_since"]);
        assert_eq!(form[0]["choices"][0]["name"], "Sí");
        assert_eq!((&form[0]["type"], &form[2]["required"]), (&json!("choice"), &json!(true)));
        let list = house.get("/v1/categories", &head).await.is(200).body;
        let listed = list["items"].as_array().unwrap().iter().find(|one| one["code"] == "water_leak").unwrap();
        assert_eq!(listed["fields"], category["fields"]);

        let refuse = async |fields: Value, expected: &[(&str, &str)]| {
            let answer = house.post("/v1/petitions", &head, leak(fields)).await.refused(422, "invalid_body");
            let errors = answer.body["errors"].as_array().unwrap();
            let got: Vec<_> =
                errors.iter().map(|one| (one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap())).collect();
            assert_eq!(got, expected);
            assert!(errors.iter().all(|one| one["detail"] != "El valor no es válido."), "{}", answer.body);
        };
        refuse(
            json!({"colour": "red", "leak_reaches_house": "perhaps"}),
            &[("/fields/colour", "not_asked"), ("/fields/leak_reaches_house", "not_a_code")],
        )
        .await;
        refuse(json!({"leak_reaches_house": "yes"}), &[("/fields/leak_since", "required")]).await;
        refuse(json!({"leak_reaches_house": "no", "leak_since": "2026-03-01"}), &[("/fields/leak_since", "not_shown")])
            .await;
        refuse(json!({"leak_reaches_house": 7}), &[("/fields/leak_reaches_house", "wrong_type")]).await;
        refuse(json!({"leak_reaches_house": {"yes": true}}), &[("/fields/leak_reaches_house", "wrong_type")]).await;
        refuse(json!({"leak_reaches_house": true}), &[("/fields/leak_reaches_house", "wrong_type")]).await;
        refuse(json!({"leak_reaches_house": "yes", "leak_since": "ayer"}), &[("/fields/leak_since", "date_malformed")])
            .await;
        let many: serde_json::Map<String, Value> = (0..201).map(|at| (format!("f{at}"), json!(1))).collect();
        refuse(json!(many), &[("/fields", "too_many")]).await;
        let none = house.get("/v1/petitions", &head).await.is(200);
        assert_eq!(none.body["items"], json!([]), "nothing was changed");

        let bodies = json!([{"category": "pothole", "text": "Un bache."},
            {"category": "water_leak", "text": "Una fuga.", "fields": {"leak_reaches_house": "yes"}}]);
        let intake = json!({"channel": "neighbourhood_meeting", "petitions": bodies});
        let refused = house.post("/v1/intakes", &head, intake).await;
        refused.invalid("/petitions/1/fields/leak_since", "required");
    })
    .await;
}

#[tokio::test]
async fn what_the_form_says_is_shown_to_whoever_reads_the_petition_and_stands_in_no_entry() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let admin = with_a_required_field(house).await;
        let note = json!({"code": "leak_note", "names": {"es": "Seña", "en": "Landmark"}, "type": "text",
            "max_length": 40});
        house.post("/v1/categories/water/fields", &admin, note).await.is(201);
        let fields = json!({"leak_at_risk": ["children", "older_adults"], "leak_reaches_house": "yes",
            "leak_since": "2026-03-01", "leak_note": "Junto a la casa de Eulalia", "pole_number": null});
        house.post("/v1/petitions", &head, leak(fields.clone())).await.is(422);
        let mut fields = fields;
        fields.as_object_mut().unwrap().remove("pole_number");
        let filed = filed(house, &head, fields).await;
        let expected = json!([
            ["leak_note", "Junto a la casa de Eulalia", "Junto a la casa de Eulalia"],
            ["leak_reaches_house", "yes", "Sí"],
            ["leak_at_risk", ["older_adults", "children"], "Personas mayores, Niñas y niños"],
            ["leak_since", "2026-03-01", "2026-03-01"],
        ]);
        assert_eq!(json!(said(&filed["petition"])), expected);
        let at = path(&filed);
        assert_eq!(json!(said(&house.get(&at, &simas).await.is(200).body)), expected);
        let work = house.get("/v1/assignments", &simas).await.is(200);
        assert_eq!(json!(said(&work.body["items"][0]["petition"])), expected);
        let pin = json!({"folio": filed["petition"]["folio"], "pin": filed["pin"]});
        let citizen = house.post("/v1/public/sessions", "", pin).await.is(201).text("access_token");
        assert_eq!(json!(said(&house.get("/v1/public/petition", &citizen).await.is(200).body)), expected);

        let history = house.get(&format!("{at}/events"), &head).await.is(200);
        assert_eq!(history.body["chain"]["holds"], true);
        let stored = house.running.state.store.read(|db| persistence::history::events_since(db, 0, 100)).await.unwrap();
        assert!(stored.iter().all(|event| !event.body.contains("Eulalia")));
        assert!(stored[0].body.contains("leak_reaches_house"), "{}", stored[0].body);
    })
    .await;
}

#[tokio::test]
async fn what_it_says_is_amended_and_kept_when_the_category_is_another() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let admin = with_a_required_field(house).await;
        let filed = filed(house, &head, json!({"leak_reaches_house": "yes", "leak_since": "2026-03-01"})).await;
        let at = path(&filed);
        let etag = async || house.get(&at, &head).await.is(200).text("etag");
        let amend = async |fields: Value| house.patch(&at, &head, &etag().await, json!({"fields": fields})).await;
        amend(json!({"leak_since": null})).await.invalid("/fields/leak_since", "required");
        amend(json!({"leak_since": "2026-02-30"})).await.invalid("/fields/leak_since", "date_malformed");
        let before = etag().await;
        for same in [json!({}), json!({"leak_reaches_house": "yes", "leak_since": "2026-03-01"})] {
            amend(same).await.is(200);
            assert_eq!(etag().await, before, "what makes no difference leaves no entry");
        }
        let changed = amend(json!({"leak_since": "2026-02-28"})).await.is(200);
        assert_eq!(said(&changed.body)[1].1, "2026-02-28");
        // What hung on it goes with it.
        let dry = amend(json!({"leak_reaches_house": "no"})).await.is(200);
        assert_eq!(json!(said(&dry.body)), json!([["leak_reaches_house", "no", "No"]]));
        let told = house.get(&format!("{at}/events"), &simas).await.is(200);
        let last = told.body["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["kind"], &last["payload"]), (&json!("amended"), &json!({"fields": ["fields"]})));

        let depth = json!({"code": "pothole_depth", "names": {"es": "Hondo en centímetros", "en": "Depth in centimetres"},
            "type": "number", "required": true, "min": 1, "max": 300});
        house.post("/v1/categories/pothole/fields", &admin, depth).await.is(201);
        let other = json!({"category": "pothole", "reason": "Es un bache."});
        let other = house.post_at(&format!("{at}/classification"), &head, &etag().await, other).await.is(200);
        assert_eq!(other.body["missing_fields"][0]["code"], "pothole_depth");
        assert_eq!(other.body["fields"][0]["asked"], false);
        assert_eq!(house.get(&at, &simas).await.is(200).body["missing_fields"], json!([]));
        amend(json!({"pothole_depth": 301})).await.invalid("/fields/pothole_depth", "out_of_range");
        amend(json!({"leak_reaches_house": "yes"})).await.invalid("/fields/leak_reaches_house", "not_asked");
        let filled = amend(json!({"pothole_depth": 12, "leak_reaches_house": null})).await.is(200);
        assert_eq!(json!(said(&filled.body)), json!([["pothole_depth", 12, "12"]]));
        assert_eq!(filled.body["missing_fields"], json!([]));
        // A part says what is known of it.
        let part = json!({"category": "pothole", "text": "Otro enfrente.", "fields": {"pothole_size": "lane"}});
        let part = house.post(&format!("{at}/splits"), &head, part).await.is(201);
        assert_eq!(json!(said(&part.body["petition"])), json!([["pothole_size", "lane", "De todo el carril"]]));
        assert_eq!(part.body["petition"]["missing_fields"][0]["code"], "pothole_depth");
        let history = house.get(&format!("{at}/events"), &head).await.is(200);
        assert_eq!(history.body["chain"]["holds"], true);
    })
    .await;
}

#[tokio::test]
async fn who_manages_catalogues_says_what_is_asked_and_until_when() {
    both(async |house| {
        let other = house.another_node().await;
        let head = house.post_holder("call_center_head").await;
        let admin = with_a_required_field(house).await;
        let fields = "/v1/categories/water_leak/fields";
        let new = json!({"code": "leak_sort", "names": {"es": "Clase", "en": "Sort"}, "type": "choice",
            "choices": [{"code": "clean", "names": {"es": "Limpia", "en": "Clean"}}]});
        house.post(fields, &head, new.clone()).await.refused(403, "not_allowed");
        house.post("/v1/categories/nowhere/fields", &admin, new.clone()).await.refused(404, "not_found");
        let with = |member: &str, value: Value| {
            let mut body = new.clone();
            body[member] = value;
            body
        };
        let bar = json!([{"code": "clean", "names": {"es": "Limpia | clara", "en": "Clean"}}]);
        house.post(fields, &admin, with("choices", bar)).await.invalid("/choices", "choices_malformed");
        let nameless = json!([{"code": "clean", "names": {"es": "Limpia"}}]);
        house.post(fields, &admin, with("choices", nameless)).await.invalid("/choices", "choices_malformed");
        house.post(fields, &admin, with("choices", json!([]))).await.invalid("/choices", "required");
        house.post(fields, &admin, with("max", json!(3))).await.invalid("/max", "not_of_this_type");
        house.post(fields, &admin, with("help", json!({"es": "Vea"}))).await.invalid("/help/en", "required");
        let on = |field: &str, is: &str| with("shown_when", json!({"field": field, "is": [is]}));
        house.post(fields, &admin, on("pothole_size", "lane")).await.invalid("/shown_when/field", "code_unknown");
        house.post(fields, &admin, on("leak_reaches_house", "x")).await.invalid("/shown_when/is", "not_a_code");
        let added = house.post(fields, &admin, new.clone()).await.is(201);
        house.post(fields, &admin, new).await.refused(409, "code_taken");

        let one = "/v1/categories/water_leak/fields/leak_sort";
        let change = async |etag: &str, body: Value| house.patch(one, &admin, etag, body).await;
        let etag = added.text("etag");
        change("\"0\"", json!({"required": true})).await.refused(412, "stale_version");
        change(&etag, json!({"type": "text"})).await.invalid("/type", "fixed");
        let gone = json!([{"code": "sewage", "names": {"es": "Drenaje", "en": "Sewage"}}]);
        change(&etag, json!({"choices": gone})).await.invalid("/choices", "choice_gone");
        let elsewhere = house.patch("/v1/categories/pothole/fields/leak_sort", &admin, &etag, json!({})).await;
        elsewhere.refused(404, "not_found");
        let choices = json!([{"code": "clean", "names": {"es": "Limpia", "en": "Clean"}, "ended": true},
            {"code": "sewage", "names": {"es": "Drenaje", "en": "Sewage"}}]);
        let help = json!({"es": "Huela de lejos.", "en": "Smell from afar."});
        let changed = change(&etag, json!({"choices": choices, "help": help})).await.is(200);
        assert_eq!((&changed.body["choices"][0]["ended"], &changed.body["help"]["en"]), (&json!(true), &help["en"]));
        let bare = change(&changed.text("etag"), json!({"help": null})).await.is(200);
        assert_eq!(bare.body["help"], Value::Null);
        let said = filed(house, &head, json!({"leak_sort": "sewage"})).await;
        house.post("/v1/petitions", &head, leak(json!({"leak_sort": "clean"}))).await.is(422);

        // It ends, is asked no more, and what was said of it stays.
        change(&bare.text("etag"), json!({"valid_until": "2026-03-01"})).await.is(200);
        other.post("/v1/petitions", &head, leak(json!({"leak_sort": "sewage"}))).await.is(422);
        let kept = other.get(&path(&said), &head).await.is(200);
        assert_eq!(
            (&kept.body["fields"][0]["value_label"], &kept.body["fields"][0]["asked"]),
            (&json!("Drenaje"), &json!(false))
        );
        let codes = async |query: &str| {
            let list = other.get(&format!("{fields}{query}"), &head).await.is(200).body;
            list["items"].as_array().unwrap().iter().filter(|one| one["code"] == "leak_sort").count()
        };
        assert_eq!((codes("").await, codes("?include_expired=true").await), (0, 1));
        let list = other.get(fields, &head).await.is(200);
        let again = other.ask(Method::GET, fields, &head).header("If-None-Match", list.headers["etag"].clone());
        other.send(again).await.is(304);
        let table = house.ask(Method::GET, "/v1/catalogues/fields", &admin).send().await.unwrap();
        assert!(table.text().await.unwrap().contains("leak_sort,water_leak,Clase,Sort,"));
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_takes_a_call_reads_what_to_ask_and_when_to_say_911() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let admin = house.token(ADMIN, PASSWORD).await;
        let gas = house.get("/v1/categories/gas_leak", &head).await.is(200).body;
        assert!(gas["emergency_hint"].as_str().unwrap().contains("911") && gas["script"].is_string(), "{gas}");
        assert_eq!(gas["emergency_hint"], gas["emergency_hints"]["es"]);
        let path = "/v1/categories/pothole";
        let seen = house.get(path, &admin).await.is(200);
        assert_eq!(seen.body["emergency_hint"], Value::Null);
        let half = json!({"emergency_hint": {"es": "Marque 911."}});
        house.patch(path, &admin, &seen.text("etag"), half).await.invalid("/emergency_hint/en", "required");
        let both = json!({"emergency_hint": {"es": "Marque 911.", "en": "Dial 911."}});
        let changed = house.patch(path, &admin, &seen.text("etag"), both).await.is(200);
        assert_eq!(changed.body["emergency_hints"]["en"], "Dial 911.");
        let none = house.patch(path, &admin, &changed.text("etag"), json!({"emergency_hint": null})).await.is(200);
        assert_eq!(none.body["emergency_hint"], Value::Null);
        assert_eq!(none.body["script"], seen.body["script"]);
    })
    .await;
}
