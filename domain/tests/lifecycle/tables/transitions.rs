//! Situation × step: what may be done from where, or why not.

use domain::actor::Actor;
use domain::assignment::Assignment;
use domain::code::Coded;
use domain::contact::ContactResult;
use domain::event::Origin;
use domain::id::Id;
use domain::petition::answer::Answering;
use domain::petition::file::Filing;
use domain::petition::route::Routing;
use domain::question::QuestionState;
use domain::refusal::Refusal;
use domain::state::State;
use domain::step::{AssignmentStep, QuestionStep, Step};
use domain::time::Precision;

use super::{names, section, table, words};
use crate::support::{Case, HEAD, answer, city, filing, named, post, routing, rules, text};

const INTRODUCTION: &str = "# From where each step may be taken

Written by `domain/tests/lifecycle/tables`, from the same functions that decide. `yes`: whoever is permitted
(see [permissions.md](permissions.md)) may take the step from there. Anything else is the code of the refusal
that they get. What a step's body must say besides is not in this table.
";

fn cell(may: Result<(), Refusal>) -> String {
    may.map_or_else(|refusal| format!("`{}`", code(&refusal)), |()| "yes".to_owned())
}

/// The code as the wire has it.
fn code(refusal: &Refusal) -> String {
    serde_json::to_value(refusal.code).unwrap().as_str().unwrap().to_owned()
}

pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    section(
        &mut page,
        "A petition's steps",
        "Rows: where the petition stands, and what else of it matters.",
        &petitions(),
    );
    section(
        &mut page,
        "The steps of a dependency's share",
        "Rows: where the share stands; the petition is neither answered nor closed unless the row says so.",
        &shares(),
    );
    section(&mut page, "The steps of a question", "Rows: where the question stands.", &questions());
    page
}

fn told(result: ContactResult) -> Case {
    let mut case = Case::filed();
    case.answer();
    case.notify(result);
    case
}

fn unreachable() -> Case {
    let mut case = told(ContactResult::NoAnswer);
    for day in ["2026-06-02 09:00", "2026-06-03 09:00"] {
        case.now = city(day);
        case.notify(ContactResult::NoAnswer);
    }
    case
}

fn lapsed() -> Case {
    let mut case = Case::filed();
    case.ask();
    case.now = city("2026-06-09 09:00");
    assert!(case.lapse());
    case
}

fn withdrawn() -> Case {
    let mut case = Case::filed();
    let withdrawing = domain::petition::end::Withdrawing { petitioner: None, reason: None, continued: false };
    case.take(&post(HEAD), |petition, occasion| petition.withdraw(occasion, withdrawing)).unwrap();
    case
}

fn imported() -> Case {
    let origin = Some(Origin { source: "elsewhere".to_owned(), external_id: "77".to_owned() });
    let mut case = Case::of(Filing { origin, ..filing() });
    case.take(&Actor::system(), |petition, occasion| petition.close_imported(occasion, None)).unwrap();
    case
}

/// Where a petition may stand, each reached by taking steps.
fn situations() -> Vec<(&'static str, Case)> {
    let with = |steps: &dyn Fn(&mut Case, Id<Assignment>)| {
        let mut case = Case::filed();
        let share = case.route("simas");
        steps(&mut case, share);
        case
    };
    let after = |mut case: Case, steps: &dyn Fn(&mut Case)| {
        steps(&mut case);
        case
    };
    vec![
        ("", Case::filed()),
        (": a reply did not come in time", lapsed()),
        (": no question is left to ask", {
            after(Case::filed(), &|case| {
                (0..3).for_each(|_| {
                    let question = case.ask();
                    case.reply(question);
                })
            })
        }),
        (": follows another one", crate::merging::following()),
        (": another one follows it", crate::merging::followed()),
        ("", with(&|_, _| ())),
        ("", with(&Case::accept)),
        ("", after(Case::filed(), &|case| _ = case.ask())),
        ("", with(&Case::resolve)),
        ("", after(Case::filed(), &Case::answer)),
        (": notified", told(ContactResult::Told)),
        (": unreachable", unreachable()),
        (": no contact", { after(Case::of(Filing { petitioners: vec![named(false)], ..filing() }), &Case::answer) }),
        (
            ": no reply",
            after(lapsed(), &|case| {
                case.take(&post(HEAD), |petition, occasion| petition.close_unreplied(occasion, text("Sin eso no.")))
                    .unwrap();
            }),
        ),
        (": withdrawn", withdrawn()),
        (": imported", imported()),
        (": annulled", after(Case::filed(), &Case::annul)),
        (": longer ago than the policy lets it be reopened", {
            after(told(ContactResult::Told), &|case| case.now = city("2026-06-17 09:00"))
        }),
    ]
}

fn petitions() -> String {
    let head = [vec!["state".to_owned()], names(Step::ALL)].concat();
    let mut seen = Vec::new();
    let rows: Vec<Vec<String>> = situations()
        .into_iter()
        .map(|(what, case)| {
            seen.push(case.state());
            let stands = |step: &Step| cell(case.petition.stands_for(*step, &case.rules, case.now));
            let name = format!("{}{what}", words(case.state().code()));
            [vec![name], Step::ALL.iter().map(stands).collect()].concat()
        })
        .collect();
    assert!(State::ALL.iter().all(|state| seen.contains(state)), "every state has a row");
    assert!(seen.is_sorted(), "in the order of a petition's life");
    table(&head, &rows)
}

