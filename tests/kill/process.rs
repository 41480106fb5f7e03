//! The house as a process of its own, started and killed; and somebody who may file petitions in it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use api::auth::token::{Claims, TokenKeys};
use api::clock::Clock;
use api::secrets::Secrets;
use chrono::{Duration, NaiveDate};
use persistence::accounts::{self, Account, Appointment, Session};
use persistence::{Settings, Store, StoreError};
use uuid::Uuid;

use crate::database::TestDatabase;

const SECRET: &str = "a secret of more than 32 characters";

/// The built binary with one of its commands, on this database.
pub fn command(database: &TestDatabase, place: &Path, what: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atiende"));
    command.arg(what).args(["--database-url", &database.url, "--secret", SECRET, "--data-dir"]).arg(place);
    // Not the repository: an operator's `.env` may lie there.
    command.current_dir(place).stdin(Stdio::null());
    command
}

/// A running process that serves.
pub struct House {
    pub address: SocketAddr,
    child: Child,
}

impl House {
    /// Starts it and waits until it listens.
    pub async fn open(database: &TestDatabase, place: &Path) -> Self {
        let mut command = command(database, place, "serve");
        command.args(["--listen", "127.0.0.1:0", "--client-rate", "0", "--address-rate", "0", "--log", "warn"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = tokio::task::spawn_blocking(move || {
            let said = lines.find_map(|line| line.unwrap().split_once("http://").map(|(_, rest)| rest.to_owned()));
            // The pipe is drained to its end, or the house would stop at its next line.
            std::thread::spawn(move || lines.for_each(drop));
            said
        });
        let Some(address) = address.await.unwrap() else {
            panic!("the house did not start: {:?}", child.wait());
        };
        Self { address: address.trim().parse().unwrap(), child }
    }

    /// The most memory that it ever had, in KiB.
    #[cfg(target_os = "linux")]
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches("kB").trim().parse().unwrap()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for House {
    // A failed test leaves no server behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who takes calls (Manual 9.1).
pub struct Clerk {
    account: Uuid,
    session: Uuid,
}

impl Clerk {
    /// A token that is good from now on.
    pub fn token(&self) -> String {
        let keys = TokenKeys::derive(&Secrets::new(SECRET).derive("token-signing")).unwrap();
        keys.sign(&Claims::staff(self.account, self.session, Clock::system().now())).unwrap()
    }
}

/// Opens an account with a session by the store's own door, before the house is opened.
pub async fn appoint_clerk(url: &str) -> Clerk {
    let store = Store::open(Settings::new(url)).unwrap();
    let now = Clock::system().now();
    let clerk = Clerk { account: Uuid::now_v7(), session: Uuid::now_v7() };
    let account = Account {
        id: clerk.account,
        email: "clerk@torreon.gob.mx".to_owned(),
        name: "Eva Ruiz".to_owned(),
        password_hash: String::new(),
        must_change: false,
        active: true,
        created_at: now,
        version: 1,
    };
    let appointment = Appointment {
        id: Uuid::now_v7(),
        account_id: clerk.account,
        role: "position".to_owned(),
        position: Some("data_entry_clerk".to_owned()),
        dependency: None,
        unit: None,
        from_date: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
        until_date: None,
        appointed_by: None,
        recorded_at: now,
        version: 1,
    };
    let session = Session {
        id: clerk.session,
        account_id: clerk.account,
        generation: 0,
        created_at: now,
        used_at: now,
        expires_at: now + Duration::days(1),
        ended_at: None,
    };
    store
        .write(Vec::new(), move |tx| -> Result<(), StoreError> {
            accounts::open_account(tx, &account)?;
            accounts::appoint(tx, &appointment)?;
            accounts::open_session(tx, &session)
        })
        .await
        .unwrap();
    store.close().await;
    clerk
}
