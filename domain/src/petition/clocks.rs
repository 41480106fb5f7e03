//! What events do to the terms of a petition and its shares: how each starts, pauses, stops or is dropped.
//!
//! Which event does which is said in `apply.rs`.

use super::Petition;
use crate::assignment::Assignment;
use crate::clock::{Clock, Term};
use crate::event::Event;
use crate::id::Id;
use crate::policy::Rules;
use crate::time::{Instant, Precision};

impl Petition {
    /// The route term starts again when the last open assignment came back.
    pub(super) fn restart_route(&mut self, event: &Event, rules: &Rules) {
        if self.open().next().is_none() {
            self.route = start(rules.policy.route, event.occurred_at, event.precision, rules);
            self.settle_pauses(event.occurred_at, rules);
        }
    }

    /// A clock stands still while a question of its own is open: from when the server learnt of it, unless the
    /// office attests another instant, so that no question dated back takes a term that was missed out of it.
    pub(super) fn settle_pauses(&mut self, at: Instant, rules: &Rules) {
        let asking: Vec<Option<Id<Assignment>>> = self.open_questions().map(|question| question.assignment).collect();
        let set = |clock: &mut Option<Clock>, paused: bool| {
            if let Some(clock) = clock {
                if paused { clock.pause(at) } else { clock.resume(at, &rules.calendar) }
            }
        };
        set(&mut self.route, asking.contains(&None));
        set(&mut self.answer, asking.contains(&None));
        for share in &mut self.assignments {
            let paused = asking.contains(&Some(share.id));
            set(&mut share.accept, paused);
            set(&mut share.resolve, paused);
        }
    }
}

/// Starts a clock; what is not known to the day enters no time.
pub(super) fn start(term: Term, at: Instant, precision: Precision, rules: &Rules) -> Option<Clock> {
    match precision {
        Precision::Instant | Precision::Day => Some(Clock::start(term, at, &rules.calendar)),
        Precision::Unknown => None,
    }
}

pub(super) fn stop(clock: &mut Option<Clock>, event: &Event, rules: &Rules) {
    match event.precision {
        Precision::Instant | Precision::Day => {
            if let Some(running) = clock.as_mut().filter(|clock| clock.stopped_at.is_none()) {
                running.stop(event.occurred_at, event.judged_at(), &rules.calendar);
            }
        }
        Precision::Unknown => drop_running(clock),
    }
}

pub(super) fn drop_running(clock: &mut Option<Clock>) {
    if clock.as_ref().is_some_and(|clock| clock.stopped_at.is_none()) {
        *clock = None;
    }
}