/// Steps with a share in hand.
type Taking<'s> = &'s dyn Fn(&mut Case, Id<Assignment>);

/// Where a share may stand.
fn share_situations() -> Vec<(&'static str, Case, Id<Assignment>)> {
    let of = |case: Case, routing: Routing, steps: &[Taking<'_>]| {
        let mut case = case;
        let share = case.route_as(routing);
        steps.iter().for_each(|step| step(&mut case, share));
        (case, share)
    };
    let simas = |steps: &[Taking<'_>]| of(Case::filed(), routing("simas"), steps);
    let extended = |case: &mut Case, share: Id<Assignment>| {
        let actor = case.liaison_of(share);
        case.take(&actor, |petition, occasion| petition.extend(occasion, share, 1, text("Falta."))).unwrap();
    };
    let answered = |case: &mut Case, _| {
        let let_returns_go = Some(text("Basta."));
        case.answer_as(Answering { let_returns_go, ..answer(domain::outcome::Outcome::Attended) });
    };
    let closed = |case: &mut Case, _| case.notify(ContactResult::Told);
    let unknown = {
        let mut case = Case::filed();
        case.dated = crate::support::dated(case.now, Precision::Unknown);
        of(case, routing("simas"), &[])
    };
    let flagged = |case: &mut Case, _| {
        let kind = case.petition.kind;
        case.take(&post(HEAD), |petition, occasion| {
            petition.reclassify(occasion, "conduct".to_owned(), kind, true, text("Acusa a alguien."))
        })
        .unwrap();
    };
    let three_questions = |case: &mut Case, share: Id<Assignment>| (0..3).for_each(|_| _ = case.ask_for(share));
    let rows = vec![
        ("", simas(&[])),
        (": directed", of(Case::filed(), Routing { directed: true, ..routing("simas") }, &[])),
        ("", simas(&[&Case::accept])),
        (": extended as often as the policy allows", simas(&[&Case::accept, &extended])),
        (": its term is over", simas(&[&Case::accept, &|case, _| case.now = city("2026-06-12 09:00")])),
        (": routed nobody knows when", unknown),
        (": no question is left to ask", simas(&[&Case::accept, &three_questions])),
        ("", simas(&[&Case::resolve])),
        (": the petition turned out to be against a public servant", simas(&[&Case::resolve, &flagged])),
        ("", simas(&[&Case::give_back])),
        ("", simas(&[&Case::cancel])),
        (": the petition is answered", simas(&[&Case::resolve, &answered])),
        (": the petition is closed", simas(&[&Case::resolve, &answered, &closed])),
        (": of an earlier round", simas(&[&Case::resolve, &answered, &|case, _| case.reopen(&[])])),
    ];
    rows.into_iter().map(|(what, (case, share))| (what, case, share)).collect()
}

fn shares() -> String {
    let head = [vec!["share".to_owned()], names(AssignmentStep::ALL)].concat();
    let mut seen = Vec::new();
    let rows: Vec<Vec<String>> = share_situations()
        .into_iter()
        .map(|(what, case, id)| {
            let share = case.share(id);
            seen.push(share.state);
            let stands =
                |step: &AssignmentStep| cell(case.petition.stands_for_assignment(share, *step, &case.rules, case.now));
            let name = format!("{}{what}", words(share.state.code()));
            [vec![name], AssignmentStep::ALL.iter().map(stands).collect()].concat()
        })
        .collect();
    assert!(domain::assignment::AssignmentState::ALL.iter().all(|state| seen.contains(state)));
    table(&head, &rows)
}

fn questions() -> String {
    let head = [vec!["question".to_owned()], names(QuestionStep::ALL)].concat();
    let mut drafted = Case::file(&post(HEAD), rules(), city("2026-06-01 09:00"), filing()).unwrap();
    let share = drafted.route("simas");
    let question = drafted.ask_for(share);
    let mut open = drafted.clone();
    open.release(question);
    let mut replied = open.clone();
    replied.reply(question);
    let mut lapsed = open.clone();
    lapsed.now = city("2026-06-09 09:00");
    assert!(lapsed.lapse());
    let mut decided = lapsed.clone();
    let cancel_open = Some(text("Basta."));
    decided.answer_as(Answering { cancel_open, ..answer(domain::outcome::Outcome::Attended) });
    let mut ended = open.clone();
    ended.cancel(share);
    let situations =
        [("", drafted), ("", open), ("", replied), ("", lapsed), (": the petition is answered", decided), ("", ended)];
    let mut seen = Vec::new();
    let rows: Vec<Vec<String>> = situations
        .into_iter()
        .map(|(what, case)| {
            let question = case.petition.question(question).unwrap();
            seen.push(question.state);
            let may = |step: &QuestionStep| cell(case.petition.may_question(&post(HEAD), question, *step));
            let name = format!("{}{what}", words(question.state.code()));
            [vec![name], QuestionStep::ALL.iter().map(may).collect()].concat()
        })
        .collect();
    assert!(QuestionState::ALL.iter().all(|state| seen.contains(state)), "every state has a row");
    table(&head, &rows)
}
