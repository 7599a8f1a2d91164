//! Words and places that the rules about inputs share.

use analysis::Facts;
use analysis::drives::{self, Drive};
use analysis::nets::{Link, Nets};
use model::{Build, DeviceId, Terminal};
use source::Span;

/// Whether sources fight over an end of this input or of its coil: then a short is told, and nothing else of it.
pub fn shorted(build: &Build, facts: &Facts, drive: &Drive) -> bool {
    let (id, index) = drive.input;
    let (device, part) = (build.device(id), build.part_of(id));
    let coils = part.coils.iter().filter(|coil| coil.input == Some(index));
    let coils = coils.flat_map(|coil| [coil.plus.as_ref(), coil.minus.as_ref()]).flatten();
    let own = drives::variant(build, drive).into_iter().flat_map(|variant| [&variant.from, &variant.to]);
    let ends = own.chain(coils).map(|end| device.terminal(end[0]));
    ends.into_iter().any(|end| facts.potentials.fights(&facts.rest, end))
}

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
pub fn wire_on(build: &Build, metal: &Nets, terminal: Terminal) -> Option<Span> {
    let wires =
        metal.links(terminal).filter_map(|(_, link)| if let Link::Wire(wire) = link { Some(wire) } else { None });
    let wire = build.wire(wires.min()?);
    Some(wire.end_spans[usize::from(wire.ends[0] != terminal)])
}
