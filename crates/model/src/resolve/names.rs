//! Binding names that people wrote to what the build has.

mod runs;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt};

use source::documents::Documents;
use source::nearest::nearest;
use source::{Findings, Named, Span, Spanned, Text};

use super::paths::{self, Index, MOST, Segment, base, indexed};
use super::{ambiguous_pin, bad_path, duplicate_name, unknown_device, unknown_part, unknown_terminal};
use crate::build::Build;
use crate::device::{DeviceId, Terminal};
use crate::part::{Local, Part, PartId};
use crate::wire::BundleId;

/// Everything that can be looked up by name.
#[derive(Default)]
pub struct Names {
    parts: BTreeMap<String, PartId>,
    library: Vec<&'static str>,
    /// For each part, made when a path first asks: terminal (or alias) → local, and group → locals ascending.
    terminals: Vec<OnceCell<Lookup>>,
    bundles: HashMap<String, BundleId>,
    /// Runs that did not bind: whoever names them is not told off for it.
    lost: BTreeSet<(BundleId, u32)>,
}

/// The terminals and ports of one part, by name.
#[derive(Default, Clone)]
pub struct Lookup {
    exact: HashMap<String, Local>,
    groups: HashMap<String, Vec<Local>>,
    ports: HashMap<String, u32>,
    /// Has a header whose pins stand on the device itself.
    header: bool,
}

impl Lookup {
    fn of(part: &Part) -> Self {
        let mut lookup = Self { exact: HashMap::with_capacity(2 * part.terminals.len()), ..Self::default() };
        for (n, terminal) in part.terminals.iter().enumerate() {
            let local = Local(u32::try_from(n).expect("terminals of a part are bounded"));
            lookup.exact.insert(terminal.name.clone(), local);
            lookup.group(&terminal.name, local);
        }
        for (n, port) in part.ports.iter().enumerate() {
            lookup.ports.insert(port.name.clone(), u32::try_from(n).expect("ports of a part are bounded"));
            for (position, &pin) in port.pins.iter().enumerate() {
                let alias = part.terminals[pin.0 as usize].alias.clone();
                if alias.is_some() {
                    lookup.header = true;
                }
                let number = u32::try_from(position + 1).expect("pins of a connector are bounded");
                let name = alias.unwrap_or_else(|| indexed(&port.name, number));
                lookup.group(&name, pin);
                lookup.exact.entry(name).or_insert(pin);
            }
        }
        lookup
    }

    fn group(&mut self, name: &str, local: Local) {
        let Some(base) = base(name) else { return };
        match self.groups.get_mut(base) {
            Some(group) => group.push(local),
            None => _ = self.groups.insert(base.to_owned(), vec![local]),
        }
    }
}

/// What a path of a device means.
pub enum Meant {
    /// Terminals.
    Terminals(Vec<Terminal>),
    /// Ports: device and index.
    Ports(Vec<(DeviceId, u32)>),
}

impl Names {
    /// Names of parts only; the rest is added as it is bound.
    pub fn new(documents: &Documents) -> Self {
        Self { library: documents.library_ids.clone(), ..Self::default() }
    }

    /// Adds a bound part.
    pub fn add_part(&mut self, id: PartId, part: &Part) {
        self.parts.insert(part.id.clone(), id);
        self.terminals.push(OnceCell::new());
    }

    fn lookup(&self, build: &Build, device: DeviceId) -> &Lookup {
        let part = build.device(device).part;
        self.terminals[part.0 as usize].get_or_init(|| Lookup::of(build.part(part)))
    }

    /// Takes note of a part before it is bound (parts name each other).
    pub fn announce(&mut self, name: &str, id: PartId) {
        self.parts.insert(name.to_owned(), id);
    }

    /// Adds a bundle.
    pub fn add_bundle(&mut self, name: &str, id: BundleId) {
        self.bundles.insert(name.to_owned(), id);
    }

    /// Makes room for so many bundles.
    pub fn expect_bundles(&mut self, count: usize) {
        self.bundles.reserve(count);
    }

    /// The bundle of a name.
    pub fn bundle(&self, name: &str) -> Option<BundleId> {
        self.bundles.get(name).copied()
    }

    /// Takes note of a run that did not bind.
    pub fn lose(&mut self, bundle: BundleId, nth: u32) {
        self.lost.insert((bundle, nth));
    }

