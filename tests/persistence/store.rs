//! Reading, writing and closing: what the store promises when nobody misbehaves.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use persistence::ledger::Ledger;
use persistence::{Db, Settings, Store, StoreError};

use crate::database::{Engine, TestDatabase, fresh};
use crate::scratch::{
    Answer, Mishap, hold, numbers, numbers_in, on_both, open, put, together, together_weighing, work,
};

#[test]
fn what_is_acknowledged_is_there_for_the_next_reader_and_the_next_process() {
    on_both(|database| {
        let store = open(database);
        let folio = store
            .write_blocking(vec![], |tx| -> Answer<i64> {
                put(tx, 7, "siete")?;
                Ok(tx.next_folio("AC-2026"))
            })
            .unwrap();
        assert_eq!(folio, 1);
        assert_eq!(numbers(&store), [7]);
        drop(store);
        let again = open(database);
        assert_eq!(numbers(&again), [7]);
        let ledger = again.read_blocking(Ledger::read).unwrap();
        assert_eq!(ledger.folios().get("AC-2026"), Some(&1));
    });
}

#[tokio::test]
async fn async_callers_get_the_same_answers() {
    for engine in Engine::BOTH {
        let database = fresh(engine);
        let store = open(&database);
        let number = store.write(vec![], |tx| -> Answer<i64> { Ok(tx.next_change()) }).await.unwrap();
        assert_eq!(number, 1);
        let ledger = store.read(Ledger::read).await.unwrap();
        assert_eq!(ledger.change_no(), 1);
        let panicked = store.read(|_| -> Result<(), StoreError> { panic!("on purpose") }).await;
        assert!(matches!(panicked, Err(StoreError::Panicked)));
        store.close().await;
    }
}

#[test]
fn writes_that_wait_are_committed_together() {
    on_both(|database| {
        let store = open(database);
        let before = store.statements();
        let pieces = (0..40).map(|_| work(|tx| Ok(tx.next_folio("AC-2026")))).collect();
        let folios: Vec<i64> = together(&store, pieces).into_iter().map(Result::unwrap).collect();
        assert_eq!(folios, (1..=40).collect::<Vec<_>>());
        // The held group reads the ledger; the group of forty reads it and writes it back.
        assert_eq!(store.statements() - before, 3);
    });
}

#[test]
fn what_is_worth_many_pieces_of_work_fills_its_group() {
    on_both(|database| {
        let store = open(database);
        let before = store.statements();
        let folio = || work(|tx| Ok(tx.next_folio("AC-2026")));
        let pieces = vec![(1, folio()), (200, folio()), (1, folio()), (200, folio()), (1, folio())];
        let folios: Vec<i64> = together_weighing(&store, pieces).into_iter().map(Result::unwrap).collect();
        assert_eq!(folios, [1, 2, 3, 4, 5]);
        // The held group reads the ledger; three groups read it and write it back.
        assert_eq!(store.statements() - before, 7);
    });
}

