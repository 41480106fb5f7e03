//! A dependency's work list, and one assignment.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use domain::assignment::{Assignment, AssignmentState};
use domain::calendar::Calendar;
use domain::code::Coded;
use domain::id::Id;
use domain::petition::Petition;
use domain::refusal::Code;
use domain::visibility::Visibility;
use persistence::petitions::{self, AssignmentFilter, AssignmentSort, Position};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::auth::Caller;
use crate::http::version::etag;
use crate::http::{Limit, Query, codes, listed, sort_needs};
use crate::office::Office;
use crate::problem::Problem;
use crate::routes::petitions::{Moment, boxed};
use crate::state::AppState;
use crate::text::Language;
use crate::view::{AssignmentView, Material, Viewer};

/// In which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentStateWanted {
    /// Pending or accepted: what the dependency still owes.
    Open,
    /// Routed; not taken up.
    Pending,
    /// Being worked on.
    Accepted,
    /// Done, as the dependency says.
    Resolved,
    /// Given back.
    Returned,
    /// Taken away.
    Cancelled,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum AssignmentOrder {
    /// What is due first; what has no running term comes last.
    #[default]
    #[serde(rename = "due_at")]
    Due,
    /// Last routed first; `dependency` must be given, save by whoever sees one dependency only.
    #[serde(rename = "-routed_at")]
    Routed,
}

/// Which assignments.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AssignmentsWanted {
    /// Of this dependency; a liaison sees its own only and need not name it. `sort=-routed_at` needs it.
    #[param(example = "simas")]
    dependency: Option<String>,
    /// Of this unit.
    #[param(example = "drinking_water_unit")]
    unit: Option<String>,
    /// In this state; `open` is pending or accepted.
    #[param(inline)]
    state: Option<AssignmentStateWanted>,
    /// On this desk of its dependency's liaison, as `GET /v1/worklists` counts it: with `sort=due_at` it is read at
    /// once, however much is done.
    #[param(inline, example = "to_accept")]
    desk: Option<codes::AssignmentDesk>,
    /// Of a petition in this box of the map, its edges included: west, south, east and north in degrees of WGS 84. What
    /// has no coordinates lies in none.
    #[param(example = "-103.5,25.45,-103.25,25.65", max_length = 100)]
    bbox: Option<String>,
    /// With a running term that ends then or later: an instant, or a day of the city.
    #[param(value_type = Option<String>, example = "2026-11-23T21:00:00Z")]
    due_from: Option<Moment>,
    /// With a running term that ends before: an instant, or a day of the city.
    #[param(value_type = Option<String>, example = "2026-11-24T21:00:00Z")]
    due_to: Option<Moment>,
    /// In which order; `due_at` when absent. `-routed_at` needs `dependency`, which for a liaison is its own.
    #[serde(default)]
    #[param(inline, value_type = Option<AssignmentOrder>)]
    sort: AssignmentOrder,
    /// Items on a page: 1 to 200, 50 when absent. A page may be shorter, or empty, while there is a next one.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Limit,
}

/// A page of assignments.
#[derive(Serialize, ToSchema)]
pub struct AssignmentPage {
    /// What is on it.
    items: Vec<AssignmentView>,
    /// The cursor of the next page; null at the end.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// List assignments
///
/// A dependency's work list, what is due first; each item carries of its petition what the work needs. A liaison sees
/// the assignments of the own dependency (or unit), the office sees all.
#[utoipa::path(
    operation_id = "list_assignments",
    tag = "assignments",
    params(
        AssignmentsWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIyMDI2LTExLTIzVDE1OjA0OjA1WiJd"),
    ),
    responses((status = 200, description = "A page.", body = AssignmentPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/assignments")]
pub async fn list_assignments(
    query: Query<AssignmentsWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let who = caller.id();
    let after: Option<Position> = query.position(&state.secrets, who)?;
    let wanted = query.value.clone();
    let limit = i64::try_from(wanted.limit.get()).unwrap_or(50);
    let shared = state.clone();
    let (items, next) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let visibility = actor.visibility();
            let (filter, sort) = asked(&wanted, &shared.calendar, &office, &visibility)?;
            if visibility.is_nothing() {
                return Err(Code::NotAllowed.into());
            }
            let page = petitions::assignments(db, &filter, &visibility, sort, after, limit)?;
            let found = petitions::of_assignments(db, &page.ids)?;
            let material = Material::of(db, &found)?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            let by_id: HashMap<Id<Assignment>, (&Petition, &Assignment)> = found
                .iter()
                .flat_map(|petition| petition.assignments.iter().map(move |share| (share.id, (petition, share))))
                .collect();
            let items: Vec<AssignmentView> = page
                .ids
                .iter()
                .filter_map(|id| by_id.get(id))
                .map(|(petition, share)| AssignmentView::of(petition, share, &material, viewer))
                .collect();
            Ok((items, page.next))
        })
        .await?;
    let next = next.map(|position| query.next(&state.secrets, who, &position));
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(AssignmentPage { items, next }))
}

