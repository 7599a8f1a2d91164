//! Elements as directed edges between pieces: which way current may go through each, and what it takes.

use model::part::{End, InputVariant};
use model::units::{Number, Unit};
use model::{Device, DeviceId, Terminal};

use super::{CLAMP, Ground, Step, Through};
use crate::budget;
use crate::drives;

/// One direction of one element.
#[derive(Clone, Copy)]
pub(super) struct Element {
    pub pieces: [u32; 2],
    pub step: Step,
    /// Least and most volts that it takes before it conducts.
    pub forward: [f64; 2],
    /// Least resistance, ohms.
    pub ohms: Option<f64>,
    /// What it lets through at most by its own statement, amperes.
    pub draws: Option<f64>,
    /// A number that would bound its current stands there as not stated.
    pub unknown: bool,
}

/// Every element, found by the piece at which current enters or leaves it.
pub(super) struct Elements {
    pub all: Vec<Element>,
    from: Vec<u32>,
    to: Vec<u32>,
}

impl Elements {
    /// Those that lead away from a piece, in the order of devices.
    pub fn out_of(&self, piece: u32) -> impl Iterator<Item = &Element> {
        self.at(&self.from, 0, piece)
    }

    /// Those that lead to a piece, in the order of devices.
    pub fn into(&self, piece: u32) -> impl Iterator<Item = &Element> {
        self.at(&self.to, 1, piece)
    }

    /// Pieces that some element leads away from, ascending.
    pub fn sources(&self) -> Vec<u32> {
        let mut pieces: Vec<u32> = self.from.iter().map(|&number| self.all[number as usize].pieces[0]).collect();
        pieces.dedup();
        pieces
    }

    fn at<'a>(&'a self, list: &'a [u32], side: usize, piece: u32) -> impl Iterator<Item = &'a Element> {
        let first = list.partition_point(|&number| self.all[number as usize].pieces[side] < piece);
        let all = list[first..].iter().map(|&number| &self.all[number as usize]);
        all.take_while(move |element| element.pieces[side] == piece)
    }
}

struct Gather<'a> {
    ground: &'a Ground<'a>,
    all: Vec<Element>,
}

/// What an element takes.
#[derive(Clone, Copy, Default)]
struct Takes {
    forward: [f64; 2],
    ohms: Option<f64>,
    draws: Option<f64>,
    unknown: bool,
}

pub(super) fn elements(ground: &Ground<'_>) -> Elements {
    let mut gather = Gather { ground, all: Vec::new() };
    for (id, device, part) in ground.build.each_device() {
        for (index, load) in (0..).zip(&part.loads).filter(|(_, load)| !load.ac) {
            let draws = match budget::draw(load, None) {
                model::part::Draw::Amps(amps, _) => Some(amps.hi.0),
                _ => None,
            };
            let takes = Takes { draws, unknown: draws.is_none(), ..Takes::default() };
            gather.ends(device, Through::Load(id, index), [&load.plus, &load.minus], takes);
        }
        for (index, _) in (0..).zip(&part.inputs) {
            let Some(shape) = ground.drives.of_input(id, index).and_then(|drive| drives::variant(ground.build, drive))
            else {
                continue;
            };
            gather.ends(device, Through::Input(id, index), [&shape.from, &shape.to], input(shape));
        }
        for (index, resistor) in (0..).zip(&part.resistors) {
            let ohms = resistor.ohms.known().map(|ohms| ohms.lo.0);
            let takes = Takes { ohms, unknown: ohms.is_none(), ..Takes::default() };
            let [a, b] = &resistor.ends;
            gather.ends(device, Through::Resistor(id, index), [a, b], takes);
            gather.ends(device, Through::Resistor(id, index), [b, a], takes);
        }
        for (index, diode) in (0..).zip(&part.diodes) {
            let forward = span(&diode.forward);
            let takes = Takes { forward, ..Takes::default() };
            gather.ends(device, Through::Diode(id, index), [&diode.anode, &diode.cathode], takes);
        }
        gather.pins(id, device);
    }
    let Gather { all, .. } = gather;
    let sorted = |side: usize| {
        let mut numbers: Vec<u32> = (0..).take(all.len()).collect();
        numbers.sort_by_key(|&number| (all[number as usize].pieces[side], number));
        numbers
    };
    let (from, to) = (sorted(0), sorted(1));
    Elements { all, from, to }
}

fn span<T: Unit>(number: &Number<T>) -> [f64; 2] {
    number.known().map_or([0.0, 0.0], |band| [band.lo.base(), band.hi.base()])
}

fn input(shape: &InputVariant) -> Takes {
    let ohms = shape.ohms.known().map(|ohms| ohms.lo.0).filter(|ohms| *ohms > 0.0);
    let draws = shape.draws.known().map(|amps| amps.hi.0);
    // An input without either number is not bare copper: that nobody states what it takes is all there is to say.
    Takes { forward: span(&shape.forward), ohms, draws, unknown: ohms.is_none() && draws.is_none() }
}

impl Gather<'_> {
    fn ends(&mut self, device: &Device, by: Through, [from, to]: [&End; 2], takes: Takes) {
        self.one(by, [device.terminal(from[0]), device.terminal(to[0])], takes);
    }

    fn one(&mut self, by: Through, [from, to]: [Terminal; 2], takes: Takes) {
        let pieces = [from, to].map(|end| self.ground.pieces.of(end));
        if pieces[0] != pieces[1] {
            let Takes { forward, ohms, draws, unknown } = takes;
            self.all.push(Element { pieces, step: Step { by, from, to }, forward, ohms, draws, unknown });
        }
    }

    /// Both clamp diodes and both output transistors of every pin that something is wired to.
    fn pins(&mut self, id: DeviceId, device: &Device) {
        let part = self.ground.build.part_of(id);
        let rail = part.soc.as_ref().and_then(|soc| part.sources.get(soc.rail? as usize));
        let Some(rail) = rail else { return };
        let (high, low) = (device.terminal(rail.plus[0]), device.terminal(rail.minus[0]));
        for (index, line) in (0..).zip(&part.lines) {
            let Some(pin) = line.at.as_ref().map(|end| device.terminal(end[0])) else { continue };
            if self.ground.pieces.around(self.ground.pieces.of(pin)).is_empty() {
                continue;
            }
            let clamp = Takes { forward: CLAMP, ..Takes::default() };
            self.one(Through::Clamp(id, index), [low, pin], clamp);
            self.one(Through::Clamp(id, index), [pin, high], clamp);
            self.one(Through::Pin(id, index), [high, pin], Takes::default());
            self.one(Through::Pin(id, index), [pin, low], Takes::default());
        }
    }
}

/// What a way takes in all.
pub(super) fn sum<'a>(ways: impl Iterator<Item = &'a Element>) -> Element {
    let mut whole: Option<Element> = None;
    for element in ways {
        let Some(sum) = &mut whole else {
            whole = Some(*element);
            continue;
        };
        sum.forward = [sum.forward[0] + element.forward[0], sum.forward[1] + element.forward[1]];
        sum.ohms = match (sum.ohms, element.ohms) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        sum.draws = match (sum.draws, element.draws) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        sum.unknown |= element.unknown;
        sum.pieces[1] = element.pieces[1];
    }
    whole.expect("a way has a step")
}
