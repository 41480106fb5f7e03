//! Intakes: how petitions came in, several of one occasion at once, and the office's list of them.

mod slip;
mod take;
mod wire;

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use domain::id::Id;
use domain::intake::{Intake, IntakeKind, sees_intakes};
use domain::refusal::Code;
use persistence::intakes::{self, IntakeFilter};
use persistence::petitions::Position;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use self::wire::{IntakeView, PetitionOfIntake, WholeIntake};
use crate::auth::Caller;
use crate::http::{Limit, Query, codes, listed};
use crate::problem::Problem;
use crate::routes::petitions::{CountView, Counting, Moment};
use crate::state::AppState;
use crate::text::Language;
use crate::view::Viewer;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_intakes).service(take::take_intake).service(get_intake);
}

/// Which intakes.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IntakesWanted {
    /// Only those that yielded petitions, or only orientation without a petition.
    #[param(inline, example = "information")]
    kind: Option<codes::IntakeKind>,
    /// By this channel.
    #[param(example = "neighbourhood_meeting")]
    channel: Option<String>,
    /// Keyed by this account.
    #[param(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    registered_by: Option<Uuid>,
    /// Received then or later: an instant, or a day of the city.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    received_from: Option<Moment>,
    /// Received before.
    #[param(value_type = Option<String>, example = "2026-12-01")]
    received_to: Option<Moment>,
    /// Items on a page: 1 to 200, 50 when absent. A page may be shorter, or empty, while there is a next one.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Limit,
    /// Whether the whole is counted, as far as a bounded look goes.
    #[serde(default)]
    #[param(inline, value_type = Option<Counting>)]
    count: Counting,
}

/// A page of intakes.
#[derive(Serialize, ToSchema)]
pub struct IntakePage {
    /// What is on it.
    items: Vec<IntakeView>,
    /// The cursor of the next page; null at the end.
    #[schema(example = json!(null))]
    next: Option<String>,
    /// How many there are, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<CountView>,
}

/// List intakes
///
/// How petitions came in, newest receipt first; those that came alone among them, each as an intake of its own.
/// `kind=information` lists and counts orientation without a petition. For every post that reads petitions.
#[utoipa::path(
    operation_id = "list_intakes",
    tag = "intakes",
    params(
        IntakesWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIyMDI2LTExLTIzVDE1OjA0OjA1WiJd"),
    ),
    responses((status = 200, description = "A page.", body = IntakePage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/intakes")]
pub async fn list_intakes(
    query: Query<IntakesWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let who = caller.id();
    let after: Option<Position> = query.position(&state.secrets, who)?;
    let wanted = query.value.clone();
    let at = |moment: Option<Moment>| moment.map(|moment| moment.instant(&state.calendar));
    let filter = IntakeFilter {
        oriented: wanted.kind.map(|kind| kind.0 == IntakeKind::Information),
        channel: wanted.channel,
        registered_by: wanted.registered_by,
        received_from: at(wanted.received_from),
        received_to: at(wanted.received_to),
    };
    let limit = i64::try_from(wanted.limit.get()).unwrap_or(50);
    let counting = wanted.count;
    let shared = state.clone();
    let (items, next, count) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            listed("channel", filter.channel.as_ref(), |code| office.channel(code).is_some(), "/v1/channels")?;
            if !sees_intakes(&actor) {
                return Err(Code::NotAllowed.into());
            }
            let (ids, next) = intakes::list(db, &filter, after, limit)?;
            let found = intakes::many(db, &ids)?;
            let details = intakes::details(db, &ids)?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            let items: Vec<IntakeView> =
                found.iter().map(|intake| IntakeView::of(intake, details.get(&intake.id), viewer)).collect();
            let count = match counting {
                Counting::None => None,
                Counting::Capped => Some(CountView::from(intakes::count(db, &filter)?)),
            };
            Ok((items, next, count))
        })
        .await?;
    let next = next.map(|position| query.next(&state.secrets, who, &position));
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(IntakePage { items, next, count }))
}

/// Get an intake
///
/// How it was, and which petitions it yielded. A petition's intake is its `intake_id`. For every post that reads
/// petitions.
#[utoipa::path(
    operation_id = "get_intake",
    tag = "intakes",
    params(("id" = Uuid, Path, description = "The intake.", example = "0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e")),
    responses((status = 200, description = "The intake.", body = WholeIntake)),
    security(("token" = [])),
)]
#[get("/v1/intakes/{id}")]
pub async fn get_intake(
    caller: Caller,
    id: web::Path<Uuid>,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let id: Id<Intake> = Id::new(*id);
    let shared = state.clone();
    let whole = state
        .store
        .read(move |db| -> Result<WholeIntake, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let seen = if sees_intakes(&actor) { intakes::find(db, id)? } else { None };
            let intake = seen.ok_or(Code::IntakeUnknown)?;
            let details = intakes::details(db, &[id])?.remove(&id);
            let petitions = if intake.petitions == 0 { Vec::new() } else { intakes::petitions(db, id)? };
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            Ok(WholeIntake {
                intake: IntakeView::of(&intake, details.as_ref(), viewer),
                petitions: petitions.iter().map(|petition| PetitionOfIntake::of(petition, viewer)).collect(),
            })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(whole))
}
