//! How events change a petition: the only place where its facts are written.
//!
//! Applying never refuses. What an event names and the petition lacks is passed over: the steps
//! decide what may be recorded, the fold only repeats it.

mod carried;

use super::clocks::{drop_running, start, stop};
use super::merge::set_aside;
use super::{Petition, Petitioner, Round};
use crate::assignment::{Assignment, AssignmentState, Resolution, Responsible, Return};
use crate::attachment::Attachment;
use crate::chain::Hash;
use crate::clock::Term;
use crate::contact::Purpose;
use crate::delivery::Delivery;
use crate::event::{Contacted, Event, Filed, Happened, Routed};
use crate::external::ExternalReference;
use crate::folio::Folio;
use crate::form::Filled;
use crate::id::Id;
use crate::outcome::Closing;
use crate::person::Person;
use crate::policy::Rules;
use crate::question::{Question, QuestionState};
use crate::relation::Link;
use crate::time::{Instant, Precision};

impl Happened {
    /// Whether the event makes a version stale: notes, contacts, files, documents that are brought, news of the
    /// work, who is whom and what belongs together do not.
    const fn moves_version(&self) -> bool {
        !matches!(
            self,
            Self::Noted { .. }
                | Self::Contacted(_)
                | Self::Progressed { .. }
                | Self::Attached(_)
                | Self::AttachmentErased { .. }
                | Self::Delivered { .. }
                | Self::Linked { .. }
                | Self::Unlinked { .. }
                | Self::Related { .. }
                | Self::Carried { .. }
                | Self::Adopted { .. }
                | Self::Led { .. }
                | Self::LeftAlone { .. }
                | Self::Unrelated { .. }
        )
    }
}

impl Petition {
    /// Repeats a whole history. `None` where it does not begin with [`Happened::Filed`].
    #[must_use]
    pub fn fold(events: &[(Event, Hash)], rules: &Rules) -> Option<Self> {
        let (first, _) = events.first()?;
        let Happened::Filed(filed) = &first.happened else { return None };
        let folio = Folio::parse(&filed.folio).ok()?;
        let mut petition = Self::blank(first.petition, folio, first.recorded_at);
        for (event, hash) in events {
            petition.apply(event, *hash, rules);
        }
        Some(petition)
    }

