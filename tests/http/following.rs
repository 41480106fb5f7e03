//! Who sees a petition to its end, and the marks by which it is found.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, both};

async fn file(house: &House, token: &str, channel: &str) -> Value {
    let filed = json!({
        "channel": channel, "category": "water_leak", "text": "Hay una fuga.",
        "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
    });
    house.post("/v1/petitions", token, filed).await.is(201).body["petition"].clone()
}

fn at(petition: &Value, rest: &str) -> String {
    format!("/v1/petitions/{}{rest}", petition["id"].as_str().unwrap())
}

async fn own_id(house: &House, token: &str) -> String {
    house.get("/v1/me", token).await.is(200).text("id")
}

async fn take(house: &House, token: &str, petition: &Value) -> Answer {
    let seen = house.get(&at(petition, ""), token).await.is(200).text("etag");
    house.send(house.ask(Method::POST, &at(petition, "/follower"), token).header("If-Match", seen)).await
}

async fn hand_over(house: &House, token: &str, petition: &Value, to: Value) -> Answer {
    let seen = house.get(&at(petition, ""), token).await.is(200).text("etag");
    house.put_at(&at(petition, "/follower"), token, &seen, to).await
}

#[tokio::test]
async fn the_channel_says_which_post_follows_and_the_deputy_does_while_nobody_is_head() {
    both(async |house| {
        let clerk = house.post_holder("data_entry_clerk").await;
        let follows = async |channel: &str| file(house, &clerk, channel).await["followed_by"].clone();
        assert_eq!(follows("whatsapp").await, "call_center_head");
        assert_eq!(follows("neighbourhood_tour").await, "community_coordinator");
        assert_eq!(follows("letter").await, "administrative_head", "neither post is held");
        house.post_holder("administrative_deputy_head").await;
        assert_eq!(follows("letter").await, "administrative_deputy_head");
        assert_eq!(follows("whatsapp").await, "call_center_head", "no other post has a stand-in");
        let together = json!({"channel": "letter", "petitions": [{"category": "water_leak", "text": "Hay una fuga."}]});
        let taken = house.post("/v1/intakes", &clerk, together).await.is(201).body;
        let of_it = format!("/v1/petitions/{}", taken["petitions"][0]["id"].as_str().unwrap());
        let seen = house.get(&of_it, &clerk).await.is(200).body;
        assert_eq!(seen["followed_by"], "administrative_deputy_head", "of an intake too");
        house.post_holder("administrative_head").await;
        assert_eq!(follows("desk").await, "administrative_head");
    })
    .await;
}

#[tokio::test]
async fn a_petition_is_taken_and_handed_over_by_those_who_may_and_lists_find_it() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let networks = house.post_holder("social_media_coordinator").await;
        let community = house.post_holder("community_coordinator").await;
        let clerk = house.post_holder("data_entry_clerk").await;
        let simas = house.liaison("simas", None).await;
        let petition = file(house, &head, "facebook").await;
        assert_eq!(petition["follower"], json!({
            "position": "call_center_head", "position_name": "Jefatura del centro de llamadas",
            "account_id": null, "name": null,
        }));
        let path = at(&petition, "/follower");
        house.send(house.ask(Method::POST, &path, &networks)).await.refused(428, "if_match_missing");
        take(house, &clerk, &petition).await.refused(403, "not_allowed");
        let taken = take(house, &networks, &petition).await.is(200).body;
        let me = own_id(house, &networks).await;
        assert_eq!(taken["follower"]["account_id"], json!(me));
        assert_eq!((&taken["followed_by"], &taken["follower"]["name"]), (&json!("social_media_coordinator"), &json!("Eva Ruiz")));
        take(house, &networks, &petition).await.refused(409, "unchanged");
        // It takes no body: what somebody writes into one would not be done.
        let wish = house.ask(Method::POST, &path, &networks).header("If-Match", taken["etag"].as_str().unwrap());
        let wish = wish.json(&json!({"position": "director_general"}));
        house.send(wish).await.invalid("/position", "unknown");
        take(house, &community, &petition).await.refused(403, "not_supervising");
        let theirs = own_id(house, &community).await;
        let to = |position: &str, account: &str| json!({"position": position, "account_id": account, "reason": "Es de colonias."});
        hand_over(house, &community, &petition, to("community_coordinator", &theirs)).await.refused(403, "not_supervising");
        hand_over(house, &head, &petition, to("messenger", &theirs)).await.refused(422, "follower_unfit");
        hand_over(house, &head, &petition, to("director_general", &theirs)).await.refused(422, "follower_unappointed");
        let given = hand_over(house, &head, &petition, to("community_coordinator", &theirs)).await.is(200).body;
        assert_eq!((&given["followed_by"], &given["follower"]["account_id"]), (&json!("community_coordinator"), &json!(theirs)));
        // Within the same post, to whoever holds it.
        let given = hand_over(house, &community, &petition, json!({"reason": "Salgo de vacaciones."})).await.is(200).body;
        assert_eq!((&given["followed_by"], &given["follower"]["account_id"]), (&json!("community_coordinator"), &Value::Null));
        let other = file(house, &head, "phone_073").await;
        take(house, &head, &other).await.is(200);
        for (query, expected) in [
            ("followed_by=community_coordinator".to_owned(), vec![&petition]),
            (format!("follower={}", own_id(house, &head).await), vec![&other]),
            (format!("follower={me}"), vec![]),
        ] {
            let found = house.get(&format!("/v1/petitions?{query}"), &head).await.is(200);
            let ids: Vec<&Value> = found.body["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
            assert_eq!(ids, expected.iter().map(|one| &one["id"]).collect::<Vec<_>>(), "{query}");
        }
        let history = house.get(&at(&petition, "/events"), &head).await.is(200).body;
        let kinds: Vec<&str> = history["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["filed", "taken", "handed_over", "handed_over"]);
        assert_eq!(history["chain"]["holds"], true);
        assert_eq!(history["items"][2]["payload"]["reason"]["text"], "Es de colonias.");
        let take = house.ask(Method::POST, &at(&petition, "/follower"), &simas).header("If-Match", "\"1\"");
        house.send(take).await.refused(404, "petition_unknown");
    })
    .await;
}

