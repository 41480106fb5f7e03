//! One stage's term while it runs: when it is due, when it is at risk, what pauses move.
//!
//! Knows no petition and no policy: which term a stage has, and which step starts, pauses or stops
//! it, is decided elsewhere. A stage whose beginning is not known has no clock.

mod term;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use self::term::{Stage, Term, TermState};
use crate::calendar::Calendar;
use crate::time::{Instant, truncated};

/// The running, paused or stopped term of one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// How long it may take.
    pub term: Term,
    /// When it began.
    pub started_at: Instant,
    /// The last instant that is in time. While the clock is paused, it stands where the pause
    /// found it and moves when the pause ends.
    pub due_at: Instant,
    /// From when on it is at risk: three quarters of the term are over.
    pub at_risk_at: Instant,
    /// Since when it is paused, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_since: Option<Instant>,
    /// When what it waits for happened, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Instant>,
    /// The instant that decides whether that was in time: when it was recorded, or when it happened
    /// if the office attests that (`domain.md`, *History*).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_at: Option<Instant>,
}

/// How a clock stands at some instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The last instant in time; none while paused, since it moves until the pause ends.
    pub due_at: Option<Instant>,
    /// From when on it is at risk; none while paused.
    pub at_risk_at: Option<Instant>,
    /// Since when it is paused.
    pub paused_since: Option<Instant>,
    /// When it stopped.
    pub stopped_at: Option<Instant>,
    /// Minutes left, rounded down, in working time or all time as the term counts; negative when
    /// overdue. While paused, those that will be left when it goes on; none once stopped.
    pub left_minutes: Option<i64>,
    /// All of this in one word.
    pub state: TermState,
}

impl Clock {
    /// Starts a term.
    #[must_use]
    pub fn start(term: Term, at: Instant, calendar: &Calendar) -> Self {
        let started_at = truncated(at);
        let due_at = term.end(started_at, calendar);
        let most = three_quarters(term.between(started_at, due_at, calendar));
        Self {
            term,
            started_at,
            due_at,
            at_risk_at: term.moved(started_at, most, calendar),
            paused_since: None,
            stopped_at: None,
            judged_at: None,
        }
    }

    /// Pauses the clock. Does nothing if it is paused or stopped, nor if it is overdue: what is
    /// late stays late and goes on getting later.
    pub fn pause(&mut self, at: Instant) {
        if self.paused_since.is_none() && self.stopped_at.is_none() && at <= self.due_at {
            self.paused_since = Some(truncated(at));
        }
    }

    /// Lets a paused clock go on with what it had left: due and at-risk instants move by the time
    /// paused, counted in the term's own unit. Does nothing if it is not paused.
    pub fn resume(&mut self, at: Instant, calendar: &Calendar) {
        if let Some(since) = self.paused_since.take() {
            let paused = self.term.between(since, truncated(at).max(since), calendar);
            self.due_at = self.term.moved(self.due_at, paused, calendar);
            self.at_risk_at = self.term.moved(self.at_risk_at, paused, calendar);
        }
    }

    /// Stops the clock at what it waited for, ending a pause first. `judged_at` is the instant by
    /// which *in time* is judged. Does nothing if it is stopped already.
    pub fn stop(&mut self, at: Instant, judged_at: Instant, calendar: &Calendar) {
        if self.stopped_at.is_none() {
            self.resume(at, calendar);
            self.stopped_at = Some(truncated(at));
            self.judged_at = Some(truncated(judged_at));
        }
    }

    /// Undoes a stop, as if it had never been: the term does not begin anew, and the time since
    /// the stop counts.
    pub fn reopen(&mut self) {
        self.stopped_at = None;
        self.judged_at = None;
    }

    /// Adds time at the end of the term, in a unit of its own; the at-risk instant moves by three
    /// quarters of it. Does nothing once stopped. That the term is not over yet is the caller's to
    /// check.
    pub fn extend(&mut self, more: Term, calendar: &Calendar) {
        if self.stopped_at.is_none() {
            let due_at = more.end(self.due_at, calendar);
            let most = three_quarters(more.between(self.due_at, due_at, calendar));
            self.at_risk_at = more.moved(self.at_risk_at, most, calendar).min(due_at);
            self.due_at = due_at;
        }
    }

    /// How the clock stands.
    #[must_use]
    pub fn reading(&self, now: Instant, calendar: &Calendar) -> Reading {
        let paused = self.paused_since.is_some();
        let left = self.term.between(self.paused_since.unwrap_or(now), self.due_at, calendar);
        Reading {
            due_at: (!paused).then_some(self.due_at),
            at_risk_at: (!paused).then_some(self.at_risk_at),
            paused_since: self.paused_since,
            stopped_at: self.stopped_at,
            left_minutes: self.stopped_at.is_none().then(|| minutes_rounded_down(left)),
            state: self.state(now),
        }
    }

    /// Where the term stands, without the calendar.
    #[must_use]
    pub fn state(&self, now: Instant) -> TermState {
        if let Some(stopped_at) = self.stopped_at {
            if self.judged_at.unwrap_or(stopped_at) <= self.due_at { TermState::Met } else { TermState::Missed }
        } else if self.paused_since.is_some() {
            TermState::Paused
        } else if now > self.due_at {
            TermState::Overdue
        } else if now >= self.at_risk_at {
            TermState::AtRisk
        } else {
            TermState::OnTime
        }
    }
}

/// Whole minutes, rounded down, so that an overdue term never shows none left.
fn minutes_rounded_down(time: TimeDelta) -> i64 {
    let whole = time.num_minutes();
    if time < TimeDelta::minutes(whole) { whole - 1 } else { whole }
}

fn three_quarters(time: TimeDelta) -> TimeDelta {
    time / 4 * 3
}

#[cfg(test)]
mod tests;
