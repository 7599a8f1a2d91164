//! The whole build as JSON: what was read and bound, for tools that draw, count or compare. The shape is in `docs/model.md`.
//!
//! Written out by hand, so that the format changes only where somebody changes it here.

use analysis::nets::NetId;
use model::device::{Device, Origin};
use model::guide::{Setup, Step};
use model::part::Part;
use model::units::{Number, Unit};
use model::wire::{Mate, Run, RunKind, WireId};
use model::{BundleKind, DeviceId, RunId, Terminal};
use serde_json::{Value, json};

use crate::{View, bom_csv};

/// The version of the shape.
pub const SCHEMA: u32 = 1;

/// The object as text; keys in the order of their letters, lists in the order of the build.
pub fn text(view: View<'_>) -> String {
    let (build, meta) = (view.build, &view.build.meta);
    let whole = json!({
        "schema": SCHEMA,
        "build": {
            "name": meta.name, "title": meta.title, "version": meta.version, "license": meta.license,
            "as-of": meta.as_of.map(|(date, _)| date.to_string()),
        },
        "parts": build.parts.iter().map(part).collect::<Vec<_>>(),
        "devices": build.each_device().map(|(id, device, of)| self::device(view, id, device, of)).collect::<Vec<_>>(),
        "runs": (0..).zip(&build.runs).map(|(n, run)| self::run(view, RunId(n), run)).collect::<Vec<_>>(),
        "nets": nets(view),
        "steps": (1..).zip(&build.steps).map(|(number, step)| self::step(view, number, step)).collect::<Vec<_>>(),
        "setups": (1..).zip(&build.setups).map(|(number, setup)| self::setup(number, setup)).collect::<Vec<_>>(),
        "bill": bill(view),
    });
    lines(&stated(whole))
}

/// A value without the keys that nobody states; as deep as the shape above.
fn stated(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            entries.into_iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key, stated(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(stated).collect(),
        other => other,
    }
}

/// The object with one thing a line, so that two versions can be compared.
fn lines(whole: &Value) -> String {
    let plain = |value: &Value| serde_json::to_string(value).expect("plain values");
    let entries = whole.as_object().into_iter().flatten().map(|(key, value)| match value {
        Value::Array(list) if !list.is_empty() => {
            format!("{}: [\n{}\n]", plain(&json!(key)), list.iter().map(plain).collect::<Vec<_>>().join(",\n"))
        }
        value => format!("{}: {}", plain(&json!(key)), plain(value)),
    });
    format!("{{\n{}\n}}\n", entries.collect::<Vec<_>>().join(",\n"))
}

/// Least, typical, most in base units; left out where nobody knows it.
fn number<T: Unit>(number: &Number<T>) -> Value {
    number.known().map_or(Value::Null, |band| json!([band.lo.base(), band.typ.base(), band.hi.base()]))
}

fn part(part: &Part) -> Value {
    let terminal = |terminal: &model::part::PartTerminal| {
        json!({
            "name": terminal.name, "also": terminal.alias, "clamp": terminal.clamp, "wires": terminal.wires,
            "silk": terminal.silk, "max-amps": number(&terminal.max),
        })
    };
    let offer = bom_csv::offer(part);
    let price = offer.and_then(|offer| offer.price.as_ref()).map(|(money, _)| money);
    json!({
        "id": part.id, "name": part.name, "kind": part.kind, "section": part.section, "mpn": part.mpn, "note": part.note,
        "price": price.map(|price| json!({ "amount": format!("{:.2}", price.amount), "currency": price.currency })),
        "pack": offer.map(|offer| offer.pack),
        "url": offer.and_then(|offer| offer.url.as_ref()),
        "terminals": part.terminals.iter().map(terminal).collect::<Vec<_>>(),
        "ports": part.ports.iter().map(|port| port.name.as_str()).collect::<Vec<_>>(),
    })
}

