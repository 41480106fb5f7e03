//! What a person may do in the system, as closed codes, and small sets of them.
//!
//! Owns the names only: which post needs which action is data ([`crate::position`]), and whether a
//! step is allowed on a given petition is decided where the step is.

/// One thing that a post's functions, or a role beside the posts, may need to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    // Petitions.
    /// Take a petition in and register it.
    PetitionFile,
    /// Send a petition to the dependencies that attend it.
    PetitionRoute,
    /// Judge a dependency's word and issue the citizen's answer.
    PetitionReview,
    /// Speak with the citizen and record it.
    PetitionContact,
    /// Lead a petition: reclassify, prioritise, hand over, reopen, withdraw.
    PetitionManage,
    /// Supervise petitions of others: reassign, approve, annul.
    PetitionOversee,
    /// Read every petition and change nothing (Contraloría's auditor).
    PetitionRead,
    /// Record a step that a dependency gave by word of mouth.
    AssignmentRecordForDependency,
    /// Take the steps of one's own assignments (a dependency's liaison).
    AssignmentAnswer,
    /// Check that the histories hold.
    IntegrityVerify,
    // Calls, visits, media.
    /// Answer 073.
    CallsTake,
    /// Supervise the 073 service.
    CallsOversee,
    /// Receive visitors.
    VisitAttend,
    /// Tell a citizen which office to go to.
    OrientationGive,
    /// Follow radio, television and newspapers.
    PressMonitor,
    /// Follow social networks.
    SocialMediaMonitor,
    /// Support the office's broadcasts.
    OutreachBroadcast,
    /// Design how the office reaches citizens.
    CampaignManage,
    /// Write and edit information material.
    ContentEdit,
    // Papers.
    /// Process correspondence.
    CorrespondenceProcess,
    /// Draft official letters.
    LetterDraft,
    /// Archive official letters.
    LetterArchive,
    /// Keep the archive.
    ArchiveKeep,
    /// Take minutes.
    MinutesKeep,
    /// Follow agreements up.
    AgreementFollow,
    /// Order a messenger's trip.
    DeliveryOrder,
    /// Make a delivery and log it.
    DeliveryPerform,
    /// Look after the vehicle.
    VehicleMaintain,
    /// Keep logbooks.
    LogbookKeep,
    // Running the office.
    /// Set the rules of the procedure.
    PolicyManage,
    /// Lead the attention programmes.
    ProgrammeDirect,
    /// Keep the agenda.
    AgendaManage,
    /// Appear before the council's committee.
    CouncilAppearanceAttend,
    /// Give out and follow internal tasks.
    TaskManage,
    /// Carry out internal tasks.
    TaskPerform,
    /// Support the use of resources.
    ResourceSupport,
    /// Supervise purchases.
    AcquisitionOversee,
    /// Record purchases.
    AcquisitionRecord,
    /// Set the yearly programme's goals.
    OperatingProgrammePlan,
    /// Report the yearly programme's progress.
    OperatingProgrammeReport,
    // Reports.
    /// Ask for a report.
    ReportRequest,
    /// Prepare a report.
    ReportPrepare,
    /// Hand a requested report in.
    ReportDeliver,
    /// Publish a period's figures.
    ReportPublish,
    /// Deliver the public information of the quarter.
    TransparencyDeliver,
    // The house itself.
    /// Manage accounts and keys (administrator).
    AccountManage,
    /// Manage catalogues (administrator).
    CatalogueManage,
    /// Bring in what another system kept of petitions (administrator).
    PetitionImport,
}

impl Action {
    /// All of them, in the order of declaration.
    pub const ALL: &[Self] = &[
        Self::PetitionFile,
        Self::PetitionRoute,
        Self::PetitionReview,
        Self::PetitionContact,
        Self::PetitionManage,
        Self::PetitionOversee,
        Self::PetitionRead,
        Self::AssignmentRecordForDependency,
        Self::AssignmentAnswer,
        Self::IntegrityVerify,
        Self::CallsTake,
        Self::CallsOversee,
        Self::VisitAttend,
        Self::OrientationGive,
        Self::PressMonitor,
        Self::SocialMediaMonitor,
        Self::OutreachBroadcast,
        Self::CampaignManage,
        Self::ContentEdit,
        Self::CorrespondenceProcess,
        Self::LetterDraft,
        Self::LetterArchive,
        Self::ArchiveKeep,
        Self::MinutesKeep,
        Self::AgreementFollow,
        Self::DeliveryOrder,
        Self::DeliveryPerform,
        Self::VehicleMaintain,
        Self::LogbookKeep,
        Self::PolicyManage,
        Self::ProgrammeDirect,
        Self::AgendaManage,
        Self::CouncilAppearanceAttend,
        Self::TaskManage,
        Self::TaskPerform,
        Self::ResourceSupport,
        Self::AcquisitionOversee,
        Self::AcquisitionRecord,
        Self::OperatingProgrammePlan,
        Self::OperatingProgrammeReport,
        Self::ReportRequest,
        Self::ReportPrepare,
        Self::ReportDeliver,
        Self::ReportPublish,
        Self::TransparencyDeliver,
        Self::AccountManage,
        Self::CatalogueManage,
        Self::PetitionImport,
    ];

