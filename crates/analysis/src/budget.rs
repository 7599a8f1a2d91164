//! Sums: what each rail, each shared limit and each feed gives, by scenario and at worst, as intervals.
//!
//! Steady currents; what flows while a load is switched on is not in them.

mod extra;
mod known;
mod start;

use std::collections::{BTreeMap, BTreeSet};

use model::part::{Draw, Load};
use model::units::{Amps, Band, Number, Share, Unit, Volts, Watts};
use model::{Build, DeviceId};
use source::Span;

pub use extra::extra;
pub(crate) use known::covered;
pub use known::{is_start, source_volts};
pub use start::{Start, Starter, starts};

use crate::nets::Nets;
use crate::potentials::{Between, Potentials, SourceRef};

/// The scenario in which every load runs at worst and every used coil is energised.
pub const WORST: usize = usize::MAX;

/// A sum, and what could not be added.
#[derive(Clone, Debug)]
pub struct Total<T> {
    /// What is known; only a lower bound where `unknown` is not empty.
    pub band: Band<T>,
    /// Devices without a number, and where it would stand.
    pub unknown: Vec<(DeviceId, Span)>,
}

/// What one source gives.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct RailLoad {
    pub source: SourceRef,
    /// Index in [`Build::scenarios`], or [`WORST`].
    pub scenario: usize,
    pub drawn: Total<Amps>,
    pub limit: Number<Amps>,
    /// By device, largest share first.
    pub by: Vec<(DeviceId, Total<Amps>)>,
}

/// What one feed gives.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct FeedLoad {
    /// Index in [`Build::feeds`].
    pub feed: usize,
    pub scenario: usize,
    pub drawn: Total<Amps>,
    pub limit: Option<Band<Amps>>,
    /// The limit times its derating.
    pub allowed: Option<Amps>,
    pub measured: Option<Band<Amps>>,
}

/// What several sources give together.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct LimitLoad {
    pub device: DeviceId,
    /// Index in the part's limits.
    pub index: u32,
    pub scenario: usize,
    pub watts: Total<Watts>,
    pub amps: Total<Amps>,
    pub most_watts: Number<Watts>,
    pub most_amps: Number<Amps>,
}

/// All sums.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Budget {
    pub rails: Vec<RailLoad>,
    pub limits: Vec<LimitLoad>,
    pub feeds: Vec<FeedLoad>,
}

impl<T: Unit> Total<T> {
    /// Nothing.
    pub fn zero() -> Self {
        Self { band: Band::of(0.0, 0.0, 0.0), unknown: Vec::new() }
    }

    fn add(&mut self, other: &Self) {
        self.band = self.band.plus(other.band);
        for unknown in &other.unknown {
            if !self.unknown.contains(unknown) {
                self.unknown.push(*unknown);
            }
        }
    }

    /// Whether every part of it is known.
    pub fn is_whole(&self) -> bool {
        self.unknown.is_empty()
    }
}

/// Who draws from which source, before any scenario.
struct Taker {
    source: SourceRef,
    device: DeviceId,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Load(u32),
    /// Energised only at worst.
    Coil(u32),
    Resistor(u32),
}

/// All sums of a build.
pub fn compute(build: &Build, rest: &Nets, potentials: &Potentials) -> Budget {
    let takers = takers(build, rest, potentials);
    let mut budget = Budget::default();
    let judged = (0..build.scenarios.len()).filter(|at| build.scenarios[*at].judged);
    for scenario in judged.chain([WORST]) {
        let mut drawn: BTreeMap<SourceRef, BTreeMap<DeviceId, Total<Amps>>> = BTreeMap::new();
        for taker in &takers {
            let amps = amps(build, taker, scenario);
            drawn.entry(taker.source).or_default().entry(taker.device).or_insert_with(Total::zero).add(&amps);
        }
        // From the last that came alive to the feeds: what a source gives, its feeder must give.
        for source in potentials.live().iter().rev() {
            let total = sum(drawn.get(source));
            if let Some((feeder, amps)) = passed_on(build, rest, potentials, *source, &total) {
                drawn.entry(feeder).or_default().entry(source.device).or_insert_with(Total::zero).add(&amps);
            }
        }
        for source in potentials.live() {
            let by = drawn.remove(source).unwrap_or_default();
            rail(build, *source, scenario, by, &mut budget);
        }
        shared(build, scenario, &mut budget);
    }
    budget
}

