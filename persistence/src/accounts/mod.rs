//! Accounts, appointments and sessions: who may sign in, as what, and for how long.
//!
//! Owns their tables, with the filters that a person keeps, and every query over them. It knows nothing of passwords beyond the hash
//! that it keeps, nothing of tokens beyond a session's generation, and decides no permission:
//! [`signed_in`] brings the facts in one query and the domain makes an actor of them.

mod appointments;
mod filters;
mod holders;
mod role;
pub(crate) mod schema;
mod session;
mod signed_in;
mod staff;

pub use appointments::{
    Appointment, Asked, administered_without, administrators, appoint, appointment, appointments, end_appointment,
};
pub use filters::{SavedFilter, drop_filter, filter, filters, keep_filter, replace_filter};
pub(crate) use holders::held;
pub use holders::{following, holders};
pub use role::RoleCode;
pub use session::{Rotation, Session, end_session, end_sessions_of, open_session, rotate, sweep_sessions};
pub use signed_in::{SignedIn, actor_of, in_office, signed_in};
pub use staff::{
    Account, account, account_by_email, accounts_named, any_account, change_account, list_accounts, open_account,
    set_password,
};
