//! Nets: an address in words for each, what is on it, and the same as a table.

use std::collections::{BTreeMap, BTreeSet};

use analysis::nets::NetId;
use model::device::slug;
use model::{Terminal, WireId};

use crate::View;
use crate::bom_csv::written;
use crate::site::Site;

/// An id in words for each net that a wire lies on.
pub struct NetNames {
    ids: BTreeMap<NetId, String>,
}

impl NetNames {
    /// Ids from the first terminal of each net, which does not move when other lines of the build do.
    pub fn of(view: View<'_>) -> Self {
        let mut ids = BTreeMap::new();
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for wire in &view.build.wires {
            for end in wire.ends {
                let net = view.facts.metal.net(end);
                ids.entry(net).or_insert_with(|| {
                    let id = format!("net-{}", slug(&view.build.path(end)));
                    let again = taken.entry(id.clone()).or_default();
                    *again += 1;
                    if *again == 1 { id } else { format!("{id}-{again}") }
                });
            }
        }
        Self { ids }
    }

    /// The id of the net that a terminal is on.
    pub fn of_terminal(&self, view: View<'_>, terminal: Terminal) -> Option<String> {
        self.ids.get(&view.facts.metal.net(terminal)).cloned()
    }
}

/// A net in the table of them.
pub struct NetRow {
    /// Its address on the page.
    pub id: String,
    /// Its first terminal, as people read it.
    pub name: String,
    /// What stands on it at rest.
    pub carries: String,
    /// Tags of its wires.
    pub tags: Vec<String>,
    /// The terminals that they land on, as people read them.
    pub ends: String,
}

/// A net by its wires: their tags, and the terminals that they land on.
struct Net {
    tags: Vec<String>,
    ends: Vec<Terminal>,
}

/// The nets of a build, in the order of their first wires.
fn gathered(view: View<'_>) -> Vec<Net> {
    let View { build, facts, .. } = view;
    let mut by_net: BTreeMap<NetId, (Vec<String>, Vec<Terminal>)> = BTreeMap::new();
    let mut seen: BTreeSet<Terminal> = BTreeSet::new();
    let mut order: Vec<NetId> = Vec::new();
    for (n, wire) in build.wires.iter().enumerate() {
        for end in wire.ends {
            let net = facts.metal.net(end);
            let (tags, ends) = by_net.entry(net).or_insert_with(|| {
                order.push(net);
                Default::default()
            });
            let tag = build.tag(build.wire(WireId(u32::try_from(n).expect("wires are bounded"))).run);
            if tags.last() != Some(&tag) {
                tags.push(tag);
            }
            if seen.insert(end) {
                ends.push(end);
            }
        }
    }
    let gathered = order.into_iter().filter_map(|net| by_net.remove(&net));
    gathered.map(|(tags, ends)| Net { tags, ends }).collect()
}

/// The nets as the page lists them.
pub fn rows(site: &Site<'_>) -> Vec<NetRow> {
    let row = |Net { tags, ends }: Net| {
        let first = *ends.first()?;
        let names: Vec<String> = ends.iter().map(|&end| site.shown(end)).collect();
        Some(NetRow {
            id: site.nets.of_terminal(site.view, first)?,
            name: site.shown(first),
            carries: carries(site.view, first),
            tags,
            ends: names.join(", "),
        })
    };
    gathered(site.view).into_iter().filter_map(row).collect()
}

/// The nets as CSV: address on the wiring page, what each carries at rest, tags of its wires, terminals that wires land on.
pub fn table(view: View<'_>, names: &NetNames) -> String {
    let mut rows = vec![["net", "carries", "wires", "ends"].map(str::to_owned).to_vec()];
    for Net { tags, ends } in gathered(view) {
        let Some(&first) = ends.first() else { continue };
        let paths: Vec<String> = ends.iter().map(|&end| view.build.path(end)).collect();
        let id = names.of_terminal(view, first).unwrap_or_default();
        rows.push(vec![id, carries(view, first), tags.join(" "), paths.join(" ")]);
    }
    written(rows)
}

/// Rules that light the net of the address where no script runs.
pub fn style(nets: &[NetRow]) -> String {
    let rule = |NetRow { id, .. }: &NetRow| {
        format!(
            ":root:has(#{id}:target) .line:not([data-net={id}]){{opacity:.15}}:root:has(#{id}:target) [data-net={id}] .casing{{stroke-width:9}}"
        )
    };
    let rules: String = nets.iter().map(rule).collect();
    format!("<style>@media (scripting:none){{{rules}}}</style>")
}

/// What stands on a terminal while every coil and lever is at rest.
pub fn carries(view: View<'_>, terminal: Terminal) -> String {
    let facts = view.facts;
    match facts.potentials.at(&facts.rest, terminal) {
        Some(volts) if volts.ac => "mains".to_owned(),
        Some(volts) if volts.returns => "return".to_owned(),
        Some(volts) if volts.live => match (volts.volts, volts.by) {
            (Some(band), Some(by)) => format!("{band} of {}", source(view, by)),
            (Some(band), None) => band.to_string(),
            (None, _) => "volts not known".to_owned(),
        },
        _ => "signal, or nothing at rest".to_owned(),
    }
}

/// `psu.5v`.
pub fn source(view: View<'_>, by: analysis::potentials::SourceRef) -> String {
    let build = view.build;
    let name = build.part_of(by.device).sources.get(by.index as usize).map_or("?", |source| &source.name);
    format!("{}.{name}", build.device(by.device).name)
}
