//! Cells of the map, and how far two places are apart: what lies near a place is found with an ordinary index.
//!
//! A cell is a square of 1/250 degree, about 400 metres in the city. Its number is made of whole numbers alone, the same
//! in every database: the migration `2026-11-23-3700_duplicates` counts it in SQL as [`cell`] does.

use geo::{Distance as _, Haversine, Point};

/// Cells to a degree.
const TO_A_DEGREE: f64 = 250.0;

/// Numbers between a cell and the one north of it: more than there are cells around the earth.
const TO_THE_NORTH: i64 = 100_000;

/// Rows of cells in a box that is looked up by them: a quarter of a degree.
const MOST_ROWS: i64 = 64;

/// Metres in a degree of latitude, at least.
const METRES: f64 = 110_000.0;

/// The cell that holds a place; none where these are no coordinates.
#[must_use]
pub fn cell(latitude: f64, longitude: f64) -> Option<i64> {
    let holds = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    holds.then(|| counted(latitude + 90.0) * TO_THE_NORTH + counted(longitude + 180.0))
}

/// Degrees of latitude and of longitude that are so many metres there, at least.
#[must_use]
pub fn reach(latitude: f64, metres: f64) -> (f64, f64) {
    let north = metres / METRES;
    // Degrees of longitude shrink towards the poles, where nothing is looked for.
    (north, north / latitude.to_radians().cos().max(0.2))
}

/// The cells in which everything lies that is at most so many metres away. Nobody's city lies on both sides of the
/// 180th meridian, so what is there is not joined.
#[must_use]
pub fn around(latitude: f64, longitude: f64, metres: f64) -> Vec<i64> {
    if cell(latitude, longitude).is_none() {
        return Vec::new();
    }
    let (north, east) = reach(latitude, metres);
    let span = |middle: f64, side: f64| counted(middle - side)..=counted(middle + side);
    let columns = span(longitude + 180.0, east);
    span(latitude + 90.0, north)
        .flat_map(|row| columns.clone().map(move |column| row * TO_THE_NORTH + column))
        .collect()
}

/// The cells of a box, from its south-west to its north-east corner, as ranges of their numbers: one for each row. None of
/// a box that is higher than a city is: it is looked through otherwise.
#[must_use]
pub fn across(south_west: (f64, f64), north_east: (f64, f64)) -> Option<Vec<(i64, i64)>> {
    let (first, last) = (cell(south_west.0, south_west.1)?, cell(north_east.0, north_east.1)?);
    let (south, north) = (first / TO_THE_NORTH, last / TO_THE_NORTH);
    let (west, east) = (first % TO_THE_NORTH, last % TO_THE_NORTH);
    let row = |row: i64| (row * TO_THE_NORTH + west, row * TO_THE_NORTH + east);
    (north - south < MOST_ROWS).then(|| (south..=north).map(row).collect())
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

    #[test]
    fn a_box_is_some_ranges_of_cells_and_a_country_is_none() {
        let corner = across((25.5401, -103.4101), (25.5439, -103.4061)).unwrap();
        let one = 28_885 * TO_THE_NORTH + 19_147;
        assert_eq!(corner, [(one, one + 1)]);
        assert_eq!(across((25.45, -103.5), (25.65, -103.25)).map(|rows| rows.len()), Some(51));
        assert_eq!(across((24.0, -104.0), (26.0, -103.0)), None);
    }

    proptest! {
        #[test]
        fn what_lies_in_a_box_is_in_one_of_its_ranges(
            south in 25.0..26.0_f64, west in -104.0..-103.0_f64, (high, wide) in (0.0..0.2_f64, 0.0..0.2_f64), (up, right) in (0.0..1.0_f64, 0.0..1.0_f64),
        ) {
            let held = cell(south + high * up, west + wide * right).unwrap();
            let ranges = across((south, west), (south + high, west + wide)).unwrap();
            prop_assert!(ranges.iter().any(|(first, last)| (*first..=*last).contains(&held)));
        }

        #[test]
        fn whatever_lies_near_is_in_one_of_the_few_cells_around(
            latitude in 14.0..33.0_f64, longitude in -118.0..-86.0_f64, north in -0.002..0.002_f64, east in -0.002..0.002_f64,
        ) {
            let (here, there) = ((latitude, longitude), (latitude + north, longitude + east));
            let cells = around(latitude, longitude, 200.0);
            prop_assert!((1..=6).contains(&cells.len()));
            if metres_between(here, there) <= 200.0 {
                prop_assert!(cells.contains(&cell(there.0, there.1).unwrap()));
                let (high, wide) = reach(latitude, 200.0);
                prop_assert!(north.abs() <= high && east.abs() <= wide);
            }
        }
    }
}
