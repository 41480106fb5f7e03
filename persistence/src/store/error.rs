//! What can go wrong with the store, told without telling anybody's data.
//!
//! A database's message may quote the values of a statement, and these are names and telephones. So
//! neither `Display` nor `Debug` prints a message unless it is of a kind that cannot hold a value, and
//! there is no `source()` to print behind our back.

use std::fmt;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

/// Why the store did not do what was asked.
pub enum StoreError {
    /// A setting is wrong; the words say which and what to do.
    Settings(String),
    /// The database cannot be reached or went away; nothing was written.
    Unavailable(String),
    /// No reader came free in time, or another node holds the ledger; nothing was written.
    Busy,
    /// The queue of writes is full; nothing was written.
    QueueFull,
    /// The disk is full; nothing was written.
    Full,
    /// The connection was lost during COMMIT: it may have been written or not. Again with the same key.
    Unknown,
    /// The work itself panicked; nothing of it was written.
    Panicked,
    /// The store is shutting down and takes no more work.
    Closed,
    /// The schema or a row is not as this binary expects.
    Schema(String),
    /// The database refused a statement.
    Query(Error),
}

/// An error of work that runs in the store, so that the store can tell a refusal by the rules from a
/// failure of the database.
pub trait Failure: From<StoreError> + Send + 'static {
    /// The store's own error inside, or none for a refusal.
    fn store_error(&self) -> Option<&StoreError>;
}

impl Failure for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

impl StoreError {
    /// Whether the same request may succeed in a moment (503 with `Retry-After`).
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Busy | Self::QueueFull | Self::Full | Self::Unknown | Self::Closed => true,
            Self::Settings(_) | Self::Panicked | Self::Schema(_) | Self::Query(_) => false,
        }
    }

    /// Whether a statement was refused because such a row exists already.
    #[must_use]
    pub const fn is_duplicate(&self) -> bool {
        matches!(self, Self::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }

    /// The same for the next member of a group.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Settings(words) => Self::Settings(words.clone()),
            Self::Unavailable(words) => Self::Unavailable(words.clone()),
            Self::Busy => Self::Busy,
            Self::QueueFull => Self::QueueFull,
            Self::Full => Self::Full,
            Self::Unknown => Self::Unknown,
            Self::Panicked => Self::Panicked,
            Self::Closed => Self::Closed,
            Self::Schema(words) => Self::Schema(words.clone()),
            Self::Query(_) => Self::Unavailable(self.to_string()),
        }
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let seen = match &error {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
            | Error::BrokenTransactionManager => {
                Some(Self::Unavailable("the connection to the database was lost".into()))
            }
            Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => {
                Some(Self::Unavailable("the database accepts no writes".into()))
            }
            Error::DatabaseError(_, information) => by_message(information.message()),
            Error::RollbackErrorOnCommit { .. } => Some(Self::Unknown),
            _ => None,
        };
        seen.unwrap_or(Self::Query(error))
    }
}

/// How the operating system's word for it ends a message, in the languages that servers here speak.
const NO_SPACE: [&str; 2] = ["No space left on device", "No queda espacio en el dispositivo"];

// Diesel passes neither SQLite's result codes nor all of PostgreSQL's SQLSTATEs on.
fn by_message(message: &str) -> Option<StoreError> {
    if message == "database or disk is full" || NO_SPACE.iter().any(|end| message.ends_with(end)) {
        Some(StoreError::Full)
    } else if message.starts_with("database is locked")
        || message.starts_with("database table is locked")
        || message == "canceling statement due to lock timeout"
    {
        Some(StoreError::Busy)
    } else if message.starts_with("terminating connection")
        || message.starts_with("server closed the connection")
        || message.starts_with("the database system is")
    {
        Some(StoreError::Unavailable("the connection to the database was lost".into()))
    } else {
        None
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(words) | Self::Schema(words) => f.write_str(words),
            Self::Unavailable(words) => write!(f, "the database is not available: {words}"),
            Self::Busy => f.write_str("the database is busy"),
            Self::QueueFull => f.write_str("too many writes are waiting"),
            Self::Full => f.write_str("the database's disk is full"),
            Self::Unknown => f.write_str("the database went away during the commit; whether it was kept is unknown"),
            Self::Panicked => f.write_str("the work failed by a fault of the program"),
            Self::Closed => f.write_str("the store is shutting down"),
            Self::Query(error) => show(error, f),
        }
    }
}

