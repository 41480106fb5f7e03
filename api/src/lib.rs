//! How petitions are reached over HTTP: routes, problems, texts, the contract, configuration and command line.
//!
//! Decides nothing about petitions (that is `domain`) and keeps nothing (that is `persistence`).

pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod document;
pub mod files;
pub mod first_administrator;
pub mod http;
pub mod import;
pub mod importer;
pub mod indexer;
pub mod jobs;
pub mod office;
pub mod problem;
pub mod routes;
pub mod secrets;
pub mod server;
pub mod state;
pub mod step;
pub mod tables;
pub mod text;
pub mod view;
pub mod worker;
