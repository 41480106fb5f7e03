//! `atiende serve`: the server in the foreground, until it is told to stop.

use std::io::Write;

use clap::Args;
use log::kv::{Error, Key, Value, VisitSource};

use super::Outcome;
use crate::clock::Clock;
use crate::config::Config;
use crate::first_administrator;
use crate::http::trace::CURRENT;
use crate::server;

/// Serve the API
#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    config: Config,
}

impl Serve {
    pub(super) fn run(self) -> Outcome {
        log_to_stderr(&self.config.log);
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(self.serve())
    }

    async fn serve(self) -> Outcome {
        let data_dir = self.config.storage.data_dir.clone();
        let mut running = server::start(self.config, Clock::system()).await?;
        super::say(&format!("Atiende answers at http://{}", running.address));
        super::say(&format!("Documentation:    http://{}/docs/", running.address));
        first_administrator::tell(&running.first, &data_dir)?;
        tokio::select! {
            served = running.stopped() => return Ok(served?),
            () = told_to_stop() => {}
        }
        log::info!("stopping: finishing what was begun");
        running.stop().await?;
        Ok(())
    }
}

/// Ctrl-C, or what an init system sends.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// One line an entry: instant, level, target, words, `key=value`…, and the request that it belongs to.
fn log_to_stderr(filter: &str) {
    let mut builder = env_logger::Builder::new();
    builder.parse_filters(filter).format(|out, record| {
        let at = out.timestamp_micros();
        write!(out, "{at} {:5} {} {}", record.level(), record.target(), record.args())?;
        let mut pairs = Pairs { text: String::new(), named: false };
        if record.key_values().visit(&mut pairs).is_err() {
            pairs.text.push_str(" fields=unreadable");
        }
        if !pairs.named {
            let current = CURRENT.try_with(|trace| format!(" request_id={}", trace.request_id));
            pairs.text.push_str(&current.unwrap_or_default());
        }
        writeln!(out, "{}", pairs.text)
    });
    // A second call changes nothing: the first logger stays.
    if builder.try_init().is_err() {
        log::debug!("a logger is there already");
    }
}

struct Pairs {
    text: String,
    named: bool,
}

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        self.named |= key.as_str() == "request_id";
        self.text.push_str(&format!(" {key}={value}"));
        Ok(())
    }
}
