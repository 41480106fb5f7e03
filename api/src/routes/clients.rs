//! Machine clients: dependencies' own systems and their keys. For whoever may manage accounts.
//!
//! A key is shown once, when its client is registered, and kept as a hash. What a client may do follows from the
//! dependency to which it is tied.

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use persistence::clients::{self, Client};
use persistence::{Db, accounts};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use super::liaisons::known_on;
use super::staff::{managing, next_after, one_more};
use crate::auth::client_key::ClientKey;
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::version::{etag, tag};
use crate::http::{Body, IdempotencyKey, IfMatch, Limit, Query};
use crate::problem::Problem;
use crate::state::AppState;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_clients)
        .service(register_client)
        .service(get_client)
        .service(change_client)
        .service(revoke_client);
}

/// A dependency's own system.
#[derive(Serialize, ToSchema)]
#[schema(as = Client)]
pub struct ClientView {
    /// The client.
    #[schema(example = "0193a1c2-a043-7f61-8d84-6c5f4e3d2c1b")]
    id: Uuid,
    /// What it is called.
    #[schema(example = "Órdenes de trabajo de SIMAS")]
    name: String,
    /// Code of the dependency to which it is tied.
    #[schema(example = "simas")]
    dependency: String,
    /// The account of the person who is accountable for it.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    accountable_id: Uuid,
    /// When it was registered.
    #[schema(example = "2026-03-02T15:00:00Z")]
    created_at: DateTime<Utc>,
    /// The last day of the city on which its key was used, known within a minute or two.
    #[schema(example = "2026-11-23")]
    last_used_on: Option<NaiveDate>,
    /// When its key was revoked; null while it stands.
    #[schema(example = json!(null))]
    revoked_at: Option<DateTime<Utc>>,
    /// For `If-Match`.
    #[schema(example = "\"1\"")]
    etag: String,
}

impl From<Client> for ClientView {
    fn from(client: Client) -> Self {
        Self {
            id: client.id,
            name: client.name,
            dependency: client.dependency,
            accountable_id: client.accountable_id,
            created_at: client.created_at,
            last_used_on: client.last_used_on,
            revoked_at: client.revoked_at,
            etag: tag(client.version),
        }
    }
}

/// A page of clients, in the order of registration.
#[derive(Serialize, ToSchema)]
pub struct ClientPage {
    /// The clients, those whose key was revoked among them.
    items: Vec<ClientView>,
    /// For `cursor`, if there are more; also in the `Link` header.
    #[schema(example = "WyIwMTkzYTFjMi1hMDQzLTdmNjEtOGQ4NC02YzVmNGUzZDJjMWIiXQ")]
    next: Option<String>,
}

/// Which clients.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClientsWanted {
    /// Tied to this dependency.
    #[param(example = "simas")]
    dependency: Option<String>,
    /// Items on a page: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Limit,
}

/// A system that shall have a key.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// What it is called.
    #[schema(example = "Órdenes de trabajo de SIMAS", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    name: String,
    /// Code of the dependency to which it is tied.
    #[schema(example = "simas", max_length = 64)]
    #[validate(length(max = 64))]
    dependency: String,
    /// The account of the person who is accountable for it.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    accountable_id: Uuid,
}

/// Who answers for a client from now on.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ClientChange {
    /// The account of the person who is accountable for it.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    accountable_id: Uuid,
}

/// A client that was registered.
#[derive(Serialize, ToSchema)]
pub struct RegisteredClient {
    /// The client.
    client: ClientView,
    /// The key, shown this once: null when the request is repeated. Sent as `Authorization: Bearer atd_…`.
    #[schema(example = "atd_AZOhwqBDf2GNhGxfTj0sG7pZ0v3xq8yKk2mJ4hB6nD1sT9wR5cE7uL0aQ3gF8iPz")]
    key: Option<String>,
}

