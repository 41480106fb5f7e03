//! A form as it is filled in and corrected: what is taken, what is told, and what has to hold of any.

use proptest::prelude::*;

use super::*;
use crate::catalogue::Choice;

fn field(code: &str, field_type: FieldType) -> FormField {
    let choices = ["yes", "no", "maybe"].map(|code| Choice {
        code: code.to_owned(),
        name_es: code.to_owned(),
        name_en: code.to_owned(),
        ended: code == "maybe",
    });
    FormField {
        code: code.to_owned(),
        category: "water".to_owned(),
        name_es: code.to_owned(),
        name_en: code.to_owned(),
        help_es: None,
        help_en: None,
        field_type,
        required: false,
        choices: if field_type.chooses() { choices.into() } else { Vec::new() },
        min: None,
        max: None,
        max_length: None,
        shown_when_field: None,
        shown_when_is: Vec::new(),
        valid_from: None,
        valid_until: None,
        rank: 0,
    }
}

fn hung(on: &str, is: &str, of: FormField) -> FormField {
    FormField { shown_when_field: Some(on.to_owned()), shown_when_is: vec![is.to_owned()], ..of }
}

fn needed(of: FormField) -> FormField {
    FormField { required: true, ..of }
}

/// Whether water reaches a house; if so, since when, which has to be said; and if that is not all, how high.
fn leak() -> Vec<FormField> {
    vec![
        field("house", FieldType::Choice),
        needed(hung("house", "yes", field("since", FieldType::Date))),
        hung("house", "yes", field("who", FieldType::Several)),
        hung("who", "no", field("height", FieldType::Number)),
        FormField { max_length: Some(5), ..field("pole", FieldType::Text) },
    ]
}

fn words(text: &str) -> Given {
    Given::Words(text.to_owned())
}

fn codes(codes: &[&str]) -> Given {
    Given::Codes(codes.iter().map(|code| (*code).to_owned()).collect())
}

fn given(pairs: &[(&str, Given)]) -> BTreeMap<String, Option<Given>> {
    pairs.iter().map(|(code, given)| ((*code).to_owned(), Some(given.clone()))).collect()
}

fn changes(pairs: &[(&str, Option<Given>)]) -> BTreeMap<String, Option<Given>> {
    pairs.iter().map(|(code, given)| ((*code).to_owned(), given.clone())).collect()
}

fn fill(fields: &[FormField], pairs: &[(&str, Given)]) -> Result<Vec<Filled<Text>>, Vec<(String, &'static str)>> {
    let form = Form::of(fields.iter().collect());
    let filled = form.fill(&given(pairs), Completeness::Whole);
    filled.map(|entries| entries.0).map_err(told)
}

fn told(faults: Vec<Fault>) -> Vec<(String, &'static str)> {
    faults.into_iter().map(|fault| (fault.field, fault.why.code())).collect()
}

fn one(field: &str, code: &'static str) -> Result<Vec<Filled<Text>>, Vec<(String, &'static str)>> {
    Err(vec![(field.to_owned(), code)])
}

#[test]
fn each_type_takes_what_is_of_it_and_tells_what_is_not() {
    let form = leak();
    let pole = |text: &str| fill(&form, &[("pole", words(text))]);
    assert!(pole(" A-12 ").unwrap()[0].value == FieldValue::Text(Text::parse("A-12").unwrap()));
    assert_eq!(pole("A-1234"), one("pole", "too_long"));
    assert_eq!(pole(" "), one("pole", "empty"));
    assert_eq!(fill(&form, &[("pole", Given::Number(7))]), one("pole", "wrong_type"));
    assert_eq!(fill(&form, &[("house", words("perhaps"))]), one("house", "not_a_code"));
    // A choice that has ended is offered to nobody.
    assert_eq!(fill(&form, &[("house", words("maybe"))]), one("house", "not_a_code"));
    assert_eq!(fill(&form, &[("house", codes(&["yes"]))]), one("house", "wrong_type"));
    let flooded = |further: &[(&str, Given)]| {
        let house = [("house", words("yes")), ("since", words("2026-11-20"))];
        let all = house.iter().chain(further).cloned().collect::<BTreeMap<_, _>>();
        fill(&form, &all.into_iter().collect::<Vec<_>>())
    };
    assert_eq!(flooded(&[]).unwrap().len(), 2);
    assert_eq!(flooded(&[("since", words("20/11/2026"))]), one("since", "date_malformed"));
    assert_eq!(flooded(&[("since", words("0026-11-20"))]), one("since", "date_out_of_range"));
    assert_eq!(flooded(&[("who", codes(&["no", "yes", "no"]))]), one("who", "twice"));
    assert_eq!(flooded(&[("who", codes(&[]))]), one("who", "empty"));
    let filled = flooded(&[("who", codes(&["no", "yes"]))]).unwrap();
    assert_eq!(filled[2].value, FieldValue::Several(vec!["yes".to_owned(), "no".to_owned()]), "in the field's order");
}

