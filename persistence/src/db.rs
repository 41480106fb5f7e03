//! One connection, to either engine, and how it is opened.
//!
//! The engine is chosen by the scheme of the URL and never guessed: a PostgreSQL that is down is an
//! error, not a reason to start a file. What a transaction is for is said here; who may open one is
//! the [store](crate::store)'s.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, Instrumentation, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::store::StoreError;

/// A connection to one of the two engines. Queries go through [`crate::on`].
pub enum Db {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite, compiled in.
    Lite(SqliteConnection),
}

/// Runs one Diesel query on whichever engine this is: `on!(db, c => events::table.count().get_result(c))`.
/// The query is type-checked for both.
#[macro_export]
macro_rules! on {
    ($db:expr, $c:ident => $query:expr) => {
        match $db {
            $crate::db::Db::Pg($c) => $query,
            $crate::db::Db::Lite($c) => $query,
        }
    };
}

/// Inserts all rows, many in a statement: `insert_all!(db, events::table, &rows)`, with `?` inside. Statements of three
/// fixed sizes stay prepared; one of any size would be planned again for every group.
macro_rules! insert_all {
    ($db:expr, $table:expr, $rows:expr) => {{
        let (many, rest) = $rows.as_chunks::<32>();
        for rows in many {
            $crate::on!($db, c => diesel::insert_into($table).values(rows).execute(c))?;
        }
        let (some, rest) = rest.as_chunks::<8>();
        for rows in some {
            $crate::on!($db, c => diesel::insert_into($table).values(rows).execute(c))?;
        }
        for row in rest {
            $crate::on!($db, c => diesel::insert_into($table).values(row).execute(c))?;
        }
    }};
}
pub(crate) use insert_all;

/// What a connection is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Snapshots only; the engine itself refuses to write.
    Read,
    /// The one writer of this process.
    Write,
    /// Migrations, backups, tests: no time limits.
    Maintain,
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A URL for libpq, with our defaults added.
    Pg(String),
    /// A file.
    Lite(PathBuf),
}

/// Applied to every SQLite connection. `FULL`: what is acknowledged survives a power cut.
const LITE: &str = "\
    PRAGMA busy_timeout = 5000; \
    PRAGMA foreign_keys = ON; \
    PRAGMA synchronous = FULL; \
    PRAGMA secure_delete = ON; \
    PRAGMA mmap_size = 0; \
    PRAGMA temp_store = MEMORY; \
    PRAGMA trusted_schema = OFF; \
    PRAGMA journal_size_limit = 67108864;";

/// Beside that, for the writer. The log is brought into the file every 32 MB, not every 4: the pages at the end of each
/// index, which every petition writes, are then brought over once in eight times.
const LITE_WRITER: &str = "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 8000;";

/// How long a writer waits for the ledger while another node holds it; the pragmas and settings below say
/// the same in their own words.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Time limits of a PostgreSQL session: a frozen node loses its lock, a lost one its session.
const PG_LIMITS: &str = "\
    SET lock_timeout = '5s'; \
    SET statement_timeout = '30s'; \
    SET idle_in_transaction_session_timeout = '15s'; \
    SELECT set_config('synchronous_commit', 'on', false) \
        WHERE current_setting('synchronous_commit') = 'off';";

/// libpq parameters that are added unless the URL has them (seconds; milliseconds for the last).
const PG_DEFAULTS: [(&str, &str); 3] =
    [("connect_timeout", "5"), ("application_name", "atiende"), ("tcp_user_timeout", "30000")];

