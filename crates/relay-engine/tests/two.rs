//! Two engines that tell each other how things stand, over a link with delays: neither ever has the other one's power taken while its own is. Counts are printed (`--nocapture`).

mod dice;
mod edge;

use std::path::Path;

use dice::Dice;
use edge::Edge;
use relay_config::{Power, RelayConfig};
use relay_engine::{Actor, Call, Event, Heard, Request, Verb};

/// Longest pause between two messages.
const BEAT_MS: u64 = 3_000;
/// The names, and what each feeds.
const NAMES: [&str; 2] = ["pi[1]", "pi[2]"];

/// A message under way: it arrives then, bears a number, and says this.
type Sent = (u64, u64, Heard);

struct World {
    edges: [Edge; 2],
    now: u64,
    /// To each.
    under_way: [Vec<Sent>; 2],
    taken: [u64; 2],
    told: [(Heard, u64); 2],
    sent: u64,
    slowest: u64,
    dice: Dice,
    cuts: u64,
    /// Moments at which both were about to cut.
    contested: u64,
    /// Moments at which both had been cut.
    both: u64,
}

fn config(own: usize) -> RelayConfig {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs/pair.toml");
    let text = std::fs::read_to_string(path).expect("it is there");
    let text = if own == 0 {
        text
    } else {
        text.replace("pi[1]", "pi[#]").replace("pi[2]", "pi[1]").replace("pi[#]", "pi[2]")
    };
    let mut config = RelayConfig::parse(&text).expect("it fits");
    config.limits.per_hour = u32::MAX;
    config
        .outlets
        .iter_mut()
        .for_each(|outlet| (outlet.on_min_ms, outlet.slug) = (0, outlet.name.replace(['[', ']'], "-")));
    config
}

impl World {
    fn new(seed: u64, slowest: u64) -> Self {
        let edges = [Edge::new(config(0)), Edge::new(config(1))];
        let now = edges[0].now.mono_ms;
        let nothing = || (Heard::default(), 0);
        let mut world = Self {
            edges,
            now,
            under_way: [Vec::new(), Vec::new()],
            taken: [0; 2],
            told: [nothing(), nothing()],
            sent: 0,
            slowest,
            dice: Dice(seed),
            cuts: 0,
            contested: 0,
            both: 0,
        };
        for own in 0..2 {
            let start = world.edges[own].start();
            world.step(own, start);
        }
        world
    }

    /// One event; its reports come at once: the disk that is slow only makes a cut later than it was told.
    fn step(&mut self, own: usize, event: Event) {
        let was_on = self.edges[own].power(NAMES[1 - own]) == Power::On;
        self.edges[own].now.mono_ms = self.now;
        self.edges[own].step(event);
        while let Some(report) = self.edges[own].carry_out() {
            self.edges[own].step(report);
        }
        self.cuts += u64::from(was_on && self.edges[own].power(NAMES[1 - own]) == Power::Off);
        let snapshots = [0, 1].map(|own| self.edges[own].engine.snapshot());
        self.contested += u64::from(snapshots.iter().all(|one| !one.claims.is_empty()));
        self.both += u64::from((0..2).all(|own| self.edges[own].power(NAMES[1 - own]) == Power::Off));
        self.tell(own);
    }

    /// What changed is told at once, and all of it now and then; it takes its time.
    fn tell(&mut self, own: usize) {
        let snapshot = self.edges[own].engine.snapshot();
        let (claims, cutting) = (snapshot.claims, snapshot.cutting);
        let heard = Heard { controller: NAMES[own].to_owned(), claims, cutting, outlets: Vec::new() };
        if self.told[own].0 != heard || self.told[own].1 + BEAT_MS <= self.now {
            self.told[own] = (heard.clone(), self.now);
            self.sent += 1;
            let at = self.now + self.dice.roll(self.slowest + 1);
            self.under_way[1 - own].push((at, self.sent, heard));
        }
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.now < end {
            let wakes = self.edges.iter().filter_map(|edge| edge.wake);
            let arrivals = self.under_way.iter().flatten().map(|(at, ..)| *at);
            let beats = self.told.iter().map(|(_, at)| at + BEAT_MS);
            let next = wakes.chain(arrivals).chain(beats).min().unwrap_or(end);
            self.now = next.clamp(self.now, end).max(self.now + u64::from(next <= self.now));
            for own in 0..2 {
                let (due, later) =
                    std::mem::take(&mut self.under_way[own]).into_iter().partition(|(at, ..)| *at <= self.now);
                self.under_way[own] = later;
                let mut due: Vec<Sent> = due;
                due.sort_by_key(|(_, number, _)| *number);
                for (_, number, heard) in due {
                    // What was overtaken is not taken.
                    if self.taken[own] < number {
                        self.taken[own] = number;
                        self.step(own, Event::Heard(heard));
                    }
                }
                if self.edges[own].wake.is_some_and(|at| at <= self.now) {
                    self.step(own, Event::Tick);
                }
                self.tell(own);
            }
        }
    }

    fn run(mut self, deeds: u32) -> Self {
        self.pass(10_000);
        for _ in 0..deeds {
            let own = usize::from(self.dice.roll(2) == 1);
            match self.dice.roll(8) {
                0..=3 => {
                    let request = Request {
                        call: Call(1),
                        outlet: NAMES[1 - own].to_owned(),
                        verb: if self.dice.roll(6) == 0 { Verb::On } else { Verb::Cycle { off_ms: None } },
                        actor: Actor::Account("mary".to_owned()),
                        reason: String::new(),
                        force: self.dice.roll(3) == 0,
                        dry_run: false,
                    };
                    self.step(own, Event::Request(request));
                }
                4 => self
                    .step(own, Event::Probe { node: NAMES[1 - own].to_owned(), alive: self.dice.0.is_multiple_of(5) }),
                5 => {
                    let ms = self.dice.roll(30_000);
                    self.pass(ms);
                }
                _ => {
                    let ms = self.dice.roll(2_500);
                    self.pass(ms);
                }
            }
        }
        self.pass(120_000);
        self
    }
}

/// So many worlds over a link whose messages take so long at most: cuts, contested moments, and moments at which both had been cut.
fn worlds(count: u64, slowest: u64) -> (u64, u64, u64) {
    let each = (1..=count).map(|seed| World::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), slowest).run(300));
    each.fold((0, 0, 0), |sum, world| (sum.0 + world.cuts, sum.1 + world.contested, sum.2 + world.both))
}

#[test]
fn two_controllers_never_cut_each_other_at_once_over_a_link_that_takes_a_second_at_most() {
    let (cuts, contested, both) = worlds(200, 1_000);
    #[allow(clippy::print_stderr)]
    {
        eprintln!("{cuts} cuts, {contested} steps while both were about to cut");
    }
    assert!(5_000 < cuts && 1_000 < contested, "the worlds have become idle: {cuts} cuts, {contested} contested");
    assert_eq!(both, 0, "of {cuts} cuts");
}

#[test]
fn over_a_link_that_takes_three_seconds_they_may_and_these_worlds_show_it() {
    let (cuts, _, both) = worlds(200, 3_000);
    assert!(0 < both, "of {cuts} cuts none met another: these worlds could not find it");
}
