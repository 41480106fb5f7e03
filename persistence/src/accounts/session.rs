//! Sessions: one sign-in, from the password to its end, and the generations of its refresh token.

use diesel::prelude::*;
use domain::time::Instant;
use uuid::Uuid;

use super::schema::{accounts, sessions};
use crate::sql::{self, Uid};
use crate::store::Tx;
use crate::{StoreError, on};

/// One sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Made by the application.
    pub id: Uuid,
    /// Whose.
    pub account_id: Uuid,
    /// Which refresh token is the good one; begins with 0.
    pub generation: i32,
    /// When the password was shown.
    pub created_at: Instant,
    /// When it was last refreshed.
    pub used_at: Instant,
    /// When it ends in any case.
    pub expires_at: Instant,
    /// When it was ended, if it was.
    pub ended_at: Option<Instant>,
}

/// What became of a refresh token that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It was the good one; the session as it is now, with the next generation.
    Rotated {
        /// The session after the rotation.
        session: Session,
        /// Whether the account must choose another password first.
        must_change: bool,
    },
    /// An older one: somebody has a copy, and the session has been ended for everybody.
    Reused,
    /// The session is unknown, over or idle for too long, or its account is suspended.
    Over,
}

/// Opens a session.
///
/// # Errors
/// The database's.
pub fn open_session(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    let Session { id, account_id, generation, created_at, used_at, expires_at, ended_at } = *session;
    on!(tx.writing()?, c => diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(Uid(id)),
            sessions::account_id.eq(Uid(account_id)),
            sessions::generation.eq(generation),
            sessions::created_at.eq(sql::Instant(created_at)),
            sessions::used_at.eq(sql::Instant(used_at)),
            sessions::expires_at.eq(sql::Instant(expires_at)),
            sessions::ended_at.eq(ended_at.map(sql::Instant)),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes a refresh token's generation and raises it, or ends the session if it is an old one.
/// `idle_since` is the instant since when the session must have been used to be still good.
///
/// # Errors
/// The database's.
pub fn rotate(
    tx: &mut Tx,
    id: Uuid,
    generation: i32,
    now: Instant,
    idle_since: Instant,
) -> Result<Rotation, StoreError> {
    let found: Option<(Session, bool, bool)> = on!(tx.db()?, c => sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq(Uid(id)))
        .select((Session::as_select(), accounts::active, accounts::must_change))
        .first(c)
        .optional())?;
    let Some((mut session, active, must_change)) = found else { return Ok(Rotation::Over) };
    if session.ended_at.is_some() || session.expires_at <= now || session.used_at <= idle_since || !active {
        return Ok(Rotation::Over);
    }
    if session.generation != generation {
        end_session(tx, id, now)?;
        return Ok(Rotation::Reused);
    }
    session.generation += 1;
    session.used_at = now;
    on!(tx.writing()?, c => diesel::update(sessions::table.find(Uid(id)))
        .set((sessions::generation.eq(session.generation), sessions::used_at.eq(sql::Instant(now))))
        .execute(c))?;
    Ok(Rotation::Rotated { session, must_change })
}

/// Ends a session; one that is over stays as it was.
///
/// # Errors
/// The database's.
pub fn end_session(tx: &mut Tx, id: Uuid, now: Instant) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(sessions::table.find(Uid(id)).filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(Some(sql::Instant(now))))
        .execute(c))?;
    Ok(())
}

/// Ends every session of an account, but one if it is named: a new password, or a suspension.
///
/// # Errors
/// The database's.
pub fn end_sessions_of(tx: &mut Tx, account: Uuid, but: Option<Uuid>, now: Instant) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(
            sessions::table
                .filter(sessions::account_id.eq(Uid(account)))
                .filter(sessions::ended_at.is_null())
                .filter(sessions::id.ne(Uid(but.unwrap_or(Uuid::nil())))),
        )
        .set(sessions::ended_at.eq(Some(sql::Instant(now))))
        .execute(c))?;
    Ok(())
}

/// Removes sessions whose time ran out before this instant: they prove nothing any more.
///
/// # Errors
/// The database's.
pub fn sweep_sessions(tx: &mut Tx, before: Instant) -> Result<usize, StoreError> {
    Ok(
        on!(tx.writing()?, c => diesel::delete(sessions::table.filter(sessions::expires_at.lt(sql::Instant(before)))).execute(c))?,
    )
}
