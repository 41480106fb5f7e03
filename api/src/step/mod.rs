//! How every step is taken: in one unit of work, with the checks in their order, and shown afterwards.
//!
//! 400 and 401 are the extractors'. Then, inside the write: 404 → 403 → replay of the key → 428/412 → 422 →
//! 409. No handler repeats this.

mod body;
pub mod carry;

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use domain::actor::Actor;
use domain::assignment::Assignment;
use domain::id::Id;
use domain::occasion::Occasion;
use domain::petition::{Change, Petition};
use domain::refusal::Code as RefusalCode;
use domain::step::{AssignmentStep, QuestionStep, Step};
use domain::time::Instant;
use persistence::idempotency::Key;
use persistence::petitions::{self, PetitionRef};
use persistence::{Db, Tx};
use serde::de::DeserializeOwned;
use validator::Validate;

use self::body::spoken;
pub use self::body::{
    Circumstances, Dating, Empty, Nothing, Speaking, dated, dated_on, sane_date, some_line, some_words, words,
};
use crate::auth::Caller;
use crate::http::idempotency::replayed;
use crate::http::version::etag;
use crate::http::{Body, IdempotencyKey, IfMatch};
use crate::office::Office;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::text::Language;
use crate::view::{AssignmentView, Material, PetitionView, Viewer};

/// Everything of a request that a step needs besides what it is about. As an argument it stands after the body:
/// what cannot be read is told before who may not ask.
pub struct Request {
    /// The server.
    pub state: web::Data<AppState>,
    /// Who asks.
    pub caller: Caller,
    /// In which language the answer is.
    pub language: Language,
    /// The key under which it may be repeated.
    pub key: IdempotencyKey,
}

impl FromRequest for Request {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut parts = || {
            let key = IdempotencyKey::from_request(request, payload).into_inner()?;
            let caller = Caller::from_request(request, payload).into_inner()?;
            let state = request.app_data::<web::Data<AppState>>().ok_or(Kind::Internal)?.clone();
            Ok(Self { state, caller, language: Language::of(request.headers()), key })
        };
        ready(parts())
    }
}

/// What a step is given once all checks before 422 have passed.
pub struct Setting<'s, B> {
    /// The valid body.
    pub body: &'s B,
    /// Catalogues and rules.
    pub office: &'s crate::office::Office,
    /// Today, in the city.
    pub today: chrono::NaiveDate,
    /// The database, for what only it knows.
    pub db: &'s mut Db,
}

/// A change, and what is done beside it in the same unit of work.
pub struct Done {
    /// The change.
    pub change: Change,
    /// What else is written: corrections of places and petitioners.
    pub beside: Option<Beside>,
}

/// Something written beside a change.
pub type Beside = Box<dyn FnOnce(&mut Tx) -> Result<(), Problem>>;

impl From<Change> for Done {
    fn from(change: Change) -> Self {
        Self { change, beside: None }
    }
}

/// What a body is to the flow of a step.
pub trait Input: Send + 'static {
    /// The value inside.
    type Value: Circumstances;

    /// The value, or why it is not valid (422).
    ///
    /// # Errors
    /// `invalid_body`.
    fn given(&self) -> Result<&Self::Value, Problem>;

    /// SHA-256 of the bytes.
    fn digest(&self) -> [u8; 32];
}

impl<B: Circumstances + DeserializeOwned + Validate + Send + 'static> Input for Body<B> {
    type Value = B;

    fn given(&self) -> Result<&B, Problem> {
        self.value()
    }

    fn digest(&self) -> [u8; 32] {
        Self::digest(self)
    }
}

impl Input for Nothing {
    type Value = Self;

    fn given(&self) -> Result<&Self, Problem> {
        Ok(self)
    }

    fn digest(&self) -> [u8; 32] {
        [0; 32]
    }
}

/// What a step is about, and what that allows.
#[derive(Clone)]
enum Target {
    Petition(PetitionRef, Step),
    Assignment(Id<Assignment>, AssignmentStep),
    Question(PetitionRef, Id<domain::question::Question>, QuestionStep),
}