fn sum(by: Option<&BTreeMap<DeviceId, Total<Amps>>>) -> Total<Amps> {
    let mut total = Total::zero();
    by.into_iter().flat_map(BTreeMap::values).for_each(|one| total.add(one));
    total
}

fn takers(build: &Build, rest: &Nets, potentials: &Potentials) -> Vec<Taker> {
    let mut takers = Vec::new();
    let covered = covered(build);
    let landed = crate::nets::landed(build);
    for (id, device, part) in build.each_device() {
        let at = |end: &model::part::End| device.terminal(end[0]);
        let fed = |plus: &model::part::End, minus: &model::part::End| {
            let on = matches!(potentials.between(rest, at(plus), at(minus)), Between::Known(_) | Between::Unknown);
            on.then(|| potentials.at(rest, at(plus)).and_then(|net| net.by)).flatten()
        };
        if !covered.contains(&id) {
            for (index, load) in (0..).zip(&part.loads) {
                if let Some(source) = fed(&load.plus, &load.minus) {
                    takers.push(Taker { source, device: id, what: What::Load(index) });
                }
            }
        }
        for (index, coil) in (0..).zip(&part.coils) {
            let (Some(plus), Some(minus)) = (&coil.plus, &coil.minus) else {
                continue;
            };
            let moves = |contact: &&model::part::Contact| contact.by == Some(model::part::Mover::Coil(index));
            let ends = |contact: &model::part::Contact| {
                std::iter::once(&contact.com).chain(crate::nets::throws(contact)).any(|end| landed.any(at(end)))
            };
            if !part.contacts.iter().filter(moves).any(ends) {
                continue;
            }
            if let Some(source) = fed(plus, minus) {
                takers.push(Taker { source, device: id, what: What::Coil(index) });
            }
        }
        for (index, resistor) in (0..).zip(&part.resistors) {
            let on = |end: &model::part::End| {
                potentials.at(rest, at(end)).filter(|net| net.live && !net.ac && !net.returns).and_then(|net| net.by)
            };
            let (a, b) = (on(&resistor.ends[0]), on(&resistor.ends[1]));
            if let (Some(source), None) | (None, Some(source)) = (a, b) {
                takers.push(Taker { source, device: id, what: What::Resistor(index) });
            }
        }
    }
    takers
}

/// What one taker draws.
fn amps(build: &Build, taker: &Taker, scenario: usize) -> Total<Amps> {
    let part = build.part_of(taker.device);
    let volts = source_volts(build, taker.source);
    let unknown = |span: Span| Total { unknown: vec![(taker.device, span)], ..Total::zero() };
    match taker.what {
        What::Load(index) => {
            let load = &part.loads[index as usize];
            let profile = build.scenarios.get(scenario).and_then(|at| at.profiles.get(&taker.device));
            match crate::power::draw_of(build, taker.device, load, profile.map(|name| name.value.as_str())) {
                Draw::Amps(amps, _) => Total { band: amps, unknown: Vec::new() },
                Draw::Watts(watts, span) => volts.map_or_else(|| unknown(span), |volts| over(watts, volts, 1.0)),
                Draw::Unknown(span) => unknown(span),
                Draw::Absent => unknown(load.span),
            }
        }
        What::Coil(index) => {
            let coil = &part.coils[index as usize];
            if scenario != WORST {
                return Total::zero();
            }
            let drop = coil.drop.known().unwrap_or(Band::of(0.0, 0.0, 0.0));
            match (coil.draws.known(), coil.ohms.known(), volts) {
                (Some(amps), _, _) => Total { band: Band { lo: Amps(0.0), ..amps }, unknown: Vec::new() },
                (None, Some(ohms), Some(volts)) if ohms.lo.0 > 0.0 => {
                    let most = (volts.hi.0 - drop.lo.0).max(0.0) / ohms.lo.0;
                    Total {
                        band: Band::of(0.0, (volts.typ.0 - drop.typ.0).max(0.0) / ohms.typ.0, most),
                        unknown: Vec::new(),
                    }
                }
                _ => unknown(coil.span),
            }
        }
        What::Resistor(index) => {
            let resistor = &part.resistors[index as usize];
            match (resistor.ohms.known(), volts) {
                (Some(ohms), Some(volts)) if ohms.lo.0 > 0.0 => {
                    let most = volts.hi.0.abs() / ohms.lo.0;
                    Total { band: Band::of(0.0, most / 2.0, most), unknown: Vec::new() }
                }
                _ => unknown(resistor.span),
            }
        }
    }
}

