//! The build step by step: what each step installs, fits and covers, and what is live while hands are in it.
//!
//! Steps are named by their index in [`Build::steps`].

mod live;

use std::collections::BTreeMap;

use model::device::Origin;
use model::wire::RunKind;
use model::{Build, DeviceId, PartId, RunId, Terminal};

use crate::nets::Nets;

pub use live::LiveStep;

/// What the steps do to one run.
#[derive(Clone, Debug, Default)]
pub struct RunWork {
    /// Steps that cut it (for a cable or plug: take it up), one entry each time.
    pub cut: Vec<usize>,
    /// Steps that land its ends for good, one entry each time: from, to.
    pub landed: [Vec<usize>; 2],
    /// Steps that land its ends for a while, and where.
    pub parked: [Vec<(usize, Terminal)>; 2],
}

/// Where an end of a run is after some step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Not there yet: the run is not cut, or this end hangs free.
    Loose,
    /// At a terminal that is not its own.
    Parked(Terminal),
    /// Where the wiring says.
    Landed,
}

impl RunWork {
    /// Where an end is after step `step`.
    pub fn place(&self, end: usize, step: usize) -> Place {
        if self.landed[end].iter().any(|&at| at <= step) {
            return Place::Landed;
        }
        let last = self.parked[end].iter().rev().find(|(at, _)| *at <= step);
        last.map_or(Place::Loose, |&(_, terminal)| Place::Parked(terminal))
    }

    /// Whether any step handles it.
    pub fn is_handled(&self) -> bool {
        !self.cut.is_empty() || (0..2).any(|end| !self.landed[end].is_empty() || !self.parked[end].is_empty())
    }
}

/// The build step by step.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    /// By [`RunId`]: steps that handle it, ascending, each once; empty where there are no steps (see [`Assembly::installs`]).
    pub installs: Vec<Vec<usize>>,
    /// By [`RunId`]: the same, end by end; empty where there are no steps.
    pub runs: Vec<RunWork>,
    /// By [`DeviceId`]: steps that put it in by name, one entry each time; empty where there are no steps.
    pub fits: Vec<Vec<usize>>,
    /// What rides along: steps that put it in.
    pub riders: BTreeMap<(DeviceId, PartId), Vec<usize>>,
    /// By [`DeviceId`]: the first step after which it is there, be it inside another device; none for feeds.
    pub fitted: Vec<Option<usize>>,
    /// Terminals that a step covers, and the first that does.
    pub covered: BTreeMap<Terminal, usize>,
    /// Steps during which some feed is on.
    pub live: Vec<LiveStep>,
    /// Runs that a step handles and that touch mains, by step.
    pub mains: Vec<Vec<RunId>>,
}

