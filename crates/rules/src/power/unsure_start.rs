//! What is to start a supply does not bring its input to the level that it needs, or brings it above what it takes.
//!
//! An ATX supply starts while PS_ON# is below 0.8 V and stays off above 2 V. Inside, a resistor pulls the pin up to the standby rail and gives up to 1.6 mA; a
//! switch straight to COM wins easily. An LED, a diode or a kilohm in that lead leaves the pin somewhere between: one supply starts, the next
//! does not, or not when it is warm. More volts than the standby rail push current the wrong way through that resistor.
//!
//! ## Example
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "10 A @ 120 V ac"
//! port = { ac = "nema-5-15r" }
//! [device]
//! psu = { part = "atx-psu-20" }
//! atx = { part = "atx-breakout-24" }
//! toggle = { part = "toggle-spst" }
//! r = { part = "toy-resistor" }
//! ```
//! ```toml bom/parts/toy-resistor.toml
//! name = "Resistor"
//! kind = "resistor"
//! cite = "toy"
//! resistor.r = { across = ["a", "b"], ohms = "1 kohm", watts = "0.25 W" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [cable.mains]
//! part = "ac-cord-c13"
//! run = ["wall.ac -> psu.ac"]
//! [plug.main]
//! run = ["psu.main -> atx.in"]
//! [wire.start]
//! stock = "lead"
//! run = ["atx.ps-on -> r.a", "r.b -> toggle.a", "toggle.b -> atx.com[4]"]
//! ```
//! ```text
//! error[P014 unsure-start]: contact `toggle.b` pulls `psu.ps-on` down to 1.28 V, and it takes 0.8 V or less to start
//!  --> wiring/wires.toml:8:9
//!   |
//! 8 | run = ["atx.ps-on -> r.a", "r.b -> toggle.a", "toggle.b -> atx.com[4]"]
//!   |         ^^^^^^^^^^^^^^^^
//!   |
//!  ::: wiring/devices.toml:5:1
//!   |
//! 5 | psu = { part = "atx-psu-20" }
//!   | --- this supply
//! ...
//! 8 | r = { part = "toy-resistor" }
//!   | - in its way
//!   |
//!   = note: on the way to its return: resistor `r` 1000 ohm
//!   = note: inside, 3100 ohm pull it up to 5.25 V
//! ```
//! ## Instead
//! ```toml wiring/devices.toml
//! [feed.wall]
//! limit = "10 A @ 120 V ac"
//! port = { ac = "nema-5-15r" }
//! [device]
//! psu = { part = "atx-psu-20" }
//! atx = { part = "atx-breakout-24" }
//! toggle = { part = "toggle-spst" }
//! r = { part = "toy-resistor" }
//! ```
//! ```toml bom/parts/toy-resistor.toml
//! name = "Resistor"
//! kind = "resistor"
//! cite = "toy"
//! resistor.r = { across = ["a", "b"], ohms = "330 ohm", watts = "0.25 W" }
//! terminal.a = { clamp = "screw" }
//! terminal.b = { clamp = "screw" }
//! ```
//! ```toml
//! [cable.mains]
//! part = "ac-cord-c13"
//! run = ["wall.ac -> psu.ac"]
//! [plug.main]
//! run = ["psu.main -> atx.in"]
//! [wire.start]
//! stock = "lead"
//! run = ["atx.ps-on -> r.a", "r.b -> toggle.a", "toggle.b -> atx.com[4]"]
//! ```
//! ## Cases
//! Every way from the pin to its return is looked at by itself: each contact, whoever moves it, with the least that lies in series. What hangs on the pin
//! without a contact may also leave it surely off, as an indicator does. A button on a breakout does not excuse a switch beside it. The levels are those of the
//! supply's part, at the upper end of its standby rail. A pin of a computer straight on PS_ON# gets the volts of the pull-up: that is told by
//! `pin-over-volts`. What hangs on PWR_OK has no supply, and
//! `no-supply` says so.
//! Where nothing at all leads from the pin to its return, the supply never starts, and this rule says so if anything waits for it;
//! a plug that does not fit is told by `wrong-mate`.
//!
//! ## Sources
//! ATX/ATX12V Power Supply Design Guide 1.1, table 15, PS_ON#: low at most 0.8 V, at most 1.6 mA out of the pin, high at least 2.0 V, open at most 5.25 V.

use std::collections::BTreeMap;

