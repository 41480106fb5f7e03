//! People: who is calling, and which petitioners are the same person.
//!
//! What somebody is looked up by stands in the body, never in a path or a query, and is kept nowhere. What is shown is
//! masked; whoever needs more asks for a disclosure of one petition.

mod wire;

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, post, web};
use domain::actor::Actor;
use domain::id::Id;
use domain::occasion::Occasion;
use domain::person::{Person, may_look_up};
use domain::petition::{Change, Petition};
use domain::refusal::{Code, Refusal};
use domain::time::Instant;
use persistence::people::{self, By, Hit};
use persistence::petitions;
use persistence::{Db, Tx};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use self::wire::{EarlierPetition, PeopleFound, PersonSought, PersonView, PersonWanted, PetitionerNamed};
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::{Body, IdempotencyKey, IfMatch};
use crate::import::filing::extend;
use crate::office::Office;
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;
use crate::view::{Material, Viewer};

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(search_people)
        .service(link_petitioners)
        .service(get_person)
        .service(add_petitioner)
        .service(remove_petitioner);
}

/// Petitions that one answer shows.
const SHOWN: usize = 50;

/// Look somebody up
///
/// Who is calling? Earlier petitions whose petitioner is known by the telephone, the e-mail address, the CURP or a name
/// that begins so, and those of petitioners whom staff linked to one of them; only what the caller may see, masked. What
/// is asked stands in the body and is kept nowhere. Needs `petition.file`, `petition.review`, `petition.contact` or
/// `petition.manage`.
#[utoipa::path(
    operation_id = "search_people",
    tag = "people",
    request_body = PersonSought,
    params(("Idempotency-Key" = Option<String>, Header, description = "Taken and not needed: nothing is changed.")),
    responses((status = 200, description = "Who was found.", body = PeopleFound)),
    security(("token" = [])),
)]
#[post("/v1/people/search")]
pub async fn search_people(
    _key: IdempotencyKey,
    body: Body<PersonSought>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let found = state
        .store
        .read(move |db| -> Result<PeopleFound, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            may_look_up(&actor)?;
            let sought = body.value()?.read()?;
            let (mut hits, more) = people::seek(db, &sought)?;
            // Newest first already; a name alone is said by many.
            hits.sort_by_key(|hit| hit.by == [By::Name]);
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            let cut = hits.len() > SHOWN;
            Ok(PeopleFound { items: earlier(db, &hits, viewer)?, more: more || cut })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(found))
}

/// The petitions of those who were found, as far as the viewer may see them.
fn earlier(db: &mut Db, hits: &[Hit], viewer: Viewer<'_>) -> Result<Vec<EarlierPetition>, Problem> {
    let hits = &hits[..hits.len().min(SHOWN)];
    let mut ids: Vec<Id<Petition>> = hits.iter().map(|hit| hit.petition).collect();
    ids.sort_unstable();
    ids.dedup();
    let visibility = viewer.actor.visibility();
    let mut found = petitions::many(db, &ids)?;
    found.retain(|petition| visibility.sees(petition));
    let material = Material::of(db, &found)?;
    let by_id: HashMap<Id<Petition>, &Petition> = found.iter().map(|petition| (petition.id, petition)).collect();
    let shown = |hit: &Hit| EarlierPetition::of(hit, by_id.get(&hit.petition)?, &material, viewer);
    Ok(hits.iter().filter_map(shown).collect())
}

/// Link petitioners
///
/// Says that petitioners of several petitions are the same person. Each petition's history keeps that it was linked.
/// One who is linked already is unlinked first. Needs what looking up needs.
#[utoipa::path(
    operation_id = "link_petitioners",
    tag = "people",
    request_body = PersonWanted,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The person.", body = PersonView,
            headers(("ETag" = String), ("Location" = String, description = "The person."))),
        (status = 404, description = "A petition is not there for the caller: `petition_unknown`."),
        (status = 409, description = "A petitioner is linked already: `already_linked`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/people")]
