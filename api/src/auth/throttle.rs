//! How often somebody may try a password, or a folio and a PIN.
//!
//! Counts every attempt, right or wrong, in this process: with several nodes each counts its own.
//! E-mails and folios are kept as keyed hashes for as long as a limit lasts, never as themselves.
//! Time is the application's clock, so that tests can move it.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use crate::clock::Clock;

/// Attempts between two clean-ups of what is kept about past ones.
const CLEANING: u64 = 1_000;

/// The application's clock as governor wants it: time since 1970.
#[derive(Clone)]
struct Since1970(Clock);

impl governor::clock::Clock for Since1970 {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.now().timestamp_micros()).unwrap_or(0))
    }
}

type Limit<K> = RateLimiter<K, DefaultKeyedStateStore<K>, Since1970, NoOpMiddleware<Duration>>;

/// So many at once, then one each so often.
fn limit<K: Hash + Eq + Clone>(burst: u32, each: Duration, clock: &Clock) -> Limit<K> {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(each).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
    RateLimiter::new(quota, DefaultKeyedStateStore::default(), Since1970(clock.clone()))
}

/// The attempt comes too soon; the next is possible after this many whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSoon {
    /// For `Retry-After`.
    pub seconds: u64,
}

fn ask<K: Hash + Eq + Clone>(clock: &Since1970, limit: &Limit<K>, key: &K) -> Result<(), TooSoon> {
    limit.check_key(key).map_err(|denied| {
        let wait: Duration = denied.wait_time_from(clock.now());
        TooSoon { seconds: wait.as_secs() + 1 }
    })
}

struct Limits {
    /// Whoever tries one account from one address: 10, then one each half minute.
    account_here: Limit<(u64, IpAddr)>,
    /// One account from anywhere: 100, then one each six seconds, so that a stranger who tries
    /// does not lock the owner out for long.
    account: Limit<u64>,
    /// One address, behind which a whole office may sit: 300, then two a second.
    address: Limit<IpAddr>,
    /// Whoever is signed in and guesses the account's password to change it: 10, then one each half minute.
    password: Limit<Uuid>,
    /// One folio from one address: 5, then one each five minutes.
    folio_here: Limit<(u64, IpAddr)>,
    /// One folio from anywhere: 60, then one each minute, so that a stranger who tries does not lock the citizen out
    /// for long, and a guesser with many addresses needs centuries.
    folio: Limit<u64>,
    /// One address asking for petitions: 30, then one each ten seconds.
    citizen_address: Limit<IpAddr>,
    /// All citizens together: 600, then 20 a second. A guesser with a thousand addresses meets this.
    citizens: Limit<()>,
    clock: Since1970,
    hashing: RandomState,
    attempts: AtomicU64,
}

/// The limits of sign-in and of the citizens' sessions.
#[derive(Clone)]
pub struct Throttle(Arc<Limits>);

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Throttle")
    }
}

impl Throttle {
    /// Limits that nobody has touched yet.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        let seconds = Duration::from_secs;
        Self(Arc::new(Limits {
            account_here: limit(10, seconds(30), clock),
            account: limit(100, seconds(6), clock),
            address: limit(300, Duration::from_millis(500), clock),
            password: limit(10, seconds(30), clock),
            folio_here: limit(5, seconds(300), clock),
            folio: limit(60, seconds(60), clock),
            citizen_address: limit(30, seconds(10), clock),
            citizens: limit(600, Duration::from_millis(50), clock),
            clock: Since1970(clock.clone()),
            hashing: RandomState::new(),
            attempts: AtomicU64::new(0),
        }))
    }

    /// One attempt to sign in to the account with this e-mail.
    ///
    /// # Errors
    /// [`TooSoon`].
    pub fn sign_in(&self, email: &str, address: IpAddr) -> Result<(), TooSoon> {
        self.clean_now_and_then();
        let account = self.0.hashing.hash_one(email);
        ask(&self.0.clock, &self.0.address, &address)?;
        ask(&self.0.clock, &self.0.account_here, &(account, address))?;
        ask(&self.0.clock, &self.0.account, &account)
    }

    /// One attempt to change the password of this account.
    ///
    /// # Errors
    /// [`TooSoon`].
    pub fn password(&self, account: Uuid) -> Result<(), TooSoon> {
        self.clean_now_and_then();
        ask(&self.0.clock, &self.0.password, &account)
    }

    /// One attempt to open the petition with this folio.
    ///
    /// # Errors
    /// [`TooSoon`].
    pub fn citizen(&self, folio: &str, address: IpAddr) -> Result<(), TooSoon> {
        self.clean_now_and_then();
        ask(&self.0.clock, &self.0.citizen_address, &address)?;
        let folio = self.0.hashing.hash_one(folio);
        ask(&self.0.clock, &self.0.folio_here, &(folio, address))?;
        ask(&self.0.clock, &self.0.folio, &folio)?;
        ask(&self.0.clock, &self.0.citizens, &())
    }

    /// Forgets whoever is back at a full allowance, so that strangers cannot fill the memory.
    fn clean_now_and_then(&self) {
        let limits = &*self.0;
        if !(limits.attempts.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(CLEANING) {
            return;
        }
        limits.account_here.retain_recent();
        limits.account.retain_recent();
        limits.address.retain_recent();
        limits.password.retain_recent();
        limits.folio_here.retain_recent();
        limits.folio.retain_recent();
        limits.citizen_address.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    fn clock() -> Clock {
        Clock::fixed(chrono::Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap())
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn an_account_is_throttled_from_one_address_and_free_from_another() {
        let clock = clock();
        let throttle = Throttle::new(&clock);
        for _ in 0..10 {
            assert_eq!(throttle.sign_in("ana@torreon.gob.mx", address(1)), Ok(()));
        }
        let refused = throttle.sign_in("ana@torreon.gob.mx", address(1)).unwrap_err();
        assert!((1..=31).contains(&refused.seconds), "{refused:?}");
        assert_eq!(throttle.sign_in("ana@torreon.gob.mx", address(2)), Ok(()));
        assert_eq!(throttle.sign_in("eva@torreon.gob.mx", address(1)), Ok(()));
        clock.advance(chrono::Duration::seconds(31));
        assert_eq!(throttle.sign_in("ana@torreon.gob.mx", address(1)), Ok(()));
        assert!(throttle.sign_in("ana@torreon.gob.mx", address(1)).is_err());
    }

    #[test]
    fn a_folio_is_throttled_from_one_address_and_its_citizen_is_not_locked_out() {
        let throttle = Throttle::new(&clock());
        for _ in 0..5 {
            assert_eq!(throttle.citizen("AC-2026-000001-3", address(1)), Ok(()));
        }
        assert!(throttle.citizen("AC-2026-000001-3", address(1)).is_err());
        assert_eq!(throttle.citizen("AC-2026-000002-6", address(1)), Ok(()));
        assert_eq!(throttle.citizen("AC-2026-000001-3", address(9)), Ok(()));
    }

    #[test]
    fn a_folio_is_throttled_whatever_the_address_in_the_end() {
        let throttle = Throttle::new(&clock());
        for last in 0..60 {
            assert_eq!(throttle.citizen("AC-2026-000001-3", address(last)), Ok(()));
        }
        assert!(throttle.citizen("AC-2026-000001-3", address(99)).is_err());
    }
}
