//! Search: the words that people say, in any form, find the same on both engines, and betray nothing.

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::LINK;
use serde_json::{Value, json};

use crate::house::{House, both};

async fn file(house: &House, token: &str, text: &str, more: Value) -> Value {
    house.clock.advance(chrono::Duration::milliseconds(7));
    let mut body = json!({
        "channel": "phone_073", "category": "other", "text": text,
        "petitioners": [{"name": "Hermenegildo Zúñiga", "telephone": "871 765 4321"}],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post("/v1/petitions", token, body).await.is(201).body["petition"].clone()
}

async fn indexed(house: &House) {
    api::indexer::follow(&house.running.state.store).await.unwrap();
}

async fn search(house: &House, token: &str, q: &str, more: &[(&str, &str)]) -> Value {
    house.get(&path(q, more), token).await.is(200).body
}

fn path(q: &str, more: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("/v1/petitions?{}", query.append_pair("q", q).extend_pairs(more).finish())
}

fn folios(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["folio"].as_str().unwrap().to_owned()).collect()
}

fn folio(petition: &Value) -> String {
    petition["folio"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn words_in_any_form_and_fragments_of_folios_find_the_same_on_both_engines() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let texts = [
            (
                "Hay BACHES enormes frente a la escuela.",
                json!({"address": "Av. Juárez 1415", "neighbourhood": "Torreón Jardín"}),
            ),
            ("Un bache muy hondo.", json!({"address": "Calle Múzquiz 220"})),
            ("Falla el Alumbrado Público; las luces no prenden.", json!({"neighbourhood": "Las Etnias"})),
            ("No sirve la luminaria, pido su reparación.", json!({"address": "Juarez y Zaragoza"})),
            ("Solicito reparaciones del drenaje y del desagüe.", json!({})),
            (
                "El niño cayó en una coladera sin tapa junto al árbol.",
                json!({"neighbourhood": "Ampliación Valle Verde"}),
            ),
        ];
        let mut all = Vec::new();
        for (text, more) in texts {
            all.push(folio(&file(house, &head, text, more).await));
        }
        indexed(house).await;
        for (q, expected) in [
            ("bache", &[1, 0][..]),
            ("baches", &[1, 0]),
            ("BACHE", &[1, 0]),
            ("baches enorme", &[0]),
            ("bache juárez", &[0]),
            ("juarez", &[3, 0]),
            ("JUÁREZ", &[3, 0]),
            ("1415", &[0]),
            ("torreon jardin", &[0]),
            ("alumbrado publico", &[2]),
            ("público, alumbrado", &[2]),
            ("la luz", &[2]),
            ("luces", &[2]),
            ("luminarias", &[3]),
            ("reparacion", &[4, 3]),
            ("reparaciones", &[4, 3]),
            ("drenajes", &[4]),
            ("desague", &[4]),
            ("nino", &[5]),
            ("niños", &[5]),
            ("arboles", &[5]),
            ("muzquiz", &[1]),
            ("valle verde", &[5]),
            ("bache drenaje", &[]),
            ("bach", &[1, 0]),
            ("escuelita", &[]),
            ("000003", &[2]),
            ("0000", &[5, 4, 3, 2, 1, 0]),
            ("AC-2026-000004", &[3]),
            ("ac2026000004", &[3]),
            ("AC 2026 000004", &[3]),
            ("AC-2026-0000", &[5, 4, 3, 2, 1, 0]),
            ("2026-00000", &[5, 4, 3, 2, 1, 0]),
            ("AC-2026-0000 bache", &[1, 0]),
            ("AC-2025", &[]),
            ("H-2026", &[]),
            ("777", &[]),
            // Who asks is not searched.
            ("hermenegildo", &[]),
            ("zúñiga", &[]),
            ("8717654321", &[]),
            ("4321", &[]),
        ] {
            let found = search(house, &head, q, &[("count", "capped")]).await;
            let expected: Vec<String> = expected.iter().map(|at: &usize| all[*at].clone()).collect();
            assert_eq!(folios(&found), expected, "{q}");
            assert_eq!(found["capped"], false, "{q}");
            assert_eq!(found["count"], json!({"value": expected.len(), "exact": true}), "{q}");
        }
        let whole = search(house, &head, &all[2], &[]).await;
        assert_eq!(folios(&whole), [all[2].clone()]);
        assert!(house.get("/v1/petitions", &head).await.is(200).body.get("capped").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_search_goes_with_every_other_filter_sort_and_page() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let mut expected = BTreeSet::new();
        for at in 0..23 {
            let category = if at % 3 == 0 { "pothole" } else { "other" };
            let filed = file(house, &head, "Hay un bache.", json!({"category": category})).await;
            file(house, &head, "Hay basura.", json!({"category": category})).await;
            if category == "pothole" {
                expected.insert(folio(&filed));
            }
        }
        indexed(house).await;
        for sort in ["-received_at", "received_at", "-updated_at", "updated_at", "due_at"] {
            let mut seen = Vec::new();
            let mut path = format!(
                "/v1/petitions?q=baches&category=pothole&state=received&updated_from=2026-01-01\
                 &updated_to=2027-01-01&due_to=2027-01-01&sort={sort}&limit=3"
            );
            loop {
                let page = house.get(&path, &head).await.is(200);
                seen.extend(folios(&page.body));
                assert!(seen.len() <= expected.len(), "{sort}: pages without end");
                let Some(link) = page.headers.get(LINK) else { break };
                path = link.to_str().unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
            }
            let sorted = if sort.starts_with('-') {
                expected.iter().rev().cloned().collect::<Vec<_>>()
            } else {
                expected.iter().cloned().collect()
            };
            assert_eq!(seen, sorted, "{sort}");
        }
        let days = |from: &str, to: &str| [("received_from", from.to_owned()), ("received_to", to.to_owned())];
        for (from, to, number) in [("2026-03-02", "2026-03-03", 23), ("2026-03-03", "2026-03-04", 0)] {
            let days = days(from, to);
            let days: Vec<(&str, &str)> = days.iter().map(|(name, day)| (*name, day.as_str())).collect();
            let found = search(house, &head, "bache", &days).await;
            assert_eq!(folios(&found).len(), number, "{from}");
        }
        let counted = search(house, &head, "bache", &[("count", "capped"), ("category", "pothole")]).await;
        assert_eq!(counted["count"], json!({"value": expected.len(), "exact": true}));
    })
    .await;
}

#[tokio::test]
async fn a_liaison_finds_only_its_own_and_nothing_against_a_public_servant() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let (simas, roads) = (house.liaison("simas", None).await, house.liaison("road_maintenance", None).await);
        let comptroller = house.liaison("comptroller", None).await;
        let to = |dependency: &str| json!({"route": [{"dependency": dependency}]});
        let own = file(house, &head, "Fuga de agua en la esquina.", to("simas")).await;
        let others = file(house, &head, "Fuga que hizo un bache.", to("road_maintenance")).await;
        let accused = file(house, &head, "Fuga; el inspector pidió dinero.", to("simas")).await;
        let flag = json!({"against_public_servant": true, "reason": "Acusa a alguien."});
        let path = format!("/v1/petitions/{}/classification", accused["id"].as_str().unwrap());
        house.post_at(&path, &head, accused["etag"].as_str().unwrap(), flag).await.is(200);
        indexed(house).await;
        let found = async |token: &str, q: &str| {
            let page = search(house, token, q, &[("count", "capped")]).await;
            assert_eq!(page["count"]["value"], folios(&page).len());
            folios(&page)
        };
        assert_eq!(found(&head, "fugas").await, [folio(&accused), folio(&others), folio(&own)]);
        assert_eq!(found(&simas, "fugas").await, [folio(&own)]);
        assert_eq!(found(&roads, "fugas").await, [folio(&others)]);
        assert_eq!(found(&comptroller, "fugas").await, [folio(&accused)]);
        assert!(found(&simas, "inspector").await.is_empty());
        assert!(found(&simas, &folio(&others)).await.is_empty());
        house.get("/v1/petitions?q=fuga", &house.in_role("transparency").await).await.refused(403, "not_allowed");
    })
    .await;
}

