//! What petitions are about: the tree of categories. For whoever is signed in, to read; for whoever manages catalogues,
//! to edit.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use chrono::NaiveDate;
use domain::catalogue::{self, Catalogue, Entry as _, Unit, in_force};
use domain::code::Coded;
use domain::kind::Kind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::catalogues::edit::{self, NamesEdit, WordsEdit, given};
use super::catalogues::{CatalogueWanted, EntryView, Names, signed_in};
use super::fields::FormField;
use super::requirements::Requirement;
use crate::auth::Caller;
use crate::http::{Body, Code, IdempotencyKey, IfMatch, Query, cacheable, codes, label};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_categories).service(get_category).service(add_category).service(change_category);
}

/// What a petition may be about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Category {
    /// Stable, never reused.
    #[schema(example = "water_leak")]
    code: String,
    /// The category above; null at the top.
    #[schema(example = "water")]
    parent: Option<String>,
    /// Its name in the caller's language.
    #[schema(example = "Fuga de agua")]
    name: String,
    /// Its name in both.
    names: Names,
    /// What sort of petition it usually is.
    kind: codes::Kind,
    /// That sort in the caller's language.
    #[schema(example = "Solicitud de servicio")]
    kind_label: String,
    /// The dependency that usually attends it, as it was entered; null: whoever routes decides. It may have ended:
    /// `suggested` says who is there today.
    #[schema(example = "simas")]
    dependency: Option<String>,
    /// That dependency's unit.
    #[schema(example = "drinking_water_unit")]
    unit: Option<String>,
    /// To whom it is routed today if nobody decides otherwise: `dependency` and `unit`, or whoever took the place of a
    /// dependency that has ended; null: whoever routes decides.
    suggested: Option<SuggestedDependency>,
    /// How much of the citizen's contact data the dependency sees.
    contact_rule: codes::ContactRule,
    /// That rule in the caller's language.
    #[schema(example = "Al aceptar la canalización")]
    contact_rule_label: String,
    /// Whether a dependency attaches evidence of its work before it says that it is done.
    #[schema(example = false)]
    evidence_required: bool,
    /// What whoever takes it in says and asks, in the caller's language; null: nothing in particular.
    #[schema(example = "Pregunte el domicilio exacto y desde cuándo sale el agua.")]
    script: Option<String>,
    /// The script in both languages.
    scripts: Option<Names>,
    /// When the caller is to hang up and dial 911, in the caller's language; null: it is no emergency.
    #[schema(example = "Si alguien está atrapado, pida que cuelguen y marquen 911; después tome el reporte.")]
    emergency_hint: Option<String>,
    /// That hint in both languages.
    emergency_hints: Option<Names>,
    /// What is asked today when such a petition is captured, in order, what the categories above ask first: `fields` of
    /// the petition is checked by it.
    fields: Vec<FormField>,
    /// What is to be brought today before such a petition is attended.
    requirements: Vec<Requirement>,
    /// The first day on which it is valid; null: it always was.
    #[schema(example = "2026-01-01")]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is valid; null: until further notice.
    #[schema(example = json!(null))]
    valid_until: Option<NaiveDate>,
    /// Where it stands among its like, below the same parent, from 0.
    #[schema(example = 0, minimum = 0)]
    rank: i32,
    /// For `If-Match` when it is changed.
    #[schema(example = "\"6f1c0d2b8a94e37f5520c1ab\"")]
    etag: String,
}

/// To whom a category is usually routed today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SuggestedDependency {
    /// Code of the dependency.
    #[schema(example = "simas")]
    dependency: String,
    /// Code of its unit.
    #[schema(example = "drinking_water_unit")]
    unit: Option<String>,
}

/// Categories, each after the one above it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Categories {
    /// All that were wanted, on one page.
    items: Vec<Category>,
}

