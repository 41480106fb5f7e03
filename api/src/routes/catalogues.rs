//! What the catalogues have in common on the wire: names in both languages, validity, tags, who may read.
//!
//! Each catalogue has a file beside this one. How an entry is added and changed stands in `edit`.

pub mod edit;
pub mod tables;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::HeaderMap;
use chrono::NaiveDate;
use domain::catalogue::{Catalogue, Entry, in_force};
use domain::position::{Position, position};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::http::cacheable::{self, tag_of};
use crate::office::Office;
use crate::problem::{Kind, Problem};
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

/// Lets whoever is signed in pass, whatever the roles; tells which day it is in the city, and the catalogues.
///
/// # Errors
/// As [`Caller::actor`].
pub(super) async fn signed_in(caller: Caller, state: &AppState) -> Result<(NaiveDate, Arc<Office>), Problem> {
    let (now, today) = (state.clock.now(), caller.today());
    let (store, shared) = (state.store.clone(), Arc::clone(&state.offices));
    let office = store.read(move |db| caller.enter(db, &shared, now).map(|(_, office)| office)).await?;
    Ok((today, office))
}

/// An entry of a catalogue as callers see it, whole.
pub(super) trait EntryView: Serialize + Sized {
    /// The row behind it.
    type Row: Entry;

    /// What the row is to a caller, without its tag.
    fn of(row: &Self::Row, city: &Catalogue, language: Language) -> Self;

    /// Where its tag stands.
    fn etag(&mut self) -> &mut String;

    /// What of it is another on another day.
    fn on(&mut self, _: &Catalogue, _: (Language, NaiveDate)) {}

    /// What the row is to a caller on a day of the city. The tag follows from all that is shown, so each language has
    /// its own.
    ///
    /// # Errors
    /// `internal` (500) when it cannot be written as JSON.
    fn tagged(row: &Self::Row, city: &Catalogue, (language, on): (Language, NaiveDate)) -> Result<Self, Problem> {
        let mut view = Self::of(row, city, language);
        view.on(city, (language, on));
        let content = serde_json::to_vec(&view).map_err(|_| Kind::Internal)?;
        *view.etag() = tag_of(&content);
        Ok(view)
    }

    /// The answer with one entry, or 304 when the caller has it.
    ///
    /// # Errors
    /// `not_found` (404) for a code that no row has.
    fn get(
        headers: &HeaderMap,
        code: &str,
        office: &Office,
        to: (Language, NaiveDate),
    ) -> Result<HttpResponse, Problem> {
        let row = office.entry::<Self::Row>(code).ok_or_else(Problem::not_found)?;
        let mut view = Self::tagged(row, &office.catalogue, to)?;
        let content = serde_json::to_vec(&view).map_err(|_| Kind::Internal)?;
        Ok(cacheable::unless_known(headers, view.etag(), cacheable::PRIVATE, "application/json", &content))
    }

    /// All entries that are wanted.
    ///
    /// # Errors
    /// As [`EntryView::tagged`].
    fn list(
        office: &Office,
        to: (Language, NaiveDate),
        wanted: impl Fn(&Self::Row) -> bool,
    ) -> Result<Vec<Self>, Problem> {
        let rows = Self::Row::rows(&office.catalogue).iter().filter(|row| wanted(row));
        rows.map(|row| Self::tagged(row, &office.catalogue, to)).collect()
    }
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
