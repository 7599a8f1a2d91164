//! Builds of any size for the benchmark: lamps behind splices, all sound but for one reversed lamp per thousand wires.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Wires of a cell: a feed, four lamps with two wires each, a return.
pub const CELL: usize = 10;
/// Cells that one supply feeds.
const PER_SUPPLY: usize = 50;
/// Files of each kind.
const FILES: usize = 10;

/// Writes a workspace with `wires` wires and gives the names of the lamps that are the wrong way round.
pub fn write(folder: &Path, wires: usize) -> anyhow::Result<Vec<String>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder.join("bom/parts"))?;
    fs::create_dir_all(folder.join("wiring"))?;
    for (path, text) in PARTS {
        fs::write(folder.join(path), text)?;
    }
    let cells = wires / CELL;
    let every = 1_000 / CELL;
    let mut reversed = Vec::new();
    let mut devices = vec![String::new(); FILES];
    let mut runs = vec![String::new(); FILES];
    for file in (1..FILES).step_by(2) {
        devices[file].push_str("[device]\n");
        runs[file].push_str("[wire]\n");
    }
    for cell in 0..cells {
        let file = cell * FILES / cells;
        let supply = cell / PER_SUPPLY;
        let place = cell % PER_SUPPLY + 1;
        let mut stands: Vec<(String, &str)> = Vec::new();
        if place == 1 {
            stands.push((format!("supply-{supply}"), "supply"));
        }
        stands.push((format!("plus-{cell}"), "splice"));
        stands.push((format!("minus-{cell}"), "splice"));
        let mut joined = vec![format!("supply-{supply}.plus[{place}] -> plus-{cell}.t[1]")];
        for lamp in 1..=4 {
            let name = format!("lamp-{cell}-{lamp}");
            let wrong = lamp == 3 && cell % every == every.min(cells) / 2;
            let (plus, minus) = if wrong { ("minus", "plus") } else { ("plus", "minus") };
            joined.push(format!("plus-{cell}.t[{}] -> {name}.{plus}", lamp + 1));
            joined.push(format!("{name}.{minus} -> minus-{cell}.t[{}]", lamp + 1));
            if wrong {
                reversed.push(name.clone());
            }
            stands.push((name, "lamp"));
        }
        joined.push(format!("minus-{cell}.t[1] -> supply-{supply}.minus[{place}]"));
        for (name, part) in stands {
            if file.is_multiple_of(2) {
                writeln!(devices[file], "[device.{name}]\npart = \"{part}\"")?;
            } else {
                writeln!(devices[file], "{name} = {{ part = \"{part}\" }}")?;
            }
        }
        if file.is_multiple_of(2) {
            writeln!(runs[file], "[wire.cell-{cell}]\nstock = \"lead\"\nlength = \"150 mm\"\nrun = [")?;
            for run in joined {
                writeln!(runs[file], "  \"{run}\",")?;
            }
            runs[file].push_str("]\n");
        } else {
            for (nth, run) in joined.iter().enumerate() {
                writeln!(runs[file], "c{cell}-{nth} = {{ stock = \"lead\", length = \"150 mm\", run = \"{run}\" }}")?;
            }
        }
    }
    for file in 0..FILES {
        fs::write(folder.join(format!("wiring/devices-{file}.toml")), &devices[file])?;
        fs::write(folder.join(format!("wiring/wires-{file}.toml")), &runs[file])?;
    }
    Ok(reversed)
}

const PARTS: &[(&str, &str)] = &[
    (
        "bom/build.toml",
        "name = \"synthetic\"\ntitle = \"Lamps\"\nversion = \"1\"\ncurrency = \"USD\"\nas-of = 2026-11-23\n\
         [reference.made-up]\ntitle = \"Made up for a benchmark\"\nevidence = \"choice\"\nreason = \"only its size matters\"\n",
    ),
    (
        "bom/parts/supply.toml",
        "name = \"supply\"\nkind = \"psu\"\ncite = \"made-up\"\n\
         source.5v = { plus = \"plus\", minus = \"minus\", volts = \"5 V\", limit = \"3 A\" }\n\
         join.plus = [\"plus[1..50]\"]\njoin.minus = [\"minus[1..50]\"]\n\
         terminal.\"plus[1..50]\" = { clamp = \"screw\" }\nterminal.\"minus[1..50]\" = { clamp = \"screw\" }\n",
    ),
    (
        "bom/parts/splice.toml",
        "name = \"splice\"\nkind = \"splice\"\ncite = \"made-up\"\njoin.t = [\"t[1..5]\"]\n\
         terminal.\"t[1..5]\" = { clamp = \"lever\", wire = \"28..12 AWG\", bare = false }\n",
    ),
    (
        "bom/parts/lamp.toml",
        "name = \"lamp\"\nkind = \"lamp\"\ncite = \"made-up\"\n\
         load.filament = { plus = \"plus\", minus = \"minus\", volts = \"4..6 V\", profile = { worst = \"10 mA @ 5 V\" } }\n",
    ),
    (
        "bom/parts/lead.toml",
        "name = \"lead\"\nkind = \"wire\"\ncite = \"made-up\"\n\
         stock = { gauge = \"22 AWG\", colours = [\"RD\"], length = \"25 ft\", max = \"7 A\" }\n",
    ),
];
