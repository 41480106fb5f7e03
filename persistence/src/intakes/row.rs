//! Rows of intakes, from and to the domain's type, and how a group writes them: nobody reads them inside a group.

use diesel::prelude::*;
use domain::id::Id;
use domain::intake::{Intake, IntakeKind};
use domain::time::Precision;
use uuid::Uuid;

use super::schema::{intake_details, intakes};
use crate::db::insert_all;
use crate::sql::{Instant, Uid};
use crate::{Db, StoreError};

/// An intake as it is stored. `oriented_at` is its time where it yielded no petition, so that those have an index of
/// their own.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = intakes, treat_none_as_default_value = false)]
pub(crate) struct IntakeRow {
    id: Uid,
    channel: String,
    received_at: Instant,
    received_precision: String,
    registered_at: Instant,
    registered_by: Option<Uid>,
    taken_by: Option<Uid>,
    petitions: i32,
    category: Option<String>,
    oriented_at: Option<Instant>,
}

impl From<&Intake> for IntakeRow {
    fn from(intake: &Intake) -> Self {
        Self {
            id: intake.id.into(),
            channel: intake.channel.clone(),
            received_at: intake.received_at.into(),
            received_precision: intake.received_precision.code().to_owned(),
            registered_at: intake.registered_at.into(),
            registered_by: intake.registered_by.map(Uid::from),
            taken_by: intake.taken_by.map(Uid::from),
            petitions: intake.petitions,
            category: intake.category.clone(),
            oriented_at: (intake.kind() == IntakeKind::Information).then(|| intake.received_at.into()),
        }
    }
}

impl TryFrom<IntakeRow> for Intake {
    type Error = StoreError;

    fn try_from(row: IntakeRow) -> Result<Self, StoreError> {
        let received_precision = Precision::parse(&row.received_precision)
            .ok_or_else(|| StoreError::Schema("an intake whose precision is none".into()))?;
        Ok(Self {
            id: row.id.into(),
            channel: row.channel,
            received_at: row.received_at.into(),
            received_precision,
            registered_at: row.registered_at.into(),
            registered_by: row.registered_by.map(Uid::id),
            taken_by: row.taken_by.map(Uid::id),
            petitions: row.petitions,
            category: row.category,
        })
    }
}

/// What was said of an intake in words; personal data among them, so that it stands apart.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IntakeDetails {
    /// Where it was.
    pub place: Option<String>,
    /// The number or name under which the source itself has it: of a letter, an article, a post, the minutes.
    pub source_reference: Option<String>,
    /// Who brought it in for others: personal.
    pub bearer: Option<String>,
    /// What was asked and told, of an orientation.
    pub orientation: Option<String>,
}

impl std::fmt::Debug for IntakeDetails {
    /// Never prints whose they are.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IntakeDetails").finish_non_exhaustive()
    }
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = intake_details, treat_none_as_default_value = false)]
pub(crate) struct IntakeDetailsRow {
    intake_id: Uid,
    place: Option<String>,
    source_reference: Option<String>,
    bearer: Option<String>,
    orientation: Option<String>,
}

impl IntakeDetailsRow {
    pub(super) fn of(intake: Id<Intake>, details: &IntakeDetails) -> Self {
        let IntakeDetails { place, source_reference, bearer, orientation } = details.clone();
        Self { intake_id: intake.into(), place, source_reference, bearer, orientation }
    }

    pub(super) fn into_details(self) -> (Uuid, IntakeDetails) {
        let Self { intake_id, place, source_reference, bearer, orientation } = self;
        (intake_id.0, IntakeDetails { place, source_reference, bearer, orientation })
    }
}

/// Writes the intakes of a group.
pub(crate) fn insert(db: &mut Db, rows: &[IntakeRow]) -> Result<(), StoreError> {
    insert_all!(db, intakes::table, rows);
    Ok(())
}

/// Writes what was said of a group's intakes.
pub(crate) fn insert_details(db: &mut Db, rows: &[IntakeDetailsRow]) -> Result<(), StoreError> {
    insert_all!(db, intake_details::table, rows);
    Ok(())
}
