//! Keeps the search's index in step with the history: beside the server, and as a command that makes it anew.
//!
//! Safe with several nodes and beside commands: a batch that another has written meanwhile is left alone.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use persistence::search::{self, Batch};
use persistence::{Store, StoreError};

use crate::state::AppState;

/// How long changes are gathered after the first of them: whoever files waits for none of it, and a petition is
/// found well within two seconds.
const GATHERED: Duration = Duration::from_millis(150);

/// How often other nodes' and commands' changes are looked for.
const LOOKED: Duration = Duration::from_secs(1);

/// Changes that one unit of work brings in beside requests.
const AT_ONCE: i64 = 1_000;

/// Changes that one unit of work brings in when a command does nothing else.
const IN_BULK: i64 = 16_000;

/// Follows until the server stops.
pub async fn run(state: Data<AppState>) {
    let mut changes = state.store.changes();
    loop {
        if let Err(error) = follow(&state.store).await {
            log::warn!(target: "indexer", error:% = error; "the search's index could not follow; it is tried again");
        }
        // What other processes write shows by looking.
        tokio::select! {
            _ = changes.changed() => tokio::time::sleep(GATHERED).await,
            () = tokio::time::sleep(LOOKED) => {}
        }
    }
}

/// Brings in everything that has been committed.
///
/// # Errors
/// The store's.
pub async fn follow(store: &Store) -> Result<(), StoreError> {
    while let Some(batch) = store.read(|db| search::prepare(db, AT_ONCE)).await? {
        let batch = Arc::new(batch);
        store.write(Vec::new(), move |tx| search::apply(tx, &batch)).await?;
    }
    Ok(())
}

/// [`follow`] for the command line: in large pieces; `progress` is told of the petitions that came in, and how many
/// there were is answered. Blocks the thread.
///
/// # Errors
/// The store's.
pub fn follow_in_bulk(store: &Store, progress: impl Fn(usize)) -> Result<usize, StoreError> {
    let mut petitions = 0;
    while let Some(batch) = store.read_blocking(|db| search::prepare(db, IN_BULK))? {
        let batch: Arc<Batch> = Arc::new(batch);
        petitions += batch.petitions();
        progress(batch.petitions());
        store.write_blocking(Vec::new(), move |tx| search::apply(tx, &batch))?;
    }
    Ok(petitions)
}
