//! 32 clients that file petitions as fast as they are answered, each with a key and a mark of its own,
//! and that remember what they were told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

const CLIENTS: usize = 32;

/// A petition that the house said it had.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// What the client wrote into it, to know it again.
    pub mark: String,
    pub id: Uuid,
    pub folio: String,
}

#[derive(Default)]
struct Notes {
    acknowledged: Vec<Acknowledged>,
    /// Marks of requests that were sent and not answered.
    unanswered: Vec<String>,
}

/// What all clients were told so far.
pub struct Clients {
    notes: Arc<Mutex<Notes>>,
}

/// Clients at work.
pub struct Writing(JoinSet<()>);

impl Writing {
    /// Waits until every client has met the end of the house.
    pub async fn stopped(mut self) {
        while let Some(done) = self.0.join_next().await {
            done.unwrap();
        }
    }
}

impl Clients {
    pub fn new() -> Self {
        Self { notes: Arc::default() }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap()
    }

    pub fn acknowledged(&self) -> Vec<Acknowledged> {
        self.notes().acknowledged.clone()
    }

    pub fn unanswered(&self) -> Vec<String> {
        self.notes().unanswered.clone()
    }

    /// Sets all clients to work: first what was left without an answer, then ever more, until the house is gone.
    pub fn start(&self, address: SocketAddr, token: &str) -> Writing {
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let (notes, token) = (Arc::clone(&self.notes), token.to_owned());
            clients.spawn(async move {
                let client = Client::new();
                loop {
                    let left = notes.lock().unwrap().unanswered.pop();
                    let mark = left.unwrap_or_else(|| Uuid::new_v4().to_string());
                    let answer = file(&client, address, &token, &mark).await;
                    let mut notes = notes.lock().unwrap();
                    match answer {
                        Some(answer) => notes.acknowledged.push(answer),
                        None => {
                            notes.unanswered.push(mark);
                            return;
                        }
                    }
                }
            });
        }
        Writing(clients)
    }

    /// Waits until so many petitions are acknowledged.
    pub async fn wait_for(&self, number: usize) {
        for _ in 0..3_000 {
            if self.notes().acknowledged.len() >= number {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the house does not answer");
    }

    /// Asks once more for whatever has no answer.
    pub async fn repeat_unanswered(&self, address: SocketAddr, token: &str) {
        let left = std::mem::take(&mut self.notes().unanswered);
        let client = Client::new();
        for mark in left {
            let answer = file(&client, address, token, &mark).await.expect("an answer");
            self.notes().acknowledged.push(answer);
        }
    }
}

/// Files one petition; nothing, if there came no whole answer.
async fn file(client: &Client, address: SocketAddr, token: &str, mark: &str) -> Option<Acknowledged> {
    let body = json!({
        "channel": "phone_073",
        "category": "water_leak",
        "text": format!("Hay una fuga de agua en la esquina desde ayer ({mark})."),
        "address": "Av. Juárez 123",
        "neighbourhood": mark,
        "petitioners": [{"name": "María López Garza", "telephone": "871 123 4567"}],
        "route": [{"dependency": "simas"}],
    });
    let request = client
        .post(format!("http://{address}/v1/petitions"))
        .bearer_auth(token)
        .header("Idempotency-Key", mark)
        .json(&body);
    let response = request.send().await.ok()?;
    let status = response.status();
    let body: Value = response.json().await.ok()?;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let petition = &body["petition"];
    Some(Acknowledged {
        mark: mark.to_owned(),
        id: petition["id"].as_str().unwrap().parse().unwrap(),
        folio: petition["folio"].as_str().unwrap().to_owned(),
    })
}
