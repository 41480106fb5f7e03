//! Random walks: any actor tries any step at any time, with a body that is valid where it stands.
//!
//! Says what is tried; what has to hold of it is in the properties.

mod bodies;

use chrono::TimeDelta;
use domain::actor::{Actor, Role};
use domain::assignment::{Assignment, ReturnReason};
use domain::attachment::{AttachmentKind, NewFile};
use domain::code::Coded;
use domain::contact::{ContactResult, Direction, Medium, Purpose};
use domain::external::ExternalReference;
use domain::id::Id;
use domain::kind::{Kind, Priority};
use domain::occasion::{Dated, Occasion, Speaker};
use domain::outcome::Outcome;
use domain::petition::end::Withdrawing;
use domain::petition::merge::Words;
use domain::petition::notify::Contacting;
use domain::petition::work::{Appointee, Progress, Resolving};
use domain::petition::{Change, Petition};
use domain::position::positions;
use domain::question::Question;
use domain::refusal::Refusal;
use domain::relation::Relation;
use domain::step::{AssignmentStep, QuestionStep, Step};
use domain::tag::Tag;
use domain::time::Precision;
use proptest::prelude::*;

pub use self::bodies::{DEPENDENCIES, MARK, answering, asked, beside, contacting, filled_in, marked};
use self::bodies::{again, amendment, brought, handing_over, infeasibility, pick, principal, routes, splitting};
use crate::support::{Case, HEAD, a_file, anonymous, liaison, named, person, post};

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Try {
    Step(Step),
    Share(AssignmentStep, usize),
    Question(QuestionStep, usize),
    /// The house looks for overdue questions.
    Lapse,
}

/// Who tries it.
#[derive(Clone, Debug)]
pub enum Who {
    /// A post that may do most things.
    Head,
    /// The liaison of the share in hand.
    OwnLiaison,
    /// The petitioner.
    Citizen,
    /// Anybody else.
    Actor(Actor),
}

/// One move of a walk.
#[derive(Clone, Debug)]
pub struct Move {
    pub attempt: Try,
    pub who: Who,
    /// Minutes since the move before.
    pub later: i64,
    /// Which of the valid bodies.
    pub choice: usize,
    /// Whether it is dated back, and of unknown precision if the house does it.
    pub back: bool,
}

pub fn moves() -> impl Strategy<Value = Vec<Move>> {
    prop::collection::vec(a_move(), 1..28)
}

fn a_move() -> impl Strategy<Value = Move> {
    let steps: Vec<Step> = Step::ALL.iter().copied().filter(|step| *step != Step::Disclose).collect();
    let attempt = prop_oneof![
        5 => prop::sample::select(steps).prop_map(Try::Step),
        // The steps that lead far, more often than chance would.
        3 => prop::sample::select(vec![Step::Route, Step::Answer, Step::Notify, Step::Reopen, Step::Ask, Step::Close])
            .prop_map(Try::Step),
        6 => (prop::sample::select(AssignmentStep::ALL), 0..6_usize)
            .prop_map(|(step, which)| Try::Share(step, which)),
        3 => (prop::sample::select(QuestionStep::ALL), 0..4_usize)
            .prop_map(|(step, which)| Try::Question(step, which)),
        1 => Just(Try::Lapse),
    ];
    let who = prop_oneof![
        9 => Just(Who::Head),
        6 => Just(Who::OwnLiaison),
        1 => Just(Who::Citizen),
        6 => prop::sample::select(others()).prop_map(Who::Actor),
    ];
    let later = prop::sample::select(vec![0, 1, 45, 360, 1440, 4320, 11_520, 28_800]);
    (attempt, who, later, 0..64_usize, prop::bool::weighted(0.2)).prop_map(|(attempt, who, later, choice, back)| Move {
        attempt,
        who,
        later,
        choice,
        back,
    })
}

fn others() -> Vec<Actor> {
    let mut all: Vec<Actor> = positions().iter().map(|position| post(position.code)).collect();
    all.extend(DEPENDENCIES.map(liaison));
    all.push(person(Role::Liaison { dependency: "simas".to_owned(), unit: Some("u1".to_owned()) }));
    all.extend([Role::Administrator, Role::Auditor, Role::Transparency, Role::PrivacyOfficer].map(person));
    all.push(Actor::system());
    all
}

impl Move {
    /// The share that it is about, if it is about one that exists.
    pub fn share(&self, petition: &Petition) -> Option<Id<Assignment>> {
        match self.attempt {
            Try::Share(_, which) if !petition.assignments.is_empty() => {
                // Counted from the last: the current round's come first.
                let places = petition.assignments.len();
                Some(petition.assignments[places - 1 - which % places].id)
            }
            Try::Share(..) | Try::Step(_) | Try::Question(..) | Try::Lapse => None,
        }
    }

