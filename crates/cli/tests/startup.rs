//! Power before software: what the real build has at rest, on standby and while its controllers come up, and what spoils it.

mod memory;

use std::collections::BTreeSet;

use analysis::circuit::Side;
use analysis::drives::Verdict3;
use analysis::startup::{Moment, Startup};
use cli::Checked;
use memory::{Workspace, counts, name};

fn edited(file: &str, from: &str, to: &str) -> Checked {
    let mut real = Workspace::real();
    let text = real.files.get_mut(file).expect("the file is there");
    assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {file}");
    *text = text.replace(from, to);
    real.check()
}

/// Findings about control, notes left out.
fn names(checked: &Checked) -> Vec<String> {
    let control = checked.findings.iter().filter(|finding| counts(finding) && finding.rule.code.starts_with('C'));
    control.map(name).collect()
}

/// Names of the devices of which a load is powered.
fn lit(checked: &Checked, powered: &[bool]) -> BTreeSet<String> {
    let loads = checked.facts.circuit.loads.iter().zip(powered).filter(|(_, on)| **on);
    loads.map(|(load, _)| checked.build.device(load.of.0).name.clone()).collect()
}

#[test]
fn the_real_build_is_safe_at_rest_and_while_its_controllers_start() {
    let checked = Workspace::real().check();
    let Startup { rest, asleep, standby, standby_loads, channels, dark, .. } = &checked.facts.startup;
    assert!(rest.iter().all(|on| *on), "dark at rest");
    assert!(asleep.is_empty());
    let live: Vec<String> = standby
        .iter()
        .map(|of| {
            let source = &checked.build.part_of(of.device).sources[of.index as usize];
            format!("{}.{}", checked.build.device(of.device).name, source.name)
        })
        .collect();
    assert!(live.contains(&"psu.5vsb".to_owned()), "{live:?}");
    assert!(!live.contains(&"psu.5v".to_owned()), "{live:?}");
    assert_eq!(lit(&checked, standby_loads), BTreeSet::new(), "nothing hangs on 5VSB");
    assert_eq!(channels.len(), 5);
    for channel in channels {
        assert_eq!(channel.asserted, [Verdict3::No; 4], "{channel:?}");
        assert_eq!(channel.held, Verdict3::Yes, "{channel:?}");
    }
    assert_eq!(*dark, [const { Vec::new() }; 4]);
}

#[test]
fn the_feed_of_k8_stands_before_the_pins_of_its_controller() {
    let checked = Workspace::real().check();
    let startup = &checked.facts.startup;
    let first: Vec<&str> = startup
        .channels
        .iter()
        .filter(|channel| channel.feed_first)
        .map(|channel| checked.build.device(channel.input.0).name.as_str())
        .collect();
    assert_eq!(first, ["k8"; 3]);
    let loads: BTreeSet<&str> =
        startup.flickers.iter().map(|flicker| checked.build.device(flicker.load).name.as_str()).collect();
    let wanted = ["k2", "pi[2]", "pi[3]", "pi[4]", "ssd[2]", "ssd[3]", "ssd[4]"];
    assert_eq!(loads, BTreeSet::from(wanted));
    assert!(names(&checked).is_empty(), "a `[weak]` names it: {:?}", names(&checked));
    let untold =
        edited("wiring/control.toml", "[weak.start-of-pi-5]\nwhat = [\"k8\"]", "[weak.start-of-pi-5]\nwhat = [\"sw\"]");
    // Another `[weak]` still lists the board.
    assert!(names(&untold).is_empty(), "{:?}", names(&untold));
    let mut real = Workspace::real();
    let control = real.files.get_mut("wiring/control.toml").expect("the file is there");
    *control =
        control.replace("what = [\"k8\"]", "what = [\"sw\"]").replace("[\"k8\", \"k1\", \"k2\"]", "[\"k1\", \"k2\"]");
    assert_eq!(names(&real.check()), ["C008 k8"]);
}