    /// The part of an id, without a word if there is none.
    pub fn find_part(&self, id: &str) -> Option<PartId> {
        self.parts.get(id).copied()
    }

    /// The part of an id.
    pub fn part(&self, id: &Text, subject: &(impl Named + ?Sized), log: &Findings) -> Option<PartId> {
        let found = self.find_part(&id.value);
        if found.is_none() {
            let near = nearest(&id.value, self.parts.keys().map(String::as_str).chain(self.library.iter().copied()));
            log.push(unknown_part::finding(subject.name(), id, near));
        }
        found
    }

    /// The devices that a path without terminal means: `k1`, `pi[*]`, `pi[1..3]`, `pi`.
    pub fn devices(&self, build: &Build, path: &Text, subject: &str, log: &Findings) -> Vec<DeviceId> {
        match paths::segments(&path.value) {
            Ok(segments) if segments.len() == 1 => {
                self.device_segment(build, &segments[0], path.span, subject, log).into_owned()
            }
            Ok(_) => {
                log.push(unknown_device::finding(subject, &path.value, path.span, None));
                Vec::new()
            }
            Err(slip) => {
                log.push(bad_path::finding(subject, &path.value, paths::slip_span(path.span, slip.at), &slip.what));
                Vec::new()
            }
        }
    }

