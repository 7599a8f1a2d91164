//! Nets that current can reach through resistors and diodes, from a live plus and towards a live minus.

use std::collections::VecDeque;

use model::{Build, Terminal};

use crate::nets::Nets;
use crate::potentials::Potentials;

/// By net: whether current arrives from a live plus, and whether it can leave to a live minus.
pub struct Reach {
    fed: Vec<bool>,
    drained: Vec<bool>,
}

/// Follows resistors both ways and diodes forwards.
pub fn compute(build: &Build, nets: &Nets, potentials: &Potentials) -> Reach {
    let mut forward: Vec<(u32, u32)> = Vec::new();
    for device in &build.devices {
        let part = build.part(device.part);
        let net = |end: &model::part::End| nets.net(device.terminal(end[0])).0;
        for resistor in &part.resistors {
            let [a, b] = [net(&resistor.ends[0]), net(&resistor.ends[1])];
            forward.push((a, b));
            forward.push((b, a));
        }
        for diode in &part.diodes {
            forward.push((net(&diode.anode), net(&diode.cathode)));
        }
    }
    let volts = |net: &u32| potentials.of(crate::nets::NetId(*net)).filter(|volts| volts.live && !volts.ac);
    let nets_with_sources: Vec<u32> = potentials.nets().iter().map(|net| net.0).collect();
    let plus = nets_with_sources.iter().copied().filter(|net| volts(net).is_some_and(|at| at.by.is_some()));
    let minus = nets_with_sources.iter().copied().filter(|net| volts(net).is_some_and(|at| at.returns));
    let fed = spread(nets.len(), plus, &forward);
    let backward: Vec<(u32, u32)> = forward.iter().map(|&(a, b)| (b, a)).collect();
    let drained = spread(nets.len(), minus, &backward);
    Reach { fed, drained }
}

fn spread(nets: usize, roots: impl Iterator<Item = u32>, edges: &[(u32, u32)]) -> Vec<bool> {
    let mut sorted = edges.to_vec();
    sorted.sort_unstable();
    let mut reached = vec![false; nets];
    let mut queue: VecDeque<u32> = roots.collect();
    for &root in &queue {
        reached[root as usize] = true;
    }
    while let Some(at) = queue.pop_front() {
        let from = sorted.partition_point(|edge| edge.0 < at);
        for &(_, to) in sorted[from..].iter().take_while(|edge| edge.0 == at) {
            if !std::mem::replace(&mut reached[to as usize], true) {
                queue.push_back(to);
            }
        }
    }
    reached
}

impl Reach {
    /// Whether current arrives from a live plus.
    pub fn fed(&self, nets: &Nets, terminal: Terminal) -> bool {
        self.fed[nets.net(terminal).0 as usize]
    }

    /// Whether current can leave to a live minus.
    pub fn drained(&self, nets: &Nets, terminal: Terminal) -> bool {
        self.drained[nets.net(terminal).0 as usize]
    }
}
