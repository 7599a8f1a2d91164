//! The answer as plain rows: rails, branches, loads, feeds, what binds, what gets hot, what is not known.

use analysis::budget::{FeedLoad, WORST};
use analysis::power::{Bound, Edge, Quantity, Value, What};

use super::heads::{self, Head, Hot};
use super::question::{Figures, Question, figures};
use super::told;
use super::verdict::{Needs, Verdict};
use crate::View;
use crate::explain::place;

/// Amperes: typical, and the most over all tolerances.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Amperes {
    /// With typical numbers.
    pub typical: Option<f64>,
    /// At most.
    pub most: Edge,
}

impl Amperes {
    /// Of a piece.
    pub fn of(figures: &Figures, piece: u32) -> Self {
        let most = figures.bounds[piece as usize].amperes;
        // What stands in for a missing number is no typical number.
        let typical = figures.amperes[piece as usize].filter(|_| most != Edge::Unknown);
        // Both come from solutions within a billionth; where they are one number, they round as one.
        let same = |typical: f64| most.get().filter(|most| (most - typical).abs() < 1e-6).unwrap_or(typical);
        Self { typical: typical.map(same), most }
    }

    /// The most that is known.
    pub fn known(&self) -> Option<f64> {
        self.most.get().or(self.typical)
    }
}

/// What a supply gives.
#[derive(Clone, Debug)]
pub struct Rail {
    /// The source: a piece.
    pub piece: u32,
    /// `5v of psu`.
    pub name: String,
    /// Volts without load: least, typical, most.
    pub volts: [Option<f64>; 3],
    /// What it gives.
    pub amperes: Amperes,
    /// Most amperes that it may give.
    pub limit: Option<f64>,
}

/// What a fuse carries.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The fuse: a piece.
    pub piece: u32,
    /// `fuse fu[1]`.
    pub name: String,
    /// What it carries.
    pub amperes: Amperes,
    /// Its rating.
    pub rating: Option<f64>,
}

/// What a load gets.
#[derive(Clone, Debug)]
pub struct Load {
    /// The load: a piece.
    pub piece: u32,
    /// `pi[1]`.
    pub name: String,
    /// What it draws.
    pub amperes: Amperes,
    /// Typical volts.
    pub typical: Option<f64>,
    /// Fewest and most volts over all tolerances.
    pub ends: [Edge; 2],
    /// What it needs.
    pub needs: Needs,
    /// How it fares.
    pub verdict: Verdict,
    /// Missing numbers, each with its place; several of a kind count.
    pub gaps: Vec<String>,
}

/// Everything that was asked.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was asked.
    pub question: Question,
    /// Supplies that give something.
    pub rails: Vec<Rail>,
    /// Fuses.
    pub branches: Vec<Branch>,
    /// Loads.
    pub loads: Vec<Load>,
    /// Feeds: a sentence each.
    pub feeds: Vec<(String, FeedLoad)>,
    /// What has the least head-room, the scarcest first.
    pub heads: Vec<Head>,
    /// What turns most power into heat on the way.
    pub hot: Vec<Hot>,
    /// States without an operating point: a sentence each.
    pub collapses: Vec<String>,
    /// What is not in the answer: a sentence each.
    pub left_out: Vec<String>,
}

/// Answers a question.
pub fn read(view: View<'_>, question: &Question) -> Report {
    let figures = figures(view, question);
    let (mut rails, mut branches, mut loads, mut fighting) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (piece, of) in (0..).zip(&view.facts.power.harness.pieces) {
        let name = || told::name(view.build, of.what);
        let bound = &figures.bounds[piece as usize];
        let amperes = Amperes::of(&figures, piece);
        let flows = amperes.known().is_some_and(|amperes| amperes > 1e-9) || amperes.most == Edge::Unknown;
        match of.what {
            What::Load(..) if bound.fighting => fighting.push(name()),
            What::Source(_) if flows && !bound.fighting => {
                let volts =
                    number(of, Quantity::Volts).map_or([None; 3], |value| [value.low, Some(value.typical), value.high]);
                let limit = number(of, Quantity::Amperes).and_then(|limit| limit.low);
                rails.push(Rail { piece, name: name(), volts, amperes, limit });
            }
            What::Fuse(device, index) if !bound.fighting => {
                let rating = analysis::protection::rating(view.build, device, index).map(|rating| rating.0);
                branches.push(Branch { piece, name: name(), amperes, rating });
            }
            What::Load(device, index) => {
                let needs = Needs::of(&view.build.part_of(device).loads[index as usize]);
                loads.push(load(view, &figures, (piece, name()), amperes, needs));
            }
            _ => {}
        }
    }
    let mut left_out = Vec::new();
    if !fighting.is_empty() {
        left_out.push(format!("{}: sources fight on that network, which `wireloom check` tells", fighting.join(", ")));
    }
    if question.state.is_none() && view.facts.power.left_out > 0 {
        left_out.push(format!("{} states of coils and levers were not solved", view.facts.power.left_out));
    }
    let absurd = view.facts.power.absurd.len();
    if absurd > 0 {
        left_out.push(format!("{absurd} numbers that no part can have, which `wireloom check` tells"));
    }
    let feeds = feeds(view, question);
    Report {
        heads: heads::heads(view, &figures, &feeds),
        hot: heads::hot(view, &figures),
        collapses: collapses(view, question, &figures),
        question: question.clone(),
        rails,
        branches,
        loads,
        feeds,
        left_out,
    }
}

