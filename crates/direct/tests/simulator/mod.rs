//! Which ngspice is here.

use std::process::Command;

/// What `ngspice --version` calls itself, and its solver; `None` where there is none.
pub fn version() -> Option<String> {
    let output = Command::new("ngspice").arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.contains("ngspice-"))?;
    let solver = if text.contains("KLU") { "KLU" } else { "SPARSE 1.3" };
    Some(format!("{} with {solver}", line.trim_matches(|c: char| c == '*' || c.is_whitespace())))
}
