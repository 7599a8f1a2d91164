//! Nets against brute force: random builds of joins, fuses, contacts and wires, every pair of terminals by closure of single links.

use analysis::nets::{self, Nets};
use model::part::{Contact, End, Fuse, Join, Lever, Mover, Part, PartTerminal, Role};
use model::wire::{Attributes, Bundle, BundleId, BundleKind, Run, RunId, RunKind, Wire, WireId};
use model::{Build, Device, DeviceId, Local, Number, PartId, Terminal};
use source::{FileId, Span, Text};

const HERE: Span = Span { file: FileId(0), start: 0, end: 0 };

/// A small generator of our own, so that a seed means the same build for ever.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(most)).expect("below a u32")
    }
}

fn part(dice: &mut Dice) -> Part {
    let count = 2 + dice.below(5);
    let terminals = (0..count).map(|at| PartTerminal {
        name: format!("t[{at}]"),
        alias: None,
        role: Role::Passive,
        pin: None,
        clamp: None,
        wire: Number::Absent,
        wires: 1,
        bare: false,
        silk: None,
        max: Number::Absent,
        ohms: Number::Absent,
        span: HERE,
    });
    let mut part = Part { terminals: terminals.collect(), ..Part::default() };
    let end = |dice: &mut Dice| -> End { vec![Local(dice.below(count))] };
    if dice.below(2) == 0 {
        let of = (0..=dice.below(3) + 1).map(|_| Local(dice.below(count))).collect();
        part.joins.push(Join { of, ohms: Number::Absent, span: HERE });
    }
    if dice.below(3) == 0 {
        let ends = Some([end(dice), end(dice)]);
        let fuse = Fuse {
            name: "f".into(),
            ends,
            rated: Number::Absent,
            holder: None,
            ohms: Number::Absent,
            opens: Number::Absent,
            volts: Number::Absent,
            span: HERE,
        };
        part.fuses.push(fuse);
    }
    if dice.below(2) == 0 {
        let by = ["build", "hand"][dice.below(2) as usize];
        let shipped = Some(["off", "on"][dice.below(2) as usize].to_owned());
        part.levers.push(Lever { name: "l".into(), by: by.into(), positions: vec![], rest: None, shipped, span: HERE });
        let (com, nc, no) = (end(dice), Some(end(dice)), Some(end(dice)));
        let contact = Contact {
            name: "k".into(),
            by: Some(Mover::Lever(0)),
            back: None,
            make_first: false,
            com,
            nc,
            no,
            to: vec![],
            rated: vec![],
            closed: Number::Absent,
            span: HERE,
        };
        part.contacts.push(contact);
    }
    part
}

fn build(dice: &mut Dice) -> Build {
    let mut build = Build {
        parts: (0..3).map(|_| part(dice)).collect(),
        attributes: vec![Attributes::default()],
        ..Build::default()
    };
    for number in 0..2 + dice.below(5) {
        let part = PartId(dice.below(3));
        let first = build.terminals;
        build.terminals += u32::try_from(build.part(part).terminals.len()).expect("a few");
        build.owners.resize(build.terminals as usize, DeviceId(number));
        build.devices.push(Device {
            name: format!("d{number}"),
            group: format!("d{number}"),
            number: None,
            part,
            first,
            origin: model::device::Origin::Bought,
            positions: std::collections::BTreeMap::new(),
            choices: std::collections::BTreeMap::new(),
            with: vec![],
            belongs: None,
            note: None,
            span: HERE,
        });
    }
    let count = dice.below(6);
    build.bundles.push(Bundle {
        name: Text::new("w".into(), HERE),
        kind: BundleKind::Wire,
        cut: None,
        note: None,
        runs: (0, count),
        span: HERE,
    });
    for nth in 0..count {
        let ends = [Terminal(dice.below(build.terminals)), Terminal(dice.below(build.terminals))];
        build.wires.push(Wire {
            ends,
            run: RunId(nth),
            directed: false,
            attributes: 0,
            end_spans: [HERE; 2],
            span: HERE,
        });
        build.runs.push(Run {
            bundle: BundleId(0),
            nth: nth + 1,
            span: HERE,
            directed: false,
            what: RunKind::Wire(WireId(nth)),
        });
    }
    build
}

/// Single links, written out from the part without any of the code under test.
fn pairs(build: &Build, at_rest: bool) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = build.wires.iter().map(|wire| (wire.ends[0].0, wire.ends[1].0)).collect();
    for device in &build.devices {
        let part = build.part(device.part);
        let at = |local: &Local| device.first + local.0;
        for join in &part.joins {
            pairs.extend(join.of.iter().flat_map(|a| join.of.iter().map(move |b| (at(a), at(b)))));
        }
        pairs.extend(part.fuses.iter().filter_map(|fuse| fuse.ends.as_ref()).map(|[a, b]| (at(&a[0]), at(&b[0]))));
        for (contact, lever) in part.contacts.iter().zip(&part.levers) {
            let jumper = lever.by == "build";
            if !jumper && !at_rest {
                continue;
            }
            let on = jumper && lever.shipped.as_deref() == Some("on");
            let throw = if on { &contact.no } else { &contact.nc };
            pairs.extend(throw.iter().map(|throw| (at(&contact.com[0]), at(&throw[0]))));
        }
    }
    pairs
}

/// By closure: fewest links between any two terminals, where joined.
fn closure(count: u32, pairs: &[(u32, u32)]) -> Vec<Vec<Option<usize>>> {
    let count = count as usize;
    let mut far = vec![vec![None; count]; count];
    for (at, row) in far.iter_mut().enumerate() {
        row[at] = Some(0);
    }
    for &(a, b) in pairs.iter().filter(|(a, b)| a != b) {
        far[a as usize][b as usize] = Some(1);
        far[b as usize][a as usize] = Some(1);
    }
    for through in 0..count {
        for a in 0..count {
            for b in 0..count {
                if let (Some(first), Some(second)) = (far[a][through], far[through][b]) {
                    let sum: usize = first + second;
                    if far[a][b].is_none_or(|known| sum < known) {
                        far[a][b] = Some(sum);
                    }
                }
            }
        }
    }
    far
}

fn agrees(build: &Build, nets: &Nets, far: &[Vec<Option<usize>>], seed: u64) {
    for a in 0..build.terminals {
        for b in 0..build.terminals {
            let (from, to) = (Terminal(a), Terminal(b));
            let far = far[a as usize][b as usize];
            assert_eq!(nets.same(from, to), far.is_some(), "seed {seed}: {from:?} and {to:?}");
            let path = nets.path(from, to);
            assert_eq!(path.as_ref().map(Vec::len), far, "seed {seed}: the path from {from:?} to {to:?}");
            let mut at = from;
            for hop in path.into_iter().flatten() {
                assert_eq!(hop.from, at, "seed {seed}: a path is a chain");
                at = hop.to;
            }
        }
        assert!(nets.members(nets.net(Terminal(a))).contains(&Terminal(a)));
    }
}

#[test]
fn nets_and_shortest_paths_are_those_of_brute_force() {
    for seed in 1..=2_000 {
        let mut dice = Dice(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15));
        let build = build(&mut dice);
        for (at_rest, nets) in [(false, nets::metal(&build)), (true, nets::rest(&build))] {
            agrees(&build, &nets, &closure(build.terminals, &pairs(&build, at_rest)), seed);
        }
    }
}
