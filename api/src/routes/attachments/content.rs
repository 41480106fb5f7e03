//! The content of files, whole or in part (RFC 9110, 14): never to be shown by a browser as a page of ours.
//!
//! An identity document is given out only under a disclosure that the same person made a short while ago.

use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::header::{
    self, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, Charset,
    ContentDisposition, DispositionParam, DispositionType, ETAG, ExtendedValue, HeaderMap, IF_RANGE, RANGE,
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::TimeDelta;
use domain::attachment::{Access, Attachment};
use domain::id::Id;
use domain::petition::Petition;
use domain::refusal::Code;
use domain::time::Instant;
use persistence::{Db, petitions};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{At, at};
use crate::auth::Caller;
use crate::files::contents::{Part, failed, gathered};
use crate::http::cacheable::{PRIVATE, is_known};
use crate::http::{Query, cacheable};
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::view::Material;

/// How long a disclosure opens an identity document.
const DISCLOSED: TimeDelta = TimeDelta::minutes(15);

/// Under which disclosure content is given out.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ContentWanted {
    /// Of an identity document: the `id` of the caller's own disclosure of this petition, not older than 15 minutes.
    #[serde(default)]
    #[param(example = "0193a1c2-a000-7c3e-9a51-3f2c1b0a9d8e")]
    disclosure: Option<Uuid>,
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "bytes are given out as they come; this is their description for the contract")]
pub struct Content(Vec<u8>);

