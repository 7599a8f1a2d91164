//! What a route is: an address and a method, whom it needs, what it takes and gives.

use super::dispatch::{Answered, Asked};
use crate::access::Role;

/// HTTP's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// Look.
    Get,
    /// Do.
    Post,
    /// Set.
    Put,
    /// Change.
    Patch,
    /// Take away.
    Delete,
}

/// Whom a route needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Nobody: it tells nothing that is not told to everybody.
    Nobody,
    /// Somebody who may do so much.
    Role(Role),
    /// Another controller, by its signature and nothing else: no account or token helps, and it can switch nothing.
    Signature,
    /// Somebody who may do so much, or a node by its signature.
    RoleOrSignature(Role),
}

impl Needs {
    /// The role of an account that is let in.
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Role(role) | Self::RoleOrSignature(role) => Some(role),
            Self::Nobody | Self::Signature => None,
        }
    }
}

/// What a body holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// JSON of a shape of this name.
    Json(&'static str),
    /// JSON: a list of these.
    List(&'static str),
    /// Text of this type.
    Text(&'static str),
    /// A form of a page of our own.
    Form,
    /// Nothing.
    Nothing,
}

/// One address and method.
#[derive(Debug)]
pub struct Route {
    /// HTTP's.
    pub verb: Verb,
    /// The address, with names in braces.
    pub path: &'static str,
    /// Its name in the document and in metrics.
    pub id: &'static str,
    /// Whom it needs.
    pub needs: Needs,
    /// What it does, a line.
    pub summary: &'static str,
    /// What it takes.
    pub body: Option<Shape>,
    /// What it takes behind the `?`, and what that is.
    pub query: &'static [(&'static str, &'static str)],
    /// What it gives when all is well.
    pub gives: &'static [(u16, Shape)],
    /// With which other statuses it says no, besides those that all routes share.
    pub refuses: &'static [u16],
    /// What it does.
    pub run: fn(Asked) -> Answered,
}

impl Route {
    pub(super) const fn takes(self, body: Shape) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(super) const fn asks(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    pub(super) const fn refuses(self, refuses: &'static [u16]) -> Self {
        Self { refuses, ..self }
    }

    /// Whether it is a page for people, and not of the API.
    pub fn is_page(&self) -> bool {
        self.id.starts_with("page-")
    }

    /// Whether its body is a form.
    pub fn takes_form(&self) -> bool {
        self.body == Some(Shape::Form)
    }

    /// The types that a body may have.
    pub fn body_types(&self) -> &'static [&'static str] {
        match self.body {
            Some(Shape::Text(_)) => &["application/toml", "text/plain"],
            _ => &["application/json"],
        }
    }

    /// Whether an `Idempotency-Key` counts: on what somebody who is known does once.
    pub fn is_idempotent_by_key(&self) -> bool {
        self.verb == Verb::Post && !self.is_page() && self.needs.role().is_some() && self.id != "plan"
    }
}

pub(super) const fn api(
    verb: Verb,
    path: &'static str,
    id: &'static str,
    needs: Needs,
    summary: &'static str,
    gives: &'static [(u16, Shape)],
    run: fn(Asked) -> Answered,
) -> Route {
    Route { verb, path, id, needs, summary, body: None, query: &[], gives, refuses: &[], run }
}

pub(super) const fn page(
    verb: Verb,
    path: &'static str,
    id: &'static str,
    needs: Needs,
    summary: &'static str,
    run: fn(Asked) -> Answered,
) -> Route {
    api(verb, path, id, needs, summary, &[], run)
}
