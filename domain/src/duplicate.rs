//! Which petitions may be about the same matter, and why: ranked by place, category, time and words.
//!
//! Nobody is told that two petitions *are* the same: whoever captures looks at what is shown and decides. Owns the
//! comparison only. Which petitions are compared at all, and how many, is the database's business.

use std::collections::{BTreeSet, HashMap};

use chrono::TimeDelta;

use crate::action::Action;
use crate::actor::Actor;
use crate::catalogue::{Category, UNCLASSIFIED, lineage};
use crate::cell::metres_between;
use crate::id::Id;
use crate::kind::Kind;
use crate::petition::Petition;
use crate::refusal::{Code, Refusal};
use crate::time::Instant;
use crate::words;

/// Within so many metres two places are near each other.
pub const NEAR: f64 = 200.0;

/// Beyond so many metres two petitions are of two places, whatever else is the same.
const APART: f64 = 1_000.0;

/// Without a place on the map, petitions further apart than this are not compared.
pub const DAYS: i64 = 90;

/// What lies near is compared for so many days back: an old one may still be open, and a closed one come again.
pub const DAYS_NEAR: i64 = 730;

/// Words of a petition that are compared, at most.
pub const MOST_WORDS: usize = 32;

/// Petitions of the same matter that are shown, at most.
pub const MOST_DUPLICATES: usize = 10;

/// Earlier petitions at the same place that are shown, at most.
pub const MOST_RECURRENCES: usize = 5;

/// Points of a hundred that a candidate has at least.
const ENOUGH: u32 = 45;

/// Words as rare as can be that two petitions share when nothing more can be said of it.
const ALIKE: f64 = 3.0;

/// The actions of which whoever looks for duplicates needs one: of whoever captures, routes, reviews, tells or leads.
pub const LOOKING: &[Action] = &[
    Action::PetitionFile,
    Action::PetitionRoute,
    Action::PetitionReview,
    Action::PetitionContact,
    Action::PetitionManage,
];

/// Whether the actor may look for duplicates. Whoever may sees every petition.
///
/// # Errors
/// [`Code::NotAllowed`].
pub fn may_look(actor: &Actor) -> Result<(), Refusal> {
    if actor.can_any(LOOKING) {
        Ok(())
    } else {
        Err(Refusal::new(Code::NotAllowed).with("step", "look_for_duplicates"))
    }
}

/// What of a petition is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// Code of the category; none while nobody has chosen one.
    pub category: Option<String>,
    /// What sort it is; none while nobody has said.
    pub kind: Option<Kind>,
    /// Latitude and longitude.
    pub spot: Option<(f64, f64)>,
    /// Code of the neighbourhood.
    pub neighbourhood: Option<String>,
    /// When it was presented.
    pub received_at: Instant,
    /// The stems of its words.
    pub words: BTreeSet<String>,
}

/// A petition that is compared with another.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Which.
    pub petition: Id<Petition>,
    /// What of it is compared; of its words at least those that the other one has.
    pub matter: Matter,
}

/// A candidate that is alike enough. What it may be depends on whether its file has ended, for which only the likely ones
/// are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// Which, and what of it was compared.
    pub candidate: Candidate,
    points: u32,
    reasons: Vec<Reason>,
    /// Whether the trouble has come again, if its file has ended.
    again: bool,
}

impl Likely {
    /// The same once it was read of what class it is: it may have been classified anew since somebody noted that, and is
    /// then compared once more.
    #[must_use]
    pub fn of_class(
        mut self,
        (category, kind): (&str, Kind),
        sought: &Matter,
        categories: &[Category],
        rarity: &Rarity,
    ) -> Option<Self> {
        let noted = &mut self.candidate.matter;
        if noted.category.as_deref() == Some(category) && noted.kind == Some(kind) {
            return Some(self);
        }
        noted.category = Some(category.to_owned());
        noted.kind = Some(kind);
        compare(sought, self.candidate, categories, rarity)
    }
}