    /// The code in the posts' data, in rows and on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PetitionFile => "petition.file",
            Self::PetitionRoute => "petition.route",
            Self::PetitionReview => "petition.review",
            Self::PetitionContact => "petition.contact",
            Self::PetitionManage => "petition.manage",
            Self::PetitionOversee => "petition.oversee",
            Self::PetitionRead => "petition.read",
            Self::AssignmentRecordForDependency => "assignment.record_for_dependency",
            Self::AssignmentAnswer => "assignment.answer",
            Self::IntegrityVerify => "integrity.verify",
            Self::CallsTake => "calls.take",
            Self::CallsOversee => "calls.oversee",
            Self::VisitAttend => "visit.attend",
            Self::OrientationGive => "orientation.give",
            Self::PressMonitor => "press.monitor",
            Self::SocialMediaMonitor => "social_media.monitor",
            Self::OutreachBroadcast => "outreach.broadcast",
            Self::CampaignManage => "campaign.manage",
            Self::ContentEdit => "content.edit",
            Self::CorrespondenceProcess => "correspondence.process",
            Self::LetterDraft => "letter.draft",
            Self::LetterArchive => "letter.archive",
            Self::ArchiveKeep => "archive.keep",
            Self::MinutesKeep => "minutes.keep",
            Self::AgreementFollow => "agreement.follow",
            Self::DeliveryOrder => "delivery.order",
            Self::DeliveryPerform => "delivery.perform",
            Self::VehicleMaintain => "vehicle.maintain",
            Self::LogbookKeep => "logbook.keep",
            Self::PolicyManage => "policy.manage",
            Self::ProgrammeDirect => "programme.direct",
            Self::AgendaManage => "agenda.manage",
            Self::CouncilAppearanceAttend => "council_appearance.attend",
            Self::TaskManage => "task.manage",
            Self::TaskPerform => "task.perform",
            Self::ResourceSupport => "resource.support",
            Self::AcquisitionOversee => "acquisition.oversee",
            Self::AcquisitionRecord => "acquisition.record",
            Self::OperatingProgrammePlan => "operating_programme.plan",
            Self::OperatingProgrammeReport => "operating_programme.report",
            Self::ReportRequest => "report.request",
            Self::ReportPrepare => "report.prepare",
            Self::ReportDeliver => "report.deliver",
            Self::ReportPublish => "report.publish",
            Self::TransparencyDeliver => "transparency.deliver",
            Self::AccountManage => "account.manage",
            Self::CatalogueManage => "catalogue.manage",
            Self::PetitionImport => "petition.import",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.code() == code)
    }
}

/// A set of actions, small enough to be copied: one bit for each.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Actions(u64);

const _: () = assert!(Action::ALL.len() <= u64::BITS as usize, "one bit for each action");

impl Actions {
    /// The set of nothing: what a person without post or role may do.
    pub const NONE: Self = Self(0);

    /// Whether the action is in the set.
    #[must_use]
    pub const fn contains(self, action: Action) -> bool {
        self.0 & Self::bit(action) != 0
    }

    /// The set with one action more.
    #[must_use]
    pub const fn with(self, action: Action) -> Self {
        Self(self.0 | Self::bit(action))
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: &Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The actions of the set, in the order of [`Action::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |action| self.contains(*action))
    }

    const fn bit(action: Action) -> u64 {
        1 << action as u32
    }
}

impl FromIterator<Action> for Actions {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        actions.into_iter().fold(Self::NONE, Self::with)
    }
}

impl std::fmt::Debug for Actions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter().map(Action::code)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_listed_once_and_in_its_place() {
        for (place, action) in Action::ALL.iter().enumerate() {
            assert_eq!(*action as usize, place, "{action:?}");
        }
        assert_eq!(Action::ALL.len(), 48);
    }

    #[test]
    fn a_code_reads_back_as_its_action_and_nothing_else_does() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.code()), Some(*action));
        }
        assert_eq!(Action::parse("petition.File"), None);
        assert_eq!(Action::parse(""), None);
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_no_more() {
        let desk: Actions = [Action::PetitionRoute, Action::PetitionFile, Action::PetitionFile].into_iter().collect();
        assert_eq!(desk.iter().collect::<Vec<_>>(), [Action::PetitionFile, Action::PetitionRoute]);
        assert!(!desk.contains(Action::PetitionReview));
        assert!(Actions::NONE.is_empty() && !desk.is_empty());
    }

    #[test]
    fn a_union_may_do_what_either_may() {
        let last = Actions::NONE.with(Action::CatalogueManage);
        let both = last.union(&Actions::NONE.with(Action::PetitionFile));
        assert!(both.contains(Action::CatalogueManage) && both.contains(Action::PetitionFile));
        assert_eq!(both.iter().count(), 2);
        assert_eq!(format!("{both:?}"), r#"{"petition.file", "catalogue.manage"}"#);
    }
}
