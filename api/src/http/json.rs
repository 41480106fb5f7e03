//! JSON as we take it: stricter than the grammar, and every fault by its pointer (RFC 6901).
//!
//! Members named twice and control characters are found in a first walk, types and unknown members by serde,
//! lengths and ranges by `validator`.

use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use super::tree::Tree;
use crate::problem::{FieldError, Kind, Problem};

/// Why a body is no value.
#[derive(Debug)]
pub enum Fault {
    /// It cannot be read (400).
    Syntax(Problem),
    /// It was read and is invalid (422).
    Invalid(Problem),
}

/// Reads and validates a value.
///
/// # Errors
/// [`Fault`], which names what is to blame.
pub fn read<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Fault> {
    let mut walk = Walk::default();
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let tree = Strict(&mut walk).deserialize(&mut source).and_then(|tree| source.end().map(|()| tree));
    let tree = tree.map_err(|error| {
        let place = FieldError::new("", "syntax")
            .with("line", error.line().to_string())
            .with("column", error.column().to_string());
        let blamed = walk.twice.take().map_or(place, |pointer| FieldError::new(pointer, "twice"));
        Fault::Syntax(Problem::new(Kind::MalformedBody).blaming(blamed))
    })?;
    if !walk.controls.is_empty() {
        let errors = walk.controls.into_iter().map(|pointer| FieldError::new(pointer, "control_character"));
        return Err(invalid(errors.collect()));
    }
    let value: T = serde_path_to_error::deserialize(Tree(tree)).map_err(|error| invalid(vec![fault(&error)]))?;
    match value.validate() {
        Ok(()) => Ok(value),
        Err(errors) => {
            let mut faults = Vec::new();
            collect("", &errors, &mut faults);
            faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
            Err(invalid(faults))
        }
    }
}

fn invalid(errors: Vec<FieldError>) -> Fault {
    Fault::Invalid(Problem::new(Kind::InvalidBody).blaming_all(errors))
}

/// What serde's message says, as a code: its words are for programmers and could quote the value.
fn fault(error: &serde_path_to_error::Error<serde_json::Error>) -> FieldError {
    blamed(error.path(), &error.inner().to_string())
}

/// The same of any reader that speaks serde's words, such as that of TOML.
pub(crate) fn blamed(path: &Path, said: &str) -> FieldError {
    let at = pointer(path);
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    if said.starts_with("missing field") {
        FieldError::new(format!("{at}/{}", escaped(&quoted(said))), "required")
    } else if said.starts_with("unknown field") {
        FieldError::new(at, "unknown")
    } else if said.starts_with("unknown variant") {
        FieldError::new(at, "not_a_code").with("expected", expected(said))
    } else if said.starts_with("invalid type") {
        FieldError::new(at, "wrong_type")
    } else if let Some(most) = said.strip_prefix("invalid value: integer").and_then(largest) {
        // What bodies count begins at 0.
        FieldError::new(at, "out_of_range").with("min", "0").with("max", most)
    } else {
        misshapen(at, said)
    }
}

/// The largest number of the type that serde says it expected.
fn largest(said: &str) -> Option<String> {
    Some(match said.rsplit_once("expected ")?.1 {
        "u8" => u8::MAX.to_string(),
        "u16" => u16::MAX.to_string(),
        "i32" => i32::MAX.to_string(),
        "u32" => u32::MAX.to_string(),
        "i64" => i64::MAX.to_string(),
        "u64" => u64::MAX.to_string(),
        _ => return None,
    })
}

/// The codes that serde names in what it says of another, without its words between them.
pub(super) fn expected(said: &str) -> String {
    let list = said.split_once("expected ").map_or("", |(_, list)| list);
    list.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ")
}

/// A text that is none of what it stands for, by what its reader says: which shape it should have.
pub(super) fn misshapen(at: String, said: &str) -> FieldError {
    // All that chrono says of a date or instant.
    const DATES: [&str; 6] = [
        "input is out of range",
        "no possible date and time",
        "input is not enough",
        "input contains invalid characters",
        "premature end of input",
        "trailing input",
    ];
    if said.starts_with("UUID parsing failed") {
        FieldError::new(at, "uuid_malformed")
    } else if DATES.iter().any(|one| said.starts_with(one)) {
        FieldError::new(at, "date_malformed")
    } else if said.contains("`true` or `false`") {
        FieldError::new(at, "not_a_code").with("expected", "true, false")
    } else {
        FieldError::new(at, "invalid")
    }
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            // A variant's name is no member of its own in the forms that we use.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// A member's name as a part of a pointer (RFC 6901, 3).
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn collect(at: &str, errors: &ValidationErrors, faults: &mut Vec<FieldError>) {
    for (field, kind) in errors.errors() {
        // A rule on the whole value stands under this name; its fault belongs to the value.
        let at = if field == "__all__" { at.to_owned() } else { format!("{at}/{}", field.trim_start_matches("r#")) };
        match kind {
            ValidationErrorsKind::Struct(inner) => collect(&at, inner, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(&format!("{at}/{index}"), inner, faults);
                }
            }
            ValidationErrorsKind::Field(found) => faults.extend(found.iter().map(|error| rule(&at, error))),
        }
    }
}

