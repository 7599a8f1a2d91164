//! Workspaces to draw: boxes wired at random, and boxes of five computers on one switch, each as the TOML of a whole workspace.

use std::fmt::Write as _;

use crate::memory::Workspace;
use crate::racks;

/// Ends of one box of a mesh.
const ENDS: usize = 64;

/// So many boxes with so many wires between any two of them, the same every time.
pub fn mesh(boxes: usize, wires: usize) -> Workspace {
    let mut workspace = racks::racks(1);
    workspace.files.retain(|path, _| !path.starts_with("wiring/"));
    let part = format!(
        "name = \"Box\"\nkind = \"board\"\ncite = \"toy\"\nterminal.\"t[1..{ENDS}]\" = {{ clamp = \"screw\", bare = false }}\n"
    );
    workspace.files.insert("bom/parts/box.toml".to_owned(), part);
    let devices = format!("[device]\nbox = {{ part = \"box\", count = {boxes} }}\n");
    workspace.files.insert("wiring/devices.toml".to_owned(), devices);
    let mut state = 7u32;
    let mut throw = |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % most
    };
    let mut used = vec![0; boxes];
    let mut text = "[wire.mesh]\nstock = \"lead\"\nrun = [\n".to_owned();
    let mut drawn = 0;
    while drawn < wires {
        let ends = [throw(boxes), throw(boxes)];
        if ends[0] == ends[1] || ends.iter().any(|&end| used[end] == ENDS) {
            continue;
        }
        ends.iter().for_each(|&end| used[end] += 1);
        let [from, to] = ends.map(|end| format!("box[{}].t[{}]", end + 1, used[end]));
        writeln!(text, "  \"{from} -> {to}\",").expect("a string takes it");
        drawn += 1;
    }
    text.push_str("]\n");
    workspace.files.insert("wiring/mesh.toml".to_owned(), text);
    workspace
}

/// So many boxes with a supply, a board of relays and five computers each, and one switch that every computer hangs on.
pub fn boxes(count: usize) -> Workspace {
    let mut workspace = racks::racks(1);
    workspace.files.retain(|path, _| !path.starts_with("wiring/"));
    let ports = 5 * count;
    let part = format!(
        "name = \"Switch\"\nkind = \"switch\"\ncite = \"toy\"\nterminal.\"p[1..{ports}]\" = {{ clamp = \"screw\", bare = false }}\n"
    );
    workspace.files.insert("bom/parts/hub.toml".to_owned(), part);
    let devices = format!(
        "[device]\npsu = {{ part = \"supply\", count = {count} }}\npi = {{ part = \"computer\", count = {ports} }}\n\
         k8 = {{ part = \"relay-8\", count = {count} }}\nsw = {{ part = \"hub\" }}\n"
    );
    workspace.files.insert("wiring/devices.toml".to_owned(), devices);
    let mut text = String::new();
    for n in 1..=count {
        let (one, five) = (5 * (n - 1) + 1, 5 * n);
        let four = five - 1;
        writeln!(
            text,
            "[wire.b{n}]\nstock = \"lead\"\nrun = [\n  \"psu[{n}].plus[1..4] -> k8[{n}].nc[1..4]\",\n  \
             \"k8[{n}].com[1..4] -> pi[{one}..{four}].plus\",\n  \"psu[{n}].plus[5] -> pi[{five}].plus\",\n  \
             \"pi[{one}..{five}].minus -> psu[{n}].minus[1..5]\",\n  \"pi[{five}].5v -> k8[{n}].vcc\",\n  \
             \"k8[{n}].gnd -> pi[{five}].gnd\",\n  \"pi[{five}].g[1..4] -> k8[{n}].in[1..4]\",\n  \
             \"sw.p[{one}..{five}] -- pi[{one}..{five}].g[8]\",\n]"
        )
        .expect("a string takes it");
    }
    workspace.files.insert("wiring/boxes.toml".to_owned(), text);
    workspace
}
