//! The lifecycle as a contract: states, steps, outcomes and closings in words, where each step is taken and by whom.
//!
//! Written down nowhere: the sets and rules are the domain's (`starts`), the addresses those of `view::offer`. What
//! one caller may do to one petition is told there, as `allowed_steps`.

mod starts;

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::action::Action;
use domain::assignment::{AssignmentState, CancelCause, ReturnReason};
use domain::catalogue::{ChannelType, ContactRule};
use domain::clock::{Stage, TermState};
use domain::code::Coded;
use domain::contact::{ContactResult, Direction, Medium, Purpose};
use domain::disclosure::DisclosurePurpose;
use domain::kind::{Kind, PetitionerKind, Priority};
use domain::outcome::{Closing, Infeasibility, Outcome};
use domain::petition::Identity;
use domain::position::positions;
use domain::question::QuestionState;
use domain::state::State;
use domain::step::{AssignmentStep, QuestionStep, Step};
use domain::time::Precision;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use self::starts::Starts;
use super::catalogues::{NamedPosition, signed_in};
use crate::auth::Caller;
use crate::http::{cacheable, label};
use crate::problem::{Kind as ProblemKind, Problem};
use crate::state::AppState;
use crate::text::Language;
use crate::view::offer::{Offer, assignment_step, petition_step, question_step};

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_lifecycle);
}

/// How a petition comes from the first word to the answer. Every list is in the order in which people are shown it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lifecycle {
    /// Where a petition may stand.
    petition_states: Vec<Labelled>,
    /// Where a dependency's share may stand.
    assignment_states: Vec<Labelled>,
    /// Where a question to the citizen may stand.
    question_states: Vec<Labelled>,
    /// What may be done with a petition.
    petition_steps: Vec<LifecycleStep>,
    /// What may be done with a dependency's share.
    assignment_steps: Vec<LifecycleStep>,
    /// What may be done with a question.
    question_steps: Vec<LifecycleStep>,
    /// What may become of the matter.
    outcomes: Vec<LifecycleOutcome>,
    /// Why something may not be feasible.
    infeasibilities: Vec<Labelled>,
    /// How a file may end.
    closings: Vec<LifecycleClosing>,
    /// What a petition may be.
    kinds: Vec<Labelled>,
    /// How soon it may want attention.
    priorities: Vec<Labelled>,
    /// Why a dependency may return its share.
    return_reasons: Vec<Labelled>,
    /// Why a share may be cancelled.
    cancel_causes: Vec<Labelled>,
    /// Who calls whom.
    directions: Vec<Labelled>,
    /// By what a word with the citizen travels.
    media: Vec<Labelled>,
    /// What it is about.
    purposes: Vec<Labelled>,
    /// How it goes.
    contact_results: Vec<Labelled>,
    /// What has a term.
    stages: Vec<Labelled>,
    /// Where a term may stand.
    term_states: Vec<Labelled>,
    /// How exactly an instant may be known.
    precisions: Vec<Labelled>,
    /// What the rules tell channels apart by.
    channel_types: Vec<Labelled>,
    /// How much of the contact data a dependency may see.
    contact_rules: Vec<Labelled>,
    /// How a petitioner's identity may be kept.
    identities: Vec<Labelled>,
    /// Who may ask.
    petitioner_kinds: Vec<Labelled>,
    /// What personal data may be shown for.
    disclosure_purposes: Vec<Labelled>,
}

/// A code with its words.
#[derive(Debug, Serialize, ToSchema)]
pub struct Labelled {
    /// Never changes.
    #[schema(example = "in_progress")]
    code: &'static str,
    /// In the caller's language.
    #[schema(example = "En proceso")]
    label: String,
}

/// A step: where it starts, where it is taken and by whom.
#[derive(Debug, Serialize, ToSchema)]
pub struct LifecycleStep {
    /// Never changes; as in `allowed_steps`.
    #[schema(example = "route")]
    code: &'static str,
    /// In the caller's language.
    #[schema(example = "Canalizar")]
    label: String,
    /// The method.
    #[schema(example = "POST")]
    method: &'static str,
    /// The path, with the names of its ids in braces.
    #[schema(example = "/v1/petitions/{id}/assignments")]
    path: String,
    /// Whether the step needs `If-Match`.
    #[schema(example = true)]
    if_match: bool,
    /// The states (of the petition, assignment or question) from which it starts; a rule may stand in the way there.
    #[schema(example = json!(["received", "routed", "in_progress", "awaiting_citizen", "in_review"]))]
    from: Vec<&'static str>,
    /// The actions of which a post of the office needs one, by code.
    #[schema(example = json!(["petition.route"]))]
    actions: Vec<&'static str>,
    /// The posts that have one of them.
    positions: Vec<NamedPosition>,
    /// Whether it is the dependency's own step: taken by its liaison, or recorded by these posts on its behalf.
    #[schema(example = false)]
    by_liaison: bool,
}

