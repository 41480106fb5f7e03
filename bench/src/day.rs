//! A working day over HTTP: what an office and a dependency's own system ask most, and how long the slowest of a hundred
//! waits; then every two filters of the list together, and which of them are worst.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use api::clock::Clock;
use chrono::{Duration, SecondsFormat};
use domain::petition::Petition;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::city::DEPENDENCY;
use crate::load::{self, Load};
use crate::table::{Row, Table, Target};
use crate::{Failure, Line};

/// Petitions of which a new one might be a duplicate.
const MATTERS: usize = 200;

/// Messages of a dependency's system in one request, and how many such requests.
const MESSAGES: usize = 500;
const LETTERS: usize = 20;

/// Entries that are read of what changed.
const ENTRIES: usize = 100_000;

/// Of all pairs of filters so many are shown.
const WORST: usize = 10;

/// What people search for.
const WORDS: [&str; 8] =
    ["bache", "fuga agua", "alumbrado publico", "basura", "calle", "lámpara fundida", "drenaje tapado", "perro"];

/// A filter of the list, and a value that finds something.
const FILTERS: [&str; 17] = [
    "state=closed",
    "state=in_review",
    "outcome=attended",
    "closing=notified",
    "kind=complaint",
    "category=water_leak",
    "channel=phone_073",
    "dependency=simas",
    "unit=drinking_water_unit",
    "bbox=-103.45,25.52,-103.40,25.56",
    "neighbourhood=Torreón Jardín",
    "priority=high",
    "followed_by=call_center_head",
    "tag=rain_2026",
    "desk=to_review",
    "q=fuga",
    "count=capped",
];

/// The running binary, and who asks it.
pub struct Day<'a> {
    /// How it is measured.
    pub line: &'a Line,
    /// The clients' threads.
    pub runtime: &'a Runtime,
    /// Its address, up to `/v1`.
    pub base: String,
    /// Token of somebody who takes calls.
    pub clerk: String,
    /// Token of a liaison.
    pub liaison: String,
    /// What the rows begin with.
    pub label: &'a str,
}

