//! The API as its callers meet it: a real client against the real server, on both databases.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod access;
mod amending;
mod attachments;
mod bad_input;
mod catalogues;
mod changes;
mod clients;
mod contract;
#[path = "../support/database.rs"]
mod database;
mod deliveries;
mod duplicates;
mod edge;
mod filters;
mod following;
mod forms;
mod free_texts;
#[path = "../support/house.rs"]
mod house;
mod imports;
mod intakes;
mod jobs;
mod joining;
mod lists;
mod map;
mod merging;
mod own_system;
mod people;
mod privacy;
mod retries;
mod search;
mod signin;
mod steps;
mod tables;
mod templates;
mod tour;
mod updates;
mod worklists;
mod writers;
