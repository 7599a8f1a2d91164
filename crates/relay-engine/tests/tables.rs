//! The failure table as an owner reads it, plans, and the names of several outlets. Expectations in `tables/`, rewritten by `UPDATE=1`.

mod edge;

use std::fmt::Write;
use std::path::Path;

use edge::Edge;
use relay_config::{Power, RelayConfig};
use relay_engine::failure::{Machine, Mishap, Outcome, table};
use relay_engine::{Actor, Call, Event, Heard, NoOutlets, Request, Verb, expand};

fn read(name: &str) -> RelayConfig {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs").join(format!("{name}.toml"));
    RelayConfig::parse(&std::fs::read_to_string(path).expect("a config")).expect("a sound config")
}

fn expect(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables").join(name);
    if std::env::var_os("UPDATE").is_some() && std::env::var_os("CI").is_none() {
        std::fs::write(&path, text).expect("an expectation can be written");
    }
    let told = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(told == text, "{name} differs:\n{text}");
}

const DEBIAN: Machine = Machine { keeps_lines: true, persists: Some(false), resets: true };
const PI_OS: Machine = Machine { keeps_lines: true, persists: Some(true), resets: true };
const BARE: Machine = Machine { keeps_lines: false, persists: None, resets: false };

fn shown(config: &RelayConfig, machine: Machine) -> String {
    let mut text = String::new();
    for cell in table(config, machine) {
        let (outlet, id) = (&cell.outlet, cell.mishap.id());
        let (on, off) = (cell.was_on.words(), cell.was_off.words());
        writeln!(text, "{outlet:6} {id:14} was on: {on}; was off: {off}\n       {}", cell.reason).expect("text grows");
    }
    text
}

#[test]
fn the_failure_tables_read_as_they_should() {
    expect("ring-debian.txt", &shown(&read("ring"), DEBIAN));
    expect("ring-pi-os.txt", &shown(&read("ring"), PI_OS));
    expect("pair-bare.txt", &shown(&read("pair"), BARE));
}

#[test]
fn a_pin_that_rests_by_itself_is_known_in_every_cell_but_the_loss_of_power() {
    for machine in [DEBIAN, PI_OS] {
        for cell in table(&read("ring"), machine) {
            assert!((cell.was_on == Outcome::On) != (cell.mishap == Mishap::PowerLoss), "{cell:?}");
        }
    }
    // The same relays on pins that pull towards energised, and nothing in config.txt.
    let mut config = read("ring");
    config.config_txt.clear();
    for outlet in &mut config.outlets {
        outlet.offset += 20;
        outlet.line = format!("GPIO{}", outlet.offset);
    }
    for cell in table(&config, DEBIAN).iter().filter(|cell| cell.mishap == Mishap::PowerUp) {
        assert_eq!(cell.was_on, Outcome::Unknown, "{cell:?}");
    }
}

/// What the table says of the engine's own doing, done.
#[test]
fn the_engine_does_what_the_table_says_of_it() {
    for name in ["ring", "pair"] {
        let config = read(name);
        let cells = table(&config, DEBIAN);
        for outlet in config.outlets.iter().filter(|outlet| !outlet.feeds_host && outlet.needs_alive.is_empty()) {
            for mishap in [Mishap::Kill, Mishap::ClockJump, Mishap::FullDisk] {
                let cell =
                    cells.iter().find(|cell| cell.outlet == outlet.name && cell.mishap == mishap).expect("a cell");
                assert_eq!((cell.was_on, cell.was_off), (Outcome::On, Outcome::UntilLeaseEnds), "{cell:?}");
                let mut edge = Edge::new(config.clone());
                let start = edge.start();
                edge.step(start);
                settle(&mut edge);
                edge.now.mono_ms += 70_000;
                let heard =
                    Heard { controller: "far".into(), outlets: vec![("fan-2".into(), Power::On)], ..Heard::default() };
                edge.step(Event::Heard(heard));
                edge.step(Event::Request(Request {
                    call: Call(1),
                    outlet: outlet.name.clone(),
                    verb: Verb::Cycle { off_ms: None },
                    actor: Actor::Daemon,
                    reason: String::new(),
                    force: false,
                    dry_run: false,
                }));
                settle(&mut edge);
                wake(&mut edge, 2_500);
                assert_eq!(edge.power(&outlet.name), Power::Off, "{} {mishap:?}", outlet.name);
                match mishap {
                    Mishap::Kill => {
                        edge.crash(false);
                        let start = edge.start();
                        edge.step(start);
                        settle(&mut edge);
                    }
                    Mishap::FullDisk => edge.disk_fails = true,
                    _ => edge.now.wall_ms += 1_000_000_000,
                }
                wake(&mut edge, outlet.off_ms + relay_engine::SLACK_MS);
                assert_eq!(edge.power(&outlet.name), Power::On, "{} {mishap:?}", outlet.name);
            }
        }
    }
}

