//! The drawing of who controls whom, and the guide's words on power-up and sneak paths: of real builds, edits of them, and large ones.

mod memory;
#[path = "../benches/racks/mod.rs"]
mod racks;

use std::collections::{BTreeMap, BTreeSet};

use cli::Checked;
use memory::Workspace;
use outputs::control::drawing::{self, Does, Harm, Role, Who};

fn who(checked: &Checked) -> Who {
    drawing::who(&checked.build, &checked.facts.control)
}

/// How often each box stands in the drawing.
fn boxes(checked: &Checked) -> BTreeMap<String, usize> {
    let svg = drawing::svg(checked.view());
    let mut boxes = BTreeMap::new();
    for piece in svg.split("data-box=\"").skip(1) {
        let name = piece.split('"').next().expect("the attribute ends");
        *boxes.entry(name.to_owned()).or_default() += 1;
    }
    boxes
}

/// A page of the guide as text.
fn page(checked: &Checked, path: &str) -> String {
    let files = outputs::site::OUTPUT.files(checked.view()).expect("the guide is made of any build");
    let page = files.into_iter().find(|file| file.path == path).unwrap_or_else(|| panic!("there is no {path}"));
    String::from_utf8(page.bytes).expect("pages are text")
}

fn edited(find: &str, replace: &str) -> Checked {
    let mut workspace = Workspace::real();
    let text = workspace.files.get_mut("wiring/wires.toml").expect("the file is there");
    assert_eq!(text.matches(find).count(), 1, "{find:?}");
    *text = text.replace(find, replace);
    workspace.check()
}

fn with(text: &str) -> Checked {
    let mut workspace = Workspace::real();
    workspace.files.insert("wiring/more.toml".to_owned(), text.to_owned());
    workspace.check()
}

#[test]
fn every_controller_and_all_that_somebody_counts_on_stand_in_the_drawing_once() {
    let mut all = vec![Workspace::real(), Workspace::bench()];
    all.extend(["minimal", "seven-pis", "as-published"].map(Workspace::example));
    for workspace in all {
        let checked = workspace.check();
        let (build, control) = (&checked.build, &checked.facts.control);
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        let name = |device: model::DeviceId| build.device(device).name.as_str();
        wanted.extend(control.controllers.iter().map(|one| name(one.device)));
        wanted.extend(control.grips.iter().flat_map(|grip| [name(grip.controller), name(grip.load)]));
        wanted.extend(control.nobody.iter().map(|device| name(*device)));
        let watches = build.control.watches.iter();
        wanted.extend(watches.flat_map(|watch| [name(watch.watcher), name(watch.watched)]));
        wanted.extend(build.control.essential.iter().map(|(device, _)| name(*device)));
        let kind = |device: &&model::Device| {
            matches!(build.parts[device.part.0 as usize].kind.as_str(), "computer" | "switch")
        };
        wanted.extend(build.devices.iter().filter(kind).map(|device| device.name.as_str()));
        let drawn = boxes(&checked);
        assert!(drawn.values().all(|times| *times == 1), "{drawn:?}");
        assert_eq!(drawn.keys().map(String::as_str).collect::<BTreeSet<_>>(), wanted);
    }
}

#[test]
fn the_ring_of_three_is_marked_and_the_switch_stands_apart() {
    let who = who(&Workspace::real().check());
    let name = |node: usize| who.nodes[node].name.as_str();
    let taking: Vec<(&str, &str)> = who
        .arrows
        .iter()
        .filter(|arrow| matches!(arrow.does, Does::Cuts { harm: Harm::Controller, .. }))
        .map(|arrow| (name(arrow.from), name(arrow.to)))
        .collect();
    assert_eq!(taking, [("pi[5]", "pi[2]"), ("pi[1]", "pi[5]"), ("pi[2]", "pi[1]")]);
    assert_eq!(who.arrows.iter().filter(|arrow| arrow.does == Does::Watches).count(), 5);
    let apart: Vec<&str> = who
        .nodes
        .iter()
        .filter(|node| matches!(node.role, Role::Apart(drawing::Group::Nobody)))
        .map(|node| node.name.as_str())
        .collect();
    assert_eq!(apart, ["sw"]);
}

