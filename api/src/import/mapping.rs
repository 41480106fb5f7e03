//! The mapping: how the columns and words of somebody else's file are said here. A TOML file that ships
//! with the project or that a city writes for its own history.
//!
//! Says nothing about single rows (that is [`super::row`]). Codes are checked against the catalogue before
//! the first row is read.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use domain::catalogue::Catalogue;
use serde::Deserialize;

use super::fault::Fault;
use super::rows::unknown_encoding;
use crate::http::json;

/// How to read a file of service requests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Code of the source: with the row's number it says what is here already.
    pub source: String,
    /// Encoding of the file, by its WHATWG label; UTF-8 when absent.
    #[serde(default = "utf8")]
    pub encoding: String,
    /// What stands between two columns.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// Which column holds what.
    pub columns: Columns,
    /// How dates are written, and in which time zone.
    pub dates: Dates,
    /// Which statuses are open and which are closed.
    pub statuses: Statuses,
    /// What to do with rows that lack something.
    #[serde(default)]
    pub missing: Missing,
    /// Addresses that mean that there is none.
    #[serde(default)]
    pub no_address: Vec<String>,
    /// Where the city is; without it, coordinates are taken as they are.
    pub territory: Option<Territory>,
    /// Codes of our channels by the file's words.
    #[serde(default)]
    pub channels: Words,
    /// Codes of our categories by the file's words, from the category columns, joined by ` / `: the most
    /// detailed that is there counts.
    #[serde(default)]
    pub categories: Words,
    /// Codes of our dependencies by the file's agencies; `none` is not routed.
    #[serde(default)]
    pub dependencies: Words,
    /// Codes of our neighbourhoods by the file's; those that are not here are known by their names.
    #[serde(default)]
    pub neighbourhoods: Words,
}

/// The names of the columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The number by which the source knows it.
    pub id: String,
    /// When it was opened.
    pub created: String,
    /// When it last changed.
    pub updated: Option<String>,
    /// When it was closed.
    pub closed: Option<String>,
    /// Whether it is open or closed.
    pub status: String,
    /// What the source noted last.
    pub note: Option<String>,
    /// How it came in.
    pub channel: Option<String>,
    /// What it is about, from coarse to fine.
    #[serde(default)]
    pub category: Vec<String>,
    /// Who attends it.
    pub agency: Option<String>,
    /// The citizen's words.
    pub text: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The neighbourhood.
    pub neighbourhood: Option<String>,
    /// The neighbourhood's code in our catalogue.
    pub neighbourhood_code: Option<String>,
    /// The street that crosses.
    pub crossing: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// Degrees north.
    pub latitude: Option<String>,
    /// Degrees east.
    pub longitude: Option<String>,
}

/// How dates are written (in the notation of `strftime`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// The zone whose wall clock the file shows, by its IANA name.
    #[serde(deserialize_with = "zone")]
    pub time_zone: Tz,
    /// Forms with a time of day; with `%z` the file's own offset counts instead of the zone.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Forms of a day alone.
    #[serde(default)]
    pub day_formats: Vec<String>,
}

/// The file's words for open and closed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statuses {
    /// Still open.
    pub open: Vec<String>,
    /// Closed.
    pub closed: Vec<String>,
}

/// What to do with a row that lacks something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Take it in without.
    #[default]
    Keep,
    /// Refuse it.
    Refuse,
}

/// What may be missing.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Missing {
    /// The citizen's words.
    pub text: Lack,
    /// Address, neighbourhood and coordinates.
    pub place: Lack,
}

/// A box of coordinates, WGS 84 degrees.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Territory {
    /// Its south edge.
    pub south: f64,
    /// Its west edge.
    pub west: f64,
    /// Its north edge.
    pub north: f64,
    /// Its east edge.
    pub east: f64,
    /// What to do with a row outside: `drop` its coordinates or `refuse` it.
    #[serde(default)]
    pub outside: Outside,
}

/// What to do with a row outside the territory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// Its coordinates are left out.
    #[default]
    Drop,
    /// It is refused.
    Refuse,
}

impl Territory {
    /// Whether a place lies inside.
    #[must_use]
    pub fn holds(&self, latitude: f64, longitude: f64) -> bool {
        (self.south..=self.north).contains(&latitude) && (self.west..=self.east).contains(&longitude)
    }
}

/// Our codes by the file's words. A word that ends in `*` stands for all that begin like it (the longest
/// counts), `*` alone for all the rest.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
pub struct Words {
    exact: BTreeMap<String, String>,
    beginnings: Vec<(String, String)>,
}

impl From<BTreeMap<String, String>> for Words {
    fn from(words: BTreeMap<String, String>) -> Self {
        let mut exact = BTreeMap::new();
        let mut beginnings = Vec::new();
        for (word, code) in words {
            match word.strip_suffix('*') {
                Some(beginning) => beginnings.push((beginning.to_owned(), code)),
                None => drop(exact.insert(plain(&word), code)),
            }
        }
        beginnings.sort_by_key(|(beginning, _)| std::cmp::Reverse(beginning.len()));
        Self { exact, beginnings }
    }
}

impl Words {
    /// The code of a word, white space made plain; none where the mapping does not know it.
    #[must_use]
    pub fn code(&self, word: &str) -> Option<&str> {
        let begins = || self.beginnings.iter().find(|(beginning, _)| word.starts_with(beginning)).map(|(_, code)| code);
        self.exact.get(word).or_else(begins).map(String::as_str)
    }

