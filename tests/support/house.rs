//! A running house: the real server on a free port, a real client, a clock that tests move.

#![allow(dead_code, reason = "every suite uses its own part")]

use api::clock::Clock;
use api::config::Config;
use api::server::{self, Running};
use chrono::{DateTime, Duration, NaiveDate, TimeZone as _, Utc};
use clap::Parser as _;
use persistence::StoreError;
use persistence::accounts::{self, Account, Appointment, Session};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::database::{Engine, TestDatabase, fresh};

/// The first administrator.
pub const ADMIN: &str = "admin@torreon.gob.mx";
/// Their password.
pub const PASSWORD: &str = "doce palmas junto al bosque";

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    config: Config,
}

/// A running house.
pub struct House {
    /// The server.
    pub running: Running,
    /// Its clock.
    pub clock: Clock,
    client: Client,
    place: tempfile::TempDir,
    database: TestDatabase,
}

/// What was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// This status, or the test fails with the body.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// A problem of this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let answer = self.is(status);
        assert_eq!(answer.body["code"], code, "{}", answer.body);
        answer
    }

    /// An invalid body: which member, and why.
    #[track_caller]
    pub fn invalid(self, pointer: &str, code: &str) {
        let answer = self.is(422);
        assert_eq!(
            (&answer.body["errors"][0]["pointer"], &answer.body["errors"][0]["code"]),
            (&json!(pointer), &json!(code)),
            "{}",
            answer.body
        );
    }

    /// A member that is a text.
    #[track_caller]
    pub fn text(&self, member: &str) -> String {
        self.body[member].as_str().unwrap_or_else(|| panic!("no {member} in {}", self.body)).to_owned()
    }
}

/// A Monday morning in the city, within working hours.
pub fn begin() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap()
}

impl House {
    /// Opens a house on a fresh database.
    pub async fn open(engine: Engine) -> Self {
        Self::open_with(engine, &[]).await
    }

    /// Opens a house with further arguments, which go before its own.
    pub async fn open_with(engine: Engine, further: &[&str]) -> Self {
        Self::over(fresh(engine), Clock::fixed(begin()), further).await
    }

    /// Another node: a server of its own on the same database, by the same clock.
    pub async fn another_node(&self) -> Self {
        Self::over(self.database.shared(), self.clock.clone(), &[]).await
    }

    async fn over(database: TestDatabase, clock: Clock, further: &[&str]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let data_dir = place.path().to_str().unwrap().to_owned();
        let arguments = [
            ("--database-url", database.url.as_str()),
            ("--data-dir", &data_dir),
            ("--secret", "a secret of more than 32 characters"),
            ("--listen", "127.0.0.1:0"),
            ("--admin-email", ADMIN),
            ("--admin-password", PASSWORD),
            ("--client-rate", "0"),
            ("--address-rate", "0"),
        ];
        let arguments = std::iter::once("test")
            .chain(
                arguments
                    .into_iter()
                    .filter(|(name, _)| !further.contains(name))
                    .flat_map(|(name, value)| [name, value]),
            )
            .chain(further.iter().copied());
        let running = server::start(Line::parse_from(arguments).config, clock.clone()).await.unwrap();
        Self { running, clock, client: Client::new(), place, database }
    }

    /// The folder of what is kept beside the database.
    pub fn data_dir(&self) -> &std::path::Path {
        self.place.path()
    }

    /// Stops it in order.
    pub async fn close(self) {
        self.running.stop().await.unwrap();
    }

