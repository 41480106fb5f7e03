//! The ways in which petitions come in. For whoever is signed in, to read; for whoever manages catalogues, to edit.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::catalogues::edit::{self, NamesEdit, given};
use super::catalogues::{CatalogueWanted, EntryView, NamedPosition, Names, signed_in};
use crate::auth::Caller;
use crate::http::{Body, Code, IdempotencyKey, IfMatch, Query, cacheable, codes, label};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_channels).service(get_channel).service(add_channel).service(change_channel);
}

/// One way in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Channel {
    /// Stable, never reused.
    #[schema(example = "phone_073")]
    code: String,
    /// Its name in the caller's language.
    #[schema(example = "Línea 073")]
    name: String,
    /// Its name in both.
    names: Names,
    /// What the rules know it by: several channels may be of one type.
    #[serde(rename = "type")]
    channel_type: codes::ChannelType,
    /// The type in the caller's language.
    #[schema(example = "Línea 073")]
    type_label: String,
    /// The post that sees petitions of this channel to their end.
    followed_by: NamedPosition,
    /// The first day on which it is valid; null: it always was.
    #[schema(example = "2026-01-01")]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is valid; null: until further notice.
    #[schema(example = json!(null))]
    valid_until: Option<NaiveDate>,
    /// Where it stands among its like, from 0.
    #[schema(example = 0, minimum = 0)]
    rank: i32,
    /// For `If-Match` when it is changed.
    #[schema(example = "\"6f1c0d2b8a94e37f5520c1ab\"")]
    etag: String,
}

/// Channels, in the order in which people are shown them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Channels {
    /// All that were wanted, on one page.
    items: Vec<Channel>,
}

/// List channels
///
/// The ways in which petitions come in, with the post that follows them up. Kept answers are asked about again with
/// `If-None-Match`.
#[utoipa::path(
    operation_id = "list_channels",
    tag = "catalogues",
    params(CatalogueWanted),
    responses(
        (status = 200, description = "The channels.", body = Channels, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/channels")]
pub async fn list_channels(
    query: Query<CatalogueWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    let wanted = |row: &catalogue::Channel| query.value.shows(row.valid_from, row.valid_until, today);
    let items = Channel::list(&office, (language, today), wanted)?;
    cacheable::json(req.headers(), &Channels { items })
}

/// Get a channel
///
/// One way in, valid or not.
#[utoipa::path(
    operation_id = "get_channel",
    tag = "catalogues",
    params(("code" = String, Path, description = "The channel's code.", example = "phone_073")),
    responses(
        (status = 200, description = "The channel.", body = Channel, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/channels/{code}")]
pub async fn get_channel(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    Channel::get(req.headers(), &code, &office, (language, today))
}

/// What a channel shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ChannelEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "telegram", max_length = 60)]
    code: Option<String>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// What the rules know it by. Needed when it is added, never changed.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    channel_type: Option<codes::ChannelType>,
    /// Code of the post that sees its petitions to their end. Needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "call_center_head")]
    followed_by: Option<String>,
    /// The first day on which it is valid.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = "2026-12-01")]
    valid_from: Option<Option<NaiveDate>>,
    /// The last day on which it is valid: this is how it ends.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = json!(null))]
    valid_until: Option<Option<NaiveDate>>,
    /// Where it stands among its like, from 0; last when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 14, minimum = 0)]
    rank: Option<i32>,
}

/// Add a channel
///
/// Another way in. Its code is never used for anything else. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_channel",
    tag = "catalogues",
    request_body = ChannelEdit,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The channel.", body = Channel,
            headers(("ETag" = String), ("Location" = String, description = "The channel."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/channels")]
pub async fn add_channel(
    key: IdempotencyKey,
    body: Body<ChannelEdit>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.add::<Channel, _>(key, body, "/v1/channels".to_owned(), None).await
}

/// Change a channel
///
/// Its name, who follows it up, until when it is valid. What came in by it before keeps it. Its type stays: end it and
/// add another (409 `channel_type_fixed`). Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_channel",
    tag = "catalogues",
    request_body = ChannelEdit,
    params(
        ("code" = String, Path, description = "The channel's code.", example = "phone_073"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses(
        (status = 200, description = "The channel as it is now.", body = Channel, headers(("ETag" = String))),
        (status = 409, description = "The type of a channel cannot be changed: `channel_type_fixed`."),
    ),
    security(("token" = [])),
)]
#[patch("/v1/channels/{code}")]
pub async fn change_channel(
    version: IfMatch,
    body: Body<ChannelEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.change::<Channel, _>(version, body, code.into_inner(), None).await
}

impl EntryView for Channel {
    type Row = catalogue::Channel;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Channel, _: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        Self {
            code: row.code.clone(),
            name: names.spoken(language),
            names,
            channel_type: Code(row.channel_type),
            type_label: label(language, row.channel_type),
            followed_by: NamedPosition::coded(&row.followed_by, language),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::catalogue::ChannelType;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_channel_tells_its_type_and_who_follows_it_up() {
        let city = catalogue::torreon();
        let row = city.channels.iter().find(|row| row.channel_type == ChannelType::Phone073).unwrap();
        let told: Value = serde_json::to_value(Channel::of(row, &city, Language::English)).unwrap();
        assert_eq!(told["type"], json!("phone_073"));
        assert_eq!(told["followed_by"]["code"], json!("call_center_head"));
        assert_eq!((&told["name"], &told["names"]["es"]), (&json!(row.name_en), &json!(row.name_es)));
    }
}
