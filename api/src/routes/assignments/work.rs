//! The dependency's steps: accept, return, report, extend, resolve, ask.

use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use domain::id::Id;
use domain::petition::work::{Progress, Resolving};
use domain::step::AssignmentStep;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::http::{Body, IfMatch, codes};
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Request, Speaking, dated_on, some_words, words};
use crate::view::AssignmentView;

/// An acceptance.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceWanted {
    /// Who of the dependency said it, where the office records it; a liaison leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for AcceptanceWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Accept an assignment
///
/// The dependency takes its share up. Liaisons for their own dependency; posts with
/// `assignment.record_for_dependency` say who spoke for it (*Manual 4.4, 6.3, 12.3, 15.5, 15.7*).
#[utoipa::path(
    operation_id = "accept_assignment",
    tag = "assignments",
    request_body = AcceptanceWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/acceptance")]
pub async fn accept_assignment(
    version: IfMatch,
    body: Body<AcceptanceWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::Accept, Some(version), body, move |petition, occasion, setting| {
            let _ = setting;
            Ok(petition.accept(occasion, id)?.into())
        })
        .await
}

/// Why it comes back.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReturnWanted {
    /// Why.
    pub reason: codes::ReturnReason,
    /// In the dependency's words.
    #[schema(
        example = "La fuga está en la toma domiciliaria: corresponde al área de medidores.",
        min_length = 1,
        max_length = 10_000
    )]
    #[validate(length(min = 1, max = 10_000))]
    pub explanation: String,
    /// Code of the dependency that should have it instead, if it is known.
    #[serde(default)]
    #[schema(example = "public_works", max_length = 60)]
    #[validate(length(max = 60))]
    pub suggested: Option<String>,
    /// Who of the dependency said it, where the office records it; a liaison leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ReturnWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Return an assignment
///
/// The dependency gives its share back, also after acceptance; it goes to the router's desk. A directed assignment
/// cannot be returned.
#[utoipa::path(
    operation_id = "return_assignment",
    tag = "assignments",
    request_body = ReturnWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/return")]
pub async fn return_assignment(
    version: IfMatch,
    body: Body<ReturnWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::Return, Some(version), body, move |petition, occasion, setting| {
            let wanted = setting.body;
            if let Some(code) = &wanted.suggested {
                setting.office.named_dependency(code, setting.today, "/suggested")?;
            }
            let explanation = words(&wanted.explanation, "/explanation")?;
            let suggested = wanted.suggested.clone();
            Ok(petition.give_back(occasion, id, wanted.reason.0, explanation, suggested)?.into())
        })
        .await
}

/// News of the work.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProgressWanted {
    /// For the office.
    #[schema(example = "La cuadrilla ya revisó; falta material.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub report: String,
    /// For the citizen.
    #[serde(default)]
    #[schema(
        example = "Una cuadrilla revisó la fuga; la reparación está programada.",
        min_length = 1,
        max_length = 10_000
    )]
    #[validate(length(min = 1, max = 10_000))]
    pub citizen_text: Option<String>,
    /// The day for which the work is planned.
    #[serde(default)]
    #[schema(example = "2026-11-26")]
    pub scheduled_for: Option<NaiveDate>,
    /// Who of the dependency said it, where the office records it; a liaison leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ProgressWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Report progress
///
/// News of the work. On a pending assignment it implies acceptance.
#[utoipa::path(
    operation_id = "report_progress",
    tag = "assignments",
    request_body = ProgressWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/progress")]
pub async fn report_progress(
    body: Body<ProgressWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::ReportProgress, None, body, move |petition, occasion, setting| {
            let wanted = setting.body;
            let progress = Progress {
                report: words(&wanted.report, "/report")?,
                citizen_text: some_words(wanted.citizen_text.as_ref(), "/citizen_text")?,
                scheduled_for: wanted.scheduled_for.map(|day| dated_on(day, "/scheduled_for")).transpose()?,
            };
            Ok(petition.report_progress(occasion, id, progress)?.into())
        })
        .await
}

/// More time.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ExtensionWanted {
    /// Working days more; the policy says how many at most.
    #[schema(example = 3, minimum = 1, maximum = 60)]
    #[validate(range(min = 1, max = 60))]
    pub working_days: u16,
    /// Why.
    #[schema(example = "Falta una pieza que llega el jueves.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
    /// Who of the dependency said it, where the office records it; a liaison leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ExtensionWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Extend an assignment's term
///
/// Gives the share more time, before its term ends and as often as the policy allows. The petition's own term to be
/// answered does not move.
#[utoipa::path(
    operation_id = "extend_assignment",
    tag = "assignments",
    request_body = ExtensionWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/extensions")]
pub async fn extend_assignment(
    version: IfMatch,
    body: Body<ExtensionWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::Extend, Some(version), body, move |petition, occasion, setting| {
            let reason = words(&setting.body.reason, "/reason")?;
            Ok(petition.extend(occasion, id, setting.body.working_days, reason)?.into())
        })
        .await
}

/// What was done.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ResolutionWanted {
    /// What was done; the answer may adopt it.
    #[schema(example = "Se reparó la fuga y se repuso el pavimento.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub report: String,
    /// The outcome that the dependency proposes.
    pub outcome: codes::Outcome,
    /// Why not: with `not_feasible`, and only there.
    #[serde(default)]
    pub infeasibility: Option<codes::Infeasibility>,
    /// Who of the dependency said it, where the office records it; a liaison leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ResolutionWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Resolve an assignment
///
/// The dependency says it is done and proposes the outcome. On a pending assignment it implies acceptance. The office
/// reads it before the citizen does.
#[utoipa::path(
    operation_id = "resolve_assignment",
    tag = "assignments",
    request_body = ResolutionWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The assignment's version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/resolution")]
pub async fn resolve_assignment(
    version: IfMatch,
    body: Body<ResolutionWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::Resolve, Some(version), body, move |petition, occasion, setting| {
            let wanted = setting.body;
            let resolving = Resolving {
                report: words(&wanted.report, "/report")?,
                outcome: wanted.outcome.0,
                infeasibility: wanted.infeasibility.map(|code| code.0),
            };
            Ok(petition.resolve(occasion, id, resolving)?.into())
        })
        .await
}

/// A dependency's question.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AssignmentQuestionWanted {
    /// The words, for the citizen.
    #[schema(example = "¿Frente a qué número de casa está la fuga?", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// Who of the dependency said it, where the office records it; a liaison leaves it out.
    #[serde(default)]
    #[validate(nested)]
    pub on_behalf_of: Option<Speaking>,
    /// When it happened, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for AssignmentQuestionWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }

    fn speaking(&self) -> Option<&Speaking> {
        self.on_behalf_of.as_ref()
    }
}

/// Ask the citizen for an assignment
///
/// A dependency's question. It goes out, and pauses the dependency's term, when a post of the office releases it;
/// where such a post records it, at once.
#[utoipa::path(
    operation_id = "ask_citizen_for_assignment",
    tag = "assignments",
    request_body = AssignmentQuestionWanted,
    params(
        ("id" = Uuid, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The assignment as it is now.", body = AssignmentView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/questions")]
pub async fn ask_citizen_for_assignment(
    body: Body<AssignmentQuestionWanted>,
    request: Request,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = Id::new(*id);
    request
        .assignment(id, AssignmentStep::Ask, None, body, move |petition, occasion, setting| {
            Ok(petition.ask_for(occasion, id, words(&setting.body.text, "/text")?)?.into())
        })
        .await
}
