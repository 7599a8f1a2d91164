//! The cut list: every wire, cable and plug with its tag, ends and the step that installs it.

use model::units::Unit;
use model::wire::{Mate, Run, RunKind, WireId};
use model::{BundleKind, RunId};

use crate::bom_csv::written;
use crate::{Artifact, Output, Render, View};

/// `wires.csv`.
pub const OUTPUT: Output = Output { name: "wires", render: Render::Always(files) };

/// The columns, in their order.
pub const COLUMNS: [&str; 15] = [
    "tag",
    "name",
    "kind",
    "stock",
    "colour",
    "gauge-awg",
    "length-mm",
    "from",
    "to",
    "end-from",
    "end-to",
    "inline",
    "step",
    "note",
    "place",
];

fn files(view: View<'_>) -> Vec<Artifact> {
    vec![Artifact::text("wires.csv", table(view))]
}

/// The table, in the order of the tags.
pub fn table(view: View<'_>) -> String {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for (nth, run) in view.build.runs.iter().enumerate() {
        let id = RunId(u32::try_from(nth).expect("runs are bounded"));
        match &run.what {
            RunKind::Wire(wire) => rows.push(wire_row(view, id, run, *wire, "", "")),
            RunKind::Inline(first, device, second) => {
                let part = &view.build.part_of(*device).id;
                rows.push(wire_row(view, id, run, *first, "a", part));
                rows.push(wire_row(view, id, run, *second, "b", part));
            }
            RunKind::Cable(device, from, to) => {
                let part = view.build.part_of(*device);
                let length = part.stock.as_ref().and_then(|stock| stock.length.known());
                let ends = [port(view, from, 0, *device), port(view, to, 0, *device)];
                rows.push(other_row(view, id, run, "cable", &part.id, length.map(|band| band.typ.base()), ends));
            }
            RunKind::Plug(mate) => {
                let ends = [end(view, mate, 0), end(view, mate, 1)];
                rows.push(other_row(view, id, run, "plug", "", None, ends));
            }
        }
    }
    written(rows)
}

/// `psu.main`.
pub fn end(view: View<'_>, mate: &Mate, nth: usize) -> String {
    let (device, port) = mate.ends[nth];
    let port = view.build.part_of(device).ports.get(port as usize).map_or("?", |port| port.name.as_str());
    format!("{}.{port}", view.build.device(device).name)
}

/// The end of a mating that is not the cable itself.
fn port(view: View<'_>, mate: &Mate, fallback: usize, cable: model::DeviceId) -> String {
    let far = mate.ends.iter().position(|&(device, _)| device != cable).unwrap_or(fallback);
    end(view, mate, far)
}

fn wire_row(view: View<'_>, id: RunId, run: &Run, wire: WireId, half: &str, inline: &str) -> Vec<String> {
    let build = view.build;
    let wire = build.wire(wire);
    let attributes = build.attributes_of(wire);
    let stock = match &attributes.stock {
        Some((part, _)) => build.part(*part).id.clone(),
        None if attributes.own => "own".to_owned(),
        None => String::new(),
    };
    let crimp = |nth: usize| attributes.ends[nth].map(|part| build.part(part).id.clone()).unwrap_or_default();
    vec![
        format!("{}{half}", build.tag(id)),
        format!("{}{half}", build.run_path(id)),
        "wire".to_owned(),
        stock,
        attributes.colour.as_ref().map(|colour| colour.value.clone()).unwrap_or_default(),
        attributes.gauge.known().map(|gauge| number(gauge.typ.base())).unwrap_or_default(),
        attributes.length.known().map(|length| number(length.typ.base() * 1000.0)).unwrap_or_default(),
        build.shown(wire.ends[0]),
        build.shown(wire.ends[1]),
        crimp(0),
        crimp(1),
        inline.to_owned(),
        steps(view, id),
        build.bundle(run.bundle).note.clone().unwrap_or_default(),
        place(view, run),
    ]
}

fn other_row(
    view: View<'_>,
    id: RunId,
    run: &Run,
    kind: &str,
    part: &str,
    length: Option<f64>,
    ends: [String; 2],
) -> Vec<String> {
    debug_assert!(view.build.bundle(run.bundle).kind != BundleKind::Wire, "wires have their own row");
    let [from, to] = ends;
    vec![
        view.build.tag(id),
        view.build.run_path(id),
        kind.to_owned(),
        part.to_owned(),
        String::new(),
        String::new(),
        length.map(|metres| number(metres * 1000.0)).unwrap_or_default(),
        from,
        to,
        String::new(),
        String::new(),
        String::new(),
        steps(view, id),
        view.build.bundle(run.bundle).note.clone().unwrap_or_default(),
        place(view, run),
    ]
}

fn steps(view: View<'_>, id: RunId) -> String {
    let steps = view.facts.assembly.installs(id);
    let ids = steps.iter().filter_map(|&step| view.build.steps.get(step)).map(|step| step.id.value.as_str());
    ids.collect::<Vec<_>>().join("; ")
}

fn place(view: View<'_>, run: &Run) -> String {
    let place = view.sources.place(run.span.file, run.span.start);
    format!("{}:{}", view.sources.path(run.span.file), place.line)
}

/// A number without needless zeros.
fn number(number: f64) -> String {
    let text = format!("{number:.1}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
