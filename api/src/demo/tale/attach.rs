//! The files of a tale: what came with the petition, and what a dependency shows of its work.
//!
//! Their chance is their own: without them the tale is the same.

use domain::attachment::{AttachmentKind, NewFile};
use domain::outcome::Outcome;

use super::{Stop, Tale};
use crate::demo::entry::liaison;

impl Tale<'_> {
    /// What came with the petition is attached where it was taken in.
    pub(super) fn bring(&mut self) -> Result<(), Stop> {
        let evidence = |(kind, _): &(AttachmentKind, NewFile)| *kind == AttachmentKind::Evidence;
        let (later, now): (Vec<_>, Vec<_>) = std::mem::take(&mut self.files).into_iter().partition(evidence);
        self.files = later;
        let actor = self.router.clone();
        for (kind, file) in now {
            let seed = self.chance_of_files.seed();
            self.take(seed, &actor, None, |petition, on| petition.attach(on, kind, file))?;
        }
        Ok(())
    }

    /// A dependency shows the work that it did, where it speaks for itself.
    pub(super) fn show(&mut self, outcome: Outcome) -> Result<(), Stop> {
        let done = outcome == Outcome::Attended || outcome == Outcome::PartiallyAttended;
        let open = self.change.petition.open().next().map(|share| (share.id, share.dependency.clone()));
        let Some((id, dependency)) = open.filter(|_| done && !self.by_telephone) else { return Ok(()) };
        let actor = liaison(dependency);
        for (_, file) in std::mem::take(&mut self.files) {
            let seed = self.chance_of_files.seed();
            self.take(seed, &actor, None, |petition, on| petition.attach_evidence(on, id, file))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::attachment::{Found, MediaType};
    use domain::id::Id;
    use domain::petition::Petition;
    use uuid::Uuid;

    use super::super::tests::{FOLIO, end, office};
    use super::super::{Plan, tell};
    use super::*;
    use crate::demo::plot::PLOTS;
    use crate::demo::words::words;

    #[test]
    fn files_come_to_a_tale_and_change_nothing_else_of_it() {
        let (office, end) = (office(), end());
        let file = |number| {
            let found = Found {
                media_type: MediaType::Jpeg,
                bytes: 1,
                sha256: "0".repeat(64),
                pixels: Some((1, 1)),
                thumbnail: false,
            };
            NewFile { id: Id::new(Uuid::from_u128(number)), name: words("foto.jpg"), found }
        };
        let mut shown = 0;
        for (at, plot) in PLOTS.iter().enumerate() {
            let begins = end - TimeDelta::days(plot.days_ago.1.min(90));
            let bare = Plan { plot: *plot, begins, seed: 11, files: Vec::new() };
            let files = vec![(AttachmentKind::Evidence, file(1)), (AttachmentKind::Citizen, file(2))];
            let told = |plan: &Plan| tell(&office, plan, FOLIO, end).unwrap().0.petition;
            let (without, with) = (told(&bare), told(&Plan { files, ..bare.clone() }));
            let about = |petition: &Petition| (petition.state(), petition.updated_at, petition.assignments.len());
            assert_eq!(about(&without), about(&with), "plot {at}");
            let kinds: Vec<AttachmentKind> = with.attachments.iter().map(|file| file.kind).collect();
            assert_eq!(kinds.first(), Some(&AttachmentKind::Citizen), "plot {at}");
            assert!(kinds.len() == 1 || plot.shows_work(), "plot {at}");
            shown += kinds.len() - 1;
        }
        assert!(shown > 5, "no dependency showed its work");
    }
}
