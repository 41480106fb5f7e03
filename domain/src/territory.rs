//! Where the city is: a place outside is more often a slip of the finger than a matter of the city's.

use crate::refusal::{Code, Refusal};

/// A box of coordinates, WGS 84 degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Territory {
    /// Its south edge.
    pub south: f64,
    /// Its west edge.
    pub west: f64,
    /// Its north edge.
    pub north: f64,
    /// Its east edge.
    pub east: f64,
}

/// The box around the municipality of Torreón: the city lies in its north, and its land reaches down to 24.8° N.
pub const TORREON: Territory = Territory { south: 24.75, west: -103.65, north: 25.75, east: -102.85 };

impl Territory {
    /// Whether a place lies inside; the edges do.
    #[must_use]
    pub fn holds(&self, latitude: f64, longitude: f64) -> bool {
        (self.south..=self.north).contains(&latitude) && (self.west..=self.east).contains(&longitude)
    }

    /// Takes a place that lies inside, and one outside if whoever gives it says that it does.
    ///
    /// # Errors
    /// `outside_territory`.
    pub fn settle(&self, latitude: f64, longitude: f64, outside: bool) -> Result<(), Refusal> {
        if outside || self.holds(latitude, longitude) {
            Ok(())
        } else {
            Err(Refusal::at(Code::OutsideTerritory, "/location"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_outside_is_taken_only_from_who_says_so() {
        for inside in [(25.54, -103.41), (24.8, -103.2), (24.75, -103.65)] {
            assert!(TORREON.settle(inside.0, inside.1, false).is_ok(), "{inside:?}");
        }
        // The sign forgotten, the two exchanged, Gómez Palacio's far side, not a number.
        for outside in [(25.54, 103.41), (-103.41, 25.54), (25.8, -103.5), (f64::NAN, -103.4)] {
            let refused = TORREON.settle(outside.0, outside.1, false).unwrap_err();
            assert_eq!((refused.code, refused.pointer.as_deref()), (Code::OutsideTerritory, Some("/location")));
            assert!(TORREON.settle(outside.0, outside.1, true).is_ok());
        }
    }
}
