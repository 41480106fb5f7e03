//! What a job does to each of its petitions: the body of the single step, read once, and the very function that takes
//! the single step; or that takes it back.
//!
//! Writes nothing.

use chrono::NaiveDate;
use domain::actor::Actor;
use domain::assignment::Assignment;
use domain::code::Coded;
use domain::id::Id;
use domain::job::{JobStep, Trace};
use domain::occasion::Occasion;
use domain::petition::{Change, Petition};
use domain::position::{Position, position};
use domain::refusal::{Code, Refusal};
use domain::time::Instant;
use persistence::Db;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::json::{Fault, read};
use crate::office::Office;
use crate::problem::{FieldError, Kind, Problem};
use crate::routes::petitions::{
    ClassificationWanted, FollowerWanted, RoutesWanted, TagsWanted, appointed, hand_over, reclassify, route, routings,
    tag, tags, valid_class,
};
use crate::step::{Circumstances, Done, Nothing, Setting, dated, decided, words};

/// Which open shares of each petition are taken away, and why.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CancellationsWanted {
    /// Why.
    #[schema(example = "Se atenderá con otro programa.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
    /// Only those of this dependency, by code; all that are open if absent.
    #[serde(default)]
    #[schema(example = "simas", max_length = 60)]
    #[validate(length(max = 60))]
    pub dependency: Option<String>,
    /// Only those of this unit of it.
    #[serde(default)]
    #[schema(example = json!(null), max_length = 60)]
    #[validate(length(max = 60))]
    pub unit: Option<String>,
}

impl Circumstances for CancellationsWanted {}

/// Why a job is taken back.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReversalWanted {
    /// Why, kept in the history of each petition; needed unless marks are taken back, which takes no reason.
    #[serde(default)]
    #[schema(example = "Se eligieron las peticiones equivocadas.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: Option<String>,
}

/// What is done to each petition.
pub enum Work {
    /// Route.
    Route(RoutesWanted),
    /// Hand over.
    HandOver(FollowerWanted),
    /// Put marks on.
    Tag(TagsWanted),
    /// Take marks off.
    Untag(TagsWanted),
    /// Reclassify.
    Reclassify(ClassificationWanted),
    /// Cancel its open shares.
    Cancel(CancellationsWanted),
    /// Take back what another job did; for a reason, where the step wants one.
    Undo(Option<String>),
}

/// The circumstances of one petition's turn.
pub struct Turn<'t> {
    /// Who made the job.
    pub actor: &'t Actor,
    /// Catalogues and rules.
    pub office: &'t Office,
    /// The server's clock.
    pub now: Instant,
    /// 32 random bytes, new for every petition.
    pub seed: [u8; 32],
    /// Today, in the city.
    pub today: NaiveDate,
}

impl Turn<'_> {
    fn decided<B: Circumstances>(
        &self,
        petition: &Petition,
        body: &B,
        db: &mut Db,
        act: impl Fn(&Petition, &mut Occasion<'_>, Setting<'_, B>) -> Result<Done, Problem>,
    ) -> Result<Done, Problem> {
        let setting = Setting { body, office: self.office, today: self.today, db };
        decided(self.actor, (self.now, self.seed), petition, setting, act)
    }
}

impl Work {
    /// Reads the body of a step.
    ///
    /// # Errors
    /// `invalid_body` (422), at `/body/…`.
    pub fn read(step: JobStep, body: &[u8]) -> Result<Self, Problem> {
        Ok(match step {
            JobStep::Route => Self::Route(part(body)?),
            JobStep::HandOver => Self::HandOver(part(body)?),
            JobStep::Tag => Self::Tag(part(body)?),
            JobStep::Untag => Self::Untag(part(body)?),
            JobStep::Reclassify => Self::Reclassify(part(body)?),
            JobStep::Cancel => Self::Cancel(part(body)?),
        })
    }

    /// Reads why the step is taken back.
    ///
    /// # Errors
    /// `invalid_body` (422): there is no reason where the step wants one, or one where it would go nowhere.
    pub fn undoing(step: JobStep, body: &[u8]) -> Result<Self, Problem> {
        let ReversalWanted { reason } = read(body).map_err(told)?;
        match (&reason, step.is_undone_for_a_reason()) {
            (None, true) => return Err(Problem::invalid("/reason", "required")),
            (Some(_), false) => return Err(Problem::invalid("/reason", "unknown")),
            (Some(said), true) => drop(words(said, "/reason")?),
            (None, false) => {}
        }
        Ok(Self::Undo(reason))
    }

