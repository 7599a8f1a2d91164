//! Every state that a game can reach with so many controllers hung, in the order of the fewest events, and what the living can
//! still do from each.

use std::collections::HashMap;

use super::{Event, Game, Outcome, State};

/// The game has more states than may be looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// How many were looked at.
    pub states: u64,
}

/// A move of a living controller, and what it may come to.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Move {
    line: u32,
    to: Vec<u32>,
    /// Controllers that lose power on the way, in some outcome.
    lost: u32,
}

/// The states of a game. Indices follow the order in which fewest events reach them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explored {
    states: Vec<State>,
    powered: Vec<u32>,
    came: Vec<Option<(u32, Event)>>,
    moves: Vec<Vec<Move>>,
    ever: Vec<u32>,
    sure: Vec<u32>,
    stuck: Vec<u32>,
    sound: Vec<bool>,
    startable: u32,
    restless: bool,
    work: u64,
    index: HashMap<State, u32>,
    locked: Vec<bool>,
    locking: u32,
    lost: Vec<u32>,
    first_lost: Vec<(u32, u32)>,
    /// Hung, lines, state: ascending.
    held: Vec<(u32, u32, u32)>,
}

/// Explores from all at rest, with at most `hangs` controllers hung at once; looks at no more than `most` states and their moves.
///
/// # Errors
/// [`Exceeded`] if there are more.
pub fn explore(game: &Game, hangs: u32, most: u64) -> Result<Explored, Exceeded> {
    let mut all = Explored {
        states: Vec::new(),
        powered: Vec::new(),
        came: Vec::new(),
        moves: Vec::new(),
        ever: Vec::new(),
        sure: Vec::new(),
        stuck: Vec::new(),
        sound: Vec::new(),
        startable: 0,
        restless: false,
        work: 0,
        index: HashMap::new(),
        locked: Vec::new(),
        locking: 0,
        lost: Vec::new(),
        first_lost: Vec::new(),
        held: Vec::new(),
    };
    for outcome in game.outcomes(State::default()) {
        all.add(outcome, None);
    }
    let mut at = 0;
    let mut work = 0_u64;
    while at < all.states.len() {
        let (state, powered) = (all.states[at], all.powered[at]);
        let from = u32::try_from(at).expect("states are bounded by `most`");
        let mut moves = Vec::new();
        for (line, &owner) in (0_u32..).zip(&game.lines) {
            if powered & !state.hung & 1 << owner == 0 {
                continue;
            }
            let outcomes = game.outcomes(State { lines: state.lines ^ 1 << line, ..state });
            work += outcomes.len() as u64;
            let lost = outcomes.iter().fold(0, |lost, outcome| lost | outcome.lost);
            let to = outcomes.into_iter().map(|outcome| all.add(outcome, Some((from, Event::Flip(line))))).collect();
            moves.push(Move { line, to, lost });
        }
        all.moves.push(moves);
        if state.hung.count_ones() < hangs {
            for (who, _) in (0_u32..).zip(&game.controllers).filter(|(_, one)| one.hangs) {
                if powered & !state.hung & 1 << who != 0 {
                    let hung = State { hung: state.hung | 1 << who, ..state };
                    let outcome = Outcome { state: hung, powered, lost: 0, restless: false };
                    all.add(outcome, Some((from, Event::Hang(who))));
                }
            }
        }
        at += 1;
        work += 1;
        if work > most || all.states.len() as u64 > most {
            return Err(Exceeded { states: at as u64 });
        }
    }
    all.work = work;
    let counts = (0..).zip(&game.controllers).fold(0_u32, |all, (at, one)| all | u32::from(one.counts) << at);
    all.judge(counts);
    Ok(all)
}

impl Explored {
    fn add(&mut self, outcome: Outcome, came: Option<(u32, Event)>) -> u32 {
        self.restless |= outcome.restless;
        let next = u32::try_from(self.states.len()).expect("states are bounded");
        let index = *self.index.entry(outcome.state).or_insert(next);
        if index == next {
            self.states.push(outcome.state);
            self.powered.push(outcome.powered);
            self.came.push(came);
        }
        index
    }

