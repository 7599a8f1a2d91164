//! Rewrites every file that a test compares with: the rules' pages, golden files, snapshots, the API's document.

use crate::{cargo, run};

/// Which tests keep such files: what they keep, the package, its test programs (none: the library's own), and a part of the tests' names.
/// The pages come first, since what verbs print quotes them.
const KEEPERS: [(&str, &str, &[&str], &str); 5] = [
    ("rule pages and docs/rules", "cli", &["pages"], ""),
    (
        "what the verbs print; edits, mutants, readings",
        "cli",
        &[
            "bom",
            "bom_exports",
            "diff",
            "edits",
            "mutants",
            "plan",
            "plan_layout",
            "plan_spares",
            "readings",
            "room",
            "verbs",
            "verbs_power",
        ],
        "",
    ),
    ("drawing", "outputs", &[], "drawing"),
    ("failure tables and transcripts", "relay-engine", &["tables", "transcripts"], ""),
    ("the daemon's API", "relayd", &[], "openapi"),
];

/// Rewrites them all. Whoever runs this reads the diff: a test agrees with whatever stands there.
///
/// # Errors
/// A test fails for another reason than what it compares with, or `CI` is set.
pub fn rewrite() -> anyhow::Result<()> {
    if std::env::var_os("CI").is_some() {
        anyhow::bail!("CI is set: nobody would read the diff");
    }
    for (title, package, programs, names) in KEEPERS {
        let mut tests = cargo(&["test", "--quiet", "--locked", "--package", package]);
        if programs.is_empty() {
            tests.arg("--lib");
        }
        for program in programs {
            tests.args(["--test", program]);
        }
        if !names.is_empty() {
            tests.args(["--", names]);
        }
        run(title, tests.env("UPDATE", "1").env("INSTA_UPDATE", "always"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::KEEPERS;

    /// A new keeper that nobody adds here would have to be updated by a command of its own.
    #[test]
    fn every_test_program_that_keeps_a_file_is_listed() {
        let crates = crate::root().join("crates");
        let mut forgotten = Vec::new();
        for folder in fs::read_dir(&crates).expect("crates/").flatten() {
            let package = folder.file_name().to_string_lossy().into_owned();
            let Ok(programs) = fs::read_dir(folder.path().join("tests")) else { continue };
            for program in programs.flatten() {
                let path = program.path();
                let Ok(text) = fs::read_to_string(&path) else { continue };
                let keeps = text.contains("insta::") || text.contains("var_os(\"UPDATE\")");
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let listed =
                    KEEPERS.iter().any(|(_, of, programs, _)| *of == package && programs.contains(&name.as_str()));
                if keeps && !listed {
                    forgotten.push(format!("{package}: {name}"));
                }
            }
        }
        assert!(forgotten.is_empty(), "not in KEEPERS: {}", forgotten.join(", "));
    }
}
