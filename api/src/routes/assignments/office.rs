//! The office's own steps on a share: send back, cancel.

use actix_web::{HttpResponse, post, web};
use domain::id::Id;
use domain::step::AssignmentStep;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::http::{Body, IfMatch};
use crate::problem::Problem;
use crate::step::{Circumstances, Request, words};
use crate::view::AssignmentView;

/// Why.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReasonWanted {
    /// Why.
    #[schema(example = "Falta reponer el pavimento.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
}

impl Circumstances for ReasonWanted {}

/// Send an assignment back
///
/// The office is not content with a resolution: the share is `accepted` again and its term does not start again.
/// Needs `petition.review`.
#[utoipa::path(
    operation_id = "send_back_assignment",
    tag = "assignments",
    request_body = ReasonWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/review")]
pub async fn send_back_assignment(
    version: IfMatch,
    body: Body<ReasonWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::SendBack, Some(version), body, move |petition, occasion, setting| {
            Ok(petition.send_back(occasion, id, words(&setting.body.reason, "/reason")?)?.into())
        })
        .await
}

/// Cancel an assignment
///
/// Takes a share away from its dependency. Needs `petition.route`.
#[utoipa::path(
    operation_id = "cancel_assignment",
    tag = "assignments",
    request_body = ReasonWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/cancellation")]
pub async fn cancel_assignment(
    version: IfMatch,
    body: Body<ReasonWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::Cancel, Some(version), body, move |petition, occasion, setting| {
            Ok(petition.cancel(occasion, id, words(&setting.body.reason, "/reason")?)?.into())
        })
        .await
}
