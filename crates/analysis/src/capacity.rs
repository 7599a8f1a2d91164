//! How many more of a device fit, by everything that a copy of it and of what serves it alone takes a share of.
//!
//! Places on shared things, amperes and watts, pieces in stock: each is a rung of a ladder, the scarcest first. A copy that is really made
//! ([`expand`]) takes its places from the same pools that the ladder counts.

mod addresses;
mod draws;
pub mod expand;
pub mod floor;
mod places;
mod slice;
mod stock;
mod worked;

use std::collections::BTreeMap;

use model::part::Mover;
use model::{Build, DeviceId};

use crate::Facts;
use crate::budget::Budget;
use crate::drives::Drives;
use crate::nets::{Landed, Nets, landed};
use crate::pins::Pins;
use crate::potentials::{Between, Potentials};
use crate::purchase::Purchase;

pub use places::{Places, Pool, Spot};
pub use slice::Slice;
pub use worked::{Like, Worked};

/// What removes a constraint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mark {
    /// The site sets it.
    Hard,
    /// The design must change.
    Change,
    /// Money.
    Buy,
}

impl Mark {
    /// How it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Change => "change",
            Self::Buy => "buy",
        }
    }
}

/// How a rung was computed: what is in use, what there is, and what one more takes; in `unit`, or counted where that is empty.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub struct Sum {
    pub used: f64,
    pub limit: f64,
    pub need: f64,
    pub unit: &'static str,
    /// The scenario that binds (index in [`Build::scenarios`], or [`crate::budget::WORST`]), where there are several.
    pub scenario: Option<usize>,
}

/// One constraint.
#[derive(Clone, PartialEq, Debug)]
pub struct Rung {
    /// What is taken a share of.
    pub what: String,
    /// How many more it is enough for; negative where it is exceeded already.
    pub more: i64,
    /// What removes it.
    pub mark: Mark,
    /// How that was computed.
    pub sum: Sum,
}

impl Rung {
    /// A rung from its sum; as many whole ones as go into what is left.
    pub fn new(what: String, mark: Mark, sum: Sum) -> Self {
        /// What rounding may hide; the rules that judge the same limits allow as much.
        const SLACK: f64 = 1e-9;
        let left = (sum.limit * (1.0 + SLACK) - sum.used) / sum.need;
        // A whole number that the division missed by its rounding is that number.
        #[allow(clippy::cast_possible_truncation)] // clamped just before
        let more = (left + SLACK).floor().clamp(-1e6, 1e6) as i64;
        Self { what, more, mark, sum }
    }
}

/// Room for more of one device.
#[derive(Clone, Debug, Default)]
pub struct Capacity {
    /// The device that copies are like.
    pub of: Option<DeviceId>,
    /// How many fit when everything that is for sale is bought; `None` if that cannot be told.
    pub more: Option<u32>,
    /// The same where something is not known: no more than this.
    pub at_most: Option<u32>,
    /// Every constraint, least first, and of equal ones the harder first.
    pub rungs: Vec<Rung>,
    /// What is not known.
    pub unknown: Vec<String>,
    /// Devices of the same part that have no supply as it is.
    pub stranded: Vec<DeviceId>,
}

impl Capacity {
    /// What the design or the site sets, and how many more that is enough for.
    pub fn binds(&self) -> Vec<(String, u32)> {
        let left = |rung: &Rung| u32::try_from(rung.more.max(0)).unwrap_or(u32::MAX);
        self.rungs.iter().filter(|rung| rung.mark != Mark::Buy).map(|rung| (rung.what.clone(), left(rung))).collect()
    }

    /// One more constraint.
    pub fn add(&mut self, rung: Rung) {
        self.rungs.push(rung);
        self.settle();
    }

    /// One more thing that is not known.
    pub fn doubt(&mut self, what: String) {
        self.unknown.push(what);
        self.settle();
    }

    /// What is exceeded already, money aside.
    pub fn broken(&self) -> impl Iterator<Item = &Rung> {
        self.rungs.iter().filter(|rung| rung.mark != Mark::Buy && rung.more < 0)
    }

    /// How many more the stock is enough for; `None` if nothing of it is on the bill.
    pub fn in_stock(&self) -> Option<u32> {
        let least = self.rungs.iter().filter(|rung| rung.mark == Mark::Buy).map(|rung| rung.more).min()?;
        Some(u32::try_from(least.max(0)).unwrap_or(u32::MAX))
    }

    fn settle(&mut self) {
        self.rungs.sort_by(|a, b| (a.more, a.mark, &a.what).cmp(&(b.more, b.mark, &b.what)));
        self.unknown.sort();
        self.unknown.dedup();
        self.at_most = self.binds().first().map(|&(_, left)| left);
        self.more = if self.at_most == Some(0) || self.unknown.is_empty() { self.at_most } else { None };
    }
}

/// What capacity is read from.
pub struct Ground<'a> {
    build: &'a Build,
    metal: &'a Nets,
    rest: &'a Nets,
    potentials: &'a Potentials,
    drives: &'a Drives,
    pins: &'a Pins,
    budget: &'a Budget,
    purchase: &'a Purchase,
    landed: Landed,
}

