//! What the pages of P014, P029 and P030 leave out: each fault beside the nearest build in which nothing is to be said.

mod memory;

use memory::{Workspace, counts};
use source::Level;

const ATX: &str = r#"
[feed.wall]
limit = "10 A @ 120 V ac"
port = { ac = "nema-5-15r" }
[device]
psu = { part = "atx-psu-20" }
atx = { part = "atx-breakout-24" }
toggle = { part = "toggle-spst" }
x = { part = "thing" }
"#;

const PLUGS: &str = r#"
[cable.mains]
part = "ac-cord-c13"
run = ["wall.ac -> psu.ac"]
[plug.main]
run = ["psu.main -> atx.in"]
"#;

const INLET: &str = r#"
[feed.wall]
limit = "10 A @ 120 V ac"
port = { ac = "nema-5-15r" }
[device]
inlet = { part = "inlet" }
x = { part = "thing" }
case = { part = "case" }
"#;

const CORD: &str = r#"
[cable.mains]
part = "ac-cord-c13"
run = ["wall.ac -> inlet.ac"]
"#;

/// Findings of one rule in a bench with these devices, one part called `thing`, and these wires; `?` in front: not verified.
fn found(rule: &str, devices: &str, thing: &str, wires: &str) -> Vec<String> {
    let mut bench = Workspace::bench();
    let mut write = |path: &str, text: String| bench.files.insert(path.to_owned(), text);
    write("wiring/devices.toml", devices.to_owned());
    write("wiring/wires.toml", wires.to_owned());
    let part = |kind: &str, text: &str| format!("name = \"Part\"\nkind = \"{kind}\"\ncite = \"toy\"\n{text}\n");
    write("bom/parts/thing.toml", part("thing", thing));
    write("bom/parts/case.toml", part("enclosure", "terminal.stud = { role = \"earth\", clamp = \"screw\" }"));
    let inlet = "port.ac = { kind = \"iec-c14\", gender = \"socket\", accepts = [\"iec-c13\"] }\n\
                 join.l = [\"ac.l\", \"l\"]\njoin.n = [\"ac.n\", \"n\"]\njoin.pe = [\"ac.pe\", \"pe\"]\n\
                 terminal.pe = { role = \"earth\", clamp = \"screw\" }";
    write("bom/parts/inlet.toml", part("inlet", inlet));
    let checked = bench.check();
    let unbound: Vec<String> = checked
        .findings
        .iter()
        .filter(|one| one.rule.code.starts_with(['D', 'M']))
        .map(|one| one.message.clone())
        .collect();
    assert!(unbound.is_empty(), "{unbound:#?}");
    let of_rule = checked.findings.iter().filter(|one| counts(one) && one.rule.code == rule);
    of_rule.map(|one| format!("{}{}", if one.level() == Level::NotVerified { "?" } else { "" }, one.message)).collect()
}

fn start(thing: &str, wires: &str) -> Vec<String> {
    found("P014", ATX, thing, &format!("{PLUGS}[wire.start]\nstock = \"lead\"\nrun = [{wires}]\n"))
}

fn resistor(ohms: &str) -> String {
    format!("resistor.r = {{ across = [\"a\", \"b\"], ohms = \"{ohms}\", watts = \"0.25 W\" }}")
}

const SERIES: &str = r#""atx.ps-on -> x.a", "x.b -> toggle.a", "toggle.b -> atx.com[4]""#;

#[test]
fn a_start_lead_may_hold_as_many_ohms_as_the_level_allows() {
    assert_eq!(start(&resistor("557 ohm"), SERIES), [""; 0]);
    assert_eq!(start(&resistor("558 ohm"), SERIES).len(), 1, "5.25 V over 3100 ohm and R leave 0.8 V at R = 557.3 ohm");
    let unstated = start(&resistor("unstated"), SERIES);
    assert!(unstated.len() == 1 && unstated[0].starts_with('?'), "{unstated:?}");
}

