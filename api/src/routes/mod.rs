//! The resources of the API, one file each: `routes(cfg)` first, then wire types, then handlers.
//!
//! The list below is the whole of what the server answers and of what the contract holds.

pub mod appointments;
pub mod assignments;
pub mod attachments;
pub mod authorities;
pub mod catalogues;
pub mod categories;
pub mod changes;
pub mod channels;
pub mod clients;
pub mod dependencies;
pub mod fields;
pub mod filters;
pub mod health;
pub mod imports;
pub mod intakes;
pub mod jobs;
pub mod jwks;
pub mod liaisons;
pub mod lifecycle;
pub mod me;
pub mod neighbourhoods;
pub mod pages;
pub mod people;
pub mod petitions;
pub mod positions;
pub mod programmes;
pub mod public_petition;
pub mod public_sessions;
pub mod requirements;
pub mod sessions;
pub mod staff;
pub mod templates;
pub mod worklists;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every resource.
pub fn all(cfg: &mut ServiceConfig<'_>) {
    // The server tries one pattern after the other: what is asked most comes first.
    petitions::routes(cfg);
    health::routes(cfg);
    pages::routes(cfg);
    jwks::routes(cfg);
    sessions::routes(cfg);
    me::routes(cfg);
    filters::routes(cfg);
    staff::routes(cfg);
    appointments::routes(cfg);
    liaisons::routes(cfg);
    clients::routes(cfg);
    dependencies::routes(cfg);
    categories::routes(cfg);
    fields::routes(cfg);
    requirements::routes(cfg);
    channels::routes(cfg);
    neighbourhoods::routes(cfg);
    programmes::routes(cfg);
    authorities::routes(cfg);
    templates::routes(cfg);
    catalogues::tables::routes(cfg);
    positions::routes(cfg);
    lifecycle::routes(cfg);
    intakes::routes(cfg);
    jobs::routes(cfg);
    people::routes(cfg);
    assignments::routes(cfg);
    attachments::routes(cfg);
    worklists::routes(cfg);
    changes::routes(cfg);
    imports::routes(cfg);
    public_sessions::routes(cfg);
    public_petition::routes(cfg);
}
