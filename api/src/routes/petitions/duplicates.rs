//! Which petitions may be about the same matter: while one is captured, and of one that is here.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use domain::duplicate::{Choice, Matter, may_look, rank, words_of};
use domain::id::Id;
use domain::petition::Petition;
use domain::refusal::{Code, Refusal};
use domain::state::State;
use domain::time::truncated;
use persistence::Db;
use persistence::petitions::{self, Compared, Seen};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::named;
use super::place::{Location, neighbourhood};
use crate::auth::Caller;
use crate::http::{Body, IdempotencyKey, codes};
use crate::office::Office;
use crate::problem::Problem;
use crate::state::AppState;
use crate::step::some_words;
use crate::text::Language;
use crate::view::Viewer;
use crate::view::duplicate::{Duplicates, Shown};

/// Likely petitions that are read first; the rest is read where they are not enough.
const FIRST: usize = 16;

/// A petition that is being captured, as far as it is known. Say what it is about: a place, a text, a category.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct MatterWanted {
    /// Code of the category, once somebody has chosen one.
    #[serde(default)]
    #[schema(example = "water_leak", max_length = 60)]
    #[validate(length(max = 60))]
    pub category: Option<String>,
    /// What sort it is.
    #[serde(default)]
    pub kind: Option<codes::Kind>,
    /// The citizen's words.
    #[serde(default)]
    #[schema(example = "Hay una fuga de agua en la esquina desde ayer.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: Option<String>,
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
    /// The neighbourhood. A name by which the catalogue knows none, or several, is compared with nothing.
    #[serde(default)]
    #[schema(example = "Torreón Jardín", min_length = 1, max_length = 120)]
    #[validate(length(min = 1, max = 120))]
    pub neighbourhood: Option<String>,
    /// Its code in the catalogue of neighbourhoods. When absent, it follows from the name where exactly one is called so,
    /// and else from the place on the map.
    #[serde(default)]
    #[schema(example = "torreon_jardin", max_length = 60)]
    #[validate(length(max = 60))]
    pub neighbourhood_code: Option<String>,
    /// The place on the map.
    #[serde(default)]
    #[validate(nested)]
    pub location: Option<Location>,
    /// When it was presented, if not now.
    #[serde(default)]
    #[schema(example = "2026-11-23T15:00:00Z")]
    pub received_at: Option<DateTime<Utc>>,
}

impl MatterWanted {
    /// What is compared.
    fn read(&self, office: &Office, now: DateTime<Utc>) -> Result<Matter, Problem> {
        let today = office.rules.calendar.date_of(now);
        if let Some(category) = &self.category {
            office.valid_category(category, today).ok_or_else(|| Refusal::at(Code::CategoryUnknown, "/category"))?;
        }
        let point = self.location.map(Location::settled).transpose()?.map(Location::point);
        let said = (self.neighbourhood_code.as_deref(), self.neighbourhood.as_ref(), point);
        let (_, neighbourhood) = neighbourhood(office, said, today)?;
        let texts = [
            some_words(self.address.as_ref(), "/address")?,
            some_words(self.crossing.as_ref(), "/crossing")?,
            some_words(self.text.as_ref(), "/text")?,
        ];
        let words = words_of(texts.iter().flatten().map(|text| text.as_str()));
        if point.is_none() && neighbourhood.is_none() && words.is_empty() && self.category.is_none() {
            return Err(match &self.neighbourhood {
                Some(_) => Problem::invalid("/neighbourhood", "neighbourhood_not_compared"),
                None => Problem::invalid("", "nothing_compared"),
            });
        }
        Ok(Matter {
            category: self.category.clone(),
            kind: self.kind.map(|kind| kind.0),
            spot: point,
            neighbourhood,
            received_at: presented(self.received_at, office, now)?,
            words,
        })
    }
}

/// When it was presented: within what may be dated back, as for filing it.
fn presented(said: Option<DateTime<Utc>>, office: &Office, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let at = truncated(said.unwrap_or(now));
    let days = office.rules.policy.dating_days;
    if at > now {
        return Err(Refusal::at(Code::InFuture, "/received_at"));
    }
    if now - at > TimeDelta::days(i64::from(days)) {
        return Err(Refusal::at(Code::TooFarBack, "/received_at").with("days", days.to_string()));
    }
    Ok(at)
}

