//! `wireloom-relayd audit verify` as a person calls it.

use std::path::Path;
use std::process::Command;

use relayd::audit::{Audit, Limits, Record};

/// What it prints, and its exit status.
fn verify(arguments: &[&str], folder: &Path) -> (String, i32) {
    let program = env!("CARGO_BIN_EXE_wireloom-relayd");
    let output = Command::new(program)
        .args(["audit", "verify"])
        .args(arguments)
        .arg(folder)
        .output()
        .expect("the program starts");
    (String::from_utf8(output.stdout).expect("it prints UTF-8"), output.status.code().expect("it ends by itself"))
}

#[test]
fn a_log_is_fine_until_somebody_edits_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut audit = Audit::open(folder.path(), Limits::default(), 0).unwrap();
    let mut hashes = Vec::new();
    for reason in ["hangs", "hangs again"] {
        let record = Record { actor: "anna", action: "cycle", subject: "pi[2]", reason, ..Record::default() };
        hashes.push(audit.append(&record, 1_795_449_141_007).unwrap().hash);
    }
    assert_eq!(verify(&[], folder.path()), (format!("2 records, 1 to 2; the last is {}\n", hashes[1]), 0));
    assert_eq!(verify(&["--holds", &hashes[0]], folder.path()).1, 0);
    assert_eq!(verify(&["--holds", "abc"], folder.path()).1, 1);
    let file = folder.path().join("audit.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with(r#"{"seq":1,"at":"2026-11-23T15:52:21.007Z","actor":"anna","action":"cycle","subject":"pi[2]","reason":"hangs","#));
    std::fs::write(&file, text.replace("hangs again", "was told to")).unwrap();
    let (words, code) = verify(&[], folder.path());
    assert_eq!((words, code), (format!("broken: {}:2: its text does not fit its hash\n", file.display()), 1));
    assert_eq!(verify(&[], Path::new("no-such-file")).1, 2);
}
