//! Whole catalogues as tables: taken home, brought back, all or none.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{ADMIN, Answer, House, PASSWORD, both};

/// Sends a file to a catalogue, by the tag of the table as it is now.
async fn send(house: &House, token: &str, place: &str, media_type: &str, file: impl Into<Vec<u8>>) -> Answer {
    let path = format!("/v1/catalogues/{place}");
    let bare = path.split('?').next().unwrap();
    let of = if path.contains("source=areas") { format!("{bare}?source=areas") } else { bare.to_owned() };
    let etag = house.get(&of, token).await.is(200).headers["etag"].to_str().unwrap().to_owned();
    let request = house.ask(Method::PATCH, &path, token).header("If-Match", etag).header("Content-Type", media_type);
    house.send(request.body(file.into())).await
}

fn told(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.body["errors"].as_array().unwrap().iter();
    errors.map(|error| (error["pointer"].as_str().unwrap().into(), error["code"].as_str().unwrap().into())).collect()
}

#[tokio::test]
async fn a_table_goes_home_and_comes_back_changed_for_every_node() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let other = house.another_node().await;
        let home = house.get("/v1/catalogues/categories", &admin).await.is(200);
        assert_eq!(home.headers["content-type"], "text/csv; charset=utf-8; header=present");
        assert_eq!(home.headers["content-disposition"], "attachment; filename=\"categories.csv\"");
        let table = home.body.as_str().unwrap().to_owned();
        assert!(table.trim_start_matches('\u{feff}').starts_with("code,parent,name_es,"), "{table}");
        let again = house.ask(Method::GET, "/v1/catalogues/categories", &admin);
        let again = again.header("If-None-Match", home.headers["etag"].to_str().unwrap());
        house.send(again).await.is(304);
        let same = send(house, &admin, "categories", "text/csv", table.clone()).await.is(200).body;
        assert_eq!((&same["added"], &same["changed"]), (&json!(0), &json!(0)));
        let edited = table.replace("Fuente descompuesta o sucia", "Fuente que no sirve");
        let edited = send(house, &admin, "categories", "text/csv", edited).await.is(200);
        assert_eq!(edited.body["changed"], 1);
        assert_eq!(edited.headers["etag"], edited.text("etag").as_str());
        let seen = other.get("/v1/categories/fountain", &admin).await.is(200).body;
        assert_eq!(seen["name"], "Fuente que no sirve");
        // Whoever edits what he took home before that is told so.
        let late = house.ask(Method::PATCH, "/v1/catalogues/categories", &admin).header("Content-Type", "text/csv");
        let late = late.header("If-Match", home.headers["etag"].to_str().unwrap()).body(table);
        house.send(late).await.refused(412, "stale_version");
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn every_wrong_cell_is_told_by_line_and_column_and_nothing_is_changed() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let before = house.get("/v1/catalogues/units", &admin).await.is(200).headers["etag"].clone();
        let table = "code,dependency,name_es,name_en,rank\n\
            nursery_unit,public_services,Vivero,Nursery,1\n\
            drainage_unit,dif,Drenaje,Drainage,1\n\
            Mal Código,simas,Otro,Other,x\n\
            another_unit,aqua,,Other,-1\n";
        let refused = send(house, &admin, "units", "text/csv", table).await.refused(422, "invalid_body");
        let expected = [
            ("/lines/3/dependency", "fixed"),
            ("/lines/4/code", "code_malformed"),
            ("/lines/5/rank", "number_malformed"),
            ("/lines/5/name_es", "required"),
            ("/lines/5/dependency", "code_unknown"),
        ];
        assert_eq!(told(&refused), expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
        let refused = send(house, &admin, "units", "text/csv", "code,rang\n").await.is(422);
        assert_eq!(told(&refused), [("/lines/1/2".to_owned(), "column_unknown".to_owned())]);
        let refused = send(house, &admin, "units", "text/csv", b"code,name_es\na,\xf3\n".to_vec()).await.is(422);
        assert_eq!(told(&refused), [("/lines/2".to_owned(), "encoding".to_owned())]);
        send(house, &admin, "units", "application/json", "{}").await.refused(415, "unsupported_media_type");
        send(house, &admin, "units?source=census", "text/csv", "colonia\n").await.refused(400, "invalid_parameter");
        house.get("/v1/catalogues/people", &admin).await.refused(404, "not_found");
        assert_eq!(house.get("/v1/catalogues/units", &admin).await.headers["etag"], before);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_tells_what_would_be_and_writes_nothing() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let census = "colonia,poblacion_total_2010\nLas Lomas,120\nEl Olmo,7\n";
        let would = "neighbourhoods?source=census&dry_run=true";
        let seen = send(house, &admin, would, "text/csv", census).await.is(200).body;
        assert_eq!((&seen["added"], &seen["dry_run"]), (&json!(2), &json!(true)));
        assert_eq!(house.get("/v1/neighbourhoods", &admin).await.body["items"], json!([]));
        send(house, &admin, "neighbourhoods?source=census", "text/csv; charset=utf-8", census).await.is(200);
        let lomas = house.get("/v1/neighbourhoods/las_lomas", &admin).await.is(200).body;
        assert_eq!((&lomas["population"], &lomas["population_year"]), (&json!(120), &json!(2010)));
        let post = "d_codigo|d_asenta|d_tipo_asenta|c_estado|c_mnpio\n27010|Las Lomas|Colonia|05|035\n";
        let post = send(house, &admin, "neighbourhoods?source=postal_codes", "text/plain", post).await.is(200).body;
        assert_eq!((&post["added"], &post["changed"]), (&json!(0), &json!(1)));
        let found = house.get("/v1/neighbourhoods?postal_code=27010", &admin).await.is(200).body;
        assert_eq!(found["items"][0]["code"], "las_lomas");
    })
    .await;
}

