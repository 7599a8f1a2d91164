//! The words in which a state or a change is said: `k8.k[3]=energised`, `remove wire feeds/3`, `weld k1.nc`, `pi[5] dead`.

use analysis::circuit::{Side, Variable};
use analysis::nets::Link;
use analysis::what_if::Change;
use model::DeviceId;
use model::wire::RunKind;
use source::nearest::nearest;

use crate::View;
use crate::explain::{Meaning, meanings};

/// What can be said, for the sentence that says so.
const FORMS: &str = "`remove wire feeds/3`, `open fu[2]`, `weld k1.nc`, `stuck open k1.nc`, `pi[5] dead`, `pi[5] hung`, `k1.k energised`, `no mains`";

/// One setting: `k8.k[3]=energised`, `toggle.t=on`.
///
/// # Errors
/// A sentence that says which word names nothing.
pub fn setting(view: View<'_>, word: &str, change: &mut Change) -> Result<(), String> {
    let (name, value) = word
        .split_once('=')
        .ok_or_else(|| format!("`{word}` sets nothing: write `k1.k=energised` or `toggle.t=on`"))?;
    set(view, name.trim(), value.trim(), change)
}

/// Several changes, with `and` or commas between them.
///
/// # Errors
/// A sentence that says which word names nothing, or what can be said.
pub fn change(view: View<'_>, words: &str) -> Result<Change, String> {
    let mut change = Change::default();
    for phrase in words.split(',').flat_map(|part| part.split(" and ")).map(str::trim).filter(|part| !part.is_empty()) {
        one(view, phrase, &mut change)?;
    }
    Ok(change)
}

fn one(view: View<'_>, phrase: &str, change: &mut Change) -> Result<(), String> {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    match words.as_slice() {
        ["no", "mains"] | ["mains", "off"] => change.dark = true,
        ["stuck", "open", name] => contact(view, name, |at, _| {
            change.stuck_open.insert(at);
        })?,
        ["weld", name] | [name, "welded"] => contact(view, name, |at, side| {
            change.welded.insert(at, side);
        })?,
        [
            "remove" | "cut" | "open" | "break" | "unplug" | "blow",
            "wire" | "cable" | "plug" | "fuse" | "device",
            name,
        ]
        | ["remove" | "cut" | "open" | "break" | "unplug" | "blow", name]
        | [name, "open" | "removed" | "gone" | "blown"] => remove(view, name, change)?,
        [name, "dead"] | ["kill", name] => change.dead.extend(devices(view, name)?),
        [name, "hung"] | ["hang", name] => change.hung.extend(devices(view, name)?),
        [name, value] => set(view, name, value, change)?,
        [setting] if setting.contains('=') => self::setting(view, setting, change)?,
        _ => return Err(format!("`{phrase}` says no change; what can be said: {FORMS}")),
    }
    Ok(())
}

fn devices<'a>(view: View<'a>, name: &str) -> Result<&'a [DeviceId], String> {
    match view.build.named(name) {
        [] => Err(unknown(view, name)),
        devices => Ok(devices),
    }
}

/// A wire, cable, plug, fuse or whole device.
fn remove(view: View<'_>, name: &str, change: &mut Change) -> Result<(), String> {
    let found = meanings(view, name);
    if found.is_empty() {
        return Err(unknown(view, name));
    }
    for meaning in found {
        match meaning {
            Meaning::Run(run) => match &view.build.run(run).what {
                RunKind::Wire(wire) => {
                    change.open.insert(Link::Wire(*wire));
                }
                RunKind::Inline(first, _, second) => {
                    change.open.extend([Link::Wire(*first), Link::Wire(*second)]);
                }
                RunKind::Cable(device, ..) => {
                    change.open.insert(Link::Mate(run));
                    change.dead.insert(*device);
                }
                RunKind::Plug(_) => {
                    change.open.insert(Link::Mate(run));
                }
            },
            Meaning::Device(device) => {
                change.dead.insert(device);
            }
            _ => return Err(format!("`{name}` is no wire, cable, plug, fuse or device; what can be said: {FORMS}")),
        }
    }
    Ok(())
}

