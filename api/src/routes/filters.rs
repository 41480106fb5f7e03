//! Filters that a person keeps under a name: `/v1/me/filters`. Nobody else sees them.
//!
//! A query is checked by the very list that it is for; what that list would refuse is not kept.

use std::sync::Arc;

use actix_web::http::{Method, header};
use actix_web::{HttpResponse, delete, get, post, put, web};
use chrono::NaiveDate;
use domain::calendar::Calendar;
use domain::refusal::Code;
use domain::text::{hides, is_blank};
use domain::visibility::Visibility;
use persistence::accounts::{self, SavedFilter};
use persistence::petitions::{PetitionFilter, PetitionSort};
use persistence::{Db, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use super::sessions::owner;
use super::{assignments, petitions};
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::paths::Paths;
use crate::http::query::encoded;
use crate::http::version::{etag, tag};
use crate::http::{Body, IdempotencyKey, IfMatch, Query};
use crate::office::Office;
use crate::problem::{FieldError, Kind, Problem};
use crate::state::AppState;

/// Filters that one person can keep.
const MOST: i64 = 100;

/// Characters of a name.
const LONGEST_NAME: usize = 100;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_filters).service(save_filter).service(get_filter).service(replace_filter).service(delete_filter);
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// `GET /v1/petitions`.
    Petitions,
    /// `GET /v1/assignments`.
    Assignments,
}

impl List {
    const ALL: [Self; 2] = [Self::Petitions, Self::Assignments];

    const fn code(self) -> &'static str {
        match self {
            Self::Petitions => "petitions",
            Self::Assignments => "assignments",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Petitions => "/v1/petitions",
            Self::Assignments => "/v1/assignments",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|list| list.code() == code)
    }

    /// Whether the list has these parameters.
    fn takes(self, query: &str, paths: &Paths) -> Result<(), Problem> {
        let route = paths.find(self.path(), &Method::GET).ok_or(Kind::Internal)?;
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            if name == "cursor" || !route.takes(&Method::GET, &name) {
                return Err(crate::http::query::unknown(&name));
            }
        }
        Ok(())
    }

    /// Whether the list takes this query now, of this person.
    fn check(self, query: &str, ground: &Ground) -> Result<(), Problem> {
        let Ground { paths, state, office, visibility, today } = ground;
        if visibility.is_nothing() {
            return Err(Code::NotAllowed.into());
        }
        match self {
            Self::Petitions => found_by(query, paths, &state.calendar, office, *today).map(drop),
            Self::Assignments => {
                self.takes(query, paths)?;
                let wanted = Query::read(self.path(), query)?.value;
                assignments::asked(&wanted, &state.calendar, office, visibility).map(drop)
            }
        }
    }
}

/// What a query of the list of petitions asks for, as that list would take it.
///
/// # Errors
/// What the list says of it (400).
pub(super) fn found_by(
    query: &str,
    paths: &Paths,
    calendar: &Calendar,
    office: &Office,
    today: NaiveDate,
) -> Result<(PetitionFilter, PetitionSort), Problem> {
    List::Petitions.takes(query, paths)?;
    let wanted = Query::read(List::Petitions.path(), query)?.value;
    petitions::asked(&wanted, calendar, office, today)
}

/// By what a query is checked.
struct Ground {
    paths: web::Data<Paths>,
    state: web::Data<AppState>,
    office: Arc<Office>,
    visibility: Visibility,
    today: NaiveDate,
}

/// A filter to keep.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewFilter {
    /// What it is called: 1 to 100 characters on one line, all of which are seen, once among the caller's filters.
    #[schema(example = "Baches por revisar", min_length = 1, max_length = 100)]
    #[validate(length(max = 400))]
    name: String,
    // Described where it is declared: beside an inlined set a description makes a schema that nothing satisfies.
    #[schema(inline)]
    list: List,
    /// The query of that list, as after the question mark, without `cursor`. What is not percent-encoded in it will be;
    /// a `#` is written `%23`.
    #[schema(example = "state=in_review&q=bache", min_length = 1, max_length = 2000)]
    #[validate(length(min = 1, max = 2000))]
    query: String,
}

/// A filter that is kept.
#[derive(Serialize, ToSchema)]
pub struct Filter {
    /// The filter.
    #[schema(example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a")]
    id: Uuid,
    /// What it is called.
    #[schema(example = "Baches por revisar")]
    name: String,
    /// The list that it is for. New ones may come.
    #[schema(example = "petitions")]
    list: String,
    /// The query of that list, percent-encoded.
    #[schema(example = "state=in_review&q=bache")]
    query: String,
    /// The list with that query: a path of this API.
    #[schema(example = "/v1/petitions?state=in_review&q=bache", format = "uri-reference")]
    href: String,
    /// Whether the list takes the query as it is now; if not, `href` answers what is wrong with it.
    #[schema(example = true)]
    usable: bool,
    /// For `If-Match`.
    #[schema(example = "\"1\"")]
    etag: String,
}

