//! A petition as a caller sees it.

use chrono::{DateTime, Utc};
use domain::clock::Stage;
use domain::petition::{COMPTROLLER, Petition};
use domain::question::Question;
use domain::step::Step;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::AnswerView;
use super::assignment::{AssignmentBrief, AssignmentView};
use super::attachment::AttachmentView;
use super::duplicate::{RelationView, SameMatterView};
use super::form::{FilledField, Missing, RequirementView, asked, missing_fields};
use super::material::{Material, Viewer};
use super::offer::{AllowedStep, petition_step};
use super::petitioner::PetitionerView;
use super::place::PlaceView;
use super::question::QuestionView;
use super::terms::{TermView, terms};
use crate::http::cacheable::tag_of;
use crate::http::version::tag;
use crate::http::{Code, codes, label};

/// Where an imported petition came from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OriginView {
    /// Code of the source.
    #[schema(example = "sf311")]
    pub source: String,
    /// Its number there.
    #[schema(example = "6078653")]
    pub external_id: String,
}

/// Who of the office sees a petition to its end.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FollowerView {
    /// Code of the post.
    #[schema(example = "call_center_head")]
    pub position: String,
    /// Its name.
    #[schema(example = "Jefatura del centro de llamadas")]
    pub position_name: String,
    /// Who in particular, by account; null: whoever holds the post.
    #[schema(example = "0193a1c2-0000-7c3e-9a51-3f2c1b0a9d8e")]
    pub account_id: Option<Uuid>,
    /// Their name.
    #[schema(example = "María López Garza")]
    pub name: Option<String>,
}

