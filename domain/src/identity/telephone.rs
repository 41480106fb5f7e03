//! Mexican telephone numbers. Knows the numbering plan's shape, not which numbers are in use.

use std::fmt;

use crate::folio::compacted;

/// A Mexican telephone: ten digits, kept as E.164 (`+528711234567`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Telephone(String);

/// Why something typed is not a telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TelephoneError {
    /// Nothing was typed.
    Empty,
    /// Not ten digits, or something that is neither digit nor separator.
    Malformed,
    /// With the prefix of another country.
    Foreign,
}

impl Telephone {
    /// Reads a telephone: ten digits, with or without the country's 52, with separators.
    ///
    /// Numbers in old notebooks are understood too: 1 after 52, and 01, 044 or 045 in front, all
    /// given up in 2019 (*Plan Técnico Fundamental de Numeración*, 2018).
    ///
    /// # Errors
    /// Empty, malformed, or foreign.
    pub fn parse(typed: &str) -> Result<Self, TelephoneError> {
        let compact: String = compacted(typed).filter(|c| !matches!(c, '(' | ')' | '.' | '/')).take(40).collect();
        let (international, digits) = match compact.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => match compact.strip_prefix("00") {
                Some(rest) => (true, rest),
                None => (false, compact.as_str()),
            },
        };
        if digits.is_empty() {
            return Err(if international { TelephoneError::Malformed } else { TelephoneError::Empty });
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TelephoneError::Malformed);
        }
        if international && !digits.starts_with("52") {
            return Err(TelephoneError::Foreign);
        }
        let prefixes: &[&str] = if international { &["52", "521"] } else { &["", "52", "521", "01", "044", "045"] };
        prefixes
            .iter()
            .filter_map(|prefix| digits.strip_prefix(prefix))
            // Area codes begin with 2 to 9.
            .find(|national| national.len() == 10 && !national.starts_with(['0', '1']))
            .map(|national| Self(format!("+52{national}")))
            .ok_or(TelephoneError::Malformed)
    }

    /// The number in E.164: personal data.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits: `*** 4567`.
    #[must_use]
    pub fn mask(&self) -> String {
        format!("*** {}", &self.0[self.0.len() - 4..])
    }
}

impl fmt::Debug for Telephone {
    /// Never prints the number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telephone(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_way_of_writing_a_number_is_the_same_number() {
        for typed in [
            "8711234567",
            "871 123 45 67",
            "(871) 123-4567",
            "+52 871 123 4567",
            "52 8711234567",
            "+52 1 871 123 4567",
            "5218711234567",
            "0052 871.123.4567",
            "01 871 123 4567",
            "044 871 123 4567",
            "045-871-123-4567",
            "８７１ １２３ ４５６７",
            " 871\u{2011}1234567\t",
        ] {
            let telephone = Telephone::parse(typed).unwrap();
            assert_eq!(telephone.as_str(), "+528711234567", "{typed}");
            assert_eq!(telephone.mask(), "*** 4567");
        }
    }

    #[test]
    fn a_number_that_begins_with_52_is_not_cut() {
        assert_eq!(Telephone::parse("5212345678").unwrap().as_str(), "+525212345678");
    }

    #[test]
    fn what_is_no_number_says_why() {
        for (typed, error) in [
            ("", TelephoneError::Empty),
            (" - ", TelephoneError::Empty),
            ("+", TelephoneError::Malformed),
            ("871123456", TelephoneError::Malformed),
            ("87112345678", TelephoneError::Malformed),
            ("871123456a", TelephoneError::Malformed),
            ("871+1234567", TelephoneError::Malformed),
            ("0711234567", TelephoneError::Malformed),
            ("+52 071 123 4567", TelephoneError::Malformed),
            ("8711234567 ext. 12", TelephoneError::Malformed),
            ("+1 915 123 4567", TelephoneError::Foreign),
            ("٨٧١١٢٣٤٥٦٧", TelephoneError::Malformed),
        ] {
            assert_eq!(Telephone::parse(typed), Err(error), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_was_read_reads_the_same_again(national in "[2-9][0-9]{9}", typed in "\\PC{0,60}") {
            let telephone = Telephone::parse(&national).unwrap();
            prop_assert_eq!(telephone.as_str(), format!("+52{national}"));
            prop_assert_eq!(Telephone::parse(telephone.as_str()), Ok(telephone));
            if let Ok(telephone) = Telephone::parse(&typed) {
                prop_assert_eq!(telephone.as_str().len(), 13);
            }
        }

        #[test]
        fn neither_mask_nor_debug_tells_the_number(national in "[2-9][0-9]{9}") {
            let telephone = Telephone::parse(&national).unwrap();
            prop_assert_eq!(telephone.mask(), format!("*** {}", &national[6..]));
            prop_assert_eq!(format!("{telephone:?}"), "Telephone(…)");
        }
    }
}