/// Get a file's content
///
/// The bytes, with their type and as something to be saved. `Range` gives a part of them, and `If-Range` goes on
/// where a transfer broke off. An identity document needs `disclosure`: the `id` that `POST …/disclosures` gave.
#[utoipa::path(
    operation_id = "get_content",
    tag = "attachments",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("attachment_id" = String, Path, description = "The file.", example = "0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e"),
        ContentWanted,
        ("Range" = Option<String>, Header, description = "The part that is wanted, one range of bytes.", example = "bytes=0-1023"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` of which the other parts are there already."),
    ),
    responses(
        (status = 200, description = "The content.", body = Content, content_type = "application/octet-stream",
            headers(("ETag" = String), ("Content-Disposition" = String), ("Accept-Ranges" = String))),
        (status = 206, description = "The part that was wanted.", body = Content, content_type = "application/octet-stream",
            headers(("ETag" = String), ("Content-Range" = String))),
        (status = 304, description = "It is the one that the caller has."),
        (status = 410, description = "It was erased."),
        (status = 416, description = "It has no such part; `Content-Range` tells its size."),
    ),
    security(("token" = [])),
)]
#[get("/v1/petitions/{id}/attachments/{attachment_id}/content")]
pub async fn get_content(
    query: Query<ContentWanted>,
    caller: Caller,
    path: At,
    http: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let Wanted { attachment, name } = wanted(&state, caller, path, query.value.disclosure).await?;
    let tag = format!("\"{}\"", attachment.found.sha256);
    if is_known(http.headers(), &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((ETAG, tag))
            .insert_header((CACHE_CONTROL, PRIVATE))
            .finish());
    }
    let size = attachment.found.bytes;
    let range = match part(http.headers(), &tag, size) {
        Wants::Whole => None,
        Wants::Part(range) => Some(range),
        Wants::Nothing => {
            // The outermost layer puts the words to it.
            return Ok(HttpResponse::RangeNotSatisfiable()
                .insert_header((CONTENT_RANGE, format!("bytes */{size}")))
                .finish());
        }
    };
    let mut answer = match &range {
        None => HttpResponse::Ok(),
        Some(range) => {
            let told = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
            let mut answer = HttpResponse::PartialContent();
            answer.insert_header((CONTENT_RANGE, told));
            answer
        }
    };
    let length = range.as_ref().map_or(size, |range| range.end - range.start);
    let content = state.files.contents.read(attachment.id.uuid(), Part::Content, range).await;
    let content = content.map_err(|error| failed(&error))?;
    answer
        .insert_header((CONTENT_TYPE, attachment.found.media_type.name()))
        .insert_header((CONTENT_DISPOSITION, saved_as(&attachment, name.as_deref())))
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, PRIVATE))
        .insert_header((ACCEPT_RANGES, "bytes"))
        // Packed otherwise it would have another size, other parts and another tag.
        .insert_header((CONTENT_ENCODING, "identity"));
    Ok(answer.body(SizedStream::new(length, content)))
}

/// Get a small picture of a file
///
/// JPEG, at most 320 pixels long, upright. Under the same conditions as the content.
#[utoipa::path(
    operation_id = "get_thumbnail",
    tag = "attachments",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("attachment_id" = String, Path, description = "The file.", example = "0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e"),
        ContentWanted,
    ),
    responses(
        (status = 200, description = "The small picture.", body = Content, content_type = "image/jpeg", headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
        (status = 410, description = "It was erased."),
    ),
    security(("token" = [])),
)]
#[get("/v1/petitions/{id}/attachments/{attachment_id}/thumbnail")]
pub async fn get_thumbnail(
    query: Query<ContentWanted>,
    caller: Caller,
    path: At,
    http: HttpRequest,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let Wanted { attachment, .. } = wanted(&state, caller, path, query.value.disclosure).await?;
    if !attachment.found.thumbnail {
        return Err(Problem::not_found());
    }
    let read = state.files.contents.read(attachment.id.uuid(), Part::Thumbnail, None).await;
    let small = gathered(read.map_err(|error| failed(&error))?).await.map_err(|error| failed(&error))?;
    let tag = cacheable::tag_of(&small);
    Ok(cacheable::unless_known(http.headers(), &tag, PRIVATE, "image/jpeg", &small))
}

/// A file that the caller may have, and what it is called.
struct Wanted {
    attachment: Attachment,
    name: Option<String>,
}

async fn wanted(
    state: &web::Data<AppState>,
    caller: Caller,
    path: At,
    disclosure: Option<Uuid>,
) -> Result<Wanted, Problem> {
    let now = state.clock.now();
    let read = state.store.read(move |db| -> Result<Wanted, Problem> {
        let actor = caller.actor(db, now)?;
        let (petition, id) = at(db, &actor, &path)?;
        let attachment = petition.attachment(id).ok_or(Code::AttachmentUnknown)?.clone();
        match petition.access(&actor, &attachment) {
            Access::Hidden => return Err(Code::AttachmentUnknown.into()),
            Access::Shown => {}
            Access::OnDisclosure => disclosed(db, &caller, &petition, disclosure, now)?,
        }
        if attachment.erased {
            return Err(Kind::ContentErased.into());
        }
        let material = Material::of(db, std::slice::from_ref(&petition))?;
        let read = actor.visibility().reads_of_file(attachment.kind);
        let name = material.some_text(attachment.name.as_ref().filter(|_| read));
        Ok(Wanted { attachment, name })
    });
    read.await
}

/// Whether the caller has said what for, just now.
fn disclosed(
    db: &mut Db,
    caller: &Caller,
    petition: &Petition,
    disclosure: Option<Uuid>,
    now: Instant,
) -> Result<(), Problem> {
    let id = disclosure.ok_or(Code::DisclosureMissing)?;
    let made = petitions::disclosed(db, Id::new(id), petition.id, caller.account()?)?;
    if made.is_some_and(|made| now - made <= DISCLOSED) { Ok(()) } else { Err(Code::DisclosureMissing.into()) }
}

/// What of the content a request wants.
#[derive(Debug, PartialEq, Eq)]
enum Wants {
    Whole,
    Part(Range<u64>),
    /// A part that is not there.
    Nothing,
}

/// What is no range of bytes, or several, is passed over, as RFC 9110, 14.2 allows; and so is a range of another
/// version (13.1.5).
fn part(headers: &HeaderMap, tag: &str, size: u64) -> Wants {
    let line = |name: header::HeaderName| headers.get(name).and_then(|line| line.to_str().ok());
    if line(IF_RANGE).is_some_and(|known| known != tag) {
        return Wants::Whole;
    }
    let Some(header::Range::Bytes(ranges)) = line(RANGE).and_then(|line| line.parse().ok()) else {
        return Wants::Whole;
    };
    match ranges.as_slice() {
        [range] => match range.to_satisfiable_range(size) {
            Some((first, last)) => Wants::Part(first..last + 1),
            None => Wants::Nothing,
        },
        _ => Wants::Whole,
    }
}

/// As something to be saved, under its own name or one that says what it is (RFC 6266).
fn saved_as(attachment: &Attachment, name: Option<&str>) -> ContentDisposition {
    let ending = attachment.found.media_type.endings().first().copied().unwrap_or_default();
    let name = match name {
        Some(name) if name.contains('.') => name.to_owned(),
        Some(name) => format!("{name}.{ending}"),
        None => format!("{}.{ending}", attachment.id),
    };
    // What knows nothing but ASCII gets a name too.
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%;".contains(c) || c == ' ' { c } else { '_' }).collect();
    let mut parameters = vec![DispositionParam::Filename(plain.clone())];
    if plain != name {
        let value =
            ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: name.into_bytes() };
        parameters.push(DispositionParam::FilenameExt(value));
    }
    ContentDisposition { disposition: DispositionType::Attachment, parameters }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(range: &str, if_range: Option<&str>) -> Wants {
        let mut request = TestRequest::default().insert_header((RANGE, range));
        if let Some(tag) = if_range {
            request = request.insert_header((IF_RANGE, tag));
        }
        part(request.to_http_request().headers(), "\"a\"", 100)
    }

    #[test]
    fn one_range_of_bytes_is_given_and_anything_else_is_passed_over() {
        for (range, wanted) in [
            ("bytes=0-9", Wants::Part(0..10)),
            ("bytes=90-", Wants::Part(90..100)),
            ("bytes=90-1000", Wants::Part(90..100)),
            ("bytes=-5", Wants::Part(95..100)),
            ("bytes=-1000", Wants::Part(0..100)),
            ("bytes=100-", Wants::Nothing),
            ("bytes=-0", Wants::Nothing),
            ("bytes=0-1,5-6", Wants::Whole),
            ("lines=0-9", Wants::Whole),
            ("bytes=x", Wants::Whole),
        ] {
            assert_eq!(asked(range, None), wanted, "{range}");
        }
        assert_eq!(asked("bytes=0-9", Some("\"a\"")), Wants::Part(0..10));
        for other in ["\"b\"", "W/\"a\"", "Mon, 02 Mar 2026 15:00:00 GMT"] {
            assert_eq!(asked("bytes=0-9", Some(other)), Wants::Whole, "{other}");
        }
    }
}
