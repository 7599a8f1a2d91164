//! Nothing clears a dead short, because too little flows in it, and something on the way cannot bear that for ever.
//!
//! Thin and long wire protects itself from the fuse: its own resistance keeps the current of a short below what opens it. Then the short is a heater
//! that nobody switches off.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-5a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "3..5.5 V", profile = { worst = "0.2 A @ 5 V" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> fu.a", "fu.b -> lamp.plus"]
//! [wire.return]
//! stock = "thin-spool"
//! length = "3 m"
//! run = ["lamp.minus -> psu.minus"]
//! ```
//! ```text
//! warning[P016 uncleared-short]: a dead short at `lamp.filament` may draw as little as 6.01 A: fuse `fu` surely opens at 6.75 A, and wire `return/1` bears 1.4 A
//!  --> wiring/wires.toml:8:9
//!   |
//! 8 | run = ["lamp.minus -> psu.minus"]
//!   |         ^^^^^^^^^^^^^^^^^^^^^^^
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [device]
//! psu = { part = "strong-supply" }
//! fu = { part = "blade-holder", set = { f = "blade-ato-1a" } }
//! lamp = { part = "lamp" }
//! ```
//! ```toml bom/parts/lamp.toml
//! name = "Lamp"
//! kind = "lamp"
//! cite = "toy"
//! load.filament = { plus = "plus", minus = "minus", volts = "3..5.5 V", profile = { worst = "0.2 A @ 5 V" } }
//! terminal.plus = { clamp = "screw" }
//! terminal.minus = { clamp = "screw" }
//! ```
//! ```toml
//! [wire.feed]
//! stock = "lead"
//! length = "60 mm"
//! run = ["psu.plus -> fu.a", "fu.b -> lamp.plus"]
//! [wire.return]
//! stock = "thin-spool"
//! length = "3 m"
//! run = ["lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! The short lies across a load, with everything at rest. It surely flows as much as its least volts over its most ohms; a fuse surely opens at what it
//! states (`opens`), else at twice its rating. What a wire on the plus side lacks in protection is `unfused-branch`'s to tell, and factory leads
//! without a fuse are `unfused-lead`'s; there this rule is silent. Without a fuse it asks whether the contacts on the way bear what the supply
//! gives, as a rating is not where a supply shuts down.
//!
//! ## Sources
//! `opens` of the fuse, with its cite. That a fuse opens at twice its rating within minutes: Littelfuse on UL 248-14,
//! <http://electronicscatalogs.littelfuse.com/guide/fuseology-selection-guide/12.php>. Ohms of copper: ASTM B258, IEC 60028.

use std::collections::BTreeMap;

use analysis::power::{Gap, Prospect, What};
use analysis::protection;
use model::units::Amps;
use model::{Build, DeviceId};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::SLACK;
use crate::power::pieces;
use crate::story;

/// `P016`.
pub static RULE: Rule = Rule {
    code: "P016",
    name: "uncleared-short",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("uncleared_short.rs"),
};

/// Times its rating at which a fuse that states nothing surely opens.
const OPENS: f64 = 2.0;

/// What is wrong with a short at one load.
struct Uncleared {
    load: u32,
    /// Fewest amperes that flow; `None` where a number is missing.
    least: Option<Amps>,
    /// Most that may flow for ever.
    lasts: Amps,
    /// The fuse that does not open.
    fuse: Option<(DeviceId, u32)>,
    /// What bears least, and how much.
    weakest: (u32, Amps),
}

/// Looks at a short across every load.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let shorts = facts.power.shorts(facts.world(build));
    // By what is too weak (a wire's bundle, a device's group): one cause, one finding.
    let mut causes: BTreeMap<(bool, String), Vec<Uncleared>> = BTreeMap::new();
    for short in shorts {
        let Some(uncleared) = judge(context, &short) else { continue };
        let piece = &facts.power.harness.pieces[uncleared.weakest.0 as usize];
        let weak = match piece.what {
            What::Wire(wire) => build.bundle(build.run(build.wire(wire).run).bundle).name.value.clone(),
            what => format!("{} {}", pieces::noun(what), build.device(build.owner(piece.at[0])).group),
        };
        causes.entry((uncleared.least.is_none(), weak)).or_default().push(uncleared);
    }
    for (_, mut all) in causes {
        all.sort_by(|a, b| a.least.map(|amps| amps.0).partial_cmp(&b.least.map(|amps| amps.0)).expect("not NaN"));
        let name = |piece: u32| {
            let piece = &facts.power.harness.pieces[piece as usize];
            pieces::name(build, piece.what, piece.at)
        };
        let others: Vec<String> = all[1..].iter().map(|one| name(one.load)).collect();
        let finding = told(context, &all[0], &name(all[0].load));
        findings.push(if others.is_empty() {
            finding
        } else {
            finding.with_note(format!("the same holds for {}", story::list(&others, 4)))
        });
    }
}

