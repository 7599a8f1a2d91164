//! Tables that grow line by line: by headers and by dotted keys.
//!
//! How a table came about is read off the byte that its span starts with: `{` for braces, `[` for a header, and a letter or a
//! quote where a longer key implied it.

use std::collections::HashSet;

use super::{Header, Step};
use crate::span::{Span, Spanned};
use crate::value::{Datum, Entry, Table, Value};

/// Keys compared at each end of a table when one is looked up. One that is missed is added again, and [`distinct`] finds it.
const NEAR: usize = 16;

/// The table that a step of a longer key implies.
fn implied(step: &Step, entries: Vec<Entry>) -> Value {
    Spanned::new(Datum::Table(Table { entries, span: step.raw }), step.raw)
}

fn braced(span: Span, text: &str) -> bool {
    text.as_bytes().get(span.start as usize) == Some(&b'{')
}

/// Whether a list was made by `[[headers]]`: it bears the span of its first table.
fn by_headers(list: &[Value], span: Span) -> bool {
    list.first().is_some_and(|first| first.span == span)
}

fn near(entries: &[Entry], name: &str) -> Option<usize> {
    let named = |entry: &Entry| entry.key.value == *name;
    let early = entries.len().min(NEAR);
    let late = entries.len().saturating_sub(NEAR).max(early);
    let found = entries[late..].iter().rposition(named).map(|at| late + at);
    found.or_else(|| entries[..early].iter().rposition(named))
}

/// Where the entry of a step stands, made if it is not there.
fn entry(entries: &mut Vec<Entry>, step: Step) -> &mut Entry {
    let at = near(entries, &step.key.value).unwrap_or_else(|| {
        let value = implied(&step, Vec::new());
        entries.push(Entry { key: step.key, value });
        entries.len() - 1
    });
    &mut entries[at]
}

/// Puts a header's table in its place; none if something else stands there.
pub(super) fn place(root: &mut Vec<Entry>, header: Header, entries: Vec<Entry>, text: &str) -> Option<()> {
    let Header { mut path, span, many } = header;
    let last = path.pop()?;
    let mut within = root;
    for step in path {
        let Spanned { value, span } = &mut entry(within, step).value;
        within = match value {
            Datum::Table(table) if !braced(*span, text) => &mut table.entries,
            Datum::List(list) if by_headers(list, *span) => match &mut list.last_mut()?.value {
                Datum::Table(table) => &mut table.entries,
                _ => return None,
            },
            _ => return None,
        };
    }
    let there = near(within, &last.key.value);
    let table = Spanned::new(Datum::Table(Table { entries, span }), span);
    let Some(at) = there else {
        let value = if many { Spanned::new(Datum::List(vec![table]), span) } else { table };
        within.push(Entry { key: last.key, value });
        return Some(());
    };
    match &mut within[at].value {
        Spanned { value: Datum::List(list), span } if many && by_headers(list, *span) => {
            list.push(table);
            Some(())
        }
        _ => None,
    }
}

/// Puts a value under `first.path` into the table whose entries are open from `base` on; none if something else stands there.
pub(super) fn extend(
    open: &mut Vec<Entry>,
    base: usize,
    first: Step,
    mut path: Vec<Step>,
    value: Value,
    text: &str,
) -> Option<()> {
    let last = path.pop()?;
    let Some(at) = near(&open[base..], &first.key.value) else {
        let mut entry = Entry { key: last.key, value };
        for step in path.into_iter().rev().chain([first]) {
            entry = Entry { value: implied(&step, vec![entry]), key: step.key };
        }
        open.push(entry);
        return Some(());
    };
    let mut there = &mut open[base + at];
    let mut path = path.into_iter();
    loop {
        let Spanned { value: Datum::Table(table), span } = &mut there.value else { return None };
        if braced(*span, text) {
            return None;
        }
        match path.next() {
            Some(step) => there = entry(&mut table.entries, step),
            None => {
                table.entries.push(Entry { key: last.key, value });
                return Some(());
            }
        }
    }
}

/// Whether no key stands twice, here and in the tables that keys and headers made below; those in braces were asked before.
pub(super) fn distinct(entries: &[Entry], text: &str) -> bool {
    let mut shapes = 0u64;
    let mut again = |n: usize, entry: &Entry| {
        let key = &entry.key.value;
        let shape = 1 << ((5 * key.len() + usize::from(key.first().unwrap_or(0))) % 64);
        let maybe = shapes & shape != 0;
        shapes |= shape;
        maybe && entries[..n].iter().any(|other| other.key.value == *key)
    };
    let once = if entries.len() <= NEAR {
        !entries.iter().enumerate().any(|(n, entry)| again(n, entry))
    } else {
        let mut seen = HashSet::with_capacity(entries.len());
        entries.iter().all(|entry| seen.insert(entry.key.value.as_str()))
    };
    once && entries.iter().all(|entry| match &entry.value.value {
        Datum::Table(table) => braced(table.span, text) || distinct(&table.entries, text),
        Datum::List(list) if by_headers(list, entry.value.span) => list.iter().all(|value| match &value.value {
            Datum::Table(table) => distinct(&table.entries, text),
            _ => false,
        }),
        _ => true,
    })
}
