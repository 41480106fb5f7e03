//! A whole catalogue as a table, to take home and to bring back: for whoever is signed in, to read; for whoever manages
//! catalogues, to edit.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, patch, web};
use domain::catalogue::{Catalogue, CatalogueName};
use domain::code::Coded;
use persistence::Db;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::edit::may;
use crate::auth::Caller;
use crate::http::cacheable::{self, tag_of};
use crate::http::{FileBody, IfMatch, Query};
use crate::problem::Problem;
use crate::state::AppState;
use crate::tables::{self, Asked, Source, TORREON};

/// The media types of tables; the post's file calls itself plain text.
const TABLES: [&str; 2] = ["text/csv", "text/plain"];

/// That of polygons (RFC 7946).
const GEOJSON: &str = "application/geo+json";

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_catalogue_table).service(import_catalogue_table);
}

/// What is sent.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportWanted {
    /// What sort of file it is; `table` when absent. The others are for neighbourhoods.
    #[serde(default)]
    #[param(inline, value_type = Option<Source>)]
    source: Source,
    /// The key by INEGI of the municipality that is taken from a file of postal codes; Torreón's when absent.
    #[param(example = "05035")]
    municipality: Option<String>,
    /// Only look at the file and tell what would become of it.
    #[serde(default)]
    #[param(value_type = Option<bool>, example = false)]
    dry_run: bool,
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedTable {
    /// Entries that were not there.
    #[schema(example = 3)]
    added: usize,
    /// Entries that are not as they were.
    #[schema(example = 12)]
    changed: usize,
    /// Entries that were so already.
    #[schema(example = 402)]
    unchanged: usize,
    /// Codes of entries that the file may mean, and nobody can tell: they stay as they are.
    #[schema(example = json!(["las_dalias"]))]
    ambiguous: Vec<String>,
    /// Whether nothing was written.
    #[schema(example = false)]
    dry_run: bool,
    /// The table's tag from now on.
    #[schema(example = "\"6f1c0d2b8a94e37f5520c1ab\"")]
    etag: String,
}

/// As what a catalogue is given out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableSource {
    /// As a table.
    #[default]
    Table,
    /// As polygons, those of neighbourhoods.
    Areas,
}

/// As what it is wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TableWanted {
    /// What of it; `table` when absent. `areas` is for neighbourhoods: GeoJSON (RFC 7946).
    #[serde(default)]
    #[param(inline, value_type = Option<TableSource>)]
    source: TableSource,
}

/// Get a catalogue as a table
///
/// All entries, valid or not, as CSV in UTF-8 for a spreadsheet: `dependencies`, `units`, `categories`, `channels`,
/// `neighbourhoods`, `programmes`, `authorities`, `procedures`, `templates`, `fields`, `requirements`. A cell that a spreadsheet would take for a
/// formula has an apostrophe before it, which is taken off when the table is sent back. With `source=areas` the polygons of
/// neighbourhoods, as GeoJSON: a feature for each that lies somewhere, with its `code` and `name`, for a map or to be
/// sent back with the same `source`. Table and polygons have each their own tag.
#[utoipa::path(
    operation_id = "get_catalogue_table",
    tag = "catalogues",
    params(("catalogue" = String, Path, description = "Which catalogue.", example = "programmes"), TableWanted),
    responses(
        (status = 200, description = "The table, or the polygons.", content(
            (String = "text/csv",
                example = json!("code,name_es,name_en\r\nparks,Parques y Jardines,Parks and gardens\r\n")),
            (serde_json::Value = "application/geo+json", example = json!({"type": "FeatureCollection", "features": [{
                "type": "Feature", "properties": {"code": "las_lomas", "name": "Las Lomas"},
                "geometry": {"type": "Polygon", "coordinates":
                    [[[-103.41, 25.54], [-103.4, 25.54], [-103.4, 25.55], [-103.41, 25.54]]]}}]})),
        ), headers(("ETag" = String), ("Content-Disposition" = String, description = "Its name as a file."))),
        (status = 304, description = "It is the one that the caller has."),
    ),
    security(("token" = [])),
)]
#[get("/v1/catalogues/{catalogue}")]
pub async fn get_catalogue_table(
    query: Query<TableWanted>,
    req: HttpRequest,
    caller: Caller,
    catalogue: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (now, shared, areas) = (state.clock.now(), state.clone(), query.value.source == TableSource::Areas);
    let (name, table) = state
        .store
        .read(move |db| -> Result<_, Problem> {
            let (_, office) = caller.enter(db, &shared.offices, now)?;
            let name = named(&catalogue)?;
            Ok((name, content(db, &office.catalogue, name, areas)?))
        })
        .await?;
    let etag = tag_of(table.as_bytes());
    let (media_type, ending) =
        if areas { (GEOJSON, "geojson") } else { ("text/csv; charset=utf-8; header=present", "csv") };
    let mut answer = cacheable::unless_known(req.headers(), &etag, cacheable::PRIVATE, media_type, table.as_bytes());
    if let Ok(file) = header::HeaderValue::try_from(format!("attachment; filename=\"{}.{ending}\"", name.code())) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    }
    Ok(answer)
}

