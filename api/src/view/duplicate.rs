//! Petitions that may be about the same matter, with the reasons; and those that somebody said belong together.

use chrono::{DateTime, Utc};
use domain::duplicate::{Likeness, Ranked, Reason};
use domain::id::Id;
use domain::petition::Petition;
use domain::relation::Link;
use persistence::history::{self, TextRow};
use persistence::petitions::{Seen, Told};
use persistence::{Db, StoreError};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

use super::material::{Material, Viewer};
use super::place::PlaceView;
use crate::http::{Code, codes, label};
use crate::text::text;

/// Why a petition is alike.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// `near`, `same_neighbourhood`, `same_category`, `similar_category`, `same_words`, `days_apart`. May grow.
    #[schema(example = "near")]
    pub code: &'static str,
    /// In words.
    #[schema(example = "A 35 m")]
    pub label: String,
    /// Metres for `near`, words in common for `same_words`, days for `days_apart`; null for the others.
    #[schema(example = 35)]
    pub number: Option<u32>,
}

impl ReasonView {
    fn of(reason: Reason, viewer: Viewer<'_>) -> Self {
        let (code, number) = match reason {
            Reason::Near(metres) => ("near", Some(metres)),
            Reason::SameNeighbourhood => ("same_neighbourhood", None),
            Reason::SameCategory => ("same_category", None),
            Reason::SimilarCategory => ("similar_category", None),
            Reason::SameWords(words) => ("same_words", Some(words)),
            Reason::DaysApart(days) => ("days_apart", Some(days)),
        };
        let facts: Vec<(&'static str, String)> = number.iter().map(|number| ("number", number.to_string())).collect();
        Self { code, label: text(viewer.language, &format!("duplicate-{}", code.replace('_', "-")), &facts), number }
    }
}

/// A petition that may be about the same matter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlikeView {
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub petition_id: Uuid,
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// Where it stands.
    pub state: codes::State,
    /// The state in words.
    #[schema(example = "En proceso")]
    pub state_label: String,
    /// Code of the category.
    #[schema(example = "water_leak")]
    pub category: String,
    /// Its name.
    #[schema(example = "Fuga de agua")]
    pub category_name: String,
    /// When it was presented.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub received_at: DateTime<Utc>,
    /// The citizen's words; null where none were given or they were erased.
    #[schema(example = "Hay una fuga de agua en la esquina desde ayer.")]
    pub text: Option<String>,
    /// The address.
    #[schema(example = "Av. Juárez 123, entre Múzquiz y Ramos Arizpe")]
    pub address: Option<String>,
    /// Where it is.
    pub place: PlaceView,
    /// How alike it is, of a hundred: only good for ordering; how they are given may change.
    #[schema(example = 82)]
    pub points: u32,
    /// Why, the weightiest first.
    pub reasons: Vec<ReasonView>,
    /// The petition that it follows: merge into that one. Null where it follows none.
    #[schema(example = json!(null))]
    pub merged_into_id: Option<Uuid>,
}

/// Petitions that may be about the same matter. Nobody decides that but whoever looks at them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Duplicates {
    /// Open ones, the most alike first: at most 10.
    pub duplicates: Vec<AlikeView>,
    /// Earlier ones at the same place whose file has ended, so that the trouble may have come again: at most 5.
    pub recurrences: Vec<AlikeView>,
}

/// The petitions that are shown, and the words that are shown of them.
#[derive(Debug, Default)]
pub struct Shown {
    petitions: HashMap<Id<Petition>, (Seen, Told)>,
    texts: HashMap<Uuid, TextRow>,
}

impl Shown {
    /// Reads the words and addresses of these petitions.
    ///
    /// # Errors
    /// The database's.
    pub fn of(db: &mut Db, petitions: HashMap<Id<Petition>, Seen>) -> Result<Self, StoreError> {
        let told = |(id, petition): (Id<Petition>, Seen)| -> Result<_, StoreError> {
            let told = petition.told()?;
            Ok((id, (petition, told)))
        };
        let petitions = petitions.into_iter().map(told).collect::<Result<HashMap<_, _>, StoreError>>()?;
        let wanted: Vec<Uuid> = petitions.values().flat_map(|(_, told)| [told.text, told.address]).flatten().collect();
        Ok(Self { texts: history::texts(db, &wanted)?, petitions })
    }

