//! From which states each step starts, and what each outcome needs: asked of the domain, written down nowhere.
//!
//! Takes petitions through their steps under the standard policy, to every state and ending, and asks of each what
//! the domain asks when somebody takes a step. Who may is not asked here: the house itself takes the steps.

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta};
use domain::actor::{Actor, Role};
use domain::assignment::{Assignment, AssignmentState, ReturnReason};
use domain::calendar::Calendar;
use domain::code::Coded;
use domain::contact::{ContactResult, Direction, Medium};
use domain::folio::{Folio, Series};
use domain::id::Id;
use domain::kind::{Kind, Priority};
use domain::occasion::Occasion;
use domain::outcome::{Infeasibility, Outcome};
use domain::petition::answer::Answering;
use domain::petition::end::Withdrawing;
use domain::petition::file::{Filing, NewPetitioner};
use domain::petition::merge::Words;
use domain::petition::notify::Contacting;
use domain::petition::route::Routing;
use domain::petition::work::Resolving;
use domain::petition::{Change, Identity, Petition};
use domain::policy::{Policy, Rules};
use domain::question::QuestionState;
use domain::refusal::{Code, Refusal};
use domain::state::State;
use domain::step::{AssignmentStep, QuestionStep, Step};
use domain::text::Text;
use domain::time::Instant;
use uuid::Uuid;

/// The dependency that the petitions here are routed to.
const SOMEBODY: &str = "somebody";

/// What the domain said.
#[derive(Debug)]
pub struct Starts {
    petition: Vec<(Step, State)>,
    assignment: Vec<(AssignmentStep, AssignmentState)>,
    question: Vec<(QuestionStep, QuestionState)>,
    infeasible: Vec<Outcome>,
    elsewhere: Vec<Outcome>,
}

impl Starts {
    /// What the domain said when it was asked first. `None` if it refused a step on the way, which a test excludes.
    #[must_use]
    pub fn known() -> Option<&'static Self> {
        static KNOWN: LazyLock<Option<Starts>> = LazyLock::new(|| House::new().and_then(|house| house.asked()));
        KNOWN.as_ref()
    }

    /// The states of a petition from which a step starts.
    #[must_use]
    pub fn of_petition(&self, step: Step) -> Vec<State> {
        of(&self.petition, step)
    }

    /// The states of an assignment from which a step of it starts.
    #[must_use]
    pub fn of_assignment(&self, step: AssignmentStep) -> Vec<AssignmentState> {
        of(&self.assignment, step)
    }

    /// The states of a question from which a step of it starts.
    #[must_use]
    pub fn of_question(&self, step: QuestionStep) -> Vec<QuestionState> {
        of(&self.question, step)
    }

    /// Whether an outcome says why it cannot be done.
    #[must_use]
    pub fn needs_infeasibility(&self, outcome: Outcome) -> bool {
        self.infeasible.contains(&outcome)
    }

    /// Whether an outcome names another authority and the procedure there.
    #[must_use]
    pub fn needs_authority(&self, outcome: Outcome) -> bool {
        self.elsewhere.contains(&outcome)
    }
}

/// The states that were found for a step, each once, in the order in which people are shown them.
fn of<S: Coded, T: Coded>(found: &[(S, T)], step: S) -> Vec<T> {
    T::ALL.iter().copied().filter(|state| found.contains(&(step, *state))).collect()
}

/// A petition and when its next step is taken.
#[derive(Clone)]
struct Case {
    petition: Petition,
    now: Instant,
}

/// Who takes the petitions through their steps.
struct House {
    rules: Rules,
    house: Actor,
    liaison: Actor,
    words: Text,
}

impl House {
    fn new() -> Option<Self> {
        let liaison = Role::Liaison { dependency: SOMEBODY.to_owned(), unit: None };
        Some(Self {
            rules: Rules { calendar: Calendar::torreon(), policy: Policy::standard() },
            house: Actor::system(),
            liaison: Actor::person(Id::new(Uuid::nil()), vec![liaison]),
            words: Text::parse("-").ok()?,
        })
    }