    fn device_segment<'a>(
        &self,
        build: &'a Build,
        segment: &Segment<'_>,
        span: Span,
        subject: &str,
        log: &Findings,
    ) -> Cow<'a, [DeviceId]> {
        let group = build.named(segment.name);
        if group.is_empty() {
            let near = nearest(segment.name, build.groups());
            log.push(unknown_device::finding(subject, segment.name, span, near));
            return Cow::default();
        }
        match &segment.index {
            Index::None | Index::All => Cow::Borrowed(group),
            ranges if ranges.count() > MOST => {
                log.push(source::reading::too_large::finding(segment.name, ranges.count(), MOST, span));
                Cow::default()
            }
            ranges => {
                let mut found = Vec::new();
                for number in ranges.numbers() {
                    let numbered = |id: &&DeviceId| build.device(**id).number == Some(number);
                    let at = (number as usize).checked_sub(1).and_then(|at| group.get(at)).filter(|id| numbered(id));
                    match at.or_else(|| group.iter().find(numbered)) {
                        Some(&id) => found.push(id),
                        None => {
                            let name = format!("{}[{number}]", segment.name);
                            log.push(unknown_device::out_of_range(subject, &name, segment.name, group.len(), span));
                            return Cow::default();
                        }
                    }
                }
                Cow::Owned(found)
            }
        }
    }

    /// What a path means: terminals or ports. `None` if it did not bind (and was reported).
    pub fn meant(&self, build: &Build, path: &str, span: Span, subject: &str, log: &Findings) -> Option<Meant> {
        let segments = match paths::segments(path) {
            Ok(segments) => segments,
            Err(slip) => {
                log.push(bad_path::finding(subject, path, paths::slip_span(span, slip.at), &slip.what));
                return None;
            }
        };
        let devices = self.device_segment(build, &segments[0], span, subject, log);
        if devices.is_empty() {
            return None;
        }
        if segments.len() == 1 {
            log.push(unknown_terminal::none_named(build, devices[0], subject, path, span));
            return None;
        }
        // Most paths are one plain name of one device.
        if let ([device], [Segment { name, index: Index::None }]) = (&*devices, &segments[1..])
            && let Some(&local) = self.lookup(build, *device).exact.get(*name)
        {
            return Some(Meant::Terminals(vec![build.device(*device).terminal(local)]));
        }
        let (mut terminals, mut ports) = (Vec::new(), Vec::new());
        for &device in &*devices {
            match self.of_part(build, device, &segments[1..])? {
                Found::Terminals(locals) => {
                    terminals.extend(locals.into_iter().map(|local| build.device(device).terminal(local)));
                }
                Found::Ports(found) => ports.extend(found.into_iter().map(|port| (device, port))),
                Found::Nothing(name) => {
                    self.complain(build, device, &segments[1..], &name, span, subject, log);
                    return None;
                }
            }
            if terminals.len() > MOST {
                log.push(source::reading::too_large::finding(path, terminals.len(), MOST, span));
                return None;
            }
        }
        Some(if ports.is_empty() { Meant::Terminals(terminals) } else { Meant::Ports(ports) })
    }

    fn complain(
        &self,
        build: &Build,
        device: DeviceId,
        rest: &[Segment<'_>],
        name: &str,
        span: Span,
        subject: &str,
        log: &Findings,
    ) {
        let lookup = self.lookup(build, device);
        let bare = rest.len() == 1 && rest[0].name.bytes().all(|byte| byte.is_ascii_digit());
        if let (true, true, Ok(number)) = (bare, lookup.header, rest[0].name.parse::<u32>()) {
            let pin =
                |name: String| lookup.exact.get(&name).map(|&local| build.shown(build.device(device).terminal(local)));
            let pins = [pin(format!("gpio[{number}]")), pin(format!("pin[{number}]"))];
            log.push(ambiguous_pin::finding(subject, &build.device(device).name, number, pins, span));
        } else {
            log.push(unknown_terminal::finding(build, device, subject, name, span));
        }
    }

    /// `None` only if expansion is out of bounds, which cannot be reported without a build-wide limit.
    fn of_part(&self, build: &Build, device: DeviceId, rest: &[Segment<'_>]) -> Option<Found> {
        let lookup = self.lookup(build, device);
        // Most paths are one plain name.
        if let [Segment { name, index: Index::None }] = rest
            && let Some(&local) = lookup.exact.get(*name)
        {
            return Some(Found::Terminals(vec![local]));
        }
        let mut prefixes = vec![String::new()];
        for (n, segment) in rest.iter().enumerate() {
            let last = n + 1 == rest.len();
            let mut next = Vec::new();
            for prefix in &prefixes {
                let name = paths::dotted(prefix, segment.name);
                match &segment.index {
                    Index::None => next.push(name),
                    Index::All if last => match lookup.groups.get(&name) {
                        Some(_) => next.push(name),
                        None => next.extend(
                            (1..).map(|n| indexed(&name, n)).take_while(|port| lookup.ports.contains_key(port)),
                        ),
                    },
                    Index::All => {
                        next.extend(
                            (1..).map(|n| indexed(&name, n)).take_while(|port| lookup.ports.contains_key(port)),
                        );
                    }
                    ranges => {
                        if ranges.count() > 10_000 || next.len() > MOST {
                            return Some(Found::Nothing(name));
                        }
                        next.extend(ranges.numbers().map(|number| indexed(&name, number)));
                    }
                }
            }
            if next.is_empty() {
                return Some(Found::Nothing(segment.name.to_owned()));
            }
            prefixes = next;
        }
        let (mut terminals, mut ports) = (Vec::new(), Vec::new());
        for name in prefixes {
            if let Some(&local) = lookup.exact.get(&name) {
                terminals.push(local);
            } else if let Some(&port) = lookup.ports.get(&name) {
                ports.push(port);
            } else if let Some(group) = lookup.groups.get(&name) {
                terminals.extend(group);
            } else {
                return Some(Found::Nothing(name));
            }
        }
        Some(if ports.is_empty() { Found::Terminals(terminals) } else { Found::Ports(ports) })
    }

    /// The terminals of a path; a port means all its pins, a device all its terminals.
    pub fn terminals(&self, build: &Build, path: &Text, subject: &str, log: &Findings) -> Vec<Terminal> {
        if paths::segments(&path.value).is_ok_and(|segments| segments.len() == 1) {
            let of = |id: DeviceId| {
                let device = build.device(id);
                let count = build.part(device.part).terminals.len();
                (device.first..).take(count).map(Terminal)
            };
            return self.devices(build, path, subject, log).into_iter().flat_map(of).collect();
        }
        match self.meant(build, &path.value, path.span, subject, log) {
            None => Vec::new(),
            Some(Meant::Terminals(terminals)) => terminals,
            Some(Meant::Ports(ports)) => {
                let pins = |(device, port): (DeviceId, u32)| {
                    let pins = &build.part_of(device).ports[port as usize].pins;
                    pins.iter().map(move |&pin| build.device(device).terminal(pin)).collect::<Vec<_>>()
                };
                ports.into_iter().flat_map(pins).collect()
            }
        }
    }

    /// Says that a name stands twice.
    pub fn duplicate(&self, log: &Findings, first: Span, again: &Spanned<impl AsRef<str>>, what: &str) {
        log.push(duplicate_name::finding(what, again, first));
    }
}

enum Found {
    Terminals(Vec<Local>),
    Ports(Vec<u32>),
    Nothing(String),
}