impl<'a> Ground<'a> {
    /// From facts that are still being computed.
    pub fn new(
        build: &'a Build,
        (metal, rest, potentials): (&'a Nets, &'a Nets, &'a Potentials),
        (drives, pins): (&'a Drives, &'a Pins),
        (budget, purchase): (&'a Budget, &'a Purchase),
    ) -> Self {
        Self { build, metal, rest, potentials, drives, pins, budget, purchase, landed: landed(build) }
    }

    /// From all facts.
    pub fn of(build: &'a Build, facts: &'a Facts) -> Self {
        let stands = (&facts.metal, &facts.rest, &facts.potentials);
        Self::new(build, stands, (&facts.drives, &facts.pins), (&facts.budget, &facts.purchase))
    }
}

/// The computer that more are made like unless somebody names another: the last of the largest group.
pub fn usual(build: &Build) -> Option<DeviceId> {
    let mut groups: BTreeMap<&str, (u32, DeviceId)> = BTreeMap::new();
    for (id, device, _) in build.each_device().filter(|(_, _, part)| part.kind == "computer") {
        let group = groups.entry(device.group.as_str()).or_insert((0, id));
        *group = (group.0 + 1, id);
    }
    groups.into_values().max_by_key(|&(count, id)| (count, std::cmp::Reverse(id))).map(|(_, id)| id)
}

/// Room for more computers like those in the build.
pub fn compute(ground: &Ground<'_>) -> Capacity {
    match usual(ground.build) {
        Some(device) => room(ground, device),
        None => Capacity { unknown: vec!["there is no computer in the build".to_owned()], ..Capacity::default() },
    }
}

/// Room for more of a device.
pub fn room(ground: &Ground<'_>, device: DeviceId) -> Capacity {
    let (slice, places) = needs(ground, device);
    let mut capacity = Capacity { of: Some(device), ..Capacity::default() };
    for pool in &places.pools {
        capacity.rungs.push(counted(pool.name.clone(), pool.used, count_free(pool), pool.need));
    }
    if let Some(worked) = &places.worked {
        let lines = worked.lines().take(worked.free.values().map(Vec::len).sum()).count();
        let free = u32::try_from(lines).unwrap_or(u32::MAX);
        capacity.rungs.push(counted(
            "GPIOs".to_owned(),
            worked.used,
            free,
            u32::try_from(slice.channels.len()).unwrap_or(1),
        ));
        if worked.like.iter().any(Option::is_none) {
            capacity.unknown.push("what works every free relay channel".to_owned());
        }
    } else if !slice.channels.is_empty() {
        capacity.unknown.push("what works the free relay channels".to_owned());
    }
    match slice.source {
        Some(source) => draws::rungs(ground, &slice, &places, source, &mut capacity),
        None => capacity.unknown.push(format!("what feeds `{}`", ground.build.device(device).name)),
    }
    stock::rungs(ground, &slice, &places, &mut capacity);
    addresses::rung(ground, device, &mut capacity);
    capacity.stranded = stranded(ground, device);
    capacity.settle();
    capacity
}

/// Devices of the same part whose loads have no supply.
fn stranded(ground: &Ground<'_>, device: DeviceId) -> Vec<DeviceId> {
    let like = ground.build.device(device).part;
    let alike = ground.build.each_device().filter(|(_, device, _)| device.part == like);
    let dead = |(_, device, part): &(DeviceId, &model::Device, &model::Part)| {
        part.loads.iter().filter(|load| !load.ac).any(|load| {
            let at = |end: &model::part::End| device.terminal(end[0]);
            let between = ground.potentials.between(ground.rest, at(&load.plus), at(&load.minus));
            !matches!(between, Between::Known(_) | Between::Unknown)
        })
    };
    alike.filter(dead).map(|(id, ..)| id).collect()
}

fn count_free(pool: &Pool) -> u32 {
    places::count(pool.free.len())
}

fn counted(what: String, used: u32, free: u32, need: u32) -> Rung {
    let sum = Sum {
        used: f64::from(used),
        limit: f64::from(used) + f64::from(free),
        need: f64::from(need.max(1)),
        unit: "",
        scenario: None,
    };
    Rung { more: i64::from(free / need.max(1)), ..Rung::new(what, Mark::Change, sum) }
}

/// What a device has to itself, and what it shares.
pub fn needs(ground: &Ground<'_>, device: DeviceId) -> (Slice, Places) {
    let around = slice::Around::new(ground.build);
    let slice = slice::of(ground, &around, device);
    let places = places::of(ground, &around, &slice);
    (slice, places)
}

/// Why a device cannot be copied; `None` if it can.
pub fn barred(build: &Build, device: DeviceId) -> Option<String> {
    use model::device::Origin;
    let (of, part) = (build.device(device), build.part_of(device));
    let name = &of.name;
    match of.origin {
        Origin::Feed(_) => return Some(format!("`{name}` is a feed, and the site has no other")),
        Origin::Cable | Origin::Inline => {
            return Some(format!("`{name}` is made by its bundle, and comes with what it serves"));
        }
        Origin::Inside(host) => {
            return Some(format!("`{name}` arrives inside `{}`, and is not had alone", build.device(host).name));
        }
        Origin::Bought => {}
    }
    if matches!(part.kind.as_str(), "psu" | "switch")
        || part.contacts.iter().any(|at| matches!(at.by, Some(Mover::Coil(_))))
    {
        return Some(format!("`{name}` serves others, and nothing says which of them another one would serve"));
    }
    if part.loads.iter().all(|load| load.ac) {
        return Some(format!(
            "`{name}` draws nothing from a supply of the build; what stands at the end of a line can be copied"
        ));
    }
    None
}
