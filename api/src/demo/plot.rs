//! What happens to a petition of the demonstration, and how long ago it began: a table.
//!
//! Says only what is to happen; [`super::tale`] makes it happen by the steps.

use domain::contact::ContactResult;
use domain::outcome::{Closing, Outcome};
use domain::state::State;

use super::chance::Chance;

/// One thing that happens, after some working time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// It goes to the dependency that attends such matters.
    Route,
    /// It goes to another dependency that does not have it yet.
    RouteElsewhere,
    /// The dependency takes it up.
    Accept,
    /// The dependency gives it back.
    GiveBack,
    /// News of the work.
    Progress,
    /// News of the work, in some tales.
    PerhapsProgress,
    /// The dependency gets more time.
    Extend,
    /// The dependency is done.
    Resolve(Outcome),
    /// The office is not content, and the dependency does it again, in some tales.
    PerhapsAgain(Outcome),
    /// The office is not content.
    SendBack,
    /// The office asks the citizen.
    Ask,
    /// The dependency wants to ask the citizen.
    DependencyAsks,
    /// The office lets the question go out.
    Release,
    /// The citizen replies.
    Reply,
    /// The term of the reply passes.
    Lapse,
    /// The file ends without the reply.
    CloseUnreplied,
    /// The office answers.
    Answer(Outcome),
    /// The citizen is told, or tried.
    Notify(ContactResult),
    /// The citizen is tried in vain, in some tales.
    PerhapsNoAnswer,
    /// What was taken for delivered comes back.
    Bounce,
    /// A new round with the same dependencies.
    Reopen,
    /// It turns out to be against a public servant.
    RaiseFlag,
    /// The petitioner takes it back.
    Withdraw,
    /// It was a prank, a test or a mistake.
    Annul,
}

/// How it comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// By any channel, from somebody with a telephone or an e-mail address.
    Ordinary,
    /// The same, and the dependency speaks by telephone.
    ByTelephone,
    /// By e-mail.
    ByEmail,
    /// In writing.
    Letter,
    /// From somebody who leaves nothing.
    Anonymous,
    /// Against a public servant.
    AgainstServant,
    /// At the desk, and answered there.
    OnTheSpot,
}

/// What happens, how often and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plot {
    /// How common it is.
    pub weight: i64,
    /// How many days ago it began, at least and at most: what is still open began lately, what ended may
    /// have begun at any time of the year.
    pub days_ago: (i64, i64),
    /// How it comes in.
    pub entry: Entry,
    /// What happens, one after the other.
    pub beats: &'static [Beat],
    /// Where that leads, with the closing.
    pub ends: (State, Option<Closing>),
}

use Beat::{
    Accept, Annul, Answer, Ask, Bounce, CloseUnreplied, DependencyAsks, Extend, GiveBack, Lapse, Notify, PerhapsAgain,
    PerhapsNoAnswer, PerhapsProgress, Progress, RaiseFlag, Release, Reopen, Reply, Resolve, Route, RouteElsewhere,
    SendBack, Withdraw,
};
use ContactResult::{Delivered, MessageLeft, NoAnswer, Told};
use Outcome::{Acknowledged, Attended, NotCompetent, NotFeasible, Oriented, PartiallyAttended, Unfounded};

const fn open(weight: i64, days_ago: (i64, i64), beats: &'static [Beat], state: State) -> Plot {
    Plot { weight, days_ago, entry: Entry::Ordinary, beats, ends: (state, None) }
}

const fn ended(weight: i64, least: i64, entry: Entry, beats: &'static [Beat], closing: Closing) -> Plot {
    Plot { weight, days_ago: (least, 364), entry, beats, ends: (State::Closed, Some(closing)) }
}

const fn told(weight: i64, entry: Entry, beats: &'static [Beat]) -> Plot {
    ended(weight, 26, entry, beats, Closing::Notified)
}