/// The filters of the caller.
#[derive(Serialize, ToSchema)]
pub struct Filters {
    /// By name; all of them.
    items: Vec<Filter>,
}

impl Filter {
    fn of(kept: SavedFilter, ground: &Ground) -> Self {
        let list = List::parse(&kept.list);
        Self {
            id: kept.id,
            // Those of before were kept as they were typed.
            href: match encoded(&kept.query) {
                Some(query) => format!("{}?{query}", list.map_or("/v1/petitions", List::path)),
                None => list.map_or("/v1/petitions", List::path).to_owned(),
            },
            usable: list.is_some_and(|list| checked_query(list, &kept.query, ground).is_ok()),
            name: kept.name,
            list: kept.list,
            query: kept.query,
            etag: tag(kept.version),
        }
    }
}

/// List the own filters
///
/// All filters that the caller keeps, by name. One whose query the list no longer takes is there and says so.
#[utoipa::path(
    operation_id = "list_filters",
    tag = "me",
    responses((status = 200, description = "The filters.", body = Filters)),
    security(("token" = [])),
)]
#[get("/v1/me/filters")]
pub async fn list_filters(
    caller: Caller,
    paths: web::Data<Paths>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (now, today, shared) = (state.clock.now(), caller.today(), state.clone());
    let (kept, office, visibility) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            Ok((accounts::filters(db, caller.account()?.uuid(), MOST)?, office, actor.visibility()))
        })
        .await?;
    let ground = Ground { paths, state, office, visibility, today };
    let items = kept.into_iter().map(|one| Filter::of(one, &ground)).collect();
    Ok(HttpResponse::Ok().json(Filters { items }))
}

/// Keep a filter
///
/// A name and the query of a list, which is refused as the list itself would refuse it. At most 100 a person. For
/// whoever may list something.
#[utoipa::path(
    operation_id = "save_filter",
    tag = "me",
    request_body = NewFilter,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (
            status = 201, description = "The filter.", body = Filter,
            headers(("ETag" = String), ("Location" = String, description = "The filter."))
        ),
        (status = 409, description = "Another of the caller's filters has the name (`filter_name_taken`), or there are 100 already (`too_many_filters`)."),
    ),
    security(("token" = [])),
)]
#[post("/v1/me/filters")]
pub async fn save_filter(
    key: IdempotencyKey,
    body: Body<NewFilter>,
    caller: Caller,
    paths: web::Data<Paths>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(owner(&caller), body.digest());
    let own_keys = keys.clone();
    let id = new_id(now);
    let shared = state.clone();
    let (kept, ground) = state
        .store
        .write(keys, move |tx| -> Result<_, Problem> {
            let visibility = caller.actor(tx.beside(), now)?.visibility();
            let account_id = caller.account()?.uuid();
            // Who lists nothing keeps no filter of a list.
            if visibility.is_nothing() {
                return Err(Code::NotAllowed.into());
            }
            let office = shared.offices.in_unit(tx)?;
            let (paths, state, today) = (paths.clone(), shared.clone(), caller.today());
            let ground = Ground { paths, state, office, visibility, today };
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok((own(tx.beside(), account_id, id)?, ground));
            }
            let (name, list, query) = checked(body.value()?, &ground)?;
            let kept = SavedFilter { id, account_id, name, list, query, version: 1, updated_at: now };
            free(tx, &kept)?;
            accounts::keep_filter(tx, &kept)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, id, now);
            }
            Ok((kept, ground))
        })
        .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/me/filters/{}", kept.id)))
        .insert_header(etag(kept.version))
        .json(Filter::of(kept, &ground)))
}

