//! The tables as Diesel sees them, one for both engines. What they are for is told where their rows are.

use crate::schema::events;

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    petitions (id) {
        id -> Uid,
        folio -> Text,
        version -> Integer,
        sequence -> Integer,
        head -> Binary,
        state -> Text,
        outcome -> Nullable<Text>,
        closing -> Nullable<Text>,
        round -> Integer,
        kind -> Text,
        category -> Text,
        channel -> Text,
        priority -> Text,
        against_public_servant -> Bool,
        followed_by -> Text,
        received_at -> Instant,
        registered_at -> Instant,
        updated_at -> Instant,
        due_at -> Instant,
        reply_due_at -> Nullable<Instant>,
        source -> Nullable<Text>,
        external_id -> Nullable<Text>,
        intake_id -> Nullable<Uid>,
        facts -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Double, Nullable, Text};
    use crate::sql::Uid;

    places (petition_id) {
        petition_id -> Uid,
        neighbourhood -> Nullable<Text>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        postal_code -> Nullable<Text>,
        neighbourhood_code -> Nullable<Text>,
        crossing -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql::Uid;

    petitioners (id) {
        id -> Uid,
        petition_id -> Uid,
        kind -> Text,
        name -> Nullable<Text>,
        telephone -> Nullable<Text>,
        email -> Nullable<Text>,
        other_contact -> Nullable<Text>,
        preferred -> Nullable<Text>,
        presented_by -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    assignments (id) {
        id -> Uid,
        petition_id -> Uid,
        round -> Integer,
        version -> Integer,
        dependency -> Text,
        unit -> Nullable<Text>,
        state -> Text,
        routed_at -> Instant,
        due_at -> Instant,
        external_reference -> Nullable<Text>,
        facts -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::{Instant, Uid};

    disclosures (id) {
        id -> Uid,
        petition_id -> Uid,
        account_id -> Uid,
        capacity -> Text,
        purpose -> Text,
        disclosed_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(petitions, assignments, places);
diesel::allow_tables_to_appear_in_same_query!(petitions, events);
diesel::allow_tables_to_appear_in_same_query!(assignments, events);
