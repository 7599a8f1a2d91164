//! The `wireloom` command: files, exit codes.

mod ask;
mod bom;
mod complete;
mod diff;
mod drawing;
mod export;
mod guide;
mod mend;
mod outlet;
mod plan;
mod readings;
mod verb;
mod written;

use std::io::Write as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ask::Asked;
use clap::{CommandFactory as _, Parser};
use cli::disk::Disk;
use cli::{Checked, catalogue, certificate, check_asked};
use outputs::summary::Counts;
use outputs::terminal::{self, Look};
use outputs::{control, explain, faults, github, json, sarif, states, summary};
use verb::{FailLevel, Format, Graph, Verb};

/// Nothing found at or above the level, and everything proved.
const CLEAN: u8 = 0;
/// Findings at or above the level.
const FOUND: u8 = 1;
/// The run could not go on.
const FAILED: u8 = 2;
/// Nothing found, but something not proved.
const NOT_PROVED: u8 = 3;

/// Proves the wiring of a box of hardware, and writes what its builder needs
#[derive(Parser)]
#[command(name = "wireloom", version)]
#[command(
    after_help = "Exit status: 0 clean, 1 findings at or above the level, 2 could not run,\n3 nothing found but something not proved."
)]
struct Arguments {
    /// The folder that holds `bom/build.toml` [default: nearest]
    #[arg(short, long, global = true, value_name = "DIR")]
    workspace: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(words) => {
            let _ = writeln!(std::io::stderr(), "wireloom: {words}");
            ExitCode::from(FAILED)
        }
    }
}

