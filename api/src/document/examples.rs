//! Examples of whole bodies, put together from the examples of their members, so that they cannot drift.

use serde_json::{Map, Value, json};
use utoipa::openapi::content::Content;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, RefOr};

/// Gives every body that has none an example.
///
/// # Errors
/// When a schema cannot be written as JSON.
pub fn add(openapi: &mut OpenApi) -> Result<(), serde_json::Error> {
    let schemas = serde_json::to_value(openapi.components.as_ref().map(|components| &components.schemas))?;
    for item in openapi.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for content in contents(operation) {
                if content.example.is_none() && content.examples.is_empty() {
                    let schema = serde_json::to_value(&content.schema)?;
                    content.example = example(&schema, &schemas, &[]).filter(|example| !example.is_null());
                }
            }
        }
    }
    Ok(())
}

fn contents(operation: &mut Operation) -> Vec<&mut Content> {
    let mut contents: Vec<&mut RefOr<Content>> = Vec::new();
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        contents.extend(body.content.values_mut());
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            contents.extend(response.content.values_mut());
        }
    }
    contents.into_iter().filter_map(inline).collect()
}

fn inline(content: &mut RefOr<Content>) -> Option<&mut Content> {
    match content {
        RefOr::T(content) => Some(content),
        RefOr::Ref(_) => None,
    }
}

/// `within` names the schemas that this one is part of: one that contains itself is not followed twice.
fn example(schema: &Value, schemas: &Value, within: &[&str]) -> Option<Value> {
    let inner = |schema: &Value| example(schema, schemas, within);
    for key in ["example", "const", "default"] {
        if let Some(value) = schema.get(key) {
            return Some(value.clone());
        }
    }
    for key in ["examples", "enum"] {
        if let Some(value) = schema.get(key).and_then(|values| values.get(0)) {
            return Some(value.clone());
        }
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let name = name.rsplit('/').next()?;
        if within.contains(&name) {
            return None;
        }
        return example(schemas.get(name)?, schemas, &[within, &[name]].concat());
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(options) = schema.get(key).and_then(Value::as_array) {
            return options.iter().find(|option| option.get("type") != Some(&json!("null"))).and_then(inner);
        }
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut whole = Map::new();
        for part in parts {
            if let Some(Value::Object(part)) = inner(part) {
                whole.extend(part);
            }
        }
        let own = members(schema, &inner);
        whole.extend(own);
        return Some(Value::Object(whole));
    }
    let kind = schema.get("type").map(|kind| match kind {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null"),
        other => other.as_str().unwrap_or("null"),
    });
    match kind {
        Some("object") | None if schema.get("properties").is_some() => Some(Value::Object(members(schema, &inner))),
        Some("object") => Some(json!({})),
        Some("array") => Some(schema.get("items").and_then(inner).map_or_else(|| json!([]), |item| json!([item]))),
        Some("string") => Some(string(schema.get("format").and_then(Value::as_str))),
        Some("integer" | "number") => Some(schema.get("minimum").cloned().unwrap_or_else(|| json!(1))),
        Some("boolean") => Some(json!(true)),
        _ => None,
    }
}

fn members(schema: &Value, inner: &impl Fn(&Value) -> Option<Value>) -> Map<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let properties = properties.into_iter().flatten();
    properties.filter_map(|(name, schema)| Some((name.clone(), inner(schema)?))).collect()
}

fn string(format: Option<&str>) -> Value {
    json!(match format {
        Some("uuid") => "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e",
        Some("date-time") => "2026-11-23T15:04:05Z",
        Some("date") => "2026-11-23",
        Some("uri" | "uri-reference") => "/v1/lifecycle",
        _ => "texto",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_bring_their_examples_through_references_and_lists() {
        let schemas = json!({"Item": {"type": "object", "properties": {
            "name": {"type": "string", "example": "bache"},
            "state": {"$ref": "#/components/schemas/State"},
            "when": {"type": ["string", "null"], "format": "date"},
        }}, "State": {"type": "string", "enum": ["open", "shut"]}});
        let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/Item"}});
        let expected = json!([{"name": "bache", "state": "open", "when": "2026-11-23"}]);
        assert_eq!(example(&list, &schemas, &[]), Some(expected));
    }

    #[test]
    fn a_schema_that_contains_itself_ends() {
        let schemas = json!({"Tree": {"type": "object", "properties": {
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}});
        assert!(example(&json!({"$ref": "#/components/schemas/Tree"}), &schemas, &[]).is_some());
    }

    #[test]
    fn what_may_be_null_shows_what_else_it_may_be() {
        let schema = json!({"oneOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]});
        assert_eq!(example(&schema, &json!({}), &[]), Some(json!(3)));
    }
}