impl Address {
    /// Reads a database URL: `postgres://…`, `postgresql://…`, `sqlite:path` or `sqlite://path`.
    ///
    /// # Errors
    /// [`StoreError::Settings`] when the scheme is another or the binary lacks the TLS that is asked for.
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Self::postgres(url);
        }
        let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) else {
            return Err(StoreError::Settings(
                "the database URL must begin with postgres://, postgresql:// or sqlite:".into(),
            ));
        };
        if path.is_empty() || path == ":memory:" {
            return Err(StoreError::Settings("a sqlite: URL must name a file: readers and the writer share it".into()));
        }
        Ok(Self::Lite(PathBuf::from(path)))
    }

    fn postgres(url: &str) -> Result<Self, StoreError> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let parameter = |name: &str| {
            query.split('&').find_map(|pair| match pair.split_once('=') {
                Some((key, value)) if key == name => Some(value),
                Some(_) | None => None,
            })
        };
        let tls = parameter("sslmode").filter(|mode| matches!(*mode, "require" | "verify-ca" | "verify-full"));
        if let Some(mode) = tls
            && !cfg!(feature = "postgres-tls")
        {
            return Err(StoreError::Settings(format!(
                "the database URL asks for sslmode={mode}, and this binary was built without TLS to \
                 PostgreSQL: build it with the feature postgres-tls, as the container image is"
            )));
        }
        let mut whole = url.to_owned();
        for (name, value) in PG_DEFAULTS {
            if parameter(name).is_none() {
                whole.push(if whole.contains('?') { '&' } else { '?' });
                whole.push_str(name);
                whole.push('=');
                whole.push_str(value);
            }
        }
        Ok(Self::Pg(whole))
    }

    /// Opens a connection for one purpose.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is no database to be had.
    pub(crate) fn open(&self, purpose: Purpose) -> Result<Db, StoreError> {
        match self {
            Self::Pg(url) => open_pg(url, purpose),
            Self::Lite(path) => open_lite(path, purpose),
        }
    }
}

fn open_pg(url: &str, purpose: Purpose) -> Result<Db, StoreError> {
    let mut connection = PgConnection::establish(url).map_err(unavailable)?;
    match purpose {
        Purpose::Read | Purpose::Write => connection.batch_execute(PG_LIMITS)?,
        Purpose::Maintain => {}
    }
    Ok(Db::Pg(connection))
}

fn open_lite(path: &Path, purpose: Purpose) -> Result<Db, StoreError> {
    match purpose {
        Purpose::Write | Purpose::Maintain => make_file(path)?,
        Purpose::Read => {}
    }
    let name = path.to_string_lossy();
    let mut connection = SqliteConnection::establish(&name).map_err(unavailable)?;
    connection.batch_execute(LITE)?;
    match purpose {
        Purpose::Write | Purpose::Maintain => {
            let mode = diesel::sql_query("PRAGMA journal_mode = WAL").get_result::<JournalMode>(&mut connection)?;
            if mode.journal_mode != "wal" {
                return Err(StoreError::Unavailable(
                    "the database file lies where SQLite cannot keep a write-ahead log \
                     (a network file system?)"
                        .into(),
                ));
            }
            connection.batch_execute(LITE_WRITER)?;
        }
        Purpose::Read => {
            connection.batch_execute("PRAGMA cache_size = -4096; PRAGMA query_only = ON;")?;
        }
    }
    Ok(Db::Lite(connection))
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

/// Makes the file and its directory, readable by their owner alone: it holds people's names.
fn make_file(path: &Path) -> Result<(), StoreError> {
    let refused =
        |error: std::io::Error| StoreError::Unavailable(format!("the database file cannot be made: {}", error.kind()));
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        fs::create_dir_all(directory).map_err(refused)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(refused(error)),
    }
}

fn unavailable(error: ConnectionError) -> StoreError {
    match error {
        ConnectionError::CouldntSetupConfiguration(error) => StoreError::from(error),
        error => StoreError::Unavailable(error.to_string().trim().to_owned()),
    }
}

impl Db {
    /// A connection of one's own, outside the store and without time limits: for backups and tests.
    /// Nothing that writes petitions may use it.
    ///
    /// # Errors
    /// When the URL is not understood or the database cannot be reached.
    pub fn connect(url: &str) -> Result<Self, StoreError> {
        Address::parse(url)?.open(Purpose::Maintain)
    }