    fn asked(&self) -> Option<Starts> {
        let cases = self.cases()?;
        let mut starts = Starts {
            petition: Vec::new(),
            assignment: Vec::new(),
            question: Vec::new(),
            infeasible: Vec::new(),
            elsewhere: Vec::new(),
        };
        for Case { petition, now } in &cases {
            let stands = |step: &&Step| petition.stands_for(**step, &self.rules, *now).is_ok();
            starts.petition.extend(Step::ALL.iter().filter(stands).map(|step| (*step, petition.state())));
            for share in &petition.assignments {
                let stands =
                    |step: &&AssignmentStep| petition.stands_for_assignment(share, **step, &self.rules, *now).is_ok();
                starts.assignment.extend(AssignmentStep::ALL.iter().filter(stands).map(|step| (*step, share.state)));
            }
            for question in &petition.questions {
                let stands = |step: &&QuestionStep| petition.may_question(&self.house, question, **step).is_ok();
                starts.question.extend(QuestionStep::ALL.iter().filter(stands).map(|step| (*step, question.state)));
            }
        }
        let received = self.filed(true)?;
        let refused = |outcome, infeasibility| {
            let answering = Answering { infeasibility, ..self.answering(outcome) };
            self.taken(&received, &self.house, |petition, occasion| petition.answer(occasion, answering))
                .err()
                .map(|refusal| refusal.code)
        };
        for outcome in Outcome::ALL {
            let infeasible = refused(*outcome, None) == Some(Code::InfeasibilityMissing);
            if infeasible {
                starts.infeasible.push(*outcome);
            }
            if refused(*outcome, infeasible.then_some(Infeasibility::Budget)) == Some(Code::AuthorityMissing) {
                starts.elsewhere.push(*outcome);
            }
        }
        Some(starts)
    }

    /// A petition in every state and of every ending, with assignments and questions in every state.
    fn cases(&self) -> Option<Vec<Case>> {
        let received = self.filed(true)?;
        let routed = self.step(&received, |petition, occasion| {
            let routing = Routing {
                dependency: SOMEBODY.to_owned(),
                unit: None,
                directed: false,
                instructions: None,
                previous: None,
            };
            petition.route(occasion, vec![routing])
        })?;
        let share = routed.petition.assignments.first()?.id;
        let accepted = self.step(&routed, |petition, occasion| petition.accept(occasion, share))?;
        let resolved = self.step(&accepted, |petition, occasion| {
            let resolving = Resolving { report: self.words.clone(), outcome: Outcome::Attended, infeasibility: None };
            petition.resolve(occasion, share, resolving)
        })?;
        let returned = self.step(&routed, |petition, occasion| {
            petition.give_back(occasion, share, ReturnReason::OtherArea, self.words.clone(), None)
        })?;
        let cancelled =
            self.step(&routed, |petition, occasion| petition.cancel(occasion, share, self.words.clone()))?;

        let mut cases = Vec::new();
        for unanswered in [&received, &routed, &accepted, &resolved, &returned, &cancelled] {
            cases.extend(self.with_a_question(unanswered)?);
        }
        for working in [&routed, &accepted] {
            cases.extend(self.with_a_dependencys_question(working, share)?);
        }
        cases.extend(self.answered(&received)?);
        cases.extend(self.answered(&resolved)?);
        cases.push(self.answered(&self.filed(false)?)?.pop()?);
        cases.push(self.step(&received, |petition, occasion| petition.annul(occasion, self.words.clone()))?);
        cases.push(self.step(&received, |petition, occasion| {
            petition.withdraw(occasion, Withdrawing { petitioner: None, reason: None, continued: false })
        })?);
        let followers: Vec<Case> = cases.iter().filter_map(|case| self.following(&received, case)).collect();
        let told: Vec<Case> = followers.iter().filter_map(|case| self.called(case, ContactResult::Told)).collect();
        cases.extend(followers.into_iter().chain(told));
        Some(cases)
    }

    /// The petition, and it with a question of its own that is open, replied to, cancelled, and overdue.
    fn with_a_question(&self, case: &Case) -> Option<Vec<Case>> {
        let asked = self.step(case, |petition, occasion| petition.ask(occasion, self.words.clone()))?;
        let question = asked.petition.questions.first()?.id;
        let replied = self.step(&asked, |petition, occasion| petition.reply(occasion, question, self.words.clone()))?;
        let ended = self.step(&asked, |petition, occasion| petition.cancel_question(occasion, question, None))?;
        // By then any reply is overdue.
        let later = Case { now: asked.now + TimeDelta::days(60), ..asked.clone() };
        let lapsed = self.step(&later, |petition, occasion| {
            petition.lapse_questions(occasion).ok_or_else(|| Code::Unchanged.into())
        })?;
        Some(vec![case.clone(), asked, replied, ended, lapsed])
    }

