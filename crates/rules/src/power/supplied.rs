//! Loads that have a supply, what each needs, and how those that share a fate are told as one.

use std::collections::{BTreeMap, BTreeSet};

use analysis::budget::Budget;
use analysis::potentials::{Between, SourceRef};
use analysis::power::{Bound, Draw, Path, Point, What};
use model::DeviceId;
use model::device::Origin;
use model::part::Load;
use model::units::{Amps, Volts};
use source::Span;

use super::{SLACK, lost};
use crate::Context;
use crate::gpio::subject;

/// A load with its bound.
#[derive(Clone, Copy)]
pub struct Fed<'a> {
    /// Its piece of the network.
    pub piece: u32,
    /// Whose it is.
    pub device: DeviceId,
    /// What the part says of it.
    pub load: &'a Load,
    /// What it gets.
    pub bound: &'a Bound,
}

/// What a load needs, volts.
#[derive(Clone, Copy)]
pub struct Needs {
    /// It warns below.
    pub warns: Option<f64>,
    /// It fails below: as stated, or the least that it accepts.
    pub fails: Option<f64>,
}

impl Needs {
    /// The higher of the two: what it is to stay above.
    pub fn least(self) -> Option<f64> {
        match (self.warns, self.fails) {
            (Some(warns), Some(fails)) => Some(warns.max(fails)),
            (warns, fails) => warns.or(fails),
        }
    }
}

impl Fed<'_> {
    /// Its thresholds.
    pub fn needs(&self) -> Needs {
        let least = || self.load.volts.known().map(|volts| volts.lo.0).filter(|volts| volts.is_finite());
        Needs {
            warns: self.load.warns_below.known().map(|volts| volts.hi.0),
            fails: self.load.fails_below.known().map(|volts| volts.hi.0).or_else(least),
        }
    }

    /// Where the threshold of that many volts is written.
    pub fn threshold(&self, volts: f64) -> Option<Span> {
        let own = [&self.load.warns_below, &self.load.fails_below];
        let is_it = |known: model::Band<Volts>| known.hi.0.to_bits() == volts.to_bits();
        let own = own.into_iter().find(|number| number.known().is_some_and(is_it));
        own.unwrap_or(&self.load.volts).span()
    }

    /// `pi[3].board`.
    pub fn name(&self, Context { build, .. }: Context<'_>) -> String {
        format!("{}.{}", build.device(self.device).name, self.load.name)
    }

    /// The wire on its plus, or the device.
    pub fn span(&self, Context { build, facts }: Context<'_>) -> Span {
        let device = build.device(self.device);
        let plus = device.terminal(self.load.plus[0]);
        subject::wire_on(build, &facts.metal, plus).unwrap_or(device.span)
    }

    /// Volts of the supplies behind it while nothing draws, typical: what no wire can better.
    pub fn open(&self, Context { build, facts }: Context<'_>) -> Option<f64> {
        let device = build.device(self.device);
        let [plus, minus] = [&self.load.plus, &self.load.minus].map(|end| device.terminal(end[0]));
        match facts.potentials.between(&facts.rest, plus, minus) {
            Between::Known(volts) => Some(volts.typ.0),
            _ => None,
        }
    }
}

/// Every DC load, but those fed backwards, and those on supplies that fight or that are asked for more than they give: other rules tell them.
pub fn loads<'a>(context: Context<'a>) -> Vec<Fed<'a>> {
    let Context { build, facts } = context;
    let overloaded = overloaded(context);
    let mut all = Vec::new();
    for (piece, (of, bound)) in (0..).zip(facts.power.harness.pieces.iter().zip(&facts.power.bounds)) {
        let What::Load(device, index) = of.what else { continue };
        // Fed backwards is N003's to tell.
        let between = facts.potentials.between(&facts.rest, of.at[0], of.at[1]);
        if bound.fighting || matches!(between, Between::Known(volts) if volts.hi.0 < 0.0) {
            continue;
        }
        let source = facts.potentials.at(&facts.rest, of.at[0]).and_then(|net| net.by);
        if source.is_some_and(|source| overloaded.contains(&source)) {
            continue;
        }
        let load = &build.part_of(device).loads[index as usize];
        all.push(Fed { piece, device, load, bound });
    }
    all
}

/// Sources that P002, P003 or P004 tell, and those that hang on such a source.
fn overloaded(Context { build, facts }: Context<'_>) -> BTreeSet<SourceRef> {
    let Budget { rails, limits, feeds } = &facts.budget;
    let mut all: BTreeSet<SourceRef> = BTreeSet::new();
    let over = |drawn: f64, most: Option<f64>| most.is_some_and(|most| drawn > most * (1.0 + SLACK));
    for rail in rails {
        if over(rail.drawn.band.hi.0, rail.limit.known().map(|limit| limit.lo.0)) {
            all.insert(rail.source);
        }
    }
    for shared in limits {
        if over(shared.watts.band.hi.0, shared.most_watts.known().map(|most| most.lo.0))
            || over(shared.amps.band.hi.0, shared.most_amps.known().map(|most| most.lo.0))
        {
            let limit = &build.part_of(shared.device).limits[shared.index as usize];
            all.extend(limit.sources.iter().map(|&index| SourceRef { device: shared.device, index }));
        }
    }
    for feed in feeds {
        if over(feed.drawn.band.hi.0, feed.limit.map(|limit| limit.lo.0)) {
            all.insert(SourceRef { device: build.feeds[feed.feed].device, index: 0 });
        }
    }
    if all.is_empty() {
        return all;
    }
    loop {
        let before = all.len();
        for &source in facts.potentials.live() {
            let device = build.device(source.device);
            let of = &build.part(device.part).sources[source.index as usize];
            let Some(from) = of.from.as_ref().filter(|from| !from.ac) else { continue };
            let parent = facts.potentials.at(&facts.rest, device.terminal(from.plus[0])).and_then(|net| net.by);
            if parent.is_some_and(|parent| all.contains(&parent)) && !matches!(device.origin, Origin::Feed(_)) {
                all.insert(source);
            }
        }
        if all.len() == before {
            return all;
        }
    }
}

