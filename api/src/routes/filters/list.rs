//! Which list a query is for, and whether that list takes it.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::web;
use chrono::NaiveDate;
use domain::calendar::Calendar;
use domain::refusal::Code;
use domain::visibility::Visibility;
use persistence::petitions::{PetitionFilter, PetitionSort};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::Query;
use crate::http::paths::Paths;
use crate::http::query::encoded;
use crate::office::Office;
use crate::problem::{FieldError, Kind, Problem};
use crate::routes::{assignments, petitions};
use crate::state::AppState;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// `GET /v1/petitions`.
    Petitions,
    /// `GET /v1/assignments`.
    Assignments,
}

impl List {
    const ALL: [Self; 2] = [Self::Petitions, Self::Assignments];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Petitions => "petitions",
            Self::Assignments => "assignments",
        }
    }

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Petitions => "/v1/petitions",
            Self::Assignments => "/v1/assignments",
        }
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|list| list.code() == code)
    }

    /// Whether the list has these parameters.
    fn takes(self, query: &str, paths: &Paths) -> Result<(), Problem> {
        let route = paths.find(self.path(), &Method::GET).ok_or(Kind::Internal)?;
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            if name == "cursor" || !route.takes(&Method::GET, &name) {
                return Err(crate::http::query::unknown(&name));
            }
        }
        Ok(())
    }

    /// Whether the list takes this query now, of this person.
    pub(super) fn check(self, query: &str, ground: &Ground) -> Result<(), Problem> {
        let Ground { paths, state, office, visibility, today } = ground;
        if visibility.is_nothing() {
            return Err(Code::NotAllowed.into());
        }
        match self {
            Self::Petitions => found_by(query, paths, &state.calendar, office, *today).map(drop),
            Self::Assignments => {
                self.takes(query, paths)?;
                let wanted = Query::read(self.path(), query)?.value;
                assignments::asked(&wanted, &state.calendar, office, visibility).map(drop)
            }
        }
    }
}

/// What a query of the list of petitions asks for, as that list would take it.
///
/// # Errors
/// What the list says of it (400).
pub(in crate::routes) fn found_by(
    query: &str,
    paths: &Paths,
    calendar: &Calendar,
    office: &Office,
    today: NaiveDate,
) -> Result<(PetitionFilter, PetitionSort), Problem> {
    List::Petitions.takes(query, paths)?;
    let wanted = Query::read(List::Petitions.path(), query)?.value;
    petitions::asked(&wanted, calendar, office, today)
}

/// By what a query is checked.
pub(super) struct Ground {
    pub paths: web::Data<Paths>,
    pub state: web::Data<AppState>,
    pub office: Arc<Office>,
    pub visibility: Visibility,
    pub today: NaiveDate,
}

/// A query as it is kept: one, and one that the list takes.
pub(super) fn checked_query(list: List, query: &str, ground: &Ground) -> Result<String, Problem> {
    let encoded = encoded(query).ok_or_else(|| Problem::invalid("/query", "not_a_query"))?;
    list.check(&encoded, ground).map_err(|problem| unfit(&problem, "/query"))?;
    Ok(encoded)
}

/// What the list says of a query, said of the member of the body that holds it, with the parameter's name.
pub(in crate::routes) fn unfit(problem: &Problem, pointer: &str) -> Problem {
    let unknown = problem.kind == Kind::UnknownParameter;
    let code = if unknown { "filter_parameter_unknown" } else { "filter_parameter_invalid" };
    let said = |error: &FieldError| {
        let mut said = FieldError::new(pointer, code);
        if !unknown {
            said = said.with("because", error.code.clone());
            said.facts.extend(error.facts.iter().cloned());
        }
        said.with("name", error.pointer.trim_start_matches('?').to_owned())
    };
    Problem::new(Kind::InvalidBody).blaming_all(problem.errors.iter().map(said).collect())
}