fn rule(at: &str, error: &ValidationError) -> FieldError {
    let number = |name: &str| error.params.get(name).filter(|value| value.is_number()).map(ToString::to_string);
    let length = error.params.get("value").map_or(0, |value| match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => 0,
    });
    let is_list = error.params.get("value").is_some_and(Value::is_array);
    match (error.code.as_ref(), number("min"), number("max")) {
        ("length", min, Some(max))
            if is_list && (max.parse().is_ok_and(|max: usize| length > max) || min.is_none()) =>
        {
            FieldError::new(at, "too_many").with("max", max)
        }
        ("length", Some(min), _) if is_list => FieldError::new(at, "too_few").with("min", min),
        ("length", min, Some(max)) if max.parse().is_ok_and(|max: usize| length > max) || min.is_none() => {
            FieldError::new(at, "too_long").with("max", max)
        }
        ("length", Some(min), _) => FieldError::new(at, "too_short").with("min", min),
        ("length", None, _) => match number("equal") {
            Some(equal) if equal.parse().is_ok_and(|equal: usize| length > equal) => {
                FieldError::new(at, "too_long").with("max", equal)
            }
            equal => FieldError::new(at, "too_short").with("min", equal.unwrap_or_else(|| "1".to_owned())),
        },
        ("range", min, max) => FieldError::new(at, "out_of_range")
            .with("min", min.unwrap_or_else(|| "−∞".to_owned()))
            .with("max", max.unwrap_or_else(|| "∞".to_owned())),
        (other, _, _) => FieldError::new(at, other.to_owned()),
    }
}

/// Where the first walk stands, and what it found.
#[derive(Default)]
struct Walk {
    at: Vec<String>,
    twice: Option<String>,
    controls: Vec<String>,
}

impl Walk {
    fn here(&self) -> String {
        self.at.iter().map(|part| format!("/{}", escaped(part))).collect()
    }

    fn string(&mut self, text: &str) {
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.controls.push(self.here());
        }
    }
}

