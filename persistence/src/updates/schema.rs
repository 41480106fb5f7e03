//! The table as Diesel sees it; the migrations `2026-11-23-3100_clients` make it.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::sql::{Instant, Uid};

    assignment_updates (sender_id, reference) {
        sender_id -> Uid,
        reference -> Text,
        assignment_id -> Uid,
        status -> Text,
        sequence -> Nullable<BigInt>,
        occurred_at -> Instant,
        result -> Text,
        noted -> Bool,
        batch_id -> Uid,
        recorded_at -> Instant,
    }
}
