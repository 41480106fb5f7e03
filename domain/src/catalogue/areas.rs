//! Where neighbourhoods lie: polygons, and which of them holds a place.
//!
//! Owns what makes a polygon one. Where they come from and how they are kept is not known here.

use geo::algorithm::validation::{InvalidMultiPolygon, InvalidPolygon};
use geo::{Area as _, BoundingRect, Coord, CoordsIter, Intersects, MultiPolygon, Point, Rect, Validation};

use crate::territory::Territory;

/// The most corners of one neighbourhood. Whether its edge crosses itself is found by comparing each side with every
/// other one.
const MOST_CORNERS: usize = 1_000;

/// Why polygons cannot be an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaFault {
    /// There is nothing in it.
    Empty,
    /// A corner lies outside the city: as a rule, latitude and longitude are exchanged.
    OutsideTerritory,
    /// It has more than 1,000 corners.
    TooFine,
    /// Its edge crosses itself, a hole reaches out of it, or its parts overlap.
    Crossed,
}

impl AreaFault {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "polygon_empty",
            Self::OutsideTerritory => "polygon_outside",
            Self::TooFine => "polygon_too_fine",
            Self::Crossed => "polygon_crossed",
        }
    }
}

/// Where one neighbourhood lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    code: String,
    shape: MultiPolygon<f64>,
    bounds: Rect<f64>,
    /// In square degrees: only good for comparing.
    size: f64,
}

impl Area {
    /// The area of the neighbourhood with this code; x is the longitude, y the latitude.
    ///
    /// # Errors
    /// [`AreaFault`].
    pub fn new(code: &str, shape: MultiPolygon<f64>, city: &Territory) -> Result<Self, AreaFault> {
        if shape.coords_count() > MOST_CORNERS {
            return Err(AreaFault::TooFine);
        }
        if !shape.coords_iter().all(|corner| city.holds(corner.y, corner.x)) {
            return Err(AreaFault::OutsideTerritory);
        }
        match shape.check_validation() {
            Ok(()) => {}
            Err(InvalidMultiPolygon::InvalidPolygon(_, InvalidPolygon::TooFewPointsInRing(_))) => {
                return Err(AreaFault::Empty);
            }
            Err(_) => return Err(AreaFault::Crossed),
        }
        Self::kept(code, shape).ok_or(AreaFault::Empty)
    }

    /// An area that was found sound before. None if it encloses nothing.
    #[must_use]
    pub fn kept(code: &str, shape: MultiPolygon<f64>) -> Option<Self> {
        let (bounds, size) = (shape.bounding_rect()?, shape.unsigned_area());
        (size > 0.0).then(|| Self { code: code.to_owned(), shape, bounds, size })
    }

    /// Whether a place lies in it or on its edge.
    fn holds(&self, place: Coord<f64>) -> bool {
        self.bounds.intersects(&place) && self.shape.intersects(&Point(place))
    }
}

/// Where neighbourhoods lie, the smallest first: of two that hold a place, the smaller one is meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Areas(Vec<Area>);

impl Areas {
    /// These areas.
    #[must_use]
    pub fn of(mut areas: Vec<Area>) -> Self {
        areas.sort_by(|one, other| one.size.total_cmp(&other.size).then_with(|| one.code.cmp(&other.code)));
        Self(areas)
    }

    /// The codes of the neighbourhoods that hold a place, the smallest first.
    pub fn around(&self, latitude: f64, longitude: f64) -> impl Iterator<Item = &str> {
        let place = Coord { x: longitude, y: latitude };
        self.0.iter().filter(move |area| area.holds(place)).map(|area| area.code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use geo::{LineString, Polygon};

    use super::*;
    use crate::territory::TORREON;

    fn shape(rings: &[&[(f64, f64)]]) -> MultiPolygon<f64> {
        let mut rings = rings.iter().map(|ring| LineString::from(ring.to_vec()));
        MultiPolygon(vec![Polygon::new(rings.next().unwrap(), rings.collect())])
    }

    fn square(west: f64, south: f64, side: f64) -> Vec<(f64, f64)> {
        let (east, north) = (west + side, south + side);
        vec![(west, south), (east, south), (east, north), (west, north), (west, south)]
    }

    #[test]
    fn the_smallest_area_around_a_place_is_named_first() {
        let (big, small) = (square(-103.5, 25.5, 0.1), square(-103.46, 25.54, 0.02));
        let area = |code, ring: &[(f64, f64)]| Area::new(code, shape(&[ring]), &TORREON).unwrap();
        let areas = Areas::of(vec![area("big", &big), area("small", &small)]);
        let around = |latitude, longitude| areas.around(latitude, longitude).collect::<Vec<_>>();
        assert_eq!(around(25.55, -103.45), ["small", "big"]);
        assert_eq!(around(25.51, -103.49), ["big"]);
        assert_eq!(around(25.5, -103.45), ["big"], "the edge belongs to it");
        assert!(around(25.7, -103.45).is_empty() && around(-103.45, 25.55).is_empty());
    }

    #[test]
    fn a_place_in_a_hole_is_not_in_the_area() {
        let (outer, hole) = (square(-103.5, 25.5, 0.1), square(-103.46, 25.54, 0.02));
        let area = Area::new("ring", shape(&[&outer, &hole]), &TORREON).unwrap();
        let areas = Areas::of(vec![area]);
        assert_eq!(areas.around(25.55, -103.45).count(), 0);
        assert_eq!(areas.around(25.52, -103.45).count(), 1);
    }

    #[test]
    fn what_crosses_itself_holds_nothing_or_lies_elsewhere_is_no_area() {
        let refused = |ring: &[(f64, f64)]| Area::new("x", shape(&[ring]), &TORREON).unwrap_err();
        let bow = [(-103.5, 25.5), (-103.4, 25.6), (-103.4, 25.5), (-103.5, 25.55), (-103.5, 25.5)];
        assert_eq!(refused(&bow), AreaFault::Crossed);
        assert_eq!(refused(&[(-103.5, 25.5), (-103.4, 25.5), (-103.5, 25.5)]), AreaFault::Empty);
        let exchanged: Vec<(f64, f64)> = square(-103.5, 25.5, 0.1).into_iter().map(|(x, y)| (y, x)).collect();
        assert_eq!(refused(&exchanged), AreaFault::OutsideTerritory);
        assert_eq!(Area::new("x", MultiPolygon(Vec::new()), &TORREON).unwrap_err(), AreaFault::Empty);
        let round: Vec<(f64, f64)> = (0..=1_000_u16)
            .map(|at| f64::from(at) / 1_000.0 * std::f64::consts::TAU)
            .map(|turn| (-103.4 + 0.01 * turn.cos(), 25.5 + 0.01 * turn.sin()))
            .collect();
        assert_eq!(refused(&round), AreaFault::TooFine);
        let (outer, hole) = (square(-103.5, 25.5, 0.1), square(-103.42, 25.58, 0.05));
        assert_eq!(Area::new("x", shape(&[&outer, &hole]), &TORREON).unwrap_err(), AreaFault::Crossed);
    }
}
