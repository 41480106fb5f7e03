//! Every answer that is not a success, as a problem (RFC 9457).
//!
//! A [`Problem`] holds codes and facts only; [`Problem::document`] puts it into words. The outermost layer
//! (`http::outermost`) turns whatever is 400 or above into one, so nothing else writes an error's body.

mod kept;
mod kind;
mod store;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use domain::refusal::Refusal;
use persistence::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use kept::Kept;
pub use kind::Kind;

use crate::http::packing;
use crate::text::{Language, found, text};

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, in codes.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What.
    pub kind: Kind,
    /// Facts that the texts may name: codes and numbers, never personal data.
    pub facts: Vec<(&'static str, String)>,
    /// The single members of the body (or parameters, headers) that are to blame.
    pub errors: Vec<FieldError>,
    /// Seconds after which it is worth trying again.
    pub retry_after: Option<u32>,
    /// The methods that the path has, for 405.
    pub allow: Vec<Method>,
    /// The store's own failure, for the store: it must tell a refusal from one of its own.
    cause: Option<Arc<StoreError>>,
}

/// One member that is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where: a JSON pointer (RFC 6901) into the body, or `?name` of a parameter, or `Name:` of a header.
    pub pointer: String,
    /// Why: a code with a text `field-…`, or a problem's code.
    pub code: Cow<'static, str>,
    /// Facts that the text may name.
    pub facts: Vec<(&'static str, String)>,
}

impl FieldError {
    /// An error of one member.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: impl Into<Cow<'static, str>>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), facts: Vec::new() }
    }

    /// Adds a fact that the text may name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    fn item(&self, language: Language) -> ProblemItem {
        let key = self.code.replace('_', "-");
        let detail = [Some(format!("field-{key}")), why(&key, &self.facts), Some(format!("{key}.detail"))]
            .iter()
            .flatten()
            .find_map(|key| found(language, key, &self.facts))
            .unwrap_or_else(|| text(language, "field-invalid", &self.facts));
        let because = self.facts.iter().find(|(name, _)| *name == "because");
        let cause =
            because.and_then(|(_, code)| found(language, &format!("field-{}", code.replace('_', "-")), &self.facts));
        let detail = match cause {
            Some(cause) => format!("{detail} {cause}"),
            None => detail,
        };
        ProblemItem { pointer: self.pointer.clone(), code: self.code.to_string(), detail }
    }
}

/// A problem in words, as it stands in the answer (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Where this kind of problem is explained: a path of this API.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid_body", format = "uri-reference")]
    pub kind: String,
    /// The kind of problem in a few words, in the caller's language.
    #[schema(example = "El contenido no es válido")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened and what to do about it, in the caller's language.
    #[schema(example = "Se entendió la solicitud, pero algunos campos no son válidos. Corrija los que se enumeran.")]
    pub detail: String,
    /// The request that had this problem, by its `X-Request-Id`; absent inside other answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(example = "urn:request:0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e", format = "uri-reference")]
    pub instance: Option<String>,
    /// The stable code to program against. New ones may come: treat an unknown one by its status.
    #[schema(example = "invalid_body")]
    pub code: String,
    /// How many there are now, where the caller confirmed another number (`count_differs`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(example = json!(null), minimum = 0)]
    pub count: Option<u64>,
    /// The single members that are to blame.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<ProblemItem>,
}

/// One member of the request that is to blame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemItem {
    /// Which: a JSON pointer (RFC 6901) into the body, `?name` for a query parameter, `Name:` for a header.
    #[schema(example = "/text")]
    pub pointer: String,
    /// Why: a stable code. New ones may come.
    #[schema(example = "too_long")]
    pub code: String,
    /// Why, in the caller's language.
    #[schema(example = "Es demasiado largo: el máximo es de 4000 caracteres.")]
    pub detail: String,
}