/// What is shown of the likely ones, as they are taken one after the other, the most alike first: at most
/// [`MOST_DUPLICATES`] of the same matter, and [`MOST_RECURRENCES`] of an earlier one at the same place.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    duplicates: usize,
    recurrences: usize,
    taken: Vec<(Instant, Ranked)>,
}

impl Choice {
    /// Whether this one might be shown, if it came next.
    #[must_use]
    pub const fn wants(&self, one: &Likely) -> bool {
        self.duplicates < MOST_DUPLICATES || (one.again && self.recurrences < MOST_RECURRENCES)
    }

    /// Takes the next one, whose file has ended or not; says whether it is shown.
    pub fn take(&mut self, next: Likely, ended: bool) -> bool {
        let (number, most, likeness) = if ended {
            (&mut self.recurrences, MOST_RECURRENCES, Likeness::Recurrence)
        } else {
            (&mut self.duplicates, MOST_DUPLICATES, Likeness::Duplicate)
        };
        if *number >= most || (ended && !next.again) {
            return false;
        }
        *number += 1;
        let Likely { candidate, points, reasons, again: _ } = next;
        let ranked = Ranked { petition: candidate.petition, likeness, points, reasons };
        self.taken.push((candidate.matter.received_at, ranked));
        true
    }

    /// What was taken, the most alike first.
    #[must_use]
    pub fn ranked(mut self) -> Vec<Ranked> {
        // One that was compared anew may have been taken before another that is more alike.
        self.taken.sort_by_key(|(at, one)| (std::cmp::Reverse((one.points, *at)), one.petition));
        self.taken.into_iter().map(|(_, one)| one).collect()
    }
}

/// How often words stand in petitions of about the same time: a rare one says more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rarity {
    /// Petitions that were looked at.
    pub petitions: usize,
    /// In how many of them each word stands; one that is absent stands in none.
    pub found: HashMap<String, usize>,
}

impl Rarity {
    /// What a word says, from 0 for one that stands everywhere to 1 for one that stands nowhere else.
    #[must_use]
    pub fn of(&self, word: &str) -> f64 {
        let found = self.found.get(word).copied().unwrap_or_default().max(1);
        let all = self.petitions.max(found) as f64;
        (all / found as f64).ln_1p() / all.ln_1p()
    }
}

/// Why a petition is a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// So many metres away.
    Near(u32),
    /// In the same neighbourhood.
    SameNeighbourhood,
    /// Of the same category.
    SameCategory,
    /// Of a category of the same branch.
    SimilarCategory,
    /// So many rare words are the same.
    SameWords(u32),
    /// Presented so many days before or after.
    DaysApart(u32),
}

/// What a candidate may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same matter, put by somebody else or once more.
    Duplicate,
    /// The same trouble at the same place, whose file had ended: it has come again.
    Recurrence,
}

/// A candidate, how alike it is and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Which.
    pub petition: Id<Petition>,
    /// What it may be.
    pub likeness: Likeness,
    /// Points of a hundred: only good for ordering.
    pub points: u32,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// The stems of the first words of some texts, at most [`MOST_WORDS`] in all: the first texts count first.
#[must_use]
pub fn words_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for text in texts {
        words::each(text, |word| {
            // The form without accents: every other form of the word is indexed by it too.
            if all.len() < MOST_WORDS {
                all.extend(words::stems(word).into_iter().next());
            }
        });
    }
    all
}

/// The candidates that are alike enough, the most alike first.
#[must_use]
pub fn rank(sought: &Matter, candidates: Vec<Candidate>, categories: &[Category], rarity: &Rarity) -> Vec<Likely> {
    let compared = candidates.into_iter().filter_map(|candidate| compare(sought, candidate, categories, rarity));
    let mut likely: Vec<Likely> = compared.collect();
    likely
        .sort_by_key(|one| (std::cmp::Reverse((one.points, one.candidate.matter.received_at)), one.candidate.petition));
    likely
}

