//! What was captured wrongly of a petitioner: read, judged, and brought together with what is kept.

use std::collections::HashMap;

use domain::id::Id;
use domain::petition::Petitioner;
use domain::petition::amend::Correction;
use persistence::petitions::PetitionerDetails;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::petitioner::{PetitionerWanted, as_preferred, described, details, reachable};
use crate::http::codes;
use crate::problem::Problem;
use crate::routes::catalogues::edit::given;

/// A petitioner's data, corrected.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PetitionerCorrection {
    /// Which petitioner. Of who withdrew, and of anonymous ones, nothing is corrected.
    #[schema(example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d01")]
    pub id: Uuid,
    /// What was wrong, as it should be.
    #[validate(nested)]
    pub data: PetitionerData,
}

/// What was wrong of a petitioner: what is absent stays, null empties. A name or a way to reach them has to be left.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PetitionerData {
    /// Cannot be amended, and whoever tries is told so.
    #[serde(default)]
    #[schema(ignore)]
    pub identity: Option<codes::Identity>,
    /// `person`, `organisation` or `committee`. It cannot be emptied.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<codes::PetitionerKind>)]
    pub kind: Option<Option<codes::PetitionerKind>>,
    /// The name; null: not known.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "María López Garza", max_length = 200)]
    #[validate(length(max = 200))]
    pub name: Option<Option<String>>,
    /// Ten digits, with or without `+52`; null: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "871 123 4567", max_length = 30)]
    #[validate(length(max = 30))]
    pub telephone: Option<Option<String>>,
    /// The e-mail address; null: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "maria@correo.mx", max_length = 254)]
    #[validate(length(max = 254))]
    pub email: Option<Option<String>>,
    /// Another way to reach them; null: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "@marialopez", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub other_contact: Option<Option<String>>,
    /// How they like to be reached, `email` only with an address; null: they did not say.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<codes::Medium>)]
    pub preferred: Option<Option<codes::Medium>>,
    /// Who presents it for them; null: nobody.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "Regidora de la comisión de servicios", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    pub presented_by: Option<Option<String>>,
    /// The CURP; null: it is not kept.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = json!(null), max_length = 40)]
    #[validate(length(max = 40))]
    pub curp: Option<Option<String>>,
}

impl PetitionerData {
    /// The same as it would be said of a new petitioner.
    fn wanted(&self) -> PetitionerWanted {
        PetitionerWanted {
            identity: None,
            kind: self.kind.flatten(),
            name: self.name.clone().flatten(),
            telephone: self.telephone.clone().flatten(),
            email: self.email.clone().flatten(),
            other_contact: self.other_contact.clone().flatten(),
            preferred: self.preferred.flatten(),
            presented_by: self.presented_by.clone().flatten(),
            curp: self.curp.clone().flatten(),
        }
    }

    /// What is kept from now on.
    fn over(&self, old: &PetitionerDetails, pointer: &str) -> Result<PetitionerDetails, Problem> {
        if self.identity.is_some() {
            return Err(Problem::invalid(format!("{pointer}/identity"), "not_amendable"));
        }
        if self.kind == Some(None) {
            return Err(Problem::invalid(format!("{pointer}/kind"), "empty"));
        }
        let new = details(&self.wanted(), pointer)?;
        let either = |said: bool, new: Option<String>, old: &Option<String>| if said { new } else { old.clone() };
        let new = PetitionerDetails {
            kind: if self.kind.is_some() || old.kind.is_empty() { new.kind } else { old.kind.clone() },
            name: either(self.name.is_some(), new.name, &old.name),
            telephone: either(self.telephone.is_some(), new.telephone, &old.telephone),
            email: either(self.email.is_some(), new.email, &old.email),
            other_contact: either(self.other_contact.is_some(), new.other_contact, &old.other_contact),
            preferred: either(self.preferred.is_some(), new.preferred, &old.preferred),
            presented_by: either(self.presented_by.is_some(), new.presented_by, &old.presented_by),
            curp: either(self.curp.is_some(), new.curp, &old.curp),
        };
        // What was kept so before is nothing that whoever corrects something else has to answer for.
        let blamed = [(self.preferred.is_some(), "preferred"), (self.email.is_some(), "email")];
        match blamed.iter().find(|(said, _)| *said) {
            Some((_, field)) if !as_preferred(&new) => {
                Err(Problem::invalid(format!("{pointer}/{field}"), "email_preferred"))
            }
            Some(_) | None => Ok(new),
        }
    }
}

/// What the rules need to know of each correction, and what is kept of each petitioner afterwards.
pub(super) struct Corrected {
    pub corrections: Vec<Correction>,
    pub details: Vec<(Id<Petitioner>, PetitionerDetails)>,
}

/// Reads corrections beside what is kept of the petitioners.
///
/// # Errors
/// What is malformed, cannot be amended or is there twice, by its pointer (422).
pub(super) fn corrected(
    wanted: &[PetitionerCorrection],
    kept: &HashMap<Id<Petitioner>, PetitionerDetails>,
) -> Result<Corrected, Problem> {
    let mut corrected = Corrected { corrections: Vec::new(), details: Vec::new() };
    for (at, one) in wanted.iter().enumerate() {
        let (pointer, petitioner) = (format!("/petitioners/{at}"), Id::new(one.id));
        if corrected.corrections.iter().any(|earlier| earlier.petitioner == petitioner) {
            return Err(Problem::invalid(format!("{pointer}/id"), "twice"));
        }
        let old = kept.get(&petitioner).cloned().unwrap_or_default();
        let new = one.data.over(&old, &format!("{pointer}/data"))?;
        let differs = new != old;
        let (described, reachable) = (described(&new), reachable(&new));
        corrected.corrections.push(Correction { petitioner, differs, described, reachable });
        if differs {
            corrected.details.push((petitioner, new));
        }
    }
    Ok(corrected)
}
