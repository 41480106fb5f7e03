//! Machine clients: dependencies' own systems, each with a key of which only the hash is kept.
//!
//! Owns the table and every query over it. How a key is made and hashed is the API's; what a client may do is
//! decided by the actor that the domain makes of it.

mod schema;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::actor::Actor;
use domain::id::Id;
use domain::time::Instant;
use uuid::Uuid;

use self::schema::clients;
use crate::accounts::schema::accounts;
use crate::schema::ledger;
use crate::sql::{self, Uid};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// A dependency's own system.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = clients)]
pub struct Client {
    /// Made by the application, in order of registration; part of the key.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Code of the dependency to which it is tied.
    pub dependency: String,
    /// The account of the person who is accountable for it.
    pub accountable_id: Uuid,
    /// Who registered it.
    pub created_by: Uuid,
    /// When.
    pub created_at: Instant,
    /// The last day of the city on which its key was used.
    pub last_used_on: Option<NaiveDate>,
    /// When its key was revoked.
    pub revoked_at: Option<Instant>,
    /// Raised by every change.
    pub version: i32,
}

/// A client whose key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// With what it may do.
    pub actor: Actor,
    /// The hash with which a key has to agree.
    pub key_hash: Vec<u8>,
    /// The last day on which it was used, as far as that is known yet.
    pub last_used_on: Option<NaiveDate>,
    /// Whether the account of the person who is accountable for it is active.
    pub answered_for: bool,
    /// The version of the catalogues, as this snapshot has it.
    pub catalogue: i64,
}

/// Dependency, hash of the key, day of its last use, whether somebody answers for it, version of the catalogues.
type Found = (String, Vec<u8>, Option<NaiveDate>, bool, Option<i64>);

/// The client that a key names, in one look-up: nobody if it is unknown or revoked. Whether the key is right the
/// caller sees by the hash.
///
/// # Errors
/// The database's.
pub fn presented(db: &mut Db, id: Uuid) -> Result<Option<Presented>, StoreError> {
    let found: Option<Found> = on!(db, c => clients::table
        .inner_join(accounts::table.on(accounts::id.eq(clients::accountable_id)))
        .filter(clients::id.eq(Uid(id)))
        .filter(clients::revoked_at.is_null())
        .select((
            clients::dependency,
            clients::key_hash,
            clients::last_used_on,
            accounts::active,
            ledger::table.select(ledger::catalogue_version).single_value(),
        ))
        .first(c)
        .optional())?;
    Ok(found.map(|(dependency, key_hash, last_used_on, answered_for, catalogue)| Presented {
        actor: Actor::machine(Id::new(id), dependency),
        key_hash,
        last_used_on,
        answered_for,
        catalogue: catalogue.unwrap_or_default(),
    }))
}

/// The client with this id.
///
/// # Errors
/// The database's.
pub fn client(db: &mut Db, id: Uuid) -> Result<Option<Client>, StoreError> {
    Ok(on!(db, c => clients::table.find(Uid(id)).select(Client::as_select()).first(c).optional())?)
}

/// Clients after this id in order of registration, at most `limit`; of one dependency if asked.
///
/// # Errors
/// The database's.
pub fn list(db: &mut Db, dependency: Option<&str>, after: Option<Uuid>, limit: i64) -> Result<Vec<Client>, StoreError> {
    let after = Uid(after.unwrap_or(Uuid::nil()));
    Ok(match dependency {
        Some(dependency) => on!(db, c => clients::table
            .filter(clients::dependency.eq(dependency))
            .filter(clients::id.gt(after))
            .order(clients::id)
            .limit(limit)
            .select(Client::as_select())
            .load(c))?,
        None => on!(db, c => clients::table
            .filter(clients::id.gt(after))
            .order(clients::id)
            .limit(limit)
            .select(Client::as_select())
            .load(c))?,
    })
}

/// Registers a client with the hash of its key.
///
/// # Errors
/// The database's.
pub fn register(tx: &mut Tx, client: &Client, key_hash: &[u8]) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::insert_into(clients::table)
        .values((
            clients::id.eq(Uid(client.id)),
            clients::name.eq(&client.name),
            clients::dependency.eq(&client.dependency),
            clients::accountable_id.eq(Uid(client.accountable_id)),
            clients::key_hash.eq(key_hash),
            clients::created_by.eq(Uid(client.created_by)),
            clients::created_at.eq(sql::Instant(client.created_at)),
            clients::last_used_on.eq(client.last_used_on),
            clients::revoked_at.eq(client.revoked_at.map(sql::Instant)),
            clients::version.eq(client.version),
        ))
        .execute(c))?;
    Ok(())
}

/// Has another person be accountable for a client.
///
/// # Errors
/// The database's.
pub fn entrust(tx: &mut Tx, id: Uuid, accountable: Uuid) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(clients::table.find(Uid(id)))
        .set((clients::accountable_id.eq(Uid(accountable)), clients::version.eq(clients::version + 1)))
        .execute(c))?;
    Ok(())
}

/// Revokes a client's key: from the commit on it opens nothing. One that is revoked stays as it was.
///
/// # Errors
/// The database's.
pub fn revoke(tx: &mut Tx, id: Uuid, by: Uuid, now: Instant) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(clients::table.find(Uid(id)).filter(clients::revoked_at.is_null()))
        .set((
            clients::revoked_by.eq(Some(Uid(by))),
            clients::revoked_at.eq(Some(sql::Instant(now))),
            clients::version.eq(clients::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

/// Notes that these clients used their keys on this day. Not a change that anybody could have missed: the version
/// stays.
///
/// # Errors
/// The database's.
pub fn used(tx: &mut Tx, ids: &[Uuid], day: NaiveDate) -> Result<(), StoreError> {
    let ids: Vec<Uid> = ids.iter().copied().map(Uid).collect();
    on!(tx.writing()?, c => diesel::update(
            clients::table
                .filter(clients::id.eq_any(&ids))
                .filter(clients::last_used_on.is_null().or(clients::last_used_on.lt(day))),
        )
        .set(clients::last_used_on.eq(Some(day)))
        .execute(c))?;
    Ok(())
}