/// The named profile; `worst` where none is named; the largest that is known where there is no `worst`.
pub fn draw(load: &Load, profile: Option<&str>) -> Draw {
    let named = |name: &str| load.profile.iter().find(|(text, _)| text.value == name).map(|(_, draw)| *draw);
    if let Some(draw) = profile.and_then(named).or_else(|| named("worst")) {
        return draw;
    }
    let size = |draw: &Draw| match draw {
        Draw::Amps(band, _) => band.hi.0,
        Draw::Watts(band, _) => band.hi.0,
        Draw::Unknown(_) => f64::INFINITY,
        Draw::Absent => -1.0,
    };
    load.profile.iter().map(|(_, draw)| *draw).max_by(|a, b| size(a).total_cmp(&size(b))).unwrap_or(Draw::Absent)
}

fn over(watts: Band<Watts>, volts: Band<Volts>, share: f64) -> Total<Amps> {
    let (least, typ, most) =
        (volts.lo.0.abs().min(volts.hi.0.abs()), volts.typ.0.abs(), volts.lo.0.abs().max(volts.hi.0.abs()));
    if least <= 0.0 {
        return Total::zero();
    }
    Total {
        band: Band::of(watts.lo.0 / most * share, watts.typ.0 / typ * share, watts.hi.0 / least * share),
        unknown: Vec::new(),
    }
}

/// What a source's load becomes at its feeder.
fn passed_on(
    build: &Build,
    rest: &Nets,
    potentials: &Potentials,
    source: SourceRef,
    total: &Total<Amps>,
) -> Option<(SourceRef, Total<Amps>)> {
    let device = build.device(source.device);
    let of = &build.part_of(source.device).sources[source.index as usize];
    let from = of.from.as_ref()?;
    let ends = [device.terminal(from.plus[0]), device.terminal(from.minus[0])];
    let feeder = ends.iter().find_map(|end| potentials.at(rest, *end).filter(|at| at.live).and_then(|at| at.by))?;
    let mut passed = Total { band: Band::of(0.0, 0.0, 0.0), unknown: total.unknown.clone() };
    let (out, into) = (source_volts(build, source), source_volts(build, feeder));
    let (Some(out), Some(into)) = (out, into) else {
        if total.band.hi.0 > 0.0 {
            passed.unknown.push((source.device, of.span));
        }
        return Some((feeder, passed));
    };
    let mut ratio = |number: Number<Share>| match number {
        Number::Is(band, _) if band.lo.0 > 0.0 => band,
        Number::Absent => Band::of(1.0, 1.0, 1.0),
        _ => {
            if total.band.hi.0 > 0.0 {
                passed.unknown.push((source.device, number.span().unwrap_or(of.span)));
            }
            Band::of(1.0, 1.0, 1.0)
        }
    };
    let efficiency = ratio(from.efficiency);
    let power_factor = if from.ac { ratio(from.power_factor) } else { Band::of(1.0, 1.0, 1.0) };
    let (out, into) = (sized(out), sized(into));
    let lo = total.band.lo.0 * out.lo.0 / (efficiency.hi.0 * power_factor.hi.0) / into.hi.0.max(1e-9);
    let typ = total.band.typ.0 * out.typ.0 / (efficiency.typ.0 * power_factor.typ.0) / into.typ.0.max(1e-9);
    let hi = total.band.hi.0 * out.hi.0 / (efficiency.lo.0 * power_factor.lo.0) / into.lo.0.max(1e-9);
    passed.band = Band::of(lo, typ, hi);
    Some((feeder, passed))
}

