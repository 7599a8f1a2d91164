//! How all coils and levers stand, moved from state to state and back.

use super::{State, World};
use crate::circuit::Variable;

/// Values of all variables of the contact network, moved from state to state without copying them all.
pub struct Stand {
    /// By variable.
    pub values: Vec<bool>,
    undo: Vec<(u32, bool)>,
}

impl Stand {
    /// Everything at rest.
    pub fn new(world: World<'_>) -> Self {
        let values = world.circuit.network.variables.iter().map(|variable| variable.rest).collect();
        Self { values, undo: Vec::new() }
    }

    /// Takes a state's stand; `back` must have been called since the last.
    pub fn take(&mut self, world: World<'_>, state: &State) {
        for &moved in &state.moved {
            if let Variable::Position(device, lever, _) = moved {
                let others = (0..).map_while(|at| world.circuit.number(Variable::Position(device, lever, at)));
                for other in others {
                    self.set(other, false);
                }
            }
            if let Some(number) = world.circuit.number(moved) {
                let rest = world.circuit.network.variables[number as usize].rest;
                self.set(number, !rest || matches!(moved, Variable::Position(..)));
            }
        }
    }

    fn set(&mut self, number: u32, value: bool) {
        self.undo.push((number, self.values[number as usize]));
        self.values[number as usize] = value;
    }

    /// Everything at rest again.
    pub fn back(&mut self) {
        while let Some((number, value)) = self.undo.pop() {
            self.values[number as usize] = value;
        }
    }
}
