//! What must be reached for a load to have power, a supply to live and a contact to be moved; and from where.

use model::part::{End, Part};
use model::{Build, DeviceId, Terminal};

use super::service::Service;
use crate::circuit::{Circuit, Supply};
use crate::drives::{self, Drives};
use crate::nets::Nets;
use crate::outlets::Outlet;

/// Supplies that are followed back from one, at most.
const FAR: usize = 64;

/// What lives while all of its needs are reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    /// Index in [`Circuit::loads`].
    Load(u32),
    /// Index in [`Circuit::supplies`].
    Supply(u32),
    /// Index in the outlets: a controller's grip on a load.
    Grip(u32),
}

/// Items of a build in service.
pub struct Needs {
    /// Loads, supplies, grips.
    pub items: Vec<Item>,
    /// By need: the terminal that must be reached.
    pub at: Vec<u32>,
    /// By need: its item, as an index.
    pub of: Vec<u32>,
    /// Terminals that power comes from.
    pub roots: Vec<u32>,
    /// Terminals that signals come from.
    pub lines: Vec<u32>,
    /// Component and supply: who holds a component up without needing it, ascending.
    pub owners: Vec<(u32, u32)>,
    /// Some component has owners in several devices, or one that cannot be told from what it holds up.
    pub several: bool,
}

impl Needs {
    /// Everything that a build in service needs.
    pub fn of(
        build: &Build,
        metal: &Nets,
        circuit: &Circuit,
        drives: &Drives,
        outlets: &[Outlet],
        service: &Service,
    ) -> Self {
        let mut needs = Self {
            items: Vec::new(),
            at: Vec::new(),
            of: Vec::new(),
            roots: Vec::new(),
            lines: Vec::new(),
            owners: Vec::new(),
            several: false,
        };
        for (number, load) in (0..).zip(&circuit.loads) {
            let (device, part) = (build.device(load.of.0), build.part_of(load.of.0));
            let ends = &part.loads[load.of.1 as usize];
            needs.item(Item::Load(number), [&ends.plus, &ends.minus].map(|end| device.terminal(end[0])));
        }
        for (number, supply) in (0..).zip(&circuit.supplies) {
            needs.item(Item::Supply(number), feeds(build, supply, service.assumed));
        }
        for (number, outlet) in (0..).zip(outlets) {
            needs.item(Item::Grip(number), grip(build, drives, outlet));
        }
        needs.find_owners(build, metal, circuit, service);
        needs.find_lines(build, metal, outlets, service);
        needs
    }

    fn item(&mut self, item: Item, needs: impl IntoIterator<Item = Terminal>) {
        let number = u32::try_from(self.items.len()).expect("elements are bounded");
        self.items.push(item);
        for terminal in needs {
            self.at.push(terminal.0);
            self.of.push(number);
        }
    }

    fn find_owners(&mut self, build: &Build, metal: &Nets, circuit: &Circuit, service: &Service) {
        let component = |at: Terminal| service.settled.component[metal.net(at).0 as usize];
        // Component, supply, terminal; then whether the supply stands without it.
        let mut standing: Vec<(u32, u32, Terminal)> = Vec::new();
        for (number, supply) in (0..).zip(&circuit.supplies) {
            if service.settled.live[number as usize] {
                let ends = ends(build, supply);
                standing.extend(ends.map(|end| (component(end), number, end)));
            }
        }
        standing.sort_unstable();
        let rank = woken(build, circuit, service, component);
        let on = |of: u32| {
            let from = standing.partition_point(|(at, ..)| *at < of);
            standing[from..].iter().take_while(move |(at, ..)| *at == of)
        };
        let mut owners = Vec::new();
        let mut asked: Vec<u32> = Vec::new();
        for &(at, number, root) in &standing {
            asked.clear();
            asked.push(number);
            let mut next = 0;
            let mut leans = false;
            while let Some(&supply) = asked.get(next).filter(|_| !leans) {
                next += 1;
                for need in feeds(build, &circuit.supplies[supply as usize], service.assumed) {
                    let need = component(need);
                    leans |= need == at || asked.len() > FAR;
                    if !leans {
                        // Only what lived before it can have brought it to life.
                        let fresh = on(need)
                            .map(|(_, other, _)| *other)
                            .filter(|other| rank[*other as usize] < rank[supply as usize] && !asked.contains(other));
                        let fresh: Vec<u32> = fresh.take(FAR).collect();
                        asked.extend(fresh);
                    }
                }
            }
            owners.push((at, number, root, leans));
        }
        for of in owners.chunk_by(|a, b| a.0 == b.0) {
            let first = of.iter().find(|owner| !owner.3);
            for &(at, number, root, leans) in of {
                let device = circuit.supplies[number as usize].of.device;
                let same = first.is_some_and(|(_, _, first, _)| *first == root);
                let other = first.is_some_and(|(_, first, ..)| circuit.supplies[*first as usize].of.device != device);
                if !leans {
                    self.several |= other;
                    self.roots.push(root.0);
                    self.owners.push((at, number));
                } else if !same {
                    let supply = &circuit.supplies[number as usize];
                    let own = feeds(build, supply, service.assumed).into_iter();
                    let mut own = own.filter(|need| component(*need) == at).peekable();
                    // What leans on its own metal dies with it; what leans on this component elsewhere may not.
                    self.several |= own.peek().is_none() || own.any(|need| !one_piece(build, device, need, root));
                }
            }
        }
        self.owners.sort_unstable();
        self.owners.dedup();
    }

