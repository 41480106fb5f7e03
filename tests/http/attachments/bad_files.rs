//! What is no file that is taken: each is told what is wrong, and nothing is left of it.

use reqwest::Method;
use serde_json::json;

use super::files::{FORM, jpeg, jpeg_with_comment, mp3, ogg, part, pdf, png, png_bomb, wav, webp};
use super::{Scene, left_in};
use crate::house::{House, both};

#[tokio::test]
async fn what_is_taken_is_known_by_its_content() {
    both(async |house| {
        let scene = Scene::set(house).await;
        for (name, declared, content, known) in [
            ("a.png", "image/png", png(), "image/png"),
            ("a.webp", "image/webp", webp(), "image/webp"),
            ("oficio.PDF", "application/pdf", pdf(), "application/pdf"),
            ("llamada.wav", "audio/x-wav", wav(), "audio/wav"),
            ("voz.opus", "audio/ogg", ogg(), "audio/ogg"),
            ("llamada.mp3", "audio/mpeg", mp3(2_000), "audio/mpeg"),
            ("foto", "application/octet-stream; charset=binary", jpeg(8, 8, None), "image/jpeg"),
        ] {
            let attached = scene.attach("citizen", name, declared, &content).await.is(201);
            assert_eq!(attached.body["media_type"], known, "{name}");
            assert_eq!(attached.body["thumbnail_href"].is_string(), known.starts_with("image/"), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_what_it_seems_is_refused_and_nothing_is_left_of_it() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let photo = jpeg(40, 30, None);
        let html = b"<!DOCTYPE html><html><script>alert(1)</script>".to_vec();
        let svg = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".to_vec();
        let docx = b"PK\x03\x04\x14\0\x06\0word/document.xml".to_vec();
        let zipped = [photo.as_slice(), b"PK\x03\x04 and what an unpacker would take for its own"].concat();
        let long = format!("{}.jpg", "a".repeat(200));
        let before = scene.events(&scene.head).await.len();
        for (name, declared, content, code) in [
            ("foto.jpg", "image/jpeg", html.clone(), "file_type_refused"),
            ("foto.svg", "image/svg+xml", svg, "file_type_refused"),
            (
                "oficio.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                docx,
                "file_type_refused",
            ),
            ("foto.jpg", "image/jpeg", b"#!/bin/sh\n".to_vec(), "file_type_refused"),
            ("foto.jpg", "image/jpeg", Vec::new(), "file_empty"),
            ("foto.jpg", "text/html", photo.clone(), "file_type_differs"),
            ("foto.png", "image/png", photo.clone(), "file_type_differs"),
            ("foto.png", "application/octet-stream", photo.clone(), "file_name_differs"),
            ("foto.jpg.html", "image/jpeg", photo.clone(), "file_name_differs"),
            (&long, "image/jpeg", photo.clone(), "file_name_too_long"),
            ("foto\u{202e}gpj.jpg", "image/jpeg", photo.clone(), "file_name_unreadable"),
            ("foto.jpg", "image/jpeg", photo[..photo.len() - 200].to_vec(), "file_damaged"),
            ("foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 and then no picture".to_vec(), "file_damaged"),
            ("foto.png", "image/png", png()[..100].to_vec(), "file_damaged"),
            ("oficio.pdf", "application/pdf", pdf()[..40].to_vec(), "file_damaged"),
            ("oficio.pdf", "application/pdf", b"%PDF-1.7 <script>alert(1)</script> %%EOF".to_vec(), "file_damaged"),
            ("llamada.mp3", "audio/mpeg", [b"ID3\x04".as_slice(), &html.repeat(50)].concat(), "file_damaged"),
            ("llamada.wav", "audio/wav", [b"RIFF\x24\0\0\0WAVEfmt ".as_slice(), &html].concat(), "file_damaged"),
            ("voz.ogg", "audio/ogg", [b"OggS".as_slice(), &html].concat(), "file_damaged"),
            ("voz.m4a", "audio/mp4", [b"\0\0\0 ftypM4A ".as_slice(), &html].concat(), "file_damaged"),
            ("foto.jpg", "image jpeg", photo.clone(), "file_type_unreadable"),
            ("foto.jpg", "image/jpeg", jpeg_with_comment(&html), "file_suspicious"),
            ("foto.jpg", "image/jpeg", jpeg_with_comment(b"<?php system($_GET[0]); ?>"), "file_suspicious"),
            ("foto.jpg", "image/jpeg", [photo.as_slice(), &html].concat(), "file_suspicious"),
            ("foto.jpg", "image/jpeg", zipped, "file_suspicious"),
            ("foto.jpg", "image/jpeg", [photo.as_slice(), &pdf()].concat(), "file_suspicious"),
            ("foto.png", "image/png", [png().as_slice(), &html].concat(), "file_suspicious"),
            ("foto.png", "image/png", png_bomb(60_000, 60_000), "picture_too_large"),
        ] {
            let answer = scene.attach("citizen", name, declared, &content).await.is(422);
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            let error = &answer.body["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!("/file"), &json!(code)), "{name}: {}", answer.body);
            let words = error["detail"].as_str().unwrap();
            assert!(words.len() > 15 && words != "El valor no es válido.", "{code}: {words}");
        }
        assert_eq!(scene.events(&scene.head).await.len(), before);
        assert!(left_in(&house.data_dir().join("attachments")).is_empty());
        assert!(left_in(&house.data_dir().join("incoming")).is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_file_is_called_what_its_sender_wrote_in_whatever_charset() {
    let house = House::open(crate::database::Engine::Lite).await;
    let scene = Scene::set(&house).await;
    let send = async |name: &str| {
        let head = format!(
            "--frontera\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"; filename*={name}\r\n\r\n"
        );
        let file = [head.as_bytes(), &jpeg(8, 8, None), b"\r\n"].concat();
        let parts = [part("kind", None, None, b"citizen"), file];
        house.send(scene.form(&format!("{}/attachments", scene.petition), &scene.head, &parts)).await
    };
    for name in ["UTF-8''ba%C3%B1o.jpg", "iso-8859-1'es'ba%F1o.jpg"] {
        assert_eq!(send(name).await.is(201).body["name"], "baño.jpg", "{name}");
    }
    for name in ["UTF-8''ba%F1o.jpg", "klingon''bano.jpg"] {
        send(name).await.invalid("/file", "file_name_unreadable");
    }
    house.close().await;
}

#[tokio::test]
async fn a_form_that_is_none_is_told_what_it_lacks() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let path = format!("{}/attachments", scene.petition);
        let kind = |kind: &str| part("kind", None, None, kind.as_bytes());
        let file = part("file", Some("a.jpg"), Some("image/jpeg"), &jpeg(8, 8, None));
        for (parts, pointer, code) in [
            (vec![file.clone()], "/kind", "required"),
            (vec![kind("citizen")], "/file", "required"),
            (vec![kind("portrait"), file.clone()], "/kind", "not_a_code"),
            (vec![kind("citizen"), kind("citizen"), file.clone()], "/kind", "twice"),
            (vec![kind(&"x".repeat(2000)), file.clone()], "/kind", "too_long"),
            (vec![kind("citizen"), file.clone(), file.clone()], "/file", "twice"),
            (vec![kind("citizen"), part("colour", None, None, b"red"), file.clone()], "/colour", "unknown"),
        ] {
            house.send(scene.form(&path, &scene.head, &parts)).await.invalid(pointer, code);
        }
        let evidence = house.send(scene.form(&path, &scene.head, &[kind("evidence"), file.clone()])).await;
        evidence.refused(422, "evidence_unassigned");
        let evidence = format!("{}/attachments", scene.share);
        house
            .send(scene.form(&evidence, &scene.simas, &[kind("evidence"), file.clone()]))
            .await
            .invalid("/kind", "unknown");

        let plain = house.ask(Method::POST, &path, &scene.head).json(&json!({"kind": "citizen"}));
        house.send(plain).await.refused(415, "form_expected");
        let without =
            house.ask(Method::POST, &path, &scene.head).header("Content-Type", "multipart/form-data").body("x");
        house.send(without).await.refused(400, "malformed_form");
        // Cut off in the middle of the file.
        let cut = [kind("citizen"), file[..file.len() / 2].to_vec()].concat();
        let cut = house.ask(Method::POST, &path, &scene.head).header("Content-Type", FORM).body(cut);
        house.send(cut).await.refused(400, "malformed_form");
        assert!(left_in(house.data_dir()).iter().all(|path| !path.to_string_lossy().contains("attachments")));
        let seen = house.get(&path, &scene.head).await.is(200);
        assert_eq!(seen.body["items"], json!([]));
        house.send(scene.form(&path, &scene.head, &[file, kind("internal")])).await.is(201);
    })
    .await;
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_with_the_limit() {
    let house = House::open_with(crate::database::Engine::Lite, &["--attachment-limit", "1"]).await;
    let scene = Scene::set(&house).await;
    let answer = scene.attach("internal", "a.mp3", "audio/mpeg", &mp3(1024 * 1024 + 1)).await;
    let answer = answer.refused(413, "file_too_large");
    assert_eq!(answer.body["errors"][0]["detail"], "El máximo es de 1 MiB.", "{}", answer.body);
    assert!(left_in(&house.data_dir().join("incoming")).is_empty());
    scene.attach("internal", "a.mp3", "audio/mpeg", &mp3(1024 * 1024)).await.is(201);
    house.close().await;
}
