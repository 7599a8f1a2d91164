//! Cones: a controller, or a load that somebody counts on, with all that its power depends on, as one game. Equal cones, and cones built alike, are explored once.

use std::collections::BTreeMap;
use std::rc::Rc;

use model::DeviceId;
use switching::game::{self, Explored, Game, State};
use switching::truth::Truth;

use super::players::{Need, Players};

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
    /// The load that it is about, if that moves nothing: the last machine of its game.
    pub load: Option<DeviceId>,
    /// Something in it has no supply as wired, or one past its contact.
    pub amiss: bool,
    /// The number of its game; cones built alike share one.
    pub shape: u32,
    /// Explored with one hung; `None`: too many states.
    pub one: Option<Rc<Explored>>,
}

/// Every controller's cone, then every such load's.
pub struct Cones {
    pub all: Vec<Cone>,
    /// Loads whose cone is too large.
    pub large: Vec<DeviceId>,
    /// By controller; `None`: too large.
    pub of: Vec<Option<u32>>,
    shapes: BTreeMap<Game, u32>,
    games: Vec<Game>,
    /// By shape, then by how many may hang.
    explored: BTreeMap<(u32, u32), Option<Rc<Explored>>>,
    work: u64,
    /// States looked at, each game once.
    pub states: u64,
}

/// Explores all cones with one controller hung.
pub fn explore(players: &Players<'_>) -> Cones {
    let mut cones = Cones {
        all: Vec::new(),
        large: Vec::new(),
        of: Vec::new(),
        shapes: BTreeMap::new(),
        games: Vec::new(),
        explored: BTreeMap::new(),
        work: 0,
        states: 0,
    };
    let mut known: BTreeMap<(Vec<u32>, Vec<u32>), u32> = BTreeMap::new();
    for controller in (0_u32..).take(players.controllers.len()) {
        let Some(members) = closure(players, &[controller], None, None) else {
            cones.of.push(None);
            continue;
        };
        let next = u32::try_from(cones.all.len()).expect("devices are bounded");
        let number = *known.entry((members.controllers.clone(), members.coils.clone())).or_insert(next);
        if number == next {
            cones.add(players, members, None);
        }
        cones.of.push(Some(number));
    }
    for need in &players.needs {
        let truth = &need.condition.truth;
        let moved = || truth.variables().iter().any(|&of| players.mover(of).is_some());
        if !need.counts || players.number(need.device).is_some() || !moved() {
            continue;
        }
        match closure(players, &[], None, Some(need)) {
            Some(members) => cones.add(players, members, Some(need)),
            None => cones.large.push(need.device),
        }
    }
    cones
}

/// What a game is made of, each ascending.
pub struct Members {
    pub controllers: Vec<u32>,
    pub lines: Vec<u32>,
    pub coils: Vec<u32>,
}

/// A line given to somebody else, who then feeds what it moves as well.
#[derive(Clone, Copy)]
pub struct Swap {
    pub line: u32,
    pub to: u32,
}

impl Swap {
    /// Who has it now.
    pub fn from(self, players: &Players<'_>) -> u32 {
        players.lines[self.line as usize].owner
    }
}

/// All that the power of these controllers depends on, themselves included; `None`: too large, or not decided.
pub fn closure(players: &Players<'_>, seeds: &[u32], swap: Option<Swap>, load: Option<&Need>) -> Option<Members> {
    // Cones are small: looking through a short list beats a tree.
    let (mut controllers, mut coils, mut lines): (Vec<u32>, Vec<u32>, Vec<u32>) =
        (seeds.to_vec(), Vec::new(), Vec::new());
    let mut variables: Vec<u32> = load.map_or(Vec::new(), |need| need.condition.truth.variables().to_vec());
    let mut at = 0;
    while at < controllers.len() || !variables.is_empty() {
        if let Some(&controller) = controllers.get(at) {
            variables.extend(players.player(controller).fed.as_ref()?.variables());
            at += 1;
        }
        while let Some(variable) = variables.pop() {
            let Some(number) = players.mover(variable).filter(|number| !coils.contains(number)) else { continue };
            coils.push(number);
            let coil = &players.coils[number as usize];
            variables.extend(fed(players, number, swap)?.variables());
            let back = coil.back.iter();
            variables.extend(back.clone().flat_map(|(_, fed)| fed.variables()));
            for &line in coil.lines.iter().chain(back.flat_map(|(lines, _)| lines)) {
                let owner = owner(players, line, swap);
                if !lines.contains(&line) {
                    lines.push(line);
                }
                if !controllers.contains(&owner) {
                    controllers.push(owner);
                }
            }
            if controllers.len().max(coils.len()).max(lines.len()) > LARGEST {
                return None;
            }
        }
    }
    for of in [&mut controllers, &mut coils, &mut lines] {
        of.sort_unstable();
    }
    Some(Members { controllers, lines, coils })
}

fn owner(players: &Players<'_>, line: u32, swap: Option<Swap>) -> u32 {
    swap.filter(|swap| swap.line == line).map_or(players.lines[line as usize].owner, |swap| swap.to)
}