pub async fn link_petitioners(
    key: IdempotencyKey,
    body: Body<PersonWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let (own_keys, who, shared) = (keys.clone(), caller.clone(), state.clone());
    let (seed, fresh): ([u8; 32], Id<Person>) = (rand::random(), Id::new(new_id(now)));
    let id = state
        .store
        .write(keys, move |tx| -> Result<Id<Person>, Problem> {
            let actor = who.actor(tx.beside(), now)?;
            may_look_up(&actor)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok(Id::new(id));
            }
            let wanted = &body.value()?.petitioners;
            for (at, one) in wanted.iter().enumerate() {
                if wanted[..at].iter().any(|before| before.petitioner_id == one.petitioner_id) {
                    return Err(Problem::invalid(format!("/petitioners/{at}/petitioner_id"), "twice"));
                }
            }
            let office = shared.offices.in_unit(tx)?;
            let mut linking = Linking { actor: &actor, office: &office, now, seed, drawn: 0 };
            linking.link(tx, fresh, wanted, |at| format!("/petitioners/{at}"))?;
            people::make(tx, fresh, who.id(), now)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, fresh.uuid(), now);
            }
            Ok(fresh)
        })
        .await?;
    let view = shown(&state, caller, language, id).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/people/{id}")))
        .insert_header((header::ETAG, view.etag.clone()))
        .json(view))
}

/// Get a person
///
/// The petitions of petitioners whom staff linked, as far as the caller may see them, masked. Needs what looking up
/// needs.
#[utoipa::path(
    operation_id = "get_person",
    tag = "people",
    params(("id" = Uuid, Path, description = "The person.", example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e")),
    responses((status = 200, description = "The person.", body = PersonView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[get("/v1/people/{id}")]
pub async fn get_person(
    caller: Caller,
    id: web::Path<Uuid>,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let view = shown(&state, caller, language, Id::new(*id)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, view.etag.clone()))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .json(view))
}

/// Link one more petitioner
///
/// Says that a petitioner is this person too. Needs what looking up needs.
#[utoipa::path(
    operation_id = "add_petitioner",
    tag = "people",
    request_body = PetitionerNamed,
    params(
        ("id" = Uuid, Path, description = "The person.", example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (status = 201, description = "The person.", body = PersonView, headers(("ETag" = String))),
        (status = 409, description = "The petitioner is linked already: `already_linked`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/people/{id}/petitioners")]
pub async fn add_petitioner(
    key: IdempotencyKey,
    body: Body<PetitionerNamed>,
    caller: Caller,
    id: web::Path<Uuid>,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let (own_keys, who, shared) = (keys.clone(), caller.clone(), state.clone());
    let (seed, person): ([u8; 32], Id<Person>) = (rand::random(), Id::new(*id));
    state
        .store
        .write(keys, move |tx| -> Result<(), Problem> {
            let actor = who.actor(tx.beside(), now)?;
            known(tx.db()?, &actor, person)?;
            if replayed(tx, &own_keys)?.is_some() {
                return Ok(());
            }
            let wanted = *body.value()?;
            let office = shared.offices.in_unit(tx)?;
            let mut linking = Linking { actor: &actor, office: &office, now, seed, drawn: 0 };
            linking.link(tx, person, &[wanted], |_| String::new())?;
            people::touch(tx, person)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, person.uuid(), now);
            }
            Ok(())
        })
        .await?;
    let view = shown(&state, caller, language, person).await?;
    Ok(HttpResponse::Created().insert_header((header::ETAG, view.etag.clone())).json(view))
}

/// Undo a link
///
/// The petitioner is not this person after all; the petition's history keeps both. Needs what looking up needs.
#[utoipa::path(
    operation_id = "remove_petitioner",
    tag = "people",
    params(
        ("id" = Uuid, Path, description = "The person.", example = "0193a1c2-c000-7c3e-9a51-3f2c1b0a9d8e"),
        ("petitioner_id" = Uuid, Path, description = "The petitioner.", example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d01"),
        ("If-Match" = String, Header, description = "The version of the person that was seen.", example = "\"1\""),
    ),
    responses((status = 204, description = "They are linked no more.")),
    security(("token" = [])),
)]
#[delete("/v1/people/{id}/petitioners/{petitioner_id}")]
pub async fn remove_petitioner(
    version: IfMatch,
    caller: Caller,
    path: web::Path<(Uuid, Uuid)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let (person, petitioner) = path.into_inner();
    let (person, petitioner, seed): (Id<Person>, _, [u8; 32]) = (Id::new(person), Id::new(petitioner), rand::random());
    state
        .store
        .write(Vec::new(), move |tx| -> Result<(), Problem> {
            let actor = caller.actor(tx.beside(), now)?;
            let row = known(tx.db()?, &actor, person)?;
            let petition = petitions::petition_of_petitioner(tx.db()?, petitioner)?.ok_or(Code::PersonUnknown)?;
            let petition = petitions::many(tx.db()?, &[petition])?.pop().ok_or(Code::PersonUnknown)?;
            let linked = petition.petitioners.iter().any(|one| one.id == petitioner && one.person == Some(person));
            if !linked {
                return Err(Problem::not_found());
            }
            version.check(row.version)?;
            let office = shared.offices.in_unit(tx)?;
            let mut occasion = Occasion::new(&actor, office.rules_of(&petition.policy), now, seed);
            let change = petition.unlink(&mut occasion, petitioner, person)?;
            petitions::save(tx, Some(&petition), &change, None)?;
            people::mark(tx, petitioner, None)?;
            Ok(people::touch(tx, person)?)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The person, for whoever may look people up: 404 for everybody else.
fn known(db: &mut Db, actor: &Actor, id: Id<Person>) -> Result<people::PersonRow, Problem> {
    may_look_up(actor).map_err(|_| Code::PersonUnknown)?;
    people::person(db, id)?.ok_or_else(|| Code::PersonUnknown.into())
}

async fn shown(
    state: &web::Data<AppState>,
    caller: Caller,
    language: Language,
    id: Id<Person>,
) -> Result<PersonView, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    state
        .store
        .read(move |db| -> Result<PersonView, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let row = known(db, &actor, id)?;
            let (hits, more) = people::petitioners(db, id)?;
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            let cut = hits.len() > SHOWN;
            Ok(PersonView::of(&row, earlier(db, &hits, viewer)?, more || cut))
        })
        .await
}

/// Links petitioners in one unit of work: everything is decided before anything is written.
struct Linking<'a> {
    actor: &'a Actor,
    office: &'a Office,
    now: Instant,
    seed: [u8; 32],
    drawn: u8,
}

