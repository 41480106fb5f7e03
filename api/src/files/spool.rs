//! A file while it comes in: written to a nameless temporary file as it arrives, and hashed on the way.
//!
//! Holds a quarter of a MiB at most, whatever the file's size, and writes off the threads that serve. Nameless: if the
//! process dies, nothing is left.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Bytes gathered before they are written.
const GATHERED: usize = 256 * 1024;

/// A file that arrived.
pub struct Spooled {
    file: File,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// A file that arrives.
pub struct Spool {
    written: Option<Written>,
    gathered: Vec<u8>,
}

/// What is on the disk of it.
struct Written {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Written {
    fn take(&mut self, some: &[u8]) -> io::Result<()> {
        self.file.write_all(some)?;
        self.hash.update(some);
        self.bytes += some.len() as u64;
        Ok(())
    }

    fn finish(mut self) -> io::Result<Spooled> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(Spooled { file: self.file, bytes: self.bytes, sha256: self.hash.finalize().into() })
    }
}

/// Work for a thread that may wait; one that was lost is told as an error of input and output.
pub(super) async fn off<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

impl Spool {
    /// Begins a file in this folder.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub async fn begin(folder: &Path) -> io::Result<Self> {
        let folder = folder.to_owned();
        let file = off(move || tempfile::tempfile_in(folder)).await?;
        Ok(Self { written: Some(Written { file, hash: Sha256::new(), bytes: 0 }), gathered: Vec::new() })
    }

    /// How much has arrived.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.written.as_ref().map_or(0, |written| written.bytes) + self.gathered.len() as u64
    }

    /// Takes what arrived.
    ///
    /// # Errors
    /// When the disk is full.
    pub async fn take(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.gathered.extend_from_slice(chunk);
        if self.gathered.len() >= GATHERED { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> io::Result<()> {
        let mut written = self.written.take().ok_or_else(lost)?;
        let mut gathered = std::mem::take(&mut self.gathered);
        let (written, gathered) = off(move || {
            written.take(&gathered)?;
            gathered.clear();
            Ok((written, gathered))
        })
        .await?;
        (self.written, self.gathered) = (Some(written), gathered);
        Ok(())
    }

    /// All has arrived.
    ///
    /// # Errors
    /// When the disk is full.
    pub async fn finish(mut self) -> io::Result<Spooled> {
        self.flush().await?;
        let written = self.written.take().ok_or_else(lost)?;
        off(move || written.finish()).await
    }
}

fn lost() -> io::Error {
    io::Error::other("an earlier write failed")
}

impl Spooled {
    /// What a writer makes, as a file of its own. Blocks.
    ///
    /// # Errors
    /// When the disk is full, and the writer's own.
    pub fn make<E: From<io::Error>>(
        folder: &Path,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<Self, E> {
        struct Hashing<'w>(&'w mut Written);
        impl Write for Hashing<'_> {
            fn write(&mut self, some: &[u8]) -> io::Result<usize> {
                self.0.take(some).map(|()| some.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut written = Written { file: tempfile::tempfile_in(folder)?, hash: Sha256::new(), bytes: 0 };
        write(&mut Hashing(&mut written))?;
        Ok(written.finish()?)
    }

    /// Its first bytes, at most so many. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn head(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        (&mut self.file).take(most as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// Its bytes, for whoever looks here and there. Blocks.
    pub fn content(&mut self) -> &mut (impl Read + Seek) {
        &mut self.file
    }

    /// All of it, for what has to be held whole. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn whole(&mut self) -> io::Result<Vec<u8>> {
        let mut all = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or_default());
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut all)?;
        self.file.seek(SeekFrom::Start(0))?;
        Ok(all)
    }

    /// A handle of it from the beginning, for a thread that may wait. One at a time: handles share their place.
    ///
    /// # Errors
    /// When there are no more file handles.
    pub fn handle(&self) -> io::Result<File> {
        let mut own = self.file.try_clone()?;
        own.seek(SeekFrom::Start(0))?;
        Ok(own)
    }

    /// A reader of it from the beginning, that does not hold up the threads that serve.
    ///
    /// # Errors
    /// When there are no more file handles.
    pub fn reader(&self) -> io::Result<tokio::fs::File> {
        Ok(tokio::fs::File::from_std(self.handle()?))
    }

    /// SHA-256 of its bytes, lower-case hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        domain::text::hex(&self.sha256)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_arrives_in_pieces_is_there_whole_with_its_hash() {
        let place = tempfile::tempdir().unwrap();
        let mut spool = Spool::begin(place.path()).await.unwrap();
        let piece: Vec<u8> = (0..100_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
        for _ in 0..7 {
            spool.take(&piece).await.unwrap();
        }
        assert_eq!(spool.bytes(), 700_000);
        let mut spooled = spool.finish().await.unwrap();
        let whole = spooled.whole().unwrap();
        assert_eq!((whole.len(), spooled.bytes), (700_000, 700_000));
        assert_eq!(spooled.sha256, <[u8; 32]>::from(Sha256::digest(&whole)));
        assert_eq!(spooled.head(10).unwrap(), whole[..10]);
        spooled.content().seek(SeekFrom::End(-10)).unwrap();
        let mut tail = Vec::new();
        spooled.content().read_to_end(&mut tail).unwrap();
        assert_eq!(tail, whole[whole.len() - 10..]);
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "it has no name that could be left behind");
    }
}
