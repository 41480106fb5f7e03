//! A petition: one matter that one petitioner puts to the city, with everything that steps need.
//!
//! Its facts change by events only (`apply.rs`): folding the events gives what is stored.
//! The steps themselves stand in the files beside this one, one file per idea.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use self::merge::Following;
use crate::actor::Account;
use crate::assignment::Assignment;
use crate::attachment::Attachment;
use crate::chain::{Hash, ORIGIN};
use crate::clock::Clock;
use crate::contact::ContactResult;
use crate::delivery::Delivery;
use crate::event::Origin;
use crate::folio::Folio;
use crate::form::Filled;
use crate::id::Id;
use crate::intake::Intake;
use crate::kind::{Kind, Priority};
use crate::outcome::{Closing, Infeasibility, Outcome};
use crate::person::Person;
use crate::question::{Question, QuestionState};
use crate::relation::Link;
use crate::state::{self, RoundFacts, State};
use crate::tag::Tag;
use crate::text::TextRef;
use crate::time::{Instant, Precision};

pub mod amend;
pub mod answer;
mod apply;
pub mod ask;
mod attach;
mod change;
mod clocks;
mod deliver;
pub mod end;
mod external;
pub mod file;
pub mod follow;
pub mod join;
mod link;
mod may;
pub mod merge;
pub mod notify;
pub mod relate;
pub mod reopen;
pub mod route;
pub mod update;
pub mod work;

pub use change::Change;
pub use may::may_file;

/// Code of Contraloría, where everything goes that is against a public servant (Reglamento de
/// Participación Ciudadana arts. 64, 66, 70).
pub const COMPTROLLER: &str = "comptroller";

/// How a petitioner's identity is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// With name and contact points.
    Named,
    /// Nothing stored, not even a caller's number.
    Anonymous,
}

impl crate::code::Coded for Identity {
    const NAME: &'static str = "Identity";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Named, Self::Anonymous];

    fn code(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Anonymous => "anonymous",
        }
    }
}

/// What the rules need to know of a petitioner; names and contact points are kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Petitioner {
    /// Its identifier.
    pub id: Id<Petitioner>,
    /// Whether it is the one who is told.
    pub principal: bool,
    /// How the identity is kept.
    pub identity: Identity,
    /// Whether there is a way to tell: at least one contact point.
    pub reachable: bool,
    /// Whether it withdrew.
    pub withdrawn: bool,
    /// The person to whom staff linked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id<Person>>,
}

/// A document that answers a petition in writing (Constitution art. 8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its number, as the office's register has it: a text, because anything can be typed there.
    pub number: TextRef,
    /// Its date.
    pub date: NaiveDate,
}

/// The answer of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What became of the matter.
    pub outcome: Outcome,
    /// Why not, where it is not feasible.
    pub infeasibility: Option<Infeasibility>,
    /// The authority whose business it is, where it is not the city's.
    pub authority: Option<TextRef>,
    /// The procedure there.
    pub procedure: Option<TextRef>,
    /// The words for the citizen.
    pub text: TextRef,
    /// The assignment whose report was adopted.
    pub adopts: Option<Id<Assignment>>,
    /// The document, for a petition in writing.
    pub document: Option<Document>,
    /// When it was issued.
    pub at: Instant,
}

/// The current round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its number, from 1.
    pub number: i32,
    /// When it began.
    pub opened_at: Instant,
    /// The answer.
    pub answer: Option<Answer>,
    /// How the file ended.
    pub closing: Option<Closing>,
    /// When it ended.
    pub closed_at: Option<Instant>,
    /// The days on which telling the answer was tried in vain.
    pub attempts: Vec<NaiveDate>,
    /// When the citizen was told.
    pub told_at: Option<Instant>,
    /// With which result: what was only delivered may still come back.
    pub told: Option<ContactResult>,
}

/// One matter that one petitioner puts to the city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Petition {
    /// Its identifier.
    pub id: Id<Petition>,
    /// Its folio.
    pub folio: Folio,
    /// Its version, from 1, for `If-Match`.
    pub version: i32,
    /// Sequence of its last event.
    pub sequence: i32,
    /// Hash of its last event.
    pub head: Hash,
    /// When it was presented.
    pub received_at: Instant,
    /// How exactly that is known.
    pub received_precision: Precision,
    /// When it was registered.
    pub registered_at: Instant,
    /// Who registered it; none for the house.
    pub registered_by: Option<Id<Account>>,
    /// When its last event was recorded.
    pub updated_at: Instant,
    /// Code of the channel.
    pub channel: String,
    /// Whether it came in writing.
    pub in_writing: bool,
    /// What sort it is.
    pub kind: Kind,
    /// Code of the category.
    pub category: String,
    /// How soon it wants attention.
    pub priority: Priority,
    /// Whether it is against a public servant.
    pub against_public_servant: bool,
    /// Code of the post that sees it to its end.
    pub followed_by: String,
    /// Who of that post in particular; none: whoever holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follower: Option<Id<Account>>,
    /// The marks by which it is found, in the order in which it got them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The citizen's words; an imported petition may have none.
    pub text: Option<TextRef>,
    /// The address.
    pub address: Option<TextRef>,
    /// What its form says, of its present category and of those before, in no order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Filled>,
    /// Who asks.
    pub petitioners: Vec<Petitioner>,
    /// Where it was imported from.
    pub origin: Option<Origin>,
    /// The intake by which it came in with others; none: it came alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake: Option<Id<Intake>>,
    /// The petitions with which it belongs together, in the order in which that was said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Link>,
    /// That it follows another one, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Following>,
    /// The petitions that follow it, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub followers: Vec<Id<Petition>>,
    /// Version of the PIN; a new one makes the old PIN useless.
    pub pin_version: i32,
    /// Code and version of the policy that judges its terms.
    pub policy: (String, i32),
    /// The current round.
    pub round: Round,
    /// The questions of all rounds.
    pub questions: Vec<Question>,
    /// The files of all rounds, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What was brought because the category asks for it, in the order in which it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<Delivery>,
    /// The term to route it.
    pub route: Option<Clock>,
    /// The term to answer it.
    pub answer: Option<Clock>,
    /// The term to tell the citizen.
    pub notify: Option<Clock>,
    /// The assignments of all rounds, in the order in which they were routed; kept in rows of their
    /// own.
    #[serde(skip)]
    pub assignments: Vec<Assignment>,
}

