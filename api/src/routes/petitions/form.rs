//! A category's form as it is filled in with a petition: what is wrong is told by `/fields/<code>`.
//!
//! What is right is the domain's to say (`domain::form`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::form::{Completeness, Correction, Entries, Fault, Given};
use domain::petition::Petition;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::office::Office;
use crate::problem::{FieldError, Kind, Problem};
use crate::view::form::FieldContent;

/// What a field is to say; null: nothing.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct FieldGiven(Option<FieldContent>);

/// Members that a form takes at most: what is more would be told one by one.
const MOST: usize = 200;

/// What is filed with a petition of this category.
///
/// # Errors
/// `invalid_body` (422) with every field that is wrong.
pub fn entries(
    office: &Office,
    category: &str,
    fields: &BTreeMap<String, FieldGiven>,
    today: NaiveDate,
    complete: Completeness,
) -> Result<Entries, Problem> {
    few_enough(fields)?;
    office.catalogue.form(category, today).fill(&given(fields), complete).map_err(invalid)
}

/// What is corrected of a petition's form.
///
/// # Errors
/// `invalid_body` (422) with every field that is wrong.
pub fn correction(
    office: &Office,
    petition: &Petition,
    fields: &BTreeMap<String, FieldGiven>,
    today: NaiveDate,
) -> Result<Correction, Problem> {
    if fields.is_empty() {
        return Ok(Correction::default());
    }
    few_enough(fields)?;
    office.catalogue.form(&petition.category, today).correct(&petition.fields, &given(fields)).map_err(invalid)
}

fn given(fields: &BTreeMap<String, FieldGiven>) -> BTreeMap<String, Option<Given>> {
    fields.iter().map(|(code, content)| (code.clone(), content.0.clone().map(Given::from))).collect()
}

fn few_enough(fields: &BTreeMap<String, FieldGiven>) -> Result<(), Problem> {
    if fields.len() <= MOST {
        return Ok(());
    }
    let error = FieldError::new("/fields", "too_many").with("max", MOST.to_string());
    Err(Problem::new(Kind::InvalidBody).blaming(error))
}

fn invalid(faults: Vec<Fault>) -> Problem {
    let errors = faults.into_iter().map(|fault| {
        let code = fault.field.replace('~', "~0").replace('/', "~1");
        let error = FieldError::new(format!("/fields/{code}"), fault.why.code());
        fault.why.facts().into_iter().fold(error, |error, (name, value)| error.with(name, value))
    });
    Problem::new(Kind::InvalidBody).blaming_all(errors.collect())
}
