//! Accounts, appointments and sessions, on both engines.

use chrono::{DateTime, Duration, NaiveDate, TimeZone as _, Utc};
use domain::action::Action;
use domain::actor::Role;
use persistence::accounts::{self, Account, Appointment, Asked, RoleCode, Rotation, Session};
use persistence::{Db, Settings, Store, StoreError, Tx};
use uuid::Uuid;

use crate::database::{Engine, TestDatabase, fresh};

const ANA: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);
const EVA: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0002);
const SESSION: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0010);

struct House {
    store: Store,
    _database: TestDatabase,
}

impl House {
    fn open(engine: Engine) -> Self {
        let database = fresh(engine);
        let settings = Settings { readers: 2, count_statements: true, ..Settings::new(database.url.clone()) };
        Self { store: Store::open(settings).unwrap(), _database: database }
    }

    fn write<T: Send + 'static>(&self, f: impl FnMut(&mut Tx) -> Result<T, StoreError> + Send + 'static) -> T {
        self.store.write_blocking(Vec::new(), f).unwrap()
    }

    fn read<T>(&self, f: impl FnOnce(&mut Db) -> Result<T, StoreError>) -> T {
        self.store.read_blocking(f).unwrap()
    }

    fn person(&self, id: Uuid, email: &str) {
        let account = Account {
            id,
            email: email.to_owned(),
            name: format!("Name of {email}"),
            password_hash: "$argon2id$".to_owned(),
            must_change: false,
            active: true,
            created_at: now(),
            version: 1,
        };
        self.write(move |tx| accounts::open_account(tx, &account));
    }

    fn appoint(&self, number: u128, who: Uuid, role: RoleCode, from: NaiveDate, until: Option<NaiveDate>) -> Uuid {
        let appointment = Appointment {
            id: Uuid::from_u128(number),
            account_id: who,
            role: role.code().to_owned(),
            position: (role == RoleCode::Position).then(|| "call_center_head".to_owned()),
            dependency: (role == RoleCode::Liaison).then(|| "simas".to_owned()),
            unit: None,
            from_date: from,
            until_date: until,
            appointed_by: None,
            recorded_at: now(),
            version: 1,
        };
        let id = appointment.id;
        self.write(move |tx| accounts::appoint(tx, &appointment));
        id
    }

    fn session(&self, account_id: Uuid) {
        let at = now();
        let session = Session {
            id: SESSION,
            account_id,
            generation: 0,
            created_at: at,
            used_at: at,
            expires_at: at + Duration::days(30),
            ended_at: None,
        };
        self.write(move |tx| accounts::open_session(tx, &session));
    }

    fn rotate(&self, generation: i32, at: DateTime<Utc>) -> Rotation {
        self.write(move |tx| accounts::rotate(tx, SESSION, generation, at, at - Duration::hours(12)))
    }

    fn roles(&self, who: Uuid, on: NaiveDate) -> Option<Vec<Role>> {
        self.read(|db| accounts::actor_of(db, SESSION, who, on, now())).map(|actor| actor.roles)
    }
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap()
}

fn day(d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, d).unwrap()
}

#[test]
fn an_actor_has_the_appointments_in_force_on_the_day_and_costs_one_statement() {
    for engine in Engine::BOTH {
        let house = House::open(engine);
        house.person(ANA, "ana@torreon.gob.mx");
        house.session(ANA);
        assert_eq!(house.roles(ANA, day(2)), Some(vec![]), "{engine:?}");
        house.appoint(1, ANA, RoleCode::Auditor, day(1), None);
        house.appoint(2, ANA, RoleCode::Position, day(2), Some(day(4)));
        house.appoint(3, ANA, RoleCode::Liaison, day(9), None);
        let post = Role::Position("call_center_head".into());
        assert_eq!(house.roles(ANA, day(1)), Some(vec![Role::Auditor]), "{engine:?}");
        let before = house.store.statements();
        assert_eq!(house.roles(ANA, day(2)), Some(vec![post.clone(), Role::Auditor]), "{engine:?}");
        assert_eq!(house.store.statements() - before, 1, "{engine:?}");
        assert_eq!(house.roles(ANA, day(3)), Some(vec![post, Role::Auditor]), "{engine:?}");
        assert_eq!(house.roles(ANA, day(4)), Some(vec![Role::Auditor]), "{engine:?}");
        let actor = house.read(|db| accounts::actor_of(db, SESSION, ANA, day(2), now())).unwrap();
        assert!(actor.can(Action::PetitionRead) && !actor.can(Action::AccountManage));
    }
}

#[test]
fn a_session_of_another_an_ended_one_and_a_suspended_account_make_nobody() {
    for engine in Engine::BOTH {
        let house = House::open(engine);
        house.person(ANA, "ana@torreon.gob.mx");
        house.person(EVA, "eva@torreon.gob.mx");
        house.session(ANA);
        assert!(house.roles(ANA, day(2)).is_some(), "{engine:?}");
        assert_eq!(house.roles(EVA, day(2)), None, "{engine:?}");
        let late = now() + Duration::days(30);
        assert!(house.read(|db| accounts::signed_in(db, SESSION, ANA, day(2), late)).is_none(), "{engine:?}");
        house.write(|tx| accounts::change_account(tx, ANA, "Ana", false));
        assert_eq!(house.roles(ANA, day(2)), None, "{engine:?}");
        house.write(|tx| accounts::change_account(tx, ANA, "Ana", true));
        assert!(house.roles(ANA, day(2)).is_some(), "{engine:?}");
        house.write(|tx| accounts::end_session(tx, SESSION, now()));
        assert_eq!(house.roles(ANA, day(2)), None, "{engine:?}");
    }
}

