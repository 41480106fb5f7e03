//! Accounts of people: open, list, change, suspend. For whoever may manage accounts.
//!
//! What somebody is follows from appointments (`routes::appointments`, `routes::liaisons`). An account
//! is never deleted: histories name it.

use actix_web::http::header;
use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use domain::action::Action;
use domain::actor::Actor;
use domain::refusal::Code;
use domain::time::Instant;
use persistence::accounts::{self, Account, RoleCode};
use persistence::{Db, Tx};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use super::sessions::{hashing, owner};
use crate::auth::password::one_use;
use crate::auth::{self, Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::version::{etag, tag};
use crate::http::{Body, IdempotencyKey, IfMatch, Limit, Query};
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_staff).service(open_account).service(get_staff).service(change_staff);
}

/// Somebody with an account.
#[derive(Serialize, ToSchema)]
pub struct Staff {
    /// The account.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub(super) id: Uuid,
    /// As it was given.
    #[schema(example = "María López Garza")]
    pub(super) name: String,
    /// To sign in with.
    #[schema(example = "maria.lopez@torreon.gob.mx")]
    pub(super) email: String,
    /// Whether the person may sign in.
    #[schema(example = true)]
    active: bool,
    /// Whether the password is a one-use one that has not been changed yet.
    #[schema(example = false)]
    must_change_password: bool,
    /// When the account was opened.
    #[schema(example = "2026-03-02T15:00:00Z")]
    created_at: DateTime<Utc>,
    /// For `If-Match`.
    #[schema(example = "\"1\"")]
    etag: String,
}

impl From<Account> for Staff {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            name: account.name,
            email: account.email,
            active: account.active,
            must_change_password: account.must_change,
            created_at: account.created_at,
            etag: tag(account.version),
        }
    }
}

/// A page of accounts, in the order in which they were opened.
#[derive(Serialize, ToSchema)]
pub struct StaffPage {
    /// The accounts.
    items: Vec<Staff>,
    /// For `cursor`, if there are more; also in the `Link` header.
    #[schema(example = "WyIwMTkzYTFjMi03ZDEwLTdjM2UtOWE1MS0zZjJjMWIwYTlkOGUiXQ")]
    next: Option<String>,
}

/// Which accounts.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StaffWanted {
    /// Only those that may sign in, or only the suspended ones.
    #[param(example = true)]
    active: Option<bool>,
    /// Items on a page: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Limit,
}

/// A person who shall have an account.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewStaff {
    /// Unique; to sign in with.
    #[schema(example = "maria.lopez@torreon.gob.mx", format = Email, max_length = 254)]
    #[validate(length(max = 254))]
    pub(super) email: String,
    /// First name and surnames.
    #[schema(example = "María López Garza", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    pub(super) name: String,
}

/// An account that was opened.
#[derive(Serialize, ToSchema)]
pub struct OpenedStaff {
    /// The account.
    staff: Staff,
    /// The one-use password, shown this once: null when the request is repeated. Hand it to the person, who must
    /// choose another at the first sign-in.
    #[schema(example = "k7mw-p3xa-9rtc-h4ve-2zqn")]
    initial_password: Option<String>,
}

/// What to change; what is absent stays.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StaffChange {
    /// First name and surnames.
    #[schema(example = "María López de Garza", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    #[serde(default)]
    name: Option<String>,
    /// `false` suspends the account and ends its sessions at once.
    #[schema(example = false)]
    #[serde(default)]
    active: Option<bool>,
}

/// List accounts
///
/// Everybody who has an account, in the order of opening. Needs `account.manage`.
#[utoipa::path(
    operation_id = "list_staff",
    tag = "staff",
    params(
        StaffWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIwMTkzYTFjMi03ZDEwLTdjM2UtOWE1MS0zZjJjMWIwYTlkOGUiXQ"),
    ),
    responses((status = 200, description = "A page.", body = StaffPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/staff")]
pub async fn list_staff(
    query: Query<StaffWanted>,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let who = owner(&caller);
    let after: Option<Uuid> = query.position(&state.secrets, who)?;
    let StaffWanted { active, limit } = query.value.clone();
    let mut found = state
        .store
        .read(move |db| -> Result<Vec<Account>, Problem> {
            managing(&caller, db, now)?;
            Ok(accounts::list_accounts(db, active, after, one_more(limit))?)
        })
        .await?;
    let next = next_after(&mut found, limit, |account| account.id).map(|last| query.next(&state.secrets, who, &last));
    let page = StaffPage { items: found.into_iter().map(Staff::from).collect(), next };
    let mut head = HttpResponse::Ok();
    if let Some(next) = &page.next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(page))
}

/// Open an account
///
/// For a person of the office or a liaison; what the person is, appointments say. The answer holds a one-use
/// password, once. Needs `account.manage`.
#[utoipa::path(
    operation_id = "open_account",
    tag = "staff",
    request_body = NewStaff,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (
            status = 201, description = "The account is open.", body = OpenedStaff,
            headers(("ETag" = String), ("Location" = String, description = "The account."))
        ),
        (status = 409, description = "The e-mail belongs to an account already: `email_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/staff")]
pub async fn open_account(
    key: IdempotencyKey,
    body: Body<NewStaff>,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(owner(&caller), body.digest());
    let wanted = body.into_value();
    let opening = match &wanted {
        Ok(_) => Some(Opening::prepare(&state).await?),
        Err(_) => None,
    };
    let own_keys = keys.clone();
    let initial = opening.as_ref().map(|opening| opening.password.clone());
    let (account, made) = state
        .store
        .write(keys, move |tx| -> Result<(Account, bool), Problem> {
            managing(&caller, tx.beside(), now)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok((known(tx.db()?, id)?, false));
            }
            let wanted = wanted.as_ref().map_err(Clone::clone)?;
            let opening = opening.as_ref().ok_or(Kind::Internal)?;
            let account = opening.open(tx, wanted, "", now)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, account.id, now);
            }
            Ok((account, true))
        })
        .await?;
    let answer = OpenedStaff { initial_password: initial.filter(|_| made), staff: account.clone().into() };
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/staff/{}", account.id)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(etag(account.version))
        .json(answer))
}

