//! The build as a direct-current network: nodes of metal, and a piece with its law for everything between them.
//!
//! Metal without a stated resistance (a trace, a joint without a clamp, a jumper as set) is one node. Contacts that something moves are
//! in it with both throws; a state says which are closed. Mains is not in it.

mod alike;
mod index;
mod nodes;

use std::collections::BTreeMap;
use std::rc::Rc;

use direct::{Law, validate::Quantity};
use model::part::{End, Mover, Part, Source, Threshold};
use model::units::{Band, Number, Ohms};
use model::{Device, DeviceId, Terminal, WireId};

use alike::Alike;
pub use alike::Numbers;
use index::Index;
use nodes::{Thrown, nodes, throws};

use super::value::{self, Value};
use super::{What, World};
use crate::nets;
use crate::potentials::SourceRef;

/// Ohms beyond the knee of a diode or LED. An estimate: indicator LEDs rise some 0.2 V over their first 10 mA.
const SLOPE: f64 = 20.0;
/// Amperes at which a diode's forward volts are taken to hold: an estimate, as data sheets state them from 1 mA to 20 mA.
const KNEE: f64 = 1e-3;

/// When a piece is in the circuit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// In every state.
    Always,
    /// While any of these contacts of the contact network (first, count) is closed.
    Closed(u32, u32),
    /// While this variable of the contact network is true.
    Energised(u32),
}

/// One piece between two nodes.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What it is.
    pub what: What,
    /// Nodes: plus, anode or the first end; minus.
    pub ends: [u32; 2],
    /// The same as terminals.
    pub at: [Terminal; 2],
    /// When it is there.
    pub presence: Presence,
    /// What it does, with its numbers; pieces that are alike share them.
    pub numbers: Rc<Numbers>,
}

/// A bound that several sources share.
#[derive(Clone, Debug)]
pub struct Group {
    /// Device, and index in its part's limits.
    pub of: (DeviceId, u32),
    /// Pieces.
    pub sources: Vec<u32>,
    /// The bound.
    pub share: direct::Share,
}

/// The network.
#[derive(Clone, Debug, Default)]
pub struct Harness {
    /// How many nodes.
    pub nodes: u32,
    /// By [`Terminal`].
    pub node: Vec<u32>,
    /// Devices in order; of each joins, contacts, fuses, resistors, diodes, coils, inputs, loads, sources; then wires; then matings.
    pub pieces: Vec<Piece>,
    /// Shared bounds.
    pub groups: Vec<Group>,
    index: Index,
}

impl Harness {
    /// The piece of a thing.
    pub fn piece(&self, what: What) -> Option<u32> {
        self.index.find(&self.pieces, what)
    }

    /// Whether a piece is in the circuit of a state (a value a variable of `circuit`).
    pub fn is_present(&self, circuit: &crate::circuit::Circuit, piece: u32, state: &[bool]) -> bool {
        match self.pieces[piece as usize].presence {
            Presence::Always => true,
            Presence::Closed(first, count) => {
                let range = first as usize..(first + count) as usize;
                circuit.network.contacts[range].iter().any(|contact| contact.guard.closed(state))
            }
            Presence::Energised(variable) => state[variable as usize],
        }
    }
}

struct Maker<'a> {
    world: World<'a>,
    harness: Harness,
    landed: nets::Landed,
    alike: Alike,
    copper: (f64, f64, f64),
}

