//! Pieces of the network and ends of numbers in words.

use analysis::circuit::Side;
use analysis::potentials::SourceRef;
use analysis::power::{Edge, What};
use model::units::shown;
use model::wire::RunKind;
use model::{Build, DeviceId, WireId};

/// `5v of psu`.
pub fn source(build: &Build, of: SourceRef) -> String {
    format!("{} of {}", build.part_of(of.device).sources[of.index as usize].name, build.device(of.device).name)
}

/// `feeds/3`, `fuse-in/1a`.
pub fn wire(build: &Build, id: WireId) -> String {
    let run = build.wire(id).run;
    let half = match &build.run(run).what {
        RunKind::Inline(first, ..) => {
            if *first == id {
                "a"
            } else {
                "b"
            }
        }
        _ => "",
    };
    format!("{}{half}", build.run_path(run))
}

/// An element of a device: `fu[1]`, or `k8.k[3]` where its part has several of the kind.
fn element(build: &Build, device: DeviceId, name: &str, several: bool) -> String {
    let device = &build.device(device).name;
    if several { format!("{device}.{name}") } else { device.clone() }
}

/// What a piece is, as people call it.
pub fn name(build: &Build, what: What) -> String {
    let of = |device: DeviceId| build.part_of(device);
    match what {
        What::Wire(id) => format!("wire {}", wire(build, id)),
        What::Mate(a, b) => format!("plug {} on {}", build.path(a), build.path(b)),
        What::Join(device, ..) => format!("inside {}", build.device(device).name),
        What::Contact(device, index, side) => {
            let part = of(device);
            let throw = match side {
                Side::Nc => "NC",
                Side::No => "NO",
                Side::To(_) => "closed",
            };
            let name = &part.contacts[index as usize].name;
            format!("contact {} {throw}", element(build, device, name, part.contacts.len() > 1))
        }
        What::Fuse(device, index) => {
            let part = of(device);
            format!("fuse {}", element(build, device, &part.fuses[index as usize].name, part.fuses.len() > 1))
        }
        What::Resistor(device, index) => {
            let part = of(device);
            let name = &part.resistors[index as usize].name;
            format!("resistor {}", element(build, device, name, part.resistors.len() > 1))
        }
        What::Diode(device, index) => {
            format!("{}.{}", build.device(device).name, of(device).diodes[index as usize].name)
        }
        What::Coil(device, index) => {
            format!("coil {}.{}", build.device(device).name, of(device).coils[index as usize].name)
        }
        What::Input(device, index) => {
            format!("input {}.{}", build.device(device).name, of(device).inputs[index as usize].name)
        }
        What::Load(device, index) => {
            let part = of(device);
            element(build, device, &part.loads[index as usize].name, part.loads.len() > 1)
        }
        What::Source(of) => source(build, of),
        What::Converter(of) => format!("input of {}", source(build, of)),
    }
}

/// An end of a number, or why there is none.
pub fn edge(edge: Edge, unit: &str) -> String {
    match edge {
        Edge::Is(number) => number_of(Some(number), unit),
        Edge::Unknown => "not verified".to_owned(),
        Edge::NoPoint => "none".to_owned(),
        Edge::Never => "-".to_owned(),
    }
}

/// A number, or that it is not known.
pub fn number_of(number: Option<f64>, unit: &str) -> String {
    match number {
        // Less than this is what an approximation leaves over.
        Some(number) if number.is_finite() && number.abs() < 1e-9 => shown(0.0, unit),
        Some(number) if number.is_finite() => shown(number, unit),
        _ => "not known".to_owned(),
    }
}

/// Volts of a load, to a millivolt: what it needs is stated to ten.
pub fn volts(number: Option<f64>) -> String {
    match number {
        Some(number) if number.is_finite() && number.abs() < 100.0 => format!("{number:.3} V"),
        number => number_of(number, "V"),
    }
}

/// The same of an end.
pub fn volts_edge(end: Edge) -> String {
    end.get().map_or_else(|| edge(end, "V"), |number| volts(Some(number)))
}
