//! Coils as the game sees them: which lines energise each, when it has its supply, how it stands at rest.

use std::collections::{BTreeMap, BTreeSet};

use model::part::Mover;
use model::{Build, DeviceId, Part};
use switching::truth::Truth;

use super::super::CoilRef;
use super::super::supply::{Condition, Supply};
use super::{Coil, Line, Players};
use crate::circuit::Ends;
use crate::drives::{self, Drive, Drives, PinState, Verdict3};
use crate::nets::Nets;
use crate::potentials::{Between, Potentials};

/// Most coils in a row, each of which follows its supply, that are looked at.
const LONGEST_CHAIN: usize = 64;

impl Players<'_> {
    /// Adds a coil that some line, or its own supply, can move.
    #[allow(clippy::too_many_arguments, reason = "the places that a coil is read from")]
    pub(super) fn coil(
        &mut self,
        metal: &Nets,
        supply: &mut Supply<'_>,
        drives: &Drives,
        of: CoilRef,
        variable: u32,
        owners: &mut BTreeMap<(DeviceId, Option<u32>, CoilRef), u32>,
        loose: &dyn Fn(&Drive) -> bool,
    ) {
        let part = self.build.part_of(of.0);
        let coil = &part.coils[of.1 as usize];
        let drive = coil.input.and_then(|input| drives.of_input(of.0, input));
        let lines_of = |drive: Option<&Drive>| -> Vec<(DeviceId, Option<u32>)> {
            drive.map_or(Vec::new(), |drive| drive.lines.iter().map(|&(id, line)| (id, Some(line))).collect())
        };
        let wired = drive.is_some_and(|drive| !drive.lines.is_empty());
        let silent = wired || coil.input.is_none() || self.watchers.is_empty();
        let declared = if silent { Vec::new() } else { self.declared(variable) };
        let back = back(part, of.1).map(|back| {
            let input = part.coils.get(back as usize).and_then(|coil| coil.input);
            (back, lines_of(input.and_then(|input| drives.of_input(of.0, input))))
        });
        let returned = back.as_ref().is_some_and(|(_, lines)| !lines.is_empty());
        if coil.input.is_some() && !wired && declared.is_empty() && !returned {
            return;
        }
        let Some(fed) = self.fed(metal, supply, drives, of) else {
            self.undecided.push(of.0);
            return;
        };
        // Without an input it follows its supply, if it has one.
        if coil.input.is_none()
            && fed.truth.variables().is_empty()
            && (fed.assumed || fed.truth.constant() == Some(false))
        {
            return;
        }
        let returns = match &back {
            Some((coil, lines)) if !lines.is_empty() => self.fed(metal, supply, drives, (of.0, *coil)),
            _ => Some(Condition { truth: Truth::always(true), assumed: false }),
        };
        let Some(returns) = returns else {
            self.undecided.push(of.0);
            return;
        };
        let fed = fed.truth;
        let mut lines = lines_of(drive);
        lines.extend(declared.into_iter().map(|id| (id, None)));
        let number = u32::try_from(self.coils.len()).expect("elements are bounded");
        let mut line = |(id, line): (DeviceId, Option<u32>), moves: bool| {
            let key = (id, line, if line.is_some() { (id, 0) } else { of });
            let next = u32::try_from(self.lines.len()).expect("elements are bounded");
            let at = *owners.entry(key).or_insert(next);
            if at == next {
                self.lines.push(Line { owner: id.0, line, coils: Vec::new() });
            }
            if moves {
                self.lines[at as usize].coils.push(number);
            }
            at
        };
        let lines = lines.into_iter().map(|one| line(one, true)).collect();
        let back = back.map(|(_, lines)| (lines.into_iter().map(|one| line(one, false)).collect(), returns.truth));
        let loose = wired && drive.is_some_and(loose);
        self.movers[variable as usize] = number;
        self.coils.push(Coil { of, variable, lines, back, fed, loose, wired });
    }

    /// When a coil's own ends, and where its input takes current from there, what feeds that, have power.
    fn fed(&self, metal: &Nets, supply: &mut Supply<'_>, drives: &Drives, of: CoilRef) -> Option<Condition> {
        let (device, coil) = (self.build.device(of.0), &self.build.part_of(of.0).coils[of.1 as usize]);
        let node = |end: &model::part::End| metal.net(device.terminal(end[0])).0;
        let mut fed = match coil.plus.as_ref().zip(coil.minus.as_ref()) {
            Some((plus, minus)) => supply.between(Ends { plus: node(plus), minus: node(minus) })?,
            None => Condition { truth: Truth::always(true), assumed: true },
        };
        let drive = coil.input.and_then(|input| drives.of_input(of.0, input));
        let from = drive.and_then(|drive| {
            let shape = drives::variant(self.build, drive)?;
            drives::active_low(self.build, drive)?.then(|| node(&shape.from))
        });
        if let Some(from) = from {
            fed.truth = fed.truth.and(&supply.end(from)?.truth)?;
        }
        Some(fed)
    }

    /// Finds how coils stand with no line asserted: those without an input follow their supply, all at once and again until none moves.
    pub(super) fn settle(&mut self) {
        self.rests = vec![false; self.coils.len()];
        let free: Vec<usize> = (0..self.coils.len())
            .filter(|&at| self.coils[at].lines.is_empty() && self.coils[at].back.is_none())
            .collect();
        // One that breaks its own supply never rests; its game says so.
        for _ in 0..=free.len().min(LONGEST_CHAIN) {
            let next: Vec<bool> = free.iter().map(|&at| self.coils[at].fed.holds(|of| self.rest(of))).collect();
            let mut moved = false;
            for (&at, next) in free.iter().zip(next) {
                moved |= self.rests[at] != next;
                self.rests[at] = next;
            }
            if !moved {
                return;
            }
        }
    }

    /// Watchers of the loads that hang on a coil.
    fn declared(&self, variable: u32) -> Vec<DeviceId> {
        let watchers = self.users_of(variable).filter_map(|need| self.watchers.get(&need.device)).flatten();
        watchers.copied().collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The coil that returns the contacts of a latching relay.
fn back(part: &Part, coil: u32) -> Option<u32> {
    let of = part.contacts.iter().find(|contact| contact.by == Some(Mover::Coil(coil)) && contact.back.is_some())?;
    match of.back {
        Some(Mover::Coil(back)) => Some(back),
        // A lever returns it, and levers stand: nobody does.
        Some(Mover::Lever(_)) => Some(u32::MAX),
        None => None,
    }
}

/// Whether an input may be asserted while its driver has no power: only one that lets current out can, into the dead pin's clamp;
/// and only from a feed that is there (one that is not is another rule's finding).
pub(super) fn loose(build: &Build, rest: &Nets, potentials: &Potentials, drive: &Drive) -> bool {
    if drives::active_low(build, drive) != Some(true) || matches!(drive.feed, Between::Dead | Between::Apart) {
        return false;
    }
    drives::asserted_at(build, rest, potentials, drive, PinState::PullDown) != Verdict3::No
}
