//! What a city sets for itself: its dependencies and their units, the tree of categories, the channels, the
//! neighbourhoods, the programmes, the authorities to which it sends people; and the set that ships for Torreón.
//!
//! Owns the shape of the rows and the questions that the tree answers. The rows in force live in the database: rules take them from there, never from the shipped
//! set, which only seeds an empty one. Who may change them is not decided here.

use chrono::NaiveDate;
use serde::Deserialize;

mod areas;
mod cells;
mod channel_type;
mod contact_rule;
mod edit;
mod entries;
mod field;
mod further;
mod neighbourhoods;
mod requirement;
mod template;
mod torreon;

pub use areas::{Area, AreaFault, Areas};
pub use cells::{Cells, Rule, Wrong, Wrongs};
pub use channel_type::ChannelType;
pub use contact_rule::ContactRule;
pub use edit::{Merged, merge};
pub use entries::{CatalogueName, Entry};
pub use field::{Choice, FormField, MOST_CHOICES, MOST_FIELDS};
pub use further::{Authority, AuthorityLevel, Neighbourhood, Procedure, Programme, folded};
pub use neighbourhoods::Neighbourhoods;
pub use requirement::{Handling, MOST_REQUIREMENTS, Requirement};
pub use template::Template;
pub use torreon::torreon;

/// The dependency to which alone goes what is against a public servant
/// (Reglamento de Participación Ciudadana, arts. 64 and 66).
pub const COMPTROLLER: &str = "comptroller";

/// The category of complaints against public servants; those below it are so too.
pub const AGAINST_PUBLIC_SERVANT: &str = "complaint_against_public_servant";

/// The category of what nobody has classified yet.
pub const UNCLASSIFIED: &str = "unclassified";

/// The channel of what came in nobody knows how (imported history).
pub const UNKNOWN_CHANNEL: &str = "unknown";

/// A municipal department or body that attends petitions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Dependency {
    /// Stable code, never reused.
    pub code: String,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// What the city calls it for short.
    pub abbreviation: Option<String>,
    /// Code of the dependency that took over when this one ended.
    #[serde(default)]
    pub successor: Option<String>,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

/// A part of a dependency to which it may delegate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Unit {
    /// Code of the dependency.
    pub dependency: String,
    /// Stable code, never reused, unique over all dependencies.
    pub code: String,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

/// What a petition is about: a node of the tree. Inner nodes may be used too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Category {
    /// Stable code, never reused.
    pub code: String,
    /// Code of the category above; `None` at the top.
    pub parent: Option<String>,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// Code of the usual kind of such a petition.
    pub kind: String,
    /// Code of the dependency that attends it by default; `None`: the router decides.
    pub dependency: Option<String>,
    /// Code of that dependency's unit.
    pub unit: Option<String>,
    /// What the liaison sees of the citizen's contact.
    pub contact: ContactRule,
    /// Whether a dependency shows its work before it says that it is done.
    pub evidence_required: bool,
    /// What whoever takes it in says and asks, Spanish.
    #[serde(default)]
    pub script_es: Option<String>,
    /// What whoever takes it in says and asks, English.
    #[serde(default)]
    pub script_en: Option<String>,
    /// When the caller is to hang up and dial 911, Spanish.
    #[serde(default)]
    pub emergency_es: Option<String>,
    /// When the caller is to hang up and dial 911, English.
    #[serde(default)]
    pub emergency_en: Option<String>,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

/// One way in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Channel {
    /// Stable code, never reused.
    pub code: String,
    /// What the rules know it by.
    #[serde(rename = "type")]
    pub channel_type: ChannelType,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// Code of the position that sees its petitions to the end.
    pub followed_by: String,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

/// Whether a row with these dates is in force on a day of the city; both ends count as in force.
#[must_use]
pub fn in_force(valid_from: Option<NaiveDate>, valid_until: Option<NaiveDate>, on: NaiveDate) -> bool {
    valid_from.is_none_or(|from| from <= on) && valid_until.is_none_or(|until| on <= until)
}