    /// Whether it can be done to any petition at all, as far as that does not depend on which: what all of them would
    /// be refused for is said at once.
    ///
    /// # Errors
    /// What the step itself would say, at `/body/…`.
    pub fn check(&self, office: &Office, today: NaiveDate, db: &mut Db) -> Result<(), Problem> {
        let checked = match self {
            Self::Route(body) => dated(body).and_then(|_| routings(office, body, today)).map(drop),
            Self::HandOver(body) => fit(body, today, db),
            Self::Tag(body) | Self::Untag(body) => tags(body).map(drop),
            Self::Reclassify(body) => {
                let says = [body.category.is_some(), body.kind.is_some(), body.against_public_servant.is_some()];
                words(&body.reason, "/reason")
                    .map(drop)
                    .and_then(|()| says_something(&says, "category, kind, against_public_servant"))
                    .and_then(|()| valid_class(office, body, today))
            }
            Self::Cancel(body) => words(&body.reason, "/reason").map(drop).and_then(|()| known(body, office)),
            Self::Undo(_) => return Ok(()),
        };
        checked.map_err(within)
    }

    /// Takes the step on one petition, as far as deciding goes. `trace` is what the step did that is to be taken back.
    ///
    /// # Errors
    /// The step's own, at the places of its body.
    pub fn take(
        &self,
        petition: &Petition,
        trace: Option<&Trace>,
        turn: &Turn<'_>,
        db: &mut Db,
    ) -> Result<Done, Problem> {
        match self {
            Self::Route(body) => turn.decided(petition, body, db, route),
            Self::HandOver(body) => turn.decided(petition, body, db, hand_over),
            Self::Tag(body) => turn.decided(petition, body, db, tag),
            Self::Untag(body) => turn.decided(petition, body, db, |petition, occasion, setting| {
                Ok(petition.tag(occasion, &[], &tags(setting.body)?)?.into())
            }),
            Self::Reclassify(body) => turn.decided(petition, body, db, reclassify),
            Self::Cancel(body) => turn.decided(petition, body, db, |petition, occasion, setting| {
                let named = |share: &&Assignment| {
                    body.dependency.as_ref().is_none_or(|code| *code == share.dependency)
                        && body.unit.as_ref().is_none_or(|code| share.unit.as_ref() == Some(code))
                };
                let shares: Vec<Id<Assignment>> = petition.open().filter(named).map(|share| share.id).collect();
                cancel(petition, occasion, &shares, &setting.body.reason)
            }),
            Self::Undo(reason) => {
                let trace = trace.ok_or(Code::NotUndoable)?;
                trace.stands(petition)?;
                undo(petition, trace, reason.as_deref().unwrap_or_default(), turn, db)
            }
        }
    }
}

/// Takes back what a step did, by the step that leads back.
fn undo(petition: &Petition, trace: &Trace, reason: &str, turn: &Turn<'_>, db: &mut Db) -> Result<Done, Problem> {
    let (step, body) = match trace {
        Trace::Final => return Err(Code::NotUndoable.into()),
        Trace::Routed { assignments } => {
            return turn.decided(petition, &Nothing, db, |petition, occasion, _| {
                cancel(petition, occasion, assignments, reason)
            });
        }
        Trace::Tagged { added, removed } => {
            return turn.decided(petition, &Nothing, db, |petition, occasion, _| {
                Ok(petition.tag(occasion, removed, added)?.into())
            });
        }
        Trace::HandedOver { from, to: _ } => {
            let body = json!({"position": from.position, "account_id": from.person, "reason": reason});
            (JobStep::HandOver, body)
        }
        Trace::Reclassified { from, to: _ } => {
            let body = json!({"category": from.category, "kind": from.kind.code(), "reason": reason});
            (JobStep::Reclassify, body)
        }
    };
    Work::read(step, written(&body).as_bytes())?.take(petition, None, turn, db)
}

