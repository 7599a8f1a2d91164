//! What other programs take of the bill: golden files, and each held against its format's own schema or an independent reader.
//!
//! `cargo xtask docs` rewrites the snapshots. The validators come from pip, the Open Know-How schema by `OKH_SCHEMA`; where they cannot be
//! had, the test says so and leaves that part out.

mod memory;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cli::Checked;
use memory::Workspace;
use outputs::bom::cyclonedx::Edition;
use outputs::bom::{self, Shown};

fn shown(checked: &Checked, units: u32) -> Shown<'_> {
    Shown::new(checked.view(), units, None, &[]).expect("no section is named")
}

fn workspaces() -> [(&'static str, Workspace); 4] {
    [
        ("revision 2", Workspace::real()),
        ("as published", Workspace::example("as-published")),
        ("seven Pis", Workspace::example("seven-pis")),
        ("the bench", Workspace::bench()),
    ]
}

/// A Python that can import this: the machine's own, else one in the target folder that pip fills; or why there is none.
fn python(import: &str, package: &str) -> Result<PathBuf, String> {
    let knows = |python: &Path| {
        let output = Command::new(python).args(["-c", &format!("import {import}")]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let own = PathBuf::from("python3");
    if knows(&own) {
        return Ok(own);
    }
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("python-{}", import.split('.').next().unwrap_or(import)));
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
    let fetched = run(Command::new(&python).args(["-m", "pip", "install", "--quiet", package]));
    if fetched && knows(&python) { Ok(python) } else { Err(format!("{package} cannot be fetched")) }
}

/// Says loudly what was not held against anything.
fn left_out(what: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "LEFT OUT: {what}: {why}");
}

/// Runs a script with this on its standard input; panics with what it says if it fails.
fn ask(python: &Path, script: &str, input: &[u8]) -> String {
    let mut child = Command::new(python)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python was asked before");
    child.stdin.take().expect("it is piped").write_all(input).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_hardware_bill_is_valid_and_the_same_each_time() {
    let checked = Workspace::example("as-published").check();
    insta::assert_snapshot!("cyclonedx", bom::cyclonedx::text(&shown(&checked, 1), Edition::V1_6));
    let mut texts = Vec::new();
    for (name, workspace) in workspaces() {
        for units in [1, 3] {
            for (edition, number) in [(Edition::V1_6, "V1_6"), (Edition::V1_7, "V1_7")] {
                let text = bom::cyclonedx::text(&shown(&workspace.check(), units), edition);
                assert_eq!(text, bom::cyclonedx::text(&shown(&workspace.check(), units), edition), "{name}");
                let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
                let serial = value["serialNumber"].as_str().expect("it has one").to_owned();
                assert!(texts.iter().all(|(_, _, _, other)| *other != serial), "{name}");
                texts.push((name, number, text, serial));
            }
        }
    }
    let package = "cyclonedx-python-lib[json-validation]";
    let python = match python("cyclonedx.validation.json, jsonschema", package) {
        Ok(python) => python,
        Err(why) => return left_out("CycloneDX against its schema", &why),
    };
    let script = "
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
for version, text in json.load(sys.stdin):
    error = JsonStrictValidator(getattr(SchemaVersion, version)).validate_str(text)
    if error: sys.exit(repr(error)[:2000])
";
    let all: Vec<(&str, &str)> = texts.iter().map(|(_, number, text, _)| (*number, text.as_str())).collect();
    ask(&python, script, &serde_json::to_vec(&all).expect("plain values"));
    // The validator does find a fault.
    let wrong = texts[0].2.replacen("\"type\": \"device\"", "\"type\": \"gadget\"", 1);
    let told = "import sys\nfrom cyclonedx.schema import SchemaVersion\nfrom cyclonedx.validation.json import JsonStrictValidator\nprint(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()) is None)";
    assert_eq!(ask(&python, told, wrong.as_bytes()).trim(), "False");
}

#[test]
fn the_open_know_how_manifest_is_valid() {
    let checked = Workspace::example("as-published").check();
    let text = bom::okh::manifest(&shown(&checked, 1)).expect("it says where it stands");
    insta::assert_snapshot!("okh", text);
    let table: toml::Table = text.parse().expect("it is TOML");
    assert_eq!(table["okhv"].as_str(), Some("2.4"));
    let why = bom::okh::manifest(&shown(&Workspace::bench().check(), 1)).expect_err("the bench stands nowhere");
    assert_eq!(why, "an Open Know-How manifest needs `repository` in `bom/build.toml`");
    let Some(schema) = std::env::var_os("OKH_SCHEMA") else {
        return left_out("the Open Know-How manifest against its schema", "OKH_SCHEMA names no schema file");
    };
    let python = match python("jsonschema", "jsonschema") {
        Ok(python) => python,
        Err(why) => return left_out("the Open Know-How manifest against its schema", &why),
    };
    let script = "
import json, sys
import jsonschema
schema, value = json.load(open(sys.stdin.readline().rstrip('\\n'))), json.load(sys.stdin)
jsonschema.validators.validator_for(schema)(schema).validate(value)
";
    let value = serde_json::to_string(&table).expect("plain values");
    ask(&python, script, format!("{}\n{value}", schema.to_string_lossy()).as_bytes());
}

#[test]
fn an_independent_reader_opens_the_workbook_and_its_formulas_sum_up() {
    let published = Workspace::example("as-published").check();
    let bytes = bom::xlsx::workbook(&shown(&published, 1));
    assert_eq!(bytes, bom::xlsx::workbook(&shown(&published, 1)));
    let python = match python("openpyxl", "openpyxl") {
        Ok(python) => python,
        Err(why) => return left_out("the workbook with an independent reader", &why),
    };
    let script = "
import io, sys
import openpyxl
data = sys.stdin.buffer.read()
book = openpyxl.load_workbook(io.BytesIO(data))
kept = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
from decimal import Decimal
def number(sheet, row):
    if sheet.cell(row, 8).data_type != 'f': return Decimal(0)
    return Decimal(str(sheet.cell(row, 5).value)) * Decimal(str(sheet.cell(row, 7).value))
whole = Decimal(0)
for sheet in book.worksheets[1:]:
    last = sheet.max_row
    assert sheet.cell(last, 8).value == f'=SUM(H2:H{last - 1})', sheet.cell(last, 8).value
    total = Decimal(0)
    for row in range(2, last):
        cell = sheet.cell(row, 8)
        assert cell.value in (f'=E{row}*G{row}', 'unknown'), cell.value
        if cell.data_type == 'f':
            assert Decimal(str(kept[sheet.title].cell(row, 8).value)) == number(sheet, row)
        total += number(sheet, row)
    assert Decimal(str(kept[sheet.title].cell(last, 8).value)) == total, sheet.title
    whole += total
first = book.worksheets[0]
for at, sheet in enumerate(book.worksheets[1:]):
    assert first.cell(at + 2, 2).value == \"='\" + sheet.title + f\"'!H{sheet.max_row}\", first.cell(at + 2, 2).value
print(len(book.worksheets), whole, kept.worksheets[0].cell(first.max_row, 2).value, kept.worksheets[0].cell(first.max_row, 4).value)
";
    let told = ask(&python, script, &bytes);
    assert_eq!(told.trim(), "10 862.00 862.0 0");
    for (name, workspace) in workspaces() {
        let told = ask(&python, script, &bom::xlsx::workbook(&shown(&workspace.check(), 3)));
        assert!(!told.is_empty(), "{name}");
    }
}

#[test]
fn the_product_is_json_ld() {
    let checked = Workspace::example("as-published").check();
    let text = bom::product::text(&shown(&checked, 1));
    insta::assert_snapshot!("product", text);
    let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!((&value["@context"], &value["@type"]), (&"https://schema.org".into(), &"Product".into()));
}
