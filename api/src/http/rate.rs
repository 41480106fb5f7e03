//! How many requests a client and an address may make a minute.
//!
//! A client is its token: counted by the token itself, unread, so that a forged one spends nobody else's share.
//! Whoever makes up tokens is still one address. Attempts to sign in have stricter limits of their own (`auth`).

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use sha2::{Digest, Sha256};

use super::address::{ClientAddress, Proxies};
use crate::problem::{Kind, Problem};

/// Requests after which keys that have been idle are forgotten.
const SWEEP: u32 = 10_000;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The limits of this process.
#[derive(Debug, Default)]
pub struct Limits {
    client: Option<Limit<[u8; 32]>>,
    address: Option<Limit<IpAddr>>,
}

#[derive(Debug)]
struct Limit<K: Hash + Eq + Clone> {
    name: &'static str,
    a_minute: NonZeroU32,
    keys: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    asked: AtomicU32,
}

/// What is left, or how many seconds to wait.
struct Share {
    policy: String,
    left: Result<u32, u32>,
}

impl Limits {
    /// Limits in requests a minute, all of which may come at once; 0 is no limit.
    #[must_use]
    pub fn a_minute(client: u32, address: u32) -> Self {
        Self { client: Limit::new("client", client), address: Limit::new("address", address) }
    }

    fn ask(&self, headers: &HeaderMap, address: IpAddr) -> Option<Share> {
        let by_address = self.address.as_ref().map(|limit| limit.ask(&address));
        let token = headers.get(AUTHORIZATION).map(|token| Sha256::digest(token.as_bytes()).into());
        let by_client = match (&self.client, token) {
            (Some(limit), Some(token)) => Some(limit.ask(&token)),
            (_, _) => None,
        };
        match (by_address, by_client) {
            (Some(address), _) if address.left.is_err() => Some(address),
            (address, client) => client.or(address),
        }
    }
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(name: &'static str, a_minute: u32) -> Option<Self> {
        let a_minute = NonZeroU32::new(a_minute)?;
        let keys = RateLimiter::dashmap(Quota::per_minute(a_minute)).with_middleware();
        Some(Self { name, a_minute, keys, asked: AtomicU32::new(0) })
    }

    fn ask(&self, key: &K) -> Share {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.keys.retain_recent();
        }
        let left = match self.keys.check_key(key) {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(until) => {
                let wait = until.wait_time_from(DefaultClock::default().now()).as_secs_f64().ceil();
                Err(seconds(wait))
            }
        };
        Share { policy: format!("\"{}\";q={};w=60", self.name, self.a_minute), left }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded to 1..=3600 before")]
const fn seconds(wait: f64) -> u32 {
    wait.clamp(1.0, 3_600.0) as u32
}

impl Share {
    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
    fn tell(&self, headers: &mut HeaderMap) {
        let name = self.policy.split(';').next().unwrap_or_default();
        let limit = match self.left {
            Ok(left) => format!("{name};r={left}"),
            Err(wait) => format!("{name};r=0;t={wait}"),
        };
        for (header, value) in [(LIMIT, &limit), (POLICY, &self.policy)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(header, value);
            }
        }
    }
}

/// The layer that counts.
///
/// # Errors
/// What the layers below answer with.
pub async fn limited(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let proxies = req.app_data::<Data<Proxies>>().map_or_else(Proxies::default, |proxies| *proxies.get_ref());
    let address = ClientAddress::of(req.peer_addr().map(|peer| peer.ip()), req.headers(), proxies);
    let share = req.app_data::<Data<Limits>>().and_then(|limits| limits.ask(req.headers(), address.0));
    let mut res = match &share {
        Some(Share { left: Err(wait), .. }) => {
            req.error_response(Problem::new(Kind::TooManyRequests).retry_after(*wait))
        }
        _ => next.call(req).await?.map_into_boxed_body(),
    };
    if let Some(share) = share {
        share.tell(res.headers_mut());
    }
    Ok(res)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn headers(token: &str) -> HeaderMap {
        TestRequest::default().insert_header((AUTHORIZATION, token)).to_http_request().headers().clone()
    }

    #[test]
    fn one_client_spends_its_share_and_not_another_s() {
        let limits = Limits::a_minute(2, 100);
        let address = IpAddr::from([1, 2, 3, 4]);
        let left = |token| limits.ask(&headers(token), address).unwrap().left;
        assert_eq!(left("a"), Ok(1));
        assert_eq!(left("a"), Ok(0));
        assert!(left("a").is_err_and(|wait| (1..=30).contains(&wait)));
        assert_eq!(left("b"), Ok(1));
    }

    #[test]
    fn new_tokens_do_not_free_an_address() {
        let limits = Limits::a_minute(100, 2);
        let address = IpAddr::from([1, 2, 3, 4]);
        assert!(limits.ask(&headers("a"), address).unwrap().left.is_ok());
        assert!(limits.ask(&headers("b"), address).unwrap().left.is_ok());
        assert!(limits.ask(&headers("c"), address).unwrap().left.is_err());
        assert!(limits.ask(&headers("c"), IpAddr::from([4, 3, 2, 1])).unwrap().left.is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        assert!(Limits::a_minute(0, 0).ask(&headers("a"), IpAddr::from([1, 2, 3, 4])).is_none());
    }
}
