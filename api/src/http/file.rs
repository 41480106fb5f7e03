//! A file as the body of a request, such as a table: read as it came, judged by the handler.
//!
//! What it is by its media type is asked after identity and permission, like what is in it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use encoding_rs::Encoding;

use super::body::Read;
use crate::problem::{FieldError, Kind, Problem};

/// A file that was sent.
#[derive(Clone, Debug)]
pub struct FileBody {
    /// What is in it.
    pub bytes: Bytes,
    media_type: String,
    charset: Option<String>,
}

impl FileBody {
    /// Whether it is one of these media types.
    ///
    /// # Errors
    /// `unsupported_media_type` (415).
    pub fn is_one_of(&self, media_types: &[&str]) -> Result<(), Problem> {
        if media_types.contains(&self.media_type.as_str()) {
            return Ok(());
        }
        let error = FieldError::new("Content-Type:", "media_type").with("expected", media_types.join(", "));
        Err(Problem::new(Kind::UnsupportedMediaType).blaming(error))
    }

    /// The encoding that it names.
    ///
    /// # Errors
    /// `unsupported_media_type` (415) for one that nobody knows.
    pub fn encoding(&self) -> Result<Option<&'static Encoding>, Problem> {
        let named = self.charset.as_ref().map(|label| Encoding::for_label(label.as_bytes()));
        let unknown = || Problem::new(Kind::UnsupportedMediaType).blaming(FieldError::new("Content-Type:", "charset"));
        named.map(|known| known.ok_or_else(unknown)).transpose()
    }
}

impl FromRequest for FileBody {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Read(bytes) = req.extensions().get::<Read>().cloned().unwrap_or_default();
        let named = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut parts = named.split(';').map(|part| part.trim().to_ascii_lowercase());
        let media_type = parts.next().unwrap_or_default();
        let charset = parts.find_map(|part| Some(part.strip_prefix("charset=")?.trim_matches('"').to_owned()));
        ready(Ok(Self { bytes, media_type, charset }))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_media_type_tells_what_it_is_and_in_which_encoding() {
        let sent = |named: &str| {
            let request = TestRequest::default().insert_header((CONTENT_TYPE, named)).to_http_request();
            FileBody::from_request(&request, &mut Payload::None).into_inner().unwrap()
        };
        let table = sent("Text/CSV; header=present; charset=\"ISO-8859-1\"");
        assert!(table.is_one_of(&["text/csv"]).is_ok());
        assert_eq!(table.encoding().unwrap().unwrap().name(), "windows-1252");
        assert_eq!(sent("text/csv").encoding().unwrap(), None);
        assert_eq!(sent("application/json").is_one_of(&["text/csv"]).unwrap_err().kind, Kind::UnsupportedMediaType);
        assert_eq!(sent("text/csv; charset=klingon").encoding().unwrap_err().kind, Kind::UnsupportedMediaType);
    }
}
