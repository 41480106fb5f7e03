//! How a job is done: called off, by several nodes, past a broken row, by itself, and forgotten.

use super::*;

#[tokio::test]
async fn the_rest_is_called_off_by_its_maker_and_refused_once_the_maker_is_suspended() {
    both(async |house| {
        by_hand(house);
        let state = &house.running.state;
        let head = house.post_holder("call_center_head").await;
        let folios = meeting(house, &head, 25).await;
        let some = async |job: &Answer| {
            let id = domain::id::Id::new(job.text("id").parse().unwrap());
            api::jobs::some(state, id).await.unwrap();
        };
        let tags = |tag: &str| json!({"tags": [tag]});
        let job = make(house, &head, "tag", tags("first"), json!({"petitions": folios})).await.is(202);
        some(&job).await;
        let part = house.get(&at(&job), &head).await.is(200);
        assert_eq!(json!([part.body["state"], part.body["done"], part.body["pending"]]), json!(["running", 20, 5]));
        let call_off =
            async |etag: &str| house.send(house.ask(Method::DELETE, &at(&job), &head).header("If-Match", etag)).await;
        // Progress makes no version stale.
        let over = call_off(&job.text("etag")).await.is(200);
        assert_eq!(json!([over.body["state"], over.body["done"], over.body["cancelled"]]), json!(["cancelled", 20, 5]));
        call_off(&job.text("etag")).await.refused(412, "stale_version");
        call_off(&over.text("etag")).await.refused(409, "job_over");
        some(&job).await;
        let items = house.get(&format!("{}/items?result=cancelled&limit=4", at(&job)), &head).await.is(200);
        assert_eq!(
            (&items.body["items"][0]["folio"], &items.body["items"][0]["decided_at"]),
            (&folios[20], &Value::Null)
        );
        let rest = format!("{}/items?result=cancelled&limit=4&cursor={}", at(&job), items.text("next"));
        assert_eq!(house.get(&rest, &head).await.is(200).body["items"].as_array().unwrap().len(), 1);
        assert_eq!(seen(house, &head, &folios[24]).await["tags"], json!([]));

        let job = make(house, &head, "tag", tags("second"), json!({"petitions": folios})).await.is(202);
        some(&job).await;
        let me = house.get("/v1/me", &head).await.is(200).text("id");
        let admin = house.token(ADMIN, PASSWORD).await;
        let account = format!("/v1/staff/{me}");
        let suspend = async |active: bool| {
            let etag = house.get(&account, &admin).await.is(200).text("etag");
            house.patch(&account, &admin, &etag, json!({"active": active})).await.is(200);
        };
        suspend(false).await;
        done(house).await;
        let id = domain::id::Id::new(job.text("id").parse().unwrap());
        let kept = state.store.read(move |db| jobs::find(db, id)).await.unwrap().unwrap();
        assert_eq!((kept.done, kept.refused, kept.pending()), (20, 5, 0));
        let refused =
            state.store.read(move |db| jobs::items(db, id, Some(domain::job::JobResult::Refused), None, 9)).await;
        assert!(refused.unwrap().iter().all(|item| item.problem.as_ref().unwrap().contains("not_allowed")));
        let other = house.post_holder("call_center_head").await;
        assert_eq!(seen(house, &other, &folios[24]).await["tags"], json!([]));
        assert_eq!(seen(house, &other, &folios[0]).await["tags"], json!(["first", "second"]));
    })
    .await;
}

#[tokio::test]
async fn two_nodes_share_a_job_and_a_broken_row_holds_nobody_up() {
    both(async |house| {
        let other = house.another_node().await;
        by_hand(house);
        by_hand(&other);
        let head = house.post_holder("call_center_head").await;
        let folios = meeting(house, &head, 50).await;
        let job = make(house, &head, "tag", json!({"tags": ["rain"]}), json!({"petitions": folios})).await.is(202);
        let (here, there) = tokio::join!(api::jobs::all(&house.running.state), api::jobs::all(&other.running.state));
        here.unwrap();
        there.unwrap();
        let over = other.get(&at(&job), &head).await.is(200).body;
        assert_eq!(json!([over["state"], over["done"], over["refused"]]), json!(["finished", 50, 0]));
        let history = house.get(&format!("/v1/petitions/{}/events", folios[49].as_str().unwrap()), &head).await.is(200);
        let kinds: Vec<&Value> = history.body["items"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, ["filed", "tagged"]);

        let broken = folios[1].as_str().unwrap().to_owned();
        house
            .running
            .state
            .store
            .write(Vec::new(), move |tx| -> Result<(), StoreError> {
                let spoil = format!("UPDATE petitions SET facts = '{{}}' WHERE folio = '{broken}'");
                on!(tx.writing()?, c => diesel::sql_query(spoil).execute(c))?;
                Ok(())
            })
            .await
            .unwrap();
        let three = json!({"petitions": &folios[..3]});
        let job = make(house, &head, "untag", json!({"tags": ["rain"]}), three).await.is(202);
        done(house).await;
        assert_eq!(results(house, &head, &at(&job)).await, ["done", "refused: internal", "done"]);
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_job_is_done_by_itself_and_forgotten_after_thirty_days() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let petition = file(house, &head, "water_leak").await;
        let selection = json!({"petitions": [petition["id"]]});
        let job = make(house, &head, "tag", json!({"tags": ["rain"]}), selection).await.is(202);
        // The server's own worker and this one do the same: whichever comes first.
        done(house).await;
        assert_eq!(results(house, &head, &at(&job)).await, ["done"]);
        house.clock.advance(chrono::Duration::days(31));
        assert!(house.clock.now() > begin());
        api::worker::round(&house.running.state).await.unwrap();
        house.get(&at(&job), &house.again(&head)).await.refused(404, "not_found");
        assert_eq!(seen(house, &house.again(&head), &petition).await["tags"], json!(["rain"]));
    })
    .await;
}
