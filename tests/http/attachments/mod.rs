//! Files of petitions: what goes in and comes out, who sees it, what is refused, and what is left behind.

mod bad_files;
mod bucket;
pub mod files;
mod gone;
mod scanner;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use self::files::{END, FORM, jpeg, mp3, part};
use crate::house::{Answer, House, both};

/// A petition with a share of the water utility.
pub struct Scene<'h> {
    pub house: &'h House,
    pub head: String,
    pub simas: String,
    pub petition: String,
    pub share: String,
}

impl<'h> Scene<'h> {
    pub async fn set(house: &'h House) -> Self {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let filed = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
            "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
            "route": [{"dependency": "simas"}, {"dependency": "road_maintenance"}],
        });
        let filed = house.post("/v1/petitions", &head, filed).await.is(201).body["petition"].clone();
        let petition = format!("/v1/petitions/{}", filed["id"].as_str().unwrap());
        let mut shares = filed["assignments"].as_array().unwrap().iter();
        let share = shares.find(|share| share["dependency"] == "simas").unwrap();
        let share = format!("/v1/assignments/{}", share["id"].as_str().unwrap());
        Self { house, head, simas, petition, share }
    }

    /// A form as it stands.
    pub fn form(&self, path: &str, token: &str, parts: &[Vec<u8>]) -> RequestBuilder {
        let body = [parts.concat(), END.to_vec()].concat();
        let request = self.house.ask(Method::POST, path, token);
        request.header("Content-Type", FORM).body(body)
    }

    /// Attaches a file to the petition.
    pub async fn attach(&self, kind: &str, name: &str, media_type: &str, content: &[u8]) -> Answer {
        let parts = [part("kind", None, None, kind.as_bytes()), part("file", Some(name), Some(media_type), content)];
        self.house.send(self.form(&format!("{}/attachments", self.petition), &self.head, &parts)).await
    }

    /// Attaches evidence to the share.
    pub async fn show(&self, token: &str, content: &[u8]) -> Answer {
        let parts = [part("file", Some("obra.jpg"), Some("image/jpeg"), content)];
        self.house.send(self.form(&format!("{}/attachments", self.share), token, &parts)).await
    }

    /// The content at an address.
    pub async fn content(&self, path: &str, token: &str, headers: &[(&str, &str)]) -> (Answer, Vec<u8>) {
        let mut request = self.house.ask(Method::GET, path, token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        (Answer { status, headers, body }, bytes)
    }

    /// The status of what is at an address.
    pub async fn status(&self, path: &str, token: &str) -> u16 {
        self.content(path, token, &[]).await.0.status.as_u16()
    }

    async fn kinds_for(&self, token: &str) -> Vec<String> {
        let list = self.house.get(&format!("{}/attachments", self.petition), token).await.is(200);
        let items = list.body["items"].as_array().unwrap().clone();
        let seen = self.house.get(&self.petition, token).await.is(200);
        assert_eq!(seen.body["attachments"], list.body["items"], "the petition lists the same");
        items.iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn events(&self, token: &str) -> Vec<Value> {
        let history = self.house.get(&format!("{}/events", self.petition), token).await.is(200);
        assert_eq!(history.body["chain"]["holds"], true, "{}", history.body);
        history.body["items"].as_array().unwrap().clone()
    }
}

/// Every file below a folder.
pub fn left_in(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

#[tokio::test]
async fn a_photograph_goes_in_and_comes_out_without_its_place_and_the_right_way_up() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let photo = jpeg(800, 600, Some(6));
        assert!(photo.windows(8).any(|some| some == b"Torreon!"), "the photograph says where it was taken");
        let attached = scene.attach("citizen", "fuga en la esquina ñ.JPG", "image/jpeg", &photo).await.is(201);
        let (body, location) = (&attached.body, attached.headers["location"].to_str().unwrap().to_owned());
        assert_eq!((&body["kind"], &body["media_type"]), (&json!("citizen"), &json!("image/jpeg")));
        assert_eq!((&body["width"], &body["height"]), (&json!(800), &json!(600)));
        assert_eq!((&body["name"], &body["erased"]), (&json!("fuga en la esquina ñ.JPG"), &json!(false)));
        assert_eq!(house.get(&location, &scene.head).await.is(200).body, *body);

        let content = body["content_href"].as_str().unwrap();
        let (answer, bytes) = scene.content(content, &scene.head, &[("Accept-Encoding", "gzip, br")]).await;
        let answer = answer.is(200);
        assert!(!bytes.windows(8).any(|some| some == b"Torreon!"), "nobody learns where it was taken");
        let turned = image::metadata::Orientation::from_exif_chunk(&exif_of(&bytes).unwrap());
        assert_eq!(turned, Some(image::metadata::Orientation::Rotate90), "it is still the right way up");
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 800);
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        let tag = header("etag");
        assert_eq!(tag, format!("{}", body["sha256"]));
        assert_eq!(body["sha256"], sha256(&bytes));
        assert_eq!(body["bytes"], bytes.len());
        assert_eq!((header("content-type"), header("x-content-type-options")), ("image/jpeg".into(), "nosniff".into()));
        assert_eq!(header("content-length"), bytes.len().to_string());
        let saved = header("content-disposition");
        assert!(saved.starts_with("attachment; filename=\"fuga en la esquina _.JPG\""), "{saved}");
        assert!(saved.contains("filename*=UTF-8''fuga%20en%20la%20esquina%20%C3%B1.JPG"), "{saved}");

        let (small, bytes) = scene.content(body["thumbnail_href"].as_str().unwrap(), &scene.head, &[]).await;
        assert_eq!(small.is(200).headers["content-type"], "image/jpeg");
        let small = image::load_from_memory(&bytes).unwrap();
        assert_eq!((small.width(), small.height()), (240, 320), "small, and upright");

        let events = scene.events(&scene.head).await;
        let event = events.iter().find(|event| event["kind"] == "attached").unwrap();
        assert_eq!(event["payload"]["name"]["text"], body["name"]);
        assert_eq!(event["payload"]["found"]["sha256"], body["sha256"]);
    })
    .await;
}

