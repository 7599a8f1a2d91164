//! Random work against the safety rules: requests, faults, clocks and crashes in any order, on any config. Time is an input, reports come late or never.
//!
//! What may happen is written down in `model/world.rs` without the engine's help. Steps are counted and printed (`--nocapture`).

#[path = "model/build.rs"]
mod build;
mod edge;
#[path = "model/world.rs"]
mod world;

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use relay_config::Power;
use relay_engine::{Actor, Call, Event, Heard, Request, Verb};
use world::{Tally, World};

/// One thing to do: what, to which outlet, how much of it.
type Deed = (u8, u8, u32);

fn actor(seed: u32) -> Actor {
    Actor::Account(if seed.is_multiple_of(3) { "tom" } else { "mary" }.to_owned())
}

fn perform(world: &mut World, (what, which, much): Deed) {
    let config = world.edge.engine.config();
    let outlet = match config.outlets.get(usize::from(which) % config.outlets.len().max(1)) {
        Some(outlet) => outlet.name.clone(),
        None => return,
    };
    let call = Call(u64::from(much));
    let ms = u64::from(much);
    if world.edge.exited {
        return world.crash(0, much.is_multiple_of(2), false, ms % 50_000, 0);
    }
    match what {
        0..=69 | 244.. => {
            let verb = match much % 8 {
                0..=2 => Verb::Cycle { off_ms: None },
                3 => Verb::Cycle { off_ms: Some(ms % 70_000) },
                4 => Verb::Off { for_ms: None },
                5 => Verb::Off { for_ms: Some(ms % 4_000_000) },
                6 => Verb::Off { for_ms: Some(ms % 100_000) },
                _ => Verb::On,
            };
            let (force, dry_run) = (much.is_multiple_of(7), much.is_multiple_of(31));
            let reason = String::new();
            world.step(Event::Request(Request { call, outlet, verb, actor: actor(much), reason, force, dry_run }));
        }
        70..=109 => world.pass(ms % 3_000, much % 5 != 0),
        110..=139 => world.pass(ms % 90_000, much % 5 != 0),
        140..=143 => world.pass(ms % 4_000_000, true),
        144..=147 => world.oversleep(ms % 60_000),
        148..=175 => {
            world.report();
        }
        176..=199 => world.settle(),
        200..=207 => world.step(Event::Probe { node: outlet, alive: much.is_multiple_of(4) }),
        208..=219 => {
            let power = if much.is_multiple_of(3) { Power::Off } else { Power::On };
            world.distant = Some((power, world.edge.now.mono_ms));
            let cutting = if much.is_multiple_of(5) { vec!["pi[9]".to_owned()] } else { Vec::new() };
            let claims = if much.is_multiple_of(7) { vec!["pi[1]".to_owned()] } else { Vec::new() };
            let outlets = vec![("distant".to_owned(), power)];
            world.step(Event::Heard(Heard { controller: "far".to_owned(), claims, cutting, outlets }));
        }
        220..=223 => {
            let (owner, reason) = (actor(much), String::new());
            world.step(Event::Lock { call, outlet, owner, reason, for_ms: ms % 300_000 });
        }
        224..=225 => world.step(Event::Unlock { call, outlet, actor: actor(much), force: much.is_multiple_of(2) }),
        226..=227 => world.step(Event::Cancel { call, operation: ms % 20, actor: actor(much) }),
        228 => world.step(Event::Pause {
            call,
            outlet,
            actor: actor(much),
            for_ms: (much.is_multiple_of(2)).then_some(ms),
        }),
        229..=231 => world.edge.disk_fails = much.is_multiple_of(4),
        232..=234 => {
            if much.is_multiple_of(3) {
                world.edge.stuck.insert(outlet);
            } else {
                world.edge.stuck.clear();
            }
        }
        235..=236 => {
            let mut other = config.clone();
            other.limits.queue_ms = 60_000 + ms % 60_000;
            if much.is_multiple_of(2) && other.outlets.len() > 1 {
                let gone = other.outlets.pop().expect("several").name;
                for rule in &mut other.interlocks {
                    rule.of.retain(|name| *name != gone);
                    rule.never_both.retain(|name| *name != gone);
                }
            }
            world.step(Event::Reload { call, actor: actor(much), config: Box::new(other) });
        }
        237 => world.step(Event::Stop),
        238..=243 => {
            let wall = if much.is_multiple_of(6) { i64::from(much % 9_000_000) - 4_500_000 } else { 0 };
            world.crash(usize::from(which % 4), much.is_multiple_of(3), much.is_multiple_of(4), ms % 70_000, wall);
        }
    }
}

/// The same three thousand random worlds every time; as many others as `RELAY_MODEL_CASES` says.
fn runner() -> (TestRunner, u32) {
    let asked = std::env::var("RELAY_MODEL_CASES").ok().and_then(|words| words.parse::<u32>().ok());
    let cases = asked.unwrap_or(3_000);
    let config =
        ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() };
    let runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    (runner, cases)
}

#[test]
fn no_order_of_work_faults_and_crashes_breaks_a_rule() {
    let sum = RefCell::new(Tally::default());
    let worlds = (build::config(), prop::collection::vec(any::<Deed>(), 1..400));
    let (mut runner, cases) = runner();
    let outcome = runner.run(&worlds, |(config, deeds)| {
        let mut world = World::new(config);
        for deed in deeds {
            perform(&mut world, deed);
        }
        let tally = world.ends_powered();
        let mut sum = sum.borrow_mut();
        sum.steps += tally.steps;
        sum.cuts += tally.cuts;
        sum.powered += tally.powered;
        sum.crashes += tally.crashes;
        sum.crashes_midway += tally.crashes_midway;
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let Tally { steps, cuts, powered, crashes, crashes_midway } = sum.into_inner();
    #[allow(clippy::print_stderr)]
    {
        eprintln!(
            "{steps} steps, {cuts} cuts, {powered} times powered, {crashes} crashes, {crashes_midway} of them midway"
        );
    }
    let cases = u64::from(cases);
    assert!(steps > 500 * cases && cuts > 3 * cases && crashes_midway > cases, "the worlds have become idle");
}