    /// A request.
    pub fn ask(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.running.address));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body =
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        Answer { status, headers, body }
    }

    /// Reads.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(self.ask(Method::GET, path, token)).await
    }

    /// Posts without a version.
    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.send(self.ask(Method::POST, path, token).json(&body)).await
    }

    /// Posts as a machine does: under a key.
    pub async fn post_keyed(&self, path: &str, token: &str, key: &str, body: Value) -> Answer {
        self.send(self.ask(Method::POST, path, token).header("Idempotency-Key", key).json(&body)).await
    }

    /// Puts with the version that was seen.
    pub async fn put_at(&self, path: &str, token: &str, etag: &str, body: Value) -> Answer {
        self.send(self.ask(Method::PUT, path, token).header("If-Match", etag).json(&body)).await
    }

    /// The key of a dependency's own system, registered by an administrator.
    pub async fn machine(&self, dependency: &str) -> String {
        let admin = self.in_role("administrator").await;
        let accountable = self.get("/v1/me", &admin).await.is(200).text("id");
        let wanted = json!({"name": "Sistema propio", "dependency": dependency, "accountable_id": accountable});
        self.post("/v1/clients", &admin, wanted).await.is(201).text("key")
    }

    /// Posts with the version that was seen.
    pub async fn post_at(&self, path: &str, token: &str, etag: &str, body: Value) -> Answer {
        self.send(self.ask(Method::POST, path, token).header("If-Match", etag).json(&body)).await
    }

    /// Changes what was seen.
    pub async fn patch(&self, path: &str, token: &str, etag: &str, body: Value) -> Answer {
        self.send(self.ask(Method::PATCH, path, token).header("If-Match", etag).json(&body)).await
    }

    /// Signs in.
    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post("/v1/sessions", "", json!({"email": email, "password": password})).await
    }

    /// Signs in and takes the access token.
    pub async fn token(&self, email: &str, password: &str) -> String {
        self.sign_in(email, password).await.is(201).text("access_token")
    }

    /// Somebody appointed to a post of the office, signed in. Written by the store's own door: signing in
    /// over HTTP has tests of its own and costs a password hash.
    pub async fn post_holder(&self, position: &str) -> String {
        self.appointed("position", Some(position), None, None).await
    }

    /// A liaison of a dependency, or of one unit of it, signed in.
    pub async fn liaison(&self, dependency: &str, unit: Option<&str>) -> String {
        self.appointed("liaison", None, Some(dependency), unit).await
    }

    /// Somebody with another role, signed in.
    pub async fn in_role(&self, role: &str) -> String {
        self.appointed(role, None, None, None).await
    }

    async fn appointed(
        &self,
        role: &str,
        position: Option<&str>,
        dependency: Option<&str>,
        unit: Option<&str>,
    ) -> String {
        let state = &self.running.state;
        let now = state.clock.now();
        let id = Uuid::now_v7();
        let account = Account {
            id,
            email: format!("{id}@torreon.gob.mx"),
            name: "Eva Ruiz".to_owned(),
            password_hash: String::new(),
            must_change: false,
            active: true,
            created_at: now,
            version: 1,
        };
        let appointment = Appointment {
            id: Uuid::now_v7(),
            account_id: id,
            role: role.to_owned(),
            position: position.map(str::to_owned),
            dependency: dependency.map(str::to_owned),
            unit: unit.map(str::to_owned),
            from_date: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
            until_date: None,
            appointed_by: None,
            recorded_at: now,
            version: 1,
        };
        let session = Session {
            id: Uuid::now_v7(),
            account_id: id,
            generation: 0,
            created_at: now,
            used_at: now,
            expires_at: now + Duration::days(365),
            ended_at: None,
        };
        let opened = session.clone();
        state
            .store
            .write(Vec::new(), move |tx| -> Result<(), StoreError> {
                accounts::open_account(tx, &account)?;
                accounts::appoint(tx, &appointment)?;
                accounts::open_session(tx, &session)
            })
            .await
            .unwrap();
        self.token_of(id, opened.id)
    }

    /// A new access token of a session: those of a moved clock have expired.
    pub fn token_of(&self, account: Uuid, session: Uuid) -> String {
        let state = &self.running.state;
        let claims = api::auth::token::Claims::staff(account, session, state.clock.now());
        state.auth.tokens.sign(&claims).unwrap()
    }

    /// The same person's token, good from now on.
    pub fn again(&self, token: &str) -> String {
        use base64::Engine as _;
        let payload = token.split('.').nth(1).unwrap();
        let claims: Value =
            serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        let id = |name: &str| claims[name].as_str().unwrap().parse().unwrap();
        self.token_of(id("sub"), id("sid"))
    }
}

/// Runs a test on both engines, one after the other.
pub async fn both(test: impl AsyncFn(&House)) {
    for engine in Engine::BOTH {
        let house = House::open(engine).await;
        test(&house).await;
        house.close().await;
    }
}
