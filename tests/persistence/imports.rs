//! Imports: whose turn it is, who is at work on one, and that another goes on where the first was.

use chrono::{TimeDelta, TimeZone as _, Utc};
use domain::import::{ImportFailure, ImportState};
use domain::time::Instant;
use persistence::accounts::{self, Account};
use persistence::imports::{self, Found, Import, NewImport, Progress};
use persistence::{Store, StoreError, Tx};
use uuid::Uuid;

use crate::scratch::{on_both, open};

const WHO: Uuid = Uuid::from_u128(7);

fn at(seconds: i64) -> Instant {
    Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn write<T: Send + 'static>(store: &Store, work: impl FnMut(&mut Tx) -> Result<T, StoreError> + Send + 'static) -> T {
    store.write_blocking(vec![], work).unwrap()
}

fn import(store: &Store, number: u128) -> Import {
    store.read_blocking(|db| imports::import(db, id(number))).unwrap().unwrap()
}

/// A store in which imports with these numbers were requested.
fn asked(store: Store, numbers: &[u128]) -> Store {
    let account = Account {
        id: WHO,
        email: "eva@torreon.gob.mx".to_owned(),
        name: "Eva Ruiz".to_owned(),
        password_hash: String::new(),
        must_change: false,
        active: true,
        created_at: at(0),
        version: 1,
    };
    let numbers = numbers.to_vec();
    write(&store, move |tx| {
        accounts::open_account(tx, &account)?;
        for number in &numbers {
            let wanted = NewImport {
                id: id(*number),
                source: "prueba".to_owned(),
                dry_run: false,
                mapping: "source = \"prueba\"".to_owned(),
                bytes: 900,
                requested_by: WHO,
            };
            imports::request(tx, &wanted, at(0))?;
        }
        Ok(())
    });
    store
}

fn claim(store: &Store, claimant: u128, now: Instant) -> Option<Uuid> {
    write(store, move |tx| imports::claim(tx, id(claimant), now, now + TimeDelta::seconds(60))).map(|import| import.id)
}

fn held(store: &Store, number: u128, claimant: u128) -> bool {
    write(store, move |tx| imports::held(tx, id(number), id(claimant))).is_some()
}

#[test]
fn one_import_is_worked_on_at_a_time_and_a_lease_that_ran_out_is_taken_by_another() {
    on_both(|database| {
        let store = asked(open(database), &[1, 2]);
        assert_eq!(claim(&store, 100, at(0)), Some(id(1)));
        let begun = import(&store, 1);
        assert_eq!((begun.state, begun.started_at, begun.version), (ImportState::Running, Some(at(0)), 2));
        assert_eq!(claim(&store, 101, at(59)), None, "the second waits for the first");
        assert!(held(&store, 1, 100) && !held(&store, 1, 101));
        assert_eq!(claim(&store, 101, at(60)), Some(id(1)));
        assert!(held(&store, 1, 101) && !held(&store, 1, 100), "the first has lost it");
        let taken_over = import(&store, 1);
        assert_eq!((taken_over.attempts, taken_over.started_at, taken_over.version), (2, Some(at(0)), 2));

        write(&store, |tx| imports::let_go(tx, id(1), at(90)));
        assert_eq!((held(&store, 1, 101), claim(&store, 102, at(89))), (false, None));
        assert_eq!(claim(&store, 102, at(90)), Some(id(1)));
        write(&store, |tx| imports::end(tx, id(1), ImportState::Failed, Some(ImportFailure::FileGone), at(91)));
        let ended = import(&store, 1);
        assert_eq!((ended.state, ended.failure), (ImportState::Failed, Some(ImportFailure::FileGone)));
        assert_eq!((ended.ended_at, ended.version, held(&store, 1, 102)), (Some(at(91)), 3, false));
        assert_eq!(claim(&store, 103, at(91)), Some(id(2)), "now it is the second's turn");
    });
}

