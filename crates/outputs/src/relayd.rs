//! One file for each relay daemon, the lines of `config.txt` that hold its outputs until it runs, and the drawing that it shows.
//!
//! A machine acts on these, so they are made from a sound view only.

mod picture;

use analysis::budget::WORST;
use analysis::control::OutletCare;
use std::collections::{BTreeMap, BTreeSet};

use analysis::outlets::Outlet as Switched;
use model::Build;
use model::device::{DeviceId, Interlock};
use model::part::Line;
use model::units::{Number, Seconds};
use relay_config::{
    Chip, Contact, LONGEST_MS, Level, Limits, Origin, Outlet, Probe, RelayConfig, SCHEMA, Waived, Watchdog, held,
};

use crate::{Artifact, Output, Render, Sound, View};

/// `relayd/<controller>.toml`, `relayd/<controller>.config.txt`, and `relayd/<controller>.svg` where the wiring is not too large for one drawing.
pub const OUTPUT: Output = Output { name: "relayd", render: Render::WhenSound(files) };

/// How long a power cycle keeps a load off where `[control]` does not say.
pub const OFF: f64 = 10.0;
/// How long a load stays on at least where `[control]` does not say.
pub const ON_MIN: f64 = 60.0;
/// How long a load stays off at least where `[control]` does not say (never longer than a power cycle).
pub const OFF_MIN: f64 = 5.0;
/// Time between two outlets where `[control]` does not say.
pub const STAGGER: f64 = 5.0;
/// Time between two looks of a probe that does not say.
pub const EVERY: f64 = 30.0;
/// Failed looks of a probe that does not say.
pub const FAILS: u32 = 5;

fn files(sound: Sound<'_>) -> Vec<Artifact> {
    let view = sound.view();
    let mut files = Vec::new();
    for config in configs(sound) {
        files.extend(texts(view, &config));
        files.extend(picture::svg(view, &config).map(|svg| Artifact::text(format!("relayd/{}.svg", config.slug), svg)));
    }
    files
}

/// What a person reads of a controller's files: its config and its lines for `config.txt`.
pub fn texts(view: View<'_>, config: &RelayConfig) -> [Artifact; 2] {
    let made = format!(
        "Made by wireloom from the build `{}`, version {}.",
        plain(&config.build.name),
        plain(&config.build.version)
    );
    let about = format!(
        "# The relay daemon of {}. {made}\n# Change the build and make it again; docs/relayd.md explains every key.\n",
        config.controller
    );
    [
        Artifact::text(format!("relayd/{}.toml", config.slug), format!("{about}{}", config.to_toml())),
        Artifact::text(format!("relayd/{}.config.txt", config.slug), firmware_file(view, config, &made)),
    ]
}

fn firmware_file(view: View<'_>, config: &RelayConfig, made: &str) -> String {
    let mut text = format!(
        "# For config.txt of {}, below everything else. {made}\n\
         # From power-on until the daemon requests its lines these hold every relay of {} at rest.\n[all]\n",
        config.controller, view.build.meta.name
    );
    for line in &config.config_txt {
        text.push_str(&plain(line));
        text.push('\n');
    }
    text
}