/// An `Err` says why the run could not go on.
fn run(arguments: &Arguments) -> Result<u8, String> {
    match &arguments.verb {
        Verb::Check { format, fail_level, certificate: file, asked } => {
            if !asked.is_empty() && (*format != Format::Human || file.is_some()) {
                return Err("what was only asked goes to people: no other format and no certificate".to_owned());
            }
            let (disk, checked) = open_asked(arguments, asked)?;
            let view = checked.view();
            let text = match format {
                Format::Human => asked.head() + &people(&checked),
                Format::Json => json::render(view),
                Format::Sarif => sarif::render(view, &disk.within_repository(), env!("CARGO_PKG_VERSION")),
                Format::Github => github::render(view, &disk.within_repository()),
            };
            print(&text)?;
            match file {
                Some(file) => certify(&checked, file).map(|()| status(&checked, *fail_level)),
                None => Ok(status(&checked, *fail_level)),
            }
        }
        Verb::Build { out } => {
            let (disk, checked) = open(arguments)?;
            written::build(&disk, &checked, out.as_deref())
        }
        Verb::Site(site) => {
            let (disk, checked) = open(arguments)?;
            site.write(&disk, &checked)
        }
        Verb::Serve(serve) => serve.run(&disk(arguments)?),
        Verb::Explain { what, asked } => {
            // A rule's page needs no workspace.
            let text = match explain::rule(&catalogue(), what) {
                Some(rule) => explain::page(rule),
                None => asked.head() + &explain::explain(open_asked(arguments, asked)?.1.view(), what)?,
            };
            print(&text)?;
            Ok(CLEAN)
        }
        Verb::States { json } => {
            let (_, checked) = open(arguments)?;
            print(&if *json { states::json(checked.view()) } else { states::table(checked.view()) })?;
            Ok(partial(&checked))
        }
        Verb::State { settings } => {
            let (_, checked) = open(arguments)?;
            print(&states::state(checked.view(), settings)?)?;
            Ok(partial(&checked))
        }
        Verb::WhatIf { change } => {
            let (_, checked) = open(arguments)?;
            print(&states::what_if(checked.view(), &change.join(" "))?)?;
            Ok(partial(&checked))
        }
        Verb::Faults { json } => {
            let (_, checked) = open(arguments)?;
            print(&if *json { faults::json(checked.view()) } else { faults::table(checked.view()) })?;
            Ok(partial(&checked))
        }
        Verb::Control { format } => {
            let (_, checked) = open(arguments)?;
            print(&match format {
                Graph::Human => control::page(checked.view()),
                Graph::Json => control::json(checked.view()),
                Graph::Dot => control::dot(&checked.build, &checked.facts.control),
                Graph::Svg => control::drawing::svg(checked.view()),
            })?;
            Ok(partial(&checked))
        }
        Verb::Power(power) => {
            let (_, checked) = open_asked(arguments, &power.asked)?;
            print(&power.answer(&checked)?)?;
            Ok(partial(&checked))
        }
        Verb::Bom(bom) => {
            if bom.is_swapped() {
                let (bytes, is_worse, checked) = bom.swapped(&disk(arguments)?)?;
                bom.write(&bytes)?;
                return Ok(if is_worse { FOUND } else { bound(&checked) });
            }
            let (_, checked) = open(arguments)?;
            bom.write(&bom.bytes(&checked, &[])?)?;
            Ok(bound(&checked))
        }
        Verb::Diff(diff) => Ok(if diff.run(|| disk(arguments))? { FOUND } else { CLEAN }),
        Verb::Plan(plan) => plan.run(&disk(arguments)?),
        Verb::Verify { file } => {
            let text = std::fs::read_to_string(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
            let (_, checked) = open(arguments)?;
            match certificate::verify(&checked, &text) {
                Ok(words) => print(&words).map(|()| CLEAN),
                Err(why) => {
                    let _ = writeln!(std::io::stderr(), "wireloom: `{}`: {why}", file.display());
                    Ok(FOUND)
                }
            }
        }
        Verb::Fix(fix) => {
            let (disk, checked) = open(arguments)?;
            fix.run(&disk, &checked)
        }
        Verb::Outlet(outlet) => outlet.run(),
        Verb::Completion(completion) => complete::run(completion, Arguments::command()),
        Verb::Readings(readings) => {
            let (_, checked) = open(arguments)?;
            readings.run(&checked)
        }
        Verb::Export(export) => {
            let (_, checked) = open(arguments)?;
            match export.bytes(&checked)? {
                Some(bytes) => export.write(&bytes).map(|()| CLEAN),
                None => {
                    let _ = write!(std::io::stderr(), "{}", people(&checked));
                    Ok(status(&checked, FailLevel::Error))
                }
            }
        }
    }
}

/// Says on standard error what the answer leaves out, and makes the status say so as well.
fn partial(checked: &Checked) -> u8 {
    let counts = Counts::of(&checked.findings);
    let unbound = checked.unbound();
    if unbound > 0 {
        let _ = writeln!(
            std::io::stderr(),
            "wireloom: {} of reading and binding: what they concern is left out above; `wireloom check` lists them",
            summary::counted(unbound, "error")
        );
        return FOUND;
    }
    if counts.not_verified > 0 {
        let _ = writeln!(
            std::io::stderr(),
            "wireloom: {} not verified in this build; `wireloom check` lists what",
            summary::counted(counts.not_verified, "thing")
        );
        return NOT_PROVED;
    }
    CLEAN
}

/// The same for answers in which nothing hangs on what is not verified.
fn bound(checked: &Checked) -> u8 {
    if checked.unbound() > 0 { partial(checked) } else { CLEAN }
}

/// Writes the certificate.
fn certify(checked: &Checked, file: &Path) -> Result<(), String> {
    let text = certificate::write(checked)?;
    bom::replace(file, text.as_bytes())
}

fn open(arguments: &Arguments) -> Result<(Disk, ManuallyDrop<Checked>), String> {
    open_asked(arguments, &Asked::default())
}

/// What was checked is never dropped: the process ends soon, and giving back every string one by one only costs time.
fn open_asked(arguments: &Arguments, asked: &Asked) -> Result<(Disk, ManuallyDrop<Checked>), String> {
    let disk = disk(arguments)?;
    let checked = ManuallyDrop::new(check_asked(&disk, &asked.all())?);
    Ok((disk, checked))
}

fn disk(arguments: &Arguments) -> Result<Disk, String> {
    workspace(arguments.workspace.as_deref())
}

/// The workspace in a folder, else the nearest one.
fn workspace(folder: Option<&Path>) -> Result<Disk, String> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => {
            let here = std::env::current_dir().map_err(|error| format!("this folder: {error}"))?;
            Disk::nearest(&here)
                .ok_or("neither this folder nor one above it holds `bom/build.toml`; name a workspace with `-w DIR`")?
        }
    };
    let disk = Disk::open(&folder).map_err(|error| format!("`{}`: {error}", folder.display()))?;
    if !disk.root().join("bom/build.toml").exists() {
        return Err(format!("`{}` holds no `bom/build.toml`, which marks the root of a workspace", folder.display()));
    }
    Ok(disk)
}

/// The findings and the last line.
fn people(checked: &Checked) -> String {
    let mut text = terminal::render(&checked.sources, &checked.findings, look());
    text.push_str(&summary::line(checked.view()));
    text.push('\n');
    text
}

/// Colour on a terminal that takes it (`NO_COLOR`, `CLICOLOR_FORCE` and the like are honoured); as wide as `COLUMNS` says.
fn look() -> Look {
    let colour = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    Look { colour, width: columns.map_or(Look::PLAIN.width, |columns| columns.clamp(40, 200)) }
}

fn status(checked: &Checked, level: FailLevel) -> u8 {
    let counts = Counts::of(&checked.findings);
    let bad = match level {
        FailLevel::Error => counts.errors,
        FailLevel::Warning => counts.errors + counts.warnings,
        FailLevel::Note => counts.errors + counts.warnings + counts.notes,
    };
    match (bad, counts.not_verified) {
        (0, 0) => CLEAN,
        (0, _) => NOT_PROVED,
        _ => FOUND,
    }
}

fn print(text: &str) -> Result<(), String> {
    print_bytes(text.as_bytes())
}

/// A reader that went away (`| head`) is no fault.
fn print_bytes(bytes: &[u8]) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}
