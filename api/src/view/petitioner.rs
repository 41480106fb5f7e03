//! Petitioners: masked for everyone, whole only in a disclosure.

use domain::code::Coded;
use domain::identity::{Curp, Email, PersonName, Telephone};
use domain::kind::PetitionerKind;
use domain::petition::Petitioner;
use persistence::petitions::PetitionerDetails;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{Code, codes};

/// One petitioner, masked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PetitionerView {
    /// The petitioner, in this petition only.
    #[schema(example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d01")]
    pub id: Uuid,
    /// Whether it is the one who is told.
    #[schema(example = true)]
    pub principal: bool,
    /// How the identity is kept.
    pub identity: codes::Identity,
    /// Whether there is a way to tell.
    #[schema(example = true)]
    pub reachable: bool,
    /// Whether it took the petition back.
    #[schema(example = false)]
    pub withdrawn: bool,
    /// `person`, `organisation` or `committee`.
    pub kind: Option<codes::PetitionerKind>,
    /// The name, masked.
    #[schema(example = "M*** L.")]
    pub name: Option<String>,
    /// The telephone, masked.
    #[schema(example = "*** 4567")]
    pub telephone: Option<String>,
    /// The e-mail, masked.
    #[schema(example = "m***@c***.mx")]
    pub email: Option<String>,
    /// Whether there is another way to reach them.
    #[schema(example = false)]
    pub has_other_contact: bool,
    /// How they like to be reached: code of a medium.
    #[schema(example = "telephone")]
    pub preferred: Option<String>,
    /// The CURP, masked.
    #[schema(example = json!(null))]
    pub curp: Option<String>,
    /// The person to whom staff linked it; for the office only.
    #[schema(example = json!(null))]
    pub person_id: Option<Uuid>,
}

impl PetitionerView {
    /// A petitioner as everyone sees it.
    #[must_use]
    pub fn masked(petitioner: &Petitioner, details: Option<&PetitionerDetails>) -> Self {
        let name = details.and_then(|details| details.name.as_deref());
        let telephone = details.and_then(|details| details.telephone.as_deref());
        let email = details.and_then(|details| details.email.as_deref());
        Self {
            id: petitioner.id.uuid(),
            principal: petitioner.principal,
            identity: Code(petitioner.identity),
            reachable: petitioner.reachable,
            withdrawn: petitioner.withdrawn,
            kind: details.and_then(kind),
            // What cannot be read any more is covered whole.
            name: name.map(|name| PersonName::parse(name).map_or_else(|_| covered(), |name| name.mask())),
            telephone: telephone
                .map(|number| Telephone::parse(number).map_or_else(|_| covered(), |number| number.mask())),
            email: email.map(|email| Email::parse(email).map_or_else(|_| covered(), |email| email.mask())),
            has_other_contact: details.is_some_and(|details| details.other_contact.is_some()),
            preferred: details.and_then(|details| details.preferred.clone()),
            curp: details
                .and_then(|details| details.curp.as_deref())
                .map(|curp| Curp::parse(curp).map_or_else(|_| covered(), |curp| curp.mask())),
            person_id: petitioner.person.map(domain::id::Id::uuid),
        }
    }
}

fn covered() -> String {
    "***".to_owned()
}

/// One petitioner, whole: only as the answer to a disclosure that was written down.
#[derive(Serialize, ToSchema)]
pub struct DisclosedPetitioner {
    /// The petitioner, in this petition only.
    #[schema(example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d01")]
    pub id: Uuid,
    /// Whether it is the one who is told.
    #[schema(example = true)]
    pub principal: bool,
    /// `person`, `organisation` or `committee`.
    pub kind: Option<codes::PetitionerKind>,
    /// The name.
    #[schema(example = "María López Garza")]
    pub name: Option<String>,
    /// The telephone, `+52` and ten digits.
    #[schema(example = "+528711234567")]
    pub telephone: Option<String>,
    /// The e-mail address.
    #[schema(example = "maria@correo.mx")]
    pub email: Option<String>,
    /// Another way to reach them.
    #[schema(example = "@marialopez")]
    pub other_contact: Option<String>,
    /// How they like to be reached: code of a medium.
    #[schema(example = "telephone")]
    pub preferred: Option<String>,
    /// Who presented it for them.
    #[schema(example = "Regidora de la comisión de servicios")]
    pub presented_by: Option<String>,
    /// The CURP, where somebody gave it.
    #[schema(example = json!(null))]
    pub curp: Option<String>,
}

impl DisclosedPetitioner {
    /// A petitioner with everything.
    #[must_use]
    pub fn whole(petitioner: &Petitioner, details: Option<&PetitionerDetails>) -> Self {
        let kind = details.and_then(kind);
        let details = details.cloned().unwrap_or_default();
        Self {
            id: petitioner.id.uuid(),
            principal: petitioner.principal,
            kind,
            name: details.name,
            telephone: details.telephone,
            email: details.email,
            other_contact: details.other_contact,
            preferred: details.preferred,
            presented_by: details.presented_by,
            curp: details.curp,
        }
    }
}

fn kind(details: &PetitionerDetails) -> Option<codes::PetitionerKind> {
    PetitionerKind::parse(&details.kind).map(Code)
}

/// What a dependency needs to reach the citizen, where the category allows it.
#[derive(Clone, Serialize, ToSchema)]
pub struct ContactView {
    /// The principal petitioner's name.
    #[schema(example = "María López Garza")]
    pub name: Option<String>,
    /// The telephone.
    #[schema(example = "+528711234567")]
    pub telephone: Option<String>,
    /// The medium that they prefer.
    pub preferred: Option<codes::Medium>,
}
