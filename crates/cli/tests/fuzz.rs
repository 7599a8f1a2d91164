//! Random mutations of the real files: whatever the text, the run ends, in bounded time and memory, with a verdict.
//!
//! `cargo test` runs 500 in process. `cargo xtask fuzz` runs 10,000 through the release program (`FUZZ_CASES`, `FUZZ_PROGRAM`), each as a
//! process of its own under an address space of 512 MB.
#![allow(clippy::print_stdout, reason = "seeds are printed, so that a case can be run again")]

mod memory;

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use memory::tokens::{is_value, strings, unit};
use memory::{Dice, Workspace};
use outputs::terminal::{self, Look};

const SEED: u64 = 0x0001_0ca1_5eed;
/// Longest that one run may take, seconds (a debug build is far slower than the program that people get).
const LONGEST: u64 = 10;
/// Of a hundred cases, those that must reach the analyses with every name bound.
const REACH: usize = 30;

/// A mutated workspace and what was done.
fn mutate(real: &Workspace, seed: u64) -> (Workspace, String, bool) {
    let mut dice = Dice(seed);
    let gentle = seed.is_multiple_of(2);
    let paths: Vec<&String> = real.own().map(|(path, _)| path).collect();
    for _ in 0..200 {
        let path = (*dice.pick(&paths)).clone();
        let text = &real.files[&path];
        let changed = if gentle { edit(&mut dice, text) } else { damage(&mut dice, text) };
        let Some((changed, what)) = changed else { continue };
        if changed == *text || (gentle && changed.parse::<toml::Table>().is_err()) {
            continue;
        }
        let mut workspace = real.clone();
        workspace.files.insert(path.clone(), changed);
        return (workspace, format!("{what} in {path}"), gentle);
    }
    (real.clone(), "nothing".to_owned(), gentle)
}

/// A token in place of another of its kind.
fn edit(dice: &mut Dice, text: &str) -> Option<(String, String)> {
    let all: Vec<_> = strings(text).into_iter().filter(|string| is_value(text, string)).collect();
    let mut changed = text.to_owned();
    match dice.below(10) {
        0..=4 => {
            let quantities: Vec<_> = all.iter().filter(|string| unit(&text[(*string).clone()]).is_some()).collect();
            let chosen = (*quantities.get(dice.below(quantities.len()))?).clone();
            let own = unit(&text[chosen.clone()])?;
            let written = match dice.below(4) {
                0 => "unstated".to_owned(),
                1 => format!("{}{}", dice.below(10_000), if own == "%" { "%".to_owned() } else { format!(" {own}") }),
                2 => format!("0.{}{}", dice.below(1000), if own == "%" { "%".to_owned() } else { format!(" {own}") }),
                _ => {
                    let same: Vec<_> =
                        quantities.iter().filter(|other| unit(&text[(**other).clone()]) == Some(own)).collect();
                    text[(**dice.pick(&same)).clone()].to_owned()
                }
            };
            let what = format!("`{}` became `{written}`", &text[chosen.clone()]);
            changed.replace_range(chosen, &written);
            Some((changed, what))
        }
        5..=6 => {
            // A terminal's number, up or down by one.
            let numbers: Vec<_> = all
                .iter()
                .filter(|string| text[(*string).clone()].contains(" -> ") || text[(*string).clone()].contains(" -- "))
                .flat_map(|string| {
                    let inside = &text[string.clone()];
                    inside.match_indices('[').map(|(at, _)| string.start + at + 1).collect::<Vec<_>>()
                })
                .filter(|&at| text.as_bytes()[at].is_ascii_digit() && !text.as_bytes()[at + 1].is_ascii_digit())
                .collect();
            let at = *numbers.get(dice.below(numbers.len()))?;
            let digit = char::from(text.as_bytes()[at]).to_digit(10)?;
            let other = if dice.below(2) == 0 { (digit + 1) % 10 } else { (digit + 9) % 10 };
            changed.replace_range(at..=at, &other.to_string());
            Some((changed, format!("a {digit} became a {other}")))
        }
        7 => {
            // Two arrows trade places.
            let arrows: Vec<_> = all.iter().filter(|string| text[(*string).clone()].contains(" -> ")).collect();
            let (a, b) = (dice.below(arrows.len()), dice.below(arrows.len()));
            let (first, second) = ((*arrows.get(a.min(b))?).clone(), (*arrows.get(a.max(b))?).clone());
            if first == second {
                return None;
            }
            changed.replace_range(second.clone(), &text[first.clone()]);
            changed.replace_range(first, &text[second]);
            Some((changed, "two arrows traded places".to_owned()))
        }
        8 => {
            let chosen = all.get(dice.below(all.len()))?.clone();
            let other = all.get(dice.below(all.len()))?.clone();
            let written = text[other].to_owned();
            changed.replace_range(chosen, &written);
            Some((changed, format!("some string became `{written}`")))
        }
        _ => {
            let lines: Vec<&str> = text.lines().collect();
            let gone = dice.below(lines.len());
            let kept: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != gone).map(|(_, line)| *line).collect();
            Some((kept.join("\n") + "\n", format!("line {} went", gone + 1)))
        }
    }
}

