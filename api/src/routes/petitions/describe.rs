//! What is said of a petition: amend, reclassify, prioritise, note.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, patch, post, web};
use chrono::NaiveDate;
use domain::occasion::Occasion;
use domain::petition::Petition;
use domain::petition::amend::{Amendment, Stands};
use domain::refusal::{Code, Refusal};
use domain::step::Step;
use domain::text::TextRef;
use persistence::petitions::{self, Place};
use persistence::{Db, StoreError, history};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::correct::{Corrected, PetitionerCorrection, corrected};
use super::form::{FieldGiven, correction};
use super::named;
use super::place::{Location, around, neighbourhood, postal_code};
use crate::http::{Body, IfMatch, codes};
use crate::office::Office;
use crate::problem::Problem;
use crate::routes::catalogues::edit::given;
use crate::step::{Circumstances, Done, Request, Setting, some_line, some_words, words};
use crate::view::PetitionView;

/// What to correct, as a merge patch (RFC 7396): what is absent stays, null empties.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AmendmentWanted {
    /// The citizen's words. They cannot be emptied.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "Hay una fuga de agua frente al 123, no en la esquina.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: Option<Option<String>>,
    /// The address; null: it has none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "Av. Juárez 123", min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500))]
    pub address: Option<Option<String>>,
    /// The street that crosses the one of the address; null: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "Calle Múzquiz", min_length = 1, max_length = 200)]
    #[validate(length(min = 1, max = 200))]
    pub crossing: Option<Option<String>>,
    /// The neighbourhood; null empties its code too. One that followed from the place on the map follows from the new
    /// place when only that is given.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "Torreón Jardín", min_length = 1, max_length = 120)]
    #[validate(length(min = 1, max = 120))]
    pub neighbourhood: Option<Option<String>>,
    /// Its code in the catalogue of neighbourhoods, which gives the name too. When the name is given without it, it follows
    /// from the name where exactly one is called so. Null leaves the name as it was said.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "torreon_jardin", max_length = 60)]
    #[validate(length(max = 60))]
    pub neighbourhood_code: Option<Option<String>>,
    /// Five digits; null: not known.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "27200", min_length = 5, max_length = 5)]
    pub postal_code: Option<Option<String>>,
    /// The place on the map; null: not known.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Location>)]
    #[validate(nested)]
    pub location: Option<Option<Location>>,
    /// What its form says otherwise, by the codes of its fields; null: nothing any more. What is no longer asked because of
    /// it is emptied too. What is required cannot be emptied.
    #[serde(default)]
    #[schema(example = json!({"leak_reaches_house": "no"}))]
    pub fields: BTreeMap<String, FieldGiven>,
    /// Petitioners whose data was wrong.
    #[serde(default)]
    #[schema(max_items = 20)]
    #[validate(length(max = 20), nested)]
    pub petitioners: Vec<PetitionerCorrection>,
}

impl Circumstances for AmendmentWanted {}

/// Amend a petition
///
/// Corrects what was captured: words, address, place, form, petitioners. A merge patch (RFC 7396): what is absent stays,
/// null empties a field of the place, of the form or a petitioner's. The history keeps that it was corrected, and the
/// words before. What makes no difference is answered with the petition as it is, in the same version. Needs
/// `petition.file` or `petition.manage`.
#[utoipa::path(
    operation_id = "amend_petition",
    tag = "petitions",
    request_body = AmendmentWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/petitions/{id}")]
