//! What has to hold of every petition, whatever is tried on it by whomever and whenever.

use std::collections::HashSet;

use chrono::TimeDelta;
use domain::assignment::Assignment;
use domain::chain::{self, Break};
use domain::code::Coded;
use domain::petition::{Change, Petition};
use domain::refusal::{Class, Refusal};
use domain::state::State;
use domain::step::{AssignmentStep, QuestionStep, Step};
use domain::text::commitment;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestCaseResult, TestRunner};

use crate::beginnings::beginnings;
use crate::oracle;
use crate::support::{Case, read};
use crate::walk::{MARK, Move, Try, moves};

/// Walks, checking after each move.
fn walk(
    mut case: Case,
    moves: &[Move],
    mut check: impl FnMut(&Petition, &Move, Option<bool>, &Result<Change, Refusal>) -> TestCaseResult,
) -> Result<Case, TestCaseError> {
    for step in moves {
        case.now += TimeDelta::minutes(step.later);
        let before = case.petition.clone();
        if step.attempt == Try::Lapse {
            let overdue = before.overdue_questions(case.now).next().is_some();
            prop_assert_eq!(case.lapse(), overdue);
            continue;
        }
        let actor = step.actor(&case);
        let offered = step.offered(&case, &actor);
        step.circumstances(&mut case, &actor);
        let taken = case.take(&actor, |petition, occasion| step.take(petition, occasion));
        check(&before, step, offered, &taken)?;
    }
    Ok(case)
}

pub fn unchecked(case: Case, moves: &[Move]) -> Result<Case, TestCaseError> {
    walk(case, moves, |_, _, _, _| Ok(()))
}

