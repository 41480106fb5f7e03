//! What changed, in the order in which it was committed: how somebody stays in step.
//!
//! Entries name what changed and where to read it; they hold no texts and nothing of a person. What a caller is told of
//! an entry is decided in the domain (`told.rs`).

use std::borrow::Cow;
use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use domain::assignment::Assignment;
use domain::event::Event;
use domain::id::Id;
use domain::petition::Petition;
use domain::refusal::Code;
use domain::told::{Crossing, Told};
use domain::visibility::Visibility;
use persistence::petitions::{self, Change};
use persistence::{Db, StoreError, history};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::auth::Caller;
use crate::http::Query;
use crate::http::query::within;
use crate::problem::{FieldError, Kind, Problem};
use crate::state::AppState;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_changes);
}

/// One thing that changed.
#[derive(Serialize, ToSchema)]
pub struct ChangeEntry {
    /// The petition; null for `gone`.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    petition_id: Option<Uuid>,
    /// Its folio; null for `gone`.
    #[schema(example = "AC-2026-001234-7")]
    folio: Option<String>,
    /// The entry's place in the petition's history; null for `gone` and `changed`.
    #[schema(example = 3)]
    sequence: Option<i32>,
    /// The assignment, where the entry is about one.
    #[schema(example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e")]
    assignment_id: Option<Uuid>,
    /// Its number in the dependency's own system, with `gone` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "OT-2026/0041")]
    external_reference: Option<String>,
    /// What happened, as in the petition's history; `changed`: the petition reads otherwise than before, by what the
    /// caller is not shown; `gone`: the caller sees the assignment no more. May grow: treat a code that you do not know
    /// like `changed`.
    #[schema(example = "routed")]
    kind: String,
    /// When it happened.
    #[schema(example = "2026-11-23T15:10:00Z")]
    occurred_at: DateTime<Utc>,
    /// When the server took it in.
    #[schema(example = "2026-11-23T15:10:00.123456Z")]
    recorded_at: DateTime<Utc>,
    /// Where to read what it is about as it is now: the assignment, else the petition. Null for `gone`.
    #[schema(example = "/v1/assignments/0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e")]
    href: Option<String>,
}

/// A part of what changed.
#[derive(Serialize, ToSchema)]
pub struct ChangePage {
    /// What changed, in the order in which it was committed.
    items: Vec<ChangeEntry>,
    /// The cursor to continue from. It is always there: keep it, and ask with it again later.
    #[schema(example = "MTAyNQ9GbJpZqOoXh0bB3p5kUw")]
    next: String,
    /// Whether there is more already; `false`: this was the end when it was read.
    #[schema(example = false)]
    more: bool,
}

/// Where to begin without a cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangesStart {
    /// With the first change that there is.
    #[default]
    Oldest,
    /// With what changes from now on.
    Newest,
}

/// How many entries a part has at most: 1 to 1,000, 200 when not said.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "Cow<'_, str>")]
struct Most(u16);

impl Default for Most {
    fn default() -> Self {
        Self(200)
    }
}

impl TryFrom<Cow<'_, str>> for Most {
    type Error = String;

    fn try_from(written: Cow<'_, str>) -> Result<Self, Self::Error> {
        within(&written, &(1..=1000)).map(Self)
    }
}

/// Which part.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangesWanted {
    /// Where to begin without a cursor; `oldest` when absent.
    #[serde(default)]
    #[param(inline, value_type = Option<ChangesStart>)]
    start: ChangesStart,
    /// Entries in a part: 1 to 1,000, 200 when absent. A part may be shorter, or empty, while there is more.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, example = 200)]
    limit: Most,
}

