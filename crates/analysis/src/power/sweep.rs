//! Operating points and corners of one state after another, each in its own scenario.

use std::collections::BTreeMap;

use direct::{Law, Options, Outcome, Solution, Solver};

use super::bounds::reached;
use super::situation::{Draws, Sheet, sheet};
use super::stand::Stand;
use super::{Bound, Draw, Edge, Point, Power, State, World};

/// Asks one state after another. Answers are those of [`Power::point_in`] and [`Power::corners_in`], in less time: what was learnt of the
/// shape of a network serves the next.
pub struct Sweep<'a> {
    power: &'a Power,
    world: World<'a>,
    stand: Stand,
    solver: Solver,
}

impl<'a> Sweep<'a> {
    /// Of the currents of a build.
    pub fn new(power: &'a Power, world: World<'a>) -> Self {
        Self::with(power, world, Solver::new(Options::default()))
    }

    /// By a solver that has met such networks.
    pub(super) fn with(power: &'a Power, world: World<'a>, solver: Solver) -> Self {
        Self { power, world, stand: Stand::new(world), solver }
    }

    /// The solver, with what it has learnt.
    pub(super) fn into_solver(self) -> Solver {
        self.solver
    }

    /// A typical operating point.
    pub fn point(&mut self, draw: Draw, state: &State) -> Point {
        self.point_with(draw, state, &BTreeMap::new())
    }

    /// The same with other ohms in some pieces.
    pub fn point_with(&mut self, draw: Draw, state: &State, ohms: &BTreeMap<u32, f64>) -> Point {
        let pieces = self.power.harness.pieces.len();
        let mut point = Point { volts: vec![None; pieces], amperes: vec![None; pieces], failed: vec![false; pieces] };
        self.each((draw, state), false, |sheet, solver| {
            if sheet.fighting {
                sheet.pieces.iter().for_each(|&piece| point.failed[piece as usize] = true);
                return;
            }
            for (element, piece) in sheet.circuit.elements.iter_mut().zip(&sheet.pieces) {
                if let (Law::Resistor { ohms: own }, Some(other)) = (&mut element.law, ohms.get(piece)) {
                    *own = *other;
                }
            }
            let (solution, whole) = match solver.solve(&sheet.circuit) {
                Outcome::Solved(solution) => (solution, true),
                Outcome::NoSolution(why) => (why.rest, false),
                Outcome::Bad(_) => (Solution::default(), false),
            };
            for (element, &piece) in sheet.pieces.iter().enumerate() {
                let flow = solution.flows.get(element).copied().unwrap_or_default();
                point.volts[piece as usize] = flow.volts;
                point.amperes[piece as usize] = flow.amperes;
                point.failed[piece as usize] = !whole && flow.volts.is_none();
            }
        });
        point
    }

    /// All tolerances in one state.
    pub fn corners(&mut self, draw: Draw, state: &State) -> Vec<Bound> {
        let mut bounds = vec![Bound::default(); self.power.harness.pieces.len()];
        self.each((draw, state), true, |sheet, solver| {
            if sheet.fighting {
                sheet.pieces.iter().for_each(|&piece| bounds[piece as usize].fighting = true);
            } else if let Ok(reaches) = solver.corners(&sheet.circuit, &sheet.spans) {
                reached(&mut bounds, sheet, &reaches);
            } else {
                for &piece in &sheet.pieces {
                    let bound = &mut bounds[piece as usize];
                    (bound.lowest, bound.highest, bound.amperes) = (Edge::Unknown, Edge::Unknown, Edge::Unknown);
                }
            }
        });
        bounds
    }

    /// All islands as one circuit, but those in which sources fight, and by element its piece.
    pub fn whole(&mut self, draw: Draw, state: &State) -> (direct::Circuit, Vec<u32>) {
        let (mut all, mut pieces) = (direct::Circuit::default(), Vec::new());
        self.each((draw, state), false, |sheet, _| {
            if sheet.fighting {
                return;
            }
            let (nodes, elements) = (all.nodes, u32::try_from(all.elements.len()).expect("bounded"));
            all.nodes += sheet.circuit.nodes;
            for element in &sheet.circuit.elements {
                let mut law = element.law;
                if let Law::Converter { feeds, .. } = &mut law {
                    *feeds += elements;
                }
                all.add(element.ends.map(|node| node + nodes), law);
            }
            all.groups.extend(sheet.circuit.groups.iter().map(|group| direct::Group {
                sources: group.sources.iter().map(|source| source + elements).collect(),
                share: group.share,
            }));
            pieces.extend_from_slice(&sheet.pieces);
        });
        (all, pieces)
    }

    /// The intervals of the numbers of [`Self::whole`].
    pub fn spans(&mut self, draw: Draw, state: &State) -> Vec<direct::Span> {
        let (mut all, mut elements) = (Vec::new(), 0);
        self.each((draw, state), true, |sheet, _| {
            if !sheet.fighting {
                all.extend(sheet.spans.iter().map(|span| direct::Span { element: span.element + elements, ..*span }));
                elements += u32::try_from(sheet.pieces.len()).expect("bounded");
            }
        });
        all
    }

    /// One state, island by island.
    fn each(&mut self, (draw, state): (Draw, &State), spans: bool, mut see: impl FnMut(&mut Sheet, &mut Solver)) {
        let Self { power, world, stand, solver } = self;
        stand.take(*world, state);
        let draws = match draw {
            Draw::Greatest => Draws::All(&power.scenarios),
            Draw::In(scenario) => Draws::One(&power.scenarios[scenario]),
        };
        for island in &power.islands {
            let mut sheet = sheet(*world, &power.harness, (island, &power.local), (&stand.values, false), draws, spans);
            see(&mut sheet, solver);
        }
        stand.back();
    }
}
