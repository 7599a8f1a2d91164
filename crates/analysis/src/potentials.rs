//! Volts: which source stands on which net, how nets differ, and where sources fight.
//!
//! Sources are the edges of a graph of nets. A spanning tree gives every net its volts above its island's reference;
//! an edge that closes a loop must agree with it, or two sources fight.

pub mod reach;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::part::{End, Role, Source};
use model::units::{Band, Number, Volts};
use model::{Build, DeviceId, Terminal};

use crate::nets::{NetId, Nets};

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
            let from = source.from.as_ref().map(|from| {
                (slots.add(nets.net(at(&from.plus))), slots.add(nets.net(at(&from.minus))))
            });
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
    let band = chosen.or_else(|| build.feeds.iter().find(|feed| feed.device == id).and_then(|feed| feed.volts.known()))?;
    Some(Band { lo: if band.lo <= band.hi { band.lo } else { band.hi }, typ: band.typ, hi: if band.lo <= band.hi { band.hi } else { band.lo } })
}

/// Marks the live sources; gives them in the order in which they come alive, feeders first.
fn enliven(edges: &mut [Edge], slots: usize) -> Vec<usize> {
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); slots];
    let mut queue = VecDeque::new();
    for (number, edge) in edges.iter().enumerate() {
        match edge.from {
            None => queue.push_back(number),
            Some((plus, minus)) => {
                waiting[plus].push(number);
                waiting[minus].push(number);
            }
        }
    }
    let mut on = vec![false; slots];
    let mut group: Vec<usize> = (0..slots).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while group[at] != at {
            group[at] = group[group[at]];
            at = group[at];
        }
        at
    }
    let mut order = Vec::new();
    while let Some(number) = queue.pop_front() {
        if edges[number].live {
            continue;
        }
        if let Some((plus, minus)) = edges[number].from {
            if !on[plus] || !on[minus] || plus == minus || root(&mut group, plus) != root(&mut group, minus) {
                continue;
            }
        }
        edges[number].live = true;
        order.push(number);
        let (plus, minus) = (edges[number].plus, edges[number].minus);
        let (a, b) = (root(&mut group, plus), root(&mut group, minus));
        group[a.max(b)] = a.min(b);
        let joined = on[plus] && on[minus] && a != b;
        for slot in [plus, minus] {
            if !std::mem::replace(&mut on[slot], true) || joined {
                queue.extend(waiting[slot].iter().copied());
            }
        }
    }
    order
}

/// Volts of the nets of all DC (or all mains) sources; gives the next free island.
fn islands(edges: &[Edge], ac: bool, first: u32, volts: &mut [NetVolts], conflicts: &mut Vec<Conflict>) -> u32 {
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); volts.len()];
    let mut minuses = vec![0_u32; volts.len()];
    let mine = |edge: &&(usize, &Edge)| edge.1.ac == ac;
    let sorted = |live: bool| edges.iter().enumerate().filter(move |(_, edge)| edge.live == live);
    for (number, edge) in sorted(true).chain(sorted(false)).collect::<Vec<_>>().iter().filter(mine) {
        around[edge.plus].push(*number);
        if edge.plus != edge.minus {
            around[edge.minus].push(*number);
        }
        minuses[edge.minus] += 1;
    }
    // The reference of an island is the net with the most minuses, so that tolerances do not pile up.
    let mut roots: Vec<usize> = (0..volts.len()).filter(|&slot| !around[slot].is_empty()).collect();
    roots.sort_by_key(|&slot| (std::cmp::Reverse(minuses[slot]), slot));
    let mut seen = vec![false; volts.len()];
    let mut used = vec![false; edges.len()];
    let mut island = first;
    for root in roots {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        let zero = Some(Band::of(0.0, 0.0, 0.0));
        volts[root] = NetVolts { island, volts: zero, ac, ..volts[root] };
        let mut queue = VecDeque::from([root]);
        while let Some(at) = queue.pop_front() {
            for &number in &around[at] {
                if std::mem::replace(&mut used[number], true) {
                    continue;
                }
                let edge = &edges[number];
                if edge.plus == edge.minus {
                    conflicts.push(Conflict { kind: Fight::Short, a: edge.of, b: edge.of, from: edge.ends[0], to: edge.ends[1] });
                    continue;
                }
                let next = if edge.plus == at { edge.minus } else { edge.plus };
                let here = volts[at].volts.zip(edge.volts).map(|(here, over)| {
                    if edge.plus == at { here.plus(flipped(over)) } else { here.plus(over) }
                });
                if !std::mem::replace(&mut seen[next], true) {
                    volts[next] = NetVolts { island, volts: here, ac, ..volts[next] };
                    queue.push_back(next);
                } else {
                    conflicts.extend(loop_closed(edges, &around, &used, number, agree(here, volts[next].volts)));
                }
            }
        }
        island += 1;
    }
    island
}

