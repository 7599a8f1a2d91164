//! Wiring that is too large for one drawing, as sheets: every line stands on exactly one, and what hangs together stands together.

mod overview;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::Build;
use model::device::DeviceId;

use super::graph::{Graph, Spot};
use crate::site::text::names;

pub use overview::overview;

/// Most lines of a sheet.
pub const MOST: usize = 80;
/// Most boxes that a sheet of tangled wiring takes in.
const BOXES: usize = 24;
/// Lines below which a part of the wiring shares a sheet with the next.
const FEW: usize = 12;
/// A box with more neighbours than this may stand on several sheets.
const HUB: usize = 12;
/// Names in the title of a sheet.
const NAMES: usize = 3;

/// A sheet.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What it shows: the box it is the wiring of, or the devices.
    pub title: String,
    /// Indices of its lines in the whole graph, ascending.
    pub edges: Vec<usize>,
    /// Indices of its boxes in the whole graph, ascending.
    pub nodes: Vec<usize>,
}

/// The sheets of a graph, in the order of their first boxes.
pub fn sheets(build: &Build, graph: &Graph) -> Vec<Sheet> {
    let inside = enclosures(build);
    let around = |node: usize| owner(graph.nodes[node].spot).and_then(|device| inside.get(&device).copied());
    let mut by: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (n, edge) in graph.edges.iter().enumerate() {
        let group = match edge.nodes.map(around) {
            [Some(a), Some(b)] if a != b => Group::Between,
            [Some(one), _] | [None, Some(one)] => Group::Inside(one),
            [None, None] => Group::Free,
        };
        by.entry(group).or_default().push(n);
    }
    let mut sheets = Vec::new();
    for (group, edges) in by {
        for edges in split(graph, edges) {
            let nodes: BTreeSet<usize> = edges.iter().flat_map(|&edge| graph.edges[edge].nodes).collect();
            sheets.push(Sheet { title: String::new(), edges, nodes: nodes.into_iter().collect() });
            let sheet = sheets.last_mut().expect("it was just put there");
            sheet.edges.sort_unstable();
            if let Group::Inside(device) = group {
                build.device(device).name.clone_into(&mut sheet.title);
            }
        }
    }
    sheets.sort_by_key(|sheet| (sheet.nodes.first().copied(), sheet.edges.first().copied()));
    let shared = shared(graph, &sheets);
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for sheet in &mut sheets {
        if sheet.title.is_empty() {
            sheet.title = title(build, graph, sheet, &shared);
        }
        let again = taken.entry(sheet.title.clone()).or_default();
        *again += 1;
        if *again > 1 {
            sheet.title = format!("{}, part {again}", sheet.title);
        }
    }
    sheets
}

/// The lines and boxes of a sheet; a box that stands on others as well says on which.
pub fn on_sheet(graph: &Graph, sheets: &[Sheet], nth: usize) -> Graph {
    let shared = shared(graph, sheets);
    let sheet = &sheets[nth];
    let mut nodes = Vec::with_capacity(sheet.nodes.len());
    for &node in &sheet.nodes {
        let mut own = graph.nodes[node].clone();
        let others: Vec<String> =
            shared[node].iter().filter(|&&other| other != nth).map(|other| (other + 1).to_string()).collect();
        if !others.is_empty() {
            let more = if others.len() > NAMES { " …" } else { "" };
            let shown = others[..others.len().min(NAMES)].join(", ");
            own.sub = format!("{}, also on {shown}{more}", own.sub);
        }
        nodes.push(own);
    }
    let place = |node: usize| sheet.nodes.binary_search(&node).expect("a sheet holds the boxes of its lines");
    let edge = |&edge: &usize| {
        let edge = &graph.edges[edge];
        super::graph::Edge { nodes: edge.nodes.map(place), ..edge.clone() }
    };
    let at = |(edge, end): (usize, usize)| Some((sheet.edges.binary_search(&edge).ok()?, end));
    let blades = graph.blades.iter().filter_map(|blade| {
        let [com, throw] = blade.rows.map(at);
        Some(super::graph::Blade { rows: [com?, throw?], ..blade.clone() })
    });
    let poles = graph.poles.iter().filter_map(|(&row, &pole)| Some((at(row)?, pole)));
    Graph {
        nodes,
        blades: blades.collect(),
        poles: poles.collect(),
        edges: sheet.edges.iter().map(edge).collect(),
        ..Graph::default()
    }
}

/// By box of the whole graph: the sheets that it stands on.
pub fn shared(graph: &Graph, sheets: &[Sheet]) -> Vec<Vec<usize>> {
    let mut shared = vec![Vec::new(); graph.nodes.len()];
    for (n, sheet) in sheets.iter().enumerate() {
        sheet.nodes.iter().for_each(|&node| shared[node].push(n));
    }
    shared
}

/// What lines are sorted by before they are split.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// In this enclosure, or leaving it for what stands in none.
    Inside(DeviceId),
    /// From an enclosure to another.
    Between,
    /// Nobody said where.
    Free,
}

fn owner(spot: Spot) -> Option<DeviceId> {
    match spot {
        Spot::Device(device) | Spot::Header(device) | Spot::Outside(device, _) => Some(device),
        Spot::Loose(..) | Spot::Sheet(_) => None,
    }
}

