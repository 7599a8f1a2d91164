//! Random small builds, as the TOML of a whole workspace: what brute force can answer, and what the analyses must answer alike.

mod control;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

pub use control::controlled;

/// Numbers without a pattern (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}

/// Parts of every build: file stem, text, terminals to be wired, how many things move in it.
const PARTS: &[(&str, &str, &[&str], usize)] = &[
    ("changeover", CHANGEOVER, &["com", "nc", "no", "plus", "minus"], 1),
    ("two-pole", TWO_POLE, &["com[1]", "nc[1]", "no[1]", "com[2]", "nc[2]", "no[2]", "plus", "minus"], 1),
    ("bare-relay", BARE_RELAY, &["com[1]", "nc[1]", "no[1]", "com[2]", "nc[2]", "no[2]"], 1),
    ("board", BOARD, &["com[1]", "no[1]", "nc[1]", "com[2]", "no[2]", "nc[2]", "vcc", "gnd"], 2),
    ("guarded", GUARDED, &["com[1]", "no[1]", "com[2]", "no[2]", "com[3]", "no[3]"], 3),
    ("latch", LATCH, &["com", "nc", "no"], 1),
    ("bridging", BRIDGING, &["com", "nc", "no"], 2),
    ("toggle", TOGGLE, &["com[1]", "nc[1]", "no[1]", "com[2]", "no[2]"], 1),
    ("rotary", ROTARY, &["com", "to[1]", "to[2]", "to[3]", "a", "b"], 3),
    ("jumper", JUMPER, &["com", "h", "l"], 0),
];

const CHANGEOVER: &str = r#"
coil.k = { plus = "plus", minus = "minus", ohms = "70 ohm" }
contact.k = { by = "k", com = "com", nc = "nc", no = "no" }
"#;
const TWO_POLE: &str = r#"
coil.k = { plus = "plus", minus = "minus", ohms = "70 ohm" }
contact.k = { by = "k", com = "com[1..2]", nc = "nc[1..2]", no = "no[1..2]" }
"#;
const BARE_RELAY: &str = r#"
coil.k = { ohms = "70 ohm" }
contact.k = { by = "k", com = "com[1..2]", nc = "nc[1..2]", no = "no[1..2]" }
"#;
const BOARD: &str = r#"
input.k = { from = "vcc", to = "in[1..2]", ohms = "1 kohm" }
coil.k = { plus = "jd", minus = "gnd", input = "k[1..2]" }
join.jd = ["jd", "vcc"]
contact.k = { by = "k[1..2]", com = "com[1..2]", nc = "nc[1..2]", no = "no[1..2]" }
"#;
const GUARDED: &str = r#"
coil.k = { plus = "plus[1..3]", minus = "minus" }
interlock.k = { of = "k[1..3]" }
contact.k = { by = "k[1..3]", com = "com[1..3]", no = "no[1..3]" }
"#;
const LATCH: &str = r#"
coil.set = { plus = "set", minus = "minus" }
coil.reset = { plus = "reset", minus = "minus" }
contact.k = { by = "set", back = "reset", com = "com", nc = "nc", no = "no" }
"#;
const BRIDGING: &str = r#"
coil.k = { ohms = "70 ohm" }
contact.k = { by = "k", com = "com", nc = "nc", no = "no", make-first = true }
"#;
const TOGGLE: &str = r#"
lever.t = { by = "hand", rest = "off" }
contact.t = { by = "t", com = "com[1]", nc = "nc[1]", no = "no[1]" }
contact.u = { by = "t", com = "com[2]", no = "no[2]" }
"#;
const ROTARY: &str = r#"
lever.s = { by = "world", positions = ["low", "mid", "high"], rest = "mid" }
contact.s = { by = "s", com = "com", to = "to[1..3]" }
contact.t = { by = "s", com = "a", nc = "b" }
"#;
const JUMPER: &str = r#"
lever.j = { by = "build", positions = ["H", "L"], shipped = "H" }
contact.j = { by = "j", com = "com", nc = "h", no = "l" }
"#;

/// Sources: file stem, text, terminals.
const SUPPLIES: &[(&str, &str, &[&str])] = &[
    ("supply-5", "source.out = { plus = \"plus\", minus = \"minus\", volts = \"5 V\" }", &["plus", "minus"]),
    ("supply-12", "source.out = { plus = \"plus\", minus = \"minus\", volts = \"12 V\" }", &["plus", "minus"]),
    (
        "supply-twin",
        "source.5v = { plus = \"5v[1..2]\", minus = \"com\", volts = \"5 V\" }\nsource.12v = { plus = \"12v\", minus = \"com\", volts = \"12 V\" }",
        &["12v", "com"],
    ),
    (
        "supply-split",
        "source.up = { plus = \"up\", minus = \"com\", volts = \"12 V\" }\nsource.down = { plus = \"down\", minus = \"com\", volts = \"-12 V\" }",
        &["up", "com", "down"],
    ),
];

const LAMP: &str = "load.filament = { plus = \"plus\", minus = \"minus\", volts = \"4.5..12.5 V\" }\n";

