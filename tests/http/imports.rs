//! Imports inside the running house: what comes in, how far it is, and what stays when it ends before the time.

use std::sync::mpsc;

use api::importer;
use chrono::TimeDelta;
use domain::import::ImportState;
use domain::time::Instant;
use persistence::StoreError;
use persistence::imports;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::attachments::files::{END, FORM, part, png};
use crate::attachments::left_in;
use crate::database::Engine;
use crate::house::{Answer, House, both};

mod interrupted;
mod refused;

/// A mapping that has all that it needs.
pub const MAPPING: &str = r#"
source = "prueba"
[columns]
id = "numero"
created = "abierto"
status = "estado"
text = "texto"
latitude = "lat"
longitude = "lon"
[dates]
time_zone = "America/Monterrey"
day_formats = ["%Y-%m-%d"]
[statuses]
open = ["abierto"]
closed = ["cerrado"]
"#;

const HEADER: &str = "numero,abierto,estado,texto,lat,lon\n";

/// The request for an import, as a form.
pub fn sent(house: &House, token: &str, mapping: &str, file: impl AsRef<[u8]>) -> RequestBuilder {
    form(house, token, &[part("mapping", None, None, mapping.as_bytes()), csv(file)])
}

fn csv(file: impl AsRef<[u8]>) -> Vec<u8> {
    part("file", Some("solicitudes.csv"), Some("text/csv"), file.as_ref())
}

fn form(house: &House, token: &str, parts: &[Vec<u8>]) -> RequestBuilder {
    let body = [parts.concat(), END.to_vec()].concat();
    house.ask(Method::POST, "/v1/imports", token).header("Content-Type", FORM).body(body)
}

/// Rows with these numbers, each with a place and words.
fn rows(numbers: std::ops::RangeInclusive<u32>) -> String {
    let row = |number: u32| format!("{number},2025-03-01,abierto,Bache número {number},25.5,-103.4\n");
    format!("{HEADER}{}", numbers.map(row).collect::<String>())
}

/// A house in which nobody works on imports but the test, and an administrator.
async fn quiet(house: &House) -> String {
    house.running.importer.abort();
    house.in_role("administrator").await
}

async fn requested(house: &House, token: &str, file: impl AsRef<[u8]>) -> String {
    house.send(sent(house, token, MAPPING, file)).await.is(202).text("id")
}

async fn worked(house: &House) -> Option<Uuid> {
    importer::next(&house.running.state, |_| {}).await.unwrap()
}

async fn import(house: &House, token: &str, id: &str) -> Answer {
    house.get(&format!("/v1/imports/{id}"), token).await.is(200)
}

/// How many petitions there are.
async fn petitions(house: &House) -> Value {
    let auditor = house.in_role("auditor").await;
    house.get("/v1/petitions?count=capped&limit=1", &auditor).await.is(200).body["count"]["value"].clone()
}

fn files(house: &House) -> usize {
    left_in(&house.data_dir().join("attachments")).len()
}

fn numbers(import: &Value) -> [i64; 5] {
    ["rows_read", "rows_taken", "rows_already", "rows_refused", "rows_repaired"]
        .map(|name| import["progress"][name].as_i64().unwrap())
}

/// Somebody at work on the import that is due, who stands still after the first group until told to go on.
struct AtWork {
    groups: UnboundedReceiver<u64>,
    go_on: mpsc::Sender<()>,
    work: JoinHandle<Option<Uuid>>,
}

impl AtWork {
    async fn begun(house: &House) -> Self {
        let (tell, mut groups) = tokio::sync::mpsc::unbounded_channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let state = house.running.state.clone();
        let told = move |rows| {
            tell.send(rows).unwrap();
            assert!(wait.recv().is_err(), "who waits is let go on by hanging up");
        };
        let work = tokio::spawn(async move { importer::next(&state, told).await.unwrap() });
        assert_eq!(groups.recv().await, Some(8), "the first group is a small one");
        Self { groups, go_on, work }
    }

    /// Lets go on to the end. Says how many rows further groups had.
    async fn end(mut self) -> u64 {
        drop(self.go_on);
        assert!(self.work.await.unwrap().is_some());
        let mut further = 0;
        while let Some(rows) = self.groups.recv().await {
            further += rows;
        }
        further
    }
}

