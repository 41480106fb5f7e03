//! The binary as an operator meets it: how fast it starts, what it answers over HTTP, and how much memory it
//! holds after that.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use api::auth::token::{Claims, TokenKeys};
use api::clock::Clock;
use api::secrets::Secrets;
use domain::petition::Petition;
use reqwest::Client;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::city::{DEPENDENCY, Person};
use crate::day::Day;
use crate::table::Table;
use crate::{Failure, Line, load};

const SECRET: &str = "a secret of more than 32 characters";

/// What the running binary showed.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Milliseconds from its start to its first answer.
    pub start: f64,
    /// Requests a second over HTTP, mixed.
    pub requests: f64,
    /// Resident memory after that, in MB.
    pub memory: f64,
}

/// A running binary; dropped, it is killed.
struct House {
    child: Child,
    address: String,
}

impl Drop for House {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the binary on a filled database and lives a day with it: the rows go into the table.
///
/// # Errors
/// When it does not start or answers with a problem.
pub fn day(
    line: &Line,
    runtime: &Runtime,
    (url, label): (&str, &str),
    (clerk, liaison): (Person, Person),
    sample: &[Petition],
    table: &mut Table,
) -> Result<(), Failure> {
    let (house, _) = start(line, runtime, url)?;
    let base = format!("http://{}/v1", house.address);
    let day = Day { line, runtime, base, clerk: token(clerk)?, liaison: token(liaison)?, label };
    day.measure(table, sample)
}

/// Starts the binary on a filled database and asks it.
///
/// # Errors
/// When it does not start or answers with a problem.
pub fn measure(
    line: &Line,
    runtime: &Runtime,
    url: &str,
    (clerk, liaison): (Person, Person),
    sample: &[Petition],
) -> Result<Shown, Failure> {
    let mut starts = Vec::new();
    for _ in 0..5 {
        starts.push(start(line, runtime, url)?.1);
    }
    let (house, _) = start(line, runtime, url)?;
    let work = mixed(&house, (token(clerk)?, token(liaison)?), sample);
    let requests = load::rate(line, runtime, work)?;
    let memory = resident(house.child.id())?;
    Ok(Shown { start: load::median(starts), requests, memory })
}

fn token(who: Person) -> Result<String, Failure> {
    let keys = TokenKeys::derive(&Secrets::new(SECRET).derive("token-signing")).map_err(|_| "no signing key")?;
    let claims = Claims::staff(who.account, who.session, Clock::system().now());
    Ok(keys.sign(&claims).map_err(|_| "the token was not signed")?)
}

fn start(line: &Line, runtime: &Runtime, url: &str) -> Result<(House, f64), Failure> {
    let began = Instant::now();
    let mut child = Command::new(std::path::absolute(&line.atiende)?)
        .args(["serve", "--database-url", url, "--secret", SECRET, "--listen", "127.0.0.1:0"])
        .args(["--client-rate", "0", "--address-rate", "0", "--log", "warn", "--data-dir"])
        .arg(std::path::absolute(&line.place)?)
        // Not the repository: an operator's `.env` may lie there.
        .current_dir(&line.place)
        // As `cargo run` and the image have it.
        .env("MIMALLOC_PURGE_DELAY", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take().ok_or("no output")?;
    let mut house = House { child, address: String::new() };
    let mut lines = BufReader::new(out).lines();
    let said = lines.find_map(|line| line.ok()?.split_once("http://").map(|(_, rest)| rest.trim().to_owned()));
    std::thread::spawn(move || lines.for_each(drop));
    house.address = said.ok_or("the server did not start")?;
    let live = format!("http://{}/health/live", house.address);
    runtime.block_on(async { reqwest::get(live).await?.error_for_status() })?;
    Ok((house, began.elapsed().as_secs_f64() * 1_000.0))
}

/// Of ten requests six read a petition, two a page, one a work list, and one files.
fn mixed(
    house: &House,
    (clerk, liaison): (String, String),
    sample: &[Petition],
) -> impl Fn(u64) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>> + use<> {
    let base = format!("http://{}/v1", house.address);
    let ids: Arc<Vec<String>> = Arc::new(sample.iter().map(|one| one.id.to_string()).collect());
    let client = Client::new();
    move |number| {
        let (client, base, ids) = (client.clone(), base.clone(), Arc::clone(&ids));
        let (clerk, liaison) = (clerk.clone(), liaison.clone());
        Box::pin(async move {
            let at = usize::try_from(number.wrapping_mul(7_919)).unwrap_or(0) % ids.len().max(1);
            let request = match number % 10 {
                0..=5 => {
                    let id = ids.get(at).ok_or("nothing to read")?;
                    client.get(format!("{base}/petitions/{id}")).bearer_auth(clerk)
                }
                6 | 7 => client.get(format!("{base}/petitions?limit=50")).bearer_auth(clerk),
                8 => client.get(format!("{base}/assignments?dependency={DEPENDENCY}")).bearer_auth(liaison),
                _ => client.post(format!("{base}/petitions")).bearer_auth(clerk).json(&json!({
                    "channel": "phone_073",
                    "category": "water_leak",
                    "text": format!("Desde ayer sale agua de la banqueta frente al número {number}."),
                    "petitioners": [{"name": "Petra Salas Ibarra", "telephone": "8711234567"}],
                })),
            };
            let answer = request.send().await?;
            let status = answer.status();
            let body = answer.bytes().await?;
            if status.is_success() { Ok(()) } else { Err(String::from_utf8_lossy(&body).into()) }
        })
    }
}

/// Resident memory of a process in MB (of 2^20 bytes).
fn resident(process: u32) -> Result<f64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse::<f64>().ok());
    Ok(kib.ok_or("no VmRSS")? / 1024.0)
}
