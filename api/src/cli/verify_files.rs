//! What `atiende verify` looks at of attachments: whether the content of each is where it was stored, and is what it was.

use clap::ValueEnum;
use futures_util::{StreamExt, stream};
use persistence::attachments::{self, Content};
use persistence::{Store, StoreError};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Outcome;
use crate::config::Storage;
use crate::files::contents::{Contents, Part};
use crate::server;

/// Files looked up at a time in the database.
const AT_ONCE: i64 = 500;

/// Files asked of the store at the same time.
const TOGETHER: usize = 16;

/// How closely the content of attachments is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum How {
    /// Not at all
    Skip,
    /// Whether each is there with its size: one question each
    #[default]
    Present,
    /// Whether each has its hash: reads everything
    Whole,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How many were looked at.
    pub files: u64,
    /// How many do not hold.
    pub broken: u64,
    /// The first of them: the file, its petition, and why, by the key of a text.
    pub first: Option<(Uuid, Uuid, &'static str)>,
}

/// Looks at all content that has to be there.
///
/// # Errors
/// The database's, or the store's when it does not answer.
pub(super) fn examine(store: &Store, storage: &Storage, how: How) -> Outcome<Found> {
    let mut found = Found::default();
    let batch = |after| store.read_blocking(|db| -> Result<_, StoreError> { attachments::walk(db, after, AT_ONCE) });
    let mut some = if how == How::Skip { Vec::new() } else { batch(None)? };
    if some.is_empty() {
        return Ok(found);
    }
    let contents = server::contents(storage)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    while let Some(last) = some.last().map(|last| last.id) {
        runtime.block_on(async {
            let mut looked = stream::iter(some)
                .map(async |content| (wrong(&contents, &content, how).await, content))
                .buffered(TOGETHER);
            while let Some((wrong, content)) = looked.next().await {
                found.files += 1;
                if let Some(why) = wrong? {
                    found.broken += 1;
                    found.first.get_or_insert((content.id, content.petition_id, why));
                }
            }
            Ok::<(), object_store::Error>(())
        })?;
        some = batch(Some(last))?;
    }
    Ok(found)
}

/// Why the content does not hold, if it does not.
async fn wrong(contents: &Contents, content: &Content, how: How) -> Result<Option<&'static str>, object_store::Error> {
    let Some(size) = contents.size(content.id).await? else { return Ok(Some("verify-file-missing")) };
    if i64::try_from(size).ok() != Some(content.bytes) {
        return Ok(Some("verify-file-altered"));
    }
    if how != How::Whole {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    let mut pieces = contents.read(content.id, Part::Content, None).await?;
    while let Some(piece) = pieces.next().await {
        hash.update(&piece?);
    }
    let holds = domain::text::hex(&hash.finalize()) == content.sha256;
    Ok((!holds).then_some("verify-file-altered"))
}
