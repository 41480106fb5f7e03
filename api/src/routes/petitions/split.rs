//! `POST …/splits`: a part of a petition's matter becomes a petition of its own.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use domain::catalogue::{AGAINST_PUBLIC_SERVANT, lineage};
use domain::code::Coded;
use domain::form::Completeness;
use domain::id::Id;
use domain::kind::Kind;
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::petition::relate::{Both, Splitting};
use domain::refusal::{Code, Refusal};
use domain::step::Step;
use domain::text::Text;
use persistence::petitions::{self, Details, Place};
use persistence::{Db, Tx, people};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::file::{FiledPetition, next_folio, pins};
use super::form::{FieldGiven, entries};
use super::named;
use super::place::{self, Location, Said};
use super::route::{RouteWanted, routing};
use crate::http::Body;
use crate::http::codes;
use crate::http::idempotency::replayed;
use crate::http::version::etag;
use crate::office::Office;
use crate::problem::Problem;
use crate::step::{Request, location, record, show, some_words, words};

/// A part of a petition's matter. What is not said of its place is the whole's.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SplitWanted {
    /// Code of the category.
    #[schema(example = "pothole", max_length = 60)]
    #[validate(length(max = 60))]
    pub category: String,
    /// What sort it is; the category's if absent.
    #[serde(default)]
    pub kind: Option<codes::Kind>,
    /// The part, in the citizen's words.
    #[schema(example = "Además hay un bache enfrente.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// Its address; the whole's if absent.
    #[serde(default)]
    #[schema(example = "Av. Juárez 125", min_length = 1, max_length = 500)]
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
    /// Its code in the catalogue of neighbourhoods.
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
    /// What the category asks for, as far as it is known; what is required and absent is told in `missing_fields`.
    #[serde(default)]
    #[schema(example = json!({"pothole_size": "table"}))]
    pub fields: BTreeMap<String, FieldGiven>,
    /// Whether it is against a public servant; follows from the category if absent.
    #[serde(default)]
    #[schema(example = false)]
    pub against_public_servant: Option<bool>,
    /// Dependencies that get it at once. Needs `petition.route`.
    #[serde(default)]
    #[schema(max_items = 20)]
    #[validate(length(max = 20), nested)]
    pub route: Vec<RouteWanted>,
}

/// Split a petition
///
/// Makes a part of its matter a petition of its own, with a folio and a PIN of its own: of the same petitioners, by the
/// same channel, presented when the whole was, so that its terms run from then on. It is related to the whole, which stays
/// as it is: correct its text by amending it. Possible until the whole is answered. Needs `petition.route`,
/// `petition.review` or `petition.manage`.
#[utoipa::path(
    operation_id = "split_petition",
    tag = "petitions",
    request_body = SplitWanted,
    params(
        ("id" = String, Path, description = "The whole, by identifier or folio.", example = "AC-2026-001234-7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (status = 201, description = "The part, a petition of its own.", body = FiledPetition,
            headers(("ETag" = String), ("Location" = String, description = "The part."))),
    ),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/splits")]
pub async fn split_petition(
    body: Body<SplitWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    let Request { state, caller, language, key } = request;
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let seed: [u8; 32] = rand::random();
    let (own_keys, who, shared) = (keys.clone(), caller.clone(), state.clone());
    let part = state
        .store
        .write(keys, move |tx| -> Result<Id<Petition>, Problem> {
            let actor = who.actor(tx.beside(), now)?;
            let whole = petitions::find(tx.db()?, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            whole.permits(&actor, Step::Split)?;
            if let Some(part) = replayed(tx, &own_keys)? {
                return Ok(Id::new(part));
            }
            let wanted = body.value()?;
            let office = shared.offices.in_unit(tx)?;
            let mut occasion = Occasion::new(&actor, office.rules_of(&whole.policy), now, seed);
            let part = split(tx, &mut occasion, &office, &whole, wanted)?;
            record(tx, &own_keys, part, now);
            Ok(part)
        })
        .await?;
    let pin_key = state.auth.pin_key;
    let (seen, material, shown) = show(state, caller, language, part).await?;
    let (pin, co_petitioners) = pins(&pin_key, &seen.petition);
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header(etag(seen.petition.version))
        .insert_header(location(part))
        .json(FiledPetition { petition: seen.view(&material, &shown), pin, co_petitioners }))
}

