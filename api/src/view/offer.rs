//! Where each step is taken: the one table behind `allowed_steps` and the published lifecycle.

use domain::code::Coded;
use domain::step::{AssignmentStep, AttachmentStep, QuestionStep, Step};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::version::tag;

/// How a step is taken over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The method.
    pub method: &'static str,
    /// What follows the address of the petition, assignment or question.
    pub suffix: &'static str,
    /// Whether `If-Match` is needed: the step changes a state and does not only add.
    pub versioned: bool,
}

const fn offer(method: &'static str, suffix: &'static str, versioned: bool) -> Offer {
    Offer { method, suffix, versioned }
}

/// Where a petition's step is taken.
#[must_use]
pub const fn petition_step(step: Step) -> Offer {
    match step {
        Step::Amend => offer("PATCH", "", true),
        Step::Reclassify => offer("POST", "/classification", true),
        Step::Prioritise => offer("POST", "/priority", true),
        Step::Route => offer("POST", "/assignments", true),
        Step::Ask => offer("POST", "/questions", false),
        Step::Answer => offer("POST", "/answer", true),
        Step::Contact => offer("POST", "/contacts", false),
        Step::Notify => offer("POST", "/notifications", true),
        Step::Reopen => offer("POST", "/reopenings", true),
        Step::Withdraw => offer("POST", "/withdrawal", true),
        Step::Join => offer("POST", "/co_petitioners", false),
        Step::Close => offer("POST", "/closure", true),
        Step::Annul => offer("POST", "/annulment", true),
        Step::Note => offer("POST", "/notes", false),
        Step::Attach => offer("POST", "/attachments", false),
        Step::Deliver => offer("POST", "/deliveries", false),
        Step::Disclose => offer("POST", "/disclosures", false),
        Step::Take => offer("POST", "/follower", true),
        Step::HandOver => offer("PUT", "/follower", true),
        Step::Tag => offer("POST", "/tags", false),
        Step::Relate => offer("POST", "/relations", false),
        Step::Split => offer("POST", "/splits", false),
        Step::Merge => offer("POST", "/merge", true),
        Step::Unmerge => offer("DELETE", "/merge", true),
    }
}

/// Where an assignment's step is taken.
#[must_use]
pub const fn assignment_step(step: AssignmentStep) -> Offer {
    match step {
        AssignmentStep::Accept => offer("POST", "/acceptance", true),
        AssignmentStep::Return => offer("POST", "/return", true),
        AssignmentStep::Delegate => offer("PUT", "/unit", true),
        AssignmentStep::Appoint => offer("PUT", "/responsible", true),
        AssignmentStep::SetExternalReference => offer("PUT", "/external_reference", true),
        AssignmentStep::ReportProgress => offer("POST", "/progress", false),
        AssignmentStep::Extend => offer("POST", "/extensions", true),
        AssignmentStep::Ask => offer("POST", "/questions", false),
        AssignmentStep::Attach => offer("POST", "/attachments", false),
        AssignmentStep::Resolve => offer("POST", "/resolution", true),
        AssignmentStep::SendBack => offer("POST", "/review", true),
        AssignmentStep::Cancel => offer("POST", "/cancellation", true),
    }
}

/// Where a question's step is taken; `If-Match` names the petition's version.
#[must_use]
pub const fn question_step(step: QuestionStep) -> Offer {
    match step {
        QuestionStep::Release => offer("POST", "/release", false),
        QuestionStep::Reply => offer("POST", "/reply", false),
        QuestionStep::Cancel => offer("DELETE", "", true),
    }
}

/// Where a file's step is taken.
#[must_use]
pub const fn attachment_step(step: AttachmentStep) -> Offer {
    match step {
        AttachmentStep::Erase => offer("POST", "/erasure", false),
    }
}

/// A step that the caller can take now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AllowedStep {
    /// Code of the step.
    #[schema(example = "route")]
    pub step: &'static str,
    /// HTTP method.
    #[schema(example = "POST")]
    pub method: &'static str,
    /// Where to send it.
    #[schema(example = "/v1/petitions/0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e/assignments")]
    pub href: String,
    /// What to send as `If-Match`; absent where the step needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "\"3\"")]
    pub if_match: Option<String>,
}

impl AllowedStep {
    /// The offer of a step at an address with a version.
    #[must_use]
    pub fn at<S: Coded>(step: S, offer: Offer, base: &str, version: i32) -> Self {
        let Offer { method, suffix, versioned } = offer;
        Self { step: step.code(), method, href: format!("{base}{suffix}"), if_match: versioned.then(|| tag(version)) }
    }
}
