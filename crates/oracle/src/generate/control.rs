//! Random builds of computers that switch each other: relays with lines on their inputs, on NC and NO, in series and side by side.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Dice;

/// Relays: file stem, text, inputs (driven ends), commons with their throws.
type Relay = (&'static str, &'static str, &'static [&'static str], &'static [[&'static str; 3]]);

const ONE: &[[&str; 3]] = &[["com", "nc", "no"]];
const TWO: &[[&str; 3]] = &[["com[1]", "nc[1]", "no[1]"], ["com[2]", "nc[2]", "no[2]"]];

const RELAYS: &[Relay] = &[
    ("relay-high", HIGH, &["in"], ONE),
    ("relay-pair", PAIR, &["in"], TWO),
    ("relay-board", BOARD, &["in[1]", "in[2]"], TWO),
    ("relay-latch", LATCH, &["in[1]", "in[2]"], ONE),
    ("relay-plain", PLAIN, &[], ONE),
    ("relay-low", LOW, &["in"], ONE),
];

const HIGH: &str = r#"
input.k = { from = "in", to = "minus", ohms = "1 kohm" }
coil.k = { plus = "plus", minus = "minus", input = "k", ohms = "70 ohm" }
contact.k = { by = "k", com = "com", nc = "nc", no = "no" }
"#;
const PAIR: &str = r#"
input.k = { from = "in", to = "minus", ohms = "1 kohm" }
coil.k = { plus = "plus", minus = "minus", input = "k", ohms = "70 ohm" }
contact.k = { by = "k", com = "com[1..2]", nc = "nc[1..2]", no = "no[1..2]" }
"#;
const BOARD: &str = r#"
input.k = { from = "in[1..2]", to = "minus", ohms = "1 kohm" }
coil.k = { plus = "plus", minus = "minus", input = "k[1..2]", ohms = "70 ohm" }
contact.k = { by = "k[1..2]", com = "com[1..2]", nc = "nc[1..2]", no = "no[1..2]" }
"#;
const LATCH: &str = r#"
input.set = { from = "in[1]", to = "minus", ohms = "1 kohm" }
input.reset = { from = "in[2]", to = "minus", ohms = "1 kohm" }
coil.set = { plus = "plus", minus = "minus", input = "set", ohms = "70 ohm" }
coil.reset = { plus = "plus", minus = "minus", input = "reset", ohms = "70 ohm" }
contact.k = { by = "set", back = "reset", com = "com", nc = "nc", no = "no" }
"#;
const PLAIN: &str = r#"
coil.k = { plus = "plus", minus = "minus", ohms = "70 ohm" }
contact.k = { by = "k", com = "com", nc = "nc", no = "no" }
"#;
const LOW: &str = r#"
input.k = { from = "vcc", to = "in", ohms = "1 kohm" }
coil.k = { plus = "plus", minus = "minus", input = "k", ohms = "70 ohm" }
contact.k = { by = "k", com = "com", nc = "nc", no = "no" }
"#;
const SUPPLY: &str = "source.out = { plus = \"plus\", minus = \"minus\", volts = \"5 V\" }\n";
const COMPUTER: &str = "load.board = { plus = \"plus\", minus = \"minus\", volts = \"4.5..5.5 V\" }\nline.g = { at = \"g[1..4]\", reset = \"down\" }\n";
const LAMP: &str = "load.filament = { plus = \"plus\", minus = \"minus\", volts = \"4.5..5.5 V\" }\n";

/// Most coils of one build.
const COILS: usize = 5;

/// A pole with what is left of it.
struct Pole {
    /// Common, NC, NO.
    ends: [String; 3],
    /// What the common carries: the supply's side, or nothing yet.
    fed: bool,
    used: [bool; 2],
}

struct Plan {
    devices: String,
    wires: String,
    watches: String,
    gpio: String,
    poles: Vec<Pole>,
    /// Supplies, each plus and minus.
    rails: Vec<[String; 2]>,
    /// Lines that are left.
    lines: Vec<String>,
    used: Vec<String>,
}

