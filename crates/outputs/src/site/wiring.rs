//! All wiring on one page: the drawing, every run from end to end, every net.

mod nets;
mod sheets;

use std::collections::BTreeMap;

use askama::Template;
use model::wire::RunKind;
use model::{RunId, Terminal};

use super::Site;
use super::colour::paint;
use super::drawing::symbols::{self, Stands, Symbol};
use super::drawing::{self, Frame};
use super::marks::Mark;
use super::shell::{self, Page, Shell};
use super::text::count;
use super::wires::{Row, row};
use crate::{Artifact, View};

pub use nets::{NetNames, carries, source, table};
pub use sheets::Sheets;

/// A symbol and its words.
type Key = (String, &'static str);

/// The symbols of a drawing, each once.
fn keys(graph: &drawing::Graph) -> Vec<Key> {
    let symbols = graph.symbols().into_iter().filter(|symbol| *symbol != Symbol::Free);
    symbols.map(|symbol| (symbols::sample(symbol), symbol.words())).collect()
}

/// A colour in words, its ground, its stripe.
type Legend = (String, &'static str, &'static str);

#[derive(Template)]
#[template(path = "wiring.html")]
struct Wiring<'a> {
    shell: &'a Shell,
    drawing: Option<String>,
    lines: usize,
    overview: Option<String>,
    sheets: Vec<sheets::Listed>,
    legend: Vec<Legend>,
    keys: Vec<Key>,
    nets_at: &'static str,
    rows: Vec<Row>,
    nets: Vec<nets::NetRow>,
    controllers: Vec<(String, String)>,
    boards: Vec<(String, String)>,
}

/// What a drawing must know of a terminal: its net's id, and whether it is on a return.
pub fn net_of<'s>(view: View<'s>, nets: &'s NetNames) -> impl Fn(Terminal) -> (Option<String>, bool) + 's {
    move |terminal| {
        let returns = view.facts.potentials.at(&view.facts.rest, terminal).is_some_and(|volts| volts.returns);
        (nets.of_terminal(view, terminal), returns)
    }
}

fn svg(site: &Site<'_>) -> (Option<String>, usize, Vec<Key>) {
    let build = site.view.build;
    let net_of = net_of(site.view, &site.nets);
    let mut graph = drawing::graph(build, &net_of);
    graph.add_blades(build, at_rest(site.view));
    graph.add_symbols(build, &site.poles);
    let title = format!("Wiring of {}, version {}", build.meta.title, build.meta.version);
    let description = "Devices stand in columns from the supply on the left to the loads on the right. The table below the drawing lists the same lines, end by end.";
    let frame = Frame { prefix: "", title: &title, description, caption: &[title_block(site, &graph)], letters: true };
    (site.plan.as_ref().map(|plan| drawing::svg_by(&graph, plan, &frame)), graph.edges.len(), keys(&graph))
}

/// What a print of a drawing must say to be told from that of another revision: name, version, and a mark of what is drawn.
pub fn title_block(site: &Site<'_>, graph: &drawing::Graph) -> String {
    let meta = &site.view.build.meta;
    let mut mark = Mark::new();
    mark.texts(graph.nodes.iter().flat_map(|node| [node.title.as_str(), &node.sub]));
    for edge in &graph.edges {
        let [from, to] = edge.nodes.map(|node| graph.nodes[node].title.as_str());
        mark.texts([edge.tag.as_str(), from, &edge.labels[0], to, &edge.labels[1], &edge.paint.words].into_iter());
    }
    let version = if meta.version.is_empty() { String::new() } else { format!(", version {}", meta.version) };
    format!("{}{version} · {} · content {}", meta.title, count(graph.edges.len(), "line", "lines"), mark.finish())
}

/// Every contact that a line can lead to, and whether it is closed with everything at rest.
pub fn at_rest(view: View<'_>) -> impl Iterator<Item = Stands<'_>> {
    let circuit = &view.facts.circuit;
    let rest = circuit.network.rest();
    let contacts = circuit.throws.iter().zip(&circuit.network.contacts);
    contacts.map(move |(throw, contact)| (throw, contact.guard.closed(&rest)))
}

/// `wiring.html`, its sheets where it has any, and the drawings on their own.
pub fn pages(site: &Site<'_>) -> (Vec<Page>, Vec<Artifact>) {
    let build = site.view.build;
    let shell = Shell::new(
        site,
        "wiring.html",
        "Wiring",
        format!(
            "Every wire, cable and plug of {} in one drawing, from end to end in a table, and by net.",
            build.meta.title
        ),
    )
    .wide();
    let (drawing, lines, keys) = svg(site);
    let file = drawing.as_ref().map(|svg| Artifact::text("site/wiring.svg", svg.as_str()));
    let (mut sheets, mut files) = sheets::pages(site);
    files.extend(file);
    let all = || (0..build.runs.len()).map(|n| RunId(u32::try_from(n).expect("runs are bounded")));
    let (overview, overview_file) = sheets::overview(site).unzip();
    files.extend(overview_file);
    let nets = nets::rows(site);
    // Without a script the address alone lights a net.
    let drawing = drawing.map(|svg| svg.replacen("</desc>", &format!("</desc>{}", nets::style(&nets)), 1));
    let wiring = Wiring {
        shell: &shell,
        drawing,
        lines,
        overview,
        // The rows of what is drawn on sheets stand on them.
        rows: if sheets.is_empty() { all().map(|run| row(site, run)).collect() } else { Vec::new() },
        sheets: sheets::listed(site, ""),
        legend: legend(site, all()),
        keys,
        nets_at: "",
        nets,
        boards: site.boards.links(build, build.each_device().map(|(id, ..)| id), ""),
        controllers: site
            .controllers
            .iter()
            .map(|&id| (format!("gpio-{}.html", build.device(id).slug()), build.device(id).name.clone()))
            .collect(),
    };
    sheets.insert(0, shell::page(&shell, &wiring));
    (sheets, files)
}

/// The colours of the wires of some runs.
fn legend(site: &Site<'_>, runs: impl IntoIterator<Item = RunId>) -> Vec<Legend> {
    let build = site.view.build;
    let mut legend: BTreeMap<String, (&'static str, &'static str)> = BTreeMap::new();
    for run in runs {
        let (RunKind::Wire(wire) | RunKind::Inline(wire, ..)) = build.run(run).what else { continue };
        let colour = build.attributes_of(build.wire(wire)).colour.as_ref();
        let paint = paint(colour.map(|text| text.value.as_str()));
        legend.insert(paint.words, (paint.ground, paint.stripe.unwrap_or(paint.ground)));
    }
    legend.into_iter().map(|(words, (ground, stripe))| (words, ground, stripe)).collect()
}
