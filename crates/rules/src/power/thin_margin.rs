//! A load has enough volts as a rule, but too few when its supply, contacts and wires are all at their worst.
//!
//! A box that runs on the bench may fail in the rack: contacts wear, copper warms, and a supply may give five per cent less than its label says and
//! still be sound. What fails then is the load that hangs on the longest way.
//!
//! ## Example
//! ```toml
//! [wire.feed]
//! stock = "spool"
//! length = "8 m"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ```text
//! warning[P006 thin-margin]: `lamp.filament` gets 4.56 V, in the worst corner 4.48 V, and accepts no less than 4.5 V
//!  --> wiring/wires.toml:4:21
//!   |
//! 4 | run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//!   |                     ^^^^^^^^^
//!   |
//!  ::: bom/parts/lamp.toml:4:60
//!   |
//! 4 | ...us = "minus", volts = "4.5..5.5 V", profile = { worst = "0.5 A @ 5 V" } }
//!   |                           ---------- what it needs
//!   |
//!   = note: with every load at its most 0.44 V are lost in 885 mohm out and
//!           back: wire `feed/1` 0.22 V, wire `feed/2` 0.22 V
//!   = note: worst corner 4.48 V: its supply gives 5 V, contacts and joints are
//!           worn, copper is at 60 °C, every load draws its most
//!   = note: to settle it: load the end of its cable with 0.5 A until all is
//!           warm, and measure from `psu.plus` to `lamp.plus`, both legs: at
//!           most 0.5 V of drop keeps it above 4.5 V with the supply at 5 V
//! ```
//! ## Instead
//! ```toml
//! [wire.feed]
//! stock = "spool"
//! length = "1 m"
//! run = ["psu.plus -> lamp.plus", "lamp.minus -> psu.minus"]
//! ```
//! ## Cases
//! Told where a load is below its warning with typical numbers, or below its warning or its limit in the worst corner: the supply at its least,
//! every joint and contact at its most ohms, copper at its hottest, every load at its most, and every relay as is worst. Nobody need ever meet that
//! corner, and so the finding names the measurement that settles it. What fails with typical numbers already is `undervoltage`.
//!
//! Where a number is missing on which the volts hang, the load is *not verified*, and the numbers are named: those on its way first.
//! Loads of one name in devices of one group are one finding; so are all that wait for the same number.
//!
//! ## Sources
//! Each part cites what it needs, and the least and most ohms of its joints and contacts. Copper between the degrees of `[power] wires-at`, else
//! between 20 and 60 °C (a choice), +0.393 % a kelvin (IEC 60028).

use std::collections::BTreeMap;

use analysis::power::{COPPER_AT, Edge, Gap, Path};
use model::units::{Amps, Celsius, Volts};
use source::{Finding, Rule, Severity};

use super::supplied::{self, Fed, Typical};
use super::{pieces, undervoltage};
use crate::Context;

/// `P006`.
pub static RULE: Rule = Rule {
    code: "P006",
    name: "thin-margin",
    severity: Severity::Warning,
    file: file!(),
    text: include_str!("thin_margin.rs"),
};

/// How a load stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stands {
    /// It warns with typical numbers.
    Warns,
    /// It may fail in the worst corner.
    MayFail,
    /// It may warn in the worst corner.
    MayWarn,
    /// A number is missing.
    Unknown,
}

impl Stands {
    /// The volts that are held against the threshold.
    fn judged(self, fed: &Fed<'_>) -> Option<f64> {
        if self == Self::Warns { fed.bound.typical_volts } else { fed.bound.lowest.get() }
    }
}

/// Looks at every load that does not fail already.
pub fn run(context: Context<'_>, findings: &mut Vec<Finding>) {
    let mut by: BTreeMap<Stands, Vec<Fed<'_>>> = BTreeMap::new();
    for fed in supplied::loads(context) {
        if let Some(stands) = stands(context, &fed) {
            by.entry(stands).or_default().push(fed);
        }
    }
    let mut typical = Typical::new(context);
    for (stands, loads) in by {
        let groups = supplied::grouped(context, loads, |fed| stands.judged(fed));
        if stands == Stands::Unknown {
            unknown(context, &groups, findings);
        } else {
            findings.extend(groups.iter().map(|group| fault(context, stands, group, &mut typical)));
        }
    }
}

