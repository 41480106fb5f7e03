//! Role × step: who may do what, and by which function of the manual.

use domain::action::Action;
use domain::actor::{Actor, Role};
use domain::code::Coded;
use domain::id::Id;
use domain::petition::COMPTROLLER;
use domain::petition::may_file;
use domain::position::{Position, positions};
use domain::step::{AssignmentStep, QuestionStep, Step};

use super::{names, section, table};
use crate::support::{Case, liaison, person, post};

const INTRODUCTION: &str = "# Who may take which step

Written by `domain/tests/lifecycle/tables`, from the same functions that decide. For the 20 posts, a cell names the
functions of the manual that need the step (`15.1` is post 15, function 1). For everybody else it says `yes`. An
empty cell is a no. From where a step may be taken is in [transitions.md](transitions.md).

*Sees* says which petitions the role can read: all; those with a share of the dependency; its own; or none. Whoever
does not see a petition is told that there is none.
";

/// One row: who, and the functions that are theirs if it is a post.
struct Who {
    name: String,
    actor: Actor,
    post: Option<&'static Position>,
}

fn everybody(case: &Case) -> Vec<Who> {
    let mut all: Vec<Who> = positions()
        .iter()
        .map(|position| Who {
            name: format!("{} {}", position.number, position.name_en),
            actor: post(position.code),
            post: Some(position),
        })
        .collect();
    let beside = [
        ("liaison of the share's dependency", liaison("simas")),
        ("liaison of another one that has a share", liaison("road_maintenance")),
        ("liaison of one that has none", liaison(COMPTROLLER)),
        ("administrator", person(Role::Administrator)),
        ("auditor", person(Role::Auditor)),
        ("transparency", person(Role::Transparency)),
        ("privacy officer", person(Role::PrivacyOfficer)),
        ("citizen, own petition", Actor::citizen(case.petition.id)),
        ("citizen, another's petition", Actor::citizen(Id::new(uuid::Uuid::nil()))),
        ("the house itself", Actor::system()),
    ];
    all.extend(beside.map(|(name, actor)| Who { name: name.to_owned(), actor, post: None }));
    all
}

/// The functions of the post that need one of the actions.
fn functions(post: &Position, actions: &[Action]) -> String {
    let needs =
        |function: &&domain::position::Function| actions.iter().any(|action| function.actions.contains(*action));
    post.functions.iter().filter(needs).map(|function| function.id).collect::<Vec<_>>().join(" ")
}

fn cell(who: &Who, permitted: bool, actions: &[Action]) -> String {
    match who.post {
        Some(post) => {
            let by = functions(post, actions);
            assert_eq!(permitted, !by.is_empty(), "{}: permitted by a function or not at all", who.name);
            by
        }
        None => if permitted { "yes" } else { "" }.to_owned(),
    }
}

fn sees(who: &Who, case: &Case) -> String {
    let visibility = who.actor.visibility();
    let seen = if visibility.is_all() {
        "all"
    } else if visibility.is_nothing() {
        "none"
    } else {
        match who.actor.roles.first() {
            Some(Role::Citizen(_)) => "its own",
            _ => "its dependency's",
        }
    };
    assert!(!visibility.is_nothing() || !visibility.sees(&case.petition), "{}", who.name);
    seen.to_owned()
}

pub fn page() -> String {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.route("road_maintenance");
    let everybody = everybody(&case);
    let petition = &case.petition;
    let share = case.share(share);
    let rows = |cells: &dyn Fn(&Who) -> Vec<String>| -> Vec<Vec<String>> {
        everybody.iter().map(|who| [vec![who.name.clone()], cells(who)].concat()).collect()
    };
    let who = || vec!["who".to_owned()];
    let step_cells = |who: &Who, steps: &[Step]| -> Vec<String> {
        let cell = |step: &Step| {
            let permitted = petition.permits(&who.actor, *step).is_ok();
            // Who may depends also on who follows it now.
            if matches!(step, Step::Take | Step::HandOver) && !permitted {
                return String::new();
            }
            cell(who, permitted, step.actions())
        };
        steps.iter().map(cell).collect()
    };
    let (description, course) = Step::ALL.split_at(6);
    let mut page = INTRODUCTION.to_owned();

    let head = [who(), vec!["sees".to_owned(), "file".to_owned()], names(description)].concat();
    let filing = rows(&|who| {
        let file = cell(who, may_file(&who.actor).is_ok(), &[Action::PetitionFile]);
        [vec![sees(who, &case), file], step_cells(who, description)].concat()
    });
    section(&mut page, "Taking a petition in, sending it on, answering it", NOTE_ON_FILING, &table(&head, &filing));

    let head = [who(), names(course)].concat();
    let told = rows(&|who| step_cells(who, course));
    section(&mut page, "Telling the citizen, ending, beginning again", NOTE_ON_FOLLOWING, &table(&head, &told));

    let head = [who(), names(AssignmentStep::ALL)].concat();
    let shares = rows(&|who| {
        let cell = |step: &AssignmentStep| {
            let permitted = petition.permits_assignment(&who.actor, share, *step).is_ok();
            cell(who, permitted, step.actions())
        };
        AssignmentStep::ALL.iter().map(cell).collect()
    });
    section(&mut page, "The steps of a dependency's share", NOTE_ON_SHARES, &table(&head, &shares));

    let head = [who(), names(QuestionStep::ALL)].concat();
    let questions = rows(&|who| {
        let cell =
            |step: &QuestionStep| cell(who, petition.permits_question(&who.actor, *step).is_ok(), step.actions());
        QuestionStep::ALL.iter().map(cell).collect()
    });
    section(&mut page, "The steps of a question", "", &table(&head, &questions));
    page
}

const NOTE_ON_FILING: &str = "Whoever files may also route in the same breath if they may route, and answer if they may
answer; and whoever may orient (2.2 and 7.3) may answer a question on the spot with the outcome `oriented`.";

const NOTE_ON_FOLLOWING: &str =
    "The petition of this table is followed by post 15, by nobody in particular: whoever answers may take it, and
whoever holds that post or one that oversees it may hand it over. What somebody in particular follows, they may hand
over too, and only whoever holds that post or one that oversees it takes it from them.";

const NOTE_ON_SHARES: &str =
    "The posts record the dependency's own steps (accept to resolve) on its behalf, and must say
who spoke, unless what they bring is a file; sending back and cancelling are the office's own.";
