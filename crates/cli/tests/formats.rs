//! What programs read: JSON as documented, SARIF as its own validator wants it, workflow commands.

mod trial;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use trial::Trial;

const OPEN: &str = "[open.where]\nask = \"Where does the lamp stand?\"\n";

/// An error, a warning, a note, something not verified, and a waived finding wherever the rules give one.
fn full() -> Trial {
    Trial::new()
        .edited("wiring/wires.toml", "stock =", "stok =")
        .edited("bom/parts/lamp.toml", "\"4.5..5.5 V\"", "\"unstated\"")
        .with("wiring/open.toml", OPEN)
        .with(
            "wiring/waive.toml",
            "[waive.nothing]\nrule = \"N001\"\nsubject = \"lamp\"\nreason = \"It matches nothing.\"\n",
        )
}

/// A build whose only finding is waived: the supply's minus is bare of a second conductor that its colour scheme forbids.
fn waived() -> Trial {
    Trial::new()
        .edited("bom/build.toml", "currency = \"USD\"", "currency = \"USD\"\n[colours]\n\"return\" = [\"BK\"]")
        .edited("bom/build.toml", "as-of = 2026-11-23", "")
        .edited("wiring/wires.toml", "stock =", "colour = \"GN\"\nstock =")
        .with(
            "wiring/waive.toml",
            "[waive.green]\nrule = \"N010\"\nsubject = \"*\"\nreason = \"Only green lead was left on the spool.\"\n",
        )
}