impl Petition {
    /// The blank that the first event fills.
    pub(crate) fn blank(id: Id<Petition>, folio: Folio, now: Instant) -> Self {
        Self {
            id,
            folio,
            version: 0,
            sequence: 0,
            head: ORIGIN,
            received_at: now,
            received_precision: Precision::Instant,
            registered_at: now,
            registered_by: None,
            updated_at: now,
            channel: String::new(),
            in_writing: false,
            kind: Kind::ServiceRequest,
            category: String::new(),
            priority: Priority::Normal,
            against_public_servant: false,
            followed_by: String::new(),
            follower: None,
            tags: Vec::new(),
            text: None,
            address: None,
            fields: Vec::new(),
            petitioners: Vec::new(),
            origin: None,
            intake: None,
            relations: Vec::new(),
            follows: None,
            followers: Vec::new(),
            pin_version: 1,
            policy: (String::new(), 0),
            round: Round {
                number: 1,
                opened_at: now,
                answer: None,
                closing: None,
                closed_at: None,
                attempts: Vec::new(),
                told_at: None,
                told: None,
            },
            questions: Vec::new(),
            attachments: Vec::new(),
            deliveries: Vec::new(),
            route: None,
            answer: None,
            notify: None,
            assignments: Vec::new(),
        }
    }

    /// The intake by which it came in. One that came alone has the petition's own identifier.
    #[must_use]
    pub fn intake_id(&self) -> Id<Intake> {
        self.intake.unwrap_or_else(|| Id::new(self.id.uuid()))
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        state::state(&self.facts())
    }

    /// Where the matter stands, apart from what waits for a reply of its own citizen: what those show that follow it. None
    /// of them was asked anything, nor do their terms stand still.
    #[must_use]
    pub fn matter_state(&self) -> State {
        let mut facts = self.facts();
        facts.question_open = false;
        for (_, asks) in &mut facts.assignments {
            *asks = false;
        }
        state::state(&facts)
    }

    /// The facts of the current round.
    #[must_use]
    pub fn facts(&self) -> RoundFacts {
        RoundFacts {
            closed: self.round.closing.is_some(),
            answered: self.round.answer.is_some(),
            led: self.follows.as_ref().map(|following| following.led),
            question_open: self.open_questions().any(|question| question.assignment.is_none()),
            assignments: self
                .current()
                .map(|assignment| {
                    let asks = self.open_questions().any(|question| question.assignment == Some(assignment.id));
                    (assignment.state, asks)
                })
                .collect(),
        }
    }

    /// The assignments of the current round.
    pub fn current(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(|assignment| assignment.round == self.round.number)
    }

    /// Those of them that are open.
    pub fn open(&self) -> impl Iterator<Item = &Assignment> {
        self.current().filter(|assignment| assignment.state.is_open())
    }

    /// The returned ones of the current round that the router has not dealt with.
    pub fn returns_pending(&self) -> impl Iterator<Item = &Assignment> {
        self.current().filter(|assignment| assignment.returned.as_ref().is_some_and(|back| !back.taken_up))
    }

    /// The questions that the citizen has now.
    pub fn open_questions(&self) -> impl Iterator<Item = &Question> {
        self.questions
            .iter()
            .filter(|question| question.state == QuestionState::Open && question.round == self.round.number)
    }

    /// One assignment.
    #[must_use]
    pub fn assignment(&self, id: Id<Assignment>) -> Option<&Assignment> {
        self.assignments.iter().find(|assignment| assignment.id == id)
    }

    /// One question.
    #[must_use]
    pub fn question(&self, id: Id<Question>) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The petitioner who is told.
    #[must_use]
    pub fn principal(&self) -> Option<&Petitioner> {
        self.petitioners.iter().find(|petitioner| petitioner.principal && !petitioner.withdrawn)
    }

    /// Whether there is a way to tell anybody.
    #[must_use]
    pub fn reachable(&self) -> bool {
        self.petitioners.iter().any(|petitioner| petitioner.reachable && !petitioner.withdrawn)
    }

    /// The outcome that follows from what the dependencies propose: all attended, or some; none
    /// where the office has to choose.
    #[must_use]
    pub fn proposed_outcome(&self) -> Option<Outcome> {
        let proposals: Vec<Outcome> = self
            .current()
            .filter_map(|assignment| assignment.resolution.as_ref())
            .map(|resolution| resolution.outcome)
            .collect();
        match proposals.as_slice() {
            [] => None,
            [only] => Some(*only),
            several if several.iter().all(|outcome| *outcome == Outcome::Attended) => Some(Outcome::Attended),
            several if several.contains(&Outcome::Attended) => Some(Outcome::PartiallyAttended),
            _ => None,
        }
    }
}