    fn text(&self, id: Option<Uuid>) -> Option<String> {
        self.texts.get(&id?).and_then(|row| row.body.clone())
    }
}

impl Duplicates {
    /// What was found, as the viewer reads it.
    #[must_use]
    pub fn of(ranked: &[Ranked], shown: &Shown, viewer: Viewer<'_>) -> Self {
        let of = |likeness: Likeness| {
            let those = ranked.iter().filter(|one| one.likeness == likeness);
            those.filter_map(|one| AlikeView::of(one, shown, viewer)).collect()
        };
        Self { duplicates: of(Likeness::Duplicate), recurrences: of(Likeness::Recurrence) }
    }
}

impl AlikeView {
    fn of(ranked: &Ranked, shown: &Shown, viewer: Viewer<'_>) -> Option<Self> {
        let (petition, told) = shown.petitions.get(&ranked.petition)?;
        Some(Self {
            petition_id: petition.petition.uuid(),
            folio: petition.folio.clone(),
            state: Code(petition.state),
            state_label: label(viewer.language, petition.state),
            category: petition.category.clone(),
            category_name: viewer.category(&petition.category),
            received_at: petition.received_at,
            text: shown.text(told.text),
            address: shown.text(told.address),
            place: petition.place.clone().into(),
            points: ranked.points,
            reasons: ranked.reasons.iter().map(|reason| ReasonView::of(*reason, viewer)).collect(),
            merged_into_id: told.principal.map(Id::uuid),
        })
    }
}

/// A petition of the same matter: the one that is followed, or one that follows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SameMatterView {
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub petition_id: Uuid,
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// Where it stands.
    pub state: codes::State,
    /// The state in words.
    #[schema(example = "En proceso")]
    pub state_label: String,
    /// When it was presented.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub received_at: DateTime<Utc>,
}

impl SameMatterView {
    /// What is known of a petition of the same matter.
    #[must_use]
    pub fn of(id: Id<Petition>, material: &Material, viewer: Viewer<'_>) -> Option<Self> {
        let other = material.related(id)?;
        Some(Self {
            petition_id: id.uuid(),
            folio: other.folio.clone(),
            state: Code(other.state),
            state_label: label(viewer.language, other.state),
            received_at: other.received_at,
        })
    }
}

/// A petition with which another one belongs together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RelationView {
    /// Why.
    pub relation: codes::Relation,
    /// What this petition is to the other one.
    pub part: codes::RelationPart,
    /// That in words.
    #[schema(example = "El problema ya se había presentado en la otra")]
    pub label: String,
    /// The other petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub petition_id: Uuid,
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// Where it stands.
    pub state: codes::State,
    /// The state in words.
    #[schema(example = "Concluida")]
    pub state_label: String,
    /// Code of its category.
    #[schema(example = "water_leak")]
    pub category: String,
    /// The category's name.
    #[schema(example = "Fuga de agua")]
    pub category_name: String,
    /// When it was presented.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub received_at: DateTime<Utc>,
}

impl RelationView {
    /// A link, with what is known of the petition at its other end.
    #[must_use]
    pub fn of(link: &Link, material: &Material, viewer: Viewer<'_>) -> Option<Self> {
        let other = material.related(link.petition)?;
        Some(Self {
            relation: Code(link.relation),
            part: Code(link.part()),
            label: label(viewer.language, link.part()),
            petition_id: link.petition.uuid(),
            folio: other.folio.clone(),
            state: Code(other.state),
            state_label: label(viewer.language, other.state),
            category: other.category.clone(),
            category_name: viewer.category(&other.category),
            received_at: other.received_at,
        })
    }
}
