//! The departments and bodies that attend petitions, with their units. For whoever is signed in, to read.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::catalogues::{CatalogueWanted, Names, signed_in};
use crate::auth::Caller;
use crate::http::{Query, cacheable};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_dependencies).service(get_dependency);
}

/// A municipal department or body.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dependency {
    /// Stable, never reused.
    #[schema(example = "simas")]
    code: String,
    /// Its name in the caller's language.
    #[schema(example = "Sistema Municipal de Aguas y Saneamiento")]
    name: String,
    /// Its name in both.
    names: Names,
    /// What the city calls it for short.
    #[schema(example = "SIMAS")]
    abbreviation: Option<String>,
    /// The first day on which it is valid; null: it always was.
    #[schema(example = "2026-01-01")]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is valid; null: until further notice.
    #[schema(example = json!(null))]
    valid_until: Option<NaiveDate>,
    /// The parts to which it may delegate.
    units: Vec<DependencyUnit>,
}

/// A part of a dependency.
#[derive(Debug, Serialize, ToSchema)]
pub struct DependencyUnit {
    /// Stable, never reused, unique over all dependencies.
    #[schema(example = "drainage_unit")]
    code: String,
    /// Its name in the caller's language.
    #[schema(example = "Drenaje")]
    name: String,
    /// Its name in both.
    names: Names,
    /// The first day on which it is valid; null: it always was.
    #[schema(example = "2026-01-01")]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is valid; null: until further notice.
    #[schema(example = json!(null))]
    valid_until: Option<NaiveDate>,
}

/// Dependencies, in the order in which people are shown them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dependencies {
    /// All that were wanted, on one page.
    items: Vec<Dependency>,
}

/// List dependencies
///
/// The departments and bodies to which petitions are routed, each with its units; the filter holds for both. Kept
/// answers are asked about again with `If-None-Match`.
#[utoipa::path(
    operation_id = "list_dependencies",
    tag = "catalogues",
    params(CatalogueWanted),
    responses(
        (status = 200, description = "The dependencies.", body = Dependencies, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/dependencies")]
pub async fn list_dependencies(
    query: Query<CatalogueWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let today = signed_in(caller, &state).await?;
    let wanted = |from, until| query.value.shows(from, until, today);
    let catalogue = &state.office.catalogue;
    let items = catalogue
        .dependencies
        .iter()
        .filter(|row| wanted(row.valid_from, row.valid_until))
        .map(|row| Dependency::of(row, catalogue, language, wanted))
        .collect();
    cacheable::json(req.headers(), &Dependencies { items })
}

/// Get a dependency
///
/// One department or body with all its units, valid or not.
#[utoipa::path(
    operation_id = "get_dependency",
    tag = "catalogues",
    params(("code" = String, Path, description = "The dependency's code.", example = "simas")),
    responses(
        (status = 200, description = "The dependency.", body = Dependency, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/dependencies/{code}")]
pub async fn get_dependency(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    signed_in(caller, &state).await?;
    let row = state.office.dependency(&code).ok_or_else(Problem::not_found)?;
    cacheable::json(req.headers(), &Dependency::of(row, &state.office.catalogue, language, |_, _| true))
}

impl Dependency {
    /// The row, with those of its units whose validity is wanted.
    fn of(
        row: &catalogue::Dependency,
        catalogue: &Catalogue,
        language: Language,
        wanted: impl Fn(Option<NaiveDate>, Option<NaiveDate>) -> bool,
    ) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        let units = catalogue.units.iter();
        Self {
            code: row.code.clone(),
            name: names.spoken(language),
            names,
            abbreviation: row.abbreviation.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            units: units
                .filter(|unit| unit.dependency == row.code && wanted(unit.valid_from, unit.valid_until))
                .map(|unit| DependencyUnit::of(unit, language))
                .collect(),
        }
    }
}

impl DependencyUnit {
    fn of(row: &catalogue::Unit, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        Self {
            code: row.code.clone(),
            name: names.spoken(language),
            names,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_brings_its_own_units_and_only_those_that_are_wanted() {
        let mut city = catalogue::torreon();
        let unit = city.units[0].clone();
        let row = city.dependencies.iter().find(|row| row.code == unit.dependency).unwrap().clone();
        let codes = |city: &Catalogue, day: Option<NaiveDate>| {
            let wanted = |from, until| day.is_none_or(|day| catalogue::in_force(from, until, day));
            let told = Dependency::of(&row, city, Language::Spanish, wanted);
            told.units.into_iter().map(|unit| unit.code).collect::<Vec<_>>()
        };
        let (before, after) = (NaiveDate::from_ymd_opt(2026, 1, 1), NaiveDate::from_ymd_opt(2026, 1, 2));
        assert!(codes(&city, None).contains(&unit.code));
        let all = city.units.iter().filter(|other| other.dependency == row.code).count();
        assert!(codes(&city, None).len() == all && all < city.units.len());
        city.units[0].valid_until = before;
        assert!(codes(&city, before).contains(&unit.code) && !codes(&city, after).contains(&unit.code));
    }
}
