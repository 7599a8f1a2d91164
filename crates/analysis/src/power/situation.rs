//! Islands of the network, the states that are solved, and one island in one state as a circuit.

use std::collections::{BTreeMap, BTreeSet};

use direct::{Circuit as Dc, Law, Share, Span, validate::Quantity};
use model::{Build, DeviceId};
use petgraph::unionfind::UnionFind;

use super::draws::{self, Drawn};
use super::harness::{Harness, Presence};
use super::value::Value;
use super::{Scenario, State, What, World};
use crate::circuit::Variable;

/// Most pieces times cases of one island that are solved. Beyond it only rest, each variable moved alone, and all moved are; beyond it
/// again only rest and all.
const MOST: usize = 200_000;

/// Pieces that hang together, in whatever state. Conductors that lead nowhere are left out: they carry nothing.
#[derive(Clone, Debug, Default)]
pub struct Island {
    /// Ascending.
    pub pieces: Vec<u32>,
    /// Variables of the contact network that close or energise something of it, ascending.
    pub variables: Vec<u32>,
    /// Those of them that move a contact of which several throws lead somewhere: not both can be closed at once.
    pub changeovers: Vec<u32>,
    /// Groups of the harness.
    pub groups: Vec<u32>,
    /// How many nodes.
    pub nodes: u32,
}

impl Island {
    /// Whether a contact of the contact network is a throw of a changeover.
    fn is_changeover(&self, world: World<'_>, contact: u32) -> bool {
        let mut literals = world.circuit.network.contacts[contact as usize].guard.literals();
        literals.any(|literal| self.changeovers.binary_search(&literal.variable()).is_ok())
    }
}

/// All islands with a source and something that draws, and by node its number within its island.
pub fn islands(world: World<'_>, harness: &Harness) -> (Vec<Island>, Vec<u32>) {
    let mut joined = UnionFind::<u32>::new(harness.nodes as usize);
    for piece in &harness.pieces {
        joined.union(piece.ends[0], piece.ends[1]);
        if let Law::Converter { feeds, .. } = piece.numbers.law {
            joined.union(piece.ends[0], harness.pieces[feeds as usize].ends[0]);
        }
    }
    let leads = leads(harness);
    for group in &harness.groups {
        let sources: Vec<u32> = group.sources.iter().copied().filter(|source| leads[*source as usize]).collect();
        for two in sources.windows(2) {
            let [a, b] = [two[0], two[1]].map(|source| harness.pieces[source as usize].ends[0]);
            joined.union(a, b);
        }
    }
    let label = joined.into_labeling();
    let several = several(harness, &leads);
    let count = label.len();
    let (mut gives, mut draws) = (vec![false; count], vec![false; count]);
    for (piece, _) in harness.pieces.iter().zip(&leads).filter(|(_, leads)| **leads) {
        let at = label[piece.ends[0] as usize] as usize;
        gives[at] |= matches!(piece.what, What::Source(_));
        draws[at] |= !piece.what.conducts() && !matches!(piece.what, What::Source(_));
    }
    let mut number = vec![u32::MAX; count];
    let mut islands: Vec<Island> = Vec::new();
    for (index, piece) in (0..).zip(&harness.pieces) {
        let at = label[piece.ends[0] as usize] as usize;
        if !gives[at] || !draws[at] || !leads[index as usize] {
            continue;
        }
        if number[at] == u32::MAX {
            number[at] = u32::try_from(islands.len()).expect("islands are no more than nodes");
            islands.push(Island::default());
        }
        let island = &mut islands[number[at] as usize];
        island.pieces.push(index);
        match piece.presence {
            Presence::Always => {}
            Presence::Energised(variable) => island.variables.push(variable),
            Presence::Closed(first, count) => {
                let contacts = &world.circuit.network.contacts[first as usize..(first + count) as usize];
                let literals = contacts.iter().flat_map(|contact| contact.guard.literals());
                let from = island.variables.len();
                island.variables.extend(literals.map(switching::Literal::variable));
                if let What::Contact(device, contact, _) = piece.what
                    && several.contains(&(device, contact))
                {
                    let Island { changeovers, variables, .. } = island;
                    changeovers.extend_from_slice(&variables[from..]);
                }
            }
        }
    }
    let mut local = vec![u32::MAX; count];
    for (node, at) in label.iter().enumerate() {
        if let Some(island) = islands.get_mut(number[*at as usize] as usize) {
            local[node] = island.nodes;
            island.nodes += 1;
        }
    }
    for (index, group) in (0..).zip(&harness.groups) {
        let Some(first) = group.sources.iter().find(|source| leads[**source as usize]) else { continue };
        let at = label[harness.pieces[*first as usize].ends[0] as usize] as usize;
        if let Some(island) = islands.get_mut(number[at] as usize) {
            island.groups.push(index);
        }
    }
    for island in &mut islands {
        for variables in [&mut island.variables, &mut island.changeovers] {
            variables.sort_unstable();
            variables.dedup();
        }
    }
    (islands, local)
}

