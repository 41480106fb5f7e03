//! `GET /v1/petitions/map`: where petitions are, at the scale of the city in one call (RFC 7946).
//!
//! Places, folios and codes only: no words and no names. Who sees which is the lists' own rule.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use actix_web::{HttpResponse, get, web};
use domain::code::Coded;
use domain::map::{BoundingBox, Cluster, Zoom, drawn};
use persistence::petitions::{self, Pin};
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::list::{PetitionsWanted, asked};
use crate::auth::Caller;
use crate::http::query::within;
use crate::http::version::tag;
use crate::http::{Query, codes, label};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;
use crate::view::Viewer;

/// The media type of GeoJSON.
const GEOJSON: &str = "application/geo+json";

/// Features that one answer holds, at most: as many as a large screen can show.
const MOST: usize = 2_000;

/// Parameters of the list that say nothing of a map.
const OF_THE_LIST: &[&str] = &["sort", "limit", "count"];

/// How near.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ZoomWanted {
    /// How near it is looked at, as web maps count it: 0 is the earth, 12 the city, 16 a street, 20 a house. When absent, as
    /// near as the box fills a screen.
    #[param(value_type = Option<u8>, minimum = 0, maximum = 20, example = 12)]
    zoom: Option<Near>,
}

/// A zoom, as a parameter writes it: whatever else is written is told the range.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "Cow<'_, str>")]
struct Near(Zoom);

impl TryFrom<Cow<'_, str>> for Near {
    type Error = String;

    fn try_from(written: Cow<'_, str>) -> Result<Self, Self::Error> {
        let number = within(&written, &(0..=u16::from(Zoom::NEAREST)))?;
        // What is within the range is a zoom.
        Ok(Self(u8::try_from(number).ok().and_then(Zoom::new).unwrap_or_default()))
    }
}

/// The parameters of a map: the list's filters, and the zoom.
struct MapWanted;

impl IntoParams for MapWanted {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = PetitionsWanted::into_params(&place);
        all.retain(|parameter| !OF_THE_LIST.contains(&parameter.name.as_str()));
        all.extend(ZoomWanted::into_params(&place));
        all
    }
}

// Inlined, and described by the type alone: a description at the member would be a second schema, of another type.

/// What this is, in GeoJSON.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
enum CollectionType {
    /// A collection.
    FeatureCollection,
}

/// What this is, in GeoJSON.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
enum FeatureType {
    /// A feature.
    Feature,
}

/// What this is, in GeoJSON.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
enum PointType {
    /// A point.
    Point,
}

/// Where petitions are: GeoJSON, with members of its own beside (RFC 7946, 6.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct PetitionMap {
    #[serde(rename = "type")]
    #[schema(inline)]
    kind: CollectionType,
    /// Clusters, and petitions that stand alone; from the south-west on.
    features: Vec<MapFeature>,
    /// The zoom of the clusters: a smaller one than was wanted where that had drawn more than 2,000 features.
    #[schema(example = 12, minimum = 0, maximum = 20)]
    zoom: u8,
    /// How many petitions are drawn.
    #[schema(example = 4_321)]
    count: usize,
    /// Whether only the latest 100,000 petitions were looked at (or 2,000 matches of `q`), so that earlier ones may be
    /// missing: narrow the filter or the box.
    #[schema(example = false)]
    capped: bool,
}

/// A cluster, or a petition that stands alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapFeature {
    #[serde(rename = "type")]
    #[schema(inline)]
    kind: FeatureType,
    /// The petition; absent for a cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    id: Option<Uuid>,
    /// West, south, east and north of what a cluster holds, as the lists' `bbox` takes it; absent for a petition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 4, max_items = 4, example = json!([-103.4172, 25.5383, -103.4034, 25.5491]))]
    bbox: Option<Vec<f64>>,
    /// Where it is; of a cluster, the middle.
    geometry: MapPoint,
    /// What is told of it.
    properties: MapProperties,
}

/// A point.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapPoint {
    #[serde(rename = "type")]
    #[schema(inline)]
    kind: PointType,
    /// WGS 84 degrees: east, then north.
    #[schema(min_items = 2, max_items = 2, example = json!([-103.4068, 25.5428]))]
    coordinates: Vec<f64>,
}

/// What is told of a cluster, or of a petition that stands alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapProperties {
    /// Whether it is several petitions.
    #[schema(example = false)]
    cluster: bool,
    /// How many.
    #[schema(example = 1)]
    count: u32,
    /// How many stand in which state, by code; states without any are left out.
    #[schema(example = json!({"routed": 1}))]
    states: BTreeMap<&'static str, u32>,
    /// Its folio.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "AC-2026-001234-7")]
    folio: Option<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<codes::State>,
    /// The state in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Canalizada")]
    state_label: Option<String>,
    /// Code of its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "water_leak")]
    category: Option<String>,
    /// The category's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Fuga de agua")]
    category_name: Option<String>,
    /// What sort it is: a code of `kind` of a petition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "service_request")]
    kind: Option<String>,
    /// How soon it wants attention: a code of `priority` of a petition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "normal")]
    priority: Option<String>,
    /// Its version, for `If-Match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "\"1\"")]
    etag: Option<String>,
    /// Where it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/v1/petitions/0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e")]
    href: Option<String>,
}

