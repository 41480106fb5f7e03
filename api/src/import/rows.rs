//! The file: its encoding, its header, its rows, and what is wrong with a row as a row.
//!
//! Knows columns by place only; what they mean is [`super::row`]'s.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use csv::StringRecord;
use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::fault::{Fault, ROW_TOO_LONG};
use super::report::{Deed, Finding, Rule};

/// Longest row, in bytes: a hundred times what is taken of one. Where a quotation is begun and never ended, the rest of
/// the file would be one row, held whole.
const LONGEST_ROW: u64 = 1024 * 1024;

/// A row of the file: what stands in it and where it begins.
#[derive(Debug)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its columns.
    pub fields: StringRecord,
}

/// The rows of a file, one after the other; what is no row is a finding.
pub struct Rows<R: Read> {
    reader: csv::Reader<Watched<Box<dyn Read + Send>>>,
    header: StringRecord,
    end: Arc<End>,
    bytes: Arc<AtomicU64>,
    record: csv::ByteRecord,
    input: std::marker::PhantomData<R>,
}

impl<R: Read + Send + 'static> Rows<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// When the file cannot be read, its encoding is unknown or other than the mapping says, or it has no header.
    pub fn open(input: R, encoding: &str, delimiter: char) -> Result<Self, Fault> {
        let encoding = Encoding::for_label(encoding.as_bytes()).ok_or_else(|| unknown_encoding(encoding))?;
        let bytes = Arc::new(AtomicU64::new(0));
        let counted = Counted { inner: input, bytes: Arc::clone(&bytes) };
        // Our own decoder would make replacement characters of what is not UTF-8: those rows are refused instead.
        let decoded: Box<dyn Read + Send> = if encoding == UTF_8 {
            Box::new(counted)
        } else {
            Box::new(DecodeReaderBytesBuilder::new().encoding(Some(encoding)).build(counted))
        };
        let end = Arc::new(End::default());
        let watched = Watched { inner: decoded, end: Arc::clone(&end) };
        let delimiter = u8::try_from(delimiter)
            .map_err(|_| Fault::new("/mapping/delimiter", "delimiter_malformed", "delimiter: one ASCII character"))?;
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(watched);
        let header = reader.byte_headers().map_err(|error| end.fault(error))?.clone();
        let header = StringRecord::from_byte_record(header).map_err(|_| {
            let said = format!("the header is not in {}", encoding.name());
            Fault::new("/file", "header_unreadable", said).with("encoding", encoding.name())
        })?;
        if header.is_empty() {
            return Err(Fault::new("/file", "file_empty", "the file is empty"));
        }
        Ok(Self { reader, header, end, bytes, record: csv::ByteRecord::new(), input: std::marker::PhantomData })
    }

    /// Where a column stands.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column.trim() == name)
    }

    /// How many bytes of the file have been read, for whoever shows progress.
    #[must_use]
    pub fn bytes(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes)
    }

    fn take(&mut self) -> Result<Option<Result<Row, Finding>>, Fault> {
        self.end.row_begins();
        if !self.reader.read_byte_record(&mut self.record).map_err(|error| self.end.fault(error))? {
            return Ok(None);
        }
        // The reader counts a line when it meets the line feed: after a carriage return that is the next row's.
        let behind = u64::from(self.end.carriage_returns.load(Ordering::Relaxed));
        let line = self.record.position().map_or(0, csv::Position::line) + behind;
        let refused = |rule, column: &str| Ok(Some(Err(Finding::new(line, column, rule, Deed::Refused))));
        // Only a row without a line end makes the reader look for more and find none.
        let last = self.end.reached();
        if last && self.end.inside_quotes() {
            return refused(Rule::CutOff, "");
        }
        if self.record.len() != self.header.len() {
            let short = self.record.len() < self.header.len();
            return refused(if short && last { Rule::CutOff } else { Rule::Columns }, "");
        }
        match StringRecord::from_byte_record(std::mem::take(&mut self.record)) {
            Ok(fields) => Ok(Some(Ok(Row { line, fields }))),
            Err(error) => {
                let column = self.header.get(error.utf8_error().field()).unwrap_or_default().to_owned();
                self.record = error.into_byte_record();
                refused(Rule::Encoding, &column)
            }
        }
    }
}

impl<R: Read + Send + 'static> Iterator for Rows<R> {
    type Item = Result<Result<Row, Finding>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take().transpose()
    }
}

