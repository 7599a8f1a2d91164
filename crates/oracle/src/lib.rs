//! Brute force over all states of coils and levers, from a workspace's TOML files alone: slow, plain, and with no line in common
//! with the analyses that are compared with it.
//!
//! # The language that it reads
//!
//! A subset of `docs/language.md`; anything else is refused, never passed over. Files `bom/parts/<id>.toml` and `wiring/*.toml`.
//! - Parts: `join` (a list of terminals or arrows), `contact` (`by`, `com`, `nc`, `no`, `to`, `back`, `make-first`), `coil` (`plus`, `minus`,
//!   `input`), `input`, `lever`, `source`, `load`, `interlock` (`of`: coils that metal keeps apart), `terminal`. Ends may hold ranges, and zip.
//! - Devices with `part`, `count`, `set` (positions of levers). Wires with runs of arrows, ranges, lists and `each`.
//! - `line` with `at`, `kind`; `[control] essential`, `[watch]` (watched = watcher) and `[gpio]` with `dtparam=watchdog=on`, each device by its full
//!   name: only [`Build::recovery`] depends on them. `[role]` may stand there.
//! - `[rule]` with `never-together` (coils).
//!
//! # What it takes a build to do
//!
//! - **Metal** is wires, joins, terminals tied by one bare name, and the throw on which a lever `by = "build"` stands (as `set`, else
//!   as `shipped`; neither: no throw). It is closed in every state.
//! - A **coil** is energised or not, and all contacts `by` it follow: NC closed exactly while it is not energised, NO while it is. Coils without an input
//!   whose ends lie on the same two nets of metal are one.
//! - A contact with `back` **latches**: it stands either way in any state, and neither way counts as actuated.
//! - A contact that **makes first** closes both throws while its mover is on the way, which it may be in any state; being on the way counts as one actuated.
//! - A **lever** of hand or world takes any position in any state; all contacts `by` it follow. It starts as `set`, else at `rest`, else at its first position.
//!   `nc` is closed at the part's rest, `no` at all other positions, `to[n]` at position `n`.
//! - A coil with plus and minus is energised only in states that join its plus to a source's plus and its minus to the same source's
//!   minus. Sources that could not be reached so with all contacts closed at once do not count; if none could be, the coil is free (that it never
//!   works is another fault). Likewise, an input whose driven end (the one named `in…`) is `to` energises its coils only in states that join `from` to the plus of a
//!   source, if any could be. That a line drives it is looked at by [`Build::recovery`] alone.
//! - Of the coils of an `interlock` at most one is energised in any state (hard); of those of a rule's `never-together` too, unless software fails (soft).
//! - A state is **admissible** if all this holds in it, soft limits left aside.
//! - **Rails** are the ends of all sources, live or not. Sources that metal joins make an island; its volts count from its reference, the net on which most of its
//!   minuses stand (of equals, the first named). Two ends on different nets (of metal) conflict: `Mains`, if one is of mains and the other is not; `Short`, if
//!   both are mains, or in one island with different or unknown volts; `Parallel`, if in one island at equal volts and both are a plus.
//!   Ends of different islands conflict (as `Referenced`) only in states that also join the islands' references, and not at all if one of the two
//!   stands on its own reference (returns may meet; if it is more than a return that meets them, two ends of one island meet as well).
//! - A short's **least** is the admissible state with fewest actuated, then the fewest contacts on the way between the two nets. It is **primary** if the way
//!   avoids third nets with an end in conflict (`Referenced` aside) with either of the two.
//! - A load has **power** where its ends lie on different nets of the state, both of which carry ends of live sources that a chain of live sources and nets links.
//!   A source is live if it has no `from`, or its `from` has power. `on` is not looked at.
//! - A **welded** throw is closed in every state. Its contact's other throws move as ever, or never close again: both are tried. What counts is what meets in a
//!   state that is admissible with the weld, and that without it is not admissible or does not join the two.
//!
//! # What controllers do ([`Build::recovery`])
//!
//! - A **controller** has a line on the driven end of a coil's input (the end named `in…`). Of an input without a line, those who watch a device whose
//!   power hangs on that coil are the controllers, each with an output of its own.
//! - A device **has power** while all its loads have, levers standing as at the start and nothing being on its way. Positions that join ends of sources
//!   which metal keeps apart are another matter: of builds with such a position nothing is compared.
//! - A coil is **energised** while its own ends and the feed of its input have power and some output of a controller with power is asserted; without
//!   an input, while its ends have power. A latch stays as it was put, at first reset; the coil that returns it needs its own supply.
//! - An input that lets current out into its line stands either way, as chance has it, while none of its drivers has power: if at rest its feed and its
//!   driver stand on the same sources.
//! - A controller without power asserts nothing, and comes back healthy with nothing asserted. After each **event** (a living controller changes
//!   one output, or hangs and keeps them) all coils move at once, and again, until none does.
//! - From a state the living can **surely** bring a device power if they have a way that no chance can spoil. A **lock-out** is a state with somebody hung
//!   from which they cannot bring it to a device that somebody counts on (a computer, a switch, essential, watched), though from the same state with nobody hung they could.

