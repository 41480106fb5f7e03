//! How an entry of any catalogue is added and changed, in one unit of work.
//!
//! A body's members become the cells of a row, which `domain::catalogue::merge` judges; what it finds wrong is told by
//! the member's pointer. Nothing is deleted: an entry ends by its `valid_until`, and its code stays taken.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use domain::actor::Actor;
use domain::catalogue::{Catalogue, CatalogueName, Cells, Entry, Rule, Wrong, merge};
use domain::refusal::Code;
use persistence::catalogues::{self, Kept};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use super::EntryView;
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::{Body, IdempotencyKey, IfMatch};
use crate::problem::{FieldError, Kind, Problem};
use crate::routes::sessions::owner;
use crate::state::AppState;
use crate::text::Language;

/// A name in each language; one that is absent stays as it is.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamesEdit {
    /// Spanish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Parques y Jardines", max_length = 200)]
    pub(in crate::routes) es: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Parks and gardens", max_length = 200)]
    pub(in crate::routes) en: Option<String>,
}

/// Words in each language; those that are absent stay as they are.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordsEdit {
    /// Spanish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Marque 071 con el número de servicio que viene en el recibo.", max_length = 2_000)]
    pub(in crate::routes) es: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Dial 071 with the service number on your bill.", max_length = 2_000)]
    pub(in crate::routes) en: Option<String>,
}