    /// Takes one event in.
    pub(crate) fn apply(&mut self, event: &Event, hash: Hash, rules: &Rules) {
        self.sequence = event.sequence;
        self.head = hash;
        self.updated_at = event.recorded_at;
        if event.happened.moves_version() {
            self.version += 1;
        }
        let at = event.occurred_at;
        match &event.happened {
            Happened::Filed(filed) => self.apply_filed(filed, event, rules),
            Happened::Amended { fields, text, address, petitioners, filled, emptied } => {
                take_some(&mut self.text, text);
                // Named without words it was emptied.
                if fields.iter().any(|field| field == "address") {
                    self.address.clone_from(address);
                }
                if let Some(petitioners) = petitioners {
                    self.petitioners.clone_from(petitioners);
                }
                self.fill(filled, emptied);
            }
            Happened::Reclassified { category, petition_kind, against_public_servant, reason: _ } => {
                self.category.clone_from(category);
                self.kind = *petition_kind;
                self.against_public_servant = *against_public_servant;
            }
            Happened::Prioritised { priority, reason: _ } => self.priority = *priority,
            Happened::Routed(routed) => self.apply_routed(routed, event, rules),
            Happened::Accepted { assignment } => self.on(*assignment, |share| {
                share.state = AssignmentState::Accepted;
                stop(&mut share.accept, event, rules);
            }),
            Happened::Returned { assignment, reason, explanation, suggested } => {
                self.on(*assignment, |share| {
                    share.state = AssignmentState::Returned;
                    share.returned = Some(Return {
                        reason: *reason,
                        explanation: explanation.clone(),
                        suggested: suggested.clone(),
                        taken_up: false,
                        at,
                    });
                    stop(&mut share.accept, event, rules);
                    share.resolve = None;
                });
                self.restart_route(event, rules);
            }
            Happened::ReturnLetGo { assignment, reason: _ } => self.on(*assignment, take_up),
            Happened::Delegated { assignment, unit } => {
                self.on(*assignment, |share| share.unit.clone_from(unit));
            }
            Happened::Appointed { assignment, name, account } => self.on(*assignment, |share| {
                share.responsible = name.clone().map(|name| Responsible { name, account: *account });
            }),
            Happened::Referenced { assignment, external_reference } => {
                self.apply_referenced(*assignment, external_reference.as_ref());
            }
            Happened::Progressed { assignment, report: _, citizen_text: _, scheduled_for } => {
                self.on_unversioned(*assignment, |share| {
                    if scheduled_for.is_some() {
                        share.scheduled_for = *scheduled_for;
                    }
                });
            }
            Happened::Extended { assignment, working_days, reason: _ } => {
                self.on(*assignment, |share| {
                    share.extensions += 1;
                    if let Some(clock) = &mut share.resolve {
                        clock.extend(Term::WorkingDays(*working_days), &rules.calendar);
                    }
                });
            }
            Happened::Resolved { assignment, report, outcome, infeasibility } => {
                self.on(*assignment, |share| {
                    share.state = AssignmentState::Resolved;
                    share.resolution = Some(Resolution {
                        report: report.clone(),
                        outcome: *outcome,
                        infeasibility: *infeasibility,
                        at,
                    });
                    stop(&mut share.accept, event, rules);
                    stop(&mut share.resolve, event, rules);
                });
            }
            Happened::SentBack { assignment, reason: _ } => self.on(*assignment, |share| {
                share.state = AssignmentState::Accepted;
                share.resolution = None;
                share.sent_back += 1;
                if let Some(clock) = &mut share.resolve {
                    clock.reopen();
                }
            }),
            Happened::Cancelled { assignment, cause, reason: _ } => {
                self.on(*assignment, |share| {
                    share.state = AssignmentState::Cancelled;
                    share.cancelled = Some(*cause);
                    share.accept = None;
                    share.resolve = None;
                });
            }
            Happened::Asked { question, assignment, text, reply_due_at } => {
                self.questions.push(Question {
                    id: *question,
                    round: self.round.number,
                    assignment: *assignment,
                    text: text.clone(),
                    state: match reply_due_at {
                        Some(_) => QuestionState::Open,
                        None => QuestionState::Drafted,
                    },
                    asked_at: at,
                    reply_due_at: *reply_due_at,
                    reply: None,
                });
                self.settle_pauses(event.judged_at(), rules);
            }
            Happened::QuestionReleased { question, reply_due_at } => {
                self.on_question(*question, |question| {
                    question.state = QuestionState::Open;
                    question.reply_due_at = Some(*reply_due_at);
                });
                self.settle_pauses(event.judged_at(), rules);
            }
            Happened::Replied { question, text } => {
                self.on_question(*question, |question| {
                    question.state = QuestionState::Replied;
                    question.reply = Some(text.clone());
                });
                self.settle_pauses(event.judged_at(), rules);
            }
            Happened::QuestionLapsed { question } => {
                self.on_question(*question, |question| question.state = QuestionState::Lapsed);
                self.settle_pauses(event.judged_at(), rules);
            }
            Happened::QuestionEnded { question, cause: _, reason: _ } => {
                self.on_question(*question, |question| question.state = QuestionState::Ended);
                self.settle_pauses(event.judged_at(), rules);
            }
            Happened::Answered(answer) => {
                self.round.answer = Some((**answer).clone());
                stop(&mut self.route, event, rules);
                stop(&mut self.answer, event, rules);
                self.notify = start(rules.policy.notify, at, event.precision, rules);
            }
            Happened::Contacted(contacted) => self.apply_contacted(contacted, event, rules),
            Happened::Closed { closing, reason: _ } => self.apply_closed(*closing, event, rules),
            Happened::ClosingLifted { closing: _ } => {
                self.round.closing = None;
                self.round.closed_at = None;
                self.round.told_at = None;
                self.round.told = None;
                if let Some(clock) = &mut self.notify {
                    clock.reopen();
                }
            }
            Happened::Reopened { round, reason: _ } => {
                self.take_back_withdrawal();
                self.round = Round::new(*round, at);
                self.notify = None;
                self.route = start(rules.policy.route, at, event.precision, rules);
                self.answer = start(rules.policy.answer, at, event.precision, rules);
            }
            Happened::Withdrawn { petitioner, reason: _, principal, continued: _ } => {
                for one in &mut self.petitioners {
                    if Some(one.id) == *petitioner {
                        one.withdrawn = true;
                        one.principal = false;
                    }
                    if Some(one.id) == *principal {
                        one.principal = true;
                    }
                }
            }
            Happened::Attached(attached) => self.attachments.push(Attachment {
                id: attached.attachment,
                kind: attached.attachment_kind,
                assignment: attached.assignment,
                name: attached.name.clone(),
                found: attached.found.clone(),
                attached_at: event.recorded_at,
                erased: false,
            }),
            Happened::AttachmentErased { attachment, reason: _ } => {
                if let Some(erased) = self.attachments.iter_mut().find(|one| one.id == *attachment) {
                    erased.erased = true;
                }
            }
            Happened::Delivered { delivery, documents } => self.deliveries.push(Delivery {
                id: *delivery,
                at,
                received_by: event.by.account,
                documents: documents.clone(),
            }),
            Happened::Joined { petitioner } => self.petitioners.push(petitioner.clone()),
            Happened::Linked { petitioner, person } => self.set_person(*petitioner, Some(*person)),
            Happened::Unlinked { petitioner, person: _ } => self.set_person(*petitioner, None),
            Happened::Related { relation, petition, first } => {
                self.relations.push(Link { relation: *relation, petition: *petition, first: *first });
            }
            Happened::Unrelated { relation: _, petition } => self.relations.retain(|link| link.petition != *petition),
            Happened::Merged { principal } => {
                self.follows = Some(set_aside(self, *principal, at));
                // Where it goes is its principal's to say; that it be answered is owed all the same.
                drop_running(&mut self.route);
            }
            Happened::Unmerged { principal: _ } => self.apply_unmerged(event, rules),
            Happened::Carried { state } => self.apply_carried(*state),
            Happened::Adopted { answer, judged_at } => self.apply_adopted(answer, *judged_at, event, rules),
            Happened::Led { follower } => self.followers.push(*follower),
            Happened::LeftAlone { follower } => self.followers.retain(|one| one != follower),
            Happened::Noted { text: _ } => {}
            Happened::Taken { position, person } => {
                self.followed_by.clone_from(position);
                self.follower = Some(*person);
            }
            Happened::HandedOver { position, person, reason: _ } => {
                self.followed_by.clone_from(position);
                self.follower = *person;
            }
            Happened::Tagged { added, removed } => {
                self.tags.retain(|tag| !removed.contains(tag));
                self.tags.extend(added.iter().cloned());
            }
        }
    }

