//! What a petition is and what may happen to it, from the first word to the answer.
//!
//! Pure: no input or output, no clock, no randomness, no database and no HTTP. Whoever calls brings
//! the instant, the actor, the calendar and the entropy ([`occasion::Occasion`]).

pub mod action;
pub mod actor;
pub mod assignment;
pub mod attachment;
pub mod calendar;
pub mod catalogue;
pub mod cell;
pub mod chain;
pub mod clock;
pub mod code;
pub mod contact;
pub mod delivery;
pub mod desk;
pub mod disclosure;
pub mod duplicate;
pub mod event;
pub mod external;
pub mod folio;
pub mod form;
pub mod id;
pub mod identity;
pub mod import;
pub mod intake;
pub mod job;
pub mod kind;
pub mod map;
pub mod occasion;
pub mod outcome;
pub mod person;
pub mod petition;
pub mod pin;
pub mod policy;
pub mod position;
pub mod question;
pub mod refusal;
pub mod relation;
pub mod search;
pub mod state;
pub mod step;
pub mod tag;
pub mod template;
pub mod territory;
pub mod text;
pub mod time;
pub mod told;
pub mod visibility;
pub mod words;
