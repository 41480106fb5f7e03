//! What every handler may use: the store, the secrets, the city's calendar and the clock.
//!
//! Owns nothing of a request and decides nothing.

use std::sync::Arc;

use domain::calendar::Calendar;
use persistence::Store;
use tokio::sync::Notify;

use crate::auth::Auth;
use crate::clock::Clock;
use crate::files::Files;
use crate::importer::Importer;
use crate::office::Offices;
use crate::secrets::Secrets;

/// Shared by all workers; handlers take it as `web::Data<AppState>`.
pub struct AppState {
    /// Where everything is kept.
    pub store: Store,
    /// The keys, each for one purpose.
    pub secrets: Secrets,
    /// What sign-in needs at hand.
    pub auth: Auth,
    /// Catalogues and rules, as last read: a handler asks for those of its own snapshot or unit of work.
    pub offices: Arc<Offices>,
    /// The city's working days.
    pub calendar: Calendar,
    /// The content of files.
    pub files: Files,
    /// Told when a job was made.
    pub jobs: Notify,
    /// What handlers of imports and the task that works on them have in common.
    pub imports: Importer,
    /// What time it is.
    pub clock: Clock,
}
