//! The one table of problems: every code that an answer can carry, with its status.
//!
//! Texts stand in `api/texts/*/problems.ftl` and `refusals.ftl` under the same codes.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use domain::refusal::{Class, Code};
use serde::Deserialize;
use serde::de::value::{Error as Unknown, StrDeserializer};
use serde::de::{self, IntoDeserializer, Visitor};

/// What went wrong. The variants of the API's own; the domain's refusals ride along as [`Kind::Refused`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The request could not be read at all.
    MalformedRequest,
    /// The body is not JSON, or names a member twice.
    MalformedBody,
    /// The form cannot be read, or was cut off.
    MalformedForm,
    /// The body cannot be unpacked as its `Content-Encoding` says.
    MalformedCoding,
    /// A query parameter that the operation does not have.
    UnknownParameter,
    /// A query parameter with a value that it cannot have.
    InvalidParameter,
    /// A header that is not written as it must be.
    MalformedHeader,
    /// A browser's page from an origin that is not configured.
    OriginRefused,
    /// The cursor is not ours, or belongs to another list.
    InvalidCursor,
    /// The caller must send an `Idempotency-Key`.
    IdempotencyKeyMissing,
    /// No token where one is needed.
    TokenMissing,
    /// A token that is not ours.
    TokenInvalid,
    /// A token whose time is over.
    TokenExpired,
    /// The session was ended or its account suspended.
    SessionEnded,
    /// A machine's key that is unknown or was revoked.
    KeyRefused,
    /// Whoever is accountable for the machine is not active any more.
    AccountableInactive,
    /// E-mail and password do not fit.
    CredentialsRefused,
    /// Folio and PIN do not fit.
    PinRefused,
    /// The caller's post or role does not allow it.
    Forbidden,
    /// The one-use password must be changed first.
    PasswordChangeRequired,
    /// There is nothing at this path.
    RouteUnknown,
    /// There is no such thing for this caller.
    NotFound,
    /// The path is there, the method is not.
    MethodNotAllowed,
    /// None of the representations on offer is accepted.
    NotAcceptable,
    /// The request took too long to arrive.
    RequestTimeout,
    /// Not possible in the present state.
    Conflict,
    /// Nobody appoints himself.
    SelfAppointment,
    /// The e-mail belongs to an account already.
    EmailTaken,
    /// Without this one nobody could administer.
    LastAdministrator,
    /// The appointment is over already.
    AppointmentEnded,
    /// The code was given before, and codes are not used again.
    CodeTaken,
    /// A channel keeps its type.
    ChannelTypeFixed,
    /// The import is over.
    ImportEnded,
    /// Another of the person's filters has the name.
    FilterNameTaken,
    /// The person keeps as many filters as can be kept.
    TooManyFilters,
    /// The filter finds another number than the caller confirmed.
    CountDiffers,
    /// The job still has petitions that wait.
    JobRunning,
    /// The job is over.
    JobOver,
    /// Another job is taking this one back.
    JobBeingUndone,
    /// The content was erased.
    ContentErased,
    /// The version in `If-Match` is not the present one.
    StaleVersion,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The file is larger than the limit.
    FileTooLarge,
    /// The address is longer than the limit.
    AddressTooLong,
    /// The body is not in a media type that the operation reads.
    UnsupportedMediaType,
    /// The body is not a form with a file.
    FormExpected,
    /// The content has no such part.
    RangeNotSatisfiable,
    /// The body is packed in a coding that is not taken.
    UnsupportedCoding,
    /// The headers are larger than the limit.
    HeadersTooLarge,
    /// Understood and invalid: see the single errors.
    InvalidBody,
    /// More petitions than one job takes.
    SelectionTooLarge,
    /// So many have to be looked at that the filter's petitions cannot be counted.
    SelectionTooWide,
    /// The new password does not do.
    PasswordUnfit,
    /// The key was used for another request.
    IdempotencyKeyReused,
    /// The sender used the reference of an update for another one.
    ReferenceReused,
    /// `If-Match` is needed here.
    IfMatchMissing,
    /// `If-Match: *` names no version.
    IfMatchAny,
    /// More requests than the limit.
    TooManyRequests,
    /// More attempts to sign in than the limit.
    TooManyAttempts,
    /// Our fault.
    Internal,
    /// Not built.
    NotImplemented,
    /// The database is away.
    DatabaseUnavailable,
    /// More work than can be taken now.
    Busy,
    /// The storage is full.
    StorageFull,
    /// The virus scanner does not answer.
    ScannerUnavailable,
    /// The store of files does not answer.
    FilesUnavailable,
    /// The connection was lost during the commit: nobody knows whether it took effect.
    OutcomeUnknown,
    /// The server is stopping.
    Stopping,
    /// The domain refused the step.
    #[serde(skip)]
    Refused(Code),
}

