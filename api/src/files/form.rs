//! A form with a file in it (`multipart/form-data`, RFC 7578): its parts in any order, each as it arrives.

use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ContentDisposition};
use actix_web::{HttpMessage, HttpRequest};
use encoding_rs::Encoding;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout, timeout_at};

use super::look::disk;
use super::spool::{Spool, Spooled};
use super::{Files, MEBIBYTE};
use crate::problem::{FieldError, Kind, Problem};

/// How long nothing may arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the whole may take.
const WHOLE: Duration = Duration::from_secs(15 * 60);

/// How much of a file that is too large is taken and thrown away, so that its sender hears the answer.
const DRAINED: u64 = 32 * MEBIBYTE;

/// What a form may have besides its file.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'f> {
    /// Its fields, and the longest value of each in bytes.
    pub fields: &'f [(&'static str, usize)],
    /// The largest file, in bytes.
    pub limit: u64,
}

/// A form that arrived.
pub struct Arrived {
    values: Vec<(&'static str, String)>,
    /// What the sender calls the file.
    pub name: Option<String>,
    /// What type the sender says that it is.
    pub declared: Option<String>,
    /// The file.
    pub file: Spooled,
}

impl Arrived {
    /// The value of a field.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| *name == field).map(|(_, value)| value.as_str())
    }
}

impl Files {
    /// Takes a form in.
    ///
    /// # Errors
    /// `unsupported_media_type` (415), `malformed_form` (400), `request_timeout` (408), `file_too_large` (413),
    /// `invalid_body` (422) with the field that is to blame, `busy` and `storage_full` (503).
    pub async fn receive(&self, wanted: Wanted<'_>, mut form: Multipart) -> Result<Arrived, Problem> {
        let _place = self.room.try_acquire().map_err(|_| Problem::new(Kind::Busy).retry_after(5))?;
        let until = Instant::now() + WHOLE;
        let (mut values, mut file) = (Vec::new(), None);
        while let Some(field) = arriving(until, form.next()).await? {
            let field = field.map_err(|error| unreadable(&error))?;
            let named = |name: &str| wanted.fields.iter().find(|(known, _)| *known == name);
            match field.name() {
                Some("file") if file.is_none() => file = Some(self.file(until, wanted.limit, field).await?),
                Some("file") => return Err(Problem::invalid("/file", "twice")),
                Some(name) => {
                    let Some((name, longest)) = named(name) else {
                        return Err(Problem::invalid(format!("/{}", shown(name)), "unknown"));
                    };
                    if values.iter().any(|(known, _)| known == name) {
                        return Err(Problem::invalid(format!("/{name}"), "twice"));
                    }
                    values.push((*name, value(until, field, *longest).await?));
                }
                None => return Err(Kind::MalformedForm.into()),
            }
        }
        let (name, declared, file) = file.ok_or_else(|| Problem::invalid("/file", "required"))?;
        Ok(Arrived { values, name, declared, file })
    }

    /// A file that is at hand already, as if it had arrived under this name.
    ///
    /// # Errors
    /// `storage_full` (503).
    pub async fn at_hand(&self, name: String, content: &[u8]) -> Result<Arrived, Problem> {
        let mut spool = Spool::begin(&self.incoming).await.map_err(|error| disk(&error))?;
        spool.take(content).await.map_err(|error| disk(&error))?;
        let file = spool.finish().await.map_err(|error| disk(&error))?;
        Ok(Arrived { values: Vec::new(), name: Some(name), declared: None, file })
    }

    async fn file(
        &self,
        until: Instant,
        limit: u64,
        mut field: Field,
    ) -> Result<(Option<String>, Option<String>, Spooled), Problem> {
        let name = field.content_disposition().map(called).transpose()?.flatten();
        if field.content_type().is_none() && field.headers().contains_key(CONTENT_TYPE) {
            return Err(Problem::invalid("/file", "file_type_unreadable"));
        }
        // Programs that do not know a file's type say so by this one (RFC 7578, 4.4).
        let declared = field.content_type().filter(|declared| declared.essence_str() != "application/octet-stream");
        let declared = declared.map(ToString::to_string);
        let mut spool = Spool::begin(&self.incoming).await.map_err(|error| disk(&error))?;
        let mut seen = 0;
        while let Some(chunk) = arriving(until, field.next()).await? {
            let chunk = chunk.map_err(|error| unreadable(&error))?;
            seen += chunk.len() as u64;
            if seen <= limit {
                spool.take(&chunk).await.map_err(|error| disk(&error))?;
            } else if seen > limit + DRAINED {
                break;
            }
        }
        if seen > limit {
            let limit = (limit / MEBIBYTE).to_string();
            let error = FieldError::new("/file", "file_over_limit").with("limit", limit);
            return Err(Problem::new(Kind::FileTooLarge).blaming(error));
        }
        Ok((name, declared, spool.finish().await.map_err(|error| disk(&error))?))
    }
}

/// What the sender calls the file: the form that can carry any letters goes before the plain one (RFC 6266, 4.3),
/// which some programs send although RFC 7578 does without it. It is read in the charset that it names (RFC 8187).
///
/// # Errors
/// `invalid_body` (422) where nobody knows the charset, or the letters are none of it.
fn called(disposition: &ContentDisposition) -> Result<Option<String>, Problem> {
    let Some(extended) = disposition.get_filename_ext() else {
        return Ok(disposition.get_filename().map(str::to_owned));
    };
    let charset = Encoding::for_label(extended.charset.to_string().as_bytes());
    let name = charset.and_then(|charset| charset.decode_without_bom_handling_and_without_replacement(&extended.value));
    let name = name.ok_or_else(|| Problem::invalid("/file", "file_name_unreadable"))?;
    Ok(Some(name.into_owned()))
}

/// What arrives next, within the patience there is.
async fn arriving<T>(until: Instant, next: impl Future<Output = T>) -> Result<T, Problem> {
    let soon = timeout(PATIENCE, next);
    timeout_at(until, soon).await.ok().and_then(Result::ok).ok_or_else(|| Kind::RequestTimeout.into())
}

async fn value(until: Instant, mut field: Field, longest: usize) -> Result<String, Problem> {
    let pointer = format!("/{}", field.name().unwrap_or_default());
    let bytes = arriving(until, field.bytes(longest)).await?.map_err(|_| {
        let error = FieldError::new(pointer.clone(), "too_long").with("max", longest.to_string());
        Problem::new(Kind::InvalidBody).blaming(error)
    })?;
    let bytes = bytes.map_err(|error| unreadable(&error))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Problem::invalid(pointer, "wrong_type"))
}

fn unreadable(error: &MultipartError) -> Problem {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible => Kind::FormExpected.into(),
        MultipartError::Payload(PayloadError::Overflow) => Kind::BodyTooLarge.into(),
        _ => Kind::MalformedForm.into(),
    }
}

/// Whether the body calls itself a form with files. Asked before it is taken in.
///
/// # Errors
/// `form_expected` (415).
pub fn is_form(request: &HttpRequest) -> Result<(), Problem> {
    if request.headers().contains_key(CONTENT_ENCODING) {
        return Err(Kind::UnsupportedCoding.into());
    }
    let named = request.headers().contains_key(CONTENT_TYPE).then(|| request.content_type().to_ascii_lowercase());
    if named.as_deref() == Some("multipart/form-data") { Ok(()) } else { Err(Kind::FormExpected.into()) }
}

/// A name of somebody else's making, as a pointer can carry it.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect::<String>().replace('~', "~0").replace('/', "~1")
}
