//! A row's history, by the same steps that everything else takes: filed, routed, closed or noted.
//!
//! Decides nothing that the domain decides; the house acts, at the file's own instants.

use domain::actor::Actor;
use domain::event::Origin;
use domain::folio::Folio;
use domain::kind::Priority;
use domain::occasion::{Dated, Occasion};
use domain::petition::file::Filing;
use domain::petition::route::Routing;
use domain::petition::{Change, Petition};
use domain::policy::Rules;
use domain::refusal::Refusal;
use domain::time::{Instant, Precision};

use super::row::Prepared;

/// The circumstances of a whole import.
#[derive(Debug)]
pub struct House {
    /// The house.
    pub actor: Actor,
    /// By which rules.
    pub rules: Rules,
    /// Code of the source.
    pub source: String,
}

/// The whole history of a row as one change of a new petition. `seed` is 32 random bytes, new for every row.
///
/// # Errors
/// The refusal of the step that does not accept what the row says.
pub fn history(house: &House, row: &Prepared, folio: Folio, now: Instant, seed: [u8; 32]) -> Result<Change, Refusal> {
    let step = |number: u8, (at, precision): (Instant, Precision)| {
        let mut seed = seed;
        seed[31] ^= number;
        // The file's word on when it happened is all there is to judge terms by.
        let dated = Dated { at, precision, reason: None, attested: true };
        Occasion::new(&house.actor, &house.rules, now, seed).dated(Some(dated))
    };
    let mut change = Petition::file(&mut step(0, row.received), filing(house, row, folio))?;
    if let Some(dependency) = &row.dependency {
        let routing =
            Routing { dependency: dependency.clone(), unit: None, directed: false, instructions: None, previous: None };
        // That it had it is known; since when, is not.
        let mut occasion = step(1, (row.received.0, Precision::Unknown));
        let routed = change.petition.route(&mut occasion, vec![routing])?;
        extend(&mut change, routed);
    }
    let last = match (row.closed, &row.note) {
        (Some(closed), note) => change.petition.close_imported(&mut step(2, closed), note.clone())?,
        (None, Some(note)) => change.petition.note(&mut step(2, row.updated), note.clone())?,
        (None, None) => return Ok(change),
    };
    extend(&mut change, last);
    Ok(change)
}

fn filing(house: &House, row: &Prepared, folio: Folio) -> Filing {
    Filing {
        folio,
        channel: row.channel.clone(),
        in_writing: false,
        followed_by: row.followed_by.clone(),
        kind: row.kind,
        category: row.category.clone(),
        priority: Priority::Normal,
        against_public_servant: row.against_public_servant,
        text: row.text.clone(),
        address: row.address.clone(),
        fields: domain::form::Entries::default(),
        petitioners: Vec::new(),
        origin: Some(Origin { source: house.source.clone(), external_id: row.external_id.clone() }),
        received: Some(row.received),
        routes: Vec::new(),
        answer: None,
        notification: None,
    }
}

/// Several steps as one change: written once, whole.
pub fn extend(change: &mut Change, next: Change) {
    change.petition = next.petition;
    change.events.extend(next.events);
    change.texts.extend(next.texts);
    change.about = next.about;
}

#[cfg(test)]
mod tests {
    use domain::calendar::Calendar;
    use domain::chain;
    use domain::event::Happened;
    use domain::folio::Series;
    use domain::kind::Kind;
    use domain::outcome::Closing;
    use domain::policy::Policy;
    use domain::refusal::Code;
    use domain::state::State;
    use domain::text::Text;
    use persistence::petitions::Place;

    use super::*;

    fn house() -> House {
        let rules = Rules { calendar: Calendar::torreon(), policy: Policy::standard() };
        House { actor: Actor::system(), rules, source: "prueba".to_owned() }
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn row() -> Prepared {
        let received = (at("2016-07-13T22:11:07Z"), Precision::Instant);
        Prepared {
            line: 2,
            external_id: "77".to_owned(),
            received,
            closed: Some((at("2016-07-14T19:00:00Z"), Precision::Instant)),
            note: Text::parse("hecho").ok(),
            updated: (received.0, Precision::Unknown),
            channel: "unknown".to_owned(),
            followed_by: "administrative_head".to_owned(),
            category: "water_leak".to_owned(),
            kind: Kind::ServiceRequest,
            against_public_servant: false,
            text: Text::parse("fuga").ok(),
            address: None,
            place: Place::default(),
            dependency: Some("simas".to_owned()),
        }
    }

    fn imported(row: &Prepared) -> Result<Change, Refusal> {
        let folio = Folio { series: Series::Historical, year: 2026, number: 1 };
        history(&house(), row, folio, at("2026-05-01T00:00:00Z"), [7; 32])
    }

    #[test]
    fn a_closed_row_is_a_closed_petition_with_a_history_at_the_files_instants() {
        let change = imported(&row()).unwrap();
        assert_eq!(change.petition.state(), State::Closed);
        assert_eq!(change.petition.round.closing, Some(Closing::Imported));
        assert_eq!(change.petition.round.closed_at, Some(at("2016-07-14T19:00:00Z")));
        assert!(change.petition.open().next().is_none());
        let mut last = (0, chain::ORIGIN);
        let mut kinds = Vec::new();
        for entry in &change.events {
            let event = chain::check(change.petition.id, last, entry).unwrap();
            last = (entry.sequence, entry.hash);
            kinds.push((event.precision, event.occurred_at));
        }
        assert_eq!(last, (change.petition.sequence, change.petition.head));
        assert_eq!(kinds[0], (Precision::Instant, at("2016-07-13T22:11:07Z")));
        assert_eq!(kinds[1].0, Precision::Unknown);
        assert_eq!(kinds.last().unwrap(), &(Precision::Instant, at("2016-07-14T19:00:00Z")));
        assert_eq!(change.texts.len(), 2);
    }

    #[test]
    fn an_open_row_stays_open_with_its_note_and_no_term_that_nobody_can_know() {
        let change = imported(&Prepared { closed: None, ..row() }).unwrap();
        assert_eq!(change.petition.state(), State::Routed);
        assert!(change.petition.route.is_none() && change.petition.assignments[0].resolve.is_none());
        assert!(change.petition.answer.is_some());
        let noted =
            change.events.last().map(|entry| serde_json::from_str::<domain::event::Event>(&entry.body).unwrap());
        assert!(matches!(noted.unwrap().happened, Happened::Noted { .. }));
    }

    #[test]
    fn the_house_alone_closes_what_was_imported_and_nothing_else() {
        let open = imported(&Prepared { closed: None, note: None, ..row() }).unwrap().petition;
        let house = house();
        let now = at("2026-05-01T00:00:00Z");
        let person = Actor::person(
            domain::id::Id::new(uuid::Uuid::nil()),
            vec![domain::actor::Role::Position("call_center_head".to_owned())],
        );
        let refused = open.close_imported(&mut Occasion::new(&person, &house.rules, now, [1; 32]), None);
        assert_eq!(refused.unwrap_err().code, Code::NotAllowed);
        let mut own = open.clone();
        own.origin = None;
        let refused = own.close_imported(&mut Occasion::new(&house.actor, &house.rules, now, [1; 32]), None);
        assert_eq!(refused.unwrap_err().code, Code::NotFromState);
        let early =
            Dated { at: at("2016-07-13T22:11:06Z"), precision: Precision::Instant, reason: None, attested: true };
        let mut occasion = Occasion::new(&house.actor, &house.rules, now, [1; 32]).dated(Some(early));
        assert_eq!(open.close_imported(&mut occasion, None).unwrap_err().code, Code::BeforeReceipt);
    }
}
