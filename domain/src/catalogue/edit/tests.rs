//! What may be changed in a catalogue, and what is refused.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::catalogue::{Category, Channel, Dependency, Neighbourhood, Procedure, Unit, torreon};

fn cells(pairs: &[(&str, &str)]) -> Cells {
    let mut cells = Cells::default();
    for (column, text) in pairs {
        cells.put(*column, text);
    }
    cells
}

/// The first thing that is wrong with one row.
fn refused<E: Entry>(pairs: &[(&str, &str)]) -> (&'static str, &'static str) {
    let wrong = merge::<E>(&torreon(), &[cells(pairs)]).map(drop).unwrap_err();
    (wrong[0].column, wrong[0].rule.code())
}

const PARKS: &[(&str, &str)] = &[("code", "parks"), ("name_es", "Parques"), ("name_en", "Parks")];

#[test]
fn a_row_is_added_at_the_end_and_a_known_one_changes_only_where_it_is_told() {
    let merged = merge::<Dependency>(&torreon(), &[cells(PARKS), cells(&[("code", "simas"), ("abbreviation", "")])]);
    let merged = merged.unwrap();
    assert_eq!((merged.added.len(), merged.changed.len(), merged.unchanged), (1, 1, 0));
    assert_eq!(merged.catalogue.dependencies.last().unwrap().code, "parks");
    let before = torreon();
    let (simas, old) = (&merged.changed[0], Dependency::of(&before, "simas").unwrap());
    assert_eq!(*simas, Dependency { abbreviation: None, ..old.clone() });
    assert_eq!(Dependency::of(&merged.catalogue, "simas"), Some(simas));
}

#[test]
fn what_is_given_as_it_is_changes_nothing() {
    let city = torreon();
    let table: Vec<Cells> = city
        .categories
        .iter()
        .map(|row| {
            let texts = row.cells();
            cells(&Category::COLUMNS.iter().copied().zip(texts.iter().map(String::as_str)).collect::<Vec<_>>())
        })
        .collect();
    let merged = merge::<Category>(&city, &table).unwrap();
    assert!(merged.is_idle() && merged.unchanged == city.categories.len() && merged.catalogue == city);
}

#[test]
fn one_wrong_row_keeps_all_out_and_is_named() {
    let wrong = merge::<Dependency>(
        &torreon(),
        &[cells(PARKS), cells(&[("code", "zoo"), ("name_es", "Zoológico")]), cells(PARKS)],
    );
    let wrong = wrong.map(drop).unwrap_err();
    let told: Vec<_> = wrong.iter().map(|one| (one.row, one.column, one.rule.code())).collect();
    assert_eq!(told, [(1, "name_en", "required"), (2, "code", "twice")]);
}