/// Tells null, which empties, from what is not there, which stays.
pub(in crate::routes) fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// To what an entry belongs that stands below another: the column, and the code of the path.
pub(in crate::routes) type Owner = Option<(&'static str, String)>;

/// Who edits, and how they are answered.
pub(in crate::routes) struct Edit {
    /// Who asks.
    pub caller: Caller,
    /// In which language the answer is.
    pub language: Language,
    /// The server.
    pub state: web::Data<AppState>,
}

impl Edit {
    /// Adds an entry: 201 with it. `path` is where its like are read; its owner, where it has one.
    ///
    /// # Errors
    /// `not_allowed` (403), `invalid_body` (422), `code_taken` (409); `not_found` (404) for an owner that is not there.
    pub async fn add<V, B>(
        self,
        key: IdempotencyKey,
        body: Body<B>,
        path: String,
        owner_of: Owner,
    ) -> Result<HttpResponse, Problem>
    where
        V: EntryView + Send + 'static,
        V::Row: Kept,
        B: DeserializeOwned + Serialize + Validate + Send + 'static,
    {
        let Self { caller, language, state } = self;
        let (now, today) = (state.clock.now(), caller.today());
        let keys = key.scope(owner(&caller), body.digest());
        let below = owner_of.is_some();
        let (own_keys, id, shared) = (keys.clone(), new_id(now), state.clone());
        let (code, mut view) = state
            .store
            .write(keys, move |tx| -> Result<(String, V), Problem> {
                let actor = caller.actor(tx.beside(), now)?;
                let office = shared.offices.in_unit(tx)?;
                let city = &office.catalogue;
                owned(city, &owner_of)?;
                may(&actor, V::Row::CATALOGUE)?;
                let given = body.value().and_then(|body| cells(body, &owner_of));
                if replayed(tx, &own_keys)?.is_some() {
                    // The same body has the same code, and what was added is still there.
                    let code = given?.get("code").unwrap_or_default().to_owned();
                    let row = V::Row::of(city, &code).ok_or_else(Problem::not_found)?;
                    return Ok((code, V::tagged(row, city, (language, today))?));
                }
                let cells = given?;
                let code = cells.get("code").unwrap_or_default().to_owned();
                if V::Row::of(city, &code).is_some() {
                    return Err(Problem::new(Kind::CodeTaken).blaming(FieldError::new("/code", Kind::CodeTaken.code())));
                }
                let merged = merge::<V::Row>(city, &[cells]).map_err(|wrong| invalid(&wrong))?;
                catalogues::save(tx, &merged)?;
                if let Some(key) = own_keys.first() {
                    tx.record(key, id, now);
                }
                let row = V::Row::of(&merged.catalogue, &code).ok_or(Kind::Internal)?;
                Ok((code, V::tagged(row, &merged.catalogue, (language, today))?))
            })
            .await?;
        // What stands below another is read with it.
        let place = if below { path } else { format!("{path}/{code}") };
        Ok(HttpResponse::Created()
            .insert_header((header::LOCATION, place))
            .insert_header((header::ETAG, view.etag().clone()))
            .json(view))
    }

    /// Changes an entry: 200 with it.
    ///
    /// # Errors
    /// `not_found` (404), `not_allowed` (403), `if_match_missing` (428), `stale_version` (412), `invalid_body` (422),
    /// `channel_type_fixed` (409).
    pub async fn change<V, B>(
        self,
        version: IfMatch,
        body: Body<B>,
        code: String,
        owner_of: Owner,
    ) -> Result<HttpResponse, Problem>
    where
        V: EntryView + Send + 'static,
        V::Row: Kept,
        B: DeserializeOwned + Serialize + Validate + Send + 'static,
    {
        let Self { caller, language, state } = self;
        let (now, today, shared) = (state.clock.now(), caller.today(), state.clone());
        let mut view = state
            .store
            .write(Vec::new(), move |tx| -> Result<V, Problem> {
                let actor = caller.actor(tx.beside(), now)?;
                let office = shared.offices.in_unit(tx)?;
                let city = &office.catalogue;
                let row =
                    V::Row::of(city, &code).filter(|row| belongs(*row, &owner_of)).ok_or_else(Problem::not_found)?;
                may(&actor, V::Row::CATALOGUE)?;
                let mut tags = Vec::new();
                for language in Language::ALL {
                    tags.push(V::tagged(row, city, (*language, today))?.etag().clone());
                }
                version.check_any(&tags)?;
                let mut cells = cells(body.value()?, &None)?;
                if cells.get("code").is_some_and(|given| given != code) {
                    return Err(Problem::invalid("/code", Rule::Fixed.code()));
                }
                cells.put("code", &code);
                let merged = merge::<V::Row>(city, &[cells]).map_err(|wrong| unchangeable::<V::Row>(&wrong))?;
                catalogues::save(tx, &merged)?;
                let row = V::Row::of(&merged.catalogue, &code).ok_or(Kind::Internal)?;
                V::tagged(row, &merged.catalogue, (language, today))
            })
            .await?;
        Ok(HttpResponse::Ok().insert_header((header::ETAG, view.etag().clone())).json(view))
    }
}

/// Whether the actor may edit this catalogue.
///
/// # Errors
/// `not_allowed` (403).
pub(super) fn may(actor: &Actor, catalogue: CatalogueName) -> Result<(), Problem> {
    if actor.can_any(catalogue.editing()) { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

/// Whether the owner that the path names is there.
fn owned(city: &Catalogue, owner_of: &Owner) -> Result<(), Problem> {
    let known = match owner_of {
        Some(("dependency", code)) => domain::catalogue::Dependency::of(city, code).is_some(),
        Some(("authority", code)) => domain::catalogue::Authority::of(city, code).is_some(),
        Some(("category", code)) => domain::catalogue::Category::of(city, code).is_some(),
        Some(_) => false,
        None => true,
    };
    if known { Ok(()) } else { Err(Problem::not_found()) }
}

/// Whether a row is the owner's that the path names.
fn belongs<E: Entry>(row: &E, owner_of: &Owner) -> bool {
    let Some((column, code)) = owner_of else { return true };
    let at = E::COLUMNS.iter().position(|known| known == column);
    at.and_then(|at| row.cells().get(at).map(|cell| cell == code)).unwrap_or(false)
}

/// A body's members as the cells of a row.
fn cells(body: &impl Serialize, owner_of: &Owner) -> Result<Cells, Problem> {
    let Ok(Value::Object(members)) = serde_json::to_value(body) else { return Err(Kind::Internal.into()) };
    let mut cells = Cells::default();
    for (name, value) in members {
        match value {
            Value::Object(inner) => {
                let stem = column(&name);
                for (language, value) in inner {
                    cells.put(format!("{stem}_{language}"), &plain(&value));
                }
            }
            value => cells.put(column(&name), &plain(&value)),
        }
    }
    if let Some((column, code)) = owner_of {
        cells.put(*column, code);
    }
    Ok(cells)
}

/// The column of a member, or the stem of the columns of one that has each language.
fn column(member: &str) -> &str {
    match member {
        "names" => "name",
        "contact_rule" => "contact",
        "emergency_hint" => "emergency",
        own => own,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null | Value::Object(_) => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(" "),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// The problem of a change that does not hold: one of what stays as it is, however well it is written, is a conflict.
fn unchangeable<E: Entry>(wrong: &[Wrong]) -> Problem {
    let of_type = |one: &Wrong| one.column == "type" && one.rule == Rule::Fixed;
    if E::CATALOGUE == CatalogueName::Channels && wrong.iter().all(of_type) {
        return Problem::new(Kind::ChannelTypeFixed).blaming(FieldError::new("/type", Rule::Fixed.code()));
    }
    invalid(wrong)
}

/// The problem of a body that does not hold.
pub(in crate::routes) fn invalid(wrong: &[Wrong]) -> Problem {
    let errors = wrong.iter().map(|one| {
        let blamed = FieldError::new(pointer(one.column), one.rule.code());
        one.rule.facts().into_iter().fold(blamed, |blamed, (name, value)| blamed.with(name, value))
    });
    Problem::new(Kind::InvalidBody).blaming_all(errors.collect())
}

/// Where a column stands in a body.
fn pointer(column: &str) -> String {
    match column {
        "contact" => "/contact_rule".to_owned(),
        "shown_when_field" => "/shown_when/field".to_owned(),
        "shown_when_is" => "/shown_when/is".to_owned(),
        "emergency_es" => "/emergency_hint/es".to_owned(),
        "emergency_en" => "/emergency_hint/en".to_owned(),
        "name_es" => "/names/es".to_owned(),
        "name_en" => "/names/en".to_owned(),
        column => match column
            .strip_suffix("_es")
            .map(|stem| (stem, "es"))
            .or_else(|| column.strip_suffix("_en").map(|stem| (stem, "en")))
        {
            Some((stem, language)) => format!("/{stem}/{language}"),
            None => format!("/{column}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_become_cells_and_cells_lead_back_to_members() {
        let body = json!({"names": {"es": "Agua"}, "contact_rule": "never", "rank": 3, "valid_until": null,
            "postal_codes": ["27000", "27010"]});
        let cells = cells(&body, &Some(("dependency", "simas".to_owned()))).unwrap();
        let got: Vec<_> = ["name_es", "contact", "rank", "valid_until", "postal_codes", "dependency", "name_en"]
            .map(|column| cells.get(column))
            .to_vec();
        let expected = [Some("Agua"), Some("never"), Some("3"), Some(""), Some("27000 27010"), Some("simas"), None];
        assert_eq!(got, expected);
        let pointers = ["name_es", "contact", "how_en", "type", "valid_until"].map(pointer);
        assert_eq!(pointers, ["/names/es", "/contact_rule", "/how/en", "/type", "/valid_until"]);
    }
}
