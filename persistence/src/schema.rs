//! The tables as Diesel sees them, one for both engines. What they are for is told where their rows are.

diesel::table! {
    ledger (id) {
        id -> SmallInt,
        change_no -> BigInt,
        folios -> Text,
        catalogue_version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Text};
    use crate::sql::Uid;
    events (change_no) {
        change_no -> BigInt,
        petition_id -> Uid,
        sequence -> Integer,
        body -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::Uid;
    texts (id) {
        id -> Uid,
        petition_id -> Uid,
        salt -> Nullable<Binary>,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::sql::{Instant, Uid};
    idempotency (key) {
        key -> Binary,
        fingerprint -> Binary,
        result_id -> Uid,
        recorded_at -> Instant,
    }
}
