//! `wireloom outlet` against the daemon's own program with simulated relays, over TLS on loopback.

#[path = "outlet/certificate.rs"]
mod certificate;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// The daemon's program: beside the command, made if nobody has made it yet.
fn program() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_wireloom")).parent().expect("it is in a folder");
    let path = folder.join("wireloom-relayd");
    if !path.exists() {
        let mut make = Command::new(env!("CARGO"));
        make.args(["build", "--quiet", "--package", "relayd", "--bin", "wireloom-relayd"]);
        if folder.ends_with("release") {
            make.arg("--release");
        }
        let made = make.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
        assert!(made.success() && path.exists(), "no daemon at {}", path.display());
    }
    path
}

/// Three outlets; a cycle takes 200 ms, and at most one of the first two may be off.
fn config() -> String {
    let mut text = "schema = 1\ncontroller = \"host\"\nslug = \"host\"\nstagger-ms = 0\nconfig-txt = []\n[build]\nname = \"b\"\nversion = \"1\"\n\
        [limits]\nper-hour = 2\nqueue-ms = 60000\n[[chip]]\nlabel = \"pinctrl\"\n"
        .to_owned();
    for n in 1..=3 {
        text += &format!(
            "[[outlet]]\nname = \"pi[{n}]\"\nslug = \"pi-{n}\"\nchip = \"pinctrl\"\nline = \"GPIO{n}\"\noffset = {n}\nactive = \"low\"\ncontact = \"nc\"\n\
             at-rest = \"on\"\nsafe = \"high\"\noff-ms = 200\non-min-ms = 0\noff-min-ms = 50\ntakes-down = [\"pi[{n}]\"]\ndraws-ma = 1200\nfeeds-host = false\n\
             feeds-rescuer = false\nwatch = false\n"
        );
    }
    text + "[[interlock]]\nname = \"one-at-a-time\"\nat-most = 1\nof = [\"pi[1]\", \"pi[2]\"]\nhard = true\n"
}

/// A daemon that serves.
struct Served {
    child: Child,
    folder: tempfile::TempDir,
    at: String,
    fingerprint: String,
    /// Of an operator, and of somebody who may only look.
    tokens: [String; 2],
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn user(state: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program())
        .args(["user", "--state"])
        .arg(state)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads its input");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

impl Served {
    fn start() -> Self {
        Self::start_in(tempfile::tempdir().expect("a temporary folder"), "")
    }

    /// With more lines of `[web]`, about files in the folder.
    fn start_in(folder: tempfile::TempDir, web: &str) -> Self {
        let state = folder.path().join("state");
        fs::create_dir(&state).expect("a folder");
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it can be written");
        put("relayd.toml", &config());
        put("daemon.toml", &format!("[web]\nhttps = \"127.0.0.1:0\"\n{web}"));
        let token = |name: &str, role: &str| {
            user(&state, &["add", name, "--role", role], "correct horse battery\n");
            user(&state, &["token", name], "")
        };
        let tokens = [token("anna", "operator"), token("ben", "read-only")];
        let mut child = Command::new(program())
            .arg("--sim")
            .arg("--config")
            .arg(folder.path().join("relayd.toml"))
            .arg("--settings")
            .arg(folder.path().join("daemon.toml"))
            .arg("--state")
            .arg(&state)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the daemon starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let mut found = None;
        loop {
            let line = lines.next().expect("it says that it is ready").expect("text");
            if let Some((_, rest)) = line.split_once("https on ") {
                let (at, print) = rest.split_once(", sha256 Fingerprint=").expect("its fingerprint");
                found = Some((format!("https://{at}"), print.trim().to_owned()));
            }
            if line.contains("ready: ") {
                break;
            }
        }
        // Nobody hears the rest; a pipe that is full would hold the daemon up.
        std::thread::spawn(move || lines.for_each(drop));
        let (at, fingerprint) = found.expect("it says where it serves");
        Self { child, folder, at, fingerprint, tokens }
    }

