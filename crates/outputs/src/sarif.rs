//! Findings as SARIF 2.1.0, for code-scanning services and editors.

use std::collections::BTreeMap;

use serde::Serialize;
use source::{Finding, Label, Level, Rule, Severity};

use crate::View;
use crate::github::{in_library, joined};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'a str,
    original_uri_base_ids: BTreeMap<&'a str, Base<'a>>,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Base<'a> {
    description: Words<'a>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    semantic_version: &'a str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    default_configuration: Configuration<'a>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Words<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration<'a> {
    level: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: Option<usize>,
    kind: &'a str,
    level: &'a str,
    message: Text,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: BTreeMap<&'a str, String>,
    suppressions: Vec<Suppression<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Words<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical<'a> {
    artifact_location: File<'a>,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    uri: String,
    uri_base_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical<'a> {
    fully_qualified_name: &'a str,
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'a str,
    status: &'a str,
    justification: &'a str,
}

/// The log; `base` is the workspace's folder in the repository, empty for its root; `version` the tool's.
pub fn render(view: View<'_>, base: &str, version: &str) -> String {
    let at: BTreeMap<&str, usize> = view.rules.iter().enumerate().map(|(n, rule)| (rule.code, n)).collect();
    let bases = [
        ("REPOSITORY", "The root of the repository that holds the workspace."),
        ("LIBRARY", "The part library that is built into wireloom; its files are not on disk."),
    ];
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "wireloom",
                    semantic_version: version,
                    rules: view.rules.iter().copied().map(descriptor).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: bases
                .into_iter()
                .map(|(id, text)| (id, Base { description: Words { text } }))
                .collect(),
            results: view.findings.iter().map(|finding| outcome(view, finding, base, &at)).collect(),
        }],
    };
    let mut text = serde_json::to_string_pretty(&log).expect("the log holds only strings and whole numbers");
    text.push('\n');
    text
}

fn descriptor(rule: &'static Rule) -> Descriptor<'static> {
    let page = rule.page();
    // The first sentence stands alone; what comes before the example says why it matters.
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = line(page.split("\n\n").next().unwrap_or_default());
    let why = line(page.split("\n## ").next().unwrap_or_default());
    let words = rule.name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    Descriptor {
        id: rule.code,
        name: words.collect(),
        short_description: Text { text: first },
        full_description: Text { text: why },
        help: Help { text: page.clone(), markdown: page },
        default_configuration: Configuration {
            level: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            },
        },
    }
}

fn outcome<'a>(view: View<'a>, finding: &'a Finding, base: &str, at: &BTreeMap<&str, usize>) -> Outcome<'a> {
    // SARIF: what is not a failure has level "none"; "open" is a judgement for which there was too little information.
    let (kind, level) = match finding.level() {
        Level::Error => ("fail", "error"),
        Level::Warning => ("fail", "warning"),
        Level::Note => ("fail", "note"),
        Level::NotVerified => ("open", "none"),
    };
    let mut message = finding.message.clone();
    message.push('.');
    for fact in finding.notes.iter().chain(&finding.help) {
        message.push_str("\n\n");
        message.push_str(fact);
    }
    let mut place = location(view, &finding.primary, base);
    place.logical_locations = vec![Logical { fully_qualified_name: &finding.subject }];
    let related = finding.secondary.iter().enumerate();
    Outcome {
        rule_id: finding.rule.code,
        rule_index: at.get(finding.rule.code).copied(),
        kind,
        level,
        message: Text { text: message },
        locations: [place],
        related_locations: related
            .map(|(n, label)| Location { id: Some(n + 1), ..location(view, label, base) })
            .collect(),
        partial_fingerprints: BTreeMap::from([("subject/v1", format!("{} {}", finding.rule.code, finding.subject))]),
        suppressions: finding
            .waived
            .iter()
            .map(|reason| Suppression { kind: "external", status: "accepted", justification: reason })
            .collect(),
    }
}

fn location<'a>(view: View<'a>, label: &'a Label, base: &str) -> Location<'a> {
    let path = view.sources.path(label.span.file);
    let from = view.sources.place(label.span.file, label.span.start);
    let to = view.sources.place(label.span.file, label.span.end);
    let file = if in_library(path) {
        File { uri: uri(path.trim_start_matches("library/")), uri_base_id: "LIBRARY" }
    } else {
        File { uri: uri(&joined(base, path)), uri_base_id: "REPOSITORY" }
    };
    Location {
        id: None,
        physical_location: Physical {
            artifact_location: file,
            region: Region {
                start_line: from.line,
                start_column: from.column,
                end_line: to.line,
                end_column: to.column,
            },
        },
        logical_locations: Vec::new(),
        message: (!label.text.is_empty()).then_some(Words { text: &label.text }),
    }
}

/// A path as a relative URI: every byte that a URI does not take as it is, in percent form.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    #[test]
    fn odd_paths_are_escaped() {
        assert_eq!(super::uri("bom/parts/a b%é.toml"), "bom/parts/a%20b%25%C3%A9.toml");
    }
}
