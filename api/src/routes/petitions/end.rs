//! Rounds and endings: reopenings, withdrawals, closing without a reply, annulments.

use actix_web::{HttpResponse, post, web};
use domain::assignment::Assignment;
use domain::id::Id;
use domain::petition::end::Withdrawing;
use domain::step::Step;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::named;
use crate::http::{Body, IfMatch};
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Request, some_words, words};
use crate::view::PetitionView;

/// Why it is reopened, and who takes it up again.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReopeningWanted {
    /// Why.
    #[schema(example = "La fuga volvió a los dos días.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
    /// Earlier assignments that are taken up again, as new ones; none: the router decides.
    #[serde(default)]
    #[schema(max_items = 20)]
    #[validate(length(max = 20))]
    pub assignments: Vec<Uuid>,
    /// When it was asked for, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ReopeningWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Reopen a petition
///
/// Begins a new round with terms of its own. Possible from `answered`, and from `closed` within the policy's window
/// (15 days); never after an annulment. Needs `petition.review`.
#[utoipa::path(
    operation_id = "reopen_petition",
    tag = "petitions",
    request_body = ReopeningWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/reopenings")]
pub async fn reopen_petition(
    version: IfMatch,
    body: Body<ReopeningWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Reopen, Some(version), body, |petition, occasion, setting| {
            let again: Vec<Id<Assignment>> = setting.body.assignments.iter().copied().map(Id::new).collect();
            Ok(petition.reopen(occasion, words(&setting.body.reason, "/reason")?, &again)?.into())
        })
        .await
}

/// Who takes it back.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalWanted {
    /// Which petitioner; the principal if absent.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub petitioner_id: Option<Uuid>,
    /// Why.
    #[serde(default)]
    #[schema(example = "Ya lo arregló un vecino.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: Option<String>,
    /// Whether the office goes on of its own motion.
    #[serde(default)]
    #[schema(example = false)]
    pub continue_ex_officio: bool,
    /// When it was, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for WithdrawalWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Record a withdrawal
///
/// The petitioner takes the petition back. With co-petitioners the next becomes principal, or the office goes on of
/// its own motion; else what is open is cancelled and the file ends as `withdrawn`. Needs `petition.contact` or
/// `petition.review`.
#[utoipa::path(
    operation_id = "withdraw_petition",
    tag = "petitions",
    request_body = WithdrawalWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/withdrawal")]
pub async fn withdraw_petition(
    version: IfMatch,
    body: Body<WithdrawalWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Withdraw, Some(version), body, |petition, occasion, setting| {
            let withdrawing = Withdrawing {
                petitioner: setting.body.petitioner_id.map(Id::new),
                reason: some_words(setting.body.reason.as_ref(), "/reason")?,
                continued: setting.body.continue_ex_officio,
            };
            Ok(petition.withdraw(occasion, withdrawing)?.into())
        })
        .await
}

/// Why the file ends.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EndingWanted {
    /// Why.
    #[schema(example = "Llamada de broma.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
}

impl Circumstances for EndingWanted {}

/// Close for want of a reply
///
/// Ends the file as `no_reply` when the citizen did not reply in term to a question that was needed. Needs
/// `petition.review`.
#[utoipa::path(
    operation_id = "close_petition",
    tag = "petitions",
    request_body = EndingWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/closure")]
pub async fn close_petition(
    version: IfMatch,
    body: Body<EndingWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Close, Some(version), body, |petition, occasion, setting| {
            Ok(petition.close_unreplied(occasion, words(&setting.body.reason, "/reason")?)?.into())
        })
        .await
}

/// Annul a petition
///
/// Ends the file as a capture error, a prank or a test. It stays listed and counts nowhere else; its folio is not
/// used again. Needs `petition.manage`.
#[utoipa::path(
    operation_id = "annul_petition",
    tag = "petitions",
    request_body = EndingWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/annulment")]
pub async fn annul_petition(
    version: IfMatch,
    body: Body<EndingWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Annul, Some(version), body, |petition, occasion, setting| {
            Ok(petition.annul(occasion, words(&setting.body.reason, "/reason")?)?.into())
        })
        .await
}
