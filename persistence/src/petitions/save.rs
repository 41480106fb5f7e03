//! Saves a change: the petition's row, the shares that moved, and what only grows.

use diesel::prelude::*;
use domain::chain::Sealed;
use domain::id::Id;
use domain::petition::{Change, Petition, Petitioner};
use domain::text::KeptText;

use super::desks;
use super::load::{PetitionerDetails, Place};
use super::row::{AssignmentRow, PetitionRow};
use super::schema::{assignments, petitioners, petitions, places};
use crate::history::{EventRow, TextRow};
use crate::sql::Uid;
use crate::{StoreError, Tx, on};

/// What is kept beside a petition when it is filed.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Where it is.
    pub place: Place,
    /// Personal data of its petitioners, in the petition's order; anonymous ones are absent.
    pub petitioners: Vec<Option<PetitionerDetails>>,
}

/// Writes a change, whole. `before` is the petition as it was loaded; none where it is new, and then
/// `details` say what is kept beside it.
///
/// # Errors
/// The database's.
pub fn save(
    tx: &mut Tx,
    before: Option<&Petition>,
    change: &Change,
    details: Option<&Details>,
) -> Result<(), StoreError> {
    let petition = &change.petition;
    let row = PetitionRow::of(petition)?;
    match before {
        None => {
            on!(tx.writing(), c => diesel::insert_into(petitions::table).values(&row).execute(c))?;
        }
        Some(_) => {
            let here = petitions::table.filter(petitions::id.eq(Uid::from(petition.id)));
            on!(tx.writing(), c => diesel::update(here).set(&row).execute(c))?;
        }
    }
    for share in &petition.assignments {
        let old = before.and_then(|before| before.assignment(share.id));
        if old == Some(share) {
            continue;
        }
        let row = AssignmentRow::of(petition, share)?;
        match old {
            None => {
                on!(tx.writing(), c => diesel::insert_into(assignments::table).values(&row).execute(c))?;
            }
            Some(_) => {
                let here = assignments::table.filter(assignments::id.eq(Uid::from(share.id)));
                on!(tx.writing(), c => diesel::update(here).set(&row).execute(c))?;
            }
        }
    }
    desks::settle(tx, before, petition)?;
    if let Some(details) = details {
        keep_details(tx, petition, details)?;
    }
    push(tx, &change.events, &change.texts, petition.id);
    Ok(())
}

fn keep_details(tx: &mut Tx, petition: &Petition, details: &Details) -> Result<(), StoreError> {
    if details.place != Place::default() {
        let row = (places::petition_id.eq(Uid::from(petition.id)), &details.place);
        on!(tx.writing(), c => diesel::insert_into(places::table).values(row).execute(c))?;
    }
    for (petitioner, details) in petition.petitioners.iter().zip(&details.petitioners) {
        if let Some(details) = details {
            let row = (
                petitioners::id.eq(Uid::from(petitioner.id)),
                petitioners::petition_id.eq(Uid::from(petition.id)),
                details,
            );
            on!(tx.writing(), c => diesel::insert_into(petitioners::table).values(row).execute(c))?;
        }
    }
    Ok(())
}

fn push(tx: &mut Tx, events: &[Sealed], texts: &[KeptText], petition: Id<Petition>) {
    for text in texts {
        tx.push_text(TextRow {
            id: text.id.into(),
            petition_id: petition.into(),
            salt: Some(text.salt.to_vec()),
            body: Some(text.body.as_str().to_owned()),
        });
    }
    for event in events {
        let change_no = tx.next_change();
        tx.push_event(EventRow {
            change_no,
            petition_id: petition.into(),
            sequence: event.sequence,
            body: event.body.clone(),
            hash: event.hash.to_vec(),
        });
    }
}

/// Corrects where a petition is.
///
/// # Errors
/// The database's.
pub fn correct_place(tx: &mut Tx, petition: Id<Petition>, place: &Place) -> Result<(), StoreError> {
    let here = places::table.filter(places::petition_id.eq(Uid::from(petition)));
    let changed = on!(tx.writing(), c => diesel::update(here).set(place).execute(c))?;
    if changed == 0 {
        let row = (places::petition_id.eq(Uid::from(petition)), place);
        on!(tx.writing(), c => diesel::insert_into(places::table).values(row).execute(c))?;
    }
    Ok(())
}

/// Corrects a petitioner's personal data.
///
/// # Errors
/// The database's.
pub fn correct_petitioner(tx: &mut Tx, id: Id<Petitioner>, details: &PetitionerDetails) -> Result<(), StoreError> {
    let here = petitioners::table.filter(petitioners::id.eq(Uid::from(id)));
    on!(tx.writing(), c => diesel::update(here).set(details).execute(c))?;
    Ok(())
}