#[test]
fn a_diode_in_a_start_lead_is_told_in_the_direction_of_the_current() {
    let diode = r#"diode.d = { anode = "a", cathode = "b", forward = "0.9..1.1 V" }"#;
    let told = start(diode, SERIES);
    assert!(told.len() == 1 && told[0].contains("down to 1.1 V"), "{told:?}");
    let low = r#"diode.d = { anode = "a", cathode = "b", forward = "0.2..0.4 V" }"#;
    assert_eq!(start(low, SERIES), [""; 0]);
}

#[test]
fn an_led_in_a_start_lead_is_not_backwards_because_another_one_shines() {
    let devices = format!("{ATX}y = {{ part = \"thing\" }}\n");
    let after = r#""atx.ps-on -> toggle.a", "toggle.b -> x.a", "x.b -> atx.com[4]""#;
    let led = r#"diode.d = { anode = "a", cathode = "b", forward = "2.0 V" }"#;
    let wires = format!(
        "{PLUGS}[wire.start]\nstock = \"lead\"\nrun = [{after}]\n[wire.led]\nstock = \"lead\"\nrun = [\"atx.3v3[1] -> y.a\", \"y.b -> atx.com[2]\"]\n"
    );
    assert_eq!(found("N003", &devices, led, &wires), [""; 0]);
    let turned = wires.replace("3v3[1] -> y.a", "3v3[1] -- y.b").replace("y.b -> atx", "y.a -- atx");
    assert_eq!(found("N003", &devices, led, &turned).len(), 1);
}

#[test]
fn an_indicator_beside_the_switch_leaves_the_supply_surely_off() {
    let hangs = r#""toggle.a -> x.a", "x.b -> atx.com[3]", "atx.ps-on -> toggle.a", "toggle.b -> atx.com[4]""#;
    // 4.75 V over 3100 ohm and R leave 2.0 V at R = 2255 ohm.
    assert_eq!(start(&resistor("2.4 kohm"), hangs), [""; 0]);
    let told = start(&resistor("2 kohm"), hangs);
    assert!(told.len() == 1 && told[0].starts_with("what hangs on it"), "{told:?}");
}

#[test]
fn more_volts_than_the_pull_up_gives_are_told_behind_a_switch() {
    let twelve = r#""atx.12v[1] -> toggle.b", "toggle.a -> atx.ps-on""#;
    let told = start(&resistor("1 kohm"), twelve);
    assert!(told.len() == 1 && told[0].contains("gets 12 V"), "{told:?}");
    let five = r#""atx.5vsb -> toggle.b", "toggle.a -> atx.ps-on""#;
    assert_eq!(start(&resistor("1 kohm"), five), [""; 0]);
}

#[test]
fn a_supply_that_nothing_starts_is_told_if_something_waits_for_it() {
    let devices = r#"
[feed.wall]
limit = "10 A @ 120 V ac"
port = { ac = "nema-5-15r" }
[device]
psu = { part = "atx-psu-20" }
x = { part = "thing" }
"#;
    let thing = r#"port.in = { kind = "molex-4", gender = "plug" }
load.l = { plus = "in.5v", minus = "in.com", volts = "4.5..5.5 V", profile = { worst = "0.5 A" } }"#;
    let cord = "[cable.mains]\npart = \"ac-cord-c13\"\nrun = [\"wall.ac -> psu.ac\"]\n";
    let plug = format!("{cord}[plug.drive]\nrun = [\"psu.drive[1] -> x.in\"]\n");
    let told = found("P014", devices, thing, &plug);
    assert!(told.len() == 1 && told[0].contains("never starts"), "{told:?}");
    assert_eq!(found("P014", devices, thing, cord), [""; 0], "nothing waits");
}

fn earth(thing: &str, wires: &str) -> Vec<String> {
    found("P029", INLET, thing, &format!("{CORD}[wire.earth]\nstock = \"lead\"\nrun = [{wires}]\n"))
}

