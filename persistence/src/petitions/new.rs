//! Rows of new petitions and of what is kept beside them, collected and written set-wise.
//!
//! A petition that was filed is read by nobody else of its group as a rule, and one statement for many rows costs a
//! fraction of as many statements: on PostgreSQL a round trip each. [`Tx`](crate::Tx) decides when they are written.

use diesel::prelude::*;
use domain::id::Id;
use domain::identity::{Email, PersonName};
use domain::petition::{Petition, Petitioner};

use super::desks;
use super::load::{PetitionerDetails, Place};
use super::row::{AssignmentRow, PetitionRow};
use super::schema::{assignments, petitioners, petitions, places};
use crate::db::insert_all;
use crate::sql::{Instant, Uid};
use crate::{Db, StoreError};

/// One petition's rows that do not exist yet.
pub(crate) struct NewPetition {
    pub(super) petition: PetitionRow,
    pub(super) assignments: Vec<AssignmentRow>,
    pub(super) place: Option<PlaceRow>,
    pub(super) petitioners: Vec<PetitionerRow>,
    pub(super) desks: desks::Rows,
}

/// Where a petition is, with whose place it is, and by what it is found there.
#[derive(Insertable)]
#[diesel(table_name = places, treat_none_as_default_value = false)]
pub(super) struct PlaceRow {
    petition_id: Uid,
    #[diesel(embed)]
    place: Place,
    cell: Option<i64>,
    received_at: Option<Instant>,
}

impl PlaceRow {
    pub fn of(petition: &Petition, place: Place) -> Self {
        let (petition_id, received_at) = (petition.id.into(), Some(petition.received_at.into()));
        Self { petition_id, cell: place.cell(), place, received_at }
    }
}

/// A petitioner's personal data, with whose they are.
#[derive(Insertable)]
#[diesel(table_name = petitioners, treat_none_as_default_value = false)]
pub(super) struct PetitionerRow {
    pub id: Uid,
    pub petition_id: Uid,
    #[diesel(embed)]
    pub keys: Keys,
    #[diesel(embed)]
    pub details: PetitionerDetails,
}

/// By what a petitioner is looked for, besides what is kept as it is.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = petitioners, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Keys {
    name_key: Option<String>,
    email_key: Option<String>,
}

impl Keys {
    pub fn of(details: &PetitionerDetails) -> Self {
        let (name, email) = (details.name.as_deref(), details.email.as_deref());
        Self {
            name_key: name.and_then(|name| PersonName::parse(name).ok()).map(|name| name.key()),
            email_key: email.and_then(|email| Email::parse(email).ok()).map(|email| email.key()),
        }
    }
}

impl PetitionerRow {
    pub fn of(id: Id<Petitioner>, petition: Id<Petition>, details: &PetitionerDetails) -> Self {
        Self { id: id.into(), petition_id: petition.into(), keys: Keys::of(details), details: details.clone() }
    }
}

/// New petitions in the order in which they were filed.
#[derive(Default)]
pub(crate) struct NewRows(Vec<NewPetition>);

impl NewRows {
    pub(super) fn push(&mut self, new: NewPetition) {
        self.0.push(new);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Writes them all.
    pub fn insert(self, db: &mut Db) -> Result<(), StoreError> {
        let mut rows = (Vec::with_capacity(self.0.len()), Vec::new(), Vec::new(), Vec::new());
        let mut lying = desks::Rows::default();
        for NewPetition { petition, assignments, place, petitioners, desks } in self.0 {
            lying.extend(desks);
            rows.0.push(petition);
            rows.1.extend(place);
            rows.2.extend(petitioners);
            rows.3.extend(assignments);
        }
        let (petitions, places, petitioners, assignments) = rows;
        insert_all!(db, petitions::table, &petitions);
        insert_all!(db, places::table, &places);
        insert_all!(db, petitioners::table, &petitioners);
        insert_all!(db, assignments::table, &assignments);
        lying.insert(db)?;
        Ok(())
    }
}
