//! The office's 20 posts and their 92 functions, as the manual DGATC-MOR-01 has them.
//!
//! Owns the shipped data and its two lines of command; who holds a post, and since when, is not known
//! here. Where two sheets of the manual disagree, both statements stand in the data, each in its line:
//!
//! * the *administrative* line (absences, hand-over, appointments) is what the post's own sheet says;
//!   so post 17 reports to 4, and nobody reports to 6;
//! * the *functional* line (oversight, work lists) is every post whose sheet lists the other under it,
//!   and whoever a function names as giving the order: 15 for posts 17 and 9, 2 for the messenger,
//!   the director for the outings of 11, 12 and 13. Post 4's list lacks 17, so 4 is not in that line;
//! * "administrative secretary" is two posts: 1 names the one *of the director* (3); the one that 4, 6
//!   and 12 name is 11. Post 11 serves 10, but to serve is not to be overseen;
//! * "general assistants" is four people under 4 (post 14, despite its sheet's title) and five under 15
//!   (post 20).

use std::sync::LazyLock;

use csv::StringRecord;
use serde::Deserialize;

use crate::action::{Action, Actions};

/// The word that stands in the data for the superior outside the office.
const MAYOR: &str = "mayor";

/// One post of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Stable code, `call_center_head`.
    pub code: &'static str,
    /// Number of its sheet in the manual, 1 to 20.
    pub number: u8,
    /// Name, Spanish.
    pub name_es: &'static str,
    /// Name, English.
    pub name_en: &'static str,
    /// What the post is for, Spanish.
    pub objective_es: &'static str,
    /// What the post is for, English.
    pub objective_en: &'static str,
    /// Code of the post that its own sheet reports to; `None` for the director, who answers to the Mayor.
    pub administrative: Option<&'static str>,
    /// Codes of the posts that supervise it or direct it in a function.
    pub functional: Vec<&'static str>,
    /// How many people hold it; `None` where the manual is silent.
    pub seats: Option<u8>,
    /// Code of the post that follows new petitions while nobody is appointed to this one.
    pub stand_in: Option<&'static str>,
    /// What it does, in the manual's order.
    pub functions: Vec<Function>,
}

/// One numbered function of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Post and place, `15.4`. (Post 17's sheet counts from 4: its first is `17.1` here.)
    pub id: &'static str,
    /// Short name, Spanish.
    pub name_es: &'static str,
    /// Short name, English.
    pub name_en: &'static str,
    /// What it needs to do in the system.
    pub actions: Actions,
}

impl Position {
    /// What the post may do: all that its functions need, and nothing for those whom it supervises.
    #[must_use]
    pub fn actions(&self) -> Actions {
        self.functions.iter().fold(Actions::NONE, |all, function| all.union(&function.actions))
    }

    /// The administrative line above this post, nearest first, up to the director.
    #[must_use]
    pub fn superiors(&self) -> Vec<&'static Self> {
        let mut line: Vec<&'static Self> = Vec::new();
        let mut next = self.administrative;
        while let Some(superior) = next.and_then(position) {
            // A circle in the data must not hold the process: a test refuses one, this ends it.
            if line.iter().any(|above| above.code == superior.code) {
                break;
            }
            line.push(superior);
            next = superior.administrative;
        }
        line
    }

    /// Whether this post has oversight of the other: by either line, directly or over posts between.
    /// No post oversees itself.
    #[must_use]
    pub fn oversees(&self, other: &Self) -> bool {
        let mut above: Vec<&'static str> = Vec::new();
        let mut waiting: Vec<&'static str> = other.direct().collect();
        while let Some(code) = waiting.pop() {
            if !above.contains(&code) {
                above.push(code);
                waiting.extend(position(code).into_iter().flat_map(Self::direct));
            }
        }
        self.code != other.code && above.contains(&self.code)
    }

    /// Whether it can see a petition to its end: it answers (*Manual 4.3, 6.2, 12.1, 15.1, 19.1*).
    #[must_use]
    pub fn follows(&self) -> bool {
        self.actions().contains(Action::PetitionReview)
    }

    fn direct(&self) -> impl Iterator<Item = &'static str> {
        self.administrative.into_iter().chain(self.functional.iter().copied())
    }
}

/// The 20 posts, in the manual's order.
#[must_use]
pub fn positions() -> &'static [Position] {
    &POSITIONS
}

