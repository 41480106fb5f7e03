//! `POST /v1/intakes`: everything that one occasion yielded, all of it or nothing.

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use domain::catalogue::in_force;
use domain::id::Id;
use domain::identity::PersonName;
use domain::intake::{Intake, Orienting, Taken, Taking, may_take};
use domain::occasion::Occasion;
use domain::petition::file::Filing;
use domain::refusal::{Code, Refusal};
use persistence::Tx;
use persistence::accounts::{self, Asked, RoleCode};
use persistence::intakes::{self, IntakeDetails};
use persistence::petitions::{self, Details};
use uuid::Uuid;

use super::slip::IntakePetition;
use super::wire::{IntakeView, IntakeWanted, TakenIntake, TakenPetition};
use crate::auth::Caller;
use crate::http::idempotency::replayed;
use crate::http::{Body, IdempotencyKey};
use crate::office::Office;
use crate::problem::{FieldError, Kind, Problem};
use crate::routes::petitions::{filing, next_folio, pins, receipt};
use crate::state::AppState;
use crate::step::some_words;
use crate::text::Language;
use crate::view::Viewer;

/// Take an intake in
///
/// One call, visit, letter, meeting, tour, press item or post with the 1 to 200 petitions that it yielded: all of them
/// are registered, or none. Channel and receipt are said once; slips written in the field and keyed the next day keep
/// their own date. The answer lists folio and PIN of each, in the order in which they were sent: every PIN is for that
/// petition's citizen alone. What is wrong with a petition is told with its place (`/petitions/36/…`). With
/// `orientation` instead of petitions it is an intake of kind `information`: somebody was oriented, and it counts.
/// Needs `petition.file`, or `orientation.give` for an orientation (*Manual 2.2, 7.1–7.3, 9.1, 12.1 …*); what the
/// petitions bring along needs what filing one by one needs. Petitions that come alone may as well be filed by
/// `POST /v1/petitions`.
#[utoipa::path(
    operation_id = "take_intake",
    tag = "intakes",
    request_body = IntakeWanted,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the whole request safe to repeat.")),
    responses(
        (status = 201, description = "All of it is registered.", body = TakenIntake,
            headers(("Location" = String, description = "The intake."))),
        (status = 409, description = "What a petition brings along is not possible."),
    ),
    security(("token" = [])),
)]
#[post("/v1/intakes")]
pub async fn take_intake(
    key: IdempotencyKey,
    body: Body<IntakeWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let seed: [u8; 32] = rand::random();
    let weight = body.value().map_or(1, |wanted| wanted.petitions.len());
    let (own_keys, who, shared) = (keys.clone(), caller.clone(), state.clone());
    let id = state
        .store
        .write_weighing(keys, weight, move |tx| -> Result<Id<Intake>, Problem> {
            let actor = who.actor(tx.beside(), now)?;
            may_take(&actor, true).map_err(refused)?;
            if let Some(id) = replayed(tx, &own_keys)? {
                return Ok(Id::new(id));
            }
            let office = shared.offices.in_unit(tx)?;
            let wanted = match (body.value(), body.draft()) {
                (Ok(wanted), _) => wanted,
                // What the catalogues say of it is told with what is wrong in its form.
                (Err(problem), Some(draft)) => return Err(also(problem, judged(&office, draft, who.today()).err())),
                (Err(problem), None) => return Err(problem),
            };
            let mut occasion = Occasion::new(&actor, &office.rules, now, seed);
            let id = take(tx, &mut occasion, &office, wanted)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, id.uuid(), now);
            }
            Ok(id)
        })
        .await?;
    let pin_key = state.auth.pin_key;
    let shared = state.clone();
    let taken = state
        .store
        .read(move |db| -> Result<TakenIntake, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let intake = intakes::find(db, id)?.ok_or(Code::IntakeUnknown)?;
            let details = intakes::details(db, &[id])?.remove(&id);
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            let petitions = intakes::petitions(db, id)?;
            let taken = petitions.iter().map(|petition| {
                let (pin, co_petitioners) = pins(&pin_key, petition);
                TakenPetition { id: petition.id.uuid(), folio: petition.folio.to_string(), pin, co_petitioners }
            });
            Ok(TakenIntake { intake: IntakeView::of(&intake, details.as_ref(), viewer), petitions: taken.collect() })
        })
        .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/intakes/{id}")))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .json(taken))
}

/// Takes an intake in, in a unit of work: everything is decided before anything is written.
fn take(
    tx: &mut Tx,
    occasion: &mut Occasion<'_>,
    office: &Office,
    wanted: &IntakeWanted,
) -> Result<Id<Intake>, Problem> {
    let today = occasion.rules.calendar.date_of(occasion.now);
    let Judged { channel, about, mut filings, kept } = judged(office, wanted, today)?;
    let received = receipt(wanted.received_at, wanted.received_precision)?;
    if let Some(taken_by) = wanted.taken_by {
        let day = received.map_or(today, |(at, _)| occasion.rules.calendar.date_of(at));
        of_the_office(tx, taken_by, day)?;
    }
    // All came in by the same channel.
    let channel_post = filings.first().map(|filing| filing.followed_by.clone());
    let post = channel_post.map(|post| accounts::following(tx.beside(), &post, today)).transpose()?;
    for filing in &mut filings {
        if let Some(post) = &post {
            filing.followed_by.clone_from(post);
        }
        filing.folio = next_folio(tx, occasion);
    }
    let taking = Taking {
        channel: channel.to_owned(),
        received,
        taken_by: wanted.taken_by.map(Id::new),
        orientation: wanted.orientation.as_ref().map(|one| Orienting { category: one.category.clone() }),
        petitions: filings,
    };
    let Taken { intake, petitions: changes } = Intake::take(occasion, taking).map_err(refused)?;
    for (change, details) in changes.iter().zip(&kept) {
        petitions::save(tx, None, change, Some(details))?;
    }
    intakes::save(tx, &intake, &about);
    Ok(intake.id)
}

