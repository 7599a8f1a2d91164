//! The daemon's stories: what happens, and what the engine does about it, line by line. Files in `transcripts/`, rewritten by `UPDATE=1`.
//!
//! A line that begins with `<` is an event (`< 1 min: cycle pi-2 by mary`: so long after the event before), one with `>` is what follows from it, with
//! the time since the start. Reports come at once.

mod edge;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use edge::Edge;
use relay_config::{Level, Power, RelayConfig};
use relay_engine::{Action, Actor, Answer, Call, Event, Heard, Journal, Request, Verb, truth};

struct Story {
    edge: Edge,
    begun: u64,
    call: u64,
    text: String,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn config(name: &str) -> RelayConfig {
    let path = folder("configs").join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    RelayConfig::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `90 s`, `2 min`, `1 h` in milliseconds.
fn ms(words: &str) -> u64 {
    let (number, unit) = words.trim().split_once(' ').unwrap_or_else(|| panic!("no time: {words}"));
    let number: u64 = number.parse().unwrap_or_else(|_| panic!("no time: {words}"));
    number
        * match unit {
            "ms" => 1,
            "s" => 1000,
            "min" => 60_000,
            "h" => 3_600_000,
            _ => panic!("no unit of time: {words}"),
        }
}

/// The words after a word, up to the next comma or the end.
fn after<'a>(words: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = words.split_once(&format!(" {key} "))?;
    Some(rest.split(',').next().unwrap_or(rest).trim())
}

impl Story {
    fn say(&mut self, words: &str) {
        let at = self.edge.now.mono_ms - self.begun;
        writeln!(self.text, "> {}.{:03} {words}", at / 1000, at % 1000).expect("text grows");
    }

    fn journal(journal: &Journal, now: u64) -> String {
        let leases: Vec<String> = journal
            .leases
            .iter()
            .map(|lease| format!("{} off for {} ms", lease.outlet, lease.off_until_mono_ms.saturating_sub(now)))
            .collect();
        let locks = journal.locks.iter().map(|lock| format!("{} locked by {}", lock.outlet, lock.owner));
        let all: Vec<String> = leases.into_iter().chain(locks).collect();
        if all.is_empty() { "nothing".to_owned() } else { all.join("; ") }
    }

    fn tell(&mut self, actions: &[Action]) {
        for action in actions {
            let words = match action {
                Action::Persist { journal, .. } => {
                    format!("journal: {}", Self::journal(journal, self.edge.now.mono_ms))
                }
                Action::Audit { record, .. } => {
                    let rule = record.rule.map_or(String::new(), |rule| format!(" [{rule}]"));
                    let dry = if record.dry_run { " (dry run)" } else { "" };
                    format!("audit: {}{rule}{dry}, {}: {}", record.what, record.actor, record.detail)
                }
                Action::SetLine { outlet, level, .. } => {
                    let one =
                        self.edge.engine.config().outlets.iter().find(|one| one.name == *outlet).expect("an outlet");
                    let power = if truth::power_at(one, *level) == Power::On { "on" } else { "off" };
                    let level = if *level == Level::Low { "low" } else { "high" };
                    format!("LINE {} {level}: {outlet} {power}", one.line)
                }
                Action::ReadBack { outlet, .. } => format!("read back {outlet}"),
                Action::Notify(notice) => {
                    format!("{} {}: {}", if notice.urgent { "NOTIFY" } else { "notify" }, notice.what, notice.sentence)
                }
                Action::WakeAt { .. } => continue,
                Action::Answer { answer, .. } => match answer {
                    Answer::Accepted { operation, sentence } => format!("answer: accepted as {operation}, {sentence}"),
                    Answer::Queued { operation, rule, sentence, .. } => {
                        format!("answer: queued as {operation} [{rule}], {sentence}")
                    }
                    Answer::Done { sentence } => format!("answer: done, {sentence}"),
                    Answer::Would { sentence } => format!("answer: {sentence}"),
                    Answer::Refused(refusal) => {
                        let force = if refusal.force_helps { " (force helps)" } else { "" };
                        format!(
                            "answer: REFUSED [{}] {:?}, {}{force}",
                            refusal.rule,
                            refusal.rule.kind(),
                            refusal.sentence
                        )
                    }
                    Answer::Reloaded { kept, added, removed } => {
                        format!("answer: reloaded, kept {kept:?}, added {added:?}, removed {removed:?}")
                    }
                },
                Action::Exit => "exit".to_owned(),
            };
            self.say(&words);
        }
    }

    fn step(&mut self, event: Event) {
        let actions = self.edge.step(event);
        self.tell(&actions);
    }

    /// Reports everything, then whatever follows from that.
    fn settle(&mut self) {
        while let Some(event) = self.edge.carry_out() {
            self.step(event);
        }
    }

    fn pass(&mut self, time: u64) {
        let end = self.edge.now.mono_ms + time;
        while let Some(at) = self.edge.wake.filter(|&at| at <= end) {
            let ahead = at.saturating_sub(self.edge.now.mono_ms);
            self.edge.now.mono_ms += ahead;
            self.edge.now.wall_ms += ahead;
            self.step(Event::Tick);
            self.settle();
        }
        self.edge.now.wall_ms += end - self.edge.now.mono_ms;
        self.edge.now.mono_ms = end;
    }

