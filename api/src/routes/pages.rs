//! The machine's own pages: the contract in two forms, its documentation, and the catalogue of problems.
//!
//! Everything here is public, works offline and changes only with the binary (but `/problems` with the language).

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::{Config, serve};

use crate::document::Document;
use crate::http::cacheable::{PUBLIC, unless_known};
use crate::problem::{Kind, Problem};
use crate::text::{Language, text};

/// Registers the routes that the contract has.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_openapi_yaml).service(get_openapi_json).service(list_problems).service(get_problem);
}

/// The pages that no contract needs, for the look-up of paths.
pub const UNLISTED: &[&str] = &["/", "/docs", "/docs/", "/docs/{file}"];

/// Registers the pages that no contract needs.
pub fn unlisted(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.service(root).service(docs).service(docs_slash).service(docs_file);
}

/// What the documentation's page may do: run its own scripts, talk to this server.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemKind {
    /// The stable code, as in an answer's `code`.
    #[schema(example = "stale_version")]
    code: &'static str,
    /// The address of this explanation, as in an answer's `type`.
    #[schema(example = "/problems/stale_version")]
    href: String,
    /// The HTTP status that it comes with.
    #[schema(example = 412)]
    status: u16,
    /// What it is, in a few words.
    #[schema(example = "La versión ya no es la actual")]
    title: String,
    /// What to do about it.
    #[schema(
        example = "Alguien lo cambió después de que usted lo leyó. Vuelva a leerlo, revise y repita con el ETag nuevo."
    )]
    detail: String,
}

/// Every kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemKinds {
    /// All kinds, the API's own first. New ones may come: treat an unknown one by its status.
    items: Vec<ProblemKind>,
}

impl ProblemKind {
    fn of(kind: Kind, language: Language) -> Self {
        let code = kind.code();
        let key = code.replace('_', "-");
        Self {
            code,
            href: format!("/problems/{code}"),
            status: kind.status().as_u16(),
            title: text(language, &key, &[]),
            detail: text(language, &format!("{key}.detail"), &[]),
        }
    }
}

/// Read the contract as YAML
///
/// This document. Its `ETag` changes with the contract only.
#[utoipa::path(
    operation_id = "get_openapi_yaml",
    tag = "contract",
    responses(
        (status = 200, description = "The contract.", body = String, content_type = "application/yaml",
            headers(("ETag" = String)), example = json!("openapi: 3.1.0")),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(()),
)]
#[get("/openapi.yaml")]
pub async fn get_openapi_yaml(req: HttpRequest, document: Data<Document>) -> HttpResponse {
    unless_known(req.headers(), &document.etag, PUBLIC, "application/yaml", document.yaml.as_bytes())
}

/// Read the contract as JSON
///
/// This document. Its `ETag` changes with the contract only.
#[utoipa::path(
    operation_id = "get_openapi_json",
    tag = "contract",
    responses(
        (status = 200, description = "The contract.", body = Object, content_type = "application/json",
            headers(("ETag" = String)), example = json!({"openapi": "3.1.0"})),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(()),
)]
#[get("/openapi.json")]
pub async fn get_openapi_json(req: HttpRequest, document: Data<Document>) -> HttpResponse {
    unless_known(req.headers(), &document.etag, PUBLIC, "application/json", document.json.as_bytes())
}

/// List the kinds of problems
///
/// Every `code` that a failure can carry, with its status and what to do about it.
#[utoipa::path(
    operation_id = "list_problems",
    tag = "contract",
    responses((status = 200, description = "All kinds.", body = ProblemKinds)),
    security(()),
)]
#[get("/problems")]
pub async fn list_problems(language: Language) -> HttpResponse {
    let items = Kind::all().iter().map(|kind| ProblemKind::of(*kind, language)).collect();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, PUBLIC)).json(ProblemKinds { items })
}

/// Read about one kind of problem
///
/// What the `type` of a problem points to.
#[utoipa::path(
    operation_id = "get_problem",
    tag = "contract",
    params(("code" = String, Path, description = "The problem's `code`.", example = "stale_version")),
    responses((status = 200, description = "The kind.", body = ProblemKind)),
    security(()),
)]
#[get("/problems/{code}")]
pub async fn get_problem(language: Language, code: Path<String>) -> Result<HttpResponse, Problem> {
    let kind = Kind::parse(&code).ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, PUBLIC)).json(ProblemKind::of(kind, language)))
}

#[get("/")]
async fn root() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header(("Location", "/docs/")).finish()
}

/// With its slash, so that the page's relative addresses lead into `/docs/`.
#[get("/docs")]
async fn docs() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header(("Location", "/docs/")).finish()
}

#[get("/docs/")]
async fn docs_slash() -> Result<HttpResponse, Problem> {
    file("index.html")
}

#[get("/docs/{file}")]
async fn docs_file(name: Path<String>) -> Result<HttpResponse, Problem> {
    file(&name)
}

fn file(name: &str) -> Result<HttpResponse, Problem> {
    // Only this server's own contract is shown: no address from the query, no validator elsewhere.
    let config = Config::from("/openapi.json")
        .display_operation_id(true)
        .display_request_duration(true)
        .doc_expansion("none")
        .filter(true)
        .persist_authorization(false)
        .validator_url("none");
    let found = serve(name, Arc::new(config)).map_err(|_| Kind::Internal)?.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(found.content_type)
        .insert_header((CACHE_CONTROL, PUBLIC))
        .insert_header((CONTENT_SECURITY_POLICY, DOCS_POLICY))
        .body(found.bytes.into_owned()))
}