impl Target {
    /// Loads the petition (404) and asks whether the actor may (403). Returns the version that `If-Match` names.
    fn open(&self, db: &mut Db, actor: &domain::actor::Actor) -> Result<(Petition, i32), Problem> {
        let visibility = actor.visibility();
        match self {
            Self::Petition(reference, step) => {
                let petition = petitions::find(db, reference, &visibility)?.ok_or(RefusalCode::PetitionUnknown)?;
                petition.permits(actor, *step)?;
                let version = petition.version;
                Ok((petition, version))
            }
            Self::Assignment(id, step) => {
                let petition =
                    petitions::find_assignment(db, *id, &visibility)?.ok_or(RefusalCode::AssignmentUnknown)?;
                let share = petition.assignment(*id).ok_or(RefusalCode::AssignmentUnknown)?;
                petition.permits_assignment(actor, share, *step)?;
                let version = share.version;
                Ok((petition, version))
            }
            Self::Question(reference, id, step) => {
                let petition = petitions::find(db, reference, &visibility)?.ok_or(RefusalCode::PetitionUnknown)?;
                petition.question(*id).ok_or(RefusalCode::QuestionUnknown)?;
                petition.permits_question(actor, *step)?;
                let version = petition.version;
                Ok((petition, version))
            }
        }
    }
}

impl Request {
    /// Takes a step of a petition and shows the petition.
    ///
    /// # Errors
    /// The checks' in their order, then the step's own.
    pub async fn petition<I, F>(
        self,
        reference: PetitionRef,
        step: Step,
        version: Option<IfMatch>,
        input: I,
        act: F,
    ) -> Result<HttpResponse, Problem>
    where
        I: Input,
        F: Fn(&Petition, &mut Occasion<'_>, Setting<'_, I::Value>) -> Result<Done, Problem> + Send + 'static,
    {
        let (petition, material, request) = self.take(Target::Petition(reference, step), version, input, act).await?;
        Ok(request.show_petition(&petition, &material, StatusCode::OK))
    }

    /// Takes a step of a question and shows the petition.
    ///
    /// # Errors
    /// The checks' in their order, then the step's own.
    pub async fn question<I, F>(
        self,
        reference: PetitionRef,
        id: Id<domain::question::Question>,
        step: QuestionStep,
        version: Option<IfMatch>,
        input: I,
        act: F,
    ) -> Result<HttpResponse, Problem>
    where
        I: Input,
        F: Fn(&Petition, &mut Occasion<'_>, Setting<'_, I::Value>) -> Result<Done, Problem> + Send + 'static,
    {
        let (petition, material, request) =
            self.take(Target::Question(reference, id, step), version, input, act).await?;
        Ok(request.show_petition(&petition, &material, StatusCode::OK))
    }

    /// Takes a step of an assignment and shows the assignment.
    ///
    /// # Errors
    /// The checks' in their order, then the step's own.
    pub async fn assignment<I, F>(
        self,
        id: Id<Assignment>,
        step: AssignmentStep,
        version: Option<IfMatch>,
        input: I,
        act: F,
    ) -> Result<HttpResponse, Problem>
    where
        I: Input,
        F: Fn(&Petition, &mut Occasion<'_>, Setting<'_, I::Value>) -> Result<Done, Problem> + Send + 'static,
    {
        let (petition, material, request) = self.take(Target::Assignment(id, step), version, input, act).await?;
        let share = petition.petition.assignment(id).ok_or(RefusalCode::AssignmentUnknown)?;
        let view = AssignmentView::of(&petition.petition, share, &material, petition.viewer(&request));
        Ok(HttpResponse::Ok().insert_header(etag(share.version)).json(view))
    }