#[tokio::test]
async fn marks_are_codes_that_the_office_finds_by_and_nobody_else_sees() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let petition = file(house, &head, "phone_073").await;
        let route = json!({"assignments": [{"dependency": "simas"}]});
        house.post_at(&at(&petition, "/assignments"), &head, petition["etag"].as_str().unwrap(), route).await.is(200);
        let tags = at(&petition, "/tags");
        for bad in ["Lluvia", "maria lopez", "t8711234567", "", "-"] {
            house.post(&tags, &head, json!({"tags": ["rain", bad]})).await.invalid("/tags/1", "tag_malformed");
        }
        house.post(&tags, &head, json!({"tags": []})).await.is(422);
        house.post(&tags, &simas, json!({"tags": ["rain"]})).await.refused(403, "not_allowed");
        let tagged = house.post(&tags, &head, json!({"tags": ["rain_2026", "centre"]})).await.is(200).body;
        assert_eq!(tagged["tags"], json!(["centre", "rain_2026"]));
        house.post(&tags, &head, json!({"tags": ["centre"]})).await.refused(409, "unchanged");
        let many: Vec<String> = (0..19).map(|number| format!("mark_{number}")).collect();
        house.post(&tags, &head, json!({"tags": many})).await.refused(422, "too_many_tags");
        let other = file(house, &head, "phone_073").await;
        let found = async |query: &str, token: &str| -> Vec<Value> {
            let found = house.get(&format!("/v1/petitions?{query}"), token).await.is(200).body;
            found["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
        };
        assert_eq!(found("tag=rain_2026", &head).await, [petition["id"].clone()]);
        assert_eq!(found("tag=rain", &head).await, [] as [Value; 0]);
        assert_eq!(found("", &simas).await, [petition["id"].clone()]);
        assert_eq!(found("tag=rain_2026", &simas).await, [] as [Value; 0]);
        house.get("/v1/petitions?tag=Rain", &head).await.refused(400, "invalid_parameter");
        let seen = house.get(&at(&petition, ""), &simas).await.is(200).body;
        assert_eq!(seen["tags"], json!([]));
        let history = house.get(&at(&petition, "/events"), &simas).await.is(200).body;
        assert!(!history.to_string().contains("rain_2026"));

        let untag = async |tag: &str, etag: &Value| {
            let path = at(&petition, &format!("/tags/{tag}"));
            house.send(house.ask(Method::DELETE, &path, &head).header("If-Match", etag.as_str().unwrap())).await
        };
        untag("rain_2026", &other["etag"]).await.refused(412, "stale_version");
        let left = untag("rain_2026", &tagged["etag"]).await.is(200).body;
        assert_eq!(left["tags"], json!(["centre"]));
        untag("rain_2026", &left["etag"]).await.refused(409, "unchanged");
        untag("No", &left["etag"]).await.refused(404, "not_found");
    })
    .await;
}
