//! One petition, and its history.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use domain::petition::Petition;
use domain::refusal::Code;
use persistence::petitions;

use super::named;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;
use crate::view::event::HistoryView;
use crate::view::{Material, PetitionView, Viewer};

/// Get a petition
///
/// All that a screen needs: state, terms, assignments, questions, answer, and what the caller can do now. Personal
/// data is masked; `disclosures` shows it. A liaison sees its own shares whole, of others' name, state and date.
#[utoipa::path(
    operation_id = "get_petition",
    tag = "petitions",
    params(("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7")),
    responses((status = 200, description = "The petition.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/petitions/{id}")]
pub async fn get_petition(
    caller: Caller,
    language: Language,
    id: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let target = named(&id)?;
    let shared = state.clone();
    let view = state
        .store
        .read(move |db| -> Result<PetitionView, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let petition: Petition = petitions::find(db, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            let material = Material::of(db, std::slice::from_ref(&petition))?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            Ok(PetitionView::of(&petition, &material, viewer))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, view.etag.clone())).json(view))
}

/// Read a petition's history
///
/// What happened, oldest first, and whether the chain of entries holds. Texts stand beside their commitments; an
/// erased one is null. A liaison sees the petition's own story and that of its own shares.
#[utoipa::path(
    operation_id = "list_events",
    tag = "petitions",
    params(("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7")),
    responses((status = 200, description = "The history.", body = HistoryView)),
    security(("token" = [])),
)]
#[get("/v1/petitions/{id}/events")]
pub async fn list_events(
    caller: Caller,
    language: Language,
    id: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let target = named(&id)?;
    let shared = state.clone();
    let view = state
        .store
        .read(move |db| -> Result<HistoryView, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let petition = petitions::find(db, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            Ok(HistoryView::of(db, &petition, viewer)?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
