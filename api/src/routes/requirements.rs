//! What has to be brought before a petition of a category is attended: documents. For whoever is signed in, to read; for
//! whoever manages catalogues, to edit.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue, Entry as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::catalogues::edit::{self, NamesEdit, WordsEdit, given};
use super::catalogues::{CatalogueWanted, EntryView, Names, signed_in};
use crate::auth::Caller;
use crate::http::{Body, Code, IdempotencyKey, IfMatch, Query, cacheable, codes, label};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_requirements).service(add_requirement).service(change_requirement);
}

/// A document to bring.
#[derive(Debug, Serialize, ToSchema)]
pub struct Requirement {
    /// Stable, never reused, unique over all categories.
    #[schema(example = "food_parcel_id")]
    code: String,
    /// The category that asks for it, as do those below.
    #[schema(example = "food_parcel")]
    category: String,
    /// Its name in the caller's language.
    #[schema(example = "Identificación oficial con fotografía")]
    name: String,
    /// Its name in both.
    names: Names,
    /// What does for it, in both languages.
    help: Option<Names>,
    /// What becomes of it: of `kept` a copy stays with the petition, `seen` is looked at and given back.
    handling: codes::Handling,
    /// That in the caller's language.
    #[schema(example = "Se revisa y se devuelve")]
    handling_label: String,
    /// Whether it cannot be done without.
    #[schema(example = true)]
    required: bool,
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

/// Documents to bring.
#[derive(Debug, Serialize, ToSchema)]
pub struct Requirements {
    /// All that were wanted, on one page, in the order in which people are told them.
    items: Vec<Requirement>,
}

/// List the documents that a category asks for
///
/// What is to be brought before such a petition is attended, what the categories above ask for first. What is asked today
/// also comes with the category, and with each petition whether it was brought. Kept answers are asked about again with
/// `If-None-Match`.
#[utoipa::path(
    operation_id = "list_requirements",
    tag = "catalogues",
    params(("code" = String, Path, description = "The category's code.", example = "food_parcel"), CatalogueWanted),
    responses(
        (status = 200, description = "The documents.", body = Requirements, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/categories/{code}/requirements")]
pub async fn list_requirements(
    query: Query<CatalogueWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    let city = &office.catalogue;
    catalogue::Category::of(city, &code).ok_or_else(Problem::not_found)?;
    let rows = city.requirements_of(&code).into_iter();
    let rows = rows.filter(|row| query.value.shows(row.valid_from, row.valid_until, today));
    let items = rows.map(|row| Requirement::tagged(row, city, (language, today))).collect::<Result<_, _>>()?;
    cacheable::json(req.headers(), &Requirements { items })
}

/// What a document to bring shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RequirementEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "income_statement", max_length = 60)]
    code: Option<String>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// What does for it, in both languages or in neither.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WordsEdit>)]
    help: Option<Option<WordsEdit>>,
    /// What becomes of it; `seen` when it is added without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handling: Option<codes::Handling>,
    /// Whether it cannot be done without; not when it is added without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = true)]
    required: Option<bool>,
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

/// Add a document that a category asks for
///
/// Something else to bring for the category and all below it: at most 20 of its own. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_requirement",
    tag = "catalogues",
    request_body = RequirementEdit,
    params(
        ("code" = String, Path, description = "The category's code.", example = "food_parcel"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (status = 201, description = "The document.", body = Requirement,
            headers(("ETag" = String), ("Location" = String, description = "The documents of the category."))),
        (status = 409, description = "The code was given before; codes are not used again."),
    ),
    security(("token" = [])),
)]
#[post("/v1/categories/{code}/requirements")]
pub async fn add_requirement(
    key: IdempotencyKey,
    body: Body<RequirementEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let path = format!("/v1/categories/{code}/requirements");
    let owner = Some(("category", code.into_inner()));
    edit::Edit { caller, language, state }.add::<Requirement, _>(key, body, path, owner).await
}

/// Change a document that a category asks for
///
/// What it is called, what becomes of it, until when it is asked for; it stays with its category. What was brought is kept.
/// Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_requirement",
    tag = "catalogues",
    request_body = RequirementEdit,
    params(
        ("code" = String, Path, description = "The category's code.", example = "food_parcel"),
        ("requirement" = String, Path, description = "The document's code.", example = "food_parcel_id"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The document as it is now.", body = Requirement, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/categories/{code}/requirements/{requirement}")]
pub async fn change_requirement(
    version: IfMatch,
    body: Body<RequirementEdit>,
    caller: Caller,
    language: Language,
    codes: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (owner, code) = codes.into_inner();
    let owner = Some(("category", owner));
    edit::Edit { caller, language, state }.change::<Requirement, _>(version, body, code, owner).await
}

impl EntryView for Requirement {
    type Row = catalogue::Requirement;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Requirement, _: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        Self {
            code: row.code.clone(),
            category: row.category.clone(),
            name: names.spoken(language),
            names,
            help: row.help_es.as_ref().zip(row.help_en.as_ref()).map(|(es, en)| Names::of(es, en)),
            handling: Code(row.handling),
            handling_label: label(language, row.handling),
            required: row.required,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
        }
    }
}
