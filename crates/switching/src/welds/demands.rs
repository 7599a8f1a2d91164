//! Demands on variables, and the state that meets them with all else at rest.

use crate::network::{Guard, Literal, Variable};

/// What is demanded so far; of each variable at most one value.
pub(super) struct Demands<'a> {
    variables: &'a [Variable],
    /// By variable.
    state: Vec<bool>,
    fixed: Vec<bool>,
    /// In the order they were made.
    list: Vec<Literal>,
}

impl<'a> Demands<'a> {
    pub fn new(variables: &'a [Variable]) -> Self {
        let state = variables.iter().map(|variable| variable.rest).collect();
        Self { variables, state, fixed: vec![false; variables.len()], list: Vec::new() }
    }

    /// The state, one value a variable.
    pub fn state(&self) -> &[bool] {
        &self.state
    }

    /// All demands, in the order they were made.
    pub fn list(&self) -> &[Literal] {
        &self.list
    }

    /// Demands all of some literals, runs, and takes them back. The literals must agree.
    pub fn with<T>(&mut self, literals: &[Literal], run: impl FnOnce(&Self) -> T) -> T {
        let left = self.list.len();
        let agree = literals.iter().all(|literal| self.demand(*literal));
        debug_assert!(agree, "a state has one value a variable");
        let result = run(self);
        self.release(left);
        result
    }

    /// Demands that differ from rest.
    pub fn other(&self) -> impl Iterator<Item = Literal> {
        self.list.iter().copied().filter(|literal| self.price(*literal).is_some())
    }

    /// What a literal costs if it does not hold at rest.
    pub fn price(&self, literal: Literal) -> Option<u32> {
        let variable = self.variables[literal.variable() as usize];
        (variable.rest != literal.value()).then_some(variable.weight)
    }

    /// Whether a literal holds, if a demand decides that.
    pub fn decided(&self, literal: Literal) -> Option<bool> {
        self.fixed[literal.variable() as usize].then(|| literal.holds(&self.state))
    }

    /// Whether no demand keeps a contact open.
    pub fn possible(&self, guard: Guard) -> bool {
        guard.literals().all(|literal| self.decided(literal) != Some(false))
    }

    /// False if another demand is against it.
    pub fn demand(&mut self, literal: Literal) -> bool {
        let variable = literal.variable() as usize;
        if self.fixed[variable] {
            return literal.holds(&self.state);
        }
        self.fixed[variable] = true;
        self.state[variable] = literal.value();
        self.list.push(literal);
        true
    }

    /// Takes demands back until so many are left.
    pub fn release(&mut self, left: usize) {
        for literal in self.list.drain(left..) {
            let variable = literal.variable() as usize;
            self.fixed[variable] = false;
            self.state[variable] = self.variables[variable].rest;
        }
    }

    /// What the state costs.
    pub fn cost(&self) -> u32 {
        self.list.iter().filter_map(|literal| self.price(*literal)).sum()
    }
}
