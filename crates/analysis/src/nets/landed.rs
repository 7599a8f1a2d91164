//! Wires and plugs, counted where they land.

use model::wire::{Mate, RunKind};
use model::{Build, Terminal};

/// Every mating of a run.
pub fn mates(kind: &RunKind) -> Vec<&Mate> {
    match kind {
        RunKind::Cable(_, a, b) => vec![a, b],
        RunKind::Plug(mate) => vec![mate],
        RunKind::Wire(_) | RunKind::Inline(..) => Vec::new(),
    }
}

/// What lands on each terminal: how many wires, and whether a plug.
pub struct Landed {
    wires: Vec<u32>,
    mated: Vec<bool>,
}

/// Counts wires and matings by terminal.
pub fn landed(build: &Build) -> Landed {
    let mut landed = Landed { wires: vec![0; build.terminals as usize], mated: vec![false; build.terminals as usize] };
    for end in build.wires.iter().flat_map(|wire| wire.ends) {
        landed.wires[end.0 as usize] += 1;
    }
    for mate in build.runs.iter().flat_map(|run| mates(&run.what)) {
        for (a, b) in &mate.pairs {
            landed.mated[a.0 as usize] = true;
            landed.mated[b.0 as usize] = true;
        }
    }
    landed
}

impl Landed {
    /// Wire ends on a terminal.
    pub fn wires(&self, terminal: Terminal) -> u32 {
        self.wires[terminal.0 as usize]
    }

    /// Whether a pin meets another.
    pub fn mated(&self, terminal: Terminal) -> bool {
        self.mated[terminal.0 as usize]
    }

    /// Whether anything lands on a terminal.
    pub fn any(&self, terminal: Terminal) -> bool {
        self.wires(terminal) > 0 || self.mated(terminal)
    }
}
