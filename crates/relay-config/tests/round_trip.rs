//! The file written and read again, bent, cut, and made to contradict itself.

use relay_config::*;

/// Xorshift: random enough for tests, the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn coin(&mut self) -> bool {
        self.roll(2) == 1
    }

    fn words(&mut self) -> String {
        let letters: Vec<char> = "abz019 -_[]\"'\\#=.,\n\t{}µΩé→\u{7f}".chars().collect();
        let length = self.roll(12);
        (0..length).map(|_| letters[usize::try_from(self.roll(letters.len() as u64)).expect("small")]).collect()
    }
}

fn config(dice: &mut Dice) -> RelayConfig {
    let controller = "pi[5]".to_owned();
    let watched_by: Vec<String> = if dice.coin() { vec!["pi[1]".into()] } else { Vec::new() };
    let chips: Vec<Chip> = (0..=dice.roll(2)).map(|n| Chip { label: format!("chip {n} {}", dice.words()) }).collect();
    let outlets: Vec<Outlet> = (0..dice.roll(5))
        .map(|n| {
            let name = format!("load {n} {}", dice.words());
            let mut takes_down = vec![name.clone()];
            for other in ["pi[5]", "pi[1]", "sw"] {
                if dice.roll(3) == 0 {
                    takes_down.push(other.to_owned());
                }
            }
            let contact = if dice.coin() { Contact::Nc } else { Contact::No };
            let active = if dice.coin() { Level::Low } else { Level::High };
            let off_min_ms = dice.roll(5000);
            let offset = u32::try_from(n).expect("small");
            let probe = |dice: &mut Dice| {
                let mut probe = Probe { ping: false, tcp: None, http: None, every_ms: 1 + dice.roll(9999), fails: 3 };
                match dice.roll(3) {
                    0 => probe.ping = true,
                    1 => probe.tcp = u16::try_from(dice.roll(65536)).ok(),
                    _ => probe.http = Some(dice.words()),
                }
                probe
            };
            Outlet {
                slug: format!("load-{n}"),
                chip: chips[0].label.clone(),
                line: if dice.coin() { format!("GPIO{offset}") } else { dice.words() },
                offset,
                active,
                contact,
                at_rest: contact.at_rest(),
                safe: active.other(),
                off_ms: off_min_ms + 1 + dice.roll(60000),
                on_min_ms: dice.roll(60000),
                off_min_ms,
                feeds_host: takes_down.contains(&controller),
                feeds_rescuer: takes_down.iter().any(|down| watched_by.contains(down)),
                feeds_controller: if dice.coin() { takes_down.iter().take(1).cloned().collect() } else { Vec::new() },
                needs_alive: if dice.coin() { vec![format!("other-{}", dice.words())] } else { Vec::new() },
                never_hold: dice.coin(),
                draws_ma: dice.coin().then_some(840),
                takes_down,
                watch: dice.coin(),
                probe: dice.coin().then(|| probe(dice)),
                name,
            }
        })
        .collect();
    let interlocks = outlets
        .first()
        .map(|first| Interlock {
            name: dice.words(),
            at_most: Some(u32::try_from(dice.roll(4)).expect("small")),
            of: vec![first.name.clone()],
            never_both: if dice.coin() { vec![first.name.clone()] } else { Vec::new() },
            before_off: dice.coin().then(|| dice.words()),
            hard: dice.coin(),
            elsewhere: if dice.coin() { vec![dice.words()] } else { Vec::new() },
        })
        .into_iter()
        .collect();
    RelayConfig {
        schema: SCHEMA,
        controller,
        slug: "pi-5".to_owned(),
        build: Origin { name: dice.words(), version: dice.words() },
        stagger_ms: dice.roll(60000),
        watched_by,
        limits: limits(dice),
        watchdog: watchdog(dice),
        config_txt: (0..dice.roll(4)).map(|_| dice.words()).collect(),
        chips,
        outlets,
        interlocks,
        waived: (0..dice.roll(3))
            .map(|_| Waived { rule: dice.words(), subject: dice.words(), reason: dice.words() })
            .collect(),
    }
}

fn limits(dice: &mut Dice) -> Limits {
    if dice.coin() {
        return Limits::default();
    }
    Limits {
        off_default_ms: 1 + dice.roll(100_000),
        off_max_ms: 100_000 + dice.roll(1_000_000),
        per_hour: 1 + u32::try_from(dice.roll(9)).expect("small"),
        queue_ms: 1 + dice.roll(100_000),
        alive_ms: 1 + dice.roll(100_000),
        lock_max_ms: 1 + dice.roll(100_000),
    }
}

fn watchdog(dice: &mut Dice) -> Watchdog {
    if dice.coin() {
        return Watchdog::default();
    }
    let backoff_ms = dice.roll(100_000);
    Watchdog {
        dry_run: dice.coin(),
        grace_ms: dice.roll(100_000),
        budget: u32::try_from(dice.roll(9)).expect("small"),
        backoff_ms,
        backoff_max_ms: backoff_ms + dice.roll(100_000),
        quiet_hours_utc: if dice.coin() { vec!["22:00-06:00".into(), "12:30-13:05".into()] } else { Vec::new() },
        peer_wait_ms: dice.roll(100_000),
    }
}

/// A file with one outlet.
fn small() -> String {
    let mut dice = Dice(9);
    loop {
        let config = config(&mut dice);
        if config.outlets.len() == 1 {
            return config.to_toml();
        }
    }
}

