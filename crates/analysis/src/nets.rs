//! Nets: which terminals are one piece of metal, and by which wires, plugs, fuses and contacts.
//!
//! Union-find over all terminals; linear in the build, no recursion. Paths are searched only when somebody asks for one.

use std::collections::{BTreeSet, VecDeque};
use std::sync::OnceLock;

use model::part::{Contact, Lever, Mover, Part};
use model::wire::RunKind;
use model::{Build, Device, DeviceId, RunId, Terminal, WireId, part::End};
use source::Span;

/// A net: all terminals that are joined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NetId(pub u32);

/// What joins two terminals; a number is an index in the list of the device's part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Link {
    /// A wire.
    Wire(WireId),
    /// Two ports plugged together by this run.
    Mate(RunId),
    /// Metal inside a device.
    Join(DeviceId, u32),
    /// Several terminals of one element's end.
    Tie(DeviceId),
    /// A fuse.
    Fuse(DeviceId, u32),
    /// A closed contact.
    Contact(DeviceId, u32),
}

/// One step of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Hop {
    pub from: Terminal,
    pub to: Terminal,
    pub by: Link,
}

#[derive(Clone, Copy)]
struct Edge {
    /// A terminal.
    a: u32,
    /// A terminal, or a hub: a piece of metal with three or more terminals, numbered after all terminals.
    b: u32,
    by: Link,
}

/// Joined terminals, and what joins them.
pub struct Nets {
    terminals: u32,
    hubs: u32,
    net: Vec<u32>,
    starts: Vec<u32>,
    members: Vec<Terminal>,
    edges: Vec<Edge>,
    graph: OnceLock<(Vec<u32>, Vec<u32>)>,
}

/// What is joined by metal: joins, wires, matings, fuses, and jumpers as they are set.
pub fn metal(build: &Build) -> Nets {
    gather(build, Closed::Set)
}

/// The same with every contact as it is while all coils and all levers are at rest.
pub fn rest(build: &Build) -> Nets {
    gather(build, Closed::Rest)
}

/// The same with every contact closed to all its throws: what can be joined at all.
pub fn possible(build: &Build) -> Nets {
    gather(build, Closed::All)
}

/// Only what nobody strips or screws: joins, matings and ties, without wires, fuses and contacts.
pub fn solid(build: &Build) -> Nets {
    gather(build, Closed::Solid)
}

/// As [`rest`], without wires.
pub fn rest_without_wires(build: &Build) -> Nets {
    gather(build, Closed::RestWithoutWires)
}

/// As [`rest`], without fuses.
pub fn rest_without_fuses(build: &Build) -> Nets {
    gather(build, Closed::RestWithoutFuses)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    Set,
    Rest,
    All,
    Solid,
    RestWithoutWires,
    RestWithoutFuses,
}

/// Where a lever stands: a jumper as set or shipped, any other lever as set or at rest.
pub fn position<'a>(device: &'a Device, lever: &'a Lever, index: u32) -> Option<&'a str> {
    let set = device.positions.get(&index);
    let first = if lever.positions.is_empty() { Some("off") } else { lever.positions.first().map(String::as_str) };
    match set {
        Some((position, span)) if lever.by == "build" || span.is_some() => Some(position),
        _ if lever.by == "build" => lever.shipped.as_deref(),
        _ => lever.rest.as_deref().or(first),
    }
}

/// The throw that `com` meets while coils are at rest and levers stand as [`position`] says.
pub fn throw<'p>(part: &'p Part, device: &Device, contact: &'p Contact) -> Option<&'p End> {
    let Some(Mover::Lever(index)) = contact.by else { return contact.nc.as_ref() };
    let lever = part.levers.get(index as usize)?;
    let stands = position(device, lever, index)?;
    let names: Vec<&str> =
        if lever.positions.is_empty() { vec!["off", "on"] } else { lever.positions.iter().map(String::as_str).collect() };
    let at = names.iter().position(|name| *name == stands)?;
    if !contact.to.is_empty() {
        return contact.to.get(at);
    }
    let rest = lever.rest.as_deref().unwrap_or(names[0]);
    if stands == rest { contact.nc.as_ref() } else { contact.no.as_ref() }
}

/// Whether a jumper (and not a coil, a hand or the world) moves it.
fn is_jumper(part: &Part, contact: &Contact) -> bool {
    let Some(Mover::Lever(index)) = contact.by else { return false };
    part.levers.get(index as usize).is_some_and(|lever| lever.by == "build")
}

/// Every throw of a contact.
pub fn throws(contact: &Contact) -> impl Iterator<Item = &End> {
    contact.nc.iter().chain(&contact.no).chain(&contact.to)
}

