//! Where a petition is, as it is said: on the map, by street and neighbourhood. Judges it; keeps nothing.

use chrono::NaiveDate;
use domain::catalogue::folded;
use domain::refusal::{Code, Refusal};
use domain::territory::TORREON;
use persistence::petitions::Place;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::office::Office;
use crate::problem::{FieldError, Kind as ProblemKind, Problem};
use crate::step::some_line;

/// A place on the map.
#[derive(Clone, Copy, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// WGS 84 degrees north.
    #[schema(example = 25.5428, minimum = -90, maximum = 90)]
    #[validate(range(min = -90.0, max = 90.0))]
    pub latitude: f64,
    /// WGS 84 degrees east; negative here.
    #[schema(example = -103.4068, minimum = -180, maximum = 180)]
    #[validate(range(min = -180.0, max = 180.0))]
    pub longitude: f64,
    /// Confirms that the place lies outside the city's territory; without it such a place is refused.
    #[serde(default)]
    #[schema(example = false)]
    pub outside_territory: bool,
}

impl Location {
    /// Degrees north and east.
    pub(super) const fn point(self) -> (f64, f64) {
        (self.latitude, self.longitude)
    }

    /// The place, if it lies where a petition's place may lie.
    ///
    /// # Errors
    /// `outside_territory` (422).
    pub(super) fn settled(self) -> Result<Self, Refusal> {
        TORREON.settle(self.latitude, self.longitude, self.outside_territory)?;
        Ok(self)
    }
}

/// What a body says of a place.
pub(super) struct Said<'w> {
    pub location: Option<Location>,
    pub neighbourhood_code: Option<&'w str>,
    pub neighbourhood: Option<&'w String>,
    pub crossing: Option<&'w String>,
    pub postal_code: Option<&'w str>,
}

/// The place that is said.
///
/// # Errors
/// What is invalid or unknown, by its pointer (422).
pub(super) fn place(office: &Office, said: &Said<'_>, today: NaiveDate) -> Result<Place, Problem> {
    let point = said.location.map(Location::settled).transpose()?.map(Location::point);
    let named = (said.neighbourhood_code, said.neighbourhood, point);
    let (neighbourhood, neighbourhood_code) = neighbourhood(office, named, today)?;
    let (latitude, longitude) = point.unzip();
    Ok(Place {
        neighbourhood,
        neighbourhood_code,
        latitude,
        longitude,
        crossing: some_line(said.crossing, "/crossing")?,
        postal_code: said.postal_code.map(postal_code).transpose()?,
    })
}

/// A neighbourhood's name and its code: those of the code that is given; else the name as it was said, with the code of
/// the only one that is called so, or of the one so called around the place; else those of the one around the place.
/// A name and a code never say two things.
pub(super) fn neighbourhood(
    office: &Office,
    (code, name, place): (Option<&str>, Option<&String>, Option<(f64, f64)>),
    today: NaiveDate,
) -> Result<(Option<String>, Option<String>), Problem> {
    let name = some_line(name, "/neighbourhood")?;
    if let Some(code) = code {
        let known = office
            .valid_neighbourhood(code, today)
            .ok_or_else(|| Refusal::at(Code::NeighbourhoodUnknown, "/neighbourhood_code"))?;
        if name.is_some_and(|name| folded(&name) != folded(&known.name)) {
            let other = FieldError::new("/neighbourhood", "not_of_this_code").with("name", known.name.clone());
            return Err(Problem::new(ProblemKind::InvalidBody).blaming(other));
        }
        return Ok((Some(known.name.clone()), Some(known.code.clone())));
    }
    let Some(name) = name else { return Ok(around(office, place, today)) };
    let only = office.neighbourhood_named(&name, today).map(|one| one.code.clone());
    let here = || {
        let here = place.and_then(|place| office.neighbourhood_around(place, today))?;
        (folded(&here.name) == folded(&name)).then(|| here.code.clone())
    };
    let code = only.or_else(here);
    Ok((Some(name), code))
}

/// Name and code of the neighbourhood around a place.
pub(super) fn around(office: &Office, place: Option<(f64, f64)>, today: NaiveDate) -> (Option<String>, Option<String>) {
    let here = place.and_then(|place| office.neighbourhood_around(place, today));
    here.map(|one| (one.name.clone(), one.code.clone())).unzip()
}

/// Five digits.
pub(super) fn postal_code(code: &str) -> Result<String, Problem> {
    if code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(code.to_owned())
    } else {
        Err(Problem::invalid("/postal_code", "postal_code_malformed"))
    }
}
