//! What a meter would show on the wiring as it stands, or with one thing wrong in it.
//!
//! Conductors join nodes; what is left between nodes is a resistor, electronics whose ohms nobody states, or nothing. Volts are those of
//! the sources that are on, without the drop of any current: what stands, what is dark, what meets the wrong rail.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::part::Mover;
use model::{Build, DeviceId, Terminal};
use petgraph::unionfind::UnionFind;

use crate::Facts;
use crate::circuit::Variable;
use crate::power::{State, What, stand::Stand};

/// One thing wrong, as edits of the network. Nothing: the wiring as it is written.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Edits {
    /// A piece that is not there.
    pub gone: Option<u32>,
    /// Ends of pieces that lie elsewhere: piece, end, node.
    pub moved: [Option<(u32, usize, u32)>; 2],
    /// Nodes that touch.
    pub bridge: Option<[u32; 2]>,
    /// A contact that is closed whatever moves it.
    pub welded: Option<u32>,
    /// A coil that does not move (variable of the contact network).
    pub still: Option<u32>,
}

/// What a meter shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shows {
    /// One piece of metal.
    Joined,
    /// Through a resistor.
    Resistor,
    /// Through parts whose ohms nobody states.
    Electronics,
    /// Nothing between them.
    Open,
    /// These volts.
    Volts(f64),
    /// No volts.
    Dark,
    /// Sources fight, or the question has no answer.
    Unknown,
}

/// Which nodes are one, without any volts.
pub struct Cold {
    metal: Vec<u32>,
    resistors: Vec<u32>,
    electronics: Vec<u32>,
}

/// Which volts stand where.
pub struct Live {
    metal: Vec<u32>,
    /// By component: its group of comparable volts, and the volts in it.
    volts: BTreeMap<u32, (u32, f64)>,
    fighting: BTreeSet<u32>,
}

struct Supply {
    piece: u32,
    device: DeviceId,
    volts: f64,
    from: Option<[u32; 2]>,
    on: Option<[u32; 2]>,
}

/// An input with its coil: what has to stand for it to move.
struct Moved {
    driven: u32,
    other: u32,
    coil: Option<[u32; 2]>,
    variable: u32,
}

/// The network with what a meter's questions need.
pub struct Rig<'a> {
    /// What it is of.
    pub build: &'a Build,
    /// What is known of it.
    pub facts: &'a Facts,
    supplies: Vec<Supply>,
    /// Nodes between which parts stand whose ohms nobody states.
    pub(super) electronics: Vec<[u32; 2]>,
    inputs: Vec<Moved>,
    /// All coils and levers at rest.
    pub rest: Vec<bool>,
    /// The same with the lever moved that starts the supplies.
    pub started: Vec<bool>,
    /// By supply: nothing that is written ever starts it, so somebody else does.
    excused: Vec<bool>,
    healthy: Live,
}

