//! A problem that is kept to be told later, in the language of whoever asks then: codes and facts, never words.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use serde::{Deserialize, Serialize};

use super::{Kind, Problem, ProblemDocument, ProblemItem, why};
use crate::text::{Language, phrase};

/// What a problem says, in codes: like the problem itself it has no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    facts: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    errors: Vec<KeptError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeptError {
    pointer: String,
    code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    facts: Vec<(String, String)>,
}

impl Kept {
    /// What is kept of a problem.
    #[must_use]
    pub fn of(problem: &Problem) -> Self {
        let facts = |facts: &[(&'static str, String)]| {
            facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
        };
        let errors = problem.errors.iter().map(|error| KeptError {
            pointer: error.pointer.clone(),
            code: error.code.to_string(),
            facts: facts(&error.facts),
        });
        Self { code: problem.kind.code().to_owned(), facts: facts(&problem.facts), errors: errors.collect() }
    }

    /// As it is stored.
    #[must_use]
    pub fn written(&self) -> String {
        // Texts alone: nothing in it can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As it was stored; what cannot be read any more is told as our fault.
    #[must_use]
    pub fn read(written: &str) -> Self {
        serde_json::from_str(written).unwrap_or_else(|_| Self::of(&Kind::Internal.into()))
    }

    /// The problem in words.
    #[must_use]
    pub fn document(&self, language: Language) -> ProblemDocument {
        let kind = Kind::parse(&self.code).unwrap_or(Kind::Internal);
        let key = dashed(kind.code());
        let plain = Problem::new(kind).document(language, None);
        ProblemDocument {
            title: said(language, &key, &self.facts).unwrap_or(plain.title),
            detail: [why(&key, &self.facts), Some(format!("{key}.detail"))]
                .iter()
                .flatten()
                .find_map(|key| said(language, key, &self.facts))
                .unwrap_or(plain.detail),
            errors: self.errors.iter().map(|error| error.item(language)).collect(),
            ..plain
        }
    }
}

impl KeptError {
    fn item(&self, language: Language) -> ProblemItem {
        let key = dashed(&self.code);
        let own = [Some(format!("field-{key}")), why(&key, &self.facts), Some(format!("{key}.detail"))];
        let detail = own
            .iter()
            .flatten()
            .find_map(|key| said(language, key, &self.facts))
            .or_else(|| said(language, "field-invalid", &self.facts));
        ProblemItem { pointer: self.pointer.clone(), code: self.code.clone(), detail: detail.unwrap_or_default() }
    }
}

fn dashed(code: &str) -> String {
    code.replace('_', "-")
}

fn said(language: Language, key: &str, facts: &[(String, String)]) -> Option<String> {
    let facts: HashMap<Cow<'static, str>, FluentValue<'_>> =
        facts.iter().map(|(name, value)| (Cow::Owned(name.clone()), FluentValue::from(value.as_str()))).collect();
    phrase(language, key, &facts)
}

#[cfg(test)]
mod tests {
    use domain::refusal::{Code, Refusal};

    use super::super::FieldError;
    use super::*;

    #[test]
    fn a_problem_that_was_kept_says_the_same_in_every_language() {
        let routed: Problem =
            Refusal::at(Code::AlreadyRouted, "/assignments/0/dependency").with("dependency", "simas").into();
        let closed: Problem = Refusal::new(Code::Closed).with("step", "route").with("state", "closed").into();
        let unlike: Problem = Refusal::at(Code::MergeUnlike, "/into").with("why", "writing").into();
        let long = Problem::new(Kind::InvalidBody).blaming(FieldError::new("/reason", "too_long").with("max", "9"));
        for problem in [routed, closed, unlike, long, Kind::Internal.into(), Problem::invalid("/x", "no_such_code")] {
            let kept = Kept::read(&Kept::of(&problem).written());
            for language in Language::ALL {
                assert_eq!(kept.document(*language), problem.document(*language, None));
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_our_fault() {
        assert_eq!(Kept::read("{").document(Language::English).code, "internal");
        let newer = r#"{"code": "something_new"}"#;
        assert_eq!(Kept::read(newer).document(Language::English).status, 500);
    }
}
