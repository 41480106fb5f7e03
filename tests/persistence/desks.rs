//! Desks: what lies where, how much of it, and by which index it is read, after random steps on both engines.

#[path = "desks/city.rs"]
mod city;

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::actor::{Actor, Role};
use domain::assignment::{Assignment, AssignmentState};
use domain::code::Coded as _;
use domain::desk::{Desk, ShareDesk};
use domain::map::BoundingBox;
use domain::petition::Petition;
use domain::petition::follow::HandingOver;
use persistence::accounts::{self, Account, Appointment};
use persistence::petitions::{self, AssignmentFilter, AtDesk, PetitionFilter};
use persistence::verify::{desk_miscounted, verify_petitions};
use persistence::worklists::{self, OfShares};
use persistence::{Db, StoreError};
use uuid::Uuid;

use self::city::{City, PEOPLE, UNITS, auditor, person, spot, words};
use crate::database::{Engine, TestDatabase};
use crate::scratch::on_both;

fn once(listed: Vec<Uuid>) -> BTreeSet<Uuid> {
    let once: BTreeSet<Uuid> = listed.iter().copied().collect();
    assert_eq!(once.len(), listed.len(), "a row twice");
    once
}

#[test]
fn the_count_of_every_desk_is_that_of_its_list_and_of_what_the_facts_say() {
    on_both(|database| {
        let city = City::live(database, true);
        let today = city.today();
        let counted = city.store.read_blocking(|db| worklists::petitions(db, None)).unwrap();
        let mut lay = 0;
        for desk in Desk::ALL.iter().copied().filter(|desk| *desk != Desk::ToReassign) {
            let facts = |of: &dyn Fn(&Petition) -> bool| -> BTreeSet<Uuid> {
                let lies = |one: &&Petition| one.desks().contains(&desk) && of(one);
                city.petitions.iter().filter(lies).map(|one| one.id.uuid()).collect()
            };
            let count = |of: &dyn Fn(&worklists::Lying) -> bool| -> i64 {
                counted.iter().filter(|one| one.desk == desk && of(one)).map(|one| one.number).sum()
            };
            let at = Some(AtDesk { desk, today });
            let all = once(city.listed(&PetitionFilter { desk: at, ..Default::default() }));
            assert_eq!(all, facts(&|_| true), "{desk:?}");
            assert_eq!(count(&|_| true), i64::try_from(all.len()).unwrap(), "{desk:?}");
            assert!(!all.is_empty(), "nothing ever lay on {desk:?}");
            for (number, post) in PEOPLE {
                let followed_by = Some(post.to_owned());
                let some = once(city.listed(&PetitionFilter { desk: at, followed_by, ..Default::default() }));
                assert_eq!(some, facts(&|one| one.followed_by == post), "{desk:?} of {post}");
                assert_eq!(count(&|one| one.followed_by == post), i64::try_from(some.len()).unwrap());
                let own = Uuid::from_u128(number);
                let some = once(city.listed(&PetitionFilter { desk: at, follower: Some(own), ..Default::default() }));
                assert_eq!(some, facts(&|one| one.follower == Some(person(number))), "{desk:?} of {number}");
                assert_eq!(count(&|one| one.follower == Some(own)), i64::try_from(some.len()).unwrap());
                lay += some.len();
            }
            // Whatever else is filtered, and in whatever order.
            let tag = Some("rain".to_owned());
            let some = once(city.listed(&PetitionFilter { desk: at, tag, ..Default::default() }));
            assert_eq!(some, facts(&|one| one.tags.iter().any(|tag| tag.as_str() == "rain")), "{desk:?} by tag");
        }
        assert!(lay > 5, "nobody in particular followed anything");
    });
}

