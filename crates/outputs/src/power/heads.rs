//! What binds first, and what gets hot: every rating against what flows, and watts in what only conducts.

use std::collections::BTreeMap;

use analysis::budget::FeedLoad;
use analysis::power::{Quantity, Share, What};
use analysis::protection;
use model::Terminal;
use model::units::Dimension;

use super::question::Figures;
use super::report::{Amperes, number};
use super::told;
use crate::View;

/// A rating, and what of it is left.
#[derive(Clone, PartialEq, Debug)]
pub struct Head {
    /// What is rated.
    pub what: String,
    /// Amperes (or watts) of it: the most that is known.
    pub carries: f64,
    /// What it may carry.
    pub limit: f64,
    /// `A` or `W`.
    pub unit: &'static str,
    /// Share that is left; below zero where it is passed.
    pub left: f64,
}

/// Watts in one conductor.
#[derive(Clone, PartialEq, Debug)]
pub struct Hot {
    /// What.
    pub what: String,
    /// With typical numbers.
    pub typical: Option<f64>,
    /// With the most amperes and the most ohms.
    pub most: Option<f64>,
}

/// Every rating that something flows against, the scarcest first.
pub fn heads(view: View<'_>, figures: &Figures, feeds: &[(String, FeedLoad)]) -> Vec<Head> {
    let (build, power) = (view.build, &view.facts.power);
    let mut heads: Vec<Head> = Vec::new();
    let mut push = |what: String, carries: Option<f64>, limit: Option<f64>, unit: &'static str| {
        if let (Some(carries), Some(limit)) =
            (carries.filter(|carries| carries.is_finite()), limit.filter(|limit| *limit > 0.0))
        {
            heads.push(Head { what, carries, limit, unit, left: 1.0 - carries / limit });
        }
    };
    let mut at: BTreeMap<Terminal, f64> = BTreeMap::new();
    for (piece, of) in (0..).zip(&power.harness.pieces) {
        if figures.bounds[piece as usize].fighting {
            continue;
        }
        let carries = Amperes::of(figures, piece).known().filter(|carries| *carries > 1e-9);
        let limit = match of.what {
            What::Source(_) => number(of, Quantity::Amperes).and_then(|limit| limit.low),
            What::Fuse(device, index) => protection::rating(build, device, index).map(|rating| rating.0),
            What::Wire(wire) => {
                for end in of.at {
                    let most = at.entry(end).or_default();
                    *most = most.max(carries.unwrap_or(0.0));
                }
                protection::ampacity(build, wire).map(|rating| rating.0)
            }
            What::Mate(a, b) => [a, b].into_iter().filter_map(|end| contact_max(view, end)).reduce(f64::min),
            What::Contact(device, index, _) => {
                let rated = &build.part_of(device).contacts[index as usize].rated;
                let direct = rated.iter().filter(|rated| {
                    rated.dimension == Dimension::Current && !rated.ac && !rated.at.as_ref().is_some_and(|at| at.ac)
                });
                direct.map(|rated| rated.lo).reduce(f64::min)
            }
            _ => None,
        };
        push(told::name(build, of.what), carries, limit, "A");
    }
    for (terminal, carries) in at {
        let max = build.terminal(terminal).max.known().map(|max| max.lo.0);
        push(format!("terminal {}", build.shown(terminal)), Some(carries), max, "A");
    }
    for group in &power.harness.groups {
        let (device, index) = group.of;
        let name =
            format!("limit {} of {}", build.part_of(device).limits[index as usize].name, build.device(device).name);
        let sum = |of: &dyn Fn(u32) -> Option<f64>| group.sources.iter().map(|&source| of(source)).sum::<Option<f64>>();
        let amperes = |piece: u32| Amperes::of(figures, piece).known();
        match group.share {
            Share::Amperes(most) => push(name, sum(&amperes), Some(most), "A"),
            Share::Watts(most) => {
                let volts = |piece: u32| number(&power.harness.pieces[piece as usize], Quantity::Volts)?.high;
                push(name, sum(&|piece| Some(amperes(piece)? * volts(piece)?)), Some(most), "W");
            }
        }
    }
    for (name, load) in feeds {
        let drawn = load.drawn.unknown.is_empty().then_some(load.drawn.band.hi.0);
        push(format!("feed {name}, for good"), drawn, load.allowed.map(|allowed| allowed.0), "A");
    }
    heads.sort_by(|a, b| a.left.total_cmp(&b.left).then_with(|| a.what.cmp(&b.what)));
    heads
}

/// What one contact of the connector at a terminal may carry.
fn contact_max(view: View<'_>, end: Terminal) -> Option<f64> {
    let (port, _) = view.build.terminal(end).pin?;
    let ports = &view.build.part_of(view.build.owner(end)).ports;
    ports.get(port as usize)?.contact_max.known().map(|max| max.lo.0)
}

/// Conductors by the watts in them, the hottest first.
pub fn hot(view: View<'_>, figures: &Figures) -> Vec<Hot> {
    let power = &view.facts.power;
    let mut all: Vec<Hot> = Vec::new();
    for (piece, of) in (0..).zip(&power.harness.pieces).filter(|(_, of)| of.what.conducts()) {
        let (ohms, amperes) = (of.numbers.value.1, Amperes::of(figures, piece));
        let watts = |amperes: f64, ohms: f64| amperes * amperes * ohms;
        let typical = amperes.typical.filter(|_| ohms.is_known()).map(|amperes| watts(amperes, ohms.typical));
        let most = amperes.most.get().zip(ohms.high).map(|(amperes, ohms)| watts(amperes, ohms));
        if typical.or(most).is_some_and(|watts| watts > 1e-6) && !figures.bounds[piece as usize].fighting {
            all.push(Hot { what: told::name(view.build, of.what), typical, most });
        }
    }
    let rank = |hot: &Hot| hot.most.or(hot.typical).unwrap_or(0.0);
    all.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.what.cmp(&b.what)));
    all
}
