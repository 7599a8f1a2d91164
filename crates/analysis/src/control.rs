//! Control: who can cut and restore whom; lock-outs, self-cuts, deadlocks after a power cut, and what one wrong level does.
//!
//! A *controller* is a device whose lines energise coils. A hung one keeps its outputs, one without power releases them and is healthy
//! when it comes back. Lock-outs are looked for cone by cone (a machine, and all that its power depends on), so that the cost
//! grows with the build and not with its square; racks that are built alike are explored once.

mod care;
mod cones;
mod grips;
mod lock_outs;
mod players;
mod remedies;
mod start;
mod supply;

use std::collections::{BTreeMap, BTreeSet};

use model::{Build, DeviceId};

use crate::circuit::Circuit;
use crate::drives::Drives;
use crate::nets::Nets;
use crate::outlets::Outlet;
use crate::potentials::Potentials;
use players::Players;

/// A coil: device, and index in its part's coils.
pub type CoilRef = (DeviceId, u32);

/// Who cuts and restores whom.
#[derive(Default)]
pub struct Control {
    /// In the order of devices.
    pub controllers: Vec<Controller>,
    /// Computers whose firmware starts a hardware watchdog, controllers or not, in the order of devices.
    pub watchdogs: Vec<DeviceId>,
    /// In the order of coils, then loads, then controllers.
    pub grips: Vec<Grip>,
    /// What one controller that hangs can do for good: the first of each controller, in their order.
    pub lock_outs: Vec<LockOut>,
    /// Whether any single hang locks out.
    pub single_hang: Verdict,
    /// Controllers of which that is not known.
    pub unproved: Vec<DeviceId>,
    /// Controllers that were not judged, because something in their cone has no supply as wired, or one past its contact.
    pub unfed: Vec<DeviceId>,
    /// Where no single hang locks out, the smallest set of controllers that does: one for each group that depend on each other.
    pub beyond: Vec<LockOut>,
    /// Controllers that can cut their own supply.
    pub self_cuts: Vec<SelfCut>,
    /// What is dark after a power cut and stays dark.
    pub dead_starts: Vec<DeadStart>,
    /// Essential loads, computers and switches that have power with every coil at rest.
    pub safe_at_rest: Vec<DeviceId>,
    /// Essential loads, computers and switches that no other controller can cut.
    pub nobody: Vec<DeviceId>,
    /// Watches (index in the build's) whose watcher has no grip on what it watches.
    pub idle_watches: Vec<IdleWatch>,
    /// What each line does if it is set wrongly, in service.
    pub mistakes: Vec<Mistake>,
    /// Loads that only two wrong levels together cut.
    pub double_mistakes: Vec<DoubleMistake>,
    /// By outlet of the build.
    pub outlets: Vec<OutletCare>,
    /// What hangs on more coils than are looked at: loads that somebody counts on, and relays by their supply.
    pub undecided: Vec<DeviceId>,
}

/// A device whose lines energise coils, or is declared to by `[watch]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Controller {
    /// Which.
    pub device: DeviceId,
    /// Its firmware starts a hardware watchdog: it cannot stay hung.
    pub watchdog: bool,
}

/// A hold of a controller on a load.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grip {
    /// Whose.
    pub controller: DeviceId,
    /// By which coil.
    pub coil: CoilRef,
    /// On what.
    pub load: DeviceId,
    /// On NC: energised means off.
    pub throw_nc: bool,
    /// A line is wired to the coil's input; else `[watch]` alone says so.
    pub wired: bool,
    /// This coil by itself cuts (or feeds) the load; else only together with others.
    pub alone: bool,
    /// The load has no supply as wired: the far side of the contact counts as fed.
    pub assumed: bool,
}

/// What is known of a question about all states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nobody is locked out.
    Free {
        /// Controllers that were looked at.
        controllers: u32,
        /// States that were looked at.
        states: u64,
    },
    /// Somebody is: see the list.
    Found,
    /// More states than may be looked at.
    NotProved {
        /// States that were looked at.
        states: u64,
    },
}

impl Default for Verdict {
    fn default() -> Self {
        Self::Free { controllers: 0, states: 0 }
    }
}

/// A state from which the living cannot bring everything back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LockOut {
    /// Who hangs.
    pub hung: Vec<DeviceId>,
    /// What they hold: coil, energised.
    pub held: Vec<(CoilRef, bool)>,
    /// What the living cannot surely bring back.
    pub dark: Vec<DeviceId>,
    /// Who cannot be restarted whatever the living do.
    pub stuck: Vec<DeviceId>,
    /// The fewest events that lead to it, from all at rest.
    pub events: Vec<Step>,
    /// Other coils, each of which does the like by itself while the same controller holds it energised.
    pub likewise: Vec<CoilRef>,
    /// What would prevent it; each was tried.
    pub remedies: Vec<Remedy>,
    /// Coils of the story that no line is wired to: `[watch]` says who is meant.
    pub declared: Vec<CoilRef>,
}

/// One event, and what goes dark with it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Step {
    pub who: DeviceId,
    pub act: Act,
    pub dark: Vec<DeviceId>,
}

/// What a controller does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// Energises these coils (one line).
    Energises(Vec<CoilRef>),
    /// Lets these go.
    Releases(Vec<CoilRef>),
    /// Hangs, and keeps its outputs.
    Hangs,
}

