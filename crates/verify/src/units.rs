//! Unit propagation over clauses: those of the file for good, those of one proof until it ends.
//!
//! A literal here is twice a variable, plus one where it is negated. Two literals of a clause are watched, and both are
//! free when it is added: a clause that is settled by then stays settled as long as it lives.

use crate::Steps;

/// Clauses and what follows from them.
#[derive(Default)]
pub(crate) struct Units {
    literals: Vec<u32>,
    /// Where each clause starts in `literals`.
    starts: Vec<usize>,
    /// By literal: clauses that watch it; first those of the file, then those of the proof.
    watches: [Vec<Vec<u32>>; 2],
    /// Literals with a watching clause of the proof.
    touched: Vec<u32>,
    /// By literal.
    holds: Vec<bool>,
    trail: Vec<u32>,
    ahead: usize,
    /// The clauses contradict each other.
    pub(crate) contradiction: bool,
    /// Clauses, assignments and contradiction of the file alone.
    file: Option<(usize, usize, bool)>,
}

impl Units {
    pub(crate) fn new(variables: usize) -> Self {
        let empty = || vec![Vec::new(); variables * 2];
        Self { watches: [empty(), empty()], holds: vec![false; variables * 2], ..Self::default() }
    }

    /// Whatever was added so far belongs to the file.
    pub(crate) fn seal(&mut self) {
        self.file = Some((self.starts.len(), self.trail.len(), self.contradiction));
    }

    /// Forgets the proof.
    pub(crate) fn reset(&mut self) {
        let (clauses, assigned, contradiction) = self.file.expect("a proof follows the sealed file");
        for literal in self.touched.drain(..) {
            self.watches[1][literal as usize].clear();
        }
        if let Some(&start) = self.starts.get(clauses) {
            self.literals.truncate(start);
            self.starts.truncate(clauses);
        }
        self.undo(assigned);
        self.contradiction = contradiction;
    }

    fn undo(&mut self, assigned: usize) {
        for literal in self.trail.drain(assigned..) {
            self.holds[literal as usize] = false;
        }
        self.ahead = assigned;
    }

    fn assign(&mut self, literal: u32) {
        self.holds[literal as usize] = true;
        self.trail.push(literal);
    }

    fn fails(&self, literal: u32) -> bool {
        self.holds[literal as usize ^ 1]
    }

    /// Adds a clause and all that follows from it.
    pub(crate) fn add(&mut self, clause: &[u32], steps: &mut Steps) -> Result<(), String> {
        steps.take(clause.len() + 1)?;
        let start = self.literals.len();
        self.literals.extend(clause.iter().copied().filter(|&literal| !self.holds[literal as usize ^ 1]));
        self.literals[start..].sort_unstable();
        let mut kept = start;
        for index in start..self.literals.len() {
            let literal = self.literals[index];
            let before = self.literals[start..kept].last().copied();
            if before == Some(literal ^ 1) {
                self.literals.truncate(start);
                return Ok(());
            }
            if before != Some(literal) {
                self.literals[kept] = literal;
                kept += 1;
            }
        }
        self.literals.truncate(kept);
        let left = &self.literals[start..];
        if left.iter().any(|&literal| self.holds[literal as usize]) {
            self.literals.truncate(start);
            return Ok(());
        }
        match *left {
            [] => self.contradiction = true,
            [only] => {
                self.literals.truncate(start);
                self.assign(only);
                self.contradiction |= self.propagate(steps)?;
            }
            [first, second, ..] => {
                let life = usize::from(self.file.is_some());
                for literal in [first, second] {
                    self.watches[life][literal as usize].push(self.starts.len() as u32);
                    if life == 1 {
                        self.touched.push(literal);
                    }
                }
                self.starts.push(start);
            }
        }
        Ok(())
    }

    /// Whether the opposites of all literals lead to a contradiction.
    pub(crate) fn implies(&mut self, clause: &[u32], steps: &mut Steps) -> Result<bool, String> {
        steps.take(clause.len() + 1)?;
        if self.contradiction {
            return Ok(true);
        }
        let assigned = self.trail.len();
        let mut implied = false;
        for &literal in clause {
            implied |= self.holds[literal as usize];
            if !implied && !self.fails(literal) {
                self.assign(literal ^ 1);
            }
        }
        let implied = implied || self.propagate(steps)?;
        self.undo(assigned);
        Ok(implied)
    }

    /// Draws all conclusions; true at a contradiction.
    fn propagate(&mut self, steps: &mut Steps) -> Result<bool, String> {
        while self.ahead < self.trail.len() {
            let failed = self.trail[self.ahead] ^ 1;
            self.ahead += 1;
            for life in 0..2 {
                let mut watching = std::mem::take(&mut self.watches[life][failed as usize]);
                let mut kept = 0;
                let mut stop = false;
                for index in 0..watching.len() {
                    let clause = watching[index];
                    watching[kept] = clause;
                    kept += 1;
                    if stop {
                        continue;
                    }
                    match self.visit(clause, failed, life, steps)? {
                        Visit::Moved => kept -= 1,
                        Visit::Stays => {}
                        Visit::Contradicts => stop = true,
                    }
                }
                watching.truncate(kept);
                self.watches[life][failed as usize] = watching;
                if stop {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// A clause, one of whose watched literals has failed.
    fn visit(&mut self, clause: u32, failed: u32, life: usize, steps: &mut Steps) -> Result<Visit, String> {
        let start = self.starts[clause as usize];
        let end = self.starts.get(clause as usize + 1).copied().unwrap_or(self.literals.len());
        if self.literals[start] == failed {
            self.literals.swap(start, start + 1);
        }
        let other = self.literals[start];
        steps.take(1)?;
        if self.holds[other as usize] {
            return Ok(Visit::Stays);
        }
        for index in start + 2..end {
            steps.take(1)?;
            let literal = self.literals[index];
            if !self.fails(literal) {
                self.literals.swap(start + 1, index);
                self.watches[life][literal as usize].push(clause);
                if life == 1 {
                    self.touched.push(literal);
                }
                return Ok(Visit::Moved);
            }
        }
        if self.fails(other) {
            return Ok(Visit::Contradicts);
        }
        self.assign(other);
        Ok(Visit::Stays)
    }
}

/// What became of a watch.
enum Visit {
    Moved,
    Stays,
    Contradicts,
}
