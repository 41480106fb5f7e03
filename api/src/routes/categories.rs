//! What petitions are about: the tree of categories. For whoever is signed in, to read.

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use domain::catalogue;
use domain::code::Coded;
use domain::kind::Kind;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::catalogues::{CatalogueWanted, Names, signed_in};
use crate::auth::Caller;
use crate::http::{Code, Query, cacheable, codes, label};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_categories).service(get_category);
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
    /// The dependency that usually attends it; null: whoever routes decides.
    #[schema(example = "simas")]
    dependency: Option<String>,
    /// That dependency's unit.
    #[schema(example = "drinking_water_unit")]
    unit: Option<String>,
    /// How much of the citizen's contact data the dependency sees.
    contact_rule: codes::ContactRule,
    /// That rule in the caller's language.
    #[schema(example = "Al aceptar la canalización")]
    contact_rule_label: String,
    /// Whether a dependency attaches evidence of its work before it says that it is done.
    #[schema(example = false)]
    evidence_required: bool,
    /// The first day on which it is valid; null: it always was.
    #[schema(example = "2026-01-01")]
    valid_from: Option<NaiveDate>,
    /// The last day on which it is valid; null: until further notice.
    #[schema(example = json!(null))]
    valid_until: Option<NaiveDate>,
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
/// attends it. Kept answers are asked about again with `If-None-Match`.
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
    let today = signed_in(caller, &state).await?;
    let rows = state.office.catalogue.categories.iter();
    let wanted = rows.filter(|row| query.value.shows(row.valid_from, row.valid_until, today));
    let items = wanted.map(|row| Category::of(row, language)).collect();
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
    signed_in(caller, &state).await?;
    let row = state.office.category(&code).ok_or_else(Problem::not_found)?;
    cacheable::json(req.headers(), &Category::of(row, language))
}

impl Category {
    fn of(row: &catalogue::Category, language: Language) -> Self {
        let names = Names::of(&row.name_es, &row.name_en);
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
            contact_rule: Code(row.contact),
            contact_rule_label: label(language, row.contact),
            evidence_required: row.evidence,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
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
        let told: Value = serde_json::to_value(Category::of(row, Language::Spanish)).unwrap();
        assert_eq!((&told["parent"], &told["kind"]), (&json!("water"), &json!(row.kind)));
        assert_eq!(told["dependency"], json!(row.dependency));
        assert_eq!(told["contact_rule"], json!(row.contact.code()));
        assert_eq!((&told["name"], &told["names"]["en"]), (&json!(row.name_es), &json!(row.name_en)));
    }
}
