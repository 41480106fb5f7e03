//! The ways in which petitions come in. For whoever is signed in, to read.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use domain::catalogue;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::catalogues::{CatalogueWanted, NamedPosition, Names, signed_in};
use crate::auth::Caller;
use crate::http::{Code, Query, cacheable, codes, label};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_channels).service(get_channel);
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
    let today = signed_in(caller, &state).await?;
    let rows = state.office.catalogue.channels.iter();
    let wanted = rows.filter(|row| query.value.shows(row.valid_from, row.valid_until, today));
    let items = wanted.map(|row| Channel::of(row, language)).collect();
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
    signed_in(caller, &state).await?;
    let row = state.office.channel(&code).ok_or_else(Problem::not_found)?;
    cacheable::json(req.headers(), &Channel::of(row, language))
}

impl Channel {
    fn of(row: &catalogue::Channel, language: Language) -> Self {
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
        let told: Value = serde_json::to_value(Channel::of(row, Language::English)).unwrap();
        assert_eq!(told["type"], json!("phone_073"));
        assert_eq!(told["followed_by"]["code"], json!("call_center_head"));
        assert_eq!((&told["name"], &told["names"]["es"]), (&json!(row.name_en), &json!(row.name_es)));
    }
}
