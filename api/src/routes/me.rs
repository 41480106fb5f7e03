//! The signed-in person: who am I, what may I do and why, and my password.
//!
//! Reads the actor that the domain made; decides nothing.

use actix_web::{HttpResponse, get, put, web};
use domain::action::Action;
use domain::actor::Role;
use domain::position::{Position, position};
use persistence::accounts::{self, Account, Appointment, Asked, RoleCode};
use persistence::clients::{self, Client};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use super::sessions::hashing;
use crate::auth::Caller;
use crate::auth::password::{self, Weakness};
use crate::http::Body;
use crate::problem::{FieldError, Kind, Problem};
use crate::state::AppState;
use crate::text::{Language, text};

/// More appointments than one person ever holds at once.
const MOST: i64 = 200;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_me).service(change_password);
}

/// The signed-in person, or the machine client whose key was shown.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// The account; of a machine, the client.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    id: Uuid,
    /// As it was given.
    #[schema(example = "María López Garza")]
    name: String,
    /// To sign in with; null for a machine.
    #[schema(example = "maria.lopez@torreon.gob.mx")]
    email: Option<String>,
    /// The session of this token; null for a machine.
    #[schema(example = "0193a1c2-8e21-7d4f-8b62-4a3d2c1b0a9f")]
    session_id: Option<Uuid>,
    /// Of a machine, code of the dependency to which it is tied; null for a person.
    #[schema(example = json!(null))]
    client_of: Option<String>,
    /// The appointments in force today; a machine has none.
    appointments: Vec<Held>,
    /// Everything that these appointments, or the machine's dependency, allow, with what gives it.
    actions: Vec<Allowed>,
}

/// An appointment in force.
#[derive(Serialize, ToSchema)]
pub struct Held {
    /// The appointment.
    #[schema(example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a")]
    id: Uuid,
    /// `position`, `liaison`, `administrator`, `auditor`, `transparency` or `privacy_officer`.
    #[schema(example = "position")]
    role: String,
    /// The post or the role in the caller's language.
    #[schema(example = "Encargada del centro de llamadas")]
    label: String,
    /// The post's code.
    #[schema(example = "call_center_head")]
    position: Option<String>,
    /// The dependency's code, of a liaison.
    #[schema(example = "simas")]
    dependency: Option<String>,
    /// The unit's code, of a liaison of that unit only.
    #[schema(example = "drainage_unit")]
    unit: Option<String>,
    /// The first day.
    #[schema(example = "2026-03-02")]
    from: chrono::NaiveDate,
    /// The first day on which it no longer holds; absent until further notice.
    #[schema(example = "2027-01-01")]
    until: Option<chrono::NaiveDate>,
}

/// An action and what gives it.
#[derive(Serialize, ToSchema)]
pub struct Allowed {
    /// The action's code. New ones may come.
    #[schema(example = "petition.route")]
    action: &'static str,
    /// What gives it: functions of posts, or other roles.
    given_by: Vec<Giver>,
}

/// What gives an action.
#[derive(Serialize, ToSchema)]
pub struct Giver {
    /// `position`, `liaison`, `administrator`, `auditor`, `transparency`, `privacy_officer` or `client`.
    #[schema(example = "position")]
    role: &'static str,
    /// The post's code.
    #[schema(example = "call_center_head")]
    position: Option<&'static str>,
    /// The number of the function in the organisation manual.
    #[schema(example = "15.4")]
    function: Option<&'static str>,
    /// The function, or the role, in the caller's language.
    #[schema(example = "Turnar las peticiones")]
    label: String,
}

/// The present password and the next.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password of this session's sign-in.
    #[schema(example = "doce palmas junto al bosque", format = Password, max_length = 512)]
    #[validate(length(max = 512))]
    current: String,
    /// 12 to 128 characters; not the e-mail, none that everybody tries first.
    #[schema(example = "una noria que ya no gira", format = Password, min_length = 12, max_length = 128)]
    #[validate(length(max = 512))]
    new: String,
}

/// Get the signed-in person
///
/// Who the token speaks for: the appointments in force today and every action that they allow, each with the
/// functions of the organisation manual, or the roles, that give it. A machine's key is told which client it is of. What
/// may be done to one petition or assignment is told there, as `allowed_steps`.
#[utoipa::path(
    operation_id = "get_me",
    tag = "me",
    responses((status = 200, description = "The person.", body = Me)),
    security(("token" = [])),
)]
#[get("/v1/me")]
pub async fn get_me(caller: Caller, language: Language, state: web::Data<AppState>) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let me = state
        .store
        .read(move |db| -> Result<Me, Problem> {
            let actor = caller.actor(db, now)?;
            let actions = actor.actions().iter().map(|action| allowed(action, &actor.roles, language)).collect();
            if let Some(client) = actor.client() {
                let client = clients::client(db, client.uuid())?.ok_or(Kind::KeyRefused)?;
                let Client { id, name, dependency, .. } = client;
                let (email, session_id, appointments) = (None, None, Vec::new());
                return Ok(Me { id, name, email, session_id, client_of: Some(dependency), appointments, actions });
            }
            let id = caller.account()?.uuid();
            let Account { id, name, email, .. } = accounts::account(db, id)?.ok_or(Kind::SessionEnded)?;
            let asked = Asked { account: Some(id), on: Some(caller.today()), limit: MOST, ..Asked::default() };
            let held = accounts::appointments(db, &asked)?;
            let appointments = held.into_iter().map(|(appointment, _)| Held::of(appointment, language)).collect();
            let (email, session_id) = (Some(email), Some(caller.session()?));
            Ok(Me { id, name, email, session_id, client_of: None, appointments, actions })
        })
        .await?;
    Ok(HttpResponse::Ok().json(me))
}