/// Draw petitions on a map
///
/// Where the petitions are that the caller may see: GeoJSON for a whole city in one call. What lies close together at the
/// zoom is one feature with its count, by state, and the box to look nearer; what stands alone is told by folio, state and
/// category. Filters are those of the list; those without coordinates are not drawn. What lies in a box that is no
/// larger than the city, and in which there are no more than 20,000 petitions, is drawn whenever it was received; else
/// the latest 100,000 petitions of the city are looked at.
#[utoipa::path(
    operation_id = "get_petition_map",
    tag = "petitions",
    params(MapWanted),
    responses((status = 200, description = "The map.", body = PetitionMap, content_type = "application/geo+json")),
    security(("token" = [])),
)]
#[get("/v1/petitions/map")]
pub async fn get_petition_map(
    query: Query<PetitionsWanted>,
    zoom: Query<ZoomWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let wanted = query.value;
    let zoom = zoom.value.zoom.map(|near| near.0);
    let shared = state.clone();
    let map = state
        .store
        .read(move |db| -> Result<PetitionMap, Problem> {
            let (actor, office) = caller.enter(db, &shared.offices, now)?;
            let (filter, _) = asked(&wanted, &shared.calendar, &office, caller.today())?;
            let visibility = actor.visibility();
            if visibility.is_nothing() {
                return Err(domain::refusal::Code::NotAllowed.into());
            }
            let found = petitions::spots(db, &filter, &visibility)?;
            let shown = filter.within.or_else(|| BoundingBox::around(&found.spots));
            let zoom = zoom.or_else(|| shown.map(|shown| shown.zoom())).unwrap_or_default();
            let (zoom, clusters) = drawn(&found.spots, zoom, MOST);
            let alone = clusters.iter().filter(|cluster| cluster.count == 1);
            let alone: Vec<_> = alone.filter_map(|cluster| found.ids.get(cluster.first).copied()).collect();
            let pins = petitions::pins(db, &alone)?;
            let pins: HashMap<Uuid, Pin> = pins.into_iter().map(|pin| (pin.id, pin)).collect();
            let viewer = Viewer { actor: &actor, language, now, office: &office };
            let features = clusters.iter().map(|cluster| {
                let id = found.ids.get(cluster.first).map(|id| id.uuid());
                match id.filter(|_| cluster.count == 1).and_then(|id| pins.get(&id)) {
                    Some(pin) => MapFeature::alone(cluster, pin, viewer),
                    None => MapFeature::cluster(cluster),
                }
            });
            Ok(PetitionMap {
                kind: CollectionType::FeatureCollection,
                features: features.collect(),
                zoom: zoom.number(),
                count: found.spots.len(),
                capped: found.capped,
            })
        })
        .await?;
    Ok(HttpResponse::Ok().content_type(GEOJSON).json(map))
}

impl MapFeature {
    fn cluster(cluster: &Cluster) -> Self {
        Self {
            kind: FeatureType::Feature,
            id: None,
            bbox: Some(cluster.edges.degrees().to_vec()),
            geometry: MapPoint::of(cluster),
            properties: MapProperties::counted(cluster),
        }
    }

    fn alone(cluster: &Cluster, pin: &Pin, viewer: Viewer<'_>) -> Self {
        let state = cluster.states().next().map(|(state, _)| state);
        let properties = MapProperties {
            folio: Some(pin.folio.clone()),
            state: state.map(Into::into),
            state_label: state.map(|state| label(viewer.language, state)),
            category: Some(pin.category.clone()),
            category_name: Some(viewer.category(&pin.category)),
            kind: Some(pin.kind.clone()),
            priority: Some(pin.priority.clone()),
            etag: Some(tag(pin.version)),
            href: Some(format!("/v1/petitions/{}", pin.id)),
            ..MapProperties::counted(cluster)
        };
        Self { kind: FeatureType::Feature, id: Some(pin.id), bbox: None, geometry: MapPoint::of(cluster), properties }
    }
}

impl MapPoint {
    fn of(cluster: &Cluster) -> Self {
        let (longitude, latitude) = cluster.middle();
        Self { kind: PointType::Point, coordinates: vec![longitude, latitude] }
    }
}

impl MapProperties {
    fn counted(cluster: &Cluster) -> Self {
        Self {
            cluster: cluster.count > 1,
            count: cluster.count,
            states: cluster.states().map(|(state, count)| (state.code(), count)).collect(),
            folio: None,
            state: None,
            state_label: None,
            category: None,
            category_name: None,
            kind: None,
            priority: None,
            etag: None,
            href: None,
        }
    }
}