#[test]
fn pi_5_on_the_open_side_of_its_relay_waits_for_that_relay() {
    let checked = edited("wiring/wires.toml", "\"fu[5].b -> k1.nc\"", "\"fu[5].b -> k1.no\"");
    let asleep = &checked.facts.startup.asleep;
    let [pi] = asleep.as_slice() else { panic!("{asleep:?}") };
    assert_eq!(checked.build.device(pi.load.0).name, "pi[5]");
    let [throw] = pi.through.as_slice() else { panic!("{pi:?}") };
    assert_eq!((checked.build.device(throw.contact.0).name.as_str(), throw.side), ("k1", Side::No));
    assert!(pi.bare, "its own wire is dark");
}

/// A lamp that must not go dark, behind a relay whose input draws next to nothing.
fn gated(firmware: &str) -> Workspace {
    let mut bench = Workspace::bench();
    let mut put = |path: &str, text: &str| bench.files.insert(path.to_owned(), text.to_owned());
    put(
        "bom/parts/gated-relay.toml",
        "name = \"Relay with a gate\"\nkind = \"relay-board\"\ncite = \"toy\"\n\
         input.k = { from = \"in\", to = \"minus\", ohms = \"1 Mohm\", forward = \"0 V\", energises = \">= 2.0 V\", releases = \"<= 0.8 V\", draws = \"0.1 mA\" }\n\
         coil.k = { plus = \"plus\", minus = \"minus\", input = \"k\", ohms = \"70 ohm\", rated = \"5 V\", pull-in = \"3.75 V\", drop = \"0.2 V\" }\n\
         contact.k = { by = \"k\", com = \"com\", nc = \"nc\", no = \"no\", rated = \"10 A @ 30 V\" }\n",
    );
    put(
        "wiring/devices.toml",
        "[device]\npsu = { part = \"bus-supply\" }\nlamp = { part = \"lamp\" }\nboard = { part = \"toy-board\" }\nrelay = { part = \"gated-relay\" }\n\
         [control]\nessential = [\"lamp\"]\n",
    );
    put(
        "wiring/wires.toml",
        "[wire.all]\nstock = \"lead\"\nrun = [\"psu.plus[1] -> relay.nc\", \"relay.com -> lamp.plus\", \"lamp.minus -> psu.minus[1]\",\n\
         \"psu.plus[2] -> board.plus\", \"board.minus -> psu.minus[2]\", \"board.pin4 -> relay.plus\", \"relay.minus -> board.pin14\",\n\
         \"board.gpio18 -> relay.in\"]\n",
    );
    put("wiring/gpio.toml", &format!("[gpio.board]\nfirmware = [{firmware}]\n"));
    bench
}

#[test]
fn a_pull_in_config_txt_that_asserts_an_input_takes_an_essential_load_down() {
    let pulled = gated("\"gpio=18=pu\"").check();
    assert!(names(&pulled).contains(&"C004 lamp".to_owned()), "{:?}", names(&pulled));
    let [unpowered, reset, configured, started] = &pulled.facts.startup.dark;
    assert!(unpowered.is_empty() && reset.is_empty());
    assert_eq!((configured.len(), started.len()), (1, 1));
    assert_eq!(configured[0].is, Verdict3::Yes);
    let [channel] = pulled.facts.startup.channels.as_slice() else { panic!("one channel") };
    assert_eq!(channel.asserted[Moment::Reset as usize], Verdict3::No);
    for firmware in ["\"gpio=18=pd\"", "\"gpio=18=pu\", \"gpio=18=op,dl\""] {
        let quiet = gated(firmware).check();
        assert!(!names(&quiet).iter().any(|name| name.contains("C004")), "{firmware}: {:?}", names(&quiet));
        assert!(quiet.facts.startup.dark.iter().all(Vec::is_empty), "{firmware}");
    }
}