impl Day<'_> {
    /// Measures the day and adds its rows.
    ///
    /// # Errors
    /// The first request's that fails.
    pub fn measure(&self, table: &mut Table, sample: &[Petition]) -> Result<(), Failure> {
        let matters = Arc::new(self.matters(sample)?);
        let duplicates = self.load(move |client, base, (clerk, _), at| {
            let matter = matters.get(at % matters.len().max(1)).cloned().unwrap_or_default();
            client.post(format!("{base}/petitions/duplicates")).bearer_auth(clerk).json(&matter)
        })?;
        self.waits(table, "duplicates of a new petition", duplicates, Some(50.0));
        let desks = self.load(|client, base, (clerk, liaison), at| {
            let who = if at % 2 == 0 { clerk } else { liaison };
            client.get(format!("{base}/worklists")).bearer_auth(who)
        })?;
        self.waits(table, "work lists with their counts", desks, Some(30.0));
        let found = self.load(|client, base, (clerk, _), at| {
            let words = WORDS.get(at % WORDS.len()).copied().unwrap_or_default();
            client.get(format!("{base}/petitions?q={words}")).bearer_auth(clerk)
        })?;
        self.waits(table, "a search", found, Some(200.0));
        self.map(table)?;
        self.changes(table)?;
        self.pairs(table)?;
        self.updates(table)
    }

    fn load<R>(&self, request: R) -> Result<Load, Failure>
    where
        R: Fn(&Client, &str, (&str, &str), usize) -> RequestBuilder + Send + Sync + 'static,
    {
        let (client, base) = (Client::new(), self.base.clone());
        let (clerk, liaison) = (self.clerk.clone(), self.liaison.clone());
        load::measure(self.line, self.runtime, move |number| {
            let at = usize::try_from(number.wrapping_mul(7_919)).unwrap_or(0);
            let request = request(&client, &base, (&clerk, &liaison), at);
            async move { answered(request).await.map(drop) }
        })
    }

    fn row(&self, what: &str, figure: f64, unit: &'static str, target: Option<Target>) -> Row {
        Row { what: format!("{}: {what}", self.label), figure, unit, beside: None, target }
    }

    fn waits(&self, table: &mut Table, what: &str, load: Load, most: Option<f64>) {
        let clients = self.line.clients;
        table.add(self.row(&format!("{what}, over HTTP"), load.rate, "/s", None));
        let what = format!("{what}, 99 of 100 with {clients} clients");
        table.add(self.row(&what, load.p99, "ms", most.map(Target::AtMost)));
    }

    /// What somebody tells on the telephone: like what others told before.
    fn matters(&self, sample: &[Petition]) -> Result<Vec<Value>, Failure> {
        let client = Client::new();
        let mut matters = Vec::new();
        for petition in sample.iter().take(MATTERS) {
            let seen = self.get(&client, &format!("/petitions/{}", petition.id), &self.clerk)?;
            let mut matter = json!({"category": seen["category"], "text": seen["text"], "address": seen["address"]});
            let place = &seen["place"];
            if place["latitude"].is_number() {
                matter["location"] = json!({"latitude": place["latitude"], "longitude": place["longitude"]});
            }
            matters.push(matter);
        }
        Ok(matters)
    }

    fn get(&self, client: &Client, path: &str, who: &str) -> Result<Value, Failure> {
        let request = client.get(format!("{}{path}", self.base)).bearer_auth(who);
        let body = self.runtime.block_on(answered(request))?;
        Ok(serde_json::from_slice(&body)?)
    }

    /// Milliseconds that a request takes when nobody else asks; the quicker of two.
    fn alone(&self, client: &Client, path: &str) -> Result<f64, Failure> {
        let mut took = f64::INFINITY;
        for _ in 0..2 {
            let began = Instant::now();
            self.get(client, path, &self.clerk)?;
            took = took.min(began.elapsed().as_secs_f64() * 1_000.0);
        }
        Ok(took)
    }

    fn map(&self, table: &mut Table) -> Result<(), Failure> {
        let client = Client::new();
        let drawn = self.get(&client, "/petitions/map", &self.clerk)?;
        let what = format!("a map of {} petitions", drawn["count"]);
        table.add(self.row(&what, self.alone(&client, "/petitions/map")?, "ms", Some(Target::AtMost(1_000.0))));
        Ok(())
    }

    fn changes(&self, table: &mut Table) -> Result<(), Failure> {
        let client = Client::new();
        let (mut read, mut cursor, began) = (0, String::new(), Instant::now());
        while read < ENTRIES {
            let part = self.get(&client, &format!("/changes?limit=1000{cursor}"), &self.clerk)?;
            read += part["items"].as_array().map_or(0, Vec::len);
            if part["more"] != true {
                break;
            }
            cursor = format!("&cursor={}", part["next"].as_str().unwrap_or_default());
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of entries are small")]
        let rate = read as f64 / began.elapsed().as_secs_f64();
        table.add(self.row("entries of what changed, one reader", rate, "/s", Some(Target::AtLeast(20_000.0))));
        Ok(())
    }

    /// Every two filters together: the worst, beside the list without any.
    fn pairs(&self, table: &mut Table) -> Result<(), Failure> {
        let client = Client::new();
        let plain = self.alone(&client, "/petitions")?;
        table.add(self.row("a list without filters, alone", plain, "ms", None));
        let mut took = Vec::new();
        for (at, one) in FILTERS.iter().enumerate() {
            for other in FILTERS.iter().skip(at + 1) {
                let names = (one.split('=').next(), other.split('=').next());
                if names.0 != names.1 {
                    let path = format!("/petitions?{one}&{other}");
                    took.push((self.alone(&client, &path)?, format!("{one} {other}")));
                }
            }
        }
        took.sort_by(|one, other| other.0.total_cmp(&one.0));
        for (milliseconds, what) in took.into_iter().take(WORST) {
            table.add(self.row(&format!("a list by {what}, alone"), milliseconds, "ms", None));
        }
        Ok(())
    }

    /// A dependency's system that has accepted what waited for it.
    fn updates(&self, table: &mut Table) -> Result<(), Failure> {
        let client = Client::new();
        let mut waiting = Vec::new();
        let mut cursor = String::new();
        while waiting.len() < MESSAGES * LETTERS {
            let path = format!("/assignments?state=pending&dependency={DEPENDENCY}&limit=200{cursor}");
            let page = self.get(&client, &path, &self.liaison)?;
            let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
            waiting.extend(items.iter().filter_map(|one| one["id"].as_str().map(str::to_owned)));
            let Some(next) = page["next"].as_str() else { break };
            cursor.clear();
            write!(cursor, "&cursor={next}")?;
        }
        let at = (Clock::system().now() - Duration::seconds(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
        let letters: Vec<Value> = waiting
            .chunks(MESSAGES)
            .map(|some| {
                let message = |id: &String| json!({"reference": id, "assignment_id": id, "status": "accepted", "occurred_at": at});
                json!({"updates": some.iter().map(message).collect::<Vec<_>>()})
            })
            .collect();
        let began = Instant::now();
        for letter in &letters {
            let request = client.post(format!("{}/assignments/updates", self.base)).bearer_auth(&self.liaison);
            let body = self.runtime.block_on(answered(request.json(letter)))?;
            let results: Value = serde_json::from_slice(&body)?;
            let refused =
                results["results"].as_array().and_then(|all| all.iter().find(|one| one["result"] == "refused"));
            if let Some(refused) = refused {
                return Err(refused.to_string().into());
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of messages are small")]
        let rate = waiting.len() as f64 / began.elapsed().as_secs_f64();
        let what = format!("{} messages of a dependency's system, {MESSAGES} at a time", waiting.len());
        table.add(self.row(&what, rate, "/s", Some(Target::AtLeast(2_000.0))));
        Ok(())
    }
}

/// The body of an answer that is no problem.
async fn answered(request: RequestBuilder) -> Result<Vec<u8>, Failure> {
    let answer = request.send().await?;
    let (status, asked) = (answer.status(), answer.url().clone());
    let body = answer.bytes().await?;
    if status.is_success() {
        Ok(body.to_vec())
    } else {
        Err(format!("{asked}: {}", String::from_utf8_lossy(&body)).into())
    }
}
