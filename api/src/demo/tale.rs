//! One petition of the demonstration, told by the same steps and posts as a real one.
//!
//! Time runs in working hours and ends now: what would happen later has not happened yet.

mod attach;

use chrono::{Datelike, Days, TimeDelta};
use domain::actor::Actor;
use domain::assignment::{Assignment, ReturnReason};
use domain::attachment::{AttachmentKind, NewFile};
use domain::calendar::Calendar;
use domain::contact::{ContactResult, Medium, Purpose};
use domain::folio::Folio;
use domain::id::Id;
use domain::kind::Kind;
use domain::occasion::{Occasion, Speaker};
use domain::outcome::Outcome;
use domain::petition::answer::Answering;
use domain::petition::end::Withdrawing;
use domain::petition::route::Routing;
use domain::petition::work::{Progress, Resolving};
use domain::petition::{COMPTROLLER, Change, Petition};
use domain::question::Question;
use domain::refusal::{Code, Refusal};
use domain::time::Instant;
use persistence::petitions::Details;

use super::chance::Chance;
use super::city::{self, AGAINST_PUBLIC_SERVANT, CHANNELS, MATTERS, Matter, ORIENTATION};
use super::entry::{filing, liaison, post, router_of, telling};
use super::plot::{Beat, Entry, Plot};
use super::words::{answer_of, answering, infeasible, report_of, say, words};
use crate::import::filing::extend;
use crate::office::Office;

/// Working minutes of a day.
const DAY: i64 = 420;

/// Who gets what goes to a second dependency: the first that does not have it yet.
const OTHERS: &[&str] = &["public_services", "road_maintenance", "simas", "public_works", "mobility"];

/// What is to be told.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What happens.
    pub plot: Plot,
    /// When it begins.
    pub begins: Instant,
    /// The seed of everything else.
    pub seed: u64,
    /// Files that were brought for it, and what each is to it.
    pub files: Vec<(AttachmentKind, NewFile)>,
}

/// Why a tale ends.
enum Stop {
    /// The rest has not happened yet.
    Time,
    /// A step was refused: a fault of the plot.
    Refused(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Tells one petition up to `end`.
///
/// # Errors
/// The refusal of a step that the plot should not have taken.
pub fn tell(office: &Office, plan: &Plan, folio: Folio, end: Instant) -> Result<(Change, Details), Refusal> {
    let mut chance = Chance::new(plan.seed);
    let entry = plan.plot.entry;
    let matter = match entry {
        Entry::AgainstServant => &AGAINST_PUBLIC_SERVANT,
        Entry::OnTheSpot => &ORIENTATION,
        Entry::Ordinary | Entry::ByTelephone | Entry::ByEmail | Entry::Letter | Entry::Anonymous => {
            chance.weighed(MATTERS)
        }
    };
    let (channel, medium) = match entry {
        Entry::Letter => ("letter", Medium::Letter),
        Entry::OnTheSpot => ("desk", Medium::InPerson),
        Entry::ByEmail => ("email", Medium::Email),
        Entry::Ordinary | Entry::ByTelephone | Entry::Anonymous | Entry::AgainstServant => *chance.weighed(CHANNELS),
    };
    let follows = office.channel(channel).map_or("administrative_head", |row| row.followed_by.as_str());
    let router = post(router_of(channel, &mut chance));
    let (filing, mut details) = filing(office, &mut chance, matter, entry, (channel, medium, follows), folio);
    let (place, day) = (&mut details.place, office.rules.calendar.date_of(plan.begins));
    let known = place.neighbourhood.as_deref().and_then(|name| office.neighbourhood_named(name, day));
    place.neighbourhood_code = known.map(|row| row.code.clone());
    let change = Petition::file(&mut Occasion::new(&router, &office.rules, plan.begins, chance.seed()), filing)?;
    let by_telephone = entry == Entry::ByTelephone || chance.percent(20);
    let mut tale = Tale {
        office,
        matter,
        medium,
        router,
        follower: post(follows),
        // The administrative head answers, its aide tells (Manual 8.1).
        teller: post(if follows == "administrative_head" { "administrative_aide" } else { follows }),
        by_telephone,
        calendar: &office.rules.calendar,
        at: plan.begins,
        end,
        change,
        chance,
        files: plan.files.clone(),
        // Their own, so that the tale is the same without them.
        chance_of_files: Chance::new(plan.seed.rotate_left(32)),
    };
    match tale.bring().and_then(|()| tale.unfold(plan.plot.beats)) {
        Ok(()) | Err(Stop::Time) => Ok((tale.change, details)),
        Err(Stop::Refused(refusal)) => Err(refusal),
    }
}

struct Tale<'a> {
    office: &'a Office,
    matter: &'a Matter,
    medium: Medium,
    /// Who registered it and routes it.
    router: Actor,
    /// Who sees it to its end.
    follower: Actor,
    /// Who tells the citizen.
    teller: Actor,
    /// Whether its dependencies speak to the office by telephone.
    by_telephone: bool,
    calendar: &'a Calendar,
    at: Instant,
    end: Instant,
    change: Change,
    chance: Chance,
    /// Files that have not been attached yet.
    files: Vec<(AttachmentKind, NewFile)>,
    chance_of_files: Chance,
}

impl Tale<'_> {
    fn unfold(&mut self, beats: &[Beat]) -> Result<(), Stop> {
        beats.iter().try_for_each(|beat| self.beat(*beat))
    }