/// List what changed
///
/// Everything that happened to the petitions that the caller sees, each entry once and in the order in which it was
/// committed, whatever node wrote it. Keep `next` and come back with it: nothing is left out and nothing comes twice,
/// also after days, also when the server was started anew. Somebody of a dependency is shown its own petitions and
/// shares; what was routed to it begins with `routed`.
///
/// **How to stay in step.** After an entry, read again whatever you keep of its petition: the petition by
/// `petition_id`, and your assignments in it, not only the one that the entry names. An entry `changed` says no more
/// than that there is something to read. After `gone`, strike the assignment `assignment_id` from your list: the order
/// is not yours any more, `GET` of it answers 404, and the entry says neither why nor who has it now. It comes whether
/// or not you had read of the assignment. Every part of a change comes in the same answer, which may therefore be a few
/// entries longer than `limit`. What you then have is what you would read, save `updated_at`, which also tells of what
/// the office keeps to itself, and what only the clock moves.
///
/// One call looks at 2,000 entries at most, so a part can be empty while `more` is true. A cursor is refused when it is
/// another caller's, or when the database is an older copy than the one it came from: then begin again.
#[utoipa::path(
    operation_id = "list_changes",
    tag = "changes",
    params(
        ChangesWanted,
        ("cursor" = Option<String>, Query, description = "`next` of the part before.",
            example = "MTAyNQ9GbJpZqOoXh0bB3p5kUw"),
    ),
    responses((status = 200, description = "A part.", body = ChangePage, headers(("Link" = String)))),
    security(("token" = [])),
)]
#[get("/v1/changes")]
pub async fn list_changes(
    query: Query<ChangesWanted>,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let who = caller.id();
    let after: Option<i64> = query.position(&state.secrets, who)?;
    let ChangesWanted { start, limit: Most(limit) } = query.value.clone();
    let (items, up_to, more) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let visibility = caller.actor(db, now)?.visibility();
            if visibility.is_nothing() {
                return Err(Code::NotAllowed.into());
            }
            let after = match (after, start) {
                (Some(after), _) => after,
                (None, ChangesStart::Oldest) => 0,
                (None, ChangesStart::Newest) => petitions::last_change(db)?,
            };
            let found = petitions::changes(db, &visibility, after, i64::from(limit))?;
            if after > found.last {
                // Numbers that are yet to be given: the database went back to an older copy.
                return Err(Problem::new(Kind::InvalidCursor).blaming(FieldError::new("?cursor", "invalid")));
            }
            let items = entries(db, &visibility, found.entries)?;
            Ok((items, found.up_to, found.up_to < found.last))
        })
        .await?;
    let next = query.next(&state.secrets, who, &up_to);
    let mut head = HttpResponse::Ok();
    if more {
        head.insert_header((header::LINK, query.link(&next)));
    }
    Ok(head.json(ChangePage { items, next, more }))
}

/// What of an event a whole entry tells.
#[derive(Deserialize)]
struct Stored {
    kind: String,
    occurred_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    #[serde(default)]
    payload: About,
}

/// The assignment that a payload names, whatever happened.
#[derive(Default, Deserialize)]
struct About {
    #[serde(default)]
    assignment: Option<Uuid>,
    #[serde(default)]
    question: Option<Uuid>,
}

/// The entries that this visibility reaches. Whoever sees everything is told without looking at the petitions.
fn entries(db: &mut Db, visibility: &Visibility, changes: Vec<Change>) -> Result<Vec<ChangeEntry>, Problem> {
    if visibility.is_all() {
        return changes.iter().map(|change| ChangeEntry::whole(change, None)).collect();
    }
    let mut ids: Vec<Id<Petition>> = changes.iter().map(|change| change.petition).collect();
    ids.sort_unstable();
    ids.dedup();
    let petitions = petitions::many(db, &ids)?;
    let petitions: HashMap<Id<Petition>, &Petition> =
        petitions.iter().map(|petition| (petition.id, petition)).collect();
    let events: Vec<Event> = changes.iter().map(|change| read(&change.body)).collect::<Result<_, _>>()?;
    let crossed = crossings(db, visibility, &events)?;
    let mut entries = Vec::with_capacity(changes.len());
    for (change, event) in changes.iter().zip(&events) {
        let Some(petition) = petitions.get(&change.petition).copied() else { continue };
        let here = crossed.get(&(change.petition, change.sequence)).map(Vec::as_slice).unwrap_or_default();
        let seen = visibility.sees(petition);
        for crossing in here {
            if !crossing.seen {
                entries.push(ChangeEntry::gone(event, petition, crossing.assignment));
            } else if seen {
                entries.push(ChangeEntry::changed(change, event, Some(crossing.assignment)));
            }
        }
        if !seen {
            continue;
        }
        match visibility.told(&event.happened, petition) {
            // Whom it left is told that alone, even if the share came back since.
            Told::Whole if here.iter().any(|crossing| !crossing.seen) => {
                entries.push(ChangeEntry::changed(change, event, None));
            }
            Told::Whole | Told::That(_) => entries.push(ChangeEntry::whole(change, Some(petition))?),
            Told::Changed => entries.push(ChangeEntry::changed(change, event, None)),
            Told::Nothing => {}
        }
    }
    Ok(entries)
}

