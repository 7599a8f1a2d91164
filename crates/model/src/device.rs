//! What is in the box: devices, feeds, and how each GPIO starts.

use std::collections::BTreeMap;

use source::{Span, Text};

use crate::part::{Body, Local, PartId};
use crate::units::{Amps, Band, Celsius, Metres, Number, Quantity, Share, Volts};

/// Index of a [`Device`] in [`crate::Build::devices`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DeviceId(pub u32);

/// A terminal of a device, counted through the whole build.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Terminal(pub u32);

/// One thing in the box.
#[derive(Clone, Debug)]
pub struct Device {
    /// `pi[1]`, `k1`, `pi-usb/1` for a cable, `led/1` for an inline part.
    pub name: String,
    /// The name without its number: `pi`.
    pub group: String,
    /// Its number, from 1, if there are several.
    pub number: Option<u32>,
    /// What it is.
    pub part: PartId,
    /// Its first terminal; the others follow in the part's order.
    pub first: u32,
    /// How it got here.
    pub origin: Origin,
    /// Lever index → position as set (or as shipped, if nothing sets it).
    pub positions: BTreeMap<u32, (String, Option<Span>)>,
    /// Element name → what a `choice` was set to.
    pub choices: BTreeMap<String, Choice>,
    /// Parts that ride along, counted in the bill.
    pub with: Vec<(PartId, Span)>,
    /// The device that it belongs to (`for`).
    pub belongs: Option<DeviceId>,
    /// Why.
    pub note: Option<String>,
    /// Where it is named.
    pub span: Span,
}

/// How a device got into the box.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Bought on its own.
    Bought,
    /// Arrives inside another device.
    Inside(DeviceId),
    /// A feed: outside, index in [`crate::Build::feeds`].
    Feed(u32),
    /// Made by a cable's run.
    Cable,
    /// Made by a wire's `inline`.
    Inline,
}

/// What a setting chose.
#[derive(Clone, Debug)]
pub enum Choice {
    /// A quantity.
    Quantity(Quantity),
    /// A part, bought for it.
    Part(PartId, Span),
}

/// Where a device stands inside another, seen from above with the front towards you.
#[derive(Clone, Debug)]
pub struct Place {
    /// What it stands in.
    pub inside: DeviceId,
    /// Which device.
    pub device: DeviceId,
    /// Metres from the rear, towards the front; as wide as the stated tolerance.
    pub x: Number<Metres>,
    /// Metres from the left, likewise.
    pub y: Number<Metres>,
    /// Room that it takes along x, along y and upwards: written, or that of its part and of what rides along, whichever is more.
    pub size: Body,
    /// What it stands on instead of the floor; that has a place in the same box, written before.
    pub on: Option<DeviceId>,
    /// What lies under it: standoffs, tape.
    pub gap: Number<Metres>,
    /// Where the right-hand side of its part looks.
    pub faces: Option<Facing>,
    /// Words.
    pub note: Option<String>,
    /// Where the numbers come from.
    pub cite: Option<Text>,
    /// Where it is written.
    pub span: Span,
}

/// A direction in the box, seen from above with the front towards you.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Facing {
    Rear,
    Front,
    Left,
    Right,
}

impl Facing {
    /// All of them, and how each is written.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Rear, "rear"), (Self::Front, "front"), (Self::Left, "left"), (Self::Right, "right")];

    /// How it is written.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(way, _)| *way == self).map_or("", |(_, word)| word)
    }
}

/// A source outside the box.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Id, also the device's name.
    pub name: String,
    /// Its device.
    pub device: DeviceId,
    /// Most current.
    pub limit: Number<Amps>,
    /// At these volts.
    pub volts: Number<Volts>,
    /// Alternating.
    pub ac: bool,
    /// Share that may be used for ever.
    pub derate: Number<Share>,
    /// Never away.
    pub always: bool,
    /// Where.
    pub span: Span,
}