impl Problem {
    /// A problem of this kind.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, facts: Vec::new(), errors: Vec::new(), retry_after: None, allow: Vec::new(), cause: None }
    }

    /// Adds a fact that the texts may name: a code or a number, never personal data.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// Adds a member that is to blame.
    #[must_use]
    pub fn blaming(mut self, error: FieldError) -> Self {
        self.errors.push(error);
        self
    }

    /// The same, told of this member alone: of an address that stood in a body, or elsewhere in the path.
    #[must_use]
    pub fn told_of(self, pointer: &str) -> Self {
        let why = self.errors.first().map_or_else(|| self.kind.code().into(), |error| error.code.clone());
        Self::new(self.kind).blaming(FieldError::new(pointer, why))
    }

    /// Adds all members that are to blame.
    #[must_use]
    pub fn blaming_all(mut self, errors: Vec<FieldError>) -> Self {
        self.errors.extend(errors);
        self
    }

    /// Names the methods that the path has.
    #[must_use]
    pub fn allowing(mut self, methods: Vec<Method>) -> Self {
        self.allow = methods;
        self
    }

    /// Says after how many seconds it is worth trying again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// A body that was understood and is invalid, for one member (JSON pointer and code).
    #[must_use]
    pub fn invalid(pointer: impl Into<String>, code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::InvalidBody).blaming(FieldError::new(pointer, code))
    }

    /// A query parameter whose value it cannot have.
    #[must_use]
    pub fn parameter(name: &str, code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::InvalidParameter).blaming(FieldError::new(format!("?{name}"), code))
    }

    /// A header that is not written as it must be.
    #[must_use]
    pub fn header(name: &str, code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::MalformedHeader).blaming(FieldError::new(format!("{name}:"), code))
    }

    /// There is no such thing for this caller.
    #[must_use]
    pub const fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    /// The problem in words. `request` is the request's id, where the problem is the whole answer.
    #[must_use]
    pub fn document(&self, language: Language, request: Option<&str>) -> ProblemDocument {
        let code = self.kind.code();
        let key = code.replace('_', "-");
        ProblemDocument {
            kind: format!("/problems/{code}"),
            title: text(language, &key, &self.facts),
            status: self.kind.status().as_u16(),
            detail: why(&key, &self.facts)
                .and_then(|key| found(language, &key, &self.facts))
                .unwrap_or_else(|| text(language, &format!("{key}.detail"), &self.facts)),
            instance: request.map(|id| format!("urn:request:{id}")),
            code: code.to_owned(),
            count: self.counted(),
            errors: self.errors.iter().map(|error| error.item(language)).collect(),
        }
    }

    /// The number that the caller is to confirm.
    fn counted(&self) -> Option<u64> {
        let count = self.facts.iter().find(|(name, _)| self.kind == Kind::CountDiffers && *name == "count");
        count.and_then(|(_, number)| number.parse().ok())
    }

    /// The answer with this problem in words.
    #[must_use]
    pub fn answer(&self, language: Language, request: Option<&str>) -> HttpResponse<BoxBody> {
        self.head()
            .insert_header((header::CONTENT_LANGUAGE, language.tag()))
            .content_type(MEDIA_TYPE)
            .json(self.document(language, request))
    }

    /// Status and headers, which need no words.
    fn head(&self) -> HttpResponseBuilder {
        let mut head = HttpResponse::build(self.kind.status());
        if let Some(seconds) = self.retry_after {
            head.insert_header((header::RETRY_AFTER, seconds));
        }
        if !self.allow.is_empty() {
            let methods: Vec<_> = self.allow.iter().map(Method::as_str).collect();
            head.insert_header((header::ALLOW, methods.join(", ")));
        }
        if self.kind == Kind::UnsupportedCoding {
            // RFC 9110, 15.5.16: what would have been taken.
            head.insert_header((header::ACCEPT_ENCODING, packing::TAKEN));
        }
        if self.kind.status() == StatusCode::UNAUTHORIZED {
            // RFC 6750, 3: the scheme alone when nothing was sent, the error when something was.
            let challenge = match self.kind {
                Kind::TokenInvalid
                | Kind::TokenExpired
                | Kind::SessionEnded
                | Kind::KeyRefused
                | Kind::AccountableInactive => "Bearer realm=\"atiende\", error=\"invalid_token\"",
                _ => "Bearer realm=\"atiende\"",
            };
            head.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        head
    }
}

/// Of a code that has several causes, the key of the words for the one that a fact names.
fn why<N: AsRef<str>>(key: &str, facts: &[(N, String)]) -> Option<String> {
    facts.iter().find(|(name, _)| name.as_ref() == "why").map(|(_, why)| format!("{key}.{why}"))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.code())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    /// In the default language; the outermost layer puts it into the caller's.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.answer(Language::default(), None)
    }
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = Kind::Refused(refusal.code);
        let blamed = refusal.pointer.map(|pointer| FieldError {
            pointer,
            code: Cow::Borrowed(kind.code()),
            facts: refusal.facts.clone(),
        });
        let errors = blamed.into_iter().collect();
        Self { errors, facts: refusal.facts, ..Self::new(kind) }
    }
}

impl From<domain::refusal::Code> for Problem {
    fn from(code: domain::refusal::Code) -> Self {
        Self::new(Kind::Refused(code))
    }
}
