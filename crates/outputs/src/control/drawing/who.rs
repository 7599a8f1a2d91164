//! What is drawn: boxes and arrows, in the order of the build, with the words on them.

use std::collections::{BTreeMap, BTreeSet};

use analysis::control::{CoilRef, Control, Grip};
use model::{Build, DeviceId};

use crate::control::{coil_name, row};
use crate::summary::counted;

/// Boxes up to which loads are drawn; beyond it each controller says how many it has.
pub const MOST_BOXES: usize = 40;
/// Controllers and watchers up to which anything is drawn.
pub const MOST_CONTROLLERS: usize = 150;
/// Arrows up to which all are drawn.
pub const MOST_ARROWS: usize = 400;

/// Where a box stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// In the column of controllers; a watcher that drives nothing stands there too.
    Controller,
    /// Beside the controller that cuts it.
    Load,
    /// Below, with its like.
    Apart(Group),
}

/// Why a box stands apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Nobody can power-cycle it.
    Nobody,
    /// A computer on nobody's relay whose hardware watchdog restarts it.
    Watchdog,
    /// It hangs on more coils than are looked at.
    Undecided,
    /// Nothing in the build switches anything, or a wire of its supply is missing.
    Loose,
}

/// A box.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Name of the device, as the build writes it.
    pub name: String,
    /// Lines below it.
    pub words: Vec<String>,
    /// Where it stands.
    pub role: Role,
    /// Nobody can power-cycle it, wherever it stands.
    pub nobody: bool,
}

/// What a cut takes beyond a plain load.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Harm {
    /// No controller.
    None,
    /// A controller, or what feeds one.
    Controller,
    /// The supply of the very controller that cuts.
    Own,
}

/// What an arrow says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Does {
    /// It cuts and restores.
    Cuts {
        /// The relay channel: `k8.k[3]`.
        coil: String,
        /// What else must be known, in words; empty where nothing must.
        words: String,
        /// What it takes.
        harm: Harm,
        /// A line is wired to the channel.
        wired: bool,
    },
    /// `[watch]` says that it looks after it.
    Watches,
}

/// An arrow; ends are indices in [`Who::nodes`], and it starts at a controller.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Arrow {
    pub from: usize,
    pub to: usize,
    pub does: Does,
}

/// The graph.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Who {
    /// In the order of devices, each once.
    pub nodes: Vec<Node>,
    /// Holds in the order of the table, then watches in that of the build.
    pub arrows: Vec<Arrow>,
    /// What is not drawn, in words, a line each.
    pub left_out: Vec<String>,
}

/// The graph of a build. What somebody counts on (computers, switches, `essential`) is in it, whether or not somebody cuts it.
pub fn who(build: &Build, control: &Control) -> Who {
    let roles = roles(build, control);
    let controllers = roles.values().filter(|role| **role == Role::Controller).count();
    if controllers > MOST_CONTROLLERS {
        let left_out = vec![
            format!("{controllers} controllers are more than a drawing shows:"),
            "the table has them all".to_owned(),
        ];
        return Who { left_out, ..Who::default() };
    }
    let only_controllers = roles.len() > MOST_BOXES;
    let mut who = Who::default();
    if controllers == 0 {
        who.left_out.push("Nothing in this build controls anything.".to_owned());
    }
    let mut number: BTreeMap<DeviceId, usize> = BTreeMap::new();
    let nobody: BTreeSet<DeviceId> = control.nobody.iter().copied().collect();
    for (&device, &role) in roles.iter().filter(|(_, role)| !only_controllers || **role == Role::Controller) {
        let mut words = vec![build.part_of(device).kind.as_str().to_owned()];
        if control.watchdogs.binary_search(&device).is_ok() {
            words.push("watchdog".to_owned());
        }
        number.insert(device, who.nodes.len());
        let nobody = nobody.contains(&device);
        who.nodes.push(Node { name: build.device(device).name.clone(), words, role, nobody });
    }
    if only_controllers {
        count_loads(control, &roles, &number, &mut who);
    }
    let harms = Harms::of(control);
    for grip in &control.grips {
        let ends = number.get(&grip.controller).zip(number.get(&grip.load));
        if let Some((&from, &to)) = ends {
            who.arrows.push(Arrow { from, to, does: harms.does(build, grip) });
        }
    }
    let watches = build.control.watches.iter().filter_map(|watch| {
        let (from, to) = number.get(&watch.watcher).zip(number.get(&watch.watched))?;
        Some(Arrow { from: *from, to: *to, does: Does::Watches })
    });
    who.arrows.extend(watches);
    if who.arrows.len() > MOST_ARROWS {
        who.left_out.push(format!("{} more arrows are left out: the table has them", who.arrows.len() - MOST_ARROWS));
        who.arrows.truncate(MOST_ARROWS);
    }
    who
}

