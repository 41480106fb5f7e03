//! Petitions and what belongs to them, one or many, each kind of row in one query.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::cell::cell;
use domain::folio::Folio;
use domain::id::Id;
use domain::intake::Intake;
use domain::petition::{Petition, Petitioner};
use domain::visibility::Visibility;
use uuid::Uuid;

use super::row;
use super::schema::{assignments, petitioners as petitioner_rows, petitions, places as place_rows};
use crate::sql::{Instant, Keyset, Side, Uid, keyset, keyset_within};
use crate::{Db, StoreError, on};

/// What names a petition: its identifier or its folio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PetitionRef {
    /// By identifier.
    Id(Id<Petition>),
    /// By folio.
    Folio(Folio),
}

/// Where a petition is, apart from its address, which is a text.
#[derive(Clone, Debug, Default, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = place_rows, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Place {
    /// Name of the neighbourhood.
    pub neighbourhood: Option<String>,
    /// WGS 84 degrees north.
    pub latitude: Option<f64>,
    /// WGS 84 degrees east; negative here.
    pub longitude: Option<f64>,
    /// Five digits.
    pub postal_code: Option<String>,
    /// Code of the neighbourhood in the catalogue.
    pub neighbourhood_code: Option<String>,
    /// The street that crosses the one of the address.
    pub crossing: Option<String>,
}

impl Place {
    /// The fields in which it differs from another, by code.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let neighbourhood = |place: &Self| (place.neighbourhood.clone(), place.neighbourhood_code.clone());
        let location = |place: &Self| place.latitude.zip(place.longitude);
        let fields = [
            ("neighbourhood", neighbourhood(self) != neighbourhood(other)),
            ("location", location(self) != location(other)),
            ("crossing", self.crossing != other.crossing),
            ("postal_code", self.postal_code != other.postal_code),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
    }

    /// The cell of the map that holds it, where it is on the map.
    pub(super) fn cell(&self) -> Option<i64> {
        self.latitude.zip(self.longitude).and_then(|(latitude, longitude)| cell(latitude, longitude))
    }
}

/// Personal data of one petitioner: never in events, lists, logs or keys.
#[derive(Clone, Default, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = petitioner_rows, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PetitionerDetails {
    /// `person`, `organisation` or `committee`.
    pub kind: String,
    /// The name.
    pub name: Option<String>,
    /// `+52` and ten digits.
    pub telephone: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Another way to reach them: a user name in a network, a neighbour's shop.
    pub other_contact: Option<String>,
    /// The medium that they prefer, by code.
    pub preferred: Option<String>,
    /// Who presented it for them: councillor, relative, chair of a committee.
    pub presented_by: Option<String>,
    /// The CURP, where somebody gave it.
    pub curp: Option<String>,
}