#[tokio::test]
async fn content_is_given_in_parts_and_not_twice() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let sound = mp3(5004);
        let attached = scene.attach("internal", "llamada.mp3", "audio/mp3", &sound).await.is(201);
        let content = attached.body["content_href"].as_str().unwrap();
        let (whole, bytes) = scene.content(content, &scene.head, &[]).await;
        let tag = whole.is(200).headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(bytes, sound);

        let (some, bytes) = scene.content(content, &scene.head, &[("Range", "bytes=2-5")]).await;
        assert_eq!(some.is(206).headers["content-range"], format!("bytes 2-5/{}", sound.len()));
        assert_eq!(bytes, sound[2..6]);
        let (_, bytes) = scene.content(content, &scene.head, &[("Range", "bytes=-3"), ("If-Range", &tag)]).await;
        assert_eq!(bytes, sound[sound.len() - 3..]);
        let (other, bytes) = scene.content(content, &scene.head, &[("Range", "bytes=-3"), ("If-Range", "\"x\"")]).await;
        assert_eq!((other.status.as_u16(), bytes.len()), (200, sound.len()));
        let (beyond, _) = scene.content(content, &scene.head, &[("Range", "bytes=99999-")]).await;
        let beyond = beyond.refused(416, "range_not_satisfiable");
        assert_eq!(beyond.headers["content-range"], format!("bytes */{}", sound.len()));
        let (known, bytes) = scene.content(content, &scene.head, &[("If-None-Match", &tag)]).await;
        assert_eq!((known.status.as_u16(), bytes.len()), (304, 0));
        let headed = house.ask(Method::HEAD, content, &scene.head).send().await.unwrap();
        assert_eq!((headed.status().as_u16(), &headed.headers()["content-length"]), (200, &"5004".parse().unwrap()));
        assert_eq!(attached.body["thumbnail_href"], Value::Null);
        assert_eq!(scene.status(&content.replace("content", "thumbnail"), &scene.head).await, 404);
    })
    .await;
}

