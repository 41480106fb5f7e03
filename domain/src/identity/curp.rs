//! The CURP, the register of population's key of a person. Checks that one can exist, not that it
//! does; nobody is asked for one to report a pothole.

use std::fmt;

use chrono::NaiveDate;

/// The values of the check digit's sum: a character counts for its place here.
const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";

/// The states of birth, and NE for who was born abroad.
const STATES: [&str; 33] = [
    "AS", "BC", "BS", "CC", "CH", "CL", "CM", "CS", "DF", "DG", "GR", "GT", "HG", "JC", "MC", "MN", "MS", "NE", "NL",
    "NT", "OC", "PL", "QR", "QT", "SL", "SP", "SR", "TC", "TL", "TS", "VZ", "YN", "ZS",
];

/// A CURP: eighteen characters with a date that exists and the right check digit
/// (*Instructivo normativo para la asignación de la CURP*, 2021).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Curp(String);

/// The sex that a CURP states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// `M`, mujer.
    Female,
    /// `H`, hombre.
    Male,
    /// `X`, non-binary.
    NonBinary,
}

/// Why something typed is not a CURP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurpError {
    /// Not eighteen characters.
    Length,
    /// A character that its place does not take.
    Malformed {
        /// The place, from 1.
        place: usize,
    },
    /// A day of birth that does not exist.
    BirthDate,
    /// No such state.
    State,
    /// The last digit does not fit the rest: something is mistyped.
    CheckDigit,
}

impl Curp {
    /// Reads a CURP; case and spaces do not matter.
    ///
    /// # Errors
    /// Which part of it cannot be.
    pub fn parse(typed: &str) -> Result<Self, CurpError> {
        let compact = typed.chars().filter(|c| !c.is_whitespace()).take(19);
        let letters: Vec<char> = compact.flat_map(char::to_uppercase).collect();
        if letters.len() != 18 {
            return Err(CurpError::Length);
        }
        if let Some(place) = (0..18).find(|place| !fits(*place, letters[*place])) {
            return Err(CurpError::Malformed { place: place + 1 });
        }
        let curp = Self(letters.iter().collect());
        if curp.birth_date().is_none() {
            return Err(CurpError::BirthDate);
        }
        let state: String = letters[11..13].iter().collect();
        if !STATES.contains(&state.as_str()) {
            return Err(CurpError::State);
        }
        if letters[17].to_digit(10) != check_digit(&letters) {
            return Err(CurpError::CheckDigit);
        }
        Ok(curp)
    }

    /// The CURP: personal data.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last two characters: `****09`.
    #[must_use]
    pub fn mask(&self) -> String {
        let last: String = self.0.chars().skip(16).collect();
        format!("****{last}")
    }

    /// The day of birth: personal data. The seventeenth character tells the century: a digit until
    /// 1999, a letter since 2000.
    #[must_use]
    pub fn birth_date(&self) -> Option<NaiveDate> {
        let letters: Vec<char> = self.0.chars().collect();
        let two = |place: usize| Some(letters.get(place)?.to_digit(10)? * 10 + letters.get(place + 1)?.to_digit(10)?);
        let century = if letters.get(16)?.is_ascii_digit() { 1900 } else { 2000 };
        NaiveDate::from_ymd_opt(century + i32::try_from(two(4)?).ok()?, two(6)?, two(8)?)
    }

    /// The sex stated: personal data.
    #[must_use]
    pub fn sex(&self) -> Sex {
        match self.0.chars().nth(10) {
            Some('M') => Sex::Female,
            Some('H') => Sex::Male,
            _ => Sex::NonBinary,
        }
    }
}

impl fmt::Debug for Curp {
    /// Never prints the CURP.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Curp(…)")
    }
}

/// Whether a place, from 0, takes a character.
fn fits(place: usize, c: char) -> bool {
    let letter = c.is_ascii_uppercase() || c == 'Ñ';
    let vowel = matches!(c, 'A' | 'E' | 'I' | 'O' | 'U');
    match place {
        // The first surname's initial and first inner vowel; X where there is none.
        1 => vowel || c == 'X',
        0 | 2 | 3 => letter,
        4..=9 | 17 => c.is_ascii_digit(),
        10 => matches!(c, 'H' | 'M' | 'X'),
        11 | 12 => c.is_ascii_uppercase(),
        // The first inner consonants of both surnames and the name.
        13..=15 => letter && !vowel,
        16 => c.is_ascii_uppercase() || c.is_ascii_digit(),
        _ => false,
    }
}

