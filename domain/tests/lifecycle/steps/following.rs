//! Who sees a petition to its end, by which marks it is found, and on whose desk it lies.

use domain::actor::{Actor, Role};
use domain::contact::ContactResult;
use domain::desk::{Desk, ShareDesk};
use domain::id::Id;
use domain::petition::Petition;
use domain::petition::follow::HandingOver;
use domain::refusal::Code;
use domain::tag::{MOST_TAGS, Tag};
use uuid::Uuid;

use crate::support::{Case, HEAD, city, liaison, post, text};

/// Somebody else in a post.
fn other(number: u128, code: &str) -> Actor {
    Actor::person(Id::new(Uuid::from_u128(number)), vec![Role::Position(code.to_owned())])
}

fn to(position: &str, person: Option<u128>) -> HandingOver {
    let person = person.map(|number| Id::new(Uuid::from_u128(number)));
    HandingOver { position: position.to_owned(), person, reason: text("Hay mucho trabajo.") }
}

fn take(case: &mut Case, actor: &Actor) -> Result<(), Code> {
    case.take(actor, Petition::take).map(drop).map_err(|refusal| refusal.code)
}

fn hand_over(case: &mut Case, actor: &Actor, to: HandingOver) -> Result<(), Code> {
    case.take(actor, |petition, occasion| petition.hand_over(occasion, to)).map(drop).map_err(|refusal| refusal.code)
}

fn tags(words: &[&str]) -> Vec<Tag> {
    words.iter().map(|word| Tag::parse(word).unwrap()).collect()
}

#[test]
fn whoever_takes_it_follows_it_in_a_post_of_theirs() {
    let mut case = Case::filed();
    assert_eq!((case.petition.followed_by.as_str(), case.petition.follower), (HEAD, None));
    let networks = other(1, "social_media_coordinator");
    take(&mut case, &networks).unwrap();
    assert_eq!(case.petition.followed_by, "social_media_coordinator");
    assert_eq!(case.petition.follower, networks.account);
    assert_eq!(take(&mut case, &networks), Err(Code::Unchanged), "it is theirs already");
    assert!(!case.petition.allowed_steps(&networks, &case.rules, case.now).contains(&domain::step::Step::Take));
    let both = vec![Role::Position("community_coordinator".to_owned()), Role::Position(HEAD.to_owned())];
    let mut case = Case::filed();
    take(&mut case, &Actor::person(Id::new(Uuid::from_u128(2)), both)).unwrap();
    assert_eq!(case.petition.followed_by, HEAD, "the post that followed it is theirs too");
}

#[test]
fn what_somebody_follows_only_those_who_oversee_them_take_or_hand_over() {
    let mut case = Case::filed();
    take(&mut case, &other(1, "social_media_coordinator")).unwrap();
    let elsewhere = other(2, "community_coordinator");
    assert_eq!(take(&mut case, &elsewhere), Err(Code::NotSupervising));
    assert_eq!(hand_over(&mut case, &elsewhere, to(HEAD, None)), Err(Code::NotSupervising));
    // The head of the call centre is its coordinator's superior (Manual 15, 19), the director everybody's.
    hand_over(&mut case, &other(3, HEAD), to("community_coordinator", Some(2))).unwrap();
    assert_eq!(case.petition.follower, elsewhere.account);
    hand_over(&mut case, &elsewhere, to(HEAD, None)).unwrap();
    assert_eq!((case.petition.followed_by.as_str(), case.petition.follower), (HEAD, None));
    take(&mut case, &other(4, "director_general")).unwrap();
    assert_eq!(take(&mut case, &other(3, HEAD)), Err(Code::NotSupervising));
}

#[test]
fn nobody_takes_what_they_could_not_answer_and_no_such_post_is_given_it() {
    let mut case = Case::filed();
    for who in [post("data_entry_clerk"), liaison("simas"), Actor::system()] {
        let refused = take(&mut case, &who).unwrap_err();
        assert!(matches!(refused, Code::NotAllowed | Code::PetitionUnknown), "{refused:?}");
    }
    for post in ["data_entry_clerk", "no_such_post"] {
        assert_eq!(hand_over(&mut case, &other(3, HEAD), to(post, None)), Err(Code::FollowerUnfit));
    }
    assert_eq!(hand_over(&mut case, &other(3, HEAD), to(HEAD, None)), Err(Code::Unchanged));
    case.annul();
    assert_eq!(hand_over(&mut case, &other(3, HEAD), to("director_general", None)), Err(Code::Closed));
}