/// What prevents a lock-out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remedy {
    /// A hardware watchdog on this controller.
    Watchdog(DeviceId),
    /// The coil driven (and its board fed) by another controller.
    OtherDriver(CoilRef, DeviceId),
    /// The coil is left alone: nobody ever energises it.
    LeaveAtRest(CoilRef),
}

/// A controller that can cut its own supply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SelfCut {
    /// Who.
    pub controller: DeviceId,
    /// What its line moves.
    pub coils: Vec<CoilRef>,
    /// Its own coil is let go instead of energised.
    pub releases: bool,
    /// The coil whose contact then opens, if that is not its own: the way round.
    pub around: Vec<CoilRef>,
    /// Nobody can bring it back.
    pub for_good: bool,
}

/// What stays dark after a power cut.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadStart {
    /// What.
    pub load: DeviceId,
    /// What would have to be energised, and by whom, none of whom ever has power.
    pub waits_for: Vec<(CoilRef, DeviceId)>,
    /// Those who wait for each other have the same number, from 0.
    pub group: u32,
}

/// A watch without a switch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdleWatch {
    /// Index in [`model::device::Control::watches`].
    pub watch: usize,
    /// Grips on the watched, by index: all of others.
    pub others: Vec<usize>,
}

/// What a line does if it is set wrongly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// Whose line.
    pub controller: DeviceId,
    /// Index in its part's lines.
    pub line: u32,
    /// What it moves.
    pub coils: Vec<CoilRef>,
    /// What goes dark.
    pub dark: Vec<DeviceId>,
    /// Controllers among those.
    pub controllers: Vec<DeviceId>,
    /// Its own supply goes.
    pub own: bool,
    /// Nobody can undo it.
    pub for_good: bool,
    /// Lines of others on the same net: output against output.
    pub clashes: Vec<(DeviceId, u32)>,
}

/// What two lines cut together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct DoubleMistake {
    pub coils: [CoilRef; 2],
    pub dark: DeviceId,
}

/// What the daemon must know of an outlet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OutletCare {
    /// Controllers that lose power with it.
    pub feeds_controller: Vec<DeviceId>,
    /// Controllers that must answer before it is cut as a matter of routine: were one of them hung and its own controller to hang in
    /// mid-cycle, nobody could restart either. (A rescue cannot wait for one that is dark because of the very load to be cut.)
    pub needs_alive: Vec<DeviceId>,
    /// A hang while it is held is a lock-out.
    pub never_hold: bool,
}

/// Computes all of it.
pub fn compute(
    build: &Build,
    metal: &Nets,
    rest: &Nets,
    potentials: &Potentials,
    drives: &Drives,
    outlets: &[Outlet],
    circuit: &Circuit,
) -> Control {
    let players = Players::new(build, metal, rest, potentials, drives, circuit);
    let mut control = Control {
        controllers: players.controllers.iter().map(|one| one.controller.clone()).collect(),
        watchdogs: players.watchdogs.iter().copied().collect(),
        grips: grips::all(&players),
        undecided: players.undecided.clone(),
        ..Control::default()
    };
    let mut cones = cones::explore(&players);
    start::judge(&players, &cones, &mut control);
    lock_outs::judge(&players, &mut cones, &mut control);
    care::mistakes(&players, &cones, drives, &mut control);
    care::outlets(&players, &mut cones, outlets, &mut control);
    let loads: BTreeSet<DeviceId> = control.grips.iter().map(|grip| grip.load).collect();
    if !loads.is_empty() {
        control.nobody = nobody(build, &players, &control);
    }
    control.idle_watches = idle_watches(build, &players, &control);
    control
}

/// Of what somebody counts on, what no other controller holds; a computer with a watchdog restarts itself. What nothing feeds as wired is
/// left out where somebody watches it: then a wire is missing, and not a relay.
fn nobody(build: &Build, players: &Players<'_>, control: &Control) -> Vec<DeviceId> {
    let mut held: BTreeSet<DeviceId> =
        control.grips.iter().filter(|grip| grip.controller != grip.load).map(|grip| grip.load).collect();
    let watched = build.control.watches.iter().map(|watch| watch.watched);
    held.extend(watched.filter(|&id| players.need(id).is_some_and(players::Need::unfed)));
    let subjects = players.needs.iter().filter(|need| need.lasting).map(|need| need.device);
    subjects.filter(|id| !held.contains(id) && !players.watchdogs.contains(id)).collect()
}

fn idle_watches(build: &Build, players: &Players<'_>, control: &Control) -> Vec<IdleWatch> {
    let mut by: BTreeMap<DeviceId, Vec<usize>> = BTreeMap::new();
    for (at, grip) in control.grips.iter().enumerate() {
        by.entry(grip.load).or_default().push(at);
    }
    let mut idle = Vec::new();
    for (watch, pair) in build.control.watches.iter().enumerate() {
        let others = by.get(&pair.watched).cloned().unwrap_or_default();
        let fed =
            players.need(pair.watched).is_some_and(|need| !need.unfed() && !players.bridged.contains(&need.device));
        if fed && others.iter().all(|&at| control.grips[at].controller != pair.watcher) {
            idle.push(IdleWatch { watch, others });
        }
    }
    idle
}
