//! `POST /v1/petitions`: a petition is filed; it may be routed or answered in the same breath.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{AGAINST_PUBLIC_SERVANT, ChannelType, lineage};
use domain::code::Coded;
use domain::contact::Direction;
use domain::folio::{Folio, Series};
use domain::form::Completeness;
use domain::id::Id;
use domain::kind::{Kind, Priority};
use domain::occasion::Occasion;
use domain::petition::answer::Answering;
use domain::petition::file::Filing;
use domain::petition::notify::Contacting;
use domain::petition::{Petition, Petitioner, may_file};
use domain::pin::Pin;
use domain::refusal::{Code, Refusal};
use domain::time::{Instant, Precision};
use persistence::petitions::{self, Details};
use persistence::{Tx, accounts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::answer::{AnswerWanted, answering};
use super::form::{FieldGiven, entries};
use super::petitioner::{PetitionerWanted, petitioners};
use super::place::{Location, Said, place};
use super::route::{RouteWanted, routing};
use crate::auth::Caller;
use crate::http::idempotency::replayed;
use crate::http::version::etag;
use crate::http::{Body, IdempotencyKey, codes};
use crate::office::Office;
use crate::problem::{FieldError, Kind as ProblemKind, Problem};
use crate::state::AppState;
use crate::step::{location, record, show, some_words, words};
use crate::text::Language;
use crate::view::PetitionView;

/// How the citizen was told on the spot.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ToldWanted {
    /// By what.
    pub medium: codes::Medium,
    /// How it went; it must count as told.
    pub result: codes::ContactResult,
}

/// A petition to be filed.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PetitionWanted {
    /// Code of the channel by which it came.
    #[schema(example = "phone_073", max_length = 60)]
    #[validate(length(max = 60))]
    pub channel: String,
    /// Code of the category; `unclassified` where nobody knows yet.
    #[schema(example = "water_leak", max_length = 60)]
    #[validate(length(max = 60))]
    pub category: String,
    /// What sort it is; the category's if absent.
    #[serde(default)]
    pub kind: Option<codes::Kind>,
    /// The citizen's words.
    #[schema(example = "Hay una fuga de agua en la esquina desde ayer.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// The address, as it was given.
    #[serde(default)]
    #[schema(example = "Av. Juárez 123, entre Múzquiz y Ramos Arizpe", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub address: Option<String>,
    /// The street that crosses the one of the address.
    #[serde(default)]
    #[schema(example = "Calle Múzquiz", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    pub crossing: Option<String>,
    /// The neighbourhood.
    #[serde(default)]
    #[schema(example = "Torreón Jardín", min_length = 1, max_length = 120)]
    #[validate(length(min = 1, max = 120))]
    pub neighbourhood: Option<String>,
    /// Its code in the catalogue of neighbourhoods, which gives the name too: one that differs is refused. When absent, it
    /// follows from the name where exactly one is called so, or from the place on the map.
    #[serde(default)]
    #[schema(example = "torreon_jardin", max_length = 60)]
    #[validate(length(max = 60))]
    pub neighbourhood_code: Option<String>,
    /// Five digits.
    #[serde(default)]
    #[schema(example = "27200", min_length = 5, max_length = 5)]
    pub postal_code: Option<String>,
    /// The place on the map.
    #[serde(default)]
    #[validate(nested)]
    pub location: Option<Location>,
    /// What the category asks for (`fields` of `/v1/categories`), by the codes of its fields: words for a text, a day or a
    /// choice, a whole number, or a list of choices; null is nothing. Required is what the category requires, where it is
    /// asked; what it does not ask is refused.
    #[serde(default)]
    #[schema(example = json!({"leak_reaches_house": "no"}))]
    pub fields: BTreeMap<String, FieldGiven>,
    /// How soon it wants attention; `normal` if absent.
    #[serde(default)]
    pub priority: Option<codes::Priority>,
    /// Whether it is against a public servant; follows from the category if absent.
    #[serde(default)]
    #[schema(example = false)]
    pub against_public_servant: Option<bool>,
    /// When it was presented, if not now.
    #[serde(default)]
    #[schema(example = "2026-11-23T15:00:00Z")]
    pub received_at: Option<DateTime<Utc>>,
    /// How exactly that is known; `instant` if absent. Only together with `received_at`.
    #[serde(default)]
    pub received_precision: Option<codes::Precision>,
    /// Who asks; nobody for what the office saw itself.
    #[serde(default)]
    #[schema(max_items = 20)]
    #[validate(length(max = 20), nested)]
    pub petitioners: Vec<PetitionerWanted>,
    /// Dependencies that get it at once. Needs `petition.route`.
    #[serde(default)]
    #[schema(max_items = 20)]
    #[validate(length(max = 20), nested)]
    pub route: Vec<RouteWanted>,
    /// An answer on the spot. Needs `petition.review`, or `orientation.give` for the outcome `oriented`.
    #[serde(default)]
    #[validate(nested)]
    pub answer: Option<AnswerWanted>,
    /// How the citizen was told that answer.
    #[serde(default)]
    #[validate(nested)]
    pub notification: Option<ToldWanted>,
}

