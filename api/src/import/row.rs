//! One row, judged: what of it becomes a petition, and which rules it broke.
//!
//! Pure but for the catalogue and the mapping that it reads by; writes nothing.

mod place;

use std::io::Read;

use domain::calendar::Calendar;
use domain::catalogue::{
    AGAINST_PUBLIC_SERVANT, COMPTROLLER, Catalogue, Neighbourhoods, UNCLASSIFIED, UNKNOWN_CHANNEL, lineage,
};
use domain::code::Coded;
use domain::kind::Kind;
use domain::text::{Text, TextError};
use domain::time::{Instant, Precision};
use persistence::petitions::Place;

use super::dates::{Dated, before, read};
use super::fault::Fault;
use super::mapping::{Columns, Lack, Mapping, NOT_ROUTED, plain};
use super::report::{Deed, Finding, Rule};
use super::rows::{Row, Rows};

/// The longest number by which a source may know a petition, in bytes.
const LONGEST_ID: usize = 100;

/// A row that is fit to become a petition.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The line on which it begins.
    pub line: u64,
    /// The source's number.
    pub external_id: String,
    /// When it was opened.
    pub received: Dated,
    /// When it was closed, if it is.
    pub closed: Option<Dated>,
    /// What the source noted last.
    pub note: Option<Text>,
    /// When that was, for what is open.
    pub updated: Dated,
    /// Code of the channel.
    pub channel: String,
    /// Code of the post that sees to it.
    pub followed_by: String,
    /// Code of the category.
    pub category: String,
    /// What sort it is.
    pub kind: Kind,
    /// Whether it is against a public servant.
    pub against_public_servant: bool,
    /// The citizen's words.
    pub text: Option<Text>,
    /// The address.
    pub address: Option<Text>,
    /// Neighbourhood, coordinates and postal code.
    pub place: Place,
    /// Code of the dependency that had it.
    pub dependency: Option<String>,
}

/// What a row is judged by.
pub struct Judge<'a> {
    mapping: &'a Mapping,
    catalogue: &'a Catalogue,
    named: Neighbourhoods,
    calendar: &'a Calendar,
    at: Places,
    now: Instant,
}

/// Where the columns stand.
struct Places {
    id: usize,
    created: usize,
    updated: Option<usize>,
    closed: Option<usize>,
    status: usize,
    note: Option<usize>,
    channel: Option<usize>,
    category: Vec<usize>,
    agency: Option<usize>,
    text: Option<usize>,
    address: Option<usize>,
    neighbourhood: Option<usize>,
    neighbourhood_code: Option<usize>,
    crossing: Option<usize>,
    postal_code: Option<usize>,
    coordinates: Option<(usize, usize)>,
}

impl<'a> Judge<'a> {
    /// Finds the mapping's columns in the file.
    ///
    /// # Errors
    /// The first column that is not there.
    pub fn new<R: Read + Send + 'static>(
        mapping: &'a Mapping,
        (catalogue, calendar): (&'a Catalogue, &'a Calendar),
        rows: &Rows<R>,
        now: Instant,
    ) -> Result<Self, Fault> {
        let find = |of: &str, name: &String| {
            let missing = || format!("the file has no column {name}");
            let at = || format!("/mapping/columns/{of}");
            rows.column(name).ok_or_else(|| Fault::new(at(), "column_missing", missing()))
        };
        let maybe = |of: &str, name: &Option<String>| name.as_ref().map(|name| find(of, name)).transpose();
        let columns = &mapping.columns;
        let category = columns.category.iter().enumerate();
        let at = Places {
            id: find("id", &columns.id)?,
            created: find("created", &columns.created)?,
            updated: maybe("updated", &columns.updated)?,
            closed: maybe("closed", &columns.closed)?,
            status: find("status", &columns.status)?,
            note: maybe("note", &columns.note)?,
            channel: maybe("channel", &columns.channel)?,
            category: category.map(|(at, name)| find(&format!("category/{at}"), name)).collect::<Result<_, _>>()?,
            agency: maybe("agency", &columns.agency)?,
            text: maybe("text", &columns.text)?,
            address: maybe("address", &columns.address)?,
            neighbourhood: maybe("neighbourhood", &columns.neighbourhood)?,
            neighbourhood_code: maybe("neighbourhood_code", &columns.neighbourhood_code)?,
            crossing: maybe("crossing", &columns.crossing)?,
            postal_code: maybe("postal_code", &columns.postal_code)?,
            coordinates: maybe("latitude", &columns.latitude)?.zip(maybe("longitude", &columns.longitude)?),
        };
        let named = Neighbourhoods::of(catalogue);
        Ok(Self { mapping, catalogue, named, calendar, at, now })
    }

    /// Judges one row: a petition with what was repaired in it, or why it is refused.
    ///
    /// # Errors
    /// The finding for which it is refused.
    pub fn judge(&self, row: &Row) -> Result<(Prepared, Vec<Finding>), Finding> {
        let mut desk = Desk { judge: self, row, findings: Vec::new() };
        let prepared = desk.prepare()?;
        Ok((prepared, desk.findings))
    }

    fn columns(&self) -> &Columns {
        &self.mapping.columns
    }
}

