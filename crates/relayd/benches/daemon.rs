//! What the daemon costs: start to ready, memory, time when nobody asks, and from a request to its answer, which comes when intent and record are on the disk.
//!
//! `cargo bench -p relayd` prints a table: with the state on the disk where temporary files are, and in memory, where there is some. The disk decides most of it.

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

/// Nanoseconds that the threads of a process have run.
fn ran(id: u32) -> u64 {
    let of = |task: fs::DirEntry| {
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap();
        text.split_whitespace().next().unwrap().parse::<u64>().unwrap()
    };
    fs::read_dir(format!("/proc/{id}/task")).unwrap().map(|task| of(task.unwrap())).sum()
}

/// What is resident.
fn megabytes(id: u32) -> String {
    let text = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let kib = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap().trim().trim_end_matches(" kB");
    format!("{:.1} MB", kib.parse::<f64>().unwrap() * 1024.0 / 1e6)
}

fn at(sorted: &[Duration], thousandths: usize) -> f64 {
    sorted[(sorted.len() - 1) * thousandths / 1000].as_secs_f64() * 1000.0
}

fn main() {
    let disk = tempfile::tempdir().unwrap();
    let shared = Path::new("/dev/shm");
    let memory = if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() }.unwrap();
    let rows = [disk.path(), memory.path()].map(measured);
    println!("| what | disk | memory | aim |\n|---|--:|--:|---|");
    for (disk, memory) in rows[0].iter().zip(&rows[1]) {
        println!("| {} | {} | {} | {} |", disk.what, disk.value, memory.value, disk.aim);
    }
}

/// A row of the table.
struct Row {
    what: String,
    value: String,
    aim: &'static str,
}

fn row(what: impl Into<String>, value: String, aim: &'static str) -> Row {
    Row { what: what.into(), value, aim }
}

/// Everything, with the state in a folder.
fn measured(folder: &Path) -> Vec<Row> {
    fs::write(folder.join("relayd.toml"), r#box::file(50)).unwrap();
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let (child, took) = start(folder);
        starts.push(took);
        end(child);
    }
    starts.sort();
    let mut rows = vec![
        row(format!("start to ready, median of {STARTS}"), format!("{:.1} ms", at(&starts, 500)), "100 ms"),
        row(format!("start to ready, worst of {STARTS}"), format!("{:.1} ms", at(&starts, 1000)), ""),
    ];
    let (child, _) = start(folder);
    let before = ran(child.id());
    thread::sleep(IDLE);
    let share = Duration::from_nanos(ran(child.id()) - before).as_secs_f64() / IDLE.as_secs_f64() * 100.0;
    rows.push(row(format!("idle for {} s, share of a core", IDLE.as_secs()), format!("{share:.3} %"), "0.1 %"));
    rows.push(row("resident, idle", megabytes(child.id()), "15 MB"));
    end(child);
    for (hundred, aim) in [(1, ""), (10, "p99 5 ms")] {
        let (child, _) = start(folder);
        let mut all = asked(folder, hundred);
        for kind in ["accepted", "refused"] {
            let mut took: Vec<Duration> = all.extract_if(.., |one| one.0 == kind).map(|(_, took)| took).collect();
            took.sort();
            if !took.is_empty() {
                let what = format!("{hundred}00 requests a second, {kind}: how many; median, p99, worst");
                let [median, late, worst] = [500, 990, 1000].map(|share| at(&took, share));
                rows.push(row(what, format!("{}; {median:.1}, {late:.1}, {worst:.1} ms", took.len()), aim));
            }
        }
        rows.push(row(format!("resident after those {}", EACH * WORKERS), megabytes(child.id()), "15 MB"));
        end(child);
        fs::remove_file(folder.join("journal")).unwrap();
    }
    rows
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Asks so many hundred times a second, each outlet's cycle by its own worker; gives each answer and how long it took from when it was due.
fn asked(folder: &Path, hundred: u32) -> Vec<(String, Duration)> {
    let every = Duration::from_millis(10) * WORKERS / hundred;
    let begun = Instant::now() + Duration::from_millis(100);
    let worker = |number: u32| {
        let socket = folder.join("control.sock");
        move || {
            let stream = UnixStream::connect(socket).unwrap();
            let mut lines = BufReader::new(&stream);
            let mut took = Vec::new();
            for n in 0..EACH {
                let due = begun + every * n + every * number / WORKERS;
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
    workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
}
