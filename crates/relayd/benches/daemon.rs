//! What the daemon costs: start to ready, memory, time when nobody asks, and from a request to its answer, which comes when intent and record are on the disk.
//!
//! `cargo bench -p relayd` prints a table; the state folder is `$BENCH_STATE`, or a temporary one: the disk decides most of it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints times and may fail"
)]

#[path = "../tests/box/mod.rs"]
mod r#box;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use relayd::edge::shapes::Reply;

const STARTS: usize = 20;
const IDLE: Duration = Duration::from_secs(20);
const WORKERS: u32 = 50;
const EACH: u32 = 200;
/// All workers together ask a thousand times a second.
const EVERY: Duration = Duration::from_millis(50);

#[expect(clippy::zombie_processes, reason = "whoever gets it kills it and waits")]
fn start(folder: &Path) -> (Child, Duration) {
    let path = folder.join("notify");
    let _ = fs::remove_file(&path);
    let ready = UnixDatagram::bind(&path).unwrap();
    let begun = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_wireloom-relayd"))
        .args(["--sim", "--config"])
        .arg(folder.join("relayd.toml"))
        .args(["--settings", "/nonexistent/daemon.toml", "--state"])
        .arg(folder)
        .env("NOTIFY_SOCKET", &path)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut bytes = [0; 512];
    loop {
        let length = ready.recv(&mut bytes).unwrap();
        if bytes[..length].starts_with(b"READY=1") {
            return (child, begun.elapsed());
        }
    }
}

/// User and system time of a process, ticks of 10 ms.
fn ticks(id: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields: Vec<&str> = text.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

fn memory(id: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap().trim().trim_end_matches(" kB").parse().unwrap()
}

fn at(sorted: &[Duration], thousandths: usize) -> f64 {
    sorted[(sorted.len() - 1) * thousandths / 1000].as_secs_f64() * 1000.0
}

fn main() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("BENCH_STATE").map_or_else(|| temporary.path().to_owned(), Into::into);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("relayd.toml"), r#box::file(50)).unwrap();
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let (mut child, took) = start(&folder);
        starts.push(took);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    starts.sort();
    println!(
        "start to ready, ms             median {:.1}, worst of {STARTS} {:.1}",
        at(&starts, 500),
        at(&starts, 1000)
    );
    let (mut child, _) = start(&folder);
    let before = ticks(child.id());
    thread::sleep(IDLE);
    let spent = ticks(child.id()) - before;
    let idle = memory(child.id());
    let share = f64::from(u32::try_from(spent).unwrap()) / 100.0 / IDLE.as_secs_f64() * 100.0;
    println!("idle for {} s, 50 outlets       {share:.2} % of a core, {idle} kB resident", IDLE.as_secs());
    let begun = Instant::now() + Duration::from_millis(100);
    let worker = |number: u32| {
        let socket = folder.join("control.sock");
        move || {
            let stream = UnixStream::connect(socket).unwrap();
            let mut lines = BufReader::new(&stream);
            let mut took = Vec::new();
            for n in 0..EACH {
                let due = begun + EVERY * n + EVERY * number / WORKERS;
                thread::sleep(due.saturating_duration_since(Instant::now()));
                let outlet = number + 1;
                let question =
                    format!("{{\"do\":\"cycle\",\"outlets\":\"pi[{outlet}]\",\"reason\":\"r\",\"off-ms\":60}}\n");
                (&stream).write_all(question.as_bytes()).unwrap();
                let mut line = String::new();
                lines.read_line(&mut line).unwrap();
                let reply: Reply = serde_json::from_str(&line).unwrap();
                // From when it was due: a daemon that stalls pays for those that wait.
                took.push((reply.lines[0].answer.clone(), due.elapsed()));
            }
            took
        }
    };
    let workers: Vec<_> = (0..WORKERS).map(|number| thread::spawn(worker(number))).collect();
    let all: Vec<(String, Duration)> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    let busy = memory(child.id());
    for kind in ["accepted", "refused"] {
        let mut took: Vec<Duration> = all.iter().filter(|(answer, _)| answer == kind).map(|(_, took)| *took).collect();
        took.sort();
        if !took.is_empty() {
            let (count, median, late, worst) = (took.len(), at(&took, 500), at(&took, 990), at(&took, 1000));
            println!("{kind} at 1,000 a second, ms   {count:5}: median {median:.1}, p99 {late:.1}, worst {worst:.1}");
        }
    }
    println!("resident after it              {busy} kB");
    child.kill().unwrap();
    child.wait().unwrap();
}
