//! What a drawing shows: boxes and lines, before anything has a place.

use std::collections::BTreeMap;

use model::Build;
use model::device::{Choice, DeviceId, Origin, Terminal};
use model::part::Part;
use model::wire::{RunId, RunKind, WireId};

use super::symbols::Symbol;
use crate::site::colour::{Paint, paint};

/// A box: a device, its pin header or one port of a feed (drawn apart so that lines run one way), or a loose end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Spot {
    /// A device without what the other kinds take from it.
    Device(DeviceId),
    /// The 40-pin header of a controller.
    Header(DeviceId),
    /// A port of a feed.
    Outside(DeviceId, u32),
    /// An end that a step leaves free: run, end.
    Loose(RunId, u8),
    /// A sheet of a large drawing.
    Sheet(u32),
}

/// A box with its words.
#[derive(Clone, Debug)]
pub struct Node {
    /// Which.
    pub spot: Spot,
    /// First line.
    pub title: String,
    /// Second line.
    pub sub: String,
    /// Figures below it, a line each.
    pub figures: Vec<Figure>,
    /// Classes for a style sheet.
    pub class: String,
}

/// A figure written on a drawing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figure {
    /// The words.
    pub text: String,
    /// It is beyond what may be.
    pub bad: bool,
}

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// A wire.
    Wire,
    /// A cable with a plug at each end.
    Cable,
    /// A plug that sits in its socket.
    Plug,
    /// Several of them, between a sheet and a box that stands on it.
    Bunch,
}

/// A line between two boxes.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Index of the box at each end, as written.
    pub nodes: [usize; 2],
    /// What is printed at each end.
    pub labels: [String; 2],
    /// Which run.
    pub run: RunId,
    /// `#07`, with `a` or `b` behind for the halves of a wire with a part in it.
    pub tag: String,
    /// Wire, cable, plug.
    pub kind: LineKind,
    /// Its paint.
    pub paint: Paint,
    /// Written with `->`.
    pub directed: bool,
    /// It carries current back, so its arrow runs against the columns.
    pub returns: bool,
    /// Id of its net on the wiring page.
    pub net: Option<String>,
    /// Which wire, if it is one.
    pub wire: Option<WireId>,
    /// What flows in it, written by its left end.
    pub figure: Option<Figure>,
    /// Further classes for a style sheet.
    pub class: String,
}

/// Boxes and lines.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Boxes, in the order of their devices.
    pub nodes: Vec<Node>,
    /// Lines, in the order of their runs.
    pub edges: Vec<Edge>,
    /// Contacts and parts between rows of a box.
    pub blades: Vec<Blade>,
    /// Rows of one box that are one piece of metal inside it.
    pub bars: Vec<Vec<(usize, usize)>>,
    /// By line and end: the pole of a supply that it lands on.
    pub poles: BTreeMap<(usize, usize), Symbol>,
    /// By terminal: the lines that land on it, and with which end.
    pub lands: BTreeMap<Terminal, Vec<(usize, usize)>>,
}

/// A symbol between two rows of a box.
#[derive(Clone, Debug)]
pub struct Blade {
    /// A line and its end at each terminal; of a contact the common, then the throw.
    pub rows: [(usize, usize); 2],
    /// What it is.
    pub symbol: Symbol,
    /// Classes for a style sheet.
    pub class: String,
}

/// Net id and whether it is a return, for a terminal.
pub type NetOf<'a> = &'a dyn Fn(Terminal) -> (Option<String>, bool);

/// One end of a line before boxes are counted.
struct Tip {
    spot: Spot,
    label: String,
    /// Where a wire lands.
    on: Option<Terminal>,
}

/// The whole build.
pub fn graph(build: &Build, net_of: NetOf<'_>) -> Graph {
    let all: Vec<RunId> = (0..build.runs.len()).map(|n| RunId(u32::try_from(n).expect("runs are bounded"))).collect();
    of_runs(build, net_of, &all, &BTreeMap::new())
}

