//! Where the volts of a loop go: its costliest hops, and what thicker wires would give back.

use std::collections::BTreeMap;

use analysis::power::{Draw, Path, Point, What};
use model::WireId;
use model::units::{Awg, Ohms, Volts};

use super::pieces;
use super::supplied::Fed;
use crate::{Context, story};

/// Gauges that are sold everywhere, thinnest first.
const GAUGES: [f64; 6] = [20.0, 18.0, 16.0, 14.0, 12.0, 10.0];

/// A wire that would save less than this share of all that is saved is not worth changing.
const WORTH: f64 = 0.05;

/// The way from the supply and back as one fact: what is lost, and the three hops that cost most.
pub fn told(Context { build, facts }: Context<'_>, path: &Path, point: &Point) -> String {
    let harness = &facts.power.harness;
    // Both cores of a cable bear one name, and are told as one.
    let mut hops: Vec<(String, f64)> = Vec::new();
    let (mut lost, mut ohms) = (0.0, 0.0);
    for leg in path.out.iter().chain(&path.back) {
        let piece = &harness.pieces[leg.piece as usize];
        let volts = point.volts[leg.piece as usize].map_or(0.0, f64::abs);
        lost += volts;
        ohms += piece.numbers.value.1.typical;
        let name = format!("{} `{}`", pieces::noun(piece.what), pieces::name(build, piece.what, piece.at));
        match hops.iter_mut().find(|(own, _)| *own == name) {
            Some((_, sum)) => *sum += volts,
            None => hops.push((name, volts)),
        }
    }
    hops.sort_by(|a, b| b.1.total_cmp(&a.1));
    let shown: Vec<String> = hops.iter().take(3).map(|(name, volts)| format!("{name} {}", Volts(*volts))).collect();
    let all = if hops.len() > 3 { ", most in " } else { ": " };
    format!("{} are lost in {} out and back{all}{}", Volts(lost), Ohms(ohms), shown.join(", "))
}

/// The thinnest gauge that, in every wire of the loop that may have it, brings the load to these volts; said as an edit.
pub fn thicker(context: Context<'_>, fed: &Fed<'_>, (path, state): (&Path, usize), due: f64) -> Option<String> {
    let Context { build, facts } = context;
    let (power, world) = (&facts.power, facts.world(build));
    let wires: Vec<(u32, WireId)> =
        path.out.iter().chain(&path.back).filter_map(|leg| wire(context, leg.piece)).collect();
    let saves = |piece: u32, ohms: f64| power.harness.pieces[piece as usize].numbers.value.1.typical - ohms;
    for gauge in GAUGES {
        let mut swapped: Vec<(u32, WireId, f64)> = wires
            .iter()
            .filter(|(_, wire)| takes(context, *wire, gauge))
            .filter_map(|&(piece, wire)| Some((piece, wire, power.rewired(world, wire, Awg(gauge))?)))
            .filter(|&(piece, _, ohms)| saves(piece, ohms) > 0.0)
            .collect();
        // What saves next to nothing stays as it is.
        let all: f64 = swapped.iter().map(|&(piece, _, ohms)| saves(piece, ohms)).sum();
        swapped.retain(|&(piece, _, ohms)| saves(piece, ohms) >= WORTH * all);
        let ohms: BTreeMap<u32, f64> = swapped.iter().map(|&(piece, _, ohms)| (piece, ohms)).collect();
        if ohms.is_empty() {
            continue;
        }
        let asked = (Draw::Greatest, &power.states[state]);
        let volts = power.point_with(world, asked, &ohms).volts[fed.piece as usize].unwrap_or(0.0);
        if volts < due {
            continue;
        }
        let before = fed
            .bound
            .typical_volts
            .map_or_else(String::new, |before| format!(" gives back {} and", Volts(volts - before)));
        let mut names: Vec<String> = swapped.iter().map(|(_, wire, _)| story::run_path(build, *wire)).collect();
        names.dedup();
        let names = story::list(&names, 4);
        return Some(format!("{gauge} AWG in {names}{before} leaves {}", Volts(volts)));
    }
    None
}

fn wire(Context { facts, .. }: Context<'_>, piece: u32) -> Option<(u32, WireId)> {
    match facts.power.harness.pieces[piece as usize].what {
        What::Wire(wire) => Some((piece, wire)),
        _ => None,
    }
}

/// Whether a wire is thinner than a gauge, is the builder's to choose, and its clamps take the gauge.
fn takes(Context { build, .. }: Context<'_>, id: WireId, gauge: f64) -> bool {
    let wire = build.wire(id);
    let attributes = build.attributes_of(wire);
    let is_thinner = attributes.gauge.known().is_some_and(|own| own.typ.0 > gauge);
    let clamps = wire
        .ends
        .iter()
        .all(|end| build.terminal(*end).wire.known().is_none_or(|band| band.lo.0.min(band.hi.0) <= gauge));
    is_thinner && !attributes.own && clamps
}