impl std::fmt::Debug for PetitionerDetails {
    /// Never prints whose they are.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PetitionerDetails").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The petition, if this visibility reaches it.
///
/// # Errors
/// The database's.
pub fn find(db: &mut Db, reference: &PetitionRef, visibility: &Visibility) -> Result<Option<Petition>, StoreError> {
    if visibility.is_nothing() {
        return Ok(None);
    }
    let found: Option<(String, Vec<u8>)> = match reference {
        PetitionRef::Id(id) => on!(db, c => petitions::table
            .filter(petitions::id.eq(Uid::from(*id)))
            .select((petitions::facts, petitions::head))
            .first(c)
            .optional())?,
        PetitionRef::Folio(folio) => on!(db, c => petitions::table
            .filter(petitions::folio.eq(folio.to_string()))
            .select((petitions::facts, petitions::head))
            .first(c)
            .optional())?,
    };
    let Some((facts, head)) = found else { return Ok(None) };
    let mut petition = row::petition(&facts, &head)?;
    let shares: Vec<String> = on!(db, c => assignments::table
        .filter(assignments::petition_id.eq(Uid::from(petition.id)))
        .select(assignments::facts)
        .load(c))?;
    petition.assignments = shares.iter().map(|facts| row::assignment(facts)).collect::<Result<_, _>>()?;
    petition.assignments.sort_by_key(|share| share.routed_in);
    Ok(Some(petition).filter(|petition| visibility.sees(petition)))
}

/// The petition of which this is an assignment.
///
/// # Errors
/// The database's.
pub fn assignment_petition(db: &mut Db, id: Id<Assignment>) -> Result<Option<Id<Petition>>, StoreError> {
    let found: Option<Uuid> = on!(db, c => assignments::table
        .filter(assignments::id.eq(Uid::from(id)))
        .select(assignments::petition_id)
        .first(c)
        .optional())?;
    Ok(found.map(Id::new))
}

/// The petition with this assignment, if this visibility reaches both.
///
/// # Errors
/// The database's.
pub fn find_assignment(
    db: &mut Db,
    id: Id<Assignment>,
    visibility: &Visibility,
) -> Result<Option<Petition>, StoreError> {
    let Some(petition) = assignment_petition(db, id)? else { return Ok(None) };
    let found = find(db, &PetitionRef::Id(petition), visibility)?;
    Ok(found.filter(|petition| petition.assignment(id).is_some_and(|share| visibility.sees_whole(share))))
}

/// The petitions with these identifiers, in this order; one that is not there is left out. Whoever
/// asks got the identifiers from a list that was already bound to a visibility.
///
/// # Errors
/// The database's.
pub fn many(db: &mut Db, ids: &[Id<Petition>]) -> Result<Vec<Petition>, StoreError> {
    let uids = || ids.iter().copied().map(Uid::from);
    let found: Vec<(String, Vec<u8>)> = on!(db, c => petitions::table
        .filter(petitions::id.eq_any(uids()))
        .select((petitions::facts, petitions::head))
        .load(c))?;
    let shares: Vec<(Uuid, String)> = on!(db, c => assignments::table
        .filter(assignments::petition_id.eq_any(uids()))
        .select((assignments::petition_id, assignments::facts))
        .load(c))?;
    let mut by_petition: HashMap<Uuid, Vec<Assignment>> = HashMap::new();
    for (petition, facts) in &shares {
        by_petition.entry(*petition).or_default().push(row::assignment(facts)?);
    }
    let mut by_id: HashMap<Id<Petition>, Petition> = HashMap::with_capacity(found.len());
    for (facts, head) in &found {
        let mut petition = row::petition(facts, head)?;
        petition.assignments = by_petition.remove(&petition.id.uuid()).unwrap_or_default();
        petition.assignments.sort_by_key(|share| share.routed_in);
        by_id.insert(petition.id, petition);
    }
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// The petitions of these assignments, each once. Whoever asks got the identifiers from a list that was already
/// bound to a visibility.
///
/// # Errors
/// The database's.
pub fn of_assignments(db: &mut Db, ids: &[Id<Assignment>]) -> Result<Vec<Petition>, StoreError> {
    let uids = ids.iter().copied().map(Uid::from);
    let found: Vec<Uuid> = on!(db, c => assignments::table
        .filter(assignments::id.eq_any(uids.clone()))
        .select(assignments::petition_id)
        .distinct()
        .load(c))?;
    many(db, &found.into_iter().map(Id::new).collect::<Vec<_>>())
}

/// The petition of a petitioner of whom anything is kept.
///
/// # Errors
/// The database's.
pub fn petition_of_petitioner(db: &mut Db, id: Id<Petitioner>) -> Result<Option<Id<Petition>>, StoreError> {
    let found: Option<Uuid> = on!(db, c => petitioner_rows::table
        .find(Uid::from(id))
        .select(petitioner_rows::petition_id)
        .first(c)
        .optional())?;
    Ok(found.map(Id::new))
}

/// The petitions that came in together by this intake; none where one came alone, which has the intake's identifier.
///
/// # Errors
/// The database's.
pub(crate) fn petitions_of_intake(db: &mut Db, id: Id<Intake>) -> Result<Vec<Id<Petition>>, StoreError> {
    let found: Vec<Uuid> = on!(db, c => petitions::table
        .filter(petitions::intake_id.eq(Uid::from(id)))
        .select(petitions::id)
        .load(c))?;
    Ok(found.into_iter().map(Id::new).collect())
}

/// Where these petitions are.
///
/// # Errors
/// The database's.
pub fn places(db: &mut Db, ids: &[Id<Petition>]) -> Result<HashMap<Id<Petition>, Place>, StoreError> {
    let uids = ids.iter().copied().map(Uid::from);
    let found: Vec<(Uuid, Place)> = on!(db, c => place_rows::table
        .filter(place_rows::petition_id.eq_any(uids.clone()))
        .select((place_rows::petition_id, Place::as_select()))
        .load(c))?;
    Ok(found.into_iter().map(|(id, place)| (Id::new(id), place)).collect())
}

/// How many petitions there are: reads all of an index, so for verification only.
pub(crate) fn how_many(db: &mut Db) -> Result<i64, StoreError> {
    Ok(on!(db, c => petitions::table.count().get_result(c))?)
}

/// Where the words of a petition are, and of what class it is, for the search's index.
#[derive(Queryable)]
pub(crate) struct Described {
    pub id: Uid,
    pub folio: String,
    pub received_at: Instant,
    pub facts: String,
    pub category: String,
    pub kind: String,
    pub neighbourhood: Option<String>,
    pub crossing: Option<String>,
}

/// Where the words of these petitions are.
pub(crate) fn described(db: &mut Db, ids: &[Uuid]) -> Result<Vec<Described>, StoreError> {
    let ids = ids.iter().copied().map(Uid);
    Ok(on!(db, c => petitions::table
        .left_join(place_rows::table.on(place_rows::petition_id.eq(petitions::id)))
        .filter(petitions::id.eq_any(ids.clone()))
        .select((
            petitions::id,
            petitions::folio,
            petitions::received_at,
            petitions::facts,
            petitions::category,
            petitions::kind,
            place_rows::neighbourhood.nullable(),
            place_rows::crossing.nullable(),
        ))
        .load(c))?)
}

/// Personal data of the petitioners of these petitions.
///
/// # Errors
/// The database's.
pub fn petitioners(
    db: &mut Db,
    ids: &[Id<Petition>],
) -> Result<HashMap<Id<Petitioner>, PetitionerDetails>, StoreError> {
    let uids = ids.iter().copied().map(Uid::from);
    let found: Vec<(Uuid, PetitionerDetails)> = on!(db, c => petitioner_rows::table
        .filter(petitioner_rows::petition_id.eq_any(uids.clone()))
        .select((petitioner_rows::id, PetitionerDetails::as_select()))
        .load(c))?;
    Ok(found.into_iter().map(|(id, details)| (Id::new(id), details)).collect())
}

/// The petition that a citizen's folio and PIN are to open; its PINs are checked by the caller. Without its
/// assignments.
///
/// # Errors
/// The database's.
pub fn pin_facts(db: &mut Db, folio: &Folio) -> Result<Option<Petition>, StoreError> {
    let found: Option<(String, Vec<u8>)> = on!(db, c => petitions::table
        .filter(petitions::folio.eq(folio.to_string()))
        .select((petitions::facts, petitions::head))
        .first(c)
        .optional())?;
    found.map(|(facts, head)| row::petition(&facts, &head)).transpose()
}

/// Which of these numbers of a source are here already.
///
/// # Errors
/// The database's.
pub fn imported(db: &mut Db, source: &str, external_ids: &[String]) -> Result<Vec<String>, StoreError> {
    let mut here = Vec::new();
    for some in external_ids.chunks(500) {
        let found: Vec<Option<String>> = on!(db, c => petitions::table
            .filter(petitions::source.eq(source))
            .filter(petitions::external_id.eq_any(some))
            .select(petitions::external_id)
            .load(c))?;
        here.extend(found.into_iter().flatten());
    }
    Ok(here)
}

/// Petitions with a question whose reply is overdue, at most `limit`.
///
/// # Errors
/// The database's.
pub fn overdue_replies(db: &mut Db, now: domain::time::Instant, limit: i64) -> Result<Vec<Id<Petition>>, StoreError> {
    let found: Vec<Uuid> = on!(db, c => petitions::table
        .filter(petitions::reply_due_at.le(Instant::from(now)))
        .order(petitions::reply_due_at)
        .limit(limit)
        .select(petitions::id)
        .load(c))?;
    Ok(found.into_iter().map(Id::new).collect())
}

/// The next petitions in the order of their identifiers, for verification: whoever walks sees all.
///
/// # Errors
/// The database's.
pub fn walk(db: &mut Db, after: Option<Id<Petition>>, limit: i64) -> Result<Vec<Petition>, StoreError> {
    let after = after.map_or(Uuid::nil(), Id::uuid);
    let ids: Vec<Uuid> = on!(db, c => petitions::table
        .filter(petitions::id.gt(Uid(after)))
        .order(petitions::id)
        .limit(limit)
        .select(petitions::id)
        .load(c))?;
    many(db, &ids.into_iter().map(Id::new).collect::<Vec<_>>())
}

/// The condition of the next page by an instant and an identifier.
pub(super) fn beyond<A, B>(
    columns: (A, B),
    side: Side,
    (at, id): (domain::time::Instant, Uuid),
) -> Keyset<
    A,
    B,
    <Instant as diesel::expression::AsExpression<Instant>>::Expression,
    <Uid as diesel::expression::AsExpression<Uid>>::Expression,
>
where
    A: Expression<SqlType = Instant>,
    B: Expression<SqlType = Uid>,
{
    keyset(columns, side, (Instant::from(at), Uid(id)))
}

/// The condition that a row is not beyond this one: where what a call reads ends at the latest.
pub(super) fn within<A, B>(
    columns: (A, B),
    side: Side,
    (at, id): (domain::time::Instant, Uuid),
) -> Keyset<
    A,
    B,
    <Instant as diesel::expression::AsExpression<Instant>>::Expression,
    <Uid as diesel::expression::AsExpression<Uid>>::Expression,
>
where
    A: Expression<SqlType = Instant>,
    B: Expression<SqlType = Uid>,
{
    keyset_within(columns, side, (Instant::from(at), Uid(id)))
}
