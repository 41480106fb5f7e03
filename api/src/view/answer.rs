//! The answer to a petition, as whoever may read it sees it.

use chrono::{DateTime, Utc};
use domain::petition::Petition;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::material::{Material, Viewer};
use crate::http::{Code, codes, label};

/// A document that answers a petition in writing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentView {
    /// Its number; null once it was erased.
    #[schema(example = "DGAC/0451/2026")]
    pub number: Option<String>,
    /// Its date.
    #[schema(example = "2026-11-26")]
    pub date: chrono::NaiveDate,
}

/// The city's answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AnswerView {
    /// What became of the matter.
    pub outcome: codes::Outcome,
    /// The outcome in words.
    #[schema(example = "Atendida")]
    pub outcome_label: String,
    /// Why not, where it is not feasible.
    pub infeasibility: Option<codes::Infeasibility>,
    /// The words for the citizen; null once they were erased.
    #[schema(example = "SIMAS reparó la fuga el 25 de noviembre. Gracias por avisar.")]
    pub text: Option<String>,
    /// The authority whose business it is, where it is not the city's.
    #[schema(example = json!(null))]
    pub authority: Option<String>,
    /// The procedure there.
    #[schema(example = json!(null))]
    pub procedure: Option<String>,
    /// The document, for a petition in writing.
    pub document: Option<DocumentView>,
    /// The assignment whose report was adopted.
    #[schema(example = json!(null))]
    pub adopts: Option<Uuid>,
    /// When it was issued.
    #[schema(example = "2026-11-26T16:00:00Z")]
    pub at: DateTime<Utc>,
}

impl AnswerView {
    /// The answer of the current round.
    #[must_use]
    pub fn of(petition: &Petition, material: &Material, viewer: Viewer<'_>) -> Option<Self> {
        petition.round.answer.as_ref().map(|answer| Self {
            outcome: Code(answer.outcome),
            outcome_label: label(viewer.language, answer.outcome),
            infeasibility: answer.infeasibility.map(Code),
            text: material.text(&answer.text),
            authority: material.some_text(answer.authority.as_ref()),
            procedure: material.some_text(answer.procedure.as_ref()),
            document: answer
                .document
                .as_ref()
                .map(|document| DocumentView { number: material.text(&document.number), date: document.date }),
            adopts: answer.adopts.map(domain::id::Id::uuid),
            at: answer.at,
        })
    }
}
