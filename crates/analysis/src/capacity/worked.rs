//! How channels of relay boards are worked: the line of another input to copy, and the lines that are free for one more.

use std::collections::{BTreeMap, BTreeSet};

use model::part::Pull;
use model::{DeviceId, Terminal, WireId};

use super::places::count;
use super::{Ground, Slice};

/// GPIOs for the channels that copies take, in that order.
#[derive(Clone, Debug)]
pub struct Worked {
    /// For each free channel, in the order of its pool: how another input of that board is worked; `None` if none is.
    pub like: Vec<Option<Like>>,
    /// By controller: lines that may work one more input, in the order in which copies take them.
    pub free: BTreeMap<DeviceId, Vec<u32>>,
    /// Lines that work inputs of these boards.
    pub used: u32,
}

/// An input that is worked, to copy.
#[derive(Clone, Copy, Debug)]
pub struct Like {
    /// Its wire.
    pub wire: WireId,
    /// Which end of the wire is at the board.
    pub board_end: usize,
    /// Whose line works it.
    pub controller: DeviceId,
    /// The line.
    pub line: u32,
    /// The input: index in its part's inputs.
    pub input: u32,
}

impl Worked {
    /// The line of each copy in turn, until one finds none.
    pub fn lines(&self) -> impl Iterator<Item = (Like, u32)> {
        let mut taken: BTreeMap<DeviceId, usize> = BTreeMap::new();
        // Beyond the last channel the last board is asked on: channels end elsewhere in the ladder.
        let last = self.like.iter().rev().find_map(|like| *like);
        let like = self.like.iter().copied().chain(std::iter::repeat(last));
        like.map_while(move |like| {
            let like = like?;
            let at = taken.entry(like.controller).or_default();
            let line = *self.free.get(&like.controller)?.get(*at)?;
            *at += 1;
            Some((like, line))
        })
    }
}

/// How the boards of free channels are worked; `None` if nothing works any of them, and nothing the slice's own.
pub(super) fn worked(ground: &Ground<'_>, slice: &Slice, free: &[(DeviceId, u32)]) -> Option<Worked> {
    let boards: BTreeSet<DeviceId> = free.iter().chain(&slice.channels).map(|(board, _)| *board).collect();
    let likes = likes(ground, &boards);
    if likes.is_empty() {
        return None;
    }
    let mut lines = BTreeMap::new();
    for like in likes.values() {
        lines.entry(like.controller).or_insert_with(|| lines_of(ground, *like));
    }
    let of = if free.is_empty() { &slice.channels } else { free };
    let drives = ground.drives.all.iter().filter(|drive| of.iter().any(|(board, _)| *board == drive.input.0));
    let used = drives.map(|drive| drive.lines.len()).sum();
    let like = of.iter().map(|(board, _)| likes.get(board).copied()).collect();
    Some(Worked { like, free: lines, used: count(used) })
}

/// Of each board the last input that one line works through one wire.
fn likes(ground: &Ground<'_>, boards: &BTreeSet<DeviceId>) -> BTreeMap<DeviceId, Like> {
    let build = ground.build;
    let mut due: BTreeMap<[Terminal; 2], (DeviceId, u32, u32)> = BTreeMap::new();
    for drive in ground.drives.all.iter().filter(|drive| boards.contains(&drive.input.0)) {
        let (Some(driven), Some(&(controller, line))) = (drive.driven, drive.lines.first()) else { continue };
        if let Some(at) = &build.part_of(controller).lines[line as usize].at {
            let from = build.device(controller).terminal(at[0]);
            due.insert([from, driven], (controller, line, drive.input.1));
        }
    }
    let mut likes: BTreeMap<DeviceId, Like> = BTreeMap::new();
    for (wire, of) in (0..).map(WireId).zip(&build.wires) {
        let [a, b] = of.ends;
        let found = due.get(&[a, b]).map(|due| (due, 1)).or_else(|| due.get(&[b, a]).map(|due| (due, 0)));
        let Some((&(controller, line, input), board_end)) = found else { continue };
        let like = Like { wire, board_end, controller, line, input };
        let best = likes.entry(build.owner(of.ends[board_end])).or_insert(like);
        if best.input <= input {
            *best = like;
        }
    }
    likes
}

/// Lines of a controller that nothing claims and that stand at reset as the given one does; those after it first.
fn lines_of(ground: &Ground<'_>, like: Like) -> Vec<u32> {
    let build = ground.build;
    let (device, part) = (build.device(like.controller), build.part_of(like.controller));
    let model = &part.lines[like.line as usize];
    let pull = |line: &model::part::Line| match line.reset {
        Pull::Up => 1,
        Pull::Down => 2,
        _ => 0,
    };
    let free = (0..).zip(&part.lines).filter(|(at, line)| {
        let Some(end) = &line.at else { return false };
        let landed = end.iter().any(|&local| ground.landed.any(device.terminal(local)));
        let claimed = line.offset.and_then(|offset| ground.pins.all.get(&(like.controller, offset)));
        *at != like.line
            && !landed
            && line.reserved.is_none()
            && pull(line) == pull(model)
            && claimed.is_none_or(|pin| pin.claims.is_empty() && !pin.plain)
    });
    let mut free: Vec<u32> = free.map(|(at, _)| at).collect();
    free.sort_by_key(|&at| {
        let offset = part.lines[at as usize].offset;
        (offset < model.offset, offset, at)
    });
    free
}
