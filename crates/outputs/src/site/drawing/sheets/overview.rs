//! How sheets hang together: a box for each, a box for everything that stands on several, and how many lines each sheet has there.

use std::collections::BTreeMap;

use model::wire::RunId;

use super::{Sheet, shared};
use crate::site::colour::paint;
use crate::site::drawing::graph::{Edge, Graph, LineKind, Node, Spot};
use crate::site::text::count;

/// Most lines of an overview; beyond it the table of the sheets says the same.
pub const MOST: usize = 300;

/// The overview; `None` where no box stands on two sheets, or too many do.
pub fn overview(graph: &Graph, sheets: &[Sheet]) -> Option<Graph> {
    let shared = shared(graph, sheets);
    let links: usize = shared.iter().map(Vec::len).filter(|&count| count > 1).sum();
    if links == 0 || links > MOST {
        return None;
    }
    let of_sheet = |(n, sheet): (usize, &Sheet)| Node {
        spot: Spot::Sheet(u32::try_from(n).expect("sheets are bounded")),
        title: format!("{}. {}", n + 1, sheet.title),
        sub: format!("{}, {}", count(sheet.nodes.len(), "box", "boxes"), count(sheet.edges.len(), "line", "lines")),
        figures: Vec::new(),
        class: String::new(),
    };
    let mut whole = Graph { nodes: sheets.iter().enumerate().map(of_sheet).collect(), ..Graph::default() };
    for (node, on) in shared.iter().enumerate().filter(|(_, on)| on.len() > 1) {
        let place = whole.nodes.len();
        whole.nodes.push(graph.nodes[node].clone());
        for &sheet in on {
            let lines = sheets[sheet].edges.iter().filter(|&&edge| graph.edges[edge].nodes.contains(&node)).count();
            whole.edges.push(Edge {
                nodes: [sheet, place],
                labels: [graph.nodes[node].title.clone(), format!("sheet {}", sheet + 1)],
                run: RunId(0),
                tag: count(lines, "line", "lines"),
                kind: LineKind::Bunch,
                paint: paint(None),
                directed: true,
                returns: false,
                net: None,
                wire: None,
                figure: None,
                class: String::new(),
            });
        }
    }
    // A sheet that shares nothing stands in the list alone.
    let mut used: BTreeMap<usize, usize> =
        whole.edges.iter().flat_map(|edge| edge.nodes).map(|node| (node, 0)).collect();
    used.values_mut().enumerate().for_each(|(n, place)| *place = n);
    whole.nodes = used.keys().map(|&node| whole.nodes[node].clone()).collect();
    whole.edges.iter_mut().for_each(|edge| edge.nodes = edge.nodes.map(|node| used[&node]));
    Some(whole)
}