#[test]
fn a_number_lies_within_its_bounds_and_within_what_json_keeps() {
    let bounded = [FormField { min: Some(1), max: Some(3), ..field("lamps", FieldType::Number) }];
    let open = [field("lamps", FieldType::Number)];
    for (number, within, kept) in
        [(0, false, true), (1, true, true), (3, true, true), (4, false, true), (LARGEST + 1, false, false)]
    {
        let takes = |form: &[FormField]| fill(form, &[("lamps", Given::Number(number))]).is_ok();
        assert_eq!((takes(&bounded), takes(&open)), (within, kept), "{number}");
    }
    let form = Form::of(bounded.iter().collect());
    let faults = form.fill(&given(&[("lamps", Given::Number(9))]), Completeness::Whole).unwrap_err();
    assert_eq!(faults[0].why.facts(), [("min", "1".to_owned()), ("max", "3".to_owned())]);
}

#[test]
fn what_is_not_asked_is_refused_and_what_is_needed_only_where_it_is_asked() {
    let form = leak();
    assert_eq!(fill(&form, &[("colour", words("red"))]), one("colour", "not_asked"));
    assert!(fill(&form, &[]).unwrap().is_empty());
    assert!(fill(&form, &[("house", words("no"))]).is_ok());
    assert_eq!(fill(&form, &[("house", words("yes"))]), one("since", "required"));
    assert_eq!(fill(&form, &[("since", words("2026-11-20"))]), one("since", "not_shown"));
    // What hangs on something that is itself not asked is not asked.
    assert_eq!(fill(&form, &[("house", words("no")), ("height", Given::Number(3))]), one("height", "not_shown"));
    let form = Form::of(form.iter().collect());
    assert!(form.fill(&given(&[("house", words("yes"))]), Completeness::Known).is_ok(), "a part says what is known");
}

#[test]
fn what_waits_for_itself_or_for_nobody_is_never_asked() {
    let ring = vec![
        needed(hung("b", "yes", field("a", FieldType::Choice))),
        needed(hung("a", "yes", field("b", FieldType::Choice))),
        needed(hung("gone", "yes", field("c", FieldType::Text))),
    ];
    assert!(fill(&ring, &[]).unwrap().is_empty());
    assert_eq!(fill(&ring, &[("a", words("yes")), ("b", words("yes"))]).unwrap_err().len(), 2);
}

#[test]
fn a_correction_takes_along_what_hung_on_it_and_leaves_the_rest() {
    let fields = leak();
    let form = Form::of(fields.iter().collect());
    let before = fill(
        &fields,
        &[
            ("house", words("yes")),
            ("since", words("2026-11-20")),
            ("who", codes(&["no"])),
            ("height", Given::Number(30)),
            ("pole", words("A-1")),
        ],
    )
    .unwrap();
    let correct = |pairs: &[(&str, Option<Given>)]| form.correct(&before, &changes(pairs));
    let dry = correct(&[("house", Some(words("no")))]).unwrap();
    assert_eq!(dry.filled().len(), 1);
    let mut emptied = dry.emptied().to_vec();
    emptied.sort();
    assert_eq!(emptied, ["height", "since", "who"]);
    assert!(correct(&[]).unwrap().is_idle());
    assert_eq!(correct(&[("pole", None)]).unwrap().emptied(), ["pole"]);
    assert_eq!(told(correct(&[("since", None)]).unwrap_err()), [("since".to_owned(), "required")]);
    assert_eq!(told(correct(&[("colour", None)]).unwrap_err()), [("colour".to_owned(), "not_asked")]);
    let both = correct(&[("house", Some(words("no"))), ("who", Some(codes(&["yes"])))]).unwrap_err();
    assert_eq!(told(both), [("who".to_owned(), "not_shown")]);
}

