//! `GET /v1/public/petition`: the petitioner follows the own petition.

use actix_web::{HttpResponse, get, web};
use domain::actor::Actor;
use domain::petition::Petition;
use persistence::petitions::{self, PetitionRef};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::Citizen;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::text::Language;
use crate::view::public::PublicPetition;
use crate::view::{Material, Viewer};

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_public_petition);
}

/// Follow a petition
///
/// What the petitioner sees with the token of folio and PIN: where it stands, who works on it, what the city asks,
/// and the answer. No names of staff, no internal texts, and nothing of other petitioners: a co-petitioner sees neither
/// the words nor the questions of whoever brought it.
#[utoipa::path(
    operation_id = "get_public_petition",
    tag = "public",
    responses((status = 200, description = "The petition.", body = PublicPetition)),
    security(("token" = [])),
)]
#[get("/v1/public/petition")]
pub async fn get_public_petition(
    citizen: Citizen,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let view = state
        .store
        .read(move |db| -> Result<PublicPetition, Problem> {
            let visibility = Actor::citizen(citizen.petition()).visibility();
            let petition: Petition =
                petitions::find(db, &PetitionRef::Id(citizen.petition()), &visibility)?.ok_or(Kind::SessionEnded)?;
            let actor = citizen.actor(&petition)?;
            let office = shared.offices.of(db)?;
            let material = Material::of(db, std::slice::from_ref(&petition))?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            Ok(PublicPetition::of(&petition, &material, viewer, citizen.co_petitioner()))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
