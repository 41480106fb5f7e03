//! What the operator decides, read once from the command line, the environment and `.env`.
//!
//! A wrong value is refused at start by the name of its variable. Nothing else in the house reads the environment.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::files::scanner::Scanner;

/// Where everything is kept, for whatever command needs it.
#[derive(Clone, Args)]
pub struct Storage {
    /// The database: `sqlite:FILE` or `postgres://…`; by default a SQLite file in the data directory
    #[arg(long, env = "DATABASE_URL", value_name = "DATABASE_URL", hide_env_values = true, value_parser = url)]
    pub database_url: Option<String>,

    /// The directory of the embedded database and of what belongs beside it
    #[arg(long, env = "ATIENDE_DATA_DIR", value_name = "ATIENDE_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,

    /// The secret that all keys are derived from, at least 32 characters; the same on every node. Made beside an
    /// embedded database when absent, needed with PostgreSQL
    #[arg(long, env = "ATIENDE_SECRET", value_name = "ATIENDE_SECRET", hide_env_values = true)]
    pub secret: Option<String>,

    /// Connections for reading; by default twice the cores
    #[arg(long, env = "ATIENDE_READERS", value_name = "ATIENDE_READERS", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub readers: Option<u16>,

    /// Where attachments are kept.
    #[command(flatten)]
    pub place: Place,
}

/// Where attachments are kept.
#[derive(Clone, Args)]
pub struct Place {
    /// Where attachments are kept: a folder, or `s3://BUCKET/PREFIX`; by default `attachments` in the data directory
    #[arg(long, env = "ATIENDE_ATTACHMENTS", value_name = "ATIENDE_ATTACHMENTS")]
    pub attachments: Option<String>,

    /// The S3-compatible service, if it is not Amazon's (`https://s3.example`)
    #[arg(long, env = "ATIENDE_S3_ENDPOINT", value_name = "ATIENDE_S3_ENDPOINT")]
    pub s3_endpoint: Option<String>,

    /// Its region
    #[arg(long, env = "ATIENDE_S3_REGION", value_name = "ATIENDE_S3_REGION", default_value = "us-east-1")]
    pub s3_region: String,

    /// The key of an account there that may read, write, list and delete
    #[arg(long, env = "ATIENDE_S3_ACCESS_KEY", value_name = "ATIENDE_S3_ACCESS_KEY", hide_env_values = true)]
    pub s3_access_key: Option<String>,

    /// That key's secret
    #[arg(long, env = "ATIENDE_S3_SECRET_KEY", value_name = "ATIENDE_S3_SECRET_KEY", hide_env_values = true)]
    pub s3_secret_key: Option<String>,
}

/// What a server needs to know.
#[derive(Clone, Args)]
pub struct Config {
    /// Where everything is kept.
    #[command(flatten)]
    pub storage: Storage,

    /// The address to listen on; port 0 takes any that is free
    #[arg(long, env = "ATIENDE_LISTEN", value_name = "ATIENDE_LISTEN", default_value = "127.0.0.1:8073")]
    pub listen: SocketAddr,

    /// The e-mail of the first administrator of an empty database
    #[arg(long, env = "ATIENDE_ADMIN_EMAIL", value_name = "ATIENDE_ADMIN_EMAIL", hide_env_values = true)]
    pub admin_email: Option<String>,

    /// The first administrator's password; without one, a one-use password is made and shown once
    #[arg(long, env = "ATIENDE_ADMIN_PASSWORD", value_name = "ATIENDE_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,

    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or by target (`warn,access=info`)
    #[arg(long, env = "ATIENDE_LOG", value_name = "ATIENDE_LOG", default_value = "info,actix_server=warn", value_parser = log_filter)]
    pub log: String,

    /// Origins of front ends that a browser may call from, with commas between them (`https://atencion.example`)
    #[arg(long, env = "ATIENDE_CORS_ORIGINS", value_name = "ATIENDE_CORS_ORIGINS", default_value = "")]
    pub cors_origins: Origins,

    /// Threads that answer requests
    #[arg(long, env = "ATIENDE_WORKERS", value_name = "ATIENDE_WORKERS", default_value = "2", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub workers: u16,

    /// Requests a minute that one token may make; 0 for no limit
    #[arg(long, env = "ATIENDE_CLIENT_RATE", value_name = "ATIENDE_CLIENT_RATE", default_value_t = 600)]
    pub client_rate: u32,

    /// Requests a minute that one address may make; 0 for no limit
    #[arg(long, env = "ATIENDE_ADDRESS_RATE", value_name = "ATIENDE_ADDRESS_RATE", default_value_t = 6_000)]
    pub address_rate: u32,

