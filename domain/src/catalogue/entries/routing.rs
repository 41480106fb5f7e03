//! Dependencies, units, categories, channels: what a petition comes in by and goes out to.

use super::{CatalogueName, Entry, day, fixed, refers};
use crate::catalogue::cells::{Cells, Rule, Wrongs, not_one_of};
use crate::catalogue::{
    AGAINST_PUBLIC_SERVANT, COMPTROLLER, Catalogue, Category, Channel, ChannelType, ContactRule, Dependency,
    UNCLASSIFIED, UNKNOWN_CHANNEL, Unit,
};
use crate::code::Coded;
use crate::kind::Kind;
use crate::position::{Position, position};

impl Entry for Dependency {
    const CATALOGUE: CatalogueName = CatalogueName::Dependencies;
    const COLUMNS: &'static [&'static str] =
        &["code", "name_es", "name_en", "abbreviation", "successor", "valid_from", "valid_until", "rank"];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            code: code.to_owned(),
            name_es: String::new(),
            name_en: String::new(),
            abbreviation: None,
            successor: None,
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, _: bool, wrong: &mut Wrongs) {
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.maybe("abbreviation", &mut self.abbreviation);
        cells.maybe("successor", &mut self.successor);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.line("abbreviation", self.abbreviation.as_deref().unwrap_or_default());
        wrong.validity(self.valid_from, self.valid_until);
        if self.code == COMPTROLLER && self.valid_until.is_some() {
            wrong.add("valid_until", Rule::NamedByRules);
        }
        match (&self.successor, self.valid_until) {
            (None, Some(_)) => wrong.add("successor", Rule::SuccessorMissing),
            (Some(_), None) => wrong.add("successor", Rule::SuccessorUnexpected),
            (Some(next), Some(_)) => {
                refers::<Self>(city, "successor", next, wrong);
                if leads_to(next, &self.code, |code| Self::of(city, code)?.successor.as_deref()) {
                    wrong.add("successor", Rule::SuccessionRing);
                }
            }
            (None, None) => {}
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.abbreviation.clone().unwrap_or_default(),
            self.successor.clone().unwrap_or_default(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.dependencies
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.dependencies
    }
}

/// Whether a line of codes, each leading to the next, comes to `end`.
pub(in crate::catalogue) fn leads_to<'a>(start: &'a str, end: &str, next: impl Fn(&str) -> Option<&'a str>) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut at = Some(start);
    while let Some(code) = at.filter(|code| !seen.contains(code)) {
        if code == end {
            return true;
        }
        seen.push(code);
        at = next(code);
    }
    false
}

impl Entry for Unit {
    const CATALOGUE: CatalogueName = CatalogueName::Units;
    const COLUMNS: &'static [&'static str] =
        &["code", "dependency", "name_es", "name_en", "valid_from", "valid_until", "rank"];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            dependency: String::new(),
            code: code.to_owned(),
            name_es: String::new(),
            name_en: String::new(),
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, known: bool, wrong: &mut Wrongs) {
        fixed(cells, "dependency", &mut self.dependency, known, wrong);
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.validity(self.valid_from, self.valid_until);
        refers::<Dependency>(city, "dependency", &self.dependency, wrong);
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.dependency.clone(),
            self.name_es.clone(),
            self.name_en.clone(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.units
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.units
    }
}

