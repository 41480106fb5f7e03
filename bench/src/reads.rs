//! Reads as the handlers do them, from the look-up of the caller to the JSON: a petition by its identifier, a page
//! of the list from the middle, a page of a dependency's work list.

use std::collections::HashMap;
use std::sync::Arc;

use api::clock::Clock;
use api::office::Office;
use api::problem::Problem;
use api::text::Language;
use api::view::{AssignmentView, Material, PetitionView, Viewer};
use domain::assignment::Assignment;
use domain::id::Id;
use domain::petition::Petition;
use domain::refusal::Code;
use persistence::petitions::{
    self, AssignmentFilter, AssignmentSort, PetitionFilter, PetitionRef, PetitionSort, Position,
};
use persistence::sql::Side;
use persistence::{Db, Store};
use tokio::runtime::Runtime;

use crate::city::{City, DEPENDENCY, Person};
use crate::{Failure, Line, load};

/// Items on a page.
pub const PAGE: i64 = 50;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// One petition by its identifier.
    ById,
    /// A page of all petitions by receipt, newest first, from a place in the middle.
    Page,
    /// A page of what one dependency has to do, by when it is due, for its liaison.
    Work,
}

/// Where reads begin: petitions from all over the database.
#[derive(Clone)]
pub struct Starts(Arc<Vec<(Id<Petition>, Position)>>);

impl Starts {
    /// Of these petitions.
    pub fn of(sample: &[Petition]) -> Self {
        Self(Arc::new(sample.iter().map(|one| (one.id, (one.received_at, one.id.uuid()))).collect()))
    }

    fn at(&self, number: u64) -> Option<(Id<Petition>, Position)> {
        // Strides over the sample, so that neighbours in time are not neighbours in place.
        let at = usize::try_from(number.wrapping_mul(7_919)).unwrap_or(0) % self.0.len().max(1);
        self.0.get(at).copied()
    }
}

/// Requests a second.
///
/// # Errors
/// The store's.
pub fn measure(line: &Line, runtime: &Runtime, city: &City, what: What, starts: &Starts) -> Result<f64, Failure> {
    let (store, office, starts) = (city.store.clone(), Arc::clone(&city.office), starts.clone());
    let who = match what {
        What::ById | What::Page => city.clerk,
        What::Work => city.liaison,
    };
    load::rate(line, runtime, move |number| {
        let (store, office, start) = (store.clone(), Arc::clone(&office), starts.at(number));
        async move {
            let start = start.ok_or("nothing to start from")?;
            let json = ask(&store, office, who, what, start).await?;
            if json.len() < 100 { Err("an answer without contents".into()) } else { Ok(()) }
        }
    })
}

async fn ask(
    store: &Store,
    office: Arc<Office>,
    who: Person,
    what: What,
    (id, position): (Id<Petition>, Position),
) -> Result<Vec<u8>, Failure> {
    let json = store
        .read(move |db| -> Result<_, Problem> {
            let now = Clock::system().now();
            let actor = who.actor(db, office.rules.calendar.date_of(now), now)?;
            let viewer = Viewer { actor: &actor, language: Language::Spanish, now, office: &office };
            Ok(match what {
                What::ById => by_id(db, viewer, id)?,
                What::Page => page(db, viewer, position)?,
                What::Work => work(db, viewer)?,
            })
        })
        .await?;
    Ok(json?)
}

type Json = Result<Vec<u8>, serde_json::Error>;

fn by_id(db: &mut Db, viewer: Viewer<'_>, id: Id<Petition>) -> Result<Json, Problem> {
    let found = petitions::find(db, &PetitionRef::Id(id), &viewer.actor.visibility())?;
    let petition = found.ok_or(Code::PetitionUnknown)?;
    let material = Material::of(db, std::slice::from_ref(&petition))?;
    Ok(serde_json::to_vec(&PetitionView::of(&petition, &material, viewer)))
}

fn page(db: &mut Db, viewer: Viewer<'_>, after: Position) -> Result<Json, Problem> {
    let (filter, sort) = (PetitionFilter::default(), PetitionSort::Received(Side::Before));
    let page = petitions::petitions(db, &filter, &viewer.actor.visibility(), sort, Some(after), PAGE)?;
    let found = petitions::many(db, &page.ids)?;
    let material = Material::of(db, &found)?;
    let items: Vec<PetitionView> = found.iter().map(|petition| PetitionView::of(petition, &material, viewer)).collect();
    Ok(serde_json::to_vec(&items))
}

fn work(db: &mut Db, viewer: Viewer<'_>) -> Result<Json, Problem> {
    let filter = AssignmentFilter { dependency: Some(DEPENDENCY.to_owned()), ..AssignmentFilter::default() };
    let visibility = viewer.actor.visibility();
    let page = petitions::assignments(db, &filter, &visibility, AssignmentSort::Due, None, PAGE)?;
    let found = petitions::of_assignments(db, &page.ids)?;
    let material = Material::of(db, &found)?;
    let by_id: HashMap<Id<Assignment>, (&Petition, &Assignment)> = found
        .iter()
        .flat_map(|petition| petition.assignments.iter().map(move |share| (share.id, (petition, share))))
        .collect();
    let items: Vec<AssignmentView> = page
        .ids
        .iter()
        .filter_map(|id| by_id.get(id))
        .map(|(petition, share)| AssignmentView::of(petition, share, &material, viewer))
        .collect();
    Ok(serde_json::to_vec(&items))
}