/// Get one of the own filters
///
/// With whether the list takes its query as it is now.
#[utoipa::path(
    operation_id = "get_filter",
    tag = "me",
    params(("filter_id" = Uuid, Path, description = "The filter.", example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a")),
    responses((status = 200, description = "The filter.", body = Filter, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/me/filters/{filter_id}")]
pub async fn get_filter(
    caller: Caller,
    id: web::Path<Uuid>,
    paths: web::Data<Paths>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (now, today, shared) = (state.clock.now(), caller.today(), state.clone());
    let (kept, office, visibility) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            Ok((own(db, caller.account()?.uuid(), *id)?, office, actor.visibility()))
        })
        .await?;
    let ground = Ground { paths, state, office, visibility, today };
    Ok(HttpResponse::Ok().insert_header(etag(kept.version)).json(Filter::of(kept, &ground)))
}

/// Replace one of the own filters
///
/// Name, list and query are as given from now on.
#[utoipa::path(
    operation_id = "replace_filter",
    tag = "me",
    request_body = NewFilter,
    params(
        ("filter_id" = Uuid, Path, description = "The filter.", example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses(
        (status = 200, description = "The filter as it is now.", body = Filter, headers(("ETag" = String))),
        (status = 409, description = "Another of the caller's filters has the name: `filter_name_taken`."),
    ),
    security(("token" = [])),
)]
#[put("/v1/me/filters/{filter_id}")]
pub async fn replace_filter(
    version: IfMatch,
    body: Body<NewFilter>,
    caller: Caller,
    id: web::Path<Uuid>,
    paths: web::Data<Paths>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let (kept, ground) = state
        .store
        .write(Vec::new(), move |tx| -> Result<_, Problem> {
            let visibility = caller.actor(tx.beside(), now)?.visibility();
            let old = own(tx.beside(), caller.account()?.uuid(), *id)?;
            if visibility.is_nothing() {
                return Err(Code::NotAllowed.into());
            }
            version.check(old.version)?;
            let office = shared.offices.in_unit(tx)?;
            let (paths, state, today) = (paths.clone(), shared.clone(), caller.today());
            let ground = Ground { paths, state, office, visibility, today };
            let (name, list, query) = checked(body.value()?, &ground)?;
            let kept = SavedFilter { name, list, query, version: old.version + 1, updated_at: now, ..old };
            free(tx, &kept)?;
            accounts::replace_filter(tx, &kept)?;
            Ok((kept, ground))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(kept.version)).json(Filter::of(kept, &ground)))
}

/// Delete one of the own filters
///
/// It is gone; what it showed is untouched.
#[utoipa::path(
    operation_id = "delete_filter",
    tag = "me",
    params(
        ("filter_id" = Uuid, Path, description = "The filter.", example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 204, description = "The filter is gone.")),
    security(("token" = [])),
)]
#[delete("/v1/me/filters/{filter_id}")]
pub async fn delete_filter(
    version: IfMatch,
    caller: Caller,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    state
        .store
        .write(Vec::new(), move |tx| -> Result<_, Problem> {
            caller.actor(tx.beside(), now)?;
            let old = own(tx.beside(), caller.account()?.uuid(), *id)?;
            version.check(old.version)?;
            Ok(accounts::drop_filter(tx, old.id)?)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A filter of this person, or 404: another's is not there.
fn own(db: &mut Db, account: Uuid, id: Uuid) -> Result<SavedFilter, Problem> {
    accounts::filter(db, account, id)?.ok_or_else(Problem::not_found)
}

/// Name, list and query, as they are kept.
fn checked(wanted: &NewFilter, ground: &Ground) -> Result<(String, String, String), Problem> {
    let name = wanted.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().count() > LONGEST_NAME {
        let error = FieldError::new("/name", "too_long").with("max", LONGEST_NAME.to_string());
        return Err(Problem::new(Kind::InvalidBody).blaming(error));
    }
    if is_blank(&name) {
        return Err(Problem::invalid("/name", "empty"));
    }
    if hides(&name) {
        return Err(Problem::invalid("/name", "not_one_line"));
    }
    let query = wanted.query.strip_prefix('?').unwrap_or(&wanted.query);
    let query = checked_query(wanted.list, query, ground)?;
    Ok((name, wanted.list.code().to_owned(), query))
}

/// A query as it is kept: one, and one that the list takes.
fn checked_query(list: List, query: &str, ground: &Ground) -> Result<String, Problem> {
    let encoded = encoded(query).ok_or_else(|| Problem::invalid("/query", "not_a_query"))?;
    list.check(&encoded, ground).map_err(|problem| unfit(&problem, "/query"))?;
    Ok(encoded)
}

/// What the list says of a query, said of the member of the body that holds it, with the parameter's name.
pub(super) fn unfit(problem: &Problem, pointer: &str) -> Problem {
    let code = match problem.kind {
        Kind::UnknownParameter => "filter_parameter_unknown",
        _ => "filter_parameter_invalid",
    };
    let names = problem.errors.iter().map(|error| error.pointer.trim_start_matches('?').to_owned());
    Problem::new(Kind::InvalidBody)
        .blaming_all(names.map(|name| FieldError::new(pointer, code).with("name", name)).collect())
}

/// Refuses a name that another filter of the person has, and a filter too many.
fn free(tx: &mut Tx, wanted: &SavedFilter) -> Result<(), Problem> {
    let others = accounts::filters(tx.beside(), wanted.account_id, MOST)?;
    let known = others.iter().any(|other| other.id == wanted.id);
    if others.iter().any(|other| other.id != wanted.id && other.name == wanted.name) {
        return Err(Problem::new(Kind::FilterNameTaken).blaming(FieldError::new("/name", "filter_name_taken")));
    }
    if !known && i64::try_from(others.len()).unwrap_or(MOST) >= MOST {
        return Err(Kind::TooManyFilters.into());
    }
    Ok(())
}
