//! What changed, as read while threads of two nodes write: every event once, in the order of the commits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use chrono::{TimeZone as _, Utc};
use domain::actor::{Actor, Role};
use domain::calendar::Calendar;
use domain::event::Origin;
use domain::folio::{Folio, Series};
use domain::id::Id;
use domain::kind::{Kind, Priority};
use domain::occasion::Occasion;
use domain::petition::file::Filing;
use domain::petition::route::Routing;
use domain::petition::{Change, Petition};
use domain::policy::{Policy, Rules};
use domain::refusal::Refusal;
use domain::text::Text;
use persistence::history::{EventRow, events_since};
use persistence::petitions::{self, Changes};
use persistence::{Settings, Store, StoreError};
use uuid::Uuid;

use crate::scratch::{Answer, Mishap, on_both, open};

fn routing(dependency: &str) -> Routing {
    Routing { dependency: dependency.to_owned(), unit: None, directed: false, instructions: None, previous: None }
}

fn filing(number: u32, dependency: &str, against_public_servant: bool) -> Filing {
    Filing {
        folio: Folio { series: Series::Registered, year: 2026, number: number.into() },
        channel: "phone_073".to_owned(),
        in_writing: false,
        followed_by: "call_center_head".to_owned(),
        kind: Kind::ServiceRequest,
        category: "water_leak".to_owned(),
        priority: Priority::Normal,
        against_public_servant,
        text: Text::parse("Una fuga.").ok(),
        address: None,
        fields: domain::form::Entries::default(),
        petitioners: Vec::new(),
        origin: Some(Origin { source: "test".to_owned(), external_id: number.to_string() }),
        received: None,
        routes: vec![routing(dependency)],
        answer: None,
        notification: None,
    }
}

