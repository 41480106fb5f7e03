//! Where neighbourhoods lie, one row each. They are counted with the edits of the catalogues.

use diesel::prelude::*;

use super::schema::neighbourhood_areas;
use crate::{Db, StoreError, Tx, on};

/// A neighbourhood's polygons.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = neighbourhood_areas, primary_key(code))]
pub struct KeptArea {
    /// The neighbourhood's code.
    pub code: String,
    /// A geometry of GeoJSON.
    pub shape: String,
}

/// All that are kept, by code.
///
/// # Errors
/// The database's.
pub fn areas(db: &mut Db) -> Result<Vec<KeptArea>, StoreError> {
    Ok(on!(db, c => neighbourhood_areas::table
        .order(neighbourhood_areas::code)
        .select(KeptArea::as_select())
        .load(c))?)
}

/// Writes areas, new or changed. Nobody goes on with the catalogues as they were before.
///
/// # Errors
/// The database's.
pub fn save_areas(tx: &mut Tx, areas: &[KeptArea]) -> Result<(), StoreError> {
    if !areas.is_empty() {
        tx.catalogue_changes();
    }
    for area in areas {
        on!(tx.writing()?, c => diesel::insert_into(neighbourhood_areas::table)
            .values(area)
            .on_conflict(neighbourhood_areas::code)
            .do_update()
            .set(area)
            .execute(c))?;
    }
    Ok(())
}
