//! What one or two opens put in the dark, and what a weld joins.

use std::collections::BTreeMap;

use crate::states::{Least, Rails, Walk, joined};
use crate::{Build, Kind};

/// What may open: a wire by its name, or a throw of a contact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Piece {
    /// `feed/1`.
    Wire(String),
    /// Contact and side: `k1.k`, `nc`.
    Throw(String, String),
}

/// A throw that is stuck closed, and two ends of sources that meet because of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Weld {
    /// Index in [`Build::throws`].
    pub throw: usize,
    /// Indices in [`Build::ends`].
    pub ends: [usize; 2],
    /// Over both ways in which the other throws of its contact may behave.
    pub least: Least,
}

impl Build {
    /// The state with nothing actuated, latches reset.
    fn start(&self) -> Vec<u8> {
        self.variables.iter().map(|variable| if variable.kind == Kind::Latch { 0 } else { variable.start }).collect()
    }

    /// Names of loads without power at the start, with these pieces open.
    pub fn dark(&self, open: &[&Piece]) -> Vec<String> {
        let state = self.start();
        let is_open = |piece: &Piece| open.contains(&piece);
        let metal = self.conductors.iter().filter(|conductor| !conductor.piece.as_ref().is_some_and(is_open));
        let closed = self.throws.iter().filter(|throw| {
            throw.by.1.contains(&state[throw.by.0])
                && !is_open(&Piece::Throw(throw.contact.clone(), throw.side.clone()))
        });
        let ends = metal.map(|conductor| conductor.ends).chain(closed.map(|throw| throw.ends));
        let net = joined(self.terminals.len(), ends);
        let mut live = vec![false; self.sources.len()];
        loop {
            let on = |&at: &usize| live[at];
            let chains =
                joined(net.len(), (0..live.len()).filter(on).map(|at| self.sources[at].ends.map(|end| net[end])));
            let touched = |of: usize| {
                (0..live.len()).filter(on).any(|at| self.sources[at].ends.iter().any(|&end| net[end] == of))
            };
            let power = |ends: [usize; 2]| {
                let [plus, minus] = ends.map(|end| net[end]);
                plus != minus && touched(plus) && touched(minus) && chains[plus] == chains[minus]
            };
            let next: Vec<bool> = self.sources.iter().map(|source| source.from.is_none_or(power)).collect();
            if next == live {
                let dark = self.loads.iter().filter(|load| !power(load.ends));
                return dark.map(|load| load.name.clone()).collect();
            }
            live = next;
        }
    }

    /// Everything that may open: wires and jumpers, then throws that are closed at the start.
    pub fn pieces(&self) -> Vec<Piece> {
        let state = self.start();
        let wires = self.conductors.iter().filter_map(|conductor| conductor.piece.clone());
        let throws = self.throws.iter().filter(|throw| throw.by.1.contains(&state[throw.by.0]));
        wires.chain(throws.map(|throw| Piece::Throw(throw.contact.clone(), throw.side.clone()))).collect()
    }

    /// What each single open puts in the dark that was not dark before; pieces that darken nothing are left out.
    pub fn opens(&self) -> BTreeMap<Piece, Vec<String>> {
        let before = self.dark(&[]);
        let pieces = self.pieces();
        let lost = pieces.into_iter().map(|piece| {
            let lost = self.dark(&[&piece]).into_iter().filter(|load| !before.contains(load)).collect();
            (piece, lost)
        });
        lost.filter(|(_, lost): &(Piece, Vec<String>)| !lost.is_empty()).collect()
    }

    /// What two opens together put in the dark that neither does alone.
    pub fn open_pairs(&self) -> BTreeMap<[Piece; 2], Vec<String>> {
        let before = self.dark(&[]);
        let pieces = self.pieces();
        let single: Vec<Vec<String>> = pieces.iter().map(|piece| self.dark(&[piece])).collect();
        let mut found = BTreeMap::new();
        for (a, first) in pieces.iter().enumerate() {
            for (b, second) in pieces.iter().enumerate().skip(a + 1) {
                let known =
                    |load: &String| before.contains(load) || single[a].contains(load) || single[b].contains(load);
                let lost: Vec<String> = self.dark(&[first, second]).into_iter().filter(|load| !known(load)).collect();
                if !lost.is_empty() {
                    found.insert([first.clone(), second.clone()], lost);
                }
            }
        }
        found
    }

    /// What meets because one throw is stuck closed, in the order of throws and of pairs.
    pub fn welds(&self) -> Vec<Weld> {
        let rails = Rails::new(self);
        let mut welds = Vec::new();
        for throw in 0..self.throws.len() {
            let mut found: Vec<Option<Least>> = vec![None; rails.pairs.len()];
            let (mut sound, mut broken) = (Walk::new(self), Walk::new(self));
            for others_follow in [true, false] {
                loop {
                    sound.settle(|_| None);
                    broken.state.clone_from(&sound.state);
                    broken.settle(|other| {
                        let sibling = self.throws[other].contact == self.throws[throw].contact;
                        if other == throw { Some(true) } else { (sibling && !others_follow).then_some(false) }
                    });
                    let possible = sound.admissible(false);
                    if broken.admissible(false) {
                        for (&(ends, conflict), found) in rails.pairs.iter().zip(&mut found) {
                            if broken.meets(&rails, ends, conflict)
                                && !(possible && sound.meets(&rails, ends, conflict))
                            {
                                let contacts = broken.distance(rails.at(ends[0]), rails.at(ends[1]), |_| false);
                                let contacts = contacts.expect("the state joins them");
                                let least = Least { actuated: broken.actuated(), contacts };
                                *found = Some(found.map_or(least, |found| found.min(least)));
                            }
                        }
                    }
                    if !sound.step() {
                        break;
                    }
                }
            }
            let some = rails.pairs.iter().zip(found).filter_map(|((ends, _), least)| Some((*ends, least?)));
            welds.extend(some.map(|(ends, least)| Weld { throw, ends, least }));
        }
        welds
    }
}
