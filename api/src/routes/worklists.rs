//! The desks: what waits for the caller, how much of it, and where to read it.
//!
//! Counts come from the store as they are kept; which desks are whose is the domain's. Every desk is a filter of the
//! lists, and its address finds exactly what was counted.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::actor::{Actor, Role};
use domain::code::Coded;
use domain::desk::{Desk, ShareDesk};
use domain::position::{Position, position, positions};
use domain::time::Instant;
use persistence::worklists::{self, Lying, OfShares, ShareLying};
use persistence::{Db, StoreError};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::auth::Caller;
use crate::http::label;
use crate::office::Office;
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::{Language, text};
use crate::view::Viewer;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_worklists);
}

/// What waits for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Worklists {
    /// When it was counted: by it, what is late.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    counted_at: DateTime<Utc>,
    /// Each with its desks; none for whoever has no work with petitions.
    worklists: Vec<Worklist>,
}

/// Whose work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The caller's own: what they in particular follow.
    Person,
    /// That of a post which the caller holds.
    Position,
    /// That of a post which a post of the caller's oversees.
    Supervised,
    /// The whole office's, as far as the caller's posts do that work, whoever follows it.
    Office,
    /// That of a dependency, or one unit of it, for which the caller answers.
    Dependency,
}

/// Desks that belong together.
#[derive(Debug, Serialize, ToSchema)]
pub struct Worklist {
    /// Whose work it is. May grow: treat a code that you do not know as "other".
    whose: Whose,
    /// Code of the post.
    #[schema(example = "call_center_head")]
    position: Option<String>,
    /// Code of the dependency.
    #[schema(example = json!(null))]
    dependency: Option<String>,
    /// Code of the unit, where the caller answers for one only.
    #[schema(example = json!(null))]
    unit: Option<String>,
    /// Whose, in words.
    #[schema(example = "Jefatura del centro de llamadas")]
    name: String,
    /// In the order in which people are shown them; also those on which nothing lies.
    desks: Vec<DeskView>,
}

/// One desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskView {
    /// Which. Of the office: `open`, `to_route`, `returned`, `to_review`, `to_release`, `to_reply`, `to_tell`,
    /// `to_call_back`, `to_reassign`; of a dependency: `open`, `to_accept`, `to_work`, `replied`, `due_soon`,
    /// `overdue`. May grow.
    #[schema(example = "to_review")]
    desk: &'static str,
    /// In words.
    #[schema(example = "Por revisar y responder")]
    label: String,
    /// How much lies there: exact.
    #[schema(example = 12)]
    count: i64,
    /// The list of exactly that.
    #[schema(example = "/v1/petitions?desk=to_review&followed_by=call_center_head&sort=due_at")]
    href: String,
}

