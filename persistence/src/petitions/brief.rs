//! The little that is shown of a petition where another one names it.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::code::Coded;
use domain::id::Id;
use domain::petition::Petition;
use domain::state::State;
use uuid::Uuid;

use super::schema::petitions;
use crate::sql::{Instant, Uid};
use crate::{Db, StoreError, on};

/// A petition as another one names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The folio.
    pub folio: String,
    /// Where it stands.
    pub state: State,
    /// Code of the category.
    pub category: String,
    /// When it was presented.
    pub received_at: domain::time::Instant,
}

/// Identifiers in one statement.
const AT_ONCE: usize = 500;

/// These petitions in brief. Whoever asks got the identifiers from petitions that they see, and shows them to nobody who
/// does not see all.
///
/// # Errors
/// The database's.
pub fn briefs(db: &mut Db, ids: &[Id<Petition>]) -> Result<HashMap<Id<Petition>, Brief>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let some = some.iter().copied().map(Uid::from);
        let rows: Vec<(Uuid, String, String, String, Instant)> = on!(db, c => petitions::table
            .filter(petitions::id.eq_any(some.clone()))
            .select((petitions::id, petitions::folio, petitions::state, petitions::category, petitions::received_at))
            .load(c))?;
        for (id, folio, state, category, received_at) in rows {
            let state = State::parse(&state).ok_or_else(|| StoreError::Schema("a state that is none".into()))?;
            found.insert(Id::new(id), Brief { folio, state, category, received_at: received_at.0 });
        }
    }
    Ok(found)
}