/// The post of that code.
#[must_use]
pub fn position(code: &str) -> Option<&'static Position> {
    positions().iter().find(|position| position.code == code)
}

/// Which post follows a new petition of a channel: the channel's, or its stand-in while nobody is appointed to it.
/// Where neither is held it is the channel's, whose superior finds it there.
#[must_use]
pub fn following(channels: &str, held: impl Fn(&str) -> bool) -> &str {
    let stand_in = position(channels).filter(|_| !held(channels)).and_then(|post| post.stand_in);
    stand_in.filter(|post| held(post)).unwrap_or(channels)
}

#[derive(Deserialize)]
struct PositionRow {
    code: &'static str,
    number: u8,
    name_es: &'static str,
    name_en: &'static str,
    objective_es: &'static str,
    objective_en: &'static str,
    administrative: &'static str,
    functional: &'static str,
    seats: Option<u8>,
    stand_in: &'static str,
}

#[derive(Deserialize)]
struct FunctionRow {
    id: &'static str,
    position: &'static str,
    name_es: &'static str,
    name_en: &'static str,
    actions: &'static str,
}

// The records live as long as the process, so the posts borrow their words from them.
static POSITION_TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(include_str!("../data/positions.csv")));
static FUNCTION_TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(include_str!("../data/functions.csv")));

static POSITIONS: LazyLock<Vec<Position>> = LazyLock::new(|| {
    let functions: Vec<FunctionRow> = FUNCTION_TABLE.rows();
    POSITION_TABLE
        .rows::<PositionRow>()
        .into_iter()
        .map(|row| Position {
            code: row.code,
            number: row.number,
            name_es: row.name_es,
            name_en: row.name_en,
            objective_es: row.objective_es,
            objective_en: row.objective_en,
            administrative: (row.administrative != MAYOR).then_some(row.administrative),
            functional: row.functional.split_whitespace().collect(),
            seats: row.seats,
            stand_in: (!row.stand_in.is_empty()).then_some(row.stand_in),
            functions: functions.iter().filter(|function| function.position == row.code).map(Function::of).collect(),
        })
        .collect()
});

impl Function {
    fn of(row: &FunctionRow) -> Self {
        Self {
            id: row.id,
            name_es: row.name_es,
            name_en: row.name_en,
            actions: row.actions.split_whitespace().filter_map(Action::parse).collect(),
        }
    }
}

/// A shipped table. A row that does not read is left out: nothing here can fail at run time, and the
/// tests count the rows.
struct Table {
    headers: StringRecord,
    records: Vec<StringRecord>,
}

impl Table {
    fn of(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        Self {
            headers: reader.headers().cloned().unwrap_or_default(),
            records: reader.into_records().filter_map(Result::ok).collect(),
        }
    }

