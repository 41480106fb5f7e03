//! The latest petitions of some cells of the map, as far as they lie within a box: one statement for all cells.
//!
//! So many of each cell are looked at, and no more, so that one crowded cell does not cost what the city does; what of
//! them lies outside the box is left out by the database, which reads it from the index alone.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Double, HasSqlType};
use domain::cell::{around, metres_between, reach};
use domain::time;
use uuid::Uuid;

use crate::sql::{Instant, Uid};
use crate::{Db, StoreError, on};

/// The latest petitions of one cell that are looked at. A number and no value, so that PostgreSQL plans for so few.
const OF_A_CELL: &str = "80";

/// A petition near a place.
pub(super) struct Neighbour {
    /// How far away.
    pub metres: f64,
    /// Which.
    pub petition: Uuid,
    /// Latitude and longitude.
    pub spot: (f64, f64),
    /// When it was presented.
    pub received_at: time::Instant,
}

/// The latest petitions, presented from then to then, that are at most so many metres away, the nearest first.
pub(super) fn near(
    db: &mut Db,
    here: (f64, f64),
    metres: f64,
    (from, to): (time::Instant, time::Instant),
) -> Result<Vec<Neighbour>, StoreError> {
    let cells = around(here.0, here.1, metres);
    if cells.is_empty() {
        return Ok(Vec::new());
    }
    let (north, east) = reach(here.0, metres);
    let latest = Latest {
        cells,
        from: from.into(),
        to: to.into(),
        latitudes: (here.0 - north, here.0 + north),
        longitudes: (here.1 - east, here.1 + east),
    };
    let rows: Vec<(Uuid, f64, f64, Instant)> = on!(db, c => latest.load(c))?;
    let neighbour = |(petition, latitude, longitude, received_at): (Uuid, f64, f64, Instant)| {
        let spot = (latitude, longitude);
        Neighbour { metres: metres_between(here, spot), petition, spot, received_at: received_at.0 }
    };
    let mut found: Vec<Neighbour> = rows.into_iter().map(neighbour).filter(|one| one.metres <= metres).collect();
    found.sort_by(|one, other| one.metres.total_cmp(&other.metres));
    Ok(found)
}

/// The statement. Diesel writes none with a limit in each part on both engines.
struct Latest {
    cells: Vec<i64>,
    from: Instant,
    to: Instant,
    latitudes: (f64, f64),
    longitudes: (f64, f64),
}

impl Query for Latest {
    type SqlType = (Uid, Double, Double, Instant);
}

impl<C> RunQueryDsl<C> for Latest {}

// Each number of cells is a statement of its own, so the type alone does not name the statement in the cache.
impl QueryId for Latest {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Latest
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Double> + HasSqlType<Instant>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
    Instant: ToSql<Instant, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (at, cell) in self.cells.iter().enumerate() {
            if at > 0 {
                out.push_sql(" UNION ALL ");
            }
            out.push_sql(
                "SELECT petition_id, latitude, longitude, received_at FROM \
                    (SELECT petition_id, latitude, longitude, received_at FROM places WHERE cell = ",
            );
            out.push_bind_param::<BigInt, _>(cell)?;
            out.push_sql(" AND received_at >= ");
            out.push_bind_param::<Instant, _>(&self.from)?;
            out.push_sql(" AND received_at <= ");
            out.push_bind_param::<Instant, _>(&self.to)?;
            out.push_sql(" ORDER BY received_at DESC LIMIT ");
            out.push_sql(OF_A_CELL);
            out.push_sql(") AS latest WHERE latitude BETWEEN ");
            out.push_bind_param::<Double, _>(&self.latitudes.0)?;
            out.push_sql(" AND ");
            out.push_bind_param::<Double, _>(&self.latitudes.1)?;
            out.push_sql(" AND longitude BETWEEN ");
            out.push_bind_param::<Double, _>(&self.longitudes.0)?;
            out.push_sql(" AND ");
            out.push_bind_param::<Double, _>(&self.longitudes.1)?;
        }
        Ok(())
    }
}
