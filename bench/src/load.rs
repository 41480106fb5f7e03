//! Load: so many clients that ask again as soon as they are answered, for so many seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::{Failure, Line};

/// What a load showed.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Requests a second that were answered.
    pub rate: f64,
    /// Milliseconds within which 99 of 100 were.
    pub p99: f64,
}

/// Requests a second that the clients get answered: see [`measure`].
///
/// # Errors
/// The first request's that fails.
pub fn rate<W, F>(line: &Line, runtime: &Runtime, work: W) -> Result<f64, Failure>
where
    W: Fn(u64) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), Failure>> + Send,
{
    Ok(measure(line, runtime, work)?.rate)
}

/// What the clients of a load get. `work` is one request; its argument is a number that no other request of this load
/// has. A second of warming up is not counted.
///
/// # Errors
/// The first request's that fails.
pub fn measure<W, F>(line: &Line, runtime: &Runtime, work: W) -> Result<Load, Failure>
where
    W: Fn(u64) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), Failure>> + Send,
{
    let (clients, seconds) = (line.clients, line.seconds);
    runtime.block_on(async move {
        let (work, next) = (Arc::new(work), Arc::new(AtomicU64::new(0)));
        let (counted, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let mut tasks = JoinSet::new();
        for _ in 0..clients {
            let (work, next) = (Arc::clone(&work), Arc::clone(&next));
            let (counted, over) = (Arc::clone(&counted), Arc::clone(&over));
            tasks.spawn(async move {
                let mut took = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let (began, counts) = (Instant::now(), counted.load(Ordering::Relaxed));
                    work(next.fetch_add(1, Ordering::Relaxed)).await?;
                    // What ends after the end was still waited for: it counts for the time that it took.
                    if counts {
                        took.push(began.elapsed().as_secs_f64() * 1_000.0);
                    }
                }
                Ok::<_, Failure>(took)
            });
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        counted.store(true, Ordering::Relaxed);
        let began = Instant::now();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        over.store(true, Ordering::Relaxed);
        let mut took = Vec::new();
        while let Some(task) = tasks.join_next().await {
            took.extend(task??);
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of requests are small")]
        let rate = took.len() as f64 / began.elapsed().as_secs_f64();
        Ok(Load { rate, p99: percentile(took, 99) })
    })
}

/// The value that so many of a hundred do not exceed.
fn percentile(mut values: Vec<f64>, of_a_hundred: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get((values.len() * of_a_hundred / 100).min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// The median of several measurements.
pub fn median(values: Vec<f64>) -> f64 {
    percentile(values, 50)
}

/// Measures several loads in turn, so that a slow minute of the machine falls on all of them, and takes the
/// median of each.
///
/// # Errors
/// The first that fails.
pub fn in_turn<const N: usize>(
    rounds: usize,
    mut measured: [Box<dyn FnMut() -> Result<f64, Failure> + '_>; N],
) -> Result<[f64; N], Failure> {
    let mut found: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    for _ in 0..rounds.max(1) {
        for (values, measure) in found.iter_mut().zip(&mut measured) {
            values.push(measure()?);
        }
    }
    Ok(found.map(median))
}
