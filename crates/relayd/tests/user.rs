//! `wireloom-relayd user` and `certificate` as a person calls them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What it prints on both channels, and its exit status.
fn run(state: &Path, arguments: &[&str], input: &str) -> (String, i32) {
    let (verb, rest) = arguments.split_first().expect("a verb");
    let mut child = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"))
        .arg(verb)
        .args(["--config", "no-such-file", "--state"])
        .arg(state)
        .args(rest)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads its input");
    let output = child.wait_with_output().expect("it ends");
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).expect("it prints UTF-8"), output.status.code().expect("it ends by itself"))
}

#[test]
fn accounts_are_added_shown_and_taken_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str], input: &str| run(folder.path(), arguments, input);
    let fine = |words: &str| (words.to_owned(), 0);
    let failed = |words: &str| (format!("wireloom-relayd: {words}\n"), 2);
    let add = ["user", "add", "anna", "--role", "administrator"];
    assert_eq!(run(&add, "too short\n"), failed("a password has at least 10 letters"));
    assert_eq!(run(&add, "correct horse\n"), fine("account `anna` may log in\n"));
    assert_eq!(run(&add, "correct horse\n"), failed("there is an account `anna`"));
    let ben = ["user", "add", "ben", "--role", "operator", "--outlets", "pi[1],pi[2]", "--generate"];
    assert_eq!(run(&ben, "").1, 0);
    assert_eq!(run(&["user", "remove", "anna"], ""), failed("`anna` is the last administrator"));
    let (token, code) = run(&["user", "token", "ben", "--role", "read-only", "--note", "graph"], "");
    assert!(token.starts_with("wlt_") && code == 0, "{token}");
    let id = token.split('_').nth(1).expect("an id");
    let list = format!("anna  administrator\nben  operator  pi[1] pi[2]\n  token {id}  read-only  graph\n");
    assert_eq!(run(&["user", "list"], ""), fine(&list));
    assert_eq!(run(&["user", "revoke", id], "").1, 0);
    assert_eq!(run(&["user", "remove", "ben"], "").1, 0);
    assert_eq!(run(&["user", "list"], ""), fine("anna  administrator\n"));
}

#[test]
fn the_certificate_is_made_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, code) = run(folder.path(), &["certificate"], "");
    assert!(code == 0 && first.starts_with("sha256 Fingerprint=") && first.contains("made a certificate"), "{first}");
    let (again, _) = run(folder.path(), &["certificate"], "");
    assert_eq!(first.lines().next(), again.lines().next());
    assert_eq!(again.lines().count(), 1);
}
