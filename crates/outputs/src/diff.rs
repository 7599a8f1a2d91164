//! What differs between two builds: parts, devices, wires, GPIOs, money, power, room, findings.
//!
//! A build is a list of rows by aspect, each with a key that stays when lines move; two lists are compared key by key.

mod rows;
pub mod show;

use std::collections::{HashMap, HashSet};

use source::{Finding, Level};

use crate::View;
use rows::Row;

/// One row that is not the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What the row is about: `pi[1]`, `k1.com – term[1].plus`.
    pub key: String,
    /// What it was; `None` if it was not there.
    pub before: Option<String>,
    /// What it is; `None` if it is gone.
    pub after: Option<String>,
}

/// A finding that came or went.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Told {
    /// `error`, `warning`, `not verified`, `note`; or `waived`.
    pub level: &'static str,
    /// The rule's code.
    pub code: &'static str,
    /// What it is about.
    pub subject: String,
    /// The sentence.
    pub message: String,
}

/// All that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diff {
    /// Who the two are: name and version.
    pub names: [String; 2],
    /// Aspects in a fixed order, each with its changes: what was there first, in its order, then what came.
    pub aspects: Vec<(&'static str, Vec<Change>)>,
    /// Findings that are there only after.
    pub gained: Vec<Told>,
    /// Findings that were there only before.
    pub lost: Vec<Told>,
}

impl Diff {
    /// Compares two builds.
    pub fn of(before: View<'_>, after: View<'_>) -> Self {
        let aspects = rows::aspects(before).into_iter().zip(rows::aspects(after));
        let (gained, lost) = findings(before, after);
        let name = |view: View<'_>| format!("{} {}", view.build.meta.name, view.build.meta.version);
        Self {
            names: [name(before), name(after)],
            aspects: aspects.map(|((name, before), (_, after))| (name, changes(before, after))).collect(),
            gained,
            lost,
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty() && self.aspects.iter().all(|(_, changes)| changes.is_empty())
    }

    /// Whether an error came that no waiver accepts.
    pub fn is_worse(&self) -> bool {
        self.gained.iter().any(|told| told.level == Level::Error.word())
    }
}

fn changes(before: Vec<Row>, after: Vec<Row>) -> Vec<Change> {
    let (before, mut after) = (distinct(before), distinct(after));
    // Only looked up: its order is nowhere seen.
    let mut at: HashMap<String, usize> = HashMap::with_capacity(after.len());
    for (place, row) in after.iter_mut().enumerate() {
        at.insert(std::mem::take(&mut row.key), place);
    }
    let mut changes = Vec::new();
    for row in before {
        let is = at.remove(&row.key).map(|place| std::mem::take(&mut after[place].says));
        if is.as_ref() != Some(&row.says) {
            changes.push(Change { key: row.key, before: Some(row.says), after: is });
        }
    }
    let mut came: Vec<(usize, String)> = at.into_iter().map(|(key, place)| (place, key)).collect();
    came.sort_unstable_by_key(|(place, _)| *place);
    changes.extend(came.into_iter().map(|(place, key)| Change {
        key,
        before: None,
        after: Some(std::mem::take(&mut after[place].says)),
    }));
    changes
}

/// The rows, each with a key of its own: with a count behind it where it was taken, for two wires may join the same terminals.
fn distinct(mut rows: Vec<Row>) -> Vec<Row> {
    let mut taken: HashSet<&str> = HashSet::with_capacity(rows.len());
    if rows.iter().all(|row| taken.insert(&row.key)) {
        return rows;
    }
    // A key that was counted up may be one that a later row has by itself.
    let mut taken: HashMap<String, u32> = HashMap::with_capacity(rows.len());
    for row in &mut rows {
        if let Some(&times) = taken.get(&row.key) {
            let first = row.key.clone();
            let mut times = times;
            while taken.contains_key(&row.key) {
                times += 1;
                row.key = format!("{first} ({times})");
            }
            taken.insert(first, times);
        }
        taken.insert(row.key.clone(), 1);
    }
    rows
}

/// Findings that are there only after, and only before: by code, subject and level; a sentence that only has other figures is the same finding.
pub fn findings(before: View<'_>, after: View<'_>) -> (Vec<Told>, Vec<Told>) {
    type Key<'f> = (&'static str, &'static str, &'f str);
    fn level(finding: &Finding) -> &'static str {
        if finding.waived.is_some() { "waived" } else { finding.level().word() }
    }
    fn key(finding: &Finding) -> Key<'_> {
        (level(finding), finding.rule.code, &finding.subject)
    }
    let only = |these: View<'_>, those: View<'_>| {
        // Only looked up: its order is nowhere seen.
        let mut left: HashMap<Key<'_>, usize> = HashMap::with_capacity(those.findings.len());
        for finding in those.findings {
            *left.entry(key(finding)).or_default() += 1;
        }
        let mut only = Vec::new();
        for finding in these.findings {
            match left.get_mut(&key(finding)) {
                Some(count) if *count > 0 => *count -= 1,
                _ => only.push(Told {
                    level: level(finding),
                    code: finding.rule.code,
                    subject: finding.subject.clone(),
                    message: finding.message.clone(),
                }),
            }
        }
        only
    };
    (only(after, before), only(before, after))
}
