//! The tables as Diesel sees them; the migrations `2026-11-23-3600_intakes` make them.

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    intakes (id) {
        id -> Uid,
        channel -> Text,
        received_at -> Instant,
        received_precision -> Text,
        registered_at -> Instant,
        registered_by -> Nullable<Uid>,
        taken_by -> Nullable<Uid>,
        petitions -> Integer,
        category -> Nullable<Text>,
        oriented_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql::Uid;

    intake_details (intake_id) {
        intake_id -> Uid,
        place -> Nullable<Text>,
        source_reference -> Nullable<Text>,
        bearer -> Nullable<Text>,
        orientation -> Nullable<Text>,
    }
}
