//! Which line drives which input, through which feed, and what each pin state does to it.

use std::collections::BTreeMap;

use model::part::{End, InputVariant, Mover, Soc, Threshold};
use model::units::{Band, Volts};
use model::{Build, DeviceId, Role, Terminal};

use crate::nets::{self, Nets};
use crate::potentials::{Between, Potentials};

/// An input, and what is wired to it.
#[derive(Clone, Debug)]
pub struct Drive {
    /// Device, and index in its part's inputs.
    pub input: (DeviceId, u32),
    /// The variant that the levers select; `None`: a lever's position is not known.
    pub variant: Option<u32>,
    /// The end that is wired to a line, or would be.
    pub driven: Option<Terminal>,
    /// Lines on the driven net.
    pub lines: Vec<(DeviceId, u32)>,
    /// Volts of the other end above the driver's ground (its own return, if nothing drives it).
    pub feed: Between,
    /// Whether its coil moves a contact of which `com` or a throw is wired.
    pub used: bool,
}

/// Every input's drive.
pub struct Drives {
    /// In the order of devices, then inputs.
    pub all: Vec<Drive>,
    by_line: BTreeMap<(DeviceId, u32), Vec<u32>>,
}

/// What a pin does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum PinState {
    High,
    Low,
    PullUp,
    PullDown,
    Float,
}

/// Whether something holds over the whole band, nowhere in it, or cannot be said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Verdict3 {
    Yes,
    No,
    Unknown,
}

/// All inputs of a build.
pub fn compute(build: &Build, metal: &Nets, rest: &Nets, potentials: &Potentials) -> Drives {
    let mut lines: Vec<((u32, DeviceId), u32)> = Vec::new();
    for (id, device, part) in build.each_device() {
        for (index, line) in (0..).zip(&part.lines) {
            if let Some(at) = &line.at {
                lines.push(((metal.net(device.terminal(at[0])).0, id), index));
            }
        }
    }
    lines.sort_unstable();
    let on = |terminal: Terminal| {
        let net = metal.net(terminal).0;
        let from = lines.partition_point(|((at, _), _)| *at < net);
        lines[from..].iter().take_while(move |((at, _), _)| *at == net).map(|&((_, id), index)| (id, index))
    };
    let landed = nets::landed(build);
    let mut wired = vec![false; metal.len()];
    for at in 0..build.terminals {
        wired[metal.net(Terminal(at)).0 as usize] |= landed.any(Terminal(at));
    }
    let mut all = Vec::new();
    for (id, device, part) in build.each_device() {
        for (index, input) in (0..).zip(&part.inputs) {
            let chosen = input.variants.iter().position(|variant| {
                variant.when.iter().all(|(lever, position)| {
                    let stands = part.levers.get(*lever as usize).and_then(|at| nets::position(device, at, *lever));
                    stands == Some(position.as_str())
                })
            });
            let shape = chosen.map_or(input.variants.first(), |at| input.variants.get(at));
            let driven =
                shape.map(|shape| driven_end(build, id, shape, |end| on(device.terminal(end[0])).next().is_some()));
            let drives: Vec<_> = driven.into_iter().flat_map(&on).collect();
            let other = shape.zip(driven).map(|(shape, driven)| other_end(build, id, shape, driven));
            let used = part.coils.iter().enumerate().filter(|(_, coil)| coil.input == Some(index)).any(|(coil, _)| {
                part.contacts
                    .iter()
                    .filter(|contact| matches!(contact.by, Some(Mover::Coil(by)) if by as usize == coil))
                    .flat_map(|contact| std::iter::once(&contact.com).chain(nets::throws(contact)))
                    .any(|end| wired[metal.net(device.terminal(end[0])).0 as usize])
            });
            all.push(Drive {
                input: (id, index),
                variant: chosen.and_then(|at| u32::try_from(at).ok()),
                driven,
                feed: other.map_or(Between::Dead, |other| feed(build, rest, potentials, &drives, other)),
                lines: drives,
                used,
            });
        }
    }
    let mut by_line: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for (number, drive) in (0..).zip(&all) {
        for line in &drive.lines {
            by_line.entry(*line).or_default().push(number);
        }
    }
    Drives { all, by_line }
}

/// The end with a line on it; else the one named `in…`; else the one that is no supply and no return.
fn driven_end(build: &Build, id: DeviceId, shape: &InputVariant, has_line: impl Fn(&End) -> bool) -> Terminal {
    let (device, part) = (build.device(id), build.part_of(id));
    let named = |end: &End| {
        part.terminals[end[0].0 as usize].name.rsplit('.').next().is_some_and(|name| name.starts_with("in"))
    };
    let plain = |end: &End| !matches!(part.terminals[end[0].0 as usize].role, Role::Supply | Role::Return);
    let pick = match (has_line(&shape.from), has_line(&shape.to)) {
        (true, false) => &shape.from,
        (false, true) => &shape.to,
        _ if named(&shape.from) => &shape.from,
        _ if named(&shape.to) => &shape.to,
        _ if plain(&shape.from) && !plain(&shape.to) => &shape.from,
        _ => &shape.to,
    };
    device.terminal(pick[0])
}