/// One line, whatever somebody wrote.
fn plain(words: &str) -> String {
    words.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// The file of every controlling device, in the order of the devices.
pub fn configs(sound: Sound<'_>) -> Vec<RelayConfig> {
    let view = sound.view();
    let controllers: BTreeSet<DeviceId> = view.facts.outlets.iter().map(|outlet| outlet.controller).collect();
    controllers.into_iter().map(|controller| config(view, controller)).collect()
}

fn config(view: View<'_>, controller: DeviceId) -> RelayConfig {
    let build = view.build;
    let name = |device: DeviceId| build.device(device).name.clone();
    let control = &build.control;
    let watchers: Vec<DeviceId> =
        control.watches.iter().filter(|watch| watch.watched == controller).map(|watch| watch.watcher).collect();
    let watched_by: Vec<String> = watchers.iter().map(|&watcher| name(watcher)).collect();
    let off = seconds(&control.off, OFF);
    let times =
        Times { off, on_min: seconds(&control.on_min, ON_MIN), off_min: seconds(&control.off_min, OFF_MIN).min(off) };

    let mut outlets: Vec<Outlet> = Vec::new();
    for together in by_line(&view.facts.outlets, controller).values() {
        if let Some(outlet) = outlet(view, controller, together, &watched_by, &times, &outlets) {
            outlets.push(outlet);
        }
    }
    let chips: BTreeSet<String> = outlets.iter().map(|outlet| outlet.chip.clone()).collect();
    let here: BTreeSet<String> = outlets.iter().map(|outlet| outlet.name.clone()).collect();
    let waived = view.findings.iter().filter(|finding| finding.level() == source::Level::Error);
    RelayConfig {
        schema: SCHEMA,
        controller: name(controller),
        slug: build.device(controller).slug(),
        build: Origin { name: build.meta.name.clone(), version: build.meta.version.clone() },
        stagger_ms: seconds(&control.stagger, STAGGER),
        watched_by,
        config_txt: firmware(view, controller, &outlets),
        limits: Limits::default(),
        watchdog: Watchdog::default(),
        chips: chips.into_iter().map(|label| Chip { label }).collect(),
        interlocks: control.rules.iter().filter_map(|rule| interlock(view, rule, &here)).collect(),
        outlets,
        waived: waived
            .filter_map(|finding| {
                let reason = finding.waived.clone()?;
                Some(Waived { rule: finding.rule.code.to_owned(), subject: finding.subject.clone(), reason })
            })
            .collect(),
    }
}

/// The outlets of a controller by its line. Two contacts of one line are one switch: what hangs on either goes down with both.
fn by_line(outlets: &[Switched], controller: DeviceId) -> BTreeMap<(DeviceId, u32), Vec<&Switched>> {
    let mut by_line: BTreeMap<(DeviceId, u32), Vec<&Switched>> = BTreeMap::new();
    for outlet in outlets.iter().filter(|outlet| outlet.controller == controller) {
        by_line.entry(outlet.line).or_default().push(outlet);
    }
    by_line
}

/// What the configs of a build call its outlets, in the order of controllers and lines, also where the build is not sound: for showing alone.
pub fn names(build: &Build, outlets: &[Switched]) -> Vec<String> {
    let controllers: BTreeSet<DeviceId> = outlets.iter().map(|outlet| outlet.controller).collect();
    let mut names = Vec::new();
    for controller in controllers {
        let mut before: Vec<String> = Vec::new();
        for together in by_line(outlets, controller).values() {
            let named =
                together.first().and_then(|first| named(build, first, |name| before.iter().any(|own| own == name)));
            before.extend(named);
        }
        names.append(&mut before);
    }
    names
}

/// An outlet's name. A load behind two relays has two outlets; the second bears its relay's name as well.
fn named(build: &Build, first: &Switched, is_taken: impl Fn(&str) -> bool) -> Option<String> {
    let part = build.part_of(first.line.0);
    part.soc.as_ref()?;
    let offset = part.lines.get(first.line.1 as usize)?.offset?;
    let load = &build.device(first.load).name;
    let relay = &build.device(first.coil.0).name;
    Some(if is_taken(load) { format!("{load} by {relay} GPIO{offset}") } else { load.clone() })
}

/// Milliseconds.
struct Times {
    off: u64,
    on_min: u64,
    off_min: u64,
}

fn outlet(
    view: View<'_>,
    controller: DeviceId,
    together: &[&Switched],
    watched_by: &[String],
    times: &Times,
    before: &[Outlet],
) -> Option<Outlet> {
    let build = view.build;
    let first = together.first()?;
    let load = build.device(first.load);
    let part = build.part_of(first.line.0);
    let line: &Line = part.lines.get(first.line.1 as usize)?;
    let (soc, offset) = (part.soc.as_ref()?, line.offset?);
    let mut takes_down: Vec<String> = Vec::new();
    for &device in together.iter().flat_map(|outlet| std::iter::once(&outlet.load).chain(&outlet.takes_down)) {
        let name = &build.device(device).name;
        if !takes_down.contains(name) {
            takes_down.push(name.clone());
        }
    }
    let name = named(build, first, |name| before.iter().any(|outlet| outlet.name == name))?;
    if name != load.name {
        takes_down.insert(0, name.clone());
    }
    let controlling = &build.device(controller).name;
    let care = |pick: fn(&OutletCare) -> &Vec<DeviceId>| -> Vec<String> {
        let all: BTreeSet<DeviceId> = together.iter().flat_map(|outlet| pick(of(view, outlet))).copied().collect();
        all.into_iter().map(|device| build.device(device).name.clone()).collect()
    };
    let active = if first.active_low { Level::Low } else { Level::High };
    let contact = if first.throw_nc { Contact::Nc } else { Contact::No };
    Some(Outlet {
        slug: model::device::slug(&name),
        chip: soc.chip.clone(),
        line: format!("GPIO{offset}"),
        offset,
        active,
        contact,
        at_rest: contact.at_rest(),
        safe: active.other(),
        off_ms: times.off,
        on_min_ms: times.on_min,
        off_min_ms: times.off_min,
        feeds_host: takes_down.contains(controlling),
        feeds_rescuer: takes_down.iter().any(|down| watched_by.contains(down)),
        feeds_controller: care(|care| &care.feeds_controller),
        needs_alive: care(|care| &care.needs_alive),
        never_hold: together.iter().any(|outlet| of(view, outlet).never_hold),
        takes_down,
        draws_ma: draws(view, together),
        watch: build.control.watches.iter().any(|watch| watch.watched == first.load && watch.watcher == controller),
        probe: build.control.probes.iter().find(|probe| probe.device == first.load).and_then(probe),
        name,
    })
}

/// Most that an outlet's loads draw together, milliamperes; none where the draw of one is not known.
fn draws(view: View<'_>, together: &[&Switched]) -> Option<u32> {
    let down: BTreeSet<DeviceId> =
        together.iter().flat_map(|outlet| outlet.takes_down.iter().chain([&outlet.load])).copied().collect();
    let at_worst = view.facts.budget.rails.iter().filter(|rail| rail.scenario == WORST);
    let shares = at_worst.flat_map(|rail| &rail.by).filter(|(device, _)| down.contains(device));
    let mut amps = 0.0;
    let mut any = false;
    for (_, share) in shares {
        any = true;
        amps += share.band.hi.0;
        if !share.unknown.is_empty() {
            return None;
        }
    }
    let most = (amps * 1000.0).ceil();
    (any && most < f64::from(u32::MAX)).then_some(most as u32)
}

/// What the control analysis says of an outlet; `outlets` and `control.outlets` stand in one order.
fn of<'a>(view: View<'a>, outlet: &Switched) -> &'a OutletCare {
    let at = view.facts.outlets.iter().position(|other| std::ptr::eq(other, outlet)).expect("it is one of them");
    &view.facts.control.outlets[at]
}