/// Everybody who is in the graph.
fn roles(build: &Build, control: &Control) -> BTreeMap<DeviceId, Role> {
    let mut roles: BTreeMap<DeviceId, Role> = BTreeMap::new();
    let watches = &build.control.watches;
    let first = control.controllers.iter().map(|one| one.device);
    let first = first.chain(control.grips.iter().map(|grip| grip.controller));
    roles.extend(first.chain(watches.iter().map(|watch| watch.watcher)).map(|device| (device, Role::Controller)));
    let held = control.grips.iter().map(|grip| grip.load).chain(watches.iter().map(|watch| watch.watched));
    for device in held {
        roles.entry(device).or_insert(Role::Load);
    }
    for (group, devices) in [(Group::Nobody, &control.nobody), (Group::Undecided, &control.undecided)] {
        for &device in devices {
            roles.entry(device).or_insert(Role::Apart(group));
        }
    }
    let switched = !control.grips.is_empty();
    let counts = (0_u32..)
        .zip(&build.devices)
        .filter(|(_, device)| matches!(build.parts[device.part.0 as usize].kind.as_str(), "computer" | "switch"));
    let counts = counts.map(|(id, _)| DeviceId(id)).chain(build.control.essential.iter().map(|(device, _)| *device));
    for device in counts {
        let dog = switched && control.watchdogs.binary_search(&device).is_ok();
        let group = if dog { Group::Watchdog } else { Group::Loose };
        roles.entry(device).or_insert(Role::Apart(group));
    }
    roles
}

/// In place of the loads: how many each controller has, and how many stand apart.
fn count_loads(control: &Control, roles: &BTreeMap<DeviceId, Role>, number: &BTreeMap<DeviceId, usize>, who: &mut Who) {
    let mut loads: BTreeMap<usize, BTreeSet<DeviceId>> = BTreeMap::new();
    for grip in control.grips.iter().filter(|grip| roles.get(&grip.load) == Some(&Role::Load)) {
        if let Some(&from) = number.get(&grip.controller) {
            loads.entry(from).or_default().insert(grip.load);
        }
    }
    for (node, loads) in loads {
        who.nodes[node].words.push(format!("cuts {}", counted(loads.len(), "load")));
    }
    who.left_out.push(format!("loads are counted, not drawn: more than {MOST_BOXES} boxes"));
    for group in [Group::Nobody, Group::Watchdog, Group::Undecided, Group::Loose] {
        let many = roles.values().filter(|role| **role == Role::Apart(group)).count();
        if many > 0 {
            who.left_out.push(format!("{}: {many}", group.heading()));
        }
    }
}

impl Group {
    /// What stands over such boxes.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Nobody => "Nobody can power-cycle",
            Self::Watchdog => "On no relay, restarted by a watchdog",
            Self::Undecided => "Not verified: on too many relays",
            Self::Loose => "On no relay",
        }
    }
}

/// What cuts take, by controller and coil.
struct Harms {
    controllers: BTreeSet<DeviceId>,
    own: BTreeSet<(DeviceId, CoilRef)>,
    taken: BTreeMap<CoilRef, BTreeSet<DeviceId>>,
    held: BTreeMap<CoilRef, BTreeSet<DeviceId>>,
}

impl Harms {
    fn of(control: &Control) -> Self {
        let mut taken: BTreeMap<CoilRef, BTreeSet<DeviceId>> = BTreeMap::new();
        let mut own = BTreeSet::new();
        for mistake in &control.mistakes {
            for &coil in &mistake.coils {
                taken.entry(coil).or_default().extend(&mistake.controllers);
                if mistake.own {
                    own.insert((mistake.controller, coil));
                }
            }
        }
        own.extend(control.self_cuts.iter().flat_map(|cut| cut.coils.iter().map(|coil| (cut.controller, *coil))));
        let mut held: BTreeMap<CoilRef, BTreeSet<DeviceId>> = BTreeMap::new();
        for grip in &control.grips {
            held.entry(grip.coil).or_default().insert(grip.load);
        }
        Self { controllers: control.controllers.iter().map(|one| one.device).collect(), own, taken, held }
    }

    fn does(&self, build: &Build, grip: &Grip) -> Does {
        let held = self.held.get(&grip.coil);
        let taken = self.taken.get(&grip.coil).into_iter().flatten();
        let also: Vec<DeviceId> =
            taken.copied().filter(|device| held.is_none_or(|held| !held.contains(device))).collect();
        let harm = if grip.controller == grip.load || self.own.contains(&(grip.controller, grip.coil)) {
            Harm::Own
        } else if self.controllers.contains(&grip.load) || !also.is_empty() {
            Harm::Controller
        } else {
            Harm::None
        };
        let mut words: Vec<String> = Vec::new();
        if !grip.wired {
            words.push("not wired".to_owned());
        }
        if !grip.alone {
            words.push("with others".to_owned());
        }
        match also.as_slice() {
            [] => {}
            [_] | [_, _] => words.push(format!("and {}", row(build, &also))),
            more => words.push(format!("and {} controllers", more.len())),
        }
        Does::Cuts { coil: coil_name(build, grip.coil), words: words.join(", "), harm, wired: grip.wired }
    }
}
