//! Numbers that many pieces have in common, kept once: a loom is cut from few stocks and few lengths.

use std::rc::Rc;

use direct::{Law, validate::Quantity};

use crate::power::value::Value;

/// The numbers of a piece.
#[derive(Clone, PartialEq, Debug)]
pub struct Numbers {
    /// Its law with typical numbers. A load's draw is the scenario's.
    pub law: Law,
    /// Its first number: ohms of what conducts; volts of a source; efficiency of a converter; a coil's ohms or amperes.
    pub value: (Quantity, Value),
    /// Its other numbers.
    pub more: Vec<(Quantity, Value)>,
}

impl Numbers {
    /// All of them, the first first.
    pub fn all(&self) -> impl Iterator<Item = &(Quantity, Value)> {
        std::iter::once(&self.value).chain(&self.more)
    }
}

/// How many are at hand to be shared. What stands side by side in a build is alike; more would only take longer to look through.
const KEPT: usize = 8;

/// The last different numbers.
#[derive(Default)]
pub(super) struct Alike {
    known: Vec<Rc<Numbers>>,
    oldest: usize,
}

impl Alike {
    /// The same numbers, shared if they are at hand.
    pub(super) fn shared(&mut self, numbers: Numbers) -> Rc<Numbers> {
        if let Some(known) = self.known.iter().find(|known| ***known == numbers) {
            return Rc::clone(known);
        }
        let numbers = Rc::new(numbers);
        if self.known.len() < KEPT {
            self.known.push(Rc::clone(&numbers));
        } else {
            self.known[self.oldest] = Rc::clone(&numbers);
            self.oldest = (self.oldest + 1) % KEPT;
        }
        numbers
    }
}
