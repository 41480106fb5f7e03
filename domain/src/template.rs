//! Words for the citizen with fields in them: what a template may say, and how it is filled.
//!
//! Owns the closed lists of steps and of fields, and the little language: `{{ field }}`, and `{% if field %}` (or
//! `if not`), `{% elif field %}`, `{% else %}`, `{% endif %}`. `minijinja` reads and fills; nothing but these tags
//! reaches it, so that a template can neither reckon nor loop nor take other files in. No field is personal data: those
//! who are written to are named by whoever writes. Knows no petition: who fills brings the words of each field.

use std::fmt;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Deserialize;

use crate::code::Coded;

/// What one filling may cost, in the engine's own units; the longest template needs a few hundred.
const FUEL: u64 = 20_000;

/// Where a template's words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateStep {
    /// What whoever files is told: that it is registered, under which folio.
    File,
    /// What is said in a word with the citizen.
    Contact,
    /// A question to the citizen.
    Ask,
    /// News of the work.
    ReportProgress,
    /// Why more time is needed.
    Extend,
    /// Why a dependency gives its share back; what another authority's business is, the office hands on.
    Return,
    /// What a dependency has done; the office may adopt it as the answer.
    Resolve,
    /// The city's answer.
    Answer,
    /// What goes with the answer when it is told.
    Notify,
    /// That the matter is taken up again.
    Reopen,
}

impl Coded for TemplateStep {
    const NAME: &'static str = "TemplateStep";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[
        Self::File,
        Self::Contact,
        Self::Ask,
        Self::ReportProgress,
        Self::Extend,
        Self::Return,
        Self::Resolve,
        Self::Answer,
        Self::Notify,
        Self::Reopen,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Contact => "contact",
            Self::Ask => "ask",
            Self::ReportProgress => "report_progress",
            Self::Extend => "extend",
            Self::Return => "return",
            Self::Resolve => "resolve",
            Self::Answer => "answer",
            Self::Notify => "notify",
            Self::Reopen => "reopen",
        }
    }
}

/// What a template may name of a petition. None of it is personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The folio.
    Folio,
    /// The category's name.
    Category,
    /// The kind of petition.
    Kind,
    /// The channel's name.
    Channel,
    /// The neighbourhood, as it was said.
    Neighbourhood,
    /// The dependencies that have or had a share in the present round.
    Dependency,
    /// The state.
    State,
    /// What became of the matter.
    Outcome,
    /// The day on which the petition was presented.
    ReceivedDate,
    /// The day by which the answer is due.
    DueDate,
    /// The day by which an open question awaits its reply.
    ReplyDate,
    /// The day for which the work is planned.
    ScheduledDate,
    /// Today.
    Today,
}

impl Coded for Field {
    const NAME: &'static str = "TemplateField";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[
        Self::Folio,
        Self::Category,
        Self::Kind,
        Self::Channel,
        Self::Neighbourhood,
        Self::Dependency,
        Self::State,
        Self::Outcome,
        Self::ReceivedDate,
        Self::DueDate,
        Self::ReplyDate,
        Self::ScheduledDate,
        Self::Today,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Folio => "folio",
            Self::Category => "category",
            Self::Kind => "kind",
            Self::Channel => "channel",
            Self::Neighbourhood => "neighbourhood",
            Self::Dependency => "dependency",
            Self::State => "state",
            Self::Outcome => "outcome",
            Self::ReceivedDate => "received_date",
            Self::DueDate => "due_date",
            Self::ReplyDate => "reply_date",
            Self::ScheduledDate => "scheduled_date",
            Self::Today => "today",
        }
    }
}

impl Field {
    /// All codes, as people are told them.
    #[must_use]
    pub fn listed() -> String {
        Self::ALL.iter().map(|field| field.code()).collect::<Vec<_>>().join(", ")
    }
}

/// Why a text is no template, and on which line (from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It names a field that there is not.
    FieldUnknown {
        /// What it names: at most 40 letters, digits and low lines.
        name: String,
        /// Where.
        line: usize,
    },
    /// Braces that are none of the tags.
    TagUnfit(usize),
    /// An `if` without its `endif`, an `else` without its `if`.
    Unbalanced(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldUnknown { name, line } => write!(f, "line {line}: no field {name}"),
            Self::TagUnfit(line) => write!(f, "line {line}: no such tag"),
            Self::Unbalanced(line) => write!(f, "line {line}: if and endif do not match"),
        }
    }
}

/// The fields that a template names, each once, in the order in which they come.
///
/// # Errors
/// The first place at which it is no template.
pub fn check(source: &str) -> Result<Vec<Field>, Fault> {
    let fields = named(source)?;
    let engine = engine();
    engine.template_from_str(source).map_err(|error| unbalanced(&error))?;
    Ok(fields)
}

/// A template with the words of its fields. A field without words is empty, and an `if` on it does not hold.
///
/// # Errors
/// As [`check`].
pub fn fill(source: &str, words: impl Fn(Field) -> String) -> Result<String, Fault> {
    let fields = named(source)?;
    let known = Value::from_pairs(fields.into_iter().map(|field| (field.code(), words(field))));
    let engine = engine();
    let template = engine.template_from_str(source).map_err(|error| unbalanced(&error))?;
    template.render(known).map_err(|error| unbalanced(&error))
}

/// An engine that knows no filter, function, test or other template.
fn engine() -> Environment<'static> {
    let mut engine = Environment::empty();
    engine.set_fuel(Some(FUEL));
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(|_| AutoEscape::None);
    // A tag that has a line for itself leaves no empty line behind.
    let lines = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    if let Ok(lines) = lines {
        engine.set_syntax(lines);
    }
    engine
}

