//! `atiende demo`: a city in every state, the same for the same seed.

use std::collections::HashSet;

use domain::attachment::{Attachment, AttachmentKind};
use domain::code::Coded;
use domain::outcome::{Closing, Outcome};
use domain::state::State;

use crate::database::Engine;
use crate::tool::Tool;

#[test]
fn sixty_petitions_show_every_state_outcome_and_closing_and_their_histories_hold() {
    for engine in Engine::BOTH {
        let tool = Tool::on(engine);
        tool.run(&["demo", "--petitions", "60", "--seed", "4"]).well();
        let petitions = tool.petitions();
        assert_eq!(petitions.len(), 60);
        let states: HashSet<State> = petitions.iter().map(|petition| petition.state()).collect();
        assert_eq!(states.len(), State::ALL.len());
        let outcomes: HashSet<Outcome> =
            petitions.iter().filter_map(|petition| Some(petition.round.answer.as_ref()?.outcome)).collect();
        assert_eq!(outcomes.len(), Outcome::ALL.len());
        let closings: HashSet<Closing> = petitions.iter().filter_map(|petition| petition.round.closing).collect();
        assert_eq!(closings.len(), Closing::ALL.len() - 1);
        assert!(petitions.iter().any(|petition| petition.round.number > 1));
        assert!(tool.places().iter().all(|place| place.neighbourhood_code.is_some()));
        tool.run(&["verify"]).well();
    }
}

#[test]
fn the_same_seed_gives_the_same_city_and_another_seed_another() {
    let city = |seed: &str| {
        let tool = Tool::on(Engine::Lite);
        tool.run(&["demo", "--petitions", "50", "--seed", seed]).well();
        let mut petitions = tool.petitions();
        petitions.sort_by_key(|petition| petition.folio);
        let about = petitions.into_iter().map(|petition| (petition.category, petition.channel, petition.kind.code()));
        about.collect::<Vec<_>>()
    };
    let first = city("7");
    assert_eq!(first, city("7"));
    assert_ne!(first, city("8"));
}

#[test]
fn a_database_that_holds_petitions_is_left_alone_unless_told_otherwise() {
    let tool = Tool::on(Engine::Lite);
    tool.run(&["demo", "--petitions", "5"]).well();
    assert!(tool.run(&["demo", "--petitions", "5"]).badly().contains("--add"));
    assert_eq!(tool.petitions().len(), 5);
    tool.run(&["demo", "--petitions", "5", "--seed", "2", "--add"]).well();
    assert_eq!(tool.petitions().len(), 10);
    tool.run(&["verify"]).well();
}

#[test]
fn files_come_with_the_petitions_where_they_are_asked_for_and_are_all_there() {
    let mut hashes = Vec::new();
    for engine in Engine::BOTH {
        let tool = Tool::on(engine);
        let said = tool.run(&["demo", "--petitions", "40", "--seed", "4", "--with-attachments", "30"]).well();
        let files: Vec<Attachment> = tool.petitions().into_iter().flat_map(|petition| petition.attachments).collect();
        assert!(said.contains(&format!("came with them: {}.", files.len())), "{said}");
        let kinds: HashSet<AttachmentKind> = files.iter().map(|file| file.kind).collect();
        assert_eq!(kinds.len(), AttachmentKind::ALL.len(), "{kinds:?}");
        assert!(files.iter().all(|file| file.found.thumbnail == file.found.media_type.is_picture()));
        assert!(files.iter().all(|file| file.name.is_some() || file.kind == AttachmentKind::Identity));
        // Nothing lies there that is not written down.
        let small = files.iter().filter(|file| file.found.thumbnail).count();
        let kept = tool.kept();
        assert_eq!(kept.len(), files.len() + small, "{kept:?}");
        tool.run(&["verify", "--contents", "whole"]).well();
        let content = kept.iter().find(|path| path.ends_with("content")).unwrap();
        std::fs::write(content, "another").unwrap();
        tool.run(&["verify"]).badly();
        let mut found: Vec<String> = files.into_iter().map(|file| file.found.sha256).collect();
        found.sort_unstable();
        hashes.push(found);
    }
    assert_eq!(hashes[0], hashes[1], "the same seed draws the same files");
}

#[test]
fn no_more_than_all_petitions_can_have_files() {
    let tool = Tool::on(Engine::Lite);
    assert!(tool.run(&["demo", "--with-attachments", "101"]).badly().contains("--with-attachments"));
}