/// Rest, each variable that moves a current moved alone, and all such coils energised at once.
pub fn states(world: World<'_>, islands: &[Island]) -> Vec<State> {
    let mut variables: Vec<u32> = islands.iter().flat_map(|island| island.variables.iter().copied()).collect();
    variables.sort_unstable();
    variables.dedup();
    let variables: Vec<Variable> = variables.iter().map(|&number| world.circuit.variables[number as usize]).collect();
    let is_coil = |variable: &&Variable| matches!(variable, Variable::Coil(..) | Variable::Latch(..));
    let coils: Vec<Variable> = variables.iter().filter(is_coil).copied().collect();
    let mut states = vec![State { moved: Vec::new() }];
    states.extend(variables.into_iter().map(|variable| State { moved: vec![variable] }));
    if coils.len() > 1 {
        states.push(State { moved: coils });
    }
    states
}

/// The state beside rest in which an island is solved with typical numbers, and its index: all its coils energised (what the state of
/// all coils does to it), or the first of its levers moved.
pub fn other(world: World<'_>, island: &Island, states: &[State]) -> Option<(State, u32)> {
    let variables = || island.variables.iter().map(|&number| world.circuit.variables[number as usize]);
    let is_coil = |variable: &Variable| matches!(variable, Variable::Coil(..) | Variable::Latch(..));
    let coils: Vec<Variable> = variables().filter(is_coil).collect();
    let number = |at: usize| u32::try_from(at).expect("states are as many as variables");
    if coils.is_empty() {
        let lever = variables().next()?;
        let at = states.iter().take(10_000).position(|state| state.moved == [lever])?;
        return Some((State { moved: vec![lever] }, number(at)));
    }
    let last = states.len() - 1;
    let is_all = states[last].moved.len() > 1;
    let at = if is_all { last } else { states.iter().position(|state| state.moved == coils)? };
    Some((State { moved: coils }, number(at)))
}

/// By piece: whether it leads somewhere at both ends. What does not carries nothing, in any state: a conductor without a way on, a
/// source that nothing is wired to, the converter behind it.
fn leads(harness: &Harness) -> Vec<bool> {
    let mut degree = vec![0_u32; harness.nodes as usize];
    // The exclusive or of a node's pieces: the last one, once all others are gone.
    let mut last = vec![0_u32; harness.nodes as usize];
    let mut leads = vec![true; harness.pieces.len()];
    let mut fed_by = BTreeMap::new();
    for (number, piece) in (0..).zip(&harness.pieces) {
        for &node in &piece.ends {
            degree[node as usize] += 1;
            last[node as usize] ^= number;
        }
        if let Law::Converter { feeds, .. } = piece.numbers.law {
            fed_by.insert(feeds, number);
        }
    }
    let mut open: Vec<u32> = (0..harness.nodes).collect();
    while let Some(node) = open.pop() {
        if degree[node as usize] != 1 {
            continue;
        }
        let number = last[node as usize];
        let what = harness.pieces[number as usize].what;
        if !what.conducts() && !matches!(what, What::Source(_)) {
            continue;
        }
        let converter = fed_by.get(&number).copied();
        for gone in std::iter::once(number).chain(converter) {
            leads[gone as usize] = false;
            for &end in &harness.pieces[gone as usize].ends {
                degree[end as usize] -= 1;
                last[end as usize] ^= gone;
                open.push(end);
            }
        }
    }
    leads
}

