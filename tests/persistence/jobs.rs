//! Jobs: no petition has two turns and none is lost, however many nodes work and whenever one dies.

use std::thread;

use chrono::{DateTime, Duration, TimeZone as _, Utc};
use diesel::prelude::*;
use domain::id::Id;
use domain::job::{Job as JobName, JobResult, JobState, JobStep, Trace};
use domain::tag::Tag;
use persistence::accounts::{self, Account};
use persistence::jobs::{self, Item, Job};
use persistence::{Db, Settings, Store, StoreError, Tx, on};
use uuid::Uuid;

use crate::changes::file;
use crate::scratch::{Answer, Mishap, numbers, on_both, open, put};

const ANA: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);
const EVA: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0002);

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap()
}

fn person(store: &Store, id: Uuid) {
    let account = Account {
        id,
        email: format!("{id}@torreon.gob.mx"),
        name: "Ana".to_owned(),
        password_hash: String::new(),
        must_change: false,
        active: true,
        created_at: now(),
        version: 1,
    };
    store.write_blocking(vec![], move |tx| accounts::open_account(tx, &account)).unwrap();
}

fn job(number: u128, account: Uuid, total: i32) -> Job {
    Job {
        id: Id::new(Uuid::from_u128(number)),
        account,
        step: JobStep::Tag,
        undoes: None,
        state: JobState::Running,
        total,
        done: 0,
        refused: 0,
        undone: 0,
        cancelled: 0,
        created_at: now() + Duration::seconds(i64::try_from(number).unwrap()),
        started_at: None,
        finished_at: None,
        version: 1,
        lasting: 0,
    }
}

/// Ana, and a job of hers with so many petitions.
fn made(store: &Store, total: i32) -> Id<JobName> {
    person(store, ANA);
    made_by(store, 1, ANA, total)
}

