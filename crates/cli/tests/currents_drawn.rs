//! The drawing of currents: it says what the table says, nothing in it lies on anything else, and no word becomes a tag.

mod trial;

use std::collections::BTreeMap;
use std::path::Path;

use cli::{Checked, check, check_asked};
use model::units::shown;
use model::wire::RunKind;
use outputs::power;
use outputs::site::drawing;
use trial::Trial;

fn disk(workspace: &str) -> cli::disk::Disk {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(workspace);
    cli::disk::Disk::open(&root).expect("the workspace is there")
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// Tag of a wire → the text of its figure and whether it is shown as beyond what may be.
fn figures(svg: &str) -> BTreeMap<String, (String, bool)> {
    let mut found = BTreeMap::new();
    for group in svg.split("<g ").skip(1) {
        let Some((_, rest)) = group.split_once("data-wire=\"") else { continue };
        let (tag, rest) = rest.split_once('"').expect("an attribute ends");
        let Some((_, rest)) = rest.split_once("<text class=\"figure") else { continue };
        let (attributes, rest) = rest.split_once('>').expect("a tag ends");
        let (text, _) = rest.split_once('<').expect("a text ends");
        found.insert(tag.to_owned(), (text.to_owned(), attributes.starts_with(" bad")));
    }
    found
}

/// Tag of a wire → its row of the CSV, by column.
fn rows(checked: &Checked, csv: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let build = &checked.build;
    let head: Vec<&str> = csv.lines().next().expect("it has a head").split(',').collect();
    let mut by_name = BTreeMap::new();
    for line in csv.lines().skip(1).filter(|line| line.starts_with("wire,")) {
        let cells: BTreeMap<String, String> =
            head.iter().zip(line.split(',')).map(|(key, cell)| ((*key).to_owned(), cell.to_owned())).collect();
        by_name.insert(cells["name"].trim_start_matches("wire ").to_owned(), cells);
    }
    let mut by_tag = BTreeMap::new();
    for (n, run) in build.runs.iter().enumerate() {
        let id = model::RunId(u32::try_from(n).expect("few"));
        let halves: &[&str] = match run.what {
            RunKind::Wire(_) => &[""],
            RunKind::Inline(..) => &["a", "b"],
            RunKind::Cable(..) | RunKind::Plug(_) => &[],
        };
        for half in halves {
            let row = by_name.get(&format!("{}{half}", build.run_path(id))).cloned().unwrap_or_default();
            by_tag.insert(format!("{}{half}", build.tag(id).trim_start_matches('#')), row);
        }
    }
    by_tag
}

/// What the drawing may say for a row: the table has six decimals, so a number between two roundings may show as either.
fn expected(row: &BTreeMap<String, String>) -> Vec<String> {
    let number = |column: &str| row.get(column)?.parse::<f64>().ok();
    let said = |number: f64| [-5e-7, 0.0, 5e-7].map(|off| shown(if number == 0.0 { 0.0 } else { number + off }, "A"));
    match (number("amperes-typical"), number("amperes-most")) {
        (Some(typical), Some(most)) if said(typical).iter().any(|words| said(most).contains(words)) => {
            said(typical).to_vec()
        }
        (Some(typical), Some(most)) => {
            said(typical).iter().flat_map(|typical| said(most).map(|most| format!("{typical} ≤ {most}"))).collect()
        }
        (Some(typical), None) => said(typical).map(|typical| format!("{typical}, worst: no point")).to_vec(),
        (None, Some(most)) => said(most).map(|most| format!("≤ {most}")).to_vec(),
        (None, None) => Vec::new(),
    }
}

#[test]
fn each_wire_says_on_the_drawing_what_the_table_says() {
    let mut numbers = 0;
    for workspace in [".", "examples/as-published", "examples/minimal", "examples/seven-pis"] {
        let checked = check(&disk(workspace));
        let view = checked.view();
        let mut questions = vec![power::Question::worst(&[])];
        questions.extend((0..checked.facts.power.scenarios.len()).map(|at| power::Question::of(view, at)));
        for question in questions {
            let rows = rows(&checked, &power::csv(view, &question));
            let drawn = figures(&power::drawing::svg(view, &question).expect("it can be drawn"));
            assert_eq!(drawn.keys().collect::<Vec<_>>(), rows.keys().collect::<Vec<_>>(), "{workspace}: every wire");
            for (tag, (text, _)) in &drawn {
                let told = text.split(", may carry").next().expect("split gives one");
                let expected = expected(&rows[tag]);
                if expected.is_empty() {
                    let why = ["not verified", "no supply", "mains", "signal", "sources fight", "no point"];
                    assert!(why.contains(&told), "{workspace}: #{tag} says `{told}` where the table has no number");
                } else {
                    numbers += 1;
                    assert!(expected.iter().any(|words| words == told), "{workspace}: #{tag} {told}: {expected:?}");
                }
            }
        }
    }
    assert!(numbers > 400, "{numbers} numbers were compared");
}

#[test]
fn each_load_says_on_the_drawing_what_the_page_says() {
    let mut known = 0;
    for workspace in [".", "examples/as-published", "examples/minimal", "examples/seven-pis"] {
        let checked = check(&disk(workspace));
        let question = power::Question::worst(&[]);
        let report = power::read(checked.view(), &question);
        let (graph, undrawn) = power::drawing::graph(checked.view(), &question);
        assert!(undrawn.is_empty(), "{workspace}: {undrawn:?}");
        let page = power::table(checked.view(), &question);
        for load in &report.loads {
            let device = load.name.split('.').next().expect("split gives one");
            let mut boxes = graph.nodes.iter().filter(|node| node.title == device && !node.figures.is_empty());
            let told: Vec<&str> = boxes.next().expect("it has a box").figures.iter().map(|one| &*one.text).collect();
            let Some(volts) = load.typical.map(|volts| format!("{volts:.3} V")) else {
                let why = ["not verified", "no supply", "no point"];
                assert!(told.iter().any(|line| why.iter().any(|why| line.contains(why))), "{workspace}: {told:?}");
                continue;
            };
            known += 1;
            assert!(told.iter().any(|line| line.contains(&volts)), "{workspace}: {} says {told:?}", load.name);
            assert!(page.contains(&volts), "{workspace}: {page}");
        }
    }
    assert!(known > 30, "{known} loads were compared");
}

#[test]
fn no_label_lies_on_a_box_a_label_or_another_line() {
    let apart = |[ax, ay, aw, ah]: [i32; 4], [bx, by, bw, bh]: [i32; 4]| {
        ax + aw <= bx || bx + bw <= ax || ay + ah <= by || by + bh <= ay
    };
    for workspace in [".", "examples/as-published", "examples/minimal", "examples/seven-pis"] {
        let checked = check(&disk(workspace));
        let (graph, _) = power::drawing::graph(checked.view(), &power::Question::worst(&[]));
        let layout = drawing::lay_out(&graph).expect("it can be drawn");
        let mut plates: Vec<(usize, [i32; 4])> = Vec::new();
        for (n, edge) in graph.edges.iter().enumerate() {
            let (tags, figure) = layout.plates(n, edge).expect("each line is drawn");
            assert_eq!(figure.is_some(), edge.wire.is_some(), "{workspace}: {}", edge.tag);
            plates.extend(tags.into_iter().chain(figure).map(|plate| (n, plate)));
        }
        for (at, (line, plate)) in plates.iter().enumerate() {
            let tag = &graph.edges[*line].tag;
            for (other, with) in &plates[at + 1..] {
                assert!(apart(*plate, *with), "{workspace}: labels of {tag} and {}", graph.edges[*other].tag);
            }
            for placed in &layout.boxes {
                let area = [placed.x, placed.y, placed.width, placed.height];
                assert!(apart(*plate, area), "{workspace}: {tag} on {}", graph.nodes[placed.node].title);
            }
            for (other, points) in layout.lines.iter().enumerate().filter(|(other, _)| other != line) {
                for pair in points.windows(2) {
                    let [(ax, ay), (bx, by)] = [pair[0], pair[1]];
                    let stroke = [ax.min(bx) - 2, ay.min(by) - 2, (ax - bx).abs() + 4, (ay - by).abs() + 4];
                    assert!(apart(*plate, stroke), "{workspace}: {tag} under {}", graph.edges[other].tag);
                }
            }
        }
        for (n, points) in layout.lines.iter().enumerate() {
            for pair in points.windows(2) {
                let [(ax, ay), (bx, by)] = [pair[0], pair[1]];
                for placed in &layout.boxes {
                    let inner = [placed.x + 1, placed.y + 1, placed.width - 2, placed.height - 2];
                    let stroke = [ax.min(bx), ay.min(by), (ax - bx).abs(), (ay - by).abs()];
                    let title = &graph.nodes[placed.node].title;
                    assert!(apart(stroke, inner), "{workspace}: {} runs through {title}", graph.edges[n].tag);
                }
            }
        }
    }
}

#[test]
fn a_wire_beyond_its_rating_is_bold_and_red() {
    let asked = words(&["feed gauge=30 AWG"]);
    let checked = check_asked(&disk("."), &asked).expect("the bundle has that name");
    let svg = power::drawing::svg(checked.view(), &power::Question::worst(&asked)).expect("it can be drawn");
    assert!(svg.contains("Asked: feed gauge=30 AWG"));
    let drawn = figures(&svg);
    let bad: Vec<&String> = drawn.values().filter(|(_, bad)| *bad).map(|(text, _)| text).collect();
    assert!(!bad.is_empty() && bad.iter().all(|text| text.contains(", may carry ")), "{drawn:?}");
    let real = check(&disk("."));
    let svg = power::drawing::svg(real.view(), &power::Question::worst(&[])).expect("it can be drawn");
    assert!(figures(&svg).values().all(|(text, bad)| !bad && !text.contains("may carry")));
}

#[test]
fn what_hangs_on_a_missing_number_is_not_verified() {
    let trial = Trial::new().edited("wiring/wires.toml", "stock = \"lead\"", "own = true");
    let (status, svg) = trial.told(&["power", "--svg"]);
    let drawn = figures(&svg);
    assert_eq!(drawn.len(), 2, "{status}: {svg}");
    assert!(drawn.values().all(|(text, _)| text == "not verified"), "{drawn:?}");
    assert!(svg.matches(">not verified<").count() > 2, "the lamp's volts hang on it too: {svg}");
}

#[test]
fn words_of_a_question_become_no_tags() {
    let checked = check(&disk("examples/minimal"));
    let asked = words(&["<script>alert(1)</script>", "a\"b & c"]);
    let svg = power::drawing::svg(checked.view(), &power::Question::worst(&asked)).expect("it can be drawn");
    assert!(svg.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && svg.contains("a&quot;b &amp; c"));
    assert!(!svg.contains("<script"));
}

#[test]
fn a_drawing_of_nothing_says_so() {
    let trial = Trial::new().edited(
        "wiring/wires.toml",
        "[wire.feed]\nstock = \"lead\"\nrun = [\"psu.plus -> lamp.plus\", \"lamp.minus -> psu.minus\"]",
        "",
    );
    let output = trial.run(&["power", "--svg"]);
    assert_eq!((trial::status(&output), output.stdout.as_slice()), (2, &b""[..]));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing is wired"));
}
