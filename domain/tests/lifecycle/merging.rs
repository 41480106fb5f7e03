//! Following: thirteen citizens are thirteen petitions and one matter.

use domain::actor::{Actor, Role};
use domain::assignment::{Assignment, AssignmentState, CancelCause};
use domain::chain::ORIGIN;
use domain::contact::{ContactResult, Purpose};
use domain::desk::Desk;
use domain::event::Happened;
use domain::outcome::{Closing, Outcome};
use domain::petition::Petition;
use domain::petition::answer::Answering;
use domain::petition::end::Withdrawing;
use domain::petition::file::Filing;
use domain::petition::merge::{MOST_FOLLOWERS, Words};
use domain::petition::relate::Both;
use domain::question::QuestionState;
use domain::refusal::{Code, Refusal};
use domain::state::State;
use domain::step::Step;
use domain::time::Instant;
use domain::told::Told;
use proptest::prelude::*;

use crate::beginnings::beginnings;
use crate::support::{Case, HEAD, answer, call, city, filing, liaison, named, person, post, routing, rules, text};
use crate::walk::{Move, Try, beside, moves};

mod parting;

/// A follower and its principal, as the house keeps them: what one step does to both is kept, and the follower is taken
/// along whenever the principal moves.
struct Pair {
    follower: Case,
    principal: Case,
}

impl Pair {
    /// Merges the one into the other.
    fn merged(mut follower: Case, mut principal: Case) -> Result<Self, Refusal> {
        let words = words(&principal);
        let into = principal.petition.clone();
        let mut others = None;
        follower.take(&post(HEAD), |petition, occasion| {
            let Both { own, other } = petition.merge(occasion, &into, &words)?;
            others = Some(other);
            Ok(own)
        })?;
        let change = others.unwrap();
        principal.petition = change.petition;
        principal.events.extend(change.events);
        Ok(Self { follower, principal })
    }

    /// Takes a step of the principal, and the follower along.
    fn lead(&mut self, step: impl FnOnce(&mut Case)) {
        step(&mut self.principal);
        self.go_along();
    }

    fn go_along(&mut self) {
        self.follower.now = self.follower.now.max(self.principal.now);
        let (words, principal) = (words(&self.principal), self.principal.petition.clone());
        // Where nothing moved there is nothing to keep.
        let _ = self.follower.take(&Actor::system(), |petition, occasion| {
            petition.go_along(occasion, &principal, &words).ok_or_else(|| Code::Unchanged.into())
        });
    }

    /// Lets them part.
    fn parted(mut self) -> Result<(Case, Case), Refusal> {
        let principal = self.principal.petition.clone();
        let mut others = None;
        self.follower.take(&post(HEAD), |petition, occasion| {
            let Both { own, other } = petition.unmerge(occasion, &principal)?;
            others = Some(other);
            Ok(own)
        })?;
        let change = others.unwrap();
        self.principal.petition = change.petition;
        self.principal.events.extend(change.events);
        Ok((self.follower, self.principal))
    }
}

/// A petition that follows another one.
pub fn following() -> Case {
    Pair::merged(Case::filed(), beside(1)).unwrap().follower
}

/// One that is followed.
pub fn followed() -> Case {
    Pair::merged(Case::filed(), beside(1)).unwrap().principal
}

/// The words of a petition's answer.
fn words(case: &Case) -> Words {
    let wanted = case.petition.answer_texts();
    let texts = case.texts.iter().filter(|text| wanted.contains(&text.id.uuid()));
    texts.map(|text| (text.id.uuid(), text.body.clone())).collect()
}

/// A petition without what every entry of its history moves.
fn facts(petition: &Petition) -> Petition {
    let at: Instant = city("2026-01-01 00:00");
    let plain = |share: &Assignment| Assignment { version: 0, ..share.clone() };
    Petition {
        version: 0,
        sequence: 0,
        head: ORIGIN,
        updated_at: at,
        assignments: petition.assignments.iter().map(plain).collect(),
        ..petition.clone()
    }
}

fn folds(case: &Case) {
    let folded = Petition::fold(&case.read_back().unwrap(), &rules());
    assert_eq!(folded.as_ref(), Some(&case.petition));
}