/// By device: the outermost that it stands in.
fn enclosures(build: &Build) -> HashMap<DeviceId, DeviceId> {
    let near: HashMap<DeviceId, DeviceId> = build
        .places
        .iter()
        .map(|place| (place.device, place.inside))
        .filter(|(device, inside)| device != inside)
        .collect();
    let mut all = HashMap::new();
    for place in &build.places {
        let mut out = place.inside;
        // A circle of boxes in boxes is a finding of its own.
        for _ in 0..8 {
            let Some(&next) = near.get(&out) else { break };
            out = next;
        }
        all.insert(place.device, out);
    }
    all
}

/// Lines of a group, a list a sheet.
fn split(graph: &Graph, edges: Vec<usize>) -> Vec<Vec<usize>> {
    if edges.len() <= MOST {
        return vec![edges];
    }
    let mut sheets: Vec<Vec<usize>> = Vec::new();
    let mut small: Vec<usize> = Vec::new();
    for part in parts(graph, &edges) {
        if part.len() > MOST {
            sheets.extend(grown(graph, &part));
        } else if part.len() >= FEW {
            sheets.push(part);
        } else {
            if small.len() + part.len() > MOST / 2 {
                sheets.push(std::mem::take(&mut small));
            }
            small.extend(part);
        }
    }
    sheets.extend(Some(small).filter(|small| !small.is_empty()));
    sheets
}

/// Lines that hang together without the boxes that everything hangs on; lines between two of those are a part by themselves.
fn parts(graph: &Graph, edges: &[usize]) -> Vec<Vec<usize>> {
    let mut around: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for &edge in edges {
        let [a, b] = graph.edges[edge].nodes;
        around.entry(a).or_default().insert(b);
        around.entry(b).or_default().insert(a);
    }
    let is_hub = |node: usize| around[&node].len() > HUB;
    let mut part: BTreeMap<usize, usize> = BTreeMap::new();
    for &first in around.keys().filter(|node| !is_hub(**node)) {
        let mut stack = vec![first];
        while let Some(node) = stack.pop() {
            if let Entry::Vacant(free) = part.entry(node) {
                free.insert(first);
                stack.extend(around[&node].iter().filter(|other| !is_hub(**other)));
            }
        }
    }
    let mut by: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &edge in edges {
        let [a, b] = graph.edges[edge].nodes;
        let of = part.get(&a).or(part.get(&b)).copied();
        by.entry(of.unwrap_or(usize::MAX)).or_default().push(edge);
    }
    by.into_values().collect()
}

/// Lines that hang together and are too many: from the first box on, whichever box has most lines to those taken comes next.
fn grown(graph: &Graph, edges: &[usize]) -> Vec<Vec<usize>> {
    let mut around: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &edge in edges {
        let [a, b] = graph.edges[edge].nodes;
        around.entry(a).or_default().push(edge);
        if a != b {
            around.entry(b).or_default().push(edge);
        }
    }
    let mut sheets = Vec::new();
    // What is taken leaves `around`, so that each sheet looks only at what is left.
    while let Some((&first, _)) = around.first_key_value() {
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut near: BTreeMap<usize, usize> = BTreeMap::from([(first, 0)]);
        let mut count = 0;
        while taken.len() < BOXES {
            let Some((&node, &lines)) = near.iter().max_by_key(|(node, lines)| (**lines, std::cmp::Reverse(**node)))
            else {
                break;
            };
            // Two boxes with more lines between them than a sheet takes share several sheets.
            if count > 0 && count + lines > MOST {
                break;
            }
            near.remove(&node);
            taken.insert(node);
            count += lines;
            for &edge in &around[&node] {
                let other = graph.edges[edge].nodes.into_iter().find(|&end| end != node).unwrap_or(node);
                if !taken.contains(&other) {
                    *near.entry(other).or_default() += 1;
                }
            }
        }
        let within = |edge: &usize| graph.edges[*edge].nodes.iter().all(|node| taken.contains(node));
        let mut sheet: Vec<usize> = taken.iter().flat_map(|node| &around[node]).copied().filter(within).collect();
        sheet.sort_unstable();
        sheet.dedup();
        sheet.truncate(MOST);
        for node in &taken {
            let left = around.get_mut(node).expect("only boxes with lines are taken");
            left.retain(|edge| sheet.binary_search(edge).is_err());
            if left.is_empty() {
                around.remove(node);
            }
        }
        sheets.push(sheet);
    }
    sheets
}

/// The devices that stand on this sheet alone, or all of them: `k8[1], pi[1] to pi[5], psu[1]`.
fn title(build: &Build, graph: &Graph, sheet: &Sheet, shared: &[Vec<usize>]) -> String {
    let named = |alone: bool| {
        let nodes = sheet.nodes.iter().filter(|&&node| !alone || shared[node].len() == 1);
        let devices: BTreeSet<DeviceId> = nodes.filter_map(|&node| owner(graph.nodes[node].spot)).collect();
        devices.into_iter().map(|device| build.device(device).name.clone()).collect::<Vec<_>>()
    };
    let own = Some(named(true)).filter(|own| !own.is_empty()).unwrap_or_else(|| named(false));
    let joined = names(own.iter().map(String::as_str));
    let mut words: Vec<&str> = joined.split(", ").collect();
    let more = words.len().saturating_sub(NAMES);
    words.truncate(NAMES);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{rest}", words.join(", "))
}
