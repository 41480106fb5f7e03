//! From which address a request comes, behind as many proxies as the operator has put before us.
//!
//! Addresses count requests and attempts; they are never logged or kept.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpRequest, web};

/// How many proxies of our own append to `X-Forwarded-For` (`ATIENDE_PROXIES`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Proxies(pub usize);

/// The client's address. As an argument of a handler: this request's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The peer's address, or the one that our outermost proxy saw. What a client writes itself into
    /// `X-Forwarded-For` stands further left and is not believed.
    #[must_use]
    pub fn of(peer: Option<IpAddr>, headers: &HeaderMap, proxies: Proxies) -> Self {
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        if proxies.0 == 0 {
            return Self(peer);
        }
        let lines = headers.get_all("x-forwarded-for").filter_map(|line| line.to_str().ok());
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let seen = hops.len().checked_sub(proxies.0).and_then(|index| hops.get(index));
        Self(seen.and_then(|hop| hop.parse().ok()).unwrap_or(peer))
    }
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let proxies = req.app_data::<web::Data<Proxies>>().map_or_else(Proxies::default, |proxies| *proxies.get_ref());
        ready(Ok(Self::of(req.peer_addr().map(|peer| peer.ip()), req.headers(), proxies)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_what_our_own_proxies_wrote_is_believed() {
        let request = TestRequest::default().insert_header(("x-forwarded-for", "1.1.1.1, 2.2.2.2")).to_http_request();
        let of = |proxies| {
            ClientAddress::of(Some(IpAddr::from([9, 9, 9, 9])), request.headers(), Proxies(proxies)).0.to_string()
        };
        assert_eq!(of(0), "9.9.9.9");
        assert_eq!(of(1), "2.2.2.2");
        assert_eq!(of(2), "1.1.1.1");
        assert_eq!(of(3), "9.9.9.9");
    }
}
