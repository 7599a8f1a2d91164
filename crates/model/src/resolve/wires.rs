//! Bundles and their runs: arrows become wires, cables and matings.

mod style;

use std::collections::BTreeMap;

use source::documents::Documents;
use source::fields::Fields;
use source::reading::{too_large, wrong_shape};
use source::value::{Datum, Entry, Value};
use source::{Findings, Span, Text};

use self::style::Style;
use super::connectors::Connector;
use super::names::{Meant, Names};
use super::paths::{self, Side};
use super::{bad_path, devices, mating, roots, unequal_ends, unknown_connector};
use crate::build::Build;
use crate::device::{DeviceId, Origin, Terminal};
use crate::part::PartId;
use crate::units::{Band, Metres, Number};
use crate::wire::{Attributes, Bundle, BundleId, BundleKind, Run, RunId, RunKind, Wire, WireId};

/// Most wires of a build.
const MOST_WIRES: usize = 2_000_000;

/// Binds every `[wire.<id>]`, `[cable.<id>]` and `[plug.<id>]` in file then line order.
pub fn bind(
    documents: &Documents,
    build: &mut Build,
    names: &mut Names,
    connectors: &BTreeMap<String, Connector>,
    log: &Findings,
) {
    let mut all: Vec<(&Entry, &'static str)> = Vec::new();
    for document in documents.all.iter().filter(|document| roots::wiring(&document.home)) {
        let mut here = Vec::new();
        for kind in ["wire", "cable", "plug"] {
            if let Some(Datum::Table(table)) = document.root.get(kind).map(|value| &value.value) {
                here.extend(table.entries.iter().map(|entry| (entry, kind)));
            }
        }
        here.sort_by_key(|(entry, _)| entry.key.span);
        all.extend(here);
    }
    names.expect_bundles(all.len());
    build.bundles.reserve(all.len());
    for (entry, kind) in all {
        let id = BundleId(u32::try_from(build.bundles.len()).expect("bundles are bounded"));
        if let Some(first) = names.bundle(&entry.key.value) {
            let span = build.bundle(first).span;
            names.duplicate(log, span, &entry.key, "bundle");
            continue;
        }
        match &entry.value.value {
            Datum::Table(_) => {
                names.add_bundle(&entry.key.value, id);
                Reader { build, names, connectors, log, bundle: id, nth: 0, name: entry.key.value.as_str() }
                    .bundle(entry, kind);
            }
            Datum::Broken => {}
            _ => log.push(wrong_shape::finding(&entry.key.value, &entry.key.value, &entry.value, "a table")),
        }
    }
}

struct Reader<'a> {
    build: &'a mut Build,
    names: &'a mut Names,
    connectors: &'a BTreeMap<String, Connector>,
    log: &'a Findings,
    bundle: BundleId,
    nth: u32,
    name: &'a str,
}

