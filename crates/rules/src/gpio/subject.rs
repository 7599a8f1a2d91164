//! Words and places that the rules about inputs share.

use model::{Build, DeviceId, Terminal};
use source::Span;

/// `k8.k[3]`: an input by its path.
pub fn input(build: &Build, device: DeviceId, index: u32) -> String {
    format!("{}.{}", build.device(device).name, build.part_of(device).inputs[index as usize].name)
}

/// `pi[1] GPIO18 (pin 12)`: a line as people read it.
pub fn line(build: &Build, (device, index): (DeviceId, u32)) -> String {
    let line = &build.part_of(device).lines[index as usize];
    match &line.at {
        Some(end) => build.shown(build.device(device).terminal(end[0])),
        None => format!("{}.{}", build.device(device).name, line.name),
    }
}

/// Where the first wire on a terminal is written.
pub fn wire_on(build: &Build, terminal: Terminal) -> Option<Span> {
    build.wires.iter().find_map(|wire| {
        let end = wire.ends.iter().position(|&end| end == terminal)?;
        Some(wire.end_spans[end])
    })
}
