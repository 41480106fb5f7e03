//! What an intake is on the wire: what is asked for, and what is shown of it.

use chrono::{DateTime, Utc};
use domain::identity::PersonName;
use domain::intake::{Intake, IntakeKind};
use domain::petition::Petition;
use persistence::intakes::IntakeDetails;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::slip::IntakePetition;
use crate::http::version::tag;
use crate::http::{Code, codes, label};
use crate::routes::petitions::CoPetitionerPin;
use crate::view::Viewer;

/// Orientation without a petition.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct OrientationWanted {
    /// Code of the category that it was about.
    #[serde(default)]
    #[schema(example = "water_leak", max_length = 60)]
    #[validate(length(max = 60))]
    pub category: Option<String>,
    /// What was asked and what was told; no personal data.
    #[serde(default)]
    #[schema(
        example = "Preguntó dónde se paga el predial; se le dijo qué ventanilla.",
        min_length = 1,
        max_length = 4_000
    )]
    #[validate(length(min = 1, max = 4_000))]
    pub text: Option<String>,
}

/// An intake to be keyed: petitions, or an orientation without any.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct IntakeWanted {
    /// Code of the channel by which all of it came.
    #[schema(example = "neighbourhood_meeting", max_length = 60)]
    #[validate(length(max = 60))]
    pub channel: String,
    /// When it was, if not now: slips written in the field keep their own date, as far back as the policy allows.
    #[serde(default)]
    #[schema(example = "2026-11-22T23:30:00Z")]
    pub received_at: Option<DateTime<Utc>>,
    /// How exactly that is known; `instant` if absent. Only together with `received_at`.
    #[serde(default)]
    pub received_precision: Option<codes::Precision>,
    /// Where it was.
    #[serde(default)]
    #[schema(example = "Cancha de la colonia Nueva Laguna", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub place: Option<String>,
    /// The number or name under which the source itself has it: of a letter, the minutes, an article, a post.
    #[serde(default)]
    #[schema(example = "Acta 14/2026", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub source_reference: Option<String>,
    /// Who brought it in for others; shown masked.
    #[serde(default)]
    #[schema(example = "Rosa Elena Ortiz", max_length = 200)]
    #[validate(length(max = 200))]
    pub bearer: Option<String>,
    /// The account of whoever took it in, if that is not who keys it: somebody with a post of the office on that day.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub taken_by: Option<Uuid>,
    /// Somebody was oriented and there is no petition; then `petitions` is absent.
    #[serde(default)]
    #[schema(example = json!(null))]
    #[validate(nested)]
    pub orientation: Option<OrientationWanted>,
    /// The petitions, in the order of the slips: 1 to 200.
    #[serde(default)]
    #[schema(max_items = 200)]
    #[validate(length(max = 200), nested)]
    pub petitions: Vec<IntakePetition>,
}

/// About what somebody was oriented.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrientationView {
    /// Code of the category.
    #[schema(example = "water_leak")]
    pub category: Option<String>,
    /// Its name.
    #[schema(example = "Fuga de agua")]
    pub category_name: Option<String>,
    /// What was asked and told; null where nothing was noted or it was erased.
    #[schema(example = "Preguntó dónde se paga el predial; se le dijo qué ventanilla.")]
    pub text: Option<String>,
}

