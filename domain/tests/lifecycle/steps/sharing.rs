//! A dependency's steps on its own share, and the office's on it.

use domain::actor::{Actor, Role};
use domain::assignment::{AssignmentState, ReturnReason};
use domain::code::Coded;
use domain::outcome::{Infeasibility, Outcome};
use domain::petition::route::Routing;
use domain::petition::work::{Appointee, Progress, Resolving};
use domain::refusal::Code;
use domain::state::State;
use domain::step::AssignmentStep;

use crate::support::{Case, HEAD, liaison, person, post, resolving, routing, speaker, text};

fn progress() -> Progress {
    Progress { report: text("Va a la mitad."), citizen_text: None, scheduled_for: None }
}

#[test]
fn accepting_puts_the_petition_in_progress_and_resolving_the_last_share_in_review() {
    let mut case = Case::filed();
    let (first, second) = (case.route("simas"), case.route("road_maintenance"));
    case.accept(first);
    assert_eq!(case.state(), State::InProgress);
    case.resolve(first);
    assert_eq!(case.state(), State::InProgress, "the other one still owes its part");
    case.give_back(second);
    assert_eq!(case.state(), State::InReview, "none is open and one is resolved");
}

#[test]
fn resolving_and_reporting_from_pending_imply_acceptance() {
    let mut case = Case::filed();
    let (first, second) = (case.route("simas"), case.route("road_maintenance"));
    case.resolve(first);
    case.take(&liaison("road_maintenance"), |petition, occasion| {
        petition.report_progress(occasion, second, progress())
    })
    .unwrap();
    assert_eq!(case.share(second).state, AssignmentState::Accepted);
    assert_eq!(case.kinds()[3..], ["accepted", "resolved", "accepted", "progressed"]);
}

#[test]
fn a_share_can_come_back_before_and_after_it_was_accepted() {
    let mut case = Case::filed();
    let (first, second) = (case.route("simas"), case.route("road_maintenance"));
    case.accept(second);
    case.give_back(first);
    case.give_back(second);
    assert_eq!(case.state(), State::Received);
    assert_eq!(case.petition.returns_pending().count(), 2);
}

#[test]
fn a_directed_share_cannot_come_back() {
    let mut case = Case::filed();
    let share = case.route_as(Routing { directed: true, ..routing("simas") });
    let refused = case.refused(&liaison("simas"), |petition, occasion| {
        petition.give_back(occasion, share, ReturnReason::NotCompetent, text("No nos toca."), None)
    });
    assert_eq!(refused, Code::Directed);
}

#[test]
fn what_is_sent_back_is_accepted_again_and_counted_and_its_resolution_is_gone() {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.resolve(share);
    assert_eq!(case.state(), State::InReview);
    case.send_back(share);
    let share = case.share(share);
    assert_eq!((share.state, share.sent_back), (AssignmentState::Accepted, 1));
    assert!(share.resolution.is_none());
    assert_eq!(case.state(), State::InProgress);
}

#[test]
fn what_was_not_resolved_is_not_sent_back_and_what_is_not_open_is_not_cancelled() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let back = case.refused(&post(HEAD), |petition, occasion| petition.send_back(occasion, share, text("Falta.")));
    assert_eq!(back, Code::NotFromAssignmentState);
    case.resolve(share);
    let cancel = case.refused(&post(HEAD), |petition, occasion| petition.cancel(occasion, share, text("Sobra.")));
    assert_eq!(cancel, Code::NotFromAssignmentState);
}

#[test]
fn a_liaison_takes_its_own_shares_steps_and_never_anothers() {
    let mut case = Case::filed();
    let (own, other) = (case.route("simas"), case.route("road_maintenance"));
    let simas = liaison("simas");
    let refused = case.refused(&simas, |petition, occasion| petition.accept(occasion, other));
    assert_eq!(refused, Code::AssignmentUnknown);
    let stranger = case.refused(&liaison("parks"), |petition, occasion| petition.accept(occasion, own));
    assert_eq!(stranger, Code::PetitionUnknown);
    case.resolve(own);
    let office = case.refused(&simas, |petition, occasion| petition.send_back(occasion, own, text("Falta.")));
    assert_eq!(office, Code::NotAllowed);
}

