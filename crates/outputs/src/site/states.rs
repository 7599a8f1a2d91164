//! The wiring in each state: what stands under volts, which contacts are closed, and the same in words.

use std::collections::BTreeSet;

use analysis::circuit::Variable;
use analysis::what_if::{self, Change};
use askama::Template;
use model::{DeviceId, WireId};

use super::Site;
use super::drawing::{self, Frame};
use super::shell::{self, Page, Shell};
use super::stands::{self, Stand};
use super::text::{count, names};
use super::wiring::title_block;
use crate::View;

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

/// One drawing for all states, and a style sheet in it that shows the chosen one.
fn drawn(site: &Site<'_>, plan: &drawing::Plan, stands: &[Stand]) -> String {
    let build = site.view.build;
    let graph = stands::graph(site.view, &site.nets, &site.poles, stands);
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
