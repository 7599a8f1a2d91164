//! Lines at a real kernel: what is driven when they are taken, kept, given back and asked for by somebody else.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use gpiocdev_uapi::v2::{LineConfig, LineFlags, LineRequest, Name, get_line};
use relay_config::{Level, Outlet};

use crate::board;
use crate::chip::Chip;
use crate::daemon::verb;
use crate::report::Report;
use crate::systemd::Systemd;

const ROOM: &str = "lines";

/// A process that holds the lines.
struct Holder {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// What it said when it started.
    said: String,
}

impl Holder {
    fn start(systemd: &mut Systemd) -> Self {
        let streams = [Stdio::piped(), Stdio::piped(), Stdio::inherit()];
        let mut child = systemd.start(("/bin/guest", &["hold"]), &BTreeMap::new(), streams);
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut said = String::new();
        output.read_line(&mut said).expect("it says something");
        systemd.hear();
        Self { child, input, output, said: said.trim().to_owned() }
    }

    fn set(&mut self, line: usize, level: Level) {
        let word = if level == Level::High { "high" } else { "low" };
        writeln!(self.input.as_ref().expect("it listens"), "{line} {word}").expect("it hears");
        self.output.read_line(&mut String::new()).expect("it answers");
    }

    fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    fn end(mut self) {
        drop(self.input.take());
        self.child.wait().expect("it is gone");
    }
}

/// Each in order; each begins with lines that nobody holds.
pub fn run(report: &mut Report, chip: &Chip) {
    let outlets = board::outlets();
    let pins: Vec<String> =
        outlets.iter().map(|outlet| format!("{} {} safe {:?}", outlet.line, outlet.name, outlet.safe)).collect();
    report.note(ROOM, "outlets, by trigger, contact and pull", &pins.join(", "));
    let bench = Bench { chip, outlets: &outlets };
    let (taken, holder, mut systemd) = bench.take();
    report.check(ROOM, "taken in one request at rest, no other level in passing", taken);
    let (driven, holder) = bench.drive(holder);
    report.check(ROOM, "energised and back, each once and alone", driven);
    report.check(ROOM, "asked for by another, who is told the holder and moves nothing", bench.busy());
    let (kept, holder) = bench.killed_and_kept(holder, &mut systemd);
    report.check(ROOM, "killed and started again with the descriptors kept: no edge", kept);
    report.check(ROOM, "ended: each line follows its pull, nothing is driven", bench.ended(holder, &mut systemd));
    report.check(ROOM, "killed with nothing kept: each line follows its pull", bench.killed(&mut systemd));
    report.check(ROOM, "one line held by a fan: none of the others is touched", bench.fan(&mut systemd));
}

struct Bench<'a> {
    chip: &'a Chip,
    outlets: &'a [Outlet],
}

type Seen = Result<String, String>;

