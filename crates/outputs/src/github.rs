//! Findings as workflow commands, so that a pull request shows them at their lines.

use std::fmt::Write as _;

use source::Level;

use crate::View;

/// One command a finding; `base` is the workspace's folder in the repository (`examples/minimal`), empty for its root.
pub fn render(view: View<'_>, base: &str) -> String {
    let mut text = String::new();
    for finding in view.findings {
        let command = match finding.level() {
            _ if finding.waived.is_some() => "notice",
            Level::Error => "error",
            Level::Warning | Level::NotVerified => "warning",
            Level::Note => "notice",
        };
        // What stands in the built-in library has no line in the repository: the first label that has one is shown.
        let labels = std::iter::once(&finding.primary).chain(&finding.secondary);
        let own = labels.into_iter().find(|label| !in_library(view.sources.path(label.span.file)));
        let mut properties = String::new();
        if let Some(label) = own {
            let from = view.sources.place(label.span.file, label.span.start);
            let to = view.sources.place(label.span.file, label.span.end);
            let path = joined(base, view.sources.path(label.span.file));
            let _ =
                write!(properties, "file={},line={},endLine={}", property(&path), from.line, to.line.max(from.line));
            if from.line == to.line {
                let _ = write!(properties, ",col={},endColumn={}", from.column, to.column.max(from.column));
            }
            properties.push(',');
        }
        let state = match (&finding.waived, finding.level()) {
            (Some(_), _) => " (waived)",
            (None, Level::NotVerified) => " (not verified)",
            (None, _) => "",
        };
        let title = format!("{} {}{state}", finding.rule.code, finding.rule.name);
        let mut message = finding.message.clone();
        for note in &finding.notes {
            let _ = write!(message, "\nnote: {note}");
        }
        if let Some(help) = &finding.help {
            let _ = write!(message, "\nhelp: {help}");
        }
        if let Some(reason) = &finding.waived {
            let _ = write!(message, "\nwaived: {reason}");
        }
        let _ = writeln!(text, "::{command} {properties}title={}::{}", property(&title), data(&message));
    }
    text
}

/// Whether a path is one of the built-in library, which has no file in the workspace.
pub fn in_library(path: &str) -> bool {
    path.starts_with("library/")
}

/// `base` + `path` without inner `..`, so that `examples/x` and `../../bom/y` give `bom/y`.
pub fn joined(base: &str, path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in base.split('/').chain(path.split('/')) {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_escape_what_would_end_them() {
        assert_eq!(property("a:b,c%d\ne"), "a%3Ab%2Cc%25d%0Ae");
        assert_eq!(data("50 %\nnext: x"), "50 %25%0Anext: x");
    }

    #[test]
    fn included_files_are_named_from_the_root_of_the_repository() {
        assert_eq!(joined("examples/as-published", "../../bom/parts/pi-4b.toml"), "bom/parts/pi-4b.toml");
        assert_eq!(joined("", "wiring/wires.toml"), "wiring/wires.toml");
    }
}
