//! From documents to a build: every name bound, every quantity in its unit.
//!
//! What does not bind is a finding and is left out; nothing here stops at the first mistake.

pub mod colour;
pub mod names;
pub mod paths;
pub mod quantity;

mod bodies;
mod connectors;
mod control;
mod devices;
mod elements;
mod entries;
mod guide;
mod mating;
mod merge;
pub(crate) mod meta;
mod parts;
mod places;
mod purchase;
mod revisions;
mod roots;
mod rows;
mod terminals;
mod wires;

pub use purchase::{expression, percent, price};

pub mod ambiguous_pin;
pub mod bad_expression;
pub mod bad_path;
pub mod bad_quantity;
pub mod bad_setting;
pub mod duplicate_name;
pub mod empty_build;
pub mod like_circle;
pub mod part_replaced;
pub mod uncited_number;
pub mod unequal_ends;
pub mod unknown_colour;
pub mod unknown_connector;
pub mod unknown_device;
pub mod unknown_element;
pub mod unknown_part;
pub mod unknown_reference;
pub mod unknown_run;
pub mod unknown_terminal;
pub mod unknown_word;
pub mod wrong_unit;

use source::documents::Documents;
use source::{Findings, Rule, Span};

use crate::build::Build;

/// Every binding rule, in the order of their codes.
pub const RULES: &[&Rule] = &[
    &unknown_part::RULE,
    &unknown_device::RULE,
    &wrong_unit::RULE,
    &bad_quantity::RULE,
    &unknown_terminal::RULE,
    &unknown_run::RULE,
    &ambiguous_pin::RULE,
    &duplicate_name::RULE,
    &unequal_ends::RULE,
    &bad_path::RULE,
    &part_replaced::RULE,
    &uncited_number::RULE,
    &unknown_element::RULE,
    &unknown_connector::RULE,
    &like_circle::RULE,
    &bad_setting::RULE,
    &unknown_reference::RULE,
    &unknown_colour::RULE,
    &empty_build::RULE,
    &unknown_word::RULE,
    &bad_expression::RULE,
];

/// Binds a workspace.
pub fn resolve(documents: &Documents, log: &Findings) -> Build {
    roots::check(documents, roots::is_build, log);
    let mut build =
        Build { meta: meta::read(documents, log), references: meta::references(documents, log), ..Build::default() };
    let connectors = connectors::connectors(documents, log);
    let chips = connectors::chips(documents, log);
    let clamps = connectors::clamps(documents, log);
    let merged = merge::parts(documents, log);
    let mut names = names::Names::new(documents);
    let shop = parts::Shop {
        connectors: &connectors,
        clamps: &clamps,
        chips: &chips,
        meta: &build.meta,
        references: &build.references,
        log,
    };
    build.parts = parts::bind(&merged, &mut names, &shop);
    devices::bind(documents, &mut build, &mut names, &connectors, log);
    if let (true, Some(span)) = (build.devices.is_empty(), build.meta.span) {
        log.push(empty_build::finding(Span { end: span.start, ..span }));
    }
    wires::bind(documents, &mut build, &mut names, &connectors, log);
    purchase::read(documents, &mut build, &names, log);
    guide::read(documents, &mut build, &names, log);
    revisions::read(documents, &mut build, log);
    control::read(documents, &mut build, &names, log);
    places::read(documents, &mut build, &names, log);
    build
}