/// Change the own password
///
/// Takes the present password, so it needs no `If-Match`. Every other session of the account ends. With a one-use
/// password this is the only thing that can be done besides signing out.
#[utoipa::path(
    operation_id = "change_password",
    tag = "me",
    request_body = PasswordChange,
    responses(
        (status = 204, description = "The password has been changed."),
        (status = 429, description = "Too many attempts: `too_many_attempts`. `Retry-After` says when to try again."),
    ),
    security(("token" = [])),
)]
#[put("/v1/me/password")]
pub async fn change_password(
    body: Body<PasswordChange>,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let asker = caller.clone();
    let account = state
        .store
        .read(move |db| -> Result<Account, Problem> {
            asker.signed_in(db, now)?;
            accounts::account(db, asker.account()?.uuid())?.ok_or_else(|| Kind::SessionEnded.into())
        })
        .await?;
    let PasswordChange { current, new } = body.into_value()?;
    state.auth.throttle.password(account.id).map_err(super::sessions::too_many)?;
    let fits = state.auth.passwords.verify(current.clone(), Some(account.password_hash.clone())).await;
    if !fits.map_err(hashing)? {
        return Err(unfit("/current", "password_wrong"));
    }
    password::judge(&new, &account.email).map_err(weak)?;
    if new == current {
        return Err(unfit("/new", "password_unchanged"));
    }
    let hash = state.auth.passwords.hash(new).await.map_err(hashing)?;
    state
        .store
        .write(Vec::new(), move |tx| -> Result<(), Problem> {
            caller.signed_in(tx.beside(), now)?;
            // Two changes at once: the later one no longer knows the present password.
            let present = accounts::account(tx.db()?, account.id)?.ok_or(Kind::SessionEnded)?;
            if present.password_hash != account.password_hash {
                return Err(unfit("/current", "password_wrong"));
            }
            accounts::set_password(tx, account.id, &hash, false)?;
            Ok(accounts::end_sessions_of(tx, account.id, Some(caller.session()?), now)?)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn unfit(pointer: &str, code: &'static str) -> Problem {
    Problem::new(Kind::PasswordUnfit).blaming(FieldError::new(pointer, code))
}

fn weak(weakness: Weakness) -> Problem {
    unfit("/new", weakness.code())
}

impl Held {
    fn of(appointment: Appointment, language: Language) -> Self {
        let label = label(&appointment.role, appointment.position.as_deref(), language);
        Self {
            id: appointment.id,
            label,
            role: appointment.role,
            position: appointment.position,
            dependency: appointment.dependency,
            unit: appointment.unit,
            from: appointment.from_date,
            until: appointment.until_date,
        }
    }
}

/// The post's name, or the role's, in the caller's language.
pub(super) fn label(role: &str, post: Option<&str>, language: Language) -> String {
    post.and_then(position).map_or_else(
        || text(language, &format!("role-{}", role.replace('_', "-")), &[]),
        |post| match language {
            Language::Spanish => post.name_es.to_owned(),
            Language::English => post.name_en.to_owned(),
        },
    )
}

/// An action with every function and role of these that gives it.
fn allowed(action: Action, roles: &[Role], language: Language) -> Allowed {
    let mut given_by = Vec::new();
    for role in roles.iter().filter(|role| role.actions().contains(action)) {
        match role {
            Role::Position(code) => {
                if let Some(post) = position(code) {
                    given_by.extend(functions(post, action, language));
                }
            }
            Role::Liaison { .. } => given_by.push(Giver::role(RoleCode::Liaison, language)),
            Role::Administrator => given_by.push(Giver::role(RoleCode::Administrator, language)),
            Role::Auditor => given_by.push(Giver::role(RoleCode::Auditor, language)),
            Role::Transparency => given_by.push(Giver::role(RoleCode::Transparency, language)),
            Role::PrivacyOfficer => given_by.push(Giver::role(RoleCode::PrivacyOfficer, language)),
            Role::Client { .. } => given_by.push(Giver::named("client", language)),
            // Neither shows a token of the staff's.
            Role::Citizen(_) | Role::System => {}
        }
    }
    Allowed { action: action.code(), given_by }
}

fn functions(post: &'static Position, action: Action, language: Language) -> impl Iterator<Item = Giver> {
    post.functions.iter().filter(move |function| function.actions.contains(action)).map(move |function| Giver {
        role: RoleCode::Position.code(),
        position: Some(post.code),
        function: Some(function.id),
        label: match language {
            Language::Spanish => function.name_es.to_owned(),
            Language::English => function.name_en.to_owned(),
        },
    })
}

impl Giver {
    fn role(role: RoleCode, language: Language) -> Self {
        Self::named(role.code(), language)
    }

    fn named(role: &'static str, language: Language) -> Self {
        Self { role, position: None, function: None, label: label(role, None, language) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::actor::Actor;
    use domain::id::Id;

    #[test]
    fn every_action_of_every_post_names_a_function_that_gives_it() {
        for post in domain::position::positions() {
            let roles = vec![Role::Position(post.code.to_owned()), Role::Administrator];
            let actor = Actor::person(Id::new(Uuid::nil()), roles);
            for action in actor.actions().iter() {
                let told = allowed(action, &actor.roles, Language::English);
                assert!(!told.given_by.is_empty(), "{} {}", post.code, told.action);
                assert!(told.given_by.iter().all(|giver| !giver.label.is_empty()));
            }
        }
    }
}
