//! `POST …/co_petitioners`: somebody puts their name to a petition that is already here.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use domain::id::Id;
use domain::occasion::Occasion;
use domain::petition::{Petition, Petitioner};
use domain::refusal::Code;
use domain::step::Step;
use persistence::petitions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::file::pins;
use super::named;
use super::petitioner::{PetitionerWanted, petitioner};
use crate::http::Body;
use crate::http::idempotency::replayed;
use crate::http::version::etag;
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Request, dated, show};
use crate::view::PetitionView;

/// Who joins.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CoPetitionerWanted {
    /// A person; or a committee or group, with whoever presents it in `presented_by`.
    #[validate(nested)]
    pub petitioner: PetitionerWanted,
    /// When it was, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for CoPetitionerWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Somebody who joined a petition.
#[derive(Serialize, ToSchema)]
pub struct JoinedPetition {
    /// The petition as it is now.
    pub petition: PetitionView,
    /// The one who joined, as the petition lists them.
    #[schema(example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d02")]
    pub petitioner_id: Uuid,
    /// With the folio, it lets the one who joined follow the petition; nobody else has it. It is derived and kept nowhere.
    #[schema(example = "9HXW-TN3P")]
    pub pin: String,
}

/// Add a co-petitioner
///
/// Somebody asks the same of the city: their name is put to the petition that is already here, up to 200 of them, until
/// it is answered. They get a PIN of their own, with which they see where it stands and the answer, and nothing of the
/// other petitioners. Where nobody is left to be told, the one who joins is the principal. Needs `petition.file` or
/// `petition.contact` (*Manual 7.2, 9.1, 12.1, 15.1 …*).
#[utoipa::path(
    operation_id = "add_co_petitioner",
    tag = "petitions",
    request_body = CoPetitionerWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (status = 201, description = "They joined.", body = JoinedPetition, headers(("ETag" = String))),
    ),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/co_petitioners")]
pub async fn add_co_petitioner(
    body: Body<CoPetitionerWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    let Request { state, caller, language, key } = request;
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let seed: [u8; 32] = rand::random();
    let (own_keys, who, shared) = (keys.clone(), caller.clone(), state.clone());
    let (petition, joined) = state
        .store
        .write(keys, move |tx| -> Result<(Id<Petition>, Id<Petitioner>), Problem> {
            let actor = who.actor(tx.beside(), now)?;
            let petition = petitions::find(tx.db()?, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            petition.permits(&actor, Step::Join)?;
            if let Some(joined) = replayed(tx, &own_keys)? {
                return Ok((petition.id, Id::new(joined)));
            }
            let wanted = body.value()?;
            let (joining, details) = petitioner(&wanted.petitioner, "/petitioner")?;
            let office = shared.offices.in_unit(tx)?;
            let rules = office.rules_of(&petition.policy);
            let mut occasion = Occasion::new(&actor, rules, now, seed).dated(dated(wanted)?);
            let change = petition.join(&mut occasion, &joining)?;
            let joined: Id<Petitioner> = change.about.map(Id::new).ok_or(Code::PetitionerUnknown)?;
            petitions::save(tx, Some(&petition), &change, None)?;
            if let Some(details) = &details {
                petitions::add_petitioner(tx, petition.id, joined, details)?;
            }
            if let Some(key) = own_keys.first() {
                tx.record(key, joined.uuid(), now);
            }
            Ok((petition.id, joined))
        })
        .await?;
    let pin_key = state.auth.pin_key;
    let (seen, material, shown) = show(state, caller, language, petition).await?;
    // Who joins a petition that nobody brought has the petition's own.
    let (own, others) = pins(&pin_key, &seen.petition);
    let pin = others.into_iter().find(|one| one.petitioner_id == joined.uuid()).map_or(own, |one| one.pin);
    Ok(HttpResponse::build(StatusCode::CREATED).insert_header(etag(seen.petition.version)).json(JoinedPetition {
        petition: seen.view(&material, &shown),
        petitioner_id: joined.uuid(),
        pin,
    }))
}
