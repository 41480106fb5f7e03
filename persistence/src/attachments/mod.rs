//! Which content is kept of files that belong to petitions: one row for each file, so that what is stored and what is
//! known of can be compared from either side.
//!
//! Knows nothing of where the content lies, and nothing of who may see it: what a file is to its petition stands in
//! the petition's facts.

mod schema;

use std::collections::HashSet;

use diesel::prelude::*;
use domain::attachment::Attachment;
use domain::id::Id;
use domain::petition::Petition;
use domain::time::Instant;
use uuid::Uuid;

use self::schema::attachments;
use crate::sql::{self, Uid};
use crate::{Db, StoreError, Tx, history, on};

/// Content that has to be there.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = attachments)]
pub struct Content {
    /// The file.
    pub id: Uuid,
    /// Its petition.
    pub petition_id: Uuid,
    /// Its size.
    pub bytes: i64,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Whether a small picture is kept beside it.
    pub thumbnail: bool,
}

/// Notes that content is kept for a file that has just come.
///
/// # Errors
/// The database's.
pub fn attach(tx: &mut Tx, petition: Id<Petition>, attachment: &Attachment) -> Result<(), StoreError> {
    let bytes = i64::try_from(attachment.found.bytes).unwrap_or(i64::MAX);
    let row = (
        attachments::id.eq(Uid::from(attachment.id)),
        attachments::petition_id.eq(Uid::from(petition)),
        attachments::bytes.eq(bytes),
        attachments::sha256.eq(&attachment.found.sha256),
        attachments::thumbnail.eq(attachment.found.thumbnail),
        attachments::attached_at.eq(sql::Instant::from(attachment.attached_at)),
    );
    on!(tx.writing()?, c => diesel::insert_into(attachments::table).values(row).execute(c))?;
    Ok(())
}

/// Notes that a file's content is to go, and erases its name.
///
/// # Errors
/// The database's.
pub fn erase(tx: &mut Tx, attachment: &Attachment, now: Instant) -> Result<(), StoreError> {
    if let Some(name) = &attachment.name {
        history::erase_text(tx, name.id.uuid())?;
    }
    let here = attachments::table.find(Uid::from(attachment.id));
    on!(tx.writing()?, c => diesel::update(here)
        .set(attachments::erased_at.eq(Some(sql::Instant::from(now))))
        .execute(c))?;
    Ok(())
}

/// Files whose content was erased and still lies where it was stored, at most `limit`.
///
/// # Errors
/// The database's.
pub fn to_remove(db: &mut Db, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    Ok(on!(db, c => attachments::table
        .filter(attachments::erased_at.is_not_null())
        .filter(attachments::removed_at.is_null())
        .order(attachments::id)
        .limit(limit)
        .select(attachments::id)
        .load(c))?)
}

/// Notes that the content of these files is gone.
///
/// # Errors
/// The database's.
pub fn removed(tx: &mut Tx, ids: &[Uuid], now: Instant) -> Result<(), StoreError> {
    let ids: Vec<Uid> = ids.iter().copied().map(Uid).collect();
    on!(tx.writing()?, c => diesel::update(attachments::table.filter(attachments::id.eq_any(&ids)))
        .set(attachments::removed_at.eq(Some(sql::Instant::from(now))))
        .execute(c))?;
    Ok(())
}

/// Which of these files are known; of the others nobody will ever ask for the content.
///
/// # Errors
/// The database's.
pub fn known(db: &mut Db, ids: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
    let ids: Vec<Uid> = ids.iter().copied().map(Uid).collect();
    let found: Vec<Uuid> = on!(db, c => attachments::table
        .filter(attachments::id.eq_any(&ids))
        .select(attachments::id)
        .load(c))?;
    Ok(found.into_iter().collect())
}

/// Content that has to be there, by the files' identifiers, after this one, at most `limit`.
///
/// # Errors
/// The database's.
pub fn walk(db: &mut Db, after: Option<Uuid>, limit: i64) -> Result<Vec<Content>, StoreError> {
    let after = Uid(after.unwrap_or(Uuid::nil()));
    Ok(on!(db, c => attachments::table
        .filter(attachments::id.gt(after))
        .filter(attachments::erased_at.is_null())
        .order(attachments::id)
        .limit(limit)
        .select(Content::as_select())
        .load(c))?)
}
