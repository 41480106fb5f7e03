//! The failures that follow from what an operation is. One described by hand names its codes, as in `code_taken`, and
//! shows the first of them as its example.

use actix_web::http::StatusCode;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Ref, RefOr};

use super::front::{fill, refer};
use crate::problem::Kind;

/// The failures that operations share: component, an example's kind, description.
pub const COMMON: &[(&str, Kind, &str)] = &[
    ("BadRequest", Kind::UnknownParameter, "The request cannot be read, or a parameter is unknown or invalid."),
    (
        "Unauthorized",
        Kind::TokenExpired,
        "Who is asking? The token is missing, forged or expired, or its session has ended.",
    ),
    ("Forbidden", Kind::Forbidden, "The caller may know that it exists, but not do this."),
    ("NotFound", Kind::NotFound, "There is no such thing for this caller."),
    ("Conflict", Kind::Conflict, "Not possible in the present state."),
    ("PreconditionFailed", Kind::StaleVersion, "The version in `If-Match` is not the present one: read again."),
    ("ContentTooLarge", Kind::BodyTooLarge, "The body is larger than 1 MiB, counted after unpacking."),
    (
        "UnsupportedMediaType",
        Kind::UnsupportedMediaType,
        "The body is not `application/json`, or packed otherwise than with gzip or brotli.",
    ),
    (
        "UnprocessableContent",
        Kind::InvalidBody,
        "Understood and invalid: `errors` names every member that is to blame.",
    ),
    ("PreconditionRequired", Kind::IfMatchMissing, "`If-Match` is needed here."),
    ("TooManyRequests", Kind::TooManyRequests, "More requests than the limit."),
    ("InternalServerError", Kind::Internal, "Our fault. Nothing was changed."),
    (
        "ServiceUnavailable",
        Kind::DatabaseUnavailable,
        "The database is away or full, or the queue of writes is. Repeat with the same key.",
    ),
];

/// Adds what follows: security, common parameters, failures, headers.
pub fn add(method: &str, path: &str, operation: &mut Operation) {
    let public = secure(operation);
    let exempt = operation.tags.iter().flatten().any(|tag| tag == "sessions" || tag == "public");
    if method == "post" && !public && !exempt && !takes(operation, "Idempotency-Key") {
        let parameter = RefOr::Ref(Ref::new("#/components/parameters/IdempotencyKey"));
        operation.parameters.get_or_insert_default().push(parameter);
    }
    let (keyed, versioned) = (takes(operation, "Idempotency-Key"), takes(operation, "If-Match"));
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(declared) = &*parameter else { continue };
        let common = match (&declared.parameter_in, declared.name.as_str()) {
            (ParameterIn::Header, "If-Match") => "IfMatch",
            (ParameterIn::Header, "Idempotency-Key") => "IdempotencyKey",
            (_, _) => continue,
        };
        *parameter = RefOr::Ref(Ref::new(format!("#/components/parameters/{common}")));
    }

    let bodied = operation.request_body.is_some();
    let form =
        matches!(&operation.request_body, Some(RefOr::T(body)) if body.content.contains_key("multipart/form-data"));
    let mut statuses = vec!["BadRequest", "TooManyRequests", "InternalServerError", "ServiceUnavailable"];
    if !public {
        statuses.extend(["Unauthorized", "Forbidden"]);
    }
    if path.contains('{') {
        statuses.push("NotFound");
    }
    if bodied {
        statuses.extend(["ContentTooLarge", "UnsupportedMediaType"]);
    }
    if bodied || keyed {
        statuses.push("UnprocessableContent");
    }
    if versioned {
        statuses.extend(["PreconditionFailed", "PreconditionRequired"]);
    }
    if method != "get" && path.contains('{') && !public {
        statuses.push("Conflict");
    }
    for (name, kind, _) in COMMON.iter().filter(|(name, _, _)| statuses.contains(name)) {
        let common = || RefOr::Ref(Ref::new(format!("#/components/responses/{name}")));
        operation.responses.responses.entry(kind.status().as_str().to_owned()).or_insert_with(common);
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let status = status.parse().unwrap_or(200);
        if status >= 400 {
            if response.content.is_empty() {
                let status = StatusCode::from_u16(status).unwrap_or_default();
                let usual = || if form { example_of_form(status) } else { example(status) };
                let kind = named(&response.description, status).unwrap_or_else(usual);
                fill(response, kind);
            }
        } else {
            refer(response, "X-Request-Id", "RequestId");
            let own_headers: Vec<String> = response.headers.keys().cloned().collect();
            for name in own_headers.iter().filter(|name| ["ETag", "Link"].contains(&name.as_str())) {
                response.headers.remove(name);
                refer(response, name, name);
            }
        }
    }
}

/// The first kind of this status that a description names by its code.
fn named(description: &str, status: StatusCode) -> Option<Kind> {
    let mut codes = description.split('`').skip(1).step_by(2).filter_map(Kind::parse);
    codes.find(|kind| kind.status() == status)
}

/// The kind that a failure described by hand shows as its example where it names none.
fn example(status: StatusCode) -> Kind {
    let common = COMMON.iter().map(|(_, kind, _)| *kind).find(|kind| kind.status() == status);
    common.unwrap_or_else(|| Kind::of_status(status))
}

/// The same for an operation that takes a form with a file.
fn example_of_form(status: StatusCode) -> Kind {
    match status.as_u16() {
        413 => Kind::FileTooLarge,
        415 => Kind::FormExpected,
        _ => example(status),
    }
}

/// Says of each operation what it needs: the token, unless it says otherwise. Returns whether it needs nothing.
fn secure(operation: &mut Operation) -> bool {
    let declared = operation.security.take().unwrap_or_else(|| vec![SecurityRequirement::new("token", [""; 0])]);
    // utoipa writes "none needed" as one empty requirement, which linters read as "optional".
    let needed: Vec<_> = declared.into_iter().filter(|one| *one != SecurityRequirement::default()).collect();
    let public = needed.is_empty();
    operation.security = Some(needed);
    public
}

fn takes(operation: &Operation, name: &str) -> bool {
    let component = format!("#/components/parameters/{}", name.replace('-', ""));
    operation.parameters.iter().flatten().any(|parameter| match parameter {
        RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Header && parameter.name == name,
        RefOr::Ref(reference) => reference.ref_location == component,
    })
}
