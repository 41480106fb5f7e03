//! Polygons of neighbourhoods, as GeoJSON (RFC 7946): a feature for each, with the neighbourhood's code or its name.
//!
//! Owns how such a file is understood. What makes a polygon one is `domain::catalogue`'s.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::catalogue::{Area, Catalogue, Entry, Neighbourhood, Neighbourhoods, folded};
use domain::territory::TORREON;
use geo_types::{MultiPolygon, Polygon};
use geojson::{Feature, GeoJson};
use persistence::catalogues::{self, KeptArea};
use persistence::{Db, StoreError, Tx};
use serde_json::{Value, json};

use super::Taken;
use crate::problem::{FieldError, Kind, Problem};

/// How such files call the code and the name, folded.
const CODES: [&str; 2] = ["code", "codigo"];
const NAMES: [&str; 6] = ["name", "nombre", "colonia", "nom col", "nom asen", "asentamiento"];

/// Puts the file in: all of it, or nothing.
///
/// # Errors
/// `invalid_body` (422) with every feature that is wrong; the database's.
pub(super) fn put_in(
    tx: &mut Tx,
    city: &Catalogue,
    today: NaiveDate,
    bytes: &[u8],
    keep: bool,
) -> Result<Taken, Problem> {
    let given = read(city, today, bytes)?;
    let present = catalogues::areas(tx.beside())?;
    let (mut added, mut unchanged) = (0, 0);
    let mut new = Vec::new();
    for one in given {
        match present.iter().find(|old| old.code == one.code) {
            Some(old) if *old == one => unchanged += 1,
            Some(_) => new.push(one),
            None => {
                added += 1;
                new.push(one);
            }
        }
    }
    let changed = new.len() - added;
    if keep {
        catalogues::save_areas(tx, &new)?;
    }
    Ok(Taken { added, changed, unchanged, ambiguous: Vec::new(), city: city.clone() })
}

/// All polygons that are kept, as a file that can be put in again: each with its neighbourhood's code and name.
///
/// # Errors
/// The database's.
pub fn collection(db: &mut Db, city: &Catalogue) -> Result<String, StoreError> {
    let mut features = Vec::new();
    for KeptArea { code, shape } in catalogues::areas(db)? {
        let geometry: Value =
            serde_json::from_str(&shape).map_err(|_| StoreError::Schema("a polygon that cannot be read".into()))?;
        let name = Neighbourhood::of(city, &code).map(|one| one.name.as_str());
        let properties = json!({"code": code, "name": name});
        features.push(json!({"type": "Feature", "properties": properties, "geometry": geometry}));
    }
    Ok(json!({"type": "FeatureCollection", "features": features}).to_string())
}

/// The area of each feature, fit to be kept.
fn read(city: &Catalogue, today: NaiveDate, bytes: &[u8]) -> Result<Vec<KeptArea>, Problem> {
    let malformed = || Problem::invalid("", "geojson_malformed");
    let text = std::str::from_utf8(bytes).map_err(|_| malformed())?;
    let Ok(GeoJson::FeatureCollection(collection)) = text.parse::<GeoJson>() else { return Err(malformed()) };
    let known = Neighbourhoods::of(city);
    let (mut kept, mut errors, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (at, feature) in collection.features.iter().enumerate() {
        let code = match whose(feature, city, &known, today) {
            Ok(code) if seen.insert(code.clone()) => code,
            Ok(_) => {
                errors.push(FieldError::new(format!("/features/{at}/properties"), "twice"));
                continue;
            }
            Err(wrong) => {
                errors.push(FieldError::new(format!("/features/{at}/properties"), wrong));
                continue;
            }
        };
        match area(&code, feature) {
            Ok(shape) => kept.push(KeptArea { code, shape }),
            Err(wrong) => errors.push(FieldError::new(format!("/features/{at}/geometry"), wrong)),
        }
    }
    if errors.is_empty() { Ok(kept) } else { Err(Problem::new(Kind::InvalidBody).blaming_all(errors)) }
}

/// The code of the neighbourhood that a feature is of.
fn whose(
    feature: &Feature,
    city: &Catalogue,
    known: &Neighbourhoods,
    today: NaiveDate,
) -> Result<String, &'static str> {
    let called = |names: &[&str]| {
        let mut properties = feature.properties.iter().flatten();
        let found = properties.find(|(name, _)| names.contains(&folded(&name.replace('_', " ")).as_str()));
        found.and_then(|(_, value)| value.as_str()).map(str::trim).filter(|text| !text.is_empty())
    };
    if let Some(code) = called(&CODES).filter(|code| Neighbourhood::of(city, code).is_some()) {
        return Ok(code.to_owned());
    }
    let Some(name) = called(&NAMES) else { return Err("polygon_unnamed") };
    match known.named(city, name, today).as_slice() {
        [only] => Ok(only.code.clone()),
        [] => Err("polygon_of_nobody"),
        [_, _, ..] => Err("polygon_of_several"),
    }
}

/// A feature's geometry as it is kept, if it is an area.
fn area(code: &str, feature: &Feature) -> Result<String, &'static str> {
    let geometry = feature.geometry.as_ref().ok_or("not_a_polygon")?;
    let shape = polygons(geometry).ok_or("not_a_polygon")?;
    Area::new(code, shape, &TORREON).map_err(domain::catalogue::AreaFault::code)?;
    Ok(geometry.to_string())
}

/// The polygons of a geometry, if it consists of such.
fn polygons(geometry: &geojson::Geometry) -> Option<MultiPolygon<f64>> {
    let many = MultiPolygon::<f64>::try_from(geometry.value.clone()).ok();
    many.or_else(|| Polygon::<f64>::try_from(geometry.value.clone()).ok().map(|one| MultiPolygon(vec![one])))
}

/// The area that is kept.
#[must_use]
pub fn kept(kept: &KeptArea) -> Option<Area> {
    let geometry: geojson::Geometry = kept.shape.parse().ok()?;
    Area::kept(&kept.code, polygons(&geometry)?)
}
