//! Bodies that are valid where they stand: what a move of a walk says.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::assignment::Assignment;
use domain::attachment::AttachmentKind;
use domain::catalogue::{Choice, Entry, FormField, Handling, Requirement};
use domain::code::Coded;
use domain::contact::{ContactResult, Direction, Medium};
use domain::delivery::Delivered;
use domain::folio::Folio;
use domain::form::{self, Completeness, Entries, FieldType, Form, Given};
use domain::id::Id;
use domain::kind::Kind;
use domain::outcome::{Infeasibility, Outcome};
use domain::petition::amend::{Amendment, Correction};
use domain::petition::answer::Answering;
use domain::petition::follow::HandingOver;
use domain::petition::notify::Contacting;
use domain::petition::relate::Splitting;
use domain::petition::route::Routing;
use domain::petition::{COMPTROLLER, Identity, Petition, Petitioner};
use domain::position::positions;
use domain::text::Text;

use crate::support::{Case, HEAD, city, filing, post, rules, text};

/// Stands in every text that anybody writes, and must stand in no event.
pub const MARK: &str = "Eulalia Zaragoza 8711234567";

pub const DEPENDENCIES: [&str; 4] = ["public_services", "road_maintenance", "simas", COMPTROLLER];

pub fn marked() -> Text {
    text(&format!("Dice {MARK} que sigue igual."))
}

pub fn pick<T: Copy>(from: &[T], choice: usize) -> T {
    from[choice % from.len()]
}

pub fn contacting(result: ContactResult, petition: Option<&Petition>) -> Contacting {
    let petitioner = petition.and_then(|petition| petition.petitioners.first()).map(|petitioner| petitioner.id);
    let medium = Medium::Telephone;
    Contacting { direction: Direction::Out, medium, result, text: Some(marked()), petitioner }
}

pub fn answering(choice: usize, adopts: Option<Id<Assignment>>, in_writing: bool) -> Answering {
    let outcome = pick(Outcome::ALL, choice);
    Answering {
        outcome,
        infeasibility: infeasibility(outcome, choice),
        authority: (outcome == Outcome::NotCompetent).then(|| (marked(), marked())),
        text: adopts.is_none().then(marked),
        adopts,
        document: in_writing.then(|| (marked(), city("2026-06-01 09:00").date_naive())),
        cancel_open: Some(marked()),
        let_returns_go: Some(marked()),
    }
}

pub fn infeasibility(outcome: Outcome, choice: usize) -> Option<Infeasibility> {
    (outcome == Outcome::NotFeasible).then(|| pick(Infeasibility::ALL, choice))
}

/// Another petition, of each sequence another one.
pub fn beside(sequence: i32) -> Case {
    let at = city("2026-05-01 09:00") + TimeDelta::minutes(i64::from(sequence));
    Case::file(&post(HEAD), rules(), at, filing()).unwrap()
}

/// Another petition that this one may follow.
pub fn principal(petition: &Petition) -> Petition {
    let other = beside(petition.sequence).petition;
    Petition { against_public_servant: petition.against_public_servant, in_writing: petition.in_writing, ..other }
}

pub fn splitting(petition: &Petition, choice: usize) -> Splitting {
    Splitting {
        folio: Folio { number: 5_000 + i64::from(petition.sequence), ..petition.folio },
        category: "pothole".to_owned(),
        kind: pick(Kind::ALL, choice),
        against_public_servant: false,
        text: marked(),
        address: choice.is_multiple_of(2).then(marked),
        fields: filled_in(&asked(), choice),
        routes: Vec::new(),
    }
}

pub fn amendment(petition: &Petition, choice: usize) -> Amendment {
    let named = petition.petitioners.iter().filter(|one| one.identity == Identity::Named && !one.withdrawn);
    let correction = |petitioner: &Petitioner| Correction {
        petitioner: petitioner.id,
        differs: true,
        described: true,
        reachable: !choice.is_multiple_of(4),
    };
    Amendment {
        text: Some(marked()),
        address: (choice.is_multiple_of(2)).then(|| (!choice.is_multiple_of(3)).then(marked)),
        petitioners: named.map(correction).collect(),
        fields: corrected(petition, choice),
        ..Amendment::default()
    }
}

