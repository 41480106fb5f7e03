//! Who may call what: every operation of the contract for every kind of caller, as a committed table.
//!
//! `access.csv` has the status that each caller gets for a request without `If-Match` and with the empty object as
//! its body. The checks before are then all that decides: 401 who are you, 404 you may not even know, 403 not you;
//! whoever may is told 428 (no `If-Match`), 422 (nothing in the body), 409 (already done) or simply answered.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reqwest::Method;
use serde_json::json;

use crate::contract::{Operation, document, operations};
use crate::house::{ADMIN, House, PASSWORD, both};

const CALLERS: [&str; 13] = [
    "nobody",
    "citizen",
    "messenger",
    "data_entry_clerk",
    "administrative_aide",
    "call_center_head",
    "liaison",
    "liaison_elsewhere",
    "client",
    "administrator",
    "auditor",
    "transparency",
    "privacy_officer",
];

/// A house with a petition in it, and where every parameter of a path leads.
struct City {
    tokens: BTreeMap<&'static str, String>,
    places: BTreeMap<(&'static str, &'static str), String>,
}

impl City {
    async fn found(house: &House) -> Self {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let admin = house.token(ADMIN, PASSWORD).await;
        let filed = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
            "petitioners": [{"name": "María López", "telephone": "871 123 4567"}], "route": [{"dependency": "simas"}],
        });
        let filed = house.post("/v1/petitions", &head, filed).await.is(201);
        let petition = filed.body["petition"]["id"].as_str().unwrap().to_owned();
        let share = filed.body["petition"]["assignments"][0]["id"].as_str().unwrap().to_owned();
        let asked = json!({"text": "¿En qué número?"});
        let asked = house.post(&format!("/v1/petitions/{petition}/questions"), &head, asked).await.is(200);
        let file = crate::attachments::Scene {
            house,
            head: head.clone(),
            simas: simas.clone(),
            petition: format!("/v1/petitions/{petition}"),
            share: format!("/v1/assignments/{share}"),
        };
        let file =
            file.attach("citizen", "a.png", "image/png", &crate::attachments::files::png()).await.is(201).text("id");
        let pin = json!({"folio": filed.body["petition"]["folio"], "pin": filed.body["pin"]});
        let citizen = house.post("/v1/public/sessions", "", pin).await.is(201).text("access_token");
        let place = json!({"code": "las_lomas", "name": "Las Lomas"});
        house.post("/v1/neighbourhoods", &admin, place).await.is(201);
        let own = house.get("/v1/me", &admin).await.text("id");
        let appointments = house.get("/v1/appointments?role=administrator", &admin).await.is(200);
        let appointment = appointments.body["items"][0]["id"].as_str().unwrap().to_owned();
        let kept = json!({"name": "Por revisar", "list": "petitions", "query": "state=in_review"});
        let kept = house.post("/v1/me/filters", &head, kept).await.is(201).text("id");
        let wanted = json!({"name": "Otro sistema", "dependency": "simas", "accountable_id": own});
        let client = house.post("/v1/clients", &admin, wanted).await.is(201);
        let client = client.body["client"]["id"].as_str().unwrap().to_owned();
        let petitioner = filed.body["petition"]["petitioners"][0]["id"].as_str().unwrap().to_owned();
        let person = json!({"petitioners": [{"petition_id": petition, "petitioner_id": petitioner}]});
        let person = house.post("/v1/people", &head, person).await.is(201).text("id");
        // Done or not yet: who may ask for what of it is the same.
        let job = json!({"step": "hand_over", "body": {"position": "call_center_head", "reason": "Es de otra área."}, "selection": {"petitions": [petition]}});
        let job = house.post("/v1/jobs", &head, job).await.is(202).text("id");
        let import =
            crate::imports::sent(house, &admin, crate::imports::MAPPING, "numero,abierto,estado,texto,lat,lon\n");
        let import = house.send(import).await.is(202).text("id");
        let places = BTreeMap::from([
            (("jobs", "id"), job),
            (("imports", "id"), import),
            (("intakes", "id"), petition.clone()),
            (("people", "id"), person),
            (("people", "petitioner_id"), petitioner),
            (("me", "filter_id"), kept),
            (("petitions", "id"), petition.clone()),
            (("petitions", "tag"), "rain_2026".to_owned()),
            (("petitions", "related_id"), petition.clone()),
            (("petitions", "question_id"), asked.body["questions"][0]["id"].as_str().unwrap().to_owned()),
            (("petitions", "attachment_id"), file),
            (("assignments", "id"), share),
            (("appointments", "id"), appointment),
            (("staff", "id"), own),
            (("clients", "id"), client),
            (("problems", "code"), "stale_version".to_owned()),
            (("categories", "code"), "food_parcel".to_owned()),
            (("categories", "field"), "household_size".to_owned()),
            (("categories", "requirement"), "food_parcel_id".to_owned()),
            (("petitions", "delivery_id"), petition.clone()),
            (("channels", "code"), "phone_073".to_owned()),
            (("neighbourhoods", "code"), "las_lomas".to_owned()),
            (("catalogues", "catalogue"), "programmes".to_owned()),
            (("programmes", "code"), "line_073".to_owned()),
            (("authorities", "code"), "cfe".to_owned()),
            (("templates", "code"), "leak_mended".to_owned()),
            (("authorities", "procedure"), "power_cut".to_owned()),
            (("dependencies", "code"), "simas".to_owned()),
            (("dependencies", "unit"), "drainage_unit".to_owned()),
            (("positions", "code"), "messenger".to_owned()),
        ]);
        let mut tokens = BTreeMap::from([
            ("nobody", String::new()),
            ("citizen", citizen),
            ("call_center_head", head),
            ("liaison", simas),
            ("client", house.machine("simas").await),
            ("liaison_elsewhere", house.liaison("road_maintenance", None).await),
            ("administrator", admin),
        ]);
        for position in ["messenger", "data_entry_clerk", "administrative_aide"] {
            tokens.insert(position, house.post_holder(position).await);
        }
        for role in ["auditor", "transparency", "privacy_officer"] {
            tokens.insert(role, house.in_role(role).await);
        }
        Self { tokens, places }
    }

    /// The path with what it names.
    fn path(&self, operation: &Operation) -> String {
        let parts: Vec<&str> = operation.path.split('/').collect();
        let kind = if parts[1] == "v1" { parts[2] } else { parts[1] };
        let filled = parts.iter().map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => {
                let place = self.places.iter().find(|((of, parameter), _)| *of == kind && *parameter == name);
                place.unwrap_or_else(|| panic!("{}: say what {name} is here", operation.id)).1.as_str()
            }
            None => part,
        });
        filled.collect::<Vec<_>>().join("/")
    }
}

