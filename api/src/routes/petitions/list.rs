//! `GET /v1/petitions`: lists by keyset, with everything that a row of a screen shows.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::Calendar;
use domain::code::Coded;
use domain::map::{BoundingBox, BoxError};
use domain::position::position;
use domain::search::{self, Search, SearchError};
use domain::tag::Tag;
use domain::time::Instant;
use persistence::petitions::{self, AtDesk, Count, PetitionFilter, PetitionSort, Position};
use persistence::sql::Side;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::auth::Caller;
use crate::http::{Limit, Query, codes, listed, sort_needs};
use crate::office::Office;
use crate::problem::{FieldError, Kind, Problem};
use crate::state::AppState;
use crate::step::sane_date;
use crate::text::Language;
use crate::view::{Material, PetitionView, Viewer};

/// An instant, or a day of the city, which stands for its first moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// To the moment.
    Instant(Instant),
    /// The city's day.
    Day(NaiveDate),
}

impl Moment {
    /// The instant.
    #[must_use]
    pub fn instant(self, calendar: &Calendar) -> Instant {
        match self {
            Self::Instant(at) => at,
            Self::Day(day) => calendar.start_of(day),
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        // As chrono says it: the caller is told the shape.
        const MALFORMED: &str = "input contains invalid characters";
        let unfit = || serde::de::Error::custom(MALFORMED);
        if let Ok(day) = written.parse::<NaiveDate>() {
            return if sane_date(day) { Ok(Self::Day(day)) } else { Err(unfit()) };
        }
        let at = DateTime::parse_from_rfc3339(&written).map_err(|_| unfit())?.with_timezone(&Utc);
        if sane_date(at.date_naive()) { Ok(Self::Instant(at)) } else { Err(unfit()) }
    }
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum PetitionOrder {
    /// Newest receipt first.
    #[default]
    #[serde(rename = "-received_at")]
    NewestReceived,
    /// Oldest receipt first.
    #[serde(rename = "received_at")]
    OldestReceived,
    /// Last changed first.
    #[serde(rename = "-updated_at")]
    NewestUpdated,
    /// Longest unchanged first.
    #[serde(rename = "updated_at")]
    OldestUpdated,
    /// What is due first; `state` or `desk` must be given.
    #[serde(rename = "due_at")]
    Due,
}

/// Whether the whole is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// No.
    #[default]
    None,
    /// As far as a bounded look goes.
    Capped,
}

/// Which petitions.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PetitionsWanted {
    /// In this state.
    #[param(inline, example = "in_review")]
    state: Option<codes::State>,
    /// With this outcome.
    #[param(inline, example = "attended")]
    outcome: Option<codes::Outcome>,
    /// Closed this way.
    #[param(inline, example = "notified")]
    closing: Option<codes::Closing>,
    /// Of this kind.
    #[param(inline, example = "service_request")]
    kind: Option<codes::Kind>,
    /// Of this category or one below it.
    #[param(example = "water_leak")]
    category: Option<String>,
    /// By this channel.
    #[param(example = "phone_073")]
    channel: Option<String>,
    /// With an assignment of this dependency.
    #[param(example = "simas")]
    dependency: Option<String>,
    /// With an assignment of this unit.
    #[param(example = "drinking_water_unit")]
    unit: Option<String>,
    /// In this box of the map, its edges included: west, south, east and north in degrees of WGS 84. What has no
    /// coordinates lies in none.
    #[param(example = "-103.5,25.45,-103.25,25.65", max_length = 100)]
    bbox: Option<String>,
    /// In this neighbourhood: its code or its name in the catalogue, in whatever case; or another name exactly as it was
    /// said.
    #[param(example = "torreon_jardin")]
    neighbourhood: Option<String>,
    /// Of this priority.
    #[param(inline, example = "high")]
    priority: Option<codes::Priority>,
    /// Seen to its end by this post.
    #[param(example = "call_center_head")]
    followed_by: Option<String>,
    /// Seen to its end by this person in particular, by account.
    #[param(example = "0193a1c2-0000-7c3e-9a51-3f2c1b0a9d8e")]
    follower: Option<Uuid>,
    /// With this mark of the office; only the office finds by it.
    #[param(example = "rain_2026")]
    tag: Option<String>,
    /// On this desk of the office, as `GET /v1/worklists` counts it: with `sort=due_at` it is read at once, however
    /// much is closed.
    #[param(inline, example = "to_review")]
    desk: Option<codes::Desk>,
    /// Received then or later: an instant, or a day of the city.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    received_from: Option<Moment>,
    /// Received before.
    #[param(value_type = Option<String>, example = "2026-12-01")]
    received_to: Option<Moment>,
    /// Changed then or later.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    updated_from: Option<Moment>,
    /// Changed before.
    #[param(value_type = Option<String>, example = "2026-12-01")]
    updated_to: Option<Moment>,
    /// With all of these words, in any form, case and with or without accents, in the citizen's text, the address or
    /// the neighbourhood; or with this folio or part of one (`1234`, `AC-2026-0012`). At most 200 characters and 16
    /// words; articles and the like do not count. Names, telephones and the office's notes are not searched.
    #[param(example = "alumbrado publico", max_length = 200)]
    q: Option<String>,
    /// With a running term that ends before.
    #[param(value_type = Option<String>, example = "2026-11-24T21:00:00Z")]
    due_to: Option<Moment>,
    /// In which order; `-received_at` when absent. `due_at` needs `state` or `desk`.
    #[serde(default)]
    #[param(inline, value_type = Option<PetitionOrder>)]
    sort: PetitionOrder,
    /// Items on a page: 1 to 200, 50 when absent. A page may be shorter, or empty, while there is a next one.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Limit,
    /// Whether the whole is counted, as far as a bounded look goes.
    #[serde(default)]
    #[param(inline, value_type = Option<Counting>)]
    count: Counting,
}