/// List machine clients
///
/// Every system that has or had a key, in the order of registration. Needs `account.manage`.
#[utoipa::path(
    operation_id = "list_clients",
    tag = "clients",
    params(
        ClientsWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIwMTkzYTFjMi1hMDQzLTdmNjEtOGQ4NC02YzVmNGUzZDJjMWIiXQ"),
    ),
    responses((status = 200, description = "A page.", body = ClientPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/clients")]
pub async fn list_clients(
    query: Query<ClientsWanted>,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let who = caller.id();
    let after: Option<Uuid> = query.position(&state.secrets, who)?;
    let ClientsWanted { dependency, limit } = query.value.clone();
    let mut found = state
        .store
        .read(move |db| -> Result<Vec<Client>, Problem> {
            managing(&caller, db, now)?;
            Ok(clients::list(db, dependency.as_deref(), after, one_more(limit))?)
        })
        .await?;
    let next = next_after(&mut found, limit, |client| client.id).map(|last| query.next(&state.secrets, who, &last));
    let page = ClientPage { items: found.into_iter().map(ClientView::from).collect(), next };
    let mut head = HttpResponse::Ok();
    if let Some(next) = &page.next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(page))
}

/// Register a machine client
///
/// A dependency's own system, with a person who is accountable for it. The answer holds its key, once. With it the
/// system may do what the dependency's liaison may. Needs `account.manage`.
#[utoipa::path(
    operation_id = "register_client",
    tag = "clients",
    request_body = NewClient,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses((
        status = 201, description = "The client.", body = RegisteredClient,
        headers(("ETag" = String), ("Location" = String, description = "The client."))
    )),
    security(("token" = [])),
)]
#[post("/v1/clients")]
pub async fn register_client(
    key: IdempotencyKey,
    body: Body<NewClient>,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let (own_keys, shared) = (keys.clone(), state.clone());
    let made = ClientKey::new(new_id(now));
    let (client, is_new) = state
        .store
        .write(keys, move |tx| -> Result<(Client, bool), Problem> {
            managing(&caller, tx.beside(), now)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok((known(tx.db()?, id)?, false));
            }
            let wanted = body.value()?;
            let name = wanted.name.trim();
            if name.is_empty() {
                return Err(Problem::invalid("/name", "required"));
            }
            let office = shared.offices.in_unit(tx)?;
            known_on(caller.today(), &office.catalogue, &wanted.dependency, None)?;
            let accountable_id = accountable(tx.beside(), wanted.accountable_id)?;
            let client = Client {
                id: made.client(),
                name: name.to_owned(),
                dependency: wanted.dependency.clone(),
                accountable_id,
                created_by: caller.id(),
                created_at: now,
                last_used_on: None,
                revoked_at: None,
                version: 1,
            };
            clients::register(tx, &client, &made.hash())?;
            if let Some(key) = own_keys.first() {
                tx.record(key, client.id, now);
            }
            Ok((client, true))
        })
        .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/clients/{}", client.id)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(etag(client.version))
        .json(RegisteredClient { client: client.into(), key: is_new.then(|| made.written()) }))
}

/// Get a machine client
///
/// One system; its key is not shown again. Needs `account.manage`.
#[utoipa::path(
    operation_id = "get_client",
    tag = "clients",
    params(("id" = Uuid, Path, description = "The client.", example = "0193a1c2-a043-7f61-8d84-6c5f4e3d2c1b")),
    responses((status = 200, description = "The client.", body = ClientView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/clients/{id}")]
pub async fn get_client(
    caller: Caller,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let client = state
        .store
        .read(move |db| -> Result<Client, Problem> {
            managing(&caller, db, now)?;
            known(db, *id)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(client.version)).json(ClientView::from(client)))
}

/// Change a machine client
///
/// Another person is accountable for it from now on. Its key stays as it is: it opens again what it opened, where it was
/// refused because the account of whoever was accountable is not active. Needs `account.manage`.
#[utoipa::path(
    operation_id = "change_client",
    tag = "clients",
    request_body = ClientChange,
    params(
        ("id" = Uuid, Path, description = "The client.", example = "0193a1c2-a043-7f61-8d84-6c5f4e3d2c1b"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The client as it is now.", body = ClientView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/clients/{id}")]
pub async fn change_client(
    version: IfMatch,
    body: Body<ClientChange>,
    caller: Caller,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let client = state
        .store
        .write(Vec::new(), move |tx| -> Result<Client, Problem> {
            managing(&caller, tx.beside(), now)?;
            let client = known(tx.db()?, *id)?;
            version.check(client.version)?;
            let accountable_id = accountable(tx.beside(), body.value()?.accountable_id)?;
            if accountable_id == client.accountable_id {
                return Ok(client);
            }
            clients::entrust(tx, client.id, accountable_id)?;
            Ok(Client { accountable_id, version: client.version + 1, ..client })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(client.version)).json(ClientView::from(client)))
}

/// Revoke a machine client's key
///
/// From this answer on the key opens nothing, on any node. The client stays listed: histories name it. A system that
/// shall come in again is registered anew. Needs `account.manage`.
#[utoipa::path(
    operation_id = "revoke_client",
    tag = "clients",
    params(
        ("id" = Uuid, Path, description = "The client.", example = "0193a1c2-a043-7f61-8d84-6c5f4e3d2c1b"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 204, description = "The key opens nothing any more.")),
    security(("token" = [])),
)]
#[delete("/v1/clients/{id}")]
pub async fn revoke_client(
    version: IfMatch,
    caller: Caller,
    id: web::Path<Uuid>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    state
        .store
        .write(Vec::new(), move |tx| -> Result<(), Problem> {
            managing(&caller, tx.beside(), now)?;
            let client = known(tx.db()?, *id)?;
            version.check(client.version)?;
            Ok(clients::revoke(tx, client.id, caller.id(), now)?)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Somebody who can be accountable: an account that is there, and active.
fn accountable(db: &mut Db, id: Uuid) -> Result<Uuid, Problem> {
    let unknown = || Problem::invalid("/accountable_id", "staff_unknown");
    let account = accounts::account(db, id)?.ok_or_else(unknown)?;
    if account.active { Ok(account.id) } else { Err(Problem::invalid("/accountable_id", "staff_suspended")) }
}

/// The client with this id, or 404.
fn known(db: &mut Db, id: Uuid) -> Result<Client, Problem> {
    clients::client(db, id)?.ok_or_else(Problem::not_found)
}
