//! A file comes in: who may send it is asked before it is taken, and once more when it is written down.
//!
//! First the content is kept, then it is written down: what is known of is there. Content that is kept and not
//! written down is taken away again, at once or by the sweep.

use actix_multipart::Multipart;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, post, web};
use domain::actor::Actor;
use domain::assignment::Assignment;
use domain::attachment::AttachmentKind;
use domain::code::Coded;
use domain::id::Id;
use domain::occasion::Occasion;
use domain::petition::{Change, Petition};
use domain::refusal::Code;
use domain::step::{AssignmentStep, Step};
use persistence::petitions::{self, PetitionRef};
use persistence::{Db, attachments};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::new_id;
use crate::files::contents::failed;
use crate::files::form::{Arrived, Wanted, is_form};
use crate::files::kept::{Kept, forget};
use crate::files::look::Looked;
use crate::http::codes;
use crate::http::idempotency::replayed;
use crate::problem::{FieldError, Kind, Problem};
use crate::routes::petitions::named;
use crate::step::Request;
use crate::view::attachment::{AttachmentView, href};
use crate::view::{Material, Viewer};

/// Longest value of `kind`, in bytes.
const LONGEST_KIND: usize = 1024;

/// A file for a petition, as a form.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the form is read as it arrives; this is its description for the contract")]
pub struct AttachmentForm {
    /// What it is to the petition: `citizen`, `internal` or `identity`. `evidence` goes to its assignment.
    kind: codes::AttachmentKind,
    /// The file, with its name and type as the form's part tells them (RFC 7578): JPEG, PNG, WebP, PDF, MP3, M4A,
    /// Ogg or WAV.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Evidence of a dependency's work, as a form.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the form is read as it arrives; this is its description for the contract")]
pub struct EvidenceForm {
    /// The file, with its name and type as the form's part tells them (RFC 7578): JPEG, PNG, WebP, PDF, MP3, M4A,
    /// Ogg or WAV.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Attach a file
///
/// Takes a file as `multipart/form-data`, up to 25 MiB unless the server says otherwise, and keeps it with the
/// petition, which takes 100 besides the evidence of its assignments. Its type is known by its content, and its name and declared type must agree with that. Of a picture
/// place, device and comments are not kept, and whatever hides in it is refused. The same file under the same
/// `Idempotency-Key` is attached once. For every post that works with petitions.
///
/// In a browser: a `FormData` to which `kind` and `file` are appended, sent with `fetch` and without a `Content-Type` of
/// one's own. On a command line: `curl -F kind=citizen -F 'file=@fuga.jpg;type=image/jpeg' …`. What is wrong with a file is
/// told as `errors[0].code` at `/file`: `file_type_refused`, `file_type_differs`,
/// `file_type_unreadable`, `file_name_differs`, `file_damaged`, `file_suspicious`, `file_empty`, `file_name_too_long`, `file_name_unreadable`, `picture_too_large`, `file_infected`.
#[utoipa::path(
    operation_id = "attach_file",
    tag = "attachments",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    params(("id" = String, Path, description = "The petition, by identifier or folio.", example = "AC-2026-001234-7")),
    responses(
        (status = 201, description = "What is known of the file.", body = AttachmentView, headers(("Location" = String))),
        (status = 408, description = "It did not arrive in time."),
        (status = 413, description = "The file is larger than the limit."),
        (status = 415, description = "The body is not `multipart/form-data`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/petitions/{id}/attachments")]
pub async fn attach_file(
    request: Request,
    id: web::Path<String>,
    http: HttpRequest,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    Onto::Petition(named(&id)?).attach(request, &http, form).await
}

/// Attach evidence
///
/// Takes a file that shows a dependency's work on its share, as `multipart/form-data`; see `attach_file`. The share's
/// own dependency and the office see it. A share takes 50 files, whatever the petition and its other shares have. For the
/// dependency's liaison or system, and for whoever records on its behalf. Some categories ask for it before `resolution`.
#[utoipa::path(
    operation_id = "attach_evidence",
    tag = "attachments",
    request_body(content = EvidenceForm, content_type = "multipart/form-data"),
    params(("id" = String, Path, description = "The assignment.", example = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e")),
    responses(
        (status = 201, description = "What is known of the file.", body = AttachmentView, headers(("Location" = String))),
        (status = 408, description = "It did not arrive in time."),
        (status = 413, description = "The file is larger than the limit."),
        (status = 415, description = "The body is not `multipart/form-data`."),
    ),
    security(("token" = [])),
)]
#[post("/v1/assignments/{id}/attachments")]
pub async fn attach_evidence(
    request: Request,
    id: web::Path<String>,
    http: HttpRequest,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let id = Uuid::parse_str(&id).map_err(|_| Problem::not_found())?;
    Onto::Assignment(Id::new(id)).attach(request, &http, form).await
}

/// What a file comes to.
#[derive(Clone)]
enum Onto {
    Petition(PetitionRef),
    Assignment(Id<Assignment>),
}

impl Onto {
    /// Loads the petition (404) and asks whether the actor may (403).
    fn open(&self, db: &mut Db, actor: &Actor) -> Result<Petition, Problem> {
        let visibility = actor.visibility();
        match self {
            Self::Petition(reference) => {
                let petition = petitions::find(db, reference, &visibility)?.ok_or(Code::PetitionUnknown)?;
                petition.permits(actor, Step::Attach)?;
                Ok(petition)
            }
            Self::Assignment(id) => {
                let petition = petitions::find_assignment(db, *id, &visibility)?.ok_or(Code::AssignmentUnknown)?;
                let share = petition.assignment(*id).ok_or(Code::AssignmentUnknown)?;
                petition.permits_assignment(actor, share, AssignmentStep::Attach)?;
                Ok(petition)
            }
        }
    }

