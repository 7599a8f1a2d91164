//! Volts: which source stands on which net, how nets differ, and where sources fight.
//!
//! Sources are the edges of a graph of nets. A spanning tree gives every net its volts above its island's reference;
//! an edge that closes a loop must agree with it, or two sources fight.

pub mod reach;

mod alive;
mod islands;

use std::collections::{BTreeMap, BTreeSet};

use model::part::{End, Source};
use model::units::{Band, Number, Volts};
use model::{Build, DeviceId, Terminal};

use crate::nets::{NetId, Nets};
use alive::enliven;
use islands::{earthed, flipped, islands, islands_of_mains};

/// A source of a device: index in its part's `sources`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub struct SourceRef {
    pub device: DeviceId,
    pub index: u32,
}

/// What is known of a net that a source stands on.
#[derive(Clone, Copy, Debug)]
pub struct NetVolts {
    /// Nets of one island have a common reference.
    pub island: u32,
    /// Above the island's reference; `None` if a source on the way does not state its volts.
    pub volts: Option<Band<Volts>>,
    /// Whether a live source stands on it.
    pub live: bool,
    /// Mains.
    pub ac: bool,
    /// Whether it holds the minus of a DC source.
    pub returns: bool,
    /// The source whose plus is on it (a live one before a dead one).
    pub by: Option<SourceRef>,
}

/// How sources fight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fight {
    /// Plus and minus, or different potentials, meet.
    Short,
    /// Two supplies of like volts side by side.
    Parallel,
    /// Mains meets low voltage.
    Mains,
}

/// Two sources that fight (or one with itself), and the ends that meet on one net.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Conflict {
    pub kind: Fight,
    pub a: SourceRef,
    pub b: SourceRef,
    pub from: Terminal,
    pub to: Terminal,
}

/// Volts between two terminals.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Between {
    /// Known.
    Known(Band<Volts>),
    /// A source's volts are unstated.
    Unknown,
    /// No common reference.
    Apart,
    /// One side has no live source.
    Dead,
}

/// Volts of every net that a source stands on.
pub struct Potentials {
    /// Sources that fight.
    pub conflicts: Vec<Conflict>,
    slots: Slots,
    volts: Vec<NetVolts>,
    live: Vec<SourceRef>,
    fighting: BTreeSet<NetId>,
    alive: BTreeMap<SourceRef, bool>,
}

/// Net → index in a short list of nets, plus one.
struct Slots {
    of: Vec<u32>,
    nets: Vec<NetId>,
}

impl Slots {
    fn add(&mut self, net: NetId) -> usize {
        let slot = &mut self.of[net.0 as usize];
        if *slot == 0 {
            self.nets.push(net);
            *slot = u32::try_from(self.nets.len()).expect("nets are bounded");
        }
        *slot as usize - 1
    }

    fn get(&self, net: NetId) -> Option<usize> {
        (self.of[net.0 as usize] as usize).checked_sub(1)
    }
}

/// A source with its ends as slots.
struct Edge {
    of: SourceRef,
    ac: bool,
    volts: Option<Band<Volts>>,
    plus: usize,
    minus: usize,
    ends: [Terminal; 2],
    from: Option<(usize, usize)>,
    live: bool,
}

/// Volts on these nets (`rest`, as a rule).
pub fn compute(build: &Build, nets: &Nets) -> Potentials {
    let mut slots = Slots { of: vec![0; nets.len()], nets: Vec::new() };
    let mut edges = edges(build, nets, &mut slots);
    let live = enliven(&mut edges, slots.nets.len());
    let blank = NetVolts { island: 0, volts: None, live: false, ac: false, returns: false, by: None };
    let mut volts = vec![blank; slots.nets.len()];
    let mut conflicts = Vec::new();
    let islands = islands(&edges, false, 0, &mut volts, &mut conflicts);
    let mut mains = vec![blank; slots.nets.len()];
    islands_of_mains(&edges, islands, &mut volts, &mut mains, &mut conflicts);
    earthed(build, nets, &slots, &edges, &mut conflicts);
    for edge in &edges {
        for slot in [edge.plus, edge.minus] {
            volts[slot].live |= edge.live;
        }
        volts[edge.minus].returns |= !edge.ac;
        let by = &mut volts[edge.plus].by;
        if by.is_none() || (edge.live && !edges_live(&edges, *by)) {
            *by = Some(edge.of);
        }
    }
    conflicts.sort_by_key(|conflict| (conflict.kind, conflict.a, conflict.b, conflict.from));
    conflicts.dedup_by_key(|conflict| (conflict.kind, conflict.a, conflict.b, nets.net(conflict.from)));
    let live: Vec<SourceRef> = live.into_iter().map(|at| edges[at].of).collect();
    let alive = edges.iter().map(|edge| (edge.of, edge.live)).collect();
    let fighting = conflicts.iter().map(|conflict| nets.net(conflict.from)).collect();
    Potentials { conflicts, slots, volts, live, fighting, alive }
}

