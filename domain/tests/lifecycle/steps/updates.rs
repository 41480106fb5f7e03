//! What a dependency's own system tells, in whatever order it comes, and the number under which it has a share.

use chrono::TimeDelta;
use domain::assignment::{Assignment, AssignmentState, ReturnReason};
use domain::external::ExternalReference;
use domain::id::Id;
use domain::outcome::Outcome;
use domain::petition::Change;
use domain::petition::update::{Place, Update, Updated};
use domain::petition::work::Progress;
use domain::refusal::{Code, Refusal};
use domain::state::State;
use domain::time::Instant;

use crate::support::{Case, HEAD, city, liaison, machine, post, read, resolving, speaker, text};

fn news() -> Update {
    Update::InProgress(Progress { report: text("Va a la mitad."), citizen_text: None, scheduled_for: None })
}

fn done() -> Update {
    Update::Resolved(resolving(Outcome::Attended))
}

fn back() -> Update {
    Update::Returned { reason: ReturnReason::OtherArea, explanation: text("No nos toca."), suggested: None }
}

fn at(occurred_at: Instant) -> Place {
    Place { sequence: None, occurred_at }
}

fn number(written: &str) -> Option<ExternalReference> {
    Some(ExternalReference::parse(written).unwrap())
}

/// What the system of `simas` tells becomes of it; what is applied is kept.
fn tell(
    case: &mut Case,
    id: Id<Assignment>,
    place: Place,
    last: Option<Place>,
    update: Update,
) -> Result<Updated, Refusal> {
    let mut told = None;
    let taken = case.take(&machine("simas"), |petition, occasion| {
        let updated = petition.update(occasion, id, place, last, update)?;
        let change = match &updated {
            Updated::Applied { change, .. } => (**change).clone(),
            Updated::Holds | Updated::Superseded => {
                Change { petition: petition.clone(), events: Vec::new(), texts: Vec::new(), about: None }
            }
        };
        told = Some(updated);
        Ok(change)
    });
    taken.map(|_| told.unwrap())
}

fn applied(updated: Result<Updated, Refusal>) -> bool {
    matches!(updated, Ok(Updated::Applied { noted: false, .. }))
}

#[test]
fn a_resolution_from_pending_implies_acceptance_and_holds_the_systems_own_instant() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let occurred = case.now + TimeDelta::hours(2);
    case.now += TimeDelta::days(45);
    assert!(applied(tell(&mut case, share, at(occurred), None, done())));
    assert_eq!(case.kinds()[2..], ["accepted", "resolved"]);
    assert_eq!(case.state(), State::InReview);
    let (event, _) = case.read_back().unwrap().pop().unwrap();
    assert_eq!((event.occurred_at, event.recorded_at), (occurred, case.now));
    assert_eq!((event.by.capacity.as_str(), event.by.account), ("client:simas", None));
    assert_eq!(event.by.client, machine("simas").client());
    // Told late is judged late: nobody but the office attests an earlier instant.
    assert!(!event.attested && event.dating_reason.is_none());
}

#[test]
fn what_something_later_has_overtaken_changes_nothing() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let start = case.now;
    case.now += TimeDelta::hours(5);
    let (early, late) = (at(start + TimeDelta::hours(1)), at(start + TimeDelta::hours(3)));
    assert!(applied(tell(&mut case, share, late, None, news())));
    assert_eq!(tell(&mut case, share, early, Some(late), back()), Ok(Updated::Superseded));
    assert_eq!(case.share(share).state, AssignmentState::Accepted);
    // The sender's own count decides before the clock does.
    let second = Place { sequence: Some(2), ..early };
    let first = Place { sequence: Some(1), ..late };
    assert_eq!(tell(&mut case, share, first, Some(second), done()), Ok(Updated::Superseded));
    assert!(applied(tell(&mut case, share, second, Some(first), done())));
}

#[test]
fn what_was_done_by_hand_since_is_later_too() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let before = case.now + TimeDelta::hours(1);
    case.now += TimeDelta::hours(2);
    case.resolve(share);
    case.now += TimeDelta::hours(1);
    assert_eq!(tell(&mut case, share, at(before), None, news()), Ok(Updated::Superseded));
    let now = at(case.now);
    assert_eq!(tell(&mut case, share, now, None, news()).unwrap_err().code, Code::NotFromAssignmentState);
}

#[test]
fn what_is_so_already_holds() {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.accept(share);
    let now = at(case.now);
    assert_eq!(tell(&mut case, share, now, None, Update::Accepted(None)), Ok(Updated::Holds));
    case.resolve(share);
    assert_eq!(tell(&mut case, share, now, None, done()), Ok(Updated::Holds));
    let other = Update::Resolved(resolving(Outcome::Unfounded));
    assert_eq!(tell(&mut case, share, now, None, other).unwrap_err().code, Code::NotFromAssignmentState);
}

#[test]
fn after_the_answer_words_become_a_note_and_no_words_are_too_late() {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.resolve(share);
    case.answer();
    let before = case.petition.clone();
    let now = at(case.now);
    assert!(matches!(tell(&mut case, share, now, None, news()), Ok(Updated::Applied { noted: true, .. })));
    assert_eq!(case.kinds().last().unwrap(), "noted");
    assert_eq!((case.state(), case.share(share)), (State::Answered, before.assignment(share).unwrap()));
    assert_eq!(tell(&mut case, share, now, None, Update::Accepted(None)), Ok(Updated::Superseded));
    // In a later round the old share is answered for good.
    case.reopen(&[]);
    assert!(matches!(tell(&mut case, share, now, None, done()), Ok(Updated::Applied { noted: true, .. })));
    assert_eq!(case.state(), State::Received);
}

