//! What a petition's form says and lacks, and what was brought for it, as a caller sees them.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use domain::catalogue::{FormField, Requirement};
use domain::delivery::Delivered;
use domain::form::{FieldType, FieldValue, Filled, Form, Given, LARGEST, LONGEST};
use domain::petition::Petition;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::material::{Material, Viewer};
use crate::http::{Code, codes, label};

/// What stands in a field: words (a text, a day, the code of a choice), a whole number, or the codes of choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FieldContent {
    /// A text, a day as `2026-11-23`, or the code of a choice.
    Words(String),
    /// A whole number.
    Number(i64),
    /// Codes of choices.
    Codes(Vec<String>),
}

impl PartialSchema for FieldContent {
    fn schema() -> RefOr<Schema> {
        let of = |kind| ObjectBuilder::new().schema_type(SchemaType::Type(kind));
        let number = of(Type::Integer).minimum(Some(-LARGEST)).maximum(Some(LARGEST));
        OneOfBuilder::new()
            .item(of(Type::String).max_length(Some(LONGEST)))
            .item(number)
            .item(ArrayBuilder::new().items(of(Type::String).max_length(Some(60))))
            .description(Some(
                "A text, a day as `2026-11-23` or the code of a choice; a whole number; codes of choices.",
            ))
            .into()
    }
}

impl ToSchema for FieldContent {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FieldContent")
    }
}

impl<'de> Deserialize<'de> for FieldContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Content;
        impl<'de> Visitor<'de> for Content {
            type Value = FieldContent;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("words, a whole number or codes")
            }

            fn visit_str<E: de::Error>(self, words: &str) -> Result<Self::Value, E> {
                Ok(FieldContent::Words(words.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(FieldContent::Number(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
                // What is larger lies outside every bound.
                Ok(FieldContent::Number(i64::try_from(number).unwrap_or(i64::MAX)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut codes = Vec::new();
                while let Some(code) = items.next_element()? {
                    codes.push(code);
                }
                Ok(FieldContent::Codes(codes))
            }
        }
        deserializer.deserialize_any(Content)
    }
}

impl From<FieldContent> for Given {
    fn from(content: FieldContent) -> Self {
        match content {
            FieldContent::Words(words) => Self::Words(words),
            FieldContent::Number(number) => Self::Number(number),
            FieldContent::Codes(codes) => Self::Codes(codes),
        }
    }
}

/// A field of a petition's form that says something.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FilledField {
    /// Code of the field.
    #[schema(example = "leak_reaches_house")]
    pub code: String,
    /// What is asked, in the caller's language.
    #[schema(example = "¿El agua entra a una casa?")]
    pub name: String,
    /// What it takes.
    #[serde(rename = "type")]
    pub field_type: codes::FieldType,
    /// What it says; null once it was erased.
    #[schema(example = "yes")]
    pub value: Option<FieldContent>,
    /// The same for people to read, in the caller's language.
    #[schema(example = "Sí")]
    pub value_label: Option<String>,
    /// Whether the petition's present category asks for it; what an earlier one asked for is kept.
    #[schema(example = true)]
    pub asked: bool,
}

impl FilledField {
    /// What a petition's form says, in the order in which it is asked; what is not asked any more comes last.
    #[must_use]
    pub fn all(petition: &Petition, material: &Material, viewer: Viewer<'_>) -> Vec<Self> {
        if petition.fields.is_empty() {
            return Vec::new();
        }
        let form = form(petition, viewer);
        let place = |one: &&Filled| {
            let asked = form.fields().iter().position(|field| field.code == one.field);
            (asked.unwrap_or(usize::MAX), one.field.clone())
        };
        let mut filled: Vec<&Filled> = petition.fields.iter().collect();
        filled.sort_by_key(place);
        let of = |one: &Filled| {
            let field = viewer.office.entry::<FormField>(&one.field);
            let asked = form.field(&one.field).is_some_and(|field| form.shows(field, &petition.fields));
            Self::of(one, field, asked, material, viewer)
        };
        filled.into_iter().map(of).collect()
    }

    fn of(one: &Filled, field: Option<&FormField>, asked: bool, material: &Material, viewer: Viewer<'_>) -> Self {
        let named = |code: &String| {
            let choice = field.and_then(|field| field.choices.iter().find(|choice| choice.code == *code));
            choice.map_or_else(|| code.clone(), |choice| viewer.named(&choice.name_es, &choice.name_en))
        };
        let (taken, value, value_label) = match &one.value {
            FieldValue::Text(text) => {
                let words = material.text(text);
                (FieldType::Text, words.clone().map(FieldContent::Words), words)
            }
            FieldValue::Number(number) => {
                (FieldType::Number, Some(FieldContent::Number(*number)), Some(number.to_string()))
            }
            FieldValue::Date(day) => {
                (FieldType::Date, Some(FieldContent::Words(day.to_string())), Some(day.to_string()))
            }
            FieldValue::Choice(code) => (FieldType::Choice, Some(FieldContent::Words(code.clone())), Some(named(code))),
            FieldValue::Several(codes) => {
                let names = codes.iter().map(named).collect::<Vec<_>>().join(", ");
                (FieldType::Several, Some(FieldContent::Codes(codes.clone())), Some(names))
            }
        };
        let name = field.map_or_else(|| one.field.clone(), |field| viewer.named(&field.name_es, &field.name_en));
        Self { code: one.field.clone(), name, field_type: Code(taken), value, value_label, asked }
    }
}

/// Something that a petition does not have yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Missing {
    /// Its code.
    #[schema(example = "pole_number")]
    pub code: String,
    /// What it is called, in the caller's language.
    #[schema(example = "Número del poste")]
    pub name: String,
}

/// The required fields that a petition's present category asks for and that say nothing.
#[must_use]
pub fn missing_fields(petition: &Petition, viewer: Viewer<'_>) -> Vec<Missing> {
    let missing = form(petition, viewer).missing(&petition.fields);
    let of =
        |field: &FormField| Missing { code: field.code.clone(), name: viewer.named(&field.name_es, &field.name_en) };
    missing.into_iter().map(of).collect()
}

/// What a petition's category asks for today.
fn form<'v>(petition: &Petition, viewer: Viewer<'v>) -> Form<'v> {
    viewer.office.catalogue.form(&petition.category, today(petition, viewer))
}

