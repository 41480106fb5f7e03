//! The city's word to the citizen: what it needs, and what it does to what is open.

use domain::assignment::{AssignmentState, CancelCause};
use domain::outcome::{Closing, Infeasibility, Outcome};
use domain::petition::Petition;
use domain::petition::answer::Answering;
use domain::petition::file::Filing;
use domain::policy::Review;
use domain::refusal::Code;
use domain::state::State;

use crate::support::{Case, HEAD, anonymous, answer, city, filing, named, post, resolving, text};

fn refused(case: &mut Case, answering: Answering) -> Code {
    case.refused(&post(HEAD), |petition, occasion| petition.answer(occasion, answering))
}

#[test]
fn an_answer_may_come_at_once_or_after_review_and_only_once() {
    let mut case = Case::filed();
    case.answer();
    assert_eq!(case.state(), State::Answered);
    assert_eq!(refused(&mut case, answer(Outcome::Attended)), Code::AlreadyAnswered);
    let mut case = Case::filed();
    let share = case.route("simas");
    case.resolve(share);
    case.answer();
    assert_eq!(case.state(), State::Answered);
}

#[test]
fn what_is_open_is_cancelled_by_an_answer_with_a_reason() {
    let mut case = Case::filed();
    let share = case.route("simas");
    assert_eq!(refused(&mut case, answer(Outcome::Attended)), Code::OpenAssignments);
    case.answer_as(Answering { cancel_open: Some(text("Ya se arregló.")), ..answer(Outcome::Attended) });
    let share = case.share(share);
    assert_eq!((share.state, share.cancelled), (AssignmentState::Cancelled, Some(CancelCause::Answered)));
    assert_eq!(case.state(), State::Answered);
}

#[test]
fn a_return_that_nobody_took_up_is_let_go_with_a_reason_or_routed_again() {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.give_back(share);
    assert_eq!(refused(&mut case, answer(Outcome::Attended)), Code::ReturnsPending);
    let mut again = case.clone();
    case.answer_as(Answering { let_returns_go: Some(text("No hay a quién.")), ..answer(Outcome::Attended) });
    assert_eq!((case.state(), case.petition.returns_pending().count()), (State::Answered, 0));
    let share = again.route("public_services");
    again.resolve(share);
    again.answer();
    assert_eq!(again.state(), State::Answered);
}

#[test]
fn an_outcome_that_is_not_feasible_says_why_and_no_other_does() {
    let mut case = Case::filed();
    assert_eq!(refused(&mut case, answer(Outcome::NotFeasible)), Code::InfeasibilityMissing);
    let why = Some(Infeasibility::Budget);
    let attended = Answering { infeasibility: why, ..answer(Outcome::Attended) };
    assert_eq!(refused(&mut case, attended), Code::InfeasibilityUnexpected);
    case.answer_as(Answering { infeasibility: why, ..answer(Outcome::NotFeasible) });
}

#[test]
fn what_is_not_the_citys_names_the_authority_and_the_procedure() {
    let mut case = Case::filed();
    assert_eq!(refused(&mut case, answer(Outcome::NotCompetent)), Code::AuthorityMissing);
    let authority = Some((text("La federación"), text("Por escrito.")));
    let attended = Answering { authority: authority.clone(), ..answer(Outcome::Attended) };
    assert_eq!(refused(&mut case, attended), Code::AuthorityUnexpected);
    case.answer_as(Answering { authority, ..answer(Outcome::NotCompetent) });
}

#[test]
fn a_petition_in_writing_is_answered_by_a_document() {
    let mut case = Case::of(Filing { in_writing: true, ..filing() });
    assert_eq!(refused(&mut case, answer(Outcome::Attended)), Code::DocumentMissing);
    let document = Some((text("OF-1"), city("2026-06-01 09:00").date_naive()));
    case.answer_as(Answering { document, ..answer(Outcome::Attended) });
}