    fn apply_filed(&mut self, filed: &Filed, event: &Event, rules: &Rules) {
        self.received_at = filed.received_at;
        self.received_precision = filed.received_precision;
        self.registered_at = event.recorded_at;
        self.registered_by = event.by.account;
        self.channel.clone_from(&filed.channel);
        self.in_writing = filed.in_writing;
        self.kind = filed.kind;
        self.category.clone_from(&filed.category);
        self.priority = filed.priority;
        self.against_public_servant = filed.against_public_servant;
        self.followed_by.clone_from(&filed.followed_by);
        self.text.clone_from(&filed.text);
        self.address.clone_from(&filed.address);
        self.fields.clone_from(&filed.fields);
        self.petitioners.clone_from(&filed.petitioners);
        self.origin.clone_from(&filed.origin);
        self.intake = filed.intake;
        self.policy.clone_from(&filed.policy);
        self.round = Round::new(1, filed.received_at);
        let (at, precision) = (filed.received_at, filed.received_precision);
        self.route = start(rules.policy.route, at, precision, rules);
        self.answer = start(rules.policy.answer, at, precision, rules);
    }

    fn apply_routed(&mut self, routed: &Routed, event: &Event, rules: &Rules) {
        let at = event.occurred_at;
        stop(&mut self.route, event, rules);
        for id in &routed.takes_up {
            self.on(*id, take_up);
        }
        self.assignments.push(Assignment {
            id: routed.assignment,
            version: 1,
            routed_in: event.sequence,
            round: self.round.number,
            dependency: routed.dependency.clone(),
            unit: routed.unit.clone(),
            state: AssignmentState::Pending,
            directed: routed.directed,
            previous: routed.previous,
            instructions: routed.instructions.clone(),
            external_reference: None,
            routed_at: at,
            responsible: None,
            resolution: None,
            returned: None,
            cancelled: None,
            scheduled_for: None,
            extensions: 0,
            sent_back: 0,
            accept: start(rules.policy.accept, at, event.precision, rules),
            resolve: start(rules.policy.resolve, at, event.precision, rules),
        });
    }