fn judge(context: Context<'_>, short: &Prospect) -> Option<Uncleared> {
    let Context { build, facts } = context;
    let pieces = &facts.power.harness.pieces;
    let bare = |wire| facts.protection.of(wire).is_some_and(|branch| branch.protected() != Some(true));
    let weakest = short.legs.iter().filter_map(|leg| {
        let piece = &pieces[leg.piece as usize];
        pieces::bears(context, piece.what, piece.at).map(|amps| (leg.piece, amps))
    });
    let weakest = weakest.min_by(|a, b| a.1.0.total_cmp(&b.1.0))?;
    let wires = || {
        short.legs.iter().filter_map(|leg| match pieces[leg.piece as usize].what {
            What::Wire(wire) => Some(wire),
            _ => None,
        })
    };
    if wires().any(bare) {
        return None;
    }
    let (fuse, opens) = match short.fuse {
        Some((fuse, rating)) => (Some(fuse), opens(build, fuse).or(rating.map(|rated| Amps(rated.0 * OPENS)))?),
        None if wires().next().is_some() => (None, short.limit?),
        None => return None,
    };
    let lasts = Amps(short.most.map_or(opens.0, |most| most.0.min(opens.0)));
    let cleared = fuse.is_some() && short.least.is_some_and(|least| least.0 >= opens.0);
    let borne = lasts.0 <= weakest.1.0 * (1.0 + SLACK);
    (!cleared && !borne).then_some(Uncleared { load: short.load, least: short.least, lasts, fuse, weakest })
}

/// Amperes at which a fuse, or the one that a holder holds, surely opens.
fn opens(build: &Build, (device, index): (DeviceId, u32)) -> Option<Amps> {
    let fuse = &build.part_of(device).fuses[index as usize];
    let held = match build.device(device).choices.get(&fuse.name) {
        Some(model::device::Choice::Part(part, _)) => build.part(*part).fuses.first(),
        _ => None,
    };
    fuse.opens.known().or_else(|| held?.opens.known()).map(|amps| amps.hi)
}

fn told(Context { build, facts }: Context<'_>, of: &Uncleared, load: &str) -> Finding {
    let pieces = &facts.power.harness.pieces;
    let weak = &pieces[of.weakest.0 as usize];
    let what = format!("{} `{}`", pieces::noun(weak.what), pieces::name(build, weak.what, weak.at));
    let bears = of.weakest.1;
    let span = pieces::span(build, weak.what);
    let opens = |(device, index): (DeviceId, u32)| {
        let opens = opens(build, (device, index));
        let opens = opens.or(protection::rating(build, device, index).map(|rated| Amps(rated.0 * OPENS)));
        (&build.device(device).name, opens.expect("else nothing was found"))
    };
    let Some(least) = of.least else {
        let message = format!("whether a dead short at `{load}` clears before {what} is hurt is not known");
        let finding = Finding::not_verified(&RULE, load, span, message);
        let gaps: Vec<(u32, Gap)> = facts.power.gaps_of(facts.world(build), of.load);
        return match gaps.first() {
            Some((_, gap)) => finding.with_other(gap.at, format!("no {}", gap.what)),
            None => finding,
        };
    };
    match of.fuse.map(opens) {
        Some((fuse, opens)) => {
            let message = format!(
                "a dead short at `{load}` may draw as little as {least}: fuse `{fuse}` surely opens at {opens}, and {what} bears {bears}"
            );
            Finding::new(&RULE, load, span, message)
        }
        None => {
            let message = format!(
                "nothing clears a dead short at `{load}`: {} may flow for ever, and {what} bears {bears}",
                of.lasts
            );
            Finding::new(&RULE, load, span, message)
                .with_note(format!("no fuse is on the way; the short draws at least {least}"))
        }
    }
}