#[test]
fn a_follower_stands_where_its_principal_stands_and_closes_by_its_own_notification() {
    let mut pair = Pair::merged(Case::filed(), beside(1)).unwrap();
    let version = pair.follower.petition.version;
    let mut share = None;
    pair.lead(|case| share = Some(case.route("simas")));
    assert_eq!(pair.follower.state(), State::Routed);
    pair.lead(|case| case.accept(share.unwrap()));
    assert_eq!(pair.follower.state(), State::InProgress);
    let asked = {
        let mut question = None;
        pair.lead(|case| question = Some(case.ask()));
        question.unwrap()
    };
    assert_eq!(pair.principal.state(), State::AwaitingCitizen);
    assert_eq!(pair.follower.state(), State::InProgress, "nobody asked this one's citizen anything");
    let runs = pair.follower.petition.answer.as_ref().is_some_and(|clock| clock.paused_since.is_none());
    assert!(runs && pair.principal.petition.answer.as_ref().unwrap().paused_since.is_some());
    pair.lead(|case| case.reply(asked));
    pair.lead(|case| case.resolve(share.unwrap()));
    assert_eq!(pair.follower.state(), State::InReview);
    assert_eq!(pair.follower.petition.desks(), [Desk::Open]);
    pair.lead(|case| case.answer());
    let follower = &pair.follower.petition;
    assert_eq!((follower.state(), follower.version), (State::Answered, version));
    assert_eq!(follower.desks(), [Desk::Open, Desk::ToTell]);
    let (own, theirs) = (follower.round.answer.clone().unwrap(), pair.principal.petition.round.answer.clone().unwrap());
    assert_eq!((own.outcome, own.at), (theirs.outcome, theirs.at));
    assert!(own.text.id != theirs.text.id, "each has words of its own, which can be erased apart");
    pair.lead(|case| case.notify(ContactResult::Told));
    assert_eq!((pair.principal.state(), pair.follower.state()), (State::Closed, State::Answered));
    pair.follower.notify(ContactResult::Told);
    assert_eq!(pair.follower.petition.round.closing, Some(Closing::Notified));
    folds(&pair.follower);
    folds(&pair.principal);
}

#[test]
fn what_is_answered_already_answers_who_comes_later_and_whoever_left_no_contact_is_closed_with_it() {
    let mut principal = beside(1);
    principal.answer();
    principal.notify(ContactResult::Told);
    let pair = Pair::merged(Case::filed(), principal.clone()).unwrap();
    let petition = &pair.follower.petition;
    assert_eq!(petition.state(), State::Answered);
    // What was said to somebody else a month before was not said to this one in time.
    let merged_at = Some(pair.follower.now);
    let answer = petition.answer.as_ref().unwrap();
    assert_eq!((answer.stopped_at, answer.judged_at), (merged_at, merged_at));
    assert_eq!(petition.notify.as_ref().map(|clock| clock.started_at), merged_at);
    let silent = Case::of(Filing { petitioners: vec![named(false)], ..filing() });
    let pair = Pair::merged(silent, principal).unwrap();
    assert_eq!(pair.follower.petition.round.closing, Some(Closing::NoContact));
    folds(&pair.follower);
    let erased = Case::filed().refused(&post(HEAD), |petition, occasion| {
        let into = &pair.principal.petition;
        petition.merge(occasion, into, &Words::new()).map(|both| both.own)
    });
    assert_eq!(erased, Code::MergeUnlike, "an answer without words answers nobody else");
}

#[test]
fn who_turns_out_not_to_have_been_told_stands_where_the_principal_stands_now() {
    let mut pair = Pair::merged(Case::filed(), beside(1)).unwrap();
    pair.lead(|case| case.answer());
    pair.follower.notify(ContactResult::Delivered);
    assert_eq!(pair.follower.state(), State::Closed);
    pair.lead(|case| case.reopen(&[]));
    assert_eq!(pair.follower.state(), State::Closed, "a file that ended stays as it ended");
    let bounced = call(ContactResult::Bounced);
    pair.follower.take(&post(HEAD), |petition, occasion| petition.contact(occasion, Purpose::Answer, bounced)).unwrap();
    assert_eq!(pair.follower.state(), State::Answered);
    pair.go_along();
    assert_eq!(pair.follower.state(), State::Received);
    assert!(pair.follower.petition.round.told.is_none());
    folds(&pair.follower);
}

#[test]
fn dependencies_are_told_that_it_follows_and_never_whom() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let mut principal = beside(1);
    let others = principal.route("road_maintenance");
    let mut pair = Pair::merged(case, principal).unwrap();
    pair.lead(|case| case.accept(others));
    pair.lead(|case| {
        let answering = Answering { cancel_open: Some(text("Ya quedó.")), ..answer(Outcome::Attended) };
        case.answer_as(answering);
    });
    let (follower, principal) = pair.parted().unwrap();
    let told = |case: &Case, dependency: &str, kind: &str| {
        liaison(dependency).visibility().told(&happened(case, kind), &case.petition)
    };
    assert!(follower.share(share).state.is_open());
    for kind in ["merged", "unmerged"] {
        assert_eq!(told(&follower, "simas", kind), Told::That(&[]), "{kind}");
    }
    for kind in ["carried", "adopted"] {
        assert_eq!(told(&follower, "simas", kind), Told::Whole, "what it reads as it stands: {kind}");
    }
    for kind in ["led", "left_alone"] {
        assert_eq!(told(&principal, "road_maintenance", kind), Told::Nothing, "{kind}");
        assert_eq!(post(HEAD).visibility().told(&happened(&principal, kind), &principal.petition), Told::Whole);
    }
}

