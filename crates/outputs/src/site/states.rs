//! The wiring in each state: what stands under volts, which contacts are closed, and the same in words.

use std::collections::BTreeSet;

use analysis::circuit::Variable;
use analysis::what_if::{self, Change, World};
use askama::Template;
use model::{DeviceId, WireId};

use super::Site;
use super::drawing::{self, Frame};
use super::shell::{self, Page, Shell};
use super::text::{count, names};
use super::wiring::{net_of, title_block};
use crate::View;
use crate::site::drawing::graph::Blade;
use crate::site::drawing::symbols::Symbol;

/// Most states that the drawing shows; the command shows any.
const MOST: usize = 24;

/// A state in words.
struct Row {
    name: String,
    dark: String,
    lost: String,
    gained: String,
}

#[derive(Template)]
#[template(path = "states.html")]
struct States<'a> {
    shell: &'a Shell,
    drawing: String,
    rows: Vec<Row>,
    same: Vec<String>,
    more: usize,
}

/// A state with what it comes to.
struct Stand {
    name: String,
    world: World,
    /// How many wires stand under volts.
    live: usize,
    /// By wire: it stands under volts or is joined to a return.
    on: Vec<bool>,
}

impl Stand {
    fn new(view: View<'_>, name: String, change: &Change) -> Self {
        let world = what_if::world(view.build, view.facts, change);
        let (circuit, component) = (&world.circuit, &world.settled.component);
        let mut ends = [BTreeSet::new(), BTreeSet::new()];
        for (rail, &(of, plus)) in circuit.network.rails.iter().zip(&circuit.rails) {
            let gives = circuit.supplies.iter().zip(&world.settled.live).any(|(supply, live)| *live && supply.of == of);
            if gives {
                ends[usize::from(plus)].insert(component[rail.node as usize]);
            }
        }
        let on = |side: usize| -> Vec<bool> {
            let wires = view.build.wires.iter();
            wires.map(|wire| ends[side].contains(&component[world.metal.net(wire.ends[0]).0 as usize])).collect()
        };
        let (returns, live) = (on(0), on(1));
        let count = live.iter().filter(|live| **live).count();
        Self {
            name,
            live: count,
            on: live.iter().zip(returns).map(|(live, returns)| *live || returns).collect(),
            world,
        }
    }
}

/// `states.html`; none where there is no drawing of the whole wiring, or nothing moves.
pub fn page(site: &Site<'_>) -> Option<Page> {
    let view = site.view;
    let (build, circuit) = (view.build, &view.facts.circuit);
    let plan = site.plan.as_ref()?;
    let (before, _) = what_if::service(build, circuit);
    let service = Stand::new(view, "In service".to_owned(), &Change::default());
    let (mut stands, mut same, mut more) = (vec![service], Vec::new(), 0);
    for (number, variable) in (0..).zip(&circuit.variables) {
        let value = !before[number as usize];
        if matches!(variable, Variable::Position(..)) && !value {
            continue;
        }
        let name = format!("{} {}", circuit.name(build, number), circuit.stands(build, number, value));
        let change = Change { set: [(*variable, value)].into(), ..Change::default() };
        let stand = Stand::new(view, name, &change);
        match stand.on == stands[0].on {
            true => same.push(stand.name),
            false if stands.len() == MOST => more += 1,
            false => stands.push(stand),
        }
    }
    if stands.len() == 1 {
        return None;
    }
    let title = &build.meta.title;
    let shell = Shell::new(
        site,
        "states.html",
        "States",
        format!("What of {title} stands under volts while one relay is energised or one switch is moved."),
    )
    .wide();
    let rows = stands.iter().map(|stand| row(view, &stands[0], stand)).collect();
    let drawing = drawn(site, plan, &stands);
    Some(shell::page(&shell, &States { shell: &shell, drawing, rows, same, more }))
}

