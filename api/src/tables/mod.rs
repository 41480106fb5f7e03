//! Catalogues as files: what people take home, edit and bring back, and what others publish.
//!
//! Owns how files are understood and what is told of a wrong one: every place by line and column. What must hold of a
//! row is `domain::catalogue::merge`'s to say. A file goes in whole or not at all.

pub mod areas;
mod census;
mod own;
mod postal;

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::catalogue::{
    Authority, Catalogue, CatalogueName, Category, Cells, Channel, Dependency, FormField, Neighbourhood, Procedure,
    Programme, Requirement, Template, Unit, Wrong, folded, merge,
};
use encoding_rs::{Encoding, WINDOWS_1252};
use persistence::Tx;
use persistence::catalogues::{self, Kept};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::problem::{FieldError, Kind, Problem};

/// The municipality's key by INEGI.
pub const TORREON: &str = "05035";

/// How many wrong places are told at once.
const TOLD: usize = 100;

/// The longest code that is made of a name, so that a number fits behind it.
const LONGEST_CODE: usize = 50;

/// What sort of file it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The catalogue's own table, as it is read here.
    #[default]
    Table,
    /// A count of the people in each neighbourhood: a column `colonia`, a column `poblacion…` that ends with the year.
    Census,
    /// The post's official file of postal codes, `CPdescarga.txt`.
    PostalCodes,
    /// Where neighbourhoods lie: GeoJSON with a polygon for each.
    Areas,
}

/// What a file is to become.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Which catalogue.
    pub catalogue: CatalogueName,
    /// What sort of file it is.
    pub source: Source,
    /// Of which municipality, where the file has several.
    pub municipality: String,
    /// In which encoding, where that is said.
    pub encoding: Option<&'static Encoding>,
    /// Today, in the city.
    pub today: NaiveDate,
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Entries that were not there.
    pub added: usize,
    /// Entries that are not as they were.
    pub changed: usize,
    /// Entries that were so already.
    pub unchanged: usize,
    /// Codes of entries that the file may mean, and nobody can tell: they stay as they are.
    pub ambiguous: Vec<String>,
    /// The catalogues afterwards.
    pub city: Catalogue,
}

/// A line of a file and what it gives.
#[derive(Clone, Debug)]
struct Line {
    /// The line on which it begins, from 1.
    number: u64,
    cells: Cells,
}

