//! The front matter of the contract, and the components that the pass refers to.

use serde_json::json;
use utoipa::PartialSchema;
use utoipa::ToSchema;
use utoipa::openapi::content::Content;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ContactBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, ServerBuilder, Type,
};

use crate::http::packing;
use crate::problem::{Kind, MEDIA_TYPE, Problem, ProblemDocument, ProblemItem};
use crate::text::Language;

const ABOUT: &str = "\
The petitions of a city's citizens, from the first word to the answer.

**Names.** `snake_case`; ids are UUIDs; a folio is accepted wherever the id of a petition is. Instants are RFC 3339 \
with `Z`; a `date` is a day in the city; ranges run from `x_from` (inclusive) to `x_to` (exclusive).

**Languages.** Whatever a person reads comes in Spanish or English by `Accept-Language`, in Spanish by default. Codes \
never change.

**Problems.** Every failure is a `application/problem+json` (RFC 9457) with a stable `code`; all codes are explained \
at `/problems`. The order of the checks is 400, 401, 404, 403, repeated key, 428 and 412, 422, 409. Unknown members \
of a body and unknown query parameters are refused by name.

**Versions.** What can change has an `ETag`, which list items carry as `etag`. Send it as `If-Match` where an \
operation takes one.

**Repeating.** Every authenticated `POST` takes an `Idempotency-Key`, kept for 24 hours per caller, method and path. \
The same request under the same key has one effect and the same result; another body under it is refused.

**Lists.** Pages are followed by `Link` with `rel=\"next\"`. A cursor belongs to its caller, filter and sort. A page may be \
shorter than its limit, even empty, while a next one stands.

**Systems.** A dependency's own system shows its key (`atd_…`, of `POST /v1/clients`) where a person shows an access \
token, and sends an `Idempotency-Key` with every `POST`. It stays in step by `GET /v1/changes` and \
`POST /v1/assignments/updates`.

**Files.** A file is sent as `multipart/form-data`; who sees it follows from its `kind`. Its content comes with a strong \
`ETag` and in ranges of bytes, always as something to be saved.

**Limits.** Bodies other than files up to 1 MiB, plain or packed with gzip or brotli (`Content-Encoding: gzip` or `br`), counted after \
unpacking; answers are packed as `Accept-Encoding` says. Requests per token and per address as `RateLimit-Policy` says.

**Growth.** Within `/v1` things are only added. Treat unknown members as absent and unknown codes of open \
enumerations as *other*.";

const TAGS: &[(&str, &str)] = &[
    ("sessions", "Signing in with e-mail and password, staying signed in, signing out."),
    ("me", "Who is asking, and what may they do."),
    ("petitions", "What citizens ask of the city: file, read, search, amend."),
    ("intakes", "How petitions come in: several of one call, visit or letter at once."),
    (
        "people",
        "Who is calling: earlier petitions by telephone, e-mail, CURP or name, and which petitioners are the same.",
    ),
    ("petition_steps", "What the office does with a petition, step by step, to the answer and its telling."),
    ("questions", "What is asked of the citizen, and the reply."),
    ("assignments", "A dependency's share of a petition, and its work list."),
    ("assignment_steps", "What a dependency does with its share, and the office with a dependency's word."),
    ("attachments", "Photographs, documents and recordings that belong to a petition."),
    ("jobs", "The same step on many petitions at once, done in the background with a result for each."),
    ("history", "What happened to a petition, and whether its chain of events holds."),
    ("changes", "What changed, in the order in which it was committed: the way to stay in step."),
    ("imports", "What another system kept of petitions, brought in from a file while the house goes on."),
    ("worklists", "The desks of the office with their counts."),
    ("lifecycle", "States, steps, outcomes and closings, with their labels and who may."),
    ("catalogues", "Dependencies, categories, channels and the like, with their validity."),
    ("templates", "Words for the citizen to start from, with fields, per step and category."),
    ("positions", "The posts of the office and what its manual says of them."),
    ("staff", "Accounts of people."),
    ("appointments", "Who holds which post or role, from when to when."),
    ("liaisons", "Who answers for a dependency."),
    ("clients", "Dependencies' own systems, and the keys by which they come in."),
    ("public", "The citizen's side: one petition, by folio and PIN."),
    ("policies", "Terms, working days and what else the office has ruled."),
    ("contract", "This document, the catalogue of problems, the signing keys."),
    ("health", "Whether the server lives and is ready."),
];

/// Title, licence, server, tags.
pub fn matter() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Atiende")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .contact(Some(
            ContactBuilder::new()
                .name(Some("Dirección General de Atención Ciudadana, Torreón"))
                .url(Some("https://www.torreon.gob.mx"))
                .build(),
        ))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()));
    let tags = TAGS.iter().map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build());
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url("/").description(Some("This server")).build()]))
        .tags(Some(tags))
        .components(Some(Components::new()))
        .build()
}

