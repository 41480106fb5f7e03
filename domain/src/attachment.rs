//! Attachments: files that belong to a petition, what kinds there are, and who may see each.
//!
//! Knows of a file what was found of it: type, size, hash. Its bytes, how they are looked at and where they are
//! kept, are not decided here.

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::assignment::Assignment;
use crate::code::Coded;
use crate::id::Id;
use crate::petition::Petition;
use crate::step::Step;
use crate::text::{Text, TextRef, hides};
use crate::time::Instant;
use crate::visibility::Visibility;

/// How many files one petition may have besides the evidence of its assignments; erased ones do not count.
pub const MOST: usize = 100;

/// How much evidence one assignment may have, so that no dependency takes up what is the petition's or another's; erased
/// files do not count.
pub const MOST_EVIDENCE: usize = 50;

/// The longest name of a file, in characters.
pub const LONGEST_NAME: usize = 200;

/// What a file is to its petition, from which follows who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// What the citizen gave: photographs of the matter, a letter, the recording of the call.
    Citizen,
    /// What a dependency shows of its work on one assignment.
    Evidence,
    /// Of the office and for the office.
    Internal,
    /// A document that says who somebody is. Shown only to whoever says what for.
    Identity,
}

impl Coded for AttachmentKind {
    const NAME: &'static str = "AttachmentKind";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Citizen, Self::Evidence, Self::Internal, Self::Identity];

    fn code(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Evidence => "evidence",
            Self::Internal => "internal",
            Self::Identity => "identity",
        }
    }
}

/// The types of file that are taken: a short list of what telephones and offices make, none of which unpacks
/// into something larger or holds a program of its own for a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    /// A photograph.
    Jpeg,
    /// A picture, such as a screenshot.
    Png,
    /// A picture.
    Webp,
    /// A document.
    Pdf,
    /// Sound.
    Mp3,
    /// Sound, as telephones record it.
    M4a,
    /// Sound, as messaging services send it (Vorbis or Opus).
    Ogg,
    /// Sound, as telephone exchanges record it.
    Wav,
}

impl MediaType {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Jpeg, Self::Png, Self::Webp, Self::Pdf, Self::Mp3, Self::M4a, Self::Ogg, Self::Wav];

    /// Its name (RFC 6838).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Wav => "audio/wav",
        }
    }

    /// Other names under which senders know it.
    #[must_use]
    pub const fn also(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["image/jpg", "image/pjpeg"],
            Self::Png => &["image/x-png"],
            Self::Webp => &[],
            Self::Pdf => &["application/x-pdf"],
            Self::Mp3 => &["audio/mp3", "audio/x-mp3", "audio/x-mpeg"],
            Self::M4a => &["audio/m4a", "audio/x-m4a", "audio/aac", "video/mp4"],
            Self::Ogg => &["audio/opus", "audio/vorbis", "application/ogg"],
            Self::Wav => &["audio/x-wav", "audio/wave", "audio/vnd.wave"],
        }
    }

    /// The endings of names that go with it, the usual one first.
    #[must_use]
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Pdf => &["pdf"],
            Self::Mp3 => &["mp3"],
            Self::M4a => &["m4a", "mp4"],
            Self::Ogg => &["ogg", "oga", "opus"],
            Self::Wav => &["wav"],
        }
    }

    /// Whether it is a picture.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        match self {
            Self::Jpeg | Self::Png | Self::Webp => true,
            Self::Pdf | Self::Mp3 | Self::M4a | Self::Ogg | Self::Wav => false,
        }
    }

    /// Whether what a sender calls it (`image/jpeg; …`) is this type.
    #[must_use]
    pub fn is_called(self, declared: &str) -> bool {
        let bare = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        bare == self.name() || self.also().contains(&bare.as_str())
    }

    /// Whether a file of this name can be of this type: by its ending, or because it has none.
    #[must_use]
    pub fn is_named(self, name: &str) -> bool {
        name.rsplit_once('.').is_none_or(|(_, ending)| self.endings().contains(&ending.to_ascii_lowercase().as_str()))
    }
}

/// What was found of a file as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Its type, known by its content.
    pub media_type: MediaType,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Width and height in pixels, of a picture.
    pub pixels: Option<(u32, u32)>,
    /// Whether a small picture of it is kept beside it.
    pub thumbnail: bool,
}

/// A file that comes in, looked at and stored.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Under which identifier its bytes are stored.
    pub id: Id<Attachment>,
    /// What its sender called it.
    pub name: Option<Text>,
    /// What was found of it.
    pub found: Found,
}

/// A file that belongs to a petition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its identifier.
    pub id: Id<Attachment>,
    /// What it is to the petition.
    pub kind: AttachmentKind,
    /// The assignment of whose work it is evidence.
    pub assignment: Option<Id<Assignment>>,
    /// What its sender called it; never kept of an identity document.
    pub name: Option<TextRef>,
    /// What was found of it.
    pub found: Found,
    /// When it came.
    pub attached_at: Instant,
    /// Whether its content was erased.
    pub erased: bool,
}

