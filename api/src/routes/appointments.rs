//! Appointments: who holds which post or role, from a day, until a day. For whoever may manage accounts.
//!
//! Liaisons are appointed in `routes::liaisons`; every appointment, theirs too, is read and ended here.

mod wire;

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::NaiveDate;
use domain::position::position;
use persistence::accounts::{self, Appointment, Asked, RoleCode};
use persistence::{Db, Tx};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use self::wire::{AppointedRole, AppointmentPage, AppointmentShown, AppointmentsWanted, NewAppointment};
use super::sessions::owner;
use super::staff::{managing, next_after, one_more};
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::version::etag;
use crate::http::{Body, IdempotencyKey, IfMatch, Limit, Query, listed};
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::step::dated_on;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_appointments).service(appoint).service(get_appointment).service(end_appointment);
}

/// List appointments
///
/// Who holds or held which post or role, in the order of appointment. Needs `account.manage`.
#[utoipa::path(
    operation_id = "list_appointments",
    tag = "appointments",
    params(
        AppointmentsWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIwMTkzYTFjMi05ZjMyLTdlNTAtOWM3My01YjRlM2QyYzFiMGEiXQ"),
    ),
    responses((status = 200, description = "A page.", body = AppointmentPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/appointments")]
pub async fn list_appointments(
    query: Query<AppointmentsWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let wanted = query.value.clone();
    let asked = Asked {
        account: wanted.staff_id,
        role: wanted.role.map(|role| role.code().code().to_owned()),
        position: wanted.position,
        dependency: wanted.dependency,
        on: wanted.on,
        ..Asked::default()
    };
    let (items, next) = page(&query, wanted.limit, asked, caller, &state).await?;
    let items = items.into_iter().map(|(one, name)| AppointmentShown::of(one, name, language)).collect();
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(AppointmentPage { items, next }))
}

/// One page of appointments and the cursor of the next.
pub(super) async fn page<T>(
    query: &Query<T>,
    limit: Limit,
    asked: Asked,
    caller: Caller,
    state: &AppState,
) -> Result<(Vec<(Appointment, String)>, Option<String>), Problem> {
    let now = state.clock.now();
    let who = owner(&caller);
    listed("position", asked.position.as_ref(), |code| position(code).is_some(), "/v1/positions")?;
    let offices = Arc::clone(&state.offices);
    let asked = Asked { after: query.position(&state.secrets, who)?, limit: one_more(limit), ..asked };
    let mut found = state
        .store
        .read(move |db| -> Result<_, Problem> {
            managing(&caller, db, now)?;
            let office = offices.of(db)?;
            let known = |code: &str| office.dependency(code).is_some();
            listed("dependency", asked.dependency.as_ref(), known, "/v1/dependencies")?;
            Ok(accounts::appointments(db, &asked)?)
        })
        .await?;
    let next = next_after(&mut found, limit, |(one, _)| one.id).map(|last| query.next(&state.secrets, who, &last));
    Ok((found, next))
}

/// Appoint somebody
///
/// To one of the manual's posts or to another role. Nobody appoints himself. Needs `account.manage`.
#[utoipa::path(
    operation_id = "appoint_person",
    tag = "appointments",
    request_body = NewAppointment,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (
            status = 201, description = "The appointment.", body = AppointmentShown,
            headers(("ETag" = String), ("Location" = String, description = "The appointment."))
        ),
        (status = 409, description = "Nobody appoints himself: `self_appointment`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/appointments")]
pub async fn appoint(
    key: IdempotencyKey,
    body: Body<NewAppointment>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(owner(&caller), body.digest());
    let own_keys = keys.clone();
    let id = new_id(now);
    let (appointment, name) = state
        .store
        .write(keys, move |tx| -> Result<_, Problem> {
            managing(&caller, tx.beside(), now)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return known(tx.db()?, id);
            }
            let wanted = body.value()?;
            let position = post(wanted)?;
            let from_date = wanted.from.unwrap_or(caller.today());
            let appointment = Appointment {
                id,
                account_id: wanted.staff_id,
                role: wanted.role.code().code().to_owned(),
                position,
                dependency: None,
                unit: None,
                from_date,
                until_date: ending(from_date, wanted.until)?,
                appointed_by: Some(owner(&caller)),
                recorded_at: now,
                version: 1,
            };
            let name = record(tx, &appointment, &caller)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, id, now);
            }
            Ok((appointment, name))
        })
        .await?;
    Ok(created(appointment, name, language))
}

/// The answer with a new appointment.
fn created(appointment: Appointment, name: String, language: Language) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/appointments/{}", appointment.id)))
        .insert_header(etag(appointment.version))
        .json(AppointmentShown::of(appointment, name, language))
}

