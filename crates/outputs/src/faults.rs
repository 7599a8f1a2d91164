//! What one failure takes, ranked, for people and as JSON.

use analysis::circuit::Side;
use analysis::failures::{Cause, Consequence, Group};
use model::wire::RunKind;
use model::{Build, DeviceId};
use serde_json::{Value, json};

use crate::View;
use crate::explain::Sheet;
use crate::states::names;

/// Causes that a line names before it only counts.
const MOST: usize = 12;
/// Pairs that are listed.
const PAIRS: usize = 20;

/// The ranked table: each consequence with all that may cause it.
pub fn table(view: View<'_>) -> String {
    let (build, failures) = (view.build, &view.facts.failures);
    let mut text = String::new();
    let all = failures.groups.iter().filter(|group| group.takes != Consequence::default());
    for (nth, group) in (1..).zip(all) {
        let mut sheet = Sheet::new(&format!("{nth}. {}", headline(build, group, failures.computers)));
        for (word, devices) in words(&group.takes) {
            sheet.say(word, &names(build, devices).join(", "));
        }
        let causes = cause_names(build, &group.causes);
        let shown = causes.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
        let more = causes.len().saturating_sub(MOST);
        sheet.say("by any of", &if more == 0 { shown } else { format!("{shown} and {more} more") });
        text.push_str(&sheet.text());
    }
    if !failures.pairs.is_empty() {
        let mut sheet = Sheet::new("Two openings together (neither does it alone)");
        for pair in failures.pairs.iter().take(PAIRS) {
            let (takes, sides) = pair_words(build, pair);
            sheet.say("", &format!("{takes}: {sides}"));
        }
        let more = failures.pairs.len().saturating_sub(PAIRS) as u64 + failures.open.pairs;
        if more > 0 {
            sheet.say("", &format!("and {more} more"));
        }
        text.push_str(&sheet.text());
    }
    let open = &failures.open;
    let looked = usize::try_from(failures.looked_at).unwrap_or(usize::MAX);
    let mut last = format!("{} looked at", crate::summary::counted(looked, "thing"));
    if !open.causes.is_empty() {
        last.push_str(&format!(", {} not decided: the counted work ran out", open.causes.len()));
    }
    if open.parted {
        last.push_str("; several supplies hold one net, and faults that part them were not looked at");
    }
    text.push_str(&last);
    text.push('\n');
    text
}

fn headline(build: &Build, group: &Group, computers: u32) -> String {
    let takes = &group.takes;
    match (group.computers, takes.dark.len(), takes.uncontrollable.len()) {
        (0, 0, n) => format!("{} beyond control", crate::summary::counted(n, "load")),
        (0, _, _) => format!("{} dark", names(build, &takes.dark).join(", ")),
        (1, dark, _) if computers == 1 => format!("the computer{}", if dark == 0 { " out of reach" } else { "" }),
        (n, 0, _) => format!("{n} of {computers} computers out of reach"),
        (n, _, _) if n == computers => format!("all {computers} computers"),
        (n, _, _) => format!("{n} of {computers} computers"),
    }
}

fn words(takes: &Consequence) -> impl Iterator<Item = (&'static str, &[DeviceId])> {
    [
        ("dark", takes.dark.as_slice()),
        ("unreachable", takes.unreachable.as_slice()),
        ("no grip on", takes.uncontrollable.as_slice()),
    ]
    .into_iter()
    .filter(|(_, devices)| !devices.is_empty())
}

/// Each cause in words: `wire feeds/3`, `k1.nc stuck open`.
pub fn cause_names(build: &Build, causes: &[Cause]) -> Vec<String> {
    causes.iter().map(|&cause| cause_name(build, cause)).collect()
}

/// One cause in words.
pub fn cause_name(build: &Build, cause: Cause) -> String {
    let name = |device: DeviceId| build.device(device).name.as_str();
    let contact = |device: DeviceId, index: u32| {
        let contact = &build.part_of(device).contacts[index as usize];
        format!("{}.{}", name(device), contact.name)
    };
    match cause {
        Cause::Out(device) => name(device).to_owned(),
        Cause::Silent(device) => format!("{} hung or stopped", name(device)),
        Cause::Plug(run) => {
            let what = if matches!(build.run(run).what, RunKind::Cable(..)) { "cable" } else { "plug" };
            format!("{what} {}", build.run_path(run))
        }
        Cause::Wire(wire) => format!("wire {}", build.run_path(build.wire(wire).run)),
        Cause::Fuse(device, _) => format!("{} blown", name(device)),
        Cause::Open(device, index) => format!("contact {} stuck open", contact(device, index)),
        Cause::Welded(device, index, side) => {
            let throw = match side {
                Side::Nc => "NC",
                Side::No => "NO",
                Side::To(_) => "a throw",
            };
            format!("contact {} welded to {throw}", contact(device, index))
        }
        Cause::Loose(terminal) => format!("terminal {} loose", build.path(terminal)),
    }
}

fn pair_words(build: &Build, pair: &analysis::failures::Pair) -> (String, String) {
    let takes: Vec<String> =
        words(&pair.takes).map(|(word, devices)| format!("{} {word}", names(build, devices).join(", "))).collect();
    let side = |causes: &[Cause]| {
        let all = cause_names(build, causes);
        let more = all.len().saturating_sub(3);
        let shown = all.into_iter().take(3).collect::<Vec<_>>().join(" or ");
        if more == 0 { shown } else { format!("{shown} or {more} more") }
    };
    (takes.join("; "), format!("{} with {}", side(&pair.one), side(&pair.other)))
}

/// The same as JSON.
pub fn json(view: View<'_>) -> String {
    let (build, failures) = (view.build, &view.facts.failures);
    let list = |devices: &[DeviceId]| -> Vec<String> {
        devices.iter().map(|device| build.device(*device).name.clone()).collect()
    };
    let takes = |takes: &Consequence| json!({ "dark": list(&takes.dark), "unreachable": list(&takes.unreachable), "uncontrollable": list(&takes.uncontrollable) });
    let groups: Vec<Value> = failures
        .groups
        .iter()
        .map(|group| json!({ "computers": group.computers, "takes": takes(&group.takes), "causes": cause_names(build, &group.causes) }))
        .collect();
    let pairs: Vec<Value> = failures
        .pairs
        .iter()
        .map(|pair| json!({ "takes": takes(&pair.takes), "one": cause_names(build, &pair.one), "other": cause_names(build, &pair.other) }))
        .collect();
    let open = &failures.open;
    let whole = json!({
        "schema": 1,
        "computers": failures.computers,
        "looked-at": failures.looked_at,
        "single": groups,
        "pairs": pairs,
        "not-verified": { "causes": cause_names(build, &open.causes), "parted-supplies": open.parted, "pairs-not-listed": open.pairs },
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("plain values");
    text.push('\n');
    text
}