/// Ends of all elements of a part that mean several terminals.
fn ties(part: &Part) -> Vec<&End> {
    let mut ends: BTreeSet<&End> = BTreeSet::new();
    each_end(part, |end| {
        if end.len() > 1 {
            ends.insert(end);
        }
    });
    ends.into_iter().collect()
}

/// Calls with every end of every element of a part (joins are metal, not elements).
pub fn each_end<'p>(part: &'p Part, mut see: impl FnMut(&'p End)) {
    for contact in &part.contacts {
        see(&contact.com);
        throws(contact).for_each(&mut see);
    }
    for coil in &part.coils {
        coil.plus.iter().chain(&coil.minus).for_each(&mut see);
    }
    for variant in part.inputs.iter().flat_map(|input| &input.variants) {
        see(&variant.from);
        see(&variant.to);
    }
    for source in &part.sources {
        see(&source.plus);
        see(&source.minus);
        if let Some(from) = &source.from {
            see(&from.plus);
            see(&from.minus);
        }
    }
    for load in &part.loads {
        see(&load.plus);
        see(&load.minus);
    }
    for resistor in &part.resistors {
        resistor.ends.iter().for_each(&mut see);
    }
    for diode in &part.diodes {
        see(&diode.anode);
        see(&diode.cathode);
    }
    for fuse in &part.fuses {
        fuse.ends.iter().flatten().for_each(&mut see);
    }
    for line in &part.lines {
        line.at.iter().for_each(&mut see);
    }
}

/// Every mating of a run.
pub fn mates(kind: &RunKind) -> Vec<&model::wire::Mate> {
    match kind {
        RunKind::Cable(_, a, b) => vec![a, b],
        RunKind::Plug(mate) => vec![mate],
        RunKind::Wire(_) | RunKind::Inline(..) => Vec::new(),
    }
}

struct Gather {
    parents: Vec<u32>,
    edges: Vec<Edge>,
    hubs: u32,
}

impl Gather {
    fn root(&mut self, mut at: u32) -> u32 {
        while self.parents[at as usize] != at {
            let up = self.parents[self.parents[at as usize] as usize];
            self.parents[at as usize] = up;
            at = up;
        }
        at
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parents[high as usize] = low;
    }

    fn two(&mut self, a: u32, b: u32, by: Link) {
        self.unite(a, b);
        self.edges.push(Edge { a, b, by });
    }

    fn several(&mut self, of: impl ExactSizeIterator<Item = u32> + Clone, by: Link) {
        let count = of.len();
        let mut all = of.clone();
        let Some(first) = all.next() else { return };
        match (count, all.next()) {
            (2, Some(second)) => self.two(first, second, by),
            (1, _) | (_, None) => {}
            _ => {
                let hub = u32::try_from(self.parents.len()).expect("terminals are bounded") + self.hubs;
                self.hubs += 1;
                for one in of {
                    self.unite(first, one);
                    self.edges.push(Edge { a: one, b: hub, by });
                }
            }
        }
    }
}

fn gather(build: &Build, closed: Closed) -> Nets {
    let mut all = Gather { parents: (0..build.terminals).collect(), edges: Vec::with_capacity(build.wires.len()), hubs: 0 };
    let mut tied: Vec<Option<Vec<&End>>> = vec![None; build.parts.len()];
    for (id, device, part) in build.each_device() {
        let at = |local: &model::Local| device.first + local.0;
        for (index, join) in (0..).zip(&part.joins) {
            all.several(join.of.iter().map(at), Link::Join(id, index));
        }
        for tie in tied[device.part.0 as usize].get_or_insert_with(|| ties(part)) {
            all.several(tie.iter().map(at), Link::Tie(id));
        }
        if closed == Closed::Solid {
            continue;
        }
        if closed != Closed::RestWithoutFuses {
            for (index, fuse) in (0..).zip(&part.fuses) {
                if let Some([a, b]) = &fuse.ends {
                    all.two(at(&a[0]), at(&b[0]), Link::Fuse(id, index));
                }
            }
        }
        for (index, contact) in (0..).zip(&part.contacts) {
            let by = Link::Contact(id, index);
            if closed == Closed::All {
                for throw in throws(contact) {
                    all.two(at(&contact.com[0]), at(&throw[0]), by);
                }
            } else if closed != Closed::Set || is_jumper(part, contact) {
                if let Some(throw) = throw(part, device, contact) {
                    all.two(at(&contact.com[0]), at(&throw[0]), by);
                }
            }
        }
    }
    if closed != Closed::Solid && closed != Closed::RestWithoutWires {
        for (index, wire) in (0..).zip(&build.wires) {
            all.two(wire.ends[0].0, wire.ends[1].0, Link::Wire(WireId(index)));
        }
    }
    for (index, run) in (0..).zip(&build.runs) {
        for mate in mates(&run.what) {
            for (a, b) in &mate.pairs {
                all.two(a.0, b.0, Link::Mate(RunId(index)));
            }
        }
    }
    label(build.terminals, all)
}

