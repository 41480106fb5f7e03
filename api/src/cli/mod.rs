//! The command line of the one binary.

mod catalogue;
mod demo;
mod import;
mod migrate;
mod openapi;
mod reindex;
mod serve;
mod tools;
mod user;
mod verify;
mod verify_files;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Attends every petition of a city's citizens: a JSON API with its database.
///
/// Without a command it serves. Settings come from the environment and from a file `.env`;
/// `atiende serve --help` lists them all.
#[derive(Parser)]
#[command(name = "atiende", version, about)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API (this is the default)
    Serve(serve::Serve),
    /// Bring the database's schema up to date, and say what was done
    Migrate(migrate::Migrate),
    /// Open accounts, renew passwords, appoint people
    User(user::Users),
    /// Read a CSV of service requests into petitions
    Import(import::Import),
    /// Write a catalogue to a file, or put a file into one
    Catalogue(catalogue::Catalogues),
    /// Fill the database with a city that does not exist
    Demo(demo::Demo),
    /// Make the search's index anew from the texts
    Reindex(reindex::Reindex),
    /// Check every history
    Verify(verify::Verify),
    /// Print the contract (OpenAPI 3.1) as YAML
    Openapi(openapi::Openapi),
}

/// What a command ends with: words for whoever called it.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Reads the command line, does what it says and returns how that went.
#[must_use]
pub fn run() -> ExitCode {
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        eprintln!("atiende: .env: {error}");
        return ExitCode::from(2);
    }
    // Nothing said is `serve`, with all its settings.
    let command = match Line::parse().command {
        Some(command) => command,
        None => match Line::parse_from(["atiende", "serve"]).command {
            Some(command) => command,
            None => return ExitCode::from(2),
        },
    };
    let outcome = match command {
        Command::Serve(command) => command.run(),
        Command::Migrate(command) => command.run(),
        Command::User(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Catalogue(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Reindex(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Openapi(command) => command.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atiende: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says something on the standard output. Whoever listened may have gone (`| head`): that is not a failure.
fn say(words: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stdout(), "{words}"));
}
