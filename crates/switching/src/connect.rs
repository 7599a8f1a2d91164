//! Whether some admissible state joins two nodes, whatever stands on the nets between.

use crate::{
    Effort, Guard, Hop, Least, Literal, Network,
    contract::Contracted,
    core::{Branch, Core},
    limits::{Known, Limits},
    path::Wires,
    question::Bench,
    reach::{Walker, with_state},
    settle::{Settled, settle},
    standing::NONE,
};

/// Whether two nodes can be joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// No admissible state does it.
    Never,
    /// This one does.
    Joined(Joining),
    /// The effort did not suffice; no state with fewer actuated than `at_least` does it.
    Open {
        /// See there.
        at_least: u32,
        /// Work spent.
        work: u64,
    },
}

/// An admissible state that joins two nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Joining {
    /// What differs from rest, ascending.
    pub state: Vec<Literal>,
    /// From the first node to the second.
    pub path: Vec<Hop>,
    /// The weights of all that differs from rest.
    pub actuated: u32,
    /// Contacts on the path that some state opens.
    pub contacts: u32,
    /// How far that is the least.
    pub least: Least,
}

/// Whether an admissible state joins two nodes, and the least one that does. Linear in the network, and a search.
pub fn connectable(network: &Network, a: u32, b: u32, effort: Effort) -> Verdict {
    let metal = Contracted::new(network);
    let limits = Limits::new(&metal, false);
    let ends = [metal.net(a), metal.net(b)];
    let one_net = ends[0] == ends[1];
    let mut core = if one_net {
        Core { nets: ends.to_vec(), branches: vec![Branch { ends: [0, 1], guard: Guard::ALWAYS, contact: NONE }] }
    } else {
        whole(&metal, ends)
    };
    let mut bench = Bench {
        state: limits.rest.clone(),
        known: Known::new(limits.rest.len()),
        walker: Walker::new(metal.nets.count),
        local: Vec::new(),
        work: 0,
    };
    let (witness, least) = match settle(&mut core, &[], &limits, effort, &mut bench) {
        Settled::Never => return Verdict::Never,
        Settled::Open(at_least) => return Verdict::Open { at_least, work: bench.work },
        Settled::Joined(witness, least) => (witness, least),
    };
    let mut wires = Wires::new(&metal);
    let path = if one_net {
        wires.within(a, b)
    } else {
        with_state(&mut bench.state, &witness.other, |state| wires.between(&core, state, a, b))
    };
    Verdict::Joined(Joining {
        state: witness.other,
        path,
        actuated: witness.actuated,
        contacts: if one_net { 0 } else { witness.contacts },
        least: least.map_or(Least::Proved, |least| Least::Between(least, witness.actuated)),
    })
}

/// All contacts as one core.
fn whole(metal: &Contracted<'_>, [from, to]: [u32; 2]) -> Core {
    let mut point: Vec<u32> = vec![NONE; metal.nets.count as usize];
    let mut nets = vec![from, to];
    point[from as usize] = 0;
    point[to as usize] = 1;
    let branches = metal.edges.iter().map(|&edge| {
        let ends = edge.ends.map(|net| {
            let point = &mut point[net as usize];
            if *point == NONE {
                *point = nets.len() as u32;
                nets.push(net);
            }
            *point
        });
        Branch { ends, guard: metal.guard(edge), contact: edge.contact }
    });
    let branches = branches.collect();
    Core { nets, branches }
}
