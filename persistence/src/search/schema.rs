//! The tables as Diesel sees them, one for both engines; the migrations `2026-11-23-3300_search` and
//! `2026-11-23-4120_alike` make them.

use crate::petitions::schema::places;

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
        category -> Text,
        kind -> Text,
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

diesel::allow_tables_to_appear_in_same_query!(search_blocks, search_state);
diesel::allow_tables_to_appear_in_same_query!(search_entries, places);
