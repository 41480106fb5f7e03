//! A file comes in to be imported: who may is asked before it is taken, and whether it can begin before it is kept.
//!
//! First the file is kept, then the import is written down, as with every file. It holds personal data: it goes when
//! the import is over.

use actix_multipart::Multipart;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, post, web};
use persistence::imports::{self, Import, NewImport};
use sha2::{Digest, Sha256};

use super::wire::{ImportForm, ImportView, href};
use super::{importing, known};
use crate::auth::{Caller, new_id};
use crate::files::contents::failed;
use crate::files::form::{Arrived, Wanted, is_form};
use crate::files::kept::{Kept, forget};
use crate::files::spool::Spooled;
use crate::http::IdempotencyKey;
use crate::http::idempotency::replayed;
use crate::http::version::etag;
use crate::import::fault::Fault;
use crate::import::mapping::Mapping;
use crate::import::try_out;
use crate::problem::{FieldError, Kind, Problem};
use crate::state::AppState;
use crate::text::Language;

/// Longest mapping, in bytes: some thousand words. It lies beside the progress, which every group of rows writes anew.
const LONGEST_MAPPING: usize = 64 * 1024;

/// Fields of the form beside the file, and the longest value of each in bytes.
const FIELDS: &[(&str, usize)] = &[("mapping", LONGEST_MAPPING), ("dry_run", 16)];

/// Import a file of service requests
///
/// Takes a CSV of another system as `multipart/form-data`, up to 256 MiB unless the server says otherwise, and answers at
/// once: the rows are then taken in one group after the other, while everything else goes on. A row becomes a petition
/// with its history at the file's own times; rows that cannot are refused and listed. Sent again, only what is new comes
/// in: the source of the mapping and the row's number say what is here already. One import runs at a time, others wait;
/// one that a stopping server leaves goes on at the very row. The file is removed when the import is over.
///
/// What is wrong with the mapping is told by its place, as `/mapping/columns/created`, before anything begins; so is a
/// file that is empty or whose heading is in another encoding (`header_unreadable`) or lacks a column that the mapping
/// names (`column_missing`). Needs `petition.import`.
///
/// On a command line: `curl -F mapping=@hermosillo.toml -F 'file=@requests.csv;type=text/csv' …`.
#[utoipa::path(
    operation_id = "request_import",
    tag = "imports",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "The import, which waits for its turn.", body = ImportView,
            headers(("ETag" = String), ("Location" = String, description = "The import."))),
        (status = 408, description = "It did not arrive in time."),
        (status = 413, description = "The file is larger than the limit."),
        (status = 415, description = "The body is not `multipart/form-data`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/imports")]
pub async fn request_import(
    key: IdempotencyKey,
    caller: Caller,
    language: Language,
    http: HttpRequest,
    form: Multipart,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (now, who) = (state.clock.now(), caller.clone());
    state.store.read(move |db| importing(&who, db, now)).await?;
    is_form(&http)?;

    let arrived = state.files.receive(Wanted { fields: FIELDS, limit: state.imports.limit }, form).await?;
    let dry_run = dry_run(&arrived)?;
    let written = arrived.value("mapping").ok_or_else(|| Problem::invalid("/mapping", "required"))?.to_owned();
    let mapping = Mapping::parse(&written).map_err(refused)?;
    let keys = key.scope(caller.id(), digest(&written, dry_run, &arrived.file));
    if arrived.file.bytes == 0 {
        return Err(Problem::invalid("/file", "file_empty"));
    }
    state.files.scan(&arrived.file).await?;
    let source = mapping.source.clone();
    can_begin(&state, &arrived.file, mapping).await?;

    let id = new_id(now);
    let contents = state.files.contents.clone();
    let kept = Kept::new(contents.clone(), id);
    contents.keep(id, &arrived.file).await.map_err(|error| failed(&error))?;
    let wanted = NewImport {
        id,
        source,
        dry_run,
        mapping: written,
        bytes: i64::try_from(arrived.file.bytes).unwrap_or(i64::MAX),
        requested_by: caller.id(),
    };
    // From here on it may be written down, also when nobody waits for the answer any more.
    kept.perhaps_known();
    let (now, own_keys) = (state.clock.now(), keys.clone());
    let requested = state.store.write(keys, move |tx| -> Result<Import, Problem> {
        importing(&caller, tx.beside(), now)?;
        if let Some(earlier) = replayed(tx, &own_keys)? {
            return known(tx.beside(), earlier);
        }
        imports::request(tx, &wanted, now)?;
        if let Some(key) = own_keys.first() {
            tx.record(key, id, now);
        }
        known(tx.beside(), id)
    });
    let requested = requested.await;
    match &requested {
        Ok(import) if import.id == id => state.imports.wake(),
        // Nobody knows whether it is written down: the sweep will see.
        Err(problem) if problem.kind == Kind::OutcomeUnknown => {}
        Ok(_) | Err(_) => forget(&contents, id).await,
    }
    let import = requested?;
    Ok(HttpResponse::Accepted()
        .insert_header((LOCATION, href(import.id)))
        .insert_header(etag(import.version))
        .json(ImportView::of(import, language)))
}

fn dry_run(arrived: &Arrived) -> Result<bool, Problem> {
    match arrived.value("dry_run") {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let error = FieldError::new("/dry_run", "not_a_code").with("expected", "true, false");
            Err(Problem::new(Kind::InvalidBody).blaming(error))
        }
    }
}

fn refused(fault: Fault) -> Problem {
    Problem::new(Kind::InvalidBody).blaming(fault.error)
}

/// Whether the mapping's codes are there, and the file's heading has what the mapping names.
async fn can_begin(state: &web::Data<AppState>, file: &Spooled, mapping: Mapping) -> Result<(), Problem> {
    let offices = std::sync::Arc::clone(&state.offices);
    let office = state.store.read(move |db| offices.of(db)).await?;
    let handle = file.handle().map_err(|error| refused(Fault::unreadable(&error)))?;
    let shared = state.clone();
    let tried = tokio::task::spawn_blocking(move || try_out(handle, &mapping, &office, &shared.clock));
    tried.await.map_err(|_| Problem::new(Kind::Internal))?.map_err(refused)
}

/// The fingerprint of a form: its boundary is another each time.
fn digest(mapping: &str, dry_run: bool, file: &Spooled) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(mapping.len().to_be_bytes());
    hash.update(mapping.as_bytes());
    hash.update([u8::from(dry_run)]);
    hash.update(file.sha256);
    hash.finalize().into()
}
