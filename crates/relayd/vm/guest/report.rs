//! What was seen, told to whoever started the machine; a count on the disk outlives a reboot.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;

/// Where the count stands.
const COUNT: &str = "/disk/count";

/// The serial port that the tests have for themselves.
pub struct Report {
    port: File,
    count: usize,
}

impl Report {
    /// Goes on where an earlier boot left off.
    pub fn open() -> Self {
        let port = OpenOptions::new().write(true).open("/dev/ttyS1").expect("the machine has a second serial port");
        let count = fs::read_to_string(COUNT).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        Self { port, count }
    }

    /// Something that must hold: what was seen, or what was wrong.
    pub fn check(&mut self, room: &str, what: &str, seen: Result<String, String>) {
        match seen {
            Ok(seen) => self.count("ok", room, what, &seen),
            Err(wrong) => self.count("fail", room, what, &wrong),
        }
    }

    /// Something that cannot be tried here.
    pub fn left_out(&mut self, room: &str, what: &str, why: &str) {
        self.count("left-out", room, what, why);
    }

    /// A figure that nothing depends on.
    pub fn note(&mut self, room: &str, what: &str, seen: &str) {
        self.line(&["note", room, what, seen]);
    }

    /// The last word.
    pub fn end(mut self) {
        let count = self.count.to_string();
        self.line(&["end", &count]);
    }

    fn count(&mut self, verdict: &str, room: &str, what: &str, words: &str) {
        self.count += 1;
        self.line(&[verdict, room, what, words]);
        let mut file = File::create(COUNT).expect("the disk takes a file");
        write!(file, "{}", self.count).and_then(|()| file.sync_all()).expect("the disk takes a number");
    }

    fn line(&mut self, fields: &[&str]) {
        let plain = |field: &&str| field.replace(['\t', '\n', '\r'], " / ");
        let line: Vec<String> = fields.iter().map(plain).collect();
        writeln!(self.port, "{}", line.join("\t")).expect("the serial port takes a line");
    }
}