#[tokio::test]
async fn a_file_comes_in_with_a_report_by_line_and_rule_and_again_adds_nothing() {
    both(async |house| {
        let admin = quiet(house).await;
        let file = format!(
            "{HEADER}1,2025-03-01,abierto,Hay un bache,25.5,-103.4\n2,ayer,abierto,Otro bache,25.5,-103.4\n\
             3,2025-03-02,abierto,Una fuga,norte,-103.4\n"
        );
        let answer = house.send(sent(house, &admin, MAPPING, &file)).await.is(202);
        let id = answer.text("id");
        assert_eq!(answer.headers["location"], format!("/v1/imports/{id}").as_str());
        assert_eq!((answer.text("state"), answer.text("state_label")), ("waiting".into(), "En espera".into()));
        assert_eq!((numbers(&answer.body), files(house)), ([0; 5], 1));

        assert_eq!(worked(house).await, Some(id.parse().unwrap()));
        assert_eq!((worked(house).await, files(house)), (None, 0), "the file is not kept when it is over");
        let done = import(house, &admin, &id).await.body;
        assert_eq!((&done["state"], numbers(&done)), (&json!("finished"), [3, 2, 0, 1, 1]));
        assert_eq!(done["progress"]["bytes_read"], file.len());
        assert_eq!((&done["progress"]["findings"], done["findings"].as_array().unwrap().len()), (&json!(3), 3));
        assert_eq!(
            done["summary"],
            "Renglones leídos: 3. Peticiones que entraron: 2; que ya estaban: 0. Renglones rechazados: 1."
        );
        assert_eq!(petitions(house).await, 2);

        let path = done["report_href"].as_str().unwrap();
        let report = house.send(house.ask(Method::GET, path, &admin).header("Accept-Language", "en")).await.is(200);
        let items = report.body["items"].as_array().unwrap();
        let seen = |at: usize| ["line", "column", "rule", "action"].map(|name| items[at][name].clone());
        assert_eq!(seen(0), [json!(3), json!("abierto"), json!("R06"), json!("refused")]);
        assert_eq!(seen(1), [json!(4), json!("lat"), json!("R16"), json!("repaired")]);
        assert_eq!(
            seen(2),
            [json!(4), Value::Null, json!("R15"), json!("kept")],
            "without them nothing says where it is"
        );
        assert_eq!(items[1]["explanation"], "The coordinates are no coordinates: they are left out.");
        assert!(!report.body.to_string().contains("bache") && !report.body.to_string().contains("ayer"));
        let first = house.get(&format!("{path}?limit=2"), &admin).await.is(200);
        let next = first.text("next");
        assert!(first.headers["link"].to_str().unwrap().contains(&next));
        let second = house.get(&format!("{path}?limit=2&cursor={next}"), &admin).await.is(200).body;
        assert_eq!((&second["items"][0]["rule"], &second["next"]), (&json!("R15"), &Value::Null));

        house.clock.advance(chrono::Duration::seconds(1));
        let again = requested(house, &admin, &file).await;
        worked(house).await;
        let again = import(house, &admin, &again).await.body;
        assert_eq!((numbers(&again), petitions(house).await), ([3, 0, 2, 1, 0], json!(2)));
        let list = house.get("/v1/imports?limit=1", &admin).await.is(200);
        assert_eq!(list.body["items"][0]["id"], again["id"], "the latest first");
        let next = list.text("next");
        let list = house.get(&format!("/v1/imports?limit=1&cursor={next}"), &admin).await.is(200);
        assert_eq!((&list.body["items"][0]["id"], &list.body["next"]), (&json!(id), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn the_server_takes_a_file_in_by_itself() {
    let house = House::open(Engine::Lite).await;
    let admin = house.in_role("administrator").await;
    let id = requested(&house, &admin, rows(1..=40)).await;
    let over = async {
        loop {
            let seen = import(&house, &admin, &id).await.body;
            if !["waiting", "running"].contains(&seen["state"].as_str().unwrap()) {
                return seen;
            }
        }
    };
    let over = tokio::time::timeout(std::time::Duration::from_secs(60), over).await.unwrap();
    assert_eq!((&over["state"], numbers(&over)), (&json!("finished"), [40, 40, 0, 0, 0]));
    house.close().await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_become_of_the_rows_and_writes_none() {
    both(async |house| {
        let admin = quiet(house).await;
        let file = format!("{}x,nunca,abierto,,,\n1,2025-03-01,abierto,Otra vez,25.5,-103.4\n", rows(1..=2));
        let parts = [part("mapping", None, None, MAPPING.as_bytes()), part("dry_run", None, None, b"true"), csv(&file)];
        let dry = house.send(form(house, &admin, &parts)).await.is(202);
        assert_eq!(dry.body["dry_run"], true);
        worked(house).await;
        let done = import(house, &admin, &dry.text("id")).await.body;
        assert_eq!((&done["state"], numbers(&done)), (&json!("finished"), [4, 2, 0, 2, 0]));
        let rules: Vec<_> = done["findings"].as_array().unwrap().iter().map(|one| one["rule"].clone()).collect();
        assert_eq!(rules, ["R05", "R06"], "{done}");
        assert_eq!((petitions(house).await, files(house)), (json!(0), 0));
        requested(house, &admin, &file).await;
        worked(house).await;
        assert_eq!(petitions(house).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_import_ends_between_groups_and_what_is_in_stays() {
    both(async |house| {
        let admin = quiet(house).await;
        let id = requested(house, &admin, rows(1..=30)).await;
        let path = format!("/v1/imports/{id}");
        let at_work = AtWork::begun(house).await;
        let running = import(house, &admin, &id).await.body;
        assert_eq!((&running["state"], numbers(&running)), (&json!("running"), [8, 8, 0, 0, 0]));
        let cancel = |etag: &str| house.send(house.ask(Method::DELETE, &path, &admin).header("If-Match", etag));
        cancel("\"1\"").await.refused(412, "stale_version");
        let asked = cancel(running["etag"].as_str().unwrap()).await.is(200);
        assert_eq!(asked.text("state"), "running");
        assert!(asked.body["cancel_requested_at"].is_string() && asked.body["cancelled_by"].is_string());
        assert_eq!(at_work.end().await, 0, "no further group");
        let ended = import(house, &admin, &id).await.body;
        assert_eq!((&ended["state"], numbers(&ended)), (&json!("cancelled"), [8, 8, 0, 0, 0]));
        assert!(ended["summary"].as_str().unwrap().contains("lo que entró se queda"));
        assert_eq!((petitions(house).await, files(house)), (json!(8), 0));
        cancel(ended["etag"].as_str().unwrap()).await.refused(409, "import_ended");

        let rest = requested(house, &admin, rows(1..=30)).await;
        worked(house).await;
        assert_eq!(numbers(&import(house, &admin, &rest).await.body), [30, 22, 8, 0, 0]);

        let waiting = requested(house, &admin, rows(1..=3)).await;
        let seen = house.ask(Method::DELETE, &format!("/v1/imports/{waiting}"), &admin).header("If-Match", "\"1\"");
        assert_eq!(house.send(seen).await.is(200).text("state"), "cancelled");
        assert_eq!((files(house), worked(house).await), (0, None));
    })
    .await;
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_one_import() {
    both(async |house| {
        let admin = quiet(house).await;
        let keyed = |file: String| sent(house, &admin, MAPPING, file).header("Idempotency-Key", "una-vez");
        let first = house.send(keyed(rows(1..=3))).await.is(202).text("id");
        assert_eq!(house.send(keyed(rows(1..=3))).await.is(202).text("id"), first);
        assert_eq!(files(house), 1, "the second file is not kept");
        house.send(keyed(rows(1..=4))).await.refused(422, "idempotency_key_reused");
        assert_eq!(files(house), 1);
    })
    .await;
}

#[tokio::test]
async fn only_the_administrator_brings_files_in_and_reads_of_them() {
    both(async |house| {
        let admin = quiet(house).await;
        let id = requested(house, &admin, rows(1..=1)).await;
        let others = [
            house.post_holder("director_general").await,
            house.post_holder("call_center_head").await,
            house.liaison("simas", None).await,
            house.in_role("auditor").await,
        ];
        for token in &others {
            house.send(sent(house, token, MAPPING, rows(1..=1))).await.refused(403, "not_allowed");
            for path in ["/v1/imports".to_owned(), format!("/v1/imports/{id}"), format!("/v1/imports/{id}/report")] {
                house.get(&path, token).await.refused(403, "not_allowed");
            }
        }
        house.send(sent(house, "", MAPPING, rows(1..=1))).await.is(401);
        for nothing in [Uuid::nil().to_string(), "nada".to_owned()] {
            house.get(&format!("/v1/imports/{nothing}"), &admin).await.is(404);
            house.get(&format!("/v1/imports/{nothing}/report"), &admin).await.is(404);
        }
    })
    .await;
}
