//! From what is no longer reached to what people notice: loads that go dark, computers out of reach, loads beyond control.

use std::collections::BTreeMap;
use std::ops::Range;

use model::{Build, DeviceId, RunId};

use super::Consequence;
use super::needs::{Item, Needs};
use super::network::{Cut, Network};
use super::service::Service;
use crate::circuit::Circuit;
use crate::nets::Nets;
use crate::outlets::Outlet;

/// What fails, beside what it cuts.
#[derive(Clone, Copy, Default)]
pub struct Fault {
    /// A device that is out.
    pub out: Option<DeviceId>,
    /// A controller that does nothing any more.
    pub silent: Option<DeviceId>,
    /// A contact that no coil moves any more.
    pub contact: Option<(DeviceId, u32)>,
    /// A plug out of its socket.
    pub plug: Option<RunId>,
}

/// What a fault cuts.
pub enum Lost<'a> {
    /// Needs, as ranges of the tree's order: supplies that die take what they hold up.
    Ranges(&'a [Range<u32>]),
    /// Items, all of them.
    Items(&'a [u32]),
}

/// A component that supplies hold up.
struct Held {
    /// Its needs, a range of the tree's order.
    needs: Range<u32>,
    owners: u32,
}

/// Outlets by a device of theirs.
struct ByDevice {
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl ByDevice {
    fn of(build: &Build, devices: impl Iterator<Item = DeviceId> + Clone) -> Self {
        let mut starts = vec![0; build.devices.len() + 1];
        for device in devices.clone() {
            starts[device.0 as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut numbers = vec![0; *starts.last().expect("it has one more than devices") as usize];
        for (number, device) in (0..).zip(devices) {
            let place = &mut next[device.0 as usize];
            numbers[*place as usize] = number;
            *place += 1;
        }
        Self { starts, numbers }
    }

    fn get(&self, device: DeviceId) -> &[u32] {
        let at = device.0 as usize;
        &self.numbers[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// What the whole build has, prepared for many faults.
pub struct Effects<'a> {
    build: &'a Build,
    circuit: &'a Circuit,
    outlets: &'a [Outlet],
    needs: &'a Needs,
    order: &'a [u32],
    pub network: Network,
    /// By item: whether it lives while nothing has failed.
    pub alive: Vec<bool>,
    held: Vec<Held>,
    /// Supply and index in `held`, ascending.
    holds: Vec<(u32, u32)>,
    by_controller: ByDevice,
    /// By the device whose coil and contact it is.
    by_device: ByDevice,
    /// By device: how many living grips it has as a load.
    grips: Vec<u32>,
    /// The round in which an item, or an owner of a component, was last lost.
    seen: Vec<u32>,
    fallen: Vec<(u32, u32)>,
    round: u32,
    /// Items that the fault at hand takes.
    gone: Vec<u32>,
    /// Devices that it darkens, and grips that it loosens, with their loads.
    dark: Vec<DeviceId>,
    loose: Vec<u32>,
    lost: Vec<DeviceId>,
    /// Steps taken so far.
    pub work: u64,
}

impl<'a> Effects<'a> {
    /// `order` is that of a tree with `dark` needs beside it.
    pub fn of(
        (build, metal, circuit, outlets): (&'a Build, &Nets, &'a Circuit, &'a [Outlet]),
        service: &Service,
        needs: &'a Needs,
        (order, dark): (&'a [u32], &[u32]),
    ) -> Self {
        let mut alive: Vec<bool> = needs
            .items
            .iter()
            .map(|item| match item {
                Item::Load(number) => service.settled.powered[*number as usize],
                Item::Supply(number) => service.settled.live[*number as usize],
                Item::Grip(_) => true,
            })
            .collect();
        for need in dark {
            alive[needs.of[*need as usize] as usize] = false;
        }
        let loads = circuit.loads.iter().zip(&service.settled.powered);
        let mut unlit: Vec<DeviceId> = loads.filter(|(_, on)| !**on).map(|(load, _)| load.of.0).collect();
        unlit.dedup();
        let mut effects = Self {
            build,
            circuit,
            outlets,
            needs,
            order,
            network: Network::of(build, &unlit),
            seen: vec![0; alive.len()],
            alive,
            held: Vec::new(),
            holds: Vec::new(),
            by_controller: ByDevice::of(build, outlets.iter().map(|outlet| outlet.controller)),
            by_device: ByDevice::of(build, outlets.iter().map(|outlet| outlet.coil.0)),
            grips: vec![0; build.devices.len()],
            fallen: Vec::new(),
            round: 0,
            gone: Vec::new(),
            dark: Vec::new(),
            loose: Vec::new(),
            lost: Vec::new(),
            work: 0,
        };
        let place = |need: u32| {
            let terminal = model::Terminal(needs.at[need as usize]);
            service.settled.component[metal.net(terminal).0 as usize]
        };
        effects.hold(place);
        let first = circuit.loads.len() + circuit.supplies.len();
        for (item, outlet) in (first..).zip(outlets) {
            effects.alive[item] &= unlit.binary_search(&outlet.controller).is_err();
            effects.grips[outlet.load.0 as usize] += u32::from(effects.alive[item]);
        }
        effects
    }

    /// Which needs stand on what each supply holds up; those of one component are neighbours in the order.
    fn hold(&mut self, place: impl Fn(u32) -> u32) {
        let owners = &self.needs.owners;
        let of = |component: u32| owners.partition_point(|(at, _)| *at < component);
        let mut ranges: BTreeMap<u32, Range<u32>> = BTreeMap::new();
        for (position, need) in (0..).zip(self.order) {
            let component = place(*need);
            if owners.get(of(component)).is_some_and(|(at, _)| *at == component) {
                ranges.entry(component).or_insert(position..position).end = position + 1;
            }
        }
        for (component, needs) in ranges {
            let slot = u32::try_from(self.held.len()).expect("components are no more than nets");
            let these: Vec<u32> =
                owners[of(component)..].iter().take_while(|(at, _)| *at == component).map(|(_, by)| *by).collect();
            self.holds.extend(these.iter().map(|by| (*by, slot)));
            let owners = u32::try_from(these.len()).expect("sources are bounded");
            self.held.push(Held { needs, owners });
        }
        self.holds.sort_unstable();
        self.fallen = vec![(0, 0); self.held.len()];
    }

    /// What a fault takes.
    pub fn take(&mut self, lost: &Lost<'_>, fault: Fault) -> Consequence {
        self.round += 1;
        let mut gone = std::mem::take(&mut self.gone);
        gone.clear();
        match lost {
            Lost::Ranges(ranges) => {
                for range in *ranges {
                    self.lose(range.clone(), &mut gone);
                }
            }
            Lost::Items(items) => gone.extend(items.iter().copied().filter(|item| self.falls(*item))),
        }
        if let Some(device) = fault.out {
            self.own(device, &mut gone);
        }
        let mut next = 0;
        while let Some(&item) = gone.get(next) {
            next += 1;
            if let (Item::Supply(number), Lost::Ranges(_)) = (self.needs.items[item as usize], lost) {
                self.fall(number, &mut gone);
            }
        }
        let (mut dark, mut loose) = (std::mem::take(&mut self.dark), std::mem::take(&mut self.loose));
        dark.clear();
        loose.clear();
        for item in &gone {
            match self.needs.items[*item as usize] {
                Item::Load(number) => dark.push(self.circuit.loads[number as usize].of.0),
                Item::Grip(number) => loose.push(number),
                Item::Supply(_) => {}
            }
        }
        dark.sort_unstable();
        dark.dedup();
        let consequence = self.tell(&dark, &mut loose, fault);
        (self.gone, self.dark, self.loose) = (gone, dark, loose);
        consequence
    }

    /// Marks an item; whether it lived until here.
    fn falls(&mut self, item: u32) -> bool {
        self.work += 1;
        let lived = self.alive[item as usize] && self.seen[item as usize] != self.round;
        if lived {
            self.seen[item as usize] = self.round;
        }
        lived
    }

    fn lose(&mut self, range: Range<u32>, gone: &mut Vec<u32>) {
        for at in range {
            let item = self.needs.of[self.order[at as usize] as usize];
            if self.falls(item) {
                gone.push(item);
            }
        }
    }

    /// A supply died: what it alone held up goes with it.
    fn fall(&mut self, supply: u32, gone: &mut Vec<u32>) {
        let mut at = self.holds.partition_point(|(by, _)| *by < supply);
        while let Some(&(_, slot)) = self.holds.get(at).filter(|(by, _)| *by == supply) {
            at += 1;
            let fallen = &mut self.fallen[slot as usize];
            *fallen = if fallen.0 == self.round { (self.round, fallen.1 + 1) } else { (self.round, 1) };
            if fallen.1 == self.held[slot as usize].owners {
                self.lose(self.held[slot as usize].needs.clone(), gone);
            }
        }
    }

    /// Loads, supplies and grips of a device go with it.
    fn own(&mut self, device: DeviceId, gone: &mut Vec<u32>) {
        let count = |of: usize| u32::try_from(of).expect("elements are bounded");
        let (loads, supplies) = (&self.circuit.loads, &self.circuit.supplies);
        let from = loads.partition_point(|load| load.of.0 < device);
        let own = loads[from..].iter().take_while(|load| load.of.0 == device).count();
        let loads = (count(from)..count(from + own), count(loads.len()));
        let from = supplies.partition_point(|supply| supply.of.device < device);
        let own = supplies[from..].iter().take_while(|supply| supply.of.device == device).count();
        let supplies = (loads.1 + count(from)..loads.1 + count(from + own), count(supplies.len()));
        for item in loads.0.chain(supplies.0) {
            if self.falls(item) {
                gone.push(item);
            }
        }
        for at in 0..self.by_device.get(device).len() {
            let item = loads.1 + supplies.1 + self.by_device.get(device)[at];
            if self.falls(item) {
                gone.push(item);
            }
        }
    }

    fn tell(&mut self, dark: &[DeviceId], loose: &mut Vec<u32>, fault: Fault) -> Consequence {
        let outlets = self.outlets;
        if !outlets.is_empty() {
            let first = self.circuit.loads.len() + self.circuit.supplies.len();
            for device in dark.iter().copied().chain(fault.silent).chain(fault.out) {
                loose.extend(self.by_controller.get(device));
            }
            let own = fault.contact.map_or(&[][..], |contact| self.by_device.get(contact.0)).iter();
            loose.extend(own.filter(|number| Some(outlets[**number as usize].contact) == fault.contact));
            loose.retain(|number| self.alive[first + *number as usize]);
        }
        loose.sort_unstable();
        loose.dedup();
        let mut lost = std::mem::take(&mut self.lost);
        lost.clear();
        lost.extend(loose.iter().map(|number| outlets[*number as usize].load));
        lost.sort_unstable();
        let beyond = |own: &&[DeviceId]| {
            let load = own[0];
            dark.binary_search(&load).is_err()
                && fault.out != Some(load)
                && self.grips[load.0 as usize] as usize == own.len()
        };
        let uncontrollable: Vec<DeviceId> = lost.chunk_by(|a, b| a == b).filter(beyond).map(|own| own[0]).collect();
        let mut unreachable = self.unreachable(dark, fault);
        unreachable.retain(|computer| dark.binary_search(computer).is_err() && fault.out != Some(*computer));
        if let Some(silent) = fault.silent.filter(|silent| self.network.reaches(*silent)) {
            unreachable.push(silent);
            unreachable.sort_unstable();
            unreachable.dedup();
        }
        self.work += u64::try_from(dark.len() + lost.len()).unwrap_or(u64::MAX);
        self.lost = lost;
        Consequence { dark: dark.to_vec(), unreachable, uncontrollable }
    }

    fn unreachable(&mut self, dark: &[DeviceId], fault: Fault) -> Vec<DeviceId> {
        if self.network.is_empty() {
            return Vec::new();
        }
        let devices = dark.iter().copied().chain(fault.out).filter(|device| self.network.passes(*device));
        let mut cuts: Vec<Cut> = devices.map(Cut::Device).chain(fault.plug.map(Cut::Run)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts.retain(|cut| !matches!(cut, Cut::Run(_)) || self.network.cuts(*cut));
        self.network.unreachable(&cuts, &mut self.work)
    }

    /// Loads that somebody can switch while nothing has failed.
    pub fn gripped(&self) -> impl Iterator<Item = DeviceId> {
        (0..).zip(&self.grips).filter(|(_, grips)| **grips > 0).map(|(device, _)| DeviceId(device))
    }

    /// How many computers there are.
    pub fn every_computer(&self) -> u32 {
        let all = self.build.each_device().filter(|(_, _, part)| part.kind == "computer").count();
        u32::try_from(all).expect("devices are bounded")
    }

    /// How many of these are computers.
    pub fn computers(&self, devices: &[DeviceId]) -> u32 {
        let computers = devices.iter().filter(|device| self.build.part_of(**device).kind == "computer").count();
        u32::try_from(computers).expect("devices are bounded")
    }
}
