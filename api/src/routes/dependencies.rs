//! The departments and bodies that attend petitions, with their units. For whoever is signed in, to read; for whoever
//! manages catalogues, to edit.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::catalogues::edit::{self, NamesEdit, given};
use super::catalogues::{CatalogueWanted, EntryView, Names, signed_in};
use crate::auth::Caller;
use crate::http::{Body, IdempotencyKey, IfMatch, Query, cacheable};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_dependencies)
        .service(get_dependency)
        .service(add_dependency)
        .service(change_dependency)
        .service(add_unit)
        .service(change_unit);
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
    /// The dependency that took over, of one that ends.
    #[schema(example = json!(null))]
    successor: Option<String>,
    /// The first day on which it is valid; null: it always was.
    #[schema(example = "2026-01-01")]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is valid; null: until further notice.
    #[schema(example = json!(null))]
    valid_until: Option<NaiveDate>,
    /// Where it stands among its like, from 0.
    #[schema(example = 0, minimum = 0)]
    rank: i32,
    /// For `If-Match` when it is changed.
    #[schema(example = "\"6f1c0d2b8a94e37f5520c1ab\"")]
    etag: String,
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
    /// Where it stands among its like, from 0.
    #[schema(example = 0, minimum = 0)]
    rank: i32,
    /// For `If-Match` when it is changed.
    #[schema(example = "\"6f1c0d2b8a94e37f5520c1ab\"")]
    etag: String,
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
    let (today, office) = signed_in(caller, &state).await?;
    let wanted = |from, until| query.value.shows(from, until, today);
    let mut items = Dependency::list(&office, (language, today), |row| wanted(row.valid_from, row.valid_until))?;
    for item in &mut items {
        item.units.retain(|unit| wanted(unit.valid_from, unit.valid_until));
    }
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
    let (today, office) = signed_in(caller, &state).await?;
    Dependency::get(req.headers(), &code, &office, (language, today))
}

/// What a dependency shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DependencyEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "parks", max_length = 60)]
    code: Option<String>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// What the city calls it for short.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "DGPJ", max_length = 200)]
    abbreviation: Option<Option<String>>,
    /// Code of the dependency that takes over: needed when it ends.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = json!(null))]
    successor: Option<Option<String>>,
    /// The first day on which it is valid.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = "2026-12-01")]
    valid_from: Option<Option<NaiveDate>>,
    /// The last day on which it is valid: this is how it ends.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = json!(null))]
    valid_until: Option<Option<NaiveDate>>,
    /// Where it stands among its like, from 0; last when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 3, minimum = 0)]
    rank: Option<i32>,
}

/// Add a dependency
///
/// Another department or body. Its code is never used for anything else. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_dependency",
    tag = "catalogues",
    request_body = DependencyEdit,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The dependency.", body = Dependency,
            headers(("ETag" = String), ("Location" = String, description = "The dependency."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/dependencies")]
pub async fn add_dependency(
    key: IdempotencyKey,
    body: Body<DependencyEdit>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.add::<Dependency, _>(key, body, "/v1/dependencies".to_owned(), None).await
}

/// Change a dependency
///
/// Its names, until when it is valid and who takes over then. What it was given before stays with it. Needs
/// `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_dependency",
    tag = "catalogues",
    request_body = DependencyEdit,
    params(
        ("code" = String, Path, description = "The dependency's code.", example = "simas"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The dependency as it is now.", body = Dependency, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/dependencies/{code}")]
pub async fn change_dependency(
    version: IfMatch,
    body: Body<DependencyEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.change::<Dependency, _>(version, body, code.into_inner(), None).await
}

/// What a unit shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UnitEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "nursery_unit", max_length = 60)]
    code: Option<String>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// The first day on which it is valid.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = "2026-12-01")]
    valid_from: Option<Option<NaiveDate>>,
    /// The last day on which it is valid: this is how it ends.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = json!(null))]
    valid_until: Option<Option<NaiveDate>>,
    /// Where it stands among its like, from 0; last when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 3, minimum = 0)]
    rank: Option<i32>,
}

/// Add a unit
///
/// Another part of a dependency, to which it may delegate. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_unit",
    tag = "catalogues",
    request_body = UnitEdit,
    params(
        ("code" = String, Path, description = "The dependency's code.", example = "simas"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (status = 201, description = "The unit.", body = DependencyUnit,
            headers(("ETag" = String), ("Location" = String, description = "The unit."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/dependencies/{code}/units")]
pub async fn add_unit(
    key: IdempotencyKey,
    body: Body<UnitEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let path = format!("/v1/dependencies/{code}");
    let owner = Some(("dependency", code.into_inner()));
    edit::Edit { caller, language, state }.add::<DependencyUnit, _>(key, body, path, owner).await
}

/// Change a unit
///
/// Its names and until when it is valid; it stays with its dependency. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_unit",
    tag = "catalogues",
    request_body = UnitEdit,
    params(
        ("code" = String, Path, description = "The dependency's code.", example = "simas"),
        ("unit" = String, Path, description = "The unit's code.", example = "drainage_unit"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The unit as it is now.", body = DependencyUnit, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/dependencies/{code}/units/{unit}")]
pub async fn change_unit(
    version: IfMatch,
    body: Body<UnitEdit>,
    caller: Caller,
    language: Language,
    codes: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (owner, code) = codes.into_inner();
    let owner = Some(("dependency", owner));
    edit::Edit { caller, language, state }.change::<DependencyUnit, _>(version, body, code, owner).await
}

impl EntryView for Dependency {
    type Row = catalogue::Dependency;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Dependency, city: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        let units = city.units.iter().filter(|unit| unit.dependency == row.code);
        Self {
            code: row.code.clone(),
            name: names.spoken(language),
            names,
            abbreviation: row.abbreviation.clone(),
            successor: row.successor.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
            units: units
                .filter_map(|unit| DependencyUnit::tagged(unit, city, (language, NaiveDate::MIN)).ok())
                .collect(),
        }
    }
}

impl EntryView for DependencyUnit {
    type Row = catalogue::Unit;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Unit, _: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        Self {
            code: row.code.clone(),
            name: names.spoken(language),
            names,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_brings_its_own_units_and_its_tag_follows_from_them_too() {
        let mut city = catalogue::torreon();
        let unit = city.units[0].clone();
        let told = |city: &Catalogue, language| {
            let row = city.dependencies.iter().find(|row| row.code == unit.dependency).unwrap();
            Dependency::tagged(row, city, (language, NaiveDate::MIN)).unwrap()
        };
        let before = told(&city, Language::Spanish);
        let all = city.units.iter().filter(|other| other.dependency == unit.dependency).count();
        assert!(before.units.len() == all && all < city.units.len());
        assert_ne!(before.etag, told(&city, Language::English).etag);
        assert_eq!(before.etag, told(&city, Language::Spanish).etag);
        city.units[0].name_es.push('x');
        assert_ne!(before.etag, told(&city, Language::Spanish).etag);
    }
}