/// The files of one build, by path; at most `variables` things move in it.
///
/// The same seed gives the same build. About half of them have a state with a short; metal alone never joins what conflicts.
pub fn build(seed: u64, variables: usize) -> BTreeMap<String, String> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    (0..8).for_each(|_| {
        dice.below(1);
    });
    let mut files = BTreeMap::new();
    let build =
        "name = \"random\"\ntitle = \"Random build\"\nversion = \"1\"\ncurrency = \"USD\"\nas-of = 2026-11-23\n";
    files.insert("bom/build.toml".to_owned(), build.to_owned());
    let mut plan = Plan { nets: Vec::new(), devices: String::from("[device]\n"), rails: 0 };
    for at in 0..1 + dice.below(3) {
        plan.supply(at, &mut dice);
    }
    let inner = 1 + dice.below(6);
    plan.nets.extend(std::iter::repeat_with(Vec::new).take(inner));
    let mut left = variables;
    let mut coils: Vec<String> = Vec::new();
    let eager = 2 + dice.below(5);
    while left > 0 {
        let part = &PARTS[dice.below(PARTS.len())];
        if part.3 > left {
            left -= 1;
            continue;
        }
        left -= part.3;
        plan.switching(part, eager, &mut coils, &mut dice);
    }
    for at in 0..1 + dice.below(3) {
        let _ = writeln!(plan.devices, "z{at} = {{ part = \"lamp\" }}");
        for end in ["plus", "minus"] {
            let net = dice.below(plan.nets.len());
            plan.nets[net].push(format!("z{at}.{end}"));
        }
    }
    let texts = PARTS.iter().map(|part| (part.0, part.1)).chain(SUPPLIES.iter().map(|supply| (supply.0, supply.1)));
    for (id, text) in texts.chain([("lamp", LAMP)]).filter(|(id, _)| plan.devices.contains(&format!("\"{id}\""))) {
        let kind = if id.starts_with("supply") { "psu" } else { "module" };
        files.insert(format!("bom/parts/{id}.toml"), format!("name = \"{id}\"\nkind = \"{kind}\"\n{text}\n"));
    }
    files.insert("wiring/devices.toml".to_owned(), std::mem::take(&mut plan.devices));
    files.insert("wiring/wires.toml".to_owned(), plan.wires(&mut dice));
    let mut rules = String::new();
    for at in 0..dice.below(3) {
        let picks = (0..2 + dice.below(2)).filter_map(|_| coils.get(dice.below(coils.len())));
        let picked: BTreeSet<String> = picks.map(|coil| format!("\"{coil}\"")).collect();
        if picked.len() > 1 {
            let list: Vec<String> = picked.into_iter().collect();
            let _ = writeln!(rules, "[rule.r{at}]\nnever-together = [{}]", list.join(", "));
        }
    }
    files.insert("wiring/rules.toml".to_owned(), rules);
    files
}

/// What is joined by wires, as lists of terminals; rails first.
struct Plan {
    nets: Vec<Vec<String>>,
    devices: String,
    rails: usize,
}

impl Plan {
    /// A source; its return may lie on another's.
    fn supply(&mut self, at: usize, dice: &mut Dice) {
        let (id, _, ends) = &SUPPLIES[dice.below(SUPPLIES.len())];
        let _ = writeln!(self.devices, "a{at} = {{ part = \"{id}\" }}");
        for end in *ends {
            let name = format!("a{at}.{end}");
            let is_return = matches!(*end, "minus" | "com");
            let shared = self.nets.iter_mut().find(|net| is_return && is_minus(&net[0]));
            match shared.filter(|_| !dice.one_in(3)) {
                Some(net) => net.push(name),
                None => self.nets.push(vec![name]),
            }
        }
        self.rails = self.nets.len();
    }

    fn switching(
        &mut self,
        (id, _, ends, _): &(&str, &str, &[&str], usize),
        eager: usize,
        coils: &mut Vec<String>,
        dice: &mut Dice,
    ) {
        let number = self.devices.lines().count();
        let set = match *id {
            "jumper" if dice.one_in(2) => ", set = { j = \"L\" }",
            "toggle" if dice.one_in(4) => ", set = { t = \"on\" }",
            _ => "",
        };
        let _ = writeln!(self.devices, "k{number:02} = {{ part = \"{id}\"{set} }}");
        match *id {
            "changeover" | "two-pole" | "bare-relay" | "bridging" => coils.push(format!("k{number:02}.k")),
            "board" => coils.extend([format!("k{number:02}.k[1]"), format!("k{number:02}.k[2]")]),
            _ => {}
        }
        for end in *ends {
            // A coil or a board is wired to a supply as a rule; a jumper never, for it is metal.
            let feeds = matches!(*end, "plus" | "minus" | "vcc" | "gnd");
            let on_rail = if feeds { !dice.one_in(4) } else { *id != "jumper" && dice.one_in(eager) };
            let net = match (on_rail, dice.one_in(6)) {
                (_, true) => continue,
                (true, _) => dice.below(self.rails),
                (false, _) => self.rails + dice.below(self.nets.len() - self.rails),
            };
            self.nets[net].push(format!("k{number:02}.{end}"));
        }
    }

    /// Each net as a chain of wires, in one bundle or two.
    fn wires(&self, dice: &mut Dice) -> String {
        let mut bundles = [String::new(), String::new()];
        for net in &self.nets {
            for at in 1..net.len() {
                let from = &net[dice.below(at)];
                let _ = writeln!(bundles[dice.below(2)], "    \"{from} -- {}\",", net[at]);
            }
        }
        let told = |(name, runs): (&str, &String)| {
            if runs.is_empty() { String::new() } else { format!("[wire.{name}]\nrun = [\n{runs}]\n") }
        };
        ["first", "second"].into_iter().zip(&bundles).map(told).collect()
    }
}

fn is_minus(terminal: &str) -> bool {
    terminal.ends_with(".minus") || terminal.ends_with(".com")
}
