//! A field as a row: what it may be, and what of it stays.

use super::*;
use crate::catalogue::{merge, torreon};

fn cells(pairs: &[(&str, &str)]) -> Cells {
    let mut cells = Cells::default();
    pairs.iter().for_each(|(column, text)| cells.put(*column, text));
    cells
}

fn flooded<'a>(further: &[(&'a str, &'a str)]) -> Cells {
    let whole = [
        ("code", "house_flooded"),
        ("category", "water"),
        ("name_es", "¿El agua entra a una casa?"),
        ("name_en", "Is water reaching a house?"),
        ("type", "choice"),
        ("choices", "yes | Sí | Yes\nno | No | No"),
    ];
    cells(&[&whole[..], further].concat())
}

fn bare() -> Catalogue {
    Catalogue { fields: Vec::new(), ..torreon() }
}

fn refused(city: &Catalogue, row: &Cells) -> Vec<(&'static str, &'static str)> {
    let wrong = merge::<FormField>(city, std::slice::from_ref(row)).unwrap_err();
    wrong.into_iter().map(|one| (one.column, one.rule.code())).collect()
}

#[test]
fn a_category_asks_what_those_above_it_ask_and_then_its_own() {
    let lamp = cells(&[
        ("code", "rooms"),
        ("category", "water_leak"),
        ("name_es", "Cuartos"),
        ("name_en", "Rooms"),
        ("type", "number"),
        ("min", "1"),
        ("shown_when_field", "house_flooded"),
        ("shown_when_is", "yes"),
    ]);
    let city = merge::<FormField>(&bare(), &[lamp, flooded(&[("valid_until", "2026-11-30")])]).unwrap().catalogue;
    let asked = |category: &str, day| {
        let on = NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        city.form(category, on).fields().iter().map(|field| field.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(asked("water_leak", 30), ["house_flooded", "rooms"]);
    assert_eq!(asked("water", 30), ["house_flooded"]);
    assert_eq!(asked("pothole", 30), [""; 0]);
    assert_eq!(asked("nowhere", 30), [""; 0]);
}

#[test]
fn what_a_field_cannot_be_is_told_by_column() {
    let city = merge::<FormField>(&bare(), &[flooded(&[])]).unwrap().catalogue;
    let new = |further: &[(&'static str, &'static str)]| {
        let whole = [("code", "x"), ("category", "water_leak"), ("name_es", "X"), ("name_en", "X")];
        refused(&city, &cells(&[&whole[..], further].concat()))
    };
    assert_eq!(new(&[]), [("type", "required")]);
    assert_eq!(new(&[("type", "picture")]), [("type", "not_a_code")]);
    assert_eq!(new(&[("type", "choice")]), [("choices", "required")]);
    assert_eq!(
        new(&[("type", "choice"), ("choices", "yes")]),
        [("choices", "choices_malformed"), ("choices", "required")]
    );
    assert_eq!(new(&[("type", "text"), ("choices", "a | A | A")]), [("choices", "not_of_this_type")]);
    assert_eq!(new(&[("type", "several"), ("choices", "a | A | A\na | B | B")]), [("choices", "twice")]);
    assert_eq!(new(&[("type", "text"), ("min", "1")]), [("min", "not_of_this_type")]);
    assert_eq!(new(&[("type", "number"), ("min", "2"), ("max", "1")]), [("max", "bounds_reversed")]);
    assert_eq!(new(&[("type", "number"), ("min", "9007199254740992")]), [("min", "whole_number")]);
    assert_eq!(new(&[("type", "text"), ("max_length", "2001")]), [("max_length", "out_of_range")]);
    assert_eq!(new(&[("type", "date"), ("help_es", "Día")]), [("help_en", "required")]);
    let hung = |field, is| new(&[("type", "text"), ("shown_when_field", field), ("shown_when_is", is)]);
    assert_eq!(hung("x", "yes"), [("shown_when_field", "ring"), ("shown_when_field", "not_of_this_type")]);
    assert_eq!(hung("nowhere", "yes"), [("shown_when_field", "code_unknown")]);
    assert_eq!(hung("house_flooded", ""), [("shown_when_is", "required")]);
    assert_eq!(hung("house_flooded", "maybe"), [("shown_when_is", "not_a_code")]);
    assert_eq!(hung("", "yes"), [("shown_when_field", "required")]);
    // A field of another line of the tree is never on the same form.
    let off = [("category", "pothole"), ("type", "text"), ("shown_when_field", "house_flooded")];
    assert_eq!(new(&off), [("shown_when_field", "code_unknown")]);
}

#[test]
fn what_it_takes_stays_and_a_choice_ends_but_does_not_go() {
    let city = merge::<FormField>(&bare(), &[flooded(&[])]).unwrap().catalogue;
    let change = |further: &[(&str, &str)]| cells(&[&[("code", "house_flooded")][..], further].concat());
    assert_eq!(refused(&city, &change(&[("type", "text")]))[0], ("type", "fixed"));
    assert_eq!(refused(&city, &change(&[("category", "streets")])), [("category", "fixed")]);
    assert_eq!(refused(&city, &change(&[("choices", "yes | Sí | Yes")])), [("choices", "choice_gone")]);
    let ended = change(&[("choices", "yes | Sí | Yes\nno | No | No | ended\nmaybe | Tal vez | Maybe")]);
    let city = merge::<FormField>(&city, &[ended]).unwrap().catalogue;
    let field = FormField::of(&city, "house_flooded").unwrap();
    assert_eq!(field.choices.iter().map(|choice| choice.ended).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(FormField::read_choices(&field.choices_cell()), Some(field.choices.clone()));
}

#[test]
fn one_category_asks_for_twenty_things_at_most_and_what_has_ended_is_none_of_them() {
    let row = |at: usize, until: &str| {
        let (code, name) = (format!("f{at}"), format!("Campo {at}"));
        let pairs = [("code", &code), ("name_es", &name), ("name_en", &name)];
        let mut cells = Cells::default();
        pairs.iter().for_each(|(column, text)| cells.put(*column, text));
        for (column, text) in [("category", "water"), ("type", "text"), ("valid_until", until)] {
            cells.put(column, text);
        }
        cells
    };
    let rows: Vec<Cells> = (0..MOST_FIELDS).map(|at| row(at, "")).collect();
    let city = merge::<FormField>(&bare(), &rows).unwrap().catalogue;
    assert_eq!(refused(&city, &row(MOST_FIELDS, "")), [("code", "too_many")]);
    let city = merge::<FormField>(&city, &[row(0, "2026-01-01")]).unwrap().catalogue;
    assert!(merge::<FormField>(&city, &[row(MOST_FIELDS, "")]).is_ok());
}