fn probe(probe: &model::device::Probe) -> Option<Probe> {
    let (ping, tcp, http) = match (probe.tcp, &probe.http, probe.ping) {
        (Some(port), _, _) => (false, Some(port), None),
        (None, Some(path), _) => (false, None, Some(path.clone())),
        (None, None, true) => (true, None, None),
        (None, None, false) => return None,
    };
    let every_ms = seconds(&probe.every, EVERY).max(1);
    Some(Probe { ping, tcp, http, every_ms, fails: probe.fails.unwrap_or(FAILS).max(1) })
}

fn interlock(view: View<'_>, rule: &Interlock, here: &BTreeSet<String>) -> Option<relay_config::Interlock> {
    let split = |devices: &[DeviceId]| -> (Vec<String>, Vec<String>) {
        devices.iter().map(|&device| view.build.device(device).name.clone()).partition(|name| here.contains(name))
    };
    let (of, mut elsewhere) = split(&rule.of);
    // On NC, coils that are never energised together are loads that are never off together.
    let off: Vec<DeviceId> = view
        .facts
        .outlets
        .iter()
        .filter(|outlet| outlet.throw_nc && rule.never_together.contains(&outlet.coil))
        .map(|outlet| outlet.load)
        .chain(rule.never_both.iter().copied())
        .collect();
    let (never_both, others) = split(&off);
    elsewhere.extend(others);
    if of.is_empty() && never_both.is_empty() {
        return None;
    }
    let at_most = rule.at_most.filter(|_| !of.is_empty());
    if at_most.is_none() && never_both.is_empty() && rule.before_off.is_none() {
        return None;
    }
    Some(relay_config::Interlock {
        name: rule.id.value.clone(),
        at_most,
        of,
        never_both,
        before_off: rule.before_off.clone(),
        hard: rule.hard,
        elsewhere,
    })
}

/// Milliseconds of a time, bounded by a day.
fn seconds(time: &Number<Seconds>, absent: f64) -> u64 {
    let seconds = time.known().map_or(absent, |band| band.typ.0);
    let ms = (seconds * 1000.0).round().max(0.0);
    if ms < LONGEST_MS as f64 { ms as u64 } else { LONGEST_MS }
}

/// The controller's own firmware lines, and one for each output that they do not hold at rest.
fn firmware(view: View<'_>, controller: DeviceId, outlets: &[Outlet]) -> Vec<String> {
    let gpio = view.build.gpio.iter().find(|gpio| gpio.device == controller);
    let mut lines: Vec<String> =
        gpio.iter().flat_map(|gpio| &gpio.firmware).map(|line| line.value.trim().to_owned()).collect();
    for outlet in outlets {
        if held(&lines, outlet.offset) != Some(outlet.safe) {
            let wanted = match outlet.safe {
                Level::High => "dh",
                Level::Low => "dl",
            };
            lines.push(format!("gpio={}=op,{wanted}", outlet.offset));
        }
    }
    lines
}
