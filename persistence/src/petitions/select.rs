//! A selection of petitions, to do something with each: those that somebody names, or all that a filter finds.
//!
//! Looks at so many rows at most, and says whether that was all: what is done to many is never done to some of them
//! unawares.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use domain::id::Id;
use domain::petition::Petition;
use domain::visibility::Visibility;
use uuid::Uuid;

use super::list::{PetitionFilter, PetitionSort, Position, Span, petitions, scan_petitions};
use super::load::PetitionRef;
use super::row::CLOSED_LISTS;
use super::schema::{petition_tags, petitions as rows};
use crate::sql::{Side, Uid};
use crate::{Db, StoreError, on};

/// Pages of a list that are read at most.
const PAGES: usize = 10;

/// Identifiers that one statement is given.
const AT_ONCE: usize = 1_000;

/// What a filter finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Each once, with its folio, in the order of the list.
    pub found: Vec<Named>,
    /// Whether that is all.
    pub whole: bool,
}

/// All petitions that a filter finds, as long as they are not many more than `most` and no more rows have to be looked
/// at than ten pages of a list read.
///
/// # Errors
/// The database's.
pub fn select(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: &Visibility,
    sort: PetitionSort,
    most: usize,
) -> Result<Selection, StoreError> {
    let (ids, whole) = match marked(db, filter, visibility)? {
        Some(among) => (let_through(db, filter, visibility, &among)?, true),
        None => walked(db, filter, visibility, sort, most)?,
    };
    let mut known = HashSet::with_capacity(ids.len());
    let each: Vec<Uuid> = ids.into_iter().filter(|id| known.insert(*id)).collect();
    let folios = folios(db, &each)?;
    let with_folio = |id: &Uuid| Some((Id::new(*id), folios.get(id)?.clone()));
    Ok(Selection { found: each.iter().filter_map(with_folio).collect(), whole })
}

/// A petition and its folio.
pub type Named = (Id<Petition>, String);

/// Those of these petitions that this visibility reaches, each with its folio, in the order in which they were named;
/// none in the place of one that is unknown or out of reach.
///
/// # Errors
/// The database's.
pub fn named(
    db: &mut Db,
    references: &[PetitionRef],
    visibility: &Visibility,
) -> Result<Vec<Option<Named>>, StoreError> {
    let mut by_folio: HashMap<String, Uuid> = HashMap::new();
    let of_folio = |reference: &PetitionRef| match reference {
        PetitionRef::Folio(folio) => Some(folio.to_string()),
        PetitionRef::Id(_) => None,
    };
    let wanted: Vec<String> = references.iter().filter_map(of_folio).collect();
    for some in wanted.chunks(AT_ONCE) {
        let found: Vec<(String, Uuid)> =
            on!(db, c => rows::table.filter(rows::folio.eq_any(some)).select((rows::folio, rows::id)).load(c))?;
        by_folio.extend(found);
    }
    let id_of = |reference: &PetitionRef| match reference {
        PetitionRef::Id(id) => Some(id.uuid()),
        PetitionRef::Folio(folio) => by_folio.get(&folio.to_string()).copied(),
    };
    let ids: Vec<Uuid> = references.iter().filter_map(id_of).collect();
    let seen: HashSet<Uuid> = let_through(db, &PetitionFilter::default(), visibility, &ids)?.into_iter().collect();
    let folios = folios(db, &ids)?;
    let shown = |reference: &PetitionRef| {
        let id = id_of(reference).filter(|id| seen.contains(id))?;
        Some((Id::new(id), folios.get(&id)?.clone()))
    };
    Ok(references.iter().map(shown).collect())
}

/// The petitions with the mark that a filter asks for, where they are few enough to be looked at one by one: of marks
/// there is an index, but not in the order of any list.
fn marked(db: &mut Db, filter: &PetitionFilter, visibility: &Visibility) -> Result<Option<Vec<Uuid>>, StoreError> {
    let Some(tag) = filter.tag.as_ref().filter(|_| filter.search.is_none() && visibility.is_all()) else {
        return Ok(None);
    };
    let most = CLOSED_LISTS * i64::try_from(PAGES).unwrap_or(1);
    let found: Vec<Uuid> = on!(db, c => petition_tags::table
        .filter(petition_tags::tag.eq(tag))
        .limit(most)
        .select(petition_tags::petition_id)
        .load(c))?;
    Ok(i64::try_from(found.len()).is_ok_and(|number| number < most).then_some(found))
}

/// Those of these that filter and visibility let through.
fn let_through(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: &Visibility,
    among: &[Uuid],
) -> Result<Vec<Uuid>, StoreError> {
    if visibility.is_nothing() {
        return Ok(Vec::new());
    }
    let mut found: Vec<Position> = Vec::new();
    for some in among.chunks(AT_ONCE) {
        let limit = i64::try_from(some.len()).unwrap_or(CLOSED_LISTS);
        let span = Span { among: Some(some.to_vec()), limit, ..Span::default() };
        found.extend(scan_petitions(db, filter, Some(visibility), PetitionSort::Received(Side::After), &span)?);
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// The list, page by page; and whether it was read to its end.
fn walked(
    db: &mut Db,
    filter: &PetitionFilter,
    visibility: &Visibility,
    sort: PetitionSort,
    most: usize,
) -> Result<(Vec<Uuid>, bool), StoreError> {
    let mut ids = Vec::new();
    let mut after = None;
    for _ in 0..PAGES {
        let page = petitions(db, filter, visibility, sort, after, CLOSED_LISTS)?;
        ids.extend(page.ids.into_iter().map(Id::uuid));
        after = page.next;
        if page.capped || after.is_none() || ids.len() > most {
            return Ok((ids, !page.capped && after.is_none()));
        }
    }
    Ok((ids, false))
}

fn folios(db: &mut Db, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, StoreError> {
    let mut all = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let wanted = some.iter().copied().map(Uid);
        let found: Vec<(Uuid, String)> = on!(db, c => rows::table
            .filter(rows::id.eq_any(wanted.clone()))
            .select((rows::id, rows::folio))
            .load(c))?;
        all.extend(found);
    }
    Ok(all)
}
