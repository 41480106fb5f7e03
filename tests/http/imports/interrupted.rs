//! Imports that are broken off: whoever comes next goes on, once, and what is left is cleared away.

use super::*;

#[tokio::test]
async fn another_goes_on_where_a_node_stopped_answering_and_that_one_writes_nothing_more() {
    both(async |house| {
        let admin = quiet(house).await;
        let file = format!("{}4,2025-03-01,abierto,De nuevo,25.5,-103.4\nx,nunca,abierto,,,\n", rows(1..=30));
        let id = requested(house, &admin, &file).await;
        let lost = AtWork::begun(house).await;
        assert_eq!(worked(house).await, None, "while the lease holds nobody else does");
        house.clock.advance(TimeDelta::seconds(61));
        assert_eq!(worked(house).await, Some(id.parse().unwrap()));
        let done = import(house, &admin, &id).await.body;
        assert_eq!((&done["state"], numbers(&done)), (&json!("finished"), [32, 30, 0, 2, 0]));
        assert_eq!(lost.end().await, 0, "its claim is gone");
        assert_eq!(import(house, &admin, &id).await.body, done);
        assert_eq!(petitions(house).await, 30);
        let report = house.get(&format!("/v1/imports/{id}/report"), &admin).await.is(200).body;
        let rules: Vec<_> = report["items"].as_array().unwrap().iter().map(|one| one["rule"].clone()).collect();
        assert_eq!(rules, ["R05", "R06"], "a number that was there before the stop is still known");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_stops_leaves_the_import_to_be_gone_on_with_at_once() {
    both(async |house| {
        let admin = quiet(house).await;
        let id = requested(house, &admin, rows(1..=30)).await;
        let at_work = AtWork::begun(house).await;
        house.running.state.imports.stop();
        assert_eq!(at_work.end().await, 0);
        let left = import(house, &admin, &id).await.body;
        assert_eq!((&left["state"], numbers(&left), files(house)), (&json!("running"), [8, 8, 0, 0, 0], 1));
        let now = house.clock.now();
        let due = house.running.state.store.read(move |db| imports::due(db, now)).await.unwrap();
        assert_eq!(due, Some(id.parse().unwrap()));
    })
    .await;
}

#[tokio::test]
async fn an_import_that_cannot_go_on_says_why_and_what_is_in_stays() {
    both(async |house| {
        let admin = quiet(house).await;
        let open = format!("{}x,\"{}", rows(1..=10), "sin fin ".repeat(200_000));
        let id = requested(house, &admin, open).await;
        worked(house).await;
        let failed = import(house, &admin, &id).await.body;
        assert_eq!((&failed["state"], &failed["failure"]["code"]), (&json!("failed"), &json!("row_too_long")));
        assert!(failed["failure"]["detail"].as_str().unwrap().contains("comillas"));
        assert_eq!((&failed["progress"]["rows_taken"], petitions(house).await), (&json!(10), json!(10)));
        assert_eq!(files(house), 0);

        let gone = requested(house, &admin, rows(1..=3)).await;
        for file in left_in(&house.data_dir().join("attachments")) {
            std::fs::remove_file(file).unwrap();
        }
        worked(house).await;
        assert_eq!(import(house, &admin, &gone).await.body["failure"]["code"], "file_gone");
    })
    .await;
}

#[tokio::test]
async fn one_that_gets_no_further_however_often_it_is_begun_is_given_up() {
    both(async |house| {
        let admin = quiet(house).await;
        let id = requested(house, &admin, rows(1..=3)).await;
        for claimant in 1..=5 {
            let now = house.clock.now();
            let claimed = house.running.state.store.write(Vec::new(), move |tx| {
                imports::claim(tx, Uuid::from_u128(claimant), now, now + TimeDelta::seconds(60))
            });
            assert!(claimed.await.unwrap().is_some());
            house.clock.advance(TimeDelta::seconds(60));
        }
        worked(house).await;
        let given_up = import(house, &house.again(&admin), &id).await.body;
        assert_eq!((&given_up["state"], &given_up["failure"]["code"]), (&json!("failed"), &json!("no_progress")));
        assert_eq!(files(house), 0);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_kept_as_long_as_its_import_needs_it_and_goes_after_a_crash() {
    both(async |house| {
        let admin = quiet(house).await;
        let state = &house.running.state;
        let id: Uuid = requested(house, &admin, rows(1..=3)).await.parse().unwrap();
        house.clock.advance(TimeDelta::hours(25));
        let shard = api::files::contents::shard_of(id);
        api::worker::files(state, shard).await.unwrap();
        assert_eq!(files(house), 1, "it waits for its turn");
        let now: Instant = house.clock.now();
        // As if the node had died between the last word of the import and the removal of its file.
        let ended = state.store.write(Vec::new(), move |tx| -> Result<(), StoreError> {
            imports::end(tx, id, ImportState::Finished, None, now)
        });
        ended.await.unwrap();
        api::worker::files(state, 0).await.unwrap();
        assert_eq!(files(house), 0);
    })
    .await;
}
