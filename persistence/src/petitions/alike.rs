//! Which petitions are compared when somebody looks for duplicates: what lies near, what is in the neighbourhood, and
//! what has the same rare words.
//!
//! Reads at most so many rows of each, however many there are, and of each candidate only narrow ones: where it is, and what
//! the search's index has noted of it. How alike they are is `domain::duplicate`'s to say; what is shown of the likely ones
//! is read by [`super::seen`].

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use domain::code::Coded;
use domain::duplicate::{Candidate, Matter, NEAR, Rarity, window, words_of};
use domain::id::Id;
use domain::kind::Kind;
use domain::petition::Petition;
use domain::time;
use domain::visibility::Visibility;
use uuid::Uuid;

use super::load::Place;
use super::near::near;
use super::schema::{petitions, places};
use crate::search::{Noted, alike as with_words, noted};
use crate::sql::{Instant, Uid, among};
use crate::{Db, StoreError, history, on};

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

/// Where a candidate is, and when it was presented.
struct Spot {
    point: Option<(f64, f64)>,
    neighbourhood: Option<String>,
    received_at: time::Instant,
}

/// What may be about the same matter; `except` are the petition itself and those that nobody need be told of. Some may be
/// annulled: that shows when the likely ones are read.
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
        for one in near(db, here, NEAR, (from_near, to))?.into_iter().take(NEAREST) {
            // In which neighbourhood it lies says nothing more of what is near.
            let spot = Spot { point: Some(one.spot), neighbourhood: None, received_at: one.received_at };
            spots.insert(one.petition, spot);
        }
    }
    if let Some(code) = &matter.neighbourhood {
        for (id, latitude, longitude, received_at) in of_neighbourhood(db, code, (from, to))? {
            let point = latitude.zip(longitude);
            let received_at = received_at.map_or(matter.received_at, |at| at.0);
            spots.insert(id, Spot { point, neighbourhood: Some(code.clone()), received_at });
        }
    }
    let (found, rarity) = with_words(db, matter.words.iter().map(String::as_str), (from, to))?;
    let mut known: Vec<Noted> = Vec::with_capacity(found.len() + spots.len());
    for (one, (latitude, longitude, neighbourhood)) in found {
        let received_at = one.received_at.0;
        spots.entry(one.petition).or_insert(Spot { point: latitude.zip(longitude), neighbourhood, received_at });
        known.push(one);
    }
    for id in except {
        spots.remove(&id.uuid());
    }
    let mut candidates = taken(matter, known, &mut spots);
    let rest: Vec<Uuid> = spots.keys().copied().collect();
    candidates.extend(taken(matter, noted(db, &rest)?, &mut spots));
    candidates.extend(fresh(db, spots)?);
    Ok(Compared { candidates, rarity })
}

/// An entry of the index that holds all that is asked of it: the petition, its place on the map, its receipt.
type Entry = (Uuid, Option<f64>, Option<f64>, Option<Instant>);

fn of_neighbourhood(
    db: &mut Db,
    code: &str,
    (from, to): (time::Instant, time::Instant),
) -> Result<Vec<Entry>, StoreError> {
    Ok(on!(db, c => places::table
        .filter(places::neighbourhood_code.eq(code))
        .filter(places::received_at.ge(Instant::from(from)))
        .filter(places::received_at.le(Instant::from(to)))
        .order(places::received_at.desc())
        .limit(OF_A_NEIGHBOURHOOD)
        .select((places::petition_id, places::latitude, places::longitude, places::received_at))
        .load(c))?)
}

/// The candidates of which the index has noted something; they are taken from the spots.
fn taken(sought: &Matter, known: Vec<Noted>, spots: &mut HashMap<Uuid, Spot>) -> Vec<Candidate> {
    let of = |one: Noted| {
        let spot = spots.remove(&one.petition)?;
        // Only the words that both have are compared: no others are kept.
        let words = one.words.split(' ').filter(|word| sought.words.contains(*word)).map(str::to_owned).collect();
        Some(candidate(one.petition, spot, (one.category, one.kind.as_str()), words))
    };
    known.into_iter().filter_map(of).collect()
}

/// The candidates at the spots that are left: the index does not hold them yet, so no words of them are known.
fn fresh(db: &mut Db, mut spots: HashMap<Uuid, Spot>) -> Result<Vec<Candidate>, StoreError> {
    if spots.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uid> = spots.keys().copied().map(Uid).collect();
    let rows: Vec<(Uuid, String, String)> = on!(db, c => petitions::table
        .filter(among(petitions::id, ids))
        .select((petitions::id, petitions::category, petitions::kind))
        .load(c))?;
    let of = |(id, category, kind): (Uuid, String, String)| {
        Some(candidate(id, spots.remove(&id)?, (category, kind.as_str()), BTreeSet::new()))
    };
    Ok(rows.into_iter().filter_map(of).collect())
}

fn candidate(petition: Uuid, spot: Spot, (category, kind): (String, &str), words: BTreeSet<String>) -> Candidate {
    let matter = Matter {
        category: Some(category),
        kind: Kind::parse(kind),
        spot: spot.point,
        neighbourhood: spot.neighbourhood,
        received_at: spot.received_at,
        words,
    };
    Candidate { petition: Id::new(petition), matter }
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
