//! Who sees a petition to its end, and the marks by which the office finds it.

use actix_web::{HttpResponse, delete, post, put, web};
use chrono::NaiveDate;
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::petition::follow::HandingOver;
use domain::refusal::{Code, Refusal};
use domain::step::Step;
use domain::tag::{MOST_TAGS, Tag};
use persistence::Db;
use persistence::accounts::{self, Asked};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::named;
use crate::http::{Body, IfMatch, Optional};
use crate::problem::Problem;
use crate::step::{Circumstances, Done, Empty, Nothing, Request, Setting, words};
use crate::view::PetitionView;

/// Take a petition
///
/// The caller sees it to its end from now on, in the post that follows it already if they hold that one, else in
/// another of theirs. What nobody in particular follows anybody takes who may answer; what somebody follows, only
/// whoever holds the same post or one that oversees it (403 `not_supervising`). It takes no body, or an object without
/// members. Needs `petition.review`.
#[utoipa::path(
    operation_id = "take_petition",
    tag = "petitions",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/follower")]
pub async fn take_petition(
    version: IfMatch,
    body: Optional<Empty>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Take, Some(version), body.0, |petition, occasion, _| {
            Ok(petition.take(occasion)?.into())
        })
        .await
}

/// Who is to see to it.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct FollowerWanted {
    /// Code of the post: one that answers petitions; the present one if absent.
    #[serde(default)]
    #[schema(example = "community_coordinator", max_length = 60)]
    #[validate(length(max = 60))]
    pub position: Option<String>,
    /// Who in particular, by account: somebody who holds that post today; nobody in particular if absent.
    #[serde(default)]
    #[schema(example = json!(null))]
    pub account_id: Option<Uuid>,
    /// Why.
    #[schema(example = "Es de las colonias que atiende enlace ciudadano.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
}

impl Circumstances for FollowerWanted {}

/// Hand a petition over
///
/// Another post, or another person of it, sees it to its end from now on. Whoever follows it may, and whoever holds
/// the post that does or one that oversees it (403 `not_supervising`). Needs `petition.review`, `petition.manage` or
/// `petition.oversee`.
#[utoipa::path(
    operation_id = "hand_over_petition",
    tag = "petitions",
    request_body = FollowerWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[put("/v1/petitions/{id}/follower")]
pub async fn hand_over_petition(
    version: IfMatch,
    body: Body<FollowerWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request.petition(target, Step::HandOver, Some(version), body, hand_over).await
}

/// Hands over, alone or as one of many.
///
/// # Errors
/// The step's; of [`appointed`].
pub fn hand_over(
    petition: &Petition,
    occasion: &mut Occasion<'_>,
    setting: Setting<'_, FollowerWanted>,
) -> Result<Done, Problem> {
    let wanted = setting.body;
    let position = wanted.position.clone().unwrap_or_else(|| petition.followed_by.clone());
    let reason = words(&wanted.reason, "/reason")?;
    let person = wanted.account_id.map(domain::id::Id::new);
    let change = petition.hand_over(occasion, HandingOver { position: position.clone(), person, reason })?;
    appointed(setting.db, wanted.account_id, position, setting.today)?;
    Ok(change.into())
}

/// Whether this person, if anybody in particular, holds the post today.
///
/// # Errors
/// `follower_unappointed` (422).
pub fn appointed(db: &mut Db, account: Option<Uuid>, position: String, today: NaiveDate) -> Result<(), Problem> {
    let Some(account) = account else { return Ok(()) };
    let of = Asked { account: Some(account), position: Some(position), on: Some(today), limit: 1, ..Asked::default() };
    if accounts::appointments(db, &of)?.is_empty() {
        return Err(Refusal::at(Code::FollowerUnappointed, "/account_id").into());
    }
    Ok(())
}

/// Marks to put on.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TagsWanted {
    /// Codes that the office agrees on: small letters without accents and digits in words with `_` between them,
    /// beginning with a letter, at most 40 characters and four digits in a row. No names and no numbers of people.
    #[schema(example = json!(["rain_2026"]), min_items = 1, max_items = 20)]
    #[validate(length(min = 1, max = 20))]
    pub tags: Vec<String>,
}

impl Circumstances for TagsWanted {}

/// Tag a petition
///
/// Puts marks on it, by which lists find it (`tag`). What it has already is passed over; it can have 20. For every
/// post that works with petitions.
#[utoipa::path(
    operation_id = "tag_petition",
    tag = "petitions",
    request_body = TagsWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/tags")]
pub async fn tag_petition(
    body: Body<TagsWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request.petition(target, Step::Tag, None, body, tag).await
}

/// Tags, alone or as one of many.
///
/// # Errors
/// Of [`tags`] and of the step.
pub fn tag(
    petition: &Petition,
    occasion: &mut Occasion<'_>,
    setting: Setting<'_, TagsWanted>,
) -> Result<Done, Problem> {
    Ok(petition.tag(occasion, &tags(setting.body)?, &[])?.into())
}

/// The marks of a body.
///
/// # Errors
/// `invalid_body` (422) at the mark that is none.
pub fn tags(wanted: &TagsWanted) -> Result<Vec<Tag>, Problem> {
    let read = |(at, written): (usize, &String)| {
        Tag::parse(written).ok_or_else(|| Problem::invalid(format!("/tags/{at}"), "tag_malformed"))
    };
    wanted.tags.iter().enumerate().map(read).collect()
}

/// Untag a petition
///
/// Takes one mark off; one that it does not have is told as `unchanged` (409). For every post that works with
/// petitions.
#[utoipa::path(
    operation_id = "untag_petition",
    tag = "petitions",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("tag" = String, Path, description = "The mark.", example = "rain_2026"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[delete("/v1/petitions/{id}/tags/{tag}")]
pub async fn untag_petition(
    version: IfMatch,
    request: Request,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, tag) = path.into_inner();
    let tag = Tag::parse(&tag).ok_or_else(Problem::not_found)?;
    request
        .petition(named(&id)?, Step::Tag, Some(version), Nothing, move |petition, occasion, _| {
            Ok(petition.tag(occasion, &[], std::slice::from_ref(&tag))?.into())
        })
        .await
}

/// The schema says how many a body takes in a literal; this keeps it that of the rule.
const _: () = assert!(MOST_TAGS == 20, "see TagsWanted");