#[test]
fn a_units_liaison_takes_the_units_shares_only() {
    let mut case = Case::filed();
    let unit = |unit: &str| Role::Liaison { dependency: "simas".to_owned(), unit: Some(unit.to_owned()) };
    let share = case.route_as(Routing { unit: Some("pipes".to_owned()), ..routing("simas") });
    let other = case.refused(&person(unit("meters")), |petition, occasion| petition.accept(occasion, share));
    assert_eq!(other, Code::PetitionUnknown);
    case.take(&person(unit("pipes")), |petition, occasion| petition.accept(occasion, share)).unwrap();
}

#[test]
fn the_office_records_for_a_dependency_only_by_saying_who_spoke() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let refused = case.refused(&post(HEAD), |petition, occasion| petition.accept(occasion, share));
    assert_eq!(refused, Code::SpeakerMissing);
    case.speaker = Some(speaker());
    case.take(&post(HEAD), |petition, occasion| petition.resolve(occasion, share, resolving(Outcome::Attended)))
        .unwrap();
    let events = case.read_back().unwrap();
    let by = &events.last().unwrap().0.by;
    assert_eq!(by.capacity, HEAD);
    assert_eq!(by.on_behalf_of.as_ref().unwrap().dependency, "simas");
}

#[test]
fn a_liaison_speaks_for_itself() {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.speaker = Some(speaker());
    let refused = case.refused(&liaison("simas"), |petition, occasion| petition.accept(occasion, share));
    assert_eq!(refused, Code::SpeakerUnexpected);
}

#[test]
fn only_the_posts_that_the_manual_names_record_for_a_dependency() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let may = |actor: &Actor| {
        case.petition
            .allowed_assignment_steps(actor, case.share(share), &case.rules, case.now)
            .contains(&AssignmentStep::Accept)
    };
    let posts: Vec<u8> = domain::position::positions()
        .iter()
        .filter(|position| may(&post(position.code)))
        .map(|position| position.number)
        .collect();
    assert_eq!(posts, [1, 4, 6, 12, 15], "Manual 1.2, 4.4, 6.3, 12.3, 15.5 and 15.7");
    case.speaker = Some(speaker());
    let clerk = case.refused(&post("data_entry_clerk"), |petition, occasion| petition.accept(occasion, share));
    assert_eq!(clerk, Code::NotAllowed);
}

#[test]
fn what_is_not_feasible_says_why_and_nothing_else_does() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let resolve = |outcome, infeasibility| {
        let resolving = Resolving { infeasibility, ..resolving(outcome) };
        case.clone()
            .take(&liaison("simas"), |petition, occasion| petition.resolve(occasion, share, resolving))
            .map_err(|refusal| refusal.code)
            .map(|_| ())
    };
    assert_eq!(resolve(Outcome::NotFeasible, None), Err(Code::InfeasibilityMissing));
    assert_eq!(resolve(Outcome::Attended, Some(Infeasibility::Budget)), Err(Code::InfeasibilityUnexpected));
    for why in Infeasibility::ALL {
        assert_eq!(resolve(Outcome::NotFeasible, Some(*why)), Ok(()));
    }
}

#[test]
fn somebody_is_appointed_and_nobody_any_more() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let simas = liaison("simas");
    let appointee = Appointee { name: text("Una cuadrilla"), account: None };
    case.take(&simas, |petition, occasion| petition.appoint(occasion, share, Some(appointee))).unwrap();
    assert!(case.share(share).responsible.is_some());
    case.take(&simas, |petition, occasion| petition.appoint(occasion, share, None)).unwrap();
    assert!(case.share(share).responsible.is_none());
}

#[test]
fn work_is_planned_for_today_or_later() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let today = case.rules.calendar.date_of(case.now);
    let mut plan = |day| {
        let progress = Progress { scheduled_for: day, ..progress() };
        case.take(&liaison("simas"), |petition, occasion| petition.report_progress(occasion, share, progress))
    };
    assert_eq!(plan(today.pred_opt()).unwrap_err().code, Code::InPast);
    plan(Some(today)).unwrap();
    plan(None).unwrap();
    assert_eq!(case.share(share).scheduled_for, Some(today), "news without a day leave the day as it was");
}
