//! Chains that hold, that are cut at every byte, and that somebody edited.

use super::*;
use proptest::prelude::*;

/// Hundreds of logs are opened and synced: in memory where the machine has a place for that.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn record<'a>(reason: &'a str) -> Record<'a> {
    Record { actor: "anna", action: "off", subject: "pi[2]", reason, outcome: "done", ..Record::default() }
}

fn log(folder: &Path, limits: Limits, records: u64) -> Audit {
    let mut audit = Audit::open(folder, limits, 0).unwrap();
    for n in 0..records {
        audit.append(&record(&format!("reason {n}")), n).unwrap();
    }
    audit
}

fn check(folder: &Path) -> Result<Chain, Broken> {
    verify(&files(folder).unwrap(), "").unwrap()
}

#[test]
fn a_chain_holds_over_restarts_and_files() {
    let folder = folder();
    let limits = Limits { file_bytes: 1000, files: 3 };
    for _ in 0..5 {
        drop(log(folder.path(), limits, 7));
    }
    let chain = check(folder.path()).unwrap();
    assert_eq!(files(folder.path()).unwrap().len(), 4);
    assert_eq!(chain.last.seq, 35);
    assert!(1 < chain.first, "old files are deleted");
    assert_eq!(chain.records, 36 - chain.first);
    assert!(verify(&files(folder.path()).unwrap(), &chain.last.hash).unwrap().unwrap().holds);
    assert!(!verify(&files(folder.path()).unwrap(), BEGINNING).unwrap().unwrap().holds);
    for file in files(folder.path()).unwrap() {
        assert!(fs::metadata(file).unwrap().len() <= 1000);
    }
}

#[test]
fn a_file_that_was_put_aside_just_before_a_crash_is_gone_on_with() {
    let folder = folder();
    drop(log(folder.path(), Limits::default(), 3));
    fs::rename(folder.path().join(CURRENT), folder.path().join("audit-000000000003.jsonl")).unwrap();
    drop(log(folder.path(), Limits::default(), 1));
    assert_eq!(check(folder.path()).unwrap().records, 4);
}

#[test]
fn a_log_cut_at_any_byte_keeps_its_whole_lines_is_mended_and_says_so() {
    let folder = folder();
    drop(log(folder.path(), Limits::default(), 4));
    let whole = fs::read(folder.path().join(CURRENT)).unwrap();
    for cut in 0..whole.len() {
        let folder = self::folder();
        fs::write(folder.path().join(CURRENT), &whole[..cut]).unwrap();
        let lines = whole[..cut].iter().filter(|&&byte| byte == b'\n').count() as u64;
        let torn = cut != 0 && whole[cut - 1] != b'\n';
        let audit = Audit::open(folder.path(), Limits::default(), 9).unwrap();
        assert_eq!(audit.last().seq, lines + u64::from(torn), "cut at {cut}");
        assert_eq!(check(folder.path()).unwrap().records, lines + u64::from(torn), "cut at {cut}");
        let text = fs::read_to_string(folder.path().join(CURRENT)).unwrap();
        assert_eq!(text.contains("bytes cut off"), torn, "cut at {cut}");
    }
}

#[test]
fn every_edit_of_a_line_is_found_and_named() {
    let folder = folder();
    drop(log(folder.path(), Limits::default(), 3));
    let path = folder.path().join(CURRENT);
    let whole = fs::read(&path).unwrap();
    let first = whole.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    for at in first..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x01;
        fs::write(&path, &bytes).unwrap();
        let broken = check(folder.path()).unwrap_err();
        assert!(2 <= broken.line, "byte {at}: {broken}");
    }
    let lines: Vec<&[u8]> = whole.split_inclusive(|&byte| byte == b'\n').collect();
    fs::write(&path, [lines[0], lines[2]].concat()).unwrap();
    assert_eq!(check(folder.path()).unwrap_err().why, "record 3 follows record 1");
    fs::write(&path, [lines[1], lines[0]].concat()).unwrap();
    assert_eq!(check(folder.path()).unwrap_err().line, 2);
}

#[test]
fn a_chain_written_anew_after_an_edit_does_not_fit_what_follows() {
    let folders = [(); 2].map(|()| folder());
    let [folder, other] = folders;
    drop(log(folder.path(), Limits::default(), 2));
    let mut audit = Audit::open(other.path(), Limits::default(), 0).unwrap();
    audit.append(&record("another story"), 0).unwrap();
    let lines = fs::read(folder.path().join(CURRENT)).unwrap();
    let second = lines.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let mut forged = fs::read(other.path().join(CURRENT)).unwrap();
    forged.extend(&lines[second..]);
    fs::write(folder.path().join(CURRENT), forged).unwrap();
    let broken = check(folder.path()).unwrap_err();
    assert_eq!(
        (broken.line, broken.why.as_str()),
        (2, "record 2 was not written after the record 1 that stands before it")
    );
}

#[test]
fn a_log_with_a_spoilt_last_line_is_put_aside_and_the_daemon_goes_on() {
    let folder = folder();
    drop(log(folder.path(), Limits::default(), 2));
    let path = folder.path().join(CURRENT);
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() - 10;
    bytes[at] ^= 1;
    fs::write(&path, &bytes).unwrap();
    drop(log(folder.path(), Limits::default(), 1));
    assert_eq!(fs::read(folder.path().join("audit-broken-1.jsonl")).unwrap(), bytes);
    assert_eq!(check(folder.path()).unwrap().records, 2);
    assert!(fs::read_to_string(&path).unwrap().contains("audit-broken-1.jsonl"));
}

#[test]
fn a_second_writer_is_kept_out() {
    let folder = folder();
    let first = log(folder.path(), Limits::default(), 1);
    let second = Audit::open(folder.path(), Limits::default(), 0).unwrap_err();
    assert_eq!(second.kind(), io::ErrorKind::WouldBlock);
    drop(first);
    log(folder.path(), Limits::default(), 1);
}

#[test]
fn what_a_failed_write_left_is_not_in_the_log() {
    let folder = folder();
    let mut audit = log(folder.path(), Limits::default(), 1);
    // As a full disk does it: half a line is there, and nobody acknowledged it.
    audit.file.write_all(b"{\"seq\":2,\"at\"").unwrap();
    audit.ragged = true;
    audit.append(&record("after"), 5).unwrap();
    assert_eq!(check(folder.path()).unwrap().records, 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_text_makes_a_second_line_or_moves_a_cursor(actor in any::<String>(), reason in "[\\PC\\pC\"\\\\\n\r]{0,700}") {
        let last = Place { seq: 6, hash: BEGINNING.to_owned() };
        let written = Record { actor: &actor, reason: &reason, ..Record::default() };
        let (line, place) = line::format(&written, 0, &last);
        prop_assert!(line.len() <= line::LONGEST);
        prop_assert_eq!(line.matches('\n').count(), 1);
        prop_assert!(!line.trim_end_matches('\n').chars().any(char::is_control));
        let misleading = line.contains(['\u{202e}', '\u{2028}', '\u{200b}']);
        prop_assert!(!misleading);
        prop_assert_eq!(line::place(line.trim_end_matches('\n').as_bytes()), Ok(place));
        let object: serde_json::Value = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(object["seq"].as_u64(), Some(7));
        let back = object["reason"].as_str().unwrap_or_default();
        let short: String = reason.chars().take(LONGEST_FIELD).collect();
        prop_assert_eq!(back.trim_end_matches('…'), short.trim_end_matches('…'));
    }
}
