//! Rows as they come, and what becomes of them.

use std::io::Cursor;

use domain::calendar::Calendar;
use domain::catalogue::torreon;

use super::*;

const MAPPING: &str = r#"
    source = "prueba"
    no_address = ["sin domicilio"]
    [columns]
    id = "id"
    created = "abierto"
    updated = "movido"
    closed = "cerrado"
    status = "estado"
    note = "nota"
    channel = "canal"
    category = ["tema", "detalle"]
    agency = "area"
    text = "texto"
    address = "domicilio"
    neighbourhood = "colonia"
    postal_code = "cp"
    latitude = "lat"
    longitude = "lon"
    [dates]
    time_zone = "America/Los_Angeles"
    formats = ["%Y-%m-%dT%H:%M:%S"]
    day_formats = ["%Y-%m-%d"]
    [statuses]
    open = ["open"]
    closed = ["closed"]
    [territory]
    south = 25.0
    west = -104.0
    north = 26.0
    east = -103.0
    [channels]
    Phone = "phone_073"
    [categories]
    Agua = "water"
    "Agua / Fuga" = "water_leak"
    Trato = "office_staff_conduct"
    [dependencies]
    "SIMAS*" = "simas"
    Otra = "none"
"#;

const HEADER: &str = "id,abierto,movido,cerrado,estado,nota,canal,tema,detalle,area,texto,domicilio,colonia,cp,lat,lon";

/// A row that is right in every column.
const GOOD: [&str; 16] = [
    "77",
    "2016-07-13T15:11:07",
    "",
    "2016-07-14T12:13:22",
    "closed",
    "hecho",
    "Phone",
    "Agua",
    "Fuga",
    "SIMAS Norte",
    "Hay una fuga",
    "Calle 5",
    "Las Julietas",
    "27000",
    "25.5",
    "-103.4",
];

type Found = (Rule, Deed, String);

fn judged(change: &[(&str, &str)]) -> Result<(Prepared, Vec<Found>), Rule> {
    let names: Vec<&str> = HEADER.split(',').collect();
    let mut fields = GOOD;
    for (name, value) in change {
        let at = names.iter().position(|column| column == name).unwrap();
        fields[at] = value;
    }
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(&names).unwrap();
    file.write_record(fields).unwrap();
    let mut rows = Rows::open(Cursor::new(file.into_inner().unwrap()), "utf-8", ',').unwrap();
    let mapping = Mapping::parse(MAPPING).unwrap();
    let (catalogue, calendar) = (torreon(), Calendar::torreon());
    mapping.check(&catalogue).unwrap();
    let now = "2026-05-01T00:00:00Z".parse().unwrap();
    let judge = Judge::new(&mapping, (&catalogue, &calendar), &rows, now).unwrap();
    let row = rows.next().unwrap().unwrap().unwrap();
    match judge.judge(&row) {
        Ok((prepared, findings)) => {
            Ok((prepared, findings.into_iter().map(|found| (found.rule, found.deed, found.column)).collect()))
        }
        Err(finding) => Err(finding.rule),
    }
}

