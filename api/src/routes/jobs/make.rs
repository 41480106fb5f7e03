//! `POST /v1/jobs`: which petitions are meant is settled when the job is made, and written down with it.

use std::borrow::Cow;
use std::collections::HashSet;

use actix_web::{HttpResponse, post, web};
use domain::id::Id;
use domain::job::{Job as JobName, JobResult, JobState, JobStep, MOST, may_make};
use domain::petition::Petition;
use domain::time::Instant;
use domain::visibility::Visibility;
use persistence::Db;
use persistence::jobs::{self, Item, Job};
use persistence::petitions::{self, PetitionFilter, PetitionRef, PetitionSort, Selection};
use persistence::sql::Side;
use uuid::Uuid;

use super::made;
use super::wire::{JobView, JobWanted, SelectionWanted};
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::paths::Paths;
use crate::http::query::{encoded, unknown};
use crate::http::{Body, IdempotencyKey};
use crate::jobs::work::{Work, written};
use crate::office::Office;
use crate::problem::{FieldError, Kind, Problem};
use crate::routes::filters::{found_by, unfit};
use crate::routes::petitions::named;
use crate::state::AppState;
use crate::text::Language;

/// Petitions whose rows cost as much as an ordinary piece of work.
const AS_ONE: usize = 100;

/// What a list has and a selection has not: every petition that is found is meant, not those of a page.
const OF_A_PAGE: [&str; 2] = ["limit", "count"];

/// What is said of a petition that is not there for this caller.
const UNKNOWN: Cow<'static, str> = Cow::Borrowed("petition_unknown");

/// What is meant: a petition and its folio.
type Meant = (Id<Petition>, String);

