//! The relay daemon's API attacked: Schemathesis (PyPI) makes requests out of the OpenAPI document, right and wrong ones,
//! as nobody, as somebody who may look, and as an administrator. No 5xx, and no answer that the document does not name.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

/// What is installed where the machine has none.
const PACKAGE: &str = "schemathesis==4.32.5";
/// Seconds for each of the three.
const SECONDS: &str = "12";
/// Not tried: that wrong data is refused, since any bytes are a text and Schemathesis holds the text `0` to be none (`http.rs` tries broken bodies); and that
/// bad tokens are turned away, since guesses are made to wait (`http_roles.rs` tries every route).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,unsupported_method,allow_header_conformance,missing_required_header";
/// Accounts: as the report calls them, name, role.
const CALLERS: [(&str, Option<(&str, &str)>); 3] = [
    ("nobody", None),
    ("somebody who may look", Some(("look", "read-only"))),
    ("an administrator", Some(("rule", "administrator"))),
];

/// A daemon that runs until this is dropped.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Attacks a daemon that simulates, or says in one loud line what is missing for that.
///
/// # Errors
/// An answer that the document does not name, a 5xx, or a daemon that ended.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let tool = match tool(&target) {
        Ok(tool) => tool,
        Err(missing) => {
            println!("== the relay daemon's API: LEFT OUT, {missing}");
            return Ok(());
        }
    };
    super::run("build", &mut super::cargo(&["build", "--quiet", "--package", "relayd", "--locked"]))?;
    let program = super::built("debug").with_file_name("wireloom-relayd");
    let folder = target.join("api");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("clearing what an earlier attack left")?;
    }
    let state = folder.join("state");
    fs::create_dir_all(&state)?;
    fs::copy(root.join("crates/relayd/src/sample.toml"), folder.join("relayd.toml"))?;
    let (https, http) = (free()?, free()?);
    fs::write(
        folder.join("daemon.toml"),
        format!("[web]\nhttps = \"127.0.0.1:{https}\"\nhttp = \"127.0.0.1:{http}\"\n"),
    )?;
    let mut tokens = Vec::new();
    for (_, account) in CALLERS {
        tokens.push(account.map(|(name, role)| token(&program, &state, name, role)).transpose()?);
    }
    let mut daemon = start(&program, &folder, &state)?;
    // Another one each time: what it finds is found again with the number that is printed.
    let seed = std::env::var("API_SEED").unwrap_or_else(|_| std::process::id().to_string());
    for ((who, _), token) in CALLERS.into_iter().zip(tokens) {
        let mut attack = Command::new(&tool);
        attack
            .args(["run", "--no-color", "--no-shrink", "--continue-on-failure", "--warnings", "off"])
            .args(["--seed", &seed, "--max-time", SECONDS, "--request-timeout", "10", "--checks", CHECKS])
            // A stream of events has no end to wait for.
            .args(["--exclude-path", "/api/v1/events", "--generation-database", "none"])
            .arg(format!("http://127.0.0.1:{http}/api/v1/openapi.json"))
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .env("PYTHONPATH", root.join("crates/xtask/api"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(&folder);
        if let Some(token) = token {
            attack.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        super::run(&format!("the relay daemon's API, attacked by {who}; API_SEED={seed}"), &mut attack)?;
        if let Some(status) = daemon.0.try_wait()? {
            bail!("the daemon ended ({status}): {}", folder.join("daemon.log").display());
        }
    }
    Ok(())
}

/// Schemathesis: the machine's own, else one in the target folder; or why there is none.
fn tool(target: &Path) -> Result<PathBuf, &'static str> {
    let works = |program: &Path| quiet(Command::new(program).arg("--version"));
    let own = PathBuf::from("schemathesis");
    if works(&own) {
        return Ok(own);
    }
    let folder = target.join("tools/schemathesis");
    let there = folder.join("bin/schemathesis");
    if works(&there) {
        return Ok(there);
    }
    if !quiet(Command::new("python3").args(["-m", "venv"]).arg(&folder)) {
        return Err("python3 is not on this machine, or makes no environments");
    }
    let fetched = quiet(Command::new(folder.join("bin/python3")).args(["-m", "pip", "install", "--quiet", PACKAGE]));
    if fetched && works(&there) { Ok(there) } else { Err("schemathesis cannot be fetched") }
}

fn quiet(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A port that nobody has.
fn free() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Adds an account, and gives a token of it.
fn token(program: &Path, state: &Path, name: &str, role: &str) -> anyhow::Result<String> {
    let user = || {
        let mut command = Command::new(program);
        command.args(["user", "--state"]).arg(state);
        command
    };
    let added = user().args(["add", name, "--role", role, "--generate"]).stdout(Stdio::null()).status()?;
    let given = user().args(["token", name]).output()?;
    if !added.success() || !given.status.success() {
        bail!("no token for `{name}`");
    }
    Ok(String::from_utf8(given.stdout)?.trim().to_owned())
}

/// Starts the daemon and waits until it says that it is ready; what it says is in `daemon.log`.
fn start(program: &Path, folder: &Path, state: &Path) -> anyhow::Result<Daemon> {
    let mut child = Command::new(program)
        .args(["--sim", "--config"])
        .arg(folder.join("relayd.toml"))
        .arg("--settings")
        .arg(folder.join("daemon.toml"))
        .arg("--state")
        .arg(state)
        .stderr(Stdio::piped())
        .spawn()
        .context("the daemon cannot start")?;
    let mut lines = BufReader::new(child.stderr.take().context("the daemon says nothing")?).lines();
    let daemon = Daemon(child);
    let mut log = File::create(folder.join("daemon.log"))?;
    let mut is_ready = false;
    while !is_ready {
        let Some(line) = lines.next().transpose()? else { bail!("the daemon ended before it was ready") };
        is_ready = line.contains("ready: ");
        writeln!(log, "{line}")?;
    }
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let _ = writeln!(log, "{line}");
        }
    });
    Ok(daemon)
}