/// What a category asks for: words, and a number where a choice says so.
pub fn asked() -> Vec<FormField> {
    let field = |code: &str, field_type| FormField { field_type, ..FormField::blank(code, 0) };
    let choice = |code: &str| Choice { code: code.to_owned(), name_es: "A".into(), name_en: "A".into(), ended: false };
    let choices = ["yes", "no"].map(choice).into();
    let (on, is) = (Some("flooded".to_owned()), vec!["yes".to_owned()]);
    vec![
        field("where", FieldType::Text),
        FormField { choices, ..field("flooded", FieldType::Choice) },
        FormField { shown_when_field: on, shown_when_is: is, ..field("rooms", FieldType::Number) },
    ]
}

fn said(choice: usize) -> BTreeMap<String, Option<Given>> {
    let flooded = choice.is_multiple_of(2);
    let words = |words: &str| Some(Given::Words(words.to_owned()));
    BTreeMap::from([
        ("where".to_owned(), words(marked().as_str())),
        ("flooded".to_owned(), words(if flooded { "yes" } else { "no" })),
        ("rooms".to_owned(), flooded.then_some(Given::Number(3))),
    ])
}

pub fn filled_in(asked: &[FormField], choice: usize) -> Entries {
    let form = Form::of(asked.iter().collect());
    if choice.is_multiple_of(3) { Entries::default() } else { form.fill(&said(choice), Completeness::Whole).unwrap() }
}

fn corrected(petition: &Petition, choice: usize) -> form::Correction {
    let asked = asked();
    let form = Form::of(asked.iter().collect());
    let changes = match choice % 4 {
        0 => BTreeMap::new(),
        1 => asked.iter().map(|field| (field.code.clone(), None)).collect(),
        _ => said(choice / 4),
    };
    form.correct(&petition.fields, &changes).unwrap()
}

/// What a category asks to be brought, and what of it is: a copy only where there is a file to be one.
pub fn brought(petition: &Petition, choice: usize) -> (Vec<Requirement>, Vec<Delivered>) {
    let asked = |code: &str, handling| Requirement { handling, ..Requirement::blank(code, 0) };
    let asked = vec![asked("photo_id", Handling::Seen), asked("proof_of_address", Handling::Kept)];
    let copy = petition.attachments.iter().find(|file| file.kind == AttachmentKind::Citizen && !file.erased);
    let mut documents = vec![Delivered { requirement: "photo_id".to_owned(), copy: None }];
    if let Some(copy) = copy.filter(|_| choice.is_multiple_of(2)) {
        documents.push(Delivered { requirement: "proof_of_address".to_owned(), copy: Some(copy.id) });
    }
    (asked, documents)
}

/// To the next post that can follow, or from hand to hand within the same one.
pub fn handing_over(petition: &Petition, choice: usize) -> HandingOver {
    let able: Vec<&str> = positions().iter().filter(|post| post.follows()).map(|post| post.code).collect();
    let other = pick(&able, choice);
    let somebody = petition.follower.is_none().then(|| Id::new(uuid::Uuid::from_u128(7)));
    HandingOver { position: other.to_owned(), person: somebody, reason: marked() }
}

/// One or two dependencies that may be routed to now.
pub fn routes(petition: &Petition, choice: usize) -> Vec<Routing> {
    let flagged = petition.against_public_servant;
    (0..1 + choice % 2)
        .map(|at| {
            let dependency = if flagged { COMPTROLLER } else { DEPENDENCIES[(choice / 2 + at) % 4] };
            let whole = |share: &Assignment| share.dependency == dependency && share.unit.is_none();
            let taken = petition.open().any(whole) || (flagged && at > 0);
            Routing {
                dependency: dependency.to_owned(),
                unit: taken.then(|| format!("unit_{}_{at}", petition.sequence)),
                directed: choice.is_multiple_of(7),
                instructions: Some(marked()),
                previous: petition
                    .returns_pending()
                    .next()
                    .map(|share| share.id)
                    .filter(|_| at == 0 && choice.is_multiple_of(3)),
            }
        })
        .collect()
}

/// Some of the assignments, no dependency and unit twice.
pub fn again(petition: &Petition, choice: usize) -> Vec<Id<Assignment>> {
    let mut chosen: Vec<&Assignment> = Vec::new();
    for (at, share) in petition.assignments.iter().enumerate() {
        let twice = |other: &&Assignment| other.dependency == share.dependency && other.unit == share.unit;
        let allowed = !petition.against_public_servant || share.dependency == COMPTROLLER;
        if choice >> (at % 6) & 1 == 1 && allowed && !chosen.iter().any(twice) {
            chosen.push(share);
        }
    }
    chosen.iter().map(|share| share.id).collect()
}
