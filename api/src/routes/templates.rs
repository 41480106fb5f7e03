//! Response templates: words for the citizen with fields in them, per step and category. For whoever is signed in, to
//! read and to try on a petition; for who writes what is given to the public, to edit.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue, Entry, Wrongs};
use domain::code::Coded;
use domain::petition::Petition;
use domain::refusal::Code as Why;
use domain::template::{Field, TemplateStep, fill};
use persistence::petitions;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::catalogues::edit::{self, NamesEdit, WordsEdit, given};
use super::catalogues::{CatalogueWanted, EntryView, Names, signed_in};
use super::petitions::named;
use crate::auth::Caller;
use crate::http::{Body, Code, IdempotencyKey, IfMatch, Query, cacheable, codes, label, listed};
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::text::Language;
use crate::view::{Material, Viewer, fields};

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_templates)
        .service(get_template)
        .service(add_template)
        .service(change_template)
        .service(preview_template);
}

/// Words for the citizen, with fields.
#[derive(Debug, Serialize, ToSchema)]
pub struct Template {
    /// Stable, never reused.
    #[schema(example = "leak_mended")]
    code: String,
    /// Where its words go.
    step: codes::TemplateStep,
    /// That in the caller's language.
    #[schema(example = "Al terminar la dependencia")]
    step_label: String,
    /// Code of the category that it is for, with those below; null: for every one.
    #[schema(example = "water_leak")]
    category: Option<String>,
    /// The category's name in the caller's language.
    #[schema(example = "Fuga de agua")]
    category_name: Option<String>,
    /// Its name in the caller's language.
    #[schema(example = "Fuga reparada")]
    name: String,
    /// Its name in both.
    names: Names,
    /// The words in both languages, with fields between double braces.
    text: Names,
    /// The fields that the words name.
    fields: Vec<codes::TemplateField>,
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

/// A field that a template may name.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldView {
    /// As it stands between the braces.
    field: codes::TemplateField,
    /// What it says.
    #[schema(example = "Día en que vence la respuesta")]
    label: String,
}

/// Templates, and the fields that there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Templates {
    /// All that were wanted, on one page, in the order of the steps.
    items: Vec<Template>,
    /// What a template may name.
    fields: Vec<FieldView>,
}

/// Which templates.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TemplatesWanted {
    /// For this category: its own first, then those for each category above it, then the general ones.
    #[param(example = "water_leak")]
    category: Option<String>,
    /// For this step.
    #[param(inline, example = "answer")]
    step: Option<codes::TemplateStep>,
    /// Only what is valid on this day of the city; today when absent.
    #[param(example = "2026-11-23")]
    valid_on: Option<NaiveDate>,
    /// Also what had ceased to be valid by then, for showing what is old.
    #[serde(default)]
    #[param(value_type = Option<bool>, example = false)]
    include_expired: bool,
}