/// What walks are worth: without this the properties could hold of nothing.
#[test]
fn the_walks_come_to_every_state_and_take_every_step() {
    let mut runner = TestRunner::deterministic();
    let (mut states, mut taken_steps) = (HashSet::new(), HashSet::new());
    for _ in 0..1000 {
        let drawn = (beginnings(), moves()).new_tree(&mut runner).unwrap();
        let (case, moves) = drawn.current();
        states.insert(case.state());
        walk(case, &moves, |_, step, _, taken| {
            if let Ok(change) = taken {
                states.insert(change.petition.state());
                taken_steps.insert(match step.attempt {
                    Try::Step(step) => step.code(),
                    Try::Share(step, _) => step.code(),
                    Try::Question(step, _) => step.code(),
                    Try::Lapse => "lapse",
                });
            }
            Ok(())
        })
        .unwrap();
    }
    let missed = |codes: Vec<&'static str>| -> Vec<&str> {
        codes.into_iter().filter(|code| !taken_steps.contains(code)).collect()
    };
    assert_eq!(missed(Step::ALL.iter().map(|step| step.code()).collect()), ["disclose"], "it is not the domain's");
    assert!(missed(AssignmentStep::ALL.iter().map(|step| step.code()).collect()).is_empty());
    assert!(missed(QuestionStep::ALL.iter().map(|step| step.code()).collect()).is_empty());
    assert!(State::ALL.iter().all(|state| states.contains(state)), "{states:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_offered_is_accepted_and_what_is_not_is_refused_for_no_fault_of_the_body(
        case in beginnings(), moves in moves(),
    ) {
        walk(case, &moves, |_, step, offered, taken| {
            match (offered, taken) {
                (Some(true), Ok(change)) => prop_assert!(!change.events.is_empty()),
                (Some(true), Err(refusal)) => prop_assert!(false, "{step:?} was offered: {refusal:?}"),
                (Some(false) | None, Ok(_)) => prop_assert!(false, "{step:?} was not offered"),
                (Some(false) | None, Err(refusal)) => {
                    prop_assert_ne!(refusal.code.class(), Class::Invalid, "{:?}", refusal);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_state_is_the_first_row_of_the_table_that_holds(case in beginnings(), moves in moves()) {
        prop_assert_eq!(case.state(), oracle::state_of(&case.petition));
        let mut case = case;
        for step in moves {
            case = unchecked(case, &[step])?;
            prop_assert_eq!(case.state(), oracle::state_of(&case.petition));
        }
    }

    #[test]
    fn a_reopening_lands_where_nothing_has_been_said_yet(case in beginnings(), moves in moves()) {
        walk(case, &moves, |before, step, _, taken| {
            if let (Try::Step(Step::Reopen), Ok(change)) = (step.attempt, taken) {
                let after = &change.petition;
                prop_assert!(matches!(after.state(), State::Received | State::Routed), "{:?}", after.state());
                prop_assert_eq!(after.round.number, before.round.number + 1);
                prop_assert!(after.current().all(|share| share.previous.is_some()));
            }
            Ok(())
        })?;
    }

    #[test]
    fn resolving_never_moves_a_petition_backwards(case in beginnings(), moves in moves()) {
        walk(case, &moves, |before, step, _, taken| {
            if let (Try::Share(AssignmentStep::Resolve, _), Ok(change)) = (step.attempt, taken) {
                prop_assert!(change.petition.state().advance() >= before.state().advance());
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_history_read_back_and_folded_is_the_petition(case in beginnings(), moves in moves()) {
        let mut case = case;
        for step in moves {
            case = unchecked(case, &[step])?;
            let events = case.read_back();
            prop_assert!(events.is_ok(), "{events:?}");
            let folded = Petition::fold(&events.unwrap(), &case.rules);
            prop_assert_eq!(folded.as_ref(), Some(&case.petition));
        }
    }

    #[test]
    fn sequence_numbers_have_no_gap_and_nothing_happens_after_it_is_recorded(
        case in beginnings(), moves in moves(),
    ) {
        let case = unchecked(case, &moves)?;
        let events = case.read_back().unwrap();
        for (place, (event, _)) in (1..).zip(&events) {
            prop_assert_eq!(event.sequence, place);
            prop_assert!(event.occurred_at <= event.recorded_at);
        }
        let recorded: Vec<_> = events.iter().map(|(event, _)| event.recorded_at).collect();
        prop_assert!(recorded.is_sorted());
        prop_assert_eq!(case.petition.sequence, i32::try_from(events.len()).unwrap());
    }

    #[test]
    fn a_version_moves_with_everything_but_notes_contacts_files_news_and_relations(case in beginnings(), moves in moves()) {
        let moving = |kinds: &[String]| {
            let still = ["noted", "contacted", "progressed", "attached", "delivered", "related", "carried", "adopted"];
            kinds.iter().filter(|kind| !still.contains(&kind.as_str())).count()
        };
        let case = unchecked(case, &moves)?;
        prop_assert_eq!(case.petition.version, i32::try_from(moving(&case.kinds())).unwrap());
    }

    #[test]
    fn a_dependencys_step_leaves_the_versions_of_the_others_alone(case in beginnings(), moves in moves()) {
        walk(case, &moves, |before, step, _, taken| {
            if let (Try::Share(kind, _), Ok(change)) = (step.attempt, taken) {
                let own = step.share(before);
                for share in before.assignments.iter().filter(|share| Some(share.id) != own) {
                    prop_assert_eq!(Some(share), change.petition.assignment(share.id));
                }
                let version = |of: &Petition| own.and_then(|id| of.assignment(id)).map(|share| share.version);
                let adds = matches!(kind, AssignmentStep::Ask | AssignmentStep::Attach)
                    || (kind == AssignmentStep::ReportProgress && change.events.len() == 1);
                prop_assert_eq!(version(before) == version(&change.petition), adds, "{:?}", kind);
            }
            Ok(())
        })?;
    }

    #[test]
    fn nothing_is_open_in_a_petition_that_is_answered_or_closed(case in beginnings(), moves in moves()) {
        let mut case = case;
        for step in moves {
            case = unchecked(case, &[step])?;
            let petition = &case.petition;
            if matches!(petition.state(), State::Answered | State::Closed) {
                prop_assert_eq!(petition.open().count(), 0);
                prop_assert_eq!(petition.open_questions().count(), 0);
                prop_assert_eq!(petition.returns_pending().filter(|_| petition.state() == State::Answered).count(), 0);
            }
            let needs = petition.round.closing.is_some_and(|closing| closing.needs_outcome());
            prop_assert!(!needs || petition.round.answer.is_some(), "a closing that needs an outcome has one");
            let principals = petition.petitioners.iter().filter(|petitioner| petitioner.principal).count();
            let standing = petition.petitioners.iter().filter(|petitioner| !petitioner.withdrawn).count();
            prop_assert_eq!(principals, standing.min(1), "one principal as long as anybody is left");
        }
    }

    #[test]
    fn what_is_against_a_public_servant_is_open_nowhere_but_in_contraloria(
        case in beginnings(), moves in moves(),
    ) {
        let mut case = case;
        for step in moves {
            case = unchecked(case, &[step])?;
            let petition = &case.petition;
            let elsewhere = |share: &&Assignment| share.dependency != domain::petition::COMPTROLLER;
            if petition.against_public_servant {
                prop_assert_eq!(petition.open().filter(elsewhere).count(), 0);
                for share in petition.assignments.iter().filter(elsewhere) {
                    prop_assert!(!case.liaison_of(share.id).visibility().sees(petition));
                }
            }
        }
    }

    #[test]
    fn no_word_that_anybody_wrote_stands_in_an_event_and_every_one_is_committed_to(
        case in beginnings(), moves in moves(),
    ) {
        let case = unchecked(case, &moves)?;
        prop_assert!(!case.texts.is_empty());
        let words: Vec<&str> = MARK.split(' ').collect();
        for entry in &case.events {
            for word in &words {
                prop_assert!(!entry.body.contains(word), "{}", entry.body);
            }
        }
        for kept in &case.texts {
            prop_assert!(kept.body.as_str().contains(MARK));
            let committed = commitment(&kept.salt, kept.body.as_str());
            let names = |entry: &&domain::chain::Sealed| entry.body.contains(&kept.id.to_string());
            let named = case.events.iter().filter(names).collect::<Vec<_>>();
            prop_assert!(!named.is_empty(), "a text that no event names");
            prop_assert!(named.iter().all(|entry| entry.body.contains(&committed)));
        }
    }

    #[test]
    fn one_altered_byte_breaks_the_chain_even_if_its_own_hash_is_made_again(
        case in beginnings(), moves in moves(), place in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(), to in b' '..=b'~',
    ) {
        let case = unchecked(case, &moves)?;
        let whole = read(&case.petition, &case.events);
        prop_assert!(whole.is_ok(), "{whole:?}");
        let mut events = case.events.clone();
        let entry = &mut events[place.index(case.events.len())];
        let mut bytes = entry.body.clone().into_bytes();
        let byte = at.index(bytes.len());
        prop_assume!(bytes[byte] != to);
        bytes[byte] = to;
        entry.body = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(read(&case.petition, &events).unwrap_err(), Break::Altered);
        // Whoever hides the change with a new hash breaks the next link, or the head.
        let entry = &mut events[place.index(case.events.len())];
        entry.hash = chain::hash(&entry.body);
        let found = read(&case.petition, &events).unwrap_err();
        prop_assert!(matches!(found, Break::Unlinked | Break::Unreadable | Break::Head), "{found:?}");
    }

    #[test]
    fn an_entry_lost_swapped_or_cut_off_is_missed(
        case in beginnings(), moves in moves(), place in any::<prop::sample::Index>(),
    ) {
        let case = unchecked(case, &moves)?;
        let place = place.index(case.events.len());
        let mut lost = case.events.clone();
        lost.remove(place);
        let last = place == lost.len();
        let expected = if last { Break::Head } else { Break::Gap };
        prop_assert_eq!(read(&case.petition, &lost).unwrap_err(), expected);
        let mut swapped = case.events.clone();
        if place > 0 {
            swapped.swap(place, place - 1);
            prop_assert_eq!(read(&case.petition, &swapped).unwrap_err(), Break::Gap);
        }
        let mut renumbered = lost;
        for (number, entry) in (1..).zip(&mut renumbered) {
            entry.sequence = number;
        }
        prop_assert!(read(&case.petition, &renumbered).is_err());
    }
}
