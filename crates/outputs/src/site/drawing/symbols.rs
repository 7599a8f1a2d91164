//! Symbols inside boxes: contacts and switches as they stand, fuses, resistors, diodes; where a supply gives, and where it takes back.

mod pen;

use std::collections::{BTreeMap, BTreeSet};

use analysis::circuit::Throw;
use analysis::nets::{NetId, solid};
use model::device::Terminal;
use model::part::{Local, Mover, Part};
use model::{Build, Role};

use super::graph::{Blade, Graph};
pub use pen::{sample, write};

/// What a symbol stands for; the order is that of the legend.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Symbol {
    /// Metal by which a source gives.
    Supply,
    /// Metal by which it takes back.
    Return,
    /// Protective earth.
    Earth,
    /// Terminals of a box that are one piece of metal.
    Bar,
    /// A fuse.
    Fuse,
    /// A resistor.
    Resistor,
    /// A diode.
    Diode,
    /// A diode that gives light.
    Led,
    /// A closed contact of a relay.
    Closed,
    /// An open contact of a relay.
    Open,
    /// A closed contact that a hand moves.
    HandClosed,
    /// An open contact that a hand moves.
    HandOpen,
    /// The free throw of a contact whose common lies on another.
    Free,
}

impl Symbol {
    /// What the legend says.
    pub fn words(self) -> &'static str {
        match self {
            Self::Supply => "a supply gives here",
            Self::Return => "its return",
            Self::Earth => "protective earth",
            Self::Bar => "bus bar: all on it are one piece of metal",
            Self::Fuse => "fuse",
            Self::Resistor => "resistor",
            Self::Diode => "diode",
            Self::Led => "LED",
            Self::Closed => "relay contact, closed at rest",
            Self::Open => "relay contact, open at rest",
            Self::HandClosed => "switch, closed at rest",
            Self::HandOpen => "switch, open at rest",
            Self::Free => "throw that is open at rest",
        }
    }

    /// Of a contact.
    fn contact(closed: bool, hand: bool) -> Self {
        match (closed, hand) {
            (true, false) => Self::Closed,
            (false, false) => Self::Open,
            (true, true) => Self::HandClosed,
            (false, true) => Self::HandOpen,
        }
    }
}

/// Terminals that lie on the metal of a pole of a supply that some wire takes something from, and those of protective earth.
pub type Poles = BTreeMap<Terminal, Symbol>;

/// The poles of a build, at ends of wires. Where metal is the pole of two supplies in both senses, neither is told.
pub fn poles(build: &Build) -> Poles {
    let metal = solid(build);
    let ends: BTreeSet<Terminal> = build.wires.iter().flat_map(|wire| wire.ends).collect();
    let landed: BTreeSet<NetId> = ends.iter().map(|&end| metal.net(end)).collect();
    let (mut gives, mut takes) = (BTreeSet::new(), BTreeSet::new());
    for (_, device, part) in build.each_device() {
        let nets =
            |end: &[Local]| -> Vec<NetId> { end.iter().map(|&local| metal.net(device.terminal(local))).collect() };
        for source in part.sources.iter().filter(|source| !source.ac) {
            let plus = nets(&source.plus);
            if plus.iter().any(|net| landed.contains(net)) {
                gives.extend(plus);
                takes.extend(nets(&source.minus));
            }
        }
    }
    let pole = |end: Terminal| {
        let net = metal.net(end);
        match (gives.contains(&net), takes.contains(&net)) {
            _ if build.terminal(end).role == Role::Earth => Some(Symbol::Earth),
            (true, false) => Some(Symbol::Supply),
            (false, true) => Some(Symbol::Return),
            _ => None,
        }
    };
    ends.into_iter().filter_map(|end| Some((end, pole(end)?))).collect()
}

/// A throw and whether it is closed.
pub type Stands<'a> = (&'a Throw, bool);

