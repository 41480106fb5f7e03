//! The domain's closed sets on the wire: a code in JSON, an enumeration in the contract, a label for people.

use std::borrow::Cow;
use std::fmt;

use domain::code::Coded;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::text::{Language, text};

/// A value of a closed set, as its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<T>(pub T);

impl<T> From<T> for Code<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// The words for a value, in the caller's language.
#[must_use]
pub fn label<T: Coded>(language: Language, value: T) -> String {
    text(language, &key(T::NAME, value.code()), &[])
}

/// The key of a label: `PetitionState` and `in_progress` give `petition-state-in-progress`.
#[must_use]
pub fn key(set: &str, code: &str) -> String {
    let mut key = String::new();
    for (at, letter) in set.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            key.push('-');
        }
        key.push(letter.to_ascii_lowercase());
    }
    key.push('-');
    key.push_str(&code.replace('_', "-"));
    key
}

impl<T: Coded> Serialize for Code<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<'de, T: Coded> Deserialize<'de> for Code<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<T>(std::marker::PhantomData<T>);
        impl<T: Coded> Visitor<'_> for Read<T> {
            type Value = Code<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a code of {}", T::NAME)
            }

            fn visit_str<E: de::Error>(self, code: &str) -> Result<Self::Value, E> {
                T::parse(code).map(Code).ok_or_else(|| {
                    let known: Vec<String> = T::ALL.iter().map(|value| format!("`{}`", value.code())).collect();
                    E::custom(format_args!("unknown variant `?`, expected one of {}", known.join(", ")))
                })
            }
        }
        deserializer.deserialize_str(Read(std::marker::PhantomData))
    }
}

impl<T: Coded> PartialSchema for Code<T> {
    fn schema() -> RefOr<Schema> {
        let codes: Vec<&str> = T::ALL.iter().map(|value| value.code()).collect();
        let mut object = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(codes));
        if T::MAY_GROW {
            object = object.description(Some("May grow: treat a code that you do not know as \"other\"."));
        }
        RefOr::T(object.into())
    }
}

impl<T: Coded> ToSchema for Code<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

#[cfg(test)]
mod tests {
    use domain::assignment::{AssignmentState, CancelCause, ReturnReason};
    use domain::catalogue::{AuthorityLevel, ChannelType, ContactRule};
    use domain::clock::{Stage, TermState};
    use domain::contact::{ContactResult, Direction, Medium, Purpose};
    use domain::desk::{Desk, ShareDesk};
    use domain::disclosure::DisclosurePurpose;
    use domain::event::Happened;
    use domain::import::{ImportFailure, ImportState};
    use domain::job::{JobResult, JobState, JobStep};
    use domain::kind::{Kind, PetitionerKind, Priority};
    use domain::outcome::{Closing, Infeasibility, Outcome};
    use domain::petition::Identity;
    use domain::question::QuestionState;
    use domain::state::State;
    use domain::step::{AssignmentStep, QuestionStep, Step};
    use domain::template::{Field, TemplateStep};
    use domain::time::Precision;

    use super::*;
    use crate::text::found;

    fn unlabelled<T: Coded>() -> Vec<String> {
        let keys = T::ALL.iter().map(|value| key(T::NAME, value.code()));
        keys.filter(|key| Language::ALL.iter().any(|language| found(*language, key, &[]).is_none())).collect()
    }

    #[test]
    fn every_value_of_every_set_has_a_label_in_both_languages() {
        let missing = [
            unlabelled::<State>(),
            unlabelled::<domain::form::FieldType>(),
            unlabelled::<domain::catalogue::Handling>(),
            unlabelled::<Kind>(),
            unlabelled::<Priority>(),
            unlabelled::<Outcome>(),
            unlabelled::<Infeasibility>(),
            unlabelled::<Closing>(),
            unlabelled::<AssignmentState>(),
            unlabelled::<ReturnReason>(),
            unlabelled::<CancelCause>(),
            unlabelled::<QuestionState>(),
            unlabelled::<Direction>(),
            unlabelled::<Medium>(),
            unlabelled::<Purpose>(),
            unlabelled::<ContactResult>(),
            unlabelled::<Precision>(),
            unlabelled::<Stage>(),
            unlabelled::<TermState>(),
            unlabelled::<ChannelType>(),
            unlabelled::<ContactRule>(),
            unlabelled::<AuthorityLevel>(),
            unlabelled::<Identity>(),
            unlabelled::<PetitionerKind>(),
            unlabelled::<Step>(),
            unlabelled::<AssignmentStep>(),
            unlabelled::<QuestionStep>(),
            unlabelled::<DisclosurePurpose>(),
            unlabelled::<Desk>(),
            unlabelled::<ShareDesk>(),
            unlabelled::<TemplateStep>(),
            unlabelled::<Field>(),
            unlabelled::<JobStep>(),
            unlabelled::<JobState>(),
            unlabelled::<JobResult>(),
            unlabelled::<ImportState>(),
            unlabelled::<ImportFailure>(),
        ]
        .concat();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_kind_of_event_has_a_label_in_both_languages() {
        // The domain keeps no list of them: what cannot read an unknown kind names all that it knows.
        let refused = serde_json::from_str::<Happened>(r#"{"kind": "?", "payload": {}}"#).unwrap_err().to_string();
        let kinds: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
        assert!(kinds.len() > 25 && kinds.contains(&"filed"), "{refused}");
        for kind in kinds {
            let key = key("Event", kind);
            assert!(Language::ALL.iter().all(|language| found(*language, &key, &[]).is_some()), "{key}");
        }
    }

    #[test]
    fn a_key_is_made_of_set_and_code() {
        assert_eq!(key("PetitionState", "in_progress"), "petition-state-in-progress");
        assert_eq!(label(Language::Spanish, State::InProgress), "En proceso");
    }
}
