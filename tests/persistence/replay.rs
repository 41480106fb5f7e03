//! Keys of retries: the same request again is told what came of the first.

use chrono::{DateTime, TimeDelta, Utc};
use persistence::idempotency::{self, Key};
use persistence::{Store, StoreError};
use uuid::Uuid;

use crate::scratch::{Answer, Mishap, hold, on_both, open};

fn key(body: &str) -> Key {
    Key::new("ana", "POST", "/v1/petitions", "a-key", body.as_bytes())
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// Does something once per key: a new id, or the old one.
async fn once(store: &Store, key: Key, refuse: bool) -> Answer<(Uuid, bool)> {
    let id = Uuid::now_v7();
    store
        .write(vec![key], move |tx| {
            if let Some(recorded) = tx.replay(&key) {
                return if recorded.fits(&key) { Ok((recorded.result_id, true)) } else { Err(Mishap::Refused) };
            }
            tx.next_folio("AC-2026");
            tx.record(&key, id, now());
            if refuse { Err(Mishap::Refused) } else { Ok((id, false)) }
        })
        .await
}

fn block<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

#[test]
fn a_twin_in_the_same_group_gets_the_result_of_the_first() {
    on_both(|database| {
        let store = open(database);
        let held = hold(&store);
        block(async {
            let twin = |refuse| {
                let store = store.clone();
                tokio::spawn(async move { once(&store, key("{}"), refuse).await })
            };
            let (refused, first, second) = (twin(true), twin(false), twin(false));
            tokio::task::yield_now().await;
            held.let_go();
            // What a refused one recorded is forgotten with it.
            assert!(matches!(refused.await.unwrap(), Err(Mishap::Refused)));
            let (id, replayed) = first.await.unwrap().unwrap();
            assert!(!replayed);
            assert_eq!(second.await.unwrap().unwrap(), (id, true));
        });
    });
}

#[test]
fn a_retry_after_a_restart_gets_the_result_of_the_first_and_another_body_does_not() {
    on_both(|database| {
        let store = open(database);
        let (id, _) = block(once(&store, key("{}"), false)).unwrap();
        drop(store);
        let store = open(database);
        assert_eq!(block(once(&store, key("{}"), false)).unwrap(), (id, true));
        assert!(matches!(block(once(&store, key("[]"), false)), Err(Mishap::Refused)));
    });
}

#[test]
fn keys_are_forgotten_after_a_day() {
    on_both(|database| {
        let store = open(database);
        block(once(&store, key("{}"), false)).unwrap();
        let sweep = |at: DateTime<Utc>| {
            let gone: Result<usize, StoreError> =
                store.write_blocking(vec![], move |tx| idempotency::sweep(tx, at, 100));
            gone.unwrap()
        };
        assert_eq!(sweep(now() + TimeDelta::hours(24)), 0);
        assert_eq!(sweep(now() + TimeDelta::hours(24) + TimeDelta::microseconds(1)), 1);
        let (_, replayed) = block(once(&store, key("{}"), false)).unwrap();
        assert!(!replayed);
    });
}
