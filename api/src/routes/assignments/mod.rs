//! Assignments: a dependency's work list, and every step of its share.

mod external;
mod list;
mod office;
mod people;
mod updates;
mod work;

pub(super) use list::asked;
use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list::list_assignments)
        .service(list::get_assignment)
        .service(work::accept_assignment)
        .service(work::return_assignment)
        .service(work::report_progress)
        .service(work::extend_assignment)
        .service(work::resolve_assignment)
        .service(work::ask_citizen_for_assignment)
        .service(people::delegate_assignment)
        .service(people::appoint_responsible)
        .service(external::set_external_reference)
        .service(updates::send_updates)
        .service(office::send_back_assignment)
        .service(office::cancel_assignment);
}
