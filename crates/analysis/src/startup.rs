//! What has power before any software runs: with all coils at rest, on standby, and while controllers come up.
//!
//! A coil whose input is surely asserted counts as energised, one whose input may be as either: a load is surely dark where
//! no such choice feeds it. All controllers come up together, as after a power cut. How long a moment lasts is not stated
//! anywhere in a build, and no number is made up for it.

mod lines;
mod wake;

use model::part::{Mover, Pull};
use model::{Build, DeviceId, Terminal};

use crate::circuit::{Circuit, Switch};
use crate::drives::{self, Drive, Drives, PinState, Verdict3};
use crate::nets::Nets;
use crate::outlets::Outlet;
use crate::potentials::{Between, Potentials, SourceRef};
use lines::Configured;

pub use wake::Wake;

/// Where a controller stands on its way up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Moment {
    /// It has no power, and what it drives has.
    Unpowered,
    /// Its pins are inputs with their reset pulls: from power-up until `config.txt` is read, at each reboot, while flashing.
    Reset,
    /// The `gpio=` lines of its `config.txt` hold.
    Configured,
    /// Its pins stand at the level that the build gives as their start.
    Started,
}

impl Moment {
    /// In the order in which they come.
    pub const ALL: [Self; 4] = [Self::Unpowered, Self::Reset, Self::Configured, Self::Started];
}

/// A relay channel in use, and what its line does to it before software asks for anything.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Device, and index in its part's inputs.
    pub input: (DeviceId, u32),
    /// The line that drives it.
    pub line: (DeviceId, u32),
    /// The pin by moment; `Unpowered` has none.
    pub pins: [PinState; 3],
    /// Whether the input is asserted, by moment.
    pub asserted: [Verdict3; 4],
    /// Whether a hung controller can hold it asserted: some level of its line does.
    pub held: Verdict3,
    /// What feeds the input comes from its driver and stands before the pins of that are held up, which asserts it.
    pub feed_first: bool,
}

/// A load without power at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dark {
    /// Whose, and index in the part's loads.
    pub load: (DeviceId, u32),
    /// Yes: surely; Unknown: perhaps.
    pub is: Verdict3,
}

/// A load that loses its power for an instant while a controller comes up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flicker {
    /// The load's device.
    pub load: DeviceId,
    /// The channel, as its index in [`Startup::channels`].
    pub channel: u32,
    /// Its feed stands before the driver's pins do, or its line asserts it at this moment.
    pub at: Option<Moment>,
    /// Yes: surely; Unknown: perhaps.
    pub is: Verdict3,
}

/// Power before software.
#[derive(Default)]
pub struct Startup {
    /// By load of the circuit: powered in service, all coils at rest.
    pub rest: Vec<bool>,
    /// Loads that [`model::device::Control::essential`] names and that are dark in service with all coils at rest, and what
    /// would feed them.
    pub asleep: Vec<Wake>,
    /// Sources that live while every lever is at rest: 5VSB, and whatever no input switches.
    pub standby: Vec<SourceRef>,
    /// By load of the circuit: powered on standby.
    pub standby_loads: Vec<bool>,
    /// Relay channels in use that a line drives.
    pub channels: Vec<Channel>,
    /// By moment of [`Moment::ALL`]: loads that have power at rest and lose it then.
    pub dark: [Vec<Dark>; 4],
    /// Loads that go off and on again on the way up.
    pub flickers: Vec<Flicker>,
}