#[test]
fn the_desks_of_every_dependency_and_unit_are_counted_as_they_are_listed() {
    on_both(|database| {
        let city = City::live(database, true);
        let soon = city.now + Duration::days(2);
        let dependencies = ["simas", "road_maintenance", "public_services"];
        let all = city.store.read_blocking(|db| worklists::shares(db, &dependencies, city.now, soon)).unwrap();
        let shares: Vec<(&Petition, &Assignment)> =
            city.petitions.iter().flat_map(|one| one.assignments.iter().map(move |share| (one, share))).collect();
        let mut late = 0;
        for (dependency, unit) in UNITS.into_iter().chain([("simas", Some("drinking_water_unit"))]) {
            let role = Role::Liaison { dependency: dependency.to_owned(), unit: unit.map(str::to_owned) };
            let liaison = Actor::person(person(9), vec![role]);
            let of_it = |share: &Assignment| {
                share.dependency == dependency && unit.is_none_or(|unit| share.unit.as_deref() == Some(unit))
            };
            let count = |of: OfShares| -> i64 {
                let of_it = |one: &&worklists::ShareLying| {
                    one.dependency == dependency
                        && one.of == of
                        && unit.is_none_or(|unit| one.unit.as_deref() == Some(unit))
                };
                all.iter().filter(of_it).map(|one| one.number).sum()
            };
            let filter = AssignmentFilter {
                dependency: Some(dependency.to_owned()),
                unit: unit.map(str::to_owned),
                ..Default::default()
            };
            for desk in ShareDesk::ALL {
                let filter = AssignmentFilter { desk: Some(*desk), ..filter.clone() };
                let listed = once(city.shares_listed(&filter, &liaison));
                assert_eq!(listed, once(city.shares_listed(&filter, &auditor())), "{desk:?}");
                let lies = |(petition, share): &&(&Petition, &Assignment)| {
                    of_it(share) && petition.share_desks(share).contains(desk)
                };
                let facts: BTreeSet<Uuid> = shares.iter().filter(lies).map(|(_, share)| share.id.uuid()).collect();
                assert_eq!(listed, facts, "{desk:?} of {dependency} {unit:?}");
                assert_eq!(
                    count(OfShares::Desk(*desk)),
                    i64::try_from(listed.len()).unwrap(),
                    "{desk:?} of {dependency}"
                );
            }
            let span = |from: Option<DateTime<Utc>>, to: DateTime<Utc>| {
                let filter = AssignmentFilter { due_from: from, due_to: Some(to), ..filter.clone() };
                once(city.shares_listed(&filter, &liaison)).len()
            };
            late += span(None, city.now);
            assert_eq!(count(OfShares::Overdue), i64::try_from(span(None, city.now)).unwrap());
            assert_eq!(count(OfShares::DueSoon), i64::try_from(span(Some(city.now), soon)).unwrap());
        }
        assert!(late > 0, "nothing was ever late");
        for desk in ShareDesk::ALL {
            assert!(all.iter().any(|one| one.of == OfShares::Desk(*desk)), "nothing ever lay on {desk:?}");
        }
    });
}

