//! The first administrator of an empty database: whoever starts the program must be able to sign in.
//!
//! Runs at every start and does nothing once there is an account. A password that it makes is good
//! for one thing, choosing another, and is shown on the terminal or kept in a file that only the
//! owner can read; never in the log.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use domain::calendar::Calendar;
use domain::time::Instant;
use persistence::accounts::{self, Account, Appointment, RoleCode};
use persistence::{Failure, Store, StoreError};

use crate::auth::{Auth, new_id, password};
use crate::clock::Clock;
use crate::text::{Language, text};

/// The e-mail of the account that is made when nobody named one. `.invalid` receives no mail
/// (RFC 2606), so nobody outside can ever own the address.
pub const EMAIL: &str = "admin@atiende.invalid";

/// The file that holds the one-use password where there is no terminal to show it on.
pub const FILE: &str = "first_password.txt";

/// What the operator gave.
#[derive(Clone)]
pub struct Given {
    /// `ATIENDE_ADMIN_EMAIL`.
    pub email: Option<String>,
    /// `ATIENDE_ADMIN_PASSWORD`.
    pub password: Option<String>,
    /// `ATIENDE_DATA_DIR`: where the file goes.
    pub data_dir: PathBuf,
}

/// How to sign in for the first time.
#[derive(Clone, PartialEq, Eq)]
pub enum First {
    /// There are accounts already.
    NotNeeded,
    /// With what the operator configured.
    Configured {
        /// The account's e-mail.
        email: String,
    },
    /// With a one-use password.
    OneUse {
        /// The account's e-mail.
        email: String,
        /// Good for choosing another.
        password: String,
        /// Whether it is in [`FILE`], because there is no terminal to show it on.
        in_file: bool,
    },
}

/// Why there is no first administrator.
#[derive(Debug)]
pub enum FirstFailure {
    /// The database's.
    Store(StoreError),
    /// `ATIENDE_ADMIN_EMAIL` is not an e-mail address.
    Email,
    /// `ATIENDE_ADMIN_PASSWORD` is too weak.
    Password(password::Weakness),
    /// The password could not be hashed.
    Hash,
    /// The file could not be written.
    File(io::Error),
}

impl std::fmt::Display for FirstFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => write!(f, "the first administrator could not be made: {error}"),
            Self::Email => f.write_str("ATIENDE_ADMIN_EMAIL is not an e-mail address"),
            Self::Password(weakness) => write!(
                f,
                "ATIENDE_ADMIN_PASSWORD is refused ({}): give {} to {} characters that are not easily guessed",
                weakness.code(),
                password::SHORTEST,
                password::LONGEST,
            ),
            Self::Hash => f.write_str("the first administrator's password could not be hashed"),
            Self::File(error) => write!(f, "the file with the one-use password could not be written: {error}"),
        }
    }
}

impl std::error::Error for FirstFailure {}

impl From<StoreError> for FirstFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure for FirstFailure {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Email | Self::Password(_) | Self::Hash | Self::File(_) => None,
        }
    }
}