impl<'a> Rig<'a> {
    /// Of a build.
    pub fn new(build: &'a Build, facts: &'a Facts) -> Self {
        let harness = &facts.power.harness;
        let node = |terminal: Terminal| harness.node[terminal.0 as usize];
        let mut rig = Self {
            build,
            facts,
            supplies: Vec::new(),
            electronics: electronics(build, &node),
            inputs: Vec::new(),
            rest: facts.circuit.network.variables.iter().map(|variable| variable.rest).collect(),
            started: Vec::new(),
            excused: Vec::new(),
            healthy: Live { metal: Vec::new(), volts: BTreeMap::new(), fighting: BTreeSet::new() },
        };
        for (number, piece) in (0..).zip(&harness.pieces) {
            let What::Source(of) = piece.what else { continue };
            let (device, part) = (build.device(of.device), build.part_of(of.device));
            let source = &part.sources[of.index as usize];
            let at = |end: &model::part::End| node(device.terminal(end[0]));
            let from = source.from.as_ref().filter(|from| !from.ac).map(|from| [at(&from.plus), at(&from.minus)]);
            let on = source.on.and_then(|input| {
                let variant = facts.drives.of_input(of.device, input).and_then(|drive| drive.variant).unwrap_or(0);
                part.inputs[input as usize].variants.get(variant as usize)
            });
            let on = on.map(|variant| [at(&variant.from), at(&variant.to)]);
            rig.supplies.push(Supply {
                piece: number,
                device: of.device,
                volts: piece.numbers.value.1.typical,
                from,
                on,
            });
        }
        for drive in &facts.drives.all {
            let (device, part) = (build.device(drive.input.0), build.part_of(drive.input.0));
            let variant = drive.variant.and_then(|at| part.inputs[drive.input.1 as usize].variants.get(at as usize));
            let (Some(driven), Some(variant)) = (drive.driven, variant) else { continue };
            let (from, to) = (node(device.terminal(variant.from[0])), node(device.terminal(variant.to[0])));
            let other = if node(driven) == from { to } else { from };
            for (index, coil) in (0..).zip(&part.coils).filter(|(_, coil)| coil.input == Some(drive.input.1)) {
                let Some(variable) = facts.circuit.coil(drive.input.0, index) else { continue };
                let ends = coil.plus.as_ref().zip(coil.minus.as_ref());
                let coil = ends.map(|(plus, minus)| [node(device.terminal(plus[0])), node(device.terminal(minus[0]))]);
                rig.inputs.push(Moved { driven: node(driven), other, coil, variable });
            }
        }
        rig.excused = vec![false; rig.supplies.len()];
        rig.started = rig.start();
        let wired = rig.live(&Edits::default(), &rig.started);
        let waits = |supply: &Supply| supply.on.is_some_and(|ends| !wired.stands(ends));
        rig.excused = rig.supplies.iter().map(waits).collect();
        rig.healthy = rig.live(&Edits::default(), &rig.started);
        rig
    }

    /// The node of a terminal.
    pub fn node(&self, terminal: Terminal) -> u32 {
        self.facts.power.harness.node[terminal.0 as usize]
    }

    /// A state as values of all variables.
    pub fn stand(&self, base: &[bool], moved: &[Variable]) -> Vec<bool> {
        let world = self.facts.world(self.build);
        let mut stand = Stand::new(world);
        stand.values.copy_from_slice(base);
        stand.take(world, &State { moved: moved.to_vec() });
        stand.values
    }

    /// At rest, but for the lever that starts what an input switches on: a switch of its own before one that sits on a board.
    fn start(&self) -> Vec<bool> {
        let waiting = |live: &Live| {
            let dark = |supply: &&Supply| supply.on.is_some_and(|ends| !live.stands(ends));
            self.supplies.iter().filter(dark).count()
        };
        let before = waiting(&self.live(&Edits::default(), &self.rest));
        let by_hand = |variable: &&Variable| match variable {
            Variable::Lever(device, lever) => {
                let part = self.build.part_of(*device);
                part.levers[*lever as usize].by == "hand"
                    && part.contacts.iter().any(|contact| contact.by == Some(Mover::Lever(*lever)))
            }
            _ => false,
        };
        let mut levers: Vec<Variable> = self.facts.circuit.variables.iter().filter(by_hand).copied().collect();
        levers.sort_by_key(|variable| match variable {
            Variable::Lever(device, _) => self.build.part_of(*device).terminals.len(),
            _ => usize::MAX,
        });
        let tried = levers.into_iter().filter(|_| before > 0).map(|lever| self.stand(&self.rest, &[lever]));
        let mut best = (before, self.rest.clone());
        for values in tried.take(64) {
            let left = waiting(&self.live(&Edits::default(), &values));
            if left < best.0 {
                best = (left, values);
            }
        }
        best.1
    }

