//! What the catalogues have in common on the wire: names in both languages, validity, who may read.
//!
//! Dependencies, categories and channels have a file each beside this one. Nothing edits them here.

use chrono::NaiveDate;
use domain::catalogue::in_force;
use domain::position::{Position, position};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// A name in each language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Names {
    /// Spanish.
    #[schema(example = "Alumbrado público")]
    es: String,
    /// English.
    #[schema(example = "Street lighting")]
    en: String,
}

impl Names {
    /// Both names.
    pub(super) fn of(es: &str, en: &str) -> Self {
        Self { es: es.to_owned(), en: en.to_owned() }
    }

    /// The one in the caller's language.
    pub(super) fn spoken(&self, language: Language) -> String {
        match language {
            Language::Spanish => self.es.clone(),
            Language::English => self.en.clone(),
        }
    }
}

/// A post of the office, by code and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedPosition {
    /// The post's code, as in `/v1/positions`.
    #[schema(example = "call_center_head")]
    code: String,
    /// Its name in the caller's language.
    #[schema(example = "Jefatura del centro de llamadas")]
    name: String,
}

impl NamedPosition {
    /// The post.
    pub(super) fn of(post: &Position, language: Language) -> Self {
        Self { code: post.code.to_owned(), name: Names::of(post.name_es, post.name_en).spoken(language) }
    }

    /// The post of a code; one that no sheet of the manual has is named by its code.
    pub(super) fn coded(code: &str, language: Language) -> Self {
        position(code)
            .map_or_else(|| Self { code: code.to_owned(), name: code.to_owned() }, |post| Self::of(post, language))
    }
}

/// Which entries of a catalogue.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CatalogueWanted {
    /// Only what is valid on this day of the city; today when absent.
    #[param(example = "2026-11-23")]
    pub(super) valid_on: Option<NaiveDate>,
    /// Also what had ceased to be valid by then, for showing what is old.
    #[serde(default)]
    #[param(value_type = Option<bool>, example = false)]
    pub(super) include_expired: bool,
}

impl CatalogueWanted {
    /// Whether an entry with this validity is wanted.
    pub(super) fn shows(&self, from: Option<NaiveDate>, until: Option<NaiveDate>, today: NaiveDate) -> bool {
        let until = if self.include_expired { None } else { until };
        in_force(from, until, self.valid_on.unwrap_or(today))
    }
}

/// Lets whoever is signed in pass, whatever the roles; tells which day it is in the city.
///
/// # Errors
/// As [`Caller::actor`].
pub(super) async fn signed_in(caller: Caller, state: &AppState) -> Result<NaiveDate, Problem> {
    let (now, today) = (state.clock.now(), caller.today());
    state.store.read(move |db| -> Result<(), Problem> { caller.actor(db, now).map(drop) }).await?;
    Ok(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn what_is_valid_on_the_day_is_shown_and_what_has_ended_on_request() {
        let ended = |wanted: &CatalogueWanted| wanted.shows(None, Some(day(10)), day(23));
        let coming = |wanted: &CatalogueWanted| wanted.shows(Some(day(25)), None, day(23));
        let mut wanted = CatalogueWanted::default();
        assert_eq!((ended(&wanted), coming(&wanted)), (false, false));
        wanted.include_expired = true;
        assert_eq!((ended(&wanted), coming(&wanted)), (true, false));
        wanted = CatalogueWanted { valid_on: Some(day(10)), include_expired: false };
        assert_eq!((ended(&wanted), coming(&wanted)), (true, false));
        wanted.valid_on = Some(day(25));
        assert_eq!((ended(&wanted), coming(&wanted)), (false, true));
    }

    #[test]
    fn a_post_is_named_in_the_callers_language() {
        let spanish = NamedPosition::coded("call_center_head", Language::Spanish);
        let english = NamedPosition::coded("call_center_head", Language::English);
        assert!(spanish.name != english.name && spanish.code == english.code);
        assert_eq!(NamedPosition::coded("crier", Language::English).name, "crier");
    }
}
