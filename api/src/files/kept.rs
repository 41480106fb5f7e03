//! Content that is kept before it is written down: taken away again unless it may be known.

use uuid::Uuid;

use super::contents::Contents;

/// Content that is kept and not written down. It is taken away unless it is said to be known, also when whoever sent
/// it goes away in between.
pub struct Kept {
    contents: Contents,
    id: Option<Uuid>,
}

impl Kept {
    /// Content under this identifier.
    #[must_use]
    pub fn new(contents: Contents, id: Uuid) -> Self {
        Self { contents, id: Some(id) }
    }

    /// It may be known from now on.
    pub fn perhaps_known(mut self) {
        self.id = None;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let contents = self.contents.clone();
        tokio::spawn(async move { forget(&contents, id).await });
    }
}

/// Takes content away that is not written down.
pub async fn forget(contents: &Contents, id: Uuid) {
    if let Err(error) = contents.remove(id).await {
        log::warn!(target: "files", "what was not written down is left to the sweep: {error}");
    }
}