pub async fn amend_petition(
    version: IfMatch,
    body: Body<AmendmentWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Amend, Some(version), body, |petition, occasion, setting| {
            let wanted = setting.body;
            let before = petitions::places(setting.db, &[petition.id])?.remove(&petition.id).unwrap_or_default();
            let place = amended(setting.office, &before, wanted, setting.today)?;
            let others: Vec<String> = place.differing(&before).into_iter().map(str::to_owned).collect();
            let place = (!others.is_empty()).then_some(place);
            let kept = petitions::petitioners(setting.db, &[petition.id])?;
            let Corrected { corrections, details } = corrected(&wanted.petitioners, &kept)?;
            let text = match &wanted.text {
                Some(None) => return Err(Problem::invalid("/text", "empty")),
                Some(Some(said)) => Some(words(said, "/text")?),
                None => None,
            };
            let address = wanted.address.as_ref().map(|said| some_words(said.as_ref(), "/address")).transpose()?;
            let fields = correction(setting.office, petition, &wanted.fields, setting.today)?;
            let stands = stands(setting.db, petition)?;
            let amendment = Amendment { text, address, stands, others, petitioners: corrections, fields };
            let change = petition.amend(occasion, amendment)?;
            let petition = petition.clone();
            Ok(Done {
                change,
                beside: Some(Box::new(move |tx| {
                    if let Some(place) = &place {
                        petitions::correct_place(tx, &petition, place)?;
                    }
                    for (id, details) in details {
                        petitions::correct_petitioner(tx, id, &details)?;
                    }
                    Ok(())
                })),
            })
        })
        .await
}

/// The words of the petition as they stand. Those that were written in the same group of work are not seen yet, and
/// count as others than the ones that are wanted.
fn stands(db: &mut Db, petition: &Petition) -> Result<Stands, StoreError> {
    let of_form: Vec<(&String, &TextRef)> =
        petition.fields.iter().filter_map(|one| Some((&one.field, one.value.text()?))).collect();
    let own = [&petition.text, &petition.address].into_iter().flatten();
    let ids: Vec<Uuid> = own.chain(of_form.iter().map(|(_, text)| *text)).map(|text| text.id.uuid()).collect();
    let texts = history::texts(db, &ids)?;
    let body = |text: &TextRef| texts.get(&text.id.uuid()).and_then(|row| row.body.clone());
    Ok(Stands {
        text: petition.text.as_ref().and_then(body),
        address: petition.address.as_ref().and_then(body),
        fields: of_form.into_iter().filter_map(|(field, text)| Some((field.clone(), body(text)?))).collect(),
    })
}

/// The place as it is with what is wanted: what is absent stays, null empties.
fn amended(office: &Office, old: &Place, wanted: &AmendmentWanted, today: NaiveDate) -> Result<Place, Problem> {
    let location = wanted.location.map(|given| given.map(Location::settled).transpose()).transpose()?;
    let point = match location {
        None => old.latitude.zip(old.longitude),
        Some(given) => given.map(Location::point),
    };
    let (neighbourhood, neighbourhood_code) = match (&wanted.neighbourhood, &wanted.neighbourhood_code) {
        (None, None) if location.is_some() && follows_from_the_map(office, old, today) => around(office, point, today),
        (None, None) => (old.neighbourhood.clone(), old.neighbourhood_code.clone()),
        (name, Some(Some(code))) => {
            neighbourhood(office, (Some(code.as_str()), name.as_ref().and_then(Option::as_ref), None), today)?
        }
        (Some(Some(name)), None) => neighbourhood(office, (None, Some(name), point), today)?,
        (Some(Some(name)), Some(None)) => (some_line(Some(name), "/neighbourhood")?, None),
        (None, Some(None)) => (old.neighbourhood.clone(), None),
        (Some(None), None | Some(None)) => (None, None),
    };
    let crossing = match &wanted.crossing {
        None => old.crossing.clone(),
        Some(given) => some_line(given.as_ref(), "/crossing")?,
    };
    let postal_code = match &wanted.postal_code {
        None => old.postal_code.clone(),
        Some(given) => given.as_deref().map(postal_code).transpose()?,
    };
    let (latitude, longitude) = point.unzip();
    Ok(Place { neighbourhood, latitude, longitude, postal_code, neighbourhood_code, crossing })
}

/// Whether nobody said a neighbourhood: there is none, or it is the one around the place.
fn follows_from_the_map(office: &Office, place: &Place, today: NaiveDate) -> bool {
    let kept = (place.neighbourhood.clone(), place.neighbourhood_code.clone());
    kept == (None, None) || kept == around(office, place.latitude.zip(place.longitude), today)
}

