//! Intakes in the database: what a migration makes for petitions that came before there were any.

use chrono::{TimeZone as _, Utc};
use domain::actor::{Actor, Role};
use domain::calendar::Calendar;
use domain::folio::{Folio, Series};
use domain::id::Id;
use domain::intake::Intake;
use domain::kind::{Kind, Priority};
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::petition::file::Filing;
use domain::policy::{Policy, Rules};
use domain::text::Text;
use domain::time::Precision;
use persistence::intakes::{self, IntakeFilter};
use persistence::{Db, Store, petitions};
use uuid::Uuid;

use crate::database::Engine;
use crate::scratch::{Answer, Mishap, on_both, open};

const UP: [&str; 2] = [
    include_str!("../../migrations/sqlite/2026-11-23-3600_intakes/up.sql"),
    include_str!("../../migrations/postgres/2026-11-23-3600_intakes/up.sql"),
];
const DOWN: [&str; 2] = [
    include_str!("../../migrations/sqlite/2026-11-23-3600_intakes/down.sql"),
    include_str!("../../migrations/postgres/2026-11-23-3600_intakes/down.sql"),
];

fn file(store: &Store, number: i64, actor: Actor, received: Option<Precision>) {
    let now = Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap();
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
        received: received.map(|precision| (now - chrono::TimeDelta::hours(number), precision)),
        routes: Vec::new(),
        answer: None,
        notification: None,
    };
    let seed = [u8::try_from(number).unwrap(); 32];
    store
        .write_blocking(vec![], move |tx| -> Answer<()> {
            let rules = Rules { calendar: Calendar::torreon(), policy: Policy::standard() };
            let mut occasion = Occasion::new(&actor, &rules, now, seed);
            let change = Petition::file(&mut occasion, filing.clone()).map_err(|_| Mishap::Refused)?;
            Ok(petitions::save(tx, None, &change, None)?)
        })
        .unwrap();
}

fn all(store: &Store) -> Vec<Intake> {
    store
        .read_blocking(|db| {
            let (ids, _) = intakes::list(db, &IntakeFilter::default(), None, 200)?;
            intakes::many(db, &ids)
        })
        .unwrap()
}

#[test]
fn petitions_from_before_there_were_intakes_get_the_same_that_filing_gives() {
    on_both(|database| {
        let store = open(database);
        let clerk = Role::Position("data_entry_clerk".to_owned());
        file(&store, 1, Actor::person(Id::new(Uuid::now_v7()), vec![clerk]), None);
        file(&store, 2, Actor::system(), Some(Precision::Day));
        file(&store, 3, Actor::system(), Some(Precision::Unknown));
        let made = all(&store);
        assert_eq!(made.len(), 3);
        assert!(made.iter().any(|intake| intake.registered_by.is_some()));
        store.close_blocking();
        let at = usize::from(database.engine == Engine::Pg);
        let mut db = Db::connect(&database.url).unwrap();
        db.batch(DOWN[at]).unwrap();
        db.batch(UP[at]).unwrap();
        drop(db);
        assert_eq!(all(&open(database)), made);
    });
}
