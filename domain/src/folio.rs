//! Folios: the number that a petition is known by, told over the telephone and typed by hand.
//!
//! Reads and writes them. Who gets which number is the store's business; that a petition exists
//! is the database's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Which run of numbers a folio is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// `AC`: registered here, gapless within a year.
    Registered,
    /// `H`: history brought in from another system.
    Historical,
}

impl Series {
    /// All of them, for catalogues and contracts.
    pub const ALL: &[Self] = &[Self::Registered, Self::Historical];

    /// The letters that a folio begins with.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Registered => "AC",
            Self::Historical => "H",
        }
    }

    /// Reads the letters, as rows hold them.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|series| series.code() == code)
    }
}

/// A folio: `AC-2026-001234-7`.
///
/// The number has six digits at least; the last digit checks year and number as they are written,
/// leading zeros included, by Damm's scheme, which finds every single wrong digit and every swap of
/// two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folio {
    /// The run of numbers.
    pub series: Series,
    /// The year of registration in the city's time zone, 1000 to 9999.
    pub year: i32,
    /// The number within series and year, from 1.
    pub number: i64,
}

/// Why something typed is not a folio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolioError {
    /// It has not the shape of one.
    Malformed,
    /// It has, and a digit is wrong or two are swapped: for year and number as typed the last
    /// digit would be another.
    CheckDigit {
        /// The digit that would fit.
        expected: u8,
    },
}

impl Folio {
    /// Reads a folio however it was typed: any case, with or without hyphens and spaces, with the
    /// dashes and full-width characters that other programs make of them.
    ///
    /// # Errors
    /// Tells a wrong check digit from what is no folio at all.
    pub fn parse(typed: &str) -> Result<Self, FolioError> {
        let (series, digits) = split(typed).ok_or(FolioError::Malformed)?;
        // Four of the year, six to eighteen of the number (so that it fits 63 bits), one check.
        if !(11..=23).contains(&digits.len()) {
            return Err(FolioError::Malformed);
        }
        let (body, check) = digits.split_at(digits.len() - 1);
        let (year, number) = body.split_at(4);
        let padded = number.len() > 6 && number.starts_with('0');
        let year: i32 = year.parse().map_err(|_| FolioError::Malformed)?;
        let value: i64 = number.parse().map_err(|_| FolioError::Malformed)?;
        if padded || value == 0 || year < 1000 {
            return Err(FolioError::Malformed);
        }
        let expected = damm(body);
        if check.parse() != Ok(expected) {
            return Err(FolioError::CheckDigit { expected });
        }
        Ok(Self { series, year, number: value })
    }
}

impl fmt::Display for Folio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { series, year, number } = self;
        let check = damm(&format!("{year:04}{number:06}"));
        write!(f, "{}-{year:04}-{number:06}-{check}", series.code())
    }
}

impl FromStr for Folio {
    type Err = FolioError;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        Self::parse(typed)
    }
}

impl Serialize for Folio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Folio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Self::parse(&typed).map_err(|_| de::Error::custom("not a folio"))
    }
}

/// Whether something in the place of an identifier is meant as a folio, perhaps a mistyped one.
/// No UUID is: it has more digits, or letters among them.
#[must_use]
pub fn looks_like_folio(typed: &str) -> bool {
    split(typed).is_some_and(|(_, digits)| (1..=23).contains(&digits.len()))
}

/// What was typed by hand, without white space and hyphens, in upper case and ASCII where it only
/// looked otherwise.
pub(crate) fn compacted(typed: &str) -> impl Iterator<Item = char> {
    typed
        .chars()
        .map(|c| match c {
            // Full-width forms lie at a fixed distance from ASCII.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xff01 + u32::from('!')).unwrap_or(c),
            _ => c,
        })
        .filter(|c| {
            !c.is_whitespace()
                && !matches!(
                    c,
                    '-' | '_' | '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{2010}'
                        ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}'
                )
        })
        .map(|c| c.to_ascii_uppercase())
}

/// Series and digits, if there is nothing else.
fn split(typed: &str) -> Option<(Series, String)> {
    // Longer than any folio with a separator at every place is none; and is not worth copying.
    if typed.len() > 200 {
        return None;
    }
    let compact: String = compacted(typed).collect();
    Series::ALL.iter().find_map(|series| {
        let digits = compact.strip_prefix(series.code())?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| (*series, digits.to_owned()))
    })
}