fn today(petition: &Petition, viewer: Viewer<'_>) -> NaiveDate {
    viewer.rules(petition).calendar.date_of(viewer.now)
}

/// A document that is to be brought, and whether it was.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RequirementView {
    /// Code of the requirement.
    #[schema(example = "food_parcel_id")]
    pub code: String,
    /// What it is called, in the caller's language.
    #[schema(example = "Identificación oficial con fotografía")]
    pub name: String,
    /// What does for it, in the caller's language.
    #[schema(example = "Credencial para votar, pasaporte o cédula; se revisa y se devuelve.")]
    pub help: Option<String>,
    /// What becomes of it.
    pub handling: codes::Handling,
    /// That in the caller's language.
    #[schema(example = "Se revisa y se devuelve")]
    pub handling_label: String,
    /// Whether it cannot be done without.
    #[schema(example = true)]
    pub required: bool,
    /// Whether the petition's present category asks for it; what was brought for an earlier one is kept.
    #[schema(example = true)]
    pub asked: bool,
    /// When it was brought last; null: not yet.
    #[schema(example = "2026-11-24T16:30:00Z")]
    pub delivered_at: Option<DateTime<Utc>>,
    /// The delivery with which it was.
    #[schema(example = "0193a1c2-9a00-7c3e-9a51-3f2c1b0a9d8e")]
    pub delivery_id: Option<Uuid>,
    /// The copy that is kept of it.
    #[schema(example = json!(null))]
    pub attachment_id: Option<Uuid>,
}

impl RequirementView {
    /// What is to be brought for a petition today, and what was brought for it that is not asked any more.
    #[must_use]
    pub fn all(petition: &Petition, viewer: Viewer<'_>) -> Vec<Self> {
        let asked = asked(petition, viewer);
        let mut views: Vec<Self> = asked.iter().map(|one| Self::of(petition, one, true, viewer)).collect();
        for document in petition.deliveries.iter().flat_map(|delivery| &delivery.documents) {
            if views.iter().any(|view| view.code == document.requirement) {
                continue;
            }
            if let Some(row) = viewer.office.entry::<Requirement>(&document.requirement) {
                views.push(Self::of(petition, row, false, viewer));
            }
        }
        views
    }

    fn of(petition: &Petition, row: &Requirement, asked: bool, viewer: Viewer<'_>) -> Self {
        let delivered = petition.delivered(&row.code);
        let help = row.help_es.as_ref().zip(row.help_en.as_ref());
        Self {
            code: row.code.clone(),
            name: viewer.named(&row.name_es, &row.name_en),
            help: help.map(|(es, en)| viewer.named(es, en)),
            handling: Code(row.handling),
            handling_label: label(viewer.language, row.handling),
            required: row.required,
            asked,
            delivered_at: delivered.map(|(delivery, _)| delivery.at),
            delivery_id: delivered.map(|(delivery, _)| delivery.id.uuid()),
            attachment_id: delivered.and_then(|(_, document)| document.copy).map(domain::id::Id::uuid),
        }
    }
}

/// What is to be brought for a petition today.
#[must_use]
pub fn asked<'v>(petition: &Petition, viewer: Viewer<'v>) -> Vec<&'v Requirement> {
    viewer.office.catalogue.requirements_on(&petition.category, today(petition, viewer))
}

/// One document of a delivery.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeliveredDocument {
    /// Code of the requirement.
    #[schema(example = "food_parcel_address")]
    pub requirement: String,
    /// What it is called, in the caller's language.
    #[schema(example = "Comprobante de domicilio")]
    pub name: String,
    /// The copy that is kept of it; null: it was looked at and given back.
    #[schema(example = "0193a1c2-7d11-7f00-8a51-aa2c1b0a9d05")]
    pub attachment_id: Option<Uuid>,
}

impl DeliveredDocument {
    /// A document as it stands on a receipt.
    #[must_use]
    pub fn of(document: &Delivered, viewer: Viewer<'_>) -> Self {
        let row = viewer.office.entry::<Requirement>(&document.requirement);
        Self {
            name: row.map_or_else(|| document.requirement.clone(), |row| viewer.named(&row.name_es, &row.name_en)),
            requirement: document.requirement.clone(),
            attachment_id: document.copy.map(domain::id::Id::uuid),
        }
    }
}

/// What cannot be done without and was not brought yet.
#[must_use]
pub fn lacking(petition: &Petition, viewer: Viewer<'_>) -> Vec<Missing> {
    let lacking = petition.lacking(&asked(petition, viewer));
    let of = |row: &Requirement| Missing { code: row.code.clone(), name: viewer.named(&row.name_es, &row.name_en) };
    lacking.into_iter().map(of).collect()
}
