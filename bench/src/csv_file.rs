//! A file of service requests in the columns of the shipped mapping: made, so that anyone can repeat the bench.

use std::path::Path;

use chrono::{DateTime, TimeDelta};

use crate::Failure;

const MATTERS: &[(&str, &str, &str)] = &[
    ("Sewer Issues", "Odor", "PUC Sewer Ops"),
    ("Noise Report", "traffic", "DPW Ops Queue"),
    ("Street Defects", "Pothole", "DPW BSSR Queue"),
    ("311 External Request", "Garbage", "DPW Ops Queue"),
    ("General Request - PUBLIC WORKS", "request_for_service", "DPW Ops Queue"),
];

/// Writes so many rows; nine of ten are closed.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, rows: usize) -> Result<(), Failure> {
    let mut out = csv::Writer::from_path(path)?;
    out.write_record([
        "source",
        "external_id",
        "category",
        "subcategory",
        "description",
        "channel",
        "agency",
        "created_at",
        "due_at",
        "updated_at",
        "closed_at",
        "status_raw",
        "status",
        "address",
        "neighborhood",
        "zip",
        "lat",
        "lon",
        "tz",
    ])?;
    let begin = DateTime::from_timestamp(1_500_000_000, 0).unwrap_or_default();
    for (at, (category, subcategory, agency)) in (0_i64..).zip(MATTERS.iter().cycle().take(rows)) {
        let created = begin + TimeDelta::minutes(11 * at);
        let closed = created + TimeDelta::minutes(3_000 + at % 977);
        let written = |instant: DateTime<chrono::Utc>| instant.format("%Y-%m-%dT%H:%M:%S").to_string();
        let open = at % 10 == 0;
        out.write_record([
            "sf311",
            &at.to_string(),
            category,
            subcategory,
            &format!("{subcategory}, reported near number {at}; it has been there for some days"),
            "Phone",
            agency,
            &written(created),
            "",
            &written(closed),
            &if open { String::new() } else { written(closed) },
            if open { "" } else { "Field work has been completed." },
            if open { "open" } else { "closed" },
            &format!("{} Mission Street", at % 4_000),
            "Mission",
            "94110",
            &format!("{:.5}", 37.70 + (at % 1_000) as f64 / 20_000.0),
            &format!("{:.5}", -122.45 + (at % 777) as f64 / 20_000.0),
            "",
        ])?;
    }
    out.flush()?;
    Ok(())
}
