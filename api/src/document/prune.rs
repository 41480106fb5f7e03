//! Components that nothing refers to leave the contract.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use utoipa::openapi::OpenApi;

/// Removes them, and what only they referred to.
///
/// # Errors
/// When the document cannot be written as JSON.
pub fn unused(openapi: &mut OpenApi) -> Result<(), serde_json::Error> {
    loop {
        let mut referred = BTreeSet::new();
        references(&serde_json::to_value(&*openapi)?, &mut referred);
        let Some(components) = &mut openapi.components else { return Ok(()) };
        let mut removed = keep("schemas", &mut components.schemas, &referred);
        removed |= keep("responses", &mut components.responses, &referred);
        removed |= keep("parameters", &mut components.parameters, &referred);
        removed |= keep("headers", &mut components.headers, &referred);
        if !removed {
            break;
        }
    }
    let used: BTreeSet<String> = operations_tags(openapi);
    if let Some(tags) = &mut openapi.tags {
        tags.retain(|tag| used.contains(&tag.name));
    }
    let schemes = serde_json::to_string(&openapi.paths)?;
    if let Some(components) = &mut openapi.components {
        components.security_schemes.retain(|name, _| schemes.contains(&format!("{{\"{name}\":[]}}")));
    }
    Ok(())
}

fn operations_tags(openapi: &OpenApi) -> BTreeSet<String> {
    let items = openapi.paths.paths.values();
    let operations = items.flat_map(|item| [&item.get, &item.post, &item.put, &item.patch, &item.delete]);
    operations.flatten().flat_map(|operation| operation.tags.iter().flatten().cloned()).collect()
}

fn keep<T>(part: &str, components: &mut BTreeMap<String, T>, referred: &BTreeSet<String>) -> bool {
    let before = components.len();
    components.retain(|name, _| referred.contains(&format!("#/components/{part}/{name}")));
    components.len() < before
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("$ref", Value::String(reference)) => drop(found.insert(reference.clone())),
                    (_, member) => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
