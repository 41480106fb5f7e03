//! `kill -9` in the middle of 32 writing clients, again and again on the same database: what was
//! acknowledged is there, folios have neither gap nor double, and every chain holds.
//!
//! Two rounds in the normal suite; `ATIENDE_KILL_ROUNDS` says how many otherwise (`tests/kill-nine` runs ten).

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod clients;
#[path = "../support/database.rs"]
mod database;
mod process;
#[cfg(target_os = "linux")]
mod uploads;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use domain::folio::Series;
use persistence::ledger::Ledger;
use persistence::{Settings, Store, StoreError, petitions};

use crate::clients::{Acknowledged, Clients};
use crate::database::{Engine, TestDatabase, fresh};
use crate::process::{House, appoint_clerk};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_outlives_a_kill_on_sqlite() {
    survives(Engine::Lite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_outlives_a_kill_on_postgresql() {
    survives(Engine::Pg).await;
}

fn rounds() -> u32 {
    std::env::var("ATIENDE_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2)
}

async fn survives(engine: Engine) {
    let database = fresh(engine);
    let place = tempfile::tempdir().unwrap();
    let clerk = appoint_clerk(&database.url).await;
    let clients = Clients::new();
    let mut cut_off = 0;
    for round in 1..=rounds() {
        let mut house = House::open(&database, place.path()).await;
        let before = clients.acknowledged().len();
        let writing = clients.start(house.address, &clerk.token());
        clients.wait_for(before + 32).await;
        tokio::time::sleep(Duration::from_millis(rand::random_range(50..900))).await;
        house.kill();
        writing.stopped().await;
        cut_off += clients.unanswered().len();
        let kept = kept(&database).await;
        check(&clients, &kept);
        verify(&database, place.path());
        eprintln!(
            "{engine:?}, kill {round}: {} acknowledged, {} petitions, {} requests without an answer",
            clients.acknowledged().len(),
            kept.len(),
            clients.unanswered().len()
        );
    }
    assert!(cut_off > 0, "no request was under way at any kill: nothing was tested");

    // Whoever got no answer asks again with the same key, and there is one petition for each.
    let mut house = House::open(&database, place.path()).await;
    clients.repeat_unanswered(house.address, &clerk.token()).await;
    house.kill();
    let kept = kept(&database).await;
    check(&clients, &kept);
    let marks: HashSet<&str> = kept.iter().map(|one| one.mark.as_str()).collect();
    let acknowledged = clients.acknowledged();
    let asked: HashSet<&str> = acknowledged.iter().map(|one| one.mark.as_str()).collect();
    assert_eq!(marks, asked, "what is there is what was asked for, once each");
    verify(&database, place.path());
}

/// A petition as it is found after a kill.
struct Kept {
    id: uuid::Uuid,
    folio: String,
    number: i64,
    mark: String,
}

/// Walks the database, and compares the numbers with the ledger.
async fn kept(database: &TestDatabase) -> Vec<Kept> {
    let store = Store::open(Settings::new(&database.url)).unwrap();
    let (kept, given) = store
        .read(|db| -> Result<_, StoreError> {
            let mut kept = Vec::new();
            let mut after = None;
            loop {
                let some = petitions::walk(db, after, 500)?;
                let Some(last) = some.last() else { break };
                after = Some(last.id);
                let ids: Vec<_> = some.iter().map(|petition| petition.id).collect();
                let mut places = petitions::places(db, &ids)?;
                for petition in some {
                    assert_eq!(petition.folio.series, Series::Registered);
                    kept.push(Kept {
                        id: petition.id.uuid(),
                        folio: petition.folio.to_string(),
                        number: petition.folio.number,
                        mark: places.remove(&petition.id).and_then(|place| place.neighbourhood).unwrap_or_default(),
                    });
                }
            }
            Ok((kept, Ledger::read(db)?.folios().values().sum::<i64>()))
        })
        .await
        .unwrap();
    store.close().await;
    assert_eq!(i64::try_from(kept.len()).unwrap(), given, "the ledger has given as many folios as there are petitions");
    kept
}

fn check(clients: &Clients, kept: &[Kept]) {
    let mut numbers: Vec<i64> = kept.iter().map(|one| one.number).collect();
    numbers.sort_unstable();
    let expected: Vec<i64> = (1..=i64::try_from(kept.len()).unwrap()).collect();
    assert!(numbers == expected, "folios have a gap or a double");
    let by_mark: HashMap<&str, &Kept> = kept.iter().map(|one| (one.mark.as_str(), one)).collect();
    assert_eq!(by_mark.len(), kept.len(), "one request became two petitions");
    for Acknowledged { mark, id, folio } in clients.acknowledged() {
        let found = by_mark.get(mark.as_str()).unwrap_or_else(|| panic!("{folio} was acknowledged and is gone"));
        assert_eq!((found.id, &found.folio), (id, &folio), "another petition than the acknowledged one");
    }
}

/// Chains, heads, states, texts, folios and change numbers, by the house's own command.
fn verify(database: &TestDatabase, place: &std::path::Path) {
    let verified = process::command(database, place, "verify").output().unwrap();
    assert!(verified.status.success(), "atiende verify: {}", String::from_utf8_lossy(&verified.stderr));
}
