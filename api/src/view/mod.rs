//! Petitions, assignments and events as callers see them: what each may see of what, in their language.
//!
//! Views are made of the domain's types and never stored. Personal data is masked here, always; only a
//! disclosure shows it.

pub mod answer;
pub mod assignment;
pub mod attachment;
pub mod duplicate;
pub mod event;
pub mod fields;
pub mod form;
pub mod material;
pub mod offer;
pub mod petition;
pub mod petitioner;
pub mod place;
pub mod public;
pub mod question;
pub mod terms;

pub use assignment::AssignmentView;
pub use material::{Material, Viewer};
pub use petition::PetitionView;