use analysis::budget::WORST;
use analysis::nets;
use analysis::potentials::Between;
use analysis::power::{Pull, Pulls, What};
use model::units::{Ohms, Volts};
use source::{Finding, Rule, Severity};

use crate::Context;
use crate::power::starts::{Start, starts};
use crate::power::{SLACK, pieces};

/// `P014`.
pub static RULE: Rule = Rule {
    code: "P014",
    name: "unsure-start",
    severity: Severity::Error,
    file: file!(),
    text: include_str!("unsure_start.rs"),
};

/// Volts above the pull-up that its own tolerance and a drop may be.
const ABOVE: f64 = 0.2;

/// Looks at every input that switches a live supply on.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let starts = starts(context);
    if starts.is_empty() {
        return;
    }
    let pulls = Pulls::new(&facts.power.harness);
    for start in starts {
        let [pin, ret] = [start.pin, start.ret].map(|at| pulls.node(at));
        if pin == ret || facts.potentials.fights(&facts.rest, start.pin) {
            continue;
        }
        let amperes = start.draws();
        let (Some(ways), Some(feeders)) = (pulls.ways([pin, ret], amperes), pulls.feeders(pin, ret, amperes)) else {
            let message = format!("so much hangs on `{}` that its level was not computed", start.name);
            findings.push(Finding::not_verified(&RULE, &start.name, build.device(start.device).span, message));
            continue;
        };
        findings.extend(above(context, &start, &feeders).or_else(|| pulled(context, &start, &ways)));
        if ways.is_empty() && feeders.is_empty() && !misfit(context, &start) {
            findings.extend(never(context, &start));
        }
    }
}

/// Ways that are no clear low; the worst is told.
fn pulled(context: Context<'_>, start: &Start<'_>, ways: &[Pull]) -> Option<Finding> {
    let Context { build, facts } = context;
    let is_contact = |number: &&u32| matches!(facts.power.harness.pieces[**number as usize].what, What::Contact(..));
    let unknown = |what: String, span| {
        let message = format!("whether `{}` is pulled low enough is not known: {what}", start.name);
        Some(Finding::not_verified(&RULE, &start.name, span, message))
    };
    let mut worst: Option<(f64, &Pull)> = None;
    for pull in ways.iter().filter(|pull| pull.gap.is_some() || pull.forward[1] > 0.0 || pull.ohms[1] > 1.0) {
        if let Some((number, gap)) = pull.gap {
            return unknown(format!("the {} of {} is not stated", gap.what, named(context, number)), gap.at);
        }
        let levels = start.levels().zip(start.left_by(pull, 1)).zip(start.left_by(pull, 0));
        let Some((((low, high), most), least)) = levels else {
            return unknown("its level or its pull-up is not stated".to_owned(), start.shape.span);
        };
        // An indicator leaves the pin off; what somebody closes is there to start.
        let is_off = high.is_some_and(|high| least >= high) && !pull.pieces.iter().any(|number| is_contact(&number));
        if most > low * (1.0 + SLACK) && !is_off && worst.is_none_or(|(so_far, _)| most > so_far) {
            worst = Some((most, pull));
        }
    }
    let ((most, pull), (low, _)) = (worst?, start.levels()?);
    let blame = blame(context, start, pull);
    let place = blame.first().map_or(pull.pieces[0], |(_, number, _)| *number);
    // The wire that leads into what stands in the way is the line to change.
    let before = pull.pieces.split(|number| *number == place).next().unwrap_or_default();
    let is_wire = |number: &&u32| matches!(facts.power.harness.pieces[**number as usize].what, What::Wire(_));
    let wire = before.iter().rev().find(is_wire).or_else(|| pull.pieces.iter().find(is_wire));
    let by = pull.pieces.iter().find(is_contact).map(|number| named(context, *number));
    let by = by.unwrap_or_else(|| "what hangs on it".to_owned());
    let message =
        format!("{by} pulls `{}` down to {}, and it takes {} or less to start", start.name, Volts(most), Volts(low));
    let shown: Vec<String> =
        blame.iter().take(4).map(|(_, number, shown)| format!("{} {shown}", named(context, *number))).collect();
    let finding = Finding::new(&RULE, &start.name, span(context, *wire.unwrap_or(&place)), message)
        .with_other(span(context, place), "in its way")
        .with_other(build.device(start.device).span, "this supply")
        .with_note(format!("on the way to its return: {}", shown.join(", ")));
    Some(match start.pull_up() {
        Some(ohms) => finding.with_note(format!("inside, {} pull it up to {}", Ohms(ohms), start.rail.hi)),
        None => finding,
    })
}

