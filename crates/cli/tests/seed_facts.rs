//! Walks `tests/seed-facts.toml`: every link, price, figure and name of the source document has a place in our TOML.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// One entry of the list.
struct Fact {
    what: String,
    value: String,
    at: String,
    via: String,
}

/// The files that facts point to, each read once.
#[derive(Default)]
struct Files(BTreeMap<String, Result<Table, String>>);

impl Files {
    fn get(&mut self, file: &str) -> Result<&Table, String> {
        self.0
            .entry(file.to_owned())
            .or_insert_with(|| {
                let text = std::fs::read_to_string(root().join(file)).map_err(|e| e.to_string())?;
                text.parse::<Table>().map_err(|e| e.to_string())
            })
            .as_ref()
            .map_err(Clone::clone)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn facts() -> Vec<Fact> {
    let text = std::fs::read_to_string(root().join("tests/seed-facts.toml")).expect("the list of facts is there");
    let list = text.parse::<Table>().expect("the list of facts is TOML");
    let text_of = |fact: &Value, key: &str| fact.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    list["fact"]
        .as_array()
        .expect("the list holds [[fact]] tables")
        .iter()
        .map(|fact| Fact {
            what: text_of(fact, "what"),
            value: text_of(fact, "value"),
            at: text_of(fact, "at"),
            via: text_of(fact, "via"),
        })
        .collect()
}

/// `offer[0].price` and `if-error."a b"` as keys and positions.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut quoted = false;
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' | '[' if !quoted => steps.push(String::new()),
            ']' if !quoted => {}
            _ => steps.last_mut().expect("starts with one").push(c),
        }
    }
    steps
}

fn find<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let steps = steps(path);
    let mut value = table.get(&steps[0])?;
    for step in &steps[1..] {
        value = match value {
            Value::Array(list) => list.get(step.parse::<usize>().ok()?)?,
            Value::Table(table) => table.get(step)?,
            _ => return None,
        };
    }
    Some(value)
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A figure alone must not be found inside another figure: `5` is not in `15` or `2.5`.
fn holds(text: &str, value: &str) -> bool {
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return text.contains(value);
    }
    text.match_indices(value).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + value.len()..].chars().next();
        !before.is_some_and(|c| c.is_ascii_digit() || c == '.') && !after.is_some_and(|c| c.is_ascii_digit())
    })
}

/// What is wrong with a fact's place; nothing when the value stands there.
fn miss(fact: &Fact, files: &mut Files) -> Option<String> {
    let Some((file, path)) = fact.at.split_once(':') else {
        return Some("`at` names no file and path".to_owned());
    };
    let build = if file.starts_with("examples/") { "examples/as-published/bom/build.toml" } else { "bom/build.toml" };
    let build = match files.get(build) {
        Ok(table) => table.clone(),
        Err(why) => return Some(why),
    };
    let table = match files.get(file) {
        Ok(table) => table,
        Err(why) => return Some(format!("{file}: {why}")),
    };
    let Some(value) = find(table, path) else {
        return Some("nothing stands there".to_owned());
    };
    match fact.via.as_str() {
        "" => (!holds(&shown(value), &fact.value)).then(|| format!("there stands `{}`", shown(value))),
        "key" => {
            let key = steps(path).pop().unwrap_or_default();
            (key != fact.value).then(|| format!("the key there is `{key}`"))
        }
        "photos" => {
            let link = build.get("photos").and_then(Value::as_str).unwrap_or_default().to_owned() + &shown(value);
            (link != fact.value).then(|| format!("it makes {link}"))
        }
        "vendor" => {
            let at = value.get("at").and_then(Value::as_str).unwrap_or_default();
            let sku = value.get("sku").and_then(Value::as_str).unwrap_or_default();
            let page = find(&build, &format!("vendor.{at}.url")).map(shown).unwrap_or_default();
            let host = page.split('/').nth(2).unwrap_or_default();
            let same = !sku.is_empty() && fact.value.contains(sku) && fact.value.split('/').nth(2) == Some(host);
            (!same).then(|| format!("{at} {sku} makes {}", page.replace("{sku}", sku)))
        }
        other => Some(format!("no such via: {other}")),
    }
}

#[test]
fn every_fact_of_the_document_has_its_place() {
    let mut files = Files::default();
    let misses: Vec<String> = facts()
        .iter()
        .filter_map(|fact| {
            miss(fact, &mut files).map(|why| format!("{}: `{}` at {}: {why}", fact.what, fact.value, fact.at))
        })
        .collect();
    assert!(misses.is_empty(), "{} facts have no place:\n{}", misses.len(), misses.join("\n"));
}

#[test]
fn no_fact_is_listed_twice() {
    let mut labels = BTreeSet::new();
    let mut places = BTreeSet::new();
    for fact in facts() {
        assert!(!fact.what.is_empty() && !fact.value.is_empty(), "a fact lacks its label or its value: {}", fact.at);
        assert!(labels.insert(fact.what.clone()), "`{}` stands twice", fact.what);
        assert!(places.insert((fact.value.clone(), fact.at.clone())), "`{}` at {} stands twice", fact.value, fact.at);
    }
}

#[test]
fn the_list_covers_the_document() {
    let facts = facts();
    let count = |wanted: &dyn Fn(&Fact) -> bool| facts.iter().filter(|fact| wanted(fact)).count();
    assert!(count(&|fact| fact.value.starts_with("http")) >= 93, "links of the document");
    assert!(count(&|fact| fact.value.contains("/pictures/")) >= 29, "photographs");
    assert_eq!(count(&|fact| fact.at.starts_with("bom/parts/") && fact.at.ends_with(".price")), 24, "priced lines");
    assert_eq!(count(&|fact| fact.at.contains("bom/buy.toml:buy.")), 24, "packs bought");
    assert!(count(&|fact| fact.at.contains(":provider.")) >= 28, "terms of the providers");
    assert!(count(&|fact| fact.at.contains(":option.")) >= 60, "roads not taken");
    assert!(count(&|fact| fact.at.contains(":claim.")) >= 8, "public statements");
    assert!(facts.len() >= 350, "{} facts", facts.len());
}