#[test]
fn a_pi_on_its_own_relay_is_marked_as_cutting_itself() {
    let checked = edited("\"pi[1].gpio18 -> k1.in\"", "\"pi[5].gpio18 -> k1.in\"");
    let who = who(&checked);
    let own = who.arrows.iter().any(|arrow| {
        arrow.from == arrow.to && matches!(&arrow.does, Does::Cuts { harm: Harm::Own, coil, .. } if coil == "k1.k")
    });
    assert!(own, "{:?}", who.arrows);
    assert!(drawing::svg(checked.view()).contains("cuts its own supply"));
}

#[test]
fn beyond_forty_boxes_loads_are_counted_and_a_hall_is_drawn_within_bounds() {
    let four = racks::racks(4).check();
    assert_eq!(boxes(&four).len(), 36);
    let five = racks::racks(5).check();
    let svg = drawing::svg(five.view());
    assert_eq!(boxes(&five).len(), 10, "two controllers a rack");
    assert!(svg.contains("cuts 7 loads") && svg.contains("loads are counted, not drawn"), "{svg}");
    let hall = racks::racks(50).check();
    assert_eq!(hall.facts.control.controllers.len(), 100);
    assert_eq!(boxes(&hall).len(), 100);
    assert!(drawing::svg(hall.view()).len() < 150_000);
    let town = racks::racks(100).check();
    assert!(boxes(&town).is_empty());
    assert!(drawing::svg(town.view()).contains("200 controllers are more than a drawing shows"));
}

#[test]
fn the_page_says_what_moves_at_power_up_and_that_no_time_is_known() {
    let page = page(&Workspace::real().check(), "site/control.html");
    assert!(
        page.contains("of 5 relay inputs that a line drives: 3 perhaps asserted for an instant, 2 never."),
        "{page}"
    );
    assert!(page.contains("<td>perhaps</td><td>not stated</td>") && page.contains("no time is made up for it"));
    assert!(page.contains("Proved: if any one of the 3 controllers hangs"));
    let quiet = self::page(&Workspace::example("minimal").check(), "site/control.html");
    assert!(
        quiet.contains("Proved: of 1 relay input that a line drives, none is asserted before software asks for it.")
    );
    assert!(quiet.contains("Nothing drops out on the way up: none found, and every input was looked at."));
    let open = self::page(&edited("\"fu[5].b -> k1.nc\"", "\"fu[5].b -> k1.no\""), "site/control.html");
    assert!(open.contains("pi[5] is dark with every coil at rest, until k1"), "{open}");
    assert!(!open.contains("everything comes back by itself"));
}

#[test]
fn sneak_paths_are_spelled_out_and_their_absence_is_said() {
    let none = page(&Workspace::real().check(), "site/weak.html");
    assert_eq!(none.matches("<p>None").count(), 4, "{none}");
    assert_eq!(none.matches("<p>None, and proved").count(), 2);
    let tied = "[wire.more]\nstock = \"jumper-lead\"\nlength = \"200 mm\"\nrun = [\"pi[1].pin2 -- pi[2].pin2\"]\n";
    let tied = page(&with(tied), "site/weak.html");
    assert!(tied.contains("<li>pi[1] and pi[2] feed each other through wire more/1"), "{tied}");
    let lost = "run = \"k1.dc-minus -> atx.com[1]\"";
    let lost = page(&edited("run = \"k1.dc-minus -> pi[1].pin14\"", lost), "site/weak.html");
    assert!(lost.contains("<li>while wire return/1 is open, pi[1] returns by"), "{lost}");
    let pull = "[device]\nr = { part = \"resistor-300\" }\n[wire.more]\nstock = \"jumper-lead\"\nlength = \"200 mm\"\n\
                run = [\"pi[5].pin1 -- r.a\", \"r.b -- pi[4].gpio17\"]\n";
    let fed = page(&with(pull), "site/weak.html");
    assert!(fed.contains("<li>cut off by relay k8.k[4], pi[4] is fed by"), "{fed}");
}
