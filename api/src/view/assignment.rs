//! Assignments: whole for the office and for the dependency that has them; name, state and date for others.

use chrono::{DateTime, NaiveDate, Utc};
use domain::assignment::{Assignment, AssignmentState};
use domain::catalogue::ContactRule;
use domain::clock::Stage;
use domain::code::Coded;
use domain::contact::Medium;
use domain::petition::Petition;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::attachment::AttachmentView;
use super::form::FilledField;
use super::material::{Material, Viewer};
use super::offer::{AllowedStep, assignment_step};
use super::petitioner::ContactView;
use super::place::PlaceView;
use super::terms::{TermView, terms};
use crate::http::version::tag;
use crate::http::{Code, codes, label};

/// One dependency's share of a petition, as everyone who sees the petition sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssignmentBrief {
    /// The assignment.
    #[schema(example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// Code of the dependency.
    #[schema(example = "simas")]
    pub dependency: String,
    /// Its name.
    #[schema(example = "Sistema Municipal de Aguas y Saneamiento")]
    pub dependency_name: String,
    /// Where it stands.
    pub state: codes::AssignmentState,
    /// The state in words.
    #[schema(example = "Aceptada")]
    pub state_label: String,
    /// When it was routed.
    #[schema(example = "2026-11-23T15:10:00Z")]
    pub routed_at: DateTime<Utc>,
    /// The round of the petition to which it belongs.
    #[schema(example = 1)]
    pub round: i32,
}

/// What a dependency says it did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResolutionView {
    /// What was done; null once it was erased.
    #[schema(example = "Se reparó la fuga y se repuso el pavimento.")]
    pub report: Option<String>,
    /// The outcome that the dependency proposes.
    pub outcome: codes::Outcome,
    /// Why not, where it is not feasible.
    pub infeasibility: Option<codes::Infeasibility>,
    /// When it was resolved.
    #[schema(example = "2026-11-25T18:00:00Z")]
    pub at: DateTime<Utc>,
}

/// Why an assignment came back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReturnView {
    /// Why.
    pub reason: codes::ReturnReason,
    /// In the dependency's words; null once they were erased.
    #[schema(example = "La fuga está en la toma domiciliaria: corresponde al área de medidores.")]
    pub explanation: Option<String>,
    /// Code of the dependency that should have it instead, if it knows.
    #[schema(example = "public_works")]
    pub suggested: Option<String>,
    /// Whether the router has dealt with it.
    #[schema(example = false)]
    pub taken_up: bool,
    /// When it came back.
    #[schema(example = "2026-11-23T17:00:00Z")]
    pub at: DateTime<Utc>,
}

/// Who in the dependency sees to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponsibleView {
    /// The name.
    #[schema(example = "Ing. Raúl Medina")]
    pub name: Option<String>,
    /// The account, for those who sign in.
    #[schema(example = json!(null))]
    pub account_id: Option<Uuid>,
}

/// Of its petition, what whoever works on an assignment needs.
#[derive(Clone, Serialize, ToSchema)]
pub struct AssignmentPetition {
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// Where it stands.
    #[schema(example = "routed")]
    pub state: codes::State,
    /// Code of the category.
    #[schema(example = "water_leak")]
    pub category: String,
    /// Its name.
    #[schema(example = "Fuga de agua")]
    pub category_name: String,
    /// How soon it wants attention.
    pub priority: codes::Priority,
    /// The citizen's words.
    #[schema(example = "Hay una fuga de agua en la esquina desde ayer.")]
    pub text: Option<String>,
    /// The address.
    #[schema(example = "Av. Juárez 123, entre Múzquiz y Ramos Arizpe")]
    pub address: Option<String>,
    /// What its form says.
    pub fields: Vec<FilledField>,
    /// Where it is.
    pub place: PlaceView,
    /// The citizen's photographs.
    pub photos: Vec<AttachmentView>,
    /// How to reach the citizen, where the category allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactView>,
}

/// One dependency's share of a petition, whole.
#[derive(Clone, Serialize, ToSchema)]
pub struct AssignmentView {
    /// The assignment.
    #[schema(example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// Its version, for `If-Match`.
    #[schema(example = "\"1\"")]
    pub etag: String,
    /// The round of the petition to which it belongs.
    #[schema(example = 1)]
    pub round: i32,
    /// Code of the dependency.
    #[schema(example = "simas")]
    pub dependency: String,
    /// Its name.
    #[schema(example = "Sistema Municipal de Aguas y Saneamiento")]
    pub dependency_name: String,
    /// Code of the unit.
    #[schema(example = json!(null))]
    pub unit: Option<String>,
    /// Where it stands.
    pub state: codes::AssignmentState,
    /// The state in words.
    #[schema(example = "Pendiente")]
    pub state_label: String,
    /// Whether it was ordered and cannot be returned.
    #[schema(example = false)]
    pub directed: bool,
    /// What the office told the dependency.
    #[schema(example = "Urge: es frente a una escuela.")]
    pub instructions: Option<String>,
    /// Its number in the dependency's own system.
    #[schema(example = "OT-2026/0041")]
    pub external_reference: Option<String>,
    /// When it was routed.
    #[schema(example = "2026-11-23T15:10:00Z")]
    pub routed_at: DateTime<Utc>,
    /// The earlier assignment that it takes up again.
    #[schema(example = json!(null))]
    pub previous_id: Option<Uuid>,
    /// Who sees to it.
    pub responsible: Option<ResponsibleView>,
    /// The day for which the work is planned.
    #[schema(example = "2026-11-26")]
    pub scheduled_for: Option<NaiveDate>,
    /// What was done.
    #[schema(example = json!(null))]
    pub resolution: Option<ResolutionView>,
    /// The files that show the work.
    pub evidence: Vec<AttachmentView>,
    /// Why it came back.
    #[schema(example = json!(null))]
    pub returned: Option<ReturnView>,
    /// Why it was cancelled.
    #[schema(example = json!(null))]
    pub cancelled: Option<codes::CancelCause>,
    /// How often its term was extended.
    #[schema(example = 0)]
    pub extensions: u16,
    /// How often the office sent it back.
    #[schema(example = 0)]
    pub sent_back: u16,
    /// Its terms.
    pub terms: Vec<TermView>,
    /// Of its petition, what whoever works on it needs.
    pub petition: AssignmentPetition,
    /// What the caller can do with it now.
    pub allowed_steps: Vec<AllowedStep>,
}

