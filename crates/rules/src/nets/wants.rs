//! Loads, coils and diodes without a loop to a live source in any position of contacts.

use std::collections::BTreeSet;

use analysis::nets::{self, Nets};
use analysis::potentials::{self, Between, Potentials, reach};
use model::part::{End, Mover};
use model::{DeviceId, Terminal};

use crate::Context;

/// What is wrong with one element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    Supply,
    Return,
    Both,
    Apart,
}

/// Where elements find no supply: what is missing, and the net that it is missing on.
pub struct Want {
    pub device: DeviceId,
    pub what: &'static str,
    pub lack: Lack,
    pub plus: Terminal,
    pub minus: Terminal,
}

/// Every load, feeder, used coil and diode without a loop to a live source in any position of contacts.
pub fn wants(Context { build, facts }: Context<'_>) -> Vec<Want> {
    let rest = &facts.rest;
    let mut wants = Vec::new();
    let mut later: Option<(Nets, Potentials)> = None;
    let landed = &facts.loose.landed;
    let has_diodes = build.devices.iter().any(|device| !build.part(device.part).diodes.is_empty());
    let reach = has_diodes.then(|| {
        let possible = possible(Context { build, facts });
        let could = reach::compute(build, &possible, &potentials::compute(build, &possible));
        (possible, could)
    });
    let mut check = |device: DeviceId, what: &'static str, plus: Terminal, minus: Terminal| {
        let between = facts.potentials.between(rest, plus, minus);
        if matches!(between, Between::Known(_) | Between::Unknown) {
            return;
        }
        let (possible, could) = later.get_or_insert_with(|| {
            let possible = possible(Context { build, facts });
            let could = potentials::compute(build, &possible);
            (possible, could)
        });
        let live = |at: Terminal| {
            let now = facts.potentials.at(rest, at).is_some_and(|net| net.live);
            now || could.at(possible, at).is_some_and(|net| net.live)
        };
        let lack = match (live(plus), live(minus)) {
            (true, true) if between == Between::Apart && could.between(possible, plus, minus) == Between::Apart => {
                Lack::Apart
            }
            (true, true) => return,
            (false, true) => Lack::Supply,
            (true, false) => Lack::Return,
            (false, false) => Lack::Both,
        };
        wants.push(Want { device, what, lack, plus, minus });
    };
    for (id, device, part) in build.each_device() {
        let at = |end: &End| device.terminal(end[0]);
        for load in &part.loads {
            check(id, "load", at(&load.plus), at(&load.minus));
        }
        for source in &part.sources {
            if let Some(from) = &source.from {
                check(id, "source", at(&from.plus), at(&from.minus));
            }
        }
        for (index, coil) in (0..).zip(&part.coils) {
            let (Some(plus), Some(minus)) = (&coil.plus, &coil.minus) else {
                continue;
            };
            let moved = part.contacts.iter().filter(|contact| contact.by == Some(Mover::Coil(index)));
            if moved
                .flat_map(|contact| std::iter::once(&contact.com).chain(nets::throws(contact)))
                .any(|end| landed.any(at(end)))
            {
                check(id, "coil", at(plus), at(minus));
            }
        }
    }
    let Some((nets, reach)) = reach else { return wants };
    for (id, device, part) in build.each_device() {
        for diode in &part.diodes {
            let (anode, cathode) = (device.terminal(diode.anode[0]), device.terminal(diode.cathode[0]));
            let wired = |at: Terminal| rest.members(rest.net(at)).iter().any(|at| landed.any(*at));
            let backwards = reach.fed(&nets, cathode) && reach.drained(&nets, anode);
            if backwards || (!wired(anode) && !wired(cathode)) {
                continue;
            }
            let lack = match (reach.fed(&nets, anode), reach.drained(&nets, cathode)) {
                (true, true) => continue,
                (false, true) => Lack::Supply,
                (true, false) => Lack::Return,
                (false, false) => Lack::Both,
            };
            wants.push(Want { device: id, what: "diode", lack, plus: anode, minus: cathode });
        }
    }
    wants
}

/// Whatever can be joined, but for contacts on a control input: no load is fed through a signal.
fn possible(Context { build, facts }: Context<'_>) -> Nets {
    let signals: BTreeSet<u32> =
        facts.drives.all.iter().filter_map(|drive| drive.driven).map(|driven| facts.metal.net(driven).0).collect();
    nets::possible(build, |(id, index)| {
        let (device, contact) = (build.device(id), &build.part_of(id).contacts[index as usize]);
        let mut ends = std::iter::once(&contact.com).chain(nets::throws(contact));
        !ends.any(|end| signals.contains(&facts.metal.net(device.terminal(end[0])).0))
    })
}

/// What runs that did not bind may have been about; they were told of where they stand.
pub struct Lost {
    supply: bool,
    ret: bool,
}

impl Lost {
    pub fn of(Context { build, facts }: Context<'_>) -> Self {
        let empty = build.bundles.iter().any(|bundle| bundle.runs.0 == bundle.runs.1);
        let mut lost = Self { supply: empty, ret: empty };
        for at in &build.excused {
            if let Some(net) = facts.potentials.at(&facts.rest, *at).filter(|net| net.live) {
                lost.supply |= net.by.is_some();
                lost.ret |= net.returns;
            }
        }
        lost
    }

    pub fn may_feed(&self, lack: Lack) -> bool {
        match lack {
            Lack::Supply => self.supply,
            Lack::Return => self.ret,
            Lack::Both | Lack::Apart => self.supply || self.ret,
        }
    }
}
