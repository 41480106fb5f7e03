//! Mappings, right and wrong.

use super::*;

const LEAST: &str = r#"
    source = "prueba"
    [columns]
    id = "id"
    created = "abierto"
    status = "estado"
    [dates]
    time_zone = "America/Monterrey"
    day_formats = ["%d/%m/%Y"]
    [statuses]
    open = ["abierto"]
    closed = ["cerrado"]
"#;

#[test]
fn little_is_needed_and_nothing_unknown_is_passed_over() {
    let mapping = Mapping::parse(LEAST).unwrap();
    assert_eq!((mapping.encoding.as_str(), mapping.delimiter), ("utf-8", ','));
    assert!(Mapping::parse(&LEAST.replace("status =", "state =")).unwrap_err().to_string().contains("state"));
    assert!(Mapping::parse(&LEAST.replace("America/Monterrey", "America/Torreon")).is_err());
    assert!(Mapping::parse(&LEAST.replace("%d/%m/%Y", "%Q")).unwrap_err().to_string().contains("%Q"));
    assert!(Mapping::parse(&LEAST.replace("\"prueba\"", "\"Otra Cosa\"")).unwrap_err().to_string().contains("source"));
}

#[test]
fn the_exact_word_counts_before_its_beginning_and_the_longest_beginning_before_the_rest() {
    let pairs = [("DPW*", "a"), ("DPW - B*", "b"), ("DPW Ops", "c"), ("*", "d")];
    let words = Words::from(BTreeMap::from(pairs.map(|(word, code)| (word.to_owned(), code.to_owned()))));
    assert_eq!(
        ["DPW Ops", "DPW - Bureau", "DPW", "PUC"].map(|word| words.code(word)),
        [Some("c"), Some("b"), Some("a"), Some("d")]
    );
    assert_eq!(Words::default().code("PUC"), None);
}

#[test]
fn every_mapping_that_ships_names_codes_of_the_catalogue() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../mappings");
    let mut seen = 0;
    for file in std::fs::read_dir(shipped).unwrap() {
        let path = file.unwrap().path();
        let mapping = Mapping::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        mapping.check(&domain::catalogue::torreon()).unwrap();
        assert_eq!(Some(mapping.source.as_str()), path.file_stem().and_then(|stem| stem.to_str()));
        seen += 1;
    }
    assert!(seen >= 2);
}

#[test]
fn a_code_that_the_catalogue_lacks_is_named() {
    let wrong = format!("{LEAST}\n[channels]\nTel = \"telegraph\"");
    let refused = Mapping::parse(&wrong).unwrap().check(&domain::catalogue::torreon()).unwrap_err().to_string();
    assert!(refused.contains("telegraph"), "{refused}");
    let wrong = format!("{LEAST}\n[neighbourhoods]\n\"[551]\" = \"atlantis\"");
    let refused = Mapping::parse(&wrong).unwrap().check(&domain::catalogue::torreon()).unwrap_err().to_string();
    assert!(refused.contains("atlantis"), "{refused}");
}

#[test]
fn what_is_wrong_is_named_by_its_place_and_code() {
    let refused = |from: &str, to: &str| {
        let error = Mapping::parse(&LEAST.replace(from, to)).unwrap_err().error;
        (error.pointer, error.code.into_owned())
    };
    for (from, to, at, code) in [
        ("id = \"id\"", "", "/mapping/columns/id", "required"),
        ("status =", "state =", "/mapping/columns/state", "unknown"),
        ("id = \"id\"", "id = 7", "/mapping/columns/id", "wrong_type"),
        ("America/Monterrey", "America/Torreon", "/mapping/dates/time_zone", "time_zone_unknown"),
        ("%d/%m/%Y", "%Q", "/mapping/dates/day_formats/0", "date_form_malformed"),
        ("\"prueba\"", "\"Otra Cosa\"", "/mapping/source", "source_malformed"),
        ("[columns]", "encoding = \"klingon\"\n[columns]", "/mapping/encoding", "charset"),
        ("[columns]", "delimiter = \"ñ\"\n[columns]", "/mapping/delimiter", "delimiter_malformed"),
        ("[columns]", "[columns", "/mapping", "syntax"),
    ] {
        assert_eq!(refused(from, to), (at.to_owned(), code.to_owned()), "{to}");
    }
    let place = Mapping::parse(&LEAST.replace("[columns]", "[columns")).unwrap_err().error.facts;
    assert_eq!(place[0], ("line", "3".to_owned()));
    let wrong = format!("{LEAST}\n[categories]\n\"Agua/Fuga*\" = \"nothing\"");
    let refused = Mapping::parse(&wrong).unwrap().check(&domain::catalogue::torreon()).unwrap_err().error;
    assert_eq!((refused.pointer.as_str(), &*refused.code), ("/mapping/categories/Agua~1Fuga*", "not_listed"));
}

#[test]
fn a_territory_that_holds_nothing_is_refused() {
    let parse = |edges: [f64; 4]| {
        let [south, west, north, east] = edges;
        let edges = format!("south = {south:?}\nwest = {west:?}\nnorth = {north:?}\neast = {east:?}");
        Mapping::parse(&format!("{LEAST}\n[territory]\n{edges}")).map(drop)
    };
    assert_eq!(parse([24.9, -103.7, 25.8, -102.9]), Ok(()));
    for wrong in [
        [25.8, -103.7, 24.9, -102.9],
        [24.9, -102.9, 25.8, -103.7],
        [24.9, -103.7, 24.9, -102.9],
        [-103.7, 24.9, -102.9, 25.8],
        [24.9, -103.7, 90.5, -102.9],
    ] {
        assert!(parse(wrong).unwrap_err().to_string().starts_with("territory: "), "{wrong:?}");
    }
}

#[test]
fn a_place_on_the_edge_is_inside() {
    let torreon = Territory { south: 24.9, west: -103.7, north: 25.8, east: -102.9, outside: Outside::Drop };
    assert!(torreon.holds(25.5, -103.4) && torreon.holds(24.9, -103.7));
    assert!(!torreon.holds(25.5, -102.8) && !torreon.holds(f64::NAN, -103.4));
}