    /// The command in an environment that has nothing but this; its status, and what it printed on either channel.
    fn told(&self, token: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wireloom"));
        command.arg("outlet").args(arguments).env_clear().env("XDG_CONFIG_HOME", self.folder.path());
        if !token.is_empty() {
            command.env("WIRELOOM_TOKEN", token);
        }
        let Output { status, stdout, stderr } =
            command.stdin(Stdio::null()).current_dir(self.folder.path()).output().expect("the command runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (status.code().expect("it ends by itself"), text(stdout), text(stderr))
    }

    fn with(&self, token: &str, arguments: &[&str]) -> (i32, String, String) {
        let place = ["--at", &self.at, "--fingerprint", &self.fingerprint];
        self.told(token, &[arguments, &place].concat())
    }

    fn anna(&self, arguments: &[&str]) -> (i32, String, String) {
        self.with(&self.tokens[0], arguments)
    }

    /// Cuts that were acknowledged: their records are on the disk before a line moves.
    fn cuts(&self) -> usize {
        let log = fs::read_to_string(self.folder.path().join("state/audit.jsonl")).expect("the audit log");
        let is_cut = |line: &&str| line.contains("\"accepted\"") && line.contains("\"after\":\"off\"");
        log.lines().filter(is_cut).count()
    }
}

#[test]
fn a_range_is_planned_shown_done_and_waited_for() {
    let served = Served::start();
    let (status, out, err) = served.anna(&["cycle", "pi[1..2]", "--reason", "they hang", "--yes"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "cycle pi[1], pi[2]");
    assert!(lines[1].starts_with("     0 s  pi[1]  off  then 2.4 A"), "{out}");
    assert!(out.contains("pi[2]  waits (at-most)"), "one at a time: {out}");
    for end in ["pi[1]  done: its power is on", "pi[2]  done: its power is on"] {
        assert!(lines.contains(&end), "{end}: {out}");
    }
    assert_eq!(served.cuts(), 2);
    let (status, out, _) = served.anna(&["off", "pi-3", "--for", "10m", "--reason", "repair", "-y"]);
    assert!(status == 0 && out.contains("pi[3]  done: its power is off until "), "{out}");
    let (status, out, _) = served.anna(&["status", "pi[3,1]"]);
    let lines: Vec<&str> = out.lines().collect();
    assert!(status == 0 && lines.len() == 2, "{out}");
    assert!(lines[0].starts_with("pi[3]  pi-3  off") && lines[0].contains("account anna: repair"), "{out}");
    let (status, out, _) = served.anna(&["on", "pi[3]", "--reason", "repaired", "-y", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((status, &told["results"][0]["state"]), (0, &"done".into()), "{out}");
    assert_eq!(told["plan"]["nodes"][0], "pi[3]");
}

#[test]
fn nothing_is_done_that_nobody_agreed_to() {
    let served = Served::start();
    let (status, out, err) = served.anna(&["cycle", "*", "--reason", "they hang"]);
    assert!(status == 2 && out.is_empty() && err.contains("nobody is there to be asked"), "{out}{err}");
    let (status, out, _) = served.anna(&["cycle", "*", "--reason", "they hang", "--dry-run"]);
    assert!(status == 0 && out.starts_with("cycle pi[1], pi[2], pi[3]\n"), "{out}");
    assert_eq!(served.cuts(), 0);
}

#[test]
fn another_certificate_is_told_nothing() {
    let served = Served::start();
    let other = served.fingerprint.replacen(&served.fingerprint[..2], "00", 1);
    let other = if other == served.fingerprint { other.replacen("00", "01", 1) } else { other };
    let (status, out, err) =
        served.told(&served.tokens[0], &["status", "--at", &served.at, "--fingerprint", &other.to_lowercase()]);
    assert!(status == 2 && out.is_empty(), "{out}{err}");
    assert!(err.contains(&format!("expected {other}\n  shown    {}", served.fingerprint)), "{err}");
    let (status, _, err) = served.told(&served.tokens[0], &["status", "--at", &served.at]);
    assert!(status == 2 && err.contains("needs a fingerprint"), "{err}");
    let plain = served.at.replace("https://", "http://");
    let (status, _, err) = served.told(&served.tokens[0], &["status", "--at", &plain]);
    assert_eq!(status, 2, "the daemon speaks TLS alone there: {err}");
    let (status, _, err) = served.told(&served.tokens[0], &["status", "--at", "http://192.0.2.1"]);
    assert!(status == 2 && err.contains("in the clear"), "{err}");
}

#[test]
fn a_no_is_told_with_its_rule_and_ends_in_1_and_silence_in_2() {
    let served = Served::start();
    let reason = ["--reason", "a test", "--yes"];
    let ask = |token: &str, outlet: &str| served.with(token, &[&["cycle", outlet][..], &reason].concat());
    let (status, _, err) = ask("wlt_00_00", "pi-1");
    assert!(status == 1 && err.contains("401 Unauthorized") && err.contains("WIRELOOM_TOKEN"), "{err}");
    let (status, _, err) = ask(&served.tokens[1], "pi-1");
    assert!(status == 1 && err.contains("403 Forbidden (role)"), "{err}");
    let (status, _, err) = ask(&served.tokens[0], "pi[1..9]");
    assert!(status == 1 && err.contains("400 Bad Request (no-such-outlet)") && err.contains("4"), "{err}");
    assert_eq!(served.cuts(), 0);
    for _ in 0..2 {
        assert_eq!(ask(&served.tokens[0], "pi-3").0, 0);
    }
    let (status, out, err) = ask(&served.tokens[0], "pi-3,pi-1");
    assert_eq!((status, err.as_str()), (1, ""), "{out}");
    assert!(out.contains("pi[3]  will be refused (per-hour)"), "{out}");
    assert!(out.contains("pi[3]  refused (per-hour)") && out.contains("pi[1]  done"), "{out}");
    let (status, _, err) = served.told(&served.tokens[0], &["status", "--at", "http://127.0.0.1:1"]);
    assert!(status == 2 && err.contains("`http://127.0.0.1:1`: "), "{err}");
}

#[test]
fn a_profile_says_where_and_its_token_is_its_owners_alone() {
    let served = Served::start();
    let folder = served.folder.path().join("wireloom");
    fs::create_dir(&folder).expect("a folder");
    let (status, _, err) = served.told("", &["status"]);
    assert!(status == 2 && err.contains("profiles.toml"), "{err}");
    let profile = |keys: &str| {
        let (at, print) = (&served.at, &served.fingerprint);
        let text = format!("[profile.rack]\nat = \"{at}\"\nfingerprint = \"{print}\"\n{keys}");
        fs::write(folder.join("profiles.toml"), text).expect("it can be written");
    };
    profile("");
    let (status, _, err) = served.told("", &["status"]);
    assert!(status == 2 && err.contains("no token"), "{err}");
    profile("token-file = \"rack.token\"\n");
    let token = folder.join("rack.token");
    fs::write(&token, format!("{}\n", served.tokens[1])).expect("it can be written");
    for (mode, expected) in [(0o640, 2), (0o604, 2), (0o600, 0)] {
        fs::set_permissions(&token, fs::Permissions::from_mode(mode)).expect("it is ours");
        let (status, out, err) = served.told("", &["status", "--profile", "rack"]);
        assert_eq!(status, expected, "{mode:o}: {out}{err}");
    }
    let (status, out, _) = served.told("", &["status", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((status, told.as_array().map(Vec::len)), (0, Some(3)));
    let (status, _, err) = served.told("", &["status", "--profile", "attic"]);
    assert!(status == 2 && err.contains("no profile `attic` in `rack`"), "{err}");
    profile("tokenfile = \"x\"\n");
    let (status, _, err) = served.told("", &["status"]);
    assert!(status == 2 && err.contains("unknown field `tokenfile`"), "{err}");
}
