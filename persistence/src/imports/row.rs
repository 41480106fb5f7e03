//! What is kept of an import and of what was found in it.

use diesel::prelude::*;
use domain::code::Coded;
use domain::import::{ImportFailure, ImportState};
use domain::time::Instant;
use uuid::Uuid;

use super::schema::{import_findings, imports};
use crate::StoreError;
use crate::sql::Uid;

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = imports)]
pub struct Progress {
    /// Rows of the file that were dealt with.
    pub rows_read: i64,
    /// Rows that became petitions, or would have in a dry run.
    pub rows_taken: i64,
    /// Rows whose petition was here already.
    pub rows_already: i64,
    /// Rows that were refused.
    pub rows_refused: i64,
    /// Rows that were taken with at least one repair.
    pub rows_repaired: i64,
    /// Bytes of the file that were read for them.
    pub bytes_read: i64,
    /// What was found in them.
    pub findings: i64,
    /// How much of that is listed.
    pub findings_listed: i64,
    /// How often by rule, as the importer writes it down for itself.
    pub findings_counted: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
pub(super) struct Row {
    id: Uuid,
    source: String,
    dry_run: bool,
    mapping: String,
    bytes: i64,
    requested_by: Uuid,
    created_at: Instant,
    state: String,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
    cancelled_by: Option<Uuid>,
    cancel_requested_at: Option<Instant>,
    failure: Option<String>,
    attempts: i32,
    #[diesel(embed)]
    progress: Progress,
    version: i32,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Made by the application, in order of request; also that of its file.
    pub id: Uuid,
    /// Code of the source, as the mapping has it.
    pub source: String,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// How to read the file.
    pub mapping: String,
    /// Size of the file.
    pub bytes: i64,
    /// The account of whoever asked for it.
    pub requested_by: Uuid,
    /// When.
    pub created_at: Instant,
    /// How it stands.
    pub state: ImportState,
    /// When its first row was begun with.
    pub started_at: Option<Instant>,
    /// Since when nothing more happens to it.
    pub ended_at: Option<Instant>,
    /// The account of whoever cancelled it.
    pub cancelled_by: Option<Uuid>,
    /// When.
    pub cancel_requested_at: Option<Instant>,
    /// Why it failed.
    pub failure: Option<ImportFailure>,
    /// How often it was begun since it last got further.
    pub attempts: i32,
    /// How far it is.
    pub progress: Progress,
    /// Raised by every change of state, not by progress.
    pub version: i32,
}

impl TryFrom<Row> for Import {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unknown =
            |what: &str| StoreError::Schema(format!("an import has a {what} that this version does not know"));
        let state = ImportState::parse(&row.state).ok_or_else(|| unknown("state"))?;
        let failure =
            row.failure.map(|code| ImportFailure::parse(&code).ok_or_else(|| unknown("failure"))).transpose()?;
        Ok(Self {
            id: row.id,
            source: row.source,
            dry_run: row.dry_run,
            mapping: row.mapping,
            bytes: row.bytes,
            requested_by: row.requested_by,
            created_at: row.created_at,
            state,
            started_at: row.started_at,
            ended_at: row.ended_at,
            cancelled_by: row.cancelled_by,
            cancel_requested_at: row.cancel_requested_at,
            failure,
            attempts: row.attempts,
            progress: row.progress,
            version: row.version,
        })
    }
}

/// What is asked for when an import is requested.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// The import, and its file.
    pub id: Uuid,
    /// Code of the source.
    pub source: String,
    /// Whether nothing shall be written.
    pub dry_run: bool,
    /// How to read the file.
    pub mapping: String,
    /// Size of the file.
    pub bytes: i64,
    /// Who asks.
    pub requested_by: Uuid,
}

/// What was found in a row: where, by which rule, what was done. Nothing of what stood there.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = import_findings)]
pub struct Found {
    /// Its place in the report, from 1.
    pub number: i64,
    /// Line of the file on which the row begins, from 1.
    pub line: i64,
    /// The column's name in the file; empty where it is the whole row.
    pub column_name: String,
    /// The rule's number.
    pub rule: String,
    /// What was done, as a code.
    pub deed: String,
    /// Which rule of a petition's life said no.
    pub refusal: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = import_findings)]
pub(super) struct FoundRow {
    pub import_id: Uid,
    pub number: i64,
    pub line: i64,
    pub column_name: String,
    pub rule: String,
    pub deed: String,
    pub refusal: Option<String>,
}
