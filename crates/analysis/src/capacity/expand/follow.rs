//! What the rest of the build says of a device, said of its copies: who watches it, how lines start, which steps put it in.

use std::collections::{BTreeMap, BTreeSet};

use model::{Build, DeviceId, RunId, Terminal};

use super::super::slice::{Slice, touched};
use super::grow::Runs;
use super::{Copy, Mapped};
use crate::pins::{Firmware, firmware};

/// Everything that may be said again of copies of a device.
pub(super) fn control(build: &mut Build, slice: &Slice, copies: &[Copy]) {
    let device = slice.device;
    let works = slice.others.iter().any(|run| touched(build, *run).contains(&device));
    for copy in copies {
        let Some(&fresh) = copy.devices.get(&device) else { continue };
        let watcher = copy.lines.iter().flatten().map(|(like, _)| like.controller).next();
        let control = &mut build.control;
        if let Some(&(_, span)) = control.essential.iter().find(|(id, _)| *id == device) {
            control.essential.push((fresh, span));
        }
        if let Some(mut watch) = control.watches.iter().find(|watch| watch.watched == device).copied() {
            watch.watched = fresh;
            watch.watcher = watcher.unwrap_or(watch.watcher);
            control.watches.push(watch);
        }
        if build.upkeep.addressed.contains(&device) {
            build.upkeep.addressed.push(fresh);
            build.upkeep.addresses = build.upkeep.addresses.map(|(count, span)| (count + 1, span));
        }
        if let Some(mut probe) = control.probes.iter().find(|probe| probe.device == device).cloned() {
            probe.device = fresh;
            control.probes.push(probe);
        }
        for rule in control.rules.iter_mut().filter(|rule| rule.of.contains(&device)) {
            rule.of.push(fresh);
        }
        // Whoever works others has lines for that, which its copy has not.
        if let Some(mut gpio) = build.gpio.iter().find(|gpio| gpio.device == device && !works).cloned() {
            gpio.device = fresh;
            build.gpio.push(gpio);
        }
    }
}

/// The firmware lines and start of each line that works one more channel, like those of the line that it is like.
pub(super) fn lines(build: &mut Build, copies: &[Copy]) {
    for (like, line) in copies.iter().flat_map(|copy| copy.lines.iter().flatten()) {
        let lines = &build.part_of(like.controller).lines;
        let (Some(from), Some(to)) = (lines[like.line as usize].offset, lines[*line as usize].offset) else { continue };
        let overlays = &build.overlays;
        for gpio in build.gpio.iter_mut().filter(|gpio| gpio.device == like.controller) {
            let mut said = Vec::new();
            for text in &gpio.firmware {
                if let Firmware::Sets { gpios, words } = firmware(overlays, &text.value)
                    && gpios.contains(&from)
                {
                    said.push(source::Text { value: format!("gpio={to}={}", words.join(",")), span: text.span });
                }
            }
            gpio.firmware.extend(said);
            if let Some(start) = gpio.uses.get(&from).cloned() {
                gpio.uses.insert(to, start);
            }
        }
    }
}

/// Steps that put in, wire, set or cover the original do the same with its copies.
pub(super) fn steps(build: &mut Build, slice: &Slice, copies: &[Copy], runs: &Runs) {
    let mut devices: BTreeMap<DeviceId, Vec<DeviceId>> = BTreeMap::new();
    for copy in copies {
        for (&from, &to) in &copy.devices {
            devices.entry(from).or_default().push(to);
        }
    }
    let covered = build.steps.iter().flat_map(|step| step.insulates.iter().map(|(at, _)| *at));
    let named: BTreeSet<Terminal> =
        covered.chain(build.steps.iter().flat_map(|step| step.park.iter().map(|park| park.2))).collect();
    let mut terminals: BTreeMap<Terminal, Vec<Terminal>> = BTreeMap::new();
    for at in named {
        let mapped = copies.iter().filter_map(|copy| Mapped { slice, copy }.terminal(build, None, at));
        terminals.insert(at, mapped.collect());
    }
    let of = |id: &DeviceId| devices.get(id).cloned().unwrap_or_default();
    let run = |id: &RunId| runs.get(id).cloned().unwrap_or_default();
    let at = |id: &Terminal| terminals.get(id).cloned().unwrap_or_default();
    for step in &mut build.steps {
        grow(&mut step.fits, |(id, span)| of(id).into_iter().map(|to| (to, *span)).collect());
        grow(&mut step.fits_with, |(id, part, span)| of(id).into_iter().map(|to| (to, *part, *span)).collect());
        for list in [&mut step.wires, &mut step.cut] {
            grow(list, |(id, span)| run(id).into_iter().map(|to| (to, *span)).collect());
        }
        for list in [&mut step.land, &mut step.moved] {
            grow(list, |(id, end, span)| run(id).into_iter().map(|to| (to, *end, *span)).collect());
        }
        grow(&mut step.park, |(id, end, place, span)| {
            let places = at(place);
            let place = |nth: usize| places.get(nth).copied().unwrap_or(*place);
            run(id).into_iter().enumerate().map(|(nth, to)| (to, *end, place(nth), *span)).collect()
        });
        grow(&mut step.sets, |(id, lever, word)| of(id).into_iter().map(|to| (to, *lever, word.clone())).collect());
        grow(&mut step.insulates, |(id, span)| at(id).into_iter().map(|to| (to, *span)).collect());
    }
}

/// Adds to a list what follows from each of its rows.
fn grow<T>(list: &mut Vec<T>, from: impl Fn(&T) -> Vec<T>) {
    let more: Vec<T> = list.iter().flat_map(from).collect();
    list.extend(more);
}