pub mod generate;

mod control;
mod faults;
mod names;
mod parts;
mod read;
mod states;

use std::collections::BTreeMap;

pub use control::{LockOut, Mistake, Recovery};
pub use faults::{Piece, Weld};
pub use read::read;
pub use states::{Conflict, Least, Short};

/// Most states that are tried.
const MOST_STATES: u64 = 1 << 17;

/// What moves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// 0 at rest, 1 energised.
    Coil,
    /// 0 reset, 1 set.
    Latch,
    /// A make-first contact's mover: 0 still, 1 on its way.
    Travel,
    /// The index of its position.
    Lever,
}

/// Something that stands one way or another in a state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// `k1.k[3]`, device and element.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// It takes the values `0..values`.
    pub values: u8,
    /// Its value with nothing actuated.
    pub start: u8,
}

/// One throw of a contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Throw {
    /// `k1.k[3]`, device and element.
    pub contact: String,
    /// `nc`, `no`, `to[2]`.
    pub side: String,
    /// Common and throw: indices in [`Build::terminals`].
    pub ends: [usize; 2],
    /// The variable, and at which of its values it is closed.
    pub by: (usize, Vec<u8>),
    /// Closed as well while this variable is 1.
    pub travel: Option<usize>,
}

/// An end of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// `psu.out`, device and element.
    pub source: String,
    /// Its plus (or line).
    pub plus: bool,
    /// Index in [`Build::terminals`].
    pub terminal: usize,
}

/// A source; its ends are two of [`Build::ends`].
#[derive(Clone, PartialEq, Debug)]
pub struct Source {
    /// `psu.out`.
    pub name: String,
    /// Plus and minus: indices in [`Build::terminals`].
    pub ends: [usize; 2],
    /// Typical volts, where stated.
    pub volts: Option<f64>,
    /// Mains.
    pub mains: bool,
    /// What feeds it.
    pub from: Option<[usize; 2]>,
}

/// What needs power.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Load {
    /// `pi[1].board`.
    pub name: String,
    /// Indices in [`Build::terminals`].
    pub ends: [usize; 2],
}

/// Two terminals that are always joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conductor {
    /// The wire or the jumper that it is, if it may open.
    pub piece: Option<Piece>,
    /// Indices in [`Build::terminals`].
    pub ends: [usize; 2],
}

/// A coil, wherever it is; what moves by it is a [`Variable`].
#[derive(Clone, PartialEq, Eq, Debug)]
struct Coil {
    /// `k1.k[3]`.
    name: String,
    /// Plus and minus, where stated.
    ends: [Option<usize>; 2],
    /// Where current enters its input, if the other end is the driven one.
    feed: Option<usize>,
    /// The end of its input that is for a line.
    driven: Option<usize>,
    has_input: bool,
    /// What it moves: an index in [`Build::variables`].
    variable: Option<usize>,
    /// The coil that returns its contacts.
    back: Option<String>,
}

/// A line of a controller.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Line {
    /// `pi[1].g[3]`.
    name: String,
    /// Index in [`Build::devices`].
    device: usize,
    terminal: usize,
}

/// A device, by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Device {
    name: String,
    kind: String,
    /// A chip of its own restarts it when it hangs.
    watchdog: bool,
    essential: bool,
}

/// Pairs of terminals, all of which are to be joined.
type Pairs = Vec<[usize; 2]>;

/// A build, read.
#[derive(Clone, Default, Debug)]
pub struct Build {
    /// `k1.com[3]`.
    pub terminals: Vec<String>,
    /// Metal.
    pub conductors: Vec<Conductor>,
    /// What states close.
    pub throws: Vec<Throw>,
    /// What makes a state.
    pub variables: Vec<Variable>,
    /// Ends of sources.
    pub ends: Vec<End>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Loads.
    pub loads: Vec<Load>,
    /// Variables (one a coil) of which at most one is 1: by metal (true) or software.
    limits: Vec<(bool, Vec<usize>)>,
    coils: Vec<Coil>,
    lines: Vec<Line>,
    devices: Vec<Device>,
    /// Watched and watcher: indices in `devices`.
    watches: Vec<[usize; 2]>,
    /// A variable that is 1 only in states that join all pairs of at least one list.
    needs: Vec<(usize, Vec<Pairs>)>,
    /// By terminal: its net of metal, counted from 0.
    net: Vec<usize>,
    nets: usize,
    index: BTreeMap<String, usize>,
}

impl Build {
    /// How many states there are, admissible or not.
    pub fn states(&self) -> u64 {
        self.variables.iter().map(|variable| u64::from(variable.values)).product()
    }

    /// The net of metal of a terminal, counted from 0.
    pub fn net(&self, terminal: usize) -> usize {
        self.net[terminal]
    }

    /// Whether metal alone joins two rails that conflict: a fault of the wiring, and of no state.
    pub fn fights_at_rest(&self) -> bool {
        states::Rails::new(self).fight_in_metal
    }
}
