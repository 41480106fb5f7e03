//! Who sent a request: what handlers take as an argument to learn it.
//!
//! The argument alone checks the token (401). What the caller may do is known only inside `read` or
//! `write`, from [`Caller::actor`]: a suspension between two requests counts at once.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::NaiveDate;
use domain::actor::{Account, Actor};
use domain::id::Id;
use domain::petition::Petition;
use domain::time::Instant;
use persistence::Db;
use persistence::accounts::{self, SignedIn};
use uuid::Uuid;

use super::token::{Claims, Kind, Rejection};
use crate::office::{Office, Offices};
use crate::problem::{self, Problem};
use crate::state::AppState;

/// Somebody with an account and a token that is good at this instant.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What the token says.
    pub claims: Claims,
    today: NaiveDate,
}

impl Caller {
    /// The account's id.
    #[must_use]
    pub fn account(&self) -> Id<Account> {
        Id::new(self.claims.sub)
    }

    /// The session's id.
    #[must_use]
    pub const fn session(&self) -> Uuid {
        self.claims.sid
    }

    /// Today, in the city.
    #[must_use]
    pub const fn today(&self) -> NaiveDate {
        self.today
    }

    /// Who this is and what the roles in force allow; one query.
    ///
    /// # Errors
    /// `session_ended` (401) when the session is over or the account suspended,
    /// `password_change_required` (403) while the password is a one-use one.
    pub fn actor(&self, db: &mut Db, now: Instant) -> Result<Actor, Problem> {
        let who = self.signed_in(db, now)?;
        if who.must_change {
            return Err(problem::Kind::PasswordChangeRequired.into());
        }
        Ok(who.actor)
    }

    /// As [`Caller::actor`], in a snapshot, with the catalogues and rules that the snapshot has: the same one query
    /// tells their version. A unit of work asks [`Offices::in_unit`](crate::office::Offices::in_unit).
    ///
    /// # Errors
    /// As [`Caller::actor`].
    pub fn enter(&self, db: &mut Db, offices: &Offices, now: Instant) -> Result<(Actor, Arc<Office>), Problem> {
        let who = self.signed_in(db, now)?;
        if who.must_change {
            return Err(problem::Kind::PasswordChangeRequired.into());
        }
        let office = offices.at(db, who.catalogue)?;
        Ok((who.actor, office))
    }

    /// As [`Caller::actor`], for the little that a one-use password is good for: choosing another,
    /// signing out.
    ///
    /// # Errors
    /// `session_ended` (401) when the session is over or the account suspended.
    pub fn signed_in(&self, db: &mut Db, now: Instant) -> Result<SignedIn, Problem> {
        accounts::signed_in(db, self.claims.sid, self.claims.sub, self.today, now)?
            .ok_or_else(|| problem::Kind::SessionEnded.into())
    }
}

/// Whoever knew a petition's folio and PIN, with a token that is good at this instant.
#[derive(Clone, Debug)]
pub struct Citizen {
    /// What the token says.
    pub claims: Claims,
}

impl Citizen {
    /// The petition that the token opens.
    #[must_use]
    pub fn petition(&self) -> Id<Petition> {
        Id::new(self.claims.sub)
    }

    /// The version of the PIN that was shown: the petition's present one must be the same.
    #[must_use]
    pub fn pin_version(&self) -> i32 {
        self.claims.pin_version.unwrap_or_default()
    }

    /// The petitioner as an actor.
    ///
    /// # Errors
    /// `session_ended` (401) when the petition's PIN has been replaced since.
    pub fn actor(&self, present_pin_version: i32) -> Result<Actor, Problem> {
        if self.pin_version() != present_pin_version {
            return Err(problem::Kind::SessionEnded.into());
        }
        Ok(Actor::citizen(self.petition()))
    }
}

/// The token of the `Authorization` header (RFC 6750, 2.1).
fn bearer(request: &HttpRequest) -> Result<&str, problem::Kind> {
    let header = request.headers().get(AUTHORIZATION).ok_or(problem::Kind::TokenMissing)?;
    let (scheme, token) =
        header.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(problem::Kind::TokenInvalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(problem::Kind::TokenMissing);
    }
    Ok(token.trim())
}

/// The claims of a good token of this kind. A citizen's token opens nothing of the staff's, and the
/// other way round.
fn claims(request: &HttpRequest, kind: Kind) -> Result<(Claims, NaiveDate), Problem> {
    let state = request.app_data::<web::Data<AppState>>().ok_or(problem::Kind::Internal)?;
    let token = bearer(request)?;
    let now = state.clock.now();
    let claims = state.auth.tokens.read(token, now).map_err(|rejection| match rejection {
        Rejection::Invalid => problem::Kind::TokenInvalid,
        Rejection::Expired => problem::Kind::TokenExpired,
    })?;
    if claims.kind != kind {
        return Err(problem::Kind::TokenInvalid.into());
    }
    Ok((claims, state.calendar.date_of(now)))
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(claims(request, Kind::Staff).map(|(claims, today)| Self { claims, today }))
    }
}

impl FromRequest for Citizen {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(claims(request, Kind::Citizen).map(|(claims, _)| Self { claims }))
    }
}