fn fed<'p>(players: &'p Players<'_>, coil: u32, swap: Option<Swap>) -> Option<&'p Truth> {
    let coil = &players.coils[coil as usize];
    match swap.filter(|swap| coil.lines.contains(&swap.line)) {
        Some(swap) => players.player(swap.to).fed.as_ref(),
        None => Some(&coil.fed),
    }
}

fn place(of: &[u32], one: u32) -> u32 {
    u32::try_from(of.binary_search(&one).expect("the cone holds all that it depends on")).expect("a cone is small")
}

/// The members as a game, numbered from 0 in their order.
pub fn game(players: &Players<'_>, of: &Members, swap: Option<Swap>, load: Option<&Need>) -> Game {
    // Coils ascend with their variables, so that numbering anew keeps the order within a table.
    let local = |truth: &Truth| {
        let bound = truth.bound(|of| players.mover(of).is_none().then_some(false));
        bound.renumbered(|variable| place(&of.coils, players.mover(variable).expect("the others were bound")))
    };
    let all = |lines: &[u32]| -> Vec<u32> { lines.iter().map(|&line| place(&of.lines, line)).collect() };
    let controllers = of.controllers.iter().map(|&one| {
        let one = players.player(one);
        let fed = one.fed.as_ref().expect("a cone is made of what is decided");
        game::Controller { fed: local(fed), hangs: !one.controller.watchdog, counts: one.counts }
    });
    let load = load.map(|need| game::Controller { fed: local(&need.condition.truth), hangs: false, counts: true });
    let coils = of.coils.iter().map(|&number| {
        let coil = &players.coils[number as usize];
        let fed = fed(players, number, swap).expect("a cone is made of what is decided");
        let back = coil.back.as_ref().map(|(lines, fed)| (all(lines), local(fed)));
        game::Coil { sets: all(&coil.lines), back, fed: local(fed), loose: coil.loose }
    });
    Game {
        controllers: controllers.chain(load).collect(),
        lines: of.lines.iter().map(|&line| place(&of.controllers, owner(players, line, swap))).collect(),
        coils: coils.collect(),
    }
}

impl Cones {
    fn add(&mut self, players: &Players<'_>, members: Members, load: Option<&Need>) {
        let shape = self.shape(game(players, &members, None, load));
        let one = self.explored(shape, 1);
        let Members { controllers, lines, coils } = members;
        let mut cone = Cone { controllers, lines, coils, load: load.map(|need| need.device), amiss: false, shape, one };
        let amiss =
            |device: DeviceId| players.bridged.contains(&device) || players.need(device).is_some_and(Need::unfed);
        let some = cone.machines(players, u32::MAX).any(amiss);
        cone.amiss = some;
        self.all.push(cone);
    }

    /// The number of a game.
    pub fn shape(&mut self, game: Game) -> u32 {
        if let Some(&known) = self.shapes.get(&game) {
            return known;
        }
        let number = u32::try_from(self.games.len()).expect("devices are bounded");
        self.games.push(game.clone());
        self.shapes.insert(game, number);
        number
    }

    /// A game by its number.
    pub fn game(&self, shape: u32) -> &Game {
        &self.games[shape as usize]
    }

    /// A game with so many hung at once; `None`: too many states, or some never come to rest.
    pub fn explored(&mut self, shape: u32, hangs: u32) -> Option<Rc<Explored>> {
        if let Some(known) = self.explored.get(&(shape, hangs)) {
            return known.clone();
        }
        let most = MOST.min(ALL.saturating_sub(self.work));
        let found = match game::explore(&self.games[shape as usize], hangs, most) {
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
        self.explored.insert((shape, hangs), found.clone());
        found
    }

    /// The cone of a controller, and its number in it.
    pub fn of(&self, controller: u32) -> Option<(u32, u32)> {
        let cone = self.of[controller as usize]?;
        Some((cone, place(&self.all[cone as usize].controllers, controller)))
    }

    /// The explored cone of a load that moves nothing, and its place in the game.
    pub fn of_load(&self, device: DeviceId) -> Option<(&Explored, u32)> {
        let first = self.all.partition_point(|cone| cone.load.is_none_or(|load| load < device));
        let cone = self.all.get(first).filter(|cone| cone.load == Some(device))?;
        let place = u32::try_from(cone.controllers.len()).expect("a cone is small");
        Some((cone.one.as_ref()?, place))
    }

    /// The cone of a number.
    pub fn cone(&self, number: u32) -> &Cone {
        &self.all[number as usize]
    }
}

impl Cone {
    /// Those of a mask of the game's machines: controllers, then the load.
    pub fn machines(&self, players: &Players<'_>, mask: u32) -> impl Iterator<Item = DeviceId> {
        let all = self.controllers.iter().map(|&one| players.device(one)).chain(self.load);
        all.enumerate().filter(move |(at, _)| mask >> at & 1 == 1).map(|(_, device)| device)
    }

    /// The place of a controller in the game.
    pub fn place(&self, controller: u32) -> Option<u32> {
        self.controllers.binary_search(&controller).ok().and_then(|at| u32::try_from(at).ok())
    }

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
