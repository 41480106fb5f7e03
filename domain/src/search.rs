//! A search in words: what `q` of a list asks for, and by what a petition is found.
//!
//! A petition is found by the citizen's text, the address, the neighbourhood and the folio: what everybody may read
//! who may see the petition at all, so that a search betrays nothing. Never by names, telephones or the office's own
//! notes. Where the terms are kept, and how they are looked up, is the database's business.

use std::collections::BTreeSet;

use crate::folio::{Folio, Series, compacted};
use crate::words;

/// The longest search, in characters.
pub const LONGEST: usize = 200;

/// The most words of a search.
pub const MOST_WORDS: usize = 16;

/// Digits that a fragment of a folio has at least.
const FRAGMENT: usize = 3;

/// Why something typed is no search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchError {
    /// Longer than [`LONGEST`] characters.
    TooLong,
    /// More than [`MOST_WORDS`] words.
    TooManyWords,
    /// Nothing but punctuation, articles and the like.
    NoWords,
}

/// What is searched for: every part must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The parts.
    pub parts: Vec<Part>,
}

/// One word of a search, or a fragment of a folio: any of its ways will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The ways in which it may be found.
    pub ways: Vec<Way>,
}

/// Terms that a petition must all have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The terms.
    pub terms: Vec<String>,
    /// What its folio must be besides: the terms alone do not say in which order digits stand.
    pub folio: Option<Fragment>,
}

/// Part of a folio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// Its beginning, written together: `AC20260012`.
    Begins(String),
    /// Digits somewhere in number and check digit: `1234`.
    Within(String),
}

impl Search {
    /// Reads a search: words in any form, case and with or without accents, or fragments of folios.
    ///
    /// # Errors
    /// Too long, too many words, or none.
    pub fn parse(typed: &str) -> Result<Self, SearchError> {
        if typed.chars().nth(LONGEST).is_some() {
            return Err(SearchError::TooLong);
        }
        // A folio is also typed with spaces: AC 2026 001234 7.
        let whole: String = compacted(typed).collect();
        if let Some(way) = with_series(&whole) {
            return Ok(Self { parts: vec![Part { ways: vec![way] }] });
        }
        let parts: Vec<Part> = typed.split_whitespace().flat_map(parts).collect();
        match parts.len() {
            0 => Err(SearchError::NoWords),
            1..=MOST_WORDS => Ok(Self { parts }),
            _ => Err(SearchError::TooManyWords),
        }
    }

    /// Every term that the search may look up, each once.
    #[must_use]
    pub fn terms(&self) -> BTreeSet<&str> {
        let ways = self.parts.iter().flat_map(|part| &part.ways);
        ways.flat_map(|way| &way.terms).map(String::as_str).collect()
    }

    /// Whether it finds a petition with these terms and this folio.
    #[must_use]
    pub fn finds(&self, terms: &BTreeSet<String>, folio: &str) -> bool {
        self.parts.iter().all(|part| {
            part.ways.iter().any(|way| {
                way.terms.iter().all(|term| terms.contains(term))
                    && way.folio.as_ref().is_none_or(|fragment| fragment.fits(folio))
            })
        })
    }
}

impl Fragment {
    /// Whether this folio, as it is written, has it.
    #[must_use]
    pub fn fits(&self, folio: &str) -> bool {
        let written: String = compacted(folio).collect();
        match self {
            Self::Begins(begin) => written.starts_with(begin.as_str()),
            Self::Within(digits) => written
                .trim_start_matches(char::is_alphabetic)
                .get(4..)
                .is_some_and(|number| number.contains(digits.as_str())),
        }
    }
}

/// By what a petition is found: the stems of its texts, and its folio's year and digits by threes.
#[must_use]
pub fn terms<'t>(folio: &Folio, texts: impl IntoIterator<Item = &'t str>) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    for text in texts {
        words::each(text, |word| all.extend(words::stems(word)));
    }
    let written: String = compacted(&folio.to_string()).collect();
    let digits = written.trim_start_matches(char::is_alphabetic);
    let (year, number) = digits.split_at(digits.len().min(4));
    all.insert(year_term(folio.series, year));
    all.extend(threes(number));
    all
}

// No word has this character.
fn year_term(series: Series, year: &str) -> String {
    format!("#{}{year}", series.code())
}

/// Every three digits that follow one another; digits only, so bytes are characters.
fn threes(digits: &str) -> impl Iterator<Item = String> {
    (0..digits.len().saturating_sub(FRAGMENT - 1)).map(|at| format!("#{}", &digits[at..at + FRAGMENT]))
}

/// A folio or the beginning of one, with its series and at least the year.
fn with_series(compact: &str) -> Option<Way> {
    Series::ALL.iter().find_map(|series| {
        let digits = compact.strip_prefix(series.code())?;
        (digits.len() >= 4 && is_digits(digits)).then(|| beginning(*series, digits))
    })
}