    /// A number follows the matter: the earlier share that had it gives it up.
    fn apply_referenced(&mut self, id: Id<Assignment>, reference: Option<&ExternalReference>) {
        let Some(dependency) = self.assignment(id).map(|share| share.dependency.clone()) else { return };
        let had = |share: &Assignment| {
            share.id != id && share.dependency == dependency && share.external_reference.as_ref() == reference
        };
        let earlier: Vec<Id<Assignment>> = match reference {
            Some(_) => self.assignments.iter().filter(|share| had(share)).map(|share| share.id).collect(),
            None => Vec::new(),
        };
        for earlier in earlier {
            self.on(earlier, |share| share.external_reference = None);
        }
        self.on(id, |share| share.external_reference = reference.cloned());
    }

    fn apply_contacted(&mut self, contacted: &Contacted, event: &Event, rules: &Rules) {
        if contacted.purpose != Purpose::Answer || self.round.answer.is_none() {
            return;
        }
        if rules.policy.told.contains(&contacted.result) {
            self.round.told_at = Some(event.occurred_at);
            self.round.told = Some(contacted.result);
            stop(&mut self.notify, event, rules);
        } else {
            let day = rules.calendar.date_of(event.occurred_at);
            let known = event.precision != Precision::Unknown;
            if known && !self.round.attempts.contains(&day) {
                self.round.attempts.push(day);
            }
        }
    }

    fn apply_closed(&mut self, closing: Closing, event: &Event, rules: &Rules) {
        self.round.closing = Some(closing);
        self.round.closed_at = Some(event.occurred_at);
        match closing {
            Closing::Notified | Closing::Unreachable => stop(&mut self.notify, event, rules),
            // Nobody could be told: a term to tell was neither met nor missed.
            Closing::NoContact => drop_running(&mut self.notify),
            Closing::NoReply | Closing::Withdrawn | Closing::Annulled | Closing::Imported => {
                drop_running(&mut self.route);
                drop_running(&mut self.answer);
                drop_running(&mut self.notify);
            }
        }
    }

    /// What the form says anew, and what of it says nothing any more.
    fn fill(&mut self, filled: &[Filled], emptied: &[String]) {
        self.fields.retain(|old| !emptied.contains(&old.field));
        for new in filled {
            match self.fields.iter_mut().find(|old| old.field == new.field) {
                Some(old) => old.clone_from(new),
                None => self.fields.push(new.clone()),
            }
        }
    }

    fn set_person(&mut self, id: Id<Petitioner>, person: Option<Id<Person>>) {
        if let Some(petitioner) = self.petitioners.iter_mut().find(|petitioner| petitioner.id == id) {
            petitioner.person = person;
        }
    }

    /// Who had withdrawn and has the petition reopened is its petitioner again.
    fn take_back_withdrawal(&mut self) {
        if self.round.closing != Some(Closing::Withdrawn) {
            return;
        }
        for (at, petitioner) in self.petitioners.iter_mut().enumerate() {
            petitioner.withdrawn = false;
            petitioner.principal = at == 0;
        }
    }

    fn on(&mut self, id: Id<Assignment>, change: impl FnOnce(&mut Assignment)) {
        self.on_unversioned(id, |share| {
            share.version += 1;
            change(share);
        });
    }

    fn on_unversioned(&mut self, id: Id<Assignment>, change: impl FnOnce(&mut Assignment)) {
        if let Some(share) = self.assignments.iter_mut().find(|share| share.id == id) {
            change(share);
        }
    }

    fn on_question(&mut self, id: Id<Question>, change: impl FnOnce(&mut Question)) {
        if let Some(question) = self.questions.iter_mut().find(|question| question.id == id) {
            change(question);
        }
    }
}

impl Round {
    const fn new(number: i32, opened_at: Instant) -> Self {
        Self {
            number,
            opened_at,
            answer: None,
            closing: None,
            closed_at: None,
            attempts: Vec::new(),
            told_at: None,
            told: None,
        }
    }

    /// Nobody was told of an answer that is not theirs any more.
    pub(super) fn forget_telling(&mut self) {
        self.attempts.clear();
        self.told_at = None;
        self.told = None;
    }
}

fn take_some<T: Clone>(field: &mut Option<T>, new: &Option<T>) {
    if new.is_some() {
        field.clone_from(new);
    }
}

fn take_up(share: &mut Assignment) {
    if let Some(back) = &mut share.returned {
        back.taken_up = true;
    }
}
