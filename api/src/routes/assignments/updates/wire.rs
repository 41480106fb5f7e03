//! What is sent and answered: messages, and what became of them.

use chrono::{DateTime, NaiveDate, Utc};
use domain::code::Coded;
use domain::external::ExternalReference;
use domain::petition::update::{Place, Update, UpdateStatus};
use domain::petition::work::{Progress, Resolving};
use domain::time::truncated;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::http::{Code, codes};
use crate::office::Office;
use crate::problem::{Problem, ProblemDocument};
use crate::step::{dated_on, some_words, words};

/// What a dependency's own system tells.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UpdatesWanted {
    /// The messages, in any order.
    #[schema(min_items = 1, max_items = 500)]
    #[validate(length(min = 1, max = 500), nested)]
    pub(super) updates: Vec<UpdateWanted>,
}

/// One message about one assignment.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UpdateWanted {
    /// The sender's own reference of the message, never used for another one: letters without accents, digits and
    /// `-` `_` `.` `/` `:` `#`.
    #[schema(example = "OT-2026/0041:3", min_length = 1, max_length = 64)]
    #[validate(length(min = 1, max = 64), custom(function = "identifier"))]
    pub(super) reference: String,
    /// The assignment. Either this or `external_id`.
    #[serde(default)]
    #[schema(example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e")]
    pub(super) assignment_id: Option<Uuid>,
    /// The assignment's `external_reference`. Either this or `assignment_id`.
    #[serde(default)]
    #[schema(example = json!(null), max_length = 64)]
    #[validate(length(max = 64))]
    pub(super) external_id: Option<String>,
    /// What is so. Steps before it that were not told are implied.
    #[schema(example = "resolved")]
    pub(super) status: codes::UpdateStatus,
    /// When it became so, by the sender's clock, which may differ from ours by five minutes. It may be long ago.
    #[schema(example = "2026-11-25T18:00:00Z")]
    pub(super) occurred_at: DateTime<Utc>,
    /// The sender's own count of its messages about the assignment. Of messages that have one it says which is later;
    /// one without stands among them by its `occurred_at`.
    #[serde(default)]
    #[schema(example = 3, minimum = 0)]
    #[validate(range(min = 0))]
    pub(super) sequence: Option<i64>,
    /// For the office: the news, what was done, or why it comes back. Needed for all but `accepted`.
    #[serde(default)]
    #[schema(example = "Se reparó la fuga y se repuso el pavimento.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub(super) text: Option<String>,
    /// News for the citizen, with a `text`: `accepted` and `in_progress` only.
    #[serde(default)]
    #[schema(example = json!(null), min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub(super) citizen_text: Option<String>,
    /// The day for which the work is planned, with a `text`: `accepted` and `in_progress` only.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub(super) scheduled_for: Option<NaiveDate>,
    /// The outcome that is proposed: with `resolved`, and only there.
    #[serde(default)]
    #[schema(example = "attended")]
    pub(super) outcome: Option<codes::Outcome>,
    /// Why not: with the outcome `not_feasible`, and only there.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub(super) infeasibility: Option<codes::Infeasibility>,
    /// Why it comes back: with `returned`, and only there.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub(super) return_reason: Option<codes::ReturnReason>,
    /// Code of the dependency that should have it instead: with `returned` only.
    #[serde(default)]
    #[schema(example = json!(null), max_length = 60)]
    #[validate(length(max = 60))]
    pub(super) suggested: Option<String>,
}

fn identifier(written: &str) -> Result<(), ValidationError> {
    let same = |reference: &ExternalReference| reference.as_str() == written;
    if ExternalReference::parse(written).as_ref().is_some_and(same) {
        Ok(())
    } else {
        Err(ValidationError::new("external_reference"))
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateOutcome {
    /// It was taken in.
    Applied,
    /// It had been taken in before, or says what is so already.
    AlreadyApplied,
    /// Something later has been said.
    Superseded,
    /// It was not taken: see the problem.
    Refused,
}

impl Coded for UpdateOutcome {
    const NAME: &'static str = "UpdateOutcome";
    const ALL: &'static [Self] = &[Self::Applied, Self::AlreadyApplied, Self::Superseded, Self::Refused];

    fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::AlreadyApplied => "already_applied",
            Self::Superseded => "superseded",
            Self::Refused => "refused",
        }
    }
}