/// Takes a step of the house and keeps it.
fn keep(
    store: &Store,
    before: Option<Petition>,
    step: impl Fn(&mut Occasion<'_>) -> Result<Change, Refusal> + Send + 'static,
) -> Petition {
    let seed = *Uuid::new_v4().as_bytes();
    store
        .write_blocking(vec![], move |tx| -> Answer<Petition> {
            let rules = Rules { calendar: Calendar::torreon(), policy: Policy::standard() };
            let actor = Actor::system();
            let now = Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap();
            let mut whole = [0; 32];
            whole[..16].copy_from_slice(&seed);
            let change = step(&mut Occasion::new(&actor, &rules, now, whole)).map_err(|_| Mishap::Refused)?;
            petitions::save(tx, before.as_ref(), &change, None)?;
            Ok(change.petition)
        })
        .unwrap()
}

pub fn file(store: &Store, number: u32, dependency: &'static str, flagged: bool) -> Petition {
    keep(store, None, move |occasion| Petition::file(occasion, filing(number, dependency, flagged)))
}

fn note(store: &Store, petition: Petition) -> Petition {
    keep(store, Some(petition.clone()), move |occasion| petition.note(occasion, Text::parse("Sigue igual.").unwrap()))
}

fn part(store: &Store, actor: &Actor, after: i64, limit: i64) -> Changes {
    let visibility = actor.visibility();
    store.read_blocking(|db| petitions::changes(db, &visibility, after, limit)).unwrap()
}

fn auditor() -> Actor {
    Actor::person(Id::new(Uuid::from_u128(1)), vec![Role::Auditor])
}

fn machine(dependency: &str) -> Actor {
    Actor::machine(Id::new(Uuid::from_u128(2)), dependency.to_owned())
}

/// The numbers that a reader with this part size reads to the end, and in how many parts.
fn walk(store: &Store, actor: &Actor, limit: i64) -> (Vec<i64>, usize) {
    let (mut numbers, mut after, mut parts) = (Vec::new(), 0, 0);
    loop {
        let found = part(store, actor, after, limit);
        numbers.extend(found.entries.iter().map(|entry| entry.change_no));
        parts += 1;
        after = found.up_to;
        if found.up_to >= found.last {
            return (numbers, parts);
        }
    }
}

const THREADS: u32 = 3;
const EACH: u32 = 12;

#[test]
fn a_reader_meanwhile_sees_every_event_of_two_nodes_once_and_in_order() {
    on_both(|database| {
        let nodes = [open(database), Store::open(Settings::new(&database.url)).unwrap()];
        let reader = Store::open(Settings::new(&database.url)).unwrap();
        let writing = AtomicUsize::new(0);
        let read = thread::scope(|scope| {
            for (node, store) in (0_u32..).zip(&nodes) {
                for thread in 0..THREADS {
                    writing.fetch_add(1, Ordering::SeqCst);
                    let writing = &writing;
                    scope.spawn(move || {
                        for turn in 0..EACH {
                            let number = 1 + (node * THREADS + thread) * EACH + turn;
                            let petition = file(store, number, "simas", false);
                            note(store, petition);
                        }
                        writing.fetch_sub(1, Ordering::SeqCst);
                    });
                }
            }
            let (mut read, mut after) = (Vec::new(), 0);
            loop {
                // Asked before reading: what is written meanwhile comes with another turn.
                let over = writing.load(Ordering::SeqCst) == 0;
                let found = part(&reader, &auditor(), after, 7);
                after = found.up_to;
                let at_end = found.up_to == found.last;
                read.extend(found.entries);
                if over && at_end {
                    return read;
                }
            }
        });
        let history: Vec<EventRow> = reader.read_blocking(|db| events_since(db, 0, 100_000)).unwrap();
        assert_eq!(history.len(), usize::try_from(2 * THREADS * EACH * 3).unwrap());
        let told: Vec<_> =
            read.iter().map(|one| (one.change_no, one.petition.uuid(), one.sequence, &one.body)).collect();
        let wrote: Vec<_> =
            history.iter().map(|row| (row.change_no, row.petition_id.0, row.sequence, &row.body)).collect();
        assert!(told == wrote, "{} read, {} written", told.len(), wrote.len());
        assert_eq!(
            wrote.iter().map(|row| row.0).collect::<Vec<_>>(),
            (1..=i64::try_from(wrote.len()).unwrap()).collect::<Vec<_>>()
        );
    });
}

#[test]
fn a_dependency_is_shown_its_petitions_alone_and_nothing_against_a_public_servant() {
    on_both(|database| {
        let store = open(database);
        for (number, dependency, flagged) in
            [(1, "simas", false), (2, "road_maintenance", false), (3, "comptroller", true), (4, "simas", false)]
        {
            file(&store, number, dependency, flagged);
        }
        // Each petition has two events: filed and routed.
        assert_eq!(walk(&store, &machine("simas"), 3).0, [1, 2, 7, 8]);
        assert_eq!(walk(&store, &machine("road_maintenance"), 100).0, [3, 4]);
        assert_eq!(walk(&store, &machine("comptroller"), 1).0, [5, 6]);
        assert_eq!(walk(&store, &machine("public_works"), 100).0, [] as [i64; 0]);
        assert_eq!(walk(&store, &auditor(), 5).0, (1..=8).collect::<Vec<_>>());
        let nobody = part(&store, &Actor::person(Id::new(Uuid::nil()), vec![Role::Transparency]), 0, 10);
        assert_eq!((nobody.entries.len(), nobody.up_to), (0, 0));
    });
}

#[test]
fn a_part_is_cut_at_its_limit_and_looks_at_so_many_rows_and_no_more() {
    on_both(|database| {
        let store = open(database);
        let mine = file(&store, 1, "simas", false);
        let theirs = file(&store, 2, "road_maintenance", false);
        // A history as long as it takes: written at once, by the store's own door.
        let (id, more) = (theirs.id, petitions::CLOSED_LISTS);
        store
            .write_blocking(vec![], move |tx| -> Result<(), StoreError> {
                for number in 0..more {
                    let change_no = tx.next_change();
                    let sequence = i32::try_from(number).unwrap() + 100;
                    tx.push_event(EventRow {
                        change_no,
                        petition_id: id.into(),
                        sequence,
                        body: "{}".to_owned(),
                        hash: vec![0; 32],
                    });
                }
                Ok(())
            })
            .unwrap();
        note(&store, mine);
        let first = part(&store, &machine("simas"), 0, 10);
        assert_eq!(first.entries.iter().map(|entry| entry.change_no).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(first.up_to, petitions::CLOSED_LISTS);
        let (numbers, parts) = walk(&store, &machine("simas"), 10);
        assert_eq!((numbers, parts), (vec![1, 2, 5 + petitions::CLOSED_LISTS], 2));
        let cut = part(&store, &auditor(), 0, 3);
        assert_eq!((cut.entries.len(), cut.up_to), (3, 3));
        let end = part(&store, &auditor(), cut.last, 3);
        assert_eq!((end.entries.len(), end.up_to), (0, cut.last));
    });
}