/// A load with less than this share of what it needs is off.
const OFF: f64 = 0.05;

fn stands(context: Context<'_>, fed: &Fed<'_>) -> Option<Stands> {
    let facts = context.facts;
    let needs = fed.needs();
    // Nobody says what it needs, its supply alone is too weak, or it fails without any corner.
    let least = needs.least()?;
    if fed.open(context).is_some_and(|open| open < least) || undervoltage::due(context, fed).is_some() {
        return None;
    }
    let below = |volts: f64, limit: Option<f64>| limit.is_some_and(|limit| volts < limit);
    match (fed.bound.typical_volts, fed.bound.lowest) {
        (_, Edge::Never) => None,
        (Some(volts), _) if below(volts, needs.warns) => Some(Stands::Warns),
        (_, Edge::Unknown) => Some(Stands::Unknown),
        // Where typical numbers have no operating point that is told, and what else hangs on the same supply is not.
        (typical, Edge::NoPoint) => typical.filter(|_| facts.power.collapses.is_empty()).map(|_| Stands::MayFail),
        // Bridged by a contact in some state, or cut off but for a trickle, it is off there and not low.
        (typical, Edge::Is(volts)) if volts < least * typical.map_or(0.5, |_| OFF) => None,
        (_, Edge::Is(volts)) if below(volts, needs.fails) => Some(Stands::MayFail),
        (_, Edge::Is(volts)) if below(volts, needs.warns) => Some(Stands::MayWarn),
        (_, Edge::Is(_)) => None,
    }
}

fn fault(context: Context<'_>, stands: Stands, group: &[Fed<'_>], typical: &mut Typical<'_>) -> Finding {
    let fed = &group[0];
    let (name, needs) = (fed.name(context), fed.needs());
    let fails = if fed.load.fails_below.known().is_some() { "fails below" } else { "accepts no less than" };
    let (verb, due) = match stands {
        Stands::MayFail => (fails, needs.fails),
        _ => ("warns below", needs.warns),
    };
    let due = due.unwrap_or(0.0);
    let (gets, lowest) = (fed.bound.typical_volts, fed.bound.lowest.get());
    let (volts, limit) = supplied::apart(stands.judged(fed).unwrap_or(0.0), due);
    let typical_volts = gets.map_or_else(String::new, |gets| format!("{}, ", Volts(gets)));
    let message = match (stands, lowest) {
        (Stands::Warns, _) => format!("`{name}` gets {volts}, and {verb} {limit}"),
        (_, Some(_)) => format!("`{name}` gets {typical_volts}in the worst corner {volts}, and {verb} {limit}"),
        (_, None) => format!("`{name}` gets {typical_volts}and in the worst corner no volts at which it can run"),
    };
    let mut finding = Finding::new(&RULE, supplied::subject(context, group), fed.span(context), message);
    if let Some(span) = fed.threshold(due) {
        finding = finding.with_other(span, "what it needs");
    }
    if let Some((state, path, told)) = typical.way(fed.piece) {
        finding = finding.with_note(format!("with every load at its most {told}"));
        finding = finding.with_note(corner(context, fed, &path));
        // Where volts give way all at once, no drop measured at fewer amperes tells how near that is.
        if fed.bound.lowest != Edge::NoPoint {
            finding = finding.with_note(measure(context, fed, &path, needs.least().unwrap_or(due)));
        }
        if stands == Stands::Warns
            && let Some(help) = typical.thicker(fed, (&path, state), due)
        {
            finding = finding.with_help(help);
        }
    }
    match supplied::others(context, group, |fed| stands.judged(fed)) {
        Some(others) => finding.with_note(others),
        None => finding,
    }
}

/// What the worst corner takes together.
fn corner(Context { build, facts }: Context<'_>, fed: &Fed<'_>, path: &Path) -> String {
    let hottest = build.power.wires_at.known().map_or(COPPER_AT.1, |band| band.hi.0);
    let source = facts.power.harness.pieces[path.source as usize].numbers.value.1;
    let supply = source.low.map_or_else(String::new, |least| format!("its supply gives {}, ", Volts(least)));
    let gets = fed.bound.lowest.get().map_or_else(String::new, |volts| format!(" {}", Volts(volts)));
    format!(
        "worst corner{gets}: {supply}contacts and joints are worn, copper is at {:.0} °C, every load draws its most",
        Celsius(hottest).0
    )
}