/// A source that lifts the pin above its own pull-up, in any state of contacts.
fn above(context: Context<'_>, start: &Start<'_>, feeders: &BTreeMap<u32, Pull>) -> Option<Finding> {
    let Context { build, facts } = context;
    let mut worst: Option<(f64, u32, &Pull)> = None;
    for (number, piece) in (0..).zip(&facts.power.harness.pieces) {
        let Some(pull) = feeders.get(&piece.ends[0]).filter(|_| matches!(piece.what, What::Source(_))) else {
            continue;
        };
        let Between::Known(volts) = facts.potentials.between(&facts.rest, piece.at[0], start.ret) else { continue };
        let over = volts.typ.0 - start.rail.hi.0;
        let gets = volts.typ.0 - pull.leaves(over, start.pull_up().unwrap_or(f64::INFINITY), 1);
        if over > 0.0 && gets > start.rail.hi.0 + ABOVE && worst.is_none_or(|(so_far, ..)| gets > so_far) {
            worst = Some((gets, number, pull));
        }
    }
    let (gets, number, pull) = worst?;
    let is_wire = |piece: &&u32| matches!(facts.power.harness.pieces[**piece as usize].what, What::Wire(_));
    let place = pull.pieces.iter().find(is_wire).or(pull.pieces.last()).copied().unwrap_or(number);
    let message = format!("`{}` gets {}, and its own pull-up gives {} at most", start.name, Volts(gets), start.rail.hi);
    let steps: Vec<String> = pull.pieces.iter().map(|piece| named(context, *piece)).collect();
    let shown = if steps.len() > 6 { format!("{} … {}", steps[0], steps[steps.len() - 1]) } else { steps.join(", ") };
    Some(
        Finding::new(&RULE, &start.name, span(context, place), message)
            .with_other(build.device(start.device).span, "this supply")
            .with_note(format!("from {} by way of {shown}", named(context, number))),
    )
}

/// Nothing can pull the pin low, and something hangs on what it would start.
fn never(Context { build, facts }: Context<'_>, start: &Start<'_>) -> Option<Finding> {
    let driven = |drive: &&analysis::drives::Drive| drive.input == (start.device, start.input);
    if facts.drives.all.iter().find(driven).is_some_and(|drive| !drive.lines.is_empty()) {
        return None;
    }
    let waits = facts.budget.rails.iter().filter(|rail| rail.scenario == WORST).any(|rail| {
        let of = &build.part_of(rail.source.device).sources[rail.source.index as usize];
        let is_its = rail.source.device == start.device && of.on == Some(start.input);
        is_its && (rail.drawn.band.hi.0 > 0.0 || !rail.drawn.is_whole())
    });
    let device = build.device(start.device);
    let message = format!("nothing can pull `{}` low, and `{}` never starts", start.name, device.name);
    waits.then(|| Finding::new(&RULE, &start.name, device.span, message).with_label("this supply"))
}

/// Whether a plug of the supply sits where it does not fit: then that is told.
fn misfit(Context { build, .. }: Context<'_>, start: &Start<'_>) -> bool {
    let mut mates = build.runs.iter().flat_map(|run| nets::mates(&run.what));
    mates.any(|mate| !mate.fits && mate.ends.iter().any(|(device, _)| *device == start.device))
}

/// What resists or drops on a way: volts at the current of the pin, piece, and its number; the most first.
fn blame(Context { facts, .. }: Context<'_>, start: &Start<'_>, pull: &Pull) -> Vec<(f64, u32, String)> {
    let mut all: Vec<(f64, u32, String)> = Vec::new();
    for &number in &pull.pieces {
        let piece = &facts.power.harness.pieces[number as usize];
        let most = piece.numbers.value.1.high.unwrap_or(piece.numbers.value.1.typical);
        match piece.what {
            What::Diode(..) => all.push((most, number, Volts(most).to_string())),
            _ if most > 1.0 => all.push((most * start.draws(), number, Ohms(most).to_string())),
            _ => {}
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all
}

/// ``contact `toggle.b` ``.
fn named(Context { build, facts }: Context<'_>, number: u32) -> String {
    let piece = &facts.power.harness.pieces[number as usize];
    format!("{} `{}`", pieces::noun(piece.what), pieces::name(build, piece.what, piece.at))
}

fn span(Context { build, facts }: Context<'_>, number: u32) -> source::Span {
    pieces::span(build, facts.power.harness.pieces[number as usize].what)
}
