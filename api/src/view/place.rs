//! Where a petition is, as callers see it.

use domain::petition::Petition;
use persistence::petitions::Place;
use serde::Serialize;
use utoipa::ToSchema;

use super::material::Material;

/// Where a petition is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlaceView {
    /// The neighbourhood.
    #[schema(example = "Torreón Jardín")]
    pub neighbourhood: Option<String>,
    /// Its code in the catalogue of neighbourhoods, where it is known.
    #[schema(example = "torreon_jardin")]
    pub neighbourhood_code: Option<String>,
    /// The street that crosses the one of the address.
    #[schema(example = "Calle Múzquiz")]
    pub crossing: Option<String>,
    /// Five digits.
    #[schema(example = "27200")]
    pub postal_code: Option<String>,
    /// WGS 84 degrees north.
    #[schema(example = 25.5428)]
    pub latitude: Option<f64>,
    /// WGS 84 degrees east.
    #[schema(example = -103.4068)]
    pub longitude: Option<f64>,
}

impl PlaceView {
    /// Where this petition is.
    #[must_use]
    pub fn of(petition: &Petition, material: &Material) -> Self {
        material.place(petition).into()
    }
}

impl From<Place> for PlaceView {
    fn from(place: Place) -> Self {
        Self {
            neighbourhood: place.neighbourhood,
            neighbourhood_code: place.neighbourhood_code,
            crossing: place.crossing,
            postal_code: place.postal_code,
            latitude: place.latitude,
            longitude: place.longitude,
        }
    }
}
