//! What is sent and answered of jobs.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::job::MOST;
use persistence::jobs::{Item, Job};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{AnyOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::http::version::tag;
use crate::http::{codes, label};
use crate::jobs::work::CancellationsWanted;
use crate::problem::{Kept, ProblemDocument};
use crate::routes::petitions::{ClassificationWanted, FollowerWanted, RoutesWanted, TagsWanted};
use crate::text::Language;

/// What to do, and to which petitions.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "step": "tag",
    "body": {"tags": ["rain_2026"]},
    "selection": {"filter": "category=water_leak&received_from=2026-11-20", "count": 123},
}))]
pub struct JobWanted {
    // Described where it is declared: beside an inlined set a description makes a schema that nothing satisfies.
    #[schema(inline)]
    pub step: codes::JobStep,
    /// The body of that step as it is taken on one petition: of `route` `POST …/assignments`, of `hand_over`
    /// `PUT …/follower` (naming a post or a person), of `tag` and `untag` `POST …/tags`, of `reclassify`
    /// `POST …/classification` (naming what changes); of `cancel` why, and of which dependency.
    #[schema(value_type = JobBody)]
    pub body: Value,
    /// The petitions: by name, or by a filter with the number that it finds.
    #[validate(nested)]
    pub selection: SelectionWanted,
}

/// Which petitions: either `petitions`, or `filter` with `count`.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SelectionWanted {
    /// By identifier or folio, each once.
    #[serde(default)]
    #[schema(example = json!(["AC-2026-001234-7"]), min_items = 1, max_items = 5000)]
    #[validate(length(min = 1, max = 5000))]
    pub petitions: Option<Vec<String>>,
    /// The query of `GET /v1/petitions`, as after the question mark, without `cursor`, `limit` and `count`; percent-encoded.
    #[serde(default)]
    #[schema(example = "category=water_leak&received_from=2026-11-20", min_length = 1, max_length = 2000)]
    #[validate(length(min = 1, max = 2000))]
    pub filter: Option<String>,
    /// How many petitions the filter finds, as whoever asks has seen. If there is another number now, or none is given,
    /// nothing is done, and 409 `count_differs` tells the present number as `count`.
    #[serde(default)]
    #[schema(example = 123, minimum = 0)]
    pub count: Option<u32>,
}

/// The schema says how many in a literal; this keeps it that of the rule.
const _: () = assert!(MOST == 5_000, "see SelectionWanted");

/// The body of a step that can be taken on many petitions: only the contract needs its shape.
pub struct JobBody;

impl PartialSchema for JobBody {
    fn schema() -> RefOr<Schema> {
        let bodies = [
            TagsWanted::name(),
            RoutesWanted::name(),
            FollowerWanted::name(),
            ClassificationWanted::name(),
            CancellationsWanted::name(),
        ];
        let any = bodies.into_iter().fold(AnyOfBuilder::new(), |any, name| any.item(Ref::from_schema_name(name)));
        any.description(Some("The body of the step: which of them, `step` says.")).into()
    }
}

impl ToSchema for JobBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("JobBody")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            schemas.push((T::name().into_owned(), T::schema()));
            T::schemas(schemas);
        }
        add::<TagsWanted>(schemas);
        add::<RoutesWanted>(schemas);
        add::<FollowerWanted>(schemas);
        add::<ClassificationWanted>(schemas);
        add::<CancellationsWanted>(schemas);
    }
}