#[tokio::test]
async fn what_is_amended_is_found_by_its_new_words_and_notes_are_never_searched() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let filed = file(house, &head, "Hay un bache.", json!({"address": "Calle Hidalgo 10"})).await;
        indexed(house).await;
        let at = format!("/v1/petitions/{}", filed["id"].as_str().unwrap());
        let amended = json!({"text": "Hay un socavón.", "neighbourhood": "La Rosita"});
        let request = house.ask(Method::PATCH, &at, &head).header("If-Match", filed["etag"].as_str().unwrap());
        house.send(request.json(&amended)).await.is(200);
        house.post(&format!("{at}/notes"), &head, json!({"text": "Llamó muy molesto."})).await.is(200);
        indexed(house).await;
        for (q, number) in
            [("bache", 0), ("socavon", 1), ("rosita", 1), ("hidalgo", 1), ("socavón hidalgo", 1), ("molesto", 0)]
        {
            assert_eq!(folios(&search(house, &head, q, &[]).await).len(), number, "{q}");
        }
    })
    .await;
}

/// The words of an erased text are gone with it, also from a batch that was read before and written after.
#[tokio::test]
async fn an_erased_text_is_found_no_more() {
    use persistence::{StoreError, history, search as index};

    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let filed = file(house, &head, "Hay un bache.", json!({"address": "Calle Hidalgo 10"})).await;
        indexed(house).await;
        file(house, &head, "Se cayó un poste.", json!({})).await;
        let store = &house.running.state.store;
        let begun = store.read(|db| index::prepare(db, 1_000)).await.unwrap();
        let id: uuid::Uuid = filed["id"].as_str().unwrap().parse().unwrap();
        store
            .write(Vec::new(), move |tx| -> Result<(), StoreError> {
                for text in history::texts_of(tx.db()?, id)?
                    .into_values()
                    .filter(|text| text.body.as_deref() == Some("Hay un bache."))
                {
                    assert!(history::erase_text(tx, text.id.into())?);
                }
                Ok(())
            })
            .await
            .unwrap();
        if let Some(begun) = begun {
            store.write(Vec::new(), move |tx| index::apply(tx, &begun)).await.unwrap();
        }
        indexed(house).await;
        for (q, number) in [("bache", 0), ("hidalgo", 1), ("poste", 1)] {
            assert_eq!(folios(&search(house, &head, q, &[]).await).len(), number, "{q}");
        }
        let agreed = store.read(|db| index::agreement(db, 0)).await.unwrap();
        assert_eq!((agreed.compared, agreed.differing, agreed.behind, agreed.next), (2, Vec::new(), false, None));
    })
    .await;
}

