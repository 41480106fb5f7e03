//! The table of states once more, written from the words of the design and not from the code.

use domain::assignment::AssignmentState::{self, Accepted, Cancelled, Pending, Resolved, Returned};
use domain::petition::Petition;
use domain::question::QuestionState;
use domain::state::{self, RoundFacts, State};

type Row = (State, fn(&Facts) -> bool);

/// What the table's sentences speak of, counted.
#[derive(Default)]
struct Facts {
    closing: bool,
    answer: bool,
    /// Where the petition stands that it follows.
    led: Option<State>,
    own_question: bool,
    pending: usize,
    accepted: usize,
    resolved: usize,
    /// Open assignments with an open question of their own.
    asking: usize,
}

/// Row by row as the table has it; the first that holds is the state.
const TABLE: [Row; 12] = [
    (State::Closed, |facts| facts.closing),
    (State::Answered, |facts| facts.answer),
    // A follower shows the state of its principal.
    (State::Received, |facts| facts.led == Some(State::Received)),
    (State::Routed, |facts| facts.led == Some(State::Routed)),
    (State::InProgress, |facts| facts.led == Some(State::InProgress)),
    (State::AwaitingCitizen, |facts| facts.led == Some(State::AwaitingCitizen)),
    (State::InReview, |facts| facts.led == Some(State::InReview)),
    (State::AwaitingCitizen, |facts| facts.own_question || (facts.open() > 0 && facts.asking == facts.open())),
    (State::InReview, |facts| facts.open() == 0 && facts.resolved > 0),
    (State::InProgress, |facts| facts.accepted + facts.resolved > 0),
    (State::Routed, |facts| facts.pending > 0),
    (State::Received, |_| true),
];

impl Facts {
    const fn open(&self) -> usize {
        self.pending + self.accepted
    }

    fn count(&mut self, state: AssignmentState, asks: bool) {
        match state {
            Pending => self.pending += 1,
            Accepted => self.accepted += 1,
            Resolved => self.resolved += 1,
            Returned | Cancelled => {}
        }
        if asks && matches!(state, Pending | Accepted) {
            self.asking += 1;
        }
    }

    fn state(&self) -> State {
        let (state, _) = TABLE.iter().find(|(_, holds)| holds(self)).unwrap();
        *state
    }
}

/// The state of a petition, from its rows and not from its own summary of them.
pub fn state_of(petition: &Petition) -> State {
    let round = petition.round.number;
    let open: Vec<_> = petition
        .questions
        .iter()
        .filter(|question| question.round == round && question.state == QuestionState::Open)
        .map(|question| question.assignment)
        .collect();
    let mut facts = Facts {
        closing: petition.round.closing.is_some(),
        answer: petition.round.answer.is_some(),
        led: petition.follows.as_ref().map(|following| following.led),
        own_question: open.contains(&None),
        ..Facts::default()
    };
    for share in petition.assignments.iter().filter(|share| share.round == round) {
        facts.count(share.state, open.contains(&Some(share.id)));
    }
    facts.state()
}

#[test]
fn every_combination_of_facts_with_up_to_three_assignments_has_the_state_of_the_table() {
    let shares: Vec<(AssignmentState, bool)> = [Pending, Accepted, Resolved, Returned, Cancelled]
        .into_iter()
        .flat_map(|state| [(state, false), (state, true)])
        .collect();
    let mut rounds: Vec<Vec<(AssignmentState, bool)>> = vec![Vec::new()];
    let mut longest = rounds.clone();
    for _ in 0..3 {
        longest = longest
            .iter()
            .flat_map(|round| shares.iter().map(|share| [round.as_slice(), &[*share]].concat()))
            .collect();
        rounds.extend(longest.iter().cloned());
    }
    assert_eq!(rounds.len(), 1 + 10 + 100 + 1000);
    let mut seen = std::collections::HashSet::new();
    for assignments in rounds {
        for flags in 0..16 {
            let [closed, answered, question_open] = [flags & 1 > 0, flags & 2 > 0, flags & 4 > 0];
            let led = [State::Routed, State::InProgress, State::AwaitingCitizen, State::InReview][assignments.len()];
            let led = (flags & 8 > 0).then_some(led);
            let mut expected =
                Facts { closing: closed, answer: answered, led, own_question: question_open, ..Facts::default() };
            for (state, asks) in &assignments {
                expected.count(*state, *asks);
            }
            let facts = RoundFacts { closed, answered, led, question_open, assignments: assignments.clone() };
            assert_eq!(state::state(&facts), expected.state(), "{facts:?}");
            seen.insert(state::state(&facts));
        }
    }
    assert_eq!(seen.len(), 7, "every state is reached by some facts");
}
