//! The words that a person reads, in Spanish and in English.
//!
//! Owns which languages there are, how one is chosen (RFC 9110, 12.5.4) and the look-up of a text by
//! its key in `api/texts/{es,en}/*.ftl`. Codes never pass through here: they do not change with the language.

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use fluent_langneg::{LanguageIdentifier as Wanted, NegotiationStrategy, accepted_languages, negotiate_languages};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static TEXTS = {
        locales: "./texts",
        fallback_language: "es",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static SPANISH: LanguageIdentifier = langid!("es");
static ENGLISH: LanguageIdentifier = langid!("en");

/// A language in which people are answered. As an argument of a handler: the one that the caller prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Spanish as it is written in Mexico: the default.
    #[default]
    Spanish,
    /// English.
    English,
}

impl Language {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Spanish, Self::English];

    /// The language tag (RFC 5646), as in `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
        }
    }

    /// The language that an `Accept-Language` value prefers; Spanish when it names none of ours.
    #[must_use]
    pub fn preferred(accepted: &str) -> Self {
        let accepted = accepted_languages::parse(&by_weight(accepted));
        let ours: [Wanted; 2] = match ("es".parse(), "en".parse()) {
            (Ok(spanish), Ok(english)) => [spanish, english],
            _ => return Self::default(),
        };
        let chosen = negotiate_languages(&accepted, &ours, None, NegotiationStrategy::Lookup);
        match chosen.first() {
            Some(tag) if tag.language.as_str() == "en" => Self::English,
            _ => Self::default(),
        }
    }

    /// The language that a request's headers prefer.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map_or_else(Self::default, Self::preferred)
    }

    fn bundle(self) -> &'static LanguageIdentifier {
        match self {
            Self::Spanish => &SPANISH,
            Self::English => &ENGLISH,
        }
    }
}

impl FromRequest for Language {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req.headers())))
    }
}

/// The ranges of an `Accept-Language`, the most wanted first, those with weight 0 left out.
fn by_weight(accepted: &str) -> String {
    let mut ranges: Vec<(&str, f32)> = accepted
        .split(',')
        .map(|range| match range.split_once(';') {
            Some((tag, weight)) => (tag, weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(1.0)),
            None => (range, 1.0),
        })
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    ranges.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranges.iter().map(|(tag, _)| *tag).collect::<Vec<_>>().join(",")
}

/// The text under `key` (`name` or `name.attribute`), with its variables filled in; the key itself when there is none.
#[must_use]
pub fn text(language: Language, key: &str, facts: &[(&'static str, String)]) -> String {
    found(language, key, facts).unwrap_or_else(|| key.to_owned())
}

/// The text under `key`, if there is one.
#[must_use]
pub fn found(language: Language, key: &str, facts: &[(&'static str, String)]) -> Option<String> {
    let facts: HashMap<Cow<'static, str>, FluentValue<'_>> =
        facts.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.as_str()))).collect();
    phrase(language, key, &facts)
}

/// [`found`], for facts whose names are only known as it runs.
#[must_use]
pub fn phrase(language: Language, key: &str, facts: &HashMap<Cow<'static, str>, FluentValue<'_>>) -> Option<String> {
    TEXTS.try_lookup_with_args(language.bundle(), key, facts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::problem::Kind;

    /// Every message and attribute of a language, with the variables that it names.
    fn keys(language: &str) -> BTreeSet<(String, BTreeSet<String>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts").join(language);
        let mut keys = BTreeSet::new();
        for file in fs::read_dir(folder).unwrap() {
            let mut message = String::new();
            for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
                let Some((name, words)) = line.split_once(" = ") else { continue };
                let key = match name.trim().strip_prefix('.') {
                    Some(attribute) => format!("{message}.{attribute}"),
                    None => {
                        name.trim().clone_into(&mut message);
                        message.clone()
                    }
                };
                let variables = words
                    .split('$')
                    .skip(1)
                    .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
                keys.insert((key, variables.collect()));
            }
        }
        keys
    }

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_variables() {
        let (spanish, english) = (keys("es"), keys("en"));
        let differing: Vec<_> = spanish.symmetric_difference(&english).collect();
        assert!(spanish.len() > 150 && differing.is_empty(), "{differing:?}");
    }

    #[test]
    fn every_problem_has_a_title_and_a_detail_in_both_languages() {
        for language in Language::ALL {
            for kind in Kind::all() {
                let key = kind.code().replace('_', "-");
                for key in [key.clone(), format!("{key}.detail")] {
                    let found = found(*language, &key, &[]);
                    assert!(found.as_ref().is_some_and(|text| !text.contains('{')), "{language:?} {key}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn no_text_is_the_same_in_both_languages() {
        for kind in Kind::all() {
            let key = format!("{}.detail", kind.code().replace('_', "-"));
            assert_ne!(text(Language::Spanish, &key, &[]), text(Language::English, &key, &[]));
        }
    }

    #[test]
    fn variables_are_filled() {
        let facts = [("max", "40".to_owned())];
        assert!(text(Language::English, "field-too-long", &facts).ends_with("40."));
    }

    #[test]
    fn the_preferred_language_is_taken_and_spanish_stands_in() {
        for (accepted, language) in [
            ("en", Language::English),
            ("en-GB, es;q=0.5", Language::English),
            ("es-MX,es;q=0.9,en;q=0.8", Language::Spanish),
            ("en;q=0.2, es;q=0.9", Language::Spanish),
            ("fr, en;q=0.5", Language::English),
            ("fr", Language::Spanish),
            ("*", Language::Spanish),
            ("", Language::Spanish),
            ("%%%", Language::Spanish),
        ] {
            assert_eq!(Language::preferred(accepted), language, "{accepted}");
        }
    }
}