impl AssignmentBrief {
    /// A share as others see it.
    #[must_use]
    pub fn of(share: &Assignment, viewer: Viewer<'_>) -> Self {
        Self {
            id: share.id.uuid(),
            dependency: share.dependency.clone(),
            dependency_name: viewer.dependency(&share.dependency),
            state: Code(share.state),
            state_label: label(viewer.language, share.state),
            routed_at: share.routed_at,
            round: share.round,
        }
    }
}

impl AssignmentView {
    /// A share for whoever sees it whole.
    #[must_use]
    pub fn of(petition: &Petition, share: &Assignment, material: &Material, viewer: Viewer<'_>) -> Self {
        let rules = viewer.rules(petition);
        let base = format!("/v1/assignments/{}", share.id);
        Self {
            id: share.id.uuid(),
            etag: tag(share.version),
            round: share.round,
            dependency: share.dependency.clone(),
            dependency_name: viewer.dependency(&share.dependency),
            unit: share.unit.clone(),
            state: Code(share.state),
            state_label: label(viewer.language, share.state),
            directed: share.directed,
            instructions: material.some_text(share.instructions.as_ref()),
            external_reference: share.external_reference.as_ref().map(ToString::to_string),
            routed_at: share.routed_at,
            previous_id: share.previous.map(domain::id::Id::uuid),
            responsible: share.responsible.as_ref().map(|responsible| ResponsibleView {
                name: material.text(&responsible.name),
                account_id: responsible.account.map(domain::id::Id::uuid),
            }),
            scheduled_for: share.scheduled_for,
            resolution: share.resolution.as_ref().map(|resolution| ResolutionView {
                report: material.text(&resolution.report),
                outcome: Code(resolution.outcome),
                infeasibility: resolution.infeasibility.map(Code),
                at: resolution.at,
            }),
            evidence: AttachmentView::evidence(petition, share, material, viewer),
            returned: share.returned.as_ref().map(|back| ReturnView {
                reason: Code(back.reason),
                explanation: material.text(&back.explanation),
                suggested: back.suggested.clone(),
                taken_up: back.taken_up,
                at: back.at,
            }),
            cancelled: share.cancelled.map(Code),
            extensions: share.extensions,
            sent_back: share.sent_back,
            terms: terms(
                &[(Stage::Accept, &share.accept), (Stage::Resolve, &share.resolve)],
                viewer.now,
                &rules.calendar,
            ),
            petition: AssignmentPetition {
                id: petition.id.uuid(),
                folio: petition.folio.to_string(),
                state: Code(petition.state()),
                category: petition.category.clone(),
                category_name: viewer.category(&petition.category),
                priority: Code(petition.priority),
                text: material.some_text(petition.text.as_ref()),
                address: material.some_text(petition.address.as_ref()),
                fields: FilledField::all(petition, material, viewer),
                place: PlaceView::of(petition, material),
                photos: AttachmentView::photos(petition, material, viewer),
                contact: contact(petition, share, material, viewer),
            },
            allowed_steps: petition
                .allowed_assignment_steps(viewer.actor, share, rules, viewer.now)
                .into_iter()
                .map(|step| AllowedStep::at(step, assignment_step(step), &base, share.version))
                .collect(),
        }
    }

    /// As part of a petition: the citizen's contact stands in the dependency's work list only.
    #[must_use]
    pub fn without_contact(mut self) -> Self {
        self.petition.contact = None;
        self
    }
}

/// The citizen's contact, for the liaison of this share and as the category allows.
fn contact(petition: &Petition, share: &Assignment, material: &Material, viewer: Viewer<'_>) -> Option<ContactView> {
    if !viewer.actor.answers_for(&share.dependency, share.unit.as_deref()) {
        return None;
    }
    let rule = viewer.office.category(&petition.category).map_or(ContactRule::Never, |category| category.contact);
    let shown = match (rule, share.state) {
        (ContactRule::Never, _) => false,
        (ContactRule::OnAcceptance, state) => state == AssignmentState::Accepted,
        (ContactRule::Always, state) => state.is_open(),
    };
    let details = petition.principal().and_then(|principal| material.petitioner(principal)).filter(|_| shown)?;
    Some(ContactView {
        name: details.name.clone(),
        telephone: details.telephone.clone(),
        preferred: details.preferred.as_deref().and_then(Medium::parse).map(Code),
    })
}