/// The categories from the given one up to the top of its tree, itself first; empty for an unknown code.
#[must_use]
pub fn lineage<'a>(categories: &'a [Category], code: &str) -> Vec<&'a Category> {
    let find = |code: &str| categories.iter().find(|category| category.code == code);
    let mut line: Vec<&Category> = Vec::new();
    let mut next = find(code);
    // Rows are edited by people: a circle in the tree ends the line instead of the process.
    while let Some(category) = next.filter(|category| !line.contains(category)) {
        line.push(category);
        next = category.parent.as_deref().and_then(find);
    }
    line
}

/// All that a city sets for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// Departments and bodies.
    pub dependencies: Vec<Dependency>,
    /// Their parts.
    pub units: Vec<Unit>,
    /// The tree, parents before children.
    pub categories: Vec<Category>,
    /// Ways in.
    pub channels: Vec<Channel>,
    /// Where people live.
    pub neighbourhoods: Vec<Neighbourhood>,
    /// The programmes with which the city attends.
    pub programmes: Vec<Programme>,
    /// Whose business it is when it is not the city's.
    pub authorities: Vec<Authority>,
    /// What one does there.
    pub procedures: Vec<Procedure>,
    /// Words for the citizen, with fields.
    pub templates: Vec<Template>,
    /// What categories ask for.
    pub fields: Vec<FormField>,
    /// What has to be brought for them.
    pub requirements: Vec<Requirement>,
}

impl Catalogue {
    /// Who is there on a day for a dependency: itself, or whoever took its place since; nobody before it begins.
    #[must_use]
    pub fn present(&self, code: &str, on: NaiveDate) -> Option<&Dependency> {
        let find = |code: &str| self.dependencies.iter().find(|one| one.code == code);
        let mut passed: Vec<&str> = Vec::new();
        let mut at = find(code)?;
        while at.valid_until.is_some_and(|last| last < on) {
            // A ring among edited rows would have no end.
            if passed.contains(&at.code.as_str()) {
                return None;
            }
            passed.push(&at.code);
            at = find(at.successor.as_deref()?)?;
        }
        in_force(at.valid_from, at.valid_until, on).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_ended_is_followed_to_whoever_is_there_and_a_ring_ends_nowhere() {
        let mut city = torreon();
        let day = |d| NaiveDate::from_ymd_opt(2026, 5, d).unwrap();
        let mut end = |code: &str, until, next: &str| {
            let row = city.dependencies.iter_mut().find(|row| row.code == code).unwrap();
            (row.valid_until, row.successor) = (Some(day(until)), Some(next.to_owned()));
            city.clone()
        };
        end("simas", 10, "public_works");
        let city_of_two = end("public_works", 20, "dif");
        let there = |d| city_of_two.present("simas", day(d)).map(|row| row.code.as_str());
        assert_eq!(
            [10, 11, 20, 21].map(there),
            [Some("simas"), Some("public_works"), Some("public_works"), Some("dif")]
        );
        let ring = end("dif", 20, "simas");
        assert_eq!(ring.present("simas", day(21)), None);
        assert_eq!(ring.present("atlantis", day(1)), None);
    }

    #[test]
    fn both_ends_of_a_validity_are_in_force_and_the_days_beside_them_are_not() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 5, d);
        let valid = |d| in_force(day(10), day(20), day(d).unwrap());
        assert_eq!([9, 10, 20, 21].map(valid), [false, true, true, false]);
        assert!(in_force(None, None, day(1).unwrap()));
    }

    #[test]
    fn a_circle_among_edited_categories_ends_the_line() {
        let mut categories = torreon().categories;
        for category in &mut categories {
            if category.code == "water" {
                category.parent = Some("water_leak".to_owned());
            }
        }
        let codes: Vec<&str> = lineage(&categories, "water_leak").iter().map(|row| row.code.as_str()).collect();
        assert_eq!(codes, ["water_leak", "water"]);
        assert!(lineage(&categories, "no_such_category").is_empty());
    }
}
