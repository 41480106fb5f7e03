//! Who sent a request: what handlers take as an argument to learn it.
//!
//! The argument alone checks the token (401); a machine's key is known only to the database. What the caller may do is known only inside `read` or
//! `write`, from [`Caller::actor`]: a suspension between two requests counts at once.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::NaiveDate;
use domain::actor::{Account, Actor};
use domain::id::Id;
use domain::petition::{Petition, Petitioner};
use domain::refusal::Code;
use domain::time::Instant;
use persistence::accounts::{self, SignedIn};
use persistence::{Db, clients};
use uuid::Uuid;

use super::client_key::{ClientKey, PREFIX};
use super::token::{Claims, Kind, Rejection};
use super::uses::Uses;
use crate::http::IdempotencyKey;
use crate::office::{Office, Offices};
use crate::problem::{self, Problem};
use crate::state::AppState;

/// Somebody with an account and a token that is good at this instant, or a machine with a key.
#[derive(Clone, Debug)]
pub struct Caller {
    credential: Credential,
    today: NaiveDate,
}

/// What a caller showed.
#[derive(Clone, Debug)]
enum Credential {
    /// A person's token: what it says.
    Token(Claims),
    /// A machine's key, and where its use is noted.
    Key(ClientKey, Uses),
}

impl Caller {
    /// Who this is, for what belongs to one caller: the account's id, or the client's.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match &self.credential {
            Credential::Token(claims) => claims.sub,
            Credential::Key(key, _) => key.client(),
        }
    }

    /// The account's id. What only a person can do asks for it.
    ///
    /// # Errors
    /// `not_allowed` (403) for a machine.
    pub fn account(&self) -> Result<Id<Account>, Problem> {
        self.claims().map(|claims| Id::new(claims.sub))
    }

    /// The session's id.
    ///
    /// # Errors
    /// `not_allowed` (403) for a machine, which has none.
    pub fn session(&self) -> Result<Uuid, Problem> {
        self.claims().map(|claims| claims.sid)
    }

    fn claims(&self) -> Result<&Claims, Problem> {
        match &self.credential {
            Credential::Token(claims) => Ok(claims),
            Credential::Key(..) => Err(Code::NotAllowed.into()),
        }
    }

    /// Today, in the city.
    #[must_use]
    pub const fn today(&self) -> NaiveDate {
        self.today
    }

    /// Who this is and what the roles in force allow; one query.
    ///
    /// # Errors
    /// `session_ended` (401) when the session is over or the account suspended, `key_refused` (401) when the key is
    /// unknown or revoked, `accountable_inactive` (401) when nobody answers for the machine any more,
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
    /// `session_ended` (401) when the session is over or the account suspended, `key_refused` (401) when the key is
    /// unknown or revoked, `accountable_inactive` (401) when nobody answers for the machine any more.
    pub fn signed_in(&self, db: &mut Db, now: Instant) -> Result<SignedIn, Problem> {
        match &self.credential {
            Credential::Token(claims) => accounts::signed_in(db, claims.sid, claims.sub, self.today, now)?
                .ok_or_else(|| problem::Kind::SessionEnded.into()),
            Credential::Key(key, uses) => {
                let found = clients::presented(db, key.client())?;
                let client = found.filter(|client| key.fits(&client.key_hash)).ok_or(problem::Kind::KeyRefused)?;
                if !client.answered_for {
                    return Err(problem::Kind::AccountableInactive.into());
                }
                if client.last_used_on.is_none_or(|day| day < self.today) {
                    uses.note(key.client(), self.today);
                }
                Ok(SignedIn { actor: client.actor, must_change: false, catalogue: client.catalogue })
            }
        }
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

    /// Which co-petitioner's PIN was shown; none: the petition's own.
    #[must_use]
    pub fn co_petitioner(&self) -> Option<Id<Petitioner>> {
        self.claims.petitioner.map(Id::new)
    }

    /// The version of the PIN that was shown: the petition's present one must be the same.
    #[must_use]
    pub fn pin_version(&self) -> i32 {
        self.claims.pin_version.unwrap_or_default()
    }

    /// The petitioner as an actor.
    ///
    /// # Errors
    /// `session_ended` (401) when the petition's PIN has been replaced since, or who withdrew is shown no more of it.
    pub fn actor(&self, petition: &Petition) -> Result<Actor, Problem> {
        if self.pin_version() != petition.pin_version || !petition.open_to(self.co_petitioner()) {
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

/// The key that a machine shows, if it shows one. Whatever it posts it must be able to repeat.
fn key(request: &HttpRequest) -> Result<Option<Caller>, Problem> {
    let Some(written) = bearer(request).ok().filter(|token| token.starts_with(PREFIX)) else { return Ok(None) };
    let state = request.app_data::<web::Data<AppState>>().ok_or(problem::Kind::Internal)?;
    if request.method() == Method::POST {
        IdempotencyKey::extract(request).into_inner()?.needed()?;
    }
    let key = ClientKey::parse(written).ok_or(problem::Kind::KeyRefused)?;
    let today = state.calendar.date_of(state.clock.now());
    Ok(Some(Caller { credential: Credential::Key(key, state.auth.uses.clone()), today }))
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(key(request).and_then(|machine| {
            match machine {
                Some(machine) => Ok(machine),
                None => claims(request, Kind::Staff)
                    .map(|(claims, today)| Self { credential: Credential::Token(claims), today }),
            }
        }))
    }
}

impl FromRequest for Citizen {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(claims(request, Kind::Citizen).map(|(claims, _)| Self { claims }))
    }
}
