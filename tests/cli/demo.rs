//! `atiende demo`: a city in every state, the same for the same seed.

use std::collections::HashSet;

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