    /// The question that it is about, counted from the last.
    fn question<'p>(&self, petition: &'p Petition) -> Option<&'p Question> {
        match self.attempt {
            Try::Question(_, which) => petition.questions.iter().rev().cycle().nth(which),
            Try::Step(_) | Try::Share(..) | Try::Lapse => None,
        }
    }

    pub fn actor(&self, case: &Case) -> Actor {
        match &self.who {
            Who::Head => post(HEAD),
            Who::OwnLiaison => self.share(&case.petition).map_or_else(|| liaison("simas"), |id| case.liaison_of(id)),
            Who::Citizen => Actor::citizen(case.petition.id),
            Who::Actor(actor) => actor.clone(),
        }
    }

    /// Whether the step is offered; none where there is nothing to try it on.
    pub fn offered(&self, case: &Case, actor: &Actor) -> Option<bool> {
        let (petition, rules, now) = (&case.petition, &case.rules, case.now);
        match self.attempt {
            Try::Step(step) => Some(petition.allowed_steps(actor, rules, now).contains(&step)),
            Try::Share(step, _) => {
                let share = petition.assignment(self.share(petition)?)?;
                Some(petition.allowed_assignment_steps(actor, share, rules, now).contains(&step))
            }
            Try::Question(step, _) => {
                let question = self.question(petition)?;
                Some(petition.allowed_question_steps(actor, question).contains(&step))
            }
            Try::Lapse => None,
        }
    }

    /// Says when it happened and who spoke, as far as this move needs it.
    pub fn circumstances(&self, case: &mut Case, actor: &Actor) {
        let system = actor.roles.contains(&Role::System);
        let since = case.now - case.petition.updated_at;
        let recent = since < TimeDelta::days(30);
        if self.back && (system || recent) {
            let precision = if system { Precision::Unknown } else { Precision::Instant };
            let attested = self.choice.is_multiple_of(2) && actor.is_of_the_office();
            let at = case.petition.updated_at + since / 2;
            case.dated = Some(Dated { at, precision, reason: Some(marked()), attested });
        }
        if let (Try::Share(step, _), Some(id)) = (self.attempt, self.share(&case.petition)) {
            let share = case.share(id);
            let own = actor.answers_for(&share.dependency, share.unit.as_deref());
            if step.is_the_dependencys() && !own && !system {
                let reference = Some(marked());
                case.speaker = Some(Speaker { name: marked(), medium: Medium::Telephone, reference });
            }
        }
    }

    /// Tries it.
    pub fn take(&self, petition: &Petition, occasion: &mut Occasion<'_>) -> Result<Change, Refusal> {
        match self.attempt {
            Try::Step(step) => self.step(step, petition, occasion),
            Try::Share(step, _) => {
                let nobody = Id::new(uuid::Uuid::nil());
                self.share_step(step, self.share(petition).unwrap_or(nobody), petition, occasion)
            }
            Try::Question(step, _) => {
                let nobody = Id::new(uuid::Uuid::nil());
                let id = self.question(petition).map_or(nobody, |question| question.id);
                match step {
                    QuestionStep::Release => petition.release_question(occasion, id),
                    QuestionStep::Reply => petition.reply(occasion, id, marked()),
                    QuestionStep::Cancel => petition.cancel_question(occasion, id, Some(marked())),
                }
            }
            Try::Lapse => Err(domain::refusal::Code::QuestionNotOpen.into()),
        }
    }

    fn step(&self, step: Step, petition: &Petition, occasion: &mut Occasion<'_>) -> Result<Change, Refusal> {
        let choice = self.choice;
        match step {
            Step::Amend => petition.amend(occasion, amendment(petition, choice)),
            Step::Reclassify => {
                let flag = if choice.is_multiple_of(6) {
                    !petition.against_public_servant
                } else {
                    petition.against_public_servant
                };
                let category = format!("category_{}", petition.sequence);
                petition.reclassify(occasion, category, pick(Kind::ALL, choice), flag, marked())
            }
            Step::Prioritise => {
                let other: Vec<Priority> =
                    Priority::ALL.iter().copied().filter(|priority| *priority != petition.priority).collect();
                petition.prioritise(occasion, pick(&other, choice), marked())
            }
            Step::Route => petition.route(occasion, routes(petition, choice)),
            Step::Ask => petition.ask(occasion, marked()),
            Step::Answer => {
                let adopts = petition
                    .current()
                    .find(|share| share.resolution.is_some())
                    .map(|share| share.id)
                    .filter(|_| choice.is_multiple_of(2));
                petition.answer(occasion, answering(choice, adopts, petition.in_writing))
            }
            Step::Contact => {
                let told = contacting(pick(ContactResult::ALL, choice), Some(petition));
                let enquiry = Contacting {
                    direction: Direction::In,
                    result: ContactResult::Told,
                    ..contacting(ContactResult::Told, None)
                };
                let bounce = contacting(ContactResult::Bounced, None);
                match choice % 3 {
                    0 => petition.contact(occasion, Purpose::StatusEnquiry, enquiry),
                    1 if petition.round.answer.is_some() => petition.contact(occasion, Purpose::Answer, bounce),
                    _ => petition.contact(occasion, Purpose::Progress, told),
                }
            }
            Step::Notify => petition.notify(occasion, contacting(pick(ContactResult::ALL, choice), Some(petition))),
            Step::Reopen => petition.reopen(occasion, marked(), &again(petition, choice)),
            Step::Withdraw => {
                let mut standing = petition.petitioners.iter().filter(|petitioner| !petitioner.withdrawn);
                let petitioner = standing.next_back().map(|last| last.id).filter(|_| choice.is_multiple_of(2));
                let withdrawing =
                    Withdrawing { petitioner, reason: Some(marked()), continued: choice.is_multiple_of(3) };
                petition.withdraw(occasion, withdrawing)
            }
            Step::Join => {
                let reachable = choice.is_multiple_of(2);
                petition.join(occasion, &if choice.is_multiple_of(4) { anonymous() } else { named(reachable) })
            }
            Step::Close => petition.close_unreplied(occasion, marked()),
            Step::Annul => petition.annul(occasion, marked()),
            Step::Attach => {
                let kinds = [AttachmentKind::Citizen, AttachmentKind::Internal, AttachmentKind::Identity];
                let file = NewFile { name: Some(marked()), ..a_file(petition) };
                petition.attach(occasion, pick(&kinds, choice), file)
            }
            Step::Deliver => {
                let (asked, documents) = brought(petition, choice);
                petition.deliver(occasion, &asked.iter().collect::<Vec<_>>(), documents)
            }
            // Shows what is kept apart; nothing for the domain to do.
            Step::Note | Step::Disclose => petition.note(occasion, marked()),
            Step::Take => petition.take(occasion),
            Step::HandOver => petition.hand_over(occasion, handing_over(petition, choice)),
            Step::Tag => {
                let new = Tag::parse(&format!("mark_{}", petition.sequence)).into_iter().collect::<Vec<_>>();
                let old = petition.tags.first().filter(|_| choice.is_multiple_of(2) || petition.tags.len() > 9);
                petition.tag(occasion, &new, &old.into_iter().cloned().collect::<Vec<_>>())
            }
            Step::Relate => {
                let other = beside(petition.sequence);
                let both = petition.relate(occasion, &other.petition, pick(Relation::ALL, choice));
                both.map(|both| both.own)
            }
            Step::Merge => petition.merge(occasion, &principal(petition), &Words::new()).map(|both| both.own),
            Step::Unmerge => match &petition.follows {
                Some(following) => {
                    let mut principal = principal(petition);
                    principal.id = following.principal;
                    petition.unmerge(occasion, &principal).map(|both| both.own)
                }
                None => petition.unmerge(occasion, &principal(petition)).map(|both| both.own),
            },
            Step::Split => petition.split(occasion, splitting(petition, choice)).map(|both| both.own),
        }
    }

    fn share_step(
        &self,
        step: AssignmentStep,
        id: Id<Assignment>,
        petition: &Petition,
        occasion: &mut Occasion<'_>,
    ) -> Result<Change, Refusal> {
        let choice = self.choice;
        match step {
            AssignmentStep::Accept => petition.accept(occasion, id),
            AssignmentStep::Return => {
                petition.give_back(occasion, id, pick(ReturnReason::ALL, choice), marked(), Some("simas".to_owned()))
            }
            AssignmentStep::Delegate => {
                let unit =
                    if choice.is_multiple_of(8) { "u1".to_owned() } else { format!("unit_{}", petition.sequence) };
                let taken = petition.assignments.iter().any(|share| share.unit.as_ref() == Some(&unit));
                let unit = if taken { format!("unit_{}", petition.sequence) } else { unit };
                petition.delegate(occasion, id, Some(unit))
            }
            AssignmentStep::Appoint => {
                let appointee = Appointee { name: marked(), account: occasion.actor.account };
                petition.appoint(occasion, id, (!choice.is_multiple_of(3)).then_some(appointee))
            }
            AssignmentStep::SetExternalReference => {
                let number = ExternalReference::parse(&format!("W-{}", petition.sequence));
                petition.set_external_reference(occasion, id, number)
            }
            AssignmentStep::ReportProgress => {
                let day = occasion.rules.calendar.date_of(occasion.now);
                let scheduled_for = (choice.is_multiple_of(2)).then_some(day);
                let progress = Progress { report: marked(), citizen_text: Some(marked()), scheduled_for };
                petition.report_progress(occasion, id, progress)
            }
            AssignmentStep::Extend => {
                petition.extend(occasion, id, u16::try_from(choice % 5).unwrap_or_default() + 1, marked())
            }
            AssignmentStep::Ask => petition.ask_for(occasion, id, marked()),
            AssignmentStep::Attach => {
                petition.attach_evidence(occasion, id, NewFile { name: Some(marked()), ..a_file(petition) })
            }
            AssignmentStep::Resolve => {
                let outcome = pick(Outcome::ALL, choice);
                let infeasibility = infeasibility(outcome, choice);
                petition.resolve(occasion, id, Resolving { report: marked(), outcome, infeasibility })
            }
            AssignmentStep::SendBack => petition.send_back(occasion, id, marked()),
            AssignmentStep::Cancel => petition.cancel(occasion, id, marked()),
        }
    }
}
