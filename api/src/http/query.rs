//! The query of a request: each value by the name of its parameter, and what a cursor is bound to.
//!
//! Names that the operation does not have are refused before (`http::intake`), by the contract itself.

use std::borrow::Cow;
use std::fmt;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::cursor::Cursor;
use super::json::{expected, misshapen};
use crate::problem::{FieldError, Kind, Problem};
use crate::secrets::Secrets;

/// Parameters that say which part of a list is wanted, not which list.
const OF_THE_PAGE: &[&str] = &["cursor", "limit", "count", "start"];

/// The query of a request as a `T`.
#[derive(Clone, Debug)]
pub struct Query<T> {
    /// The values.
    pub value: T,
    path: String,
    pairs: Vec<(String, String)>,
}

impl<T: DeserializeOwned> Query<T> {
    /// Reads the query of `path`.
    ///
    /// # Errors
    /// `invalid_parameter` (400) with the name of the parameter.
    pub fn read(path: &str, query: &str) -> Result<Self, Problem> {
        let pairs = pairs(query)?;
        let parts = form_urlencoded::parse(query.as_bytes());
        let value = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(parts)).map_err(|error| {
            let said = error.inner().to_string();
            let quoted = said.split('`').nth(1).unwrap_or_default();
            if said.starts_with("missing field") {
                Problem::parameter(quoted, "required")
            } else if said.starts_with("unknown field") {
                unknown(quoted)
            } else if said.starts_with("unknown variant") {
                let at = format!("?{}", error.path());
                let unknown = FieldError::new(at, "not_a_code").with("expected", expected(&said));
                Problem::new(Kind::InvalidParameter).blaming(unknown)
            } else {
                let at = format!("?{}", error.path());
                let range = said.strip_prefix(OUT_OF_RANGE).and_then(|range| range.split_once(" to "));
                let blamed = match range {
                    Some((least, most)) => FieldError::new(at, "out_of_range").with("min", least).with("max", most),
                    None => misshapen(at, &said),
                };
                Problem::new(Kind::InvalidParameter).blaming(blamed)
            }
        })?;
        Ok(Self { value, path: path.to_owned(), pairs })
    }
}

impl<T> Query<T> {
    /// The position at which the wanted page begins; none for the first page.
    ///
    /// # Errors
    /// `invalid_cursor` (400): not ours, or made for another caller, list, filter or sort.
    pub fn position<P: DeserializeOwned>(&self, secrets: &Secrets, caller: Uuid) -> Result<Option<P>, Problem> {
        let cursor = self.pairs.iter().find(|(name, _)| name == "cursor");
        cursor.map(|(_, text)| Cursor::bound(secrets, &self.binding(caller)).read(text)).transpose()
    }

    /// The cursor of the page that begins after `position`.
    #[must_use]
    pub fn next<P: Serialize>(&self, secrets: &Secrets, caller: Uuid, position: &P) -> String {
        Cursor::bound(secrets, &self.binding(caller)).write(position)
    }

    /// The value of a `Link` header (RFC 8288) to the page that `cursor` begins: this query with that cursor.
    #[must_use]
    pub fn link(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs.iter().filter(|(name, _)| name != "cursor"));
        query.append_pair("cursor", cursor);
        format!("<{}?{}>; rel=\"next\"", self.path, query.finish())
    }

    /// What a cursor belongs to: the caller, the list, and its filter and sort in whatever order they were given.
    fn binding(&self, caller: Uuid) -> [u8; 32] {
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(name, _)| !OF_THE_PAGE.contains(&name.as_str())).collect();
        pairs.sort();
        let mut digest = Sha256::new();
        digest.update(caller.as_bytes());
        digest.update(self.path.as_bytes());
        for (name, value) in pairs {
            // The zero keeps `a=bc` and `ab=c` apart; no value contains one.
            digest.update([0]);
            digest.update(name.as_bytes());
            digest.update([0]);
            digest.update(value.as_bytes());
        }
        digest.finalize().into()
    }
}

