//! Which petitions are taken for the same matter, and why.

use chrono::{TimeZone as _, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::catalogue::torreon;

const JUAREZ: (f64, f64) = (25.5428, -103.4068);

fn noon() -> Instant {
    Utc.with_ymd_and_hms(2026, 6, 1, 18, 0, 0).unwrap()
}

fn matter(category: &str, text: &str) -> Matter {
    Matter {
        category: Some(category.to_owned()),
        kind: Some(Kind::ServiceRequest),
        spot: None,
        neighbourhood: None,
        received_at: noon(),
        words: words_of([text]),
    }
}

fn here(matter: Matter) -> Matter {
    Matter { spot: Some(JUAREZ), ..matter }
}

/// So many metres north of the place.
fn off(matter: Matter, metres: f64) -> Matter {
    Matter { spot: Some((JUAREZ.0 + metres / 111_195.0, JUAREZ.1)), ..matter }
}

fn living(matter: Matter) -> Matter {
    Matter { neighbourhood: Some("torreon_jardin".to_owned()), ..matter }
}

fn ago(matter: Matter, days: i64) -> Matter {
    Matter { received_at: noon() - TimeDelta::days(days), ..matter }
}

fn ranked(sought: &Matter, others: &[(Matter, bool)]) -> Vec<Ranked> {
    let candidates = others
        .iter()
        .enumerate()
        .map(|(at, (matter, _))| Candidate { petition: Id::new(Uuid::from_u128(at as u128)), matter: matter.clone() })
        .collect();
    let mut choice = Choice::default();
    for likely in rank(sought, candidates, &torreon().categories, &rarity()) {
        let at = usize::try_from(likely.candidate.petition.uuid().as_u128()).unwrap();
        choice.take(likely, others[at].1);
    }
    choice.ranked()
}

fn rarity() -> Rarity {
    Rarity { petitions: 1_000, ..Rarity::default() }
}

/// Which of them, in order.
fn order(sought: &Matter, others: &[(Matter, bool)]) -> Vec<u128> {
    ranked(sought, others).iter().map(|one| one.petition.uuid().as_u128()).collect()
}

fn open(matter: Matter) -> (Matter, bool) {
    (matter, false)
}

#[test]
fn the_nearer_the_likelier_and_what_lies_apart_is_another_matter() {
    let leak = || matter("water_leak", "fuga");
    let others = [180.0, 10.0, 250.0, 90.0, 5_000.0].map(|metres| open(off(leak(), metres)));
    assert_eq!(order(&here(leak()), &others), [1, 3, 0]);
    let reasons = &ranked(&here(leak()), &others)[0].reasons;
    assert_eq!(reasons, &[Reason::Near(10), Reason::SameCategory, Reason::DaysApart(0)]);
}

#[test]
fn twelve_calls_about_one_burst_pipe_are_found_without_a_place_on_the_map() {
    let first = living(matter("water_leak", "Se tronó un tubo en Bravo y Galeana, sale mucha agua"));
    let again = living(matter("no_water", "hay un tubo roto por la calle Galeana esquina con Bravo"));
    let other = living(matter("pothole", "un hoyo enorme frente a la primaria"));
    let found = ranked(&again, &[open(first), open(other)]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].reasons,
        [Reason::SameWords(3), Reason::SameNeighbourhood, Reason::SimilarCategory, Reason::DaysApart(0)]
    );
}

#[test]
fn neither_the_category_nor_the_place_nor_a_word_alone_makes_a_candidate() {
    let sought = here(living(matter("water_leak", "fuga en la banqueta")));
    for other in [
        matter("water_leak", "otra cosa"),
        here(matter("lamp_out", "no prende la luminaria")),
        living(matter("lamp_out", "no prende")),
        matter("lamp_out", "fuga"),
        off(living(matter("water_leak", "en otro lado")), 600.0),
    ] {
        assert!(ranked(&sought, &[open(other.clone())]).is_empty(), "{other:?}");
    }
}

#[test]
fn nobody_has_classified_it_and_words_and_place_still_tell() {
    let text = "Se cayó un poste de luz sobre la banqueta de la primaria Benito";
    let sought = Matter { category: None, kind: None, ..here(matter("", text)) };
    let found =
        ranked(&sought, &[open(off(matter("unclassified", text), 50.0)), open(off(matter("lamp_out", ""), 50.0))]);
    assert_eq!(found.len(), 1);
    assert!(matches!(found[0].reasons[..], [Reason::Near(50), Reason::SameWords(_), Reason::DaysApart(0)]));
}

#[test]
fn a_closed_one_at_the_same_place_and_of_the_same_sort_has_come_again() {
    let pothole = || here(matter("pothole", "bache"));
    let others = [
        (ago(pothole(), 400), true),
        (ago(pothole(), 800), true),
        (ago(matter("pothole", "bache"), 3), true),
        (ago(here(matter("lamp_out", "bache bache")), 3), true),
        // What was received later was no earlier trouble.
        (ago(pothole(), -3), true),
        (ago(pothole(), 400), false),
    ];
    let found: Vec<_> =
        ranked(&pothole(), &others).iter().map(|one| (one.petition.uuid().as_u128(), one.likeness)).collect();
    assert_eq!(found, [(0, Likeness::Recurrence), (5, Likeness::Duplicate)]);
}