/// What crosses the edge of somebody's sight, by the petition and the entry of its history.
type Crossed = HashMap<(Id<Petition>, i32), Vec<Crossing>>;

/// What crosses the edge of this sight at which entries: by whole histories, of the few petitions to which something
/// happened that can move it.
fn crossings(db: &mut Db, visibility: &Visibility, events: &[Event]) -> Result<Crossed, Problem> {
    let mut moved: Vec<Uuid> =
        events.iter().filter(|event| event.happened.moves_sight()).map(|event| event.petition.uuid()).collect();
    moved.sort_unstable();
    moved.dedup();
    let histories: Vec<Event> =
        history::histories(db, &moved)?.iter().map(|row| read(&row.body)).collect::<Result<_, _>>()?;
    let mut crossed = Crossed::new();
    for whole in histories.chunk_by(|one, next| one.petition == next.petition) {
        let Some(petition) = whole.first().map(|event| event.petition) else { continue };
        for crossing in visibility.crossings(whole) {
            crossed.entry((petition, crossing.sequence)).or_default().push(crossing);
        }
    }
    Ok(crossed)
}

impl ChangeEntry {
    /// What happened.
    fn whole(change: &Change, petition: Option<&Petition>) -> Result<Self, Problem> {
        let Stored { kind, occurred_at, recorded_at, payload } = read(&change.body)?;
        let of_question = || {
            let question = petition?.question(Id::new(payload.question?))?;
            question.assignment.map(Id::uuid)
        };
        let assignment_id = payload.assignment.or_else(of_question);
        Ok(Self {
            petition_id: Some(change.petition.uuid()),
            folio: Some(change.folio.clone()),
            sequence: Some(change.sequence),
            assignment_id,
            external_reference: None,
            kind,
            occurred_at,
            recorded_at,
            href: Some(href(change.petition, assignment_id)),
        })
    }

    /// That there is something else to read, of the petition or of an assignment.
    fn changed(change: &Change, event: &Event, assignment: Option<Id<Assignment>>) -> Self {
        let assignment_id = assignment.map(Id::uuid);
        Self {
            petition_id: Some(change.petition.uuid()),
            folio: Some(change.folio.clone()),
            sequence: None,
            assignment_id,
            external_reference: None,
            kind: "changed".to_owned(),
            occurred_at: event.recorded_at,
            recorded_at: event.recorded_at,
            href: Some(href(change.petition, assignment_id)),
        }
    }

    /// That an assignment is seen no more: not why, and nothing of its petition.
    fn gone(event: &Event, petition: &Petition, assignment: Id<Assignment>) -> Self {
        let share = petition.assignment(assignment);
        Self {
            petition_id: None,
            folio: None,
            sequence: None,
            assignment_id: Some(assignment.uuid()),
            external_reference: share.and_then(|share| share.external_reference.as_ref()).map(ToString::to_string),
            kind: "gone".to_owned(),
            occurred_at: event.recorded_at,
            recorded_at: event.recorded_at,
            href: None,
        }
    }
}

fn href(petition: Id<Petition>, assignment_id: Option<Uuid>) -> String {
    match assignment_id {
        Some(id) => format!("/v1/assignments/{id}"),
        None => format!("/v1/petitions/{petition}"),
    }
}

/// An event as it is stored. An entry left out would be a gap that nobody sees: better no answer than that.
fn read<T: DeserializeOwned>(body: &str) -> Result<T, Problem> {
    serde_json::from_str(body).map_err(|_| StoreError::Schema("an event that cannot be read".into()).into())
}
