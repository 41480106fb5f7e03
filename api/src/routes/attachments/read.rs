//! What is known of a petition's files.

use actix_web::{HttpResponse, get, web};
use domain::petition::Petition;
use domain::refusal::Code;
use persistence::petitions;
use serde::Serialize;
use utoipa::ToSchema;

use super::{At, at};
use crate::auth::Caller;
use crate::problem::Problem;
use crate::routes::petitions::named;
use crate::state::AppState;
use crate::text::Language;
use crate::view::attachment::AttachmentView;
use crate::view::{Material, Viewer};

/// The files of a petition.
#[derive(Serialize, ToSchema)]
pub struct Attachments {
    /// Those that the caller may know of, in the order in which they came: a hundred at most.
    pub items: Vec<AttachmentView>,
}

/// List a petition's files
///
/// What is known of each file that the caller may see, on one page; a petition has a hundred at most. The same
/// stands in the petition itself. A liaison sees the citizen's photographs and the evidence of its own shares;
/// identity documents are listed for whoever may have personal data shown.
#[utoipa::path(
    operation_id = "list_attachments",
    tag = "attachments",
    params(("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7")),
    responses((status = 200, description = "The files.", body = Attachments)),
    security(("token" = [])),
)]
#[get("/v1/petitions/{id}/attachments")]
pub async fn list_attachments(
    caller: Caller,
    language: Language,
    id: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let target = named(&id)?;
    let shared = state.clone();
    let items = state
        .store
        .read(move |db| -> Result<Vec<AttachmentView>, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let petition: Petition = petitions::find(db, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            let material = Material::of(db, std::slice::from_ref(&petition))?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            Ok(AttachmentView::all(&petition, &material, viewer))
        })
        .await?;
    Ok(HttpResponse::Ok().json(Attachments { items }))
}

/// Get what is known of a file
///
/// Type, size, hash, and where the content is.
#[utoipa::path(
    operation_id = "get_attachment",
    tag = "attachments",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("attachment_id" = String, Path, description = "The file.", example = "0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e"),
    ),
    responses((status = 200, description = "What is known of it.", body = AttachmentView)),
    security(("token" = [])),
)]
#[get("/v1/petitions/{id}/attachments/{attachment_id}")]
pub async fn get_attachment(
    caller: Caller,
    language: Language,
    path: At,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let view = state
        .store
        .read(move |db| -> Result<AttachmentView, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let (petition, id) = at(db, &actor, &path)?;
            let attachment = petition.attachment(id).ok_or(Code::AttachmentUnknown)?;
            let material = Material::of(db, std::slice::from_ref(&petition))?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            Ok(AttachmentView::of(&petition, attachment, &material, viewer))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