impl Linking<'_> {
    fn link(
        &mut self,
        tx: &mut Tx,
        person: Id<Person>,
        wanted: &[PetitionerNamed],
        pointer: impl Fn(usize) -> String,
    ) -> Result<(), Problem> {
        let visibility = self.actor.visibility();
        let mut ids: Vec<Id<Petition>> = wanted.iter().map(|one| Id::new(one.petition_id)).collect();
        ids.sort_unstable();
        ids.dedup();
        let before = petitions::many(tx.db()?, &ids)?;
        let mut present: HashMap<Id<Petition>, (&Petition, Option<Change>)> = before
            .iter()
            .filter(|petition| visibility.sees(petition))
            .map(|petition| (petition.id, (petition, None)))
            .collect();
        for (at, one) in wanted.iter().enumerate() {
            let (petition, so_far) = present.get_mut(&Id::new(one.petition_id)).ok_or(Code::PetitionUnknown)?;
            self.drawn += 1;
            let mut seed = self.seed;
            seed[31] ^= self.drawn;
            let mut occasion = Occasion::new(self.actor, self.office.rules_of(&petition.policy), self.now, seed);
            let now = so_far.as_ref().map_or(*petition, |change| &change.petition);
            let change = now
                .link(&mut occasion, Id::new(one.petitioner_id), person)
                .map_err(|refusal| within(refusal, &pointer(at)))?;
            match so_far {
                None => *so_far = Some(change),
                Some(so_far) => extend(so_far, change),
            }
        }
        for (petition, change) in present.values() {
            if let Some(change) = change {
                petitions::save(tx, Some(petition), change, None)?;
            }
        }
        for one in wanted {
            people::mark(tx, Id::new(one.petitioner_id), Some(person))?;
        }
        Ok(())
    }
}

fn within(refusal: Refusal, at: &str) -> Refusal {
    let pointer = refusal.pointer.as_ref().map(|pointer| format!("{at}{pointer}"));
    Refusal { pointer, ..refusal }
}
