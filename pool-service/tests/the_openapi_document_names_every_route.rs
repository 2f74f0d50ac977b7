//! `/openapi.json` names every route that the service has and none besides, each with its methods, and the copy in `docs/`
//! is what the code says.

mod http_support;

use axum::{
    body::Body,
    http::{Method, Request},
};
use http_support::TestApp;
use pool_service::domain::access::Scope;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

type Routes = BTreeMap<String, BTreeSet<String>>;

/// The patterns of all routes: a router tells them only to those who debug it.
fn patterns(app: &TestApp) -> BTreeSet<String> {
    let told = format!("{:?}", app.routes);
    let own = told.split_once("fallback_router").expect("its own routes, then the fallback's").0;
    let patterns: BTreeSet<String> = own
        .split("RouteId(")
        .filter_map(|part| part.split_once("): \"")?.1.split('"').next().map(str::to_owned))
        .collect();
    assert!(patterns.contains("/v1/leases") && patterns.len() >= 14, "{told}");
    patterns
}

/// What the service itself says that each route takes, asked with a method that none of them takes.
async fn taken(app: &TestApp) -> Routes {
    let mut routes = Routes::new();
    for pattern in patterns(app) {
        let path = pattern.replace(['{', '}', '*'], "");
        let method = Method::from_bytes(b"NOTHING").expect("a method");
        let asked = Request::builder().method(method).uri(&path).body(Body::empty()).expect("a request");
        let answer = app.send(asked).await;
        answer.problem(405, "method-not-allowed");
        let allowed = answer.header("allow").expect("it says what it takes").split(',');
        // HEAD comes with GET.
        let methods = allowed.map(|name| name.trim().to_owned()).filter(|name| name != "HEAD").collect();
        routes.insert(pattern, methods);
    }
    routes
}

async fn named(app: &TestApp) -> Routes {
    let answer = app.get("/openapi.json", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("application/json")));
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let methods = |item: &Value| item.as_object().expect("operations").keys().map(|name| name.to_uppercase()).collect();
    paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

#[tokio::test]
async fn the_document_and_the_router_name_the_same() {
    let app = TestApp::clinic().await;
    assert_eq!(named(&app).await, taken(&app).await);
}

#[tokio::test]
async fn every_operation_says_who_may_and_every_name_is_there_once() {
    let app = TestApp::clinic().await;
    let document = app.get("/openapi.json", &[]).await.json();
    let about = document["components"]["securitySchemes"]["token"]["description"].as_str().expect("a description");
    for scope in Scope::ALL {
        assert!(about.contains(&format!("`{}`", scope.name())), "{} is not explained: {about}", scope.name());
    }
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let name = operation["operationId"].as_str().expect("a name");
            assert!(names.insert(name.to_owned()), "{name} twice");
            let responses = operation["responses"].as_object().expect("responses");
            let is_guarded = operation["security"].as_array().is_some_and(|all| !all[0]["token"].is_null());
            assert_eq!(is_guarded, responses.contains_key("401"), "{method} {path}");
            let told = operation["summary"].as_str().is_some_and(|text| !text.is_empty());
            assert!(told, "{method} {path} has no summary");
            for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
                let types: Vec<&String> = response["content"].as_object().expect("a body").keys().collect();
                let is_readiness = path == "/readyz" && status == "503";
                let expected = if is_readiness { "application/json" } else { "application/problem+json" };
                assert!(types.iter().any(|known| *known == expected), "{method} {path} {status}: {types:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_client_that_has_the_document_is_not_sent_it_again() {
    let app = TestApp::clinic().await;
    let first = app.get("/openapi.json", &[]).await;
    let etag = first.header("etag").expect("a tag").to_owned();
    for known in [etag.clone(), format!("\"other\", W/{etag}"), "*".to_owned()] {
        let again = app.get("/openapi.json", &[("if-none-match", &known)]).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{known}");
        assert_eq!(again.header("etag"), Some(etag.as_str()));
        assert_eq!(again.header("cache-control"), first.header("cache-control"));
    }
    let other = app.get("/openapi.json", &[("if-none-match", "\"other\"")]).await;
    assert_eq!((other.status.as_u16(), other.bytes == first.bytes), (200, true));
}

#[test]
fn the_copy_in_the_documentation_is_current() {
    let copy = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("docs/openapi.json");
    let is_current = std::fs::read_to_string(copy).expect("a copy") == pool_service::http::openapi_text();
    assert!(is_current, "docs/openapi.json is stale: cargo run -p pool-service -- openapi > docs/openapi.json");
}

#[tokio::test]
async fn a_route_in_vonages_form_is_documented_as_the_list_that_it_is() {
    let document = TestApp::clinic().await.get("/openapi.json", &[]).await.json();
    for method in ["get", "post"] {
        let content = &document["paths"]["/v1/route"][method]["responses"]["200"]["content"];
        let name = content["application/json"]["schema"]["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        let forms = &document["components"]["schemas"][name.expect("a schema of its own")]["oneOf"];
        assert_eq!(forms[0]["$ref"], "#/components/schemas/RouteAnswer", "{forms}");
        assert_eq!((&forms[1]["type"], &forms[1]["items"]["type"]), (&"array".into(), &"object".into()), "{forms}");
    }
}
