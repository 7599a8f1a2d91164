//! What software has to know: scenarios, GPIO starts, control, weak spots, waivers, open questions, firmware claims.

mod firmware;

use foldhash::{HashMap, HashMapExt};

use source::documents::Documents;
use source::fields::Fields;
use source::reading::{too_large, wrong_shape};
use source::value::{Datum, Entry, Table};
use source::{Findings, Span, Spanned, Text};

use super::entries::{Row, rows, value_texts, words};
use super::names::Names;
use super::paths::MOST;
use super::{duplicate_name, quantity, roots, unknown_word};
use crate::build::Build;
use crate::device::{DeviceId, Gpio, GpioUse, Interlock, Probe, Scenario, Watch};
use crate::guide::{Question, Waiver, Weak};
use crate::units::Dimension;

/// Reads the tables of `wiring/*.toml` that are not devices, feeds or wires.
pub(crate) fn read(documents: &Documents, build: &mut Build, find: &Names, log: &Findings) {
    firmware::read(documents, build);
    for row in rows(documents, "scenario", roots::wiring, log) {
        let scenario = scenario(row, build, find, log);
        build.scenarios.push(scenario);
    }
    terms(documents, build, log);
    let mut seen = HashMap::new();
    for entry in roots::tables(documents, "gpio", roots::wiring) {
        gpio(entry, build, &mut seen, find, log);
    }
    times_and_essentials(documents, build, find, log);
    for entry in roots::tables(documents, "role", roots::wiring) {
        let subject = format!("role.{}", entry.key.value);
        for device in named(&subject, entry, build, find, log) {
            build.control.roles.push((entry.key.text(), device, entry.value.span));
        }
    }
    let mut seen = HashMap::new();
    for entry in roots::tables(documents, "watch", roots::wiring) {
        watch(entry, build, &mut seen, find, log);
    }
    let mut seen = HashMap::new();
    for entry in roots::tables(documents, "probe", roots::wiring) {
        probe(entry, build, &mut seen, find, log);
    }
    for row in rows(documents, "rule", roots::wiring, log) {
        let rule = interlock(row, build, find, log);
        build.control.rules.push(rule);
    }
    for row in rows(documents, "weak", |home| roots::wiring(home) || roots::guide(home), log) {
        let mut fields = row.fields;
        let what = devices(&mut fields, "what", build, find, log);
        let why = fields.required_text("why").map(|why| why.value).unwrap_or_default();
        fields.finish();
        build.weak.push(Weak { id: row.id.clone(), what, why, span: row.id.span });
    }
    for row in rows(documents, "waive", roots::wiring, log) {
        let mut fields = row.fields;
        let (rule, subject) = (fields.required_text("rule"), fields.required_text("subject"));
        let reason = fields.required_text("reason");
        fields.finish();
        if let (Some(rule), Some(subject), Some(reason)) = (rule, subject, reason) {
            build.waivers.push(Waiver { id: row.id.clone(), rule, subject, reason, span: row.id.span });
        }
    }
    for row in rows(documents, "open", roots::wiring, log) {
        let mut fields = row.fields;
        let ask = fields.required_text("ask").unwrap_or_else(|| row.id.clone());
        let (place, hint) = (words(&mut fields, "where"), words(&mut fields, "hint"));
        fields.finish();
        build.questions.push(Question { id: row.id.clone(), ask, place, hint, span: row.id.span });
    }
}

/// A table under a key, or a finding.
fn table<'a>(entry: &'a Entry, subject: &str, log: &'a Findings) -> Option<&'a Table> {
    match &entry.value.value {
        Datum::Table(table) => Some(table),
        Datum::Broken => None,
        _ => {
            log.push(wrong_shape::finding(subject, &entry.key.value, &entry.value, "a table"));
            None
        }
    }
}

/// The devices that an entry's value names.
fn named(subject: &str, entry: &Entry, build: &Build, find: &Names, log: &Findings) -> Vec<DeviceId> {
    let texts = value_texts(subject, &entry.key.value, &entry.value, log);
    texts.iter().flat_map(|text| find.devices(build, text, subject, log)).collect()
}

fn devices(
    fields: &mut Fields<'_>,
    key: &'static str,
    build: &Build,
    find: &Names,
    log: &Findings,
) -> Vec<(DeviceId, Span)> {
    let subject = fields.subject.clone();
    let of = |text: &Text| find.devices(build, text, &subject, log);
    fields.texts(key).iter().flat_map(|text| of(text).into_iter().map(|device| (device, text.span))).collect()
}

