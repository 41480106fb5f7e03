//! The table as Diesel sees it; the migrations `2026-11-23-3610_people` make it.

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql::{Instant, Uid};

    people (id) {
        id -> Uid,
        version -> Integer,
        created_by -> Uid,
        created_at -> Instant,
    }
}
