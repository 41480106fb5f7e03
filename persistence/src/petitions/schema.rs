//! The tables as Diesel sees them, one for both engines. What they are for is told where their rows are.

use crate::accounts::schema::{accounts, appointments};
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
        follower -> Nullable<Uid>,
        facts -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::Uid;

    petition_tags (tag, petition_id) {
        tag -> Text,
        petition_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql::{Instant, Uid};

    petition_desks (petition_id, desk) {
        petition_id -> Uid,
        desk -> Text,
        followed_by -> Text,
        follower -> Nullable<Uid>,
        due_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql::{Instant, Uid};

    assignment_desks (assignment_id, desk) {
        assignment_id -> Uid,
        desk -> Text,
        dependency -> Text,
        unit -> Nullable<Text>,
        due_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql::Uid;

    petition_desk_counts (desk, followed_by, follower) {
        desk -> Text,
        followed_by -> Text,
        follower -> Uid,
        number -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql::Instant;

    assignment_desk_counts (dependency, due_at, desk, unit) {
        dependency -> Text,
        due_at -> Instant,
        desk -> Text,
        unit -> Text,
        number -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Double, Nullable, Text};
    use crate::sql::{Instant, Uid};

    places (petition_id) {
        petition_id -> Uid,
        neighbourhood -> Nullable<Text>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        postal_code -> Nullable<Text>,
        neighbourhood_code -> Nullable<Text>,
        crossing -> Nullable<Text>,
        cell -> Nullable<BigInt>,
        received_at -> Nullable<Instant>,
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
        curp -> Nullable<Text>,
        name_key -> Nullable<Text>,
        email_key -> Nullable<Text>,
        person_id -> Nullable<Uid>,
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

diesel::allow_tables_to_appear_in_same_query!(petitions, events);
diesel::allow_tables_to_appear_in_same_query!(assignments, events);
diesel::allow_tables_to_appear_in_same_query!(petitions, petition_tags, petition_desks, places, assignments);
diesel::allow_tables_to_appear_in_same_query!(assignments, assignment_desks);
diesel::allow_tables_to_appear_in_same_query!(petitions, assignment_desks);
diesel::allow_tables_to_appear_in_same_query!(places, assignment_desks);
diesel::allow_tables_to_appear_in_same_query!(places, accounts);
diesel::allow_tables_to_appear_in_same_query!(places, appointments);
diesel::allow_tables_to_appear_in_same_query!(petitions, accounts);
diesel::allow_tables_to_appear_in_same_query!(petitions, appointments);
diesel::allow_tables_to_appear_in_same_query!(petition_desks, accounts);
diesel::allow_tables_to_appear_in_same_query!(petition_desks, appointments);