/// A petition that was filed.
#[derive(Serialize, ToSchema)]
pub struct FiledPetition {
    /// The petition.
    pub petition: PetitionView,
    /// With the folio, it lets the citizen follow the petition. It is derived and kept nowhere.
    #[schema(example = "7KTN-4RXC")]
    pub pin: String,
    /// The PINs of its co-petitioners, each for one of them alone.
    pub co_petitioners: Vec<CoPetitionerPin>,
}

/// With the folio, it lets one co-petitioner follow the petition. It is derived and kept nowhere.
#[derive(Clone, Serialize, ToSchema)]
pub struct CoPetitionerPin {
    /// The co-petitioner, as the petition lists them.
    #[schema(example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d02")]
    pub petitioner_id: Uuid,
    /// The PIN.
    #[schema(example = "9HXW-TN3P")]
    pub pin: String,
}

/// The PINs of a petition: its own, for whoever brought it, and those of its co-petitioners.
#[must_use]
pub fn pins(key: &[u8], petition: &Petition) -> (String, Vec<CoPetitionerPin>) {
    let own = Pin::derive(key, petition.id.uuid(), petition.pin_version).as_str().to_owned();
    let of = |petitioner: &Petitioner| CoPetitionerPin {
        petitioner_id: petitioner.id.uuid(),
        pin: Pin::of_co_petitioner(key, petitioner.id.uuid()).as_str().to_owned(),
    };
    (own, petition.co_petitioners().map(of).collect())
}

/// File a petition
///
/// Registers what a citizen asks or reports and gives it a folio. The answer holds the PIN with which, together with
/// the folio, the citizen follows it. With `route` it is given to dependencies in the same transaction, with `answer`
/// (and `notification`) it is answered on the spot. What the category asks for is checked and comes in `fields`. Needs `petition.file` (*Manual 2.2, 7.1, 9.1, 14.1 …*).
#[utoipa::path(
    operation_id = "file_petition",
    tag = "petitions",
    request_body = PetitionWanted,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The petition is registered.", body = FiledPetition,
            headers(("ETag" = String), ("Location" = String, description = "The petition."))),
        (status = 409, description = "What it brings along is not possible."),
    ),
    security(("token" = [])),
)]
#[post("/v1/petitions")]
pub async fn file_petition(
    key: IdempotencyKey,
    body: Body<PetitionWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let seed: [u8; 32] = rand::random();
    let (own_keys, who, shared) = (keys.clone(), caller.clone(), state.clone());
    let id = state
        .store
        .write(keys, move |tx| -> Result<Id<Petition>, Problem> {
            let actor = who.actor(tx.beside(), now)?;
            may_file(&actor)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok(Id::new(id));
            }
            let wanted = body.value()?;
            let office = shared.offices.in_unit(tx)?;
            let mut occasion = Occasion::new(&actor, &office.rules, now, seed);
            let id = file(tx, &mut occasion, &office, wanted)?;
            record(tx, &own_keys, id, now);
            Ok(id)
        })
        .await?;
    let pin_key = state.auth.pin_key;
    let (seen, material, shown) = show(state, caller, language, id).await?;
    let (pin, co_petitioners) = pins(&pin_key, &seen.petition);
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header(etag(seen.petition.version))
        .insert_header(location(id))
        .json(FiledPetition { petition: seen.view(&material, &shown), pin, co_petitioners }))
}

