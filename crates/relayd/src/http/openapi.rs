//! The OpenAPI 3.1 document: made from the routes and the types by a test, kept as a file, and served as it stands there.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::dispatch::Asked;
use super::problem::Problem;

/// The document.
pub const DOCUMENT: &str = include_str!("../../openapi.json");

/// `GET /api/v1/openapi.json`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn show(_: Asked) -> Result<Response, Problem> {
    let mut response = Response::new(Body::from(DOCUMENT));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

#[cfg(test)]
#[path = "openapi_made.rs"]
mod made;