impl Bench<'_> {
    /// All lines are at these levels.
    fn at(&self, wanted: impl Fn(&Outlet) -> Level) -> Result<(), String> {
        let wrong = self.outlets.iter().filter(|outlet| self.chip.level(outlet.offset) != wanted(outlet));
        let wrong: Vec<String> = wrong.map(|outlet| format!("{} is not {:?}", outlet.name, wanted(outlet))).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join(", ")) }
    }

    /// Nothing else was driven than this.
    fn driven(&self, wanted: &[(u32, Level)]) -> Result<(), String> {
        let driven = self.chip.driven();
        if driven == wanted { Ok(()) } else { Err(format!("driven were {driven:?}, and not {wanted:?}")) }
    }

    fn all(&self, level: impl Fn(&Outlet) -> Level) -> Vec<(u32, Level)> {
        self.outlets.iter().map(|outlet| (outlet.offset, level(outlet))).collect()
    }

    fn take(&self) -> (Seen, Holder, Systemd) {
        let mut systemd = Systemd::new("lines");
        self.chip.forget();
        let holder = Holder::start(&mut systemd);
        let seen = || {
            self.at(|outlet| outlet.safe)?;
            self.driven(&self.all(|outlet| outlet.safe))?;
            let folder = format!("/proc/{}/fd", holder.child.id());
            let links = fs::read_dir(folder).map_err(|error| error.to_string())?.flatten();
            let requests = links
                .filter_map(|entry| fs::read_link(entry.path()).ok())
                .filter(|link| link.to_string_lossy().contains("gpio-line"))
                .count();
            let (kept, inputs) = (systemd.kept(), holder.said.matches("Input").count());
            if (requests, kept.len(), inputs) != (1, 1, self.outlets.len()) {
                return Err(format!("{requests} requests, kept {kept:?}, {}", holder.said));
            }
            Ok(format!("{} lines, 1 request, each driven once and to its safe level", self.outlets.len()))
        };
        (seen(), holder, systemd)
    }

    fn drive(&self, mut holder: Holder) -> (Seen, Holder) {
        let mut seen = Ok(format!("{} edges", 2 * self.outlets.len()));
        for (number, outlet) in self.outlets.iter().enumerate() {
            self.chip.forget();
            holder.set(number, outlet.active);
            let other = |other: &Outlet| if other.offset == outlet.offset { other.active } else { other.safe };
            let up = self.at(other);
            holder.set(number, outlet.safe);
            let both = self.driven(&[(outlet.offset, outlet.active), (outlet.offset, outlet.safe)]);
            if let Err(wrong) = up.and(both).and(self.at(|outlet| outlet.safe)) {
                seen = Err(wrong);
            }
        }
        (seen, holder)
    }

    fn busy(&self) -> Seen {
        self.chip.forget();
        // It is not to have what is kept: that would not be somebody else.
        let mut stranger = Systemd::new("stranger");
        let other = Holder::start(&mut stranger);
        let said = other.said.clone();
        other.end();
        let (words, code) = verb(&["check", "--config", board::CONFIG], "/run");
        self.driven(&[])?;
        self.at(|outlet| outlet.safe)?;
        let holder = "is held by `wireloom-relayd`";
        let told = [said.matches(holder).count(), words.matches(holder).count()];
        if told != [self.outlets.len(); 2] || !said.starts_with("refused") || code != 1 {
            return Err(format!("it was told `{said}`; check says `{words}` and ends in {code}"));
        }
        Ok(format!("`{holder}`, {} times", self.outlets.len()))
    }

    fn killed_and_kept(&self, mut holder: Holder, systemd: &mut Systemd) -> (Seen, Holder) {
        for (number, outlet) in self.outlets.iter().enumerate().filter(|(number, _)| number % 3 != 2) {
            holder.set(number, outlet.active);
        }
        let before: Vec<Level> = self.outlets.iter().map(|outlet| self.chip.level(outlet.offset)).collect();
        let as_before = |outlet: &Outlet| {
            let at = self.outlets.iter().position(|other| other.offset == outlet.offset);
            before[at.expect("it is one of them")]
        };
        self.chip.forget();
        holder.kill();
        let dead = self.at(as_before);
        let mut holder = Holder::start(systemd);
        let seen = || {
            dead?;
            self.at(as_before)?;
            self.driven(&[])?;
            if holder.said.matches("Kept(").count() != self.outlets.len() {
                return Err(holder.said.clone());
            }
            Ok(format!(
                "{} energised all the while, {} at rest",
                self.energised(),
                self.outlets.len() - self.energised()
            ))
        };
        let seen = seen();
        // It can be driven by the one that it was handed to.
        self.chip.forget();
        holder.set(0, self.outlets[0].safe);
        (seen.and_then(|seen| self.driven(&[(self.outlets[0].offset, self.outlets[0].safe)]).map(|()| seen)), holder)
    }

    fn energised(&self) -> usize {
        self.outlets.iter().filter(|outlet| self.chip.level(outlet.offset) == outlet.active).count()
    }

    fn ended(&self, holder: Holder, systemd: &mut Systemd) -> Seen {
        self.chip.forget();
        holder.end();
        systemd.let_go();
        self.at(|outlet| board::pull(outlet.offset))?;
        self.driven(&[])?;
        Ok(format!(
            "{} at rest by their pull, {} energised by it",
            self.outlets.len() - self.energised(),
            self.energised()
        ))
    }

    fn killed(&self, systemd: &mut Systemd) -> Seen {
        let mut holder = Holder::start(systemd);
        systemd.let_go();
        for (number, outlet) in self.outlets.iter().enumerate() {
            holder.set(number, outlet.active);
        }
        self.at(|outlet| outlet.active)?;
        self.chip.forget();
        holder.kill();
        self.at(|outlet| board::pull(outlet.offset))?;
        self.driven(&[])?;
        Ok("all were energised, and none is driven".to_owned())
    }

    fn fan(&self, systemd: &mut Systemd) -> Seen {
        let last = self.outlets.last().expect("there are outlets");
        let config = LineConfig { flags: LineFlags::OUTPUT, ..LineConfig::default() };
        let mut request =
            LineRequest { consumer: Name::from_bytes(b"fan"), config, num_lines: 1, ..LineRequest::default() };
        request.offsets.copy_from_slice(&[last.offset]);
        let device = fs::File::open("/dev/gpiochip0").map_err(|error| error.to_string())?;
        let fan = get_line(&device, request).map_err(|error| error.to_string())?;
        self.chip.forget();
        let holder = Holder::start(systemd);
        let said = holder.said.clone();
        holder.end();
        let (words, code) = verb(&["check", "--config", board::CONFIG], "/run");
        drop(fan);
        self.driven(&[])?;
        let wanted = format!("refused outlet `{}`: line `{}` is held by `fan`", last.name, last.line);
        if said != wanted || !words.contains("is held by `fan`") || code != 1 {
            return Err(format!("it was told `{said}`; check says `{words}` and ends in {code}"));
        }
        Ok("refused whole, by name".to_owned())
    }
}
