//! What categories ask for beside the citizen's words: the fields of their forms. For whoever is signed in, to read; for
//! whoever manages catalogues, to edit.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue, Entry as _};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::catalogues::edit::{self, NamesEdit, WordsEdit, given};
use super::catalogues::{CatalogueWanted, EntryView, Names, signed_in};
use crate::auth::Caller;
use crate::http::{Body, Code, IdempotencyKey, IfMatch, Query, cacheable, codes, label};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_fields).service(add_field).service(change_field);
}

/// What a category asks for beside the citizen's words.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormField {
    /// Stable, never reused, unique over all categories: the member of `fields` when a petition is filed.
    #[schema(example = "leak_reaches_house")]
    code: String,
    /// The category that asks for it, as do those below.
    #[schema(example = "water_leak")]
    category: String,
    /// What is asked, in the caller's language.
    #[schema(example = "¿El agua entra a una casa?")]
    name: String,
    /// What is asked, in both.
    names: Names,
    /// How to fill it in, in both languages.
    help: Option<Names>,
    /// What it takes: `text` words, `number` a whole number, `date` a day, `choice` the code of one of its choices, `several`
    /// a list of them.
    #[serde(rename = "type")]
    field_type: codes::FieldType,
    /// That in the caller's language.
    #[schema(example = "Una opción")]
    type_label: String,
    /// Whether it has to be filled in where it is asked.
    #[schema(example = false)]
    required: bool,
    /// What it offers.
    choices: Vec<FieldChoice>,
    /// The smallest number that it takes.
    #[schema(example = json!(null))]
    min: Option<i64>,
    /// The largest number that it takes.
    #[schema(example = json!(null))]
    max: Option<i64>,
    /// The most characters that it takes.
    #[schema(example = json!(null))]
    max_length: Option<i32>,
    /// With what it is asked; null: always.
    #[schema(example = json!(null))]
    shown_when: Option<ShownWhen>,
    /// The first day on which it is valid; null: it always was.
    #[schema(example = "2026-01-01")]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is valid; null: until further notice.
    #[schema(example = json!(null))]
    valid_until: Option<NaiveDate>,
    /// Where it stands among its like, from 0.
    #[schema(example = 0, minimum = 0)]
    rank: i32,
    /// For `If-Match` when it is changed.
    #[schema(example = "\"6f1c0d2b8a94e37f5520c1ab\"")]
    etag: String,
}

/// One of a field's choices.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChoice {
    /// Its code in the field.
    #[schema(example = "yes")]
    code: String,
    /// What it says, in the caller's language.
    #[schema(example = "Sí")]
    name: String,
    /// What it says, in both.
    names: Names,
    /// Whether it is offered no more, and only names what was chosen before.
    #[schema(example = false)]
    ended: bool,
}

/// With what a field is asked: while another one of the form, itself asked, says one of these.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownWhen {
    /// Code of the other field, of the same category or one above.
    #[schema(example = "leak_reaches_house")]
    field: String,
    /// Codes of that field's choices.
    #[schema(example = json!(["yes"]))]
    is: Vec<String>,
}

/// The fields of a form.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormFields {
    /// All that were wanted, on one page, in the order in which they are asked.
    items: Vec<FormField>,
}

/// List the fields of a category's form
///
/// What the category asks for beside the citizen's words, what those above it ask for first: from it a front end draws
/// the form that is checked when a petition is filed. A field with `shown_when` is asked only then, and must be absent
/// else. What is asked today also comes with the category. Kept answers are asked about again with `If-None-Match`.
#[utoipa::path(
    operation_id = "list_fields",
    tag = "catalogues",
    params(("code" = String, Path, description = "The category's code.", example = "water_leak"), CatalogueWanted),
    responses(
        (status = 200, description = "The fields.", body = FormFields, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/categories/{code}/fields")]
pub async fn list_fields(
    query: Query<CatalogueWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    let city = &office.catalogue;
    catalogue::Category::of(city, &code).ok_or_else(Problem::not_found)?;
    let rows = city.fields_of(&code).into_iter();
    let rows = rows.filter(|row| query.value.shows(row.valid_from, row.valid_until, today));
    let items = rows.map(|row| FormField::tagged(row, city, (language, today))).collect::<Result<_, _>>()?;
    cacheable::json(req.headers(), &FormFields { items })
}

/// What a field shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct FormFieldEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "meter_number", max_length = 60)]
    code: Option<String>,
    /// What is asked. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// How to fill it in, in both languages or in neither.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WordsEdit>)]
    help: Option<Option<WordsEdit>>,
    /// What it takes. Given when it is added, never changed.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    field_type: Option<codes::FieldType>,
    /// Whether it has to be filled in where it is asked; not when it is added without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    required: Option<bool>,
    /// What it offers, for `choice` and `several`: all of it, in order. What was offered once stays in the list, `ended`
    /// where it is offered no more.
    #[serde(default, serialize_with = "as_cell", skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    choices: Option<Vec<FieldChoiceEdit>>,
    /// The smallest number that it takes.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = json!(null))]
    min: Option<Option<i64>>,
    /// The largest number that it takes.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = json!(null))]
    max: Option<Option<i64>>,
    /// The most characters that it takes, for `text`; 2,000 when absent.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>, example = 20, minimum = 1, maximum = 2_000)]
    max_length: Option<Option<i32>>,
    /// With what it is asked; null: always.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ShownWhenEdit>)]
    shown_when: Option<Option<ShownWhenEdit>>,
    /// The first day on which it is valid.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = "2026-12-01")]
    valid_from: Option<Option<NaiveDate>>,
    /// The last day on which it is valid: this is how it ends.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>, example = json!(null))]
    valid_until: Option<Option<NaiveDate>>,
    /// Where it stands among its like, from 0; last when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 3, minimum = 0)]
    rank: Option<i32>,
}

/// What a field offers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldChoiceEdit {
    /// Its code in the field.
    #[schema(example = "yes", max_length = 60)]
    code: String,
    /// What it says, in both languages, without upright bars.
    names: NamesEdit,
    /// Whether it is offered no more.
    #[serde(default)]
    #[schema(example = false)]
    ended: bool,
}