#[tokio::test]
async fn a_place_outside_the_city_is_taken_from_whoever_says_that_it_is() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let file = async |location: Value| {
            let body = json!({"channel": "phone_073", "category": "pothole", "text": "Hay un bache.",
                "address": "Av. Juárez 123", "crossing": " Calle Múzquiz ", "location": location});
            house.post("/v1/petitions", &head, body).await
        };
        // The sign was forgotten.
        file(json!({"latitude": 25.54, "longitude": 103.41})).await.refused(422, "outside_territory");
        let far = json!({"latitude": 25.9, "longitude": -103.41, "outside_territory": true});
        file(far.clone()).await.is(201);
        let filed = file(json!({"latitude": 25.54, "longitude": -103.41})).await.is(201).body["petition"].clone();
        assert_eq!(filed["place"]["crossing"], "Calle Múzquiz");
        let path = format!("/v1/petitions/{}", filed["id"].as_str().unwrap());
        let moved = json!({"location": {"latitude": 25.9, "longitude": -103.41}, "crossing": "Calle Zaragoza"});
        let etag = filed["etag"].as_str().unwrap();
        house.patch(&path, &head, etag, moved).await.refused(422, "outside_territory");
        let moved = json!({"location": far, "crossing": "Calle Zaragoza"});
        let moved = house.patch(&path, &head, etag, moved).await.is(200).body;
        assert_eq!(
            (&moved["place"]["latitude"], &moved["place"]["crossing"]),
            (&json!(25.9), &json!("Calle Zaragoza"))
        );
    })
    .await;
}

