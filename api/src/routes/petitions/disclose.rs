//! `POST …/disclosures`: personal data is shown to whoever said what for, once that is written down.

use actix_web::{HttpResponse, post, web};
use domain::code::Coded;
use domain::disclosure::DisclosurePurpose;
use domain::id::Id;
use domain::petition::Petition;
use domain::refusal::Code;
use domain::step::Step;
use persistence::petitions::{self, Disclosure};
use persistence::{StoreError, intakes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::named;
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::{Body, IdempotencyKey, codes};
use crate::problem::Problem;
use crate::state::AppState;
use crate::view::petitioner::DisclosedPetitioner;

/// What it is needed for.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DisclosureWanted {
    /// What it is needed for.
    pub purpose: codes::DisclosurePurpose,
}

/// Personal data, shown once.
#[derive(Serialize, ToSchema)]
pub struct DisclosureView {
    /// The entry in the log of disclosures.
    #[schema(example = "0193a1c2-a000-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// What it was needed for.
    pub purpose: codes::DisclosurePurpose,
    /// Who asks. Anonymous petitioners left nothing.
    pub petitioners: Vec<DisclosedPetitioner>,
    /// Who brought the petition's intake in for others, where somebody did.
    #[schema(example = json!(null))]
    pub bearer: Option<String>,
}

/// Show personal data
///
/// Writes down who asks and what for, then shows the petitioners' names and contact points, and who brought the petition in for others. Nothing else
/// shows them.
/// Needs `petition.file`, `petition.review`, `petition.contact` or `petition.manage`.
#[utoipa::path(
    operation_id = "disclose_petitioners",
    tag = "petitions",
    request_body = DisclosureWanted,
    params(("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7")),
    responses((status = 201, description = "The data, and that it was shown.", body = DisclosureView)),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/disclosures")]
pub async fn disclose_petitioners(
    key: IdempotencyKey,
    body: Body<DisclosureWanted>,
    caller: Caller,
    id: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let target = named(&id)?;
    let new = new_id(now);
    let keys = key.scope(caller.id(), body.digest());
    let own_keys = keys.clone();
    let (entry, petition, purpose) = state
        .store
        .write(keys, move |tx| -> Result<(Uuid, Petition, DisclosurePurpose), Problem> {
            let actor = caller.actor(tx.beside(), now)?;
            let petition = petitions::find(tx.db()?, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            petition.permits(&actor, Step::Disclose)?;
            // The same request again is the same disclosure: only its entry was kept, the data is read anew.
            let earlier = replayed(tx, &own_keys)?;
            let purpose = body.value()?.purpose.0;
            if let Some(entry) = earlier {
                return Ok((entry, petition, purpose));
            }
            let disclosure = Disclosure {
                id: Id::new(new),
                petition: petition.id,
                account: caller.account()?,
                capacity: actor.capacity(),
                purpose: purpose.code().to_owned(),
                at: now,
            };
            petitions::disclose(tx, &disclosure)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, new, now);
            }
            Ok((new, petition, purpose))
        })
        .await?;
    let (of, intake) = (petition.id, petition.intake_id());
    let (details, mut said) = state
        .store
        .read(move |db| Ok((petitions::petitioners(db, &[of])?, intakes::details(db, &[intake])?)))
        .await
        .map_err(|error: StoreError| Problem::from(error))?;
    let bearer = said.remove(&intake).and_then(|said| said.bearer);
    let shown = petition.petitioners.iter();
    let petitioners = shown.map(|one| DisclosedPetitioner::whole(one, details.get(&one.id))).collect();
    Ok(HttpResponse::Created().json(DisclosureView { id: entry, purpose: purpose.into(), petitioners, bearer }))
}
