//! Saves a change: the petition's row, the shares that moved, and what only grows.

use diesel::prelude::*;
use domain::chain::Sealed;
use domain::id::Id;
use domain::intake::Intake;
use domain::petition::{Change, Petition, Petitioner};
use domain::text::KeptText;

use super::desks;
use super::load::{PetitionerDetails, Place};
use super::new::{Keys, NewPetition, PetitionerRow, PlaceRow};
use super::row::{AssignmentRow, PetitionRow};
use super::schema::{assignments, petitioners, petitions, places};
use crate::history::{EventRow, TextRow};
use crate::intakes::{self, IntakeDetails};
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

/// Writes a change, whole; one that records nothing writes nothing. `before` is the petition as it was loaded; none
/// where it is new, and then `details` say what is kept beside it. One that came alone gets its intake here; one that came with others has an
/// intake that its caller saves.
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
    match before {
        None => {
            let new = new(petition, details)?;
            new.desks.count(tx);
            tx.new_petitions().push(new);
            if petition.intake.is_none() {
                intakes::save(tx, &Intake::own(petition), &IntakeDetails::default());
            }
        }
        Some(_) if change.events.is_empty() => {}
        Some(before) => update(tx, before, petition)?,
    }
    push(tx, &change.events, &change.texts, petition.id);
    Ok(())
}

/// The rows of a petition that was filed.
fn new(petition: &Petition, details: Option<&Details>) -> Result<NewPetition, StoreError> {
    let of = |share| AssignmentRow::of(petition, share);
    let place = details.map(|details| details.place.clone()).filter(|place| *place != Place::default());
    let kept = details.map(|details| details.petitioners.as_slice()).unwrap_or_default();
    let petitioners = petition
        .petitioners
        .iter()
        .zip(kept)
        .filter_map(|(petitioner, details)| Some(PetitionerRow::of(petitioner.id, petition.id, details.as_ref()?)));
    Ok(NewPetition {
        petition: PetitionRow::of(petition)?,
        assignments: petition.assignments.iter().map(of).collect::<Result<_, _>>()?,
        place: place.map(|place| PlaceRow::of(petition, place)),
        petitioners: petitioners.collect(),
        desks: desks::Rows::of(petition),
    })
}

fn update(tx: &mut Tx, before: &Petition, petition: &Petition) -> Result<(), StoreError> {
    let row = PetitionRow::of(petition)?;
    let here = petitions::table.filter(petitions::id.eq(Uid::from(petition.id)));
    on!(tx.writing()?, c => diesel::update(here).set(&row).execute(c))?;
    for share in &petition.assignments {
        let old = before.assignment(share.id);
        if old == Some(share) {
            continue;
        }
        let row = AssignmentRow::of(petition, share)?;
        match old {
            None => {
                on!(tx.writing()?, c => diesel::insert_into(assignments::table).values(&row).execute(c))?;
            }
            Some(_) => {
                let here = assignments::table.filter(assignments::id.eq(Uid::from(share.id)));
                on!(tx.writing()?, c => diesel::update(here).set(&row).execute(c))?;
            }
        }
    }
    desks::update(tx, before, petition)?;
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
pub fn correct_place(tx: &mut Tx, petition: &Petition, place: &Place) -> Result<(), StoreError> {
    let here = places::table.filter(places::petition_id.eq(Uid::from(petition.id)));
    let now = (place, places::cell.eq(place.cell()));
    let changed = on!(tx.writing()?, c => diesel::update(here).set(now).execute(c))?;
    if changed == 0 {
        let row = PlaceRow::of(petition, place.clone());
        on!(tx.writing()?, c => diesel::insert_into(places::table).values(&row).execute(c))?;
    }
    Ok(())
}

/// Corrects a petitioner's personal data.
///
/// # Errors
/// The database's.
pub fn correct_petitioner(tx: &mut Tx, id: Id<Petitioner>, details: &PetitionerDetails) -> Result<(), StoreError> {
    let here = petitioners::table.filter(petitioners::id.eq(Uid::from(id)));
    on!(tx.writing()?, c => diesel::update(here).set((details, Keys::of(details))).execute(c))?;
    Ok(())
}

/// Keeps the personal data of a petitioner who joined.
///
/// # Errors
/// The database's.
pub fn add_petitioner(
    tx: &mut Tx,
    petition: Id<Petition>,
    id: Id<Petitioner>,
    details: &PetitionerDetails,
) -> Result<(), StoreError> {
    let row = PetitionerRow::of(id, petition, details);
    on!(tx.writing()?, c => diesel::insert_into(petitioners::table).values(&row).execute(c))?;
    Ok(())
}