#[test]
fn the_shares_within_a_box_are_those_whose_petitions_lie_in_it() {
    on_both(|database| {
        let city = City::live_small(database, false, (20, 250));
        let shares: Vec<(usize, &Assignment)> =
            (0..).zip(&city.petitions).flat_map(|(at, one)| one.assignments.iter().map(move |one| (at, one))).collect();
        let simas = Role::Liaison { dependency: "simas".to_owned(), unit: None };
        let liaison = Actor::person(person(9), vec![simas]);
        let mut found = 0;
        // Small ones are looked up by their cells, the third is looked through.
        for written in
            ["-103.452,25.498,-103.425,25.525", "-103.43,25.52,-103.43,25.52", "-104,24,-103.42,27", "1,1,2,2"]
        {
            let within = BoundingBox::parse(written).unwrap();
            let lies = |at: usize| within.holds(spot(at).0, spot(at).1);
            let filter = AssignmentFilter { within: Some(within), ..Default::default() };
            for (actor, own) in [(auditor(), None), (liaison.clone(), Some("simas"))] {
                let of = |share: &Assignment| own.is_none_or(|own| share.dependency == own);
                let facts = |wanted: &dyn Fn(&Petition, &Assignment) -> bool| -> BTreeSet<Uuid> {
                    let some =
                        shares.iter().filter(|(at, one)| lies(*at) && of(one) && wanted(&city.petitions[*at], one));
                    some.map(|(_, one)| one.id.uuid()).collect()
                };
                let listed = once(city.shares_listed(&filter, &actor));
                assert_eq!(listed, facts(&|_, _| true), "{written}");
                found += listed.len();
                for desk in ShareDesk::ALL {
                    let filter = AssignmentFilter { desk: Some(*desk), ..filter.clone() };
                    let lying = |petition: &Petition, one: &Assignment| petition.share_desks(one).contains(desk);
                    assert_eq!(once(city.shares_listed(&filter, &actor)), facts(&lying), "{written}, {desk:?}");
                }
                let filter =
                    AssignmentFilter { states: Some(vec!["pending"]), due_to: Some(city.now), ..filter.clone() };
                let late = |_: &Petition, one: &Assignment| one.state == AssignmentState::Pending;
                assert!(once(city.shares_listed(&filter, &actor)).is_subset(&facts(&late)), "{written}");
            }
        }
        assert!(found > 5, "hardly anything lay anywhere");
        // However much its dependency has: the index of the petitions' own shares is used.
        if database.engine == Engine::Lite {
            let query = "SELECT due_at, id FROM assignments WHERE petition_id IN (x'00', x'01') AND +(dependency = 'simas') \
                AND +(due_at < 5)";
            let plan = plan(database, query);
            assert!(plan.contains("assignments_petition"), "{plan}");
        }
    });
}

#[test]
fn the_work_of_whoever_left_is_found_whatever_the_post_and_that_of_the_others_is_not() {
    on_both(|database| {
        let mut city = City::live(database, true);
        let (recorded_at, day) = (city.now, city.today());
        let appointed = |number: u128, post: &str, until: Option<NaiveDate>| Appointment {
            id: Uuid::new_v4(),
            account_id: Uuid::from_u128(number),
            role: "position".to_owned(),
            position: Some(post.to_owned()),
            dependency: None,
            unit: None,
            from_date: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
            until_date: until,
            appointed_by: None,
            recorded_at,
            version: 1,
        };
        let holds: Vec<Appointment> = vec![
            appointed(1, PEOPLE[0].1, None),
            // Until today: not any more today. And another post than the one in which they followed.
            appointed(2, PEOPLE[1].1, Some(day)),
            appointed(2, PEOPLE[0].1, None),
            // Suspended.
            appointed(3, PEOPLE[2].1, None),
        ];
        city.store
            .write_blocking(vec![], move |tx| -> Result<(), StoreError> {
                for (number, _) in PEOPLE {
                    accounts::open_account(
                        tx,
                        &Account {
                            id: Uuid::from_u128(number),
                            email: format!("{number}@torreon.gob.mx"),
                            name: "Eva Ruiz".to_owned(),
                            password_hash: String::new(),
                            must_change: false,
                            active: number != 3,
                            created_at: recorded_at,
                            version: 1,
                        },
                    )?;
                }
                holds.iter().try_for_each(|one| accounts::appoint(tx, one))
            })
            .unwrap();
        let in_post = |one: &Petition| {
            let held = one.followed_by == PEOPLE[0].1;
            one.follower.is_none_or(|follower| held && [person(1), person(2)].contains(&follower))
        };
        for _ in 0..2 {
            let expected: BTreeSet<Uuid> = city
                .petitions
                .iter()
                .filter(|one| one.desks().contains(&Desk::Open) && !in_post(one))
                .map(|one| one.id.uuid())
                .collect();
            let desk = Some(AtDesk { desk: Desk::ToReassign, today: day });
            assert_eq!(once(city.listed(&PetitionFilter { desk, ..Default::default() })), expected);
            let counted = city.store.read_blocking(|db| worklists::petitions(db, Some(day))).unwrap();
            let left = counted.iter().filter(|one| one.desk == Desk::ToReassign);
            assert_eq!(left.map(|one| one.number).sum::<i64>(), i64::try_from(expected.len()).unwrap());
            assert!(!expected.is_empty());
            // One of them is given to somebody who is there.
            let at = city.petitions.iter().position(|one| expected.contains(&one.id.uuid())).unwrap();
            let petition = city.petitions[at].clone();
            let given = city.keep(&Actor::system(), Some(&petition.clone()), move |occasion| {
                let to = HandingOver { position: PEOPLE[0].1.to_owned(), person: Some(person(1)), reason: words() };
                petition.hand_over(occasion, to)
            });
            city.petitions[at] = given.unwrap();
        }
    });
}