#[test]
fn each_rule_names_its_column() {
    let parks = |further: &[(&'static str, &'static str)]| [PARKS, further].concat();
    assert_eq!(refused::<Dependency>(&[("code", "")]), ("code", "required"));
    assert_eq!(refused::<Dependency>(&[("code", "Parques")]), ("code", "code_malformed"));
    assert_eq!(refused::<Dependency>(&[("code", "1_park")]), ("code", "code_malformed"));
    assert_eq!(refused::<Dependency>(&parks(&[("name_es", "a\u{202e}b")])), ("name_es", "not_one_line"));
    let long = "ñ".repeat(201);
    assert_eq!(refused::<Dependency>(&[("code", "simas"), ("name_es", &long)]), ("name_es", "too_long"));
    assert_eq!(refused::<Dependency>(&parks(&[("valid_from", "23/11/2026")])), ("valid_from", "date_malformed"));
    let reversed = parks(&[("valid_from", "2026-02-02"), ("valid_until", "2026-02-01"), ("successor", "simas")]);
    assert_eq!(refused::<Dependency>(&reversed), ("valid_until", "validity_reversed"));
    assert_eq!(refused::<Dependency>(&parks(&[("rank", "-1")])), ("rank", "number_malformed"));
    let ended = [("code", "simas"), ("valid_until", "2026-12-31")];
    assert_eq!(refused::<Dependency>(&ended), ("successor", "successor_missing"));
    assert_eq!(
        refused::<Dependency>(&[("code", "simas"), ("successor", "dif")]),
        ("successor", "successor_unexpected")
    );
    let itself = [("code", "simas"), ("valid_until", "2026-12-31"), ("successor", "simas")];
    assert_eq!(refused::<Dependency>(&itself), ("successor", "succession_ring"));
    let comptroller = [("code", "comptroller"), ("valid_until", "2026-12-31"), ("successor", "simas")];
    assert_eq!(refused::<Dependency>(&comptroller), ("valid_until", "named_by_rules"));
    assert_eq!(refused::<Unit>(&[("code", "drainage_unit"), ("dependency", "dif")]), ("dependency", "fixed"));
    assert_eq!(refused::<Category>(&[("code", "water"), ("parent", "water_leak")]), ("parent", "ring"));
    assert_eq!(refused::<Category>(&[("code", "water"), ("parent", "water")]), ("parent", "ring"));
    assert_eq!(refused::<Category>(&[("code", "water"), ("parent", "fire")]), ("parent", "code_unknown"));
    assert_eq!(refused::<Category>(&[("code", "water"), ("kind", "wish")]), ("kind", "not_a_code"));
    assert_eq!(refused::<Category>(&[("code", "pothole"), ("unit", "drainage_unit")]), ("unit", "not_its_unit"));
    let below = [("code", "water"), ("valid_until", "2026-12-31")];
    assert_eq!(refused::<Category>(&below), ("valid_until", "outlived_below"));
    assert_eq!(refused::<Channel>(&[("code", "fax"), ("name_es", "Fax"), ("name_en", "Fax")]), ("type", "required"));
    assert_eq!(refused::<Channel>(&[("code", "x"), ("followed_by", "king")]), ("followed_by", "code_unknown"));
    assert_eq!(refused::<Channel>(&[("code", "x"), ("followed_by", "messenger")]), ("followed_by", "post_unfit"));
    assert_eq!(refused::<Channel>(&[("code", "x"), ("type", "pigeon")]), ("type", "not_a_code"));
    assert_eq!(refused::<Channel>(&[("code", "letter"), ("type", "desk")]), ("type", "fixed"));
    assert_eq!(refused::<Procedure>(&[("code", "power_cut"), ("website", "cfe.mx")]), ("website", "url"));
    let place = [("code", "centro"), ("name", "Centro"), ("postal_codes", "27000 2700")];
    assert_eq!(refused::<Neighbourhood>(&place), ("postal_codes", "postal_code_malformed"));
}

#[test]
fn a_parent_ends_with_all_below_it_in_one_file() {
    let until = ("valid_until", "2026-12-31");
    let ending: Vec<Cells> = torreon()
        .categories
        .iter()
        .filter(|row| row.code == "water" || row.parent.as_deref() == Some("water"))
        .map(|row| cells(&[("code", &row.code), until]))
        .collect();
    let merged = merge::<Category>(&torreon(), &ending).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 12, 31);
    assert!(merged.changed.iter().all(|row| row.valid_until == day) && merged.changed.len() == ending.len());
    // One of them cannot come back alone.
    let back = merge::<Category>(&merged.catalogue, &[cells(&[("code", "water_leak"), ("valid_until", "")])]);
    assert_eq!(back.map(drop).unwrap_err()[0].rule, Rule::OutlivesAbove);
}

#[test]
fn a_parent_may_stand_after_its_child_in_the_file_and_is_written_first() {
    let row = |code: &'static str, parent: &'static str| {
        cells(&[("code", code), ("parent", parent), ("name_es", "A"), ("name_en", "A")])
    };
    let merged = merge::<Category>(&torreon(), &[row("zoo_cage", "zoo"), row("zoo", "")]).unwrap();
    let codes: Vec<&str> = merged.added.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(codes, ["zoo", "zoo_cage"]);
}

proptest! {
    /// However parents are moved about, no category ever stands above itself, and none is lost.
    #[test]
    fn no_moves_make_a_ring(moves in prop::collection::vec((0_usize..12, 0_usize..13), 1..40)) {
        let mut city = torreon();
        city.categories.retain(|row| row.parent.is_none());
        city.categories.truncate(12);
        let codes: Vec<String> = city.categories.iter().map(|row| row.code.clone()).collect();
        for (child, parent) in moves {
            let (Some(child), parent) = (codes.get(child), codes.get(parent).map_or("", String::as_str)) else { continue };
            if let Ok(merged) = merge::<Category>(&city, &[cells(&[("code", child), ("parent", parent)])]) {
                city = merged.catalogue;
            }
            for code in &codes {
                let line = crate::catalogue::lineage(&city.categories, code);
                prop_assert!(line.last().is_some_and(|top| top.parent.is_none()));
            }
            prop_assert_eq!(city.categories.len(), codes.len());
        }
    }
}