fn committed() -> BTreeMap<String, Vec<u16>> {
    let text = std::fs::read_to_string(file()).unwrap_or_default();
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    rows.map(|row| (row[0].to_owned(), row[1..].iter().map(|cell| cell.parse().unwrap()).collect())).collect()
}

fn file() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/http/access.csv")
}

async fn observed(house: &House, operations: &[Operation]) -> BTreeMap<String, Vec<u16>> {
    let city = City::found(house).await;
    let mut rows = BTreeMap::new();
    // Signing out comes last: it ends what the others need.
    let (last, first): (Vec<_>, Vec<_>) = operations.iter().partition(|operation| operation.id == "close_session");
    for operation in first.into_iter().chain(last) {
        let (method, path): (Method, String) = (operation.method.parse().unwrap(), city.path(operation));
        let mut row = Vec::new();
        for caller in CALLERS {
            let mut request = house.ask(method.clone(), &path, &city.tokens[caller]);
            if caller == "client" && method == Method::POST {
                request = request.header("Idempotency-Key", &operation.id);
            }
            if !operation.body["requestBody"].is_null() {
                request = request.json(&json!({}));
            }
            let answer = house.send(request).await;
            let status = answer.status.as_u16();
            assert!(
                operation.statuses().contains(&status),
                "{} answers {status}, which it does not tell",
                operation.id
            );
            row.push(status);
        }
        rows.insert(operation.id.clone(), row);
    }
    rows
}

#[tokio::test]
async fn every_operation_lets_in_whom_the_table_says() {
    let operations = operations(&document());
    both(async |house| {
        let observed = observed(house, &operations).await;
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            let mut text = format!("operation,{}\n", CALLERS.join(","));
            for (id, row) in &observed {
                let cells: Vec<String> = row.iter().map(u16::to_string).collect();
                writeln!(text, "{id},{}", cells.join(",")).unwrap();
            }
            std::fs::write(file(), text).unwrap();
        }
        let committed = committed();
        for (id, row) in &observed {
            let expected = committed.get(id).unwrap_or_else(|| panic!("{id} is not in access.csv"));
            for ((caller, seen), expected) in CALLERS.iter().zip(row).zip(expected) {
                assert_eq!(seen, expected, "{id} for {caller}");
            }
        }
        let gone: Vec<&String> = committed.keys().filter(|id| !observed.contains_key(*id)).collect();
        assert!(gone.is_empty(), "{gone:?} are no operations any more");
    })
    .await;
}

/// What the published lifecycle says of who may take a step is what happens.
#[tokio::test]
async fn the_lifecycle_names_the_posts_that_the_table_lets_in() {
    let house = House::open(crate::database::Engine::Lite).await;
    let head = house.post_holder("call_center_head").await;
    let lifecycle = house.get("/v1/lifecycle", &head).await.is(200).body;
    let committed = committed();
    let operations = operations(&document());
    let mut compared = 0;
    for kind in ["petition_steps", "assignment_steps", "question_steps"] {
        for step in lifecycle[kind].as_array().unwrap() {
            let operation = operations
                .iter()
                .find(|one| one.method == step["method"] && bare(&one.path) == bare(step["path"].as_str().unwrap()))
                .unwrap_or_else(|| panic!("{step} is taken nowhere"));
            for post in ["messenger", "data_entry_clerk", "administrative_aide", "call_center_head"] {
                let named = step["positions"].as_array().unwrap().iter().any(|one| one["code"] == post);
                let status = committed[&operation.id][CALLERS.iter().position(|caller| *caller == post).unwrap()];
                assert_eq!(named, ![403, 404].contains(&status), "{} for {post}: {status}", operation.id);
                compared += 1;
            }
        }
    }
    assert!(compared >= 4 * 27);
    house.close().await;
}

/// A path without the names of its parameters.
fn bare(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}