/// Get an appointment
///
/// What somebody is or was, and since when. Needs `account.manage`.
#[utoipa::path(
    operation_id = "get_appointment",
    tag = "appointments",
    params(("id" = Uuid, Path, description = "The appointment.", example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a")),
    responses((status = 200, description = "The appointment.", body = AppointmentShown, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/appointments/{id}")]
pub async fn get_appointment(
    caller: Caller,
    id: web::Path<Uuid>,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let (appointment, name) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            managing(&caller, db, now)?;
            known(db, *id)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(appointment.version)).json(AppointmentShown::of(
        appointment,
        name,
        language,
    )))
}

/// End an appointment
///
/// Whoever holds it is without it from this moment; it stays on record. One that has not begun yet never will.
/// The last administrator's cannot be ended. Needs `account.manage`.
#[utoipa::path(
    operation_id = "end_appointment",
    tag = "appointments",
    params(
        ("id" = Uuid, Path, description = "The appointment.", example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses(
        (status = 200, description = "The appointment as it is now.", body = AppointmentShown, headers(("ETag" = String))),
        (status = 409, description = "It is over already (`appointment_ended`), or nobody else could administer (`last_administrator`)."),
    ),
    security(("token" = [])),
)]
#[delete("/v1/appointments/{id}")]
pub async fn end_appointment(
    version: IfMatch,
    caller: Caller,
    id: web::Path<Uuid>,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let (appointment, name) = state
        .store
        .write(Vec::new(), move |tx| -> Result<_, Problem> {
            managing(&caller, tx.beside(), now)?;
            let (appointment, name) = known(tx.db()?, *id)?;
            version.check(appointment.version)?;
            let today = caller.today();
            if appointment.until_date.is_some_and(|until| until <= today.max(appointment.from_date)) {
                return Err(Kind::AppointmentEnded.into());
            }
            let role = RoleCode::Administrator.code();
            let administers = appointment.role == role && appointment.holds_on(today);
            if administers && !accounts::administered_without(tx.db()?, role, today, Some(appointment.id), None)? {
                return Err(Kind::LastAdministrator.into());
            }
            // From the day on which it would have begun, if that is still to come: then it never holds.
            let until = today.max(appointment.from_date);
            accounts::end_appointment(tx, appointment.id, until)?;
            let version = appointment.version + 1;
            Ok((Appointment { until_date: Some(until), version, ..appointment }, name))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(appointment.version)).json(AppointmentShown::of(
        appointment,
        name,
        language,
    )))
}

/// An appointment and who holds it, or 404.
pub(super) fn known(db: &mut Db, id: Uuid) -> Result<(Appointment, String), Problem> {
    let appointment = accounts::appointment(db, id)?.ok_or_else(Problem::not_found)?;
    let account = accounts::account(db, appointment.account_id)?.ok_or_else(Problem::not_found)?;
    Ok((appointment, account.name))
}

/// Records an appointment of an account that exists and is active; the name of who is appointed.
pub(super) fn record(tx: &mut Tx, appointment: &Appointment, caller: &Caller) -> Result<String, Problem> {
    let account = accounts::account(tx.db()?, appointment.account_id)?
        .ok_or_else(|| Problem::invalid("/staff_id", "staff_unknown"))?;
    if account.id == owner(caller) {
        return Err(Kind::SelfAppointment.into());
    }
    if !account.active {
        return Err(Problem::invalid("/staff_id", "staff_suspended"));
    }
    accounts::appoint(tx, appointment)?;
    Ok(account.name)
}

/// The day of the end, if it lies after the beginning and both are days that calendars have.
pub(super) fn ending(from: NaiveDate, until: Option<NaiveDate>) -> Result<Option<NaiveDate>, Problem> {
    dated_on(from, "/from")?;
    until.map(|until| dated_on(until, "/until")).transpose()?;
    if until.is_some_and(|until| until <= from) {
        return Err(Problem::invalid("/until", "until_before_from"));
    }
    Ok(until)
}

/// The post's code, where the role takes one.
fn post(wanted: &NewAppointment) -> Result<Option<String>, Problem> {
    match (wanted.role, &wanted.position) {
        (AppointedRole::Liaison, _) => Err(Problem::invalid("/role", "liaison_elsewhere")),
        (AppointedRole::Position, None) => Err(Problem::invalid("/position", "position_missing")),
        (AppointedRole::Position, Some(code)) => match position(code) {
            Some(_) => Ok(Some(code.clone())),
            None => Err(Problem::invalid("/position", "position_unknown")),
        },
        (
            AppointedRole::Administrator
            | AppointedRole::Auditor
            | AppointedRole::Transparency
            | AppointedRole::PrivacyOfficer,
            Some(_),
        ) => Err(Problem::invalid("/position", "position_unexpected")),
        (
            AppointedRole::Administrator
            | AppointedRole::Auditor
            | AppointedRole::Transparency
            | AppointedRole::PrivacyOfficer,
            None,
        ) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> (String, String) {
        let wanted: NewAppointment = serde_json::from_str(body).unwrap();
        let problem = post(&wanted).unwrap_err();
        (problem.errors[0].pointer.clone(), problem.errors[0].code.to_string())
    }

    #[test]
    fn a_post_goes_with_the_role_position_only() {
        let staff = "\"staff_id\": \"0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e\"";
        let check = |rest: &str, pointer: &str, code: &str| {
            assert_eq!(refused(&format!("{{{staff}{rest}}}")), (pointer.to_owned(), code.to_owned()), "{rest}");
        };
        check("", "/position", "position_missing");
        check(", \"position\": \"king\"", "/position", "position_unknown");
        check(", \"role\": \"auditor\", \"position\": \"messenger\"", "/position", "position_unexpected");
        check(", \"role\": \"liaison\"", "/role", "liaison_elsewhere");
    }

    #[test]
    fn an_appointment_ends_after_it_begins() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).unwrap();
        assert!(ending(day(2), Some(day(2))).is_err());
        assert_eq!(ending(day(2), Some(day(3))).unwrap(), Some(day(3)));
        assert_eq!(ending(day(2), None).unwrap(), None);
    }
}