/// What has power before software runs.
pub fn compute(
    (build, metal, rest): (&Build, &Nets, &Nets),
    potentials: &Potentials,
    circuit: &Circuit,
    drives: &Drives,
    outlets: &[Outlet],
) -> Startup {
    let state = circuit.network.rest();
    let settled = circuit.settle(&state, Switch::Service, |_| None);
    let standby = if circuit.supplies.iter().any(|supply| supply.on.is_some()) {
        circuit.settle(&state, Switch::AsWired, |_| None)
    } else {
        settled.clone()
    };
    let configured = Configured::of(build);
    let ground = Ground { build, metal, rest, potentials };
    let channels: Vec<Channel> =
        drives.all.iter().filter_map(|drive| ground.channel(circuit, &configured, drive)).collect();
    let mut startup = Startup {
        asleep: wake::asleep(build, circuit, &state, &settled),
        standby: circuit.supplies.iter().zip(&standby.live).filter(|(_, live)| **live).map(|(of, _)| of.of).collect(),
        standby_loads: standby.powered,
        channels,
        ..Startup::default()
    };
    for (at, moment) in Moment::ALL.into_iter().enumerate() {
        startup.dark[at] = dark(build, circuit, &state, &settled.powered, &startup.channels, moment);
    }
    startup.rest = settled.powered;
    startup.flickers = flickers(outlets, &startup.channels);
    startup
}

#[derive(Clone, Copy)]
struct Ground<'a> {
    build: &'a Build,
    metal: &'a Nets,
    rest: &'a Nets,
    potentials: &'a Potentials,
}

impl Ground<'_> {
    fn channel(self, circuit: &Circuit, configured: &Configured<'_>, drive: &Drive) -> Option<Channel> {
        let Self { build, rest, potentials, .. } = self;
        let &line = drive.lines.first().filter(|_| drive.used)?;
        let (device, part) = (build.device(drive.input.0), build.part_of(drive.input.0));
        let coil = part.coils.iter().position(|coil| coil.input == Some(drive.input.1))?;
        circuit.coil(drive.input.0, u32::try_from(coil).expect("elements of a part are bounded"))?;
        let coil = &part.coils[coil];
        let ends = coil.plus.as_ref().zip(coil.minus.as_ref());
        let fed = ends.is_none_or(|(plus, minus)| {
            !matches!(
                potentials.between(rest, device.terminal(plus[0]), device.terminal(minus[0])),
                Between::Dead | Between::Apart
            )
        });
        let reset = match build.part_of(line.0).lines[line.1 as usize].reset {
            Pull::Up => PinState::PullUp,
            Pull::Down => PinState::PullDown,
            Pull::Float => PinState::Float,
        };
        let pins = configured.pins(build, line, reset);
        let at = |pin: PinState| {
            if fed { drives::asserted_at(build, rest, potentials, drive, pin) } else { Verdict3::No }
        };
        let low = drives::active_low(build, drive);
        let own = low == Some(true) && self.fed_by(drive, line.0, false);
        let unpowered = match low {
            // Nothing flows into an input from a dead line, or without what feeds the input.
            Some(false) => Verdict3::No,
            Some(true) if own || self.fed_by(drive, line.0, true) => Verdict3::No,
            Some(true) if at(PinState::Low) == Verdict3::No => Verdict3::No,
            _ if matches!(drive.feed, Between::Dead) => Verdict3::No,
            _ => Verdict3::Unknown,
        };
        let levels = [at(PinState::Low), at(PinState::High)];
        let held = if levels.contains(&Verdict3::Yes) {
            Verdict3::Yes
        } else if levels.contains(&Verdict3::Unknown) {
            Verdict3::Unknown
        } else {
            Verdict3::No
        };
        let mut asserted = [unpowered; 4];
        for (slot, pin) in asserted[1..].iter_mut().zip(pins) {
            *slot = at(pin);
        }
        let feed_first = own && levels[0] != Verdict3::No;
        Some(Channel { input: drive.input, line, pins, asserted, held, feed_first })
    }

    /// Whether the other end of an input hangs on its driver: on what that makes its levels of, or on its own supply.
    fn fed_by(self, drive: &Drive, driver: DeviceId, level: bool) -> bool {
        let Self { build, metal, .. } = self;
        let Some(shape) = drives::variant(build, drive) else { return false };
        let other = build.device(drive.input.0).terminal(shape.from[0]);
        let (device, part) = (build.device(driver), build.part_of(driver));
        let same = |local: &model::Local| metal.same(device.terminal(*local), other);
        let rail = part.soc.as_ref().and_then(|soc| soc.rail).and_then(|rail| part.sources.get(rail as usize));
        if level {
            return rail.is_some_and(|rail| same(&rail.plus[0]));
        }
        part.loads.iter().any(|load| same(&load.plus[0])) && rail.is_none_or(|rail| !same(&rail.plus[0]))
    }
}