    fn beat(&mut self, beat: Beat) -> Result<(), Stop> {
        match beat {
            Beat::Route => self.route(false),
            Beat::RouteElsewhere => self.route(true),
            Beat::Accept => {
                self.pass(30, DAY + 60)?;
                self.dependency(|petition, on, id| petition.accept(on, id))
            }
            Beat::GiveBack => {
                self.pass(30, DAY)?;
                self.dependency(|petition, on, id| {
                    let why = say("Esa vialidad no la llevamos nosotros.")?;
                    petition.give_back(on, id, ReturnReason::OtherArea, why, None)
                })
            }
            Beat::Progress => self.progress(),
            Beat::PerhapsProgress => self.perhaps(35, &[Beat::Progress]),
            Beat::Extend => {
                self.pass(20, 200)?;
                self.dependency(|petition, on, id| petition.extend(on, id, 3, say("Falta material.")?))
            }
            Beat::Resolve(outcome) => self.resolve(outcome),
            Beat::PerhapsAgain(outcome) => self.perhaps(5, &[Beat::SendBack, Beat::Resolve(outcome)]),
            Beat::SendBack => self.follower(|petition, on| {
                let id = petition.current().last().map(|share| share.id).ok_or(Code::AssignmentUnknown)?;
                petition.send_back(on, id, say("El vecino dice que sigue igual.")?)
            }),
            Beat::Ask => self.follower(|petition, on| petition.ask(on, say("¿Entre qué calles está?")?)),
            Beat::DependencyAsks => {
                // Whoever records for a dependency may also release: this one asks by itself.
                self.by_telephone = false;
                self.pass(20, 200)?;
                self.dependency(|petition, on, id| petition.ask_for(on, id, say("¿De qué color es la casa?")?))
            }
            Beat::Release => self.follower(|petition, on| petition.release_question(on, last_question(petition)?)),
            Beat::Reply => {
                self.pass(60, 2 * DAY)?;
                let actor = self.teller.clone();
                self.act(&actor, None, |petition, on| {
                    petition.reply(on, last_question(petition)?, say("A media cuadra de la primaria.")?)
                })
            }
            Beat::Lapse => {
                self.pass(7 * DAY, 8 * DAY)?;
                self.act(&Actor::system(), None, |petition, on| {
                    petition.lapse_questions(on).ok_or_else(|| Code::QuestionNotOpen.into())
                })
            }
            Beat::CloseUnreplied => {
                self.follower(|petition, on| petition.close_unreplied(on, say("No se recibió el dato pedido.")?))
            }
            Beat::Answer(outcome) => self.answer(outcome),
            Beat::Notify(result) => self.notify(result),
            Beat::PerhapsNoAnswer => self.perhaps(15, &[Beat::Notify(ContactResult::NoAnswer)]),
            Beat::Bounce => {
                self.pass(20, DAY)?;
                let (actor, telling) = (self.teller.clone(), telling(self.medium, ContactResult::Bounced));
                self.act(&actor, None, |petition, on| petition.contact(on, Purpose::Answer, telling))
            }
            Beat::Reopen => {
                self.pass(DAY, 3 * DAY)?;
                self.follower(|petition, on| {
                    let again: Vec<Id<Assignment>> = petition.current().map(|share| share.id).collect();
                    petition.reopen(on, say("Volvió a fallar a los pocos días.")?, &again)
                })
            }
            Beat::RaiseFlag => {
                self.pass(30, DAY)?;
                let actor = self.router.clone();
                self.act(&actor, None, |petition, on| {
                    let (category, why) = (AGAINST_PUBLIC_SERVANT.category.to_owned(), say("Pidieron dinero.")?);
                    petition.reclassify(on, category, Kind::Complaint, true, why)
                })
            }
            Beat::Withdraw => self.follower(|petition, on| {
                let reason = Some(say("Los vecinos ya lo arreglaron.")?);
                // Whoever asks with them takes it back too.
                let mut change: Option<Change> = None;
                for petitioner in &petition.petitioners {
                    let withdrawing =
                        Withdrawing { petitioner: Some(petitioner.id), reason: reason.clone(), continued: false };
                    let now = change.as_ref().map_or(petition, |change| &change.petition);
                    let next = now.withdraw(on, withdrawing)?;
                    match &mut change {
                        Some(change) => extend(change, next),
                        None => change = Some(next),
                    }
                }
                change.ok_or_else(|| Code::PetitionerUnknown.into())
            }),
            Beat::Annul => self.follower(|petition, on| petition.annul(on, say("Prueba del personal nuevo.")?)),
        }
    }

