//! The programmes with which the city attends its citizens (*Manual 1.5*). For whoever is signed in, to read; for whoever
//! manages catalogues, to edit.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::catalogues::edit::{self, NamesEdit, WordsEdit, given};
use super::catalogues::{CatalogueWanted, EntryView, Names, signed_in};
use crate::auth::Caller;
use crate::http::{Body, IdempotencyKey, IfMatch, Query, cacheable};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_programmes).service(get_programme).service(add_programme).service(change_programme);
}

/// One of the programmes of attention.
#[derive(Debug, Serialize, ToSchema)]
pub struct Programme {
    /// Stable, never reused.
    #[schema(example = "neighbourhood_tours")]
    code: String,
    /// Its name in the caller's language.
    #[schema(example = "Recorridos por colonias")]
    name: String,
    /// Its name in both.
    names: Names,
    /// What it is for, in both languages.
    purpose: Names,
    /// Code of the dependency that leads it.
    #[schema(example = "mayor_office")]
    dependency: Option<String>,
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

/// Programmes, in the order in which people are shown them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Programmes {
    /// All that were wanted, on one page.
    items: Vec<Programme>,
}

/// List programmes
///
/// What the city runs to hear and attend its citizens. Kept answers are asked about again with `If-None-Match`.
#[utoipa::path(
    operation_id = "list_programmes",
    tag = "catalogues",
    params(CatalogueWanted),
    responses(
        (status = 200, description = "The programmes.", body = Programmes, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/programmes")]
pub async fn list_programmes(
    query: Query<CatalogueWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    let wanted = |row: &catalogue::Programme| query.value.shows(row.valid_from, row.valid_until, today);
    let items = Programme::list(&office, (language, today), wanted)?;
    cacheable::json(req.headers(), &Programmes { items })
}

/// Get a programme
///
/// One programme, valid or not.
#[utoipa::path(
    operation_id = "get_programme",
    tag = "catalogues",
    params(("code" = String, Path, description = "The programme's code.", example = "neighbourhood_tours")),
    responses(
        (status = 200, description = "The programme.", body = Programme, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/programmes/{code}")]
pub async fn get_programme(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    Programme::get(req.headers(), &code, &office, (language, today))
}

/// What a programme shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "evening_desk", max_length = 60)]
    code: Option<String>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// What it is for. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<WordsEdit>,
    /// Code of the dependency that leads it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "mayor_office")]
    dependency: Option<Option<String>>,
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

/// Add a programme
///
/// Another programme of attention. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_programme",
    tag = "catalogues",
    request_body = ProgrammeEdit,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The programme.", body = Programme,
            headers(("ETag" = String), ("Location" = String, description = "The programme."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/programmes")]
pub async fn add_programme(
    key: IdempotencyKey,
    body: Body<ProgrammeEdit>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.add::<Programme, _>(key, body, "/v1/programmes".to_owned(), None).await
}

/// Change a programme
///
/// Its names, its purpose, who leads it and until when it is valid. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_programme",
    tag = "catalogues",
    request_body = ProgrammeEdit,
    params(
        ("code" = String, Path, description = "The programme's code.", example = "neighbourhood_tours"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The programme as it is now.", body = Programme, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/programmes/{code}")]
pub async fn change_programme(
    version: IfMatch,
    body: Body<ProgrammeEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.change::<Programme, _>(version, body, code.into_inner(), None).await
}

impl EntryView for Programme {
    type Row = catalogue::Programme;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Programme, _: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        Self {
            code: row.code.clone(),
            name: names.spoken(language),
            names,
            purpose: Names::of(&row.purpose_es, &row.purpose_en),
            dependency: row.dependency.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
        }
    }
}
