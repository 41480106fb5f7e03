//! A petition as its petitioner sees it by folio and PIN: no staff, no internal texts.

use chrono::{DateTime, Utc};
use domain::assignment::AssignmentState;
use domain::clock::Stage;
use domain::id::Id;
use domain::petition::{Petition, Petitioner};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::AnswerView;
use super::form::{FilledField, RequirementView};
use super::material::{Material, Viewer};
use super::terms::{TermView, terms};
use crate::http::{Code, codes, label};

/// Who in the city works on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicAssignment {
    /// The dependency's name.
    #[schema(example = "Sistema Municipal de Aguas y Saneamiento")]
    pub dependency_name: String,
    /// Where its share stands.
    pub state: codes::AssignmentState,
    /// The state in words.
    #[schema(example = "Aceptada")]
    pub state_label: String,
    /// The day for which the work is planned.
    #[schema(example = "2026-11-26")]
    pub scheduled_for: Option<chrono::NaiveDate>,
}

/// A question that the city asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicQuestion {
    /// The question.
    #[schema(example = "0193a1c2-9000-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// The words.
    #[schema(example = "¿Frente a qué número de casa está la fuga?")]
    pub text: Option<String>,
    /// When the reply is due.
    #[schema(example = "2026-12-01T21:00:00Z")]
    pub reply_due_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub state: codes::QuestionState,
}

/// The petition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicPetition {
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// Where it stands.
    pub state: codes::State,
    /// The state in words.
    #[schema(example = "En proceso")]
    pub state_label: String,
    /// How the file ended.
    pub closing: Option<codes::Closing>,
    /// What it is about.
    #[schema(example = "Fuga de agua")]
    pub category_name: String,
    /// When it was presented.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub received_at: DateTime<Utc>,
    /// When something happened to it last.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub updated_at: DateTime<Utc>,
    /// What the citizen said; null for a co-petitioner, whose words they are not.
    #[schema(example = "Hay una fuga de agua en la esquina desde ayer.")]
    pub text: Option<String>,
    /// What the city asked when it was captured, and what was said; empty for a co-petitioner.
    pub fields: Vec<FilledField>,
    /// What is to be brought for it, and whether it was; empty for a co-petitioner.
    pub requirements: Vec<RequirementView>,
    /// When the answer is due, and how that stands.
    pub terms: Vec<TermView>,
    /// Who works on it.
    pub assignments: Vec<PublicAssignment>,
    /// What the city asks, for the one who is asked.
    pub questions: Vec<PublicQuestion>,
    /// The answer.
    pub answer: Option<AnswerView>,
}

impl PublicPetition {
    /// A petition for its petitioner, or for a co-petitioner.
    #[must_use]
    pub fn of(
        petition: &Petition,
        material: &Material,
        viewer: Viewer<'_>,
        co_petitioner: Option<Id<Petitioner>>,
    ) -> Self {
        let state = petition.state();
        let own = co_petitioner.is_none();
        Self {
            folio: petition.folio.to_string(),
            state: Code(state),
            state_label: label(viewer.language, state),
            closing: petition.round.closing.map(Code),
            category_name: viewer.category(&petition.category),
            received_at: petition.received_at,
            updated_at: petition.updated_at,
            // These are the words of whoever brought it.
            text: petition.text.as_ref().filter(|_| co_petitioner.is_none()).and_then(|text| material.text(text)),
            fields: if own { FilledField::all(petition, material, viewer) } else { Vec::new() },
            requirements: if own { requirements(petition, viewer) } else { Vec::new() },
            terms: terms(&[(Stage::Answer, &petition.answer)], viewer.now, &viewer.rules(petition).calendar),
            assignments: petition
                .current()
                .filter(|share| share.state.is_open() || share.state == AssignmentState::Resolved)
                .map(|share| PublicAssignment {
                    dependency_name: viewer.dependency(&share.dependency),
                    state: Code(share.state),
                    state_label: label(viewer.language, share.state),
                    scheduled_for: share.scheduled_for,
                })
                .collect(),
            questions: petition
                .open_questions()
                .filter(|_| petition.is_told(co_petitioner))
                .map(|question| PublicQuestion {
                    id: question.id.uuid(),
                    text: material.text(&question.text),
                    reply_due_at: question.reply_due_at,
                    state: Code(question.state),
                })
                .collect(),
            answer: AnswerView::of(petition, material, viewer).map(|answer| AnswerView { adopts: None, ..answer }),
        }
    }
}

/// What is to be brought. Which file of the office is the copy is the office's own.
fn requirements(petition: &Petition, viewer: Viewer<'_>) -> Vec<RequirementView> {
    let all = RequirementView::all(petition, viewer).into_iter();
    all.map(|one| RequirementView { attachment_id: None, ..one }).collect()
}
