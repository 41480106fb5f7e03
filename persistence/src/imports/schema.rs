//! The tables as Diesel sees them; the migrations `2026-11-23-4200_imports` make them.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    imports (id) {
        id -> Uid,
        source -> Text,
        dry_run -> Bool,
        mapping -> Text,
        bytes -> BigInt,
        content_kept -> Bool,
        requested_by -> Uid,
        created_at -> Instant,
        state -> Text,
        started_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        cancelled_by -> Nullable<Uid>,
        cancel_requested_at -> Nullable<Instant>,
        failure -> Nullable<Text>,
        claim -> Nullable<Uid>,
        lease_until -> Nullable<Instant>,
        attempts -> Integer,
        rows_read -> BigInt,
        rows_taken -> BigInt,
        rows_already -> BigInt,
        rows_refused -> BigInt,
        rows_repaired -> BigInt,
        bytes_read -> BigInt,
        findings -> BigInt,
        findings_listed -> BigInt,
        findings_counted -> Text,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql::Uid;

    import_findings (import_id, number) {
        import_id -> Uid,
        number -> BigInt,
        line -> BigInt,
        column_name -> Text,
        rule -> Text,
        deed -> Text,
        refusal -> Nullable<Text>,
    }
}
