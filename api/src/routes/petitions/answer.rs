//! The city's word to the citizen: answers, contacts, notifications.

use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use domain::contact::{Direction, Purpose};
use domain::id::Id;
use domain::petition::answer::Answering;
use domain::petition::notify::Contacting;
use domain::step::Step;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::named;
use crate::http::{Body, IfMatch, codes};
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Request, dated_on, some_words, words};
use crate::view::PetitionView;

/// The authority whose business it is.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReferralWanted {
    /// Which authority.
    #[schema(example = "Comisión Federal de Electricidad", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub authority: String,
    /// What the citizen does there.
    #[schema(
        example = "Reportar la falla al 071 con el número de servicio del recibo.",
        min_length = 1,
        max_length = 10_000
    )]
    #[validate(length(min = 1, max = 10_000))]
    pub procedure: String,
}

/// A document that answers a petition in writing (Constitution art. 8).
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DocumentWanted {
    /// Its number, as the office's register has it.
    #[schema(example = "DGAC/0451/2026", min_length = 1, max_length = 60)]
    #[validate(length(min = 1, max = 60))]
    pub number: String,
    /// Its date.
    #[schema(example = "2026-11-26")]
    pub date: NaiveDate,
}

/// An answer.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AnswerWanted {
    /// What became of the matter.
    pub outcome: codes::Outcome,
    /// Why not: with `not_feasible`, and only there.
    #[serde(default)]
    pub infeasibility: Option<codes::Infeasibility>,
    /// The authority and the procedure: with `not_competent`, and only there.
    #[serde(default)]
    #[validate(nested)]
    pub authority: Option<ReferralWanted>,
    /// The words for the citizen; absent where a dependency's are adopted.
    #[serde(default)]
    #[schema(
        example = "SIMAS reparó la fuga el 25 de noviembre. Gracias por avisar.",
        min_length = 1,
        max_length = 10_000
    )]
    #[validate(length(min = 1, max = 10_000))]
    pub text: Option<String>,
    /// The resolved assignment whose report is the answer as it stands.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub adopts: Option<Uuid>,
    /// The document: needed for a petition in writing.
    #[serde(default)]
    #[validate(nested)]
    pub document: Option<DocumentWanted>,
    /// Why what is still open is cancelled; needed where something is.
    #[serde(default)]
    #[schema(example = json!(null), min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub cancel_open: Option<String>,
    /// Why returned shares that nobody took up are let go; needed where there are.
    #[serde(default)]
    #[schema(example = json!(null), min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub let_returns_go: Option<String>,
    /// When it was issued, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for AnswerWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// An answer as the rules are given it.
///
/// # Errors
/// `invalid_body` (422) below `pointer`.
pub fn answering(wanted: &AnswerWanted, pointer: &str) -> Result<Answering, Problem> {
    let at = |field: &str| format!("{pointer}/{field}");
    let authority = match &wanted.authority {
        Some(referral) => Some((
            words(&referral.authority, &at("authority/authority"))?,
            words(&referral.procedure, &at("authority/procedure"))?,
        )),
        None => None,
    };
    let document = match &wanted.document {
        Some(document) => {
            let date = dated_on(document.date, &at("document/date"))?;
            Some((words(&document.number, &at("document/number"))?, date))
        }
        None => None,
    };
    Ok(Answering {
        outcome: wanted.outcome.0,
        infeasibility: wanted.infeasibility.map(|code| code.0),
        authority,
        text: some_words(wanted.text.as_ref(), &at("text"))?,
        adopts: wanted.adopts.map(Id::new),
        document,
        cancel_open: some_words(wanted.cancel_open.as_ref(), &at("cancel_open"))?,
        let_returns_go: some_words(wanted.let_returns_go.as_ref(), &at("let_returns_go"))?,
    })
}

/// Answer a petition
///
/// Issues the city's answer: the outcome and the words for the citizen, or a dependency's report adopted. What is
/// still open is cancelled with a reason, returned shares are let go with a reason. Where nobody left a way to be
/// told, the file ends with it. Needs `petition.review`.
#[utoipa::path(
    operation_id = "answer_petition",
    tag = "petitions",
    request_body = AnswerWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/answer")]
pub async fn answer_petition(
    version: IfMatch,
    body: Body<AnswerWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Answer, Some(version), body, |petition, occasion, setting| {
            Ok(petition.answer(occasion, answering(setting.body, "")?)?.into())
        })
        .await
}

/// A word with the citizen.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ContactWanted {
    /// Who called whom.
    pub direction: codes::Direction,
    /// By what.
    pub medium: codes::Medium,
    /// About what.
    pub purpose: codes::Purpose,
    /// How it went.
    pub result: codes::ContactResult,
    /// What was said.
    #[serde(default)]
    #[schema(example = "Pregunta cuándo van a ir.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: Option<String>,
    /// With which petitioner; the principal if absent.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub petitioner_id: Option<Uuid>,
    /// When it was, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ContactWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Record a contact
///
/// Any word with the citizen but the answer: an enquiry, an insistence, news. With purpose `answer` only a bounce is
/// recorded here: what was taken for delivered came back, and the petition is `answered` again. Needs
/// `petition.contact` or `petition.file`.
#[utoipa::path(
    operation_id = "record_contact",
    tag = "petitions",
    request_body = ContactWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/contacts")]
pub async fn record_contact(
    body: Body<ContactWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Contact, None, body, |petition, occasion, setting| {
            let wanted = setting.body;
            let purpose: Purpose = wanted.purpose.0;
            let contacting = Contacting {
                direction: wanted.direction.0,
                medium: wanted.medium.0,
                result: wanted.result.0,
                text: some_words(wanted.text.as_ref(), "/text")?,
                petitioner: wanted.petitioner_id.map(Id::new),
            };
            Ok(petition.contact(occasion, purpose, contacting)?.into())
        })
        .await
}

/// How telling the answer went.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NotificationWanted {
    /// Who called whom; `out` if absent.
    #[serde(default)]
    pub direction: Option<codes::Direction>,
    /// By what.
    pub medium: codes::Medium,
    /// How it went.
    pub result: codes::ContactResult,
    /// What was said.
    #[serde(default)]
    #[schema(example = "Agradece y queda conforme.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: Option<String>,
    /// Which petitioner; the principal if absent.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub petitioner_id: Option<Uuid>,
    /// When it was, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for NotificationWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Tell the citizen the answer
///
/// Records that the citizen was told, or that it was tried. Which results count as told is policy (`told` and
/// `delivered`); after the policy's attempts on different days (three) the file ends as `unreachable`, and telling
/// later still turns that into `notified`. Needs `petition.contact` (*Manual 8.1, 14.4, 15.1*).
#[utoipa::path(
    operation_id = "notify_petitioner",
    tag = "petitions",
    request_body = NotificationWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/notifications")]
pub async fn notify_petitioner(
    version: IfMatch,
    body: Body<NotificationWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Notify, Some(version), body, |petition, occasion, setting| {
            let wanted = setting.body;
            let contacting = Contacting {
                direction: wanted.direction.map_or(Direction::Out, |direction| direction.0),
                medium: wanted.medium.0,
                result: wanted.result.0,
                text: some_words(wanted.text.as_ref(), "/text")?,
                petitioner: wanted.petitioner_id.map(Id::new),
            };
            Ok(petition.notify(occasion, contacting)?.into())
        })
        .await
}
