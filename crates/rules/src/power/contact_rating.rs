//! A contact of a relay or switch carries more direct current than it is rated for.
//!
//! Direct current has no zero crossing that puts an arc out: a contact that opens 10 A of mains may weld on a few amperes of 24 V. And beyond
//! its rating it heats while it is closed, until its spring is soft.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! sw = { part = "small-switch" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-3a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { worst = "2 A @ 5 V" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml bom/parts/small-switch.toml
//! name = "Small switch"
//! kind = "toggle"
//! cite = "toy"
//! lever.t = { by = "hand" }
//! contact.t = { by = "t", com = "a", no = "b", rated = "1 A @ 30 V", closed = "20 mohm" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> fu.a", "fu.b -> sw.a", "sw.b -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! error[P012 contact-rating]: contact `sw.b` carries 2 A, and is rated 1 A of direct current at 5 V
//!  --> wiring/devices.toml:3:1
//!   |
//! 3 | sw = { part = "small-switch" }
//!   | ^^ this one
//!   |
//!  ::: bom/parts/small-switch.toml:5:55
//!   |
//! 5 | ..."a", no = "b", rated = "1 A @ 30 V", closed = "20 mohm" }
//!   |                            ---------- its rating
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! sw = { part = "small-switch" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-3a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { worst = "2 A @ 5 V" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml bom/parts/small-switch.toml
//! name = "Small switch"
//! kind = "toggle"
//! cite = "toy"
//! lever.t = { by = "hand" }
//! contact.t = { by = "t", com = "a", no = "b", rated = "5 A @ 30 V", closed = "20 mohm" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> fu.a", "fu.b -> sw.a", "sw.b -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! Judged with typical numbers and every load at its greatest draw. The rating is that for direct current at the volts of the circuit or more. Where a
//! contact states only alternating current, or fewer volts than the circuit has, it is not verified from 0.4 A up: below that silver contacts draw
//! no lasting arc. The same goes for a contact that states nothing. Where what flows depends on numbers that are
//! not stated, `thin-margin` names them. What flows while a load is switched on is `inrush`.
//!
//! ## Sources
//! `rated` of the contact, with its part's cite. 12 V and 0.4 A, under which silver contacts do not arc: "Relay Contact Life", application note of a
//! relay maker, <https://docslib.org/doc/8900786/reed-switches-contacts-protection>.

use std::collections::BTreeMap;

use analysis::power::{Edge, What};
use model::DeviceId;
use model::units::{Amps, Volts};
use source::{Finding, Rule, Severity, Span};

use crate::Context;
use crate::power::SLACK;
use crate::power::pieces::{self, Rated};
use crate::story;

/// `P012`.
pub static RULE: Rule = Rule {
    code: "P012",
    name: "contact-rating",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("contact_rating.rs"),
};

/// Amperes from which a rating for direct current is asked for.
const ARCS: f64 = 0.4;

/// Looks at every throw that carries something.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    // By device: throws of which something is not known, what, and where it would stand.
    let mut open: BTreeMap<DeviceId, (Vec<String>, String, Span)> = BTreeMap::new();
    for (piece, bound) in facts.power.harness.pieces.iter().zip(&facts.power.bounds) {
        let What::Contact(device, index, _) = piece.what else { continue };
        let contact = &build.part_of(device).contacts[index as usize];
        if bound.fighting || bound.amperes == Edge::Never {
            continue;
        }
        let path = pieces::name(build, piece.what, piece.at);
        let volts = pieces::volts_at(context, piece.at);
        let rated = pieces::rated(&contact.rated, volts);
        let mut unknown = |why: String, span: Span| {
            open.entry(device).or_insert((Vec::new(), why, span)).0.push(path.clone());
        };
        let Some(carries) = bound.typical_amperes else { continue };
        match rated {
            Rated::At(rated, span) if carries > rated.0 * (1.0 + SLACK) => {
                let message = format!(
                    "contact `{path}` carries {}, and is rated {rated} of direct current at {}",
                    Amps(carries),
                    Volts(volts)
                );
                findings.push(
                    Finding::new(&RULE, path, build.device(device).span, message)
                        .with_label("this one")
                        .with_other(span, "its rating"),
                );
            }
            Rated::At(..) => {}
            _ if carries < ARCS => {}
            Rated::Below(_, most, span) => {
                unknown(format!("the rating holds up to {}, and the circuit has {}", Volts(most), Volts(volts)), span);
            }
            Rated::Alternating(_, span) => unknown("the rating is for alternating current alone".to_owned(), span),
            Rated::Silent => unknown("no rating is stated".to_owned(), contact.span),
        }
    }
    for (device, (paths, why, span)) in open {
        let name = &build.device(device).name;
        let message = format!("whether {} may carry and break what flows is not known: {why}", which(&paths));
        findings.push(
            Finding::not_verified(&RULE, name, span, message).with_other(build.device(device).span, "this device"),
        );
    }
}

fn which(paths: &[String]) -> String {
    let noun = if paths.len() == 1 { "contact" } else { "contacts" };
    format!("{noun} {}", story::list(paths, 4))
}