    fn joined(&self, edits: &Edits, values: &[bool], plugs: bool) -> UnionFind<u32> {
        let harness = &self.facts.power.harness;
        let mut joined = UnionFind::<u32>::new(harness.nodes as usize);
        for (number, piece) in (0..).zip(&harness.pieces) {
            let welded = edits.welded == Some(number);
            if !piece.what.conducts()
                || edits.gone == Some(number)
                || !plugs && matches!(piece.what, What::Mate(..))
                || !welded && !harness.is_present(&self.facts.circuit, number, values)
            {
                continue;
            }
            let mut ends = piece.ends;
            for (moved, end, node) in edits.moved.into_iter().flatten() {
                if moved == number {
                    ends[end] = node;
                }
            }
            joined.union(ends[0], ends[1]);
        }
        if let Some([a, b]) = edits.bridge {
            joined.union(a, b);
        }
        joined
    }

    /// Cord and every plug out, loads off.
    pub fn cold(&self, edits: &Edits, values: &[bool]) -> Cold {
        let mut joined = self.joined(edits, values, false);
        let metal = joined.clone().into_labeling();
        for (number, piece) in (0..).zip(&self.facts.power.harness.pieces) {
            if matches!(piece.what, What::Resistor(..)) && edits.gone != Some(number) {
                joined.union(piece.ends[0], piece.ends[1]);
            }
        }
        let resistors = joined.clone().into_labeling();
        for [a, b] in &self.electronics {
            joined.union(*a, *b);
        }
        Cold { metal, resistors, electronics: joined.into_labeling() }
    }

    /// Feeds on, and every supply that is fed and started.
    pub fn live(&self, edits: &Edits, values: &[bool]) -> Live {
        let metal = self.joined(edits, values, true).into_labeling();
        let pieces = &self.facts.power.harness.pieces;
        let ends = |supply: &Supply| pieces[supply.piece as usize].ends.map(|node| metal[node as usize]);
        // One output on a short brings down the whole supply.
        let shorted = self.supplies.iter().filter(|supply| ends(supply)[0] == ends(supply)[1]);
        let tripped: BTreeSet<DeviceId> = shorted.map(|supply| supply.device).collect();
        let mut on = vec![false; self.supplies.len()];
        loop {
            let given = self.supplies.iter().zip(&on).filter(|(_, on)| **on);
            let live = Live::of(metal.clone(), given.map(|(supply, _)| (ends(supply), supply.volts)));
            let mut again = false;
            for (number, supply) in self.supplies.iter().enumerate() {
                let stands = |ends: Option<[u32; 2]>| ends.is_none_or(|ends| live.stands(ends));
                let whole = edits.gone != Some(supply.piece) && !tripped.contains(&supply.device);
                if !on[number] && whole && stands(supply.from) && (self.excused[number] || stands(supply.on)) {
                    (on[number], again) = (true, true);
                }
            }
            if !again {
                return live;
            }
        }
    }

    /// Coils that move when a line is asserted, all else being at rest.
    pub fn moved_by(&self, edits: &Edits, live: &Live, line: Terminal) -> Vec<u32> {
        let known = |live: &Live, node: u32| live.volts.contains_key(&live.metal[node as usize]);
        let needs = |input: &&Moved| {
            live.metal[input.driven as usize] == live.metal[self.node(line) as usize]
                && (known(live, input.other) || !known(&self.healthy, input.other))
                && input.coil.is_none_or(|coil| live.stands(coil) || !self.healthy.stands(coil))
                && edits.still != Some(input.variable)
        };
        let mut moved: Vec<u32> = self.inputs.iter().filter(needs).map(|input| input.variable).collect();
        moved.dedup();
        moved
    }
}

impl Cold {
    /// Between two nodes.
    pub fn shows(&self, a: u32, b: u32) -> Shows {
        let same = |labels: &[u32]| labels[a as usize] == labels[b as usize];
        match () {
            () if same(&self.metal) => Shows::Joined,
            () if same(&self.resistors) => Shows::Resistor,
            () if same(&self.electronics) => Shows::Electronics,
            () => Shows::Open,
        }
    }

