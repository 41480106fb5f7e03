//! Intakes: their rows, what was said of them in words, and the office's list of them.
//!
//! Owns both tables and every query over them. The petitions of an intake name it themselves; one that came alone has
//! its intake's identifier. Nothing here decides what may be taken in.

mod row;
mod schema;

use std::collections::HashMap;

use diesel::prelude::*;
use domain::id::Id;
use domain::intake::Intake;
use domain::petition::Petition;
use domain::time;
use uuid::Uuid;

pub use self::row::IntakeDetails;
use self::row::IntakeDetailsRow;
pub(crate) use self::row::{IntakeDetailsRow as DetailsRow, IntakeRow, insert, insert_details};
use self::schema::{intake_details, intakes};
use crate::petitions::{CLOSED_LISTS, Count, Position, petitions_of_intake};
use crate::sql::{Instant, Side, Uid, keyset, keyset_within};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// Which intakes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntakeFilter {
    /// Only orientation without a petition, or only what yielded petitions.
    pub oriented: Option<bool>,
    /// By this channel.
    pub channel: Option<String>,
    /// Keyed by this account.
    pub registered_by: Option<Uuid>,
    /// Received then or later.
    pub received_from: Option<time::Instant>,
    /// Received before.
    pub received_to: Option<time::Instant>,
}

/// Adds an intake; written with its group.
pub fn save(tx: &mut Tx, intake: &Intake, details: &IntakeDetails) {
    tx.push_intake(intake.into());
    if *details != IntakeDetails::default() {
        tx.push_intake_details(IntakeDetailsRow::of(intake.id, details));
    }
}

/// One intake.
///
/// # Errors
/// The database's.
pub fn find(db: &mut Db, id: Id<Intake>) -> Result<Option<Intake>, StoreError> {
    let row: Option<IntakeRow> = on!(db, c => intakes::table
        .find(Uid::from(id))
        .select(IntakeRow::as_select())
        .first(c)
        .optional())?;
    row.map(Intake::try_from).transpose()
}