impl Entry for Category {
    const CATALOGUE: CatalogueName = CatalogueName::Categories;
    const COLUMNS: &'static [&'static str] = &[
        "code",
        "parent",
        "name_es",
        "name_en",
        "kind",
        "dependency",
        "unit",
        "contact",
        "evidence_required",
        "script_es",
        "script_en",
        "emergency_es",
        "emergency_en",
        "valid_from",
        "valid_until",
        "rank",
    ];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            code: code.to_owned(),
            parent: None,
            name_es: String::new(),
            name_en: String::new(),
            kind: Kind::ServiceRequest.code().to_owned(),
            dependency: None,
            unit: None,
            contact: ContactRule::Never,
            evidence_required: false,
            script_es: None,
            script_en: None,
            emergency_es: None,
            emergency_en: None,
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, _: bool, wrong: &mut Wrongs) {
        cells.maybe("parent", &mut self.parent);
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.text("kind", &mut self.kind);
        cells.maybe("dependency", &mut self.dependency);
        cells.maybe("unit", &mut self.unit);
        cells.coded("contact", &mut self.contact, wrong);
        cells.flag("evidence_required", &mut self.evidence_required, wrong);
        cells.both("script", ("script_es", &mut self.script_es), ("script_en", &mut self.script_en));
        let (es, en) = (&mut self.emergency_es, &mut self.emergency_en);
        cells.both("emergency", ("emergency_es", es), ("emergency_en", en));
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.validity(self.valid_from, self.valid_until);
        wrong.in_both(("script_es", self.script_es.as_ref()), ("script_en", self.script_en.as_ref()));
        wrong.in_both(("emergency_es", self.emergency_es.as_ref()), ("emergency_en", self.emergency_en.as_ref()));
        if Kind::parse(&self.kind).is_none() {
            wrong.add("kind", not_one_of::<Kind>());
        }
        if [AGAINST_PUBLIC_SERVANT, UNCLASSIFIED].contains(&self.code.as_str()) && self.valid_until.is_some() {
            wrong.add("valid_until", Rule::NamedByRules);
        }
        if let Some(parent) = &self.parent {
            refers::<Self>(city, "parent", parent, wrong);
            if leads_to(parent, &self.code, |code| Self::of(city, code)?.parent.as_deref()) {
                wrong.add("parent", Rule::Ring);
            } else if Self::of(city, parent).is_some_and(|above| outlives(self.valid_until, above.valid_until)) {
                wrong.add("valid_until", Rule::OutlivesAbove);
            }
        }
        let mut below = city.categories.iter().filter(|row| row.parent.as_deref() == Some(self.code.as_str()));
        if below.any(|row| outlives(row.valid_until, self.valid_until)) {
            wrong.add("valid_until", Rule::OutlivedBelow);
        }
        if let Some(dependency) = &self.dependency {
            refers::<Dependency>(city, "dependency", dependency, wrong);
        }
        if let Some(unit) = &self.unit {
            match Unit::of(city, unit) {
                None => wrong.add("unit", Rule::CodeUnknown),
                Some(found) if Some(&found.dependency) != self.dependency.as_ref() => {
                    wrong.add("unit", Rule::NotItsUnit);
                }
                Some(_) => {}
            }
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.parent.clone().unwrap_or_default(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.kind.clone(),
            self.dependency.clone().unwrap_or_default(),
            self.unit.clone().unwrap_or_default(),
            self.contact.code().to_owned(),
            self.evidence_required.to_string(),
            self.script_es.clone().unwrap_or_default(),
            self.script_en.clone().unwrap_or_default(),
            self.emergency_es.clone().unwrap_or_default(),
            self.emergency_en.clone().unwrap_or_default(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.categories
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.categories
    }
}

/// Whether the first is still valid when the second is not any more.
fn outlives(one: Option<chrono::NaiveDate>, other: Option<chrono::NaiveDate>) -> bool {
    match (one, other) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one > other,
    }
}

impl Entry for Channel {
    const CATALOGUE: CatalogueName = CatalogueName::Channels;
    const COLUMNS: &'static [&'static str] =
        &["code", "type", "name_es", "name_en", "followed_by", "valid_from", "valid_until", "rank"];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            code: code.to_owned(),
            channel_type: ChannelType::Unknown,
            name_es: String::new(),
            name_en: String::new(),
            followed_by: String::new(),
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, known: bool, wrong: &mut Wrongs) {
        if !known && cells.get("type").is_none() {
            wrong.add("type", Rule::Required);
        }
        let before = self.channel_type;
        cells.coded("type", &mut self.channel_type, wrong);
        // What came in by it goes by its type.
        if known && self.channel_type != before {
            wrong.add("type", Rule::Fixed);
        }
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.text("followed_by", &mut self.followed_by);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, _: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.validity(self.valid_from, self.valid_until);
        if self.followed_by.is_empty() {
            wrong.add("followed_by", Rule::Required);
        } else if position(&self.followed_by).is_none() {
            wrong.add("followed_by", Rule::CodeUnknown);
        } else if !position(&self.followed_by).is_some_and(Position::follows) {
            wrong.add("followed_by", Rule::PostUnfit);
        }
        if self.code == UNKNOWN_CHANNEL && self.valid_until.is_some() {
            wrong.add("valid_until", Rule::NamedByRules);
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.channel_type.code().to_owned(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.followed_by.clone(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.channels
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.channels
    }
}