fn sized(volts: Band<Volts>) -> Band<Volts> {
    let (a, b) = (volts.lo.0.abs(), volts.hi.0.abs());
    Band::of(a.min(b), volts.typ.0.abs(), a.max(b))
}

fn rail(build: &Build, source: SourceRef, scenario: usize, by: BTreeMap<DeviceId, Total<Amps>>, budget: &mut Budget) {
    let of = &build.part_of(source.device).sources[source.index as usize];
    let drawn = sum(Some(&by));
    let mut by: Vec<(DeviceId, Total<Amps>)> = by.into_iter().collect();
    by.sort_by(|a, b| b.1.band.hi.0.total_cmp(&a.1.band.hi.0).then(a.0.cmp(&b.0)));
    if let Some(feed) = build.feeds.iter().position(|feed| feed.device == source.device) {
        let at = &build.feeds[feed];
        let limit = at.limit.known();
        let derate = at.derate.known().map_or(1.0, |derate| derate.lo.0);
        budget.feeds.push(FeedLoad {
            feed,
            scenario,
            drawn: drawn.clone(),
            limit,
            allowed: limit.map(|limit| Amps(limit.lo.0 * derate)),
            measured: build.scenarios.get(scenario).and_then(|scenario| scenario.measured.known()),
        });
    }
    let limit = match of.limit {
        Number::Absent => match (of.limit_watts.known(), source_volts(build, source)) {
            (Some(watts), Some(volts)) => {
                let amps = over(watts, volts, 1.0).band;
                Number::Is(amps, of.limit_watts.span().unwrap_or(of.span))
            }
            _ => build.feeds.iter().find(|feed| feed.device == source.device).map_or(Number::Absent, |feed| feed.limit),
        },
        limit => limit,
    };
    budget.rails.push(RailLoad { source, scenario, drawn, limit, by });
}

/// Limits that sources share, of every device with a live source.
fn shared(build: &Build, scenario: usize, budget: &mut Budget) {
    let mut rails: BTreeMap<SourceRef, usize> = BTreeMap::new();
    for (number, rail) in budget.rails.iter().enumerate().filter(|(_, rail)| rail.scenario == scenario) {
        rails.insert(rail.source, number);
    }
    let devices: BTreeSet<DeviceId> = rails.keys().map(|source| source.device).collect();
    for device in devices {
        for (index, limit) in (0..).zip(&build.part_of(device).limits) {
            let mut watts = Total::zero();
            let mut amps = Total::zero();
            for &source in &limit.sources {
                let source = SourceRef { device, index: source };
                let Some(rail) = rails.get(&source).map(|&at| &budget.rails[at]) else {
                    continue;
                };
                amps.add(&rail.drawn);
                let Some(volts) = source_volts(build, source).map(sized) else {
                    watts.unknown.push((device, limit.span));
                    continue;
                };
                let drawn = rail.drawn.band;
                let band = Band::of(drawn.lo.0 * volts.lo.0, drawn.typ.0 * volts.typ.0, drawn.hi.0 * volts.hi.0);
                watts.add(&Total { band, unknown: rail.drawn.unknown.clone() });
            }
            budget.limits.push(LimitLoad {
                device,
                index,
                scenario,
                watts,
                amps,
                most_watts: limit.watts,
                most_amps: limit.amps,
            });
        }
    }
}