fn holds(city: &City) -> bool {
    let intact = city
        .store
        .read_blocking(|db| -> Result<bool, StoreError> {
            let stored = petitions::walk(db, None, 1_000)?;
            assert_eq!(stored.len(), city.petitions.len());
            Ok(verify_petitions(db, &stored, |_| &city.rules)?.iter().all(|one| one.holds))
        })
        .unwrap();
    intact && city.store.read_blocking(desk_miscounted).unwrap().is_none()
}

#[test]
fn verifying_sees_a_row_or_a_count_that_was_changed_by_hand() {
    on_both(|database| {
        let city = City::live(database, true);
        assert!(holds(&city));
        let mut db = Db::connect(&database.url).unwrap();
        for (wrong, right) in [
            (
                "UPDATE petition_desk_counts SET number = number + 1",
                "UPDATE petition_desk_counts SET number = number - 1",
            ),
            (
                "UPDATE assignment_desk_counts SET number = number + 1",
                "UPDATE assignment_desk_counts SET number = number - 1",
            ),
            (
                "UPDATE petition_desks SET desk = 'to_look' WHERE desk = 'to_tell'",
                "UPDATE petition_desks SET desk = 'to_tell' WHERE desk = 'to_look'",
            ),
            (
                "UPDATE petition_tags SET tag = 'hail' WHERE tag = 'rain'",
                "UPDATE petition_tags SET tag = 'rain' WHERE tag = 'hail'",
            ),
        ] {
            db.batch(wrong).unwrap();
            assert!(!holds(&city), "{wrong}");
            db.batch(right).unwrap();
            assert!(holds(&city), "{right}");
        }
    });
}

/// The migration itself derives in SQL what the domain derives from the facts.
#[test]
fn what_was_there_before_the_desks_lies_on_them_after_migrating() {
    on_both(|database| {
        let city = City::live(database, false);
        let counts = || city.store.read_blocking(|db| worklists::petitions(db, None)).unwrap();
        let mut before = counts();
        let (down, up) = match database.engine {
            Engine::Lite => (
                include_str!("../../migrations/sqlite/2026-11-23-3500_desks/down.sql"),
                include_str!("../../migrations/sqlite/2026-11-23-3500_desks/up.sql"),
            ),
            Engine::Pg => (
                include_str!("../../migrations/postgres/2026-11-23-3500_desks/down.sql"),
                include_str!("../../migrations/postgres/2026-11-23-3500_desks/up.sql"),
            ),
        };
        let mut db = Db::connect(&database.url).unwrap();
        db.batch(down).unwrap();
        db.batch(up).unwrap();
        drop(db);
        let mut after = counts();
        before.sort_by_key(|one| (one.desk, one.followed_by.clone()));
        after.sort_by_key(|one| (one.desk, one.followed_by.clone()));
        assert_eq!(before, after);
        assert!(before.len() > 10);
        assert!(holds(&city));
    });
}