/// Edges stand in order of their [`SourceRef`].
fn edges_live(edges: &[Edge], of: Option<SourceRef>) -> bool {
    of.and_then(|of| edges.binary_search_by_key(&of, |edge| edge.of).ok()).is_some_and(|at| edges[at].live)
}

fn edges(build: &Build, nets: &Nets, slots: &mut Slots) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (id, device, part) in build.each_device() {
        let at = |end: &End| device.terminal(end[0]);
        for (index, source) in (0..).zip(&part.sources) {
            let ends = [at(&source.plus), at(&source.minus)];
            let from = source
                .from
                .as_ref()
                .map(|from| (slots.add(nets.net(at(&from.plus))), slots.add(nets.net(at(&from.minus)))));
            edges.push(Edge {
                of: SourceRef { device: id, index },
                ac: source.ac,
                volts: volts(build, id, source),
                plus: slots.add(nets.net(ends[0])),
                minus: slots.add(nets.net(ends[1])),
                ends,
                from,
                live: false,
            });
        }
    }
    edges
}

/// A source's volts: a setting of its device, a feed's own, or the part's.
fn volts(build: &Build, id: DeviceId, source: &Source) -> Option<Band<Volts>> {
    let chosen = build.device(id).chosen(&source.name).or(match source.volts {
        Number::Is(band, _) => Some(band),
        _ => None,
    });
    let band =
        chosen.or_else(|| build.feeds.iter().find(|feed| feed.device == id).and_then(|feed| feed.volts.known()))?;
    Some(Band {
        lo: if band.lo <= band.hi { band.lo } else { band.hi },
        typ: band.typ,
        hi: if band.lo <= band.hi { band.hi } else { band.lo },
    })
}

impl Potentials {
    /// What stands on a net, if a source does.
    pub fn of(&self, net: NetId) -> Option<&NetVolts> {
        self.slots
            .get(net)
            .map(|slot| &self.volts[slot])
            .filter(|volts| volts.returns || volts.by.is_some() || volts.live)
    }

    /// What stands on a terminal's net.
    pub fn at(&self, nets: &Nets, terminal: Terminal) -> Option<&NetVolts> {
        self.of(nets.net(terminal))
    }

    /// Volts from `minus` up to `plus`.
    pub fn between(&self, nets: &Nets, plus: Terminal, minus: Terminal) -> Between {
        let (Some(above), Some(below)) = (self.at(nets, plus), self.at(nets, minus)) else {
            return Between::Dead;
        };
        if !above.live || !below.live {
            Between::Dead
        } else if above.island != below.island || above.ac != below.ac {
            Between::Apart
        } else if nets.same(plus, minus) {
            Between::Known(Band::of(0.0, 0.0, 0.0))
        } else {
            match (above.volts, below.volts) {
                (Some(above), Some(below)) => Between::Known(above.plus(flipped(below))),
                _ => Between::Unknown,
            }
        }
    }

    /// A source without a feeder, or one whose feeder stands on live nets, is live.
    pub fn live_source(&self, source: SourceRef) -> bool {
        self.alive.get(&source).copied().unwrap_or(false)
    }

    /// Live sources, feeders before what they feed.
    pub fn live(&self) -> &[SourceRef] {
        &self.live
    }

    /// Every net that a source stands on.
    pub fn nets(&self) -> &[NetId] {
        &self.slots.nets
    }

    /// Whether sources fight on a net.
    pub fn fights(&self, nets: &Nets, terminal: Terminal) -> bool {
        self.fighting.contains(&nets.net(terminal))
    }
}
