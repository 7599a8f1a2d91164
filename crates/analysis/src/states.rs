//! What meets in some state that must stay apart: shorts and paralleled supplies while something is energised, moved or welded.
//!
//! What meets with everything at rest is in [`crate::potentials`]; here stands what only another state does.

use model::{Build, DeviceId, Terminal};
use switching::welds::{Answer, Armature, welds};
use switching::{Effort, Found, Least, Literal, Relation, Via, shorts};

use crate::circuit::{Circuit, Side};
use crate::nets::{Hop, Nets};
use crate::potentials::SourceRef;

/// Two ends of sources that meet in a state.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// The sources, and whether it is their plus.
    pub ends: [(SourceRef, bool); 2],
    /// Where the way begins and ends.
    pub terminals: [Terminal; 2],
    /// What their meeting is.
    pub relation: Relation,
    /// What differs from rest in the smallest state that does it.
    pub state: Vec<Literal>,
    /// What of it counts, and how few are proved to be needed.
    pub actuated: u32,
    /// No state with fewer does it.
    pub at_least: u32,
    /// Contacts on the way: indices in the network's.
    pub contacts: Vec<u32>,
    /// The way, terminal by terminal.
    pub path: Vec<Hop>,
    /// The rules of `[control]` that alone prevent it: indices in its rules.
    pub only_software: Vec<u32>,
    /// How many other pairs the same cause joins.
    pub derived: u32,
}

/// A contact that makes a short when it welds.
#[derive(Clone, Debug)]
pub struct Weld {
    /// Device, index of the contact in its part.
    pub contact: (DeviceId, u32),
    /// The throw that is stuck.
    pub side: Side,
    /// What then meets.
    pub meeting: Meeting,
    /// Only while the other throw still moves, which a welded armature of one piece does not allow.
    pub moving_only: bool,
}

/// A question that the effort did not suffice for.
#[derive(Clone, Debug)]
pub struct Unproved {
    /// What might meet.
    pub ends: [(SourceRef, bool); 2],
    /// Contacts and variables that lie between.
    pub contacts: u32,
    /// Variables that these hang on.
    pub variables: u32,
    /// No state with fewer actuated joins them.
    pub at_least: u32,
    /// Work spent: contacts looked at, labels made, conflicts met.
    pub work: u64,
    /// Whether it is asked with a contact welded.
    pub weld: Welded,
}

/// What is welded in a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Welded {
    /// Nothing.
    Nothing,
    /// This contact (device, index in its part).
    Contact(DeviceId, u32),
    /// Some contact elsewhere, which supplies a coil or joins two references.
    Elsewhere,
}

/// All that is known of states.
#[derive(Clone, Debug, Default)]
pub struct States {
    /// One a cause, without those that need nothing actuated.
    pub shorts: Vec<Meeting>,
    /// Welds that make a short.
    pub welds: Vec<Weld>,
    /// What is not known.
    pub open: Vec<Unproved>,
    /// Questions (two potentials in one island) that were proved clean.
    pub proved: u64,
    /// Islands between potentials.
    pub islands: u32,
    /// Coils and levers.
    pub variables: u32,
    /// Work spent.
    pub work: u64,
    /// The state at rest is one that hardware can be in.
    pub rest_admissible: bool,
}

/// Asks for every state.
pub fn compute(build: &Build, metal: &Nets, circuit: &Circuit) -> States {
    compute_with(build, metal, circuit, Effort::default())
}