#[test]
fn without_a_place_on_the_map_old_ones_are_passed_over() {
    let text = "fuga enorme en Bravo y Galeana frente al mercado";
    let sought = living(matter("water_leak", text));
    let at = |days| open(ago(living(matter("water_leak", text)), days));
    assert_eq!(order(&sought, &[at(91), at(89), at(1)]), [2, 1]);
}

#[test]
fn no_more_are_shown_than_anybody_reads() {
    let others: Vec<_> =
        (0..40).map(|at| (off(ago(matter("pothole", ""), 1), 4.0 * f64::from(at)), at % 2 == 0)).collect();
    let found = ranked(&here(matter("pothole", "")), &others);
    let of = |likeness| found.iter().filter(|one| one.likeness == likeness).count();
    assert_eq!((of(Likeness::Duplicate), of(Likeness::Recurrence)), (MOST_DUPLICATES, MOST_RECURRENCES));
    assert_eq!(found[0].petition.uuid().as_u128(), 0);
}

#[test]
fn nothing_more_is_read_once_as_many_are_shown_as_anybody_reads() {
    let candidate =
        |at: u128| Candidate { petition: Id::new(Uuid::from_u128(at)), matter: here(ago(matter("pothole", ""), 1)) };
    let likely = rank(&here(matter("pothole", "")), (0..40).map(candidate).collect(), &torreon().categories, &rarity());
    assert_eq!(likely.len(), 40);
    let mut choice = Choice::default();
    let mut likely = likely.into_iter();
    let open = likely.by_ref().take(20).filter(|one| choice.take(one.clone(), false)).count();
    // It may have come again; whether it has is still of interest.
    let next = likely.next().unwrap();
    assert_eq!((open, choice.wants(&next)), (MOST_DUPLICATES, true));
    assert!(!choice.wants(&Likely { again: false, ..next }));
    let ended = likely.by_ref().take(MOST_RECURRENCES).filter(|one| choice.take(one.clone(), true)).count();
    assert_eq!(ended, MOST_RECURRENCES);
    assert!(likely.all(|one| !choice.wants(&one) && !choice.take(one.clone(), false) && !choice.take(one, true)));
}

#[test]
fn who_was_classified_anew_since_it_was_noted_is_compared_anew() {
    let sought = here(matter("pothole", ""));
    let categories = torreon().categories;
    let noted = |category: &str| {
        let candidate = Candidate { petition: Id::new(Uuid::nil()), matter: here(matter(category, "")) };
        rank(&sought, vec![candidate], &categories, &rarity()).pop().unwrap()
    };
    let read = |likely: Likely, category: &str| {
        likely.of_class((category, Kind::ServiceRequest), &sought, &categories, &rarity())
    };
    assert_eq!(read(noted("pothole"), "pothole"), Some(noted("pothole")));
    assert_eq!(read(noted("pothole"), "damaged_surface"), Some(noted("damaged_surface")));
    assert_eq!(read(noted("pothole"), "lamp_out"), None);
    let mut choice = Choice::default();
    let near = |at: u128, metres| Candidate {
        petition: Id::new(Uuid::from_u128(at)),
        matter: off(matter("pothole", ""), metres),
    };
    let likely = rank(&sought, vec![near(1, 0.0), near(2, 20.0)], &categories, &rarity());
    for (one, category) in likely.into_iter().zip(["damaged_surface", "pothole"]) {
        choice.take(read(one, category).unwrap(), false);
    }
    let order: Vec<u128> = choice.ranked().iter().map(|one| one.petition.uuid().as_u128()).collect();
    assert_eq!(order, [2, 1]);
}

#[test]
fn a_rare_word_says_more_than_one_that_stands_everywhere() {
    let found = HashMap::from([("calle".to_owned(), 900), ("galean".to_owned(), 3)]);
    let rarity = Rarity { petitions: 1_000, found };
    assert!(rarity.of("nowhere") > rarity.of("galean") && rarity.of("galean") > 3.0 * rarity.of("calle"));
    assert!(Rarity::default().of("anything") <= 1.0);
}

#[test]
fn of_long_texts_the_first_words_count_and_those_of_the_address_before_them() {
    let long = (0..200).map(|at| format!("palabra{at} ")).collect::<String>();
    let words = words_of(["Av. Juárez 123", &long]);
    assert_eq!(words.len(), MOST_WORDS);
    assert!(words.contains("123") && words.contains("palabra0") && !words.contains("palabra40"));
}

proptest! {
    #[test]
    fn points_stay_within_a_hundred_and_the_order_is_theirs(
        places in prop::collection::vec((-400.0..400.0_f64, -900..900_i64, any::<bool>(), 0..4_usize), 0..30),
    ) {
        let categories = ["pothole", "damaged_surface", "lamp_out", "unclassified"];
        let others: Vec<_> = places
            .iter()
            .map(|(metres, days, closed, category)| {
                (off(ago(living(matter(categories[*category], "bache en Bravo")), *days), *metres), *closed)
            })
            .collect();
        let found = ranked(&here(living(matter("pothole", "bache en Bravo"))), &others);
        prop_assert!(found.iter().all(|one| (45..=100).contains(&one.points) && !one.reasons.is_empty()));
        prop_assert!(found.is_sorted_by_key(|one| std::cmp::Reverse(one.points)));
    }
}