const SWITCH: &str = r#"lever.t = { by = "hand" }
contact.t = { by = "t", com = "a", no = "b", nc = "c", rated = "10 A @ 250 V ac", closed = "10 mohm" }"#;

#[test]
fn earth_goes_past_no_contact_even_one_that_is_closed_at_rest() {
    assert_eq!(earth(SWITCH, r#""inlet.pe -- case.stud""#), [""; 0]);
    let told = earth(SWITCH, r#""inlet.pe -- x.a", "x.c -- case.stud""#);
    assert_eq!(told, ["`case.stud` is earthed only by way of contact `x.t`"]);
    assert_eq!(earth(SWITCH, r#""inlet.l -- x.a""#), ["`case.stud` is joined to the earth of no feed"]);
    // A second way that nothing opens makes the first one harmless.
    assert_eq!(earth(SWITCH, r#""inlet.pe -- x.a", "x.c -- case.stud", "inlet.pe -- case.stud""#), [""; 0]);
}

#[test]
fn an_earth_wire_is_no_thinner_than_the_line_beside_it() {
    let with = |gauge: &str| {
        let wires = format!(
            r#""inlet.l -- x.a", {{ run = "inlet.pe -- case.stud", stock = "own", gauge = "{gauge}", length = "200 mm" }}"#
        );
        earth(SWITCH, &wires)
    };
    assert_eq!(with("22 AWG"), [""; 0]);
    assert_eq!(with("18 AWG"), [""; 0]);
    let told = with("24 AWG");
    assert!(told.len() == 1 && told[0].contains("24 AWG, thinner than"), "{told:?}");
    let told = with("unstated");
    assert!(told.len() == 1 && told[0].starts_with('?'), "{told:?}");
}

#[test]
fn earth_has_its_colours_without_a_scheme() {
    let colour = |run: &str, colour: &str| {
        let wires = format!(
            "{CORD}[wire.earth]\nstock = \"own\"\ngauge = \"18 AWG\"\nlength = \"200 mm\"\ncolour = \"{colour}\"\nrun = [\"{run}\"]\n"
        );
        found("N010", INLET, SWITCH, &wires)
    };
    for good in ["GNYE", "green-yellow", "GN"] {
        assert_eq!(colour("inlet.pe -- case.stud", good), [""; 0], "{good}");
    }
    assert_eq!(colour("inlet.pe -- case.stud", "BK").len(), 1);
    assert_eq!(colour("inlet.l -- x.a", "GNYE").len(), 1);
    assert_eq!(colour("inlet.l -- x.a", "BK"), [""; 0]);
}

#[test]
fn an_inrush_that_nobody_states_is_not_verified_and_one_that_lasts_is_told_once() {
    let devices = |limit: &str| {
        format!(
            "[feed.wall]\nlimit = \"{limit} @ 5 V\"\nport = {{ out = \"barrel-55x21\" }}\n[device]\njack = {{ part = \"toy-jack\" }}\n\
             x = {{ part = \"thing\" }}\n"
        )
    };
    let lamp = |inrush: &str| {
        format!(
            r#"load.l = {{ plus = "plus", minus = "minus", volts = "4..5.5 V", profile = {{ boot = "0.4 A", worst = "0.5 A" }}, inrush = "{inrush}" }}"#
        )
    };
    let wires = "[plug.wall]\nrun = [\"wall.out -> jack.in\"]\n[wire.feed]\nstock = \"lead\"\nrun = [\"jack.plus -> x.plus\", \"x.minus -> jack.minus\"]\n";
    let told = |limit: &str, inrush: &str| found("P030", &devices(limit), &lamp(inrush), wires);
    assert_eq!(told("0.9 A", "0.8 A"), [""; 0]);
    assert_eq!(told("0.7 A", "0.8 A").len(), 1);
    assert_eq!(told("0.4 A", "0.8 A"), [""; 0], "what lasts is told by P003, and once is enough");
    let unstated = told("0.9 A", "unstated");
    assert!(unstated.len() == 1 && unstated[0].starts_with('?'), "{unstated:?}");
}