/// What may become of the matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct LifecycleOutcome {
    /// Never changes.
    #[schema(example = "not_feasible")]
    code: &'static str,
    /// In the caller's language.
    #[schema(example = "No viable")]
    label: String,
    /// Whether the answer says why it cannot be done, and only then.
    #[schema(example = true)]
    needs_infeasibility: bool,
    /// Whether the answer names the authority and the procedure there, and only then.
    #[schema(example = false)]
    needs_authority: bool,
}

/// How a file may end.
#[derive(Debug, Serialize, ToSchema)]
pub struct LifecycleClosing {
    /// Never changes.
    #[schema(example = "notified")]
    code: &'static str,
    /// In the caller's language.
    #[schema(example = "Respuesta notificada")]
    label: String,
    /// Whether there is an outcome wherever a file ends so.
    #[schema(example = true)]
    needs_outcome: bool,
}

/// Get the lifecycle
///
/// All states, steps, outcomes and closings with their labels: what a screen offers before any petition is open. Each
/// step says from which states it starts, which request takes it and which posts may. The answer changes with the
/// language and with a new version of the system only; a kept one is asked about again with `If-None-Match`.
#[utoipa::path(
    operation_id = "get_lifecycle",
    tag = "lifecycle",
    responses(
        (status = 200, description = "The lifecycle.", body = Lifecycle, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/lifecycle")]
pub async fn get_lifecycle(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    signed_in(caller, &state).await?;
    let starts = Starts::known().ok_or(ProblemKind::Internal)?;
    cacheable::json(req.headers(), &Lifecycle::told(starts, language))
}

impl Lifecycle {
    fn told(starts: &Starts, language: Language) -> Self {
        Self {
            petition_states: all::<State>(language),
            assignment_states: all::<AssignmentState>(language),
            question_states: all::<QuestionState>(language),
            petition_steps: steps(language, |step: Step| Taken {
                at: ("/v1/petitions/{id}", petition_step(step)),
                from: codes(starts.of_petition(step)),
                actions: step.actions(),
                by_liaison: false,
            }),
            assignment_steps: steps(language, |step: AssignmentStep| Taken {
                at: ("/v1/assignments/{id}", assignment_step(step)),
                from: codes(starts.of_assignment(step)),
                actions: step.actions(),
                by_liaison: step.is_the_dependencys(),
            }),
            question_steps: steps(language, |step: QuestionStep| Taken {
                at: ("/v1/petitions/{id}/questions/{question_id}", question_step(step)),
                from: codes(starts.of_question(step)),
                actions: step.actions(),
                by_liaison: false,
            }),
            outcomes: Outcome::ALL.iter().map(|outcome| LifecycleOutcome::of(*outcome, starts, language)).collect(),
            infeasibilities: all::<Infeasibility>(language),
            closings: Closing::ALL.iter().map(|closing| LifecycleClosing::of(*closing, language)).collect(),
            kinds: all::<Kind>(language),
            priorities: all::<Priority>(language),
            return_reasons: all::<ReturnReason>(language),
            cancel_causes: all::<CancelCause>(language),
            directions: all::<Direction>(language),
            media: all::<Medium>(language),
            purposes: all::<Purpose>(language),
            contact_results: all::<ContactResult>(language),
            stages: all::<Stage>(language),
            term_states: all::<TermState>(language),
            precisions: all::<Precision>(language),
            channel_types: all::<ChannelType>(language),
            contact_rules: all::<ContactRule>(language),
            identities: all::<Identity>(language),
            petitioner_kinds: all::<PetitionerKind>(language),
            disclosure_purposes: all::<DisclosurePurpose>(language),
        }
    }
}

/// A whole set with its words.
fn all<T: Coded>(language: Language) -> Vec<Labelled> {
    T::ALL.iter().map(|value| Labelled { code: value.code(), label: label(language, *value) }).collect()
}

fn codes<T: Coded>(values: Vec<T>) -> Vec<&'static str> {
    values.into_iter().map(Coded::code).collect()
}

/// What differs from step to step.
struct Taken {
    at: (&'static str, Offer),
    from: Vec<&'static str>,
    actions: &'static [Action],
    by_liaison: bool,
}

fn steps<S: Coded>(language: Language, taken: impl Fn(S) -> Taken) -> Vec<LifecycleStep> {
    let told = |step: &S| {
        let Taken { at: (base, Offer { method, suffix, versioned }), from, actions, by_liaison } = taken(*step);
        let may = positions().iter().filter(|post| {
            let own = post.actions();
            actions.iter().any(|action| own.contains(*action))
        });
        LifecycleStep {
            code: step.code(),
            label: label(language, *step),
            method,
            path: format!("{base}{suffix}"),
            if_match: versioned,
            from,
            actions: actions.iter().map(|action| action.code()).collect(),
            positions: may.map(|post| NamedPosition::of(post, language)).collect(),
            by_liaison,
        }
    };
    S::ALL.iter().map(told).collect()
}

impl LifecycleOutcome {
    fn of(outcome: Outcome, starts: &Starts, language: Language) -> Self {
        Self {
            code: outcome.code(),
            label: label(language, outcome),
            needs_infeasibility: starts.needs_infeasibility(outcome),
            needs_authority: starts.needs_authority(outcome),
        }
    }
}

impl LifecycleClosing {
    fn of(closing: Closing, language: Language) -> Self {
        Self { code: closing.code(), label: label(language, closing), needs_outcome: closing.needs_outcome() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::document::Document;

    fn told(language: Language) -> Value {
        serde_json::to_value(Lifecycle::told(Starts::known().unwrap(), language)).unwrap()
    }

    fn find<'a>(told: &'a Value, list: &str, code: &str) -> &'a Value {
        told[list].as_array().unwrap().iter().find(|item| item["code"] == code).unwrap()
    }

    #[test]
    fn routing_is_told_with_its_address_its_states_and_its_posts() {
        let told = told(Language::Spanish);
        let route = find(&told, "petition_steps", "route");
        assert_eq!((&route["method"], &route["path"]), (&json!("POST"), &json!("/v1/petitions/{id}/assignments")));
        assert_eq!((&route["label"], &route["if_match"]), (&json!("Canalizar"), &json!(true)));
        assert_eq!(route["from"], json!(["received", "routed", "in_progress", "awaiting_citizen", "in_review"]));
        let posts: Vec<&Value> = route["positions"].as_array().unwrap().iter().map(|post| &post["code"]).collect();
        assert!(posts.contains(&&json!("service_desk_assistant")) && !posts.contains(&&json!("messenger")));
    }

    #[test]
    fn every_step_starts_somewhere_and_belongs_to_somebody() {
        let told = told(Language::English);
        for list in ["petition_steps", "assignment_steps", "question_steps"] {
            for step in told[list].as_array().unwrap() {
                for member in ["from", "actions", "positions"] {
                    assert!(step[member].as_array().is_some_and(|some| !some.is_empty()), "{list} {step}");
                }
            }
        }
    }

    #[test]
    fn the_contract_has_every_step_and_takes_if_match_where_the_step_needs_it() {
        let contract: Value = serde_json::from_str(&Document::build().unwrap().json).unwrap();
        let told = told(Language::English);
        for list in ["petition_steps", "assignment_steps", "question_steps"] {
            for step in told[list].as_array().unwrap() {
                let method = step["method"].as_str().unwrap().to_ascii_lowercase();
                let operation = &contract["paths"][step["path"].as_str().unwrap()][method];
                assert!(operation.is_object(), "{step}");
                let parameters = operation["parameters"].as_array().unwrap();
                let versioned = parameters.iter().any(|one| one["$ref"] == "#/components/parameters/IfMatch");
                assert_eq!(json!(versioned), step["if_match"], "{step}");
            }
        }
    }

    #[test]
    fn a_dependencys_step_says_so() {
        let told = told(Language::English);
        assert_eq!(find(&told, "assignment_steps", "accept")["by_liaison"], json!(true));
        assert_eq!(find(&told, "assignment_steps", "send_back")["by_liaison"], json!(false));
    }

    #[test]
    fn outcomes_and_closings_say_what_they_need() {
        let told = told(Language::Spanish);
        assert_eq!(find(&told, "outcomes", "not_feasible")["needs_infeasibility"], json!(true));
        assert_eq!(find(&told, "outcomes", "not_competent")["needs_authority"], json!(true));
        assert_eq!(find(&told, "closings", "unreachable")["needs_outcome"], json!(true));
        assert_eq!(find(&told, "closings", "withdrawn")["needs_outcome"], json!(false));
    }

    #[test]
    fn codes_do_not_change_with_the_language_and_labels_do() {
        let (spanish, english) = (told(Language::Spanish), told(Language::English));
        let state =
            |told: &Value| (told["petition_states"][4]["code"].clone(), told["petition_states"][4]["label"].clone());
        assert_eq!((state(&spanish).0, state(&english).0), (json!("in_review"), json!("in_review")));
        assert_ne!(state(&spanish).1, state(&english).1);
    }
}