/// A job, and how far it has come.
#[derive(Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobView {
    /// The job.
    #[schema(example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e")]
    id: Uuid,
    /// What is done to each petition.
    step: codes::JobStep,
    /// The same in words.
    #[schema(example = "Canalizar")]
    step_label: String,
    /// The job that this one takes back; null where it does something itself.
    #[schema(example = json!(null))]
    undoes: Option<Uuid>,
    /// Where it stands.
    state: codes::JobState,
    /// The same in words.
    #[schema(example = "En curso")]
    state_label: String,
    /// How many petitions it is about: the sum of the five that follow.
    #[schema(example = 123, minimum = 0)]
    total: i32,
    /// How many wait for their turn.
    #[schema(example = 20, minimum = 0)]
    pending: i32,
    /// Of how many the step was taken, and stands.
    #[schema(example = 100, minimum = 0)]
    done: i32,
    /// Of how many it was refused; each says why.
    #[schema(example = 3, minimum = 0)]
    refused: i32,
    /// Of how many it was taken, and taken back by another job.
    #[schema(example = 0, minimum = 0)]
    undone: i32,
    /// How many were called off.
    #[schema(example = 0, minimum = 0)]
    cancelled: i32,
    /// Whether some of it can be taken back now: it is over, and what was done had no further consequences.
    #[schema(example = false)]
    undoable: bool,
    /// When it was made.
    #[schema(example = "2026-11-23T15:04:05Z")]
    created_at: DateTime<Utc>,
    /// When the first petition had its turn.
    #[schema(example = "2026-11-23T15:04:05Z")]
    started_at: Option<DateTime<Utc>>,
    /// When it was over; 30 days later it is forgotten.
    #[schema(example = json!(null))]
    finished_at: Option<DateTime<Utc>>,
    /// Its petitions with their results: a path of this API.
    #[schema(example = "/v1/jobs/0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e/items", format = "uri-reference")]
    items: String,
    /// For `If-Match`: another one once it is over; progress does not change it.
    #[schema(example = "\"1\"")]
    etag: String,
}

impl JobView {
    pub(super) fn of(job: &Job, language: Language) -> Self {
        Self {
            id: job.id.uuid(),
            step: job.step.into(),
            step_label: label(language, job.step),
            undoes: job.undoes.map(domain::id::Id::uuid),
            state: job.state.into(),
            state_label: label(language, job.state),
            total: job.total,
            pending: job.pending(),
            done: job.done,
            refused: job.refused,
            undone: job.undone,
            cancelled: job.cancelled,
            undoable: job.is_undoable(),
            created_at: job.created_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
            items: format!("/v1/jobs/{}/items", job.id),
            etag: tag(job.version),
        }
    }
}

/// A page of jobs.
#[derive(Serialize, ToSchema)]
pub struct JobPage {
    /// What is on it.
    pub(super) items: Vec<JobView>,
    /// The cursor of the next page; null at the end.
    #[schema(example = json!(null))]
    pub(super) next: Option<String>,
}

/// One petition of a job, and what became of it.
#[derive(Serialize, ToSchema)]
#[schema(as = JobItem)]
pub struct JobItemView {
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    petition_id: Uuid,
    /// Its folio.
    #[schema(example = "AC-2026-001234-7")]
    folio: String,
    /// What became of it.
    result: codes::JobResult,
    /// The same in words.
    #[schema(example = "En espera")]
    result_label: String,
    /// When it had its turn; null while it waits, and where it was called off.
    #[schema(example = "2026-11-23T15:04:06Z")]
    decided_at: Option<DateTime<Utc>>,
    /// Why it was refused: what the single step would have answered. `pointer`s lead into the job's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    problem: Option<ProblemDocument>,
}

impl JobItemView {
    pub(super) fn of(item: &Item, language: Language) -> Self {
        Self {
            petition_id: item.petition.uuid(),
            folio: item.folio.clone(),
            result: item.result.into(),
            result_label: label(language, item.result),
            decided_at: item.decided_at,
            problem: item.problem.as_ref().map(|kept| Kept::read(kept).document(language)),
        }
    }
}

/// A page of a job's petitions.
#[derive(Serialize, ToSchema)]
pub struct JobItemPage {
    /// What is on it.
    pub(super) items: Vec<JobItemView>,
    /// The cursor of the next page; null at the end.
    #[schema(example = json!(null))]
    pub(super) next: Option<String>,
}
