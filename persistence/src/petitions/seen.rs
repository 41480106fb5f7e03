//! What is shown of a petition that is likely to be about the same matter: one statement for some of them, and of their
//! facts only the few that are shown.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::code::Coded;
use domain::id::Id;
use domain::kind::Kind;
use domain::outcome::Closing;
use domain::petition::Petition;
use domain::state::State;
use domain::visibility::Visibility;
use serde::Deserialize;
use uuid::Uuid;

use super::load::Place;
use super::schema::{petitions, places};
use crate::sql::{Instant, Uid, among};
use crate::{Db, StoreError, on};

/// A petition as it is shown beside one that may be about the same matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Which.
    pub petition: Id<Petition>,
    /// The folio.
    pub folio: String,
    /// Where it stands.
    pub state: State,
    /// Code of the category.
    pub category: String,
    /// What sort it is.
    pub kind: Kind,
    /// When it was presented.
    pub received_at: domain::time::Instant,
    /// Where it is.
    pub place: Place,
    facts: String,
}

/// Where the words of a petition are, and what it follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The citizen's words.
    pub text: Option<Uuid>,
    /// The address.
    pub address: Option<Uuid>,
    /// The petition that it follows.
    pub principal: Option<Id<Petition>>,
}

/// A petition's facts, as far as they are shown.
#[derive(Deserialize)]
struct Facts {
    text: Option<Named>,
    address: Option<Named>,
    follows: Option<Followed>,
}

#[derive(Deserialize)]
struct Named {
    id: Uuid,
}

#[derive(Deserialize)]
struct Followed {
    principal: Uuid,
}

impl Seen {
    /// Where its words are, and what it follows: asked of those alone that are shown.
    ///
    /// # Errors
    /// [`StoreError::Schema`] for facts that cannot be read.
    pub fn told(&self) -> Result<Told, StoreError> {
        let facts: Facts = serde_json::from_str(&self.facts)
            .map_err(|_| StoreError::Schema("facts that do not say where the words are".into()))?;
        Ok(Told {
            text: facts.text.map(|named| named.id),
            address: facts.address.map(|named| named.id),
            principal: facts.follows.map(|following| Id::new(following.principal)),
        })
    }
}

#[derive(Queryable)]
struct Row {
    id: Uuid,
    folio: String,
    state: String,
    closing: Option<String>,
    category: String,
    kind: String,
    received_at: Instant,
    facts: String,
    neighbourhood: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    postal_code: Option<String>,
    neighbourhood_code: Option<String>,
    crossing: Option<String>,
}

/// These petitions as they are shown; an annulled one is about nothing and is left out. Who does not see every petition is
/// shown none.
///
/// # Errors
/// The database's; [`StoreError::Schema`] for a code that is none.
pub fn seen(
    db: &mut Db,
    ids: &[Id<Petition>],
    visibility: &Visibility,
) -> Result<HashMap<Id<Petition>, Seen>, StoreError> {
    if ids.is_empty() || !visibility.is_all() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uid> = ids.iter().copied().map(Uid::from).collect();
    let rows: Vec<Row> = on!(db, c => petitions::table
        .left_join(places::table.on(places::petition_id.eq(petitions::id)))
        .filter(among(petitions::id, ids))
        .select((
            petitions::id,
            petitions::folio,
            petitions::state,
            petitions::closing,
            petitions::category,
            petitions::kind,
            petitions::received_at,
            petitions::facts,
            places::neighbourhood.nullable(),
            places::latitude.nullable(),
            places::longitude.nullable(),
            places::postal_code.nullable(),
            places::neighbourhood_code.nullable(),
            places::crossing.nullable(),
        ))
        .load(c))?;
    let mut seen = HashMap::with_capacity(rows.len());
    for row in rows {
        if row.closing.as_deref() == Some(Closing::Annulled.code()) {
            continue;
        }
        let petition = Id::new(row.id);
        let state = State::parse(&row.state).ok_or_else(|| StoreError::Schema("a state that is none".into()))?;
        let kind = Kind::parse(&row.kind).ok_or_else(|| StoreError::Schema("a kind that is none".into()))?;
        let place = Place {
            neighbourhood: row.neighbourhood,
            latitude: row.latitude,
            longitude: row.longitude,
            postal_code: row.postal_code,
            neighbourhood_code: row.neighbourhood_code,
            crossing: row.crossing,
        };
        let one = Seen {
            petition,
            folio: row.folio,
            state,
            category: row.category,
            kind,
            received_at: row.received_at.0,
            place,
            facts: row.facts,
        };
        seen.insert(petition, one);
    }
    Ok(seen)
}