impl Kind {
    const fn row(self) -> (&'static str, u16) {
        match self {
            Self::MalformedRequest => ("malformed_request", 400),
            Self::MalformedBody => ("malformed_body", 400),
            Self::MalformedForm => ("malformed_form", 400),
            Self::MalformedCoding => ("malformed_coding", 400),
            Self::UnknownParameter => ("unknown_parameter", 400),
            Self::InvalidParameter => ("invalid_parameter", 400),
            Self::MalformedHeader => ("malformed_header", 400),
            Self::OriginRefused => ("origin_refused", 400),
            Self::InvalidCursor => ("invalid_cursor", 400),
            Self::IdempotencyKeyMissing => ("idempotency_key_missing", 400),
            Self::TokenMissing => ("token_missing", 401),
            Self::TokenInvalid => ("token_invalid", 401),
            Self::TokenExpired => ("token_expired", 401),
            Self::SessionEnded => ("session_ended", 401),
            Self::KeyRefused => ("key_refused", 401),
            Self::AccountableInactive => ("accountable_inactive", 401),
            Self::CredentialsRefused => ("credentials_refused", 401),
            Self::PinRefused => ("pin_refused", 401),
            Self::Forbidden => ("forbidden", 403),
            Self::PasswordChangeRequired => ("password_change_required", 403),
            Self::RouteUnknown => ("route_unknown", 404),
            Self::NotFound => ("not_found", 404),
            Self::MethodNotAllowed => ("method_not_allowed", 405),
            Self::NotAcceptable => ("not_acceptable", 406),
            Self::RequestTimeout => ("request_timeout", 408),
            Self::Conflict => ("conflict", 409),
            Self::SelfAppointment => ("self_appointment", 409),
            Self::EmailTaken => ("email_taken", 409),
            Self::LastAdministrator => ("last_administrator", 409),
            Self::AppointmentEnded => ("appointment_ended", 409),
            Self::CodeTaken => ("code_taken", 409),
            Self::ChannelTypeFixed => ("channel_type_fixed", 409),
            Self::ImportEnded => ("import_ended", 409),
            Self::FilterNameTaken => ("filter_name_taken", 409),
            Self::TooManyFilters => ("too_many_filters", 409),
            Self::CountDiffers => ("count_differs", 409),
            Self::JobRunning => ("job_running", 409),
            Self::JobOver => ("job_over", 409),
            Self::JobBeingUndone => ("job_being_undone", 409),
            Self::ContentErased => ("content_erased", 410),
            Self::StaleVersion => ("stale_version", 412),
            Self::BodyTooLarge => ("body_too_large", 413),
            Self::FileTooLarge => ("file_too_large", 413),
            Self::AddressTooLong => ("address_too_long", 414),
            Self::UnsupportedMediaType => ("unsupported_media_type", 415),
            Self::FormExpected => ("form_expected", 415),
            Self::RangeNotSatisfiable => ("range_not_satisfiable", 416),
            Self::UnsupportedCoding => ("unsupported_coding", 415),
            Self::HeadersTooLarge => ("headers_too_large", 431),
            Self::InvalidBody => ("invalid_body", 422),
            Self::SelectionTooLarge => ("selection_too_large", 422),
            Self::SelectionTooWide => ("selection_too_wide", 422),
            Self::PasswordUnfit => ("password_unfit", 422),
            Self::IdempotencyKeyReused => ("idempotency_key_reused", 422),
            Self::ReferenceReused => ("reference_reused", 422),
            Self::IfMatchMissing => ("if_match_missing", 428),
            Self::IfMatchAny => ("if_match_any", 428),
            Self::TooManyRequests => ("too_many_requests", 429),
            Self::TooManyAttempts => ("too_many_attempts", 429),
            Self::Internal => ("internal", 500),
            Self::NotImplemented => ("not_implemented", 501),
            Self::DatabaseUnavailable => ("database_unavailable", 503),
            Self::Busy => ("busy", 503),
            Self::StorageFull => ("storage_full", 503),
            Self::ScannerUnavailable => ("scanner_unavailable", 503),
            Self::FilesUnavailable => ("files_unavailable", 503),
            Self::OutcomeUnknown => ("outcome_unknown", 503),
            Self::Stopping => ("stopping", 503),
            Self::Refused(code) => ("", class_status(code.class())),
        }
    }

