//! The tables as Diesel sees them, one for both engines. What they are for is told where their rows are.

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    dependencies (code) {
        code -> Text,
        position -> Integer,
        name_es -> Text,
        name_en -> Text,
        abbreviation -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    units (code) {
        code -> Text,
        position -> Integer,
        dependency -> Text,
        name_es -> Text,
        name_en -> Text,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text};

    categories (code) {
        code -> Text,
        position -> Integer,
        parent -> Nullable<Text>,
        name_es -> Text,
        name_en -> Text,
        kind -> Text,
        dependency -> Nullable<Text>,
        unit -> Nullable<Text>,
        contact -> Text,
        evidence -> Bool,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    channels (code) {
        code -> Text,
        position -> Integer,
        channel_type -> Text,
        name_es -> Text,
        name_en -> Text,
        followed_by -> Text,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql::Instant;

    policies (code, version) {
        code -> Text,
        version -> Integer,
        valid_from -> Instant,
        body -> Text,
    }
}
