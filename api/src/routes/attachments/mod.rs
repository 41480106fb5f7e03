//! Files of petitions: they come in, are listed, given out, and erased.

mod content;
mod erase;
mod read;
mod upload;

use actix_web::web;
use domain::actor::Actor;
use domain::attachment::{Access, Attachment};
use domain::id::Id;
use domain::petition::Petition;
use domain::refusal::Code;
use persistence::Db;
use persistence::petitions;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::petitions::named;
use crate::problem::Problem;

/// Registers the routes.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(read::list_attachments)
        .service(read::get_attachment)
        .service(upload::attach_file)
        .service(upload::attach_evidence)
        .service(content::get_content)
        .service(content::get_thumbnail)
        .service(erase::erase_attachment);
}

/// The petition and the file that a path names.
type At = web::Path<(String, String)>;

/// The petition, and the identifier of a file of it that the actor may know of.
///
/// # Errors
/// `petition_unknown`, `attachment_unknown`, `not_found` (404); the database's.
fn at(db: &mut Db, actor: &Actor, path: &(String, String)) -> Result<(Petition, Id<Attachment>), Problem> {
    let target = named(&path.0)?;
    let id = Uuid::parse_str(&path.1).map(Id::new).map_err(|_| Problem::not_found())?;
    let petition: Petition = petitions::find(db, &target, &actor.visibility())?.ok_or(Code::PetitionUnknown)?;
    let attachment = petition.attachment(id).ok_or(Code::AttachmentUnknown)?;
    match petition.access(actor, attachment) {
        Access::Hidden => Err(Code::AttachmentUnknown.into()),
        Access::Shown | Access::OnDisclosure => Ok((petition, id)),
    }
}
