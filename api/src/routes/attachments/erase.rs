//! The content of a file that should not be there goes; that it was there stays in the history.

use actix_web::{HttpResponse, post};
use domain::occasion::Occasion;
use domain::refusal::Code;
use domain::step::AttachmentStep;
use persistence::{attachments, petitions};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::{At, at};
use crate::files::sweep;
use crate::http::Body;
use crate::http::idempotency::replayed;
use crate::problem::Problem;
use crate::step::{Request, words};
use crate::view::attachment::AttachmentView;
use crate::view::{Material, Viewer};

/// Why content goes.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ErasureWanted {
    /// Why.
    #[schema(example = "Se adjuntó la fotografía de otra petición.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
}

/// Erase a file's content
///
/// The content and the name of a file that should not be there are erased for good. That it was there stays in the
/// history, with its hash, and with who erased it and why. Needs `petition.manage` or `petition.oversee`.
#[utoipa::path(
    operation_id = "erase_attachment",
    tag = "attachments",
    request_body = ErasureWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("attachment_id" = String, Path, description = "The file.", example = "0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e"),
    ),
    responses((status = 200, description = "What is left of it.", body = AttachmentView)),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/attachments/{attachment_id}/erasure")]
pub async fn erase_attachment(body: Body<ErasureWanted>, request: Request, path: At) -> Result<HttpResponse, Problem> {
    let Request { state, caller, language, key } = request;
    let (now, seed) = (state.clock.now(), rand::random());
    let keys = key.scope(caller.id(), body.digest());
    let (own_keys, who, office) = (keys.clone(), caller.clone(), state.clone());
    let named = path.clone();
    state
        .store
        .write(keys, move |tx| -> Result<(), Problem> {
            let actor = who.actor(tx.beside(), now)?;
            let (petition, id) = at(tx.db()?, &actor, &named)?;
            let attachment = petition.attachment(id).ok_or(Code::AttachmentUnknown)?;
            petition.permits_attachment(&actor, attachment, AttachmentStep::Erase)?;
            if replayed(tx, &own_keys)?.is_some() {
                return Ok(());
            }
            let reason = words(&body.value()?.reason, "/reason")?;
            let city = office.offices.in_unit(tx)?;
            let mut occasion = Occasion::new(&actor, city.rules_of(&petition.policy), now, seed);
            let change = petition.erase_attachment(&mut occasion, id, reason)?;
            petitions::save(tx, Some(&petition), &change, None)?;
            attachments::erase(tx, attachment, now)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, id.uuid(), now);
            }
            Ok(())
        })
        .await?;
    if let Err(problem) = sweep::erased(&state).await {
        log::warn!(target: "files", code = problem.kind.code(); "what was erased is left to the next round of the worker");
    }
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
