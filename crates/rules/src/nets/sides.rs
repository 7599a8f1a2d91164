//! Which wire of a path joins what does not belong together.

use analysis::nets::{self, Hop, Link, Nets};
use analysis::potentials::SourceRef;
use model::{Build, Terminal, WireId, part::End};

use crate::story;

/// What each piece of metal without wires is: plus or minus of an element, and of which source.
pub struct Sides {
    nets: Nets,
    plus: Vec<bool>,
    minus: Vec<bool>,
    source: Vec<Option<(SourceRef, bool)>>,
}

pub fn sides(build: &Build) -> Sides {
    let nets = nets::rest_without_wires(build);
    let mut sides =
        Sides { plus: vec![false; nets.len()], minus: vec![false; nets.len()], source: vec![None; nets.len()], nets };
    for (id, device, part) in build.each_device() {
        let net = |end: &End| sides.nets.net(device.terminal(end[0])).0 as usize;
        for (index, source) in (0..).zip(&part.sources) {
            let of = SourceRef { device: id, index };
            let (plus, minus) = (net(&source.plus), net(&source.minus));
            sides.source[plus].get_or_insert((of, true));
            sides.source[minus].get_or_insert((of, false));
            (sides.plus[plus], sides.minus[minus]) = (true, true);
        }
        let feeders =
            part.sources.iter().filter_map(|source| source.from.as_ref()).map(|from| (&from.plus, &from.minus));
        let loads = part.loads.iter().map(|load| (&load.plus, &load.minus));
        let coils = part.coils.iter().filter_map(|coil| Some((coil.plus.as_ref()?, coil.minus.as_ref()?)));
        let diodes = part.diodes.iter().map(|diode| (&diode.anode, &diode.cathode));
        for (plus, minus) in feeders.chain(loads).chain(coils).chain(diodes) {
            let (plus, minus) = (net(plus), net(minus));
            (sides.plus[plus], sides.minus[minus]) = (true, true);
        }
    }
    sides
}

impl Sides {
    fn net(&self, at: Terminal) -> usize {
        self.nets.net(at).0 as usize
    }

    /// The wire by which a path comes from a plus to a minus (or back); else one that joins two sources; else the last.
    pub fn culprit(&self, build: &Build, hops: &[Hop]) -> Option<WireId> {
        let sign = |at: Terminal| match (self.plus[self.net(at)], self.minus[self.net(at)]) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
        let mut last = None;
        for hop in hops {
            let Link::Wire(wire) = hop.by else { continue };
            last = sign(hop.from).or(last);
            let next = sign(hop.to);
            if next.is_some() && last.is_some() && next != last {
                return Some(wire);
            }
        }
        let rivals = |wire: &WireId| {
            let [a, b] = build.wire(*wire).ends.map(|end| self.source[self.net(end)]);
            a.is_some() && b.is_some() && a != b
        };
        story::wires(hops).find(rivals).or_else(|| story::wires(hops).next_back())
    }
}