/// Splits a query; refuses what has no name, is there twice, empty, or has control characters.
fn pairs(query: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name.is_empty() {
            return Err(nameless());
        }
        if pairs.iter().any(|(known, _)| *known == name) {
            return Err(Problem::parameter(&name, "twice"));
        }
        if value.is_empty() {
            return Err(Problem::parameter(&name, "empty"));
        }
        if value.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
            return Err(Problem::parameter(&name, "not_one_line"));
        }
        pairs.push((name.into_owned(), value.into_owned()));
    }
    Ok(pairs)
}

/// A query as it stands in an address, percent-encoded (RFC 3986, 3.4) however it was typed; none where it is no query:
/// it says nothing, has a value without a name, a `#`, with which another part of an address begins, or an escape that is none.
#[must_use]
pub fn encoded(query: &str) -> Option<String> {
    let mut escapes = query.split('%').skip(1);
    let sound =
        |after: &str| after.as_bytes().first_chunk::<2>().is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if query.contains('#') || !escapes.all(sound) {
        return None;
    }
    let part = |text: &str| {
        let safe: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        // What separates values and parts of an instant may stand as it is.
        safe.replace("%2C", ",").replace("%3A", ":")
    };
    let pairs: Vec<String> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| format!("{}={}", part(&name), part(&value)))
        .collect();
    let named = pairs.iter().all(|pair| !pair.starts_with('='));
    (named && !pairs.is_empty()).then(|| pairs.join("&"))
}

/// The problem of a value without the name of a parameter before it.
fn nameless() -> Problem {
    Problem::parameter("", "nameless")
}

/// The problem of a parameter that the operation does not have.
#[must_use]
pub fn unknown(name: &str) -> Problem {
    if name.is_empty() {
        return nameless();
    }
    // A name is the caller's own text: cut, so that an answer cannot be made arbitrarily long.
    let name: String = name.chars().take(64).filter(|c| !c.is_control()).collect();
    Problem::new(Kind::UnknownParameter)
        .with("name", name.clone())
        .blaming(FieldError::new(format!("?{name}"), "unknown"))
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(req.path(), req.query_string()))
    }
}

/// How many items a page has at most: 1 to 200, 50 when not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Cow<'_, str>")]
pub struct Limit(u16);

/// What a number says of a text that is none of its range, before it names the range.
const OUT_OF_RANGE: &str = "no number from ";

/// A number of this range, as a parameter writes it.
///
/// # Errors
/// Words from which [`Query::read`] tells the range.
pub fn within(written: &str, range: &RangeInclusive<u16>) -> Result<u16, String> {
    let number = written.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("{OUT_OF_RANGE}{} to {}", range.start(), range.end()))
}

impl Limit {
    const RANGE: RangeInclusive<u16> = 1..=200;

    /// The number.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<Cow<'_, str>> for Limit {
    type Error = String;

    fn try_from(written: Cow<'_, str>) -> Result<Self, Self::Error> {
        within(&written, &Self::RANGE).map(Self)
    }
}

/// Whether a filter names something that its catalogue lists, now or once: what is unknown would find nothing, and its
/// caller would take a mistyped code for an empty desk.
///
/// # Errors
/// `invalid_parameter` (400) that says where the codes are listed.
pub fn listed(
    name: &'static str,
    code: Option<&String>,
    known: impl Fn(&str) -> bool,
    place: &'static str,
) -> Result<(), Problem> {
    if code.is_none_or(|code| known(code)) {
        return Ok(());
    }
    let unknown = FieldError::new(format!("?{name}"), "not_listed").with("place", place);
    Err(Problem::new(Kind::InvalidParameter).blaming(unknown))
}

/// That the order needs another parameter, which is not there.
#[must_use]
pub fn sort_needs(name: &'static str, sort: &'static str, needed: &'static str) -> Problem {
    let missing = FieldError::new(format!("?{name}"), "needed_by_sort").with("sort", sort).with("needed", needed);
    Problem::new(Kind::InvalidParameter).blaming(missing)
}

/// Several values of one parameter, with commas between them: `state=routed,in_progress`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several<T>(pub Vec<T>);

impl<T> Default for Several<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Commas(PhantomData))
    }
}

struct Commas<T>(PhantomData<T>);

