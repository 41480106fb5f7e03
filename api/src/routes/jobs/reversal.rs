//! `POST …/reversal`: a job that takes another back, petition by petition, where it still stands as that one left it.

use actix_web::{HttpResponse, post, web};
use domain::id::Id;
use domain::job::{Job as JobName, JobResult, JobState};
use domain::refusal::Code;
use persistence::jobs::{self, Item, Job};
use uuid::Uuid;

use super::wire::JobView;
use super::{made, own};
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::{Body, IdempotencyKey};
use crate::jobs::work::{ReversalWanted, Work, written};
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::text::Language;

/// What many petitions at once are worth: they fill a group.
const WEIGHT: usize = 50;

/// Undo a job
///
/// Makes a job that takes back what this one did, by the steps that lead back: `untag` what was tagged and `tag` what
/// was untagged, hand back to whoever followed before, reclassify as before, cancel the assignments that were given. Each is
/// taken by the same rules, and only where the petition still stands as the job left it: where somebody has changed
/// that since, or a dependency has taken the assignment up, it is refused (`changed_since`). What had further consequences stays
/// (`not_undoable`): what was cancelled, a raised flag `against_public_servant`, an assignment that took a returned one up.
/// `reason` goes into the history of each petition; taking marks back needs none.
#[utoipa::path(
    operation_id = "undo_job",
    tag = "jobs",
    request_body = ReversalWanted,
    params(
        ("id" = Uuid, Path, description = "The job.", example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (
            status = 202, description = "The job that takes it back.", body = JobView,
            headers(("ETag" = String), ("Location" = String, description = "The job that takes it back."))
        ),
        (
            status = 409,
            description = "It still runs, or another job is taking it back (`job_being_undone`); nothing of it stands any more; or what it did cannot be taken back.",
        ),
    ),
    security(("token" = [])),
)]
#[post("/v1/jobs/{id}/reversal")]
pub async fn undo_job(
    key: IdempotencyKey,
    body: Body<ReversalWanted>,
    caller: Caller,
    language: Language,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let (own_keys, who, fresh) = (keys.clone(), caller.clone(), Id::new(new_id(now)));
    let id = state
        .store
        .write_weighing(keys, WEIGHT, move |tx| -> Result<Id<JobName>, Problem> {
            let actor = who.actor(tx.beside(), now)?;
            let original = own(tx.db()?, &who, Id::new(*id))?;
            original.step.permits(&actor)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok(Id::new(id));
            }
            let text = written(&serde_json::json!({"reason": body.value()?.reason}));
            Work::undoing(original.step, text.as_bytes())?;
            if original.state == JobState::Running {
                return Err(Kind::JobRunning.into());
            }
            if original.undoes.is_some() || !original.step.is_undoable() {
                return Err(Code::NotUndoable.into());
            }
            // What the one takes back the other would find changed, and blame on somebody else.
            if jobs::is_being_undone(tx.db()?, original.id)? {
                return Err(Kind::JobBeingUndone.into());
            }
            let done = jobs::undoable(tx.db()?, original.id)?;
            if done.is_empty() {
                return Err(Code::Unchanged.into());
            }
            if !original.is_undoable() {
                return Err(Code::NotUndoable.into());
            }
            let items: Vec<Item> = done
                .into_iter()
                .map(|item| Item { result: JobResult::Pending, problem: None, decided_at: None, ..item })
                .collect();
            let job = Job {
                id: fresh,
                account: original.account,
                step: original.step,
                undoes: Some(original.id),
                state: JobState::Running,
                total: i32::try_from(items.len()).unwrap_or(i32::MAX),
                done: 0,
                refused: 0,
                undone: 0,
                cancelled: 0,
                created_at: now,
                started_at: None,
                finished_at: None,
                version: 1,
                lasting: 0,
            };
            jobs::open(tx, &job, &text, &items)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, job.id.uuid(), now);
            }
            Ok(job.id)
        })
        .await?;
    state.jobs.notify_one();
    made(&state, caller, language, id).await
}