fn unbalanced(error: &minijinja::Error) -> Fault {
    Fault::Unbalanced(error.line().unwrap_or(1))
}

/// Reads every tag; what is none of ours never reaches the engine.
fn named(source: &str) -> Result<Vec<Field>, Fault> {
    let mut fields = Vec::new();
    let mut rest = source;
    while let Some(begin) = rest.find(['{', '}', '%'].as_slice()) {
        let line = source.len() - rest.len() + begin;
        let line = source.get(..line).unwrap_or_default().matches('\n').count() + 1;
        let unfit = || Fault::TagUnfit(line);
        let here = rest.get(begin..).unwrap_or_default();
        let (inner, close) = match here.get(..2) {
            Some("{{") => (here.get(2..), "}}"),
            Some("{%") => (here.get(2..), "%}"),
            // Whoever forgets a brace means a tag all the same.
            Some("{#" | "}}" | "%}") => return Err(unfit()),
            Some(_) | None => {
                rest = here.get(1..).unwrap_or_default();
                continue;
            }
        };
        let (inner, after) = inner.and_then(|inner| inner.split_once(close)).ok_or_else(unfit)?;
        let words: Vec<&str> = inner.split_whitespace().collect();
        let name = match (close, words.as_slice()) {
            ("}}", [name]) | (_, ["if" | "elif", name] | ["if" | "elif", "not", name]) => Some(*name),
            ("%}", ["else" | "endif"]) => None,
            (_, _) => return Err(unfit()),
        };
        if let Some(name) = name {
            if !is_name(name) {
                return Err(unfit());
            }
            let field = Field::parse(name).ok_or_else(|| Fault::FieldUnknown { name: name.to_owned(), line })?;
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        rest = after;
    }
    Ok(fields)
}

fn is_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(field: Field) -> String {
        let known = [(Field::Folio, "AC-2026-000001-5"), (Field::Category, "<Fuga> & {{ folio }}")];
        known.into_iter().find(|(one, _)| *one == field).map_or_else(String::new, |(_, words)| words.to_owned())
    }

    #[test]
    fn fields_are_filled_as_they_stand_and_an_empty_one_does_not_hold() {
        let source =
            "Folio {{folio}}.\n{% if due_date %}\nAntes del {{ due_date }}.\n{% else %}\nPronto.\n{% endif %}\nAdiós.";
        assert_eq!(check(source), Ok(vec![Field::Folio, Field::DueDate]));
        assert_eq!(fill(source, words).unwrap(), "Folio AC-2026-000001-5.\nPronto.\nAdiós.");
        // What a field says is no template, and no markup is made of it.
        assert_eq!(fill("{{ category }}", words).unwrap(), "<Fuga> & {{ folio }}");
        assert_eq!(fill("100 % { } {a} #1", words).unwrap(), "100 % { } {a} #1");
        assert_eq!(
            fill("{% if not due_date %}sin{% elif folio %}con{% endif %} plazo\n", words).unwrap(),
            "sin plazo\n"
        );
    }

    #[test]
    fn what_is_no_template_is_told_by_its_line() {
        let unknown = |name: &str, line| Err(Fault::FieldUnknown { name: name.to_owned(), line });
        assert_eq!(check("a\n{{ petitioner_name }}"), unknown("petitioner_name", 2));
        assert_eq!(check("{% if Folio %}{% endif %}"), unknown("Folio", 1));
        for unfit in [
            "{{ folio",
            "{{ folio }",
            "folio }}",
            "{{ folio | upper }}",
            "{{ folio * 1000000000 }}",
            "{{ 'a' }}",
            "{{ folio.bar }}",
            "{{- folio -}}",
            "{{{ folio }}}",
            "{# nada #}",
            "{% for a in folio %}{% endfor %}",
            "{% include 'x' %}",
            "{% set x = 1 %}",
            "{% raw %}{{ folio }}{% endraw %}",
            "{% if folio and due_date %}{% endif %}",
            "{% %}",
            "{{ }}",
            "{{ folio folio }}",
        ] {
            assert_eq!(check(unfit), Err(Fault::TagUnfit(1)), "{unfit}");
        }
        for unbalanced in
            ["{% if folio %}", "{% endif %}", "\n{% else %}", "{% if folio %}{% else %}{% else %}{% endif %}"]
        {
            assert!(matches!(check(unbalanced), Err(Fault::Unbalanced(_))), "{unbalanced}");
        }
    }

    #[test]
    fn the_deepest_and_the_longest_template_of_2000_characters_is_read_or_refused_and_never_more() {
        let deep = "{% if folio %}".repeat(142);
        assert!(matches!(check(&deep), Err(Fault::Unbalanced(_))));
        let closed = format!("{}{}", "{% if folio %}".repeat(74), "{% endif %}".repeat(74));
        assert!(check(&closed).is_err() || fill(&closed, words).is_ok());
        let long = "{{folio}}".repeat(222);
        assert_eq!(fill(&long, words).unwrap().len(), 222 * 16);
    }

    proptest! {
        #[test]
        fn a_text_without_braces_stays_as_it_is(text in "[^{}%]{0,200}") {
            prop_assert_eq!(fill(&text, words), Ok(text.clone()));
        }

        #[test]
        fn whatever_is_checked_can_be_filled(text in "([a-z{}% \n]|\\{\\{ folio \\}\\}|\\{% if due_date %\\}|\\{% endif %\\}){0,40}") {
            prop_assert_eq!(check(&text).is_ok(), fill(&text, words).is_ok());
        }
    }
}
