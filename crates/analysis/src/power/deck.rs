//! The circuit of one state as a deck for another simulator, and what its names stand for.

use direct::{Fault, Law, Options, Outcome};

use super::{Draw, Power, State, World};

/// A deck and what its names stand for.
#[derive(Clone, Debug)]
pub struct Deck {
    /// The deck.
    pub text: String,
    /// By element: its piece. Names of elements end in the element's number: `R12`, `B3`.
    pub pieces: Vec<u32>,
    /// By element: the names of the nodes at its first and second end; `None` for a node that floats and is not in the deck.
    pub ends: Vec<[Option<String>; 2]>,
}

/// Writes it. Limits that nothing reaches are left out: a deck gives every limited source some ohms, and ours has none.
pub fn of(power: &Power, world: World<'_>, draw: Draw, state: &State) -> Result<Deck, Vec<Fault>> {
    let (mut circuit, pieces) = power.circuit_in(world, draw, state);
    if let Outcome::Solved(solution) = direct::solve(&circuit, &Options::default()) {
        for (element, number) in circuit.elements.iter_mut().zip(0..) {
            if let Law::Source { limit, .. } = &mut element.law
                && !solution.limited.contains(&number)
            {
                *limit = None;
            }
        }
    }
    let (text, names) = direct::spice(&circuit)?;
    let ends = circuit.elements.iter().map(|element| element.ends.map(|node| names[node as usize].clone()));
    Ok(Deck { text, pieces, ends: ends.collect() })
}
