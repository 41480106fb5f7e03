//! Durable creates: a call to 073 that is registered and routed at once, as the handler of `POST /v1/petitions`
//! does it, from the look-up of the caller to the commit.

use std::sync::Arc;

use api::clock::Clock;
use api::office::Office;
use api::problem::Problem;
use domain::catalogue::AGAINST_PUBLIC_SERVANT;
use domain::folio::{Folio, Series};
use domain::id::Id;
use domain::kind::{Kind, Priority};
use domain::occasion::Occasion;
use domain::petition::file::{Filing, NewPetitioner};
use domain::petition::route::Routing;
use domain::petition::{Identity, Petition};
use domain::refusal::{Code, Refusal};
use domain::text::Text;
use persistence::idempotency::Key;
use persistence::petitions::{self, Details, PetitionerDetails, Place};
use persistence::{Store, Tx};
use tokio::runtime::Runtime;

use crate::city::{City, DEPENDENCY, Person};
use crate::{Failure, Line, load};

/// Petitions a second that are durable when they are acknowledged. `store` says how they are committed.
///
/// # Errors
/// The store's.
pub fn measure(line: &Line, runtime: &Runtime, city: &City, store: &Store) -> Result<f64, Failure> {
    let (store, office, clerk) = (store.clone(), Arc::clone(&city.office), city.clerk);
    load::rate(line, runtime, move |number| {
        let (store, office) = (store.clone(), Arc::clone(&office));
        async move {
            file(&store, office, clerk, number).await?;
            Ok(())
        }
    })
}

/// Files one petition.
///
/// # Errors
/// The store's.
pub async fn file(store: &Store, office: Arc<Office>, clerk: Person, number: u64) -> Result<Id<Petition>, Problem> {
    let now = Clock::system().now();
    let seed: [u8; 32] = rand::random();
    let own = uuid::Uuid::new_v4().to_string();
    let key = Key::new(&clerk.account.to_string(), "POST", "/v1/petitions", &own, own.as_bytes());
    store
        .write(vec![key], move |tx| -> Result<Id<Petition>, Problem> {
            let today = office.rules.calendar.date_of(now);
            let actor = clerk.actor(tx.beside(), today, now)?;
            if let Some(done) = tx.replay(&key) {
                return Ok(Id::new(done.result_id));
            }
            let mut occasion = Occasion::new(&actor, &office.rules, now, seed);
            let id = register(tx, &mut occasion, &office, number)?;
            tx.record(&key, id.uuid(), now);
            Ok(id)
        })
        .await
}

fn register(tx: &mut Tx, occasion: &mut Occasion<'_>, office: &Office, number: u64) -> Result<Id<Petition>, Problem> {
    let (mut filing, details) = filing(office, number)?;
    Petition::may_file(occasion, &filing)?;
    let (series, year) = (Series::Registered, occasion.rules.calendar.year_of(occasion.now));
    filing.folio = Folio { series, year, number: tx.next_folio(&format!("{}-{year}", series.code())) };
    let change = Petition::file(occasion, filing)?;
    petitions::save(tx, None, &change, Some(&details))?;
    Ok(change.petition.id)
}

/// What is filed, and what is kept beside it.
///
/// # Errors
/// When the catalogues lack what every database has.
pub fn filing(office: &Office, number: u64) -> Result<(Filing, Details), Problem> {
    let categories: Vec<_> =
        office.catalogue.categories.iter().filter(|one| one.code != AGAINST_PUBLIC_SERVANT).collect();
    let at = usize::try_from(number).unwrap_or(0) % categories.len().max(1);
    let category = categories.get(at).ok_or_else(|| Refusal::new(Code::CategoryUnknown))?;
    let channel = office.channel("phone_073").ok_or_else(|| Refusal::new(Code::ChannelUnknown))?;
    let words = |words: String| Text::parse(&words).map_err(|_| Problem::invalid("/text", "invalid"));
    let filing = Filing {
        folio: Folio { series: Series::Registered, year: 0, number: 0 },
        channel: channel.code.clone(),
        in_writing: false,
        followed_by: channel.followed_by.clone(),
        kind: Kind::ServiceRequest,
        category: category.code.clone(),
        priority: Priority::Normal,
        against_public_servant: false,
        text: Some(words(format!("Desde ayer sale agua de la banqueta frente al número {number} y nadie ha venido."))?),
        address: Some(words(format!("Calle Falcón {number}, entre Juárez y Morelos"))?),
        fields: domain::form::Entries::default(),
        petitioners: vec![NewPetitioner { identity: Identity::Named, reachable: true, described: true }],
        origin: None,
        received: None,
        routes: vec![Routing {
            dependency: DEPENDENCY.to_owned(),
            unit: None,
            directed: false,
            instructions: None,
            previous: None,
        }],
        answer: None,
        notification: None,
    };
    let petitioner = PetitionerDetails {
        kind: "person".to_owned(),
        name: Some("Petra Salas Ibarra".to_owned()),
        telephone: Some("+528711234567".to_owned()),
        ..PetitionerDetails::default()
    };
    let place = Place {
        latitude: Some(25.54),
        longitude: Some(-103.41),
        postal_code: Some("27200".to_owned()),
        neighbourhood: Some("Torreón Jardín".to_owned()),
        neighbourhood_code: None,
        crossing: None,
    };
    Ok((filing, Details { place, petitioners: vec![Some(petitioner)] }))
}
