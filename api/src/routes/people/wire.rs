//! People on the wire: by what somebody is looked up, and the earlier petitions that are shown, masked.

use chrono::{DateTime, Utc};
use domain::identity::{Curp, Email, PersonName, Telephone};
use domain::person::Sought;
use domain::petition::Petition;
use persistence::people::{By, Hit, PersonRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::http::version::tag;
use crate::http::{Code, codes, label};
use crate::problem::{FieldError, Kind, Problem};
use crate::view::petitioner::PetitionerView;
use crate::view::{Material, Viewer};

/// By what somebody is looked up: any of these, each by itself.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PersonSought {
    /// The telephone, however it is written.
    #[serde(default)]
    #[schema(example = "871 123 4567", max_length = 30)]
    #[validate(length(max = 30))]
    pub telephone: Option<String>,
    /// The e-mail address; case does not matter.
    #[serde(default)]
    #[schema(example = "maria@correo.mx", max_length = 254)]
    #[validate(length(max = 254))]
    pub email: Option<String>,
    /// The CURP.
    #[serde(default)]
    #[schema(example = json!(null), max_length = 40)]
    #[validate(length(max = 40))]
    pub curp: Option<String>,
    /// How the name begins, at least three letters; accents and case do not matter.
    #[serde(default)]
    #[schema(example = "maria lopez", max_length = 200)]
    #[validate(length(max = 200))]
    pub name: Option<String>,
}

impl PersonSought {
    /// What is looked for.
    ///
    /// # Errors
    /// What is malformed or too short, by its pointer (422); nothing at all.
    pub fn read(&self) -> Result<Sought, Problem> {
        let telephone = self.telephone.as_deref().map(Telephone::parse).transpose();
        let email = self.email.as_deref().map(Email::parse).transpose();
        let curp = self.curp.as_deref().map(Curp::parse).transpose();
        let name = self.name.as_deref().map(PersonName::parse).transpose();
        let sought = Sought::of(
            telephone.map_err(|_| Problem::invalid("/telephone", "telephone_malformed"))?.as_ref(),
            email.map_err(|_| Problem::invalid("/email", "email_malformed"))?.as_ref(),
            curp.map_err(|_| Problem::invalid("/curp", "curp_malformed"))?.as_ref(),
            name.map_err(|_| Problem::invalid("/name", "name_malformed"))?.as_ref(),
        );
        if sought.is_empty() {
            return Err(Problem::invalid("", "nothing_sought"));
        }
        if sought.name.as_ref().is_some_and(|name| name.chars().count() < Sought::SHORTEST_NAME) {
            let short = FieldError::new("/name", "too_short").with("min", Sought::SHORTEST_NAME.to_string());
            return Err(Problem::new(Kind::InvalidBody).blaming(short));
        }
        Ok(sought)
    }
}

/// An earlier petition and the petitioner in it who was found.
#[derive(Clone, Serialize, ToSchema)]
pub struct EarlierPetition {
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
    /// The petitioner, masked.
    pub petitioner: PetitionerView,
    /// By what: `curp`, `telephone`, `email`, `name`, or `person` where staff linked it to one who was found. May grow.
    #[schema(example = json!(["telephone"]))]
    pub matched_by: Vec<&'static str>,
}

const fn code(by: By) -> &'static str {
    match by {
        By::Curp => "curp",
        By::Telephone => "telephone",
        By::Email => "email",
        By::Person => "person",
        By::Name => "name",
    }
}

impl EarlierPetition {
    /// A petitioner who was found, in the petition; none where the petition does not know them.
    #[must_use]
    pub fn of(hit: &Hit, petition: &Petition, material: &Material, viewer: Viewer<'_>) -> Option<Self> {
        let petitioner = petition.petitioners.iter().find(|one| one.id == hit.petitioner)?;
        let state = petition.state();
        Some(Self {
            petition_id: petition.id.uuid(),
            folio: petition.folio.to_string(),
            state: Code(state),
            state_label: label(viewer.language, state),
            category: petition.category.clone(),
            category_name: viewer.category(&petition.category),
            received_at: petition.received_at,
            text: material.some_text(petition.text.as_ref()),
            address: material.some_text(petition.address.as_ref()),
            petitioner: PetitionerView::masked(petitioner, material.petitioner(petitioner)),
            matched_by: hit.by.iter().copied().map(code).collect(),
        })
    }
}

/// Who was found.
#[derive(Serialize, ToSchema)]
pub struct PeopleFound {
    /// Earlier petitions: those found by more than a name first, then the newest.
    pub items: Vec<EarlierPetition>,
    /// Whether there may be more than are shown: say more of the person.
    #[schema(example = false)]
    pub more: bool,
}

/// A petitioner of a petition.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PetitionerNamed {
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub petition_id: Uuid,
    /// The petitioner, as the petition lists them.
    #[schema(example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d01")]
    pub petitioner_id: Uuid,
}

/// Petitioners who are the same person.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PersonWanted {
    /// Who they are: 1 to 20, of as many petitions.
    #[schema(min_items = 1, max_items = 20)]
    #[validate(length(min = 1, max = 20), nested)]
    pub petitioners: Vec<PetitionerNamed>,
}

/// A person: petitioners whom staff linked.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// The person.
    #[schema(example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// For `If-Match`.
    #[schema(example = "\"1\"")]
    pub etag: String,
    /// Who linked the first.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub created_by: Uuid,
    /// When.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub created_at: DateTime<Utc>,
    /// The petitions of this person, newest first, at most 50.
    pub petitions: Vec<EarlierPetition>,
    /// Whether there may be more.
    #[schema(example = false)]
    pub more: bool,
}

impl PersonView {
    /// A person with the petitions that the viewer may see.
    #[must_use]
    pub fn of(row: &PersonRow, petitions: Vec<EarlierPetition>, more: bool) -> Self {
        let PersonRow { id, version, created_by, created_at } = row.clone();
        Self { id, etag: tag(version), created_by, created_at, petitions, more }
    }
}
