//! The citizen's session: folio and PIN open one petition, and nothing else.
//!
//! A wrong folio and a wrong PIN are answered alike, after the same work: what is not there is compared
//! with the PIN of a petition that does not exist.

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use domain::folio::Folio;
use domain::id::Id;
use domain::petition::Petition;
use domain::pin::Pin;
use persistence::petitions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use super::sessions::{signed, too_many};
use crate::auth::new_id;
use crate::auth::token::{CITIZEN_SECONDS, Claims};
use crate::http::{Body, ClientAddress};
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(open_public_session);
}

/// What is printed on the citizen's receipt.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct FolioAndPin {
    /// The folio; spaces, case and missing hyphens do not matter.
    #[schema(example = "AC-2026-001234-7", max_length = 64)]
    #[validate(length(max = 64))]
    folio: String,
    /// The PIN; spaces, case and hyphens do not matter.
    #[schema(example = "4KPR7WXM", max_length = 64)]
    #[validate(length(max = 64))]
    pin: String,
}

/// The token of a citizen's session.
#[derive(Serialize, ToSchema)]
pub struct PublicToken {
    /// A JWT for the `Authorization` header; it opens one petition.
    #[schema(example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSJ9.eyJpc3MiOiJhdGllbmRlIn0.c2lnbmF0dXJl")]
    access_token: String,
    /// How to send it: `Bearer` (RFC 6750).
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds for which it is good. There is no refresh: folio and PIN open another session.
    #[schema(example = 1800)]
    expires_in: i64,
}

/// Open a petition by folio and PIN
///
/// For the petitioner, and for each co-petitioner by a PIN of their own: gives a token, good for 30 minutes, that opens
/// this petition and nothing else. The PIN of who withdrew opens nothing while it goes on for others. A folio that
/// does not exist and a PIN that is wrong are answered alike. Attempts are limited by folio, by address and in all.
#[utoipa::path(
    operation_id = "open_public_session",
    tag = "public",
    request_body = FolioAndPin,
    responses(
        (status = 201, description = "The session is open.", body = PublicToken),
        (status = 401, description = "Folio and PIN do not fit: `pin_refused`."),
        (status = 429, description = "Too many attempts: `too_many_attempts`. `Retry-After` says when to try again."),
    ),
    security(()),
)]
#[post("/v1/public/sessions")]
pub async fn open_public_session(
    body: Body<FolioAndPin>,
    state: web::Data<AppState>,
    address: ClientAddress,
) -> Result<HttpResponse, Problem> {
    let FolioAndPin { folio, pin } = body.into_value()?;
    // What is no folio is counted as what was typed, so that nobody gains by mistyping.
    let folio = Folio::parse(&folio).map_err(|_| folio.trim().to_uppercase());
    let counted = folio.as_ref().map_or_else(Clone::clone, ToString::to_string);
    state.auth.throttle.citizen(&counted, address.0).map_err(too_many)?;

    let known = match folio {
        Ok(folio) => state.store.read(move |db| petitions::pin_facts(db, &folio)).await.map_err(Problem::from)?,
        Err(_) => None,
    };
    let (petition, version) =
        known.as_ref().map_or((Uuid::nil(), 0), |petition| (petition.id.uuid(), petition.pin_version));
    // Every PIN is compared, whichever fits.
    let key = &state.auth.pin_key;
    let own = Pin::derive(key, petition, version).matches(&pin);
    let co_petitioners = known.iter().flat_map(Petition::co_petitioners).map(|one| one.id);
    let fitting = co_petitioners.filter(|one| Pin::of_co_petitioner(key, one.uuid()).matches(&pin)).last();
    let holder = if own { None } else { fitting };
    let open = known.is_some_and(|petition| petition.open_to(holder));
    if !open || (!own && fitting.is_none()) {
        return Err(Kind::PinRefused.into());
    }
    let now = state.clock.now();
    let claims = Claims::citizen(petition, version, holder.map(Id::uuid), new_id(now), now);
    let token =
        PublicToken { access_token: signed(&state, &claims)?, token_type: "Bearer", expires_in: CITIZEN_SECONDS };
    Ok(HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(token))
}