#[tokio::test]
async fn everybody_gets_the_files_that_are_for_them() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let photo = jpeg(40, 30, None);
        let mut hrefs = Vec::new();
        for kind in ["citizen", "internal", "identity"] {
            let attached = scene.attach(kind, "INE María López.jpg", "image/jpeg", &photo).await.is(201);
            hrefs.push(attached.text("content_href"));
        }
        hrefs.push(scene.show(&scene.simas, &photo).await.is(201).text("content_href"));
        let roads = house.liaison("road_maintenance", None).await;
        let system = house.machine("simas").await;
        let auditor = house.in_role("auditor").await;
        let elsewhere = house.liaison("public_services", None).await;
        let admin = house.in_role("administrator").await;
        for (token, kinds, statuses) in [
            (&scene.head, vec!["citizen", "internal", "identity", "evidence"], [200, 200, 403, 200]),
            (&auditor, vec!["citizen", "internal", "evidence"], [200, 200, 404, 200]),
            (&scene.simas, vec!["citizen", "evidence"], [200, 404, 404, 200]),
            (&system, vec!["citizen", "evidence"], [200, 404, 404, 200]),
            (&roads, vec!["citizen"], [200, 404, 404, 404]),
        ] {
            assert_eq!(scene.kinds_for(token).await, kinds);
            for (href, status) in hrefs.iter().zip(statuses) {
                assert_eq!(scene.status(href, token).await, status, "{href}");
            }
            let seen = scene.events(token).await.iter().filter(|event| event["kind"] == "attached").count();
            assert!(seen >= kinds.len(), "{kinds:?}");
        }
        // What the citizen's file is called names them.
        let named = |list: &Value| list.to_string().contains("María López.jpg");
        for (token, reads) in [(&auditor, true), (&scene.simas, false), (&system, false)] {
            let list = house.get(&format!("{}/attachments", scene.petition), token).await.is(200).body;
            assert_eq!((named(&list), named(&json!(scene.events(token).await))), (reads, reads));
            let (photo, _) = scene.content(&hrefs[0], token, &[]).await;
            let saved = photo.headers["content-disposition"].to_str().unwrap().to_owned();
            assert_eq!(saved.contains("INE"), reads, "{saved}");
        }
        let share = house.get(&scene.share, &scene.simas).await.is(200).body;
        assert!(!named(&share) && share["evidence"][0]["name"] == "obra.jpg", "{share}");
        assert_eq!(
            (&share["evidence"][0]["kind"], share["evidence"].as_array().unwrap().len()),
            (&json!("evidence"), 1)
        );
        assert_eq!(share["petition"]["photos"].as_array().unwrap().len(), 1);
        for token in [&elsewhere, &admin] {
            house.get(&format!("{}/attachments", scene.petition), token).await.refused(404, "petition_unknown");
            assert_eq!(scene.status(&hrefs[0], token).await, 404);
        }
        // What the share's own dependency shows is asked for at its share.
        house
            .send(scene.form(&format!("{}/attachments", scene.petition), &scene.simas, &[]))
            .await
            .refused(403, "not_allowed");
        assert_eq!(scene.show(&roads, &photo).await.status.as_u16(), 404, "another's share is nobody's business");

        // The accused's dependency sees nothing any more.
        let seen = house.get(&scene.petition, &scene.head).await.is(200);
        let raised = json!({"category": "complaint_against_public_servant", "against_public_servant": true,
            "reason": "Se queja de una persona."});
        house
            .post_at(&format!("{}/classification", scene.petition), &scene.head, &seen.text("etag"), raised)
            .await
            .is(200);
        for href in &hrefs {
            assert_eq!(scene.status(href, &scene.simas).await, 404);
        }
    })
    .await;
}

#[tokio::test]
async fn an_identity_document_is_given_to_whoever_said_what_for_and_its_name_is_not_kept() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let attached = scene.attach("identity", "INE María López.jpg", "image/jpeg", &jpeg(40, 30, None)).await.is(201);
        assert_eq!((&attached.body["name"], &attached.body["on_disclosure"]), (&Value::Null, &json!(true)));
        let content = attached.text("content_href");
        scene.content(&content, &scene.head, &[]).await.0.refused(403, "disclosure_missing");
        let said = json!({"purpose": "verification"});
        let disclosures = format!("{}/disclosures", scene.petition);
        let disclosure = house.post(&disclosures, &scene.head, said.clone()).await.is(201).text("id");
        let shown = format!("{content}?disclosure={disclosure}");
        let (answer, _) = scene.content(&shown, &scene.head, &[]).await;
        let saved = answer.is(200).headers["content-disposition"].to_str().unwrap().to_owned();
        assert!(!saved.contains("INE"), "{saved}");
        assert_eq!(scene.status(&shown.replace("/content", "/thumbnail"), &scene.head).await, 200);

        let colleague = house.post_holder("call_center_head").await;
        scene.content(&shown, &colleague, &[]).await.0.refused(403, "disclosure_missing");
        house.clock.advance(chrono::TimeDelta::minutes(16));
        let head = house.again(&scene.head);
        scene.content(&shown, &head, &[]).await.0.refused(403, "disclosure_missing");
        let events = scene.events(&head).await;
        assert!(!json!(events).to_string().contains("INE"), "not in the history either");
    })
    .await;
}