fn device(view: View<'_>, id: DeviceId, device: &Device, part: &Part) -> Value {
    let build = view.build;
    let origin = match device.origin {
        Origin::Bought => "bought",
        Origin::Inside(_) => "inside",
        Origin::Feed(_) => "feed",
        Origin::Cable => "cable",
        Origin::Inline => "inline",
    };
    let inside = match device.origin {
        Origin::Inside(of) => Some(of),
        _ => None,
    };
    let name = |id: DeviceId| build.device(id).name.as_str();
    let place = build.places.iter().find(|place| place.device == id);
    let positions = device.positions.iter().map(|(lever, (position, _))| {
        let lever = part.levers.get(*lever as usize).map_or("?", |lever| lever.name.as_str());
        (lever.to_owned(), json!(position))
    });
    json!({
        "name": device.name, "group": device.group, "part": part.id, "origin": origin,
        "inside": inside.map(name), "for": device.belongs.map(name),
        "levers": positions.collect::<serde_json::Map<_, _>>(),
        "with": device.with.iter().map(|(part, _)| build.part(*part).id.as_str()).collect::<Vec<_>>(),
        "place": place.map(|place| json!({ "in": name(place.inside), "on": place.on.map(name), "x": number(&place.x), "y": number(&place.y) })),
        "note": device.note,
    })
}

fn run(view: View<'_>, id: RunId, run: &Run) -> Value {
    let build = view.build;
    let (kind, conductors) = match &run.what {
        RunKind::Wire(wire) => ("wire", vec![*wire]),
        RunKind::Inline(first, _, second) => ("wire", vec![*first, *second]),
        RunKind::Cable(..) => ("cable", Vec::new()),
        RunKind::Plug(_) => ("plug", Vec::new()),
    };
    let port = |(device, port): (DeviceId, u32)| {
        let part = build.part_of(device);
        format!("{}.{}", build.device(device).name, part.ports.get(port as usize).map_or("?", |port| &port.name))
    };
    let ends: Vec<String> = match &run.what {
        RunKind::Wire(_) | RunKind::Inline(..) => {
            let first = conductors.first().map(|wire| build.path(build.wire(*wire).ends[0]));
            first.into_iter().chain(conductors.last().map(|wire| build.path(build.wire(*wire).ends[1]))).collect()
        }
        RunKind::Cable(cable, one, two) => {
            let far = |mate: &Mate| mate.ends.iter().copied().find(|end| end.0 != *cable).map(port);
            [one, two].into_iter().filter_map(|mate| far(mate)).collect()
        }
        RunKind::Plug(mate) => mate.ends.map(port).to_vec(),
    };
    let part = match (&build.bundle(run.bundle).kind, &run.what) {
        (BundleKind::Cable(part), _) => Some(*part),
        (_, RunKind::Inline(_, device, _)) => Some(build.device(*device).part),
        _ => None,
    };
    let installs = view.facts.assembly.installs(id);
    json!({
        "tag": build.tag(id), "name": build.run_path(id), "kind": kind, "ends": ends, "directed": run.directed,
        "part": part.map(|part| build.part(part).id.as_str()),
        "conductors": conductors.into_iter().map(|wire| conductor(view, wire)).collect::<Vec<_>>(),
        "steps": installs.iter().map(|step| step + 1).collect::<Vec<_>>(),
    })
}

fn conductor(view: View<'_>, id: WireId) -> Value {
    let build = view.build;
    let wire = build.wire(id);
    let attributes = build.attributes_of(wire);
    let crimped = attributes.ends.map(|part| part.map(|part| build.part(part).id.as_str()));
    json!({
        "ends": wire.ends.map(|end| build.path(end)),
        "net": view.facts.metal.net(wire.ends[0]).0,
        "stock": attributes.stock.map(|(part, _)| build.part(part).id.as_str()),
        "colour": attributes.colour.as_ref().map(|colour| colour.value.as_str()),
        "gauge-awg": attributes.gauge.known().map(|gauge| gauge.typ.base()),
        "metres": number(&attributes.length),
        "crimped": crimped,
    })
}