fn happened(case: &Case, kind: &str) -> Happened {
    let at = case.kinds().iter().position(|one| one == kind).unwrap();
    case.read_back().unwrap().swap_remove(at).0.happened
}

#[test]
fn merging_cancels_what_is_open_and_undoing_it_finds_everything_as_it_stood() {
    let mut case = Case::filed();
    let (pending, accepted) = (case.route("simas"), case.route("road_maintenance"));
    case.accept(accepted);
    let asked = case.ask_for(accepted);
    case.release(asked);
    let before = case.petition.clone();
    let mut pair = Pair::merged(case, beside(1)).unwrap();
    for share in [pending, accepted] {
        let share = pair.follower.share(share);
        assert_eq!((share.state, share.cancelled), (AssignmentState::Cancelled, Some(CancelCause::Merged)));
    }
    assert_eq!((pair.follower.state(), pair.follower.petition.desks()), (State::Received, vec![Desk::Open]));
    assert_eq!(pair.follower.petition.question(asked).unwrap().state, QuestionState::Ended);
    let refused =
        pair.follower.refused(&post(HEAD), |petition, occasion| petition.route(occasion, vec![routing("simas")]));
    assert_eq!(refused, Code::Follows);
    pair.principal.now = city("2026-06-04 09:00");
    pair.lead(|case| case.answer());
    let (follower, principal) = pair.parted().unwrap();
    assert_eq!(facts(&follower.petition), facts(&before));
    assert!(principal.petition.followers.is_empty());
    folds(&follower);
    folds(&principal);
}

#[test]
fn a_follower_whose_file_ended_begins_a_new_round_when_it_stands_alone() {
    let mut pair = Pair::merged(Case::filed(), beside(1)).unwrap();
    pair.lead(|case| case.answer());
    pair.follower.notify(ContactResult::Told);
    let reopened =
        pair.follower.refused(&post(HEAD), |petition, occasion| petition.reopen(occasion, text("No quedó."), &[]));
    assert_eq!(reopened, Code::Follows);
    let (follower, _) = pair.parted().unwrap();
    assert_eq!((follower.state(), follower.petition.round.number), (State::Received, 2));
    assert!(follower.petition.follows.is_none());
    folds(&follower);
}

#[test]
fn a_principal_that_begins_again_takes_those_along_who_have_not_been_told() {
    let mut pair = Pair::merged(Case::filed(), beside(1)).unwrap();
    pair.lead(|case| case.answer());
    assert_eq!(pair.follower.state(), State::Answered);
    pair.lead(|case| case.reopen(&[]));
    assert_eq!((pair.follower.state(), pair.follower.petition.round.number), (State::Received, 1));
    pair.principal.now = city("2026-06-02 09:00");
    pair.lead(|case| case.answer_as(answer(Outcome::PartiallyAttended)));
    let outcome = pair.follower.petition.round.answer.as_ref().map(|answer| answer.outcome);
    assert_eq!(outcome, Some(Outcome::PartiallyAttended));
    folds(&pair.follower);
}

#[test]
fn a_ring_and_two_levels_are_refused() {
    let merged = Pair::merged(Case::filed(), beside(1)).unwrap();
    let refused = |follower: &Case, principal: &Case| match Pair::merged(follower.clone(), principal.clone()) {
        Ok(_) => None,
        Err(refusal) => Some(refusal.code),
    };
    let (follower, principal, third) = (&merged.follower, &merged.principal, &beside(2));
    assert_eq!(refused(principal, follower), Some(Code::HasFollowers), "a ring");
    assert_eq!(refused(third, follower), Some(Code::Follows), "two levels, from below");
    assert_eq!(refused(principal, third), Some(Code::HasFollowers), "two levels, from above");
    assert_eq!(refused(follower, third), Some(Code::Follows), "two principals");
    assert_eq!(refused(third, third), Some(Code::MergedIntoItself));
    let mut flagged = beside(3);
    flagged.petition.against_public_servant = true;
    assert_eq!(refused(third, &flagged), Some(Code::MergeUnlike));
    let mut ended = beside(4);
    ended.annul();
    assert_eq!(refused(third, &ended), Some(Code::Annulled));
    let mut full = beside(5);
    full.petition.followers = (0..MOST_FOLLOWERS).map(|_| third.petition.id).collect();
    assert_eq!(refused(third, &full), Some(Code::FollowersTooMany));
}