fn flipped(band: Band<Volts>) -> Band<Volts> {
    Band { lo: Volts(-band.hi.0), typ: Volts(-band.typ.0), hi: Volts(-band.lo.0) }
}

/// Whether two bands overlap; unknown volts may.
fn agree(a: Option<Band<Volts>>, b: Option<Band<Volts>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.lo.0 <= b.hi.0 + 1e-9 && b.lo.0 <= a.hi.0 + 1e-9,
        _ => true,
    }
}

/// The fight of a source that closes a loop with those that came before it.
fn loop_closed(edges: &[Edge], around: &[Vec<usize>], used: &[bool], number: usize, agree: bool) -> Option<Conflict> {
    let edge = &edges[number];
    let others = |slot: usize| around[slot].iter().copied().filter(|&other| other != number && used[other]);
    let kind = if agree { Fight::Parallel } else { Fight::Short };
    // Plus on plus between the same nets, then plus on plus, then plus on minus, then minus on anything.
    let twin = others(edge.plus).find(|&other| edges[other].plus == edge.plus && edges[other].minus == edge.minus);
    let plus = || others(edge.plus).find(|&other| edges[other].plus == edge.plus);
    let (other, own) = twin
        .or_else(plus)
        .or_else(|| others(edge.plus).next())
        .map(|other| (other, edge.plus))
        .or_else(|| others(edge.minus).next().map(|other| (other, edge.minus)))?;
    let end = |edge: &Edge| if edge.plus == own { edge.ends[0] } else { edge.ends[1] };
    let kind = match twin {
        Some(twin) => if self::agree(edges[twin].volts, edge.volts) { Fight::Parallel } else { Fight::Short },
        None => kind,
    };
    Some(Conflict { kind, a: edges[other].of, b: edge.of, from: end(&edges[other]), to: end(edge) })
}

/// Islands of mains, and every net where mains meets low voltage.
fn islands_of_mains(edges: &[Edge], first: u32, volts: &mut [NetVolts], mains: &mut [NetVolts], conflicts: &mut Vec<Conflict>) {
    islands(edges, true, first, mains, conflicts);
    let mut low: Vec<Option<(usize, usize)>> = vec![None; volts.len()];
    for (number, edge) in edges.iter().enumerate().filter(|(_, edge)| !edge.ac) {
        for (end, slot) in [edge.plus, edge.minus].into_iter().enumerate() {
            low[slot].get_or_insert((number, end));
        }
    }
    let mut met = vec![false; volts.len()];
    for edge in edges.iter().filter(|edge| edge.ac) {
        for (end, slot) in [edge.plus, edge.minus].into_iter().enumerate() {
            if let Some((number, other)) = low[slot] {
                if !std::mem::replace(&mut met[slot], true) {
                    let dc = &edges[number];
                    conflicts.push(Conflict { kind: Fight::Mains, a: edge.of, b: dc.of, from: edge.ends[end], to: dc.ends[other] });
                }
            }
            volts[slot] = mains[slot];
        }
    }
}

/// Line or neutral on an earth contact.
fn earthed(build: &Build, nets: &Nets, slots: &Slots, edges: &[Edge], conflicts: &mut Vec<Conflict>) {
    let mut on: Vec<Option<(SourceRef, Terminal)>> = vec![None; slots.nets.len()];
    for edge in edges.iter().filter(|edge| edge.ac) {
        for (slot, end) in [(edge.plus, edge.ends[0]), (edge.minus, edge.ends[1])] {
            on[slot].get_or_insert((edge.of, end));
        }
    }
    let earths: Vec<Vec<u32>> = build
        .parts
        .iter()
        .map(|part| (0..).zip(&part.terminals).filter(|(_, at)| at.role == Role::Earth).map(|(at, _)| at).collect())
        .collect();
    for device in &build.devices {
        for local in &earths[device.part.0 as usize] {
            let earth = Terminal(device.first + local);
            if let Some((of, end)) = slots.get(nets.net(earth)).and_then(|slot| on[slot]) {
                conflicts.push(Conflict { kind: Fight::Short, a: of, b: of, from: end, to: earth });
            }
        }
    }
}

impl Potentials {
    /// What stands on a net, if a source does.
    pub fn of(&self, net: NetId) -> Option<&NetVolts> {
        self.slots.get(net).map(|slot| &self.volts[slot]).filter(|volts| volts.returns || volts.by.is_some() || volts.live)
    }

    /// What stands on a terminal's net.
    pub fn at(&self, nets: &Nets, terminal: Terminal) -> Option<&NetVolts> {
        self.of(nets.net(terminal))
    }

    /// Volts from `minus` up to `plus`.
    pub fn between(&self, nets: &Nets, plus: Terminal, minus: Terminal) -> Between {
        let (Some(above), Some(below)) = (self.at(nets, plus), self.at(nets, minus)) else { return Between::Dead };
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
