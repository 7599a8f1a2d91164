//! The same questions to a MaxSAT solver in Python (`differential.py`), where Python has one or can fetch it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use switching::Literal;

use crate::case::Case;

/// A Python with python-sat: the machine's own, else one in the target folder; or why there is none.
pub fn python() -> Result<PathBuf, String> {
    let knows = |python: &Path| {
        let output = Command::new(python).args(["-c", "from pysat.examples.rc2 import RC2"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let own = PathBuf::from("python3");
    if knows(&own) {
        return Ok(own);
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-sat");
    let python = folder.join("bin").join("python3");
    if knows(&python) {
        return Ok(python);
    }
    let run = |command: &mut Command| {
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if !run(Command::new("python3").args(["-m", "venv"]).arg(&folder)) {
        return Err("python3 is not on this machine, or makes no environments".to_owned());
    }
    let fetched = run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "python-sat==1.8.dev17", "six"]))
        || run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "python-sat", "six"]));
    if fetched && knows(&python) { Ok(python) } else { Err("python-sat cannot be fetched".to_owned()) }
}

/// A variable counted from 1, negative where it is to be false.
fn signed(literal: Literal) -> i64 {
    let variable = i64::from(literal.variable()) + 1;
    if literal.value() { variable } else { -variable }
}

/// The network of a build, and what brute force says of its rails.
pub fn told(case: &Case) -> Value {
    let circuit = &case.checked.facts.circuit;
    let network = &circuit.network;
    let rail = |end: usize| {
        let end = &case.build.ends[end];
        let here = |&rail: &(_, bool)| case.end(rail) == (end.source.clone(), end.plus);
        circuit.rails.iter().position(here).unwrap_or_else(|| panic!("no rail of `{}`\n{case}", end.source))
    };
    let least = case.build.shorts().into_iter().map(|short| {
        let [a, b] = short.ends.map(rail);
        json!([a.min(b), a.max(b), short.least.actuated])
    });
    json!({
        "name": case.to_string(),
        "nodes": network.nodes,
        "conductors": network.conductors,
        "contacts": network.contacts.iter().filter(|contact| !contact.guard.never()).map(|contact| json!({
            "ends": contact.ends,
            "literals": contact.guard.literals().map(signed).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "variables": network.variables.iter().map(|variable| json!({
            "rest": variable.rest,
            "weight": variable.weight,
        })).collect::<Vec<_>>(),
        "rails": network.rails.iter().map(|rail| json!({
            "node": rail.node,
            "reference": rail.reference,
            "level": rail.level,
            "gives": rail.gives,
            "mains": rail.mains,
        })).collect::<Vec<_>>(),
        "references": network.references,
        "clauses": network.clauses.iter().filter(|clause| !clause.soft)
            .map(|clause| clause.literals.iter().copied().map(signed).collect::<Vec<_>>()).collect::<Vec<_>>(),
        "supplies": network.supplies.iter().map(|supply| json!({
            "when": signed(supply.when),
            "any_of": supply.any_of,
        })).collect::<Vec<_>>(),
        "least": least.collect::<Vec<_>>(),
    })
}

/// What the script says of these cases, and whether it found no difference.
pub fn ask(python: &Path, cases: &[Value]) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/states/differential.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python was asked before");
    let mut input = child.stdin.take().expect("it is piped");
    let text = serde_json::to_vec(cases).expect("values are JSON");
    let writer = std::thread::spawn(move || input.write_all(&text));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("writing does not panic").expect("the script reads all of its input");
    let words = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), words)
}
