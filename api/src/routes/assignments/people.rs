//! Who in the dependency has it: unit and responsible person.

use actix_web::{HttpResponse, put, web};
use domain::id::Id;
use domain::petition::work::Appointee;
use domain::refusal::{Code, Refusal};
use domain::step::AssignmentStep;
use persistence::accounts::{self, Asked};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::http::{Body, IfMatch};
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Request, Speaking, words};
use crate::view::AssignmentView;

/// A unit of the dependency.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UnitWanted {
    /// Code of the unit; null gives it back to the dependency itself.
    #[schema(example = "drinking_water_unit", max_length = 60)]
    #[validate(length(max = 60))]
    pub unit: Option<String>,
    /// Who of the dependency said it, where the office records it; a liaison leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for UnitWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Delegate an assignment
///
/// Gives the share to a unit of its dependency, or back from it.
#[utoipa::path(
    operation_id = "delegate_assignment",
    tag = "assignments",
    request_body = UnitWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[put("/v1/assignments/{id}/unit")]
pub async fn delegate_assignment(
    version: IfMatch,
    body: Body<UnitWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::Delegate, Some(version), body, move |petition, occasion, setting| {
            let unit = setting.body.unit.clone();
            if let Some(code) = &unit {
                let dependency = petition.assignment(id).map(|share| share.dependency.as_str()).unwrap_or_default();
                let known = setting.office.valid_unit(dependency, code, setting.today);
                known.ok_or_else(|| Refusal::at(Code::UnitUnknown, "/unit"))?;
            }
            Ok(petition.delegate(occasion, id, unit)?.into())
        })
        .await
}

/// Who sees to it.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ResponsibleWanted {
    /// The name; null: nobody any more.
    #[schema(example = "Ing. Raúl Medina", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// The account, for those who sign in.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub account_id: Option<Uuid>,
    /// Who of the dependency said it, where the office records it; a liaison leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ResponsibleWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Appoint who is responsible
///
/// Says who in the dependency sees to the share, with an account or without, or that nobody does any more.
#[utoipa::path(
    operation_id = "appoint_responsible",
    tag = "assignments",
    request_body = ResponsibleWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[put("/v1/assignments/{id}/responsible")]
pub async fn appoint_responsible(
    version: IfMatch,
    body: Body<ResponsibleWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::Appoint, Some(version), body, move |petition, occasion, setting| {
            let wanted = setting.body;
            if let Some(account) = wanted.account_id {
                let dependency = petition.assignment(id).map(|share| share.dependency.clone());
                let of =
                    Asked { account: Some(account), dependency, on: Some(setting.today), limit: 1, ..Asked::default() };
                if accounts::appointments(setting.db, &of)?.is_empty() {
                    return Err(Refusal::at(Code::ResponsibleUnknown, "/account_id").into());
                }
            }
            let appointee = match &wanted.name {
                Some(name) => Some(Appointee { name: words(name, "/name")?, account: wanted.account_id.map(Id::new) }),
                None => None,
            };
            Ok(petition.appoint(occasion, id, appointee)?.into())
        })
        .await
}
