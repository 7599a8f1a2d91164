//! The whole wiring with what flows in it: amperes by every wire, volts and amperes in the box of every load and supply.

use analysis::power::{Edge, What};
use analysis::protection;
use model::{Terminal, WireId};

use super::loops;
use super::question::{Figures, Question, figures};
use super::report::{Amperes, Load, Rail, Report, read};
use super::told::{edge, number_of, volts, volts_edge};
use super::verdict::Verdict;
use crate::View;
use crate::site::drawing::graph::{Figure, Graph, Spot};
use crate::site::drawing::{self, Frame, Plan};
use crate::site::{NetNames, net_of};

/// How the figures are to be read.
pub const CAPTION: [&str; 2] = [
    "Wires and supplies: typical amperes ≤ worst. Loads: typical volts ≥ worst, then what they draw.",
    "Bold red: beyond what it may carry, or typically below what it needs. Not verified: it hangs on a number that nobody wrote. Signal: a lead between a pin and an input, without a supply of its own.",
];

/// The drawing as a file of its own, with a line above it that says what was asked and lines that say how to read it.
///
/// # Errors
/// A sentence, where there are no lines or more than a drawing shows.
pub fn svg(view: View<'_>, question: &Question) -> Result<String, String> {
    let (graph, undrawn) = graph(view, question);
    match drawing::plan(&graph) {
        Some(plan) => Ok(framed(view, question, (&graph, &plan), &caption(question, &undrawn))),
        None if graph.edges.is_empty() => Err("nothing is wired, so there is nothing to draw".to_owned()),
        None => Err(format!(
            "this build has {} lines, and a drawing shows {} at most",
            graph.edges.len(),
            drawing::MOST_LINES
        )),
    }
}

/// The drawing for a guide.
pub struct Drawn {
    /// As a file of its own, as [`svg`] gives it.
    pub file: String,
    /// For a page that says itself how to read it.
    pub inside: String,
    /// What is not on it.
    pub undrawn: Vec<String>,
}

/// The drawing for a guide, by the plan of the whole wiring.
pub fn drawn(view: View<'_>, question: &Question, plan: &Plan) -> Drawn {
    let (graph, undrawn) = graph(view, question);
    let frame = |caption: &[String]| framed(view, question, (&graph, plan), caption);
    Drawn { file: frame(&caption(question, &undrawn)), inside: frame(&[]), undrawn }
}

fn caption(question: &Question, undrawn: &[String]) -> Vec<String> {
    let mut caption = vec![format!("Currents: {}.", question.words())];
    caption.extend(question.asked.iter().map(|asked| format!("Asked: {asked}")));
    caption.extend(CAPTION.map(str::to_owned));
    if !undrawn.is_empty() {
        caption.push(format!("Not drawn, since nothing leads there: {}.", undrawn.join("; ")));
    }
    caption
}

fn framed(view: View<'_>, question: &Question, (graph, plan): (&Graph, &Plan), caption: &[String]) -> String {
    let meta = &view.build.meta;
    let title = format!("Currents of {}, version {}", meta.title, meta.version);
    let description = format!(
        "The wiring from the supply on the left to the loads on the right; at each wire its amperes, in each load its volts: {}.",
        question.words()
    );
    drawing::svg_by(
        graph,
        plan,
        &Frame { prefix: "", title: &title, description: &description, caption, letters: false },
    )
}

/// Boxes and lines with their figures, and the figures of what has no box.
pub fn graph(view: View<'_>, question: &Question) -> (Graph, Vec<String>) {
    let nets = NetNames::of(view);
    let mut graph = drawing::graph(view.build, &net_of(view, &nets));
    graph.add_symbols(view.build, &drawing::symbols::poles(view.build));
    let figures = figures(view, question);
    for line in &mut graph.edges {
        line.figure = line.wire.map(|wire| of_wire(view, &figures, wire));
    }
    let report = read(view, question);
    let pieces = &view.facts.power.harness.pieces;
    let several = |piece: u32, mine: &[u32]| {
        let device = pieces[piece as usize].what.device();
        mine.iter().filter(|&&other| pieces[other as usize].what.device() == device).count() > 1
    };
    let mut told: Vec<(u32, Vec<Figure>)> = Vec::new();
    told.extend(report.rails.iter().map(|rail| (rail.piece, vec![of_rail(rail)])));
    let loads: Vec<u32> = report.loads.iter().map(|load| load.piece).collect();
    told.extend(report.loads.iter().map(|load| (load.piece, of_load(load, several(load.piece, &loads)))));
    told.extend(fighting(view, &figures, &report).map(|piece| {
        let text = "sources fight: not verified".to_owned();
        (piece, vec![Figure { text, bad: true }])
    }));
    let mut undrawn = Vec::new();
    for (piece, figures) in told {
        let what = pieces[piece as usize].what;
        let device = what.device().expect("a load or a supply belongs to a device");
        let own = graph.nodes.iter().position(|node| node.spot == Spot::Device(device));
        let header = || graph.nodes.iter().position(|node| node.spot == Spot::Header(device));
        let outside = || graph.nodes.iter().position(|node| matches!(node.spot, Spot::Outside(of, _) if of == device));
        match own.or_else(header).or_else(outside) {
            Some(node) => graph.nodes[node].figures.extend(figures),
            None => {
                let words: Vec<String> = figures.into_iter().map(|figure| figure.text).collect();
                undrawn.push(format!("{} {}", super::name(view.build, what), words.join(", ")));
            }
        }
    }
    (graph, undrawn)
}

