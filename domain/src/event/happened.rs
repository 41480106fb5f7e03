//! What may happen to a petition, with the payload of each: one variant per kind of entry.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::payload::{Attached, Contacted, Filed, Routed};
use crate::actor::Account;
use crate::assignment::{Assignment, CancelCause, ReturnReason};
use crate::attachment::Attachment;
use crate::delivery::{Delivered, Delivery};
use crate::external::ExternalReference;
use crate::form::Filled;
use crate::id::Id;
use crate::kind::{Kind, Priority};
use crate::outcome::{Closing, Infeasibility, Outcome};
use crate::person::Person;
use crate::petition::{Answer, Petition, Petitioner};
use crate::question::{Question, QuestionEnd};
use crate::relation::Relation;
use crate::state::State;
use crate::tag::Tag;
use crate::text::TextRef;
use crate::time::Instant;

/// The kinds of events after which a petition may be found by other words (see [`crate::search`]) or be of another class.
pub const DESCRIBING: [&str; 3] = ["filed", "amended", "reclassified"];

/// What happened to a petition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Happened {
    /// It was registered.
    Filed(Box<Filed>),
    /// Its description was corrected.
    Amended {
        /// Which fields, by code.
        fields: Vec<String>,
        /// The new words.
        text: Option<TextRef>,
        /// The new address; none while `fields` names it: it has none any more.
        address: Option<TextRef>,
        /// The petitioners as they stand now.
        petitioners: Option<Vec<Petitioner>>,
        /// What its form says anew.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        filled: Vec<Filled>,
        /// The fields of its form that say nothing any more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        emptied: Vec<String>,
    },
    /// Category, kind or flag changed.
    Reclassified {
        /// Code of the category.
        category: String,
        /// What sort it is.
        petition_kind: Kind,
        /// Whether it is against a public servant.
        against_public_servant: bool,
        /// Why.
        reason: TextRef,
    },
    /// The priority changed.
    Prioritised {
        /// How soon it wants attention.
        priority: Priority,
        /// Why.
        reason: TextRef,
    },
    /// A dependency got a share.
    Routed(Routed),
    /// A dependency took its share up.
    Accepted {
        /// Which.
        assignment: Id<Assignment>,
    },
    /// A dependency gave its share back.
    Returned {
        /// Which.
        assignment: Id<Assignment>,
        /// Why.
        reason: ReturnReason,
        /// In its words.
        explanation: TextRef,
        /// Which dependency should have it.
        suggested: Option<String>,
    },
    /// The office let a returned share go.
    ReturnLetGo {
        /// Which.
        assignment: Id<Assignment>,
        /// Why.
        reason: TextRef,
    },
    /// A share went to a unit of its dependency.
    Delegated {
        /// Which.
        assignment: Id<Assignment>,
        /// Code of the unit; none: back to the dependency itself.
        unit: Option<String>,
    },
    /// Somebody in the dependency is to see to it.
    Appointed {
        /// Which.
        assignment: Id<Assignment>,
        /// The name; none: nobody any more.
        name: Option<TextRef>,
        /// The account, for those who sign in.
        account: Option<Id<Account>>,
    },
    /// The dependency's own system has the share under this number, or under none any more.
    Referenced {
        /// Which.
        assignment: Id<Assignment>,
        /// The number there.
        external_reference: Option<ExternalReference>,
    },
    /// News of the work.
    Progressed {
        /// Which.
        assignment: Id<Assignment>,
        /// For the office.
        report: TextRef,
        /// For the citizen.
        citizen_text: Option<TextRef>,
        /// The day for which the work is planned.
        scheduled_for: Option<NaiveDate>,
    },
    /// A share got more time.
    Extended {
        /// Which.
        assignment: Id<Assignment>,
        /// Working days more.
        working_days: u16,
        /// Why.
        reason: TextRef,
    },
    /// A dependency says it is done.
    Resolved {
        /// Which.
        assignment: Id<Assignment>,
        /// What was done.
        report: TextRef,
        /// The proposed outcome.
        outcome: Outcome,
        /// Why not.
        infeasibility: Option<Infeasibility>,
    },
    /// The office was not content with a resolution.
    SentBack {
        /// Which.
        assignment: Id<Assignment>,
        /// Why.
        reason: TextRef,
    },
    /// A share was taken away.
    Cancelled {
        /// Which.
        assignment: Id<Assignment>,
        /// Why, by code.
        cause: CancelCause,
        /// Why, in words.
        reason: Option<TextRef>,
    },
    /// A question to the citizen.
    Asked {
        /// Which.
        question: Id<Question>,
        /// The assignment that asks.
        assignment: Option<Id<Assignment>>,
        /// The words.
        text: TextRef,
        /// When the reply is due; none while it waits for its release.
        reply_due_at: Option<Instant>,
    },
    /// A dependency's question went out.
    QuestionReleased {
        /// Which.
        question: Id<Question>,
        /// When the reply is due.
        reply_due_at: Instant,
    },
    /// The citizen replied.
    Replied {
        /// To which.
        question: Id<Question>,
        /// The words.
        text: TextRef,
    },
    /// The reply's term passed.
    QuestionLapsed {
        /// Of which.
        question: Id<Question>,
    },
    /// A question is not asked any more.
    QuestionEnded {
        /// Which.
        question: Id<Question>,
        /// Why.
        cause: QuestionEnd,
        /// Why, in words.
        reason: Option<TextRef>,
    },
    /// The office answered.
    Answered(Box<Answer>),
    /// A word with the citizen.
    Contacted(Contacted),
    /// The file ended.
    Closed {
        /// How.
        closing: Closing,
        /// Why, in words.
        reason: Option<TextRef>,
    },
    /// What was taken for delivered came back: the citizen does not know the answer after all.
    ClosingLifted {
        /// The closing that no longer holds.
        closing: Closing,
    },
    /// A new round began.
    Reopened {
        /// Its number.
        round: i32,
        /// Why.
        reason: TextRef,
    },
    /// A petitioner took the petition back.
    Withdrawn {
        /// Who.
        petitioner: Option<Id<Petitioner>>,
        /// Why.
        reason: Option<TextRef>,
        /// Who is principal now.
        principal: Option<Id<Petitioner>>,
        /// Whether the office goes on of its own motion.
        continued: bool,
    },
    /// A file came.
    Attached(Box<Attached>),
    /// The content of a file went.
    AttachmentErased {
        /// Which.
        attachment: Id<Attachment>,
        /// Why.
        reason: TextRef,
    },
    /// Documents that the category asks for were brought.
    Delivered {
        /// The receipt.
        delivery: Id<Delivery>,
        /// Which.
        documents: Vec<Delivered>,
    },
    /// Somebody put their name to it.
    Joined {
        /// Who; nothing of the person.
        petitioner: Petitioner,
    },
    /// Staff said that a petitioner is somebody whom other petitions know too.
    Linked {
        /// Which petitioner.
        petitioner: Id<Petitioner>,
        /// Which person.
        person: Id<Person>,
    },
    /// Staff took that back.
    Unlinked {
        /// Which petitioner.
        petitioner: Id<Petitioner>,
        /// Which person.
        person: Id<Person>,
    },
    /// It belongs together with another petition.
    Related {
        /// Why.
        relation: Relation,
        /// Which.
        petition: Id<Petition>,
        /// Whether this one came first.
        first: bool,
    },
    /// It does no longer.
    Unrelated {
        /// Why it did.
        relation: Relation,
        /// Which.
        petition: Id<Petition>,
    },
    /// It follows another petition of the same matter from now on.
    Merged {
        /// Which.
        principal: Id<Petition>,
    },
    /// It stands alone again; if its file had ended, in a new round.
    Unmerged {
        /// Which it followed.
        principal: Id<Petition>,
    },
    /// The petition that it follows came to another state.
    Carried {
        /// Which.
        state: State,
    },
    /// The petition that it follows was answered, and it with it.
    Adopted {
        /// The answer, with texts of its own.
        answer: Box<Answer>,
        /// The instant by which *in time* is judged.
        judged_at: Instant,
    },
    /// Another petition follows this one from now on.
    Led {
        /// Which.
        follower: Id<Petition>,
    },
    /// Another petition follows this one no longer.
    LeftAlone {
        /// Which.
        follower: Id<Petition>,
    },
    /// Somebody noted something.
    Noted {
        /// The words.
        text: TextRef,
    },
    /// Somebody of the office sees to it from now on, of their own accord.
    Taken {
        /// Code of the post.
        position: String,
        /// Who.
        person: Id<Account>,
    },
    /// Another post or person sees to it from now on.
    HandedOver {
        /// Code of the post.
        position: String,
        /// Who in particular; none: whoever holds the post.
        person: Option<Id<Account>>,
        /// Why.
        reason: TextRef,
    },
    /// Marks were put on it or taken off.
    Tagged {
        /// Those that it has more.
        added: Vec<Tag>,
        /// Those that it has no longer.
        removed: Vec<Tag>,
    },
}
