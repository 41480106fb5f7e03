//! The messages of one request beside everything that they are about, each kind of row in one query.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::actor::Actor;
use domain::assignment::Assignment;
use domain::chain::Sealed;
use domain::code::Coded;
use domain::id::Id;
use domain::occasion::Occasion;
use domain::petition::update::{Place, Updated};
use domain::petition::{Change, Petition};
use domain::refusal::Code as RefusalCode;
use domain::text::KeptText;
use domain::time::Instant;
use persistence::updates::{self, Receipt};
use persistence::{Db, Tx, petitions};
use uuid::Uuid;

use super::wire::{UpdateOutcome, UpdateResult, UpdateWanted, UpdatedAssignment, place, read};
use crate::http::Code;
use crate::http::version::tag;
use crate::office::Office;
use crate::problem::{Kind, Problem};
use crate::step::carry;
use crate::text::Language;

/// Who tells, when, and in which request.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) sender: Uuid,
    pub(super) batch: Uuid,
    /// Whether the request came before, under the same key.
    pub(super) again: bool,
    pub(super) now: Instant,
    pub(super) seed: [u8; 32],
}

/// A petition that is told of, and what has been added to it.
struct File {
    before: Petition,
    present: Petition,
    events: Vec<Sealed>,
    texts: Vec<KeptText>,
}

/// What became of one message, and of which assignment it is.
pub(super) struct Found {
    share: Option<(usize, Id<Assignment>)>,
    result: Result<(UpdateOutcome, bool), Problem>,
}

/// Everything that the messages of one request are about, each kind of row in one query.
pub(super) struct Desk<'a> {
    actor: &'a Actor,
    office: &'a Office,
    told: Told,
    files: Vec<File>,
    /// Where the assignments that are named lie.
    shares: HashMap<Id<Assignment>, usize>,
    numbers: HashMap<String, Id<Assignment>>,
    receipts: HashMap<String, Receipt>,
    places: HashMap<Uuid, Place>,
    new: Vec<Receipt>,
}

impl<'a> Desk<'a> {
    pub(super) fn open(
        db: &mut Db,
        actor: &'a Actor,
        office: &'a Office,
        told: Told,
        wanted: &[UpdateWanted],
    ) -> Result<Self, Problem> {
        let visibility = actor.visibility();
        let references: Vec<&str> = wanted.iter().map(|one| one.reference.as_str()).collect();
        let named: Vec<Id<Assignment>> = wanted.iter().filter_map(|one| one.assignment_id).map(Id::new).collect();
        let external: Vec<&str> = wanted.iter().filter_map(|one| one.external_id.as_deref()).collect();
        let receipts = updates::receipts(db, told.sender, &references)?;
        let mut of = petitions::petitions_of(db, &named)?;
        let mut numbers: HashMap<String, Id<Assignment>> = HashMap::new();
        for known in petitions::externally_known(db, &visibility, &external)? {
            of.insert(known.assignment, known.petition);
            numbers.insert(known.reference, known.assignment);
        }
        let mut ids: Vec<Id<Petition>> = of.values().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let found = petitions::many(db, &ids)?;
        let seen = found.into_iter().filter(|petition| visibility.sees(petition));
        let files: Vec<File> = seen
            .map(|petition| File { present: petition.clone(), before: petition, events: Vec::new(), texts: Vec::new() })
            .collect();
        let mut shares = HashMap::with_capacity(of.len());
        for (at, file) in files.iter().enumerate() {
            let whole = file.before.assignments.iter().filter(|share| visibility.sees_whole(share));
            shares.extend(whole.map(|share| (share.id, at)));
        }
        let told_of: Vec<Uuid> = of.keys().filter(|id| shares.contains_key(id)).map(|id| id.uuid()).collect();
        let places = updates::last_places(db, told.sender, &told_of)?;
        Ok(Self { actor, office, told, files, shares, numbers, receipts, places, new: Vec::new() })
    }

    /// Takes all messages in, those about one assignment in their order.
    pub(super) fn take(&mut self, wanted: &[UpdateWanted], today: NaiveDate) -> Vec<Found> {
        let mut found: Vec<Option<Found>> = wanted.iter().map(|_| None).collect();
        let mut of: HashMap<Id<Assignment>, Vec<usize>> = HashMap::new();
        let mut order: Vec<Id<Assignment>> = Vec::new();
        for (at, one) in wanted.iter().enumerate() {
            match self.named(one) {
                Ok(share) => of
                    .entry(share)
                    .or_insert_with(|| {
                        order.push(share);
                        Vec::new()
                    })
                    .push(at),
                Err(problem) => found[at] = Some(Found { share: None, result: Err(problem) }),
            }
        }
        for share in order {
            let messages = of.remove(&share).unwrap_or_default();
            for at in Place::sort(messages, |at| place(&wanted[*at])) {
                let result = self.one(at, &wanted[at], share, today);
                let file = self.shares.get(&share).copied();
                found[at] = Some(Found { share: file.map(|file| (file, share)), result });
            }
        }
        found.into_iter().flatten().collect()
    }

    /// The assignment that a message names, if there is one for this sender.
    fn named(&self, one: &UpdateWanted) -> Result<Id<Assignment>, Problem> {
        let share = match (one.assignment_id, &one.external_id) {
            (Some(id), None) => Some(Id::new(id)),
            (None, Some(number)) => self.numbers.get(number).copied(),
            (Some(_), Some(_)) | (None, None) => {
                return Err(Problem::invalid("", "one_of_assignment_and_external"));
            }
        };
        share.filter(|share| self.shares.contains_key(share)).ok_or_else(|| RefusalCode::AssignmentUnknown.into())
    }

