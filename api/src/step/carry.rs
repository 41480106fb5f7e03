//! What a step of a petition does to those that follow it, in the same unit of work.
//!
//! A follower goes along when its principal comes to another state or is answered: an entry of its own, by the house.
//! Whoever saves a step of a petition that may have followers does it here.

use domain::actor::Actor;
use domain::id::Id;
use domain::occasion::Occasion;
use domain::petition::merge::Words;
use domain::petition::{Change, Petition};
use domain::state::State;
use domain::text::Text;
use domain::time::Instant;
use persistence::{StoreError, Tx, petitions};
use sha2::{Digest as _, Sha256};

use crate::office::Office;

/// Saves a step and takes the followers along.
///
/// # Errors
/// The database's.
pub fn save(
    tx: &mut Tx,
    office: &Office,
    (now, seed): (Instant, [u8; 32]),
    before: &Petition,
    change: &Change,
) -> Result<(), StoreError> {
    petitions::save(tx, Some(before), change, None)?;
    let after = &change.petition;
    if !after.followers.is_empty() && stands(before) != stands(after) {
        let followers = petitions::many(tx.db()?, &after.followers)?;
        take_along(tx, office, (now, seed), after, &followers)?;
    }
    // Whoever turned out not to have been told stands with its principal again, which may have begun anew meanwhile.
    let lifted = before.round.closing.is_some() && after.round.closing.is_none();
    if let Some(following) = after.follows.as_ref().filter(|_| lifted) {
        let principal = petitions::many(tx.db()?, &[following.principal])?.pop();
        if let Some(principal) = principal {
            take_along(tx, office, (now, seed), &principal, std::slice::from_ref(after))?;
        }
    }
    Ok(())
}

fn take_along(
    tx: &mut Tx,
    office: &Office,
    (now, seed): (Instant, [u8; 32]),
    principal: &Petition,
    followers: &[Petition],
) -> Result<(), StoreError> {
    let words = words_of(tx, principal)?;
    let house = Actor::system();
    for follower in followers {
        let mut occasion = Occasion::new(&house, office.rules_of(&follower.policy), now, of_its_own(seed, follower.id));
        if let Some(change) = follower.go_along(&mut occasion, principal, &words) {
            petitions::save(tx, Some(follower), &change, None)?;
        }
    }
    Ok(())
}

/// What a follower would see of it: where its matter stands until it is answered, and the answer.
fn stands(petition: &Petition) -> (Option<State>, Option<Instant>) {
    match &petition.round.answer {
        Some(answer) => (None, Some(answer.at)),
        None => (Some(petition.matter_state()), None),
    }
}

/// The words of a petition's answer, those included that this group has not written yet.
///
/// # Errors
/// The database's.
pub fn words_of(tx: &mut Tx, petition: &Petition) -> Result<Words, StoreError> {
    let rows = tx.texts(&petition.answer_texts())?;
    let words = rows.into_iter().filter_map(|(id, row)| Some((id, Text::parse(&row.body?).ok()?)));
    Ok(words.collect())
}

/// Each petition draws its own identifiers.
fn of_its_own(seed: [u8; 32], id: Id<Petition>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed);
    hash.update(id.uuid().as_bytes());
    hash.finalize().into()
}