/// The files of one build with one to four computers that may switch each other, by path. The same seed gives the same build.
pub fn controlled(seed: u64) -> BTreeMap<String, String> {
    let mut dice = Dice(seed.wrapping_mul(0xD1B5_4A32_D192_ED03) | 1);
    (0..8).for_each(|_| {
        dice.below(1);
    });
    let mut plan = Plan {
        devices: String::from("[device]\n"),
        wires: String::new(),
        watches: String::new(),
        gpio: String::new(),
        poles: Vec::new(),
        rails: Vec::new(),
        lines: Vec::new(),
        used: Vec::new(),
    };
    for at in 0..1 + dice.below(4) / 3 {
        let _ = writeln!(plan.devices, "a{at} = {{ part = \"supply\" }}");
        plan.rails.push([format!("a{at}.plus"), format!("a{at}.minus")]);
        if at > 0 && dice.one_in(2) {
            plan.wire("a0.minus", "a1.minus");
        }
    }
    let computers: Vec<String> = (1..=1 + dice.below(4)).map(|at| format!("c{at}")).collect();
    for name in &computers {
        let _ = writeln!(plan.devices, "{name} = {{ part = \"computer\" }}");
        plan.lines.extend((1..=2).map(|line| format!("{name}.g[{line}]")));
        if dice.one_in(12) {
            let _ = writeln!(plan.gpio, "[gpio.\"{name}\"]\nfirmware = [\"dtparam=watchdog=on\"]");
        }
    }
    let mut relays: Vec<(String, &Relay)> = Vec::new();
    let mut coils = 0;
    for at in 0..1 + dice.below(COILS) {
        let relay = &RELAYS[[0, 0, 0, 0, 1, 2, 3, 4, 5][dice.below(9)]];
        coils += relay.2.len().max(1);
        if coils > COILS {
            break;
        }
        let name = format!("k{at}");
        let _ = writeln!(plan.devices, "{name} = {{ part = \"{}\" }}", relay.0);
        for pole in relay.3 {
            let ends = pole.map(|end| format!("{name}.{end}"));
            plan.poles.push(Pole { ends, fed: false, used: [false; 2] });
        }
        relays.push((name, relay));
    }
    let direct = 2 + dice.below(5);
    for name in &computers {
        plan.feed(name, direct, &mut dice);
    }
    let lamps: Vec<String> = (1..=dice.below(3)).map(|at| format!("z{at}")).collect();
    for name in &lamps {
        let _ = writeln!(plan.devices, "{name} = {{ part = \"lamp\" }}");
        plan.feed(name, 0, &mut dice);
    }
    for (name, relay) in &relays {
        plan.coil(name, relay, &computers, &mut dice);
    }
    let machines: Vec<&String> = computers.iter().chain(&lamps).collect();
    for watched in &machines {
        if dice.one_in(3) {
            let watcher = &computers[dice.below(computers.len())];
            let _ = writeln!(plan.watches, "\"{watched}\" = \"{watcher}\"");
        }
    }
    plan.files(&lamps, &mut dice)
}

impl Plan {
    fn wire(&mut self, from: &str, to: &str) {
        let _ = writeln!(self.wires, "    \"{from} -- {to}\",");
    }

    /// Feeds plus and minus of a device from one supply, one of them over contacts as a rule.
    fn feed(&mut self, name: &str, direct: usize, dice: &mut Dice) {
        let [plus, minus] = self.rails[dice.below(self.rails.len())].clone();
        let switched = !(direct > 0 && dice.one_in(direct));
        let low = dice.one_in(6);
        for (end, rail, over) in [("plus", plus, switched && !low), ("minus", minus, switched && low)] {
            let target = format!("{name}.{end}");
            if !over || !self.switched(&target, &rail, 0, dice) {
                self.wire(&rail, &target);
            }
            if over && dice.one_in(6) {
                // A second way, side by side.
                self.switched(&target, &rail, 0, dice);
            }
        }
    }

