//! Files and mappings that cannot be taken in: told by their place, and nothing is kept.

use super::*;

#[tokio::test]
async fn what_cannot_begin_is_told_by_its_place_and_nothing_is_kept() {
    both(async |house| {
        let admin = quiet(house).await;
        let good = rows(1..=1);
        let case = |from: &str, to: &str, at, code| (MAPPING.replace(from, to), good.clone().into_bytes(), at, code);
        let file = |bytes: &[u8], code| (MAPPING.to_owned(), bytes.to_vec(), "/file", code);
        for (mapping, file, at, code) in [
            case("[columns]", "[columns", "/mapping", "syntax"),
            case("id =", "number =", "/mapping/columns/number", "unknown"),
            case("status = \"estado\"", "", "/mapping/columns/status", "required"),
            case("Monterrey", "Torreon", "/mapping/dates/time_zone", "time_zone_unknown"),
            case("[statuses]", "[categories]\nB = \"x\"\n[statuses]", "/mapping/categories/B", "not_listed"),
            case("\"abierto\"\n", "\"alta\"\n", "/mapping/columns/created", "column_missing"),
            file(b"", "file_empty"),
            file(&png(), "header_unreadable"),
            file(b"n\xfamero,abierto,estado,texto,lat,lon\n", "header_unreadable"),
        ] {
            house.send(sent(house, &admin, &mapping, file)).await.invalid(at, code);
        }
        let mapping = || part("mapping", None, None, MAPPING.as_bytes());
        for (parts, at, code) in [
            (vec![csv(&good)], "/mapping", "required"),
            (vec![mapping()], "/file", "required"),
            (vec![mapping(), mapping(), csv(&good)], "/mapping", "twice"),
            (vec![mapping(), part("dry_run", None, None, b"maybe"), csv(&good)], "/dry_run", "not_a_code"),
            (vec![mapping(), part("source", None, None, b"x"), csv(&good)], "/source", "unknown"),
            (vec![part("mapping", None, None, "#".repeat(300_000).as_bytes()), csv(&good)], "/mapping", "too_long"),
        ] {
            house.send(form(house, &admin, &parts)).await.invalid(at, code);
        }
        house.post("/v1/imports", &admin, json!({})).await.refused(415, "form_expected");
        let list = house.get("/v1/imports", &admin).await.is(200).body;
        assert_eq!((&list["items"], files(house)), (&json!([]), 0));
    })
    .await;
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_one_under_it_is_taken() {
    let house = House::open_with(Engine::Lite, &["--import-limit", "1"]).await;
    let admin = quiet(&house).await;
    let mut file = rows(1..=1).into_bytes();
    file.resize(1024 * 1024, b'\n');
    house.send(sent(&house, &admin, MAPPING, &file)).await.is(202);
    file.push(b'\n');
    let refused = house.send(sent(&house, &admin, MAPPING, &file)).await.refused(413, "file_too_large");
    assert_eq!(refused.body["errors"][0]["code"], "file_over_limit");
    house.close().await;
}

#[tokio::test]
async fn rows_in_another_encoding_are_refused_by_line_and_come_in_with_the_right_one() {
    both(async |house| {
        let admin = quiet(house).await;
        let file = [rows(1..=1).as_bytes(), b"2,2025-03-01,abierto,Fuga en Le\xf3n,25.5,-103.4\n"].concat();
        let id = requested(house, &admin, &file).await;
        worked(house).await;
        let report = house.get(&format!("/v1/imports/{id}/report"), &admin).await.is(200).body;
        let seen = ["line", "column", "rule"].map(|name| report["items"][0][name].clone());
        assert_eq!(seen, [json!(3), json!("texto"), json!("R01")]);
        let mapping = MAPPING.replace("[columns]", "encoding = \"windows-1252\"\n[columns]");
        let id = house.send(sent(house, &admin, &mapping, &file)).await.is(202).text("id");
        worked(house).await;
        assert_eq!(numbers(&import(house, &admin, &id).await.body), [2, 1, 1, 0, 0]);
    })
    .await;
}
