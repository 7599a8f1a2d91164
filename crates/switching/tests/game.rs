//! The game of hung controllers against a second simulator, written without bit masks, tables or an order of events.

use std::collections::{BTreeMap, BTreeSet};

use switching::game::{Coil, Controller, Game, State, explore};
use switching::truth::Truth;

/// All of these, of each any one: coil, energised.
type Supply = Vec<Vec<(usize, bool)>>;

#[derive(Debug)]
struct Relay {
    sets: Vec<usize>,
    back: Option<Vec<usize>>,
    /// What the coil that returns it hangs on.
    returns: Supply,
    fed: Supply,
    loose: bool,
}

#[derive(Debug)]
struct Box {
    supplies: Vec<Supply>,
    watchdogs: Vec<bool>,
    owners: Vec<usize>,
    relays: Vec<Relay>,
}

/// Who asserts what, which relays are pulled in, who hangs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Picture {
    asserted: BTreeSet<usize>,
    pulled: BTreeSet<usize>,
    hung: BTreeSet<usize>,
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn supply(&mut self, relays: usize) -> Supply {
        let contact = |dice: &mut Self| (dice.roll(relays), dice.roll(4) == 0);
        (0..self.roll(3)).map(|_| (0..1 + self.roll(4) / 3).map(|_| contact(self)).collect()).collect()
    }

    fn deal(&mut self) -> Box {
        let (controllers, lines, relays) = (1 + self.roll(3), 1 + self.roll(4), 1 + self.roll(4));
        Box {
            supplies: (0..controllers).map(|_| self.supply(relays)).collect(),
            watchdogs: (0..controllers).map(|_| self.roll(6) == 0).collect(),
            owners: (0..lines).map(|_| self.roll(controllers)).collect(),
            relays: (0..relays)
                .map(|_| Relay {
                    sets: (0..usize::from(self.roll(8) != 0)).map(|_| self.roll(lines)).collect(),
                    back: (self.roll(6) == 0).then(|| (0..self.roll(2)).map(|_| self.roll(lines)).collect()),
                    fed: if self.roll(3) == 0 { self.supply(relays) } else { Vec::new() },
                    returns: if self.roll(3) == 0 { self.supply(relays) } else { Vec::new() },
                    loose: self.roll(8) == 0,
                })
                .collect(),
        }
    }
}

fn flows(supply: &Supply, pulled: &BTreeSet<usize>) -> bool {
    supply.iter().all(|group| group.iter().any(|(relay, energised)| pulled.contains(relay) == *energised))
}

impl Box {
    fn alive(&self, picture: &Picture) -> BTreeSet<usize> {
        (0..self.supplies.len()).filter(|&at| flows(&self.supplies[at], &picture.pulled)).collect()
    }

    /// All pictures that one may come to; `None` if it never comes to rest.
    fn settle(&self, picture: &Picture) -> Option<BTreeSet<Picture>> {
        let loose: Vec<usize> = (0..self.relays.len()).filter(|&at| self.relays[at].loose).collect();
        let mut ends = BTreeSet::new();
        for choice in 0..1 << loose.len() {
            let stays: BTreeSet<usize> =
                (0..loose.len()).filter(|at| choice >> at & 1 == 1).map(|at| loose[at]).collect();
            let mut now = picture.clone();
            let mut seen = BTreeSet::new();
            while seen.insert(now.clone()) {
                let alive = self.alive(&now);
                let asserted: BTreeSet<usize> =
                    now.asserted.iter().copied().filter(|&line| alive.contains(&self.owners[line])).collect();
                let mut pulled = BTreeSet::new();
                for (at, relay) in self.relays.iter().enumerate() {
                    let held = relay.sets.iter().any(|&line| alive.contains(&self.owners[line]));
                    let wanted = match (&relay.back, relay.sets.is_empty()) {
                        (None, true) => true,
                        _ => relay.sets.iter().any(|line| asserted.contains(line)),
                    };
                    let wanted = wanted || !held && stays.contains(&at);
                    let kept = relay.back.as_ref().is_some_and(|back| {
                        let returned =
                            back.iter().any(|line| asserted.contains(line)) && flows(&relay.returns, &now.pulled);
                        now.pulled.contains(&at) && !returned
                    });
                    if wanted && flows(&relay.fed, &now.pulled) || kept {
                        pulled.insert(at);
                    }
                }
                let hung = now.hung.intersection(&alive).copied().collect();
                let next = Picture { asserted, pulled, hung };
                if next == now {
                    break;
                }
                now = next;
            }
            let alive = self.alive(&now);
            let rest =
                now.hung.is_subset(&alive) && now.asserted.iter().all(|&line| alive.contains(&self.owners[line]));
            let again = self.once_more(&now, &stays);
            if !rest || again != now.pulled {
                return None;
            }
            ends.insert(now);
        }
        Some(ends)
    }

