//! What the house does by itself, once a minute: questions without a reply lapse, what is no longer needed goes.
//!
//! Safe with several nodes: every round is a unit of work that looks at what is there now, so that a second
//! node finds nothing left to do.

use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::web::Data;
use domain::actor::Actor;
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::time::Instant;
use persistence::petitions::{self, PetitionRef};
use persistence::{StoreError, Tx, accounts, clients, idempotency, jobs};
use uuid::Uuid;

use crate::files::sweep;
use crate::importer;
use crate::jobs::KEPT_FOR;
use crate::problem::Problem;
use crate::state::AppState;
use crate::step::carry;

/// Between two rounds.
const PAUSE: Duration = Duration::from_secs(60);

/// Petitions that one unit of work takes care of, so that nobody waits long behind it.
const AT_ONCE: i64 = 20;

/// Rows that one sweep removes.
const SWEPT_AT_ONCE: i64 = 500;

/// Goes round until the server stops.
pub async fn run(state: Data<AppState>) {
    for shard in (0..=u8::MAX).cycle() {
        tokio::time::sleep(PAUSE).await;
        for done in [round(&state).await, files(&state, shard).await] {
            if let Err(problem) = done {
                log::warn!(target: "worker", code = problem.kind.code(); "a round of the worker failed; the next one tries again");
            }
        }
    }
}

/// What is done with files in a round: a 256th of all is looked at for what nobody knows of.
///
/// # Errors
/// The stores'.
pub async fn files(state: &Data<AppState>, shard: u8) -> Result<(), Problem> {
    sweep::erased(state).await?;
    importer::tidy(state).await?;
    sweep::orphans(state, shard).await.map(drop)
}

/// One round.
///
/// # Errors
/// The store's.
pub async fn round(state: &Data<AppState>) -> Result<(), Problem> {
    loop {
        let (now, seed, shared) = (state.clock.now(), rand::random(), state.clone());
        let done = state.store.write(Vec::new(), move |tx| lapse(tx, &shared, now, seed)).await?;
        if done < AT_ONCE {
            break;
        }
    }
    let now = state.clock.now();
    let used = state.auth.uses.take();
    state
        .store
        .write(Vec::new(), move |tx| -> Result<(), StoreError> {
            for day in used.iter().map(|(day, _)| *day).collect::<BTreeSet<_>>() {
                let those: Vec<Uuid> = used.iter().filter(|(on, _)| *on == day).map(|(_, client)| *client).collect();
                clients::used(tx, &those, day)?;
            }
            idempotency::sweep(tx, now, SWEPT_AT_ONCE)?;
            accounts::sweep_sessions(tx, now)?;
            jobs::sweep(tx, now - KEPT_FOR, SWEPT_AT_ONCE)?;
            Ok(())
        })
        .await
        .map_err(Problem::from)
}

/// Lets overdue questions lapse, in at most [`AT_ONCE`] petitions; how many there were.
fn lapse(tx: &mut Tx, state: &AppState, now: Instant, seed: [u8; 32]) -> Result<i64, Problem> {
    let actor = Actor::system();
    let office = state.offices.in_unit(tx)?;
    let overdue = petitions::overdue_replies(tx.db()?, now, AT_ONCE)?;
    for (at, id) in (0_u8..).zip(&overdue) {
        let Some(petition): Option<Petition> = petitions::find(tx.db()?, &PetitionRef::Id(*id), &actor.visibility())?
        else {
            continue;
        };
        // Each petition draws its identifiers from a seed of its own.
        let mut own = seed;
        own[0] ^= at;
        let mut occasion = Occasion::new(&actor, office.rules_of(&petition.policy), now, own);
        if let Some(change) = petition.lapse_questions(&mut occasion) {
            carry::save(tx, &office, (now, own), &petition, &change)?;
        }
    }
    Ok(i64::try_from(overdue.len()).unwrap_or(AT_ONCE))
}
