//! The whole build.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use source::{Span, Text, value::Date};

use crate::device::{Control, Device, DeviceId, Feed, Gpio, Place, PowerTerms, Scenario, Terminal};
use crate::guide::{Question, Revision, Setup, Step, Waiver, Weak};
use crate::part::{Part, PartId, PartTerminal};
use crate::purchase::{Alternative, Claim, Cutting, Line, Provider, Rate, Similar, Spares, Upkeep, Yardstick};
use crate::wire::{Attributes, Bundle, BundleId, Run, RunId, Wire, WireId};

/// Everything that a workspace says, bound.
#[derive(Debug, Default)]
pub struct Build {
    /// Who it is.
    pub meta: Meta,
    /// Parts that something mentions.
    pub parts: Vec<Part>,
    /// Devices: written ones in order, then what cables and inline parts made.
    pub devices: Vec<Device>,
    /// Name (or group, for all of several) → devices; only looked up, so that its order is nowhere seen.
    pub names: HashMap<String, Named>,
    /// How many terminals there are.
    pub terminals: u32,
    /// By [`Terminal`]: the device that has it.
    pub owners: Vec<DeviceId>,
    /// Bundles in written order.
    pub bundles: Vec<Bundle>,
    /// Runs in written order; a run's tag is its index plus one.
    pub runs: Vec<Run>,
    /// Wires.
    pub wires: Vec<Wire>,
    /// What wires share.
    pub attributes: Vec<Attributes>,
    /// Terminals that a run named which did not bind: nobody may complain that they hang open.
    pub excused: BTreeSet<Terminal>,
    /// Feeds.
    pub feeds: Vec<Feed>,
    /// Where devices stand, in written order.
    pub places: Vec<Place>,
    /// Scenarios.
    pub scenarios: Vec<Scenario>,
    /// What it demands of its currents.
    pub power: PowerTerms,
    /// Software side of controllers.
    pub gpio: Vec<Gpio>,
    /// What the daemon must know.
    pub control: Control,
    /// Which firmware lines claim which GPIOs.
    pub overlays: Vec<Overlay>,
    /// The bill.
    pub lines: Vec<Line>,
    /// Currency → what one unit of it is worth in another.
    pub rates: BTreeMap<String, Rate>,
    /// Kind of part → what is kept of it.
    pub spares: BTreeMap<String, Spares>,
    /// What cutting a wire takes beyond its length.
    pub cutting: Cutting,
    /// Addresses it takes, what electricity costs, what hardware brings when sold.
    pub upkeep: Upkeep,
    /// Public statements.
    pub claims: Vec<Claim>,
    /// Places to live.
    pub providers: Vec<Provider>,
    /// Roads not taken.
    pub alternatives: Vec<Alternative>,
    /// Yardsticks.
    pub yardsticks: Vec<Yardstick>,
    /// Similar projects.
    pub similar: Vec<Similar>,
    /// Hardware steps in order.
    pub steps: Vec<Step>,
    /// Software steps in order.
    pub setups: Vec<Setup>,
    /// What each version changed, in written order.
    pub revisions: Vec<Revision>,
    /// Weak spots.
    pub weak: Vec<Weak>,
    /// Waivers.
    pub waivers: Vec<Waiver>,
    /// Open questions.
    pub questions: Vec<Question>,
    /// References by id.
    pub references: BTreeMap<String, Reference>,
}

/// The devices that a name means: nearly always one.
#[derive(Clone, Debug)]
pub enum Named {
    /// A device's own name.
    One([DeviceId; 1]),
    /// A group's.
    Many(Vec<DeviceId>),
}

impl Named {
    /// All of them, in the build's order.
    pub fn all(&self) -> &[DeviceId] {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }

    /// One more.
    pub fn add(&mut self, id: DeviceId) {
        match self {
            Self::One([one]) => *self = Self::Many(vec![*one, id]),
            Self::Many(many) => many.push(id),
        }
    }
}

/// Who the build is.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// Slug.
    pub name: String,
    /// Title.
    pub title: String,
    /// Version.
    pub version: String,
    /// Licence.
    pub license: String,
    /// A few sentences.
    pub summary: String,
    /// `USD`.
    pub currency: String,
    /// The day this revision was written.
    pub as_of: Option<(Date, Span)>,
    /// When offers without a date were seen.
    pub prices_seen: Option<Date>,
    /// Oldest price that counts as fresh, days.
    pub price_max_age: Option<i64>,
    /// Where it is worked on, for machines that list hardware.
    pub repository: Option<String>,
    /// In front of photo names.
    pub photos: String,
    /// Potential → colours.
    pub colours: Vec<(Text, Vec<Text>)>,
    /// Vendors by id: name and address template.
    pub vendors: BTreeMap<String, (String, String)>,
    /// Whom it is owed to: name, address, words.
    pub credit: Vec<(String, String, String)>,
    /// Where `bom/build.toml` begins.
    pub span: Option<Span>,
}