/// Refuses a taker who held no post of the office on the day.
fn of_the_office(tx: &mut Tx, account: Uuid, day: NaiveDate) -> Result<(), Problem> {
    accounts::account(tx.beside(), account)?.ok_or_else(|| Problem::invalid("/taken_by", "staff_unknown"))?;
    let role = Some(RoleCode::Position.code().to_owned());
    let asked = Asked { account: Some(account), role, on: Some(day), limit: 1, ..Asked::default() };
    if accounts::appointments(tx.beside(), &asked)?.is_empty() {
        return Err(Problem::invalid("/taken_by", "staff_unappointed"));
    }
    Ok(())
}

/// What the catalogues and the rules of texts make of an intake.
struct Judged<'w> {
    channel: &'w str,
    about: IntakeDetails,
    filings: Vec<Filing>,
    kept: Vec<Details>,
}

/// Judges all of it, or tells everything that is wrong.
fn judged<'w>(office: &Office, wanted: &'w IntakeWanted, today: NaiveDate) -> Result<Judged<'w>, Problem> {
    let (channel, about) = (said(office, wanted, today), words(wanted));
    // Under a channel that is unknown the petitions are judged as if it were any: it is told once.
    let stand_in = || office.catalogue.channels.iter().find(|one| in_force(one.valid_from, one.valid_until, today));
    let under = match &channel {
        Ok(known) => Some(*known),
        Err(_) => stand_in().map(|one| one.code.as_str()),
    };
    let slips = slips(office, under.unwrap_or_default(), &wanted.petitions, today);
    match (channel, about, slips) {
        (Ok(channel), Ok(about), Ok((filings, kept))) => Ok(Judged { channel, about, filings, kept }),
        (channel, about, slips) => {
            let problems: Vec<Problem> = [channel.err(), about.err(), slips.err()].into_iter().flatten().collect();
            Err(together(problems).unwrap_or_else(|| Kind::Internal.into()))
        }
    }
}

/// A problem with what else is wrong, each place once.
fn also(mut problem: Problem, further: Option<Problem>) -> Problem {
    for error in further.into_iter().flat_map(|further| further.errors) {
        if !problem.errors.iter().any(|known| known.pointer == error.pointer) {
            problem.errors.push(error);
        }
    }
    problem
}

/// Checks what is said once for all, and gives the channel's code.
fn said<'w>(office: &Office, wanted: &'w IntakeWanted, today: NaiveDate) -> Result<&'w str, Problem> {
    office.valid_channel(&wanted.channel, today).ok_or_else(|| Refusal::at(Code::ChannelUnknown, "/channel"))?;
    if let Some(category) = wanted.orientation.as_ref().and_then(|orientation| orientation.category.as_deref()) {
        let unknown = || Refusal::at(Code::CategoryUnknown, "/orientation/category");
        office.valid_category(category, today).ok_or_else(unknown)?;
    }
    Ok(&wanted.channel)
}

/// What is said of the occasion in words.
fn words(wanted: &IntakeWanted) -> Result<IntakeDetails, Problem> {
    let text = |body: Option<&String>, pointer: &str| -> Result<Option<String>, Problem> {
        Ok(some_words(body, pointer)?.map(|words| words.as_str().to_owned()))
    };
    let bearer = wanted.bearer.as_deref().map(PersonName::parse).transpose();
    let told = wanted.orientation.as_ref().and_then(|orientation| orientation.text.as_ref());
    Ok(IntakeDetails {
        place: text(wanted.place.as_ref(), "/place")?,
        source_reference: text(wanted.source_reference.as_ref(), "/source_reference")?,
        bearer: bearer.map_err(|_| Problem::invalid("/bearer", "name_malformed"))?.map(|name| name.as_str().to_owned()),
        orientation: text(told, "/orientation/text")?,
    })
}

/// The petitions as the rules are given them, and what is kept beside each; or what is wrong, of all that are wrong.
fn slips(
    office: &Office,
    channel: &str,
    wanted: &[IntakePetition],
    today: NaiveDate,
) -> Result<(Vec<Filing>, Vec<Details>), Problem> {
    let mut filings = Vec::with_capacity(wanted.len());
    let mut kept = Vec::with_capacity(wanted.len());
    let mut problems = Vec::new();
    for (at, IntakePetition(petition)) in wanted.iter().enumerate() {
        let mut petition = petition.clone();
        channel.clone_into(&mut petition.channel);
        match filing(office, &petition, today) {
            Ok((filing, details)) => {
                filings.push(filing);
                kept.push(details);
            }
            Err(problem) => problems.push(within(problem, at)),
        }
    }
    match together(problems) {
        None => Ok((filings, kept)),
        Some(problem) => Err(problem),
    }
}

/// The problem of one petition, as a problem of the request.
fn within(mut problem: Problem, at: usize) -> Problem {
    if problem.errors.is_empty() {
        problem.errors.push(FieldError::new("", problem.kind.code()));
    }
    for error in &mut problem.errors {
        error.pointer = format!("/petitions/{at}{}", error.pointer);
    }
    problem
}

/// Several problems as one: it is of the first one's kind and names every member that is to blame, each with its own
/// code.
fn together(problems: Vec<Problem>) -> Option<Problem> {
    problems.into_iter().reduce(|mut all, one| {
        all.errors.extend(one.errors);
        all
    })
}

fn refused(refusals: Vec<Refusal>) -> Problem {
    together(refusals.into_iter().map(Problem::from).collect()).unwrap_or_else(|| Code::NotAllowed.into())
}
