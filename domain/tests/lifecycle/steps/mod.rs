//! One sentence for each rule of the lifecycle, by example.

mod amending;
mod answering;
mod attaching;
mod dating;
mod delivering;
mod ending;
mod filing;
mod filling_in;
mod following;
mod intakes;
mod jobs;
mod joining;
mod linking;
mod questions;
mod relating;
mod reopening;
mod routing;
mod sharing;
mod telling;
mod updates;