    /// What happens in so many of a hundred tales.
    fn perhaps(&mut self, percent: i64, beats: &[Beat]) -> Result<(), Stop> {
        if self.chance.percent(percent) { self.unfold(beats) } else { Ok(()) }
    }

    /// Lets working time pass; ends the tale where it has not passed yet.
    fn pass(&mut self, least: i64, most: i64) -> Result<(), Stop> {
        let minutes = self.chance.between(least, most);
        let seconds = TimeDelta::seconds(self.chance.between(0, 59));
        self.at = self.calendar.add_working_minutes(self.at, minutes) + seconds;
        if self.at > self.end { Err(Stop::Time) } else { Ok(()) }
    }

    fn act(
        &mut self,
        actor: &Actor,
        speaker: Option<Speaker>,
        step: impl FnOnce(&Petition, &mut Occasion<'_>) -> Result<Change, Refusal>,
    ) -> Result<(), Stop> {
        let seed = self.chance.seed();
        self.take(seed, actor, speaker, step)
    }

    fn take(
        &mut self,
        seed: [u8; 32],
        actor: &Actor,
        speaker: Option<Speaker>,
        step: impl FnOnce(&Petition, &mut Occasion<'_>) -> Result<Change, Refusal>,
    ) -> Result<(), Stop> {
        let mut occasion = Occasion::new(actor, &self.office.rules, self.at, seed).spoken(speaker);
        let next = step(&self.change.petition, &mut occasion)?;
        extend(&mut self.change, next);
        Ok(())
    }

    /// A step of the post that sees the petition to its end.
    fn follower(
        &mut self,
        step: impl FnOnce(&Petition, &mut Occasion<'_>) -> Result<Change, Refusal>,
    ) -> Result<(), Stop> {
        self.pass(20, DAY)?;
        let actor = self.follower.clone();
        self.act(&actor, None, step)
    }

    /// A dependency's own step on its open share: its liaison takes it, or tells the office by telephone.
    fn dependency(
        &mut self,
        step: impl FnOnce(&Petition, &mut Occasion<'_>, Id<Assignment>) -> Result<Change, Refusal>,
    ) -> Result<(), Stop> {
        let open = self.change.petition.open().next();
        let (id, dependency) =
            open.map(|share| (share.id, share.dependency.clone())).ok_or(Refusal::new(Code::AssignmentUnknown))?;
        if self.by_telephone {
            let name = city::name(&mut self.chance);
            let speaker = Speaker { name: say(&name)?, medium: Medium::Telephone, reference: None };
            let actor = self.follower.clone();
            return self.act(&actor, Some(speaker), |petition, on| step(petition, on, id));
        }
        let actor = liaison(dependency);
        self.act(&actor, None, |petition, on| step(petition, on, id))
    }

    /// Routes to whoever attends the category; or to one that does not have it yet.
    fn route(&mut self, elsewhere: bool) -> Result<(), Stop> {
        self.pass(10, DAY)?;
        let petition = &self.change.petition;
        let category = self.office.category(self.matter.category);
        let has = |code: &str| petition.assignments.iter().any(|share| share.dependency == code);
        let usual = category.and_then(|row| row.dependency.as_deref());
        let dependency = if petition.against_public_servant {
            COMPTROLLER
        } else if elsewhere {
            OTHERS.iter().find(|code| !has(code)).copied().unwrap_or("environment")
        } else {
            usual.unwrap_or("public_services")
        };
        let unit = category.filter(|_| usual == Some(dependency)).and_then(|row| row.unit.clone());
        let routing = Routing {
            unit: unit.filter(|_| self.chance.percent(70)),
            dependency: dependency.to_owned(),
            directed: self.chance.percent(3) && elsewhere,
            instructions: words("Favor de atender antes del fin de semana.").filter(|_| self.chance.percent(15)),
            previous: None,
        };
        let actor = self.router.clone();
        self.act(&actor, None, |petition, on| petition.route(on, vec![routing]))
    }

    fn progress(&mut self) -> Result<(), Stop> {
        self.pass(30, DAY)?;
        let scheduled_for = self.calendar.date_of(self.at).checked_add_days(Days::new(2));
        self.dependency(|petition, on, id| {
            let citizen_text = words("Ya está en la lista de trabajos de la semana.");
            let report = say("Se programó la cuadrilla.")?;
            petition.report_progress(on, id, Progress { report, citizen_text, scheduled_for })
        })
    }

    fn resolve(&mut self, outcome: Outcome) -> Result<(), Stop> {
        self.pass(60, 2 * DAY)?;
        self.show(outcome)?;
        let report = report_of(outcome, self.matter.done);
        self.dependency(|petition, on, id| {
            petition.resolve(on, id, Resolving { report: say(report)?, outcome, infeasibility: infeasible(outcome) })
        })
    }

    fn answer(&mut self, outcome: Outcome) -> Result<(), Stop> {
        let written = self.change.petition.in_writing;
        let number = self.chance.between(1, 4_000);
        let calendar = self.calendar;
        self.follower(|petition, on| {
            let date = calendar.date_of(on.now);
            let number = format!("DGATC/{number:04}/{}", date.year());
            let done = petition.current().find(|share| share.resolution.is_some()).map(|share| share.id);
            let adopts = done.filter(|_| outcome == Outcome::Attended);
            let text = if adopts.is_some() { None } else { words(answer_of(outcome)) };
            let document = words(&number).filter(|_| written).map(|number| (number, date));
            petition.answer(on, Answering { adopts, document, ..answering(outcome, text) })
        })
    }

    /// Tells, or tries to, on another day than before.
    fn notify(&mut self, result: ContactResult) -> Result<(), Stop> {
        self.pass(DAY, DAY + 120)?;
        let (actor, telling) = (self.teller.clone(), telling(self.medium, result));
        self.act(&actor, None, |petition, on| petition.notify(on, telling))
    }
}

fn last_question(petition: &Petition) -> Result<Id<Question>, Refusal> {
    petition.questions.last().map(|question| question.id).ok_or_else(|| Code::QuestionUnknown.into())
}

#[cfg(test)]
mod tests {
    use domain::catalogue::torreon;
    use domain::folio::Series;

    use super::super::plot::PLOTS;
    use super::*;

    pub(super) const FOLIO: Folio = Folio { series: Series::Registered, year: 2026, number: 1 };

    pub(super) fn office() -> Office {
        Office::of(torreon(), Vec::new(), &Calendar::torreon())
    }

    pub(super) fn end() -> Instant {
        "2026-06-30T18:00:00Z".parse().unwrap()
    }

    #[test]
    fn every_plot_leads_where_it_should_whatever_chance_does() {
        let (office, end) = (office(), end());
        for (at, plot) in PLOTS.iter().enumerate() {
            for seed in 0..25 {
                let begins = end - TimeDelta::days(plot.days_ago.1.min(90));
                let plan = Plan { plot: *plot, begins, seed, files: Vec::new() };
                let (change, details) = tell(&office, &plan, FOLIO, end).unwrap();
                let reached = (change.petition.state(), change.petition.round.closing);
                assert_eq!(reached, plot.ends, "plot {at}, seed {seed}");
                assert_eq!(details.petitioners.len(), change.petition.petitioners.len());
                assert!(change.petition.updated_at <= end);
            }
        }
    }

    #[test]
    fn the_youngest_of_every_plot_has_had_the_time_it_takes() {
        let (office, end) = (office(), end());
        for (at, plot) in PLOTS.iter().enumerate() {
            let begins = end - TimeDelta::days(plot.days_ago.0);
            for seed in 0..25 {
                let plan = Plan { plot: *plot, begins, seed, files: Vec::new() };
                let (change, _) = tell(&office, &plan, FOLIO, end).unwrap();
                assert_eq!(change.petition.state(), plot.ends.0, "plot {at}, seed {seed}");
            }
        }
    }

    #[test]
    fn the_same_seed_tells_the_same_tale_to_the_byte() {
        let (office, end) = (office(), end());
        let tale = |seed| {
            let plan = Plan { plot: PLOTS[19], begins: end - TimeDelta::days(50), seed, files: Vec::new() };
            tell(&office, &plan, FOLIO, end).unwrap().0
        };
        assert_eq!(tale(4), tale(4));
        assert_ne!(tale(4).petition.head, tale(5).petition.head);
    }
}
