//! Documents that a category asks for: what is brought, what is lacking, and of what a copy stays.

use domain::attachment::AttachmentKind;
use domain::catalogue::{Entry, Handling, Requirement};
use domain::delivery::{Delivered, MOST_DELIVERIES};
use domain::id::Id;
use domain::refusal::Code;
use uuid::Uuid;

use crate::support::{Case, HEAD, a_file, liaison, post, text};

fn asked() -> Vec<Requirement> {
    let of = |code: &str, handling, required| Requirement { handling, required, ..Requirement::blank(code, 0) };
    vec![
        of("photo_id", Handling::Seen, true),
        of("proof_of_address", Handling::Kept, true),
        of("letter", Handling::Seen, false),
    ]
}

fn seen(requirement: &str) -> Delivered {
    Delivered { requirement: requirement.to_owned(), copy: None }
}

fn deliver(case: &mut Case, documents: Vec<Delivered>) -> Result<Uuid, (Code, Option<String>)> {
    let asked = asked();
    let asked: Vec<&Requirement> = asked.iter().collect();
    case.take(&post("data_entry_clerk"), |petition, occasion| petition.deliver(occasion, &asked, documents))
        .map(|change| change.about.unwrap())
        .map_err(|refusal| (refusal.code, refusal.pointer))
}

fn with_a_file() -> (Case, Delivered) {
    let mut case = Case::filed();
    let change = case
        .take(&post(HEAD), |petition, occasion| petition.attach(occasion, AttachmentKind::Identity, a_file(petition)))
        .unwrap();
    let copy = Id::new(change.about.unwrap());
    (case, Delivered { copy: Some(copy), ..seen("proof_of_address") })
}

fn lacking(case: &Case) -> Vec<String> {
    let asked = asked();
    case.petition.lacking(&asked.iter().collect::<Vec<_>>()).iter().map(|one| one.code.clone()).collect()
}

#[test]
fn what_was_brought_is_on_the_receipt_and_what_is_needed_and_was_not_is_lacking() {
    let (mut case, copy) = with_a_file();
    assert_eq!(lacking(&case), ["photo_id", "proof_of_address"]);
    let version = case.petition.version;
    let receipt = deliver(&mut case, vec![seen("photo_id")]).unwrap();
    assert_eq!(lacking(&case), ["proof_of_address"]);
    let (delivery, document) = case.petition.delivered("photo_id").unwrap();
    assert_eq!((delivery.id.uuid(), document.copy), (receipt, None));
    assert_eq!(delivery.received_by, post("data_entry_clerk").account);
    deliver(&mut case, vec![copy.clone(), seen("letter")]).unwrap();
    assert!(lacking(&case).is_empty());
    assert_eq!(case.petition.version, version, "it only adds");
    // What is brought anew counts from then on.
    let again = deliver(&mut case, vec![seen("photo_id")]).unwrap();
    assert_eq!(case.petition.delivered("photo_id").unwrap().0.id.uuid(), again);
}

#[test]
fn of_what_is_kept_there_is_a_copy_and_of_what_is_only_seen_there_is_none() {
    let (mut case, copy) = with_a_file();
    let at = |code, member: &str| Err((code, Some(format!("/documents/0/{member}"))));
    assert_eq!(deliver(&mut case, vec![seen("proof_of_address")]), at(Code::CopyMissing, "attachment_id"));
    let kept = Delivered { requirement: "photo_id".to_owned(), ..copy.clone() };
    assert_eq!(deliver(&mut case, vec![kept]), at(Code::CopyUnexpected, "attachment_id"));
    let nobodys = Delivered { copy: Some(Id::new(Uuid::from_u128(9))), ..copy.clone() };
    assert_eq!(deliver(&mut case, vec![nobodys]), at(Code::CopyUnknown, "attachment_id"));
    let file = copy.copy.unwrap();
    case.take(&post(HEAD), |petition, occasion| petition.erase_attachment(occasion, file, text("Otra."))).unwrap();
    assert_eq!(deliver(&mut case, vec![copy]), at(Code::CopyUnknown, "attachment_id"));
}

#[test]
fn what_nobody_asks_for_nothing_at_all_and_the_same_twice_are_refused() {
    let mut case = Case::filed();
    let of = |code, pointer: &str| Err((code, Some(pointer.to_owned())));
    assert_eq!(deliver(&mut case, Vec::new()), of(Code::DeliveryEmpty, "/documents"));
    let unknown = deliver(&mut case, vec![seen("letter"), seen("deed")]);
    assert_eq!(unknown, of(Code::RequirementUnknown, "/documents/1/requirement"));
    let twice = deliver(&mut case, vec![seen("letter"), seen("letter")]);
    assert_eq!(twice, of(Code::RequirementTwice, "/documents/1/requirement"));
}

#[test]
fn papers_are_taken_in_until_the_petition_is_closed_and_a_bounded_number_of_times() {
    let mut case = Case::filed();
    case.answer();
    for _ in 0..MOST_DELIVERIES {
        deliver(&mut case, vec![seen("letter")]).unwrap();
    }
    assert_eq!(deliver(&mut case, vec![seen("letter")]), Err((Code::DeliveriesExhausted, None)));
    let mut case = Case::filed();
    case.annul();
    assert_eq!(deliver(&mut case, vec![seen("letter")]), Err((Code::Closed, None)));
}

#[test]
fn a_dependency_neither_takes_papers_in_nor_is_told_of_them() {
    let mut case = Case::filed();
    case.route("simas");
    let refused = case.refused(&liaison("simas"), |petition, occasion| petition.deliver(occasion, &[], Vec::new()));
    assert_eq!(refused, Code::NotAllowed);
    deliver(&mut case, vec![seen("photo_id")]).unwrap();
    let events = case.read_back().unwrap();
    let told = liaison("simas").visibility().told(&events.last().unwrap().0.happened, &case.petition);
    assert_eq!(told, domain::told::Told::Nothing);
}
