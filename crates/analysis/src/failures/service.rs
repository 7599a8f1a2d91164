//! The state in which failures are looked at: coils at rest, and the levers moved that switch the supplies on.

use model::Build;
use switching::Literal;

use crate::circuit::{Circuit, Settled, Switch, Variable};

/// The build in service.
pub struct Service {
    /// By contact of the network: whether it is closed.
    pub closed: Vec<bool>,
    /// What the state comes to.
    pub settled: Settled,
    /// No lever was found that switches every supply on: they count as on, whatever their input says.
    pub assumed: bool,
}

/// Coils at rest; for each supply that waits for its input, the one lever that joins it, a switch of its own before a
/// button of another board. Linear in the network.
pub fn of(build: &Build, circuit: &Circuit) -> Service {
    let rest = circuit.network.rest();
    let wanted = circuit.settle(&rest, Switch::Service, |_| None);
    let mut state = rest.clone();
    if circuit.supplies.iter().any(|supply| supply.on.is_some()) {
        let now = circuit.settle(&rest, Switch::AsWired, |_| None);
        if now.live != wanted.live {
            for literal in levers(build, circuit, &rest, &now, &wanted) {
                state[literal.variable() as usize] = literal.value();
            }
            let then = circuit.settle(&state, Switch::AsWired, |_| None);
            if then.live != wanted.live {
                return finish(circuit, &rest, wanted, true);
            }
            return finish(circuit, &state, then, false);
        }
    }
    finish(circuit, &state, wanted, false)
}

fn finish(circuit: &Circuit, state: &[bool], settled: Settled, assumed: bool) -> Service {
    let closed = circuit.network.contacts.iter().map(|contact| contact.guard.closed(state)).collect();
    Service { closed, settled, assumed }
}

/// What to move so that the inputs of waiting supplies are joined.
fn levers(build: &Build, circuit: &Circuit, rest: &[bool], now: &Settled, wanted: &Settled) -> Vec<Literal> {
    let component = |node: u32| now.component[node as usize];
    let waiting = |number: usize| wanted.live[number] && !now.live[number];
    // Components of the inputs that wait.
    let mut wants: Vec<u32> = Vec::new();
    for (number, supply) in circuit.supplies.iter().enumerate() {
        if let Some(on) = supply.on
            && waiting(number)
        {
            wants.extend([component(on.plus), component(on.minus)]);
        }
    }
    wants.sort_unstable();
    wants.dedup();
    // The best lever at each of them.
    let mut best: Vec<Option<((bool, u32), u32)>> = vec![None; wants.len()];
    for (number, contact) in (0..).zip(&circuit.network.contacts) {
        let moved = contact.guard.literals().next().map(|literal| circuit.variables[literal.variable() as usize]);
        let Some(Variable::Lever(device, _) | Variable::Position(device, ..)) = moved else { continue };
        let ends = contact.ends.map(component);
        if contact.guard.closed(rest) || ends[0] == ends[1] {
            continue;
        }
        let rank = (build.part_of(device).kind != "toggle", number);
        for end in ends {
            if let Ok(at) = wants.binary_search(&end)
                && best[at].is_none_or(|(before, _)| rank < before)
            {
                best[at] = Some((rank, number));
            }
        }
    }
    let contacts = best.into_iter().flatten().map(|(_, number)| number);
    contacts.flat_map(|number| circuit.network.contacts[number as usize].guard.literals()).collect()
}