/// What the last digit has to be for the seventeen before it: weights 18 to 2, modulo 10.
fn check_digit(letters: &[char]) -> Option<u32> {
    let sum = letters.iter().take(17).zip((2_u32..=18).rev()).try_fold(0, |sum, (c, weight)| {
        let value = ALPHABET.chars().position(|known| known == *c)?;
        Some(sum + u32::try_from(value).ok()? * weight)
    })?;
    Some((10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Seventeen characters with the digit that fits them.
    fn complete(body: &str) -> String {
        let digit = check_digit(&body.chars().collect::<Vec<_>>()).unwrap();
        format!("{body}{digit}")
    }

    #[test]
    fn published_specimens_are_read() {
        let curp = Curp::parse(" boxw 310820 hnerxn 09 ").unwrap();
        assert_eq!(curp.as_str(), "BOXW310820HNERXN09");
        assert_eq!(curp.mask(), "****09");
        assert_eq!(curp.sex(), Sex::Male);
        assert_eq!(curp.birth_date(), NaiveDate::from_ymd_opt(1931, 8, 20));
        assert!(Curp::parse("HEGG560427MVZRRL04").is_ok());
    }

    #[test]
    fn a_letter_in_the_seventeenth_place_is_a_birth_since_2000() {
        let curp = Curp::parse(&complete("LOGM040229MCLPRRA")).unwrap();
        assert_eq!(curp.birth_date(), NaiveDate::from_ymd_opt(2004, 2, 29));
        assert_eq!(curp.sex(), Sex::Female);
    }

    #[test]
    fn every_part_that_cannot_be_is_named() {
        for (body, error) in [
            ("LOGM030229MCLPRRA", CurpError::BirthDate),
            ("LOGM001301MCLPRRA", CurpError::BirthDate),
            ("LOGM040229MZZPRRA", CurpError::State),
            ("LZGM040229MCLPRRA", CurpError::Malformed { place: 2 }),
            ("LOGM04O229MCLPRRA", CurpError::Malformed { place: 7 }),
            ("LOGM040229QCLPRRA", CurpError::Malformed { place: 11 }),
            ("LOGM040229MCLPARA", CurpError::Malformed { place: 15 }),
        ] {
            let typed = format!("{body}0");
            assert_eq!(Curp::parse(&typed), Err(error), "{typed}");
        }
        assert_eq!(Curp::parse("LOGM040229"), Err(CurpError::Length));
        assert_eq!(Curp::parse(&"A".repeat(10_000)), Err(CurpError::Length));
        assert_eq!(Curp::parse("BOXW310820HNERXN08"), Err(CurpError::CheckDigit));
    }

    #[test]
    fn the_letter_n_with_tilde_has_a_value_of_its_own() {
        assert_eq!(check_digit(&['N']), Some(6));
        assert_eq!(check_digit(&['Ñ']), Some(8));
        assert_eq!(check_digit(&['O']), Some(0));
        assert!(Curp::parse(&complete("ÑOGM040229MCLPRÑA")).is_ok());
    }

    proptest! {
        #[test]
        fn what_fits_is_read_and_a_wrong_check_digit_is_not(
            body in "[A-Z][AEIOUX][A-Z]{2}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[HMX](CL|DG|ZS|NE)[B-DF-HJ-NP-TV-Z]{3}[A-Z0-9]",
            off in 1_u32..10,
        ) {
            let right = complete(&body);
            let curp = Curp::parse(&right.to_lowercase()).unwrap();
            prop_assert_eq!(curp.as_str(), &right);
            prop_assert_eq!(format!("{curp:?}"), "Curp(…)");
            prop_assert_eq!(curp.mask(), format!("****{}", &right[16..]));
            let digit = right[17..].parse::<u32>().unwrap();
            let wrong = format!("{body}{}", (digit + off) % 10);
            prop_assert_eq!(Curp::parse(&wrong), Err(CurpError::CheckDigit));
        }

        #[test]
        fn nothing_that_is_typed_breaks_the_reading(typed in "\\PC{0,40}") {
            if let Ok(curp) = Curp::parse(&typed) {
                prop_assert_eq!(Curp::parse(curp.as_str()), Ok(curp));
            }
        }
    }
}