#[test]
fn a_used_refresh_token_ends_the_session_for_everybody() {
    for engine in Engine::BOTH {
        let house = House::open(engine);
        house.person(ANA, "ana@torreon.gob.mx");
        house.session(ANA);
        let next = match house.rotate(0, now()) {
            Rotation::Rotated { session, must_change: false } => session.generation,
            other => panic!("{engine:?} {other:?}"),
        };
        assert_eq!(next, 1);
        assert_eq!(house.rotate(0, now()), Rotation::Reused, "{engine:?}");
        assert_eq!(house.rotate(1, now()), Rotation::Over, "{engine:?}");
        assert_eq!(house.roles(ANA, day(2)), None, "{engine:?}");
    }
}

#[test]
fn an_idle_session_is_over() {
    for engine in Engine::BOTH {
        let house = House::open(engine);
        house.person(ANA, "ana@torreon.gob.mx");
        house.session(ANA);
        let nearly = now() + Duration::hours(12) - Duration::seconds(1);
        assert!(matches!(house.rotate(0, nearly), Rotation::Rotated { .. }), "{engine:?}");
        assert_eq!(house.rotate(1, nearly + Duration::hours(12)), Rotation::Over, "{engine:?}");
    }
}

#[test]
fn a_new_password_ends_every_session_but_the_one_that_set_it() {
    for engine in Engine::BOTH {
        let house = House::open(engine);
        house.person(ANA, "ana@torreon.gob.mx");
        house.session(ANA);
        house.write(|tx| {
            accounts::set_password(tx, ANA, "another", true)?;
            accounts::end_sessions_of(tx, ANA, Some(SESSION), now())
        });
        let who = house.read(|db| accounts::signed_in(db, SESSION, ANA, day(2), now())).unwrap();
        assert!(who.must_change, "{engine:?}");
        house.write(|tx| accounts::end_sessions_of(tx, ANA, None, now()));
        assert_eq!(house.roles(ANA, day(2)), None, "{engine:?}");
    }
}

#[test]
fn lists_go_on_after_an_id_and_keep_their_filter() {
    for engine in Engine::BOTH {
        let house = House::open(engine);
        house.person(ANA, "ana@torreon.gob.mx");
        house.person(EVA, "eva@torreon.gob.mx");
        let ids = |active, after, limit| {
            let found = house.read(|db| accounts::list_accounts(db, active, after, limit));
            found.into_iter().map(|account| account.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(None, None, 1), [ANA], "{engine:?}");
        assert_eq!(ids(Some(true), Some(ANA), 9), [EVA], "{engine:?}");
        assert!(ids(Some(false), None, 9).is_empty(), "{engine:?}");

        let post = house.appoint(1, ANA, RoleCode::Position, day(1), Some(day(3)));
        let liaison = house.appoint(2, EVA, RoleCode::Liaison, day(1), None);
        let found = |asked: Asked| {
            let found = house.read(|db| accounts::appointments(db, &Asked { limit: 9, ..asked }));
            found.into_iter().map(|(one, _)| one.id).collect::<Vec<_>>()
        };
        assert_eq!(found(Asked::default()), [post, liaison], "{engine:?}");
        assert_eq!(found(Asked { after: Some(post), ..Asked::default() }), [liaison], "{engine:?}");
        assert_eq!(found(Asked { account: Some(ANA), ..Asked::default() }), [post], "{engine:?}");
        assert_eq!(found(Asked { dependency: Some("simas".into()), ..Asked::default() }), [liaison], "{engine:?}");
        assert!(found(Asked { position: Some("messenger".into()), ..Asked::default() }).is_empty(), "{engine:?}");
        assert_eq!(found(Asked { on: Some(day(3)), ..Asked::default() }), [liaison], "{engine:?}");
        assert_eq!(found(Asked { role: Some("position".into()), ..Asked::default() }), [post], "{engine:?}");
        house.write(move |tx| accounts::end_appointment(tx, liaison, day(1)));
        assert_eq!(found(Asked { on: Some(day(1)), ..Asked::default() }), [post], "{engine:?}");
    }
}

#[test]
fn the_last_administrator_is_known() {
    for engine in Engine::BOTH {
        let house = House::open(engine);
        let role = RoleCode::Administrator;
        house.person(ANA, "ana@torreon.gob.mx");
        house.person(EVA, "eva@torreon.gob.mx");
        let first = house.appoint(1, ANA, role, day(1), None);
        let without = |appointment, account| {
            house.read(|db| accounts::administered_without(db, role.code(), day(2), appointment, account))
        };
        assert!(!without(Some(first), None), "{engine:?}");
        assert!(!without(None, Some(ANA)), "{engine:?}");
        house.appoint(2, EVA, role, day(1), None);
        assert!(without(Some(first), None), "{engine:?}");
        house.write(|tx| accounts::change_account(tx, EVA, "Eva", false));
        assert!(!without(Some(first), None), "{engine:?}");
    }
}