/// Splits in a unit of work: everything is decided before anything is written.
fn split(
    tx: &mut Tx,
    occasion: &mut Occasion<'_>,
    office: &Office,
    whole: &Petition,
    wanted: &SplitWanted,
) -> Result<Id<Petition>, Problem> {
    let today = occasion.rules.calendar.date_of(occasion.now);
    let category = office
        .valid_category(&wanted.category, today)
        .ok_or_else(|| Refusal::at(Code::CategoryUnknown, "/category"))?;
    let against =
        lineage(&office.catalogue.categories, &category.code).iter().any(|one| one.code == AGAINST_PUBLIC_SERVANT);
    let address = match some_words(wanted.address.as_ref(), "/address")? {
        Some(address) => Some(address),
        None => address_of(tx, whole)?,
    };
    let place = place(tx.db()?, office, whole, wanted, today)?;
    let routes = wanted.route.iter().enumerate();
    let splitting = Splitting {
        folio: next_folio(tx, occasion),
        category: category.code.clone(),
        kind: wanted.kind.map_or_else(|| Kind::parse(&category.kind).unwrap_or(Kind::ServiceRequest), |kind| kind.0),
        against_public_servant: wanted.against_public_servant.unwrap_or(against),
        text: words(&wanted.text, "/text")?,
        address,
        fields: entries(office, &category.code, &wanted.fields, today, Completeness::Known)?,
        routes: routes
            .map(|(at, route)| routing(office, route, today, &format!("/route/{at}")))
            .collect::<Result<_, _>>()?,
    };
    let Both { own, other } = whole.split(occasion, splitting)?;
    let mut known = petitions::petitioners(tx.db()?, &[whole.id])?;
    let kept = whole.standing().map(|one| known.remove(&one.id)).collect();
    petitions::save(tx, Some(whole), &own, None)?;
    petitions::save(tx, None, &other, Some(&Details { place, petitioners: kept }))?;
    // Whoever staff know as somebody is known as the same here.
    for one in &other.petition.petitioners {
        if let Some(person) = one.person {
            people::mark(tx, one.id, Some(person))?;
            people::touch(tx, person)?;
        }
    }
    Ok(other.petition.id)
}

/// The address of the whole, in words; none where it has none or it was erased.
fn address_of(tx: &mut Tx, whole: &Petition) -> Result<Option<Text>, Problem> {
    let Some(address) = &whole.address else { return Ok(None) };
    let row = tx.texts(&[address.id.uuid()])?.remove(&address.id.uuid());
    Ok(row.and_then(|row| row.body).and_then(|body| Text::parse(&body).ok()))
}

/// Where the part is: what is said of it, and the whole's where nothing is.
fn place(
    db: &mut Db,
    office: &Office,
    whole: &Petition,
    wanted: &SplitWanted,
    today: NaiveDate,
) -> Result<Place, Problem> {
    let said = Said {
        location: wanted.location,
        neighbourhood_code: wanted.neighbourhood_code.as_deref(),
        neighbourhood: wanted.neighbourhood.as_ref(),
        crossing: wanted.crossing.as_ref(),
        postal_code: wanted.postal_code.as_deref(),
    };
    let new = place::place(office, &said, today)?;
    // Another address is another place: half of one and half of the other would be nowhere.
    if new != Place::default() || wanted.address.is_some() {
        return Ok(new);
    }
    Ok(petitions::places(db, &[whole.id])?.remove(&whole.id).unwrap_or_default())
}
