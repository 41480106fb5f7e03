//! Petitions: filing, reading, and every step that is about a whole petition.

mod answer;
mod correct;
mod deliver;
mod describe;
mod disclose;
mod duplicates;
mod end;
mod file;
mod follow;
mod form;
mod join;
mod list;
mod map;
mod merge;
mod petitioner;
mod place;
mod question;
mod read;
mod relate;
mod route;
mod split;

pub(super) use file::{CoPetitionerPin, PetitionWanted, filing, next_folio, pins, receipt};
pub(super) use list::{CountView, Counting, Moment, asked, boxed};
// What a job does to each of its petitions is what the single step does.
pub(crate) use describe::{ClassificationWanted, reclassify, valid_class};
pub(crate) use follow::{FollowerWanted, TagsWanted, appointed, hand_over, tag, tags};
pub(crate) use route::{RoutesWanted, route, routings};

use domain::folio::{Folio, FolioError, looks_like_folio};
use domain::id::Id;
use domain::refusal::Code;
use persistence::petitions::PetitionRef;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::problem::{FieldError, Problem};

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list::list_petitions)
        .service(file::file_petition)
        .service(map::get_petition_map)
        .service(duplicates::find_duplicates)
        .service(read::get_petition)
        .service(read::list_events)
        .service(describe::amend_petition)
        .service(describe::reclassify_petition)
        .service(describe::prioritise_petition)
        .service(describe::note_petition)
        .service(follow::take_petition)
        .service(follow::hand_over_petition)
        .service(follow::tag_petition)
        .service(follow::untag_petition)
        .service(route::route_petition)
        .service(question::ask_citizen)
        .service(question::release_question)
        .service(question::reply_to_question)
        .service(question::cancel_question)
        .service(answer::answer_petition)
        .service(answer::record_contact)
        .service(answer::notify_petitioner)
        .service(end::reopen_petition)
        .service(end::withdraw_petition)
        .service(join::add_co_petitioner)
        .service(end::close_petition)
        .service(end::annul_petition)
        .service(duplicates::list_duplicates)
        .service(relate::relate_petition)
        .service(relate::unrelate_petition)
        .service(split::split_petition)
        .service(merge::merge_petition)
        .service(merge::unmerge_petition)
        .service(deliver::deliver_documents)
        .service(deliver::get_delivery)
        .service(disclose::disclose_petitioners);
}

/// What a path names a petition by: identifier or folio.
///
/// # Errors
/// `petition_unknown` (404), as of one that is not there for the caller; a mistyped folio is told by its check digit.
pub fn named(id: &str) -> Result<PetitionRef, Problem> {
    if looks_like_folio(id) {
        return Folio::parse(id).map(PetitionRef::Folio).map_err(|error| match error {
            FolioError::CheckDigit { expected: _ } => {
                Problem::from(Code::PetitionUnknown).blaming(FieldError::new("?id", "folio_mistyped"))
            }
            FolioError::Malformed => Code::PetitionUnknown.into(),
        });
    }
    Uuid::parse_str(id).map(|id| PetitionRef::Id(Id::new(id))).map_err(|_| Code::PetitionUnknown.into())
}
