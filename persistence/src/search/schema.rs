//! The tables as Diesel sees them, one for both engines; the migrations `2026-11-23-3300_search` make them.

diesel::table! {
    search_state (id) {
        id -> SmallInt,
        position -> BigInt,
        next_number -> BigInt,
        erasures -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::sql::{Instant, Uid};

    search_entries (number) {
        number -> BigInt,
        petition_id -> Uid,
        received_at -> Instant,
        folio -> Text,
        words -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql::Instant;

    search_blocks (block) {
        block -> Integer,
        oldest -> Instant,
        newest -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Text};

    search_postings (block, word) {
        block -> Integer,
        word -> Text,
        numbers -> Binary,
    }
}