    fn rows<R: Deserialize<'static>>(&'static self) -> Vec<R> {
        self.records.iter().filter_map(|record| record.deserialize(Some(&self.headers)).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(code: &str) -> &'static Position {
        position(code).unwrap()
    }

    #[test]
    fn the_manual_has_twenty_posts_numbered_in_order() {
        let numbers: Vec<u8> = positions().iter().map(|position| position.number).collect();
        assert_eq!(numbers, (1..=20).collect::<Vec<u8>>());
    }

    #[test]
    fn the_ninety_two_functions_belong_to_their_posts_and_count_from_one() {
        assert_eq!(FUNCTION_TABLE.records.len(), 92);
        assert_eq!(positions().iter().map(|position| position.functions.len()).sum::<usize>(), 92);
        for position in positions() {
            for (place, function) in (1..).zip(&position.functions) {
                assert_eq!(function.id, format!("{}.{place}", position.number), "{}", position.code);
            }
        }
    }

    #[test]
    fn the_deputy_follows_while_nobody_is_head_and_nobody_else_has_a_stand_in() {
        let held = |posts: &'static [&'static str]| move |code: &str| posts.contains(&code);
        let (head, deputy) = ("administrative_head", "administrative_deputy_head");
        assert_eq!(following(head, held(&["administrative_head", "administrative_deputy_head"])), head);
        assert_eq!(following(head, held(&["administrative_deputy_head"])), deputy);
        assert_eq!(following(head, held(&[])), head);
        assert_eq!(following("call_center_head", held(&["administrative_deputy_head"])), "call_center_head");
        let standing: Vec<(&str, u8)> =
            positions().iter().filter_map(|post| post.stand_in.map(|other| (post.code, known(other).number))).collect();
        assert_eq!(standing, [(head, 6)]);
        let follow: Vec<u8> = positions().iter().filter(|post| post.follows()).map(|post| post.number).collect();
        assert_eq!(follow, [1, 4, 6, 12, 15, 19]);
    }

    #[test]
    fn every_action_in_the_data_is_known_and_every_function_needs_one() {
        for row in FUNCTION_TABLE.rows::<FunctionRow>() {
            assert!(!row.actions.is_empty(), "{}", row.id);
            for code in row.actions.split_whitespace() {
                assert!(Action::parse(code).is_some(), "{}: {code}", row.id);
            }
        }
    }

    #[test]
    fn the_roles_beside_the_posts_lend_nothing_to_a_post() {
        let all = positions().iter().fold(Actions::NONE, |all, position| all.union(&position.actions()));
        let beside: Vec<Action> = Action::ALL.iter().copied().filter(|action| !all.contains(*action)).collect();
        assert_eq!(
            beside,
            [
                Action::PetitionRead,
                Action::AssignmentAnswer,
                Action::IntegrityVerify,
                Action::AccountManage,
                Action::CatalogueManage,
                Action::PetitionImport
            ]
        );
    }

    #[test]
    fn every_post_and_function_is_named_in_both_languages() {
        for position in positions() {
            for text in
                [position.code, position.name_es, position.name_en, position.objective_es, position.objective_en]
            {
                assert!(!text.trim().is_empty(), "{}", position.code);
            }
            for function in &position.functions {
                assert!(!function.name_es.trim().is_empty() && !function.name_en.trim().is_empty(), "{}", function.id);
            }
        }
    }

    #[test]
    fn both_lines_name_posts_that_exist_and_only_the_director_answers_to_the_mayor() {
        for post in positions() {
            assert_eq!(post.administrative.is_none(), post.code == "director_general", "{}", post.code);
            for superior in post.direct() {
                assert!(position(superior).is_some(), "{}: {superior}", post.code);
            }
        }
    }

    #[test]
    fn both_lines_end_with_the_director_and_nobody_oversees_their_own_superior() {
        for post in positions() {
            let line = post.superiors();
            assert_eq!(line.last().unwrap_or(&post).code, "director_general", "{}", post.code);
            for other in positions() {
                assert!(!(post.oversees(other) && other.oversees(post)), "{} and {}", post.code, other.code);
            }
        }
    }

    #[test]
    fn where_the_sheets_disagree_each_line_keeps_its_own_statement() {
        let professional = known("call_center_professional");
        assert_eq!(professional.administrative, Some("administrative_head"));
        assert_eq!(professional.functional, ["call_center_head"]);
        assert!(positions().iter().all(|post| post.administrative != Some("administrative_deputy_head")));
        assert_eq!(
            positions().iter().filter(|post| post.functional.contains(&"administrative_deputy_head")).count(),
            8,
            "Manual 6: the posts that its sheet lists"
        );
        assert!(known("call_center_head").oversees(known("data_entry_clerk")));
        assert!(known("director_assistant").oversees(known("messenger")));
        assert!(!known("administrative_coordinator").oversees(known("coordination_secretary")));
        assert!(!known("call_center_coordinator").oversees(known("call_center_assistant")));
    }

    #[test]
    fn only_three_posts_have_a_stated_number_of_people() {
        let stated: Vec<(u8, u8)> = positions().iter().filter_map(|post| Some((post.number, post.seats?))).collect();
        assert_eq!(stated, [(9, 2), (14, 4), (20, 5)]);
    }

    #[test]
    fn a_post_may_do_what_its_functions_need_and_not_what_its_inferiors_do() {
        let desk = known("service_desk_assistant").actions();
        assert_eq!(
            desk.iter().collect::<Vec<_>>(),
            [Action::PetitionFile, Action::PetitionRoute, Action::OrientationGive]
        );
        assert!(!known("director_general").actions().contains(Action::PetitionFile), "oversight is not signature");
        assert!(!known("messenger").actions().contains(Action::PetitionFile));
    }
}