#[tokio::test]
async fn the_same_file_under_the_same_key_is_attached_once() {
    both(async |house| {
        let scene = Scene::set(house).await;
        let path = format!("{}/attachments", scene.petition);
        let send = async |name: &str, photo: &[u8], key: &str| {
            let parts = [part("kind", None, None, b"citizen"), part("file", Some(name), Some("image/jpeg"), photo)];
            house.send(scene.form(&path, &scene.head, &parts).header("Idempotency-Key", key)).await
        };
        let photo = jpeg(40, 30, None);
        let first = send("a.jpg", &photo, "one").await.is(201);
        assert_eq!(send("a.jpg", &photo, "one").await.is(201).body, first.body);
        send("b.jpg", &photo, "one").await.refused(422, "idempotency_key_reused");
        send("a.jpg", &jpeg(41, 30, None), "one").await.refused(422, "idempotency_key_reused");
        assert_eq!(scene.kinds_for(&scene.head).await.len(), 1);
        send("a.jpg", &photo, "two").await.is(201);
        assert_eq!(scene.kinds_for(&scene.head).await.len(), 2);

        let system = house.machine("simas").await;
        scene.show(&system, &photo).await.refused(400, "idempotency_key_missing");
        assert_eq!(left_in(&house.data_dir().join("attachments")).len(), 4, "nothing is kept that is not attached");
    })
    .await;
}

#[tokio::test]
async fn work_is_shown_before_it_is_said_to_be_done_where_the_category_asks_for_it() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let crew = house.liaison("public_services", None).await;
        let system = house.machine("public_services").await;
        let category = house.get("/v1/categories/graffiti", &head).await.is(200);
        assert_eq!(category.body["evidence_required"], true);
        let filed = json!({"channel": "phone_073", "category": "graffiti", "text": "Rayaron la barda.",
            "petitioners": [{"name": "Ana Gil"}], "route": [{"dependency": "public_services"}]});
        let filed = house.post("/v1/petitions", &head, filed).await.is(201).body["petition"].clone();
        let petition = format!("/v1/petitions/{}", filed["id"].as_str().unwrap());
        let share = filed["assignments"][0].clone();
        let id = share["id"].as_str().unwrap();
        let scene =
            Scene { house, head: head.clone(), simas: crew.clone(), petition, share: format!("/v1/assignments/{id}") };
        let done = json!({"report": "Se cubrió con pintura.", "outcome": "attended"});
        let resolution = format!("{}/resolution", scene.share);
        house.post_at(&resolution, &crew, "\"1\"", done.clone()).await.refused(409, "evidence_missing");
        let told = json!({"updates": [{"reference": "1", "assignment_id": id, "status": "resolved",
            "occurred_at": house.clock.now(), "text": "Listo.", "outcome": "attended"}]});
        let told = house.post_keyed("/v1/assignments/updates", &system, "k", told).await.is(200);
        assert_eq!(told.body["results"][0]["problem"]["code"], "evidence_missing", "{}", told.body);
        scene.show(&crew, &jpeg(40, 30, None)).await.is(201);
        house.post_at(&resolution, &crew, "\"1\"", done).await.is(200);
    })
    .await;
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    domain::text::hex(&sha2::Sha256::digest(bytes))
}

fn exif_of(bytes: &[u8]) -> Option<Vec<u8>> {
    use img_parts::ImageEXIF as _;
    let jpeg = img_parts::jpeg::Jpeg::from_bytes(bytes.to_vec().into()).unwrap();
    jpeg.exif().map(|exif| exif.to_vec())
}
