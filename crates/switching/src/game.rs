//! The game of controllers that may hang: who can still cut and restore whom, from every state, by exploring the states.
//!
//! A controller that hangs keeps its outputs; one without power releases them, and is healthy when it comes back. The living
//! move one output at a time; after each the coils settle. What an unpowered driver leaves open is the adversary's choice.

mod explore;

use crate::truth::Truth;

pub use explore::{Exceeded, Explored, explore};

/// Largest number of controllers, of lines and of coils of one game.
pub const MOST: usize = 32;

/// Someone who moves outputs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Controller {
    /// When it has power, by coils.
    pub fed: Truth,
    /// Whether it can stay hung (a hardware watchdog restarts it).
    pub hangs: bool,
    /// Whether somebody counts on it.
    pub counts: bool,
}

/// What an output energises.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Coil {
    /// Lines, any of which energises it (for a latching relay: sets it). None: it is energised while it is fed.
    pub sets: Vec<u32>,
    /// For a latching relay, the lines that set it back, and when the coil that does so has its supply.
    pub back: Option<(Vec<u32>, Truth)>,
    /// When its own supply and that of its input are there, by coils.
    pub fed: Truth,
    /// Whether it may be energised while none of its drivers has power.
    pub loose: bool,
}

/// Controllers, their lines, and the coils that these move. A load that moves nothing is a controller without lines.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Game {
    /// At most [`MOST`].
    pub controllers: Vec<Controller>,
    /// By line: whose it is. At most [`MOST`].
    pub lines: Vec<u32>,
    /// At most [`MOST`].
    pub coils: Vec<Coil>,
}

/// A settled state; sets are bit masks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct State {
    /// Lines that are asserted.
    pub lines: u32,
    /// Coils that are energised (latches that are set).
    pub coils: u32,
    /// Controllers that hang.
    pub hung: u32,
}

/// What a move comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The settled state.
    pub state: State,
    /// Controllers with power in it.
    pub powered: u32,
    /// Controllers that were without power at any time on the way.
    pub lost: u32,
    /// It never came to rest (a coil that breaks its own supply).
    pub restless: bool,
}

/// One thing that happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A line changes.
    Flip(u32),
    /// A controller hangs.
    Hang(u32),
}

impl Game {
    /// The lines of these controllers.
    pub fn lines_of(&self, controllers: u32) -> u32 {
        (0..).zip(&self.lines).fold(0, |lines, (line, &owner)| lines | (controllers >> owner & 1) << line)
    }

    fn powered(&self, coils: u32) -> u32 {
        (0_u32..)
            .zip(&self.controllers)
            .fold(0, |all, (at, one)| all | u32::from(one.fed.holds(|coil| coils >> coil & 1 == 1)) << at)
    }

    /// Lets a state settle while loose coils without a powered driver stand as `choice` says.
    pub fn settle(&self, mut state: State, choice: u32) -> Outcome {
        let mut lost = 0;
        // Each coil and each controller changes at most twice on the way to rest, or it never rests.
        for _ in 0..4 + 2 * (self.coils.len() + self.controllers.len()) {
            let powered = self.powered(state.coils);
            lost |= !powered & self.everyone();
            let lines = state.lines & self.lines_of(powered);
            let coils = self.step(state.coils, lines, powered, choice);
            let next = State { lines, coils, hung: state.hung & powered };
            if next == state {
                return Outcome { state, powered, lost, restless: false };
            }
            state = next;
        }
        let powered = self.powered(state.coils);
        Outcome { state, powered, lost, restless: true }
    }

    fn everyone(&self) -> u32 {
        u32::try_from((1_u64 << self.controllers.len()) - 1).expect("controllers are at most 32")
    }

    fn step(&self, coils: u32, lines: u32, powered: u32, choice: u32) -> u32 {
        (0_u32..).zip(&self.coils).fold(0, |all, (at, coil)| {
            let asserted = |by: &[u32]| by.iter().any(|line| lines >> line & 1 == 1);
            let driven = coil.sets.iter().any(|&line| powered >> self.lines[line as usize] & 1 == 1);
            let set = coil.sets.is_empty() && coil.back.is_none()
                || asserted(&coil.sets)
                || coil.loose && !driven && choice >> at & 1 == 1;
            let set = set && coil.fed.holds(|of| coils >> of & 1 == 1);
            let is = match &coil.back {
                None => set,
                Some((back, fed)) => {
                    set || coils >> at & 1 == 1 && !(asserted(back) && fed.holds(|of| coils >> of & 1 == 1))
                }
            };
            all | u32::from(is) << at
        })
    }

    /// All that a state may settle to: one outcome, unless a driver without power leaves a coil open.
    pub fn outcomes(&self, state: State) -> Vec<Outcome> {
        let mut outcomes = vec![self.settle(state, 0)];
        let loose = (0..).zip(&self.coils).fold(0_u32, |all, (at, coil)| all | u32::from(coil.loose) << at);
        let mut choice = loose;
        while choice != 0 {
            let outcome = self.settle(state, choice);
            if !outcomes.contains(&outcome) {
                outcomes.push(outcome);
            }
            choice = (choice - 1) & loose;
        }
        outcomes
    }
}
