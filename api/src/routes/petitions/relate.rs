//! Petitions that belong together: said, and taken back.

use actix_web::{HttpResponse, delete, post, web};
use domain::actor::Actor;
use domain::petition::Petition;
use domain::petition::relate::Both;
use domain::refusal::{Code, Refusal};
use domain::step::Step;
use persistence::{Db, petitions};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::named;
use crate::http::{Body, IfMatch, codes};
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Done, Nothing, Request};
use crate::view::PetitionView;

/// With which petition it belongs together, and why.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RelationWanted {
    /// `recurrence`: the same trouble came again, whichever of the two was presented first is the earlier one. `split`: it
    /// is a part of the other one's matter. `same_place`: another matter at the same place.
    pub relation: codes::Relation,
    /// The other petition, by identifier or folio.
    #[schema(example = "AC-2026-001234-7", max_length = 60)]
    #[validate(length(max = 60))]
    pub petition: String,
    /// When it was said, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for RelationWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Relate a petition to another one
///
/// Says that two petitions belong together and why; each keeps what it is to the other, in its history too. Neither goes
/// with the other, and no version goes stale. Two petitions have one relation, and a petition has up to 50. Nothing of it
/// is shown to citizens or dependencies. Needs `petition.route`, `petition.review` or `petition.manage`.
#[utoipa::path(
    operation_id = "relate_petition",
    tag = "petitions",
    request_body = RelationWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/relations")]
pub async fn relate_petition(
    body: Body<RelationWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Relate, None, body, |petition, occasion, setting| {
            let other = other(setting.db, occasion.actor, &setting.body.petition, "/petition")?;
            Ok(done(petition.relate(occasion, &other, setting.body.relation.0)?, other))
        })
        .await
}

/// Take a relation away
///
/// The two petitions do not belong together after all; the history of each keeps both. Needs what relating needs.
#[utoipa::path(
    operation_id = "unrelate_petition",
    tag = "petitions",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("related_id" = String, Path, description = "The other one, by identifier or folio.", example = "AC-2026-000987-8"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[delete("/v1/petitions/{id}/relations/{related_id}")]
pub async fn unrelate_petition(
    version: IfMatch,
    request: Request,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, related) = path.into_inner();
    request
        .petition(named(&id)?, Step::Relate, Some(version), Nothing, move |petition, occasion, setting| {
            let other = other(setting.db, occasion.actor, &related, "?related_id")?;
            Ok(done(petition.unrelate(occasion, &other)?, other))
        })
        .await
}

/// The other petition, if the actor sees it.
fn other(db: &mut Db, actor: &Actor, written: &str, pointer: &'static str) -> Result<Petition, Problem> {
    let reference = named(written).map_err(|problem| problem.told_of(pointer))?;
    let found = petitions::find(db, &reference, &actor.visibility())?;
    found.ok_or_else(|| Refusal::at(Code::PetitionUnknown, pointer).into())
}

/// Both changes, in one unit of work.
fn done(both: Both, before: Petition) -> Done {
    let Both { own, other } = both;
    Done { change: own, beside: Some(Box::new(move |tx| Ok(petitions::save(tx, Some(&before), &other, None)?))) }
}