/// A value, refusing members named twice and noting control characters.
struct Strict<'w>(&'w mut Walk);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        self.0.string(value);
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            self.0.at.push(list.len().to_string());
            let item = items.next_element_seed(Strict(&mut *self.0))?;
            self.0.at.pop();
            match item {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.0.at.push(name.clone());
            if map.contains_key(&name) {
                self.0.twice = Some(self.0.here());
                return Err(de::Error::custom("a member is named twice"));
            }
            let value = members.next_value_seed(Strict(&mut *self.0))?;
            self.0.at.pop();
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[validate(length(min = 2, max = 5))]
        text: String,
        #[serde(default)]
        #[validate(length(max = 3), nested)]
        items: Vec<Inner>,
        #[serde(default)]
        colour: Option<Colour>,
        #[serde(default)]
        at: Option<chrono::DateTime<chrono::Utc>>,
        #[serde(default)]
        day: Option<chrono::NaiveDate>,
        #[serde(default)]
        id: Option<uuid::Uuid>,
    }

    #[derive(Debug, Deserialize, serde::Serialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[validate(range(min = 1, max = 3))]
        number: i32,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Red,
        Green,
    }

    fn invalid_at(body: &str) -> Vec<(String, String)> {
        match read::<Outer>(body.as_bytes()) {
            Err(Fault::Invalid(problem)) => {
                problem.errors.into_iter().map(|error| (error.pointer, error.code.into_owned())).collect()
            }
            other => panic!("not invalid: {other:?}"),
        }
    }

    #[test]
    fn each_fault_has_its_pointer_and_code() {
        let check = |body: &str, pointer: &str, code: &str| {
            assert_eq!(invalid_at(body), [(pointer.to_owned(), code.to_owned())], "{body}");
        };
        check("{}", "/text", "required");
        check(r#"{"text": "abc", "a/b": 1}"#, "/a~1b", "unknown");
        check(r#"{"text": 7}"#, "/text", "wrong_type");
        check(r#"{"text": "a"}"#, "/text", "too_short");
        check(r#"{"text": "abcdef"}"#, "/text", "too_long");
        check(r#"{"text": "abc", "items": [{"number": 1}, {"number": 4}]}"#, "/items/1/number", "out_of_range");
        check(r#"{"text": "abc", "items": [{"number": 1, "x": 1}]}"#, "/items/0/x", "unknown");
        check(r#"{"text": "abc", "items": [{}]}"#, "/items/0/number", "required");
        check(r#"{"text": "abc", "colour": "blue"}"#, "/colour", "not_a_code");
        check(r#"{"text": "a\u0000c"}"#, "/text", "control_character");
        check(r#"{"text": "abc", "colour": "`x` or"}"#, "/colour", "not_a_code");
        let many = r#"{"number": 1},"#.repeat(4);
        check(&format!(r#"{{"text": "abc", "items": [{}]}}"#, many.trim_end_matches(',')), "/items", "too_many");
        check("[]", "", "wrong_type");
        check(r#"["abc"]"#, "", "wrong_type");
        check("7", "", "wrong_type");
        check(r#"{"text": null}"#, "/text", "wrong_type");
        check(r#"{"text": "abc", "items": [[1]]}"#, "/items/0", "wrong_type");
        check(r#"{"text": "abc", "items": {}}"#, "/items", "wrong_type");
        check(r#"{"text": "abc", "items": [{"number": 1.5}]}"#, "/items/0/number", "wrong_type");
        check(r#"{"text": "abc", "items": [{"number": 99999999999}]}"#, "/items/0/number", "out_of_range");
    }

    #[test]
    fn the_codes_that_are_possible_are_told_without_serdes_words() {
        let said = |list: &str| expected(&format!("unknown variant `or`, expected {list}"));
        assert_eq!(said("`petitions` or `assignments`"), "petitions, assignments");
        assert_eq!(said("one of `a`, `b`, `or`"), "a, b, or");
        assert_eq!(said("`a`"), "a");
    }

    #[test]
    fn what_is_no_date_or_uuid_is_told_its_shape() {
        for (member, code, values) in [
            ("at", "date_malformed", ["yesterday", "2026-02-30T10:00:00Z", "2026-03-01T10:00:00", "2026-03-01"]),
            ("day", "date_malformed", ["2026-02-30", "30/02/2026", "2026-03-01T10:00:00Z", ""]),
            ("id", "uuid_malformed", ["7", "", "0193a1c2-7d10-7c3e-9a51", "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8g"]),
        ] {
            for value in values {
                let body = serde_json::json!({"text": "abc", member: value}).to_string();
                assert_eq!(invalid_at(&body), [(format!("/{member}"), code.to_owned())], "{body}");
            }
        }
    }

    #[test]
    fn several_faults_are_told_together() {
        assert_eq!(invalid_at(r#"{"text": "a", "items": [{"number": 0}]}"#).len(), 2);
    }

    #[test]
    fn a_line_break_is_no_control_character() {
        let value: Outer = read(br#"{"text": "a\n\tb", "colour": "red"}"#).unwrap();
        assert_eq!((value.text.as_str(), value.colour), ("a\n\tb", Some(Colour::Red)));
        assert_eq!((value.at, value.day, value.id), (None, None, None));
    }

    #[test]
    fn a_member_named_twice_cannot_be_read() {
        match read::<Outer>(br#"{"text": "abc", "items": [{"number": 1, "number": 2}]}"#) {
            Err(Fault::Syntax(problem)) => assert_eq!(problem.errors[0].pointer, "/items/0/number"),
            other => panic!("read: {other:?}"),
        }
    }

    #[test]
    fn what_is_no_json_says_where() {
        for body in ["", "{", "{\"text\": \"abc\"} x", "\u{feff}{}", "{'text': 1}"] {
            assert!(matches!(read::<Outer>(body.as_bytes()), Err(Fault::Syntax(_))), "{body}");
        }
        assert!(matches!(read::<Outer>(b"{\"text\": \"\xff\"}"), Err(Fault::Syntax(_))));
        let deep = "[".repeat(100_000);
        assert!(matches!(read::<Outer>(deep.as_bytes()), Err(Fault::Syntax(_))));
    }
}