/// Some runs; `ends` says where an end lies that is not where the run says: at a terminal, or free.
pub fn of_runs(
    build: &Build,
    net_of: NetOf<'_>,
    runs: &[RunId],
    ends: &BTreeMap<(RunId, u8), Option<Terminal>>,
) -> Graph {
    let mut lines: Vec<(Tip, Tip, Edge)> = Vec::new();
    for &id in runs {
        let run = build.run(id);
        let tag = build.tag(id);
        let tip = |terminal: Terminal, end: u8| match ends.get(&(id, end)) {
            None => at(build, terminal),
            Some(Some(elsewhere)) => at(build, *elsewhere),
            Some(None) => Tip { spot: Spot::Loose(id, end), label: "loose".to_owned(), on: None },
        };
        let wire = |id_of_wire: WireId, tag: String, ends: [Tip; 2]| {
            let wire = build.wire(id_of_wire);
            let colour = build.attributes_of(wire).colour.as_ref().map(|text| text.value.as_str());
            let (net, from) = net_of(wire.ends[0]);
            let returns = from || net_of(wire.ends[1]).1;
            let [a, b] = ends;
            let kind = LineKind::Wire;
            let (paint, directed) = (paint(colour), run.directed);
            (a, b, Edge { tag, kind, paint, directed, returns, net, wire: Some(id_of_wire), ..blank(id) })
        };
        match &run.what {
            RunKind::Wire(one) => {
                let [a, b] = build.wire(*one).ends;
                lines.push(wire(*one, tag, [tip(a, 0), tip(b, 1)]));
            }
            RunKind::Inline(first, _, second) => {
                let ([a, b], [c, d]) = (build.wire(*first).ends, build.wire(*second).ends);
                lines.push(wire(*first, format!("{tag}a"), [tip(a, 0), at(build, b)]));
                lines.push(wire(*second, format!("{tag}b"), [at(build, c), tip(d, 1)]));
            }
            RunKind::Cable(cable, one, two) => {
                let far = |mate: &model::wire::Mate| mate.ends.iter().copied().find(|end| end.0 != *cable);
                if let (Some(a), Some(b)) = (far(one), far(two)) {
                    let edge = Edge { tag, kind: LineKind::Cable, directed: run.directed, ..blank(id) };
                    lines.push((at_port(build, a), at_port(build, b), edge));
                }
            }
            RunKind::Plug(mate) => {
                let edge = Edge { tag, kind: LineKind::Plug, directed: run.directed, ..blank(id) };
                lines.push((at_port(build, mate.ends[0]), at_port(build, mate.ends[1]), edge));
            }
        }
    }
    let mut numbers: BTreeMap<Spot, usize> = BTreeMap::new();
    for (a, b, _) in &lines {
        numbers.insert(a.spot, 0);
        numbers.insert(b.spot, 0);
    }
    let mut nodes = Vec::with_capacity(numbers.len());
    for (n, (spot, number)) in numbers.iter_mut().enumerate() {
        *number = n;
        nodes.push(node(build, *spot));
    }
    let mut lands: BTreeMap<Terminal, Vec<(usize, usize)>> = BTreeMap::new();
    for (n, (a, b, _)) in lines.iter().enumerate() {
        for (end, terminal) in [a.on, b.on].into_iter().enumerate() {
            if let Some(terminal) = terminal {
                lands.entry(terminal).or_default().push((n, end));
            }
        }
    }
    let edges = lines.into_iter().map(|(a, b, edge)| Edge {
        nodes: [numbers[&a.spot], numbers[&b.spot]],
        labels: [a.label, b.label],
        ..edge
    });
    Graph { nodes, edges: edges.collect(), lands, ..Graph::default() }
}

fn blank(run: RunId) -> Edge {
    let paint = Paint { ground: "#c9d1d9", stripe: None, words: String::new(), letters: String::new() };
    let labels = [String::new(), String::new()];
    Edge {
        nodes: [0, 0],
        labels,
        run,
        tag: String::new(),
        kind: LineKind::Wire,
        paint,
        directed: false,
        returns: false,
        net: None,
        wire: None,
        figure: None,
        class: String::new(),
    }
}

fn at(build: &Build, terminal: Terminal) -> Tip {
    let device = build.owner(terminal);
    let info = build.terminal(terminal);
    let spot = match (build.device(device).origin, info.pin, &info.alias) {
        (Origin::Feed(_), Some((port, _)), _) => Spot::Outside(device, port),
        (_, _, Some(alias)) if alias.starts_with("pin[") => Spot::Header(device),
        _ => Spot::Device(device),
    };
    Tip { spot, label: label(build, terminal), on: Some(terminal) }
}

fn at_port(build: &Build, (device, port): (DeviceId, u32)) -> Tip {
    let spot = match build.device(device).origin {
        Origin::Feed(_) => Spot::Outside(device, port),
        _ => Spot::Device(device),
    };
    let name = build.part_of(device).ports.get(port as usize).map_or("?", |port| &port.name);
    Tip { spot, label: short(name), on: None }
}

