//! The tables as Diesel sees them, one for both engines. What they are for is told where their rows are.

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    dependencies (code) {
        code -> Text,
        position -> Integer,
        name_es -> Text,
        name_en -> Text,
        abbreviation -> Nullable<Text>,
        successor -> Nullable<Text>,
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
        script_es -> Nullable<Text>,
        script_en -> Nullable<Text>,
        emergency_es -> Nullable<Text>,
        emergency_en -> Nullable<Text>,
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
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    neighbourhoods (code) {
        code -> Text,
        name -> Text,
        kind -> Nullable<Text>,
        postal_codes -> Text,
        population -> Nullable<Integer>,
        population_year -> Nullable<Integer>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    programmes (code) {
        code -> Text,
        position -> Integer,
        name_es -> Text,
        name_en -> Text,
        purpose_es -> Text,
        purpose_en -> Text,
        dependency -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    authorities (code) {
        code -> Text,
        position -> Integer,
        level -> Text,
        name_es -> Text,
        name_en -> Text,
        abbreviation -> Nullable<Text>,
        telephone -> Nullable<Text>,
        website -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    procedures (code) {
        code -> Text,
        position -> Integer,
        authority -> Text,
        name_es -> Text,
        name_en -> Text,
        how_es -> Text,
        how_en -> Text,
        telephone -> Nullable<Text>,
        website -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};

    templates (code) {
        code -> Text,
        position -> Integer,
        step -> Text,
        category -> Nullable<Text>,
        name_es -> Text,
        name_en -> Text,
        text_es -> Text,
        text_en -> Text,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text};

    fields (code) {
        code -> Text,
        position -> Integer,
        category -> Text,
        name_es -> Text,
        name_en -> Text,
        help_es -> Nullable<Text>,
        help_en -> Nullable<Text>,
        field_type -> Text,
        required -> Bool,
        choices -> Text,
        smallest -> Nullable<BigInt>,
        largest -> Nullable<BigInt>,
        max_length -> Nullable<Integer>,
        shown_when_field -> Nullable<Text>,
        shown_when_is -> Text,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Date, Integer, Nullable, Text};

    requirements (code) {
        code -> Text,
        position -> Integer,
        category -> Text,
        name_es -> Text,
        name_en -> Text,
        help_es -> Nullable<Text>,
        help_en -> Nullable<Text>,
        handling -> Text,
        required -> Bool,
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

diesel::table! {
    neighbourhood_areas (code) {
        code -> Text,
        shape -> Text,
    }
}
