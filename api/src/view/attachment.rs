//! A file of a petition as a caller sees it: what is known of it and where its content is, never the content.

use chrono::{DateTime, Utc};
use domain::assignment::Assignment;
use domain::attachment::{Access, Attachment, AttachmentKind};
use domain::petition::Petition;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::material::{Material, Viewer};
use super::offer::{AllowedStep, attachment_step};
use crate::http::{Code, codes, label};

/// A file that belongs to a petition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttachmentView {
    /// The file.
    #[schema(example = "0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e")]
    pub id: Uuid,
    /// What it is to the petition, from which follows who sees it.
    pub kind: codes::AttachmentKind,
    /// The same in words.
    #[schema(example = "De la ciudadanía")]
    pub kind_label: String,
    /// The assignment of whose work it is evidence.
    #[schema(example = json!(null))]
    pub assignment_id: Option<Uuid>,
    /// What its sender called it; null where it had no name, was erased, or may say who somebody is: of an identity
    /// document, and to a dependency of the citizen's files.
    #[schema(example = "fuga.jpg")]
    pub name: Option<String>,
    /// Its type, known by its content.
    #[schema(example = "image/jpeg")]
    pub media_type: &'static str,
    /// Its size as it is kept, in bytes: a picture is kept without what tells where and with what it was taken.
    #[schema(example = 483_120)]
    pub bytes: u64,
    /// SHA-256 of its bytes as they are kept, lower-case hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    /// Of a picture, its width in pixels, as it is stored: not turned yet.
    #[schema(example = 1600)]
    pub width: Option<u32>,
    /// Of a picture, its height in pixels.
    #[schema(example = 1200)]
    pub height: Option<u32>,
    /// When it came.
    #[schema(example = "2026-11-23T15:12:00Z")]
    pub attached_at: DateTime<Utc>,
    /// Whether its content was erased.
    #[schema(example = false)]
    pub erased: bool,
    /// Whether it is shown only to whoever said what for: then `content_href` needs `disclosure`.
    #[schema(example = false)]
    pub on_disclosure: bool,
    /// Where its content is; null once it was erased.
    #[schema(
        example = "/v1/petitions/0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e/attachments/0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e/content"
    )]
    pub content_href: Option<String>,
    /// Where a small picture of it is, as JPEG; null where there is none.
    #[schema(
        example = "/v1/petitions/0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e/attachments/0193a1c2-b000-7c3e-9a51-3f2c1b0a9d8e/thumbnail"
    )]
    pub thumbnail_href: Option<String>,
    /// What the caller can do with it now.
    pub allowed_steps: Vec<AllowedStep>,
}

/// Where a file of a petition is.
#[must_use]
pub fn href(petition: &Petition, attachment: &Attachment) -> String {
    format!("/v1/petitions/{}/attachments/{}", petition.id, attachment.id)
}

impl AttachmentView {
    /// The files that this viewer may know of.
    #[must_use]
    pub fn all(petition: &Petition, material: &Material, viewer: Viewer<'_>) -> Vec<Self> {
        petition.attachments_for(viewer.actor).map(|one| Self::of(petition, one, material, viewer)).collect()
    }

    /// The citizen's photographs.
    #[must_use]
    pub fn photos(petition: &Petition, material: &Material, viewer: Viewer<'_>) -> Vec<Self> {
        let photo = |one: &&Attachment| one.kind == AttachmentKind::Citizen && one.found.media_type.is_picture();
        let photos = petition.attachments_for(viewer.actor).filter(photo);
        photos.map(|one| Self::of(petition, one, material, viewer)).collect()
    }

    /// What shows the work on a share.
    #[must_use]
    pub fn evidence(petition: &Petition, share: &Assignment, material: &Material, viewer: Viewer<'_>) -> Vec<Self> {
        let evidence = petition.attachments_for(viewer.actor).filter(|one| one.assignment == Some(share.id));
        evidence.map(|one| Self::of(petition, one, material, viewer)).collect()
    }

    /// A file for whoever may know of it.
    #[must_use]
    pub fn of(petition: &Petition, attachment: &Attachment, material: &Material, viewer: Viewer<'_>) -> Self {
        let Attachment { id, kind, assignment, name, found, attached_at, erased } = attachment;
        let base = href(petition, attachment);
        let steps = petition.allowed_attachment_steps(viewer.actor, attachment);
        Self {
            id: id.uuid(),
            kind: Code(*kind),
            kind_label: label(viewer.language, *kind),
            assignment_id: assignment.map(domain::id::Id::uuid),
            name: material.some_text(name.as_ref().filter(|_| viewer.actor.visibility().reads_of_file(*kind))),
            media_type: found.media_type.name(),
            bytes: found.bytes,
            sha256: found.sha256.clone(),
            width: found.pixels.map(|(width, _)| width),
            height: found.pixels.map(|(_, height)| height),
            attached_at: *attached_at,
            erased: *erased,
            on_disclosure: petition.access(viewer.actor, attachment) == Access::OnDisclosure,
            content_href: (!erased).then(|| format!("{base}/content")),
            thumbnail_href: (!erased && found.thumbnail).then(|| format!("{base}/thumbnail")),
            allowed_steps: steps
                .into_iter()
                .map(|step| AllowedStep::at(step, attachment_step(step), &base, petition.version))
                .collect(),
        }
    }
}
