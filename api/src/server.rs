//! The server: everything put together, bound, served and shut down in order.
//!
//! Used by `atiende serve` and, in-process on port 0, by tests. Prints nothing.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use domain::calendar::Calendar;
use persistence::{Settings, Store};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use utoipa_actix_web::AppExt;

use crate::auth::Auth;
use crate::clock::Clock;
use crate::config::{Config, Origins, Storage, given};
use crate::document::Document;
use crate::files::contents::{Contents, private};
use crate::files::{Files, MEBIBYTE};
use crate::first_administrator::{self, First, Given};
use crate::http::address::Proxies;
use crate::http::idempotency;
use crate::http::intake::{taken, unrouted};
use crate::http::outermost::answered;
use crate::http::packing::negotiated;
use crate::http::paths::Paths;
use crate::http::rate::{Limits, limited};
use crate::http::trace;
use crate::importer::Importer;
use crate::jobs;
use crate::office::{Office, Offices};
use crate::problem::Problem;
use crate::routes;
use crate::secrets::{SHORTEST, Secrets};
use crate::state::AppState;

/// Seconds that requests under way may still take once the server stops.
const GRACE: u64 = 30;

/// How long the group of an import at hand may still take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a server does not start: words for the operator.
#[derive(Debug)]
pub struct StartFailure(pub String);

impl fmt::Display for StartFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartFailure {}

fn failure(what: &'static str) -> impl Fn(&dyn fmt::Display) -> StartFailure {
    move |why| StartFailure(format!("{what}: {why}"))
}

/// A server that answers.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its handlers use, for tests.
    pub state: Data<AppState>,
    /// How to sign in first, if the database was empty.
    pub first: First,
    /// What keeps the search in step, for tests that count statements: it runs some of its own.
    pub indexer: JoinHandle<()>,
    /// What does the jobs, for tests that do them themselves.
    pub jobs: JoinHandle<()>,
    /// What works on imports, for tests that do so themselves.
    pub importer: JoinHandle<()>,
    handle: ServerHandle,
    served: JoinHandle<std::io::Result<()>>,
    worker: JoinHandle<()>,
}

impl Running {
    /// Waits until the server has stopped, by [`Running::stop`] of a clone of its handle or by a failure.
    ///
    /// # Errors
    /// When serving failed.
    pub async fn stopped(&mut self) -> std::io::Result<()> {
        (&mut self.served).await.map_err(std::io::Error::other)?
    }

    /// Takes no more requests, finishes those under way, then lets the store finish what it took.
    ///
    /// # Errors
    /// When serving had failed.
    pub async fn stop(mut self) -> std::io::Result<()> {
        self.handle.stop(true).await;
        let served = self.stopped().await;
        self.worker.abort();
        self.indexer.abort();
        self.jobs.abort();
        self.state.imports.stop();
        // It ends after the group at hand. If it does not, its claim runs out.
        drop(tokio::time::timeout(PATIENCE, self.importer).await);
        self.state.store.close().await;
        served
    }
}

/// The secrets of an installation.
///
/// # Errors
/// When there is none and none may be made, or it is too short.
pub fn secrets(storage: &Storage) -> Result<Secrets, StartFailure> {
    match storage.secret() {
        Some(secret) if secret.len() < SHORTEST => {
            Err(StartFailure(format!("ATIENDE_SECRET is too short: it needs at least {SHORTEST} characters")))
        }
        Some(secret) => Ok(Secrets::new(secret)),
        None if storage.is_embedded() => {
            directory(storage)?;
            let file = storage.data_dir.join("secret");
            Secrets::beside(&file).map_err(|error| failure("ATIENDE_DATA_DIR, the file of the secret")(&error))
        }
        None => Err(StartFailure(
            "ATIENDE_SECRET is missing: with PostgreSQL every node must be given the same secret".to_owned(),
        )),
    }
}

fn directory(storage: &Storage) -> Result<(), StartFailure> {
    std::fs::create_dir_all(&storage.data_dir).map_err(|error| failure("ATIENDE_DATA_DIR")(&error))
}

/// Opens the store of an installation; makes the data directory of an embedded one.
///
/// # Errors
/// When the database is away or the directory cannot be made.
pub fn store(storage: &Storage) -> Result<Store, StartFailure> {
    if storage.is_embedded() {
        directory(storage)?;
    }
    let mut settings = Settings::new(storage.url());
    // The tests ask how many statements a request costs; a release does not count.
    settings.count_statements = cfg!(debug_assertions);
    if let Some(readers) = storage.readers {
        settings.readers = usize::from(readers);
    }
    Store::open(settings).map_err(|error| failure("DATABASE_URL")(&error))
}