/// A polygon of GeoJSON with these corners.
fn feature(properties: &Value, corners: &[(f64, f64)]) -> Value {
    let ring: Vec<[f64; 2]> = corners.iter().chain(corners.first()).map(|corner| [corner.0, corner.1]).collect();
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

#[tokio::test]
async fn a_place_on_the_map_lies_in_the_neighbourhood_around_it() {
    const WEST: [(f64, f64); 4] = [(-103.42, 25.53), (-103.41, 25.53), (-103.41, 25.54), (-103.42, 25.54)];
    const EAST: [(f64, f64); 4] = [(-103.41, 25.53), (-103.4, 25.53), (-103.4, 25.54), (-103.41, 25.54)];
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let head = house.post_holder("call_center_head").await;
        let table = "code,name\nlas_lomas,Las Lomas\nel_olmo,El Olmo\n";
        send(house, &admin, "neighbourhoods", "text/csv", table).await.is(200);
        let put = async |features: Value| {
            let collection = json!({"type": "FeatureCollection", "features": features}).to_string();
            send(house, &admin, "neighbourhoods?source=areas", "application/geo+json", collection).await
        };
        let (lomas, olmo) = (json!({"code": "las_lomas"}), json!({"NOMBRE": "EL OLMO"}));
        // One that crosses itself, one of nobody's, one with the axes exchanged: nothing goes in.
        let bow = [WEST[0], WEST[2], WEST[1], WEST[3]];
        let exchanged = EAST.map(|(x, y)| (y, x));
        let wrong = json!([
            feature(&lomas, &bow),
            feature(&json!({"name": "Nadie"}), &EAST),
            feature(&olmo, &exchanged),
            {"type": "Feature", "properties": {"other": 1}, "geometry": null},
        ]);
        let refused = put(wrong).await.refused(422, "invalid_body");
        let expected = [
            ("/features/0/geometry", "polygon_crossed"),
            ("/features/1/properties", "polygon_of_nobody"),
            ("/features/2/geometry", "polygon_outside"),
            ("/features/3/properties", "polygon_unnamed"),
        ];
        assert_eq!(told(&refused), expected.map(|(place, code)| (place.to_owned(), code.to_owned())));
        let media_type = "application/geo+json";
        let refused = send(house, &admin, "neighbourhoods?source=areas", media_type, "[]").await.is(422);
        assert_eq!(told(&refused)[0].1, "geojson_malformed");
        let file = async |further: Value| {
            let mut body = json!({"channel": "phone_073", "category": "pothole", "text": "Hay un bache."});
            body.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
            house.post("/v1/petitions", &head, body).await.is(201).body["petition"].clone()
        };
        let location = json!({"latitude": 25.535, "longitude": -103.405});
        assert!(file(json!({"location": location})).await["place"]["neighbourhood_code"].is_null());
        let features = json!([feature(&lomas, &WEST), feature(&olmo, &EAST)]);
        assert_eq!(put(features.clone()).await.is(200).body["added"], 2);
        assert_eq!(put(features).await.is(200).body["unchanged"], 2);
        let filed = file(json!({"location": location})).await;
        assert_eq!(filed["place"]["neighbourhood_code"], "el_olmo", "{filed}");
        assert_eq!(filed["place"]["neighbourhood"], "El Olmo");
        // What was said counts before what the map says; a name and a code never say two things.
        let said = file(json!({"location": location, "neighbourhood": "las lomas"})).await;
        assert_eq!(said["place"]["neighbourhood_code"], "las_lomas");
        let other = file(json!({"location": location, "neighbourhood": "Las Dalias"})).await;
        assert_eq!(
            (&other["place"]["neighbourhood"], &other["place"]["neighbourhood_code"]),
            (&json!("Las Dalias"), &Value::Null)
        );
        let amend = async |petition: &Value, change: Value| {
            let path = format!("/v1/petitions/{}", petition["id"].as_str().unwrap());
            let etag = house.get(&path, &head).await.is(200).text("etag");
            house.patch(&path, &head, &etag, change).await.is(200).body["place"].clone()
        };
        let west = json!({"location": {"latitude": 25.535, "longitude": -103.415}});
        let nowhere = json!({"location": {"latitude": 25.6, "longitude": -103.415}});
        let known = |place: &Value| (place["neighbourhood"].clone(), place["neighbourhood_code"].clone());
        // What followed from the map follows the point; what was said stays.
        assert_eq!(known(&amend(&filed, west.clone()).await), (json!("Las Lomas"), json!("las_lomas")));
        assert_eq!(known(&amend(&filed, nowhere.clone()).await), (Value::Null, Value::Null));
        assert_eq!(known(&amend(&filed, west.clone()).await), (json!("Las Lomas"), json!("las_lomas")));
        assert_eq!(known(&amend(&filed, json!({"location": null})).await), (Value::Null, Value::Null));
        assert_eq!(known(&amend(&other, west).await), (json!("Las Dalias"), Value::Null));
        assert_eq!(known(&amend(&said, nowhere).await), (json!("las lomas"), json!("las_lomas")));
    })
    .await;
}