fn other_end(build: &Build, id: DeviceId, shape: &InputVariant, driven: Terminal) -> Terminal {
    let device = build.device(id);
    if device.terminal(shape.from[0]) == driven { device.terminal(shape.to[0]) } else { device.terminal(shape.from[0]) }
}

/// Where a device's own signals are measured from: the minus of its first source, else of its first load.
pub fn ground(build: &Build, id: DeviceId) -> Option<Terminal> {
    let (device, part) = (build.device(id), build.part_of(id));
    let rail = part.soc.as_ref().and_then(|soc| soc.rail).and_then(|rail| part.sources.get(rail as usize));
    let minus = rail.or(part.sources.first()).map(|source| &source.minus);
    let minus = minus.or_else(|| part.loads.first().map(|load| &load.minus))?;
    Some(device.terminal(minus[0]))
}

fn feed(build: &Build, rest: &Nets, potentials: &Potentials, lines: &[(DeviceId, u32)], other: Terminal) -> Between {
    match lines.first().and_then(|(driver, _)| ground(build, *driver)) {
        Some(ground) => potentials.between(rest, other, ground),
        None => match potentials.at(rest, other) {
            Some(at) if at.live => at.volts.map_or(Between::Unknown, Between::Known),
            _ => Between::Dead,
        },
    }
}

impl Drives {
    /// The drive of an input.
    pub fn of_input(&self, device: DeviceId, index: u32) -> Option<&Drive> {
        self.all.binary_search_by_key(&(device, index), |drive| drive.input).ok().map(|at| &self.all[at])
    }

    /// The inputs that a line drives.
    pub fn of_line(&self, device: DeviceId, line: u32) -> impl Iterator<Item = &Drive> {
        self.by_line.get(&(device, line)).into_iter().flatten().map(|&at| &self.all[at as usize])
    }
}

/// The variant that counts.
pub fn variant<'a>(build: &'a Build, drive: &Drive) -> Option<&'a InputVariant> {
    build.part_of(drive.input.0).inputs[drive.input.1 as usize].variants.get(drive.variant? as usize)
}

/// Whether a low (and not a high) line asserts it: current leaves at the driven end.
pub fn active_low(build: &Build, drive: &Drive) -> Option<bool> {
    let to = build.device(drive.input.0).terminal(variant(build, drive)?.to[0]);
    Some(drive.driven? == to)
}

/// Whether the input is surely asserted, or surely not, while its pin is so.
pub fn asserted_at(build: &Build, rest: &Nets, potentials: &Potentials, drive: &Drive, pin: PinState) -> Verdict3 {
    judge(build, rest, potentials, drive, pin).unwrap_or(Verdict3::Unknown)
}

/// Whether the input is surely released, or surely not, while its pin is so.
pub fn released_at(build: &Build, rest: &Nets, potentials: &Potentials, drive: &Drive, pin: PinState) -> Verdict3 {
    match asserted_at(build, rest, potentials, drive, pin) {
        Verdict3::Yes => Verdict3::No,
        Verdict3::No => Verdict3::Yes,
        Verdict3::Unknown => Verdict3::Unknown,
    }
}

fn judge(build: &Build, rest: &Nets, potentials: &Potentials, drive: &Drive, pin: PinState) -> Option<Verdict3> {
    let shape = variant(build, drive)?;
    let low = active_low(build, drive)?;
    let across = across(build, rest, potentials, drive, pin)?;
    let beyond = |asserts: (f64, f64), releases: Option<f64>, is: Band<Volts>| {
        if is.lo.0 >= asserts.0 {
            Verdict3::Yes
        } else if releases.is_some_and(|releases| is.hi.0 <= releases) {
            Verdict3::No
        } else {
            Verdict3::Unknown
        }
    };
    let _ = low;
    Some(match (shape.energises, shape.releases) {
        (Threshold::Volts(on, _), releases) => {
            let off = if let Threshold::Volts(off, _) = releases { Some(off.hi.0) } else { None };
            beyond((on.lo.0, on.hi.0), off.filter(|off| off.is_finite()), across)
        }
        (Threshold::Amps(on, _), releases) => {
            let (ohms, forward) = (shape.ohms.known()?, shape.forward.known().unwrap_or(Band::of(0.0, 0.0, 0.0)));
            let off = if let Threshold::Amps(off, _) = releases { Some(off.hi.0) } else { None };
            let amps = |volts: f64, forward: f64, ohms: f64| ((volts - forward) / ohms).max(0.0);
            let least = amps(across.lo.0, forward.hi.0, ohms.hi.0);
            let most = amps(across.hi.0, forward.lo.0, ohms.lo.0.max(1e-3));
            beyond((on.lo.0, on.hi.0), off.filter(|off| off.is_finite()), Band::of(least, least.midpoint(most), most))
        }
        _ => return None,
    })
}