    async fn take<I, F>(
        self,
        target: Target,
        version: Option<IfMatch>,
        input: I,
        act: F,
    ) -> Result<(Seen, Material, Shown), Problem>
    where
        I: Input,
        F: Fn(&Petition, &mut Occasion<'_>, Setting<'_, I::Value>) -> Result<Done, Problem> + Send + 'static,
    {
        let Self { state, caller, language, key } = self;
        let now = state.clock.now();
        let keys = key.scope(caller.id(), input.digest());
        let seed: [u8; 32] = rand::random();
        let office = state.clone();
        let (own_keys, who) = (keys.clone(), caller.clone());
        let id = state
            .store
            .write(keys, move |tx| -> Result<Id<Petition>, Problem> {
                let actor = who.actor(tx.beside(), now)?;
                let (petition, present) = target.open(tx.db()?, &actor)?;
                if let Some(id) = replayed(tx, &own_keys)? {
                    return Ok(Id::new(id));
                }
                if let Some(version) = &version {
                    version.check(present)?;
                }
                let body = input.given()?;
                let city = office.offices.in_unit(tx)?;
                let today = office.calendar.date_of(now);
                let setting = Setting { body, office: &city, today, db: tx.db()? };
                let Done { change, beside } = decided(&actor, (now, seed), &petition, setting, &act)?;
                carry::save(tx, &city, (now, seed), &petition, &change)?;
                if let Some(beside) = beside {
                    beside(tx)?;
                }
                record(tx, &own_keys, petition.id, now);
                Ok(petition.id)
            })
            .await?;
        show(state, caller, language, id).await
    }
}

/// What a step does to a petition, decided and not yet written: asked for alone, or on one of many.
///
/// # Errors
/// `invalid_body`, then the step's own.
pub fn decided<B, F>(
    actor: &Actor,
    (now, seed): (Instant, [u8; 32]),
    petition: &Petition,
    setting: Setting<'_, B>,
    act: F,
) -> Result<Done, Problem>
where
    B: Circumstances,
    F: Fn(&Petition, &mut Occasion<'_>, Setting<'_, B>) -> Result<Done, Problem>,
{
    let rules = setting.office.rules_of(&petition.policy);
    let evidence = setting.office.needs_evidence(&petition.category);
    let occasion = Occasion::new(actor, rules, now, seed).evidenced(evidence);
    let mut occasion = occasion.dated(dated(setting.body)?).spoken(spoken(setting.body)?);
    act(petition, &mut occasion, setting)
}

/// Remembers under the key what was done.
pub fn record(tx: &mut Tx, keys: &[Key], petition: Id<Petition>, now: domain::time::Instant) {
    if let Some(key) = keys.first() {
        tx.record(key, petition.uuid(), now);
    }
}

/// A petition and the actor for whom it was read.
pub struct Seen {
    /// The petition.
    pub petition: Petition,
    actor: domain::actor::Actor,
    office: Arc<Office>,
    now: domain::time::Instant,
}

impl Seen {
    fn viewer<'a>(&'a self, shown: &'a Shown) -> Viewer<'a> {
        Viewer { actor: &self.actor, language: shown.language, now: self.now, office: &self.office }
    }

    /// The petition as its viewer sees it.
    #[must_use]
    pub fn view(&self, material: &Material, shown: &Shown) -> PetitionView {
        PetitionView::of(&self.petition, material, self.viewer(shown))
    }
}

/// What is left of a request when its step is taken.
pub struct Shown {
    language: Language,
}

impl Shown {
    /// The answer with a petition.
    #[must_use]
    pub fn show_petition(&self, seen: &Seen, material: &Material, status: StatusCode) -> HttpResponse {
        HttpResponse::build(status).insert_header(etag(seen.petition.version)).json(seen.view(material, self))
    }
}

/// Reads a petition that was just written, for the one who wrote it. What a step takes out of its actor's sight
/// is still shown to them once: they did it.
///
/// # Errors
/// The database's.
pub async fn show(
    state: web::Data<AppState>,
    caller: Caller,
    language: Language,
    id: Id<Petition>,
) -> Result<(Seen, Material, Shown), Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let (petition, actor, office, material) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let petition = petitions::many(db, &[id])?.pop().ok_or(RefusalCode::PetitionUnknown)?;
            let material = Material::of(db, std::slice::from_ref(&petition))?;
            Ok((petition, actor, office, material))
        })
        .await?;
    Ok((Seen { petition, actor, office, now }, material, Shown { language }))
}

/// The `Location` of a petition.
#[must_use]
pub fn location(petition: Id<Petition>) -> (header::HeaderName, String) {
    (header::LOCATION, format!("/v1/petitions/{petition}"))
}
