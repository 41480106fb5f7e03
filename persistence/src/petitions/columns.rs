//! Whether the columns that lists read say the same as the facts that steps read, for verification.
//!
//! Both are written together by [`super::save`]; whoever edits one by hand forgets the other.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::code::Coded;
use domain::id::Id;
use domain::petition::{Identity, Petition, Petitioner};
use uuid::Uuid;

use super::schema::{assignments, petitioners, petitions};
use super::{desks, row};
use crate::sql::{Instant, Uid};
use crate::{Db, StoreError, on};

#[derive(Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = petitions)]
struct Shown {
    id: Uid,
    folio: String,
    version: i32,
    sequence: i32,
    state: String,
    outcome: Option<String>,
    closing: Option<String>,
    round: i32,
    kind: String,
    category: String,
    channel: String,
    priority: String,
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
    follower: Option<Uid>,
}

impl Shown {
    fn of(petition: &Petition) -> Self {
        let origin = petition.origin.as_ref();
        let answer = petition.round.answer.as_ref();
        Self {
            id: petition.id.into(),
            folio: petition.folio.to_string(),
            version: petition.version,
            sequence: petition.sequence,
            state: petition.state().code().to_owned(),
            outcome: answer.map(|answer| answer.outcome.code().to_owned()),
            closing: petition.round.closing.map(|closing| closing.code().to_owned()),
            round: petition.round.number,
            kind: petition.kind.code().to_owned(),
            category: petition.category.clone(),
            channel: petition.channel.clone(),
            priority: petition.priority.code().to_owned(),
            against_public_servant: petition.against_public_servant,
            followed_by: petition.followed_by.clone(),
            received_at: petition.received_at.into(),
            registered_at: petition.registered_at.into(),
            updated_at: petition.updated_at.into(),
            due_at: row::petition_due_at(petition).into(),
            reply_due_at: row::reply_due_at(petition).map(Into::into),
            source: origin.map(|origin| origin.source.clone()),
            external_id: origin.map(|origin| origin.external_id.clone()),
            intake_id: petition.intake.map(Uid::from),
            follower: petition.follower.map(Into::into),
        }
    }
}

#[derive(Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = assignments)]
struct ShownShare {
    id: Uid,
    petition_id: Uid,
    round: i32,
    version: i32,
    dependency: String,
    unit: Option<String>,
    state: String,
    routed_at: Instant,
    due_at: Instant,
    external_reference: Option<String>,
}

impl ShownShare {
    fn of(petition: &Petition, share: &Assignment) -> Self {
        Self {
            id: share.id.into(),
            petition_id: petition.id.into(),
            round: share.round,
            version: share.version,
            dependency: share.dependency.clone(),
            unit: share.unit.clone(),
            state: share.state.code().to_owned(),
            routed_at: share.routed_at.into(),
            due_at: row::assignment_due_at(share).into(),
            external_reference: share.external_reference.as_ref().map(ToString::to_string),
        }
    }
}

/// Those of these petitions whose columns differ from their facts.
pub(crate) fn differing(db: &mut Db, those: &[Petition]) -> Result<HashSet<Id<Petition>>, StoreError> {
    let ids = || those.iter().map(|petition| Uid::from(petition.id));
    let rows: Vec<Shown> = on!(db, c => petitions::table
        .filter(petitions::id.eq_any(ids()))
        .select(Shown::as_select())
        .load(c))?;
    let shares: Vec<ShownShare> = on!(db, c => assignments::table
        .filter(assignments::petition_id.eq_any(ids()))
        .select(ShownShare::as_select())
        .load(c))?;
    let beside = desks::kept(db, those)?;
    let known: HashSet<(Uuid, Uuid)> = on!(db, c => petitioners::table
        .filter(petitioners::petition_id.eq_any(ids()))
        .select((petitioners::id, petitioners::petition_id))
        .load::<(Uuid, Uuid)>(c))?
    .into_iter()
    .collect();
    let rows: HashMap<Uuid, Shown> = rows.into_iter().map(|row| (row.id.0, row)).collect();
    let shares: HashMap<Uuid, ShownShare> = shares.into_iter().map(|row| (row.id.0, row)).collect();
    let differs = |petition: &&Petition| {
        let share_differs = |share: &Assignment| shares.get(&share.id.uuid()) != Some(&ShownShare::of(petition, share));
        // Who is not anonymous has a row, even when what stood in it was erased; nobody else has one.
        let is_known = |one: &&Petitioner| known.contains(&(one.id.uuid(), petition.id.uuid()));
        let named = |one: &&Petitioner| one.identity == Identity::Named;
        rows.get(&petition.id.uuid()) != Some(&Shown::of(petition))
            || petition.petitioners.iter().any(|one| is_known(&one) != named(&one))
            || petition.assignments.iter().any(share_differs)
            || !beside.fits(petition)
    };
    Ok(those.iter().filter(differs).map(|petition| petition.id).collect())
}
