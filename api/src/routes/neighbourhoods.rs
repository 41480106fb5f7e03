//! Where people live: the neighbourhoods. For whoever is signed in, to read; for whoever manages catalogues, to edit.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue, folded};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::catalogues::edit::{self, given};
use super::catalogues::{CatalogueWanted, EntryView, signed_in};
use crate::auth::Caller;
use crate::http::{Body, IdempotencyKey, IfMatch, Query, cacheable};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_neighbourhoods)
        .service(get_neighbourhood)
        .service(add_neighbourhood)
        .service(change_neighbourhood);
}

/// A part of the city in which people live.
#[derive(Debug, Serialize, ToSchema)]
pub struct Neighbourhood {
    /// Stable, never reused.
    #[schema(example = "torreon_jardin")]
    code: String,
    /// Its name; names of places are not translated.
    #[schema(example = "Torreón Jardín")]
    name: String,
    /// What sort of settlement the post calls it.
    #[schema(example = "Colonia")]
    kind: Option<String>,
    /// Its postal codes.
    #[schema(example = json!(["27200"]))]
    postal_codes: Vec<String>,
    /// How many people lived there when they were counted.
    #[schema(example = 6120)]
    population: Option<i32>,
    /// In which year that was.
    #[schema(example = 2010)]
    population_year: Option<i32>,
    /// The first day on which it is valid; null: it always was.
    #[schema(example = "2026-01-01")]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is valid; null: until further notice.
    #[schema(example = json!(null))]
    valid_until: Option<NaiveDate>,
    /// For `If-Match` when it is changed.
    #[schema(example = "\"6f1c0d2b8a94e37f5520c1ab\"")]
    etag: String,
}

/// Which neighbourhoods.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NeighbourhoodsWanted {
    /// Only what is valid on this day of the city; today when absent.
    #[param(example = "2026-11-23")]
    valid_on: Option<NaiveDate>,
    /// Also what had ceased to be valid by then, for showing what is old.
    #[serde(default)]
    #[param(value_type = Option<bool>, example = false)]
    include_expired: bool,
    /// With this postal code.
    #[param(example = "27200")]
    postal_code: Option<String>,
    /// With this in the name, whatever the accents and the case.
    #[param(example = "jardin")]
    name: Option<String>,
}

/// Neighbourhoods, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Neighbourhoods {
    /// All that were wanted, on one page.
    items: Vec<Neighbourhood>,
}

/// List neighbourhoods
///
/// All of the city on one page, or those of a postal code or with a part of the name: for a form to choose from while
/// it is typed. Kept answers are asked about again with `If-None-Match`.
#[utoipa::path(
    operation_id = "list_neighbourhoods",
    tag = "catalogues",
    params(NeighbourhoodsWanted),
    responses(
        (status = 200, description = "The neighbourhoods.", body = Neighbourhoods, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/neighbourhoods")]
pub async fn list_neighbourhoods(
    query: Query<NeighbourhoodsWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    let wanted = {
        let NeighbourhoodsWanted { valid_on, include_expired, postal_code, name } = query.value;
        let (time, name) = (CatalogueWanted { valid_on, include_expired }, name.as_deref().map(folded));
        move |row: &catalogue::Neighbourhood| {
            time.shows(row.valid_from, row.valid_until, today)
                && postal_code.as_ref().is_none_or(|code| row.postal_codes.contains(code))
                && name.as_ref().is_none_or(|name| folded(&row.name).contains(name))
        }
    };
    let items = Neighbourhood::list(&office, (language, today), wanted)?;
    cacheable::json(req.headers(), &Neighbourhoods { items })
}

/// Get a neighbourhood
///
/// One neighbourhood, valid or not.
#[utoipa::path(
    operation_id = "get_neighbourhood",
    tag = "catalogues",
    params(("code" = String, Path, description = "The neighbourhood's code.", example = "torreon_jardin")),
    responses(
        (status = 200, description = "The neighbourhood.", body = Neighbourhood, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/neighbourhoods/{code}")]
pub async fn get_neighbourhood(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    Neighbourhood::get(req.headers(), &code, &office, (language, today))
}

/// What a neighbourhood shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NeighbourhoodEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "las_lomas", max_length = 60)]
    code: Option<String>,
    /// Its name. Needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Las Lomas", max_length = 200)]
    name: Option<String>,
    /// What sort of settlement the post calls it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "Fraccionamiento", max_length = 200)]
    kind: Option<Option<String>>,
    /// Its postal codes, five digits each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["27200"]))]
    postal_codes: Option<Vec<String>>,
    /// How many people live there.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>, example = 1200, minimum = 0)]
    population: Option<Option<i32>>,
    /// In which year they were counted.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>, example = 2020, minimum = 0)]
    population_year: Option<Option<i32>>,
    /// The first day on which it is valid.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = "2026-12-01")]
    valid_from: Option<Option<NaiveDate>>,
    /// The last day on which it is valid: this is how it ends.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = json!(null))]
    valid_until: Option<Option<NaiveDate>>,
}

/// Add a neighbourhood
///
/// Another part of the city in which people live. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_neighbourhood",
    tag = "catalogues",
    request_body = NeighbourhoodEdit,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The neighbourhood.", body = Neighbourhood,
            headers(("ETag" = String), ("Location" = String, description = "The neighbourhood."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/neighbourhoods")]
pub async fn add_neighbourhood(
    key: IdempotencyKey,
    body: Body<NeighbourhoodEdit>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }
        .add::<Neighbourhood, _>(key, body, "/v1/neighbourhoods".to_owned(), None)
        .await
}

/// Change a neighbourhood
///
/// Its name, kind and postal codes, until when it is valid. Petitions that name it keep it. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_neighbourhood",
    tag = "catalogues",
    request_body = NeighbourhoodEdit,
    params(
        ("code" = String, Path, description = "The neighbourhood's code.", example = "torreon_jardin"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The neighbourhood as it is now.", body = Neighbourhood, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/neighbourhoods/{code}")]
pub async fn change_neighbourhood(
    version: IfMatch,
    body: Body<NeighbourhoodEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.change::<Neighbourhood, _>(version, body, code.into_inner(), None).await
}

impl EntryView for Neighbourhood {
    type Row = catalogue::Neighbourhood;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Neighbourhood, _: &Catalogue, _: Language) -> Self {
        Self {
            code: row.code.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            postal_codes: row.postal_codes.clone(),
            population: row.population,
            population_year: row.population_year,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            etag: String::new(),
        }
    }
}
