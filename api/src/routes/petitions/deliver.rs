//! `…/deliveries`: documents that the category asks for are brought, and a receipt is given.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::delivery::{Delivered, Delivery};
use domain::id::Id;
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::refusal::Code;
use domain::step::Step;
use persistence::petitions::{self, PetitionRef};
use persistence::{Db, accounts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::named;
use crate::auth::Caller;
use crate::http::Body;
use crate::http::idempotency::replayed;
use crate::office::Offices;
use crate::problem::Problem;
use crate::state::AppState;
use crate::step::{Circumstances, Dating, Request, dated};
use crate::text::Language;
use crate::view::Viewer;
use crate::view::form::{DeliveredDocument, Missing, lacking};

/// What was brought.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DeliveryWanted {
    /// The documents, each once.
    #[schema(min_items = 1, max_items = 40)]
    #[validate(length(min = 1, max = 40))]
    pub documents: Vec<DocumentWanted>,
    /// When they were brought, if not now.
    #[serde(default)]
    #[validate(nested)]
    pub dating: Option<Dating>,
}

/// One document.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentWanted {
    /// Code of the requirement, as the petition lists it in `requirements`.
    #[schema(example = "food_parcel_address", max_length = 60)]
    pub requirement: String,
    /// The copy, among the petition's files: needed where the requirement says `kept`, absent where it says `seen`.
    #[serde(default)]
    #[schema(example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d05")]
    pub attachment_id: Option<Uuid>,
}

impl Circumstances for DeliveryWanted {
    fn dating(&self) -> Option<&Dating> {
        self.dating.as_ref()
    }
}

/// The receipt of documents that were brought.
#[derive(Serialize, ToSchema)]
pub struct DeliveryReceipt {
    /// Its number.
    #[schema(example = "0193a1c2-9a00-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// The petition.
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    pub petition_id: Uuid,
    /// The petition's folio.
    #[schema(example = "AC-2026-001234-7")]
    pub folio: String,
    /// When they were brought.
    #[schema(example = "2026-11-24T16:30:00Z")]
    pub delivered_at: DateTime<Utc>,
    /// The account of whoever took them in.
    #[schema(example = "0193a1c2-0000-7c3e-9a51-3f2c1b0a9d8e")]
    pub received_by: Option<Uuid>,
    /// That person's name.
    #[schema(example = "Laura Ríos")]
    pub received_by_name: Option<String>,
    /// What was brought.
    pub documents: Vec<DeliveredDocument>,
    /// What cannot be done without and was not brought yet, as of now.
    pub lacking: Vec<Missing>,
}

/// Deliver documents
///
/// Takes in documents that the petition's category asks for (`requirements`) and gives a receipt with what was brought
/// and what is lacking. Of what is `kept`, attach the copy first and name it; what is `seen` is looked at and given back.
/// It only adds: what is brought anew counts from then on. Until the petition is closed. Needs `petition.file` or
/// `petition.contact`.
#[utoipa::path(
    operation_id = "deliver_documents",
    tag = "petitions",
    request_body = DeliveryWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (status = 201, description = "The receipt.", body = DeliveryReceipt,
            headers(("Location" = String, description = "The receipt."))),
    ),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/deliveries")]
pub async fn deliver_documents(
    body: Body<DeliveryWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    let Request { state, caller, language, key } = request;
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let seed: [u8; 32] = rand::random();
    let (own_keys, who, shared, found) = (keys.clone(), caller.clone(), state.clone(), target.clone());
    let delivery = state
        .store
        .write(keys, move |tx| -> Result<Uuid, Problem> {
            let actor = who.actor(tx.beside(), now)?;
            let petition = petitions::find(tx.db()?, &found, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
            petition.permits(&actor, Step::Deliver)?;
            if let Some(delivery) = replayed(tx, &own_keys)? {
                return Ok(delivery);
            }
            let wanted = body.value()?;
            let office = shared.offices.in_unit(tx)?;
            let rules = office.rules_of(&petition.policy);
            let asked = office.catalogue.requirements_on(&petition.category, rules.calendar.date_of(now));
            let documents = wanted
                .documents
                .iter()
                .map(|one| Delivered { requirement: one.requirement.clone(), copy: one.attachment_id.map(Id::new) });
            let mut occasion = Occasion::new(&actor, rules, now, seed).dated(dated(wanted)?);
            let change = petition.deliver(&mut occasion, &asked, documents.collect())?;
            petitions::save(tx, Some(&petition), &change, None)?;
            let delivery = change.about.ok_or(Code::DeliveryUnknown)?;
            if let Some(key) = own_keys.first() {
                tx.record(key, delivery, now);
            }
            Ok(delivery)
        })
        .await?;
    let receipt = shown(state, caller, language, target, delivery).await?;
    let place = format!("/v1/petitions/{}/deliveries/{}", receipt.petition_id, receipt.id);
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header((header::LOCATION, place))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .json(receipt))
}

/// Get the receipt of a delivery
///
/// What was brought then, to be printed again, and what is lacking now. For whoever reads the office's petitions.
#[utoipa::path(
    operation_id = "get_delivery",
    tag = "petitions",
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("delivery_id" = Uuid, Path, description = "The delivery.", example = "0193a1c2-9a00-7c3e-9a51-3f2c1b0a9d8e"),
    ),
    responses((status = 200, description = "The receipt.", body = DeliveryReceipt)),
    security(("token" = [])),
)]
#[get("/v1/petitions/{id}/deliveries/{delivery_id}")]
pub async fn get_delivery(
    language: Language,
    caller: Caller,
    path: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (id, delivery) = path.into_inner();
    let target = named(&id)?;
    let delivery = Uuid::parse_str(&delivery).map_err(|_| Problem::from(Code::DeliveryUnknown))?;
    let receipt = shown(state, caller, language, target, delivery).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(receipt))
}

async fn shown(
    state: web::Data<AppState>,
    caller: Caller,
    language: Language,
    target: PetitionRef,
    delivery: Uuid,
) -> Result<DeliveryReceipt, Problem> {
    let (now, shared) = (state.clock.now(), state.clone());
    state.store.read(move |db| receipt(db, &shared.offices, &caller, (language, now), &target, delivery)).await
}

fn receipt(
    db: &mut Db,
    offices: &Offices,
    caller: &Caller,
    (language, now): (Language, domain::time::Instant),
    target: &PetitionRef,
    delivery: Uuid,
) -> Result<DeliveryReceipt, Problem> {
    let (actor, office) = caller.enter(db, offices, now)?;
    let petition: Petition = petitions::find(db, target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
    let delivery: &Delivery = petition.receipt(&actor, Id::new(delivery))?;
    let receiver: Vec<Uuid> = delivery.received_by.map(Id::uuid).into_iter().collect();
    let name = accounts::accounts_named(db, &receiver)?.pop().map(|(_, name)| name);
    let viewer = Viewer { actor: &actor, language, now, office: &office };
    Ok(DeliveryReceipt {
        id: delivery.id.uuid(),
        petition_id: petition.id.uuid(),
        folio: petition.folio.to_string(),
        delivered_at: delivery.at,
        received_by: delivery.received_by.map(Id::uuid),
        received_by_name: name,
        documents: delivery.documents.iter().map(|one| DeliveredDocument::of(one, viewer)).collect(),
        lacking: lacking(&petition, viewer),
    })
}
