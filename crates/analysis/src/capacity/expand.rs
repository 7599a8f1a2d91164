//! The build with more of a device really in it: copies of what serves it alone, on the next free equal places of what is shared.
//!
//! What finds no place is left out and told; every analysis and rule can then look at what there is.

mod follow;
mod grow;

use std::collections::BTreeMap;

use model::part::PartId;
use model::wire::RunKind;
use model::{Build, DeviceId, RunId, Terminal};

use super::places::{Claim, Places, Spot};
use super::slice::{Slice, at_pole, pole};
use super::worked::{Like, Worked};
use super::{Ground, needs};
use crate::Facts;
use crate::purchase;

/// Most copies that are made at once.
pub const MOST: u32 = 1000;

/// What was added, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Expansion {
    /// The copies of the device itself.
    pub devices: Vec<DeviceId>,
    /// How many of them, from the first on, have everything.
    pub whole: u32,
    /// What found no place.
    pub missing: Vec<Missing>,
    /// Packs bought beyond what the bill had.
    pub bought: Vec<(PartId, u32)>,
    /// Wires of the device that serve others, and were not copied.
    pub others: Vec<RunId>,
    /// Name of each copied device, wire, cable or plug → that of its original.
    pub like: BTreeMap<String, String>,
}

/// One thing without a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing {
    /// Which copy, from 0.
    pub copy: u32,
    /// The pool: `switch ports`, `GPIOs`.
    pub what: String,
    /// The wire, cable or plug of the original whose copy is left out.
    pub run: Option<RunId>,
}

/// One copy while it is made.
#[derive(Default)]
struct Copy {
    devices: BTreeMap<DeviceId, DeviceId>,
    spots: Vec<(Claim, Spot)>,
    channels: Vec<Option<(DeviceId, u32)>>,
    lines: Vec<Option<(Like, u32)>>,
}

/// Where a thing of the original stands in a copy.
struct Mapped<'a> {
    slice: &'a Slice,
    copy: &'a Copy,
}

impl Mapped<'_> {
    /// A terminal that a run of the original lands on; `None` where the copy has no place for it.
    fn terminal(&self, build: &Build, run: Option<RunId>, terminal: Terminal) -> Option<Terminal> {
        let owner = build.owner(terminal);
        if let Some(&to) = self.copy.devices.get(&owner) {
            return Some(Terminal(build.device(to).first + (terminal.0 - build.device(owner).first)));
        }
        for (channel, to) in self.slice.channels.iter().zip(&self.copy.channels) {
            if let Some(pole) = pole(build, *channel, terminal) {
                return at_pole(build, (*to)?, pole);
            }
        }
        let mine = |(claim, _): &&(Claim, Spot)| {
            claim.at == Spot::Terminal(terminal) && run.is_none_or(|run| claim.run == run)
        };
        match self.copy.spots.iter().find(mine) {
            Some((_, Spot::Terminal(at))) => Some(*at),
            _ => None,
        }
    }

    fn port(&self, run: RunId, (device, port): (DeviceId, u32)) -> Option<(DeviceId, u32)> {
        if let Some(&to) = self.copy.devices.get(&device) {
            return Some((to, port));
        }
        let mine = |(claim, _): &&(Claim, Spot)| claim.run == run && claim.at == Spot::Port(device, port);
        match self.copy.spots.iter().find(mine) {
            Some((_, Spot::Port(device, port))) => Some((*device, *port)),
            _ => None,
        }
    }
}