/// A state that the build is measured or computed in.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Id.
    pub id: Text,
    /// Profile of each device that does not run at worst.
    pub profiles: BTreeMap<DeviceId, Text>,
    /// Measured at the feed, amperes.
    pub measured: Number<Amps>,
    /// How.
    pub how: Option<String>,
    /// Whether its draws count when the build is judged; else it is only shown to whoever asks for it.
    pub judged: bool,
    /// Where.
    pub span: Span,
}

/// What the build demands of its currents: `[power]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct PowerTerms {
    /// Coldest and hottest copper.
    pub wires_at: Number<Celsius>,
    /// Most of a supply's volts that may be lost on the way to a load.
    pub drop: Number<Share>,
}

/// The software side of one controller.
#[derive(Clone, Debug)]
pub struct Gpio {
    /// Whose header.
    pub device: DeviceId,
    /// Lines of its config.txt.
    pub firmware: Vec<Text>,
    /// Serial console on GPIO14/15, if the build says.
    pub console: Option<(bool, Span)>,
    /// How single pins start, by BCM number.
    pub uses: BTreeMap<u32, GpioUse>,
    /// Where.
    pub span: Span,
}

/// How a pin starts.
#[derive(Clone, Debug)]
pub struct GpioUse {
    /// `high`, `low`, `input`.
    pub start: Option<Text>,
    /// An alternate function.
    pub function: Option<Text>,
    /// Why.
    pub note: Option<String>,
    /// Where.
    pub span: Span,
}

/// What the daemon must know.
#[derive(Clone, Debug, Default)]
pub struct Control {
    /// Must be powered with every coil at rest.
    pub essential: Vec<(DeviceId, Span)>,
    /// Seconds.
    pub off: Number<crate::units::Seconds>,
    /// Seconds.
    pub on_min: Number<crate::units::Seconds>,
    /// Seconds.
    pub off_min: Number<crate::units::Seconds>,
    /// Seconds between two restarts.
    pub stagger: Number<crate::units::Seconds>,
    /// Role, device.
    pub roles: Vec<(Text, DeviceId, Span)>,
    /// Watched, watcher.
    pub watches: Vec<Watch>,
    /// Probes, one a device.
    pub probes: Vec<Probe>,
    /// Rules for software.
    pub rules: Vec<Interlock>,
    /// Where `[control]` stands.
    pub span: Option<Span>,
}

/// Who may power-cycle whom.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Watch {
    pub watched: DeviceId,
    pub watcher: DeviceId,
    pub span: Span,
}

/// How to see that a machine lives.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Probe {
    pub device: DeviceId,
    pub ping: bool,
    pub tcp: Option<u16>,
    pub http: Option<String>,
    pub every: Number<crate::units::Seconds>,
    pub fails: Option<u32>,
    pub span: Span,
}

/// A rule that the daemon keeps.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Interlock {
    pub id: Text,
    pub at_most: Option<u32>,
    pub never_both: Vec<DeviceId>,
    /// Coils (device, index in its part's coils) of which at most one is energised at a time.
    pub never_together: Vec<(DeviceId, u32)>,
    pub of: Vec<DeviceId>,
    pub before_off: Option<String>,
    pub hard: bool,
    pub span: Span,
}

impl Device {
    /// The build-wide terminal of a part's terminal.
    pub fn terminal(&self, local: Local) -> Terminal {
        Terminal(self.first + local.0)
    }

    /// `pi-1`: the name as files and addresses have it.
    pub fn slug(&self) -> String {
        slug(&self.name)
    }

    /// The band of a number that a `choice` of this device may have set.
    pub fn chosen(&self, element: &str) -> Option<Band<Volts>> {
        match self.choices.get(element) {
            Some(Choice::Quantity(quantity)) => Some(Band::of(quantity.lo, quantity.typ, quantity.hi)),
            _ => None,
        }
    }
}

/// `pi[1]` as `pi-1`, `k8.nc[3]` as `k8-nc-3`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars() {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            'A'..='Z' => slug.push(character.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_end_matches('-').to_owned()
}