/// Makes the first administrator if the database has no account. Where there is no terminal, the one-use password
/// is in [`FILE`] afterwards.
///
/// # Errors
/// See [`FirstFailure`]; nothing has been made then.
pub async fn make(store: &Store, auth: &Auth, clock: &Clock, given: &Given) -> Result<First, FirstFailure> {
    if store.read(accounts::any_account).await.map_err(FirstFailure::Store)? {
        return Ok(First::NotNeeded);
    }
    let email = match &given.email {
        Some(email) => crate::auth::email(email).ok_or(FirstFailure::Email)?,
        None => EMAIL.to_owned(),
    };
    let (password, must_change) = match &given.password {
        Some(password) => {
            password::judge(password, &email).map_err(FirstFailure::Password)?;
            (password.clone(), false)
        }
        None => (password::one_use(), true),
    };
    let hash = auth.passwords.hash(password.clone()).await.map_err(|_| FirstFailure::Hash)?;
    // Before the account: one whose password was lost on the way would lock everybody out.
    let file = given.data_dir.join(FILE);
    let in_file = must_change && !io::stderr().is_terminal();
    if in_file {
        keep(&file, &email, &password).map_err(FirstFailure::File)?;
    }
    let (account, appointment) = rows(&email, hash, must_change, clock.now());
    let made = store
        .write(Vec::new(), move |tx| -> Result<bool, FirstFailure> {
            // Another node may have been quicker.
            if accounts::any_account(tx.db()?)? {
                return Ok(false);
            }
            accounts::open_account(tx, &account)?;
            accounts::appoint(tx, &appointment)?;
            Ok(true)
        })
        .await;
    if in_file && !matches!(made, Ok(true) | Err(FirstFailure::Store(StoreError::Unknown))) {
        fs::remove_file(&file).map_err(FirstFailure::File)?;
    }
    Ok(match (made?, must_change) {
        (false, _) => First::NotNeeded,
        (true, false) => First::Configured { email },
        (true, true) => First::OneUse { email, password, in_file },
    })
}

/// Tells the operator, on standard error; the password itself only where that is a terminal.
///
/// # Errors
/// [`FirstFailure::File`] when standard error is closed.
pub fn tell(first: &First, data_dir: &Path) -> Result<(), FirstFailure> {
    io::stderr().write_all(told(first, data_dir).as_bytes()).map_err(FirstFailure::File)
}

/// What the operator reads; nothing, if there is nothing to do.
fn told(first: &First, data_dir: &Path) -> String {
    let text = |key: &str, facts: &[(&'static str, String)]| text(Language::English, key, facts);
    let (email, how) = match first {
        First::NotNeeded => return String::new(),
        First::Configured { email } => (email, text("first-sign-in-configured", &[])),
        First::OneUse { email, in_file: true, .. } => {
            let file = data_dir.join(FILE).display().to_string();
            (email, text("first-sign-in-file", &[("file", file)]))
        }
        First::OneUse { email, password, in_file: false } => {
            (email, format!("{} {password}", text("first-sign-in-password", &[])))
        }
    };
    format!("{}\n  {} {email}\n  {how}\n", text("first-sign-in", &[]), text("first-sign-in-email", &[]))
}

fn rows(email: &str, password_hash: String, must_change: bool, now: Instant) -> (Account, Appointment) {
    let id = new_id(now);
    let account = Account {
        id,
        email: email.to_owned(),
        name: "Administración".to_owned(),
        password_hash,
        must_change,
        active: true,
        created_at: now,
        version: 1,
    };
    // Appointed by nobody: the program itself.
    let appointment = Appointment {
        id: new_id(now),
        account_id: id,
        role: RoleCode::Administrator.code().to_owned(),
        position: None,
        dependency: None,
        unit: None,
        from_date: Calendar::torreon().date_of(now),
        until_date: None,
        appointed_by: None,
        recorded_at: now,
        version: 1,
    };
    (account, appointment)
}

/// Writes the file so that nobody else can read it, not even for a moment.
fn keep(file: &Path, email: &str, password: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::remove_file(file) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut kept = options.open(file)?;
    writeln!(kept, "{email}\n{password}")?;
    kept.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_told_on_a_terminal_only() {
        let of = |in_file| First::OneUse { email: "a@b.mx".into(), password: "s3cret".into(), in_file };
        assert!(told(&of(false), Path::new("data")).contains("s3cret"));
        let by_file = told(&of(true), Path::new("data"));
        assert!(!by_file.contains("s3cret") && by_file.contains(FILE), "{by_file}");
        assert_eq!(told(&First::NotNeeded, Path::new("data")), "");
    }

    #[test]
    fn the_file_is_the_owners_alone_and_replaces_an_older_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deeper").join(FILE);
        keep(&file, "a@b.mx", "first").unwrap();
        keep(&file, "a@b.mx", "second").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "a@b.mx\nsecond\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
