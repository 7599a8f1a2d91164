//! Names and places that the rules about control share.

use analysis::Facts;
use analysis::control::{Act, CoilRef, Step};
use model::{Build, DeviceId};
use source::Span;

use crate::gpio::subject;

/// `k8.k[1]`.
pub fn coil(build: &Build, (device, index): CoilRef) -> String {
    format!("{}.{}", build.device(device).name, build.part_of(device).coils[index as usize].name)
}

/// Names of devices: `pi[1], pi[2] and 3 more`.
pub fn devices(build: &Build, of: &[DeviceId]) -> String {
    listed(of.iter().map(|&id| build.device(id).name.clone()).collect())
}

/// Paths of coils, as [`devices`].
pub fn coils(build: &Build, of: &[CoilRef]) -> String {
    listed(of.iter().map(|&one| format!("`{}`", coil(build, one))).collect())
}

fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(4);
    names.truncate(4);
    match (names.pop(), more) {
        (None, _) => String::new(),
        (Some(last), 1..) => format!("{}, {last} and {more} more", names.join(", ")),
        (Some(last), 0) if names.is_empty() => last,
        (Some(last), 0) => format!("{} and {last}", names.join(", ")),
    }
}

/// Where a coil's control is written: the wire on its input; else the watch that means it; else its device.
pub fn place(build: &Build, facts: &Facts, (device, index): CoilRef) -> Span {
    let input = build.part_of(device).coils[index as usize].input;
    let driven = input.and_then(|input| facts.drives.of_input(device, input)?.driven);
    let wire = driven.and_then(|driven| subject::wire_on(build, &facts.metal, driven));
    wire.or_else(|| declared(build, facts, (device, index))).unwrap_or(build.device(device).span)
}

/// The watch by which an unwired coil has a controller.
pub fn declared(build: &Build, facts: &Facts, coil: CoilRef) -> Option<Span> {
    let grip = facts.control.grips.iter().find(|grip| grip.coil == coil && !grip.wired)?;
    let watch =
        build.control.watches.iter().find(|watch| watch.watched == grip.load && watch.watcher == grip.controller)?;
    Some(watch.span)
}

/// `k8.in[1]`: the end that a line would drive.
pub fn input(build: &Build, facts: &Facts, (device, index): CoilRef) -> Option<String> {
    let input = build.part_of(device).coils[index as usize].input?;
    Some(build.path(facts.drives.of_input(device, input)?.driven?))
}

/// Events in order: `pi[5] energises k8.k[1] (pi[1] off), then hangs`.
pub fn events(build: &Build, steps: &[Step]) -> String {
    let told = |step: &Step| {
        let act = match &step.act {
            Act::Energises(of) => format!("energises {}", coils(build, of)),
            Act::Releases(of) => format!("releases {}", coils(build, of)),
            Act::Hangs => "hangs".to_owned(),
        };
        let dark = if step.dark.is_empty() { String::new() } else { format!(" ({} off)", devices(build, &step.dark)) };
        format!("{} {act}{dark}", build.device(step.who).name)
    };
    steps.iter().map(told).collect::<Vec<_>>().join("; ")
}
