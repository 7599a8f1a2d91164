//! The terminals of a part while its elements are read: an end makes its terminal.

use foldhash::HashMap;

use source::{Findings, Named, Span};

use super::paths::{self, Index, base, indexed};
use super::{bad_path, unknown_terminal};
use crate::part::{End, Local, PartTerminal, Role};
use crate::units::Number;

/// Most terminals of one part.
const MOST: usize = 10_000;

/// Terminals in the making.
#[derive(Default)]
pub struct Terminals {
    /// In the order in which they were made.
    pub all: Vec<PartTerminal>,
    exact: HashMap<String, Local>,
    groups: HashMap<String, Vec<Local>>,
    /// Names that are ports, so that `main.5w` is a slip and not a new terminal.
    ports: Vec<String>,
}

/// What an end string names: one end an element (zipped), or one end that all share.
pub enum Ends {
    /// `in[1..8]`: one each.
    Each(Vec<End>),
    /// `jd-vcc`, or a whole group: shared.
    Shared(End),
}

impl Ends {
    /// How many elements it makes.
    pub fn count(&self) -> usize {
        match self {
            Self::Each(ends) => ends.len(),
            Self::Shared(_) => 1,
        }
    }

    /// The end of element `n` of `count`.
    pub fn at(&self, n: usize) -> Option<End> {
        match self {
            Self::Each(ends) => ends.get(n).cloned(),
            Self::Shared(end) => Some(end.clone()),
        }
    }

    /// All its terminals.
    pub fn flat(self) -> End {
        match self {
            Self::Each(ends) => ends.into_iter().flatten().collect(),
            Self::Shared(end) => end,
        }
    }
}

impl Terminals {
    /// Adds a pin of a port.
    pub fn pin(
        &mut self,
        name: String,
        alias: Option<String>,
        port: u32,
        position: u32,
        bare: bool,
        max: Number<crate::units::Amps>,
        span: Span,
    ) -> Local {
        let local = self.make(name, span);
        if let Some(alias) = &alias {
            self.exact.entry(alias.clone()).or_insert(local);
        }
        let terminal = &mut self.all[local.0 as usize];
        terminal.alias = alias;
        terminal.pin = Some((port, position));
        terminal.bare = bare;
        terminal.max = max;
        if bare {
            terminal.clamp = Some("header".to_owned());
        }
        local
    }

    /// A second name for a pin: `in[16]`.
    pub fn also(&mut self, name: String, local: Local) {
        self.group(&name, local);
        self.exact.entry(name).or_insert(local);
    }

    /// Takes note of a port's name and of how many pins it will get.
    pub fn port(&mut self, name: &str, pins: usize) {
        self.ports.push(name.to_owned());
        self.all.reserve(pins);
        self.exact.reserve(2 * pins);
    }

    /// A terminal with a number belongs to the group of that name.
    fn group(&mut self, name: &str, local: Local) {
        let Some(base) = base(name) else { return };
        match self.groups.get_mut(base) {
            Some(group) => group.push(local),
            None => _ = self.groups.insert(base.to_owned(), vec![local]),
        }
    }

    /// A terminal that is there already.
    pub fn known(&self, name: &str) -> Option<Local> {
        self.exact.get(name).copied()
    }

    fn make(&mut self, name: String, span: Span) -> Local {
        match self.exact.get(&name) {
            Some(&there) => there,
            None => self.fresh(name, span),
        }
    }

    /// A terminal of a name that none has.
    fn fresh(&mut self, name: String, span: Span) -> Local {
        let local = Local(u32::try_from(self.all.len()).expect("terminals of a part are bounded"));
        self.group(&name, local);
        self.exact.insert(name.clone(), local);
        self.all.push(PartTerminal {
            name,
            alias: None,
            role: Role::Passive,
            pin: None,
            clamp: None,
            wire: Number::Absent,
            wires: 1,
            bare: false,
            silk: None,
            max: Number::Absent,
            ohms: Number::Absent,
            span,
        });
        local
    }

    /// The terminals that a string of a part names; makes those that no port has.
    pub fn ends(&mut self, subject: &(impl Named + ?Sized), text: &str, span: Span, log: &Findings) -> Option<Ends> {
        // Most strings are one plain name.
        if paths::is_name(text) {
            return self.named(subject, text, false, span, log).map(Ends::Shared);
        }
        let segments = match paths::segments(text) {
            Ok(segments) => segments,
            Err(slip) => {
                log.push(bad_path::finding(subject.name(), text, paths::slip_span(span, slip.at), &slip.what));
                return None;
            }
        };
        let mut names = vec![String::new()];
        for (n, segment) in segments.iter().enumerate() {
            let mut next = Vec::new();
            for prefix in &names {
                let name = paths::dotted(prefix, segment.name);
                match &segment.index {
                    Index::None => next.push(name),
                    Index::All => {
                        if n + 1 == segments.len() && !self.groups.contains_key(&name) {
                            log.push(unknown_terminal::of_part(subject.name(), &name, span));
                            return None;
                        }
                        next.push(name);
                    }
                    ranges => {
                        if ranges.count().saturating_mul(names.len()) > MOST || self.all.len() > MOST {
                            log.push(source::reading::too_large::finding(text, ranges.count(), MOST, span));
                            return None;
                        }
                        next.extend(ranges.numbers().map(|number| indexed(&name, number)));
                    }
                }
            }
            names = next;
        }
        let dotted = segments.len() > 1;
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            found.push(self.named(subject, &name, dotted, span, log)?);
        }
        Some(if found.len() == 1 { Ends::Shared(found.swap_remove(0)) } else { Ends::Each(found) })
    }

    fn named(
        &mut self,
        subject: &(impl Named + ?Sized),
        name: &str,
        dotted: bool,
        span: Span,
        log: &Findings,
    ) -> Option<End> {
        if let Some(&local) = self.exact.get(name) {
            return Some(vec![local]);
        }
        if let Some(group) = self.groups.get(name) {
            return Some(group.clone());
        }
        let port = name.split('.').next().unwrap_or(name);
        if dotted || self.ports.iter().any(|known| known == port) {
            log.push(unknown_terminal::of_part(subject.name(), name, span));
            return None;
        }
        Some(vec![self.fresh(name.to_owned(), span)])
    }
}
