//! Who was shown whose personal data, and what for; written durably before it is shown.

use diesel::prelude::*;
use domain::actor::Account;
use domain::id::Id;
use domain::petition::Petition;
use domain::time;

use super::schema::disclosures;
use crate::sql::{Instant, Uid};
use crate::{StoreError, Tx, on};

/// One disclosure.
#[derive(Clone, Debug)]
pub struct Disclosure {
    /// Its identifier.
    pub id: Id<Disclosure>,
    /// Whose petition.
    pub petition: Id<Petition>,
    /// To whom.
    pub account: Id<Account>,
    /// In what capacity.
    pub capacity: String,
    /// What for, by code.
    pub purpose: String,
    /// When.
    pub at: time::Instant,
}

/// Records a disclosure.
///
/// # Errors
/// The database's.
pub fn disclose(tx: &mut Tx, disclosure: &Disclosure) -> Result<(), StoreError> {
    let row = (
        disclosures::id.eq(Uid::from(disclosure.id)),
        disclosures::petition_id.eq(Uid::from(disclosure.petition)),
        disclosures::account_id.eq(Uid::from(disclosure.account)),
        disclosures::capacity.eq(&disclosure.capacity),
        disclosures::purpose.eq(&disclosure.purpose),
        disclosures::disclosed_at.eq(Instant::from(disclosure.at)),
    );
    on!(tx.writing()?, c => diesel::insert_into(disclosures::table).values(row).execute(c))?;
    Ok(())
}
