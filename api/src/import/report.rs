//! What was refused and what was repaired: numbered rules, findings, and the file that lists them.
//!
//! Names line, column and rule, never what stood there: it may be personal.

use std::collections::BTreeMap;
use std::io::Write;

use domain::refusal::Code;

use crate::text::{Language, text};

/// A rule that a row of the file broke. Its number is stable; the words are in `texts/*/tools.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// R01: the row is not in the file's encoding.
    Encoding,
    /// R02: the file ends in the middle of the row.
    CutOff,
    /// R03: the row has more or fewer columns than the header.
    Columns,
    /// R04: there is no number by which the source knows it, or one that cannot be kept.
    Id,
    /// R05: a row before it has the same number.
    IdTwice,
    /// R06: the date on which it was opened is missing or impossible.
    Opened,
    /// R07: it was opened in the future.
    OpenedInFuture,
    /// R08: the date on which it was closed is impossible or in the future.
    Closed,
    /// R09: it was closed before it was opened.
    ClosedBeforeOpened,
    /// R10: it is closed, and no date says since when.
    ClosingUndated,
    /// R11: the status says neither open nor closed.
    Status,
    /// R12: there are no words of the citizen.
    NoText,
    /// R13: a text holds control characters.
    ControlCharacters,
    /// R14: a text is too long.
    TextTooLong,
    /// R15: nothing says where it is.
    NoPlace,
    /// R16: the coordinates are no coordinates.
    Coordinates,
    /// R17: the place lies outside the territory.
    OutsideTerritory,
    /// R18: the mapping does not know the category.
    Category,
    /// R19: the mapping does not know the channel.
    Channel,
    /// R20: the mapping does not know the agency.
    Agency,
    /// R21: the clocks never showed that hour.
    SkippedHour,
    /// R22: the postal code is none.
    PostalCode,
    /// R23: the rules of a petition's history refuse it.
    History,
    /// R24: the date of the last change is impossible, in the future or before the opening.
    Updated,
    /// R25: the neighbourhood's name is too long or holds control characters.
    Neighbourhood,
    /// R26: the catalogue has no neighbourhood of this code.
    NeighbourhoodCode,
    /// R27: the crossing street's name is too long or holds control characters.
    Crossing,
}

impl Rule {
    /// All of them, by number.
    pub const ALL: &[Self] = &[
        Self::Encoding,
        Self::CutOff,
        Self::Columns,
        Self::Id,
        Self::IdTwice,
        Self::Opened,
        Self::OpenedInFuture,
        Self::Closed,
        Self::ClosedBeforeOpened,
        Self::ClosingUndated,
        Self::Status,
        Self::NoText,
        Self::ControlCharacters,
        Self::TextTooLong,
        Self::NoPlace,
        Self::Coordinates,
        Self::OutsideTerritory,
        Self::Category,
        Self::Channel,
        Self::Agency,
        Self::SkippedHour,
        Self::PostalCode,
        Self::History,
        Self::Updated,
        Self::Neighbourhood,
        Self::NeighbourhoodCode,
        Self::Crossing,
    ];

    /// The rule with this number.
    #[must_use]
    pub fn parse(number: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.number() == number)
    }

    /// Its number, `R01`.
    #[must_use]
    pub fn number(self) -> String {
        let at = Self::ALL.iter().position(|rule| *rule == self).unwrap_or_default();
        format!("R{:02}", at + 1)
    }

    /// What it says.
    #[must_use]
    pub fn words(self, language: Language) -> String {
        text(language, &format!("import-rule-{}", self.number()), &[])
    }
}

/// What was done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Nothing of the row was written.
    Refused,
    /// What was wrong was left out or replaced by "unknown".
    Repaired,
    /// Nothing was wrong, only missing: the row came in without it.
    Kept,
}

impl Deed {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Refused, Self::Repaired, Self::Kept];

    /// The deed with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.code() == code)
    }

    /// Its code in the report.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Repaired => "repaired",
            Self::Kept => "kept",
        }
    }
}

