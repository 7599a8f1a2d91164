//! Cones: a controller with all that its power depends on, as one game. Equal cones, and cones built alike, are explored once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use switching::game::{self, Explored, Game, State};
use switching::truth::Truth;

use super::players::Players;

/// Most controllers, coils or lines of one cone.
const LARGEST: usize = 20;
/// Most states and moves that one exploration looks at.
const MOST: u64 = 1 << 16;
/// Most of all explorations together.
const ALL: u64 = 1 << 22;

/// A cone, numbered from 0 for its game.
pub struct Cone {
    pub controllers: Vec<u32>,
    pub lines: Vec<u32>,
    pub coils: Vec<u32>,
    pub game: Game,
    /// Explored with one hung; `None`: too many states.
    pub one: Option<Rc<Explored>>,
}

/// Every controller's cone.
pub struct Cones {
    pub all: Vec<Cone>,
    /// By controller; `None`: too large.
    pub of: Vec<Option<u32>>,
    explored: BTreeMap<(Game, u32), Option<Rc<Explored>>>,
    work: u64,
    /// States looked at, each game once.
    pub states: u64,
}

/// Explores all cones with one controller hung.
pub fn explore(players: &Players<'_>) -> Cones {
    let mut cones = Cones { all: Vec::new(), of: Vec::new(), explored: BTreeMap::new(), work: 0, states: 0 };
    let mut known: BTreeMap<(Vec<u32>, Vec<u32>), u32> = BTreeMap::new();
    for controller in (0_u32..).take(players.controllers.len()) {
        let Some((controllers, coils)) = cone(players, controller) else {
            cones.of.push(None);
            continue;
        };
        let next = u32::try_from(cones.all.len()).expect("devices are bounded");
        let number = *known.entry((controllers.clone(), coils.clone())).or_insert(next);
        if number == next {
            let lines = lines(players, &coils);
            let game = game(players, &controllers, &lines, &coils);
            let one = cones.explored(&game, 1);
            cones.all.push(Cone { controllers, lines, coils, game, one });
        }
        cones.of.push(Some(number));
    }
    cones
}

/// Controllers and coils that the power of one depends on, itself included, ascending.
fn cone(players: &Players<'_>, controller: u32) -> Option<(Vec<u32>, Vec<u32>)> {
    let (mut controllers, mut coils) = (BTreeSet::from([controller]), BTreeSet::new());
    let mut queue = VecDeque::from([controller]);
    while let Some(one) = queue.pop_front() {
        let mut variables: Vec<u32> = players.controllers[one as usize].fed.as_ref()?.variables().to_vec();
        while let Some(variable) = variables.pop() {
            let Some(number) = players.mover(variable) else { continue };
            if !coils.insert(number) {
                continue;
            }
            let coil = &players.coils[number as usize];
            variables.extend(coil.fed.variables());
            for &line in coil.lines.iter().chain(coil.back.iter().flatten()) {
                let owner = players.lines[line as usize].owner;
                if controllers.insert(owner) {
                    queue.push_back(owner);
                }
            }
            if controllers.len() > LARGEST || coils.len() > LARGEST {
                return None;
            }
        }
    }
    let (controllers, coils): (Vec<u32>, Vec<u32>) = (controllers.into_iter().collect(), coils.into_iter().collect());
    (lines(players, &coils).len() <= LARGEST).then_some((controllers, coils))
}

fn lines(players: &Players<'_>, coils: &[u32]) -> Vec<u32> {
    let of = |coil: &u32| {
        let coil = &players.coils[*coil as usize];
        coil.lines.iter().chain(coil.back.iter().flatten()).copied().collect::<Vec<u32>>()
    };
    coils.iter().flat_map(of).collect::<BTreeSet<u32>>().into_iter().collect()
}

fn place(of: &[u32], one: u32) -> u32 {
    u32::try_from(of.binary_search(&one).expect("the cone holds all that it depends on")).expect("a cone is small")
}

fn game(players: &Players<'_>, controllers: &[u32], lines: &[u32], coils: &[u32]) -> Game {
    // Coils ascend with their variables, so that numbering anew keeps the order within a table.
    let local = |truth: &Truth| {
        let bound = truth.bound(|of| players.mover(of).is_none().then_some(false));
        bound.renumbered(|of| place(coils, players.mover(of).expect("the others were bound")))
    };
    let all = |of: &[u32]| -> Vec<u32> { of.iter().map(|&line| place(lines, line)).collect() };
    Game {
        controllers: controllers
            .iter()
            .map(|&one| {
                let one = &players.controllers[one as usize];
                let fed = one.fed.as_ref().expect("a cone is made of what is decided");
                game::Controller { fed: local(fed), hangs: !one.controller.watchdog }
            })
            .collect(),
        lines: lines.iter().map(|&line| place(controllers, players.lines[line as usize].owner)).collect(),
        coils: coils
            .iter()
            .map(|&coil| {
                let coil = &players.coils[coil as usize];
                game::Coil {
                    sets: all(&coil.lines),
                    back: coil.back.as_deref().map(all),
                    fed: local(&coil.fed),
                    loose: coil.loose,
                }
            })
            .collect(),
    }
}

impl Cones {
    /// A game with so many hung at once; `None`: too many states, or some never come to rest.
    pub fn explored(&mut self, game: &Game, hangs: u32) -> Option<Rc<Explored>> {
        let key = (game.clone(), hangs);
        if let Some(known) = self.explored.get(&key) {
            return known.clone();
        }
        let most = MOST.min(ALL.saturating_sub(self.work));
        let found = match game::explore(game, hangs, most) {
            Ok(explored) => {
                self.work += explored.work();
                self.states += explored.len() as u64;
                (!explored.restless()).then(|| Rc::new(explored))
            }
            Err(exceeded) => {
                self.work += most;
                self.states += exceeded.states;
                None
            }
        };
        self.explored.insert(key, found.clone());
        found
    }

    /// The cone of a controller, and its number in it.
    pub fn of(&self, controller: u32) -> Option<(u32, u32)> {
        let cone = self.of[controller as usize]?;
        Some((cone, place(&self.all[cone as usize].controllers, controller)))
    }

    /// The cone of a number.
    pub fn cone(&self, number: u32) -> &Cone {
        &self.all[number as usize]
    }
}

impl Cone {
    /// The place of a line in the game, if it moves anything there.
    pub fn line(&self, line: u32) -> Option<u32> {
        self.lines.binary_search(&line).ok().and_then(|at| u32::try_from(at).ok())
    }

    /// The value of a circuit's variable in a state of the game; `None` if its coil is not in it.
    pub fn value(&self, players: &Players<'_>, state: State, variable: u32) -> Option<bool> {
        let coil = self.coils.binary_search(&players.mover(variable)?).ok()?;
        Some(state.coils >> coil & 1 == 1)
    }
}

/// The first state with just these lines asserted and just these controllers hung.
pub fn holding(explored: &Explored, lines: u32, hung: u32) -> Option<usize> {
    (0..explored.len()).find(|&at| explored.state(at).lines == lines && explored.state(at).hung == hung)
}