/// Find duplicates while capturing
///
/// Which petitions may be about the same matter as the one that is being captured, and why: open ones by place,
/// category, time and words; and earlier ones at the same place whose file has ended. Nothing is written. The text and the
/// place stand in the body because they have no business in an address. Near is what lies within 200 metres; without a
/// place on the map, the neighbourhood and rare words of the last 90 days tell. Needs `petition.file`, `petition.route`,
/// `petition.review`, `petition.contact` or `petition.manage`.
#[utoipa::path(
    operation_id = "find_duplicates",
    tag = "petitions",
    request_body = MatterWanted,
    params(("Idempotency-Key" = Option<String>, Header, description = "Taken and not needed: nothing is changed.")),
    responses((status = 200, description = "What was found.", body = Duplicates)),
    security(("token" = [])),
)]
#[post("/v1/petitions/duplicates")]
pub async fn find_duplicates(
    _key: IdempotencyKey,
    body: Body<MatterWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let found = state
        .store
        .read(move |db| -> Result<Duplicates, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            may_look(&actor)?;
            let matter = body.value()?.read(&office, now)?;
            found(db, &matter, &[], Viewer { actor: &actor, language, now, office: &office })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(found))
}

/// Find duplicates of a petition
///
/// The same of a petition that is here; those that are related to it already, that it follows or that follow it are left
/// out. Needs what finding them while capturing needs.
#[utoipa::path(
    operation_id = "list_duplicates",
    tag = "petitions",
    params(("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7")),
    responses((status = 200, description = "What was found.", body = Duplicates)),
    security(("token" = [])),
)]
#[get("/v1/petitions/{id}/duplicates")]
pub async fn list_duplicates(
    caller: Caller,
    language: Language,
    id: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let target = named(&id)?;
    let shared = state.clone();
    let found = state
        .store
        .read(move |db| -> Result<Duplicates, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let petition = petitions::find(db, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            may_look(&actor)?;
            let matter = petitions::compared(db, &petition)?;
            let related = petition.relations.iter().map(|link| link.petition);
            let followed = petition.follows.iter().map(|following| following.principal);
            let same = followed.chain(petition.followers.iter().copied());
            let known: Vec<Id<Petition>> = related.chain(same).chain([petition.id]).collect();
            found(db, &matter, &known, Viewer { actor: &actor, language, now, office: &office })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(found))
}

/// Candidates are compared by narrow rows; only the likely ones are read, those first that may well be all that is shown.
fn found(db: &mut Db, matter: &Matter, except: &[Id<Petition>], viewer: Viewer<'_>) -> Result<Duplicates, Problem> {
    let visibility = viewer.actor.visibility();
    let categories = &viewer.office.catalogue.categories;
    let Compared { candidates, rarity } = petitions::alike(db, matter, except, &visibility)?;
    let mut likely = rank(matter, candidates, categories, &rarity);
    let mut choice = Choice::default();
    let mut shown: HashMap<Id<Petition>, Seen> = HashMap::new();
    let mut at_once = FIRST;
    while !likely.is_empty() {
        let rest = likely.split_off(likely.len().min(at_once));
        let next = std::mem::replace(&mut likely, rest);
        let ids: Vec<Id<Petition>> = next.iter().map(|one| one.candidate.petition).collect();
        let mut seen = petitions::seen(db, &ids, &visibility)?;
        for one in next {
            let Some(petition) = seen.remove(&one.candidate.petition) else { continue };
            let Some(one) = one.of_class((petition.category.as_str(), petition.kind), matter, categories, &rarity)
            else {
                continue;
            };
            if choice.take(one, petition.state == State::Closed) {
                shown.insert(petition.petition, petition);
            }
        }
        likely.retain(|one| choice.wants(one));
        at_once = likely.len();
    }
    Ok(Duplicates::of(&choice.ranked(), &Shown::of(db, shown)?, viewer))
}