/// Make a job
///
/// The same step on up to 5,000 petitions: done in the background, one petition after the other, each by the rules of
/// the single step as if the caller had taken it at that moment (without `If-Match`: it acts on what stands then). What is
/// refused of one petition does not hold up the others; `GET /v1/jobs/{id}/items` tells what became of each. Whoever may
/// take the single step may make a job of it; what the person may do is asked again for each petition, so that whoever
/// is suspended does nothing any more. Petitions are named by identifier or folio, or by a filter of `GET /v1/petitions`
/// with the number that it finds: they are those that are found now. To learn that number, leave `count` out.
#[utoipa::path(
    operation_id = "make_job",
    tag = "jobs",
    request_body = JobWanted,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (
            status = 202, description = "The job, which goes on by itself.", body = JobView,
            headers(("ETag" = String), ("Location" = String, description = "The job."))
        ),
        (
            status = 409,
            description = "The filter finds another number than `count` now, or none was given: `count` of the problem says how many.",
        ),
    ),
    security(("token" = [])),
)]
#[post("/v1/jobs")]
pub async fn make_job(
    key: IdempotencyKey,
    body: Body<JobWanted>,
    caller: Caller,
    language: Language,
    paths: web::Data<Paths>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    if !keys.is_empty() {
        // What is found may be others by now: who repeats the request is told of the job before anybody looks again.
        let (own_keys, who) = (keys.clone(), caller.clone());
        let before = state.store.write(keys.clone(), move |tx| -> Result<Option<Uuid>, Problem> {
            may_make(&who.actor(tx.beside(), now)?)?;
            replayed(tx, &own_keys)
        });
        if let Some(id) = before.await? {
            return made(&state, caller, language, Id::new(id)).await;
        }
    }
    let (who, shared) = (caller.clone(), state.clone());
    let (step, text, meant) = state.store.read(move |db| settled(db, &body, &who, &paths, &shared, now)).await?;
    let job = Job {
        id: Id::new(new_id(now)),
        account: caller.account()?.uuid(),
        step,
        undoes: None,
        state: JobState::Running,
        total: i32::try_from(meant.len()).unwrap_or(i32::MAX),
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
    let items: Vec<Item> = (0..).zip(meant).map(|(position, meant)| waiting(position, meant)).collect();
    let (own_keys, who, weight) = (keys.clone(), caller.clone(), 1 + items.len() / AS_ONE);
    let id = state
        .store
        .write_weighing(keys, weight, move |tx| -> Result<Id<JobName>, Problem> {
            step.permits(&who.actor(tx.beside(), now)?)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok(Id::new(id));
            }
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

fn waiting(position: i32, (petition, folio): Meant) -> Item {
    Item { position, petition, folio, result: JobResult::Pending, problem: None, trace: None, decided_at: None }
}

/// What is to be done, and to which petitions: 403, then 422, then 409.
fn settled(
    db: &mut Db,
    body: &Body<JobWanted>,
    caller: &Caller,
    paths: &Paths,
    state: &AppState,
    now: Instant,
) -> Result<(JobStep, String, Vec<Meant>), Problem> {
    let (actor, office) = caller.enter(db, &state.offices, now)?;
    may_make(&actor)?;
    caller.account()?;
    let wanted = body.value()?;
    let step = wanted.step.0;
    step.permits(&actor)?;
    let text = written(&wanted.body);
    Work::read(step, text.as_bytes())?.check(&office, caller.today(), db)?;
    let ground = Ground { visibility: actor.visibility(), paths, state, office: &office, caller };
    let SelectionWanted { petitions, filter, count } = &wanted.selection;
    let meant = match (petitions, filter) {
        (Some(names), None) => {
            if count.is_some() {
                return Err(Problem::new(Kind::InvalidBody)
                    .blaming(FieldError::new("/selection/count", "goes_with").with("other", "filter")));
            }
            by_name(db, names, &ground.visibility)?
        }
        (None, Some(query)) => by_filter(db, query, *count, &ground)?,
        (Some(_), Some(_)) | (None, None) => {
            return Err(Problem::invalid("/selection", "one_of_petitions_and_filter"));
        }
    };
    Ok((step, text, meant))
}

/// By what a selection is made.
struct Ground<'g> {
    visibility: Visibility,
    paths: &'g Paths,
    state: &'g AppState,
    office: &'g Office,
    caller: &'g Caller,
}

/// The petitions that were named, or every one that is not there.
fn by_name(db: &mut Db, names: &[String], visibility: &Visibility) -> Result<Vec<Meant>, Problem> {
    let mut errors: Vec<(usize, Cow<'static, str>)> = Vec::new();
    let mut references: Vec<(usize, PetitionRef)> = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        match named(name) {
            Ok(reference) => references.push((place, reference)),
            Err(problem) => {
                let why = problem.errors.into_iter().next().map(|error| error.code);
                errors.push((place, why.unwrap_or(UNKNOWN)));
            }
        }
    }
    let asked: Vec<PetitionRef> = references.iter().map(|(_, reference)| reference.clone()).collect();
    let mut known = HashSet::with_capacity(names.len());
    let mut meant = Vec::with_capacity(names.len());
    for ((place, _), found) in references.iter().zip(petitions::named(db, &asked, visibility)?) {
        match found {
            None => errors.push((*place, UNKNOWN)),
            Some((id, _)) if !known.insert(id) => errors.push((*place, "twice".into())),
            Some(found) => meant.push(found),
        }
    }
    if errors.is_empty() {
        return Ok(meant);
    }
    errors.sort_by_key(|(place, _)| *place);
    let told = |(place, code)| FieldError::new(format!("/selection/petitions/{place}"), code);
    Err(Problem::new(Kind::InvalidBody).blaming_all(errors.into_iter().map(told).collect()))
}

/// The petitions that a filter finds, if they are as many as was said.
fn by_filter(db: &mut Db, query: &str, count: Option<u32>, ground: &Ground<'_>) -> Result<Vec<Meant>, Problem> {
    const HERE: &str = "/selection/filter";
    let query = query.strip_prefix('?').unwrap_or(query);
    let encoded = encoded(query).ok_or_else(|| Problem::invalid(HERE, "not_a_query"))?;
    if let Some((name, _)) = form_urlencoded::parse(encoded.as_bytes()).find(|(name, _)| OF_A_PAGE.contains(&&**name)) {
        return Err(unfit(&unknown(&name), HERE));
    }
    let Ground { visibility, paths, state, office, caller } = ground;
    let (filter, sort) =
        found_by(&encoded, paths, &state.calendar, office, caller.today()).map_err(|problem| unfit(&problem, HERE))?;
    let sort = nearest(&filter, sort);
    let Selection { found, whole } = petitions::select(db, &filter, visibility, sort, MOST)?;
    if found.len() > MOST {
        let error = FieldError::new(HERE, "selection_too_large").with("max", MOST.to_string());
        return Err(Problem::new(Kind::SelectionTooLarge).blaming(error));
    }
    if !whole {
        return Err(Problem::new(Kind::SelectionTooWide).blaming(FieldError::new(HERE, "selection_too_wide")));
    }
    if count != u32::try_from(found.len()).ok() {
        let number = found.len().to_string();
        return Err(Problem::new(Kind::CountDiffers)
            .with("count", number.clone())
            .blaming(FieldError::new("/selection/count", "count_differs").with("count", number)));
    }
    if found.is_empty() {
        return Err(Problem::invalid(HERE, "selection_empty"));
    }
    Ok(found)
}

/// The order in which the fewest rows have to be looked at, where the filter names none: of a state or a desk there is an
/// index by what is due.
fn nearest(filter: &PetitionFilter, sort: PetitionSort) -> PetitionSort {
    let newest = sort == PetitionSort::Received(Side::Before);
    let in_place = filter.state.is_some() || filter.desk.is_some();
    let bounded = filter.search.is_some() || filter.received_from.is_some() || filter.received_to.is_some();
    if newest && in_place && !bounded { PetitionSort::Due } else { sort }
}