    fn one(
        &mut self,
        at: usize,
        one: &UpdateWanted,
        share: Id<Assignment>,
        today: NaiveDate,
    ) -> Result<(UpdateOutcome, bool), Problem> {
        if let Some(receipt) = self.receipts.get(&one.reference) {
            return self.repeated(receipt, one, share);
        }
        let file = self.shares.get(&share).and_then(|file| self.files.get_mut(*file));
        let file = file.ok_or(RefusalCode::AssignmentUnknown)?;
        let update = read(one, self.office, today)?;
        let mut seed = self.told.seed;
        for (byte, number) in seed.iter_mut().zip(at.to_be_bytes()) {
            *byte ^= number;
        }
        let rules = self.office.rules_of(&file.present.policy);
        let evidence = self.office.needs_evidence(&file.present.category);
        let mut occasion = Occasion::new(self.actor, rules, self.told.now, seed).evidenced(evidence);
        let own = place(one);
        let last = self.places.get(&share.uuid()).copied();
        let (outcome, noted) = match file.present.update(&mut occasion, share, own, last, update)? {
            Updated::Applied { change, noted } => {
                let Change { petition, events, texts, about: _ } = *change;
                file.present = petition;
                file.events.extend(events);
                file.texts.extend(texts);
                (UpdateOutcome::Applied, noted)
            }
            Updated::Holds => (UpdateOutcome::AlreadyApplied, false),
            Updated::Superseded => (UpdateOutcome::Superseded, false),
        };
        if outcome != UpdateOutcome::Superseded {
            self.places.insert(share.uuid(), last.map_or(own, |last| later(last, own)));
        }
        let receipt = Receipt {
            reference: one.reference.clone(),
            assignment_id: share.uuid(),
            status: one.status.0.code().to_owned(),
            sequence: one.sequence,
            occurred_at: own.occurred_at,
            result: outcome.code().to_owned(),
            noted,
            batch_id: self.told.batch,
        };
        self.receipts.insert(one.reference.clone(), receipt.clone());
        self.new.push(receipt);
        Ok((outcome, noted))
    }

    /// A message that came before, or another one under its reference.
    fn repeated(
        &self,
        receipt: &Receipt,
        one: &UpdateWanted,
        share: Id<Assignment>,
    ) -> Result<(UpdateOutcome, bool), Problem> {
        let own = place(one);
        let same = receipt.assignment_id == share.uuid()
            && receipt.status == one.status.0.code()
            && (receipt.sequence, receipt.occurred_at) == (own.sequence, own.occurred_at);
        if !same {
            return Err(Problem::new(Kind::ReferenceReused));
        }
        let then = UpdateOutcome::parse(&receipt.result).unwrap_or(UpdateOutcome::AlreadyApplied);
        let same_request = self.told.again && receipt.batch_id == self.told.batch;
        let outcome = match then {
            UpdateOutcome::Applied if !same_request => UpdateOutcome::AlreadyApplied,
            UpdateOutcome::Applied
            | UpdateOutcome::AlreadyApplied
            | UpdateOutcome::Superseded
            | UpdateOutcome::Refused => then,
        };
        Ok((outcome, receipt.noted))
    }

    /// Writes what was taken in: each petition once, however many messages were about it.
    pub(super) fn save(&mut self, tx: &mut Tx) -> Result<(), Problem> {
        // What follows another one is saved before that one moves it.
        let (followers, others): (Vec<&mut File>, Vec<&mut File>) =
            self.files.iter_mut().partition(|file| file.before.follows.is_some());
        for file in followers.into_iter().chain(others) {
            if file.events.is_empty() {
                continue;
            }
            let change = Change {
                petition: file.present.clone(),
                events: std::mem::take(&mut file.events),
                texts: std::mem::take(&mut file.texts),
                about: None,
            };
            carry::save(tx, self.office, (self.told.now, self.told.seed), &file.before, &change)?;
        }
        if !self.new.is_empty() {
            updates::keep(tx, self.told.sender, &self.new, self.told.now)?;
        }
        Ok(())
    }

    pub(super) fn show(&self, wanted: &[UpdateWanted], found: Vec<Found>, language: Language) -> Vec<UpdateResult> {
        let shown = |(at, (one, found)): (usize, (&UpdateWanted, Found))| {
            let share = found.share.and_then(|(file, id)| self.files.get(file)?.present.assignment(id));
            let (result, noted, problem) = match found.result {
                Ok((outcome, noted)) => (outcome, noted, None),
                Err(problem) => {
                    let problem = within(problem, at).document(language, None);
                    (UpdateOutcome::Refused, false, Some(problem))
                }
            };
            UpdateResult {
                reference: one.reference.clone(),
                result: Code(result),
                noted,
                assignment: share.map(|share| UpdatedAssignment {
                    id: share.id.uuid(),
                    etag: tag(share.version),
                    state: Code(share.state),
                }),
                problem,
            }
        };
        wanted.iter().zip(found).enumerate().map(shown).collect()
    }
}

/// The highest of each: what the database would say after this message.
fn later(last: Place, own: Place) -> Place {
    Place { sequence: last.sequence.max(own.sequence), occurred_at: last.occurred_at.max(own.occurred_at) }
}

/// The problem of one message, as a problem of the request.
fn within(mut problem: Problem, at: usize) -> Problem {
    for error in &mut problem.errors {
        error.pointer = format!("/updates/{at}{}", error.pointer);
    }
    problem
}
