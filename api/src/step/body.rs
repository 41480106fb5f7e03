//! What the bodies of steps have in common: texts, dates, when it happened, and who spoke for a dependency.
//!
//! Reads them and refuses what is invalid (422); what a step does with them is not decided here.

use chrono::{DateTime, Utc};
use domain::occasion::{Dated, Speaker};
use domain::text::{Text, TextError, hides};
use domain::time::Precision;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::http::codes;
use crate::problem::Problem;

/// An earlier instant at which a step is said to have happened.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Dating {
    /// When it happened.
    #[schema(example = "2026-11-22T16:30:00Z")]
    pub occurred_at: DateTime<Utc>,
    /// How exactly that is known; `instant` if absent.
    #[serde(default)]
    pub precision: Option<codes::Precision>,
    /// Why it is keyed only now.
    #[schema(example = "Se capturó de la hoja de la visita.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
    /// Whether the office attests it, so that terms are judged by it.
    #[serde(default)]
    #[schema(example = false)]
    pub attested: bool,
}

/// Who of a dependency said what the office records for it (*Manual 4.4, 6.3, 12.3, 15.5, 15.7*).
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Speaking {
    /// The name.
    #[schema(example = "Ing. Raúl Medina", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    pub who: String,
    /// By what.
    pub medium: codes::Medium,
    /// A number or note by which it can be found again.
    #[serde(default)]
    #[schema(example = "Llamada de las 10:40", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub reference: Option<String>,
}

/// A body that may say when a step happened and for whom the office records it.
pub trait Circumstances {
    /// When it happened, if not now.
    fn dating(&self) -> Option<&Dating> {
        None
    }

    /// Who spoke for the dependency.
    fn speaking(&self) -> Option<&Speaking> {
        None
    }
}

/// A step without a body.
#[derive(Clone, Debug, Default)]
pub struct Nothing;

impl Circumstances for Nothing {}

/// The body of a step that needs none: nothing at all, or an object without members. What somebody writes into it
/// would not be done, and is refused by name.
#[derive(Clone, Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

impl Circumstances for Empty {}

/// Whether a date lies where the city's business can: four digits of year, as both databases and every reader of
/// RFC 3339 take it.
#[must_use]
pub fn sane_date(date: chrono::NaiveDate) -> bool {
    use chrono::Datelike;
    (1900..=2999).contains(&date.year())
}

/// A date of the body.
///
/// # Errors
/// `invalid_body` (422) at `pointer`.
pub fn dated_on(date: chrono::NaiveDate, pointer: &str) -> Result<chrono::NaiveDate, Problem> {
    if sane_date(date) { Ok(date) } else { Err(Problem::invalid(pointer, "date_out_of_range")) }
}

/// A free text of the body.
///
/// # Errors
/// `invalid_body` (422) at `pointer`.
pub fn words(body: &str, pointer: &str) -> Result<Text, Problem> {
    Text::parse(body).map_err(|error| {
        let code = match error {
            TextError::Empty => "empty",
            TextError::TooLong => "too_long",
            TextError::ControlCharacter => "control_character",
        };
        Problem::invalid(pointer, code)
    })
}

/// A free text of the body that may be absent.
///
/// # Errors
/// `invalid_body` (422) at `pointer`.
pub fn some_words(body: Option<&String>, pointer: &str) -> Result<Option<Text>, Problem> {
    body.map(|body| words(body, pointer)).transpose()
}

/// Words of the body that stand on one line, or are absent.
///
/// # Errors
/// `invalid_body` (422) at `pointer`.
pub fn some_line(body: Option<&String>, pointer: &str) -> Result<Option<String>, Problem> {
    let Some(line) = some_words(body, pointer)? else { return Ok(None) };
    if hides(line.as_str()) {
        return Err(Problem::invalid(pointer, "not_one_line"));
    }
    Ok(Some(line.as_str().to_owned()))
}

/// When the step is said to have happened.
///
/// # Errors
/// `invalid_body` (422) where its reason is no text.
pub fn dated<B: Circumstances>(body: &B) -> Result<Option<Dated>, Problem> {
    body.dating()
        .map(|dating| {
            Ok(Dated {
                at: dating.occurred_at,
                precision: dating.precision.map_or(Precision::Instant, |precision| precision.0),
                reason: Some(words(&dating.reason, "/dating/reason")?),
                attested: dating.attested,
            })
        })
        .transpose()
}

/// Who spoke for the dependency.
pub(super) fn spoken<B: Circumstances>(body: &B) -> Result<Option<Speaker>, Problem> {
    body.speaking()
        .map(|speaking| {
            Ok(Speaker {
                name: words(&speaking.who, "/on_behalf_of/who")?,
                medium: speaking.medium.0,
                reference: some_words(speaking.reference.as_ref(), "/on_behalf_of/reference")?,
            })
        })
        .transpose()
}