/// Another category, kind or flag.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ClassificationWanted {
    /// Code of the category; the present one if absent.
    #[serde(default)]
    #[schema(example = "pothole", max_length = 60)]
    #[validate(length(max = 60))]
    pub category: Option<String>,
    /// What sort it is; the present one if absent.
    #[serde(default)]
    pub kind: Option<codes::Kind>,
    /// Whether it is against a public servant; as it is if absent. Raising it takes the petition away from every
    /// dependency but Contraloría.
    #[serde(default)]
    #[schema(example = false)]
    pub against_public_servant: Option<bool>,
    /// Why.
    #[schema(example = "Es un hundimiento, no una fuga.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
}

impl Circumstances for ClassificationWanted {}

/// Reclassify a petition
///
/// Changes category, kind or the flag `against_public_servant`. Assignments stay as they are, except that a raised
/// flag cancels them and leaves Contraloría. What its form says is kept; what the new category requires and nobody has
/// said yet is told in `missing_fields`, to be amended. Needs `petition.route`.
#[utoipa::path(
    operation_id = "reclassify_petition",
    tag = "petitions",
    request_body = ClassificationWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/classification")]
pub async fn reclassify_petition(
    version: IfMatch,
    body: Body<ClassificationWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request.petition(target, Step::Reclassify, Some(version), body, reclassify).await
}

/// Reclassifies, alone or as one of many.
///
/// # Errors
/// Of [`valid_class`] and of the step.
pub fn reclassify(
    petition: &Petition,
    occasion: &mut Occasion<'_>,
    setting: Setting<'_, ClassificationWanted>,
) -> Result<Done, Problem> {
    let wanted = setting.body;
    valid_class(setting.office, wanted, setting.today)?;
    let category = wanted.category.clone().unwrap_or_else(|| petition.category.clone());
    let kind = wanted.kind.map_or(petition.kind, |kind| kind.0);
    let against = wanted.against_public_servant.unwrap_or(petition.against_public_servant);
    let reason = words(&wanted.reason, "/reason")?;
    Ok(petition.reclassify(occasion, category, kind, against, reason)?.into())
}

/// Whether the category, if one is named, may be used today.
///
/// # Errors
/// `category_unknown` (422).
pub fn valid_class(office: &Office, wanted: &ClassificationWanted, today: NaiveDate) -> Result<(), Problem> {
    let Some(code) = &wanted.category else { return Ok(()) };
    match office.valid_category(code, today) {
        Some(_) => Ok(()),
        None => Err(Refusal::at(Code::CategoryUnknown, "/category").into()),
    }
}

/// Another priority.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PriorityWanted {
    /// How soon it wants attention.
    pub priority: codes::Priority,
    /// Why.
    #[schema(example = "Hay riesgo para los niños de la escuela.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub reason: String,
}

impl Circumstances for PriorityWanted {}

/// Prioritise a petition
///
/// Needs `petition.review` or `petition.manage`.
#[utoipa::path(
    operation_id = "prioritise_petition",
    tag = "petitions",
    request_body = PriorityWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/priority")]
pub async fn prioritise_petition(
    version: IfMatch,
    body: Body<PriorityWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Prioritise, Some(version), body, |petition, occasion, setting| {
            let reason = words(&setting.body.reason, "/reason")?;
            Ok(petition.prioritise(occasion, setting.body.priority.0, reason)?.into())
        })
        .await
}

/// A note.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NoteWanted {
    /// The words, for the office only.
    #[schema(example = "La vecina del 125 dice lo mismo.", min_length = 1, max_length = 10_000)]
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
}

impl Circumstances for NoteWanted {}

/// Note something
///
/// Adds a note to the history; neither the citizen nor the dependencies see it. For every post that works with
/// petitions.
#[utoipa::path(
    operation_id = "note_petition",
    tag = "petitions",
    request_body = NoteWanted,
    params(
        ("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses((status = 200, description = "The petition as it is now.", body = PetitionView, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/notes")]
pub async fn note_petition(
    body: Body<NoteWanted>,
    request: Request,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let target = named(&id)?;
    request
        .petition(target, Step::Note, None, body, |petition, occasion, setting| {
            Ok(petition.note(occasion, words(&setting.body.text, "/text")?)?.into())
        })
        .await
}
