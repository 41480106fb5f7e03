//! The tables as Diesel sees them; the migrations `00000000000002_accounts` and `2026-11-23-3310_saved_filters` make them.

use crate::schema::ledger;

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Text};
    use crate::sql::{Instant, Uid};

    accounts (id) {
        id -> Uid,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        must_change -> Bool,
        active -> Bool,
        created_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    appointments (id) {
        id -> Uid,
        account_id -> Uid,
        role -> Text,
        position -> Nullable<Text>,
        dependency -> Nullable<Text>,
        unit -> Nullable<Text>,
        from_date -> Date,
        until_date -> Nullable<Date>,
        appointed_by -> Nullable<Uid>,
        recorded_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable};
    use crate::sql::{Instant, Uid};

    sessions (id) {
        id -> Uid,
        account_id -> Uid,
        generation -> Integer,
        created_at -> Instant,
        used_at -> Instant,
        expires_at -> Instant,
        ended_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql::{Instant, Uid};

    saved_filters (id) {
        id -> Uid,
        account_id -> Uid,
        name -> Text,
        list -> Text,
        query -> Text,
        version -> Integer,
        updated_at -> Instant,
    }
}

diesel::joinable!(sessions -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, appointments, sessions);

// The one look-up of a request also asks for the version of the catalogues.
diesel::allow_tables_to_appear_in_same_query!(accounts, ledger);
diesel::allow_tables_to_appear_in_same_query!(sessions, ledger);
diesel::allow_tables_to_appear_in_same_query!(appointments, ledger);