/// Adds `more` of a device to the build that `facts` were computed from.
pub fn expand(build: &mut Build, facts: &Facts, device: DeviceId, more: u32) -> Expansion {
    let (slice, places) = needs(&Ground::of(build, facts), device);
    let mut expansion = Expansion { others: slice.others.clone(), ..Expansion::default() };
    let mut copies = Vec::new();
    take(&slice, &places, more.min(MOST), &mut copies, &mut expansion.missing);
    for copy in &mut copies {
        for &id in &slice.devices {
            if !grow::is_made(build, id) {
                let fresh = grow::device(build, id);
                copy.devices.insert(id, fresh);
            }
        }
        grow::kin(build, copy);
        expansion.devices.push(copy.devices[&device]);
    }
    let runs = grow::runs(build, &slice, &mut copies);
    for copy in &copies {
        let names = copy.devices.iter().map(|(from, to)| [to, from].map(|id| build.device(*id).name.clone()));
        expansion.like.extend(names.map(|[to, from]| (to, from)));
    }
    let paths = runs.iter().flat_map(|(from, all)| all.iter().map(|to| (build.run_path(*to), build.run_path(*from))));
    expansion.like.extend(paths);
    follow::control(build, &slice, &copies);
    follow::lines(build, &copies);
    follow::steps(build, &slice, &copies, &runs);
    expansion.bought = buy(build, facts);
    let short: Option<u32> = expansion.missing.iter().map(|missing| missing.copy).min();
    expansion.whole = short.unwrap_or(more.min(MOST));
    expansion
}

/// Gives each copy in turn the next free places.
fn take(slice: &Slice, places: &Places, more: u32, copies: &mut Vec<Copy>, missing: &mut Vec<Missing>) {
    let mut taken = vec![0; places.pools.len()];
    let mut next = |pool: usize| {
        let spot = places.pools[pool].free.get(taken[pool]).copied();
        taken[pool] += 1;
        spot
    };
    let mut lines = places.worked.iter().flat_map(Worked::lines);
    for copy in 0..more {
        let mut made = Copy::default();
        for claim in &places.claims {
            match next(claim.pool) {
                Some(spot) => made.spots.push((*claim, spot)),
                None => {
                    let what = places.pools[claim.pool].name.clone();
                    missing.push(Missing { copy, what, run: Some(claim.run) });
                }
            }
        }
        for _ in &slice.channels {
            let channel = places.channels.and_then(&mut next).and_then(|spot| match spot {
                Spot::Channel(board, contact) => Some((board, contact)),
                _ => None,
            });
            if channel.is_none() {
                let what = places.channels.map_or("", |pool| &places.pools[pool].name).to_owned();
                missing.push(Missing { copy, what, run: None });
            }
            made.channels.push(channel);
            let line = lines.next();
            if line.is_none() && places.worked.is_some() {
                missing.push(Missing { copy, what: "GPIOs".to_owned(), run: None });
            }
            made.lines.push(line);
        }
        copies.push(made);
    }
}

/// Buys what the copies need beyond the bill, in whole packs.
fn buy(build: &mut Build, facts: &Facts) -> Vec<(PartId, u32)> {
    let after = purchase::compute(build);
    let mut bought = Vec::new();
    for need in &after.needs {
        let Some(line) = need.line else { continue };
        let before = facts.purchase.needs.iter().find(|before| before.part == need.part);
        let grew = before.is_none_or(|before| {
            before.pieces < need.pieces || before.metres.map(|metres| metres.0) != need.metres.map(|metres| metres.0)
        });
        let due = purchase::packs_due(build, need);
        if grew && due > need.packs {
            bought.push((need.part, due - need.packs));
            build.lines[line].packs = due;
        }
    }
    bought
}

/// Whether every end of a run has a place in the copy.
fn is_placed(build: &Build, mapped: &Mapped<'_>, run: RunId) -> bool {
    let at = |terminal| mapped.terminal(build, Some(run), terminal).is_some();
    match &build.run(run).what {
        RunKind::Wire(wire) => build.wire(*wire).ends.into_iter().all(at),
        RunKind::Inline(first, _, last) => at(build.wire(*first).ends[0]) && at(build.wire(*last).ends[1]),
        RunKind::Cable(cable, a, b) => {
            let far = a.ends.iter().chain(&b.ends).filter(|(device, _)| device != cable);
            far.into_iter().all(|end| mapped.port(run, *end).is_some())
        }
        RunKind::Plug(mate) => mate.ends.iter().all(|end| mapped.port(run, *end).is_some()),
    }
}