#[derive(QueryableByName)]
struct LitePlan {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PgPlan {
    #[diesel(sql_type = Text)]
    #[diesel(column_name = "QUERY PLAN")]
    line: String,
}

/// How an engine would go about it. PostgreSQL, which scans what is small, is told not to, nor to sort.
fn plan(database: &TestDatabase, query: &str) -> String {
    match Db::connect(&database.url).unwrap() {
        Db::Lite(mut c) => {
            let lines: Vec<LitePlan> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(&mut c).unwrap();
            lines.into_iter().map(|line| line.detail).collect::<Vec<_>>().join("\n")
        }
        Db::Pg(mut c) => {
            for setting in ["enable_seqscan", "enable_bitmapscan", "enable_sort"] {
                diesel::sql_query(format!("SET {setting} = off")).execute(&mut c).unwrap();
            }
            let lines: Vec<PgPlan> = diesel::sql_query(format!("EXPLAIN {query}")).load(&mut c).unwrap();
            lines.into_iter().map(|line| line.line).collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn every_desk_is_read_in_order_from_an_index_of_its_own() {
    on_both(|database| {
        let (nobody, never) = match database.engine {
            Engine::Lite => ("x'00000000000000000000000000000000'", "253370764800000000"),
            Engine::Pg => ("'00000000-0000-0000-0000-000000000000'::uuid", "'9999-01-01T00:00:00Z'::timestamptz"),
        };
        let after = |id: &str| format!("(due_at, {id}) > ({never}, {nobody}) ORDER BY due_at, {id} LIMIT 51");
        let petitions = "SELECT due_at, petition_id FROM petition_desks WHERE desk = 'to_route' AND ";
        let shares = "SELECT due_at, assignment_id FROM assignment_desks WHERE desk = 'to_accept' AND ";
        for (query, index) in [
            (format!("{petitions}{}", after("petition_id")), "petition_desks_due"),
            (format!("{petitions}followed_by = 'x' AND {}", after("petition_id")), "petition_desks_followed"),
            (format!("{petitions}follower = {nobody} AND {}", after("petition_id")), "petition_desks_follower"),
            (format!("{shares}{}", after("assignment_id")), "assignment_desks_due"),
            (format!("{shares}dependency = 'x' AND {}", after("assignment_id")), "assignment_desks_dependency"),
        ] {
            let plan = plan(database, &query);
            assert!(plan.contains(index), "{query}\n{plan}");
            for costly in ["TEMP B-TREE", "Sort", "SCAN", "Seq Scan"] {
                assert!(!plan.contains(costly), "{query}\n{plan}");
            }
        }
        // Of a dependency's counts only those are read that lie ahead.
        let counts = "SELECT number FROM assignment_desk_counts WHERE dependency = 'x' AND due_at >= ";
        let plan = plan(database, &format!("{counts}{never}"));
        assert!(
            plan.contains("PRIMARY KEY (dependency=? AND due_at>?)") || plan.contains("desk_counts_pkey"),
            "{plan}"
        );
    });
}

#[test]
fn a_page_on_which_little_fits_ends_its_walk_of_the_index_at_its_bound() {
    on_both(|database| {
        let (nobody, late, early) = match database.engine {
            Engine::Lite => ("x'00000000000000000000000000000000'", "253370764800000000", "0"),
            Engine::Pg => (
                "'00000000-0000-0000-0000-000000000000'::uuid",
                "'9999-01-01T00:00:00Z'::timestamptz",
                "'1970-01-01T00:00:00Z'::timestamptz",
            ),
        };
        let query = format!(
            "SELECT received_at, id FROM petitions WHERE channel = 'x' AND (received_at, id) < ({late}, {nobody}) \
             AND (received_at, id) >= ({early}, {nobody}) ORDER BY received_at DESC, id DESC LIMIT 51"
        );
        let plan = plan(database, &query);
        let ends = match database.engine {
            Engine::Lite => plan.contains("petitions_received ((received_at,id)>(?,?) AND (received_at,id)<(?,?))"),
            Engine::Pg => {
                let condition = plan.lines().find(|line| line.contains("Index Cond")).unwrap_or_default();
                plan.contains("petitions_received") && condition.contains(">=") && condition.contains('<')
            }
        };
        assert!(ends, "{plan}");
    });
}
