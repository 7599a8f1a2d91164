//! Plans at hand for circuits that hang together in the same way, whatever their numbers.

use std::sync::Arc;

use crate::circuit::{Circuit, Law};
use crate::islands::Plan;
use crate::validate::Fault;

/// How many plans are kept.
const KEPT: usize = 32;

/// Circuits of more elements are planned each time: what is kept must not outweigh what is worked on.
const ELEMENTS: usize = 4096;

/// All of a circuit that its plan hangs on.
type Shape = Vec<u32>;

/// Plans of the shapes met last, the oldest given up first.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    known: Vec<(Shape, Arc<Plan>)>,
    oldest: usize,
    /// The shape asked for.
    asked: Shape,
}

impl Plans {
    /// The plan of a circuit whose names are sound, without the sources that are `off`.
    pub(crate) fn of(&mut self, circuit: &Circuit, off: &[bool]) -> Result<Arc<Plan>, Vec<Fault>> {
        if circuit.elements.len() > ELEMENTS {
            return Plan::new(circuit, off).map(Arc::new);
        }
        write(circuit, off, &mut self.asked);
        if let Some((_, plan)) = self.known.iter().find(|(shape, _)| *shape == self.asked) {
            return Ok(Arc::clone(plan));
        }
        let plan = Arc::new(Plan::new(circuit, off)?);
        let met = (self.asked.clone(), Arc::clone(&plan));
        if self.known.len() < KEPT {
            self.known.push(met);
        } else {
            self.known[self.oldest] = met;
            self.oldest = (self.oldest + 1) % KEPT;
        }
        Ok(plan)
    }
}

/// Writes a shape down: what each element is, and between which nodes; then references and groups, each list after its length.
fn write(circuit: &Circuit, off: &[bool], shape: &mut Shape) {
    shape.clear();
    shape.extend([circuit.nodes, count(circuit.elements.len())]);
    for (element, &off) in circuit.elements.iter().zip(off) {
        let (kind, feeds) = match element.law {
            Law::Resistor { .. } => (0, 0),
            Law::Source { .. } => (1, 0),
            Law::Diode { .. } => (2, 0),
            Law::Power { .. } | Law::Current { .. } => (3, 0),
            Law::Resistance { .. } | Law::Clamp { .. } => (4, 0),
            Law::Converter { feeds, .. } => (5, feeds),
        };
        shape.extend([element.ends[0], element.ends[1], kind + 8 * u32::from(off), feeds]);
    }
    shape.push(count(circuit.references.len()));
    shape.extend(&circuit.references);
    for group in &circuit.groups {
        shape.push(count(group.sources.len()));
        shape.extend(&group.sources);
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("indices have 32 bits")
}
