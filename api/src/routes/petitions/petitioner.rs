//! Who asks, as a body says it: read, normalised and judged; nothing of an anonymous one is kept.

use domain::code::Coded;
use domain::contact::Medium;
use domain::identity::{Curp, Email, PersonName, Telephone, is_masked};
use domain::kind::PetitionerKind;
use domain::petition::Identity;
use domain::petition::file::NewPetitioner;
use persistence::petitions::PetitionerDetails;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::codes;
use crate::problem::Problem;
use crate::step::some_line;

/// Who asks. The first one is the principal, who is told. Who is not anonymous gives a name or a way to reach them.
#[derive(Clone, Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PetitionerWanted {
    /// `named` (default), or `anonymous`: then nothing else may be given and nothing is kept.
    #[serde(default)]
    pub identity: Option<codes::Identity>,
    /// `person` (default), `organisation` or `committee`.
    #[serde(default)]
    pub kind: Option<codes::PetitionerKind>,
    /// The name.
    #[serde(default)]
    #[schema(example = "María López Garza", max_length = 200)]
    #[validate(length(max = 200))]
    pub name: Option<String>,
    /// Ten digits, with or without `+52`.
    #[serde(default)]
    #[schema(example = "871 123 4567", max_length = 30)]
    #[validate(length(max = 30))]
    pub telephone: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    #[schema(example = "maria@correo.mx", max_length = 254)]
    #[validate(length(max = 254))]
    pub email: Option<String>,
    /// Another way to reach them: a user name in a network, a neighbour's shop.
    #[serde(default)]
    #[schema(example = "@marialopez", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub other_contact: Option<String>,
    /// How they like to be reached; `email` only with an address.
    #[serde(default)]
    pub preferred: Option<codes::Medium>,
    /// Who presents it for them: councillor, relative, chair of a committee.
    #[serde(default)]
    #[schema(example = "Regidora de la comisión de servicios", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    pub presented_by: Option<String>,
    /// The CURP, where somebody gives it; never needed.
    #[serde(default)]
    #[schema(example = json!(null), max_length = 40)]
    #[validate(length(max = 40))]
    pub curp: Option<String>,
}

type Petitioners = (Vec<NewPetitioner>, Vec<Option<PetitionerDetails>>);

/// New petitioners, and what is kept of each.
///
/// # Errors
/// What is malformed, by its pointer (422).
pub(super) fn petitioners(wanted: &[PetitionerWanted]) -> Result<Petitioners, Problem> {
    let read = |(at, one): (usize, &PetitionerWanted)| petitioner(one, &format!("/petitioners/{at}"));
    wanted.iter().enumerate().map(read).collect()
}

/// A new petitioner as the rules are given it, and what is kept of it: nothing of an anonymous one.
///
/// # Errors
/// What is malformed, by its pointer (422).
pub(super) fn petitioner(
    wanted: &PetitionerWanted,
    pointer: &str,
) -> Result<(NewPetitioner, Option<PetitionerDetails>), Problem> {
    let identity = wanted.identity.map_or(Identity::Named, |identity| identity.0);
    let details = details(wanted, pointer)?;
    let described = match identity {
        Identity::Named => described(&details),
        Identity::Anonymous => described(&details) || details.preferred.is_some(),
    };
    if identity == Identity::Named && !as_preferred(&details) {
        return Err(Problem::invalid(format!("{pointer}/preferred"), "email_preferred"));
    }
    let new = NewPetitioner { identity, reachable: reachable(&details), described };
    Ok(match identity {
        Identity::Named => (new, Some(details)),
        Identity::Anonymous => (new, None),
    })
}

/// Whether anything is known of them: who they are, or how they are reached.
pub(super) fn described(details: &PetitionerDetails) -> bool {
    let named = details.name.is_some() || details.presented_by.is_some() || details.curp.is_some();
    named || reachable(details)
}

/// Whether they can be reached as they like: by e-mail only at an address.
pub(super) fn as_preferred(details: &PetitionerDetails) -> bool {
    details.preferred.as_deref() != Some(Medium::Email.code()) || details.email.is_some()
}

/// Whether there is a way to tell them.
pub(super) fn reachable(details: &PetitionerDetails) -> bool {
    details.telephone.is_some() || details.email.is_some() || details.other_contact.is_some()
}

/// A petitioner's personal data, read and normalised.
pub(super) fn details(wanted: &PetitionerWanted, pointer: &str) -> Result<PetitionerDetails, Problem> {
    let at = |field: &str| format!("{pointer}/{field}");
    // Shown covered and sent back by a form, it would replace what it covers.
    let line = |body: Option<&String>, field: &str| -> Result<Option<String>, Problem> {
        let line = some_line(body, &at(field))?;
        if line.as_deref().is_some_and(is_masked) {
            return Err(Problem::invalid(at(field), "masked"));
        }
        Ok(line)
    };
    let kind = wanted.kind.map_or(PetitionerKind::Person, |kind| kind.0);
    let name = wanted.name.as_deref().map(PersonName::parse).transpose();
    let telephone = wanted.telephone.as_deref().map(Telephone::parse).transpose();
    let email = wanted.email.as_deref().map(Email::parse).transpose();
    let curp = wanted.curp.as_deref().map(Curp::parse).transpose();
    Ok(PetitionerDetails {
        kind: kind.code().to_owned(),
        name: name.map_err(|_| Problem::invalid(at("name"), "name_malformed"))?.map(|name| name.as_str().to_owned()),
        telephone: telephone
            .map_err(|_| Problem::invalid(at("telephone"), "telephone_malformed"))?
            .map(|number| number.as_str().to_owned()),
        email: email
            .map_err(|_| Problem::invalid(at("email"), "email_malformed"))?
            .map(|email| email.as_str().to_owned()),
        other_contact: line(wanted.other_contact.as_ref(), "other_contact")?,
        preferred: wanted.preferred.map(|medium| medium.0.code().to_owned()),
        presented_by: line(wanted.presented_by.as_ref(), "presented_by")?,
        curp: curp.map_err(|_| Problem::invalid(at("curp"), "curp_malformed"))?.map(|curp| curp.as_str().to_owned()),
    })
}
