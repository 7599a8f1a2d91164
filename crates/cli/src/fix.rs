//! Edits that a workspace may have made for it: worked out, tried on the texts, judged as the files would be, and shown as a diff.

use std::collections::{BTreeMap, BTreeSet};

use model::WireId;
use outputs::site::drawing::assign;
use source::documents::{Reader, Shelf};
use source::{Level, Span};

use crate::{Checked, check};

/// What an edit brings, and the files as they would be.
#[derive(Debug)]
pub struct Fixed {
    /// Pairs of wires that cross in front of a board: as written, and after.
    pub crossings: [usize; 2],
    /// How many ends of wires take another terminal.
    pub ends: usize,
    /// Path and text of each file that changes.
    pub files: Vec<(String, String)>,
    /// The lines that change.
    pub diff: String,
}

/// Lets wires take like terminals in the order in which they come to the board.
///
/// Ends are moved that the text names one by one, or by one list of numbers at the end of a path (`k8.nc[2..4]`), whose numbers then take another
/// order; comments and everything else stay byte for byte as they are.
///
/// # Errors
/// A sentence, where the build does not bind, or where its findings would not be the same.
pub fn assign(reader: &dyn Reader, checked: &Checked) -> Result<Fixed, String> {
    if checked.unbound() > 0 {
        return Err(
            "some of this build does not bind; `wireloom check` says what, and nothing is moved before".to_owned()
        );
    }
    let (build, sources) = (&checked.build, &checked.sources);
    // By place in the text: the ends that it names, in their order.
    let mut named: BTreeMap<Span, Vec<(WireId, usize)>> = BTreeMap::new();
    for (wire, n) in build.wires.iter().zip(0..) {
        for (end, span) in wire.end_spans.into_iter().enumerate() {
            named.entry(span).or_default().push((WireId(n), end));
        }
    }
    let text = |span: Span| sources.text(span.file).get(span.start as usize..span.end as usize).unwrap_or_default();
    let at = |&(wire, end): &(WireId, usize)| build.path(build.wire(wire).ends[end]);
    let writable: BTreeSet<Span> = named
        .iter()
        .filter(|(span, _)| !sources.path(span.file).starts_with(".."))
        .filter(|(span, ends)| match ends.as_slice() {
            [one] => text(**span) == at(one),
            several => {
                ranged(text(**span)).is_some_and(|base| several.iter().all(|end| number(base, &at(end)).is_some()))
            }
        })
        .map(|(span, _)| *span)
        .collect();
    let assigned = assign::assign(checked.view(), &|wire, end| writable.contains(&build.wire(wire).end_spans[end]));
    let chosen: BTreeMap<(WireId, usize), String> =
        assigned.choices.iter().map(|choice| ((choice.wire, choice.end), build.path(choice.to))).collect();
    let moved: BTreeSet<Span> = chosen.keys().map(|&(wire, end)| build.wire(wire).end_spans[end]).collect();
    let mut edits: BTreeMap<Span, String> = BTreeMap::new();
    for span in moved {
        let to: Vec<String> =
            named[&span].iter().map(|end| chosen.get(end).cloned().unwrap_or_else(|| at(end))).collect();
        let new = match (to.as_slice(), ranged(text(span))) {
            ([one], _) => one.clone(),
            (several, base) => {
                let base = base.expect("only ends in a list of numbers are moved together");
                let numbers = several.iter().map(|path| number(base, path).expect("like terminals share a name"));
                format!("{base}[{}]", listed(&numbers.collect::<Vec<u32>>()))
            }
        };
        edits.insert(span, new);
    }
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (span, to) in edits.iter().rev() {
        let path = sources.path(span.file);
        let text = files.entry(path.to_owned()).or_insert_with(|| sources.text(span.file).to_owned());
        text.replace_range(span.start as usize..span.end as usize, to);
    }
    let after = check(&Edited { reader, files: &files });
    same(checked, &after)?;
    let mut diff = String::new();
    for (path, text) in &files {
        let file = edits.keys().find(|span| sources.path(span.file) == path).map(|span| span.file);
        let old = file.map_or("", |file| sources.text(file));
        diff.push_str(&lines(path, old, text));
    }
    let crossings = [assigned.before, assigned.after];
    Ok(Fixed { crossings, ends: assigned.choices.len(), files: files.into_iter().collect(), diff })
}