    /// The petition with a question of its assignment, before and after its release.
    fn with_a_dependencys_question(&self, case: &Case, share: Id<Assignment>) -> Option<Vec<Case>> {
        let asks =
            |petition: &Petition, occasion: &mut Occasion<'_>| petition.ask_for(occasion, share, self.words.clone());
        let drafted = self.taken(case, &self.liaison, asks).ok()?;
        let question = drafted.petition.questions.first()?.id;
        let open = self.step(&drafted, |petition, occasion| petition.release_question(occasion, question))?;
        Some(vec![drafted, open])
    }

    /// The petition following another one that stands there; none where there is nothing to follow.
    fn following(&self, case: &Case, principal: &Case) -> Option<Case> {
        let principal = Petition { id: Id::new(Uuid::nil()), ..principal.petition.clone() };
        let words: Words = principal.answer_texts().into_iter().map(|id| (id, self.words.clone())).collect();
        self.step(case, |petition, occasion| petition.merge(occasion, &principal, &words).map(|both| both.own))
    }

    /// The petition answered, told, and tried in vain until the file closed.
    fn answered(&self, case: &Case) -> Option<Vec<Case>> {
        let answered =
            self.step(case, |petition, occasion| petition.answer(occasion, self.answering(Outcome::Attended)))?;
        if answered.petition.state() == State::Closed {
            return Some(vec![answered]);
        }
        let told = self.called(&answered, ContactResult::Told)?;
        let mut tried = answered.clone();
        for _ in 0..self.rules.policy.contact_attempts {
            tried.now += TimeDelta::days(1);
            tried = self.called(&tried, ContactResult::NoAnswer)?;
        }
        Some(vec![answered, told, tried])
    }

    fn called(&self, case: &Case, result: ContactResult) -> Option<Case> {
        let contacting =
            Contacting { direction: Direction::Out, medium: Medium::Telephone, result, text: None, petitioner: None };
        self.step(case, |petition, occasion| petition.notify(occasion, contacting))
    }

    fn filed(&self, reachable: bool) -> Option<Case> {
        let filing = Filing {
            folio: Folio { series: Series::Registered, year: 2026, number: 1 },
            channel: String::new(),
            in_writing: false,
            followed_by: String::new(),
            kind: Kind::ServiceRequest,
            category: String::new(),
            priority: Priority::Normal,
            against_public_servant: false,
            text: None,
            address: None,
            fields: domain::form::Entries::default(),
            petitioners: vec![NewPetitioner { identity: Identity::Named, reachable, described: true }],
            origin: None,
            received: None,
            routes: Vec::new(),
            answer: None,
            notification: None,
        };
        let now = DateTime::UNIX_EPOCH;
        let mut occasion = Occasion::new(&self.house, &self.rules, now, [0; 32]);
        Some(Case { petition: Petition::file(&mut occasion, filing).ok()?.petition, now })
    }

    fn answering(&self, outcome: Outcome) -> Answering {
        Answering {
            outcome,
            infeasibility: None,
            authority: None,
            text: Some(self.words.clone()),
            adopts: None,
            document: None,
            cancel_open: None,
            let_returns_go: None,
        }
    }