    /// The stable code of the answer.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused(code) => REFUSALS.get(code as usize).copied().unwrap_or("refused"),
            own => own.row().0,
        }
    }

    /// The HTTP status of the answer (RFC 9110, 15; RFC 6585).
    #[must_use]
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Every kind that there is: the API's own, then the domain's refusals.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The kind of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::all().iter().copied().find(|kind| kind.code() == code)
    }

    /// What a bare status means, where nothing more is known.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::TokenMissing,
            403 => Self::Forbidden,
            404 => Self::RouteUnknown,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            408 => Self::RequestTimeout,
            409 => Self::Conflict,
            410 => Self::ContentErased,
            412 => Self::StaleVersion,
            413 => Self::BodyTooLarge,
            414 => Self::AddressTooLong,
            415 => Self::UnsupportedMediaType,
            416 => Self::RangeNotSatisfiable,
            422 => Self::InvalidBody,
            428 => Self::IfMatchMissing,
            429 => Self::TooManyRequests,
            431 => Self::HeadersTooLarge,
            400..=499 => Self::MalformedRequest,
            501 => Self::NotImplemented,
            503 => Self::DatabaseUnavailable,
            _ => Self::Internal,
        }
    }
}

const fn class_status(class: Class) -> u16 {
    match class {
        Class::Unseen => 404,
        Class::Forbidden => 403,
        Class::Conflict => 409,
        Class::Invalid => 422,
    }
}

static REFUSALS: LazyLock<&'static [&'static str]> = LazyLock::new(names::<Code>);

static ALL: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let own = names::<Kind>().iter().filter_map(|name| read(name));
    let refused = REFUSALS.iter().filter_map(|name| read(name).map(Kind::Refused));
    own.chain(refused).collect()
});

fn read<T: de::DeserializeOwned>(name: &'static str) -> Option<T> {
    let name: StrDeserializer<'_, Unknown> = name.into_deserializer();
    T::deserialize(name).ok()
}

/// The names of an enum's variants, asked of its own `Deserialize`: a list by hand could be forgotten.
fn names<T: de::DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // It always fails, after telling us the names.
    if T::deserialize(Names(&mut names)).is_ok() {
        return &[];
    }
    names
}

struct Names<'a>(&'a mut &'static [&'static str]);

impl<'de> de::Deserializer<'de> for Names<'_> {
    type Error = Unknown;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unknown> {
        Err(de::Error::custom("only the names are wanted"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unknown> {
        *self.0 = variants;
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_there_once_and_reads_back() {
        let codes: HashSet<_> = Kind::all().iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::all().len());
        for kind in Kind::all() {
            assert_eq!(Kind::parse(kind.code()), Some(*kind));
        }
    }

    #[test]
    fn the_codes_of_the_table_are_the_names_of_the_variants() {
        let own: Vec<_> =
            Kind::all().iter().filter(|kind| !matches!(kind, Kind::Refused(_))).map(|kind| kind.code()).collect();
        assert_eq!(own, names::<Kind>());
        assert!(own.contains(&"malformed_body"));
    }

    #[test]
    fn refusals_take_their_code_and_status_from_the_domain() {
        let kind = Kind::Refused(Code::AlreadyRouted);
        assert_eq!((kind.code(), kind.status().as_u16()), ("already_routed", 409));
        let kind = Kind::Refused(Code::PetitionUnknown);
        assert_eq!((kind.code(), kind.status().as_u16()), ("petition_unknown", 404));
        let kind = Kind::Refused(Code::AlreadyImported);
        assert_eq!(kind.code(), "already_imported");
    }

    #[test]
    fn a_bare_status_keeps_itself() {
        for status in
            [401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 416, 422, 428, 429, 431, 500, 501, 503]
        {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(Kind::of_status(status).status(), status);
        }
    }
}
