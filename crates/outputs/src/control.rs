//! Who controls whom, for people: grips, what a hung or starting controller does, and what nobody can restart.

pub mod drawing;

use std::collections::BTreeMap;

use analysis::control::{Act, CoilRef, Control, Grip, LockOut, Remedy, SelfCut, Step, Verdict};
use model::{Build, DeviceId};
use serde_json::{Value, json};

use crate::View;
use crate::explain::Sheet;
use crate::states::names;

/// The whole page.
pub fn page(view: View<'_>) -> String {
    let (build, control) = (view.build, &view.facts.control);
    if control.controllers.is_empty() {
        return "Nothing in this build controls anything: no line drives the input of a relay.\n".to_owned();
    }
    let mut text = grips(view);
    text.push('\n');
    text.push_str(&hung(view));
    let mut sheet = Sheet::new("Power-up and mistakes");
    for start in &control.dead_starts {
        let waits: Vec<String> = start
            .waits_for
            .iter()
            .map(|(coil, who)| format!("{} by {}", coil_name(build, *coil), name(build, *who)))
            .collect();
        sheet.say("dead start", &format!("{} stays dark: it waits for {}", name(build, start.load), waits.join(", ")));
    }
    if control.dead_starts.is_empty() {
        sheet.say("power cut", "everything comes back by itself, or can be woken by a controller that does");
    }
    for cut in &control.self_cuts {
        sheet.say("self-cut", &self_cut(build, cut));
    }
    for mistake in control.mistakes.iter().filter(|mistake| !mistake.dark.is_empty() || !mistake.clashes.is_empty()) {
        let line = &build.part_of(mistake.controller).lines[mistake.line as usize].name;
        let mut does =
            if mistake.dark.is_empty() { String::new() } else { format!("{} dark", row(build, &mistake.dark)) };
        if mistake.own {
            does.push_str(", itself among them");
        }
        if mistake.for_good {
            does.push_str(", for good");
        }
        if !mistake.clashes.is_empty() {
            does.push_str(if does.is_empty() { "drives against another output" } else { ", against another output" });
        }
        sheet.say("wrong level", &format!("{}.{line}: {does}", name(build, mistake.controller)));
    }
    for two in &control.double_mistakes {
        let [a, b] = two.coils.map(|coil| coil_name(build, coil));
        sheet.say("two wrong", &format!("{a} and {b}: {} dark", name(build, two.dark)));
    }
    text.push('\n');
    text.push_str(&sheet.text());
    text
}

fn grips(view: View<'_>) -> String {
    let (build, control) = (view.build, &view.facts.control);
    let mut sheet = Sheet::new("Who cuts whom");
    let mut by: BTreeMap<DeviceId, Vec<&Grip>> = BTreeMap::new();
    for grip in &control.grips {
        by.entry(grip.controller).or_default().push(grip);
    }
    for (controller, grips) in by {
        for (nth, grip) in grips.iter().enumerate() {
            let coil = coil_name(build, grip.coil);
            sheet.say(
                if nth == 0 { name(build, controller) } else { "" },
                &format!("→ {coil} → {} ({})", name(build, grip.load), how(grip)),
            );
        }
    }
    if !control.nobody.is_empty() {
        sheet.say("nobody", &format!("→ {}", row(build, &control.nobody)));
    }
    sheet.text()
}

/// How a grip holds: `off while energised`, and what else must be known of it.
pub(crate) fn how(grip: &Grip) -> String {
    let how = match (grip.throw_nc, grip.alone) {
        (true, true) => "off while energised",
        (false, true) => "on while energised",
        (_, false) => "only together with others",
    };
    let wired = if grip.wired { "" } else { "; nothing is wired to its input, `[watch]` says so" };
    let assumed = if grip.assumed { "; it has no supply as wired" } else { "" };
    format!("{how}{wired}{assumed}")
}

/// A self-cut in words.
pub(crate) fn self_cut(build: &Build, cut: &SelfCut) -> String {
    let coils: Vec<String> = cut.coils.iter().map(|coil| coil_name(build, *coil)).collect();
    let good = if cut.for_good { ", and nobody can bring it back" } else { "" };
    format!("{} cuts its own supply with {}{good}", name(build, cut.controller), coils.join(", "))
}

fn hung(view: View<'_>) -> String {
    let (build, control) = (view.build, &view.facts.control);
    let mut sheet = Sheet::new("If a controller hangs");
    match control.single_hang {
        Verdict::Free { controllers, states } => {
            let who = if control.controllers.iter().all(|one| one.watchdog) {
                "each controller has a hardware watchdog, which ends its hang"
            } else {
                "whatever it holds, the others bring everything back that they can cut"
            };
            let counted =
                |count: u64, what| crate::summary::counted(usize::try_from(count).unwrap_or(usize::MAX), what);
            let looked = format!("{}, {}", counted(controllers.into(), "controller"), counted(states, "state"));
            sheet.say("any one", &format!("proved: {who} ({looked})"));
        }
        Verdict::Found => {}
        Verdict::NotProved { states } => {
            let who = row(build, &control.unproved);
            sheet.say("any one", &format!("not proved for {who}: {states} states were looked at"));
        }
    }
    for lock in control.lock_outs.iter().chain(&control.beyond) {
        let who = match lock.hung.len() {
            1 => "one hung".to_owned(),
            2 => "two hung".to_owned(),
            more => format!("{more} hung"),
        };
        sheet.say(&who, &story(build, lock));
        for remedy in &lock.remedies {
            sheet.say("", &format!("prevented by: {}", remedy_words(build, remedy)));
        }
    }
    let dogs: Vec<DeviceId> = control.controllers.iter().filter(|one| one.watchdog).map(|one| one.device).collect();
    if !dogs.is_empty() {
        sheet.say("watchdog", &row(build, &dogs));
    }
    sheet.text()
}

