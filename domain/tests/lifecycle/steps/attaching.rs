//! Files: who may see which, what evidence is for, and how content goes again.

use domain::actor::{Actor, Role};
use domain::attachment::{Access, Attachment, AttachmentKind, MOST, MOST_EVIDENCE, MediaType, NewFile};
use domain::code::Coded;
use domain::id::Id;
use domain::occasion::Occasion;
use domain::outcome::Outcome;
use domain::petition::COMPTROLLER;
use domain::refusal::Code;

use crate::support::{Case, HEAD, a_file, liaison, machine, named, person, post, resolving, text};

/// A petition with two shares and a file of every kind.
fn case_with_files() -> (Case, [Id<Attachment>; 4]) {
    let mut case = Case::filed();
    let share = case.route("simas");
    case.route("road_maintenance");
    let mut attach = |kind| {
        let file = a_file(&case.petition);
        let id = file.id;
        case.take(&post(HEAD), |petition, occasion| petition.attach(occasion, kind, file)).unwrap();
        id
    };
    let [photo, internal, identity] =
        [AttachmentKind::Citizen, AttachmentKind::Internal, AttachmentKind::Identity].map(&mut attach);
    let file = a_file(&case.petition);
    let evidence = file.id;
    case.take(&liaison("simas"), |petition, occasion| petition.attach_evidence(occasion, share, file)).unwrap();
    (case, [photo, evidence, internal, identity])
}

fn access(case: &Case, actor: &Actor, files: [Id<Attachment>; 4]) -> [Access; 4] {
    files.map(|id| case.petition.access(actor, case.petition.attachment(id).unwrap()))
}

#[test]
fn everybody_sees_the_files_that_are_for_them() {
    use Access::{Hidden, OnDisclosure, Shown};
    let (case, files) = case_with_files();
    // The citizen's photograph, evidence, internal, identity document.
    for (actor, expected) in [
        (post(HEAD), [Shown, Shown, Shown, OnDisclosure]),
        (person(Role::Auditor), [Shown, Shown, Shown, Hidden]),
        (liaison("simas"), [Shown, Shown, Hidden, Hidden]),
        (machine("simas"), [Shown, Shown, Hidden, Hidden]),
        (liaison("road_maintenance"), [Shown, Hidden, Hidden, Hidden]),
        (liaison("public_services"), [Hidden; 4]),
        (Actor::citizen(case.petition.id), [Shown, Hidden, Hidden, Hidden]),
        (Actor::citizen(Id::new(uuid::Uuid::nil())), [Hidden; 4]),
        (person(Role::Administrator), [Hidden; 4]),
        (person(Role::Transparency), [Hidden; 4]),
    ] {
        assert_eq!(access(&case, &actor, files), expected, "{:?}", actor.roles);
    }
}

#[test]
fn the_accused_s_dependency_sees_no_file_any_more_not_even_its_own() {
    let (mut case, files) = case_with_files();
    let kind = case.petition.kind;
    let category = "complaint_against_public_servant".to_owned();
    case.take(&post(HEAD), |petition, occasion| {
        petition.reclassify(occasion, category, kind, true, text("Se queja de una persona."))
    })
    .unwrap();
    assert_eq!(access(&case, &liaison("simas"), files), [Access::Hidden; 4]);
    let comptroller = access(&case, &liaison(COMPTROLLER), files);
    assert_eq!(comptroller, [Access::Shown, Access::Hidden, Access::Hidden, Access::Hidden]);
}

#[test]
fn a_dependency_sees_the_citizen_s_photographs_and_not_their_letters_or_calls() {
    let mut case = Case::filed();
    case.route("simas");
    for media_type in MediaType::ALL {
        let mut file = a_file(&case.petition);
        file.found.media_type = *media_type;
        let id = file.id;
        case.take(&post(HEAD), |petition, occasion| petition.attach(occasion, AttachmentKind::Citizen, file)).unwrap();
        let seen = case.petition.access(&liaison("simas"), case.petition.attachment(id).unwrap());
        assert_eq!(seen == Access::Shown, media_type.is_picture(), "{media_type:?}");
    }
}

#[test]
fn of_several_petitioners_none_sees_what_may_be_another_s() {
    let (mut case, [photo, ..]) = case_with_files();
    let citizen = Actor::citizen(case.petition.id);
    let seen = |case: &Case| case.petition.access(&citizen, case.petition.attachment(photo).unwrap());
    assert_eq!(seen(&case), Access::Shown);
    case.take(&post(HEAD), |petition, occasion| petition.join(occasion, &named(true))).unwrap();
    assert_eq!(seen(&case), Access::Hidden);
    let simas = case.petition.access(&liaison("simas"), case.petition.attachment(photo).unwrap());
    assert_eq!(simas, Access::Shown, "whose photograph it is does not matter for the work");
}

#[test]
fn what_a_citizen_s_file_is_called_no_dependency_reads() {
    for kind in AttachmentKind::ALL {
        assert!(post(HEAD).visibility().reads_of_file(*kind), "{kind:?}");
        let read = liaison("simas").visibility().reads_of_file(*kind);
        assert_eq!(read, *kind == AttachmentKind::Evidence, "{kind:?}");
    }
}

#[test]
fn the_name_of_an_identity_document_is_not_kept() {
    let (case, [photo, _, _, identity]) = case_with_files();
    assert!(case.petition.attachment(photo).unwrap().name.is_some());
    assert_eq!(case.petition.attachment(identity).unwrap().name, None);
}