/// Contacts of which several throws lead somewhere.
fn several(harness: &Harness, leads: &[bool]) -> BTreeSet<(DeviceId, u32)> {
    let (mut once, mut several) = (BTreeSet::new(), BTreeSet::new());
    for (piece, _) in harness.pieces.iter().zip(leads).filter(|(_, leads)| **leads) {
        if let What::Contact(device, contact, _) = piece.what
            && !once.insert((device, contact))
        {
            several.insert((device, contact));
        }
    }
    several
}

/// One way in which an island is solved for its bounds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// What does not stand at rest.
    pub state: State,
    /// More than any state: changeovers stand as the state says, every other contact is closed and every coil may draw. No load gets
    /// less in a state than in here, as more draws never raise any volts.
    pub all: bool,
}

/// In which cases an island is solved, and how many are left out (at least). With `all` only its changeovers are taken through their
/// states, else all its variables.
pub fn cases(world: World<'_>, island: &Island, all: bool) -> (Vec<Case>, usize) {
    let variables = if all { &island.changeovers } else { &island.variables };
    let count = variables.len();
    let state = |chosen: &dyn Fn(usize) -> bool| {
        let moved = variables.iter().enumerate().filter(|(at, _)| chosen(*at));
        State { moved: moved.map(|(_, variable)| world.circuit.variables[*variable as usize]).collect() }
    };
    let case = |state| Case { state, all };
    let whole = 1_usize.checked_shl(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or(usize::MAX);
    if island.pieces.len().saturating_mul(whole) <= MOST {
        return ((0..whole).map(|mask| case(state(&|at| mask >> at & 1 == 1))).collect(), 0);
    }
    let (rest, full) = (case(state(&|_| false)), case(state(&|_| true)));
    if island.pieces.len().saturating_mul(count + 2) > MOST {
        return (vec![rest, full], count);
    }
    let single = (0..count).map(|one| case(state(&|at| at == one)));
    (std::iter::once(rest).chain(single).chain([full]).collect(), whole - count - 2)
}

/// One island in one state.
#[derive(Default)]
pub struct Sheet {
    /// The circuit with typical numbers.
    pub circuit: Dc,
    /// Numbers that are not exactly known; empty where nobody asked.
    pub spans: Vec<Span>,
    /// By element: its piece.
    pub pieces: Vec<u32>,
    /// By element: whether it is a load or coil that no supply reaches. What leaks into it past LEDs and pull-ups feeds nothing.
    pub unfed: Vec<bool>,
    /// Whether sources fight in it.
    pub fighting: bool,
}

/// What loads draw.
#[derive(Clone, Copy)]
pub enum Draws<'a> {
    /// Over all scenarios.
    All(&'a [Scenario]),
    /// In one.
    One(&'a Scenario),
}

impl Draws<'_> {
    fn of(self, build: &Build, what: What) -> Option<Drawn> {
        let What::Load(device, index) = what else { return None };
        let load = &build.part_of(device).loads[index as usize];
        Some(match self {
            Self::All(scenarios) => draws::over_all(build, scenarios, device, load),
            Self::One(scenario) => draws::of(build, scenario, device, load),
        })
    }
}

/// Writes the sheet of an island; `values` is the stand of all variables.
pub fn sheet(
    world: World<'_>,
    harness: &Harness,
    (island, local): (&Island, &[u32]),
    (values, all): (&[bool], bool),
    draws: Draws<'_>,
    with_spans: bool,
) -> Sheet {
    let mut sheet = Sheet { circuit: Dc { nodes: island.nodes, ..Dc::default() }, ..Sheet::default() };
    let mut elements: Vec<(u32, u32)> = Vec::new();
    sheet.circuit.elements.reserve(island.pieces.len());
    sheet.pieces.reserve(island.pieces.len());
    for &number in &island.pieces {
        let piece = &harness.pieces[number as usize];
        let real = || harness.is_present(world.circuit, number, values);
        let is_present = match piece.presence {
            Presence::Always => true,
            Presence::Energised(_) => all || real(),
            Presence::Closed(first, _) => all && !island.is_changeover(world, first) || real(),
        };
        if !is_present {
            continue;
        }
        let ends = piece.ends.map(|node| local[node as usize]);
        let drawn = draws.of(world.build, piece.what);
        let mut law =
            drawn.map_or(piece.numbers.law, |drawn| drawn.law(drawn.value.typical, piece.numbers.law.minimum()));
        if let Law::Converter { feeds, .. } = &mut law {
            let at = elements.binary_search_by_key(feeds, |(piece, _)| *piece);
            *feeds = elements[at.expect("a source stands before the converter that feeds it")].1;
        }
        let element = sheet.circuit.add(ends, law);
        sheet.pieces.push(number);
        if matches!(piece.what, What::Source(_)) {
            elements.push((number, element));
        }
        if with_spans {
            let mut first = drawn.map_or(piece.numbers.value, |drawn| (drawn.quantity, drawn.value));
            // A contact of the island may cut what draws, and then it leaves more volts to the others.
            let is_cut = drawn.is_some() && !island.variables.is_empty();
            if all && (matches!(piece.presence, Presence::Energised(_)) || is_cut) {
                // It may also draw nothing.
                match first.0 {
                    Quantity::Ohms => first.1.high = Some(1e10),
                    _ => first.1.low = Some(0.0),
                }
            }
            let values = std::iter::once(first).chain(piece.numbers.more.iter().copied());
            sheet.spans.extend(values.filter_map(|(quantity, value)| span(element, quantity, value)));
        }
    }
    for &group in &island.groups {
        let group = &harness.groups[group as usize];
        // Sources that lead nowhere give nothing to the sum.
        let sources = group.sources.iter().filter_map(|source| {
            elements.binary_search_by_key(source, |(piece, _)| *piece).ok().map(|at| elements[at].1)
        });
        let share: Share = group.share;
        sheet.circuit.groups.push(direct::Group { sources: sources.collect(), share });
    }
    (sheet.fighting, sheet.unfed) = reach(world.build, harness, &sheet);
    sheet
}

/// The interval of a number, unless it is exactly known.
fn span(element: u32, quantity: Quantity, value: Value) -> Option<Span> {
    let is_exact = value.low == Some(value.typical) && value.high == Some(value.typical);
    let above = |number: f64| if quantity == Quantity::Ohms && value.typical > 0.0 { number.max(1e-6) } else { number };
    (!is_exact).then_some(Span { element, quantity, low: value.low.map(above), high: value.high })
}

/// Ohms up to which a resistor feeds what is behind it. A choice: past 100 ohm not even 63 mW are left of 5 V.
const FEEDS: f64 = 100.0;

/// Whether conductors alone join both ends of a source, or lay two sources side by side; and which loads and coils no source reaches.
fn reach(build: &Build, harness: &Harness, sheet: &Sheet) -> (bool, Vec<bool>) {
    let mut joined = UnionFind::<u32>::new(sheet.circuit.nodes as usize);
    let elements =
        || sheet.circuit.elements.iter().zip(sheet.pieces.iter().map(|&piece| harness.pieces[piece as usize].what));
    for (element, what) in elements() {
        if what.conducts() {
            joined.union(element.ends[0], element.ends[1]);
        }
    }
    let mut seen: Vec<[u32; 2]> = Vec::new();
    for (element, _) in elements().filter(|(element, _)| matches!(element.law, Law::Source { .. })) {
        let mut ends = element.ends.map(|end| joined.find(end));
        ends.sort_unstable();
        seen.push(ends);
    }
    seen.sort_unstable();
    let fighting = seen.iter().any(|ends| ends[0] == ends[1]) || seen.windows(2).any(|two| two[0] == two[1]);
    for (element, what) in elements() {
        let feeds = match (what, element.law) {
            (What::Diode(device, _), _) => build.part_of(device).kind != "led",
            (What::Resistor(..), Law::Resistor { ohms }) => ohms <= FEEDS,
            _ => false,
        };
        if feeds {
            joined.union(element.ends[0], element.ends[1]);
        }
    }
    let live: BTreeSet<u32> = seen.into_iter().flatten().map(|end| joined.find(end)).collect();
    let unfed = |(element, what): (&direct::Element, What)| {
        matches!(what, What::Load(..) | What::Coil(..))
            && element.ends.iter().any(|&end| !live.contains(&joined.find(end)))
    };
    (fighting, elements().map(unfed).collect())
}
