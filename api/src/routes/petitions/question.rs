//! Questions to the citizen and replies.

use actix_web::{HttpResponse, delete, post, web};
use domain::id::Id;
use domain::step::{QuestionStep, Step};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::named;
use crate::http::{Body, IfMatch, Optional};
use crate::problem::Problem;
use crate::step::{Circumstances, Dating, Empty, Nothing, Request, words};
use crate::view::PetitionView;

/// A question.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct QuestionWanted {
    /// The words, for the citizen.
    #[schema(example = "¿Frente a qué número de casa está la fuga?", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// When it was asked, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for QuestionWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Ask the citizen
///
/// Puts a question of the office to the citizen and pauses the petition's terms until the reply or its term. Needs
/// `petition.review` or `petition.contact`.
#[utoipa::path(
    operation_id = "ask_citizen",
    tag = "petitions",
    request_body = QuestionWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/questions")]
pub async fn ask_citizen(
    body: Body<QuestionWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Ask, None, body, |petition, occasion, setting| {
            Ok(petition.ask(occasion, words(&setting.body.text, "/text")?)?.into())
        })
        .await
}

/// Release a dependency's question
///
/// Lets the question of a dependency go out to the citizen; from then on it pauses that dependency's term. Needs
/// `petition.review` or `petition.contact`.
#[utoipa::path(
    operation_id = "release_question",
    tag = "petitions",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("question_id" = Uuid, Path, description = "The question.", example = "0193a1c2-9000-7c3e-9a51-3f2c1b0a9d8e"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/questions/{question_id}/release")]
pub async fn release_question(
    body: Optional<Empty>,
    request: Request,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (id, question) = path.into_inner();
    let question = Id::new(question);
    request
        .question(named(&id)?, question, QuestionStep::Release, None, body.0, move |petition, occasion, _| {
            Ok(petition.release_question(occasion, question)?.into())
        })
        .await
}

/// A reply.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReplyWanted {
    /// The citizen's words.
    #[schema(example = "Frente al 118, de la casa amarilla.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// When the citizen replied, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

impl Circumstances for ReplyWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// Record the citizen's reply
///
/// Keys what the citizen replied, by whatever way; the terms go on. A reply after its term still counts as long as
/// nothing else was decided. Needs `petition.contact` or `petition.file`.
#[utoipa::path(
    operation_id = "reply_to_question",
    tag = "petitions",
    request_body = ReplyWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("question_id" = Uuid, Path, description = "The question.", example = "0193a1c2-9000-7c3e-9a51-3f2c1b0a9d8e"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/questions/{question_id}/reply")]
pub async fn reply_to_question(
    body: Body<ReplyWanted>,
    request: Request,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (id, question) = path.into_inner();
    let question = Id::new(question);
    request
        .question(named(&id)?, question, QuestionStep::Reply, None, body, move |petition, occasion, setting| {
            Ok(petition.reply(occasion, question, words(&setting.body.text, "/text")?)?.into())
        })
        .await
}

/// Cancel a question
///
/// It is not asked any more; the terms go on. `If-Match` names the petition's version. Needs `petition.review`.
#[utoipa::path(
    operation_id = "cancel_question",
    tag = "petitions",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("question_id" = Uuid, Path, description = "The question.", example = "0193a1c2-9000-7c3e-9a51-3f2c1b0a9d8e"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[delete("/v1/petitions/{id}/questions/{question_id}")]
pub async fn cancel_question(
    version: IfMatch,
    request: Request,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (id, question) = path.into_inner();
    let question = Id::new(question);
    request
        .question(named(&id)?, question, QuestionStep::Cancel, Some(version), Nothing, move |petition, occasion, _| {
            Ok(petition.cancel_question(occasion, question, None)?.into())
        })
        .await
}