/// Adds security schemes, common headers and parameters, and the problems.
pub fn components(openapi: &mut OpenApi) {
    let components = openapi.components.get_or_insert_with(Components::new);
    for (name, about) in [
        ("token", "An access token of `POST /v1/sessions`, or the key of a machine client (`atd_…`)."),
        ("citizen", "An access token of `POST /v1/public/sessions`: good for one petition."),
    ] {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(about));
        components.security_schemes.insert(name.to_owned(), RefOr::T(SecurityScheme::Http(scheme.build())));
    }
    for (name, schema) in
        [(ProblemDocument::name(), ProblemDocument::schema()), (ProblemItem::name(), ProblemItem::schema())]
    {
        components.schemas.insert(name.into_owned(), schema);
    }
    for (name, header) in headers() {
        components.headers.insert(name.to_owned(), RefOr::T(header));
    }
    for (name, parameter) in parameters() {
        components.parameters.insert(name.to_owned(), RefOr::T(parameter));
    }
    for (name, kind, description) in super::failures::COMMON {
        components.responses.insert((*name).to_owned(), RefOr::T(failure(*kind, description)));
    }
}

/// A response with a problem in it.
pub fn failure(kind: Kind, description: &str) -> Response {
    let mut response = ResponseBuilder::new().description(description).build();
    fill(&mut response, kind);
    response
}

/// Gives a response its problem, an example of it, and the headers that go with its status.
pub fn fill(response: &mut Response, kind: Kind) {
    let mut content = Content::new(Some(Ref::from_schema_name(ProblemDocument::name())));
    let document = Problem::new(kind).document(Language::default(), Some("0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e"));
    content.example = serde_json::to_value(document).ok();
    response.content.insert(MEDIA_TYPE.to_owned(), RefOr::T(content));
    let status = kind.status().as_u16();
    if matches!(status, 429 | 503) {
        refer(response, "Retry-After", "RetryAfter");
    }
    if status == 429 {
        refer(response, "RateLimit", "RateLimit");
        refer(response, "RateLimit-Policy", "RateLimitPolicy");
    }
    if status == 415 {
        refer(response, "Accept-Encoding", "AcceptEncoding");
    }
    if status == 401 {
        refer(response, "WWW-Authenticate", "Challenge");
    }
    refer(response, "X-Request-Id", "RequestId");
}

/// Names a common header of a response.
pub fn refer(response: &mut Response, name: &str, component: &str) {
    response
        .headers
        .entry(name.to_owned())
        .or_insert_with(|| RefOr::Ref(Ref::new(format!("#/components/headers/{component}"))));
}

fn headers() -> [(&'static str, Header); 8] {
    let header = |kind: Type, about: &str, example: serde_json::Value| {
        let schema = ObjectBuilder::new().schema_type(kind).build();
        HeaderBuilder::new().schema(Some(schema)).description(Some(about)).example(Some(example)).build()
    };
    [
        (
            "RequestId",
            header(
                Type::String,
                "The request's id: the caller's, if it sent one, else ours.",
                json!("0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e"),
            ),
        ),
        ("ETag", header(Type::String, "The version, for `If-Match`.", json!("\"7\""))),
        (
            "Link",
            header(
                Type::String,
                "The next page (RFC 8288), while there is one.",
                json!("</v1/petitions?limit=50&cursor=WzdIuQ>; rel=\"next\""),
            ),
        ),
        ("RetryAfter", header(Type::Integer, "Seconds after which it is worth trying again.", json!(2))),
        (
            "RateLimit",
            header(
                Type::String,
                "What is left of the share, and the seconds until there is some again.",
                json!("\"client\";r=0;t=4"),
            ),
        ),
        ("RateLimitPolicy", header(Type::String, "The share and its seconds.", json!("\"client\";q=600;w=60"))),
        (
            "AcceptEncoding",
            header(
                Type::String,
                "The codings in which a body is taken; there when another was sent (RFC 9110, 15.5.16).",
                json!(packing::TAKEN),
            ),
        ),
        ("Challenge", header(Type::String, "How to authenticate (RFC 6750).", json!("Bearer realm=\"atiende\""))),
    ]
}

fn parameters() -> [(&'static str, Parameter); 2] {
    let header = |name: &str, required: Required, schema: ObjectBuilder, about: &str, example: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(required)
            .description(Some(about))
            .schema(Some(schema.build()))
            .example(Some(json!(example)))
            .build()
    };
    let text = || ObjectBuilder::new().schema_type(Type::String);
    [
        (
            "IfMatch",
            header(
                "If-Match",
                Required::True,
                text(),
                "The version that the caller has seen: the `ETag` of the thing, or its `etag` in a list (RFC 9110, 13.1.1).",
                "\"7\"",
            ),
        ),
        (
            "IdempotencyKey",
            header(
                "Idempotency-Key",
                Required::False,
                text().min_length(Some(1)).max_length(Some(255)),
                "Makes the request safe to repeat: within 24 hours the same request of the same caller under the same \
                 key has one effect and one result. Quoted or not. Machines must send one.",
                "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"",
            ),
        ),
    ]
}
