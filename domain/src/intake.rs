//! An intake: how petitions came in. One call, visit, letter, meeting, tour, press item or post, with the 1 to 200
//! petitions that it yielded, or with none where somebody was only oriented (*Manual 2.2, 7.3, 12.1*).
//!
//! Takes a whole intake or nothing of it. Each petition is filed by the same step as one that comes alone; what is
//! said of the occasion in words (place, source, bearer) is kept apart by persistence.

use crate::action::Action;
use crate::actor::{Account, Actor};
use crate::code::Coded;
use crate::id::Id;
use crate::occasion::Occasion;
use crate::petition::file::{Filing, check_receipt};
use crate::petition::{Change, Petition};
use crate::refusal::{Class, Code, Refusal};
use crate::time::{Instant, Precision, truncated};

/// Petitions that one intake yields at most.
pub const MOST: usize = 200;

/// What an intake yielded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntakeKind {
    /// Petitions.
    Petitions,
    /// Orientation without a petition; it is counted.
    Information,
}

impl Coded for IntakeKind {
    const NAME: &'static str = "IntakeKind";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Petitions, Self::Information];

    fn code(self) -> &'static str {
        match self {
            Self::Petitions => "petitions",
            Self::Information => "information",
        }
    }
}

/// How petitions came in. That of a petition that came alone has the petition's own identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// Its identifier.
    pub id: Id<Intake>,
    /// Code of the channel.
    pub channel: String,
    /// When it was.
    pub received_at: Instant,
    /// How exactly that is known.
    pub received_precision: Precision,
    /// When it was keyed.
    pub registered_at: Instant,
    /// Who keyed it; none for the house.
    pub registered_by: Option<Id<Account>>,
    /// Who took it in the field, where somebody else keyed it.
    pub taken_by: Option<Id<Account>>,
    /// How many petitions it yielded.
    pub petitions: i32,
    /// Code of the category about which somebody was oriented, where that was said.
    pub category: Option<String>,
}

/// An intake as it is keyed.
#[derive(Clone, Debug)]
pub struct Taking {
    /// Code of the channel.
    pub channel: String,
    /// When it was; none: now.
    pub received: Option<(Instant, Precision)>,
    /// Who took it in the field, where somebody else keys it.
    pub taken_by: Option<Id<Account>>,
    /// About what somebody was oriented without a petition.
    pub orientation: Option<Orienting>,
    /// The petitions, in the order of the slips.
    pub petitions: Vec<Filing>,
}

/// Orientation without a petition.
#[derive(Clone, Debug, Default)]
pub struct Orienting {
    /// Code of the category that it was about, if that was said.
    pub category: Option<String>,
}

/// What an intake adds: persistence writes all of it or nothing.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The intake.
    pub intake: Intake,
    /// Its petitions, in the order of the slips.
    pub petitions: Vec<Change>,
}

impl Intake {
    /// What it yielded.
    #[must_use]
    pub const fn kind(&self) -> IntakeKind {
        if self.petitions == 0 { IntakeKind::Information } else { IntakeKind::Petitions }
    }

    /// The intake of a petition that came alone.
    #[must_use]
    pub fn own(petition: &Petition) -> Self {
        Self {
            id: petition.intake_id(),
            channel: petition.channel.clone(),
            received_at: petition.received_at,
            received_precision: petition.received_precision,
            registered_at: petition.registered_at,
            registered_by: petition.registered_by,
            taken_by: None,
            petitions: 1,
            category: None,
        }
    }

    /// Takes an intake in with everything that it yielded.
    ///
    /// # Errors
    /// [`Code::NotAllowed`]; [`Code::IntakeEmpty`], [`Code::IntakeTooLarge`], [`Code::OrientationWithPetitions`],
    /// [`Code::InFuture`], [`Code::TooFarBack`]; what [`Petition::file`] refuses, of each petition that is wrong, with
    /// pointers that begin with `/petitions/<place>`.
    pub fn take(occasion: &mut Occasion<'_>, taking: Taking) -> Result<Taken, Vec<Refusal>> {
        let Taking { channel, received, taken_by, orientation, petitions } = taking;
        may_take(occasion.actor, orientation.is_some())?;
        for (at, filing) in petitions.iter().enumerate() {
            Petition::may_file(occasion, filing).map_err(|refusal| vec![within(refusal, at)])?;
        }
        match (petitions.len(), &orientation) {
            (0, Some(_)) | (1..=MOST, None) => {}
            (0, None) => return Err(vec![Refusal::at(Code::IntakeEmpty, "/petitions")]),
            (1.., Some(_)) => return Err(vec![Refusal::at(Code::OrientationWithPetitions, "/orientation")]),
            (_, None) => {
                return Err(vec![Refusal::at(Code::IntakeTooLarge, "/petitions")]);
            }
        }
        check_receipt(occasion, received).map_err(|refusal| vec![refusal])?;
        let id = occasion.id();
        let (received_at, received_precision) =
            received.map_or((occasion.now, Precision::Instant), |(at, precision)| (truncated(at), precision));
        let mut filed = Vec::with_capacity(petitions.len());
        let mut refused = Vec::new();
        for (at, filing) in petitions.into_iter().enumerate() {
            let filing = Filing { channel: channel.clone(), received, ..filing };
            match Petition::file_within(occasion, filing, Some(id)) {
                Ok(change) => filed.push(change),
                Err(refusal) => refused.push(within(refusal, at)),
            }
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        let intake = Self {
            id,
            channel,
            received_at,
            received_precision,
            registered_at: occasion.now,
            registered_by: occasion.actor.account,
            taken_by,
            petitions: i32::try_from(filed.len()).unwrap_or(i32::MAX),
            category: orientation.and_then(|orientation| orientation.category),
        };
        Ok(Taken { intake, petitions: filed })
    }
}

/// Whether the actor may take an intake in: petitions by whoever files them, orientation also by whoever gives it
/// (*Manual 7.3*).
///
/// # Errors
/// [`Code::NotAllowed`].
pub fn may_take(actor: &Actor, orientation: bool) -> Result<(), Vec<Refusal>> {
    let oriented = orientation && actor.can(Action::OrientationGive);
    if oriented || actor.can(Action::PetitionFile) {
        return Ok(());
    }
    Err(vec![Refusal::new(Code::NotAllowed).with("step", "take_intake")])
}

/// Whether the actor sees intakes: the office does, and the auditor. Each petition is seen by itself.
#[must_use]
pub fn sees_intakes(actor: &Actor) -> bool {
    actor.visibility().is_all()
}

/// The refusal of one petition, as a refusal of the whole. What is not one field's fault is the petition's.
fn within(refusal: Refusal, at: usize) -> Refusal {
    match refusal.code.class() {
        Class::Unseen => refusal,
        // What the actor may not do at all is no single petition's fault.
        Class::Forbidden if refusal.pointer.is_none() => refusal,
        Class::Forbidden => {
            let pointer = refusal.pointer.map(|pointer| format!("/petitions/{at}{pointer}"));
            Refusal { pointer, ..refusal }
        }
        Class::Conflict | Class::Invalid => {
            let pointer = format!("/petitions/{at}{}", refusal.pointer.as_deref().unwrap_or_default());
            Refusal { pointer: Some(pointer), ..refusal }
        }
    }
}
