//! Where the content of files is kept: a folder, or a bucket of an S3-compatible store.
//!
//! Each file has a folder of its own, `<shard>/<id>/`, with `content` and perhaps `thumbnail` in it. The shard is the
//! last byte of the identifier, so that a sweep can look at a 256th of all at a time. What a crash leaves half written
//! in a folder lies there too, under a name that the library does not list; in a bucket it is the bucket's own to end.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::web::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::spool::{Spooled, off};
use crate::config::{Place, given};
use crate::problem::{Kind, Problem};

/// Bytes that are read at a time on the way to the store.
const PIECE: usize = 256 * 1024;

/// Bytes of one part of a large file: the least that S3 takes. Two of them are held at a time.
const S3_PART: usize = 5 * 1024 * 1024;

/// The same for a folder, which takes any.
const FOLDER_PART: usize = 512 * 1024;

/// Files that are on their way to the store at the same time.
const ON_THE_WAY: usize = 4;

/// What is kept of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file itself.
    Content,
    /// A small picture of it.
    Thumbnail,
}

impl Part {
    const ALL: [Self; 2] = [Self::Content, Self::Thumbnail];

    const fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Thumbnail => "thumbnail",
        }
    }
}

/// The store of content.
#[derive(Clone)]
pub struct Contents {
    objects: Arc<dyn ObjectStore>,
    /// Where they lie, if it is a folder.
    folder: Option<PathBuf>,
    part: usize,
    room: Arc<Semaphore>,
}

impl Contents {
    /// Opens the store; makes the folder if it is one. `beside` is the folder where attachments are kept unless
    /// something else is said.
    ///
    /// # Errors
    /// Words for the operator, by the name of the setting.
    pub fn open(place: &Place, beside: &std::path::Path) -> Result<Self, String> {
        let wanted = given(place.attachments.as_ref());
        let room = Arc::new(Semaphore::new(ON_THE_WAY));
        if let Some(bucket) = wanted.and_then(|one| one.strip_prefix("s3://")) {
            return Ok(Self { objects: bucket_of(place, bucket)?, folder: None, part: S3_PART, room });
        }
        let at = wanted.map_or(beside, std::path::Path::new);
        Ok(Self { objects: Arc::new(folder(at)?), folder: Some(at.to_owned()), part: FOLDER_PART, room })
    }

    /// Keeps a file.
    ///
    /// # Errors
    /// The store's; what was written of it is taken back.
    pub async fn keep(&self, id: Uuid, file: &Spooled) -> Result<(), Error> {
        let _place = self.room.acquire().await;
        let to = path(id, Part::Content);
        let mut writer = BufWriter::with_capacity(self.objects.clone(), to, self.part).with_max_concurrency(1);
        if let Err(error) = copy(file, &mut writer).await {
            drop(writer.abort().await);
            return Err(error);
        }
        // What fails from here on takes itself back.
        tokio::io::AsyncWriteExt::shutdown(&mut writer).await.map_err(on_the_way)
    }

    /// Keeps a small picture of a file.
    ///
    /// # Errors
    /// The store's.
    pub async fn keep_small(&self, id: Uuid, small: Vec<u8>) -> Result<(), Error> {
        self.objects.put(&path(id, Part::Thumbnail), Bytes::from(small).into()).await.map(drop)
    }

    /// Reads some of what is kept, as it comes.
    ///
    /// # Errors
    /// The store's; [`Error::NotFound`] when it is not there.
    pub async fn read(
        &self,
        id: Uuid,
        part: Part,
        range: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.objects.get_opts(&path(id, part), options).await?;
        Ok(found.into_stream())
    }

