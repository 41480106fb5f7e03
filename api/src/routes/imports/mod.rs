//! Imports inside the running house: which there are, how one goes, what was found, and its end before the time. For
//! whoever may bring in what another system kept.

mod request;
mod wire;

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, web};
use domain::action::Action;
use domain::refusal::Code;
use domain::time::Instant;
use persistence::Db;
use persistence::imports::{self, Found, Import};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use self::wire::{FindingView, ImportPage, ImportView, PageWanted, ReportPage};
use super::staff::{next_after, one_more};
use crate::auth::Caller;
use crate::http::version::etag;
use crate::http::{IfMatch, Query};
use crate::importer;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_imports)
        .service(request::request_import)
        .service(get_import)
        .service(get_import_report)
        .service(cancel_import);
}

/// Whether the caller may bring in what another system kept.
///
/// # Errors
/// `not_allowed` (403), and what [`Caller::actor`] refuses.
fn importing(caller: &Caller, db: &mut Db, now: Instant) -> Result<(), Problem> {
    if caller.actor(db, now)?.can(Action::PetitionImport) { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

/// The import with this id, or 404.
fn known(db: &mut Db, id: Uuid) -> Result<Import, Problem> {
    imports::import(db, id)?.ok_or_else(Problem::not_found)
}

/// List imports
///
/// Every import that was asked for, the latest first. Needs `petition.import`.
#[utoipa::path(
    operation_id = "list_imports",
    tag = "imports",
    params(
        PageWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIwMTkzYTFjMi1jMTU0LTdhNzItOWU5NS03ZDZlNWY0YTNiMmMiXQ"),
    ),
    responses((status = 200, description = "A page.", body = ImportPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/imports")]
pub async fn list_imports(
    query: Query<PageWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (now, who, limit) = (state.clock.now(), caller.id(), query.value.limit);
    let before: Option<Uuid> = query.position(&state.secrets, who)?;
    let found = state.store.read(move |db| -> Result<Vec<Import>, Problem> {
        importing(&caller, db, now)?;
        Ok(imports::list(db, before, one_more(limit))?)
    });
    let mut found = found.await?;
    let next = next_after(&mut found, limit, |import| import.id).map(|last| query.next(&state.secrets, who, &last));
    let items = found.into_iter().map(|import| ImportView::of(import, language)).collect();
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(ImportPage { items, next }))
}

/// Get an import
///
/// How it stands and how far it is. Ask again every few seconds while it is `waiting` or `running`. Needs
/// `petition.import`.
#[utoipa::path(
    operation_id = "get_import",
    tag = "imports",
    params(("id" = Uuid, Path, description = "The import.", example = "0193a1c2-c154-7a72-9e95-7d6e5f4a3b2c")),
    responses((status = 200, description = "The import.", body = ImportView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/imports/{id}")]
pub async fn get_import(
    caller: Caller,
    id: web::Path<Uuid>,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let import = state.store.read(move |db| -> Result<Import, Problem> {
        importing(&caller, db, now)?;
        known(db, *id)
    });
    let import = import.await?;
    Ok(HttpResponse::Ok().insert_header(etag(import.version)).json(ImportView::of(import, language)))
}

/// Get an import's report
///
/// What was refused, repaired or missing, in the order of the file: line, column and rule, and nothing of what stood
/// there. It grows while the import runs; the first hundred thousand findings are listed, all are counted in the import.
/// Needs `petition.import`.
#[utoipa::path(
    operation_id = "get_import_report",
    tag = "imports",
    params(
        ("id" = Uuid, Path, description = "The import.", example = "0193a1c2-c154-7a72-9e95-7d6e5f4a3b2c"),
        PageWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WzUwXQ"),
    ),
    responses((status = 200, description = "A page.", body = ReportPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/imports/{id}/report")]
pub async fn get_import_report(
    query: Query<PageWanted>,
    caller: Caller,
    id: web::Path<Uuid>,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (now, who, limit) = (state.clock.now(), caller.id(), query.value.limit);
    let after: Option<i64> = query.position(&state.secrets, who)?;
    let found = state.store.read(move |db| -> Result<Vec<Found>, Problem> {
        importing(&caller, db, now)?;
        known(db, *id)?;
        Ok(imports::findings(db, *id, after.unwrap_or_default(), one_more(limit))?)
    });
    let mut found = found.await?;
    let more = found.len() > limit.get();
    found.truncate(limit.get());
    let last = found.last().filter(|_| more).map(|last| last.number);
    let next = last.map(|last| query.next(&state.secrets, who, &last));
    let items = found.into_iter().map(|finding| FindingView::of(finding, language)).collect();
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(ReportPage { items, next }))
}

/// Cancel an import
///
/// One that waits is over at once. One that runs ends before its next group of rows: until then it is `running` with
/// `cancel_requested_at`. What is in stays, and `summary` says how much; the same file sent again adds the rest. Needs
/// `petition.import`.
#[utoipa::path(
    operation_id = "cancel_import",
    tag = "imports",
    params(
        ("id" = Uuid, Path, description = "The import.", example = "0193a1c2-c154-7a72-9e95-7d6e5f4a3b2c"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"2\""),
    ),
    responses((status = 200, description = "How it stands now.", body = ImportView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[delete("/v1/imports/{id}")]
pub async fn cancel_import(
    version: IfMatch,
    caller: Caller,
    id: web::Path<Uuid>,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let cancelled = state.store.write(Vec::new(), move |tx| -> Result<Import, Problem> {
        importing(&caller, tx.beside(), now)?;
        let import = known(tx.beside(), *id)?;
        version.check(import.version)?;
        if import.state.is_over() {
            return Err(Kind::ImportEnded.into());
        }
        if import.cancel_requested_at.is_none() {
            imports::cancel(tx, &import, caller.id(), now)?;
        }
        known(tx.beside(), *id)
    });
    let import = cancelled.await?;
    if import.state.is_over()
        && let Err(problem) = importer::tidy(&state).await
    {
        log::warn!(target: "importer", code = problem.kind.code(); "the file of a cancelled import is left to the next round");
    }
    Ok(HttpResponse::Ok().insert_header(etag(import.version)).json(ImportView::of(import, language)))
}
