//! The table as Diesel sees it; the migrations `2026-11-23-3400_attachments` make it.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::sql::{Instant, Uid};

    attachments (id) {
        id -> Uid,
        petition_id -> Uid,
        bytes -> BigInt,
        sha256 -> Text,
        thumbnail -> Bool,
        attached_at -> Instant,
        erased_at -> Nullable<Instant>,
        removed_at -> Nullable<Instant>,
    }
}
