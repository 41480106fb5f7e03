//! `POST /v1/petitions`: a petition is filed; it may be routed or answered in the same breath.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{AGAINST_PUBLIC_SERVANT, ChannelType, folded, lineage};
use domain::code::Coded;
use domain::contact::Direction;
use domain::folio::{Folio, Series};
use domain::id::Id;
use domain::identity::{Curp, Email, PersonName, Telephone};
use domain::kind::{Kind, Priority};
use domain::occasion::Occasion;
use domain::petition::answer::Answering;
use domain::petition::file::{Filing, NewPetitioner};
use domain::petition::notify::Contacting;
use domain::petition::{Identity, Petition, Petitioner, may_file};
use domain::pin::Pin;
use domain::refusal::{Code, Refusal};
use domain::territory::TORREON;
use domain::time::{Instant, Precision};
use persistence::petitions::{self, Details, PetitionerDetails, Place};
use persistence::{Tx, accounts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::answer::{AnswerWanted, answering};
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

/// A place on the map.
#[derive(Clone, Copy, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// WGS 84 degrees north.
    #[schema(example = 25.5428, minimum = -90, maximum = 90)]
    #[validate(range(min = -90.0, max = 90.0))]
    pub latitude: f64,
    /// WGS 84 degrees east; negative here.
    #[schema(example = -103.4068, minimum = -180, maximum = 180)]
    #[validate(range(min = -180.0, max = 180.0))]
    pub longitude: f64,
    /// Confirms that the place lies outside the city's territory; without it such a place is refused.
    #[serde(default)]
    #[schema(example = false)]
    pub outside_territory: bool,
}

impl Location {
    /// The place, if it lies where a petition's place may lie.
    ///
    /// # Errors
    /// `outside_territory` (422).
    pub(super) fn settled(self) -> Result<Self, Refusal> {
        TORREON.settle(self.latitude, self.longitude, self.outside_territory)?;
        Ok(self)
    }
}

/// Who asks. The first one is the principal, who is told. Who is not anonymous gives a name or a way to reach them.
#[derive(Clone, Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PetitionerWanted {
    /// `named` (default), or `anonymous`: then nothing else may be given and nothing is kept.
    #[serde(default)]
    pub identity: Option<codes::Identity>,
    /// `person` (default), `organisation` or `committee`.
    #[serde(default)]
    #[schema(example = "person", max_length = 20)]
    #[validate(length(max = 20))]
    pub kind: Option<String>,
    /// The name.
    #[serde(default)]
    #[schema(example = "María López Garza", max_length = 200)]
    #[validate(length(max = 200))]
    pub name: Option<String>,
    /// Ten digits, with or without `+52`.
    #[serde(default)]
    #[schema(example = "871 123 4567", max_length = 30)]
    #[validate(length(max = 30))]
    pub telephone: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    #[schema(example = "maria@correo.mx", max_length = 254)]
    #[validate(length(max = 254))]
    pub email: Option<String>,
    /// Another way to reach them: a user name in a network, a neighbour's shop.
    #[serde(default)]
    #[schema(example = "@marialopez", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub other_contact: Option<String>,
    /// How they like to be reached.
    #[serde(default)]
    pub preferred: Option<codes::Medium>,
    /// Who presents it for them: councillor, relative, chair of a committee.
    #[serde(default)]
    #[schema(example = "Regidora de la comisión de servicios", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    pub presented_by: Option<String>,
    /// The CURP, where somebody gives it; never needed.
    #[serde(default)]
    #[schema(example = json!(null), max_length = 40)]
    #[validate(length(max = 40))]
    pub curp: Option<String>,
}

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
    #[validate(length(equal = 5))]
    pub postal_code: Option<String>,
    /// The place on the map.
    #[serde(default)]
    #[validate(nested)]
    pub location: Option<Location>,
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
/// (and `notification`) it is answered on the spot. Needs `petition.file` (*Manual 2.2, 7.1, 9.1, 14.1 …*).
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
    let details = Details { place: place(office, wanted, today)?, petitioners: kept };
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

fn place(office: &Office, wanted: &PetitionWanted, today: NaiveDate) -> Result<Place, Problem> {
    let location = wanted.location.map(Location::settled).transpose()?;
    let code = wanted.neighbourhood_code.as_deref();
    let point = location.map(|place| (place.latitude, place.longitude));
    let said = (code, wanted.neighbourhood.as_ref(), point);
    let (neighbourhood, neighbourhood_code) = neighbourhood(office, said, today)?;
    Ok(Place {
        neighbourhood,
        neighbourhood_code,
        latitude: location.map(|location| location.latitude),
        longitude: location.map(|location| location.longitude),
        crossing: some_words(wanted.crossing.as_ref(), "/crossing")?.map(|street| street.as_str().to_owned()),
        postal_code: wanted.postal_code.as_deref().map(postal_code).transpose()?,
    })
}

