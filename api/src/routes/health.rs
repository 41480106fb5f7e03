//! Whether the process lives and can do its work. For machines; no identity needed, nothing told of the inside.

use actix_web::{HttpResponse, get, web};
use persistence::StoreError;
use persistence::ledger::Ledger;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::problem::Problem;
use crate::state::AppState;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(check_life).service(check_readiness);
}

/// A state of health.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: what is not well answers with a problem.
    #[schema(example = "ok")]
    status: &'static str,
}

const WELL: Health = Health { status: "ok" };

/// Check that the server lives
///
/// Answers as long as the process can answer at all; asks nothing of the database. Restart what does not answer.
#[utoipa::path(
    operation_id = "check_life",
    tag = "health",
    responses((status = 200, description = "It lives.", body = Health)),
    security(()),
)]
#[get("/health/live")]
pub async fn check_life() -> HttpResponse {
    HttpResponse::Ok().json(WELL)
}

/// Check that the server is ready
///
/// Reads from the database. Send no requests to a server that answers 503.
#[utoipa::path(
    operation_id = "check_readiness",
    tag = "health",
    responses((status = 200, description = "It is ready.", body = Health)),
    security(()),
)]
#[get("/health/ready")]
pub async fn check_readiness(state: web::Data<AppState>) -> Result<HttpResponse, Problem> {
    state.store.read(|db| -> Result<_, StoreError> { Ledger::read(db).map(drop) }).await?;
    Ok(HttpResponse::Ok().json(WELL))
}
