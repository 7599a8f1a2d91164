//! The failure table: what becomes of every load when something fails, computed from the config and a few facts of the machine.
//!
//! Two cases a cell: the load was on, or it was off under a lease. "Unknown" is said where the board, not the config, decides.

use relay_config::{Level, Outlet, Power, RelayConfig};

use crate::truth;

/// What happens to the controller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mishap {
    /// It gets power, and the daemon does not run yet.
    PowerUp,
    /// The daemon starts.
    Start,
    /// It takes another config.
    Reload,
    /// It is stopped for good.
    Stop,
    /// It crashes.
    Crash,
    /// It is killed by signal 9.
    Kill,
    /// The kernel kills it for want of memory.
    OutOfMemory,
    /// Its disk is full, or cannot be written.
    FullDisk,
    /// The wall clock jumps.
    ClockJump,
    /// The kernel panics.
    Panic,
    /// The controller reboots.
    Reboot,
    /// The controller loses its power.
    PowerLoss,
}

impl Mishap {
    /// All, in the order of the table.
    pub const ALL: [Self; 12] = [
        Self::PowerUp,
        Self::Start,
        Self::Reload,
        Self::Stop,
        Self::Crash,
        Self::Kill,
        Self::OutOfMemory,
        Self::FullDisk,
        Self::ClockJump,
        Self::Panic,
        Self::Reboot,
        Self::PowerLoss,
    ];

    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            Self::PowerUp => "power-up",
            Self::Start => "start",
            Self::Reload => "reload",
            Self::Stop => "stop",
            Self::Crash => "crash",
            Self::Kill => "kill",
            Self::OutOfMemory => "out-of-memory",
            Self::FullDisk => "full-disk",
            Self::ClockJump => "clock-jump",
            Self::Panic => "panic",
            Self::Reboot => "reboot",
            Self::PowerLoss => "power-loss",
        }
    }
}

/// What becomes of a load: the state that it settles in; [`Cell::reason`] says what comes before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It has power.
    On,
    /// It has none, and nothing here gives it back.
    Off,
    /// It has none until its lease ends, if not earlier.
    UntilLeaseEnds,
    /// The board decides.
    Unknown,
}

impl Outcome {
    /// In words, for a table.
    pub fn words(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::UntilLeaseEnds => "off until the lease ends, at most",
            Self::Unknown => "unknown",
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::On, Self::UntilLeaseEnds) | (Self::UntilLeaseEnds, Self::On) => Self::UntilLeaseEnds,
            _ => Self::Unknown,
        }
    }
}

/// Facts of the machine that the config does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Machine {
    /// The service manager keeps the lines' descriptors while the daemon is down, and starts it again.
    pub keeps_lines: bool,
    /// The GPIO driver leaves an output as it is when nobody holds it (`persist_gpio_outputs`); `None` if nobody knows.
    pub persists: Option<bool>,
    /// A hardware watchdog resets the controller when its kernel is gone.
    pub resets: bool,
}

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// The outlet's name.
    pub outlet: String,
    /// What happens.
    pub mishap: Mishap,
    /// The load was on.
    pub was_on: Outcome,
    /// The load was off under a lease.
    pub was_off: Outcome,
    /// Why, a sentence.
    pub reason: String,
}

/// Every outlet, every mishap; outlets in the order of the config.
pub fn table(config: &RelayConfig, machine: Machine) -> Vec<Cell> {
    let each = config.outlets.iter().flat_map(|outlet| Mishap::ALL.map(|mishap| (outlet, mishap)));
    each.map(|(outlet, mishap)| {
        let (was_on, was_off, reason) = cell(config, machine, outlet, mishap);
        Cell { outlet: outlet.name.clone(), mishap, was_on, was_off, reason }
    })
    .collect()
}

/// The level that a chip's reset pulls give a pin; `None` for chips whose pulls are not known here.
pub fn reset_pull(chip: &str, offset: u32) -> Option<Level> {
    // BCM2835 ARM Peripherals, page 102; the same on BCM2711 and RP1.
    match (chip, offset) {
        ("pinctrl-bcm2835" | "pinctrl-bcm2711" | "pinctrl-rp1", 0..=8) => Some(Level::High),
        ("pinctrl-bcm2835" | "pinctrl-bcm2711" | "pinctrl-rp1", 9..=27) => Some(Level::Low),
        _ => None,
    }
}