/// The intakes with these identifiers, in this order.
///
/// # Errors
/// The database's.
pub fn many(db: &mut Db, ids: &[Id<Intake>]) -> Result<Vec<Intake>, StoreError> {
    let rows: Vec<IntakeRow> = on!(db, c => intakes::table
        .filter(intakes::id.eq_any(ids.iter().copied().map(Uid::from)))
        .select(IntakeRow::as_select())
        .load(c))?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let intake = Intake::try_from(row)?;
        found.insert(intake.id, intake);
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// What was said of these intakes in words; of those of which anything was said.
///
/// # Errors
/// The database's.
pub fn details(db: &mut Db, ids: &[Id<Intake>]) -> Result<HashMap<Id<Intake>, IntakeDetails>, StoreError> {
    let rows: Vec<IntakeDetailsRow> = on!(db, c => intake_details::table
        .filter(intake_details::intake_id.eq_any(ids.iter().copied().map(Uid::from)))
        .select(IntakeDetailsRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(IntakeDetailsRow::into_details).map(|(id, details)| (Id::new(id), details)).collect())
}

/// The petitions of an intake, in the order of their folios.
///
/// # Errors
/// The database's.
pub fn petitions(db: &mut Db, id: Id<Intake>) -> Result<Vec<Petition>, StoreError> {
    let mut ids = petitions_of_intake(db, id)?;
    if ids.is_empty() {
        // It came alone.
        ids.push(Id::new(id.uuid()));
    }
    let mut found = crate::petitions::many(db, &ids)?;
    found.sort_by_key(|petition| petition.folio);
    Ok(found)
}

/// A page of intakes, newest first, at most `limit`; and where the next one begins.
///
/// # Errors
/// The database's.
pub fn list(
    db: &mut Db,
    filter: &IntakeFilter,
    after: Option<Position>,
    limit: i64,
) -> Result<(Vec<Id<Intake>>, Option<Position>), StoreError> {
    // The indexes answer this much of the filter; the rest is looked at row by row, as far as a bound.
    let indexed = IntakeFilter { channel: None, registered_by: None, ..filter.clone() };
    // What yielded petitions is nearly everything, and has no index of its own.
    let answered = indexed == *filter && filter.oriented != Some(false);
    let bound = if answered {
        None
    } else {
        let indexed = IntakeFilter { oriented: indexed.oriented.filter(|oriented| *oriented), ..indexed };
        scan(db, &indexed, Span { after, until: None, offset: CLOSED_LISTS - 1, limit: 1 })?.pop()
    };
    let mut found = scan(db, filter, Span { after, until: bound, offset: 0, limit: limit + 1 })?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = if found.len() > wanted {
        found.truncate(wanted);
        found.last().copied()
    } else {
        bound
    };
    Ok((found.into_iter().map(|(_, id)| Id::new(id)).collect(), next))
}

/// Rows that counting looks at, at most.
const COUNTED: i64 = 10_000;

/// How many intakes the filter finds: counted as far as a bounded look goes.
///
/// # Errors
/// The database's.
pub fn count(db: &mut Db, filter: &IntakeFilter) -> Result<Count, StoreError> {
    let indexed = IntakeFilter {
        oriented: filter.oriented.filter(|oriented| *oriented),
        received_from: filter.received_from,
        received_to: filter.received_to,
        ..Default::default()
    };
    let until = scan(db, &indexed, Span { after: None, until: None, offset: COUNTED - 1, limit: 1 })?.pop();
    let found = scan(db, filter, Span { after: None, until, offset: 0, limit: COUNTED })?;
    Ok(Count { value: i64::try_from(found.len()).unwrap_or(COUNTED), exact: until.is_none() })
}

/// The part of an index that one statement reads.
#[derive(Clone, Copy)]
struct Span {
    after: Option<Position>,
    /// The last row that may be looked at, itself included.
    until: Option<Position>,
    offset: i64,
    limit: i64,
}

fn scan(db: &mut Db, filter: &IntakeFilter, span: Span) -> Result<Vec<Position>, StoreError> {
    let found: Vec<Position> = on!(db, c => {
        let mut query = intakes::table.offset(span.offset).limit(span.limit).into_boxed();
        if let Some(channel) = &filter.channel {
            query = query.filter(intakes::channel.eq(channel));
        }
        if let Some(account) = filter.registered_by {
            query = query.filter(intakes::registered_by.eq(Uid(account)));
        }
        if filter.oriented == Some(true) {
            // Of those the time stands in a column of its own, which their index begins with.
            let oriented_at = intakes::oriented_at.assume_not_null();
            let key = (oriented_at, intakes::id);
            query = query.filter(intakes::oriented_at.is_not_null());
            if let Some(from) = filter.received_from {
                query = query.filter(oriented_at.ge(Instant::from(from)));
            }
            if let Some(to) = filter.received_to {
                query = query.filter(oriented_at.lt(Instant::from(to)));
            }
            if let Some((at, id)) = span.after {
                query = query.filter(keyset(key, Side::Before, (Instant::from(at), Uid(id))));
            }
            if let Some((at, id)) = span.until {
                query = query.filter(keyset_within(key, Side::Before, (Instant::from(at), Uid(id))));
            }
            query.order((oriented_at.desc(), intakes::id.desc())).select(key).load(c)
        } else {
            let key = (intakes::received_at, intakes::id);
            if filter.oriented == Some(false) {
                query = query.filter(intakes::oriented_at.is_null());
            }
            if let Some(from) = filter.received_from {
                query = query.filter(intakes::received_at.ge(Instant::from(from)));
            }
            if let Some(to) = filter.received_to {
                query = query.filter(intakes::received_at.lt(Instant::from(to)));
            }
            if let Some((at, id)) = span.after {
                query = query.filter(keyset(key, Side::Before, (Instant::from(at), Uid(id))));
            }
            if let Some((at, id)) = span.until {
                query = query.filter(keyset_within(key, Side::Before, (Instant::from(at), Uid(id))));
            }
            query.order((intakes::received_at.desc(), intakes::id.desc())).select(key).load(c)
        }
    })?;
    Ok(found)
}