    /// Runs statements that answer nothing (maintenance, tests).
    ///
    /// # Errors
    /// When the database refuses one.
    pub fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        on!(self, c => c.batch_execute(sql))?;
        Ok(())
    }

    pub(crate) fn begin(&mut self, purpose: Purpose) -> QueryResult<()> {
        match self {
            Self::Pg(c) => {
                let sql = match purpose {
                    Purpose::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                    Purpose::Write | Purpose::Maintain => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
                };
                AnsiTransactionManager::begin_transaction_sql(c, sql)
            }
            Self::Lite(c) => {
                let sql = match purpose {
                    Purpose::Read => "BEGIN DEFERRED",
                    Purpose::Write | Purpose::Maintain => "BEGIN IMMEDIATE",
                };
                AnsiTransactionManager::begin_transaction_sql(c, sql)
            }
        }
    }

    pub(crate) fn commit(&mut self) -> QueryResult<()> {
        on!(self, c => AnsiTransactionManager::commit_transaction(c))
    }

    pub(crate) fn rollback(&mut self) -> QueryResult<()> {
        on!(self, c => AnsiTransactionManager::rollback_transaction(c))
    }

    /// How many transactions deep the connection is: 0 outside, 1 as it should be inside, none when
    /// Diesel itself no longer knows.
    pub(crate) fn depth(&mut self) -> Option<u32> {
        let depth = on!(self, c => {
            AnsiTransactionManager::transaction_manager_status_mut(c).transaction_depth()
        });
        depth.ok().map(|depth| depth.map_or(0, std::num::NonZeroU32::get))
    }

    pub(crate) fn observe(&mut self, observer: impl Instrumentation) {
        on!(self, c => c.set_instrumentation(observer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        match Address::parse(url) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{url} was accepted"),
        }
    }

    #[test]
    fn the_scheme_chooses_the_engine() {
        assert!(matches!(Address::parse("sqlite:data/a.db"), Ok(Address::Lite(p)) if p == Path::new("data/a.db")));
        assert!(matches!(Address::parse("sqlite:///var/a.db"), Ok(Address::Lite(p)) if p == Path::new("/var/a.db")));
        assert!(matches!(Address::parse("postgres://db/atiende"), Ok(Address::Pg(_))));
        assert!(matches!(Address::parse("postgresql://db/atiende"), Ok(Address::Pg(_))));
    }

    #[test]
    fn whatever_is_neither_is_refused_and_never_becomes_a_file() {
        for url in ["mysql://db/x", "host=localhost dbname=x", "Postgres//db", "", "sqlite:", "sqlite::memory:"] {
            assert!(refused(url).contains("sqlite:"), "{url}");
        }
    }

    #[test]
    fn a_postgres_url_gets_time_limits_but_keeps_its_own() {
        let Ok(Address::Pg(url)) = Address::parse("postgres://db/x?connect_timeout=9") else {
            panic!("refused");
        };
        assert!(url.contains("?connect_timeout=9&application_name=atiende"), "{url}");
        assert_eq!(url.matches("connect_timeout").count(), 1);
    }

    #[cfg(not(feature = "postgres-tls"))]
    #[test]
    fn tls_that_the_binary_lacks_is_refused_in_plain_words() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let words = refused(&format!("postgres://ana:secreto@db/x?sslmode={mode}"));
            assert!(words.contains(mode) && words.contains("postgres-tls"), "{words}");
            assert!(!words.contains("secreto"), "{words}");
        }
        assert!(Address::parse("postgres://db/x?sslmode=prefer").is_ok());
    }

    #[test]
    fn a_postgres_that_is_down_is_an_error() {
        let down = Db::connect("postgres://127.0.0.1:1/x");
        assert!(matches!(down, Err(StoreError::Unavailable(_))));
    }
}
