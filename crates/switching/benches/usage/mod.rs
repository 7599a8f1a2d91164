//! What this process has used so far, as the kernel counts it, and how long something takes.
#![allow(dead_code, reason = "each bench takes what it needs of it")]

use std::fs;
use std::time::Instant;

/// Processor time with all threads, hundredths of a second.
pub fn ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// The most memory that was held, MiB.
pub fn peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

/// The least of many rounds, microseconds of this thread.
pub fn least<T>(rounds: u32, mut run: impl FnMut() -> T) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..rounds {
        let start = Instant::now();
        let result = std::hint::black_box(run());
        least = least.min(start.elapsed().as_secs_f64() * 1e6);
        drop(result);
    }
    least
}