    /// A step of the house.
    fn step(
        &self,
        case: &Case,
        step: impl FnOnce(&Petition, &mut Occasion<'_>) -> Result<Change, Refusal>,
    ) -> Option<Case> {
        self.taken(case, &self.house, step).ok()
    }

    fn taken(
        &self,
        case: &Case,
        actor: &Actor,
        step: impl FnOnce(&Petition, &mut Occasion<'_>) -> Result<Change, Refusal>,
    ) -> Result<Case, Refusal> {
        // A petition's next step draws other identifiers than those before.
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&case.petition.sequence.to_be_bytes());
        let mut occasion = Occasion::new(actor, &self.rules, case.now, seed);
        let petition = step(&case.petition, &mut occasion)?.petition;
        Ok(Case { petition, now: case.now })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn cases() -> Vec<Case> {
        House::new().unwrap().cases().unwrap()
    }

    #[test]
    fn the_cases_come_to_every_state_and_to_every_ending_but_those_without_a_step_of_their_own() {
        let cases = cases();
        let states: BTreeSet<_> = cases.iter().map(|case| case.petition.state()).collect();
        assert_eq!(states.len(), State::ALL.len());
        let codes = |closing: Option<domain::outcome::Closing>| closing.map(Coded::code);
        let closings: BTreeSet<_> = cases.iter().filter_map(|case| codes(case.petition.round.closing)).collect();
        assert_eq!(closings, BTreeSet::from(["annulled", "no_contact", "notified", "unreachable", "withdrawn"]));
    }

    #[test]
    fn the_cases_have_assignments_and_questions_in_every_state() {
        let cases = cases();
        let shares = cases.iter().flat_map(|case| &case.petition.assignments);
        let shares: BTreeSet<_> = shares.map(|share| share.state.code()).collect();
        assert_eq!(shares.len(), AssignmentState::ALL.len(), "{shares:?}");
        let questions = cases.iter().flat_map(|case| &case.petition.questions);
        let questions: BTreeSet<_> = questions.map(|question| question.state.code()).collect();
        assert_eq!(questions.len(), QuestionState::ALL.len(), "{questions:?}");
    }

    #[test]
    fn a_petitions_steps_start_where_the_lifecycle_says() {
        let starts = Starts::known().unwrap();
        let unanswered = &State::ALL[..5];
        for step in [Step::Amend, Step::Deliver, Step::Take, Step::HandOver] {
            assert_eq!(starts.of_petition(step), State::ALL[..6], "{step:?}");
        }
        for step in [
            Step::Reclassify,
            Step::Prioritise,
            Step::Route,
            Step::Ask,
            Step::Answer,
            Step::Withdraw,
            Step::Join,
            Step::Split,
            Step::Merge,
        ] {
            assert_eq!(starts.of_petition(step), unanswered, "{step:?}");
        }
        for step in [Step::Contact, Step::Annul, Step::Note, Step::Attach, Step::Disclose, Step::Tag, Step::Relate] {
            assert_eq!(starts.of_petition(step), State::ALL, "{step:?}");
        }
        // Whoever follows waits for no citizen's word: that one was asked of another.
        let led: Vec<State> = State::ALL.iter().copied().filter(|state| *state != State::AwaitingCitizen).collect();
        assert_eq!(starts.of_petition(Step::Unmerge), led);
        for step in [Step::Notify, Step::Reopen] {
            assert_eq!(starts.of_petition(step), [State::Answered, State::Closed], "{step:?}");
        }
        // While a question is open the citizen may still reply.
        let overdue = [State::Received, State::Routed, State::InProgress, State::InReview];
        assert_eq!(starts.of_petition(Step::Close), overdue);
    }

    #[test]
    fn an_assignments_steps_start_where_the_lifecycle_says() {
        let starts = Starts::known().unwrap();
        let open = [AssignmentState::Pending, AssignmentState::Accepted];
        for step in AssignmentStep::ALL {
            let expected = match step {
                AssignmentStep::Accept => &open[..1],
                AssignmentStep::SendBack => &[AssignmentState::Resolved],
                AssignmentStep::Return
                | AssignmentStep::Delegate
                | AssignmentStep::Appoint
                | AssignmentStep::ReportProgress
                | AssignmentStep::Extend
                | AssignmentStep::Ask
                | AssignmentStep::Resolve
                | AssignmentStep::Cancel => &open,
                AssignmentStep::Attach => {
                    &[AssignmentState::Pending, AssignmentState::Accepted, AssignmentState::Resolved]
                }
                AssignmentStep::SetExternalReference => AssignmentState::ALL,
            };
            assert_eq!(starts.of_assignment(*step), expected, "{step:?}");
        }
    }

    #[test]
    fn a_questions_steps_start_where_the_lifecycle_says() {
        let starts = Starts::known().unwrap();
        let found = |step| starts.of_question(step);
        assert_eq!(found(QuestionStep::Release), [QuestionState::Drafted]);
        assert_eq!(found(QuestionStep::Reply), [QuestionState::Open, QuestionState::Lapsed]);
        assert_eq!(found(QuestionStep::Cancel), [QuestionState::Drafted, QuestionState::Open]);
    }

    #[test]
    fn one_outcome_says_why_not_and_one_names_the_authority() {
        let starts = Starts::known().unwrap();
        for outcome in Outcome::ALL {
            assert_eq!(starts.needs_infeasibility(*outcome), *outcome == Outcome::NotFeasible, "{outcome:?}");
            assert_eq!(starts.needs_authority(*outcome), *outcome == Outcome::NotCompetent, "{outcome:?}");
        }
    }
}