fn utc(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn a_sound_row_comes_in_whole_at_the_files_own_instants() {
    let (row, found) = judged(&[]).unwrap();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(row.received, (utc("2016-07-13T22:11:07Z"), Precision::Instant));
    assert_eq!(row.closed, Some((utc("2016-07-14T19:13:22Z"), Precision::Instant)));
    assert_eq!((row.category.as_str(), row.channel.as_str()), ("water_leak", "phone_073"));
    assert_eq!(row.followed_by, "call_center_head");
    assert_eq!(row.dependency.as_deref(), Some("simas"));
    assert_eq!(row.place.neighbourhood.as_deref(), Some("Las Julietas"));
    assert_eq!((row.place.latitude, row.place.postal_code.as_deref()), (Some(25.5), Some("27000")));
    assert_eq!(row.note.unwrap().as_str(), "hecho");
}

#[test]
fn what_cannot_be_a_petition_is_refused_by_its_rule() {
    let long = "x".repeat(10_001);
    let id = "9".repeat(101);
    for (column, value, rule) in [
        ("id", " ", Rule::Id),
        ("id", id.as_str(), Rule::Id),
        ("abierto", "", Rule::Opened),
        ("abierto", "2016-02-30T10:00:00", Rule::Opened),
        ("abierto", "0016-02-03T10:00:00", Rule::Opened),
        ("abierto", "13/07/2016", Rule::Opened),
        ("abierto", "2026-05-02T00:00:00", Rule::OpenedInFuture),
        ("estado", "quién sabe", Rule::Status),
        ("texto", long.as_str(), Rule::TextTooLong),
    ] {
        assert_eq!(judged(&[(column, value)]).unwrap_err(), rule, "{column}={value}");
    }
}

#[test]
fn what_can_be_repaired_is_and_the_report_says_so() {
    let one = |change: &[(&str, &str)]| {
        let (row, found) = judged(change).unwrap();
        assert_eq!(found.len(), 1, "{change:?}: {found:?}");
        (row, found[0].clone())
    };
    let unknown = Some((utc("2016-07-13T22:11:07Z"), Precision::Unknown));
    for (value, rule, deed) in [
        ("2016-07-13T15:11:06", Rule::ClosedBeforeOpened, Deed::Repaired),
        ("2016-13-01T00:00:00", Rule::Closed, Deed::Repaired),
        ("2027-01-01T00:00:00", Rule::Closed, Deed::Repaired),
        ("", Rule::ClosingUndated, Deed::Kept),
    ] {
        let (row, found) = one(&[("cerrado", value)]);
        assert_eq!((row.closed, found.0, found.1), (unknown, rule, deed), "{value}");
    }
    let (row, found) = one(&[("texto", "fuga\u{7}grande")]);
    assert_eq!((row.text.unwrap().as_str(), found.0), ("fuga grande", Rule::ControlCharacters));
    let (row, found) = one(&[("texto", "")]);
    assert!(row.text.is_none() && found == (Rule::NoText, Deed::Kept, "texto".to_owned()));
    let (row, found) = one(&[("lat", "37.77")]);
    assert_eq!((row.place.latitude, found.0), (None, Rule::OutsideTerritory));
    assert_eq!(one(&[("lat", "norte")]).1.0, Rule::Coordinates);
    assert_eq!(one(&[("lon", "")]).1.0, Rule::Coordinates);
    assert_eq!(one(&[("cp", "2700")]).1.0, Rule::PostalCode);
    let (row, found) = one(&[("colonia", &"x".repeat(121))]);
    assert!(row.place.neighbourhood.is_none() && found.0 == Rule::Neighbourhood);
    let (row, found) = one(&[("canal", "Telepathy")]);
    assert_eq!((row.channel.as_str(), found.0), ("unknown", Rule::Channel));
    let (row, found) = one(&[("tema", "Otro")]);
    assert_eq!((row.category.as_str(), found.0), ("unclassified", Rule::Category));
    let (row, found) = one(&[("area", "JIMAS")]);
    assert!(row.dependency.is_none() && found.0 == Rule::Agency);
    let (row, found) = one(&[("abierto", "2016-03-13T02:30:00")]);
    assert_eq!((row.received.0, found.0), (utc("2016-03-13T10:30:00Z"), Rule::SkippedHour));
}

#[test]
fn what_is_not_routed_by_the_mapping_or_not_said_is_no_finding() {
    let (row, found) = judged(&[("area", "Otra"), ("canal", ""), ("tema", ""), ("detalle", "")]).unwrap();
    assert!(found.is_empty() && row.dependency.is_none(), "{found:?}");
    assert_eq!((row.channel.as_str(), row.category.as_str()), ("unknown", "unclassified"));
}

#[test]
fn a_detail_that_the_mapping_lacks_falls_back_to_the_coarser_word() {
    assert_eq!(judged(&[("detalle", "Olor")]).unwrap().0.category, "water");
}

#[test]
fn without_any_place_the_row_is_kept_and_named() {
    let nowhere = [("domicilio", "sin domicilio"), ("colonia", ""), ("lat", ""), ("lon", "")];
    let (row, found) = judged(&nowhere).unwrap();
    assert!(row.address.is_none());
    assert_eq!(found, [(Rule::NoPlace, Deed::Kept, "domicilio".to_owned())]);
}

#[test]
fn a_day_is_the_citys_day_and_closes_on_the_day_it_was_opened() {
    let (row, found) = judged(&[("abierto", "2021-10-18"), ("cerrado", "2021-10-18")]).unwrap();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(row.received, (utc("2021-10-18T05:00:00Z"), Precision::Day));
    assert_eq!(row.closed, Some((utc("2021-10-18T05:00:00Z"), Precision::Day)));
}

#[test]
fn the_last_change_counts_for_what_is_open_only() {
    let open = [("estado", "open"), ("cerrado", ""), ("movido", "2016-07-20T10:00:00")];
    assert_eq!(judged(&open).unwrap().0.updated, (utc("2016-07-20T17:00:00Z"), Precision::Instant));
    let (row, found) = judged(&[("estado", "open"), ("movido", "2016-07-01T10:00:00")]).unwrap();
    assert_eq!((row.updated.1, found[0].0), (Precision::Unknown, Rule::Updated));
    assert_eq!(judged(&[("movido", "nunca")]).unwrap().0.updated.1, Precision::Unknown);
}

#[test]
fn what_is_against_a_public_servant_goes_to_the_comptroller_alone() {
    let (row, _) = judged(&[("tema", "Trato"), ("detalle", "")]).unwrap();
    assert!(row.against_public_servant);
    assert_eq!(row.dependency.as_deref(), Some("comptroller"));
}