    /// Fixpoints over the living's moves: whom they can ever power, who stays hung whatever they do, and what they can make sound.
    fn judge(&mut self, counts: u32) {
        self.ever.clone_from(&self.powered);
        self.sure.clone_from(&self.powered);
        self.stuck = self.states.iter().map(|state| state.hung).collect();
        self.sweep(|all, at| {
            let (mut ever, mut sure, mut stuck) = (all.ever[at], all.sure[at], all.stuck[at]);
            for step in &all.moves[at] {
                let mut each = u32::MAX;
                for &to in &step.to {
                    ever |= all.ever[to as usize];
                    each &= all.sure[to as usize];
                    stuck &= all.stuck[to as usize];
                }
                sure |= each;
            }
            let moved = (ever, sure, stuck) != (all.ever[at], all.sure[at], all.stuck[at]);
            (all.ever[at], all.sure[at], all.stuck[at]) = (ever, sure, stuck);
            moved
        });
        let calm = self.states.iter().zip(&self.powered).filter(|(state, _)| state.hung == 0);
        self.startable = calm.fold(0, |all, (_, powered)| all | powered);
        self.sound = (self.states.iter().zip(&self.ever))
            .map(|(state, ever)| state.hung == 0 && ever & self.startable == self.startable)
            .collect();
        self.sweep(|all, at| {
            let forced = |step: &Move| step.to.iter().all(|&to| all.sound[to as usize]);
            let moved = !all.sound[at] && all.moves[at].iter().any(forced);
            all.sound[at] |= moved;
            moved
        });
        self.locked = (0..self.states.len())
            .map(|at| {
                let healthy = self.find(State { hung: 0, ..self.states[at] });
                self.states[at].hung != 0 && !self.sound[at] && healthy.is_none_or(|healthy| self.sound[healthy])
            })
            .collect();
        let locked = self.states.iter().zip(&self.locked).filter(|(_, locked)| **locked);
        self.locking = locked.fold(0, |all, (state, _)| all | state.hung);
        self.lost = (0..self.states.len())
            .map(|at| {
                let healthy = self.find(State { hung: 0, ..self.states[at] });
                healthy.map_or(0, |healthy| counts & self.sure[healthy] & !self.sure[at])
            })
            .collect();
        for (at, (state, lost)) in (0..).zip(self.states.iter().zip(&self.lost)) {
            let hung = state.hung.trailing_zeros();
            let known = self.first_lost.iter().any(|(of, _)| *of == hung);
            if *lost != 0 && state.hung.count_ones() == 1 && !known {
                self.first_lost.push((hung, at));
            }
        }
        self.held = (0..).zip(&self.states).map(|(at, state)| (state.hung, state.lines, at)).collect();
        self.held.sort_unstable();
    }

    /// Goes through all states until nothing changes.
    fn sweep(&mut self, mut change: impl FnMut(&mut Self, usize) -> bool) {
        let mut again = true;
        while again {
            again = false;
            for at in (0..self.states.len()).rev() {
                again |= change(self, at);
            }
        }
    }

    /// How many states there are.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Never: the state at rest is one.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// States and outcomes of moves that were looked at.
    pub fn work(&self) -> u64 {
        self.work
    }

    /// A state by its index.
    pub fn state(&self, at: usize) -> State {
        self.states[at]
    }

    /// The index of a state, if it can be reached.
    pub fn find(&self, state: State) -> Option<usize> {
        self.index.get(&state).map(|&at| at as usize)
    }

    /// Controllers with power in a state.
    pub fn powered(&self, at: usize) -> u32 {
        self.powered[at]
    }

    /// Controllers that have power in some state that the living can reach from here (with luck, where a coil is left open).
    pub fn ever(&self, at: usize) -> u32 {
        self.ever[at]
    }

    /// Controllers that the living can bring power from here, however coils that are left open stand.
    pub fn sure(&self, at: usize) -> u32 {
        self.sure[at]
    }

    /// Controllers that hang in every state that the living can reach from here.
    pub fn stuck(&self, at: usize) -> u32 {
        self.stuck[at]
    }

    /// Whether the living can restart everyone who hangs, and then power everyone who can have power at all.
    pub fn recoverable(&self, at: usize) -> bool {
        self.sound[at]
    }

    /// Whether it is the hang from which the living cannot recover: if nobody hung in this state, they could.
    pub fn locked(&self, at: usize) -> bool {
        self.locked[at]
    }

    /// Those who count and whom the living cannot surely bring power from here, though they could if nobody hung.
    pub fn lost(&self, at: usize) -> u32 {
        self.lost[at]
    }

    /// Controllers whose hang alone makes others [`lost`](Self::lost), and the first state in which it does.
    pub fn first_lost(&self) -> impl Iterator<Item = (u32, usize)> {
        self.first_lost.iter().map(|&(who, at)| (who, at as usize))
    }

    /// Controllers that hang in some locked state.
    pub fn locking(&self) -> u32 {
        self.locking
    }

    /// The first state with just these lines asserted and just these controllers hung.
    pub fn holding(&self, lines: u32, hung: u32) -> Option<usize> {
        let at = self.held.partition_point(|&(of, held, _)| (of, held) < (hung, lines));
        let &(of, held, state) = self.held.get(at)?;
        ((of, held) == (hung, lines)).then_some(state as usize)
    }

    /// Controllers that have power in some state without a hang.
    pub fn startable(&self) -> u32 {
        self.startable
    }

    /// Whether some state never comes to rest, so that nothing is proved.
    pub fn restless(&self) -> bool {
        self.restless
    }

    /// The fewest events from all at rest.
    pub fn events(&self, at: usize) -> Vec<(Event, usize)> {
        let mut events = Vec::new();
        let mut at = at;
        while let Some((from, event)) = self.came[at] {
            events.push((event, at));
            at = from as usize;
        }
        events.reverse();
        events
    }

    /// The first state at rest.
    pub const START: usize = 0;

    /// Moves of a state: the line that changes, who loses power on the way, and where it may end.
    pub fn moves(&self, at: usize) -> impl Iterator<Item = (u32, u32, &[u32])> {
        self.moves[at].iter().map(|step| (step.line, step.lost, step.to.as_slice()))
    }
}