impl Reader<'_> {
    fn bundle(&mut self, entry: &Entry, kind: &str) {
        let Datum::Table(table) = &entry.value.value else {
            return;
        };
        let mut fields = Fields::new(table, self.name, [kind, " `", self.name, "`"], self.log);
        let kind = match kind {
            "cable" => fields
                .required_text("part")
                .and_then(|id| self.names.part(&id, self.name, self.log))
                .map(BundleKind::Cable),
            "plug" => Some(BundleKind::Plug),
            _ => Some(BundleKind::Wire),
        };
        let style = match kind {
            Some(BundleKind::Wire) => self.style(&mut fields, &Style::default()),
            _ => Style::default(),
        };
        let cut = fields.count("cut", 0, 1_000_000).map(|count| (count.value, count.span));
        let note = fields.text("note").map(|text| text.value);
        let missing = fields.key_span("run").is_none();
        let runs = fields.list("run");
        if missing {
            self.log.push(source::reading::missing_key::finding(self.name, &fields.place, "run", table.span));
        }
        fields.finish();
        let first = u32::try_from(self.build.runs.len()).expect("runs are bounded");
        self.build.bundles.push(Bundle {
            name: entry.key.text(),
            kind: kind.unwrap_or(BundleKind::Plug),
            cut,
            note,
            runs: (first, first),
            span: entry.key.span,
        });
        let shared = self.keep(&style);
        for run in runs {
            self.entry(run, kind, &style, shared);
        }
        let end = u32::try_from(self.build.runs.len()).expect("runs are bounded");
        self.build.bundles[self.bundle.0 as usize].runs.1 = end;
    }

    fn keep(&mut self, style: &Style) -> u32 {
        self.build.attributes.push(style.attributes.clone());
        u32::try_from(self.build.attributes.len() - 1).expect("attributes are bounded")
    }

    /// One string, or a table whose attributes win.
    fn entry(&mut self, value: &Value, kind: Option<BundleKind>, style: &Style, shared: u32) {
        match &value.value {
            Datum::Text(text) => self.text(text, value.span, kind, style, shared, None),
            Datum::Table(table) => {
                let mut fields = Fields::new(table, self.name, ["a run of `", self.name, "`"], self.log);
                let own = match kind {
                    Some(BundleKind::Wire) => self.style(&mut fields, style),
                    _ => Style::default(),
                };
                let kept = self.keep(&own);
                let long = fields.text("from").zip(fields.text("to"));
                let runs = fields.texts("run");
                let _ = fields.take("note");
                fields.finish();
                for run in &runs {
                    self.text(&run.value, run.span, kind, &own, kept, None);
                }
                if let Some((from, to)) = long {
                    self.text(&format!("{} -> {}", from.value, to.value), from.span, kind, &own, kept, Some(to.span));
                } else if runs.is_empty() {
                    self.log.push(source::reading::missing_key::finding(self.name, "a run", "run", table.span));
                }
            }
            Datum::Broken => {}
            _ => self.log.push(wrong_shape::finding(self.name, "run", value, "an arrow string or a table")),
        }
    }

    /// Takes one arrow apart and makes its runs.
    fn text(
        &mut self,
        text: &str,
        span: Span,
        kind: Option<BundleKind>,
        style: &Style,
        shared: u32,
        to_span: Option<Span>,
    ) {
        let arrow = match paths::arrow(text) {
            Ok(arrow) => arrow,
            Err(slip) => {
                let span = to_span.map_or_else(|| paths::slip_span(span, slip.at), |_| span);
                self.log.push(bad_path::finding(self.name, text, span, &slip.what));
                self.lose(1);
                return;
            }
        };
        let Some(kind) = kind else { return self.lose(1) };
        if kind == BundleKind::Wire {
            self.wires(&arrow.sides, arrow.directed, span, style, shared, to_span);
        } else {
            self.ports(&arrow.sides, arrow.directed, span, kind);
        }
    }

    fn lose(&mut self, count: usize) {
        for _ in 0..count.clamp(1, 10_000) {
            self.nth += 1;
            self.names.lose(self.bundle, self.nth);
        }
    }

    /// The terminals of one side, each with its bytes; `None` if some path did not bind.
    fn side(&mut self, side: &Side<'_>, span: Span, to_span: Option<Span>) -> (Vec<(Terminal, Span)>, bool) {
        let (mut found, mut whole) = (Vec::new(), true);
        for &(path, at) in &side.paths {
            let here = to_span.filter(|_| at > 0).unwrap_or_else(|| span.part(at, at + path.len()));
            match self.names.meant(self.build, path, here, self.name, self.log) {
                Some(Meant::Terminals(terminals)) => {
                    found.extend(terminals.into_iter().map(|terminal| (terminal, here)));
                }
                Some(Meant::Ports(_)) => {
                    self.log.push(bad_path::finding(
                        self.name,
                        path,
                        here,
                        "this is a port: a wire lands on one of its pins, a cable on the port",
                    ));
                    whole = false;
                }
                None => whole = false,
            }
        }
        (found, whole)
    }

    fn wires(
        &mut self,
        sides: &[Side<'_>; 2],
        directed: bool,
        span: Span,
        style: &Style,
        shared: u32,
        to_span: Option<Span>,
    ) {
        let (left, left_whole) = self.side(&sides[0], span, to_span);
        let (right, right_whole) = self.side(&sides[1], span, to_span);
        let each = [sides[0].each, sides[1].each];
        let count = left.len().max(right.len());
        let meets = match each {
            [false, false] => left.len() == right.len(),
            [true, false] => right.len() == 1,
            [false, true] => left.len() == 1,
            [true, true] => false,
        };
        if !left_whole || !right_whole || !meets {
            if left_whole && right_whole {
                self.log.push(unequal_ends::finding(self.build, self.name, [&left, &right], each, span));
            }
            let bound = left.iter().chain(&right).map(|&(terminal, _)| terminal);
            self.build.excused.extend(bound.take(100_000));
            return self.lose(count);
        }
        if self.build.wires.len() + count > MOST_WIRES {
            self.log.push(too_large::finding("the number of wires", self.build.wires.len() + count, MOST_WIRES, span));
            return self.lose(count);
        }
        for n in 0..count {
            let pick = |ends: &[(Terminal, Span)]| if ends.len() == 1 { ends[0] } else { ends[n] };
            self.wire([pick(&left), pick(&right)], directed, span, style, shared);
        }
    }

    fn wire(&mut self, ends: [(Terminal, Span); 2], directed: bool, span: Span, style: &Style, shared: u32) {
        self.nth += 1;
        let attributes = match style.lengths.get(self.nth as usize - 1).or(style.lengths.last()) {
            None => shared,
            Some(&length) => {
                self.build.attributes.push(Attributes { length, ..style.attributes.clone() });
                u32::try_from(self.build.attributes.len() - 1).expect("attributes are bounded")
            }
        };
        let run = RunId(u32::try_from(self.build.runs.len()).expect("runs are bounded"));
        let what = match style.inline {
            None => RunKind::Wire(self.piece(ends, run, directed, attributes, span)),
            Some((part, at)) => {
                let name = format!("{}/{}", self.name, self.nth);
                let device = devices::plain(name.clone(), name, None, part, Origin::Inline, at);
                if self.build.part(part).terminals.len() < 2 {
                    self.log.push(bad_path::finding(
                        self.name,
                        &self.build.part(part).id,
                        at,
                        "an inline part has two terminals",
                    ));
                    return self.names.lose(self.bundle, self.nth);
                }
                let id = devices::add(self.build, device);
                let first = self.build.device(id).first;
                let (a, b) = (Terminal(first), Terminal(first + 1));
                // Half the written length on each side keeps the sum that is cut from the stock.
                let half = self.halved(attributes);
                let from = self.piece([ends[0], (a, at)], run, directed, half, span);
                let to = self.piece([(b, at), ends[1]], run, directed, half, span);
                RunKind::Inline(from, id, to)
            }
        };
        self.build.runs.push(Run { bundle: self.bundle, nth: self.nth, span, directed, what });
    }

    fn halved(&mut self, attributes: u32) -> u32 {
        let mut half = self.build.attributes[attributes as usize].clone();
        if let Number::Is(band, span) = half.length {
            half.length = Number::Is(
                Band { lo: Metres(band.lo.0 / 2.0), typ: Metres(band.typ.0 / 2.0), hi: Metres(band.hi.0 / 2.0) },
                span,
            );
        }
        self.build.attributes.push(half);
        u32::try_from(self.build.attributes.len() - 1).expect("attributes are bounded")
    }

    fn piece(
        &mut self,
        ends: [(Terminal, Span); 2],
        run: RunId,
        directed: bool,
        attributes: u32,
        span: Span,
    ) -> WireId {
        let id = WireId(u32::try_from(self.build.wires.len()).expect("wires are bounded"));
        let [(from, from_span), (to, to_span)] = ends;
        self.build.wires.push(Wire {
            ends: [from, to],
            run,
            directed,
            attributes,
            end_spans: [from_span, to_span],
            span,
        });
        id
    }

    /// The ports of one side.
    fn port_side(&mut self, side: &Side<'_>, span: Span) -> (Vec<(DeviceId, u32)>, bool) {
        let (mut found, mut whole) = (Vec::new(), true);
        for &(path, at) in &side.paths {
            let here = span.part(at, at + path.len());
            match self.names.meant(self.build, path, here, self.name, self.log) {
                Some(Meant::Ports(ports)) => found.extend(ports),
                Some(Meant::Terminals(terminals)) => {
                    let what = "this is a terminal: cables and plugs join ports";
                    self.log.push(bad_path::finding(self.name, path, here, what));
                    self.build.excused.extend(terminals.into_iter().take(10_000));
                    whole = false;
                }
                None => whole = false,
            }
        }
        (found, whole)
    }

    fn ports(&mut self, sides: &[Side<'_>; 2], directed: bool, span: Span, kind: BundleKind) {
        let (left, left_whole) = self.port_side(&sides[0], span);
        let (right, right_whole) = self.port_side(&sides[1], span);
        let count = left.len().max(right.len());
        let each = sides[0].each || sides[1].each;
        let meets = left.len() == right.len() && !each;
        if !left_whole || !right_whole || !meets {
            if left_whole && right_whole {
                self.log.push(unequal_ends::ports(self.name, left.len(), right.len(), span));
            }
            for (device, port) in left.into_iter().chain(right).take(10_000) {
                let pins: Vec<Terminal> = {
                    let device = self.build.device(device);
                    let pins = &self.build.part(device.part).ports[port as usize].pins;
                    pins.iter().map(|&pin| device.terminal(pin)).collect()
                };
                self.build.excused.extend(pins);
            }
            return self.lose(count);
        }
        for (from, to) in left.into_iter().zip(right) {
            self.nth += 1;
            let what = match kind {
                BundleKind::Cable(part) => match self.cable(part, from, to, span) {
                    Some(what) => what,
                    None => {
                        self.names.lose(self.bundle, self.nth);
                        continue;
                    }
                },
                _ => RunKind::Plug(Box::new(mating::mate(self.build, self.connectors, [from, to], span))),
            };
            self.build.runs.push(Run { bundle: self.bundle, nth: self.nth, span, directed, what });
        }
    }

    /// A cable is a device with two ends; it is turned round where only that fits.
    fn cable(&mut self, part: PartId, from: (DeviceId, u32), to: (DeviceId, u32), span: Span) -> Option<RunKind> {
        let find = |name: &str| self.build.part(part).ports.iter().position(|port| port.name == name);
        let (Some(a), Some(b)) = (find("a"), find("b")) else {
            let text = Text { value: self.build.part(part).id.clone(), span };
            self.log.push(unknown_connector::no_ends(self.name, &text));
            return None;
        };
        let [a, b] = [a, b].map(|at| u32::try_from(at).expect("ports are bounded"));
        let name = format!("{}/{}", self.name, self.nth);
        let device = devices::plain(name.clone(), name, None, part, Origin::Cable, span);
        let id = devices::add(self.build, device);
        let plugged = |ends| Box::new(mating::mate(self.build, self.connectors, ends, span));
        let straight = [plugged([from, (id, a)]), plugged([(id, b), to])];
        if straight.iter().all(|mate| mate.fits) {
            let [first, second] = straight;
            return Some(RunKind::Cable(id, first, second));
        }
        let turned = [plugged([from, (id, b)]), plugged([(id, a), to])];
        let [first, second] = if turned.iter().all(|mate| mate.fits) { turned } else { straight };
        Some(RunKind::Cable(id, first, second))
    }
}