/// A number of a piece by what it measures.
pub fn number(piece: &analysis::power::harness::Piece, quantity: Quantity) -> Option<Value> {
    piece.numbers.all().find(|(of, _)| *of == quantity).map(|(_, value)| *value)
}

fn load(view: View<'_>, figures: &Figures, (piece, name): (u32, String), amperes: Amperes, needs: Needs) -> Load {
    let bound: &Bound = &figures.bounds[piece as usize];
    let unknown = bound.lowest == Edge::Unknown;
    let typical = figures.volts[piece as usize].filter(|_| !unknown && bound.lowest != Edge::Never);
    let verdict = Verdict::of(needs, typical, bound, figures.failed[piece as usize]);
    let gaps = if unknown { gaps(view, piece) } else { Vec::new() };
    Load { piece, name, amperes, typical, ends: [bound.lowest, bound.highest], needs, verdict, gaps }
}

/// What is missing, and where it would stand; each once.
fn gaps(view: View<'_>, piece: u32) -> Vec<String> {
    let power = &view.facts.power;
    let mut told: Vec<String> = Vec::new();
    for (of, gap) in power.gaps_of(view.facts.world(view.build), piece) {
        let what = told::name(view.build, power.harness.pieces[of as usize].what);
        let words = format!("{} of {what} ({})", gap.what, place(view, gap.at));
        if !told.contains(&words) {
            told.push(words);
        }
    }
    told
}

/// Sums at the feeds. Coils and levers are not in them.
fn feeds(view: View<'_>, question: &Question) -> Vec<(String, FeedLoad)> {
    let build = view.build;
    if !question.stands.is_empty() {
        return Vec::new();
    }
    let scenario = match &question.scenario {
        None => Some(WORST),
        Some(name) => build.scenarios.iter().position(|scenario| scenario.id.value == *name),
    };
    let scenario = scenario.or((question.scenario.as_deref() == Some("worst")).then_some(WORST));
    let loads = view.facts.budget.feeds.iter().filter(|load| Some(load.scenario) == scenario);
    loads.filter_map(|load| Some((build.feeds.get(load.feed)?.name.clone(), load.clone()))).collect()
}

fn collapses(view: View<'_>, question: &Question, figures: &Figures) -> Vec<String> {
    let power = &view.facts.power;
    let name = |piece: u32| told::name(view.build, power.harness.pieces[piece as usize].what);
    if question.state.is_some() {
        let lost: Vec<String> = (0..)
            .zip(&power.harness.pieces)
            .zip(&figures.failed)
            .filter(|((piece, of), failed)| {
                **failed && matches!(of.what, What::Load(..)) && !figures.bounds[*piece as usize].fighting
            })
            .map(|((piece, _), _)| name(piece))
            .collect();
        return if lost.is_empty() { Vec::new() } else { vec![format!("no operating point for {}", lost.join(", "))] };
    }
    let mut told = Vec::new();
    for collapse in &power.collapses {
        let state = &power.states[collapse.state as usize];
        let stands = stands(view, state);
        for why in &collapse.why.collapses {
            let proof = match why.proof {
                analysis::power::Proof::Proved => "there is none",
                analysis::power::Proof::NoneFound => "none was found",
            };
            let mut words =
                format!("{stands}: no operating point ({proof}) beyond {:.2} times the draws", why.limit.load_factor);
            if let Some(first) = why.limit.first_to_fail {
                words.push_str(&format!("; {} fails first", name(first)));
            }
            if let Some((piece, volts)) = why.limit.costliest {
                words.push_str(&format!(
                    ", and {} takes {} of its volts",
                    name(piece),
                    told::number_of(Some(volts), "V")
                ));
            }
            told.push(words);
        }
    }
    told
}

/// A state of the analysis in words.
pub fn stands(view: View<'_>, state: &analysis::power::State) -> String {
    let circuit = &view.facts.circuit;
    let rest = circuit.network.rest();
    let told: Vec<String> = state
        .moved
        .iter()
        .filter_map(|variable| circuit.number(*variable))
        .map(|number| {
            let now = !rest[number as usize];
            format!("{} {}", circuit.name(view.build, number), circuit.stands(view.build, number, now))
        })
        .collect();
    match told.as_slice() {
        [] => "at rest".to_owned(),
        told if told.len() > 3 => "all coils energised".to_owned(),
        told => told.join(", "),
    }
}
