//! The tables as Diesel sees them; the migrations `2026-11-23-4100_jobs` and `4110_lasting` make them.

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    jobs (id) {
        id -> Uid,
        account_id -> Uid,
        step -> Text,
        undoes -> Nullable<Uid>,
        state -> Text,
        total -> Integer,
        done -> Integer,
        refused -> Integer,
        undone -> Integer,
        cancelled -> Integer,
        created_at -> Instant,
        started_at -> Nullable<Instant>,
        finished_at -> Nullable<Instant>,
        version -> Integer,
        lasting -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    job_items (job_id, position) {
        job_id -> Uid,
        position -> Integer,
        petition_id -> Uid,
        folio -> Text,
        result -> Text,
        problem -> Nullable<Text>,
        trace -> Nullable<Text>,
        decided_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::Uid;

    job_bodies (job_id) {
        job_id -> Uid,
        body -> Text,
    }
}