/// The same with more (or less) effort.
pub fn compute_with(build: &Build, metal: &Nets, circuit: &Circuit, effort: Effort) -> States {
    let network = &circuit.network;
    let all = shorts(network, effort);
    let mut states = States {
        proved: all.proved,
        islands: all.islands,
        variables: u32::try_from(network.variables.len()).expect("elements are bounded"),
        work: all.work,
        rest_admissible: all.rest.admissible,
        ..States::default()
    };
    for found in all.found.iter().filter(|found| !found.state.is_empty()) {
        states.shorts.push(meeting(build, metal, circuit, found));
    }
    for open in &all.open {
        states.open.push(Unproved {
            ends: open.rails.map(|rail| circuit.rails[rail as usize]),
            contacts: open.contacts,
            variables: open.variables,
            at_least: open.at_least,
            work: open.work,
            weld: Welded::Nothing,
        });
    }
    let stuck = welds(network, effort);
    for (number, throw) in (0..).zip(&circuit.throws) {
        match stuck.answer(number) {
            Answer::Harmless => {}
            Answer::Short(short) => {
                let spelled = Spelled {
                    rails: short.rails,
                    relation: short.relation,
                    state: short.state,
                    contacts: short.path.to_vec(),
                    actuated: short.actuated,
                    at_least: short.at_least,
                    only_software: short.only_software,
                    derived: 0,
                };
                // The network does not know that the positions of one lever share a wiper; a welded one reaches no other.
                let wiper = |number: &u32| {
                    let at = &circuit.throws[*number as usize];
                    matches!(throw.side, Side::To(_)) && at.contact == throw.contact && at.side != throw.side
                };
                let moving_only = short.armature == Armature::Moving || short.path.iter().any(wiper);
                let meeting = spelled.meeting(build, metal, circuit);
                states.welds.push(Weld { contact: throw.contact, side: throw.side, meeting, moving_only });
            }
            Answer::Open(open) => states.open.push(Unproved {
                ends: open.rails.map(|rail| circuit.rails[rail as usize]),
                contacts: 0,
                variables: 0,
                at_least: open.at_least,
                work: 0,
                weld: Welded::Contact(throw.contact.0, throw.contact.1),
            }),
        }
    }
    for rails in &stuck.unasked {
        states.open.push(Unproved {
            ends: rails.map(|rail| circuit.rails[rail as usize]),
            contacts: 0,
            variables: 0,
            at_least: 0,
            work: 0,
            weld: Welded::Elsewhere,
        });
    }
    states
}

struct Spelled<'a> {
    rails: [u32; 2],
    relation: Relation,
    state: &'a [Literal],
    contacts: Vec<u32>,
    actuated: u32,
    at_least: u32,
    only_software: bool,
    derived: u32,
}

fn meeting(build: &Build, metal: &Nets, circuit: &Circuit, found: &Found) -> Meeting {
    let contact = |hop: &switching::Hop| match hop.via {
        Via::Contact(number) => Some(number),
        Via::Conductor(_) => None,
    };
    let at_least = match found.least {
        Least::Proved => found.actuated,
        Least::Between(least, _) => least,
    };
    Spelled {
        rails: found.rails,
        relation: found.relation,
        state: &found.state,
        contacts: found.path.iter().filter_map(contact).collect(),
        actuated: found.actuated,
        at_least,
        only_software: found.only_software,
        derived: u32::try_from(found.derived.len()).expect("at most 64"),
    }
    .meeting(build, metal, circuit)
}

impl Spelled<'_> {
    fn meeting(self, build: &Build, metal: &Nets, circuit: &Circuit) -> Meeting {
        let terminals = self.rails.map(|rail| circuit.rail_terminal(build, rail));
        let path = circuit.spelled(metal, terminals[0], &self.contacts, terminals[1]);
        Meeting {
            ends: self.rails.map(|rail| circuit.rails[rail as usize]),
            terminals,
            relation: self.relation,
            state: self.state.to_vec(),
            actuated: self.actuated,
            at_least: self.at_least,
            contacts: self.contacts,
            path,
            only_software: if self.only_software { broken(circuit, self.state) } else { Vec::new() },
            derived: self.derived,
        }
    }
}

/// Rules of software that a state breaks.
fn broken(circuit: &Circuit, state: &[Literal]) -> Vec<u32> {
    let mut values = circuit.network.rest();
    for literal in state {
        values[literal.variable() as usize] = literal.value();
    }
    let clauses = circuit.network.clauses.iter().zip(&circuit.kept_by);
    let mut rules: Vec<u32> = clauses
        .filter(|(clause, _)| !clause.literals.iter().any(|literal| literal.holds(&values)))
        .filter_map(|(_, rule)| *rule)
        .collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}
