//! Content codings (RFC 9110, 8.4): how a body that came packed is unpacked, and what an answer may be packed in.
//!
//! Unpacks no more than a limit allows, so that a small body that stands for a huge one costs nothing. Packing itself
//! is the server's layer `Compress`; nobody is refused for what they accept.

use std::io::{self, Read};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT_ENCODING, AcceptEncoding, CONTENT_ENCODING, Encoding, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use brotli::Decompressor;
use flate2::bufread::MultiGzDecoder;

use crate::problem::{Kind, Problem};

/// The codings in which a body is taken, for `Accept-Encoding` of an answer.
pub const TAKEN: &str = "gzip, br";

/// What `Compress` packs answers in.
const GIVEN: [Encoding; 4] = [Encoding::identity(), Encoding::brotli(), Encoding::gzip(), Encoding::deflate()];

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
}

impl Coding {
    /// What `Content-Encoding` says; none for a plain body.
    ///
    /// # Errors
    /// `unsupported_coding` (415) for any other coding, and for more than one: nobody packs twice in good faith.
    pub fn of(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut coding = None;
        for line in headers.get_all(CONTENT_ENCODING) {
            let line = line.to_str().map_err(|_| Problem::new(Kind::UnsupportedCoding))?;
            for name in line.split(',').map(str::trim) {
                let named = match name.to_ascii_lowercase().as_str() {
                    "" | "identity" => continue,
                    "gzip" | "x-gzip" => Self::Gzip,
                    "br" => Self::Brotli,
                    _ => return Err(Kind::UnsupportedCoding.into()),
                };
                if coding.replace(named).is_some() {
                    return Err(Kind::UnsupportedCoding.into());
                }
            }
        }
        Ok(coding)
    }

    /// What was packed; none when that is more than `limit` bytes.
    ///
    /// # Errors
    /// `malformed_coding` (400): it is not in this coding, is cut off, or something follows it.
    pub fn unpack(self, packed: &[u8], limit: usize) -> Result<Option<Bytes>, Problem> {
        let unpacked = match self {
            Self::Gzip => within(MultiGzDecoder::new(packed), limit),
            // The decoder tells what follows the end only within its buffer.
            Self::Brotli => within(Decompressor::new(packed, packed.len()), limit),
        };
        unpacked.map_err(|_| Kind::MalformedCoding.into())
    }
}

/// All that can be read; none, and no more read, when that is more than `limit` bytes.
fn within(mut source: impl Read, limit: usize) -> io::Result<Option<Bytes>> {
    let mut bytes = Vec::new();
    source.by_ref().take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Ok(None);
    }
    // At the end once more: only now does the one for brotli complain about what follows.
    let more = source.read(&mut [0])?;
    Ok((more == 0).then(|| Bytes::from(bytes)))
}

/// The layer around `Compress`, which would refuse whoever accepts none of its codings with an answer that is no
/// problem. Such a caller gets the plain form, which RFC 9110, 12.5.3 prefers to a refusal.
///
/// # Errors
/// What the layers below answer with.
pub async fn negotiated(
    mut req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(accepted) = req.get_header::<AcceptEncoding>()
        && accepted.negotiate(GIVEN.iter()).is_none()
    {
        req.headers_mut().remove(ACCEPT_ENCODING);
    }
    next.call(req).await
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use actix_web::test::TestRequest;

    use super::*;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(plain).unwrap();
        packer.finish().unwrap()
    }

    fn brotli(plain: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        brotli::CompressorWriter::new(&mut packed, 4_096, 5, 22).write_all(plain).unwrap();
        packed
    }

    fn named(value: &str) -> Result<Option<Coding>, Kind> {
        let request = TestRequest::default().insert_header((CONTENT_ENCODING, value)).to_http_request();
        Coding::of(request.headers()).map_err(|problem| problem.kind)
    }

    #[test]
    fn only_one_coding_that_is_known_is_taken() {
        assert_eq!(named("identity"), Ok(None));
        assert_eq!(named("GZIP"), Ok(Some(Coding::Gzip)));
        assert_eq!(named("x-gzip"), Ok(Some(Coding::Gzip)));
        assert_eq!(named("identity, br"), Ok(Some(Coding::Brotli)));
        for other in ["zstd", "deflate", "gzip, gzip", "gzip, br", "gzip;q=1", "ñ"] {
            assert_eq!(named(other), Err(Kind::UnsupportedCoding), "{other}");
        }
    }

    #[test]
    fn what_was_packed_comes_out_up_to_the_limit() {
        for plain in ["", "a", &"Hay una fuga. ".repeat(500)] {
            for (coding, packed) in [(Coding::Gzip, gzip(plain.as_bytes())), (Coding::Brotli, brotli(plain.as_bytes()))]
            {
                assert_eq!(coding.unpack(&packed, plain.len()).unwrap().unwrap(), plain.as_bytes());
                if let Some(less) = plain.len().checked_sub(1) {
                    assert_eq!(coding.unpack(&packed, less).unwrap(), None);
                }
            }
        }
    }

    #[test]
    fn what_is_cut_off_damaged_or_followed_by_something_is_refused() {
        for (coding, whole) in [(Coding::Gzip, gzip(b"Hay una fuga.")), (Coding::Brotli, brotli(b"Hay una fuga."))] {
            let refused = |packed: &[u8]| {
                assert_eq!(coding.unpack(packed, 100).unwrap_err().kind, Kind::MalformedCoding, "{packed:?}");
            };
            for end in 1..whole.len() {
                refused(&whole[..end]);
            }
            refused(&[&whole, b"and more".as_slice()].concat());
            refused(b"{\"text\": \"plain\"}");
        }
        let mut damaged = gzip(b"Hay una fuga.");
        let sum = damaged.len() - 5;
        damaged[sum] ^= 1;
        assert!(Coding::Gzip.unpack(&damaged, 100).is_err());
    }

    #[test]
    fn no_more_is_read_than_the_limit_allows() {
        // A source without an end: reading all of it would never return.
        assert_eq!(within(io::repeat(b' '), 10).unwrap(), None);
    }
}
