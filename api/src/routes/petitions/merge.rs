//! `…/merge`: a petition follows another one of the same matter, and stands alone again.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, post, web};
use domain::id::Id;
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::petition::relate::Both;
use domain::refusal::{Code, Refusal};
use domain::step::Step;
use persistence::petitions;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::named;
use crate::http::idempotency::replayed;
use crate::http::{Body, IfMatch};
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Done, Nothing, Request, carry, dated, record, show};
use crate::view::PetitionView;

/// Which petition it follows.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct MergeWanted {
    /// The other petition, by identifier or folio.
    #[schema(example = "AC-2026-001234-7", min_length = 1, max_length = 60)]
    #[validate(length(min = 1, max = 60))]
    pub into: String,
    /// When it was decided, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for MergeWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Merge a petition into another one
///
/// It *follows* the other one, its principal, from now on: it stands where that one stands, but for what that one waits for
/// from its own citizen, is answered by its answer, and closes by a notification of its own, since each citizen is told.
/// Its open assignments are cancelled with cause `merged` and its questions end. It keeps its folio, its people and its
/// history; nothing of one petitioner is shown to the other, but the answer goes to both, so it names neither. One level
/// only: what follows cannot be followed, and a petition has up to 200 followers. Needs `petition.review` or
/// `petition.manage`.
#[utoipa::path(
    operation_id = "merge_petition",
    tag = "petitions",
    request_body = MergeWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001235-4"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/merge")]
pub async fn merge_petition(
    version: IfMatch,
    body: Body<MergeWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    let Request { state, caller, language, key } = request;
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let seed: [u8; 32] = rand::random();
    let (own_keys, who, shared) = (keys.clone(), caller.clone(), state.clone());
    let id = state
        .store
        .write(keys, move |tx| -> Result<Id<Petition>, Problem> {
            let actor = who.actor(tx.beside(), now)?;
            let petition = petitions::find(tx.db()?, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            petition.permits(&actor, Step::Merge)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok(Id::new(id));
            }
            version.check(petition.version)?;
            let wanted = body.value()?;
            let reference = named(&wanted.into).map_err(|problem| problem.told_of("/into"))?;
            let into = petitions::find(tx.db()?, &reference, &actor.visibility())?
                .ok_or_else(|| Refusal::at(Code::PetitionUnknown, "/into"))?;
            let words = carry::words_of(tx, &into)?;
            let office = shared.offices.in_unit(tx)?;
            let rules = office.rules_of(&petition.policy);
            let mut occasion = Occasion::new(&actor, rules, now, seed).dated(dated(wanted)?);
            let Both { own, other } = petition.merge(&mut occasion, &into, &words)?;
            petitions::save(tx, Some(&petition), &own, None)?;
            petitions::save(tx, Some(&into), &other, None)?;
            record(tx, &own_keys, petition.id, now);
            Ok(petition.id)
        })
        .await?;
    let (seen, material, shown) = show(state, caller, language, id).await?;
    Ok(shown.show_petition(&seen, &material, StatusCode::OK))
}

/// Undo a merge
///
/// The petition stands alone again: what was open when it was merged is open as it stood, with terms as if they had never
/// stopped. If the other one's answer closed it meanwhile, a new round begins; if its own citizen withdrew, it stays closed
/// and can be reopened like any other. Possible at any time. Needs what merging needs.
#[utoipa::path(
    operation_id = "unmerge_petition",
    tag = "petitions",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001235-4"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[delete("/v1/petitions/{id}/merge")]
pub async fn unmerge_petition(
    version: IfMatch,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Unmerge, Some(version), Nothing, |petition, occasion, setting| {
            let principal = petition.follows.as_ref().map(|following| following.principal);
            let principal = principal.ok_or(Code::FollowsNone)?;
            let principal = petitions::many(setting.db, &[principal])?.pop().ok_or(Code::PetitionUnknown)?;
            let Both { own, other } = petition.unmerge(occasion, &principal)?;
            Ok(Done {
                change: own,
                beside: Some(Box::new(move |tx| Ok(petitions::save(tx, Some(&principal), &other, None)?))),
            })
        })
        .await
}
