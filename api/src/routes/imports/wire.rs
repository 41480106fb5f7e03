//! What is told of an import: how far it is, what became of its rows, what was found in them by line and rule.

use chrono::{DateTime, Utc};
use domain::import::ImportState;
use persistence::imports::{Found, Import};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::version::tag;
use crate::http::{Code, Limit, codes, label};
use crate::import::report::{Deed, Rule};
use crate::importer::counted;
use crate::problem::Kind;
use crate::text::{Language, found, text};

/// An import, as a form.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the form is read as it arrives; this is its description for the contract")]
pub struct ImportForm {
    /// How the file's columns and words are said here, in TOML: the same as the command line's. `mappings/` has examples.
    #[schema(
        example = "source = \"hermosillo\"\n[columns]\nid = \"external_id\"\ncreated = \"created_at\"\nstatus = \"status\"\n[dates]\ntime_zone = \"America/Hermosillo\"\nday_formats = [\"%Y-%m-%d\"]\n[statuses]\nopen = [\"open\"]\nclosed = [\"closed\"]\n",
        max_length = 65_536
    )]
    mapping: String,
    /// `true` to do everything but write petitions: the report then says what would become of the rows. `false` when absent.
    #[schema(example = "false", value_type = Option<String>)]
    dry_run: Option<String>,
    /// The file: a CSV with a header.
    #[schema(value_type = String, format = Binary, content_media_type = "text/csv")]
    file: Vec<u8>,
}

/// An import.
#[derive(Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportView {
    /// The import.
    #[schema(example = "0193a1c2-c154-7a72-9e95-7d6e5f4a3b2c")]
    id: Uuid,
    /// Code of the source: with a row's number it says what is here already.
    #[schema(example = "hermosillo")]
    source: String,
    /// Whether no petition is written.
    #[schema(example = false)]
    dry_run: bool,
    /// How it stands.
    state: codes::ImportState,
    /// The same in words.
    #[schema(example = "En curso")]
    state_label: String,
    /// What there is to say of it at this moment, for people; of one that was cancelled or failed, what stays.
    #[schema(
        example = "Renglones leídos: 1200. Peticiones que entraron: 1150; que ya estaban: 0. Renglones rechazados: 50."
    )]
    summary: String,
    /// How far it is.
    progress: ImportProgress,
    /// What was found in the rows, by rule; row by row at `report_href`.
    findings: Vec<FindingCount>,
    /// Where the findings are listed row by row.
    #[schema(example = "/v1/imports/0193a1c2-c154-7a72-9e95-7d6e5f4a3b2c/report")]
    report_href: String,
    /// Why it failed; null unless it did.
    failure: Option<FailureView>,
    /// The account of whoever asked for it.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    requested_by: Uuid,
    /// When.
    #[schema(example = "2026-11-23T15:12:00Z")]
    created_at: DateTime<Utc>,
    /// When its first row was begun with.
    #[schema(example = "2026-11-23T15:12:01Z")]
    started_at: Option<DateTime<Utc>>,
    /// Since when nothing more happens to it.
    #[schema(example = json!(null))]
    ended_at: Option<DateTime<Utc>>,
    /// The account of whoever cancelled it.
    #[schema(example = json!(null))]
    cancelled_by: Option<Uuid>,
    /// When that was; while it is still `running`, it ends before its next group of rows.
    #[schema(example = json!(null))]
    cancel_requested_at: Option<DateTime<Utc>>,
    /// For `If-Match`. Changes of state count, progress does not.
    #[schema(example = "\"2\"")]
    etag: String,
}

/// How far an import is.
#[derive(Serialize, ToSchema)]
pub struct ImportProgress {
    /// Rows of the file that were dealt with.
    #[schema(example = 1200)]
    rows_read: i64,
    /// Rows that became petitions; in a dry run, that would have.
    #[schema(example = 1150)]
    rows_taken: i64,
    /// Rows whose petition was here already.
    #[schema(example = 0)]
    rows_already: i64,
    /// Rows that were refused.
    #[schema(example = 50)]
    rows_refused: i64,
    /// Rows that were taken with at least one repair.
    #[schema(example = 12)]
    rows_repaired: i64,
    /// Bytes of the file that were read for these rows.
    #[schema(example = 245_760)]
    bytes_read: i64,
    /// Size of the file, in bytes.
    #[schema(example = 4_058_984)]
    bytes: i64,
    /// What was found in these rows.
    #[schema(example = 62)]
    findings: i64,
    /// How much of that the report lists: the first hundred thousand.
    #[schema(example = 62)]
    findings_listed: i64,
}

/// How often a rule was broken.
#[derive(Serialize, ToSchema)]
pub struct FindingCount {
    /// The rule's number: stable, and new ones may come.
    #[schema(example = "R12")]
    rule: String,
    /// What was done.
    action: FindingAction,
    /// How often.
    #[schema(example = 50)]
    count: u64,
    /// What the rule says.
    #[schema(example = "No hay palabras de la ciudadanía.")]
    explanation: String,
}

/// What was done about a finding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingAction {
    /// Nothing of the row was written.
    Refused,
    /// What was wrong was left out or replaced by "unknown".
    Repaired,
    /// Nothing was wrong, only missing: the row came in without it.
    Kept,
}

