//! `POST …/assignments`: dependencies get their shares.

use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use domain::id::Id;
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::petition::route::Routing;
use domain::refusal::{Code, Refusal};
use domain::step::Step;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::named;
use crate::http::{Body, IfMatch};
use crate::office::Office;
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Done, Request, Setting, some_words};
use crate::view::PetitionView;

/// The share that one dependency gets.
#[derive(Clone, Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RouteWanted {
    /// Code of the dependency.
    #[schema(example = "simas", max_length = 60)]
    #[validate(length(max = 60))]
    pub dependency: String,
    /// Code of the unit.
    #[serde(default)]
    #[schema(example = json!(null), max_length = 60)]
    #[validate(length(max = 60))]
    pub unit: Option<String>,
    /// Whether it is ordered: a directed assignment cannot be returned.
    #[serde(default)]
    #[schema(example = false)]
    pub directed: bool,
    /// What the office tells the dependency.
    #[serde(default)]
    #[schema(example = "Urge: es frente a una escuela.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub instructions: Option<String>,
    /// The returned assignment with which it deals; if absent, with all that were returned.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub previous_id: Option<Uuid>,
}

/// The shares to be given.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RoutesWanted {
    /// One per dependency.
    #[schema(min_items = 1, max_items = 20)]
    #[validate(length(min = 1, max = 20), nested)]
    pub assignments: Vec<RouteWanted>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for RoutesWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// A share as the rules are given it.
///
/// # Errors
/// `dependency_unknown`, `dependency_ended`, `unit_unknown` (422) at `pointer`.
pub fn routing(office: &Office, wanted: &RouteWanted, today: NaiveDate, pointer: &str) -> Result<Routing, Problem> {
    office.named_dependency(&wanted.dependency, today, format!("{pointer}/dependency"))?;
    if let Some(unit) = &wanted.unit {
        office
            .valid_unit(&wanted.dependency, unit, today)
            .ok_or_else(|| Refusal::at(Code::UnitUnknown, format!("{pointer}/unit")))?;
    }
    Ok(Routing {
        dependency: wanted.dependency.clone(),
        unit: wanted.unit.clone(),
        directed: wanted.directed,
        instructions: some_words(wanted.instructions.as_ref(), &format!("{pointer}/instructions"))?,
        previous: wanted.previous_id.map(Id::new),
    })
}

/// Route a petition
///
/// Gives one or several dependencies a share each. Returned shares that were waiting are dealt with by it. Needs
/// `petition.route` (*Manual 1.1, 1.2, 7.1, 9.1, 14.1 …*).
#[utoipa::path(
    operation_id = "route_petition",
    tag = "petitions",
    request_body = RoutesWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/assignments")]
pub async fn route_petition(
    version: IfMatch,
    body: Body<RoutesWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request.petition(target, Step::Route, Some(version), body, route).await
}

/// Routes, alone or as one of many.
///
/// # Errors
/// Of [`routings`] and of the step.
pub fn route(
    petition: &Petition,
    occasion: &mut Occasion<'_>,
    setting: Setting<'_, RoutesWanted>,
) -> Result<Done, Problem> {
    let routes = routings(setting.office, setting.body, setting.today)?;
    Ok(petition.route(occasion, routes)?.into())
}

/// All shares as the rules are given them.
///
/// # Errors
/// Of [`routing`], at the place of the share.
pub fn routings(office: &Office, wanted: &RoutesWanted, today: NaiveDate) -> Result<Vec<Routing>, Problem> {
    let routes = wanted.assignments.iter().enumerate();
    routes.map(|(at, one)| routing(office, one, today, &format!("/assignments/{at}"))).collect()
}