/// A lock-out, event by event.
pub fn story(build: &Build, lock: &LockOut) -> String {
    let events: Vec<String> = lock.events.iter().map(|step| event(build, step)).collect();
    let mut ends = Vec::new();
    if !lock.dark.is_empty() {
        ends.push(format!("{} stays dark", row(build, &lock.dark)));
    }
    if !lock.stuck.is_empty() {
        ends.push(format!("nobody left can restart {}", row(build, &lock.stuck)));
    }
    format!("{}; then {}", events.join("; "), ends.join(", and "))
}

fn event(build: &Build, step: &Step) -> String {
    let coils = |coils: &[CoilRef]| coils.iter().map(|coil| coil_name(build, *coil)).collect::<Vec<_>>().join(", ");
    let act = match &step.act {
        Act::Energises(which) => format!("energises {}", coils(which)),
        Act::Releases(which) => format!("releases {}", coils(which)),
        Act::Hangs => "hangs".to_owned(),
    };
    let dark = if step.dark.is_empty() { String::new() } else { format!(" ({} dark)", row(build, &step.dark)) };
    format!("{} {act}{dark}", name(build, step.who))
}

/// A remedy in words.
pub fn remedy_words(build: &Build, remedy: &Remedy) -> String {
    match remedy {
        Remedy::Watchdog(device) => format!("a hardware watchdog on {}", name(build, *device)),
        Remedy::OtherDriver(coil, device) => format!("{} driven by {}", coil_name(build, *coil), name(build, *device)),
        Remedy::LeaveAtRest(coil) => format!("{} never energised", coil_name(build, *coil)),
    }
}

pub(crate) fn name(build: &Build, device: DeviceId) -> &str {
    &build.device(device).name
}

pub(crate) fn coil_name(build: &Build, (device, coil): CoilRef) -> String {
    format!("{}.{}", name(build, device), build.part_of(device).coils[coil as usize].name)
}

fn row(build: &Build, devices: &[DeviceId]) -> String {
    names(build, devices).join(", ")
}

/// The same as JSON.
pub fn json(view: View<'_>) -> String {
    let (build, control) = (view.build, &view.facts.control);
    let list = |devices: &[DeviceId]| -> Vec<&str> { devices.iter().map(|device| name(build, *device)).collect() };
    let lock = |lock: &LockOut| {
        json!({
            "hung": list(&lock.hung),
            "held": lock.held.iter().map(|(coil, energised)| json!({ "coil": coil_name(build, *coil), "energised": energised })).collect::<Vec<_>>(),
            "dark": list(&lock.dark),
            "stuck": list(&lock.stuck),
            "events": lock.events.iter().map(|step| event(build, step)).collect::<Vec<_>>(),
            "remedies": lock.remedies.iter().map(|remedy| remedy_words(build, remedy)).collect::<Vec<_>>(),
        })
    };
    let grips: Vec<Value> = control
        .grips
        .iter()
        .map(|grip| {
            json!({
                "controller": name(build, grip.controller),
                "coil": coil_name(build, grip.coil),
                "load": name(build, grip.load),
                "throw": if grip.throw_nc { "nc" } else { "no" },
                "wired": grip.wired,
                "alone": grip.alone,
                "assumed": grip.assumed,
            })
        })
        .collect();
    let (single, states) = match control.single_hang {
        Verdict::Free { states, .. } => ("proved", states),
        Verdict::Found => ("found", 0),
        Verdict::NotProved { states } => ("not proved", states),
    };
    let whole = json!({
        "schema": 1,
        "controllers": control.controllers.iter().map(|one| json!({ "name": name(build, one.device), "watchdog": one.watchdog })).collect::<Vec<_>>(),
        "grips": grips,
        "nobody": list(&control.nobody),
        "single-hang": { "verdict": single, "states": states },
        "lock-outs": control.lock_outs.iter().map(lock).collect::<Vec<_>>(),
        "beyond": control.beyond.iter().map(lock).collect::<Vec<_>>(),
        "dead-starts": control.dead_starts.iter().map(|start| name(build, start.load)).collect::<Vec<_>>(),
        "self-cuts": control.self_cuts.iter().map(|cut| name(build, cut.controller)).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("plain values");
    text.push('\n');
    text
}

/// The graph in the DOT language: controllers, what they cut, and by which coil.
pub fn dot(build: &Build, control: &Control) -> String {
    let mut text = "digraph control {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n".to_owned();
    for one in &control.controllers {
        let dog = if one.watchdog { "\\nwatchdog" } else { "" };
        let name = name(build, one.device);
        text.push_str(&format!("  \"{name}\" [style=bold, label=\"{name}{dog}\"];\n"));
    }
    for grip in &control.grips {
        let style = if grip.wired { "solid" } else { "dashed" };
        text.push_str(&format!(
            "  \"{}\" -> \"{}\" [label=\"{}\", style={style}];\n",
            name(build, grip.controller),
            name(build, grip.load),
            coil_name(build, grip.coil)
        ));
    }
    for device in &control.nobody {
        text.push_str(&format!("  \"{}\" [style=dashed];\n", name(build, *device)));
    }
    text.push_str("}\n");
    text
}
