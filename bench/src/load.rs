//! Load: so many clients that ask again as soon as they are answered, for so many seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::{Failure, Line};

/// Requests a second that `clients` get answered. `work` is one request; its argument is a number that no other
/// request of this load has. A second of warming up is not counted.
///
/// # Errors
/// The first request's that fails.
pub fn rate<W, F>(line: &Line, runtime: &Runtime, work: W) -> Result<f64, Failure>
where
    W: Fn(u64) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), Failure>> + Send,
{
    let (clients, seconds) = (line.clients, line.seconds);
    runtime.block_on(async move {
        let work = Arc::new(work);
        let (done, next) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let over = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for _ in 0..clients {
            let (work, done, next, over) = (Arc::clone(&work), Arc::clone(&done), Arc::clone(&next), Arc::clone(&over));
            tasks.spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    work(next.fetch_add(1, Ordering::Relaxed)).await?;
                    done.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<(), Failure>(())
            });
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (from, began) = (done.load(Ordering::Relaxed), Instant::now());
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let (upto, took) = (done.load(Ordering::Relaxed), began.elapsed());
        over.store(true, Ordering::Relaxed);
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of requests are small")]
        Ok((upto - from) as f64 / took.as_secs_f64())
    })
}

/// The median of several measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
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
