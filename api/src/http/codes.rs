//! The closed sets that bodies and answers name, one alias each: utoipa sees a plain type, not a generic one.

use domain::{
    assignment, attachment, catalogue, clock, contact, desk, disclosure, form, import, intake, job, kind, outcome,
    petition, question, relation, state, template, time,
};

use super::Code;

/// A code of [`assignment::AssignmentState`].
pub type AssignmentState = Code<assignment::AssignmentState>;
/// A code of [`attachment::AttachmentKind`].
pub type AttachmentKind = Code<attachment::AttachmentKind>;
/// A code of [`assignment::CancelCause`].
pub type CancelCause = Code<assignment::CancelCause>;
/// A code of [`catalogue::AuthorityLevel`].
pub type AuthorityLevel = Code<catalogue::AuthorityLevel>;
/// A code of [`catalogue::ChannelType`].
pub type ChannelType = Code<catalogue::ChannelType>;
/// A code of [`outcome::Closing`].
pub type Closing = Code<outcome::Closing>;
/// A code of [`contact::ContactResult`].
pub type ContactResult = Code<contact::ContactResult>;
/// A code of [`catalogue::ContactRule`].
pub type ContactRule = Code<catalogue::ContactRule>;
/// A code of [`desk::ShareDesk`].
pub type AssignmentDesk = Code<desk::ShareDesk>;
/// A code of [`desk::Desk`].
pub type Desk = Code<desk::Desk>;
/// A code of [`contact::Direction`].
pub type Direction = Code<contact::Direction>;
/// A code of [`disclosure::DisclosurePurpose`].
pub type DisclosurePurpose = Code<disclosure::DisclosurePurpose>;
/// A code of [`form::FieldType`].
pub type FieldType = Code<form::FieldType>;
/// A code of [`catalogue::Handling`].
pub type Handling = Code<catalogue::Handling>;
/// A code of [`petition::Identity`].
pub type Identity = Code<petition::Identity>;
/// A code of [`import::ImportFailure`].
pub type ImportFailure = Code<import::ImportFailure>;
/// A code of [`import::ImportState`].
pub type ImportState = Code<import::ImportState>;
/// A code of [`outcome::Infeasibility`].
pub type Infeasibility = Code<outcome::Infeasibility>;
/// A code of [`intake::IntakeKind`].
pub type IntakeKind = Code<intake::IntakeKind>;
/// A code of [`job::JobResult`].
pub type JobResult = Code<job::JobResult>;
/// A code of [`job::JobState`].
pub type JobState = Code<job::JobState>;
/// A code of [`job::JobStep`].
pub type JobStep = Code<job::JobStep>;
/// A code of [`kind::Kind`].
pub type Kind = Code<kind::Kind>;
/// A code of [`contact::Medium`].
pub type Medium = Code<contact::Medium>;
/// A code of [`outcome::Outcome`].
pub type Outcome = Code<outcome::Outcome>;
/// A code of [`kind::PetitionerKind`].
pub type PetitionerKind = Code<kind::PetitionerKind>;
/// A code of [`time::Precision`].
pub type Precision = Code<time::Precision>;
/// A code of [`kind::Priority`].
pub type Priority = Code<kind::Priority>;
/// A code of [`contact::Purpose`].
pub type Purpose = Code<contact::Purpose>;
/// A code of [`question::QuestionState`].
pub type QuestionState = Code<question::QuestionState>;
/// A code of [`relation::Relation`].
pub type Relation = Code<relation::Relation>;
/// A code of [`relation::Part`].
pub type RelationPart = Code<relation::Part>;
/// A code of [`assignment::ReturnReason`].
pub type ReturnReason = Code<assignment::ReturnReason>;
/// A code of [`clock::Stage`].
pub type Stage = Code<clock::Stage>;
/// A code of [`state::State`].
pub type State = Code<state::State>;
/// A code of [`template::Field`].
pub type TemplateField = Code<template::Field>;
/// A code of [`template::TemplateStep`].
pub type TemplateStep = Code<template::TemplateStep>;
/// A code of [`clock::TermState`].
pub type TermState = Code<clock::TermState>;
/// A code of [`petition::update::UpdateStatus`].
pub type UpdateStatus = Code<petition::update::UpdateStatus>;