#[test]
fn an_answer_has_words_of_its_own_or_a_dependencys_and_not_both() {
    let mut case = Case::filed();
    let (done, returned) = (case.route("simas"), case.route("parks"));
    case.give_back(returned);
    case.resolve(done);
    let base = || Answering { let_returns_go: Some(text("Basta.")), ..answer(Outcome::Attended) };
    assert_eq!(refused(&mut case, Answering { text: None, ..base() }), Code::AnswerTextMissing);
    assert_eq!(refused(&mut case, Answering { adopts: Some(done), ..base() }), Code::AnswerTextTwice);
    let unknown = Answering { text: None, adopts: Some(returned), ..base() };
    assert_eq!(refused(&mut case, unknown), Code::AdoptionUnknown);
    case.answer_as(Answering { text: None, adopts: Some(done), ..base() });
    let given = case.petition.round.answer.clone().unwrap();
    assert_eq!(given.text, case.share(done).resolution.as_ref().unwrap().report);
}

#[test]
fn where_nobody_can_be_told_the_file_ends_with_the_answer() {
    for petitioners in [Vec::new(), vec![anonymous()], vec![named(false)]] {
        let mut case = Case::of(Filing { petitioners, ..filing() });
        case.answer();
        assert_eq!(case.petition.round.closing, Some(Closing::NoContact));
    }
    let mut case = Case::of(Filing { petitioners: vec![anonymous(), named(true)], ..filing() });
    case.answer();
    assert_eq!(case.state(), State::Answered, "the second petitioner can be told");
}

fn automatic() -> Case {
    let mut case = Case::filed();
    case.rules.policy.review = Review::Automatic;
    case
}

#[test]
fn automatic_review_issues_a_single_shares_resolution_as_it_stands() {
    let mut case = automatic();
    let share = case.route("simas");
    case.resolve(share);
    assert_eq!(case.state(), State::Answered);
    let given = case.petition.round.answer.clone().unwrap();
    assert_eq!((given.outcome, given.adopts), (Outcome::Attended, Some(share)));
    assert_eq!(given.text, case.share(share).resolution.as_ref().unwrap().report);
}

#[test]
fn automatic_review_leaves_to_the_office_what_needs_more_than_the_dependencys_words() {
    let mut several = automatic();
    let shares = [several.route("simas"), several.route("parks")];
    shares.into_iter().for_each(|share| several.resolve(share));
    assert_eq!(several.state(), State::InReview);

    let mut elsewhere = automatic();
    let share = elsewhere.route("simas");
    elsewhere.resolve_as(share, resolving(Outcome::NotCompetent));
    assert_eq!(elsewhere.state(), State::InReview, "authority and procedure have to be named");

    let mut letter = automatic();
    letter.petition.in_writing = true;
    let share = letter.route("simas");
    letter.resolve(share);
    assert_eq!(letter.state(), State::InReview, "a document has to be written");

    let mut asking = automatic();
    let share = asking.route("simas");
    asking.ask();
    asking.resolve(share);
    assert_eq!(asking.state(), State::AwaitingCitizen, "the office still wants to know something");
}

#[test]
fn of_several_outcomes_all_attended_is_attended_some_is_partially_and_none_is_the_offices_choice() {
    let proposed = |outcomes: &[Outcome]| {
        let mut case = Case::filed();
        let dependencies = ["simas", "parks", "public_services"];
        for (outcome, dependency) in outcomes.iter().zip(dependencies) {
            let share = case.route(dependency);
            case.resolve_as(share, resolving(*outcome));
        }
        Petition::proposed_outcome(&case.petition)
    };
    use Outcome::{Attended, Oriented, PartiallyAttended, Unfounded};
    assert_eq!(proposed(&[]), None);
    assert_eq!(proposed(&[Unfounded]), Some(Unfounded));
    assert_eq!(proposed(&[Attended, Attended]), Some(Attended));
    assert_eq!(proposed(&[Attended, Unfounded, Oriented]), Some(PartiallyAttended));
    assert_eq!(proposed(&[Unfounded, Oriented]), None);
}