/// How petitions came in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IntakeView {
    /// The intake. That of a petition that came alone has the petition's own identifier.
    #[schema(example = "0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// What it yielded: `petitions`, or `information` where somebody was only oriented.
    pub kind: codes::IntakeKind,
    /// That in words.
    #[schema(example = "Peticiones")]
    pub kind_label: String,
    /// Code of the channel.
    #[schema(example = "neighbourhood_meeting")]
    pub channel: String,
    /// Its name.
    #[schema(example = "Reunión vecinal")]
    pub channel_name: String,
    /// When it was.
    #[schema(example = "2026-11-22T23:30:00Z")]
    pub received_at: DateTime<Utc>,
    /// How exactly that is known.
    pub received_precision: codes::Precision,
    /// When it was keyed.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub registered_at: DateTime<Utc>,
    /// The account of whoever keyed it; null for the house itself.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub registered_by: Option<Uuid>,
    /// The account of whoever took it in, if that was somebody else.
    #[schema(example = json!(null))]
    pub taken_by: Option<Uuid>,
    /// Where it was.
    #[schema(example = "Cancha de la colonia Nueva Laguna")]
    pub place: Option<String>,
    /// Under which number or name the source itself has it.
    #[schema(example = "Acta 14/2026")]
    pub source_reference: Option<String>,
    /// Who brought it in for others, masked.
    #[schema(example = "R*** O.")]
    pub bearer: Option<String>,
    /// About what somebody was oriented; null where it yielded petitions.
    #[schema(example = json!(null))]
    pub orientation: Option<OrientationView>,
    /// How many petitions it yielded.
    #[schema(example = 1)]
    pub petition_count: i32,
}

impl IntakeView {
    /// An intake as the office sees it.
    #[must_use]
    pub fn of(intake: &Intake, details: Option<&IntakeDetails>, viewer: Viewer<'_>) -> Self {
        let IntakeDetails { place, source_reference, bearer, orientation } = details.cloned().unwrap_or_default();
        let oriented = OrientationView {
            category_name: intake.category.as_deref().map(|code| viewer.category(code)),
            category: intake.category.clone(),
            text: orientation,
        };
        let kind = intake.kind();
        Self {
            id: intake.id.uuid(),
            kind: Code(kind),
            kind_label: label(viewer.language, kind),
            channel: intake.channel.clone(),
            channel_name: viewer.channel(&intake.channel),
            received_at: intake.received_at,
            received_precision: Code(intake.received_precision),
            registered_at: intake.registered_at,
            registered_by: intake.registered_by.map(domain::id::Id::uuid),
            taken_by: intake.taken_by.map(domain::id::Id::uuid),
            place,
            source_reference,
            bearer: bearer.map(|name| PersonName::parse(&name).map_or_else(|_| "***".to_owned(), |name| name.mask())),
            orientation: (kind == IntakeKind::Information).then_some(oriented),
            petition_count: intake.petitions,
        }
    }
}

/// A petition of an intake that was just keyed.
#[derive(Clone, Serialize, ToSchema)]
pub struct TakenPetition {
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// With the folio, it lets this petition's citizen follow it. It is derived and kept nowhere.
    #[schema(example = "7KTN-4RXC")]
    pub pin: String,
    /// The PINs of its co-petitioners, each for one of them alone.
    pub co_petitioners: Vec<CoPetitionerPin>,
}

/// An intake that was keyed.
#[derive(Serialize, ToSchema)]
pub struct TakenIntake {
    /// The intake.
    pub intake: IntakeView,
    /// Its petitions, in the order in which they were sent.
    pub petitions: Vec<TakenPetition>,
}

/// A petition of an intake.
#[derive(Clone, Serialize, ToSchema)]
pub struct PetitionOfIntake {
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// Its version.
    #[schema(example = "\"1\"")]
    pub etag: String,
    /// Where it stands.
    pub state: codes::State,
    /// The state in words.
    #[schema(example = "Recibida")]
    pub state_label: String,
    /// Code of the category.
    #[schema(example = "water_leak")]
    pub category: String,
    /// Its name.
    #[schema(example = "Fuga de agua")]
    pub category_name: String,
}

impl PetitionOfIntake {
    /// A petition in the list of its intake.
    #[must_use]
    pub fn of(petition: &Petition, viewer: Viewer<'_>) -> Self {
        let state = petition.state();
        Self {
            id: petition.id.uuid(),
            folio: petition.folio.to_string(),
            etag: tag(petition.version),
            state: Code(state),
            state_label: label(viewer.language, state),
            category: petition.category.clone(),
            category_name: viewer.category(&petition.category),
        }
    }
}

/// An intake with its petitions.
#[derive(Serialize, ToSchema)]
pub struct WholeIntake {
    /// The intake.
    pub intake: IntakeView,
    /// Its petitions, in the order of their folios.
    pub petitions: Vec<PetitionOfIntake>,
}
