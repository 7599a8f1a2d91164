//! Wiring as a drawing: boxes in columns from supply to load, every wire a line of its own.

pub mod assign;
mod faults;
pub mod graph;
mod layers;
mod level;
mod order;
mod place;
pub mod sheets;
mod shift;
mod svg;
pub mod symbols;
mod thread;
mod tracks;

pub use faults::{Faults, faults};
pub use graph::{Graph, graph, of_runs};
use layers::Layers;
pub use place::Layout;
pub(crate) use place::text_width;

/// Most lines of the one drawing that a page shows whole; beyond it the page shows [`sheets`].
pub const WHOLE_LINES: usize = 160;
/// Most lines that are laid out in one drawing at all.
pub const MOST_LINES: usize = 1_000;

/// Which box stands in which column, and in what order: the part of a layout that no figure changes.
pub struct Plan(Layers);

/// The plan of a graph; `None` if it is empty or too large to be read.
pub fn plan(graph: &Graph) -> Option<Plan> {
    if graph.edges.is_empty() || graph.edges.len() > MOST_LINES {
        return None;
    }
    let mut layers = layers::layers(graph);
    order::order(graph, &mut layers);
    Some(Plan(layers))
}

/// Lays a graph out; `None` as in [`plan`].
pub fn lay_out(graph: &Graph) -> Option<Layout> {
    Some(place::place(graph, &plan(graph)?.0))
}

/// What stands around a drawing.
pub struct Frame<'a> {
    /// In front of every id in it, so that two drawings can share a page.
    pub prefix: &'a str,
    /// Its accessible name.
    pub title: &'a str,
    /// What it shows, for people who cannot see it.
    pub description: &'a str,
    /// Lines of text above it.
    pub caption: &'a [String],
    /// It holds the letters of each wire's colour, which a style sheet shows on request (`.code`).
    pub letters: bool,
}

/// A graph as SVG text; `None` as in [`plan`].
pub fn svg(graph: &Graph, frame: &Frame<'_>) -> Option<String> {
    Some(svg_by(graph, &plan(graph)?, frame))
}

/// A graph as SVG text, by a plan of the same boxes and lines.
pub fn svg_by(graph: &Graph, plan: &Plan, frame: &Frame<'_>) -> String {
    svg::write(graph, &place::place(graph, &plan.0), frame)
}

#[cfg(test)]
mod tests {
    use model::device::DeviceId;
    use model::wire::RunId;

    use super::graph::{Edge, Graph, LineKind, Node, Spot};
    use super::{Faults, Frame, faults, lay_out, svg};
    use crate::site::colour::paint;

    fn device(n: u32, title: &str) -> Node {
        Node {
            spot: Spot::Device(DeviceId(n)),
            title: title.to_owned(),
            sub: "bench".to_owned(),
            figures: Vec::new(),
            class: String::new(),
        }
    }

    fn wire(n: u32, nodes: [usize; 2], labels: [&str; 2], colour: &str) -> Edge {
        Edge {
            nodes,
            labels: labels.map(str::to_owned),
            run: RunId(n),
            tag: format!("#{:02}", n + 1),
            kind: LineKind::Wire,
            paint: paint(Some(colour)),
            directed: true,
            returns: colour == "BK",
            net: None,
            wire: None,
            figure: None,
            class: String::new(),
        }
    }

    /// A supply, a fuse and two lamps, each with a return of its own.
    fn lamps() -> Graph {
        let nodes = vec![device(0, "psu"), device(1, "fu"), device(2, "lamp[1]"), device(3, "lamp[2]")];
        let edges = vec![
            wire(0, [0, 1], ["+", "a"], "RD"),
            wire(1, [1, 2], ["b", "+"], "RD"),
            wire(2, [0, 3], ["+", "+"], "BKWH"),
            wire(3, [2, 0], ["-", "-"], "BK"),
            wire(4, [3, 0], ["-", "-"], "BK"),
        ];
        Graph { nodes, edges, ..Graph::default() }
    }

    #[test]
    fn a_supply_stands_left_and_lines_meet_nowhere() {
        let layout = lay_out(&lamps()).expect("it is small");
        let left = |node: usize| layout.boxes.iter().find(|placed| placed.node == node).expect("each box is placed").x;
        assert!(left(0) < left(1) && left(1) < left(2));
        assert_eq!(faults(&lamps(), &layout), Faults::default());
    }

    #[test]
    fn a_circle_of_wires_is_drawn_all_the_same() {
        let mut graph = lamps();
        graph.edges.push(wire(5, [2, 1], ["x", "x"], "BU"));
        graph.edges.push(wire(6, [3, 3], ["x", "y"], "BU"));
        let layout = lay_out(&graph).expect("it is small");
        assert!(layout.lines.iter().take(6).all(|line| line.len() >= 2));
    }

    #[test]
    fn four_hundred_lines_lie_nowhere_on_each_other_and_run_through_nothing() {
        let mut state = 7u32;
        let mut throw = |most: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % most
        };
        for boxes in [8, 100] {
            let nodes = (0..boxes).map(|n| device(u32::try_from(n).expect("few"), &format!("box[{n}]"))).collect();
            let edge = |n: usize| {
                let from = throw(boxes - 1);
                let to = (from + 1 + throw(8)).min(boxes - 1);
                wire(u32::try_from(n).expect("few"), [from, to], ["a", "b"], "RD")
            };
            let graph = Graph { nodes, edges: (0..400).map(edge).collect(), ..Graph::default() };
            let layout = lay_out(&graph).expect("it is no larger than a drawing may be");
            let found = faults(&graph, &layout);
            assert_eq!(Faults { crossings: 0, ..found }, Faults::default(), "{boxes} boxes");
            assert!(layout.lines.iter().all(|line| line.len() >= 2), "{boxes} boxes");
        }
    }

    #[test]
    fn the_drawing_of_two_lamps_stays_as_it_is() {
        let frame = Frame {
            prefix: "",
            title: "Two lamps",
            description: "A supply, a fuse, two lamps.",
            caption: &[],
            letters: true,
        };
        let drawn = svg(&lamps(), &frame).expect("it is small") + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/site/drawing/two-lamps.svg");
        if std::env::var_os("UPDATE").is_some() && std::env::var_os("CI").is_none() {
            std::fs::write(path, &drawn).expect("the drawing can be written");
        }
        let kept = std::fs::read_to_string(path).expect("two-lamps.svg is there");
        assert!(kept == drawn, "the drawing changed; look at it, then UPDATE=1 cargo test -p outputs:\n{drawn}");
    }
}
