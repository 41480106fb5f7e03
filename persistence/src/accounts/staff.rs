//! Accounts: their rows, and what is done to them.

use diesel::prelude::*;
use domain::time::Instant;
use uuid::Uuid;

use super::schema::accounts;
use crate::sql::{self, Uid};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// Somebody who may sign in.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Made by the application, in order of creation.
    pub id: Uuid,
    /// Lower case; unique.
    pub email: String,
    /// As the person writes it.
    pub name: String,
    /// In the PHC string format.
    pub password_hash: String,
    /// Whether the password is a one-use one, good for nothing but choosing another.
    pub must_change: bool,
    /// A suspended account keeps its history and cannot sign in.
    pub active: bool,
    /// When it was opened.
    pub created_at: Instant,
    /// Raised by every change.
    pub version: i32,
}

impl std::fmt::Debug for Account {
    /// Never prints e-mail, name or hash.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

/// Whether there is any account at all: an empty database needs its first administrator.
///
/// # Errors
/// The database's.
pub fn any_account(db: &mut Db) -> Result<bool, StoreError> {
    let first: Option<Uuid> = on!(db, c => accounts::table.select(accounts::id).first(c).optional())?;
    Ok(first.is_some())
}

/// The account with this id.
///
/// # Errors
/// The database's.
pub fn account(db: &mut Db, id: Uuid) -> Result<Option<Account>, StoreError> {
    Ok(on!(db, c => accounts::table.find(Uid(id)).select(Account::as_select()).first(c).optional())?)
}

/// The account with this e-mail, in lower case.
///
/// # Errors
/// The database's.
pub fn account_by_email(db: &mut Db, email: &str) -> Result<Option<Account>, StoreError> {
    Ok(on!(db, c => accounts::table
        .filter(accounts::email.eq(email))
        .select(Account::as_select())
        .first(c)
        .optional())?)
}

/// Accounts after this id in order of creation, at most `limit`; only active or only suspended ones
/// if asked.
///
/// # Errors
/// The database's.
pub fn list_accounts(
    db: &mut Db,
    active: Option<bool>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Account>, StoreError> {
    let after = after.unwrap_or(Uuid::nil());
    Ok(match active {
        Some(active) => on!(db, c => accounts::table
            .filter(accounts::id.gt(Uid(after)))
            .filter(accounts::active.eq(active))
            .order(accounts::id)
            .limit(limit)
            .select(Account::as_select())
            .load(c))?,
        None => on!(db, c => accounts::table
            .filter(accounts::id.gt(Uid(after)))
            .order(accounts::id)
            .limit(limit)
            .select(Account::as_select())
            .load(c))?,
    })
}

/// The names of these accounts, for lists that show who: one query for all of them.
///
/// # Errors
/// The database's.
pub fn accounts_named(db: &mut Db, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uid> = ids.iter().copied().map(Uid).collect();
    Ok(on!(db, c => accounts::table
        .filter(accounts::id.eq_any(&ids))
        .select((accounts::id, accounts::name))
        .load(c))?)
}

/// Opens an account. The caller has looked whether the e-mail is free, in the same `write`.
///
/// # Errors
/// The database's.
pub fn open_account(tx: &mut Tx, account: &Account) -> Result<(), StoreError> {
    let Account { id, email, name, password_hash, must_change, active, created_at, version } = account;
    on!(tx.writing()?, c => diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(Uid(*id)),
            accounts::email.eq(email),
            accounts::name.eq(name),
            accounts::password_hash.eq(password_hash),
            accounts::must_change.eq(must_change),
            accounts::active.eq(active),
            accounts::created_at.eq(sql::Instant(*created_at)),
            accounts::version.eq(version),
        ))
        .execute(c))?;
    Ok(())
}

/// Changes name and activity, and raises the version.
///
/// # Errors
/// The database's.
pub fn change_account(tx: &mut Tx, id: Uuid, name: &str, active: bool) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(accounts::table.find(Uid(id)))
        .set((
            accounts::name.eq(name),
            accounts::active.eq(active),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

/// Keeps a new hash, and raises the version.
///
/// # Errors
/// The database's.
pub fn set_password(tx: &mut Tx, id: Uuid, hash: &str, must_change: bool) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(accounts::table.find(Uid(id)))
        .set((
            accounts::password_hash.eq(hash),
            accounts::must_change.eq(must_change),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(c))?;
    Ok(())
}
