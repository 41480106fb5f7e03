//! Whose business it is when it is not the city's, and what one does there (Reglamento de Participación Ciudadana, art. 67).
//! For whoever is signed in, to read; for whoever manages catalogues, to edit.

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
use crate::http::{Body, Code, IdempotencyKey, IfMatch, Query, cacheable, codes, label};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_authorities)
        .service(get_authority)
        .service(add_authority)
        .service(change_authority)
        .service(add_procedure)
        .service(change_procedure);
}

/// An authority outside the city, with what citizens are sent there for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Authority {
    /// Stable, never reused.
    #[schema(example = "cfe")]
    code: String,
    /// Whose it is.
    level: codes::AuthorityLevel,
    /// That in the caller's language.
    #[schema(example = "Federal")]
    level_label: String,
    /// Its name in the caller's language.
    #[schema(example = "Comisión Federal de Electricidad")]
    name: String,
    /// Its name in both.
    names: Names,
    /// What people call it for short.
    #[schema(example = "CFE")]
    abbreviation: Option<String>,
    /// Where it answers the telephone; short numbers too.
    #[schema(example = "071")]
    telephone: Option<String>,
    /// Its page.
    #[schema(example = "https://www.cfe.mx")]
    website: Option<String>,
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
    /// What one does there.
    procedures: Vec<Procedure>,
}

/// What a citizen does at another authority.
#[derive(Debug, Serialize, ToSchema)]
pub struct Procedure {
    /// Stable, never reused, unique over all authorities.
    #[schema(example = "power_cut")]
    code: String,
    /// Its name in the caller's language.
    #[schema(example = "Falla o falta de luz en casa")]
    name: String,
    /// Its name in both.
    names: Names,
    /// How one goes about it, in both languages.
    how: Names,
    /// Its own telephone, where it is not the authority's.
    #[schema(example = "071")]
    telephone: Option<String>,
    /// Its own page, where it is not the authority's.
    #[schema(example = json!(null))]
    website: Option<String>,
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

/// Authorities, in the order in which people are shown them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Authorities {
    /// All that were wanted, on one page.
    items: Vec<Authority>,
}

/// List authorities
///
/// To whom citizens are sent with what is not the city's, each with its procedures; the filter holds for both. Kept
/// answers are asked about again with `If-None-Match`.
#[utoipa::path(
    operation_id = "list_authorities",
    tag = "catalogues",
    params(CatalogueWanted),
    responses(
        (status = 200, description = "The authorities.", body = Authorities, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/authorities")]
pub async fn list_authorities(
    query: Query<CatalogueWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    let wanted = |from, until| query.value.shows(from, until, today);
    let mut items = Authority::list(&office, (language, today), |row| wanted(row.valid_from, row.valid_until))?;
    for item in &mut items {
        item.procedures.retain(|procedure| wanted(procedure.valid_from, procedure.valid_until));
    }
    cacheable::json(req.headers(), &Authorities { items })
}

/// Get an authority
///
/// One authority, valid or not.
#[utoipa::path(
    operation_id = "get_authority",
    tag = "catalogues",
    params(("code" = String, Path, description = "The authority's code.", example = "cfe")),
    responses(
        (status = 200, description = "The authority.", body = Authority, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/authorities/{code}")]
pub async fn get_authority(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    Authority::get(req.headers(), &code, &office, (language, today))
}

/// What an authority shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AuthorityEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "land_registry_state", max_length = 60)]
    code: Option<String>,
    /// Whose it is. Needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<codes::AuthorityLevel>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// What people call it for short.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "RPP", max_length = 200)]
    abbreviation: Option<Option<String>>,
    /// Where it answers the telephone; short numbers too.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "071", max_length = 200)]
    telephone: Option<Option<String>>,
    /// Its page.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "https://www.cfe.mx", max_length = 200)]
    website: Option<Option<String>>,
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

/// Add an authority
///
/// Another authority to which citizens are sent. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_authority",
    tag = "catalogues",
    request_body = AuthorityEdit,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The authority.", body = Authority,
            headers(("ETag" = String), ("Location" = String, description = "The authority."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/authorities")]
pub async fn add_authority(
    key: IdempotencyKey,
    body: Body<AuthorityEdit>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.add::<Authority, _>(key, body, "/v1/authorities".to_owned(), None).await
}

/// Change an authority
///
/// Its names, where it is reached, until when it is valid. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_authority",
    tag = "catalogues",
    request_body = AuthorityEdit,
    params(
        ("code" = String, Path, description = "The authority's code.", example = "cfe"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The authority as it is now.", body = Authority, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/authorities/{code}")]
pub async fn change_authority(
    version: IfMatch,
    body: Body<AuthorityEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.change::<Authority, _>(version, body, code.into_inner(), None).await
}

/// What a procedure shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProcedureEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "meter_reading", max_length = 60)]
    code: Option<String>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// How one goes about it. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    how: Option<WordsEdit>,
    /// Its own telephone, where it is not the authority's.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "071", max_length = 200)]
    telephone: Option<Option<String>>,
    /// Its own page, where it is not the authority's.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = json!(null), max_length = 200)]
    website: Option<Option<String>>,
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

/// Add a procedure
///
/// Something else that citizens do at an authority. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_procedure",
    tag = "catalogues",
    request_body = ProcedureEdit,
    params(
        ("code" = String, Path, description = "The authority's code.", example = "cfe"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (status = 201, description = "The procedure.", body = Procedure,
            headers(("ETag" = String), ("Location" = String, description = "The procedure."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/authorities/{code}/procedures")]
pub async fn add_procedure(
    key: IdempotencyKey,
    body: Body<ProcedureEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let path = format!("/v1/authorities/{code}");
    let owner = Some(("authority", code.into_inner()));
    edit::Edit { caller, language, state }.add::<Procedure, _>(key, body, path, owner).await
}

/// Change a procedure
///
/// Its names and words, until when it is valid; it stays with its authority. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_procedure",
    tag = "catalogues",
    request_body = ProcedureEdit,
    params(
        ("code" = String, Path, description = "The authority's code.", example = "cfe"),
        ("procedure" = String, Path, description = "The procedure's code.", example = "power_cut"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The procedure as it is now.", body = Procedure, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/authorities/{code}/procedures/{procedure}")]
pub async fn change_procedure(
    version: IfMatch,
    body: Body<ProcedureEdit>,
    caller: Caller,
    language: Language,
    codes: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (owner, code) = codes.into_inner();
    let owner = Some(("authority", owner));
    edit::Edit { caller, language, state }.change::<Procedure, _>(version, body, code, owner).await
}

impl EntryView for Authority {
    type Row = catalogue::Authority;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Authority, city: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        let procedures = city.procedures.iter().filter(|procedure| procedure.authority == row.code);
        Self {
            code: row.code.clone(),
            level: Code(row.level),
            level_label: label(language, row.level),
            name: names.spoken(language),
            names,
            abbreviation: row.abbreviation.clone(),
            telephone: row.telephone.clone(),
            website: row.website.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
            procedures: procedures
                .filter_map(|one| Procedure::tagged(one, city, (language, NaiveDate::MIN)).ok())
                .collect(),
        }
    }
}

impl EntryView for Procedure {
    type Row = catalogue::Procedure;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Procedure, _: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        Self {
            code: row.code.clone(),
            name: names.spoken(language),
            names,
            how: Names::of(&row.how_es, &row.how_en),
            telephone: row.telephone.clone(),
            website: row.website.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
        }
    }
}
