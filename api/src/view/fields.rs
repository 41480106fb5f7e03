//! What the fields of a template say of a petition, in one language and for one viewer: nothing that the viewer's own
//! view of the petition would not show, and no personal data.

use chrono::{Datelike, NaiveDate};
use domain::assignment::AssignmentState;
use domain::calendar::Calendar;
use domain::petition::{COMPTROLLER, Petition};
use domain::template::Field;
use domain::time::{Instant, Precision};

use super::material::{Material, Viewer};
use crate::http::label;
use crate::text::{Language, text};

/// The words of a field; none where the petition has nothing for it.
#[must_use]
pub fn words(field: Field, petition: &Petition, material: &Material, viewer: Viewer<'_>) -> String {
    let language = viewer.language;
    let calendar = &viewer.rules(petition).calendar;
    let visibility = viewer.actor.visibility();
    let day = |at: Instant| written(calendar.date_of(at), language);
    let maybe = |at: Option<Instant>| at.map(day).unwrap_or_default();
    match field {
        Field::Folio => petition.folio.to_string(),
        Field::Category => viewer.category(&petition.category),
        Field::Kind => label(language, petition.kind),
        Field::Channel => viewer.channel(&petition.channel),
        Field::Neighbourhood => material.place(petition).neighbourhood.unwrap_or_default(),
        Field::Dependency => {
            let mut names = Vec::new();
            for share in petition.current().filter(|share| had(share.state)) {
                let name = viewer.dependency(&share.dependency);
                // That Contraloría has it is nobody else's business.
                if (visibility.sees_whole(share) || share.dependency != COMPTROLLER) && !names.contains(&name) {
                    names.push(name);
                }
            }
            joined(&names, language)
        }
        Field::State => label(language, petition.state()),
        Field::Outcome => {
            petition.round.answer.as_ref().map(|answer| label(language, answer.outcome)).unwrap_or_default()
        }
        Field::ReceivedDate => match petition.received_precision {
            Precision::Instant | Precision::Day => day(petition.received_at),
            Precision::Unknown => String::new(),
        },
        Field::DueDate => due(petition, viewer.now, calendar).map(day).unwrap_or_default(),
        Field::ReplyDate => {
            let asked = petition.open_questions().filter(|question| {
                let whose = question.assignment.and_then(|share| petition.assignment(share));
                visibility.is_all() || whose.is_some_and(|share| visibility.sees_whole(share))
            });
            maybe(asked.filter_map(|question| question.reply_due_at).min())
        }
        Field::ScheduledDate => {
            let planned = petition.open().filter(|share| visibility.sees_whole(share));
            let day = planned.filter_map(|share| share.scheduled_for).min();
            day.map(|day| written(day, language)).unwrap_or_default()
        }
        Field::Today => day(viewer.now),
    }
}

/// When the answer is due; none while a question to the citizen holds the term up, and once it is given.
fn due(petition: &Petition, now: Instant, calendar: &Calendar) -> Option<Instant> {
    let clock = petition.answer.as_ref().filter(|clock| clock.stopped_at.is_none())?;
    clock.reading(now, calendar).due_at
}

/// Whether a dependency has or had this share, and did not give it back.
const fn had(state: AssignmentState) -> bool {
    match state {
        AssignmentState::Pending | AssignmentState::Accepted | AssignmentState::Resolved => true,
        AssignmentState::Returned | AssignmentState::Cancelled => false,
    }
}

/// A day in words, as letters write it: 23 de noviembre de 2026.
#[must_use]
pub fn written(day: NaiveDate, language: Language) -> String {
    let month = text(language, &format!("month-{}", day.month()), &[]);
    let facts = [("day", day.day().to_string()), ("month", month), ("year", day.year().to_string())];
    text(language, "date-in-words", &facts)
}

/// Names one after the other, with the word before the last that the language has.
fn joined(names: &[String], language: Language) -> String {
    let Some((last, first)) = names.split_last() else { return String::new() };
    if first.is_empty() {
        return last.clone();
    }
    let and = match language {
        Language::English => "and",
        Language::Spanish => {
            // Before the sound of i stands e; hielo has none.
            let start: String = last.to_lowercase().replace('í', "i").chars().take(3).collect();
            if start.starts_with('i') || (start.starts_with("hi") && start != "hie") { "e" } else { "y" }
        }
    };
    format!("{} {and} {last}", first.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_letters_write_it() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        assert_eq!(written(day, Language::Spanish), "1 de septiembre de 2026");
        assert_eq!(written(day, Language::English), "1 September 2026");
    }

    #[test]
    fn names_are_joined_as_people_join_them() {
        let said =
            |names: &[&str], language| joined(&names.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>(), language);
        assert_eq!(said(&[], Language::Spanish), "");
        assert_eq!(said(&["Tránsito"], Language::Spanish), "Tránsito");
        assert_eq!(said(&["Tránsito", "SIMAS", "DIF"], Language::Spanish), "Tránsito, SIMAS y DIF");
        assert_eq!(said(&["Tránsito", "Instituto del Deporte"], Language::Spanish), "Tránsito e Instituto del Deporte");
        assert_eq!(said(&["Water", "Inspection"], Language::English), "Water and Inspection");
    }
}
