//! Solves every island in every state that matters, and keeps the worst.

use direct::{End, Fault, Outcome, Reach, Solution};

use super::answers::Answers;
use super::harness::{Harness, Presence};
use super::loops;
use super::situation::{self, Draws, Sheet, cases, sheet};
use super::stand::Stand;
use super::{Absurd, Bound, Collapse, Edge, Power, Scenario, State, World};

pub use super::situation::Island;

/// Bounds of everything, and what stands in the way of them.
pub fn compute(world: World<'_>, harness: Harness, scenarios: Vec<Scenario>) -> Power {
    let (islands, local) = situation::islands(world, &harness);
    let states = situation::states(world, &islands);
    let bounds = vec![Bound::default(); harness.pieces.len()];
    let mut power = Power { harness, bounds, ..Power::default() };
    let mut stand = Stand::new(world);
    let mut answers = Answers::new(islands.len());
    for island in &islands {
        let draws = Draws::All(&scenarios);
        let sheet = |harness: &Harness, stand: &mut Stand, state: &State, all: bool, spans: bool| {
            stand.take(world, state);
            let sheet = sheet(world, harness, (island, &local), (&stand.values, all), draws, spans);
            stand.back();
            sheet
        };
        let at_rest = sheet(&power.harness, &mut stand, &states[0], false, false);
        if at_rest.fighting {
            island.pieces.iter().for_each(|&piece| power.bounds[piece as usize].fighting = true);
            continue;
        }
        power.typical(&at_rest, 0, &mut answers);
        if let Some((state, index)) = situation::other(world, island, &states) {
            let sheet = sheet(&power.harness, &mut stand, &state, false, false);
            if !sheet.fighting {
                power.typical(&sheet, index, &mut answers);
            }
        }
        let (mut own, mut left_out) = cases(world, island, true);
        if own.iter().any(|case| sheet(&power.harness, &mut stand, &case.state, true, false).fighting) {
            (own, left_out) = cases(world, island, false);
        }
        power.left_out = power.left_out.saturating_add(left_out);
        let mut is_proved = true;
        for case in own {
            let sheet = sheet(&power.harness, &mut stand, &case.state, case.all, true);
            if sheet.fighting {
                continue;
            }
            if case.all {
                power.energised(&sheet, &mut answers);
            }
            let mut is_sure = power.within(&sheet, &mut answers);
            // A closed loop lends a second way: what is proved with it says nothing of the states without.
            if let Some(open) = loops::opened(&power.harness, &sheet).filter(|_| case.all) {
                is_sure &= power.within(&open, &mut answers);
            }
            is_proved &= is_sure;
        }
        // Where it stays meshed, everything on at once is no bound of a state: the two that the build is in most are added.
        let often = [Some(states[0].clone()), situation::other(world, island, &states).map(|(state, _)| state)];
        for state in often.into_iter().flatten().filter(|_| !is_proved) {
            let sheet = sheet(&power.harness, &mut stand, &state, false, true);
            if !sheet.fighting {
                power.within(&sheet, &mut answers);
            }
        }
        for &piece in &island.pieces {
            let bound = &mut power.bounds[piece as usize];
            bound.estimated = !is_proved;
            // A stand-in is no typical number.
            if bound.lowest == Edge::Unknown {
                bound.typical_volts = None;
            }
            if bound.amperes == Edge::Unknown {
                bound.typical_amperes = None;
            }
        }
    }
    Power { scenarios, states, islands, local, ..power }
}

impl Power {
    /// The typical operating point of one state, every load at its greatest typical draw.
    fn typical(&mut self, sheet: &Sheet, state: u32, answers: &mut Answers) {
        match answers.solve(&sheet.circuit) {
            Outcome::Solved(solution) => typical(&mut self.bounds, sheet, &solution, state),
            Outcome::NoSolution(mut why) => {
                typical(&mut self.bounds, sheet, &why.rest, state);
                in_pieces(&mut why, sheet);
                self.collapses.push(Collapse { state, why });
            }
            Outcome::Bad(faults) => self.refused(faults, sheet),
        }
    }

    /// Typical numbers of coils and inputs, from the case in which everything is on at once.
    fn energised(&mut self, sheet: &Sheet, answers: &mut Answers) {
        let is_driven = |piece: u32| matches!(self.harness.pieces[piece as usize].presence, Presence::Energised(_));
        if !sheet.pieces.iter().any(|&piece| is_driven(piece)) {
            return;
        }
        let solution = match answers.solve(&sheet.circuit) {
            Outcome::Solved(solution) => solution,
            Outcome::NoSolution(why) => why.rest,
            Outcome::Bad(_) => return,
        };
        for (flow, &piece) in solution.flows.iter().zip(&sheet.pieces) {
            if matches!(self.harness.pieces[piece as usize].presence, Presence::Energised(_)) {
                let bound = &mut self.bounds[piece as usize];
                (bound.typical_volts, bound.typical_amperes) = (flow.volts, flow.amperes.map(f64::abs));
            }
        }
    }