impl From<Deed> for FindingAction {
    fn from(deed: Deed) -> Self {
        match deed {
            Deed::Refused => Self::Refused,
            Deed::Repaired => Self::Repaired,
            Deed::Kept => Self::Kept,
        }
    }
}

/// Why an import failed.
#[derive(Serialize, ToSchema)]
pub struct FailureView {
    /// As a code.
    code: codes::ImportFailure,
    /// In words, and what to do.
    #[schema(
        example = "Un renglón pasa de 1 MiB: en algún lugar falta cerrar comillas. Corrija el archivo y envíelo de nuevo."
    )]
    detail: String,
}

/// A page of imports, the latest first.
#[derive(Serialize, ToSchema)]
pub struct ImportPage {
    /// The imports.
    pub items: Vec<ImportView>,
    /// For `cursor`, if there are more; also in the `Link` header.
    #[schema(example = "WyIwMTkzYTFjMi1jMTU0LTdhNzItOWU5NS03ZDZlNWY0YTNiMmMiXQ")]
    pub next: Option<String>,
}

/// Something found in a row.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportFinding)]
pub struct FindingView {
    /// Line of the file on which the row begins, from 1.
    #[schema(example = 214)]
    line: i64,
    /// The column's name in the file; null where it is the whole row.
    #[schema(example = "lat")]
    column: Option<String>,
    /// The rule's number: stable, and new ones may come.
    #[schema(example = "R16")]
    rule: String,
    /// What was done; null for one that this version does not know.
    action: Option<FindingAction>,
    /// What the rule says.
    #[schema(example = "Las coordenadas no lo son: se dejan fuera.")]
    explanation: String,
    /// For a row whose history the rules of a petition's life refuse: the code of that refusal, explained at `/problems`.
    #[schema(example = json!(null))]
    refusal: Option<String>,
    /// The same in words.
    #[schema(example = json!(null))]
    refusal_explanation: Option<String>,
}

/// A page of a report, in the order of the file.
#[derive(Serialize, ToSchema)]
pub struct ReportPage {
    /// What was found.
    pub items: Vec<FindingView>,
    /// For `cursor`, if there are more; also in the `Link` header.
    #[schema(example = "WzUwXQ")]
    pub next: Option<String>,
}

/// Which part of a list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageWanted {
    /// Items on a page: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    pub limit: Limit,
}

impl ImportView {
    /// An import in the caller's language.
    pub fn of(import: Import, language: Language) -> Self {
        let findings = counted(&import.progress)
            .into_iter()
            .map(|((rule, deed), count)| FindingCount {
                rule: rule.number(),
                action: deed.into(),
                count,
                explanation: rule.words(language),
            })
            .collect();
        let failure = import.failure.map(|why| FailureView { code: Code(why), detail: label(language, why) });
        Self {
            summary: summary(&import, language),
            findings,
            failure,
            state: Code(import.state),
            state_label: label(language, import.state),
            report_href: format!("{}/report", href(import.id)),
            id: import.id,
            source: import.source,
            dry_run: import.dry_run,
            progress: ImportProgress {
                rows_read: import.progress.rows_read,
                rows_taken: import.progress.rows_taken,
                rows_already: import.progress.rows_already,
                rows_refused: import.progress.rows_refused,
                rows_repaired: import.progress.rows_repaired,
                bytes_read: import.progress.bytes_read,
                bytes: import.bytes,
                findings: import.progress.findings,
                findings_listed: import.progress.findings_listed,
            },
            requested_by: import.requested_by,
            created_at: import.created_at,
            started_at: import.started_at,
            ended_at: import.ended_at,
            cancelled_by: import.cancelled_by,
            cancel_requested_at: import.cancel_requested_at,
            etag: tag(import.version),
        }
    }
}

impl FindingView {
    /// A finding in the caller's language.
    pub fn of(finding: Found, language: Language) -> Self {
        let Found { number: _, line, column_name, rule, deed, refusal } = finding;
        let refused = refusal.as_deref().and_then(Kind::parse);
        let refusal_explanation = refused.and_then(|kind| found(language, &kind.code().replace('_', "-"), &[]));
        Self {
            line,
            column: (!column_name.is_empty()).then_some(column_name),
            explanation: Rule::parse(&rule).map(|rule| rule.words(language)).unwrap_or_default(),
            action: Deed::parse(&deed).map(FindingAction::from),
            rule,
            refusal,
            refusal_explanation,
        }
    }
}

/// Where an import is.
pub fn href(id: Uuid) -> String {
    format!("/v1/imports/{id}")
}

fn summary(import: &Import, language: Language) -> String {
    let progress = &import.progress;
    let numbers = [
        ("rows", progress.rows_read.to_string()),
        ("taken", progress.rows_taken.to_string()),
        ("already", progress.rows_already.to_string()),
        ("refused", progress.rows_refused.to_string()),
    ];
    let of = match (import.state, import.dry_run) {
        (ImportState::Waiting, _) => "waiting",
        (ImportState::Running, false) => "running",
        (ImportState::Running, true) => "running-dry",
        (ImportState::Finished, false) => "finished",
        (ImportState::Finished, true) => "finished-dry",
        (ImportState::Cancelled | ImportState::Failed, false) => "ended",
        (ImportState::Cancelled | ImportState::Failed, true) => "ended-dry",
    };
    text(language, &format!("import-summary-{of}"), &numbers)
}
