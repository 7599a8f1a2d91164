//! What a wire's end leads to, without going over another wire.

use std::collections::BTreeSet;

use model::{Build, DeviceId, Role, Terminal};

use crate::nets::{self, Landed, Nets};
use crate::potentials::Potentials;

/// Where a piece of metal leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leads {
    /// To an element, or to another wire.
    Somewhere,
    /// To nothing at all.
    Nowhere,
    /// Only to pins without a partner, or whose partner has nothing on it.
    DeadPin,
    /// Only to pins of this port (device, index), which is plugged into nothing.
    Unplugged(DeviceId, u32),
    /// To a port that is plugged where it does not fit; told by the rule for that.
    Misfit,
}

/// Metal without wires, and where each piece leads.
pub struct Loose {
    /// What nobody strips or screws.
    pub solid: Nets,
    /// Wires and mates on each terminal.
    pub landed: Landed,
    leads: Vec<Leads>,
}

#[derive(Clone, Copy, Default)]
struct Piece {
    element: bool,
    wires: u32,
    pin: bool,
    mated: bool,
    misfit: bool,
    plugged: bool,
    port: Option<(DeviceId, u32)>,
}

/// Every piece of metal that no wire crosses, and where it leads; linear in terminals.
pub fn compute(build: &Build, rest: &Nets, potentials: &Potentials) -> Loose {
    let solid = nets::solid(build);
    let landed = nets::landed(build);
    let mut pieces = vec![Piece::default(); solid.len()];
    let misfits: BTreeSet<(DeviceId, u32)> = build
        .runs
        .iter()
        .flat_map(|run| nets::mates(&run.what))
        .filter(|mate| !mate.fits)
        .flat_map(|mate| mate.ends)
        .collect();
    let plugged: BTreeSet<(DeviceId, u32)> =
        build.runs.iter().flat_map(|run| nets::mates(&run.what)).flat_map(|mate| mate.ends).collect();
    for (id, device, part) in build.each_device() {
        nets::each_end(part, |end| pieces[solid.net(device.terminal(end[0])).0 as usize].element = true);
        for (local, terminal) in (0..).zip(&part.terminals) {
            let at = Terminal(device.first + local);
            let piece = &mut pieces[solid.net(at).0 as usize];
            piece.element |= matches!(terminal.role, Role::Input | Role::Output | Role::Io | Role::Earth);
            piece.wires += landed.wires(at);
            if let Some((port, _)) = terminal.pin {
                let bare = terminal.clamp.is_some() && terminal.bare;
                piece.pin |= !bare;
                piece.mated |= landed.mated(at);
                piece.misfit |= misfits.contains(&(id, port));
                piece.plugged |= plugged.contains(&(id, port));
                piece.port = piece.port.or(Some((id, port)));
            }
        }
    }
    let leads = (0..).zip(&pieces).map(|(net, piece)| {
        let live = || potentials.at(rest, solid.members(nets::NetId(net))[0]).is_some_and(|at| at.live);
        match piece {
            Piece { element: true, .. } => Leads::Somewhere,
            Piece { misfit: true, .. } => Leads::Misfit,
            Piece { pin: true, wires: 2.., .. } if live() => Leads::Somewhere,
            Piece { pin: true, plugged: false, port: Some((id, port)), .. } => Leads::Unplugged(*id, *port),
            Piece { pin: true, .. } => Leads::DeadPin,
            Piece { wires: 2.., .. } => Leads::Somewhere,
            _ => Leads::Nowhere,
        }
    });
    let leads = leads.collect();
    Loose { solid, landed, leads }
}

impl Loose {
    /// Where the metal of a terminal leads.
    pub fn leads(&self, terminal: Terminal) -> Leads {
        self.leads[self.solid.net(terminal).0 as usize]
    }

    /// Nets of `rest` that are dead for a reason that another finding tells.
    pub fn told(&self, build: &Build, rest: &Nets) -> BTreeSet<u32> {
        let mut told: BTreeSet<u32> = build.excused.iter().map(|at| rest.net(*at).0).collect();
        for end in build.wires.iter().flat_map(|wire| wire.ends) {
            if matches!(self.leads(end), Leads::DeadPin | Leads::Unplugged(..) | Leads::Misfit) {
                told.insert(rest.net(end).0);
            }
        }
        for mate in build.runs.iter().flat_map(|run| nets::mates(&run.what)).filter(|mate| !mate.fits) {
            for (id, port) in mate.ends {
                let device = build.device(id);
                let pins = build.part_of(id).ports.get(port as usize).map_or(&[][..], |port| &port.pins);
                told.extend(pins.iter().map(|pin| rest.net(device.terminal(*pin)).0));
            }
        }
        told
    }
}
