//! The rows of the catalogues and of the policy: seeded once, then read, and edited entry by entry.
//!
//! Nothing is deleted and no code is used again; what ends is not valid any more. Which edits are right is
//! `domain::catalogue::merge`'s to say. The ledger counts the edits: whoever keeps the catalogues in memory asks it
//! whether they are still those.

mod areas;
mod asked;
mod rows;
mod schema;
mod templates;

use diesel::prelude::*;
use domain::catalogue::{Catalogue, Entry, Merged, torreon};
use domain::policy::Policy;
use domain::time;

pub use self::areas::{KeptArea, areas, save_areas};
pub use self::rows::Kept;
use self::schema::policies;
use crate::schema::ledger;
use crate::sql::Instant;
use crate::{Db, StoreError, Tx, on};

/// Seeds the catalogues of Torreón and the standard policy into an empty database. A catalogue that came with a
/// later version is seeded on its own.
///
/// # Errors
/// The database's.
pub fn seed(tx: &mut Tx, now: time::Instant) -> Result<(), StoreError> {
    if policies(tx.db()?)?.is_empty() {
        let policy = Policy::standard();
        let body = serde_json::to_string(&policy)
            .map_err(|_| StoreError::Schema("a policy that cannot be written".to_owned()))?;
        let row = (
            policies::code.eq(&policy.code),
            policies::version.eq(policy.version),
            policies::valid_from.eq(Instant::from(now)),
            policies::body.eq(&body),
        );
        on!(tx.writing()?, c => diesel::insert_into(policies::table).values(row).execute(c))?;
    }
    let (present, shipped) = (catalogue(tx.beside())?, torreon());
    seed_one(tx, &present.dependencies, &shipped.dependencies)?;
    seed_one(tx, &present.units, &shipped.units)?;
    seed_one(tx, &present.categories, &shipped.categories)?;
    seed_one(tx, &present.channels, &shipped.channels)?;
    seed_one(tx, &present.programmes, &shipped.programmes)?;
    seed_one(tx, &present.authorities, &shipped.authorities)?;
    seed_one(tx, &present.procedures, &shipped.procedures)?;
    seed_one(tx, &present.templates, &shipped.templates)?;
    seed_one(tx, &present.fields, &shipped.fields)?;
    seed_one(tx, &present.requirements, &shipped.requirements)
}

fn seed_one<E: Kept>(tx: &mut Tx, present: &[E], shipped: &[E]) -> Result<(), StoreError> {
    if present.is_empty() && !shipped.is_empty() {
        keep(tx, shipped)?;
    }
    Ok(())
}

/// Writes what an edit adds and changes. Nobody goes on with the catalogue as it was before.
///
/// # Errors
/// The database's.
pub fn save<E: Kept>(tx: &mut Tx, merged: &Merged<E>) -> Result<(), StoreError> {
    keep(tx, &merged.added)?;
    keep(tx, &merged.changed)
}

/// What others refer to comes first in `rows`.
fn keep<E: Kept>(tx: &mut Tx, rows: &[E]) -> Result<(), StoreError> {
    if !rows.is_empty() {
        tx.catalogue_changes();
    }
    for row in rows {
        row.keep(tx.writing()?)?;
    }
    Ok(())
}

/// The catalogues as they stand, in the order in which people are shown them.
///
/// # Errors
/// The database's; a row with a code that this binary does not know.
pub fn catalogue(db: &mut Db) -> Result<Catalogue, StoreError> {
    let mut city = Catalogue {
        dependencies: Kept::load(db)?,
        units: Kept::load(db)?,
        categories: Kept::load(db)?,
        channels: Kept::load(db)?,
        neighbourhoods: Kept::load(db)?,
        programmes: Kept::load(db)?,
        authorities: Kept::load(db)?,
        procedures: Kept::load(db)?,
        templates: Kept::load(db)?,
        fields: Kept::load(db)?,
        requirements: Kept::load(db)?,
    };
    // Rows of one rank stand by code, so that every node shows the same order.
    by_code(&mut city.dependencies);
    by_code(&mut city.units);
    by_code(&mut city.categories);
    by_code(&mut city.channels);
    by_code(&mut city.programmes);
    by_code(&mut city.authorities);
    by_code(&mut city.procedures);
    by_code(&mut city.templates);
    by_code(&mut city.fields);
    by_code(&mut city.requirements);
    city.put_in_order();
    Ok(city)
}

fn by_code<E: Entry>(rows: &mut [E]) {
    rows.sort_by(|one, other| one.code().cmp(other.code()));
}

/// How often the catalogues have been edited, as this snapshot has it. A unit of work asks
/// [`Tx::catalogue_version`].
///
/// # Errors
/// The database's.
pub fn version(db: &mut Db) -> Result<i64, StoreError> {
    Ok(on!(db, c => ledger::table.select(ledger::catalogue_version).first(c))?)
}

/// All versions of the policy, oldest first.
///
/// # Errors
/// The database's; a policy that this binary cannot read.
pub fn policies(db: &mut Db) -> Result<Vec<Policy>, StoreError> {
    let found: Vec<String> = on!(db, c => policies::table
        .order((policies::valid_from, policies::version))
        .select(policies::body)
        .load(c))?;
    found
        .iter()
        .map(|body| {
            serde_json::from_str(body).map_err(|_| StoreError::Schema("a policy that cannot be read".to_owned()))
        })
        .collect()
}