/// The totally anti-symmetric quasigroup of order ten of H. M. Damm's thesis (2004).
const QUASIGROUP: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The check digit of a row of digits; anything else in it is passed over.
fn damm(digits: &str) -> u8 {
    digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |interim, byte| QUASIGROUP[usize::from(interim)][usize::from(byte - b'0')])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SAMPLE: Folio = Folio { series: Series::Registered, year: 2026, number: 1234 };

    #[test]
    fn damms_published_example_has_check_digit_four() {
        assert_eq!(damm("572"), 4);
    }

    #[test]
    fn the_quasigroup_is_latin_and_anti_symmetric() {
        let product = |a: usize, b: usize| usize::from(QUASIGROUP[a][b]);
        for c in 0..10 {
            assert_eq!(product(c, c), 0);
            for x in 0..10 {
                for y in (0..10).filter(|y| *y != x) {
                    assert_ne!(product(c, x), product(c, y));
                    assert_ne!(product(x, c), product(y, c));
                    assert_ne!(product(product(c, x), y), product(product(c, y), x));
                }
            }
        }
    }

    #[test]
    fn a_folio_is_read_however_it_is_typed() {
        let written = SAMPLE.to_string();
        assert!(written.starts_with("AC-2026-001234-"), "{written}");
        let check = &written[15..];
        for typed in [
            format!("ac 2026 001234{check}"),
            format!("ac2026001234{check}"),
            format!("  Ac\u{2013}2026\u{2212}001234 - {check}\n"),
            format!("\u{ff21}\u{ff23}\u{ff0d}\u{ff12}026\u{a0}001234{check}"),
        ] {
            assert_eq!(Folio::parse(&typed), Ok(SAMPLE), "{typed}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_told_from_what_is_no_folio() {
        let written = SAMPLE.to_string();
        let right = written[15..].parse::<u8>().unwrap();
        let wrong = format!("AC-2026-001234-{}", (right + 1) % 10);
        assert_eq!(Folio::parse(&wrong), Err(FolioError::CheckDigit { expected: right }));
        for none in [
            "",
            "AC",
            "AC-2026-1234-7",
            "XX-2026-001234-7",
            "AC-2026-00123a-7",
            "2026-001234-7",
            "AC-2026-000000-0",
            "AC-2026-0001234-7",
            "AC-0026-001234-7",
            "AC-2026-٠٠١٢٣٤-7",
            "AC-2026-1234567890123456789-7",
        ] {
            assert_eq!(Folio::parse(none), Err(FolioError::Malformed), "{none}");
        }
    }

    #[test]
    fn a_folio_is_told_from_a_uuid() {
        assert!(looks_like_folio("ac 2026 001234"));
        assert!(looks_like_folio("H-2019-000001-0"));
        assert!(!looks_like_folio("0198c0de-0000-7000-8000-000000000000"));
        assert!(!looks_like_folio("ac202600-1234-7000-8000-000000000000"));
        assert!(!looks_like_folio("ac"));
        assert!(!looks_like_folio(""));
    }

    #[test]
    fn on_the_wire_a_folio_is_its_text() {
        let json = serde_json::to_string(&SAMPLE).unwrap();
        assert_eq!(json, format!("\"{SAMPLE}\""));
        assert_eq!(serde_json::from_str::<Folio>(&json).unwrap(), SAMPLE);
        assert!(serde_json::from_str::<Folio>("\"AC-1\"").is_err());
    }

    fn folios() -> impl Strategy<Value = Folio> {
        let series = prop_oneof![Just(Series::Registered), Just(Series::Historical)];
        let number = prop_oneof![1_i64..2_000_000, 1_i64..1_000_000_000_000_000_000];
        (series, 1000..=9999, number).prop_map(|(series, year, number)| Folio { series, year, number })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(folio in folios()) {
            prop_assert_eq!(Folio::parse(&folio.to_string()), Ok(folio));
            prop_assert!(looks_like_folio(&folio.to_string()));
        }

        #[test]
        fn no_single_wrong_digit_passes(folio in folios()) {
            let written = folio.to_string();
            for (place, digit) in written.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
                for wrong in ('0'..='9').filter(|wrong| *wrong != digit) {
                    let mut typed = written.clone();
                    typed.replace_range(place..=place, &wrong.to_string());
                    prop_assert!(Folio::parse(&typed).is_err(), "{} for {}", typed, written);
                }
            }
        }

        #[test]
        fn no_swap_of_neighbours_passes(folio in folios()) {
            let digits: Vec<char> =
                folio.to_string().chars().filter(char::is_ascii_digit).collect();
            for place in 1..digits.len() {
                let mut swapped = digits.clone();
                swapped.swap(place - 1, place);
                if swapped != digits {
                    let typed: String = folio.series.code().chars().chain(swapped).collect();
                    prop_assert!(Folio::parse(&typed).is_err(), "{} for {}", typed, folio);
                }
            }
        }

        #[test]
        fn nothing_that_is_typed_breaks_the_reading(typed in ".*") {
            if let Ok(folio) = Folio::parse(&typed) {
                prop_assert_eq!(Folio::parse(&folio.to_string()), Ok(folio));
            }
        }
    }
}
