//! Who gets a share, and what a share against a public servant does to the others.

use domain::assignment::{AssignmentState, CancelCause};
use domain::kind::{Kind, Priority};
use domain::petition::COMPTROLLER;
use domain::petition::file::Filing;
use domain::petition::route::Routing;
use domain::refusal::Code;
use domain::state::State;

use crate::support::{Case, HEAD, filing, liaison, post, routing, text};

fn flag(case: &mut Case) {
    case.take(&post(HEAD), |petition, occasion| {
        petition.reclassify(occasion, "street_lighting".to_owned(), Kind::Complaint, true, text("Acusa a alguien."))
    })
    .unwrap();
}

#[test]
fn several_dependencies_may_have_a_share_but_none_of_them_two() {
    let mut case = Case::filed();
    case.route("simas");
    case.route("road_maintenance");
    assert_eq!(case.state(), State::Routed);
    let again = |petition: &domain::petition::Petition, occasion: &mut domain::occasion::Occasion<'_>| {
        petition.route(occasion, vec![routing("simas")])
    };
    assert_eq!(case.refused(&post(HEAD), again), Code::AlreadyRouted);
    let twice = case
        .refused(&post(HEAD), |petition, occasion| petition.route(occasion, vec![routing("parks"), routing("parks")]));
    assert_eq!(twice, Code::DependencyTwice);
    let none = case.refused(&post(HEAD), |petition, occasion| petition.route(occasion, Vec::new()));
    assert_eq!(none, Code::Unchanged);
}

#[test]
fn two_units_of_one_dependency_may_each_have_a_share_until_they_would_be_the_same() {
    let mut case = Case::filed();
    let lights = case.route_as(Routing { unit: Some("lights".to_owned()), ..routing("public_services") });
    case.route_as(Routing { unit: Some("parks".to_owned()), ..routing("public_services") });
    let liaison = liaison("public_services");
    let delegated =
        case.refused(&liaison, |petition, occasion| petition.delegate(occasion, lights, Some("parks".to_owned())));
    assert_eq!(delegated, Code::AlreadyRouted);
    let same =
        case.refused(&liaison, |petition, occasion| petition.delegate(occasion, lights, Some("lights".to_owned())));
    assert_eq!(same, Code::Unchanged);
    case.take(&liaison, |petition, occasion| petition.delegate(occasion, lights, None)).unwrap();
    assert_eq!(case.share(lights).unit, None);
}

#[test]
fn routing_takes_up_what_came_back_all_of_it_or_the_one_that_is_named() {
    let mut case = Case::filed();
    let (first, second) = (case.route("simas"), case.route("road_maintenance"));
    case.give_back(first);
    case.give_back(second);
    assert_eq!(case.petition.returns_pending().count(), 2);
    let third = case.route_as(Routing { previous: Some(first), ..routing("public_services") });
    assert_eq!(case.petition.returns_pending().map(|share| share.id).collect::<Vec<_>>(), [second]);
    assert_eq!(case.share(third).previous, Some(first));
    case.route("parks");
    assert_eq!(case.petition.returns_pending().count(), 0);
}

#[test]
fn only_what_came_back_and_waits_can_be_taken_up() {
    let mut case = Case::filed();
    let open = case.route("simas");
    let unknown = case.refused(&post(HEAD), |petition, occasion| {
        petition.route(occasion, vec![Routing { previous: Some(open), ..routing("parks") }])
    });
    assert_eq!(unknown, Code::PreviousUnknown);
}

#[test]
fn what_is_against_a_public_servant_is_routed_to_contraloria_only() {
    let mut case = Case::of(Filing { against_public_servant: true, ..filing() });
    let elsewhere = case.refused(&post(HEAD), |petition, occasion| petition.route(occasion, vec![routing("simas")]));
    assert_eq!(elsewhere, Code::ComptrollerOnly);
    case.route(COMPTROLLER);
    assert_eq!(case.state(), State::Routed);
}

#[test]
fn raising_the_flag_cancels_the_others_and_routes_to_contraloria() {
    let mut case = Case::filed();
    let (pending, accepted) = (case.route("simas"), case.route("road_maintenance"));
    case.accept(accepted);
    flag(&mut case);
    for share in [pending, accepted] {
        assert_eq!(case.share(share).state, AssignmentState::Cancelled);
        assert_eq!(case.share(share).cancelled, Some(CancelCause::AgainstPublicServant));
    }
    let open: Vec<_> = case.petition.open().collect();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].dependency.as_str(), open[0].directed), (COMPTROLLER, true));
    assert_eq!(case.state(), State::Routed);
}

#[test]
fn raising_the_flag_leaves_contralorias_share_as_it_is() {
    let mut case = Case::filed();
    let share = case.route(COMPTROLLER);
    case.accept(share);
    flag(&mut case);
    assert_eq!(case.petition.assignments.len(), 1);
    assert_eq!(case.share(share).state, AssignmentState::Accepted);
}

#[test]
fn once_the_flag_is_raised_the_dependency_that_had_the_petition_sees_it_no_more() {
    let mut case = Case::filed();
    case.route("simas");
    assert!(liaison("simas").visibility().sees(&case.petition));
    flag(&mut case);
    assert!(!liaison("simas").visibility().sees(&case.petition));
    assert!(liaison(COMPTROLLER).visibility().sees(&case.petition));
}

#[test]
fn once_the_flag_is_raised_nothing_is_sent_back_to_another_dependency() {
    let mut case = Case::filed();
    let done = case.route("simas");
    case.resolve(done);
    flag(&mut case);
    let back = case.refused(&post(HEAD), |petition, occasion| petition.send_back(occasion, done, text("Falta.")));
    assert_eq!(back, Code::NotFromAssignmentState);
}

#[test]
fn reclassifying_leaves_the_assignments_alone_and_changes_something() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let before = case.share(share).clone();
    let kind = case.petition.kind;
    case.take(&post(HEAD), |petition, occasion| {
        petition.reclassify(occasion, "water_leak".to_owned(), kind, false, text("Era agua."))
    })
    .unwrap();
    assert_eq!(case.share(share), &before);
    assert_eq!(case.petition.category, "water_leak");
    let same = case.refused(&post(HEAD), |petition, occasion| {
        petition.reclassify(occasion, "water_leak".to_owned(), kind, false, text("Era agua."))
    });
    assert_eq!(same, Code::Unchanged);
}

#[test]
fn a_priority_changes_to_another_one() {
    let mut case = Case::filed();
    let prioritise = |case: &mut Case, priority| {
        case.take(&post(HEAD), |petition, occasion| petition.prioritise(occasion, priority, text("Hay riesgo.")))
    };
    prioritise(&mut case, Priority::Urgent).unwrap();
    assert_eq!(case.petition.priority, Priority::Urgent);
    assert_eq!(prioritise(&mut case, Priority::Urgent).unwrap_err().code, Code::Unchanged);
}
