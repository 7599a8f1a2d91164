//! Arrows that run against the current, by how many wires lie between an end and a supply or its return.

use std::collections::{BTreeSet, VecDeque};

use analysis::drives;
use analysis::nets::{self, NetId, Nets};
use model::{Build, Terminal, WireId};
use source::Finding;

use super::reversed_polarity::RULE;
use crate::{Context, story};

const FAR: u32 = u32::MAX;

/// By piece of metal without wires: wires to the nearest place that current comes from, and that it goes to.
struct Distance {
    nets: Nets,
    plus: Vec<u32>,
    minus: Vec<u32>,
}

/// By net: the nets at the other ends of its wires, in one list.
struct Around {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Around {
    fn new(build: &Build, nets: &Nets) -> Self {
        let pairs: Vec<[u32; 2]> = build.wires.iter().map(|wire| wire.ends.map(|end| nets.net(end).0)).collect();
        let mut starts = vec![0u32; nets.len() + 1];
        for net in pairs.iter().flatten() {
            starts[*net as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut free = starts.clone();
        let mut ends = vec![0; pairs.len() * 2];
        for &[a, b] in &pairs {
            for (from, to) in [(a, b), (b, a)] {
                let slot = &mut free[from as usize];
                ends[*slot as usize] = to;
                *slot += 1;
            }
        }
        Self { starts, ends }
    }

    fn of(&self, net: u32) -> &[u32] {
        &self.ends[self.starts[net as usize] as usize..self.starts[net as usize + 1] as usize]
    }
}

/// Arrows that run towards a plus or a driver, or away from a minus; `told`: nets on which a load is already told to be backwards.
pub fn run(context: Context<'_>, told: &BTreeSet<NetId>, findings: &mut Vec<Finding>) {
    let Context { build, facts } = context;
    if build.wires.iter().all(|wire| !wire.directed) {
        return;
    }
    let distance = distance(context);
    for (index, wire) in (0..).zip(&build.wires) {
        let net = facts.rest.net(wire.ends[0]);
        if !wire.directed || told.contains(&net) || facts.potentials.fights(&facts.rest, wire.ends[0]) {
            continue;
        }
        let [a, b] = wire.ends.map(|end| distance.nets.net(end).0 as usize);
        let (against, towards) = match (distance.plus[a], distance.minus[a]) {
            (FAR, FAR) => continue,
            (plus, FAR) => (plus > distance.plus[b], "it comes from"),
            (FAR, minus) => (minus < distance.minus[b], "it goes to"),
            _ => continue,
        };
        if !against {
            continue;
        }
        let [from, to] = wire.ends.map(|end| build.path(end));
        let id = WireId(index);
        let path = story::run_path(build, id);
        let place = if towards == "it comes from" { &to } else { &from };
        let message = format!("the arrow of `{path}` runs against the current: {towards} `{place}`");
        findings.push(Finding::new(&RULE, path, wire.span, message).with_help(format!("write `{to} -> {from}`")));
    }
}

fn distance(context: Context<'_>) -> Distance {
    let build = context.build;
    let nets = nets::rest_without_wires(build);
    let wires = Around::new(build, &nets);
    let mut resistors: Vec<(u32, u32)> = Vec::new();
    for device in &build.devices {
        for resistor in &build.part(device.part).resistors {
            let [a, b] = [0, 1].map(|end| nets.net(device.terminal(resistor.ends[end][0])).0);
            resistors.extend([(a, b), (b, a)]);
        }
    }
    let (plus, minus) = roots(context, &nets);
    let (mut plus, mut minus) = (spread(plus, &wires, nets.len()), spread(minus, &wires, nets.len()));
    // What lies behind a resistor goes with the side that it comes from, unless something stands there already.
    let reached: Vec<bool> = plus.iter().zip(&minus).map(|(plus, minus)| *plus != FAR || *minus != FAR).collect();
    for far in [&mut plus, &mut minus] {
        let mut queue = VecDeque::new();
        for &(from, to) in &resistors {
            if far[from as usize] != FAR && !reached[to as usize] && far[to as usize] == FAR {
                far[to as usize] = far[from as usize] + 1;
                queue.push_back(to);
            }
        }
        fill(&mut queue, far, &wires, |to| !reached[to as usize]);
    }
    Distance { nets, plus, minus }
}

/// Where current comes from, and where it goes to.
fn roots(Context { build, facts }: Context<'_>, nets: &Nets) -> (Vec<u32>, Vec<u32>) {
    let (mut plus, mut minus) = (Vec::new(), Vec::new());
    let net = |at: Terminal| nets.net(at).0;
    for source in facts.potentials.live() {
        let (device, part) = (build.device(source.device), build.part_of(source.device));
        let of = &part.sources[source.index as usize];
        // A negative rail takes current in where all others give it.
        if of.ac || of.volts.known().is_some_and(|volts| volts.typ.0 < 0.0) {
            continue;
        }
        let (high, low) = (device.terminal(of.plus[0]), device.terminal(of.minus[0]));
        plus.push(net(high));
        // A converter whose minus is that of its feeder only passes the return on.
        let passes = of.from.as_ref().is_some_and(|from| !from.ac && net(device.terminal(from.minus[0])) == net(low));
        if !passes {
            minus.push(net(low));
        }
    }
    for drive in &facts.drives.all {
        match (drives::active_low(build, drive), drive.driven, drive.lines.is_empty()) {
            // A line that asserts by a high level gives the current, and the signal.
            (Some(false), _, false) => plus.extend(drive.lines.iter().filter_map(|(id, line)| {
                let at = build.part_of(*id).lines[*line as usize].at.as_ref()?;
                Some(net(build.device(*id).terminal(at[0])))
            })),
            // Without a line or a supply, current leaves an input that is pulled low (PS_ON#).
            (Some(true), Some(driven), true)
                if facts.potentials.at(&facts.rest, driven).is_none_or(|at| at.by.is_none()) =>
            {
                plus.push(net(driven));
            }
            _ => {}
        }
    }
    (plus, minus)
}

fn spread(roots: Vec<u32>, wires: &Around, nets: usize) -> Vec<u32> {
    let mut far = vec![FAR; nets];
    let mut queue = VecDeque::new();
    for root in roots {
        if far[root as usize] == FAR {
            far[root as usize] = 0;
            queue.push_back(root);
        }
    }
    fill(&mut queue, &mut far, wires, |_| true);
    far
}

fn fill(queue: &mut VecDeque<u32>, far: &mut [u32], wires: &Around, may: impl Fn(u32) -> bool) {
    while let Some(at) = queue.pop_front() {
        for &next in wires.of(at) {
            if far[next as usize] == FAR && may(next) {
                far[next as usize] = far[at as usize] + 1;
                queue.push_back(next);
            }
        }
    }
}