/// Several nodes may follow at once; each petition comes in once.
#[tokio::test]
async fn several_that_follow_at_once_bring_each_petition_in_once() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        for _ in 0..30 {
            file(house, &head, "Hay un bache.", json!({})).await;
        }
        let store = &house.running.state.store;
        let follow = || api::indexer::follow(store);
        let (one, two, three, four) = tokio::join!(follow(), follow(), follow(), follow());
        for done in [one, two, three, four] {
            done.unwrap();
        }
        let found = search(house, &head, "bache", &[("count", "capped"), ("limit", "200")]).await;
        assert_eq!(folios(&found).len(), 30);
        let agreed = store.read(|db| persistence::search::agreement(db, 0)).await.unwrap();
        assert_eq!((agreed.compared, agreed.differing), (30, Vec::new()));
        assert_eq!(store.read(persistence::search::missing).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn readiness_tells_how_far_the_search_is_behind_until_it_has_followed() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        file(house, &head, "Hay un bache.", json!({})).await;
        // By itself: nobody here asks the index to follow.
        let mut asked = 0;
        while house.get("/health/ready", "").await.is(200).body["search"]["changes"] != 0 {
            asked += 1;
            assert!(asked < 100_000, "the search does not follow");
        }
        assert_eq!(folios(&search(house, &head, "bache", &[]).await).len(), 1);
        let ready = house.get("/health/ready", "").await.is(200).body;
        assert_eq!(ready, json!({"status": "ok", "search": {"changes": 0, "seconds": 0.0}}));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_search_is_refused_by_name_with_what_to_do() {
    let house = House::open(crate::database::Engine::Lite).await;
    let head = house.post_holder("call_center_head").await;
    for (q, code) in [
        ("a".repeat(10_000), "too_long"),
        ("bache ".repeat(30), "too_many_words"),
        ("bache ".repeat(200), "too_long"),
        ("de la, el y un".to_owned(), "no_words"),
        ("¿¡...!? — ***".to_owned(), "no_words"),
        ("   ".to_owned(), "no_words"),
        (String::new(), "empty"),
        ("bache\u{0}".to_owned(), "not_one_line"),
    ] {
        let answer = house.get(&path(&q, &[]), &head).await.refused(400, "invalid_parameter");
        assert_eq!(answer.body["errors"][0]["pointer"], "?q");
        assert_eq!(answer.body["errors"][0]["code"], code, "{q:.20}");
    }
    // Whatever else is typed is a search that finds nothing.
    for q in ["' OR 1=1 --", "\"bache\"*", "bache%", "NEAR(a b)", "𝕭𝖆𝖈𝖍𝖊", "مرحبا", "a:b -c"] {
        assert!(folios(&search(&house, &head, q, &[]).await).is_empty(), "{q}");
    }
    house.close().await;
}