#[test]
fn evidence_belongs_to_an_assignment() {
    let mut case = Case::filed();
    let file = a_file(&case.petition);
    let code =
        case.refused(&post(HEAD), |petition, occasion| petition.attach(occasion, AttachmentKind::Evidence, file));
    assert_eq!(code, Code::EvidenceUnassigned);
}

#[test]
fn work_is_shown_before_it_is_said_to_be_done_where_the_category_asks_for_it() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let simas = liaison("simas");
    fn resolve(
        case: &mut Case,
        outcome: Outcome,
        actor: &Actor,
        share: Id<domain::assignment::Assignment>,
    ) -> Result<domain::petition::Change, domain::refusal::Refusal> {
        let mut resolving = resolving(outcome);
        resolving.infeasibility =
            (outcome == Outcome::NotFeasible).then_some(domain::outcome::Infeasibility::Technical);
        case.take(actor, |petition, occasion| {
            let mut occasion = Occasion::new(occasion.actor, occasion.rules, occasion.now, [7; 32]).evidenced(true);
            petition.resolve(&mut occasion, share, resolving)
        })
    }
    assert_eq!(resolve(&mut case.clone(), Outcome::Attended, &simas, share).unwrap_err().code, Code::EvidenceMissing);
    assert!(resolve(&mut case.clone(), Outcome::NotFeasible, &simas, share).is_ok(), "what was not done shows nothing");
    let file = a_file(&case.petition);
    let id = file.id;
    case.take(&simas, |petition, occasion| petition.attach_evidence(occasion, share, file)).unwrap();
    assert!(resolve(&mut case.clone(), Outcome::Attended, &simas, share).is_ok());
    case.take(&post(HEAD), |petition, occasion| petition.erase_attachment(occasion, id, text("Era otra calle.")))
        .unwrap();
    assert_eq!(resolve(&mut case, Outcome::Attended, &simas, share).unwrap_err().code, Code::EvidenceMissing);
}

#[test]
fn content_goes_by_a_leading_post_and_once_and_the_history_keeps_that_it_was_there() {
    let (mut case, [photo, evidence, ..]) = case_with_files();
    let erase = |case: &mut Case, actor: &Actor, id| {
        case.take(actor, |petition, occasion| petition.erase_attachment(occasion, id, text("No corresponde.")))
    };
    let clerk = post("data_entry_clerk");
    assert_eq!(erase(&mut case, &clerk, photo).unwrap_err().code, Code::NotAllowed);
    assert_eq!(erase(&mut case, &liaison("simas"), evidence).unwrap_err().code, Code::NotAllowed);
    let hidden = erase(&mut case, &liaison("road_maintenance"), evidence).unwrap_err().code;
    assert_eq!(hidden, Code::AttachmentUnknown);
    let version = case.petition.version;
    erase(&mut case, &post(HEAD), photo).unwrap();
    assert_eq!(erase(&mut case, &post(HEAD), photo).unwrap_err().code, Code::AttachmentErased);
    assert!(case.petition.attachment(photo).unwrap().erased);
    assert_eq!(case.petition.version, version, "a file makes no version stale");
    assert_eq!(case.kinds().last().unwrap(), "attachment_erased");
    assert_eq!(case.read_back().unwrap().len(), case.events.len());
}

#[test]
fn a_petition_has_so_many_files_and_an_erased_one_makes_room() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let attach = |case: &mut Case| {
        let file: NewFile = a_file(&case.petition);
        case.take(&post(HEAD), |petition, occasion| petition.attach(occasion, AttachmentKind::Citizen, file))
    };
    for _ in 0..MOST {
        attach(&mut case).unwrap();
    }
    assert_eq!(attach(&mut case).unwrap_err().code, Code::AttachmentsExhausted);
    let file = a_file(&case.petition);
    case.take(&liaison("simas"), |petition, occasion| petition.attach_evidence(occasion, share, file)).unwrap();
    let first = case.petition.attachments[0].id;
    case.take(&post(HEAD), |petition, occasion| petition.erase_attachment(occasion, first, text("Sobra."))).unwrap();
    attach(&mut case).unwrap();
}

#[test]
fn the_evidence_of_one_share_takes_nothing_from_the_petition_nor_from_another_share() {
    let mut case = Case::filed();
    let (share, other) = (case.route("simas"), case.route("road_maintenance"));
    let show = |case: &mut Case, dependency: &str, share| {
        let file = a_file(&case.petition);
        case.take(&liaison(dependency), |petition, occasion| petition.attach_evidence(occasion, share, file))
    };
    for _ in 0..MOST_EVIDENCE {
        show(&mut case, "simas", share).unwrap();
    }
    let refusal = show(&mut case, "simas", share).unwrap_err();
    assert_eq!(refusal.code, Code::EvidenceExhausted);
    assert!(refusal.facts.contains(&("most", MOST_EVIDENCE.to_string())), "{:?}", refusal.facts);
    show(&mut case, "road_maintenance", other).unwrap();
    let file = a_file(&case.petition);
    case.take(&post(HEAD), |petition, occasion| petition.attach(occasion, AttachmentKind::Citizen, file)).unwrap();
    let first = case.petition.attachments[0].id;
    case.take(&post(HEAD), |petition, occasion| petition.erase_attachment(occasion, first, text("Sobra."))).unwrap();
    show(&mut case, "simas", share).unwrap();
}

#[test]
fn every_kind_of_file_has_a_code_of_its_own() {
    let codes: std::collections::HashSet<_> = AttachmentKind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(codes.len(), AttachmentKind::ALL.len());
}
