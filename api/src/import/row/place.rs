//! Where a row says that its petition is: address, neighbourhood, crossing street, postal code, coordinates.

use domain::catalogue::{Entry, Neighbourhood};
use domain::text::Text;
use persistence::petitions::Place;

use super::Desk;
use crate::import::mapping::{Outside, plain};
use crate::import::report::{Deed, Finding, Rule};

/// The longest name of a neighbourhood, in characters: the API's own limit.
const LONGEST_NAME: usize = 120;

/// The longest name of a crossing street, in characters: the API's own limit.
const LONGEST_CROSSING: usize = 200;

impl Desk<'_, '_> {
    pub(super) fn address(&mut self) -> Result<Option<Text>, Finding> {
        let judge = self.judge;
        let none = |written: &str| judge.mapping.no_address.iter().any(|none| none == written);
        if self.field(judge.at.address).is_some_and(none) {
            return Ok(None);
        }
        self.words(judge.at.address, &judge.columns().address)
    }

    pub(super) fn neighbourhood(&mut self) -> Option<String> {
        let name = plain(self.field(self.judge.at.neighbourhood)?);
        if name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control) {
            return Some(name);
        }
        let column = self.judge.columns().neighbourhood.clone().unwrap_or_default();
        self.found(Rule::Neighbourhood, Deed::Repaired, &column);
        None
    }

    /// The code that the file has, else that of the file's word, else that of the only one of its name.
    pub(super) fn neighbourhood_code(&mut self, name: Option<&str>) -> Option<String> {
        let judge = self.judge;
        let today = judge.calendar.date_of(judge.now);
        if let Some(code) = self.field(judge.at.neighbourhood_code) {
            if Neighbourhood::of(judge.catalogue, code).is_some() {
                return Some(code.to_owned());
            }
            let column = judge.columns().neighbourhood_code.clone().unwrap_or_default();
            self.found(Rule::NeighbourhoodCode, Deed::Repaired, &column);
        }
        let name = name?;
        let found = || judge.named.only(judge.catalogue, name, today).map(|row| row.code.as_str());
        judge.mapping.neighbourhoods.code(name).or_else(found).map(str::to_owned)
    }

    pub(super) fn crossing(&mut self) -> Option<String> {
        let street = plain(self.field(self.judge.at.crossing)?);
        if street.chars().count() <= LONGEST_CROSSING && !street.chars().any(char::is_control) {
            return Some(street);
        }
        let column = self.judge.columns().crossing.clone().unwrap_or_default();
        self.found(Rule::Crossing, Deed::Repaired, &column);
        None
    }

    pub(super) fn place(&mut self) -> Result<Place, Finding> {
        let judge = self.judge;
        let mut place = Place::default();
        if let Some(code) = self.field(judge.at.postal_code) {
            if code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit()) {
                place.postal_code = Some(code.to_owned());
            } else {
                let column = judge.columns().postal_code.clone().unwrap_or_default();
                self.found(Rule::PostalCode, Deed::Repaired, &column);
            }
        }
        let Some((north, east)) = judge.at.coordinates else { return Ok(place) };
        let (latitude, longitude) = match (self.field(Some(north)), self.field(Some(east))) {
            (None, None) => return Ok(place),
            (north, east) => (north.and_then(degrees), east.and_then(degrees)),
        };
        let column = judge.columns().latitude.clone().unwrap_or_default();
        let Some((latitude, longitude)) =
            latitude.zip(longitude).filter(|(north, east)| north.abs() <= 90.0 && east.abs() <= 180.0)
        else {
            self.found(Rule::Coordinates, Deed::Repaired, &column);
            return Ok(place);
        };
        match &judge.mapping.territory {
            Some(territory) if !territory.holds(latitude, longitude) => {
                if territory.outside == Outside::Refuse {
                    return Err(self.refused(Rule::OutsideTerritory, &column));
                }
                self.found(Rule::OutsideTerritory, Deed::Repaired, &column);
            }
            Some(_) | None => {
                place.latitude = Some(latitude);
                place.longitude = Some(longitude);
            }
        }
        Ok(place)
    }
}

fn degrees(written: &str) -> Option<f64> {
    written.parse().ok().filter(|degrees: &f64| degrees.is_finite())
}
