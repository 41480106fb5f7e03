//! People: that a petitioner is somebody who is known already, and that it can be taken back.

use domain::actor::Role;
use domain::id::Id;
use domain::person::Person;
use domain::petition::file::Filing;
use domain::refusal::Code;
use uuid::Uuid;

use crate::support::{Case, anonymous, filing, liaison, named, person, post, rules};

fn somebody(number: u128) -> Id<Person> {
    Id::new(Uuid::from_u128(number))
}

#[test]
fn a_link_is_made_and_undone_at_any_time_and_stales_no_version() {
    let mut case = Case::filed();
    let petitioner = case.petition.petitioners[0].id;
    case.answer();
    let version = case.petition.version;
    let clerk = post("data_entry_clerk");
    case.take(&clerk, |petition, occasion| petition.link(occasion, petitioner, somebody(1))).unwrap();
    assert_eq!((case.petition.petitioners[0].person, case.petition.version), (Some(somebody(1)), version));
    for other in [somebody(1), somebody(2)] {
        let refused = case.refused(&clerk, |petition, occasion| petition.link(occasion, petitioner, other));
        assert_eq!(refused, Code::AlreadyLinked);
    }
    let refused = case.refused(&clerk, |petition, occasion| petition.unlink(occasion, petitioner, somebody(2)));
    assert_eq!(refused, Code::PetitionerUnknown);
    case.take(&clerk, |petition, occasion| petition.unlink(occasion, petitioner, somebody(1))).unwrap();
    assert_eq!(case.petition.petitioners[0].person, None);
    let folded = domain::petition::Petition::fold(&case.read_back().unwrap(), &rules());
    assert_eq!(folded.map(|petition| petition.petitioners), Some(case.petition.petitioners.clone()));
}

#[test]
fn who_left_nothing_is_nobody_and_only_who_sees_personal_data_says_who_is_whom() {
    let mut case = Case::of(Filing { petitioners: vec![named(true), anonymous()], ..filing() });
    case.route("simas");
    let [known, hidden] = [0, 1].map(|at| case.petition.petitioners[at].id);
    let clerk = post("data_entry_clerk");
    let refused = case.refused(&clerk, |petition, occasion| petition.link(occasion, hidden, somebody(1)));
    assert_eq!(refused, Code::AnonymousLeavesNothing);
    for (actor, code) in [
        (liaison("simas"), Code::NotAllowed),
        (person(Role::Auditor), Code::NotAllowed),
        (person(Role::Administrator), Code::PetitionUnknown),
    ] {
        let refused = case.refused(&actor, |petition, occasion| petition.link(occasion, known, somebody(1)));
        assert_eq!(refused, code);
    }
}
