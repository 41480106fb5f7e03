//! The search's way through many blocks: exact by receipt in whatever order petitions came in, or said to be capped.

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use diesel::prelude::*;
use domain::actor::Actor;
use domain::search::Search;
use persistence::petitions::{self, Page, PetitionFilter, PetitionSort, Position};
use persistence::sql::{Instant, Side, Uid};
use persistence::{Db, Store, StoreError, on};
use uuid::Uuid;

use crate::scratch::{on_both, open};

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use persistence::sql::{Instant, Uid};
    search_entries (number) {
        number -> BigInt,
        petition_id -> Uid,
        received_at -> Instant,
        folio -> Text,
        words -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use persistence::sql::Instant;
    search_blocks (block) {
        block -> Integer,
        oldest -> Instant,
        newest -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};
    search_postings (block, word) {
        block -> Integer,
        word -> Text,
        numbers -> Binary,
    }
}

fn at(minutes: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap() + TimeDelta::minutes(minutes)
}

#[derive(Insertable)]
#[diesel(table_name = search_entries, treat_none_as_default_value = false)]
struct Entry {
    number: i64,
    petition_id: Uid,
    received_at: Instant,
    folio: &'static str,
    words: &'static str,
}

/// One block of petitions received at these minutes, all with the word `bach`, every second one with `hond`.
fn block(db: &mut Db, block: i32, minutes: &[i64]) -> Vec<Position> {
    let positions: Vec<Position> = minutes.iter().map(|minute| (at(*minute), Uuid::now_v7())).collect();
    let rows: Vec<Entry> = (0_i64..)
        .zip(&positions)
        .map(|(place, (at, id))| Entry {
            number: i64::from(block) * 4_096 + place,
            petition_id: Uid(*id),
            received_at: Instant(*at),
            folio: "AC-2026-000001-2",
            words: "bach",
        })
        .collect();
    let (many, few) = rows.as_chunks::<100>();
    for some in many {
        on!(db, c => diesel::insert_into(search_entries::table).values(some).execute(c)).unwrap();
    }
    for one in few {
        on!(db, c => diesel::insert_into(search_entries::table).values(one).execute(c)).unwrap();
    }
    let span = (
        search_blocks::block.eq(block),
        search_blocks::oldest.eq(Instant(at(*minutes.iter().min().unwrap()))),
        search_blocks::newest.eq(Instant(at(*minutes.iter().max().unwrap()))),
    );
    on!(db, c => diesel::insert_into(search_blocks::table).values(span).execute(c)).unwrap();
    for (word, step) in [("bach", 1), ("hond", 2)] {
        let mut bits = vec![0_u8; 512];
        (0..minutes.len()).step_by(step).for_each(|place| bits[place / 8] |= 1 << (place % 8));
        let row = (search_postings::block.eq(block), search_postings::word.eq(word), search_postings::numbers.eq(bits));
        on!(db, c => diesel::insert_into(search_postings::table).values(row).execute(c)).unwrap();
    }
    positions
}

fn page(store: &Store, q: &str, side: Side, after: Option<Position>, limit: i64) -> Page<domain::petition::Petition> {
    let filter = PetitionFilter { search: Some(Search::parse(q).unwrap()), ..Default::default() };
    let visibility = Actor::system().visibility();
    let sort = PetitionSort::Received(side);
    store
        .read_blocking(|db| -> Result<_, StoreError> {
            petitions::petitions(db, &filter, &visibility, sort, after, limit)
        })
        .unwrap()
}

/// All pages one after the other, and whether any was capped.
fn all(store: &Store, q: &str, side: Side, limit: i64) -> (Vec<Uuid>, bool) {
    let (mut ids, mut capped, mut after) = (Vec::new(), false, None);
    loop {
        let page = page(store, q, side, after, limit);
        ids.extend(page.ids.iter().map(|id| id.uuid()));
        capped |= page.capped;
        after = page.next;
        if after.is_none() {
            return (ids, capped);
        }
    }
}

fn in_order(mut positions: Vec<Position>, side: Side) -> Vec<Uuid> {
    positions.sort_unstable();
    if side == Side::Before {
        positions.reverse();
    }
    positions.into_iter().map(|(_, id)| id).collect()
}

#[test]
fn pages_by_receipt_are_exact_over_blocks_that_came_in_in_any_order() {
    on_both(|database| {
        let store = open(database);
        let mut db = Db::connect(&database.url).unwrap();
        let mut positions = Vec::new();
        // New ones, old ones brought in later, some of both, and many of one minute.
        for (number, minutes) in (0..).zip([
            (500..560).collect::<Vec<i64>>(),
            (0..60).rev().collect(),
            (30..530).step_by(9).collect(),
            vec![77; 40],
            (540..600).collect(),
            (60..75).chain(590..620).collect(),
        ]) {
            positions.extend(block(&mut db, number, &minutes));
        }
        for side in [Side::Before, Side::After] {
            for limit in [7, 50, 200] {
                let expected = in_order(positions.clone(), side);
                assert_eq!(all(&store, "baches", side, limit), (expected, false), "{side:?} {limit}");
            }
            let (both, _) = all(&store, "baches hondos", side, 50);
            assert!(both.len() < positions.len() && !both.is_empty());
            assert_eq!(all(&store, "bache fuga", side, 50), (Vec::new(), false));
        }
    });
}

#[test]
fn too_many_of_all_times_at_once_are_capped_and_never_shown_twice() {
    on_both(|database| {
        let store = open(database);
        let mut db = Db::connect(&database.url).unwrap();
        db.batch("BEGIN").unwrap();
        let mut positions = Vec::new();
        for number in 0..4 {
            // Each block reaches over all times.
            let minutes: Vec<i64> = (0..3_400).map(|minute| minute * 10 + i64::from(number)).collect();
            positions.extend(block(&mut db, number, &minutes));
        }
        db.batch("COMMIT").unwrap();
        let first = page(&store, "bache", Side::Before, None, 50);
        assert!(first.capped && first.ids.len() == 50 && first.next.is_some());
        let (ids, capped) = all(&store, "bache", Side::Before, 4_000);
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert!(capped && once.len() == ids.len(), "{} {}", ids.len(), once.len());
        let whole = in_order(positions, Side::Before);
        // What is shown is in its order.
        let mut rest = whole.iter();
        assert!(ids.iter().all(|id| rest.any(|one| one == id)));
    });
}