/// One matter that one petitioner puts to the city.
#[derive(Clone, Serialize, ToSchema)]
pub struct PetitionView {
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// Its version, for `If-Match`. For whoever is not of the office, who takes no step that needs one, a tag of what
    /// they read: it is another when something of that is, whatever the office keeps to itself.
    #[schema(example = "\"1\"")]
    pub etag: String,
    /// Where it stands.
    #[schema(example = "routed")]
    pub state: codes::State,
    /// The state in words.
    #[schema(example = "Canalizada")]
    pub state_label: String,
    /// The current round, from 1; each reopening begins another.
    #[schema(example = 1)]
    pub round: i32,
    /// How the file ended.
    #[schema(example = json!(null))]
    pub closing: Option<codes::Closing>,
    /// When it ended.
    #[schema(example = json!(null))]
    pub closed_at: Option<DateTime<Utc>>,
    /// What sort it is.
    pub kind: codes::Kind,
    /// The sort in words.
    #[schema(example = "Solicitud de servicio")]
    pub kind_label: String,
    /// Code of the category.
    #[schema(example = "water_leak")]
    pub category: String,
    /// Its name.
    #[schema(example = "Fuga de agua")]
    pub category_name: String,
    /// Code of the channel.
    #[schema(example = "phone_073")]
    pub channel: String,
    /// Its name.
    #[schema(example = "Línea 073")]
    pub channel_name: String,
    /// How soon it wants attention.
    pub priority: codes::Priority,
    /// Whether it is against a public servant: then it goes to Contraloría only.
    #[schema(example = false)]
    pub against_public_servant: bool,
    /// Code of the post that sees it to its end.
    #[schema(example = "call_center_head")]
    pub followed_by: String,
    /// The intake by which it came in; one that came alone has the petition's own identifier.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub intake_id: Uuid,
    /// Who that is.
    pub follower: FollowerView,
    /// The office's marks on it, in the order in which it got them; empty for whoever is not of the office.
    #[schema(example = json!(["rain_2026"]))]
    pub tags: Vec<String>,
    /// When it was presented.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub received_at: DateTime<Utc>,
    /// How exactly that is known.
    pub received_precision: codes::Precision,
    /// When it was registered.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub registered_at: DateTime<Utc>,
    /// When something happened to it last, what the caller is not shown included.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub updated_at: DateTime<Utc>,
    /// The citizen's words; null where none were given or they were erased.
    #[schema(example = "Hay una fuga de agua en la esquina desde ayer.")]
    pub text: Option<String>,
    /// The address.
    #[schema(example = "Av. Juárez 123, entre Múzquiz y Ramos Arizpe")]
    pub address: Option<String>,
    /// What its form says, in the order in which it is asked; what only an earlier category asked for comes last.
    pub fields: Vec<FilledField>,
    /// What its category requires and nobody has said yet; empty for whoever is not of the office.
    pub missing_fields: Vec<Missing>,
    /// What is to be brought for it, and whether it was; empty for whoever is not of the office.
    pub requirements: Vec<RequirementView>,
    /// Where it is.
    pub place: PlaceView,
    /// Who asks, masked.
    pub petitioners: Vec<PetitionerView>,
    /// The current round's answer.
    #[schema(example = json!(null))]
    pub answer: Option<AnswerView>,
    /// The outcome that follows from what the dependencies propose; null where the office has to choose.
    #[schema(example = json!(null))]
    pub proposed_outcome: Option<codes::Outcome>,
    /// Its terms.
    pub terms: Vec<TermView>,
    /// The shares that the caller sees whole.
    pub assignments: Vec<AssignmentView>,
    /// Of the other shares, name, state and date.
    pub other_assignments: Vec<AssignmentBrief>,
    /// Returned shares that nobody has taken up yet.
    #[schema(example = 0)]
    pub returns_pending: usize,
    /// The questions that the caller sees.
    pub questions: Vec<QuestionView>,
    /// The files that the caller may know of.
    pub attachments: Vec<AttachmentView>,
    /// The petitions with which it belongs together, in the order in which that was said; empty for whoever is not of the
    /// office.
    pub relations: Vec<RelationView>,
    /// The petition that it follows: it stands where that one stands and is answered with it; null for whoever is not of the
    /// office.
    #[schema(example = json!(null))]
    pub merged_into: Option<SameMatterView>,
    /// The petitions that follow it, in the order in which they were merged into it; empty for whoever is not of the office.
    pub merged: Vec<SameMatterView>,
    /// Where it was imported from.
    #[schema(example = json!(null))]
    pub origin: Option<OriginView>,
    /// What the caller can do with it now.
    pub allowed_steps: Vec<AllowedStep>,
}

