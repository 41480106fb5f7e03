//! Whether the process lives and can do its work. For machines; no identity needed, nothing told of the inside.

use actix_web::{HttpResponse, get, web};
use persistence::search;
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

/// A server that can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Always `ok`: what is not well answers with a problem.
    #[schema(example = "ok")]
    status: &'static str,
    /// How far the search is behind.
    search: SearchLag,
}

/// How far the search is behind: what was filed or amended is found when it has followed the change.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchLag {
    /// Changes that it has not followed yet.
    #[schema(example = 0, minimum = 0)]
    changes: i64,
    /// Seconds since the oldest of them was recorded; more than a few mean that something is wrong, or that the index
    /// is being made anew.
    #[schema(example = 0.0, minimum = 0)]
    seconds: f64,
}

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
/// Reads from the database, and tells how far the search is behind what has been filed. Send no requests to a server
/// that answers 503.
#[utoipa::path(
    operation_id = "check_readiness",
    tag = "health",
    responses((status = 200, description = "It is ready.", body = Readiness)),
    security(()),
)]
#[get("/health/ready")]
pub async fn check_readiness(state: web::Data<AppState>) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let lag = state.store.read(move |db| search::lag(db, now)).await?;
    let search = SearchLag { changes: lag.changes, seconds: lag.age.as_seconds_f64() };
    Ok(HttpResponse::Ok().json(Readiness { status: "ok", search }))
}