/// Nets numbered by their lowest terminal; members by counting.
fn label(terminals: u32, mut all: Gather) -> Nets {
    let mut net = vec![0; terminals as usize];
    let mut starts = vec![];
    for at in 0..terminals {
        let root = all.root(at);
        if root == at {
            net[at as usize] = u32::try_from(starts.len()).expect("nets are no more than terminals");
            starts.push(0);
        } else {
            net[at as usize] = net[root as usize];
        }
        starts[net[at as usize] as usize] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        let count = *start;
        *start = sum;
        sum += count;
    }
    starts.push(sum);
    let mut fill = starts.clone();
    let mut members = vec![Terminal(0); terminals as usize];
    for at in 0..terminals {
        let slot = &mut fill[net[at as usize] as usize];
        members[*slot as usize] = Terminal(at);
        *slot += 1;
    }
    Nets { terminals, hubs: all.hubs, net, starts, members, edges: all.edges, graph: OnceLock::new() }
}

impl Nets {
    /// The net of a terminal.
    pub fn net(&self, terminal: Terminal) -> NetId {
        NetId(self.net[terminal.0 as usize])
    }

    /// Whether two terminals are joined.
    pub fn same(&self, a: Terminal, b: Terminal) -> bool {
        self.net(a) == self.net(b)
    }

    /// How many nets there are; a terminal that nothing joins is one too.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no terminal at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The terminals of a net, ascending.
    pub fn members(&self, net: NetId) -> &[Terminal] {
        &self.members[self.starts[net.0 as usize] as usize..self.starts[net.0 as usize + 1] as usize]
    }

    /// By node (terminals, then hubs): where its edges begin in the list of edge numbers, and that list.
    fn graph(&self) -> &(Vec<u32>, Vec<u32>) {
        self.graph.get_or_init(|| {
            let mut starts = vec![0_u32; (self.terminals + self.hubs) as usize + 1];
            for edge in &self.edges {
                starts[edge.a as usize + 1] += 1;
                starts[edge.b as usize + 1] += 1;
            }
            for at in 1..starts.len() {
                starts[at] += starts[at - 1];
            }
            let mut fill = starts.clone();
            let mut list = vec![0; self.edges.len() * 2];
            for (number, edge) in (0..).zip(&self.edges) {
                for end in [edge.a, edge.b] {
                    list[fill[end as usize] as usize] = number;
                    fill[end as usize] += 1;
                }
            }
            (starts, list)
        })
    }

    fn around(&self, node: u32) -> impl Iterator<Item = (u32, Edge)> {
        let (starts, list) = self.graph();
        let range = starts[node as usize] as usize..starts[node as usize + 1] as usize;
        list[range].iter().map(move |&number| {
            let edge = self.edges[number as usize];
            (if edge.a == node { edge.b } else { edge.a }, edge)
        })
    }

    /// Neighbours of a terminal. A piece of metal with many terminals makes each a neighbour of every other.
    pub fn links(&self, terminal: Terminal) -> impl Iterator<Item = (Terminal, Link)> {
        self.around(terminal.0).flat_map(move |(next, edge)| {
            let direct = (next < self.terminals).then_some((Terminal(next), edge.by));
            let hub = (next >= self.terminals).then_some(next);
            let through = hub.into_iter().flat_map(|hub| self.around(hub)).map(|(at, edge)| (Terminal(at), edge.by));
            direct.into_iter().chain(through.filter(move |(at, _)| *at != terminal))
        })
    }

    /// The fewest hops from one terminal to another.
    pub fn path(&self, from: Terminal, to: Terminal) -> Option<Vec<Hop>> {
        self.path_where(from, to, |_| true)
    }

    /// The fewest hops over links that are allowed.
    pub fn path_where(&self, from: Terminal, to: Terminal, allow: impl Fn(Link) -> bool) -> Option<Vec<Hop>> {
        if !self.same(from, to) {
            return None;
        }
        self.search(std::iter::once(from), Some(to), allow).path(to)
    }

    /// The fewest hops from the nearest of these roots to every terminal that they reach.
    pub fn forest(&self, roots: impl Iterator<Item = Terminal>) -> Forest {
        self.search(roots, None, |_| true)
    }

