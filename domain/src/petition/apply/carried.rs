//! What following another petition does to the facts, and following none any more.

use super::super::clocks::{drop_running, start};
use super::super::{Answer, Petition, Round};
use crate::event::Event;
use crate::policy::Rules;
use crate::state::State;
use crate::time::{Instant, Precision};

impl Petition {
    /// As if it had never followed. A file that the principal's answer ended stays as it ended, and a new round begins:
    /// that answer was another's. One that ended by itself stays ended: it was its own citizen who withdrew.
    pub(super) fn apply_unmerged(&mut self, event: &Event, rules: &Rules) {
        let Some(following) = self.follows.take() else { return };
        match self.round.closing {
            None => following.take_up_again(self),
            Some(closing) if closing.needs_outcome() => {
                self.round = Round::new(self.round.number + 1, event.occurred_at);
                self.notify = None;
                self.route = start(rules.policy.route, event.occurred_at, event.precision, rules);
                self.answer = start(rules.policy.answer, event.occurred_at, event.precision, rules);
            }
            Some(_) => {}
        }
    }

    /// Stands where its principal does. An answer that it had from it holds no longer: the principal was reopened.
    pub(super) fn apply_carried(&mut self, state: State) {
        let Some(following) = &mut self.follows else { return };
        following.led = state;
        if self.round.answer.take().is_some() {
            self.notify = None;
            self.round.forget_telling();
            if let Some(clock) = &mut self.answer {
                clock.reopen();
            }
        }
    }

    /// Is answered when its principal was, but not before it followed that one.
    pub(super) fn apply_adopted(&mut self, answer: &Answer, judged_at: Instant, event: &Event, rules: &Rules) {
        let since = self.follows.as_ref().map(|following| following.since);
        let at = since.map_or(answer.at, |since| since.max(answer.at));
        self.round.answer = Some(answer.clone());
        self.round.forget_telling();
        match event.precision {
            Precision::Instant | Precision::Day => {
                for clock in [&mut self.route, &mut self.answer].into_iter().flatten() {
                    clock.stop(at.max(clock.started_at), judged_at, &rules.calendar);
                }
            }
            Precision::Unknown => {
                drop_running(&mut self.route);
                drop_running(&mut self.answer);
            }
        }
        self.notify = start(rules.policy.notify, at, event.precision, rules);
    }
}
