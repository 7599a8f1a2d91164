//! Volts of nets that sources join, and the loops that do not add up.

use std::collections::VecDeque;

use model::part::Role;
use model::units::{Band, Volts};
use model::{Build, Terminal};

use super::{Conflict, Edge, Fight, NetVolts, Slots, SourceRef};
use crate::nets::Nets;

/// Volts of the nets of all DC (or all mains) sources; gives the next free island.
pub(super) fn islands(
    edges: &[Edge],
    ac: bool,
    first: u32,
    volts: &mut [NetVolts],
    conflicts: &mut Vec<Conflict>,
) -> u32 {
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
                    conflicts.push(Conflict {
                        kind: Fight::Short,
                        a: edge.of,
                        b: edge.of,
                        from: edge.ends[0],
                        to: edge.ends[1],
                    });
                    continue;
                }
                let next = if edge.plus == at { edge.minus } else { edge.plus };
                let here = volts[at]
                    .volts
                    .zip(edge.volts)
                    .map(|(here, over)| if edge.plus == at { here.plus(flipped(over)) } else { here.plus(over) });
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

pub(super) fn flipped(band: Band<Volts>) -> Band<Volts> {
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
        Some(twin) => {
            if self::agree(edges[twin].volts, edge.volts) {
                Fight::Parallel
            } else {
                Fight::Short
            }
        }
        None => kind,
    };
    Some(Conflict { kind, a: edges[other].of, b: edge.of, from: end(&edges[other]), to: end(edge) })
}

/// Islands of mains, and every net where mains meets low voltage.
pub(super) fn islands_of_mains(
    edges: &[Edge],
    first: u32,
    volts: &mut [NetVolts],
    mains: &mut [NetVolts],
    conflicts: &mut Vec<Conflict>,
) {
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
            if let Some((number, other)) = low[slot]
                && !std::mem::replace(&mut met[slot], true)
            {
                let dc = &edges[number];
                conflicts.push(Conflict {
                    kind: Fight::Mains,
                    a: edge.of,
                    b: dc.of,
                    from: edge.ends[end],
                    to: dc.ends[other],
                });
            }
            volts[slot] = mains[slot];
        }
    }
}

/// Line or neutral on an earth contact.
pub(super) fn earthed(build: &Build, nets: &Nets, slots: &Slots, edges: &[Edge], conflicts: &mut Vec<Conflict>) {
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