/// Says what kind of error it is, and where, but no value.
fn show(error: &Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match error {
        Error::DatabaseError(kind, information) => {
            write!(f, "the database refused a statement ({kind:?})")?;
            place(information.as_ref(), f)?;
            if holds_no_value(*kind, information.message()) {
                write!(f, ": {}", information.message())?;
            }
            Ok(())
        }
        Error::NotFound => f.write_str("no such row"),
        Error::QueryBuilderError(_) => f.write_str("a statement could not be built"),
        Error::DeserializationError(_) => f.write_str("a row could not be read"),
        Error::SerializationError(_) => f.write_str("a value could not be written"),
        Error::InvalidCString(_) => f.write_str("a text holds a NUL character"),
        Error::AlreadyInTransaction => f.write_str("a transaction was open already"),
        Error::NotInTransaction => f.write_str("no transaction was open"),
        Error::BrokenTransactionManager => f.write_str("the transaction was broken"),
        Error::RollbackTransaction => f.write_str("the transaction was rolled back"),
        _ => f.write_str("the database failed"),
    }
}

fn place(information: &dyn DatabaseErrorInformation, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let names = [
        ("table", information.table_name()),
        ("column", information.column_name()),
        ("constraint", information.constraint_name()),
    ];
    for (what, name) in names {
        if let Some(name) = name {
            write!(f, ", {what} {name}")?;
        }
    }
    Ok(())
}

/// Beginnings of messages that name tables and columns or nothing at all.
const HARMLESS: [&str; 9] = [
    "no such table",
    "no such column",
    "relation \"",
    "column \"",
    "disk I/O error",
    "database disk image is malformed",
    "attempt to write a readonly database",
    "canceling statement due to",
    "current transaction is aborted",
];

fn holds_no_value(kind: DatabaseErrorKind, message: &str) -> bool {
    match kind {
        // The values of these stand in PostgreSQL's DETAIL, which is never shown; SQLite names columns.
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::SerializationFailure => true,
        _ => HARMLESS.iter().any(|beginning| message.starts_with(beginning)),
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({self})")
    }
}

impl std::error::Error for StoreError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(kind: DatabaseErrorKind, message: &str) -> StoreError {
        StoreError::from(Error::DatabaseError(kind, Box::new(message.to_owned())))
    }

    #[test]
    fn a_message_that_may_quote_a_value_is_never_printed() {
        let error = database(DatabaseErrorKind::Unknown, "invalid input syntax for type integer: \"871 123 4567\"");
        for printed in [format!("{error}"), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!printed.contains("4567"), "{printed}");
        }
        assert!(std::error::Error::source(&error).is_none());
    }

    #[test]
    fn a_message_that_cannot_is_printed() {
        let error = database(DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: a.b");
        assert!(error.to_string().contains("a.b"));
        assert!(error.is_duplicate());
    }

    #[test]
    fn what_passes_is_told_from_what_stays() {
        let full = database(DatabaseErrorKind::Unknown, "database or disk is full");
        assert!(matches!(full, StoreError::Full) && full.is_passing());
        let busy = database(DatabaseErrorKind::Unknown, "canceling statement due to lock timeout");
        assert!(matches!(busy, StoreError::Busy) && busy.is_passing());
        let lost = database(DatabaseErrorKind::ClosedConnection, "anything");
        assert!(matches!(lost, StoreError::Unavailable(_)) && lost.is_passing());
        assert!(!StoreError::from(Error::NotFound).is_passing());
    }
}
