//! The contract: the committed file is the one that the code gives, and nothing in it is missing.
//!
//! Whether the server keeps to it is what the other files ask.

use std::collections::BTreeSet;

use api::document::Document;
use serde_json::{Map, Value};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// An operation of the contract.
pub struct Operation {
    /// Its `operationId`.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The rest.
    pub body: Value,
}

impl Operation {
    /// The statuses that it is documented with.
    pub fn statuses(&self) -> BTreeSet<u16> {
        self.body["responses"].as_object().unwrap().keys().map(|status| status.parse().unwrap()).collect()
    }

    /// Whether it asks for a token.
    pub fn needs_token(&self) -> bool {
        self.body["security"].as_array().is_some_and(|needed| !needed.is_empty())
    }

    fn takes(&self, header: &str) -> bool {
        let component = format!("#/components/parameters/{}", header.replace('-', ""));
        self.body["parameters"].as_array().into_iter().flatten().any(|one| one["$ref"] == component.as_str())
    }
}

/// The document as JSON.
pub fn document() -> Value {
    serde_json::from_str(&Document::build().unwrap().json).unwrap()
}

/// All operations, in the order of the document.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, body) in item.as_object().unwrap().iter().filter(|(method, _)| METHODS.contains(&method.as_str()))
        {
            operations.push(Operation {
                id: body["operationId"].as_str().unwrap_or_default().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                body: body.clone(),
            });
        }
    }
    operations
}

fn visit<'v>(value: &'v Value, seen: &mut impl FnMut(&'v Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            seen(members);
            members.values().for_each(|member| visit(member, seen));
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, seen)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_committed_contract_is_the_one_of_the_code() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi.yaml");
    let yaml = Document::build().unwrap().yaml;
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &yaml).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    let differing = committed.lines().zip(yaml.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(
        committed == yaml,
        "openapi.yaml is not current ({differing:?}): write it again with `atiende openapi` or UPDATE_EXPECT=1"
    );
}

#[test]
fn every_reference_resolves() {
    let document = document();
    let mut references = BTreeSet::new();
    visit(&document, &mut |members| {
        if let Some(Value::String(reference)) = members.get("$ref") {
            references.insert(reference.as_str());
        }
    });
    assert!(references.len() > 20, "{references:?}");
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads outside"));
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn no_schema_asks_for_two_types_at_once() {
    let document = document();
    visit(&document, &mut |members| {
        let parts = members.get("allOf").and_then(Value::as_array);
        let types: BTreeSet<_> = parts.into_iter().flatten().filter_map(|part| part["type"].as_str()).collect();
        assert!(types.len() < 2, "nothing is {types:?} at once: {members:?}");
    });
}

#[test]
fn every_operation_is_named_described_tagged_and_secured() {
    let document = document();
    let mut ids = BTreeSet::new();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let operations = operations(&document);
    for operation in &operations {
        let (id, body) = (&operation.id, &operation.body);
        let parts: Vec<&str> = id.split('_').collect();
        let lower = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(parts.len() >= 2 && parts.iter().all(lower), "{id} is not verb_noun");
        assert!(ids.insert(id.clone()), "{id} twice");
        let text = |member: &str| body[member].as_str().unwrap_or_default();
        assert!(!text("summary").is_empty() && !text("summary").ends_with('.'), "{id}: summary");
        assert!(text("description").len() > text("summary").len(), "{id}: description");
        let tag = body["tags"].as_array().filter(|tags| tags.len() == 1).and_then(|tags| tags[0].as_str());
        assert!(tag.is_some_and(|tag| tags.contains(tag)), "{id}: tag {tag:?}");
        assert!(body["security"].is_array(), "{id}: security");
        let public = ["contract", "health", "sessions", "public"];
        assert!(operation.needs_token() || tag.is_some_and(|tag| public.contains(&tag)), "{id} is open to all");
    }
    assert!(operations.len() >= 60);
}

#[test]
fn every_json_body_has_an_example() {
    let document = document();
    let resolved = |value: &'_ Value| match value["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap().clone(),
        None => value.clone(),
    };
    for operation in operations(&document) {
        let mut bodies = vec![("request".to_owned(), resolved(&operation.body["requestBody"]))];
        for (status, response) in operation.body["responses"].as_object().unwrap() {
            bodies.push((status.clone(), resolved(response)));
        }
        for (what, body) in bodies {
            for (media, content) in body["content"].as_object().into_iter().flatten() {
                if media.ends_with("json") {
                    let shown = ["example", "examples"].iter().any(|name| !content[*name].is_null());
                    assert!(shown, "{} {what} {media} has no example", operation.id);
                    assert!(!content["schema"].is_null(), "{} {what} {media} has no schema", operation.id);
                }
            }
        }
    }
}

#[test]
fn every_operation_tells_the_failures_that_it_can_have() {
    let document = document();
    for operation in operations(&document) {
        let (path, id) = (operation.path.as_str(), &operation.id);
        let mut expected = BTreeSet::from([400, 429, 500, 503]);
        if operation.needs_token() {
            expected.extend([401, 403]);
        }
        if path.contains('{') {
            expected.insert(404);
        }
        if !operation.body["requestBody"].is_null() {
            expected.extend([413, 415, 422]);
        }
        if operation.takes("If-Match") {
            expected.extend([412, 428]);
        }
        let is_step = operation.method != "GET" && (path.contains("/petitions/{") || path.contains("/assignments/{"));
        if is_step {
            expected.insert(409);
        }
        let told = operation.statuses();
        assert!(told.is_superset(&expected), "{id} tells {told:?}, and should {expected:?}");
        assert!(told.iter().any(|status| *status < 300), "{id} never succeeds");
        if ["PUT", "PATCH", "DELETE"].contains(&operation.method.as_str()) && path.contains('{') {
            assert!(operation.takes("If-Match"), "{id} changes what was not seen");
        }
        if operation.method == "POST" && operation.needs_token() {
            assert!(operation.takes("Idempotency-Key"), "{id} cannot be repeated safely");
        }
    }
}
