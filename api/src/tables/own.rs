//! A catalogue as the CSV that people take home, edit in a spreadsheet and bring back (RFC 4180).
//!
//! Owns the writing and the reading of it, and nothing of what the columns mean.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use domain::catalogue::{Cells, Entry};

use super::{Fault, Line, Sheet};

/// What tells a spreadsheet that it is UTF-8.
const MARK: &str = "\u{feff}";

/// With what a spreadsheet takes a cell for a formula, the wide forms too (OWASP, CSV Injection).
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// What is put before such a cell, so that it stays a text.
const GUARD: char = '\'';

/// The table of these rows: a heading, and lines that end as a spreadsheet's do.
#[must_use]
pub(super) fn write<E: Entry>(rows: &[E]) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(MARK.as_bytes().to_vec());
    // Writing to memory does not fail, and every row has as many cells as there are columns.
    let written = writer.write_record(E::COLUMNS).and_then(|()| {
        rows.iter().try_for_each(|row| {
            let cells = row.cells();
            writer.write_record(cells.iter().map(|cell| guarded(cell).into_owned()))
        })
    });
    match (written, writer.into_inner()) {
        (Ok(()), Ok(bytes)) => String::from_utf8(bytes).unwrap_or_default(),
        (_, _) => String::new(),
    }
}

/// Reads a table back. Columns stand in any order, and those that are left out stay as they are in every row.
///
/// # Errors
/// Everything by which it is no such table.
pub(super) fn read<E: Entry>(text: &str) -> Result<Sheet, Vec<Fault>> {
    let (header, records) = records(text)?;
    let mut faults = Vec::new();
    let names: Vec<String> = header.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    for (at, name) in names.iter().enumerate() {
        if !E::COLUMNS.contains(&name.as_str()) {
            // A heading that is not ours may be anybody's words: only its place is told.
            let expected = E::COLUMNS.join(", ");
            faults.push(Fault::new(1, (at + 1).to_string(), "column_unknown").with("expected", expected));
        } else if names.iter().take(at).any(|before| before == name) {
            faults.push(Fault::new(1, name.clone(), "twice"));
        }
    }
    if !names.iter().any(|name| name == "code") {
        faults.push(Fault::new(1, "code", "column_missing"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut lines = Vec::with_capacity(records.len());
    for (number, record) in records {
        if record.len() != names.len() {
            let fault = Fault::new(number, "", "cell_count").with("expected", names.len().to_string());
            faults.push(fault.with("found", record.len().to_string()));
            continue;
        }
        let mut cells = Cells::default();
        for (name, cell) in names.iter().zip(&record) {
            cells.put(name.as_str(), unguarded(cell.trim()));
        }
        lines.push(Line { number, cells });
    }
    if faults.is_empty() { Ok(Sheet { lines, ..Sheet::default() }) } else { Err(faults) }
}

/// A heading, and what stands below it with its lines.
pub(super) type Records = (StringRecord, Vec<(u64, StringRecord)>);

/// The heading and what stands below it, each with the line on which it begins. Lines without anything in them are
/// passed over: spreadsheets leave such behind.
///
/// # Errors
/// When there is no heading.
pub(super) fn records(text: &str) -> Result<Records, Vec<Fault>> {
    let text = plain_lines(text.strip_prefix(MARK).unwrap_or(text));
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter(&text)).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut found = Vec::new();
    for record in reader.records() {
        // The text is UTF-8 and any number of cells is taken: nothing is left to fail.
        let Ok(record) = record else { return Err(vec![Fault::new(1, "", "file_malformed")]) };
        let line = record.position().map_or(0, csv::Position::line);
        if !record.iter().all(|cell| cell.trim().is_empty()) {
            found.push((line, record));
        }
    }
    let mut found = found.into_iter();
    match found.next() {
        Some((_, header)) => Ok((header, found.collect())),
        None => Err(vec![Fault::new(1, "", "file_empty")]),
    }
}

/// The text with lines that end in one character: with two, the reader counts a record to the line before.
pub(super) fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// What stands between the cells of the heading: where the comma parts decimals, spreadsheets write semicolons.
fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |byte: u8| heading.bytes().filter(|found| *found == byte).count();
    [b';', b'\t'].into_iter().find(|other| count(*other) > count(b',')).unwrap_or(b',')
}

/// A cell that no spreadsheet takes for a formula. What begins with the guard itself is guarded too, so that reading
/// gives back what was written.
fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) || cell.starts_with(GUARD) {
        Cow::Owned(format!("{GUARD}{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A cell without the guard, where it has one.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(rest) if rest.starts_with(FORMULA) || rest.starts_with(GUARD) => rest,
        Some(_) | None => cell,
    }
}

#[cfg(test)]
mod tests {
    use domain::catalogue::{Authority, Category, torreon};

    use super::*;

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let mut city = torreon();
        city.authorities[0].telephone = Some("+52 871 1".to_owned());
        city.authorities[0].name_es = "'=Comisión; \"la\", de luz".to_owned();
        let text = write(&city.authorities);
        assert!(text.starts_with("\u{feff}code,level,") && text.contains("\r\n"));
        assert!(text.contains(",'+52 871 1,") && text.contains("\"''=Comisión;"), "{text}");
        let sheet = read::<Authority>(&text).unwrap();
        let cells: Vec<Vec<String>> = sheet
            .lines
            .iter()
            .map(|line| Authority::COLUMNS.iter().map(|name| line.cells.get(name).unwrap().to_owned()).collect())
            .collect();
        let expected: Vec<Vec<String>> = city.authorities.iter().map(Entry::cells).collect();
        assert_eq!(cells, expected);
        assert_eq!(sheet.lines[0].number, 2);
    }

    #[test]
    fn a_formula_is_written_as_a_text_and_a_text_stays_one() {
        for cell in ["=1+1", "+52", "-3", "@x", "\u{ff1d}1", "'x", "''"] {
            assert!(guarded(cell).starts_with('\''), "{cell}");
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
        for cell in ["Agua", "1+1", "", "O'Higgins", "a=b"] {
            assert_eq!(guarded(cell), cell);
        }
        assert_eq!(unguarded("'Ndereje"), "'Ndereje");
    }

    #[test]
    fn columns_stand_in_any_order_with_commas_semicolons_or_tabs() {
        for between in [",", ";", "\t"] {
            let text = format!("Name_es{between}code\n\"Fuga,\n grande\"{between}water_leak\n{between}\nx{between}y\n");
            let sheet = read::<Category>(&text).unwrap();
            assert_eq!(sheet.lines[0].cells.get("name_es"), Some("Fuga,\n grande"));
            assert_eq!(sheet.lines[0].cells.get("code"), Some("water_leak"));
            assert_eq!(sheet.lines[0].cells.get("kind"), None);
            assert_eq!(sheet.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 5]);
        }
    }

    #[test]
    fn what_is_no_such_table_is_told_by_line_and_column() {
        let refused = |text: &str| {
            let faults = read::<Category>(text).unwrap_err();
            faults.into_iter().map(|fault| (fault.line, fault.column, fault.code)).collect::<Vec<_>>()
        };
        let at = |line, column: &str, code| (line, column.to_owned(), code);
        assert_eq!(refused("code,colour,code\n"), [at(1, "2", "column_unknown"), at(1, "code", "twice")]);
        assert_eq!(refused("name_es\nAgua\n"), [at(1, "code", "column_missing")]);
        assert_eq!(refused("code,kind\na,b\nc\nd,e,f\n"), [at(3, "", "cell_count"), at(4, "", "cell_count")]);
        assert_eq!(refused("\n ,\n"), [at(1, "", "file_empty")]);
    }
}