#[test]
fn what_is_written_reads_back_the_same() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..2000 {
        let config = config(&mut dice);
        let text = config.to_toml();
        let again = RelayConfig::parse(&text).unwrap_or_else(|error| panic!("round {round}: {error}\n{text}"));
        assert_eq!(again, config, "round {round}:\n{text}");
        assert_eq!(again.to_toml(), text, "round {round}");
    }
}

#[test]
fn a_key_that_nobody_knows_is_refused_at_every_depth() {
    let text = small();
    for table in ["", "[build]\n", "[[chip]]\n", "[[outlet]]\n", "[[interlock]]\n"] {
        assert!(text.contains(table), "{text}");
        let wrong = if table.is_empty() {
            format!("colour = 1\n{text}")
        } else {
            text.replacen(table, &format!("{table}colour = 1\n"), 1)
        };
        match RelayConfig::parse(&wrong) {
            Err(ConfigError::Shape(words)) => assert!(words.contains("unknown field `colour`"), "{words}"),
            other => panic!("{other:?}\n{wrong}"),
        }
    }
}

#[test]
fn another_schema_is_told_as_such_even_with_other_keys() {
    let wrong = "schema = 2\nanything = true\n";
    assert_eq!(RelayConfig::parse(wrong), Err(ConfigError::Schema(2)));
}

#[test]
fn a_file_that_contradicts_itself_is_refused_with_every_reason() {
    let mut dice = Dice(77);
    let mut config =
        std::iter::repeat_with(|| config(&mut dice)).find(|config| !config.outlets.is_empty()).expect("dice roll on");
    let outlet = &mut config.outlets[0];
    outlet.at_rest = match outlet.at_rest {
        Power::On => Power::Off,
        Power::Off => Power::On,
    };
    outlet.safe = outlet.active;
    outlet.feeds_host = !outlet.feeds_host;
    outlet.off_ms = 0;
    let Err(ConfigError::Contradictions(all)) = config.check() else { panic!("it was accepted") };
    for part in ["`contact` and `at-rest`", "`safe` is the level", "`feeds-host`", "`off-ms` is 0"] {
        assert!(all.iter().any(|one| one.contains(part)), "{part}: {all:?}");
    }
}

#[test]
fn limits_and_watchdog_default_and_are_checked() {
    let text = small();
    let with = |tables: &str| RelayConfig::parse(&format!("{}\n{tables}", without_tables(&text)));
    assert_eq!(with("").expect("absent tables are defaults").limits, Limits::default());
    let config = with("[limits]\nper-hour = 9\n[watchdog]\ndry-run = true\n").expect("a part of a table is fine");
    assert_eq!(config.limits, Limits { per_hour: 9, ..Limits::default() });
    assert_eq!(config.watchdog, Watchdog { dry_run: true, ..Watchdog::default() });
    for wrong in [
        "[limits]\noff-max-ms = 0",
        "[limits]\noff-max-ms = 86400001",
        "[limits]\noff-default-ms = 70000\noff-max-ms = 69999",
        "[limits]\nper-hour = 0",
        "[watchdog]\nbackoff-max-ms = 1",
        "[watchdog]\nquiet-hours-utc = [\"22-06\"]",
        "[watchdog]\nquiet-hours-utc = [\"22:00-24:00\"]",
    ] {
        assert!(matches!(with(wrong), Err(ConfigError::Contradictions(_))), "{wrong}: {:?}", with(wrong));
    }
}

/// The text without its `[limits]` and `[watchdog]`.
fn without_tables(text: &str) -> String {
    let mut config = RelayConfig::parse(text).expect("it was written by the program");
    config.limits = Limits::default();
    config.watchdog = Watchdog::default();
    config.to_toml()
}

#[test]
fn quiet_hours_may_pass_midnight() {
    let quiet =
        |span: &str, minute| Watchdog { quiet_hours_utc: vec![span.into()], ..Watchdog::default() }.is_quiet(minute);
    assert!(quiet("22:00-06:00", 22 * 60) && quiet("22:00-06:00", 0) && quiet("22:00-06:00", 359));
    assert!(!quiet("22:00-06:00", 360) && !quiet("22:00-06:00", 1319));
    assert!(quiet("09:00-17:00", 540) && !quiet("09:00-17:00", 1020) && !Watchdog::default().is_quiet(0));
}

#[test]
fn cut_and_bent_files_are_errors_and_never_panics() {
    let text = small();
    let mut dice = Dice(5);
    for _ in 0..3000 {
        let mut bent: Vec<char> = text.chars().collect();
        for _ in 0..=dice.roll(3) {
            let at = usize::try_from(dice.roll(bent.len() as u64)).expect("small");
            match dice.roll(3) {
                0 => drop(bent.remove(at)),
                1 => bent.insert(at, ['"', '=', '[', '9', '\n'][usize::try_from(dice.roll(5)).expect("small")]),
                _ => bent.truncate(at.max(1)),
            }
        }
        let bent: String = bent.into_iter().collect();
        if let Ok(config) = RelayConfig::parse(&bent) {
            assert_eq!(config.check(), Ok(()));
        }
    }
}

#[test]
fn the_documented_example_is_a_file_that_the_daemon_takes() {
    let page = include_str!("../../../docs/relayd.md");
    let fence =
        page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the page has an example");
    let config = RelayConfig::parse(fence).unwrap_or_else(|error| panic!("{error}\n{fence}"));
    assert_eq!(config.to_toml(), fence, "the example is written as the program writes it");
    let keys = fence.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| format!("`{key}`"));
    // What stands outside of fences.
    let table: String = page.split("```").step_by(2).collect();
    for key in keys {
        assert!(
            table.contains(&key) || key == "`tcp`" || key == "`fails`" || key == "`hard`",
            "{key} is not explained"
        );
    }
}