/// Writes the build down.
pub fn compute(world: World<'_>) -> Harness {
    let build = world.build;
    let (node, nodes) = nodes(build);
    let harness = Harness { nodes, node, ..Harness::default() };
    let mut maker =
        Maker { world, harness, landed: nets::landed(build), alike: Alike::default(), copper: value::copper(build) };
    let mut throws = throws(world);
    throws.reverse();
    let covered = crate::budget::covered(build);
    for (id, device, part) in build.each_device() {
        maker.joins(id, device, part);
        while throws.last().is_some_and(|throw| throw.0.0 == id) {
            let Some(throw) = throws.pop() else { break };
            maker.contact(part, throw);
        }
        maker.passive(id, device, part);
        maker.coils(id, device, part);
        maker.inputs(id, device, part);
        if !covered.contains(&id) {
            maker.loads(id, device, part);
        }
        maker.sources(id, device, part);
    }
    maker.harness.pieces.reserve(build.wires.len());
    for (index, wire) in (0..).zip(&build.wires) {
        let joints = wire.ends.map(|end| value::joint(&build.terminal(end).ohms));
        let ohms = value::wire(build, wire, maker.copper).plus(joints[0]).plus(joints[1]);
        maker.conductor(What::Wire(WireId(index)), wire.ends, Presence::Always, ohms);
    }
    for run in &build.runs {
        for mate in nets::mates(&run.what) {
            let ports = mate.ends.map(|(device, port)| &build.part_of(device).ports[port as usize]);
            // A mated contact is one resistance: the socket's own figure, the plug's, or that of their kind.
            let [socket, plug] = if ports[1].plug == Some(false) { [ports[1], ports[0]] } else { ports };
            let stated = [&socket.ohms, &plug.ohms, &socket.kind_ohms, &plug.kind_ohms];
            let stated = stated.into_iter().find(|ohms| !ohms.is_absent()).unwrap_or(&socket.ohms);
            let ohms = Value::due(stated, "contact resistance of the plug", mate.span);
            for &(a, b) in &mate.pairs {
                maker.conductor(What::Mate(a, b), [a, b], Presence::Always, ohms);
            }
        }
    }
    let mut harness = maker.harness;
    harness.index = Index::of(build, &harness.pieces);
    harness
}

/// Resistances that a solver takes for what they are.
fn ohms(value: Value) -> Value {
    let within = |ohms: f64| if ohms <= 0.0 { 0.0 } else { ohms.clamp(1e-6, 1e10) };
    Value { low: value.low.map(within), typical: within(value.typical), high: value.high.map(within), gap: value.gap }
}

