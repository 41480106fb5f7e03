//! Liaisons: who answers for a dependency. An appointment with its person, opened together if need be.
//!
//! Ended like any appointment, at `/v1/appointments/{id}`.

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use domain::catalogue::{Catalogue, in_force};
use domain::refusal::{Code, Refusal};
use persistence::accounts::{Appointment, Asked, RoleCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use super::appointments::{ending, known, page, record};
use super::sessions::owner;
use super::staff::{NewStaff, Opening, managing};
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::version::{etag, tag};
use crate::http::{Body, IdempotencyKey, Limit, Query};
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_liaisons).service(appoint_liaison);
}

/// Who answers for a dependency.
#[derive(Serialize, ToSchema)]
pub struct Liaison {
    /// The appointment.
    #[schema(example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a")]
    id: Uuid,
    /// The account.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    staff_id: Uuid,
    /// The person.
    #[schema(example = "José Ramírez Ortiz")]
    name: String,
    /// The dependency's code.
    #[schema(example = "simas")]
    dependency: String,
    /// The unit's code, if the person answers for that unit only.
    #[schema(example = "drainage_unit")]
    unit: Option<String>,
    /// The first day.
    #[schema(example = "2026-03-02")]
    from: NaiveDate,
    /// The first day on which it no longer holds; null until further notice.
    #[schema(example = "2027-01-01")]
    until: Option<NaiveDate>,
    /// For `If-Match` when the appointment is ended.
    #[schema(example = "\"1\"")]
    etag: String,
}

impl Liaison {
    fn of(appointment: Appointment, name: String) -> Self {
        Self {
            id: appointment.id,
            staff_id: appointment.account_id,
            name,
            dependency: appointment.dependency.unwrap_or_default(),
            unit: appointment.unit,
            from: appointment.from_date,
            until: appointment.until_date,
            etag: tag(appointment.version),
        }
    }
}

/// A page of liaisons, in the order of appointment.
#[derive(Serialize, ToSchema)]
pub struct LiaisonPage {
    /// The liaisons.
    items: Vec<Liaison>,
    /// For `cursor`, if there are more; also in the `Link` header.
    #[schema(example = "WyIwMTkzYTFjMi05ZjMyLTdlNTAtOWM3My01YjRlM2QyYzFiMGEiXQ")]
    next: Option<String>,
}

/// Which liaisons.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LiaisonsWanted {
    /// Of this dependency.
    #[param(example = "simas")]
    dependency: Option<String>,
    /// On this day of the city; absent: whoever was, is or will be.
    #[param(example = "2026-03-02")]
    on: Option<NaiveDate>,
    /// Items on a page: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Limit,
}

/// Who shall answer for a dependency.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewLiaison {
    /// An account that exists. Either this or `account`.
    #[serde(default)]
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    staff_id: Option<Uuid>,
    /// A person who shall have an account. Either this or `staff_id`.
    #[serde(default)]
    #[validate(nested)]
    account: Option<NewStaff>,
    /// The dependency's code.
    #[schema(example = "simas", max_length = 64)]
    #[validate(length(max = 64))]
    dependency: String,
    /// The unit's code, if the person answers for that unit only.
    #[serde(default)]
    #[schema(example = "drainage_unit", max_length = 64)]
    #[validate(length(max = 64))]
    unit: Option<String>,
    /// The first day; today when absent.
    #[serde(default)]
    #[schema(example = "2026-03-02")]
    from: Option<NaiveDate>,
    /// The first day on which it no longer holds; until further notice when absent.
    #[serde(default)]
    #[schema(example = "2027-01-01")]
    until: Option<NaiveDate>,
}

/// A liaison who was appointed.
#[derive(Serialize, ToSchema)]
pub struct AppointedLiaison {
    /// The liaison.
    liaison: Liaison,
    /// The one-use password of an account that was opened, shown this once: null when the account existed and when
    /// the request is repeated.
    #[schema(example = "k7mw-p3xa-9rtc-h4ve-2zqn")]
    initial_password: Option<String>,
}

