//! A contact switches on what draws more at first than the contact is rated for.
//!
//! A motor that stands still and an empty capacitor are nearly a short. A contact that closes on them bounces, arcs, and one day stays welded: the load
//! can be switched no more, and nothing shows it until somebody tries.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-3a" } }
//! sw = { part = "small-switch" }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { worst = "0.5 A @ 5 V" }, inrush = "6 A" }
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
//! ```text
//! warning[P013 inrush]: contact `sw.b` switches on 6 A of inrush, and is rated 5 A
//!  --> wiring/devices.toml:4:1
//!   |
//! 4 | sw = { part = "small-switch" }
//!   | ^^ this one
//!   |
//!  ::: bom/parts/small-switch.toml:5:55
//!   |
//! 5 | ..."a", no = "b", rated = "5 A @ 30 V", closed = "20 mohm" }
//!   |                            ---------- its rating
//!   |
//!   = note: behind it: `lamp.filament`
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-3a" } }
//! sw = { part = "small-switch" }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "4..5.5 V", profile = { worst = "0.5 A @ 5 V" }, inrush = "4 A" }
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
//! All loads that hang on one contact start together: what they state as inrush is added. A load that states none adds nothing, and a contact
//! without a rating for direct current is told by `contact-rating`.
//!
//! ## Sources
//! `rated` of the contact and `inrush` of the load, with their cites. That loads with inrush want contacts rated for it: "Relay Contact Life", application
//! note of a relay maker, <https://docslib.org/doc/8900786/reed-switches-contacts-protection>.

use std::collections::BTreeMap;

use analysis::power::What;
use model::units::Amps;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::SLACK;
use crate::power::pieces::{self, Rated};
use crate::story;

/// `P013`.
pub static RULE: Rule =
    Rule { code: "P013", name: "inrush", severity: Severity::Warning, file: file!(), text: include_str!("inrush.rs") };

/// Looks at every contact before a load that states an inrush.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let power = &facts.power;
    let inrush = |piece: u32| match power.harness.pieces[piece as usize].what {
        What::Load(device, index) => build.part_of(device).loads[index as usize].inrush.known(),
        _ => None,
    };
    let count = u32::try_from(power.harness.pieces.len()).expect("pieces are bounded");
    let loads: Vec<u32> =
        (0..count).filter(|&piece| inrush(piece).is_some() && !power.bounds[piece as usize].fighting).collect();
    if loads.is_empty() {
        return;
    }
    let mut behind: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let paths = power.paths(facts.world(build), &loads, 0);
    for (&load, path) in loads.iter().zip(paths) {
        // What rest leaves dark is asked for in the state in which it draws most.
        let state = power.bounds[load as usize].state as usize;
        let path = path.or_else(|| if state == 0 { None } else { power.path(facts.world(build), load, state) });
        for leg in path.iter().flat_map(|path| path.out.iter().chain(&path.back)) {
            if matches!(power.harness.pieces[leg.piece as usize].what, What::Contact(..)) {
                behind.entry(leg.piece).or_default().push(load);
            }
        }
    }
    for (piece, loads) in behind {
        let piece = &power.harness.pieces[piece as usize];
        let What::Contact(device, index, _) = piece.what else { continue };
        let contact = &build.part_of(device).contacts[index as usize];
        let Rated::At(rated, span) = pieces::rated(&contact.rated, pieces::volts_at(context, piece.at)) else {
            continue;
        };
        let sum: Amps = loads.iter().filter_map(|&load| inrush(load)).map(|amps| amps.hi).sum();
        if sum.0 <= rated.0 * (1.0 + SLACK) {
            continue;
        }
        let path = pieces::name(build, piece.what, piece.at);
        let names: Vec<String> = loads
            .iter()
            .map(|&load| &power.harness.pieces[load as usize])
            .map(|load| pieces::name(build, load.what, load.at))
            .collect();
        let message = format!("contact `{path}` switches on {sum} of inrush, and is rated {rated}");
        findings.push(
            Finding::new(&RULE, path, build.device(device).span, message)
                .with_label("this one")
                .with_other(span, "its rating")
                .with_note(format!("behind it: {}", story::list(&names, 4))),
        );
    }
}
