//! Content that goes: what somebody erases, and what nobody knows of.

use serde_json::{Value, json};

use super::files::jpeg;
use super::{Scene, left_in};
use crate::house::both;

#[tokio::test]
async fn erased_content_is_gone_and_that_it_was_there_is_not() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let attached = scene.attach("citizen", "otra casa.jpg", "image/jpeg", &jpeg(40, 30, None)).await.is(201);
        let here = attached.headers["location"].to_str().unwrap().to_owned();
        let steps = &attached.body["allowed_steps"];
        assert_eq!((&steps[0]["step"], &steps[0]["href"]), (&json!("erase"), &json!(format!("{here}/erasure"))));
        let clerk = house.post_holder("data_entry_clerk").await;
        let why = json!({"reason": "Es de otra petición."});
        house.post(&format!("{here}/erasure"), &clerk, why.clone()).await.refused(403, "not_allowed");
        house.post(&format!("{here}/erasure"), &scene.head, json!({})).await.invalid("/reason", "required");
        assert_eq!(left_in(&house.data_dir().join("attachments")).len(), 2);

        let erased = house.post(&format!("{here}/erasure"), &scene.head, why.clone()).await.is(200);
        assert_eq!((&erased.body["erased"], &erased.body["name"]), (&json!(true), &Value::Null));
        assert_eq!((&erased.body["content_href"], &erased.body["thumbnail_href"]), (&Value::Null, &Value::Null));
        scene.content(&format!("{here}/content"), &scene.head, &[]).await.0.refused(410, "content_erased");
        assert!(left_in(&house.data_dir().join("attachments")).is_empty());
        house.post(&format!("{here}/erasure"), &scene.head, why).await.refused(409, "attachment_erased");
        let events = scene.events(&scene.head).await;
        let kinds: Vec<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert!(kinds.ends_with(&["attached", "attachment_erased"]), "{kinds:?}");
        assert!(!json!(events).to_string().contains("otra casa"));
    })
    .await;
}

#[tokio::test]
async fn content_that_nobody_knows_of_is_swept_away_after_a_day() {
    both(async |house| {
        let scene = Scene::set(house).await;
        scene.attach("citizen", "a.jpg", "image/jpeg", &jpeg(40, 30, None)).await.is(201);
        let known = left_in(&house.data_dir().join("attachments"));
        let lost = api::auth::new_id(house.clock.now());
        let shard = api::files::contents::shard_of(lost);
        let folder = house.data_dir().join(format!("attachments/{shard:02x}/{lost}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("content"), b"lost").unwrap();
        // What a crash leaves half written has another name.
        let half = api::auth::new_id(house.clock.now());
        let folder = house.data_dir().join(format!("attachments/{:02x}/{half}", api::files::contents::shard_of(half)));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("content#1"), b"half").unwrap();
        let sweep = async || {
            let mut swept = 0;
            for shard in 0..=u8::MAX {
                swept += api::files::sweep::orphans(&house.running.state, shard).await.unwrap();
            }
            swept
        };
        assert_eq!(sweep().await, 0, "it may still be on its way");
        house.clock.advance(chrono::TimeDelta::hours(25));
        assert_eq!(sweep().await, 2);
        assert_eq!(left_in(&house.data_dir().join("attachments")), known);
        assert_eq!(sweep().await, 0);
    })
    .await;
}
