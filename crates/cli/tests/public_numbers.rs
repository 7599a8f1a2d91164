//! Numbers that people read of the repository's own build, in the guide's texts, the README, `docs/` and the sentences of `bom/` and
//! `wiring/` (summary, reasons, options, waivers): each that has a unit of what the box is (money, amperes, watts, memory, clock, data
//! rate, cores) equals a claim, a computed figure or a fact of a part. What instructions ask a meter to show (volts, ohms, lengths,
//! times) is no statement about the box and is not looked at.

mod memory;

use memory::{Workspace, root};
use model::part::{Draw, Spec};
use model::units::{Dimension, Number};

/// Units that are looked at: symbol, what it measures, size in the base unit.
const UNITS: &[(&str, Dimension, f64)] = &[
    ("USD", Dimension::Money, 1.0),
    ("A", Dimension::Current, 1.0),
    ("W", Dimension::Power, 1.0),
    ("kWh", Dimension::Energy, 1000.0),
    ("GB", Dimension::Data, 1e9),
    ("TB", Dimension::Data, 1e12),
    ("GHz", Dimension::Frequency, 1e9),
    ("Mbit/s", Dimension::Rate, 1e6),
    ("Gbit/s", Dimension::Rate, 1e9),
    ("cores", Dimension::Ratio, 1.0),
];

/// Numbers that are neither a claim nor derived: file, as written, why it may stand.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("site/guide/40-power.toml", "10 W", "what the dummy load must bear: a tool, no part of the box"),
    (
        "site/guide/40-power.toml",
        "0.64 A",
        "0.40 A measured, and five boards with 0.81 A at 5 V more, at 70 % efficiency and 120 V: a step that no profile of the model holds",
    ),
    ("bom/options.toml", "100 W", "part of what its shop calls a hub that was not taken"),
    (
        "bom/options.toml",
        "1.65 A",
        "what one more board takes at most, as `plan capacity` of the published build prints it",
    ),
    ("bom/options.toml", "3.3 A", "110 % of a 3 A blade, which it holds for ever: a fuse that was not taken"),
    ("bom/options.toml", "2.4 A", "what a test sends through a socket: an instruction"),
    ("wiring/control.toml", "1.66 A", "a feed at its worst corner, as `power` prints it and `verbs_power.rs` holds"),
    ("wiring/waivers.toml", "1.56 A", "the highest figure of the blower's label, which its part holds as the inrush"),
    ("wiring/waivers.toml", "4.5 A", "three contacts of 1.5 A each, added up"),
];

/// A number as it was found.
struct Found {
    file: String,
    text: String,
    dimension: Dimension,
    base: f64,
    /// Half its last place, in the base unit.
    slack: f64,
}

/// Numbers with a unit in a text, outside code.
fn numbers(file: &str, text: &str, found: &mut Vec<Found>) {
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced || line.trim_start().starts_with('#') {
            continue;
        }
        // What stands in backticks is code; every other piece is prose.
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" | ");
        let mut at = 0;
        while let Some(start) = prose[at..].find(|c: char| c.is_ascii_digit()).map(|start| at + start) {
            let end =
                prose[start..].find(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(prose.len(), |end| start + end);
            at = end.max(start + 1);
            let is_part =
                prose[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '_' | '#' | '-'));
            let digits = prose[start..end].trim_end_matches('.');
            let behind =
                prose[start + digits.len()..].strip_prefix([' ', '\u{a0}']).unwrap_or(&prose[start + digits.len()..]);
            let unit = UNITS.iter().find(|(symbol, ..)| {
                behind
                    .strip_prefix(symbol)
                    .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '/'))
            });
            let (Some((symbol, dimension, size)), false) = (unit, is_part) else { continue };
            let Ok(number) = digits.parse::<f64>() else { continue };
            let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
            let slack = 0.5 * size / 10f64.powi(i32::try_from(places).expect("few places"));
            let text = format!("{digits} {symbol}");
            found.push(Found { file: file.to_owned(), text, dimension: *dimension, base: number * size, slack });
        }
    }
}