/// Put a table into a catalogue
///
/// Entries are known by their code: those that are there are changed in the columns that the file has, the others are
/// added, and what the file does not name stays. All of the file goes in or nothing; what is wrong is told by line and
/// column, as `/lines/14/name_es`. Commas, semicolons or tabs stand between cells; the encoding is UTF-8 unless the
/// media type says otherwise. Neighbourhoods are also taken from a count of people (`source=census`), from the post's
/// `CPdescarga.txt` (`source=postal_codes`) and, as polygons with their code or name, from GeoJSON (`source=areas`).
/// `If-Match` is the tag of the table, with `source=areas` that of the polygons. Larger files than 1 MiB go in by the
/// command line. Needs `catalogue.manage`, for templates what editing them needs.
#[utoipa::path(
    operation_id = "import_catalogue_table",
    tag = "catalogues",
    request_body(description = "The file.", content(
        (String = "text/csv", example = json!("code,name_es,name_en\nparks,Parques y Jardines,Parks and gardens\n")),
        (String = "text/plain", example = json!("d_codigo|d_asenta|d_tipo_asenta|D_mnpio|d_estado|c_estado|c_mnpio\n")),
        (serde_json::Value = "application/geo+json", example = json!({"type": "FeatureCollection", "features": [{
            "type": "Feature", "properties": {"code": "las_lomas"}, "geometry": {"type": "Polygon", "coordinates":
                [[[-103.41, 25.54], [-103.4, 25.54], [-103.4, 25.55], [-103.41, 25.54]]]}}]})),
    )),
    params(
        ("catalogue" = String, Path, description = "Which catalogue.", example = "programmes"),
        ImportWanted,
        ("If-Match" = String, Header, description = "The version that was seen.", example = "\"6f1c0d2b8a94e37f5520c1ab\""),
    ),
    responses((status = 200, description = "What became of it.", body = ImportedTable, headers(("ETag" = String)))),
    security(("token" = [])),
)]
#[patch("/v1/catalogues/{catalogue}")]
pub async fn import_catalogue_table(
    query: Query<ImportWanted>,
    version: IfMatch,
    file: FileBody,
    caller: Caller,
    catalogue: web::Path<String>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (now, shared) = (state.clock.now(), state.clone());
    let ImportWanted { source, municipality, dry_run } = query.value.clone();
    let imported = state
        .store
        .write(Vec::new(), move |tx| -> Result<ImportedTable, Problem> {
            let actor = caller.actor(tx.beside(), now)?;
            let name = named(&catalogue)?;
            may(&actor, name)?;
            let office = shared.offices.in_unit(tx)?;
            let areas = source == Source::Areas;
            let seen = tag_of(content(tx.beside(), &office.catalogue, name, areas)?.as_bytes());
            version.check_any(std::slice::from_ref(&seen))?;
            file.is_one_of(if areas { &[GEOJSON] } else { &TABLES })?;
            let asked = Asked {
                catalogue: name,
                source,
                municipality: municipality.clone().unwrap_or_else(|| TORREON.to_owned()),
                encoding: file.encoding()?,
                today: caller.today(),
            };
            let taken = tables::put_in(tx, &office.catalogue, &asked, &file.bytes, !dry_run)?;
            let etag = if dry_run { seen } else { tag_of(content(tx.beside(), &taken.city, name, areas)?.as_bytes()) };
            let (added, changed, unchanged) = (taken.added, taken.changed, taken.unchanged);
            Ok(ImportedTable { added, changed, unchanged, ambiguous: taken.ambiguous, dry_run, etag })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, imported.etag.clone())).json(imported))
}

/// What is given out of a catalogue, and tagged.
///
/// # Errors
/// `invalid_parameter` (400) for the polygons of anything but neighbourhoods; the database's.
fn content(db: &mut Db, city: &Catalogue, name: CatalogueName, areas: bool) -> Result<String, Problem> {
    if !areas {
        return Ok(tables::table(city, name));
    }
    if name != CatalogueName::Neighbourhoods {
        return Err(Problem::parameter("source", "only_neighbourhoods"));
    }
    Ok(tables::areas::collection(db, city)?)
}

/// The catalogue of this name, or 404.
fn named(code: &str) -> Result<CatalogueName, Problem> {
    CatalogueName::parse(code).ok_or_else(Problem::not_found)
}