fn made_by(store: &Store, number: u128, account: Uuid, total: i32) -> Id<JobName> {
    let job = job(number, account, total);
    let waiting = |position: i32| {
        let petition =
            file(store, u32::try_from(number).unwrap() * 1_000 + u32::try_from(position).unwrap(), "simas", false);
        let folio = petition.folio.to_string();
        let (problem, trace, decided_at) = (None, None, None);
        Item { position, petition: petition.id, folio, result: JobResult::Pending, problem, trace, decided_at }
    };
    let items: Vec<Item> = (0..total).map(waiting).collect();
    let id = job.id;
    store.write_blocking(vec![], move |tx| jobs::open(tx, &job, r#"{"tags":["rain"]}"#, &items)).unwrap();
    id
}

/// A turn of at most `most`, which writes a row of its own for each petition: a second one for the same would be
/// refused by the database. Says how many had their turn.
fn turn(tx: &mut Tx, id: Id<JobName>, most: i64) -> Result<usize, StoreError> {
    let Some(mut job) = jobs::find(tx.db()?, id)?.filter(|job| job.state == JobState::Running) else { return Ok(0) };
    let mut items = jobs::pending(tx.db()?, id, most)?;
    for item in &mut items {
        put(tx, i64::from(item.position), "its turn")?;
        item.result = if item.position % 2 == 0 { JobResult::Done } else { JobResult::Refused };
        item.decided_at = Some(now());
        job.done += i32::from(item.result == JobResult::Done);
        job.refused += i32::from(item.result == JobResult::Refused);
    }
    job.started_at.get_or_insert(now());
    if job.pending() == 0 {
        job.state = JobState::Finished;
        job.finished_at = Some(now());
        job.version += 1;
    }
    jobs::decide(tx, id, &items)?;
    jobs::keep(tx, &job)?;
    Ok(items.len())
}

fn read<T>(store: &Store, f: impl FnOnce(&mut Db) -> Result<T, StoreError>) -> T {
    store.read_blocking(f).unwrap()
}

#[test]
fn nodes_that_work_on_one_job_give_each_petition_one_turn() {
    on_both(|database| {
        let nodes = [open(database), Store::open(Settings::new(&database.url)).unwrap()];
        let id = made(&nodes[0], 30);
        let turns: usize = thread::scope(|scope| {
            let work = |store: &Store| {
                let mut all = 0;
                loop {
                    match store.write_blocking(vec![], move |tx| turn(tx, id, 4)).unwrap() {
                        0 => return all,
                        some => all += some,
                    }
                }
            };
            let threads: Vec<_> =
                nodes.iter().flat_map(|store| [store, store]).map(|store| scope.spawn(move || work(store))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(turns, 30);
        assert_eq!(numbers(&nodes[0]), (0..30).collect::<Vec<i64>>());
        let job = read(&nodes[1], |db| jobs::find(db, id)).unwrap();
        assert_eq!((job.state, job.done, job.refused, job.pending(), job.version), (JobState::Finished, 15, 15, 0, 2));
        assert_eq!(read(&nodes[0], |db| jobs::running(db, 9)), []);
        assert_eq!(read(&nodes[0], |db| jobs::body(db, id)), None, "the words went with the last petition");
    });
}

#[test]
fn a_turn_that_dies_leaves_nothing_and_the_next_one_goes_on() {
    on_both(|database| {
        let store = open(database);
        let id = made(&store, 10);
        store.write_blocking(vec![], move |tx| turn(tx, id, 4)).unwrap();
        let died = store.write_blocking(vec![], move |tx| -> Answer<()> {
            turn(tx, id, 4)?;
            Err(Mishap::Refused)
        });
        assert!(matches!(died, Err(Mishap::Refused)));
        let lost = store.write_blocking(vec![], move |tx| -> Result<(), StoreError> {
            turn(tx, id, 4)?;
            panic!("the node dies");
        });
        assert!(matches!(lost, Err(StoreError::Panicked)));
        let job = read(&store, |db| jobs::find(db, id)).unwrap();
        assert_eq!((job.done, job.refused, job.pending()), (2, 2, 6));
        assert_eq!(numbers(&store), [0, 1, 2, 3]);
        drop(store);
        // Whoever starts next finds it.
        let next = Store::open(Settings::new(&database.url)).unwrap();
        assert_eq!(read(&next, |db| jobs::running(db, 9)), [id]);
        assert!(read(&next, |db| jobs::body(db, id)).is_some());
        while next.write_blocking(vec![], move |tx| turn(tx, id, 4)).unwrap() > 0 {}
        assert_eq!(numbers(&next), (0..10).collect::<Vec<i64>>());
    });
}

#[test]
fn what_became_of_each_is_read_in_order_and_by_result() {
    on_both(|database| {
        let store = open(database);
        let id = made(&store, 6);
        let trace = Trace::Tagged { added: vec![Tag::parse("rain").unwrap()], removed: vec![] };
        let kept = trace.clone();
        store
            .write_blocking(vec![], move |tx| {
                let mut items = jobs::pending(tx.db()?, id, 3)?;
                for item in &mut items {
                    item.result = JobResult::Done;
                    item.trace = Some(kept.clone());
                    item.decided_at = Some(now());
                }
                items[1].result = JobResult::Refused;
                items[1].problem = Some(r#"{"code":"unchanged"}"#.to_owned());
                jobs::decide(tx, id, &items)
            })
            .unwrap();
        let places = |result: Option<JobResult>, after: Option<i32>, limit: i64| -> Vec<i32> {
            read(&store, |db| jobs::items(db, id, result, after, limit)).iter().map(|item| item.position).collect()
        };
        assert_eq!(places(None, None, 4), [0, 1, 2, 3]);
        assert_eq!(places(None, Some(3), 4), [4, 5]);
        assert_eq!(places(Some(JobResult::Done), None, 9), [0, 2]);
        assert_eq!(places(Some(JobResult::Done), Some(0), 9), [2]);
        let done = read(&store, |db| jobs::undoable(db, id));
        assert_eq!((done.len(), done[1].trace.as_ref(), done[1].decided_at), (2, Some(&trace), Some(now())));
        store
            .write_blocking(vec![], move |tx| {
                jobs::take_back(tx, id, &[2])?;
                jobs::call_off(tx, id)
            })
            .unwrap();
        assert_eq!(places(Some(JobResult::Undone), None, 9), [2]);
        assert_eq!(places(Some(JobResult::Cancelled), None, 9), [3, 4, 5]);
        assert_eq!(places(Some(JobResult::Pending), None, 9), [] as [i32; 0]);
        let refused = read(&store, |db| jobs::items(db, id, Some(JobResult::Refused), None, 9));
        assert_eq!(refused[0].problem.as_deref(), Some(r#"{"code":"unchanged"}"#));
    });
}

#[test]
fn a_person_reads_their_own_jobs_newest_first() {
    on_both(|database| {
        let store = open(database);
        let first = made(&store, 1);
        person(&store, EVA);
        made_by(&store, 2, EVA, 1);
        let third = made_by(&store, 3, ANA, 1);
        let (page, next) = read(&store, |db| jobs::list(db, ANA, None, 1));
        assert_eq!(page.iter().map(|job| job.id).collect::<Vec<_>>(), [third]);
        let (page, end) = read(&store, |db| jobs::list(db, ANA, next, 1));
        assert_eq!((page.iter().map(|job| job.id).collect::<Vec<_>>(), end), (vec![first], None));
        assert_eq!(read(&store, |db| jobs::running(db, 9)).len(), 3);
    });
}

diesel::table! {
    job_items (position) {
        position -> Integer,
    }
}

#[test]
fn what_was_over_long_ago_is_forgotten_some_at_a_time() {
    on_both(|database| {
        let store = open(database);
        let id = made(&store, 5);
        let going_on = made_by(&store, 2, ANA, 1);
        store.write_blocking(vec![], move |tx| turn(tx, id, 9)).unwrap();
        let sweep = |before: DateTime<Utc>| store.write_blocking(vec![], move |tx| jobs::sweep(tx, before, 3)).unwrap();
        assert_eq!(sweep(now()), 0, "not yet");
        let later = now() + Duration::days(31);
        assert_eq!((sweep(later), read(&store, |db| jobs::find(db, id)).is_some()), (3, true));
        assert_eq!((sweep(later), read(&store, |db| jobs::find(db, id)).is_some()), (2, false));
        assert_eq!(sweep(later), 0);
        let left: i64 = read(&store, |db| Ok(on!(db, c => job_items::table.count().get_result(c))?));
        assert_eq!(left, 1);
        assert!(read(&store, |db| jobs::find(db, going_on)).is_some(), "whatever runs stays");
    });
}