/// `[power]`: what the build demands of its currents.
fn terms(documents: &Documents, build: &mut Build, log: &Findings) {
    for table in roots::whole(documents, "power", roots::wiring) {
        let mut fields = Fields::new(table, "power", "`[power]`", log);
        let wires_at = quantity::number(&mut fields, "wires-at", Dimension::Temperature);
        let drop = quantity::number(&mut fields, "drop", Dimension::Ratio);
        let _ = (fields.take("cite"), fields.take("note"));
        fields.finish();
        if !wires_at.is_absent() {
            build.power.wires_at = wires_at;
        }
        if !drop.is_absent() {
            build.power.drop = drop;
        }
    }
}

fn scenario(row: Row<'_>, build: &Build, find: &Names, log: &Findings) -> Scenario {
    let (mut fields, id) = (row.fields, row.id);
    let mut profiles = std::collections::BTreeMap::new();
    if let Some(loads) = fields.table("loads") {
        for entry in &loads.entries {
            let Datum::Text(profile) = &entry.value.value else {
                log.push(wrong_shape::finding(
                    &fields.subject,
                    &entry.key.value,
                    &entry.value,
                    "the name of a profile",
                ));
                continue;
            };
            let profile = Spanned::new(profile.as_str().to_owned(), entry.value.span);
            for device in find.devices(build, &entry.key.text(), &fields.subject, log) {
                if !has_profile(build, device, &profile, &fields.subject, log) {
                    break;
                }
                profiles.insert(device, profile.clone());
            }
        }
    }
    let measured = quantity::number(&mut fields, "measured", Dimension::Current);
    let how = words(&mut fields, "how");
    let judged = fields.flag("judged").is_none_or(|flag| flag.value);
    fields.finish();
    Scenario { id: id.clone(), profiles, measured, how, judged, span: id.span }
}

fn has_profile(build: &Build, device: DeviceId, profile: &Text, subject: &str, log: &Findings) -> bool {
    let loads = build.part_of(device).loads.iter();
    let mut known: Vec<&str> =
        loads.flat_map(|load| load.profile.iter().map(|(name, _)| name.value.as_str())).collect();
    known.push("worst");
    let there = known.contains(&profile.value.as_str());
    if !there {
        let what = format!("a profile of `{}`", build.device(device).name);
        log.push(unknown_word::finding(subject, profile, &what, &known));
    }
    there
}

fn gpio(entry: &Entry, build: &mut Build, seen: &mut HashMap<DeviceId, Span>, find: &Names, log: &Findings) {
    let subject = format!("gpio.{}", entry.key.value);
    let Some(table) = table(entry, "gpio", log) else { return };
    let found = find.devices(build, &entry.key.text(), &subject, log);
    let mut fields = Fields::new(table, subject.as_str(), format!("`[{subject}]`"), log);
    let firmware = fields.texts("firmware");
    let console = fields.flag("console").map(|console| (console.value, console.span));
    let mut uses = Vec::new();
    for pin in fields.rest() {
        let number =
            pin.key.value.strip_prefix("gpio").and_then(|number| number.trim_matches(['[', ']']).parse::<u32>().ok());
        let Some(number) = number else {
            log.push(source::reading::unknown_key::finding(
                &subject,
                &fields.place,
                &pin.key,
                &["firmware", "console", "gpio<n>"],
            ));
            continue;
        };
        let Some(table) = self::table(pin, &subject, log) else {
            continue;
        };
        let mut pin_fields = Fields::new(table, format!("{subject}.gpio{number}"), format!("GPIO{number}"), log);
        let start = pin_fields.text("start");
        if let Some(word) = start.as_ref().filter(|word| !matches!(word.value.as_str(), "high" | "low" | "input")) {
            log.push(unknown_word::finding(
                &pin_fields.subject,
                word,
                "a way for a pin to start",
                &["high", "low", "input"],
            ));
        }
        let (function, note) = (pin_fields.text("function"), words(&mut pin_fields, "note"));
        pin_fields.finish();
        uses.push((number, pin.key.clone(), GpioUse { start, function, note, span: pin.key.span }));
    }
    fields.finish();
    for device in found {
        if let Some(&first) = seen.get(&device) {
            log.push(duplicate_name::finding("gpio", &entry.key, first));
            continue;
        }
        seen.insert(device, entry.key.span);
        let name = build.device(device).name.clone();
        let mut bound = std::collections::BTreeMap::new();
        for (number, key, use_) in &uses {
            let path = Spanned::new(format!("{name}.gpio[{number}]"), key.span);
            if !find.terminals(build, &path, &subject, log).is_empty() {
                bound.insert(*number, use_.clone());
            }
        }
        build.gpio.push(Gpio { device, firmware: firmware.clone(), console, uses: bound, span: entry.key.span });
    }
}