    fn once_more(&self, now: &Picture, stays: &BTreeSet<usize>) -> BTreeSet<usize> {
        let alive = self.alive(now);
        let on = |at: &usize| {
            let relay = &self.relays[*at];
            let latch = relay.back.as_ref();
            let line = |line: &usize| now.asserted.contains(line);
            let dead = !relay.sets.iter().any(|line| alive.contains(&self.owners[*line]));
            let wanted =
                relay.sets.iter().any(line) || latch.is_none() && relay.sets.is_empty() || dead && stays.contains(at);
            wanted && flows(&relay.fed, &now.pulled)
                || latch.is_some_and(|back| {
                    now.pulled.contains(at) && !(back.iter().any(line) && flows(&relay.returns, &now.pulled))
                })
        };
        (0..self.relays.len()).filter(on).collect()
    }

    /// The living's moves: each a set of pictures that chance picks from.
    fn moves(&self, picture: &Picture) -> Option<Vec<BTreeSet<Picture>>> {
        let alive = self.alive(picture);
        let mut moves = Vec::new();
        for (line, owner) in self.owners.iter().enumerate() {
            if alive.contains(owner) && !picture.hung.contains(owner) {
                let mut next = picture.clone();
                if !next.asserted.remove(&line) {
                    next.asserted.insert(line);
                }
                moves.push(self.settle(&next)?);
            }
        }
        Some(moves)
    }

    /// Every picture that comes up with so many hung, and whether the living can bring everything back from it.
    fn all(&self, hangs: usize) -> Option<BTreeMap<Picture, bool>> {
        let blank = Picture { asserted: BTreeSet::new(), pulled: BTreeSet::new(), hung: BTreeSet::new() };
        let mut moves: BTreeMap<Picture, Vec<BTreeSet<Picture>>> = BTreeMap::new();
        let mut waiting: Vec<Picture> = self.settle(&blank)?.into_iter().collect();
        while let Some(picture) = waiting.pop() {
            if moves.contains_key(&picture) {
                continue;
            }
            let own = self.moves(&picture)?;
            waiting.extend(own.iter().flatten().cloned());
            if picture.hung.len() < hangs {
                for who in self.alive(&picture).into_iter().filter(|who| !self.watchdogs[*who]) {
                    let mut next = picture.clone();
                    next.hung.insert(who);
                    waiting.push(next);
                }
            }
            moves.insert(picture, own);
        }
        let from = |start: &Picture| {
            let mut seen = BTreeSet::from([start.clone()]);
            let mut waiting = vec![start.clone()];
            while let Some(picture) = waiting.pop() {
                for next in moves[&picture].iter().flatten() {
                    if seen.insert(next.clone()) {
                        waiting.push(next.clone());
                    }
                }
            }
            seen
        };
        let calm: Vec<&Picture> = moves.keys().filter(|picture| picture.hung.is_empty()).collect();
        let startable: BTreeSet<usize> = calm.iter().flat_map(|picture| self.alive(picture)).collect();
        let mut won: BTreeSet<&Picture> = calm
            .into_iter()
            .filter(|picture| {
                let met: BTreeSet<usize> = from(picture).iter().flat_map(|one| self.alive(one)).collect();
                startable.is_subset(&met)
            })
            .collect();
        loop {
            let forced = |picture: &&Picture| {
                !won.contains(*picture) && moves[*picture].iter().any(|ends| ends.iter().all(|end| won.contains(end)))
            };
            let more: Vec<&Picture> = moves.keys().filter(forced).collect();
            if more.is_empty() {
                break;
            }
            won.extend(more);
        }
        Some(moves.keys().map(|picture| (picture.clone(), won.contains(picture))).collect())
    }

