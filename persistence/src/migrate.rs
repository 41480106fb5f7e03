//! Migrations: compiled in, the same names on both engines, applied by `migrate` and checked at start.
//!
//! A migration is a pair of files under `migrations/<engine>/<stamp>_<what>/`. This file applies them;
//! what they say is theirs.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::db::Db;
use crate::store::StoreError;

const POSTGRES: EmbeddedMigrations = embed_migrations!("../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

/// The advisory lock under which one node at a time migrates: any constant that is ours alone.
const LOCK: i64 = 0x0A71_E4DE;

/// Applies what is missing and names it. Several nodes may start at once: one works, the rest wait.
///
/// # Errors
/// [`StoreError::Schema`] when a migration fails or the database is newer than this binary.
pub(crate) fn migrate(mut db: Db) -> Result<Vec<String>, StoreError> {
    let db = &mut db;
    match db {
        Db::Pg(c) => c.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?,
        Db::Lite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN EXCLUSIVE")?,
    }
    // On failure the connection is dropped, and lock or transaction with it.
    let missing = pending(db)?;
    match db {
        Db::Pg(c) => {
            c.run_pending_migrations(POSTGRES).map_err(|error| failed(&*error))?;
            c.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
        }
        Db::Lite(c) => {
            c.run_pending_migrations(SQLITE).map_err(|error| failed(&*error))?;
            AnsiTransactionManager::commit_transaction(c)?;
        }
    }
    Ok(missing)
}

/// The names of the migrations that the database lacks.
///
/// # Errors
/// [`StoreError::Schema`] when the database has migrations that this binary does not know.
pub(crate) fn pending(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let (known, applied, missing) = match db {
        Db::Pg(c) => (
            versions(MigrationSource::<Pg>::migrations(&POSTGRES))?,
            applied(c.applied_migrations())?,
            missing(c.pending_migrations(POSTGRES))?,
        ),
        Db::Lite(c) => (
            versions(MigrationSource::<Sqlite>::migrations(&SQLITE))?,
            applied(c.applied_migrations())?,
            missing(c.pending_migrations(SQLITE))?,
        ),
    };
    let newer: Vec<String> = applied.into_iter().filter(|version| !known.contains(version)).collect();
    if newer.is_empty() {
        Ok(missing)
    } else {
        Err(StoreError::Schema(format!(
            "the database is newer than this binary: it has the migrations {}",
            newer.join(", ")
        )))
    }
}

type Answer<T> = diesel::migration::Result<T>;
type Migrations<DB> = Vec<Box<dyn diesel::migration::Migration<DB>>>;

fn versions<DB: diesel::backend::Backend>(all: Answer<Migrations<DB>>) -> Result<Vec<String>, StoreError> {
    let all = all.map_err(|error| failed(&*error))?;
    Ok(all.iter().map(|one| one.name().version().to_string()).collect())
}

fn missing<DB: diesel::backend::Backend>(all: Answer<Migrations<DB>>) -> Result<Vec<String>, StoreError> {
    let all = all.map_err(|error| failed(&*error))?;
    Ok(all.iter().map(|one| one.name().to_string()).collect())
}

fn applied(all: Answer<Vec<diesel::migration::MigrationVersion<'static>>>) -> Result<Vec<String>, StoreError> {
    let all = all.map_err(|error| failed(&*error))?;
    Ok(all.iter().map(ToString::to_string).collect())
}

// Migrations are ours and hold no personal data, so their errors may be shown whole.
fn failed(error: &(dyn std::error::Error + Send + Sync)) -> StoreError {
    StoreError::Schema(format!("a migration failed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_have_the_same_migrations() {
        let named = |all: Result<Vec<String>, StoreError>| all.unwrap();
        let postgres = named(missing(MigrationSource::<Pg>::migrations(&POSTGRES)));
        let sqlite = named(missing(MigrationSource::<Sqlite>::migrations(&SQLITE)));
        assert_eq!(postgres, sqlite);
        assert!(!postgres.is_empty());
    }
}