/// Get the worklists
///
/// The desks of the caller: what is to be routed (`returned` ones among it, each with its reason in
/// `assignments[].returned`), to be reviewed, released, told, and so on; for a dependency, what is to be accepted,
/// worked on, late. Each with an exact count and the address of the list that yields exactly those rows.
///
/// Whoever sees petitions to their end gets their own, those of their posts and of the posts that these oversee;
/// beside that everybody gets what the whole office has of the work that their posts do, whoever follows it. One
/// petition can lie on several desks. `due_soon` is due by the end of the next working day.
#[utoipa::path(
    operation_id = "get_worklists",
    tag = "worklists",
    responses((status = 200, description = "The desks.", body = Worklists)),
    security(("token" = [])),
)]
#[get("/v1/worklists")]
pub async fn get_worklists(
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let told = state
        .store
        .read(move |db| -> Result<Worklists, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            Ok(Worklists::of(db, Viewer { actor: &actor, language, now, office: &office })?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(told))
}

impl Worklists {
    /// The desks of whoever looks: at most three queries, however much lies there.
    ///
    /// # Errors
    /// The database's.
    pub fn of(db: &mut Db, viewer: Viewer<'_>) -> Result<Self, StoreError> {
        let Viewer { actor, language, now, office } = viewer;
        let calendar = &office.rules.calendar;
        let scopes = scopes(actor);
        let answered = answered(actor);
        let mut found = Vec::new();
        if !scopes.is_empty() {
            let lying = worklists::petitions(db, Some(calendar.date_of(now)))?;
            found.extend(scopes.iter().map(|scope| scope.told(&lying, language)));
        }
        if !answered.is_empty() {
            let codes: Vec<&str> = answered.iter().map(|(dependency, _)| dependency.as_str()).collect();
            // What is due at the very end of that day is due by it.
            let soon = calendar.end_of_working_day_after(now, 1) + TimeDelta::microseconds(1);
            let counted = Shares { lying: worklists::shares(db, &codes, now, soon)?, span: (now, soon) };
            let told = |(dependency, unit): &(String, Option<String>)| {
                counted.told(dependency, unit.as_deref(), office, language)
            };
            found.extend(answered.iter().map(told));
        }
        Ok(Self { counted_at: now, worklists: found })
    }
}

/// Whose petitions, and which desks of them.
struct Scope {
    whose: Whose,
    position: Option<&'static Position>,
    person: Option<Uuid>,
    desks: Vec<Desk>,
}

/// What of the office's work is the actor's.
fn scopes(actor: &Actor) -> Vec<Scope> {
    let held = |role: &Role| match role {
        Role::Position(code) => position(code),
        Role::Liaison { .. }
        | Role::Client { .. }
        | Role::Administrator
        | Role::Auditor
        | Role::Transparency
        | Role::PrivacyOfficer
        | Role::Citizen(_)
        | Role::System => None,
    };
    let own: Vec<&'static Position> = actor.roles.iter().filter_map(held).collect();
    let all = || Desk::ALL.to_vec();
    let mut scopes = Vec::new();
    if own.iter().any(|post| post.follows()) {
        let desks = Desk::ALL.iter().copied().filter(|desk| *desk != Desk::ToReassign).collect();
        let person = actor.account.map(domain::id::Id::uuid);
        scopes.push(Scope { whose: Whose::Person, position: None, person, desks });
    }
    for post in positions().iter().filter(|post| post.follows()) {
        let whose = if own.iter().any(|held| held.code == post.code) {
            Whose::Position
        } else if own.iter().any(|held| held.oversees(post)) {
            Whose::Supervised
        } else {
            continue;
        };
        scopes.push(Scope { whose, position: Some(post), person: None, desks: all() });
    }
    scopes.sort_by_key(|scope| scope.whose == Whose::Supervised);
    let desks: Vec<Desk> = Desk::ALL.iter().copied().filter(|desk| actor.can_any(desk.actions())).collect();
    if !own.is_empty() && !desks.is_empty() {
        scopes.push(Scope { whose: Whose::Office, position: None, person: None, desks });
    }
    scopes
}

impl Scope {
    fn told(&self, lying: &[Lying], language: Language) -> Worklist {
        let code = self.position.map(|post| post.code);
        let of_it = |one: &&Lying| {
            code.is_none_or(|code| one.followed_by == code) && self.person.is_none_or(|own| one.follower == Some(own))
        };
        let desks = self.desks.iter().map(|desk| {
            let mut href = format!("/v1/petitions?desk={}", desk.code());
            if let Some(code) = code {
                href.push_str("&followed_by=");
                href.push_str(code);
            }
            if let Some(person) = self.person {
                href.push_str(&format!("&follower={person}"));
            }
            href.push_str("&sort=due_at");
            DeskView {
                desk: desk.code(),
                label: label(language, *desk),
                count: lying.iter().filter(|one| one.desk == *desk).filter(of_it).map(|one| one.number).sum(),
                href,
            }
        });
        let name = match (self.position, language) {
            (Some(post), Language::Spanish) => post.name_es.to_owned(),
            (Some(post), Language::English) => post.name_en.to_owned(),
            (None, _) => text(language, if self.person.is_some() { "worklist-person" } else { "worklist-office" }, &[]),
        };
        Worklist {
            whose: self.whose,
            position: code.map(str::to_owned),
            dependency: None,
            unit: None,
            name,
            desks: desks.collect(),
        }
    }
}

/// For which dependencies, or units of them, the actor answers.
fn answered(actor: &Actor) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    for role in &actor.roles {
        let of = match role {
            Role::Liaison { dependency, unit } => (dependency.clone(), unit.clone()),
            Role::Client { client: _, dependency } => (dependency.clone(), None),
            Role::Position(_)
            | Role::Administrator
            | Role::Auditor
            | Role::Transparency
            | Role::PrivacyOfficer
            | Role::Citizen(_)
            | Role::System => continue,
        };
        if !found.contains(&of) {
            found.push(of);
        }
    }
    found
}

/// What lies with some dependencies, and of what is open what is late and what will be soon.
struct Shares {
    lying: Vec<ShareLying>,
    span: (Instant, Instant),
}

impl Shares {
    fn told(&self, dependency: &str, unit: Option<&str>, office: &Office, language: Language) -> Worklist {
        let mut base = format!("/v1/assignments?dependency={dependency}");
        if let Some(unit) = unit {
            base.push_str("&unit=");
            base.push_str(unit);
        }
        let number = |of: OfShares| -> i64 {
            let of_it = |one: &&ShareLying| {
                one.dependency == dependency
                    && one.of == of
                    && unit.is_none_or(|unit| one.unit.as_deref() == Some(unit))
            };
            self.lying.iter().filter(of_it).map(|one| one.number).sum()
        };
        let mut desks: Vec<DeskView> = ShareDesk::ALL
            .iter()
            .map(|desk| DeskView {
                desk: desk.code(),
                label: label(language, *desk),
                count: number(OfShares::Desk(*desk)),
                href: format!("{base}&desk={}", desk.code()),
            })
            .collect();
        let written = |at: Instant| at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let (now, soon) = self.span;
        desks.push(DeskView {
            desk: "due_soon",
            label: text(language, "assignment-desk-due-soon", &[]),
            count: number(OfShares::DueSoon),
            href: format!("{base}&due_from={}&due_to={}", written(now), written(soon)),
        });
        desks.push(DeskView {
            desk: "overdue",
            label: text(language, "assignment-desk-overdue", &[]),
            count: number(OfShares::Overdue),
            href: format!("{base}&due_to={}", written(now)),
        });
        let name = match unit {
            Some(unit) => office.unit(unit).map(|one| (&one.name_es, &one.name_en)),
            None => office.dependency(dependency).map(|one| (&one.name_es, &one.name_en)),
        };
        let name = name.map_or_else(
            || unit.unwrap_or(dependency).to_owned(),
            |(es, en)| match language {
                Language::Spanish => es.clone(),
                Language::English => en.clone(),
            },
        );
        Worklist {
            whose: Whose::Dependency,
            position: None,
            dependency: Some(dependency.to_owned()),
            unit: unit.map(str::to_owned),
            name,
            desks,
        }
    }
}