/// The measurement that would settle it: amperes, two points, and the most volts between them.
fn measure(Context { build, facts }: Context<'_>, fed: &Fed<'_>, path: &Path, due: f64) -> String {
    let power = &facts.power;
    let source = power.harness.pieces[path.source as usize].numbers.value.1;
    let ends = power.harness.pieces[fed.piece as usize].at;
    let from = path.out.first().map_or(ends[0], |leg| leg.from);
    // What else hangs behind the same plug is drawn through it as well.
    let amperes = |piece: u32| power.bounds[piece as usize].typical_amperes;
    let last = path.out.last().and_then(|leg| amperes(leg.piece)).or_else(|| amperes(fed.piece));
    let drawn = last.map_or_else(String::new, |amperes| format!(" with {}", Amps(amperes)));
    let most = path.out.iter().filter_map(|leg| amperes(leg.piece)).fold(0.0, f64::max);
    let shared =
        if last.is_some_and(|last| most > last * 1.01) { ", let what shares its way draw its most" } else { "" };
    let typical = source.typical - due;
    let mut text = format!(
        "to settle it: load the end of its cable{drawn}{shared} until all is warm, and measure from `{}` to `{}`, both legs: at most {} of drop keeps it above {} with the supply at {}",
        build.path(from),
        build.path(ends[0]),
        Volts(typical),
        Volts(due),
        Volts(source.typical)
    );
    match source.low.filter(|low| *low < source.typical) {
        Some(low) if low > due => {
            text.push_str(&format!(", and {} with it at {}", Volts(low - due), Volts(low)));
        }
        Some(low) => text.push_str(&format!("; at {} no way is short enough", Volts(low))),
        None => {}
    }
    text
}

/// Missing numbers, each with its piece, and the loads that wait for them.
type Waiting<'a> = (Vec<(u32, Gap)>, Vec<Fed<'a>>);

/// Groups that wait for the same number first are one finding.
fn unknown(context: Context<'_>, groups: &[Vec<Fed<'_>>], findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    let mut waiting: Vec<Waiting<'_>> = Vec::new();
    for group in groups {
        let mut gaps: Vec<(u32, Gap)> = Vec::new();
        for fed in group.iter().take(8) {
            for gap in facts.power.gaps_of(facts.world(build), fed.piece) {
                if gaps.iter().all(|(_, known)| *known != gap.1) {
                    gaps.push(gap);
                }
            }
        }
        let first = gaps.first().map(|(_, gap)| *gap);
        // Numbers that no part can have are P025's to tell.
        if first.is_none() && !facts.power.absurd.is_empty() {
            continue;
        }
        match waiting.iter_mut().find(|(known, _)| known.first().map(|(_, gap)| *gap) == first) {
            Some((_, all)) => all.extend(group),
            None => waiting.push((gaps, group.clone())),
        }
    }
    for (gaps, group) in waiting {
        let fed = &group[0];
        let name = fed.name(context);
        let least = fed.needs().least().unwrap_or(0.0);
        let told = |(piece, gap): &(u32, Gap)| {
            let of = &facts.power.harness.pieces[*piece as usize];
            format!("the {} of {} `{}`", gap.what, pieces::noun(of.what), pieces::name(build, of.what, of.at))
        };
        let why =
            gaps.first().map_or_else(|| "a number is missing".to_owned(), |gap| format!("{} is not stated", told(gap)));
        let message = format!("whether `{name}` keeps {} could not be computed: {why}", Volts(least));
        let span = gaps.first().map_or_else(|| fed.span(context), |(_, gap)| gap.at);
        let mut finding = Finding::not_verified(&RULE, supplied::subject(context, &group), span, message);
        if gaps.len() > 1 {
            let more: Vec<String> = gaps.iter().skip(1).take(2).map(told).collect();
            let rest = gaps.len().saturating_sub(3);
            let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            finding = finding.with_note(format!("nor {}{rest}", more.join(", ")));
        }
        if let Some(others) = supplied::others(context, &group, |_| None) {
            finding = finding.with_note(others);
        }
        findings.push(finding);
    }
}
