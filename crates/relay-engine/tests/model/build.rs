//! Random configs for the model test: one to five outlets of every polarity, with every sort of rule.

use proptest::prelude::*;
use relay_config::*;

/// Facts of one outlet as raw numbers.
type Facts = (bool, bool, u64, u64, u64, u8);

fn outlet(at: usize, (nc, low, off_min, off, on_min, kind): Facts) -> Outlet {
    let name = format!("pi[{}]", at + 2);
    let contact = if nc { Contact::Nc } else { Contact::No };
    let active = if low { Level::Low } else { Level::High };
    let mut takes_down = vec![name.clone()];
    let feeds_host = kind == 0;
    if feeds_host {
        takes_down.push("pi[1]".to_owned());
    }
    let is_controller = kind == 1 || kind == 2;
    let probe = Probe { ping: true, tcp: None, http: None, every_ms: 1000, fails: 2 };
    Outlet {
        slug: format!("pi-{}", at + 2),
        chip: "chip".to_owned(),
        line: format!("GPIO{at}"),
        offset: u32::try_from(at).expect("few"),
        active,
        contact,
        at_rest: contact.at_rest(),
        safe: active.other(),
        off_ms: off_min + off + 1,
        on_min_ms: on_min,
        off_min_ms: off_min,
        feeds_host,
        feeds_rescuer: false,
        feeds_controller: if is_controller { vec![name.clone()] } else { Vec::new() },
        needs_alive: if kind == 2 { vec!["far".to_owned()] } else { Vec::new() },
        never_hold: kind == 1,
        draws_ma: None,
        takes_down,
        watch: kind % 2 == 1,
        probe: Some(probe),
        name,
    }
}

/// A config that passes its own check.
pub fn config() -> impl Strategy<Value = RelayConfig> {
    let facts = (any::<bool>(), any::<bool>(), 0..6_000_u64, 0..12_000_u64, 0..15_000_u64, 0..8_u8);
    let outlets = prop::collection::vec(facts, 1..6);
    let interlock = (0..3_u8, 0..32_u8, any::<bool>(), any::<bool>());
    let interlocks = prop::collection::vec(interlock, 0..3);
    (outlets, interlocks, 0..11_000_u64, 2..30_u32, 60_000..1_200_000_u64).prop_map(
        |(facts, rules, stagger_ms, per_hour, queue_ms)| {
            let outlets: Vec<Outlet> = facts.into_iter().enumerate().map(|(at, facts)| outlet(at, facts)).collect();
            let names: Vec<String> = outlets.iter().map(|outlet| outlet.name.clone()).collect();
            let interlocks = rules.into_iter().enumerate().filter_map(|(at, (most, mask, hard, far))| {
                let chosen = names.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
                let of: Vec<String> = chosen.map(|(_, name)| name.clone()).collect();
                let both = most == 0;
                (!of.is_empty()).then(|| Interlock {
                    name: format!("rule-{at}"),
                    at_most: (!both).then_some(u32::from(most)),
                    of: if both { Vec::new() } else { of.clone() },
                    never_both: if both { of } else { Vec::new() },
                    before_off: None,
                    hard,
                    elsewhere: if far { vec!["distant".to_owned()] } else { Vec::new() },
                })
            });
            let config = RelayConfig {
                schema: SCHEMA,
                controller: "pi[1]".to_owned(),
                slug: "pi-1".to_owned(),
                build: Origin { name: "model".to_owned(), version: "1".to_owned() },
                stagger_ms,
                watched_by: Vec::new(),
                config_txt: Vec::new(),
                limits: Limits {
                    per_hour,
                    queue_ms,
                    off_default_ms: 300_000,
                    off_max_ms: 3_600_000,
                    ..Limits::default()
                },
                watchdog: Watchdog { grace_ms: 5_000, backoff_ms: 30_000, ..Watchdog::default() },
                chips: vec![Chip { label: "chip".to_owned() }],
                interlocks: interlocks.collect(),
                outlets,
                waived: Vec::new(),
            };
            config.check().expect("the model builds sound configs");
            config
        },
    )
}
