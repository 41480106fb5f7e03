//! How random walks begin: what is filed, by whom, and by which rules.

use chrono::TimeDelta;
use domain::actor::Actor;
use domain::contact::ContactResult;
use domain::event::Origin;
use domain::form::Entries;
use domain::petition::COMPTROLLER;
use domain::petition::file::Filing;
use domain::petition::route::Routing;
use domain::policy::Review;
use domain::time::Precision;
use proptest::prelude::*;

use crate::support::{Case, HEAD, anonymous, city, filing, named, post, rules};
use crate::walk::{DEPENDENCIES, answering, asked, contacting, filled_in, marked};

/// How a walk begins: what is filed, by which rules.
pub fn beginnings() -> impl Strategy<Value = Case> {
    let filings = (0..512_usize, 0..4_usize, 0..4_usize, any::<bool>(), any::<bool>());
    filings.prop_map(|(choice, petitioners, routes, automatic, release)| {
        let mut rules = rules();
        rules.policy.review = if automatic { Review::Automatic } else { Review::Office };
        rules.policy.release_questions = release;
        let now = city("2026-06-01 09:00") + TimeDelta::minutes(i64::try_from(choice).unwrap() * 23);
        let actor = if choice % 16 == 7 { Actor::system() } else { post(HEAD) };
        Case::file(&actor, rules, now, beginning(choice, petitioners, routes)).unwrap()
    })
}

fn beginning(choice: usize, petitioners: usize, routes: usize) -> Filing {
    let flagged = choice % 5 == 4;
    let of = |at: usize| if flagged { COMPTROLLER } else { DEPENDENCIES[at] };
    let routes = if flagged { routes.min(1) } else { routes };
    let imported = choice % 16 == 7;
    let on_the_spot = choice % 9 == 8 && !imported;
    let received = city("2026-06-01 09:00") - TimeDelta::days(3);
    Filing {
        in_writing: choice % 7 == 3,
        against_public_servant: flagged,
        text: Some(marked()),
        fields: if imported { Entries::default() } else { filled_in(&asked(), choice) },
        address: (choice.is_multiple_of(2)).then(marked),
        petitioners: (0..petitioners)
            .map(
                |at| {
                    if (choice + at).is_multiple_of(4) { anonymous() } else { named(!(choice + at).is_multiple_of(3)) }
                },
            )
            .collect(),
        origin: imported.then(|| Origin { source: "elsewhere".to_owned(), external_id: choice.to_string() }),
        received: match choice % 3 {
            0 => None,
            1 => Some((received, Precision::Day)),
            _ => Some((received, Precision::Unknown)),
        },
        routes: (0..routes)
            .map(|at| Routing {
                dependency: of(at).to_owned(),
                unit: None,
                directed: choice % 11 == at,
                instructions: Some(marked()),
                previous: None,
            })
            .collect(),
        answer: on_the_spot.then(|| answering(choice, None, true)),
        notification: (on_the_spot && choice.is_multiple_of(2)).then(|| contacting(ContactResult::Told, None)),
        ..filing()
    }
}