/// Loads that have power at rest and none, or perhaps none, at a moment.
fn dark(
    build: &Build,
    circuit: &Circuit,
    state: &[bool],
    rest: &[bool],
    channels: &[Channel],
    moment: Moment,
) -> Vec<Dark> {
    let mut is: Vec<Option<Verdict3>> = vec![None; circuit.variables.len()];
    let mut moved = false;
    for channel in channels {
        let verdict = channel.asserted[moment as usize];
        if verdict == Verdict3::No {
            continue;
        }
        for coil in coils(build, channel.input) {
            if let Some(number) = circuit.coil(coil.0, coil.1) {
                moved = true;
                let slot = &mut is[number as usize];
                *slot = if *slot == Some(Verdict3::Yes) { *slot } else { Some(verdict) };
            }
        }
    }
    if !moved {
        return Vec::new();
    }
    let mut then = state.to_vec();
    for (value, is) in then.iter_mut().zip(&is) {
        *value |= *is == Some(Verdict3::Yes);
    }
    let settle = |doubtful: bool| {
        circuit.settle(&then, Switch::Service, |contact| {
            let guard = circuit.network.contacts[contact as usize].guard;
            let doubt = guard.literals().any(|literal| is[literal.variable() as usize] == Some(Verdict3::Unknown));
            doubt.then_some(doubtful)
        })
    };
    let (least, most) = (settle(false).powered, settle(true).powered);
    let loads = circuit.loads.iter().zip(rest).zip(least.iter().zip(&most));
    loads
        .filter(|((_, rest), (least, _))| **rest && !**least)
        .map(|((load, _), (_, most))| Dark { load: load.of, is: if *most { Verdict3::Unknown } else { Verdict3::Yes } })
        .collect()
}

/// Coils that an input moves.
pub fn coils(build: &Build, input: (DeviceId, u32)) -> impl Iterator<Item = (DeviceId, u32)> {
    let coils = (0..).zip(&build.part_of(input.0).coils);
    coils.filter(move |(_, coil)| coil.input == Some(input.1)).map(move |(index, _)| (input.0, index))
}

/// Loads that an energised coil cuts, where it is energised for a while on the way up.
fn flickers(outlets: &[Outlet], channels: &[Channel]) -> Vec<Flicker> {
    let mut flickers = Vec::new();
    let mut of: Vec<((DeviceId, u32), usize)> = outlets
        .iter()
        .enumerate()
        .filter(|(_, outlet)| outlet.throw_nc)
        .map(|(at, outlet)| (outlet.input, at))
        .collect();
    of.sort_unstable();
    for (number, channel) in (0..).zip(channels) {
        let before = (channel.feed_first && channel.asserted[1] != Verdict3::Yes).then_some((None, Verdict3::Unknown));
        let during = [Moment::Reset, Moment::Configured]
            .into_iter()
            .filter(|moment| channel.asserted[*moment as usize] != Verdict3::No)
            .map(|moment| (Some(moment), channel.asserted[moment as usize]));
        let from = of.partition_point(|(input, _)| *input < channel.input);
        let own: Vec<usize> =
            of[from..].iter().take_while(|(input, _)| *input == channel.input).map(|(_, at)| *at).collect();
        for (at, is) in before.into_iter().chain(during) {
            for outlet in &own {
                let loads = outlets[*outlet].takes_down.iter();
                flickers.extend(loads.map(|&load| Flicker { load, channel: number, at, is }));
            }
        }
    }
    flickers
}

/// What moves a contact, as its part has it.
pub fn mover(build: &Build, contact: (DeviceId, u32)) -> Option<Mover> {
    build.part_of(contact.0).contacts[contact.1 as usize].by
}

/// The end of a load that its current enters.
pub fn plus(build: &Build, load: (DeviceId, u32)) -> Terminal {
    build.device(load.0).terminal(build.part_of(load.0).loads[load.1 as usize].plus[0])
}
