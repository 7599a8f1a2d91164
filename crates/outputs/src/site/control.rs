//! Who controls whom: the drawing, the same as a table, what a hung controller does, and what moves while everything comes up.

mod power_up;

use std::collections::BTreeSet;

use analysis::control::Verdict;
use askama::Template;

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::names;
use crate::{Artifact, control};

use power_up::PowerUp;

/// A hold as a row of the table.
struct Hold {
    controller: String,
    coil: String,
    load: String,
    how: String,
}

#[derive(Template)]
#[template(path = "control.html")]
struct Control<'a> {
    shell: &'a Shell,
    drawing: String,
    holds: Vec<Hold>,
    watches: Vec<(String, String, bool)>,
    nobody: String,
    controllers: usize,
    hang: String,
    /// Controllers that must hang together before anything is lost; 0 where one is enough or none is known.
    several: usize,
    stories: Vec<(String, Vec<String>)>,
    self_cuts: Vec<String>,
    up: PowerUp,
    /// Whether there is a page that draws the states.
    drawn: bool,
}

/// `control.html`, and `control.svg`: the drawing on its own.
pub fn page(site: &Site<'_>) -> (Page, Artifact) {
    let (build, control) = (site.view.build, &site.view.facts.control);
    let shell = Shell::new(
        site,
        "control.html",
        "Who controls whom",
        format!(
            "Which controller of {} can cut and restore what, what one that hangs does, and what moves at power-up.",
            build.meta.title
        ),
    );
    let name = |device: model::DeviceId| build.device(device).name.as_str();
    let hang = match control.single_hang {
        Verdict::Free { controllers: 0, .. } => String::new(),
        Verdict::Free { controllers, states } => format!(
            "Proved: if any one of the {controllers} controllers hangs, whatever it holds, the others can bring back everything that a relay can cut ({states} states looked at)."
        ),
        Verdict::Found => "One controller that hangs at the wrong moment locks everybody out:".to_owned(),
        Verdict::NotProved { states } => {
            format!(
                "Not proved: {states} states were looked at, and there are more. Whether one hung controller can lock out is not known."
            )
        }
    };
    let held: BTreeSet<_> = control.grips.iter().map(|grip| (grip.controller, grip.load)).collect();
    let locks = control.lock_outs.iter().chain(&control.beyond);
    let drawing = control::drawing::svg(site.view);
    let page = Control {
        shell: &shell,
        holds: control
            .grips
            .iter()
            .map(|grip| Hold {
                controller: name(grip.controller).to_owned(),
                coil: control::coil_name(build, grip.coil),
                load: name(grip.load).to_owned(),
                how: control::how(grip),
            })
            .collect(),
        watches: build
            .control
            .watches
            .iter()
            .map(|watch| {
                let holds = held.contains(&(watch.watcher, watch.watched));
                (name(watch.watcher).to_owned(), name(watch.watched).to_owned(), holds)
            })
            .collect(),
        nobody: names(control.nobody.iter().map(|device| name(*device))),
        controllers: control.controllers.len(),
        hang,
        several: match control.lock_outs.as_slice() {
            [] => control.beyond.iter().map(|lock| lock.hung.len()).min().unwrap_or(0),
            _ => 0,
        },
        stories: locks
            .map(|lock| {
                let remedies = lock.remedies.iter().map(|remedy| control::remedy_words(build, remedy)).collect();
                (control::story(build, lock), remedies)
            })
            .collect(),
        self_cuts: control.self_cuts.iter().map(|cut| control::self_cut(build, cut)).collect(),
        up: power_up::tell(site.view),
        drawn: site.has_states,
        drawing: drawing.clone(),
    };
    (shell::page(&shell, &page), Artifact::text("site/control.svg", drawing))
}
