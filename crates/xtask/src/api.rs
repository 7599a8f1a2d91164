//! The relay daemon's API attacked: Schemathesis (PyPI) makes requests out of the OpenAPI document, right and wrong ones,
//! as nobody, as somebody who may look, and as an administrator. No 5xx, and no answer that the document does not name.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::bail;

use crate::daemon::{self, Place};

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
    let program = daemon::program()?;
    let place = Place::lay(&target.join("api"), &root.join("crates/relayd/src/sample.toml"))?;
    let mut tokens = Vec::new();
    for (_, account) in CALLERS {
        tokens.push(account.map(|(name, role)| place.token(&program, name, role)).transpose()?);
    }
    let mut daemon = place.start(&program)?;
    // Another one each time: what it finds is found again with the number that is printed.
    let seed = std::env::var("API_SEED").unwrap_or_else(|_| std::process::id().to_string());
    for ((who, _), token) in CALLERS.into_iter().zip(tokens) {
        let mut attack = Command::new(&tool);
        attack
            .args(["run", "--no-color", "--no-shrink", "--continue-on-failure", "--warnings", "off"])
            .args(["--seed", &seed, "--max-time", SECONDS, "--request-timeout", "10", "--checks", CHECKS])
            // A stream of events has no end to wait for.
            .args(["--exclude-path", "/api/v1/events", "--generation-database", "none"])
            .arg(format!("http://127.0.0.1:{}/api/v1/openapi.json", place.http))
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .env("PYTHONPATH", root.join("crates/xtask/api"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(&place.folder);
        if let Some(token) = token {
            attack.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        super::run(&format!("the relay daemon's API, attacked by {who}; API_SEED={seed}"), &mut attack)?;
        if let Some(status) = daemon.ended()? {
            bail!("the daemon ended ({status}): {}", place.folder.join("daemon.log").display());
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