    /// A line is where a signal comes from, on a component that no supply holds.
    fn find_lines(&mut self, build: &Build, metal: &Nets, outlets: &[Outlet], service: &Service) {
        for outlet in outlets {
            let (id, line) = outlet.line;
            let Some(end) = &build.part_of(id).lines[line as usize].at else { continue };
            let at = build.device(id).terminal(end[0]);
            let component = service.settled.component[metal.net(at).0 as usize];
            let owned = self.owners.partition_point(|(of, _)| *of < component);
            if self.owners.get(owned).is_none_or(|(of, _)| *of != component) {
                self.lines.push(at.0);
            }
        }
        for roots in [&mut self.roots, &mut self.lines] {
            roots.sort_unstable();
            roots.dedup();
        }
    }
}

/// By supply: its place in the order in which the living ones come to life, feeders before what they feed.
fn woken(build: &Build, circuit: &Circuit, service: &Service, component: impl Fn(Terminal) -> u32) -> Vec<u32> {
    let mut on = vec![false; circuit.network.nodes as usize];
    let mut rank = vec![u32::MAX; circuit.supplies.len()];
    let mut waiting: Vec<u32> = (0..).zip(&service.settled.live).filter(|(_, live)| **live).map(|(at, _)| at).collect();
    let mut next = 0;
    loop {
        let before = next;
        waiting.retain(|number| {
            let supply = &circuit.supplies[*number as usize];
            let fed = feeds(build, supply, service.assumed).into_iter().all(|need| on[component(need) as usize]);
            if fed {
                rank[*number as usize] = next;
                next += 1;
                for end in ends(build, supply) {
                    on[component(end) as usize] = true;
                }
            }
            !fed
        });
        if next == before {
            return rank;
        }
    }
}

/// Plus and minus of a supply.
pub fn ends(build: &Build, supply: &Supply) -> [Terminal; 2] {
    let device = build.device(supply.of.device);
    let source = &build.part_of(supply.of.device).sources[supply.of.index as usize];
    [&source.plus, &source.minus].map(|end| device.terminal(end[0]))
}

/// What a supply needs: its feeder's ends, and those of the input that switches it on.
pub fn feeds(build: &Build, supply: &Supply, assumed: bool) -> Vec<Terminal> {
    let (device, part) = (build.device(supply.of.device), build.part_of(supply.of.device));
    let source = &part.sources[supply.of.index as usize];
    let from = source.from.iter().flat_map(|from| [&from.plus, &from.minus]);
    let input = source.on.filter(|_| !assumed).and_then(|on| part.inputs.get(on as usize)?.variants.first());
    let on = input.into_iter().flat_map(|input| [&input.from, &input.to]);
    from.chain(on).map(|end| device.terminal(end[0])).collect()
}

/// What a controller needs to move an outlet's contact, beside its own power.
fn grip(build: &Build, drives: &Drives, outlet: &Outlet) -> Vec<Terminal> {
    let (id, coil) = outlet.coil;
    let (device, part) = (build.device(id), build.part_of(id));
    let coil = &part.coils[coil as usize];
    let mut needs: Vec<Terminal> = coil.plus.iter().chain(&coil.minus).map(|end| device.terminal(end[0])).collect();
    let drive = drives.of_input(outlet.input.0, outlet.input.1);
    if let Some(shape) = drive.and_then(|drive| drives::variant(build, drive)) {
        let device = build.device(outlet.input.0);
        needs.extend([&shape.from, &shape.to].map(|end: &End| device.terminal(end[0])));
    }
    needs
}

/// Whether two terminals of a device are the same metal inside it.
fn one_piece(build: &Build, device: DeviceId, a: Terminal, b: Terminal) -> bool {
    let first = build.device(device).first;
    let part: &Part = build.part_of(device);
    let has = |of: &[model::Local], at: Terminal| of.iter().any(|local| first + local.0 == at.0);
    a == b || part.joins.iter().any(|join| has(&join.of, a) && has(&join.of, b))
}