fn json(trial: &Trial) -> Value {
    let (_, text) = trial.told(&["check", "--format", "json"]);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

#[test]
fn json_has_every_field_that_is_documented() {
    let report = json(&full());
    assert_eq!(report["schema"], 1);
    assert_eq!(report["build"]["name"], "bench");
    let findings = report["findings"].as_array().expect("a list");
    let documented = ["code", "name", "severity", "subject", "message", "spans", "notes", "help", "waived"];
    for finding in findings {
        let keys: Vec<&String> = finding.as_object().expect("a table").keys().collect();
        assert_eq!(keys.len(), documented.len(), "{keys:?}");
        assert!(documented.iter().all(|key| finding.get(key).is_some()), "{keys:?}");
        let spans = finding["spans"].as_array().expect("a list");
        assert_eq!(spans.iter().filter(|span| span["primary"] == true).count(), 1, "{finding}");
        assert_eq!(spans[0]["primary"], true);
        for key in ["line", "column", "end_line", "end_column"] {
            assert!(spans.iter().all(|span| span[key].as_u64() >= Some(1)), "{finding}");
        }
    }
    let unknown = findings.iter().find(|finding| finding["code"] == "D002").expect("the slip is found");
    assert_eq!(unknown["severity"], "error");
    assert_eq!(unknown["help"], "write `stock`");
    assert_eq!(unknown["spans"][0]["file"], "wiring/wires.toml");
    assert_eq!(unknown["spans"][0]["label"], "");
    assert!(findings.iter().any(|finding| finding["severity"] == "not-verified"));
    assert!(findings.iter().any(|finding| finding["severity"] == "note"));
    assert!(findings.iter().any(|finding| finding["severity"] == "warning"));
}

#[test]
fn the_summary_counts_what_is_listed() {
    for trial in [full(), waived(), Trial::new()] {
        let report = json(&trial);
        let findings = report["findings"].as_array().expect("a list");
        let count = |severity: &str| {
            findings.iter().filter(|one| one["severity"] == severity && one["waived"].is_null()).count() as u64
        };
        let summary = &report["summary"];
        for (key, severity) in
            [("errors", "error"), ("warnings", "warning"), ("notes", "note"), ("not_verified", "not-verified")]
        {
            assert_eq!(summary[key].as_u64(), Some(count(severity)), "{key} of {report:#}");
        }
        let waived = findings.iter().filter(|finding| !finding["waived"].is_null()).count() as u64;
        assert_eq!(summary["waived"].as_u64(), Some(waived));
    }
}

#[test]
fn a_waived_finding_stays_in_every_format_with_its_reason() {
    let trial = waived();
    let reason = "Only green lead was left on the spool.";
    let report = json(&trial);
    assert!(
        report["findings"].as_array().expect("a list").iter().any(|finding| finding["waived"] == reason),
        "{report:#}"
    );
    let (status, text) = trial.told(&["check", "--fail-level", "warning"]);
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("waived[N010 "), "{text}");
    let (_, text) = trial.told(&["check", "--format", "github"]);
    assert!(text.contains("::notice ") && text.contains(reason), "{text}");
    let (_, text) = trial.told(&["check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert!(results.iter().any(|result| result["suppressions"][0]["justification"] == reason), "{text}");
}

#[test]
fn the_same_build_gives_the_same_bytes() {
    let trial = full();
    for format in ["human", "json", "sarif", "github"] {
        assert_eq!(trial.told(&["check", "--format", format]), trial.told(&["check", "--format", format]), "{format}");
    }
}

#[test]
fn workflow_commands_name_files_from_the_root_of_the_repository() {
    let trial = full();
    let (_, text) = trial.told(&["check", "--format", "github"]);
    let unknown = text.lines().find(|line| line.contains("title=D002 unknown-key")).expect("the slip is told");
    assert!(unknown.starts_with("::error file=wiring/wires.toml,line=2,endLine=2,col=1,endColumn=5,"), "{unknown}");
    assert!(unknown.contains("%0Ahelp: write `stock`"), "{unknown}");
    assert!(text.lines().any(|line| line.starts_with("::warning ") && line.contains(" (not verified)::")), "{text}");
    std::fs::create_dir(trial.beside(".git")).expect("the folder can be made");
    let (_, text) = trial.told(&["check", "--format", "github"]);
    assert!(text.contains("::error file=bench/wiring/wires.toml,line=2,"), "{text}");
}

#[test]
fn sarif_knows_every_rule_and_tells_open_from_failed() {
    let (_, text) = full().told(&["check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
    assert_eq!(rules.len(), cli::catalogue().len());
    for result in run["results"].as_array().expect("a list") {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(result["kind"] == "open", result["level"] == "none", "{result}");
    }
}

#[test]
fn the_sarif_validator_accepts_the_log() {
    let Ok(npm) = Command::new("npm").arg("--version").output() else {
        let _ = writeln!(
            std::io::stdout(),
            "left out: npm is not on this machine, so the SARIF validator cannot be fetched"
        );
        return;
    };
    assert!(npm.status.success(), "{npm:?}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let install = || {
        let arguments = ["install", "--no-save", "--no-audit", "--no-fund", "@microsoft/sarif-multitool@5.7.0"];
        let output = Command::new("npm").args(arguments).current_dir(folder.path()).output().expect("npm runs");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    std::fs::write(folder.path().join("package.json"), "{ \"name\": \"validate\", \"private\": true }")
        .expect("a file");
    let (done, words) = install();
    assert!(done || install().0, "npm cannot fetch the SARIF validator:\n{words}");
    let validator = Path::new("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
    executable(&folder.path().join(validator));
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let published = trial::wireloom(&repository, &["-w", "examples/as-published", "check", "--format", "sarif"]).stdout;
    let mut broken: Value = serde_json::from_slice(&published).expect("JSON");
    broken["runs"][0]["results"][0]["ruleIndex"] = 9_999.into();
    let logs = [
        ("broken", serde_json::to_vec(&broken).expect("JSON")),
        ("full", full().run(&["check", "--format", "sarif"]).stdout),
        ("waived", waived().run(&["check", "--format", "sarif"]).stdout),
        ("published", published),
    ];
    for (name, bytes) in logs {
        let (log, out) = (format!("{name}.sarif"), format!("{name}.out.sarif"));
        std::fs::write(folder.path().join(&log), bytes).expect("a file");
        let output = Command::new(Path::new(".").join(validator))
            .args(["validate", &log, "--output", &out, "--log", "ForceOverwrite"])
            .current_dir(folder.path())
            .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
            .output()
            .expect("the validator runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let report = std::fs::read_to_string(folder.path().join(&out))
            .unwrap_or_else(|error| panic!("{error}: {said}{output:?}"));
        let report: Value = serde_json::from_str(report.trim_start_matches('\u{feff}')).expect("JSON");
        let run = &report["runs"][0];
        assert_eq!(run["invocations"][0]["executionSuccessful"], true, "{said}");
        // Every rule of the format itself is an error; SARIF2005 asks for the address of a home page.
        let results = run["results"].as_array().expect("a list");
        let told: Vec<&Value> = results.iter().filter(|result| result["ruleId"] != "SARIF2005").collect();
        // A log that the validator cannot load at all gives no result of any kind, not even that one.
        assert!(told.len() < results.len(), "{name}: the validator looked at nothing: {said}");
        assert_eq!(told.is_empty(), name != "broken", "{name}: {said}\n{told:#?}");
    }
}

#[cfg(unix)]
fn executable(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).expect("the validator is there");
}

#[cfg(not(unix))]
fn executable(_: &Path) {}