/// Volts across the input from `from` to `to` while its pin is so.
pub fn across(
    build: &Build,
    rest: &Nets,
    potentials: &Potentials,
    drive: &Drive,
    pin: PinState,
) -> Option<Band<Volts>> {
    let shape = variant(build, drive)?;
    let low = active_low(build, drive)?;
    let Between::Known(other) = drive.feed else { return None };
    let (driver, _) = *drive.lines.first()?;
    let soc = build.part_of(driver).soc.as_ref()?;
    let rail = rail(build, rest, potentials, driver, soc);
    let span = |pin: Band<Volts>| {
        if low {
            Band::of(other.lo.0 - pin.hi.0, other.typ.0 - pin.typ.0, other.hi.0 - pin.lo.0)
        } else {
            Band::of(pin.lo.0 - other.hi.0, pin.typ.0 - other.typ.0, pin.hi.0 - other.lo.0)
        }
    };
    let forward = shape.forward.known().unwrap_or(Band::of(0.0, 0.0, 0.0));
    match pin {
        PinState::High => {
            let rail = rail?;
            let least = soc.high_min.known().map_or(rail.lo.0, |least| least.lo.0).min(rail.hi.0);
            Some(span(Band::of(least, least.midpoint(rail.hi.0), rail.hi.0)))
        }
        PinState::Low => {
            let most = soc.low_max.known()?.hi.0.max(0.0);
            Some(span(Band::of(0.0, most / 2.0, most)))
        }
        PinState::PullUp => Some(pulled(span(rail?), shape, soc, forward)),
        PinState::PullDown => Some(pulled(span(Band::of(0.0, 0.0, 0.0)), shape, soc, forward)),
        PinState::Float => {
            // Without current only what is in series drops: the least of the forward range.
            let open = span(rail.map_or(Band::of(0.0, 0.0, 0.0), |rail| Band::of(0.0, rail.typ.0 / 2.0, rail.hi.0)));
            let most = if forward.lo.0 > 0.0 { open.hi.0.min(forward.lo.0) } else { open.hi.0 };
            Some(Band::of(0.0, most.max(0.0) / 2.0, most.max(0.0)))
        }
    }
}

/// Volts of the driver's high level: its rail above its ground.
fn rail(build: &Build, rest: &Nets, potentials: &Potentials, driver: DeviceId, soc: &Soc) -> Option<Band<Volts>> {
    let (device, part) = (build.device(driver), build.part_of(driver));
    let source = part.sources.get(soc.rail? as usize)?;
    match potentials.between(rest, device.terminal(source.plus[0]), device.terminal(source.minus[0])) {
        Between::Known(band) => Some(band),
        _ => None,
    }
}

/// Behind a pull the input takes what the pull leaves it: `open` without current.
fn pulled(open: Band<Volts>, shape: &InputVariant, soc: &Soc, forward: Band<Volts>) -> Band<Volts> {
    let (Some(ohms), Some(pull)) = (shape.ohms.known(), soc.pull.known()) else {
        return Band::of(open.lo.0.min(0.0), open.typ.0.min(0.0), open.hi.0);
    };
    let share = |open: f64, forward: f64, ohms: f64, pull: f64| {
        if open <= forward { open } else { (open * ohms + forward * pull) / (ohms + pull) }
    };
    Band::of(
        share(open.lo.0, forward.lo.0, ohms.lo.0, pull.hi.0),
        share(open.typ.0, forward.typ.0, ohms.typ.0, pull.typ.0),
        share(open.hi.0, forward.hi.0, ohms.hi.0, pull.lo.0),
    )
}

impl Drives {
    /// See [`asserted_at`].
    pub fn asserted_at(build: &Build, rest: &Nets, potentials: &Potentials, drive: &Drive, pin: PinState) -> Verdict3 {
        asserted_at(build, rest, potentials, drive, pin)
    }

    /// See [`released_at`].
    pub fn released_at(build: &Build, rest: &Nets, potentials: &Potentials, drive: &Drive, pin: PinState) -> Verdict3 {
        released_at(build, rest, potentials, drive, pin)
    }
}
