//! Events and texts, and the types and nodes that both engines share.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use persistence::history::{EventRow, TextRow, erase_text, events_of, events_since, texts, texts_of};
use persistence::sql::{Instant, Side, Uid, keyset};
use persistence::{Db, Store, StoreError, on};
use uuid::Uuid;

use crate::scratch::{on_both, open};

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use persistence::sql::{Instant, Uid};
    moments (id) {
        id -> Uid,
        at -> Instant,
        other -> Nullable<Uid>,
        later -> Nullable<Instant>,
    }
}

fn file(store: &Store, petition: Uuid, events: i32) -> Vec<Uuid> {
    let ids: Vec<Uuid> = (0..events).map(|_| Uuid::now_v7()).collect();
    let given = ids.clone();
    store
        .write_blocking(vec![], move |tx| -> Result<(), StoreError> {
            for (sequence, id) in (1..).zip(&given) {
                let change_no = tx.next_change();
                let body = format!("{{\"n\":{sequence}}}");
                tx.push_event(EventRow { change_no, petition_id: Uid(petition), sequence, body, hash: vec![7; 32] });
                let (salt, body) = (Some(vec![1; 16]), Some(format!("palabra {sequence}")));
                tx.push_text(TextRow { id: Uid(*id), petition_id: Uid(petition), salt, body });
            }
            Ok(())
        })
        .unwrap();
    ids
}

#[test]
fn events_come_back_in_order_and_page_by_page() {
    on_both(|database| {
        let store = open(database);
        let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
        file(&store, one, 150);
        file(&store, other, 3);
        store
            .read_blocking(|db| -> Result<(), StoreError> {
                let sequences = |rows: Vec<EventRow>| rows.into_iter().map(|row| row.sequence).collect::<Vec<_>>();
                assert_eq!(sequences(events_of(db, one, 0, 1000)?), (1..=150).collect::<Vec<_>>());
                assert_eq!(sequences(events_of(db, one, 148, 1)?), [149]);
                let changes: Vec<i64> = events_since(db, 149, 100)?.iter().map(|row| row.change_no).collect();
                assert_eq!(changes, [150, 151, 152, 153]);
                let last = events_since(db, 152, 1)?.remove(0);
                assert_eq!((last.petition_id, last.sequence, last.body.as_str()), (Uid(other), 3, "{\"n\":3}"));
                assert_eq!(last.hash, [7; 32]);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn an_erased_text_keeps_its_id_and_loses_its_words() {
    on_both(|database| {
        let store = open(database);
        let petition = Uuid::now_v7();
        let ids = file(&store, petition, 80);
        let erased = ids[3];
        let erase = move |tx: &mut persistence::Tx| -> Result<bool, StoreError> { erase_text(tx, erased) };
        assert!(store.write_blocking(vec![], erase).unwrap());
        assert!(!store.write_blocking(vec![], erase).unwrap());
        store
            .read_blocking(|db| -> Result<(), StoreError> {
                let found = texts(db, &[ids[2], ids[3], Uuid::nil()])?;
                assert_eq!(found.len(), 2);
                assert_eq!(found[&ids[2]].body.as_deref(), Some("palabra 3"));
                assert_eq!((&found[&ids[3]].body, &found[&ids[3]].salt), (&None, &None));
                assert_eq!(texts_of(db, petition)?.len(), 80);
                assert!(!format!("{found:?}").contains("palabra"));
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn identifiers_and_instants_are_read_as_they_were_written_and_page_by_row_values() {
    on_both(|database| {
        let mut db = Db::connect(&database.url).unwrap();
        let create = match db {
            Db::Pg(_) => {
                "CREATE TABLE moments (id uuid PRIMARY KEY, at timestamptz NOT NULL, other uuid, later timestamptz)"
            }
            Db::Lite(_) => {
                "CREATE TABLE moments (id BLOB PRIMARY KEY, at INTEGER NOT NULL, other BLOB, later INTEGER) STRICT"
            }
        };
        db.batch(create).unwrap();
        let at = |micros| DateTime::<Utc>::from_timestamp_micros(micros).unwrap();
        let instants =
            [at(-1_234_567_890_123_456), at(-1), at(0), at(1_800_000_000_123_456), at(1_800_000_000_123_456)];
        let mut written = Vec::new();
        for instant in instants {
            let id = Uuid::now_v7();
            let row = (
                moments::id.eq(Uid(id)),
                moments::at.eq(Instant(instant)),
                moments::other.eq((instant > at(0)).then_some(Uid(id))),
                moments::later.eq((instant > at(0)).then_some(Instant(instant))),
            );
            on!(&mut db, c => diesel::insert_into(moments::table).values(row).execute(c)).unwrap();
            written.push((id, instant));
        }
        let read: Vec<(Uuid, DateTime<Utc>)> =
            on!(&mut db, c => moments::table.select((moments::id, moments::at)).order((moments::at, moments::id)).load(c))
                .unwrap();
        assert_eq!(read, written);
        let others: i64 =
            on!(&mut db, c => moments::table.filter(moments::other.is_not_null()).count().get_result(c)).unwrap();
        assert_eq!(others, 2);
        let mut page = |side, from: usize| -> Vec<Uuid> {
            let (id, instant) = written[from];
            let here = keyset((moments::at, moments::id), side, (Instant(instant), Uid(id)));
            on!(&mut db, c => moments::table.filter(here).order((moments::at, moments::id)).select(moments::id).load(c))
                .unwrap()
        };
        let ids: Vec<Uuid> = written.iter().map(|(id, _)| *id).collect();
        assert_eq!(page(Side::Before, 3), ids[..3]);
        assert_eq!(page(Side::After, 3), ids[4..]);
        assert_eq!(page(Side::After, 0), ids[1..]);
    });
}