/// List categories
///
/// The tree as a flat list: `parent` leads up, and inner categories may be used too. Each proposes a kind and who
/// attends it, and says what is asked and what is to be brought, so that a front end draws the form. Kept answers are asked about again with `If-None-Match`.
#[utoipa::path(
    operation_id = "list_categories",
    tag = "catalogues",
    params(CatalogueWanted),
    responses(
        (status = 200, description = "The categories.", body = Categories, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/categories")]
pub async fn list_categories(
    query: Query<CatalogueWanted>,
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    let wanted = |row: &catalogue::Category| query.value.shows(row.valid_from, row.valid_until, today);
    let items = Category::list(&office, (language, today), wanted)?;
    cacheable::json(req.headers(), &Categories { items })
}

/// Get a category
///
/// One category, valid or not.
#[utoipa::path(
    operation_id = "get_category",
    tag = "catalogues",
    params(("code" = String, Path, description = "The category's code.", example = "water_leak")),
    responses(
        (status = 200, description = "The category.", body = Category, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/categories/{code}")]
pub async fn get_category(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (today, office) = signed_in(caller, &state).await?;
    Category::get(req.headers(), &code, &office, (language, today))
}

/// What a category shall be. What is absent stays as it is; null empties it.
#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CategoryEdit {
    /// Given when it is added, never changed: small letters, digits and low lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "broken_bench", max_length = 60)]
    code: Option<String>,
    /// The category above; null at the top. It cannot come to stand above itself.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "public_spaces")]
    parent: Option<Option<String>>,
    /// Its name. Both languages are needed when it is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<NamesEdit>,
    /// What sort of petition it usually is; `service_request` when it is added without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<codes::Kind>,
    /// Code of the dependency that usually attends it; null: whoever routes decides.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "public_services")]
    dependency: Option<Option<String>>,
    /// Code of that dependency's unit.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "public_spaces_unit")]
    unit: Option<Option<String>>,
    /// How much of the citizen's contact data the dependency sees; `never` when it is added without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact_rule: Option<codes::ContactRule>,
    /// Whether a dependency attaches evidence of its work before it says that it is done; not when it is added without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    evidence_required: Option<bool>,
    /// What whoever takes it in says and asks, in both languages or in neither.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WordsEdit>)]
    script: Option<Option<WordsEdit>>,
    /// When the caller is to hang up and dial 911, in both languages or in neither.
    #[serde(default, rename = "emergency_hint", deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WordsEdit>)]
    emergency: Option<Option<WordsEdit>>,
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

/// Add a category
///
/// Another thing that petitions are about, at the top of the tree or below another. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "add_category",
    tag = "catalogues",
    request_body = CategoryEdit,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses(
        (status = 201, description = "The category.", body = Category,
            headers(("ETag" = String), ("Location" = String, description = "The category."))),
        (status = 409, description = "The code was given before, and codes are not used again: `code_taken`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/categories")]
pub async fn add_category(
    key: IdempotencyKey,
    body: Body<CategoryEdit>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.add::<Category, _>(key, body, "/v1/categories".to_owned(), None).await
}

/// Change a category
///
/// Its place in the tree, its names, what it proposes, its script, until when it is valid. Petitions that have it keep it. One that
/// ends leaves nothing valid below it: end those first. Needs `catalogue.manage`.
#[utoipa::path(
    operation_id = "change_category",
    tag = "catalogues",
    request_body = CategoryEdit,
    params(
        ("code" = String, Path, description = "The category's code.", example = "water_leak"),
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "The category as it is now.", body = Category, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/categories/{code}")]
pub async fn change_category(
    version: IfMatch,
    body: Body<CategoryEdit>,
    caller: Caller,
    language: Language,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    edit::Edit { caller, language, state }.change::<Category, _>(version, body, code.into_inner(), None).await
}

impl EntryView for Category {
    type Row = catalogue::Category;

    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }

    fn on(&mut self, city: &Catalogue, (language, day): (Language, NaiveDate)) {
        let entered = self.dependency.as_deref();
        self.suggested = entered.and_then(|code| city.present(code, day)).map(|there| {
            let known = self.unit.as_deref().and_then(|code| Unit::of(city, code));
            let unit =
                known.filter(|unit| unit.dependency == there.code && in_force(unit.valid_from, unit.valid_until, day));
            SuggestedDependency { dependency: there.code.clone(), unit: unit.map(|unit| unit.code.clone()) }
        });
        let to = (language, day);
        let form = city.form(&self.code, day);
        self.fields = form.fields().iter().filter_map(|row| FormField::tagged(row, city, to).ok()).collect();
        let asked = city.requirements_on(&self.code, day).into_iter();
        self.requirements = asked.filter_map(|row| Requirement::tagged(row, city, to).ok()).collect();
    }

    fn of(row: &catalogue::Category, _: &Catalogue, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
        let both =
            |es: &Option<String>, en: &Option<String>| es.as_ref().zip(en.as_ref()).map(|(es, en)| Names::of(es, en));
        let scripts = both(&row.script_es, &row.script_en);
        let hints = both(&row.emergency_es, &row.emergency_en);
        // A row holds whatever was written into it; the default kind stands in for what is none.
        let kind = Kind::parse(&row.kind).unwrap_or(Kind::ServiceRequest);
        Self {
            code: row.code.clone(),
            parent: row.parent.clone(),
            name: names.spoken(language),
            names,
            kind: Code(kind),
            kind_label: label(language, kind),
            dependency: row.dependency.clone(),
            unit: row.unit.clone(),
            suggested: None,
            contact_rule: Code(row.contact),
            contact_rule_label: label(language, row.contact),
            evidence_required: row.evidence_required,
            script: scripts.as_ref().map(|words| words.spoken(language)),
            scripts,
            emergency_hint: hints.as_ref().map(|words| words.spoken(language)),
            emergency_hints: hints,
            fields: Vec::new(),
            requirements: Vec::new(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            rank: row.rank,
            etag: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_category_tells_what_it_proposes() {
        let city = catalogue::torreon();
        let row = city.categories.iter().find(|row| row.code == "water_leak").unwrap();
        let told: Value = serde_json::to_value(Category::of(row, &city, Language::Spanish)).unwrap();
        assert_eq!((&told["parent"], &told["kind"]), (&json!("water"), &json!(row.kind)));
        assert_eq!(told["dependency"], json!(row.dependency));
        assert_eq!(told["contact_rule"], json!(row.contact.code()));
        // Who has ended is not suggested: whoever took its place is.
        let mut city = city.clone();
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let ended = city.dependencies.iter_mut().find(|one| Some(&one.code) == row.dependency.as_ref()).unwrap();
        (ended.valid_until, ended.successor) = (Some(day(10)), Some("public_works".to_owned()));
        let row = city.categories.iter().find(|row| row.code == "water_leak").unwrap();
        let suggested = |on| {
            let view = Category::tagged(row, &city, (Language::Spanish, on)).unwrap();
            let suggested = view.suggested.unwrap();
            (suggested.dependency, suggested.unit)
        };
        assert_eq!(suggested(day(10)), ("simas".to_owned(), row.unit.clone()));
        assert_eq!(suggested(day(11)), ("public_works".to_owned(), None));
        assert_eq!((&told["name"], &told["names"]["en"]), (&json!(row.name_es), &json!(row.name_en)));
    }
}
