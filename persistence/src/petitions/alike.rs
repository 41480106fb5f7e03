//! Which petitions are compared when somebody looks for duplicates: what lies near, what is in the neighbourhood, and
//! what has the same rare words.
//!
//! Reads at most so many rows of each, however many there are. How alike they are is `domain::duplicate`'s to say.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use domain::cell::{around, metres_between};
use domain::code::Coded;
use domain::duplicate::{Candidate, Matter, NEAR, Rarity, window, words_of};
use domain::id::Id;
use domain::kind::Kind;
use domain::outcome::Closing;
use domain::petition::Petition;
use domain::state::State;
use domain::visibility::Visibility;
use uuid::Uuid;

use super::load::Place;
use super::schema::{petitions, places};
use crate::search::{alike as with_words, terms_of};
use crate::sql::{Instant, Uid};
use crate::{Db, StoreError, history, on};

/// The latest petitions of one cell that are looked at.
const OF_A_CELL: i64 = 80;

/// The latest petitions of a neighbourhood that are compared.
const OF_A_NEIGHBOURHOOD: i64 = 40;

/// The nearest petitions that are compared.
const NEAREST: usize = 40;

/// What was read to be compared.
pub struct Compared {
    /// The petitions.
    pub candidates: Vec<Candidate>,
    /// How rare the words are by which they were found.
    pub rarity: Rarity,
}

type Spot = (Uuid, Option<f64>, Option<f64>, Option<String>);

/// What may be about the same matter; `except` is the petition itself. Annulled petitions are about nothing.
///
/// # Errors
/// The database's.
pub fn alike(
    db: &mut Db,
    matter: &Matter,
    except: &[Id<Petition>],
    visibility: &Visibility,
) -> Result<Compared, StoreError> {
    // Whoever may look for duplicates sees every petition; a narrower view finds nothing here.
    if !visibility.is_all() {
        return Ok(Compared { candidates: Vec::new(), rarity: Rarity::default() });
    }
    let (from, to, from_near) = window(matter.received_at);
    let mut spots: HashMap<Uuid, Spot> = HashMap::new();
    if let Some(here) = matter.spot {
        let mut near = Vec::new();
        for cell in around(here.0, here.1, NEAR) {
            near.extend(of_cell(db, cell, (from_near, to))?.into_iter().filter_map(|(id, latitude, longitude)| {
                let metres = metres_between(here, latitude.zip(longitude)?);
                // In which neighbourhood it lies says nothing more of what is near.
                (metres <= NEAR).then_some((metres, (id, latitude, longitude, None)))
            }));
        }
        near.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        spots.extend(near.into_iter().take(NEAREST).map(|(_, spot)| (spot.0, spot)));
    }
    if let Some(code) = &matter.neighbourhood {
        for (id, latitude, longitude) in of_neighbourhood(db, code, (from, to))? {
            spots.insert(id, (id, latitude, longitude, Some(code.clone())));
        }
    }
    let (found, rarity) = with_words(db, matter.words.iter().map(String::as_str), (from, to))?;
    let unplaced: Vec<Uuid> = found.into_iter().filter(|id| !spots.contains_key(id)).collect();
    let placed = spots_of(db, &unplaced)?;
    spots.extend(unplaced.into_iter().map(|id| (id, (id, None, None, None))));
    spots.extend(placed.into_iter().map(|spot| (spot.0, spot)));
    for id in except {
        spots.remove(&id.uuid());
    }
    Ok(Compared { candidates: candidates(db, spots)?, rarity })
}

/// An entry of the index that holds all that is asked of it: the petition and its place on the map.
type Entry = (Uuid, Option<f64>, Option<f64>);

fn of_cell(
    db: &mut Db,
    cell: i64,
    (from, to): (domain::time::Instant, domain::time::Instant),
) -> Result<Vec<Entry>, StoreError> {
    Ok(on!(db, c => places::table
        .filter(places::cell.eq(cell))
        .filter(places::received_at.ge(Instant::from(from)))
        .filter(places::received_at.le(Instant::from(to)))
        .order(places::received_at.desc())
        .limit(OF_A_CELL)
        .select((places::petition_id, places::latitude, places::longitude))
        .load(c))?)
}

fn of_neighbourhood(
    db: &mut Db,
    code: &str,
    (from, to): (domain::time::Instant, domain::time::Instant),
) -> Result<Vec<Entry>, StoreError> {
    Ok(on!(db, c => places::table
        .filter(places::neighbourhood_code.eq(code))
        .filter(places::received_at.ge(Instant::from(from)))
        .filter(places::received_at.le(Instant::from(to)))
        .order(places::received_at.desc())
        .limit(OF_A_NEIGHBOURHOOD)
        .select((places::petition_id, places::latitude, places::longitude))
        .load(c))?)
}

fn spots_of(db: &mut Db, ids: &[Uuid]) -> Result<Vec<Spot>, StoreError> {
    let ids = ids.iter().copied().map(Uid);
    Ok(on!(db, c => places::table
        .filter(places::petition_id.eq_any(ids.clone()))
        .select((places::petition_id, places::latitude, places::longitude, places::neighbourhood_code))
        .load(c))?)
}

/// The petitions at these spots, with the words by which the search finds them.
fn candidates(db: &mut Db, mut spots: HashMap<Uuid, Spot>) -> Result<Vec<Candidate>, StoreError> {
    let ids: Vec<Uuid> = spots.keys().copied().collect();
    let uids = ids.iter().copied().map(Uid);
    type Row = (Uuid, String, String, Instant, String, Option<String>);
    let rows: Vec<Row> = on!(db, c => petitions::table
        .filter(petitions::id.eq_any(uids.clone()))
        .select((
            petitions::id,
            petitions::category,
            petitions::kind,
            petitions::received_at,
            petitions::state,
            petitions::closing,
        ))
        .load(c))?;
    let mut words = terms_of(db, &ids)?;
    let candidate = |(id, category, kind, received_at, state, closing): Row| {
        let (_, latitude, longitude, neighbourhood) = spots.remove(&id)?;
        let written = words.remove(&id).unwrap_or_default();
        let matter = Matter {
            category: Some(category),
            kind: Kind::parse(&kind),
            spot: latitude.zip(longitude),
            neighbourhood,
            received_at: received_at.0,
            words: written.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        };
        let annulled = closing.as_deref() == Some(Closing::Annulled.code());
        (!annulled).then_some(Candidate { petition: Id::new(id), matter, closed: state == State::Closed.code() })
    };
    Ok(rows.into_iter().filter_map(candidate).collect())
}

/// What of a petition that is here is compared with others.
///
/// # Errors
/// The database's.
pub fn compared(db: &mut Db, petition: &Petition) -> Result<Matter, StoreError> {
    let place: Place = super::places(db, &[petition.id])?.remove(&petition.id).unwrap_or_default();
    let wanted: Vec<Uuid> =
        [&petition.address, &petition.text].into_iter().flatten().map(|text| text.id.uuid()).collect();
    let texts = history::texts(db, &wanted)?;
    let said = wanted.iter().filter_map(|id| texts.get(id)?.body.as_deref());
    let words: BTreeSet<String> = words_of(place.crossing.as_deref().into_iter().chain(said));
    Ok(Matter {
        category: Some(petition.category.clone()),
        kind: Some(petition.kind),
        spot: place.latitude.zip(place.longitude),
        neighbourhood: place.neighbourhood_code,
        received_at: petition.received_at,
        words,
    })
}