/// Loads on networks in which sources fight, which a report leaves out.
fn fighting<'a>(view: View<'a>, figures: &'a Figures, report: &'a Report) -> impl Iterator<Item = u32> + use<'a> {
    let pieces = (0..).zip(&view.facts.power.harness.pieces);
    let fights = |(piece, of): (u32, &analysis::power::harness::Piece)| {
        let is_out = matches!(of.what, What::Load(..)) && figures.bounds[piece as usize].fighting;
        (is_out && report.loads.iter().all(|load| load.piece != piece)).then_some(piece)
    };
    pieces.filter_map(fights)
}

/// `2.33 A ≤ 2.91 A`; `not verified`; `no supply`.
fn of_wire(view: View<'_>, figures: &Figures, wire: WireId) -> Figure {
    let Some(piece) = view.facts.power.harness.piece(What::Wire(wire)) else {
        return Figure { text: unsolved(view, wire).to_owned(), bad: false };
    };
    // What no solved state supplies is a lead of signals as well as one without any use: only the first carries something.
    if view.facts.power.bounds[piece as usize].amperes == Edge::Never {
        return Figure { text: unsolved(view, wire).to_owned(), bad: false };
    }
    if figures.bounds[piece as usize].fighting {
        return Figure { text: "sources fight".to_owned(), bad: true };
    }
    let amperes = Amperes::of(figures, piece);
    let text = flowing(&amperes);
    let rating = protection::ampacity(view.build, wire).map(|rating| rating.0);
    match rating.filter(|rating| amperes.known().is_some_and(|known| known > rating + 1e-9)) {
        Some(rating) => Figure { text: format!("{text}, may carry {}", number_of(Some(rating), "A")), bad: true },
        None => Figure { text, bad: false },
    }
}

/// Why a wire is not part of the network of direct currents.
fn unsolved(view: View<'_>, wire: WireId) -> &'static str {
    let facts = view.facts;
    let ends = view.build.wire(wire).ends;
    let is_mains = ends.iter().any(|&end| facts.potentials.at(&facts.rest, end).is_some_and(|volts| volts.ac));
    // A line of a chip is at one end of it, as the pin of a header.
    let is_line = |end: Terminal| {
        let (owner, part) = (view.build.owner(end), view.build.part_of(view.build.owner(end)));
        let first = view.build.device(owner).first;
        let mut lines = part.lines.iter().filter_map(|line| line.at.as_ref());
        lines.any(|at| at.iter().any(|local| first + local.0 == end.0))
    };
    let is_signal = || {
        let mut members = ends.iter().flat_map(|&end| facts.metal.members(facts.metal.net(end)));
        members.any(|&end| is_line(end))
    };
    match is_mains {
        true => "mains",
        false if is_signal() => "signal",
        false => "not verified",
    }
}

/// Typical and most amperes.
fn flowing(amperes: &Amperes) -> String {
    let typical = || loops::amperes(amperes.typical);
    match (amperes.typical, amperes.most) {
        (_, Edge::Unknown) => "not verified".to_owned(),
        (None, Edge::Never) => "no supply".to_owned(),
        (None, most @ Edge::Is(_)) => format!("≤ {}", edge(most, "A")),
        (Some(_), most @ Edge::Is(_)) if typical() == edge(most, "A") => typical(),
        (Some(_), most @ Edge::Is(_)) => format!("{} ≤ {}", typical(), edge(most, "A")),
        (Some(_), Edge::NoPoint) => format!("{}, worst: no point", typical()),
        (None, Edge::NoPoint) => "no point".to_owned(),
        (Some(_), Edge::Never) => typical(),
    }
}

fn of_rail(rail: &Rail) -> Figure {
    let limit = rail.limit.map_or_else(String::new, |limit| format!(" of {}", number_of(Some(limit), "A")));
    let bad = rail.amperes.known().zip(rail.limit).is_some_and(|(known, limit)| known > limit + 1e-9);
    let name = rail.name.split(" of ").next().unwrap_or_default();
    Figure { text: format!("{name}: {}{limit}", flowing(&rail.amperes)), bad }
}

/// Volts, what it draws, and in one word how it fares where that is not well.
fn of_load(load: &Load, several: bool) -> Vec<Figure> {
    let bad = load.verdict <= Verdict::Over;
    let name = if several { format!("{}: ", load.name) } else { String::new() };
    let standing = match (load.typical, load.ends[0]) {
        (_, Edge::Unknown) => "not verified".to_owned(),
        (_, Edge::Never) => "no supply".to_owned(),
        (Some(_), Edge::NoPoint) => format!("{}, worst: no point", volts(load.typical)),
        (None, Edge::NoPoint) => "no point".to_owned(),
        (None, lowest @ Edge::Is(_)) => format!("≥ {}", volts_edge(lowest)),
        (Some(_), lowest @ Edge::Is(_)) => format!("{} ≥ {}", volts(load.typical), volts_edge(lowest)),
    };
    let mut lines = vec![Figure { text: format!("{name}{standing}"), bad }];
    if !matches!(load.ends[0], Edge::Never) {
        lines.push(Figure { text: flowing(&load.amperes), bad: false });
    }
    // The line of volts says these by itself.
    if !matches!(load.verdict, Verdict::Holds | Verdict::Dark | Verdict::NotVerified | Verdict::Unjudged) {
        let needs = load.needs.least().map_or_else(String::new, |least| format!(", needs {}", volts(Some(least))));
        lines.push(Figure { text: format!("{}{needs}", load.verdict.word()), bad });
    }
    lines
}
