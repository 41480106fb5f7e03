//! What goes by itself: content that was erased, and content that nobody knows of, because whoever sent it went away
//! before it was written down.
//!
//! Safe with several nodes: to take away what is gone already does nothing.

use std::collections::HashSet;

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta};
use domain::time::Instant;
use persistence::{StoreError, attachments, imports};
use uuid::Uuid;

use super::contents::failed;
use crate::problem::Problem;
use crate::state::AppState;

/// How long content may lie unknown: nothing takes that long from coming in to being written down.
const GRACE: TimeDelta = TimeDelta::hours(24);

/// Files looked up, or taken away, at a time.
const AT_ONCE: usize = 200;

/// Takes the content away that was erased.
///
/// # Errors
/// The stores'; the next round tries again.
pub async fn erased(state: &Data<AppState>) -> Result<(), Problem> {
    loop {
        let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        let ids = state.store.read(move |db| attachments::to_remove(db, limit)).await.map_err(Problem::from)?;
        for id in &ids {
            state.files.contents.remove(*id).await.map_err(|error| failed(&error))?;
        }
        if ids.is_empty() {
            return Ok(());
        }
        let (now, last) = (state.clock.now(), ids.len() < AT_ONCE);
        let written =
            state.store.write(Vec::new(), move |tx| -> Result<(), StoreError> { attachments::removed(tx, &ids, now) });
        written.await.map_err(Problem::from)?;
        if last {
            return Ok(());
        }
    }
}

/// Takes the content of one shard away that nobody knows of and that has lain there for a day; how many files.
///
/// # Errors
/// The stores'; the next time round tries again.
pub async fn orphans(state: &Data<AppState>, shard: u8) -> Result<usize, Problem> {
    let now = state.clock.now();
    let kept = state.files.contents.shard(shard).await.map_err(|error| failed(&error))?;
    let old: Vec<Uuid> = kept.into_iter().filter(|id| came(*id).is_some_and(|came| now - came > GRACE)).collect();
    let mut swept = 0;
    for some in old.chunks(AT_ONCE) {
        let ids = some.to_vec();
        let known = state.store.read(move |db| -> Result<HashSet<Uuid>, StoreError> {
            // What an import brings lies there too until the import is over.
            let mut known = attachments::known(db, &ids)?;
            known.extend(imports::known(db, &ids)?);
            Ok(known)
        });
        let known = known.await.map_err(Problem::from)?;
        for id in some.iter().filter(|id| !known.contains(id)) {
            state.files.contents.remove(*id).await.map_err(|error| failed(&error))?;
            log::warn!(target: "files", attachment = id.to_string().as_str(); "content that nobody knows of was swept away");
            swept += 1;
        }
    }
    Ok(swept)
}

/// When a file came, as its identifier says (UUIDv7).
fn came(id: Uuid) -> Option<Instant> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