    /// The corners of a circuit; whether they are proved.
    fn within(&mut self, sheet: &Sheet, answers: &mut Answers) -> bool {
        match answers.corners(&sheet.circuit, &sheet.spans) {
            Ok(reaches) => {
                reached(&mut self.bounds, sheet, &reaches);
                reaches.iter().all(|reach| reach.proved)
            }
            Err(faults) => {
                self.refused(faults, sheet);
                true
            }
        }
    }

    /// Numbers that cannot be: nothing is known of anything in the circuit.
    fn refused(&mut self, faults: Vec<Fault>, sheet: &Sheet) {
        for fault in faults {
            let absurd = absurd(fault, sheet);
            if !self.absurd.contains(&absurd) {
                self.absurd.push(absurd);
            }
        }
        for &piece in &sheet.pieces {
            let bound = &mut self.bounds[piece as usize];
            (bound.lowest, bound.highest, bound.amperes) = (Edge::Unknown, Edge::Unknown, Edge::Unknown);
        }
    }
}

fn typical(bounds: &mut [Bound], sheet: &Sheet, solution: &Solution, state: u32) {
    let off = |element: u32| {
        sheet.unfed[element as usize] || solution.dead.contains(&element) || solution.stranded.contains(&element)
    };
    for (element, (flow, &piece)) in (0..).zip(solution.flows.iter().zip(&sheet.pieces)) {
        let bound = &mut bounds[piece as usize];
        if let Some(volts) = flow.volts.filter(|_| !off(element)) {
            bound.typical_volts = Some(bound.typical_volts.map_or(volts, |least| least.min(volts)));
        }
        if let Some(amperes) = flow.amperes.map(f64::abs)
            && bound.typical_amperes.is_none_or(|most| amperes > most)
        {
            (bound.typical_amperes, bound.state) = (Some(amperes), state);
        }
    }
}

/// What the corners of one circuit add to the bounds of its pieces.
pub fn reached(bounds: &mut [Bound], sheet: &Sheet, reaches: &[Reach]) {
    for ((reach, &piece), &unfed) in reaches.iter().zip(&sheet.pieces).zip(&sheet.unfed) {
        let bound = &mut bounds[piece as usize];
        if unfed {
            continue;
        }
        bound.lowest = worse(bound.lowest, edge(reach.lowest), f64::min);
        bound.highest = worse(bound.highest, edge(reach.highest), f64::max);
        bound.amperes = worse(bound.amperes, edge(reach.amperes), f64::max);
    }
}

fn edge(end: End) -> Edge {
    match end {
        End::Is(number) => Edge::Is(number),
        End::Unknown => Edge::Unknown,
        End::NoPoint => Edge::NoPoint,
        End::Floats => Edge::Never,
    }
}

/// The one that promises less.
fn worse(a: Edge, b: Edge, of: fn(f64, f64) -> f64) -> Edge {
    match (a, b) {
        (Edge::NoPoint, _) | (_, Edge::NoPoint) => Edge::NoPoint,
        (Edge::Unknown, _) | (_, Edge::Unknown) => Edge::Unknown,
        (Edge::Is(a), Edge::Is(b)) => Edge::Is(of(a, b)),
        (Edge::Never, known) | (known, Edge::Never) => known,
    }
}

/// Names pieces instead of elements.
fn in_pieces(why: &mut direct::NoSolution, sheet: &Sheet) {
    let piece = |element: u32| sheet.pieces.get(element as usize).copied().unwrap_or(element);
    for collapse in &mut why.collapses {
        collapse.limit.first_to_fail = collapse.limit.first_to_fail.map(piece);
        collapse.limit.costliest = collapse.limit.costliest.map(|(element, volts)| (piece(element), volts));
    }
}

fn absurd(fault: Fault, sheet: &Sheet) -> Absurd {
    let element = match &fault {
        Fault::Value { element, .. }
        | Fault::NoSuchNode { element, .. }
        | Fault::FeedsNoSource { element }
        | Fault::FedTwice { element, .. }
        | Fault::ShortedSource { element }
        | Fault::GroupMember { element, .. }
        | Fault::Interval { element, .. } => Some(*element),
        Fault::ConverterCycle { converters } => converters.first().copied(),
        Fault::ParallelSources { sources } => sources.first().copied(),
        Fault::NoSuchReference { .. } | Fault::GroupValue { .. } | Fault::TwoReferences { .. } => None,
    };
    Absurd { piece: element.and_then(|element| sheet.pieces.get(element as usize).copied()), fault }
}