/// `k1.nc`, `k8.no[3]`, `k8.k[3]` (its throw closed at rest), or a device that has a single contact.
fn contact(view: View<'_>, name: &str, mut take: impl FnMut((DeviceId, u32), Side)) -> Result<(), String> {
    let build = view.build;
    if let Some(terminal) = crate::explain::terminal(build, name) {
        let id = build.owner(terminal);
        let device = build.device(id);
        for throw in &view.facts.circuit.throws {
            if throw.contact.0 == id && throw.ends[1] == terminal {
                take(throw.contact, throw.side);
                return Ok(());
            }
        }
        return Err(format!("`{name}` is no throw of a contact of `{}`", device.name));
    }
    let (owner, element) = name.rsplit_once('.').unwrap_or((name, ""));
    let ids = if element.is_empty() { build.named(name) } else { build.named(owner) };
    let Some(&id) = ids.first() else { return Err(unknown(view, name)) };
    let contacts = &build.part_of(id).contacts;
    let mine = |(_, contact): &(u32, &model::part::Contact)| element.is_empty() || contact.name == element;
    let found: Vec<u32> = (0..).zip(contacts).filter(mine).map(|(index, _)| index).collect();
    let [index] = found.as_slice() else {
        let names: Vec<&str> = contacts.iter().map(|contact| contact.name.as_str()).collect();
        return Err(match names.as_slice() {
            [] => format!("`{name}` has no contact"),
            _ => format!("`{name}` has several contacts or none of that name: {}", names.join(", ")),
        });
    };
    take((id, *index), if contacts[*index as usize].nc.is_some() { Side::Nc } else { Side::No });
    Ok(())
}

/// A coil or a lever takes a position.
fn set(view: View<'_>, name: &str, value: &str, change: &mut Change) -> Result<(), String> {
    let (build, circuit) = (view.build, &view.facts.circuit);
    let mine: Vec<u32> = (0..)
        .zip(&circuit.variables)
        .filter(|(number, _)| circuit.name(build, *number) == name)
        .map(|(number, _)| number)
        .collect();
    if mine.is_empty() {
        let names: Vec<String> = (0..).zip(&circuit.variables).map(|(number, _)| circuit.name(build, number)).collect();
        let near = nearest(name, names.iter().map(String::as_str));
        let near = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
        return Err(format!("no coil or lever is named `{name}`{near}"));
    }
    let matches = |number: u32, truth: bool| {
        let stands = circuit.stands(build, number, truth);
        stands == value || (stands == "at rest" && value == "rest")
    };
    let chosen = mine.iter().find_map(|&number| {
        [true, false].into_iter().find(|&truth| matches(number, truth)).map(|truth| (number, truth))
    });
    let Some((number, truth)) = chosen else {
        let mut ways: Vec<String> =
            mine.iter().flat_map(|&number| [true, false].map(|truth| circuit.stands(build, number, truth))).collect();
        ways.retain(|way| !way.starts_with("not "));
        ways.dedup();
        return Err(format!("`{name}` does not stand `{value}`, but: {}", ways.join(", ")));
    };
    for &other in &mine {
        if matches!(circuit.variables[other as usize], Variable::Position(..)) {
            change.set.insert(circuit.variables[other as usize], false);
        }
    }
    change.set.insert(circuit.variables[number as usize], truth);
    Ok(())
}

fn unknown(view: View<'_>, name: &str) -> String {
    let build = view.build;
    let devices = build.devices.iter().map(|device| device.name.as_str());
    let bundles = build.bundles.iter().map(|bundle| bundle.name.value.as_str());
    let stem = name.split_once('/').map_or(name, |(stem, _)| stem);
    let near = nearest(stem, devices.chain(bundles));
    let near = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
    format!("nothing is named `{name}`{near}; what can be said: {FORMS}")
}
