//! Sessions of people with an account: sign in, rotate, sign out.
//!
//! Exempt from `Idempotency-Key` and `If-Match`: nothing of a session is kept but a number, and its
//! answers are secrets. No e-mail, password or token reaches a log.

use actix_web::http::header;
use actix_web::{HttpResponse, delete, post, web};
use chrono::Duration;
use domain::time::Instant;
use persistence::accounts::{self, Account, Rotation, Session};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use crate::auth::password::HashFailure;
use crate::auth::refresh::{DAYS, IDLE_HOURS, Shown};
use crate::auth::throttle::TooSoon;
use crate::auth::token::{Claims, STAFF_SECONDS};
use crate::auth::{self, Caller, new_id};
use crate::http::{Body, ClientAddress};
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(open_session).service(refresh_session).service(close_session);
}

/// E-mail and password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account's e-mail; case does not matter.
    #[schema(example = "maria.lopez@torreon.gob.mx", max_length = 254)]
    #[validate(length(max = 254))]
    email: String,
    /// The password.
    #[schema(example = "doce palmas junto al bosque", format = Password, max_length = 512)]
    #[validate(length(max = 512))]
    password: String,
}

/// A refresh token.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The last one that this session was given.
    #[schema(example = "AZOhwn0QfD6aUT8sGwqdjgAAAADk0Ulxkq1JQ8q2FzVb2oH3pQyS7cTnE9w0Xa5mLrKdUg", max_length = 200)]
    #[validate(length(max = 200))]
    refresh_token: String,
}

/// The tokens of a session.
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// A JWT for the `Authorization` header, signed with the key of `/.well-known/jwks.json`.
    #[schema(example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSJ9.eyJpc3MiOiJhdGllbmRlIn0.c2lnbmF0dXJl")]
    access_token: String,
    /// How to send it: `Bearer` (RFC 6750).
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds for which the access token is good.
    #[schema(example = 900)]
    expires_in: i64,
    /// Good once, for the next pair of tokens. An older one ends the session when it is shown again.
    #[schema(example = "AZOhwn0QfD6aUT8sGwqdjgAAAADk0Ulxkq1JQ8q2FzVb2oH3pQyS7cTnE9w0Xa5mLrKdUg")]
    refresh_token: String,
    /// Whether the password is a one-use one: until it is changed, everything but changing it and signing out
    /// answers `password_change_required`.
    #[schema(example = false)]
    must_change_password: bool,
}

/// Sign in
///
/// Opens a session with e-mail and password. The access token is good for 15 minutes; the refresh token brings the
/// next pair. A session ends after 30 days, after 12 hours without a refresh, on signing out, when the password
/// changes or the account is suspended. An unknown e-mail, a wrong password and a suspended account are answered
/// alike. Attempts are limited by account and by address.
#[utoipa::path(
    operation_id = "open_session",
    tag = "sessions",
    request_body = SignIn,
    responses(
        (status = 201, description = "The session is open.", body = Tokens),
        (status = 401, description = "E-mail and password do not fit, or the account is suspended: `credentials_refused`."),
        (status = 429, description = "Too many attempts: `too_many_attempts`. `Retry-After` says when to try again."),
    ),
    security(()),
)]
#[post("/v1/sessions")]
pub async fn open_session(
    body: Body<SignIn>,
    state: web::Data<AppState>,
    address: ClientAddress,
) -> Result<HttpResponse, Problem> {
    let SignIn { email, password } = body.into_value()?;
    let email = email.trim().to_lowercase();
    state.auth.throttle.sign_in(&email, address.0).map_err(too_many)?;

    let known = state.store.read(move |db| accounts::account_by_email(db, &email)).await.map_err(Problem::from)?;
    let account = known.filter(|account| account.active);
    let kept = account.as_ref().map(|account| account.password_hash.clone());
    let fits = state.auth.passwords.verify(password, kept).await.map_err(hashing)?;
    let Some(account) = account.filter(|_| fits) else { return Err(Kind::CredentialsRefused.into()) };

    let session = session(&account, state.clock.now());
    let row = session.clone();
    state.store.write(Vec::new(), move |tx| -> Result<(), Problem> { Ok(accounts::open_session(tx, &row)?) }).await?;
    Ok(answer(HttpResponse::Created(), &tokens(&state, &session, account.must_change)?))
}

