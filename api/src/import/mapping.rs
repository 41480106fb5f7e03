//! The mapping: how the columns and words of somebody else's file are said here. A TOML file that ships
//! with the project or that a city writes for its own history.
//!
//! Says nothing about single rows (that is [`super::row`]). Codes are checked against the catalogue before
//! the first row is read.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use domain::catalogue::Catalogue;
use serde::Deserialize;

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

    fn codes(&self) -> impl Iterator<Item = &str> {
        self.exact.values().chain(self.beginnings.iter().map(|(_, code)| code)).map(String::as_str)
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
    name.parse().map_err(|_| serde::de::Error::custom(format!("{name} is no time zone of the IANA database")))
}

const fn comma() -> char {
    ','
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// What is wrong, and where, for whoever wrote it.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if mapping.source.is_empty() || mapping.source.len() > 40 || !mapping.source.chars().all(sound) {
            return Err("source: 1 to 40 lower-case letters, digits and _".to_owned());
        }
        if !mapping.delimiter.is_ascii() || mapping.delimiter == '"' {
            return Err("delimiter: one ASCII character".to_owned());
        }
        if mapping.dates.formats.is_empty() && mapping.dates.day_formats.is_empty() {
            return Err("dates: at least one of formats and day_formats".to_owned());
        }
        for form in mapping.dates.formats.iter().chain(&mapping.dates.day_formats) {
            let unknown = |item: chrono::format::Item<'_>| matches!(item, chrono::format::Item::Error);
            if chrono::format::StrftimeItems::new(form).any(unknown) {
                return Err(format!("dates: {form} is no form of a date"));
            }
        }
        if let Some(Territory { south, west, north, east, outside: _ }) = mapping.territory {
            let within = |edge: f64, most: f64| (-most..=most).contains(&edge);
            if !(within(south, 90.0) && within(north, 90.0) && within(west, 180.0) && within(east, 180.0)) {
                return Err("territory: degrees of WGS 84, north and south to 90, east and west to 180".to_owned());
            }
            if south >= north || west >= east {
                return Err("territory: south lies below north, west before east".to_owned());
            }
        }
        Ok(mapping)
    }

    /// Refuses codes that the catalogue does not have.
    ///
    /// # Errors
    /// The first such code.
    pub fn check(&self, catalogue: &Catalogue) -> Result<(), String> {
        let unknown = |what: &str, code: &str| Err(format!("{what}: there is no {code} in the catalogue"));
        if let Some(code) = self.channels.codes().find(|code| !catalogue.channels.iter().any(|row| row.code == **code))
        {
            return unknown("channels", code);
        }
        if let Some(code) =
            self.categories.codes().find(|code| !catalogue.categories.iter().any(|row| row.code == **code))
        {
            return unknown("categories", code);
        }
        let missing = |code: &&str| *code != NOT_ROUTED && !catalogue.dependencies.iter().any(|row| row.code == **code);
        if let Some(code) = self.dependencies.codes().find(missing) {
            return unknown("dependencies", code);
        }
        let missing = |code: &&str| !catalogue.neighbourhoods.iter().any(|row| row.code == **code);
        if let Some(code) = self.neighbourhoods.codes().find(missing) {
            return unknown("neighbourhoods", code);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#"
        source = "prueba"
        [columns]
        id = "id"
        created = "abierto"
        status = "estado"
        [dates]
        time_zone = "America/Monterrey"
        day_formats = ["%d/%m/%Y"]
        [statuses]
        open = ["abierto"]
        closed = ["cerrado"]
    "#;

    #[test]
    fn little_is_needed_and_nothing_unknown_is_passed_over() {
        let mapping = Mapping::parse(LEAST).unwrap();
        assert_eq!((mapping.encoding.as_str(), mapping.delimiter), ("utf-8", ','));
        assert!(Mapping::parse(&LEAST.replace("status =", "state =")).unwrap_err().contains("state"));
        assert!(Mapping::parse(&LEAST.replace("America/Monterrey", "America/Torreon")).is_err());
        assert!(Mapping::parse(&LEAST.replace("%d/%m/%Y", "%Q")).unwrap_err().contains("%Q"));
        assert!(Mapping::parse(&LEAST.replace("\"prueba\"", "\"Otra Cosa\"")).unwrap_err().contains("source"));
    }

    #[test]
    fn the_exact_word_counts_before_its_beginning_and_the_longest_beginning_before_the_rest() {
        let pairs = [("DPW*", "a"), ("DPW - B*", "b"), ("DPW Ops", "c"), ("*", "d")];
        let words = Words::from(BTreeMap::from(pairs.map(|(word, code)| (word.to_owned(), code.to_owned()))));
        assert_eq!(
            ["DPW Ops", "DPW - Bureau", "DPW", "PUC"].map(|word| words.code(word)),
            [Some("c"), Some("b"), Some("a"), Some("d")]
        );
        assert_eq!(Words::default().code("PUC"), None);
    }

    #[test]
    fn every_mapping_that_ships_names_codes_of_the_catalogue() {
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../mappings");
        let mut seen = 0;
        for file in std::fs::read_dir(shipped).unwrap() {
            let path = file.unwrap().path();
            let mapping = Mapping::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
            mapping.check(&domain::catalogue::torreon()).unwrap();
            assert_eq!(Some(mapping.source.as_str()), path.file_stem().and_then(|stem| stem.to_str()));
            seen += 1;
        }
        assert!(seen >= 2);
    }

    #[test]
    fn a_code_that_the_catalogue_lacks_is_named() {
        let wrong = format!("{LEAST}\n[channels]\nTel = \"telegraph\"");
        let refused = Mapping::parse(&wrong).unwrap().check(&domain::catalogue::torreon()).unwrap_err();
        assert!(refused.contains("telegraph"), "{refused}");
        let wrong = format!("{LEAST}\n[neighbourhoods]\n\"[551]\" = \"atlantis\"");
        let refused = Mapping::parse(&wrong).unwrap().check(&domain::catalogue::torreon()).unwrap_err();
        assert!(refused.contains("atlantis"), "{refused}");
    }

    #[test]
    fn a_territory_that_holds_nothing_is_refused() {
        let parse = |edges: [f64; 4]| {
            let [south, west, north, east] = edges;
            let edges = format!("south = {south:?}\nwest = {west:?}\nnorth = {north:?}\neast = {east:?}");
            Mapping::parse(&format!("{LEAST}\n[territory]\n{edges}")).map(drop)
        };
        assert_eq!(parse([24.9, -103.7, 25.8, -102.9]), Ok(()));
        for wrong in [
            [25.8, -103.7, 24.9, -102.9],
            [24.9, -102.9, 25.8, -103.7],
            [24.9, -103.7, 24.9, -102.9],
            [-103.7, 24.9, -102.9, 25.8],
            [24.9, -103.7, 90.5, -102.9],
        ] {
            assert!(parse(wrong).unwrap_err().starts_with("territory: "), "{wrong:?}");
        }
    }

    #[test]
    fn a_place_on_the_edge_is_inside() {
        let torreon = Territory { south: 24.9, west: -103.7, north: 25.8, east: -102.9, outside: Outside::Drop };
        assert!(torreon.holds(25.5, -103.4) && torreon.holds(24.9, -103.7));
        assert!(!torreon.holds(25.5, -102.8) && !torreon.holds(f64::NAN, -103.4));
    }
}