fn with(power: Power) -> Outcome {
    if power == Power::On { Outcome::On } else { Outcome::Off }
}

/// Nobody drives the pin: its pull does, or nothing.
fn undriven(outlet: &Outlet) -> (Outcome, String) {
    let line = &outlet.line;
    match reset_pull(&outlet.chip, outlet.offset) {
        Some(pull) if pull == outlet.safe => {
            let power = truth::power_at(outlet, pull);
            (with(power), format!("the pull of {line} keeps the coil at rest"))
        }
        Some(_) => (Outcome::Unknown, format!("the pull of {line} may energise the coil: the board decides")),
        None => (Outcome::Unknown, format!("what {line} does when nobody drives it is not known")),
    }
}

/// The lines were let go, and nobody takes them.
fn released(machine: Machine, outlet: &Outlet) -> (Outcome, Outcome, String) {
    let (let_go, why) = undriven(outlet);
    match machine.persists {
        Some(true) => (Outcome::On, Outcome::Off, "the driver leaves the line as it was".to_owned()),
        Some(false) => (let_go, let_go, why),
        None => {
            let why = format!("the driver leaves the line as it was, or {why}");
            (Outcome::On.or(let_go), Outcome::Off.or(let_go), why)
        }
    }
}

fn cell(config: &RelayConfig, machine: Machine, outlet: &Outlet, mishap: Mishap) -> (Outcome, Outcome, String) {
    let (on, lease) = (Outcome::On, Outcome::UntilLeaseEnds);
    match mishap {
        Mishap::PowerUp | Mishap::Reboot => {
            let (pulled, why) = undriven(outlet);
            let line = &outlet.line;
            let (later, then) = match config.firmware_level(outlet.offset) {
                Some(level) if level == outlet.safe => {
                    (with(outlet.at_rest), format!("config.txt holds {line} at rest some seconds later"))
                }
                Some(_) => {
                    (with(truth::power_at(outlet, outlet.active)), format!("config.txt energises the coil by {line}"))
                }
                None => (pulled, format!("config.txt leaves {line} to its pull")),
            };
            let outcome = pulled.or(later);
            (outcome, outcome, format!("{why}; {then}"))
        }
        Mishap::Start => {
            let order = seconds_of(config.stagger_ms);
            let why =
                format!("lines are taken as they are found; what has no running lease gets power, one each {order}");
            (on, lease, why)
        }
        Mishap::Reload => {
            (on, lease, "a line that stays is not touched; one that goes is refused while its load is off".to_owned())
        }
        Mishap::Stop => {
            let (was_on, was_off, why) = released(machine, outlet);
            (was_on, was_off, format!("the lines are let go: {why}; leases that have ended are ended before"))
        }
        Mishap::Crash | Mishap::Kill | Mishap::OutOfMemory if machine.keeps_lines => {
            (on, lease, "the service manager keeps the lines as they are and starts the daemon again".to_owned())
        }
        Mishap::Crash | Mishap::Kill | Mishap::OutOfMemory => {
            let (was_on, was_off, why) = released(machine, outlet);
            // The daemon that starts again powers whatever it finds off, at the lease's end at the latest.
            let was_off = if was_off == Outcome::Off { lease } else { was_off };
            (was_on, was_off, format!("until the daemon runs again {why}"))
        }
        Mishap::FullDisk => {
            (on, lease, "nothing is switched off without a record; power comes back without one".to_owned())
        }
        Mishap::ClockJump => (on, lease, "leases run by the monotonic clock".to_owned()),
        Mishap::Panic if machine.resets => {
            let (after, _, why) = cell(config, machine, outlet, Mishap::PowerUp);
            let why = format!("the line stays as it is until the hardware watchdog resets the controller; then {why}");
            (on.or(after), after, why)
        }
        Mishap::Panic => (on, Outcome::Off, "the line stays as it is until somebody resets the controller".to_owned()),
        Mishap::PowerLoss => {
            let why = "it depends on who feeds the relay board, and on what its input does at a pin without power";
            (Outcome::Unknown, Outcome::Unknown, why.to_owned())
        }
    }
}

fn seconds_of(ms: u64) -> String {
    crate::run::seconds(ms)
}