/// Every claim, every computed figure of the box, and every fact of its parts: what it measures, and how much.
fn derived() -> Vec<(Dimension, f64)> {
    use analysis::claims::Value;
    let checked = Workspace::real().check();
    let (build, facts) = (&checked.build, &checked.facts);
    let mut all: Vec<(Dimension, f64)> = Vec::new();
    let money = |money: &model::units::Money| money.amount.to_string().parse::<f64>().expect("a number");
    for value in facts.claims.iter().filter_map(|reading| reading.value.as_ref()) {
        match value {
            Value::Count(count) => all.push((Dimension::Ratio, *count as f64)),
            Value::Quantity { lo, hi, dimension } => all.extend([(*dimension, *lo), (*dimension, *hi)]),
            Value::Money(of) => all.push((Dimension::Money, money(of))),
            Value::Number(_) | Value::Flag(_) => {}
        }
    }
    for claim in &build.claims {
        if let model::purchase::Promise::Quantity(quantity) = &claim.says {
            all.extend([(quantity.dimension, quantity.lo), (quantity.dimension, quantity.hi)]);
        }
    }
    // Of parts, of roads not taken, and of what the box is measured against.
    let specs = build.parts.iter().flat_map(|part| &part.spec);
    let specs = specs.chain(build.alternatives.iter().flat_map(|other| &other.spec));
    for (_, spec) in specs.chain(build.yardsticks.iter().flat_map(|other| &other.spec)) {
        match spec {
            Spec::Quantity(quantity) => all.push((quantity.dimension, quantity.typ)),
            Spec::Count(count, _) => all.push((Dimension::Ratio, *count as f64)),
            Spec::Words(_) | Spec::Flag(..) => {}
        }
    }
    for part in &build.parts {
        let limits = part.terminals.iter().map(|terminal| terminal.max).chain(part.stock.iter().map(|stock| stock.max));
        all.extend(limits.filter_map(|max| Some((Dimension::Current, max.known()?.typ.0))));
        let sources = part.sources.iter().filter_map(analysis::protection::most);
        all.extend(sources.map(|amps| (Dimension::Current, amps.0)));
        for (price, _) in part.offers.iter().filter_map(|offer| offer.price.as_ref()) {
            all.push((Dimension::Money, money(price)));
        }
        for fuse in &part.fuses {
            all.extend(fuse.rated.known().map(|rated| (Dimension::Current, rated.typ.0)));
        }
        for (_, draw) in part.loads.iter().flat_map(|load| &load.profile) {
            match draw {
                Draw::Amps(band, _) => {
                    all.extend([band.lo.0, band.typ.0, band.hi.0].map(|amps| (Dimension::Current, amps)));
                }
                Draw::Watts(band, _) => {
                    all.extend([band.lo.0, band.typ.0, band.hi.0].map(|watts| (Dimension::Power, watts)));
                }
                Draw::Unknown(_) | Draw::Absent => {}
            }
        }
    }
    for need in analysis::plan::providers::needs(build, &facts.budget, None).draws {
        all.push((Dimension::Current, need.2.0));
    }
    for feed in &build.feeds {
        let derate = feed.derate.known().map_or(1.0, |share| share.lo.0);
        all.extend(
            feed.limit
                .known()
                .iter()
                .flat_map(|limit| [limit.lo.0, limit.lo.0 * derate])
                .map(|amps| (Dimension::Current, amps)),
        );
    }
    for scenario in &build.scenarios {
        if let Number::Is(band, _) = scenario.measured {
            all.extend([band.lo.0, band.hi.0].map(|amps| (Dimension::Current, amps)));
        }
    }
    all
}

/// Every string of a file of the build that is a sentence and no value: it has a word.
fn sentences(file: &str, text: &str, found: &mut Vec<Found>) {
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut left: Vec<&toml::Value> = table.values().collect();
    while let Some(value) = left.pop() {
        match value {
            toml::Value::String(text) => {
                let is_word = |word: &str| word.chars().count() > 3 && word.chars().all(char::is_alphabetic);
                if text
                    .split(|c: char| !c.is_alphanumeric() && !"./[]()-_".contains(c))
                    .any(|word| is_word(word.trim_end_matches('.')))
                {
                    numbers(file, text, found);
                }
            }
            toml::Value::Array(all) => left.extend(all),
            toml::Value::Table(table) => left.extend(table.values()),
            _ => {}
        }
    }
}

#[test]
fn every_public_number_is_a_claim_or_derived() {
    let mut found = Vec::new();
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("the file is there");
    let mut files = vec!["README.md".to_owned()];
    for folder in ["docs", "site/guide"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("the folder is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
        files.extend(
            names
                .filter(|name| name.ends_with(".md") || name.ends_with(".toml"))
                .map(|name| format!("{folder}/{name}")),
        );
    }
    files.sort();
    for file in &files {
        numbers(file, &read(&root().join(file)), &mut found);
    }
    for folder in ["bom", "wiring"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("the folder is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
        let mut files: Vec<String> =
            names.filter(|name| name.ends_with(".toml")).map(|name| format!("{folder}/{name}")).collect();
        files.sort();
        for file in &files {
            sentences(file, &read(&root().join(file)), &mut found);
        }
    }
    let derived = derived();
    let is_derived = |one: &Found| {
        derived.iter().any(|(dimension, base)| {
            *dimension == one.dimension && (base - one.base).abs() <= one.slack + 1e-9 * base.abs()
        })
    };
    let is_allowed = |one: &Found| ALLOWED.iter().any(|(file, text, _)| *file == one.file && *text == one.text);
    let stray: Vec<String> = found
        .iter()
        .filter(|one| !is_derived(one) && !is_allowed(one))
        .map(|one| format!("{}: {}", one.file, one.text))
        .collect();
    assert!(stray.is_empty(), "neither a claim, nor derived, nor allowed:\n{}", stray.join("\n"));
    for (file, text, why) in ALLOWED {
        let stands = found.iter().any(|one| *file == one.file && *text == one.text && !is_derived(one));
        assert!(stands, "{file}: `{text}` ({why}) stands there no more, or is derived: strike it from the list");
    }
}

#[test]
fn a_sentence_of_the_build_is_looked_at_and_a_value_is_not() {
    let mut found = Vec::new();
    let text = "summary = \"It draws 3 A.\"\nfeed = \"1 A @ 120 V ac\"\n[option.a]\nspec = { cores = 6 }\npro = \"6 cores.\"\n[[b]]\nwires = [\"A fuse of 2 A in each branch\"]\n";
    sentences("bom/build.toml", text, &mut found);
    let mut texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["2 A", "3 A", "6 cores"]);
}

#[test]
fn a_number_is_found_in_prose_and_not_in_code() {
    let mut found = Vec::new();
    numbers("a.md", "It has 20 cores, `30 GB`, B5 A and 0.80 A.\n```\n40 USD\n```\nAnd 50 USD.", &mut found);
    let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["20 cores", "0.80 A", "50 USD"]);
}
