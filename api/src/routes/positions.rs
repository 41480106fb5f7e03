//! The posts of the office as its organisation manual has them. For whoever is signed in, to read.
//!
//! Who holds a post is not told here: that is `routes::appointments`.

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::position::{self, position, positions};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::catalogues::{NamedPosition, Names, signed_in};
use crate::auth::Caller;
use crate::http::cacheable;
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_positions).service(get_position);
}

/// A post of the office.
#[derive(Debug, Serialize, ToSchema)]
pub struct Position {
    /// Stable code.
    #[schema(example = "call_center_head")]
    code: &'static str,
    /// The number of its sheet in the organisation manual.
    #[schema(example = 15, minimum = 1)]
    number: u8,
    /// Its name in the caller's language.
    #[schema(example = "Jefatura del centro de llamadas")]
    name: String,
    /// Its name in both.
    names: Names,
    /// What the post is for, in the caller's language.
    #[schema(example = "Llevar hasta el final lo que entra por el 073, la prensa y las redes")]
    objective: String,
    /// The post that its own sheet reports to; null for the director, who answers to the Mayor.
    administrative_superior: Option<NamedPosition>,
    /// The posts that supervise it or direct it in a function.
    functional_superiors: Vec<NamedPosition>,
    /// How many people hold it; null where the manual does not say.
    #[schema(example = json!(null), minimum = 1)]
    seats: Option<u8>,
    /// What it does, in the manual's order.
    functions: Vec<PositionFunction>,
}

/// A function of a post.
#[derive(Debug, Serialize, ToSchema)]
pub struct PositionFunction {
    /// Post and place in the manual.
    #[schema(example = "15.5")]
    id: &'static str,
    /// Its short name in the caller's language.
    #[schema(example = "Poner al día los avances")]
    name: String,
    /// Its short name in both.
    names: Names,
    /// The actions that it needs, by code. New ones may come.
    #[schema(example = json!(["assignment.record_for_dependency", "petition.oversee"]))]
    actions: Vec<&'static str>,
}

/// The posts, in the manual's order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Positions {
    /// All of them, on one page.
    items: Vec<Position>,
}

/// List positions
///
/// The office's posts with both lines above them, their functions and the actions that each function needs. Kept
/// answers are asked about again with `If-None-Match`.
#[utoipa::path(
    operation_id = "list_positions",
    tag = "positions",
    responses(
        (status = 200, description = "The posts.", body = Positions, headers(("ETag" = String))),
        (status = 304, description = "They are the ones that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/positions")]
pub async fn list_positions(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    signed_in(caller, &state).await?;
    let items = positions().iter().map(|post| Position::of(post, language)).collect();
    cacheable::json(req.headers(), &Positions { items })
}

/// Get a position
///
/// One post of the office.
#[utoipa::path(
    operation_id = "get_position",
    tag = "positions",
    params(("code" = String, Path, description = "The post's code.", example = "call_center_head")),
    responses(
        (status = 200, description = "The post.", body = Position, headers(("ETag" = String))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/positions/{code}")]
pub async fn get_position(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    code: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    signed_in(caller, &state).await?;
    let post = position(&code).ok_or_else(Problem::not_found)?;
    cacheable::json(req.headers(), &Position::of(post, language))
}

impl Position {
    fn of(post: &position::Position, language: Language) -> Self {
        let names = Names::of(post.name_es, post.name_en);
        let named = |code: &str| NamedPosition::coded(code, language);
        Self {
            code: post.code,
            number: post.number,
            name: names.spoken(language),
            names,
            objective: Names::of(post.objective_es, post.objective_en).spoken(language),
            administrative_superior: post.administrative.map(named),
            functional_superiors: post.functional.iter().map(|code| named(code)).collect(),
            seats: post.seats,
            functions: post.functions.iter().map(|function| PositionFunction::of(function, language)).collect(),
        }
    }
}

impl PositionFunction {
    fn of(function: &position::Function, language: Language) -> Self {
        let names = Names::of(function.name_es, function.name_en);
        Self {
            id: function.id,
            name: names.spoken(language),
            names,
            actions: function.actions.iter().map(domain::action::Action::code).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(code: &str) -> Value {
        serde_json::to_value(Position::of(position(code).unwrap(), Language::Spanish)).unwrap()
    }

    #[test]
    fn a_post_is_told_with_both_lines_and_its_functions() {
        let professional = told("call_center_professional");
        assert_eq!(professional["administrative_superior"]["code"], json!("administrative_head"));
        assert_eq!(professional["functional_superiors"][0]["code"], json!("call_center_head"));
        assert_eq!(professional["functions"][0]["id"], json!("17.1"));
        assert!(professional["functions"][0]["actions"].as_array().is_some_and(|actions| !actions.is_empty()));
        assert_eq!(professional["names"]["es"], professional["name"]);
    }

    #[test]
    fn what_the_manual_does_not_say_is_null() {
        let director = told("director_general");
        assert_eq!((&director["administrative_superior"], &director["seats"]), (&Value::Null, &Value::Null));
    }
}