    fn event(&mut self, words: &str) {
        let first: Vec<&str> = words.split([' ', ',']).collect();
        let outlet = (*first.get(1).unwrap_or(&"")).to_owned();
        let actor = Actor::Account(after(words, "by").unwrap_or("mary").to_owned());
        let reason = after(words, "because").unwrap_or("test").to_owned();
        let time = after(words, "for").map(ms);
        self.call += 1;
        let call = Call(self.call);
        let event = match first[0] {
            "start" => self.edge.start(),
            "on" | "off" | "cycle" => {
                let verb = match first[0] {
                    "on" => Verb::On,
                    "off" => Verb::Off { for_ms: time },
                    _ => Verb::Cycle { off_ms: time },
                };
                let (force, dry_run) = (words.contains(", force"), words.contains(", dry run"));
                Event::Request(Request { call, outlet, verb, actor, reason, force, dry_run })
            }
            "alive" => Event::Probe { node: outlet, alive: true },
            "silent" => Event::Probe { node: outlet, alive: false },
            "heard" => {
                let names = |key| after(words, key).map(|name| vec![name.to_owned()]).unwrap_or_default();
                let powers = [("off", Power::Off), ("on", Power::On)];
                let outlets = powers.iter().filter_map(|(key, power)| Some((after(words, key)?.to_owned(), *power)));
                let outlets = outlets.collect();
                Event::Heard(Heard { controller: outlet, claims: names("claims"), cutting: names("cutting"), outlets })
            }
            "lock" => Event::Lock { call, outlet, owner: actor, reason, for_ms: time.expect("a time") },
            "unlock" => Event::Unlock { call, outlet, actor, force: words.contains(", force") },
            "pause" => Event::Pause { call, outlet, actor, for_ms: time },
            "resume" => Event::Pause { call, outlet, actor, for_ms: None },
            "cancel" => Event::Cancel { call, operation: outlet.parse().expect("a number"), actor },
            "reload" => {
                let mut config = config(&outlet);
                for change in words.split(", ").skip(1).filter(|change| !change.starts_with("by ")) {
                    match change.split_once(' ') {
                        Some(("without", name)) => config.outlets.retain(|one| one.slug != name),
                        Some(("stagger", time)) => config.stagger_ms = ms(time),
                        _ => panic!("no change: {change}"),
                    }
                }
                let names: Vec<String> = config.outlets.iter().map(|one| one.name.clone()).collect();
                config.interlocks.iter_mut().for_each(|one| one.of.retain(|member| names.contains(member)));
                Event::Reload { call, actor, config: Box::new(config) }
            }
            "stop" => Event::Stop,
            "crash" => return self.edge.crash(words.contains("lines released")),
            "reboot" => {
                self.edge.boot += 1;
                self.edge.now.mono_ms = self.begun.max(self.edge.now.mono_ms);
                return;
            }
            "clock" => {
                let jump = ms(words.rsplit_once(' ').map(|_| &words["clock ahead ".len()..]).expect("a time"));
                self.edge.now.wall_ms += jump;
                return;
            }
            "disk" => return self.edge.disk_fails = outlet == "full",
            "stuck" => {
                self.edge.stuck.insert(outlet);
                return;
            }
            "loose" => {
                self.edge.stuck.remove(&outlet);
                return;
            }
            "wait" => return,
            other => panic!("no event: {other}"),
        };
        self.step(event);
        if !words.contains(", not reported") {
            self.settle();
        }
    }
}

fn play(script: &str) -> String {
    let mut story: Option<Story> = None;
    let mut text = String::new();
    for line in script.lines() {
        let Some(event) = line.strip_prefix("< ") else {
            if !line.starts_with('>') {
                match &mut story {
                    Some(story) => writeln!(story.text, "{line}"),
                    None => writeln!(text, "{line}"),
                }
                .expect("text grows");
            }
            continue;
        };
        if let Some(name) = event.strip_prefix("config ") {
            let (name, changes) = name.split_once(", ").unwrap_or((name, ""));
            let mut config = config(name);
            match changes {
                "" => {}
                "dry run" => config.watchdog.dry_run = true,
                "quiet 00:00-12:00" => config.watchdog.quiet_hours_utc = vec!["00:00-12:00".to_owned()],
                other => panic!("no change: {other}"),
            }
            let edge = Edge::new(config);
            let begun = edge.now.mono_ms;
            writeln!(text, "{line}").expect("text grows");
            story = Some(Story { edge, begun, call: 0, text: std::mem::take(&mut text) });
            continue;
        }
        let story = story.as_mut().expect("`< config NAME` comes first");
        let (time, words) = event.split_once(": ").unwrap_or_else(|| panic!("no time: {line}"));
        story.pass(ms(time));
        writeln!(story.text, "{line}").expect("text grows");
        story.event(words);
    }
    story.map_or(text, |story| story.text)
}

#[test]
fn the_stories_go_as_they_are_told() {
    let update = std::env::var_os("UPDATE").is_some() && std::env::var_os("CI").is_none();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder("transcripts")).expect("transcripts").flatten().map(|entry| entry.path()).collect();
    files.sort();
    assert!(files.len() >= 10, "the stories are gone: {files:?}");
    let mut wrong = Vec::new();
    for path in files {
        let told = std::fs::read_to_string(&path).expect("a story is text");
        let played = play(&told);
        if played != told {
            let line = played.lines().zip(told.lines()).position(|(a, b)| a != b).unwrap_or(0);
            wrong.push(format!(
                "{}:{}\n  told:   {}\n  played: {}",
                path.display(),
                line + 1,
                told.lines().nth(line).unwrap_or(""),
                played.lines().nth(line).unwrap_or("")
            ));
            if update {
                std::fs::write(&path, played).expect("a story can be written");
            }
        }
    }
    assert!(wrong.is_empty() || update, "{}", wrong.join("\n"));
}