/// One row at work.
struct Desk<'j, 'a> {
    judge: &'j Judge<'a>,
    row: &'j Row,
    findings: Vec<Finding>,
}

impl<'j> Desk<'j, '_> {
    fn prepare(&mut self) -> Result<Prepared, Finding> {
        let Judge { mapping, catalogue, at, .. } = self.judge;
        let external_id = self.id()?;
        let received = self.received()?;
        let closed = self.closed(received)?;
        let updated = self.updated(received, closed.is_some());
        let note = self.words(at.note, &mapping.columns.note)?;
        let channel = self.channel();
        let row = catalogue.channels.iter().find(|row| row.code == channel);
        let followed_by = row.map(|row| row.followed_by.clone()).unwrap_or_default();
        let category = self.category();
        let line = lineage(&catalogue.categories, &category);
        let kind = line.first().and_then(|category| Kind::parse(&category.kind)).unwrap_or(Kind::ServiceRequest);
        let against_public_servant = line.iter().any(|above| above.code == AGAINST_PUBLIC_SERVANT);
        let dependency = self.dependency(against_public_servant);
        let text = self.words(at.text, &mapping.columns.text)?;
        if text.is_none() {
            self.lacks(mapping.missing.text, Rule::NoText, &mapping.columns.text)?;
        }
        let address = self.address()?;
        let neighbourhood = self.neighbourhood();
        let neighbourhood_code = self.neighbourhood_code(neighbourhood.as_deref());
        let crossing = self.crossing();
        let place = Place { neighbourhood, neighbourhood_code, crossing, ..self.place()? };
        let named = place.neighbourhood.is_some() || place.neighbourhood_code.is_some();
        if address.is_none() && !named && place.latitude.is_none() {
            self.lacks(mapping.missing.place, Rule::NoPlace, &mapping.columns.address)?;
        }
        Ok(Prepared {
            line: self.row.line,
            external_id,
            received,
            closed,
            note,
            updated,
            channel,
            followed_by,
            category,
            kind,
            against_public_servant,
            text,
            address,
            place,
            dependency,
        })
    }

    fn id(&mut self) -> Result<String, Finding> {
        let id = self.field(Some(self.judge.at.id)).unwrap_or_default();
        if id.is_empty() || id.len() > LONGEST_ID || id.chars().any(char::is_control) {
            return Err(self.refused(Rule::Id, &self.judge.columns().id));
        }
        Ok(id.to_owned())
    }

    fn received(&mut self) -> Result<Dated, Finding> {
        let column = &self.judge.columns().created;
        let opened = self.field(Some(self.judge.at.created)).and_then(|written| self.date(written));
        let Some((received, skipped)) = opened else { return Err(self.refused(Rule::Opened, column)) };
        if received.0 > self.judge.now {
            return Err(self.refused(Rule::OpenedInFuture, column));
        }
        if skipped {
            self.found(Rule::SkippedHour, Deed::Repaired, column);
        }
        Ok(received)
    }

    /// When it was closed; a closing that is not known stands in for by the opening.
    fn closed(&mut self, received: Dated) -> Result<Option<Dated>, Finding> {
        let judge = self.judge;
        let statuses = &judge.mapping.statuses;
        let status = plain(self.field(Some(judge.at.status)).unwrap_or_default());
        if statuses.open.contains(&status) {
            return Ok(None);
        }
        if !statuses.closed.contains(&status) {
            return Err(self.refused(Rule::Status, &judge.columns().status));
        }
        let unknown = (received.0, Precision::Unknown);
        let column = judge.columns().closed.as_ref().unwrap_or(&judge.columns().status);
        let Some(written) = self.field(judge.at.closed) else {
            self.found(Rule::ClosingUndated, Deed::Kept, column);
            return Ok(Some(unknown));
        };
        let Some((closed, skipped)) = self.date(written).filter(|(closed, _)| closed.0 <= judge.now) else {
            self.found(Rule::Closed, Deed::Repaired, column);
            return Ok(Some(unknown));
        };
        if before(closed, received) {
            self.found(Rule::ClosedBeforeOpened, Deed::Repaired, column);
            return Ok(Some(unknown));
        }
        if skipped {
            self.found(Rule::SkippedHour, Deed::Repaired, column);
        }
        // Of a day only its first instant is given, which may lie before the opening on that day.
        Ok(Some((closed.0.max(received.0), closed.1)))
    }

    /// When it last changed: said only of what is open.
    fn updated(&mut self, received: Dated, is_closed: bool) -> Dated {
        let unknown = (received.0, Precision::Unknown);
        let Some(written) = self.field(self.judge.at.updated).filter(|_| !is_closed) else { return unknown };
        match self.date(written) {
            Some((updated, _)) if updated.0 <= self.judge.now && !before(updated, received) => {
                (updated.0.max(received.0), updated.1)
            }
            Some(_) | None => {
                let column = self.judge.columns().updated.clone().unwrap_or_default();
                self.found(Rule::Updated, Deed::Repaired, &column);
                unknown
            }
        }
    }

    fn channel(&mut self) -> String {
        let Some(written) = self.field(self.judge.at.channel) else { return UNKNOWN_CHANNEL.to_owned() };
        match self.judge.mapping.channels.code(&plain(written)) {
            Some(code) => code.to_owned(),
            None => {
                let column = self.judge.columns().channel.clone().unwrap_or_default();
                self.found(Rule::Channel, Deed::Kept, &column);
                UNKNOWN_CHANNEL.to_owned()
            }
        }
    }

    fn category(&mut self) -> String {
        let judge = self.judge;
        let words: Vec<String> =
            judge.at.category.iter().map(|at| plain(self.field(Some(*at)).unwrap_or_default())).collect();
        let said = words.iter().rposition(|word| !word.is_empty()).map_or(0, |last| last + 1);
        if said == 0 {
            return UNCLASSIFIED.to_owned();
        }
        let table = &judge.mapping.categories;
        let exact = (1..=said).rev().find_map(|most| table.exactly(&words[..most].join(" / ")));
        match exact.or_else(|| table.code(&words[..said].join(" / "))) {
            Some(code) => code.to_owned(),
            None => {
                let column = judge.columns().category.first().cloned().unwrap_or_default();
                self.found(Rule::Category, Deed::Kept, &column);
                UNCLASSIFIED.to_owned()
            }
        }
    }

    fn dependency(&mut self, against_public_servant: bool) -> Option<String> {
        if against_public_servant {
            return Some(COMPTROLLER.to_owned());
        }
        let written = self.field(self.judge.at.agency)?;
        match self.judge.mapping.dependencies.code(&plain(written)) {
            Some(NOT_ROUTED) => None,
            Some(code) => Some(code.to_owned()),
            None => {
                let column = self.judge.columns().agency.clone().unwrap_or_default();
                self.found(Rule::Agency, Deed::Kept, &column);
                None
            }
        }
    }

    /// A text; control characters are taken out.
    fn words(&mut self, at: Option<usize>, column: &Option<String>) -> Result<Option<Text>, Finding> {
        let Some(written) = self.field(at) else { return Ok(None) };
        let column = column.clone().unwrap_or_default();
        match Text::parse(written) {
            Ok(text) => Ok(Some(text)),
            Err(TextError::Empty) => Ok(None),
            Err(TextError::TooLong) => Err(self.refused(Rule::TextTooLong, &column)),
            Err(TextError::ControlCharacter) => {
                self.found(Rule::ControlCharacters, Deed::Repaired, &column);
                let sound: String =
                    written.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c }).collect();
                Ok(Text::parse(&sound).ok())
            }
        }
    }

    fn lacks(&mut self, lack: Lack, rule: Rule, column: &Option<String>) -> Result<(), Finding> {
        let column = column.clone().unwrap_or_default();
        match lack {
            Lack::Keep => {
                self.found(rule, Deed::Kept, &column);
                Ok(())
            }
            Lack::Refuse => Err(self.refused(rule, &column)),
        }
    }
    /// What stands in a column; none where nothing does.
    fn field(&self, at: Option<usize>) -> Option<&'j str> {
        self.row.fields.get(at?).map(str::trim).filter(|field| !field.is_empty())
    }

    /// A date as the file writes it, and whether its clock never showed that hour.
    fn date(&self, written: &str) -> Option<(Dated, bool)> {
        read(&self.judge.mapping.dates, self.judge.calendar, written)
    }

    fn found(&mut self, rule: Rule, deed: Deed, column: &str) {
        self.findings.push(Finding::new(self.row.line, column, rule, deed));
    }

    fn refused(&self, rule: Rule, column: &str) -> Finding {
        Finding::new(self.row.line, column, rule, Deed::Refused)
    }
}

#[cfg(test)]
mod tests;