/// Loads of one name in devices of one group, the one with the fewest of some volts first.
pub fn grouped<'a>(
    context: Context<'a>,
    all: Vec<Fed<'a>>,
    volts: impl Fn(&Fed<'a>) -> Option<f64>,
) -> Vec<Vec<Fed<'a>>> {
    let mut groups: BTreeMap<(&str, &str), Vec<Fed<'a>>> = BTreeMap::new();
    for fed in all {
        let key = (context.build.device(fed.device).group.as_str(), fed.load.name.as_str());
        groups.entry(key).or_default().push(fed);
    }
    let mut groups: Vec<Vec<Fed<'a>>> = groups.into_values().collect();
    // To nine digits: rounding is no difference, and of equals the first written stays first.
    let few = |fed: &Fed<'a>| volts(fed).map_or(f64::NEG_INFINITY, |volts| (volts * 1e9).round());
    for group in &mut groups {
        group.sort_by(|a, b| few(a).total_cmp(&few(b)));
    }
    groups
}

/// The subject of a group: its first in written order, which stays when another becomes the worst.
pub fn subject(context: Context<'_>, group: &[Fed<'_>]) -> String {
    group.iter().min_by_key(|fed| fed.piece).map_or_else(String::new, |fed| fed.name(context))
}

/// `also pi[1] 4.57 V, pi[2] 4.58 V and 2 more`; nothing for a group of one.
pub fn others(context: Context<'_>, group: &[Fed<'_>], number: impl Fn(&Fed<'_>) -> Option<f64>) -> Option<String> {
    let told = |fed: &Fed<'_>| {
        let name = &context.build.device(fed.device).name;
        number(fed).map_or_else(|| name.clone(), |volts| format!("{name} {}", Volts(volts)))
    };
    let shown: Vec<String> = group.iter().skip(1).take(5).map(told).collect();
    let rest = group.len().saturating_sub(6);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    (!shown.is_empty()).then(|| format!("also {}{more}", shown.join(", ")))
}

/// Typical operating points with every load at its most: at rest, and with all coils energised; solved when first asked for.
pub struct Typical<'a> {
    context: Context<'a>,
    points: Vec<(usize, Point)>,
    ways: usize,
    swaps: usize,
}

/// Ways that are told in full; a build with more findings than that has other worries.
const WAYS: usize = 60;
/// Findings for which thicker wires are tried, each with several solves of the whole build.
const SWAPS: usize = 6;

impl<'a> Typical<'a> {
    /// Nothing solved yet.
    pub fn new(context: Context<'a>) -> Self {
        Self { context, points: Vec::new(), ways: WAYS, swaps: SWAPS }
    }

    /// The points, each with its state (index).
    pub fn points(&mut self) -> &[(usize, Point)] {
        let Context { build, facts } = self.context;
        if self.points.is_empty() {
            let mut states = vec![0, facts.power.states.len().saturating_sub(1)];
            states.dedup();
            let world = facts.world(build);
            let point = |state: usize| facts.power.point_in(world, Draw::Greatest, &facts.power.states[state]);
            self.points = states.into_iter().map(|state| (state, point(state))).collect();
        }
        &self.points
    }

    /// The way of a piece in the state in which it has the fewest volts, that state, and the way as a fact; counted.
    pub fn way(&mut self, piece: u32) -> Option<(usize, Path, String)> {
        let Context { build, facts } = self.context;
        self.ways = self.ways.checked_sub(1)?;
        let context = self.context;
        let (state, point) = self.lowest(piece)?;
        let path = facts.power.path(facts.world(build), piece, *state)?;
        let told = lost::told(context, &path, point);
        Some((*state, path, told))
    }

    /// The edit that gives a load these volts, if thicker wires do; counted.
    pub fn thicker(&mut self, fed: &Fed<'_>, (path, state): (&Path, usize), due: f64) -> Option<String> {
        self.swaps = self.swaps.checked_sub(1)?;
        lost::thicker(self.context, fed, (path, state), due)
    }

    /// The point in which a piece has the fewest volts.
    pub fn lowest(&mut self, piece: u32) -> Option<&(usize, Point)> {
        let volts = |point: &Point| point.volts[piece as usize];
        let live = self.points().iter().filter(|(_, point)| volts(point).is_some_and(|volts| volts > 0.0));
        live.min_by(|(_, a), (_, b)| volts(a).unwrap_or(f64::NAN).total_cmp(&volts(b).unwrap_or(f64::NAN)))
    }
}

/// Two numbers of volts as text, with a third decimal where they would read alike.
pub fn apart(is: f64, due: f64) -> (String, String) {
    unlike((Volts(is).to_string(), Volts(due).to_string()), (is, due), "V")
}

/// The same of amperes.
pub fn amperes(is: f64, due: f64) -> (String, String) {
    unlike((Amps(is).to_string(), Amps(due).to_string()), (is, due), "A")
}

fn unlike(text: (String, String), (is, due): (f64, f64), unit: &str) -> (String, String) {
    if text.0 == text.1 { (format!("{is:.3} {unit}"), format!("{due:.3} {unit}")) } else { text }
}