    fn search(&self, roots: impl Iterator<Item = Terminal>, to: Option<Terminal>, allow: impl Fn(Link) -> bool) -> Forest {
        let mut forest =
            Forest { parent: vec![0; self.terminals as usize], by: vec![None; 0], slot: vec![0; self.terminals as usize], order: vec![] };
        let mut seen = vec![false; self.hubs as usize];
        let mut queue = VecDeque::new();
        for root in roots {
            if forest.reach(root.0, root.0, None) {
                queue.push_back(root.0);
            }
        }
        while let Some(at) = queue.pop_front() {
            if to == Some(Terminal(at)) {
                break;
            }
            for (next, edge) in self.around(at) {
                if !allow(edge.by) {
                    continue;
                }
                if next < self.terminals {
                    if forest.reach(next, at, Some(edge.by)) {
                        queue.push_back(next);
                    }
                } else if !std::mem::replace(&mut seen[(next - self.terminals) as usize], true) {
                    for (far, edge) in self.around(next) {
                        if forest.reach(far, at, Some(edge.by)) {
                            queue.push_back(far);
                        }
                    }
                }
            }
        }
        forest
    }
}

/// Shortest ways from some roots, as parents.
pub struct Forest {
    /// By terminal: its parent plus one; zero where nothing leads.
    parent: Vec<u32>,
    /// By terminal: its place in `order`.
    slot: Vec<u32>,
    /// By place in `order`: how it was reached.
    by: Vec<Option<Link>>,
    /// Terminals, nearest first.
    order: Vec<Terminal>,
}

impl Forest {
    fn reach(&mut self, at: u32, from: u32, by: Option<Link>) -> bool {
        if self.parent[at as usize] != 0 {
            return false;
        }
        self.parent[at as usize] = from + 1;
        self.slot[at as usize] = u32::try_from(self.order.len()).expect("terminals are bounded");
        self.by.push(by);
        self.order.push(Terminal(at));
        true
    }

    /// Terminals, nearest first.
    pub fn order(&self) -> &[Terminal] {
        &self.order
    }

    /// The last hop of the way to a terminal; none for a root and where nothing leads.
    pub fn last(&self, to: Terminal) -> Option<Hop> {
        let from = self.parent[to.0 as usize].checked_sub(1)?;
        let by = self.by[self.slot[to.0 as usize] as usize]?;
        Some(Hop { from: Terminal(from), to, by })
    }

    /// The way from the nearest root.
    pub fn path(&self, to: Terminal) -> Option<Vec<Hop>> {
        if self.parent[to.0 as usize] == 0 {
            return None;
        }
        let mut hops = Vec::new();
        let mut at = to;
        while let Some(hop) = self.last(at) {
            hops.push(hop);
            at = hop.from;
        }
        hops.reverse();
        Some(hops)
    }
}

/// Where a link is written.
pub fn link_span(build: &Build, link: Link) -> Span {
    match link {
        Link::Wire(wire) => build.wire(wire).span,
        Link::Mate(run) => build.run(run).span,
        Link::Join(device, index) => build.part_of(device).joins[index as usize].span,
        Link::Tie(device) => build.device(device).span,
        Link::Fuse(device, index) => build.part_of(device).fuses[index as usize].span,
        Link::Contact(device, index) => build.part_of(device).contacts[index as usize].span,
    }
}

/// A path in words: `atx.5v[1] → k8.nc[1] → k8.com[1]`.
pub fn told(build: &Build, hops: &[Hop]) -> String {
    let first = hops.first().map(|hop| hop.from);
    let all: Vec<String> = first.into_iter().chain(hops.iter().map(|hop| hop.to)).map(|at| build.path(at)).collect();
    all.join(" → ")
}

/// What lands on each terminal: how many wires, and whether a plug.
pub struct Landed {
    wires: Vec<u32>,
    mated: Vec<bool>,
}

/// Counts wires and matings by terminal.
pub fn landed(build: &Build) -> Landed {
    let mut landed = Landed { wires: vec![0; build.terminals as usize], mated: vec![false; build.terminals as usize] };
    for end in build.wires.iter().flat_map(|wire| wire.ends) {
        landed.wires[end.0 as usize] += 1;
    }
    for mate in build.runs.iter().flat_map(|run| mates(&run.what)) {
        for (a, b) in &mate.pairs {
            landed.mated[a.0 as usize] = true;
            landed.mated[b.0 as usize] = true;
        }
    }
    landed
}

impl Landed {
    /// Wire ends on a terminal.
    pub fn wires(&self, terminal: Terminal) -> u32 {
        self.wires[terminal.0 as usize]
    }

    /// Whether a pin meets another.
    pub fn mated(&self, terminal: Terminal) -> bool {
        self.mated[terminal.0 as usize]
    }

    /// Whether anything lands on a terminal.
    pub fn any(&self, terminal: Terminal) -> bool {
        self.wires(terminal) > 0 || self.mated(terminal)
    }
}