#[test]
fn what_was_missing_before_may_be_missing_still_and_what_another_category_asked_for_can_be_emptied() {
    let fields = [needed(field("house", FieldType::Choice)), field("pole", FieldType::Text)];
    let form = Form::of(fields.iter().collect());
    let before = vec![Filled { field: "lamps".to_owned(), value: FieldValue::<Text>::Number(3) }];
    let missing: Vec<&str> = form.missing(&before).iter().map(|field| field.code.as_str()).collect();
    assert_eq!(missing, ["house"]);
    assert!(form.correct(&before, &changes(&[("pole", Some(words("A-1")))])).is_ok());
    assert_eq!(form.correct(&before, &changes(&[("lamps", None)])).unwrap().emptied(), ["lamps"]);
    let anew = form.correct(&before, &changes(&[("lamps", Some(Given::Number(4)))]));
    assert_eq!(told(anew.unwrap_err()), [("lamps".to_owned(), "not_asked")]);
}

/// Forms as anybody's edits could leave them: conditions on anything, rings among them.
fn forms() -> impl Strategy<Value = Vec<FormField>> {
    let name = || prop::sample::select(vec!["a", "b", "c", "d", "e"]);
    let condition = prop::option::of((name(), prop::sample::select(vec!["yes", "no", "maybe"])));
    let one = (prop::sample::select(FieldType::ALL.to_vec()), any::<bool>(), condition);
    prop::collection::btree_map(name(), one, 0..5).prop_map(|fields| {
        let of = fields.into_iter().map(|(code, (field_type, required, condition))| {
            let plain = FormField { required, min: Some(0), max_length: Some(4), ..field(code, field_type) };
            condition.map_or_else(|| plain.clone(), |(on, is)| hung(on, is, plain.clone()))
        });
        of.collect()
    })
}

fn anything() -> impl Strategy<Value = Given> {
    let code = || prop::sample::select(vec!["yes", "no", "maybe", "x"]).prop_map(str::to_owned);
    prop_oneof![
        3 => code().prop_map(Given::Words),
        1 => ".{0,6}".prop_map(Given::Words),
        1 => Just(words("2026-02-28")),
        2 => (-2..5_i64).prop_map(Given::Number),
        3 => prop::collection::vec(code(), 0..3).prop_map(Given::Codes),
    ]
}

fn names() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "d", "e", "f"]).prop_map(str::to_owned)
}

/// What has to hold of whatever a form took.
fn holds(form: &Form<'_>, filled: &[Filled<Text>]) -> Result<(), TestCaseError> {
    for one in filled {
        let field = form.field(&one.field).unwrap();
        prop_assert!(form.shows(field, filled), "{} is not asked", one.field);
        let again = match &one.value {
            FieldValue::Text(text) => words(text.as_str()),
            FieldValue::Number(number) => Given::Number(*number),
            FieldValue::Date(day) => words(&day.to_string()),
            FieldValue::Choice(code) => words(code),
            FieldValue::Several(codes) => Given::Codes(codes.clone()),
        };
        prop_assert_eq!(field.judge(&again), Ok(one.value.clone()));
        prop_assert_eq!(filled.iter().filter(|other| other.field == one.field).count(), 1);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_given_is_filled_in_as_the_form_asks_or_told(
        fields in forms(), given in prop::collection::btree_map(names(), prop::option::of(anything()), 0..6),
    ) {
        let form = Form::of(fields.iter().collect());
        match form.fill(&given, Completeness::Whole) {
            Ok(Entries(filled)) => {
                holds(&form, &filled)?;
                prop_assert!(form.missing(&filled).is_empty());
                prop_assert_eq!(filled.len(), given.values().flatten().count(), "nothing that was given is lost");
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    let asked = form.field(&fault.field).is_some();
                    prop_assert!(given.contains_key(&fault.field) || (asked && fault.why == Why::Required));
                    prop_assert_eq!(asked, fault.why != Why::Unknown);
                }
            }
        }
    }

    #[test]
    fn a_correction_leaves_a_form_that_holds_and_lacks_nothing_that_was_there(
        fields in forms(), given in prop::collection::btree_map(names(), prop::option::of(anything()), 0..6),
        changed in prop::collection::btree_map(names(), prop::option::of(anything()), 0..4),
    ) {
        let form = Form::of(fields.iter().collect());
        let Ok(Entries(before)) = form.fill(&given, Completeness::Known) else { return Ok(()) };
        let Ok(correction) = form.correct(&before, &changed) else { return Ok(()) };
        let mut after = before.clone();
        let replaced = |one: &Filled<Text>| correction.filled().iter().any(|new| new.field == one.field);
        after.retain(|one| !correction.emptied().contains(&one.field) && !replaced(one));
        after.extend(correction.filled().iter().cloned());
        holds(&form, &after)?;
        let missing_before = form.missing(&before);
        prop_assert!(form.missing(&after).iter().all(|field| missing_before.contains(field)));
    }
}