/// With what a field is asked.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownWhenEdit {
    /// Code of another field, of the same category or one above, that has choices.
    #[schema(example = "leak_reaches_house", max_length = 60)]
    field: String,
    /// Codes of that field's choices.
    #[schema(example = json!(["yes"]), max_items = 50)]
    is: Vec<String>,
}

/// The choices as the one cell that they are in a table. What would be read as something else is written so that it is
/// refused.
fn as_cell<S: Serializer>(choices: &Option<Vec<FieldChoiceEdit>>, serializer: S) -> Result<S::Ok, S::Error> {
    let of = |choice: &FieldChoiceEdit| {
        let parts = [Some(&choice.code), choice.names.es.as_ref(), choice.names.en.as_ref()];
        let parts = parts.map(|part| part.map_or("", String::as_str));
        if parts.iter().any(|part| part.contains(['|', '\n', '\r'])) {
            return "|".to_owned();
        }
        format!("{}{}", parts.join(" | "), if choice.ended { " | ended" } else { "" })
    };
    let lines: Vec<String> = choices.iter().flatten().map(of).collect();
    serializer.serialize_str(&lines.join("\n"))
}

/// Add a field to a category's form
///
/// Something else that the category, with all below it, asks for: at most 20 of its own. Ask for personal data in texts
/// only: those are kept apart and can be erased. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_field",
    tag = "catalogues",
    request_body = FormFieldEdit,
    params(
        ("code" = String, Path, description = "The category's code.", example = "water_leak"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat."),
    ),
    responses(
        (status = 201, description = "The field.", body = FormField,
            headers(("ETag" = String), ("Location" = String, description = "The fields of the form."))),
        (status = 409, description = "The code was given before; codes are not used again."),
    ),
    security(("token" = [])),
)]
#[post("/v1/categories/{code}/fields")]
pub async fn add_field(
    key: IdempotencyKey,
    body: Body<FormFieldEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let path = format!("/v1/categories/{code}/fields");
    let owner = Some(("category", code.into_inner()));
    edit::Edit { caller, language, state }.add::<FormField, _>(key, body, path, owner).await
}

/// Change a field of a category's form
///
/// What it is called, whether it is required, what it offers, until when it is valid; it stays with its category, and what
/// it takes stays too. What petitions say is kept. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_field",
    tag = "catalogues",
    request_body = FormFieldEdit,
    params(
        ("code" = String, Path, description = "The category's code.", example = "water_leak"),
        ("field" = String, Path, description = "The field's code.", example = "leak_reaches_house"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The field as it is now.", body = FormField, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/categories/{code}/fields/{field}")]
pub async fn change_field(
    version: IfMatch,
    body: Body<FormFieldEdit>,
    caller: Caller,
    language: Language,
    codes: web::Path<(String, String)>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (owner, code) = codes.into_inner();
    let owner = Some(("category", owner));
    edit::Edit { caller, language, state }.change::<FormField, _>(version, body, code, owner).await
}

impl EntryView for FormField {
    type Row = catalogue::FormField;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::FormField, _: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        let choice = |choice: &catalogue::Choice| {
            let names = Names::of(&choice.name_es, &choice.name_en);
            FieldChoice { code: choice.code.clone(), name: names.spoken(language), names, ended: choice.ended }
        };
        let other = row.shown_when_field.clone();
        Self {
            code: row.code.clone(),
            category: row.category.clone(),
            name: names.spoken(language),
            names,
            help: row.help_es.as_ref().zip(row.help_en.as_ref()).map(|(es, en)| Names::of(es, en)),
            field_type: Code(row.field_type),
            type_label: label(language, row.field_type),
            required: row.required,
            choices: row.choices.iter().map(choice).collect(),
            min: row.min,
            max: row.max,
            max_length: row.max_length,
            shown_when: other.map(|field| ShownWhen { field, is: row.shown_when_is.clone() }),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
        }
    }
}