#[test]
fn a_principal_does_not_end_without_an_answer_while_others_follow_it() {
    let mut pair = Pair::merged(Case::filed(), beside(1)).unwrap();
    let refused = pair.principal.refused(&post(HEAD), |petition, occasion| petition.annul(occasion, text("Broma.")));
    assert_eq!(refused, Code::HasFollowers);
    let refused = pair.follower.refused(&post(HEAD), |petition, occasion| petition.annul(occasion, text("Broma.")));
    assert_eq!(refused, Code::Follows, "whoever is annulled could never be let go");
    let refused = pair.principal.refused(&post(HEAD), |petition, occasion| {
        petition.reclassify(occasion, petition.category.clone(), petition.kind, true, text("Por lo que dice."))
    });
    assert_eq!(refused, Code::HasFollowers, "it would be hidden from others than those who follow it");
    for continued in [false, true] {
        let withdrawing = Withdrawing { petitioner: None, reason: None, continued };
        let taken = pair.principal.take(&post(HEAD), |petition, occasion| petition.withdraw(occasion, withdrawing));
        assert_eq!(taken.is_ok(), continued);
    }
}

#[test]
fn who_may_not_answer_merges_nothing() {
    for actor in [post("data_entry_clerk"), person(Role::Auditor)] {
        let into = beside(1).petition;
        let mut case = Case::filed();
        let refused = case
            .refused(&actor, |petition, occasion| petition.merge(occasion, &into, &Words::new()).map(|both| both.own));
        assert_eq!(refused, Code::NotAllowed);
    }
}

#[test]
fn whoever_cannot_be_reached_is_tried_for_the_same_answer_as_often_as_anybody() {
    let mut pair = Pair::merged(Case::filed(), beside(1)).unwrap();
    pair.lead(|case| case.answer());
    pair.follower
        .take(&post(HEAD), |petition, occasion| petition.notify(occasion, call(ContactResult::NoAnswer)))
        .unwrap();
    assert_eq!(pair.follower.petition.desks(), [Desk::Open, Desk::ToCallBack]);
}

fn walked(mut case: Case, moves: &[Move]) -> Case {
    for step in moves {
        case.now += chrono::TimeDelta::minutes(step.later);
        match step.attempt {
            // What is tried here moves this petition alone.
            Try::Step(Step::Merge | Step::Unmerge) => continue,
            Try::Lapse => {
                case.lapse();
                continue;
            }
            Try::Step(_) | Try::Share(..) | Try::Question(..) => {}
        }
        let actor = step.actor(&case);
        step.circumstances(&mut case, &actor);
        let _ = case.take(&actor, |petition, occasion| step.take(petition, occasion));
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_and_undoing_it_leaves_every_clock_assignment_and_desk_as_if_nothing_had_been(
        case in beginnings(), own in moves(), led in moves(),
    ) {
        let follower = walked(case, &own);
        let before = follower.petition.clone();
        let alike = Petition {
            against_public_servant: before.against_public_servant,
            in_writing: before.in_writing,
            ..beside(9).petition
        };
        let mut principal = beside(9);
        principal.petition = alike;
        principal.now = follower.now;
        let Ok(mut pair) = Pair::merged(follower, principal) else { return Ok(()) };
        for step in led {
            let moved = std::slice::from_ref(&step);
            pair.lead(|case| *case = walked(case.clone(), moved));
            let unasked = Petition { questions: Vec::new(), ..pair.principal.petition.clone() };
            let (one, other) = (unasked.state(), pair.follower.state());
            if pair.follower.petition.round.closing.is_none() {
                let answered = pair.principal.petition.round.answer.is_some();
                prop_assert_eq!(other, if answered { State::Answered } else { one });
            }
            prop_assert!(pair.follower.petition.stands_with(&pair.principal.petition));
            let folded = Petition::fold(&pair.follower.read_back().unwrap(), &pair.follower.rules);
            prop_assert_eq!(folded.as_ref(), Some(&pair.follower.petition));
        }
        let closed = pair.follower.petition.round.closing.is_some();
        let (after, principal) = pair.parted().unwrap();
        prop_assert!(principal.petition.followers.is_empty());
        if closed {
            prop_assert_eq!(after.petition.round.number, before.round.number + 1);
        } else {
            prop_assert_eq!(facts(&after.petition), facts(&before));
            prop_assert_eq!(after.petition.desks(), before.desks());
        }
    }
}