/// What a file gives.
#[derive(Debug, Default)]
struct Sheet {
    lines: Vec<Line>,
    /// How the file calls a column of ours.
    named: Vec<(&'static str, String)>,
    ambiguous: Vec<String>,
}

/// One place that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// The line, from 1.
    line: u64,
    /// The column, as the file calls it; empty for the whole line.
    column: String,
    code: &'static str,
    facts: Vec<(&'static str, String)>,
}

impl Fault {
    fn new(line: u64, column: impl Into<String>, code: &'static str) -> Self {
        Self { line, column: column.into(), code, facts: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }
}

/// The table of a catalogue: every entry, valid or not.
#[must_use]
pub fn table(city: &Catalogue, name: CatalogueName) -> String {
    match name {
        CatalogueName::Dependencies => own::write(&city.dependencies),
        CatalogueName::Units => own::write(&city.units),
        CatalogueName::Categories => own::write(&city.categories),
        CatalogueName::Channels => own::write(&city.channels),
        CatalogueName::Neighbourhoods => own::write(&city.neighbourhoods),
        CatalogueName::Programmes => own::write(&city.programmes),
        CatalogueName::Authorities => own::write(&city.authorities),
        CatalogueName::Procedures => own::write(&city.procedures),
        CatalogueName::Templates => own::write(&city.templates),
        CatalogueName::Fields => own::write(&city.fields),
        CatalogueName::Requirements => own::write(&city.requirements),
    }
}

/// Puts a file in: all of it, or nothing. Nothing is taken out of the catalogue. Without `keep` it is only looked at.
///
/// # Errors
/// `invalid_body` (422) with every place that is wrong; the database's.
pub fn put_in(tx: &mut Tx, city: &Catalogue, asked: &Asked, bytes: &[u8], keep: bool) -> Result<Taken, Problem> {
    if asked.source != Source::Table && asked.catalogue != CatalogueName::Neighbourhoods {
        return Err(Problem::parameter("source", "only_neighbourhoods"));
    }
    if asked.source == Source::Areas {
        return areas::put_in(tx, city, asked.today, bytes, keep);
    }
    let text = decoded(asked, bytes).map_err(|fault| refused(vec![fault]))?;
    let work = (city, text.as_str());
    match asked.catalogue {
        CatalogueName::Dependencies => entries::<Dependency>(tx, work, keep),
        CatalogueName::Units => entries::<Unit>(tx, work, keep),
        CatalogueName::Categories => entries::<Category>(tx, work, keep),
        CatalogueName::Channels => entries::<Channel>(tx, work, keep),
        CatalogueName::Programmes => entries::<Programme>(tx, work, keep),
        CatalogueName::Authorities => entries::<Authority>(tx, work, keep),
        CatalogueName::Procedures => entries::<Procedure>(tx, work, keep),
        CatalogueName::Templates => entries::<Template>(tx, work, keep),
        CatalogueName::Fields => entries::<FormField>(tx, work, keep),
        CatalogueName::Requirements => entries::<Requirement>(tx, work, keep),
        CatalogueName::Neighbourhoods => {
            let sheet = match asked.source {
                Source::Table | Source::Areas => own::read::<Neighbourhood>(&text),
                Source::Census => census::read(&text, city, asked.today),
                Source::PostalCodes => postal::read(&text, city, &asked.municipality, asked.today),
            };
            merged::<Neighbourhood>(tx, city, sheet.map_err(refused)?, keep)
        }
    }
}

fn entries<E: Kept>(tx: &mut Tx, (city, text): (&Catalogue, &str), keep: bool) -> Result<Taken, Problem> {
    merged::<E>(tx, city, own::read::<E>(text).map_err(refused)?, keep)
}

fn merged<E: Kept>(tx: &mut Tx, city: &Catalogue, sheet: Sheet, keep: bool) -> Result<Taken, Problem> {
    let Sheet { lines, named, ambiguous } = sheet;
    let (numbers, cells): (Vec<u64>, Vec<Cells>) = lines.into_iter().map(|line| (line.number, line.cells)).unzip();
    let fault = |wrong: Wrong| {
        let own = named.iter().find(|(column, _)| *column == wrong.column);
        let column = own.map_or_else(|| wrong.column.to_owned(), |(_, called)| called.clone());
        let line = numbers.get(wrong.row).copied().unwrap_or_default();
        Fault { line, column, code: wrong.rule.code(), facts: wrong.rule.facts() }
    };
    let merged = merge::<E>(city, &cells).map_err(|wrong| refused(wrong.into_iter().map(fault).collect()))?;
    if keep {
        catalogues::save(tx, &merged)?;
    }
    Ok(Taken {
        added: merged.added.len(),
        changed: merged.changed.len(),
        unchanged: merged.unchanged,
        ambiguous,
        city: merged.catalogue,
    })
}

/// The problem of a file: where it is wrong, as `/lines/14/name_es`.
fn refused(faults: Vec<Fault>) -> Problem {
    let more = faults.len().saturating_sub(TOLD);
    let blamed = faults.into_iter().take(TOLD).map(|fault| {
        let place = if fault.column.is_empty() { String::new() } else { format!("/{}", fault.column) };
        let error = FieldError::new(format!("/lines/{}{place}", fault.line), fault.code);
        fault.facts.into_iter().fold(error, |error, (name, value)| error.with(name, value))
    });
    let mut errors: Vec<FieldError> = blamed.collect();
    if more > 0 {
        errors.push(FieldError::new("/lines", "more_like_these").with("count", more.to_string()));
    }
    Problem::new(Kind::InvalidBody).blaming_all(errors)
}

/// The text of a file. The post writes Latin-1; a table says what it is, or is UTF-8.
fn decoded(asked: &Asked, bytes: &[u8]) -> Result<String, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let named = asked.encoding.or((asked.source == Source::PostalCodes).then_some(WINDOWS_1252));
    let unreadable = |upto: usize| {
        let line = bytes.iter().take(upto).filter(|byte| **byte == b'\n').count() as u64 + 1;
        Fault::new(line, "", "encoding")
    };
    match (std::str::from_utf8(bytes), named) {
        (Ok(text), _) => Ok(text.to_owned()),
        (Err(_), Some(encoding)) => encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(std::borrow::Cow::into_owned)
            .ok_or_else(|| unreadable(0)),
        (Err(error), None) => Err(unreadable(error.valid_up_to())),
    }
}

/// A code made of a name, other than those that are taken; it is taken from then on.
#[must_use]
pub fn code_of(name: &str, taken: &mut HashSet<String>) -> String {
    let plain: String = folded(name).replace(' ', "_").chars().filter(|letter| letter.is_ascii()).collect();
    let begins = if plain.starts_with(|first: char| first.is_ascii_lowercase()) { "" } else { "n_" };
    let stem: String = format!("{begins}{plain}").chars().take(LONGEST_CODE).collect();
    let stem = stem.trim_end_matches('_').to_owned();
    let mut code = stem.clone();
    let mut number = 1;
    while !taken.insert(code.clone()) {
        number += 1;
        code = format!("{stem}_{number}");
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(source: Source, encoding: Option<&'static Encoding>) -> Asked {
        Asked {
            catalogue: CatalogueName::Neighbourhoods,
            source,
            municipality: TORREON.to_owned(),
            encoding,
            today: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        }
    }

    #[test]
    fn a_table_is_utf_8_unless_it_says_otherwise_and_the_posts_file_is_latin_1() {
        let latin = b"code\nTorre\xf3n";
        let table = |encoding| decoded(&asked(Source::Table, encoding), latin);
        assert_eq!(table(None).unwrap_err(), Fault::new(2, "", "encoding"));
        assert_eq!(table(Some(WINDOWS_1252)).unwrap(), "code\nTorreón");
        assert_eq!(decoded(&asked(Source::PostalCodes, None), latin).unwrap(), "code\nTorreón");
        let resaved = "\u{feff}Torreón".as_bytes();
        assert_eq!(decoded(&asked(Source::PostalCodes, None), resaved).unwrap(), "Torreón");
    }

    #[test]
    fn a_code_follows_from_the_name_and_is_nobody_elses() {
        let mut taken = HashSet::from(["el_penon".to_owned()]);
        let mut made = |name: &str| code_of(name, &mut taken);
        assert_eq!(made("El Peñón"), "el_penon_2");
        assert_eq!(made("EL PEÑON"), "el_penon_3");
        assert_eq!(made("20 de Noviembre"), "n_20_de_noviembre");
        assert_eq!(made("Ω"), "n");
        assert_eq!(made(&"ancha ".repeat(30)).len(), LONGEST_CODE);
    }

    #[test]
    fn of_very_many_wrong_places_a_hundred_are_told_and_the_rest_counted() {
        let faults = (0..TOLD as u64 + 7).map(|line| Fault::new(line + 1, "code", "required")).collect();
        let problem = refused(faults);
        assert_eq!(problem.errors.len(), TOLD + 1);
        assert_eq!(problem.errors[99].pointer, "/lines/100/code");
        assert_eq!(problem.errors[TOLD].facts, [("count", "7".to_owned())]);
    }
}
