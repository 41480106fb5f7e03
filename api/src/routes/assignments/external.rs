//! The number under which the dependency's own system has a share.

use actix_web::{HttpResponse, put, web};
use domain::external::ExternalReference;
use domain::id::Id;
use domain::refusal::{Code, Refusal};
use domain::step::AssignmentStep;
use persistence::petitions;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::http::{Body, IfMatch};
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Request, Speaking};
use crate::view::AssignmentView;

/// A number in the dependency's own system.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ExternalReferenceWanted {
    /// The number: letters without accents, digits and `-` `_` `.` `/` `:` `#`, beginning with a letter or a digit;
    /// null takes it away.
    #[schema(example = "OT-2026/0041", max_length = 64)]
    #[validate(length(max = 64))]
    pub external_reference: Option<String>,
    /// Who of the dependency said it, where the office records it; a liaison or system leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ExternalReferenceWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Set an assignment's number in the dependency's own system
///
/// By it the system can name the assignment as `external_id` in its updates, and people find one in the other. A number
/// belongs to one assignment of the dependency; one that was routed later in the same petition takes it over. It can
/// be given at any time, also after the answer.
#[utoipa::path(
    operation_id = "set_external_reference",
    tag = "assignments",
    request_body = ExternalReferenceWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[put("/v1/assignments/{id}/external_reference")]
pub async fn set_external_reference(
    version: IfMatch,
    body: Body<ExternalReferenceWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(
            id,
            AssignmentStep::SetExternalReference,
            Some(version),
            body,
            move |petition, occasion, setting| {
                let malformed = || Problem::invalid("/external_reference", "external_reference");
                let reference = match &setting.body.external_reference {
                    Some(written) => Some(ExternalReference::parse(written).ok_or_else(malformed)?),
                    None => None,
                };
                if let (Some(reference), Some(share)) = (&reference, petition.assignment(id))
                    && petitions::externally_taken(setting.db, &share.dependency, reference.as_str(), petition.id)?
                {
                    return Err(Refusal::at(Code::ExternalReferenceTaken, "/external_reference").into());
                }
                Ok(petition.set_external_reference(occasion, id, reference)?.into())
            },
        )
        .await
}
