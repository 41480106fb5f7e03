//! One member of a group misbehaves: it alone suffers.

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use persistence::{Db, StoreError, on};

use crate::database::{Engine, fresh};
use crate::scratch::{Answer, Mishap, Work, numbers, on_both, open, put, together, work};

/// A good neighbour: takes a folio and writes a row.
fn good(number: i64) -> Work<i64> {
    work(move |tx| {
        let folio = tx.next_folio("AC-2026");
        put(tx, number, "")?;
        Ok(folio)
    })
}

/// Puts the bad one between good ones and checks that these get folios without a gap; gives its answer.
fn among_good_ones(bad: impl Fn() -> Work<i64>) -> Vec<(Engine, Mishap)> {
    let answers = std::sync::Mutex::new(Vec::new());
    on_both(|database| {
        let store = open(database);
        let mut got = together(&store, vec![good(1), good(2), bad(), good(3), good(4)]);
        let Err(mishap) = got.remove(2) else { panic!("the bad one succeeded") };
        let folios: Vec<i64> = got.into_iter().map(Result::unwrap).collect();
        assert_eq!(folios, [1, 2, 3, 4]);
        assert_eq!(numbers(&store), [1, 2, 3, 4]);
        // And the writer works on as if nothing had been.
        assert_eq!(store.write_blocking(vec![], good(5)).unwrap(), 5);
        answers.lock().unwrap().push((database.engine, mishap));
    });
    answers.into_inner().unwrap()
}

#[test]
fn a_refused_neighbour_gives_its_folio_back() {
    for (_, mishap) in among_good_ones(|| {
        work(|tx| {
            tx.next_folio("AC-2026");
            Err(Mishap::Refused)
        })
    }) {
        assert!(matches!(mishap, Mishap::Refused));
    }
}

#[test]
fn a_neighbour_that_is_refused_after_writing_leaves_nothing() {
    for (_, mishap) in among_good_ones(|| {
        work(|tx| {
            tx.next_folio("AC-2026");
            put(tx, 99, "")?;
            Err(Mishap::Refused)
        })
    }) {
        assert!(matches!(mishap, Mishap::Refused));
    }
}

#[test]
fn a_neighbour_whose_statement_fails_leaves_nothing() {
    for (_, mishap) in among_good_ones(|| {
        work(|tx| {
            tx.next_folio("AC-2026");
            put(tx, 99, "")?;
            put(tx, 99, "")?;
            Ok(0)
        })
    }) {
        assert!(matches!(&mishap, Mishap::Store(error) if error.is_duplicate()), "{mishap:?}");
    }
}

#[test]
fn a_panicking_neighbour_leaves_nothing() {
    for (_, mishap) in among_good_ones(|| {
        work(|tx| {
            tx.next_folio("AC-2026");
            put(tx, 99, "")?;
            panic!("on purpose")
        })
    }) {
        assert!(matches!(mishap, Mishap::Store(StoreError::Panicked)), "{mishap:?}");
    }
}

#[test]
fn a_neighbour_that_passes_over_a_failed_statement_is_not_believed() {
    for (_, mishap) in among_good_ones(|| {
        work(|tx| {
            put(tx, 99, "")?;
            let _ = put(tx, 99, "");
            Ok(tx.next_folio("AC-2026"))
        })
    }) {
        assert!(matches!(mishap, Mishap::Store(StoreError::Unavailable(_))), "{mishap:?}");
    }
}

#[test]
fn nothing_runs_after_a_failed_statement() {
    for (_, mishap) in among_good_ones(|| {
        work(|tx| {
            put(tx, 99, "")?;
            let _ = put(tx, 99, "");
            put(tx, 100, "")?;
            Ok(0)
        })
    }) {
        assert!(matches!(mishap, Mishap::Store(StoreError::Panicked)), "{mishap:?}");
    }
}

#[test]
fn a_neighbour_that_meddles_with_the_transaction_is_found_out() {
    let begins = || {
        work(|tx| {
            put(tx, 99, "")?;
            on!(tx.writing()?, c => AnsiTransactionManager::begin_transaction(c)).map_err(StoreError::from)?;
            Ok(0)
        })
    };
    for (_, mishap) in among_good_ones(begins) {
        assert!(matches!(mishap, Mishap::Store(StoreError::Unavailable(_))), "{mishap:?}");
    }
    let rolls_back = || {
        work(|tx| {
            put(tx, 99, "")?;
            on!(tx.writing()?, c => AnsiTransactionManager::rollback_transaction(c)).map_err(StoreError::from)?;
            Ok(0)
        })
    };
    for (_, mishap) in among_good_ones(rolls_back) {
        assert!(matches!(mishap, Mishap::Store(StoreError::Unavailable(_))), "{mishap:?}");
    }
}

