//! The table as Diesel sees it; the migrations `2026-11-23-3100_clients` make it.

use crate::accounts::schema::accounts;
use crate::schema::ledger;

diesel::table! {
    use diesel::sql_types::{Binary, Date, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    clients (id) {
        id -> Uid,
        name -> Text,
        dependency -> Text,
        accountable_id -> Uid,
        key_hash -> Binary,
        created_by -> Uid,
        created_at -> Instant,
        last_used_on -> Nullable<Date>,
        revoked_by -> Nullable<Uid>,
        revoked_at -> Nullable<Instant>,
        version -> Integer,
    }
}

// The one look-up of a request also asks for the version of the catalogues.
diesel::allow_tables_to_appear_in_same_query!(clients, ledger);
// And whether who is accountable for the client is still somebody.
diesel::allow_tables_to_appear_in_same_query!(clients, accounts);
