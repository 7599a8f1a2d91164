//! What is live in the graph so far, while a feed is on.
//!
//! Contacts stand as at rest, switch-on inputs count as asserted, fuses as whole: what could be live counts as live.

use std::collections::BTreeMap;

use model::device::Origin;
use model::part::End;
use model::wire::RunKind;
use model::{Build, DeviceId, RunId, Terminal};

use super::{Assembly, Place, home};
use crate::nets::{Link, Nets};

/// One step during which some feed is on.
#[derive(Clone, Debug)]
pub struct LiveStep {
    /// The step.
    pub step: usize,
    /// Live terminals of bare metal that no step up to this one covers, ascending.
    pub bare: Vec<Terminal>,
    /// Ends of wires that hang free while their other end is live.
    pub hanging: Vec<(RunId, u8)>,
}

/// Terminals that stand on the mains once everything is wired.
pub fn on_mains(build: &Build, rest: &Nets) -> Vec<bool> {
    let mut reached = Reached::new(build, rest);
    for feed in build.feeds.iter().filter(|feed| feed.ac) {
        reached.source_of(build, feed.device);
    }
    let none = BTreeMap::new();
    reached.spread(rest, &none, &|_, _, _| true);
    reached.hot
}

/// Every live step, judged on the graph as it is then.
pub fn steps(build: &Build, rest: &Nets, assembly: &Assembly) -> Vec<LiveStep> {
    let live = build.steps.iter().enumerate().filter(|(_, step)| !step.live.is_empty());
    live.map(|(index, _)| one(build, rest, assembly, index)).collect()
}

fn one(build: &Build, rest: &Nets, assembly: &Assembly, step: usize) -> LiveStep {
    let mut parked: BTreeMap<Terminal, Vec<Terminal>> = BTreeMap::new();
    for (run, work) in assembly.runs.iter().enumerate() {
        let id = RunId(u32::try_from(run).expect("runs are bounded"));
        if let (Some(a), Some(b)) = (at(build, assembly, id, 0, step), at(build, assembly, id, 1, step))
            && (0..2).any(|end| work.place(end, step) != Place::Landed)
        {
            parked.entry(a).or_default().push(b);
            parked.entry(b).or_default().push(a);
        }
    }
    let is_there = |from: Terminal, to: Terminal, link: Link| match link {
        Link::Wire(wire) => landed(assembly, build.wire(wire).run, step),
        Link::Mate(run) => mated(build, assembly, run, from, to, step),
        Link::Join(..) | Link::Tie(..) | Link::Fuse(..) | Link::Contact(..) => true,
    };
    let mut reached = Reached::new(build, rest);
    for (device, _) in &build.steps[step].live {
        reached.source_of(build, *device);
    }
    for (device, entry, _) in build.each_device() {
        // A battery needs no feed.
        if !matches!(entry.origin, Origin::Feed(_)) && assembly.fitted[device.0 as usize].is_some_and(|at| at <= step) {
            reached.batteries_of(build, device);
        }
    }
    loop {
        reached.spread(rest, &parked, &is_there);
        if !reached.wake(build) {
            break;
        }
    }
    let bare = (0..build.terminals)
        .map(Terminal)
        .filter(|terminal| reached.hot[terminal.0 as usize] && build.terminal(*terminal).bare)
        .filter(|terminal| assembly.covered.get(terminal).is_none_or(|&at| step < at))
        .filter(|terminal| assembly.fitted[build.owner(*terminal).0 as usize].is_some_and(|at| at <= step))
        .collect();
    let mut hanging = Vec::new();
    for run in 0..assembly.runs.len() {
        let id = RunId(u32::try_from(run).expect("runs are bounded"));
        for end in 0..2u8 {
            let near = assembly.runs[run].place(usize::from(end), step);
            let far = at(build, assembly, id, usize::from(1 - end), step);
            let is_wire = home(build, id, usize::from(end)).is_some();
            if is_wire && near == Place::Loose && far.is_some_and(|far| reached.hot[far.0 as usize]) {
                hanging.push((id, end));
            }
        }
    }
    LiveStep { step, bare, hanging }
}