/// How many there are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CountView {
    /// As far as it was counted.
    #[schema(example = 128)]
    value: i64,
    /// Whether that is all; if not, there are that many at least.
    #[schema(example = true)]
    exact: bool,
}

impl From<Count> for CountView {
    fn from(count: Count) -> Self {
        Self { value: count.value, exact: count.exact }
    }
}

/// A page of petitions.
#[derive(Serialize, ToSchema)]
pub struct PetitionPage {
    /// What is on it.
    items: Vec<PetitionView>,
    /// The cursor of the next page; null at the end.
    #[schema(example = json!(null))]
    next: Option<String>,
    /// How many there are, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<CountView>,
    /// With `q`: whether there are more matches than were looked at, so that some may be missing. Narrow the search by
    /// another word or by `received_from` and `received_to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    capped: Option<bool>,
}

/// List petitions
///
/// Petitions that the caller may see, by keyset. One call reads a bounded number of rows whatever the filters: a page
/// may be short or empty while `next` stands; go on until it does not. A petition is found by `q` within two seconds
/// of being filed; in the orders by receipt every match is reached page by page, in the others the newest 2,000 matches
/// are looked at.
#[utoipa::path(
    operation_id = "list_petitions",
    tag = "petitions",
    params(
        PetitionsWanted,
        ("cursor" = Option<String>, Query, description = "The page after: `next` of the page before.",
            example = "WyIyMDI2LTExLTIzVDE1OjA0OjA1WiJd"),
    ),
    responses((status = 200, description = "A page.", body = PetitionPage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/petitions")]
pub async fn list_petitions(
    query: Query<PetitionsWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let who = caller.id();
    let after: Option<Position> = query.position(&state.secrets, who)?;
    let wanted = query.value.clone();
    let limit = i64::try_from(wanted.limit.get()).unwrap_or(50);
    let counting = wanted.count;
    let shared = state.clone();
    let (items, page, count, searching) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let today = caller.today();
            let (filter, sort) = asked(&wanted, &shared.calendar, &office, today)?;
            let visibility = actor.visibility();
            if visibility.is_nothing() {
                return Err(domain::refusal::Code::NotAllowed.into());
            }
            let page = petitions::petitions(db, &filter, &visibility, sort, after, limit)?;
            let found = petitions::many(db, &page.ids)?;
            let material = Material::of(db, &found)?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            let items: Vec<PetitionView> =
                found.iter().map(|petition| PetitionView::of(petition, &material, viewer)).collect();
            let count = match counting {
                Counting::None => None,
                Counting::Capped => Some(petitions::count(db, &filter, &visibility)?.into()),
            };
            Ok((items, page, count, filter.search.is_some()))
        })
        .await?;
    let capped = searching.then_some(page.capped);
    let next = page.next.map(|position| query.next(&state.secrets, who, &position));
    let mut head = HttpResponse::Ok();
    if let Some(next) = &next {
        head.insert_header((header::LINK, query.link(next)));
    }
    Ok(head.json(PetitionPage { items, next, count, capped }))
}

