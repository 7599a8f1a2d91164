//! The tables of the library against its folders.

use std::fs;
use std::path::Path;

use library::{File, PARTS, SOCS};

fn stems(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut stems: Vec<String> = fs::read_dir(folder)
        .expect("the folder is part of the crate")
        .map(|entry| {
            entry.expect("the folder can be listed").file_name().to_string_lossy().trim_end_matches(".toml").to_owned()
        })
        .collect();
    stems.sort();
    stems
}

fn ids(files: &[File]) -> Vec<&str> {
    files.iter().map(|file| file.id).collect()
}

#[test]
fn every_file_is_listed_in_order() {
    assert_eq!(ids(PARTS), stems("parts"));
    assert_eq!(ids(SOCS), stems("socs"));
}

#[test]
fn every_id_is_found() {
    for file in PARTS {
        assert_eq!(library::part(file.id), Some(file));
    }
    for file in SOCS {
        assert_eq!(library::soc(file.id), Some(file));
    }
    assert_eq!(library::part("pi-4"), None);
}

#[test]
fn every_cite_has_its_reference_and_every_estimate_its_reason() {
    let own = [("connectors", library::CONNECTORS), ("overlays", library::OVERLAYS)];
    let all = PARTS.iter().chain(SOCS).map(|file| (file.id, file.text)).chain(own);
    for (id, text) in all {
        let root: toml::Table = text.parse().unwrap_or_else(|error| panic!("{id}: {error}"));
        let none = toml::Table::new();
        let references = root.get("reference").map_or(&none, |value| value.as_table().expect("references are tables"));
        let mut cites = Vec::new();
        collect(&root, &mut cites);
        for cite in &cites {
            assert!(references.contains_key(cite), "{id}: no reference `{cite}`");
        }
        for (name, reference) in references {
            let evidence = reference["evidence"].as_str().expect("evidence is a string");
            assert!(reference.get("title").is_some(), "{id}: reference `{name}` has no title");
            let reasoned = !matches!(evidence, "estimate" | "choice") || reference.get("reason").is_some();
            assert!(reasoned, "{id}: reference `{name}` gives no reason");
        }
    }
}

fn collect(table: &toml::Table, cites: &mut Vec<String>) {
    for (key, value) in table {
        match value {
            toml::Value::String(cite) if key == "cite" => cites.push(cite.clone()),
            toml::Value::Table(inner) => collect(inner, cites),
            toml::Value::Array(list) => {
                list.iter().filter_map(toml::Value::as_table).for_each(|inner| collect(inner, cites));
            }
            _ => {}
        }
    }
}
