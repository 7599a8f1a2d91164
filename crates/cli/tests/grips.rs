//! Grips against brute force: random relays, hubs and wires, every state of every build settled by itself.

mod memory;

use std::fmt::Write as _;

use analysis::circuit::{Switch, Variable};
use memory::Workspace;

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }
}

/// A board that drives four relays, and three hubs wired to the relays' contacts and the supply as it falls.
fn tangle(dice: &mut Dice) -> Workspace {
    let mut workspace = Workspace::bench();
    let devices = r#"[device]
psu = { part = "bus-supply" }
hub = { part = "toy-hub", count = 3 }
board = { part = "toy-board" }
relay = { part = "toy-relay", count = 4 }
"#;
    workspace.files.insert("wiring/devices.toml".to_owned(), devices.to_owned());
    let mut wires = String::from(
        r#"[wire.board]
stock = "lead"
run = [
    "psu.plus[4] -> board.plus", "board.minus -> psu.minus[4]",
    "each relay[1..4].minus -> board.minus", "board.plus -> each relay[1..4].plus",
    "board.gpio[17..20] -> relay[1..4].in",
]
[wire.tangle]
stock = "lead"
run = [
"#,
    );
    let contact = |dice: &mut Dice| format!("relay[{}].{}", 1 + dice.below(4), ["com", "nc", "no"][dice.below(3)]);
    for hub in 1..=3 {
        let plus = contact(dice);
        let minus = if dice.below(4) == 0 { contact(dice) } else { "psu.minus[1]".to_owned() };
        writeln!(wires, "    \"hub[{hub}].plus -- {plus}\", \"hub[{hub}].minus -- {minus}\",").expect("it takes it");
    }
    for _ in 0..3 + dice.below(6) {
        let from = contact(dice);
        let to = match dice.below(6) {
            0..=2 => "psu.plus[2]".to_owned(),
            3 => "psu.minus[2]".to_owned(),
            _ => contact(dice),
        };
        if from != to {
            writeln!(wires, "    \"{from} -- {to}\",").expect("it takes it");
        }
    }
    wires.push_str("]\n");
    workspace.files.insert("wiring/wires.toml".to_owned(), wires);
    workspace
}

#[test]
fn a_grip_is_what_settling_the_state_shows() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let (mut held, mut free) = (0, 0);
    for _ in 0..400 {
        let checked = tangle(&mut dice).check();
        let (build, circuit) = (&checked.build, &checked.facts.circuit);
        let psu = circuit.supplies.iter().find(|of| build.device(of.of.device).name == "psu").expect("it is there").at;
        let settled = |state: &[bool]| {
            let settled = circuit.settle(state, Switch::Service, |_| None);
            let short = settled.component[psu.plus as usize] == settled.component[psu.minus as usize];
            (!short).then_some(settled.powered)
        };
        let count = circuit.network.variables.len();
        let rest = circuit.network.rest();
        for (at, load) in circuit.loads.iter().enumerate() {
            if build.device(load.of.0).group != "hub" {
                continue;
            }
            let all: Vec<Option<bool>> = (0..1_u32 << count)
                .map(|states| settled(&(0..count).map(|of| states >> of & 1 == 1).collect::<Vec<_>>()).map(|on| on[at]))
                .collect();
            if all.iter().any(Option::is_none) || all.iter().all(|on| *on == Some(false)) {
                continue;
            }
            for (number, variable) in circuit.variables.iter().enumerate() {
                let Variable::Coil(device, index) = *variable else { panic!("{variable:?}") };
                let mut state = rest.clone();
                state[number] = true;
                let (before, after) = (settled(&rest).expect("no short")[at], settled(&state).expect("no short")[at]);
                let grips = checked.facts.control.grips.iter();
                let grip = grips.clone().find(|grip| grip.load == load.of.0 && grip.coil == (device, index));
                let told = || {
                    let wires =
                        build.wires.iter().map(|wire| build.path(wire.ends[0]) + " " + &build.path(wire.ends[1]));
                    format!("{} {grip:?}: {:#?}", build.device(device).name, wires.collect::<Vec<_>>())
                };
                assert_eq!(grip.is_some_and(|grip| grip.alone), before != after, "{}", told());
                let matters = (0..1_usize << count).any(|states| all[states] != all[states ^ 1 << number]);
                assert_eq!(grip.is_some(), matters, "{}", told());
                if let Some(grip) = grip.filter(|grip| grip.alone) {
                    assert_eq!(grip.throw_nc, before, "{}", told());
                    held += 1;
                } else {
                    free += 1;
                }
            }
        }
    }
    assert!(held > 150 && free > 300, "{held} held, {free} free");
}
