//! A question to the citizen, as whoever may read it sees it.

use chrono::{DateTime, Utc};
use domain::petition::Petition;
use domain::question::Question;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::material::{Material, Viewer};
use super::offer::{AllowedStep, question_step};
use crate::http::{Code, codes};

/// A question to the citizen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuestionView {
    /// The question.
    #[schema(example = "0193a1c2-9000-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// The round in which it was asked.
    #[schema(example = 1)]
    pub round: i32,
    /// The assignment that asks; null where the office asks.
    #[schema(example = json!(null))]
    pub assignment_id: Option<Uuid>,
    /// Where it stands.
    pub state: codes::QuestionState,
    /// The words.
    #[schema(example = "¿Frente a qué número de casa está la fuga?")]
    pub text: Option<String>,
    /// When it was asked.
    #[schema(example = "2026-11-24T15:00:00Z")]
    pub asked_at: DateTime<Utc>,
    /// When the reply is due; null while it waits for its release.
    #[schema(example = "2026-12-01T21:00:00Z")]
    pub reply_due_at: Option<DateTime<Utc>>,
    /// The citizen's words.
    #[schema(example = json!(null))]
    pub reply: Option<String>,
    /// What the caller can do with it now.
    pub allowed_steps: Vec<AllowedStep>,
}

impl QuestionView {
    /// A question as this viewer sees it.
    #[must_use]
    pub fn of(petition: &Petition, question: &Question, material: &Material, viewer: Viewer<'_>) -> Self {
        let base = format!("/v1/petitions/{}/questions/{}", petition.id, question.id);
        let steps = petition.allowed_question_steps(viewer.actor, question);
        Self {
            id: question.id.uuid(),
            round: question.round,
            assignment_id: question.assignment.map(domain::id::Id::uuid),
            state: Code(question.state),
            text: material.text(&question.text),
            asked_at: question.asked_at,
            reply_due_at: question.reply_due_at,
            reply: material.some_text(question.reply.as_ref()),
            allowed_steps: steps
                .into_iter()
                .map(|step| AllowedStep::at(step, question_step(step), &base, petition.version))
                .collect(),
        }
    }
}