/// The terminal that an end of a wire is at, for good or for a while.
fn at(build: &Build, assembly: &Assembly, run: RunId, end: usize, step: usize) -> Option<Terminal> {
    match assembly.runs[run.0 as usize].place(end, step) {
        Place::Loose => None,
        Place::Parked(terminal) => Some(terminal),
        Place::Landed => home(build, run, end),
    }
}

fn landed(assembly: &Assembly, run: RunId, step: usize) -> bool {
    (0..2).all(|end| assembly.runs[run.0 as usize].place(end, step) == Place::Landed)
}

/// Whether the mating through which `from` meets `to` is made.
fn mated(build: &Build, assembly: &Assembly, run: RunId, from: Terminal, to: Terminal, step: usize) -> bool {
    let RunKind::Cable(_, first, _) = &build.run(run).what else {
        return landed(assembly, run, step);
    };
    let is_first = first.pairs.iter().any(|&(a, b)| (a, b) == (from, to) || (a, b) == (to, from));
    assembly.runs[run.0 as usize].place(usize::from(!is_first), step) == Place::Landed
}

/// What the live ends of sources reach (`hot`), and what their returns reach.
///
/// Both by node of the graph: terminals first, then pieces of metal.
struct Reached {
    hot: Vec<bool>,
    back: Vec<bool>,
    queue: Vec<(u32, bool)>,
    asleep: Vec<(DeviceId, usize)>,
}

impl Reached {
    fn new(build: &Build, rest: &Nets) -> Self {
        let mut asleep = Vec::new();
        for (device, _, part) in build.each_device() {
            asleep.extend(
                (0..part.sources.len())
                    .filter(|&index| part.sources[index].from.is_some())
                    .map(|index| (device, index)),
            );
        }
        let none = vec![false; rest.nodes()];
        Self { hot: none.clone(), back: none, queue: Vec::new(), asleep }
    }

    fn mark(&mut self, node: u32, hot: bool) {
        let seen = if hot { &mut self.hot } else { &mut self.back };
        if !seen[node as usize] {
            seen[node as usize] = true;
            self.queue.push((node, hot));
        }
    }

    /// A source switched on: both lines of the mains hurt, of DC only the plus end.
    fn on(&mut self, build: &Build, device: DeviceId, index: usize) {
        let source = &build.part_of(device).sources[index];
        let mut mark =
            |end: &End, hot| end.iter().for_each(|local| self.mark(build.device(device).terminal(*local).0, hot));
        mark(&source.plus, true);
        mark(&source.minus, source.ac);
        mark(&source.minus, false);
    }

    fn source_of(&mut self, build: &Build, device: DeviceId) {
        (0..build.part_of(device).sources.len()).for_each(|index| self.on(build, device, index));
    }

    fn batteries_of(&mut self, build: &Build, device: DeviceId) {
        let sources = &build.part_of(device).sources;
        for index in (0..sources.len()).filter(|&index| sources[index].from.is_none()) {
            self.on(build, device, index);
        }
    }

    fn spread(
        &mut self,
        rest: &Nets,
        parked: &BTreeMap<Terminal, Vec<Terminal>>,
        is_there: &impl Fn(Terminal, Terminal, Link) -> bool,
    ) {
        while let Some((from, hot)) = self.queue.pop() {
            for (to, link) in rest.hops(from) {
                if is_there(Terminal(from), Terminal(to), link) {
                    self.mark(to, hot);
                }
            }
            for &to in parked.get(&Terminal(from)).into_iter().flatten() {
                self.mark(to.0, hot);
            }
        }
    }

    /// Switches on every source whose own feed has come alive; whether there was one.
    fn wake(&mut self, build: &Build) -> bool {
        let asleep = std::mem::take(&mut self.asleep);
        let (woken, asleep): (Vec<_>, Vec<_>) = asleep.into_iter().partition(|&(device, index)| {
            let Some(from) = &build.part_of(device).sources[index].from else {
                return true;
            };
            let reaches = |end: &End, seen: &[bool]| {
                end.iter().any(|local| seen[build.device(device).terminal(*local).0 as usize])
            };
            reaches(&from.plus, &self.hot) && reaches(&from.minus, if from.ac { &self.hot } else { &self.back })
        });
        self.asleep = asleep;
        for &(device, index) in &woken {
            self.on(build, device, index);
        }
        !woken.is_empty()
    }
}