/// Starts a server: opens and migrates the database, makes the first administrator of an empty one, binds, serves.
///
/// # Errors
/// [`StartFailure`] with what is wrong, by the name of the setting.
pub async fn start(config: Config, clock: Clock) -> Result<Running, StartFailure> {
    let storage = config.storage.clone();
    let opened = tokio::task::spawn_blocking(move || {
        let secrets = secrets(&storage)?;
        let store = store(&storage)?;
        store.migrate().map_err(|error| failure("the database's migrations")(&error))?;
        Ok((store, secrets))
    });
    let (store, secrets) = opened.await.map_err(|error| failure("starting")(&error))??;
    let auth = Auth::new(&secrets, &clock).map_err(|_| StartFailure("the signing keys cannot be made".to_owned()))?;
    let calendar = Calendar::torreon();
    let offices = Arc::new(Offices::new(office(&store, &calendar, &clock).await?, calendar.clone()));
    let files = files(&config)?;
    let imports = Importer::new(u64::from(config.import_limit) * MEBIBYTE);
    let jobs = Notify::new();
    let state = Data::new(AppState { store, secrets, auth, offices, calendar, files, imports, jobs, clock });
    jobs::resume(&state).await.map_err(|error| failure("the jobs")(&error))?;
    let first = first_administrator(&config, &state).await?;
    serve(&config, state, first)
}

/// Where the content of files is kept.
///
/// # Errors
/// When it cannot be opened.
pub fn contents(storage: &Storage) -> Result<Contents, StartFailure> {
    Contents::open(&storage.place, &storage.data_dir.join("attachments")).map_err(StartFailure)
}

/// The folder by way of which files come in; made where it is missing.
///
/// # Errors
/// When it cannot be made.
pub fn incoming(storage: &Storage) -> Result<PathBuf, StartFailure> {
    let incoming = storage.data_dir.join("incoming");
    private(&incoming).map_err(|error| failure("ATIENDE_DATA_DIR, the folder of files that come in")(&error))?;
    Ok(incoming)
}

fn files(config: &Config) -> Result<Files, StartFailure> {
    let limit = u64::from(config.attachment_limit) * MEBIBYTE;
    let scanner = given(config.clamd.as_ref()).map(str::parse).transpose().map_err(StartFailure)?;
    Ok(Files::new(contents(&config.storage)?, limit, incoming(&config.storage)?, scanner))
}

async fn office(store: &Store, calendar: &Calendar, clock: &Clock) -> Result<Office, StartFailure> {
    let now = clock.now();
    let seeded = store.write(Vec::new(), move |tx| Office::seed(tx, now)).await;
    seeded.map_err(|error| failure("the catalogues")(&error))?;
    let calendar = calendar.clone();
    let read = store.read(move |db| Office::read(db, &calendar)).await;
    read.map_err(|error| failure("the catalogues")(&error))
}

async fn first_administrator(config: &Config, state: &AppState) -> Result<First, StartFailure> {
    let text = |value: &Option<String>| given(value.as_ref()).map(str::to_owned);
    let wanted = Given {
        email: text(&config.admin_email),
        password: text(&config.admin_password),
        data_dir: config.storage.data_dir.clone(),
    };
    let made = first_administrator::make(&state.store, &state.auth, &state.clock, &wanted).await;
    made.map_err(|error| failure("the first administrator")(&error))
}

fn serve(config: &Config, state: Data<AppState>, first: First) -> Result<Running, StartFailure> {
    let document = Data::new(Document::build().map_err(|error| failure("the contract")(&error))?);
    let paths = Data::new(Paths::of(&document.openapi, routes::pages::UNLISTED));
    let limits = Data::new(Limits::a_minute(config.client_rate, config.address_rate));
    let proxies = Data::new(Proxies(config.proxies));
    let origins = config.cors_origins.clone();
    let shared = state.clone();

    let server = HttpServer::new(move || {
        App::new()
            .into_utoipa_app()
            .app_data(shared.clone())
            .app_data(document.clone())
            .app_data(paths.clone())
            .app_data(limits.clone())
            .app_data(proxies.clone())
            .app_data(web::PathConfig::default().error_handler(|_, _| Problem::not_found().into()))
            .configure(routes::all)
            .into_app()
            .configure(routes::pages::unlisted)
            .default_service(web::to(unrouted))
            // The last is the outermost.
            .wrap(from_fn(taken))
            .wrap(from_fn(limited))
            .wrap(cors(&origins))
            .wrap(from_fn(answered))
            .wrap(Compress::default())
            .wrap(from_fn(negotiated))
    })
    .workers(usize::from(config.workers))
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(GRACE)
    .disable_signals()
    .bind(config.listen)
    .map_err(|error| failure("ATIENDE_LISTEN")(&error))?;

    let address = *server.addrs().first().ok_or_else(|| StartFailure("ATIENDE_LISTEN: nothing is bound".to_owned()))?;
    let server = server.run();
    let handle = server.handle();
    let served = tokio::spawn(server);
    let worker = tokio::spawn(crate::worker::run(state.clone()));
    let indexer = tokio::spawn(crate::indexer::run(state.clone()));
    let jobs = tokio::spawn(jobs::run(state.clone()));
    let importer = tokio::spawn(crate::importer::run(state.clone()));
    Ok(Running { address, state, first, indexer, jobs, importer, handle, served, worker })
}

/// Lets browsers call from the configured origins; credentials are never sent by cookie, so none are allowed.
fn cors(origins: &Origins) -> Cors {
    let cors = origins.0.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    cors.allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_ENCODING,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::IF_RANGE,
            header::RANGE,
            idempotency::NAME,
            trace::REQUEST_ID,
            trace::TRACEPARENT,
        ])
        .expose_headers(["Accept-Ranges", "Content-Disposition", "Content-Range"])
        .expose_headers(["ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"])
        .max_age(3_600)
}
