//! The map: a box of it, and many places as few clusters.
//!
//! Whole numbers alone, millionths of a degree: what lies in which cluster is the same on every machine, and each cell
//! of a zoom is four of the next. Knows nothing of who may see a place.

use std::collections::HashMap;
use std::ops::AddAssign;

use crate::code::Coded;
use crate::state::State;

/// Millionths to a degree.
const MICRO: f64 = 1_000_000.0;

/// All around the earth.
const AROUND: i64 = 360_000_000;

/// Cells across a tile of 256 points, as a power of two: a cell is 64 points wide on a screen.
const CELLS_A_TILE: u8 = 2;

/// How near a map is looked at: 0 is the whole earth on one tile, each further one doubles it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zoom(u8);

impl Zoom {
    /// The nearest.
    pub const NEAREST: u8 = 20;

    /// A zoom; none beyond the nearest.
    #[must_use]
    pub const fn new(zoom: u8) -> Option<Self> {
        if zoom <= Self::NEAREST { Some(Self(zoom)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// A box of coordinates, in millionths of a degree; its edges belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BoundingBox {
    west: i32,
    south: i32,
    east: i32,
    north: i32,
}

/// Why a text is no box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxError {
    /// Not four numbers of degrees with commas between them.
    Malformed,
    /// West lies east of east, or south north of north: an order of its own, or a box over the 180th meridian.
    Reversed,
}

impl BoundingBox {
    /// Reads `west,south,east,north`, in degrees of WGS 84 (RFC 7946, 5).
    ///
    /// # Errors
    /// What it is not.
    pub fn parse(written: &str) -> Result<Self, BoxError> {
        let mut edges = [0; 4];
        let mut parts = written.split(',');
        for (edge, most) in edges.iter_mut().zip([180.0, 90.0, 180.0, 90.0]) {
            let part: f64 = parts.next().and_then(|part| part.trim().parse().ok()).ok_or(BoxError::Malformed)?;
            if !(-most..=most).contains(&part) {
                return Err(BoxError::Malformed);
            }
            *edge = (part * MICRO).round() as i32;
        }
        let [west, south, east, north] = edges;
        if parts.next().is_some() {
            Err(BoxError::Malformed)
        } else if west > east || south > north {
            Err(BoxError::Reversed)
        } else {
            Ok(Self { west, south, east, north })
        }
    }

    /// West, south, east and north, in degrees.
    #[must_use]
    pub fn degrees(&self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north].map(|edge| f64::from(edge) / MICRO)
    }

    /// Whether a place lies in it.
    #[must_use]
    pub fn holds(&self, latitude: f64, longitude: f64) -> bool {
        let [west, south, east, north] = self.degrees();
        (south..=north).contains(&latitude) && (west..=east).contains(&longitude)
    }

    /// The smallest box around places; none around nothing.
    #[must_use]
    pub fn around(spots: &[Spot]) -> Option<Self> {
        let mut edges: Option<Self> = None;
        for spot in spots {
            let edges = edges.get_or_insert_with(|| Self::at(spot));
            edges.stretch(Self::at(spot));
        }
        edges
    }

    /// The zoom at which it is as wide as four tiles: about a screen.
    #[must_use]
    pub fn zoom(&self) -> Zoom {
        let width = (i64::from(self.east) - i64::from(self.west)).max(1);
        let zoom = u8::try_from((AROUND * 4 / width).max(1).ilog2()).unwrap_or(Zoom::NEAREST);
        Zoom(zoom.min(Zoom::NEAREST))
    }

    /// The smallest one around a place: what has more decimals than it lies between its edges.
    fn at(spot: &Spot) -> Self {
        let near = |degrees: f64| (degrees * MICRO).round() as i32;
        let below = |degrees: f64| near(degrees) - i32::from(f64::from(near(degrees)) / MICRO > degrees);
        let above = |degrees: f64| near(degrees) + i32::from(f64::from(near(degrees)) / MICRO < degrees);
        Self {
            west: below(spot.longitude),
            south: below(spot.latitude),
            east: above(spot.longitude),
            north: above(spot.latitude),
        }
    }

    fn stretch(&mut self, other: Self) {
        self.west = self.west.min(other.west);
        self.south = self.south.min(other.south);
        self.east = self.east.max(other.east);
        self.north = self.north.max(other.north);
    }
}

/// Where something is, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// WGS 84 degrees north.
    pub latitude: f64,
    /// WGS 84 degrees east.
    pub longitude: f64,
    /// The petition's state.
    pub state: State,
}

/// Places that are shown as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The first of them, by its place among those that were drawn.
    pub first: usize,
    /// How many they are.
    pub count: u32,
    /// The box around them.
    pub edges: BoundingBox,
    /// Sums, in millionths of a degree: of longitudes and of latitudes.
    sums: (i64, i64),
    states: [u32; State::ALL.len()],
}

impl Cluster {
    fn of(at: usize, spot: &Spot) -> Self {
        let mut states = [0; State::ALL.len()];
        let place = State::ALL.iter().position(|state| *state == spot.state);
        if let Some(count) = place.and_then(|place| states.get_mut(place)) {
            *count = 1;
        }
        Self { first: at, count: 1, edges: BoundingBox::at(spot), sums: micro(spot), states }
    }

    /// Longitude and latitude of their middle, in degrees.
    #[must_use]
    pub fn middle(&self) -> (f64, f64) {
        let mean = |sum: i64| (sum as f64 / f64::from(self.count)).round() / MICRO;
        (mean(self.sums.0), mean(self.sums.1))
    }

    /// How many stand how; states in which there are none are left out.
    pub fn states(&self) -> impl Iterator<Item = (State, u32)> {
        State::ALL.iter().copied().zip(self.states).filter(|(_, count)| *count > 0)
    }
}