/// All of them: the first petitions of every demonstration take them in turn, so that each is there.
pub const PLOTS: &[Plot] = &[
    open(12, (0, 2), &[], State::Received),
    open(16, (4, 7), &[Route], State::Routed),
    open(16, (6, 10), &[Route, Accept], State::InProgress),
    open(12, (8, 12), &[Route, Accept, Progress], State::InProgress),
    open(3, (8, 12), &[Route, Accept, Extend], State::InProgress),
    open(4, (7, 11), &[Route, GiveBack], State::Received),
    open(4, (10, 14), &[Route, GiveBack, RouteElsewhere, Accept], State::InProgress),
    open(5, (11, 16), &[Route, RouteElsewhere, Accept, Resolve(Attended)], State::InProgress),
    open(3, (4, 9), &[Ask], State::AwaitingCitizen),
    open(3, (10, 13), &[Route, Accept, DependencyAsks, Release], State::AwaitingCitizen),
    open(1, (8, 12), &[Route, Accept, DependencyAsks], State::InProgress),
    open(3, (11, 16), &[Ask, Reply, Route, Accept], State::InProgress),
    open(1, (20, 26), &[Ask, Lapse], State::Received),
    open(10, (12, 17), &[Route, Accept, PerhapsProgress, Resolve(Attended)], State::InReview),
    open(3, (14, 18), &[Route, Accept, Resolve(Attended), SendBack], State::InProgress),
    open(8, (14, 20), &[Route, Accept, Resolve(Attended), Answer(Attended)], State::Answered),
    open(4, (17, 23), &[Route, Accept, Resolve(Attended), Answer(Attended), Notify(NoAnswer)], State::Answered),
    Plot {
        entry: Entry::ByEmail,
        ..open(
            2,
            (20, 30),
            &[Route, Accept, Resolve(Attended), Answer(Attended), Notify(Delivered), Bounce],
            State::Answered,
        )
    },
    open(4, (28, 34), &[Route, Accept, Resolve(Attended), Answer(Attended), Notify(Told), Reopen], State::Routed),
    told(
        420,
        Entry::Ordinary,
        &[
            Route,
            Accept,
            PerhapsProgress,
            Resolve(Attended),
            PerhapsAgain(Attended),
            Answer(Attended),
            PerhapsNoAnswer,
            Notify(Told),
        ],
    ),
    told(30, Entry::Ordinary, &[Route, Accept, Resolve(PartiallyAttended), Answer(PartiallyAttended), Notify(Told)]),
    told(40, Entry::Ordinary, &[Route, Accept, Resolve(NotFeasible), Answer(NotFeasible), Notify(Told)]),
    told(15, Entry::Ordinary, &[Route, Accept, Resolve(Unfounded), Answer(Unfounded), Notify(Told)]),
    told(25, Entry::Ordinary, &[Route, Accept, Resolve(NotCompetent), Answer(NotCompetent), Notify(Told)]),
    told(20, Entry::Ordinary, &[Route, Accept, Resolve(Oriented), Answer(Oriented), Notify(Told)]),
    told(8, Entry::Ordinary, &[Route, Resolve(Acknowledged), Answer(Acknowledged), Notify(Told)]),
    told(60, Entry::ByTelephone, &[Route, Accept, Progress, Resolve(Attended), Answer(Attended), Notify(Told)]),
    told(12, Entry::Letter, &[Route, Accept, Resolve(Attended), Answer(Attended), Notify(Delivered)]),
    told(10, Entry::AgainstServant, &[Route, Accept, Resolve(Unfounded), Answer(Unfounded), Notify(Told)]),
    told(2, Entry::Ordinary, &[Route, RaiseFlag, Accept, Resolve(Attended), Answer(Attended), Notify(Told)]),
    ended(60, 2, Entry::OnTheSpot, &[], Closing::Notified),
    ended(
        40,
        34,
        Entry::Ordinary,
        &[Route, Accept, Resolve(Attended), Answer(Attended), Notify(NoAnswer), Notify(MessageLeft), Notify(NoAnswer)],
        Closing::Unreachable,
    ),
    ended(40, 20, Entry::Anonymous, &[Route, Accept, Resolve(Attended), Answer(Attended)], Closing::NoContact),
    ended(12, 26, Entry::Ordinary, &[Ask, Lapse, CloseUnreplied], Closing::NoReply),
    ended(10, 10, Entry::Ordinary, &[Route, Withdraw], Closing::Withdrawn),
    ended(8, 6, Entry::Ordinary, &[Annul], Closing::Annulled),
    ended(
        25,
        50,
        Entry::Ordinary,
        &[
            Route,
            Accept,
            Resolve(Attended),
            Answer(Attended),
            Notify(Told),
            Reopen,
            Accept,
            Resolve(Attended),
            Answer(Attended),
            Notify(Told),
        ],
        Closing::Notified,
    ),
];

impl Plot {
    /// The plot of the petition at this place.
    pub fn draw(at: usize, chance: &mut Chance) -> Self {
        PLOTS.get(at).copied().unwrap_or_else(|| {
            let weighed: Vec<(i64, Self)> = PLOTS.iter().map(|plot| (plot.weight, *plot)).collect();
            *chance.weighed(&weighed)
        })
    }

    /// Whether a dependency does some work in it, which it may show.
    #[must_use]
    pub fn shows_work(&self) -> bool {
        self.beats.contains(&Resolve(Attended)) || self.beats.contains(&Resolve(PartiallyAttended))
    }
}

#[cfg(test)]
mod tests {
    use domain::code::Coded;

    use super::*;

    #[test]
    fn every_state_outcome_and_closing_but_the_imported_one_is_there() {
        for state in State::ALL {
            assert!(PLOTS.iter().any(|plot| plot.ends.0 == *state), "{state:?}");
        }
        for outcome in Outcome::ALL {
            assert!(PLOTS.iter().any(|plot| plot.beats.contains(&Answer(*outcome))), "{outcome:?}");
        }
        for closing in Closing::ALL.iter().filter(|closing| **closing != Closing::Imported) {
            assert!(PLOTS.iter().any(|plot| plot.ends.1 == Some(*closing)), "{closing:?}");
        }
    }

    #[test]
    fn most_petitions_ended() {
        let all: i64 = PLOTS.iter().map(|plot| plot.weight).sum();
        let ended: i64 = PLOTS.iter().filter(|plot| plot.ends.1.is_some()).map(|plot| plot.weight).sum();
        assert!(ended * 100 / all >= 80);
    }
}