/// `k8.nc` of `k8.nc[2..4]`: the path before its one list of numbers, which must be its end.
fn ranged(text: &str) -> Option<&str> {
    let (base, numbers) = text.strip_suffix(']')?.rsplit_once('[')?;
    numbers
        .contains([',', '.', '*'])
        .then_some(base)
        .filter(|base| !base.contains([',', ' ', '*']) && !base.contains(".."))
}

/// 3 of `k8.nc[3]`, if that is its name before the number.
fn number(base: &str, path: &str) -> Option<u32> {
    path.strip_prefix(base)?.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// `1,4,2..3` as people write it: three or more in their order as a range.
fn listed(numbers: &[u32]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = numbers;
    while let [first, ..] = rest {
        let run = rest.iter().zip(*first..).take_while(|(number, due)| **number == *due).count();
        let taken = if run > 2 { run } else { 1 };
        parts.push(if run > 2 { format!("{first}..{}", rest[run - 1]) } else { first.to_string() });
        rest = &rest[taken..];
    }
    parts.join(",")
}

/// The lines of two texts that differ; an edit adds and removes none.
fn lines(path: &str, old: &str, new: &str) -> String {
    let mut text = String::new();
    for (n, (old, new)) in old.lines().zip(new.lines()).enumerate().filter(|(_, (old, new))| old != new) {
        text.push_str(&format!("{path}:{}\n-{old}\n+{new}\n", n + 1));
    }
    text
}

/// A workspace with some files as they would be.
struct Edited<'a> {
    reader: &'a dyn Reader,
    files: &'a BTreeMap<String, String>,
}

impl Reader for Edited<'_> {
    fn list(&self, folder: &str) -> Vec<String> {
        self.reader.list(folder)
    }

    fn text(&self, path: &str) -> Result<String, String> {
        self.files.get(path).map_or_else(|| self.reader.text(path), |text| Ok(text.clone()))
    }

    fn inside(&self, folder: &str) -> bool {
        self.reader.inside(folder)
    }

    fn shelf(&self) -> &dyn Shelf {
        self.reader.shelf()
    }
}

/// An error where two runs do not find the same of the same things.
fn same(before: &Checked, after: &Checked) -> Result<(), String> {
    let told = |checked: &Checked| {
        let mut told: BTreeMap<(&'static str, Level, String, bool), i64> = BTreeMap::new();
        for finding in &checked.findings {
            let key = (finding.rule.code, finding.level(), finding.subject.clone(), finding.waived.is_some());
            *told.entry(key).or_default() += 1;
        }
        told
    };
    let (before, after) = (told(before), told(after));
    let differs = before.iter().find(|(key, count)| after.get(*key) != Some(count));
    let differs = differs.or_else(|| after.iter().find(|(key, count)| before.get(*key) != Some(count)));
    match differs {
        None => Ok(()),
        Some(((code, _, subject, _), _)) => {
            Err(format!("the other terminals would change what is found: {code} of `{subject}`; nothing is moved"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{listed, number, ranged};

    #[test]
    fn a_list_of_numbers_is_read_and_written_as_people_write_it() {
        assert_eq!(ranged("k8.nc[2..4]"), Some("k8.nc"));
        assert_eq!(ranged("sata[1].5v[1,3]"), Some("sata[1].5v"));
        for other in ["k8.nc[2]", "pi[1..5].gnd", "pi[1..2].gnd[1..2]", "k8.com[1..4], k1.com[1..2]", "k1.com"] {
            assert_eq!(ranged(other), None, "{other}");
        }
        assert_eq!(number("k8.nc", "k8.nc[12]"), Some(12));
        assert_eq!(number("k8.nc", "k8.no[12]"), None);
        assert_eq!(listed(&[4, 1, 2, 3, 7, 8]), "4,1..3,7,8");
    }
}
