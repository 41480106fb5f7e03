//! Does the jobs, beside the server: the same step on many petitions, some of them in each unit of work.
//!
//! Safe with several nodes and across crashes: what became of a petition is written in the unit of work in which it did,
//! and each unit looks for what waits now. So no petition has two turns, and none is lost. What a step is, is told
//! elsewhere.

pub mod work;

mod turn;

use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use domain::id::Id;
use domain::job::Job;
use persistence::{Failure, StoreError, jobs};

use crate::problem::Problem;
use crate::state::AppState;

/// How long a job is kept after it was over.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// How often jobs are looked for that a node left behind; a node's own are done at once.
const LOOKED: Duration = Duration::from_secs(60);

/// After how long a failure of the database is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Petitions that one unit of work takes, so that nobody waits long behind it.
const AT_ONCE: usize = 20;

/// Jobs that take turns, so that a short one does not wait for a long one.
const SIDE_BY_SIDE: i64 = 20;

/// Does jobs until the server stops.
pub async fn run(state: Data<AppState>) {
    loop {
        tokio::select! {
            () = state.jobs.notified() => {}
            () = tokio::time::sleep(LOOKED) => {}
        }
        while let Err(problem) = all(&state).await {
            log::warn!(target: "jobs", code = problem.kind.code(); "the jobs stopped; they are tried again");
            tokio::time::sleep(AGAIN).await;
        }
    }
}

/// Has [`run`] go on with what was left when this node, or another, stopped.
///
/// # Errors
/// The store's.
pub async fn resume(state: &AppState) -> Result<(), StoreError> {
    if !state.store.read(|db| jobs::running(db, 1)).await?.is_empty() {
        state.jobs.notify_one();
    }
    Ok(())
}

/// Does all that waits.
///
/// # Errors
/// The store's, where it may pass.
pub async fn all(state: &Data<AppState>) -> Result<(), Problem> {
    loop {
        let running = state.store.read(|db| jobs::running(db, SIDE_BY_SIDE)).await?;
        if running.is_empty() {
            return Ok(());
        }
        for job in running {
            some(state, job).await?;
        }
    }
}

/// Gives the next petitions of a job their turn; where one of them spoils it for all, only that one is refused.
///
/// # Errors
/// The store's, where it may pass.
pub async fn some(state: &Data<AppState>, job: Id<Job>) -> Result<(), Problem> {
    match turn::take(state, job, AT_ONCE).await {
        Err(problem) if stays(&problem) => match turn::take(state, job, 1).await {
            Err(problem) if stays(&problem) => turn::pass_over(state, job).await,
            done => done,
        },
        done => done,
    }
}

/// Whether it would fail again: it is our fault, or the row's.
fn stays(problem: &Problem) -> bool {
    problem.store_error().is_none_or(|error| !error.is_passing())
}
