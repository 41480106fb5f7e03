//! The content of files: taken in without being held in memory, looked at, kept, given out, and swept away.
//!
//! Knows bytes and nothing of petitions: what a file is to one, and who may see it, is the domain's; which content is
//! known of, persistence's.

pub mod contents;
pub mod form;
pub mod kept;
pub mod kind;
pub mod look;
pub mod picture;
mod profile;
pub mod scanner;
mod shape;
pub mod spool;
pub mod sweep;

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt;
use tokio::sync::Semaphore;
use uuid::Uuid;

use self::contents::{Contents, Part};
use self::scanner::Scanner;
use crate::problem::{Kind, Problem};

/// Files that may come in at the same time. Each holds a few hundred kilobytes while it does.
const INCOMING: usize = 32;

/// Pictures that are looked at at the same time: each is held whole while it is.
const LOOKED_AT: usize = 2;

/// Bytes in a MiB.
pub const MEBIBYTE: u64 = 1024 * 1024;

/// What handlers need to take files in and give them out.
pub struct Files {
    /// Where content is kept.
    pub contents: Contents,
    /// The largest file, in bytes.
    pub limit: u64,
    /// Where a file lies while it comes in.
    incoming: PathBuf,
    scanner: Option<Scanner>,
    room: Arc<Semaphore>,
    looking: Arc<Semaphore>,
}

impl Files {
    /// Files kept in `contents`, of at most `limit` bytes, which come in by way of the folder `incoming`.
    #[must_use]
    pub fn new(contents: Contents, limit: u64, incoming: PathBuf, scanner: Option<Scanner>) -> Self {
        let (room, looking) = (Arc::new(Semaphore::new(INCOMING)), Arc::new(Semaphore::new(LOOKED_AT)));
        Self { contents, limit, incoming, scanner, room, looking }
    }

    /// Brings a file from where it is kept to this machine, where reading it may take as long as it takes.
    ///
    /// # Errors
    /// The store's; [`object_store::Error::NotFound`] when it is not there.
    pub async fn fetch(&self, id: Uuid) -> Result<spool::Spooled, object_store::Error> {
        let mut content = self.contents.read(id, Part::Content, None).await?;
        let mut spool = spool::Spool::begin(&self.incoming).await.map_err(contents::on_the_way)?;
        while let Some(some) = content.next().await {
            spool.take(&some?).await.map_err(contents::on_the_way)?;
        }
        spool.finish().await.map_err(contents::on_the_way)
    }

    /// Has a file looked at by the scanner, if there is one.
    ///
    /// # Errors
    /// `invalid_body` (422) when it finds something; `scanner_unavailable` (503) when it does not answer: what was not
    /// looked at is not taken.
    pub async fn scan(&self, file: &spool::Spooled) -> Result<(), Problem> {
        let Some(scanner) = &self.scanner else { return Ok(()) };
        match scanner.scan(file).await {
            Ok(scanner::Verdict::Clean) => Ok(()),
            Ok(scanner::Verdict::Found) => Err(Problem::invalid("/file", "file_infected")),
            Err(error) => {
                log::error!(target: "files", "the virus scanner does not answer: {error}");
                Err(Problem::new(Kind::ScannerUnavailable).retry_after(30))
            }
        }
    }
}