/// Cancels these shares of a petition, all or none.
fn cancel(
    petition: &Petition,
    occasion: &mut Occasion<'_>,
    shares: &[Id<Assignment>],
    reason: &str,
) -> Result<Done, Problem> {
    let mut whole: Option<Change> = None;
    for share in shares {
        let present = whole.as_ref().map_or(petition, |change| &change.petition);
        let next = present.cancel(occasion, *share, words(reason, "/reason")?)?;
        whole = Some(match whole {
            Some(change) => change.and(next),
            None => next,
        });
    }
    let change = whole.ok_or_else(|| Refusal::from(Code::Unchanged))?;
    Ok(change.into())
}

/// Whether somebody can be handed anything so.
fn fit(body: &FollowerWanted, today: NaiveDate, db: &mut Db) -> Result<(), Problem> {
    words(&body.reason, "/reason")?;
    says_something(&[body.position.is_some(), body.account_id.is_some()], "position, account_id")?;
    let Some(post) = &body.position else { return Ok(()) };
    if !position(post).is_some_and(Position::follows) {
        return Err(Refusal::at(Code::FollowerUnfit, "/position").into());
    }
    appointed(db, body.account_id, post.clone(), today)
}

/// Whether a body that may leave out each of these members says one of them at least.
fn says_something(says: &[bool], members: &'static str) -> Result<(), Problem> {
    if says.contains(&true) {
        return Ok(());
    }
    Err(Problem::new(Kind::InvalidBody).blaming(FieldError::new("", "nothing_wanted").with("members", members)))
}

/// Whether there is, or was, such a dependency and such a unit of it: what has ended may still have open shares.
fn known(body: &CancellationsWanted, office: &Office) -> Result<(), Problem> {
    if body.dependency.as_ref().is_some_and(|code| office.dependency(code).is_none()) {
        return Err(Refusal::at(Code::DependencyUnknown, "/dependency").into());
    }
    let of_it = |code: &String| {
        let of = |dependency: &String| body.dependency.as_ref().is_none_or(|named| named == dependency);
        office.unit(code).is_some_and(|unit| of(&unit.dependency))
    };
    if body.unit.as_ref().is_some_and(|code| !of_it(code)) {
        return Err(Refusal::at(Code::UnitUnknown, "/unit").into());
    }
    Ok(())
}

/// A body as it is kept.
#[must_use]
pub fn written(body: &Value) -> String {
    body.to_string()
}

fn part<T: DeserializeOwned + Validate>(body: &[u8]) -> Result<T, Problem> {
    read(body).map_err(|fault| within(told(fault)))
}

fn told(fault: Fault) -> Problem {
    match fault {
        Fault::Syntax(problem) | Fault::Invalid(problem) => problem,
    }
}

/// The problem of a step, as a problem of the job that holds the step's body.
#[must_use]
pub fn within(mut problem: Problem) -> Problem {
    for error in &mut problem.errors {
        error.pointer = format!("/body{}", error.pointer);
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_steps_body_is_told_by_its_place_in_the_jobs() {
        for (step, body, pointer, code) in [
            (JobStep::Tag, r#"{"tags": []}"#, "/body/tags", "too_few"),
            (JobStep::Untag, r#"{"tags": ["a"], "x": 1}"#, "/body/x", "unknown"),
            (JobStep::Cancel, "{}", "/body/reason", "required"),
            (JobStep::Route, "{}", "/body/assignments", "required"),
            (JobStep::Reclassify, r#"{"reason": "x", "kind": "y"}"#, "/body/kind", "not_a_code"),
            (JobStep::HandOver, "\"x\"", "/body", "wrong_type"),
        ] {
            let problem = Work::read(step, body.as_bytes()).err().unwrap();
            let error = &problem.errors[0];
            assert_eq!((error.pointer.as_str(), &*error.code), (pointer, code), "{body}");
        }
    }

    #[test]
    fn a_reason_is_given_where_it_goes_into_the_history_and_nowhere_else() {
        let reason = br#"{"reason": "Fue un error."}"#;
        for step in JobStep::ALL {
            let wanted = step.is_undone_for_a_reason();
            assert_eq!(Work::undoing(*step, reason).is_ok(), wanted, "{step:?}");
            assert_eq!(Work::undoing(*step, b"{}").is_ok(), !wanted, "{step:?}");
        }
        assert!(Work::undoing(JobStep::Route, r#"{"reason": "\t "}"#.as_bytes()).is_err(), "no words");
    }
}