fn states(wanted: AssignmentStateWanted) -> Vec<&'static str> {
    let states: &[AssignmentState] = match wanted {
        AssignmentStateWanted::Open => &[AssignmentState::Pending, AssignmentState::Accepted],
        AssignmentStateWanted::Pending => &[AssignmentState::Pending],
        AssignmentStateWanted::Accepted => &[AssignmentState::Accepted],
        AssignmentStateWanted::Resolved => &[AssignmentState::Resolved],
        AssignmentStateWanted::Returned => &[AssignmentState::Returned],
        AssignmentStateWanted::Cancelled => &[AssignmentState::Cancelled],
    };
    states.iter().map(|state| state.code()).collect()
}

/// What a query asks for.
///
/// # Errors
/// `invalid_parameter` (400) with the name of the parameter.
pub fn asked(
    wanted: &AssignmentsWanted,
    calendar: &Calendar,
    office: &Office,
    visibility: &Visibility,
) -> Result<(AssignmentFilter, AssignmentSort), Problem> {
    // Who sees one dependency lists that one's.
    let own = match visibility.dependencies().as_slice() {
        [only] if !visibility.is_all() => Some((*only).to_owned()),
        _ => None,
    };
    let dependency = wanted.dependency.clone().or(own);
    let sort = match wanted.sort {
        AssignmentOrder::Due => AssignmentSort::Due,
        AssignmentOrder::Routed if dependency.is_none() => {
            return Err(sort_needs("dependency", "-routed_at", "dependency"));
        }
        AssignmentOrder::Routed => AssignmentSort::Routed,
    };
    listed("dependency", wanted.dependency.as_ref(), |code| office.dependency(code).is_some(), "/v1/dependencies")?;
    listed("unit", wanted.unit.as_ref(), |code| office.unit(code).is_some(), "/v1/dependencies")?;
    let filter = AssignmentFilter {
        dependency,
        unit: wanted.unit.clone(),
        states: wanted.state.map(states),
        desk: wanted.desk.map(|code| code.0),
        within: boxed(wanted.bbox.as_deref())?,
        due_from: wanted.due_from.map(|moment| moment.instant(calendar)),
        due_to: wanted.due_to.map(|moment| moment.instant(calendar)),
    };
    Ok((filter, sort))
}

/// Get an assignment
///
/// One dependency's share of a petition, with of the petition what the work needs, and what the caller can do now.
#[utoipa::path(
    operation_id = "get_assignment",
    tag = "assignments",
    params(("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e")),
    responses((status = 200, description = "The assignment.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/assignments/{id}")]
pub async fn get_assignment(
    caller: Caller,
    language: Language,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let id: Id<Assignment> = Id::new(*id);
    let shared = state.clone();
    let (version, view) = state
        .store
        .read(move |db| -> Result<(i32, AssignmentView), Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let petition = petitions::find_assignment(db, id, &actor.visibility())?.ok_or(Code::AssignmentUnknown)?;
            let share = petition.assignment(id).ok_or(Code::AssignmentUnknown)?;
            let material = Material::of(db, std::slice::from_ref(&petition))?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            Ok((share.version, AssignmentView::of(&petition, share, &material, viewer)))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(version)).json(view))
}
