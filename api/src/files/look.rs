//! What a file that arrived is, and what is kept of it.
//!
//! Its type is known by its content; name and declared type only have to agree with that.

use std::io;
use std::path::Path;

use actix_web::web::Bytes;
use domain::attachment::{Found, LONGEST_NAME, MediaType, NameError, NewFile, file_name};
use domain::id::Id;
use uuid::Uuid;

use super::form::Arrived;
use super::spool::Spooled;
use super::{Files, kind, picture, shape};
use crate::problem::{FieldError, Kind, Problem};

/// A file as it is kept.
pub struct Looked {
    /// What is said of it.
    pub file: NewFile,
    /// Its content.
    pub content: Spooled,
    /// A small picture of it.
    pub small: Option<Vec<u8>>,
}

impl Files {
    /// Looks at a file, which will be kept under this identifier.
    ///
    /// # Errors
    /// `invalid_body` (422) with what is wrong with the file; `scanner_unavailable` (503); `storage_full` (503).
    pub async fn look(&self, id: Uuid, arrived: Arrived) -> Result<Looked, Problem> {
        let Arrived { name, declared, file, .. } = arrived;
        if file.bytes == 0 {
            return Err(Problem::invalid("/file", "file_empty"));
        }
        let name = match name.as_deref().map(file_name).transpose() {
            Ok(name) => name.flatten(),
            Err(NameError::TooLong) => return Err(too_long()),
            Err(NameError::Unreadable) => return Err(Problem::invalid("/file", "file_name_unreadable")),
        };
        self.scan(&file).await?;
        // Whoever goes away while it is looked at gives the place back only once that is done.
        let place = self.looking.clone().acquire_owned().await.map_err(|_| Kind::Stopping)?;
        let folder = self.incoming.clone();
        let called = name.as_ref().map(|name| name.as_str().to_owned());
        let looked = tokio::task::spawn_blocking(move || {
            let _place = place;
            examine(file, &folder, called.as_deref(), declared.as_deref())
        });
        // A library that panics over a picture has been shown one that is none.
        let (content, media_type, seen) = looked.await.map_err(|_| Problem::invalid("/file", "file_damaged"))??;
        let found = Found {
            media_type,
            bytes: content.bytes,
            sha256: content.hash(),
            pixels: seen.as_ref().map(|seen| seen.pixels),
            thumbnail: seen.as_ref().is_some_and(|seen| seen.small.is_some()),
        };
        let small = seen.and_then(|seen| seen.small);
        Ok(Looked { file: NewFile { id: Id::new(id), name, found }, content, small })
    }
}

fn too_long() -> Problem {
    let error = FieldError::new("/file", "file_name_too_long").with("max", LONGEST_NAME.to_string());
    Problem::new(Kind::InvalidBody).blaming(error)
}

fn examine(
    mut file: Spooled,
    folder: &Path,
    name: Option<&str>,
    declared: Option<&str>,
) -> Result<(Spooled, MediaType, Option<picture::Seen>), Problem> {
    let refused = |code: &'static str| Problem::invalid("/file", code);
    let head = file.head(kind::HEAD).map_err(|error| disk(&error))?;
    let media_type = kind::known(&head).ok_or_else(|| refused("file_type_refused"))?;
    let told = |code: &'static str| {
        let error = FieldError::new("/file", code).with("found", media_type.name());
        Problem::new(Kind::InvalidBody).blaming(error)
    };
    if declared.is_some_and(|declared| !media_type.is_called(declared)) {
        return Err(told("file_type_differs"));
    }
    if name.is_some_and(|name| !media_type.is_named(name)) {
        return Err(told("file_name_differs"));
    }
    if !shape::is_built(media_type, file.content()).map_err(|error| disk(&error))? {
        return Err(refused("file_damaged"));
    }
    if !media_type.is_picture() {
        return Ok((file, media_type, None));
    }
    if file.bytes > picture::MOST_BYTES {
        return Err(refused("picture_too_large"));
    }
    let whole = Bytes::from(file.whole().map_err(|error| disk(&error))?);
    let mut seen = None;
    let cleaned = Spooled::make(folder, |out| {
        seen = Some(picture::clean(media_type, whole, out)?);
        Ok::<(), picture::Fault>(())
    });
    let content = cleaned.map_err(|fault| match fault {
        picture::Fault::Damaged => refused("file_damaged"),
        picture::Fault::Suspicious => refused("file_suspicious"),
        picture::Fault::TooLarge => refused("picture_too_large"),
        picture::Fault::Io(error) => disk(&error),
    })?;
    Ok((content, media_type, seen))
}

/// What goes wrong with the disk is no fault of the file.
pub(super) fn disk(error: &io::Error) -> Problem {
    log::error!(target: "files", "a file that comes in cannot be written: {}", error.kind());
    Problem::new(Kind::StorageFull).retry_after(60)
}