/// That nobody knows an encoding.
#[must_use]
pub fn unknown_encoding(label: &str) -> Fault {
    Fault::new("/mapping/encoding", "charset", format!("encoding: {label} is none that is known"))
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// How lines and the file end. The CSV reader does not tell a row that is whole from one that was cut.
#[derive(Default)]
struct End {
    reached: AtomicBool,
    quotes: AtomicU64,
    /// Whether the first line ends with a carriage return and a line feed.
    carriage_returns: AtomicBool,
    lines: AtomicBool,
    /// Bytes read since the present row began, but for what lay in the reader's buffer.
    of_this_row: AtomicU64,
}

impl End {
    fn row_begins(&self) {
        self.of_this_row.store(0, Ordering::Relaxed);
    }

    fn too_long(&self) -> bool {
        self.of_this_row.load(Ordering::Relaxed) > LONGEST_ROW
    }

    /// What a failure to read means.
    fn fault(&self, error: csv::Error) -> Fault {
        if self.too_long() {
            let said = "a row is longer than 1 MiB: somewhere a quotation mark is not closed";
            return Fault::new("/file", ROW_TOO_LONG, said);
        }
        Fault::unreadable(&error.into())
    }

    fn reached(&self) -> bool {
        self.reached.load(Ordering::Relaxed)
    }

    /// Whether the file began a quotation that it does not end.
    fn inside_quotes(&self) -> bool {
        self.quotes.load(Ordering::Relaxed) % 2 == 1
    }
}

struct Watched<R> {
    inner: R,
    end: Arc<End>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.end.of_this_row.fetch_add(read as u64, Ordering::Relaxed);
        if self.end.too_long() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let quotes = into[..read].iter().filter(|byte| **byte == b'"').count();
        self.end.quotes.fetch_add(quotes as u64, Ordering::Relaxed);
        if !self.end.lines.load(Ordering::Relaxed)
            && let Some(at) = into[..read].iter().position(|byte| *byte == b'\n')
        {
            self.end.lines.store(true, Ordering::Relaxed);
            self.end.carriage_returns.store(at > 0 && into[at - 1] == b'\r', Ordering::Relaxed);
        }
        if read == 0 {
            self.end.reached.store(true, Ordering::Relaxed);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8], encoding: &str) -> Vec<Result<Vec<String>, (u64, Rule)>> {
        let rows = Rows::open(io::Cursor::new(file.to_vec()), encoding, ',').unwrap();
        rows.map(|row| match row.unwrap() {
            Ok(row) => Ok(row.fields.iter().map(str::to_owned).collect()),
            Err(finding) => Err((finding.line, finding.rule)),
        })
        .collect()
    }

    fn row(fields: [&str; 2]) -> Result<Vec<String>, (u64, Rule)> {
        Ok(fields.map(str::to_owned).to_vec())
    }

    #[test]
    fn a_latin_1_row_is_refused_by_its_line_and_column_and_the_others_come_in() {
        let file = b"id,texto\n1,bache\n2,fuga en Le\xf3n\n3,poda\n";
        assert_eq!(read(file, "utf-8"), [row(["1", "bache"]), Err((3, Rule::Encoding)), row(["3", "poda"])]);
        assert_eq!(read(file, "windows-1252")[1], row(["2", "fuga en León"]));
        let mut rows = Rows::open(io::Cursor::new(file.to_vec()), "utf-8", ',').unwrap();
        let finding = rows.nth(1).unwrap().unwrap().unwrap_err();
        assert_eq!(finding.column, "texto");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_column() {
        let rows = Rows::open(io::Cursor::new(b"\xef\xbb\xbfid,texto\n".to_vec()), "utf-8", ',').unwrap();
        assert_eq!(rows.column("id"), Some(0));
    }

    #[test]
    fn a_file_cut_in_mid_line_loses_that_row_only() {
        assert_eq!(read(b"id,texto\n1,a\n2", "utf-8"), [row(["1", "a"]), Err((3, Rule::CutOff))]);
        assert_eq!(read(b"id,texto\n1,a\n2,\"hay un ba", "utf-8"), [row(["1", "a"]), Err((3, Rule::CutOff))]);
        assert_eq!(read(b"id,texto\n1,a\n2,b", "utf-8"), [row(["1", "a"]), row(["2", "b"])]);
    }

    #[test]
    fn too_many_and_too_few_columns_are_refused() {
        let read = read(b"id,texto\n1\n2,a,b\n3,c\n", "utf-8");
        assert_eq!(read, [Err((2, Rule::Columns)), Err((3, Rule::Columns)), row(["3", "c"])]);
    }

    #[test]
    fn a_line_break_within_quotes_belongs_to_the_row_and_lines_are_still_counted() {
        let read = read(b"id,texto\n1,\"a\nb\"\n2\n", "utf-8");
        assert_eq!(read, [row(["1", "a\nb"]), Err((4, Rule::Columns))]);
    }

    #[test]
    fn lines_are_the_same_whichever_way_they_end() {
        for file in [&b"id,texto\n1,a\n2\n3,c,d\n"[..], b"id,texto\r\n1,a\r\n2\r\n3,c,d\r\n"] {
            assert_eq!(read(file, "utf-8"), [row(["1", "a"]), Err((3, Rule::Columns)), Err((4, Rule::Columns))]);
        }
        assert_eq!(read(b"id,texto\r\n1,\"a\r\nb\"\r\n2\r\n", "utf-8")[1], Err((4, Rule::Columns)));
    }

    #[test]
    fn a_quotation_that_never_ends_is_not_gathered_to_the_end_of_the_file() {
        let file = io::Cursor::new(b"id,texto\n1,a\n2,\"".to_vec()).chain(io::repeat(b'x'));
        let mut rows = Rows::open(file, "utf-8", ',').unwrap();
        assert!(rows.next().unwrap().unwrap().is_ok());
        assert_eq!(rows.next().unwrap().unwrap_err().error.code, ROW_TOO_LONG);
        let header = Rows::open(io::repeat(b'x'), "utf-8", ',');
        assert_eq!(header.err().map(|fault| fault.error.code), Some(ROW_TOO_LONG.into()));
    }

    #[test]
    fn a_header_in_another_encoding_is_refused_by_its_name() {
        let refused = Rows::open(io::Cursor::new(b"n\xfamero,texto\n".to_vec()), "utf-8", ',').err().unwrap();
        assert_eq!((refused.error.pointer.as_str(), &*refused.error.code), ("/file", "header_unreadable"));
        assert!(Rows::open(io::Cursor::new(b"n\xfamero,texto\n".to_vec()), "windows-1252", ',').is_ok());
    }

    #[test]
    fn an_encoding_that_nobody_knows_and_an_empty_file_are_refused_at_once() {
        assert!(Rows::open(io::Cursor::new(b"id\n".to_vec()), "klingon", ',').is_err());
        assert!(Rows::open(io::Cursor::new(Vec::new()), "utf-8", ',').is_err());
    }
}