impl PetitionView {
    /// A petition as this viewer sees it.
    #[must_use]
    pub fn of(petition: &Petition, material: &Material, viewer: Viewer<'_>) -> Self {
        let rules = viewer.rules(petition);
        let visibility = viewer.actor.visibility();
        let base = format!("/v1/petitions/{}", petition.id);
        let state = petition.state();
        let (whole, others): (Vec<_>, Vec<_>) =
            petition.assignments.iter().partition(|share| visibility.sees_whole(share));
        let own_question = |question: &&Question| {
            visibility.is_all() || whole.iter().any(|share| question.assignment == Some(share.id))
        };
        let view = Self {
            id: petition.id.uuid(),
            folio: petition.folio.to_string(),
            etag: tag(petition.version),
            state: Code(state),
            state_label: label(viewer.language, state),
            round: petition.round.number,
            closing: petition.round.closing.map(Code),
            closed_at: petition.round.closed_at,
            kind: Code(petition.kind),
            kind_label: label(viewer.language, petition.kind),
            category: petition.category.clone(),
            category_name: viewer.category(&petition.category),
            channel: petition.channel.clone(),
            channel_name: viewer.channel(&petition.channel),
            priority: Code(petition.priority),
            against_public_servant: petition.against_public_servant,
            followed_by: petition.followed_by.clone(),
            intake_id: petition.intake_id().uuid(),
            follower: FollowerView {
                position: petition.followed_by.clone(),
                position_name: viewer.post(&petition.followed_by),
                account_id: petition.follower.map(domain::id::Id::uuid),
                name: material.follower(petition),
            },
            tags: if visibility.is_all() {
                petition.tags.iter().map(ToString::to_string).collect()
            } else {
                Vec::new()
            },
            received_at: petition.received_at,
            received_precision: Code(petition.received_precision),
            registered_at: petition.registered_at,
            updated_at: petition.updated_at,
            text: material.some_text(petition.text.as_ref()),
            address: material.some_text(petition.address.as_ref()),
            fields: FilledField::all(petition, material, viewer),
            missing_fields: if visibility.is_all() { missing_fields(petition, viewer) } else { Vec::new() },
            requirements: if visibility.is_all() { RequirementView::all(petition, viewer) } else { Vec::new() },
            place: PlaceView::of(petition, material),
            petitioners: petition
                .petitioners
                .iter()
                .map(|petitioner| {
                    let masked = PetitionerView::masked(petitioner, material.petitioner(petitioner));
                    // Which petitions are the same person's is no dependency's business.
                    PetitionerView { person_id: masked.person_id.filter(|_| visibility.is_all()), ..masked }
                })
                .collect(),
            answer: AnswerView::of(petition, material, viewer),
            // What others propose is the office's to weigh.
            proposed_outcome: petition.proposed_outcome().filter(|_| visibility.is_all()).map(Code),
            terms: terms(
                &[
                    (Stage::Route, &petition.route),
                    (Stage::Answer, &petition.answer),
                    (Stage::Notify, &petition.notify),
                ],
                viewer.now,
                &rules.calendar,
            ),
            assignments: whole.iter().map(|share| AssignmentView::of(petition, share, material, viewer)).collect(),
            // That Contraloría had it is nobody else's business.
            other_assignments: others
                .iter()
                .filter(|share| share.dependency != COMPTROLLER)
                .map(|share| AssignmentBrief::of(share, viewer))
                .collect(),
            returns_pending: petition.returns_pending().count(),
            questions: petition
                .questions
                .iter()
                .filter(own_question)
                .map(|question| QuestionView::of(petition, question, material, viewer))
                .collect(),
            attachments: AttachmentView::all(petition, material, viewer),
            relations: petition
                .relations
                .iter()
                .filter(|_| visibility.is_all())
                .filter_map(|link| RelationView::of(link, material, viewer))
                .collect(),
            merged_into: petition
                .follows
                .as_ref()
                .filter(|_| visibility.is_all())
                .and_then(|following| SameMatterView::of(following.principal, material, viewer)),
            merged: petition
                .followers
                .iter()
                .filter(|_| visibility.is_all())
                .filter_map(|id| SameMatterView::of(*id, material, viewer))
                .collect(),
            origin: petition
                .origin
                .as_ref()
                .map(|origin| OriginView { source: origin.source.clone(), external_id: origin.external_id.clone() }),
            allowed_steps: petition
                .allowed_steps(viewer.actor, rules, viewer.now)
                .into_iter()
                // Where the category asks for nothing there is nothing to bring.
                .filter(|step| *step != Step::Deliver || !asked(petition, viewer).is_empty())
                .map(|step| AllowedStep::at(step, petition_step(step), &base, petition.version))
                .collect(),
        };
        if visibility.is_all() { view } else { Self { etag: view.tag_of_content(), ..view } }
    }

    /// A tag of what stands here, without what only the clock moves: the version would count what is not shown.
    fn tag_of_content(&self) -> String {
        let mut content = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(members) = &mut content {
            members.remove("etag");
        }
        settle(&mut content);
        tag_of(content.to_string().as_bytes())
    }
}

/// Takes away what is another at another minute.
fn settle(content: &mut Value) {
    match content {
        Value::Object(members) => {
            for name in ["allowed_steps", "left", "updated_at"] {
                members.remove(name);
            }
            if members.contains_key("stage") {
                members.remove("state");
            }
            members.values_mut().for_each(settle);
        }
        Value::Array(values) => values.iter_mut().for_each(settle),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
