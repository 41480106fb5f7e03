//! Jobs over HTTP: the same step on many petitions, made, followed, called off and taken back by whoever made them.
//!
//! Nobody else is told of a job. What is done to a petition, `crate::jobs` does.

mod make;
mod reversal;
mod wire;

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, web};
use domain::id::Id;
use domain::job::{Job as JobName, JobState, may_make};
use persistence::Db;
use persistence::jobs::{self, Job};
use persistence::petitions::Position;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use self::wire::{JobItemPage, JobItemView, JobPage, JobView};
use crate::auth::Caller;
use crate::http::version::etag;
use crate::http::{IfMatch, Limit, Query, codes};
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_jobs)
        .service(make::make_job)
        .service(get_job)
        .service(cancel_job)
        .service(list_job_items)
        .service(reversal::undo_job);
}

/// A job of this person, or 404: another's is not there.
fn own(db: &mut Db, caller: &Caller, id: Id<JobName>) -> Result<Job, Problem> {
    let account = caller.account()?.uuid();
    jobs::find(db, id)?.filter(|job| job.account == account).ok_or_else(Problem::not_found)
}

/// A job as it is now, for whoever has just made it.
async fn made(state: &AppState, caller: Caller, language: Language, id: Id<JobName>) -> Result<HttpResponse, Problem> {
    let job = state.store.read(move |db| own(db, &caller, id)).await?;
    Ok(HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/v1/jobs/{id}")))
        .insert_header(etag(job.version))
        .json(JobView::of(&job, language)))
}

/// Which part of a list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobsWanted {
    /// Items on a page: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Limit,
}

/// List the own jobs
///
/// The jobs that the caller made, newest first, each with how far it has come. A job is forgotten 30 days after it was
/// over.
#[utoipa::path(
    operation_id = "list_jobs",
    tag = "jobs",
    params(
        JobsWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIyMDI2LTExLTIzVDE1OjA0OjA1WiJd"),
    ),
    responses((status = 200, description = "A page.", body = JobPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/jobs")]
pub async fn list_jobs(
    query: Query<JobsWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let who = caller.id();
    let after: Option<Position> = query.position(&state.secrets, who)?;
    let limit = i64::try_from(query.value.limit.get()).unwrap_or(50);
    let (found, next) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            may_make(&caller.actor(db, now)?)?;
            Ok(jobs::list(db, caller.account()?.uuid(), after, limit)?)
        })
        .await?;
    let next = next.map(|position| query.next(&state.secrets, who, &position));
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    let items = found.iter().map(|job| JobView::of(job, language)).collect();
    Ok(head.json(JobPage { items, next }))
}

/// Get a job
///
/// How far it has come. Only whoever made it is shown it.
#[utoipa::path(
    operation_id = "get_job",
    tag = "jobs",
    params(("id" = Uuid, Path, description = "The job.", example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e")),
    responses((status = 200, description = "The job.", body = JobView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/jobs/{id}")]
pub async fn get_job(
    caller: Caller,
    language: Language,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let job = state
        .store
        .read(move |db| -> Result<Job, Problem> {
            caller.actor(db, now)?;
            own(db, &caller, Id::new(*id))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(job.version)).json(JobView::of(&job, language)))
}

/// Call a job off
///
/// The petitions that wait for their turn have none any more; what was done stays, and can be taken back by
/// `POST …/reversal`. Its version changes only when it is over: progress makes no `If-Match` stale.
#[utoipa::path(
    operation_id = "cancel_job",
    tag = "jobs",
    params(
        ("id" = Uuid, Path, description = "The job.", example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses(
        (status = 200, description = "The job as it is now.", body = JobView, headers(("ETag" = String))),
        (status = 409, description = "The job is over."),
    ),
    security(("token" = [])),
)]
#[delete("/v1/jobs/{id}")]
pub async fn cancel_job(
    version: IfMatch,
    caller: Caller,
    language: Language,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let job = state
        .store
        .write(Vec::new(), move |tx| -> Result<Job, Problem> {
            caller.actor(tx.beside(), now)?;
            let mut job = own(tx.db()?, &caller, Id::new(*id))?;
            version.check(job.version)?;
            if job.state != JobState::Running {
                return Err(Kind::JobOver.into());
            }
            job.cancelled += job.pending();
            job.state = JobState::Cancelled;
            job.finished_at = Some(now);
            job.version += 1;
            jobs::call_off(tx, job.id)?;
            jobs::keep(tx, &job)?;
            Ok(job)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(job.version)).json(JobView::of(&job, language)))
}

/// Which petitions of a job.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobItemsWanted {
    /// Those of which this became.
    #[param(inline, example = "refused")]
    result: Option<codes::JobResult>,
    /// Items on a page: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Limit,
}

/// List the petitions of a job
///
/// In the order of their turns, each with what became of it; of those that were refused with what the single step would
/// have answered, in the caller's language.
#[utoipa::path(
    operation_id = "list_job_items",
    tag = "jobs",
    params(
        ("id" = Uuid, Path, description = "The job.", example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e"),
        JobItemsWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIyMDI2LTExLTIzVDE1OjA0OjA1WiJd"),
    ),
    responses((status = 200, description = "A page.", body = JobItemPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/jobs/{id}/items")]
pub async fn list_job_items(
    query: Query<JobItemsWanted>,
    caller: Caller,
    language: Language,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let who = caller.id();
    let after: Option<i32> = query.position(&state.secrets, who)?;
    let wanted = query.value.clone();
    let limit = i64::try_from(wanted.limit.get()).unwrap_or(50);
    let mut found = state
        .store
        .read(move |db| -> Result<_, Problem> {
            caller.actor(db, now)?;
            let job = own(db, &caller, Id::new(*id))?;
            Ok(jobs::items(db, job.id, wanted.result.map(|code| code.0), after, limit + 1)?)
        })
        .await?;
    let whole = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > whole;
    found.truncate(whole);
    let last = found.last().filter(|_| more).map(|item| item.position);
    let next = last.map(|position| query.next(&state.secrets, who, &position));
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    let items = found.iter().map(|item| JobItemView::of(item, language)).collect();
    Ok(head.json(JobItemPage { items, next }))
}