    /// The piece of metal that a node belongs to.
    pub fn metal(&self, node: u32) -> u32 {
        self.metal[node as usize]
    }
}

impl Live {
    fn of(metal: Vec<u32>, given: impl Iterator<Item = ([u32; 2], f64)>) -> Self {
        let mut around: BTreeMap<u32, Vec<(u32, f64)>> = BTreeMap::new();
        for ([plus, minus], volts) in given {
            around.entry(plus).or_default().push((minus, -volts));
            around.entry(minus).or_default().push((plus, volts));
        }
        let mut live = Self { metal, volts: BTreeMap::new(), fighting: BTreeSet::new() };
        for &first in around.keys() {
            if live.volts.contains_key(&first) {
                continue;
            }
            live.volts.insert(first, (first, 0.0));
            let mut queue = VecDeque::from([first]);
            while let Some(at) = queue.pop_front() {
                let own = live.volts[&at].1;
                for &(next, step) in &around[&at] {
                    match live.volts.get(&next) {
                        Some((_, volts)) if (volts - own - step).abs() > 0.1 * step.abs() => {
                            live.fighting.insert(first);
                        }
                        Some(_) => {}
                        None => {
                            live.volts.insert(next, (first, own + step));
                            queue.push_back(next);
                        }
                    }
                }
            }
        }
        live
    }

    /// Volts from one node to another, where both stand on sources that can be compared.
    pub fn between(&self, plus: u32, minus: u32) -> Option<f64> {
        let (a, b) = (self.metal[plus as usize], self.metal[minus as usize]);
        if a == b {
            return Some(0.0);
        }
        let ((group, high), (other, low)) = (self.volts.get(&a)?, self.volts.get(&b)?);
        (group == other).then_some(high - low)
    }

    /// Whether there are volts between both.
    fn stands(&self, [a, b]: [u32; 2]) -> bool {
        self.between(a, b).is_some_and(|volts| volts != 0.0)
    }

    /// What a voltmeter shows.
    pub fn shows(&self, plus: u32, minus: u32) -> Shows {
        let fights = [plus, minus].iter().any(|node| {
            self.volts.get(&self.metal[*node as usize]).is_some_and(|(group, _)| self.fighting.contains(group))
        });
        match self.between(plus, minus) {
            _ if fights => Shows::Unknown,
            Some(volts) if volts.abs() > 0.05 => Shows::Volts(volts),
            _ => Shows::Dark,
        }
    }
}

/// Nodes between which parts stand whose ohms nobody states: all ends of a device's electronics are one.
fn electronics(build: &Build, node: &dyn Fn(Terminal) -> u32) -> Vec<[u32; 2]> {
    let mut all = Vec::new();
    for (_, device, part) in build.each_device() {
        let mut ends: Vec<u32> = Vec::new();
        let mut take = |end: &model::part::End| ends.push(node(device.terminal(end[0])));
        part.sources
            .iter()
            .filter(|source| !source.ac)
            .flat_map(|source| [&source.plus, &source.minus])
            .for_each(&mut take);
        part.loads.iter().filter(|load| !load.ac).flat_map(|load| [&load.plus, &load.minus]).for_each(&mut take);
        part.coils.iter().flat_map(|coil| coil.plus.iter().chain(&coil.minus)).for_each(&mut take);
        part.inputs
            .iter()
            .flat_map(|input| &input.variants)
            .flat_map(|variant| [&variant.from, &variant.to])
            .for_each(&mut take);
        part.lines.iter().filter_map(|line| line.at.as_ref()).for_each(&mut take);
        all.extend(ends.windows(2).map(|two| [two[0], two[1]]));
        for diode in &part.diodes {
            all.push([&diode.anode, &diode.cathode].map(|end| node(device.terminal(end[0]))));
        }
    }
    all
}