/// List templates
///
/// Words for the citizen to start from, by category and step. With a category, each step's templates come with the
/// nearest first: the category's own, those of the categories above it, the general ones. `fields` lists everything
/// that a template may name; there is no personal data among it. Kept answers are asked about again with
/// `If-None-Match`.
#[utoipa::path(
    operation_id = "list_templates",
    tag = "templates",
    params(TemplatesWanted),
    responses(
        (status = 200, description = "The templates.", body = Templates, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/templates")]
pub async fn list_templates(
    query: Query<TemplatesWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    let TemplatesWanted { category, step, valid_on, include_expired } = query.value;
    listed("category", category.as_ref(), |code| office.category(code).is_some(), "/v1/categories")?;
    let validity = CatalogueWanted { valid_on, include_expired };
    let city = &office.catalogue;
    let items = city
        .templates_for(category.as_deref(), step.map(|code| code.0))
        .into_iter()
        .filter(|row| validity.shows(row.valid_from, row.valid_until, today))
        .map(|row| Template::tagged(row, city, (language, today)))
        .collect::<Result<_, _>>()?;
    let fields = Field::ALL.iter().map(|field| FieldView { field: Code(*field), label: label(language, *field) });
    cacheable::json(req.headers(), &Templates { items, fields: fields.collect() })
}

/// Get a template
///
/// One template, valid or not.
#[utoipa::path(
    operation_id = "get_template",
    tag = "templates",
    params(("code" = String, Path, description = "The template's code.", example = "leak_mended")),
    responses(
        (status = 200, description = "The template.", body = Template, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/templates/{code}")]
pub async fn get_template(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    Template::get(req.headers(), &code, &office, (language, today))
}

/// What a template shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TemplateEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "lamp_replaced", max_length = 60)]
    code: Option<String>,
    /// Where its words go. Needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<codes::TemplateStep>,
    /// Code of the category that it is for, with those below; null: for every one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "lamp_out")]
    category: Option<Option<String>>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// The words. Both languages are needed when it is added. `{{ folio }}` is filled with the folio;
    /// `{% if due_date %}…{% else %}…{% endif %}` tells what is said where there is such a day from what is said where
    /// there is none. There is no other tag, and no field but those that the list of templates tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<WordsEdit>,
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

/// Add a template
///
/// Other words to start from. A field that there is not is refused, with those that there are. Needs `content.edit`
/// (*Manual 8.2, 10.1, 14.5*), `policy.manage` (*Manual 1.3*) or `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_template",
    tag = "templates",
    request_body = TemplateEdit,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The template.", body = Template,
            headers(("ETag" = String), ("Location" = String, description = "The template."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/templates")]
pub async fn add_template(
    key: IdempotencyKey,
    body: Body<TemplateEdit>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.add::<Template, _>(key, body, "/v1/templates".to_owned(), None).await
}

/// Change a template
///
/// Its words, its names, what it is for and until when it is valid. Needs what adding one needs.
#[utoipa::path(
    operation_id = "change_template",
    tag = "templates",
    request_body = TemplateEdit,
    params(
        ("code" = String, Path, description = "The template's code.", example = "leak_mended"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The template as it is now.", body = Template, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/templates/{code}")]
pub async fn change_template(
    version: IfMatch,
    body: Body<TemplateEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.change::<Template, _>(version, body, code.into_inner(), None).await
}

/// On what a template is tried.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PreviewWanted {
    /// The petition, by identifier or folio.
    #[schema(example = "AC-2026-001234-7", min_length = 1, max_length = 60)]
    #[validate(length(min = 1, max = 60))]
    petition: String,
    /// Other words than those that are saved: to see an edit before it is made.
    #[serde(default)]
    text: Option<WordsEdit>,
}

/// A template as it reads for a petition.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplatePreview {
    /// The words in both languages, each with its own names and dates.
    text: Names,
    /// Fields that the words name and this petition has nothing for.
    #[schema(example = json!(["scheduled_date"]))]
    empty: Vec<codes::TemplateField>,
}

/// Try a template
///
/// The template as it reads for a petition that the caller may see, in both languages. Nothing is written or sent.
#[utoipa::path(
    operation_id = "preview_template",
    tag = "templates",
    request_body = PreviewWanted,
    params(
        ("code" = String, Path, description = "The template's code.", example = "leak_mended"),
        ("Idempotency-Key" = Option<String>, Header, description = "Taken and not needed: nothing is changed."),
    ),
    responses((status = 200, description = "How it reads.", body = TemplatePreview)),
    security(("token" = [])),
)]
#[post("/v1/templates/{code}/preview")]
pub async fn preview_template(
    _key: IdempotencyKey,
    body: Body<PreviewWanted>,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let shared = state.clone();
    let preview = state
        .store
        .read(move |db| -> Result<TemplatePreview, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let row = office.entry::<catalogue::Template>(&code).ok_or_else(Problem::not_found)?;
            let wanted = body.value()?;
            let row = worded(row, wanted.text.as_ref(), &office.catalogue)?;
            let target = named(&wanted.petition).map_err(|problem| problem.told_of("/petition"))?;
            let petition: Petition = petitions::find(db, &target, &actor.visibility())?
                .ok_or_else(|| Problem::from(Why::PetitionUnknown).told_of("/petition"))?;
            let material = Material::of(db, std::slice::from_ref(&petition))?;
            let said = |field, language| {
                fields::words(field, &petition, &material, Viewer { actor: &actor, language, now, office: &office })
            };
            let read = |source: &str, language| fill(source, |field| said(field, language)).map_err(|_| Kind::Internal);
            let spanish = read(&row.text_es, Language::Spanish)?;
            let english = read(&row.text_en, Language::English)?;
            let empty = row.fields().into_iter().filter(|field| said(*field, Language::Spanish).is_empty());
            Ok(TemplatePreview { text: Names::of(&spanish, &english), empty: empty.map(Code).collect() })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(preview))
}

/// The template, with other words where there are some.
///
/// # Errors
/// `invalid_body` (422) for words that are no template.
fn worded(
    row: &catalogue::Template,
    other: Option<&WordsEdit>,
    city: &Catalogue,
) -> Result<catalogue::Template, Problem> {
    let mut row = row.clone();
    if let Some(WordsEdit { es, en }) = other {
        for (own, other) in [(&mut row.text_es, es), (&mut row.text_en, en)] {
            if let Some(other) = other {
                other.trim().clone_into(own);
            }
        }
        let mut wrong = Wrongs::default();
        row.judge(city, &mut wrong);
        if !wrong.found.is_empty() {
            return Err(edit::invalid(&wrong.found));
        }
    }
    Ok(row)
}

impl EntryView for Template {
    type Row = catalogue::Template;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn of(row: &catalogue::Template, city: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        let category = row.category.as_ref().and_then(|code| catalogue::Category::of(city, code));
        Self {
            code: row.code.clone(),
            step: Code(row.step),
            step_label: label::<TemplateStep>(language, row.step),
            category: row.category.clone(),
            category_name: category.map(|one| Names::of(&one.name_es, &one.name_en).spoken(language)),
            name: names.spoken(language),
            names,
            text: Names::of(&row.text_es, &row.text_en),
            fields: row.fields().into_iter().map(Code).collect(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
        }
    }
}
