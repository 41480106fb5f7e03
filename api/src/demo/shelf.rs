//! Brings the files of the demonstration in by the door by which uploads come in: looked at, made small, kept, and only
//! then written down. What no tale made use of is taken away again.
//!
//! Knows nothing of what is in them.

use std::collections::HashSet;
use std::io;

use domain::attachment::{AttachmentKind, NewFile};
use domain::time::Instant;
use futures_util::{StreamExt, stream};
use image::ImageResult;
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use super::chance::Chance;
use super::files::{self, Sent};
use super::tale::Plan;
use crate::files::Files;
use crate::files::contents::failed;
use crate::files::kept::forget;
use crate::files::look::Looked;
use crate::problem::Problem;

/// Files that are on their way at the same time.
const TOGETHER: usize = 4;

/// What sets the chance of the files apart from that of the tales, which are the same without them.
const APART: u64 = 0x6164_6a75_6e74_6f73;

/// Where the files of the demonstration go.
pub struct Shelf {
    files: Files,
    /// In how many of a hundred petitions somebody brings something.
    percent: u8,
    runtime: Runtime,
}

impl Shelf {
    /// A shelf over these files, which come with so many of a hundred petitions.
    ///
    /// # Errors
    /// When the machine gives no means to wait for several at a time.
    pub fn new(files: Files, percent: u8) -> io::Result<Self> {
        Ok(Self { files, percent, runtime: Builder::new_current_thread().enable_all().build()? })
    }

    /// Draws the files of some plans, keeps them, and tells each plan of its own.
    ///
    /// # Errors
    /// What an upload would be refused with; nothing of theirs is kept then.
    pub fn bring(&self, plans: &mut [Plan], now: Instant) -> Result<(), Problem> {
        let mut wanted: Vec<(usize, Uuid, Sent)> = Vec::new();
        for (at, plan) in plans.iter().enumerate() {
            let mut chance = Chance::new(plan.seed ^ APART);
            if !chance.percent(self.percent.into()) {
                continue;
            }
            let id = identifier(&mut chance, now);
            wanted.push((at, id, drawn(files::brought(plan.plot.entry, &mut chance))?));
            if plan.plot.shows_work() {
                let id = identifier(&mut chance, now);
                wanted.push((at, id, drawn(files::evidence(&mut chance))?));
            }
        }
        let keeping =
            wanted.into_iter().map(|(at, id, sent)| async move { (at, sent.kind, self.keep(id, sent).await) });
        let kept: Vec<(usize, AttachmentKind, Result<NewFile, Problem>)> =
            self.runtime.block_on(stream::iter(keeping).buffered(TOGETHER).collect());
        let mut refused = None;
        for (at, kind, kept) in kept {
            match kept {
                Ok(file) => plans[at].files.push((kind, file)),
                Err(problem) => refused = Some(problem),
            }
        }
        match refused {
            None => Ok(()),
            Some(problem) => {
                self.clear(plans, &HashSet::new());
                Err(problem)
            }
        }
    }

    /// Takes away what was brought for these plans and is not among what was written down.
    pub fn clear(&self, plans: &[Plan], written: &HashSet<Uuid>) {
        let brought = plans.iter().flat_map(|plan| &plan.files).map(|(_, file)| file.id.uuid());
        let left: Vec<Uuid> = brought.filter(|id| !written.contains(id)).collect();
        self.runtime.block_on(async {
            for id in left {
                forget(&self.files.contents, id).await;
            }
        });
    }

    async fn keep(&self, id: Uuid, sent: Sent) -> Result<NewFile, Problem> {
        let arrived = self.files.at_hand(sent.name, &sent.content).await?;
        let Looked { file, content, small } = self.files.look(id, arrived).await?;
        let contents = &self.files.contents;
        let mut kept = contents.keep(id, &content).await;
        if kept.is_ok()
            && let Some(small) = small
        {
            kept = contents.keep_small(id, small).await;
        }
        if let Err(error) = kept {
            forget(contents, id).await;
            return Err(failed(&error));
        }
        Ok(file)
    }
}

/// What was drawn; what is no picture is refused as an upload of it would be.
fn drawn(sent: ImageResult<Sent>) -> Result<Sent, Problem> {
    sent.map_err(|_| Problem::invalid("/file", "file_damaged"))
}

/// Under which identifier a file is kept: that it came now, so that the sweep of a server beside this lets it lie until it
/// is written down, and the rest by chance.
fn identifier(chance: &mut Chance, now: Instant) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&chance.seed()[..10]);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}