    /// The code of a word that is there exactly.
    #[must_use]
    pub fn exactly(&self, word: &str) -> Option<&str> {
        self.exact.get(word).map(String::as_str)
    }

    /// The words as a mapping has them, and the code of each.
    fn pairs(&self) -> impl Iterator<Item = (String, &str)> {
        let exact = self.exact.iter().map(|(word, code)| (word.clone(), code.as_str()));
        exact.chain(self.beginnings.iter().map(|(beginning, code)| (format!("{beginning}*"), code.as_str())))
    }
}

/// A word without white space around it and with single spaces in it.
#[must_use]
pub fn plain(word: &str) -> String {
    word.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an agency is mapped to when nobody gets it.
pub const NOT_ROUTED: &str = "none";

fn utf8() -> String {
    "utf-8".to_owned()
}

fn zone<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(|_| serde::de::Error::custom(format!("{name} {NO_ZONE}")))
}

const fn comma() -> char {
    ','
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(toml: &str) -> Result<Self, Fault> {
        let document = toml::Deserializer::parse(toml).map_err(|error| misspelt(toml, &error))?;
        let mapping: Self = serde_path_to_error::deserialize(document).map_err(|error| {
            let said = error.inner().message().to_owned();
            let mut blamed = json::blamed(error.path(), &said);
            if said.ends_with(NO_ZONE) {
                blamed.code = "time_zone_unknown".into();
            }
            blamed.pointer.insert_str(0, "/mapping");
            Fault::of(blamed, error.into_inner().to_string())
        })?;
        mapping.sound()?;
        Ok(mapping)
    }

    fn sound(&self) -> Result<(), Fault> {
        let wrong = |at: &str, code, said: &str| Err(Fault::new(format!("/mapping/{at}"), code, said));
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.source.is_empty() || self.source.len() > 40 || !self.source.chars().all(letter) {
            return wrong("source", "source_malformed", "source: 1 to 40 lower-case letters, digits and _");
        }
        if encoding_rs::Encoding::for_label(self.encoding.as_bytes()).is_none() {
            return Err(unknown_encoding(&self.encoding));
        }
        if !self.delimiter.is_ascii() || self.delimiter == '"' {
            return wrong("delimiter", "delimiter_malformed", "delimiter: one ASCII character");
        }
        let Dates { time_zone: _, formats, day_formats } = &self.dates;
        if formats.is_empty() && day_formats.is_empty() {
            return wrong("dates/formats", "required", "dates: at least one of formats and day_formats");
        }
        for (list, forms) in [("formats", formats), ("day_formats", day_formats)] {
            for (at, form) in forms.iter().enumerate() {
                let unknown = |item: chrono::format::Item<'_>| matches!(item, chrono::format::Item::Error);
                if chrono::format::StrftimeItems::new(form).any(unknown) {
                    let said = format!("dates: {form} is no form of a date");
                    return wrong(&format!("dates/{list}/{at}"), "date_form_malformed", &said);
                }
            }
        }
        if let Some(Territory { south, west, north, east, outside: _ }) = self.territory {
            let within = |edge: f64, most: f64| (-most..=most).contains(&edge);
            if !(within(south, 90.0) && within(north, 90.0) && within(west, 180.0) && within(east, 180.0)) {
                let said = "territory: degrees of WGS 84, north and south to 90, east and west to 180";
                return wrong("territory", "territory_malformed", said);
            }
            if south >= north || west >= east {
                let said = "territory: south lies below north, west before east";
                return wrong("territory", "territory_reversed", said);
            }
        }
        Ok(())
    }

    /// Refuses codes that the catalogue does not have.
    ///
    /// # Errors
    /// The first such code.
    pub fn check(&self, catalogue: &Catalogue) -> Result<(), Fault> {
        let channel = |code: &str| catalogue.channels.iter().any(|row| row.code == code);
        let category = |code: &str| catalogue.categories.iter().any(|row| row.code == code);
        let dependency = |code: &str| code == NOT_ROUTED || catalogue.dependencies.iter().any(|row| row.code == code);
        let neighbourhood = |code: &str| catalogue.neighbourhoods.iter().any(|row| row.code == code);
        listed("channels", &self.channels, channel)?;
        listed("categories", &self.categories, category)?;
        listed("dependencies", &self.dependencies, dependency)?;
        listed("neighbourhoods", &self.neighbourhoods, neighbourhood)
    }
}

/// What serde says of a zone that is none.
const NO_ZONE: &str = "is no time zone of the IANA database";

/// Whether a catalogue has all the codes that words stand for.
fn listed(catalogue: &'static str, words: &Words, known: impl Fn(&str) -> bool) -> Result<(), Fault> {
    let Some((word, code)) = words.pairs().find(|(_, code)| !known(code)) else { return Ok(()) };
    let at = format!("/mapping/{catalogue}/{}", json::escaped(&word));
    let said = format!("{catalogue}: there is no {code} in the catalogue");
    Err(Fault::new(at, "not_listed", said).with("place", format!("/v1/{catalogue}")))
}

/// Where it stops being TOML.
fn misspelt(toml: &str, error: &toml::de::Error) -> Fault {
    let before = error.span().and_then(|span| toml.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let fault = Fault::new("/mapping", "syntax", error.to_string());
    fault.with("line", line.to_string()).with("column", column.to_string())
}

#[cfg(test)]
mod tests;