impl Maker<'_> {
    fn add(
        &mut self,
        what: What,
        at: [Terminal; 2],
        presence: Presence,
        law: Law,
        value: (Quantity, Value),
        more: Vec<(Quantity, Value)>,
    ) {
        let ends = at.map(|terminal| self.harness.node[terminal.0 as usize]);
        let numbers = self.alike.shared(Numbers { law, value, more });
        self.harness.pieces.push(Piece { what, ends, at, presence, numbers });
    }

    fn conductor(&mut self, what: What, at: [Terminal; 2], presence: Presence, value: Value) {
        let value = ohms(value);
        // Nobody knows how many ohms, and yet no metal has fewer than none: that bounds amperes.
        let value = Value { low: value.low.or(Some(0.0)), ..value };
        let law = Law::Resistor { ohms: value.typical };
        self.add(what, at, presence, law, (Quantity::Ohms, value), Vec::new());
    }

    fn joins(&mut self, id: DeviceId, device: &Device, part: &Part) {
        for (index, join) in (0..).zip(&part.joins).filter(|(_, join)| !join.ohms.is_absent()) {
            let pieces = join.of.len().saturating_sub(1).max(1);
            #[allow(clippy::cast_precision_loss)]
            let share = 1.0 / pieces as f64;
            let value = Value::read(&join.ohms, 0.0, "resistance").scaled(share, share, share);
            for (nth, two) in (0..).zip(join.of.windows(2)) {
                let at = [device.terminal(two[0]), device.terminal(two[1])];
                self.conductor(What::Join(id, index, nth), at, Presence::Always, value);
            }
        }
    }

    fn contact(&mut self, part: &Part, (contact, side, at, first, count): Thrown) {
        let of = &part.contacts[contact.1 as usize];
        let value = Value::due(&of.closed, "resistance of the closed contact", of.span);
        self.conductor(What::Contact(contact.0, contact.1, side), at, Presence::Closed(first, count), value);
    }

    fn passive(&mut self, id: DeviceId, device: &Device, part: &Part) {
        let at = |end: &End| device.terminal(end[0]);
        for (index, fuse) in (0..).zip(&part.fuses) {
            let Some([a, b]) = &fuse.ends else { continue };
            let value = Value::due(&self.fuse_ohms(id, fuse), "cold resistance of the fuse", fuse.span);
            self.conductor(What::Fuse(id, index), [at(a), at(b)], Presence::Always, value);
        }
        for (index, resistor) in (0..).zip(&part.resistors) {
            let value = ohms(Value::due(&resistor.ohms, "resistance", resistor.span));
            let law = Law::Resistor { ohms: value.typical };
            let ends = [at(&resistor.ends[0]), at(&resistor.ends[1])];
            self.add(What::Resistor(id, index), ends, Presence::Always, law, (Quantity::Ohms, value), Vec::new());
        }
        for (index, diode) in (0..).zip(&part.diodes) {
            let forward = Value::due(&diode.forward, "forward volts", diode.span);
            let volts = if forward.typical > 0.0 { forward.typical } else { 1.0 };
            let law = Law::Diode { volts, amperes: KNEE, slope: SLOPE };
            let ends = [at(&diode.anode), at(&diode.cathode)];
            self.add(What::Diode(id, index), ends, Presence::Always, law, (Quantity::Volts, forward), Vec::new());
        }
    }

    /// Of a holder: that of its insert.
    fn fuse_ohms(&self, id: DeviceId, fuse: &model::part::Fuse) -> Number<Ohms> {
        let build = self.world.build;
        match build.device(id).choices.get(&fuse.name) {
            Some(model::device::Choice::Part(part, _)) if fuse.ohms.is_absent() => {
                build.part(*part).fuses.first().map_or(Number::Absent, |insert| insert.ohms)
            }
            _ => fuse.ohms,
        }
    }

    fn coils(&mut self, id: DeviceId, device: &Device, part: &Part) {
        for (index, coil) in (0..).zip(&part.coils) {
            let (Some(plus), Some(minus)) = (&coil.plus, &coil.minus) else { continue };
            let Some(variable) = self.world.circuit.coil(id, index) else { continue };
            // What nobody wired is not switched either.
            let moves = |contact: &&model::part::Contact| contact.by == Some(Mover::Coil(index));
            let ends = |contact: &model::part::Contact| {
                std::iter::once(&contact.com)
                    .chain(nets::throws(contact))
                    .any(|end| self.landed.any(device.terminal(end[0])))
            };
            if !part.contacts.iter().filter(moves).any(ends) {
                continue;
            }
            let at = [device.terminal(plus[0]), device.terminal(minus[0])];
            let presence = Presence::Energised(variable);
            let minimum = None;
            if coil.ohms.is_absent() && !coil.draws.is_absent() {
                let value = Value::read(&coil.draws, 0.0, "current of the coil");
                let law = Law::Current { amperes: value.typical, minimum };
                self.add(What::Coil(id, index), at, presence, law, (Quantity::Amperes, value), Vec::new());
                continue;
            }
            let value = Value::due(&coil.ohms, "resistance of the coil", coil.span);
            // A winding is copper, and warms itself as well as the box does.
            let winding = coil.kind.is_empty() || coil.kind == "winding";
            let value = if winding { value.scaled(self.copper.0, self.copper.1, self.copper.2) } else { value };
            let value = ohms(value);
            let stands = if value.typical > 0.0 { value.typical } else { 1e10 };
            let law = Law::Resistance { ohms: stands, minimum };
            self.add(What::Coil(id, index), at, presence, law, (Quantity::Ohms, value), Vec::new());
        }
    }

    /// What an asserted input takes: from its supply through the driver to the driver's ground, or from the driver's rail.
    fn inputs(&mut self, id: DeviceId, device: &Device, part: &Part) {
        for (index, input) in (0..).zip(&part.inputs) {
            let Some(coil) = part.coils.iter().position(|coil| coil.input == Some(index)) else { continue };
            let Some(variable) = self.world.circuit.coil(id, u32::try_from(coil).expect("coils are bounded")) else {
                continue;
            };
            let drive = self.world.drives.all.binary_search_by_key(&(id, index), |drive| drive.input);
            let Some(drive) = drive.ok().map(|at| &self.world.drives.all[at]) else { continue };
            let Some(variant) = drive.variant.and_then(|at| input.variants.get(at as usize)) else { continue };
            let Some(driver) = drive.lines.first().map(|line| line.0) else { continue };
            let build = self.world.build;
            let Some((rail, of)) = build.part_of(driver).soc.as_ref().and_then(|soc| soc.rail).and_then(|rail| {
                build.part_of(driver).sources.get(rail as usize).map(|source| (source, build.device(driver)))
            }) else {
                continue;
            };
            let own = |end: &End| device.terminal(end[0]);
            let at = match drive.driven {
                Some(driven) if variant.to.iter().any(|local| device.terminal(*local) == driven) => {
                    [own(&variant.from), of.terminal(rail.minus[0])]
                }
                Some(_) => [of.terminal(rail.plus[0]), own(&variant.to)],
                None => continue,
            };
            let amperes = match (&variant.draws, &variant.energises) {
                (Number::Absent, Threshold::Amps(band, _)) => Value::of(Band::exact(band.lo)),
                (draws, _) => Value::due(draws, "current of the input", variant.span),
            };
            let law = Law::Current { amperes: amperes.typical, minimum: None };
            let presence = Presence::Energised(variable);
            self.add(What::Input(id, index), at, presence, law, (Quantity::Amperes, amperes), Vec::new());
        }
    }

    fn loads(&mut self, id: DeviceId, device: &Device, part: &Part) {
        for (index, load) in (0..).zip(&part.loads).filter(|(_, load)| !load.ac) {
            let at = [device.terminal(load.plus[0]), device.terminal(load.minus[0])];
            let minimum = load.fails_below.known().map(|volts| volts.lo.0).filter(|volts| *volts > 0.0);
            let law = Law::Current { amperes: 0.0, minimum };
            let value = (Quantity::Amperes, Value::exact(0.0));
            self.add(What::Load(id, index), at, Presence::Always, law, value, Vec::new());
        }
    }

    fn sources(&mut self, id: DeviceId, device: &Device, part: &Part) {
        let build = self.world.build;
        let mut pieces: BTreeMap<u32, u32> = BTreeMap::new();
        for (index, source) in (0..).zip(&part.sources).filter(|(_, source)| !source.ac) {
            let of = SourceRef { device: id, index };
            if !self.world.potentials.live_source(of) {
                continue;
            }
            let Some(band) = crate::budget::source_volts(build, of) else {
                continue;
            };
            let mut at = [device.terminal(source.plus[0]), device.terminal(source.minus[0])];
            let mut volts = Value::of(band);
            if volts.typical < 0.0 {
                at.reverse();
                let less = |number: f64| -number;
                volts =
                    Value { low: volts.high.map(less), typical: -volts.typical, high: volts.low.map(less), ..volts };
            }
            if volts.typical == 0.0 {
                continue;
            }
            let series = ohms(Value::read(&source.ohms, 0.0, "series resistance"));
            let limit = self.limit(of, source, band.typ.0.abs());
            let law =
                Law::Source { volts: volts.typical, ohms: series.typical, limit: limit.map(|limit| limit.typical) };
            let mut more = vec![(Quantity::Ohms, series)];
            more.extend(limit.map(|limit| (Quantity::Amperes, limit)));
            let piece = u32::try_from(self.harness.pieces.len()).expect("bounded");
            pieces.insert(index, piece);
            self.add(What::Source(of), at, Presence::Always, law, (Quantity::Volts, volts), more);
            if let Some(from) = source.from.as_ref().filter(|from| !from.ac) {
                let at = [device.terminal(from.plus[0]), device.terminal(from.minus[0])];
                let efficiency = Value::due(&from.efficiency, "efficiency", from.span);
                let stands = if efficiency.is_known() { efficiency.typical } else { 1.0 };
                let minimum = from.volts.known().map(|volts| volts.lo.0).filter(|volts| *volts > 0.0);
                let law = Law::Converter { feeds: piece, efficiency: stands, idle: 0.0, minimum };
                let value = (Quantity::Efficiency, efficiency);
                self.add(What::Converter(of), at, Presence::Always, law, value, Vec::new());
            }
        }
        for (index, limit) in (0..).zip(&part.limits) {
            let sources: Vec<u32> = limit.sources.iter().filter_map(|source| pieces.get(source).copied()).collect();
            let share = match (limit.watts.known(), limit.amps.known()) {
                (Some(watts), _) => direct::Share::Watts(watts.lo.0),
                (None, Some(amps)) => direct::Share::Amperes(amps.lo.0),
                (None, None) => continue,
            };
            if !sources.is_empty() {
                self.harness.groups.push(Group { of: (id, index), sources, share });
            }
        }
    }

    /// Most amperes of a source: its own bound, what its watts allow, or the feed's.
    fn limit(&self, of: SourceRef, source: &Source, volts: f64) -> Option<Value> {
        match (source.limit, source.limit_watts.known()) {
            (Number::Absent, Some(watts)) if volts > 0.0 => {
                let share = 1.0 / volts;
                Some(Value::of(watts).scaled(share, share, share))
            }
            (Number::Absent, _) => {
                let feed = self.world.build.feeds.iter().find(|feed| feed.device == of.device)?;
                feed.limit.known().map(Value::of)
            }
            (limit, _) => limit.known().map(Value::of),
        }
    }
}
