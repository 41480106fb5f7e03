//! A count of the people in each neighbourhood, as planning institutes publish it: a name, and a column
//! `poblacion…_2010` with the year in its name.
//!
//! Owns how such a file is understood. Neighbourhoods that the catalogue has keep their codes; the others get one.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::catalogue::{Catalogue, Cells, Neighbourhoods, folded};

use super::{Fault, Line, Sheet, code_of, own};

/// How such files call the name.
const NAMES: [&str; 5] = ["colonia", "asentamiento", "nombre", "neighbourhood", "name"];

/// With what the column of the people begins.
const PEOPLE: [&str; 2] = ["poblacion", "population"];

/// Reads the file against the neighbourhoods that are there.
///
/// # Errors
/// Everything by which it is no such file.
pub(super) fn read(text: &str, city: &Catalogue, today: NaiveDate) -> Result<Sheet, Vec<Fault>> {
    let (header, records) = own::records(text)?;
    let plain: Vec<String> = header.iter().map(|name| folded(&name.replace('_', " "))).collect();
    let name = plain.iter().position(|one| NAMES.contains(&one.as_str()));
    let people = plain.iter().position(|one| PEOPLE.iter().any(|word| one.starts_with(word)) && year(one).is_some());
    let missing = |column: &str| Fault::new(1, column, "column_missing");
    let (Some(name), Some(people)) = (name, people) else {
        let faults = [name.is_none().then(|| missing("colonia")), people.is_none().then(|| missing("poblacion_2020"))];
        return Err(faults.into_iter().flatten().collect());
    };
    let year = plain.get(people).and_then(|one| year(one)).unwrap_or_default();
    let called = |at: usize| header.get(at).unwrap_or_default().trim().to_owned();
    let known = Neighbourhoods::of(city);
    let mut taken: HashSet<String> = city.neighbourhoods.iter().map(|row| row.code.clone()).collect();
    let (mut seen, mut faults) = (HashSet::new(), Vec::new());
    let mut sheet = Sheet { named: vec![("name", called(name)), ("population", called(people))], ..Sheet::default() };
    for (number, record) in records {
        let (Some(written), Some(count)) = (record.get(name), record.get(people)) else {
            let fault = Fault::new(number, "", "cell_count").with("expected", header.len().to_string());
            faults.push(fault.with("found", record.len().to_string()));
            continue;
        };
        let (written, key) = (written.trim(), folded(written));
        if key.is_empty() {
            let code = if written.is_empty() { "required" } else { "no_letters" };
            faults.push(Fault::new(number, called(name), code));
            continue;
        }
        if !seen.insert(key) {
            faults.push(Fault::new(number, called(name), "twice"));
            continue;
        }
        let mut cells = Cells::default();
        match known.named(city, written, today).as_slice() {
            [] => {
                cells.put("code", &code_of(written, &mut taken));
                cells.put("name", written);
            }
            [only] => cells.put("code", &only.code),
            several => {
                sheet.ambiguous.extend(several.iter().map(|row| row.code.clone()));
                continue;
            }
        }
        cells.put("population", count);
        cells.put("population_year", &year.to_string());
        sheet.lines.push(Line { number, cells });
    }
    if faults.is_empty() { Ok(sheet) } else { Err(faults) }
}

/// The year with which a column's name ends.
fn year(column: &str) -> Option<i32> {
    column.rsplit(' ').next().and_then(|word| word.parse().ok()).filter(|year| (1900..=2999).contains(year))
}

#[cfg(test)]
mod tests {
    use domain::catalogue::{Neighbourhood, merge, torreon};

    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()
    }

    #[test]
    fn a_known_neighbourhood_keeps_its_code_and_another_gets_one() {
        let mut city = torreon();
        let first = read("colonia,poblacion_total_2010,hogares\nLas Dalias,12,3\n", &city, today()).unwrap();
        city = merge::<Neighbourhood>(&city, &[first.lines[0].cells.clone()]).unwrap().catalogue;
        let text = "Colonia;Población 2020\nLAS DALIAS;15\n2 de Marzo;7\nSan José;0\n";
        let sheet = read(text, &city, today()).unwrap();
        let given: Vec<_> = sheet
            .lines
            .iter()
            .map(|line| ["code", "name", "population", "population_year"].map(|column| line.cells.get(column)))
            .collect();
        let expected = [
            [Some("las_dalias"), None, Some("15"), Some("2020")],
            [Some("n_2_de_marzo"), Some("2 de Marzo"), Some("7"), Some("2020")],
            [Some("san_jose"), Some("San José"), Some("0"), Some("2020")],
        ];
        assert_eq!(given, expected);
    }

    #[test]
    fn a_file_of_another_kind_and_a_name_that_stands_twice_are_told() {
        let city = torreon();
        let told = |text: &str| {
            let faults = read(text, &city, today()).unwrap_err();
            faults.into_iter().map(|fault| (fault.line, fault.column, fault.code)).collect::<Vec<_>>()
        };
        assert_eq!(told("calle,casas\nx,1\n").len(), 2);
        let twice = told("colonia,poblacion_2010\nAlfa,1\n,2\nalfá,3\nBeta\n");
        let expected = [(3, "colonia", "required"), (4, "colonia", "twice"), (5, "", "cell_count")];
        assert_eq!(twice, expected.map(|(line, column, code)| (line, column.to_owned(), code)));
    }
}
