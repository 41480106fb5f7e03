//! The paths, methods and query parameters of the contract, to look requests up in.
//!
//! Made from the document itself, so what is told of a path and what is done there cannot drift apart.

use std::collections::BTreeSet;

use actix_web::http::Method;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr};

/// All paths of the API.
#[derive(Clone, Debug, Default)]
pub struct Paths(Vec<Route>);

/// One path with what may be done there.
#[derive(Clone, Debug)]
pub struct Route {
    /// The path as in the contract: `/v1/petitions/{id}`. This, never the address itself, goes into the log.
    pub pattern: String,
    methods: Vec<(Method, BTreeSet<String>)>,
}

impl Paths {
    /// The paths of a document, and further ones that only `GET` knows and that no contract needs.
    #[must_use]
    pub fn of(document: &OpenApi, further: &[&str]) -> Self {
        let mut routes: Vec<_> = document
            .paths
            .paths
            .iter()
            .map(|(pattern, item)| Route { pattern: pattern.clone(), methods: methods(item) })
            .collect();
        routes.extend(
            further
                .iter()
                .map(|pattern| Route { pattern: (*pattern).to_owned(), methods: vec![(Method::GET, BTreeSet::new())] }),
        );
        // What is literal comes before a parameter: `/v1/assignments/updates` before `/v1/assignments/{id}`.
        routes.sort_by_key(|route| (route.pattern.matches('{').count(), route.pattern.clone()));
        Self(routes)
    }

    /// The routes that fit an address: several when parameters and literal parts overlap.
    fn fitting<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Route> {
        self.0.iter().filter(move |route| fits(&route.pattern, path))
    }

    /// The route of a request: the one that has its method, else the most literal one.
    #[must_use]
    pub fn find<'a>(&'a self, path: &'a str, method: &Method) -> Option<&'a Route> {
        self.fitting(path).find(|route| route.has(method)).or_else(|| self.fitting(path).next())
    }

    /// The methods that an address has, with the `HEAD` and `OPTIONS` that the server adds; none for an unknown one.
    #[must_use]
    pub fn allowed(&self, path: &str) -> Vec<Method> {
        let mut methods: Vec<Method> = Vec::new();
        for (method, _) in self.fitting(path).flat_map(|route| &route.methods) {
            if !methods.contains(method) {
                methods.push(method.clone());
            }
        }
        if methods.contains(&Method::GET) {
            methods.push(Method::HEAD);
        }
        if !methods.is_empty() {
            methods.push(Method::OPTIONS);
        }
        methods
    }
}

impl Route {
    /// Whether the path has this method.
    #[must_use]
    pub fn has(&self, method: &Method) -> bool {
        self.methods.iter().any(|(known, _)| known == method)
    }

    /// Whether the operation has this query parameter.
    #[must_use]
    pub fn takes(&self, method: &Method, name: &str) -> bool {
        self.methods.iter().any(|(known, names)| known == method && names.contains(name))
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let whole = pattern.split('/').all(|wanted| {
        parts.next().is_some_and(|part| part == wanted || (wanted.contains('{') && braces(wanted, part)))
    });
    whole && parts.next().is_none()
}

/// `{id}` takes any part; `{id}.csv` one that ends so.
fn braces(wanted: &str, part: &str) -> bool {
    let before = wanted.split('{').next().unwrap_or_default();
    let after = wanted.rsplit('}').next().unwrap_or_default();
    part.len() > before.len() + after.len() && part.starts_with(before) && part.ends_with(after)
}

fn methods(item: &PathItem) -> Vec<(Method, BTreeSet<String>)> {
    let shared = names(item.parameters.as_deref());
    [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| {
        let operation: &Operation = operation.as_ref()?;
        Some((method, &names(operation.parameters.as_deref()) | &shared))
    })
    .collect()
}

fn names(parameters: Option<&[RefOr<Parameter>]>) -> BTreeSet<String> {
    let parameters = parameters.unwrap_or_default().iter();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
            RefOr::T(_) | RefOr::Ref(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::HttpMethod;
    use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, PathsBuilder};
    use utoipa::openapi::{InfoBuilder, OpenApiBuilder};

    use super::*;

    fn paths() -> Paths {
        let limit = ParameterBuilder::new().name("limit").parameter_in(ParameterIn::Query);
        let list = OperationBuilder::new().parameter(limit.build());
        let item = |method| PathItem::new(method, OperationBuilder::new());
        let paths = PathsBuilder::new()
            .path("/things", PathItem::new(HttpMethod::Get, list))
            .path("/things/{id}", item(HttpMethod::Patch))
            .path("/things/updates", item(HttpMethod::Post));
        Paths::of(&OpenApiBuilder::new().info(InfoBuilder::new()).paths(paths).build(), &["/docs/{file}"])
    }

    #[test]
    fn a_literal_part_goes_before_a_parameter() {
        let paths = paths();
        let find = |path, method| paths.find(path, &method).map(|route| route.pattern.clone());
        assert_eq!(find("/things/updates", Method::POST).as_deref(), Some("/things/updates"));
        assert_eq!(find("/things/7", Method::PATCH).as_deref(), Some("/things/{id}"));
        assert_eq!(find("/things/updates", Method::PATCH).as_deref(), Some("/things/{id}"));
        assert_eq!(find("/docs/a.css", Method::GET).as_deref(), Some("/docs/{file}"));
        assert_eq!(find("/things/", Method::PATCH), None);
        assert_eq!(find("/things/7/x", Method::PATCH), None);
        assert_eq!(find("/", Method::GET), None);
    }

    #[test]
    fn a_path_tells_its_methods_and_an_unknown_one_none() {
        assert_eq!(paths().allowed("/things"), [Method::GET, Method::HEAD, Method::OPTIONS]);
        assert_eq!(paths().allowed("/things/updates"), [Method::POST, Method::PATCH, Method::OPTIONS]);
        assert!(paths().allowed("/nothing").is_empty());
    }

    #[test]
    fn only_the_parameters_of_the_contract_are_taken() {
        let paths = paths();
        let route = paths.find("/things", &Method::GET).unwrap();
        assert!(route.takes(&Method::GET, "limit"));
        assert!(!route.takes(&Method::GET, "Limit"));
        assert!(!route.takes(&Method::POST, "limit"));
    }
}
