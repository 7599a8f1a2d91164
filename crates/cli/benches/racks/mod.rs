//! Racks like the seed's, as the TOML of a whole workspace: nine computers, an 8-channel board, a single relay and one supply each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::memory::Workspace;

/// Racks of one file of wires.
const RACKS: usize = 250;

const PARTS: &[(&str, &str)] = &[
    (
        "lead",
        r#"name = "Lead"
kind = "wire"
cite = "toy"
stock = { gauge = "18 AWG", colours = ["RD"], length = "100 m", max = "10 A" }
"#,
    ),
    (
        "supply",
        r#"name = "Supply"
kind = "psu"
cite = "toy"
source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "30 A" }
terminal."plus[1..9]" = { clamp = "screw", bare = false }
terminal."minus[1..9]" = { clamp = "screw", bare = false }
"#,
    ),
    (
        "computer",
        r#"name = "Computer"
kind = "computer"
cite = "toy"
join.5v = ["plus", "5v"]
join.gnd = ["minus", "gnd"]
load.board = { plus = "plus", minus = "minus", volts = "4.5..5.5 V", profile = { worst = "0.5 A @ 5 V" } }
line.g = { at = "g[1..8]", reset = "down" }
terminal.plus = { clamp = "screw", bare = false }
terminal.minus = { clamp = "screw", bare = false }
"#,
    ),
    (
        "relay-8",
        r#"name = "8-channel board"
kind = "relay-board"
cite = "toy"
input.k = { from = "in[1..8]", to = "gnd", ohms = "1 kohm", energises = ">= 2.5 V", releases = "<= 1.5 V", draws = "1 mA" }
coil.k = { plus = "vcc", minus = "gnd", input = "k[1..8]", ohms = "70 ohm", rated = "5 V", pull-in = "3.75 V" }
contact.k = { by = "k[1..8]", com = "com[1..8]", nc = "nc[1..8]", no = "no[1..8]", rated = "10 A @ 30 V" }
"#,
    ),
    (
        "relay-1",
        r#"name = "Single relay"
kind = "relay-board"
cite = "toy"
input.k = { from = "in", to = "gnd", ohms = "1 kohm", energises = ">= 2.5 V", releases = "<= 1.5 V", draws = "1 mA" }
coil.k = { plus = "vcc", minus = "gnd", input = "k", ohms = "70 ohm", rated = "5 V", pull-in = "3.75 V" }
contact.k = { by = "k", com = "com", nc = "nc", no = "no", rated = "10 A @ 30 V" }
"#,
    ),
];

/// So many racks: the ninth computer of each drives the 8-channel board in the feeds of the others, the first the relay in the ninth's.
/// All sit on NC, and all have a hardware watchdog.
pub fn racks(count: usize) -> Workspace {
    let mut files = BTreeMap::new();
    let build = "name = \"racks\"\ntitle = \"Racks\"\nversion = \"1\"\ncurrency = \"USD\"\nas-of = 2026-11-23\n\
                 [reference.toy]\ntitle = \"Toy\"\nevidence = \"choice\"\nreason = \"Round numbers.\"\n";
    files.insert("bom/build.toml".to_owned(), build.to_owned());
    for (id, text) in PARTS {
        files.insert(format!("bom/parts/{id}.toml"), (*text).to_owned());
    }
    let devices = format!(
        "[device]\npsu = {{ part = \"supply\", count = {count} }}\npi = {{ part = \"computer\", count = {} }}\n\
         k8 = {{ part = \"relay-8\", count = {count} }}\nk1 = {{ part = \"relay-1\", count = {count} }}\n\
         [gpio.\"pi[*]\"]\nfirmware = [\"dtparam=watchdog=on\"]\n",
        9 * count
    );
    files.insert("wiring/devices.toml".to_owned(), devices);
    for (number, first) in (1..=count).step_by(RACKS).enumerate() {
        let mut text = String::new();
        for rack in first..(first + RACKS).min(count + 1) {
            let (one, nine) = (9 * (rack - 1) + 1, 9 * rack);
            let eight = nine - 1;
            writeln!(
                text,
                "[wire.r{rack}]\nstock = \"lead\"\nrun = [\n  \
                 \"psu[{rack}].plus[1..8] -> k8[{rack}].nc[1..8]\",\n  \"k8[{rack}].com[1..8] -> pi[{one}..{eight}].plus\",\n  \
                 \"psu[{rack}].plus[9] -> k1[{rack}].nc\",\n  \"k1[{rack}].com -> pi[{nine}].plus\",\n  \
                 \"pi[{one}..{nine}].minus -> psu[{rack}].minus[1..9]\",\n  \
                 \"pi[{nine}].5v -> k8[{rack}].vcc\",\n  \"k8[{rack}].gnd -> pi[{nine}].gnd\",\n  \
                 \"pi[{one}].5v -> k1[{rack}].vcc\",\n  \"k1[{rack}].gnd -> pi[{one}].gnd\",\n  \
                 \"pi[{nine}].g[1..8] -> k8[{rack}].in[1..8]\",\n  \"pi[{one}].g[1] -> k1[{rack}].in\",\n]"
            )
            .expect("a string takes it");
        }
        files.insert(format!("wiring/racks-{number:02}.toml"), text);
    }
    Workspace { files, ..Workspace::default() }
}