    fn game(&self) -> Game {
        let table = |supply: &Supply| {
            supply.iter().fold(Truth::always(true), |all, group| {
                let any = group.iter().fold(Truth::always(false), |any, &(relay, energised)| {
                    any.or(&Truth::is(small(relay), energised)).expect("relays are four")
                });
                all.and(&any).expect("relays are four")
            })
        };
        let number = |of: &[usize]| of.iter().map(|&one| small(one)).collect::<Vec<u32>>();
        Game {
            controllers: (self.supplies.iter().zip(&self.watchdogs))
                .map(|(supply, watchdog)| Controller { fed: table(supply), hangs: !watchdog, counts: true })
                .collect(),
            lines: number(&self.owners),
            coils: (self.relays.iter())
                .map(|relay| Coil {
                    sets: number(&relay.sets),
                    back: relay.back.as_deref().map(|lines| (number(lines), table(&relay.returns))),
                    fed: table(&relay.fed),
                    loose: relay.loose,
                })
                .collect(),
        }
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("it is small")
}

fn masked(of: &BTreeSet<usize>) -> u32 {
    of.iter().fold(0, |mask, at| mask | 1 << at)
}

#[test]
fn a_second_simulator_finds_the_same_states_and_the_same_lock_outs() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut compared, mut locked, mut restless) = (0, 0, 0);
    for _ in 0..3_000 {
        let built = dice.deal();
        let hangs = 1 + dice.roll(2);
        let game = built.game();
        let explored = explore(&game, small(hangs), 1 << 20).expect("it is small");
        let Some(expected) = built.all(hangs) else {
            restless += 1;
            assert!(explored.restless(), "only the second simulator finds no rest: {built:?}");
            continue;
        };
        assert!(!explored.restless(), "only the first finds no rest: {built:?}");
        assert_eq!(explored.len(), expected.len(), "{built:?}");
        for (picture, &recoverable) in &expected {
            let state =
                State { lines: masked(&picture.asserted), coils: masked(&picture.pulled), hung: masked(&picture.hung) };
            let at = explored.find(state).unwrap_or_else(|| panic!("{picture:?} is not found: {built:?}"));
            assert_eq!(explored.powered(at), masked(&built.alive(picture)));
            assert_eq!(explored.recoverable(at), recoverable, "{picture:?} of {built:?}");
            locked += usize::from(!recoverable && !picture.hung.is_empty());
            compared += 1;
        }
    }
    assert!(compared > 30_000 && locked > 3_000, "{compared} states, {locked} locked, {restless} restless");
}

/// Controllers in a ring, each of which cuts the next; `back` of them cut the one before as well.
fn ring(size: u32) -> Game {
    let cut = |by: u32| Truth::is(by, false);
    Game {
        controllers: (0..size)
            .map(|at| Controller { fed: cut((at + size - 1) % size), hangs: true, counts: true })
            .collect(),
        lines: (0..size).collect(),
        coils: (0..size)
            .map(|at| Coil { sets: vec![at], back: None, fed: Truth::always(true), loose: false })
            .collect(),
    }
}

#[test]
fn two_that_cut_each_other_lock_out_and_three_in_a_ring_do_not() {
    let locked = |size: u32, hangs: u32| {
        let explored = explore(&ring(size), hangs, 1 << 20).expect("it is small");
        let first = (0..explored.len()).find(|&at| !explored.recoverable(at));
        first.map(|at| (explored.state(at).hung.count_ones(), explored.events(at).len()))
    };
    assert_eq!(locked(2, 1), Some((1, 2)), "the one holds the other off, and hangs");
    assert_eq!(locked(3, 1), None);
    assert_eq!(locked(3, 2), Some((2, 3)), "the one holds off the next, and hangs with the one before");
    assert_eq!(locked(5, 1), None);
}

#[test]
fn too_many_states_are_said_to_be_too_many() {
    assert!(explore(&ring(12), 1, 1_000).is_err());
}