impl AddAssign<Self> for Cluster {
    fn add_assign(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.count += other.count;
        self.edges.stretch(other.edges);
        self.sums.0 += other.sums.0;
        self.sums.1 += other.sums.1;
        self.states.iter_mut().zip(other.states).for_each(|(own, other)| *own += other);
    }
}

/// Draws places as clusters, one for each cell of the zoom, from the south-west on; where these were more than `most`, as
/// many zooms less as it takes. Tells the zoom.
#[must_use]
pub fn drawn(spots: &[Spot], zoom: Zoom, most: usize) -> (Zoom, Vec<Cluster>) {
    let mut zoom = zoom;
    let mut cells: HashMap<(i64, i64), Cluster> = HashMap::new();
    let put = |cells: &mut HashMap<(i64, i64), Cluster>, cell, cluster: Cluster| match cells.get_mut(&cell) {
        Some(there) => *there += cluster,
        None => {
            cells.insert(cell, cluster);
        }
    };
    for (at, spot) in spots.iter().enumerate() {
        put(&mut cells, cell(spot, zoom), Cluster::of(at, spot));
    }
    while cells.len() > most && zoom.0 > 0 {
        zoom = Zoom(zoom.0 - 1);
        let finer = std::mem::take(&mut cells);
        for ((north, east), cluster) in finer {
            put(&mut cells, (north >> 1, east >> 1), cluster);
        }
    }
    let mut clusters: Vec<((i64, i64), Cluster)> = cells.into_iter().collect();
    clusters.sort_unstable_by_key(|(cell, _)| *cell);
    (zoom, clusters.into_iter().map(|(_, cluster)| cluster).collect())
}

/// The cell that holds a place: counted from the south, then from the west.
fn cell(spot: &Spot, zoom: Zoom) -> (i64, i64) {
    let (longitude, latitude) = micro(spot);
    let counted = |micro: i64| (micro << (zoom.0 + CELLS_A_TILE)).div_euclid(AROUND);
    (counted(latitude + AROUND / 4), counted(longitude + AROUND / 2))
}

/// Longitude and latitude in whole millionths of a degree.
fn micro(spot: &Spot) -> (i64, i64) {
    ((spot.longitude * MICRO).round() as i64, (spot.latitude * MICRO).round() as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spot(latitude: f64, longitude: f64) -> Spot {
        Spot { latitude, longitude, state: State::Received }
    }

    #[test]
    fn a_box_is_west_south_east_and_north() {
        let city = BoundingBox::parse("-103.5,25.45,-103.25,25.65").unwrap();
        assert_eq!(city.degrees(), [-103.5, 25.45, -103.25, 25.65]);
        assert!(city.holds(25.45, -103.5) && city.holds(25.65, -103.25) && !city.holds(25.66, -103.4));
        assert_eq!(city.zoom().number(), 12);
        assert!(BoundingBox::parse("-103.4,25.5,-103.4,25.5").unwrap().holds(25.5, -103.4));
        for malformed in
            ["", "1,2,3", "1,2,3,4,5", "a,2,3,4", "NaN,2,3,4", "inf,2,3,4", "-181,2,3,4", "1,2,3,91", "1;2;3;4"]
        {
            assert_eq!(BoundingBox::parse(malformed), Err(BoxError::Malformed), "{malformed}");
        }
        for reversed in ["179,0,-179,1", "0,25.6,1,25.4"] {
            assert_eq!(BoundingBox::parse(reversed), Err(BoxError::Reversed), "{reversed}");
        }
    }

    #[test]
    fn what_is_near_is_one_cluster_and_what_is_far_is_by_itself() {
        let spots =
            [spot(25.54, -103.41), spot(25.5401, -103.4101), Spot { state: State::Closed, ..spot(25.61, -103.3) }];
        let (zoom, near) = drawn(&spots, Zoom(12), 100);
        let counts: Vec<u32> = near.iter().map(|cluster| cluster.count).collect();
        assert_eq!((zoom, counts), (Zoom(12), vec![2, 1]));
        assert_eq!(near[0].middle(), (-103.41005, 25.54005));
        assert_eq!(near[0].edges.degrees(), [-103.4101, 25.54, -103.41, 25.5401]);
        assert_eq!((near[1].first, near[1].states().collect::<Vec<_>>()), (2, vec![(State::Closed, 1)]));
        // The same place stays one, however near one looks.
        assert_eq!(drawn(&[spots[0], spots[0]], Zoom(20), 100).1.len(), 1);
        assert_eq!(drawn(&spots, Zoom(20), 1).1.len(), 1);
        assert!(drawn(&[], Zoom(5), 1).1.is_empty());
    }

    proptest! {
        #[test]
        fn every_place_is_in_one_cluster_and_coarser_ones_are_made_of_finer(
            places in proptest::collection::vec((25.4..25.7_f64, -103.6..-103.2_f64), 0..200), zoom in 0..=20_u8, most in 1..50_usize,
        ) {
            let spots: Vec<Spot> = places.iter().map(|(latitude, longitude)| spot(*latitude, *longitude)).collect();
            let (reached, clusters) = drawn(&spots, Zoom(zoom), most);
            prop_assert!(clusters.len() <= most || reached.0 == 0);
            prop_assert_eq!(clusters.iter().map(|one| one.count as usize).sum::<usize>(), spots.len());
            prop_assert_eq!(&clusters, &drawn(&spots, reached, usize::MAX).1);
            for cluster in &clusters {
                let first = &spots[cluster.first];
                prop_assert!(cluster.edges.holds(first.latitude, first.longitude));
                let inside = spots.iter().filter(|one| cluster.edges.holds(one.latitude, one.longitude)).count();
                prop_assert!(inside >= cluster.count as usize);
            }
        }
    }
}
