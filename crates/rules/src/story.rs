//! Words and labels that several families share: lists, ends of wires, and a path told as lines of text.

use analysis::nets::{self, Hop, Link, Nets};
use model::{Build, Terminal, WireId};
use source::{Finding, Span};

/// `a`, `b` and 3 more.
pub fn list<T: AsRef<str>>(items: &[T], most: usize) -> String {
    let shown: Vec<String> = items.iter().take(most).map(|item| format!("`{}`", item.as_ref())).collect();
    let rest = items.len().saturating_sub(most);
    match (shown.split_last(), rest) {
        (None, _) => String::new(),
        (Some(_), 1..) => format!("{} and {rest} more", shown.join(", ")),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, before)), 0) => format!("{} and {last}", before.join(", ")),
    }
}

/// `feeds/3` of a wire.
pub fn run_path(build: &Build, wire: WireId) -> String {
    build.run_path(build.wire(wire).run)
}

/// Where an end of a wire stands in the text.
pub fn end_span(build: &Build, wire: WireId, at: Terminal) -> Span {
    let wire = build.wire(wire);
    if wire.ends[1] == at { wire.end_spans[1] } else { wire.end_spans[0] }
}

/// The wires of a path.
pub fn wires(hops: &[Hop]) -> impl DoubleEndedIterator<Item = WireId> {
    hops.iter().filter_map(|hop| if let Link::Wire(wire) = hop.by { Some(wire) } else { None })
}

/// Tells a path: its other wires and plugs as labels (at most six), and the whole of it as a note.
#[must_use]
pub fn told(build: &Build, mut finding: Finding, hops: &[Hop], lead: &str) -> Finding {
    let mut seen = vec![finding.primary.span];
    for hop in hops.iter().filter(|hop| matches!(hop.by, Link::Wire(_) | Link::Mate(_))) {
        let span = nets::link_span(build, hop.by);
        if !seen.contains(&span) && seen.len() < 7 {
            seen.push(span);
            finding = finding.with_other(span, "");
        }
    }
    finding.with_note(format!("{lead}{}", shown(build, hops)))
}

/// A path in words, its middle left out where it is long.
pub fn shown(build: &Build, hops: &[Hop]) -> String {
    if hops.len() <= 12 {
        return nets::told(build, hops);
    }
    format!("{} → … → {}", nets::told(build, &hops[..6]), nets::told(build, &hops[hops.len() - 5..]))
}

/// Wires by the terminal that they land on.
pub struct WiresAt {
    /// By terminal, and one more: where its wires begin.
    starts: Vec<u32>,
    wires: Vec<WireId>,
}

impl WiresAt {
    /// Of all wires.
    pub fn new(build: &Build) -> Self {
        let mut starts = vec![0; build.terminals as usize + 1];
        for end in build.wires.iter().flat_map(|wire| wire.ends) {
            starts[end.0 as usize] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        // From the last wire to the first, each moves the start of its terminals down by one.
        let mut wires = vec![WireId(0); sum as usize];
        for id in (0..u32::try_from(build.wires.len()).expect("wires are bounded")).rev().map(WireId) {
            for end in build.wire(id).ends {
                let start = &mut starts[end.0 as usize];
                *start -= 1;
                wires[*start as usize] = id;
            }
        }
        Self { starts, wires }
    }

    /// Those on a terminal, in written order.
    pub fn on(&self, terminal: Terminal) -> &[WireId] {
        let [from, to] = [terminal.0, terminal.0 + 1].map(|at| self.starts[at as usize] as usize);
        &self.wires[from..to]
    }

    /// The wire whose arrow ends (or begins) nearest to a terminal; `nets` hold no wires, so that it is not reached through itself.
    pub fn bound(&self, build: &Build, nets: &Nets, terminal: Terminal, leaving: bool) -> Option<WireId> {
        let end = usize::from(!leaving);
        let of = |at: Terminal| {
            let along = |wire: &&WireId| build.wire(**wire).directed && build.wire(**wire).ends[end] == at;
            self.on(at).iter().find(along).copied()
        };
        nets.nearest(terminal, |at| of(at).is_some()).and_then(of)
    }

    /// The wire that lands nearest to a terminal, and where.
    pub fn near(&self, nets: &Nets, terminal: Terminal) -> Option<(WireId, Terminal)> {
        let at = nets.nearest(terminal, |at| !self.on(at).is_empty())?;
        self.on(at).first().map(|wire| (*wire, at))
    }
}