#[test]
fn a_neighbour_too_big_for_the_disk_is_told_so() {
    // SQLite ends the whole transaction when the disk is full, and Diesel does not notice.
    let database = fresh(Engine::Lite);
    Db::connect(&database.url).unwrap().batch("CREATE TABLE scratch (number bigint PRIMARY KEY, words text)").unwrap();
    let store = open(&database);
    let full = || {
        work(|tx| {
            tx.writing()?.batch("PRAGMA max_page_count = 1")?;
            put(tx, 99, &"x".repeat(1_000_000))?;
            Ok(0)
        })
    };
    let mut got = together(&store, vec![good(1), full(), good(2)]);
    let mishap = got.remove(1);
    assert!(matches!(mishap, Err(Mishap::Store(StoreError::Full))), "{mishap:?}");
    assert_eq!(got.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(numbers(&store), [1, 2]);
    // The same, and it tries to go on.
    let stubborn: Work<i64> = work(|tx| {
        tx.writing()?.batch("PRAGMA max_page_count = 1")?;
        let _ = put(tx, 99, &"x".repeat(1_000_000));
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| put(tx, 100, "")));
        Err(Mishap::Refused)
    });
    assert!(store.write_blocking(vec![], stubborn).is_err());
    assert_eq!(numbers(&store), [1, 2]);
    assert_eq!(store.write_blocking(vec![], good(3)).unwrap(), 3);
}

#[test]
fn a_connection_that_dies_at_work_takes_only_its_killer() {
    let database = fresh(Engine::Pg);
    Db::connect(&database.url).unwrap().batch("CREATE TABLE scratch (number bigint PRIMARY KEY, words text)").unwrap();
    let store = open(&database);
    let killer = work(|tx| {
        tx.writing()?.batch("SELECT pg_terminate_backend(pg_backend_pid())")?;
        Ok(0)
    });
    let mut got = together(&store, vec![good(1), killer, good(2)]);
    let mishap = got.remove(1);
    assert!(matches!(mishap, Err(Mishap::Store(StoreError::Unavailable(_)))), "{mishap:?}");
    assert_eq!(got.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(numbers(&store), [1, 2]);
}

#[test]
fn a_connection_that_dies_during_commit_is_unknown_to_all() {
    let database = fresh(Engine::Pg);
    Db::connect(&database.url)
        .unwrap()
        .batch(
            "CREATE TABLE scratch (number bigint PRIMARY KEY, words text); \
             CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; \
             CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON scratch DEFERRABLE INITIALLY DEFERRED \
                 FOR EACH ROW WHEN (NEW.words = 'die') EXECUTE FUNCTION die()",
        )
        .unwrap();
    let store = open(&database);
    let killer = work(|tx| {
        put(tx, 99, "die")?;
        Ok(tx.next_folio("AC-2026"))
    });
    for answer in together(&store, vec![good(1), killer]) {
        assert!(matches!(answer, Err(Mishap::Store(StoreError::Unknown))), "{answer:?}");
    }
    assert_eq!(numbers(&store), [] as [i64; 0]);
    assert_eq!(store.write_blocking(vec![], good(1)).unwrap(), 1);
}

#[test]
fn connections_that_died_idle_are_replaced_unseen() {
    let database = fresh(Engine::Pg);
    Db::connect(&database.url).unwrap().batch("CREATE TABLE scratch (number bigint PRIMARY KEY, words text)").unwrap();
    let store = open(&database);
    assert_eq!(store.write_blocking(vec![], good(1)).unwrap(), 1);
    assert_eq!(numbers(&store), [1]);
    Db::connect(&database.url)
        .unwrap()
        .batch(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .unwrap();
    let folio: Answer<i64> = store.write_blocking(vec![], good(2));
    assert_eq!(folio.unwrap(), 2);
    assert_eq!(numbers(&store), [1, 2]);
}