/// Whether somebody may see a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// They may not know that it is there.
    Hidden,
    /// They may see it.
    Shown,
    /// They may see it once they have said what for.
    OnDisclosure,
}

impl Visibility {
    /// Whether whoever has this visibility may know that the petition has such a file. The office sees all; the
    /// citizen what citizens gave, unless there are several of them: whose of them a file is nobody says, and nothing
    /// of one is shown to another; a dependency the citizen's photographs, as it sees the citizen's words, and the
    /// evidence of its own shares, and nothing of a petition that it does not see.
    #[must_use]
    pub fn sees_file(
        &self,
        petition: &Petition,
        kind: AttachmentKind,
        assignment: Option<Id<Assignment>>,
        media_type: MediaType,
    ) -> bool {
        if self.is_all() {
            return true;
        }
        let own = || assignment.and_then(|id| petition.assignment(id)).is_some_and(|share| self.sees_whole(share));
        self.sees(petition)
            && match kind {
                AttachmentKind::Citizen if self.is_own(petition.id) => petition.co_petitioners().next().is_none(),
                AttachmentKind::Citizen => media_type.is_picture(),
                AttachmentKind::Evidence => own(),
                AttachmentKind::Internal | AttachmentKind::Identity => false,
            }
    }

    /// Whether whoever sees such a file also reads what it is called and why it was erased. What the citizen's files
    /// are called often says who somebody is, which no photograph needs.
    #[must_use]
    pub fn reads_of_file(&self, kind: AttachmentKind) -> bool {
        self.is_all() || kind == AttachmentKind::Evidence
    }
}

impl Petition {
    /// One file.
    #[must_use]
    pub fn attachment(&self, id: Id<Attachment>) -> Option<&Attachment> {
        self.attachments.iter().find(|attachment| attachment.id == id)
    }

    /// Whether the actor may see a file of this petition.
    #[must_use]
    pub fn access(&self, actor: &Actor, attachment: &Attachment) -> Access {
        let Attachment { kind, assignment, found, .. } = attachment;
        if !actor.visibility().sees_file(self, *kind, *assignment, found.media_type) {
            return Access::Hidden;
        }
        match kind {
            AttachmentKind::Identity if actor.can_any(Step::Disclose.actions()) => Access::OnDisclosure,
            AttachmentKind::Identity => Access::Hidden,
            AttachmentKind::Citizen | AttachmentKind::Evidence | AttachmentKind::Internal => Access::Shown,
        }
    }

    /// The files that the actor may know of, in the order in which they came.
    pub fn attachments_for(&self, actor: &Actor) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|attachment| self.access(actor, attachment) != Access::Hidden)
    }
}

/// Why the name of a file is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Longer than [`LONGEST_NAME`].
    TooLong,
    /// With characters that nobody sees or that turn the reading round.
    Unreadable,
}

/// The name of a file as its sender gives it, without folders. None where nothing is left of it.
///
/// # Errors
/// [`NameError`].
pub fn file_name(sent: &str) -> Result<Option<Text>, NameError> {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if hides(name) {
        return Err(NameError::Unreadable);
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(NameError::TooLong);
    }
    if name.chars().all(|c| c == '.') {
        return Ok(None);
    }
    Text::parse(name).map(Some).map_err(|_| NameError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_last_part_of_a_path_and_hides_nothing() {
        let name = |sent: &str| file_name(sent).map(|name| name.map(|name| name.as_str().to_owned()));
        assert_eq!(name("foto.jpg"), Ok(Some("foto.jpg".to_owned())));
        assert_eq!(name("C:\\fotos\\bache 1.jpg"), Ok(Some("bache 1.jpg".to_owned())));
        assert_eq!(name("../../etc/passwd"), Ok(Some("passwd".to_owned())));
        assert_eq!(name("fotos/"), Ok(None));
        assert_eq!(name(".."), Ok(None));
        assert_eq!(name("foto\u{202e}gpj.exe"), Err(NameError::Unreadable));
        assert_eq!(name("foto\u{0}.jpg"), Err(NameError::Unreadable));
        assert_eq!(name("👩\u{200d}🌾.jpg"), Ok(Some("👩\u{200d}🌾.jpg".to_owned())));
        assert_eq!(name(&"a".repeat(LONGEST_NAME + 1)), Err(NameError::TooLong));
    }

    #[test]
    fn a_type_is_known_by_all_its_names_and_endings_and_by_no_other() {
        assert!(MediaType::Jpeg.is_called("IMAGE/JPG; charset=binary"));
        assert!(!MediaType::Jpeg.is_called("image/svg+xml"));
        assert!(MediaType::Jpeg.is_named("FOTO.JPEG") && MediaType::Jpeg.is_named("foto"));
        assert!(!MediaType::Jpeg.is_named("foto.jpg.html") && !MediaType::Pdf.is_named("oficio.exe"));
        for media_type in MediaType::ALL {
            assert!(media_type.is_called(media_type.name()) && !media_type.is_named("a."));
            assert!(media_type.endings().iter().all(|ending| media_type.is_named(&format!("a.{ending}"))));
        }
    }
}
