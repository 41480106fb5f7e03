//! Any word with the citizen, in or out.

use serde::{Deserialize, Serialize};

use crate::code::Coded;

/// Who called whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The citizen came to the office.
    In,
    /// The office went to the citizen.
    Out,
}

impl Coded for Direction {
    const NAME: &'static str = "Direction";
    const ALL: &'static [Self] = &[Self::In, Self::Out];

    fn code(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// By what the word travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// A call.
    Telephone,
    /// Face to face.
    InPerson,
    /// A letter.
    Letter,
    /// E-mail.
    Email,
    /// SMS, WhatsApp and the like.
    Messaging,
    /// A social network.
    SocialMedia,
    /// The public page, by folio and PIN.
    Web,
}

impl Coded for Medium {
    const NAME: &'static str = "Medium";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] =
        &[Self::Telephone, Self::InPerson, Self::Letter, Self::Email, Self::Messaging, Self::SocialMedia, Self::Web];

    fn code(self) -> &'static str {
        match self {
            Self::Telephone => "telephone",
            Self::InPerson => "in_person",
            Self::Letter => "letter",
            Self::Email => "email",
            Self::Messaging => "messaging",
            Self::SocialMedia => "social_media",
            Self::Web => "web",
        }
    }
}

/// What it was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// How is my petition doing?
    StatusEnquiry,
    /// Please hurry.
    Insistence,
    /// News of the work.
    Progress,
    /// A question to the citizen.
    Question,
    /// The answer.
    Answer,
    /// It is not done: please reopen.
    Reopening,
}

impl Coded for Purpose {
    const NAME: &'static str = "Purpose";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] =
        &[Self::StatusEnquiry, Self::Insistence, Self::Progress, Self::Question, Self::Answer, Self::Reopening];

    fn code(self) -> &'static str {
        match self {
            Self::StatusEnquiry => "status_enquiry",
            Self::Insistence => "insistence",
            Self::Progress => "progress",
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Reopening => "reopening",
        }
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactResult {
    /// The citizen heard it.
    Told,
    /// A message was left.
    MessageLeft,
    /// Nobody answered.
    NoAnswer,
    /// Somebody else's number.
    WrongNumber,
    /// The citizen would not hear it.
    Refused,
    /// It left the house.
    Sent,
    /// It arrived.
    Delivered,
    /// It came back.
    Bounced,
}

impl Coded for ContactResult {
    const NAME: &'static str = "ContactResult";
    const ALL: &'static [Self] = &[
        Self::Told,
        Self::MessageLeft,
        Self::NoAnswer,
        Self::WrongNumber,
        Self::Refused,
        Self::Sent,
        Self::Delivered,
        Self::Bounced,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::MessageLeft => "message_left",
            Self::NoAnswer => "no_answer",
            Self::WrongNumber => "wrong_number",
            Self::Refused => "refused",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
        }
    }
}