impl<T: FromStr> Visitor<'_> for Commas<T> {
    type Value = Several<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values with commas between them")
    }

    fn visit_str<E: de::Error>(self, list: &str) -> Result<Several<T>, E> {
        let read = |item: &str| item.parse().map_err(|_| E::custom("a value of the list is none of those allowed"));
        list.split(',').map(read).collect::<Result<_, _>>().map(Several)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Wanted {
        #[serde(default)]
        limit: Limit,
        #[serde(default)]
        number: Several<u8>,
        state: Option<State>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum State {
        Open,
        Shut,
    }

    fn read(query: &str) -> Result<Query<Wanted>, Problem> {
        Query::read("/v1/things", query)
    }

    #[test]
    fn values_are_read_and_defaults_stand_in() {
        let query = read("number=1,2&state=open").unwrap().value;
        assert_eq!((query.limit.get(), query.number.0, query.state), (50, vec![1, 2], Some(State::Open)));
    }

    #[test]
    fn a_bad_value_is_refused_by_the_name_of_its_parameter() {
        for (bad, name) in [
            ("limit=0", "?limit"),
            ("limit=201", "?limit"),
            ("limit=x", "?limit"),
            ("number=1,x", "?number"),
            ("state=ajar", "?state"),
            ("state=", "?state"),
            ("limit=1&limit=2", "?limit"),
            ("state=%00open", "?state"),
            ("=x", "?"),
        ] {
            let problem = read(bad).unwrap_err();
            assert_eq!((problem.kind, problem.errors[0].pointer.as_str()), (Kind::InvalidParameter, name), "{bad}");
            if bad.starts_with("limit=") && !bad.contains('&') {
                assert_eq!(problem.errors[0].facts, [("min", "1".to_owned()), ("max", "200".to_owned())], "{bad}");
            }
        }
    }

    #[test]
    fn a_cursor_belongs_to_one_caller_and_filter_and_to_any_page_size() {
        let secrets = Secrets::new("0123456789abcdef0123456789abcdef");
        let (caller, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let cursor = read("number=1&state=open").unwrap().next(&secrets, caller, &(7, "x".to_owned()));
        let position = |query: String, caller| {
            read(&query).unwrap().position::<(i32, String)>(&secrets, caller).map_err(|problem| problem.kind)
        };
        let same = position(format!("state=open&number=1&limit=9&cursor={cursor}"), caller);
        assert_eq!(same, Ok(Some((7, "x".to_owned()))));
        assert_eq!(position(format!("state=open&number=1&cursor={cursor}"), other), Err(Kind::InvalidCursor));
        assert_eq!(position(format!("state=shut&number=1&cursor={cursor}"), caller), Err(Kind::InvalidCursor));
        assert_eq!(position("cursor=AAAA".to_owned(), caller), Err(Kind::InvalidCursor));
        assert_eq!(position("state=open".to_owned(), caller), Ok(None));
    }

    #[test]
    fn a_query_is_encoded_however_it_was_typed_and_reads_the_same() {
        for (typed, written) in [
            ("state=in_review&q=bache", "state=in_review&q=bache"),
            ("q=alumbrado público", "q=alumbrado+p%C3%BAblico"),
            ("q=p%c3%bablico&state=routed,in_progress", "q=p%C3%BAblico&state=routed,in_progress"),
            ("due_to=2026-11-24T21:00:00Z", "due_to=2026-11-24T21:00:00Z"),
            ("q=a%26b%3Dc%23d%25", "q=a%26b%3Dc%23d%25"),
            ("q=\"<x>\"\\", "q=%22%3Cx%3E%22%5C"),
        ] {
            assert_eq!(encoded(typed).as_deref(), Some(written), "{typed}");
            assert_eq!(encoded(written).as_deref(), Some(written), "{typed}");
            assert_eq!(pairs(typed).unwrap(), pairs(written).unwrap(), "{typed}");
        }
        for none in ["", "&", "=x", "state=routed&=x", "state=routed#top", "#", "q=100%", "q=%zz", "q=%4", "%"] {
            assert_eq!(encoded(none), None, "{none}");
        }
    }

    #[test]
    fn the_link_keeps_the_filter_and_replaces_the_cursor() {
        let query = read("state=open&cursor=old").unwrap();
        assert_eq!(query.link("new"), "</v1/things?state=open&cursor=new>; rel=\"next\"");
    }
}
