//! A way through contacts, spelled out terminal by terminal with the wires between them.

use model::{Build, Terminal};

use super::Circuit;
use crate::nets::{Hop, Link, Nets};

impl Circuit {
    /// From one terminal to another through these contacts of the network, in their order; `metal` joins what lies between.
    ///
    /// Empty if the contacts do not follow each other.
    pub fn spelled(&self, metal: &Nets, from: Terminal, contacts: &[u32], to: Terminal) -> Vec<Hop> {
        let mut hops = Vec::new();
        let mut at = from;
        for &number in contacts {
            let throw = &self.throws[number as usize];
            let [a, b] = throw.ends;
            let (enter, leave) = if metal.same(at, a) { (a, b) } else { (b, a) };
            let Some(way) = metal.path(at, enter) else { return Vec::new() };
            hops.extend(way);
            hops.push(Hop { from: enter, to: leave, by: Link::Contact(throw.contact.0, throw.contact.1) });
            at = leave;
        }
        match metal.path(at, to) {
            Some(way) => hops.extend(way),
            None => return Vec::new(),
        }
        hops
    }

    /// The terminal that a rail of the network stands on.
    pub fn rail_terminal(&self, build: &Build, rail: u32) -> Terminal {
        let (of, plus) = self.rails[rail as usize];
        let source = &build.part_of(of.device).sources[of.index as usize];
        build.device(of.device).terminal(if plus { source.plus[0] } else { source.minus[0] })
    }

    /// `k8.k[3]`, `toggle.t`: what moves, in the words of the build.
    pub fn name(&self, build: &Build, variable: u32) -> String {
        use super::Variable::{Coil, Latch, Lever, Overlap, Position};
        match self.variables[variable as usize] {
            Coil(device, index) | Latch(device, index) => {
                format!("{}.{}", build.device(device).name, build.part_of(device).coils[index as usize].name)
            }
            Lever(device, index) | Position(device, index, _) => {
                format!("{}.{}", build.device(device).name, build.part_of(device).levers[index as usize].name)
            }
            Overlap(device, index) => {
                format!("{}.{}", build.device(device).name, build.part_of(device).contacts[index as usize].name)
            }
        }
    }

    /// How a variable stands: `energised`, `at rest`, or a lever's position.
    pub fn stands(&self, build: &Build, variable: u32, value: bool) -> String {
        use super::Variable::{Coil, Latch, Lever, Overlap, Position};
        match self.variables[variable as usize] {
            Coil(..) => if value { "energised" } else { "at rest" }.to_owned(),
            Latch(..) => if value { "set" } else { "reset" }.to_owned(),
            Overlap(..) => if value { "on the move" } else { "still" }.to_owned(),
            Lever(device, index) => {
                let lever = &build.part_of(device).levers[index as usize];
                let positions: Vec<&str> = lever.positions.iter().map(String::as_str).collect();
                let positions = if positions.is_empty() { vec!["off", "on"] } else { positions };
                let rest = lever.rest.as_deref().unwrap_or(positions[0]);
                let other = positions.iter().copied().find(|position| *position != rest).unwrap_or("moved");
                if value { other } else { rest }.to_owned()
            }
            Position(device, index, at) => {
                let position = build.part_of(device).levers[index as usize].positions.get(at as usize);
                let position = position.map_or(if at == 0 { "off" } else { "on" }, String::as_str);
                if value { position.to_owned() } else { format!("not {position}") }
            }
        }
    }

    /// ``[`k8.k[3]` is energised]``: a state's difference from rest in words, without what merely follows from it.
    pub fn told(&self, build: &Build, state: &[switching::Literal]) -> Vec<String> {
        use super::Variable::{Lever, Position};
        let follows = |literal: &&switching::Literal| {
            literal.value() || !matches!(self.variables[literal.variable() as usize], Position(..))
        };
        let told = |literal: &switching::Literal| {
            let (variable, value) = (literal.variable(), literal.value());
            let is = match self.variables[variable as usize] {
                Lever(..) | Position(..) => "stands on",
                _ => "is",
            };
            format!("`{}` {is} {}", self.name(build, variable), self.stands(build, variable, value))
        };
        state.iter().filter(follows).map(told).collect()
    }
}