/// One thing found in one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column's name in the file; empty where it is the whole row.
    pub column: String,
    /// Which rule.
    pub rule: Rule,
    /// What was done.
    pub deed: Deed,
    /// Which rule of the domain said no, for [`Rule::History`].
    pub refusal: Option<Code>,
}

impl Finding {
    /// A finding of the file's own rules.
    #[must_use]
    pub fn new(line: u64, column: &str, rule: Rule, deed: Deed) -> Self {
        Self { line, column: column.to_owned(), rule, deed, refusal: None }
    }
}

impl Finding {
    /// The code of the rule that said no, for [`Rule::History`].
    #[must_use]
    pub fn refused_by(&self) -> Option<String> {
        let code = serde_json::to_value(self.refusal?).ok()?;
        code.as_str().map(str::to_owned)
    }
}

/// What an import did, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows of the file.
    pub rows: u64,
    /// Petitions written.
    pub written: u64,
    /// Rows whose petition was here already.
    pub already: u64,
    /// Rows refused.
    pub refused: u64,
    /// Rows written with at least one repair.
    pub repaired: u64,
    /// Findings by rule and deed.
    pub findings: BTreeMap<(Rule, Deed), u64>,
}

impl Tally {
    /// Adds the numbers of further rows.
    pub fn add(&mut self, more: &Self) {
        let Self { rows, written, already, refused, repaired, findings } = more;
        self.rows += rows;
        self.written += written;
        self.already += already;
        self.refused += refused;
        self.repaired += repaired;
        for (of, count) in findings {
            *self.findings.entry(*of).or_default() += count;
        }
    }
}

/// What became of some rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// In numbers.
    pub tally: Tally,
    /// What was found in them, in the order of the file.
    pub findings: Vec<Finding>,
    /// How many bytes of the file had been read for the last of them.
    pub bytes: u64,
}

impl Taken {
    /// Notes what was found in one row.
    pub fn found(&mut self, findings: &[Finding]) {
        for finding in findings {
            *self.tally.findings.entry((finding.rule, finding.deed)).or_default() += 1;
        }
        self.findings.extend_from_slice(findings);
    }
}

/// Writes the findings down, as they come, and counts.
pub struct Report<W: Write> {
    out: csv::Writer<W>,
    language: Language,
    /// The numbers so far.
    pub tally: Tally,
}

impl<W: Write> Report<W> {
    /// Begins a report.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W, language: Language) -> Result<Self, csv::Error> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(["line", "column", "rule", "action", "explanation"])?;
        Ok(Self { out, language, tally: Tally::default() })
    }

    /// Adds what became of further rows.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, taken: &Taken) -> Result<(), csv::Error> {
        self.tally.add(&taken.tally);
        for finding in &taken.findings {
            let mut words = finding.rule.words(self.language);
            if let Some(code) = finding.refused_by() {
                words.push_str(&format!(" ({code})"));
            }
            let (line, rule) = (finding.line.to_string(), finding.rule.number());
            self.out.write_record([line.as_str(), &finding.column, &rule, finding.deed.code(), &words])?;
        }
        Ok(())
    }

    /// Ends the report.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<Tally, csv::Error> {
        self.out.flush()?;
        Ok(self.tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_number_and_words_in_both_languages() {
        for (at, rule) in Rule::ALL.iter().enumerate() {
            assert_eq!(rule.number(), format!("R{:02}", at + 1));
            for language in Language::ALL {
                let key = format!("import-rule-{}", rule.number());
                assert_ne!(rule.words(*language), key, "{language:?}");
            }
        }
    }

    #[test]
    fn a_report_counts_what_it_lists() {
        let mut out = Vec::new();
        let mut report = Report::new(&mut out, Language::English).unwrap();
        let finding = Finding::new(7, "lat", Rule::Coordinates, Deed::Repaired);
        let mut taken = Taken::default();
        taken.found(&[finding.clone(), finding]);
        report.add(&taken).unwrap();
        let tally = report.finish().unwrap();
        assert_eq!(tally.findings[&(Rule::Coordinates, Deed::Repaired)], 2);
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written.lines().count(), 3);
        assert!(written.lines().nth(1).unwrap().starts_with("7,lat,R16,repaired,"), "{written}");
    }
}
