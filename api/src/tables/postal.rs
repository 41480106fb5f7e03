//! The post's official file of postal codes, `CPdescarga.txt`: a notice, a heading, cells with bars between them, in
//! Latin-1. Each settlement of a municipality becomes a neighbourhood with its kind and its postal codes.
//!
//! Owns how that file is understood. Neighbourhoods that the catalogue has keep their codes; none is taken out.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use csv::ReaderBuilder;
use domain::catalogue::{Catalogue, Cells, Neighbourhood, Neighbourhoods, folded};

use super::{Fault, Line, Sheet, code_of, own};

/// The columns that are read: postal code, name, kind, the state's number and the municipality's within it.
const COLUMNS: [&str; 5] = ["d_codigo", "d_asenta", "d_tipo_asenta", "c_estado", "c_mnpio"];

/// How many lines the notice before the heading has at most.
const NOTICE: usize = 5;

/// A settlement of the file: where it first stands, and its postal codes.
struct Settlement<'t> {
    line: u64,
    name: &'t str,
    kind: &'t str,
    codes: Vec<&'t str>,
}

/// Reads what the file has of one municipality, by INEGI's key (`05035`), against the neighbourhoods that are there.
///
/// # Errors
/// Everything by which it is no such file, or that it has nothing of the municipality.
pub(super) fn read(text: &str, city: &Catalogue, municipality: &str, today: NaiveDate) -> Result<Sheet, Vec<Fault>> {
    let text = own::plain_lines(text);
    let begins = |line: &str| line.split('|').any(|cell| cell.trim() == COLUMNS[0]);
    let Some(notice) = text.lines().take(NOTICE + 1).position(begins) else {
        return Err(vec![Fault::new(1, COLUMNS[0], "column_missing")]);
    };
    let body = text.split_inclusive('\n').skip(notice).map(str::len).sum::<usize>();
    let body = text.get(text.len() - body..).unwrap_or_default();
    let mut reader = ReaderBuilder::new()
        .delimiter(b'|')
        .quoting(false)
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else { return Err(vec![Fault::new(1, "", "file_malformed")]) };
        records.push((record.position().map_or(0, csv::Position::line) + notice as u64, record));
    }
    let Some(((_, header), rows)) = records.split_first() else {
        return Err(vec![Fault::new(1, "", "file_empty")]);
    };
    let mut faults = Vec::new();
    let mut at = [0; COLUMNS.len()];
    for (place, column) in at.iter_mut().zip(COLUMNS) {
        match header.iter().position(|name| name.trim() == column) {
            Some(found) => *place = found,
            None => faults.push(Fault::new(notice as u64 + 1, column, "column_missing")),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let [code, name, kind, state, within] = at;
    let mut settlements: BTreeMap<(String, String), Settlement<'_>> = BTreeMap::new();
    for (line, record) in rows {
        let cell = |at: usize| record.get(at).map(str::trim).unwrap_or_default();
        // Numbers that lost their zeros in a spreadsheet are still those numbers.
        if format!("{:0>2}{:0>3}", cell(state), cell(within)) != municipality {
            continue;
        }
        if cell(code).len() != 5 || !cell(code).bytes().all(|byte| byte.is_ascii_digit()) {
            faults.push(Fault::new(*line, COLUMNS[0], "postal_code_malformed"));
        }
        let key = (folded(cell(name)), folded(cell(kind)));
        if key.0.is_empty() {
            let code = if cell(name).is_empty() { "required" } else { "no_letters" };
            faults.push(Fault::new(*line, COLUMNS[1], code));
        }
        let new = || Settlement { line: *line, name: cell(name), kind: cell(kind), codes: Vec::new() };
        settlements.entry(key).or_insert_with(new).codes.push(cell(code));
    }
    if settlements.is_empty() {
        faults.push(Fault::new(1, COLUMNS[4], "nothing_of_municipality").with("municipality", municipality));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(sheet(&settlements, city, today))
}

/// The lines by which the catalogue follows the file.
fn sheet(settlements: &BTreeMap<(String, String), Settlement<'_>>, city: &Catalogue, today: NaiveDate) -> Sheet {
    let known = Neighbourhoods::of(city);
    let mut taken: HashSet<String> = city.neighbourhoods.iter().map(|row| row.code.clone()).collect();
    let mut called: HashMap<&str, usize> = HashMap::new();
    for (name, _) in settlements.keys() {
        *called.entry(name).or_default() += 1;
    }
    let named = vec![("name", COLUMNS[1].to_owned()), ("kind", COLUMNS[2].to_owned())];
    let mut sheet = Sheet { named, ..Sheet::default() };
    for ((name, kind), settlement) in settlements {
        let candidates = known.named(city, settlement.name, today);
        let alike = |row: &&&Neighbourhood| row.kind.as_deref().is_some_and(|own| folded(own) == *kind);
        let bare: Vec<&&Neighbourhood> = candidates.iter().filter(|row| row.kind.is_none()).collect();
        let found = match (candidates.iter().find(alike), bare.as_slice()) {
            (Some(alike), _) => Some(*alike),
            // One without a kind is this one only where the file has no other of the name.
            (None, [only]) if called.get(name.as_str()) == Some(&1) => Some(**only),
            (None, bare) => {
                sheet.ambiguous.extend(bare.iter().map(|row| row.code.clone()));
                None
            }
        };
        let mut cells = Cells::default();
        match found {
            Some(row) => cells.put("code", &row.code),
            None => {
                let several = called.get(name.as_str()).is_some_and(|count| *count > 1) || !candidates.is_empty();
                let full = format!("{} {}", settlement.kind, settlement.name);
                cells.put("code", &code_of(if several { &full } else { settlement.name }, &mut taken));
                cells.put("name", settlement.name);
            }
        }
        cells.put("kind", settlement.kind);
        cells.put("postal_codes", &settlement.codes.join(" "));
        sheet.lines.push(Line { number: settlement.line, cells });
    }
    sheet.ambiguous.sort();
    sheet.ambiguous.dedup();
    sheet.lines.sort_by_key(|line| line.number);
    sheet
}

#[cfg(test)]
mod tests {
    use domain::catalogue::{merge, torreon};

    use super::*;

    const FILE: &str = "Aviso que nadie lee.\r\n\
        d_codigo|d_asenta|d_tipo_asenta|D_mnpio|d_estado|d_ciudad|d_CP|c_estado|c_oficina|c_CP|c_tipo_asenta|c_mnpio|id_asenta_cpcons|d_zona|c_cve_ciudad\r\n\
        99001|Prado \"Uno\"|Colonia|Prueba|Ninguno||99001|05|99001||09|035|0001|Urbano|01\r\n\
        99002|Prado \"Uno\"|Colonia|Prueba|Ninguno||99001|5|99001||09|35|0002|Urbano|01\r\n\
        99003|Las Dalias|Fraccionamiento|Prueba|Ninguno||99001|05|99001||21|035|0003|Urbano|01\r\n\
        99004|Las Dalias|Colonia|Prueba|Ninguno||99001|05|99001||09|035|0004|Urbano|01\r\n\
        99005|Lejos|Ejido|Otra|Ninguno||99001|05|99001||15|009|0005|Rural|\r\n";

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()
    }

    fn given(sheet: &Sheet) -> Vec<(u64, [Option<&str>; 4])> {
        let columns = ["code", "name", "kind", "postal_codes"];
        sheet.lines.iter().map(|line| (line.number, columns.map(|column| line.cells.get(column)))).collect()
    }

    #[test]
    fn a_settlement_is_one_neighbourhood_with_all_its_postal_codes() {
        let mut city = torreon();
        let sheet = read(FILE, &city, "05035", today()).unwrap();
        let expected = [
            (3, ["prado_uno", "Prado \"Uno\"", "Colonia", "99001 99002"]),
            (5, ["fraccionamiento_las_dalias", "Las Dalias", "Fraccionamiento", "99003"]),
            (6, ["colonia_las_dalias", "Las Dalias", "Colonia", "99004"]),
        ];
        assert_eq!(given(&sheet), expected.map(|(line, cells)| (line, cells.map(Some))));
        // Another time nothing is new, whatever the spelling.
        let cells: Vec<Cells> = sheet.lines.iter().map(|line| line.cells.clone()).collect();
        city = merge::<Neighbourhood>(&city, &cells).unwrap().catalogue;
        let again = read(&FILE.replace("Prado", "PRADO"), &city, "05035", today()).unwrap();
        let cells: Vec<Cells> = again.lines.iter().map(|line| line.cells.clone()).collect();
        assert!(merge::<Neighbourhood>(&city, &cells).unwrap().is_idle());
    }

    #[test]
    fn one_of_no_kind_is_the_only_one_of_its_name_or_nobody_knows() {
        let mut city = torreon();
        for (code, name) in [("prado", "Prado Uno"), ("dalias", "Las Dalias")] {
            let mut cells = Cells::default();
            cells.put("code", code);
            cells.put("name", name);
            city = merge::<Neighbourhood>(&city, &[cells]).unwrap().catalogue;
        }
        let sheet = read(FILE, &city, "05035", today()).unwrap();
        assert_eq!(given(&sheet)[0].1, [Some("prado"), None, Some("Colonia"), Some("99001 99002")]);
        assert_eq!((sheet.lines.len(), sheet.ambiguous), (3, vec!["dalias".to_owned()]));
    }

    #[test]
    fn another_file_another_city_and_a_broken_line_are_told() {
        let city = torreon();
        let told = |text: &str, municipality: &str| {
            let faults = read(text, &city, municipality, today()).unwrap_err();
            faults.into_iter().map(|fault| (fault.line, fault.column, fault.code)).collect::<Vec<_>>()
        };
        let at = |line, column: &str, code| (line, column.to_owned(), code);
        assert_eq!(told("colonia,poblacion\n", "05035"), [at(1, "d_codigo", "column_missing")]);
        assert_eq!(told(FILE, "01001"), [at(1, "c_mnpio", "nothing_of_municipality")]);
        assert_eq!(told(&FILE.replace("c_mnpio", "x"), "05035"), [at(2, "c_mnpio", "column_missing")]);
        let broken = FILE.replace("99002", "9900").replace("Las Dalias|C", "|C");
        let expected = [at(4, "d_codigo", "postal_code_malformed"), at(6, "d_asenta", "required")];
        assert_eq!(told(&broken, "05035"), expected);
    }
}