#[test]
fn progress_renews_the_lease_and_findings_are_read_in_pages() {
    on_both(|database| {
        let store = asked(open(database), &[1]);
        claim(&store, 100, at(0));
        let progress = Progress {
            rows_read: 40,
            rows_taken: 30,
            rows_already: 1,
            rows_refused: 9,
            rows_repaired: 2,
            bytes_read: 700,
            findings: 41,
            findings_listed: 41,
            findings_counted: "R06:refused=9 R12:kept=32".to_owned(),
        };
        let found: Vec<Found> = (1..=41)
            .map(|number| Found {
                number,
                line: number + 1,
                column_name: "abierto".to_owned(),
                rule: "R06".to_owned(),
                deed: "refused".to_owned(),
                refusal: (number == 41).then(|| "already_routed".to_owned()),
            })
            .collect();
        let (kept, listed) = (progress.clone(), found.clone());
        write(&store, move |tx| imports::went_on(tx, id(1), &kept, &listed, at(120)));
        let import = import(&store, 1);
        assert_eq!((import.progress, import.attempts, import.version), (progress, 0, 2));
        assert_eq!(claim(&store, 101, at(119)), None);
        let page = |after, limit| store.read_blocking(|db| imports::findings(db, id(1), after, limit)).unwrap();
        assert_eq!(page(0, 25), found[..25]);
        assert_eq!(page(25, 25), found[25..]);
        assert_eq!(page(41, 25), []);
        let other = store.read_blocking(|db| imports::findings(db, id(2), 0, 25)).unwrap();
        assert!(other.is_empty());
    });
}

#[test]
fn one_that_waits_is_cancelled_at_once_and_one_that_runs_by_who_works_on_it() {
    on_both(|database| {
        let store = asked(open(database), &[1, 2]);
        claim(&store, 100, at(0));
        for number in [1, 2] {
            let seen = import(&store, number);
            write(&store, move |tx| imports::cancel(tx, &seen, WHO, at(5)));
        }
        let (running, waiting) = (import(&store, 1), import(&store, 2));
        assert_eq!((running.state, running.cancel_requested_at), (ImportState::Running, Some(at(5))));
        assert_eq!((running.cancelled_by, running.version), (Some(WHO), 3));
        assert_eq!((waiting.state, waiting.ended_at), (ImportState::Cancelled, Some(at(5))));
        assert_eq!(claim(&store, 101, at(60)), Some(id(1)), "who takes it over ends it");
    });
}

#[test]
fn the_list_begins_with_the_latest_and_goes_on_before_the_last_seen() {
    on_both(|database| {
        let store = asked(open(database), &[1, 2, 3]);
        let page = |before: Option<u128>| {
            let found = store.read_blocking(|db| imports::list(db, before.map(id), 2)).unwrap();
            found.into_iter().map(|import| import.id).collect::<Vec<_>>()
        };
        assert_eq!(page(None), [id(3), id(2)]);
        assert_eq!(page(Some(2)), [id(1)]);
    });
}

#[test]
fn a_file_is_known_until_its_import_is_over_and_it_is_gone() {
    on_both(|database| {
        let store = asked(open(database), &[1, 2]);
        let known = || {
            let found = store.read_blocking(|db| imports::known(db, &[id(1), id(2), id(9)])).unwrap();
            [1, 2, 9].map(|number| found.contains(&id(number)))
        };
        let to_remove = || store.read_blocking(|db| imports::to_remove(db, 10)).unwrap();
        assert_eq!((known(), to_remove()), ([true, true, false], vec![]));
        write(&store, |tx| imports::end(tx, id(1), ImportState::Finished, None, at(9)));
        assert_eq!((known(), to_remove()), ([true, true, false], vec![id(1)]));
        write(&store, |tx| imports::removed(tx, &[id(1)]));
        assert_eq!((known(), to_remove()), ([false, true, false], vec![]));
    });
}
