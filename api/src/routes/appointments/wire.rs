//! What appointments look like on the wire.

use chrono::{DateTime, NaiveDate, Utc};
use persistence::accounts::{Appointment, RoleCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::http::Limit;
use crate::http::version::tag;
use crate::routes::me::label;
use crate::text::Language;

/// What somebody is, from a day, until a day.
#[derive(Serialize, ToSchema)]
#[schema(as = Appointment)]
pub struct AppointmentShown {
    /// The appointment.
    #[schema(example = "0193a1c2-9f32-7e50-9c73-5b4e3d2c1b0a")]
    pub(super) id: Uuid,
    /// The account of who holds it.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub(super) staff_id: Uuid,
    /// Who holds it.
    #[schema(example = "María López Garza")]
    pub(super) name: String,
    /// `position`, `liaison`, `administrator`, `auditor`, `transparency` or `privacy_officer`.
    #[schema(example = "position")]
    pub(super) role: String,
    /// The post or the role in the caller's language.
    #[schema(example = "Encargada del centro de llamadas")]
    pub(super) label: String,
    /// The post's code.
    #[schema(example = "call_center_head")]
    pub(super) position: Option<String>,
    /// The dependency's code, of a liaison.
    #[schema(example = "simas")]
    pub(super) dependency: Option<String>,
    /// The unit's code, of a liaison of that unit only.
    #[schema(example = "drainage_unit")]
    pub(super) unit: Option<String>,
    /// The first day.
    #[schema(example = "2026-03-02")]
    pub(super) from: NaiveDate,
    /// The first day on which it no longer holds; null until further notice.
    #[schema(example = "2027-01-01")]
    pub(super) until: Option<NaiveDate>,
    /// Who appointed; null for the first administrator and the command line.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8f")]
    pub(super) appointed_by: Option<Uuid>,
    /// When it was recorded.
    #[schema(example = "2026-03-02T15:00:00Z")]
    pub(super) recorded_at: DateTime<Utc>,
    /// For `If-Match`.
    #[schema(example = "\"1\"")]
    pub(super) etag: String,
}

impl AppointmentShown {
    pub(in crate::routes) fn of(appointment: Appointment, name: String, language: Language) -> Self {
        Self {
            id: appointment.id,
            staff_id: appointment.account_id,
            name,
            label: label(&appointment.role, appointment.position.as_deref(), language),
            role: appointment.role,
            position: appointment.position,
            dependency: appointment.dependency,
            unit: appointment.unit,
            from: appointment.from_date,
            until: appointment.until_date,
            appointed_by: appointment.appointed_by,
            recorded_at: appointment.recorded_at,
            etag: tag(appointment.version),
        }
    }
}

/// A page of appointments, in the order in which they were recorded.
#[derive(Serialize, ToSchema)]
pub struct AppointmentPage {
    /// The appointments.
    pub(super) items: Vec<AppointmentShown>,
    /// For `cursor`, if there are more; also in the `Link` header.
    #[schema(example = "WyIwMTkzYTFjMi05ZjMyLTdlNTAtOWM3My01YjRlM2QyYzFiMGEiXQ")]
    pub(super) next: Option<String>,
}

/// Which appointments.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AppointmentsWanted {
    /// Of this account.
    #[param(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub(super) staff_id: Option<Uuid>,
    /// Of this role.
    #[param(example = "position")]
    pub(super) role: Option<AppointedRole>,
    /// Of this post.
    #[param(example = "call_center_head")]
    pub(super) position: Option<String>,
    /// Of liaisons of this dependency.
    #[param(example = "simas")]
    pub(super) dependency: Option<String>,
    /// In force on this day of the city.
    #[param(example = "2026-03-02")]
    pub(super) on: Option<NaiveDate>,
    /// Items on a page: 1 to 200, 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    pub(super) limit: Limit,
}

/// A role that somebody is appointed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = "position")]
pub enum AppointedRole {
    /// One of the manual's 20 posts.
    #[default]
    Position,
    /// Answers for a dependency.
    Liaison,
    /// Users, keys, catalogues.
    Administrator,
    /// Contraloría: sees everything but sealed identities, changes nothing.
    Auditor,
    /// Published data.
    Transparency,
    /// One person's data under an open request.
    PrivacyOfficer,
}

impl AppointedRole {
    pub(super) const fn code(self) -> RoleCode {
        match self {
            Self::Position => RoleCode::Position,
            Self::Liaison => RoleCode::Liaison,
            Self::Administrator => RoleCode::Administrator,
            Self::Auditor => RoleCode::Auditor,
            Self::Transparency => RoleCode::Transparency,
            Self::PrivacyOfficer => RoleCode::PrivacyOfficer,
        }
    }
}

/// Who is appointed to what.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewAppointment {
    /// The account.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub(super) staff_id: Uuid,
    /// The role; `position` when absent. Liaisons are appointed at `/v1/liaisons`.
    #[serde(default)]
    #[schema(value_type = Option<AppointedRole>, example = "position")]
    pub(super) role: AppointedRole,
    /// The post's code: needed with `position`, absent with any other role.
    #[serde(default)]
    #[schema(example = "call_center_head", max_length = 64)]
    #[validate(length(max = 64))]
    pub(super) position: Option<String>,
    /// The first day; today when absent.
    #[serde(default)]
    #[schema(example = "2026-03-02")]
    pub(super) from: Option<NaiveDate>,
    /// The first day on which it no longer holds; until further notice when absent.
    #[serde(default)]
    #[schema(example = "2027-01-01")]
    pub(super) until: Option<NaiveDate>,
}
