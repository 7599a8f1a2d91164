//! The example workspaces: what `check` says of each, and that the smallest repair takes away just its finding.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// How often each `code subject` stands among the findings.
type Findings = BTreeMap<String, usize>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Exit code and findings of `check` on a workspace.
fn check(workspace: &Path) -> (Option<i32>, Findings) {
    let output = Command::new(env!("CARGO_BIN_EXE_wireloom"))
        .arg("-w")
        .arg(workspace)
        .args(["check", "--format", "json"])
        .output()
        .expect("the program starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let list = report
        .get("findings")
        .unwrap_or(&report)
        .as_array()
        .expect("the report lists findings");
    let mut findings = Findings::new();
    for finding in list {
        let text = |key: &str| finding.get(key).and_then(Value::as_str).unwrap_or_default();
        *findings
            .entry(format!("{} {}", text("code"), text("subject")))
            .or_default() += 1;
    }
    (output.status.code(), findings)
}

/// Findings that stand in `these` more often than in `those`.
fn surplus(these: &Findings, those: &Findings) -> Vec<String> {
    these
        .iter()
        .flat_map(|(line, &n)| {
            std::iter::repeat_n(line.clone(), n.saturating_sub(those.get(line).copied().unwrap_or(0)))
        })
        .collect()
}

/// The golden file as lines of findings, each with the comment above it.
fn golden() -> Vec<(String, String)> {
    let path = root().join("examples/as-published/findings.txt");
    let text = std::fs::read_to_string(path).expect("the golden file is there");
    let mut comment = String::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some(words) = line.strip_prefix("# ") {
            comment = words.to_owned();
        } else if line.is_empty() {
            comment.clear();
        } else {
            lines.push((line.to_owned(), std::mem::take(&mut comment)));
        }
    }
    lines
}

#[test]
fn the_published_build_has_the_findings_that_are_written_down() {
    let mut expected = Findings::new();
    for (line, _) in golden() {
        *expected.entry(line).or_default() += 1;
    }
    let (code, found) = check(&root().join("examples/as-published"));
    let unwritten = surplus(&found, &expected);
    let missing = surplus(&expected, &found);
    assert!(
        unwritten.is_empty() && missing.is_empty(),
        "found but not written down:\n  {}\nwritten down but not found:\n  {}",
        unwritten.join("\n  "),
        missing.join("\n  ")
    );
    assert_eq!(code, Some(1), "a build with errors ends in 1");
}

#[test]
fn every_written_finding_says_why_it_is_true() {
    for (line, comment) in golden() {
        assert!(
            comment.split_whitespace().count() >= 5,
            "`{line}` has no reason above it"
        );
    }
}

#[test]
fn the_smallest_build_is_clean() {
    let (code, found) = check(&root().join("examples/minimal"));
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(code, Some(0));
}

#[test]
fn seven_boards_have_no_error() {
    let (code, found) = check(&root().join("examples/seven-pis"));
    assert!(matches!(code, Some(0 | 3)), "exit code {code:?}: {found:#?}");
}

/// One fault of the published build, the edit that mends it, and the findings that go with it.
struct Repair {
    fault: &'static str,
    edits: &'static [(&'static str, &'static str, &'static str)],
    goes: &'static [&'static str],
}

const WIRES: &str = "wiring/wires.toml";
const HARDWARE: &str = "site/guide/1-hardware.toml";
const CLAIMS: &str = "bom/claims.toml";

/// The supply of the chassis with a fuse and a tail on its first drive lead.
const FUSED_TAIL: &str = r#"
like = "psu-200w"
fuse.tail = { across = ["drive[1].5v", "tail"], rated = "2 A", opens = "2.7 A for 600 s", volts = "32 V", cite = "blade" }
terminal.tail = { wire = "22..14 AWG", wires = 1, max = "16 A", bare = false, cite = "blade" }
[reference.blade]
title = "ATO blade fuse in a holder with tails"
evidence = "estimate"
reason = "Opens at 135 % within ten minutes."
"#;