fn settle(edge: &mut Edge) {
    while let Some(event) = edge.carry_out() {
        edge.step(event);
    }
}

fn wake(edge: &mut Edge, ms: u64) {
    let end = edge.now.mono_ms + ms;
    while let Some(at) = edge.wake.filter(|&at| at <= end) {
        edge.now.mono_ms = at;
        edge.step(Event::Tick);
        settle(edge);
    }
    edge.now.mono_ms = end;
}

#[test]
fn a_plan_is_what_then_happens() {
    let mut config = read("ring");
    config.outlets[1].draws_ma = Some(1400);
    config.outlets[2].draws_ma = Some(1500);
    config.interlocks[0].before_off = Some("drain the node".to_owned());
    let mut edge = Edge::new(config.clone());
    let start = edge.start();
    edge.step(start);
    settle(&mut edge);
    edge.now.mono_ms += 70_000;
    edge.step(Event::Tick);
    let names = expand("pi[3..4],pi-2", &config).expect("they exist");
    let before = edge.engine.snapshot();
    let plan = edge.engine.plan(&names, Verb::Cycle { off_ms: None }, &Actor::Account("mary".into()), false);
    assert_eq!(edge.engine.snapshot(), before, "a plan changes nothing");
    let mut text = String::new();
    for step in &plan.steps {
        let power = if step.power == Power::On { "on " } else { "off" };
        let (at, outlet, ma, unknown) = (step.at_ms, &step.outlet, step.draws_ma, step.unknown_draws.join(" "));
        writeln!(text, "{at:6} ms  {outlet} {power}  {ma} mA and the unknown of {unknown}").expect("text grows");
    }
    for (outlet, refusal) in &plan.refused {
        writeln!(text, "refused {outlet} [{}]: {}", refusal.rule, refusal.sentence).expect("text grows");
    }
    writeln!(text, "before off: {}", plan.before_off.join(", ")).expect("text grows");
    expect("plan.txt", &text);
    assert!(!plan.cut_short);
    // And done.
    let begun = edge.now.mono_ms;
    let mut lines = Vec::new();
    for (name, call) in names.iter().zip(0..) {
        let verb = Verb::Cycle { off_ms: None };
        let (actor, reason) = (Actor::Account("mary".into()), String::new());
        let request =
            Request { call: Call(call), outlet: name.clone(), verb, actor, reason, force: false, dry_run: false };
        edge.step(Event::Request(request));
        watch(&mut edge, begun, &mut lines);
    }
    while let Some(at) = edge.wake {
        edge.now.mono_ms = at;
        edge.step(Event::Tick);
        watch(&mut edge, begun, &mut lines);
    }
    let planned: Vec<(u64, String, Power)> =
        plan.steps.iter().map(|step| (step.at_ms, step.outlet.clone(), step.power)).collect();
    assert_eq!(lines, planned);
}

/// Reports everything and keeps what the lines did.
fn watch(edge: &mut Edge, begun: u64, lines: &mut Vec<(u64, String, Power)>) {
    loop {
        if let Some(relay_engine::Action::SetLine { outlet, .. }) = edge.pending.front() {
            lines.push((edge.now.mono_ms - begun, outlet.clone(), edge.power(outlet)));
        }
        match edge.carry_out() {
            Some(event) => drop(edge.step(event)),
            None => return,
        }
    }
}

#[test]
fn several_names_in_one() {
    let config = read("ring");
    let of = |words: &str| expand(words, &config).map(|names| names.join(" "));
    for all in
        ["*", "pi[*]", "pi[2..4]", "pi[2-4]", "pi[2,3,4]", "pi-2, pi[3], pi-4", "pi-[2..4]", "pi-[*]", "pi[2..4],pi[3]"]
    {
        assert_eq!(of(all), Ok("pi[2] pi[3] pi[4]".to_owned()), "{all}");
    }
    assert_eq!(of("pi[4], pi-2"), Ok("pi[4] pi[2]".to_owned()));
    for none in [
        "",
        "pi",
        "pi[1..4]",
        "pi[4..2]",
        "pi[2..4294967295]",
        "pi[0-999999999999]",
        "pi[x]",
        "sw[*]",
        "pi[2",
        "pi]2[",
        "pi[]",
        ",",
    ] {
        assert!(matches!(of(none), Err(NoOutlets(_))), "{none}: {:?}", of(none));
    }
}