/// How alike two are; none where they are not.
fn compare(sought: &Matter, candidate: Candidate, categories: &[Category], rarity: &Rarity) -> Option<Likely> {
    let other = &candidate.matter;
    let metres = sought.spot.zip(other.spot).map(|(one, other)| metres_between(one, other));
    if metres.is_some_and(|metres| metres > APART) {
        return None;
    }
    let place = place(sought, other, metres);
    let category = category(sought, other, categories);
    let words = common(sought, other, rarity);
    let days = (sought.received_at - other.received_at).abs().num_days();
    // What is the same is at least of the same sort, or so described; what comes again comes again to the same place.
    let admitted = category.is_some() || (words.is_some() && place.is_some());
    let again = category.is_some() && place.is_some() && other.received_at < sought.received_at;
    let far_in_time = days > if metres.is_some_and(|metres| metres <= NEAR) { DAYS_NEAR } else { DAYS };
    if !admitted || far_in_time {
        return None;
    }
    let time = points_of_time(days);
    let otherwise = sought.kind.zip(other.kind).is_some_and(|(one, other)| one != other);
    let mut given: Vec<(u32, Reason)> = [place, category, words].into_iter().flatten().collect();
    let points = given.iter().map(|(points, _)| points).sum::<u32>() + time;
    let points = points.saturating_sub(if otherwise { 10 } else { 0 });
    if points < ENOUGH {
        return None;
    }
    given.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    let mut reasons: Vec<Reason> = given.into_iter().map(|(_, reason)| reason).collect();
    reasons.push(Reason::DaysApart(u32::try_from(days).unwrap_or(u32::MAX)));
    Some(Likely { candidate, points: points.min(100), reasons, again })
}

/// 40 to 20 points as the distance grows; 15 for a neighbourhood of which no more is known, 5 where they are known to
/// lie apart in it.
fn place(sought: &Matter, other: &Matter, metres: Option<f64>) -> Option<(u32, Reason)> {
    if let Some(metres) = metres.filter(|metres| *metres <= NEAR) {
        return Some((40 - rounded(20.0 * metres / NEAR).min(20), Reason::Near(rounded(metres))));
    }
    let same = sought.neighbourhood.is_some() && sought.neighbourhood == other.neighbourhood;
    same.then_some((if metres.is_some() { 5 } else { 15 }, Reason::SameNeighbourhood))
}

/// 25 points for the same category, 15 for one of the same branch of the tree.
fn category(sought: &Matter, other: &Matter, categories: &[Category]) -> Option<(u32, Reason)> {
    let (one, other) = (sought.category.as_deref()?, other.category.as_deref()?);
    if one == UNCLASSIFIED || other == UNCLASSIFIED {
        return None;
    }
    if one == other {
        return Some((25, Reason::SameCategory));
    }
    let root = |code: &str| lineage(categories, code).last().map(|root| root.code.clone());
    let (mine, theirs) = (root(one)?, root(other)?);
    (mine == theirs).then_some((15, Reason::SimilarCategory))
}

/// Up to 25 points for what their common words say.
fn common(sought: &Matter, other: &Matter, rarity: &Rarity) -> Option<(u32, Reason)> {
    let common: Vec<f64> = sought.words.intersection(&other.words).map(|word| rarity.of(word)).collect();
    let said: f64 = common.iter().sum();
    let number = u32::try_from(common.len()).unwrap_or(u32::MAX);
    // One word alone is a coincidence.
    (number > 1 && said >= 1.0).then(|| (rounded(25.0 * (said / ALIKE).min(1.0)), Reason::SameWords(number)))
}

/// Ten points on the same day, none after [`DAYS`].
fn points_of_time(days: i64) -> u32 {
    u32::try_from((DAYS - days).max(0) * 10 / DAYS).unwrap_or_default()
}

fn rounded(value: f64) -> u32 {
    value.max(0.0).round() as u32
}

/// From when to when what is compared was presented, and from when what lies near.
#[must_use]
pub fn window(received_at: Instant) -> (Instant, Instant, Instant) {
    let days = TimeDelta::days;
    (received_at - days(DAYS), received_at + days(DAYS), received_at - days(DAYS_NEAR))
}

#[cfg(test)]
mod tests;
