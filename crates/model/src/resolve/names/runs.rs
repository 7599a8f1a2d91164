//! Runs by name: a whole bundle, numbers behind a slash, or the end that only one run has.

use source::nearest::nearest;
use source::{Findings, Text};

use super::Names;
use crate::build::Build;
use crate::device::Terminal;
use crate::resolve::paths::{self, Index, MOST};
use crate::resolve::{bad_path, unknown_run};
use crate::wire::{RunId, RunKind};

impl Names {
    /// The runs of `feeds`, `feeds/2`, `feeds/1..3`, `feeds@k1.nc`.
    pub fn runs(&self, build: &Build, path: &Text, subject: &str, log: &Findings) -> Vec<RunId> {
        let text = path.value.as_str();
        let name = text.split(['/', '@']).next().unwrap_or(text);
        let Some(bundle) = self.bundle(name) else {
            log.push(unknown_run::no_bundle(
                subject,
                name,
                path.span,
                nearest(name, build.bundles.iter().map(|bundle| bundle.name.value.as_str())),
            ));
            return Vec::new();
        };
        let (first, end) = build.bundle(bundle).runs;
        let rest = &text[name.len()..];
        if rest.is_empty() {
            return (first..end).map(RunId).collect();
        }
        if let Some(numbers) = rest.strip_prefix('/') {
            let numbers = numbers.trim_start_matches('[').trim_end_matches(']');
            let Ok(index) = paths::ranges(numbers, 0) else {
                log.push(bad_path::finding(
                    subject,
                    text,
                    path.span,
                    "behind the slash stands a number, a range or a list",
                ));
                return Vec::new();
            };
            if index == Index::All {
                return (first..end).map(RunId).collect();
            }
            if index.count() > MOST {
                log.push(source::reading::too_large::finding(text, index.count(), MOST, path.span));
                return Vec::new();
            }
            let mut found = Vec::new();
            for number in index.numbers() {
                let runs = &build.runs[first as usize..end as usize];
                match runs.binary_search_by_key(&number, |run| run.nth) {
                    Ok(at) => found.push(RunId(first + u32::try_from(at).expect("runs are bounded"))),
                    Err(_) if self.lost.contains(&(bundle, number)) => {}
                    Err(_) => {
                        log.push(unknown_run::out_of_range(
                            subject,
                            &format!("{name}/{number}"),
                            name,
                            end - first,
                            path.span,
                        ));
                        return Vec::new();
                    }
                }
            }
            return found;
        }
        let end_path = Text { value: rest[1..].to_owned(), span: path.span.part(name.len() + 1, text.len()) };
        let wanted = self.terminals(build, &end_path, subject, log);
        let touches = |run: &u32| {
            let ends = run_ends(build, RunId(*run));
            wanted.iter().any(|terminal| ends.contains(terminal))
        };
        let found: Vec<RunId> = (first..end).filter(touches).map(RunId).collect();
        if found.len() != 1 && !wanted.is_empty() {
            log.push(unknown_run::ends(subject, text, found.len(), path.span));
            return Vec::new();
        }
        found
    }
}

/// The outer terminals of a run made of wires; empty for cables and plugs.
fn run_ends(build: &Build, run: RunId) -> Vec<Terminal> {
    match &build.run(run).what {
        RunKind::Wire(wire) => build.wire(*wire).ends.to_vec(),
        RunKind::Inline(first, _, last) => vec![build.wire(*first).ends[0], build.wire(*last).ends[1]],
        RunKind::Cable(_, a, b) => a.pairs.iter().chain(&b.pairs).flat_map(|&(a, b)| [a, b]).collect(),
        RunKind::Plug(mate) => mate.pairs.iter().flat_map(|&(a, b)| [a, b]).collect(),
    }
}
