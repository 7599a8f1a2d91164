//! Wiring as a drawing: boxes in columns from supply to load, every wire a line of its own.

pub mod graph;
mod layers;
mod level;
mod order;
mod place;
mod svg;
mod tracks;

pub use graph::{Graph, graph, of_runs};
pub use place::Layout;

/// Most lines that one drawing shows; beyond it a drawing helps nobody and the tables say the same.
pub const MOST_LINES: usize = 400;

/// Lays a graph out; `None` if it is empty or too large to be read.
pub fn lay_out(graph: &Graph) -> Option<Layout> {
    if graph.edges.is_empty() || graph.edges.len() > MOST_LINES {
        return None;
    }
    let mut layers = layers::layers(graph);
    order::order(graph, &mut layers);
    Some(place::place(graph, &layers))
}

/// What stands around a drawing.
pub struct Frame<'a> {
    /// In front of every id in it, so that two drawings can share a page.
    pub prefix: &'a str,
    /// Its accessible name.
    pub title: &'a str,
    /// What it shows, for people who cannot see it.
    pub description: &'a str,
}

/// A graph as SVG text; `None` as in [`lay_out`].
pub fn svg(graph: &Graph, frame: &Frame<'_>) -> Option<String> {
    Some(svg::write(graph, &lay_out(graph)?, frame))
}