/// Refresh a session
///
/// Takes a session's last refresh token and gives the next pair of tokens. One that was used before shows that
/// somebody has a copy: the session ends for everybody, and it takes the password to open another.
#[utoipa::path(
    operation_id = "refresh_session",
    tag = "sessions",
    request_body = Refresh,
    responses(
        (status = 200, description = "The next pair of tokens.", body = Tokens),
        (status = 401, description = "The token is not ours (`token_invalid`), was used before, or its session is over (`session_ended`)."),
    ),
    security(()),
)]
#[post("/v1/sessions/refresh")]
pub async fn refresh_session(body: Body<Refresh>, state: web::Data<AppState>) -> Result<HttpResponse, Problem> {
    let shown = state.auth.refresh.read(&body.into_value()?.refresh_token).ok_or(Kind::TokenInvalid)?;
    let now = state.clock.now();
    let idle_since = now - Duration::hours(IDLE_HOURS);
    let rotation = state
        .store
        .write(Vec::new(), move |tx| -> Result<Rotation, Problem> {
            Ok(accounts::rotate(tx, shown.session, shown.generation, now, idle_since)?)
        })
        .await?;
    match rotation {
        Rotation::Rotated { session, must_change } => {
            Ok(answer(HttpResponse::Ok(), &tokens(&state, &session, must_change)?))
        }
        Rotation::Reused => {
            log::warn!("a used refresh token was shown again: its session has been ended");
            Err(Kind::SessionEnded.into())
        }
        Rotation::Over => Err(Kind::SessionEnded.into()),
    }
}

/// Sign out
///
/// Ends the session of the access token at once: neither it nor the refresh token opens anything any more.
#[utoipa::path(
    operation_id = "close_session",
    tag = "sessions",
    responses((status = 204, description = "The session has ended.")),
    security(("token" = [])),
)]
#[delete("/v1/sessions/current")]
pub async fn close_session(caller: Caller, state: web::Data<AppState>) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    state
        .store
        .write(Vec::new(), move |tx| -> Result<(), Problem> {
            caller.signed_in(tx.beside(), now)?;
            Ok(accounts::end_session(tx, caller.session()?, now)?)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A new session of an account.
fn session(account: &Account, now: Instant) -> Session {
    Session {
        id: new_id(now),
        account_id: account.id,
        generation: 0,
        created_at: now,
        used_at: now,
        expires_at: now + Duration::days(DAYS),
        ended_at: None,
    }
}

fn tokens(state: &AppState, session: &Session, must_change_password: bool) -> Result<Tokens, Problem> {
    let claims = Claims::staff(session.account_id, session.id, session.used_at);
    let shown = Shown { session: session.id, generation: session.generation };
    Ok(Tokens {
        access_token: signed(state, &claims)?,
        token_type: "Bearer",
        expires_in: STAFF_SECONDS,
        refresh_token: state.auth.refresh.write(shown),
        must_change_password,
    })
}

/// Signs an access token.
pub(super) fn signed(state: &AppState, claims: &Claims) -> Result<String, Problem> {
    state.auth.tokens.sign(claims).map_err(|auth::token::KeyFailure| Kind::Internal.into())
}

/// Secrets are for the asker's eyes: never kept on the way.
fn answer(mut head: actix_web::HttpResponseBuilder, tokens: &Tokens) -> HttpResponse {
    head.insert_header((header::CACHE_CONTROL, "no-store")).json(tokens)
}

/// The problem of an attempt that came too soon.
pub(super) fn too_many(soon: TooSoon) -> Problem {
    Problem::new(Kind::TooManyAttempts).retry_after(u32::try_from(soon.seconds).unwrap_or(u32::MAX))
}

/// The problem of a password that could not be hashed or compared.
pub(super) fn hashing(failure: HashFailure) -> Problem {
    match failure {
        HashFailure::Busy => Problem::new(Kind::Busy).retry_after(2),
        HashFailure::Broken => Kind::Internal.into(),
    }
}

/// The id of an account or client as a key's owner.
pub(super) fn owner(caller: &Caller) -> Uuid {
    caller.id()
}