impl Assembly {
    /// Steps that handle a run, ascending, each once.
    pub fn installs(&self, run: RunId) -> &[usize] {
        self.installs.get(run.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Steps that put a device in by name, one entry each time.
    pub fn fits(&self, device: DeviceId) -> &[usize] {
        self.fits.get(device.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// Reads the steps against the wiring; linear in both, and once more for each live step.
pub fn compute(build: &Build, rest: &Nets) -> Assembly {
    if build.steps.is_empty() {
        return Assembly { fitted: vec![None; build.devices.len()], ..Assembly::default() };
    }
    let mut assembly = Assembly {
        installs: vec![Vec::new(); build.runs.len()],
        runs: vec![RunWork::default(); build.runs.len()],
        fits: vec![Vec::new(); build.devices.len()],
        mains: vec![Vec::new(); build.steps.len()],
        ..Assembly::default()
    };
    for (index, step) in build.steps.iter().enumerate() {
        for (device, _) in &step.fits {
            assembly.fits[device.0 as usize].push(index);
        }
        for (device, part, _) in &step.fits_with {
            assembly.riders.entry((*device, *part)).or_default().push(index);
        }
        for (run, _) in &step.wires {
            let work = &mut assembly.runs[run.0 as usize];
            work.cut.push(index);
            work.landed[0].push(index);
            work.landed[1].push(index);
        }
        for (run, _) in &step.cut {
            assembly.runs[run.0 as usize].cut.push(index);
        }
        for (run, end, _) in step.land.iter().chain(&step.moved) {
            assembly.runs[run.0 as usize].landed[usize::from(*end)].push(index);
        }
        for (run, end, terminal, _) in &step.park {
            assembly.runs[run.0 as usize].parked[usize::from(*end)].push((index, *terminal));
        }
        for (terminal, _) in &step.insulates {
            assembly.covered.entry(*terminal).or_insert(index);
        }
    }
    for (installs, work) in assembly.installs.iter_mut().zip(&assembly.runs) {
        installs.extend(&work.cut);
        for end in 0..2 {
            installs.extend(&work.landed[end]);
            installs.extend(work.parked[end].iter().map(|(step, _)| *step));
        }
        installs.sort_unstable();
        installs.dedup();
    }
    assembly.fitted = fitted(build, &assembly);
    let mains = live::on_mains(build, rest);
    for (run, installs) in assembly.installs.iter().enumerate() {
        let id = RunId(u32::try_from(run).expect("runs are bounded"));
        if terminals(build, id).any(|terminal| mains[terminal.0 as usize]) {
            for &step in installs {
                assembly.mains[step].push(id);
            }
        }
    }
    assembly.live = live::steps(build, rest, &assembly);
    assembly
}

/// The first step after which each device is there.
fn fitted(build: &Build, assembly: &Assembly) -> Vec<Option<usize>> {
    let mut fitted: Vec<Option<usize>> = assembly.fits.iter().map(|steps| steps.first().copied()).collect();
    for (run, installs) in build.runs.iter().zip(&assembly.installs) {
        if let RunKind::Cable(device, ..) | RunKind::Inline(_, device, _) = &run.what {
            fitted[device.0 as usize] = installs.first().copied();
        }
    }
    (0..build.devices.len())
        .map(|index| {
            // Boxes in boxes: a handful deep, and never deeper than there are devices.
            let mut at = index;
            for _ in 0..build.devices.len() {
                match (fitted[at], build.devices[at].origin) {
                    (None, Origin::Inside(outer)) => at = outer.0 as usize,
                    (step, _) => return step,
                }
            }
            None
        })
        .collect()
}

/// Every terminal that a run touches, its matings' pins included.
fn terminals(build: &Build, run: RunId) -> impl Iterator<Item = Terminal> {
    let (wires, mates) = match &build.run(run).what {
        RunKind::Wire(wire) => (vec![*wire], Vec::new()),
        RunKind::Inline(first, _, second) => (vec![*first, *second], Vec::new()),
        RunKind::Cable(_, first, second) => (Vec::new(), vec![first, second]),
        RunKind::Plug(mate) => (Vec::new(), vec![mate]),
    };
    let ends = wires.into_iter().flat_map(|wire| build.wire(wire).ends);
    ends.chain(mates.into_iter().flat_map(|mate| mate.pairs.iter().flat_map(|&(a, b)| [a, b])))
}

/// The terminal that an end of a wire run is for; none for cables and plugs.
pub fn home(build: &Build, run: RunId, end: usize) -> Option<Terminal> {
    match &build.run(run).what {
        RunKind::Wire(wire) => Some(build.wire(*wire).ends[end]),
        RunKind::Inline(first, _, second) => Some(build.wire(if end == 0 { *first } else { *second }).ends[end]),
        RunKind::Cable(..) | RunKind::Plug(_) => None,
    }
}

/// The device that an end of a run goes to.
pub fn goes_to(build: &Build, run: RunId, end: usize) -> DeviceId {
    match &build.run(run).what {
        RunKind::Cable(cable, first, second) => {
            let mate = if end == 0 { first } else { second };
            if mate.ends[0].0 == *cable { mate.ends[1].0 } else { mate.ends[0].0 }
        }
        RunKind::Plug(mate) => mate.ends[end].0,
        RunKind::Wire(wire) => build.owner(build.wire(*wire).ends[end]),
        RunKind::Inline(first, _, second) => build.owner(build.wire(if end == 0 { *first } else { *second }).ends[end]),
    }
}