fn times_and_essentials(documents: &Documents, build: &mut Build, find: &Names, log: &Findings) {
    for table in roots::whole(documents, "control", roots::wiring) {
        if let Some(first) = build.control.span {
            log.push(duplicate_name::finding("table", &Spanned::new("control".to_owned(), table.span), first));
            continue;
        }
        let mut fields = Fields::new(table, "control", "`[control]`", log);
        let essential = devices(&mut fields, "essential", build, find, log);
        let control = &mut build.control;
        control.span = Some(table.span);
        control.essential = essential;
        control.off = quantity::duration(&mut fields, "off");
        control.on_min = quantity::duration(&mut fields, "on-min");
        control.off_min = quantity::duration(&mut fields, "off-min");
        control.stagger = quantity::duration(&mut fields, "stagger");
        fields.finish();
    }
}

/// `"pi[2..4]" = "pi[5]"`: each watched device, by each watcher.
fn watch(
    entry: &Entry,
    build: &mut Build,
    seen: &mut HashMap<(DeviceId, DeviceId), Span>,
    find: &Names,
    log: &Findings,
) {
    let subject = format!("watch.{}", entry.key.value);
    let watched = find.devices(build, &entry.key.text(), &subject, log);
    let watchers = named(&subject, entry, build, find, log);
    let pairs = watched.len().saturating_mul(watchers.len());
    if pairs > MOST {
        log.push(too_large::finding(&entry.key.value, pairs, MOST, entry.key.span));
        return;
    }
    for &watched in &watched {
        for &watcher in &watchers {
            if let Some(&first) = seen.get(&(watched, watcher)) {
                log.push(duplicate_name::finding("watch", &entry.key, first));
                continue;
            }
            seen.insert((watched, watcher), entry.key.span);
            build.control.watches.push(Watch { watched, watcher, span: entry.key.span });
        }
    }
}

fn probe(entry: &Entry, build: &mut Build, seen: &mut HashMap<DeviceId, Span>, find: &Names, log: &Findings) {
    let subject = format!("probe.{}", entry.key.value);
    let Some(table) = table(entry, "probe", log) else {
        return;
    };
    let found = find.devices(build, &entry.key.text(), &subject, log);
    let mut fields = Fields::new(table, subject.as_str(), format!("`[{subject}]`"), log);
    let ping = fields.flag("ping").is_some_and(|ping| ping.value);
    let tcp = fields.count("tcp", 1, 65_535).and_then(|port| u16::try_from(port.value).ok());
    let http = words(&mut fields, "http");
    let every = quantity::duration(&mut fields, "every");
    let fails = fields.count("fails", 1, 1_000_000).map(|fails| fails.value);
    fields.finish();
    for device in found {
        if let Some(&first) = seen.get(&device) {
            log.push(duplicate_name::finding("probe", &entry.key, first));
            continue;
        }
        seen.insert(device, entry.key.span);
        let http = http.clone();
        build.control.probes.push(Probe { device, ping, tcp, http, every, fails, span: entry.key.span });
    }
}

/// Coils by paths such as `k8.k[1..2]`.
fn coils(
    fields: &mut Fields<'_>,
    key: &'static str,
    build: &Build,
    find: &Names,
    log: &Findings,
) -> Vec<(DeviceId, u32)> {
    let subject = fields.subject.clone();
    let mut found = Vec::new();
    for text in fields.texts(key) {
        let mut depth = 0;
        let dot = text.value.find(|character| {
            depth += i32::from(character == '[') - i32::from(character == ']');
            character == '.' && depth == 0
        });
        let (owner, coil) = dot.map_or((text.value.as_str(), ""), |dot| (&text.value[..dot], &text.value[dot + 1..]));
        let names = super::elements::expanded(coil);
        for device in find.devices(build, &Spanned::new(owner.to_owned(), text.span), &subject, log) {
            let coils = &build.part_of(device).coils;
            for name in &names {
                match (0..).zip(coils).find(|(_, coil)| coil.name == *name) {
                    Some((index, _)) => found.push((device, index)),
                    None => {
                        let known = coils.iter().map(|coil| coil.name.as_str());
                        log.push(super::unknown_element::finding(&subject, "coil", &text, known));
                        return found;
                    }
                }
            }
        }
    }
    found
}

fn interlock(row: Row<'_>, build: &Build, find: &Names, log: &Findings) -> Interlock {
    let (mut fields, id) = (row.fields, row.id);
    let plain = |found: Vec<(DeviceId, Span)>| found.into_iter().map(|(device, _)| device).collect();
    let rule = Interlock {
        id: id.clone(),
        at_most: fields.count("at-most", 1, 1_000_000).map(|most| most.value),
        never_both: plain(devices(&mut fields, "never-both", build, find, log)),
        never_together: coils(&mut fields, "never-together", build, find, log),
        of: plain(devices(&mut fields, "of", build, find, log)),
        before_off: words(&mut fields, "before-off"),
        hard: fields.flag("hard").is_some_and(|hard| hard.value),
        span: id.span,
    };
    fields.finish();
    rule
}