#[test]
fn marks_are_put_on_once_and_taken_off_and_there_are_not_too_many() {
    let mut case = Case::filed();
    let mut tag = |add: &[&str], remove: &[&str]| {
        let (add, remove) = (tags(add), tags(remove));
        let taken = case.take(&post("messenger_no"), |petition, occasion| petition.tag(occasion, &add, &remove));
        assert!(taken.is_err(), "no post, no mark");
        let taken = case.take(&post("data_entry_clerk"), |petition, occasion| petition.tag(occasion, &add, &remove));
        taken.map(|change| change.petition.tags).map_err(|refusal| refusal.code)
    };
    assert_eq!(tag(&["rain_2026", "centre", "rain_2026"], &[]), Ok(tags(&["centre", "rain_2026"])));
    assert_eq!(tag(&["centre"], &["flood"]), Err(Code::Unchanged));
    assert_eq!(tag(&["flood"], &["centre"]), Ok(tags(&["rain_2026", "flood"])));
    let many: Vec<String> = (0..MOST_TAGS).map(|number| format!("mark_{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(tag(&many, &[]), Err(Code::TooManyTags));
    assert_eq!(tag(&many, &["rain_2026", "flood"]).map(|tags| tags.len()), Ok(MOST_TAGS));
}

#[test]
fn a_petition_lies_where_somebody_has_something_to_do_with_it() {
    let mut case = Case::filed();
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToRoute]);
    let simas = case.route("simas");
    let streets = case.route("public_services");
    assert_eq!(case.petition.desks(), [Desk::Open]);
    case.give_back(streets);
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToRoute, Desk::Returned]);
    let question = case.ask_for(simas);
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToRoute, Desk::Returned, Desk::ToRelease]);
    case.release(question);
    case.reply(question);
    case.cancel(simas);
    case.route("road_maintenance");
    assert_eq!(case.petition.desks(), [Desk::Open]);
    let last = case.petition.open().next().unwrap().id;
    case.resolve(last);
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToReview]);
    let asked = case.ask();
    assert_eq!(case.petition.desks(), [Desk::Open], "the citizen has it");
    case.reply(asked);
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToReview, Desk::ToReply]);
    case.answer();
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToTell]);
    case.notify(ContactResult::NoAnswer);
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToCallBack]);
    case.notify(ContactResult::Told);
    assert_eq!(case.petition.desks(), []);
    case.reopen(&[]);
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToRoute]);
}

#[test]
fn no_reply_in_term_puts_it_back_on_the_askers_desk() {
    let mut case = Case::filed();
    case.ask();
    assert_eq!(case.petition.desks(), [Desk::Open]);
    case.now = city("2026-06-09 09:00");
    assert!(case.lapse());
    assert_eq!(case.petition.desks(), [Desk::Open, Desk::ToRoute, Desk::ToReply]);
    let share = case.route("simas");
    assert_eq!(case.petition.desks(), [Desk::Open], "the matter went on");
    let question = case.ask_for(share);
    case.release(question);
    let desks = |case: &Case| case.petition.share_desks(case.share(share));
    assert_eq!(desks(&case), [ShareDesk::Open, ShareDesk::ToAccept]);
    case.now = city("2026-06-20 09:00");
    assert!(case.lapse());
    assert_eq!(desks(&case), [ShareDesk::Open, ShareDesk::ToAccept, ShareDesk::Replied]);
}

#[test]
fn a_share_lies_with_its_liaison_until_it_is_done() {
    let mut case = Case::filed();
    let share = case.route("simas");
    let desks = |case: &Case| case.petition.share_desks(case.share(share));
    assert_eq!(desks(&case), [ShareDesk::Open, ShareDesk::ToAccept]);
    case.accept(share);
    assert_eq!(desks(&case), [ShareDesk::Open, ShareDesk::ToWork]);
    let question = case.ask_for(share);
    assert_eq!(desks(&case), [ShareDesk::Open, ShareDesk::ToWork], "nobody has asked the citizen yet");
    case.release(question);
    assert_eq!(desks(&case), [ShareDesk::Open]);
    case.reply(question);
    assert_eq!(desks(&case), [ShareDesk::Open, ShareDesk::ToWork, ShareDesk::Replied]);
    case.resolve(share);
    assert_eq!(desks(&case), []);
}