    /// The size of a file as it is kept, in bytes; none when it is not there.
    ///
    /// # Errors
    /// The store's.
    pub async fn size(&self, id: Uuid) -> Result<Option<u64>, Error> {
        match self.objects.head(&path(id, Part::Content)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes everything of a file away. What is not there is gone already.
    ///
    /// # Errors
    /// The store's.
    pub async fn remove(&self, id: Uuid) -> Result<(), Error> {
        for part in Part::ALL {
            match self.objects.delete(&path(id, part)).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let Some(folder) = self.folder.clone() else { return Ok(()) };
        off(move || take_away(&folder, id)).await.map_err(on_the_way)
    }

    /// The identifiers of all files in one shard, of half written ones too where it is a folder.
    ///
    /// # Errors
    /// The store's.
    pub async fn shard(&self, shard: u8) -> Result<Vec<Uuid>, Error> {
        if let Some(folder) = &self.folder {
            let within = folder.join(format!("{shard:02x}"));
            return off(move || named_in(&within, shard)).await.map_err(on_the_way);
        }
        let prefix = Path::from(format!("{shard:02x}"));
        let mut found: Vec<Uuid> = self
            .objects
            .list(Some(&prefix))
            .try_filter_map(|meta| async move {
                let id = meta.location.parts().nth(1).and_then(|part| Uuid::try_parse(part.as_ref()).ok());
                Ok(id.filter(|id| shard_of(*id) == shard))
            })
            .try_collect()
            .await?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// The shard of a file.
#[must_use]
pub fn shard_of(id: Uuid) -> u8 {
    id.as_bytes()[15]
}

fn path(id: Uuid, part: Part) -> Path {
    Path::from(format!("{:02x}/{id}/{}", shard_of(id), part.name()))
}

async fn copy(file: &Spooled, writer: &mut BufWriter) -> Result<(), Error> {
    let mut reader = file.reader().map_err(on_the_way)?;
    loop {
        let mut piece = BytesMut::with_capacity(PIECE);
        if reader.read_buf(&mut piece).await.map_err(on_the_way)? == 0 {
            return Ok(());
        }
        writer.put(piece.freeze()).await?;
    }
}

/// Takes away what is left of a file half written, and sees to it that a power cut brings nothing back.
fn take_away(folder: &std::path::Path, id: Uuid) -> io::Result<()> {
    let shard = folder.join(format!("{:02x}", shard_of(id)));
    there(std::fs::remove_dir_all(shard.join(id.to_string())))?;
    if cfg!(unix) {
        for changed in [shard.as_path(), folder] {
            there(std::fs::File::open(changed).and_then(|folder| folder.sync_all()))?;
        }
    }
    Ok(())
}

/// What is not there is none, and no error.
fn there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

/// The files that have a folder of their own here.
fn named_in(folder: &std::path::Path, shard: u8) -> io::Result<Vec<Uuid>> {
    let mut found = Vec::new();
    for entry in there(std::fs::read_dir(folder))?.into_iter().flatten() {
        let id = entry?.file_name().to_str().and_then(|name| Uuid::try_parse(name).ok());
        found.extend(id.filter(|id| shard_of(*id) == shard));
    }
    Ok(found)
}

pub(super) fn on_the_way(error: io::Error) -> Error {
    Error::Generic { store: "attachments", source: Box::new(error) }
}

/// A folder that its owner alone can read.
fn folder(at: &std::path::Path) -> Result<LocalFileSystem, String> {
    let told = |error: &dyn std::fmt::Display| format!("ATIENDE_ATTACHMENTS, {}: {error}", at.display());
    private(at).map_err(|error| told(&error))?;
    let folder = LocalFileSystem::new_with_prefix(at).map_err(|error| told(&error))?;
    // What is acknowledged survives a power cut, as in the database; and an erased file leaves no empty folder.
    Ok(folder.with_fsync(true).with_automatic_cleanup(true))
}

/// Makes a folder that its owner alone can read.
///
/// # Errors
/// When it cannot be made.
pub fn private(at: &std::path::Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(at)
}

fn bucket_of(place: &Place, bucket: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let (bucket, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
    if bucket.is_empty() {
        return Err("ATIENDE_ATTACHMENTS: s3:// is followed by the name of a bucket".to_owned());
    }
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_region(&place.s3_region);
    if let Some(endpoint) = given(place.s3_endpoint.as_ref()) {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    match (given(place.s3_access_key.as_ref()), given(place.s3_secret_key.as_ref())) {
        (Some(key), Some(secret)) => builder = builder.with_access_key_id(key).with_secret_access_key(secret),
        // On a machine of Amazon's the account follows from the machine.
        (None, None) => {}
        (Some(_), None) => return Err("ATIENDE_S3_SECRET_KEY is missing".to_owned()),
        (None, Some(_)) => return Err("ATIENDE_S3_ACCESS_KEY is missing".to_owned()),
    }
    let store = builder.build().map_err(|error| format!("ATIENDE_ATTACHMENTS: {error}"))?;
    Ok(Arc::new(PrefixStore::new(store, prefix)))
}

/// What the store's failures are to a caller; its own words go to the log.
#[must_use]
pub fn failed(error: &Error) -> Problem {
    log::error!(target: "files", "the store of attachments: {error}");
    Problem::new(Kind::FilesUnavailable).retry_after(10)
}

/// All that comes, at once.
///
/// # Errors
/// The store's.
pub async fn gathered(mut stream: BoxStream<'static, Result<Bytes, Error>>) -> Result<Bytes, Error> {
    let mut all = BytesMut::new();
    while let Some(some) = stream.next().await {
        all.extend_from_slice(&some?);
    }
    Ok(all.freeze())
}