fn row(view: View<'_>, service: &Stand, stand: &Stand) -> Row {
    let build = view.build;
    let lit: BTreeSet<DeviceId> = service.world.powered().into_iter().collect();
    let dark = stand.world.dark().into_iter().filter(|device| lit.contains(device));
    let dark: Vec<&str> = dark.map(|device| build.device(device).name.as_str()).collect();
    let tags = |from: &[bool], to: &[bool]| {
        let wires = (0..).zip(from.iter().zip(to)).filter(|(_, (from, to))| **from && !**to);
        let mut tags: Vec<String> = wires.map(|(wire, _)| build.tag(build.wire(WireId(wire)).run)).collect();
        tags.dedup();
        tags.join(" ")
    };
    let is_service = std::ptr::eq(service, stand);
    Row {
        name: stand.name.clone(),
        dark: names(dark),
        lost: if is_service { String::new() } else { tags(&service.on, &stand.on) },
        gained: if is_service {
            format!("{} under volts", count(stand.live, "wire", "wires"))
        } else {
            tags(&stand.on, &service.on)
        },
    }
}

/// One drawing for all states: each line and contact bears the states in which it stands so, and a style sheet shows one state.
fn drawn(site: &Site<'_>, plan: &drawing::Plan, stands: &[Stand]) -> String {
    let build = site.view.build;
    let net_of = net_of(site.view, &site.nets);
    let mut graph = drawing::graph(build, &net_of);
    let classes = |holds: &dyn Fn(&Stand) -> bool| -> String {
        let of = stands.iter().enumerate().filter(|(_, stand)| holds(stand));
        of.map(|(n, _)| format!(" v{n}")).collect()
    };
    for edge in &mut graph.edges {
        if let Some(WireId(wire)) = edge.wire {
            let wire = wire as usize;
            edge.class = format!("vs{}", classes(&|stand| stand.on[wire]));
        }
    }
    let throws = &stands[0].world.circuit.throws;
    graph.add_blades(build, throws.iter().map(|throw| (throw, false)));
    // A contact that no line leads to has no blade, so blades are told apart by what they join.
    let ends =
        |blade: &Blade| blade.rows.map(|(edge, end)| graph.edges[edge].wire.map(|wire| build.wire(wire).ends[end]));
    let contacts: Vec<(&Blade, usize)> = graph
        .blades
        .iter()
        .filter_map(|blade| Some((blade, throws.iter().position(|throw| throw.ends.map(Some) == ends(blade))?)))
        .collect();
    let closed = |stand: &Stand, number: usize| stand.world.closed.get(number).copied().unwrap_or(false);
    let mut blades = Vec::new();
    for &(blade, number) in &contacts {
        let taken = |stand: &Stand| {
            contacts.iter().any(|(other, number)| other.rows[0] == blade.rows[0] && closed(stand, *number))
        };
        for symbol in blade.symbol.ways() {
            let on = classes(&|stand| match symbol {
                Symbol::Free => !closed(stand, number) && taken(stand),
                _ if symbol.is_closed() => closed(stand, number),
                _ => !closed(stand, number) && !taken(stand),
            });
            if !on.is_empty() {
                blades.push(Blade { symbol, class: format!("vb{on}"), ..blade.clone() });
            }
        }
    }
    graph.blades = blades;
    graph.add_symbols(build, &site.poles);
    let title = format!("States of {}, version {}", build.meta.title, build.meta.version);
    let description = "The whole wiring; what no supply stands on in the chosen state is grey, and contacts stand as they do in it. The table below says the same.";
    let svg = drawing::svg_by(
        &graph,
        plan,
        &Frame { prefix: "", title: &title, description, caption: &[title_block(site, &graph)], letters: false },
    );
    let rules = (0..stands.len()).map(|n| {
        let chosen = format!(".states:has(#state-{n}:checked)");
        format!(
            "{chosen} .vs:not(.v{n}) path{{stroke:#d5dade}}{chosen} .vs:not(.v{n}) .casing{{stroke:#aab2ba;stroke-width:4}}{chosen} .vb:not(.v{n}){{display:none}}"
        )
    });
    let rules: String = rules.collect();
    svg.replacen("</desc>", &format!("</desc><style>{rules}</style>"), 1)
}
