//! What differs between two builds: parts, devices, wires, GPIOs, money, power, room, findings.
//!
//! A build is a list of rows by aspect, each with a key that stays when lines move; two lists are compared key by key.

mod rows;
pub mod show;

use std::collections::{BTreeMap, HashMap};

use source::Level;

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
    // Only looked up: its order is nowhere seen.
    let mut left: HashMap<String, String> = HashMap::new();
    let mut order: Vec<String> = Vec::with_capacity(after.len());
    for row in after {
        let key = free(&left, row.key);
        left.insert(key.clone(), row.says);
        order.push(key);
    }
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut changes = Vec::new();
    for row in before {
        let key = free(&seen, row.key);
        seen.insert(key.clone(), String::new());
        let is = left.remove(&key);
        if is.as_ref() != Some(&row.says) {
            changes.push(Change { key, before: Some(row.says), after: is });
        }
    }
    let came = order.into_iter().filter_map(|key| {
        let says = left.remove(&key)?;
        Some(Change { key, before: None, after: Some(says) })
    });
    changes.extend(came);
    changes
}

/// The key, with a count behind it where it was taken: two wires may join the same terminals.
fn free(taken: &HashMap<String, String>, key: String) -> String {
    if !taken.contains_key(&key) {
        return key;
    }
    (2..)
        .map(|again| format!("{key} ({again})"))
        .find(|key| !taken.contains_key(key))
        .expect("there is always one more")
}

/// Findings that are there only after, and only before: by code, subject and level; a sentence that only has other figures is the same finding.
pub fn findings(before: View<'_>, after: View<'_>) -> (Vec<Told>, Vec<Told>) {
    let told = |view: View<'_>| -> Vec<Told> {
        let one = |finding: &source::Finding| Told {
            level: if finding.waived.is_some() { "waived" } else { finding.level().word() },
            code: finding.rule.code,
            subject: finding.subject.clone(),
            message: finding.message.clone(),
        };
        view.findings.iter().map(one).collect()
    };
    let key = |told: &Told| (told.level, told.code, told.subject.clone());
    let (before, after) = (told(before), told(after));
    let only = |these: &[Told], those: &[Told]| {
        let mut left: BTreeMap<(&'static str, &'static str, String), usize> = BTreeMap::new();
        for told in those {
            *left.entry(key(told)).or_default() += 1;
        }
        let mut only = Vec::new();
        for told in these {
            match left.get_mut(&key(told)) {
                Some(count) if *count > 0 => *count -= 1,
                _ => only.push(told.clone()),
            }
        }
        only
    };
    (only(&after, &before), only(&before, &after))
}
