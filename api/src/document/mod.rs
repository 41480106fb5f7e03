//! The contract: the OpenAPI 3.1 document, built from the handlers and finished in one pass.
//!
//! What follows from an operation (its failures, common headers, examples) is added here and never by hand; what
//! is peculiar to one stands at its handler. Holds no route of its own.

mod examples;
mod failures;
mod front;
mod prune;

use actix_web::App;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;

use crate::http::cacheable::tag_of;
use crate::routes;

/// The finished document in its two forms.
#[derive(Clone)]
pub struct Document {
    /// The document.
    pub openapi: OpenApi,
    /// As YAML: the committed form.
    pub yaml: String,
    /// As JSON.
    pub json: String,
    /// A strong tag of the content, in quotes.
    pub etag: String,
}

impl Document {
    /// Builds the document from all routes.
    ///
    /// # Errors
    /// When it cannot be written as YAML or JSON: a mistake in a handler's documentation.
    pub fn build() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let (_, collected) =
            App::new().into_utoipa_app().openapi(front::matter()).configure(routes::all).split_for_parts();
        let openapi = finished(collected)?;
        let yaml = dates_as_texts(&openapi.to_yaml()?);
        let json = openapi.to_pretty_json()?;
        let etag = tag_of(json.as_bytes());
        Ok(Self { openapi, yaml, json, etag })
    }
}

/// The same YAML with dates in quotes: bare they are texts in YAML 1.2 and dates to readers of 1.1.
fn dates_as_texts(yaml: &str) -> String {
    let mut written = String::with_capacity(yaml.len());
    for line in yaml.lines() {
        let bare = line.rsplit_once(": ").or_else(|| line.rsplit_once("- "));
        match bare.filter(|(_, value)| is_dated(value)) {
            Some((head, value)) => {
                let between = &line[head.len()..line.len() - value.len()];
                written.push_str(&format!("{head}{between}'{value}'"));
            }
            None => written.push_str(line),
        }
        written.push('\n');
    }
    written
}

/// Whether a text is a date or an instant, and nothing else.
fn is_dated(text: &str) -> bool {
    let day = text.get(..10).is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok());
    day && (text.len() == 10 || chrono::DateTime::parse_from_rfc3339(text).is_ok())
}

fn finished(mut openapi: OpenApi) -> Result<OpenApi, serde_json::Error> {
    front::components(&mut openapi);
    for (path, item) in &mut openapi.paths.paths {
        for (method, operation) in [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ] {
            if let Some(operation) = operation {
                failures::add(method, path, operation);
            }
        }
    }
    prune::unused(&mut openapi)?;
    examples::add(&mut openapi)?;
    Ok(openapi)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_can_be_read_and_called() {
        let openapi = Document::build().unwrap().openapi;
        let tags: BTreeSet<_> = openapi.tags.iter().flatten().map(|tag| tag.name.clone()).collect();
        let mut ids = BTreeSet::new();
        for (path, item) in &openapi.paths.paths {
            for operation in [&item.get, &item.post, &item.put, &item.patch, &item.delete].into_iter().flatten() {
                let id = operation.operation_id.clone().unwrap_or_default();
                assert!(id.contains('_') && ids.insert(id.clone()), "{path}: the id {id:?} is missing or there twice");
                assert!(operation.summary.is_some() && operation.description.is_some(), "{id} has no words");
                assert!(
                    operation.tags.iter().flatten().any(|tag| tags.contains(tag)),
                    "{id} has no tag that is explained"
                );
                let statuses: BTreeSet<_> = operation.responses.responses.keys().map(String::as_str).collect();
                assert!(["400", "429", "500", "503"].iter().all(|status| statuses.contains(status)), "{id}");
                let public = operation.security.as_ref().is_some_and(Vec::is_empty);
                assert!(public || statuses.contains("401"), "{id} needs a token and does not say 401");
            }
        }
        assert!(ids.contains("list_problems"));
    }

    #[test]
    fn a_failure_that_names_its_code_shows_it_as_its_example() {
        let document = serde_json::to_value(Document::build().unwrap().openapi).unwrap();
        let shown = |path: &str, method: &str, status: &str| {
            let response = &document["paths"][path][method]["responses"][status];
            response["content"]["application/problem+json"]["example"]["code"].clone()
        };
        assert_eq!(shown("/v1/sessions", "post", "401"), "credentials_refused");
        assert_eq!(shown("/v1/public/sessions", "post", "401"), "pin_refused");
        assert_eq!(shown("/v1/staff", "post", "409"), "email_taken");
        assert_eq!(shown("/v1/categories", "post", "409"), "code_taken");
        // What names none shows the usual one.
        assert_eq!(shown("/v1/petitions", "post", "409"), "conflict");
    }

    #[test]
    fn dates_stand_in_quotes_and_nothing_else_is_touched() {
        let yaml =
            "a:\n  example: 2026-11-23\n  - 2026-11-23T15:04:05Z\n  b: since 2026-11-23\n  c: '2026-11-23'\n  d: 1.5\n";
        let quoted = "a:\n  example: '2026-11-23'\n  - '2026-11-23T15:04:05Z'\n  b: since 2026-11-23\n  c: '2026-11-23'\n  d: 1.5\n";
        assert_eq!(dates_as_texts(yaml), quoted);
    }

    #[test]
    fn the_document_is_the_same_each_time() {
        assert_eq!(Document::build().unwrap().yaml, Document::build().unwrap().yaml);
    }
}