/// What a query asks for.
///
/// # Errors
/// `invalid_parameter` (400) with the name of the parameter.
pub fn asked(
    wanted: &PetitionsWanted,
    calendar: &Calendar,
    office: &Office,
    today: NaiveDate,
) -> Result<(PetitionFilter, PetitionSort), Problem> {
    let sort = match wanted.sort {
        PetitionOrder::NewestReceived => PetitionSort::Received(Side::Before),
        PetitionOrder::OldestReceived => PetitionSort::Received(Side::After),
        PetitionOrder::NewestUpdated => PetitionSort::Updated(Side::Before),
        PetitionOrder::OldestUpdated => PetitionSort::Updated(Side::After),
        PetitionOrder::Due if wanted.state.is_none() && wanted.desk.is_none() => {
            return Err(sort_needs("state", "due_at", "state, desk"));
        }
        PetitionOrder::Due => PetitionSort::Due,
    };
    listed("category", wanted.category.as_ref(), |code| office.category(code).is_some(), "/v1/categories")?;
    listed("channel", wanted.channel.as_ref(), |code| office.channel(code).is_some(), "/v1/channels")?;
    listed("dependency", wanted.dependency.as_ref(), |code| office.dependency(code).is_some(), "/v1/dependencies")?;
    listed("unit", wanted.unit.as_ref(), |code| office.unit(code).is_some(), "/v1/dependencies")?;
    listed("followed_by", wanted.followed_by.as_ref(), |code| position(code).is_some(), "/v1/positions")?;
    if wanted.tag.as_deref().is_some_and(|tag| Tag::parse(tag).is_none()) {
        return Err(Problem::parameter("tag", "tag_malformed"));
    }
    let within = boxed(wanted.bbox.as_deref())?;
    let search = wanted.q.as_deref().map(Search::parse).transpose().map_err(unsearchable)?;
    Ok((PetitionFilter { search, within, ..filter(wanted, calendar, office, today) }, sort))
}

/// The box of the map that is meant.
///
/// # Errors
/// `invalid_parameter` (400).
pub fn boxed(written: Option<&str>) -> Result<Option<BoundingBox>, Problem> {
    written.map(BoundingBox::parse).transpose().map_err(|error| match error {
        BoxError::Malformed => Problem::parameter("bbox", "bbox_malformed"),
        BoxError::Reversed => Problem::parameter("bbox", "bbox_reversed"),
    })
}

fn unsearchable(error: SearchError) -> Problem {
    let error = match error {
        SearchError::TooLong => FieldError::new("?q", "too_long").with("max", search::LONGEST.to_string()),
        SearchError::TooManyWords => {
            FieldError::new("?q", "too_many_words").with("max", search::MOST_WORDS.to_string())
        }
        SearchError::NoWords => FieldError::new("?q", "no_words"),
    };
    Problem::new(Kind::InvalidParameter).blaming(error)
}

fn filter(wanted: &PetitionsWanted, calendar: &Calendar, office: &Office, today: NaiveDate) -> PetitionFilter {
    let at = |moment: Option<Moment>| moment.map(|moment| moment.instant(calendar));
    PetitionFilter {
        state: wanted.state.map(|code| code.0.code().to_owned()),
        outcome: wanted.outcome.map(|code| code.0.code().to_owned()),
        closing: wanted.closing.map(|code| code.0.code().to_owned()),
        kind: wanted.kind.map(|code| code.0.code().to_owned()),
        categories: wanted.category.as_deref().map(|code| office.descendants(code)),
        channel: wanted.channel.clone(),
        dependency: wanted.dependency.clone(),
        unit: wanted.unit.clone(),
        within: None,
        neighbourhood: wanted.neighbourhood.clone(),
        neighbourhood_code: wanted.neighbourhood.as_deref().map(|named| coded(office, named, today)),
        priority: wanted.priority.map(|code| code.0.code().to_owned()),
        followed_by: wanted.followed_by.clone(),
        received_from: at(wanted.received_from),
        received_to: at(wanted.received_to),
        updated_from: at(wanted.updated_from),
        updated_to: at(wanted.updated_to),
        due_to: at(wanted.due_to),
        search: None,
        follower: wanted.follower,
        tag: wanted.tag.clone(),
        desk: wanted.desk.map(|code| AtDesk { desk: code.0, today }),
    }
}

/// The code of the neighbourhood that is meant: the only one of this name, or what may be a code, in whatever case.
fn coded(office: &Office, named: &str, today: NaiveDate) -> String {
    office.neighbourhood_named(named, today).map_or_else(|| named.to_lowercase(), |one| one.code.clone())
}
