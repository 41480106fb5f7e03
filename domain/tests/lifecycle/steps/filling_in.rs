//! What a category asks for, as a petition says it: filed, amended, kept when it is reclassified.

use std::collections::BTreeMap;

use domain::event::Happened;
use domain::form::{Completeness, FieldValue, Filled, Form, Given};
use domain::petition::amend::{Amendment, Stands};
use domain::petition::file::Filing;

use crate::support::{Case, HEAD, filing, liaison, post, text};
use crate::walk::{asked, filled_in, marked};

/// A number where a choice says so, and words.
fn filled() -> Case {
    let asked = asked();
    Case::of(Filing { fields: filled_in(&asked, 2), ..filing() })
}

fn says(case: &Case) -> Vec<(&str, bool)> {
    let words = |one: &Filled| matches!(one.value, FieldValue::Text(_));
    let mut says: Vec<_> = case.petition.fields.iter().map(|one| (one.field.as_str(), words(one))).collect();
    says.sort_unstable();
    says
}

/// The words of the form as they stand.
fn words_of(case: &Case) -> BTreeMap<String, String> {
    let stands = |one: &Filled| {
        let text = one.value.text()?;
        let kept = case.texts.iter().find(|kept| kept.id == text.id)?;
        Some((one.field.clone(), kept.body.as_str().to_owned()))
    };
    case.petition.fields.iter().filter_map(stands).collect()
}

/// How many entries an amendment leaves.
fn amend(case: &mut Case, changes: &[(&str, Option<Given>)]) -> usize {
    let asked = asked();
    let form = Form::of(asked.iter().collect());
    let changes = changes.iter().map(|(code, given)| ((*code).to_owned(), given.clone())).collect();
    let fields = form.correct(&case.petition.fields, &changes).unwrap();
    let stands = Stands { fields: words_of(case), ..Stands::default() };
    let amendment = Amendment { fields, stands, ..Amendment::default() };
    let amended = case.take(&post(HEAD), |petition, occasion| petition.amend(occasion, amendment));
    amended.unwrap().events.len()
}

fn words(said: &str) -> Option<Given> {
    Some(Given::Words(said.to_owned()))
}

#[test]
fn words_of_a_form_are_kept_apart_and_the_rest_stands_in_the_entry() {
    let case = filled();
    assert_eq!(says(&case), [("flooded", false), ("rooms", false), ("where", true)]);
    let body = &case.events[0].body;
    assert!(
        body.contains(r#""number":3"#) && body.contains(r#""choice":"yes""#) && !body.contains("Eulalia"),
        "{body}"
    );
    assert!(case.texts.iter().any(|kept| kept.body.as_str().contains("Eulalia")));
}

#[test]
fn a_petition_without_a_form_is_written_as_it_always_was() {
    let case = Case::filed();
    assert!(!case.events[0].body.contains("fields"), "{}", case.events[0].body);
}

#[test]
fn a_correction_replaces_and_empties_and_takes_along_what_hung_on_it() {
    let mut case = filled();
    assert_eq!(amend(&mut case, &[("flooded", words("no"))]), 1);
    assert_eq!(says(&case), [("flooded", false), ("where", true)]);
    assert_eq!(amend(&mut case, &[("where", None)]), 1);
    assert_eq!(says(&case), [("flooded", false)]);
    let folded = domain::petition::Petition::fold(&case.read_back().unwrap(), &case.rules);
    assert_eq!(folded.as_ref(), Some(&case.petition));
}

#[test]
fn what_is_said_again_leaves_no_entry_and_only_what_differs_is_kept() {
    let mut case = filled();
    let before = case.petition.clone();
    let again = [("flooded", words("yes")), ("rooms", Some(Given::Number(3))), ("where", words(marked().as_str()))];
    for same in [&again[..0], &again] {
        assert_eq!(amend(&mut case, same), 0);
        assert_eq!(case.petition, before);
    }
    let texts = case.texts.len();
    let differing = [("rooms", Some(Given::Number(4))), ("where", words(marked().as_str()))];
    assert_eq!((amend(&mut case, &differing), case.texts.len()), (1, texts));
    let body = &case.events.last().unwrap().body;
    assert!(body.contains("rooms") && !body.contains("where"), "{body}");
    assert_eq!(amend(&mut case, &[("where", words("Otra seña."))]), 1);
    assert_eq!(case.texts.len(), texts + 1);
    assert_eq!(amend(&mut case, &[("where", None)]), 1);
    assert_eq!(amend(&mut case, &[("where", None)]), 0);
}

#[test]
fn a_dependency_is_told_that_the_form_was_amended() {
    let mut case = filled();
    case.route("simas");
    assert_eq!(amend(&mut case, &[("where", None)]), 1);
    let events = case.read_back().unwrap();
    let Happened::Amended { fields, .. } = &events.last().unwrap().0.happened else { panic!("not amended") };
    assert_eq!(fields, &["fields"]);
    let told = liaison("simas").visibility().told(&events.last().unwrap().0.happened, &case.petition);
    assert_eq!(told, domain::told::Told::That(&["fields"]));
}

#[test]
fn what_was_said_stays_when_the_category_is_another() {
    let mut case = filled();
    let kind = case.petition.kind;
    case.take(&post(HEAD), |petition, occasion| {
        petition.reclassify(occasion, "pothole".to_owned(), kind, false, text("Es un bache."))
    })
    .unwrap();
    assert_eq!(says(&case).len(), 3);
    let form = Form::default();
    assert!(form.missing(&case.petition.fields).is_empty());
    assert!(form.fill(&BTreeMap::new(), Completeness::Whole).is_ok());
}