/// Bytes, without regard for anything.
fn damage(dice: &mut Dice, text: &str) -> Option<(String, String)> {
    let mut characters: Vec<char> = text.chars().collect();
    if characters.is_empty() {
        return None;
    }
    let times = 1 + dice.below(4);
    let mut what = Vec::new();
    for _ in 0..times {
        let at = dice.below(characters.len());
        match dice.below(8) {
            0 => {
                characters[at] = char::from(u8::try_from(dice.below(128)).ok()?);
                what.push("a character changed");
            }
            1 => {
                characters.remove(at);
                what.push("a character went");
            }
            2 => {
                const ODD: &[char] =
                    &['[', ']', '{', '}', '"', '\'', '=', '.', '\n', '\\', '#', '\0', 'é', '\u{202e}', '-', '>', '0'];
                characters.insert(at, *dice.pick(ODD));
                what.push("a character came");
            }
            3 => {
                characters.truncate(at);
                what.push("the rest was cut off");
            }
            4 => {
                let end = (at + dice.below(200)).min(characters.len());
                let copy: Vec<char> = characters[at..end].to_vec();
                characters.splice(at..at, copy);
                what.push("a piece was doubled");
            }
            5 => {
                let deep = ["[", "{a=", "a.", "[1..9]"][dice.below(4)].repeat(dice.below(3000));
                characters.splice(at..at, deep.chars());
                what.push("something nests");
            }
            6 => {
                let big =
                    ["1..4000000000", "99999999999999999999", "[1..5000000]", "1e999 V", "-0", "0x7fffffffffffffff"]
                        [dice.below(6)];
                characters.splice(at..at, big.chars());
                what.push("something huge came");
            }
            _ => {
                let end = (at + dice.below(120)).min(characters.len());
                characters.drain(at..end);
                what.push("a piece went");
            }
        }
        if characters.is_empty() {
            break;
        }
    }
    Some((characters.into_iter().collect(), what.join(", ")))
}

/// Whether every name bound, so that the analyses saw all of the build.
fn reached<'a>(mut codes: impl Iterator<Item = &'a str>) -> bool {
    !codes.any(|code| code.starts_with(['D', 'M']))
}

#[test]
fn whatever_the_text_the_run_ends_with_a_verdict() {
    let cases: u64 = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500);
    let program = std::env::var("FUZZ_PROGRAM").ok();
    let real = Workspace::real();
    let folder = tempfile::tempdir().expect("a folder for one workspace");
    println!("seeds {SEED} to {} ({cases} cases)", SEED + cases - 1);
    let (mut reach, mut gentle, mut slowest) = (0usize, 0usize, Duration::ZERO);
    let mut wrong = Vec::new();
    for case in 0..cases {
        let seed = SEED + case;
        let (workspace, what, is_gentle) = mutate(&real, seed);
        gentle += usize::from(is_gentle);
        let started = Instant::now();
        let outcome = match &program {
            Some(program) => outside(Path::new(program), &workspace, folder.path()),
            None => inside(workspace),
        };
        let took = started.elapsed();
        slowest = slowest.max(took);
        match outcome {
            Ok(true) => reach += 1,
            Ok(false) => {}
            Err(why) => wrong.push(format!("seed {seed}: {what}: {why}")),
        }
        if took > Duration::from_secs(LONGEST) {
            wrong.push(format!("seed {seed}: {what}: took {took:?}"));
        }
    }
    let total = usize::try_from(cases).expect("so few cases");
    println!(
        "{gentle} token edits that parse, {reach} of {total} reach the analyses with every name bound, slowest {slowest:?}"
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(gentle * 2 >= total, "{gentle} of {total} are token edits");
    assert!(reach * 100 >= total * REACH, "{reach} of {total} reach the analyses; at least {REACH} %");
}

/// In a thread of its own, with the stack that a program gets.
fn inside(workspace: Workspace) -> Result<bool, String> {
    let run = move || {
        let checked = workspace.check();
        let _ = terminal::render(&checked.sources, &checked.findings, Look::PLAIN);
        let errors = checked.findings.iter().filter(|finding| finding.level() == source::Level::Error);
        reached(errors.map(|finding| finding.rule.code))
    };
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(run).map_err(|error| error.to_string())?;
    thread.join().map_err(|_| "it panicked".to_owned())
}

/// As a process under a limit of address space; its exit code is the verdict.
fn outside(program: &Path, workspace: &Workspace, folder: &Path) -> Result<bool, String> {
    for (path, text) in &workspace.files {
        let path = folder.join(path);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
            std::fs::create_dir_all(path.parent().ok_or("a file without a folder")?)
                .map_err(|error| error.to_string())?;
            std::fs::write(&path, text).map_err(|error| error.to_string())?;
        }
    }
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v 524288; exec \"$0\" \"$@\""])
        .arg(program)
        .arg("-w")
        .arg(folder)
        .args(["check", "--format", "json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut stdout = child.stdout.take().ok_or("no output")?;
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        if started.elapsed() > Duration::from_secs(LONGEST) {
            let _ = child.kill();
            return Err("it did not end".to_owned());
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let text = reading.join().map_err(|_| "reading failed")?.map_err(|error| error.to_string())?;
    match status.code() {
        Some(0..=3) => {}
        code => return Err(format!("exit {code:?}")),
    }
    let said: serde_json::Value = serde_json::from_str(&text).map_err(|error| format!("no JSON: {error}"))?;
    let findings = said["findings"].as_array().ok_or("no findings in the JSON")?;
    let errors = findings.iter().filter(|finding| finding["severity"] == "error");
    Ok(reached(errors.filter_map(|finding| finding["code"].as_str())))
}