    /// Feeds an end over a pole, or two in a row; false if no pole is left.
    fn switched(&mut self, target: &str, rail: &str, depth: u32, dice: &mut Dice) -> bool {
        let left = |pole: &Pole| if pole.fed { pole.used.contains(&false) } else { pole.used == [false; 2] };
        let places: Vec<usize> = (0..self.poles.len()).filter(|&at| left(&self.poles[at])).collect();
        let Some(&at) = places.get(dice.below(places.len())) else { return false };
        let fresh = !self.poles[at].fed;
        // Mostly on NC, as is the trade's habit.
        let side = match self.poles[at].used {
            [true, false] => 1,
            [false, true] => 0,
            _ => usize::from(dice.one_in(3)),
        };
        let [com, nc, no] = self.poles[at].ends.clone();
        let throw = [nc, no][side].clone();
        self.poles[at].used[side] = true;
        if fresh && dice.one_in(3) {
            // The common carries the load, and both throws are spent.
            self.poles[at].used = [true; 2];
            self.wire(&com, target);
            self.source(&throw, rail, depth, dice);
        } else {
            self.wire(&throw, target);
            if fresh {
                // No pole is its own source.
                let used = std::mem::replace(&mut self.poles[at].used, [true; 2]);
                self.source(&com, rail, depth, dice);
                (self.poles[at].fed, self.poles[at].used) = (true, used);
            }
        }
        true
    }

    fn source(&mut self, end: &str, rail: &str, depth: u32, dice: &mut Dice) {
        if depth > 1 || !dice.one_in(5) || !self.switched(end, rail, depth + 1, dice) {
            self.wire(rail, end);
        }
    }

    /// Supplies a relay and drives its inputs.
    fn coil(&mut self, name: &str, relay: &Relay, computers: &[String], dice: &mut Dice) {
        let computer = &computers[dice.below(computers.len())];
        let plain = relay.2.is_empty();
        match dice.below(6) {
            0 | 1 => {
                // From a computer's own ends: what feeds it feeds the relay.
                self.wire(&format!("{computer}.plus"), &format!("{name}.plus"));
                self.wire(&format!("{computer}.minus"), &format!("{name}.minus"));
            }
            2 => self.feed(name, 0, dice),
            _ if plain => self.feed(name, 0, dice),
            _ => self.feed(name, 1, dice),
        }
        if relay.0 == "relay-low" {
            let rail = self.rails[dice.below(self.rails.len())][0].clone();
            let from = if dice.one_in(2) { format!("{computer}.plus") } else { rail };
            self.wire(&from, &format!("{name}.vcc"));
        }
        for input in relay.2 {
            let input = format!("{name}.{input}");
            if dice.one_in(12) {
                continue;
            }
            let line = if !self.used.is_empty() && dice.one_in(10) {
                self.used[dice.below(self.used.len())].clone()
            } else if self.lines.is_empty() {
                continue;
            } else {
                let line = self.lines.remove(dice.below(self.lines.len()));
                self.used.push(line.clone());
                line
            };
            self.wire(&line, &input);
        }
    }

    fn files(self, lamps: &[String], dice: &mut Dice) -> BTreeMap<String, String> {
        let build =
            "name = \"random\"\ntitle = \"Random build\"\nversion = \"1\"\ncurrency = \"USD\"\nas-of = 2026-11-23\n";
        let mut files = BTreeMap::from([("bom/build.toml".to_owned(), build.to_owned())]);
        let relays = RELAYS.iter().map(|relay| (relay.0, "relay-board", relay.1));
        let others = [("supply", "psu", SUPPLY), ("computer", "computer", COMPUTER), ("lamp", "lamp", LAMP)];
        for (id, kind, text) in relays.chain(others) {
            if self.devices.contains(&format!("\"{id}\"")) {
                files.insert(format!("bom/parts/{id}.toml"), format!("name = \"{id}\"\nkind = \"{kind}\"\n{text}\n"));
            }
        }
        files.insert("wiring/devices.toml".to_owned(), self.devices);
        files.insert("wiring/wires.toml".to_owned(), format!("[wire.all]\nrun = [\n{}]\n", self.wires));
        let essential: Vec<String> =
            lamps.iter().filter(|_| dice.one_in(2)).map(|name| format!("\"{name}\"")).collect();
        let control =
            format!("[control]\nessential = [{}]\n[watch]\n{}{}", essential.join(", "), self.watches, self.gpio);
        files.insert("wiring/control.toml".to_owned(), control);
        files
    }
}
