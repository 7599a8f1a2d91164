//! The wiring as a drawing that a relay daemon can show with the states of its outlets. docs/relayd.md tells the format.

use analysis::circuit::Variable;
use analysis::outlets::Outlet as Switched;
use analysis::what_if::Change;
use model::DeviceId;
use relay_config::{Outlet, RelayConfig};

use crate::View;
use crate::site::drawing::graph::Spot;
use crate::site::drawing::{self, Frame, symbols};
use crate::site::stands::{self, Stand};
use crate::site::{NetNames, escape};

/// The format's version.
const SCHEMA: u32 = 1;

/// The drawing for a config; `None` where the wiring is too large for one that can be read.
///
/// State 0 has power at every outlet of the config, state `n` at all but its `n`th, and the last one at none of them.
pub fn svg(view: View<'_>, config: &RelayConfig) -> Option<String> {
    let build = view.build;
    let stand = |is_off: &dyn Fn(usize) -> bool| {
        let set = config.outlets.iter().enumerate().flat_map(|(n, own)| {
            let off = is_off(n);
            coils(view, config, own).map(move |(coil, is_nc)| (coil, is_nc == off)).collect::<Vec<_>>()
        });
        Stand::new(view, String::new(), &Change { set: set.collect(), ..Change::default() })
    };
    let mut all = vec![stand(&|_| false)];
    all.extend((0..config.outlets.len()).map(|n| stand(&|other| other == n)));
    all.push(stand(&|_| true));

    let mut graph = stands::graph(view, &NetNames::of(view), &symbols::poles(build), &all);
    if graph.edges.len() > drawing::WHOLE_LINES {
        return None;
    }
    let powered: Vec<Vec<DeviceId>> = all.iter().map(|stand| stand.world.powered()).collect();
    for node in &mut graph.nodes {
        let Spot::Device(device) = node.spot else { continue };
        let on: String = (0..)
            .zip(&powered)
            .filter(|(_, on)| on.contains(&device))
            .map(|(n, _): (usize, _)| format!(" v{n}"))
            .collect();
        if !on.is_empty() {
            node.class = format!("vd{on}");
        }
    }
    let title = format!("Wiring of {}, version {}", build.meta.title, build.meta.version);
    let frame = Frame {
        prefix: "d-",
        title: &title,
        description: "Supply on the left, loads on the right. What has no power is faint, contacts stand as they do. The table on this page says the same.",
        caption: &[],
        letters: false,
    };
    let drawn = drawing::svg_by(&graph, &drawing::plan(&graph)?, &frame);
    let slugs: Vec<&str> = config.outlets.iter().map(|own| own.slug.as_str()).collect();
    let head = format!(
        "<svg data-schema=\"{SCHEMA}\" data-controller=\"{}\" data-build=\"{}\" data-version=\"{}\" data-outlets=\"{}\" ",
        escape(&config.slug),
        escape(&config.build.name),
        escape(&config.build.version),
        escape(&slugs.join(" "))
    );
    Some(drawn.replacen("<svg ", &head, 1) + "\n")
}

/// What moves the contacts of an outlet, and whether its load hangs on NC.
fn coils<'a>(
    view: View<'a>,
    config: &'a RelayConfig,
    own: &'a Outlet,
) -> impl Iterator<Item = (Variable, bool)> + use<'a> {
    let build = view.build;
    let is_own = move |outlet: &&Switched| {
        let part = build.part_of(outlet.line.0);
        let offset = part.lines.get(outlet.line.1 as usize).and_then(|line| line.offset);
        build.device(outlet.controller).name == config.controller
            && offset == Some(own.offset)
            && part.soc.as_ref().is_some_and(|soc| soc.chip == own.chip)
    };
    view.facts.outlets.iter().filter(is_own).filter_map(move |outlet| {
        let number = view.facts.circuit.coil(outlet.coil.0, outlet.coil.1)?;
        Some((view.facts.circuit.variables[number as usize], outlet.throw_nc))
    })
}
