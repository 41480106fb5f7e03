//! Which messages of dependencies' own systems came in: a row per sender and reference, written with its effect.
//!
//! A row holds codes, ids and instants, no words. It is never changed and never goes: a message that is repeated
//! after a year is still known. What a message does is `domain`'s.

mod schema;

use std::collections::HashMap;

use diesel::prelude::*;
use domain::petition::update::Place;
use domain::time;
use uuid::Uuid;

use self::schema::assignment_updates as rows;
use crate::db::insert_all;
use crate::sql::{Instant, Uid};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// The result of a message that something later had overtaken.
pub const SUPERSEDED: &str = "superseded";

/// A message that came in.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = rows)]
pub struct Receipt {
    /// The sender's own reference of the message.
    pub reference: String,
    /// The assignment that it is about.
    pub assignment_id: Uuid,
    /// What it said, by code.
    pub status: String,
    /// The sender's count.
    pub sequence: Option<i64>,
    /// When it happened, by the sender's clock.
    pub occurred_at: time::Instant,
    /// What became of it, by code.
    pub result: String,
    /// Whether it was only noted.
    pub noted: bool,
    /// The request in which it came.
    pub batch_id: Uuid,
}

#[derive(Insertable)]
#[diesel(table_name = rows, treat_none_as_default_value = false)]
struct Row {
    sender_id: Uid,
    reference: String,
    assignment_id: Uid,
    status: String,
    sequence: Option<i64>,
    occurred_at: Instant,
    result: String,
    noted: bool,
    batch_id: Uid,
    recorded_at: Instant,
}

/// Those of these messages of a sender that came in before, by reference.
///
/// # Errors
/// The database's.
pub fn receipts(db: &mut Db, sender: Uuid, references: &[&str]) -> Result<HashMap<String, Receipt>, StoreError> {
    let found: Vec<Receipt> = on!(db, c => rows::table
        .filter(rows::sender_id.eq(Uid(sender)))
        .filter(rows::reference.eq_any(references))
        .select(Receipt::as_select())
        .load(c))?;
    Ok(found.into_iter().map(|receipt| (receipt.reference.clone(), receipt)).collect())
}

/// The last place, in the sender's order, of what was taken in of what it has told of each of these assignments.
///
/// # Errors
/// The database's.
pub fn last_places(db: &mut Db, sender: Uuid, assignments: &[Uuid]) -> Result<HashMap<Uuid, Place>, StoreError> {
    let wanted = assignments.iter().copied().map(Uid);
    let found: Vec<(Uuid, Option<i64>, Option<time::Instant>)> = on!(db, c => rows::table
        .filter(rows::sender_id.eq(Uid(sender)))
        .filter(rows::assignment_id.eq_any(wanted.clone()))
        .filter(rows::result.ne(SUPERSEDED))
        .group_by(rows::assignment_id)
        .select((
            rows::assignment_id,
            diesel::dsl::max(rows::sequence),
            diesel::dsl::max(rows::occurred_at),
        ))
        .load(c))?;
    let place = |(id, sequence, at): (Uuid, Option<i64>, Option<time::Instant>)| {
        at.map(|occurred_at| (id, Place { sequence, occurred_at }))
    };
    Ok(found.into_iter().filter_map(place).collect())
}

/// Keeps what came in, in the transaction of its effect.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx, sender: Uuid, receipts: &[Receipt], now: time::Instant) -> Result<(), StoreError> {
    let told: Vec<Row> = receipts.iter().map(|receipt| row(sender, receipt, now)).collect();
    let db = tx.writing()?;
    insert_all!(db, rows::table, told);
    Ok(())
}

fn row(sender: Uuid, receipt: &Receipt, now: time::Instant) -> Row {
    Row {
        sender_id: Uid(sender),
        reference: receipt.reference.clone(),
        assignment_id: Uid(receipt.assignment_id),
        status: receipt.status.clone(),
        sequence: receipt.sequence,
        occurred_at: receipt.occurred_at.into(),
        result: receipt.result.clone(),
        noted: receipt.noted,
        batch_id: Uid(receipt.batch_id),
        recorded_at: now.into(),
    }
}