/// The beginning of a folio: year and, perhaps, digits of the number.
fn beginning(series: Series, digits: &str) -> Way {
    let (year, number) = digits.split_at(4);
    let terms = std::iter::once(year_term(series, year)).chain(threes(number)).collect();
    Way { terms, folio: Some(Fragment::Begins(format!("{}{digits}", series.code()))) }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands between two spaces: a fragment of a folio, or words.
fn parts(typed: &str) -> Vec<Part> {
    let compact: String = compacted(typed).collect();
    if let Some(way) = with_series(&compact) {
        return vec![Part { ways: vec![way] }];
    }
    let mut written = Vec::new();
    words::each(typed, |word| written.push(words::stems(word)));
    if is_digits(&compact) && compact.len() >= FRAGMENT {
        let mut ways = vec![Way { terms: written.into_iter().flatten().collect(), folio: None }];
        ways.push(Way { terms: threes(&compact).collect(), folio: Some(Fragment::Within(compact.clone())) });
        if compact.len() > 4 && matches!(&compact[..2], "19" | "20") {
            ways.extend(Series::ALL.iter().map(|series| beginning(*series, &compact)));
        }
        return vec![Part { ways }];
    }
    let any = |stems: Vec<String>| stems.into_iter().map(|stem| Way { terms: vec![stem], folio: None }).collect();
    written.into_iter().map(|stems| Part { ways: any(stems) }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FOLIO: Folio = Folio { series: Series::Registered, year: 2026, number: 1234 };

    fn found(search: &str, texts: &[&str]) -> bool {
        Search::parse(search).unwrap().finds(&terms(&FOLIO, texts.iter().copied()), &FOLIO.to_string())
    }

    #[test]
    fn every_word_must_be_found_in_any_form_and_place() {
        let texts = ["Hay baches enormes.", "Av. Juárez 1415", "Torreón Jardín"];
        for search in
            ["bache", "BACHE enorme", "juarez bache", "Torreon jardin", "el bache de la Juárez", "1415", "hay, baches!"]
        {
            assert!(found(search, &texts), "{search}");
        }
        for search in ["basura", "bache basura", "1416", "jua"] {
            assert!(!found(search, &texts), "{search}");
        }
        assert!(found("alumbrado publico", &["Falla el Alumbrado Público"]));
        assert!(found("ALUMBRADO PÚBLICO", &["falla el alumbrado publico"]));
    }

    #[test]
    fn a_folio_is_found_whole_and_by_its_fragments_however_they_are_typed() {
        let whole = FOLIO.to_string();
        let check = &whole[whole.len() - 1..];
        for search in [
            whole.clone(),
            whole.to_lowercase(),
            whole.replace('-', " "),
            whole.replace('-', ""),
            format!("1234-{check}"),
            format!("1234{check}"),
        ]
        .iter()
        .map(String::as_str)
        .chain([
            "1234",
            "001234",
            "0012",
            "234",
            "AC-2026-0012",
            "ac-2026",
            "AC 2026 0012",
            "AC-2026-0",
            "2026-0012",
            "2026-001234",
            "20260012",
        ]) {
            assert!(found(search, &[]), "{search}");
        }
        for search in [
            "1243",
            "12345678",
            "AC-2026-0013",
            "AC-2025",
            "H-2026",
            "AC-2026-1234",
            "2026-1234",
            "2025-0012",
            "00 1234",
            "2341",
            "12",
            "2026",
        ] {
            assert!(!found(search, &[]), "{search}");
        }
        assert!(found("1234 fuga", &["Hay una fuga"]));
        assert!(found("1234", &["Calle Hidalgo 1234"]));
    }

    #[test]
    fn what_is_no_search_is_refused_by_its_reason() {
        for (typed, why) in [
            ("a".repeat(10_000), SearchError::TooLong),
            ("bache ".repeat(30), SearchError::TooManyWords),
            ("x ".repeat(200), SearchError::TooLong),
            ("de la y el".to_owned(), SearchError::NoWords),
            ("¿...? --- !".to_owned(), SearchError::NoWords),
            ("   ".to_owned(), SearchError::NoWords),
        ] {
            assert_eq!(Search::parse(&typed), Err(why), "{typed:.40}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_search_or_refused(typed in ".{0,220}") {
            if let Ok(search) = Search::parse(&typed) {
                prop_assert!(search.parts.iter().all(|part| part.ways.iter().all(|way| !way.terms.is_empty())));
            }
        }

        #[test]
        fn three_digits_of_a_number_in_a_row_find_it(number in 1_i64..99_999_999, from in 0_usize..8, length in 3_usize..8) {
            let folio = Folio { series: Series::Historical, year: 2019, number };
            let written = folio.to_string();
            let digits: String = written[7..].chars().filter(char::is_ascii_digit).collect();
            if let Some(fragment) = digits.get(from..from + length) {
                let search = Search::parse(fragment).unwrap();
                prop_assert!(search.finds(&terms(&folio, []), &written), "{} in {}", fragment, written);
            }
        }
    }
}