#[tokio::test]
async fn polygons_go_home_and_come_back_and_nobodys_edit_is_lost() {
    const WEST: [(f64, f64); 4] = [(-103.42, 25.53), (-103.41, 25.53), (-103.41, 25.54), (-103.42, 25.54)];
    const EAST: [(f64, f64); 4] = [(-103.41, 25.53), (-103.4, 25.53), (-103.4, 25.54), (-103.41, 25.54)];
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let (place, areas) = ("/v1/catalogues/neighbourhoods", "/v1/catalogues/neighbourhoods?source=areas");
        send(house, &admin, "neighbourhoods", "text/csv", "code,name\nlas_lomas,Las Lomas\n").await.is(200);
        let (table, none) = (house.get(place, &admin).await.is(200), house.get(areas, &admin).await.is(200));
        assert_eq!(none.headers["content-type"], "application/geo+json");
        assert_eq!(none.headers["content-disposition"], "attachment; filename=\"neighbourhoods.geojson\"");
        assert_eq!(none.body, json!({"type": "FeatureCollection", "features": []}));
        let tag = |answer: &Answer| answer.headers["etag"].to_str().unwrap().to_owned();
        let put = async |etag: &str, dry: bool, ring: &[(f64, f64)]| {
            let features = json!([feature(&json!({"code": "las_lomas"}), ring)]);
            let path = format!("{areas}&dry_run={dry}");
            let request = house.ask(Method::PATCH, &path, &admin).header("If-Match", etag);
            let request = request.header("Content-Type", "application/geo+json");
            house.send(request.body(json!({"type": "FeatureCollection", "features": features}).to_string())).await
        };
        put(&tag(&table), false, &WEST).await.refused(412, "stale_version");
        assert_eq!(put(&tag(&none), true, &WEST).await.is(200).text("etag"), tag(&none));
        let first = put(&tag(&none), false, &WEST).await.is(200);
        // Who read before that would undo it and is told so.
        put(&tag(&none), false, &EAST).await.refused(412, "stale_version");
        let home = house.get(areas, &admin).await.is(200);
        assert_eq!((tag(&home), home.body["features"].as_array().unwrap().len()), (first.text("etag"), 1));
        assert_eq!(home.body["features"][0]["properties"], json!({"code": "las_lomas", "name": "Las Lomas"}));
        assert_eq!(home.body["features"][0]["geometry"]["coordinates"][0][1], json!([-103.41, 25.53]));
        assert_eq!(tag(&house.get(place, &admin).await), tag(&table));
        let again =
            send(house, &admin, "neighbourhoods?source=areas", "application/geo+json", home.body.to_string()).await;
        assert_eq!(again.is(200).body["unchanged"], 1);
        let known = house.ask(Method::GET, areas, &admin).header("If-None-Match", tag(&home));
        house.send(known).await.is(304);
        let wrong = house.get("/v1/catalogues/units?source=areas", &admin).await.refused(400, "invalid_parameter");
        assert_eq!(wrong.body["errors"][0]["pointer"], "?source");
        // What is not read is told what is.
        let named = house.ask(Method::PATCH, areas, &admin).header("If-Match", tag(&home));
        let refused = house.send(named.header("Content-Type", "text/csv").body("a")).await;
        let refused = refused.refused(415, "unsupported_media_type");
        assert!(
            refused.body["errors"][0]["detail"].as_str().unwrap().contains("application/geo+json"),
            "{}",
            refused.body
        );
    })
    .await;
}
