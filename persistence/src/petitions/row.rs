//! Rows of petitions and assignments, from and to the domain's types.

use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::chain::Hash;
use domain::clock::Clock;
use domain::code::Coded;
use domain::petition::Petition;

use super::schema::{assignments, petitions};
use crate::StoreError;
use crate::sql::{Instant, Uid};

/// The instant that stands for "no term is running": lists by due date end with these.
#[must_use]
pub fn never() -> domain::time::Instant {
    // 9999-01-01, which both engines can hold.
    chrono::DateTime::from_timestamp(253_370_764_800, 0).unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC)
}

/// Index rows that one call of a list reads at most, whatever its filters.
pub const CLOSED_LISTS: i64 = 2_000;

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = petitions, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct PetitionRow {
    id: Uid,
    folio: String,
    version: i32,
    sequence: i32,
    head: Vec<u8>,
    state: &'static str,
    outcome: Option<&'static str>,
    closing: Option<&'static str>,
    round: i32,
    kind: &'static str,
    category: String,
    channel: String,
    priority: &'static str,
    against_public_servant: bool,
    followed_by: String,
    received_at: Instant,
    registered_at: Instant,
    updated_at: Instant,
    due_at: Instant,
    reply_due_at: Option<Instant>,
    source: Option<String>,
    external_id: Option<String>,
    intake_id: Option<Uid>,
    facts: String,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = assignments, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct AssignmentRow {
    id: Uid,
    petition_id: Uid,
    round: i32,
    version: i32,
    dependency: String,
    unit: Option<String>,
    state: &'static str,
    routed_at: Instant,
    due_at: Instant,
    external_reference: Option<String>,
    facts: String,
}

impl PetitionRow {
    pub fn of(petition: &Petition) -> Result<Self, StoreError> {
        let origin = petition.origin.as_ref();
        Ok(Self {
            id: petition.id.into(),
            folio: petition.folio.to_string(),
            version: petition.version,
            sequence: petition.sequence,
            head: petition.head.to_vec(),
            state: petition.state().code(),
            outcome: petition.round.answer.as_ref().map(|answer| answer.outcome.code()),
            closing: petition.round.closing.map(Coded::code),
            round: petition.round.number,
            kind: petition.kind.code(),
            category: petition.category.clone(),
            channel: petition.channel.clone(),
            priority: petition.priority.code(),
            against_public_servant: petition.against_public_servant,
            followed_by: petition.followed_by.clone(),
            received_at: petition.received_at.into(),
            registered_at: petition.registered_at.into(),
            updated_at: petition.updated_at.into(),
            due_at: petition_due_at(petition).into(),
            reply_due_at: reply_due_at(petition).map(Into::into),
            source: origin.map(|origin| origin.source.clone()),
            external_id: origin.map(|origin| origin.external_id.clone()),
            intake_id: petition.intake.map(Uid::from),
            facts: facts(petition)?,
        })
    }
}

impl AssignmentRow {
    pub fn of(petition: &Petition, share: &Assignment) -> Result<Self, StoreError> {
        Ok(Self {
            id: share.id.into(),
            petition_id: petition.id.into(),
            round: share.round,
            version: share.version,
            dependency: share.dependency.clone(),
            unit: share.unit.clone(),
            state: share.state.code(),
            routed_at: share.routed_at.into(),
            due_at: assignment_due_at(share).into(),
            external_reference: share.external_reference.as_ref().map(ToString::to_string),
            facts: facts(share)?,
        })
    }
}

/// When a petition is due.
pub(super) fn petition_due_at(petition: &Petition) -> domain::time::Instant {
    due_at(&[&petition.route, &petition.answer, &petition.notify])
}

/// When a share is due.
pub(super) fn assignment_due_at(share: &Assignment) -> domain::time::Instant {
    due_at(&[&share.accept, &share.resolve])
}

/// When the first open question's reply is due.
pub(super) fn reply_due_at(petition: &Petition) -> Option<domain::time::Instant> {
    petition.open_questions().filter_map(|question| question.reply_due_at).min()
}

/// The first end of a running term; what is paused or stopped is not due.
fn due_at(clocks: &[&Option<Clock>]) -> domain::time::Instant {
    clocks
        .iter()
        .filter_map(|clock| clock.as_ref())
        .filter(|clock| clock.stopped_at.is_none() && clock.paused_since.is_none())
        .map(|clock| clock.due_at)
        .min()
        .unwrap_or_else(never)
}

fn facts<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Schema("facts that cannot be written".into()))
}

/// A petition of its facts; its assignments are loaded beside it.
pub(super) fn petition(facts: &str, head: &[u8]) -> Result<Petition, StoreError> {
    let mut petition: Petition = read(facts)?;
    petition.head = Hash::try_from(head).map_err(|_| StoreError::Schema("a head that is no SHA-256".into()))?;
    Ok(petition)
}

pub(super) fn assignment(facts: &str) -> Result<Assignment, StoreError> {
    read(facts)
}

fn read<T: serde::de::DeserializeOwned>(facts: &str) -> Result<T, StoreError> {
    serde_json::from_str(facts)
        .map_err(|error| StoreError::Schema(format!("facts that cannot be read at column {}", error.column())))
}