/// List liaisons
///
/// Who answers for which dependency, in the order of appointment. Needs `account.manage`.
#[utoipa::path(
    operation_id = "list_liaisons",
    tag = "liaisons",
    params(
        LiaisonsWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIwMTkzYTFjMi05ZjMyLTdlNTAtOWM3My01YjRlM2QyYzFiMGEiXQ"),
    ),
    responses((status = 200, description = "A page.", body = LiaisonPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/liaisons")]
pub async fn list_liaisons(
    query: Query<LiaisonsWanted>,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let LiaisonsWanted { dependency, on, limit } = query.value.clone();
    let role = Some(RoleCode::Liaison.code().to_owned());
    let asked = Asked { role, dependency, on, ..Asked::default() };
    let (items, next) = page(&query, limit, asked, caller, &state).await?;
    let items = items.into_iter().map(|(one, name)| Liaison::of(one, name)).collect();
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(LiaisonPage { items, next }))
}

/// Appoint a liaison
///
/// Somebody who answers for a dependency or one of its units: an account that exists, or one that is opened in the
/// same step. Needs `account.manage`.
#[utoipa::path(
    operation_id = "appoint_liaison",
    tag = "liaisons",
    request_body = NewLiaison,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (
            status = 201, description = "The liaison.", body = AppointedLiaison,
            headers(("ETag" = String), ("Location" = String, description = "The appointment."))
        ),
        (status = 409, description = "The e-mail belongs to an account already (`email_taken`), or nobody appoints himself (`self_appointment`)."),
    ),
    security(("token" = [])),
)]
#[post("/v1/liaisons")]
pub async fn appoint_liaison(
    key: IdempotencyKey,
    body: Body<NewLiaison>,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(owner(&caller), body.digest());
    let opening = match body.value() {
        Ok(NewLiaison { account: Some(_), .. }) => Some(Opening::prepare(&state).await?),
        Ok(NewLiaison { account: None, .. }) | Err(_) => None,
    };
    let shared = state.clone();
    let initial = opening.as_ref().map(|opening| opening.password.clone());
    let own_keys = keys.clone();
    let id = new_id(now);
    let (appointment, name, made) = state
        .store
        .write(keys, move |tx| -> Result<_, Problem> {
            managing(&caller, tx.beside(), now)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                let (appointment, name) = known(tx.db()?, id)?;
                return Ok((appointment, name, false));
            }
            let wanted = body.value()?;
            let office = shared.offices.in_unit(tx)?;
            known_on(caller.today(), &office.catalogue, &wanted.dependency, wanted.unit.as_deref())?;
            let from_date = wanted.from.unwrap_or(caller.today());
            let until_date = ending(from_date, wanted.until)?;
            let account_id = match (wanted.staff_id, &wanted.account) {
                (Some(id), None) => id,
                (None, Some(person)) => opening.as_ref().ok_or(Kind::Internal)?.open(tx, person, "/account", now)?.id,
                (Some(_), Some(_)) | (None, None) => return Err(Problem::invalid("", "staff_or_account")),
            };
            let appointment = Appointment {
                id,
                account_id,
                role: RoleCode::Liaison.code().to_owned(),
                position: None,
                dependency: Some(wanted.dependency.clone()),
                unit: wanted.unit.clone(),
                from_date,
                until_date,
                appointed_by: Some(owner(&caller)),
                recorded_at: now,
                version: 1,
            };
            let name = record(tx, &appointment, &caller)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, id, now);
            }
            Ok((appointment, name, true))
        })
        .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/appointments/{}", appointment.id)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(etag(appointment.version))
        .json(AppointedLiaison { liaison: Liaison::of(appointment, name), initial_password: initial.filter(|_| made) }))
}

/// Refuses a dependency, or a unit of it, that the catalogue does not have on that day.
///
/// # Errors
/// `dependency_unknown`, `unit_unknown` (422).
pub(crate) fn known_on(
    day: NaiveDate,
    catalogue: &Catalogue,
    dependency: &str,
    unit: Option<&str>,
) -> Result<(), Refusal> {
    let mut dependencies = catalogue.dependencies.iter();
    if !dependencies.any(|one| one.code == dependency && in_force(one.valid_from, one.valid_until, day)) {
        return Err(Refusal::at(Code::DependencyUnknown, "/dependency"));
    }
    let Some(unit) = unit else { return Ok(()) };
    let mut units = catalogue.units.iter().filter(|one| one.dependency == dependency && one.code == unit);
    if !units.any(|one| in_force(one.valid_from, one.valid_until, day)) {
        return Err(Refusal::at(Code::UnitUnknown, "/unit"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_of_another_dependency_is_unknown() {
        let catalogue = domain::catalogue::torreon();
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let unit = catalogue.units[0].clone();
        let other = catalogue.dependencies.iter().find(|one| one.code != unit.dependency).unwrap();
        assert_eq!(known_on(day, &catalogue, &unit.dependency, Some(&unit.code)), Ok(()));
        assert_eq!(known_on(day, &catalogue, &unit.dependency, None), Ok(()));
        let refused = |dependency: &str, unit: Option<&str>| known_on(day, &catalogue, dependency, unit).unwrap_err();
        assert_eq!(refused(&other.code, Some(&unit.code)).code, Code::UnitUnknown);
        assert_eq!(refused("nowhere", None).code, Code::DependencyUnknown);
    }
}