/// Files one petition in a unit of work.
fn file(
    tx: &mut Tx,
    occasion: &mut Occasion<'_>,
    office: &Office,
    wanted: &PetitionWanted,
) -> Result<Id<Petition>, Problem> {
    let today = occasion.rules.calendar.date_of(occasion.now);
    let (mut filing, details) = filing(office, wanted, today)?;
    Petition::may_file(occasion, &filing)?;
    filing.followed_by = accounts::following(tx.beside(), &filing.followed_by, today)?;
    filing.folio = next_folio(tx, occasion);
    let change = Petition::file(occasion, filing)?;
    petitions::save(tx, None, &change, Some(&details))?;
    Ok(change.petition.id)
}

/// The next folio of this year.
pub fn next_folio(tx: &mut Tx, occasion: &Occasion<'_>) -> Folio {
    let (series, year) = (Series::Registered, occasion.rules.calendar.year_of(occasion.now));
    Folio { series, year, number: tx.next_folio(&format!("{}-{year}", series.code())) }
}

/// When it was presented, if that was said.
///
/// # Errors
/// `invalid_body` (422) where only the precision was.
pub fn receipt(
    received_at: Option<DateTime<Utc>>,
    precision: Option<codes::Precision>,
) -> Result<Option<(Instant, Precision)>, Problem> {
    if received_at.is_none() && precision.is_some() {
        let lonely = FieldError::new("/received_precision", "goes_with").with("other", "received_at");
        return Err(Problem::new(ProblemKind::InvalidBody).blaming(lonely));
    }
    Ok(received_at.map(|at| (at, precision.map_or(Precision::Instant, |precision| precision.0))))
}

/// What the rules are given, and what is kept beside it.
///
/// # Errors
/// What is invalid or unknown, by its pointer (422).
pub fn filing(office: &Office, wanted: &PetitionWanted, today: NaiveDate) -> Result<(Filing, Details), Problem> {
    let channel =
        office.valid_channel(&wanted.channel, today).ok_or_else(|| Refusal::at(Code::ChannelUnknown, "/channel"))?;
    let category = office
        .valid_category(&wanted.category, today)
        .ok_or_else(|| Refusal::at(Code::CategoryUnknown, "/category"))?;
    let against =
        lineage(&office.catalogue.categories, &category.code).iter().any(|one| one.code == AGAINST_PUBLIC_SERVANT);
    let (petitioners, kept) = petitioners(&wanted.petitioners)?;
    let received = receipt(wanted.received_at, wanted.received_precision)?;
    let answer = wanted.answer.as_ref().map(|answer| answering(answer, "/answer")).transpose()?;
    let filing = Filing {
        folio: Folio { series: Series::Registered, year: 0, number: 0 },
        channel: channel.code.clone(),
        in_writing: channel.channel_type == ChannelType::Letter,
        followed_by: channel.followed_by.clone(),
        kind: wanted.kind.map_or_else(|| Kind::parse(&category.kind).unwrap_or(Kind::ServiceRequest), |kind| kind.0),
        category: category.code.clone(),
        priority: wanted.priority.map_or(Priority::Normal, |priority| priority.0),
        against_public_servant: wanted.against_public_servant.unwrap_or(against),
        text: Some(words(&wanted.text, "/text")?),
        address: some_words(wanted.address.as_ref(), "/address")?,
        fields: entries(office, &category.code, &wanted.fields, today, Completeness::Whole)?,
        petitioners,
        origin: None,
        received,
        routes: wanted
            .route
            .iter()
            .enumerate()
            .map(|(at, route)| routing(office, route, today, &format!("/route/{at}")))
            .collect::<Result<_, _>>()?,
        notification: told(wanted, answer.as_ref())?,
        answer,
    };
    let said = Said {
        location: wanted.location,
        neighbourhood_code: wanted.neighbourhood_code.as_deref(),
        neighbourhood: wanted.neighbourhood.as_ref(),
        crossing: wanted.crossing.as_ref(),
        postal_code: wanted.postal_code.as_deref(),
    };
    let details = Details { place: place(office, &said, today)?, petitioners: kept };
    Ok((filing, details))
}

fn told(wanted: &PetitionWanted, answer: Option<&Answering>) -> Result<Option<Contacting>, Problem> {
    let Some(told) = &wanted.notification else { return Ok(None) };
    if answer.is_none() {
        let lonely = FieldError::new("/notification", "goes_with").with("other", "answer");
        return Err(Problem::new(ProblemKind::InvalidBody).blaming(lonely));
    }
    Ok(Some(Contacting {
        direction: Direction::Out,
        medium: told.medium.0,
        result: told.result.0,
        text: None,
        petitioner: None,
    }))
}