/// Edits are file, text that stands there once, text in its place; a file of our own starts from an empty text.
const REPAIRS: &[Repair] = &[
    Repair {
        fault: "the fifth 5 V feed hangs on a dead terminal: take it from a fused tail of a drive lead",
        edits: &[
            ("bom/parts/psu-200w.toml", "", FUSED_TAIL),
            (WIRES, "atx.5v[5] -> k1.nc", "psu.tail -> k1.nc"),
        ],
        goes: &["N007 atx.5v[5]"],
    },
    Repair {
        fault: "18 is a pin in two numberings: say which",
        edits: &[(WIRES, "pi[1].18", "pi[1].gpio18")],
        goes: &["M007 trigger"],
    },
    Repair {
        fault: "the coil is fed from 3.3 V: take 5 V from the next pin",
        edits: &[(WIRES, "pi[1].pin17", "pi[1].pin4")],
        goes: &["P001 k1.k"],
    },
    Repair {
        fault: "no GPIO drives the inputs of the big module: wire four",
        edits: &[
            (
                "wiring/k8.toml",
                "",
                r#"
[wire.k8-inputs]
stock = "jumper-lead"
length = "200 mm"
run = ["pi[5].gpio[4..7] -> k8.in[1..4]"]
"#,
            ),
            (
                HARDWARE,
                r#"wires = ["trigger"]"#,
                r#"wires = ["trigger", "k8-inputs"]"#,
            ),
        ],
        goes: &["G006 k8.k[1]", "G006 k8.k[2]", "G006 k8.k[3]", "G006 k8.k[4]"],
    },
    Repair {
        fault: "nothing is wired to the toggle: put it between PS_ON# and a return",
        edits: &[
            (
                "wiring/toggle.toml",
                "",
                r#"
[wire.start]
stock = "wire-22"
colour = "GN"
length = "6 in"
run = ["atx.ps-on -> toggle.a", "toggle.b -> psu.drive[1].com[1]"]
"#,
            ),
            (
                HARDWARE,
                r#"fits = ["toggle"]"#,
                "fits = [\"toggle\"]\nwires = [\"start\"]",
            ),
        ],
        goes: &["N011 toggle.t"],
    },
    Repair {
        fault: "nothing feeds JD-VCC: feed it from a fused tail of a drive lead",
        edits: &[
            ("bom/parts/psu-200w.toml", "", FUSED_TAIL),
            (
                "wiring/k8.toml",
                "",
                r#"
[wire.k8-supply]
stock = "wire-22"
length = "6 in"
run = [
  { run = "psu.tail -> k8.jd-vcc", colour = "RD" },
  { run = "k8.jd-gnd -> psu.drive[1].com[1]", colour = "GN" },
]
"#,
            ),
            (HARDWARE, r#"wires = ["trigger"]"#, r#"wires = ["trigger", "k8-supply"]"#),
        ],
        goes: &["N004 k8"],
    },
    Repair {
        fault: "the 5 V branches have no fuse: take a breakout with one behind each live screw",
        edits: &[(
            "bom/parts/atx-breakout.toml",
            "",
            r#"
like = "atx-breakout"
join.5v = ["5v[5] -- in[23]"]
fuse.5v = { across = ["in[4,6,21,22]", "5v[1..4]"], rated = "2 A", opens = "2.7 A for 600 s", volts = "32 V", cite = "blade" }
[reference.blade]
title = "ATO blade fuse behind each screw"
evidence = "estimate"
reason = "Opens at 135 % within ten minutes."
"#,
        )],
        goes: &["N012 feeds/1", "N012 feeds/2", "N012 feeds/3", "N012 feeds/4"],
    },
    Repair {
        fault: "the 12 V branch has no fuse: the same for its screw",
        edits: &[(
            "bom/parts/atx-breakout.toml",
            "",
            r#"
like = "atx-breakout"
join.12v = ["12v[2] -- in[11]"]
fuse.12v = { across = ["in[10]", "12v[1]"], rated = "1 A", opens = "1.35 A for 600 s", volts = "32 V", cite = "blade" }
[reference.blade]
title = "ATO blade fuse behind the screw"
evidence = "estimate"
reason = "Opens at 135 % within ten minutes."
"#,
        )],
        goes: &["N012 switch-lead/1"],
    },
    Repair {
        fault: "ten green wires are cut for five places: cut five",
        edits: &[(
            WIRES,
            "cut = 10                         # the text cuts as many green as red",
            "cut = 5",
        )],
        goes: &["B007 returns"],
    },
    Repair {
        fault: "the total leaves rails and meter out: say so",
        edits: &[(
            CLAIMS,
            "is = \"cost.total\"\nalso = [\"cost.without(rails, kill-a-watt)\"]",
            "is = \"cost.without(rails, kill-a-watt)\"",
        )],
        goes: &["B006 claim.total"],
    },
    Repair {
        fault: "five boards of 2 GB hold 10 GB: promise that",
        edits: &[(CLAIMS, "says = \"16 GB\"", "says = \"10 GB\"")],
        goes: &["B006 claim.ram"],
    },
];

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the entry can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

#[test]
fn each_smallest_repair_takes_away_just_its_finding() {
    let (_, before) = check(&root().join("examples/as-published"));
    let mut wrong = Vec::new();
    for (n, repair) in REPAIRS.iter().enumerate() {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("repair-{n}"));
        let _ = std::fs::remove_dir_all(&place);
        let workspace = place.join("examples/as-published");
        copy(&root().join("bom"), &place.join("bom"));
        copy(&root().join("examples/as-published"), &workspace);
        for (file, old, new) in repair.edits {
            let path = workspace.join(file);
            let mended = if old.is_empty() {
                assert!(!path.exists(), "{}: {file} is there already", repair.fault);
                (*new).to_owned()
            } else {
                let text = std::fs::read_to_string(&path).expect("the file to mend is there");
                assert_eq!(
                    text.matches(old).count(),
                    1,
                    "{}: `{old}` stands once in {file}",
                    repair.fault
                );
                text.replace(old, new)
            };
            std::fs::write(&path, mended).expect("the file can be written");
        }
        let (_, after) = check(&workspace);
        let mut gone = surplus(&before, &after);
        let mut goes: Vec<String> = repair.goes.iter().map(|&line| line.to_owned()).collect();
        gone.sort();
        goes.sort();
        let fresh = surplus(&after, &before);
        if gone != goes || !fresh.is_empty() {
            wrong.push(format!(
                "{}\n  gone:  {gone:?}\n  meant: {goes:?}\n  fresh: {fresh:?}",
                repair.fault
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