/// Get an account
///
/// One person's account. Needs `account.manage`.
#[utoipa::path(
    operation_id = "get_staff",
    tag = "staff",
    params(("id" = Uuid, Path, description = "The account.", example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")),
    responses((status = 200, description = "The account.", body = Staff, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/staff/{id}")]
pub async fn get_staff(
    caller: Caller,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let account = state
        .store
        .read(move |db| -> Result<Account, Problem> {
            managing(&caller, db, now)?;
            known(db, *id)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(account.version)).json(Staff::from(account)))
}

/// Change an account
///
/// Corrects a name, suspends an account (its sessions end at once) or takes a suspension back. The last administrator
/// cannot be suspended. Needs `account.manage`.
#[utoipa::path(
    operation_id = "change_staff",
    tag = "staff",
    request_body = StaffChange,
    params(
        ("id" = Uuid, Path, description = "The account.", example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses(
        (status = 200, description = "The account as it is now.", body = Staff, headers(("ETag" = String))),
        (status = 409, description = "Nobody else could administer: `last_administrator`."),
    ),
    security(("token" = [])),
)]
#[patch("/v1/staff/{id}")]
pub async fn change_staff(
    version: IfMatch,
    body: Body<StaffChange>,
    caller: Caller,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let account = state
        .store
        .write(Vec::new(), move |tx| -> Result<Account, Problem> {
            managing(&caller, tx.beside(), now)?;
            let account = known(tx.db()?, *id)?;
            version.check(account.version)?;
            let StaffChange { name, active } = body.value()?;
            let name = match name {
                Some(name) => named(name, "")?,
                None => account.name.clone(),
            };
            let active = active.unwrap_or(account.active);
            let suspended = account.active && !active;
            if suspended {
                let role = RoleCode::Administrator.code();
                let administered = accounts::administrators(tx.db()?, role, caller.today())?;
                let is_one = administered.iter().any(|(_, who)| *who == account.id);
                if is_one && administered.iter().all(|(_, who)| *who == account.id) {
                    return Err(Kind::LastAdministrator.into());
                }
            }
            accounts::change_account(tx, account.id, &name, active)?;
            if suspended {
                accounts::end_sessions_of(tx, account.id, None, now)?;
            }
            Ok(Account { name, active, version: account.version + 1, ..account })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(account.version)).json(Staff::from(account)))
}

/// The actor, if it may manage accounts.
///
/// # Errors
/// As [`Caller::actor`]; `not_allowed` (403).
pub(super) fn managing(caller: &Caller, db: &mut Db, now: Instant) -> Result<Actor, Problem> {
    let actor = caller.actor(db, now)?;
    if actor.can(Action::AccountManage) { Ok(actor) } else { Err(Code::NotAllowed.into()) }
}

/// The account with this id, or 404.
pub(super) fn known(db: &mut Db, id: Uuid) -> Result<Account, Problem> {
    accounts::account(db, id)?.ok_or_else(Problem::not_found)
}

/// One row more than a page, to know whether there is another.
pub(super) fn one_more(limit: Limit) -> i64 {
    i64::try_from(limit.get()).unwrap_or(i64::MAX - 1) + 1
}

/// Cuts what was found to a page; the last id on it, if there is another page.
pub(super) fn next_after<T>(found: &mut Vec<T>, limit: Limit, id: impl Fn(&T) -> Uuid) -> Option<Uuid> {
    if found.len() <= limit.get() {
        return None;
    }
    found.truncate(limit.get());
    found.last().map(id)
}

/// A name without white space around it; `at` is the pointer of what contains it.
fn named(name: &str, at: &str) -> Result<String, Problem> {
    let name = name.trim();
    if domain::text::is_blank(name) {
        return Err(Problem::invalid(format!("{at}/name"), "required"));
    }
    Ok(name.to_owned())
}

/// What must be at hand before a unit of work can open an account: hashing takes its time, and the
/// unit of work may run twice.
pub(super) struct Opening {
    id: Uuid,
    pub(super) password: String,
    hash: String,
}

impl Opening {
    /// Makes a one-use password and its hash.
    pub(super) async fn prepare(state: &AppState) -> Result<Self, Problem> {
        let password = one_use();
        let hash = state.auth.passwords.hash(password.clone()).await.map_err(hashing)?;
        Ok(Self { id: new_id(state.clock.now()), password, hash })
    }

    /// Opens the account; `at` is the pointer of its data in the body.
    pub(super) fn open(&self, tx: &mut Tx, wanted: &NewStaff, at: &str, now: Instant) -> Result<Account, Problem> {
        let email =
            auth::email(&wanted.email).ok_or_else(|| Problem::invalid(format!("{at}/email"), "email_malformed"))?;
        let name = named(&wanted.name, at)?;
        if accounts::account_by_email(tx.db()?, &email)?.is_some() {
            return Err(Kind::EmailTaken.into());
        }
        let account = Account {
            id: self.id,
            email,
            name,
            password_hash: self.hash.clone(),
            must_change: true,
            active: true,
            created_at: now,
            version: 1,
        };
        accounts::open_account(tx, &account)?;
        Ok(account)
    }
}