/// Where a number comes from.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Reference {
    pub title: String,
    pub publisher: Option<String>,
    pub url: Option<String>,
    pub page: Option<String>,
    pub read: Option<Date>,
    pub evidence: Option<Text>,
    pub reason: Option<String>,
    pub span: Span,
}

/// A firmware line that claims GPIOs.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// `gpio-ir`.
    pub name: String,
    /// `overlay`, `dtparam`, `alias`.
    pub kind: String,
    /// BCM numbers.
    pub gpios: Vec<u32>,
    /// Parameters that move its pins: the first moves the first of `gpios`.
    pub moves: Vec<String>,
    /// Parameters that change which pins it takes.
    pub params: Vec<OverlayParam>,
    /// The overlay that this name is another name for.
    pub alias_of: Option<String>,
    /// What else there is to say.
    pub note: Option<String>,
}

/// What a parameter of an overlay does to the pins that it takes.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct OverlayParam {
    pub name: String,
    pub frees: Vec<u32>,
    pub adds: Vec<u32>,
    pub instead: Vec<u32>,
}

impl Build {
    /// A part.
    pub fn part(&self, id: PartId) -> &Part {
        &self.parts[id.0 as usize]
    }

    /// A device.
    pub fn device(&self, id: DeviceId) -> &Device {
        &self.devices[id.0 as usize]
    }

    /// A device's part.
    pub fn part_of(&self, id: DeviceId) -> &Part {
        self.part(self.device(id).part)
    }

    /// Every device with its id.
    pub fn each_device(&self) -> impl Iterator<Item = (DeviceId, &Device, &Part)> {
        self.devices.iter().enumerate().map(|(n, device)| {
            (DeviceId(u32::try_from(n).expect("devices are bounded")), device, self.part(device.part))
        })
    }

    /// The device that has a terminal.
    pub fn owner(&self, terminal: Terminal) -> DeviceId {
        self.owners[terminal.0 as usize]
    }

    /// What the part says of a terminal.
    pub fn terminal(&self, terminal: Terminal) -> &PartTerminal {
        let owner = self.device(self.owner(terminal));
        &self.part(owner.part).terminals[(terminal.0 - owner.first) as usize]
    }

    /// `k8.nc[3]`, `pi[1].gpio[18]`.
    pub fn path(&self, terminal: Terminal) -> String {
        format!("{}.{}", self.device(self.owner(terminal)).name, self.terminal(terminal).name)
    }

    /// As people read it: `pi[1] GPIO18 (pin 12)` for header pins, else the path.
    pub fn shown(&self, terminal: Terminal) -> String {
        let info = self.terminal(terminal);
        let number = |name: &str| name.trim_end_matches(']').rsplit('[').next().unwrap_or_default().to_owned();
        match (&info.alias, info.name.strip_prefix("gpio[")) {
            (Some(alias), Some(_)) => {
                format!("{} GPIO{} (pin {})", self.device(self.owner(terminal)).name, number(&info.name), number(alias))
            }
            (Some(alias), None) => format!("{} (pin {})", self.path(terminal), number(alias)),
            (None, _) => self.path(terminal),
        }
    }

    /// A wire.
    pub fn wire(&self, id: WireId) -> &Wire {
        &self.wires[id.0 as usize]
    }

    /// What a wire shares with others of its run.
    pub fn attributes_of(&self, wire: &Wire) -> &Attributes {
        &self.attributes[wire.attributes as usize]
    }

    /// A run.
    pub fn run(&self, id: RunId) -> &Run {
        &self.runs[id.0 as usize]
    }

    /// A bundle.
    pub fn bundle(&self, id: BundleId) -> &Bundle {
        &self.bundles[id.0 as usize]
    }

    /// `feeds/3`.
    pub fn run_path(&self, id: RunId) -> String {
        let run = self.run(id);
        format!("{}/{}", self.bundle(run.bundle).name.value, run.nth)
    }

    /// `#07`.
    pub fn tag(&self, id: RunId) -> String {
        format!("#{:02}", id.0 + 1)
    }

    /// Names without numbers that people write, in the order of devices, each once in a row.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        let written = self.devices.iter().filter(|device| !device.group.contains('/'));
        let first = written.filter(|device| device.number.is_none_or(|number| number == 1));
        first.map(|device| device.group.as_str())
    }

    /// The devices that a name or group means.
    pub fn named(&self, name: &str) -> &[DeviceId] {
        self.names.get(name).map_or(&[], Named::all)
    }
}
