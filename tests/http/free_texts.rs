//! Which free texts the bodies of the contract can carry, and which of them a test has sent: so that a test about all
//! texts fails when it forgets one. Owns no request.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

/// A text by the schema that it stands in and its name there.
pub type Field = (String, String);

/// Where people's words go in: not the catalogues, accounts and keys, which the office itself writes.
const ABOUT_CITIZENS: [&str; 4] = ["/v1/petitions", "/v1/assignments", "/v1/intakes", "/v1/people"];

/// Shorter texts are codes, except these.
const SHORTEST: u64 = 100;
const SHORT_ONES: [&str; 3] = ["telephone", "curp", "number"];

/// The served contract, and what was sent of it.
pub struct Texts {
    document: Value,
    sent: BTreeSet<Field>,
}

impl Texts {
    pub fn of(document: Value) -> Self {
        Self { document, sent: BTreeSet::new() }
    }

    /// Notes the texts of a body.
    pub fn note(&mut self, method: &Method, path: &str, body: &Value) {
        let Some(schema) = self.body_of(method, path) else { return };
        let mut sent = std::mem::take(&mut self.sent);
        self.visit(&schema, "", Some(body), &mut sent);
        self.sent = sent;
    }

    /// The texts that nobody sent.
    pub fn forgotten(&self) -> BTreeSet<Field> {
        let mut all = BTreeSet::new();
        let paths = self.document["paths"].as_object().unwrap();
        for (_, item) in paths.iter().filter(|(path, _)| ABOUT_CITIZENS.iter().any(|about| path.starts_with(about))) {
            for operation in item.as_object().unwrap().values() {
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                self.visit(schema, "", None, &mut all);
            }
        }
        assert!(all.len() > 30, "the contract's texts are not recognised: {all:?}");
        all.difference(&self.sent).cloned().collect()
    }

    fn body_of(&self, method: &Method, path: &str) -> Option<Value> {
        let asked: Vec<&str> = path.split('/').collect();
        let is_it = |template: &str| {
            let parts: Vec<&str> = template.split('/').collect();
            parts.len() == asked.len()
                && parts.iter().zip(&asked).all(|(part, asked)| part.starts_with('{') || part == asked)
        };
        let method = method.as_str().to_lowercase();
        let paths = self.document["paths"].as_object().unwrap();
        // The one with the fewest parameters: `/updates` is not `/{id}`.
        let (_, item) = paths
            .iter()
            .filter(|(template, item)| is_it(template) && item.get(&method).is_some())
            .min_by_key(|(template, _)| template.matches('{').count())?;
        item[&method]["requestBody"]["content"]["application/json"]["schema"].as_object().cloned().map(Value::Object)
    }

    /// Finds the texts of a schema, all of them or those that a body has. A schema that holds itself is not expected.
    fn visit(&self, schema: &Value, name: &str, body: Option<&Value>, found: &mut BTreeSet<Field>) {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap();
            self.visit(&self.document["components"]["schemas"][name], name, body, found);
        }
        for several in ["allOf", "anyOf", "oneOf"] {
            for one in schema[several].as_array().into_iter().flatten() {
                self.visit(one, name, body, found);
            }
        }
        for (property, inner) in schema["properties"].as_object().into_iter().flatten() {
            let value = body.map(|body| &body[property]);
            if value.is_some_and(Value::is_null) {
                continue;
            }
            if is_text(inner, property) || self.holds_texts(inner) {
                found.insert((name.to_owned(), property.clone()));
            }
            self.visit(inner, name, value, found);
        }
        match body {
            None => self.visit_items(schema, name, None, found),
            Some(items) => {
                for item in items.as_array().into_iter().flatten() {
                    self.visit_items(schema, name, Some(item), found);
                }
            }
        }
    }

    /// Whether it is an object with texts under names that the contract does not know.
    fn holds_texts(&self, schema: &Value) -> bool {
        let further = &schema["additionalProperties"];
        further.is_object() && self.may_be_text(further)
    }

    fn may_be_text(&self, schema: &Value) -> bool {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap();
            return self.may_be_text(&self.document["components"]["schemas"][name]);
        }
        let several = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|several| schema[several].as_array());
        is_text(schema, "") || several.flatten().any(|one| self.may_be_text(one))
    }

    fn visit_items(&self, schema: &Value, name: &str, item: Option<&Value>, found: &mut BTreeSet<Field>) {
        if schema["items"].is_object() {
            self.visit(&schema["items"], name, item, found);
        }
    }
}

fn is_text(schema: &Value, property: &str) -> bool {
    let kind = &schema["type"];
    let words = kind == "string" || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "string"));
    let coded =
        schema.get("enum").is_some() || matches!(schema["format"].as_str(), Some("uuid" | "date" | "date-time"));
    let long = schema["maxLength"].as_u64().is_some_and(|length| length >= SHORTEST);
    words && !coded && (long || SHORT_ONES.contains(&property))
}