#[test]
fn a_directed_share_and_a_cancelled_one_are_refused_as_by_hand() {
    let mut case = Case::filed();
    let share = case.route_as(domain::petition::route::Routing { directed: true, ..crate::support::routing("simas") });
    let now = at(case.now);
    assert_eq!(tell(&mut case, share, now, None, back()).unwrap_err().code, Code::Directed);
    case.cancel(share);
    assert_eq!(tell(&mut case, share, now, None, done()).unwrap_err().code, Code::NotFromAssignmentState);
}

#[test]
fn two_clocks_may_differ_by_minutes_and_not_by_more() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let (ahead, before) = (case.now + TimeDelta::minutes(4), case.now - TimeDelta::minutes(4));
    let far = TimeDelta::minutes(6);
    let refused = |case: &mut Case, instant| tell(case, share, at(instant), None, done()).unwrap_err();
    let now = case.now;
    assert_eq!(refused(&mut case, now + far).code, Code::InFuture);
    assert_eq!(refused(&mut case, now - far).pointer.as_deref(), Some("/occurred_at"));
    assert!(applied(tell(&mut case, share, at(before), None, news())));
    assert!(applied(tell(&mut case, share, at(ahead), Some(at(before)), done())));
    let instants: Vec<_> = case.read_back().unwrap().iter().map(|(event, _)| event.occurred_at).collect();
    assert!(instants.iter().all(|instant| *instant == now));
}

#[test]
fn another_dependencys_share_does_not_exist_and_the_office_is_no_system() {
    let mut case = Case::filed();
    case.route("simas");
    let roads = case.route("road_maintenance");
    let now = at(case.now);
    assert_eq!(tell(&mut case, roads, now, None, done()).unwrap_err().code, Code::AssignmentUnknown);
    let mut by = |actor| {
        case.refused(&actor, |petition, occasion| {
            petition.update(occasion, roads, now, None, done()).map(|_| unreachable!())
        })
    };
    assert_eq!(by(post(HEAD)), Code::NotAllowed);
    assert_eq!(by(liaison("simas")), Code::AssignmentUnknown);
    let mut flagged =
        Case::of(domain::petition::file::Filing { against_public_servant: true, ..crate::support::filing() });
    let share = flagged.route("comptroller");
    assert_eq!(tell(&mut flagged, share, now, None, done()).unwrap_err().code, Code::AssignmentUnknown);
}

#[test]
fn messages_of_one_share_are_put_in_order_by_count_or_else_by_clock() {
    let start = city("2026-06-01 09:00");
    let place = |sequence, hours| Place { sequence, occurred_at: start + TimeDelta::hours(hours) };
    let sorted = |places: Vec<Place>| Place::sort(places, |place| *place);
    let counted = vec![place(Some(2), 1), place(Some(1), 2)];
    assert_eq!(sorted(counted), [place(Some(1), 2), place(Some(2), 1)]);
    let mixed = vec![place(Some(1), 3), place(None, 2), place(Some(2), 1)];
    assert_eq!(sorted(mixed), [place(None, 2), place(Some(1), 3), place(Some(2), 1)]);
    // One without a count moves none of those that have one.
    let one_without = vec![place(Some(2), 1), place(None, 2), place(Some(1), 1), place(Some(3), 3), place(None, 9)];
    let expected = [place(Some(1), 1), place(Some(2), 1), place(None, 2), place(Some(3), 3), place(None, 9)];
    assert_eq!(sorted(one_without), expected);
}

#[test]
fn a_number_is_given_taken_away_and_follows_the_matter_into_the_next_round() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let version = case.petition.assignment(share).unwrap().version;
    let give = |case: &mut Case, id, number| {
        case.take(&machine("simas"), |petition, occasion| petition.set_external_reference(occasion, id, number))
            .map(|_| ())
            .map_err(|refusal| refusal.code)
    };
    assert_eq!(give(&mut case, share, number("OT-1")), Ok(()));
    assert_eq!(
        (case.share(share).external_reference.clone(), case.share(share).version),
        (number("OT-1"), version + 1)
    );
    assert_eq!(give(&mut case, share, number("OT-1")), Err(Code::Unchanged));
    // The office records it for the dependency, and says who spoke.
    case.speaker = Some(speaker());
    case.take(&post(HEAD), |petition, occasion| petition.set_external_reference(occasion, share, None)).unwrap();
    assert_eq!(case.share(share).external_reference, None);
    assert_eq!(give(&mut case, share, number("OT-1")), Ok(()));
    case.resolve(share);
    case.answer();
    case.reopen(&[share]);
    let again = case.petition.assignments.last().unwrap().id;
    assert_eq!(give(&mut case, again, number("OT-1")), Ok(()));
    assert_eq!(
        (&case.share(share).external_reference, &case.share(again).external_reference),
        (&None, &number("OT-1"))
    );
    assert_eq!(give(&mut case, share, number("OT-1")), Err(Code::ExternalReferenceTaken));
    // Another dependency's numbers are its own.
    let roads = case.route("road_maintenance");
    case.take(&machine("road_maintenance"), |petition, occasion| {
        petition.set_external_reference(occasion, roads, number("OT-1"))
    })
    .unwrap();
    assert_eq!(case.share(again).external_reference, number("OT-1"));
    assert!(read(&case.petition, &case.events).is_ok());
}