/// What stands by a terminal: as printed on the board, with its number; header pins with both numbers.
pub fn label(build: &Build, terminal: Terminal) -> String {
    let info = build.terminal(terminal);
    let number =
        |name: &str| name.strip_suffix(']').and_then(|name| name.rsplit_once('[')).map(|(_, number)| number.to_owned());
    match (&info.alias, &info.silk) {
        (Some(alias), _) => {
            let pin = number(alias).unwrap_or_default();
            match info.name.strip_prefix("gpio[") {
                Some(gpio) => format!("GPIO{} · pin {pin}", gpio.trim_end_matches(']')),
                None => format!("{} · pin {pin}", rail(&info.name)),
            }
        }
        (None, Some(silk)) => {
            let part = build.part_of(build.owner(terminal));
            let local = terminal.0 - build.device(build.owner(terminal)).first;
            let position = positions(part)[local as usize];
            let alone = part.terminals.iter().filter(|other| other.silk.as_ref() == Some(silk)).count() == 1;
            match (position, number(&info.name)) {
                _ if alone => silk.clone(),
                (Some(position), _) => format!("{silk} · {position}"),
                (None, Some(number)) if !silk.ends_with(|c: char| c.is_ascii_digit()) && !silk.contains("5V") => {
                    format!("{silk}{number}")
                }
                (None, Some(number)) => format!("{silk} [{number}]"),
                (None, None) => format!("{silk} ({})", short(&info.name)),
            }
        }
        (None, None) => short(&info.name),
    }
}

/// For each terminal of a part, the position in a large plug that it is one piece of metal with, if that is one alone:
/// what breakout boards print.
pub fn positions(part: &Part) -> Vec<Option<u32>> {
    let mut found: Vec<Option<u32>> = vec![None; part.terminals.len()];
    let mut several = vec![false; part.terminals.len()];
    let large = |port: u32| part.ports.get(port as usize).is_some_and(|port| port.pins.len() >= 10);
    for join in part.joins.iter().filter(|join| join.ohms.is_absent()) {
        let pins =
            || join.of.iter().filter_map(|local| part.terminals[local.0 as usize].pin).filter(|pin| large(pin.0));
        let Some((_, position)) = pins().next() else { continue };
        let alone = pins().nth(1).is_none();
        for local in join.of.iter().map(|local| local.0 as usize).filter(|&local| part.terminals[local].pin.is_none()) {
            several[local] |= !alone || found[local].is_some();
            found[local] = Some(position + 1);
        }
    }
    found.into_iter().zip(several).map(|(position, several)| position.filter(|_| !several)).collect()
}

fn rail(name: &str) -> String {
    let name = name.split('[').next().unwrap_or(name);
    match name {
        "5v" => "5V".to_owned(),
        "3v3" => "3V3".to_owned(),
        "gnd" => "GND".to_owned(),
        other => other.to_owned(),
    }
}

/// `com[3]` as `com 3`.
fn short(name: &str) -> String {
    name.replace('[', " ").replace(']', "")
}

fn node(build: &Build, spot: Spot) -> Node {
    let named = |device: DeviceId| build.device(device).name.clone();
    let (title, sub) = match spot {
        Spot::Device(device) => {
            let kind = || build.part_of(device).kind.replace('-', " ");
            (named(device), rating(build, device).unwrap_or_else(kind))
        }
        Spot::Header(device) => (named(device), "GPIO header".to_owned()),
        Spot::Outside(device, _) => (named(device), "outside".to_owned()),
        Spot::Loose(..) => ("free end".to_owned(), "for now".to_owned()),
        Spot::Sheet(number) => (format!("sheet {}", number + 1), String::new()),
    };
    Node { spot, title, sub, figures: Vec::new(), class: String::new() }
}

/// `fuse 2 A`, where a device is a fuse or holds one.
pub fn rating(build: &Build, device: DeviceId) -> Option<String> {
    let part = build.part_of(device);
    let fuse = part.fuses.first()?;
    let rated = match build.device(device).choices.get(&fuse.name) {
        Some(Choice::Part(insert, _)) => build.part(*insert).fuses.first()?.rated,
        _ => fuse.rated,
    };
    Some(format!("fuse {}", rated.known()?.typ))
}