#[test]
fn folios_stay_gapless_under_many_writers_of_two_nodes_with_refusals() {
    on_both(|database| {
        let nodes = [open(database), open(database)];
        let kept = Arc::new(Mutex::new(Vec::new()));
        let writers: Vec<_> = (0..32)
            .map(|writer: i64| {
                let store = nodes[usize::try_from(writer % 2).unwrap()].clone();
                let kept = Arc::clone(&kept);
                thread::spawn(move || {
                    let mut dice = u64::try_from(writer).unwrap() * 7919 + 1;
                    for round in 0..20 {
                        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                        let face = (dice >> 33) % 8;
                        let number = writer * 1000 + round;
                        let answer = store.write_blocking(vec![], move |tx| -> Answer<(i64, i64)> {
                            let numbers = (tx.next_folio("AC-2026"), tx.next_change());
                            match face {
                                0 | 1 => return Err(Mishap::Refused),
                                2 => {
                                    put(tx, number, "")?;
                                    return Err(Mishap::Refused);
                                }
                                _ => {}
                            }
                            put(tx, number, "")?;
                            Ok(numbers)
                        });
                        match answer {
                            Ok(numbers) => kept.lock().unwrap().push((numbers, number)),
                            Err(Mishap::Refused) => assert!(face <= 2),
                            Err(Mishap::Store(error)) => panic!("{error}"),
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        let kept = kept.lock().unwrap();
        let count = i64::try_from(kept.len()).unwrap();
        let folios: BTreeSet<i64> = kept.iter().map(|((folio, _), _)| *folio).collect();
        let changes: BTreeSet<i64> = kept.iter().map(|((_, change), _)| *change).collect();
        let rows: BTreeSet<i64> = kept.iter().map(|(_, number)| *number).collect();
        assert_eq!(folios, (1..=count).collect());
        assert_eq!(changes, (1..=count).collect());
        assert_eq!(rows, numbers(&nodes[0]).into_iter().collect());
        let ledger = nodes[1].read_blocking(Ledger::read).unwrap();
        assert_eq!((ledger.change_no(), ledger.folios().get("AC-2026")), (count, Some(&count)));
    });
}

#[test]
fn a_full_queue_says_so_at_once_and_loses_nothing_that_it_took() {
    on_both(|database| {
        let store = Store::open(Settings { queue: 2, ..Settings::new(&database.url) }).unwrap();
        let held = hold(&store);
        let taken: Vec<_> = (0..2)
            .map(|number| {
                let store = store.clone();
                thread::spawn(move || {
                    store.write_blocking(vec![], move |tx| -> Answer<()> { Ok(put(tx, number, "")?) })
                })
            })
            .collect();
        let refused = (0..500).any(|_| {
            thread::sleep(Duration::from_millis(5));
            taken.iter().all(|thread| !thread.is_finished())
                && matches!(queue_is_full(&store), Err(Mishap::Store(StoreError::QueueFull)))
        });
        assert!(refused);
        held.let_go();
        for thread in taken {
            thread.join().unwrap().unwrap();
        }
        assert_eq!(numbers(&store).into_iter().filter(|number| *number < 2).collect::<Vec<_>>(), [0, 1]);
    });
}

/// Tries to queue one more without waiting for its answer.
fn queue_is_full(store: &Store) -> Answer<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let more = store.write(vec![], |_| -> Answer<()> { Err(Mishap::Refused) });
        tokio::time::timeout(Duration::from_millis(20), more).await.unwrap_or(Ok(()))
    })
}

#[test]
fn closing_finishes_what_was_taken_and_takes_no_more() {
    on_both(|database| {
        let store = open(database);
        let held = hold(&store);
        let (queued, seen) = mpsc::channel();
        let writers: Vec<_> = (0..10)
            .map(|number| {
                let (store, queued) = (store.clone(), queued.clone());
                thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                    runtime.block_on(async {
                        let mut write =
                            Box::pin(store.write(vec![], move |tx| -> Answer<()> { Ok(put(tx, number, "")?) }));
                        // One poll queues it.
                        assert!(
                            std::future::poll_fn(|cx| std::task::Poll::Ready(write.as_mut().poll(cx).is_pending()))
                                .await
                        );
                        queued.send(()).unwrap();
                        write.await
                    })
                })
            })
            .collect();
        for _ in 0..10 {
            seen.recv().unwrap();
        }
        let closing = thread::spawn({
            let store = store.clone();
            move || store.close_blocking()
        });
        held.let_go();
        closing.join().unwrap();
        for writer in writers {
            writer.join().unwrap().unwrap();
        }
        let late = store.write_blocking(vec![], |_| -> Answer<()> { Ok(()) });
        assert!(matches!(late, Err(Mishap::Store(StoreError::Closed))));
        assert_eq!(numbers(&store), (0..10).collect::<Vec<_>>());
    });
}

#[test]
fn the_statements_of_a_read_see_one_snapshot() {
    on_both(|database| {
        let store = open(database);
        let writer = store.clone();
        let (first, second) = store
            .read_blocking(|db| -> Result<_, StoreError> {
                let first = numbers_in(db)?;
                writer.write_blocking(vec![], |tx| put(tx, 1, ""))?;
                Ok((first, numbers_in(db)?))
            })
            .unwrap();
        assert_eq!((first, second), (vec![], vec![]));
        assert_eq!(numbers(&store), [1]);
    });
}

#[test]
fn a_reader_cannot_write() {
    on_both(|database| {
        let store = open(database);
        let tried = store.read_blocking(|db| db.batch("INSERT INTO scratch (number, words) VALUES (1, '')"));
        assert!(tried.is_err());
        assert_eq!(numbers(&store), [] as [i64; 0]);
    });
}

#[test]
fn a_ledger_held_by_another_node_too_long_is_busy_and_costs_nothing() {
    let check = |engine| {
        let database: TestDatabase = fresh(engine);
        let store = open(&database);
        let mut other = Db::connect(&database.url).unwrap();
        other.batch("BEGIN").unwrap();
        other.batch("UPDATE ledger SET change_no = change_no").unwrap();
        let tried = store.write_blocking(vec![], |tx| -> Answer<i64> { Ok(tx.next_change()) });
        assert!(matches!(tried, Err(Mishap::Store(StoreError::Busy))), "{tried:?}");
        other.batch("ROLLBACK").unwrap();
        assert_eq!(store.write_blocking(vec![], |tx| -> Answer<i64> { Ok(tx.next_change()) }).unwrap(), 1);
    };
    thread::scope(|scope| {
        for engine in Engine::BOTH {
            scope.spawn(move || check(engine));
        }
    });
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let database = fresh(Engine::Lite);
    for settings in [
        Settings { readers: 0, ..Settings::new(&database.url) },
        Settings { group: 0, ..Settings::new(&database.url) },
        Settings { queue: 0, ..Settings::new(&database.url) },
        Settings::new("mysql://localhost/atiende"),
    ] {
        assert!(matches!(Store::open(settings), Err(StoreError::Settings(_))));
    }
    let down = Store::open(Settings::new("postgres://127.0.0.1:1/atiende"));
    assert!(matches!(down, Err(StoreError::Unavailable(_))));
}