impl Graph {
    /// Adds what the boxes hold between terminals that lines land on, and the poles that they land on.
    pub fn add_symbols(&mut self, build: &Build, poles: &Poles) {
        let lands = &self.lands;
        self.poles.extend(
            lands
                .iter()
                .filter_map(|(terminal, rows)| Some((rows, poles.get(terminal)?)))
                .flat_map(|(rows, &pole)| rows.iter().map(move |&row| (row, pole))),
        );
        for device in lands.keys().map(|&terminal| build.owner(terminal)).collect::<BTreeSet<_>>() {
            let (part, first) = (build.part_of(device), build.device(device).first);
            let row =
                |end: &[Local]| end.iter().find_map(|local| lands.get(&Terminal(first + local.0))?.first().copied());
            let mut between = |ends: [&[Local]; 2], symbol: Symbol| {
                if let [Some(a), Some(b)] = ends.map(row) {
                    self.blades.push(Blade { rows: [a, b], symbol, class: String::new() });
                }
            };
            for fuse in &part.fuses {
                if let Some([a, b]) = &fuse.ends {
                    between([a, b], Symbol::Fuse);
                }
            }
            for resistor in &part.resistors {
                between([&resistor.ends[0], &resistor.ends[1]], Symbol::Resistor);
            }
            let lights = part.kind.contains("led");
            for diode in &part.diodes {
                let symbol = if lights || diode.name.contains("led") { Symbol::Led } else { Symbol::Diode };
                between([&diode.anode, &diode.cathode], symbol);
            }
            for metal in metals(part) {
                let mut by_box: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
                for &row in metal.iter().filter_map(|local| lands.get(&Terminal(first + local.0))).flatten() {
                    by_box.entry(self.edges[row.0].nodes[row.1]).or_default().push(row);
                }
                self.bars.extend(by_box.into_values().filter(|rows| rows.len() > 1));
            }
        }
    }

    /// Adds contacts where a line lands on both of their terminals; one whose common lies on another throw shows its free end alone.
    pub fn add_blades<'a>(&mut self, build: &Build, contacts: impl IntoIterator<Item = Stands<'a>>) {
        let row = |terminal: Terminal| self.lands.get(&terminal)?.first().copied();
        let mut blades = Vec::new();
        for (throw, closed) in contacts {
            if let [Some(com), Some(to)] = throw.ends.map(row) {
                let (device, index) = throw.contact;
                let by = build.part_of(device).contacts.get(index as usize).and_then(|contact| contact.by);
                let symbol = Symbol::contact(closed, matches!(by, Some(Mover::Lever(_))));
                blades.push(Blade { rows: [com, to], symbol, class: String::new() });
            }
        }
        let taken: BTreeSet<(usize, usize)> =
            blades.iter().filter(|blade| blade.symbol.is_closed()).map(|blade| blade.rows[0]).collect();
        for blade in &mut blades {
            if !blade.symbol.is_closed() && taken.contains(&blade.rows[0]) {
                blade.symbol = Symbol::Free;
            }
        }
        self.blades.extend(blades);
    }

    /// The symbols in it, each once.
    pub fn symbols(&self) -> BTreeSet<Symbol> {
        let bar = (!self.bars.is_empty()).then_some(Symbol::Bar);
        self.poles.values().copied().chain(self.blades.iter().map(|blade| blade.symbol)).chain(bar).collect()
    }
}

/// The pieces of metal in a part that join several of its terminals.
fn metals(part: &Part) -> Vec<BTreeSet<Local>> {
    let mut metals: Vec<BTreeSet<Local>> = Vec::new();
    for join in part.joins.iter().filter(|join| join.ohms.is_absent()) {
        let own: BTreeSet<Local> = join.of.iter().copied().collect();
        let (touch, mut apart): (Vec<_>, Vec<_>) = metals.into_iter().partition(|metal| !metal.is_disjoint(&own));
        apart.push(touch.into_iter().fold(own, |all, metal| &all | &metal));
        metals = apart;
    }
    metals
}

impl Symbol {
    /// A contact that is closed.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Closed | Self::HandClosed)
    }

    /// The ways in which its contact may stand: closed, open, or open while its common lies on another throw.
    pub fn ways(self) -> [Self; 3] {
        let hand = matches!(self, Self::HandClosed | Self::HandOpen);
        [Self::contact(true, hand), Self::contact(false, hand), Self::Free]
    }
}