pub type UpdateOutcomeCode = Code<UpdateOutcome>;

/// What became of one message.
#[derive(Serialize, ToSchema)]
pub struct UpdateResult {
    /// The sender's reference.
    #[schema(example = "OT-2026/0041:3")]
    pub(super) reference: String,
    /// What became of it.
    pub(super) result: UpdateOutcomeCode,
    /// Whether its words were kept as a note only, because the citizen had been answered.
    #[schema(example = false)]
    pub(super) noted: bool,
    /// The assignment as it is after all messages; null where there is none for this sender.
    pub(super) assignment: Option<UpdatedAssignment>,
    /// Why it was refused; its pointers lead into the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    pub(super) problem: Option<ProblemDocument>,
}

/// An assignment after all messages.
#[derive(Serialize, ToSchema)]
pub struct UpdatedAssignment {
    /// The assignment.
    #[schema(example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e")]
    pub(super) id: Uuid,
    /// Its version, for `If-Match`.
    #[schema(example = "\"3\"")]
    pub(super) etag: String,
    /// Where it stands.
    pub(super) state: codes::AssignmentState,
}

/// What became of the messages.
#[derive(Serialize, ToSchema)]
pub struct UpdateResults {
    /// One for each message, in the order of the request.
    pub(super) results: Vec<UpdateResult>,
}

/// A message's place among those of its sender.
pub(super) fn place(one: &UpdateWanted) -> Place {
    Place { sequence: one.sequence, occurred_at: truncated(one.occurred_at) }
}

/// What a message says; what belongs to another status is not passed over.
pub(super) fn read(one: &UpdateWanted, office: &Office, today: NaiveDate) -> Result<Update, Problem> {
    let status = one.status.0;
    let is_news = matches!(status, UpdateStatus::Accepted | UpdateStatus::InProgress);
    let is_resolved = status == UpdateStatus::Resolved;
    let is_return = status == UpdateStatus::Returned;
    for (there, fits, pointer) in [
        (one.citizen_text.is_some(), is_news, "/citizen_text"),
        (one.scheduled_for.is_some(), is_news, "/scheduled_for"),
        (one.outcome.is_some(), is_resolved, "/outcome"),
        (one.infeasibility.is_some(), is_resolved, "/infeasibility"),
        (one.return_reason.is_some(), is_return, "/return_reason"),
        (one.suggested.is_some(), is_return, "/suggested"),
    ] {
        if there && !fits {
            return Err(Problem::invalid(pointer, "not_with_status"));
        }
    }
    let required = |pointer: &str| Problem::invalid(pointer, "required");
    let text = || match &one.text {
        Some(text) => words(text, "/text"),
        None => Err(required("/text")),
    };
    let progress = || -> Result<Progress, Problem> {
        Ok(Progress {
            report: text()?,
            citizen_text: some_words(one.citizen_text.as_ref(), "/citizen_text")?,
            scheduled_for: one.scheduled_for.map(|day| dated_on(day, "/scheduled_for")).transpose()?,
        })
    };
    Ok(match status {
        UpdateStatus::Accepted => {
            let silent = one.text.is_none() && one.citizen_text.is_none() && one.scheduled_for.is_none();
            Update::Accepted(if silent { None } else { Some(progress()?) })
        }
        UpdateStatus::InProgress => Update::InProgress(progress()?),
        UpdateStatus::Resolved => Update::Resolved(Resolving {
            report: text()?,
            outcome: one.outcome.ok_or_else(|| required("/outcome"))?.0,
            infeasibility: one.infeasibility.map(|code| code.0),
        }),
        UpdateStatus::Returned => {
            if let Some(code) = &one.suggested {
                office.named_dependency(code, today, "/suggested")?;
            }
            Update::Returned {
                reason: one.return_reason.ok_or_else(|| required("/return_reason"))?.0,
                explanation: text()?,
                suggested: one.suggested.clone(),
            }
        }
    })
}
