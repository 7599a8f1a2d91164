//! More of a supply's volts are lost on the way to a load than the build allows.
//!
//! Every wire, clamp and contact takes its share, out and back. What a load accepts is the part's to say; how much of a supply a build means to lose is
//! the builder's, and stands in `[power]`.
//!
//! ## Example
//! ```toml wiring/power.toml
//! [power]
//! drop = "3%"
//! ```
//! ```toml
//! [wire.feed]
//! stock = "spool"
//! length = "4 m"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! warning[P023 voltage-drop]: `lamp.filament` gets 4.78 V of the 5 V of `psu.out`: 4.45 % are lost on the way, and 3 % may be
//!  --> wiring/devices.toml:3:1
//!   |
//! 3 | lamp = { part = "lamp" }
//!   | ^^^^ this one
//!   |
//!  ::: wiring/power.toml:2:9
//!   |
//! 2 | drop = "3%"
//!   |         -- what may be lost
//!   |
//!   = note: 0.22 V are lost in 445 mohm out and back: wire `feed/1` 0.11 V,
//!           wire `feed/2` 0.11 V
//! ```
//! ## Instead
//! ```toml wiring/power.toml
//! [power]
//! drop = "3%"
//! ```
//! ```toml
//! [wire.feed]
//! stock = "spool"
//! length = "1 m"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! Typical numbers, every load at its greatest draw, in the state in which the load gets least. A build that states no `drop` is not judged. A load whose
//! volts are not known is told by the rule on what loads get. Loads of one group with one supply are one finding.
//!
//! ## Sources
//! `drop` of `[power]`: a demand of the build. 3 % on a branch and 5 % in all are what NEC 210.19(A), informational note, calls reasonable.

use std::collections::BTreeMap;

use analysis::power::harness::Piece;
use analysis::power::{Draw, Path, Point, What};
use model::units::Volts;
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::{SLACK, lost, pieces};

/// `P023`.
pub static RULE: Rule = Rule {
    code: "P023",
    name: "voltage-drop",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("voltage_drop.rs"),
};

/// A load that loses too much.
struct Lost {
    load: u32,
    path: Path,
    gets: f64,
    of: f64,
}

/// Looks at every load.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let power = &facts.power;
    let pieces = &power.harness.pieces;
    let Some(allowed) = build.power.drop.known() else { return };
    let count = u32::try_from(pieces.len()).expect("pieces are bounded");
    let gets = |load: u32| power.bounds[load as usize].typical_volts.filter(|_| !power.bounds[load as usize].fighting);
    let is_load = |load: &u32| matches!(pieces[*load as usize].what, What::Load(..)) && gets(*load).is_some();
    let loads: Vec<u32> = (0..count).filter(is_load).collect();
    let mut groups: BTreeMap<(String, String), Vec<Lost>> = BTreeMap::new();
    for (&load, path) in loads.iter().zip(power.paths(facts.world(build), &loads, 0)) {
        let state = power.bounds[load as usize].state as usize;
        let path = path.or_else(|| if state == 0 { None } else { power.path(facts.world(build), load, state) });
        let (Some(path), Some(gets)) = (path, gets(load)) else { continue };
        let source = &pieces[path.source as usize];
        let of = source.numbers.value.1.typical;
        if of - gets <= of * allowed.hi.0 * (1.0 + SLACK) {
            continue;
        }
        let key = (pieces::group(build, pieces[load as usize].what).to_owned(), named(build, pieces, path.source));
        groups.entry(key).or_default().push(Lost { load, path, gets, of });
    }
    let mut points: BTreeMap<u32, Point> = BTreeMap::new();
    for ((_, source), mut all) in groups {
        all.sort_by(|a, b| a.gets.total_cmp(&b.gets));
        let worst = &all[0];
        let subject = named(build, pieces, worst.load);
        let device = pieces[worst.load as usize].what.device().expect("a load has a device");
        let message = format!(
            "`{subject}` gets {} of the {} of `{source}`: {} are lost on the way, and {} may be",
            Volts(worst.gets),
            Volts(worst.of),
            percent((worst.of - worst.gets) / worst.of),
            percent(allowed.hi.0)
        );
        let mut finding = Finding::new(&RULE, subject, build.device(device).span, message).with_label("this one");
        if let Some(at) = build.power.drop.span() {
            finding = finding.with_other(at, "what may be lost");
        }
        let state = power.bounds[worst.load as usize].state;
        let ask = || power.point_in(facts.world(build), Draw::Greatest, &power.states[state as usize]);
        finding = finding.with_note(lost::told(context, &worst.path, points.entry(state).or_insert_with(ask)));
        let others: Vec<String> = all[1..]
            .iter()
            .take(4)
            .map(|one| format!("`{}` {}", named(build, pieces, one.load), Volts(one.gets)))
            .collect();
        if !others.is_empty() {
            let more = all.len() - 1 - others.len();
            let more = if more == 0 { String::new() } else { format!(", and {more} more") };
            finding = finding.with_note(format!("likewise: {}{more}", others.join(", ")));
        }
        findings.push(finding);
    }
}

fn percent(share: f64) -> String {
    format!("{} %", model::units::shown(share * 100.0, ""))
}

fn named(build: &model::Build, pieces: &[Piece], piece: u32) -> String {
    let piece = &pieces[piece as usize];
    pieces::name(build, piece.what, piece.at)
}
