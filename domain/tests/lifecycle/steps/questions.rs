//! Questions to the citizen: whose, how many, and what ends them.

use domain::assignment::AssignmentState;
use domain::id::Id;
use domain::petition::work::Progress;
use domain::question::{Question, QuestionState};
use domain::refusal::Code;
use domain::state::State;
use domain::step::Step;

use crate::support::{Case, HEAD, city, liaison, post, speaker, text};

fn state(case: &Case, id: Id<Question>) -> QuestionState {
    case.petition.question(id).unwrap().state
}

#[test]
fn a_question_of_the_petition_makes_it_wait_for_the_citizen_until_the_reply() {
    let mut case = Case::filed();
    let question = case.ask();
    assert_eq!(case.state(), State::AwaitingCitizen);
    case.reply(question);
    assert_eq!((case.state(), state(&case, question)), (State::Received, QuestionState::Replied));
}

#[test]
fn a_dependencys_question_waits_for_its_release_and_only_then_for_the_citizen() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let question = case.ask_for(share);
    assert_eq!((case.state(), state(&case, question)), (State::Routed, QuestionState::Drafted));
    case.release(question);
    assert_eq!((case.state(), state(&case, question)), (State::AwaitingCitizen, QuestionState::Open));
    let again = case.refused(&post(HEAD), |petition, occasion| petition.release_question(occasion, question));
    assert_eq!(again, Code::QuestionReleased);
}

#[test]
fn a_dependency_does_not_release_its_own_question_unless_the_policy_says_so() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let question = case.ask_for(share);
    let own = case.refused(&liaison("simas"), |petition, occasion| petition.release_question(occasion, question));
    assert_eq!(own, Code::NotAllowed);
    case.rules.policy.release_questions = false;
    let direct = case.ask_for(share);
    assert_eq!(state(&case, direct), QuestionState::Open);
}

#[test]
fn a_dependencys_question_that_the_office_records_goes_out_at_once() {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.speaker = Some(speaker());
    let asked = case.take(&post(HEAD), |petition, occasion| petition.ask_for(occasion, share, text("¿Qué calle?")));
    assert_eq!(state(&case, Id::new(asked.unwrap().about.unwrap())), QuestionState::Open);
}

#[test]
fn with_two_shares_the_petition_waits_only_when_both_do() {
    let mut case = Case::filed();
    let (first, second) = (case.route("simas"), case.route("road_maintenance"));
    case.accept(second);
    let question = case.ask_for(first);
    case.release(question);
    assert_eq!(case.state(), State::InProgress);
    let question = case.ask_for(second);
    case.release(question);
    assert_eq!(case.state(), State::AwaitingCitizen);
}

#[test]
fn ending_a_share_ends_its_questions_and_no_others() {
    for end in [Case::give_back, Case::resolve, Case::cancel] {
        let mut case = Case::filed();
        let (share, other) = (case.route("simas"), case.route("road_maintenance"));
        let (released, drafted) = (case.ask_for(share), case.ask_for(share));
        let others = case.ask_for(other);
        case.release(released);
        end(&mut case, share);
        assert_eq!([state(&case, released), state(&case, drafted)], [QuestionState::Ended; 2]);
        assert_eq!(state(&case, others), QuestionState::Drafted);
    }
}

#[test]
fn answering_ends_every_question() {
    let mut case = Case::filed();
    let question = case.ask();
    case.answer();
    assert_eq!((case.state(), state(&case, question)), (State::Answered, QuestionState::Ended));
}

#[test]
fn as_many_questions_are_asked_in_a_round_as_the_policy_allows() {
    let mut case = Case::filed();
    for _ in 0..3 {
        let question = case.ask();
        case.reply(question);
    }
    assert!(!case.petition.allowed_steps(&post(HEAD), &case.rules, case.now).contains(&Step::Ask));
    let fourth = case.refused(&post(HEAD), |petition, occasion| petition.ask(occasion, text("¿Y?")));
    assert_eq!(fourth, Code::QuestionsExhausted);
    let share = case.route("simas");
    let fourth = case.refused(&liaison("simas"), |petition, occasion| petition.ask_for(occasion, share, text("¿Y?")));
    assert_eq!(fourth, Code::QuestionsExhausted);
    case.resolve(share);
    case.answer();
    case.reopen(&[]);
    case.ask();
}

#[test]
fn an_overdue_question_goes_back_to_the_askers_desk_and_the_file_may_be_closed() {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.accept(share);
    let question = case.ask();
    let close = |petition: &domain::petition::Petition, occasion: &mut domain::occasion::Occasion<'_>| {
        petition.close_unreplied(occasion, text("Sin el número no se puede."))
    };
    assert_eq!(case.refused(&post(HEAD), close), Code::NotFromState, "the citizen still has time");
    case.now = city("2026-06-08 14:59");
    assert!(!case.lapse(), "five working days from Monday end on Monday at 15:00");
    case.now = city("2026-06-08 15:00");
    assert!(case.lapse());
    assert_eq!((case.state(), state(&case, question)), (State::InProgress, QuestionState::Lapsed));
    case.take(&post(HEAD), close).unwrap();
    assert_eq!(case.state(), State::Closed);
    assert_eq!(case.share(share).state, AssignmentState::Cancelled);
}

#[test]
fn a_late_reply_is_still_a_reply_until_something_else_was_decided() {
    let mut case = Case::filed();
    let question = case.ask();
    case.now = city("2026-06-10 09:00");
    case.lapse();
    let mut decided = case.clone();
    case.reply(question);
    assert_eq!(state(&case, question), QuestionState::Replied);
    decided.answer();
    let late = decided.refused(&post(HEAD), |petition, occasion| petition.reply(occasion, question, text("Tarde.")));
    assert_eq!(late, Code::QuestionNotOpen);
}

#[test]
fn a_question_is_cancelled_once() {
    let mut case = Case::filed();
    let question = case.ask();
    case.take(&post(HEAD), |petition, occasion| petition.cancel_question(occasion, question, None)).unwrap();
    assert_eq!(case.state(), State::Received);
    let again = case.refused(&post(HEAD), |petition, occasion| petition.cancel_question(occasion, question, None));
    assert_eq!(again, Code::QuestionNotOpen);
}

#[test]
fn news_of_the_work_do_not_end_a_question() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let question = case.ask_for(share);
    case.release(question);
    let progress = Progress { report: text("Seguimos."), citizen_text: None, scheduled_for: None };
    case.take(&liaison("simas"), |petition, occasion| petition.report_progress(occasion, share, progress)).unwrap();
    assert_eq!(state(&case, question), QuestionState::Open);
}
