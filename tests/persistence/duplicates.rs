//! Places in the database, and what the search's index notes to compare: what a migration makes for petitions from before is
//! what filing and following make.

use chrono::{TimeZone as _, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text as Words};
use domain::actor::Actor;
use domain::calendar::Calendar;
use domain::folio::{Folio, Series};
use domain::kind::{Kind, Priority};
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::petition::file::Filing;
use domain::policy::{Policy, Rules};
use domain::text::Text;
use persistence::petitions::{self, Details, Place};
use persistence::{Db, Store, search};

use crate::database::Engine;
use crate::scratch::{Answer, Mishap, on_both, open};

const UP: [&str; 2] = [
    include_str!("../../migrations/sqlite/2026-11-23-3700_duplicates/up.sql"),
    include_str!("../../migrations/postgres/2026-11-23-3700_duplicates/up.sql"),
];
const DOWN: [&str; 2] = [
    include_str!("../../migrations/sqlite/2026-11-23-3700_duplicates/down.sql"),
    include_str!("../../migrations/postgres/2026-11-23-3700_duplicates/down.sql"),
];

/// What the index notes, as it was added later.
const NOTED_UP: [&str; 2] = [
    include_str!("../../migrations/sqlite/2026-11-23-4120_alike/up.sql"),
    include_str!("../../migrations/postgres/2026-11-23-4120_alike/up.sql"),
];
const NOTED_DOWN: [&str; 2] = [
    include_str!("../../migrations/sqlite/2026-11-23-4120_alike/down.sql"),
    include_str!("../../migrations/postgres/2026-11-23-4120_alike/down.sql"),
];

fn file(store: &Store, number: i64, place: Place) {
    let now = Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap() + chrono::TimeDelta::minutes(number);
    let filing = Filing {
        folio: Folio { series: Series::Registered, year: 2026, number },
        channel: "phone_073".to_owned(),
        in_writing: false,
        followed_by: "call_center_head".to_owned(),
        kind: Kind::ServiceRequest,
        category: "water_leak".to_owned(),
        priority: Priority::Normal,
        against_public_servant: false,
        text: Text::parse("Una fuga.").ok(),
        address: None,
        fields: domain::form::Entries::default(),
        petitioners: Vec::new(),
        origin: None,
        received: None,
        routes: Vec::new(),
        answer: None,
        notification: None,
    };
    let seed = [u8::try_from(number).unwrap(); 32];
    store
        .write_blocking(vec![], move |tx| -> Answer<()> {
            let (actor, rules) = (Actor::system(), Rules { calendar: Calendar::torreon(), policy: Policy::standard() });
            let mut occasion = Occasion::new(&actor, &rules, now, seed);
            let change = Petition::file(&mut occasion, filing.clone()).map_err(|_| Mishap::Refused)?;
            let details = Details { place: place.clone(), petitioners: Vec::new() };
            Ok(petitions::save(tx, None, &change, Some(&details))?)
        })
        .unwrap();
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<BigInt>)]
    cell: Option<i64>,
    #[diesel(sql_type = BigInt)]
    as_received: i64,
}

/// The cells, and how many places know when their petition was received.
fn rows(db: &mut Db) -> Vec<Row> {
    let query = "SELECT cell, (SELECT count(*) FROM petitions WHERE petitions.id = places.petition_id \
        AND petitions.received_at = places.received_at) AS as_received FROM places ORDER BY postal_code";
    match db {
        Db::Pg(c) => diesel::sql_query(query).load(c).unwrap(),
        Db::Lite(c) => diesel::sql_query(query).load(c).unwrap(),
    }
}

#[test]
fn places_from_before_get_the_same_cell_that_filing_gives() {
    on_both(|database| {
        let store = open(database);
        // Corners of cells, where one engine could round otherwise than the other, and places that are none.
        let spots = [
            (25.5428, -103.4068),
            (25.54, -103.41),
            (25.544, -103.404),
            (25.543_999_999_999, -103.404_000_000_001),
            (-33.45, -70.66),
            (0.0, 0.0),
            (90.0, 180.0),
        ];
        for (number, (latitude, longitude)) in (1..).zip(spots) {
            let place = Place {
                latitude: Some(latitude),
                longitude: Some(longitude),
                postal_code: Some(format!("2700{number}")),
                ..Place::default()
            };
            file(&store, number, place);
        }
        file(&store, 9, Place { postal_code: Some("27009".to_owned()), ..Place::default() });
        store.close_blocking();
        let mut db = Db::connect(&database.url).unwrap();
        let made = rows(&mut db);
        assert_eq!(made.len(), 8);
        assert!(made.iter().all(|row| row.as_received == 1) && made[7].cell.is_none());
        assert!(made[..7].iter().all(|row| row.cell.is_some()));
        let at = usize::from(database.engine == Engine::Pg);
        db.batch(DOWN[at]).unwrap();
        db.batch(UP[at]).unwrap();
        assert_eq!(rows(&mut db), made);
    });
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Class {
    #[diesel(sql_type = Words)]
    category: String,
    #[diesel(sql_type = Words)]
    kind: String,
}

/// Of what class the index has noted the petitions to be.
fn classes(db: &mut Db) -> Vec<Class> {
    let query = "SELECT category, kind FROM search_entries ORDER BY number";
    match db {
        Db::Pg(c) => diesel::sql_query(query).load(c).unwrap(),
        Db::Lite(c) => diesel::sql_query(query).load(c).unwrap(),
    }
}

#[test]
fn petitions_that_were_in_the_index_before_are_noted_with_their_class() {
    on_both(|database| {
        let store = open(database);
        (1..=3).for_each(|number| file(&store, number, Place::default()));
        let batch = store.read_blocking(|db| search::prepare(db, 100)).unwrap().unwrap();
        store.write_blocking(vec![], move |tx| search::apply(tx, &batch)).unwrap();
        let agreed = store.read_blocking(|db| search::agreement(db, 0)).unwrap();
        assert_eq!((agreed.compared, agreed.differing), (3, Vec::new()));
        store.close_blocking();
        let mut db = Db::connect(&database.url).unwrap();
        let made = classes(&mut db);
        let class = Class { category: "water_leak".to_owned(), kind: "service_request".to_owned() };
        assert!(made.len() == 3 && made.iter().all(|one| *one == class), "{made:?}");
        let at = usize::from(database.engine == Engine::Pg);
        db.batch(NOTED_DOWN[at]).unwrap();
        db.batch(NOTED_UP[at]).unwrap();
        assert_eq!(classes(&mut db), made);
    });
}