/// A neighbourhood's name and its code: those of the code that is given; else the name as it was said, with the code of
/// the only one that is called so, or of the one so called around the place; else those of the one around the place.
/// A name and a code never say two things.
pub(super) fn neighbourhood(
    office: &Office,
    (code, name, place): (Option<&str>, Option<&String>, Option<(f64, f64)>),
    today: NaiveDate,
) -> Result<(Option<String>, Option<String>), Problem> {
    let name = some_words(name, "/neighbourhood")?.map(|name| name.as_str().to_owned());
    if let Some(code) = code {
        let known = office
            .valid_neighbourhood(code, today)
            .ok_or_else(|| Refusal::at(Code::NeighbourhoodUnknown, "/neighbourhood_code"))?;
        if name.is_some_and(|name| folded(&name) != folded(&known.name)) {
            let other = FieldError::new("/neighbourhood", "not_of_this_code").with("name", known.name.clone());
            return Err(Problem::new(ProblemKind::InvalidBody).blaming(other));
        }
        return Ok((Some(known.name.clone()), Some(known.code.clone())));
    }
    let Some(name) = name else { return Ok(around(office, place, today)) };
    let only = office.neighbourhood_named(&name, today).map(|one| one.code.clone());
    let here = || {
        let here = place.and_then(|place| office.neighbourhood_around(place, today))?;
        (folded(&here.name) == folded(&name)).then(|| here.code.clone())
    };
    let code = only.or_else(here);
    Ok((Some(name), code))
}

/// Name and code of the neighbourhood around a place.
pub(super) fn around(office: &Office, place: Option<(f64, f64)>, today: NaiveDate) -> (Option<String>, Option<String>) {
    let here = place.and_then(|place| office.neighbourhood_around(place, today));
    here.map(|one| (one.name.clone(), one.code.clone())).unzip()
}

/// Five digits.
pub(super) fn postal_code(code: &str) -> Result<String, Problem> {
    if code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(code.to_owned())
    } else {
        Err(Problem::invalid("/postal_code", "postal_code_malformed"))
    }
}

type Petitioners = (Vec<NewPetitioner>, Vec<Option<PetitionerDetails>>);

fn petitioners(wanted: &[PetitionerWanted]) -> Result<Petitioners, Problem> {
    let read = |(at, one): (usize, &PetitionerWanted)| petitioner(one, &format!("/petitioners/{at}"));
    wanted.iter().enumerate().map(read).collect()
}

/// A new petitioner as the rules are given it, and what is kept of it: nothing of an anonymous one.
///
/// # Errors
/// What is malformed, by its pointer (422).
pub(super) fn petitioner(
    wanted: &PetitionerWanted,
    pointer: &str,
) -> Result<(NewPetitioner, Option<PetitionerDetails>), Problem> {
    let identity = wanted.identity.map_or(Identity::Named, |identity| identity.0);
    let details = details(wanted, pointer)?;
    let preferred = match identity {
        Identity::Named => details.preferred.clone(),
        Identity::Anonymous => None,
    };
    let nothing = PetitionerDetails { kind: details.kind.clone(), preferred, ..Default::default() };
    let new = NewPetitioner { identity, reachable: reachable(&details), described: details != nothing };
    Ok(match identity {
        Identity::Named => (new, Some(details)),
        Identity::Anonymous => (new, None),
    })
}

/// Whether there is a way to tell them.
pub(super) fn reachable(details: &PetitionerDetails) -> bool {
    details.telephone.is_some() || details.email.is_some() || details.other_contact.is_some()
}

/// A petitioner's personal data, read and normalised.
pub(super) fn details(wanted: &PetitionerWanted, pointer: &str) -> Result<PetitionerDetails, Problem> {
    let at = |field: &str| format!("{pointer}/{field}");
    let kind = wanted.kind.as_deref().unwrap_or("person");
    if !["person", "organisation", "committee"].contains(&kind) {
        return Err(Problem::invalid(at("kind"), "not_a_code"));
    }
    let name = wanted.name.as_deref().map(PersonName::parse).transpose();
    let telephone = wanted.telephone.as_deref().map(Telephone::parse).transpose();
    let email = wanted.email.as_deref().map(Email::parse).transpose();
    let curp = wanted.curp.as_deref().map(Curp::parse).transpose();
    Ok(PetitionerDetails {
        kind: kind.to_owned(),
        name: name.map_err(|_| Problem::invalid(at("name"), "name_malformed"))?.map(|name| name.as_str().to_owned()),
        telephone: telephone
            .map_err(|_| Problem::invalid(at("telephone"), "telephone_malformed"))?
            .map(|number| number.as_str().to_owned()),
        email: email
            .map_err(|_| Problem::invalid(at("email"), "email_malformed"))?
            .map(|email| email.as_str().to_owned()),
        other_contact: some_words(wanted.other_contact.as_ref(), &at("other_contact"))?
            .map(|words| words.as_str().to_owned()),
        preferred: wanted.preferred.map(|medium| medium.0.code().to_owned()),
        presented_by: some_words(wanted.presented_by.as_ref(), &at("presented_by"))?
            .map(|words| words.as_str().to_owned()),
        curp: curp.map_err(|_| Problem::invalid(at("curp"), "curp_malformed"))?.map(|curp| curp.as_str().to_owned()),
    })
}
