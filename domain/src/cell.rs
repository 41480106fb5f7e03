//! Cells of the map, and how far two places are apart: what lies near a place is found with an ordinary index.
//!
//! A cell is a square of 1/250 degree, about 400 metres in the city. Its number is made of whole numbers alone, the same
//! in every database: the migration `2026-11-23-3700_duplicates` counts it in SQL as [`cell`] does.

use geo::{Distance as _, Haversine, Point};

/// Cells to a degree.
const TO_A_DEGREE: f64 = 250.0;

/// Numbers between a cell and the one north of it: more than there are cells around the earth.
const TO_THE_NORTH: i64 = 100_000;

/// Metres in a degree of latitude, at least.
const METRES: f64 = 110_000.0;

/// The cell that holds a place; none where these are no coordinates.
#[must_use]
pub fn cell(latitude: f64, longitude: f64) -> Option<i64> {
    let holds = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    holds.then(|| counted(latitude + 90.0) * TO_THE_NORTH + counted(longitude + 180.0))
}

/// The cells in which everything lies that is at most so many metres away. Nobody's city lies on both sides of the
/// 180th meridian, so what is there is not joined.
#[must_use]
pub fn around(latitude: f64, longitude: f64, metres: f64) -> Vec<i64> {
    if cell(latitude, longitude).is_none() {
        return Vec::new();
    }
    let north = metres / METRES;
    // Degrees of longitude shrink towards the poles, where nothing is looked for.
    let east = north / latitude.to_radians().cos().max(0.2);
    let span = |middle: f64, side: f64| counted(middle - side)..=counted(middle + side);
    let columns = span(longitude + 180.0, east);
    span(latitude + 90.0, north)
        .flat_map(|row| columns.clone().map(move |column| row * TO_THE_NORTH + column))
        .collect()
}

/// Metres between two places, as the crow flies.
#[must_use]
pub fn metres_between(one: (f64, f64), other: (f64, f64)) -> f64 {
    Haversine.distance(Point::new(one.1, one.0), Point::new(other.1, other.0))
}

/// Whole cells in these degrees, none below zero.
fn counted(degrees: f64) -> i64 {
    (degrees.max(0.0) * TO_A_DEGREE) as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_is_numbered_from_the_south_west() {
        assert_eq!(cell(25.5428, -103.4068), Some(28_885 * TO_THE_NORTH + 19_148));
        assert_eq!(cell(-90.0, -180.0), Some(0));
        for none in [(f64::NAN, 0.0), (0.0, f64::INFINITY), (90.1, 0.0), (0.0, -180.1)] {
            assert_eq!(cell(none.0, none.1), None);
            assert!(around(none.0, none.1, 200.0).is_empty());
        }
    }

    proptest! {
        #[test]
        fn whatever_lies_near_is_in_one_of_the_few_cells_around(
            latitude in 14.0..33.0_f64, longitude in -118.0..-86.0_f64, north in -0.002..0.002_f64, east in -0.002..0.002_f64,
        ) {
            let (here, there) = ((latitude, longitude), (latitude + north, longitude + east));
            let cells = around(latitude, longitude, 200.0);
            prop_assert!((1..=6).contains(&cells.len()));
            if metres_between(here, there) <= 200.0 {
                prop_assert!(cells.contains(&cell(there.0, there.1).unwrap()));
            }
        }
    }
}