    /// Proxies of your own before this server, each adding to `X-Forwarded-For`
    #[arg(long, env = "ATIENDE_PROXIES", value_name = "ATIENDE_PROXIES", default_value_t = 0)]
    pub proxies: usize,

    /// The largest attachment, in MiB
    #[arg(long, env = "ATIENDE_ATTACHMENT_LIMIT", value_name = "ATIENDE_ATTACHMENT_LIMIT", default_value = "25", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub attachment_limit: u16,

    /// The largest file of an import, in MiB
    #[arg(long, env = "ATIENDE_IMPORT_LIMIT", value_name = "ATIENDE_IMPORT_LIMIT", default_value = "256", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub import_limit: u16,

    /// The virus scanner clamd, which looks at every attachment: `HOST:PORT` or `unix:PATH`; off when absent
    #[arg(long, env = "ATIENDE_CLAMD", value_name = "ATIENDE_CLAMD", value_parser = clamd)]
    pub clamd: Option<String>,
}

impl fmt::Debug for Config {
    /// Says where it listens and nothing that could be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("listen", &self.listen).finish_non_exhaustive()
    }
}

impl Storage {
    /// The database's address.
    #[must_use]
    pub fn url(&self) -> String {
        let beside = || format!("sqlite:{}", self.data_dir.join("atiende.sqlite").display());
        given(self.database_url.as_ref()).map_or_else(beside, str::to_owned)
    }

    /// Whether the database is a file of our own.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        let url = self.url();
        !(url.starts_with("postgres://") || url.starts_with("postgresql://"))
    }

    /// The secret, if one is given.
    #[must_use]
    pub fn secret(&self) -> Option<&str> {
        given(self.secret.as_ref())
    }
}

/// An empty variable is an absent one: container files write them so.
pub(crate) fn given(value: Option<&String>) -> Option<&str> {
    value.map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Never quotes the value: it can hold a password.
fn url(value: &str) -> Result<String, &'static str> {
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| value.starts_with(scheme));
    if known || value.trim().is_empty() {
        Ok(value.to_owned())
    } else {
        Err("it begins with sqlite:, postgres:// or postgresql://")
    }
}

fn clamd(address: &str) -> Result<String, String> {
    let absent = address.trim().is_empty();
    if absent { Ok(String::new()) } else { address.parse::<Scanner>().map(|_| address.to_owned()) }
}

fn log_filter(value: &str) -> Result<String, String> {
    let parsed = env_filter::Builder::new().try_parse(value).map(drop);
    parsed.map(|()| value.to_owned()).map_err(|error| error.to_string())
}

/// Origins that browsers may call from (RFC 6454): scheme, host and port, no path.
#[derive(Clone, Debug, Default)]
pub struct Origins(pub Vec<String>);

impl FromStr for Origins {
    type Err = String;

    fn from_str(list: &str) -> Result<Self, String> {
        let origins = list.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        origins.map(origin).collect::<Result<_, _>>().map(Self)
    }
}

fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '*', '@', '?', '#', ' ']) => Ok(text.to_owned()),
        _ => Err(format!("{text} is no origin: write scheme, host and port, like https://atencion.example")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }

    fn refused(argument: &str) -> String {
        Line::try_parse_from(["atiende", argument]).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_wrong_value_is_refused_by_the_name_of_its_variable() {
        for (argument, name) in [
            ("--listen=8073", "ATIENDE_LISTEN"),
            ("--database-url=mysql://x", "DATABASE_URL"),
            ("--cors-origins=*", "ATIENDE_CORS_ORIGINS"),
            ("--cors-origins=https://a.example/path", "ATIENDE_CORS_ORIGINS"),
            ("--workers=0", "ATIENDE_WORKERS"),
            ("--client-rate=-1", "ATIENDE_CLIENT_RATE"),
            ("--log=access=loud", "ATIENDE_LOG"),
            ("--clamd=somewhere", "ATIENDE_CLAMD"),
            ("--attachment-limit=0", "ATIENDE_ATTACHMENT_LIMIT"),
            ("--import-limit=0", "ATIENDE_IMPORT_LIMIT"),
        ] {
            assert!(refused(argument).contains(name), "{argument}: {}", refused(argument));
        }
    }

    #[test]
    fn without_a_database_there_is_a_file_in_the_data_directory() {
        let line = Line::try_parse_from(["atiende", "--data-dir=/srv/a", "--database-url="]).unwrap();
        assert_eq!(line.config.storage.url(), "sqlite:/srv/a/atiende.sqlite");
        assert!(line.config.storage.is_embedded());
    }

    #[test]
    fn a_postgresql_is_never_a_file() {
        for url in ["postgres://db/atiende", "postgresql://db/atiende"] {
            let line = Line::try_parse_from(["atiende", "--database-url", url]).unwrap();
            assert!(!line.config.storage.is_embedded());
        }
    }
}
