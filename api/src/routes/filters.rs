//! Filters that a person keeps under a name: `/v1/me/filters`. Nobody else sees them.
//!
//! A query is checked by the very list that it is for; what that list would refuse is not kept.

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, post, put, web};
use domain::refusal::Code;
use domain::text::{hides, is_blank};
use persistence::accounts::{self, SavedFilter};
use persistence::{Db, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

mod list;

pub use self::list::List;
use self::list::{Ground, checked_query};
pub(super) use self::list::{found_by, unfit};
use super::sessions::owner;
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::paths::Paths;
use crate::http::query::encoded;
use crate::http::version::{etag, tag};
use crate::http::{Body, IdempotencyKey, IfMatch};
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