/// Nets of more than one terminal, each with what stands on it while all coils and levers are at rest.
fn nets(view: View<'_>) -> Vec<Value> {
    let (build, facts) = (view.build, view.facts);
    let count = u32::try_from(facts.metal.len()).expect("nets are bounded");
    let members = (0..count).map(|n| (n, facts.metal.members(NetId(n))));
    let joined = members.filter(|(_, members)| members.len() > 1);
    let told = joined.map(|(n, members): (u32, &[Terminal])| {
        let volts = facts.potentials.at(&facts.rest, members[0]);
        let band = volts.and_then(|volts| volts.volts);
        json!({
            "net": n,
            "terminals": members.iter().map(|terminal| build.path(*terminal)).collect::<Vec<_>>(),
            "volts": band.map(|band| [band.lo.0, band.typ.0, band.hi.0]),
            "return": volts.is_some_and(|volts| volts.returns),
        })
    });
    told.collect()
}

fn step(view: View<'_>, number: u32, step: &Step) -> Value {
    let build = view.build;
    let tags = |runs: &mut dyn Iterator<Item = RunId>| runs.map(|run| build.tag(run)).collect::<Vec<_>>();
    let texts = |texts: &[source::Text]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    let end = |end: u8| if end == 0 { "from" } else { "to" };
    let at = |run: RunId, which: u8| json!({ "run": build.tag(run), "end": end(which) });
    let sets = step.sets.iter().map(|(device, lever, position)| {
        let lever = build.part_of(*device).levers.get(*lever as usize).map_or("?", |lever| lever.name.as_str());
        json!({ "device": build.device(*device).name, "lever": lever, "position": position.value })
    });
    json!({
        "number": number, "id": step.id.value, "group": step.group, "title": step.title,
        "do": step.action.as_ref().map(|text| text.value.as_str()),
        "fits": step.fits.iter().map(|(device, _)| build.device(*device).name.as_str()).collect::<Vec<_>>(),
        "uses": step.uses.iter().map(|(part, _)| build.part(*part).id.as_str()).collect::<Vec<_>>(),
        "tools": texts(&step.tools),
        "wires": tags(&mut step.wires.iter().map(|(run, _)| *run)),
        "cut": tags(&mut step.cut.iter().map(|(run, _)| *run)),
        "land": step.land.iter().map(|(run, which, _)| at(*run, *which)).collect::<Vec<_>>(),
        "park": step.park.iter().map(|(run, which, ..)| at(*run, *which)).collect::<Vec<_>>(),
        "move": step.moved.iter().map(|(run, which, _)| at(*run, *which)).collect::<Vec<_>>(),
        "sets": sets.collect::<Vec<_>>(),
        "live": step.live.iter().map(|(device, _)| build.device(*device).name.as_str()).collect::<Vec<_>>(),
        "danger": texts(&step.danger), "warning": texts(&step.warning), "note": texts(&step.note),
        "have": step.have,
        "check": step.checks.iter().map(|(measure, expect)| json!({ "measure": measure, "expect": expect })).collect::<Vec<_>>(),
    })
}

fn setup(number: u32, setup: &Setup) -> Value {
    json!({
        "number": number, "id": setup.id.value, "title": setup.title,
        "on": setup.on.as_ref().map(|on| on.value.as_str()),
        "do": setup.action.as_ref().map(|text| text.value.as_str()),
        "run": setup.run, "file": setup.file, "lines": setup.lines, "menu": setup.menu,
    })
}

fn bill(view: View<'_>) -> Vec<Value> {
    let line = |line: &model::purchase::Line| {
        let need = view.facts.purchase.needs.iter().find(|need| need.part == line.part);
        json!({
            "part": view.build.part(line.part).id, "packs": line.packs,
            "pieces-needed": need.map(|need| need.pieces),
            "metres-needed": need.and_then(|need| need.metres).map(|metres| metres.0),
        })
    };
    view.build.lines.iter().map(line).collect()
}