    /// What kind of file the form brings.
    fn kind(&self, arrived: &Arrived) -> Result<AttachmentKind, Problem> {
        let given = match (self, arrived.value("kind")) {
            (Self::Assignment(_), _) => return Ok(AttachmentKind::Evidence),
            (Self::Petition(_), None) => return Err(Problem::invalid("/kind", "required")),
            (Self::Petition(_), Some(given)) => given,
        };
        AttachmentKind::parse(given).ok_or_else(|| {
            let known: Vec<&str> = AttachmentKind::ALL.iter().map(|kind| kind.code()).collect();
            let error = FieldError::new("/kind", "not_a_code").with("expected", known.join(", "));
            Problem::new(Kind::InvalidBody).blaming(error)
        })
    }

    fn take(
        &self,
        petition: &Petition,
        occasion: &mut Occasion<'_>,
        kind: AttachmentKind,
        looked: &Looked,
    ) -> Result<Change, Problem> {
        Ok(match self {
            Self::Petition(_) => petition.attach(occasion, kind, looked.file.clone())?,
            Self::Assignment(id) => petition.attach_evidence(occasion, *id, looked.file.clone())?,
        })
    }

    async fn attach(self, request: Request, http: &HttpRequest, form: Multipart) -> Result<HttpResponse, Problem> {
        let Request { state, caller, language, key } = request;
        let now = state.clock.now();
        let (who, onto) = (caller.clone(), self.clone());
        let permitted = state.store.read(move |db| -> Result<(), Problem> {
            let actor = who.actor(db, now)?;
            onto.open(db, &actor).map(drop)
        });
        permitted.await?;
        is_form(http)?;

        let files = &state.files;
        let fields: &[_] = if matches!(&self, Self::Petition(_)) { &[("kind", LONGEST_KIND)] } else { &[] };
        let arrived = files.receive(Wanted { fields, limit: files.limit }, form).await?;
        let kind = self.kind(&arrived)?;
        let keys = key.scope(caller.id(), digest(kind, &arrived));
        let id = new_id(now);
        let looked = files.look(id, arrived).await?;
        let kept = Kept::new(files.contents.clone(), id);
        files.contents.keep(id, &looked.content).await.map_err(|error| failed(&error))?;
        if let Some(small) = looked.small.clone() {
            files.contents.keep_small(id, small).await.map_err(|error| failed(&error))?;
        }

        // From here on it may be written down, also when nobody waits for the answer any more.
        kept.perhaps_known();
        let (own_keys, who, office, seed) = (keys.clone(), caller.clone(), state.clone(), rand::random());
        let now = state.clock.now();
        let written = state.store.write(keys, move |tx| -> Result<(Id<Petition>, Uuid), Problem> {
            let actor = who.actor(tx.beside(), now)?;
            let petition = self.open(tx.db()?, &actor)?;
            if let Some(earlier) = replayed(tx, &own_keys)? {
                return Ok((petition.id, earlier));
            }
            let city = office.offices.in_unit(tx)?;
            let mut occasion = Occasion::new(&actor, city.rules_of(&petition.policy), now, seed);
            let change = self.take(&petition, &mut occasion, kind, &looked)?;
            petitions::save(tx, Some(&petition), &change, None)?;
            if let Some(attachment) = change.petition.attachment(Id::new(id)) {
                attachments::attach(tx, petition.id, attachment)?;
            }
            if let Some(key) = own_keys.first() {
                tx.record(key, id, now);
            }
            Ok((petition.id, id))
        });
        let written = written.await;
        match &written {
            Ok((_, written)) if *written == id => {}
            // Nobody knows whether it is written down: the sweep will see.
            Err(problem) if problem.kind == Kind::OutcomeUnknown => {}
            Ok(_) | Err(_) => forget(&files.contents, id).await,
        }
        let (petition, written) = written?;

        let shared = state.clone();
        let (location, view) = state
            .store
            .read(move |db| -> Result<(String, AttachmentView), Problem> {
                let (actor, office) = caller.enter(db, &shared.offices, now)?;
                let petition = petitions::many(db, &[petition])?.pop().ok_or(Code::PetitionUnknown)?;
                let attachment = petition.attachment(Id::new(written)).ok_or(Code::AttachmentUnknown)?;
                let material = Material::of(db, std::slice::from_ref(&petition))?;
                let viewer = Viewer { actor: &actor, language, now, office: &office };
                Ok((href(&petition, attachment), AttachmentView::of(&petition, attachment, &material, viewer)))
            })
            .await?;
        Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(view))
    }
}

/// The fingerprint of a form: its boundary is another each time.
fn digest(kind: AttachmentKind, arrived: &Arrived) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in
        [kind.code(), arrived.name.as_deref().unwrap_or_default(), arrived.declared.as_deref().unwrap_or_default()]
    {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(arrived.file.sha256);
    hash.finalize().into()
}
